package model

import (
	"slices"
	"strings"
	"time"
)

// Passed is a step of an asset that the IC let pass although something was
// missing.
type Passed struct {
	Missing []string  `json:"missing"`
	Reason  Text      `json:"reason"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Restored says whether the asset is back: recovered, and verified.
func (a *Asset) Restored() bool {
	return a.Step(StepRecovered) == "yes" && a.Step(StepVerified) == "yes"
}

// Compromised says whether the asset is in scope and known to be compromised.
func (a *Asset) Compromised() bool { return a.Retracted == "" && a.Step(StepCompromised) == "yes" }

// onto is the asset after the change, with what a gate or a rule asks of it.
func (e *AssetSet) onto(a *Asset) Asset {
	next := *a
	next.Steps = make(map[Step]StepMark, len(a.Steps)+len(e.Steps))
	for s, m := range a.Steps {
		next.Steps[s] = m
	}
	for s, v := range e.Steps {
		next.Steps[s] = StepMark{Value: v}
	}
	set(&next.LastKnownGood, e.LastKnownGood)
	set(&next.RestoredFrom, e.RestoredFrom)
	set(&next.Confirmed.Value, e.Confirmed)
	return next
}

// unfounded lists what a recovery of the asset lacks.
func (a *Asset) unfounded() []string {
	var out []string
	if noText(a.LastKnownGood) {
		out = append(out, "the last known good state is not named")
	}
	if noText(a.RestoredFrom) {
		out = append(out, "what it was restored from is not named")
	}
	if a.Confirmed.Value != "yes" {
		out = append(out, "nobody confirmed that the restored state mitigates the causes")
	}
	return out
}

// takenBack adds to a change that takes a step back the steps that rest on it.
func (e *AssetSet) takenBack(a *Asset) {
	back := false
	for _, s := range Steps()[1:] {
		v, said := e.Steps[s]
		switch {
		case said && v == "no":
			back = true
		case back && !said && a.Step(s) == "yes":
			e.Steps[s] = "no"
		}
	}
}

// skips lists what a change of an asset leaves out: the step before, what a
// recovery rests on, or the gate to recovery.
func (in *Incident) skips(a *Asset, e *AssetSet) []string {
	next := e.onto(a)
	var out []string
	for i, after := range Steps()[2:] {
		if before := Steps()[i+1]; e.Steps[after] == "yes" && next.Step(before) != "yes" {
			out = append(out, "it is not "+string(before))
		}
	}
	if next.Step(StepRecovered) != "yes" {
		return out
	}
	if e.Steps[StepRecovered] == "yes" {
		out = append(out, next.unfounded()...)
		if in.Phase.Index() < PhaseRecovery.Index() {
			if b := hard(in.Blockers(PhaseRecovery)); len(b) > 0 {
				out = append(out, "the gate to recovery is closed ("+shortList(refsOf(b))+")")
			}
		}
		return out
	}
	if n := next.unfounded(); len(n) > len(a.unfounded()) {
		out = append(out, n...)
	}
	return out
}

// pass refuses a change of an asset that leaves something out, unless the IC
// lets it pass with a reason: then the change carries what was missing.
func (in *Incident) pass(by Actor, a *Asset, e *AssetSet, force bool, reason Text) error {
	missing := in.skips(a, e)
	if len(missing) == 0 {
		return nil
	}
	if !force {
		todo := "take the steps in their order"
		if next := e.onto(a); len(next.unfounded()) > 0 && next.Step(StepRecovered) == "yes" {
			todo = "say what is missing (--last-known-good, --restored-from, --confirmed yes)"
		}
		return Invalid("%s cannot be %s yet: %s", a.Ref, e.furthest(), strings.Join(missing, "; ")).
			Hint("%s; the IC may pass with --force --reason \"why\"", todo).On(e.lacking(a))
	}
	if by.Name != in.IC() {
		return in.onlyIC("passes over what an asset lacks")
	}
	if noText(reason) {
		return Invalid("a forced step needs a reason").Hint("add --reason \"why\"").On("reason")
	}
	e.Forced, e.Reason = missing, reason
	return nil
}

// lacking is the field that is to be filled in first.
func (e *AssetSet) lacking(a *Asset) string {
	next := e.onto(a)
	switch {
	case next.Step(StepRecovered) != "yes":
	case noText(next.LastKnownGood):
		return "last-known-good"
	case noText(next.RestoredFrom):
		return "restored-from"
	case next.Confirmed.Value != "yes":
		return "confirmed"
	}
	return "force"
}

// furthest is the furthest step that the change takes.
func (e *AssetSet) furthest() Step {
	last := StepRecovered
	for _, s := range Steps() {
		if e.Steps[s] == "yes" {
			last = s
		}
	}
	return last
}

// recovery puts back what e changed of the facts of a recovery.
func (back *AssetSet) recovery(e *AssetSet, a *Asset) {
	if e.LastKnownGood != nil {
		back.LastKnownGood = &a.LastKnownGood
	}
	if e.LastKnownGoodAt != nil {
		back.LastKnownGoodAt = &a.LastKnownGoodAt
	}
	if e.RestoredFrom != nil {
		back.RestoredFrom = &a.RestoredFrom
	}
	if e.Confirmed != nil {
		v := a.confirmed()
		back.Confirmed = &v
	}
}

func (a *Asset) confirmed() string {
	if a.Confirmed.Value == "" {
		return "no"
	}
	return a.Confirmed.Value
}

// same says whether the change changes nothing.
func (e *AssetSet) same() bool {
	return e.Name == nil && e.Team == nil && e.Tenant == nil && e.Criticality == nil && e.Note == nil && e.Steps == nil &&
		e.LastKnownGood == nil && e.LastKnownGoodAt == nil && e.RestoredFrom == nil && e.Confirmed == nil
}

// restore takes over what a recovery rests on, and says so.
func (a *Asset) restore(e *AssetSet, m Meta) []string {
	var what []string
	if e.LastKnownGood != nil {
		a.LastKnownGood = *e.LastKnownGood
		what = append(what, "last known good: "+string(a.LastKnownGood))
	}
	if e.LastKnownGoodAt != nil {
		a.LastKnownGoodAt = *e.LastKnownGoodAt
		what = append(what, "good at "+a.LastKnownGoodAt.UTC().Format("2006-01-02 15:04Z"))
	}
	if e.RestoredFrom != nil {
		a.RestoredFrom = *e.RestoredFrom
		what = append(what, "restored from: "+string(a.RestoredFrom))
	}
	if e.Confirmed != nil {
		a.Confirmed = StepMark{Value: *e.Confirmed, By: m.Actor, At: m.At}
		what = append(what, "confirmed to mitigate the causes: "+*e.Confirmed)
	}
	if len(e.Forced) > 0 {
		a.Passed = append(slices.Clip(a.Passed), Passed{Missing: e.Forced, Reason: e.Reason, By: m.Actor, At: m.At})
		what = append(what, "FORCED although "+strings.Join(e.Forced, ", "))
	}
	return what
}

// passes lets an undo bring a recovery back only where it would be allowed.
func (e AssetSet) passes(in *Incident) error {
	a, err := in.Asset(e.Ref)
	if err != nil {
		return err
	}
	if missing := in.skips(a, &e); len(missing) > 0 {
		return Invalid("%s cannot be %s again: %s", a.Ref, e.furthest(), strings.Join(missing, "; ")).Hint("correct it with a new change")
	}
	return nil
}

// Nothing says whether the command names nothing to change.
func (c *SetAsset) Nothing() bool {
	return c.Name == nil && c.Team == nil && c.Tenant == nil && c.Note == nil && c.Criticality == nil && c.Steps == nil &&
		c.LastKnownGood == nil && c.LastKnownGoodAt == nil && c.RestoredFrom == nil && c.Confirmed == nil
}
