// Package ssh lets people in: keys and certificates, limits, the firewall between
// a client and its session, and the sessions themselves, which draw the console or
// run a verb. Nothing that one client sends ends the process or another's session.
package ssh

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	cssh "charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
	"warroom/model/verb"
	"warroom/themes"
	"warroom/tui"
)

// Limits bound what clients may take (SSH-1, SSH-2, SSH-7).
type Limits struct {
	Starting     int // connections that are not logged in, in all
	StartingFrom int // the same from one source
	PerAddress   int // connections of one source
	PerUser      int // connections of one user
	Sessions     int // sessions of one connection
}

// Console draws a session. Close is called when it has ended, however it ended.
type Console interface {
	tea.Model
	Close()
}

// Options is what a server needs.
type Options struct {
	Hub     *room.Hub
	Books   *playbook.Library
	Themes  *themes.Library
	ID      string // of this server process
	Version string // of the program
	Now     func() time.Time
	NewID   func() string
	// Actions says which actions need approval.
	Actions model.ActionPolicy

	Log *slog.Logger

	HostKey     gossh.Signer
	UserCA      string // file of authorities' public keys, "" when there are none
	RevokedKeys string // file of revoked keys, "" when there is none

	LoginGrace time.Duration
	Idle       time.Duration
	KeepAlive  time.Duration
	Limits     Limits

	Theme string
	ASCII bool
	Keys  map[string][]string

	// NewConsole makes the console of a session; nil is tui.New.
	NewConsole func(tui.Deps) (Console, error)
	// RunVerb runs the words of a command; nil is verb.Run.
	RunVerb func(context.Context, verb.Env, []string, verb.IO) error
}

// Server accepts ssh clients.
type Server struct {
	o           Options
	log         *slog.Logger
	ssh         *cssh.Server
	gate        *gate
	failures    failures
	fresh       fresh
	authorities []string
	revoked     *revokedFile

	stopping context.Context // done when no new login is let in
	stop     context.CancelFunc
	kept     sync.WaitGroup // housekeeping

	mu        sync.Mutex
	listeners []net.Listener
	live      map[*session]struct{}
	none      chan struct{} // closed when live is empty and the server is stopping
}

// New makes a server.
func New(o Options) (*Server, error) {
	if o.NewConsole == nil {
		o.NewConsole = func(d tui.Deps) (Console, error) { return tui.New(d) }
	}
	if o.RunVerb == nil {
		o.RunVerb = verb.Run
	}
	s := &Server{o: o, log: o.Log, gate: newGate(o.Limits), live: map[*session]struct{}{}, none: make(chan struct{})}
	s.failures.log = o.Log
	s.stopping, s.stop = context.WithCancel(context.Background())
	var err error
	if s.authorities, err = readAuthorities(o.UserCA); err != nil {
		return nil, err
	}
	if s.revoked, err = openRevoked(o.RevokedKeys, o.Log); err != nil {
		return nil, err
	}
	s.ssh, err = wish.NewServer(
		func(srv *cssh.Server) error { srv.AddHostKey(o.HostKey); return nil },
		wish.WithVersion("warroom"),
		wish.WithMiddleware(func(cssh.Handler) cssh.Handler { return s.handle }),
		cssh.EmulatePty(),
		cssh.WrapConn(s.arrived),
		s.configure,
	)
	return s, err
}

// configure sets what has no option of its own. Only the session channel exists:
// whatever else a client asks for is refused.
func (s *Server) configure(srv *cssh.Server) error {
	srv.HandshakeTimeout = s.o.LoginGrace
	srv.ServerConfigCallback = func(ctx cssh.Context) *gossh.ServerConfig {
		c, ok := ctx.Value(connOf{}).(*conn)
		if !ok { // not reached: every connection comes through arrived
			return &gossh.ServerConfig{PublicKeyCallback: func(gossh.ConnMetadata, gossh.PublicKey) (*gossh.Permissions, error) {
				return nil, errRefused
			}}
		}
		return s.login(c)
	}
	srv.ChannelHandlers = map[string]cssh.ChannelHandler{"session": s.channel}
	srv.RequestHandlers = map[string]cssh.RequestHandler{}
	srv.SubsystemHandlers = map[string]cssh.SubsystemHandler{}
	return nil
}

// connOf is the key of the *conn in its context.
type connOf struct{}

