package model

import (
	"slices"
	"strings"
	"time"
)

// Limits on the follow-ups of one incident, and on the name of a team, in bytes.
const (
	MaxFollowUps = 1000
	maxTeam      = 128
)

// AddFollowUp writes a finding down as work. Without an owner and a day it is none,
// and refused.
type AddFollowUp struct {
	FollowUpSpec
	Overdue bool // its day may be over: work that was late before it was written down here
}

// FollowUpAdded is a new follow-up.
type FollowUpAdded struct {
	Ref string `json:"ref"`
	FollowUpSpec
}

// Decide implements Command. Findings come up in any phase, and after the close.
func (c AddFollowUp) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessRespond); err != nil {
		return nil, err
	}
	if len(in.FollowUps) >= MaxFollowUps {
		return nil, Invalid("%s has %d follow-ups; that is the limit", in.ID, len(in.FollowUps)).Hint("nothing was changed")
	}
	if c.Priority == 0 {
		c.Priority = 3
	}
	spec, err := in.followUpSpec(c.FollowUpSpec, &FollowUpSpec{})
	if err != nil {
		return nil, err
	}
	if err := checkDueDay(spec.Due, now); err != nil && !(c.Overdue && DayOf(now).Until(spec.Due) < 0) {
		return nil, err
	}
	return []Event{FollowUpAdded{Ref: makeRef(RefFollowUp, len(in.FollowUps)+1), FollowUpSpec: spec}}, nil
}

// followUpSpec checks what is to be done and brings it into form. What it was before
// may stay, whatever it is.
func (in *Incident) followUpSpec(s FollowUpSpec, was *FollowUpSpec) (FollowUpSpec, error) {
	s.Title, s.Team, s.Ticket = trimmed(s.Title), trimmed(s.Team), trimmed(s.Ticket)
	if err := checkTitle(s.Title); err != nil {
		return s, err
	}
	kind, err := ParseFollowUpKind(string(s.Kind))
	if err != nil {
		if s.Kind == "" {
			return s, Invalid("the kind is missing").Hint("say what it makes better: prevent, detect, respond or recover").On("kind")
		}
		return s, err
	}
	s.Kind = kind
	if s.Owner == "" {
		return s, Invalid("the owner is missing: a finding without an owner is no follow-up").Hint("name who sees to it: --owner @name").On("owner")
	}
	if s.Owner, err = ParseUserName(s.Owner); err != nil {
		return s, onField(err, "owner")
	}
	if s.Due == "" {
		return s, Invalid("the day is missing: a finding without a day is no follow-up").Hint("say until when: --due +30d").On("due")
	}
	if s.Priority < 1 || s.Priority > 4 {
		return s, Invalid("that is no priority").Hint("give P1 to P4").On("priority")
	}
	if err := checkText("team", s.Team, maxTeam, false); err != nil {
		return s, err
	}
	if s.Team.Line().String() != string(s.Team) {
		return s, Invalid("team has characters that cannot be shown").Hint("write it in letters").On("team")
	}
	if err := checkTicket(s.Ticket); err != nil && s.Ticket != was.Ticket {
		return s, err
	}
	if s.Changes, err = checkChanges(s.Changes); err != nil {
		return s, err
	}
	if s.Factor != was.Factor && s.Factor != "" {
		if s.Factor, err = in.factorRef(s.Factor); err != nil {
			return s, onField(err, "factor")
		}
	}
	return s, nil
}

// factorRef checks the ref of a contributing factor.
func (in *Incident) factorRef(ref string) (string, error) {
	f, err := in.Factor(ref)
	switch {
	case err != nil:
		return "", err
	case f.Retracted != "":
		return "", NotFound("%s was taken back, by @%s", f.Ref, f.Retracted).Hint("name another factor, or none")
	}
	return f.Ref, nil
}

// Kind implements Event.
func (FollowUpAdded) Kind() string { return "followup.added" }

func (FollowUpAdded) learned() {}

// redactedBy is the same with its free text replaced.
func (s FollowUpSpec) redactedBy(mark Text) FollowUpSpec {
	s.Title = mark
	for _, f := range []*Text{&s.Team, &s.Ticket} {
		if *f != "" {
			*f = mark
		}
	}
	return s
}

func (e FollowUpAdded) redacted(mark Text) Event {
	e.FollowUpSpec = e.redactedBy(mark)
	return e
}

