package tui_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// app makes a console that no program runs, over a hub.
func app(t testing.TB, h *room.Hub, w, height int) *tui.App {
	t.Helper()
	books, err := playbook.Load("")
	if err != nil {
		t.Fatal(err)
	}
	a, err := tui.New(tui.Deps{Hub: h, Books: books, Actor: alice, Session: tuitest.NewID(), Server: "s", Now: time.Now, NewID: tuitest.NewID, Theme: "dark"})
	if err != nil {
		t.Fatal(err)
	}
	a.Init()
	t.Cleanup(a.Close)
	a.Update(tea.WindowSizeMsg{Width: w, Height: height})
	a.Update(tui.Refresh())
	return a
}

func key(s string) tea.KeyPressMsg {
	named := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "down": tea.KeyDown, "up": tea.KeyUp}
	if c, ok := named[s]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	r := []rune(s)[0]
	return tea.KeyPressMsg{Code: r, Text: s}
}

// TestNoInputOrOutputOnTheEventLoop counts what Update and View ask of the
// database: nothing. What waits is a tea.Cmd, which this test never runs.
func TestNoInputOrOutputOnTheEventLoop(t *testing.T) {
	f := &flaky{Store: open(t)}
	h := tuitest.Hub(t, f)
	id := declare(t, h, "Ransomware")
	do(t, h, bob, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "10.0.0.1"}}})
	do(t, h, bob, id, model.AddAsset{Name: "FS-01"})
	a := app(t, h, 120, 40)
	before := f.calls.Load()
	keys := []string{"down", "v", "v", "o", "1", "2", "3", "4", "1", "/", "x", "esc", "enter"}
	for _, tab := range []string{"1", "2", "3", "4", "5", "9"} {
		keys = append(keys, tab, "j", "k", "g", "G", "o", "y", "enter", "esc", "?", "esc", ":", "n", "esc", "n", "a", "esc", "s", "esc", ">", "esc", "e", "esc", "esc", "*", "x", "d", "u", "m", "t", "\\")
	}
	for _, k := range keys {
		a.Update(key(k))
		a.View()
	}
	if n := f.calls.Load() - before; n != 0 {
		t.Errorf("Update and View asked the database %d times", n)
	}
}

// TestEveryFooterKeyDoesSomething presses what the footer of each screen offers.
func TestEveryFooterKeyDoesSomething(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	do(t, h, bob, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "10.0.0.1"}, {Type: "ipv4", Value: "10.0.0.2"}}})
	do(t, h, bob, id, model.AddAsset{Name: "FS-01"})
	tabs := [...]string{"", "1 Overview", "2 Timeline", "3 Indicators", "4 Scope", "5 Checklist", "9 Post-mortem"}
	for screen := range tabs {
		tab, name, _ := strings.Cut(tabs[screen], " ")
		x := tuitest.New(t, h, alice, 200, 40)
		x.ExpectLine(id)
		if screen > 0 {
			x.Press("enter")
			x.Expect("SEVERITY")
			x.Press(tab)
			x.ExpectLine("@alice", name)
		}
		lines := strings.Split(x.Screen(), "\n")
		offered := strings.Split(strings.TrimSpace(lines[len(lines)-1]), " · ")
		if len(offered) < 4 {
			t.Errorf("footer %q", lines[len(lines)-1])
		}
		x.Close()
		for _, o := range offered {
			k, _, _ := strings.Cut(o, " ")
			y := tuitest.New(t, h, alice, 200, 40)
			y.ExpectLine(id)
			if screen > 0 {
				y.Press("enter")
				y.Expect("SEVERITY")
				y.Press(tab)
				y.ExpectLine("@alice", name)
			}
			was := body(y.Screen())
			y.Press(k)
			y.Until(fmt.Sprintf("what %s does on screen %d", o, screen), func(s string) bool { return body(s) != was })
			y.Close()
		}
	}
}

// body is the screen without the clock.
func body(s string) string {
	_, rest, _ := strings.Cut(s, "\n")
	return rest
}

func TestTheKeyTableHasNoConflicts(t *testing.T) {
	set, err := tui.KeyTable()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.In()); n < 60 {
		t.Errorf("%d actions", n)
	}
}

// TestRootUpdateIsShort keeps the root a router.
func TestRootUpdateIsShort(t *testing.T) {
	src, err := os.ReadFile("app.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(src), "func (a *App) Update(")
	fn, _, end := strings.Cut(rest, "\n}\n")
	if n := strings.Count(fn, "\n"); !found || !end || n > 100 {
		t.Errorf("Update has %d lines", n)
	}
}

func big(b testing.TB, entries int) *room.Hub {
	h := newHub(b)
	id := declare(b, h, "Ransomware on file servers")
	for range entries {
		do(b, h, bob, id, model.AddNote{Text: "psexec from 10.1.2.3 to DC02 by svc-bkp, seen by @alice #lateral"})
	}
	return h
}

// BenchmarkView draws a whole screen anew: the dearest frame there is.
func BenchmarkView(b *testing.B) {
	for _, size := range [][2]int{{120, 40}, {200, 50}} {
		for _, entries := range []int{100, 2000} {
			b.Run(fmt.Sprintf("%dx%d/entries=%d", size[0], size[1], entries), func(b *testing.B) {
				a := app(b, big(b, entries), size[0], size[1])
				a.Update(key("enter"))
				a.Update(key("2"))
				b.ReportAllocs()
				for b.Loop() {
					a.Update(tui.Redraw())
					a.View()
				}
			})
		}
	}
}

// BenchmarkEditorKey is a key in the editor of a post-mortem with the longest text,
// and the frame that follows.
func BenchmarkEditorKey(b *testing.B) {
	h := big(b, 100)
	id := h.Board().Briefs[0].ID
	do(b, h, bob, id, model.WriteSection{Section: "summary", Text: model.Text(strings.Repeat("A line of **words** about S1 and @bob.\n", 1600))})
	a := app(b, h, 120, 40)
	for _, k := range []string{"enter", "9", "e"} {
		a.Update(key(k))
		a.View()
	}
	b.ReportAllocs()
	for b.Loop() {
		a.Update(key("x"))
		a.View()
		a.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
		a.View()
	}
}

// BenchmarkTick is what the clock costs an idle screen.
func BenchmarkTick(b *testing.B) {
	a := app(b, big(b, 100), 120, 40)
	a.Update(key("enter"))
	a.Update(key("2"))
	b.ReportAllocs()
	for b.Loop() {
		a.View()
	}
}

// BenchmarkDelivery is a new entry on a screen that shows the timeline: fold not
// counted, rows, panes and frame counted.
func BenchmarkDelivery(b *testing.B) {
	for _, entries := range []int{100, 2000} {
		b.Run(fmt.Sprintf("entries=%d", entries), func(b *testing.B) {
			h := big(b, entries)
			a := app(b, h, 120, 40)
			a.Update(key("enter"))
			a.Update(key("2"))
			id := h.Board().Briefs[0].ID
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				do(b, h, bob, id, model.AddNote{Text: "one more from 10.1.2.3"})
				b.StartTimer()
				a.Update(tui.Refresh())
				a.View()
			}
		})
	}
}
