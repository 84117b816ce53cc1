package widget_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"warroom/tui/widget"
)

func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func TestConfirm(t *testing.T) {
	tests := []struct {
		script string
		want   widget.Outcome
	}{
		{"‹enter›", widget.Cancelled},
		{"‹tab›‹enter›", widget.Submitted},
		{"‹left›‹right›‹enter›", widget.Cancelled},
		{"y", widget.Submitted},
		{"n", widget.Cancelled},
		{"‹esc›", widget.Cancelled},
		{"x", widget.Open},
	}
	for _, tt := range tests {
		c := widget.NewConfirm("Retract I17?", "It leaves all lists.", "Retract")
		out := widget.Open
		for _, msg := range typing(tt.script) {
			out = c.Update(msg, noon())
		}
		if out != tt.want {
			t.Errorf("%s gives %d, want %d", tt.script, out, tt.want)
		}
	}
}

func TestConfirmOpenedByOtherTakesNoKeyAtFirst(t *testing.T) {
	c := widget.NewConfirm("Approve A7?", "WEB-03 goes offline.", "Approve").OpenedByOther(noon())
	for _, key := range []string{"y", "enter", "esc", "tab"} {
		if out := c.Update(press(key), noon().Add(widget.Grace-time.Millisecond)); out != widget.Open {
			t.Errorf("%s in the grace period gives %d", key, out)
		}
	}
	if out := c.Update(press("enter"), noon().Add(widget.Grace)); out != widget.Cancelled {
		t.Errorf("enter after it gives %d: the choice was moved", out)
	}
}

func TestConfirmTyped(t *testing.T) {
	c := widget.NewConfirm("Purge E3?", "Its bytes are gone for ever.", "Purge").Typed("E3")
	for _, msg := range typing("y‹enter›") {
		if out := c.Update(msg, noon()); out != widget.Open {
			t.Fatalf("it closed with %d before the word was typed", out)
		}
	}
	out := widget.Open
	for _, msg := range typing("‹backspace›E3‹enter›") {
		out = c.Update(msg, noon())
	}
	if out != widget.Submitted {
		t.Errorf("typed gives %d", out)
	}
	box, x, y, shown := c.Draw(80, 24, styles(t, "mono"))
	if !shown || !strings.HasSuffix(strings.TrimRight(widget.Cut(strip(box)[y], 0, x), " "), "E3") {
		t.Errorf("the cursor is at %d,%d of %q", x, y, box)
	}
}

func TestConfirmDraw(t *testing.T) {
	c := widget.NewConfirm("Retract I17 10.8.3[.]4?", "It leaves all lists; the record of it stays.", "Retract")
	box, _, _, shown := c.Draw(80, 24, styles(t, "mono"))
	want := []string{
		"╭─ Retract I17 10.8.3[.]4? ────────────────╮",
		"│                                          │",
		"│ It leaves all lists; the record of it    │",
		"│ stays.                                   │",
		"│                                          │",
		"│                      [ No ]    Retract   │",
		"╰──────────────────────────────────────────╯",
	}
	if diff := cmp.Diff(want, strip(box)); diff != "" || shown {
		t.Error(diff)
	}
	for _, size := range [][2]int{{30, 10}, {20, 5}, {10, 4}, {4, 2}, {3, 1}} {
		box, _, _, _ := c.Draw(size[0], size[1], styles(t, "dark"))
		if len(box) > size[1] {
			t.Errorf("%v: %d lines", size, len(box))
		}
		sized(t, box, min(size[0], 44), len(box))
		if size[1] >= 4 && size[0] >= 20 && !strings.Contains(strings.Join(box, ""), "No") {
			t.Errorf("%v: the buttons are gone: %q", size, box)
		}
	}
}

func TestToastsStayAndAreKept(t *testing.T) {
	var ts widget.Toasts
	st := styles(t, "mono")
	if ts.Lines(40, noon(), st) != nil {
		t.Error("nothing was said, but something is shown")
	}
	ts.Add(widget.InfoToast, "copied I17", noon())
	ts.Add(widget.ErrorToast, "not saved", noon().Add(time.Second))
	ts.Add(widget.InfoToast, "A8 approved", noon().Add(2*time.Second))
	tests := []struct {
		after time.Duration
		line  string
		n     int
		next  time.Duration
	}{
		{2 * time.Second, " ▲ not saved", 3, time.Second},
		{3 * time.Second, " ▲ not saved", 2, 2 * time.Second},
		{6 * time.Second, " ▲ not saved", 1, 3 * time.Second},
		{9 * time.Second, "", 0, 0},
	}
	for _, tt := range tests {
		now := noon().Add(tt.after)
		line := strings.Join(ts.Lines(40, now, st), "\n")
		next, _ := ts.Next(now)
		if got := strings.TrimRight(strip([]string{line})[0], " "); got != tt.line || len(ts.Shown(now)) != tt.n || next != tt.next {
			t.Errorf("after %v: %q, %d shown, next in %v", tt.after, got, len(ts.Shown(now)), next)
		}
	}
	if len(ts.Log()) != 3 {
		t.Errorf("the log holds %d", len(ts.Log()))
	}
	now := noon().Add(time.Minute)
	for i := range 500 {
		ts.Add(widget.WarnToast, fmt.Sprint("m", i/2), now)
	}
	if n := len(ts.Log()); n != 200 || ts.Log()[n-1].Text != "m249" || ts.Log()[0].Text != "m50" {
		t.Errorf("the log holds %d, from %q", n, ts.Log()[0].Text)
	}
	ts.Clear()
	if len(ts.Shown(now)) != 0 {
		t.Error("Clear leaves toasts up")
	}
}

