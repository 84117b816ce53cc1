package widget

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"warroom/model"
)

// clusterLen is the length in bytes of the first grapheme cluster of s, which
// must not be empty. A line feed is always one of its own.
func clusterLen(s string) int {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1
	}
	cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return max(len(cluster), 1)
}

// clusterBefore is the start of the cluster that ends at i in s; i must be a
// boundary above 0. It looks back only as far as the last place where two
// ASCII bytes meet, which is always a boundary.
func clusterBefore(s string, i int) int {
	from := i - 1
	for from > 0 && (s[from] >= utf8.RuneSelf || s[from-1] >= utf8.RuneSelf) {
		from--
	}
	for {
		next := from + clusterLen(s[from:])
		if next >= i {
			return from
		}
		from = next
	}
}

// snap moves i forward to the next cluster boundary of s.
func snap(s string, i int) int {
	i = min(max(i, 0), len(s))
	if i == 0 || i == len(s) {
		return i
	}
	from := clusterBefore(s, i)
	return from + clusterLen(s[from:])
}

// show gives what is drawn for one cluster of typed text, and its columns:
// nothing that was typed or pasted reaches the terminal as it is.
func show(cluster string) (string, int) {
	if len(cluster) == 1 && cluster[0] >= 0x20 && cluster[0] < 0x7f {
		return cluster, 1
	}
	safe := string(model.Line(cluster))
	return safe, Width(safe)
}

// showWidth is the columns of typed text when drawn, or the first count above
// limit.
func showWidth(s string, limit int) int {
	w := 0
	for i := 0; i < len(s) && w <= limit; {
		n := clusterLen(s[i:])
		_, cols := show(s[i : i+n])
		w += cols
		i += n
	}
	return w
}
