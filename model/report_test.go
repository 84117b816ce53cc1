package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// raised is the world of a report.
func raised(t testing.TB) *world {
	t.Helper()
	w := newWorld()
	w.in.ID = "RPT-1"
	w.must(t, olive, RaiseReport{Title: "Impossible travel", Severity: 2, Source: " siem ", Reference: "alert 77", Text: "from 192.0.2.7 \x1b]0;x\a\xff\x00",
		Indicators: []NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}, {Type: "ipv4", Value: "192.0.2.7"}}})
	return w
}

func TestReportIsKeptAsItCame(t *testing.T) {
	w := raised(t)
	r := w.in.Report
	if w.in.Title != "Impossible travel" || r.Source != "siem" || r.Text != "from 192.0.2.7 \x1b]0;x\a\xff\x00" || r.State != ReportNew ||
		w.in.Status != StatusReport || w.in.Open() || len(w.in.Indicators) != 1 || w.in.DeclaredBy != "olive" {
		t.Fatalf("%+v %+v", w.in, r)
	}
	b := w.in.Brief()
	if b.Report == nil || b.Report.State != ReportNew || b.Report.Source != "siem" {
		t.Errorf("brief %+v", b)
	}
	if f, _ := ParseFilter("travel"); f.Match(&b, nil) || !f.MatchReport(&b, nil) {
		t.Error("a filter takes the report for an incident")
	}
	again, err := FoldAll(w.recs)
	if err != nil || fingerprint(t, again) != fingerprint(t, w.in) {
		t.Errorf("the log gives another state: %v", err)
	}
}

// A report takes no command of an incident, an incident none of a report.
func TestReportIsNoIncident(t *testing.T) {
	w := raised(t)
	sev := func() Command { return SetSeverity{To: 1, Reason: "x"} }
	for _, c := range []Command{AddNote{Text: "x"}, sev(), Close{Reason: "x"}, Reopen{Reason: "x"}, Relate{Other: "INC-2026-0002"}, Undo{},
		Edit{Field: FieldTitle, To: "x"}, SetPhase{To: PhaseContainment}, AssignRole{Role: RoleIC, User: "alice"}, AddAsset{Name: "x"},
		AddIndicators{Indicators: []NewIndicator{{Type: "ipv4", Value: "192.0.2.9"}}}, SetAccess{User: "bob", Level: AccessLead}, testBook("ddos")} {
		_, err := c.Decide(w.in, alice, w.now)
		if err == nil || !strings.Contains(err.Error(), "RPT-1 is a report, not an incident; decide it first: report triage RPT-1 incident") {
			t.Errorf("%T: %v", c, err)
		}
	}
	inc := staged(t)
	for _, c := range []Command{AssignReport{User: "bob"}, DecideReport{State: ReportEvent, Reason: "x"}, ReopenReport{Reason: "x"}, RepeatReport{}} {
		if _, err := c.Decide(inc.in, alice, inc.now); err == nil || !strings.Contains(err.Error(), "is an incident, not a report") {
			t.Errorf("%T: %v", c, err)
		}
	}
}

