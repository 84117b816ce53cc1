package model

import (
	"slices"
	"strings"
	"time"
)

// Phase is where in its life an incident is (NIST SP 800-61, product.md).
type Phase string

// The phases in order. Preparation is before any incident; its checklist items
// say what should have been ready.
const (
	PhasePreparation  Phase = "preparation"
	PhaseDetection    Phase = "detection-analysis"
	PhaseContainment  Phase = "containment"
	PhaseEradication  Phase = "eradication"
	PhaseRecovery     Phase = "recovery"
	PhasePostIncident Phase = "post-incident"
	PhaseClosed       Phase = "closed"
)

// Phases lists all phases in order.
func Phases() []Phase {
	return []Phase{PhasePreparation, PhaseDetection, PhaseContainment, PhaseEradication, PhaseRecovery, PhasePostIncident, PhaseClosed}
}

// WorkPhases lists the phases that an open incident may be in.
func WorkPhases() []Phase { return Phases()[1:6] }

// Index is the phase's place in Phases, -1 for none of them.
func (p Phase) Index() int { return slices.Index(Phases(), p) }

// Short is the four-letter form for narrow columns.
func (p Phase) Short() string {
	switch p {
	case PhasePreparation:
		return "PREP"
	case PhaseDetection:
		return "DETC"
	case PhaseContainment:
		return "CONT"
	case PhaseEradication:
		return "ERAD"
	case PhaseRecovery:
		return "RECV"
	case PhasePostIncident:
		return "POST"
	case PhaseClosed:
		return "DONE"
	}
	return "    "
}

// Next is the phase after p, "" after post-incident: closing is its own act.
func (p Phase) Next() Phase {
	w := WorkPhases()
	if i := slices.Index(w, p); i >= 0 && i+1 < len(w) {
		return w[i+1]
	}
	return ""
}

// ParsePhase reads a work phase; the beginning of its name is enough when it is
// the only one.
func ParsePhase(s string) (Phase, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	var hits []Phase
	for _, p := range WorkPhases() {
		if string(p) == t {
			return p, nil
		}
		if t != "" && strings.HasPrefix(string(p), t) {
			hits = append(hits, p)
		}
	}
	if len(hits) == 1 {
		return hits[0], nil
	}
	return "", Usage("%q is no phase", excerpt(s)).
		Hint("use detection-analysis, containment, eradication, recovery or post-incident; incident close ends it").On("phase")
}

// PhaseStep is when an incident entered a phase, and why.
type PhaseStep struct {
	Phase  Phase     `json:"phase"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason Text      `json:"reason,omitempty"`
	Forced bool      `json:"forced,omitempty"`

	Blocked []string `json:"blocked,omitempty"` // what a forced pass left behind
	Ahead   []string `json:"ahead,omitempty"`   // what the phase is ahead of, with the reason
}

// SetPhase moves the incident to another phase. Back, and past a phase, needs a
// reason, and so does going ahead of a compromised asset; past what else blocks
// the gate needs Force, a reason and the IC, and is marked for ever.
type SetPhase struct {
	To     Phase
	Reason Text
	Force  bool
}

// PhaseChanged is a passed gate.
type PhaseChanged struct {
	From    Phase    `json:"from"`
	To      Phase    `json:"to"`
	Reason  Text     `json:"reason,omitempty"`
	Forced  bool     `json:"forced,omitempty"`
	Blocked []string `json:"blocked,omitempty"` // what a forced pass left behind
	Ahead   []string `json:"ahead,omitempty"`   // what the phase is ahead of, with the reason
}

// Decide implements Command.
func (c SetPhase) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessLead); err != nil {
		return nil, err
	}
	from, to := in.Phase.Index(), c.To.Index()
	if !slices.Contains(WorkPhases(), c.To) {
		return nil, Usage("%q is no phase to go to", excerpt(string(c.To))).Hint("incident close ends an incident").On("phase")
	}
	if from == to {
		return nil, Conflict("%s is in %s already", in.ID, c.To).Hint("phase %s shows what blocks the next one", in.ID)
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	ev := PhaseChanged{From: in.Phase, To: c.To, Reason: c.Reason}
	if to < from && noText(c.Reason) {
		return nil, Invalid("going back from %s to %s needs a reason", in.Phase, c.To).Hint("add --reason \"why\"").On("reason")
	}
	if to > from+1 && noText(c.Reason) {
		return nil, Invalid("going from %s to %s passes over a phase and needs a reason", in.Phase, c.To).
			Hint("add --reason \"why\"").On("reason")
	}
	all := in.Blockers(c.To)
	ahead, shut := only(all, true), only(all, false)
	switch {
	case len(shut) > 0 && !c.Force:
		return nil, Invalid("the gate to %s is closed: %s", c.To, sayBlockers(all)).
			Hint("settle them (phase %s lists them), or pass with --force --reason \"why\"", in.ID).On("force")
	case len(shut) > 0 && by.Name != in.IC():
		return nil, in.onlyIC("passes a gate by force")
	case len(shut) > 0 && noText(c.Reason):
		return nil, Invalid("a forced pass needs a reason").Hint("add --reason \"why\"").On("reason")
	case len(ahead) > 0 && noText(c.Reason):
		return nil, Invalid("%s would be ahead of what is not so far: %s", c.To, sayBlockers(ahead)).
			Hint("bring them there first, or add --reason \"why\"").On("reason")
	}
	ev.Forced, ev.Blocked, ev.Ahead = len(shut) > 0, refsOf(shut), refsOf(ahead)
	return []Event{ev}, nil
}

func shortList(refs []string) string {
	const most = 8
	if len(refs) <= most {
		return strings.Join(refs, ", ")
	}
	return strings.Join(refs[:most], ", ") + ", …"
}

// Kind implements Event.
func (PhaseChanged) Kind() string { return "phase.changed" }

func (e PhaseChanged) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e PhaseChanged) inverse(*Incident) ([]Event, []string) {
	return []Event{PhaseChanged{From: e.To, To: e.From, Reason: "undone"}}, []string{"phase"}
}

// passes lets an undo go forward again only through an open gate.
func (e PhaseChanged) passes(in *Incident) error {
	if b := in.Blockers(e.To); len(b) > 0 {
		return Invalid("the gate to %s is closed by now: %s", e.To, sayBlockers(b)).Hint("go there with phase %s %s", in.ID, e.To)
	}
	return nil
}

func (e PhaseChanged) apply(d *draft, m Meta) {
	d.Phase = e.To
	d.Phases = append(slices.Clip(d.Phases), PhaseStep{Phase: e.To, By: m.Actor, At: m.At, Reason: e.Reason, Forced: e.Forced, Blocked: e.Blocked, Ahead: e.Ahead})
	d.edited("phase", m)
	what := "phase " + string(e.From) + " → " + string(e.To)
	if e.Forced {
		what += " FORCED past " + shortList(e.Blocked)
	}
	if len(e.Ahead) > 0 {
		what += " ahead of " + shortList(e.Ahead)
	}
	text := withReason(what, e.Reason)
	d.log(m, KindPhase, text)
	d.feed(m, "", "%s", text)
}
