package room

import (
	"sync"
)

const (
	dirtyBoard = 1 << iota
	dirtyIncident
	dirtyPeople
	dirtyHealth
	dirtyAccounts
	dirtyClosed
)

// Batch says what is newer than at the last Next. It carries nothing: the
// subscriber reads the snapshots, so one that was slow skips what it missed.
type Batch struct{ Board, Incident, People, Health, Accounts, Closed bool }

// Sub is one subscription. Next and Close may be called from different goroutines.
type Sub struct {
	s        *subscribers
	incident string
	dirty    int
	ready    chan struct{} // holds one token while dirty is not 0
}

type subscribers struct {
	mu   sync.Mutex
	all  map[*Sub]struct{}
	seen map[string]int // subscriptions by the incident they watch
}

// Subscribe begins a subscription.
func (h *Hub) Subscribe() *Sub {
	sub := &Sub{s: &h.subs, ready: make(chan struct{}, 1)}
	s := &h.subs
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all, s.seen = map[*Sub]struct{}{}, map[string]int{}
	}
	s.all[sub] = struct{}{}
	return sub
}

// mark tells the subscriptions that something changed; it never waits.
func (s *subscribers) mark(what int, incident string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sub := range s.all {
		if what == dirtyIncident && sub.incident != incident {
			continue
		}
		if what == dirtyBoard && sub.incident != "" {
			continue // the board is not on this screen
		}
		sub.raise(what)
	}
}

// raise sets bits; the caller holds the lock.
func (sub *Sub) raise(what int) {
	sub.dirty |= what
	select {
	case sub.ready <- struct{}{}:
	default:
	}
}

func (s *subscribers) watched(incident string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[incident] > 0
}

// Watch says which incident is on screen; "" is the board.
func (sub *Sub) Watch(incident string) {
	s := sub.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, open := s.all[sub]; !open {
		return
	}
	s.unsee(sub.incident)
	sub.incident = incident
	if incident != "" {
		s.seen[incident]++
	}
	sub.raise(dirtyBoard | dirtyIncident)
}

func (s *subscribers) unsee(incident string) {
	if s.seen[incident]--; s.seen[incident] <= 0 {
		delete(s.seen, incident)
	}
}

// Next waits until something changed since the last Next, or the subscription
// was closed.
func (sub *Sub) Next() Batch {
	<-sub.ready
	s := sub.s
	s.mu.Lock()
	defer s.mu.Unlock()
	d := sub.dirty
	if d&dirtyClosed != 0 {
		sub.raise(dirtyClosed) // for every later Next too
	} else {
		sub.dirty = 0
	}
	return Batch{Board: d&dirtyBoard != 0, Incident: d&dirtyIncident != 0, People: d&dirtyPeople != 0, Health: d&dirtyHealth != 0,
		Accounts: d&dirtyAccounts != 0, Closed: d&dirtyClosed != 0}
}

// Close ends the subscription: a waiting Next returns.
func (sub *Sub) Close() {
	s := sub.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, open := s.all[sub]; !open {
		return
	}
	delete(s.all, sub)
	s.unsee(sub.incident)
	sub.raise(dirtyClosed)
}
