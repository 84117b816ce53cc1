package model

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// PostMortemFacts is what the log knows of an incident and nobody has to write
// into its post-mortem. The screen, the verb and the reports show the same. It is
// of one version: of the newest until the post-mortem is closed, then of the one
// that it was frozen at (PostMortem.FrozenAt).
type PostMortemFacts struct {
	Version    uint64          `json:"version"`
	At         time.Time       `json:"at"`
	Moments    []KeyMoment     `json:"key_moments"` // as it happened
	Times      []FactMoment    `json:"times"`
	Lapses     []Lapse         `json:"lapses"`
	Roles      []RoleHeld      `json:"roles"`
	Severities []SeveritySpan  `json:"severities"`
	Phases     []PhaseSpan     `json:"phases"`
	Scope      ScopeCount      `json:"scope"`
	Assets     []*Asset        `json:"assets"`
	Actions    []FactAction    `json:"actions"`
	Clocks     []ClockOutcome  `json:"clocks"`
	Indicators []*Indicator    `json:"indicators"`
	Techniques []FactTechnique `json:"techniques"`
	Updates    []*Entry        `json:"stakeholder_updates"`
}

// Facts works out the facts as of now; of a frozen post-mortem now is when it was
// closed.
func (in *Incident) Facts(now time.Time) *PostMortemFacts {
	f := &PostMortemFacts{Version: in.Version, At: now.UTC(), Moments: in.KeyMoments(), Times: in.factMoments(), Lapses: in.Lapses(), Roles: in.RolesHeld(),
		Severities: in.SeveritySpans(now), Phases: in.PhaseSpans(now), Scope: in.ScopeCount(), Assets: []*Asset{}, Actions: in.factActions(),
		Clocks: in.ClockOutcomes(now), Indicators: []*Indicator{}, Techniques: in.techniques(), Updates: []*Entry{}}
	for _, a := range in.Assets {
		if a.Retracted == "" {
			f.Assets = append(f.Assets, a)
		}
	}
	for _, x := range in.Indicators {
		if x.Retracted == "" {
			f.Indicators = append(f.Indicators, x)
		}
	}
	for _, e := range in.Timeline {
		if e.Kind == KindUpdate && e.Retracted == "" {
			f.Updates = append(f.Updates, e)
		}
	}
	return f
}

// KeyMoment is a moment that the story of the incident hangs on. It has both
// clocks: when it happened, and when the room knew it.
type KeyMoment struct {
	Ref        string    `json:"ref"` // of the timeline entry; "" for a close and a reopening
	Kind       EntryKind `json:"kind"`
	At         time.Time `json:"occurred_at"`
	Precision  Precision `json:"precision"`
	RecordedAt time.Time `json:"recorded_at"`
	By         string    `json:"author"`
	Phase      Phase     `json:"phase"` // that the incident was in when it was recorded
	Text       Text      `json:"text"`
	Starred    bool      `json:"starred"`

	seq int
}

// KeyMoments lists, as it happened, what was starred or decided, the declaration,
// changes of severity and phase, what happened to data, notices, closes and
// reopenings. What was retracted or corrected is left out.
func (in *Incident) KeyMoments() []KeyMoment {
	out := []KeyMoment{}
	for i, e := range in.Timeline {
		if e.Retracted != "" || e.CorrectedBy != "" {
			continue
		}
		switch e.Kind {
		case KindDecision, KindDeclared, KindPhase, KindImpact, KindNotice:
		default:
			if !e.Starred && !in.tellsSeverity(e) {
				continue
			}
		}
		out = append(out, KeyMoment{Ref: e.Ref, Kind: e.Kind, At: e.OccurredAt, Precision: e.Precision, RecordedAt: e.RecordedAt, By: e.Author,
			Phase: in.phaseAt(e.RecordedAt), Text: e.Text, Starred: e.Starred, seq: i})
	}
	for i, s := range in.Phases {
		what := Text("closed")
		switch {
		case s.Phase == PhaseClosed:
		case i > 0 && in.Phases[i-1].Phase == PhaseClosed:
			what = "reopened"
		default:
			continue
		}
		out = append(out, KeyMoment{Kind: KindStatus, At: s.At, Precision: PrecisionSecond, RecordedAt: s.At, By: s.By, Phase: s.Phase,
			Text: withReason(string(what), s.Reason), seq: len(in.Timeline)})
	}
	slices.SortStableFunc(out, func(a, b KeyMoment) int { return cmp.Or(a.At.Compare(b.At), a.seq-b.seq) })
	return out
}

// AsWeKnewIt sorts key moments by when the room knew them.
func AsWeKnewIt(moments []KeyMoment) []KeyMoment {
	out := slices.Clone(moments)
	slices.SortStableFunc(out, func(a, b KeyMoment) int { return cmp.Or(a.RecordedAt.Compare(b.RecordedAt), a.seq-b.seq) })
	return out
}

// tellsSeverity tells the record of a changed severity from that of a rating.
func (in *Incident) tellsSeverity(e *Entry) bool {
	return e.Kind == KindSeverity && slices.ContainsFunc(in.Severities, func(s SeverityChange) bool {
		change := s.From.String() + " → " + s.To.String()
		if s.From == s.To {
			change = "kept at " + s.To.String()
		}
		return s.At.Equal(e.RecordedAt) && strings.HasPrefix(string(e.Text), change)
	})
}

// phaseAt is the phase that the incident was in at a moment; its first one before.
func (in *Incident) phaseAt(t time.Time) Phase {
	phase := PhaseDetection
	for _, s := range in.Phases {
		if s.At.After(t) {
			break
		}
		phase = s.Phase
	}
	return phase
}

