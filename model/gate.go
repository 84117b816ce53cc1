package model

import (
	"fmt"
	"strings"
)

// Blocker is one thing that stands before a gate. Ref names a thing of the
// incident, or one of its facts: cause, evicted or postmortem.
type Blocker struct {
	Ref  string `json:"ref"`
	What Text   `json:"what"`
	Soft bool   `json:"reason_enough,omitempty"` // going on all the same takes a reason, not force
}

// The facts that block a gate.
const (
	BlockCause      = "cause"
	BlockEvicted    = "evicted"
	BlockPostMortem = "postmortem"
)

// Blockers lists what stands between the present phase and to: the required
// items of the phases that are left, what recovery rests on, compromised assets
// that are not so far, actions that are still to be finished or taken back, and,
// before the close, the post-mortem that is owed.
func (in *Incident) Blockers(to Phase) []Blocker {
	var out []Blocker
	from, end := in.Phase.Index(), to.Index()
	for _, it := range in.Checklist {
		if i := it.Phase.Index(); it.Required && i >= from && i < end && !it.passes() {
			out = append(out, Blocker{Ref: it.Ref, What: it.Title + " (" + Text(it.State) + ")"})
		}
	}
	if to == PhaseClosed && in.PostMortemOwed() {
		_, why := in.PostMortemRequired()
		out = append(out, Blocker{Ref: BlockPostMortem, What: Text("the post-mortem is required (" + why + ") and " + in.PostMortem.State.Word())})
	}
	if to == PhaseClosed && from >= PhasePostIncident.Index() {
		return out
	}
	crosses := func(p Phase) bool { return from < p.Index() && end >= p.Index() }
	if crosses(PhaseRecovery) {
		out = append(out, in.beforeRecovery()...)
	}
	out = append(out, in.assetsBehind(crosses, to)...)
	if crosses(PhasePostIncident) {
		for _, a := range in.InForce() {
			out = append(out, Blocker{Ref: a.Ref, What: "is still in force: " + in.ActionLine(a), Soft: true})
		}
	}
	return out
}

// beforeRecovery: the threat is removed and the causes are resolved.
func (in *Incident) beforeRecovery() []Blocker {
	var out []Blocker
	c := &in.Cause
	switch {
	case noText(c.RootCause):
		out = append(out, Blocker{Ref: BlockCause, What: "the root cause is not stated"})
	case c.Confidence == "":
		out = append(out, Blocker{Ref: BlockCause, What: "the root cause has no stated confidence"})
	}
	if c.Evicted != "yes" || noText(c.Evidence) {
		out = append(out, Blocker{Ref: BlockEvicted, What: "it is not shown that the adversary is out"})
	}
	for _, m := range c.Mitigations {
		if m.State == MitigationOpen {
			out = append(out, Blocker{Ref: m.Ref, What: "mitigation is open: " + m.What})
		}
	}
	for _, a := range in.Actions {
		if a.Stage == StageEradication && (a.State.Open() || a.State == ActionFailed) {
			out = append(out, Blocker{Ref: a.Ref, What: Text("is "+string(a.State)+": ") + in.ActionLine(a)})
		}
	}
	return out
}

// assetsBehind lists the compromised assets that the phase would be ahead of.
func (in *Incident) assetsBehind(crosses func(Phase) bool, to Phase) []Blocker {
	var need []Step
	soft := true
	switch {
	case crosses(PhasePostIncident):
		need, soft = []Step{StepRecovered, StepVerified}, false
	case to == PhaseRecovery && crosses(to):
		need = []Step{StepContained, StepEradicated}
	case to == PhaseEradication && crosses(to):
		need = []Step{StepContained}
	}
	var out []Blocker
	for _, a := range in.Assets {
		if !a.Compromised() {
			continue
		}
		for _, s := range need {
			if a.Step(s) != "yes" {
				out = append(out, Blocker{Ref: a.Ref, What: a.Name + Text(" is compromised and not "+string(s)), Soft: soft})
				break
			}
		}
	}
	return out
}

// Gate lists the refs of what blocks the way to a phase.
func (in *Incident) Gate(to Phase) []string { return refsOf(in.Blockers(to)) }

func refsOf(list []Blocker) []string {
	var refs []string
	for _, b := range list {
		refs = append(refs, b.Ref)
	}
	return refs
}

// hard are the blockers that only force passes.
func hard(list []Blocker) []Blocker { return only(list, false) }

func only(list []Blocker, soft bool) []Blocker {
	var out []Blocker
	for _, b := range list {
		if b.Soft == soft {
			out = append(out, b)
		}
	}
	return out
}

// sayBlockers names what blocks: checklist items by their refs, the rest in words.
func sayBlockers(list []Blocker) string {
	var items []string
	var words []string
	for _, b := range list {
		switch {
		case strings.HasPrefix(b.Ref, RefItem):
			items = append(items, b.Ref)
		case b.Ref == BlockCause || b.Ref == BlockEvicted || b.Ref == BlockPostMortem:
			words = append(words, string(b.What))
		default:
			words = append(words, b.Ref+" "+excerpt(string(b.What)))
		}
	}
	if n := len(items); n > 0 {
		are := " are open ("
		if n == 1 {
			are = " is open ("
		}
		words = append([]string{count(n, "required item") + are + shortList(items) + ")"}, words...)
	}
	const most = 8
	if len(words) > most {
		words = append(words[:most], fmt.Sprintf("and %d more", len(words)-most))
	}
	return strings.Join(words, "; ")
}

// Blocking counts what blocks: "2 required items", "2 required items and 3 more things".
func Blocking(list []Blocker) string {
	items := 0
	for _, b := range list {
		if strings.HasPrefix(b.Ref, RefItem) {
			items++
		}
	}
	more := len(list) - items
	switch {
	case more == 0:
		return count(items, "required item")
	case items == 0:
		return count(more, "thing")
	}
	return count(items, "required item") + " and " + count(more, "more thing")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
