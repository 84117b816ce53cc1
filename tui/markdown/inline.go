package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
)

// run is a piece of a line in one ink. Pieces with the same ink are put together
// before they are made safe, so that no address hides between two of them.
type run struct {
	text string
	ink  themes.Ink
	code bool // painted as it is, without looking for refs
}

type runs struct {
	c    *canvas
	list []run
}

// inline draws what stands in a block, as one line with line feeds where it has
// hard breaks.
func (c *canvas) inline(n ast.Node, ink themes.Ink) string {
	r := &runs{c: c}
	r.walk(n, ink, 0)
	var b strings.Builder
	for _, x := range r.list {
		for i, line := range strings.Split(x.text, "\n") {
			if i > 0 {
				b.WriteByte('\n')
			}
			if x.code {
				b.WriteString(x.ink.S(model.Line(screen.Defang(line)).String()))
			} else {
				b.WriteString(c.paint(line, x.ink))
			}
		}
	}
	return b.String()
}

func (r *runs) add(s string, ink themes.Ink, code bool) {
	if n := len(r.list); n > 0 && r.list[n-1].ink == ink && r.list[n-1].code == code {
		r.list[n-1].text += s
		return
	}
	if s != "" {
		r.list = append(r.list, run{s, ink, code})
	}
}

// maxNest is how deep emphasis and links may stand in one another.
const maxNest = 16

func (r *runs) walk(n ast.Node, ink themes.Ink, depth int) {
	if depth > maxNest {
		return
	}
	st := r.c.st
	for x := n.FirstChild(); x != nil; x = x.NextSibling() {
		switch x := x.(type) {
		case *ast.Text:
			r.text(x, ink)
		case *ast.String:
			r.add(string(x.Value), ink, false)
		case *ast.Emphasis:
			if x.Level > 1 {
				r.walk(x, st.Bold, depth+1)
			} else {
				r.walk(x, st.Accent, depth+1)
			}
		case *ast.CodeSpan:
			r.add(r.plain(x), st.Info, true)
		case *ast.Link:
			r.walk(x, ink, depth+1)
			r.address(string(x.Destination))
		case *ast.Image:
			r.add("[image: "+r.plain(x)+"]", st.Dim, true)
			r.address(string(x.Destination))
		case *ast.AutoLink:
			r.add(string(x.Label(r.c.src)), ink, false)
		case *ast.RawHTML:
			for i := range x.Segments.Len() {
				seg := x.Segments.At(i)
				r.add(string(seg.Value(r.c.src)), ink, false)
			}
		case *east.Strikethrough:
			r.add("~~", st.Faint, true)
			r.walk(x, st.Faint, depth+1)
			r.add("~~", st.Faint, true)
		case *east.TaskCheckBox:
			mark := "[ ] "
			if x.IsChecked {
				mark = "[x] "
			}
			r.add(mark, ink, true)
		default:
			r.walk(x, ink, depth+1)
		}
	}
}

func (r *runs) text(x *ast.Text, ink themes.Ink) {
	s := string(util.UnescapePunctuations(x.Segment.Value(r.c.src)))
	r.add(entities(s), ink, false)
	switch {
	case x.HardLineBreak():
		r.add("\n", ink, false)
	case x.SoftLineBreak():
		r.add(" ", ink, false)
	}
}

// address is where a link leads, to be read and not to be followed.
func (r *runs) address(to string) {
	if to != "" {
		r.add(" ("+to+")", r.c.st.Dim, true)
	}
}

// plain is the text in n without its paint.
func (r *runs) plain(n ast.Node) string {
	var b strings.Builder
	for x := n.FirstChild(); x != nil; x = x.NextSibling() {
		if t, ok := x.(*ast.Text); ok {
			b.Write(t.Segment.Value(r.c.src))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		} else {
			b.WriteString(r.plain(x))
		}
	}
	return b.String()
}

// entities are the few that people type to have the character itself; numbers
// are none, for they could name a control.
func entities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	for _, e := range [][2]string{{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", `"`}, {"&amp;", "&"}} {
		s = strings.ReplaceAll(s, e[0], e[1])
	}
	return s
}
