package verb_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"warroom/model"
	"warroom/model/verb"
)

// hostile are texts that do harm where they reach a terminal raw. Each holds
// visible letters too, so that it can be a title.
func hostile() map[string]string {
	return map[string]string{
		"escape":        "a\x1b[31mred\x1b[0m",
		"clear":         "a\x1b[2J\x1b[H",
		"osc 52":        "a\x1b]52;c;cm0gLXJm\x07",
		"osc 8":         "a\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
		"osc title":     "a\x1b]0;own\x07",
		"dcs":           "a\x1bP+q544e\x1b\\",
		"33 parameters": "a\x1b[" + strings.Repeat("1;", 33) + "m",
		"c1 as runes":   "a\u009b31m\u009d52;c;x\u009c",
		"c1 as bytes":   "a\x9b31m\x9d0;x\x9c",
		"no utf-8":      "a\xff\xfe\xc3\x28\xed\xa0\x80",
		"cut short":     "a\xe2\x82",
		"nul":           "a\x00b",
		"carriage":      "harmless\rEVIL",
		"line feed":     "one\ntwo\x0bthree\x0cfour\u2028five\u2029six\u0085seven",
		"backspace":     "a\b\b\b\x7f\x05",
		"bidi":          "a\u202egpj.exe\u202c\u2066x\u2069\u200f\u061c",
		"zero width":    "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg\u034fh",
		"tags":          "a\U000e0001\U000e0041\U000e007f",
		"selectors":     "a\ufe0e\U000e0100\u180b",
		"fillers":       "a\u3164\u115f\u1160\uffa0\u2800",
		"interlinear":   "a\ufff9b\ufffac\ufffb",
		"flood":         "a" + strings.Repeat("\u0301\u0316", 200),
		"private":       "a\ue000\U000f0000\ufffe",
		"markup":        "a</script><b>&amp;\"'`\\u001b",
		"shell":         "a$(touch x);`id` | \\x1b",
	}
}

// raw finds what no output may hold: a control character but LF, an invisible
// or direction character, a byte that is no UTF-8, or a flood of marks.
func raw(s string) string {
	if !utf8.ValidString(s) {
		return "bytes that are no UTF-8"
	}
	marks := 0
	for _, r := range s {
		switch {
		case r == '\n':
		case r < ' ' || r >= 0x7f && r < 0xa0, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r),
			unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Noncharacter_Code_Point, r),
			r == 0x2800, r == 0x34f:
			return "U+" + strings.ToUpper(hex(r))
		}
		if unicode.Is(unicode.M, r) {
			if marks++; marks > 4 {
				return "a flood of marks"
			}
		} else {
			marks = 0
		}
	}
	return ""
}

func hex(r rune) string {
	const digits = "0123456789abcdef"
	s := ""
	for ; r > 0; r /= 16 {
		s = string(digits[r%16]) + s
	}
	return s
}

