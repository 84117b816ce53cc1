package model

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// A report is suspicious activity that somebody saw, before anybody decided what
// it is. It is a stream of its own in the log, folded by the same Incident with
// Report set: one log, one write path. Of an incident's commands it takes none.

// StatusReport is the status of a report's stream: neither open nor closed.
const StatusReport Status = "report"

// ReportState is what the team has decided of a report.
type ReportState string

// The states. All but new are decisions.
const (
	ReportNew       ReportState = "new"
	ReportIncident  ReportState = "incident"       // a security incident
	ReportEvent     ReportState = "event"          // it happened, and is no security incident
	ReportFalse     ReportState = "false-positive" // it did not happen
	ReportDuplicate ReportState = "duplicate"      // of another report or an incident
)

// ReportDecisions lists what a report can be decided to be.
func ReportDecisions() []ReportState {
	return []ReportState{ReportIncident, ReportEvent, ReportFalse, ReportDuplicate}
}

// ReportStates lists every state.
func ReportStates() []ReportState { return append([]ReportState{ReportNew}, ReportDecisions()...) }

// ParseReportState reads a state in any letter case.
func ParseReportState(s string) (ReportState, error) {
	t := ReportState(strings.ToLower(strings.TrimSpace(s)))
	if slices.Contains(ReportStates(), t) {
		return t, nil
	}
	return "", Usage("%q is no state of a report", excerpt(s)).Hint("use new, incident, event, false-positive or duplicate").On("state")
}

// Effects lists what a security incident has a confirmed effect on. Where there
// is none it is, by definition, not a security incident.
func Effects() []string {
	return []string{"confidentiality", "integrity", "availability", "customer-data", "personal-data"}
}

// Report is what came in, and what was decided of it.
type Report struct {
	State     ReportState      `json:"state"`
	Source    Text             `json:"source"`    // who or what saw it: siem, people …
	Reference Text             `json:"reference"` // its name there: an alert's id, a ticket
	Text      Text             `json:"text"`      // as it came, byte for byte
	Assignee  string           `json:"assignee"`
	TakenAt   time.Time        `json:"taken_at,omitzero"` // when somebody first took it up
	Decision  *ReportDecision  `json:"decision"`          // nil while the report is new
	Decisions []ReportDecision `json:"decisions"`

	Again   int       `json:"again"` // how often it came again
	AgainAt time.Time `json:"again_at,omitzero"`
	AgainBy string    `json:"again_by,omitempty"`
	Newest  Text      `json:"newest_text,omitempty"` // what came last, where it differs from the text
}

// ReportDecision is one decision, or a decision taken back (state new).
type ReportDecision struct {
	State    ReportState `json:"state"`
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
	Reason   Text        `json:"reason"`
	Of       string      `json:"of"` // the incident or report that it belongs to
	Severity Severity    `json:"severity"`
	Effects  []string    `json:"effects"`
}

// Limits on the parts of a report, in bytes. The text of one report is the
// payload of one event.
const (
	MaxReport    = 1 << 20
	MaxSource    = 256
	MaxReference = MaxTitle
)

// ReportKey is the same for reports that are one: those with the same source and
// reference. It is "" where there is no reference.
func ReportKey(source, reference Text) string {
	ref := strings.TrimSpace(string(reference))
	if ref == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(string(source))) + "\x00" + ref))
	return hex.EncodeToString(sum[:])
}

// Key is the report's ReportKey.
func (r *Report) Key() string { return ReportKey(r.Source, r.Reference) }

// UnknownReport is the answer for a report that there is not.
func UnknownReport(id string) *Error {
	return NotFound("there is no report %s", excerpt(id)).Hint("report list shows them")
}

// notReport refuses what is for incidents only.
func (in *Incident) notReport() error {
	if in.Status == StatusRegister {
		return Invalid("%s is a register, not an incident", in.ID).Hint("incident list shows the incidents")
	}
	if in.Report == nil {
		return nil
	}
	if d := in.Report.Decision; d != nil && d.State == ReportIncident {
		return Invalid("%s is a report, not an incident", in.ID).Hint("report show %s names its incident", in.ID)
	}
	return Invalid("%s is a report, not an incident", in.ID).Hint("decide it first: report triage %s incident", in.ID)
}