// door is the port. Connections are counted as they are accepted, so that the
// oldest is the oldest.
type door struct {
	net.Listener
	s *Server
}

// Accept implements net.Listener.
func (d door) Accept() (net.Conn, error) {
	nc, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: nc, s: d.s, source: sourceOf(nc.RemoteAddr()), accepted: time.Now(), closed: make(chan struct{})}
	if victim := d.s.gate.arrive(c); victim != nil {
		d.s.failures.add(refusalLine{what: "dropped", from: victim.source, why: "too many connections that are not logged in"})
		_ = victim.Close()
	}
	d.s.log.Debug("connect", "from", from(nc.RemoteAddr()))
	return c, nil
}

// arrived ties an accepted connection to its context.
func (s *Server) arrived(ctx cssh.Context, nc net.Conn) net.Conn {
	c, ok := nc.(*conn)
	if !ok || s.draining() {
		return nil
	}
	c.ctx = ctx
	ctx.SetValue(connOf{}, c)
	return c
}

func (s *Server) draining() bool { return s.stopping.Err() != nil }

// Serve accepts clients until Shutdown, and then gives nil.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.draining() {
		s.mu.Unlock()
		return l.Close()
	}
	s.listeners = append(s.listeners, l)
	s.kept.Go(s.housekeeping)
	s.mu.Unlock()
	err := s.ssh.Serve(door{l, s})
	if s.draining() && errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return err
}

// housekeepingEvery bounds how long a revoked key keeps a session (AUTH-3).
const housekeepingEvery = 5 * time.Second

// housekeeping ends the connections of those who may not be here any more, as soon
// as accounts changed and every few seconds in any case.
func (s *Server) housekeeping() {
	sub := s.o.Hub.Subscribe()
	changed := make(chan struct{}, 1)
	s.kept.Go(func() {
		for {
			b := sub.Next()
			if b.Closed {
				return
			}
			if b.Accounts {
				select {
				case changed <- struct{}{}:
				default:
				}
			}
		}
	})
	defer sub.Close()
	tick := time.NewTicker(housekeepingEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.stopping.Done():
			s.failures.flush()
			return
		case <-changed:
		case <-tick.C:
			s.failures.flush()
		}
		s.evict()
	}
}

func (s *Server) evict() {
	defer s.rescue("eviction")
	for _, c := range s.gate.connections(true) {
		who := s.gate.owner(c)
		acc, known := s.o.Hub.Account(who.user)
		err := errors.New("there is no such user any more")
		if known {
			err = s.stands(acc, who)
		}
		if err == nil {
			continue
		}
		s.log.Warn("connection closed", "user", who.user, "key", who.key, "from", c.source, "why", err.Error())
		_ = c.Close()
	}
}

// rescue is deferred in every goroutine of the server: a fault costs what that
// goroutine does, not the process (SSH-8).
func (s *Server) rescue(where string) {
	if r := recover(); r != nil {
		s.log.Error("fault", "where", where, "panic", safe(panicText(r)), "stack", string(debug.Stack()))
	}
}

// Shutdown lets nobody in any more, tells the sessions, waits for them, and closes
// what is left when ctx is done; the error is then that of ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	// The library's own Shutdown waits for connections, which clients may keep
	// without a session.
	s.mu.Lock()
	for _, l := range s.listeners {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			s.log.Warn("closing the port", "error", safe(err.Error()))
		}
	}
	s.mu.Unlock()
	for _, c := range s.gate.connections(false) {
		if s.gate.owner(c) == nil {
			_ = c.Close()
		}
	}
	s.mu.Lock()
	for x := range s.live {
		x.end(reasonStopping)
	}
	s.settleLocked()
	s.mu.Unlock()
	var err error
	select {
	case <-s.none:
	case <-ctx.Done():
		err = ctx.Err()
	}
	for _, c := range s.gate.connections(false) {
		_ = c.Close()
	}
	s.kept.Wait()
	return err
}

// settleLocked tells Shutdown when the last session has gone.
func (s *Server) settleLocked() {
	if len(s.live) > 0 || !s.draining() {
		return
	}
	select {
	case <-s.none:
	default:
		close(s.none)
	}
}

// enter puts a session on the list; it is told at once when the server is stopping.
func (s *Server) enter(x *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live[x] = struct{}{}
	if s.draining() {
		x.end(reasonStopping)
	}
}

func (s *Server) leave(x *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, x)
	s.settleLocked()
}
