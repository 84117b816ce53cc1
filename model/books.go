package model

import (
	"slices"
	"strings"
	"time"
)

// Books is the register of the playbooks: who has looked at which of them, and what
// lessons changed in them. The playbooks themselves are files; an amendment is laid
// over its file from the next incident on that it is attached to.
type Books struct {
	Reviews    []BookReview `json:"reviews"` // oldest first
	Amendments []*Amendment `json:"amendments"`
}

// BookReview says that somebody read a playbook and found it right.
type BookReview struct {
	Book string    `json:"playbook"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note Text      `json:"note,omitempty"`
}

// AmendSpec is a change of one item of a playbook, or an item more.
type AmendSpec struct {
	Book     string `json:"playbook"`
	Item     string `json:"item"`            // key of the item
	Add      bool   `json:"add,omitempty"`   // an item more
	Phase    Phase  `json:"phase,omitempty"` // of an item more
	Title    Text   `json:"title,omitempty"` // "": as it is
	Guidance Text   `json:"guidance,omitempty"`
	Role     string `json:"role,omitempty"`
	Required *bool  `json:"required,omitempty"` // nil: as it is
	Incident string `json:"incident,omitempty"` // where the lesson comes from
	FollowUp string `json:"followup,omitempty"` // its follow-up there
	Reason   Text   `json:"reason,omitempty"`
}

// Amendment is what one lesson changed in a playbook.
type Amendment struct {
	Ref string `json:"ref"`
	AmendSpec
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Withdrawn string    `json:"withdrawn_by,omitempty"`
	Why       Text      `json:"withdrawn_why,omitempty"`

	Seq uint64 `json:"seq"`
}

// books is the register's part, empty where nothing is written.
func (in *Incident) books() *Books {
	if in.Books == nil {
		return &Books{}
	}
	return in.Books
}

// Review is the newest review of a playbook.
func (b *Books) Review(id string) (BookReview, bool) {
	if b == nil {
		return BookReview{}, false
	}
	for _, r := range slices.Backward(b.Reviews) {
		if r.Book == id {
			return r, true
		}
	}
	return BookReview{}, false
}

// ReviewYear is how long a review of a playbook holds.
const ReviewYear = 365 * 24 * time.Hour

// Reviewed says whether a playbook was reviewed within a year.
func (b *Books) Reviewed(id string, now time.Time) bool {
	r, ok := b.Review(id)
	return ok && now.Sub(r.At) <= ReviewYear
}

// Of lists what is laid over a playbook, oldest first.
func (b *Books) Of(id string) []*Amendment {
	if b == nil {
		return nil
	}
	var out []*Amendment
	for _, a := range b.Amendments {
		if a.Book == id && a.Withdrawn == "" {
			out = append(out, a)
		}
	}
	return out
}

// Amend lays the amendments of a playbook over its items. An item that is not there
// any more is left out; one more stands at the end of its phase.
func (b *Books) Amend(id string, items []ItemSpec) []ItemSpec {
	list := b.Of(id)
	if len(list) == 0 {
		return items
	}
	out := slices.Clone(items)
	for _, a := range list {
		i := slices.IndexFunc(out, func(it ItemSpec) bool { return it.Key == a.Item })
		if i < 0 && !a.Add {
			continue
		}
		if i < 0 {
			i = slices.IndexFunc(out, func(it ItemSpec) bool { return it.Phase.Index() > a.Phase.Index() })
			if i < 0 {
				i = len(out)
			}
			out = slices.Insert(out, i, ItemSpec{Key: a.Item, Phase: a.Phase})
		}
		it := &out[i]
		for _, f := range []struct {
			to *Text
			v  Text
		}{{&it.Title, a.Title}, {&it.Guidance, a.Guidance}} {
			if f.v != "" {
				*f.to = f.v
			}
		}
		if a.Role != "" {
			it.Role = a.Role
		}
		put(&it.Required, a.Required)
	}
	return out
}

// Amended is the playbook with what lessons changed in it.
func (c AttachPlaybook) Amended(b *Books) AttachPlaybook {
	c.Items = b.Amend(c.ID, c.Items)
	return c
}

// From says where the change comes from: INC-2026-0042/F4, or the incident alone. board
// finds the line of an incident. One that is restricted is not named, for everybody
// reads the playbooks.
func (s *AmendSpec) From(word string, by Actor, board func(id string) (*Brief, bool)) error {
	id, ref, _ := strings.Cut(strings.NewReplacer(" ", "/", ":", "/").Replace(strings.TrimSpace(word)), "/")
	id, err := ParseIncidentID(id)
	if err != nil {
		return onField(err, "from")
	}
	b, ok := board(id)
	switch {
	case !ok || !b.CanRead(by):
		return UnknownIncident(id).On("from")
	case b.Restricted:
		return Invalid("%s is restricted, and everybody reads the playbooks", id).Hint("leave the incident out and give a reason that names nothing of it").On("from")
	}
	if ref != "" {
		norm, n, err := ParseRef(RefFollowUp, ref)
		switch {
		case err != nil:
			return onField(err, "from")
		case n > len(b.FollowUps):
			return NotFound("there is no %s in %s", norm, id).Hint("finding list %s shows them", id).On("from")
		}
		ref = norm
	}
	s.Incident, s.FollowUp = id, ref
	return nil
}

// Came says in words where the change comes from. known says whether the reader may
// know of the incident.
func (s *AmendSpec) Came(known bool) string {
	switch {
	case known && s.Incident != "" && s.FollowUp != "":
		return "from " + s.FollowUp + " of " + s.Incident
	case known && s.Incident != "":
		return "from " + s.Incident
	case s.Reason == "":
		return "from an incident"
	}
	return "“" + string(s.Reason) + "”"
}

// ReviewPlaybook records that a playbook was read and found right.
type ReviewPlaybook struct {
	Book string
	Note Text
}

// PlaybookReviewed is a review of a playbook.
type PlaybookReviewed struct {
	Book string `json:"playbook"`
	Note Text   `json:"note,omitempty"`
}

// Decide implements Command.
func (c ReviewPlaybook) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterPlaybooks, AccessLead); err != nil {
		return nil, err
	}
	if err := checkBook(c.Book); err != nil {
		return nil, err
	}
	if err := checkText("note", c.Note, MaxReason, false); err != nil {
		return nil, err
	}
	return []Event{PlaybookReviewed(c)}, nil
}

func checkBook(id string) error {
	if !changeID.MatchString(id) {
		return Usage("%q is no id of a playbook", excerpt(id)).Hint("playbook list shows them").On("playbook")
	}
	return nil
}

// Kind implements Event.
func (PlaybookReviewed) Kind() string { return "playbook.reviewed" }

func (e PlaybookReviewed) redacted(mark Text) Event {
	if e.Note != "" {
		e.Note = mark
	}
	return e
}

func (e PlaybookReviewed) apply(d *draft, m Meta) {
	b := *d.books()
	b.Reviews = append(slices.Clip(b.Reviews), BookReview{Book: e.Book, By: m.Actor, At: m.At, Note: e.Note})
	d.Books = &b
	d.feed(m, "", "%s", withReason("reviewed playbook "+e.Book, e.Note))
}

// AmendPlaybook changes an item of a playbook, or adds one. Whether the item is in
// the file is for the caller to know; Seen is the version of the register that the
// editor saw, 0 when any.
type AmendPlaybook struct {
	AmendSpec
	Seen uint64
}

// PlaybookAmended is an amendment.
type PlaybookAmended struct {
	Ref string `json:"ref"`
	AmendSpec
}

// maxAmendments is how many the register holds.
const maxAmendments = 5000

// Decide implements Command.
func (c AmendPlaybook) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterPlaybooks, AccessLead); err != nil {
		return nil, err
	}
	b, s := in.books(), c.AmendSpec
	if len(b.Amendments) >= maxAmendments {
		return nil, Invalid("the register has %d amendments; that is the limit", maxAmendments).Hint("take what they say over into the files of the playbooks")
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.Incident != "" {
		var err error
		if s.Incident, err = ParseIncidentID(s.Incident); err != nil {
			return nil, onField(err, "from")
		}
	}
	if s.FollowUp != "" {
		ref, _, err := ParseRef(RefFollowUp, s.FollowUp)
		if err != nil {
			return nil, onField(err, "from")
		}
		s.FollowUp = ref
	}
	if s.Incident == "" {
		if s.FollowUp = ""; strings.TrimSpace(string(s.Reason)) == "" {
			return nil, Invalid("what a playbook learned comes from somewhere").Hint("name the incident and its follow-up, or give a reason").On("from")
		}
	}
	for _, a := range b.Of(s.Book) {
		if a.Item != s.Item {
			continue
		}
		if s.Add && a.Add {
			return nil, Conflict("%s added %s/%s already, by @%s", a.Ref, a.Book, a.Item, a.By).Hint("change that item, or give the new one another id").On("item")
		}
		if c.Seen > 0 && a.Seq > c.Seen {
			return nil, Conflict("@%s changed %s/%s at %s while you edited it: %s", a.By, a.Book, a.Item, a.At.Format("15:04:05Z"), excerpt(a.What())).
				Hint("look at it and save again")
		}
	}
	return []Event{PlaybookAmended{Ref: makeRef(RefAmendment, len(b.Amendments)+1), AmendSpec: s}}, nil
}

// check refuses what is no amendment.
func (s *AmendSpec) check() error {
	if err := checkBook(s.Book); err != nil {
		return err
	}
	if !changeID.MatchString(s.Item) {
		return Usage("%q is no id of an item", excerpt(s.Item)).Hint("use lower-case letters, digits, dots and dashes, such as ransomware.con.vpn").On("item")
	}
	for _, f := range []struct {
		name string
		t    Text
		most int
	}{{"title", s.Title, MaxTitle}, {"guidance", s.Guidance, MaxEntry}, {"reason", s.Reason, MaxReason}, {"role", Text(s.Role), 64}} {
		if err := checkText(f.name, f.t, f.most, false); err != nil {
			return err
		}
	}
	if s.Add || s.Title != "" {
		if err := checkTitle(s.Title); err != nil {
			return err
		}
	}
	if !s.Add {
		if s.Title == "" && s.Guidance == "" && s.Role == "" && s.Required == nil {
			return Usage("nothing to change in %s", s.Item).Hint("give a title, a guidance, a role, or whether it is required").On("title")
		}
		s.Phase = ""
		return nil
	}
	if s.Phase.Index() < 0 || s.Phase == PhaseClosed {
		return Usage("a new item needs a phase").Hint("use one of: %s", joinPhases()).On("phase")
	}
	return nil
}

func joinPhases() string {
	var out []string
	for _, p := range WorkPhases() {
		out = append(out, string(p))
	}
	return strings.Join(out, ", ")
}

// What is an amendment in one line.
func (s *AmendSpec) What() string {
	var out []string
	if s.Title != "" {
		out = append(out, string(s.Title))
	}
	if s.Guidance != "" {
		out = append(out, "guidance: "+string(s.Guidance))
	}
	if s.Role != "" {
		out = append(out, "for "+s.Role)
	}
	if s.Required != nil {
		out = append(out, map[bool]string{true: "required", false: "not required"}[*s.Required])
	}
	return strings.Join(out, "; ")
}

// Kind implements Event.
func (PlaybookAmended) Kind() string { return "playbook.amended" }

func (e PlaybookAmended) redacted(mark Text) Event {
	for _, f := range []*Text{&e.Title, &e.Guidance, &e.Reason} {
		if *f != "" {
			*f = mark
		}
	}
	return e
}

func (e PlaybookAmended) apply(d *draft, m Meta) {
	b := *d.books()
	a := &Amendment{Ref: makeRef(RefAmendment, len(b.Amendments)+1), AmendSpec: e.AmendSpec, By: m.Actor, At: m.At, Seq: m.Version}
	b.Amendments = append(slices.Clip(b.Amendments), a)
	d.Books = &b
	what := "changed"
	if e.Add {
		what = "added"
	}
	d.feed(m, a.Ref, "%s %s/%s: %s", what, e.Book, e.Item, e.What())
}

// WithdrawAmendment takes an amendment back; the incidents that have it keep it.
type WithdrawAmendment struct {
	Ref    string
	Reason Text
}

// AmendmentWithdrawn is an amendment that is laid over no more.
type AmendmentWithdrawn struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason"`
}

