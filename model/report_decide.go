package model

import (
	"slices"
	"strings"
	"time"
)

// DecideReport says what a report is. A decision needs a reason, but for a
// security incident with a confirmed effect, or one that joins an incident.
type DecideReport struct {
	State    ReportState
	Of       string   // the incident it opens or joins; the report or incident it is a duplicate of
	Joins    bool     // Of was there before
	Severity Severity // adjusted; 0 keeps the preliminary one
	Reason   Text
	Effects  []string // of Effects: what is confirmed
}

// ReportDecided is a decision.
type ReportDecided struct {
	State    ReportState `json:"state"`
	Of       string      `json:"of,omitempty"`
	Severity Severity    `json:"severity,omitzero"`
	Reason   Text        `json:"reason,omitempty"`
	Effects  []string    `json:"effects,omitempty"`
}

// Decide implements Command. The decision that was first stands.
func (c DecideReport) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayReport(by, AccessRespond); err != nil {
		return nil, err
	}
	if d := in.Report.Decision; d != nil {
		return nil, Conflict("@%s decided %s at %s: %s", d.By, in.ID, d.At.Format("15:04:05Z"), d.public()).
			Hint("a wrong decision is taken back by: report reopen %s --reason \"why\"", in.ID)
	}
	if !slices.Contains(ReportDecisions(), c.State) {
		return nil, Usage("%q is no decision", excerpt(string(c.State))).Hint("use incident, event, false-positive or duplicate").On("state")
	}
	if err := c.belongs(in); err != nil {
		return nil, err
	}
	if err := c.reasoned(); err != nil {
		return nil, err
	}
	if c.Severity != 0 && !c.Severity.Valid() {
		return nil, Usage("that is no severity").Hint("give 1 (critical) to 4 (low)").On("severity")
	}
	ev := ReportDecided{State: c.State, Of: c.Of, Severity: c.Severity, Reason: c.Reason}
	if c.Severity == in.Severity {
		ev.Severity = 0
	}
	for _, e := range Effects() { // in their order, each once
		if slices.Contains(c.Effects, e) {
			ev.Effects = append(ev.Effects, e)
		}
	}
	return []Event{ev}, nil
}

// belongs checks what the report is said to be part of.
func (c *DecideReport) belongs(in *Incident) error {
	switch c.State {
	case ReportIncident:
		id, err := ParseIncidentID(c.Of)
		if err != nil {
			return err
		}
		c.Of = id
	case ReportDuplicate:
		if c.Of == "" {
			return Invalid("of what is it a duplicate?").Hint("add --of RPT-1 or --of INC-2026-0001").On("of")
		}
		id, err := ParseStreamID(c.Of)
		if err != nil {
			return err
		}
		if c.Of = id; id == in.ID {
			return Invalid("%s cannot be a duplicate of itself", in.ID).Hint("name the other one").On("of")
		}
	default:
		if c.Of != "" {
			return Usage("only an incident and a duplicate belong to something").Hint("leave --of out").On("of")
		}
	}
	return nil
}

// reasoned holds the incident test: see Effects.
func (c *DecideReport) reasoned() error {
	for _, e := range c.Effects {
		if !slices.Contains(Effects(), e) {
			return Usage("%q is no effect", excerpt(e)).Hint("use %s", strings.Join(Effects(), ", ")).On("effect")
		}
	}
	if c.State != ReportIncident {
		if len(c.Effects) > 0 {
			return Invalid("with a confirmed effect it is a security incident").Hint("decide incident, or leave the effects out").On("effect")
		}
		return checkReason(c.Reason)
	}
	if len(c.Effects) == 0 && !c.Joins && strings.TrimSpace(string(c.Reason)) == "" {
		return Invalid("not a security incident: no effect on services, customer or personal data is confirmed").
			Hint("decide event; or add --effect %s …, or --reason \"why it is treated as one\"", Effects()[0]).On("reason")
	}
	return checkText("reason", c.Reason, MaxReason, false)
}

// Kind implements Event.
func (ReportDecided) Kind() string { return "report.decided" }

func (e ReportDecided) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e ReportDecided) apply(d *draft, m Meta) {
	r := d.report()
	if r == nil {
		return
	}
	sev := d.Severity
	if e.Severity.Valid() {
		sev = e.Severity
		d.Severities = append(slices.Clip(d.Severities), SeverityChange{From: d.Severity, To: sev, By: m.Actor, At: m.At, Reason: e.Reason})
		d.Severity, d.Priority = sev, Priority(sev)
	}
	dec := ReportDecision{State: e.State, By: m.Actor, At: m.At, Reason: e.Reason, Of: e.Of, Severity: sev, Effects: list(e.Effects)}
	r.State, r.Decision = e.State, &dec
	r.Decisions = append(slices.Clip(r.Decisions), dec)
	if e.Of != "" && !slices.Contains(d.Related, e.Of) {
		d.Related = append(slices.Clip(d.Related), e.Of)
	}
	d.feed(m, "", "%s", withReason("decided: "+dec.what(), e.Reason))
}

// what is the decision in a few words.
func (r *ReportDecision) what() string {
	switch {
	case r.State == ReportDuplicate:
		return "duplicate of " + r.Of
	case r.Of != "":
		return string(r.State) + " " + r.Of
	}
	return string(r.State)
}

// public is what leaves out the incident: it may be restricted by now (AUTH-5).
func (r *ReportDecision) public() string {
	if r.Of == "" || IsReportID(r.Of) {
		return r.what()
	}
	return string(r.State)
}

