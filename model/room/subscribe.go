package room

import (
	"sync"
	"time"
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
	told     time.Time     // when Next told of a change the last time
	people   time.Time     // since when there is word of people alone
	gone     chan struct{} // closed by Close
	now      func() time.Time
}

// The first change after a while is told at once. Those that follow are gathered
// for as long as it takes all who watch to draw one: each screen costs the
// server about a millisecond, so a crowded room that changes fast would
// otherwise do nothing but draw. Who came, moved and types waits for the next
// change, and for some time at most.
const (
	crowdedFrom   = 8 // watchers; below it nothing waits
	perWatcher    = 1300 * time.Microsecond
	longestGather = 400 * time.Millisecond
	peopleGather  = 16 // times as long
	longestPeople = 2 * time.Second
)

type subscribers struct {
	mu   sync.Mutex
	all  map[*Sub]struct{}
	seen map[string]int // subscriptions by the incident they watch
}

// Subscribe begins a subscription.
func (h *Hub) Subscribe() *Sub {
	sub := &Sub{s: &h.subs, ready: make(chan struct{}, 1), gone: make(chan struct{}), now: h.o.Now}
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
	if sub.dirty == 0 {
		sub.people = sub.now()
	}
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
// was closed. In a crowded room it gathers what comes in quick succession.
func (sub *Sub) Next() Batch {
	<-sub.ready
	sub.gather()
	s := sub.s
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-sub.ready: // what came while gathering is in dirty
	default:
	}
	d := sub.dirty
	if d != dirtyPeople {
		sub.told = sub.now()
	}
	if d&dirtyClosed != 0 {
		sub.raise(dirtyClosed) // for every later Next too
	} else {
		sub.dirty = 0
	}
	return Batch{Board: d&dirtyBoard != 0, Incident: d&dirtyIncident != 0, People: d&dirtyPeople != 0, Health: d&dirtyHealth != 0,
		Accounts: d&dirtyAccounts != 0, Closed: d&dirtyClosed != 0}
}

// gather waits until it is time for the next word. What comes meanwhile may
// shorten the wait: a change is more urgent than who is here.
func (sub *Sub) gather() {
	for {
		d := sub.wait()
		if d <= 0 {
			return
		}
		t := time.NewTimer(d)
		select {
		case <-t.C:
			return
		case <-sub.ready:
		case <-sub.gone:
		}
		t.Stop()
	}
}

// wait is how long the next word has to wait still.
func (sub *Sub) wait() time.Duration {
	s := sub.s
	s.mu.Lock()
	defer s.mu.Unlock()
	crowd := len(s.all)
	if sub.incident != "" {
		crowd = s.seen[sub.incident]
	}
	if crowd < crowdedFrom || sub.dirty&(dirtyClosed|dirtyHealth) != 0 {
		return 0
	}
	pace := min(time.Duration(crowd)*perWatcher, longestGather)
	if sub.dirty == dirtyPeople {
		return min(pace*peopleGather, longestPeople) - sub.now().Sub(sub.people)
	}
	return pace - sub.now().Sub(sub.told)
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
	close(sub.gone)
}