// mayReport refuses who may not do so much with a report.
func (in *Incident) mayReport(by Actor, need Access) error {
	if err := in.visible(by); err != nil {
		return err
	}
	if in.Report == nil {
		return Invalid("%s is an incident, not a report", in.ID).Hint("report list shows the reports")
	}
	if in.Rights(by) < rank(need) {
		return Forbidden("@%s may raise and read reports, not decide them", by.Name).Hint("ask a responder")
	}
	return nil
}

// MayTriage says why by may not decide reports, or nil.
func (in *Incident) MayTriage(by Actor) error { return in.mayReport(by, AccessRespond) }

// RaiseReport raises a report. Everybody with an account may: it is everybody's
// duty. Indicators are those found in its text.
type RaiseReport struct {
	Title      Text
	Severity   Severity // preliminary
	Source     Text
	Reference  Text
	Text       Text
	Indicators []NewIndicator
}

// ReportRaised is the first event of every report.
type ReportRaised struct {
	Title     Text     `json:"title"`
	Severity  Severity `json:"severity"`
	Source    Text     `json:"source,omitempty"`
	Reference Text     `json:"reference,omitempty"`
	Text      Text     `json:"text,omitempty"`
}

// Decide implements Command.
func (c RaiseReport) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if in.Version != 0 {
		return nil, Conflict("%s is raised already", in.ID)
	}
	if by.Name == "" || !slices.Contains(ServerRoles(), by.Role) {
		return nil, Forbidden("only people with an account may raise a report").Hint("ask an admin for an account")
	}
	if err := checkTitle(c.Title); err != nil {
		return nil, err
	}
	if !c.Severity.Valid() {
		return nil, Invalid("severity is missing").Hint("give 1 (critical) to 4 (low); if unsure, the higher").On("severity")
	}
	for _, f := range []struct {
		name string
		text Text
		most int
	}{{"source", c.Source, MaxSource}, {"reference", c.Reference, MaxReference}, {"text", c.Text, MaxReport}} {
		if err := checkText(f.name, f.text, f.most, false); err != nil {
			return nil, err
		}
	}
	evs := []Event{ReportRaised{Title: c.Title, Severity: c.Severity, Source: trimmed(c.Source), Reference: trimmed(c.Reference), Text: c.Text}}
	return in.found(evs, c.Indicators, now)
}

func trimmed(t Text) Text { return Text(strings.TrimSpace(string(t))) }

// found adds the indicators that are not there yet, at most MaxBatch.
func (in *Incident) found(evs []Event, list []NewIndicator, now time.Time) ([]Event, error) {
	next, have := len(in.Indicators)+1, map[string]bool{}
	for _, n := range list[:min(len(list), MaxBatch)] {
		if err := checkIndicator(&n, now); err != nil {
			return nil, err
		}
		key := n.Type + "\x00" + string(n.Value)
		if have[key] || in.FindIndicator(n.Type, n.Value) != nil {
			continue
		}
		have[key] = true
		evs = append(evs, IndicatorAdded{Ref: makeRef(RefIndicator, next), Type: n.Type, Value: n.Value, Verdict: n.Verdict,
			Confidence: n.Confidence, TLP: n.TLP, Source: n.Source, Note: n.Note, Seen: Stamp(n.Seen)})
		next++
	}
	return evs, nil
}

// Kind implements Event.
func (ReportRaised) Kind() string { return "report.raised" }

func (e ReportRaised) redacted(mark Text) Event {
	e.Title, e.Text, e.Source, e.Reference = mark, mark, "", ""
	return e
}

func (e ReportRaised) apply(d *draft, m Meta) {
	d.Title, d.Severity, d.Preliminary, d.Priority = e.Title, e.Severity, e.Severity, Priority(e.Severity)
	d.Severities = []SeverityChange{{To: e.Severity, By: m.Actor, At: m.At}}
	d.Status, d.DeclaredAt, d.DeclaredBy = StatusReport, m.At, m.Actor
	d.Report = &Report{State: ReportNew, Source: e.Source, Reference: e.Reference, Text: e.Text}
	d.feed(m, "", "reported %s?: %s", e.Severity, e.Title)
}

