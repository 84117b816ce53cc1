package model

import (
	"strings"
	"time"
)

// Incident is one incident at one version: a value that is never changed once
// it was handed out. The next version is made by Fold.
type Incident struct {
	ID      string
	Version uint64 // number of its newest event
	Head    Hash   // hash of its newest event

	Title       Text
	Summary     Text
	Type        string // an incident type such as ransomware; "" when not said
	Severity    Severity
	Preliminary Severity // as declared; never changes
	Severities  []SeverityChange
	Priority    Priority
	Rating      Rating    // what the priority is computed from
	Override    *Override // a priority set by hand beside the computed one
	Raises      []RaiseMark
	Cause       Cause
	Phase       Phase
	Phases      []PhaseStep
	Status      Status
	Exercise    bool
	Restricted  bool   // seen only by those on the access list
	TLP         string // how far its text may be passed on; "" is DefaultTLP, see Marking

	DeclaredAt time.Time
	DeclaredBy string
	ClosedAt   time.Time
	UpdatedAt  time.Time
	Edited     map[string]FieldEdit // newest edit of each field of this page

	Roles     map[IncidentRole]string // user name by role; exactly one IC while open
	RoleSteps []RoleStep              // every hand-over of a duty, in order
	Access    map[string]Access       // rights in this incident that differ from the account's

	Timeline    []*Entry
	Indicators  []*Indicator
	Assets      []*Asset
	Checklist   []*Item
	Actions     []*Action
	Playbooks   []string
	Impact      DataImpact
	Triggers    map[string]Trigger // moments that start clocks, by name
	Obligations []*Obligation
	Told        Update // the newest stakeholder update
	FollowUps   []*FollowUp
	PostMortem  PostMortem
	Related     []string

	ReportedAt time.Time             // when the first report of it was raised, zero without one
	TakenAt    time.Time             // when somebody first took that report up
	Moments    map[MomentName]Moment // what was said of when things happened; see Times
	Class      Classification        // what it was, in the words of VERIS
	Import     *Import               // where it was imported from; nil for what happened here

	Report *Report // set in the stream of a report, which is no incident yet
	Books  *Books  // set in the register of the playbooks

	Training *Training // set in the register TRAINING
	Review   *Review   // set in the register of a month's review
	OnCall   *OnCall   // set in the register of who is on call

	Recent []Feed // newest last, at most FeedLines

	undo map[string]undoState
}

// Status says whether an incident is being worked on.
type Status string

// The two states.
const (
	StatusOpen   Status = "open"
	StatusClosed Status = "closed"
)

// FieldEdit is who last changed a field.
type FieldEdit struct {
	By      string
	At      time.Time
	Version uint64
}

// IC is the incident commander's name, "" when nobody holds the role.
func (in *Incident) IC() string { return in.Roles[RoleIC] }

// Open says whether the incident is declared and not closed.
func (in *Incident) Open() bool { return in.Status == StatusOpen }

func (d *draft) edited(field string, m Meta) {
	next := make(map[string]FieldEdit, len(d.Edited)+1)
	for k, v := range d.Edited {
		next[k] = v
	}
	next[field] = FieldEdit{By: m.Actor, At: m.At, Version: m.Version}
	d.Edited = next
}

// Command is what somebody wants of one incident. Decide looks at the newest
// state and answers with the events that do it, none when it is done already,
// or a refusal. It is pure: when another change wins the race, the room asks
// again with the newer state.
type Command interface {
	Decide(in *Incident, by Actor, now time.Time) ([]Event, error)
}

// Declare opens an incident. The one who declares is its IC until the role is
// handed over. ID in the state must be empty.
type Declare struct {
	Title      Text
	Summary    Text
	Type       string
	Severity   Severity
	Exercise   bool
	Restricted bool
	TLP        string           // "" is DefaultTLP
	Playbooks  []AttachPlaybook // what the type's playbook asks for
}

// IncidentDeclared is the first event of every incident.
type IncidentDeclared struct {
	Title      Text     `json:"title"`
	Summary    Text     `json:"summary,omitempty"`
	Type       string   `json:"type,omitempty"`
	Severity   Severity `json:"severity"`
	Priority   Priority `json:"priority"`
	Exercise   bool     `json:"exercise,omitempty"`
	Restricted bool     `json:"restricted,omitempty"`
	TLP        string   `json:"tlp,omitempty"`
}

