// Package termfilter stands between a terminal, whoever sits at it, and the parser
// of what it sends: nothing that is typed or pasted ends the process.
package termfilter

import (
	"bytes"
	"io"
	"slices"
	"time"
	"unicode/utf8"
)

// Bounds of what a terminal may send (SSH-8). The parser behind the filter has
// room for 32 parameters and ends the process when there are more; it scans an
// unfinished sequence again with each read; and it keeps a paste in memory.
const (
	maxParams = 24      // of one control sequence
	maxDigits = 9       // of one parameter
	maxString = 4 << 10 // of a control string, in bytes
	maxPaste  = 1 << 20 // in bytes
)

// The parser gives up on what it does not know only when nothing came for 50 ms,
// and keeps all that comes meanwhile. A break of this length after so many bytes
// bounds that.
const (
	breatheEvery = 256 << 10
	breatheFor   = 120 * time.Millisecond
)

const (
	esc = 0x1b
	bel = 0x07
)

var pasteEnd = []byte("\x1b[201~")

// Filter stands between a terminal and Bubble Tea. It passes what a terminal
// sends byte for byte, and takes out of what no terminal sends the part that is
// too much: further parameters, the rest of an endless control string, the rest
// of a huge paste. Control characters of one byte, which no terminal sends in
// UTF-8 and which the parser reads past the end of what it has, become those of
// two. What it gives does not depend on how the bytes were cut into pieces, and it
// keeps back five bytes at most.
type Filter struct {
	src    io.Reader
	tooBig func()              // a paste was cut
	pause  func(time.Duration) // waits, or returns early when the session ends
	now    func() time.Time

	in, out []byte // in: buffer for reads; out: filtered, not yet given
	err     error
	burst   int // bytes given since the last break
	last    time.Time

	state  state
	kind   byte // of the sequence: [ P ] X ^ _
	params int  // separators so far
	digits int  // of the parameter
	first  int  // value of the first parameter
	prefix byte // such as ? or <, 0 when there is none
	odd    bool // a prefix stands where none may
	count  int  // bytes of the control string, intermediates, or a mouse report

	rune_  []byte // beginning of a UTF-8 character
	need   int    // its length
	paste  bool
	pasted int
	ending []byte // maybe the end of the paste
	skip   bool   // the paste was cut: nothing passes until its end
}

// New makes a filter of what src gives. tooBig is called when a paste is cut; pause
// waits, or returns early when nobody reads any more; now tells the time.
func New(src io.Reader, tooBig func(), pause func(time.Duration), now func() time.Time) *Filter {
	return &Filter{src: src, tooBig: tooBig, pause: pause, now: now}
}

type state byte

const (
	ground state = iota
	escape
	parameters
	intermediates
	text  // within a control string
	mouse // the three bytes of an old mouse report
)

// Read implements io.Reader.
func (f *Filter) Read(p []byte) (int, error) {
	if f.in == nil {
		f.in = make([]byte, 4<<10)
	}
	for len(f.out) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		f.breathe()
		var n int
		// What is read fits into p when it is filtered, also where it grows: a
		// reader that waits for the terminal would not come for the rest.
		n, f.err = f.src.Read(f.in[:min(len(f.in), max(1, len(p)/4))])
		f.out = f.feed(f.out[:0], f.in[:n])
		if f.err != nil {
			f.out = f.rest(f.out)
		}
	}
	n := copy(p, f.out)
	f.out = f.out[n:]
	f.burst += n
	return n, nil
}

// breathe gives the parser its break.
func (f *Filter) breathe() {
	now := f.now()
	if now.Sub(f.last) > breatheFor {
		f.burst = 0
	}
	if f.burst > breatheEvery {
		f.pause(breatheFor)
		f.burst, now = 0, f.now()
	}
	f.last = now
}

// rest gives what is kept back, when there is no more.
func (f *Filter) rest(dst []byte) []byte {
	if !f.skip {
		dst = append(dst, f.ending...)
	}
	dst = append(dst, f.rune_...)
	f.ending, f.rune_ = nil, nil
	return dst
}

