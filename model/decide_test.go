package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// staged is an incident with one of everything: bob is its IC, carol its
// deputy, and dora was given the right to lead.
func staged(t testing.TB) *world {
	t.Helper()
	w := newWorld()
	w.must(t, alice,
		Declare{Title: "Encrypted shares", Severity: 2, Type: "ransomware", Playbooks: []AttachPlaybook{testBook("ransomware")}},
		AssignRole{Role: RoleDeputy, User: "carol"}, AssignRole{Role: RoleIC, User: "bob"}, SetAccess{User: "dora", Level: AccessLead},
		SetAccess{User: "rita", Level: AccessRead}, SetAccess{User: "nora", Level: AccessNone},
		AddNote{Text: "first"}, AddIndicators{Indicators: []NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}}, AddAsset{Name: "FS-01"})
	return w
}

// Who may do what: the code of the refusal by each kind of actor, "" when it is allowed.
func TestPolicy(t *testing.T) {
	verdict, title := VerdictMalicious, Text("FS-02")
	respond := map[string]Code{"ada": "", "alice": "", "bob": "", "carol": "", "dora": "", "erin": "", "olive": CodeForbidden, "rita": CodeForbidden, "nora": CodeNotFound, "nobody": CodeNotFound}
	lead := map[string]Code{"ada": "", "alice": "", "bob": "", "carol": "", "dora": "", "erin": CodeForbidden, "olive": CodeForbidden, "rita": CodeForbidden, "nora": CodeNotFound, "nobody": CodeNotFound}
	icOnly := maps.Clone(lead)
	for _, name := range []string{"ada", "alice", "carol", "dora"} {
		icOnly[name] = CodeForbidden
	}
	actors := map[string]Actor{"ada": ada, "alice": alice, "bob": bob, "carol": carol, "dora": {"dora", RoleResponder}, "erin": {"erin", RoleResponder},
		"olive": olive, "rita": {"rita", RoleCommander}, "nora": {"nora", RoleAdmin}, "nobody": {"nobody", ""}}
	w := staged(t)
	yes := true
	for _, tt := range []struct {
		c    Command
		want map[string]Code
	}{
		{Edit{Field: FieldTitle, To: "Other"}, respond},
		{SetSeverity{To: 1, Reason: "spreads"}, respond},
		{SetSeverity{To: 3, Reason: "less"}, lead},
		{SetPhase{To: PhaseContainment, Reason: "go", Force: true}, icOnly},
		{SetAsset{Ref: "S1", Steps: map[Step]string{StepRecovered: "yes"}, Reason: "go", Force: true}, icOnly},
		{AssignRole{Role: RoleIC, User: "erin"}, lead},
		{AddNote{Text: "x"}, respond},
		{AddNote{Text: "x", Corrects: "T5"}, respond},
		{RetractEntry{Ref: "T5", Reason: "wrong"}, lead}, // it is alice's
		{StarEntry{Ref: "T5", On: true}, respond},
		{AddIndicators{Indicators: []NewIndicator{{Type: "ipv4", Value: "192.0.2.8"}}}, respond},
		{SetIndicator{Ref: "I1", Verdict: &verdict}, respond},
		{RetractIndicator{Ref: "I1", Reason: "wrong"}, respond},
		{AddAsset{Name: "FS-03"}, respond},
		{SetAsset{Ref: "S1", Name: &title}, respond},
		{RetractAsset{Ref: "S1", Reason: "wrong"}, respond},
		{testBook("ddos"), respond},
		{SetItem{Ref: "C1", State: ItemDone}, respond},
		{SetItem{Ref: "C1", State: ItemNA, Reason: "none"}, respond},
		{SetItem{Ref: "C1", State: ItemWaived, Reason: "none"}, lead},
		{AssignItem{Ref: "C1", Owner: "bob"}, respond},
		{SetAccess{User: "erin", Level: AccessLead}, lead},
		{SetAccess{Restrict: &yes}, lead},
		{Close{Reason: "false alarm"}, lead},
		{Relate{Other: "INC-2026-0002"}, respond},
		{Redact{Record: w.recs[8], Reason: "a secret"}, lead},
	} {
		for name, by := range actors {
			_, err := tt.c.Decide(w.in, by, w.now)
			if got := CodeOf(err); got != tt.want[name] || err != nil && got == "" {
				t.Errorf("%#v by %s: %v, want code %q", tt.c, name, err, tt.want[name])
			}
		}
	}
	// Closed to all but the listed, who keep their rights (AUTH-5).
	w.must(t, bob, SetAccess{Restrict: &yes})
	for name, want := range map[string]Code{"ada": CodeNotFound, "alice": CodeNotFound, "erin": CodeNotFound, "olive": CodeNotFound, "bob": "", "carol": "", "dora": "", "rita": CodeForbidden} {
		_, err := AddNote{Text: "x"}.Decide(w.in, actors[name], w.now)
		if CodeOf(err) != want {
			t.Errorf("restricted, %s: %v, want %q", name, err, want)
		}
		if want == CodeNotFound && err.Error() != UnknownIncident(testID).Error() {
			t.Errorf("%q tells that the incident exists", err)
		}
	}
	// Nothing but relating, redacting and reopening in a closed one.
	w.must(t, bob, Close{Reason: "done"})
	for _, tt := range []struct {
		c    Command
		want Code
	}{{AddNote{Text: "x"}, CodeInvalid}, {SetSeverity{To: 1, Reason: "x"}, CodeInvalid}, {Close{Reason: "x"}, CodeConflict}, {Undo{}, CodeInvalid},
		{Relate{Other: "INC-2026-0002"}, ""}, {Redact{Record: w.recs[8], Reason: "secret"}, ""}, {Reopen{Reason: "again"}, ""}, {Reopen{}, CodeInvalid}} {
		if _, err := tt.c.Decide(w.in, bob, w.now); CodeOf(err) != tt.want {
			t.Errorf("closed, %#v: %v, want %q", tt.c, err, tt.want)
		}
	}
	if _, err := (Reopen{Reason: "x"}).Decide(w.in, Actor{"rita", RoleCommander}, w.now); CodeOf(err) != CodeForbidden {
		t.Errorf("a reader reopened: %v", err)
	}
}

