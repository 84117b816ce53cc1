package verb_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/metrics"
)

// measured is what metrics --json says, as far as these tests look.
type measured struct {
	Period    string
	Incidents int
	NotPlaced int `json:"not_placed"`
	Metrics   []metrics.Metric
	Groups    []struct {
		Name      string
		Incidents int
		Metrics   []metrics.Metric
	}
}

func (h *house) metrics(by model.Actor, words ...string) measured {
	h.t.Helper()
	var v measured
	if err := json.Unmarshal([]byte(h.must(by, append([]string{"metrics", "--json"}, words...)...)), &v); err != nil {
		h.t.Fatal(err)
	}
	return v
}

func TestMomentsAndMetrics(t *testing.T) {
	h := begun(t)
	h.must(bob, "note", "INC", "2026-11-23 08:15", "the port is shut")
	h.must(bob, "moment", "INC", "first-act", "--at", "2026-11-20 22:40")
	h.must(bob, "moment", "INC", "detected", "--at", "2026-11-23 06:15", "--reason", "the first alert")
	entries := h.hub.Peek(h.id).Timeline
	ref := ""
	for _, e := range entries {
		if e.Text == "the port is shut" {
			ref = e.Ref
		}
	}
	h.must(bob, "moment", "INC", "contained", "--at", ref)
	if out := h.must(olga, "moment", "INC"); !strings.Contains(out, "contained     2026-11-23 08:15Z     @bob") || !strings.Contains(out, "determined    2026-11-23 12:00:00Z  declared") {
		t.Errorf("moments:\n%s", out)
	}
	m := h.metrics(olga, "contain")
	if m.Period != "2026-Q4" || m.Incidents != 2 || m.Metrics[0].N != 1 || m.Metrics[0].LeftOut != 1 || *m.Metrics[0].Median != 7200 {
		t.Errorf("%+v", m)
	}
	if out := h.must(olga, "metrics", "contain"); !strings.Contains(out, "Time to contain  2h00m") {
		t.Errorf("%s", out)
	}
	if m := h.metrics(olga, "detect", "--period", "year", "--by", "month"); len(m.Groups) != 1 || m.Groups[0].Name != "2026-11" || *m.Groups[0].Metrics[0].Mean != 55.0*3600+35*60 {
		t.Errorf("%+v", m)
	}
	if m := h.metrics(olga, "--period", "2025"); m.Incidents != 0 || m.Metrics[0].N != 0 {
		t.Errorf("%+v", m)
	}
	h.must(bob, "moment", "INC", "contained", "--unknown", "--reason", "two accounts differ")
	if m := h.metrics(olga, "contain"); m.Metrics[0].N != 0 {
		t.Errorf("%+v", m)
	}
	h.must(bob, "undo", "INC")
	// A restricted incident counts for those alone who may read it.
	h.must(alice, "incident", "access", "INC", "--restricted", "yes")
	if m := h.metrics(olga, "contain"); m.Incidents != 1 || m.Metrics[0].N != 0 {
		t.Errorf("olga sees %+v", m)
	}
	if m := h.metrics(alice, "contain"); m.Incidents != 2 || m.Metrics[0].N != 1 {
		t.Errorf("alice sees %+v", m)
	}
}

func TestClassifyVerb(t *testing.T) {
	h := begun(t)
	h.must(bob, "classify", "INC", "--actor", "external:organized-crime", "--vector", "email-link", "--vector", "vpn", "--discovery", "internal:ids")
	h.must(bob, "classify", "INC", "--actor", "none")
	if out := h.must(olga, "classify", "INC", "--json"); !strings.Contains(out, `"actor": []`) || !strings.Contains(out, `"vpn"`) {
		t.Errorf("%s", out)
	}
	if m := h.metrics(olga, "internal-discovery"); m.Metrics[0].Hits != 1 || m.Metrics[0].N != 1 || m.Metrics[0].LeftOut != 1 {
		t.Errorf("%+v", m.Metrics)
	}
}