// FactMoment is one of the moments that metrics measure between.
type FactMoment struct {
	Name      MomentName `json:"moment"`
	At        time.Time  `json:"at,omitzero"` // zero when nobody knows
	Precision Precision  `json:"precision,omitempty"`
	From      MomentFrom `json:"from,omitempty"`
}

func (in *Incident) factMoments() []FactMoment {
	var out []FactMoment
	for _, n := range MomentNames() {
		k := in.Moment(n)
		out = append(out, FactMoment{Name: n, At: k.At, Precision: k.Precision, From: k.From})
	}
	return out
}

// Lapse is how long something took in this incident, by the formulas of domain.md
// 1.9; docs/metrics.md has them.
type Lapse struct {
	Name    string        `json:"name"`    // time to contain
	Formula string        `json:"formula"` // contained - detected
	Took    time.Duration `json:"took"`    // nanoseconds
}

// Lapses lists how long what is known took. What has an end that nobody knows is
// left out, and so is what began after it ended.
func (in *Incident) Lapses() []Lapse {
	t := in.Times()
	out := []Lapse{}
	for _, l := range []struct {
		name     string
		to, from MomentName
		said     *time.Duration
	}{
		{"time to detect", MomentDetected, MomentFirstAct, t.SaidDetect}, {"time to acknowledge", MomentAcknowledged, MomentDetected, nil},
		{"time to determine", MomentDetermined, MomentDetected, nil}, {"time to command", MomentCommand, MomentDetected, nil},
		{"time to contain", MomentContained, MomentDetected, t.SaidContain}, {"time to eradicate", MomentEradicated, MomentContained, nil},
		{"time to recover", MomentRecovered, MomentDetected, nil}, {"time to resolve", MomentClosed, MomentDetected, nil},
		{"dwell time", MomentEradicated, MomentFirstAct, nil}, {"post-mortem lag", MomentPublished, MomentClosed, nil},
	} {
		from, to := t.At(l.from), t.At(l.to)
		ofItself := t.DetectedFrom == FromDeclared && l.from == MomentDetected &&
			(l.to == MomentAcknowledged || l.to == MomentDetermined || l.to == MomentCommand)
		took := to.Sub(from)
		known := !from.IsZero() && !to.IsZero() && took >= 0 && !ofItself
		if l.said != nil {
			took, known = *l.said, true
		}
		if known {
			out = append(out, Lapse{Name: l.name, Formula: string(l.to) + " - " + string(l.from), Took: took})
		}
	}
	return out
}

// RoleStep is one hand-over of a duty.
type RoleStep struct {
	Role IncidentRole `json:"role"`
	User string       `json:"user"` // "" when nobody holds it from then on
	By   string       `json:"by"`
	At   time.Time    `json:"at"`
}

// RoleHeld is who held a duty from when to when.
type RoleHeld struct {
	Role IncidentRole `json:"role"`
	User string       `json:"user"`
	From time.Time    `json:"from"`
	To   time.Time    `json:"to,omitzero"` // zero while it is held
}

// RolesHeld lists who held which duty when, by duty and then by time.
func (in *Incident) RolesHeld() []RoleHeld {
	out := []RoleHeld{}
	for _, r := range IncidentRoles() {
		holds := false
		for _, s := range in.RoleSteps {
			if s.Role != r {
				continue
			}
			if holds {
				out[len(out)-1].To = s.At
			}
			if holds = s.User != ""; holds {
				out = append(out, RoleHeld{Role: r, User: s.User, From: s.At})
			}
		}
	}
	return out
}

// SeveritySpan is how long the incident had a severity.
type SeveritySpan struct {
	Severity Severity  `json:"severity"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to,omitzero"` // zero while it lasts
	By       string    `json:"by"`
	Reason   Text      `json:"reason,omitempty"`
	Below    Severity  `json:"below,omitzero"` // what the facts asked for at least, when it stayed lower

	until time.Time
}

// Lasted is how long, until now while it lasts.
func (s *SeveritySpan) Lasted() time.Duration { return s.until.Sub(s.From) }

// SeveritySpans lists the severities that the incident had, in order; the last one
// ends with the close.
func (in *Incident) SeveritySpans(now time.Time) []SeveritySpan {
	out := []SeveritySpan{}
	for i, s := range in.Severities {
		span := SeveritySpan{Severity: s.To, From: s.At, By: s.By, Reason: s.Reason, Below: s.Below, To: in.ClosedAt, until: now}
		if i+1 < len(in.Severities) {
			span.To = in.Severities[i+1].At
		}
		if !span.To.IsZero() {
			span.until = span.To
		}
		out = append(out, span)
	}
	return out
}

// PhaseSpan is how long the incident was in a phase.
type PhaseSpan struct {
	PhaseStep
	To time.Time `json:"to,omitzero"` // zero while it lasts

	until time.Time
}

// Lasted is how long, until now while it lasts.
func (s *PhaseSpan) Lasted() time.Duration { return s.until.Sub(s.At) }

// PhaseSpans lists the phases that the incident was in, in order; the time that it
// was closed is none.
func (in *Incident) PhaseSpans(now time.Time) []PhaseSpan {
	out := []PhaseSpan{}
	for i, s := range in.Phases {
		if s.Phase == PhaseClosed {
			continue
		}
		span := PhaseSpan{PhaseStep: s, until: now}
		if i+1 < len(in.Phases) {
			span.To = in.Phases[i+1].At
			span.until = span.To
		}
		out = append(out, span)
	}
	return out
}
