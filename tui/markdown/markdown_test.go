package markdown_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"warroom/themes"
	"warroom/tui/markdown"
	"warroom/tui/widget"
)

func styles(t testing.TB, name string) *themes.Styles {
	t.Helper()
	st, err := themes.New(name, true, false)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// bare removes paint, and blanks at the ends of lines.
func bare(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		var b strings.Builder
		for rest := l; rest != ""; {
			before, after, found := strings.Cut(rest, "\x1b[")
			b.WriteString(before)
			if !found {
				break
			}
			_, rest, _ = strings.Cut(after, "m")
		}
		out[i] = strings.TrimRight(b.String(), " ")
	}
	return out
}

func TestLines(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // 30 columns
	}{
		{"nothing", "", []string{}},
		{"paragraphs", "one two\nthree\n\nfour", []string{"one two three", "", "four"}},
		{"wraps", "the encryptor was started on the first file server", []string{"the encryptor was started on", "the first file server"}},
		{"hard break", "one  \ntwo", []string{"one", "two"}},
		{"heading", "# What happened\n\ntext\n\n### Later", []string{"What happened", "", "text", "", "Later"}},
		{"emphasis", "a **bold** and *soft* ~~wrong~~ `code`", []string{"a bold and soft ~~wrong~~ code"}},
		{"list", "- one\n- two and some more words here\n  - inner\n\nend", []string{"· one", "· two and some more words here", "  · inner", "", "end"}},
		{"numbers", "3. three\n4. four", []string{"3. three", "4. four"}},
		{"tasks", "- [x] done\n- [ ] open", []string{"· [x] done", "· [ ] open"}},
		{"quote", "> said\n> so", []string{"│ said so"}},
		{"code", "```sh\nrm -rf *x*\n  # in\n```", []string{"  rm -rf *x*", "    # in"}},
		{"rule", "a\n\n---\n\nb", []string{"a", "", strings.Repeat("─", 30), "", "b"}},
		{"table", "| what | n |\n| --- | --- |\n| hosts | 3 |", []string{"what   n", strings.Repeat("─", 30), "hosts  3"}},
		{"html is text", "<b onclick=x>hi</b>\n\n<script>\nalert(1)\n</script>", []string{"<b onclick=x>hi</b>", "", "<script>", "alert(1)", "</script>"}},
		{"link is dead", "see [the wiki](https://evil.example.com/a)", []string{"see the wiki", "(hxxps://evil[.]example[.]com/", "a)"}},
		{"image is its name", "![a map](http://evil.example.com/x.png)", []string{"[image: a map]", "(hxxp://evil[.]example[.]com/x", ".png)"}},
		{"address in two pieces", "evil\\.example.com and 10.1.2.3", []string{"evil[.]example[.]com and", "10[.]1[.]2[.]3"}},
		{"entities", "a &lt; b &#27;[31m", []string{"a < b &#27;[31m"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := markdown.New().Lines(tt.text, 30, styles(t, "dark"))
			if diff := cmp.Diff(tt.want, bare(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInkIsTheThemes(t *testing.T) {
	const text = "# Head\n\n**bold** `code` A8 by @bob"
	if mono := strings.Join(markdown.New().Lines(text, 60, styles(t, "mono")), "\n"); strings.Contains(mono, "[38;") {
		t.Errorf("mono has a colour: %q", mono)
	}
	st := styles(t, "dark")
	got := strings.Join(markdown.New().Lines(text, 60, st), "\n")
	for _, want := range []string{st.Title.S("Head"), st.Bold.S("bold"), st.Info.S("code"), st.Ref.S("A8"), st.Person.S("@bob")} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

// hostile are texts that are made to hold a parser up, or a terminal.
func hostile() map[string]string {
	const n = 64 << 10
	return map[string]string{
		"quotes":    strings.Repeat(">", n),
		"brackets":  strings.Repeat("[", n),
		"links":     strings.Repeat("[a](", n/4),
		"stars":     strings.Repeat("*a_", n/3),
		"ticks":     strings.Repeat("`", n),
		"lists":     strings.Repeat("- ", n/2),
		"deep list": deep(300),
		"table":     "|a|\n|-|\n" + strings.Repeat("|", n),
		"wide":      strings.Repeat("a", n),
		"lines":     strings.Repeat("\n", n),
		"osc":       "\x1b]8;;http://evil.example.com\x07click\x1b]8;;\x07 \x1b[31mred \u202etxt",
		"html":      strings.Repeat("<a ", n/3),
		"refs":      strings.Repeat("[a]: b\n", n/7),
	}
}

func deep(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

func TestHostileTextIsDrawnSoon(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			from := time.Now()
			lines := markdown.New().Lines(text, 60, styles(t, "dark"))
			if took := time.Since(from); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
			sound(t, lines, 60)
		})
	}
}

// sound fails on a control that is no paint, and on a line over w columns.
func sound(t *testing.T, lines []string, w int) {
	t.Helper()
	for _, l := range lines {
		if got := widget.Width(l); got > w {
			t.Errorf("%d columns: %q", got, l)
		}
		for i := range len(l) {
			if l[i] < ' ' && (l[i] != 0x1b || i+1 == len(l) || l[i+1] != '[') {
				t.Fatalf("a control in %q", l)
			}
		}
		if strings.Contains(l, "\x1b]") || strings.ContainsRune(l, '\u202e') {
			t.Fatalf("not safe: %q", l)
		}
	}
}

func FuzzLines(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text[:min(len(text), 512)], 40)
	}
	f.Add("# a\n\n- b\n  1. c\n\n> d `e`\n\n| f | g |\n| - | - |\n| h | i |\n", 20)
	st := styles(f, "dark")
	f.Fuzz(func(t *testing.T, text string, w int) {
		w = 20 + max(w, -w)%100
		sound(t, markdown.New().Lines(text, w, st), w)
	})
}

func BenchmarkLines(b *testing.B) {
	text := strings.Repeat("## A heading\n\nA line of the post-mortem with **some** words, see A8 and T12, by @bob.\n\n- one\n- two `code`\n\n", 64<<10/110)
	st := styles(b, "dark")
	d := markdown.New()
	for b.Loop() {
		d.Lines(text, 80, st)
	}
}
