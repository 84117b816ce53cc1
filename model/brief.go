package model

import "time"

// Brief is what the board shows of an incident without opening it.
type Brief struct {
	ID         string
	Version    uint64
	Title      Text
	Type       string
	Severity   Severity
	Priority   Priority
	Phase      Phase
	Status     Status
	IC, Deputy string
	Exercise   bool
	Restricted bool
	Access     map[string]Access
	DeclaredAt time.Time
	ClosedAt   time.Time
	UpdatedAt  time.Time
	Entries    int // timeline entries
	Indicators int
	Assets     int
	ItemsDone  int // settled checklist items, preparation left out
	Items      int
	Deadline   DeadlineBrief // empty when no clock runs
	PostMortem PostMortemBrief
	FollowUps  []FollowUpBrief
	Clocks     []ClockBrief // the obligations with a fixed time
	Report     *ReportBrief // set for a report, which is no incident
	Review     *ReviewBrief // set for the register of a month's review

	// What metrics need; empty for what is no incident.
	Preliminary  Severity // as declared
	Times        Times
	Class        ClassBrief
	Required     int // required checklist items …
	RequiredDone int // … and those that are done, not applicable or waived with a reason
	Imported     bool
}

// DeadlineBrief is the open obligation that is due next.
type DeadlineBrief struct {
	Ref, Regime string
	Start, Due  time.Time
}

// ClockBrief is an obligation with a fixed time: when it is due, and when its
// notice went out.
type ClockBrief struct {
	Due  time.Time
	Sent time.Time // zero: not yet
}

// Missed says whether it was sent late, or is due and not sent.
func (c ClockBrief) Missed(now time.Time) bool {
	if c.Sent.IsZero() {
		return now.After(c.Due)
	}
	return c.Sent.After(c.Due)
}

// ReviewBrief is what lists show of a month's review.
type ReviewBrief struct {
	ClosedBy             string // "" while it is open
	ClosedAt             time.Time
	Attendees, Decisions int
	Open                 []DecisionBrief // decisions that wait to be carried out
}

// DecisionBrief is a decision that waits to be carried out.
type DecisionBrief struct {
	Ref   string
	Text  Text
	Owner string
	Due   time.Time // zero: not said
}

// PostMortemBrief is how far the post-mortem is.
type PostMortemBrief struct {
	State    PostMortemState
	Required bool      // the data impact asks for one
	Waived   bool      // the lead said that none is written
	SignedAt time.Time // when it was signed off; zero before
	ClosedAt time.Time // when it was closed; zero before
}

// Owed says whether the incident's close waits for it.
func (p *PostMortemBrief) Owed() bool { return p.Required && !p.Waived && !p.State.Signed() }

// ReportBrief is what the intake shows of a report.
type ReportBrief struct {
	State     ReportState
	Source    Text
	Assignee  string
	Again     int
	Of        string // what it was decided to belong to
	DecidedBy string
	DecidedAt time.Time
}

// Brief makes the incident's line for the board.
func (in *Incident) Brief() Brief {
	b := Brief{ID: in.ID, Version: in.Version, Title: in.Title, Type: in.Type, Severity: in.Severity, Priority: in.Priority,
		Phase: in.Phase, Status: in.Status, IC: in.Roles[RoleIC], Deputy: in.Roles[RoleDeputy], Exercise: in.Exercise,
		Restricted: in.Restricted, Access: in.Access, DeclaredAt: in.DeclaredAt, ClosedAt: in.ClosedAt, UpdatedAt: in.UpdatedAt,
		Entries: len(in.Timeline), Indicators: len(in.Indicators), Assets: len(in.Assets),
		Preliminary: in.Preliminary, Times: in.Times(), Class: in.Class.Brief(), Imported: in.Import != nil}
	if r := in.Report; r != nil {
		b.Report = &ReportBrief{State: r.State, Source: r.Source, Assignee: r.Assignee, Again: r.Again}
		if d := r.Decision; d != nil {
			b.Report.Of, b.Report.DecidedBy, b.Report.DecidedAt = d.Of, d.By, d.At
		}
	}
	b.PostMortem = in.postMortemBrief()
	if o := in.Deadline(); o != nil && in.Open() {
		b.Deadline = DeadlineBrief{Ref: o.Ref, Regime: o.Regime, Start: o.TriggerAt, Due: o.DueAt}
	}
	for _, f := range in.FollowUps {
		b.FollowUps = append(b.FollowUps, f.Brief())
	}
	for _, o := range in.Obligations {
		if o.Retracted == "" && o.State != ObligationNot && !o.DueAt.IsZero() {
			b.Clocks = append(b.Clocks, ClockBrief{Due: o.DueAt, Sent: o.SentAt})
		}
	}
	b.Review = in.Review.brief()
	for _, it := range in.Checklist {
		if it.Required {
			b.Required++
			if it.passes() {
				b.RequiredDone++
			}
		}
		if it.Phase == PhasePreparation {
			continue
		}
		b.Items++
		if it.State.Settled() {
			b.ItemsDone++
		}
	}
	return b
}

// CanRead says whether by may know of the incident.
func (b *Brief) CanRead(by Actor) bool {
	return RightsIn(by, b.Restricted, b.Access, b.IC, b.Deputy) >= rank(AccessRead)
}

// CanRespond says whether by may change things in the incident.
func (b *Brief) CanRespond(by Actor) bool {
	return RightsIn(by, b.Restricted, b.Access, b.IC, b.Deputy) >= rank(AccessRespond)
}
