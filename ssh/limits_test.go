package ssh

import (
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
	"warroom/tui"
)

// silent opens connections that say nothing.
func (h *house) silent(n int) []net.Conn {
	h.t.Helper()
	var out []net.Conn
	for range n {
		nc, err := net.Dial("tcp", h.addr)
		h.must(err)
		h.t.Cleanup(func() { _ = nc.Close() })
		out = append(out, nc)
	}
	return out
}

// closed says whether the server has closed a connection.
func closed(nc net.Conn) bool {
	if err := nc.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		return true
	}
	_, err := io.Copy(io.Discard, nc)
	ne, timeout := err.(net.Error)
	return err == nil || !timeout || !ne.Timeout()
}

// Behind 200 silent sockets of his own address a colleague gets in within two
// seconds; the oldest of them had to go (SSH-2).
func TestSilentSockets(t *testing.T) {
	h := open(t, withToy)
	lee := h.user("lee", model.RoleAdmin)
	sockets := h.silent(200)
	began := time.Now()
	h.screen(h.login("lee", lee), 80, 24).shows("toy of lee")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %s", took)
	} else {
		t.Logf("in after %s", took)
	}
	eventually(t, "the oldest are closed", func() bool { return closed(sockets[0]) && closed(sockets[150]) })
	if closed(sockets[199]) {
		t.Error("the newest was closed")
	}
}

// The total makes the oldest of the busiest source go (SSH-2).
func TestBusiestSourceGoes(t *testing.T) {
	g := newGate(Limits{Starting: 4, StartingFrom: 10, PerAddress: 10, PerUser: 10})
	c := func(source string) *conn { return &conn{source: source} }
	a1, b1, b2, a2, b3 := c("a"), c("b"), c("b"), c("a"), c("b")
	for _, x := range []*conn{a1, b1, b2, a2} {
		if v := g.arrive(x); v != nil {
			t.Fatalf("%s goes too early", v.source)
		}
	}
	if v := g.arrive(b3); v != b1 {
		t.Errorf("%v goes, not the oldest of the busiest", v)
	}
	g.leave(b1)
	g.leave(b1)
	if v := g.arrive(c("c")); v == nil || v.source == "c" {
		t.Errorf("%v", v)
	}
}

// The grace time is absolute: bytes that drip do not prolong it (SSH-1).
func TestLoginGrace(t *testing.T) {
	t.Parallel()
	h := open(t, func(_ *house, o *Options) { o.NewConsole, o.LoginGrace = newToy, time.Second })
	lee := h.user("lee", model.RoleAdmin)
	nc := h.silent(1)[0]
	began := time.Now()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		<-tick.C
		if _, err := nc.Write([]byte("S")); err != nil || closed(nc) {
			break
		}
		if i > 50 {
			t.Fatal("it is open after five seconds")
		}
	}
	if took := time.Since(began); took < 900*time.Millisecond || took > 3*time.Second {
		t.Errorf("closed after %s", took)
	}
	x := h.screen(h.login("lee", lee), 80, 24)
	x.shows("toy")
	within(t, 5*time.Second, "the grace time is over for those who are in", func() bool { return time.Since(began) > 3*time.Second })
	x.types("on")
	x.shows("on")
}

// Limits by user and by address: the refusal names the limit, and another user
// does not notice the first (SSH-7).
func TestConnectionLimits(t *testing.T) {
	h := open(t, func(_ *house, o *Options) { o.NewConsole, o.Limits.PerUser, o.Limits.PerAddress = newToy, 2, 3 })
	lee, ann := h.user("lee", model.RoleAdmin), h.user("ann", model.RoleResponder)
	first := h.login("lee", lee)
	h.login("lee", lee)
	refused := func(user string, key gossh.Signer, want string) {
		t.Helper()
		said := ""
		c := clientConfig(user, gossh.PublicKeys(key))
		c.BannerCallback = func(m string) error { said += m; return nil }
		if x, err := gossh.Dial("tcp", h.addr, c); err == nil {
			_ = x.Close()
			t.Errorf("%s: let in", user)
		}
		if !strings.Contains(said, want) {
			t.Errorf("%s is told %q", user, said)
		}
	}
	refused("lee", lee, "2 connections open")
	h.login("ann", ann)
	refused("ann", ann, "3 connections are open from your address")
	h.must(first.Close())
	eventually(t, "there is room again", func() bool { _, err := h.dial("lee", lee); return err == nil })
}

