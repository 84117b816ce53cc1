package widget

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// TextArea is an editor of several lines with word wrap. Like Input it keeps
// what was typed byte for byte and draws it through model.Line.
type TextArea struct {
	e    editor
	top  int // first visible row
	goal int // column that up and down aim at, -1 for the cursor's own
	h    int // rows at the last Draw

	rows   []visual // the wrapped rows of rowsOf at width rowsAt
	rowsOf string
	rowsAt int
}

// visual is one row on the screen: the bytes from start to end of the value.
type visual struct{ start, end int }

// NewTextArea gives an empty editor that holds at most limit bytes, 0 for no
// limit.
func NewTextArea(limit int) *TextArea {
	return &TextArea{e: editor{limit: limit}, goal: -1, h: 1, rowsAt: -1}
}

// Value is what was typed, with LF at line ends.
func (ta *TextArea) Value() string { return ta.e.val }

// SetValue replaces the value and puts the cursor behind it. It is not limited.
func (ta *TextArea) SetValue(s string) {
	ta.e.set(s)
	ta.top, ta.goal = 0, -1
}

// Refused tells that the last text was too much for the limit and was not
// taken; the next change clears it.
func (ta *TextArea) Refused() bool { return ta.e.refused }

// Cursor is the byte of the value that the cursor stands before.
func (ta *TextArea) Cursor() int { return ta.e.cur }

// Seek puts the cursor before a byte of the value, or behind its character.
func (ta *TextArea) Seek(at int) {
	ta.e.pause()
	ta.e.cur, ta.goal = snap(ta.e.val, at), -1
}

// Replace puts s in place of the bytes from one place up to another, as typing
// would: it is limited, and undo takes it back. It reports whether it was taken.
func (ta *TextArea) Replace(from, to int, s string) bool {
	ta.goal = -1
	from = min(max(from, 0), len(ta.e.val))
	return ta.e.replace(from, min(max(to, from), len(ta.e.val)), ta.e.lines(s), false)
}

// Put replaces all of the value, whatever the limit; undo takes it back.
func (ta *TextArea) Put(s string) {
	limit := ta.e.limit
	ta.e.limit = 0
	ta.Replace(0, len(ta.e.val), s)
	ta.e.limit = limit
}

// Line is the line of the value that the cursor is on, from 1, and Lines how
// many there are.
func (ta *TextArea) Line() int { return 1 + strings.Count(ta.e.val[:ta.e.cur], "\n") }

// Lines is the number of lines of the value; an empty one has one.
func (ta *TextArea) Lines() int { return 1 + strings.Count(ta.e.val, "\n") }

// Update takes a tea.KeyPressMsg or tea.PasteMsg and reports whether the value
// changed. esc, tab and ctrl+s are left to the owner.
func (ta *TextArea) Update(msg tea.Msg) (changed bool) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		changed, _ = ta.e.update(msg)
		ta.goal = -1
		return changed
	}
	switch k.Keystroke() {
	case "enter", "alt+enter", "shift+enter", "ctrl+j":
		ta.goal = -1
		return ta.e.replace(ta.e.cur, ta.e.cur, "\n", false)
	case "up", "ctrl+p":
		ta.vertical(-1)
	case "down", "ctrl+n":
		ta.vertical(1)
	case "pgup":
		ta.vertical(-max(ta.h-1, 1))
	case "pgdown":
		ta.vertical(max(ta.h-1, 1))
	case "ctrl+home":
		ta.e.cur, ta.goal = 0, -1
	case "ctrl+end":
		ta.e.cur, ta.goal = len(ta.e.val), -1
	default:
		ta.goal = -1
		changed, _ = ta.e.update(msg)
		return changed
	}
	ta.e.pause()
	return false
}

// AtTop and AtBottom tell that the cursor cannot go further up or down.
func (ta *TextArea) AtTop() bool { return ta.row() == 0 }

// AtBottom tells that the cursor is on the last row.
func (ta *TextArea) AtBottom() bool { return ta.row() == len(ta.wrapped(ta.width()))-1 }

// width is the width of the last Draw, or one that never wraps before it.
func (ta *TextArea) width() int {
	if ta.rowsAt > 0 {
		return ta.rowsAt
	}
	return len(ta.e.val) + 2
}

