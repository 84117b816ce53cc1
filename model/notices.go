package model

import (
	"strings"
	"time"
)

// MaxDraft is the longest notice.
const MaxDraft = 64 << 10

// openObligation is an obligation that can still be worked on.
func (in *Incident) openObligation(ref string) (*Obligation, error) {
	o, err := in.Obligation(ref)
	switch {
	case err != nil:
		return nil, err
	case o.Retracted != "":
		return nil, Conflict("%s was taken back, by @%s", o.Ref, o.Retracted).Hint("notify add %s %s begins it anew", in.ID, o.Regime)
	case o.State == ObligationSent:
		return nil, Conflict("%s is sent already, by @%s at %s", o.Ref, o.By, o.SentAt.Format("2006-01-02 15:04Z")).Hint("notify list %s shows it", in.ID)
	}
	return o, nil
}

// ObligationSet is an obligation that has come further: all of its progress as
// it is then, its draft when that changed, and the clocks that it moves.
type ObligationSet struct {
	Ref string `json:"ref"`
	Progress
	Draft  *Text      `json:"draft,omitempty"`
	Clocks []clockSet `json:"clocks,omitempty"`
}

// DraftNotice writes the text of a notice. An approval of an older text is void.
type DraftNotice struct {
	Ref  string
	Text Text
	Seen uint64 // version of the incident that the editor saw, 0 when any
}

// Decide implements Command.
func (c DraftNotice) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	o, err := in.work(c.Ref, by)
	if err != nil {
		return nil, err
	}
	if err := stale(in, o.Ref, o.Changed, c.Seen); err != nil {
		return nil, err
	}
	if o.State == ObligationNot {
		return nil, Conflict("%s is not required, says @%s", o.Ref, o.By).Hint("notify reopen %s %s takes it up again", in.ID, o.Ref)
	}
	if err := checkText("draft", c.Text, MaxDraft, true); err != nil {
		return nil, err
	}
	if c.Text == o.Draft {
		return nil, nil
	}
	p := o.Progress
	p.State, p.DraftedBy, p.ApprovedBy, p.By = ObligationDrafted, by.Name, "", by.Name
	return []Event{ObligationSet{Ref: o.Ref, Progress: p, Draft: &c.Text}}, nil
}

func (in *Incident) work(ref string, by Actor) (*Obligation, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	return in.openObligation(ref)
}

// ApproveNotice approves the draft that somebody else wrote.
type ApproveNotice struct {
	Ref  string
	Seen uint64 // version that the approver saw: what is approved is what was read
}

// Decide implements Command.
func (c ApproveNotice) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	o, err := in.work(c.Ref, by)
	if err != nil {
		return nil, err
	}
	switch {
	case o.State == ObligationApproved:
		return nil, Conflict("%s is approved already, by @%s", o.Ref, o.ApprovedBy).Hint("notify sent %s %s --proof … when it went out", in.ID, o.Ref)
	case o.State != ObligationDrafted:
		return nil, Invalid("%s has no draft to approve", o.Ref).Hint("write it: notify draft %s %s -", in.ID, o.Ref)
	case o.DraftedBy == by.Name:
		return nil, Forbidden("@%s wrote the draft of %s and cannot approve it", by.Name, o.Ref).Hint("ask somebody else to read and approve it")
	}
	if err := stale(in, o.Ref, o.Changed, c.Seen); err != nil {
		return nil, err
	}
	p := o.Progress
	p.State, p.ApprovedBy, p.By = ObligationApproved, by.Name, by.Name
	return []Event{ObligationSet{Ref: o.Ref, Progress: p}}, nil
}

// MarkSent records that a notice went out, with what proves it. One that nobody
// approved is the lead's, with a reason that stays in the record.
type MarkSent struct {
	Ref    string
	At     time.Time // zero: now
	Proof  Text
	Reason Text
	Rules  *Rules
}

// Decide implements Command.
func (c MarkSent) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	o, err := in.work(c.Ref, by)
	if err != nil {
		return nil, err
	}
	if o.State == ObligationNot {
		return nil, Conflict("%s is not required, says @%s", o.Ref, o.By).Hint("notify reopen %s %s takes it up again", in.ID, o.Ref)
	}
	if strings.TrimSpace(string(c.Proof)) == "" {
		return nil, Invalid("a proof of sending is needed").Hint("add --proof \"receipt, reference or where it is kept\"").On("proof")
	}
	if err := checkText("proof", c.Proof, MaxReason, true); err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if o.State != ObligationApproved {
		if strings.TrimSpace(string(c.Reason)) == "" {
			return nil, Invalid("%s is not approved", o.Ref).Hint("let somebody else approve its draft; the lead may record it as sent without, with a reason").On("reason")
		}
		if err := in.may(by, AccessLead); err != nil {
			return nil, err
		}
	}
	if c.At.IsZero() {
		c.At = now
	}
	if err := checkMoment("the sending", c.At, now); err != nil {
		return nil, err
	}
	p := o.Progress
	p.State, p.SentAt, p.Proof, p.Reason, p.By = ObligationSent, Stamp(c.At), c.Proof, c.Reason, by.Name
	ev := ObligationSet{Ref: o.Ref, Progress: p}
	ev.Clocks = in.plan(c.Rules).moved(func(x *Obligation) bool { return x != o && x.Regime == o.Regime && x.From == o.Stage },
		func(*Obligation) time.Time { return p.SentAt })
	return []Event{ev}, nil
}

// NotRequired records the decision that a notice is not owed.
type NotRequired struct {
	Ref    string
	Reason Text
}

