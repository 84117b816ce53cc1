package ssh

import (
	"container/list"
	"net"
	"net/netip"
	"sync"

	"warroom/model"
)

// gate counts connections. Until a connection is logged in it belongs to its
// source; when there are too many of these, the oldest of the busiest source goes
// and not the newcomer, so that a colleague gets in from behind the address that
// an attacker uses too (SSH-2).
type gate struct {
	maxStarting, maxFrom      int
	maxPerAddress, maxPerUser int

	mu        sync.Mutex
	starting  map[string]*list.List // of *conn, oldest first, by source
	nStarting int
	all       map[*conn]struct{}
	addresses map[string]int // logged in, by source
	users     map[string]int
}

func newGate(l Limits) *gate {
	return &gate{maxStarting: l.Starting, maxFrom: l.StartingFrom, maxPerAddress: l.PerAddress, maxPerUser: l.PerUser,
		starting: map[string]*list.List{}, all: map[*conn]struct{}{}, addresses: map[string]int{}, users: map[string]int{}}
}

// sourceOf is what counts as one source: an IPv4 address, or an IPv6 /64.
func sourceOf(addr net.Addr) string {
	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return addr.String()
	}
	ip := ap.Addr().Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	p, err := ip.Prefix(64)
	if err != nil {
		return ip.String()
	}
	return p.String()
}

// arrive lets a connection in. The one that has to go for it, if any, is closed
// by the caller.
func (g *gate) arrive(c *conn) (victim *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.starting[c.source]
	if l == nil {
		l = list.New()
		g.starting[c.source] = l
	}
	c.place = l.PushBack(c)
	g.nStarting++
	g.all[c] = struct{}{}
	switch {
	case l.Len() > g.maxFrom:
		return g.dropOldest(c.source)
	case g.nStarting > g.maxStarting:
		busiest, most := "", 0
		for source, l := range g.starting {
			if l.Len() > most {
				busiest, most = source, l.Len()
			}
		}
		return g.dropOldest(busiest)
	}
	return nil
}

func (g *gate) dropOldest(source string) *conn {
	c := g.starting[source].Front().Value.(*conn)
	g.started(c)
	return c
}

// started takes a connection off the list of those that are not logged in.
func (g *gate) started(c *conn) {
	if c.place == nil {
		return
	}
	l := g.starting[c.source]
	l.Remove(c.place)
	c.place = nil
	g.nStarting--
	if l.Len() == 0 {
		delete(g.starting, c.source)
	}
}

// enter counts a connection as who's. The error names the limit that is reached;
// only somebody who proved who he is gets to read it.
func (g *gate) enter(c *conn, who *identity) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, open := g.all[c]; !open || c.who != nil {
		return errRefused
	}
	if g.users[who.user] >= g.maxPerUser {
		return model.Invalid("you have %d connections open, which is the most", g.maxPerUser).Hint("close one first")
	}
	if g.addresses[c.source] >= g.maxPerAddress {
		return model.Invalid("%d connections are open from your address, which is the most", g.maxPerAddress).Hint("close one first")
	}
	g.started(c)
	c.who = who
	g.users[who.user]++
	g.addresses[c.source]++
	return nil
}

// leave forgets a connection. It may be called more than once.
func (g *gate) leave(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, open := g.all[c]; !open {
		return
	}
	delete(g.all, c)
	g.started(c)
	if c.who != nil {
		less(g.users, c.who.user)
		less(g.addresses, c.source)
	}
}

func less(m map[string]int, key string) {
	if m[key]--; m[key] <= 0 {
		delete(m, key)
	}
}

// connections lists those that are open; loggedIn leaves out the others.
func (g *gate) connections(loggedIn bool) []*conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []*conn
	for c := range g.all {
		if !loggedIn || c.who != nil {
			out = append(out, c)
		}
	}
	return out
}

// owner is who logged in on c, nil before.
func (g *gate) owner(c *conn) *identity {
	g.mu.Lock()
	defer g.mu.Unlock()
	return c.who
}
