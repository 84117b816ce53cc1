package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// screen is a terminal that keeps text and no colours, so cheap that hundreds of
// them can run beside the server they measure. It answers the queries of
// full-screen programs as a plain xterm does.
type screen struct {
	cols, rows  int
	main, alt   []rune // cells; 0 is the right half of a wide one
	cell        []rune // the one that is shown
	x, y        int
	wrap        bool // the next character goes to the next line
	top, bottom int  // scroll region
	saved       [2]int
	last        rune

	dirty []bool // rows changed since taken
	state parse
	seq   []byte // what came of an unfinished sequence
	reply func(string)
	odd   map[string]int // sequences that were not understood
}

type parse uint8

const (
	ground parse = iota
	escape
	charset    // ESC ( and one byte more
	control    // ESC [
	text       // ESC ] P _ ^ X: a string up to ST or BEL
	textEscape // ESC within a string
)

func newScreen(cols, rows int, reply func(string)) *screen {
	s := &screen{cols: cols, rows: rows, reply: reply, bottom: rows - 1, dirty: make([]bool, rows), odd: map[string]int{}}
	s.main, s.alt = make([]rune, cols*rows), make([]rune, cols*rows)
	s.cell = s.alt
	s.erase(0, cols*rows)
	s.cell = s.main
	s.erase(0, cols*rows)
	return s
}