// feed appends the filtered bytes to dst.
func (f *Filter) feed(dst, chunk []byte) []byte {
	for _, c := range chunk {
		if f.paste {
			dst = f.inPaste(dst, c)
		} else {
			dst = f.step(dst, c)
		}
	}
	return dst
}

// inPaste keeps a possible end of the paste together, so that it is not read as a
// lone escape key, and counts.
func (f *Filter) inPaste(dst []byte, c byte) []byte {
	f.ending = append(f.ending, c)
	switch {
	case bytes.Equal(f.ending, pasteEnd):
		f.ending = f.ending[:0]
		return f.endPaste(dst)
	case bytes.HasPrefix(pasteEnd, f.ending):
		return dst
	}
	held := f.ending
	f.ending = f.ending[:0]
	if len(held) > 1 && c == esc { // the end may begin here
		held = held[:len(held)-1]
		dst = f.passPaste(dst, held)
		if f.paste {
			f.ending = append(f.ending[:0], esc)
			return dst
		}
		return f.step(dst, esc)
	}
	return f.passPaste(dst, held)
}

// endPaste closes a control string that the paste left open: the parser would
// take the first byte of the paste's end for its end, and never see the latter.
func (f *Filter) endPaste(dst []byte) []byte {
	f.paste = false
	if f.skip {
		f.skip = false
		return dst
	}
	dst = append(dst, f.rune_...)
	f.rune_ = f.rune_[:0]
	if f.state == text {
		dst = append(dst, esc, '\\')
	}
	f.state = ground
	return append(dst, pasteEnd...)
}

func (f *Filter) passPaste(dst, held []byte) []byte {
	for _, c := range held {
		if f.skip {
			return dst
		}
		if f.pasted++; f.pasted > maxPaste {
			f.rune_ = f.rune_[:0]
			dst = f.endPaste(dst)
			f.paste, f.skip = true, true
			f.tooBig()
			return dst
		}
		dst = f.step(dst, c)
	}
	return dst
}

// step moves the machine by one byte.
func (f *Filter) step(dst []byte, c byte) []byte {
	if len(f.rune_) > 0 {
		return f.continueRune(dst, c)
	}
	switch f.state {
	case escape:
		return f.afterEscape(dst, c)
	case parameters, intermediates:
		return f.inSequence(dst, c)
	case text:
		return f.inText(dst, c)
	case mouse:
		return f.inMouse(dst, c)
	}
	return f.plain(dst, c)
}

// plain is a byte outside of any sequence.
func (f *Filter) plain(dst []byte, c byte) []byte {
	switch {
	case c == esc:
		f.state = escape
	case c >= 0x80 && c <= 0x9f: // C1: the byte after ESC is 64 less
		f.state = escape
		return f.afterEscape(append(dst, esc), c-0x40)
	case c >= 0xc2 && c <= 0xf4:
		f.beginRune(c)
		return dst
	}
	return append(dst, c)
}

func (f *Filter) beginRune(c byte) {
	f.need = 2
	if c >= 0xe0 {
		f.need = 3
	}
	if c >= 0xf0 {
		f.need = 4
	}
	f.rune_ = append(f.rune_, c)
}

// continueRune keeps the bytes of a character together: one of them may look like
// the beginning of a sequence, and to the parser it is one when the character is
// broken.
func (f *Filter) continueRune(dst []byte, c byte) []byte {
	if c >= 0x80 && c <= 0xbf {
		f.rune_ = append(f.rune_, c)
		if len(f.rune_) < f.need {
			return dst
		}
		if utf8.Valid(f.rune_) {
			dst = f.wholeRune(dst)
			f.rune_ = f.rune_[:0]
			return dst
		}
		f.rune_ = f.rune_[:len(f.rune_)-1]
	}
	broken := append([]byte(nil), f.rune_...)
	f.rune_ = f.rune_[:0]
	dst = append(dst, broken[0])
	for _, b := range broken[1:] {
		dst = f.step(dst, b)
	}
	return f.step(dst, c)
}

