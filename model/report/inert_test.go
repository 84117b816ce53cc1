package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"warroom/model"
)

var (
	element = regexp.MustCompile(`</?([a-z0-9]+)((?: [a-zA-Z-]+="[^"<>]*")*)/?>`)
	inner   = regexp.MustCompile(`^#(s[0-9]+|[A-Z][1-9][0-9]*)$`)
	attr    = regexp.MustCompile(` ([a-zA-Z-]+)="([^"]*)"`)
)

// attributes are what an element of a report may carry.
var attributes = map[string]string{
	"html": "lang", "meta": "charset http-equiv content name", "div": "class", "p": "class", "b": "class", "section": "id", "nav": "aria-label", "a": "href", "tr": "id", "wbr": "", "th": "scope",
	"td": "class", "table": "class", "ol": "start", "svg": "viewBox role aria-label", "text": "class x y text-anchor", "rect": "class x y width height", "body": "class",
	"title": "", "style": "", "head": "", "span": "", "h1": "", "h2": "", "h3": "", "main": "", "header": "", "footer": "", "ul": "", "li": "", "tbody": "", "thead": "", "pre": "", "code": "",
	"em": "", "strong": "", "blockquote": "", "hr": "", "br": "", "figure": "", "figcaption": "",
}

// checkHTML fails when the page holds an element or an attribute that no report
// has, a link that leads out of it, or anything that loads.
func checkHTML(t *testing.T, page, from string) {
	t.Helper()
	body := strings.TrimPrefix(page, "<!doctype html>\n")
	if strings.Count(body, "<style>") != 1 || strings.Count(body, "</style>") != 1 {
		t.Errorf("%q ends the style", from)
		return
	}
	head, rest, _ := strings.Cut(body, "<style>")
	_, rest, _ = strings.Cut(rest, "</style>")
	body = head + rest
	for _, m := range element.FindAllStringSubmatch(body, -1) {
		allowed, known := attributes[m[1]]
		if !known {
			t.Errorf("%q makes the element %s", from, m[0])
		}
		for _, a := range attr.FindAllStringSubmatch(m[2], -1) {
			if !strings.Contains(" "+allowed+" ", " "+a[1]+" ") {
				t.Errorf("%q makes the attribute %s of %s", from, a[1], m[0])
			}
			if a[1] == "href" && !inner.MatchString(a[2]) {
				t.Errorf("%q makes the link %s", from, a[2])
			}
		}
	}
	rest = element.ReplaceAllString(body, "")
	if strings.ContainsAny(rest, "<>") {
		at := strings.IndexAny(rest, "<>")
		t.Errorf("%q leaves a bare angle bracket: %q", from, rest[max(0, at-40):min(len(rest), at+40)])
	}
	low := strings.ToLower(page)
	for _, never := range []string{"http://", "https://", "<script"} {
		if strings.Contains(low, never) {
			t.Errorf("%q brings %q into the page", from, never)
		}
	}
	if model.Block(page).String() != page {
		t.Errorf("%q brings a character into the page that is not safe", from)
	}
}

// checkMarkdown reads the Markdown as others do and fails when it holds what only
// somebody else's text can have made.
func checkMarkdown(t *testing.T, page, from string) {
	t.Helper()
	src := []byte(page)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(src))
	heads := 0
	err := ast.Walk(doc, func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		if !enter {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			heads++
		case *ast.Link, *ast.Image, *ast.AutoLink, *ast.HTMLBlock:
			t.Errorf("%q makes a %s in the Markdown:\n%s", from, n.Kind(), page)
			return ast.WalkStop, nil
		case *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if bytes.Contains(n.Segment.Value(src), []byte("@")) {
				t.Errorf("%q mentions somebody:\n%s", from, page)
			}
		case *ast.RawHTML:
			if raw := string(n.Segments.Value(src)); raw != "<br>" {
				t.Errorf("%q makes HTML in the Markdown: %s", from, raw)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if heads != 6 {
		t.Errorf("%q: %d headings, want those of the house:\n%s", from, heads, page)
	}
	if model.Block(page).String() != page {
		t.Errorf("%q brings a character into the Markdown that is not safe", from)
	}
}
