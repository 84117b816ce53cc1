package tui_test

import (
	"testing"

	"warroom/model"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// clocked makes a console whose clock stands still.
func clocked(d *tui.Deps) { d.Now = clock }

func TestLeavingAHostSaysThatSSHEnds(t *testing.T) {
	h := newHub(t)
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Hosting = true })
	a.ExpectLine("1 Open 0")
	a.Press("q")
	a.Expect("With it ssh ends;", "nobody else is connected.", "warroom serve")
	a.Press("esc")
	b := tuitest.New(t, h, bob, 120, 40)
	b.Press("q")
	b.Expect("The others stay;")
	a.Press("q")
	a.Expect("With it ssh ends", "1 other", "warroom serve")
}

func TestAnotherDayIsSaid(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40, clocked)
	a.Press("enter", "n").Type("23:59 psexec")
	a.Expect("23:59 is ahead", "yesterday 23:59")
	a.Press("ctrl+u").Type("yesterday 23:59 psexec")
	a.Expect("happened 2026-11-22 23:59Z")
	a.Press("enter")
	a.ExpectLine("saved T", "happened 2026-11-22 23:59Z")
	a.Press("n").Type("14:01 now")
	a.ExpectLine("happened 14:01Z")
	a.Press("ctrl+u").Type(`\24:00 is the bus`)
	a.Press("enter")
	a.Press("2")
	a.ExpectLine("24:00 is the bus")
	a.ExpectNot(`\24:00`)
}

func TestCorrectionSaysWhichTimeItKeeps(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	id := declare(t, h, "Ransomware")
	w, err := model.ParseWhen("yesterday 22:40", clock())
	if err != nil {
		t.Fatal(err)
	}
	do(t, h, alice, id, model.AddNote{Text: "first login", When: w})
	a := tuitest.New(t, h, alice, 120, 40, clocked)
	a.Press("enter", "2", "G", "e")
	a.ExpectLine("keeps the time of T", "2026-11-22 22:40Z")
}

// One key press on several marked rows is one change: one undo takes it back.
func TestBulkStepIsOneChange(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	do(t, h, bob, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "10.9.8.7"}, {Type: "ipv4", Value: "10.9.8.8"}}})
	a := tuitest.New(t, h, alice, 120, 40)
	a.Press("enter", "3")
	a.ExpectLine("10[.]9[.]8[.]8")
	a.Press("g", "space", "j", "space", "x")
	a.ExpectLine("saved 2 indicators suspicious")
	a.Press("u")
	a.ExpectLine("undone: 2 changes: I1", "I2")
	for _, x := range h.Peek(id).Indicators {
		if x.Verdict != model.VerdictUnknown {
			t.Errorf("%s is %s", x.Ref, x.Verdict)
		}
	}
	a.Press("u") // what is left is the declaration, which undo never takes back
	a.ExpectLine("nothing of yours from the last 10 minutes is left to undo")
}
