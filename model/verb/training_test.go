package verb_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

const (
	traineeFields = "name team joined account audiences state covered overdue due soon next_due topics"
	recordFields  = "ref person topic on result valid_until note exercise recorded_by recorded_at retracted_by retracted_reason"
	topicFields   = "id title courses audiences months exercise text news"
	readyFields   = "percent parts"
)

// trainingSteps are the happy path of the verbs of training and readiness.
func trainingSteps() []step {
	return []step{
		{words: `training person @erin --team Plant --joined 2026-11-02 --audience privacy`, text: `(?s)^@erin  Plant  joined 2026-11-02  due  everyone privacy\nSTATE.*due +2026-11-02 +security-incident +never.*notification-duties`, fields: traineeFields + " records"},
		{words: `training person alice --joined 2024-05-06 --team SOC`, text: `@alice  SOC`, fields: traineeFields + " records"},
		{words: `training record @erin phishing evidence --on yesterday --note "room 7"`, text: `^L1\nL2\n$`, fields: recordFields, array: true},
		{words: `training record erin basic --on 2026-11-20`, text: `^L3\n`, fields: recordFields, array: true},
		{words: `training record alice phishing --result failed`, text: `^L\d+\n$`, fields: recordFields, array: true},
		{words: `training record alice phishing --result failed`, text: `^$`, array: true, reads: true},
		{words: `training retract L2 --reason "was not there"`, text: `^L2\n$`, fields: recordFields},
		{words: `training person erin`, text: `(?s)valid +— +security-incident +L3 2026-11-20.*\n\nREF.*L2 +2026-11-22 +passed +evidence +@alice +retracted by @alice: was not there`, fields: traineeFields + " records", reads: true},
		{words: `training list`, text: `(?s)^NAME.*@alice +SOC +2024-05-06 +overdue.*@erin +Plant +2026-11-02 +valid`, fields: traineeFields, array: true, reads: true},
		{words: `training list --team plant --state valid`, text: `^NAME[^\n]*\n@erin [^\n]*\n$`, fields: traineeFields, array: true, reads: true},
		{words: `training due --overdue`, text: `(?s)^DUE.*2024-05-06 +overdue +@alice +SOC +security-incident`, fields: "person team topic title state due", array: true, reads: true},
		{words: `training due --team plant`, text: `^$`, array: true, reads: true},
		{words: `training coverage`, text: `(?s)Plant +1 +1 +0 +100 %\nSOC +1 +0 +1 +0 %\nall +2 +1 +1 +50 %`, fields: "teams all", reads: true},
		{words: `training topics`, text: `(?s)^TOPIC.*duty-to-report +on joining, every 12 months`, fields: topicFields, array: true, reads: true},
		{words: `training topics evidence`, text: `(?s)^Evidence: do not touch.*\non joining, for everyone\n\n  What looks like rubbish`, fields: topicFields, reads: true},
		{words: `training refresher`, text: `(?s)What changed in the procedures`, fields: topicFields, array: true, reads: true},
		{words: `training import --dry-run`, stdin: "person,topic,date\nerin,basic,2026-11-21\n", text: `(?s)^LINE.*2 +new +@erin +security-incident`, fields: "imported known rows bad", reads: true},
		{words: `training import -`, stdin: "erin,focus-areas,2026-11-21,attended\nerin,phishing,2026-11-22,passed\n", text: `^1 imported, 1 known already\n$`, fields: "imported known rows bad"},
		{words: `training export`, text: `(?s)^person,topic,date,result,note,.*\nerin,phishing,2026-11-22,passed,room 7,L1,2027-11-22,`, fields: recordFields, array: true, reads: true},
		{words: `incident new --title Drill --severity 3 --exercise`, text: `^INC-`, fields: incidentFields},
		{words: `training exercise INC-2026-0004`, text: `^L\d+\nL\d+\n`, fields: recordFields, array: true},
		{words: `readiness`, text: `(?s)^readiness \d+ %\n.*#####\.\.\.\.\. +50 % +People are trained +1 of 2 people.*Playbooks are reviewed\n  .* was never reviewed`, fields: readyFields, reads: true},
	}
}

