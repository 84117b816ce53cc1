package model

import (
	"strings"
	"time"
)

// Cause is what eradication has to know: why it could happen, how the adversary
// came in, and that he is out.
type Cause struct {
	RootCause  Text      `json:"root_cause"`
	Confidence string    `json:"confidence"` // low, medium or high; "" when not stated
	Basis      Text      `json:"basis"`      // what the confidence rests on
	Vector     Text      `json:"entry_vector"`
	Evicted    string    `json:"adversary_evicted"` // yes or no; "" when not said
	Evidence   Text      `json:"eviction_evidence"`
	By         string    `json:"by,omitempty"`
	At         time.Time `json:"at,omitzero"`

	Mitigations []*Mitigation `json:"mitigations"`
}

// Confidences lists how sure one may be, least first.
func Confidences() []string { return []string{"low", "medium", "high"} }

// SetCause changes what is known of the cause; nil fields stay.
type SetCause struct {
	RootCause  *Text
	Confidence *string
	Basis      *Text
	Vector     *Text
	Evicted    *string
	Evidence   *Text
	Seen       uint64
}

// CauseSet is what became known; absent fields stayed.
type CauseSet struct {
	RootCause  *Text   `json:"root_cause,omitempty"`
	Confidence *string `json:"confidence,omitempty"`
	Basis      *Text   `json:"basis,omitempty"`
	Vector     *Text   `json:"entry_vector,omitempty"`
	Evicted    *string `json:"adversary_evicted,omitempty"`
	Evidence   *Text   `json:"eviction_evidence,omitempty"`
}

func (e *CauseSet) empty() bool { return *e == CauseSet{} }

// onto is the cause after the change.
func (e *CauseSet) onto(c Cause) Cause {
	set(&c.RootCause, e.RootCause)
	set(&c.Confidence, e.Confidence)
	set(&c.Basis, e.Basis)
	set(&c.Vector, e.Vector)
	set(&c.Evicted, e.Evicted)
	set(&c.Evidence, e.Evidence)
	return c
}

func set[T any](field, to *T) {
	if to != nil {
		*field = *to
	}
}

func noText(t Text) bool { return strings.TrimSpace(string(t)) == "" }

