package model

import (
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// SafeText is text that a terminal may get: it holds no control character (LF
// alone in a Block), no invalid UTF-8, no bidirectional, invisible or tag
// character, and no flood of combining marks. Only Line, Block and ClipLine
// make it from foreign text; a test refuses conversions anywhere else.
type SafeText string

// String is the text itself.
func (t SafeText) String() string { return string(t) }

const (
	maxMarks     = 4  // combining marks that one base character keeps
	maxJoins     = 4  // ZWJ in one emoji; the longest in use has three
	bytesPerCell = 32 // input that ClipLine looks at for each character it may return

	tabLine  = " "
	tabBlock = "    "
	lineFeed = "⏎"
	bareBase = "◌" // carries a combining mark that has no base of its own
	ellipsis = "…"
)

// Line makes s safe for one line: LF shows as ⏎ and TAB as one blank. What may
// not be shown becomes a mark: `\x1b` for a control or an invalid byte,
// `⟨U+202E⟩` for a character, `⟨+12 marks⟩` for the rest of a flood. The same
// string comes back, without allocation, when nothing has to change.
func Line(s string) SafeText {
	if plainPrefix(s, false) == len(s) {
		return SafeText(s)
	}
	c := cleaner{src: s, tab: tabLine}
	return SafeText(c.run())
}

// Block makes s safe for several lines: LF stays and TAB becomes four blanks.
// All else is as in Line.
func Block(s string) SafeText {
	if plainPrefix(s, true) == len(s) {
		return SafeText(s)
	}
	c := cleaner{src: s, tab: tabBlock, block: true}
	return SafeText(c.run())
}

// ClipLine is Line cut to at most max characters, `…` included when something
// is missing; a character with its combining marks, an emoji or a flag counts
// as one. Its cost grows with max and not with s, so that a list may show one
// row of a huge text.
func ClipLine(s string, max int) SafeText {
	if max <= 0 {
		return ""
	}
	// One byte more than fits: it could be a mark on the last one that does.
	if head := min(len(s), max+1); plainPrefix(s[:head], false) == head {
		if len(s) <= max {
			return SafeText(s)
		}
		return SafeText(s[:max-1] + ellipsis)
	}
	c := cleaner{src: s, tab: tabLine, limit: max}
	if most := (max + 1) * bytesPerCell; len(s) > most {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		c.src, c.over = s[:most], true
	}
	return SafeText(c.run())
}

// plainPrefix counts the leading bytes of s that need no look at all.
func plainPrefix(s string, block bool) int {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && (c != '\n' || !block) {
			return i
		}
	}
	return len(s)
}

// cleaner walks src once. It copies only from the first change on.
type cleaner struct {
	src   string
	tab   string
	block bool

	out    []byte // what is written
	copied int    // src[:copied] is in out

	last    kind // of the character before
	started bool // there is a base on this line
	marks   int  // combining marks on the base
	dropped int  // of them, not shown
	joins   int  // ZWJ in the present emoji
	flag    bool // the character before is half a flag

	limit  int  // characters to keep, 0 for all
	cells  int  // characters so far
	cutOut int  // length of the output before the last character that fits beside `…`
	over   bool // src itself was cut
}

