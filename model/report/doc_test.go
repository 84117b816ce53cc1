package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"warroom/model"
	"warroom/model/report"
)

// hostile are texts that try to be more than text in HTML, Markdown or on a
// terminal.
func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `</style><script>1</script>`, `</title><h1>x`, `-->`,
		`[click](javascript:alert(1))`, `![x](http://evil.example/x.png)`, `<http://evil.example/>`, "[a]: http://evil.example\n\n[a]", `http://evil.example/?q=1`,
		"| a | b |\n| --- | --- |\n| 1 | 2 |", "---\ntitle: x\n---", "# heading", "Setext\n===", "```\n</pre><script>1</script>\n```", "    <b>code</b>",
		"<div>\n<form action=http://evil.example>\n</div>", "@all @everyone", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\u200bb", "\xff\xfe", "&lt;script&gt;", "&#60;script&#62;&#27;[2J",
		`*a*<b>**c**`, "> quote\n> <script>", "1. one\n2. two\n   - <i>x</i>", "`code <b>`", "``a`b``", `url(http://evil.example)`, `{{.X}} ${x} %s %!d`, `\`, "a\\\nb", "a  \nb",
		`=cmd|' /C calc'!A0`, "<!-- x -->", "<![CDATA[x]]>", "<?php x ?>", "&#x202e;abc", "mail evil@evil.example now", "//evil.example/x", "www.evil.example",
	}
}

func everything(s string) *report.Doc {
	t := model.Text(s)
	return &report.Doc{Kind: "Test report", ID: "INC-2026-0001", Title: t, Exercise: true, Facts: []report.Pair{{Name: "Fact", Value: t}},
		Sections: []report.Section{
			{Title: "Words", Blocks: []report.Block{report.Para{Text: t}, report.Sub("Under it"), report.Prose{Text: t}, report.Prose{Text: "- item\n\n  " + t},
				report.Pairs{{Name: "A", Value: t}}, report.List{{Text: t, Under: report.List{{Text: t, TLP: "red"}}}}}},
			{Title: "Rows", TLP: "green", Blocks: []report.Block{report.Table{Cols: []string{"One", "Ref"}, Rows: []report.Row{{Cells: []model.Text{t, "x"}}, {Cells: []model.Text{"y", t}, TLP: "red"}}}}},
			{Title: "Plots", Blocks: []report.Block{report.Bars{Title: "Bars", Bars: []report.Bar{{Name: t, Value: 3, Label: "3"}, {Name: "b", Value: 0, Label: "0"}}},
				report.Spans{Title: "Spans", Spans: []report.Span{{Name: t, Label: "1 h", From: t0, To: t0.Add(time.Hour)}, {Name: "b", Label: "30 m", From: t0.Add(time.Hour / 2), To: t0.Add(time.Hour)}}}}},
			{Title: "Nothing", Empty: "Nothing is here."},
		},
		Foot: report.Foot{Version: 12, By: s, At: t0, Warroom: "0.5.0+dirty <b>"}}
}

var update = flag.Bool("update", os.Getenv("UPDATE") != "", "write the golden files")

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("%s differs; UPDATE=1 writes it:\n%s", name, d)
	}
}

func TestHostileTextIsInert(t *testing.T) {
	for _, s := range hostile() {
		checkHTML(t, everything(s).HTML(), s)
		checkMarkdown(t, everything(s).Markdown(), s)
		for _, l := range everything(s).Lines() {
			if model.Line(l).String() != l {
				t.Errorf("%q draws %q on a terminal", s, l)
			}
		}
	}
}

// A text that is made to keep a parser of Markdown busy is drawn as it is, whole.
func TestTangledTextIsDrawnAsItIs(t *testing.T) {
	for _, part := range []string{"[", "**a ", "> ", "![", "|\n", "1. ", "[a](", "_", "- ", "~~"} {
		text := strings.Repeat(part, 1+model.MaxSection/len(part)) + " end"
		d := &report.Doc{Kind: "Test report", ID: "INC-2026-0001", Sections: []report.Section{{Title: "Words", Blocks: []report.Block{report.Prose{Text: model.Text(text)}}}}}
		page := d.HTML()
		checkHTML(t, page, part)
		if strings.Contains(page, "<blockquote>") || strings.Contains(page, "<ol") || !strings.Contains(page, "end") {
			t.Errorf("%q was read as Markdown, or its end is missing", part)
		}
	}
}

func FuzzDoc(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := everything(s)
		checkHTML(t, d.HTML(), s)
		checkMarkdown(t, d.Markdown(), s)
	})
}
