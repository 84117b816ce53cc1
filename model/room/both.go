package room

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"warroom/model"
)

// seal makes the records of events that follow a state.
func (r *room) seal(in *model.Incident, by model.Actor, commandID string, now time.Time, evs []model.Event) ([]model.Record, error) {
	recs := make([]model.Record, 0, len(evs))
	prev := in.Head
	for i, ev := range evs {
		salt := make([]byte, 16)
		if _, err := io.ReadFull(r.h.o.Entropy, salt); err != nil {
			return nil, fmt.Errorf("random salt: %w", err)
		}
		m := model.Meta{Incident: r.id, Version: in.Version + uint64(i) + 1, Actor: by.Name, At: now, CommandID: commandID}
		rec, err := model.Seal(m, ev, prev, salt)
		if err != nil {
			return nil, err
		}
		prev = rec.Hash
		recs = append(recs, rec)
	}
	return recs, nil
}

// side is one of two streams that a change writes together.
type side struct {
	r   *room
	id  string                                    // of the command on this side
	cmd func(first *model.Incident) model.Command // first: the other side as it was
}

// doBoth decides on two streams and commits both in one transaction or neither.
// Decisions are made on the newest states, again when somebody else was first.
func (h *Hub) doBoth(ctx context.Context, by model.Actor, a, b side) (x, y Result, err error) {
	// One order for all, so that two that take the same two rooms do not wait for
	// each other.
	locks := []*room{a.r, b.r}
	if strings.Compare(a.r.id, b.r.id) > 0 {
		locks[0], locks[1] = b.r, a.r
	}
	for _, r := range locks {
		if err := r.mu.acquire(ctx); err != nil {
			return x, y, h.failed(err, "saved")
		}
		defer r.mu.release()
	}
	for try := range maxTries {
		for _, r := range locks {
			if err := r.catchUpLocked(ctx); err != nil {
				return x, y, h.failed(err, "saved")
			}
		}
		x, y, err = h.attemptBoth(ctx, by, a, b)
		switch {
		case err == nil:
			return x, y, nil
		case errors.Is(err, ErrVersion):
			pause(ctx, time.Duration(rand.IntN(10*min(try+1, 10))+1)*time.Millisecond)
			if ctx.Err() != nil {
				return x, y, h.failed(ErrAway, "saved")
			}
			continue
		case errors.Is(err, ErrCommand):
		case errors.Is(err, ErrUnknown):
			done, e := a.r.settle(ctx, a.id)
			if e != nil {
				return x, y, e
			}
			if !done {
				continue
			}
		case model.CodeOf(err) != "" && a.r.knows(ctx, a.id): // its own effect refuses it
		case errors.Is(err, ErrAway):
			return x, y, h.failed(h.noticed(err), "saved")
		default:
			return x, y, h.failed(err, "saved")
		}
		if x, err = a.r.alreadyDone(ctx); err != nil {
			return x, y, err
		}
		y, err = b.r.alreadyDone(ctx)
		return x, y, err
	}
	return x, y, model.Conflict("%s changes faster than this could be saved", a.r.id).Hint("try again")
}

func (h *Hub) attemptBoth(ctx context.Context, by model.Actor, a, b side) (x, y Result, err error) {
	one, two := a.r.present(), b.r.present()
	first, err := a.change(by, one, two)
	if err != nil {
		return x, y, err
	}
	second, err := b.change(by, two, one)
	if err != nil {
		return x, y, err
	}
	if len(second.Records) > 0 {
		first.With = &second
	}
	if err := h.store.Append(ctx, first); err != nil {
		return x, y, err
	}
	a.r.publish(first.After)
	if len(second.Records) > 0 {
		b.r.publish(second.After)
	}
	return Result{first.After, first.Records}, Result{second.After, second.Records}, nil
}

// present is the state to decide on: of a stream that is not there yet, an empty one.
func (r *room) present() *model.Incident {
	if in := r.snapshot(); in != nil {
		return in
	}
	return &model.Incident{ID: r.id}
}

func (s *side) change(by model.Actor, in, other *model.Incident) (Change, error) {
	now := model.Stamp(s.r.h.o.Now())
	if now.Before(in.UpdatedAt) {
		now = in.UpdatedAt
	}
	evs, err := s.cmd(other).Decide(in, by, now)
	if err != nil || len(evs) == 0 {
		return Change{Before: in, After: in}, err
	}
	recs, err := s.r.seal(in, by, s.id, now, evs)
	if err != nil {
		return Change{}, err
	}
	next, err := in.Fold(recs)
	return Change{Before: in, After: next, Records: recs}, err
}