// Values and rules that refuse, each with what to do next.
func TestRefusals(t *testing.T) {
	w := staged(t)
	w.must(t, bob, AddNote{Text: "mine"}, AddNote{Text: "right", Corrects: "T5"}, RetractEntry{Ref: "T6", Reason: "typo"},
		AddAsset{Name: "FS-02"}, RetractAsset{Ref: "S2", Reason: "typo"}, SetItem{Ref: "C1", State: ItemDone},
		AddIndicators{Indicators: []NewIndicator{{Type: "domain", Value: "a.example"}}}, RetractIndicator{Ref: "I2", Reason: "typo"})
	long := Text(strings.Repeat("x", 64<<10+1))
	was, verdict, conf, tlp, moon := Text("Old title"), Verdict("evil"), 101, "pink", "moon"
	ahead, name := t0.Add(time.Hour), Text("fs-01")
	for _, tt := range []struct {
		c    Command
		want Code
		text string // what the message must hold
	}{
		{Declare{Title: "x", Severity: 1}, CodeConflict, "declared already"},
		{Edit{Field: "colour"}, CodeUsage, "title, summary"},
		{Edit{Field: FieldTitle, To: "\x1b\x07\x00"}, CodeInvalid, "no readable"},
		{Edit{Field: FieldTitle, To: "\u200b\u202e\u3164"}, CodeInvalid, "no readable"},
		{Edit{Field: FieldTitle, To: long[:1025]}, CodeInvalid, "limit is 1024"},
		{Edit{Field: FieldTitle, To: " \t"}, CodeInvalid, "empty"},
		{Edit{Field: FieldTitle, To: "New", Was: &was}, CodeConflict, "Encrypted shares"},
		{Edit{Field: FieldPriority, To: "P9"}, CodeUsage, "P1 to P4"},
		{Edit{Field: FieldType, To: "Ransom Ware\x1b"}, CodeInvalid, "lower-case"},
		{Edit{Field: FieldSummary, To: long}, CodeInvalid, "limit"},
		{SetSeverity{To: 5, Reason: "x"}, CodeUsage, "1 (critical)"},
		{SetSeverity{To: 2, Reason: "x"}, CodeConflict, "SEV2 already"},
		{SetSeverity{To: 1, Reason: "x", Was: 3}, CodeConflict, "was first"},
		{AssignRole{Role: RoleScribe, User: "bob", Was: &moon}, CodeConflict, "was first"},
		{SetSeverity{To: 1, Reason: " "}, CodeInvalid, "reason"},
		{SetPhase{To: "moon"}, CodeUsage, "no phase"},
		{SetPhase{To: PhaseClosed, Reason: "x"}, CodeUsage, "incident close"},
		{SetPhase{To: PhaseDetection}, CodeConflict, "already"},
		{SetPhase{To: PhaseContainment}, CodeInvalid, "C2"},
		{SetPhase{To: PhaseContainment, Force: true}, CodeInvalid, "reason"},
		{SetPhase{To: PhaseEradication}, CodeInvalid, "passes over"},
		{AssignRole{Role: "king", User: "bob"}, CodeUsage, "deputy"},
		{AssignRole{Role: RoleIC}, CodeInvalid, "has an IC"},
		{AssignRole{Role: RoleIC, User: "bob"}, CodeConflict, "already"},
		{AssignRole{Role: RoleIC, User: "B\x1bD"}, CodeInvalid, "user name"},
		{AssignRole{Role: RoleIC, User: "rita"}, CodeInvalid, "right"},
		{AssignRole{Role: RoleScribe}, CodeConflict, "nobody"},
		{AddNote{}, CodeInvalid, "empty"},
		{AddNote{Text: long}, CodeInvalid, "limit"},
		{AddNote{Text: "x", When: When{At: ahead}}, CodeInvalid, "future"},
		{AddNote{Text: "x", Kind: KindPhase}, CodeUsage, "note or decision"},
		{AddNote{Text: "x", Corrects: "T5"}, CodeConflict, "correct T7"},
		{AddNote{Text: "x", Corrects: "T6"}, CodeConflict, "retracted"},
		{AddNote{Text: "x", Corrects: "T99"}, CodeNotFound, "last one is T7"},
		{AddNote{Text: "x", Corrects: "I1"}, CodeUsage, "timeline entry"},
		{RetractEntry{Ref: "T1", Reason: "x"}, CodeInvalid, "stays"},
		{RetractEntry{Ref: "T6", Reason: "x"}, CodeConflict, "@bob"},
		{RetractEntry{Ref: "T7"}, CodeInvalid, "reason"},
		{AddIndicators{}, CodeUsage, "no indicator"},
		{AddIndicators{Indicators: make([]NewIndicator, MaxBatch+1)}, CodeInvalid, "limit"},
		{AddIndicators{Indicators: []NewIndicator{{Value: "x"}}}, CodeInvalid, "type"},
		{AddIndicators{Indicators: []NewIndicator{{Type: "IP \xff", Value: "x"}}}, CodeUsage, "type"},
		{AddIndicators{Indicators: []NewIndicator{{Type: "ipv4", Value: "x", Confidence: 101}}}, CodeInvalid, "0 to 100"},
		{AddIndicators{Indicators: []NewIndicator{{Type: "ipv4", Value: "x", TLP: "pink"}}}, CodeUsage, "amber+strict"},
		{SetIndicator{Ref: "I1", Verdict: &verdict}, CodeUsage, "malicious"},
		{SetIndicator{Ref: "I1", Confidence: &conf}, CodeInvalid, "0 to 100"},
		{SetIndicator{Ref: "I1", TLP: &tlp}, CodeUsage, "green"},
		{SetIndicator{Ref: "I1", LastSeen: &ahead}, CodeInvalid, "future"},
		{SetIndicator{Ref: "I2", Confidence: &conf}, CodeConflict, "retracted"},
		{SetIndicator{Ref: "I9"}, CodeNotFound, "I2"},
		{RetractIndicator{Ref: "I2", Reason: "x"}, CodeConflict, "already"},
		{AddAsset{Name: "fs-01"}, CodeConflict, "S1"},
		{AddAsset{Name: "x", Kind: "moon"}, CodeUsage, "device"},
		{AddAsset{Name: "x", Compromised: "maybe"}, CodeUsage, "suspected"},
		{AddAsset{}, CodeInvalid, "empty"},
		{SetAsset{Ref: "S1", Criticality: &moon}, CodeUsage, "critical"},
		{SetAsset{Ref: "S1", Steps: map[Step]string{"eaten": "yes"}}, CodeUsage, "contained"},
		{SetAsset{Ref: "S1", Steps: map[Step]string{StepVerified: "maybe"}}, CodeUsage, "yes"},
		{SetAsset{Ref: "S2", Name: &name}, CodeConflict, "out of scope"},
		{testBook("ransomware"), CodeConflict, "already"},
		{SetItem{Ref: "C1", State: ItemDone}, CodeConflict, "by @bob"},
		{SetItem{Ref: "C2", State: ItemOpen}, CodeConflict, "open already"},
		{SetItem{Ref: "C2", State: "eaten"}, CodeUsage, "waived"},
		{SetItem{Ref: "C2", State: ItemNA}, CodeInvalid, "reason"},
		{SetItem{Ref: "C99", State: ItemDone}, CodeNotFound, "C4"},
		{SetAccess{}, CodeUsage, "nothing"},
		{SetAccess{User: "erin", Level: "king"}, CodeUsage, "respond"},
		{SetAccess{User: "bob", Level: AccessNone}, CodeInvalid, "IC"},
		{SetAccess{Level: AccessLead}, CodeUsage, "user"},
		{Close{}, CodeInvalid, "post-incident"},
		{Reopen{Reason: "x"}, CodeConflict, "open"},
		{Relate{Other: testID}, CodeInvalid, "itself"},
		{Relate{Other: "moon"}, CodeUsage, "INC-2026-0042"},
		{Redact{Record: w.recs[8]}, CodeInvalid, "reason"},
		{Redact{Record: w.recs[1], Reason: "x"}, CodeInvalid, "no free text"},
	} {
		evs, err := tt.c.Decide(w.in, bob, w.now)
		if CodeOf(err) != tt.want || err == nil || len(evs) > 0 || !strings.Contains(err.Error(), tt.text) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%#v: %q, %d events; want code %s and %q", tt.c, err, len(evs), tt.want, tt.text)
		}
	}
}

