package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var erin = Actor{Name: "erin", Role: RoleResponder}

// acted is staged with an indicator I1 and an asset S1; A1 waits for approval, A2
// may begin. Erin proposed both.
func acted(t testing.TB) *world {
	t.Helper()
	w := staged(t)
	w.must(t, erin, ProposeAction{Kind: "isolate-host", Targets: []Target{{Ref: "s1"}}, Owner: "@bob", Risk: "shares stop", Rollback: "give the port back"},
		ProposeAction{Kind: "block-indicator", Targets: []Target{{Ref: "I1"}}})
	return w
}

func step(ref string, to ActionState) StepAction { return StepAction{Ref: ref, To: to, Reason: "r"} }

func TestTheCatalogueHolds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range ActionKinds() {
		if seen[k.ID] || k.Title == "" || !slices.Contains(Stages(), k.Stage) || k.Step != "" && !slices.Contains(Steps(), k.Step) {
			t.Errorf("%+v", k)
		}
		seen[k.ID] = true
		digit := map[Stage]string{StageContainment: "3", StageEradication: "4", StageRecovery: "5", StageDetection: "2"}[k.Stage]
		for _, id := range k.React {
			// RE&CT files a patch under containment, and the image before a change and
			// revoked credentials under other stages than where they are used here.
			if len(id) != 6 || id[:2] != "RA" || !digits(id[2:]) || id[2:3] != digit && !slices.Contains([]string{"RA3001", "RA2311", "RA4601"}, id) {
				t.Errorf("%s: %q is no id of its stage", k.ID, id)
			}
		}
	}
	if k, err := FindActionKind("isol"); err != nil || k.ID != "isolate-host" {
		t.Errorf("isol: %v %v", k, err)
	}
	for _, s := range []string{"", "block", "nonsense", "\x1b[2J"} {
		if _, err := FindActionKind(s); CodeOf(err) != CodeUsage || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestThePolicyForApproval(t *testing.T) {
	p, err := NewActionPolicy([]string{"block-indicator"}, []string{"isolate-host"})
	if err != nil {
		t.Fatal(err)
	}
	w := staged(t)
	w.must(t, erin, ProposeAction{Kind: "isolate-host", Targets: []Target{{Ref: "S1"}}, Policy: p}, ProposeAction{Kind: "block-indicator", Targets: []Target{{Ref: "I1"}}, Policy: p},
		ProposeAction{Kind: "disable-account", Targets: []Target{{Text: "svc-bkp"}}, Policy: p})
	for i, want := range []ActionState{ActionApproved, ActionWaiting, ActionWaiting} {
		if got := w.in.Actions[i].State; got != want {
			t.Errorf("A%d is %s, want %s", i+1, got, want)
		}
	}
	for _, tt := range [][2][]string{{{"eat"}, nil}, {nil, {"eat"}}, {{"patch"}, {"patch"}}} {
		if _, err := NewActionPolicy(tt[0], tt[1]); CodeOf(err) != CodeUsage {
			t.Errorf("%v: %v", tt, err)
		}
	}
}

// What an action may be proposed with.
func TestProposals(t *testing.T) {
	w := staged(t)
	w.must(t, bob, AddAsset{Name: "FS-02"}, RetractAsset{Ref: "S2", Reason: "typo"},
		AddIndicators{Indicators: []NewIndicator{{Type: "domain", Value: "a.example"}}}, RetractIndicator{Ref: "I2", Reason: "typo"})
	one := []Target{{Ref: "S1"}}
	many := make([]Target, MaxTargets+1)
	for i := range many {
		many[i].Text = Text(fmt.Sprint("host ", i))
	}
	for _, tt := range []struct {
		c    ProposeAction
		want Code
		text string
	}{
		{ProposeAction{Kind: "isolate-host", Targets: one}, "", ""},
		{ProposeAction{Kind: "isolate-host", Targets: one, Due: w.now.Add(time.Hour)}, "", ""},
		{ProposeAction{Kind: "eat", Targets: one}, CodeUsage, "isolate-host"},
		{ProposeAction{Kind: "isolate-host"}, CodeInvalid, "target"},
		{ProposeAction{Kind: "isolate-host", Targets: []Target{{Text: " \t"}}}, CodeInvalid, "empty"},
		{ProposeAction{Kind: "isolate-host", Targets: []Target{{Text: "\u200b"}}}, CodeInvalid, "readable"},
		{ProposeAction{Kind: "isolate-host", Targets: []Target{{Ref: "S9"}}}, CodeNotFound, "S9"},
		{ProposeAction{Kind: "isolate-host", Targets: []Target{{Ref: "S2"}}}, CodeNotFound, "out of scope, by @bob"},
		{ProposeAction{Kind: "block-indicator", Targets: []Target{{Ref: "I2"}}}, CodeNotFound, "retracted, by @bob"},
		{ProposeAction{Kind: "block-indicator", Targets: []Target{{Ref: "T1"}}}, CodeUsage, "indicator"},
		{ProposeAction{Kind: "isolate-host", Targets: many}, CodeInvalid, "limit"},
		{ProposeAction{Kind: "isolate-host", Targets: one, Owner: "B@D"}, CodeInvalid, "B@D"},
		{ProposeAction{Kind: "isolate-host", Targets: one, Due: w.now}, CodeInvalid, "past"},
		{ProposeAction{Kind: "isolate-host", Targets: one, Ends: w.now.Add(-time.Second)}, CodeInvalid, "past"},
		{ProposeAction{Kind: "isolate-host", Targets: one, Risk: Text(strings.Repeat("x", MaxReason+1))}, CodeInvalid, "limit"},
		{ProposeAction{Kind: "isolate-host", Targets: one, Rollback: Text(strings.Repeat("x", MaxReason+1))}, CodeInvalid, "limit"},
		{ProposeAction{Kind: "monitor", Targets: one, Owner: "bob"}, CodeInvalid, "ends"},
		{ProposeAction{Kind: "monitor", Targets: one, Ends: w.now.Add(time.Hour)}, CodeInvalid, "owner"},
		{ProposeAction{Kind: "monitor", Targets: one, Owner: "bob", Ends: w.now.Add(time.Hour)}, "", ""},
	} {
		_, err := tt.c.Decide(w.in, erin, w.now)
		if CodeOf(err) != tt.want || err != nil && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%+v: %v, want %q with %q", tt.c, err, tt.want, tt.text)
		}
	}
	w.must(t, erin, ProposeAction{Kind: "isolate-host", Targets: []Target{{Ref: "S1"}, {Ref: "s1"}, {Text: "the NAS"}, {Text: " The nas "}}})
	if a := w.in.Actions[0]; len(a.Targets) != 2 || w.in.ActionLine(a) != "isolate host FS-01 the NAS" {
		t.Errorf("targets %v: %s", a.Targets, w.in.ActionLine(a))
	}
	for word, want := range map[string]Target{"s1": {Ref: "S1"}, "fs-01": {Ref: "S1"}, "192.0.2.7": {Ref: "I1"}, "S9": {Ref: "S9"}, "the NAS": {Text: "the NAS"},
		"FS-02": {Text: "FS-02"}} {
		if got := w.in.FindTarget(word); got != want {
			t.Errorf("%s is %v, want %v", word, got, want)
		}
	}
}