// Decide implements Command.
func (c NotRequired) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	o, err := in.work(c.Ref, by)
	if err != nil {
		return nil, err
	}
	if o.State == ObligationNot {
		return nil, Conflict("%s is not required already, says @%s", o.Ref, o.By).Hint("notify list %s shows why", in.ID)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	p := o.Progress
	p.State, p.Reason, p.By = ObligationNot, c.Reason, by.Name
	return []Event{ObligationSet{Ref: o.Ref, Progress: p}}, nil
}

// ReopenNotice takes a notice up again that was said not to be required.
type ReopenNotice struct {
	Ref    string
	Reason Text
	Rules  *Rules
}

// Decide implements Command.
func (c ReopenNotice) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	o, err := in.work(c.Ref, by)
	if err != nil {
		return nil, err
	}
	if o.State != ObligationNot {
		return nil, Conflict("%s is %s", o.Ref, o.State).Hint("only what is not required can be taken up again")
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	p := o.Progress
	p.State, p.Reason, p.By = ObligationRunning, c.Reason, by.Name
	if o.Draft != "" {
		p.State, p.ApprovedBy = ObligationDrafted, ""
	}
	ev := ObligationSet{Ref: o.Ref, Progress: p}
	if o.Trigger != "agreed" { // triggers may have been recorded while it rested
		t, due := in.plan(c.Rules).clock(&o.Duty, o.OwnAt, in.sentAt(o.Regime, o.From))
		ev.Clocks = []clockSet{{Ref: o.Ref, TriggerAt: t, DueAt: due}}
	}
	return []Event{ev}, nil
}

// AssignNotice gives an obligation an owner, or none.
type AssignNotice struct {
	Ref, Owner string
}

// Decide implements Command.
func (c AssignNotice) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	o, err := in.work(c.Ref, by)
	if err != nil {
		return nil, err
	}
	if c.Owner != "" {
		if c.Owner, err = ParseUserName(c.Owner); err != nil {
			return nil, err
		}
	}
	if c.Owner == o.Owner {
		return nil, nil
	}
	p := o.Progress
	p.Owner = c.Owner
	return []Event{ObligationSet{Ref: o.Ref, Progress: p}}, nil
}

// Kind implements Event.
func (ObligationSet) Kind() string { return "obligation.set" }

func (e ObligationSet) redacted(mark Text) Event {
	if e.Draft != nil {
		e.Draft = &mark
	}
	if e.Proof != "" {
		e.Proof = mark
	}
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e ObligationSet) inverse(in *Incident) ([]Event, []string) {
	o, err := in.Obligation(e.Ref)
	if err != nil {
		return nil, nil
	}
	back := ObligationSet{Ref: e.Ref, Progress: o.Progress}
	if e.Draft != nil {
		back.Draft = &o.Draft
	}
	var touches []string
	back.Clocks, touches = before(in, e.Clocks)
	return []Event{back}, append(touches, e.Ref)
}

func (e ObligationSet) apply(d *draft, m Meta) {
	i, err := find(RefObligation, e.Ref, len(d.Obligations))
	if err != nil {
		return
	}
	o := d.obligation(i)
	was := o.Progress
	o.Progress, o.Changed = e.Progress, m.Version
	if e.Draft != nil {
		o.Draft = *e.Draft
	}
	d.clocks(m, e.Clocks)
	what := Text(o.State)
	switch {
	case was.Owner != o.Owner && o.Owner == "":
		what = "has no owner"
	case was.Owner != o.Owner:
		what = Text("@" + o.Owner)
	case o.State == ObligationSent:
		what = withReason("sent to "+string(o.Recipient)+", proof: "+string(o.Proof), o.Reason)
		if o.ApprovedBy == "" {
			what = "without approval: " + what
		}
		if o.Late(o.SentAt) {
			what = "late: " + what
		}
	case o.State == ObligationNot:
		what = withReason("not required", o.Reason)
	case was.State == ObligationNot:
		what = withReason("taken up again", o.Reason)
	}
	if was.State != o.State && (o.State.Settled() || was.State.Settled()) {
		d.log(m, KindNotice, Text(o.Ref+" ")+o.Title+": "+what)
	}
	d.feed(m, o.Ref, "%s: %s", o.Title, what)
}

// Update is what stakeholders were told last.
type Update struct {
	At  time.Time
	By  string
	Ref string // of the timeline entry
}

// TellStakeholders records an update to stakeholders; the next one is due after
// the time that the severity gives.
type TellStakeholders struct{ Text Text }

// StakeholdersTold is an update that went to stakeholders.
type StakeholdersTold struct {
	Text Text `json:"text"`
}

// Decide implements Command.
func (c TellStakeholders) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if err := checkText("update", c.Text, MaxEntry, true); err != nil {
		return nil, err
	}
	return []Event{StakeholdersTold(c)}, nil
}

// Kind implements Event.
func (StakeholdersTold) Kind() string { return "update.told" }

func (e StakeholdersTold) redacted(mark Text) Event {
	e.Text = mark
	return e
}

func (e StakeholdersTold) apply(d *draft, m Meta) {
	en := d.append(m, KindUpdate, e.Text)
	d.Told = Update{At: m.At, By: m.Actor, Ref: en.Ref}
	d.feed(m, en.Ref, "stakeholder update: %s", e.Text)
}

// UpdateDue is when stakeholders have to be told next; zero when no cadence runs.
func (in *Incident) UpdateDue() time.Time {
	every := UpdateEvery(in.Severity)
	if every == 0 || !in.Open() || in.Phase == PhasePostIncident {
		return time.Time{}
	}
	if in.Told.At.IsZero() {
		return in.DeclaredAt.Add(every)
	}
	return in.Told.At.Add(every)
}
