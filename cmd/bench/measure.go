package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// plan is one room full of people and what they do.
type plan struct {
	people int
	rates  []int // changes a second, each for as long as the options say
	rounds bool  // changes one at a time
}

// live measures a program with a room full of people.
func (b *bench) live(ctx context.Context, t target, p plan) (err error) {
	b.say("%s, %d sessions", t.name, p.people)
	r, empty, err := gather(ctx, t)
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	defer func() { err = errors.Join(err, r.close()) }()
	first, err := r.fill(ctx, p.people)
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	perSession := func() float64 { return (r.p.memory() - empty) / float64(p.people) }
	if p.people >= 20 {
		b.fig.times(t.name, fmt.Sprintf("ssh connect → first screen, %d come, 4 at a time", p.people), first)
		b.fig.value(t.name, memoryName(p.people), "MiB", 2, perSession())
	}
	if p.rounds {
		if err := b.oneByOne(ctx, r, t.name, p.people); err != nil {
			return err
		}
	}
	for _, rate := range p.rates {
		if err := b.paced(ctx, r, t.name, rate); err != nil {
			return err
		}
	}
	if p.people < 20 {
		return nil
	}
	b.fig.value(t.name, memoryAfterName(p.people), "MiB", 2, perSession())
	busy, bytes, err := r.idle(ctx, b.idleFor)
	b.fig.value(t.name, idleName(p.people), "%", 1, busy)
	b.fig.value(t.name, fmt.Sprintf("idle bytes/s a screen, %d sessions", p.people), "B", 0, bytes)
	return err
}

