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
	sweepEvery = 4 * time.Second        // at least every 5 s (LIVE-1)
	pollEvery  = 250 * time.Millisecond // sweeps where there is no NOTIFY
	pingEvery  = 2 * time.Second        // a dead line is found within two of these
	retryEvery = time.Second
	proofFor   = 3 * time.Second // how long the own notification may take
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
			return sweepOnly(ctx, ping, hint, state)
		}
		if ctx.Err() != nil {
			break
		}
		// Losing this one line is not losing the database: ask the pool.
		if e := limited(ctx, ping); e != nil {
			state(fmt.Errorf("%w: %w", room.ErrAway, e))
		}
		wait(ctx, retryEvery)
	}
	return ctx.Err()
}

func limited(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, pingEvery)
	defer cancel()
	return f(ctx)
}

// sweepOnly serves engines that speak the protocol but lack NOTIFY.
func sweepOnly(ctx context.Context, ping func(context.Context) error, hint func(room.Hint), state func(error)) error {
	n := 0
	for ctx.Err() == nil {
		hint(room.Hint{Kind: room.HintSweep})
		if n++; n%4 == 0 {
			hint(room.Hint{Kind: room.HintPresence})
			if err := limited(ctx, ping); err != nil && !isSQL(err) {
				state(fmt.Errorf("%w: %w", room.ErrAway, err))
			} else {
				state(nil)
			}
		}
		wait(ctx, pollEvery)
	}
	return ctx.Err()
}

// isSQL says that the server answered, if only to refuse.
func isSQL(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg)
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
	if _, err := conn.Exec(ctx, "LISTEN "+Channel); err != nil {
		if isSQL(err) {
			return errNoNotify
		}
		return err
	}
	if err := limited(ctx, ping); err != nil {
		if isSQL(err) {
			return errNoNotify
		}
		return err
	}
	if ok, err := next(ctx, conn, proofFor, hint); err != nil {
		return err
	} else if !ok {
		return errNoNotify
	}
	state(nil)
	all(hint)
	hint(room.Hint{Kind: room.HintAccounts})
	swept := time.Now()
	for {
		ok, err := next(ctx, conn, pingEvery, hint)
		if err != nil {
			return err
		}
		if !ok {
			if err := limited(ctx, conn.Ping); err != nil {
				return err
			}
		}
		if time.Since(swept) >= sweepEvery {
			swept = time.Now()
			all(hint)
		}
	}
}

// next waits up to d for a notification and passes it on; ok is false when none came.
func next(ctx context.Context, conn *pgx.Conn, d time.Duration, hint func(room.Hint)) (ok bool, err error) {
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
