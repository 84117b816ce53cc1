package model

import (
	"slices"
	"time"
)

// Times are the moments of an incident that metrics measure between; zero where
// nobody knows. What somebody said of a moment comes first (SetMoment, an
// import), then the log: the report that opened it, the declaration, phases that
// were passed and not gone back on, the close. docs/metrics.md has the rules.
type Times struct {
	FirstAct     time.Time `json:"first_act,omitzero"` // o
	Spread       time.Time `json:"spread,omitzero"`
	Detected     time.Time `json:"detected,omitzero"`     // d
	Acknowledged time.Time `json:"acknowledged,omitzero"` // a
	Determined   time.Time `json:"determined,omitzero"`   // s
	Command      time.Time `json:"command,omitzero"`      // ic
	Contained    time.Time `json:"contained,omitzero"`    // c
	Eradicated   time.Time `json:"eradicated,omitzero"`   // e
	Recovered    time.Time `json:"recovered,omitzero"`    // r
	Closed       time.Time `json:"closed,omitzero"`       // x
	Published    time.Time `json:"published,omitzero"`    // pm

	// DetectedFrom is where Detected comes from. One from the declaration starts no
	// time to acknowledge, to determine and to command: they would all be nothing.
	DetectedFrom MomentFrom `json:"detected_from,omitempty"`

	// How long from the first act to detection, and from there to containment, as
	// the source of an import says it; nil when it does not. They count before the
	// difference of the moments, which may be known to the year only.
	SaidDetect  *time.Duration `json:"said_detect,omitempty"`
	SaidContain *time.Duration `json:"said_contain,omitempty"`

	// Counted is the moment by which the incident belongs to a month: detection,
	// else the declaration; of an imported one the first act. Zero when there is none.
	Counted   time.Time `json:"counted,omitzero"`
	Precision Precision `json:"precision,omitempty"` // of Counted: year, month, or finer

	ClosedOnce bool `json:"closed_once,omitempty"`
	Reopened   bool `json:"reopened,omitempty"` // within 90 days of a close
}

// ReopenWindow is how long after its close an incident that is taken up again
// counts as reopened.
const ReopenWindow = 90 * 24 * time.Hour

// MomentFrom is where a moment comes from.
type MomentFrom string

// The places.
const (
	FromHand     MomentFrom = "hand"     // somebody said so
	FromSource   MomentFrom = "source"   // the source of an import says so
	FromReport   MomentFrom = "report"   // the first report of it
	FromDeclared MomentFrom = "declared" // its declaration
	FromLog      MomentFrom = "log"      // what the log shows: phases, close
)

// At is one of the moments.
func (t *Times) At(n MomentName) time.Time {
	switch n {
	case MomentFirstAct:
		return t.FirstAct
	case MomentSpread:
		return t.Spread
	case MomentDetected:
		return t.Detected
	case MomentAcknowledged:
		return t.Acknowledged
	case MomentDetermined:
		return t.Determined
	case MomentCommand:
		return t.Command
	case MomentContained:
		return t.Contained
	case MomentEradicated:
		return t.Eradicated
	case MomentRecovered:
		return t.Recovered
	case MomentClosed:
		return t.Closed
	case MomentPublished:
		return t.Published
	}
	return time.Time{}
}

// KnownMoment is a moment with where it comes from.
type KnownMoment struct {
	Name      MomentName
	At        time.Time // zero when nobody knows
	Precision Precision
	From      MomentFrom // "" when nobody knows and nobody said so
	Said      Moment     // set when somebody said something of it
}