// Decide implements Command.
func (c Declare) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if in.Version != 0 {
		return nil, Conflict("%s is declared already", in.ID)
	}
	if !by.Role.mayDeclare() {
		return nil, Forbidden("an observer may not declare an incident").Hint("ask a responder, or an admin for another role")
	}
	if err := checkTitle(c.Title); err != nil {
		return nil, err
	}
	if err := checkText("summary", c.Summary, MaxSummary, false); err != nil {
		return nil, err
	}
	if err := checkType(c.Type); err != nil {
		return nil, err
	}
	if !c.Severity.Valid() {
		return nil, Invalid("severity is missing").Hint("give 1 (critical) to 4 (low)").On("severity")
	}
	if c.TLP != "" {
		tlp, err := ParseTLP(c.TLP)
		if err != nil {
			return nil, err
		}
		c.TLP = tlp
	}
	evs := []Event{
		IncidentDeclared{Title: c.Title, Summary: c.Summary, Type: c.Type, Severity: c.Severity,
			Priority: Priority(c.Severity), Exercise: c.Exercise, Restricted: c.Restricted, TLP: c.TLP},
		RoleAssigned{Role: RoleIC, User: by.Name},
	}
	next := 1
	have := map[string]bool{}
	for _, p := range c.Playbooks {
		ev := p.event(have, next)
		next += len(ev.Items)
		evs = append(evs, ev)
	}
	return evs, nil
}

// checkType refuses an incident type that is no plain word: it is shown in
// narrow columns and names a playbook.
func checkType(typ string) error {
	for i := range len(typ) {
		c := typ[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || i > 0 && strings.IndexByte("-._", c) >= 0) {
			return Invalid("%q is no incident type", excerpt(typ)).Hint("use lower-case letters, digits and dashes, such as ransomware").On("type")
		}
	}
	return checkText("type", Text(typ), 64, false)
}

func checkTitle(t Text) error {
	if err := checkText("title", t, MaxTitle, true); err != nil {
		return err
	}
	return checkVisible("title", t)
}

// Kind implements Event.
func (IncidentDeclared) Kind() string { return "incident.declared" }

func (e IncidentDeclared) redacted(mark Text) Event {
	e.Title, e.Summary = mark, ""
	return e
}

func (e IncidentDeclared) apply(d *draft, m Meta) {
	d.Title, d.Summary, d.Type = e.Title, e.Summary, e.Type
	d.Severity, d.Preliminary, d.Priority = e.Severity, e.Severity, e.Priority
	d.Severities = []SeverityChange{{To: e.Severity, By: m.Actor, At: m.At}}
	d.Phase, d.Status = PhaseDetection, StatusOpen
	d.Phases = []PhaseStep{{Phase: PhaseDetection, By: m.Actor, At: m.At}}
	d.Exercise, d.Restricted, d.TLP = e.Exercise, e.Restricted, e.TLP
	d.DeclaredAt, d.DeclaredBy = m.At, m.Actor
	if e.Restricted {
		d.setAccess(m.Actor, AccessLead)
	}
	d.log(m, KindDeclared, Text("declared "+e.Severity.String()+": ")+e.Title)
	d.feed(m, "", "declared %s: %s", e.Severity, e.Title)
}

// The fields of the incident's own page that Edit changes.
const (
	FieldTitle    = "title"
	FieldSummary  = "summary"
	FieldType     = "type"
	FieldPriority = "priority"
	FieldTLP      = "tlp"
)

// EditFields lists what Edit changes.
func EditFields() []string {
	return []string{FieldTitle, FieldSummary, FieldType, FieldPriority, FieldTLP}
}

// Field is the present value of one of the EditFields.
func (in *Incident) Field(name string) Text {
	switch name {
	case FieldTitle:
		return in.Title
	case FieldSummary:
		return in.Summary
	case FieldType:
		return Text(in.Type)
	case FieldPriority:
		return Text(in.Priority.String())
	case FieldTLP:
		return Text(in.Marking())
	}
	return ""
}

