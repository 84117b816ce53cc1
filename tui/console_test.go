package tui_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui"
	"warroom/tui/tuitest"
)

func TestFilterOrderAndLists(t *testing.T) {
	h := newHub(t)
	first := declare(t, h, "Leaked token")
	second := declare(t, h, "Ransomware")
	do(t, h, alice, second, model.SetSeverity{To: 1, Reason: "servers down"})
	do(t, h, alice, first, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "10.9.8.7"}}})
	a := tuitest.New(t, h, alice, 140, 40)
	a.Until("the severest first", func(s string) bool { return rowOf(s, second) > 0 && rowOf(s, second) < rowOf(s, first) })
	a.Press("/").Type("sev:2")
	a.ExpectLine("1 of 2")
	a.Press("enter")
	if s := a.Screen(); rowOf(s, second) > 0 {
		t.Errorf("the filter lets SEV1 through:\n%s", s)
	}
	a.Press("esc")
	a.Until("both", func(s string) bool { return rowOf(s, second) > 0 && rowOf(s, first) > 0 })
	a.Press("/").Type("ioc:10.9.8.7")
	a.ExpectLine("1 of 2")
	a.Press("esc", "/").Type("nothing like it")
	a.Expect("0 of 2 match. esc clears the filter.")
	a.Press("esc", "/").Type("colour:red")
	a.ExpectLine("a filter knows no field", "colour")
	a.Press("esc", "o")
	a.Expect("by last change")
	a.Until("the newest change first", func(s string) bool { return rowOf(s, first) > 0 && rowOf(s, first) < rowOf(s, second) })
	a.Press("2")
	a.Expect("2 Mine 2")
	do(t, h, alice, first, model.Close{Reason: "over"})
	a.ExpectLine("1 Open 1", "3 Closed 1")
	a.Press("3")
	a.Until("the closed one alone", func(s string) bool { return rowOf(s, first) > 0 && rowOf(s, second) < 0 })
	a.Press("1", "tab")
	a.ExpectLine("detection-analysis 1", "containment 0")
}

func TestEscAndQGoBackAndAsk(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine(id)
	a.Press("enter")
	a.Expect("SEVERITY")
	a.Press("2", "/").Type("declared").Press("enter")
	a.ExpectLine("/declared")
	a.Press("esc") // the filter
	a.ExpectNot("/declared")
	a.Press("esc") // the room
	a.ExpectLine("1 Open 1")
	a.Press("esc") // nothing more: esc never leaves
	a.Press("enter")
	a.Expect("as we knew it") // the tab that I was on
	a.Press("q")
	a.ExpectLine("1 Open 1")
	a.Press("q")
	a.Expect("Leave warroom?", "[ No ]")
	a.Press("enter")
	a.ExpectNot("Leave warroom?")
	a.Press("ctrl+c", "y")
	a.Ended()
}

func TestLeavingByThePaletteKeepsTheDraft(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine(id)
	a.Press("enter", "n").Type("not finished").Press("esc", ":").Type("q").Press("enter")
	a.Expect("Leave warroom?", "kept as a draft.")
	a.Press("y")
	a.Ended()
	waitDraft(t, h, "not finished")
}

func TestCopyGoesToTheOwnTerminalDefanged(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	do(t, h, bob, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "url", Value: "http://evil.example.com/a"}}})
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine(id)
	a.Press("enter", "3")
	a.ExpectLine("I1", "hxxp://evil[.]")
	a.Press("y")
	a.ExpectLine("copied hxxp://evil[.]example[.]com/a")
	clip := func(text string) func(string) bool {
		return func(string) bool {
			return strings.Contains(a.Raw(), "\x1b]52;c;"+base64.StdEncoding.EncodeToString([]byte(text))+"\a")
		}
	}
	a.Until("OSC 52, defanged", clip("hxxp://evil[.]example[.]com/a"))
	a.Press("Y")
	a.Until("OSC 52, raw", clip("http://evil.example.com/a"))
}

