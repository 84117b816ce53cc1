package widget

import (
	"strings"

	"warroom/themes"
)

// Section is the column number with which Draw asks for the text of a section
// row, one that has no id and cannot be selected.
const Section = -1

// gutterWidth is the place of the mark and of the cursor, left of the cells.
const gutterWidth = 2

// Table shows rows of which only the visible ones are ever asked for. It
// selects by id: when rows arrive, leave or change places, the cursor stays on
// the same thing, and that thing stays on the same line of the screen. When
// the thing itself leaves, the cursor goes to the row that took its place.
type Table struct {
	// Focused tells whether the cursor is drawn and its row painted fully, or dim.
	Focused bool
	// Follow shows rows that are added at the end when the cursor stands there. The
	// window goes on in jumps of half its height, so that a new row costs one
	// line of the screen and not all of them; the cursor stays on its thing, out
	// of sight if need be, until it is moved.
	Follow bool
	// Gap is the number of blanks between columns.
	Gap int
	// Stamp, when set, tells what a row shows: as long as it gives the same number
	// for a row, the row is not drawn again.
	Stamp func(row int) uint64

	cols   []Column
	titled bool

	n      int
	id     func(int) string
	lookup func(string) (int, bool)

	sel    string // "" while nothing can be selected
	idx    int    // its row, or where it was
	top    int    // first visible row
	rows   int    // visible rows at the last Draw
	ahead  bool   // the window went on without the cursor
	titles int    // lines of titles at the last Draw

	marks map[string]struct{}

	drawn    map[string]drawnRow // the rows of the last Draw, by id
	drawnFor drawnKey

	placedFor int // the width that placed was made for, -1 for none
	placed    []placed
}

// NewTable gives an empty, focused table.
func NewTable(cols ...Column) *Table {
	t := &Table{Focused: true, Gap: 2, marks: map[string]struct{}{}, rows: 1}
	t.SetColumns(cols...)
	return t
}

// SetColumns changes the columns; the cursor stays.
func (t *Table) SetColumns(cols ...Column) {
	t.cols, t.placedFor, t.titled = cols, -1, false
	for _, c := range cols {
		t.titled = t.titled || c.Title != ""
	}
}

// SetLookup gives the table a way from id to row that is faster than asking
// for the ids one by one. It is used only when the thing is not near where it
// was; ok is false for an id that is not there.
func (t *Table) SetLookup(lookup func(id string) (row int, ok bool)) { t.lookup = lookup }

// SetSource changes the rows: n of them, with their ids, "" for a section row.
// It is called after every change of what is shown; id is asked for the
// visible rows and for those near the cursor only, unless the selected thing
// is far from where it was.
func (t *Table) SetSource(n int, id func(row int) string) {
	before := t.n
	atEnd := t.Following()
	t.n, t.id = max(n, 0), id
	if t.n == 0 {
		// The id is kept: a list that empties while it reloads comes back to it.
		t.top = 0
		return
	}
	if t.sel != "" {
		if row, ok := t.find(t.sel, t.n-before); ok {
			t.top += row - t.idx
			t.idx = row
			if atEnd && t.rows > 1 && t.n > before && t.n > t.top+t.rows {
				t.top, t.ahead = max(t.n-max(t.rows/2, 1), 0), true
			}
			return
		}
	}
	t.seat(t.idx)
}

// Following says whether rows that are added at the end will be shown.
func (t *Table) Following() bool {
	return t.Follow && t.n > 0 && (t.idx == t.n-1 || t.ahead && t.Below() == 0)
}

// near is how many rows on each side of the old place are tried first.
const near = 64

// find gives the row of id: where it was, where it is after delta rows came
// above it, near there, and only then anywhere.
func (t *Table) find(id string, delta int) (int, bool) {
	for _, row := range [...]int{t.idx, t.idx + delta} {
		if t.is(row, id) {
			return row, true
		}
	}
	reach := near
	if t.lookup == nil {
		reach = t.n + abs(t.idx)
	}
	for d := 1; d <= reach; d++ {
		if t.is(t.idx+d, id) {
			return t.idx + d, true
		}
		if t.is(t.idx-d, id) {
			return t.idx - d, true
		}
	}
	if t.lookup == nil {
		return 0, false
	}
	row, ok := t.lookup(id)
	return row, ok && t.is(row, id)
}

func (t *Table) is(row int, id string) bool { return row >= 0 && row < t.n && t.id(row) == id }

// seat puts the cursor on the selectable row nearest to row, below before above.
func (t *Table) seat(row int) {
	row = min(max(row, 0), t.n-1)
	for _, dir := range [...]int{1, -1} {
		for r := row; r >= 0 && r < t.n; r += dir {
			if id := t.id(r); id != "" {
				t.put(id, r)
				return
			}
		}
	}
	t.put("", 0)
}

// put sets the cursor, which brings the window back to it.
func (t *Table) put(id string, row int) { t.sel, t.idx, t.ahead = id, row, false }

// Len is the number of rows, sections included.
func (t *Table) Len() int { return t.n }

// Selected is the id under the cursor, "" when there is none.
func (t *Table) Selected() string {
	if t.n == 0 {
		return ""
	}
	return t.sel
}

// Index is the row under the cursor, -1 when there is none.
func (t *Table) Index() int {
	if t.Selected() == "" {
		return -1
	}
	return t.idx
}

// Select puts the cursor on id and reports whether there is such a row.
func (t *Table) Select(id string) bool {
	if id == "" || t.n == 0 {
		return false
	}
	row, ok := t.find(id, 0)
	if ok {
		t.put(id, row)
	}
	return ok
}

