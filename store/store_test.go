package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"warroom/model"
	"warroom/model/regime"
	"warroom/model/room"
	"warroom/store"
	"warroom/store/storetest"
)

var (
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
	bob   = model.Actor{Name: "bob", Role: model.RoleResponder}
)

func open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{DraftKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func hub(t testing.TB, s room.Store) *room.Hub {
	t.Helper()
	h := room.NewHub(s, room.Options{Server: newID(), Now: time.Now, Entropy: rand.Reader, NewID: newID, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, stop := context.WithCancel(context.Background())
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); h.Wait() })
	return h
}

func newID() string { return ulid.Make().String() }

func declare(t testing.TB, h *room.Hub) string {
	t.Helper()
	res, err := h.Declare(t.Context(), alice, newID(), model.Declare{Title: "Ransomware on file servers", Severity: 1, Type: "ransomware",
		Playbooks: []model.AttachPlaybook{{ID: "p", Title: "P", Items: []model.ItemSpec{{Key: "a", Phase: model.PhaseDetection, Title: "Unplug it", Required: true}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return res.Incident.ID
}

func do(t testing.TB, h *room.Hub, id string, cmd model.Command) room.Result {
	t.Helper()
	res, err := h.Do(t.Context(), alice, id, newID(), cmd)
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	return res
}

// everything makes every kind of change once.
func everything(t *testing.T, h *room.Hub, id string) {
	t.Helper()
	yes := "yes"
	high, extended, quiet, raw, was := "high", "extended", "quiet", model.Text("gateway \xff\x00"), time.Now().Add(-48*time.Hour)
	mal := model.VerdictMalicious
	answer, people := model.AnswerYes, 1200
	rules, err := regime.Load(regime.Own{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules.Regimes {
		if r.ID == "dora" || r.ID == "gdpr-33" || r.ID == "gdpr-34" {
			r.When = model.AppliesWhen{Personal: true} // stages too
		}
	}
	summary := model.Text("what is known")
	for _, c := range []model.Command{
		model.AddNote{Text: "10 files \x1b]52;c;x\x07 \xff\x00 #tag T1486 !"},
		model.AddNote{Text: "wrong"}, model.AddNote{Text: "right", Corrects: "T4"},
		model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "10.1.2.3"}, {Type: "domain", Value: "evil.example\x00"}}},
		model.SetIndicator{Ref: "I1", Verdict: &mal},
		model.AddAsset{Name: "FS-01", Compromised: "suspected"},
		model.SetAsset{Ref: "S1", Steps: map[model.Step]string{model.StepContained: yes}},
		model.SetRaise{Facts: map[model.RaiseFact]bool{model.RaiseIdentity: true, model.RaiseBackups: true}},
		model.SetRating{Functional: &high, Recoverability: &extended, Urgency: &quiet, Information: &[]string{"privacy-breach", "integrity-loss"}},
		model.Edit{Field: model.FieldPriority, To: "P2", Reason: "one site \x00"},
		model.Edit{Field: model.FieldTLP, To: "green"}, model.AddNote{Text: "from a partner", TLP: "red"},
		model.Export{What: "situation", Format: "html", TLP: "amber", Most: "green", Of: 3},
		model.SetCause{RootCause: &raw, Confidence: &high, Basis: &raw, Vector: &raw, Evicted: &yes, Evidence: &raw},
		model.AddMitigation{What: raw}, model.AddMitigation{What: "reset"}, model.SetMitigation{Ref: "M1", State: model.MitigationDone, Reason: raw},
		model.SetAsset{Ref: "S1", LastKnownGood: &raw, LastKnownGoodAt: &was, RestoredFrom: &raw, Confirmed: &yes},
		model.SetAsset{Ref: "S1", Steps: map[model.Step]string{model.StepRecovered: yes}, Force: true, Reason: raw},
		model.SetItem{Ref: "C1", State: model.ItemDone}, model.AssignItem{Ref: "C1", Owner: "bob"},
		model.ProposeAction{Kind: "isolate-host", Targets: []model.Target{{Ref: "S1"}, {Text: "the NAS \xff\x00"}}, Owner: "bob", Risk: "shares stop\x00", Due: time.Now().Add(time.Hour)},
		model.StepAction{Ref: "A1", To: model.ActionApproved, Override: true, Reason: "it spreads \xff"}, model.StepAction{Ref: "A1", To: model.ActionExecuting},
		model.StepAction{Ref: "A1", To: model.ActionDone, Result: "port \x00 down", Move: true},
		model.SetDataImpact{Disclosed: &answer, Personal: &answer, Data: &raw, People: &people, Regions: &[]string{"eu"}, Aware: time.Now().Add(-time.Hour), Rules: rules},
		model.SetTrigger{Name: "material", Rules: rules}, model.SetTrigger{Name: "classified", Rules: rules},
		model.DraftNotice{Ref: "N1", Text: raw}, model.MarkSent{Ref: "N1", Proof: raw, Reason: raw, Rules: rules},
		model.NotRequired{Ref: "N2", Reason: raw}, model.AssignNotice{Ref: "N3", Owner: "bob"}, model.TellStakeholders{Text: raw},
		model.AddObligation{Regime: "contract", Title: raw, Recipient: raw, Due: time.Now().Add(time.Hour), Rules: rules},
		model.AddFactor{Text: raw, Class: model.FactorTechnical},
		model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: raw, Kind: model.FollowUpPrevent, Team: "web", Owner: "bob", Due: model.DayOf(time.Now()).Add(9), Ticket: "SEC-1",
			Factor: "X1", Changes: []string{"topic:phishing", "playbook:ransomware"}}},
		model.MoveFollowUp{Ref: "F1", To: model.FollowUpDoing}, model.MoveFollowUp{Ref: "F1", To: model.FollowUpDone, Evidence: raw},
		model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: "drill", Kind: model.FollowUpRespond, Owner: "bob", Due: model.DayOf(time.Now()).Add(9)}},
		model.SetMoment{Name: model.MomentFirstAct, At: was, Precision: model.PrecisionDay, Reason: raw}, model.SetMoment{Name: model.MomentSpread, Unknown: true, Reason: raw},
		model.Classify{Parts: map[string][]string{model.AxisActor: {"external:organized-crime"}, model.AxisVector: {"email-link"}, model.AxisDiscovery: {"internal:ids"}}},
		model.WaivePostMortem{Reason: raw},
		model.WriteSection{Section: "summary", Text: raw}, model.WriteSection{Section: "badly", Text: "first"}, model.WriteSection{Section: "badly", Text: "| a \x00 |\n"},
		model.WriteSection{Section: "impact", Text: raw}, model.WriteSection{Section: "detection", Text: raw}, model.WriteSection{Section: "well", Text: raw}, model.WriteSection{Section: "discussion", Text: raw},
		model.HoldMeeting{HeldAt: &was, Attendees: &[]model.Attendee{{User: "bob"}, {Name: raw}}, Dissent: &raw},
		model.AddFactor{Text: raw, Class: model.FactorTechnical}, model.AddFactor{Text: "why", Class: model.FactorProcedural, Because: "X1"}, model.SetFactor{Ref: "X2", Retract: true},
		model.AskQuestion{Text: raw, Confidence: "medium"}, model.SetQuestion{Ref: "Q1", Answer: &raw},
		model.SubmitPostMortem{}, model.SignPostMortem{}, model.ReturnPostMortem{Reason: raw},
		model.SetSeverity{To: 2, Reason: "smaller"}, model.AssignRole{Role: model.RoleScribe, User: "bob"},
		model.Edit{Field: model.FieldSummary, To: summary}, model.SetPhase{To: model.PhaseContainment},
	} {
		do(t, h, id, c)
	}
}