// wholeRune ends a control string first when the parser would see its end within
// the character.
func (f *Filter) wholeRune(dst []byte) []byte {
	c1 := func(r byte) bool { return r >= 0x80 && r <= 0x9f }
	if f.state == text && slices.ContainsFunc(f.rune_, c1) {
		dst = append(dst, esc, '\\')
		f.state = ground
	}
	return append(dst, f.rune_...)
}

func (f *Filter) begin(kind byte) {
	f.state, f.kind = parameters, kind
	f.params, f.digits, f.first, f.count, f.prefix, f.odd = 0, 0, 0, 0, 0, false
}

func (f *Filter) beginText(kind byte) { f.state, f.kind, f.count = text, kind, 0 }

func (f *Filter) afterEscape(dst []byte, c byte) []byte {
	switch {
	case c == '[' || c == 'P':
		f.begin(c)
	case c == ']' || c == 'X' || c == '^' || c == '_':
		f.beginText(c)
	case c == esc || c >= ' ' && c <= '/':
	case c < 0x80:
		f.state = ground
	default:
		f.state = ground
		return f.plain(dst, c)
	}
	return append(dst, c)
}

func (f *Filter) inSequence(dst []byte, c byte) []byte {
	const maxIntermediates = 16
	switch {
	case c >= '0' && c <= '?' && f.state == parameters:
		if !f.allows(c) {
			return dst
		}
	case c >= ' ' && c <= '/':
		f.state = intermediates
		if f.count++; f.count > maxIntermediates {
			return dst
		}
	case c >= '@' && c <= '~' && f.kind == 'P':
		f.beginText('P')
	case c == '_' && f.first == 0:
		// A key of the Windows console that stands for any byte: the parser would
		// put together sequences of its own that did not come past here.
		f.state = ground
		return append(dst, '~')
	case c >= '@' && c <= '~':
		f.finish(c)
	default:
		f.state = ground
		return f.plain(dst, c)
	}
	return append(dst, c)
}

// allows says whether one more byte of a parameter may pass.
func (f *Filter) allows(c byte) bool {
	switch {
	case c <= '9':
		if f.digits++; f.digits > maxDigits || f.params >= maxParams {
			return false
		}
		if f.params == 0 {
			f.first = f.first*10 + int(c-'0')
		}
	case c == ';' || c == ':':
		if f.params+1 >= maxParams {
			f.params = maxParams
			return false
		}
		f.params, f.digits = f.params+1, 0
	default: // < = > ?
		if f.digits == 0 && f.params == 0 {
			f.prefix = c
		}
		f.odd = true
		f.digits++
		return f.digits <= maxDigits && f.params < maxParams
	}
	return true
}

func (f *Filter) finish(final byte) {
	f.state = ground
	if final == 'M' && f.prefix == 0 {
		f.state, f.count = mouse, 0
	}
	if final != '~' || f.odd || f.count > 0 {
		return
	}
	switch f.first {
	case 200:
		if !f.paste {
			f.paste, f.pasted, f.skip, f.ending = true, 0, false, f.ending[:0]
		}
	case 201:
		f.paste = false
	}
}

// inMouse passes the bytes of an old mouse report, which the parser takes as they
// are. Those that could be something else become the last column or row.
func (f *Filter) inMouse(dst []byte, c byte) []byte {
	if f.count++; f.count == 3 {
		f.state = ground
	}
	if c < ' ' || c > '~' {
		c = '~'
	}
	return append(dst, c)
}

// inText drops what is too much of a control string. What somebody types after
// Alt+P looks like one too, and is not lost.
func (f *Filter) inText(dst []byte, c byte) []byte {
	switch {
	case c == esc:
		f.state = escape
	case c == bel && f.kind == ']':
		f.state = ground
	case c >= 0x80 && c <= 0x9f && f.count <= maxString:
		return f.plain(dst, c)
	case c >= 0xc2 && c <= 0xf4 && f.count <= maxString:
		f.count++
		f.beginRune(c)
		return dst
	default:
		if f.count++; f.count > maxString {
			if c >= ' ' {
				return dst
			}
			f.state = ground
			dst = append(dst, esc, '\\')
		}
	}
	return append(dst, c)
}
