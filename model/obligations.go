package model

import (
	"slices"
	"strings"
	"time"
)

// ObligationState is how far a notice has come. That it is due soon or late is
// no state: it follows from the clock.
type ObligationState string

// The states of an obligation.
const (
	ObligationRunning  ObligationState = "running"
	ObligationDrafted  ObligationState = "drafted"
	ObligationApproved ObligationState = "approved"
	ObligationSent     ObligationState = "sent"
	ObligationNot      ObligationState = "not-applicable"
)

// Settled says whether nothing is left to do.
func (s ObligationState) Settled() bool { return s == ObligationSent || s == ObligationNot }

// Duty is what an obligation asks for, as its regime said when it began: a later
// edit of the regimes changes nothing of it.
type Duty struct {
	Regime    string   `json:"regime"`
	Stage     string   `json:"stage"`
	Title     Text     `json:"title"`
	Source    Text     `json:"source,omitempty"`
	Recipient Text     `json:"recipient"`
	Trigger   string   `json:"trigger,omitempty"`
	From      string   `json:"from,omitempty"` // the stage whose sending starts it
	Period    Period   `json:"period,omitzero"`
	Backstop  Backstop `json:"backstop,omitzero"`
	Calendar  string   `json:"calendar,omitempty"`
}

// StartsFrom is the name of what starts the clock.
func (d *Duty) StartsFrom() string {
	if d.From != "" {
		return d.From + " sent"
	}
	return d.Trigger
}

// Progress is how far an obligation has come.
type Progress struct {
	State      ObligationState `json:"state"`
	Owner      string          `json:"owner,omitempty"`
	DraftedBy  string          `json:"drafted_by,omitempty"`
	ApprovedBy string          `json:"approved_by,omitempty"`
	SentAt     time.Time       `json:"sent_at,omitzero"`
	Proof      Text            `json:"proof,omitempty"`
	Reason     Text            `json:"reason,omitempty"` // why not required, or sent without approval
	By         string          `json:"by,omitempty"`     // who said so
}

