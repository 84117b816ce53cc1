package verb_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

const (
	followUpFields = "incident ref title kind team owner due late priority state ticket factor changes evidence reason added_at settled_at"
	issueFields    = "incident ref title body labels"
	bookFields     = "id title types items reviewed_at reviewed_by reviewed changes"
	amendFields    = "ref item adds phase title guidance role required incident follow_up reason by at"
)

// followUpSteps are the happy path of the verbs of follow-ups and playbooks.
func followUpSteps() []step {
	return []step{
		{words: `finding add INC Patch the portal within 48 h --kind prevent --team web --owner @bob --due +30d --priority P2 --changes playbook:ransomware`, text: `^F1\n$`, fields: followUpFields},
		{words: `finding add INC - --kind detect --owner alice --due 2026-11-24 --ticket SEC-7`, stdin: "Alert on new VPN devices\n", text: `^F2\n$`, fields: followUpFields},
		{words: `finding add INC "Old work" --kind recover --team "site ops" --owner @bob --due 2026-10-01 --overdue --changes topic:phishing`, text: `^F3\n$`, fields: followUpFields},
		{words: `finding add INC "Too much" --kind respond --owner @bob --due today`, text: `^F4\n$`, fields: followUpFields},
		{words: `finding set INC F1 --owner @alice --due 2026-12-24 --ticket https://tracker.example/SEC-42`, text: `^F1\n$`, fields: followUpFields},
		{words: `finding list INC`, text: `(?s)^REF .*\nF1 +open +2026-12-24 31d +P2 +prevent +web +@alice .*F3 +open +2026-10-01 late −53d`, fields: followUpFields, array: true, reads: true},
		{words: `finding start INC F1`, text: `^F1\n$`, fields: followUpFields},
		{words: `finding drop INC F4 --reason "done by F1"`, text: `^F4\n$`, fields: followUpFields},
		{words: `finding reopen INC F4 --reason "it is not"`, text: `^F4\n$`, fields: followUpFields},
		{words: `finding done INC F1 F4 --evidence "change 4711"`, text: `^F1 F4\n$`, fields: followUpFields, array: true},
		{words: `finding show INC F1`, text: `(?s)^F1 +Patch the portal.*history +12:00:00Z @alice +in-progress\nhistory .* done +change 4711`, fields: followUpFields + " added_by steps", reads: true},
		{words: `finding list INC --open`, text: `^REF[^\n]*\nF2[^\n]*\nF3[^\n]*\n$`, fields: followUpFields, array: true, reads: true},
		{words: `followup list`, text: `(?s)^INCIDENT.*F3 +open.*F2 +open.*F1 +done`, fields: followUpFields, array: true, reads: true},
		{words: `followup list --team ops --overdue`, text: `^INCIDENT[^\n]*\nINC-2026-0001 +F3 [^\n]*\n$`, fields: followUpFields, array: true, reads: true},
		{words: `followup list --filter "owner:@alice !late" --state unsettled --kind detect --incident INC`, text: `^INCIDENT[^\n]*\n[^\n]* F2 [^\n]*\n$`, fields: followUpFields, array: true, reads: true},
		{words: `followup export`, text: `(?s)^incident,ref,title,.*\nINC-2026-0001,F3,Old work,recover,site ops,bob,2026-10-01,P3,open,late,`, fields: followUpFields, array: true, reads: true},
		{words: `followup export --format github`, text: `(?s)^recover: Old work\n\nFollow-up F3 of INC-2026-0001: Old work\n.*\*\*Owner:\*\* bob`, fields: issueFields, array: true, reads: true},
		{words: `followup export --format jira --all`, text: `(?s)^recover: Old work\n.*-----\ndetect: Alert on new VPN devices\n.*\* \*Owner:\* alice`, fields: issueFields, array: true, reads: true},
		{words: `followup import --dry-run`, stdin: "Ticket,State,Evidence\nsec-7,Done,alert 12 is live\n", text: `(?s)^LINE.*\n2 +INC-2026-0001 +F2 +open → done +Alert`, fields: "dry_run changed same bad", reads: true},
		{words: `followup import -`, stdin: "incident;ref;state;evidence\nINC-2026-0001;F2;Closed;alert 12\nINC-2026-0001;F1;done;x\n", text: `(?s)F2 +open → done`, fields: "dry_run changed same bad"},

		{words: `playbook reviewed ransomware --note "after the drill"`, text: `^ransomware 2026-11-23 @alice\n$`, fields: bookFields},
		{words: `playbook amend ransomware ransomware.con.vpn --add --phase containment --title "Pull the VPN before the shares" --required yes --from INC-2026-0001/F1`, text: `^B1\n$`, fields: amendFields},
		{words: `playbook amend ransomware ransomware.pre.edr-block --guidance - --reason "drill of May"`, stdin: "Block, do not only warn.\n", text: `^B2\n$`, fields: amendFields},
		{words: `playbook show ransomware`, text: `(?s)ransomware.con.vpn +CONT +required +Pull the VPN before the shares \[B1 from F1 of INC-2026-0001\]`, fields: itemFieldsOfBook, array: true, reads: true},
		{words: `playbook withdraw B2 --reason "wrong item"`, text: `^B2\n$`, fields: amendFields},
		{words: `playbook list`, text: `(?s)^ID.*ransomware +2026-11-23 @alice +45 +1 `, fields: bookFields, array: true, reads: true},
		{words: `playbook attach OTHER ransomware`, text: `C\d+`, fields: itemFields, array: true},
	}
}

