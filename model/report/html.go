package report

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

// HTML is the document as one file: its style in it, no script, nothing loaded
// from anywhere, nothing of others that can be clicked. On paper every page has
// the marking at its head and foot, as TLP 2.0 asks.
func (d *Doc) HTML() string {
	w := &htmlWriter{anchors: d.anchors()}
	tlp := model.TLPLabel(d.Marking())
	title := d.headline() + " - " + indicator.Line(d.Title)
	w.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	w.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
	w.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n")
	w.raw("<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no, email=no, url=no\">\n")
	w.tag("title", "", "["+tlp+"] "+title)
	w.raw("<style>\n" + htmlStyle + d.pageStyle(tlp) + "</style>\n</head>\n")
	fmt.Fprintf(&w.b, "<body class=\"%s\">\n", tlpClass(d.Marking()))
	w.raw("<div class=\"bar top\">")
	w.tag("span", "", d.headline())
	w.tag("b", "tlp", tlp)
	w.raw("</div>\n")
	if d.Exercise {
		w.tag("div", "exercise", exercise)
	}
	w.raw("<main>\n<header>\n")
	w.tag("p", "kind", d.headline())
	w.tag("h1", "", indicator.Line(d.Title))
	w.block(Pairs(d.Facts))
	if cut := d.cut(); cut != "" {
		w.tag("p", "absent", cut)
	}
	w.raw("</header>\n")
	sections := d.shown()
	if len(sections) > 6 {
		w.contents(sections)
	}
	for i, s := range sections {
		fmt.Fprintf(&w.b, "<section id=\"s%d\">\n<h2>%s", i+1, html.EscapeString(s.Title))
		if s.TLP != "" {
			w.mark(s.TLP)
		}
		w.raw("</h2>\n")
		for _, b := range s.Blocks {
			w.block(b)
		}
		if a := s.absent(); a != "" {
			w.tag("p", "absent", a)
		}
		w.raw("</section>\n")
	}
	w.raw("</main>\n<footer>\n")
	for _, l := range d.footLines() {
		w.tag("p", "", l)
	}
	if d.Foot.Version > 0 {
		w.tag("p", "", "warroom verify "+d.ID+" holds the record against this number and hash.")
	}
	w.raw("</footer>\n")
	if d.Exercise {
		w.tag("div", "exercise", exercise)
	}
	w.raw("<div class=\"bar bottom\">")
	w.tag("span", "", d.shortFoot())
	w.tag("b", "tlp", tlp)
	w.raw("</div>\n</body>\n</html>\n")
	return w.b.String()
}

func tlpClass(tlp string) string {
	return "tlp-" + strings.TrimSuffix(model.TLPs()[model.TLPRank(tlp)], "+strict")
}

// pageStyle is what stands in the margins of each printed page. Only words of the
// house go into it.
func (d *Doc) pageStyle(tlp string) string {
	left := plainWord(d.headline())
	if d.Exercise {
		left = "EXERCISE  " + left
	}
	foot := d.shortFoot()
	if foot != "" {
		foot = "  -  " + foot
	}
	return fmt.Sprintf(`@page{margin:22mm 16mm 20mm;
@top-left{content:"%s";font:9pt sans-serif;color:#444}
@top-right{content:"%s";font:bold 12pt sans-serif}
@bottom-left{content:"page " counter(page) " of " counter(pages) "%s";font:8pt sans-serif;color:#444}
@bottom-right{content:"%s";font:bold 12pt sans-serif}}
`, left, tlp, foot, tlp)
}

type htmlWriter struct {
	b       strings.Builder
	anchors map[string]bool // refs that have a row in the document, and whether it was drawn
}

// anchors are the refs that text can lead to: those of the rows of tables.
func (d *Doc) anchors() map[string]bool {
	out := map[string]bool{}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			t, ok := b.(Table)
			if !ok {
				continue
			}
			if at := slices.Index(t.Cols, refColumn); at >= 0 {
				for _, r := range t.Rows {
					out[string(r.Cells[at])] = false
				}
			}
		}
	}
	return out
}

