package tui_test

import (
	"fmt"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// taught is two incidents with what they taught, and a playbook that changed.
func taught(t *testing.T) (h *room.Hub, first, second string) {
	t.Helper()
	h = tuitest.HubAt(t, open(t), clock)
	first, second = declare(t, h, "Web shell on the forum"), declare(t, h, "Deploy key in public")
	day := func(n int) model.Day { return model.DayOf(clock()).Add(n) }
	for _, f := range []struct {
		id      string
		overdue bool
		model.FollowUpSpec
	}{
		{first, false, model.FollowUpSpec{Title: "Keep web logs for 180 days", Kind: model.FollowUpDetect, Team: "monitoring", Owner: "bob", Due: day(12), Ticket: "MON-90"}},
		{first, true, model.FollowUpSpec{Title: "Patch the forum within 14 days, see https://evil.example.com", Kind: model.FollowUpPrevent, Team: "web", Owner: "alice", Due: day(-11), Priority: 1,
			Changes: []string{"playbook:ransomware"}}},
		{second, false, model.FollowUpSpec{Title: "Every credential has an end date", Kind: model.FollowUpPrevent, Team: "web", Owner: "carol", Due: day(2)}},
		{second, false, model.FollowUpSpec{Title: "Uploads where nothing runs", Kind: model.FollowUpPrevent, Owner: "bob", Due: day(1), Changes: []string{"playbook:ransomware/ransomware.con.cut-hosts"}}},
	} {
		do(t, h, alice, f.id, model.AddFollowUp{FollowUpSpec: f.FollowUpSpec, Overdue: f.overdue})
	}
	do(t, h, bob, second, model.MoveFollowUp{Ref: "F2", To: model.FollowUpDone, Evidence: "WEB-211 is live"})
	do(t, h, alice, model.RegisterPlaybooks, model.ReviewPlaybook{Book: "ransomware", Note: "after the drill"})
	do(t, h, alice, model.RegisterPlaybooks, model.AmendPlaybook{AmendSpec: model.AmendSpec{Book: "ransomware", Item: "ransomware.con.vpn", Add: true, Phase: model.PhaseContainment,
		Title: "Pull the VPN before the shares", Incident: second, FollowUp: "F2"}})
	return h, first, second
}

func TestGoldenLearned(t *testing.T) {
	h, _, _ := taught(t)
	nothing := tuitest.HubAt(t, open(t), clock)
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		for _, theme := range []string{"dark", "mono"} {
			t.Run(fmt.Sprintf("%dx%d/%s", size[0], size[1], theme), func(t *testing.T) {
				for what, hub := range map[string]*room.Hub{"learned": h, "nothing": nothing} {
					x := tuitest.New(t, hub, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Theme = clock, theme })
					x.Press("F")
					golden(t, x, what, "followups", size)
					x.Press("esc", "B", "G")
					golden(t, x, what, "playbooks", size)
					if theme == "mono" && strings.Contains(x.Painted(), "38;") {
						t.Error("the mono theme paints in colour")
					}
				}
			})
		}
	}
}

// A follow-up is begun, done with what proves it and taken up again with keys; the
// other session sees each step.
func TestFollowUpsPage(t *testing.T) {
	h, first, _ := taught(t)
	a := tuitest.New(t, h, alice, 160, 40, func(d *tui.Deps) { d.Now = clock })
	b := tuitest.New(t, h, bob, 160, 40, func(d *tui.Deps) { d.Now = clock })
	for _, x := range []*tuitest.Term{a, b} {
		x.Press("F")
		x.ExpectLine("3 to do", "1 late", "1 settled")
		x.ExpectLine("▌", "F2", first, "Patch the forum", "hxxps://evil[.]example", "@alice", "−11d late", "open")
	}
	b.ExpectLine("web", "2", "1 late")
	b.ExpectLine("monitoring", "1")
	a.Press("x")
	b.ExpectLine("F2", "doing")
	b.Press("x").Type("fixed and scanned").Press("enter")
	a.ExpectLine("2 to do", "2 settled")
	a.Press("v")
	a.ExpectLine("F2", first, "2026-11-23", "done")
	a.Press("G", "g", "/").Type("patch").Press("enter")
	a.ExpectLine("▌", "F2", "done")
	a.Expect("“fixed and scanned”")
	a.Press("x")
	a.Expect("U takes it up again")
	a.Press("U").Type("found again").Press("enter")
	b.ExpectLine("F2", "open")
	a.Press("X").Type("the forum is gone").Press("enter")
	b.ExpectLine("2 to do")
	if f, err := h.Peek(first).FollowUp("F2"); err != nil || f.State != model.FollowUpDropped || len(f.Steps) != 5 {
		t.Errorf("%+v (%v)", f, err)
	}
	a.Press("esc", "/").Type("team:web owner:@carol !late").Press("enter")
	a.ExpectLine("▌", "F1", "Every credential")
	a.Press("enter")
	a.ExpectLine("Deploy key in public")
}

