package room_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/model/room/roomtest"
)

var (
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
	bob   = model.Actor{Name: "bob", Role: model.RoleResponder}
	mall  = model.Actor{Name: "mallory", Role: model.RoleResponder}
)

var ids atomic.Int64

func newID() string { return fmt.Sprintf("id-%06d", ids.Add(1)) }

// server starts a hub on the store, as one server process; stop ends it.
func server(t testing.TB, s room.Store, name string, spool room.DraftSpool) (h *room.Hub, stop func()) {
	t.Helper()
	h = room.NewHub(s, room.Options{Server: name, Now: time.Now, Entropy: rand.Reader, NewID: newID, Spool: spool})
	ctx, cancel := context.WithCancel(context.Background())
	if err := h.Start(ctx); err != nil {
		t.Fatal(err)
	}
	return h, func() { cancel(); h.Wait() }
}

func hub(t testing.TB, s room.Store, name string) *room.Hub {
	t.Helper()
	h, stop := server(t, s, name, nil)
	t.Cleanup(stop)
	return h
}

func declare(t testing.TB, h *room.Hub, cmd model.Declare) string {
	t.Helper()
	if cmd.Title == "" {
		cmd.Title = "Encrypted shares"
	}
	cmd.Severity = 2
	cmd.Playbooks = []model.AttachPlaybook{{ID: "p", Items: []model.ItemSpec{{Key: "a", Phase: model.PhaseDetection, Title: "A"}}}}
	res, err := h.Declare(context.Background(), alice, newID(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	return res.Incident.ID
}

func note(t testing.TB, h *room.Hub, id, text string) room.Result {
	t.Helper()
	res, err := h.Do(context.Background(), alice, id, newID(), model.AddNote{Text: model.Text(text)})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// texts counts the entries of an incident by their text.
func texts(in *model.Incident) map[string]int {
	out := map[string]int{}
	for _, e := range in.Timeline {
		out[string(e.Text)]++
	}
	return out
}

func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	limit := time.After(20 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%s did not come", what)
		}
	}
}

// Many writers on two servers, watched by subscribers that read and by some that
// never do: every entry is there once, in one order, and the chain holds.
func TestWritersRace(t *testing.T) {
	s := roomtest.New(time.Now)
	hubs := []*room.Hub{hub(t, s, "a"), hub(t, s, "b")}
	id := declare(t, hubs[0], model.Declare{})
	const writers, each = 8, 25
	var readers sync.WaitGroup
	var subs []*room.Sub
	for i := range 6 {
		sub := hubs[i%2].Subscribe()
		sub.Watch(id)
		subs = append(subs, sub)
		if i < 2 {
			continue // asleep: it may slow nobody
		}
		readers.Go(func() {
			var seen uint64
			for {
				b := sub.Next()
				if b.Closed {
					return
				}
				in, err := hubs[i%2].Incident(context.Background(), bob, id)
				if err != nil || in.Version < seen {
					t.Errorf("version %d after %d, %v", in.Version, seen, err)
					return
				}
				seen = in.Version
				_, _ = in.Brief(), model.AsItHappened(in.Timeline)
				_ = hubs[i%2].Board()
			}
		})
	}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				note(t, hubs[w%2], id, fmt.Sprintf("w%d n%d", w, n))
			}
		})
	}
	wg.Wait()
	for _, h := range hubs {
		await(t, "all entries", func() bool { in := h.Peek(id); return in != nil && in.Version == uint64(len(s.Log(id))) })
		got := texts(h.Peek(id))
		for w := range writers {
			for n := range each {
				if k := fmt.Sprintf("w%d n%d", w, n); got[k] != 1 {
					t.Errorf("%q is there %d times", k, got[k])
				}
			}
		}
	}
	if flaw := model.VerifyChain(id, s.Log(id)); flaw != nil {
		t.Error(flaw)
	}
	for _, sub := range subs {
		sub.Close()
	}
	readers.Wait()
}