// Every step from every state: those that are allowed, and what the others say.
func TestStepsOfAnAction(t *testing.T) {
	path := map[ActionState][]StepAction{
		ActionWaiting:    nil,
		ActionApproved:   {step("A1", ActionApproved)},
		ActionExecuting:  {step("A1", ActionApproved), step("A1", ActionExecuting)},
		ActionDone:       {step("A1", ActionApproved), step("A1", ActionExecuting), step("A1", ActionDone)},
		ActionVerified:   {step("A1", ActionApproved), step("A1", ActionExecuting), step("A1", ActionDone), step("A1", ActionVerified)},
		ActionRejected:   {step("A1", ActionRejected)},
		ActionFailed:     {step("A1", ActionApproved), step("A1", ActionExecuting), step("A1", ActionFailed)},
		ActionRolledBack: {step("A1", ActionApproved), step("A1", ActionExecuting), step("A1", ActionDone), step("A1", ActionRolledBack)},
	}
	allowed := map[ActionState][]ActionState{
		ActionWaiting:   {ActionApproved, ActionRejected},
		ActionApproved:  {ActionExecuting, ActionRejected},
		ActionExecuting: {ActionDone, ActionFailed},
		ActionDone:      {ActionVerified, ActionFailed, ActionRolledBack},
		ActionVerified:  {ActionRolledBack},
		ActionFailed:    {ActionRolledBack},
	}
	for from, steps := range path {
		for _, to := range append(ActionStates(), "eaten") {
			w := acted(t)
			for _, s := range steps {
				w.must(t, carol, s)
			}
			err := w.do(bob, step("A1", to))
			if slices.Contains(allowed[from], to) {
				if err != nil || w.in.Actions[0].State != to {
					t.Errorf("%s → %s: %v", from, to, err)
				}
				continue
			}
			want := CodeInvalid
			switch {
			case to == "eaten" || to == ActionWaiting:
				want = CodeUsage
			case to == from:
				want = CodeConflict
			}
			if CodeOf(err) != want {
				t.Errorf("%s → %s: %v, want %q", from, to, err, want)
			}
			who := "@carol"
			if from == ActionWaiting {
				who = "@erin"
			}
			if want != CodeUsage && !(strings.Contains(err.Error(), string(from)) && strings.Contains(err.Error(), who) && strings.Contains(err.Error(), "14:00:00Z")) {
				t.Errorf("%s → %s does not say state, who and when: %v", from, to, err)
			}
		}
	}
	w := acted(t)
	w.must(t, carol, step("A1", ActionApproved), step("A1", ActionExecuting))
	for _, c := range []Command{StepAction{Ref: "A1", To: ActionFailed}, StepAction{Ref: "A1", To: ActionDone, Result: Text(strings.Repeat("x", MaxReason+1))},
		StepAction{Ref: "A1", To: ActionDone, Reason: Text(strings.Repeat("x", MaxReason+1))}} {
		if err := w.do(bob, c); CodeOf(err) != CodeInvalid {
			t.Errorf("%v: %v", c, err)
		}
	}
	if err := w.do(bob, step("A9", ActionDone)); CodeOf(err) != CodeNotFound {
		t.Error(err)
	}
	w.must(t, alice, Close{Reason: "over"})
	for _, c := range []Command{step("A1", ActionDone), AssignAction{Ref: "A1", Owner: "bob"}, ProposeAction{Kind: "patch", Targets: []Target{{Ref: "S1"}}}} {
		if err := w.do(bob, c); CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), "closed") {
			t.Errorf("closed, %T: %v", c, err)
		}
	}
}