// A revoked key and a disabled account end live sessions, those of others stay
// (AUTH-3).
func TestRevocationEndsSessions(t *testing.T) {
	t.Parallel()
	ca, card := newSigner(t), newSigner(t)
	h := open(t, func(h *house, o *Options) {
		write(t, h.ca, publicLine(ca.PublicKey()))
		write(t, h.krl, "")
		o.NewConsole, o.UserCA, o.RevokedKeys = newToy, h.ca, h.krl
	})
	lee, ann, bob := h.user("lee", model.RoleAdmin), h.user("ann", model.RoleResponder), h.user("bob", model.RoleResponder)
	keep := h.screen(h.login("lee", lee), 80, 24)
	keep.shows("toy")
	a, b := h.screen(h.login("ann", ann), 80, 24), h.screen(h.login("bob", bob), 80, 24)
	byCard := h.screen(h.login("lee", cert(t, ca, card, nil)), 80, 24)
	eventually(t, "four are here", func() bool { return h.people() == 4 })
	h.must(h.store.RevokeKey(t.Context(), "test", "ann", gossh.FingerprintSHA256(ann.PublicKey())))
	h.must(h.store.SetDisabled(t.Context(), "test", "bob", true))
	began := time.Now()
	if s := a.status(); s != -1 {
		t.Errorf("the revoked key: status %d", s)
	}
	if s := b.status(); s != -1 {
		t.Errorf("the disabled account: status %d", s)
	}
	write(t, h.krl, "serial: 7\n")
	if s := byCard.status(); s != -1 {
		t.Errorf("the revoked certificate: status %d", s)
	}
	t.Logf("all gone after %s", time.Since(began))
	eventually(t, "one is here", func() bool { return h.people() == 1 })
	keep.types("on")
	keep.shows("on")
}

// Sessions are told when the server stops, and it ends although a client keeps
// its connection (SSH-12).
func TestDrain(t *testing.T) {
	h := open(t, nil)
	lee := h.user("lee", model.RoleAdmin)
	c := h.login("lee", lee)
	x := h.screen(c, 80, 24)
	eventually(t, "lee is here", func() bool { return h.people() == 1 })
	idle := h.login("lee", lee)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	began := time.Now()
	h.must(h.srv.Shutdown(ctx))
	if err := <-h.ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if got := x.status(); got != 1 || !strings.Contains(x.out.String(), "warroom: the server is stopping") {
		t.Errorf("status %d, %q", got, x.out.String())
	}
	if idle.Wait() == nil {
		t.Error("the idle connection is open")
	}
	if _, err := h.dial("lee", lee); err == nil {
		t.Error("a login after the end")
	}
}

// deaf is a console that does not listen when it is asked to leave.
type deaf struct{ *toy }

func (m deaf) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tui.Leave); ok {
		return m, nil
	}
	next, cmd := m.toy.Update(msg)
	return deaf{next.(*toy)}, cmd
}

// What does not end when asked is stopped, and its terminal restored (SSH-11,
// SSH-12).
func TestDrainOfTheUnwilling(t *testing.T) {
	t.Parallel()
	h := open(t, func(_ *house, o *Options) {
		o.NewConsole = func(d tui.Deps) (Console, error) { return deaf{&toy{d: d}}, nil }
	})
	lee := h.user("lee", model.RoleAdmin)
	x := h.screen(h.login("lee", lee), 80, 24)
	x.shows("toy")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	h.must(h.srv.Shutdown(ctx))
	if got := x.status(); got != 1 || !strings.Contains(x.out.String(), "\x1b[?25h") {
		t.Errorf("status %d", got)
	}
}

// noisy is a console that fills every frame with something new.
type noisy struct {
	*toy
	frame int
}

type nextFrame struct{}

func soon() tea.Cmd {
	return tea.Tick(time.Millisecond, func(time.Time) tea.Msg { return nextFrame{} })
}

func (m noisy) Init() tea.Cmd { return tea.Batch(m.toy.Init(), soon()) }

func (m noisy) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(nextFrame); ok {
		m.frame++
		return m, soon()
	}
	next, cmd := m.toy.Update(msg)
	m.toy = next.(*toy)
	return m, cmd
}

func (m noisy) View() tea.View {
	var b strings.Builder
	for y := range m.h {
		for x := range m.w {
			b.WriteByte(byte('!' + (x*7+y*13+m.frame*(x%11+1))%90))
		}
		b.WriteByte('\n')
	}
	return tea.NewView(b.String())
}

