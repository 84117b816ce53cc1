package verb_test

import (
	"encoding/json"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

const rawAlert = "login of svc-bkp on FS-01 from 192.0.2.7\r\n\x1b]0;owned\a\xff\x00 hxxps://evil[.]example/x\n"

func (h *house) report(by model.Actor, stdin string, words ...string) string {
	h.t.Helper()
	s := h.run(h.env(by), stdin, append([]string{"report", "new"}, words...)...)
	if s.failure != nil {
		h.t.Fatal(s.failure)
	}
	return strings.TrimSpace(s.out)
}

type shownReport struct {
	ID, State, Assignee string
	Text                model.Text
	Again               int
	Severity            model.Severity
	Preliminary         model.Severity `json:"severity_preliminary"`
	Related             []string
	Decision            *struct{ By, Of, State string }
	Indicators          []struct{ Type, Defanged string }
	Similar             []model.Likeness
}

func TestReportIsKeptByteForByte(t *testing.T) {
	h := begun(t)
	id := h.report(olga, rawAlert, "--title", "Login from abroad", "--severity", "2", "--source", "siem", "--ref", "a/1", "-")
	var v shownReport
	h.decode(olga, &v, "report", "show", id)
	if id != "RPT-1" || v.Text != rawAlert || v.State != "new" || len(v.Indicators) < 2 || v.Decision != nil {
		t.Fatalf("%s %+v", id, v)
	}
	out := h.must(olga, "report", "show", id)
	if strings.ContainsAny(out, "\x1b\x00\a\r") || !strings.Contains(out, "192[.]0[.]2[.]7") {
		t.Errorf("%q", out)
	}
	s := h.run(h.env(bob), "other words", "report", "new", "--title", "Login from abroad", "--severity", "1", "--source", "SIEM", "--ref", "a/1", "-")
	if s.failure != nil || strings.TrimSpace(s.out) != id || !strings.Contains(s.err, "RPT-1 came again, 1 times so far") {
		t.Errorf("%+v", s)
	}
	if out = h.must(olga, "report", "list"); !strings.Contains(out, "RPT-1  SEV2  new") || !strings.Contains(out, "+1") {
		t.Error(out)
	}
	big := strings.Repeat("x", model.MaxReport)
	if id := h.report(olga, big, "--title", "Large", "--severity", "4", "-"); id != "RPT-2" {
		t.Error(id)
	}
	if s := h.run(h.env(olga), big+"x", "report", "new", "--title", "Larger", "--severity", "4", "-"); model.CodeOf(s.failure) != model.CodeInvalid {
		t.Error(s.failure)
	}
}

func TestReportTriage(t *testing.T) {
	h := begun(t)
	h.must(bob, "ioc", "add", "OTHER", "192.0.2.7")
	h.must(bob, "scope", "add", "INC", "FS-01")
	id := h.report(olga, rawAlert, "--title", "Login from abroad", "--severity", "3", "-")
	var v shownReport
	h.decode(bob, &v, "report", "show", id)
	if len(v.Similar) != 2 || v.Similar[0].ID != h.other || v.Similar[1].ID != h.id {
		t.Fatalf("similar %+v", v.Similar)
	}
	if out := h.must(bob, "incident", "show", "OTHER"); !strings.Contains(out, "similar     RPT-1  new  Login from abroad  (shares the indicator 192[.]0[.]2[.]7") {
		t.Error(out)
	}
	for _, tt := range []struct {
		by    model.Actor
		words []string
		code  model.Code
		say   string
	}{
		{olga, []string{id, "event", "--reason", "x"}, model.CodeForbidden, "ask a responder"},
		{bob, []string{id, "event"}, model.CodeInvalid, "reason"},
		{bob, []string{id, "incident"}, model.CodeInvalid, "not a security incident"},
		{bob, []string{id, "maybe"}, model.CodeUsage, "no state of a report"},
		{bob, []string{id}, model.CodeUsage, "the decision is missing"},
		{bob, []string{"INC", "event", "--reason", "x"}, model.CodeUsage, "is an incident, not a report"},
		{bob, []string{"RPT-77", "event", "--reason", "x"}, model.CodeNotFound, "no report RPT-77"},
		{bob, []string{id, "duplicate", "--reason", "x"}, model.CodeInvalid, "--of"},
		{bob, []string{id, "duplicate", "--reason", "x", "--of", id}, model.CodeInvalid, "itself"},
		{bob, []string{id, "incident", "--of", "INC-2020-0001"}, model.CodeNotFound, "no incident"},
		{bob, []string{id, "incident", "--effect", "mood"}, model.CodeUsage, "no effect"},
		{bob, []string{id, "incident", "--of", "INC", "--title", "x"}, model.CodeUsage, "new incident"},
	} {
		s := h.run(h.env(tt.by), "", append([]string{"report", "triage"}, tt.words...)...)
		if model.CodeOf(s.failure) != tt.code || !strings.Contains(s.failure.Error(), tt.say) {
			t.Errorf("%q: %v", tt.words, s.failure)
		}
	}
	h.must(bob, "report", "assign", id, "@bob")
	out := h.must(bob, "report", "triage", id, "incident", "--severity", "1", "--effect", "confidentiality,personal-data", "--type", "ransomware")
	h.decode(bob, &v, "report", "show", id)
	if v.State != "incident" || v.Severity != 1 || v.Preliminary != 3 || v.Assignee != "bob" || v.Decision.By != "bob" || strings.TrimSpace(out) != id+" incident "+v.Decision.Of {
		t.Fatalf("%q %+v", out, v)
	}
	inc := v.Decision.Of
	if out := h.must(bob, "incident", "show", inc); !strings.Contains(out, "SEV1") || !strings.Contains(out, "Login from abroad") || !strings.Contains(out, "related     RPT-1") {
		t.Error(out)
	}
	if out := h.must(bob, "ioc", "list", inc); !strings.Contains(out, "192[.]0[.]2[.]7") {
		t.Error(out)
	}
	s := h.run(h.env(alice), "", "report", "triage", id, "event", "--reason", "x")
	if model.CodeOf(s.failure) != model.CodeConflict || !strings.Contains(s.failure.Error(), "@bob decided RPT-1") {
		t.Error(s.failure)
	}
	h.must(alice, "report", "reopen", id, "--reason", "it was ours")
	h.must(alice, "report", "triage", id, "false-positive", "--reason", "a test of ours")
	if out := h.must(bob, "search", "test", "of", "ours"); !strings.Contains(out, "RPT-1") {
		t.Error(out)
	}
	dup := h.report(olga, "", "--title", "The same again", "--severity", "3")
	if out := h.must(bob, "report", "triage", dup, "duplicate", "--of", id, "--reason", "same login"); strings.TrimSpace(out) != "RPT-2 duplicate of RPT-1" {
		t.Error(out)
	}
	third := h.report(olga, "", "--title", "And again", "--severity", "3")
	if s := h.run(h.env(bob), "", "report", "triage", third, "duplicate", "--of", dup, "--reason", "x"); s.failure == nil || !strings.Contains(s.failure.Error(), "itself a duplicate of RPT-1") {
		t.Error(s.failure)
	}
	if out := h.must(bob, "report", "list", "--state", "duplicate"); !strings.Contains(out, "RPT-2") || strings.Contains(out, "RPT-3") {
		t.Error(out)
	}
}

// A report is nowhere among the incidents, and takes none of their verbs.
func TestReportsAreNoIncidents(t *testing.T) {
	h := begun(t)
	id := h.report(olga, "", "--title", "Login from abroad", "--severity", "3")
	for _, words := range [][]string{{"incident", "list"}, {"incident", "list", "--filter", "abroad"}} {
		if out := h.must(bob, words...); strings.Contains(out, "RPT") {
			t.Errorf("%q: %s", words, out)
		}
	}
	for _, words := range [][]string{{"incident", "show", id}, {"note", id, "x"}, {"sev", id, "1", "--reason", "x"}, {"scope", "list", id}, {"incident", "relate", "INC", id}} {
		if s := h.run(h.env(alice), "", words...); s.failure == nil || !strings.Contains(s.failure.Error(), "is a report, not an incident") {
			t.Errorf("%q: %v", words, s.failure)
		}
	}
	for _, c := range verb.Complete(h.env(bob), []string{"note", ""}) {
		if strings.HasPrefix(c.Value, "RPT") {
			t.Error("note completes a report")
		}
	}
	got := verb.Complete(h.env(bob), []string{"report", "triage", ""})
	if len(got) == 0 || got[0].Value != id {
		t.Errorf("completes %v", got)
	}
	if got := verb.Complete(h.env(bob), []string{"report", "triage", id, "f"}); len(got) != 1 || got[0].Value != "false-positive" {
		t.Errorf("completes %v", got)
	}
	h.must(root, "redact", id, "#1", "--reason", "personal data")
	var v map[string]json.RawMessage
	h.decode(bob, &v, "report", "show", id)
	if strings.Contains(string(v["title"]), "abroad") {
		t.Error(string(v["title"]))
	}
}

// A restricted incident is named in no report (AUTH-5).
func TestReportDoesNotNameARestrictedIncident(t *testing.T) {
	h := begun(t)
	id := h.report(olga, "", "--title", "Login from abroad", "--severity", "3")
	h.must(bob, "report", "triage", id, "incident", "--of", "OTHER")
	h.must(alice, "incident", "access", "OTHER", "--restricted", "yes")
	h.must(alice, "incident", "access", "INC", "--restricted", "yes")
	if out := h.must(olga, "report", "list") + h.must(olga, "report", "show", id) + h.must(olga, "report", "show", id, "--json"); strings.Contains(out, h.other) {
		t.Error(out)
	}
	next := h.report(olga, "", "--title", "Another", "--severity", "3")
	if s := h.run(h.env(alice), "", "report", "triage", next, "incident", "--of", "INC"); s.failure == nil || !strings.Contains(s.failure.Error(), "would name the restricted incident") {
		t.Error(s.failure)
	}
	if s := h.run(h.env(bob), "", "report", "triage", next, "incident", "--of", "INC"); model.CodeOf(s.failure) != model.CodeNotFound {
		t.Error(s.failure)
	}
}
