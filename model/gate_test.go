package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func ptr[T any](v T) *T { return &v }

// refused checks that a command is refused, with words that say what is missing.
func (w *world) refused(t testing.TB, by Actor, c Command, code Code, words ...string) {
	t.Helper()
	was := w.in.Version
	err := w.do(by, c)
	if CodeOf(err) != code || w.in.Version != was {
		t.Fatalf("%#v by %s: %v, want %s", c, by.Name, err, code)
	}
	for _, s := range words {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%#v: %q does not say %q", c, err, s)
		}
	}
}

// The way to recovery is shut until the threat is removed and the causes are
// resolved, and each thing that is missing is named.
func TestRecoveryGate(t *testing.T) {
	w := staged(t)
	for _, ref := range []string{"C1", "C2"} {
		w.must(t, bob, SetItem{Ref: ref, State: ItemDone})
	}
	w.must(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepCompromised: "yes"}}, SetPhase{To: PhaseContainment})
	w.refused(t, bob, SetPhase{To: PhaseEradication}, CodeInvalid, "ahead of", "S1", "not contained")
	w.must(t, bob, SetPhase{To: PhaseEradication, Reason: "the other hosts are isolated"})
	if last := w.in.Phases[len(w.in.Phases)-1]; last.Forced || !slices.Equal(last.Ahead, []string{"S1"}) {
		t.Errorf("what the phase is ahead of is not in the record: %+v", last)
	}
	w.refused(t, bob, SetPhase{To: PhaseRecovery}, CodeInvalid, "closed", "root cause", "S1")
	w.must(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepContained: "yes", StepEradicated: "yes"}},
		AddMitigation{What: "patch the VPN gateway"},
		ProposeAction{Kind: "patch", Targets: []Target{{Text: "gateway"}}})
	want := []string{"C4", "cause", "evicted", "M1", "A1"}
	if got := w.in.Gate(PhaseRecovery); !slices.Equal(got, want) {
		t.Fatalf("gate: %v, want %v", got, want)
	}
	w.refused(t, bob, SetPhase{To: PhaseRecovery, Reason: "please"}, CodeInvalid, "C4", "root cause is not stated", "adversary is out", "M1", "A1")
	w.refused(t, Actor{"erin", RoleResponder}, SetPhase{To: PhaseRecovery, Force: true, Reason: "me"}, CodeForbidden)

	w.refused(t, bob, SetCause{Confidence: ptr("high")}, CodeInvalid, "root cause")
	w.must(t, bob, SetCause{RootCause: ptr(Text("unpatched VPN gateway")), Vector: ptr(Text("CVE-2026-1"))})
	w.refused(t, bob, SetCause{Confidence: ptr("high")}, CodeInvalid, "rests on")
	w.refused(t, bob, SetCause{Confidence: ptr("sure"), Basis: ptr(Text("x"))}, CodeUsage, "sure")
	w.refused(t, bob, SetCause{Evicted: ptr("yes")}, CodeInvalid, "evidence")
	if got := w.in.Blockers(PhaseRecovery); !strings.Contains(string(got[1].What), "confidence") {
		t.Errorf("a cause without confidence blocks with %q", got[1].What)
	}
	w.must(t, bob, SetCause{Confidence: ptr("high"), Basis: ptr(Text("image of the gateway"))},
		SetCause{Evicted: ptr("yes"), Evidence: ptr(Text("no logon since the reset"))},
		SetItem{Ref: "C4", State: ItemDone}, SetMitigation{Ref: "M1", State: MitigationDone, Reason: "build 7"})
	w.refused(t, bob, SetMitigation{Ref: "M1", State: MitigationDone}, CodeConflict, "@bob")
	if got := w.in.Gate(PhaseRecovery); !slices.Equal(got, []string{"A1"}) {
		t.Fatalf("gate: %v", got)
	}
	w.refused(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepRecovered: "yes"}}, CodeInvalid, "last known good", "restored from", "confirmed", "gate to recovery is closed (A1)")
	w.must(t, alice, StepAction{Ref: "A1", To: ActionRejected, Reason: "the vendor did it"}, SetPhase{To: PhaseRecovery})
	if w.in.Phase != PhaseRecovery || w.in.Phases[len(w.in.Phases)-1].Forced {
		t.Errorf("recovery: %+v", w.in.Phases)
	}
}