func (e FollowUpAdded) inverse(*Incident) ([]Event, []string) {
	return []Event{FollowUpMoved{Ref: e.Ref, State: FollowUpDropped, Reason: "undone", Back: true}}, []string{e.Ref}
}

func (e FollowUpAdded) apply(d *draft, m Meta) {
	f := &FollowUp{Ref: makeRef(RefFollowUp, len(d.FollowUps)+1), FollowUpSpec: e.FollowUpSpec, State: FollowUpOpen,
		Steps: []FollowUpStep{{State: FollowUpOpen, By: m.Actor, At: m.At}}, AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version, Changed: m.Version}
	d.FollowUps = append(d.FollowUps, f)
	d.feed(m, f.Ref, "follow-up for @%s, due %s: %s", f.Owner, f.Due, f.Title)
}

// SetFollowUp changes what is to be done; nil leaves a field as it is.
type SetFollowUp struct {
	Ref      string
	Title    *Text
	Kind     *FollowUpKind
	Team     *Text
	Owner    *string
	Due      *Day
	Priority *Priority
	Ticket   *Text
	Factor   *string
	Changes  *[]string
	Seen     uint64 // version of the incident that the editor saw, 0 when any
}

// Spec is the follow-up that has these values, and title.
func (c SetFollowUp) Spec(title Text) FollowUpSpec {
	return c.over(FollowUpSpec{Title: title})
}

// Empty says whether it changes nothing.
func (c SetFollowUp) Empty() bool {
	return c == SetFollowUp{Ref: c.Ref, Seen: c.Seen}
}

// over is spec with the values that are given.
func (c SetFollowUp) over(spec FollowUpSpec) FollowUpSpec {
	put(&spec.Title, c.Title)
	put(&spec.Kind, c.Kind)
	put(&spec.Team, c.Team)
	put(&spec.Owner, c.Owner)
	put(&spec.Due, c.Due)
	put(&spec.Priority, c.Priority)
	put(&spec.Ticket, c.Ticket)
	put(&spec.Factor, c.Factor)
	put(&spec.Changes, c.Changes)
	return spec
}

// FollowUpSet is a changed follow-up: all of what is to be done as it is then.
type FollowUpSet struct {
	Ref string `json:"ref"`
	FollowUpSpec
}

// Decide implements Command.
func (c SetFollowUp) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessRespond); err != nil {
		return nil, err
	}
	f, err := in.FollowUp(c.Ref)
	if err != nil {
		return nil, err
	}
	spec, err := in.followUpSpec(c.over(f.FollowUpSpec), &f.FollowUpSpec)
	if err != nil {
		return nil, err
	}
	if spec.Due != f.Due {
		if err := checkDueDay(spec.Due, now); err != nil {
			return nil, err
		}
	}
	if spec.equal(&f.FollowUpSpec) {
		return nil, nil
	}
	if err := stale(in, f.Ref, f.Changed, c.Seen); err != nil {
		return nil, err
	}
	return []Event{FollowUpSet{Ref: f.Ref, FollowUpSpec: spec}}, nil
}

