package room

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"warroom/model"
)

// maxRooms is how many rooms are kept in memory; the least lately used that
// nobody watches goes first.
const maxRooms = 256

// lock is a mutex whose waiting ends with a context: behind a database that
// hangs, nobody waits longer than he said.
type lock chan struct{}

func (l lock) acquire(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	default:
	}
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ErrAway
	}
}

func (l lock) release() { <-l }

// room is one incident in memory. mu is held while something is written or read
// for it; readers take the snapshot without it.
type room struct {
	h    *Hub
	id   string
	mu   lock
	snap atomic.Pointer[model.Incident]
	used atomic.Int64 // unix nanoseconds
}

func (r *room) snapshot() *model.Incident { return r.snap.Load() }

func (h *Hub) loaded(id string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[id]
}

func (h *Hub) room(id string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[id]
	if r == nil {
		if len(h.rooms) >= maxRooms {
			h.forgetOldest()
		}
		r = &room{h: h, id: id, mu: make(lock, 1)}
		h.rooms[id] = r
	}
	r.used.Store(h.o.Now().UnixNano())
	return r
}

// forgetOldest drops the least lately used room that nobody watches. The caller
// holds h.mu.
func (h *Hub) forgetOldest() {
	var oldest *room
	for _, r := range h.rooms {
		if slices.Contains(model.Registers(), r.id) {
			continue // what everybody looks at
		}
		if (oldest == nil || r.used.Load() < oldest.used.Load()) && !h.subs.watched(r.id) {
			oldest = r
		}
	}
	if oldest != nil {
		delete(h.rooms, oldest.id)
	}
}

// forget drops a room of which nothing is in the log, unless somebody has just
// declared it.
func (h *Hub) forget(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rooms[r.id] != r || r.snapshot() != nil {
		return
	}
	select {
	case r.mu <- struct{}{}:
		delete(h.rooms, r.id)
		r.mu.release()
	default:
	}
}

// catchUp reads the events that the room lacks and publishes the new snapshot.
func (r *room) catchUp(ctx context.Context) error {
	if err := r.mu.acquire(ctx); err != nil {
		return err
	}
	defer r.mu.release()
	return r.catchUpLocked(ctx)
}

// feedWait is how long the feed waits for a room in which somebody writes: the
// writer publishes too, and other rooms have news as well.
const feedWait = time.Second

// follow is catchUp for the feed.
func (r *room) follow(ctx context.Context) error {
	wait, cancel := context.WithTimeout(ctx, feedWait)
	err := r.mu.acquire(wait)
	cancel()
	if err != nil {
		return errBusy
	}
	defer r.mu.release()
	return r.catchUpLocked(ctx)
}

func (r *room) catchUpLocked(ctx context.Context) error {
	in := r.snapshot()
	if in == nil {
		in = &model.Incident{ID: r.id}
	}
	recs, err := r.h.store.Events(ctx, r.id, in.Version, 0)
	if r.h.noticed(err) != nil {
		return err
	}
	if len(recs) == 0 {
		return nil
	}
	next, err := in.Fold(recs)
	if err != nil {
		return err
	}
	r.publish(next)
	return nil
}

// publish makes a committed state the present one and wakes those who watch it.
func (r *room) publish(in *model.Incident) {
	r.snap.Store(in)
	if !r.h.board.put(r.h, in.Brief()) {
		r.h.subs.mark(dirtyIncident, r.id) // the board knew it first
	}
}

// Newest is Incident after asking the database for what this server lacks: reads
// after one's own write show it, on any server (LIVE-4). Without the database
// there is no answer.
func (h *Hub) Newest(ctx context.Context, by model.Actor, id string) (*model.Incident, error) {
	id, err := model.ParseStreamID(id)
	if err != nil {
		return nil, err
	}
	if err := h.room(id).catchUp(ctx); err != nil {
		return nil, h.failed(err, "read")
	}
	return h.Incident(ctx, by, id)
}

