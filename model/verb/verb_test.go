package verb_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/regime"
	"warroom/model/room"
	"warroom/model/topic"
	"warroom/model/verb"
	"warroom/store"
	"warroom/store/storetest"
)

var (
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
	bob   = model.Actor{Name: "bob", Role: model.RoleResponder}
	olga  = model.Actor{Name: "olga", Role: model.RoleObserver}
	root  = model.Actor{Name: "root", Role: model.RoleAdmin}
)

// noon is now in these tests.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func newID() string { return ulid.Make().String() }

// house is a live room on a database of its own.
type house struct {
	t     *testing.T
	store *store.Store
	hub   *room.Hub
	books *playbook.Library
	id    string // the incident that INC stands for
	other string // the one that OTHER stands for
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s, err := store.Open(t.Context(), storetest.SQLite(t), store.Options{DraftKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	rules, err := regime.Load(regime.Own{})
	if err != nil {
		t.Fatal(err)
	}
	topics, err := topic.Load("")
	if err != nil {
		t.Fatal(err)
	}
	h := room.NewHub(s, room.Options{Server: newID(), Now: clock, Entropy: rand.Reader, NewID: newID, Rules: rules, Topics: topics, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, stop := context.WithCancel(context.Background())
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); h.Wait() })
	books, err := playbook.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return &house{t: t, store: s, hub: h, books: books}
}

// begun is a house with two incidents of alice's.
func begun(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.id = strings.TrimSpace(h.must(alice, "incident", "new", "--title", "Ransomware on file servers", "--severity", "2", "--type", "ransomware"))
	h.other = strings.TrimSpace(h.must(alice, "incident", "new", "--title", "Invoice fraud", "--severity", "3"))
	return h
}

func (h *house) env(by model.Actor) verb.Env {
	return verb.Env{Hub: h.hub, Books: h.books, Actor: by, Now: clock, NewID: newID, Via: "local"}
}

type said struct {
	out, err string
	failure  error
}

// words puts in the ids.
func (h *house) words(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		switch w {
		case "INC":
			w = h.id
		case "OTHER":
			w = h.other
		}
		out[i] = w
	}
	return out
}

func (h *house) run(env verb.Env, stdin string, words ...string) said {
	h.t.Helper()
	var out, errs bytes.Buffer
	err := verb.Run(h.t.Context(), env, h.words(words), verb.IO{In: strings.NewReader(stdin), Out: &out, Err: &errs})
	return said{out.String(), errs.String(), err}
}

func (h *house) must(by model.Actor, words ...string) string {
	h.t.Helper()
	s := h.run(h.env(by), "", words...)
	if s.failure != nil {
		h.t.Fatalf("%q: %v", words, s.failure)
	}
	return s.out
}

// decode runs the words with --json and decodes what they print.
func (h *house) decode(by model.Actor, into any, words ...string) {
	h.t.Helper()
	out := h.must(by, append(words, "--json")...)
	if err := json.Unmarshal([]byte(out), into); err != nil {
		h.t.Fatalf("%q printed no JSON: %v\n%s", words, err, out)
	}
}

func (h *house) version(id string) uint64 {
	if in := h.hub.Peek(id); in != nil {
		return in.Version
	}
	return 0
}

// versions is a sum of what there is; it changes with every change.
func (h *house) versions() (n uint64) {
	board := h.hub.Board()
	for i := range board.Briefs {
		n += board.Briefs[i].Version
	}
	return n
}

// step is one call of a verb and what it prints.
type step struct {
	words  string      // as typed; INC and OTHER are incidents
	by     model.Actor // alice when empty
	stdin  string
	text   string // pattern of the text
	fields string // field names of the JSON object, or of the first of an array
	array  bool   // JSON is an array
	lines  bool   // JSON is an object a line
	reads  bool   // nothing is changed
}