func TestImportVerb(t *testing.T) {
	h := begun(t)
	sample, err := os.ReadFile("../veris/testdata/sample.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	run := func(stdin string, words ...string) said {
		t.Helper()
		return h.run(h.env(alice), stdin, append([]string{"import", "-"}, words...)...)
	}
	before := len(h.hub.Board().Briefs)
	if got := run(string(sample), "--dry-run"); got.failure != nil || !strings.Contains(got.out, "3 would be imported, 0 known already, 1 no incidents") || len(h.hub.Board().Briefs) != before {
		t.Fatalf("%v %s", got.failure, got.out)
	}
	bad := string(sample) + `{"incident_id":"B-1","security_incident":"Perhaps"}` + "\n{"
	got := run(bad)
	if model.ExitStatus(got.failure) != 1 || !strings.Contains(got.err, "record 5 B-1: security_incident") || !strings.Contains(got.err, "record 6") || len(h.hub.Board().Briefs) != before {
		t.Fatalf("%v %s", got.failure, got.err)
	}
	if got := run(bad, "--good"); got.failure != nil || !strings.Contains(got.out, "3 imported, 0 known already, 1 no incidents, 2 wrong") {
		t.Fatalf("%v %s", got.failure, got.out)
	}
	if got := run(string(sample)); got.failure != nil || !strings.Contains(got.out, "0 imported, 3 known already") || len(h.hub.Board().Briefs) != before+3 {
		t.Fatalf("%v %s", got.failure, got.out)
	}
	m := h.metrics(olga, "contain", "--period", "all", "--by", "year")
	if m.Incidents != 5 || m.Metrics[0].N != 2 || *m.Metrics[0].Mean != (48+252)*3600/2 {
		t.Errorf("%+v", m)
	}
	if m := h.metrics(olga, "--period", "2023-Q1"); m.Incidents != 0 || m.NotPlaced != 1 {
		t.Errorf("of 2023 the month is not known: %+v", m)
	}
}

// metricsSteps are the happy path of the verbs of moments, metrics and import.
func metricsSteps() []step {
	return []step{
		{words: `moment INC`, text: `(?s)first-act +- .*detected +2026-11-23 12:00:00Z +declared`, fields: "name means at precision from said reason recorded_by recorded_at", array: true, reads: true},
		{words: `moment INC first-act --at "2026-11-20 22:40"`, text: `first-act +2026-11-20 22:40Z +@alice`, fields: "name means at precision from"},
		{words: `moment INC first-act`, text: `first-act +2026-11-20 22:40Z`, fields: "name means at precision from", reads: true},
		{words: `moment INC first-act --clear`, text: `first-act +- `, fields: "name means at precision from"},
		{words: `classify INC --actor external:organized-crime --vector vpn`, text: `(?s)actor +external:organized-crime.*vector +vpn`, fields: "actor motive action vector asset attribute discovery"},
		{words: `classify OTHER`, text: `^$`, fields: "actor motive action vector asset attribute discovery", reads: true},
		{words: `metrics`, text: `(?s)^2026-Q4 .*HOW LONG.*Time to contain.*c - d.*HOW OFTEN.*Severity drift`, fields: "period from to incidents not_placed reports metrics groups stages funnel follow_ups", reads: true},
		{words: `metrics --period all --by severity`, text: `(?s)SEVERITY +INCIDENTS +TIME TO DETECT`, fields: "period metrics groups", reads: true},
		{words: `import - --dry-run`, stdin: `{"incident_id":"P-1","security_incident":"Confirmed","summary":"A laptop was lost."}`, text: `(?s)1 +new +SEV3.*1 would be imported`,
			fields: "imported known records passed_over bad", reads: true},
		{words: `import - --severity 4`, stdin: `{"incident_id":"P-1","security_incident":"Confirmed","summary":"A laptop was lost."}`, text: `^1 imported, 0 known`, fields: "imported known records passed_over bad"},
	}
}