// Decide implements Command.
func (c WithdrawAmendment) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterPlaybooks, AccessLead); err != nil {
		return nil, err
	}
	a, err := in.Amendment(c.Ref)
	if err != nil {
		return nil, err
	}
	if a.Withdrawn != "" {
		return nil, Conflict("%s was withdrawn already, by @%s", a.Ref, a.Withdrawn).Hint("playbook show %s shows what holds", a.Book)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{AmendmentWithdrawn{Ref: a.Ref, Reason: c.Reason}}, nil
}

// Amendment finds an amendment of the register by its ref.
func (in *Incident) Amendment(ref string) (*Amendment, error) {
	list := in.books().Amendments
	i, err := find(RefAmendment, ref, len(list))
	if err != nil {
		if CodeOf(err) == CodeNotFound {
			return nil, NotFound("there is no amendment %s", excerpt(strings.ToUpper(ref))).Hint("playbook show lists those of a playbook")
		}
		return nil, err
	}
	return list[i], nil
}

// Kind implements Event.
func (AmendmentWithdrawn) Kind() string { return "amendment.withdrawn" }

func (e AmendmentWithdrawn) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e AmendmentWithdrawn) apply(d *draft, m Meta) {
	i, err := find(RefAmendment, e.Ref, len(d.books().Amendments))
	if err != nil {
		return
	}
	b := *d.books()
	b.Amendments = slices.Clone(b.Amendments)
	a := *b.Amendments[i]
	a.Withdrawn, a.Why = m.Actor, e.Reason
	b.Amendments[i], d.Books = &a, &b
	d.feed(m, a.Ref, "%s", withReason("withdrawn: "+a.Book+"/"+a.Item, e.Reason))
}
