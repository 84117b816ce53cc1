package verb_test

import (
	"slices"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

func TestComplete(t *testing.T) {
	h := begun(t)
	for _, line := range []string{"note INC first", "ioc add INC 192.0.2.1", "scope add INC FS-01", "check done INC C1", "note OTHER elsewhere"} {
		words, _ := model.SplitWords(line)
		h.must(alice, words...)
	}
	inside := h.env(alice)
	inside.Incident = h.id
	for _, c := range []struct {
		line   string // words; the last one is being typed, . stands for an empty one
		inside bool
		want   string // values that must be offered
		not    string // values that must not
		first  string // the first value
	}{
		{line: ".", want: "incident note check help watch", not: "new list"},
		{line: "in", want: "incident", not: "note ioc"},
		{line: "IN", want: "incident"},
		{line: "dance ."},
		{line: "incident .", want: "new list show edit close reopen relate access", not: "incident"},
		{line: "incident re", want: "reopen relate", not: "new"},
		{line: "check .", want: "list done doing open na waive assign"},
		{line: "incident show .", want: "INC OTHER --json"},
		{line: "incident show --", want: "--json", not: "INC"},
		{line: "incident show INC .", not: "INC OTHER"},
		{line: "incident new --severity .", want: "1 2 3 4", not: "--title INC"},
		{line: "incident new --type ra", want: "ransomware", not: "phishing"},
		{line: "incident new --playbook .", want: "ransomware phishing-bec"},
		{line: "incident new --ti", want: "--title", not: "--type"},
		{line: "incident list --filter .", want: "sev: phase: ioc:"},
		{line: "incident relate INC .", want: "OTHER", not: "INC"},
		{line: "incident access INC .", want: "@alice"},
		{line: "incident access INC @bob .", want: "none read respond lead default"},
		{line: "incident access INC --restricted .", want: "yes no", not: "INC"},
		{line: "timeline star INC .", want: "T3 T1", not: "I1", first: "T3"},
		{line: "timeline list INC --kind d", want: "decision declared", not: "note"},
		{line: "note INC --corrects .", want: "T3"},
		{line: "ioc set INC .", want: "I1 --verdict", not: "T1 S1"},
		{line: "ioc set INC I1 --verdict .", want: "malicious benign"},
		{line: "ioc add INC --type ip", want: "ipv4 ipv6", not: "domain"},
		{line: "ioc set INC I1 --tlp .", want: "amber+strict red"},
		{line: "scope set INC .", want: "S1", not: "I1"},
		{line: "scope set INC S1 --contained .", want: "yes no"},
		{line: "scope add INC x --kind .", want: "system data-set"},
		{line: "check done INC .", want: "C1 C2", not: "T1", first: "C2"},
		{line: "check done INC C2 c", want: "C3"},
		{line: "check assign INC C2 .", want: "@alice C3"},
		{line: "check list INC --phase c", want: "containment", not: "recovery"},
		{line: "playbook attach INC .", want: "ddos"},
		{line: "playbook show .", want: "ddos"},
		{line: "phase INC .", want: "containment --reason", not: "closed"},
		{line: "sev INC .", want: "1 2 3 4"},
		{line: "role INC .", want: "ic deputy scribe"},
		{line: "role INC scribe .", want: "@alice"},
		{line: "role INC scribe al", want: "@alice"},
		{line: "help .", want: "incident note"},
		{line: "watch .", want: "INC OTHER --from"},
		{line: "whoami .", want: "--json", not: "INC"},

		{line: "timeline star .", inside: true, want: "T3", not: "OTHER"},
		{line: "check done C2 .", inside: true, want: "C3", not: "INC"},
		{line: "phase .", inside: true, want: "containment"},
		{line: "role scribe .", inside: true, want: "@alice"},
		{line: "incident relate .", inside: true, want: "OTHER", not: "INC"},
		{line: "scope set S1 --contained .", inside: true, want: "yes"},
	} {
		env := h.env(alice)
		if c.inside {
			env = inside
		}
		words := h.words(strings.Fields(c.line))
		if last := len(words) - 1; words[last] == "." {
			words[last] = ""
		}
		var got []string
		for _, x := range verb.Complete(env, words) {
			if slices.Contains(got, x.Value) {
				t.Errorf("%s: offers %s twice", c.line, x.Value)
			}
			got = append(got, x.Value)
		}
		for _, w := range h.words(strings.Fields(c.want)) {
			if !slices.Contains(got, w) {
				t.Errorf("%s (inside %v): does not offer %s: %q", c.line, c.inside, w, got)
			}
		}
		for _, w := range h.words(strings.Fields(c.not)) {
			if slices.Contains(got, w) {
				t.Errorf("%s (inside %v): offers %s", c.line, c.inside, w)
			}
		}
		if c.first != "" && (len(got) == 0 || got[0] != c.first) {
			t.Errorf("%s: offers %q first, want %s", c.line, got[:min(1, len(got))], c.first)
		}
		if c.want == "" && c.not == "" && len(got) > 0 {
			t.Errorf("%s: offers %q", c.line, got)
		}
	}
	if got := verb.Complete(h.env(alice), nil); len(got) == 0 {
		t.Error("nothing is offered for an empty line")
	}
	if got := verb.Complete(verb.Env{}, []string{"incident", "show", ""}); len(got) != 1 {
		t.Errorf("without a room: %v", got)
	}
}
