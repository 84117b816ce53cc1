package store_test

import (
	"context"
	"fmt"
	neturl "net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"warroom/model"
	"warroom/model/room"
	"warroom/store"
	"warroom/store/storetest"
)

// count says how often a text is in the log.
func count(t *testing.T, s *store.Store, id string, text model.Text) int {
	t.Helper()
	recs, err := s.Events(t.Context(), id, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	in, err := model.FoldAll(recs)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range in.Timeline {
		if e.Text == text {
			n++
		}
	}
	return n
}

// psql is a line to the server that no proxy breaks.
func psql(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func sql(t *testing.T, conn *pgx.Conn, q string) int64 {
	t.Helper()
	tag, err := conn.Exec(t.Context(), q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return tag.RowsAffected()
}

// DUR-3, CON-2: the line is cut at COMMIT, before it or after it; there is
// exactly one effect, and the answer is the truth.
func TestLostCommit(t *testing.T) {
	for name, at := range map[string]storetest.At{"before": storetest.BeforeIt, "after": storetest.AfterIt} {
		t.Run(name, func(t *testing.T) {
			url := storetest.Postgres(t)
			p := storetest.NewProxy(t, url)
			direct := open(t, url)
			h := hub(t, open(t, p.URL(url)))
			id := declare(t, h)
			for n := range 5 {
				text := model.Text(fmt.Sprintf("note %d", n))
				p.Stop(at)
				res, err := h.Do(t.Context(), alice, id, newID(), model.AddNote{Text: text})
				if err != nil {
					t.Fatal(err)
				}
				<-p.Stopped()
				if last := res.Incident.Timeline[len(res.Incident.Timeline)-1]; last.Text != text {
					t.Errorf("answered with %q as the newest", last.Text)
				}
				if n := count(t, direct, id, text); n != 1 {
					t.Errorf("%q is there %d times", text, n)
				}
			}
			// The same for the number of a new incident, and for the incident.
			for n := range 2 {
				command := newID()
				declared := func() (room.Result, error) {
					return h.Declare(t.Context(), alice, command, model.Declare{Title: "second", Severity: 2})
				}
				p.Skip(n)
				p.Stop(at)
				if _, err := declared(); err != nil && model.CodeOf(err) != model.CodeUnavailable {
					t.Fatal(err)
				}
				<-p.Stopped()
				if _, err := declared(); err != nil {
					t.Fatal(err)
				}
				if briefs, err := direct.Briefs(t.Context()); err != nil || len(briefs) != n+2 {
					t.Errorf("%d incidents (%v)", len(briefs), err)
				}
			}
			clean(t, direct)
		})
	}
}

// DUR-3: when the database stays away after the COMMIT, nobody says "saved" and
// nobody says "not saved".
func TestUnknownOutcome(t *testing.T) {
	url := storetest.Postgres(t)
	p := storetest.NewProxy(t, url)
	h := hub(t, open(t, p.URL(url)))
	id := declare(t, h)
	p.Stop(storetest.AfterIt)
	go func() { <-p.Stopped(); p.Away(true) }()
	command := newID()
	_, err := h.Do(t.Context(), alice, id, command, model.AddNote{Text: "perhaps"})
	if model.CodeOf(err) != model.CodeUnknown {
		t.Fatalf("answered %v", err)
	}
	p.Away(false)
	await(t, "the same command is answered", func() bool {
		_, err = h.Do(t.Context(), alice, id, command, model.AddNote{Text: "perhaps"})
		return err == nil
	})
	if n := count(t, open(t, url), id, "perhaps"); n != 1 {
		t.Errorf("it is there %d times", n)
	}
}

// LIVE-3: the listener's line is cut, again and again; later changes arrive, and
// nothing is lost.
func TestListenerCut(t *testing.T) {
	url := storetest.Postgres(t)
	a, b := hub(t, open(t, url)), hub(t, open(t, url))
	admin := psql(t, url)
	listeners := "FROM pg_stat_activity WHERE datname = current_database() AND application_name = '" + store.FeedName + "'"
	cut := func() int64 { return sql(t, admin, "SELECT pg_terminate_backend(pid) "+listeners) }
	id := declare(t, a)
	await(t, "both listen", func() bool { return sql(t, admin, "SELECT 1 "+listeners) == 2 })
	if _, err := b.Incident(t.Context(), bob, id); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if cut() == 0 {
			t.Error("there was no listener to cut")
		}
		text := model.Text(fmt.Sprintf("while it is cut %d", n))
		do(t, a, id, model.AddNote{Text: text})
		await(t, "the note", func() bool {
			in := b.Peek(id)
			return in.Timeline[len(in.Timeline)-1].Text == text
		})
		if !b.Health().Online || !a.Health().Online {
			t.Error("the loss of one line counted as the loss of the database")
		}
		await(t, "both listen again", func() bool { return sql(t, admin, "SELECT 1 "+listeners) == 2 })
	}
}

// LIVE-1: a server without NOTIFY is found out, and sweeps do its work.
func TestWithoutNotify(t *testing.T) {
	url := storetest.Postgres(t)
	admin := psql(t, url)
	role := "r" + newID()
	for _, q := range []string{
		`REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC`,
		`CREATE ROLE "` + role + `" LOGIN`, `GRANT ALL ON SCHEMA public TO "` + role + `"`,
	} {
		sql(t, admin, q)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		if conn, err := pgx.Connect(ctx, url); err == nil {
			_, _ = conn.Exec(ctx, `DROP OWNED BY "`+role+`" CASCADE; DROP ROLE "`+role+`"`)
			_ = conn.Close(ctx)
		}
	})
	own := as(t, url, role)
	a, b := hub(t, open(t, own)), hub(t, open(t, own))
	id := declare(t, a)
	await(t, "the board of the other server", func() bool { _, ok := b.Board().Get(id); return ok })
	if _, err := b.Incident(t.Context(), bob, id); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	do(t, a, id, model.AddNote{Text: "hello"})
	await(t, "the note", func() bool { return b.Peek(id).Version == a.Peek(id).Version })
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("it took %s: longer than sweeps take", took)
	}
	if !a.Health().Online || !b.Health().Online {
		t.Error("offline")
	}
}

