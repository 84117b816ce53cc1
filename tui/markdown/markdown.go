// Package markdown draws the Markdown that people wrote, for a terminal. The
// text goes through the sanitizer before anything measures or parses it. Nothing
// in it is acted on: a link is its text with a dead address behind it, an image
// is what it is called, HTML is shown as it was typed.
//
// It is a walk over the tree of the parser with the inks of the theme. Renderers
// that are made for this write links that a terminal opens (OSC 8), and colours
// that no theme knows.
package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

const (
	// maxText is how much is read as Markdown, in bytes; more is shown as it was typed.
	maxText = 128 << 10
	// maxDepth is how many blocks may stand in one another; what is deeper is shown
	// as it was typed.
	maxDepth = 8
	// minWidth is the least columns that a block is drawn in.
	minWidth = 8
)

// Drawer draws Markdown with one theme. It keeps the parser and belongs to one
// session.
type Drawer struct{ parser parser.Parser }

// New makes a Drawer.
func New() *Drawer {
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList))
	return &Drawer{parser: md.Parser()}
}

// Lines draws what somebody wrote in lines of at most w columns.
func (d *Drawer) Lines(typed string, w int, st *themes.Styles) []string {
	w = max(w, minWidth)
	src := []byte(model.Block(strings.ReplaceAll(typed, "\r\n", "\n")).String())
	c := &canvas{src: src, st: st}
	if len(src) > maxText || flood(src) {
		return c.typed(string(src), w)
	}
	return c.blocks(d.parser.Parse(text.NewReader(src)), w, 0)
}

// flood says that a line holds so many marks that pairing them takes longer than
// a person waits; no text that is meant to be read does.
func flood(src []byte) bool {
	const most = 2000
	for line := range strings.SplitSeq(string(src), "\n\n") {
		n := 0
		for i := range len(line) {
			switch line[i] {
			case '[', ']', '(', '*', '_', '`', '<', '!', '>', '~', '|':
				n++
			}
		}
		if n > most {
			return true
		}
	}
	return false
}

// canvas draws one text.
type canvas struct {
	src []byte
	st  *themes.Styles
}

// typed is text as it was typed, wrapped.
func (c *canvas) typed(s string, w int) []string {
	var out []string
	for line := range strings.SplitSeq(strings.TrimRight(s, "\n"), "\n") {
		out = append(out, widget.Wrap(c.paint(line, c.st.Text), w)...)
	}
	return out
}

// paint makes text safe and dead once more, for what was put together from
// pieces, and paints the refs, people and techniques in it.
func (c *canvas) paint(s string, ink themes.Ink) string {
	return screen.Paint(model.Line(screen.Defang(s)).String(), ink, c.st)
}

// blocks draws the blocks in n below one another, with a blank line between them.
func (c *canvas) blocks(n ast.Node, w, depth int) []string {
	var out []string
	for b := n.FirstChild(); b != nil; b = b.NextSibling() {
		lines := c.block(b, max(w, minWidth), depth)
		if len(lines) == 0 {
			continue
		}
		if before := b.PreviousSibling(); before != nil && before.Kind() != ast.KindTextBlock && len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, lines...)
	}
	return out
}

func (c *canvas) block(b ast.Node, w, depth int) []string {
	if depth > maxDepth {
		return c.typed(c.source(b), w)
	}
	st := c.st
	switch b := b.(type) {
	case *ast.Heading:
		ink := st.Title
		if b.Level > 2 {
			ink = st.Bold
		}
		return widget.Wrap(c.inline(b, ink), w)
	case *ast.List:
		return c.list(b, w, depth)
	case *ast.Blockquote:
		return hang(c.blocks(b, w-2, depth+1), st.Rule.S(st.Glyphs.VRule)+" ", st.Rule.S(st.Glyphs.VRule)+" ")
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return hang(c.code(b, w-2), "  ", "  ")
	case *ast.HTMLBlock:
		return c.typed(c.source(b), w)
	case *ast.ThematicBreak:
		return []string{widget.RuleLine(w, st)}
	case *east.Table:
		return c.table(b, w)
	}
	if s := c.inline(b, st.Text); s != "" {
		return widget.Wrap(s, w)
	}
	return nil
}