// row is the row of the cursor.
func (ta *TextArea) row() int {
	rows := ta.wrapped(ta.width())
	lo, hi := 0, len(rows)
	for lo+1 < hi { // the last row that starts at or before the cursor
		if mid := (lo + hi) / 2; rows[mid].start <= ta.e.cur {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// vertical moves the cursor d rows down, keeping its column where it can.
func (ta *TextArea) vertical(d int) {
	rows := ta.wrapped(ta.width())
	r := ta.row()
	if ta.goal < 0 {
		ta.goal = showWidth(ta.e.val[rows[r].start:ta.e.cur], ta.width())
	}
	to := min(max(r+d, 0), len(rows)-1)
	switch {
	case to == r && d < 0:
		ta.e.cur = rows[r].start
		return
	case to == r:
		ta.e.cur = rows[r].end
		return
	}
	i, col := rows[to].start, 0
	for i < rows[to].end {
		n := clusterLen(ta.e.val[i:])
		_, w := show(ta.e.val[i : i+n])
		// The end of a row that goes on below is the start of the next one.
		if col+w > ta.goal || i+n == rows[to].end && to+1 < len(rows) && rows[to+1].start == rows[to].end {
			break
		}
		col += w
		i += n
	}
	ta.e.cur = i
}

// wrapped gives the rows at width w, made again only when value or width
// changed.
func (ta *TextArea) wrapped(w int) []visual {
	if ta.rowsAt == w && ta.rowsOf == ta.e.val && ta.rows != nil {
		return ta.rows
	}
	ta.rows = wrapTyped(ta.rows[:0], ta.e.val, max(w-1, 1))
	ta.rowsOf, ta.rowsAt = ta.e.val, w
	return ta.rows
}

// wrapTyped breaks v into rows of at most w columns as drawn, behind blanks
// where it can. The line feed belongs to no row.
func wrapTyped(rows []visual, v string, w int) []visual {
	start, cols := 0, 0
	blank, blankCols := -1, 0 // the place behind the last blank, and its column
	for i := 0; i < len(v); {
		if v[i] == '\n' {
			rows = append(rows, visual{start, i})
			i++
			start, cols, blank = i, 0, -1
			continue
		}
		n := clusterLen(v[i:])
		_, pw := show(v[i : i+n])
		if cols+pw > w && i > start {
			at, used := i, cols
			if blank > start {
				at, used = blank, blankCols
			}
			rows = append(rows, visual{start, at})
			start, cols, blank = at, cols-used, -1
			continue
		}
		cols += pw
		i += n
		if v[i-1] == ' ' {
			blank, blankCols = i, cols
		}
	}
	return append(rows, visual{start, len(v)})
}

// Draw gives h lines of exactly w columns and the place of the cursor in them.
func (ta *TextArea) Draw(w, h int) (lines []string, x, y int) {
	if w <= 0 || h <= 0 {
		return make([]string, max(h, 0)), 0, 0
	}
	rows := ta.wrapped(w)
	ta.h = h
	at := ta.row()
	ta.top = min(ta.top, at, max(len(rows)-h, 0))
	ta.top = max(ta.top, at-h+1, 0)
	lines = make([]string, h)
	for i := range lines {
		r := ta.top + i
		if r >= len(rows) {
			lines[i] = spaces(w)
			continue
		}
		lines[i] = Fit(shown(ta.e.val[rows[r].start:rows[r].end]), w)
	}
	x = showWidth(ta.e.val[rows[at].start:ta.e.cur], w)
	return lines, min(x, w-1), at - ta.top
}

// Hidden gives the numbers of rows above and below the last Draw.
func (ta *TextArea) Hidden() (above, below int) {
	return ta.top, max(len(ta.wrapped(ta.width()))-ta.top-ta.h, 0)
}

// shown is typed text, made safe cluster by cluster, so that its columns are
// those that showWidth counts.
func shown(s string) string {
	if plain(s) {
		return s
	}
	buf := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		n := clusterLen(s[i:])
		piece, _ := show(s[i : i+n])
		buf = append(buf, piece...)
		i += n
	}
	return string(buf)
}