// Moment is what is known of one moment.
func (in *Incident) Moment(n MomentName) KnownMoment {
	k := KnownMoment{Name: n}
	if m, said := in.Moments[n]; said {
		k.Said, k.From = m, FromHand
		if m.Source != "" {
			k.From = FromSource
		}
		k.At, k.Precision = in.resolved(n, len(in.Moments))
		return k
	}
	if in.Import != nil {
		return k
	}
	k.Precision, k.From = PrecisionSecond, FromLog
	reported := !in.ReportedAt.IsZero() && in.ReportedAt.Before(in.DeclaredAt)
	switch n {
	case MomentDetected:
		k.At, k.From = in.DeclaredAt, FromDeclared
		if reported {
			k.At, k.From = in.ReportedAt, FromReport
		}
	case MomentAcknowledged:
		k.At, k.From = in.DeclaredAt, FromDeclared
		if reported && !in.TakenAt.IsZero() {
			k.At, k.From = in.TakenAt, FromReport
		}
	case MomentDetermined, MomentCommand:
		k.At, k.From = in.DeclaredAt, FromDeclared
	case MomentContained:
		k.At = in.passed(PhaseContainment)
	case MomentEradicated:
		k.At = in.passed(PhaseEradication)
	case MomentRecovered:
		k.At = in.passed(PhaseRecovery)
	case MomentClosed:
		k.At = in.ClosedAt
	case MomentPublished:
		k.At = in.PostMortem.SignedAt
	}
	if k.At.IsZero() {
		k.Precision, k.From = "", ""
	}
	return k
}

// resolved is when a moment that somebody spoke of was, counted from another
// where it is said so; depth bounds the chain.
func (in *Incident) resolved(n MomentName, depth int) (time.Time, Precision) {
	m := in.Moments[n]
	if m.After == "" || depth == 0 {
		return m.At, m.Precision
	}
	base, precision := in.resolved(m.After, depth-1)
	if base.IsZero() {
		return time.Time{}, ""
	}
	return base.Add(m.Span), precision
}

// passed is when the incident left a phase for a later one for good, zero while
// it did not. A close alone passes no phase.
func (in *Incident) passed(p Phase) time.Time {
	var at time.Time
	for _, s := range in.Phases {
		switch {
		case s.Phase == PhaseClosed:
		case s.Phase.Index() <= p.Index():
			at = time.Time{}
		case at.IsZero():
			at = s.At
		}
	}
	return at
}

// rough says that a moment is known to the month or the year only.
func (p Precision) rough() bool { return p == PrecisionMonth || p == PrecisionYear }

// Times works out the moments of the incident.
func (in *Incident) Times() Times {
	var t Times
	if in.Report != nil || in.Status == StatusRegister || in.Version == 0 {
		return t
	}
	for _, f := range []struct {
		name MomentName
		at   *time.Time
	}{{MomentFirstAct, &t.FirstAct}, {MomentSpread, &t.Spread}, {MomentDetected, &t.Detected}, {MomentAcknowledged, &t.Acknowledged},
		{MomentDetermined, &t.Determined}, {MomentCommand, &t.Command}, {MomentContained, &t.Contained}, {MomentEradicated, &t.Eradicated},
		{MomentRecovered, &t.Recovered}, {MomentClosed, &t.Closed}, {MomentPublished, &t.Published}} {
		k := in.Moment(f.name)
		if f.name == MomentDetected {
			t.DetectedFrom, t.Counted, t.Precision = k.From, k.At, k.Precision
		}
		if !k.Precision.rough() {
			*f.at = k.At
		}
	}
	if t.Counted.IsZero() {
		if in.Import != nil {
			first := in.Moment(MomentFirstAct)
			t.Counted, t.Precision = first.At, first.Precision
		} else {
			t.Counted, t.Precision = in.DeclaredAt, PrecisionSecond
		}
	}
	t.SaidDetect = in.said(MomentDetected, MomentFirstAct)
	t.SaidContain = in.said(MomentContained, MomentDetected)
	if in.Import == nil {
		t.ClosedOnce, t.Reopened = in.reopened()
	}
	return t
}

// said is how long after another a moment was, where it was said like that.
func (in *Incident) said(n, after MomentName) *time.Duration {
	if m, ok := in.Moments[n]; ok && m.After == after && !m.Unknown {
		return &m.Span
	}
	return nil
}

// reopened says whether the incident was ever closed, and taken up again within
// ReopenWindow of that.
func (in *Incident) reopened() (closed, again bool) {
	if i := slices.IndexFunc(in.Phases, func(s PhaseStep) bool { return s.Phase == PhaseClosed }); i < 0 {
		return false, false
	}
	for i, s := range in.Phases[:len(in.Phases)-1] {
		if s.Phase == PhaseClosed && in.Phases[i+1].At.Sub(s.At) <= ReopenWindow {
			return true, true
		}
	}
	return true, false
}