// row is the text of a row.
func (s *screen) row(y int) string {
	var b strings.Builder
	b.Grow(s.cols)
	for _, r := range s.cell[y*s.cols : (y+1)*s.cols] {
		if r != 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (s *screen) String() string {
	var b strings.Builder
	for y := range s.rows {
		b.WriteString(strings.TrimRight(s.row(y), " ") + "\n")
	}
	return b.String()
}

// take calls f for every row that changed since the last call.
func (s *screen) take(f func(y int)) {
	for y, changed := range s.dirty {
		if changed {
			s.dirty[y] = false
			f(y)
		}
	}
}

func (s *screen) write(p []byte) {
	for len(p) > 0 {
		if s.state == ground && p[0] >= ' ' && p[0] != 0x7f {
			p = p[s.printable(p):]
			continue
		}
		b := p[0]
		p = p[1:]
		switch s.state {
		case ground:
			s.single(b)
		case escape:
			s.escaped(b)
		case charset:
			s.state = ground
		case control:
			s.controlByte(b)
		case text:
			s.textByte(b)
		case textEscape:
			s.state = ground
			s.answerText("\x1b\\")
			if b != '\\' {
				s.escaped(b)
			}
		}
	}
}

// printable prints one character and gives its length in bytes.
func (s *screen) printable(p []byte) int {
	if p[0] < utf8.RuneSelf && len(s.seq) == 0 {
		s.print(rune(p[0]))
		return 1
	}
	// A character may be cut by the end of what was read.
	held := len(s.seq)
	s.seq = append(s.seq, p[:min(len(p), utf8.UTFMax-held)]...)
	if !utf8.FullRune(s.seq) {
		return len(s.seq) - held
	}
	r, n := utf8.DecodeRune(s.seq)
	s.seq = s.seq[:0]
	s.print(r)
	return max(n-held, 1)
}

func (s *screen) print(r rune) {
	w := 1
	if r >= 0x300 {
		w = ansi.StringWidth(string(r))
	}
	if w == 0 {
		return
	}
	if s.wrap || s.x+w > s.cols {
		s.x = 0
		s.index()
	}
	at := s.y*s.cols + s.x
	s.erase(at, at+w)
	s.cell[at] = r
	if w == 2 {
		s.cell[at+1] = 0
	}
	s.last = r
	s.x += w
	if s.wrap = s.x >= s.cols; s.wrap {
		s.x = s.cols - 1
	}
}

func (s *screen) erase(from, to int) {
	for i := from; i < to; i++ {
		s.cell[i] = ' '
	}
	for y := from / s.cols; y*s.cols < to; y++ {
		s.dirty[y] = true
	}
}

func (s *screen) move(x, y int) {
	s.x, s.y, s.wrap = min(max(x, 0), s.cols-1), min(max(y, 0), s.rows-1), false
}

func (s *screen) index() {
	if s.y == s.bottom {
		s.scroll(s.top, 1)
		s.wrap = false
		return
	}
	s.move(s.x, s.y+1)
}

// scroll moves the rows from top to the bottom of the region up by n, or down.
func (s *screen) scroll(top, n int) {
	if s.bottom < top {
		return
	}
	height := s.bottom - top + 1
	n = min(max(n, -height), height)
	area := s.cell[top*s.cols : (s.bottom+1)*s.cols]
	if n > 0 {
		copy(area, area[n*s.cols:])
		s.erase((s.bottom+1-n)*s.cols, (s.bottom+1)*s.cols)
	} else {
		copy(area[-n*s.cols:], area)
		s.erase(top*s.cols, (top-n)*s.cols)
	}
	for y := top; y <= s.bottom; y++ {
		s.dirty[y] = true
	}
}

func (s *screen) single(b byte) {
	s.seq = s.seq[:0]
	switch b {
	case 0x1b:
		s.state = escape
	case '\b':
		s.move(s.x-1, s.y)
	case '\t':
		s.move((s.x/8+1)*8, s.y)
	case '\n', '\v', '\f':
		s.index()
	case '\r':
		s.move(0, s.y)
	}
}

func (s *screen) escaped(b byte) {
	s.state, s.seq = ground, s.seq[:0]
	switch b {
	case '[':
		s.state = control
	case ']', 'P', '_', '^', 'X':
		s.state, s.seq = text, append(s.seq, b)
	case '(', ')', '*', '+', '#', ' ', '%':
		s.state = charset
	case '7':
		s.saved = [2]int{s.x, s.y}
	case '8':
		s.move(s.saved[0], s.saved[1])
	case 'D':
		s.index()
	case 'E':
		s.x = 0
		s.index()
	case 'M':
		if s.y == s.top {
			s.scroll(s.top, -1)
		} else {
			s.move(s.x, s.y-1)
		}
	}
}

const maxSequence = 1 << 16

func (s *screen) controlByte(b byte) {
	switch {
	case b == 0x1b:
		s.state = escape
	case b < ' ':
		seq := s.seq
		s.single(b)
		s.seq = seq
	case b < 0x40 && len(s.seq) < maxSequence:
		s.seq = append(s.seq, b)
	default:
		s.state = ground
		s.run(b)
		s.seq = s.seq[:0]
	}
}

func (s *screen) textByte(b byte) {
	switch {
	case b == 0x1b:
		s.state = textEscape
	case b == 0x07:
		s.state = ground
		s.answerText("\a")
	case len(s.seq) < maxSequence:
		s.seq = append(s.seq, b)
	}
}

// params are the numbers of a control sequence; the marks before and after them
// belong to its name.
func (s *screen) params(final byte) (name string, ps []int) {
	lead := bytes.TrimLeft(s.seq, "<=>?")
	marks := string(s.seq[:len(s.seq)-len(lead)])
	body := bytes.TrimRight(lead, " !\"#$%&'()*+,-./")
	name = marks + string(lead[len(body):]) + string(final)
	for f := range strings.SplitSeq(string(body), ";") {
		f, _, _ = strings.Cut(f, ":")
		n, err := strconv.Atoi(f)
		if err != nil {
			n = 0
		}
		ps = append(ps, n)
	}
	return name, ps
}

func (s *screen) run(final byte) {
	name, ps := s.params(final)
	n := max(ps[0], 1)
	if s.moved(name, n, ps) || s.edited(name, n, ps[0]) || s.asked(name, ps[0]) {
		return
	}
	switch name {
	case "m", "?m", ">m", "h", "l", " q", ">u", "<u", "=u", ">n", "?W": // colours, cursor, keyboard: no text
	default:
		s.odd[name]++
	}
}

func (s *screen) moved(name string, n int, ps []int) bool {
	second := 1
	if len(ps) > 1 {
		second = max(ps[1], 1)
	}
	switch name {
	case "A": // up and down stop at the edge of the region
		edge := 0
		if s.y >= s.top {
			edge = s.top
		}
		s.move(s.x, max(s.y-n, edge))
	case "B", "e":
		edge := s.rows - 1
		if s.y <= s.bottom {
			edge = s.bottom
		}
		s.move(s.x, min(s.y+n, edge))
	case "C", "a":
		s.move(s.x+n, s.y)
	case "D":
		s.move(s.x-n, s.y)
	case "E":
		s.move(0, s.y+n)
	case "F":
		s.move(0, s.y-n)
	case "G", "`":
		s.move(n-1, s.y)
	case "d":
		s.move(s.x, n-1)
	case "H", "f":
		s.move(second-1, n-1)
	case "I":
		s.move((s.x/8+n)*8, s.y)
	case "Z":
		s.move(((s.x+7)/8-n)*8, s.y)
	case "s":
		s.saved = [2]int{s.x, s.y}
	case "u":
		s.move(s.saved[0], s.saved[1])
	case "r":
		s.top, s.bottom = 0, s.rows-1
		if len(ps) > 1 && ps[1] > n {
			s.top, s.bottom = n-1, min(ps[1], s.rows)-1
		}
		s.move(0, 0)
	default:
		return false
	}
	return true
}

func (s *screen) edited(name string, n, how int) bool {
	line, here, end := s.y*s.cols, s.y*s.cols+s.x, (s.y+1)*s.cols
	switch name {
	case "J":
		s.part(how, 0, here, s.rows*s.cols)
	case "K":
		s.part(how, line, here, end)
	case "X":
		s.erase(here, min(here+n, end))
	case "@":
		n = min(n, end-here)
		copy(s.cell[here+n:end], s.cell[here:end])
		s.erase(here, here+n)
	case "P":
		n = min(n, end-here)
		copy(s.cell[here:end], s.cell[here+n:end])
		s.erase(end-n, end)
	case "L", "M":
		if name == "L" {
			n = -n
		}
		if s.y >= s.top && s.y <= s.bottom {
			s.scroll(s.y, n)
			s.x = 0
		}
	case "S":
		s.scroll(s.top, n)
	case "T":
		s.scroll(s.top, -n)
	case "b":
		for range min(n, s.cols*s.rows) {
			s.print(s.last)
		}
		return true
	default:
		return false
	}
	s.wrap = false
	return true
}

// part erases what J and K name: from the cursor, up to it, or all.
func (s *screen) part(how, from, here, to int) {
	switch how {
	case 0:
		s.erase(here, to)
	case 1:
		s.erase(from, here+1)
	default:
		s.erase(from, to)
	}
}

func (s *screen) asked(name string, p int) bool {
	switch name {
	case "?h", "?l":
		if p == 1049 || p == 1047 || p == 47 {
			s.buffer(name == "?h")
		}
	case "?$p": // an xterm knows neither synchronised output nor grapheme clusters
		s.reply(fmt.Sprintf("\x1b[?%d;0$y", p))
	case "c":
		s.reply("\x1b[?64;22c")
	case ">c":
		s.reply("\x1b[>41;390;0c")
	case ">q":
		s.reply("\x1bP>|XTerm(390)\x1b\\")
	case "n":
		if p == 6 {
			s.reply(fmt.Sprintf("\x1b[%d;%dR", s.y+1, s.x+1))
		}
	case "t", "?u", "?n", "?$u":
	default:
		return false
	}
	return true
}

// buffer shows the other screen; the alternate one begins empty.
func (s *screen) buffer(alternate bool) {
	s.cell = s.main
	if alternate {
		s.cell = s.alt
		s.erase(0, s.rows*s.cols)
	}
	for y := range s.dirty {
		s.dirty[y] = true
	}
}

// answerText answers the questions for colours and capabilities.
func (s *screen) answerText(end string) {
	q := string(s.seq)
	s.seq = s.seq[:0]
	switch {
	case q == "]10;?":
		s.reply("\x1b]10;rgb:e0e0/e0e0/e0e0" + end)
	case q == "]11;?":
		s.reply("\x1b]11;rgb:1010/1010/1010" + end)
	case strings.HasPrefix(q, "P+q"):
		s.reply("\x1bP0+r\x1b\\")
	}
}