// Incident reads the newest state of an incident, or a report, that this server knows of. One that does not exist and
// one that by may not know of give the same answer (AUTH-5).
func (h *Hub) Incident(ctx context.Context, by model.Actor, id string) (*model.Incident, error) {
	id, err := model.ParseStreamID(id)
	if err != nil {
		return nil, err
	}
	r := h.room(id)
	in := r.snapshot()
	if in == nil {
		if err := r.catchUp(ctx); err != nil {
			return nil, h.failed(err, "read")
		}
		in = r.snapshot()
	}
	if in != nil && h.board.version(id) > in.Version {
		if err := r.catchUp(ctx); err == nil {
			in = r.snapshot()
		}
	}
	if in == nil {
		h.forget(r)
		return nil, model.UnknownStream(id)
	}
	if !in.CanRead(by) {
		return nil, model.UnknownStream(id)
	}
	return in, nil
}

// Peek is the newest state in memory, nil when the incident is not loaded.
func (h *Hub) Peek(id string) *model.Incident {
	if r := h.loaded(id); r != nil {
		return r.snapshot()
	}
	return nil
}

// Records reads events of an incident with a version over after, at most limit (0: all).
func (h *Hub) Records(ctx context.Context, by model.Actor, id string, after uint64, limit int) ([]model.Record, error) {
	in, err := h.Incident(ctx, by, id)
	if err != nil {
		return nil, err
	}
	recs, err := h.store.Events(ctx, in.ID, after, limit)
	if err != nil {
		return nil, h.failed(err, "read")
	}
	if n := len(recs); n > 0 && recs[n-1].Version > in.Version {
		// The rights were those of an older state: the newer one may have taken them.
		if _, err := h.Newest(ctx, by, in.ID); err != nil {
			return nil, err
		}
	}
	return recs, nil
}

// At is the incident as it was at a version.
func (h *Hub) At(ctx context.Context, by model.Actor, id string, version uint64) (*model.Incident, error) {
	recs, err := h.Records(ctx, by, id, 0, 0)
	if err != nil {
		return nil, err
	}
	if version == 0 || version > uint64(len(recs)) {
		return nil, model.NotFound("%s has no version %d", id, version).Hint("the newest is %d", len(recs))
	}
	return model.FoldAll(recs[:version])
}

// Sightings says which other incidents, of those that by may read, share the
// incident's indicators: their ids by type + "\x00" + value.
func (h *Hub) Sightings(ctx context.Context, by model.Actor, id string) (map[string][]string, error) {
	in, err := h.Incident(ctx, by, id)
	if err != nil {
		return nil, err
	}
	list, err := h.store.Sightings(ctx, in.ID)
	if err != nil {
		return nil, h.failed(err, "read")
	}
	out := map[string][]string{}
	board := h.Board()
	for _, s := range list {
		if b, ok := board.Get(s.Incident); ok && b.CanRead(by) {
			k := s.Type + "\x00" + string(s.Value)
			out[k] = append(out[k], s.Incident)
		}
	}
	return out, nil
}

// Search looks in all that by may read.
func (h *Hub) Search(ctx context.Context, by model.Actor, text string, limit int) ([]Hit, error) {
	board := h.Board()
	ask := limit
	if slices.ContainsFunc(board.Briefs, func(b *model.Brief) bool { return !b.CanRead(by) }) {
		ask = 0 // as many as there may be: what by may not see takes no place
	}
	hits, err := h.store.Search(ctx, text, ask)
	if err != nil {
		return nil, h.failed(err, "read")
	}
	out := make([]Hit, 0, len(hits))
	for _, x := range hits {
		if limit > 0 && len(out) == limit {
			break
		}
		if b, ok := board.Get(x.Incident); ok && b.CanRead(by) {
			out = append(out, x)
		}
	}
	return out, nil
}
