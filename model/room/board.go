package room

import (
	"context"
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
	Briefs  []model.Brief // newest number first
}

// Get finds a brief by its incident's id.
func (b *Board) Get(id string) (*model.Brief, bool) {
	i, ok := slices.BinarySearchFunc(b.Briefs, id, func(x model.Brief, id string) int { return byIDDescending(x.ID, id) })
	if !ok {
		return nil, false
	}
	return &b.Briefs[i], true
}

func byIDDescending(a, b string) int {
	if len(a) != len(b) {
		return len(b) - len(a)
	}
	return strings.Compare(b, a)
}

// boardState is the present board. Changes are collected in a map and the sorted
// list is made when somebody asks for it, once for a burst.
type boardState struct {
	mu      sync.Mutex
	briefs  map[string]model.Brief
	version uint64
	current atomic.Pointer[Board]
	dirty   atomic.Bool
}

func (s *boardState) init() {
	s.briefs = map[string]model.Brief{}
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
	list := make([]model.Brief, 0, len(s.briefs))
	for _, b := range s.briefs {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b model.Brief) int { return byIDDescending(a.ID, b.ID) })
	s.version++
	b := &Board{Version: s.version, Briefs: list}
	s.current.Store(b)
	s.dirty.Store(false)
	return b
}

// put takes over a brief that is newer than the known one.
func (s *boardState) put(h *Hub, b model.Brief) {
	s.mu.Lock()
	old, ok := s.briefs[b.ID]
	if ok && old.Version >= b.Version {
		s.mu.Unlock()
		return
	}
	s.briefs[b.ID] = b
	s.dirty.Store(true)
	s.mu.Unlock()
	h.subs.mark(dirtyBoard, "")
	h.subs.mark(dirtyIncident, b.ID)
}

func (h *Hub) reloadBoard(ctx context.Context) error {
	all, err := h.store.Briefs(ctx)
	if h.noticed(err) != nil {
		return err
	}
	for _, b := range all {
		if err := h.newer(ctx, b); err != nil {
			return err
		}
	}
	return nil
}