// TestHostileText puts each text wherever text can stand, then asks every verb
// that shows something: nothing raw comes out, and JSON gives the exact bytes.
func TestHostileText(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			if name != "markup" && name != "shell" && raw(text) == "" {
				t.Fatal("this text is not seen as hostile")
			}
			h := newHouse(t)
			h.id = strings.TrimSpace(h.must(alice, "incident", "new", "--title", text, "--severity", "2", "--type", "ransomware", "--summary", text))
			h.other = strings.TrimSpace(h.must(alice, "incident", "new", "--title", text, "--severity", "3"))
			for _, words := range [][]string{
				{"note", "INC", text}, {"decision", "INC", text}, {"note", "INC", "--corrects", "T3", text}, {"timeline", "retract", "INC", "T4", "--reason", text},
				{"scope", "add", "INC", text, "--team", text, "--tenant", text, "--note", text},
				{"scope", "add", "INC", "second"}, {"scope", "retract", "INC", "S2", "--reason", text},
				{"ioc", "add", "INC", "192.0.2.1", "--source", text, "--note", text}, {"ioc", "add", "OTHER", "192.0.2.1"},
				{"ioc", "retract", "OTHER", "I1", "--reason", text},
				{"check", "done", "INC", "C8", "--note", text}, {"check", "waive", "INC", "C9", "--reason", text},
				{"sev", "INC", "1", "--reason", text}, {"incident", "relate", "INC", "OTHER", "--reason", text},
				{"incident", "close", "OTHER", "--reason", text}, {"incident", "reopen", "OTHER", "--reason", text},
				{"phase", "INC", "containment", "--force", "--reason", text},
				{"postmortem", "set", "INC", "summary", text}, {"postmortem", "factor", "INC", text, "--class", "other-flaw"}, {"postmortem", "factor", "INC", text, "--class", "other-flaw", "--because", "X1"},
				{"postmortem", "question", "INC", text}, {"postmortem", "question", "INC", "Q1", "--answer", text}, {"postmortem", "discuss", "INC", text, "--with", ("x" + text)[:min(len(text)+1, 200)], "--dissent", text},
				{"postmortem", "none", "INC", "--reason", text}, {"data-impact", "INC", "customers", "yes"}, {"postmortem", "waive", "INC", "--reason", text},
			} {
				out := h.must(alice, words...)
				if r := raw(out); r != "" {
					t.Errorf("%q printed %s: %q", words, r, out)
				}
			}
			// An indicator takes the text, or refuses it in words that are safe.
			added := h.run(h.env(alice), "", "ioc", "add", "INC", "--type", "user-agent", text)
			if added.failure != nil && model.ExitStatus(added.failure) != 1 {
				t.Errorf("ioc add: %v", added.failure)
			}
			for _, words := range [][]string{
				{"incident", "list"}, {"incident", "list", "--filter", text}, {"incident", "show", "INC"}, {"incident", "access", "INC"},
				{"timeline", "list", "INC"}, {"timeline", "list", "INC", "--as-it-happened"}, {"ioc", "list", "INC"}, {"scope", "list", "INC"},
				{"check", "list", "INC"}, {"phase", "INC"}, {"role", "INC"}, {"postmortem", "show", "INC"}, {"postmortem", "show", "INC", "summary"}, {"postmortem", "show", "INC", "moments"},
				{"postmortem", "show", "INC", "phases"}, {"postmortem", "show", "INC", "severities"}, {"postmortem", "show", "INC", "scope"}, {"postmortem", "show", "INC", "indicators"}, {"search", "a"}, {"search", text}, {"whoami"},
				{"ioc", "extract"}, {"incident", "edit", "INC", "--priority", "P2"}, {"undo", "INC"},
			} {
				for _, width := range []int{0, 40, 80} {
					h.quiet(words, text, width)
				}
				h.quiet(append(words, "--json"), text, 0)
			}
			h.exact(text, added.failure == nil)
			h.refusedQuietly(text)
			for _, line := range [][]string{{"incident", "show", ""}, {"timeline", "star", h.id, ""}, {"scope", "set", h.id, ""}, {text, ""}, {"incident", "list", "--filter", text}} {
				for _, c := range verb.Complete(h.env(alice), line) {
					if r := raw(c.Value); r != "" {
						t.Errorf("completion of %q offers %s: %q", line, r, c.Value)
					}
				}
			}
		})
	}
}

// quiet runs a verb and looks at all that it prints and says.
func (h *house) quiet(words []string, stdin string, width int) {
	h.t.Helper()
	var out, errs strings.Builder
	err := verb.Run(h.t.Context(), h.env(alice), h.words(words), verb.IO{In: strings.NewReader(stdin), Out: &out, Err: &errs, Width: width})
	if r := raw(out.String()); r != "" {
		h.t.Errorf("%q at width %d printed %s:\n%q", words, width, r, out.String())
	}
	if r := raw(errs.String()); r != "" {
		h.t.Errorf("%q said %s: %q", words, r, errs.String())
	}
	if err != nil && model.CodeOf(err) == "" {
		h.t.Errorf("%q: %v", words, err)
	}
}