func (b *bench) oneByOne(ctx context.Context, r *crowd, name string, people int) error {
	out, err := r.rounds(ctx, b.rounds)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.fig.times(name, changeName(people), out.seen)
	if len(out.saved) > 0 {
		b.fig.times(name, savedName(people), out.saved)
	}
	b.fig.value(name, bytesName(people), "B", 0, out.bytes)
	if out.missed > 0 {
		b.fig.note("%s, %d sessions, one at a time: %d of %d were not seen within %s", name, people, out.missed, out.missed+len(out.seen), patience)
	}
	if people == 100 {
		took, err := r.strokes(ctx, b.rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		b.fig.times(name, idleKey, took)
	}
	return nil
}

func (b *bench) paced(ctx context.Context, r *crowd, name string, rate int) error {
	people := len(r.clients)
	out, err := r.pace(ctx, rate, b.paceFor)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.fig.times(name, paceName(people, rate), out.seen)
	b.fig.value(name, missedName(people, rate), "%", 2, 100*float64(out.missed)/float64(out.missed+len(out.seen)))
	b.fig.value(name, cpuName(people, rate), "µs", 0, float64(out.cpu.Microseconds()))
	b.fig.value(name, busyName(people, rate), "%", 0, out.busy)
	b.fig.value(name, fmt.Sprintf("  the driver's own (%d/s, %d)", rate, people), "%", 0, out.driver)
	if !out.lastSeen {
		b.fig.note("%s, %d sessions at %d/s: the last change was not seen by all", name, people, rate)
	}
	return nil
}

// alone measures what one person sees with nobody else there.
func (b *bench) alone(ctx context.Context, t target, connect, key string) (err error) {
	b.say("%s, one person", t.name)
	r, _, err := gather(ctx, t)
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	defer func() { err = errors.Join(err, r.close()) }()
	took, err := r.connects(ctx, b.connects)
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	b.fig.times(t.name, connect, took)
	if _, err := r.fill(ctx, 1); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	took, err = r.strokes(ctx, b.rounds)
	b.fig.times(t.name, key, took)
	return err
}

// big measures a board of 10,000 incidents.
func (b *bench) big(ctx context.Context, h *house) error {
	const incidents = 10_000
	b.say("%s, %d incidents", h.name, incidents)
	begin := time.Now()
	if _, err := h.declare(ctx, incidents, boardTitle); err != nil {
		return err
	}
	b.fig.note("%s: %d incidents were declared in %.1f s", h.name, incidents, time.Since(begin).Seconds())
	if err := b.alone(ctx, warroomTarget(h, boardTitle), bigConnect, bigKey); err != nil {
		return err
	}
	return b.pages(ctx, h)
}

// pages measures keys of the pages that are made from all incidents: to and fro
// between the present period and the one before, each computed when it is asked for.
func (b *bench) pages(ctx context.Context, h *house) (err error) {
	r, _, err := gather(ctx, warroomTarget(h, boardTitle))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	c, _, err := r.arrive(0)
	if err != nil {
		return err
	}
	defer c.close()
	now := time.Now().UTC()
	quarter := func(t time.Time) string { return fmt.Sprintf("%d-Q%d (", t.Year(), (t.Month()+2)/3) }
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	review := func(t time.Time) string { return "Review of " + t.Format("2006-01") + " " }
	for _, page := range []struct{ name, key, now, before string }{
		{bigMetrics, "M", quarter(first), quarter(first.AddDate(0, -3, 0))},
		{bigReview, "R", review(first), review(first.AddDate(0, -1, 0))},
	} {
		if _, err := c.do(page.key, page.now, patience); err != nil {
			return err
		}
		var times []time.Duration
		for range b.rounds {
			for _, s := range []step{{"h", page.before}, {"l", page.now}} {
				took, err := c.do(s.keys, s.seen, patience)
				if err != nil {
					return err
				}
				times = append(times, took)
			}
		}
		b.fig.times(h.name, page.name, times)
		c.send("q")
	}
	return nil
}

// long measures a room of 100,000 entries.
func (b *bench) long(ctx context.Context, h *house) (err error) {
	const entries = 100_000
	b.say("%s, %d entries", h.name, entries)
	begin := time.Now()
	id, err := h.declare(ctx, 1, boardTitle)
	if err == nil {
		err = h.notes(ctx, id, entries)
	}
	if err != nil {
		return err
	}
	b.fig.note("%s: %d notes were written in %.1f s", h.name, entries, time.Since(begin).Seconds())
	t := warroomTarget(h, boardTitle)
	for range 3 { // after a start the room is read from the database
		if err := b.opens(ctx, t); err != nil {
			return err
		}
	}
	r, _, err := gather(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if _, err := r.fill(ctx, longPeople); err != nil {
		return err
	}
	b.fig.value(h.name, "  memory of the server, 20 sessions in it", "MiB", 0, r.p.memory())
	out, err := r.rounds(ctx, b.rounds)
	if err != nil {
		return err
	}
	b.fig.times(h.name, longChange, out.seen)
	took, err := r.strokes(ctx, b.rounds)
	b.fig.times(h.name, longKey, took)
	return err
}

// full measures a room of 1,000 assets and 500 actions.
func (b *bench) full(ctx context.Context, h *house) (err error) {
	b.say("%s, %d assets and %d actions", h.name, fullAssets, fullActions)
	id, err := h.declare(ctx, 1, boardTitle)
	if err == nil {
		err = h.things(ctx, id, fullAssets, fullActions)
	}
	if err != nil {
		return err
	}
	r, _, err := gather(ctx, warroomTarget(h, boardTitle))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if _, err := r.fill(ctx, longPeople); err != nil {
		return err
	}
	out, err := r.rounds(ctx, b.rounds)
	if err != nil {
		return err
	}
	b.fig.times(h.name, fullChange, out.seen)
	if len(out.saved) > 0 {
		b.fig.times(h.name, fullSaved, out.saved)
	}
	took, err := r.strokes(ctx, b.rounds)
	b.fig.times(h.name, fullKey, took)
	return err
}

func (b *bench) opens(ctx context.Context, t target) (err error) {
	r, _, err := gather(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	c, _, err := r.arrive(0)
	if err != nil {
		return err
	}
	defer c.close()
	took, err := c.do(t.enter[0].keys, t.enter[0].seen, patience)
	b.fig.times(t.name, longOpen, []time.Duration{took})
	return err
}