// What is so already is no change, and no error where nobody lost anything by it.
func TestNoChange(t *testing.T) {
	w := staged(t)
	v := VerdictUnknown
	for _, c := range []Command{Edit{Field: FieldTitle, To: "Encrypted shares"}, StarEntry{Ref: "T5"}, SetIndicator{Ref: "i1", Verdict: &v},
		AddIndicators{Indicators: []NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}}, SetAsset{Ref: "s1"}, AssignItem{Ref: "c1"}, SetAccess{User: "dora", Level: AccessLead}} {
		if evs, err := c.Decide(w.in, alice, w.now); err != nil || len(evs) > 0 {
			t.Errorf("%#v: %v, %v", c, evs, err)
		}
	}
}

func TestDeclare(t *testing.T) {
	for _, tt := range []struct {
		by   Actor
		c    Declare
		want Code
	}{
		{bob, Declare{Title: "x", Severity: 4}, ""},
		{olive, Declare{Title: "x", Severity: 4}, CodeForbidden},
		{Actor{Name: "x"}, Declare{Title: "x", Severity: 4}, CodeForbidden},
		{bob, Declare{Title: "", Severity: 4}, CodeInvalid},
		{bob, Declare{Title: Text(strings.Repeat("a", 10000)), Severity: 4}, CodeInvalid},
		{bob, Declare{Title: "\x1b]0;\a\x00", Severity: 4}, ""}, // it has "]0;" to read
		{bob, Declare{Title: "\x1b\a", Severity: 4}, CodeInvalid},
		{bob, Declare{Title: "x"}, CodeInvalid},
		{bob, Declare{Title: "x", Severity: 1, Type: "a b"}, CodeInvalid},
	} {
		if _, err := tt.c.Decide(&Incident{ID: testID}, tt.by, t0); CodeOf(err) != tt.want {
			t.Errorf("%s declares %+v: %v, want %q", tt.by.Name, tt.c, err, tt.want)
		}
	}
	w := newWorld()
	w.must(t, bob, Declare{Title: "x", Severity: 3, Restricted: true})
	if in := w.in; in.IC() != "bob" || in.Priority != 3 || in.Preliminary != 3 || in.Phase != PhaseDetection || !in.Open() || in.CanRead(ada) || in.May(bob, AccessLead) != nil {
		t.Errorf("declared: %+v", in)
	}
}

