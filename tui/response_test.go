package tui_test

import (
	"fmt"
	"testing"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/tuitest"
)

// acting is pair with an asset and three indicators in the room.
func acting(t *testing.T) (h *room.Hub, id string, a, b *tuitest.Term) {
	h, id, a, b = pair(t)
	do(t, h, alice, id, model.AddAsset{Name: "WEB-03", Compromised: "yes"})
	do(t, h, alice, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "domain", Value: "evil.example.com"}, {Type: "ipv4", Value: "8.8.4.4"}, {Type: "ipv4", Value: "8.8.8.8"}}})
	return h, id, a, b
}

// A containment of what the cursor is on takes at most six keys beside typed text.
func TestContainmentInSixKeys(t *testing.T) {
	_, _, a, b := acting(t)
	b.Press("6")
	b.Expect("No action yet.")
	a.Press("4") // where the asset is: not counted, one is there already
	a.ExpectLine("▌", "WEB-03")
	keys := 0
	press := func(k ...string) { keys += len(k); a.Press(k...) }
	press("c")
	a.ExpectLine("Contain S1: what")
	a.Type("isol")
	press("enter")
	a.ExpectLine("Isolate host")
	a.ExpectLine("Target", "S1")
	a.Type("the shop stops")
	press("enter")
	a.Type("give the port back")
	press("ctrl+s")
	b.ExpectLine("A1", "proposed", "isolate host", "S1 WEB-03", "@alice")
	if keys > 6 {
		t.Errorf("it took %d keys", keys)
	}
	t.Logf("a containment takes %d keys beside typed text", keys)
	b.Expect("risk the shop stops")
	b.Expect("undo give the port back")
	a.Press("1")
	a.ExpectLine("ACTIONS", "1 open", "1 for approval")
	a.ExpectLine("6 Actions 1▲1")
}

// Marked indicators are blocked in one step: one action, many targets.
func TestBlockMarkedIndicators(t *testing.T) {
	h, id, a, b := acting(t)
	b.Press("3")
	a.Press("3")
	a.ExpectLine("▌", "I1")
	a.Press("space", "space", "b") // space marks and goes on
	b.ExpectLine("I1", "A1 approved")
	b.ExpectLine("I2", "A1 approved")
	in := h.Peek(id)
	if len(in.Actions) != 1 || len(in.Actions[0].Targets) != 2 || in.Actions[0].Owner != "alice" {
		t.Fatalf("%+v", in.Actions)
	}
	b.Press("6")
	b.ExpectLine("▌", "A1", "approved", "block indicator", "I1 evil[.]example[.]com")
	b.Press("x")
	a.Press("6")
	a.ExpectLine("A1", "executing")
	b.Press("x")
	b.ExpectLine("Done: A1")
	b.Type("edge and proxy").Press("enter")
	a.ExpectLine("IN FORCE 1")
	a.ExpectLine("A1", "done", "take the block")
	a.Press("x")
	b.ExpectLine("A1", "verified")
	b.Press("3")
	b.ExpectLine("I1", "✓ by A1")
	a.Press("B").Type("list was wrong").Press("enter")
	b.Press("6")
	b.ExpectLine("A1", "rolled-back")
	b.Expect("“list was")
	a.Press("x")
	a.ExpectLine("A1 is rolled-back, by @alice")
}

