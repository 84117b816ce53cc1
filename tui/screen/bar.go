package screen

import (
	"math"
	"strings"

	"warroom/themes"
)

// Bar draws a share from 0 to 1 in so many columns. It is full only at 1, and never
// empty above 0, in any font and without colour.
func Bar(share float64, columns int, st *themes.Styles) string {
	n := int(math.Round(share * float64(columns)))
	switch {
	case n >= columns && share < 1:
		n = columns - 1
	case n <= 0 && share > 0:
		n = 1
	}
	n = min(max(n, 0), columns)
	return st.Accent.S(strings.Repeat(st.Glyphs.BarFull, n)) + st.Faint.S(strings.Repeat(st.Glyphs.BarEmpty, columns-n))
}

// Percent is a share from 0 to 1 in whole percent: 100 only at 1, 0 only at 0.
func Percent(share float64) int {
	n := int(math.Round(100 * share))
	switch {
	case n >= 100 && share < 1:
		return 99
	case n <= 0 && share > 0:
		return 1
	}
	return n
}
