package verb_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/verb"
)

// refusal is one call that is refused.
type refusal struct {
	by     model.Actor
	words  string
	stdin  string
	status int
	says   string // part of the message
}

func refusals() []refusal {
	long := strings.Repeat("x", 10_000)
	return []refusal{
		// Unknown verbs, and verbs that are not whole.
		{words: "dance", status: 2, says: `there is no verb "dance"`},
		{words: "incidnt list", status: 2, says: "did you mean incident?"},
		{words: "''", status: 2, says: "no verb"},
		{words: "incident", status: 2, says: "needs one of: new, list, show"},
		{words: "check INC", status: 2, says: "use one of: list, done"},
		{words: "help dance", status: 2, says: `there is no verb "dance"`},
		{words: "help note now", status: 2, says: "no verb"},

		// What may not leave the room, or not so.
		{words: "export INC", status: 2, says: "--format is missing"},
		{words: "export INC --format pdf", status: 2, says: `"pdf" is no format`},
		{words: "export INC --format md --kind memoir", status: 2, says: `"memoir" is no kind of report`},
		{words: "export INC --format json --kind executive", status: 2, says: "json is the whole incident"},
		{words: "export INC --format html --tlp purple", status: 2, says: `"purple" is no TLP marking`},
		{words: "export INC --format html --redact", status: 2, says: "--redact needs --tlp"},
		{words: "export INC --format html --tlp green", status: 1, says: "as TLP:GREEN they would go further than they may"},
		{words: "export INC --format json --tlp clear", status: 1, says: "--redact leaves out all that is not marked for it"},
		{by: bob, words: "export INC --format html --tlp green --redact", status: 3, says: "is for the IC, the deputy and commanders"},
		{words: "export INC --format html --output x.html", status: 2, says: "files are not written over ssh"},
		{words: "export RPT-1 --format html", status: 2, says: "is a report, not an incident"},
		{words: "incident edit INC --tlp purple", status: 2, says: `"purple" is no TLP marking`},
		{by: bob, words: "incident edit INC --tlp green", status: 3, says: "from TLP:AMBER+STRICT to TLP:GREEN"},
		{words: "note INC x --tlp purple", status: 2, says: `"purple" is no TLP marking`},
		{words: "incident new --title x --severity 1 --tlp purple", status: 2, says: `"purple" is no TLP marking`},

		// Missing and wrong arguments.
		{words: "incident new --severity 1", status: 2, says: "--title is missing"},
		{words: "incident new --title x", status: 2, says: "--severity is missing"},
		{words: "incident new --title x --severity 7", status: 2, says: `"7" is no severity`},
		{words: "incident new --title x --severity", status: 2, says: "--severity needs a value"},
		{words: "incident new x --title x --severity 1", status: 2, says: `"x" is too much`},
		{words: "incident show", status: 2, says: "the incident is missing"},
		{words: "incident show INC INC", status: 2, says: "too much"},
		{words: "incident list --limit none", status: 2, says: "--limit takes a whole number"},
		{words: "incident list --filter who:me", status: 2, says: `no field "who"`},
		{words: "incident edit INC", status: 2, says: "nothing to change"},
		{words: "incident edit INC --priority P9", status: 2, says: `"P9" is no priority`},
		{words: "incident relate INC", status: 2, says: "the other incident is missing"},
		{words: "incident access INC @bob", status: 2, says: "the level is missing"},
		{words: "incident access INC @bob emperor", status: 2, says: "is no access level"},
		{words: "incident access INC --restricted maybe", status: 2, says: "takes yes or no"},
		{words: "note", status: 2, says: "the incident is missing"},
		{words: "note INC", status: 2, says: "the text is missing"},
		{words: "note INC --at", status: 2, says: "--at needs a value"},
		{words: "note INC --at someday text", status: 2, says: `"someday" is no time`},
		{words: "note INC 2026-13-45 text", status: 2, says: `"2026-13-45" is no time`},
		{words: "timeline list INC --since someday", status: 2, says: "is no time"},
		{words: "timeline list INC --kind gossip", status: 2, says: "is no kind of entry"},
		{words: "timeline star INC", status: 2, says: "the entry is missing"},
		{words: "timeline star INC X1", status: 2, says: "is no reference to a timeline entry"},
		{words: "ioc add INC", status: 2, says: "the value is missing"},
		{words: "ioc add INC 192.0.2.1 --verdict evil", status: 2, says: "is no verdict"},
		{words: "ioc add INC 192.0.2.1 --confidence 101", status: 2, says: "from 0 to 100"},
		{words: "ioc add INC 192.0.2.1 --tlp blue", status: 2, says: "is no TLP marking"},
		{words: "ioc list INC --type nonsense", status: 2, says: "is no type"},
		{words: "ioc set INC I1", status: 2, says: "nothing to change"},
		{words: "ioc set INC --tlp red", status: 2, says: "the indicator is missing"},
		{words: "scope add INC", status: 2, says: "the name is missing"},
		{words: "scope add INC FS-09 --kind castle", status: 2, says: "is no value for kind"},
		{words: "scope set INC S1", status: 2, says: "nothing to change"},
		{words: "scope set INC S1 --contained perhaps", status: 2, says: "is no value for contained"},
		{words: "check done INC", status: 2, says: "the item is missing"},
		{words: "check list INC --state lost", status: 2, says: "is no state"},
		{words: "check list INC --phase nowhere", status: 2, says: "is no phase"},
		{words: "check assign INC", status: 2, says: "the item is missing"},
		{words: "check assign INC C8", status: 2, says: "the owner is missing"},
		{words: "playbook show", status: 2, says: "the playbook is missing"},
		{words: "phase INC nowhere", status: 2, says: `"nowhere" is no phase`},
		{words: "phase INC closed", status: 2, says: "incident close ends it"},
		{words: "sev INC --identity perhaps", status: 2, says: "--identity is yes or no"},
		{words: "rate INC --functional huge --recoverability regular --urgency quiet", status: 2, says: `"huge" is no value for functional`},
		{words: "rate INC --functional high", status: 1, says: "recoverability is missing"},
		{words: "cause INC --confidence high", status: 1, says: "the root cause is not said"},
		{words: "cause INC --root-cause x --confidence high", status: 1, says: "what it rests on"},
		{words: "cause INC --evicted yes", status: 1, says: "needs evidence"},
		{by: olga, words: "cause INC --root-cause x", status: 3, says: "may only read"},
		{words: "mitigation add INC", status: 2, says: "what is to be done is missing"},
		{words: "mitigation done INC M7", status: 4, says: "there is no M7"},
		{words: "mitigation done INC S1", status: 2, says: "is no reference to a mitigation"},
		{words: "phase INC containment --reason now", status: 1, says: "7 required items are open (C9, C10"},
		{words: "phase INC recovery --reason now", status: 1, says: "the root cause is not stated; it is not shown that the adversary is out"},
		{by: bob, words: "phase INC containment --force --reason now", status: 3, says: "ask @alice"},
		{words: "sev INC 9 --reason x", status: 2, says: "is no severity"},
		{words: "role INC king @bob", status: 2, says: `"king" is no role`},
		{words: "role INC scribe", status: 2, says: "the user (or none) is missing"},
		{words: "redact INC", status: 2, says: "the number of the event is missing"},
		{words: "redact INC first --reason x", status: 2, says: "is no number of an event"},
		{words: "search", status: 2, says: "the text is missing"},
		{words: "search ' '", status: 2, says: "the text is missing"},
		{words: "watch", status: 2, says: "the incident is missing"},
		{words: "watch INC --from now", status: 2, says: "--from takes a whole number"},
		{words: "whoami now", status: 2, says: "too much"},

		// Unknown flags.
		{words: "note INC text --when now", status: 2, says: "note knows no --when"},
		{words: "incident list --fliter x", status: 2, says: "did you mean --filter?"},
		{words: "incident list --json=yes", status: 2, says: "--json takes no value"},
		{words: "ioc extract --bach", status: 2, says: "did you mean --batch?"},

		// Incidents and things that there are not.
		{words: "incident show INC-2020-0001", status: 4, says: "there is no incident INC-2020-0001"},
		{words: "incident show nonsense", status: 2, says: "looks like INC-2026-0042"},
		{words: "note nonsense text", status: 2, says: `"nonsense" is no incident id`},
		{words: "incident relate INC INC-2020-0001", status: 4, says: "there is no incident"},
		{words: "timeline star INC T99", status: 4, says: "there is no T99"},
		{words: "ioc set INC I99 --tlp red", status: 4, says: "there is no I99"},
		{words: "scope set INC S99 --contained yes", status: 4, says: "there is no S99"},
		{words: "check done INC C999", status: 4, says: "there is no C999"},
		{words: "playbook show nosuch", status: 4, says: "there is no playbook"},
		{words: "playbook attach INC nosuch", status: 4, says: "there is no playbook"},
		{words: "incident new --title x --severity 1 --playbook nosuch", status: 4, says: "there is no playbook"},
		{words: "redact INC #999 --reason x", status: 4, says: "has no event #999"},
		{words: "watch INC --from 999", status: 4, says: "has no version 999"},

		// What the person may not do.
		{by: olga, words: "note INC text", status: 3, says: "may only read"},
		{by: olga, words: "incident new --title x --severity 1", status: 3, says: "an observer may not declare"},
		{by: olga, words: "check done INC C9", status: 3, says: "may only read"},
		{by: olga, words: "ioc add INC 192.0.2.1", status: 3, says: "may only read"},
		{by: olga, words: "scope add INC x", status: 3, says: "may only read"},
		{by: olga, words: "role INC scribe @olga", status: 3, says: "may only read"},
		{by: bob, words: "check waive INC C9 --reason later", status: 3, says: "ask @alice"},
		{by: bob, words: "phase INC containment", status: 3, says: "ask @alice"},
		{by: bob, words: "sev INC 4 --reason small", status: 3, says: "ask @alice"},
		{by: bob, words: "role INC ic @bob", status: 3, says: "ask @alice"},
		{by: bob, words: "incident close INC --reason x", status: 3, says: "ask @alice"},
		{by: bob, words: "incident access INC @bob lead", status: 3, says: "ask @alice"},
		{by: bob, words: "redact INC #4 --reason x", status: 3, says: "ask @alice"},
		{by: bob, words: "timeline retract INC T3 --reason x", status: 3, says: "ask @alice"},

		// Moments, classification, metrics and import.
		{words: "moment", status: 2, says: "the incident is missing"},
		{words: "moment INC --at -5m", status: 2, says: "the name is missing"},
		{words: "moment INC someday --at -5m", status: 2, says: "is no moment"},
		{words: "moment INC contained --at someday", status: 2, says: "is no time"},
		{words: "moment INC contained --at -5m --unknown", status: 2, says: "one of --at, --unknown and --clear"},
		{words: "moment INC contained --at T99", status: 4, says: "there is no T99"},
		{words: "moment INC contained --clear", status: 5, says: "nobody set contained by hand"},
		{words: "moment INC first-act --at 2026-12-24", status: 1, says: "2026-12-24"},
		{by: olga, words: "moment INC contained --at -5m", status: 3, says: "may only read"},
		{words: "classify INC --actor martian", status: 2, says: "is no actor"},
		{words: "classify INC --vector 'e mail'", status: 2, says: "is no plain word"},
		{words: "classify INC --vector mail --vector none", status: 2, says: "stands alone"},
		{by: olga, words: "classify INC --actor external", status: 3, says: "may only read"},
		{words: "metrics mttr", status: 2, says: "there is no metric"},
		{words: "metrics --period someday", status: 2, says: "is no period"},
		{words: "metrics --by colour", status: 2, says: "is no grouping"},
		{words: "metrics --severity 9", status: 2, says: "is no severity"},
		{words: "import", status: 2, says: "the file (or -) is missing"},
		{words: "import /etc/hostname", status: 2, says: "reads no file here"},
		{words: "import - --format csv", status: 2, says: "is no format"},
		{words: "import - --severity 0", status: 2, says: "is no severity"},
		{words: "import -", status: 1, says: "holds no record"},
		{words: "import -", stdin: `{"incident_id":"x"}`, status: 1, says: "1 of 1 records are wrong, the first is record 1: security_incident"},
		{by: bob, words: "import -", stdin: `{"incident_id":"x","security_incident":"Confirmed"}`, status: 3, says: "for commanders and admins"},

		// Data impact and notification.
		{words: "data-impact INC leaked yes", status: 2, says: "neither disclosed, modified, destroyed nor customers"},
		{words: "data-impact INC disclosed", status: 2, says: "yes, no or unknown"},
		{words: "data-impact INC disclosed perhaps", status: 2, says: "use yes, no, unknown"},
		{words: "data-impact INC disclosed yes --region eux", status: 2, says: "no regime knows the region"},
		{words: "data-impact INC --regulator circia", status: 1, says: "proposed"},
		{words: "data-impact INC --people many", status: 2, says: "whole number"},
		{words: "data-impact INC --aware 2026-11-24T12:00:00Z", status: 1, says: "in the future"},
		{words: "notify trigger INC aware --at 2026-11-24T12:00:00Z", status: 1, says: "in the future"},
		{words: "notify trigger INC detected", status: 2, says: "use aware, data-found"},
		{words: "notify trigger INC N9", status: 4, says: "no N9"},
		{words: "notify add INC moon", status: 4, says: "notify regimes lists them"},
		{words: "notify add INC circia", status: 1, says: "in-force in your regimes file"},
		{words: "notify add INC own --due 2026-11-22", status: 1, says: "is over already"},
		{words: "notify add INC own --due soon", status: 2, says: "write +48h"},
		{words: "notify draft INC N1", status: 2, says: "the text is missing"},
		{words: "notify approve INC N1", status: 3, says: "wrote the draft of N1 and cannot approve it"},
		{words: "notify sent INC N1", status: 1, says: "--proof"},
		{words: "notify sent INC N1 --proof x", status: 1, says: "not approved"},
		{by: bob, words: "notify sent INC N1 --proof x --reason hurry", status: 3, says: "ask @alice"},
		{words: "notify not-required INC N1", status: 1, says: "reason"},
		{words: "notify reopen INC N1 --reason x", status: 5, says: "only what is not required"},
		{words: "notify assign INC N1", status: 2, says: "the owner is missing"},
		{by: olga, words: "notify update INC text", status: 3, says: "may only read"},
		{by: olga, words: "data-impact INC disclosed yes", status: 3, says: "may only read"},
		{words: "notify regimes moon", status: 4, says: "notify regimes lists them"},
		{words: "data-impact OTHER disclosed yes", status: 1, says: "incident reopen"},

		// The monthly review.
		{words: "review november", status: 2, says: "write it as 2026-11, this or last"},
		{words: "review 2026-12", status: 1, says: "2026-12 has not begun"},
		{words: "review last too", status: 2, says: "too much"},
		{words: "review attend", status: 2, says: "the month is missing"},
		{words: "review attend last", status: 2, says: "nobody is named"},
		{words: "review attend last @", status: 1, says: "is no user name"},
		{words: "review attend last @bob --away", status: 4, says: "@bob is not on the list"},
		{words: "review decide last", status: 2, says: "the decision is missing"},
		{words: "review decide last -", stdin: strings.Repeat("x", 1<<20), status: 1, says: "the limit is 4096"},
		{words: "review decide last x --due +7d", status: 1, says: "somebody who keeps it"},
		{words: "review decide last x --owner @bob --due soon", status: 2, says: "no time to come"},
		{words: "review decide last x --owner 'Bob Smith'", status: 1, says: "is no user name"},
		{words: "review set last D1", status: 2, says: "nothing to change"},
		{words: "review set last D9 --text x", status: 4, says: "there is no D9"},
		{words: "review set last D1 --text x --seen 0", status: 2, says: "from 1 to"},
		{words: "review done last", status: 2, says: "the ref is missing"},
		{words: "review done last R1", status: 2, says: "is no reference to a decision"},
		{words: "review note last", status: 2, says: "the note is missing"},
		{words: "review retract last D1", status: 1, says: "a reason is needed"},
		{words: "review retract last R7 --reason x", status: 4, says: "there is no R7"},
		{words: "review close this", status: 1, says: "2026-11 is not over"},
		{words: "review close 2026-09", status: 1, says: "nothing is recorded"},
		{words: "review close 2026-08", status: 5, says: "was closed by @alice"},
		{words: "review note 2026-08 text", status: 5, says: "review reopen 2026-08"},
		{words: "review reopen last --reason x", status: 5, says: "is open"},
		{words: "review reopen 2026-08", status: 1, says: "a reason is needed"},
		{words: "review export last --format pdf", status: 2, says: "use html, md or json"},
		{words: "review export last --output x.md", status: 2, says: "redirect"},
		{words: "redact REVIEW-2026-07 #1 --reason x", status: 4, says: "nothing is written in REVIEW-2026-07"},
		{by: bob, words: "redact REVIEW-2026-08 #1 --reason x", status: 3, says: "ask a commander"},
		{words: "watch REVIEW-2026-07", status: 4, says: "nothing is written"},
		{words: "review list --limit 0", status: 2, says: "from 1 to 1200"},
		{by: bob, words: "review close last", status: 3, says: "for commanders and admins"},
		{by: bob, words: "review reopen 2026-08 --reason x", status: 3, says: "for commanders and admins"},
		{by: olga, words: "review attend last @olga", status: 3, says: "may only read"},
		{by: olga, words: "review decide last x", status: 3, says: "may only read"},

		// Somebody was first.
		{by: bob, words: "check done INC C8", status: 5, says: "C8 is done already, by @alice at 12:00:00Z"},
		{by: bob, words: "check done INC C9 C8", status: 5, says: "C8 is done already"},
		{words: "sev INC 2 --reason x", status: 5, says: "is SEV2 already"},
		{words: "phase INC detection", status: 5, says: "is in detection-analysis already"},
		{words: "role INC ic @alice", status: 5, says: "@alice is ic already"},
		{words: "role INC liaison none", status: 5, says: "nobody is liaison"},
		{words: "scope add INC FS-01", status: 5, says: "is in scope already"},
		{words: "scope retract INC S2 --reason x", status: 5, says: "is out of scope already"},
		{words: "ioc retract INC I2 --reason x", status: 5, says: "is retracted already"},
		{words: "timeline retract INC T4 --reason x", status: 5, says: "is retracted already"},
		{words: "incident reopen INC --reason x", status: 5, says: "is open"},
		{words: "playbook attach INC ransomware", status: 5, says: "is attached already"},
		{words: "redact INC #4 --reason x", status: 5, says: "#4 is redacted already"},
		{words: "note INC --corrects T3 again", status: 5, says: "is corrected already"},
		{words: "incident close OTHER --reason x", status: 5, says: "is closed already"},

		// Values and rules.
		{words: "note INC --at 2027-01-01 text", status: 1, says: "is in the future"},
		{words: "note INC 2027-01-01 text", status: 1, says: "is in the future"},
		{words: "ioc add INC 192.0.2.1 --seen 2027-01-01", status: 1, says: "is in the future"},
		{words: "ioc set INC I1 --last-seen 2027-01-01", status: 1, says: "is in the future"},
		{words: "incident new --severity 1 --title " + long, status: 1, says: "title has 10000 bytes, the limit is"},
		{words: "incident edit INC --title " + long, status: 1, says: "title has 10000 bytes"},
		{words: "incident edit INC --summary new --title " + long, status: 1, says: "title has 10000 bytes"},
		{words: "incident new --severity 1 --title '\x01\x02\x1b'", status: 1, says: "no readable character"},
		{words: "incident edit INC --title '\x1b'", status: 1, says: "no readable character"},
		{words: "incident new --severity 1 --title ''", status: 1, says: "title is empty"},
		{words: "incident new --severity 1 --title x --type plague", status: 1, says: `no playbook for the type "plague"`},
		{words: "incident relate INC INC", status: 1, says: "to itself"},
		{words: "incident close INC", status: 1, says: "not in post-incident"},
		{words: "incident access INC @alice read", status: 1, says: "@alice is the IC"},
		{words: "ioc add INC --type nonsense 192.0.2.1", status: 1, says: `no indicator type "nonsense"`},
		{words: "ioc add INC --type nonsense -", stdin: "192.0.2.1", status: 1, says: `no indicator type "nonsense"`},
		{words: "ioc add INC --type ipv4 evil.example", status: 1, says: "is no ipv4"},
		{words: "ioc add INC 192.0.2.1 ???", status: 1, says: "cannot tell what kind"},
		{words: "ioc add INC -", stdin: "nothing here", status: 1, says: "no indicator was found"},
		{words: "ioc extract --batch", stdin: "not JSON\n", status: 1, says: "line 1 of standard input"},
		{words: "phase INC containment", status: 1, says: "the gate to containment is closed"},
		{words: "phase INC eradication", status: 1, says: "passes over a phase"},
		{words: "phase INC containment --force", status: 1, says: "a forced pass needs a reason"},
		{words: "sev INC 1", status: 1, says: "a reason is needed"},
		{words: "check na INC C9", status: 1, says: "a reason is needed"},
		{words: "check waive INC C9", status: 1, says: "a reason is needed"},
		{words: "timeline retract INC T1 --reason x", status: 1, says: "the room's own record"},
		{words: "role INC ic none", status: 1, says: "an open incident has an IC"},
		{words: "role INC scribe 'Bob Smith'", status: 1, says: "is no user name"},
		{words: "undo OTHER", status: 1, says: "reopen takes the incident up again"},
		{by: olga, words: "undo INC", status: 3, says: "may only read"},
		{by: bob, words: "undo INC", status: 1, says: "left to undo"},
		{words: "note OTHER text", status: 1, says: "incident reopen"},
		{words: "note INC -", stdin: strings.Repeat("x", 1<<20+1), status: 1, says: "standard input is over 1048576 bytes"},
		{words: "note INC -", stdin: strings.Repeat("x", 1<<20), status: 1, says: "the limit is 65536"},
		{words: "note INC -", stdin: "", status: 1, says: "note is empty"},
		{words: "ioc add INC -", stdin: strings.Repeat("x", 1<<20+1), status: 1, says: "standard input is over 1048576 bytes"},
	}
}

