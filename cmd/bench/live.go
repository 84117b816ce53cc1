package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// patience is how long people wait for a text.
const patience = 10 * time.Second

// crowd is a running server with people in it.
type crowd struct {
	t       target
	p       *process
	clients []*client
	changes int // made so far; changes are numbered from 1
	// patience is how long a text may take before it counts as missed.
	patience time.Duration
}

// gather starts a server; memory is what it takes with nobody in it.
func gather(ctx context.Context, t target) (r *crowd, memory float64, err error) {
	p, err := t.start(ctx)
	if err != nil {
		return nil, 0, err
	}
	r = &crowd{t: t, p: p, patience: patience}
	if err := pause(ctx, 500*time.Millisecond); err != nil {
		return nil, 0, errors.Join(err, p.stop())
	}
	return r, p.memory(), nil
}

func (r *crowd) close() error {
	for _, c := range r.clients {
		c.close()
	}
	return r.p.stop()
}

// pause waits, also in the middle of a measurement: people do.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// beat is a pause of changing length, so that no round keeps step with a clock of
// the server.
func beat(ctx context.Context) error {
	return pause(ctx, 60*time.Millisecond+rand.N(60*time.Millisecond))
}

// arrive connects the i-th person and waits for the first screen.
func (r *crowd) arrive(i int) (*client, time.Duration, error) {
	user, key := r.t.user(i)
	c, err := dial(r.p.addr, user, key)
	if err != nil {
		return nil, 0, err
	}
	at, seen := c.expect(r.t.board).wait(c.begun.Add(dialPatience))
	if !seen {
		defer c.close()
		return nil, 0, fmt.Errorf("%s never showed %q; the screen:\n%s", r.t.name, r.t.board, c.look())
	}
	return c, at.Sub(c.begun), nil
}

// fill brings n people into the room, a few at a time; it gives the times to the
// first screen under this load.
func (r *crowd) fill(ctx context.Context, n int) ([]time.Duration, error) {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		first []time.Duration
		fault error
	)
	r.clients = make([]*client, n)
	turn := make(chan struct{}, 4)
	for i := range n {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			c, paint, err := r.arrive(i)
			if err == nil {
				for _, s := range r.t.enter {
					if _, err = c.do(s.keys, s.seen, patience); err != nil {
						break
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			r.clients[i], first = c, append(first, paint)
			if fault == nil {
				fault = err
			}
		})
	}
	wg.Wait()
	if fault != nil {
		r.clients = nil
		return nil, fault
	}
	return first, pause(ctx, time.Second)
}