// What is the decision in a few words: false-positive, duplicate of RPT-3.
func (r *ReportDecision) What() string { return r.what() }

// ReopenReport takes a wrong decision back, with a reason. The decision, and an
// incident that it opened, stay in the record.
type ReopenReport struct{ Reason Text }

// ReportReopened is a decision taken back.
type ReportReopened struct {
	Reason Text `json:"reason"`
}

// Decide implements Command.
func (c ReopenReport) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayReport(by, AccessRespond); err != nil {
		return nil, err
	}
	if in.Report.Decision == nil {
		return nil, Conflict("%s is not decided", in.ID).Hint("report triage %s decides it", in.ID)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{ReportReopened(c)}, nil
}

// Kind implements Event.
func (ReportReopened) Kind() string { return "report.reopened" }

func (e ReportReopened) redacted(mark Text) Event { return ReportReopened{Reason: mark} }

func (e ReportReopened) apply(d *draft, m Meta) {
	r := d.report()
	if r == nil {
		return
	}
	r.State, r.Decision = ReportNew, nil
	r.Decisions = append(slices.Clip(r.Decisions), ReportDecision{State: ReportNew, By: m.Actor, At: m.At, Reason: e.Reason, Severity: d.Severity, Effects: []string{}})
	d.feed(m, "", "%s", withReason("reopened", e.Reason))
}

// TakeReport is the other side of a decision: what an incident has of a report
// that opened or joined it. The room writes both sides or none.
type TakeReport struct {
	Report    *Incident // as it was before the decision
	Open      *Declare  // nil: the incident is there
	Duplicate bool      // only the link: the incident knows it already
	Reason    Text
	Effects   []string
}

// maxTaken is how much of a report's text stands in the timeline; all of it
// stays in the report.
const maxTaken = 32 << 10

// Decide implements Command.
func (c TakeReport) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	var evs []Event
	restricted := in.Restricted
	if c.Open != nil {
		var err error
		if evs, err = c.Open.Decide(in, by, now); err != nil {
			return nil, err
		}
		restricted = c.Open.Restricted
	} else if err := c.mayJoin(in, by); err != nil {
		return nil, err
	}
	if restricted { // it is named nowhere but in itself (AUTH-5)
		return nil, Invalid("a report is open to every account and would name the restricted incident").
			Hint("decide %s by itself, and write a note where the right people see it", c.Report.ID)
	}
	if slices.Contains(in.Related, c.Report.ID) {
		return evs, nil // it was joined before, and reopened
	}
	if c.Duplicate {
		return append(evs, c.related(Text("duplicate: ")+c.Reason, now)), nil
	}
	// The refs go on after what the events so far make.
	next := *in
	d := &draft{Incident: &next}
	for _, ev := range evs {
		ev.apply(d, Meta{Incident: in.ID, Actor: by.Name, At: now})
	}
	evs = append(evs, EntryAdded{Ref: makeRef(RefEntry, len(next.Timeline)+1), Text: c.Report.taken(), OccurredAt: c.Report.DeclaredAt, Precision: PrecisionSecond})
	var list []NewIndicator
	for _, x := range c.Report.Indicators {
		if x.Retracted == "" {
			list = append(list, NewIndicator{Type: x.Type, Value: x.Value, Verdict: x.Verdict, Confidence: x.Confidence, TLP: x.TLP,
				Source: Text(c.Report.ID), Seen: x.FirstSeen})
		}
	}
	evs, err := in.found(evs, list, now)
	if err != nil {
		return nil, err
	}
	why := c.Reason
	if len(c.Effects) > 0 {
		why = Text(strings.TrimSpace("confirmed effect on " + strings.Join(c.Effects, ", ") + "; " + string(c.Reason)))
		why = Text(strings.TrimSuffix(string(why), ";"))
	}
	return append(evs, c.related(why, now)), nil
}

// related is the link to the report, with when it was raised and taken up: the
// incident was detected and acknowledged then.
func (c *TakeReport) related(why Text, now time.Time) IncidentRelated {
	ev := IncidentRelated{Other: c.Report.ID, Reason: why, RaisedAt: c.Report.DeclaredAt, TakenAt: now}
	if r := c.Report.Report; r != nil && !r.TakenAt.IsZero() {
		ev.TakenAt = r.TakenAt
	}
	return ev
}

func (c *TakeReport) mayJoin(in *Incident, by Actor) error {
	if !c.Duplicate {
		return in.may(by, AccessRespond)
	}
	// What is known already may have been closed since.
	if err := in.visible(by); err != nil {
		return err
	}
	if err := in.notReport(); err != nil {
		return err
	}
	if in.Rights(by) < rank(AccessRespond) {
		return in.forbidden(by, AccessRespond)
	}
	return nil
}

// taken is a report as the timeline entry of its incident.
func (in *Incident) taken() Text {
	head := in.ID + " by @" + in.DeclaredBy
	if in.Report.Source != "" {
		head += ", from " + string(in.Report.Source)
	}
	if in.Report.Reference != "" {
		head += " (" + string(in.Report.Reference) + ")"
	}
	text := head + ": " + string(in.Title)
	if body := string(in.Report.Text); body != "" {
		if len(body) > maxTaken {
			body = cutAt(body, maxTaken) + "\n… all of it: report show " + in.ID
		}
		text += "\n" + body
	}
	return Text(text)
}

// cutAt cuts a text to most bytes, not in the middle of a character.
func cutAt(s string, most int) string {
	for i := most; i > most-4; i-- {
		if s[i]&0xc0 != 0x80 {
			return s[:i]
		}
	}
	return s[:most]
}
