package widget_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"warroom/tui/widget"
)

func TestTextAreaWrapsAndPlacesTheCursor(t *testing.T) {
	tests := []struct {
		name, start, script string
		want                []string // 11 columns, 4 rows
		x, y                int
	}{
		{"empty", "", "", []string{"", "", "", ""}, 0, 0},
		{"words", "one two three four", "", []string{"one two", "three four", "", ""}, 10, 1},
		{"line feeds", "a\n\nb", "", []string{"a", "", "b", ""}, 1, 2},
		{"long word", "abcdefghijklmn", "", []string{"abcdefghij", "klmn", "", ""}, 4, 1},
		{"enter", "ab", "‹left›‹enter›", []string{"a", "b", "", ""}, 0, 1},
		{"up keeps the column", "abcdef\nx\nabcdef", "‹up›‹up›", []string{"abcdef", "x", "abcdef", ""}, 6, 0},
		{"up in a wrapped line", "one two three four", "‹up›", []string{"one two", "three four", "", ""}, 7, 0},
		{"up at the top goes to the start", "abc", "‹up›", []string{"abc", "", "", ""}, 0, 0},
		{"down at the end goes to the end", "abc", "‹home›‹down›", []string{"abc", "", "", ""}, 3, 0},
		{"home stays in the line", "a\nbcd", "‹home›", []string{"a", "bcd", "", ""}, 0, 1},
		{"wide", "日本語日本語", "", []string{"日本語日本", "語", "", ""}, 2, 1},
		{"scrolls", "1\n2\n3\n4\n5\n6", "", []string{"3", "4", "5", "6"}, 1, 3},
		{"scrolls back", "1\n2\n3\n4\n5\n6", "‹ctrl+home›", []string{"1", "2", "3", "4"}, 0, 0},
		{"undo", "a", "b‹enter›c‹ctrl+z›‹ctrl+z›", []string{"ab", "", "", ""}, 2, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ta := widget.NewTextArea(0)
			ta.SetValue(tt.start)
			ta.Draw(11, 4)
			for _, msg := range typing(tt.script) {
				ta.Update(msg)
			}
			lines, x, y := ta.Draw(11, 4)
			sized(t, lines, 11, 4)
			for i := range lines {
				lines[i] = strings.TrimRight(lines[i], " ")
			}
			if diff := cmp.Diff(tt.want, lines); diff != "" || x != tt.x || y != tt.y {
				t.Errorf("cursor at %d,%d, want %d,%d\n%s", x, y, tt.x, tt.y, diff)
			}
		})
	}
}

func TestTextAreaWorksBeforeItIsDrawn(t *testing.T) {
	ta := widget.NewTextArea(0)
	for _, msg := range typing("ab‹enter›cd‹up›x") {
		ta.Update(msg)
	}
	if ta.Value() != "abx\ncd" {
		t.Errorf("value is %q", ta.Value())
	}
}

func TestTextAreaRefusesOverTheLimit(t *testing.T) {
	ta := widget.NewTextArea(4)
	ta.Update(tea.PasteMsg{Content: "abc"})
	if ta.Update(tea.PasteMsg{Content: "de"}) || !ta.Refused() || ta.Value() != "abc" {
		t.Errorf("value is %q", ta.Value())
	}
}

func BenchmarkTextAreaKeyAt64KiB(b *testing.B) {
	ta := widget.NewTextArea(128 << 10)
	ta.SetValue(strings.Repeat("a line of the post-mortem with some words\n", 64<<10/42))
	for b.Loop() {
		ta.Update(press("x"))
		ta.Update(press("backspace"))
		ta.Draw(80, 20)
	}
}