const itemFieldsOfBook = "key phase title changes follow_ups"

func followUpRefusals() []refusal {
	return []refusal{
		{words: "finding add INC", status: 2, says: "the title is missing"},
		{words: "finding add INC x --kind prevent --due +3d", status: 1, says: "a finding without an owner is no follow-up"},
		{words: "finding add INC x --kind prevent --owner @bob", status: 1, says: "a finding without a day is no follow-up"},
		{words: "finding add INC x --owner @bob --due +3d", status: 1, says: "the kind is missing"},
		{words: "finding add INC x --kind hope --owner @bob --due +3d", status: 2, says: "use prevent, detect, respond or recover"},
		{words: "finding add INC x --kind prevent --owner B@D --due +3d", status: 1, says: "is no user name"},
		{words: "finding add INC x --kind prevent --owner @bob --due soon", status: 2, says: "write +14d"},
		{words: "finding add INC x --kind prevent --owner @bob --due 2026-11-01", status: 1, says: "is over already"},
		{words: "finding add INC x --kind prevent --owner @bob --due +3d --priority P9", status: 2, says: "is no priority"},
		{words: "finding add INC x --kind prevent --owner @bob --due +3d --ticket javascript:alert(1)", status: 1, says: "is no ticket"},
		{words: "finding add INC x --kind prevent --owner @bob --due +3d --factor X9", status: 4, says: "there is no X9"},
		{words: "finding add INC x --kind prevent --owner @bob --due +3d --changes world", status: 2, says: "write playbook:ID"},
		{words: "finding add INC x --kind prevent --owner @bob --due +3d --changes playbook:moon", status: 4, says: "there is no playbook"},
		{words: "finding add INC x --kind prevent --owner @bob --due +3d --changes playbook:ransomware/moon", status: 4, says: "has no item"},
		{words: "finding add INC x --kind prevent --owner @bob --due +3d --changes topic:moon", status: 4, says: "there is no topic"},
		{words: "finding add INC -", stdin: strings.Repeat("x", 1<<20), status: 1, says: "the limit is 1024"},
		{by: olga, words: "finding add INC x --kind prevent --owner @bob --due +3d", status: 3, says: "may only read"},
		{words: "finding set INC F1", status: 2, says: "nothing to change"},
		{words: "finding set INC F9 --team x", status: 4, says: "there is no F9"},
		{words: "finding done INC F9 --evidence x", status: 4, says: "there is no F9"},
		{words: "finding done INC", status: 2, says: "the follow-up is missing"},
		{words: "finding drop INC S1 --reason x", status: 2, says: "is no reference to a follow-up"},
		{words: "finding show INC", status: 2, says: "the follow-up is missing"},
		{words: "followup list --filter who:me", status: 2, says: "knows no field"},
		{words: "followup list --state eaten", status: 2, says: "is no state of a follow-up"},
		{words: "followup list --incident INC-2020-0001", status: 4, says: "there is no incident"},
		{words: "followup export --format xls", status: 2, says: "use csv, json, github or jira"},
		{words: "followup import", status: 1, says: "the table is empty"},
		{words: "followup import x", status: 2, says: "too much"},
		{words: "followup import", stdin: "name,state\nx,done\n", status: 1, says: "no column state, or none that names"},
		{words: "followup import", stdin: "ticket,state\n\"x,done\n", status: 1, says: "line 2 of the table cannot be read"},
		{words: "followup import", stdin: "ticket,state\nMOON-1,done\n", status: 1, says: "1 wrong, the first on line 2: ticket: no follow-up has the ticket MOON-1"},
		{words: "followup import", stdin: "incident,ref,state\nINC-2020-0001,F1,done\n", status: 1, says: "incident: there is no incident"},
		{words: "followup import", stdin: strings.Repeat("x", 1<<20+1), status: 1, says: "standard input is over"},
		{by: bob, words: "playbook reviewed ransomware", status: 3, says: "for commanders and admins"},
		{words: "playbook reviewed moon", status: 4, says: "there is no playbook"},
		{words: "playbook amend ransomware", status: 2, says: "the item is missing"},
		{words: "playbook amend ransomware moon --title x --reason y", status: 4, says: "has no item"},
		{words: "playbook amend ransomware ransomware.pre.edr-block --reason y", status: 2, says: "nothing to change"},
		{words: "playbook amend ransomware ransomware.pre.edr-block --title x", status: 1, says: "comes from somewhere"},
		{words: "playbook amend ransomware ransomware.pre.edr-block --add --phase recovery --title x --reason y", status: 5, says: "has an item"},
		{words: "playbook amend ransomware a.b --add --title x --reason y", status: 2, says: "needs a phase"},
		{words: "playbook amend ransomware ransomware.pre.edr-block --title x --from INC-2026-0001/F9", status: 4, says: "there is no F9"},
		{words: "playbook amend ransomware ransomware.pre.edr-block --title x --role king --reason y", status: 2, says: "is no role"},
		{by: bob, words: "playbook amend ransomware ransomware.pre.edr-block --title x --reason y", status: 3, says: "for commanders and admins"},
		{words: "playbook withdraw B9 --reason x", status: 4, says: "there is no amendment B9"},
	}
}

