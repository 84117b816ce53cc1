package ssh

import (
	"container/list"
	"net"
	"sync"
	"sync/atomic"
	"time"

	cssh "charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// conn is one network connection.
type conn struct {
	net.Conn
	s        *Server
	ctx      cssh.Context
	source   string
	accepted time.Time
	once     sync.Once
	closed   chan struct{}

	place *list.Element // in the gate, while it is not logged in; the gate's lock
	who   *identity     // the signed credential of the login; the gate's lock

	sessions atomic.Int32 // channels open

	mu   sync.Mutex
	last refusal // what went wrong with the login so far
}

// refusal is what the log tells about a login that failed.
type refusal struct {
	user, key, why string
	offers         int
}

// Close implements net.Conn.
func (c *conn) Close() error {
	err := net.ErrClosed
	c.once.Do(func() {
		close(c.closed)
		c.s.gate.leave(c)
		err = c.Conn.Close()
		c.report()
	})
	return err
}

// refused remembers what was wrong with an offer, for the log alone.
func (c *conn) refused(f func(*refusal)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.last)
}

// report tells about a connection that ended without a login. One that offered
// nothing is a port scan or a lost line.
func (c *conn) report() {
	if c.s.gate.owner(c) != nil {
		return
	}
	c.mu.Lock()
	r := c.last
	c.mu.Unlock()
	if r.offers == 0 {
		c.s.log.Debug("connection ended before its login", "from", from(c.RemoteAddr()))
		return
	}
	c.s.failures.add(refusalLine{what: "login failed", user: safe(r.user), key: r.key, from: from(c.RemoteAddr()), why: safe(r.why), offers: r.offers})
}

const (
	keepAliveMisses = 3
	keepAlive       = "keepalive@openssh.com"
)

// watch asks the client every now and then whether it is still there, and ends
// the connection when it does not answer or has had no session for long (SSH-10).
func (c *conn) watch(every, idle time.Duration) {
	defer c.s.rescue("keep-alive")
	tick := time.NewTicker(every)
	defer tick.Stop()
	answer := make(chan struct{}, 1)
	asked, misses, used := false, 0, time.Now()
	for {
		select {
		case <-c.closed:
			return
		case <-answer:
			asked, misses = false, 0
		case <-tick.C:
			if c.sessions.Load() > 0 {
				used = time.Now()
			} else if time.Since(used) > idle {
				c.s.log.Info("connection closed: no session", "user", c.s.gate.owner(c).user, "from", c.source)
				_ = c.Close()
				return
			}
			if asked {
				if misses++; misses >= keepAliveMisses {
					c.s.log.Info("connection closed: the client does not answer", "user", c.s.gate.owner(c).user, "from", c.source)
					_ = c.Close()
					return
				}
				continue
			}
			asked = true
			go c.ask(answer)
		}
	}
}

// ask waits for the answer as long as the connection lives.
func (c *conn) ask(answer chan<- struct{}) {
	defer c.s.rescue("keep-alive")
	sc, ok := c.ctx.Value(cssh.ContextKeyConn).(*gossh.ServerConn)
	if !ok {
		return
	}
	if _, _, err := sc.SendRequest(keepAlive, true, nil); err == nil {
		answer <- struct{}{}
	}
}