// put writes a value that was given.
func put[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// Kind implements Event.
func (FollowUpSet) Kind() string { return "followup.set" }

func (FollowUpSet) learned() {}

func (e FollowUpSet) redacted(mark Text) Event {
	e.FollowUpSpec = e.redactedBy(mark)
	return e
}

func (e FollowUpSet) inverse(in *Incident) ([]Event, []string) {
	f, err := in.FollowUp(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{FollowUpSet{Ref: e.Ref, FollowUpSpec: f.FollowUpSpec}}, []string{e.Ref}
}

func (e FollowUpSet) apply(d *draft, m Meta) {
	i, err := find(RefFollowUp, e.Ref, len(d.FollowUps))
	if err != nil {
		return
	}
	f := d.followUp(i)
	was := f.FollowUpSpec
	f.FollowUpSpec, f.Changed = e.FollowUpSpec, m.Version
	d.feed(m, f.Ref, "%s: %s", f.Title, was.changedTo(&f.FollowUpSpec))
}

// changedTo says what differs.
func (s *FollowUpSpec) changedTo(o *FollowUpSpec) string {
	var out []string
	say := func(differs bool, what string) {
		if differs {
			out = append(out, what)
		}
	}
	say(s.Owner != o.Owner, "@"+o.Owner)
	say(s.Due != o.Due, "due "+string(o.Due))
	say(s.Priority != o.Priority, o.Priority.String())
	say(s.Kind != o.Kind, string(o.Kind))
	say(s.Team != o.Team, "team "+string(orNone(o.Team)))
	say(s.Ticket != o.Ticket, "ticket "+string(orNone(o.Ticket)))
	say(s.Factor != o.Factor, "factor "+string(orNone(Text(o.Factor))))
	say(!slices.Equal(s.Changes, o.Changes), "changes "+string(orNone(Text(strings.Join(o.Changes, " ")))))
	say(s.Title != o.Title, "was “"+string(s.Title)+"”")
	return strings.Join(out, ", ")
}

func orNone(t Text) Text {
	if t == "" {
		return "none"
	}
	return t
}

// MoveFollowUp brings a follow-up to a state. Done needs evidence, dropped a reason,
// and so does taking up again what was settled.
type MoveFollowUp struct {
	Ref      string
	To       FollowUpState
	Evidence Text
	Reason   Text
	Seen     uint64 // version of the incident that was on the screen, 0 when any
}

// FollowUpMoved is a follow-up in another state.
type FollowUpMoved struct {
	Ref      string        `json:"ref"`
	State    FollowUpState `json:"state"`
	Evidence Text          `json:"evidence,omitempty"`
	Reason   Text          `json:"reason,omitempty"`
	Back     bool          `json:"back,omitempty"` // an undo
}

// Decide implements Command.
func (c MoveFollowUp) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessRespond); err != nil {
		return nil, err
	}
	f, err := in.FollowUp(c.Ref)
	if err != nil {
		return nil, err
	}
	to, err := ParseFollowUpState(string(c.To))
	if err != nil {
		return nil, err
	}
	if f.State == to {
		last := f.Last()
		return nil, Conflict("%s is %s already, by @%s at %s", f.Ref, to, last.By, last.At.Format("2006-01-02 15:04Z")).Hint("finding list %s shows it", in.ID)
	}
	if err := stale(in, f.Ref, f.Changed, c.Seen); err != nil {
		return nil, err
	}
	c.Evidence, c.Reason = trimmed(c.Evidence), trimmed(c.Reason)
	if to == FollowUpDone && c.Evidence == "" {
		return nil, Invalid("%s is done only with what proves it", f.Ref).Hint("add --evidence \"change, commit, test or where it can be seen\"").On("evidence")
	}
	if to != FollowUpDone && c.Evidence != "" {
		return nil, Invalid("evidence is for what is done").Hint("leave it out, or bring %s to done", f.Ref).On("evidence")
	}
	if err := checkText("evidence", c.Evidence, MaxReason, false); err != nil {
		return nil, err
	}
	check := checkText("reason", c.Reason, MaxReason, false)
	if to == FollowUpDropped || f.State.Settled() && !to.Settled() {
		check = checkReason(c.Reason)
	}
	if check != nil {
		return nil, check
	}
	return []Event{FollowUpMoved{Ref: f.Ref, State: to, Evidence: c.Evidence, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (FollowUpMoved) Kind() string { return "followup.moved" }

func (FollowUpMoved) learned() {}

func (e FollowUpMoved) redacted(mark Text) Event {
	for _, f := range []*Text{&e.Evidence, &e.Reason} {
		if *f != "" {
			*f = mark
		}
	}
	return e
}

func (e FollowUpMoved) inverse(in *Incident) ([]Event, []string) {
	f, err := in.FollowUp(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{FollowUpMoved{Ref: e.Ref, State: f.State, Evidence: f.Evidence, Reason: f.Reason, Back: true}}, []string{e.Ref}
}

func (e FollowUpMoved) apply(d *draft, m Meta) {
	i, err := find(RefFollowUp, e.Ref, len(d.FollowUps))
	if err != nil {
		return
	}
	f := d.followUp(i)
	f.State, f.Evidence, f.Reason, f.Changed = e.State, e.Evidence, e.Reason, m.Version
	f.Steps = append(slices.Clip(f.Steps), FollowUpStep{State: e.State, By: m.Actor, At: m.At, Evidence: e.Evidence, Reason: e.Reason, Back: e.Back})
	what := withReason(string(e.State)+": "+string(f.Title), e.Reason)
	if e.Evidence != "" {
		what += " – " + e.Evidence
	}
	d.feed(m, f.Ref, "%s", what)
}
