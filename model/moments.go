package model

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// MomentName names one of the moments of an incident that metrics measure
// between (docs/metrics.md).
type MomentName string

// The moments, in the order in which they mostly happen.
const (
	MomentFirstAct     MomentName = "first-act"    // o: the adversary's first act; may be estimated
	MomentSpread       MomentName = "spread"       // first lateral movement
	MomentDetected     MomentName = "detected"     // d: first alert or report
	MomentAcknowledged MomentName = "acknowledged" // a: somebody looks at it
	MomentDetermined   MomentName = "determined"   // s: it is a security incident
	MomentCommand      MomentName = "command"      // ic: it has a commander
	MomentContained    MomentName = "contained"    // c
	MomentEradicated   MomentName = "eradicated"   // e
	MomentRecovered    MomentName = "recovered"    // r
	MomentClosed       MomentName = "closed"       // x
	MomentPublished    MomentName = "published"    // pm: the post-mortem is there
)

// MomentNames lists them in order.
func MomentNames() []MomentName {
	return []MomentName{MomentFirstAct, MomentSpread, MomentDetected, MomentAcknowledged, MomentDetermined, MomentCommand,
		MomentContained, MomentEradicated, MomentRecovered, MomentClosed, MomentPublished}
}

// Means is the moment in words.
func (n MomentName) Means() string {
	return map[MomentName]string{
		MomentFirstAct: "first act of the adversary", MomentSpread: "first lateral movement", MomentDetected: "first alert or report",
		MomentAcknowledged: "somebody looked at it", MomentDetermined: "found to be a security incident", MomentCommand: "a commander had it",
		MomentContained: "contained", MomentEradicated: "eradicated", MomentRecovered: "recovered", MomentClosed: "closed",
		MomentPublished: "post-mortem published",
	}[n]
}

// ParseMomentName reads the name of a moment in any letter case.
func ParseMomentName(s string) (MomentName, error) {
	n := MomentName(strings.ToLower(strings.TrimSpace(s)))
	if slices.Contains(MomentNames(), n) {
		return n, nil
	}
	var names []string
	for _, x := range MomentNames() {
		names = append(names, string(x))
	}
	return "", Usage("%q is no moment", excerpt(s)).Hint("use one of: %s", strings.Join(names, ", ")).On("moment")
}

// Moment is a moment as somebody, or the source of an import, said it. Where
// nothing was said the log speaks: see Times.
type Moment struct {
	At         time.Time     `json:"at,omitzero"`          // zero when it is not known, or counted from another
	Precision  Precision     `json:"precision,omitempty"`  // of At
	After      MomentName    `json:"after,omitempty"`      // the moment that it was counted from …
	Span       time.Duration `json:"span,omitempty"`       // … and how long after it, nanoseconds
	Unknown    bool          `json:"unknown,omitempty"`    // said not to be known
	Said       Text          `json:"said,omitempty"`       // what the source says, in its words
	Source     string        `json:"source,omitempty"`     // what was imported; "" when a person said it here
	Reason     Text          `json:"reason,omitempty"`     // why, how it is known
	By         string        `json:"by,omitempty"`         // who wrote it down
	RecordedAt time.Time     `json:"recorded_at,omitzero"` // and when
}

// same says whether two say the same of the moment.
func (m Moment) same(o Moment) bool {
	return m.At.Equal(o.At) && m.Precision == o.Precision && m.After == o.After && m.Span == o.Span && m.Unknown == o.Unknown
}

// SetMoment says when a moment was, that it is not known, or, with Clear, that
// the log shall speak again. It may be said of a closed incident, too.
type SetMoment struct {
	Name      MomentName
	At        time.Time
	Precision Precision
	Unknown   bool
	Clear     bool
	Reason    Text   // needed to change what was said, and for one out of order
	Seen      uint64 // version that its author looked at; 0 when any
}

// MomentSet is what is said of a moment; with Clear nothing any more.
type MomentSet struct {
	Name MomentName `json:"name"`
	Moment
	Clear bool `json:"clear,omitempty"`
}

// momentField is the thing that an undo and a stale edit look at.
func momentField(n MomentName) string { return "moment " + string(n) }

