package widget

import (
	tea "charm.land/bubbletea/v2"
)

// Input is a one-line editor. What was typed is kept byte for byte, and drawn
// through model.Line, so that pasted or prefilled text cannot reach the
// terminal as it is. Text that would pass the limit is refused as a whole and
// said so; nothing that stands there is ever cut.
type Input struct {
	e   editor
	off int // first byte that is drawn
}

// NewInput gives an empty input that holds at most limit bytes, 0 for no limit.
// Line feeds are kept and shown as a mark when newlines is set, and become
// blanks when not.
func NewInput(limit int, newlines bool) *Input {
	return &Input{e: editor{limit: limit, oneLine: !newlines}}
}

// Value is what was typed.
func (in *Input) Value() string { return in.e.val }

// SetValue replaces the value and puts the cursor behind it. It is not limited.
func (in *Input) SetValue(s string) {
	in.e.set(s)
	in.off = 0
}

// Refused tells that the last text was too much for the limit and was not
// taken; the next change clears it.
func (in *Input) Refused() bool { return in.e.refused }

// Limit is the most bytes it holds, 0 for no limit.
func (in *Input) Limit() int { return in.e.limit }

// AtEnd tells whether the cursor stands behind the text.
func (in *Input) AtEnd() bool { return in.e.cur == len(in.e.val) }

// Update takes a tea.KeyPressMsg or tea.PasteMsg and reports whether the value
// changed. alt+enter, shift+enter and ctrl+j make a line feed where those are
// kept; enter, esc, tab and the vertical arrows are left to the owner.
func (in *Input) Update(msg tea.Msg) (changed bool) {
	if k, ok := msg.(tea.KeyPressMsg); ok && !in.e.oneLine {
		switch k.Keystroke() {
		case "alt+enter", "shift+enter", "ctrl+j":
			return in.e.replace(in.e.cur, in.e.cur, "\n", false)
		}
	}
	changed, _ = in.e.update(msg)
	return changed
}

// Draw gives the input in exactly w columns, and the column of the cursor in
// it. Text that is out of sight to the left or right is told by an ellipsis.
func (in *Input) Draw(w int) (line string, cursorX int) {
	if w <= 0 {
		return "", 0
	}
	in.scroll(w)
	v := in.e.val
	buf := make([]byte, 0, w+16)
	cols := 0
	if in.off > 0 {
		buf, cols = append(buf, ellipsis...), 1
	}
	x := cols
	for i := in.off; i < len(v) && cols <= w; {
		if i == in.e.cur {
			x = cols
		}
		n := clusterLen(v[i:])
		piece, pw := show(v[i : i+n])
		buf = append(buf, piece...)
		cols += pw
		i += n
		if i == in.e.cur {
			x = cols
		}
	}
	return Fit(string(buf), w), min(x, w-1)
}

// scroll moves the window so that the cursor and, where there is text behind
// it, one column more are in it.
func (in *Input) scroll(w int) {
	in.off = min(in.off, len(in.e.val))
	if in.e.cur <= in.off {
		in.off = in.back(in.e.cur, w/3)
		return
	}
	in.off = snap(in.e.val, in.off)
	room := in.room(w)
	if showWidth(in.e.val[in.off:in.e.cur], room) <= room {
		return
	}
	in.off = in.back(in.e.cur, max(w-4, 1))
}

// room is the columns that may stand before the cursor: one is the cursor's
// own, one the ellipsis at each end.
func (in *Input) room(w int) int {
	room := w - 1
	if in.off > 0 {
		room--
	}
	if in.e.cur < len(in.e.val) {
		room--
	}
	return max(room, 0)
}

// back is the place about cols columns before i, at least one cluster.
func (in *Input) back(i, cols int) int {
	for w := 0; i > 0; {
		prev := in.e.left(i)
		_, pw := show(in.e.val[prev:i])
		if w > 0 && w+pw > cols {
			break
		}
		w += pw
		i = prev
	}
	return i
}
