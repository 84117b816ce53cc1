package main

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"warroom/store/storetest"
	"warroom/tui/tuitest"
)

// The breach of a credit bureau in 2017 (public record: the report of the House
// Oversight Committee, December 2018, and GAO-18-559): entered as an incident,
// closed with a whole post-mortem that two people write at once over ssh, and
// found again in the follow-ups, the review of the month and the metrics.
func TestLearnedFromAnIncident(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		s.user("alice", "commander")
		s.user("bob", "responder")
		s.user("olga", "observer")
		srv := s.serve()
		p := &played{t: t, srv: srv}
		bureau(p)
		written(t, p)
		signed(p)
		seenAgain(t, p)
		srv.stop()
		s.local("verify")
	})
}

// bureau enters the incident as the public record tells it.
func bureau(p *played) {
	p.id = p.does("alice", `incident new --title "Breach through the dispute portal" --severity 3 --type web-app-compromise`)
	for _, n := range []string{
		"2017-03-08T15:00:00Z the national centre asks all to patch CVE-2017-5638 now",
		"2017-03-09T15:00:00Z internal mail: patch within 48 hours; the owners of the portal do not act on it",
		"2017-03-15T16:00:00Z an outside scan finds no vulnerable version",
		"2017-05-13T16:00:00Z intrusion through the framework flaw; about thirty web shells in the end T1190 T1505.003",
		"2017-06-10T16:00:00Z about 9,000 queries on 48 databases; 265 return personal data T1213",
		"2017-07-30T00:30:00Z expired certificates of the inspection device are renewed: it sees the portal's traffic again !",
		"2017-07-30T01:00:00Z suspicious requests on the portal, answers of several megabytes !",
	} {
		p.does("bob", `note INC "`+n+`"`)
	}
	p.does("bob", `ioc add INC CVE-2017-5638`)
	p.does("bob", `scope add INC "Dispute portal" --kind system --team web --criticality critical --compromised yes`)
	p.does("alice", `sev INC 1 --reason "personal data of most adults of the country"`)
	for _, m := range []string{
		"first-act --at 2017-05-13T16:00:00Z", "detected --at 2017-07-30T01:00:00Z", "acknowledged --at 2017-07-30T02:00:00Z",
		"contained --at 2017-07-30T16:41:00Z", "determined --at 2017-08-11T19:00:00Z", "command --unknown", "eradicated --unknown", "recovered --unknown",
	} {
		p.does("bob", `moment INC `+m+` --reason "the public record"`)
	}
	p.does("bob", "classify INC --actor external:state-affiliated --action hacking --vector web-application --asset server --attribute confidentiality --discovery internal:log-review")
	p.does("alice", `data-impact INC disclosed yes customers yes --personal yes --region us --role controller --people 147900000 --what "names, numbers, birth dates, addresses"`)
	p.checks("detection-analysis")
	p.does("alice", "phase INC containment")
	p.does("bob", "scope set INC S1 --contained yes")
	p.checks("containment")
	p.does("alice", "phase INC eradication")
	p.does("bob", `cause INC --root-cause "a known flaw of the web framework was not patched" --confidence high --basis "web logs and the forensic report" --vector "dispute portal" --evicted yes --evidence "rebuilt servers, no contact since"`)
	p.does("bob", "scope set INC S1 --eradicated yes")
	p.checks("eradication")
	p.does("alice", "phase INC recovery")
	p.does("bob", `scope set INC S1 --last-known-good "build of 2017-03-01" --restored-from "source, patched" --confirmed yes --recovered yes --verified yes`)
	p.checks("recovery")
	p.does("alice", `phase INC post-incident --reason "notices go on"`)
	p.checks("post-incident")
}

// written writes the post-mortem: two people at once, each his sections, then the
// causes and what is to be done about them.
func written(t *testing.T, p *played) {
	p.refused("alice", `incident close INC --reason "enough"`, 1, "post-mortem")
	p.refused("bob", "postmortem set INC motto -", 2, "summary")
	atOnce(p)
	sections := map[string]map[string]string{
		"alice": {
			"discussion": "Four factors: identification, detection, segmentation of databases, data governance.",
			"lucky":      "The certificate was renewed at all.",
		},
		"bob": {
			"detection": "T7: an analyst saw large answers minutes after T6. Nineteen months without inspection came before.",
			"well":      "- the portal was off within 16 hours of T7",
			"badly":     "- a mail was the only way to order a patch\n- passwords stood in a file",
			"response":  "One address was blocked first, a second one showed that this was not enough.",
		},
	}
	var wg sync.WaitGroup
	for user, texts := range sections {
		wg.Go(func() {
			for key, text := range texts {
				if _, stderr, status := p.srv.run(user, "postmortem set "+p.id+" "+key+" -", text); status != 0 {
					t.Errorf("@%s %s: %s", user, key, stderr)
				}
			}
		})
	}
	wg.Wait()
	p.does("bob", `postmortem factor INC "the portal was not patched" --class technical-lapse`)
	p.does("bob", `postmortem factor INC "the owners never had the mail" --class procedural-failure --because X1`)
	p.does("bob", `postmortem factor INC "a search looked in the top folder only" --class manual-error --because X1`)
	p.does("alice", `postmortem factor INC "nobody owned the certificates" --class other-flaw`)
	p.does("bob", `postmortem question INC "did they come back by another way?" --confidence medium`)
	p.refused("alice", "postmortem signoff INC", 1)
	p.does("bob", "postmortem submit INC")
	p.refused("bob", "postmortem signoff INC", 3)
	p.refused("alice", "postmortem signoff INC", 1, "discussion has no date", "follow-up")
	p.does("alice", `postmortem discuss INC --at -1h --with @alice --with @bob --with "Dr. Stone" --dissent "bob: a scanner alone would not have found it"`)

	p.refused("bob", `finding add INC "Patch within 48 hours, proven" --kind prevent`, 1, "owner")
	p.refused("bob", `finding add INC "Patch within 48 hours, proven" --kind prevent --owner @nobody-here --due +30d`, 4)
	for _, f := range []string{
		`"Patch within 48 hours, proven by a test" --kind prevent --team web --owner @bob --due +30d --priority P1 --factor X1 --changes playbook:web-app-compromise`,
		`"A list of certificates with owners and alarms" --kind detect --team network --owner @alice --due +14d --factor X4 --ticket SEC-2017-1`,
		`"Databases answer their own applications only" --kind prevent --team data --owner @bob --due 2017-12-31 --overdue`,
		`"Drill the public answer" --kind respond --team comms --owner @alice --due +60d --changes topic:communication`,
	} {
		p.does("bob", "finding add INC "+f)
	}
}