// exact decodes the JSON and compares with what was typed in.
func (h *house) exact(text string, withIndicator bool) {
	h.t.Helper()
	same := func(what string, got model.Text) {
		h.t.Helper()
		if string(got) != text {
			h.t.Errorf("%s comes back as %q, was %q", what, got, text)
		}
	}
	var in struct {
		Title, Summary   model.Text
		Severity_history []model.SeverityChange
	}
	h.decode(alice, &in, "incident", "show", "INC")
	same("title", in.Title)
	same("summary", in.Summary)
	same("severity reason", in.Severity_history[1].Reason)
	var list []struct{ Title model.Text }
	h.decode(alice, &list, "incident", "list")
	same("title in the list", list[0].Title)
	var entries []*model.Entry
	h.decode(alice, &entries, "timeline", "list", "INC")
	same("note", entries[2].Text)
	same("correction", entries[4].Text)
	same("retraction", entries[3].RetractedWhy)
	var assets []*model.Asset
	h.decode(alice, &assets, "scope", "list", "INC")
	same("asset", assets[0].Name)
	same("team", assets[0].Team)
	same("tenant", assets[0].Tenant)
	var items []*model.Item
	h.decode(alice, &items, "check", "list", "INC")
	for _, it := range items {
		switch it.Ref {
		case "C8":
			same("item note", it.Note)
		case "C9":
			same("item reason", it.Reason)
		}
	}
	var iocs []*model.Indicator
	h.decode(alice, &iocs, "ioc", "list", "INC")
	same("source", iocs[0].Source)
	same("indicator note", iocs[0].Note)
	if withIndicator && !strings.ContainsAny(text, " \t\n\v\f\r\u0085\u2028\u2029") && strings.TrimSpace(text) == text {
		same("indicator", iocs[1].Value)
	}
}

// refusedQuietly checks that a refusal quotes the text on one safe line.
func (h *house) refusedQuietly(text string) {
	h.t.Helper()
	for _, words := range [][]string{
		{text}, {"incident", text}, {"incident", "show", text}, {"note", "INC", "--" + text}, {"note", "INC", "--at", text, "x"},
		{"phase", "INC", text}, {"sev", "INC", text}, {"role", "INC", text, "@x"}, {"role", "INC", "scribe", text}, {"check", "done", "INC", text},
		{"ioc", "add", "INC", text}, {"ioc", "add", "INC", "--type", text, "x"}, {"ioc", "list", "INC", "--type", text}, {"scope", "add", "INC", "y", "--kind", text},
		{"scope", "add", "INC", text}, {"playbook", "show", text}, {"incident", "list", "--filter", "x" + text + ":y"}, {"help", text}, {"incident", "list", "--limit", text},
	} {
		got := h.run(h.env(alice), "", words...)
		if got.failure == nil {
			continue // some texts are good words
		}
		line := model.Line(got.failure.Error()).String()
		if r := raw(line); r != "" || strings.Contains(line, "\n") {
			h.t.Errorf("%q is refused with %s: %q", words, r, line)
		}
	}
}

// TestHostileEvents decodes what watch --json prints.
func TestHostileEvents(t *testing.T) {
	h := begun(t)
	first := int(h.version(h.id))
	var texts []string
	for _, text := range hostile() {
		texts = append(texts, text)
		h.must(alice, "note", "INC", text)
	}
	out := h.watched("watch", "INC", "--from", "0")
	if r := raw(out); r != "" {
		t.Errorf("watch printed %s: %q", r, out)
	}
	out = h.watched("watch", "INC", "--from", "0", "--json")
	if r := raw(out); r != "" {
		t.Errorf("watch --json printed %s: %q", r, out)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, text := range texts {
		var ev struct{ Payload struct{ Text model.Text } }
		if err := json.Unmarshal([]byte(lines[first+i]), &ev); err != nil || string(ev.Payload.Text) != text {
			t.Errorf("the event comes back as %q (%v), was %q", ev.Payload.Text, err, text)
		}
	}
}
