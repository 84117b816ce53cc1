package widget

// Column is one column of a Table.
type Column struct {
	Title    string // above the column; a table without any title has no title line
	Min      int    // columns it needs at least
	Flex     int    // its share of what is left over, 0 for none
	Priority int    // where it is narrow the lowest goes first; the highest always stays
	Right    bool   // text at the right edge
}

// placed is a column that is shown: its number and its width.
type placed struct{ col, width int }

// place chooses the columns that fit w with gap blanks between them, in their
// order, and divides what is left over by Flex.
func place(cols []Column, w, gap int) []placed {
	if w <= 0 || len(cols) == 0 {
		return nil
	}
	shown := make([]bool, len(cols))
	need := -gap
	for i, c := range cols {
		shown[i] = true
		need += c.Min + gap
	}
	left := len(cols)
	for need > w && left > 1 {
		drop := -1
		for i, c := range cols {
			if shown[i] && (drop < 0 || c.Priority <= cols[drop].Priority) {
				drop = i
			}
		}
		shown[drop] = false
		need -= cols[drop].Min + gap
		left--
	}
	return share(cols, shown, w, w-need)
}

// share gives every shown column its width; rest may be negative when a single
// column is wider than w.
func share(cols []Column, shown []bool, w, rest int) []placed {
	flex := 0
	for i, c := range cols {
		if shown[i] {
			flex += c.Flex
		}
	}
	out := make([]placed, 0, len(cols))
	given, seen := 0, 0
	for i, c := range cols {
		if !shown[i] {
			continue
		}
		width := c.Min
		if rest > 0 && flex > 0 {
			// Rounded on the running sum, so that nothing is lost or given twice.
			seen += c.Flex
			extra := rest*seen/flex - given
			given += extra
			width += extra
		}
		out = append(out, placed{col: i, width: min(width, w)})
	}
	return out
}