func clean(t testing.TB, s *store.Store) {
	t.Helper()
	got, err := s.Verify(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range got {
		if v.Flaw != nil {
			t.Errorf("verify: %v", v.Flaw)
		}
	}
}

func TestKeepsWhatItWasGiven(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := declare(t, h)
		everything(t, h, id)
		clean(t, s)
		again := hub(t, open(t, url))
		in, err := again.Incident(t.Context(), alice, id)
		if err != nil {
			t.Fatal(err)
		}
		was := h.Peek(id)
		if in.Version != was.Version || in.Head != was.Head || len(in.Timeline) != len(was.Timeline) {
			t.Fatalf("reopened at #%d %s, was #%d %s", in.Version, in.Head, was.Version, was.Head)
		}
		if got, want := in.Timeline[2].Text, was.Timeline[2].Text; got != want || !strings.Contains(string(got), "\xff\x00") {
			t.Errorf("text came back as %q, was %q", got, want)
		}
	})
}

// CON-2: one command id, one effect.
func TestSameCommandTwice(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		h := hub(t, open(t, url))
		id := declare(t, h)
		cmd := newID()
		for range 2 {
			if _, err := h.Do(t.Context(), alice, id, cmd, model.AddNote{Text: "once"}); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		for _, e := range h.Peek(id).Timeline {
			if e.Text == "once" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("the note is there %d times", n)
		}
		first, err := h.Declare(t.Context(), alice, "declare-1", model.Declare{Title: "one", Severity: 3})
		if err != nil {
			t.Fatal(err)
		}
		second, err := h.Declare(t.Context(), alice, "declare-1", model.Declare{Title: "one", Severity: 3})
		if err != nil || first.Incident.ID != second.Incident.ID {
			t.Errorf("declared %s and %v (%v)", first.Incident.ID, second.Incident, err)
		}
	})
}