// trainingRefusals are calls of them that are refused.
func trainingRefusals() []refusal {
	return []refusal{
		{words: "training", status: 2, says: "needs one of: list, due"},
		{words: "training person", status: 2, says: "the person is missing"},
		{words: "training person zed", status: 4, says: "nobody in the register is called @zed"},
		{words: "training person zed --team x", status: 1, says: "the day on which @zed joined is missing"},
		{words: "training person zed --joined soon", status: 2, says: "is no day"},
		{words: "training person 'Z ed' --joined 2026-01-01", status: 1, says: "is no user name"},
		{words: "training person zed --joined 2026-01-01 --audience cats", status: 4, says: "there is no audience"},
		{by: bob, words: "training person zed --joined 2026-01-01", status: 3, says: "commanders"},
		{words: "training record", status: 2, says: "the person is missing"},
		{words: "training record bob", status: 2, says: "the topic is missing"},
		{words: "training record zed basic", status: 4, says: "nobody in the register"},
		{words: "training record zed evidence", status: 4, says: "nobody in the register"},
		{by: bob, words: "training record alice evidence", status: 3, says: "your own training"},
		{by: olga, words: "training record olga evidence", status: 3, says: "may only read"},
		{words: "training retract L99 --reason x", status: 4, says: "there is no training record L99"},
		{words: "training retract", status: 2, says: "the record is missing"},
		{words: "training exercise INC", status: 1, says: "is no exercise"},
		{words: "training topics moon", status: 4, says: "training topics lists them"},
		{words: "training list --state sleepy", status: 2, says: "is no state"},
		{words: "training due --within ever", status: 2, says: "--within takes a whole number"},
		{words: "training refresher --since ever", status: 2, says: "is no day"},
		{words: "training export --format xls", status: 2, says: "use csv or json"},
		{words: "training import", status: 1, says: "no rows"},
		{words: "training import", stdin: "zed,evidence,2026-11-01\n\"x", status: 1, says: "line 2"},
		{words: "training import", stdin: "zed,evidence,2026-11-01\nzed,evidence\n", status: 1, says: "2 wrong, the first on line 1: person: nobody in the register is called @zed"},
		{words: "training import", stdin: strings.Repeat("x", 1<<20+1), status: 1, says: "standard input is over 1048576 bytes"},
		{words: "readiness now", status: 2, says: "too much"},
	}
}

// A file with a bad row names each of them, previews the good ones on request, and
// imports nothing.
func TestImportNamesEachBadRow(t *testing.T) {
	h := begun(t)
	h.must(alice, "training", "person", "erin", "--joined", "2026-11-02")
	file := "person,topic,date,result\nerin,evidence,2026-11-20,passed\nerin,evidence,20.11.2026,passed\nzed,evidence,2026-11-20,passed\nerin,\x1b[2J,2026-11-20,passed\n"
	for _, words := range [][]string{{"training", "import"}, {"training", "import", "--dry-run"}} {
		before := h.versions()
		got := h.run(h.env(alice), file, words...)
		if model.ExitStatus(got.failure) != 1 || h.versions() != before {
			t.Errorf("%v: %v", words, got.failure)
		}
		for _, want := range []string{"line 3: date", "line 4: person", "line 5: topic"} {
			if !strings.Contains(got.err, want) {
				t.Errorf("%v: %q is not named:\n%s", words, want, got.err)
			}
		}
		if strings.Contains(got.out+got.err, "\x1b") {
			t.Error("an escape sequence came through")
		}
		if preview := strings.Contains(got.out, "2     new  @erin"); preview != (len(words) == 3) {
			t.Errorf("%v printed %q", words, got.out)
		}
	}
}

