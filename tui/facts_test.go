package tui_test

import (
	"strings"
	"testing"

	"warroom/model"
	"warroom/tui/tuitest"
)

// The gate lists what blocks it, enter goes there, and nobody but the IC passes
// it all the same; a second person who is late is told so.
func TestGateToRecovery(t *testing.T) {
	h, id, a, b := pair(t)
	do(t, h, alice, id, model.AddAsset{Name: "FS-01", Compromised: "yes"})
	do(t, h, alice, id, model.SetPhase{To: model.PhaseEradication, Reason: "at once", Force: true})
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine(id, "ERADICATION")
	}
	b.Press(">")
	b.Expect("the gate to recovery is closed by ")
	b.Type("root").Press("enter")
	b.Expect("Cause of " + id)
	b.Type("gateway without patch").Press("tab", "right", "right", "ctrl+s")
	b.ExpectLine("rests on")
	b.Type("image of the gateway").Press("ctrl+s")
	a.ExpectLine("CAUSE", "medium confidence", "gateway without patch")
	closed(b, "Cause of")
	b.Press(">")
	b.Expect("the gate to recovery is closed by ")
	b.Type("adversary").Press("enter")
	b.Expect("Cause of " + id)
	b.Press("right", "tab").Type("no logon since").Press("ctrl+s")
	a.ExpectLine("CAUSE", "adversary evicted")
	closed(b, "Cause of")
	b.Press("M")
	b.ExpectLine("a new one")
	b.Press("enter")
	b.Expect("What has to be done?")
	b.Type("patch it").Press("enter")
	a.ExpectLine("CAUSE", "mitigations 0/1")
	closed(b, "What has to be done?")
	b.Press("M")
	b.ExpectLine("a new one")
	b.Type("patch").Press("enter")
	b.Expect("Mitigation M1")
	b.Press("ctrl+s")
	a.ExpectLine("CAUSE", "mitigations 1/1")
	closed(b, "Mitigation M1")
	// The asset is the way of its own: enter goes to it, and x takes its steps.
	b.Press(">")
	b.Expect("the gate to recovery is closed by ")
	b.Type("FS-01").Press("enter")
	b.ExpectLine("S1", "FS-01", "yes")
	b.Press("x")
	a.Press("4")
	a.ExpectLine("S1", "✓ yes")
	b.Press(">")
	b.Expect("the gate to recovery is closed by ")
	b.Type("all the same").Press("enter")
	b.Expect("the gate to recovery is closed by ")
	b.Press("esc")

	// Two at once: the later one is told that the phase is there already.
	a.Press(">")
	a.Expect("the gate to recovery is closed by ")
	a.Type("by force").Press("enter")
	a.Expect("the gate to recovery is closed: ")
	a.Press("tab").Type("restore starts").Press("enter", "y")
	a.ExpectLine("Force", "yes")
	do(t, h, carla(), id, model.AssignRole{Role: model.RoleIC, User: "carla"})
	do(t, h, carla(), id, model.SetPhase{To: model.PhaseRecovery, Reason: "now", Force: true})
	a.ExpectLine(id, "RECOVERY")
	a.Press("enter")
	a.ExpectLine("is in recovery already")
	a.Press("esc", "y", "2")
	a.ExpectLine("@carla", "phase eradication → recovery FORCED past")
}

// closed waits until a form is gone.
func closed(x *tuitest.Term, title string) {
	x.Until("no "+title, func(s string) bool { return !strings.Contains(s, title) })
}

// carla is a commander: he leads wherever he is.
func carla() model.Actor { return model.Actor{Name: "carla", Role: model.RoleCommander} }

// The facts propose a raise, s takes it up, and the rating shows its arithmetic.
func TestRaiseAndRate(t *testing.T) {
	_, id, a, b := pair(t)
	b.Press("!")
	b.Expect("What forces the severity")
	b.Press("down", "down", "space", "ctrl+s")
	a.ExpectLine("RAISE", "raise to SEV1: adversary still active")
	a.Press("s")
	a.ExpectLine("at least SEV1: adversary still active")
	a.Press("ctrl+s")
	b.ExpectLine("SEVERITY", "SEV2 preliminary", "SEV1", "@alice", "adversary still active")
	closed(a, "Severity of")
	a.Press("P")
	a.Expect("Rate " + id)
	a.Press("right", "right", "right")
	a.Expect("impact high × urgency high = P1")
	a.Press("down", "down", "right", "ctrl+s")
	b.ExpectLine("PRIORITY", "impact high × urgency medium = P1")
	closed(b, "forces the severity")
	closed(b, "What forces")
	b.Press("E")
	b.Expect("Edit " + id)
	b.Press("tab", "tab", "right", "right", "tab").Type("one site only").Press("ctrl+s")
	a.ExpectLine("PRIORITY", "P3 by @bob", "one site only")
}

// Assets are recovered on known ground, several at once, at the smallest size too.
func TestRecoverManyAt80x24(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware on file servers")
	yes := map[model.Step]string{model.StepContained: "yes", model.StepEradicated: "yes"}
	for _, c := range []model.Command{model.AddAsset{Name: "FS-01", Compromised: "yes"}, model.AddAsset{Name: "FS-02", Compromised: "yes"},
		model.SetAsset{Ref: "S1", Steps: yes}, model.SetAsset{Ref: "S2", Steps: yes}, model.SetPhase{To: model.PhaseRecovery, Reason: "night", Force: true}} {
		do(t, h, alice, id, c)
	}
	a := tuitest.New(t, h, alice, 80, 24)
	a.ExpectLine(id)
	a.Press("enter", "4")
	a.ExpectLine("S2", "FS-02")
	a.Press("g", "space", "j", "space", "x")
	a.ExpectLine("Recovered: S1 S2")
	a.Type("snapshot of Friday").Press("ctrl+s")
	a.ExpectLine("cannot be recovered yet")
	a.Type("vault").Press("tab", "space", "ctrl+s")
	a.ExpectLine("S1 S2 recovered")
	in := h.Peek(id)
	for _, x := range in.Assets {
		if x.Step(model.StepRecovered) != "yes" || x.Restored() || x.RestoredFrom != "vault" || x.Confirmed.By != "alice" {
			t.Errorf("%s: %+v", x.Ref, x)
		}
	}
	closed(a, "Recovered: S1")
	a.Press("g", "space", "j", "space", "x")
	a.ExpectLine("S1 S2 verified")
	if !h.Peek(id).Assets[0].Restored() || !h.Peek(id).Assets[1].Restored() {
		t.Error("verified and not restored")
	}
	a.Press(">")
	a.ExpectLine("the gate to post-incident is closed by ")
}

// What was linked and is restricted since is named to nobody who may not know of it.
func TestRelatedIsHiddenOnceRestricted(t *testing.T) {
	h := newHub(t)
	id, other := declare(t, h, "Ransomware on file servers"), declare(t, h, "Insider")
	if err := h.Relate(t.Context(), alice, tuitest.NewID(), id, other, "same hosts"); err != nil {
		t.Fatal(err)
	}
	b := tuitest.New(t, h, bob, 140, 40)
	b.Press("/").Type("servers").Press("enter")
	b.ExpectLine("▌", id)
	b.Press("enter")
	b.ExpectLine("RELATED", other)
	yes := true
	do(t, h, alice, other, model.SetAccess{Restrict: &yes})
	b.Until("no link", func(s string) bool { return !strings.Contains(s, "RELATED") })
}
