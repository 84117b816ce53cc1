package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// ByRune makes a finished line right for a terminal that counts columns rune
// by rune, as most do that did not confirm mode 2027 (grapheme clusters). An
// emoji sequence becomes its first emoji. Other clusters that such a terminal
// draws wider or narrower, as in Indic scripts and Thai, stay, and the next
// run of blanks gives or takes the difference, so that what stands behind it
// does not move. Lines without such clusters come back as they are.
func ByRune(line string) string {
	i := firstUneven(line)
	if i == len(line) {
		return line
	}
	var b strings.Builder
	b.Grow(len(line) + 8)
	b.WriteString(line[:i])
	debt := 0 // columns drawn too many so far; negative: too few
	blank := false
	for i < len(line) {
		n, w, k := step(line[i:])
		piece := line[i : i+n]
		i += n
		switch {
		case k != text:
		case piece == " ":
			if blank && debt > 0 {
				debt--
				continue // a run of blanks keeps one
			}
			for ; debt < 0; debt++ {
				b.WriteByte(' ')
			}
			blank = true
		default:
			blank = false
			if by := ansi.StringWidthWc(piece); by != w {
				first, size := utf8.DecodeRuneInString(piece)
				if isPicture(first) && size < len(piece) {
					piece = piece[:size]
					by = ansi.StringWidthWc(piece)
				}
				debt += by - w
			}
		}
		b.WriteString(piece)
	}
	return b.String() + spaces(-debt)
}

// firstUneven is the place of the first cluster that the two ways to count
// see differently, or the end.
func firstUneven(s string) int {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf && (i+1 == len(s) || s[i+1] < utf8.RuneSelf) {
			i++
			continue
		}
		n, w, k := step(s[i:])
		if k == text && ansi.StringWidthWc(s[i:i+n]) != w {
			return i
		}
		i += n
	}
	return len(s)
}

// isPicture reports whether r begins an emoji: symbols, and the digits that
// keycaps are made of.
func isPicture(r rune) bool {
	return r >= 0x2000 && r < 0x2e80 || r >= 0x1f000 || r == '#' || r == '*' || r >= '0' && r <= '9' || r == 0xa9 || r == 0xae
}