// A gate is passed when the required items of the phases left behind are done or
// given up by the lead; forcing it is recorded.
func TestGates(t *testing.T) {
	w := staged(t)
	gate := func(to Phase) string { return strings.Join(w.in.Gate(to), " ") }
	if got := gate(PhaseRecovery); got != "C1 C2 C4 cause evicted" {
		t.Fatalf("gate: %s", got)
	}
	erin := Actor{"erin", RoleResponder}
	w.must(t, erin, SetItem{Ref: "C1", State: ItemDone}, SetItem{Ref: "C2", State: ItemNA, Reason: "one host"})
	if got := gate(PhaseContainment); got != "C2" {
		t.Errorf("a responder's word opened the gate: %q", got)
	}
	w.must(t, bob, SetItem{Ref: "C2", State: ItemWaived, Reason: "agreed"}, SetPhase{To: PhaseContainment})
	w.must(t, erin, SetItem{Ref: "C4", State: ItemDoing})
	w.must(t, bob, SetPhase{To: PhaseEradication}, SetPhase{To: PhaseRecovery, Force: true, Reason: "at night"})
	last := w.in.Phases[len(w.in.Phases)-1]
	if !last.Forced || last.Reason != "at night" || !strings.Contains(string(w.in.Timeline[len(w.in.Timeline)-1].Text), "FORCED past C4") {
		t.Errorf("a forced pass left no trace: %+v", last)
	}
	w.must(t, bob, SetPhase{To: PhaseContainment, Reason: "again"}, SetItem{Ref: "C4", State: ItemNA, Reason: "known"})
	if got := gate(PhaseRecovery); got != "cause evicted" {
		t.Errorf("after the lead's word the gate holds %q", got)
	}
	w.must(t, bob, SetPhase{To: PhasePostIncident, Reason: "all restored", Force: true}, AttachPlaybook{ID: "late", Items: []ItemSpec{{Key: "l", Phase: PhasePostIncident, Title: "Post-mortem", Required: true}}})
	if err := w.do(bob, Close{}); CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), "C5") {
		t.Errorf("closed past an open required item without a word: %v", err)
	}
	w.must(t, bob, Close{Reason: "later"}, Reopen{Reason: "not yet"})
	if w.in.Phase != PhasePostIncident || !w.in.ClosedAt.IsZero() {
		t.Errorf("reopened in %s", w.in.Phase)
	}
	w.must(t, bob, SetItem{Ref: "C5", State: ItemDone}, Close{})
}

