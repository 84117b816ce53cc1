package widget

import "strings"

// Wrap breaks s into lines of at most w columns: at line feeds, then at
// blanks, and inside a word only when the word alone is wider than a line.
// Paint that is open at a break is closed and opened again on the next line.
// A w below 1 counts as 1; a wide character that does not fit a line of one
// column becomes the replacement character. The result is never empty.
func Wrap(s string, w int) []string {
	w = max(w, 1)
	var out []string
	open := ""
	for para := range strings.SplitSeq(s, "\n") {
		if len(para) <= w && plain(para) && open == "" {
			out = append(out, para)
			continue
		}
		var lines []string
		lines, open = wrapLine(para, w, open)
		out = append(out, lines...)
	}
	return out
}

// wrapper is the state of breaking one paragraph.
type wrapper struct {
	w    int
	out  []string
	line strings.Builder // the line so far, with blanks inside
	cols int
	gap  int             // blanks seen after the line, not yet written
	word strings.Builder // the word so far
	wc   int
	open string // the paint in force at the end of the word so far
	from string // the paint in force at its beginning
}

func wrapLine(para string, w int, open string) (lines []string, stillOpen string) {
	x := &wrapper{w: w, open: open, from: open}
	x.line.WriteString(open)
	for i := 0; i < len(para); {
		n, cols, k := step(para[i:])
		piece := para[i : i+n]
		i += n
		switch {
		case k == paint:
			x.paint(piece)
		case piece == " ":
			x.endWord()
			x.gap++
		case k == stray:
			x.add(replacement, 1)
		case cols > w:
			x.add(replacement, 1)
		default:
			x.add(piece, cols)
		}
	}
	x.endWord()
	// Blanks at the end stay where they fit, so that a cursor can stand there.
	if n := min(x.gap, x.w-x.cols); n > 0 {
		x.line.WriteString(spaces(n))
	}
	x.breakLine()
	return x.out, x.open
}

func (x *wrapper) paint(seq string) {
	x.word.WriteString(seq)
	if isReset(seq) {
		x.open = ""
	} else {
		x.open += seq
	}
	if x.wc == 0 && x.gap == 0 {
		x.flush()
	}
}

// add appends one cluster to the word, and breaks inside it when the word
// alone fills a line.
func (x *wrapper) add(piece string, cols int) {
	if x.wc+cols > x.w {
		x.endWord()
		x.breakLine()
	}
	x.word.WriteString(piece)
	x.wc += cols
}

// endWord moves the word to the line, or to a new one when it does not fit.
func (x *wrapper) endWord() {
	if x.word.Len() == 0 {
		return
	}
	if x.cols+x.gap+x.wc > x.w && (x.cols > 0 || x.gap > 0) {
		word, wc, open := x.word.String(), x.wc, x.open
		x.word.Reset()
		x.wc, x.open = 0, x.from
		x.breakLine()
		x.word.WriteString(word)
		x.wc, x.open = wc, open
	}
	x.flush()
}

// flush writes gap and word to the line.
func (x *wrapper) flush() {
	x.line.WriteString(spaces(x.gap))
	x.line.WriteString(x.word.String())
	x.cols += x.gap + x.wc
	x.gap, x.wc = 0, 0
	x.word.Reset()
	x.from = x.open
}

func (x *wrapper) breakLine() {
	line := x.line.String()
	if x.open != "" {
		line += sgrReset
	}
	if Width(line) > x.w {
		line = Fit(line, x.w)
	}
	x.out = append(x.out, line)
	x.line.Reset()
	x.line.WriteString(x.open)
	x.cols, x.gap = 0, 0
}