// Decide implements Command.
func (c SetMoment) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessRespond); err != nil {
		return nil, err
	}
	n, err := ParseMomentName(string(c.Name))
	if err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	was, said := in.Moments[n]
	if ed := in.Edited[momentField(n)]; c.Seen > 0 && ed.Version > c.Seen {
		return nil, Conflict("@%s changed %s at %s while you edited it; it is now %s", ed.By, n, ed.At.Format("15:04:05Z"), was.say()).
			Hint("look at both and save again").On("at")
	}
	if c.Clear {
		if !said {
			return nil, Conflict("nobody set %s by hand", n).Hint("moment %s shows where each comes from", in.ID)
		}
		return []Event{MomentSet{Name: n, Clear: true, Moment: Moment{Reason: c.Reason}}}, nil
	}
	to := Moment{At: stampIfAny(c.At), Precision: c.Precision, Unknown: c.Unknown, Reason: c.Reason}
	switch {
	case c.Unknown:
		to.At, to.Precision = time.Time{}, ""
	case c.At.IsZero():
		return nil, Invalid("when was %s?", n).Hint("add --at TIME, or --unknown when nobody knows").On("at")
	case c.Precision == "":
		to.Precision = PrecisionSecond
	}
	if err := checkMoment(string(n), to.At, now); err != nil {
		return nil, err
	}
	if said && was.same(to) {
		return nil, nil
	}
	if said && noText(c.Reason) {
		return nil, Conflict("%s is recorded already: %s, by @%s", n, was.say(), was.By).
			Hint("another time needs a reason: add --reason \"why\"").On("reason")
	}
	ev := MomentSet{Name: n, Moment: to}
	if what := in.disorder(ev); what != "" && noText(c.Reason) {
		return nil, Invalid("%s would be %s", n, what).Hint("look at the time; if it is right, add --reason \"why\"").On("reason")
	}
	return []Event{ev}, nil
}

// disorder says which of the moments around it the new one would contradict, ""
// for none: nothing ends before the adversary began or is detected after it was
// contained unless somebody says why.
func (in *Incident) disorder(ev MomentSet) string {
	if ev.At.IsZero() {
		return ""
	}
	next := *in
	d := &draft{Incident: &next}
	d.moment(ev, Meta{})
	t := next.Times()
	order := []MomentName{MomentFirstAct, MomentDetected, MomentContained, MomentEradicated, MomentRecovered, MomentClosed}
	at := slices.Index(order, ev.Name)
	if at < 0 {
		return ""
	}
	for i, n := range order {
		switch x := t.At(n); {
		case x.IsZero() || i == at:
		case i < at && ev.At.Before(x):
			return "before " + string(n) + ", " + x.Format("2006-01-02 15:04Z")
		case i > at && ev.At.After(x):
			return "after " + string(n) + ", " + x.Format("2006-01-02 15:04Z")
		}
	}
	return ""
}

// say is a moment in words.
func (m Moment) say() string {
	switch {
	case m.Said != "":
		return string(m.Said)
	case m.At.IsZero():
		return "not known"
	}
	return When{At: m.At, Precision: m.Precision}.full()
}

// Say is what was said of the moment, in words.
func (m Moment) Say() Text { return Text(m.say()) }

// Kind implements Event.
func (MomentSet) Kind() string { return "moment.set" }

func (e MomentSet) redacted(mark Text) Event {
	if e.Reason != "" {
		e.Reason = mark
	}
	if e.Said != "" {
		e.Said = mark
	}
	return e
}

func (e MomentSet) inverse(in *Incident) ([]Event, []string) {
	back := MomentSet{Name: e.Name, Clear: true}
	if was, said := in.Moments[e.Name]; said {
		back = MomentSet{Name: e.Name, Moment: was}
		back.By, back.RecordedAt = "", time.Time{}
	}
	return []Event{back}, []string{momentField(e.Name)}
}

// moment changes the moments of the draft.
func (d *draft) moment(e MomentSet, m Meta) {
	d.Moments = maps.Clone(d.Moments)
	if d.Moments == nil {
		d.Moments = map[MomentName]Moment{}
	}
	if e.Clear {
		delete(d.Moments, e.Name)
		return
	}
	to := e.Moment
	to.At, to.By, to.RecordedAt = to.At.UTC(), m.Actor, m.At
	d.Moments[e.Name] = to
}

func (e MomentSet) apply(d *draft, m Meta) {
	d.moment(e, m)
	d.edited(momentField(e.Name), m)
	what := string(e.Name) + ": " + e.say()
	if e.Clear {
		what = string(e.Name) + ": as the log says"
	}
	if e.Source == "" { // a past that was brought in is no event of today
		d.log(m, KindStatus, withReason(what, e.Reason))
	}
	d.feed(m, "", "%s", withReason(what, e.Reason))
}
