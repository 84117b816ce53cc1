package room

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"warroom/model"
)

// Board is every incident's line, whoever may see it: callers show only what
// Brief.CanRead allows. It is never changed once handed out.
type Board struct {
	Version uint64
	Briefs  []*model.Brief // newest number first
}

// Get finds a brief by its incident's id.
func (b *Board) Get(id string) (*model.Brief, bool) {
	i, ok := b.find(id)
	if !ok {
		return nil, false
	}
	return b.Briefs[i], true
}

// Known are those of the ids that by may know of: what was linked may have been
// restricted since (AUTH-5).
func (b *Board) Known(by model.Actor, ids ...string) []string {
	var out []string
	for _, id := range ids {
		if x, ok := b.Get(id); ok && x.CanRead(by) {
			out = append(out, id)
		}
	}
	return out
}

func (b *Board) find(id string) (int, bool) {
	return slices.BinarySearchFunc(b.Briefs, id, func(x *model.Brief, id string) int { return byIDDescending(x.ID, id) })
}

func byIDDescending(a, b string) int {
	if len(a) != len(b) {
		return len(b) - len(a)
	}
	return strings.Compare(b, a)
}

// boardState is the present board. Changes are collected and merged into the
// sorted list when somebody asks for it, once for a burst; what only wants to
// know one incident asks version or brief and leaves the list alone.
type boardState struct {
	mu      sync.Mutex
	pending map[string]model.Brief // newer than in current
	current atomic.Pointer[Board]
	dirty   atomic.Bool
}

func (s *boardState) init() {
	s.pending = map[string]model.Brief{}
	s.current.Store(&Board{})
}

// Board is the newest board; it comes from memory.
func (h *Hub) Board() *Board {
	s := &h.board
	if !s.dirty.Load() {
		return s.current.Load()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dirty.Load() {
		return s.current.Load()
	}
	b := s.current.Load().with(s.pending)
	clear(s.pending)
	s.current.Store(b)
	s.dirty.Store(false)
	return b
}

// with is the next board: b with the changed briefs in their places.
func (b *Board) with(changed map[string]model.Brief) *Board {
	next := &Board{Version: b.Version + 1, Briefs: make([]*model.Brief, len(b.Briefs), len(b.Briefs)+len(changed))}
	copy(next.Briefs, b.Briefs)
	for id, x := range changed {
		if i, ok := b.find(id); ok {
			next.Briefs[i] = &x
		} else {
			next.Briefs = append(next.Briefs, &x)
		}
	}
	if len(next.Briefs) > len(b.Briefs) {
		slices.SortFunc(next.Briefs, func(a, b *model.Brief) int { return byIDDescending(a.ID, b.ID) })
	}
	return next
}

// version is the version of an incident that the board knows of, 0 for none.
func (s *boardState) version(id string) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.versionLocked(id)
}

func (s *boardState) versionLocked(id string) uint64 {
	b, _ := s.lineLocked(id)
	return b.Version
}

func (s *boardState) lineLocked(id string) (model.Brief, bool) {
	if b, ok := s.pending[id]; ok {
		return b, true
	}
	if b, ok := s.current.Load().Get(id); ok {
		return *b, true
	}
	return model.Brief{}, false
}

// put takes over a brief that is newer than the known one, and says whether it was.
func (s *boardState) put(h *Hub, b model.Brief) bool {
	s.mu.Lock()
	if s.versionLocked(b.ID) >= b.Version {
		s.mu.Unlock()
		return false
	}
	old, known := s.lineLocked(b.ID)
	s.pending[b.ID] = b
	s.dirty.Store(true)
	s.mu.Unlock()
	h.subs.mark(dirtyBoard, "")
	h.subs.mark(dirtyIncident, b.ID)
	if known && (old.Restricted != b.Restricted || !maps.Equal(old.Access, b.Access)) {
		// Whoever shows its id in another room has to look again (AUTH-5).
		h.subs.mark(dirtyAccounts, "")
	}
	return true
}

func (h *Hub) reloadBoard(ctx context.Context) error {
	all, err := h.store.Briefs(ctx)
	if h.noticed(err) != nil {
		return err
	}
	return h.newerAll(ctx, all)
}
