package tui_test

import (
	"strings"
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

// The room's own entries are refused at the key, with what changes the thing instead.
func TestOwnEntriesAreRefusedAtOnce(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	do(t, h, alice, id, model.SetSeverity{To: 1, Reason: "servers down"})
	a := tuitest.New(t, h, alice, 120, 40)
	a.Press("enter", "2", "G", "e")
	a.Expect("own record", "sev changes the severity again")
	a.ExpectNot("correct T")
	a.Press("X")
	a.ExpectNot("Retract T")
	if _, err := h.Do(t.Context(), alice, id, tuitest.NewID(), model.AddNote{Text: "x", Corrects: "T1"}); model.CodeOf(err) != model.CodeInvalid {
		t.Errorf("a correction of the room's own entry: %v", err)
	}
}

func TestDoingAsksBeforeADoneItem(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40)
	a.Press("enter", "5", "x")
	a.ExpectLine("saved C", "done")
	a.Press("d")
	a.Expect("again?", "It is done, by @alice.")
	a.Press("y")
	a.ExpectLine("saved C", "doing")
	ref := ""
	for _, it := range h.Peek(id).Checklist {
		if it.State == model.ItemDoing {
			ref = it.Ref
		}
	}
	do(t, h, bob, id, model.SetItem{Ref: ref, State: model.ItemDoing, Note: "seen it"})
	feed := h.Peek(id).Recent
	if got := string(feed[len(feed)-1].What); !strings.HasPrefix(got, "note on ") || !strings.HasSuffix(got, ": seen it") {
		t.Errorf("feed: %q", got)
	}
}

// What does not fit one line is shown on two.
func TestLongErrorIsShownWhole(t *testing.T) {
	h := newHub(t)
	declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 80, 24)
	a.Press("enter", "2", "G", "e")
	a.Expect("own record", "a note says what was wrong")
	a.Press("n").Type("24:10 the bus left")
	a.Expect("24:10", "before it makes it")
}

// A gap reads as a duration; next to an entry known only to the day there is none.
func TestGapsReadAsDurations(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	id := declare(t, h, "Ransomware")
	for _, s := range []string{"2026-11-20", "2026-11-20 07:00", "2026-11-20 10:48"} {
		w, err := model.ParseWhen(s, clock())
		if err != nil {
			t.Fatal(err)
		}
		do(t, h, alice, id, model.AddNote{Text: model.Text("at " + s), When: w})
	}
	a := tuitest.New(t, h, alice, 120, 40, clocked)
	a.Press("enter", "2", "o")
	a.ExpectLine("3 h 48 min later")
	a.ExpectNot("7 h")
}

// Addresses of one's own network are not picked, and a source goes to all.
func TestPasteLeavesPrivateAddresses(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 140, 40)
	a.Press("enter", "i").Type("from 10.1.2.3 to 185.0.2.9").Press("tab").Type("proxy log").Press("ctrl+s")
	a.ExpectLine("10[.]1[.]2[.]3", "private address")
	a.Expect("adds 1")
	a.Press("enter")
	a.ExpectLine("saved 1 indicator")
	if x := h.Peek(id).Indicators; len(x) != 1 || x[0].Value != "185.0.2.9" || x[0].Source != "proxy log" {
		t.Errorf("%+v", x)
	}
}
