package report_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/report"
)

func ptr[T any](v T) *T { return &v }

// played is an incident with something of everything in it.
func played(t *testing.T) *room {
	r := &room{t: t, in: &model.Incident{}, now: t0}
	r.do(alice, model.Declare{Title: "Data taken from the dispute portal", Summary: "Outsiders ran commands on **WEB-03** and read the consumer database.", Severity: 1, Type: "data-exposure",
		Playbooks: []model.AttachPlaybook{{ID: "p", Title: "P", Items: []model.ItemSpec{{Key: "a", Phase: model.PhaseDetection, Title: "Check the backups", Required: true}}}}})
	r.do(alice, model.AssignRole{Role: model.RoleScribe, User: "bob"})
	r.do(bob, model.AddNote{Text: "first odd request at the portal, T1190", When: model.When{At: t0.Add(-48 * time.Hour), Precision: model.PrecisionDay}, Star: true})
	r.do(bob, model.AddIndicators{Indicators: []model.NewIndicator{
		{Type: "ipv4", Value: "192.0.2.44", Verdict: model.VerdictMalicious, Confidence: 90, TLP: "red", Source: "partner"},
		{Type: "domain", Value: "drop.example.net", Verdict: model.VerdictMalicious, Confidence: 80, TLP: "green", Source: "proxy"},
		{Type: "sha256", Value: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Verdict: model.VerdictBenign, TLP: "clear"}}})
	r.do(bob, model.AddAsset{Name: "WEB-03", Kind: "system", Team: "web", Criticality: "critical", Compromised: "yes"})
	r.do(bob, model.ProposeAction{Kind: "isolate-host", Targets: []model.Target{{Ref: "S1"}}, Owner: "bob"})
	r.do(bob, model.ProposeAction{Kind: "block-indicator", Targets: []model.Target{{Ref: "I1"}}, Owner: "bob"})
	r.do(alice, model.StepAction{Ref: "A1", To: model.ActionApproved})
	r.do(bob, model.StepAction{Ref: "A1", To: model.ActionExecuting})
	r.do(bob, model.StepAction{Ref: "A1", To: model.ActionDone, Result: "port down"})
	r.do(alice, model.AddNote{Kind: model.KindDecision, Text: "we take the portal offline"})
	r.do(bob, model.AddNote{Text: "a partner saw the same tool", TLP: "red", Star: true})
	r.do(alice, model.SetDataImpact{Disclosed: ptr(model.AnswerYes), Personal: ptr(model.AnswerYes), People: ptr(147_900_000), Data: ptr(model.Text("names, birth dates"))})
	r.do(alice, model.SetCause{RootCause: ptr(model.Text("a known hole in the web framework was not patched")), Confidence: ptr("high"), Basis: ptr(model.Text("logs")), Vector: ptr(model.Text("web application"))})
	r.do(alice, model.SetPhase{To: model.PhaseContainment, Force: true, Reason: "it goes on"})
	r.do(alice, model.TellStakeholders{Text: "The portal is offline; the next word comes in 30 minutes."})
	written := map[string]model.Text{"summary": "Outsiders read data of **147.9 million** people.\n\n- through the portal\n- for 76 days", "impact": "Names and birth dates.",
		"detection": "An expired certificate hid the traffic; see T3. They came from 192.0.2.44.", "well": "The portal was offline within an hour.", "badly": "The patch was not applied.",
		"causes": "See the tree.", "discussion": "Patching needs an owner."}
	for _, key := range model.SectionKeys() {
		if text := written[key]; text != "" {
			r.do(bob, model.WriteSection{Section: key, Text: text})
		}
	}
	r.do(bob, model.AddFactor{Text: "The scanner looked at the wrong directory", Class: model.FactorTechnical})
	r.do(bob, model.AddFactor{Text: "Nobody owned the list of systems", Class: model.FactorProcedural, Because: "X1"})
	r.do(bob, model.AddFactor{Text: "The certificate had expired", Class: model.FactorManual})
	r.do(bob, model.AskQuestion{Text: "Who sold the data?"})
	r.do(alice, model.HoldMeeting{HeldAt: ptr(t0.Add(10 * time.Minute)), Attendees: ptr([]model.Attendee{{User: "alice"}, {User: "bob"}}), Dissent: ptr(model.Text("bob: the scanner was only a symptom"))})
	r.do(bob, model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: "An inventory of all systems with owners", Kind: model.FollowUpPrevent, Team: "web", Owner: "bob", Due: model.DayOf(t0).Add(30), Priority: 1, Factor: "X2", Ticket: "SEC-12"}})
	return r
}

// source has a hash of its own: that of the log says nothing of the report.
func (r *room) source() report.Source {
	in := *r.in
	in.Head = model.Hash{0xab, 0xcd, 0xef}
	return report.Source{In: &in, Now: t0.Add(2 * time.Hour), By: "alice", Warroom: "0.1.0", Related: []string{"INC-2026-0002"}}
}

func TestReports(t *testing.T) {
	r := played(t)
	for _, kind := range report.Kinds() {
		d := report.New(kind, r.source())
		golden(t, kind+".html", d.HTML())
		golden(t, kind+".md", d.Markdown())
		checkHTML(t, d.HTML(), kind)
		for _, form := range []string{d.HTML(), d.Markdown(), strings.Join(d.Lines(), "\n")} {
			form = strings.ReplaceAll(form, "<wbr>", "")
			for _, want := range []string{r.source().In.Head.String(), "#", "0.1.0", "TLP:"} {
				if !strings.Contains(form, want) {
					t.Errorf("%s: %q is missing", kind, want)
				}
			}
		}
	}
}