// An asset is recovered on known ground only, verified after that, and leaving
// recovery takes all of them.
func TestAssetRecovery(t *testing.T) {
	w := staged(t)
	w.must(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepCompromised: "yes", StepContained: "yes"}})
	w.refused(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepVerified: "yes"}}, CodeInvalid, "it is not recovered")
	w.refused(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepRecovered: "yes"}}, CodeInvalid, "it is not eradicated", "gate to recovery")
	w.must(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepEradicated: "yes"}}, SetPhase{To: PhaseRecovery, Reason: "night", Force: true})
	erin := Actor{"erin", RoleResponder}
	w.refused(t, erin, SetAsset{Ref: "S1", Steps: map[Step]string{StepRecovered: "yes"}, Force: true, Reason: "sure"}, CodeForbidden)
	w.refused(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepRecovered: "yes"}, Force: true}, CodeInvalid, "reason")
	w.refused(t, bob, SetAsset{Ref: "S1", LastKnownGoodAt: ptr(w.now.Add(time.Hour))}, CodeInvalid, "future")
	w.refused(t, bob, SetPhase{To: PhasePostIncident, Reason: "done"}, CodeInvalid, "S1", "not recovered")
	w.must(t, erin, SetAsset{Ref: "S1", LastKnownGood: ptr(Text("snapshot 17")), LastKnownGoodAt: ptr(w.now.Add(-48 * time.Hour)), RestoredFrom: ptr(Text("vault"))})
	w.refused(t, erin, SetAsset{Ref: "S1", Steps: map[Step]string{StepRecovered: "yes"}}, CodeInvalid, "confirmed that the restored state mitigates")
	w.must(t, erin, SetAsset{Ref: "S1", Confirmed: ptr("yes"), Steps: map[Step]string{StepRecovered: "yes"}})
	a := w.in.Assets[0]
	if a.Restored() || a.Confirmed.By != "erin" || len(a.Passed) > 0 {
		t.Errorf("recovered and not verified: %+v", a)
	}
	w.refused(t, bob, SetPhase{To: PhasePostIncident, Reason: "done"}, CodeInvalid, "not verified")
	w.refused(t, erin, SetAsset{Ref: "S1", RestoredFrom: ptr(Text(" "))}, CodeInvalid, "restored from")
	w.must(t, erin, SetAsset{Ref: "S1", Steps: map[Step]string{StepVerified: "yes"}})
	if !w.in.Assets[0].Restored() {
		t.Error("verified and not restored")
	}
	// Taking a step back takes back what rests on it, and an undo of that is asked anew.
	w.must(t, bob, SetAsset{Ref: "S1", Steps: map[Step]string{StepContained: "no"}})
	if a = w.in.Assets[0]; a.Step(StepEradicated) != "no" || a.Step(StepVerified) != "no" {
		t.Errorf("after a step back: %+v", a.Steps)
	}
	w.must(t, bob, Undo{})
	if !w.in.Assets[0].Restored() {
		t.Errorf("undone: %+v", w.in.Assets[0].Steps)
	}
	w.must(t, bob, SetPhase{To: PhasePostIncident})
	w.must(t, bob, AddAsset{Name: "DC-01", Compromised: "yes"}, SetAsset{Ref: "S2", Steps: map[Step]string{StepRecovered: "yes"}, Force: true, Reason: "rebuilt elsewhere"})
	if p := w.in.Assets[1].Passed; len(p) != 1 || p[0].By != "bob" || p[0].Reason != "rebuilt elsewhere" || len(p[0].Missing) != 4 {
		t.Errorf("the forced step left no trace: %+v", p)
	}
	if last := w.in.Timeline[len(w.in.Timeline)-1]; !strings.Contains(string(last.Text), "FORCED") {
		t.Errorf("timeline: %q", last.Text)
	}
}

