package feed

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"warroom/model/room"
	"warroom/store/storetest"
)

// heard counts what a feed tells.
type heard struct {
	sweeps, incidents atomic.Int64
	online            atomic.Bool
}

func (h *heard) hint(x room.Hint) {
	switch x.Kind {
	case room.HintSweep:
		h.sweeps.Add(1)
	case room.HintIncident:
		h.incidents.Add(1)
	}
}

func (h *heard) state(err error) { h.online.Store(err == nil) }

func await(t *testing.T, what string, ok func() bool) {
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

// start runs a feed until the test ends.
func start(t *testing.T, run func(ctx context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the feed ended with %v", err)
		}
	})
}

// LIVE-1: where a pooler takes LISTEN and delivers nothing, the own notification
// does not come back, and sweeps do the work.
func TestSilentNotify(t *testing.T) {
	var h heard
	swallow := func(context.Context) error { return nil }
	url := storetest.Postgres(t)
	start(t, func(ctx context.Context) error { return Listen(ctx, url, swallow, h.hint, h.state) })
	await(t, "sweeps", func() bool { return h.sweeps.Load() >= 1 && h.online.Load() })
	// The slow rhythm would need more than 20 s for these.
	await(t, "sweeps in the fast rhythm", func() bool { return h.sweeps.Load() >= 10 })
}

// LIVE-1: a server that refuses NOTIFY is swept at once.
func TestRefusedNotify(t *testing.T) {
	var h heard
	refuse := func(context.Context) error { return &pgconn.PgError{Code: "0A000", Message: "NOTIFY is not supported"} }
	url := storetest.Postgres(t)
	start(t, func(ctx context.Context) error { return Listen(ctx, url, refuse, h.hint, h.state) })
	await(t, "sweeps in the fast rhythm", func() bool { return h.sweeps.Load() >= 10 && h.online.Load() })
}

// LIVE-1, DUR-4: while no line can be had for listening but the pool works, it is
// swept, and the database does not count as away.
func TestNoLineForListening(t *testing.T) {
	var h heard
	works := func(context.Context) error { return nil }
	start(t, func(ctx context.Context) error {
		return Listen(ctx, "postgres://nobody@127.0.0.1:1/none", works, h.hint, h.state)
	})
	await(t, "sweeps", func() bool { return h.sweeps.Load() >= 3 && h.online.Load() })
}

// A server that is stopping or starting is no server without NOTIFY.
func TestRefused(t *testing.T) {
	for code, want := range map[string]bool{"42883": true, "42501": true, "0A000": true, "57P01": false, "57P03": false, "53300": false, "08006": false} {
		if got := Refused(&pgconn.PgError{Code: code}); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	if Refused(nil) || Refused(context.DeadlineExceeded) {
		t.Error("no answer is no refusal")
	}
}

// Poll sweeps when the version changed, after an error, and now and then.
func TestPoll(t *testing.T) {
	var h heard
	var version, fail atomic.Int64
	version.Store(7)
	look := func(context.Context) (int64, error) {
		if fail.Load() > 0 {
			return 0, errors.New("away")
		}
		return version.Load(), nil
	}
	start(t, func(ctx context.Context) error { return Poll(ctx, time.Millisecond, look, h.hint, h.state) })
	await(t, "the first sweep", func() bool { return h.sweeps.Load() == 1 && h.online.Load() })
	version.Store(8)
	await(t, "a sweep for a change", func() bool { return h.sweeps.Load() == 2 })
	fail.Store(1)
	await(t, "offline", func() bool { return !h.online.Load() })
	fail.Store(0)
	await(t, "online, with a sweep", func() bool { return h.online.Load() && h.sweeps.Load() >= 3 })
	await(t, "a sweep for what a change did not tell", func() bool { return h.sweeps.Load() >= 4 })
}
