package widget

import "warroom/themes"

// Overlay lays box over base with its upper left corner at column x, row y,
// and gives the result; base is not changed. What hangs over an edge of base
// is cut off. Every line of base keeps its width.
func Overlay(base, box []string, x, y int) []string {
	out := make([]string, len(base))
	copy(out, base)
	for i, line := range box {
		row := y + i
		if row < 0 || row >= len(out) {
			continue
		}
		total := Width(out[row])
		from, to := max(x, 0), min(x+Width(line), total)
		if from >= to {
			continue
		}
		out[row] = settle(Cut(out[row], 0, from)+Cut(line, from-x, to-x)+Cut(out[row], to, total), total)
	}
	return out
}

// Frame draws a thin box of w×h around body, with a title in its upper edge.
// body gets w-4 columns and h-2 rows.
func Frame(body []string, w, h int, title string, st *themes.Styles) []string {
	if w < 4 || h < 2 {
		return Block(nil, w, h)
	}
	g := st.Glyphs
	out := make([]string, 0, h)
	out = append(out, frameTop(w, title, st))
	left, right := st.Rule.S(g.VRule)+" ", " "+st.Rule.S(g.VRule)
	for _, line := range Block(body, w-4, h-2) {
		out = append(out, left+line+right)
	}
	return append(out, st.Rule.S(g.Corner[2]+repeat(g.Rule, w-2)+g.Corner[3]))
}

func frameTop(w int, title string, st *themes.Styles) string {
	g := st.Glyphs
	if title == "" || w < 8 {
		return st.Rule.S(g.Corner[0] + repeat(g.Rule, w-2) + g.Corner[1])
	}
	if Width(title) > w-6 {
		title = Fit(title, w-6)
	}
	rest := w - 5 - Width(title)
	return st.Rule.S(g.Corner[0]+g.Rule) + " " + st.Title.S(title) + " " +
		st.Rule.S(repeat(g.Rule, rest)+g.Corner[1])
}

// RuleLine is a horizontal line of w columns.
func RuleLine(w int, st *themes.Styles) string { return st.Rule.S(repeat(st.Glyphs.Rule, w)) }

// repeat gives n times the one-column glyph g.
func repeat(g string, n int) string {
	b := make([]byte, 0, max(n, 0)*len(g))
	for range n {
		b = append(b, g...)
	}
	return string(b)
}

// Centred gives the corner at which a box of bw×bh stands in the middle of w×h.
func Centred(w, h, bw, bh int) (x, y int) {
	return max((w-bw)/2, 0), max((h-bh)/2, 0)
}