// Items that playbooks share are there once; what the second one adds follows.
func TestPlaybooksMerge(t *testing.T) {
	w := staged(t)
	w.must(t, bob, testBook("ddos"))
	var keys []string
	for _, it := range w.in.Checklist {
		keys = append(keys, it.Ref+" "+it.Key)
	}
	want := "C1 core.scribe, C2 ransomware.det.scope, C3 ransomware.con.isolate, C4 ransomware.era.root, C5 ddos.det.scope, C6 ddos.con.isolate, C7 ddos.era.root"
	if got := strings.Join(keys, ", "); got != want {
		t.Errorf("checklist: %s", got)
	}
}

// Both clocks of an entry, its correction, and the order of the two views.
func TestTwoClocks(t *testing.T) {
	w := staged(t)
	w.now = t0.Add(time.Hour)
	early := t0.Add(-2 * time.Hour)
	w.must(t, bob, AddNote{Text: "first sign", When: When{early, PrecisionMinute}}, AddNote{Text: "first sign, on DC02", Corrects: "t6"})
	old, err := w.in.Entry("T6")
	if err != nil {
		t.Fatal(err)
	}
	fix, err := w.in.Entry("T7")
	if err != nil {
		t.Fatal(err)
	}
	if !old.OccurredAt.Equal(early) || !old.RecordedAt.Equal(w.now) || old.CorrectedBy != "T7" || old.Text != "first sign" {
		t.Errorf("the corrected entry: %+v", old)
	}
	if !fix.OccurredAt.Equal(early) || fix.Precision != PrecisionMinute || fix.Corrects != "T6" || fix.Kind != KindCorrection {
		t.Errorf("the correction: %+v", fix)
	}
	var refs []string
	for _, e := range AsItHappened(w.in.Timeline) {
		refs = append(refs, e.Ref)
	}
	if !slices.Equal(refs, []string{"T6", "T7", "T1", "T2", "T3", "T4", "T5"}) {
		t.Errorf("as it happened: %v", refs)
	}
	w.must(t, bob, RetractEntry{Ref: "T7", Reason: "it was DC03"})
	if old, _ := w.in.Entry("T6"); old.CorrectedBy != "" {
		t.Error("a retracted correction still corrects")
	}
}

