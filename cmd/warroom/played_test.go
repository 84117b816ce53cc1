package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"warroom/store/storetest"
)

// played is an incident that two people work over ssh, by the words of a team.
type played struct {
	t   *testing.T
	srv *server
	id  string
}

// does gives a command that has to work; INC stands for the incident.
func (p *played) does(user, line string) string {
	p.t.Helper()
	return p.srv.ok(user, strings.ReplaceAll(line, "INC", p.id))
}

// refused gives a command that must not work, and checks what it says.
func (p *played) refused(user, line string, status int, says ...string) {
	p.t.Helper()
	_, stderr, got := p.srv.run(user, strings.ReplaceAll(line, "INC", p.id), "")
	if got != status {
		p.t.Errorf("@%s %s: status %d, want %d: %s", user, line, got, status, stderr)
	}
	for _, s := range says {
		if !strings.Contains(stderr, s) {
			p.t.Errorf("@%s %s: %q is missing in %q", user, line, s, stderr)
		}
	}
}

// checks does every required item of a phase that is open.
func (p *played) checks(phase string) {
	p.t.Helper()
	var items []struct{ Ref, State string }
	if err := json.Unmarshal([]byte(p.does("bob", "check list INC --required --phase "+phase+" --json")), &items); err != nil {
		p.t.Fatal(err)
	}
	var refs []string
	for _, it := range items {
		if it.State == "open" || it.State == "doing" {
			refs = append(refs, it.Ref)
		}
	}
	if len(refs) > 0 {
		p.does("bob", "check done INC "+strings.Join(refs, " "))
	}
}

