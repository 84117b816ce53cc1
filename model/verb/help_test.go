package verb_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

// contract is what cli.md says of the verbs that there are so far: each with
// the words it is called by there.
var contract = []string{
	`incident new --title T --severity 2 --type ransomware --exercise`, `incident list --filter sev:1`, `incident show INC`,
	`incident relate INC OTHER`, `note INC TEXT --at -5m`, `timeline list INC --since -1h --kind note`, `ioc add INC 192.0.2.1`, `ioc list INC`,
	`ioc set INC I1 --verdict benign --tlp clear --confidence 10`, `scope add INC FS-01`, `scope set INC S1 --contained yes`, `scope list INC`,
	`check list INC`, `check done INC C1`, `check open INC C1`, `check na INC C1 --reason x`, `check waive INC C2 --reason x`, `check assign INC C12 @x`,
	`phase INC`, `phase INC containment --force --reason x`, `sev INC 1 --reason x`, `role INC ic @x`, `role INC deputy @x`, `role INC scribe @x`, `role INC liaison @x`, `role INC sme @x`,
	`search TEXT`, `watch INC`, `whoami`, `help`, `help note`, `decision INC text`, `ioc extract`, `ioc extract --batch`,
	`incident close INC --reason x`,
}

func TestContract(t *testing.T) {
	h := begun(t)
	for _, line := range contract {
		words, err := model.SplitWords(line)
		if err != nil {
			t.Fatal(err)
		}
		if words[0] == "watch" {
			continue // TestWatch
		}
		by := alice
		if got := h.run(h.env(by), "", words...); got.failure != nil {
			t.Errorf("%s: %v", line, got.failure)
		}
		if line == "role INC ic @x" { // alice has handed it over; she is a commander still
			if ic := h.hub.Peek(h.id).IC(); ic != "x" {
				t.Errorf("the IC is @%s", ic)
			}
		}
	}
}

var argForm = regexp.MustCompile(`^[^\n]*$`)

func TestHelp(t *testing.T) {
	names := map[string]bool{}
	for _, v := range verb.Table() {
		if names[v.Name] {
			t.Errorf("%s is there twice", v.Name)
		}
		names[v.Name] = true
		if v.Short == "" || strings.HasSuffix(v.Short, ".") || strings.ToLower(v.Short[:1]) != v.Short[:1] || !argForm.MatchString(v.Args) || strings.ContainsAny(v.Short, "\n\x1b") {
			t.Errorf("%s: short help %q, args %q", v.Name, v.Short, v.Args)
		}
		for _, e := range v.Examples {
			line := e[strings.LastIndex(e, "| ")+1:]
			line, _, _ = strings.Cut(line, " < ")
			words, err := model.SplitWords(line)
			if err != nil {
				t.Errorf("example %s: %v", e, err)
				continue
			}
			if found, _, err := verb.Find(words); err != nil || found.Name != v.Name {
				t.Errorf("the example %q is none of %s", e, v.Name)
			}
		}
		var text, asJSON strings.Builder
		env := verb.Env{Now: clock, NewID: newID} // help needs no room
		if err := verb.Run(t.Context(), env, append([]string{"help"}, strings.Fields(v.Name)...), verb.IO{Out: &text}); err != nil {
			t.Errorf("help %s: %v", v.Name, err)
		}
		if !strings.HasPrefix(text.String(), v.Usage()+"\n  "+v.Short) || !strings.Contains(text.String(), "--json") {
			t.Errorf("help %s prints\n%s", v.Name, &text)
		}
		if err := verb.Run(t.Context(), env, append(strings.Fields(v.Name), "--help"), verb.IO{Out: &asJSON, JSON: true}); err != nil {
			t.Errorf("%s --help: %v", v.Name, err)
		}
		var got struct {
			Name, Args, Short string
			Flags             []struct{ Name, Help string }
		}
		if err := json.Unmarshal([]byte(asJSON.String()), &got); err != nil || got.Name != v.Name || got.Args != v.Args || got.Short != v.Short {
			t.Errorf("%s --help as JSON: %v\n%s", v.Name, err, &asJSON)
		}
		for _, f := range got.Flags {
			if f.Help == "" {
				t.Errorf("%s --%s has no help", v.Name, f.Name)
			}
		}
		// What the short usage names as a flag is one.
		for _, f := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(v.Args, -1) {
			if !strings.Contains(text.String(), "  --"+f[1]) {
				t.Errorf("%s: %s is in its usage and not among its flags", v.Name, f[0])
			}
		}
	}
}

func TestExtractBatch(t *testing.T) {
	h := newHouse(t)
	in := `{"id":7,"text":"see hxxp://evil[.]com/a and 10.0.0.1"}` + "\n\n" + `{"id":"x","text":"nothing"}` + "\n" + `{"id":null,"text":"10.0.0.1\u202e"}`
	got := h.run(verb.Env{}, in, "ioc", "extract", "--batch")
	want := `{"id":7,"indicators":[{"type":"url","value":"http://evil.com/a","defanged":"hxxp://evil[.]com/a"},{"type":"ipv4","value":"10.0.0.1","defanged":"10[.]0[.]0[.]1"}]}
{"id":"x","indicators":[]}
{"id":null,"indicators":[{"type":"ipv4","value":"10.0.0.1","defanged":"10[.]0[.]0[.]1"}]}
`
	if got.failure != nil || got.out != want {
		t.Errorf("%v\n%s\nwant\n%s", got.failure, got.out, want)
	}
	got = h.run(verb.Env{}, "evil.com then http://evil.com/x then evil[.]com", "ioc", "extract", "--json")
	want = `{"type":"domain","value":"evil.com","defanged":"evil[.]com"}
{"type":"url","value":"http://evil.com/x","defanged":"hxxp://evil[.]com/x"}
`
	if got.failure != nil || got.out != want {
		t.Errorf("%v\n%s\nwant\n%s", got.failure, got.out, want)
	}
}

// A text of any length is read in parts: each value once, none lost at a seam.
func TestExtractLongText(t *testing.T) {
	h := newHouse(t)
	var b strings.Builder
	n := 0
	for b.Len() < 17<<20 {
		if n%1000 == 0 {
			b.WriteString("from host-" + strconv.Itoa(n) + ".evil.com to 10.0.0.1\n")
		} else {
			b.WriteString("nothing to see in this line, which only makes the text longer than one part may be\n")
		}
		n++
	}
	got := h.run(verb.Env{}, b.String(), "ioc", "extract")
	if lines := strings.Count(got.out, "\n"); got.failure != nil || lines != (n+999)/1000+1 || strings.Count(got.out, "10[.]0[.]0[.]1") != 1 {
		t.Errorf("%d lines of %d, %v", strings.Count(got.out, "\n"), (n+999)/1000+1, got.failure)
	}
	got = h.run(verb.Env{}, strings.Repeat("x", 17<<20), "ioc", "extract")
	if model.ExitStatus(got.failure) != 1 || !strings.Contains(got.failure.Error(), "a line is over 16777216 bytes") {
		t.Errorf("a line of 17 MiB: %v", got.failure)
	}
}