// CON-3: many writers on two servers.
func TestManyWriters(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		const writers = 20
		notes := 100
		if strings.HasPrefix(url, "sqlite:") {
			notes = 25 // each waits for the disk by itself
		}
		s := open(t, url)
		hubs := []*room.Hub{hub(t, s), hub(t, open(t, url))}
		id := declare(t, hubs[0])
		var wg sync.WaitGroup
		errs := make(chan error, writers*notes)
		for w := range writers {
			wg.Go(func() {
				for n := range notes {
					_, err := hubs[w%2].Do(context.Background(), alice, id, newID(), model.AddNote{Text: model.Text(fmt.Sprintf("note %d of %d", n, w))})
					errs <- err
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		recs, err := s.Events(t.Context(), id, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		in, err := model.FoldAll(recs)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[model.Text]int{}
		for _, e := range in.Timeline {
			seen[e.Text]++
		}
		for w := range writers {
			for n := range notes {
				if k := model.Text(fmt.Sprintf("note %d of %d", n, w)); seen[k] != 1 {
					t.Errorf("%q is there %d times", k, seen[k])
				}
			}
		}
		clean(t, s)
		await(t, "both servers show the newest", func() bool {
			return hubs[0].Peek(id).Version == in.Version && hubs[1].Peek(id) != nil && hubs[1].Peek(id).Version == in.Version
		})
	})
}

func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// LIVE-1: what one server commits is on the other without being asked for.
func TestFeed(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		a, b := hub(t, open(t, url)), hub(t, open(t, url))
		sub := b.Subscribe()
		defer sub.Close()
		id := declare(t, a)
		await(t, "the board of the other server", func() bool { _, ok := b.Board().Get(id); return ok })
		if _, err := b.Incident(t.Context(), bob, id); err != nil {
			t.Fatal(err)
		}
		do(t, a, id, model.AddNote{Text: "hello"})
		await(t, "the note", func() bool { return len(b.Peek(id).Timeline) == len(a.Peek(id).Timeline) })
		seat := a.Join(room.Person{Session: newID(), User: "alice", Screen: "board"})
		await(t, "presence", func() bool { return len(b.People()) == 1 })
		seat.Leave()
		await(t, "absence", func() bool { return len(b.People()) == 0 })
	})
}

// PRV-1: a redacted text is gone, and the chain still holds.
func TestRedact(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := declare(t, h)
		res := do(t, h, id, model.AddNote{Text: "the password is hunter2"})
		v := res.Records[0].Version
		if _, err := h.Redact(t.Context(), alice, newID(), id, v, "a secret"); err != nil {
			t.Fatal(err)
		}
		clean(t, s)
		recs, err := s.Events(t.Context(), id, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range recs {
			if strings.Contains(string(r.Payload), "hunter2") {
				t.Errorf("#%d still holds the secret", r.Version)
			}
		}
		hits, err := h.Search(t.Context(), alice, "hunter2", 10)
		if err != nil || len(hits) != 0 {
			t.Errorf("search finds %v (%v)", hits, err)
		}
	})
}

func TestSearchAndSightings(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		h := hub(t, open(t, url))
		a, b := declare(t, h), declare(t, h)
		for _, id := range []string{a, b} {
			do(t, h, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "10.9.8.7"},
				{Type: "url", Value: model.Text("https://example.com/" + strings.Repeat("x", 8000))}}})
			do(t, h, id, model.AddAsset{Name: "FS-01"})
		}
		for word, kind := range map[string]string{"Ransom file": "incident", "DECLARED": "timeline", "9.8.": "indicator", "fs-0": "asset", "unplug": "checklist", "lu it": "checklist"} {
			hits, err := h.Search(t.Context(), bob, word, 10)
			if err != nil || len(hits) < 2 || !slices.ContainsFunc(hits, func(h room.Hit) bool { return h.Kind == kind }) {
				t.Errorf("%s: %+v (%v)", word, hits, err)
			}
		}
		for _, none := range []string{"%", "_", "!", "servers nowhere", `\`, `"`, "zq", "' OR 1=1"} {
			if hits, err := h.Search(t.Context(), bob, none, 10); err != nil || len(hits) != 0 {
				t.Errorf("%q: %+v (%v)", none, hits, err)
			}
		}
		hits, err := h.Search(t.Context(), bob, "10.9.8.7", 10)
		if err != nil || len(hits) != 2 || hits[0].At.IsZero() {
			t.Fatalf("hits %+v (%v)", hits, err)
		}
		seen, err := h.Sightings(t.Context(), bob, a)
		if err != nil || len(seen["ipv4\x0010.9.8.7"]) != 1 {
			t.Fatalf("sightings %v (%v)", seen, err)
		}
		// AUTH-5: a restricted incident is in neither.
		yes := true
		do(t, h, b, model.SetAccess{Restrict: &yes})
		hits, _ = h.Search(t.Context(), bob, "10.9.8.7", 10)
		seen, _ = h.Sightings(t.Context(), bob, a)
		if one, err := h.Search(t.Context(), bob, "10.9.8.7", 1); err != nil || len(one) != 1 || one[0].Incident != a {
			t.Errorf("a hidden hit took the place of another: %v (%v)", one, err)
		}
		if len(hits) != 1 || len(seen) != 0 {
			t.Errorf("a restricted incident shows: %v %v", hits, seen)
		}
		_, hidden := h.Incident(t.Context(), bob, b)
		_, missing := h.Incident(t.Context(), bob, "INC-2001-0001")
		if strings.ReplaceAll(hidden.Error(), b, "X") != strings.ReplaceAll(missing.Error(), "INC-2001-0001", "X") {
			t.Errorf("hidden: %v, missing: %v", hidden, missing)
		}
	})
}