// Each of these can be taken back for ten minutes, unless somebody else was there since.
func TestUndo(t *testing.T) {
	high, name, conf := "high", Text("FS-09"), 80
	for _, c := range []Command{
		Edit{Field: FieldSummary, To: "s"}, SetSeverity{To: 1, Reason: "x"}, SetPhase{To: PhaseContainment, Reason: "x", Force: true},
		AssignRole{Role: RoleIC, User: "erin"}, AssignRole{Role: RoleScribe, User: "erin"}, AddNote{Text: "x"}, AddNote{Text: "x", Corrects: "T5"},
		RetractEntry{Ref: "T5", Reason: "x"}, StarEntry{Ref: "T5", On: true}, RetractIndicator{Ref: "I1", Reason: "x"}, RetractAsset{Ref: "S1", Reason: "x"},
		AddIndicators{Indicators: []NewIndicator{{Type: "ipv4", Value: "1.1.1.1"}, {Type: "ipv4", Value: "1.1.1.2"}}}, SetIndicator{Ref: "I1", Confidence: &conf},
		AddAsset{Name: "x"}, SetAsset{Ref: "S1", Name: &name, Criticality: &high, Steps: map[Step]string{StepContained: "yes"}},
		SetItem{Ref: "C1", State: ItemDone, Note: "by hand"}, AssignItem{Ref: "C1", Owner: "bob"},
	} {
		w := staged(t)
		w.must(t, bob, AssignRole{Role: RoleIC, User: "alice"})
		before := visible(w.in)
		w.must(t, alice, c)
		late := *w
		late.now = late.now.Add(UndoFor + time.Second)
		if _, err := (Undo{}).Decide(late.in, alice, late.now); CodeOf(err) != CodeInvalid {
			t.Errorf("%#v undone after eleven minutes: %v", c, err)
		}
		if _, err := (Undo{}).Decide(w.in, carol, w.now); CodeOf(err) != CodeInvalid {
			t.Errorf("carol undid what alice did: %v", err)
		}
		w.must(t, alice, Undo{})
		if got := visible(w.in); got != before {
			t.Errorf("%#v and undo:\n%s\nbefore:\n%s", c, got, before)
		}
	}
	w := staged(t)
	w.must(t, alice, SetItem{Ref: "C1", State: ItemDone})
	w.must(t, bob, SetItem{Ref: "C1", State: ItemOpen})
	if err := w.do(alice, Undo{}); CodeOf(err) != CodeConflict {
		t.Errorf("undo over another's change: %v", err)
	}
	w.must(t, alice, Close{Reason: "x"}, Reopen{Reason: "y"})
	if err := w.do(alice, Undo{}); CodeOf(err) != CodeInvalid {
		t.Errorf("undo of a reopening: %v", err)
	}
}