func TestMouse(t *testing.T) {
	h := newHub(t)
	first, second := declare(t, h, "First"), declare(t, h, "Second")
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine("▌" + second)
	a.Click(20, rowOf(a.Screen(), first))
	a.ExpectLine("▌" + first)
	a.Click(20, rowOf(a.Screen(), first)) // a second click opens
	a.Expect("SEVERITY")
	a.Click(20, 1)
	a.ExpectLine("as we knew it")
	if !strings.Contains(a.Raw(), "\x1b[?1002h") {
		t.Error("the mouse was never asked for")
	}
	a.Press("m")
	a.ExpectLine("mouse off")
	a.Until("the mouse given back", func(string) bool { return strings.Contains(a.Raw(), "\x1b[?1002l") })
	a.Press("m")
	a.ExpectLine("mouse on")
}

func TestThemesAndGlyphs(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Theme = "" })
	a.ExpectLine(id)
	dark := a.Painted()
	a.Background(false)
	a.Until("the light theme", func(string) bool { return a.Painted() != dark && strings.Contains(a.Painted(), "0;0;175") })
	a.Press("enter", "2") // on the board t is triage, on the overview the moments
	a.Expect("LIVE", "HERE")
	a.Press("t")
	a.ExpectLine("theme dark")
	a.Press("t", "t", "t", "t")
	a.ExpectLine("theme mono")
	a.Until("no colour", func(string) bool {
		return !strings.Contains(a.Painted(), "38;") && !strings.Contains(a.Painted(), "48;")
	})
	a.Press(":").Type("glyphs").Press("enter")
	a.Until("ASCII only", func(s string) bool {
		for _, r := range s {
			if r > 0x7e {
				return false
			}
		}
		return true
	})
}

func TestNoColorIsMonoWhateverTheConfigSays(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.NoColor = true })
	a.ExpectLine(id)
	if strings.Contains(a.Raw(), "38;2") {
		t.Error("painted in colour")
	}
}

func TestSizes(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	for range 30 {
		do(t, h, bob, id, model.AddNote{Text: "one of many"})
	}
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine(id)
	a.Press("enter", "2", "g", "j", "j", "j", "j", "n").Type("typed before")
	a.ExpectLine("▌T5")
	a.Resize(50, 12)
	a.Expect("warroom needs 60×16, this is 50×12")
	a.Resize(60, 16)
	a.ExpectLine("1 Over", "2 Timeline 32", "3 Indi", "5 Chec")
	a.ExpectLine("▌T5")
	a.Resize(80, 24)
	a.ExpectLine("▌T5")
	a.ExpectLine("note ›", "typed before")
	a.Resize(200, 60)
	a.ExpectLine("▌T5")
	a.ExpectLine("note ›", "typed before")
	a.Press("esc", "\\")
	a.ExpectNot("LIVE")
	a.Press("\\")
	a.Expect("LIVE", "HERE")
}

func TestObserverReadsOnly(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	e := tuitest.New(t, h, eve, 120, 40)
	e.ExpectLine(id)
	e.Press("a")
	e.ExpectLine("declare:", "an observer may not declare")
	e.Press("enter")
	e.Expect("SEVERITY")
	e.Press("n")
	e.ExpectLine("note:", "@eve may only read "+id)
	e.Press("5", "x")
	e.ExpectLine("check:", "may only read")
	e.Paste("10.0.0.1")
	e.ExpectLine("paste:", "may only read")
}

func TestRestrictedIncidentIsNotSeenAndClosesUnderTheirFeet(t *testing.T) {
	h, id, _, b := pair(t)
	yes := true
	b.Press("n").Type("in the middle of")
	b.Expect("in the middle of")
	do(t, h, alice, id, model.SetAccess{Restrict: &yes})
	b.ExpectLine(id, "no longer open to you")
	b.Expect("No open incidents.")
}

func TestExerciseSaysSoOnEveryScreen(t *testing.T) {
	h := newHub(t)
	if _, err := h.Declare(t.Context(), alice, tuitest.NewID(), model.Declare{Title: "A drill", Severity: 3, Exercise: true}); err != nil {
		t.Fatal(err)
	}
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine("EXERCISE", "A drill")
	a.Press("enter")
	for _, tab := range []string{"1", "2", "3", "4", "5"} {
		a.Press(tab)
		a.Expect("EXERCISE  EXERCISE  EXERCISE")
	}
}