func TestDrafts(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		d := room.Draft{User: "bob", Incident: "INC-2026-0001", Field: "note", Text: "half a sent", SavedAt: time.Now()}
		if err := s.SaveDraft(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		got, err := s.Drafts(t.Context(), "bob")
		if err != nil || len(got) != 1 || got[0].Text != d.Text {
			t.Fatalf("%v (%v)", got, err)
		}
		d.Text = ""
		if err := s.SaveDraft(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Drafts(t.Context(), "bob"); len(got) != 0 {
			t.Errorf("still there: %v", got)
		}
	})
}

func TestAccounts(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		key := model.Key{Fingerprint: "SHA256:x", Public: "ssh-ed25519 AAAA", AddedAt: time.Now()}
		if err := s.AddAccount(t.Context(), "root", model.Account{Name: "alice", Role: model.RoleAdmin, CreatedAt: time.Now(), Keys: []model.Key{key}}); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"the same again":  s.AddAccount(t.Context(), "root", model.Account{Name: "alice", Role: model.RoleAdmin}),
			"the same key":    s.AddKey(t.Context(), "root", "alice", key),
			"last admin":      s.SetRole(t.Context(), "root", "alice", model.RoleObserver),
			"last admin off":  s.SetDisabled(t.Context(), "root", "alice", true),
			"nobody":          s.SetRole(t.Context(), "root", "eve", model.RoleAdmin),
			"no such key":     s.RevokeKey(t.Context(), "root", "alice", "SHA256:y"),
			"no account name": s.AddAccount(t.Context(), "root", model.Account{Name: "A b", Role: model.RoleAdmin}),
		} {
			if model.CodeOf(err) == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := s.RevokeKey(t.Context(), "root", "alice", key.Fingerprint); err != nil {
			t.Fatal(err)
		}
		list, err := s.Accounts(t.Context())
		if err != nil || len(list) != 1 || list[0].Keys[0].RevokedAt.IsZero() {
			t.Fatalf("%+v (%v)", list, err)
		}
		audit, err := s.Audit(t.Context(), 10)
		if err != nil || len(audit) != 2 || audit[0].What != "key.revoke" {
			t.Errorf("%+v (%v)", audit, err)
		}
	})
}

// CON-4: two admins who remove each other at once do not both succeed.
func TestLastAdminRace(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		a, b := open(t, url), open(t, url)
		for _, name := range []string{"alice", "bob"} {
			if err := a.AddAccount(t.Context(), "root", model.Account{Name: name, Role: model.RoleAdmin}); err != nil {
				t.Fatal(err)
			}
		}
		for range 10 {
			errs := make(chan error, 2)
			go func() { errs <- a.SetRole(context.Background(), "alice", "bob", model.RoleObserver) }()
			go func() { errs <- b.SetDisabled(context.Background(), "bob", "alice", true) }()
			first, second := <-errs, <-errs
			if (first == nil) == (second == nil) {
				t.Fatalf("answered %v and %v", first, second)
			}
			// Whoever is left makes both admins again.
			for what, err := range map[string]error{"role": a.SetRole(t.Context(), "root", "bob", model.RoleAdmin), "enable": a.SetDisabled(t.Context(), "root", "alice", false)} {
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
			}
		}
	})
}

func TestBadAddresses(t *testing.T) {
	for _, url := range []string{"mysql://x", "sqlite:", "postgres://nobody@127.0.0.1:1/none"} {
		_, err := store.Open(t.Context(), url, store.Options{})
		if e, ok := model.AsError(err); !ok || e.Next == "" {
			t.Errorf("%s: %v", url, err)
		}
	}
}
