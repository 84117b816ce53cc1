// Package feed tells a server process what changed in the database, whoever
// changed it. What it tells is a hint: a lost one costs delay, never data,
// because a sweep at least every few seconds asks for versions.
package feed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"warroom/model/room"
)

// Channel is the notification channel. A payload is i:INC-… for an incident, a
// for accounts, p for presence; it carries ids only (LIVE-3).
const Channel = "warroom"

const (
	sweepEvery  = 4 * time.Second        // at least every 5 s (LIVE-1)
	pollEvery   = 250 * time.Millisecond // sweeps where there is no NOTIFY
	quiet       = 1500 * time.Millisecond
	answerIn    = 2 * time.Second // with quiet: a dead line is found in under 5 s (DUR-4)
	retryEvery  = time.Second
	proofFor    = 3 * time.Second // how long the own notification may take
	listenAgain = 5 * time.Minute // how often NOTIFY is tried where it did not work
)

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// all is what a sweep asks for: incidents, and who is here.
func all(hint func(room.Hint)) {
	hint(room.Hint{Kind: room.HintSweep})
	hint(room.Hint{Kind: room.HintPresence})
}

// Poll asks look every so often and hints when its answer changed, and a sweep
// every few seconds besides. It ends with ctx.
func Poll(ctx context.Context, every time.Duration, look func(context.Context) (int64, error), hint func(room.Hint), state func(error)) error {
	var last int64
	var swept time.Time
	for ctx.Err() == nil {
		v, err := look(ctx)
		if err != nil {
			if ctx.Err() == nil {
				state(fmt.Errorf("%w: %w", room.ErrAway, err))
			}
			swept = time.Time{} // what happened meanwhile is not known
			wait(ctx, retryEvery)
			continue
		}
		state(nil)
		if now := time.Now(); v != last || now.Sub(swept) >= sweepEvery {
			last, swept = v, now
			all(hint)
		}
		wait(ctx, every)
	}
	return ctx.Err()
}

// errNoNotify says that this server has no LISTEN/NOTIFY that works.
var errNoNotify = errors.New("no LISTEN/NOTIFY")

// Listen follows LISTEN/NOTIFY on a connection of its own until ctx is done. ping
// sends an empty notification through the ordinary pool; when it does not come
// back, sweeps alone do the work.
func Listen(ctx context.Context, url string, ping func(context.Context) error, hint func(room.Hint), state func(error)) error {
	for ctx.Err() == nil {
		err := listen(ctx, url, ping, hint, state)
		if errors.Is(err, errNoNotify) {
			sweepOnly(ctx, ping, hint, state)
			continue
		}
		// Losing this one line is not losing the database: ask the pool, and sweep
		// until there is a line again.
		if ask(ctx, ping, state) {
			all(hint)
		}
		wait(ctx, retryEvery)
	}
	return ctx.Err()
}

func limited(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	return f(ctx)
}

// ask finds out whether the pool reaches the database, and tells it.
func ask(ctx context.Context, ping func(context.Context) error, state func(error)) bool {
	err := limited(ctx, ping)
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil && !Refused(err):
		state(fmt.Errorf("%w: %w", room.ErrAway, err))
		return false
	}
	state(nil)
	return true
}

// sweepOnly serves engines that speak the protocol but lack NOTIFY, and poolers
// that swallow it. It ends after a while, because the latter may be reconfigured.
func sweepOnly(ctx context.Context, ping func(context.Context) error, hint func(room.Hint), state func(error)) {
	end := time.Now().Add(listenAgain)
	for n := 0; ctx.Err() == nil && time.Now().Before(end); n++ {
		hint(room.Hint{Kind: room.HintSweep})
		if n%4 == 0 {
			hint(room.Hint{Kind: room.HintPresence})
			ask(ctx, ping, state)
		}
		wait(ctx, pollEvery)
	}
}

// Refused says that the server answered that it does not know LISTEN or NOTIFY, or
// does not let this user.
func Refused(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "42") || strings.HasPrefix(pg.Code, "0A"))
}

// listen is one connection's life: LISTEN first, then catch up, so that nothing
// falls between.
func listen(ctx context.Context, url string, ping func(context.Context) error, hint func(room.Hint), state func(error)) error {
	dial, cancel := context.WithTimeout(ctx, 5*time.Second)
	conn, err := pgx.Connect(dial, url)
	cancel()
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end)
	}()
	for _, try := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := conn.Exec(ctx, "LISTEN "+Channel); return err },
		ping,
	} {
		if err := limited(ctx, try); Refused(err) {
			return errNoNotify
		} else if err != nil {
			return err
		}
	}
	state(nil)
	all(hint)
	hint(room.Hint{Kind: room.HintAccounts})
	swept := time.Now()
	if heard, err := next(ctx, conn, proofFor, hint); err != nil {
		return err
	} else if !heard {
		return errNoNotify
	}
	for {
		heard, err := next(ctx, conn, quiet, hint)
		if err != nil {
			return err
		}
		due := time.Since(swept) >= sweepEvery
		if !heard || due {
			ask(ctx, ping, state)
		}
		if !heard {
			if err := limited(ctx, conn.Ping); err != nil {
				return err
			}
		}
		if due {
			swept = time.Now()
			all(hint)
		}
	}
}

// next waits up to d for a notification and passes it on; heard is false when none came.
func next(ctx context.Context, conn *pgx.Conn, d time.Duration, hint func(room.Hint)) (heard bool, err error) {
	within, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	n, err := conn.WaitForNotification(within)
	if err != nil {
		if ctx.Err() == nil && within.Err() != nil && !conn.IsClosed() {
			return false, nil
		}
		return false, err
	}
	switch {
	case n.Payload == "a":
		hint(room.Hint{Kind: room.HintAccounts})
	case n.Payload == "p":
		hint(room.Hint{Kind: room.HintPresence})
	default:
		if id, found := strings.CutPrefix(n.Payload, "i:"); found {
			hint(room.Hint{Kind: room.HintIncident, Incident: id})
		}
	}
	return true, nil
}
