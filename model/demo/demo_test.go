package demo_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"warroom/model"
	"warroom/model/demo"
	"warroom/model/regime"
	"warroom/model/room"
	"warroom/model/topic"
	"warroom/model/verb"
	"warroom/store"
	"warroom/store/storetest"
)

func newID() string { return ulid.Make().String() }

func open(t *testing.T, url string) (*store.Store, verb.Env) {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{DraftKey: make([]byte, 32)})
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
	h := room.NewHub(s, room.Options{Server: newID(), Now: time.Now, Entropy: rand.Reader, NewID: newID, Rules: rules, Topics: topics, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, stop := context.WithCancel(context.Background())
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); h.Wait() })
	return s, verb.Env{Hub: h, Actor: model.Actor{Name: "lee", Role: model.RoleAdmin}, Now: time.Now, NewID: newID, Via: "local"}
}

func events(h *room.Hub) (n uint64) {
	board := h.Board()
	for i := range board.Briefs {
		n += board.Briefs[i].Version
	}
	return n
}

func TestFillsAnEmptyDatabaseOnce(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s, env := open(t, url)
		began := time.Now()
		made, err := demo.Fill(t.Context(), env)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d incidents, %d events in %v", len(made.Incidents), made.Events, time.Since(began))
		if len(made.Incidents) < 8 || len(made.Reports) == 0 || made.Events != events(env.Hub) {
			t.Errorf("made %+v; the board has %d events", made, events(env.Hub))
		}
		varied(t, env.Hub)
		verified, err := s.Verify(t.Context(), "")
		if err != nil || len(verified) != len(env.Hub.Board().Briefs) {
			t.Fatalf("verified %d, %v", len(verified), err)
		}
		for _, v := range verified {
			if v.Flaw != nil {
				t.Error(v.Flaw)
			}
		}

		// A second run, here and from another process, changes nothing.
		_, other := open(t, url)
		for _, e := range []verb.Env{env, other} {
			again, err := demo.Fill(t.Context(), e)
			if model.CodeOf(err) != model.CodeConflict || !strings.Contains(err.Error(), "holds") || len(again.Incidents) != 0 {
				t.Errorf("second run: %v, %+v", err, again)
			}
			if n := events(e.Hub); n != made.Events {
				t.Errorf("%d events after the second run, were %d", n, made.Events)
			}
		}
	})
}

// varied checks that the board shows what there is to show.
func varied(t *testing.T, h *room.Hub) {
	t.Helper()
	phases, severities, ics := map[model.Phase]int{}, map[model.Severity]int{}, map[string]int{}
	exercise, restricted := 0, 0
	board := h.Board()
	for i := range board.Briefs {
		b := board.Briefs[i]
		if b.Status == model.StatusRegister {
			continue
		}
		phases[b.Phase]++
		severities[b.Severity]++
		ics[b.IC]++
		if b.Exercise {
			exercise++
		}
		if b.Restricted {
			restricted++
		}
	}
	for _, p := range append(model.WorkPhases(), model.PhaseClosed) {
		if phases[p] == 0 {
			t.Errorf("no incident is in %s", p)
		}
	}
	if len(severities) != 4 || ics["lee"] == 0 || len(ics) < 3 || exercise == 0 || restricted == 0 {
		t.Errorf("severities %v, ICs %v, %d exercises, %d restricted", severities, ics, exercise, restricted)
	}
	if len(h.Accounts()) != 0 {
		t.Errorf("the examples made accounts: %v", h.Accounts())
	}
}

// The people of the examples are known to them where there are accounts, too, and
// post-mortems are in every state.
func TestExamplesAmongAccounts(t *testing.T) {
	s, env := open(t, storetest.SQLite(t))
	for _, name := range []string{"lee", "kim"} {
		key := model.Key{Fingerprint: "SHA256:" + name, Public: "ssh-ed25519 " + name}
		if err := s.AddAccount(t.Context(), "lee", model.Account{Name: name, Role: model.RoleAdmin, Keys: []model.Key{key}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := env.Hub.ReloadAccounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Fill(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	states := map[model.PostMortemState]int{}
	for _, b := range env.Hub.Board().Briefs {
		states[b.PostMortem.State]++
		if b.Status == model.StatusClosed && b.PostMortem.Owed() {
			t.Errorf("%s is closed and owes a post-mortem", b.ID)
		}
	}
	for _, want := range []model.PostMortemState{model.PostMortemNone, model.PostMortemDraft, model.PostMortemReviewed, model.PostMortemClosed} {
		if states[want] == 0 {
			t.Errorf("no post-mortem is %s: %v", want.Word(), states)
		}
	}
}

// TestReplayIsTrue holds the replay of the public incident to the times that
// were published.
func TestReplayIsTrue(t *testing.T) {
	_, env := open(t, storetest.SQLite(t))
	made, err := demo.Fill(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	in, err := env.Hub.Incident(t.Context(), env.Actor, made.Incidents[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(in.Summary), "Replay of a public incident") || !strings.Contains(string(in.Summary), "Cloudflare blog") {
		t.Errorf("the summary does not say what it is: %s", in.Summary)
	}
	if in.Status != model.StatusClosed || in.Preliminary != 3 || in.Severity != 1 {
		t.Errorf("%s, SEV%d from SEV%d", in.Status, in.Severity, in.Preliminary)
	}
	for _, want := range []struct{ at, text string }{
		{"2023-11-14T09:22:49Z", "begins to probe"}, {"2023-11-15T16:28:38Z", "Jira and Confluence entered"},
		{"2023-11-16T14:36:37Z", "makes an ordinary-looking user"}, {"2023-11-17T14:33:52Z", "Pause"}, {"2023-11-20T09:26:53Z", "Short test"},
		{"2023-11-22T14:18:22Z", "Sliver installed"}, {"2023-11-23T15:58:00Z", "administrator group"}, {"2023-11-23T16:00:00Z", "Automatic alert"},
		{"2023-11-23T16:12:00Z", "Operations centre"}, {"2023-11-23T16:35:00Z", "disabled, 35 minutes"}, {"2023-11-23T17:23:00Z", "found and disabled"},
		{"2023-11-23T17:43:00Z", "Declared internally"}, {"2023-11-23T21:31:00Z", "blocked at the firewall"}, {"2023-11-24T10:44:00Z", "Last known activity"},
		{"2023-11-24T11:59:00Z", "Sliver removed"},
	} {
		found := false
		for _, e := range in.Timeline {
			if e.OccurredAt.Format(time.RFC3339) == want.at && strings.Contains(string(e.Text), want.text) {
				found = true
			}
		}
		if !found {
			t.Errorf("nothing at %s says %q", want.at, want.text)
		}
	}
	// What was found out is in the order of the phases.
	var order []model.Phase
	for _, s := range in.Phases {
		order = append(order, s.Phase)
		if s.Forced {
			t.Errorf("the gate to %s was forced", s.Phase)
		}
	}
	if got := len(order); got != 6 {
		t.Errorf("phases %v", order)
	}
	for _, it := range in.Checklist {
		if it.State == model.ItemNA && it.Reason == "" {
			t.Errorf("%s has no reason", it.Ref)
		}
	}
}