func TestAReportIsMarkedAsItsNarrowestPart(t *testing.T) {
	r := played(t)
	for kind, want := range map[string]string{report.KindPostMortem: "red", report.KindExecutive: "amber+strict"} {
		if got := report.New(kind, r.source()).Marking(); got != want {
			t.Errorf("%s is marked %s, want %s", kind, got, want)
		}
	}
	r.do(alice, model.Edit{Field: model.FieldTLP, To: "green"})
	d := report.New(report.KindPostMortem, r.source())
	if got := d.Marking(); got != "red" {
		t.Errorf("marked %s", got)
	}
	left := d.Limited("green")
	if left.Marking() != "green" || !left.LeftOut() {
		t.Errorf("marked %s, left out: %v", left.Marking(), left.LeftOut())
	}
	for name, form := range map[string]string{"HTML": left.HTML(), "Markdown": strings.ReplaceAll(left.Markdown(), `\`, ""), "text": strings.Join(left.Lines(), "\n")} {
		for _, never := range []string{"192[.]0[.]2[.]44", "192.0.2.44", "a partner saw"} {
			if strings.Contains(form, never) {
				t.Errorf("%s: %q is TLP:RED and stands in it", name, never)
			}
		}
		for _, want := range []string{"drop[.]example[.]net", "TLP:RED", "Left out", "147.9 million"} {
			if !strings.Contains(form, want) {
				t.Errorf("%s: %q is missing", name, want)
			}
		}
	}
	// Below the incident's own marking, only what is marked for it stays.
	clear := d.Limited("clear").HTML()
	for _, never := range []string{"dispute portal", "drop[.]example", "147.9", "scanner", "isolate", "@bob"} {
		if strings.Contains(clear, never) {
			t.Errorf("%q stands in what is TLP:CLEAR", never)
		}
	}
	if !strings.Contains(clear, "e3b0c442") {
		t.Error("the indicator that is TLP:CLEAR is missing")
	}
	// Asking for a narrower one leaves everything in.
	if all := d.Limited("red"); all.LeftOut() || all.Marking() != "red" {
		t.Error("TLP:RED leaves something out")
	}
}

func TestFullIsComplete(t *testing.T) {
	r := played(t)
	// Every field of an incident has its place in the export, or a reason to have none.
	places := map[string]string{"ID": "id", "Version": "version", "Head": "head", "Title": "title", "Summary": "summary", "Type": "type", "Severity": "severity",
		"Preliminary": "severity_preliminary", "Severities": "severity_history", "Priority": "priority", "Rating": "rating", "Override": "priority_override",
		"Raises": "severity_facts", "Cause": "cause", "Phase": "phase", "Phases": "phase_history", "Status": "status", "Exercise": "exercise", "Restricted": "restricted",
		"TLP": "tlp", "DeclaredAt": "declared_at", "DeclaredBy": "declared_by", "ClosedAt": "closed_at", "UpdatedAt": "updated_at", "Edited": "edited", "Roles": "roles",
		"RoleSteps": "role_history", "Access": "access", "Timeline": "timeline", "Indicators": "indicators", "Assets": "assets", "Checklist": "checklist", "Actions": "actions",
		"Playbooks": "playbooks", "Impact": "data_impact", "Triggers": "triggers", "Obligations": "obligations", "Told": "stakeholder_update", "FollowUps": "follow_ups",
		"PostMortem": "postmortem", "Related": "related", "ReportedAt": "reported_at", "TakenAt": "taken_up_at", "Moments": "moments", "Class": "classification", "Import": "imported",
		"Report": "", "Books": "", "Training": "", "Review": "", "OnCall": "", // other streams
		"Recent": "", // the newest lines of the live feed, made from the log
	}
	b, err := json.Marshal(report.NewFull(r.source()))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	typ := reflect.TypeFor[model.Incident]()
	for i := range typ.NumField() {
		f := typ.Field(i)
		if !f.IsExported() {
			continue
		}
		place, known := places[f.Name]
		switch {
		case !known:
			t.Errorf("model.Incident has the field %s: give it a place in report.Full", f.Name)
		case place != "" && got[place] == nil:
			t.Errorf("%s is missing for %s", place, f.Name)
		}
	}
	for k, v := range got {
		if s := string(v); s == "null" && !strings.Contains(" rating priority_override reported_at taken_up_at closed_at imported ", " "+k+" ") {
			t.Errorf("%s is null", k)
		}
	}
	golden(t, "incident.json", indent(t, b))
	page, err := os.ReadFile("../../docs/export.md")
	if err != nil {
		t.Fatal(err)
	}
	for k := range got {
		if !strings.Contains(string(page), "`"+k+"`") {
			t.Errorf("docs/export.md: %s is missing", k)
		}
	}
}

func indent(t *testing.T, b []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + "\n"
}

func TestFullLeavesOut(t *testing.T) {
	r := played(t)
	r.do(alice, model.Edit{Field: model.FieldTLP, To: "green"})
	f := report.NewFull(r.source())
	if f.Marking() != "red" {
		t.Fatalf("marked %s", f.Marking())
	}
	limited := func(tlp string) string {
		v, err := f.Limited(tlp)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return indent(t, b)
	}
	green := limited("green")
	for _, never := range []string{"192.0.2.44", "192[.]0[.]2[.]44", "a partner saw"} {
		if strings.Contains(green, never) {
			t.Errorf("%q is TLP:RED and stands in it", never)
		}
	}
	for _, want := range []string{"drop.example.net", `"tlp_of_export": "green"`, "TLP:RED", "left out: TLP:RED", "147.9 million"} {
		if !strings.Contains(green, want) {
			t.Errorf("%q is missing", want)
		}
	}
	golden(t, "incident-clear.json", limited("clear"))
	if !strings.Contains(limited("red"), "a partner saw") {
		t.Error("TLP:RED leaves something out")
	}
}