// refColumn is the column of a table whose cells name the rows.
const refColumn = "Ref"

var (
	refWord   = regexp.MustCompile(`\b[A-Z][1-9][0-9]{0,8}\b`)
	fixedCell = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}Z)?|[A-Z]+-[0-9]{4}-[0-9]+)$`) // a time or an id stays in one line
	longWord  = regexp.MustCompile(`[^\s]{25,}`)
)

func (w *htmlWriter) raw(s string) { w.b.WriteString(s) }

// text writes safe text, escaped; a line feed becomes a line break, and a word that
// is too long for a column may be broken.
func (w *htmlWriter) text(s string) {
	for {
		at := longWord.FindStringIndex(s)
		if at == nil {
			break
		}
		w.raw(escaped(s[:at[0]]))
		const piece = 12
		for i, r := range []rune(s[at[0]:at[1]]) {
			if i > 0 && i%piece == 0 {
				w.raw("<wbr>")
			}
			w.raw(html.EscapeString(string(r)))
		}
		s = s[at[1]:]
	}
	w.raw(escaped(s))
}

func escaped(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>") }

// linked writes safe text in which a ref leads to its row.
func (w *htmlWriter) linked(s string) {
	for {
		at := refWord.FindStringIndex(s)
		if at == nil {
			break
		}
		word := s[at[0]:at[1]]
		w.text(s[:at[0]])
		if _, there := w.anchors[word]; there {
			w.raw(`<a href="#` + word + `">` + word + `</a>`)
		} else {
			w.text(word)
		}
		s = s[at[1]:]
	}
	w.text(s)
}

// tag writes an element around safe text.
func (w *htmlWriter) tag(name, class, text string) {
	w.raw("<" + name)
	if class != "" {
		w.raw(` class="` + class + `"`)
	}
	w.raw(">")
	w.text(text)
	w.raw("</" + name + ">")
	switch name {
	case "b", "span", "th", "td", "i":
	default:
		w.raw("\n")
	}
}

func (w *htmlWriter) foreign(t model.Text) { w.linked(strings.Join(lines(t), "\n")) }

// mark shows the marking of a part.
func (w *htmlWriter) mark(tlp string) {
	if tlp != "" {
		w.raw(" ")
		w.tag("b", "tlp "+tlpClass(tlp), model.TLPLabel(tlp))
	}
}

func (w *htmlWriter) contents(sections []Section) {
	w.raw("<nav aria-label=\"Contents\"><ol>\n")
	for i, s := range sections {
		fmt.Fprintf(&w.b, "<li><a href=\"#s%d\">%s</a></li>\n", i+1, html.EscapeString(s.Title))
	}
	w.raw("</ol></nav>\n")
}

func (w *htmlWriter) block(b Block) {
	switch b := b.(type) {
	case Para:
		w.raw("<p>")
		w.foreign(b.Text)
		w.mark(b.TLP)
		w.raw("</p>\n")
	case Prose:
		w.raw("<div class=\"prose\">\n")
		w.prose(parseProse(b.Text))
		if b.TLP != "" {
			w.raw("<p>")
			w.mark(b.TLP)
			w.raw("</p>\n")
		}
		w.raw("</div>\n")
	case Sub:
		w.tag("h3", "", string(b))
	case Pairs:
		w.pairs(b)
	case List:
		w.list(b)
	case Table:
		w.table(b)
	case Bars:
		w.bars(b)
	case Spans:
		w.spans(b)
	}
}

func (w *htmlWriter) pairs(b Pairs) {
	if len(b) == 0 {
		return
	}
	w.raw("<table class=\"pairs\"><tbody>\n")
	for _, p := range b {
		w.raw("<tr>")
		w.raw("<th scope=\"row\">" + html.EscapeString(p.Name) + "</th><td>")
		w.foreign(p.Value)
		w.mark(p.TLP)
		w.raw("</td></tr>\n")
	}
	w.raw("</tbody></table>\n")
}

func (w *htmlWriter) list(b List) {
	w.raw("<ul>\n")
	for _, it := range b {
		w.raw("<li>")
		w.foreign(it.Text)
		w.mark(it.TLP)
		if len(it.Under) > 0 {
			w.raw("\n")
			w.list(it.Under)
		}
		w.raw("</li>\n")
	}
	w.raw("</ul>\n")
}

func (w *htmlWriter) table(b Table) {
	w.raw("<div class=\"wide\"><table>\n<thead><tr>")
	for _, c := range b.Cols {
		w.raw("<th scope=\"col\">" + html.EscapeString(c) + "</th>")
	}
	w.raw("</tr></thead>\n<tbody>\n")
	ref := slices.Index(b.Cols, refColumn)
	for _, r := range b.Rows {
		w.raw("<tr")
		if ref >= 0 {
			w.anchor(string(r.Cells[ref]))
		}
		w.raw(">")
		for i, c := range r.Cells {
			switch {
			case fixedCell.MatchString(string(c)):
				w.raw("<td class=\"at\">")
			default:
				w.raw("<td>")
			}
			if i == ref || b.Ours {
				w.text(strings.Join(b.lines(c), "\n"))
			} else {
				w.foreign(c)
			}
			if i == len(r.Cells)-1 {
				w.mark(r.TLP)
			}
			w.raw("</td>")
		}
		w.raw("</tr>\n")
	}
	w.raw("</tbody></table></div>\n")
}

// anchor names the present element by a ref, the first time that one is drawn.
func (w *htmlWriter) anchor(ref string) {
	if drawn, there := w.anchors[ref]; there && !drawn && refWord.FindString(ref) == ref {
		w.anchors[ref] = true
		w.raw(` id="` + ref + `"`)
	}
}

func (w *htmlWriter) prose(list []prose) {
	for _, p := range list {
		switch p.kind {
		case proseText:
			w.inline("p", "", p.spans)
		case proseHead:
			w.inline("p", "head", p.spans)
		case proseCode:
			w.raw("<pre>")
			for i, s := range p.spans {
				if i > 0 {
					w.raw("\n")
				}
				w.raw(html.EscapeString(s.text))
			}
			w.raw("</pre>\n")
		case proseQuote:
			w.raw("<blockquote>\n")
			w.prose(p.kids)
			w.raw("</blockquote>\n")
		case proseList:
			name := "ul"
			if p.from > 0 {
				name = "ol"
				fmt.Fprintf(&w.b, "<ol start=\"%d\">\n", p.from)
			} else {
				w.raw("<ul>\n")
			}
			for _, it := range p.kids {
				w.raw("<li>")
				w.prose(it.kids)
				w.raw("</li>\n")
			}
			w.raw("</" + name + ">\n")
		case proseTable:
			w.raw("<div class=\"wide\"><table><tbody>\n")
			for i, row := range p.kids {
				w.raw("<tr>")
				for _, c := range row.kids {
					cell := "td"
					if i == 0 {
						cell = "th"
					}
					w.inline(cell, "", c.spans)
				}
				w.raw("</tr>\n")
			}
			w.raw("</tbody></table></div>\n")
		case proseRule:
			w.raw("<hr>\n")
		case proseItem, proseRow: // within their list and table
		}
	}
}

// inline writes an element of spans.
func (w *htmlWriter) inline(name, class string, spans []span) {
	w.raw("<" + name)
	if class != "" {
		w.raw(` class="` + class + `"`)
	}
	w.raw(">")
	for _, s := range spans {
		var open []string
		if s.strong {
			open = append(open, "strong")
		}
		if s.em {
			open = append(open, "em")
		}
		if s.code {
			open = append(open, "code")
		}
		for _, t := range open {
			w.raw("<" + t + ">")
		}
		w.linked(s.text)
		for i := len(open) - 1; i >= 0; i-- {
			w.raw("</" + open[i] + ">")
		}
	}
	w.raw("</" + name + ">\n")
}
