package room

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"warroom/model"
)

// Result is what a command did.
type Result struct {
	Incident *model.Incident // the state that holds the change
	Records  []model.Record  // the new events; none when there was nothing to change
}

// maxTries is how often a command decides again after losing the race. Servers
// that write much in one room may overtake each other many times in a row; the
// context of the command ends it long before.
const maxTries = 1000

// Do gives a command to an incident: the only way to change one. It returns
// after the change is committed. The same commandID twice is one change. The
// error is a refusal of the command, model.Unavailable when nothing was saved,
// or model.Unknown when that could not be found out.
func (h *Hub) Do(ctx context.Context, by model.Actor, incident, commandID string, cmd model.Command) (Result, error) {
	if model.IsRegisterID(incident) {
		return h.doRegister(ctx, by, incident, commandID, cmd)
	}
	in, err := h.Incident(ctx, by, incident)
	if err != nil {
		return Result{}, err
	}
	return h.room(in.ID).do(ctx, by, commandID, cmd, nil)
}

// Declare opens a new incident and allocates its id.
func (h *Hub) Declare(ctx context.Context, by model.Actor, commandID string, cmd model.Declare) (Result, error) {
	return h.open(ctx, by, commandID, cmd)
}

// Import writes down an incident of the past. The id of the command is that of
// the record, so the same record is one incident; again says that it was there.
func (h *Hub) Import(ctx context.Context, by model.Actor, cmd model.ImportIncident) (res Result, again bool, err error) {
	res, err = h.open(ctx, by, model.ImportCommandID(cmd.Origin.Source, cmd.Origin.ID), cmd)
	return res, err == nil && len(res.Records) == 0, err
}

// Imported says whether a record was imported before.
func (h *Hub) Imported(ctx context.Context, source string, id model.Text) (bool, error) {
	_, found, err := h.store.Command(ctx, model.ImportCommandID(source, id))
	return found, h.failed(err, "read")
}

// open makes a new incident with the command that begins it.
func (h *Hub) open(ctx context.Context, by model.Actor, commandID string, cmd model.Command) (Result, error) {
	if commandID == "" {
		commandID = h.o.NewID()
	}
	if _, err := cmd.Decide(&model.Incident{}, by, h.o.Now()); err != nil {
		return Result{}, err
	}
	if res, found, err := h.declared(ctx, by, commandID); found || err != nil {
		return res, err
	}
	for range 5 {
		id, err := h.store.NewIncidentID(ctx, h.o.Now().UTC().Year())
		if err != nil {
			return Result{}, h.failed(err, "saved")
		}
		res, err := h.room(id).do(ctx, by, commandID, cmd, nil)
		if err == nil && res.Incident == nil {
			// The same command came twice at once, and the other one won.
			res, _, err = h.declared(ctx, by, commandID)
			return res, err
		}
		if model.CodeOf(err) == model.CodeConflict {
			continue // the number was taken by a restored or imported incident
		}
		return res, err
	}
	return Result{}, model.Conflict("no free incident number was found").Hint("try again")
}

// declared is the incident that a Declare with this command id has opened already.
func (h *Hub) declared(ctx context.Context, by model.Actor, commandID string) (Result, bool, error) {
	id, found, err := h.store.Command(ctx, commandID)
	if err != nil {
		h.noticed(err)
		return Result{}, false, h.failed(err, "saved")
	}
	if !found {
		return Result{}, false, nil
	}
	in, err := h.Incident(ctx, by, id)
	return Result{Incident: in}, true, err
}