// Nobody approves what he proposed, but the IC with a reason, and that stands out.
func TestOwnApproval(t *testing.T) {
	w := acted(t)
	w.must(t, bob, ProposeAction{Kind: "patch", Targets: []Target{{Ref: "S1"}}}) // bob is the IC
	for _, tt := range []struct {
		by   Actor
		c    StepAction
		want Code
		text string
	}{
		{erin, StepAction{Ref: "A1", To: ActionApproved}, CodeForbidden, "ask somebody else"},
		{erin, StepAction{Ref: "A1", To: ActionApproved, Override: true, Reason: "now"}, CodeForbidden, "ask @bob"},
		{bob, StepAction{Ref: "A3", To: ActionApproved}, CodeForbidden, "--override"},
		{bob, StepAction{Ref: "A3", To: ActionApproved, Override: true}, CodeInvalid, "reason"},
		{bob, StepAction{Ref: "A3", To: ActionExecuting}, CodeInvalid, "proposed, by @bob"},
		{bob, StepAction{Ref: "A3", To: ActionApproved, Override: true, Reason: "it spreads"}, "", ""},
		{bob, StepAction{Ref: "A1", To: ActionApproved, Override: true}, "", ""}, // not his own: no override
	} {
		if err := w.do(tt.by, tt.c); CodeOf(err) != tt.want || err != nil && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%+v by %s: %v, want %q with %q", tt.c, tt.by.Name, err, tt.want, tt.text)
		}
	}
	a1, a3 := w.in.Actions[0], w.in.Actions[2]
	if a1.Override || a1.ApprovedBy != "bob" || !a3.Override || a3.OverrideReason != "it spreads" || !a3.Last().Override {
		t.Errorf("%+v\n%+v", a1, a3)
	}
	var said []*Entry // an override is one entry, an approval none
	for _, e := range w.in.Timeline {
		if e.Kind == KindAction {
			said = append(said, e)
		}
	}
	if len(said) != 1 || !strings.Contains(string(said[0].Text), "OVERRIDE") || !strings.Contains(string(said[0].Text), "it spreads") || !slices.Contains(said[0].Refs, "A3") {
		t.Errorf("the timeline says %+v", said)
	}
}

