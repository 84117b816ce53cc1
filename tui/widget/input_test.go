package widget_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/tui/widget"
)

func TestInputEdits(t *testing.T) {
	tests := []struct {
		name, start, script, want string
		x                         int // cursor in 40 columns
	}{
		{"typing", "", "note it", "note it", 7},
		{"in the middle", "ab", "‹left›x", "axb", 2},
		{"home and end", "bc", "‹home›a‹end›d", "abcd", 4},
		{"ctrl+a and ctrl+e", "bc", "‹ctrl+a›a‹ctrl+e›d", "abcd", 4},
		{"backspace takes a cluster", "ae\u0301", "‹backspace›", "a", 1},
		{"backspace takes a family", "a👨‍👩‍👧", "‹backspace›", "a", 1},
		{"left over wide", "日本", "‹left›x", "日x本", 3},
		{"delete", "abc", "‹home›‹delete›", "bc", 0},
		{"ctrl+d", "abc", "‹home›‹ctrl+d›", "bc", 0},
		{"word back", "one two  ", "‹ctrl+w›", "one ", 4},
		{"word back at a stop", "10.8.3.4", "‹alt+backspace›", "10.8.3.", 7},
		{"to the start", "one two", "‹left›‹ctrl+u›", "o", 0},
		{"to the end", "one two", "‹home›‹right›‹ctrl+k›", "o", 1},
		{"by words", "one two", "‹alt+b›X‹alt+f›Y", "one XtwoY", 9},
		{"delete word", "one two", "‹home›‹alt+d›", " two", 0},
		{"undo typing", "a", "b c‹ctrl+z›", "ab ", 3},
		{"undo all", "a", "b‹left›c‹ctrl+z›‹ctrl+z›‹ctrl+z›", "a", 1},
		{"undo a deletion", "one two", "‹ctrl+w›‹ctrl+z›", "one two", 7},
		{"line feed", "a", "‹alt+enter›b", "a\nb", 3},
		{"other keys do nothing", "a", "‹enter›‹tab›‹esc›‹up›‹ctrl+x›‹alt+x›", "a", 1},
		{"at the ends", "", "‹left›‹right›‹backspace›‹delete›‹ctrl+w›‹ctrl+z›", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := widget.NewInput(0, true)
			in.SetValue(tt.start)
			for _, msg := range typing(tt.script) {
				in.Update(msg)
			}
			if in.Value() != tt.want {
				t.Errorf("value is %q, want %q", in.Value(), tt.want)
			}
			if _, x := in.Draw(40); x != tt.x {
				t.Errorf("cursor at %d, want %d", x, tt.x)
			}
		})
	}
}

func TestInputPaste(t *testing.T) {
	in := widget.NewInput(0, true)
	if !in.Update(tea.PasteMsg{Content: "a\r\nb\rc"}) || in.Value() != "a\nb\nc" {
		t.Errorf("value is %q", in.Value())
	}
	line, _ := in.Draw(10)
	if strings.Contains(line, "\n") || !strings.HasPrefix(line, "a⏎b") {
		t.Errorf("drawn as %q", line)
	}
	one := widget.NewInput(0, false)
	one.Update(tea.PasteMsg{Content: "a\nb"})
	if one.Value() != "a b" {
		t.Errorf("one line holds %q", one.Value())
	}
}

func TestInputRefusesWholeTextOverTheLimit(t *testing.T) {
	in := widget.NewInput(5, true)
	in.Update(tea.PasteMsg{Content: "abcd"})
	if in.Update(tea.PasteMsg{Content: "ef"}) || in.Value() != "abcd" || !in.Refused() {
		t.Errorf("value is %q, refused %v", in.Value(), in.Refused())
	}
	if !in.Update(press("e")) || in.Refused() || in.Value() != "abcde" {
		t.Errorf("value is %q, refused %v", in.Value(), in.Refused())
	}
	if in.Update(press("é")) || in.Value() != "abcde" || !in.Refused() {
		t.Errorf("value is %q, refused %v", in.Value(), in.Refused())
	}
	in.SetValue("longer than the limit")
	if in.Value() != "longer than the limit" {
		t.Error("a draft was cut")
	}
	if !in.Update(press("backspace")) {
		t.Error("a value over the limit cannot be made shorter")
	}
}

func TestInputScrolls(t *testing.T) {
	in := widget.NewInput(0, true)
	in.SetValue("abcdefghijklmnopqrstuvwxyz")
	tests := []struct {
		script, want string
		x            int
	}{
		{"", "…uvwxyz   ", 7},
		{"‹left›‹left›‹left›", "…uvwxyz   ", 4},
		{"‹home›", "abcdefghi…", 0},
		{"‹right›‹right›", "abcdefghi…", 2},
		{"‹end›‹home›‹right›‹right›‹right›‹right›‹right›‹right›‹right›‹right›", "abcdefghi…", 8},
		{"‹right›", "…defghijk…", 7},
	}
	for _, tt := range tests {
		for _, msg := range typing(tt.script) {
			in.Update(msg)
			in.Draw(10)
		}
		line, x := in.Draw(10)
		if line != tt.want || x != tt.x {
			t.Errorf("after %q: %q with the cursor at %d, want %q at %d", tt.script, line, x, tt.want, tt.x)
		}
	}
}

// The cursor must stand where the next letter appears, whatever is around it.
func TestCursorStandsWhereTypingAppears(t *testing.T) {
	for _, s := range hostile() {
		in := widget.NewInput(0, true)
		in.SetValue(s)
		for range 3 {
			before, x := in.Draw(60)
			in.Update(press("Q"))
			after, _ := in.Draw(60)
			if got := widget.Cut(after, x, x+1); got != "Q" && widget.Width(s) < 50 {
				t.Errorf("%q: typed at %d of %q, came out as %q", s, x, before, after)
			}
			in.Update(press("backspace"))
			in.Update(press("left"))
		}
	}
}

func FuzzInput(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s, "abc", 20, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9})
	}
	keys := []string{"left", "right", "home", "end", "backspace", "delete", "ctrl+w", "ctrl+u", "ctrl+k", "alt+b", "alt+f", "ctrl+z", "alt+enter", "x"}
	f.Fuzz(func(t *testing.T, start, paste string, w int, script []byte) {
		w = (w%100 + 100) % 100
		in, area := widget.NewInput(200, true), widget.NewTextArea(200)
		in.SetValue(start)
		area.SetValue(start)
		for _, b := range script[:min(len(script), 60)] {
			var msg tea.Msg = press(keys[int(b)%len(keys)])
			if b > 200 {
				msg = tea.PasteMsg{Content: paste}
			}
			in.Update(msg)
			area.Update(msg)
			line, x := in.Draw(w)
			sized(t, []string{line}, w, 1)
			if x < 0 || w > 0 && x >= w {
				t.Fatalf("cursor at %d of %d", x, w)
			}
			lines, x, y := area.Draw(w, 4)
			if w > 0 {
				sized(t, lines, w, 4)
			}
			if x < 0 || w > 0 && x >= w || y < 0 || y >= 4 {
				t.Fatalf("cursor at %d,%d of %d", x, y, w)
			}
		}
	})
}
