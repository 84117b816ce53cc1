package model

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A follow-up is what was learned from an incident as somebody's work: owned, due
// on a day, and done only with what proves it. It lives in the incident that it
// comes from and goes on after the close.

// FollowUpKind is what a follow-up makes better.
type FollowUpKind string

// The kinds (domain.md 3).
const (
	FollowUpPrevent FollowUpKind = "prevent"
	FollowUpDetect  FollowUpKind = "detect"
	FollowUpRespond FollowUpKind = "respond"
	FollowUpRecover FollowUpKind = "recover"
)

// FollowUpKinds lists every kind.
func FollowUpKinds() []FollowUpKind {
	return []FollowUpKind{FollowUpPrevent, FollowUpDetect, FollowUpRespond, FollowUpRecover}
}

// ParseFollowUpKind reads a kind.
func ParseFollowUpKind(s string) (FollowUpKind, error) {
	if k := FollowUpKind(strings.ToLower(strings.TrimSpace(s))); slices.Contains(FollowUpKinds(), k) {
		return k, nil
	}
	return "", Usage("%q is no kind of follow-up", excerpt(s)).Hint("use prevent, detect, respond or recover").On("kind")
}

// FollowUpState is how far a follow-up is. That it is late is no state: it follows
// from its day.
type FollowUpState string

// The states.
const (
	FollowUpOpen    FollowUpState = "open"
	FollowUpDoing   FollowUpState = "in-progress"
	FollowUpDone    FollowUpState = "done"
	FollowUpDropped FollowUpState = "dropped"
)

// FollowUpStates lists every state.
func FollowUpStates() []FollowUpState {
	return []FollowUpState{FollowUpOpen, FollowUpDoing, FollowUpDone, FollowUpDropped}
}

// ParseFollowUpState reads a state; spaces and underscores are dashes.
func ParseFollowUpState(s string) (FollowUpState, error) {
	w := strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(s)))
	if st := FollowUpState(w); slices.Contains(FollowUpStates(), st) {
		return st, nil
	}
	return "", Usage("%q is no state of a follow-up", excerpt(s)).Hint("use open, in-progress, done or dropped").On("state")
}

// Settled says whether nothing is left to do.
func (s FollowUpState) Settled() bool { return s == FollowUpDone || s == FollowUpDropped }

// FollowUpSpec is what is to be done, by whom and until when.
type FollowUpSpec struct {
	Title    Text         `json:"title"`
	Kind     FollowUpKind `json:"kind"`
	Team     Text         `json:"team,omitempty"` // that owns the work
	Owner    string       `json:"owner"`          // user name
	Due      Day          `json:"due"`
	Priority Priority     `json:"priority"`
	Ticket   Text         `json:"ticket,omitempty"`  // http(s) URL or id in another system; text, never opened
	Factor   string       `json:"factor,omitempty"`  // ref of the contributing factor that it answers
	Changes  []string     `json:"changes,omitempty"` // what it changes: see ParseChange
}

// equal says whether two say the same.
func (s *FollowUpSpec) equal(o *FollowUpSpec) bool {
	return s.Title == o.Title && s.Kind == o.Kind && s.Team == o.Team && s.Owner == o.Owner && s.Due == o.Due && s.Priority == o.Priority &&
		s.Ticket == o.Ticket && s.Factor == o.Factor && slices.Equal(s.Changes, o.Changes)
}

// FollowUpStep is one state that a follow-up was brought to.
type FollowUpStep struct {
	State    FollowUpState `json:"state"`
	By       string        `json:"by"`
	At       time.Time     `json:"at"`
	Evidence Text          `json:"evidence,omitempty"`
	Reason   Text          `json:"reason,omitempty"`
	Back     bool          `json:"back,omitempty"` // an undo
}

