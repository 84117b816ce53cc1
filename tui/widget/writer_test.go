package widget_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"warroom/tui/widget"
)

// refs completes A8 and A9, and people when they are asked for.
func refs(word string, asked bool) []widget.Option {
	if word == "A" && !asked {
		return nil
	}
	var out []widget.Option
	for _, o := range []widget.Option{{Value: "A8", Label: "isolate"}, {Value: "A9", Label: "reset"}, {Value: "@bob", Label: "here"}} {
		if strings.HasPrefix(o.Value, word) {
			out = append(out, o)
		}
	}
	return out
}

func TestWriterCompletes(t *testing.T) {
	tests := []struct {
		name, script, want string
		out                widget.Outcome // of the last message
	}{
		{"a letter alone offers nothing", "A ‹enter›b", "A \nb", widget.Changed},
		{"tab offers, arrows choose", "see A‹tab›‹down›‹down›‹enter›!", "see A9!", widget.Changed},
		{"tab takes the first", "see A‹tab›‹tab›", "see A8", widget.Changed},
		{"the only one is taken at once", "@b‹tab›", "@bob", widget.Changed},
		{"enter without a choice is a line", "@b‹enter›", "@b\n", widget.Changed},
		{"esc closes them first", "@b‹esc›", "@b", widget.Open},
		{"and then cancels", "@b‹esc›‹esc›", "@b", widget.Cancelled},
		{"tab indents where there is nothing", "‹tab›- a", "  - a", widget.Changed},
		{"undo takes a completion back", "A‹tab›‹tab›‹ctrl+z›", "A", widget.Changed},
		{"redo brings it again", "A‹tab›‹tab›‹ctrl+z›‹ctrl+y›", "A8", widget.Changed},
		{"in full it is no candidate", "A8‹down›x", "A8x", widget.Changed},
		{"save", "a‹ctrl+s›", "a", widget.Submitted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wr := widget.NewWriter(0)
			wr.Suggest = refs
			var out widget.Outcome
			for _, msg := range typing(tt.script) {
				out = wr.Update(msg)
				lines, _, _ := wr.Draw(60, 8, styles(t, "mono"))
				sized(t, lines, 60, 8)
			}
			if wr.Value() != tt.want || out != tt.out {
				t.Errorf("value %q, outcome %d; want %q, %d", wr.Value(), out, tt.want, tt.out)
			}
		})
	}
}

func TestWriterShowsCandidatesAtTheWord(t *testing.T) {
	wr := widget.NewWriter(0)
	wr.Suggest = refs
	for _, msg := range typing("one‹enter›see A‹tab›") {
		wr.Update(msg)
	}
	lines, x, y := wr.Draw(40, 8, styles(t, "mono"))
	got := strip(lines)
	for i := range got {
		got[i] = strings.TrimRight(got[i], " ")
	}
	want := []string{"one", "see A", "  ╭─ tab ───────╮", "  │ A8  isolate │", "  │ A9  reset   │", "  ╰─────────────╯", "", ""}
	if diff := cmp.Diff(want, got); diff != "" || x != 5 || y != 1 {
		t.Errorf("cursor %d,%d\n%s", x, y, diff)
	}
}

// A paste of the largest text is whole, and quick with every key after it.
func TestWriterTakes64KiB(t *testing.T) {
	const limit = 64 << 10
	text := strings.Repeat("Zeile mit Umlauten äöü, a word and A8.\n", limit)[:limit]
	text = strings.ToValidUTF8(text, "?")
	wr := widget.NewWriter(limit)
	from := time.Now()
	if wr.Update(tea.PasteMsg{Content: text}) != widget.Changed || wr.Value() != text {
		t.Fatal("the paste is not whole")
	}
	if wr.Update(press("x")) != widget.Open || !wr.Refused() {
		t.Error("one byte more was taken")
	}
	for _, msg := range typing("‹ctrl+z›‹ctrl+y›‹backspace›y‹up›‹pgup›") {
		wr.Update(msg)
		wr.Draw(120, 40, styles(t, "dark"))
	}
	if took := time.Since(from); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	if want := text[:len(text)-1] + "y"; wr.Value() != want {
		t.Error("the text is another one")
	}
}

// Taking everything back gives the text that there was, and doing it all again
// the text that there is.
func TestUndoAndRedoAreOpposites(t *testing.T) {
	keys := []string{"a", "b", "space", "enter", "left", "right", "up", "home", "backspace", "delete", "ctrl+w", "ctrl+k", "ctrl+u", "ä"}
	rapid.Check(t, func(t *rapid.T) {
		ta := widget.NewTextArea(0)
		ta.SetValue(rapid.StringOfN(rapid.SampledFrom([]rune("ab \nä")), 0, 20, -1).Draw(t, "start"))
		start := ta.Value()
		ta.Seek(rapid.IntRange(0, 20).Draw(t, "at"))
		for _, k := range rapid.SliceOfN(rapid.SampledFrom(keys), 0, 40).Draw(t, "keys") {
			ta.Update(press(k))
		}
		end := ta.Value()
		n := 0
		for ta.Update(press("ctrl+z")) {
			n++
		}
		if ta.Value() != start {
			t.Fatalf("taken back: %q, want %q", ta.Value(), start)
		}
		for range n {
			ta.Update(press("ctrl+y"))
		}
		if ta.Value() != end {
			t.Fatalf("done again: %q, want %q", ta.Value(), end)
		}
		if ta.Update(press("ctrl+y")) {
			t.Fatal("there was more to do again")
		}
	})
}

func TestPutIsNotLimitedAndCanBeTakenBack(t *testing.T) {
	ta := widget.NewTextArea(4)
	ta.Update(press("a"))
	ta.Put("longer than that\r\nit is")
	if ta.Value() != "longer than that\nit is" {
		t.Errorf("value %q", ta.Value())
	}
	ta.Update(press("ctrl+z"))
	if ta.Value() != "a" {
		t.Errorf("taken back: %q", ta.Value())
	}
}

func TestAligned(t *testing.T) {
	same := func(s string) widget.Pair { return widget.Pair{Left: s, Right: s} }
	differ := func(l, r string) widget.Pair { return widget.Pair{Left: l, Right: r, Differ: true} }
	tests := []struct {
		name, left, right string
		want              []widget.Pair
	}{
		{"the same", "a\nb", "a\nb", []widget.Pair{same("a"), same("b")}},
		{"changed", "a\nb\nc", "a\nx\nc", []widget.Pair{same("a"), differ("b", "x"), same("c")}},
		{"more on the right", "a\nc", "a\nb\nc", []widget.Pair{same("a"), differ("", "b"), same("c")}},
		{"more on the left", "a\nb\nc", "c", []widget.Pair{differ("a", ""), differ("b", ""), same("c")}},
		{"in the middle", "x\nm\ny", "1\n2\nm\n3", []widget.Pair{differ("x", "1"), differ("", "2"), same("m"), differ("y", "3")}},
		{"nothing", "", "a", []widget.Pair{differ("", "a")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, widget.Aligned(tt.left, tt.right)); diff != "" {
				t.Error(diff)
			}
		})
	}
	long := strings.Repeat("a\nb\n", 20000)
	if n := len(widget.Aligned("x\n"+long+"y", "z\n"+long)); n < 40000 {
		t.Errorf("%d lines", n)
	}
}
