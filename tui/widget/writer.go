package widget

import (
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"warroom/themes"
)

// Writer is an editor for a long text: a TextArea with candidates for the word
// that is being typed. It fills what it is drawn into, but keeps lines short
// enough to read.
type Writer struct {
	*TextArea
	// Suggest gives what a word may become, best first; whole says that it was
	// asked for, and that the word alone is not enough to offer something unasked.
	Suggest func(word string, whole bool) []Option

	from       int // where the word with candidates begins
	candidates []Option
	candidate  int // chosen with the arrows, -1 for none
}

// maxLine is the most columns of a line of running text.
const maxLine = 100

// NewWriter gives an empty Writer that holds at most limit bytes, 0 for no limit.
func NewWriter(limit int) *Writer {
	return &Writer{TextArea: NewTextArea(limit), candidate: -1}
}

// Offers says whether candidates are on screen.
func (wr *Writer) Offers() bool { return len(wr.candidates) > 0 }

// Update takes a tea.KeyPressMsg or tea.PasteMsg. tab completes a word or
// indents; ctrl+s submits; esc closes the candidates, and else cancels.
func (wr *Writer) Update(msg tea.Msg) Outcome {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if out, handled := wr.key(k.Keystroke()); handled {
			return out
		}
	}
	changed := wr.TextArea.Update(msg)
	_, pasted := msg.(tea.PasteMsg)
	wr.close()
	if changed && !pasted {
		wr.offer(false)
	}
	if changed {
		return Changed
	}
	return Open
}

func (wr *Writer) key(key string) (out Outcome, handled bool) {
	switch key {
	case "ctrl+s":
		return Submitted, true
	case "esc":
		if wr.Offers() {
			wr.close()
			return Open, true
		}
		return Cancelled, true
	case "tab":
		return wr.tab(), true
	case "shift+tab":
		return Open, true
	case "up", "down":
		return Open, wr.choose(key)
	case "enter":
		if wr.candidate >= 0 {
			return wr.accept(), true
		}
	}
	return Open, false
}

// tab takes the chosen candidate or the only one, offers some, or indents.
func (wr *Writer) tab() Outcome {
	if wr.Offers() {
		return wr.accept()
	}
	if wr.offer(true); wr.Offers() {
		if len(wr.candidates) == 1 {
			return wr.accept()
		}
		return Open
	}
	at := wr.Cursor()
	if wr.Replace(at, at, "  ") {
		return Changed
	}
	return Open
}

// choose moves in the candidates; false leaves the key to the text.
func (wr *Writer) choose(key string) bool {
	d := 1
	if key == "up" {
		d = -1
	}
	to := wr.candidate + d
	if !wr.Offers() || to < -1 {
		return false
	}
	wr.candidate = min(to, len(wr.candidates)-1)
	return true
}

func (wr *Writer) close() { wr.candidates, wr.candidate = nil, -1 }

func (wr *Writer) accept() Outcome {
	to := wr.candidates[max(wr.candidate, 0)].Value
	taken := wr.Replace(wr.from, wr.Cursor(), to)
	wr.close()
	if taken {
		return Changed
	}
	return Open
}

// offer looks for candidates for the word before the cursor; one that is there
// in full is none.
func (wr *Writer) offer(whole bool) {
	wr.close()
	from, to := wr.word()
	if wr.Suggest == nil || from == wr.Cursor() || to != wr.Cursor() {
		return
	}
	word := wr.Value()[from:to]
	for _, c := range wr.Suggest(word, whole) {
		if c.Value == word && !whole {
			continue
		}
		if wr.candidates = append(wr.candidates, c); len(wr.candidates) == maxCandidates {
			break
		}
	}
	wr.from = from
}

// Word is the word that the cursor is in or behind.
func (wr *Writer) Word() string {
	from, to := wr.word()
	return wr.Value()[from:to]
}

// word is the run of letters, digits, - and @ around the cursor; a word longer
// than maxWord is none.
func (wr *Writer) word() (from, to int) {
	const maxWord = 64
	v, at := wr.Value(), wr.Cursor()
	from, to = at, at
	for from > 0 && at-from <= maxWord {
		r, n := utf8.DecodeLastRuneInString(v[:from])
		if !inWord(r) {
			break
		}
		from -= n
	}
	for to < len(v) && to-at <= maxWord {
		r, n := utf8.DecodeRuneInString(v[to:])
		if !inWord(r) {
			break
		}
		to += n
	}
	if to-from > maxWord {
		return at, at
	}
	return from, to
}

func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '@')
}

// Draw gives h lines of w columns and the place of the cursor. The candidates
// stand below the word, or above it where there is no room.
func (wr *Writer) Draw(w, h int, st *themes.Styles) (lines []string, x, y int) {
	text := min(w, maxLine)
	lines, x, y = wr.TextArea.Draw(text, h)
	for i := range lines {
		lines[i] = Fit(st.Input.S(lines[i]), w)
	}
	if box := wr.box(w, st); len(box) > 0 && len(box) < h {
		row := y + 1
		if row+len(box) > h {
			row = max(y-len(box), 0)
		}
		word := showWidth(wr.Value()[wr.from:wr.Cursor()], w)
		lines = Overlay(lines, box, min(max(x-word-2, 0), max(w-Width(box[0]), 0)), row)
	}
	return lines, x, y
}

// box draws the candidates.
func (wr *Writer) box(w int, st *themes.Styles) []string {
	if !wr.Offers() {
		return nil
	}
	bw := 0
	rows := make([]string, len(wr.candidates))
	for i, c := range wr.candidates {
		rows[i] = st.Ref.S(shown(c.Value)) + "  " + st.Dim.S(shown(c.Label))
		bw = max(bw, Width(rows[i]))
	}
	bw = min(bw, w-6, 70)
	for i := range rows {
		rows[i] = Fit(rows[i], bw)
		if i == wr.candidate {
			rows[i] = st.Selected.Over(rows[i])
		}
	}
	return Frame(rows, bw+4, len(rows)+2, "tab", st)
}