// Obligation is one notice that is owed, with its clock.
type Obligation struct {
	Ref string `json:"ref"`
	Duty
	Progress
	TriggerAt time.Time `json:"trigger_at,omitzero"` // zero: its trigger is not recorded yet
	DueAt     time.Time `json:"due_at,omitzero"`     // zero: without undue delay, or not triggered
	OwnAt     time.Time `json:"own_trigger_at,omitzero"`
	Draft     Text      `json:"draft,omitempty"`
	AddedBy   string    `json:"added_by"`
	AddedAt   time.Time `json:"added_at"`
	Retracted string    `json:"retracted_by,omitempty"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// Open says whether the notice is still owed.
func (o *Obligation) Open() bool { return o.Retracted == "" && !o.State.Settled() }

// Late says whether it is overdue, or was sent too late.
func (o *Obligation) Late(now time.Time) bool {
	if o.DueAt.IsZero() || o.Retracted != "" || o.State == ObligationNot {
		return false
	}
	if o.State == ObligationSent {
		return o.SentAt.After(o.DueAt)
	}
	return now.After(o.DueAt)
}

// DueSoon says whether the last quarter of its time has begun, at most a day.
func (o *Obligation) DueSoon(now time.Time) bool {
	if !o.Open() || o.DueAt.IsZero() || o.Late(now) {
		return false
	}
	return DueSoon(o.TriggerAt, o.DueAt, now)
}

// DueSoon says whether the last quarter of the time from start to due has begun,
// at most a day.
func DueSoon(start, due, now time.Time) bool {
	soon := 24 * time.Hour
	if !start.IsZero() {
		soon = min(soon, due.Sub(start)/4)
	}
	return !now.After(due) && due.Sub(now) <= soon
}

// Says is the obligation's state in one word as of now.
func (o *Obligation) Says(now time.Time) string {
	switch {
	case o.Retracted != "":
		return "taken back"
	case o.State == ObligationSent && o.Late(now):
		return "sent late"
	case o.State == ObligationNot:
		return "not required"
	case o.State == ObligationSent:
		return "sent"
	case o.Late(now):
		return "late"
	case o.DueSoon(now):
		return "due soon"
	case o.TriggerAt.IsZero():
		return "waiting"
	}
	return string(o.State)
}

// Obligation finds an obligation by its ref.
func (in *Incident) Obligation(ref string) (*Obligation, error) {
	i, err := find(RefObligation, ref, len(in.Obligations))
	if err != nil {
		return nil, err
	}
	return in.Obligations[i], nil
}

// Deadline is the open obligation that is due next, nil when no clock runs.
func (in *Incident) Deadline() *Obligation {
	var next *Obligation
	for _, o := range in.Obligations {
		if o.Open() && !o.DueAt.IsZero() && (next == nil || o.DueAt.Before(next.DueAt)) {
			next = o
		}
	}
	return next
}

// OpenObligations lists what is still owed: the next deadline first, then what
// has no fixed time, then what waits for its trigger.
func (in *Incident) OpenObligations() []*Obligation {
	var out []*Obligation
	for _, o := range in.Obligations {
		if o.Open() {
			out = append(out, o)
		}
	}
	rank := func(o *Obligation) int {
		switch {
		case !o.DueAt.IsZero():
			return 0
		case !o.TriggerAt.IsZero():
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out, func(a, b *Obligation) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return a.DueAt.Compare(b.DueAt)
	})
	return out
}

// Started is one obligation that begins, with the clock computed when it did.
type Started struct {
	Ref string `json:"ref"`
	Duty
	TriggerAt time.Time `json:"trigger_at,omitzero"`
	DueAt     time.Time `json:"due_at,omitzero"`
}

// ObligationsAdded are notices that are owed from now on.
type ObligationsAdded struct {
	Items []Started `json:"items"`
}

// AddObligation starts a regime by hand. Title, Recipient and Due are for
// contracts and one's own; a Due is the deadline itself.
type AddObligation struct {
	Regime    string
	Title     Text
	Recipient Text
	Due       time.Time
	Rules     *Rules
}

func (r *Regime) mayStart() error {
	if r.InForce() {
		return nil
	}
	return Invalid("%s is %s: its clocks do not start", r.ID, r.Status).
		Hint("when it applies to you, set its status to in-force in your regimes file").On("regime")
}

// Decide implements Command.
func (c AddObligation) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	r, err := c.Rules.Regime(strings.ToLower(strings.TrimSpace(c.Regime)))
	if err != nil {
		return nil, err
	}
	if err := r.mayStart(); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name string
		text Text
	}{{"title", c.Title}, {"recipient", c.Recipient}} {
		if err := checkText(f.name, f.text, MaxTitle, false); err != nil {
			return nil, err
		}
	}
	if !c.Due.IsZero() {
		if !r.Many {
			return nil, Invalid("the time of %s is its own", r.ID).Hint("notify trigger says when its clock began").On("due")
		}
		if err := checkDue(c.Due, now); err != nil {
			return nil, err
		}
	}
	if (c.Title != "" || c.Recipient != "") && !r.Many {
		return nil, Invalid("%s has its own title and recipient", r.ID).Hint("leave them out, or add your own: notify add %s own --title …", in.ID)
	}
	for _, o := range in.Obligations {
		if o.Retracted == "" && o.Regime == r.ID && (!r.Many || o.Title == c.titled(r)) {
			return nil, Conflict("%s is there already: %s, by @%s", r.ID, o.Ref, o.AddedBy).Hint("notify list %s shows it; another one needs its own --title", in.ID)
		}
	}
	ev := in.plan(c.Rules).begin(r)
	for i := range ev.Items {
		s := &ev.Items[i]
		if r.Many {
			s.Title = c.titled(r)
		}
		if c.Recipient != "" {
			s.Recipient = c.Recipient
		}
		if !c.Due.IsZero() {
			s.TriggerAt, s.DueAt = Stamp(now), Stamp(c.Due)
			s.Trigger, s.Period, s.Backstop = "agreed", Period{}, Backstop{}
		}
	}
	return []Event{ev}, nil
}

func (c *AddObligation) titled(r *Regime) Text {
	if c.Title != "" {
		return c.Title
	}
	return Text(r.Stages[0].Title)
}

// Kind implements Event.
func (ObligationsAdded) Kind() string { return "obligation.added" }

func (e ObligationsAdded) redacted(mark Text) Event {
	e.Items = slices.Clone(e.Items)
	for i := range e.Items {
		e.Items[i].Title, e.Items[i].Recipient, e.Items[i].Source = mark, "", ""
	}
	return e
}

func (e ObligationsAdded) inverse(*Incident) ([]Event, []string) {
	var refs []string
	for _, s := range e.Items {
		refs = append(refs, s.Ref)
	}
	return []Event{ObligationsRetracted{Refs: refs}}, refs
}

func (e ObligationsAdded) apply(d *draft, m Meta) {
	for _, s := range e.Items {
		o := &Obligation{Ref: makeRef(RefObligation, len(d.Obligations)+1), Duty: s.Duty, Progress: Progress{State: ObligationRunning},
			TriggerAt: s.TriggerAt, DueAt: s.DueAt, AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version, Changed: m.Version}
		d.Obligations = append(d.Obligations, o)
		clock := "waits for: " + o.StartsFrom()
		switch {
		case !o.DueAt.IsZero():
			clock = "due " + o.DueAt.Format("2006-01-02 15:04Z")
		case !o.TriggerAt.IsZero():
			clock = o.Period.String()
		}
		d.feed(m, o.Ref, "%s: %s", o.Title, clock)
	}
	if len(e.Items) > 0 {
		d.log(m, KindNotice, Text("notification began: ")+d.Obligations[len(d.Obligations)-len(e.Items)].Title+Text(more(len(e.Items)-1)))
	}
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return " and " + itoa(n) + " more"
}

// ObligationsRetracted takes an addition back: they were begun by mistake.
type ObligationsRetracted struct {
	Refs []string `json:"refs"`
	Back bool     `json:"back,omitempty"`
}

// Kind implements Event.
func (ObligationsRetracted) Kind() string { return "obligation.retracted" }

func (e ObligationsRetracted) inverse(*Incident) ([]Event, []string) {
	return []Event{ObligationsRetracted{Refs: e.Refs, Back: !e.Back}}, e.Refs
}

func (e ObligationsRetracted) apply(d *draft, m Meta) {
	for _, ref := range e.Refs {
		i, err := find(RefObligation, ref, len(d.Obligations))
		if err != nil {
			continue
		}
		o := d.obligation(i)
		o.Retracted, o.Changed = m.Actor, m.Version
		if e.Back {
			o.Retracted = ""
		}
		d.feed(m, ref, "%s", retracted(e.Back, "undone"))
	}
}