func (h *house) finding(words ...string) {
	h.t.Helper()
	h.must(alice, append([]string{"finding", "add", "INC"}, append(words, "--kind", "prevent", "--owner", "@bob", "--due", "+9d")...)...)
}

// A table with rows that are not right names each of them and changes nothing; put
// right, it is taken over whole, and changes nothing the second time.
func TestImportOfTickets(t *testing.T) {
	h := begun(t)
	h.finding("one", "--ticket", "SEC-1")
	h.finding("two", "--ticket", "SEC-2")
	h.finding("three", "--ticket", "SEC-2")
	h.must(alice, "finding", "drop", "INC", "F1", "--reason", "no")
	table := "ticket,state,evidence,reason,incident,ref\nSEC-1,in progress,,,,\nSEC-2,done,x,,,\n,done,,," + h.id + ",F2\n,done,x,," + h.id + ",F9\n,eaten,x,," + h.id + ",F3\n,done,x,,nowhere,F3\nSEC-1,open,,back,,\n\x1b[2J,done,x,,,\n"
	for _, words := range [][]string{{"followup", "import"}, {"followup", "import", "-", "--dry-run"}} {
		before := h.versions()
		got := h.run(h.env(alice), table, words...)
		if model.ExitStatus(got.failure) != 1 || h.versions() != before {
			t.Errorf("%v: %v", words, got.failure)
		}
		for _, want := range []string{"line 2: reason", "line 3: ticket: several", "line 4: evidence", "line 5: ref: there is no F9", "line 6: state", "line 7: incident", "line 8: " + h.id + "/F1 is in line 2 too", "line 9: ticket"} {
			if !strings.Contains(got.err, want) {
				t.Errorf("%v: %q is not named:\n%s", words, want, got.err)
			}
		}
		if strings.Contains(got.out+got.err, "\x1b") {
			t.Error("an escape sequence came through")
		}
	}
	good := "ticket,state,reason,incident,ref\nSEC-1,to do,again,,\n,Resolved,," + h.id + ",F2\n"
	got := h.run(h.env(alice), good, "followup", "import", "--evidence", "closed in the tracker")
	if got.failure != nil || h.hub.Peek(h.id).FollowUps[1].Evidence != "closed in the tracker" || h.hub.Peek(h.id).FollowUps[0].State != model.FollowUpOpen {
		t.Errorf("%v\n%s", got.failure, got.out)
	}
	before := h.versions()
	if got := h.run(h.env(alice), good, "followup", "import"); got.failure != nil || h.versions() != before || !strings.Contains(got.err, "2 so already") {
		t.Errorf("the second time: %v\n%s", got.failure, got.err)
	}
}

