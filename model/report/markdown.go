package report

import (
	"fmt"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

// Markdown is the document as Markdown, for a ticket, a wiki or a mail. Text of
// others makes nothing in it: no heading, link, image, tag, mention, and it ends
// no table.
func (d *Doc) Markdown() string {
	w := &mdWriter{}
	tlp := model.TLPLabel(d.Marking())
	w.line("# " + d.headline())
	w.para("**" + tlp + "**")
	if d.Exercise {
		w.para("**" + exercise + "**")
	}
	if d.Title != "" {
		w.para("**" + escape(indicator.Line(d.Title)) + "**")
	}
	w.block(Pairs(d.Facts))
	if cut := d.cut(); cut != "" {
		w.para("*" + escape(cut) + "*")
	}
	for _, s := range d.shown() {
		head := "## " + escape(s.Title)
		if s.TLP != "" {
			head += " [" + model.TLPLabel(s.TLP) + "]"
		}
		w.para(head)
		for _, b := range s.Blocks {
			w.block(b)
		}
		if a := s.absent(); a != "" {
			w.para("*" + escape(a) + "*")
		}
	}
	w.para("---")
	for _, l := range d.footLines() {
		w.para(escape(l))
	}
	w.para("**" + tlp + "**")
	return w.b.String()
}

type mdWriter struct {
	b      strings.Builder
	prefix string // of each line, within lists and quotes
	first  string // instead of prefix for the next line: the mark of a list item
}

// line writes one line.
func (w *mdWriter) line(s string) {
	p := w.prefix
	if w.first != "" {
		p, w.first = w.first, ""
	}
	w.b.WriteString(strings.TrimRight(p+s, " ") + "\n")
}

// gap ends what stands before, so that nothing runs into the next block.
func (w *mdWriter) gap() {
	if w.first == "" {
		w.b.WriteString(strings.TrimRight(w.prefix, " ") + "\n")
	}
}

// para writes lines as a block of their own.
func (w *mdWriter) para(lines ...string) {
	w.gap()
	for _, l := range lines {
		w.line(l)
	}
}

// mdText is the lines of a foreign text in one line.
func mdText(lines []string) string {
	var out []string
	for _, l := range lines {
		out = append(out, escape(strings.TrimSpace(l)))
	}
	return strings.Join(out, "<br>")
}

// mdMarked is a foreign text with the marking of its part.
func mdMarked(t model.Text, tlp string) string {
	return mdTagged(mdText(lines(t)), tlp)
}

func mdTagged(s, tlp string) string {
	if tlp != "" {
		s += " **" + model.TLPLabel(tlp) + "**"
	}
	return s
}

func (w *mdWriter) block(b Block) {
	switch b := b.(type) {
	case Para:
		w.para(mdMarked(b.Text, b.TLP))
	case Prose:
		w.prose(parseProse(b.Text))
		if b.TLP != "" {
			w.para("**" + model.TLPLabel(b.TLP) + "**")
		}
	case Sub:
		w.para("### " + escape(string(b)))
	case Pairs:
		if len(b) > 0 {
			w.gap()
		}
		for _, p := range b {
			w.line("- **" + escape(p.Name) + ":** " + mdMarked(p.Value, p.TLP))
		}
	case List:
		w.gap()
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

func (w *mdWriter) list(b List) {
	for _, it := range b {
		w.line("- " + mdMarked(it.Text, it.TLP))
		if len(it.Under) > 0 {
			old := w.prefix
			w.prefix += "  "
			w.list(it.Under)
			w.prefix = old
		}
	}
}

func (w *mdWriter) table(b Table) {
	w.gap()
	cells := make([]string, len(b.Cols))
	for i, c := range b.Cols {
		cells[i] = escape(c)
	}
	w.line("| " + strings.Join(cells, " | ") + " |")
	w.line(strings.Repeat("| --- ", len(b.Cols)) + "|")
	for _, r := range b.Rows {
		cells = cells[:0]
		for i, c := range r.Cells {
			tlp := ""
			if i == len(r.Cells)-1 {
				tlp = r.TLP
			}
			cells = append(cells, mdTagged(mdText(b.lines(c)), tlp))
		}
		w.line("| " + strings.Join(cells, " | ") + " |")
	}
}

// plot is a block of code, so that its columns stand under each other.
func (w *mdWriter) plot(title, tlp string, rows []plotted) {
	if len(rows) == 0 {
		return
	}
	if tlp != "" {
		title += " " + model.TLPLabel(tlp)
	}
	w.para(escape(title) + ":")
	w.fence(plotLines(rows))
}

// fence writes lines as code. Its fence is longer than any in the lines.
func (w *mdWriter) fence(list []string) {
	fence := "```"
	for strings.Contains(strings.Join(list, "\n"), fence) {
		fence += "`"
	}
	w.para(fence)
	for _, l := range list {
		w.line(l)
	}
	w.line(fence)
}

func (w *mdWriter) prose(list []prose) {
	for _, p := range list {
		switch p.kind {
		case proseText:
			w.para(strings.Split(mdInline(p.spans), "\n")...)
		case proseHead:
			w.para("**" + strings.ReplaceAll(mdInline(plainSpans(p.spans)), "\n", " ") + "**")
		case proseCode:
			var code []string
			for _, s := range p.spans {
				code = append(code, s.text)
			}
			w.fence(code)
		case proseQuote:
			w.within("> ", "> ", p.kids)
		case proseList:
			for i, it := range p.kids {
				mark := "- "
				if p.from > 0 {
					mark = fmt.Sprintf("%d. ", p.from+i)
				}
				w.within(mark, strings.Repeat(" ", len(mark)), it.kids)
			}
		case proseTable:
			w.proseTable(p)
		case proseRule:
			w.para("---")
		case proseItem, proseRow: // within their list and table
		}
	}
}

// within writes blocks behind a mark, further lines behind a prefix.
func (w *mdWriter) within(mark, prefix string, kids []prose) {
	w.gap()
	old := w.prefix
	first := w.first
	if first == "" {
		first = old
	}
	w.first, w.prefix = first+mark, old+prefix
	if len(kids) == 0 {
		w.line("")
	}
	w.prose(kids)
	w.first, w.prefix = "", old
}

func (w *mdWriter) proseTable(p prose) {
	w.gap()
	for i, row := range p.kids {
		var cells []string
		for _, c := range row.kids {
			cells = append(cells, strings.ReplaceAll(mdInline(plainSpans(c.spans)), "\n", " "))
		}
		w.line("| " + strings.Join(cells, " | ") + " |")
		if i == 0 {
			w.line(strings.Repeat("| --- ", len(cells)) + "|")
		}
	}
}

// plainSpans are spans without emphasis.
func plainSpans(in []span) []span {
	out := make([]span, len(in))
	for i, s := range in {
		out[i].text = s.text
	}
	return out
}

// mdInline is spans as Markdown; a line feed in it is a line break.
func mdInline(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		for i, line := range strings.Split(s.text, "\n") {
			if i > 0 {
				b.WriteString("\\\n")
			}
			core := strings.TrimSpace(line)
			at := strings.Index(line, core)
			if core == "" {
				b.WriteString(line)
				continue
			}
			b.WriteString(line[:at])
			b.WriteString(emphasis(core, s))
			b.WriteString(line[at+len(core):])
		}
	}
	return strings.TrimSpace(b.String())
}

func emphasis(core string, s span) string {
	out := escape(core)
	if s.code && !strings.Contains(core, "`") {
		out = "`" + core + "`"
	}
	if s.em {
		out = "*" + out + "*"
	}
	if s.strong {
		out = "**" + out + "**"
	}
	return out
}
