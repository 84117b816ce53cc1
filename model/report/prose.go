package report

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"warroom/model"
	"warroom/model/indicator"
)

// A prose is what is left of somebody's Markdown: structure and emphasis, around
// text that is safe and whose addresses are dead. Links, images and HTML have
// become text here, so that no form can make one of them.
type prose struct {
	kind  proseKind
	spans []span  // proseText, proseHead, proseCode
	kids  []prose // proseQuote, proseList (its items), proseItem, proseTable (rows), proseRow (cells as proseText)
	from  int     // proseList: its first number, 0 for one with dots
}

type proseKind int

const (
	proseText proseKind = iota
	proseHead
	proseCode // a block of code, one span a line
	proseQuote
	proseList
	proseItem
	proseTable
	proseRow
	proseRule
)

// span is text with one emphasis.
type span struct {
	text             string
	strong, em, code bool
}

// deepest is how deep blocks nest; deeper ones become text.
const deepest = 12

// parseProse reads Markdown.
func parseProse(t model.Text) []prose {
	src := []byte(model.Block(string(t)).String())
	if tangled(string(src)) {
		return []prose{{kind: proseText, spans: safeSpans([]span{{text: strings.Trim(string(src), "\n")}})}}
	}
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough))
	doc := md.Parser().Parse(text.NewReader(src))
	p := &proseReader{src: src}
	return p.blocks(doc, 0)
}

// How much of Markdown a text may hold. The time that the parser takes grows with
// the square of these; no text that people wrote comes near.
const (
	mostLines    = 8000
	mostBrackets = 4000
	mostStars    = 6000
	mostMarkers  = 60 // nested quotes and lists that one line opens
)

// tangled says that a text is made to keep a parser busy. It is drawn as it is.
func tangled(s string) bool {
	if strings.Count(s, "\n") > mostLines || strings.Count(s, "[") > mostBrackets || strings.Count(s, "*")+strings.Count(s, "_")+strings.Count(s, "~") > mostStars {
		return true
	}
	for line := range strings.Lines(s) {
		markers := 0
		for i := 0; i < len(line) && strings.IndexByte(" \t>-+*0123456789.)", line[i]) >= 0; i++ {
			if strings.IndexByte(">-+*.)", line[i]) >= 0 {
				markers++
			}
		}
		if markers > mostMarkers && strings.Trim(strings.TrimSpace(line), line[:1]) != "" {
			return true
		}
	}
	return false
}

type proseReader struct{ src []byte }

func (p *proseReader) blocks(parent ast.Node, depth int) []prose {
	var out []prose
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if b, ok := p.block(n, depth); ok {
			out = append(out, b)
		}
	}
	return out
}

func (p *proseReader) block(n ast.Node, depth int) (prose, bool) {
	if depth >= deepest && n.Type() == ast.TypeBlock && n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeBlock {
		return prose{kind: proseText, spans: safeSpans([]span{{text: p.flat(n)}})}, true
	}
	switch n := n.(type) {
	case *ast.Heading:
		return prose{kind: proseHead, spans: p.inline(n)}, true
	case *ast.Paragraph, *ast.TextBlock:
		return prose{kind: proseText, spans: p.inline(n)}, true
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		return prose{kind: proseCode, spans: p.code(n)}, true
	case *ast.Blockquote:
		return prose{kind: proseQuote, kids: p.blocks(n, depth+1)}, true
	case *ast.List:
		from := 0
		if n.IsOrdered() {
			from = min(max(n.Start, 1), 1_000_000)
		}
		return prose{kind: proseList, kids: p.blocks(n, depth+1), from: from}, true
	case *ast.ListItem:
		return prose{kind: proseItem, kids: p.blocks(n, depth+1)}, true
	case *ast.ThematicBreak:
		return prose{kind: proseRule}, true
	case *east.Table:
		return prose{kind: proseTable, kids: p.blocks(n, depth+1)}, true
	case *east.TableHeader, *east.TableRow:
		return prose{kind: proseRow, kids: p.blocks(n, depth+1)}, true
	case *east.TableCell:
		return prose{kind: proseText, spans: p.inline(n)}, true
	}
	return prose{kind: proseText, spans: safeSpans([]span{{text: p.flat(n)}})}, true
}

// flat is all the source below a node, its blocks one after the other.
func (p *proseReader) flat(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		if enter && n.Type() == ast.TypeBlock && n.Lines() != nil {
			b.Write(n.Lines().Value(p.src))
			b.WriteByte(' ')
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// code are the lines of a block as they stand there. HTML is one too: it is
// shown, never obeyed.
func (p *proseReader) code(n ast.Node) []span {
	raw := string(n.Lines().Value(p.src))
	if h, ok := n.(*ast.HTMLBlock); ok && h.HasClosure() {
		raw += string(h.ClosureLine.Value(p.src))
	}
	var out []span
	for line := range strings.SplitSeq(strings.TrimRight(raw, "\n"), "\n") {
		out = append(out, span{text: model.Line(indicator.DefangText(line)).String()})
	}
	return out
}

// inline is the text of a paragraph in spans.
func (p *proseReader) inline(n ast.Node) []span {
	var out []span
	p.spans(n, span{}, &out, 0)
	return safeSpans(out)
}

func (p *proseReader) spans(parent ast.Node, as span, out *[]span, depth int) {
	add := func(s string) {
		as.text = s
		*out = append(*out, as)
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			s := string(n.Segment.Value(p.src))
			if !as.code && !n.IsRaw() {
				s = unescape(s)
			}
			add(s)
			switch {
			case n.HardLineBreak():
				add("\n")
			case n.SoftLineBreak():
				add(" ")
			}
		case *ast.String:
			add(string(n.Value))
		case *ast.AutoLink:
			add(string(n.Label(p.src)))
		case *ast.RawHTML:
			add(string(n.Segments.Value(p.src)))
		case *ast.CodeSpan:
			in := as
			in.code = true
			p.spans(n, in, out, depth+1)
		case *ast.Emphasis:
			in := as
			if n.Level > 1 {
				in.strong = true
			} else {
				in.em = true
			}
			p.spans(n, in, out, depth+1)
		case *ast.Link:
			p.spans(n, as, out, depth+1)
			add(" (" + string(n.Destination) + ")")
		case *ast.Image:
			add("image: ")
			p.spans(n, as, out, depth+1)
			add(" (" + string(n.Destination) + ")")
		default:
			p.spans(n, as, out, depth+1)
		}
	}
}

// unescape resolves backslashes and entities.
func unescape(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	return string(util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations([]byte(s)))))
}

// safeSpans joins neighbours of one emphasis, so that an address that was cut
// stands together, and makes each safe and its addresses dead. A line break is
// the only control character that stays.
func safeSpans(in []span) []span {
	var out []span
	for _, s := range in {
		if last := len(out) - 1; last >= 0 && out[last].strong == s.strong && out[last].em == s.em && out[last].code == s.code {
			out[last].text += s.text
			continue
		}
		out = append(out, s)
	}
	for i := range out {
		out[i].text = model.Block(indicator.DefangText(out[i].text)).String()
	}
	return out
}