func (c *cleaner) run() string {
	i := 0
	for i < len(c.src) {
		if c.limit > 0 && c.cells > c.limit {
			break
		}
		if b := c.src[i]; b >= ' ' && b <= '~' {
			c.begin(i, 1)
			c.last = letter
			if b == '#' || b == '*' || b >= '0' && b <= '9' {
				c.last = keycap
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(c.src[i:])
		c.step(r, i, n)
		i += n
	}
	return c.finish(i)
}

// step takes the character r, which is src[i:i+n].
func (c *cleaner) step(r rune, i, n int) {
	k := invalid
	if r != utf8.RuneError || n > 1 {
		k = kindOf(r)
	}
	switch k {
	case control:
		c.control(r, i)
		return
	case combining:
		c.combine(i, n)
		return
	case joiner:
		if c.joins < maxJoins && c.last.joins() && c.next(i+n) == picture {
			c.joins++
			c.last = joiner
			return
		}
	case selector:
		if c.last == picture || c.last == keycap && c.nextRune(i+n) == 0x20e3 {
			c.last = selector
			return
		}
	case tone:
		if c.last == picture {
			c.last = tone
			return
		}
	case picture:
		if c.last == joiner {
			c.last = picture
			return
		}
		c.begin(i, 1)
		c.last = picture
		return
	case regional:
		if c.flag {
			c.flag, c.last = false, letter
			return
		}
		if c.next(i+n) == regional {
			c.begin(i, 1)
			c.flag, c.last = true, regional
			return
		}
	case blank:
		c.begin(i, 1)
		c.replace(i, n, " ")
		c.last = letter
		return
	case dotless:
		if c.last == dots || c.next(i+n) == dots {
			c.begin(i, 1)
			c.last = dotless
			return
		}
	case lead:
		if c.next(i+n) == vowel {
			c.begin(i, 1)
			c.last = lead
			return
		}
	case vowel:
		if c.last == lead {
			c.last = vowel
			return
		}
	case tail:
		if c.last == vowel || c.last == syllable {
			c.last = tail
			return
		}
	case letter, syllable, dots:
		c.begin(i, 1)
		c.last = k
		return
	}
	c.mark(r, i, n, k)
}

// control shows LF and TAB in the way asked for, all others as \xNN.
func (c *cleaner) control(r rune, i int) {
	switch {
	case r == '\n' && c.block:
		c.begin(i, 1)
		c.started = false
	case r == '\n':
		c.begin(i, 1)
		c.replace(i, 1, lineFeed)
	case r == '\t':
		c.begin(i, len(c.tab))
		c.replace(i, 1, c.tab)
	default:
		c.mark(r, i, 1, invalid)
		return
	}
	c.last = letter
}

// combine takes a combining mark: on its base while there is room, else
// counted.
func (c *cleaner) combine(i, n int) {
	if !c.started {
		c.begin(i, 1)
		c.replace(i, 0, bareBase)
	}
	c.marks++
	c.last = combining
	if c.marks <= maxMarks {
		return
	}
	c.dropped++
	c.replace(i, n, "")
}

// mark replaces src[i:i+n] by something visible.
func (c *cleaner) mark(r rune, i, n int, k kind) {
	var buf [16]byte
	m := buf[:0]
	if k == invalid {
		m = append(m, '\\', 'x')
		m = appendHex(m, rune(c.src[i]), 2, "0123456789abcdef")
	} else {
		m = append(m, "⟨U+"...)
		m = appendHex(m, r, 4, "0123456789ABCDEF")
		m = append(m, "⟩"...)
	}
	c.begin(i, utf8.RuneCount(m))
	c.replace(i, n, string(m))
	c.last = letter
}

// appendHex writes r with at least least digits.
func appendHex(b []byte, r rune, least int, digits string) []byte {
	for n := max(least, (bits.Len32(uint32(r))+3)/4) - 1; n >= 0; n-- {
		b = append(b, digits[r>>(4*n)&15])
	}
	return b
}

// begin opens a new character of cells columns at src[i].
func (c *cleaner) begin(i, cells int) {
	if c.dropped > 0 {
		c.count(i)
	}
	c.marks, c.joins, c.flag, c.started = 0, 0, false, true
	c.grow(i, cells)
}

// grow counts cells more columns from src[i] on, and keeps the last place
// where the text could be cut with room for `…`.
func (c *cleaner) grow(i, cells int) {
	if c.cells < c.limit {
		c.cutOut = len(c.out) + i - c.copied
	}
	c.cells += cells
}

// count tells how many combining marks were left out before src[i].
func (c *cleaner) count(i int) {
	m := "⟨+" + strconv.Itoa(c.dropped) + " marks⟩"
	c.dropped = 0
	c.grow(i, utf8.RuneCountInString(m))
	c.replace(i, 0, m)
}

// replace writes with in the place of src[i:i+n].
func (c *cleaner) replace(i, n int, with string) {
	if c.out == nil {
		c.out = make([]byte, 0, len(c.src)+len(c.src)/4+16)
	}
	c.out = append(c.out, c.src[c.copied:i]...)
	c.out = append(c.out, with...)
	c.copied = i + n
}

// finish ends the text after src[:i].
func (c *cleaner) finish(i int) string {
	if c.dropped > 0 {
		c.count(i)
	}
	over := c.limit > 0 && (c.over || c.cells > c.limit)
	if c.out == nil && !over {
		return c.src
	}
	out := append(c.out, c.src[c.copied:i]...)
	if !over {
		return string(out)
	}
	if c.cells >= c.limit {
		out = out[:c.cutOut]
	}
	return string(append(out, ellipsis...))
}

func (c *cleaner) next(i int) kind {
	if i >= len(c.src) {
		return invalid
	}
	return kindOf(c.nextRune(i))
}

func (c *cleaner) nextRune(i int) rune {
	r, _ := utf8.DecodeRuneInString(c.src[i:])
	return r
}