// Decide implements Command. A confidence is worth what it rests on, and an
// eviction what shows it.
func (c SetCause) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if err := stale(in, "the cause", in.Edited["cause"].Version, c.Seen); err != nil {
		return nil, err
	}
	is := &in.Cause
	ev := CauseSet{changed(c.RootCause, is.RootCause), changed(c.Confidence, is.Confidence), changed(c.Basis, is.Basis),
		changed(c.Vector, is.Vector), changed(c.Evicted, is.Evicted), changed(c.Evidence, is.Evidence)}
	for _, f := range []struct {
		name string
		text *Text
	}{{"root-cause", ev.RootCause}, {"basis", ev.Basis}, {"vector", ev.Vector}, {"evidence", ev.Evidence}} {
		if f.text != nil {
			if err := checkText(f.name, *f.text, MaxReason, false); err != nil {
				return nil, err
			}
		}
	}
	next := ev.onto(*is)
	if next.Confidence != "" {
		if err := oneOf("confidence", next.Confidence, Confidences()); err != nil {
			return nil, err
		}
		if noText(next.RootCause) {
			return nil, Invalid("confidence in what? the root cause is not said").Hint("say the root cause").On("root-cause")
		}
		if noText(next.Basis) {
			return nil, Invalid("a confidence needs what it rests on").Hint("name the logs, images or tests that show it").On("basis")
		}
	}
	if next.Evicted != "" {
		if err := oneOf("evicted", next.Evicted, []string{"yes", "no"}); err != nil {
			return nil, err
		}
	}
	if next.Evicted == "yes" && noText(next.Evidence) {
		return nil, Invalid("that the adversary is out needs evidence").Hint("say what shows it, such as no use of the accounts since …").On("evidence")
	}
	if ev.empty() {
		return nil, nil
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (CauseSet) Kind() string { return "cause.set" }

func (e CauseSet) redacted(mark Text) Event {
	for _, f := range []**Text{&e.RootCause, &e.Basis, &e.Vector, &e.Evidence} {
		if *f != nil {
			*f = &mark
		}
	}
	return e
}

func (e CauseSet) inverse(in *Incident) ([]Event, []string) {
	was := in.Cause
	back := CauseSet{}
	if e.RootCause != nil {
		back.RootCause = &was.RootCause
	}
	if e.Confidence != nil {
		back.Confidence = &was.Confidence
	}
	if e.Basis != nil {
		back.Basis = &was.Basis
	}
	if e.Vector != nil {
		back.Vector = &was.Vector
	}
	if e.Evicted != nil {
		back.Evicted = &was.Evicted
	}
	if e.Evidence != nil {
		back.Evidence = &was.Evidence
	}
	return []Event{back}, []string{"cause"}
}

func (e CauseSet) apply(d *draft, m Meta) {
	d.Cause = e.onto(d.Cause)
	d.Cause.By, d.Cause.At = m.Actor, m.At
	d.edited("cause", m)
	var what []string
	if e.RootCause != nil || e.Confidence != nil || e.Basis != nil {
		what = append(what, string(d.Cause.rootLine()))
	}
	if e.Vector != nil {
		what = append(what, "entry vector: "+string(d.Cause.Vector))
	}
	if e.Evicted != nil || e.Evidence != nil {
		what = append(what, string(d.Cause.evictedLine()))
	}
	text := Text(strings.Join(what, "; "))
	d.log(m, KindStatus, text)
	d.feed(m, "", "%s", text)
}

func (c *Cause) rootLine() Text {
	if noText(c.RootCause) {
		return "root cause: open"
	}
	conf := "confidence not stated"
	if c.Confidence != "" {
		conf = c.Confidence + " confidence"
	}
	return withReason("root cause ("+conf+"): "+string(c.RootCause), c.Basis)
}

func (c *Cause) evictedLine() Text {
	switch c.Evicted {
	case "yes":
		return withReason("adversary evicted", c.Evidence)
	case "no":
		return withReason("adversary not evicted", c.Evidence)
	}
	return "adversary evicted: not said"
}

// MitigationState is how far the mitigation of a vulnerability is.
type MitigationState string

// The states. Dropping one is the lead's, with a reason.
const (
	MitigationOpen    MitigationState = "open"
	MitigationDone    MitigationState = "done"
	MitigationDropped MitigationState = "dropped"
)

// MitigationStates lists them.
func MitigationStates() []MitigationState {
	return []MitigationState{MitigationOpen, MitigationDone, MitigationDropped}
}

// Mitigation is what closes a vulnerability that was used.
type Mitigation struct {
	Ref       string          `json:"ref"`
	What      Text            `json:"what"`
	State     MitigationState `json:"state"`
	Reason    Text            `json:"reason,omitempty"` // what shows it, or why it was dropped
	AddedBy   string          `json:"added_by"`
	AddedAt   time.Time       `json:"added_at"`
	ChangedBy string          `json:"changed_by,omitempty"`
	ChangedAt time.Time       `json:"changed_at,omitzero"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// AddMitigation says what has to be done against a vulnerability.
type AddMitigation struct{ What Text }

// MitigationAdded is a mitigation to do.
type MitigationAdded struct {
	Ref  string `json:"ref"`
	What Text   `json:"what"`
}

// SetMitigation moves a mitigation to a state.
type SetMitigation struct {
	Ref    string
	State  MitigationState
	Reason Text
}

// MitigationSet is a mitigation in another state.
type MitigationSet struct {
	Ref    string          `json:"ref"`
	State  MitigationState `json:"state"`
	Reason Text            `json:"reason,omitempty"`
}

// Mitigation finds one by its ref.
func (in *Incident) Mitigation(ref string) (*Mitigation, error) {
	i, err := find(RefMitigation, ref, len(in.Cause.Mitigations))
	if err != nil {
		return nil, err
	}
	return in.Cause.Mitigations[i], nil
}

// Decide implements Command.
func (c AddMitigation) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if err := checkText("what", c.What, MaxReason, true); err != nil {
		return nil, err
	}
	return []Event{MitigationAdded{Ref: makeRef(RefMitigation, len(in.Cause.Mitigations)+1), What: c.What}}, nil
}

// Kind implements Event.
func (MitigationAdded) Kind() string { return "mitigation.added" }

func (e MitigationAdded) redacted(mark Text) Event {
	e.What = mark
	return e
}

func (e MitigationAdded) inverse(*Incident) ([]Event, []string) {
	return []Event{MitigationSet{Ref: e.Ref, State: MitigationDropped, Reason: "undone"}}, []string{e.Ref}
}

func (e MitigationAdded) apply(d *draft, m Meta) {
	x := &Mitigation{Ref: makeRef(RefMitigation, len(d.Cause.Mitigations)+1), What: e.What, State: MitigationOpen,
		AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version, Changed: m.Version}
	d.Cause.Mitigations = append(d.Cause.Mitigations, x)
	d.feed(m, x.Ref, "to mitigate: %s", x.What)
}

// Decide implements Command.
func (c SetMitigation) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	need := AccessRespond
	if c.State == MitigationDropped {
		need = AccessLead
	}
	if err := in.may(by, need); err != nil {
		return nil, err
	}
	x, err := in.Mitigation(c.Ref)
	if err != nil {
		return nil, err
	}
	switch c.State {
	case MitigationOpen, MitigationDone:
		err = checkText("reason", c.Reason, MaxReason, false)
	case MitigationDropped:
		err = checkReason(c.Reason)
	default:
		err = Usage("%q is no state of a mitigation", excerpt(string(c.State))).Hint("use open, done or dropped")
	}
	if err != nil {
		return nil, err
	}
	if x.State == c.State {
		who, at := x.ChangedBy, x.ChangedAt
		if who == "" {
			who, at = x.AddedBy, x.AddedAt
		}
		return nil, Conflict("%s is %s already, by @%s at %s", x.Ref, x.State, who, at.Format("15:04:05Z")).Hint("mitigation list %s shows them", in.ID)
	}
	return []Event{MitigationSet{Ref: x.Ref, State: c.State, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (MitigationSet) Kind() string { return "mitigation.set" }

func (e MitigationSet) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e MitigationSet) inverse(in *Incident) ([]Event, []string) {
	x, err := in.Mitigation(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{MitigationSet{Ref: x.Ref, State: x.State, Reason: x.Reason}}, []string{x.Ref}
}

func (e MitigationSet) apply(d *draft, m Meta) {
	i, err := find(RefMitigation, e.Ref, len(d.Cause.Mitigations))
	if err != nil {
		return
	}
	x := d.mitigation(i)
	x.State, x.Reason, x.ChangedBy, x.ChangedAt, x.Changed = e.State, e.Reason, m.Actor, m.At, m.Version
	text := withReason(string(x.What)+": "+string(e.State), e.Reason)
	d.log(m, KindStatus, Text("mitigation "+x.Ref+" ")+text)
	d.feed(m, x.Ref, "%s", text)
}
