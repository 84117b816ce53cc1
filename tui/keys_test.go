package tui_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"warroom/model"
	"warroom/tui/tuitest"
)

// keyed counts the keys that a person presses; typed text is counted by itself.
type keyed struct {
	*tuitest.Term
	keys, typed []string
}

func (k *keyed) press(keys ...string) *keyed {
	k.keys = append(k.keys, keys...)
	k.Press(keys...)
	return k
}

func (k *keyed) write(text string) *keyed {
	k.keys = append(k.keys, "…")
	k.typed = append(k.typed, text)
	k.Type(text)
	return k
}

// row is the act as a line of docs/keys.md.
func (k *keyed) row(act, from string) string {
	var keys []string
	n := 0
	for _, key := range k.keys {
		if key == "…" {
			keys = append(keys, key)
			continue
		}
		keys = append(keys, "`"+key+"`")
		n++
	}
	return fmt.Sprintf("| %s | %s | %s | %d | %s |\n", act, from, strings.Join(keys, " "), n, strings.Join(k.typed, "; "))
}

const keysPage = "../docs/keys.md"

// The six most frequent acts are done with the keys that docs/keys.md names, and
// UPDATE=1 writes it. Each is done in a room of two, and counts when the other
// one sees it.
func TestKeysOfTheMostFrequentActs(t *testing.T) {
	var rows strings.Builder
	for _, act := range []struct {
		name, from string
		most       int
		ready      func(a, b *tuitest.Term)
		do         func(k *keyed)
		seen       func(b *tuitest.Term)
	}{
		{"note", "anywhere in the room", 2, func(_, b *tuitest.Term) { b.Press("2") },
			func(k *keyed) { k.press("n").write("-20m FS-01 is encrypted").press("enter") },
			func(b *tuitest.Term) { b.ExpectLine("@alice", "FS-01 is encrypted") }},
		{"indicator", "anywhere in the room", 3, func(_, b *tuitest.Term) { b.Press("3") },
			func(k *keyed) {
				k.press("i")
				k.Expect("ctrl+s")
				k.write("beacon to 203.0.113.9").press("ctrl+s")
				k.ExpectLine("✓", "203[.]0[.]113[.]9")
				k.press("enter")
			},
			func(b *tuitest.Term) { b.ExpectLine("ipv4", "203[.]0[.]113[.]9") }},
		{"containment action", "the asset or the indicator", 6,
			func(a, b *tuitest.Term) {
				b.Press("6")
				b.Expect("No action yet.")
				a.Press("4")
				a.ExpectLine("▌", "WEB-03")
			},
			func(k *keyed) {
				k.press("c")
				k.ExpectLine("Contain S1: what")
				k.write("isol").press("enter")
				k.ExpectLine("Isolate host")
				k.write("the shop stops").press("enter").write("give the port back").press("ctrl+s")
			},
			func(b *tuitest.Term) { b.ExpectLine("A1", "proposed", "isolate host", "@alice") }},
		{"check", "the item", 1,
			func(a, b *tuitest.Term) {
				b.Press("5")
				a.Press("5", "g")
				a.ExpectLine("▌", "C8 ")
				b.ExpectLine("C8 ")
			},
			func(k *keyed) { k.press("x") },
			func(b *tuitest.Term) { b.ExpectLine("C8 ", "✓") }},
		{"assign", "the item", 2,
			func(a, b *tuitest.Term) {
				b.Press("5")
				a.Press("5", "g")
				a.ExpectLine("▌", "C8 ")
			},
			func(k *keyed) { k.press("@").write("bob").press("enter") },
			func(b *tuitest.Term) { b.ExpectLine("C8 ", "@bob") }},
		{"severity", "anywhere in the room", 4, func(_, _ *tuitest.Term) {},
			func(k *keyed) {
				k.press("s")
				k.ExpectLine("Severity of")
				k.write("1").press("tab").write("backups are encrypted too").press("enter")
			},
			func(b *tuitest.Term) { b.ExpectLine("SEVERITY", "SEV1") }},
	} {
		t.Run(act.name, func(t *testing.T) {
			h, id, a, b := pair(t)
			do(t, h, alice, id, model.AddAsset{Name: "WEB-03", Compromised: "yes"})
			act.ready(a, b)
			k := &keyed{Term: a}
			act.do(k)
			act.seen(b)
			n := len(k.keys) - len(k.typed)
			if n > act.most {
				t.Errorf("%d keys, at most %d: %v", n, act.most, k.keys)
			}
			rows.WriteString(k.row(act.name, act.from))
		})
	}
	if t.Failed() {
		return
	}
	page, err := os.ReadFile(keysPage)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "| --- | --- | --- | --- | --- |\n", "\n## "
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/keys.md has no table")
	}
	want := head + begin + rows.String() + end + tail
	if want == string(page) {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("the table in docs/keys.md is stale; run: UPDATE=1 go test ./tui -run Keys. Measured:\n%s", rows.String())
	}
	if err := os.WriteFile(keysPage, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