// A follow-up without an owner or a day is refused, and what was typed stays.
func TestFollowUpForm(t *testing.T) {
	h, first, second := taught(t)
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Now = clock })
	a.Press("F", "a")
	a.ExpectLine("A follow-up of which incident?")
	a.Type("deploy").Press("enter")
	a.ExpectLine("Follow-up of " + second)
	a.Type("Rehearse it").Press("tab", "right", "ctrl+s")
	a.ExpectLine("needed")
	a.Type("carol").Press("tab").Type("2026-11-01").Press("ctrl+s")
	a.Expect("is over already")
	a.ExpectLine("What", "Rehearse it")
	a.Press("ctrl+u").Type("+3w").Press("ctrl+s")
	a.ExpectLine("F3", second, "Rehearse it", "@carol", "21d")
	if f := h.Peek(second).FollowUps[2]; f.Kind != model.FollowUpDetect || f.Due != "2026-12-14" {
		t.Errorf("%+v", f)
	}
	// CON-1: an edit that somebody overtook shows both and keeps what was typed.
	a.Press("g")
	a.ExpectLine("▌", "F2", first)
	a.Press("e")
	a.ExpectLine("Edit F2 of " + first)
	due, owner := model.Day("2026-12-24"), "carol"
	do(t, h, bob, first, model.SetFollowUp{Ref: "F2", Due: &due, Owner: &owner})
	a.Type(" at once").Press("ctrl+s")
	a.ExpectLine("Two edits of F2")
	a.ExpectLine("now", "carol")
	a.Press("esc")
	a.ExpectLine("What", "at once")
	a.Press("ctrl+s")
	a.Expect("saved F2")
	a.ExpectLine("F2", first, "@carol", "31d")
	if f := h.Peek(first).FollowUps[1]; f.Owner != "carol" || f.Due != due || !strings.HasSuffix(string(f.Title), "at once") {
		t.Errorf("%+v", f)
	}
}

// Who may only read is told so, and what is restricted is nowhere.
func TestFollowUpsPageRights(t *testing.T) {
	h, first, _ := taught(t)
	yes := true
	e := tuitest.New(t, h, eve, 160, 40, func(d *tui.Deps) { d.Now = clock })
	e.Press("F")
	e.ExpectLine("▌", "F2", first)
	e.Press("x")
	e.Expect("you may only read")
	e = tuitest.New(t, h, eve, 160, 40, func(d *tui.Deps) { d.Now = clock })
	e.Press("F")
	e.ExpectLine("▌", "F2", first)
	do(t, h, alice, first, model.SetAccess{Restrict: &yes})
	e.ExpectLine("1 to do")
	e.Until("nothing of "+first, func(s string) bool { return !strings.Contains(s, first) && !strings.Contains(s, "monitoring") })
}

// A playbook is reviewed and changed with keys; the change is there when the playbook
// is attached, and names the incident that it was learned from.
func TestPlaybooksPage(t *testing.T) {
	h, _, second := taught(t)
	a := tuitest.New(t, h, alice, 160, 40, func(d *tui.Deps) { d.Now = clock })
	b := tuitest.New(t, h, bob, 160, 40, func(d *tui.Deps) { d.Now = clock })
	for _, x := range []*tuitest.Term{a, b} {
		x.Press("B", "/").Type("ransom").Press("enter")
		x.ExpectLine("▌", "ransomware", "✓ 2026-11-23", "@alice", "45", "1")
		x.Expect("from F2 of")
	}
	b.Press("x")
	b.Expect("that is for commanders and admins")
	a.Press("x").Type("again").Press("enter")
	b.ExpectLine("2026-11-23 @alice again")
	a.Press("e").Type("Endpoint protection").Press("enter")
	a.ExpectLine("Change ransomware.pre.edr-block")
	a.Press("ctrl+u").Type("Block, do not warn").Press("ctrl+s")
	b.ExpectLine("B2", "ransomware.pre.edr-block: Block, do")
	a.Press("enter")
	a.ExpectLine("Block, do not warn", "required")
	a.ExpectLine("B2 from F2 of " + second)
	a.Press("esc", "X").Type("B2").Press("enter")
	a.Type("too much").Press("enter")
	b.Until("B2 is gone", func(s string) bool { return !strings.Contains(s, "B2") })
	in := declareOf(t, h)
	if n := len(in.Checklist); n != 45 || in.Checklist[22].Title == "" {
		t.Errorf("%d items", n)
	}
}

// declareOf declares an incident as the board does, and gives it.
func declareOf(t *testing.T, h *room.Hub) *model.Incident {
	t.Helper()
	x := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Now = clock })
	x.Press("a").Type("Third").Press("tab", "tab").Type("ransomware").Press("ctrl+s")
	x.ExpectLine("1 Overview", "5 Checklist")
	x.Press("5")
	x.Expect("Pull the VPN before the shares")
	board := h.Board()
	for i := range board.Briefs {
		if board.Briefs[i].Title == "Third" {
			return h.Peek(board.Briefs[i].ID)
		}
	}
	t.Fatal("it is not there")
	return nil
}
