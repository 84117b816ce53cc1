package tui_test

import (
	"testing"
	"time"

	"warroom/model"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// Two people take a notice from the data impact to its proof.
func TestNotificationByTwo(t *testing.T) {
	_, id, a, b := pair(t)
	b.Press("8")
	b.Expect("Nothing is owed.", "no legal advice")
	a.ExpectLine("DATA", "disclosed ?")
	a.Press("d")
	a.Expect("What happened to data", "no legal advice")
	a.Press("right", "down", "down", "down", "right", "down", "down").Type("-2h").Press("down").Type("eu").Press("down").Type("controller").Press("ctrl+s")
	a.ExpectLine("DATA", "disclosed ● yes", "N1 69h")
	a.ExpectLine("IMPACT", "personal data ● yes", "eu", "controller")
	a.ExpectLine(id, "N1 69h")
	b.ExpectLine("N1", "69h", "○ running", "GDPR art. 33")
	b.ExpectLine("N2", "○ waiting", "GDPR art. 34", "high-risk?")
	b.Expect("still to be said: what data is it?")
	b.ExpectLine("8 Notify 2")
	b.Press("g", "e").Type("Dear authority").Press("ctrl+s")
	a.Press("8", "g")
	a.ExpectLine("N1", "◐ drafted")
	b.Press("x")
	b.ExpectLine("@bob wrote the draft of N1")
	a.Press("x")
	a.Expect("Approve the draft of N1", "Dear authority")
	a.Press("y")
	b.ExpectLine("N1", "approved")
	b.Press("P").Type("receipt 4711").Press("ctrl+s")
	a.ExpectLine("N1", "✓ sent")
	a.ExpectLine("8 Notify 1")
	a.Press("g", "N").Type("keys were not taken").Press("enter")
	b.ExpectLine("N2", "– not required")
	b.Press("g", "U").Type("we work on it").Press("ctrl+s")
	a.ExpectLine("UPDATES", "next update in 59m", "last", "@bob")
	a.Press("w")
	a.Expect("When was it?", "no legal advice")
	a.Press("esc")
	b.Press("G", "e").Type("to the people").Press("ctrl+s")
	b.Expect("notify reopen")
	b.Press("esc", "y")
	a.Press("G", "N").Type("they were").Press("enter")
	b.ExpectLine("N2", "○ waiting")
	b.Press("g", "@").Type("alice").Press("enter")
	a.ExpectLine("N2", "@alice")
}

// late is a hub whose incident has an overdue, a pressing and an agreed duty.
func lateHub(t *testing.T) (id string, x func(w, h int) *tuitest.Term) {
	t.Helper()
	h := tuitest.HubAt(t, open(t), clock)
	id = declare(t, h, "Ransomware on file servers")
	yes, regions, roles := model.AnswerYes, []string{"eu", "us"}, []string{"controller", "listed-company"}
	do(t, h, alice, id, model.SetDataImpact{Disclosed: &yes, Personal: &yes, Regions: &regions, Roles: &roles, Aware: clock().Add(-73 * time.Hour), Rules: h.Rules()})
	do(t, h, alice, id, model.AddObligation{Regime: "contract", Title: "ACME", Due: clock().Add(20 * time.Hour), Rules: h.Rules()})
	return id, func(w, height int) *tuitest.Term {
		return tuitest.New(t, h, alice, w, height, func(d *tui.Deps) { d.Now = clock })
	}
}

// A late clock says so by glyph and word, on the board, in the room and in 80×24.
func TestLateClocksAreSaid(t *testing.T) {
	id, at := lateHub(t)
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		a := at(size[0], size[1])
		a.ExpectLine(id, "N1 −1h00 late")
		a.Press("enter")
		a.ExpectLine(id, "N1", "−1h00 late")
		a.Press("8")
		a.ExpectLine("8 Notify 4!")
		a.ExpectLine("N1", "−1h00", "late")
		a.ExpectLine("N4", "20h00", "running", "ACME")
		a.Expect("no legal advice")
		a.Press("g", "enter")
		a.Expect("72 hours from aware", "no legal advice")
	}
}

func TestNotifyReadOnlyAndClosed(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	do(t, h, alice, id, model.AddObligation{Regime: "own", Title: "Insurer", Due: time.Now().Add(48 * time.Hour), Rules: h.Rules()})
	e := tuitest.New(t, h, eve, 120, 40)
	e.ExpectLine(id, "N1 47h59")
	e.Press("enter", "8")
	e.ExpectLine("N1", "Insurer")
	e.Press("e")
	e.ExpectLine("draft:", "may only read")
	e.Press("d")
	e.ExpectLine("data impact:", "may only read")
	do(t, h, alice, id, model.Close{Reason: "done"})
	a := tuitest.New(t, h, alice, 120, 40)
	a.Press("3").ExpectLine(id)
	a.Press("enter", "8", "g", "P")
	a.ExpectLine("sent:", "is closed")
	a.ExpectLine("UPDATES", "the incident is closed")
}