// DUR-4: the database is away, and comes back, under a live hub.
func TestDatabaseAway(t *testing.T) {
	ways := map[string]func(p *storetest.Proxy, away bool){
		"refused": func(p *storetest.Proxy, away bool) { p.Away(away) },
		"stalled": func(p *storetest.Proxy, away bool) { p.Stall(away) },
	}
	for name, away := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := storetest.Postgres(t)
			p := storetest.NewProxy(t, url)
			h := hub(t, open(t, p.URL(url)))
			id := declare(t, h)
			other := hub(t, open(t, url))
			away(p, true)
			start := time.Now()
			await(t, "it is said that the database is away", func() bool { return !h.Health().Online })
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("that took %s", took)
			}
			start = time.Now()
			_, err := h.Do(t.Context(), alice, id, newID(), model.AddNote{Text: "not saved"})
			if model.CodeOf(err) != model.CodeUnavailable {
				t.Errorf("answered %v", err)
			}
			if took := time.Since(start); took > store.StatementTimeout+time.Second {
				t.Errorf("the answer took %s", took)
			}
			if in := h.Peek(id); in == nil || in.Title == "" {
				t.Error("what was loaded is gone")
			}
			do(t, other, id, model.AddNote{Text: "from elsewhere"})
			away(p, false)
			start = time.Now()
			await(t, "it goes on by itself", func() bool { return h.Health().Online && h.Peek(id).Version == other.Peek(id).Version })
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("going on took %s", took)
			}
			do(t, h, id, model.AddNote{Text: "saved"})
			direct := open(t, url)
			if count(t, direct, id, "not saved") != 0 || count(t, direct, id, "saved") != 1 || count(t, direct, id, "from elsewhere") != 1 {
				t.Error("what was said is not what is there")
			}
			clean(t, direct)
		})
	}
}

// A caller that gives up says nothing about the database.
func TestCallerGivesUp(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		h := hub(t, open(t, url))
		id := declare(t, h)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 {
			if _, err := h.Do(gone, alice, id, newID(), model.AddNote{Text: "never mind"}); err == nil {
				t.Error("saved without a caller")
			}
		}
		if !h.Health().Online {
			t.Error("the database counts as away")
		}
		do(t, h, id, model.AddNote{Text: "and on"})
	})
}

// LIVE-2: a transaction is held open for 3 s while others commit; every reader
// has all of it in the end, in order.
func TestHeldTransaction(t *testing.T) {
	url := storetest.Postgres(t)
	p := storetest.NewProxy(t, url)
	slow, fast, reader := hub(t, open(t, p.URL(url))), hub(t, open(t, url)), hub(t, open(t, url))
	first, second := declare(t, fast), declare(t, fast)
	for _, id := range []string{first, second} {
		if _, err := reader.Incident(t.Context(), bob, id); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "the slow server knows the incident", func() bool { _, ok := slow.Board().Get(first); return ok })
	p.Stop(storetest.HoldBefore)
	done := make(chan error, 1)
	go func() {
		_, err := slow.Do(context.Background(), alice, first, newID(), model.AddNote{Text: "held"})
		done <- err
	}()
	<-p.Stopped()
	held := time.After(3 * time.Second)
	for n := range 20 {
		do(t, fast, second, model.AddNote{Text: model.Text(fmt.Sprintf("meanwhile %d", n))})
	}
	await(t, "the others' notes", func() bool { return reader.Peek(second).Version == fast.Peek(second).Version })
	<-held
	p.Release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	do(t, fast, first, model.AddNote{Text: "after it"})
	await(t, "the held note and what followed", func() bool {
		in := reader.Peek(first)
		n := len(in.Timeline)
		return n > 1 && in.Timeline[n-2].Text == "held" && in.Timeline[n-1].Text == "after it"
	})
	clean(t, open(t, url))
}

// as is url with another user.
func as(t *testing.T, address, user string) string {
	t.Helper()
	u, err := neturl.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = neturl.User(user)
	return u.String()
}