func items() []widget.Item {
	return []widget.Item{
		{ID: "note", Label: "note", Detail: "write a note", Key: "n"},
		{ID: "contain", Label: "contain", Detail: "contain an asset or an account", Key: "c"},
		{ID: "isolate", Label: "contain isolate host", Key: ""},
		{ID: "phase", Label: "next phase", Key: ">", Why: "2 required items are open"},
	}
}

func TestPicker(t *testing.T) {
	tests := []struct {
		script string
		want   string
		out    widget.Outcome
	}{
		{"‹enter›", "note", widget.Submitted},
		{"‹down›‹enter›", "contain", widget.Submitted},
		{"‹down›‹down›‹up›‹enter›", "contain", widget.Submitted},
		{"iso‹enter›", "isolate", widget.Submitted},
		{"cont", "contain", widget.Changed},
		{"PHASE‹enter›", "phase", widget.Open},
		{"zzz‹enter›", "", widget.Open},
		{"zzz‹ctrl+u›", "note", widget.Changed},
		{"n‹esc›", "note", widget.Cancelled},
	}
	for _, tt := range tests {
		p := widget.NewPicker("Commands", items())
		out := widget.Open
		for _, msg := range typing(tt.script) {
			out = p.Update(msg)
		}
		if it, _ := p.Chosen(); it.ID != tt.want || out != tt.out {
			t.Errorf("%s chooses %q with %d, want %q with %d", tt.script, it.ID, out, tt.want, tt.out)
		}
	}
}

func TestPickerKeepsItsChoiceWhenItemsCome(t *testing.T) {
	p := widget.NewPicker("People", items())
	p.Update(press("down"))
	p.SetItems(append([]widget.Item{{ID: "new", Label: "new"}}, items()...))
	if it, _ := p.Chosen(); it.ID != "contain" {
		t.Errorf("the cursor is on %q", it.ID)
	}
}

func TestPickerWithASource(t *testing.T) {
	p := widget.NewPicker("Commands", nil)
	p.Source = func(q string) []widget.Item { return []widget.Item{{ID: q, Label: "you said " + q}} }
	p.SetQuery("contain ")
	for _, msg := range typing("WEB") {
		p.Update(msg)
	}
	if it, _ := p.Chosen(); it.ID != "contain WEB" || p.Query() != "contain WEB" {
		t.Errorf("chosen is %+v", it)
	}
}

func TestPickerDraw(t *testing.T) {
	p := widget.NewPicker("Commands", items())
	for _, msg := range typing("n") {
		p.Update(msg)
	}
	box, x, y := p.Draw(44, 8, styles(t, "mono"))
	sized(t, box, 44, 8)
	want := []string{
		"╭─ Commands ───────────────────────────────╮",
		"│ › n                                      │",
		"│ 4 of 4                                   │",
		"│  ▌note  write a note                   n │",
		"│   next phase                           > │",
		"│   contain  contain an asset …          c │",
		"│   contain isolate host                   │",
		"╰──────────────────────────────────────────╯",
	}
	if diff := cmp.Diff(want, strip(box)); diff != "" || x != 5 || y != 1 {
		t.Errorf("cursor at %d,%d\n%s", x, y, diff)
	}
	for _, size := range [][2]int{{20, 6}, {8, 3}, {3, 1}, {0, 0}} {
		box, _, _ := p.Draw(size[0], size[1], styles(t, "dark"))
		sized(t, box, size[0], size[1])
	}
}

func TestFuzzy(t *testing.T) {
	tests := []struct {
		query, better, worse string
	}{
		{"con", "contain", "second"},
		{"ch", "contain host", "watch"},
		{"iso", "isolate", "is there so"},
		{"WEB", "web-03", "wide beat"},
	}
	for _, tt := range tests {
		b, ok1 := widget.Fuzzy(tt.query, tt.better)
		w, ok2 := widget.Fuzzy(tt.query, tt.worse)
		if !ok1 || !ok2 || b <= w {
			t.Errorf("%q: %s has %d (%v), %s has %d (%v)", tt.query, tt.better, b, ok1, tt.worse, w, ok2)
		}
	}
	if _, ok := widget.Fuzzy("ba", "ab"); ok {
		t.Error("the order does not count")
	}
	if _, ok := widget.Fuzzy("", "x"); !ok {
		t.Error("the empty query does not match")
	}
}