// What was done moves the assets when asked to, stands in the timeline and is in
// force until it is taken back.
func TestDoneMovesAndStaysInForce(t *testing.T) {
	w := acted(t)
	w.must(t, carol, step("A1", ActionApproved), step("A1", ActionExecuting), StepAction{Ref: "A1", To: ActionDone, Result: "port is down", Move: true},
		step("A2", ActionExecuting), StepAction{Ref: "A2", To: ActionDone, Move: true}, step("A2", ActionVerified))
	if w.in.Assets[0].Step(StepContained) != "yes" || w.in.Assets[0].Steps[StepContained].By != "carol" {
		t.Errorf("S1 %v", w.in.Assets[0].Steps)
	}
	force := w.in.InForce()
	if len(force) != 2 || force[0].UndoText() != "give the port back" || !strings.Contains(string(force[1].UndoText()), "take the block away") {
		t.Fatalf("%v", force)
	}
	w.must(t, carol, StepAction{Ref: "A1", To: ActionRolledBack, Reason: "reinstalled"})
	if force = w.in.InForce(); len(force) != 1 || force[0].Ref != "A2" {
		t.Errorf("%v", force)
	}
	var texts []string
	for _, e := range w.in.Timeline {
		if e.Kind == KindAction {
			texts = append(texts, string(e.Text))
		}
	}
	if got := strings.Join(texts, "\n"); got != "A1 done: isolate host FS-01 “port is down”\nA2 done: block indicator 192.0.2.7\n"+
		"A2 verified: block indicator 192.0.2.7 “r”\nA1 rolled-back: isolate host FS-01 “reinstalled”" {
		t.Errorf("timeline\n%s", got)
	}
	if len(w.in.OpenActions("")) != 0 || w.in.WaitingActions() != 0 {
		t.Error("something is open")
	}
}

// Leaving the recovery with something in force needs a reason, and says what.
func TestLeavingTheRecovery(t *testing.T) {
	w := acted(t)
	w.must(t, carol, step("A2", ActionExecuting), step("A2", ActionDone))
	w.must(t, bob, SetPhase{To: PhaseRecovery, Reason: "go", Force: true})
	if err := w.do(bob, SetPhase{To: PhasePostIncident, Force: true}); CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), "A2") {
		t.Errorf("left without a word: %v", err)
	}
	w.must(t, bob, SetPhase{To: PhasePostIncident, Force: true, Reason: "the block stays for good"})
}

// An undo brings back what was, an undone approval no approval.
func TestUndoOfActions(t *testing.T) {
	w := acted(t)
	w.must(t, carol, step("A1", ActionApproved), Undo{})
	if a := w.in.Actions[0]; a.State != ActionWaiting || a.ApprovedBy != "" || !a.Last().Back {
		t.Errorf("%+v", a)
	}
	w.must(t, carol, step("A1", ActionApproved))
	w.must(t, bob, step("A1", ActionExecuting), StepAction{Ref: "A1", To: ActionDone, Result: "down", Move: true}, Undo{})
	if a := w.in.Actions[0]; a.State != ActionExecuting || a.Result != "" || a.ApprovedBy != "carol" || w.in.Assets[0].Step(StepContained) != "no" {
		t.Errorf("%+v %v", a, w.in.Assets[0].Steps)
	}
	if e := w.in.Timeline[len(w.in.Timeline)-1]; !strings.Contains(string(e.Text), "back from done to executing") {
		t.Errorf("%s", e.Text)
	}
	w.must(t, erin, ProposeAction{Kind: "patch", Targets: []Target{{Ref: "S1"}}}, Undo{})
	if a := w.in.Actions[2]; a.State != ActionRejected {
		t.Errorf("%+v", a)
	}
	w.must(t, erin, AssignAction{Ref: "A2", Owner: "bob"}, Undo{})
	if w.in.Actions[1].Owner != "" {
		t.Error("still assigned")
	}
}