// A client that does not read holds up nobody but itself, and is cut off when the
// server stops (SSH-10, SSH-12).
func TestClientThatDoesNotRead(t *testing.T) {
	t.Parallel()
	h := open(t, func(_ *house, o *Options) {
		o.NewConsole = func(d tui.Deps) (Console, error) {
			if d.Actor.Name == "ann" {
				return noisy{toy: &toy{d: d}}, nil
			}
			return newToy(d)
		}
	})
	lee, ann := h.user("lee", model.RoleAdmin), h.user("ann", model.RoleResponder)
	sess, err := h.login("ann", ann).NewSession()
	h.must(err)
	_, err = sess.StdinPipe()
	h.must(err)
	_, err = sess.StdoutPipe() // which nobody reads
	h.must(err)
	h.must(sess.RequestPty("xterm", 200, 500, gossh.TerminalModes{}))
	h.must(sess.Shell())
	x := h.screen(h.login("lee", lee), 80, 24)
	stack := make([]byte, 4<<20)
	within(t, 30*time.Second, "its session is stuck", func() bool {
		return strings.Contains(string(stack[:runtime.Stack(stack, true)]), "ssh.(*window).reserve")
	})
	x.types("on")
	x.shows("on")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	h.must(h.srv.Shutdown(ctx))
	if got := x.status(); got != 1 {
		t.Errorf("status %d", got)
	}
}

// A client that does not answer is gone after three misses; a session without a
// key is ended after the idle time (SSH-10).
func TestKeepAliveAndIdle(t *testing.T) {
	t.Parallel()
	h := open(t, func(_ *house, o *Options) {
		o.NewConsole, o.KeepAlive, o.Idle = newToy, 50*time.Millisecond, 2*time.Second
	})
	lee := h.user("lee", model.RoleAdmin)
	x := h.screen(h.login("lee", lee), 80, 24)
	x.shows("toy")

	nc, err := net.Dial("tcp", h.addr)
	h.must(err)
	stopped := &tap{Conn: nc, on: make(chan struct{})}
	sc, chans, reqs, err := gossh.NewClientConn(stopped, h.addr, clientConfig("lee", gossh.PublicKeys(lee)))
	h.must(err)
	c := gossh.NewClient(sc, chans, reqs)
	defer c.Close()
	h.screen(c, 80, 24).shows("toy")
	close(stopped.on)
	eventually(t, "the silent client is found", func() bool { return strings.Contains(h.log.String(), "the client does not answer") })
	if got := x.status(); got != 1 || !strings.Contains(x.out.String(), "idle for too long") {
		t.Errorf("status %d, %q", got, x.out.String())
	}
	eventually(t, "nobody is here", func() bool { return h.people() == 0 })
}

// tap is a connection that stops to read.
type tap struct {
	net.Conn
	on chan struct{}
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	select {
	case <-t.on:
		select {} // as a client that was stopped
	default:
		return n, err
	}
}

// Sessions that are cut off leave nothing behind (SSH-11).
func TestCutOffSessions(t *testing.T) {
	h := open(t, withToy)
	lee := h.user("lee", model.RoleAdmin)
	h.screen(h.login("lee", lee), 80, 24).shows("toy")
	before := runtime.NumGoroutine()
	var nets []net.Conn
	for range 20 {
		nc, err := net.Dial("tcp", h.addr)
		h.must(err)
		sc, chans, reqs, err := gossh.NewClientConn(nc, h.addr, clientConfig("lee", gossh.PublicKeys(lee)))
		h.must(err)
		x := h.screen(gossh.NewClient(sc, chans, reqs), 80, 24)
		x.types("typing")
		nets = append(nets, nc)
	}
	eventually(t, "all are here", func() bool { return h.people() == 21 })
	for _, nc := range nets {
		_ = nc.Close()
	}
	eventually(t, "only the first is here", func() bool { return h.people() == 1 })
	eventually(t, "no connection is left", func() bool { return len(h.srv.gate.connections(false)) == 1 })
	eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before+5 })
}

// A flood of failures is counted (LOG-3).
func TestFailuresAreCounted(t *testing.T) {
	h := open(t, withToy)
	for i := range 100 {
		h.srv.failures.add(refusalLine{what: "login failed", user: fmt.Sprint(i)})
	}
	h.srv.failures.flush()
	log := h.log.String()
	if n := strings.Count(log, "login failed"); n != perInterval || !strings.Contains(log, fmt.Sprintf("count=%d", 100-perInterval)) {
		t.Errorf("%d lines, %q", n, log[max(0, len(log)-300):])
	}
}