// settled is a house in which something of each kind was done already.
func settled(t *testing.T) *house {
	t.Helper()
	h := begun(t)
	for _, line := range []string{
		"note INC one", "note INC two", "timeline retract INC T4 --reason wrong", "note INC --corrects T3 better",
		"check done INC C8", "scope add INC FS-01", "scope add INC FS-02", "scope retract INC S2 --reason clean",
		"ioc add INC 198.51.100.1 198.51.100.2", "ioc retract INC I2 --reason ours", "redact INC #4 --reason x",
		"postmortem set INC detection 'by an alert'", "postmortem set INC well x", "postmortem set INC badly x", "postmortem set INC discussion x", "postmortem factor INC one --class manual-error",
		"postmortem factor INC two --class other-flaw --because X1", "postmortem question INC why",
		"notify add INC own --title insurer", "notify draft INC N1 text",
		"incident close OTHER --reason x",
		"review decide last 'rotate the keys' --owner @bob", "review note last quiet", "review close 2026-08 --reason quiet",
	} {
		words, err := model.SplitWords(line)
		if err != nil {
			t.Fatal(err)
		}
		h.must(alice, words...)
	}
	return h
}

var plainLine = regexp.MustCompile(`^[^\n\r]+$`)

func TestRefusals(t *testing.T) {
	h := settled(t)
	for _, r := range slices.Concat(refusals(), postMortemRefusals(), trainingRefusals(), onCallRefusals(), followUpRefusals()) {
		words, err := model.SplitWords(r.words)
		if err != nil {
			t.Fatal(err)
		}
		if r.by.Name == "" {
			r.by = alice
		}
		name := r.words
		if len(name) > 80 {
			name = name[:80] + "…"
		}
		for _, more := range [][]string{nil, {"--json"}} {
			if r.words == "''" && more != nil {
				continue
			}
			before := h.versions()
			got := h.run(h.env(r.by), r.stdin, append(words, more...)...)
			if got.failure == nil {
				t.Errorf("%s: done, printed %s", name, got.out)
				continue
			}
			msg := got.failure.Error()
			if status := model.ExitStatus(got.failure); status != r.status {
				t.Errorf("%s: status %d, want %d: %s", name, status, r.status, msg)
			}
			if more == nil && !strings.Contains(msg, r.says) {
				t.Errorf("%s: says %q, want %q", name, msg, r.says)
			}
			e, ok := model.AsError(got.failure)
			if !ok || e.Next == "" {
				t.Errorf("%s: does not say what to do next: %s", name, msg)
			}
			if line := model.Line(msg).String(); !plainLine.MatchString(line) || len(line) > 700 {
				t.Errorf("%s: is not one line: %q", name, line)
			}
			if got.out != "" {
				t.Errorf("%s: printed %q although it is refused", name, got.out)
			}
			if h.versions() != before {
				t.Errorf("%s: changed something although it is refused", name)
			}
		}
	}
}