func TestPaletteCompletesAndRuns(t *testing.T) {
	h, id, a, b := pair(t)
	do(t, h, bob, id, model.AddAsset{Name: "FS-01"})
	a.Press(":").Type("sco").Press("tab")
	a.ExpectLine("›", "scope")
	a.Press("esc", ":").Type(`note "from the palette"`)
	a.ExpectLine("▌", "note", "enter")
	a.Press("enter")
	b.ExpectLine("from the palette")
	a.Press(":").Type("timeline list").Press("enter")
	a.Expect("from the palette", "esc closes")
	a.Press("esc", ":").Type("sev 9 --reason x").Press("enter")
	a.ExpectLine("›", "sev 9 --reason x")
	a.ExpectLine("▲", "severity") // the line stays open, with the reason below it
	a.Press("ctrl+u")
	a.ExpectNot("▲")
	a.Press("up")
	a.ExpectLine("›", "sev 9 --reason x")
	a.Press("up", "up")
	a.ExpectLine("›", "from the palette")
	a.Press("down")
	a.ExpectLine("›", "timeline list")
	a.Press("down", "down")
	a.ExpectNot("timeline list ")
	a.Type("messages").Press("enter")
	a.Expect("Messages")
	a.ExpectLine("severity")
	a.Press("esc", ":").Type("note x")
	a.ExpectLine("› note x")
}

func TestHelpListsWhatWorksHere(t *testing.T) {
	h, _, a, _ := pair(t)
	_ = h
	a.Press("5", "?")
	a.ExpectLine("x", "check", "done, or open again")
	a.Press("G")
	a.Expect("GLOBAL")
	a.Press("esc")
	a.ExpectNot("GLOBAL")
}

func TestKeysCanBeRebound(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Keys = map[string][]string{"note": {"w"}} })
	a.ExpectLine(id)
	a.Press("enter")
	a.ExpectLine("w note")
	a.Press("w").Type("by the other key")
	a.ExpectLine("note ›", "by the other key")
}

func TestIdleLockHidesEverything(t *testing.T) {
	h := newHub(t)
	declare(t, h, "Ransomware on file servers")
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.IdleLock = 50 * time.Millisecond })
	a.Expect("warroom is locked")
	if strings.Contains(a.Screen(), "Ransomware") {
		t.Errorf("the lock hides too little:\n%s", a.Screen())
	}
	a.Press("enter")
	a.Expect("Ransomware")
}

func TestSearchJumps(t *testing.T) {
	h, id, a, _ := pair(t)
	other := declare(t, h, "An older case")
	do(t, h, alice, other, model.AddNote{Text: "mimikatz on DC02"})
	do(t, h, alice, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "domain", Value: "evil.example.com"}}})
	a.Press("S").Type("mimikatz")
	a.ExpectLine("▌"+other+" T3", "mimikatz on DC02", "timeline")
	a.Press("ctrl+u").Type("evil[.]example")
	a.ExpectLine("▌"+id+" I1", "evil[.]example[.]com", "indicator")
	a.Press("ctrl+u").Type("nobody wrote this")
	a.ExpectLine("nothing holds nobody wrote this")
	a.Press("ctrl+u").Type("mimikatz")
	a.ExpectLine("▌" + other + " T3")
	a.Press("enter")
	a.ExpectLine("▌T3", "mimikatz on DC02")
	a.ExpectLine(other, "An older case")
}

func TestTheTerminalSaysWhatItCanShow(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine("▌" + id)
	a.Send(tea.EnvMsg{"LANG=de_DE.ISO-8859-1"})
	a.ExpectLine(">" + id)
	a.Send(tea.EnvMsg{"NO_COLOR=1"})
	a.Until("no colour", func(string) bool { return !strings.Contains(a.Painted(), "38;") })
}