// FollowUp is one piece of work that came out of an incident.
type FollowUp struct {
	Ref string `json:"ref"`
	FollowUpSpec
	State    FollowUpState  `json:"state"`
	Evidence Text           `json:"evidence"`         // what proves that it is done
	Reason   Text           `json:"reason,omitempty"` // why it was dropped or taken up again
	Steps    []FollowUpStep `json:"steps"`
	AddedBy  string         `json:"added_by"`
	AddedAt  time.Time      `json:"added_at"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// Open says whether something is still to be done.
func (f *FollowUp) Open() bool { return !f.State.Settled() }

// Late says whether it is open on a day after the one that it was due on.
func (f *FollowUp) Late(now time.Time) bool { return f.Open() && f.Due < DayOf(now) }

// Last is the newest step.
func (f *FollowUp) Last() FollowUpStep { return f.Steps[len(f.Steps)-1] }

// SettledAt is when it was done or dropped; zero while it is open.
func (f *FollowUp) SettledAt() time.Time {
	if f.Open() {
		return time.Time{}
	}
	return f.Last().At
}

// FollowUp finds a follow-up by its ref.
func (in *Incident) FollowUp(ref string) (*FollowUp, error) {
	i, err := find(RefFollowUp, ref, len(in.FollowUps))
	if err != nil {
		return nil, err
	}
	return in.FollowUps[i], nil
}

// FollowUpBrief is a follow-up as lists over all incidents show it.
type FollowUpBrief struct {
	Ref      string
	Title    Text
	Kind     FollowUpKind
	Team     Text
	Owner    string
	Due      Day
	Priority Priority
	State    FollowUpState
	Ticket   Text
	Factor   string
	Changes  []string
	Evidence Text
	Reason   Text
	AddedAt  time.Time
	Settled  time.Time // when it was done or dropped; zero while it is open
}

// Open says whether something is still to be done.
func (f *FollowUpBrief) Open() bool { return !f.State.Settled() }

// Late says whether it is open on a day after the one that it was due on.
func (f *FollowUpBrief) Late(now time.Time) bool { return f.Open() && f.Due < DayOf(now) }

// Brief makes the line of a follow-up for lists.
func (f *FollowUp) Brief() FollowUpBrief {
	return FollowUpBrief{Ref: f.Ref, Title: f.Title, Kind: f.Kind, Team: f.Team, Owner: f.Owner, Due: f.Due, Priority: f.Priority, State: f.State,
		Ticket: f.Ticket, Factor: f.Factor, Changes: f.Changes, Evidence: f.Evidence, Reason: f.Reason, AddedAt: f.AddedAt, Settled: f.SettledAt()}
}

// NextFollowUp is the open follow-up of the line that is due first, nil for none.
func (b *Brief) NextFollowUp() *FollowUpBrief {
	var next *FollowUpBrief
	for i := range b.FollowUps {
		if f := &b.FollowUps[i]; f.Open() && (next == nil || f.Due < next.Due) {
			next = f
		}
	}
	return next
}

// A Change is what a follow-up changes beside the systems: an item of a playbook, a
// playbook as a whole, or a topic of the training.
type Change struct {
	Playbook string // id of a playbook
	Item     string // key of one of its items, "" for the whole
	Topic    string // id of a topic of the training
}

// String is the change as it is written: playbook:ID, playbook:ID/ITEM or topic:ID.
func (c Change) String() string {
	switch {
	case c.Topic != "":
		return "topic:" + c.Topic
	case c.Item != "":
		return "playbook:" + c.Playbook + "/" + c.Item
	}
	return "playbook:" + c.Playbook
}

// MaxChanges is how many things one follow-up may change.
const MaxChanges = 20

var changeID = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`)

// ParseChange reads playbook:ID, playbook:ID/ITEM or topic:ID.
func ParseChange(s string) (Change, error) {
	bad := Usage("%q names nothing that a follow-up changes", excerpt(s)).Hint("write playbook:ID, playbook:ID/ITEM or topic:ID").On("changes")
	what, id, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), ":")
	var c Change
	switch what {
	case "topic":
		c.Topic = id
	case "playbook":
		var item bool
		if c.Playbook, c.Item, item = strings.Cut(id, "/"); item && !changeID.MatchString(c.Item) {
			return Change{}, bad
		}
		id = c.Playbook
	default:
		return Change{}, bad
	}
	if !changeID.MatchString(id) {
		return Change{}, bad
	}
	return c, nil
}

// checkChanges reads what a follow-up changes, each once.
func checkChanges(list []string) ([]string, error) {
	var out []string
	for _, s := range list {
		c, err := ParseChange(s)
		if err != nil {
			return nil, err
		}
		if s := c.String(); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) > MaxChanges {
		return nil, Invalid("%d things are too many for one follow-up to change; the limit is %d", len(out), MaxChanges).Hint("split it; nothing was changed").On("changes")
	}
	return out, nil
}

// maxTicket is the longest name of a ticket, in bytes.
const maxTicket = 2048

var ticketForm = regexp.MustCompile(`^#?[A-Za-z0-9][A-Za-z0-9._/#-]{0,127}$`)

// checkTicket refuses what is neither an id nor an http(s) address: it is shown and
// handed on, so it must not be able to do anything.
func checkTicket(t Text) error {
	s := string(t)
	if s == "" || ticketForm.MatchString(s) {
		return nil
	}
	bad := Invalid("%q is no ticket", excerpt(s)).Hint("give an id such as SEC-42 or org/repo#17, or an http(s) address").On("ticket")
	if len(s) > maxTicket {
		return Invalid("ticket has %d bytes, the limit is %d", len(s), maxTicket).Hint("shorten it; nothing was changed").On("ticket")
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte("<>\"'`\\", s[i]) >= 0 {
			return bad
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return bad
	}
	if u.User != nil {
		return Invalid("the ticket's address holds a user name or password").Hint("take what stands before the @ out of it").On("ticket")
	}
	return nil
}

// CompareFollowUps orders follow-ups for work: what is open first, then by day, then
// by priority; what is settled newest first.
func CompareFollowUps(a, b *FollowUpBrief) int {
	if x, y := a.Open(), b.Open(); x != y {
		if x {
			return -1
		}
		return 1
	}
	if !a.Open() {
		return b.Settled.Compare(a.Settled)
	}
	if c := strings.Compare(string(a.Due), string(b.Due)); c != 0 {
		return c
	}
	return int(a.Priority) - int(b.Priority)
}