// report is the report to change: a copy, since snapshots are shared. It is nil
// in a log that is no report's.
func (d *draft) report() *Report {
	if d.Report == nil {
		return nil
	}
	r := *d.Report
	d.Report = &r
	return d.Report
}

// RepeatReport notes that a report came again: the same source and reference, or,
// with Of, a report that was decided to be a duplicate of this one.
type RepeatReport struct {
	Title      Text
	Text       Text
	Indicators []NewIndicator
	Of         string
}

// ReportRepeated is a report that came again.
type ReportRepeated struct {
	Title Text   `json:"title,omitempty"` // where it differs
	Text  Text   `json:"text,omitempty"`  // where it differs
	Of    string `json:"of,omitempty"`    // the report that is a duplicate of this one
}

// Decide implements Command.
func (c RepeatReport) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayReport(by, AccessRead); err != nil {
		return nil, err
	}
	ev := ReportRepeated{Of: c.Of}
	if c.Of != "" {
		if err := in.mayReport(by, AccessRespond); err != nil {
			return nil, err
		}
		if d := in.Report.Decision; d != nil && d.State == ReportDuplicate {
			return nil, Invalid("%s is itself a %s", in.ID, d.public()).Hint("report show %s names what to choose instead", in.ID).On("of")
		}
		return []Event{ev}, nil
	}
	if err := checkText("title", c.Title, MaxTitle, false); err != nil {
		return nil, err
	}
	if err := checkText("text", c.Text, MaxReport, false); err != nil {
		return nil, err
	}
	if c.Title != in.Title {
		ev.Title = c.Title
	}
	if c.Text != in.Report.Text {
		ev.Text = c.Text
	}
	return in.found([]Event{ev}, c.Indicators, now)
}

// Kind implements Event.
func (ReportRepeated) Kind() string { return "report.repeated" }

func (e ReportRepeated) redacted(mark Text) Event { return ReportRepeated{Title: mark, Of: e.Of} }

func (e ReportRepeated) apply(d *draft, m Meta) {
	r := d.report()
	if r == nil {
		return
	}
	r.Again++
	r.AgainAt, r.AgainBy = m.At, m.Actor
	if e.Text != "" {
		r.Newest = e.Text
	}
	switch {
	case e.Of != "":
		d.feed(m, "", "came again as %s (%d times)", e.Of, r.Again)
	case e.Title != "":
		d.feed(m, "", "came again (%d times): %s", r.Again, e.Title)
	default:
		d.feed(m, "", "came again (%d times)", r.Again)
	}
}

// AssignReport says who looks at a report; "" takes it from everybody.
type AssignReport struct{ User string }

// ReportAssigned is a report taken or handed on.
type ReportAssigned struct {
	User string `json:"user,omitempty"`
	Was  string `json:"was,omitempty"`
}

// Decide implements Command.
func (c AssignReport) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayReport(by, AccessRespond); err != nil {
		return nil, err
	}
	if c.User = strings.TrimPrefix(c.User, "@"); c.User != "" {
		u, err := ParseUserName(c.User)
		if err != nil {
			return nil, err
		}
		c.User = u
	}
	if c.User == in.Report.Assignee {
		return nil, nil
	}
	return []Event{ReportAssigned{User: c.User, Was: in.Report.Assignee}}, nil
}

// Kind implements Event.
func (ReportAssigned) Kind() string { return "report.assigned" }

func (e ReportAssigned) apply(d *draft, m Meta) {
	r := d.report()
	if r == nil {
		return
	}
	r.Assignee = e.User
	if e.User != "" && r.TakenAt.IsZero() {
		r.TakenAt = m.At
	}
	if e.User == "" {
		d.feed(m, "", "assigned to nobody")
		return
	}
	d.feed(m, "", "assigned to @%s", e.User)
}
