package themes

import (
	"fmt"
	"slices"
	"strings"
)

// Styles is a theme, ready to draw with.
type Styles struct {
	Name   string
	Dark   bool // made for a dark background
	Glyphs Glyphs

	Text, Dim, Faint, Bold, Accent, Rule, Title Ink
	Key, KeyDesc                                Ink
	Selected, SelectedDim                       Ink // whole rows: use Over
	Cursor                                      Ink // the gutter mark of the selected row
	Person, Ref, Tag, Match                     Ink
	Good, Warn, Bad, Info, New                  Ink
	Banner, ExerciseBanner, Error               Ink
	Input, Placeholder                          Ink
	TabOn, TabOff                               Ink

	// Sev holds the badge of each severity at 1 to 4; 0 is the unknown one.
	Sev [5]Ink
}

// SevBadge is the badge ` SEV1 ` of severity n, painted, always 6 columns. A
// severity outside 1 to 4 gives ` SEV? `.
func (s *Styles) SevBadge(n int) string {
	if n < 1 || n > 4 {
		return s.Sev[0].S(" SEV? ")
	}
	return s.Sev[n].S(" SEV" + string(rune('0'+n)) + " ")
}

// Auto is the name of the theme that follows the terminal's background.
const Auto = "auto"

// builtin gives the tokens of a built-in theme for a background, and whether
// they are made for a dark one. ok is false for an unknown name.
func builtin(name string, dark bool) (t Tokens, isDark, ok bool) {
	switch name {
	case Auto, "":
		if dark {
			return darkTokens(), true, true
		}
		return lightTokens(), false, true
	case "dark":
		return darkTokens(), true, true
	case "light":
		return lightTokens(), false, true
	case "contrast":
		if dark {
			return contrastDarkTokens(), true, true
		}
		return contrastLightTokens(), false, true
	case "colorblind":
		if dark {
			return colorblindDarkTokens(), true, true
		}
		return colorblindLightTokens(), false, true
	case "mono":
		return monoTokens(), dark, true
	}
	return Tokens{}, false, false
}

// Names lists the built-in themes, in the order the theme key steps through.
func Names() []string {
	return []string{Auto, "dark", "light", "contrast", "colorblind", "mono"}
}

// New prepares the built-in theme name. dark is the terminal's background,
// which auto, contrast and colorblind follow; ascii chooses the glyphs that
// every font has. The error lists the names there are.
func New(name string, dark, ascii bool) (*Styles, error) {
	return (*Library)(nil).New(name, dark, ascii)
}

// New prepares a theme of the library or a built-in one.
func (l *Library) New(name string, dark, ascii bool) (*Styles, error) {
	if name == "" {
		name = Auto
	}
	if u, ok := l.user(name); ok {
		return u.tokens.styles(name, u.dark, ascii)
	}
	t, isDark, ok := builtin(name, dark)
	if !ok {
		return nil, fmt.Errorf("there is no theme %q; the themes are: %s", name, strings.Join(l.Names(), ", "))
	}
	return t.styles(name, isDark, ascii)
}

// Names lists the built-in themes and then those of the library.
func (l *Library) Names() []string {
	names := Names()
	if l == nil {
		return names
	}
	own := make([]string, 0, len(l.themes))
	for n := range l.themes {
		own = append(own, n)
	}
	slices.Sort(own)
	return append(names, own...)
}
