package verb_test

import (
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

// TestRestricted: to whoever is not on its list a restricted incident is one
// that does not exist, whatever he asks (AUTH-5).
func TestRestricted(t *testing.T) {
	h := begun(t)
	h.must(alice, "ioc", "add", "INC", "192.0.2.77")
	h.must(alice, "ioc", "add", "OTHER", "192.0.2.77")
	h.must(alice, "incident", "relate", "INC", "OTHER") // while both are open
	h.must(alice, "note", "OTHER", "very secret words")
	h.must(alice, "postmortem", "set", "OTHER", "summary", "hushed summary")
	h.must(alice, "finding", "add", "OTHER", "hushed finding", "--kind", "prevent", "--owner", "@bob", "--team", "hushed-team", "--due", "-3d", "--overdue", "--ticket", "HUSHED-1",
		"--changes", "playbook:ransomware")
	h.must(alice, "finding", "done", "OTHER", "F1", "--evidence", "hushed evidence")
	h.must(alice, "finding", "add", "OTHER", "another hushed one", "--kind", "detect", "--owner", "@bob", "--team", "hushed-team", "--due", "-3d", "--overdue")
	h.must(alice, "playbook", "amend", "ransomware", "ransomware.con.lesson", "--add", "--phase", "containment", "--title", "what was learned", "--from", h.other+"/F1")
	h.must(alice, "incident", "access", "OTHER", "--restricted", "yes")
	hidden, missing := h.other, "INC-2026-0999"
	lines := []string{
		"incident show %", "incident edit % --title x", "incident close % --reason x", "incident reopen % --reason x", "incident relate % INC", "incident relate INC %",
		"incident access %", "incident access % @bob lead", "note % text", "decision % text", "timeline list %", "timeline star % T1", "timeline unstar % T1",
		"timeline retract % T1 --reason x", "ioc add % 192.0.2.1", "ioc list %", "ioc set % I1 --tlp red", "ioc retract % I1 --reason x", "scope add % x",
		"scope set % S1 --contained yes", "scope list %", "scope retract % S1 --reason x", "contain % isolate-host x", "action add % patch x", "action list %", "action show % A1",
		"action approve % A1", "action start % A1", "action done % A1", "action verify % A1", "action reject % A1 --reason x", "action fail % A1 --reason x",
		"action rollback % A1 --reason x", "action assign % A1 @bob", "check list %", "check done % C1", "check doing % C1", "check open % C1",
		"check na % C1 --reason x", "check waive % C1 --reason x", "check assign % C1 @bob", "playbook attach % ransomware", "phase %", "phase % containment",
		"sev % 1 --reason x", "sev % --identity yes", "rate %", "rate % --functional high --recoverability regular --urgency quiet", "cause %", "cause % --root-cause x",
		"mitigation add % x", "mitigation done % M1", "mitigation open % M1", "mitigation drop % M1 --reason x", "mitigation list %", "role %", "role % scribe @bob", "undo %", "redact % #1 --reason x", "watch %", "watch % --from 0",
		"data-impact %", "data-impact % disclosed yes", "notify list %", "notify show % N1", "notify add % dora", "notify trigger % aware", "notify draft % N1 text",
		"finding add % x --kind prevent --owner @bob --due +3d", "finding set % F1 --team x", "finding list %", "finding show % F1", "finding start % F1", "finding done % F1 --evidence x",
		"finding drop % F1 --reason x", "finding reopen % F1 --reason x", "followup list --incident %",
		"training exercise %", "notify approve % N1", "notify sent % N1 --proof x", "notify not-required % N1 --reason x", "notify reopen % N1 --reason x", "notify assign % N1 @bob", "notify update % text",
		"moment %", "moment % contained --at -5m", "classify %", "classify % --actor external", "sitrep %", "sitrep % --markdown", "next %", "export % --format html", "export % --format json", "export % --format md --tlp green --redact",
		"postmortem show %", "postmortem show % summary", "postmortem show % moments", "postmortem set % summary x", "postmortem factor % x --class manual-error", "postmortem factor % X1 --retract",
		"postmortem question % x", "postmortem discuss % x", "postmortem none % --reason x", "postmortem submit %", "postmortem signoff %", "postmortem close %", "postmortem back % --reason x", "postmortem waive % --reason x",
	}
	tried := map[string]bool{}
	for _, by := range []model.Actor{bob, olga, root} {
		for _, line := range lines {
			var said [2]string
			for i, id := range []string{hidden, missing} {
				words, err := model.SplitWords(strings.ReplaceAll(line, "%", id))
				if err != nil {
					t.Fatal(err)
				}
				if v, _, err := verb.Find(words); err == nil {
					tried[v.Name] = true
				}
				got := h.run(h.env(by), "", words...)
				if got.failure == nil || model.ExitStatus(got.failure) != 4 {
					t.Errorf("@%s %s: %v %s", by.Name, line, got.failure, got.out)
					continue
				}
				said[i] = strings.ReplaceAll(got.out+got.err+got.failure.Error(), id, "%")
			}
			if said[0] != said[1] {
				t.Errorf("@%s %s: %q when it is hidden, %q when it is missing", by.Name, line, said[0], said[1])
			}
		}
		h.knowsNothing(by, hidden)
	}
	for _, v := range verb.Table() {
		if strings.HasPrefix(v.Args, "INC") && !tried[v.Name] {
			t.Errorf("%s is not tried", v.Name)
		}
	}
	// Who is on the list has all of it.
	if out := h.must(alice, "search", "secret"); !strings.Contains(out, hidden) {
		t.Errorf("alice finds nothing:\n%s", out)
	}
	if out := h.must(alice, "incident", "show", "INC"); !strings.Contains(out, "related     "+hidden) {
		t.Errorf("alice does not see the link:\n%s", out)
	}
}

// knowsNothing looks for the id wherever it could show.
func (h *house) knowsNothing(by model.Actor, hidden string) {
	h.t.Helper()
	for _, line := range []string{
		"incident list", "incident list --filter ioc:192.0.2.77", "incident list --filter id:" + hidden, "incident show INC", "ioc list INC",
		"ioc add INC 192.0.2.78", "search secret", "search 192.0.2.77", "search fraud", "search " + hidden,
		"review", "review list", "review export this", "review export this --format html", "followup list", "followup list --state done", "followup list --overdue",
		"followup list --team hushed-team", "followup export --state done", "followup export --format csv", "followup export --format github", "followup export --format jira", "metrics", "metrics contain --by type",
		"readiness", "training refresher --since -30d", "training list", "playbook list", "playbook show ransomware", "playbook attach INC ransomware", "check list INC",
	} {
		words, _ := model.SplitWords(line)
		for _, more := range []string{"", "--json"} {
			if more != "" {
				words = append(words, more)
			}
			got := h.run(h.env(by), "", words...)
			all := strings.ReplaceAll(got.out+got.err, "related to "+hidden, "") // the record from before, which is the open incident's own
			for _, of := range []string{hidden, "Invoice fraud", "very secret", "hushed", "HUSHED"} {
				if _, after, shown := strings.Cut(all, of); shown {
					h.t.Errorf("@%s %s: shows %s of the hidden incident: …%s%.200s", by.Name, line, of, of, after)
				}
			}
		}
	}
	for _, words := range [][]string{{"incident", "show", ""}, {"incident", "show", "INC-"}, {"note", hidden, ""}, {"timeline", "star", hidden, ""},
		{"ioc", "set", hidden, ""}, {"incident", "relate", h.id, ""}} {
		for _, c := range verb.Complete(h.env(by), words) {
			if strings.Contains(c.Value+c.Help, hidden) || strings.Contains(c.Help, "fraud") || strings.HasPrefix(c.Value, "T") || strings.HasPrefix(c.Value, "I1") {
				h.t.Errorf("@%s: completion of %q offers %v", by.Name, words, c)
			}
		}
	}
}

// A link is kept in the restricted incident alone: nobody else reads its id.
func TestRelateRestricted(t *testing.T) {
	h := begun(t)
	h.must(alice, "incident", "access", "OTHER", "--restricted", "yes")
	before := h.version(h.id)
	if out := h.must(alice, "incident", "relate", "INC", "OTHER", "--reason", "same actor"); !strings.Contains(out, h.other) {
		t.Errorf("said %q", out)
	}
	if h.version(h.id) != before || len(h.hub.Peek(h.id).Related) != 0 {
		t.Error("the open incident names the restricted one")
	}
	if got := h.hub.Peek(h.other).Related; len(got) != 1 || got[0] != h.id {
		t.Errorf("the restricted incident is related to %v", got)
	}
	h.must(alice, "incident", "access", "INC", "--restricted", "yes")
	got := h.run(h.env(alice), "", "incident", "relate", "INC", "OTHER")
	if model.ExitStatus(got.failure) != 1 || !strings.Contains(got.failure.Error(), "both restricted") {
		t.Errorf("two restricted ones: %v", got.failure)
	}
}

// What somebody may not see takes no place among what is found for him.
func TestSearchIsNotCrowdedOut(t *testing.T) {
	h := begun(t)
	h.must(alice, "note", "INC", "needle in the open")
	for range 20 {
		h.must(alice, "note", "OTHER", "needle in the dark")
	}
	h.must(alice, "incident", "access", "OTHER", "--restricted", "yes")
	if out := h.must(bob, "search", "needle", "--limit", "3"); !strings.Contains(out, "needle in the open") {
		t.Errorf("bob finds\n%s", out)
	}
	if out := h.must(alice, "search", "needle", "--limit", "3"); strings.Count(out, "\n") != 4 {
		t.Errorf("alice finds\n%s", out)
	}
}
