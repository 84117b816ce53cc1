package tui_test

import (
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// calls gives a command to the register of who is on call.
func calls(t testing.TB, h *room.Hub, by model.Actor, cmd model.Command) {
	t.Helper()
	if _, err := h.Do(t.Context(), by, model.RegisterOnCall, tuitest.NewID(), cmd); err != nil {
		t.Fatal(err)
	}
}

// rostered has two rotations in two zones, contacts, an override and a gap.
func rostered(t testing.TB, h *room.Hub, now time.Time) {
	t.Helper()
	monday := now.UTC().Truncate(24 * time.Hour)
	monday = monday.AddDate(0, 0, -(int(monday.Weekday())+6)%7-14)
	start := model.LocalOf(monday.Add(9 * time.Hour))
	calls(t, h, alice, model.AddContact{ContactSpec: model.ContactSpec{Name: "Hosting \x1b[2J provider", Role: "takes hosts off the net", Phones: []model.Text{"+49 30 1234567"}, Order: 1}})
	calls(t, h, alice, model.AddContact{ContactSpec: model.ContactSpec{Name: "Alice Example", User: "alice", Phones: []model.Text{"+49 170 1"}, Mail: "alice@example.org"}})
	calls(t, h, alice, model.VerifyContact{Ref: "K2"})
	calls(t, h, alice, model.AddRotation{ID: "primary", RotationSpec: model.RotationSpec{Title: "Security on call", Zone: "Europe/Berlin", Order: 1,
		Layers: []model.Layer{{Members: []string{"alice", "bob"}, Start: start, Days: 7, Until: start + 63*24*60}}}})
	calls(t, h, alice, model.AddRotation{ID: "night", RotationSpec: model.RotationSpec{Zone: "America/New_York", Order: 2, Partial: true,
		Layers: []model.Layer{{Members: []string{"K1"}, Start: start, Days: 1, From: 21 * 60, To: 9 * 60}}}})
	calls(t, h, bob, model.AddOverride{Rotation: "primary", From: now.Add(26 * time.Hour), To: now.Add(32 * time.Hour), Who: "bob", Reason: "dentist"})
}

func TestGoldenOnCall(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	rostered(t, h, clock())
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		x := tuitest.New(t, h, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
		x.Press("O")
		for _, view := range []string{"now", "week", "wrong", "contacts"} {
			goldenPage(t, x, "oncall-"+view, size)
			x.Press("v")
		}
		if strings.Contains(x.Painted(), "38;") {
			t.Error("the mono theme paints in colour")
		}
	}
	nothing := tuitest.HubAt(t, open(t), clock)
	x := tuitest.New(t, nothing, alice, 80, 24, func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
	x.Press("O")
	goldenPage(t, x, "oncall-nobody", [2]int{80, 24})
}

// Who is on call stands on the board, and an override that one writes down is on
// the other's screen without a key.
func TestOnCallIsLive(t *testing.T) {
	h := newHub(t)
	rostered(t, h, time.Now())
	a, b := tuitest.New(t, h, alice, 120, 40), tuitest.New(t, h, bob, 80, 24)
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine("on call: @", "→ @")
		x.Press("O")
		x.ExpectLine("1 gap in the next 90 days")
	}
	b.Press("o")
	b.ExpectLine("Rotation", "[primary]")
	b.Press("tab").Type("@alice").Press("tab", "tab").Type("someday").Press("ctrl+s")
	b.Expect("is no time")
	b.Press("ctrl+a", "ctrl+k").Type("+2d").Press("ctrl+s")
	b.ExpectLine("saved override of primary")
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine("Security", "@alice")
	}
	// What is wrong leads to who mends it, with the time filled in.
	a.Press("v", "v")
	a.ExpectLine("gap", "nobody is on call in primary")
	a.Press("o")
	a.ExpectLine("Rotation", "[primary]")
	a.Press("tab").Type("carol").Press("ctrl+s")
	a.ExpectLine("saved override")
	a.ExpectLine("every hour of the next 90 days is covered")
	// The question, from anywhere on the page.
	a.Press("w").Type("sunday 03:00").Press("ctrl+s")
	a.Expect("Security on call", "until")
	a.Press("esc")
	// A responder keeps contacts, not rotations.
	b.Press("e")
	b.ExpectLine("edit:", "commanders and admins")
	b.Press("v", "v", "v", "x")
	b.ExpectLine("saved K1 verified")
	a.Press("v")
	a.ExpectLine("K1", "Hosting", "+49 30 1234567", "✓")
	// A stale edit of a contact (CON-1).
	a.Press("e")
	a.ExpectLine("Name", "Hosting")
	role := model.Text("night desk")
	calls(t, h, bob, model.SetContact{Ref: "K1", Role: &role})
	a.Press("ctrl+s")
	a.Expect("@bob changed K1")
	a.Press("esc")
	a.ExpectLine("K1", "Hosting", "night desk")
	a.Press("u")
	a.Expect("undo")
	// The contact sheet, and the way back.
	a.Press("c")
	a.Expect("Contact sheet ONCALL", "TLP:AMBER", "CALL FIRST")
	a.Press("esc")
	a.Expect("contacts 2")
}