// What is exported is no formula to a spreadsheet, and comes in again.
func TestTrainingComesBackIn(t *testing.T) {
	h := begun(t)
	h.must(alice, "training", "person", "erin", "--joined", "2026-11-02")
	h.must(alice, "training", "record", "erin", "basic", "--note", "=cmd|' /C calc'!A0")
	out := h.must(alice, "training", "export")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) < 5 || !strings.HasPrefix(rows[1][4], "'=") {
		t.Fatalf("%v %v", rows, err)
	}
	if got := h.run(h.env(alice), out, "training", "import"); got.failure != nil || !strings.HasPrefix(got.out, "0 imported, 10 known") {
		t.Errorf("%s %v", got.out, got.failure)
	}
	other := begun(t)
	other.must(alice, "training", "person", "erin", "--joined", "2026-11-02")
	if got := other.run(other.env(alice), out, "training", "import"); got.failure != nil || !strings.HasPrefix(got.out, "10 imported") {
		t.Errorf("%s %v", got.out, got.failure)
	}
}

// A lesson that changed a topic stands in the refresher, unless the reader may not
// know of its incident (AUTH-5); readiness counts it for nobody then.
func TestRefresherHidesRestricted(t *testing.T) {
	h := begun(t)
	due := string(model.DayOf(noon).Add(10))
	if _, err := h.hub.Do(t.Context(), alice, h.other, newID(), model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: "Tell people of the quiet valve", Kind: model.FollowUpPrevent,
		Owner: "alice", Due: model.Day(due), Priority: 2, Changes: []string{"topic:evidence"}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.hub.Do(t.Context(), alice, h.other, newID(), model.MoveFollowUp{Ref: "F1", To: model.FollowUpDone, Evidence: "told"}); err != nil {
		t.Fatal(err)
	}
	for _, by := range []model.Actor{alice, olga} {
		if out := h.must(by, "training", "topics", "evidence"); !strings.Contains(out, "quiet valve") || !strings.Contains(out, "(from F1 of "+h.other) {
			t.Errorf("@%s reads\n%s", by.Name, out)
		}
		if out := h.must(by, "training", "refresher"); !strings.Contains(out, "quiet valve") {
			t.Errorf("@%s reads\n%s", by.Name, out)
		}
	}
	h.must(alice, "incident", "access", "OTHER", "--restricted", "yes")
	ready := h.must(alice, "readiness")
	for by, want := range map[string]bool{"alice": true, "olga": false} {
		for _, words := range [][]string{{"training", "topics", "evidence"}, {"training", "refresher"}, {"training", "topics", "--json"}} {
			out := h.must(map[string]model.Actor{"alice": alice, "olga": olga}[by], words...)
			if strings.Contains(out, "quiet valve") != want || strings.Contains(out, h.other) != want {
				t.Errorf("@%s %v:\n%s", by, words, out)
			}
		}
	}
	if strings.Contains(ready, h.other) || h.must(olga, "readiness") != ready {
		t.Errorf("readiness differs:\n%s", ready)
	}
}

// What readiness says to do can be done: each part names a verb that there is.
func TestReadinessNamesVerbs(t *testing.T) {
	for _, p := range model.Ready(model.ReadyFacts{Now: noon, Playbooks: []string{"a"}, OnCall: &model.OnCall{Rotations: []*model.Rotation{{ID: "x", Zone: "UTC"}}, Contacts: []*model.Contact{{Ref: "K1"}}}}).Parts {
		named(t, p.Do)
	}
	for _, p := range model.Ready(model.ReadyFacts{Now: noon}).Parts {
		named(t, p.Do)
	}
}

func named(t *testing.T, line string) {
	t.Helper()
	if _, _, err := verb.Find(strings.Fields(line)); err != nil {
		t.Errorf("%s: %v", line, err)
	}
}
