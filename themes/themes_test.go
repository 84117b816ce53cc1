package themes

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// variant is a built-in theme on a background.
type variant struct {
	name   string
	dark   bool
	tokens Tokens
}

func variants(t *testing.T) []variant {
	t.Helper()
	var out []variant
	for _, name := range Names() {
		for _, dark := range []bool{true, false} {
			tok, isDark, ok := builtin(name, dark)
			if !ok {
				t.Fatalf("%s is listed but not there", name)
			}
			out = append(out, variant{fmt.Sprintf("%s/dark=%v", name, dark), isDark, tok})
		}
	}
	return out
}

// pair is a text colour on a background, #rrggbb both.
type pair struct{ role, fg, bg string }

// pairs lists every pair that a theme can put on the screen: each role on its
// own background or on those of the terminal, and each role without one on the
// selected row, unless that row is flat.
func pairs(t *testing.T, v variant, terminal []string) []pair {
	t.Helper()
	decorative := []string{"rule"}
	var out []pair
	beds := slices.Clone(terminal)
	for _, spec := range []Spec{v.tokens.Selected, v.tokens.SelectedDim} {
		if st := parsed(t, spec); st.bg != "" && !st.has("flat") {
			beds = append(beds, st.bg)
		}
	}
	for _, r := range roles(&v.tokens, &Styles{}) {
		st := parsed(t, *r.spec)
		switch {
		case st.fg == "" || slices.Contains(decorative, r.name):
		case st.bg != "":
			out = append(out, pair{r.name, st.fg, st.bg})
		case r.name == "faint" || r.name == "placeholder":
			for _, bg := range terminal {
				out = append(out, pair{r.name, st.fg, bg})
			}
		default:
			for _, bg := range beds {
				out = append(out, pair{r.name, st.fg, bg})
			}
		}
	}
	return out
}

