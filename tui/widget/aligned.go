package widget

import (
	"slices"
	"strings"
)

// Pair is a line of each of two texts that stand side by side; Differ says that
// they are not the same line.
type Pair struct {
	Left, Right string
	Differ      bool
}

// maxAligned bounds the work of Aligned: lines of the one text times lines of the
// other. Texts that differ in more stand side by side without being aligned.
const maxAligned = 4 << 20

// Aligned pairs the lines of two texts so that lines they share stand on one level.
func Aligned(left, right string) []Pair {
	a, b := strings.Split(left, "\n"), strings.Split(right, "\n")
	var head, tail []Pair
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, Pair{Left: a[0], Right: b[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, Pair{Left: a[len(a)-1], Right: b[len(b)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	slices.Reverse(tail)
	return slices.Concat(head, middle(a, b), tail)
}

// middle aligns what begins and ends differently.
func middle(a, b []string) []Pair {
	var out []Pair
	from, to := 0, 0 // where the lines that are not paired yet begin
	flush := func(i, j int) {
		for from < i || to < j {
			p := Pair{Differ: true}
			if from < i {
				p.Left, from = a[from], from+1
			}
			if to < j {
				p.Right, to = b[to], to+1
			}
			out = append(out, p)
		}
	}
	for _, s := range shared(a, b) {
		flush(s[0], s[1])
		out = append(out, Pair{Left: a[s[0]], Right: b[s[1]]})
		from, to = s[0]+1, s[1]+1
	}
	flush(len(a), len(b))
	return out
}

// shared is the longest list of lines that both have in the same order, as pairs of
// places; none when the texts are too long to look for it.
func shared(a, b []string) [][2]int {
	if len(a)*len(b) > maxAligned || len(a) == 0 || len(b) == 0 {
		return nil
	}
	w := len(b) + 1
	longest := make([]int32, (len(a)+1)*w) // from these places on
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i*w+j] = longest[(i+1)*w+j+1] + 1
			} else {
				longest[i*w+j] = max(longest[(i+1)*w+j], longest[i*w+j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case longest[(i+1)*w+j] >= longest[i*w+j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