// connects measures connect to first screen, one after the other.
func (r *crowd) connects(ctx context.Context, rounds int) (out []time.Duration, err error) {
	for i := range rounds + 1 {
		c, paint, err := r.arrive(0)
		if err != nil {
			return nil, err
		}
		c.close()
		if i > 0 { // the first one warms the server up
			out = append(out, paint)
		}
		if err := beat(ctx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *crowd) nextChange() change {
	r.changes++
	return r.t.change(r.changes)
}

func (r *crowd) othersBytes(writer int) int64 {
	var sum int64
	for i, c := range r.clients {
		if i != writer {
			sum += c.bytes.Load()
		}
	}
	return sum
}

// outcome is what changes did to the screens of the others.
type outcome struct {
	seen   []time.Duration
	saved  []time.Duration // commit key to saved on the own screen
	bytes  float64         // a change and a screen
	missed int
}

// rounds makes changes one at a time, each by somebody else.
func (r *crowd) rounds(ctx context.Context, n int) (out outcome, err error) {
	for k := range n {
		writer := k % len(r.clients)
		if err := r.round(ctx, writer, &out); err != nil {
			return out, err
		}
	}
	out.bytes /= float64(n)
	return out, nil
}

func (r *crowd) round(ctx context.Context, writer int, out *outcome) error {
	ch, w := r.nextChange(), r.clients[writer]
	if ch.prepare.keys != "" {
		if _, err := w.do(ch.prepare.keys, ch.prepare.seen, patience); err != nil {
			return err
		}
	}
	if err := beat(ctx); err != nil {
		return err
	}
	before := r.othersBytes(writer)
	watches := r.watchOthers(writer, ch.seen)
	from := time.Now()
	var closed *watch
	if ch.closed != "" {
		closed = w.expectGone(ch.closed)
	}
	w.send(ch.commit)
	for _, x := range watches {
		if x.old {
			return fmt.Errorf("%q is there before the change", ch.seen)
		}
		at, seen := x.wait(from.Add(r.patience))
		if !seen {
			out.missed++
			continue
		}
		out.seen = append(out.seen, at.Sub(from))
	}
	if closed != nil {
		if at, seen := closed.wait(from.Add(patience)); seen {
			out.saved = append(out.saved, at.Sub(from))
		}
	}
	if err := beat(ctx); err != nil {
		return err
	}
	out.bytes += float64(r.othersBytes(writer)-before) / float64(len(watches))
	return nil
}

func (r *crowd) watchOthers(writer int, text string) []*watch {
	var out []*watch
	for i, c := range r.clients {
		if i != writer {
			out = append(out, c.expect(text))
		}
	}
	return out
}

// paced is what a steady rate of changes did.
type paced struct {
	outcome
	cpu      time.Duration // of the server, for one change on one screen
	busy     float64       // percent of one core
	driver   float64       // the same of the driver
	lastSeen bool          // everybody saw the last change
}

// pace makes changes at a rate, whether the server keeps up or not. Everybody
// writes in turn and has the text ready some time before.
func (r *crowd) pace(ctx context.Context, rate int, d time.Duration) (out paced, err error) {
	n := int(d.Seconds() * float64(rate))
	ahead := max(2, rate/4)
	if len(r.clients) < 2*ahead {
		return out, fmt.Errorf("%d people cannot make %d changes a second", len(r.clients), rate)
	}
	list := make([]change, n)
	for k := range n {
		list[k] = r.nextChange()
	}
	prepare := func(k int) {
		if k < n {
			r.clients[k%len(r.clients)].send(list[k].prepare.keys)
		}
	}
	for k := range ahead {
		prepare(k)
	}
	if err := pause(ctx, time.Second); err != nil {
		return out, err
	}
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	cpu, own, begin := r.p.cpu(), ownCPU(), time.Now()
	watches, from := make([][]*watch, n), make([]time.Time, n)
	for k := range n {
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-tick.C:
		}
		writer := k % len(r.clients)
		watches[k] = r.watchOthers(writer, list[k].seen)
		from[k] = time.Now()
		r.clients[writer].send(list[k].commit)
		prepare(k + ahead)
	}
	deadline := time.Now().Add(r.patience)
	for k := range n {
		missed := out.missed
		for _, x := range watches[k] {
			if x.old {
				return out, fmt.Errorf("%q is there before the change", list[k].seen)
			}
			if at, seen := x.wait(deadline); seen {
				out.seen = append(out.seen, at.Sub(from[k]))
			} else {
				out.missed++
			}
		}
		out.lastSeen = out.missed == missed
	}
	used := r.p.cpu() - cpu
	out.cpu = used / time.Duration(n*len(r.clients))
	took := time.Since(begin).Seconds()
	out.busy, out.driver = 100*used.Seconds()/took, 100*(ownCPU()-own).Seconds()/took
	return out, nil
}

// strokes measures key to own screen for the first person; the others are idle.
func (r *crowd) strokes(ctx context.Context, n int) (out []time.Duration, err error) {
	c, s := r.clients[0], r.t.stroke
	if s.key == nil {
		s.key = func(int) step {
			ch := r.nextChange()
			return step{ch.commit, ch.seen}
		}
	}
	if s.begin.keys != "" {
		if _, err := c.do(s.begin.keys, s.begin.seen, patience); err != nil {
			return nil, err
		}
	}
	for i := range min(n, len(typed)) {
		k := s.key(i)
		took, err := c.do(k.keys, k.seen, patience)
		if err != nil {
			return nil, err
		}
		out = append(out, took)
		if err := beat(ctx); err != nil {
			return nil, err
		}
	}
	c.send(s.end)
	return out, pause(ctx, time.Second)
}

// idle is what the room costs while nobody does anything.
func (r *crowd) idle(ctx context.Context, d time.Duration) (busy, bytes float64, err error) {
	cpu, sent, begin := r.p.cpu(), r.othersBytes(-1), time.Now()
	if err := pause(ctx, d); err != nil {
		return 0, 0, err
	}
	took := time.Since(begin).Seconds()
	return 100 * (r.p.cpu() - cpu).Seconds() / took, float64(r.othersBytes(-1)-sent) / took / float64(len(r.clients)), nil
}