const (
	incidentFields  = "id ref title summary severity priority phase type status ic roles declared_at closed_at updated_at version"
	reportFields    = "id ref title severity severity_preliminary state source reference text raised_by raised_at assignee again decision decisions indicators version"
	briefFields     = "id ref title severity priority phase type status ic declared_at closed_at updated_at version"
	entryFields     = "ref kind text author occurred_at recorded_at tags techniques refs starred corrects"
	indicatorFields = "ref type value defanged verdict confidence tlp first_seen last_seen source seen_in"
	assetFields     = "ref name kind team tenant criticality steps"
	actionFields    = "ref kind stage title target targets state owner risk rollback undo in_force due ends result disruptive proposed_by proposed_at approved_by approved_at override override_reason steps"
	noticeFields    = "ref regime stage title state trigger trigger_at due_at recipient owner drafted_by approved_by sent_at proof reason late"
	impactFields    = "disclosed modified destroyed personal customers data people regions roles regulators triggers questions started"
	reviewFields    = "id ref month state closed_by closed_at reason attendees decisions notes history figures restricted_left_out version head"
	decisionFields  = "ref text owner by at seq"
	causeFields     = "root_cause confidence basis entry_vector adversary_evicted eviction_evidence mitigations"
	itemFields      = "ref key playbook phase title required state owner"
)

