package verb_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

type acted struct {
	Ref        string  `json:"ref"`
	Kind       string  `json:"kind"`
	Stage      string  `json:"stage"`
	Title      string  `json:"title"`
	Target     string  `json:"target"`
	State      string  `json:"state"`
	Owner      string  `json:"owner"`
	ProposedBy string  `json:"proposed_by"`
	ApprovedBy string  `json:"approved_by"`
	Due        *string `json:"due"`
	Ends       *string `json:"ends"`
	InForce    bool    `json:"in_force"`
	Undo       string  `json:"undo"`
	Override   bool    `json:"override"`
	Targets    []struct {
		Ref  string `json:"ref"`
		Text string `json:"text"`
	} `json:"targets"`
	Steps []struct {
		State string `json:"state"`
		By    string `json:"by"`
	} `json:"steps"`
}

// An action from its proposal to its undo, by two people.
func TestAnActionsLife(t *testing.T) {
	h := begun(t)
	h.must(alice, "scope", "add", "INC", "FS-01")
	h.must(alice, "ioc", "add", "INC", "evil.example", "192.0.2.7")
	got := h.run(h.env(bob), "", "contain", "INC", "isolate-host", "fs-01", "S1", "--owner", "@bob", "--risk", "the shares stop", "--due", "+2h")
	if got.failure != nil || got.out != "A1\n" || !strings.Contains(got.err, "A1 waits for somebody else's approval") {
		t.Fatalf("%+v", got)
	}
	if got := h.run(h.env(bob), "", "contain", "INC", "block-indicator", "I1", "I2", "--rollback", "take the rule away"); got.failure != nil || got.out != "A2\n" || got.err != "" {
		t.Fatalf("%+v", got)
	}
	var a acted
	h.decode(alice, &a, "action", "approve", "INC", "a1")
	if a.State != "approved" || a.ApprovedBy != "alice" || a.ProposedBy != "bob" || a.Owner != "bob" || a.Override || a.Due == nil || *a.Due != "2026-11-23T14:00:00Z" ||
		len(a.Targets) != 1 || a.Targets[0].Ref != "S1" || a.Targets[0].Text != "FS-01" || a.Stage != "containment" || a.Title != "isolate host" {
		t.Errorf("%+v", a)
	}
	h.must(bob, "action", "start", "INC", "A1", "A2")
	h.decode(bob, &a, "action", "done", "INC", "A1", "--result", "the port is down", "--move-assets")
	if a.State != "done" || !a.InForce || a.Undo != "reconnect the host" || len(a.Steps) != 4 || a.Steps[3].By != "bob" {
		t.Errorf("%+v", a)
	}
	if in := h.hub.Peek(h.id); in.Assets[0].Step(model.StepContained) != "yes" {
		t.Error("the asset did not move")
	}
	h.must(bob, "action", "done", "INC", "A2")
	h.must(alice, "action", "verify", "INC", "A2", "--reason", "no more hits")
	var list []acted
	h.decode(alice, &list, "action", "list", "INC", "--in-force")
	if len(list) != 2 || list[1].Undo != "take the rule away" || !strings.Contains(list[1].Target, "evil[.]example") || strings.Contains(list[1].Target, "evil.example") {
		t.Errorf("%+v", list)
	}
	h.must(bob, "action", "rollback", "INC", "A1", "--reason", "reinstalled")
	for words, want := range map[string]string{
		"action list INC --in-force":          "A2",
		"action list INC --state verified":    "A2",
		"action list INC --owner @bob":        "A1",
		"action list INC --stage eradication": "",
	} {
		list = nil
		h.decode(alice, &list, strings.Fields(words)...)
		var refs []string
		for _, a := range list {
			refs = append(refs, a.Ref)
		}
		if got := strings.Join(refs, " "); got != want {
			t.Errorf("%s: %s, want %s", words, got, want)
		}
	}
	out := h.must(alice, "timeline", "list", "INC", "--kind", "action")
	for _, want := range []string{"A1 done: isolate host FS-01", "the port is down", "A2 verified", "A1 rolled-back", "reinstalled"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if out := h.must(alice, "action", "show", "INC", "A1"); !strings.Contains(out, "the shares stop") || !strings.Contains(out, "rolled-back @bob “reinstalled”") {
		t.Errorf("%s", out)
	}
	h.must(bob, "action", "assign", "INC", "A2", "@alice")
	h.decode(bob, &a, "action", "assign", "INC", "A2", "none")
	if a.Owner != "" {
		t.Errorf("%+v", a)
	}
	h.decode(bob, &a, "action", "add", "INC", "monitor", "S1", "--owner", "bob", "--ends", "+14d")
	if a.Stage != "enhanced-detection" || a.Ends == nil || *a.Ends != "2026-12-07T12:00:00Z" || a.State != "approved" {
		t.Errorf("%+v", a)
	}
	if out := h.must(alice, "search", "shares", "stop"); !strings.Contains(out, "A1") {
		t.Errorf("search: %s", out)
	}
}

// The IC lets his own proposal pass: it stands out wherever one looks.
func TestAnOverrideStandsOut(t *testing.T) {
	h := begun(t)
	h.must(alice, "contain", "INC", "disable-account", "svc-bkp")
	if s := h.run(h.env(alice), "", "action", "approve", "INC", "A1"); model.ExitStatus(s.failure) != 3 || !strings.Contains(s.failure.Error(), "--override") {
		t.Errorf("%v", s.failure)
	}
	var a acted
	h.decode(alice, &a, "action", "approve", "INC", "A1", "--override", "--reason", "it spreads")
	if !a.Override {
		t.Errorf("%+v", a)
	}
	for _, words := range [][]string{{"action", "list", "INC"}, {"timeline", "list", "INC"}, {"action", "show", "INC", "A1"}} {
		if out := h.must(bob, words...); !strings.Contains(out, "OVERRIDE") {
			t.Errorf("%v: %s", words, out)
		}
	}
}

func TestActionRefusals(t *testing.T) {
	h := begun(t)
	h.must(alice, "scope", "add", "INC", "FS-01")
	h.must(bob, "contain", "INC", "isolate-host", "S1")
	for _, tt := range []struct {
		by     model.Actor
		words  string
		status int
		says   string
	}{
		{bob, "contain INC", 2, "the kind of action is missing"},
		{bob, "contain INC eat S1", 2, "isolate-host"},
		{bob, "contain INC patch S1", 2, "action add"},
		{bob, "contain INC isolate-host", 2, "the target is missing"},
		{bob, "contain INC isolate-host S9", 4, "S9"},
		{bob, "contain INC isolate-host S1 --due -2h", 2, "--due"},
		{bob, "contain INC isolate-host S1 --due 2026-11-22", 1, "--due"},
		{bob, "action add INC monitor S1", 1, "--ends"},
		{bob, "action add INC monitor S1 --ends +1d", 1, "owner"},
		{bob, "action approve INC", 2, "the action is missing"},
		{bob, "action approve INC A9", 4, "A9"},
		{bob, "action approve INC A1", 3, "ask somebody else"},
		{bob, "action approve INC A1 --override --reason now", 3, "ask @alice"},
		{bob, "action start INC A1", 1, "proposed, by @bob at 12:00:00Z"},
		{bob, "action reject INC A1", 1, "reason"},
		{bob, "action assign INC A1", 2, "the owner is missing"},
		{bob, "action list INC --state eaten", 2, "proposed"},
		{bob, "action list INC --stage moon", 2, "containment"},
		{bob, "action kinds --stage moon", 2, "containment"},
		{olga, "contain INC isolate-host S1", 3, "only read"},
	} {
		before := h.versions()
		s := h.run(h.env(tt.by), "", strings.Fields(tt.words)...)
		if got := model.ExitStatus(s.failure); got != tt.status || !strings.Contains(s.failure.Error(), tt.says) {
			t.Errorf("%s: status %d, %v; want %d with %q", tt.words, got, s.failure, tt.status, tt.says)
		}
		if h.versions() != before {
			t.Errorf("%s changed something", tt.words)
		}
	}
	h.must(alice, "incident", "close", "INC", "--reason", "over")
	if s := h.run(h.env(alice), "", "action", "approve", "INC", "A1"); model.ExitStatus(s.failure) != 1 || !strings.Contains(s.failure.Error(), "closed") {
		t.Errorf("%v", s.failure)
	}
}

// Two approve at once: one wins, the other is told by whom.
func TestTwoApproveAtOnce(t *testing.T) {
	h := begun(t)
	h.must(bob, "contain", "INC", "isolate-host", "FS-01")
	var wg sync.WaitGroup
	fails := make([]error, 2)
	for i, by := range []model.Actor{alice, root} {
		wg.Go(func() { fails[i] = h.run(h.env(by), "", "action", "approve", "INC", "A1").failure })
	}
	wg.Wait()
	won, lost, who := 0, fails[1], "@alice"
	if fails[0] != nil {
		won, lost, who = 1, fails[0], "@root"
	}
	if fails[won] != nil || model.CodeOf(lost) != model.CodeConflict || !strings.Contains(lost.Error(), "approved already, by "+who) {
		t.Errorf("%v and %v", fails[0], fails[1])
	}
}

func TestKindsFollowThePolicy(t *testing.T) {
	h := begun(t)
	env := h.env(bob)
	policy, err := model.NewActionPolicy([]string{"block-indicator"}, []string{"isolate-host"})
	if err != nil {
		t.Fatal(err)
	}
	env.Actions = policy
	s := h.run(env, "", "action", "kinds", "--json")
	var kinds []struct {
		ID            string   `json:"id"`
		React         []string `json:"react"`
		NeedsApproval bool     `json:"needs_approval"`
	}
	if err := json.Unmarshal([]byte(s.out), &kinds); err != nil {
		t.Fatal(err, s.out)
	}
	needs := map[string]bool{}
	for _, k := range kinds {
		needs[k.ID] = k.NeedsApproval
		if k.React == nil {
			t.Errorf("%s has no list of ids", k.ID)
		}
	}
	if len(kinds) != len(model.ActionKinds()) || !needs["block-indicator"] || needs["isolate-host"] || !needs["patch"] {
		t.Errorf("%v", needs)
	}
	if s := h.run(env, "", "contain", "INC", "isolate-host", "FS-01"); s.err != "" {
		t.Errorf("it waits: %s", s.err)
	}
	for prefix, want := range map[string]string{"contain INC iso": "isolate-host", "action approve INC ": "A1", "contain INC isolate-host --owner ": "@alice", "action li": "list"} {
		if !has(verb.Complete(h.env(alice), h.words(strings.Split(prefix, " "))), want) {
			t.Errorf("%q is not completed to %s", prefix, want)
		}
	}
}

func has(list []verb.Completion, value string) bool {
	for _, c := range list {
		if c.Value == value {
			return true
		}
	}
	return false
}