// Move steps d selectable rows down, up when negative, and stops at the ends.
func (t *Table) Move(d int) {
	dir := 1
	if d < 0 {
		dir = -1
	}
	for r := t.idx + dir; d != 0 && r >= 0 && r < t.n; r += dir {
		if id := t.id(r); id != "" {
			t.put(id, r)
			d -= dir
		}
	}
	t.ahead = false
	if dir < 0 && d != 0 {
		t.top = 0 // at the first row, show the section above it
	}
}

// Page moves by d screens; HalfPage by halves.
func (t *Table) Page(d int) { t.Move(d * max(t.rows-1, 1)) }

// HalfPage moves by d half screens.
func (t *Table) HalfPage(d int) { t.Move(d * max(t.rows/2, 1)) }

// Top goes to the first row.
func (t *Table) Top() {
	t.top = 0
	if t.n > 0 {
		t.seat(0)
	}
}

// Bottom goes to the last row.
func (t *Table) Bottom() {
	if t.n > 0 {
		t.seat(t.n - 1)
	}
}

// Click puts the cursor on the row that the last Draw showed at line y, and
// reports whether there is one.
func (t *Table) Click(y int) bool {
	row := t.top + y - t.titles
	if y < t.titles || y >= t.titles+t.rows || row >= t.n || t.id(row) == "" {
		return false
	}
	t.put(t.id(row), row)
	return true
}

// Above and Below are the numbers of rows outside the last Draw.
func (t *Table) Above() int { return min(t.top, t.n) }

// Below is the number of rows after the last visible one.
func (t *Table) Below() int { return max(t.n-t.top-t.rows, 0) }

// Draw gives h lines of w columns. cell is asked for the visible cells only,
// with the number that the column has in NewTable, or Section; what it gives
// may be painted and has any width.
func (t *Table) Draw(w, h int, st *themes.Styles, cell func(row, col int) string) []string {
	if w <= 0 || h <= 0 {
		return make([]string, max(h, 0))
	}
	if t.placedFor != w {
		t.placed, t.placedFor = place(t.cols, w-gutterWidth, t.Gap), w
	}
	out := make([]string, 0, h)
	t.titles = 0
	if t.titled && h > 1 {
		t.titles = 1
		out = append(out, st.Dim.S(t.titleLine(w)))
	}
	t.rows = h - t.titles
	t.scroll()
	if key := (drawnKey{w, st}); t.drawnFor != key {
		t.drawn, t.drawnFor = nil, key
	}
	before := t.drawn
	if t.Stamp != nil {
		t.drawn = make(map[string]drawnRow, h)
	}
	var b strings.Builder
	for row := t.top; row < t.n && len(out) < h; row++ {
		out = append(out, t.keptRow(before, &b, row, w, st, cell))
	}
	for len(out) < h {
		out = append(out, spaces(w))
	}
	return out
}

// drawnRow is a row as it was drawn, and what it was drawn from.
type drawnRow struct {
	stamp        uint64
	here, marked bool
	line         string
}

type drawnKey struct {
	w  int
	st *themes.Styles
}

// keptRow is the row as it was drawn before, where nothing in it changed.
func (t *Table) keptRow(before map[string]drawnRow, b *strings.Builder, row, w int, st *themes.Styles, cell func(row, col int) string) string {
	id := t.id(row)
	if t.Stamp == nil || id == "" {
		return t.row(b, row, w, st, cell)
	}
	_, marked := t.marks[id]
	now := drawnRow{stamp: t.Stamp(row), here: row == t.idx && id == t.sel, marked: marked}
	if old, ok := before[id]; ok && old.stamp == now.stamp && old.here == now.here && old.marked == now.marked {
		t.drawn[id] = old
		return old.line
	}
	now.line = t.row(b, row, w, st, cell)
	t.drawn[id] = now
	return now.line
}

// scroll moves the window so that the cursor is in it and no line is wasted.
func (t *Table) scroll() {
	if t.ahead {
		t.top = max(min(t.top, t.n-1), t.n-t.rows, 0)
		return
	}
	t.top = min(t.top, t.idx, max(t.n-t.rows, 0))
	t.top = max(t.top, t.idx-t.rows+1, 0)
	// A section stays with its first row.
	if t.top > 0 && t.top == t.idx && t.rows > 1 && t.id(t.top-1) == "" {
		t.top--
	}
}

func (t *Table) titleLine(w int) string {
	var b strings.Builder
	b.WriteString(spaces(gutterWidth))
	for i, p := range t.placed {
		if i > 0 {
			b.WriteString(spaces(t.Gap))
		}
		b.WriteString(t.fit(t.cols[p.col].Title, p))
	}
	return Fit(b.String(), w)
}

func (t *Table) fit(s string, p placed) string {
	if t.cols[p.col].Right {
		return FitRight(s, p.width)
	}
	return Fit(s, p.width)
}

func (t *Table) row(b *strings.Builder, row, w int, st *themes.Styles, cell func(row, col int) string) string {
	id := t.id(row)
	if id == "" {
		return Fit(cell(row, Section), w)
	}
	here := row == t.idx && id == t.sel
	b.Reset()
	mark, cursor := " ", " "
	if _, ok := t.marks[id]; ok {
		mark = st.Accent.S(st.Glyphs.Mark)
	}
	if here && t.Focused {
		cursor = st.Cursor.S(st.Glyphs.Cursor)
	}
	b.WriteString(mark)
	b.WriteString(cursor)
	for i, p := range t.placed {
		if i > 0 {
			b.WriteString(spaces(t.Gap))
		}
		b.WriteString(t.fit(cell(row, p.col), p))
	}
	line := Fit(b.String(), w)
	switch {
	case here && t.Focused:
		return st.Selected.Over(line)
	case here:
		return st.SelectedDim.Over(line)
	}
	return line
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