// An undo brings nobody past a gate that has closed since.
func TestUndoThroughGate(t *testing.T) {
	w := staged(t)
	for _, ref := range []string{"C1", "C2", "C4"} {
		w.must(t, bob, SetItem{Ref: ref, State: ItemDone})
	}
	w.must(t, bob, SetCause{RootCause: ptr(Text("x")), Confidence: ptr("low"), Basis: ptr(Text("y")), Evicted: ptr("yes"), Evidence: ptr(Text("z"))},
		SetPhase{To: PhaseRecovery, Reason: "all at once"}, SetPhase{To: PhaseEradication, Reason: "he is back"})
	w.must(t, carol, SetItem{Ref: "C4", State: ItemOpen})
	w.refused(t, bob, Undo{}, CodeInvalid, "C4")
	w.must(t, carol, Undo{})
	w.must(t, bob, Undo{})
	if w.in.Phase != PhaseRecovery {
		t.Errorf("phase %s", w.in.Phase)
	}
}

// What forces a severity up, from where, and how it is kept lower.
func TestRaise(t *testing.T) {
	for _, tt := range []struct {
		at    Severity
		facts []RaiseFact
		least Severity
	}{
		{4, nil, 0}, {4, []RaiseFact{RaiseActive}, 2}, {3, []RaiseFact{RaiseActive}, 2}, {2, []RaiseFact{RaiseActive}, 1}, {1, []RaiseFact{RaiseActive}, 1},
		{4, []RaiseFact{RaiseIdentity}, 2}, {2, []RaiseFact{RaiseTenants}, 2}, {3, []RaiseFact{RaiseBackups}, 2}, {2, []RaiseFact{RaiseBackups, RaiseActive}, 1},
	} {
		w := newWorld()
		w.must(t, bob, Declare{Title: "x", Severity: tt.at})
		c := SetRaise{Facts: map[RaiseFact]bool{}}
		for _, f := range tt.facts {
			c.Facts[f] = true
		}
		w.must(t, bob, c)
		if least, _ := w.in.LeastSeverity(); least != tt.least || (w.in.RaiseDue() != "") != (least != 0 && least < tt.at) {
			t.Errorf("SEV%d with %v: at least %v, %q", tt.at, tt.facts, least, w.in.RaiseDue())
		}
	}
	w := newWorld()
	w.must(t, bob, Declare{Title: "x", Severity: 3}, SetRaise{Facts: map[RaiseFact]bool{RaiseIdentity: true}})
	w.refused(t, carol, SetSeverity{To: 3, Reason: "no"}, CodeForbidden)
	w.refused(t, bob, SetSeverity{To: 3}, CodeInvalid, "reason")
	w.must(t, bob, SetSeverity{To: 3, Reason: "a test tenant"})
	last := w.in.Severities[len(w.in.Severities)-1]
	if w.in.RaiseDue() != "" || last.Below != 2 || w.in.Preliminary != 3 {
		t.Errorf("kept low: %+v, due %q", last, w.in.RaiseDue())
	}
	w.refused(t, bob, SetSeverity{To: 3, Reason: "again"}, CodeConflict)
	w.must(t, carol, SetSeverity{To: 2, Reason: "real tenant"})
	w.must(t, bob, SetRaise{Facts: map[RaiseFact]bool{RaiseActive: true}})
	if w.in.RaiseDue() != "raise to SEV1: adversary still active" {
		t.Errorf("due: %q", w.in.RaiseDue())
	}
	w.refused(t, bob, SetRaise{Facts: map[RaiseFact]bool{"moon": true}}, CodeUsage)
}