// Inside a room the incident may be left out, on every verb that takes one.
func TestInsideARoom(t *testing.T) {
	h := begun(t)
	env := h.env(alice)
	env.Incident = h.id
	for _, line := range []string{
		"note said inside", "incident show", "incident edit --title Inside", "timeline list", "ioc add 192.0.2.1", "ioc set I1 --tlp red",
		"ioc list", "scope add FS-01", "scope set S1 --contained yes", "scope list", "check list", "check done C8", "check assign C9 @bob",
		"phase", "sev 1 --reason x", "role", "role scribe @bob", "incident access", "timeline star T3", "undo", "incident relate OTHER",
	} {
		words, err := model.SplitWords(line)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.run(env, "", words...); got.failure != nil {
			t.Errorf("%s: %v", line, got.failure)
		}
	}
	in := h.hub.Peek(h.id)
	if in.Title != "Inside" || len(in.Indicators) != 1 || in.Checklist[7].State != model.ItemDone {
		t.Errorf("the changes are elsewhere: %+v", in.Brief())
	}
	// Another incident can be named all the same.
	h.run(env, "", "note", h.other, "said from inside")
	if other := h.hub.Peek(h.other); string(other.Timeline[len(other.Timeline)-1].Text) != "said from inside" {
		t.Error("the note is not in the incident that was named")
	}
	for _, line := range []string{"note", "check done", "mitigation add", "incident relate"} {
		words, _ := model.SplitWords(line)
		if got := h.run(env, "", words...); model.ExitStatus(got.failure) != 2 {
			t.Errorf("%s: %v", line, got.failure)
		}
	}
}

