package widget_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"warroom/tui/widget"
)

func TestFit(t *testing.T) {
	tests := []struct {
		in   string
		w    int
		want string
	}{
		{"", 0, ""},
		{"abc", -1, ""},
		{"abc", 5, "abc  "},
		{"abc", 3, "abc"},
		{"abcdef", 4, "abc…"},
		{"abcdef", 1, "…"},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日… "},
		{"日本語", 1, "…"},
		{"éa", 3, "éa "},
		{"éab", 2, "é…"},
		{"\x1b[1mabc\x1b[m", 5, "\x1b[1mabc\x1b[m  "},
		{"\x1b[1mabcdef\x1b[m", 4, "\x1b[1mabc…\x1b[m"},
		{"\x1b[1mab\x1b[mcdef", 4, "\x1b[1mab\x1b[mc…"},
		{"a\tb\nc", 6, "a\uFFFDb\uFFFDc "},
		{"a\x1b[2Jb", 7, "a\uFFFD[2Jb "},
		{"a\xffb", 4, "a\uFFFDb "},
		{"👨‍👩‍👧 x", 4, "👨‍👩‍👧 x"},
	}
	for _, tt := range tests {
		if got := widget.Fit(tt.in, tt.w); got != tt.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", tt.in, tt.w, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		in          string
		left, right int
		want        string
	}{
		{"abcdef", 1, 3, "bc"},
		{"abc", 1, 5, "bc  "},
		{"abc", 3, 3, ""},
		{"日本", 1, 3, "  "},
		{"日本", 0, 3, "日 "},
		{"\x1b[1mabc\x1b[mdef", 1, 2, "\x1b[1mb\x1b[m"},
		{"\x1b[1mabc\x1b[mdef", 1, 5, "\x1b[1mbc\x1b[mde"},
		{"\x1b[1mabc\x1b[mdef", 3, 5, "de"},
	}
	for _, tt := range tests {
		if got := widget.Cut(tt.in, tt.left, tt.right); got != tt.want {
			t.Errorf("Cut(%q, %d, %d) = %q, want %q", tt.in, tt.left, tt.right, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		in   string
		w    int
		want []string
	}{
		{"", 5, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 5, []string{"one", "two", "three"}},
		{"a\n\nb", 5, []string{"a", "", "b"}},
		{"abcdefgh", 3, []string{"abc", "def", "gh"}},
		{"x abcdefgh", 4, []string{"x", "abcd", "efgh"}},
		{"日本語文", 5, []string{"日本", "語文"}},
		{"日", 1, []string{"\uFFFD"}},
		{"  indented text", 10, []string{"  indented", "text"}},
		{"\x1b[1mone two\x1b[m three", 4, []string{"\x1b[1mone\x1b[m", "\x1b[1mtwo\x1b[m", "thre", "e"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, widget.Wrap(tt.in, tt.w)); diff != "" {
			t.Errorf("Wrap(%q, %d):\n%s", tt.in, tt.w, diff)
		}
	}
}

func TestOverlayCutsAtEveryEdge(t *testing.T) {
	base := []string{"..........", "..........", ".........."}
	box := []string{"####", "#日#", "####"}
	tests := []struct {
		x, y int
		want []string
	}{
		{3, 0, []string{"...####...", "...#日#...", "...####..."}},
		{-2, -1, []string{" #........", "##........", ".........."}},
		{8, 2, []string{"..........", "..........", "........##"}},
		{20, 20, base},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, widget.Overlay(base, box, tt.x, tt.y)); diff != "" {
			t.Errorf("Overlay at %d,%d:\n%s", tt.x, tt.y, diff)
		}
	}
}

// hostile holds what moved borders in other programs (TXT-3, TXT-4).
func hostile() []string {
	return []string{
		"plain", "日本語", "e\u0301\u0301\u0301", "\u0301start", "👨‍👩‍👧‍👦", "🇩🇪🇩", "1️⃣", "\u0600", "\u0600\u0600x",
		"\u202Eabc", "\u200b\u200d", "a\x1b]52;c;aGk=\x07b", "\x1b[31mred", "\x1b[", "\x9b31m", "\xff\xfe", "क्षि", "ﷺ",
		"\u1160", "\u2028", "tab\there", strings.Repeat("漢", 50),
	}
}

func FuzzFit(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w %= 200
		want := max(w, 0)
		for name, got := range map[string]string{
			"Fit": widget.Fit(s, w), "FitRight": widget.FitRight(s, w), "Centre": widget.Centre(s, w), "Cut": widget.Cut(s, 2, 2+want),
		} {
			if widget.Width(got) != want {
				t.Errorf("%s(%q, %d) = %q is %d wide", name, s, w, got, widget.Width(got))
			}
			noControls(t, got)
		}
	})
}

func FuzzWrap(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s+" "+s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = 1 + (w%90+90)%90
		for _, line := range widget.Wrap(s, w) {
			if widget.Width(line) > w {
				t.Errorf("Wrap(%q, %d): %q is %d wide", s, w, line, widget.Width(line))
			}
			noControls(t, line)
		}
	})
}

func FuzzOverlay(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s, "box "+s, 3)
	}
	f.Fuzz(func(t *testing.T, base, box string, x int) {
		b := widget.Fit(base, 40)
		got := widget.Overlay([]string{b}, []string{widget.Fit(box, 12)}, x%60, 0)
		if len(got) != 1 || widget.Width(got[0]) != 40 {
			t.Errorf("Overlay(%q, %q, %d) = %q is %d wide", base, box, x, got, widget.Width(got[0]))
		}
		noControls(t, got[0])
	})
}

// noControls fails on any control in s that is not part of an SGR sequence.
func noControls(t *testing.T, s string) {
	t.Helper()
	for i, r := range s {
		if r == 0x1b {
			rest := strings.TrimLeft(s[i+1:], "[0123456789;:")
			if strings.HasPrefix(s[i+1:], "[") && strings.HasPrefix(rest, "m") {
				continue
			}
		}
		if r < 0x20 || r >= 0x7f && r < 0xa0 {
			t.Fatalf("control %U in %q", r, s)
		}
	}
}