// Whatever is done in whatever order by whomever: a disruptive action gets beyond
// its proposal only by somebody else's approval or a recorded override by the IC.
func TestNoActionWithoutApproval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		if err := w.do(alice, Declare{Title: "x", Severity: 2}); err != nil {
			t.Fatal(err)
		}
		if err := w.do(alice, AddAsset{Name: "FS-01"}); err != nil {
			t.Fatal(err)
		}
		ics := map[string]bool{"alice": true}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			by := pick(t, "by", alice, bob, carol)
			var c Command = StepAction{Ref: pick(t, "a", "A1", "A2", "A3"), To: pick(t, "to", ActionStates()...), Reason: pick[Text](t, "reason", "", "why"),
				Override: rapid.Bool().Draw(t, "override"), Move: rapid.Bool().Draw(t, "move")}
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				c = ProposeAction{Kind: pick(t, "kind", "isolate-host", "patch", "block-sender"), Targets: []Target{{Ref: "S1"}}}
			case 1, 2:
				c = Undo{}
			case 3:
				c = AssignRole{Role: RoleIC, User: pick(t, "ic", "alice", "bob", "carol")}
			}
			err := w.do(by, c)
			if err != nil && CodeOf(err) == "" {
				t.Fatal(err)
			}
			ics[w.in.IC()] = true
			for _, a := range w.in.Actions {
				if !a.Disruptive || a.State == ActionWaiting || a.State == ActionRejected {
					continue
				}
				if a.ApprovedBy == "" || a.ApprovedBy == a.ProposedBy && !(a.Override && a.OverrideReason != "" && ics[a.ApprovedBy]) {
					t.Fatalf("%s is %s without approval: %+v", a.Ref, a.State, a)
				}
				if a.Override && !slices.ContainsFunc(w.in.Timeline, func(e *Entry) bool { return e.Kind == KindAction && strings.Contains(string(e.Text), "OVERRIDE") }) {
					t.Fatalf("the override of %s is not on record", a.Ref)
				}
			}
		}
	})
}

// anyActionCommand draws a command about actions, sensible or not.
func anyActionCommand(t *rapid.T, w *world, reason Text) Command {
	switch rapid.IntRange(0, 6).Draw(t, "action command") {
	case 0, 1:
		return ProposeAction{Kind: pick(t, "kind", "isolate-host", "block-indicator", "monitor", "eat"), Owner: pick(t, "owner", "", "bob", "B@D"), Risk: anyText(t, "risk"), Rollback: anyText(t, "rollback"),
			Due: pick(t, "due", time.Time{}, w.now.Add(time.Hour), w.now), Ends: pick(t, "ends", time.Time{}, w.now.Add(48*time.Hour)),
			Targets: []Target{{Ref: ref(t, RefAsset)}, {Ref: ref(t, pick(t, "ref", RefIndicator, RefAsset))}, {Text: anyText(t, "target")}}[rapid.IntRange(0, 2).Draw(t, "first"):]}
	case 2:
		return AssignAction{Ref: ref(t, RefAction), Owner: pick(t, "owner", "", "bob", "@carol", "B@D")}
	}
	return StepAction{Ref: ref(t, RefAction), To: pick(t, "to", append(ActionStates(), "eaten")...), Reason: reason, Result: anyText(t, "result"),
		Override: rapid.Bool().Draw(t, "override"), Move: rapid.Bool().Draw(t, "move")}
}

// What one step costs in a room with many actions.
func BenchmarkActions(b *testing.B) {
	for _, n := range []int{10, 500} {
		w := staged(b)
		for range n {
			w.must(b, erin, ProposeAction{Kind: "isolate-host", Targets: []Target{{Ref: "S1"}, {Ref: "I1"}}})
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := *w
			w.recs = nil
			owner := ""
			b.ReportAllocs()
			for b.Loop() {
				owner = map[string]string{"": "bob", "bob": ""}[owner]
				w.must(b, bob, AssignAction{Ref: "A7", Owner: owner})
				_ = w.in.InForce()
				_ = w.in.OpenActions("")
				w.recs = w.recs[:0]
			}
		})
	}
}