// steps are the happy path of every verb, in one incident after the other.
func steps() []step {
	return []step{
		{words: `incident new --title "Third" --severity sev-3 --summary -`, stdin: "what is known\n", text: `^INC-2026-0003\n$`, fields: incidentFields},
		{words: `incident list`, text: `(?s)^ID .*SEV2 .*Ransomware on file servers.*SEV3`, fields: briefFields, array: true, reads: true},
		{words: `incident list --filter "sev:2 fraud"`, text: `^$`, array: true, reads: true},
		{words: `incident list --limit 1`, text: `^ID [^\n]*\n[^\n]*\n$`, fields: briefFields, array: true, reads: true},
		{words: `incident show INC`, text: `Ransomware on file servers`, fields: incidentFields, reads: true},
		{words: `incident edit INC --title "Ransomware in Leipzig" --priority P1`, text: `^INC-\d{4}-\d{4}\n$`, fields: incidentFields},
		{words: `incident relate INC OTHER --reason "same domain"`, text: `is related to INC-`, fields: incidentFields},
		{words: `incident access INC @bob lead`, text: `(?s)open to every account.*@bob +lead`, fields: "id restricted access"},
		{words: `incident access INC`, text: `@bob`, fields: "id restricted access", reads: true},

		{words: `note INC 10:11 encryptor started on FS-01 T1486 #fs @bob !`, text: `^T\d+\n$`, fields: entryFields},
		{words: `note INC -`, stdin: "two\nlines\n", text: `^T\d+\n$`, fields: entryFields},
		{words: `note INC --at -20m "called the vendor"`, text: `^T\d+\n$`, fields: entryFields},
		{words: `decision INC "we do not pay"`, text: `^T\d+\n$`, fields: entryFields},
		{words: `note INC --corrects T4 "it was FS-02"`, text: `^T\d+\n$`, fields: entryFields},
		{words: `timeline list INC`, text: `(?s)2026-11-23 10:11Z .*encryptor started.*two⏎lines.*decision +we do not pay.*corrects T4`, fields: entryFields, array: true, reads: true},
		{words: `timeline list INC --kind decision --since -1h --as-it-happened`, text: `^REF [^\n]*\nT\d+ [^\n]*we do not pay\n$`, fields: entryFields, array: true, reads: true},
		{words: `timeline star INC T6`, text: `^T6\n$`, fields: entryFields},
		{words: `timeline list INC --starred`, text: `★`, fields: entryFields, array: true, reads: true},
		{words: `timeline unstar INC t6`, text: `^T6\n$`, fields: entryFields},
		{words: `timeline retract INC T5 --reason "wrong call"`, text: `^T5\n$`, fields: entryFields},

		{words: `ioc add INC 'evil.example[.]com' 10.8.3.4 --verdict malicious --confidence 90 --tlp red --source EDR`, text: `^I1\nI2\n$`, fields: indicatorFields, array: true},
		{words: `ioc add INC -`, stdin: "see hxxp://bad[.]example/x and 192.0.2.7\n", text: `^I3\nI4\n$`, fields: indicatorFields, array: true},
		{words: `ioc add INC --type user-agent "Mozilla/5.0 (X11)"`, text: `^I5\n$`, fields: indicatorFields, array: true},
		{words: `ioc add OTHER 192.0.2.7`, text: `^I1\n$`, fields: indicatorFields, array: true},
		{words: `ioc set INC I3 I4 --verdict suspicious --confidence 50`, text: `^I3 I4\n$`, fields: indicatorFields, array: true},
		{words: `ioc set INC I1 --tlp green --last-seen -5m`, text: `^I1\n$`, fields: indicatorFields},
		{words: `ioc list INC`, text: `(?s)evil\[\.\]example\[\.\]com .*malicious.*90%.*GREEN.*hxxp://bad\[\.\]example/x.*192\[\.\]0\[\.\]2\[\.\]7.*INC-`, fields: indicatorFields, array: true, reads: true},
		{words: `ioc list INC --type ipv4 --verdict suspicious`, text: `^REF [^\n]*\nI4 [^\n]*\n$`, fields: indicatorFields, array: true, reads: true},
		{words: `ioc retract INC I5 --reason harmless`, text: `^I5\n$`, fields: indicatorFields},
		{words: `ioc extract`, stdin: "evil[.]com and evil.com, 10.0.0.1", text: `^domain +evil\[\.\]com\nipv4 +10\[\.\]0\[\.\]0\[\.\]1\n$`, fields: "type value defanged", lines: true, reads: true},

		{words: `scope add INC FS-01 --kind system --team storage --criticality high --compromised yes`, text: `^S1\n$`, fields: assetFields},
		{words: `scope add INC svc-backup --kind account`, text: `^S2\n$`, fields: assetFields},
		{words: `scope set INC S1 S2 --contained yes`, text: `^S1 S2\n$`, fields: assetFields, array: true},
		{words: `scope set INC S1 --name FS-01.corp`, text: `^S1\n$`, fields: assetFields},
		{words: `scope list INC`, text: `(?s)CONTAINED.*FS-01\.corp +system +storage .*high +yes +yes`, fields: assetFields, array: true, reads: true},
		{words: `scope list INC --kind account`, text: `^REF [^\n]*\nS2 [^\n]*\n$`, fields: assetFields, array: true, reads: true},
		{words: `scope retract INC S2 --reason "not ours"`, text: `^S2\n$`, fields: assetFields},

		{words: `contain INC isolate-host S1 --owner @bob --risk "shares stop" --due +2h`, text: `^A1\n$`, fields: actionFields},
		{words: `contain INC block-ind I1 I3 --rollback "delete the rule"`, text: `^A2\n$`, fields: actionFields},
		{words: `action add INC patch "all VPN gateways"`, text: `^A3\n$`, fields: actionFields},
		{words: `action list INC --state proposed`, text: `(?s)A1 +proposed +containment +isolate host +S1 FS-01\.corp +@bob +@alice +14:00:00Z.*A3`, fields: actionFields, array: true, reads: true},
		{words: `action approve INC A1 A3 --override --reason "alone tonight"`, text: `^A1 A3\n$`, fields: actionFields, array: true},
		{words: `action start INC A1 A2`, text: `^A1 A2\n$`, fields: actionFields, array: true},
		{words: `action done INC A1 --result "port down" --move-assets`, text: `^A1\n$`, fields: actionFields},
		{words: `action fail INC A2 --reason "no such zone"`, text: `^A2\n$`, fields: actionFields},
		{words: `action verify INC A1`, text: `^A1\n$`, fields: actionFields},
		{words: `action reject INC A3 --reason "patched already"`, text: `^A3\n$`, fields: actionFields},
		{words: `action assign INC A1 none`, text: `^A1\n$`, fields: actionFields},
		{words: `action list INC --in-force`, text: `^REF [^\n]*UNDO\nA1 [^\n]*reconnect the host\n$`, fields: actionFields, array: true, reads: true},
		{words: `action show INC A1`, text: `(?s)A1 verified: isolate host.*undo +reconnect the host.*approved @alice OVERRIDE “alone tonight”`, fields: actionFields, reads: true},
		{words: `action rollback INC A1 --reason "reinstalled"`, text: `^A1\n$`, fields: actionFields},
		{words: `action kinds --stage recovery`, text: `restore-backup +recovery +needed +restore from backup +RA5002`, fields: "id title stage react disruptive needs_approval", array: true, reads: true},

		{words: `check list INC`, text: `(?s)DETC +open +required.*CONT`, fields: itemFields, array: true, reads: true},
		{words: `check list INC --phase detection --required --state open`, text: `C8 `, fields: itemFields, array: true, reads: true},
		{words: `check done INC C8 c9 --note "seen"`, text: `^C8 C9\n$`, fields: itemFields, array: true},
		{words: `check doing INC C10`, text: `^C10\n$`, fields: itemFields},
		{words: `check open INC C9`, text: `^C9\n$`, fields: itemFields},
		{words: `check na INC C11 --reason "no host"`, text: `^C11\n$`, fields: itemFields},
		{words: `check waive INC C12 --reason "later"`, text: `^C12\n$`, fields: itemFields},
		{words: `check assign INC C10 @bob`, text: `^C10\n$`, fields: itemFields},
		{words: `check list INC --owner @bob`, text: `^REF [^\n]*\nC10 [^\n]*@bob`, fields: itemFields, array: true, reads: true},
		{words: `check assign INC C10 none`, text: `^C10\n$`, fields: itemFields},
		{words: `playbook list`, text: `ransomware`, fields: "id title types items", array: true, reads: true},
		{words: `playbook show phishing-bec`, text: `Collect the original message`, fields: "key phase title", array: true, reads: true},
		{words: `playbook attach INC phishing-bec`, text: `^C\d+ C\d+`, fields: itemFields, array: true},

		{words: `sev INC`, text: `is SEV2: confirmed compromise`, fields: incidentFields, reads: true},
		{words: `sev INC --active yes --backups yes`, text: `(?s)at least SEV1: adversary still active.*raise to SEV1`, fields: incidentFields},
		{words: `rate INC`, text: `is P1: P1, not rated`, fields: "priority computed arithmetic rating override", reads: true},
		{words: `rate INC --functional high --information privacy-breach --information integrity-loss --recoverability extended --urgency active`,
			text: `impact high × urgency high = P1\nfrom functional high, privacy-breach, integrity-loss, recovery extended, adversary active`, fields: "priority computed arithmetic rating override"},
		{words: `incident edit INC --priority P2 --reason "one site"`, text: `INC-`, fields: incidentFields},
		{words: `rate INC --urgency quiet`, text: `is P2: P2 by @alice, the rating says impact high × urgency medium = P1 “one site”`, fields: "priority computed arithmetic rating override"},
		{words: `cause INC --root-cause "gateway" --confidence high --basis image --vector CVE-2026-1`, text: `confidence   high  image`, fields: causeFields},
		{words: `cause INC --evicted yes --evidence "no logon"`, text: `evicted      yes  no logon`, fields: causeFields},
		{words: `cause INC`, text: `root cause   gateway`, fields: causeFields, reads: true},
		{words: `mitigation add INC patch the gateway`, text: `^M1\n$`, fields: "ref what state"},
		{words: `mitigation add INC turn the form off`, text: `^M2\n$`, fields: "ref what state"},
		{words: `mitigation done INC M1 --reason "build 7"`, text: `^M1\n$`, fields: "ref what state reason changed_by"},
		{words: `mitigation open INC M1`, text: `^M1\n$`, fields: "ref what state"},
		{words: `mitigation drop INC M2 --reason "not used"`, text: `^M2\n$`, fields: "ref what state"},
		{words: `mitigation list INC`, text: `(?s)M1 +open +patch the gateway.*M2 +dropped.*not used`, fields: "ref what state", array: true, reads: true},

		{words: `phase INC`, text: `(?s)the gate to containment is closed by \d+ required items.*C10 +DETC`, fields: "phase next blocked blockers", reads: true},
		{words: `phase INC containment --force --reason "cannot wait"`, text: `is in containment`, fields: incidentFields},
		{words: `sev INC 1 --reason "second server"`, text: `is SEV1`, fields: incidentFields},
		{words: `role INC scribe @bob`, text: `scribe +@bob`, fields: "ic scribe"},
		{words: `role INC`, text: `ic +@alice`, fields: "ic scribe", reads: true},
		{words: `undo INC`, text: `undone: `, fields: incidentFields},
		{words: `redact INC #6 --reason "a name"`, text: `#6 is redacted`, fields: incidentFields},

		{words: `data-impact INC disclosed yes modified no --personal yes --region eu --role controller --people 1200 --what "customer list"`, text: `^N1 N2\n$`, fields: impactFields},
		{words: `data-impact INC --role financial-entity,controller --aware -2h`, text: `^N3 N4 N5\n$`, fields: impactFields},
		{words: `data-impact INC`, text: `(?s)disclosed +yes  @alice.*people +1200.*aware +2026-11-23 10:00:00Z`, fields: impactFields, reads: true},
		{words: `notify list INC`, text: `(?s)N1 +running +2026-11-26 10:00Z \(70h00\) +aware.*N2 +waiting +waits for: high-risk.*N3 +running +2026-11-24 10:00Z.*N5 +waiting +waits for: intermediate sent`, fields: noticeFields, array: true, reads: true},
		{words: `notify trigger INC classified --at 11:30`, text: `^N3 2026-11-23 15:30Z \(3h30\)\n$`, fields: "trigger at by"},
		{words: `notify trigger INC n2 --at -10m`, text: `^N2 without undue delay\n$`, fields: "trigger at by"},
		{words: `notify draft INC N3 -`, stdin: "To the authority:\nwe report\n", by: bob, text: `^N3\n$`, fields: noticeFields},
		{words: `notify approve INC N3`, text: `^N3\n$`, fields: noticeFields},
		{words: `notify sent INC N3 --proof "portal receipt 4711" --at -1m`, text: `^N3\n$`, fields: noticeFields},
		{words: `notify show INC N4`, text: `(?s)N4 +DORA: intermediate report.*clock +72 hours from initial sent.*due +2026-11-26 11:59Z`, fields: noticeFields, reads: true},
		{words: `notify show INC N3`, text: `(?s)state +sent.*approved by @alice.*portal receipt 4711.*To the authority`, fields: noticeFields, reads: true},
		{words: `notify not-required INC N2 --reason "keys were not taken"`, text: `^N2\n$`, fields: noticeFields},
		{words: `notify reopen INC N2 --reason "they were"`, text: `^N2\n$`, fields: noticeFields},
		{words: `notify assign INC N1 N2 @bob`, text: `^N1 N2\n$`, fields: noticeFields, array: true},
		{words: `notify assign INC N2 none`, text: `^N2\n$`, fields: noticeFields},
		{words: `notify add INC contract --title ACME --recipient "ACME CISO" --due +24h`, text: `^N6\n$`, fields: noticeFields, array: true},
		{words: `notify list INC --open`, text: `(?s)N6 .*ACME CISO +ACME\n.*N1 `, fields: noticeFields, array: true, reads: true},
		{words: `sitrep INC`, text: `(?s)Situation report INC.*STATUS.*NEXT.*KEY MOMENTS`, fields: "id title at version head severity severity_preliminary priority phase roles summary data_impact scope cause next blocked obligations in_force enhanced_detection key_moments", reads: true},
		{words: `sitrep INC --markdown`, text: `(?s)# Situation report INC.*## Next`, reads: true},
		{words: `export INC --format html`, text: `(?s)^<!doctype html>.*default-src 'none'.*Situation report INC-.*TLP:AMBER\+STRICT.*written 2026-11-23 12:00:00Z by @alice`},
		{words: `export INC --format md --kind executive`, by: olga, text: `(?s)^# Executive summary INC-.*\*\*TLP:AMBER\+STRICT\*\*.*## What happened`},
		{words: `export INC --format md --kind postmortem --tlp red`, text: `(?s)^# Post-mortem report INC-.*\*\*TLP:RED\*\*`},
		{words: `export INC --format md --kind situation --tlp TLP:green --redact`, text: `(?s)^# Situation report.*left out.*TLP:AMBER`},
		{words: `export INC --format json`, text: `"format": "warroom incident 1"`, fields: "format exported_at exported_by warroom tlp tlp_of_export left_out id ref title summary status severity phase version head roles timeline indicators assets checklist actions obligations data_impact follow_ups postmortem times classification"},
		{words: `incident edit INC --tlp green`, text: `INC`, fields: "tlp"},
		{words: `incident edit INC --tlp amber+strict`, by: bob, text: `INC`, fields: "tlp"},
		{words: `note INC a partner says so --tlp red`, by: bob, text: `^T\d+\n$`, fields: "ref tlp"},
		{words: `next INC --limit 2`, text: `(?s)# +REF +WHY.*1 .*2 `, fields: "ref what owner why", array: true, reads: true},
		{words: `notify update INC we restore the file servers`, text: `^T\d+\n$`, fields: "ref by at next_due"},
		{words: `notify regimes`, text: `(?s)gdpr-33 +in-force.*circia +proposed`, fields: "id title source status check when stages", array: true, reads: true},
		{words: `notify regimes dora`, text: `(?s)initial +4 hours, at most 24 hours from aware +classified.*final +1 month +intermediate sent`, fields: "id title source status check when stages", reads: true},

		{words: `report new --title "Impossible travel" --severity 2 --source siem -`, stdin: "from 203.0.113.9\n", text: `^RPT-1\n$`, fields: reportFields},
		{words: `report new --title "Invoice mail" --severity 3`, text: `^RPT-2\n$`, fields: reportFields},
		{words: `report list --state new`, text: `(?s)^ID [^\n]*\nRPT-1 +SEV2 +new +Impossible travel +siem.*RPT-2`, fields: "id ref title severity state source assignee again of raised_at version", array: true, reads: true},
		{words: `report show RPT-1`, text: `(?s)^RPT-1  SEV2\?  Impossible travel.*indicator +I1 +ipv4 +203\[\.\]0.*from 203`, fields: reportFields, reads: true},
		{words: `report assign RPT-1 @bob`, text: `^RPT-1 new, @bob\n$`},
		{words: `report triage RPT-1 incident --of OTHER`, text: `^RPT-1 incident INC-`},
		{words: `report reopen RPT-1 --reason "wrong one"`, text: `^RPT-1 new`},
		{words: `report triage RPT-2 event --reason "newsletter"`, text: `^RPT-2 event\n$`},

		{words: `review attend last @alice @bob "J. Doe (legal)"`, by: bob, text: `^2026-10: @alice, @bob, J\. Doe \(legal\)\n$`, fields: "name", array: true},
		{words: `review attend last @bob --away`, text: `^2026-10: @alice, J\. Doe \(legal\)\n$`, fields: "by at", array: true},
		{words: `review decide 2026-10 rotate all keys --owner @bob --due +14d`, by: bob, text: `^D1\n$`, fields: decisionFields},
		{words: `review decide REVIEW-2026-10 -`, stdin: "no travel\n", text: `^D2\n$`, fields: decisionFields},
		{words: `review set last D1 --text "rotate the service keys" --due none`, text: `^D1\n$`, fields: decisionFields},
		{words: `review note last it was quiet`, text: `^R1\n$`, fields: "ref text by at"},
		{words: `review note last wrong`, text: `^R2\n$`, fields: "ref text by at"},
		{words: `review retract last r2 --reason "not said"`, text: `^R2 is retracted\n$`, fields: reviewFields},
		{words: `review close last`, text: `^the review of 2026-10 is closed by @alice at 2026-11-23 12:00Z\n$`, fields: reviewFields},
		{words: `review done last D1 --result "change 4711"`, by: bob, text: `^D1\n$`, fields: decisionFields},
		{words: `review done last D1 --not`, text: `^D1\n$`, fields: decisionFields},
		{words: `review last`, text: `(?s)^Review of 2026-10  closed by @alice.*frozen as of 2026-11-23 12:00Z.*attendees +@alice, J\. Doe.*D1 +@bob +open +rotate the service keys.*NOTES\nR1 @alice 2026-11-23 12:00Z\n  it was quiet\n$`, fields: reviewFields, reads: true},
		{words: `review`, text: `(?s)^Review of 2026-11  open, nothing is recorded yet.*incidents +3 detected.*EARLIER REVIEWS.*2026-10 +D1 +@bob`, fields: reviewFields, reads: true},
		{words: `review list --limit 2`, text: `(?s)^MONTH .*2026-11 +3 .*2026-10 +- +- +2 +2 +1 +closed 2026-11-23 by @alice\n$`, fields: "month state incidents post_mortems attendees decisions open_decisions", array: true, reads: true},
		{words: `review export last`, text: `(?s)# .*Review of 2026-10.*rotate the service keys`, fields: reviewFields},
		{words: `review export last --format html`, text: `(?s)^<!doctype html>.*rotate the service keys`},
		{words: `review reopen last --reason "one was missing"`, text: `^the review of 2026-10 is open\n$`, fields: reviewFields},
		{words: `redact REVIEW-2026-10 #3 --reason "a name"`, text: `^REVIEW-2026-10 #3 is redacted\n$`, fields: "id version"},
		{words: `review --help`, text: `--json|this or last`, fields: "name args short flags", reads: true},
		{words: `help review`, text: `begin like it: review list, .*review decide`, fields: "name args short flags", reads: true},

		{words: `search vendor`, text: `timeline`, fields: "incident ref kind text at", array: true, reads: true},
		{words: `search nothingofthiskind`, text: `^$`, array: true, reads: true},
		{words: `whoami`, text: `^@alice  commander  local\nmay declare incidents.*lead those`, fields: "name role via", reads: true},
		{words: `help`, text: `note INC TEXT…`, fields: "name args short flags", array: true, reads: true},
		{words: `help note`, text: `--corrects`, fields: "name args short flags", reads: true},
		{words: `help check`, text: `check waive`, fields: "name args short flags", array: true, reads: true},
		{words: `check --help`, text: `check waive`, reads: true},
		{words: `sev --help`, text: `--reason`, fields: "name args short flags", reads: true},

		{words: `postmortem waive INC --reason "was a drill"`, text: `waived by @alice: was a drill`, fields: postMortemFields},
		{words: `incident close INC --reason "was a drill"`, text: `closed`, fields: incidentFields},
		{words: `incident reopen INC --reason "it was not"`, text: `open again`, fields: incidentFields},
	}
}

