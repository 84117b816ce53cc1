package room_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/model/room/roomtest"
)

// Away: what is loaded can be read, nothing is called saved, drafts go to the
// spool; back: all goes on by itself (DUR-4, DUR-5).
func TestDatabaseAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, spool := roomtest.New(time.Now), &roomtest.Spool{}
		h, stop := running(t, s, "a", spool)
		defer stop()
		other, stopOther := running(t, s, "b", nil)
		defer stopOther()
		ctx := context.Background()
		id := declare(t, h, model.Declare{})
		sub := h.Subscribe()
		defer sub.Close()
		sub.Watch(id)
		sub.Next()

		s.SetAway(true)
		gone := time.Now()
		if b := sub.Next(); !b.Health || h.Health().Online || time.Since(gone) > 5*time.Second {
			t.Errorf("after %s: %+v, %+v", time.Since(gone), b, h.Health())
		}
		if _, err := h.Do(ctx, alice, id, newID(), model.AddNote{Text: "x"}); model.CodeOf(err) != model.CodeUnavailable || strings.Contains(err.Error(), "draft") {
			t.Errorf("write, of which only a console keeps a draft: %v", err)
		}
		if _, err := h.Declare(ctx, alice, newID(), model.Declare{Title: "x", Severity: 1}); model.CodeOf(err) != model.CodeUnavailable {
			t.Errorf("declare: %v", err)
		}
		if in, err := h.Incident(ctx, alice, id); err != nil || in.ID != id || h.Board().Briefs[0].ID != id {
			t.Errorf("what is loaded cannot be read: %v", err)
		}
		if _, err := h.Incident(ctx, alice, "INC-2026-0077"); model.CodeOf(err) != model.CodeUnavailable {
			t.Errorf("an incident that is not loaded: %v", err)
		}
		draft := room.Draft{User: "alice", Incident: id, Field: "note", Text: "half a sent", SavedAt: time.Now()}
		if err := h.SaveDraft(ctx, draft); err != nil {
			t.Fatal(err)
		}
		if list, err := h.Drafts(ctx, "alice"); err != nil || len(list) != 1 || list[0].Text != draft.Text {
			t.Errorf("drafts: %v, %v", list, err)
		}
		if err := other.SaveDraft(ctx, draft); model.CodeOf(err) != model.CodeUnavailable {
			t.Errorf("a draft that is nowhere: %v", err)
		}
		pass(10 * time.Minute)

		s.SetAway(false)
		back := time.Now()
		if b := sub.Next(); !b.Health || !h.Health().Online || time.Since(back) > 5*time.Second {
			t.Errorf("back after %s: %+v, %+v", time.Since(back), b, h.Health())
		}
		note(t, other, id, "from b")
		pass(time.Second)
		if texts(h.Peek(id))["from b"] != 1 {
			t.Error("a did not go on")
		}
		if list, err := s.Drafts(ctx, "alice"); err != nil || len(list) != 1 || list[0].Text != draft.Text {
			t.Errorf("the spool was not emptied into the database: %v, %v", list, err)
		}
		if users, _ := spool.Users(); len(users) > 0 {
			t.Errorf("still in the spool: %v", users)
		}
	})
}

// What was typed on another server since then is not overwritten by the spool,
// and a draft that was sent is not offered again.
func TestSpoolOlderThanDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, spool := roomtest.New(time.Now), &roomtest.Spool{}
		h, stop := running(t, s, "a", spool)
		defer stop()
		ctx := context.Background()
		s.SetAway(true)
		pass(time.Second)
		for _, d := range []room.Draft{{User: "alice", Field: "note", Text: "old", SavedAt: time.Now()}, {User: "alice", Field: "sent", Text: "", SavedAt: time.Now()}} {
			if err := h.SaveDraft(ctx, d); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Minute)
		s.SetAway(false)
		for _, d := range []room.Draft{{User: "alice", Field: "note", Text: "newer", SavedAt: time.Now()}, {User: "alice", Field: "sent", Text: "gone", SavedAt: time.Now().Add(-time.Hour)}} {
			if err := s.SaveDraft(ctx, d); err != nil {
				t.Fatal(err)
			}
		}
		pass(10 * time.Second)
		list, err := h.Drafts(ctx, "alice")
		if err != nil || len(list) != 1 || list[0].Text != "newer" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// A lost hint costs seconds, never data (LIVE-1), also after a long silence.
func TestLostHints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := roomtest.New(time.Now)
		a, stopA := running(t, s, "a", nil)
		defer stopA()
		b, stopB := running(t, s, "b", nil)
		defer stopB()
		id := declare(t, a, model.Declare{})
		pass(time.Second)
		sub := b.Subscribe()
		defer sub.Close()
		if _, err := b.Incident(context.Background(), alice, id); err != nil {
			t.Fatal(err)
		}
		sub.Watch(id)
		sub.Next()
		s.SetDeaf(true)
		for range 3 {
			note(t, a, id, "x")
			began := time.Now()
			if got := sub.Next(); !got.Incident || time.Since(began) > 5*time.Second || b.Peek(id).Version != a.Peek(id).Version {
				t.Errorf("after %s: %+v", time.Since(began), got)
			}
			pass(7 * time.Minute)
		}
	})
}

