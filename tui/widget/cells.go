package widget

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// kind is what the next bytes of a line are.
type kind int

const (
	text  kind = iota // printable: one grapheme cluster
	paint             // an SGR sequence: no columns
	stray             // a control or a broken byte that should never have come here
)

// The marks that widgets write themselves.
const (
	ellipsis    = "…"
	replacement = "\uFFFD"
	sgrReset    = "\x1b[m"
)

// step reads the first thing of s, which must not be empty: its length in
// bytes, its columns and its kind. A stray thing counts one column, because it
// is drawn as the replacement character.
func step(s string) (n, w int, k kind) {
	c := s[0]
	switch {
	case c >= 0x20 && c < 0x7f:
		// A combining mark or a variation selector may follow and belong here.
		if len(s) == 1 || s[1] < utf8.RuneSelf {
			return 1, 1, text
		}
	case c == 0x1b:
		if n := sgrLen(s); n > 0 {
			return n, 0, paint
		}
		return 1, 1, stray
	case c < 0x20 || c == 0x7f:
		return 1, 1, stray
	default:
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			return 1, 1, stray
		}
		if r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return size, 1, stray
		}
		if size == 3 && r >= 0x2500 && r < 0x25a0 && (len(s) == size || s[size] < utf8.RuneSelf) {
			return size, 1, text // lines and blocks, the bulk of what is no ASCII
		}
	}
	cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if len(cluster) == 0 || !utf8.ValidString(cluster) {
		return 1, 1, stray
	}
	if w == 0 {
		// A format character, such as a prepended Arabic number sign, would hide
		// what follows it.
		if r, size := utf8.DecodeRuneInString(cluster); unicode.Is(unicode.Cf, r) {
			return size, 1, stray
		}
	}
	return len(cluster), w, text
}

// sgrLen is the length of the SGR sequence that s begins with, 0 for none.
func sgrLen(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == ';', c == ':':
		case c == 'm':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

// isReset reports whether an SGR sequence ends all paint.
func isReset(seq string) bool { return seq == sgrReset || seq == "\x1b[0m" }

// spaces gives n blanks, "" for n < 1.
func spaces(n int) string {
	const blank = "                                                                                                                                "
	if n <= 0 {
		return ""
	}
	if n <= len(blank) {
		return blank[:n]
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = ' '
	}
	return string(b)
}