func TestEveryVerb(t *testing.T) {
	asText, asJSON := begun(t), begun(t)
	tried := map[string]bool{"watch": true} // TestWatch
	for _, s := range slices.Concat(steps(), postMortemSteps(), trainingSteps(), onCallSteps(), followUpSteps(), metricsSteps()) {
		words, err := model.SplitWords(s.words)
		if err != nil {
			t.Fatal(err)
		}
		if v, _, err := verb.Find(words); err == nil {
			tried[v.Name] = true
		}
		before := asText.versions()
		by := s.by
		if by.Name == "" {
			by = alice
		}
		got := asText.run(asText.env(by), s.stdin, words...)
		if got.failure != nil {
			t.Errorf("%s: %v", s.words, got.failure)
			continue
		}
		if !regexp.MustCompile(s.text).MatchString(got.out) {
			t.Errorf("%s printed\n%s\nwant %s", s.words, got.out, s.text)
		}
		if changed := asText.versions() != before; changed == s.reads {
			t.Errorf("%s: changed something: %v", s.words, changed)
		}
		if s.fields == "" && !s.array {
			continue
		}
		got = asJSON.run(asJSON.env(by), s.stdin, append(words, "--json")...)
		if got.failure != nil || got.err != "" {
			t.Errorf("%s --json: %v %s", s.words, got.failure, got.err)
			continue
		}
		checkJSON(t, s, got.out)
	}
	for _, v := range verb.Table() {
		if !tried[v.Name] {
			t.Errorf("%s is not tried", v.Name)
		}
	}
	verified, err := asText.store.Verify(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verified {
		if v.Flaw != nil {
			t.Error(v.Flaw)
		}
	}
}

// checkJSON checks that out is one JSON value, or one a line, with the fields.
func checkJSON(t *testing.T, s step, out string) {
	t.Helper()
	var object map[string]any
	dec := json.NewDecoder(strings.NewReader(out))
	if s.array {
		var list []map[string]any
		if err := dec.Decode(&list); err != nil || list == nil {
			t.Errorf("%s printed no array: %v\n%s", s.words, err, out)
			return
		}
		if s.fields == "" {
			if len(list) != 0 {
				t.Errorf("%s printed %d objects, want none", s.words, len(list))
			}
			return
		}
		if len(list) == 0 {
			t.Errorf("%s printed an empty array", s.words)
			return
		}
		object = list[0]
	} else if err := dec.Decode(&object); err != nil {
		t.Errorf("%s printed no object: %v\n%s", s.words, err, out)
		return
	}
	if !s.lines {
		if _, err := dec.Token(); err != io.EOF {
			t.Errorf("%s printed more than one value:\n%s", s.words, out)
		}
	} else if n := strings.Count(out, "\n"); n != 2 {
		t.Errorf("%s printed %d lines:\n%s", s.words, n, out)
	}
	for f := range strings.FieldsSeq(s.fields) {
		if _, ok := object[f]; !ok {
			t.Errorf("%s: the JSON has no %s: %v", s.words, f, object)
		}
	}
	for name, v := range object {
		if text, ok := v.(string); ok && strings.HasSuffix(name, "_at") {
			if at, err := time.Parse(time.RFC3339Nano, text); err != nil || !strings.HasSuffix(text, "Z") || at.IsZero() {
				t.Errorf("%s: %s is %q, no time in UTC", s.words, name, text)
			}
		}
	}
}

// A note of another day says so, and a script still reads the ref alone.
func TestNoteOfAnotherDay(t *testing.T) {
	h := begun(t)
	s := h.run(h.env(bob), "", "note", "INC", "yesterday 23:59 psexec")
	ref := strings.TrimSpace(s.out)
	if s.failure != nil || !regexp.MustCompile(`^T\d+$`).MatchString(ref) || s.err != ref+" happened 2026-11-22 23:59Z\n" {
		t.Errorf("%+v", s)
	}
	if s := h.run(h.env(bob), "", "note", "INC", "11:59 psexec"); s.failure != nil || s.err != "" {
		t.Errorf("%+v", s)
	}
}

// An indicator is found as it is written anywhere, and shown defanged; what no
// longer stands says so.
func TestSearchMarksWhatNoLongerStands(t *testing.T) {
	h := begun(t)
	h.must(bob, "ioc", "add", "INC", "evil.example.com")
	h.must(bob, "ioc", "add", "INC", "gone.example.com")
	h.must(bob, "ioc", "retract", "INC", "I2", "--reason", "ours")
	old := strings.TrimSpace(h.must(bob, "note", "INC", "the needle is blue"))
	h.must(bob, "note", "INC", "the needle is red", "--corrects", old)
	if out := h.must(alice, "search", "evil[.]example[.]com"); !strings.Contains(out, " evil[.]example[.]com") {
		t.Errorf("indicator:\n%s", out)
	}
	if out := h.must(alice, "search", "gone.example.com"); !strings.Contains(out, "[retracted] gone[.]example[.]com") {
		t.Errorf("retracted:\n%s", out)
	}
	if out := h.must(alice, "search", "needle", "blue"); !strings.Contains(out, "[corrected by T") {
		t.Errorf("corrected:\n%s", out)
	}
}