// The national health service of Ireland, May 2021 (public record: the independent
// review of December 2021): from the first report to recovery, by two people over
// ssh, with every gate tried from the wrong side on the way.
func TestPlayedIncident(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		s.user("alice", "commander")
		s.user("bob", "responder")
		s.user("olga", "observer")
		srv := s.serve()
		p := &played{t: t, srv: srv}
		watching := srv.console("olga", 140, 40)
		watching.Expect("No open incidents.")

		// A report, by somebody who may only look.
		rpt := p.does("olga", `report new --title "A hospital: systems unavailable" --severity 4 --source people --ref call-0250`)
		watching.ExpectLine("INTAKE")
		watching.ExpectLine(rpt, "A hospital: systems unavailable")
		if again := p.does("bob", `report new --title "The same call" --severity 4 --source people --ref call-0250`); again != rpt {
			t.Errorf("the same report again is %s", again)
		}
		p.refused("olga", "report triage "+rpt+" incident --effect availability", 3)
		p.id = p.does("alice", "report triage "+rpt+` incident --effect availability --severity 2 --type ransomware --title "Ransomware in the national centre and hospitals"`)
		p.id = p.id[strings.Index(p.id, "INC-"):][:len("INC-2026-0001")]
		p.refused("bob", "report triage "+rpt+` false-positive --reason "too late"`, 5, "@alice")
		watching.ExpectLine(p.id, "SEV2")

		// What was known when, told afterwards: both clocks stand on the record.
		for _, n := range []string{
			"2021-03-18 spreadsheet with a macro opened on one workstation T1204.002",
			"2021-03-31 antivirus in monitor mode reports a credential dumper; nobody acts on it",
			"2021-05-14 01:00 ransomware runs in the centre and in six hospitals T1486 !",
			"2021-05-14 04:36 encryption seen on many data-centre servers",
		} {
			p.does("bob", fmt.Sprintf("note INC %q", n))
		}
		p.does("alice", `sev INC 1 --reason "critical services are down"`)
		p.does("alice", "rate INC --functional high --recoverability extended --urgency active")
		p.does("alice", `decision INC "2021-05-14 05:15 everything is switched off, the network is disconnected; care goes on with paper"`)
		p.does("bob", `scope add INC "Data-centre servers" --kind system --criticality critical --compromised yes`)
		p.does("bob", `scope add INC "Hospital network" --kind network --criticality critical --compromised yes`)

		// The gate to containment, and the disruptive act in it.
		p.refused("alice", "phase INC containment", 1, "required items are open")
		p.checks("detection-analysis")
		p.does("alice", "phase INC containment")
		act := p.does("bob", `contain INC take-offline S1 S2 --owner @bob --risk "all clinical systems stop"`)
		p.refused("bob", "action approve INC "+act, 3, "somebody else")
		p.refused("bob", "action start INC "+act, 1, "proposed")
		p.does("alice", "action approve INC "+act)
		p.refused("alice", "action approve INC "+act, 5, "@alice")
		p.does("bob", "action start INC "+act)
		p.refused("alice", "phase INC eradication", 1)
		p.does("bob", "action done INC "+act+" --move-assets --result \"off at 05:15\"")
		p.does("bob", "action verify INC "+act)

		// Data were disclosed: clocks start from awareness, and another person approves.
		p.does("alice", `data-impact INC disclosed yes modified yes --personal yes --region eu --role controller --people 520 --what "patient records" --aware -2h`)
		n1 := "N1"
		if out := p.does("bob", "notify list INC"); !strings.Contains(out, "N1") || !strings.Contains(out, "no legal advice") && !strings.Contains(out, "h") {
			t.Errorf("no clock runs:\n%s", out)
		}
		p.does("bob", "notify draft INC "+n1+` "Notice to the authority: a personal data breach"`)
		p.refused("bob", "notify approve INC "+n1, 3, "somebody else")
		p.does("alice", "notify approve INC "+n1)
		p.does("bob", "notify sent INC "+n1+` --proof "receipt 4711"`)
		p.does("alice", `notify update INC "Services stay off; the next word at noon"`)

		// Eradication: the gate to recovery asks for the cause, the proof and the mitigations.
		p.checks("containment")
		p.does("alice", "phase INC eradication")
		p.does("bob", `mitigation add INC "Endpoint protection from monitor to blocking mode"`)
		p.checks("eradication")
		p.refused("alice", "phase INC recovery", 1, "root cause", "M1", "S1")
		p.refused("bob", "scope set INC S1 --recovered yes", 1)
		p.refused("bob", `phase INC recovery --force --reason "they need it"`, 3)
		p.does("bob", "mitigation done INC M1")
		p.does("bob", `cause INC --root-cause "a phishing mail and a flat network" --confidence high --basis "logs and images of the first workstation" --vector "mail attachment" --evicted yes --evidence "all switched off, rebuilt domain, 14 days without a beacon"`)
		p.does("bob", "scope set INC S1 S2 --eradicated yes")
		p.does("alice", "phase INC recovery")

		// Recovery: nothing is recovered without its ground and its verification.
		p.refused("bob", "scope set INC S1 --recovered yes", 1)
		p.does("bob", `scope set INC S1 S2 --last-known-good "images of 12 May" --restored-from "offline backup and the tested key" --confirmed yes --recovered yes`)
		p.checks("recovery")
		p.refused("alice", "phase INC post-incident", 1, "S1")
		p.does("bob", "scope set INC S1 S2 --verified yes")
		p.does("bob", "action add INC alert-vector S1 --owner @bob --ends +14d")
		p.refused("alice", "phase INC post-incident", 1, act)
		p.does("alice", `phase INC post-incident --reason "the links to hospitals open one by one until June"`)

		tells(t, p)
		srv.stop()
		s.local("verify")
	})
}

// tells reads what the room says of it all: does it tell the true story?
func tells(t *testing.T, p *played) {
	t.Helper()
	sitrep := p.does("olga", "sitrep INC")
	for _, want := range []string{"SEV1 (declared as SEV2)", "post-incident", "personal data yes", "520 people", "phishing mail", "adversary evicted: yes", "mitigations: 1 of 1",
		"recovered and verified 2", "STILL IN FORCE", "everything is switched off", "encryptor"} {
		if want == "encryptor" {
			want = "ransomware runs"
		}
		if !strings.Contains(strings.Join(strings.Fields(sitrep), " "), want) {
			t.Errorf("%q is missing in\n%s", want, sitrep)
		}
	}
	list := timeline(t, p.does("olga", "timeline list INC --as-it-happened --json"))
	var first, last int
	for i, e := range list {
		if strings.Contains(e.Text, "spreadsheet") {
			first = i
		}
		if strings.Contains(e.Text, "data-centre servers") {
			last = i
		}
	}
	if first > last {
		t.Errorf("as it happened: the spreadsheet is at %d, the encryption at %d", first, last)
	}
}