// What a subscriber missed is one batch; Close ends every Next.
func TestSubscription(t *testing.T) {
	s := roomtest.New(time.Now)
	h := hub(t, s, "a")
	id, other := declare(t, h, model.Declare{}), declare(t, h, model.Declare{})
	sub := h.Subscribe()
	sub.Watch(id)
	sub.Next()
	for range 500 {
		note(t, h, id, "x")
	}
	if b := sub.Next(); !b.Incident || b.Board || b.Closed {
		t.Errorf("after 500 changes: %+v", b)
	}
	note(t, h, other, "elsewhere") // not on this screen
	done := make(chan room.Batch)
	go func() { done <- sub.Next() }()
	await(t, "the second room", func() bool { return h.Peek(other).Version > 3 })
	select {
	case b := <-done:
		t.Errorf("woken by another incident: %+v", b)
	default:
	}
	sub.Close()
	if b := <-done; !b.Closed {
		t.Errorf("closed: %+v", b)
	}
	if b := sub.Next(); !b.Closed {
		t.Errorf("closed, again: %+v", b)
	}
	sub.Watch(id) // after the end: no effect, no panic
	sub.Close()
	board := h.Subscribe()
	defer board.Close()
	board.Watch("")
	board.Next()
	note(t, h, other, "y")
	if b := board.Next(); !b.Board {
		t.Errorf("the board was not told: %+v", b)
	}
}

