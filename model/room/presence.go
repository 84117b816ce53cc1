package room

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Presence is told to the database at once when somebody moves, at most once a
// second, and every beatEvery; who was not heard of for presenceFor is gone, so a
// dead server's people leave within a minute (LIVE-4).
const (
	beatEvery   = 15 * time.Second
	beatMin     = time.Second
	presenceFor = 45 * time.Second
	readEvery   = 10 * time.Second
)

// presence is who is here: this server's seats, and what the others told.
type presence struct {
	h      *Hub
	mu     sync.Mutex
	seats  map[string]*Seat
	others []Person
	list   atomic.Pointer[[]Person]
	moved  chan struct{}
}

func (p *presence) init(h *Hub) {
	p.h, p.seats, p.moved = h, map[string]*Seat{}, make(chan struct{}, 1)
	p.list.Store(&[]Person{})
}

// Seat is a session's place on the presence list.
type Seat struct {
	p      *presence
	person Person
}

// Join puts a session on the list.
func (h *Hub) Join(x Person) *Seat {
	p := &h.people
	s := &Seat{p: p, person: x}
	s.person.Server = h.o.Server
	p.mu.Lock()
	p.seats[x.Session] = s
	p.mu.Unlock()
	p.changed(true)
	return s
}

// Update changes where the session is and what it does.
func (s *Seat) Update(f func(*Person)) {
	s.p.mu.Lock()
	was := s.person
	f(&s.person)
	same := was == s.person
	_, here := s.p.seats[was.Session]
	s.p.mu.Unlock()
	if here && !same {
		s.p.changed(true)
	}
}

// Leave takes the session off the list.
func (s *Seat) Leave() {
	s.p.mu.Lock()
	delete(s.p.seats, s.person.Session)
	s.p.mu.Unlock()
	s.p.changed(true)
}

// People is everybody on all servers, by name; it comes from memory.
func (h *Hub) People() []Person { return *h.people.list.Load() }

// changed makes the new list; own says that this server's part changed, which
// the others are told.
func (p *presence) changed(own bool) {
	p.mu.Lock() // until the list is in place: an older one must not come last
	list := make([]Person, 0, len(p.seats)+len(p.others))
	for _, s := range p.seats {
		list = append(list, s.person)
	}
	for _, o := range p.others {
		if o.Server != p.h.o.Server {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b Person) int {
		if c := strings.Compare(a.User, b.User); c != 0 {
			return c
		}
		return strings.Compare(a.Session, b.Session)
	})
	old := *p.list.Load()
	p.list.Store(&list)
	p.mu.Unlock()
	if !slices.EqualFunc(old, list, samePlace) {
		p.h.subs.mark(dirtyPeople, "")
	}
	if own {
		select {
		case p.moved <- struct{}{}:
		default:
		}
	}
}

// samePlace compares what screens show; SeenAt is not on them.
func samePlace(a, b Person) bool {
	a.SeenAt, b.SeenAt = time.Time{}, time.Time{}
	a.ActiveAt, b.ActiveAt = a.ActiveAt.Truncate(15*time.Second), b.ActiveAt.Truncate(15*time.Second)
	return a == b
}

// loop tells the other servers who is here, and reads who is there.
func (p *presence) loop(ctx context.Context) {
	beat, read := time.NewTicker(beatEvery), time.NewTicker(readEvery)
	defer beat.Stop()
	defer read.Stop()
	for {
		select {
		case <-ctx.Done():
			// The last word: nobody is here any more.
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			_ = p.h.store.Beat(last, p.h.o.Server, nil, presenceFor)
			cancel()
			return
		case <-read.C:
			p.h.reloadPeople(ctx)
		case <-beat.C:
			p.beat(ctx)
		case <-p.moved:
			p.beat(ctx)
			pause(ctx, beatMin)
		}
	}
}

func (p *presence) beat(ctx context.Context) {
	p.mu.Lock()
	seats := maps.Clone(p.seats)
	people := make([]Person, 0, len(seats))
	for _, s := range seats {
		people = append(people, s.person)
	}
	p.mu.Unlock()
	if err := p.h.store.Beat(ctx, p.h.o.Server, people, presenceFor); err != nil {
		p.h.noticed(err)
	}
}

func (h *Hub) reloadPeople(ctx context.Context) {
	list, err := h.store.Presence(ctx, presenceFor)
	if h.noticed(err) != nil {
		return
	}
	h.people.mu.Lock()
	h.people.others = list
	h.people.mu.Unlock()
	h.people.changed(false)
}
