package model

import (
	"slices"
	"time"
)

// Close ends an incident. A reason goes past what is open, except a post-mortem
// that is owed: that takes the post-mortem, or the lead's recorded waiver.
type Close struct{ Reason Text }

// Reopen takes up a closed incident again, in its last phase before closing.
type Reopen struct{ Reason Text }

// Relate links this incident to another one. The room sends the same command to
// the other side, so that both show it.
type Relate struct {
	Other  string
	Reason Text
}

// IncidentClosed is the end of an incident.
type IncidentClosed struct {
	Reason  Text     `json:"reason,omitempty"`
	Blocked []string `json:"blocked,omitempty"` // what was left open
}

// IncidentReopened undoes a close.
type IncidentReopened struct {
	Reason Text `json:"reason"`
}

// IncidentRelated links two incidents.
type IncidentRelated struct {
	Other  string `json:"other"`
	Reason Text   `json:"reason,omitempty"`

	RaisedAt time.Time `json:"raised_at,omitzero"` // of a report: when it was raised …
	TakenAt  time.Time `json:"taken_at,omitzero"`  // … and when somebody took it up
}

// Decide implements Command.
func (c Close) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.visible(by); err != nil {
		return nil, err
	}
	if err := in.notReport(); err != nil {
		return nil, err
	}
	if !in.Open() {
		return nil, Conflict("%s is closed already, since %s", in.ID, in.ClosedAt.Format("2006-01-02 15:04Z")).
			Hint("incident reopen %s --reason \"why\" takes it up again", in.ID)
	}
	if err := in.may(by, AccessLead); err != nil {
		return nil, err
	}
	if in.Phase != PhasePostIncident && noText(c.Reason) {
		return nil, Invalid("%s is in %s, not in post-incident", in.ID, in.Phase).
			Hint("finish the phases first, or close it with --reason").On("reason")
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	open := in.Blockers(PhaseClosed)
	if in.PostMortemOwed() {
		if !noText(c.Reason) { // it goes past the rest
			open = slices.DeleteFunc(open, func(b Blocker) bool { return b.Ref != BlockPostMortem })
		}
		return nil, Invalid("%s", sayBlockers(open)).
			Hint("write it and have it signed off (postmortem show %s), or waive it: postmortem waive %s --reason \"why\"", in.ID, in.ID).On("postmortem")
	}
	if len(open) > 0 && noText(c.Reason) {
		return nil, Invalid("%s", sayBlockers(open)).Hint("do or waive them, or close it with --reason").On("reason")
	}
	return []Event{IncidentClosed{Reason: c.Reason, Blocked: refsOf(open)}}, nil
}

// Kind implements Event.
func (IncidentClosed) Kind() string { return "incident.closed" }

func (e IncidentClosed) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e IncidentClosed) apply(d *draft, m Meta) {
	d.Status, d.ClosedAt = StatusClosed, m.At
	d.Phase = PhaseClosed
	d.Phases = append(slices.Clip(d.Phases), PhaseStep{Phase: PhaseClosed, By: m.Actor, At: m.At, Reason: e.Reason})
	what := "closed"
	if len(e.Blocked) > 0 {
		what += " past " + shortList(e.Blocked)
	}
	d.log(m, KindStatus, withReason(what, e.Reason))
	d.feed(m, "", "%s", withReason(what, e.Reason))
}

// Decide implements Command.
func (c Reopen) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.visible(by); err != nil {
		return nil, err
	}
	if err := in.notReport(); err != nil {
		return nil, err
	}
	if in.Open() {
		return nil, Conflict("%s is open", in.ID).Hint("incident show %s tells where it stands", in.ID)
	}
	if in.Rights(by) < rank(AccessLead) {
		return nil, in.forbidden(by, AccessLead)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{IncidentReopened(c)}, nil
}

// Kind implements Event.
func (IncidentReopened) Kind() string { return "incident.reopened" }

func (e IncidentReopened) redacted(mark Text) Event { return IncidentReopened{Reason: mark} }

func (e IncidentReopened) apply(d *draft, m Meta) {
	back := PhasePostIncident
	for _, s := range slices.Backward(d.Phases) {
		if s.Phase != PhaseClosed {
			back = s.Phase
			break
		}
	}
	d.Status, d.ClosedAt, d.Phase = StatusOpen, time.Time{}, back
	d.reopenPostMortem(m, e.Reason)
	d.Phases = append(slices.Clip(d.Phases), PhaseStep{Phase: back, By: m.Actor, At: m.At, Reason: e.Reason})
	d.log(m, KindStatus, withReason("reopened", e.Reason))
	d.feed(m, "", "%s", withReason("reopened the incident", e.Reason))
}

// Decide implements Command. Relating closed incidents is allowed: an old case
// often explains a new one.
func (c Relate) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.visible(by); err != nil {
		return nil, err
	}
	if err := in.notReport(); err != nil {
		return nil, err
	}
	if in.Rights(by) < rank(AccessRespond) {
		return nil, in.forbidden(by, AccessRespond)
	}
	other, err := ParseIncidentID(c.Other)
	if err != nil {
		return nil, err
	}
	c.Other = other
	if c.Other == in.ID {
		return nil, Invalid("%s cannot be related to itself", in.ID).Hint("name the other incident")
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if slices.Contains(in.Related, c.Other) {
		return nil, nil
	}
	return []Event{IncidentRelated{Other: c.Other, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (IncidentRelated) Kind() string { return "incident.related" }

func (e IncidentRelated) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e IncidentRelated) apply(d *draft, m Meta) {
	if e.Other != "" && !slices.Contains(d.Related, e.Other) {
		d.Related = append(slices.Clip(d.Related), e.Other)
	}
	d.ReportedAt, d.TakenAt = firstOf(d.ReportedAt, e.RaisedAt), firstOf(d.TakenAt, e.TakenAt)
	d.log(m, KindStatus, withReason("related to "+e.Other, e.Reason))
	d.feed(m, "", "%s", withReason("related to "+e.Other, e.Reason))
}

// firstOf is the earlier of two times; zero is none.
func firstOf(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b.UTC()
	}
	return a
}

func withReason(what string, reason Text) Text {
	if reason == "" {
		return Text(what)
	}
	return Text(what) + " “" + reason + "”"
}