// The same command id is one change, whatever the state says by then (CON-2).
func TestCommandTwice(t *testing.T) {
	s := roomtest.New(time.Now)
	h, other := hub(t, s, "a"), hub(t, s, "b")
	id := declare(t, h, model.Declare{})
	ctx := context.Background()
	for _, c := range []model.Command{model.AddNote{Text: "once"}, model.SetItem{Ref: "C1", State: model.ItemDone},
		model.SetSeverity{To: 1, Reason: "spreads"}, model.Close{Reason: "done"}, model.Reopen{Reason: "not yet"}} {
		cid := newID()
		first, err := h.Do(ctx, alice, id, cid, c)
		if err != nil || len(first.Records) == 0 {
			t.Fatalf("%T: %v", c, err)
		}
		for _, x := range []*room.Hub{h, other} {
			again, err := x.Do(ctx, alice, id, cid, c)
			if err != nil || again.Incident.Version != first.Incident.Version || len(again.Records) > 0 {
				t.Errorf("%T again: %v", c, err)
			}
		}
	}
	if _, err := h.Do(ctx, alice, id, newID(), model.SetItem{Ref: "C1", State: model.ItemDone}); model.CodeOf(err) != model.CodeConflict {
		t.Errorf("another command of the same wish: %v", err)
	}
	cid := newID()
	first, err := h.Declare(ctx, alice, cid, model.Declare{Title: "x", Severity: 1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := other.Declare(ctx, alice, cid, model.Declare{Title: "x", Severity: 1})
	if err != nil || again.Incident.ID != first.Incident.ID {
		t.Errorf("declared twice: %v", err)
	}
}

// A lost answer to COMMIT is looked up before anything is said (DUR-3).
func TestUnknownOutcome(t *testing.T) {
	for _, committed := range []bool{true, false} {
		for _, c := range []model.Command{model.AddNote{Text: "once"}, model.SetItem{Ref: "C1", State: model.ItemDone}} {
			s := roomtest.New(time.Now)
			h := hub(t, s, "a")
			id := declare(t, h, model.Declare{})
			was := len(s.Log(id))
			s.LoseAnswer(committed)
			res, err := h.Do(context.Background(), alice, id, newID(), c)
			if err != nil || len(s.Log(id)) != was+1 || res.Incident.Version != uint64(was+1) || h.Peek(id).Version != uint64(was+1) {
				t.Errorf("%T, committed %v: %v, %d events", c, committed, err, len(s.Log(id))-was)
			}
		}
	}
	// The transaction lands after it was asked for: the second try finds it.
	s := roomtest.New(time.Now)
	h := hub(t, s, "a")
	id := declare(t, h, model.Declare{})
	first := true
	s.Before(func(c room.Change) error {
		if !first {
			return nil
		}
		first = false
		s.LoseAnswer(false)
		s.LoseAnswer(true)
		return nil
	})
	if _, err := h.Do(context.Background(), alice, id, newID(), model.SetItem{Ref: "C1", State: model.ItemDone}); err != nil {
		t.Errorf("lost twice: %v", err)
	}
	if n := len(s.Log(id)); n != 4 {
		t.Errorf("%d events", n)
	}
}

// When nobody can say whether it was saved, that is what is said.
func TestNeverKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := roomtest.New(time.Now)
		h, stop := server(t, s, "a", nil)
		defer stop()
		id := declare(t, h, model.Declare{})
		s.Before(func(room.Change) error { s.SetAway(true); return room.ErrUnknown })
		began := time.Now()
		_, err := h.Do(context.Background(), alice, id, newID(), model.AddNote{Text: "x"})
		if model.CodeOf(err) != model.CodeUnknown || !strings.Contains(err.Error(), "look whether it is there") || strings.Contains(err.Error(), "draft") || time.Since(began) > 10*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

// Nothing is shown before it is committed, and nothing of what failed.
func TestPublishAfterCommit(t *testing.T) {
	s := roomtest.New(time.Now)
	h := hub(t, s, "a")
	id := declare(t, h, model.Declare{})
	was := h.Peek(id)
	s.Before(func(c room.Change) error {
		if h.Peek(id) != was || c.After == was {
			t.Error("shown before the commit")
		}
		return errors.New("disk full")
	})
	_, err := h.Do(context.Background(), alice, id, newID(), model.AddNote{Text: "lost"})
	if model.CodeOf(err) != model.CodeUnavailable || h.Peek(id) != was {
		t.Errorf("%v, version %d", err, h.Peek(id).Version)
	}
	s.Before(nil)
	if in := note(t, h, id, "kept").Incident; texts(in)["lost"] != 0 || texts(in)["kept"] != 1 {
		t.Errorf("%v", texts(in))
	}
}

// A server whose snapshot is old decides again on the new state.
func TestDecidesAgain(t *testing.T) {
	s := roomtest.New(time.Now)
	a, b := hub(t, s, "a"), hub(t, s, "b")
	id := declare(t, a, model.Declare{})
	if _, err := b.Incident(context.Background(), alice, id); err != nil {
		t.Fatal(err)
	}
	s.SetDeaf(true)
	if _, err := a.Do(context.Background(), alice, id, newID(), model.SetItem{Ref: "C1", State: model.ItemDone}); err != nil {
		t.Fatal(err)
	}
	if in := note(t, b, id, "from b").Incident; in.Checklist[0].State != model.ItemDone {
		t.Error("b wrote without what a had written")
	}
	note(t, a, id, "from a")
	_, err := b.Do(context.Background(), bob, id, newID(), model.SetItem{Ref: "C1", State: model.ItemDone})
	if model.CodeOf(err) != model.CodeConflict || !strings.Contains(err.Error(), "@alice") {
		t.Errorf("done twice: %v", err)
	}
}

// What may not be known of looks like what does not exist (AUTH-5).
func TestRestricted(t *testing.T) {
	s := roomtest.New(time.Now)
	h := hub(t, s, "a")
	ctx := context.Background()
	open, secret := declare(t, h, model.Declare{}), declare(t, h, model.Declare{Title: "insider case", Restricted: true})
	for _, id := range []string{open, secret} {
		if _, err := h.Do(ctx, alice, id, newID(), model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []model.Actor{mall, {Name: "root", Role: model.RoleAdmin}} {
		for what, err := range map[string]error{
			"read":    second(h.Incident(ctx, who, secret)),
			"write":   second(h.Do(ctx, who, secret, newID(), model.AddNote{Text: "x"})),
			"events":  second(h.Records(ctx, who, secret, 0, 0)),
			"at":      second(h.At(ctx, who, secret, 1)),
			"relate":  h.Relate(ctx, who, newID(), open, secret, ""),
			"related": h.Relate(ctx, who, newID(), secret, open, ""),
			"redact":  second(h.Redact(ctx, who, newID(), secret, 1, "x")),
		} {
			if err == nil || err.Error() != model.UnknownIncident(secret).Error() {
				t.Errorf("%s by %s: %v", what, who.Name, err)
			}
		}
		if hits, err := h.Search(ctx, who, "insider", 10); err != nil || len(hits) > 0 {
			t.Errorf("search: %v, %v", hits, err)
		}
		if seen, err := h.Sightings(ctx, who, open); err != nil || len(seen) > 0 {
			t.Errorf("sightings: %v, %v", seen, err)
		}
	}
	if _, err := h.Incident(ctx, mall, "INC-2026-9999"); model.CodeOf(err) != model.CodeNotFound {
		t.Errorf("missing: %v", err)
	}
	if seen, _ := h.Sightings(ctx, alice, open); len(seen["ipv4\x00192.0.2.7"]) != 1 {
		t.Errorf("alice sees %v", seen)
	}
	if hits, _ := h.Search(ctx, alice, "insider", 10); len(hits) == 0 {
		t.Error("alice finds nothing")
	}
}

func second[T any](_ T, err error) error { return err }

// Rooms that nobody watches make room for others; watched ones stay current.
func TestEviction(t *testing.T) {
	s := roomtest.New(time.Now)
	h, other := hub(t, s, "a"), hub(t, s, "b")
	watched := declare(t, h, model.Declare{})
	sub := h.Subscribe()
	defer sub.Close()
	sub.Watch(watched)
	first := declare(t, h, model.Declare{})
	for range 300 {
		declare(t, h, model.Declare{})
	}
	if h.Peek(first) != nil {
		t.Error("the least lately used room is still in memory")
	}
	if h.Peek(watched) == nil {
		t.Fatal("a watched room was dropped")
	}
	v := note(t, other, watched, "from b").Incident.Version
	await(t, "the note from b", func() bool { return h.Peek(watched).Version == v })
	note(t, other, first, "old case")
	if in, err := h.Incident(context.Background(), alice, first); err != nil || texts(in)["old case"] != 1 {
		t.Errorf("a dropped room came back without its newest: %v", err)
	}
	if b := h.Board(); len(b.Briefs) != 302 || b.Briefs[0].ID <= b.Briefs[301].ID {
		t.Errorf("the board: %d", len(b.Briefs))
	}
}

// A redacted text is gone from the state, the log and the past.
func TestRedact(t *testing.T) {
	s := roomtest.New(time.Now)
	h := hub(t, s, "a")
	id := declare(t, h, model.Declare{})
	v := note(t, h, id, "hunter2").Incident.Version
	note(t, h, id, "after")
	ctx := context.Background()
	res, err := h.Redact(ctx, alice, newID(), id, v, "a secret")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Log(id) {
		if bytes.Contains(r.Payload, []byte("hunter2")) {
			t.Errorf("#%d: %s", r.Version, r.Payload)
		}
	}
	if got := texts(res.Incident); got["hunter2"] != 0 || got["after"] != 1 || got["[redacted by @alice]"] != 1 {
		t.Errorf("%v", got)
	}
	if in, err := h.At(ctx, alice, id, v); err != nil || texts(in)["hunter2"] != 0 {
		t.Errorf("the past: %v", err)
	}
	if flaw := model.VerifyChain(id, s.Log(id)); flaw != nil {
		t.Error(flaw)
	}
	if _, err := h.Redact(ctx, alice, newID(), id, v, "again"); model.CodeOf(err) != model.CodeConflict {
		t.Errorf("twice: %v", err)
	}
	if _, err := h.Redact(ctx, alice, newID(), id, 99, "x"); model.CodeOf(err) != model.CodeNotFound {
		t.Errorf("no such event: %v", err)
	}
	if err := h.Relate(ctx, alice, newID(), id, declare(t, h, model.Declare{}), "same actor"); err != nil || len(h.Peek(id).Related) != 1 {
		t.Errorf("relate: %v", err)
	}
}
