package veris

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"warroom/model"
)

var (
	now   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
)

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/sample.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// said is a record in one line of words.
func said(r Record) string {
	in := r.Incident
	var moments []string
	for _, m := range in.Moments {
		moments = append(moments, fmt.Sprintf("%s=%s", m.Name, m.Said))
	}
	return fmt.Sprintf("%q %s %v rated=%v %s | %s | %v", in.Title, in.Type, in.Severity, in.Origin.Rated, in.Origin.Confirmed, strings.Join(moments, ", "), r.Unknown)
}

func TestParse(t *testing.T) {
	f, err := Parse(sample(t), 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(alice, now); err != nil || len(f.Bad) > 0 || len(f.Good) != 3 || len(f.Passed) != 1 {
		t.Fatalf("%v: %d good, bad %+v, passed %+v", err, len(f.Good), f.Bad, f.Passed)
	}
	for i, want := range []string{
		`"A clerk mailed the list of members to the wrong address" data-exposure SEV3 rated=false confirmed | first-act=2024-05-06 14:30, detected=6 hours later, contained=2 days later | []`,
		`"Example Works: hacking, malware" ransomware SEV2 rated=true suspected | first-act=2023, detected=weeks, number unknown, contained=1.5 weeks later | [discovery: weeks, number unknown]`,
		`"A laptop was stolen from a car." lost-device SEV3 rated=false confirmed | first-act=2022-02, detected=unknown, contained=na | [discovery: unknown containment: na]`,
	} {
		if got := said(f.Good[i]); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	got, err := json.Marshal(f.Good[1].Incident.Class)
	if want := `{"action":["hacking:use-of-stolen-creds","malware:ransomware"],"actor":["external:organized-crime"],"asset":["server:file","unknown"],` +
		`"attribute":["availability:obscuration","confidentiality"],"discovery":["external:actor-disclosure"],"motive":["financial"],"vector":["email-link","vpn"]}`; err != nil || string(got) != want {
		t.Errorf("class %s, want %s", got, want)
	}
	if d := f.Good[0].Incident.Impact; d == nil || *d.Disclosed != model.AnswerYes || f.Good[1].Incident.Impact != nil {
		t.Errorf("disclosed %+v", d)
	}
}

func TestForms(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(string(sample(t))), "\n")
	for name, data := range map[string]string{
		"an array": "[" + strings.Join(lines, ",\n") + "]", "lines with blanks": "\n" + strings.Join(lines, "\r\n\r\n") + "\n\n", "a mark before it": "\ufeff" + strings.Join(lines, "\n"),
	} {
		if f, err := Parse([]byte(data), 3); err != nil || len(f.Good) != 3 || len(f.Bad) != 0 {
			t.Errorf("%s: %v %+v", name, err, f)
		}
	}
	if f, err := Parse([]byte(strings.ReplaceAll(lines[0], ",", ",\n ")), 3); err != nil || len(f.Good) != 1 {
		t.Errorf("one object over several lines: %v %+v", err, f)
	}
}

func TestBadRecords(t *testing.T) {
	change := func(was, is string) string {
		line := strings.Split(string(sample(t)), "\n")[0]
		if !strings.Contains(line, was) {
			t.Fatal(was)
		}
		return strings.Replace(line, was, is, 1)
	}
	for want, line := range map[string]string{
		"incident_id is missing":                                 change(`"A-1"`, `" "`),
		"security_incident \"Maybe\" is none of":                 change(`"Confirmed"`, `"Maybe"`),
		"timeline.discovery \"Moons\" is no unit of time":        change(`"Hours"`, `"Moons"`),
		"timeline.discovery -1 hours is no length":               change(`"value":6`, `"value":-1`),
		"timeline.containment 1e+09 days is no length":           change(`"value":2`, `"value":1e9`),
		"timeline.incident there is no such day: 2024-13-06":     change(`"month":5`, `"month":13`),
		"timeline.incident there is no such day: 2024-02-30":     change(`"month":5,"day":6`, `"month":2,"day":30`),
		"timeline.discovery.value a string stands where another": change(`"value":6`, `"value":"six"`),
		"no JSON, at byte":                                       change(`{"incident_id"`, `{"incident_id`),
		"no JSON, at byte 2":                                     "nothing",
		"first-act cannot be in the future":                      change(`"year":2024`, `"year":2031`),
		"contained would be in the future: 2034-":                change(`"Days","value":2`, `"Years","value":10`),
		"id has 300 bytes":                                       change(`"A-1"`, `"`+strings.Repeat("x", 300)+`"`),
	} {
		f, err := Parse([]byte(line+"\n"+strings.Split(string(sample(t)), "\n")[1]), 3)
		if err == nil {
			err = f.Check(alice, now)
		}
		if err != nil || len(f.Bad) != 1 || len(f.Good) != 1 || f.Bad[0].N != 1 {
			t.Errorf("%s: %v %+v", want, err, f)
			continue
		}
		if got := f.Bad[0].Say(); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if f, _ := Parse(append(sample(t), sample(t)...), 3); len(f.Bad) != 4 || f.Bad[0].What != "is that of record 1 too" {
		t.Errorf("twice: %+v", f.Bad)
	}
	for _, none := range []string{"", " \n ", "[1, 2", "[]"} {
		if _, err := Parse([]byte(none), 3); model.CodeOf(err) != model.CodeInvalid {
			t.Errorf("%q: %v", none, err)
		}
	}
	f, err := Parse(sample(t), 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(model.Actor{Name: "olga", Role: model.RoleObserver}, now); model.CodeOf(err) != model.CodeForbidden {
		t.Errorf("by an observer: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte(`[{"incident_id":"x","security_incident":"Confirmed","timeline":{"incident":{"year":0}}}]`))
	f.Add([]byte(`{"incident_id":"x","security_incident":"Confirmed","discovery_method":{"internal":{"variety":[1,null]}},"action":{"error":{"variety":["\u0000"]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data, 3)
		if err != nil {
			if model.CodeOf(err) == "" {
				t.Fatal(err)
			}
			return
		}
		records := file.Records()
		if err := file.Check(alice, now); err != nil || file.Records() != records {
			t.Fatalf("%v: %d records, %d before", err, file.Records(), records)
		}
		for _, r := range file.Good {
			if _, err := r.Incident.Decide(&model.Incident{}, alice, now); err != nil {
				t.Fatal(err)
			}
		}
	})
}