// Who is here, on all servers; a dead server's people are gone within a minute (LIVE-4).
func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := roomtest.New(time.Now)
		a, stopA := running(t, s, "a", nil)
		defer stopA()
		b, stopB := running(t, s, "b", nil)
		defer stopB()
		sub := a.Subscribe()
		defer sub.Close()
		here := func() string {
			out := ""
			for _, p := range a.People() {
				out += p.User + "@" + p.Server + ":" + p.Tab + " "
			}
			return out
		}
		mine := a.Join(room.Person{Session: "1", User: "alice", Tab: "overview"})
		his := b.Join(room.Person{Session: "2", User: "bob"})
		if b := sub.Next(); !b.People || here() == "" {
			t.Errorf("%+v, %s", b, here())
		}
		pass(2 * time.Second)
		if got := here(); got != "alice@a:overview bob@b: " {
			t.Errorf("here: %s", got)
		}
		mine.Update(func(p *room.Person) { p.Tab = "timeline" })
		his.Update(func(p *room.Person) { p.Tab = "scope" })
		pass(3 * time.Second)
		if got := here(); got != "alice@a:timeline bob@b:scope " {
			t.Errorf("moved: %s", got)
		}
		pass(10 * time.Minute)
		if got := here(); got != "alice@a:timeline bob@b:scope " {
			t.Errorf("after ten quiet minutes: %s", got)
		}
		s.Kill("b")
		died := time.Now()
		for here() != "alice@a:timeline " {
			if pass(time.Second); time.Since(died) > time.Minute {
				t.Fatalf("a minute after the death of b: %s", here())
			}
		}
		mine.Leave()
		mine.Update(func(p *room.Person) { p.Tab = "ghost" })
		if got := here(); got != "" {
			t.Errorf("left: %s", got)
		}
	})
}

// A server that stops in order takes its people along at once.
func TestPresenceOfAStoppedServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := roomtest.New(time.Now)
		a, stopA := running(t, s, "a", nil)
		defer stopA()
		b, stopB := running(t, s, "b", nil)
		defer stopB()
		b.Join(room.Person{Session: "2", User: "bob"})
		pass(2 * time.Second)
		if len(a.People()) != 1 {
			t.Fatalf("%v", a.People())
		}
		stopB()
		pass(2 * time.Second)
		if len(a.People()) != 0 {
			t.Errorf("%v", a.People())
		}
	})
}

// A changed role and a revoked key reach every server within ten seconds (AUTH-3).
func TestAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := roomtest.New(time.Now)
		s.SetAccounts(model.Account{Name: "bob", Role: model.RoleResponder, Keys: []model.Key{{Fingerprint: "SHA256:x"}}})
		h, stop := running(t, s, "a", nil)
		defer stop()
		sub := h.Subscribe()
		defer sub.Close()
		if x, ok := h.Account("bob"); !ok || x.Role != model.RoleResponder || !h.Any() {
			t.Errorf("%+v", x)
		}
		s.SetDeaf(true)
		began := time.Now()
		s.SetAccounts(model.Account{Name: "bob", Role: model.RoleObserver, Keys: []model.Key{{Fingerprint: "SHA256:x", RevokedAt: began}}})
		if b := sub.Next(); !b.Accounts || time.Since(began) > 10*time.Second || h.Any() {
			t.Errorf("after %s: %+v", time.Since(began), b)
		}
		if _, ok := h.Account("eve"); ok {
			t.Error("there is an eve")
		}
	})
}

// pass lets the bubble's clock go on.
func pass(d time.Duration) { <-time.After(d) }

// running is a server of a bubble whose feed is listening.
func running(t *testing.T, s room.Store, name string, spool room.DraftSpool) (*room.Hub, func()) {
	t.Helper()
	h, stop := server(t, s, name, spool)
	synctest.Wait()
	return h, stop
}

// Behind a database that hangs nobody waits longer than he said, and other rooms
// hear their news.
func TestHangingDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := roomtest.New(time.Now)
		a, stopA := running(t, s, "a", nil)
		defer stopA()
		b, stopB := running(t, s, "b", nil)
		defer stopB()
		stuck, free := declare(t, a, model.Declare{}), declare(t, a, model.Declare{})
		release := make(chan struct{})
		s.Before(func(c room.Change) error {
			if c.After.ID == stuck && c.Records[0].Actor == "alice" {
				<-release
			}
			return nil
		})
		done := make(chan error, 1)
		go func() {
			_, err := a.Do(context.Background(), alice, stuck, newID(), model.AddNote{Text: "hangs"})
			done <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		began := time.Now()
		if _, err := a.Do(ctx, bob, stuck, newID(), model.AddNote{Text: "queues"}); model.CodeOf(err) != model.CodeUnavailable || time.Since(began) > 5*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		if _, err := b.Do(context.Background(), bob, stuck, newID(), model.AddNote{Text: "from b"}); err != nil {
			t.Fatal(err)
		}
		v := note(t, b, free, "elsewhere").Incident.Version
		pass(3 * time.Second)
		if got := a.Peek(free).Version; got != v {
			t.Errorf("the other room is at %d, not %d", got, v)
		}
		if in, err := a.Incident(ctx, alice, stuck); err == nil && in.Version == 0 {
			t.Error("the stuck room cannot be read")
		}
		close(release)
		if err := <-done; err != nil {
			t.Error(err)
		}
		pass(6 * time.Second)
		if got := texts(a.Peek(stuck)); got["hangs"] != 1 || got["from b"] != 1 || got["queues"] != 0 {
			t.Errorf("%v", got)
		}
	})
}