// Whoever proposed it does not approve it, but the IC with a reason; and a done
// action moves its asset when one says so.
func TestApproveRejectAndMove(t *testing.T) {
	h, id, a, b := acting(t)
	do(t, h, bob, id, model.ProposeAction{Kind: "isolate-host", Targets: []model.Target{{Ref: "S1"}}})
	do(t, h, alice, id, model.ProposeAction{Kind: "disable-account", Targets: []model.Target{{Text: "svc-bkp"}}})
	do(t, h, bob, id, model.ProposeAction{Kind: "patch", Targets: []model.Target{{Text: "all VPN gateways"}}})
	a.Press("6")
	b.Press("6")
	b.ExpectLine("▌", "A1", "proposed")
	b.Press("A")
	b.Expect("@bob proposed A1 and does not approve it")
	a.ExpectLine("▌", "A1")
	a.Press("A")
	b.ExpectLine("A1", "approved")
	a.Press("g", "A") // the cursor stays on A1, which moved down; g is A2, his own
	a.ExpectLine("Override: approve A2, which you proposed")
	a.Type("nobody else is awake").Press("enter")
	b.ExpectLine("A2", "▲ OVERRIDE approved")
	a.Press("g")
	a.ExpectLine("▌", "A3")
	a.Press("X").Type("patched already").Press("enter")
	b.ExpectLine("A3", "rejected")
	b.Press("2")
	b.ExpectLine("A2 OVERRIDE, approved alone by the IC: disable account")
	b.Press("6")
	b.ExpectLine("▌", "A1")
	b.Press("x")
	a.ExpectLine("A1", "executing")
	b.Press("x")
	b.ExpectLine("Move on")
	b.Press("enter", "space", "ctrl+s")
	a.Press("4")
	a.ExpectLine("S1", "WEB-03", "✓ yes")
	b.Press("@").Type("alice").Press("enter")
	a.Press("6")
	a.ExpectLine("A1", "done", "@alice")
}

// Two approve at once: both are sure of what they saw, one is told by whom.
func TestTwoApproveTogether(t *testing.T) {
	h, id, a, b := pair(t)
	carol := model.Actor{Name: "carol", Role: model.RoleResponder}
	do(t, h, carol, id, model.ProposeAction{Kind: "isolate-host", Targets: []model.Target{{Text: "WEB-03"}}})
	a.Press("6")
	b.Press("6")
	a.ExpectLine("▌", "A1", "proposed")
	b.ExpectLine("▌", "A1", "proposed")
	a.Press("A")
	b.Press("A")
	a.ExpectLine("A1", "approved")
	b.ExpectLine("A1", "approved")
	in := h.Peek(id)
	n := 0
	for _, s := range in.Actions[0].Steps {
		if s.State == model.ActionApproved {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d approvals: %+v", n, in.Actions[0].Steps)
	}
	if loser := map[string]*tuitest.Term{"alice": b, "bob": a}[in.Actions[0].ApprovedBy]; loser == nil {
		t.Errorf("approved by %s", in.Actions[0].ApprovedBy)
	} else {
		loser.Expect("A1 is approved already, by @" + in.Actions[0].ApprovedBy)
	}
}

// An action of another stage asks for what it needs; wrong words stay in the form.
func TestActionOfAnotherStage(t *testing.T) {
	h, id, a, b := acting(t)
	b.Press("6")
	a.Press("6", "a").Type("increase mon").Press("enter")
	a.ExpectLine("Increase monitoring")
	a.Type("S1, the domain controllers").Press("ctrl+s")
	a.ExpectLine("Ends")
	a.Expect("▲")
	a.Type("yesterday").Press("ctrl+s")
	a.Expect("is no time to come")
	a.Press("ctrl+u").Type("+14d").Press("ctrl+s")
	b.ExpectLine("A1", "approved", "increase monitoring", "S1 WEB-03, the", "@alice", "ends")
	if act := h.Peek(id).Actions[0]; act.Stage != model.StageDetection || len(act.Targets) != 2 {
		t.Errorf("%+v", act)
	}
	b.Press("/").Type("blocked").Press("enter")
	b.Expect("0 of 1 match")
}

// Hundreds of actions: the list draws what is seen, and moves at once.
func TestManyActions(t *testing.T) {
	h, id, a, _ := acting(t)
	for i := range 500 {
		do(t, h, bob, id, model.ProposeAction{Kind: "block-sender", Targets: []model.Target{{Text: model.Text(fmt.Sprintf("mx%d.example", i))}}})
	}
	a.Press("6")
	a.ExpectLine("6 Actions 500")
	a.Press("G")
	a.ExpectLine("▌", "A500", "mx499")
	a.Press("g")
	a.ExpectLine("▌", "A1 ")
}