func parsed(t *testing.T, s Spec) style {
	t.Helper()
	st, err := s.parse()
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// ratio is the WCAG 2 contrast ratio of two colours.
func ratio(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, c string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(c[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	lin := func(v uint64) float64 {
		f := float64(v&0xff) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(n>>16) + 0.7152*lin(n>>8) + 0.0722*lin(n)
}

func TestContrastOfEveryPair(t *testing.T) {
	for _, v := range variants(t) {
		least, terminal := 4.5, []string{"#ffffff", "#f5f5f5"}
		if v.dark {
			terminal = []string{"#000000", "#1e1e1e"}
		}
		if strings.HasPrefix(v.name, "contrast") {
			least, terminal = 7, terminal[:1]
		}
		for _, p := range pairs(t, v, terminal) {
			if got := ratio(t, p.fg, p.bg); got < least {
				t.Errorf("%s: %s %s on %s has %.2f:1, needs %.1f:1", v.name, p.role, p.fg, p.bg, got, least)
			}
		}
	}
}

func TestColoursSurviveA256ColourTerminal(t *testing.T) {
	steps := []string{"00", "5f", "87", "af", "d7", "ff"}
	for _, v := range variants(t) {
		for _, r := range roles(&v.tokens, &Styles{}) {
			st := parsed(t, *r.spec)
			for _, c := range []string{st.fg, st.bg} {
				if c == "" {
					continue
				}
				cube := slices.Contains(steps, c[1:3]) && slices.Contains(steps, c[3:5]) && slices.Contains(steps, c[5:7])
				n, _ := strconv.ParseUint(c[1:3], 16, 8)
				grey := c[1:3] == c[3:5] && c[3:5] == c[5:7] && n >= 8 && n <= 238 && (n-8)%10 == 0
				if !cube && !grey {
					t.Errorf("%s: %s uses %s, which 256 colours do not have", v.name, r.name, c)
				}
			}
		}
	}
}

func TestEveryTokenIsARole(t *testing.T) {
	var tok Tokens
	var st Styles
	list := roles(&tok, &st)
	typ := reflect.TypeFor[Tokens]()
	if len(list) != typ.NumField() {
		t.Fatalf("%d roles for %d tokens", len(list), typ.NumField())
	}
	for i, r := range list {
		if tag := typ.Field(i).Tag.Get("toml"); tag != r.name {
			t.Errorf("role %d is %q, the token is %q", i, r.name, tag)
		}
		if reflect.ValueOf(&tok).Elem().Field(i).Addr().Interface() != any(r.spec) {
			t.Errorf("role %q has the place of another token", r.name)
		}
	}
}

func TestMonoHasNoColour(t *testing.T) {
	s, err := New("mono", true, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []Ink{s.Text, s.Selected, s.Bad, s.Sev[1], s.Sev[2], s.Banner} {
		for _, colour := range []string{"38;", "48;"} {
			if strings.Contains(k.On(), colour) {
				t.Errorf("mono paints with %q", k.On())
			}
		}
	}
}

func TestSeverityBadgesAreSixColumnsAndDiffer(t *testing.T) {
	for _, name := range Names() {
		s, err := New(name, true, false)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for n := -1; n <= 5; n++ {
			b := s.SevBadge(n)
			if w := ansi.StringWidth(b); w != 6 {
				t.Errorf("%s: badge %d is %d wide", name, n, w)
			}
			if n >= 1 && n <= 4 {
				if seen[s.Sev[n].On()] {
					t.Errorf("%s: badge %d looks like another one", name, n)
				}
				seen[s.Sev[n].On()] = true
			}
		}
	}
}

func TestGlyphsAreOneColumn(t *testing.T) {
	for name, g := range map[string]Glyphs{"unicode": UnicodeGlyphs(), "ascii": ASCIIGlyphs()} {
		if n, fields := len(g.all()), reflect.TypeFor[Glyphs]().NumField(); n != fields-3+4+8+4 {
			t.Errorf("%s: all lists %d glyphs of %d fields", name, n, fields)
		}
		for _, s := range g.all() {
			if ansi.StringWidth(s) != 1 || ansi.StringWidthWc(s) != 1 {
				t.Errorf("%s: %q is %d columns wide", name, s, ansi.StringWidth(s))
			}
			if name == "ascii" && (len(s) != 1 || s[0] < 0x20 || s[0] > 0x7e) {
				t.Errorf("%q is no ASCII", s)
			}
		}
	}
}

func TestFolderTurnsAFrameToASCII(t *testing.T) {
	frame := "╭─ a… ─╮ ✓ ○ ● │ ▌ ⏎ → é"
	if got, want := ASCIIGlyphs().Folder()(frame), `+- a~ -+ x o @ | > \ > é`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := UnicodeGlyphs().Folder()(frame); got != frame {
		t.Errorf("the Unicode set changed %q", got)
	}
}

func TestInk(t *testing.T) {
	s, err := New("dark", true, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Text.S("x"); got != "x" {
		t.Errorf("Text paints: %q", got)
	}
	if got := s.Bold.S("x"); got != "\x1b[1mx\x1b[m" {
		t.Errorf("Bold gives %q", got)
	}
	if got := s.Bold.S(""); got != "" {
		t.Errorf("nothing painted gives %q", got)
	}
	if got, want := s.Bold.Over("a"+s.Bold.S("b")+"c"), "\x1b[1ma\x1b[1mb\x1b[m\x1b[1mc\x1b[m"; got != want {
		t.Errorf("Over gives %q, want %q", got, want)
	}
	flat, err := New("mono", true, false)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := flat.Selected.Over("a"+flat.Bold.S("b")+"c"), "\x1b[7mabc\x1b[m"; got != want {
		t.Errorf("flat Over gives %q, want %q", got, want)
	}
}

func TestAutoFollowsTheBackground(t *testing.T) {
	for _, dark := range []bool{true, false} {
		s, err := New("", dark, false)
		if err != nil || s.Dark != dark || s.Name != Auto {
			t.Errorf("dark=%v gives %+v, %v", dark, s, err)
		}
	}
	if _, err := New("nope", true, false); err == nil || !strings.Contains(err.Error(), "colorblind") {
		t.Errorf("unknown theme: %v", err)
	}
}

func BenchmarkInk(b *testing.B) {
	s, err := New("dark", true, false)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_ = s.Person.S("@alice")
	}
}
