package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"warroom/model"
	"warroom/model/indicator"
)

// Lines is the document for a terminal: safe text in lines that are not broken.
func (d *Doc) Lines() []string {
	tlp := model.TLPLabel(d.Marking())
	w := &plainWriter{}
	w.line(d.headline() + "  " + tlp)
	if d.Exercise {
		w.line(exercise)
	}
	w.line(indicator.Line(d.Title))
	w.block(Pairs(d.Facts))
	if cut := d.cut(); cut != "" {
		w.line(cut)
	}
	for _, s := range d.shown() {
		head := strings.ToUpper(s.Title)
		if s.TLP != "" {
			head += "  " + model.TLPLabel(s.TLP)
		}
		w.line("")
		w.line(head)
		w.indent = "  "
		for i, b := range s.Blocks {
			if i > 0 {
				w.line("")
			}
			w.block(b)
		}
		if a := s.absent(); a != "" {
			w.line(a)
		}
		w.indent = ""
	}
	w.line("")
	for _, l := range d.footLines() {
		w.line(l)
	}
	w.line(tlp)
	return w.out
}

type plainWriter struct {
	out    []string
	indent string
}

func (w *plainWriter) line(s string) {
	w.out = append(w.out, strings.TrimRight(w.indent+s, " "))
}

// foreign writes a foreign text; its further lines stand under its first.
func (w *plainWriter) foreign(mark string, t model.Text, tlp string) {
	list := lines(t)
	if len(list) == 0 {
		list = []string{""}
	}
	if tlp != "" {
		list[len(list)-1] += "  " + model.TLPLabel(tlp)
	}
	for i, l := range list {
		if i > 0 {
			mark = strings.Repeat(" ", Cells(mark))
		}
		w.line(mark + l)
	}
}

func (w *plainWriter) block(b Block) {
	switch b := b.(type) {
	case Para:
		w.foreign("", b.Text, b.TLP)
	case Prose:
		w.foreign("", b.Text, b.TLP)
	case Sub:
		w.line(string(b))
	case Pairs:
		wide := 0
		for _, p := range b {
			wide = max(wide, Cells(p.Name))
		}
		for _, p := range b {
			w.foreign(padded(p.Name, wide)+"  ", p.Value, p.TLP)
		}
	case List:
		w.list(b)
	case Table:
		w.table(b)
	case Bars:
		w.plot(b.Title, b.TLP, b.plotted())
	case Spans:
		from, to := b.ends()
		w.plot(b.Title+", "+stamp(from)+" to "+stamp(to), b.TLP, b.plotted())
	}
}

func (w *plainWriter) list(b List) {
	for _, it := range b {
		w.foreign("- ", it.Text, it.TLP)
		old := w.indent
		w.indent += "  "
		w.list(it.Under)
		w.indent = old
	}
}

func (w *plainWriter) plot(title, tlp string, rows []plotted) {
	if len(rows) == 0 {
		return
	}
	if tlp != "" {
		title += "  " + model.TLPLabel(tlp)
	}
	w.line(title)
	for _, l := range plotLines(rows) {
		w.line(l)
	}
}

// plotLines are the rows of a plot, the names and the bars under each other.
func plotLines(rows []plotted) []string {
	wide := 0
	for _, r := range rows {
		wide = max(wide, Cells(r.name))
	}
	var out []string
	for _, r := range rows {
		out = append(out, padded(r.name, wide)+"  "+r.bar+"  "+r.label)
	}
	return out
}

func (w *plainWriter) table(b Table) {
	rows := [][]string{b.Cols}
	for _, r := range b.Rows {
		cells := make([]string, len(r.Cells))
		for i, c := range r.Cells {
			cells[i] = strings.Join(b.lines(c), " / ")
		}
		if r.TLP != "" && len(cells) > 0 {
			cells[len(cells)-1] += "  " + model.TLPLabel(r.TLP)
		}
		rows = append(rows, cells)
	}
	wide := make([]int, len(b.Cols))
	for _, r := range rows {
		for i := range min(len(r), len(wide)) {
			wide[i] = max(wide[i], Cells(r[i]))
		}
	}
	for _, r := range rows {
		line := ""
		for i := range min(len(r), len(wide)) {
			line += padded(r[i], wide[i]) + "  "
		}
		w.line(line)
	}
}

func padded(s string, wide int) string {
	return s + strings.Repeat(" ", max(0, wide-Cells(s)))
}

// Cells is how many columns of a terminal a safe text takes.
func Cells(s string) int {
	n := 0
	for _, r := range s {
		n += RuneCells(r)
	}
	return n
}

// RuneCells is how many columns a character takes.
func RuneCells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me), r == 0x200d, r >= 0xfe00 && r <= 0xfe0f:
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