// Priority is impact × urgency, and another one keeps its reason.
func TestRating(t *testing.T) {
	for _, tt := range []struct {
		functional, recover, urgency string
		info                         []string
		want                         Priority
		arithmetic                   string
	}{
		{"high", "regular", "active", nil, 1, "impact high × urgency high = P1"},
		{"high", "regular", "quiet", nil, 1, "impact high × urgency medium = P1"},
		{"high", "regular", "evicted", nil, 2, "impact high × urgency low = P2"},
		{"medium", "regular", "active", nil, 1, "impact medium × urgency high = P1"},
		{"medium", "regular", "quiet", nil, 2, "impact medium × urgency medium = P2"},
		{"medium", "regular", "evicted", nil, 3, "impact medium × urgency low = P3"},
		{"low", "regular", "active", nil, 2, "impact low × urgency high = P2"},
		{"none", "regular", "quiet", nil, 3, "impact low × urgency medium = P3"},
		{"none", "regular", "evicted", nil, 4, "impact low × urgency low = P4"},
		{"none", "regular", "evicted", []string{"privacy-breach"}, 2, "impact high × urgency low = P2"},
		{"none", "supplemented", "evicted", []string{"integrity-loss"}, 3, "impact medium × urgency low = P3"},
		{"none", "extended", "quiet", nil, 1, "impact high × urgency medium = P1"},
	} {
		w := newWorld()
		w.must(t, bob, Declare{Title: "x", Severity: 4}, SetRating{Functional: &tt.functional, Recoverability: &tt.recover, Urgency: &tt.urgency, Information: &tt.info})
		if w.in.Priority != tt.want || w.in.Rating.Arithmetic() != tt.arithmetic || w.in.Raised(RaiseActive) != (tt.urgency == "active") {
			t.Errorf("%+v: %s, %s", tt, w.in.Priority, w.in.Rating.Arithmetic())
		}
	}
	w := newWorld()
	w.must(t, bob, Declare{Title: "x", Severity: 3})
	w.refused(t, bob, SetRating{Functional: ptr("high")}, CodeInvalid, "recoverability is missing")
	w.refused(t, bob, SetRating{Functional: ptr("huge"), Recoverability: ptr("regular"), Urgency: ptr("quiet")}, CodeUsage, "huge")
	w.must(t, bob, SetRating{Functional: ptr("medium"), Recoverability: ptr("regular"), Urgency: ptr("quiet")})
	w.refused(t, bob, Edit{Field: FieldPriority, To: "P1"}, CodeInvalid, "impact medium × urgency medium = P2")
	w.must(t, bob, Edit{Field: FieldPriority, To: "P1", Reason: "the board asks"}, SetRating{Urgency: ptr("evicted")})
	if o := w.in.Override; w.in.Priority != 1 || o == nil || o.Reason != "the board asks" || o.Computed != 3 {
		t.Errorf("override: %s, %+v", w.in.Priority, o)
	}
	w.must(t, bob, Edit{Field: FieldPriority, To: "P3"})
	if w.in.Override != nil || w.in.Priority != 3 {
		t.Errorf("taken back: %s, %+v", w.in.Priority, w.in.Override)
	}
	w.must(t, bob, Undo{})
	if o := w.in.Override; o == nil || o.Reason != "the board asks" || w.in.Priority != 1 {
		t.Errorf("undone: %s, %+v", w.in.Priority, o)
	}
}