func TestReportDecisions(t *testing.T) {
	long := Text(strings.Repeat("x", MaxReport+1))
	for name, tt := range map[string]struct {
		by   Actor
		c    Command
		want Code
		say  string
	}{
		"an observer decides":         {olive, DecideReport{State: ReportEvent, Reason: "x"}, CodeForbidden, "not decide them"},
		"an observer assigns":         {olive, AssignReport{User: "bob"}, CodeForbidden, ""},
		"a stranger":                  {Actor{Name: "x"}, DecideReport{State: ReportEvent, Reason: "x"}, CodeNotFound, "no report RPT-1"},
		"no reason":                   {bob, DecideReport{State: ReportFalse}, CodeInvalid, "reason"},
		"blank reason":                {bob, DecideReport{State: ReportFalse, Reason: " \t"}, CodeInvalid, "reason"},
		"no state":                    {bob, DecideReport{State: "new", Reason: "x"}, CodeUsage, "no decision"},
		"no effect":                   {bob, DecideReport{State: ReportIncident, Of: "INC-2026-0001"}, CodeInvalid, "not a security incident"},
		"no effect, a reason":         {bob, DecideReport{State: ReportIncident, Of: "INC-2026-0001", Reason: "looks like it"}, "", ""},
		"no effect, joins":            {bob, DecideReport{State: ReportIncident, Of: "INC-2026-0001", Joins: true}, "", ""},
		"an effect":                   {bob, DecideReport{State: ReportIncident, Of: "inc-2026-0001", Effects: []string{"integrity"}}, "", ""},
		"an unknown effect":           {bob, DecideReport{State: ReportIncident, Of: "INC-2026-0001", Effects: []string{"mood"}}, CodeUsage, "no effect"},
		"an event with an effect":     {bob, DecideReport{State: ReportEvent, Reason: "x", Effects: []string{"integrity"}}, CodeInvalid, "it is a security incident"},
		"an event of something":       {bob, DecideReport{State: ReportEvent, Reason: "x", Of: "RPT-2"}, CodeUsage, ""},
		"duplicate of nothing":        {bob, DecideReport{State: ReportDuplicate, Reason: "x"}, CodeInvalid, "--of"},
		"duplicate of itself":         {bob, DecideReport{State: ReportDuplicate, Reason: "x", Of: "rpt-1"}, CodeInvalid, "itself"},
		"duplicate of a report":       {bob, DecideReport{State: ReportDuplicate, Reason: "x", Of: "rpt-2"}, "", ""},
		"a severity that there isn't": {bob, DecideReport{State: ReportEvent, Reason: "x", Severity: 7}, CodeUsage, "severity"},
		"reopened while new":          {bob, ReopenReport{Reason: "x"}, CodeConflict, "not decided"},
		"comes again":                 {olive, RepeatReport{Text: "other"}, "", ""},
		"comes again, too long":       {olive, RepeatReport{Text: long}, CodeInvalid, "limit"},
		"raised twice":                {olive, RaiseReport{Title: "x", Severity: 1}, CodeConflict, "raised already"},
	} {
		t.Run(name, func(t *testing.T) {
			w := raised(t)
			_, err := tt.c.Decide(w.in, tt.by, w.now)
			if CodeOf(err) != tt.want || err != nil && !strings.Contains(err.Error(), tt.say) {
				t.Errorf("%v, want %q with %q", err, tt.want, tt.say)
			}
		})
	}
	for name, c := range map[string]RaiseReport{"no title": {Severity: 1}, "no severity": {Title: "x"}, "a long text": {Title: "x", Severity: 1, Text: long},
		"a long source": {Title: "x", Severity: 1, Source: long[:MaxSource+1]}, "an invisible title": {Title: "\u200b", Severity: 1}} {
		if _, err := c.Decide(&Incident{ID: "RPT-2"}, olive, t0); CodeOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The first decision stands and says whose it is; a wrong one is taken back with a reason.
func TestReportIsDecidedOnce(t *testing.T) {
	w := raised(t)
	w.must(t, bob, DecideReport{State: ReportFalse, Reason: "a scanner of ours", Severity: 4})
	err := w.do(carol, DecideReport{State: ReportEvent, Reason: "x"})
	if CodeOf(err) != CodeConflict || !strings.Contains(err.Error(), "@bob decided RPT-1 at 14:00:00Z: false-positive") {
		t.Fatal(err)
	}
	w.must(t, carol, ReopenReport{Reason: "it was not ours"}, DecideReport{State: ReportIncident, Of: "INC-2026-0007", Effects: []string{"integrity", "confidentiality"}})
	r := w.in.Report
	var states []ReportState
	for _, d := range r.Decisions {
		states = append(states, d.State)
	}
	if !slices.Equal(states, []ReportState{ReportFalse, ReportNew, ReportIncident}) || r.Decision.Of != "INC-2026-0007" || w.in.Severity != 4 || w.in.Preliminary != 2 ||
		!slices.Equal(w.in.Related, []string{"INC-2026-0007"}) || !slices.Equal(r.Decision.Effects, []string{"confidentiality", "integrity"}) {
		t.Errorf("%v %+v %v", states, r.Decision, w.in.Related)
	}
}

func TestTakeReport(t *testing.T) {
	rep := raised(t).in
	now := t0.Add(time.Hour)
	w := newWorld()
	w.now = now
	w.must(t, bob, TakeReport{Report: rep, Open: &Declare{Title: "Stolen sessions", Severity: 1}, Effects: []string{"confidentiality"}})
	first := AsItHappened(w.in.Timeline)[0]
	if !first.OccurredAt.Equal(t0) || !strings.HasPrefix(string(first.Text), "RPT-1 by @olive, from siem (alert 77): Impossible travel\nfrom 192.0.2.7 ") {
		t.Errorf("first entry %+v", first)
	}
	if x := w.in.FindIndicator("ipv4", "192.0.2.7"); x == nil || x.Source != "RPT-1" || w.in.IC() != "bob" || !slices.Equal(w.in.Related, []string{"RPT-1"}) {
		t.Errorf("%+v %v", x, w.in.Related)
	}
	joined := staged(t)
	joined.must(t, bob, TakeReport{Report: rep})
	if n := len(joined.in.Indicators); n != 1 {
		t.Errorf("%d indicators, the one that was there is there twice", n)
	}
	version := joined.in.Version
	joined.must(t, bob, TakeReport{Report: rep})
	if joined.in.Version != version {
		t.Error("joined twice")
	}
	yes := true
	hidden := staged(t)
	hidden.must(t, bob, SetAccess{Restrict: &yes})
	if err := hidden.do(bob, TakeReport{Report: rep}); err == nil || !strings.Contains(err.Error(), "restricted") {
		t.Errorf("a restricted incident: %v", err)
	}
	huge := *rep
	huge.Report = &Report{Text: Text(strings.Repeat("é", MaxReport/2))}
	big := staged(t)
	big.must(t, bob, TakeReport{Report: &huge})
	if last := big.in.Timeline[len(big.in.Timeline)-2]; len(last.Text) > MaxEntry || !strings.Contains(string(last.Text), "report show RPT-1") || strings.Contains(string(last.Text), "\ufffd") {
		t.Errorf("%d bytes", len(last.Text))
	}
}

// Whatever is asked of a report, the log alone gives its state, and at most one
// decision stands.
func TestAnyReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		w.in.ID = "RPT-1"
		if err := w.do(olive, RaiseReport{Title: "x", Severity: 3, Text: anyText(t, "text"), Source: "s", Reference: anyText(t, "ref")[:0]}); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			w.now = w.now.Add(time.Minute)
			by := pick(t, "by", ada, bob, carol, olive)
			var c Command
			switch rapid.IntRange(0, 5).Draw(t, "command") {
			case 0:
				c = RepeatReport{Title: anyText(t, "title"), Text: anyText(t, "text"), Indicators: []NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}}
			case 1:
				c = AssignReport{User: pick(t, "user", "", "bob", "@carol", "B@D")}
			case 2, 3:
				c = DecideReport{State: pick(t, "state", ReportStates()...), Of: pick(t, "of", "", "RPT-2", "INC-2026-0001"), Reason: anyText(t, "reason"),
					Severity: Severity(rapid.IntRange(0, 5).Draw(t, "sev")), Effects: pick(t, "effects", nil, Effects()[:2])}
			case 4:
				c = ReopenReport{Reason: anyText(t, "reason")}
			default:
				c = Redact{Record: w.recs[rapid.IntRange(0, len(w.recs)-1).Draw(t, "event")], Reason: anyText(t, "reason")}
			}
			before, was := w.in, fingerprint(t, w.in)
			if err := w.do(by, c); err != nil && CodeOf(err) == "" {
				t.Fatalf("%T: %v", c, err)
			}
			if fingerprint(t, before) != was {
				t.Fatalf("%T changed an older snapshot", c)
			}
		}
		again, err := FoldAll(w.recs)
		if err != nil || fingerprint(t, again) != fingerprint(t, w.in) {
			t.Fatalf("the log gives another state: %v", err)
		}
		r := w.in.Report
		if (r.Decision == nil) != (r.State == ReportNew) || r.Decision != nil && r.Decision.State != r.State || len(w.in.Timeline) > 0 || w.in.Status != StatusReport {
			t.Fatalf("%+v", r)
		}
		for i, d := range r.Decisions {
			if (d.State == ReportNew) != (i%2 == 1) {
				t.Fatalf("decisions %+v", r.Decisions)
			}
		}
	})
}

