package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// edit is one change that can be taken back: at byte at, old became new.
type edit struct {
	at       int
	old, new string
	cursor   int  // where it stood before
	typed    bool // further typing may join it
}

// maxUndo bounds the bytes that the changes of one editor hold.
const maxUndo = 256 << 10

// editor is the text and the cursor that Input and TextArea share. The value
// is kept byte for byte; line ends become LF.
type editor struct {
	val     string
	cur     int // byte offset, always between two clusters
	limit   int // bytes, 0 for none
	oneLine bool
	refused bool
	changes []edit
	held    int    // bytes in changes
	undone  []edit // taken back, the last one last; a change forgets them
}

// replace puts s in place of val[from:to] and the cursor behind it. It refuses,
// and changes nothing, when the value would pass the limit.
func (e *editor) replace(from, to int, s string, typed bool) bool {
	if from == to && s == "" {
		return false
	}
	if e.limit > 0 && len(s) > to-from && len(e.val)-(to-from)+len(s) > e.limit {
		e.refused = true
		return false
	}
	e.refused, e.undone = false, nil
	e.remember(edit{at: from, old: e.val[from:to], new: s, cursor: e.cur, typed: typed})
	e.val = e.val[:from] + s + e.val[to:]
	e.cur = snap(e.val, from+len(s))
	return true
}

// remember keeps c for undo. Typing joins what was typed just before it, up to
// the end of a word.
func (e *editor) remember(c edit) {
	if n := len(e.changes); n > 0 && c.typed {
		last := &e.changes[n-1]
		if last.typed && last.at+len(last.new) == c.at && c.old == "" && !strings.HasSuffix(last.new, " ") {
			last.new += c.new
			e.held += len(c.new)
			return
		}
	}
	e.changes = append(e.changes, c)
	e.held += len(c.old) + len(c.new)
	for e.held > maxUndo && len(e.changes) > 1 {
		e.held -= len(e.changes[0].old) + len(e.changes[0].new)
		e.changes = e.changes[1:]
	}
}

// undo takes the last change back.
func (e *editor) undo() bool {
	n := len(e.changes)
	if n == 0 {
		return false
	}
	c := e.changes[n-1]
	e.changes = e.changes[:n-1]
	e.held -= len(c.old) + len(c.new)
	e.val = e.val[:c.at] + c.old + e.val[c.at+len(c.new):]
	e.cur = snap(e.val, c.cursor)
	e.refused = false
	e.undone = append(e.undone, c)
	return true
}

// redo does again what was last taken back.
func (e *editor) redo() bool {
	n := len(e.undone)
	if n == 0 {
		return false
	}
	c := e.undone[n-1]
	e.undone = e.undone[:n-1]
	e.val = e.val[:c.at] + c.new + e.val[c.at+len(c.old):]
	e.cur = snap(e.val, c.at+len(c.new))
	e.refused = false
	c.typed = false // what is typed next is a change of its own
	e.changes = append(e.changes, c)
	e.held += len(c.old) + len(c.new)
	return true
}

// set replaces the value from outside; it is not limited and cannot be undone.
func (e *editor) set(s string) {
	e.val = e.lines(s)
	e.cur = len(e.val)
	e.changes, e.undone, e.held, e.refused = nil, nil, 0, false
}

// lines makes all line ends LF, or blanks where the value is one line.
func (e *editor) lines(s string) string {
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if e.oneLine {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	return s
}

// update handles what is common to one line and several, and reports whether
// the value changed; handled is false for a key that means nothing here.
func (e *editor) update(msg tea.Msg) (changed, handled bool) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		return e.replace(e.cur, e.cur, e.lines(msg.Content), false), true
	case tea.KeyPressMsg:
		if changed, handled := e.key(msg.Keystroke()); handled {
			return changed, true
		}
		if msg.Text != "" && !msg.Mod.Contains(tea.ModCtrl) && !msg.Mod.Contains(tea.ModAlt) {
			return e.replace(e.cur, e.cur, e.lines(msg.Text), true), true
		}
	}
	return false, false
}

// key does what a key that is no text does.
func (e *editor) key(key string) (changed, handled bool) {
	switch key {
	case "left", "ctrl+b":
		e.cur = e.left(e.cur)
	case "right", "ctrl+f":
		e.cur = e.right(e.cur)
	case "alt+b", "alt+left", "ctrl+left":
		e.cur = e.wordLeft(e.cur)
	case "alt+f", "alt+right", "ctrl+right":
		e.cur = e.wordRight(e.cur)
	case "home", "ctrl+a":
		e.cur = e.lineStart(e.cur)
	case "end", "ctrl+e":
		e.cur = e.lineEnd(e.cur)
	case "backspace", "shift+backspace", "ctrl+h":
		return e.replace(e.left(e.cur), e.cur, "", false), true
	case "delete", "ctrl+d":
		return e.replace(e.cur, e.right(e.cur), "", false), true
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		return e.replace(e.wordLeft(e.cur), e.cur, "", false), true
	case "alt+d", "ctrl+delete":
		return e.replace(e.cur, e.wordRight(e.cur), "", false), true
	case "ctrl+u":
		return e.replace(e.lineStart(e.cur), e.cur, "", false), true
	case "ctrl+k":
		return e.replace(e.cur, e.lineEnd(e.cur), "", false), true
	case "ctrl+z":
		return e.undo(), true
	case "ctrl+y", "ctrl+shift+z":
		return e.redo(), true
	default:
		return false, false
	}
	e.pause()
	return false, true
}

// pause ends the run of typing that one undo takes back.
func (e *editor) pause() {
	if n := len(e.changes); n > 0 {
		e.changes[n-1].typed = false
	}
}

func (e *editor) left(i int) int {
	if i <= 0 {
		return 0
	}
	return clusterBefore(e.val, i)
}

func (e *editor) right(i int) int {
	if i >= len(e.val) {
		return len(e.val)
	}
	return i + clusterLen(e.val[i:])
}

// lineStart and lineEnd are the ends of the line that i is on; in a single
// line that shows its line feeds as marks, they still stop at them.
func (e *editor) lineStart(i int) int { return strings.LastIndexByte(e.val[:i], '\n') + 1 }

func (e *editor) lineEnd(i int) int {
	if n := strings.IndexByte(e.val[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(e.val)
}

// wordLeft is the start of the word before i, wordRight the end of the word
// after it.
func (e *editor) wordLeft(i int) int {
	for i > 0 && !e.wordAt(e.left(i)) {
		i = e.left(i)
	}
	for i > 0 && e.wordAt(e.left(i)) {
		i = e.left(i)
	}
	return i
}

func (e *editor) wordRight(i int) int {
	for i < len(e.val) && !e.wordAt(i) {
		i = e.right(i)
	}
	for i < len(e.val) && e.wordAt(i) {
		i = e.right(i)
	}
	return i
}

func (e *editor) wordAt(i int) bool {
	r, _ := utf8.DecodeRuneInString(e.val[i:])
	return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_'
}
