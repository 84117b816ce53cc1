package ssh

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"

	cssh "charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
)

// Bounds of what a client may ask of a session (SSH-6).
const (
	maxColumns, maxRows         = 500, 200
	defaultColumns, defaultRows = 80, 24
	maxCommand                  = 4 << 10 // bytes
	maxEnv                      = 20
	maxEnvValue                 = 64 // bytes
	defaultTerm                 = "xterm"
)

type size struct{ columns, rows int }

// wire is one session channel as the firewall sees it. The library's handler gets
// only requests that passed; changes of the window's size it never gets: they stay
// here, the newest one only, until the program asks.
type wire struct {
	c   *conn
	who *identity
	ctx context.Context // done when the client closed the channel
	end context.CancelFunc

	mu      sync.Mutex
	size    size
	resized chan struct{} // holds one token when size changed
	env     int           // variables so far
	tooLong bool          // the command was
}

// wireOf is the key of the *wire in the context of a session.
type wireOf struct{}

// wireContext is the context of one session: the library's is the connection's,
// which several sessions share and which outlives them.
type wireContext struct {
	cssh.Context
	w *wire
}

func (c wireContext) Done() <-chan struct{} { return c.w.ctx.Done() }
func (c wireContext) Err() error            { return c.w.ctx.Err() }

func (c wireContext) Value(key any) any {
	if key == (wireOf{}) {
		return c.w
	}
	return c.Context.Value(key)
}

// channel opens a session channel, with the firewall in front of the library.
func (s *Server) channel(srv *cssh.Server, sc *gossh.ServerConn, ch gossh.NewChannel, ctx cssh.Context) {
	defer s.rescue("session channel")
	c, ok := ctx.Value(connOf{}).(*conn)
	if !ok || sc.Permissions == nil {
		_ = ch.Reject(gossh.Prohibited, "no login")
		return
	}
	who, ok := sc.Permissions.ExtraData[identityOf{}].(*identity)
	if !ok {
		_ = ch.Reject(gossh.Prohibited, "no login")
		return
	}
	if s.draining() {
		_ = ch.Reject(gossh.ResourceShortage, reasonStopping.text)
		return
	}
	if n := int(c.sessions.Add(1)); n > s.o.Limits.Sessions {
		c.sessions.Add(-1)
		_ = ch.Reject(gossh.ResourceShortage, fmt.Sprintf("warroom: %d sessions are open in this connection, which is the most; close one first", s.o.Limits.Sessions))
		return
	}
	defer c.sessions.Add(-1)
	w := &wire{c: c, who: who, size: size{defaultColumns, defaultRows}, resized: make(chan struct{}, 1)}
	w.ctx, w.end = context.WithCancel(ctx)
	defer w.end()
	cssh.DefaultSessionHandler(srv, sc, fence{ch, w, s}, wireContext{ctx, w})
}

// fence makes a new channel whose requests pass the firewall.
type fence struct {
	gossh.NewChannel
	w *wire
	s *Server
}

func (f fence) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	ch, in, err := f.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	out := make(chan *gossh.Request)
	go func() {
		defer close(out)
		defer f.w.end()
		defer f.s.rescue("request firewall")
		for req := range in {
			if f.w.admit(req) {
				out <- req
			}
		}
	}()
	return ch, out, nil
}

// admit says whether the library gets to see a request. Those that it does not see
// are answered here.
func (w *wire) admit(req *gossh.Request) bool {
	ok := false
	switch req.Type {
	case "pty-req":
		if req.Payload, ok = w.pty(req.Payload); ok {
			return true
		}
	case "env":
		if w.admitEnv(req.Payload) {
			return true
		}
	case "shell":
		return true
	case "exec":
		var p struct{ Command string }
		if gossh.Unmarshal(req.Payload, &p) != nil {
			break
		}
		if len(p.Command) > maxCommand {
			w.mu.Lock()
			w.tooLong = true
			w.mu.Unlock()
			req.Payload = gossh.Marshal(struct{ Command string }{"too long"})
		}
		return true
	case "window-change":
		ok = w.resize(req.Payload)
	}
	// Agent and X11 forwarding, subsystems, signals, breaks and the unknown.
	_ = req.Reply(ok, nil)
	return false
}

var plainTerm = regexp.MustCompile(`^[A-Za-z0-9._+-]{1,40}$`)

type ptyRequest struct {
	Term                         string
	Columns, Rows, Width, Height uint32
	Modes                        string
}

// pty is the request for a terminal as the library may have it.
func (w *wire) pty(payload []byte) ([]byte, bool) {
	var p ptyRequest
	if gossh.Unmarshal(payload, &p) != nil {
		return nil, false
	}
	if !plainTerm.MatchString(p.Term) {
		p.Term = defaultTerm
	}
	sz := clamp(p.Columns, p.Rows)
	w.mu.Lock()
	w.size = sz
	w.mu.Unlock()
	return gossh.Marshal(ptyRequest{Term: p.Term, Columns: uint32(sz.columns), Rows: uint32(sz.rows)}), true
}

func (w *wire) resize(payload []byte) bool {
	var p struct{ Columns, Rows, Width, Height uint32 }
	if gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	w.mu.Lock()
	w.size = clamp(p.Columns, p.Rows)
	w.mu.Unlock()
	select {
	case w.resized <- struct{}{}:
	default:
	}
	return true
}

// window is the newest size.
func (w *wire) window() size {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.size
}

func clamp(columns, rows uint32) size {
	return size{clamp1(columns, defaultColumns, maxColumns), clamp1(rows, defaultRows, maxRows)}
}

func clamp1(n uint32, none, most int) int {
	if n == 0 {
		return none
	}
	return int(min(n, uint32(most)))
}

// admitEnv lets through what says how to draw, and nothing else.
func (w *wire) admitEnv(payload []byte) bool {
	var p struct{ Name, Value string }
	if gossh.Unmarshal(payload, &p) != nil || len(p.Value) > maxEnvValue || len(p.Name) > maxEnvValue {
		return false
	}
	switch p.Name {
	case "LANG", "NO_COLOR", "COLORTERM", "TERM_PROGRAM":
	default:
		if !strings.HasPrefix(p.Name, "LC_") || model.Line(p.Name).String() != p.Name {
			return false
		}
	}
	for i := range len(p.Value) {
		if p.Value[i] < ' ' || p.Value[i] > '~' {
			return false
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.env++
	return w.env <= maxEnv
}