// anyFactCommand draws one of the commands about severity, causes and recovery.
func anyFactCommand(t *rapid.T, w *world, reason Text) Command {
	yesNo := func(name string) string { return pick(t, name, "yes", "yes", "no", "perhaps") }
	switch rapid.IntRange(0, 7).Draw(t, "fact") {
	case 0:
		return SetRaise{Facts: map[RaiseFact]bool{pick(t, "raise", append(RaiseFacts(), "moon")...): rapid.Bool().Draw(t, "on")}}
	case 1:
		return SetRating{Functional: maybe(t, "f", pick(t, "functional", append(FunctionalImpacts(), "huge")...)), Recoverability: maybe(t, "r", pick(t, "recoverability", Recoverabilities()...)),
			Urgency: maybe(t, "u", pick(t, "urgency", Urgencies()...)), Information: maybe(t, "i", []string{pick(t, "information", append(InformationImpacts(), "none", "x")...)})}
	case 2:
		return Edit{Field: FieldPriority, To: pick[Text](t, "priority", "P1", "P3", "P9"), Reason: reason}
	case 3, 4:
		return SetCause{RootCause: maybe(t, "rc", anyText(t, "cause")), Confidence: maybe(t, "co", pick(t, "confidence", "", "low", "high", "total")), Basis: maybe(t, "b", anyText(t, "basis")),
			Vector: maybe(t, "ve", anyText(t, "vector")), Evicted: maybe(t, "e", yesNo("evicted")), Evidence: maybe(t, "ev", anyText(t, "evidence"))}
	case 5:
		return AddMitigation{What: anyText(t, "what")}
	case 6:
		return SetMitigation{Ref: ref(t, RefMitigation), State: pick(t, "state", append(MitigationStates(), "eaten")...), Reason: reason}
	}
	steps := map[Step]string{}
	for _, s := range Steps() {
		if rapid.Bool().Draw(t, string(s)) {
			steps[s] = pick(t, "value", "yes", "yes", "no")
		}
	}
	return SetAsset{Ref: pick(t, "asset", "S1", "S2", "S3"), Steps: steps, LastKnownGood: maybe(t, "lkg", anyText(t, "good")), LastKnownGoodAt: maybe(t, "at", w.now.Add(-time.Hour)),
		RestoredFrom: maybe(t, "rf", anyText(t, "from")), Confirmed: maybe(t, "cf", yesNo("confirmed")), Force: rapid.Bool().Draw(t, "force"), Reason: reason}
}

// No sequence of commands reaches recovery, a recovered asset or post-incident
// past a closed gate without an override that the record keeps.
func TestNoWayAroundTheGates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		if err := w.do(alice, Declare{Title: "x", Severity: 3, Playbooks: []AttachPlaybook{testBook("ransomware")}}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []Command{AddAsset{Name: "FS-01", Compromised: "yes"}, AddMitigation{What: "patch"}} {
			if rapid.Bool().Draw(t, "with") {
				if err := w.do(alice, c); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			var c Command
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				c = SetPhase{To: pick(t, "phase", WorkPhases()...), Reason: pick[Text](t, "why", "", "because"), Force: rapid.Bool().Draw(t, "force")}
			case 1:
				c = SetItem{Ref: ref(t, RefItem), State: pick(t, "state", ItemDone, ItemDone, ItemOpen, ItemNA), Reason: "because"}
			case 2:
				c = Undo{}
			case 3:
				c = anyCommand(t, w)
			default:
				c = anyFactCommand(t, w, pick[Text](t, "why", "", "because"))
			}
			before := w.in
			if err := w.do(pick(t, "by", alice, alice, bob, carol), c); err != nil {
				continue
			}
			forced := w.in.Phases[len(w.in.Phases)-1]
			for _, gate := range []Phase{PhaseRecovery, PhasePostIncident} {
				if before.Phase.Index() >= gate.Index() || w.in.Phase.Index() < gate.Index() || w.in.Phase == PhaseClosed {
					continue
				}
				shut := refsOf(hard(before.Blockers(w.in.Phase)))
				_, reopened := c.(Reopen)
				if !reopened && len(shut) > 0 && !(forced.Forced && slices.Equal(forced.Blocked, shut) && forced.Reason != "") {
					t.Fatalf("%#v passed %s although %v blocked it: %+v", c, gate, shut, forced)
				}
			}
			for i, a := range w.in.Assets {
				if a.Step(StepRecovered) != "yes" || i < len(before.Assets) && before.Assets[i].Step(StepRecovered) == "yes" {
					continue
				}
				passed := i < len(before.Assets) && len(a.Passed) > len(before.Assets[i].Passed)
				shut := before.Phase.Index() < PhaseRecovery.Index() && len(hard(before.Blockers(PhaseRecovery))) > 0
				if !passed && (shut || len(a.unfounded()) > 0 || a.Step(StepEradicated) != "yes") {
					t.Fatalf("%#v made %s recovered without ground: %+v", c, a.Ref, a)
				}
			}
		}
	})
}