// Where there are accounts, nothing is given to a name that is none.
func TestUnknownPeople(t *testing.T) {
	h := begun(t)
	for _, a := range []model.Actor{alice, bob} {
		key := model.Key{Fingerprint: "SHA256:" + a.Name, Public: "ssh-ed25519 " + a.Name}
		if err := h.store.AddAccount(t.Context(), "alice", model.Account{Name: a.Name, Role: a.Role, Keys: []model.Key{key}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.hub.ReloadAccounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"role INC scribe @bbo", "check assign INC C8 @bbo", "incident access INC @bbo read"} {
		words, _ := model.SplitWords(line)
		before := h.versions()
		got := h.run(h.env(alice), "", words...)
		if model.ExitStatus(got.failure) != 4 || !strings.Contains(got.failure.Error(), `no account "bbo"`) || h.versions() != before {
			t.Errorf("%s: %v", line, got.failure)
		}
	}
	h.must(alice, "role", "INC", "scribe", "@bob")
	h.must(alice, "check", "assign", "INC", "C8", "bob")
	if it := h.hub.Peek(h.id).Checklist[7]; it.Owner != "bob" {
		t.Errorf("C8 is @%s's", it.Owner)
	}
}

func FuzzRun(f *testing.F) {
	for _, s := range steps() {
		f.Add(s.words)
	}
	for _, r := range refusals()[:40] {
		f.Add(r.words)
	}
	f.Add("help -- --json")
	f.Add("ioc extract --batch=")
	env := verb.Env{Now: clock, NewID: newID}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := model.SplitWords(line)
		if err != nil {
			return
		}
		v, _, err := verb.Find(words)
		if err != nil {
			if model.ExitStatus(err) != 2 {
				t.Errorf("%q: %v", line, err)
			}
			return
		}
		// Verbs that need a room end at their first look at it; those that need
		// none, and all help, run to their end.
		if !v.Offline {
			words = slices.Insert(words, len(strings.Fields(v.Name)), "--help")
		}
		var out strings.Builder
		err = verb.Run(context.Background(), env, words, verb.IO{In: strings.NewReader(line), Out: &out})
		if err != nil && model.CodeOf(err) == "" {
			t.Errorf("%q: %v is no error that a person reads", line, err)
		}
		if s := out.String(); model.Block(s).String() != s {
			t.Errorf("%q printed raw %q", line, s)
		}
		verb.Complete(env, words)
	})
}