// Marking is the TLP marking of all in the incident that has no marking of its
// own.
func (in *Incident) Marking() string {
	if in.TLP == "" {
		return DefaultTLP
	}
	return in.TLP
}

// remark checks a new marking. A wider one lets more people see what was written
// for fewer, so it is the lead's.
func (in *Incident) remark(to string, by Actor) (Text, error) {
	tlp, err := ParseTLP(to)
	if err != nil {
		return "", err
	}
	if TLPRank(tlp) < TLPRank(in.Marking()) && in.Rights(by) < rank(AccessLead) {
		return "", Forbidden("from %s to %s is for the IC, the deputy and commanders", TLPLabel(in.Marking()), TLPLabel(tlp)).Hint("ask @%s", in.IC()).On(FieldTLP)
	}
	return Text(tlp), nil
}

// Edit changes one field. Was is the value that the editor saw: when it is no
// longer the present one, the edit is refused with both (CON-1). A nil Was
// means that the value is to be set whatever it was.
type Edit struct {
	Field  string
	Was    *Text
	To     Text
	Reason Text // why a priority differs from the computed one
}

// FieldEdited is a changed field, with both values.
type FieldEdited struct {
	Field string `json:"field"`
	Was   Text   `json:"was"`
	To    Text   `json:"to"`

	Reason Text `json:"reason,omitempty"`
}

// Decide implements Command.
func (c Edit) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	err := in.may(by, AccessRespond)
	if c.Field == FieldTLP {
		err = in.mayLearn(by, AccessRespond) // what is passed on of a closed one is decided later
	}
	if err != nil {
		return nil, err
	}
	to := c.To
	switch c.Field {
	case FieldTitle:
		err = checkTitle(to)
	case FieldSummary:
		err = checkText("summary", to, MaxSummary, false)
	case FieldType:
		err = checkType(string(to))
	case FieldPriority:
		var p Priority
		if p, err = ParsePriority(string(to)); err == nil && p != in.Priority {
			err = in.overriding(p, c.Reason)
		}
		to = Text(p.String())
	case FieldTLP:
		to, err = in.remark(string(to), by)
	default:
		err = Usage("unknown field %q", excerpt(c.Field)).Hint("use title, summary, type, priority or tlp")
	}
	if err != nil {
		return nil, err
	}
	now := in.Field(c.Field)
	if now == to {
		return nil, nil
	}
	if c.Was != nil && *c.Was != now {
		ed := in.Edited[c.Field]
		return nil, Conflict("@%s changed the %s at %s while you edited it; it is now %q, yours is %q", ed.By, c.Field,
			ed.At.Format("15:04:05Z"), excerpt(string(now)), excerpt(string(to))).Hint("look at both and save again").On(c.Field)
	}
	return []Event{FieldEdited{Field: c.Field, Was: now, To: to, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (FieldEdited) Kind() string { return "incident.edited" }

func (e FieldEdited) redacted(mark Text) Event {
	if e.Field == FieldTitle || e.Field == FieldSummary {
		e.Was, e.To = mark, mark
	}
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e FieldEdited) inverse(in *Incident) ([]Event, []string) {
	back := FieldEdited{Field: e.Field, Was: e.To, To: e.Was}
	if e.Field == FieldPriority && in.Override != nil {
		back.Reason = in.Override.Reason
	}
	return []Event{back}, []string{e.Field}
}

func (e FieldEdited) apply(d *draft, m Meta) {
	switch e.Field {
	case FieldTitle:
		d.Title = e.To
	case FieldSummary:
		d.Summary = e.To
	case FieldType:
		d.Type = string(e.To)
	case FieldPriority:
		if p, err := ParsePriority(string(e.To)); err == nil {
			d.prioritise(p, e.Reason, m)
		}
		if d.Override != nil {
			d.log(m, KindSeverity, d.PriorityWhy())
		}
	case FieldTLP:
		d.TLP = string(e.To)
	}
	d.edited(e.Field, m)
	if e.Field == FieldSummary {
		d.feed(m, "", "edited the summary")
		return
	}
	d.feed(m, "", "%s", withReason(e.Field+": "+string(e.To), e.Reason))
}