// Relate links two incidents, on both sides; a restricted one alone has the link.
func (h *Hub) Relate(ctx context.Context, by model.Actor, commandID, a, b string, reason model.Text) error {
	x, err := h.Incident(ctx, by, a)
	if err != nil {
		return err
	}
	y, err := h.Incident(ctx, by, b)
	if err != nil {
		return err
	}
	if x.Restricted && y.Restricted && x.ID != y.ID {
		return model.Invalid("%s and %s are both restricted; a link would name each to people who may not know of it", x.ID, y.ID).
			Hint("write a note where the right people see it")
	}
	// Both are asked before one is changed.
	if _, err := (model.Relate{Other: x.ID, Reason: reason}).Decide(y, by, h.o.Now()); err != nil {
		return err
	}
	// A restricted incident is named nowhere but in itself (AUTH-5).
	if !y.Restricted {
		if _, err := h.Do(ctx, by, x.ID, commandID, model.Relate{Other: y.ID, Reason: reason}); err != nil {
			return err
		}
	} else if _, err := (model.Relate{Other: y.ID, Reason: reason}).Decide(x, by, h.o.Now()); err != nil {
		return err
	}
	if x.Restricted {
		return nil
	}
	_, err = h.Do(ctx, by, y.ID, commandID+".other", model.Relate{Other: x.ID, Reason: reason})
	return err
}

// Redact removes the free text of one event for good.
func (h *Hub) Redact(ctx context.Context, by model.Actor, commandID, incident string, version uint64, reason model.Text) (Result, error) {
	in, err := h.Incident(ctx, by, incident)
	if err != nil {
		return Result{}, err
	}
	if version == 0 || version > in.Version {
		return Result{}, model.NotFound("%s has no event #%d", in.ID, version).Hint("the newest is #%d", in.Version)
	}
	recs, err := h.store.Events(ctx, in.ID, version-1, 1)
	if err != nil || len(recs) == 0 {
		return Result{}, h.failed(err, "read")
	}
	payload, err := recs[0].RedactedPayload(by.Name)
	if err != nil {
		return Result{}, err
	}
	return h.room(in.ID).do(ctx, by, commandID, model.Redact{Record: recs[0], Reason: reason}, &Redaction{Version: version, Payload: payload})
}

// do decides, commits and publishes; it decides again when another server was
// first. Commands to one room of this server wait for each other.
func (r *room) do(ctx context.Context, by model.Actor, commandID string, cmd model.Command, red *Redaction) (Result, error) {
	if commandID == "" {
		commandID = r.h.o.NewID()
	}
	if err := r.mu.acquire(ctx); err != nil {
		return Result{}, r.h.failed(err, "saved")
	}
	defer r.mu.release()
	looked := false // whether a refusal was decided on the newest state
	for try := range maxTries {
		in := r.snapshot()
		if in == nil {
			if err := r.catchUpLocked(ctx); err != nil {
				return Result{}, r.h.failed(err, "saved")
			}
			if in = r.snapshot(); in == nil {
				in = &model.Incident{ID: r.id}
			}
		}
		res, err := r.attempt(ctx, in, by, commandID, cmd, red)
		switch {
		case err == nil:
			return res, nil
		case errors.Is(err, ErrVersion):
			if err := r.catchUpLocked(ctx); err != nil {
				return Result{}, r.h.failed(err, "saved")
			}
			if now := r.snapshot(); now != nil && now.Version == in.Version {
				pause(ctx, time.Duration(rand.IntN(10*min(try+1, 10))+1)*time.Millisecond)
			}
			if ctx.Err() != nil {
				return Result{}, r.h.failed(ErrAway, "saved")
			}
		case model.CodeOf(err) != "" && !looked:
			// A refusal may rest on what another server has changed since.
			looked = true
			if r.catchUpLocked(ctx) != nil || r.snapshot() == nil || r.snapshot().Version == in.Version {
				return r.refused(ctx, commandID, err)
			}
		case errors.Is(err, ErrCommand):
			return r.alreadyDone(ctx)
		case errors.Is(err, ErrReported):
			return Result{}, err
		case errors.Is(err, ErrUnknown):
			done, err := r.settle(ctx, commandID)
			if err != nil {
				return Result{}, err
			}
			if done {
				return r.alreadyDone(ctx)
			}
			if ctx.Err() != nil {
				return Result{}, r.h.failed(ErrAway, "saved")
			}
		default:
			if model.CodeOf(err) != "" {
				return r.refused(ctx, commandID, err)
			}
			if errors.Is(err, ErrAway) {
				r.h.noticed(err)
			}
			return Result{}, r.h.failed(err, "saved")
		}
	}
	return Result{}, model.Conflict("%s changes faster than this could be saved", r.id).Hint("try again")
}