// The next undo takes back the change before, never the undo; then it says that
// there is nothing more.
func TestUndoStepsBack(t *testing.T) {
	w := staged(t)
	w.now = w.now.Add(UndoFor + time.Minute)
	before := visible(w.in)
	w.must(t, alice, SetSeverity{To: 1, Reason: "x"})
	w.must(t, alice, SetItem{Ref: "C1", State: ItemDoing})
	w.must(t, alice, SetItem{Ref: "C1", State: ItemDone})
	w.must(t, alice, Undo{}, Undo{}, Undo{})
	if got := visible(w.in); got != before {
		t.Errorf("three undone:\n%s\nbefore:\n%s", got, before)
	}
	if err := w.do(alice, Undo{}); CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), "nothing of yours from the last 10 minutes is left") {
		t.Errorf("a fourth: %v", err)
	}
	// What somebody else did in between stays.
	w.must(t, alice, SetItem{Ref: "C1", State: ItemDoing})
	w.must(t, bob, SetItem{Ref: "C1", State: ItemOpen})
	w.must(t, alice, SetItem{Ref: "C1", State: ItemDone})
	w.must(t, alice, Undo{})
	if err := w.do(alice, Undo{}); CodeOf(err) != CodeConflict || w.in.Checklist[0].State != ItemOpen {
		t.Errorf("undo over another's change: %v, %s", err, w.in.Checklist[0].State)
	}
	// What cannot be undone ends the way, and says the way out.
	w.must(t, carol, AttachPlaybook{ID: "other", Title: "Other", Items: []ItemSpec{{Key: "x.y", Phase: PhaseRecovery, Title: "z"}}})
	if err := w.do(carol, Undo{}); CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), "check na") {
		t.Errorf("undo of a playbook: %v", err)
	}
}

// A stale editor is told what stands there now, by whom (CON-1).
func TestStaleEdit(t *testing.T) {
	w := staged(t)
	seen := w.in.Version
	c1, c2 := 10, 20
	w.must(t, carol, SetIndicator{Ref: "I1", Confidence: &c1})
	err := w.do(bob, SetIndicator{Ref: "I1", Confidence: &c2, Seen: seen})
	if CodeOf(err) != CodeConflict || !strings.Contains(fmt.Sprint(err), "@carol") {
		t.Errorf("stale: %v", err)
	}
	w.must(t, bob, SetIndicator{Ref: "I1", Confidence: &c2, Seen: w.in.Version})
}

// Of two people who do different things to one item at once the first wins, and the other is told by whom (CON-4).
func TestItemOvertaken(t *testing.T) {
	for _, second := range []func(seen uint64) Command{
		func(seen uint64) Command { return AssignItem{Ref: "C1", Owner: "bob", Seen: seen} },
		func(seen uint64) Command { return SetItem{Ref: "C1", State: ItemDone, Seen: seen} },
		func(seen uint64) Command { return SetItem{Ref: "C1", State: ItemOpen, Note: "mine", Seen: seen} },
	} {
		w := staged(t)
		seen := w.in.Version
		w.must(t, carol, AssignItem{Ref: "C1", Owner: "carol", Seen: seen})
		if err := w.do(bob, second(seen)); CodeOf(err) != CodeConflict || !strings.Contains(fmt.Sprint(err), "@carol was first") {
			t.Errorf("%T: %v", second(seen), err)
		}
		w.must(t, bob, second(w.in.Version))
	}
	w := staged(t)
	seen := w.in.Version
	w.must(t, bob, SetItem{Ref: "C1", State: ItemDoing, Seen: seen}, SetItem{Ref: "C1", State: ItemDone, Seen: seen})
}
