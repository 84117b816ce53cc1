package widget_test

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"warroom/tui/widget"
)

func TestByRuneKeepsBorders(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain  │ x", "plain  │ x"},
		{"日本  │ x", "日本  │ x"},
		{"👨‍👩‍👧 ok  │", "👨 ok  │"},
		{"⚠️ ok  │", "⚠  ok  │"},
		{"1️⃣ ok  │", "1  ok  │"},
		{"स्ते x   │", "स्ते x  │"},
		{"กำ\x1b[m    │", "กำ\x1b[m   │"},
	}
	for _, tt := range tests {
		got := widget.ByRune(tt.in)
		if got != tt.want {
			t.Errorf("ByRune(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if g, w := ansi.StringWidthWc(got), widget.Width(tt.in); g != w {
			t.Errorf("ByRune(%q) is %d wide for such a terminal, was %d", tt.in, g, w)
		}
	}
}

func FuzzByRune(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := widget.Fit(s, 30)
		got := widget.ByRune(line)
		noControls(t, got)
		if again := widget.ByRune(widget.Fit("plain", 30)); again != widget.Fit("plain", 30) {
			t.Errorf("a plain line became %q", again)
		}
		if w := ansi.StringWidthWc(got); w < 30 {
			t.Errorf("ByRune(%q) is %d wide", line, w)
		}
	})
}