// What is exported is no formula to a spreadsheet, and comes in again.
func TestFollowUpsComeBackIn(t *testing.T) {
	h := begun(t)
	h.finding("=cmd|' /C calc'!A0")
	h.must(alice, "finding", "done", "INC", "F1", "--evidence", "@SUM(1)")
	out := h.must(alice, "followup", "export")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 2 || !strings.HasPrefix(rows[1][2], "'=") || !strings.HasPrefix(rows[1][13], "'@") {
		t.Fatalf("%v %v", rows, err)
	}
	before := h.versions()
	if got := h.run(h.env(alice), out, "followup", "import"); got.failure != nil || h.versions() != before {
		t.Errorf("%s %v", got.out, got.failure)
	}
}

// Follow-ups of a restricted incident are nowhere for others: not in lists, exports,
// imports, completions and playbooks (AUTH-5).
func TestFollowUpsHideRestricted(t *testing.T) {
	h := begun(t)
	h.must(alice, "finding", "add", "OTHER", "the hidden valve", "--kind", "prevent", "--team", "hidden team", "--owner", "@bob", "--due", "+9d", "--ticket", "HID-1", "--changes", "playbook:ransomware")
	h.must(alice, "finding", "done", "OTHER", "F1", "--evidence", "hidden")
	h.must(alice, "playbook", "amend", "ransomware", "ransomware.pre.edr-block", "--required", "yes", "--from", h.other+"/F1")
	if out := h.must(bob, "playbook", "show", "ransomware"); !strings.Contains(out, "from F1 of "+h.other) {
		t.Fatalf("the playbook does not name its lesson:\n%s", out)
	}
	h.must(alice, "incident", "access", "OTHER", "--restricted", "yes")
	for _, line := range []string{"followup list", "followup list --team hidden", "followup list --filter hidden", "followup export", "followup export --format github --all", "playbook show ransomware", "playbook list",
		"search valve"} {
		words, _ := model.SplitWords(line)
		for _, more := range []string{"", "--json"} {
			if more != "" {
				words = append(words, more)
			}
			got := h.run(h.env(bob), "", words...)
			if all := got.out + got.err; got.failure != nil || strings.Contains(all, "hidden") || strings.Contains(all, h.other) || strings.Contains(all, "HID-1") {
				t.Errorf("%s: %v shows\n%s", line, got.failure, all)
			}
		}
	}
	for _, table := range []string{"ticket,state\nHID-1,open\n", "incident,ref,state\n" + h.other + ",F1,open\n"} {
		got := h.run(h.env(bob), table, "followup", "import", "--reason", "x")
		if model.ExitStatus(got.failure) != 1 || strings.Contains(got.failure.Error(), "hidden") || strings.Contains(got.failure.Error(), "may") {
			t.Errorf("%v", got.failure)
		}
	}
	for _, words := range [][]string{{"followup", "list", "--team", ""}, {"finding", "done", h.other, ""}} {
		for _, c := range verb.Complete(h.env(bob), words) {
			if strings.Contains(c.Value+c.Help, "hidden") || strings.HasPrefix(c.Value, "F1") {
				t.Errorf("completion of %q offers %v", words, c)
			}
		}
	}
	if got := h.run(h.env(alice), "", "playbook", "amend", "ransomware", "ransomware.pre.edr-block", "--required", "no", "--from", h.other+"/F1"); model.ExitStatus(got.failure) != 1 ||
		!strings.Contains(got.failure.Error(), "restricted") {
		t.Errorf("a restricted incident is named in a playbook: %v", got.failure)
	}
}
