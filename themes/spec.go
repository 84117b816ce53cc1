package themes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
)

// Spec is the style of one role, in words: any of bold, faint, italic,
// underline, reverse and flat, a foreground colour `#rrggbb`, and a background
// as `on #rrggbb`. The empty Spec is the terminal's own text. flat says that
// a row painted with it hides the paint of its cells.
type Spec string

// style is a Spec, read.
type style struct {
	fg, bg string // #rrggbb or ""
	words  []string
}

// attributes lists the words of a Spec that are no colour.
func attributes() []string {
	return []string{"bold", "faint", "italic", "underline", "reverse", "flat"}
}

// parse reads a Spec. The error names the word that is wrong and what may
// stand there.
func (s Spec) parse() (style, error) {
	var st style
	words := strings.Fields(string(s))
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "on":
			i++
			if i == len(words) || !isColour(words[i]) {
				return style{}, fmt.Errorf("after %q comes a colour such as #1c1c1c", "on")
			}
			st.bg = words[i]
		case strings.HasPrefix(w, "#"):
			if !isColour(w) {
				return style{}, fmt.Errorf("%q is no colour; write six hexadecimal digits, such as #5fafff", w)
			}
			if st.fg != "" {
				return style{}, fmt.Errorf("two text colours, %s and %s; write `on %s` for the background", st.fg, w, w)
			}
			st.fg = w
		case slices.Contains(attributes(), w):
			st.words = append(st.words, w)
		default:
			return style{}, fmt.Errorf("%q is none of: %s, #rrggbb, on #rrggbb", w, strings.Join(attributes(), ", "))
		}
	}
	return st, nil
}

func isColour(s string) bool {
	if len(s) != 7 || s[0] != '#' {
		return false
	}
	_, err := strconv.ParseUint(s[1:], 16, 32)
	return err == nil
}

func (st style) has(word string) bool { return slices.Contains(st.words, word) }

// ink prepares the style.
func (st style) ink() Ink {
	ls := lipgloss.NewStyle()
	if st.fg != "" {
		ls = ls.Foreground(lipgloss.Color(st.fg))
	}
	if st.bg != "" {
		ls = ls.Background(lipgloss.Color(st.bg))
	}
	// An attribute that is false must stay unset: lipgloss would still write it.
	if st.has("bold") {
		ls = ls.Bold(true)
	}
	if st.has("faint") {
		ls = ls.Faint(true)
	}
	if st.has("italic") {
		ls = ls.Italic(true)
	}
	if st.has("underline") {
		ls = ls.Underline(true)
	}
	if st.has("reverse") {
		ls = ls.Reverse(true)
	}
	return newInk(ls, st.has("flat"))
}