// atOnce is two consoles over ssh, in two sections at the same time; then both want
// the same one, and the second to save sees both texts.
func atOnce(p *played) {
	a, b := p.srv.console("alice", 140, 40), p.srv.console("bob", 100, 30)
	for _, x := range []*tuitest.Emulator{a, b} {
		x.ExpectLine(p.id, "SEV1")
		x.Press("enter", "9")
		x.ExpectLine("▌", "Summary", "needed")
	}
	a.Press("e").Type("A known flaw of a web framework stayed open.")
	b.ExpectLine("✎", "Summary", "@alice")
	b.Press("j", "e").Type("Names, national numbers, birth dates, addresses.")
	a.Press("enter", "enter").Type("About **148 million** people are affected.")
	b.Press("ctrl+s")
	b.ExpectLine("saved Impact", "#")
	a.Press("ctrl+s")
	a.ExpectLine("saved Summary", "#")
	a.ExpectLine("✓", "Impact", "@bob")
	b.ExpectLine("✓", "Summary", "@alice")

	a.Press("j", "e").Type("Alice: ")
	b.ExpectLine("✎", "Impact", "@alice")
	p.refused("bob", `postmortem set INC impact "other words" --seen 1`, 5, "alice")
	a.Press("ctrl+s")
	a.ExpectLine("saved Impact", "#")
	b.ExpectLine("✓", "Impact", "@alice")
}

// signed brings it to its end, and the incident with it.
func signed(p *played) {
	p.does("alice", "postmortem signoff INC")
	p.refused("bob", "postmortem set INC well \"more\"", 5)
	p.does("alice", "postmortem close INC")
	p.does("alice", `incident close INC --reason "the notices go on elsewhere"`)
}

// seenAgain finds what was learned where people look for it.
func seenAgain(t *testing.T, p *played) {
	t.Helper()
	shown := p.does("olga", "export INC --format md --kind postmortem")
	for _, want := range []string{"148 million", "Dr. Stone", "technical-lapse", "X2", "scanner alone"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing in the post-mortem:\n%s", want, shown)
		}
	}
	var list []struct{ Incident, Ref, Team, State string }
	if err := json.Unmarshal([]byte(p.does("olga", "followup list --json")), &list); err != nil || len(list) != 4 {
		t.Errorf("%d follow-ups, %v", len(list), err)
	}
	if late := p.does("olga", "followup list --overdue --team data"); !strings.Contains(late, "F3") || strings.Contains(late, "F1") {
		t.Errorf("overdue of the team data:\n%s", late)
	}
	review := p.does("olga", "review "+time.Now().UTC().Format("2006-01"))
	for _, want := range []string{p.id, "Breach through the dispute portal"} {
		if !strings.Contains(review, want) {
			t.Errorf("%q is missing in the review:\n%s", want, review)
		}
	}
	html := p.does("olga", "export INC --format html --kind postmortem")
	for _, want := range []string{"<!doctype html>", "<strong>148 million</strong>", "AMBER+STRICT", "nobody owned the certificates"} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is missing in the report", want)
		}
	}
	if strings.Contains(html, "<script") {
		t.Error("the report has a script")
	}
	var m struct {
		Metrics []struct {
			Key     string
			N       int
			Median  *float64
			LeftOut int `json:"left_out"`
		}
	}
	if err := json.Unmarshal([]byte(p.does("olga", "metrics --period 2017-Q3 --json")), &m); err != nil {
		t.Fatal(err)
	}
	// By hand: from 13 May 16:00 to 30 July 01:00 are 77 days and 9 hours; from there
	// to 02:00, to 16:41 and to 11 August 19:00 an hour, 15:41 h and 12 days 18 hours.
	for key, want := range map[string]float64{"detect": 77*86400 + 9*3600, "acknowledge": 3600, "contain": 15*3600 + 41*60, "determine": 12*86400 + 18*3600} {
		for _, x := range m.Metrics {
			if x.Key == key && (x.N != 1 || x.Median == nil || *x.Median != want) {
				t.Errorf("%s: %+v, want %v", key, x, want)
			}
		}
	}
	for _, x := range m.Metrics {
		if x.Key == "command" && (x.N != 0 || x.LeftOut != 1) {
			t.Errorf("command: %+v, want one left out", x)
		}
	}
}