// source is the text of a block as it was typed.
func (c *canvas) source(b ast.Node) string {
	if b.Type() == ast.TypeInline {
		return ""
	}
	var s strings.Builder
	for i := range b.Lines().Len() {
		seg := b.Lines().At(i)
		s.Write(seg.Value(c.src))
	}
	if html, ok := b.(*ast.HTMLBlock); ok && html.HasClosure() {
		s.Write(html.ClosureLine.Value(c.src))
	}
	for x := b.FirstChild(); x != nil && s.Len() == 0; x = x.NextSibling() {
		s.WriteString(c.source(x))
	}
	return s.String()
}

func (c *canvas) code(b ast.Node, w int) []string {
	var out []string
	for line := range strings.SplitSeq(strings.TrimRight(c.source(b), "\n"), "\n") {
		out = append(out, widget.Wrap(c.st.Info.S(model.Line(screen.Defang(line)).String()), max(w, minWidth))...)
	}
	return out
}

// hang puts first before the first line and rest before the others.
func hang(lines []string, first, rest string) []string {
	for i := range lines {
		lead := rest
		if i == 0 {
			lead = first
		}
		lines[i] = lead + lines[i]
	}
	return lines
}

func (c *canvas) list(l *ast.List, w, depth int) []string {
	var out []string
	number := l.Start
	for it := l.FirstChild(); it != nil; it = it.NextSibling() {
		mark := c.st.Glyphs.Bullet + " "
		if l.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		lines := c.blocks(it, w-widget.Width(mark), depth+1)
		if len(lines) == 0 {
			lines = []string{""}
		}
		if len(out) > 0 && !l.IsTight {
			out = append(out, "")
		}
		out = append(out, hang(lines, c.st.Dim.S(mark), strings.Repeat(" ", widget.Width(mark)))...)
	}
	return out
}

// table draws a table; columns share the width by what stands in them.
func (c *canvas) table(t *east.Table, w int) []string {
	var rows [][]string
	var need []int
	for r := t.FirstChild(); r != nil; r = r.NextSibling() {
		ink := c.st.Text
		if r.Kind() == east.KindTableHeader {
			ink = c.st.Bold
		}
		var cells []string
		for x := r.FirstChild(); x != nil; x = x.NextSibling() {
			cells = append(cells, c.inline(x, ink))
			if len(cells) > len(need) {
				need = append(need, 1)
			}
			i := len(cells) - 1
			need[i] = max(need[i], widget.Width(cells[i]))
		}
		rows = append(rows, cells)
	}
	const gap = 2
	share(need, w-gap*(len(need)-1))
	var out []string
	for i, cells := range rows {
		out = append(out, c.row(cells, need, gap)...)
		if i == 0 {
			out = append(out, widget.RuleLine(w, c.st))
		}
	}
	for i := range out {
		out[i] = widget.Fit(out[i], w)
	}
	return out
}

// share makes columns narrower, the widest first, until they are w columns in all.
func share(cols []int, w int) {
	all := 0
	for _, n := range cols {
		all += n
	}
	for all > w {
		widest := 0
		for i := range cols {
			if cols[i] > cols[widest] {
				widest = i
			}
		}
		if cols[widest] <= 3 {
			return
		}
		cols[widest]--
		all--
	}
}

// row draws the cells of one row, each wrapped in its column.
func (c *canvas) row(cells []string, widths []int, gap int) []string {
	wrapped := make([][]string, len(widths))
	high := 1
	for i := range cells {
		wrapped[i] = widget.Wrap(cells[i], widths[i])
		high = max(high, len(wrapped[i]))
	}
	out := make([]string, high)
	for y := range out {
		line := make([]string, len(widths))
		for i := range wrapped {
			if y < len(wrapped[i]) {
				line[i] = wrapped[i][y]
			}
		}
		out[y] = widget.Columns(line, widths, gap)
	}
	return out
}
