package report_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/report"
)

var (
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
	bob   = model.Actor{Name: "bob", Role: model.RoleResponder}
	t0    = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
)

// room is an incident with what was done in it folded in.
type room struct {
	t   *testing.T
	in  *model.Incident
	now time.Time
}

func (r *room) do(by model.Actor, cmd model.Command) {
	r.t.Helper()
	evs, err := cmd.Decide(r.in, by, r.now)
	if err != nil {
		r.t.Fatalf("%T: %v", cmd, err)
	}
	for _, ev := range evs {
		m := model.Meta{Incident: "INC-2026-0001", Version: r.in.Version + 1, Actor: by.Name, At: r.now, CommandID: "c"}
		rec, err := model.Seal(m, ev, r.in.Head, make([]byte, 16))
		if err != nil {
			r.t.Fatal(err)
		}
		if r.in, err = r.in.Fold([]model.Record{rec}); err != nil {
			r.t.Fatal(err)
		}
	}
	r.now = r.now.Add(time.Minute)
}

func started(t *testing.T) *room {
	r := &room{t: t, in: &model.Incident{}, now: t0}
	r.do(alice, model.Declare{Title: "Ransomware on FS-01 <b>x</b>", Summary: "Encryptor since 10:11Z, beacon to http://evil.example.com/a", Severity: 1,
		Playbooks: []model.AttachPlaybook{{ID: "p", Title: "P", Items: []model.ItemSpec{{Key: "a", Phase: model.PhaseDetection, Title: "Check the backups", Required: true}}}}})
	return r
}

func whys(list []model.NextStep) string {
	var out []string
	for _, n := range list {
		out = append(out, string(n.Why)+" "+n.Ref+" "+string(n.What))
	}
	return strings.Join(out, "\n")
}

func TestNextIsComputed(t *testing.T) {
	r := started(t)
	got := whys(r.in.Next(r.now))
	for _, want := range []string{"due  stakeholder update", "role  nobody is deputy", "role  nobody is scribe", "unassigned C1 Check the backups"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	r.do(bob, model.ProposeAction{Kind: "isolate-host", Targets: []model.Target{{Text: "FS-01"}}})
	r.do(alice, model.AssignItem{Ref: "C1", Owner: "bob"})
	r.do(alice, model.AssignRole{Role: model.RoleDeputy, User: "bob"})
	list := r.in.Next(r.now)
	got = whys(list)
	if list[0].Why != model.NextApproval || list[0].Ref != "A1" {
		t.Errorf("what waits for approval is not first:\n%s", got)
	}
	if strings.Contains(got, "deputy") || !strings.Contains(got, "open C1") {
		t.Errorf("what was settled is still there, or the item is not:\n%s", got)
	}
	// An update that is overdue comes before everything.
	list = r.in.Next(r.now.Add(24 * time.Hour))
	if list[0].Why != model.NextLate {
		t.Errorf("what is late is not first:\n%s", whys(list))
	}
	r.do(bob, model.SetItem{Ref: "C1", State: model.ItemDone})
	if got := whys(r.in.Next(r.now)); strings.Contains(got, "C1") {
		t.Errorf("a done item is to be done next:\n%s", got)
	}
	r.do(alice, model.Close{Reason: "handed over"})
	if n := r.in.Next(r.now); len(n) != 0 {
		t.Errorf("something is to be done in a closed incident: %s", whys(n))
	}
}

func TestSituation(t *testing.T) {
	r := started(t)
	r.do(alice, model.AddAsset{Name: "FS-01", Compromised: "yes"})
	r.do(alice, model.SetSeverity{To: 2, Reason: "one server only"})
	r.do(bob, model.AddNote{Text: "encryptor runs ! [x](http://evil.example.com) @all", Star: true})
	r.do(alice, model.SetPhase{To: model.PhaseContainment, Force: true, Reason: "it spreads"})
	s := report.NewSituation(r.in, r.now)
	text := strings.Join(s.Text(), "\n")
	for _, want := range []string{"Situation report INC-2026-0001", "SEV2 (declared as SEV1)", "containment", "ic @alice", "hxxp://evil[.]example[.]com",
		"compromised 1", "GATE FORCED to containment", "it spreads", "KEY MOMENTS", "encryptor runs"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "http://") {
		t.Errorf("an address is live:\n%s", text)
	}
	md := s.Markdown()
	for _, never := range []string{"<b>", "x](", " @all", "http://"} {
		if strings.Contains(md, never) {
			t.Errorf("%q stands in the Markdown:\n%s", never, md)
		}
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		ID       string
		Severity string
		Forced   []string        `json:"forced_passes"`
		Scope    report.Scope    `json:"scope"`
		Key      []report.Moment `json:"key_moments"`
	}
	if err := json.Unmarshal(b, &back); err != nil || back.ID != s.ID || back.Severity != "SEV2" || len(back.Forced) != 1 || back.Scope.Compromised != 1 || len(back.Key) != 1 {
		t.Errorf("%+v, %v", back, err)
	}
}

var named = regexp.MustCompile("`[A-Za-z0-9._+-]*@[A-Za-z0-9._-]+`")

// No text of an incident makes anything of a line of Markdown.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"# x", "1. x", "- x", "<script>", "[a](b)", "![a](b)", "`x`", "a@b", "`@a`", "a|b", "***", "\x1b[31m", "&lt;", "\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		in := &model.Incident{ID: "INC-2026-0001", Title: model.Text(s), Severity: 1, Status: model.StatusOpen, Phase: model.PhaseDetection, DeclaredAt: t0}
		md := report.NewSituation(in, t0).Markdown()
		line := strings.Split(md, "\n")[2]
		if !strings.HasPrefix(line, "**") || !strings.HasSuffix(line, "**") {
			t.Fatalf("the title broke out: %q", md)
		}
		inner := line[2 : len(line)-2]
		inner = named.ReplaceAllString(inner, "") // a code span, which is whole
		for i := range len(inner) {
			if strings.IndexByte("<`[]|_~$*", inner[i]) >= 0 && (i == 0 || inner[i-1] != '\\') {
				t.Fatalf("%q is bare in %q", inner[i], inner)
			}
		}
	})
}