func TestReportIDs(t *testing.T) {
	for in, want := range map[string]string{"rpt-7": "RPT-7", " RPT-118 ": "RPT-118", "RPT-0": "", "RPT-07": "", "RPT-": "", "RPT-1234567890": "", "INC-2026-0001": "", "x": ""} {
		if got, err := ParseReportID(in); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseReportID(%q) = %q, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{"rpt-7": "RPT-7", "inc-2026-0001": "INC-2026-0001", "x": ""} {
		if got, _ := ParseStreamID(in); got != want {
			t.Errorf("ParseStreamID(%q) = %q", in, got)
		}
	}
	if _, err := ParseIncidentID("RPT-3"); err == nil || !strings.Contains(err.Error(), "RPT-3 is a report, not an incident") {
		t.Error(err)
	}
	if ReportKey("SIEM ", "77") != ReportKey("siem", " 77 ") || ReportKey("siem", "77") == ReportKey("siem", "78") || ReportKey("siem", " ") != "" {
		t.Error("keys")
	}
}

func TestSimilarAssets(t *testing.T) {
	in := &Incident{Report: &Report{Text: "Login to FS-01, db-02.corp and “mail gateway”."}, Title: "seen on WEB-03"}
	names := in.AssetNames()
	for name, want := range map[Text]bool{"fs-01": true, "FS-0": false, "S-01": false, "db-02.corp": true, "db-02": true, "Mail Gateway": true, "web-03": true,
		"mail": true, "a": false, "": false, "gate": false, "--": false} {
		if names(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
	inc := &Incident{Assets: []*Asset{{Name: "FS-01"}, {Name: "gone", Retracted: "x"}}}
	if has := inc.AssetNames(); !has(" fs-01") || has("gone") || has("FS") {
		t.Error("names of the scope")
	}
}

func TestSimilarRanks(t *testing.T) {
	in := &Incident{ID: "RPT-1", Title: "Impossible travel of three admins", Related: []string{"INC-2026-0009"}}
	others := []*Brief{{ID: "INC-2026-0001", Title: "Travel agency"}, {ID: "INC-2026-0002", Title: "Three admins travel"}, {ID: "INC-2026-0003", Title: "x"},
		{ID: "INC-2026-0009", Title: "three admins"}, {ID: "RPT-1", Title: "three admins"}}
	got := Similar(in, others, Traits{Indicators: map[string][]string{"INC-2026-0003": {"a", "b", "c", "d"}, "INC-2026-0009": {"a"}}, Titles: true})
	if len(got) != 2 || got[0].ID != "INC-2026-0003" || got[0].Why[0] != "shares the indicator a, b, c and 1 more" || got[1].ID != "INC-2026-0002" ||
		got[1].Why[0] != "title has three, admins, travel" {
		t.Errorf("%+v", got)
	}
	if got := Similar(in, others, Traits{}); len(got) != 0 {
		t.Errorf("titles count: %+v", got)
	}
}
