package storetest

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// At says where a Proxy stops a COMMIT.
type At int

// The places.
const (
	Nowhere    At = iota
	BeforeIt      // the server never sees the COMMIT, the line is cut
	AfterIt       // the server has done it, the line is cut before the answer
	HoldBefore    // the COMMIT waits until Release
)

// Proxy stands between a store and PostgreSQL and breaks the line between them.
type Proxy struct {
	t      testing.TB
	server string
	l      net.Listener

	mu    sync.Mutex
	conns map[net.Conn]bool
	away  bool
	dumb  bool // takes everything and answers nothing
	at    At
	skip  int
	held  chan struct{} // one token for each COMMIT that was stopped
	free  chan struct{}
}

// NewProxy makes a proxy in front of the server at address.
func NewProxy(t testing.TB, address string) *Proxy {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{t: t, server: u.Host, l: l, conns: map[net.Conn]bool{}, held: make(chan struct{}, 100), free: make(chan struct{})}
	t.Cleanup(func() { _ = l.Close(); p.Away(true) })
	go p.accept()
	return p
}

// URL is address through the proxy.
func (p *Proxy) URL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		p.t.Fatal(err)
	}
	u.Host = p.l.Addr().String()
	return u.String()
}

// Away cuts all lines and takes no new ones, or takes them again.
func (p *Proxy) Away(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
	if away {
		for c := range p.conns {
			_ = c.Close()
		}
		clear(p.conns)
	}
}

// Stall leaves the lines open and lets nothing through; ending it cuts them.
func (p *Proxy) Stall(on bool) {
	p.mu.Lock()
	p.dumb = on
	p.mu.Unlock()
	if !on {
		p.Away(true)
		p.Away(false)
	}
}

// Stop stops the next COMMIT there.
func (p *Proxy) Stop(at At) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = at
}

// Skip lets that many COMMITs pass before the one that Stop stops.
func (p *Proxy) Skip(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.skip = n
}

// Stopped receives once for each COMMIT that was stopped.
func (p *Proxy) Stopped() <-chan struct{} { return p.held }

// Release lets the COMMIT go that HoldBefore holds.
func (p *Proxy) Release() { close(p.free) }

// line is one connection of the store.
type line struct {
	client, server net.Conn
	last           atomic.Bool   // the next answer is swallowed, and the line ends
	answered       chan struct{} // closed when that answer came
}

func (p *Proxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", p.server)
		p.mu.Lock()
		if err != nil || p.away {
			_ = c.Close()
			if s != nil {
				_ = s.Close()
			}
		} else {
			p.conns[c], p.conns[s] = true, true
			l := &line{client: c, server: s, answered: make(chan struct{})}
			go p.up(l)
			go p.down(l)
		}
		p.mu.Unlock()
	}
}

func (p *Proxy) stalled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dumb
}

// take is where to stop if b holds a COMMIT; it stops only once.
func (p *Proxy) take(b []byte) At {
	if !bytes.Contains(bytes.ToLower(b), []byte("commit\x00")) {
		return Nowhere
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.at
	if at != Nowhere && p.skip > 0 {
		p.skip--
		return Nowhere
	}
	p.at = Nowhere
	return at
}

// up carries what the client says.
func (p *Proxy) up(l *line) {
	defer l.client.Close()
	defer l.server.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := l.client.Read(buf)
		if err != nil {
			return
		}
		at := p.take(buf[:n])
		switch at {
		case BeforeIt:
			p.held <- struct{}{}
			return
		case AfterIt:
			l.last.Store(true)
		case HoldBefore:
			p.held <- struct{}{}
			<-p.free
		}
		if p.stalled() {
			continue
		}
		if _, err := l.server.Write(buf[:n]); err != nil {
			return
		}
		if at == AfterIt {
			<-l.answered
			p.held <- struct{}{}
			return
		}
	}
}

// down carries what the server answers.
func (p *Proxy) down(l *line) {
	defer l.client.Close()
	defer close(l.answered)
	buf := make([]byte, 64<<10)
	for {
		n, err := l.server.Read(buf)
		if err != nil || l.last.Load() {
			return
		}
		if p.stalled() {
			continue
		}
		if _, err := l.client.Write(buf[:n]); err != nil {
			return
		}
	}
}
