package widget

import "strings"

// Width is the columns that s takes; paint takes none. What Width counts is
// what Fit, Cut and Wrap cut by.
func Width(s string) int {
	w := 0
	for i := 0; i < len(s); {
		n, cols, _ := step(s[i:])
		i += n
		w += cols
	}
	return w
}

// plain reports whether s is printable ASCII: its length is its width.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}

// Fit makes s exactly w columns wide: padded with blanks, or cut with `…`. A
// wide character never hangs over, paint is closed where it was cut, and
// controls other than paint become the replacement character.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if plain(s) {
		switch {
		case len(s) == w:
			return s
		case len(s) < w:
			return s + spaces(w-len(s))
		}
		return s[:w-1] + ellipsis
	}
	return fit(s, w)
}

func fit(s string, w int) string {
	var (
		width          int  // columns so far
		keep, keepCols int  // what stays when an ellipsis must follow
		painted, dirty bool // paint is open; a stray byte was seen
		keepPainted    bool
	)
	for i := 0; i < len(s); {
		n, cols, k := step(s[i:])
		switch k {
		case paint:
			painted = !isReset(s[i : i+n])
		case stray:
			dirty = true
		}
		if width+cols > w {
			out := clean(s[:keep], dirty) + ellipsis
			if keepPainted {
				out += sgrReset
			}
			return settle(out+spaces(w-1-keepCols), w)
		}
		i += n
		width += cols
		if width <= w-1 {
			keep, keepCols, keepPainted = i, width, painted
		}
	}
	return settle(clean(s, dirty)+spaces(w-width), w)
}

// clean replaces what step calls stray; dirty says whether there is any.
func clean(s string, dirty bool) string {
	if !dirty {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n, _, k := step(s[i:])
		if k == stray {
			b.WriteString(replacement)
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// settle is the last guard: where joining two pieces made a cluster of another
// width (a prepending mark at the end of one of them), every rune that is not
// ASCII is replaced, so that no border moves.
func settle(s string, w int) string {
	if Width(s) == w {
		return s
	}
	var b strings.Builder
	cols := 0
	for i := 0; i < len(s) && cols < w; {
		n, cw, k := step(s[i:])
		switch {
		case k == paint:
			b.WriteString(s[i : i+n])
		case n == 1 && k == text:
			b.WriteString(s[i : i+n])
			cols++
		default:
			// A cluster of no columns counts too: it is what did the harm.
			for range min(max(cw, 1), w-cols) {
				b.WriteString("?")
				cols++
			}
		}
		i += n
	}
	return b.String() + sgrReset + spaces(w-cols)
}

// FitRight is Fit with the text at the right edge.
func FitRight(s string, w int) string {
	if n := Width(s); n < w {
		return settle(spaces(w-n)+clean(s, true), w)
	}
	return Fit(s, w)
}

// Centre is Fit with the text in the middle.
func Centre(s string, w int) string {
	return Fit(spaces((w-Width(s))/2)+s, w)
}

// Cut gives the columns from left (included) to right (excluded) of s, exactly
// right-left of them: the half of a wide character at an edge becomes a blank,
// and what lies beyond the end of s too. Paint that is open at left is opened
// again, and what is open at right is closed.
func Cut(s string, left, right int) string {
	left = max(left, 0)
	if right <= left {
		return ""
	}
	var b, open strings.Builder // open: the paint in force at the place reached
	col, out := 0, 0
	started := false
	for i := 0; i < len(s) && col < right; {
		n, w, k := step(s[i:])
		piece := s[i : i+n]
		i += n
		if k == paint {
			if isReset(piece) {
				open.Reset()
			} else {
				open.WriteString(piece)
			}
			if started {
				b.WriteString(piece)
			}
			continue
		}
		if k == stray {
			piece = replacement
		}
		from, to := col, col+w
		col = to
		if to <= left && !(w == 0 && started) {
			continue
		}
		if !started {
			started = true
			b.WriteString(open.String())
		}
		switch {
		case from < left:
			b.WriteString(spaces(to - left))
			out += to - left
		case to > right:
			b.WriteString(spaces(right - from))
			out += right - from
		default:
			b.WriteString(piece)
			out += w
		}
	}
	if started && open.Len() > 0 {
		b.WriteString(sgrReset)
	}
	return settle(b.String()+spaces(right-left-out), right-left)
}

// Columns sets the cells side by side, each fitted to its width, with a gap of
// gap blanks between them.
func Columns(cells []string, widths []int, gap int) string {
	var b strings.Builder
	for i, w := range widths {
		if i > 0 {
			b.WriteString(spaces(gap))
		}
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		b.WriteString(Fit(cell, w))
	}
	return b.String()
}

// Block makes lines exactly w columns wide and h rows high: the rest is cut
// off or left blank.
func Block(lines []string, w, h int) []string {
	out := make([]string, max(h, 0))
	for i := range out {
		if i < len(lines) {
			out[i] = Fit(lines[i], w)
		} else {
			out[i] = spaces(w)
		}
	}
	return out
}