func (r *room) attempt(ctx context.Context, in *model.Incident, by model.Actor, commandID string, cmd model.Command, red *Redaction) (Result, error) {
	now := model.Stamp(r.h.o.Now())
	if now.Before(in.UpdatedAt) {
		now = in.UpdatedAt // time never runs backwards within an incident (INT-6)
	}
	evs, err := cmd.Decide(in, by, now)
	if err != nil {
		return Result{}, err
	}
	if len(evs) == 0 {
		return Result{Incident: in}, nil
	}
	recs, err := r.seal(in, by, commandID, now, evs)
	if err != nil {
		return Result{}, err
	}
	next, err := r.after(ctx, in, recs, red)
	if err != nil {
		return Result{}, err
	}
	if err := r.h.store.Append(ctx, Change{Before: in, After: next, Records: recs, Redact: red}); err != nil {
		return Result{}, err
	}
	r.publish(next)
	return Result{Incident: next, Records: recs}, nil
}

// after is the state with recs folded in. A redaction changes the past, so the
// whole log is folded again with the new payload: the text has to go from the
// tables and from memory too.
func (r *room) after(ctx context.Context, in *model.Incident, recs []model.Record, red *Redaction) (*model.Incident, error) {
	if red == nil {
		return in.Fold(recs)
	}
	all, err := r.h.store.Events(ctx, r.id, 0, 0)
	if err != nil {
		return nil, err
	}
	if uint64(len(all)) != in.Version || red.Version == 0 || red.Version > in.Version {
		return nil, ErrVersion
	}
	if all[red.Version-1].Redacted {
		return nil, model.Conflict("#%d is redacted already", red.Version)
	}
	all[red.Version-1].Payload = red.Payload
	return model.FoldAll(append(all, recs...))
}

// refused answers for a refusal: the same command may have come before, and
// then its own effect is what refuses it now.
func (r *room) refused(ctx context.Context, commandID string, err error) (Result, error) {
	if r.knows(ctx, commandID) {
		return r.alreadyDone(ctx)
	}
	return Result{}, err
}

// knows says whether a command is in this incident's log; a database that does
// not answer is no yes.
func (r *room) knows(ctx context.Context, commandID string) bool {
	id, found, err := r.h.store.Command(ctx, commandID)
	return err == nil && found && id == r.id
}

// alreadyDone answers for a command that is in the log.
func (r *room) alreadyDone(ctx context.Context) (Result, error) {
	if err := r.catchUpLocked(ctx); err != nil {
		return Result{}, r.h.failed(err, "read")
	}
	return Result{Incident: r.snapshot()}, nil
}

// settleFor is how long an unknown outcome is asked for.
const settleFor = 5 * time.Second

// settle finds out whether a command whose COMMIT got no answer is in the log (DUR-3).
func (r *room) settle(ctx context.Context, commandID string) (done bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleFor)
	defer cancel()
	for ctx.Err() == nil {
		_, found, err := r.h.store.Command(ctx, commandID)
		if err == nil {
			return found, nil
		}
		r.h.noticed(err)
		pause(ctx, 200*time.Millisecond)
	}
	return false, model.Unknown("the connection was lost while saving, and it is not known whether it was saved").
		Hint("look whether it is there before you save it again")
}

// failed makes an I/O error one that a person reads; refusals pass.
func (h *Hub) failed(err error, what string) error {
	switch {
	case err == nil:
		return nil
	case model.CodeOf(err) != "":
		return err
	case errors.Is(err, ErrAway), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return model.Unavailable("not %s: the database cannot be reached", what).
			Hint("try again when it is back").Because(err)
	}
	h.o.Logger.Error("A request failed", "error", err)
	return model.Unavailable("not %s: the database refused it", what).Hint("the server's log says why").Because(err)
}
