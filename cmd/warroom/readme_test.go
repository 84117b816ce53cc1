package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"warroom/model/verb"
	"warroom/tui"
)

const readme = "../../README.md"

// TestREADMEIsFresh compares the generated tables of the README with their
// sources, and writes them with UPDATE=1.
func TestREADMEIsFresh(t *testing.T) {
	keys, err := tui.KeyTable()
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	want := section(t, string(have), "keys", keys.Markdown())
	want = section(t, want, "verbs", verbTable())
	if want == string(have) {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatal("the tables in README.md are stale; run: UPDATE=1 go test ./cmd/warroom -run README")
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// section replaces what stands between <!-- name: … --> and <!-- /name -->.
func section(t *testing.T, text, name, body string) string {
	t.Helper()
	before, rest, ok := strings.Cut(text, "<!-- "+name+": ")
	note, rest, ok2 := strings.Cut(rest, "-->\n")
	_, after, ok3 := strings.Cut(rest, "<!-- /"+name+" -->")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("README.md has no section %s", name)
	}
	return before + "<!-- " + name + ": " + note + "-->\n" + strings.TrimRight(body, "\n") + "\n<!-- /" + name + " -->" + after
}

func verbTable() string {
	var b strings.Builder
	b.WriteString("| verb | does |\n| --- | --- |\n")
	for _, v := range verb.Table() {
		usage := strings.TrimSpace(v.Name + " " + v.Args)
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(usage, "|", `\|`), strings.ReplaceAll(v.Short, "|", `\|`))
	}
	return b.String()
}
