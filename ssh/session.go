package ssh

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	cssh "charm.land/ssh"
	bm "charm.land/wish/v2/bubbletea"
	"github.com/charmbracelet/colorprofile"

	"warroom/model"
	"warroom/tui"
	"warroom/tui/termfilter"
)

// reason is why the server ends a session, as its user is told.
type reason struct{ text string }

var (
	reasonStopping = &reason{"the server is stopping; what you typed is kept as a draft"}
	reasonIdle     = &reason{"the session was idle for too long; what you typed is kept as a draft"}
	reasonGone     = &reason{} // the client went away
	reasonBroken   = &reason{"this session broke and was ended; what was saved is safe, please connect again"}
)

// session is one session: a console or a verb.
type session struct {
	s    *Server
	sess cssh.Session
	w    *wire
	id   string
	who  *identity
	log  *slog.Logger

	once sync.Once
	why  atomic.Pointer[reason]
	over chan struct{} // closed by end
}

// handle is the whole life of a session.
func (s *Server) handle(sess cssh.Session) {
	w, ok := sess.Context().Value(wireOf{}).(*wire)
	if !ok { // not reached: every session comes through channel
		_ = sess.Exit(1)
		return
	}
	x := &session{s: s, sess: sess, w: w, id: s.o.NewID(), who: w.who, over: make(chan struct{})}
	x.log = s.log.With("session", x.id, "user", x.who.user)
	s.enter(x)
	defer s.leave(x)
	status := x.guarded()
	x.log.Info("session ended", "status", status)
	_ = sess.Exit(status)
}

// guarded runs the session; a fault in it ends it with a plain message (SSH-8).
func (x *session) guarded() (status int) {
	defer func() {
		if r := recover(); r != nil {
			x.fault(r)
			x.say(reasonBroken.text)
			status = 1
		}
	}()
	acc, known := x.s.o.Hub.Account(x.who.user)
	if !known || x.s.stands(acc, x.who) != nil {
		x.say("your account may not log in any more")
		return 1
	}
	actor := model.Actor{Name: acc.Name, Role: acc.Role}
	_, _, terminal := x.sess.Pty()
	switch {
	case x.sess.RawCommand() != "":
		return x.exec(actor)
	case !terminal:
		x.say("the console needs a terminal; ssh -t asks for one; a command does without: ssh HOST help")
		return 1
	}
	return x.console(actor)
}

// say tells the user something, in one line of safe text.
func (x *session) say(text string) {
	_, _ = io.WriteString(x.sess.Stderr(), "warroom: "+model.Line(text).String()+"\n")
}

// end asks the session to end. It never waits.
func (x *session) end(why *reason) {
	x.once.Do(func() {
		x.why.Store(why)
		close(x.over)
	})
}

// endings is how long a program gets to keep its drafts, and then to stop, before
// the connection is closed under it.
const endings = 2 * time.Second

// restore puts back what a program that was cut off has changed (SSH-11).
const restore = "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[m\r"

// console draws the console until its user leaves or end is called.
func (x *session) console(actor model.Actor) int {
	env := x.sess.Environ()
	plain := lookup(env, "NO_COLOR") != ""
	ui, err := x.s.o.NewConsole(tui.Deps{
		Hub: x.s.o.Hub, Books: x.s.o.Books, Actor: actor, Session: x.id, Server: x.s.o.ID, Now: x.s.o.Now, NewID: x.s.o.NewID, Actions: x.s.o.Actions,
		Themes: x.s.o.Themes, Theme: x.s.o.Theme, ASCII: x.s.o.ASCII || !unicode(env), NoColor: plain,
		Keys: x.s.o.Keys, Remote: true, Via: "ssh", Version: x.s.o.Version, Key: x.who.key, IdleLock: x.s.o.Idle / 2,
	})
	if err != nil {
		x.say(err.Error())
		return 1
	}
	defer ui.Close()
	x.log.Info("session", "kind", "console")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var p *tea.Program
	in := x.input(ctx, func() {
		go x.send(p, tui.PasteCut)
	})
	opts := append(bm.MakeOptions(x.sess),
		tea.WithContext(ctx), tea.WithInput(in), tea.WithFilter(guard), tea.WithFPS(60), tea.WithoutSignalHandler(),
		tea.WithWindowSize(x.w.window().columns, x.w.window().rows))
	if plain {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	p = tea.NewProgram(shield{ui, x}, opts...)
	done := make(chan struct{})
	go x.resizes(p, done)
	go x.endings(p, cancel, in, done)
	_, err = p.Run()
	close(done)
	return x.ended(err)
}

// ended tells why the session ended, if it was not its user who ended it.
func (x *session) ended(err error) int {
	why := x.why.Load()
	if why == nil && err == nil {
		return 0
	}
	if err != nil {
		_, _ = io.WriteString(x.sess, restore)
	}
	if why == reasonGone {
		return 0
	}
	if why == nil {
		x.log.Error("the console ended with a fault", "error", safe(err.Error()))
		why = reasonBroken
	}
	x.say(why.text)
	return 1
}

// send gives a message to the program. It may wait for as long as the program
// lives, so it is called on a goroutine of its own.
func (x *session) send(p *tea.Program, msg tea.Msg) {
	defer x.s.rescue("message to a session")
	p.Send(msg)
}

// resizes passes on the newest size of the window, one a frame at most.
func (x *session) resizes(p *tea.Program, done <-chan struct{}) {
	defer x.s.rescue("resize")
	const frame = time.Second / 30
	for {
		select {
		case <-done:
			return
		case <-x.w.resized:
		}
		sz := x.w.window()
		p.Send(tea.WindowSizeMsg{Width: sz.columns, Height: sz.rows})
		if wait(done, frame) {
			return
		}
	}
}

// endings ends the program when it is time: it is asked first, then stopped, and
// in the end its connection is closed, which is all that helps with a client that
// does not read.
func (x *session) endings(p *tea.Program, cancel func(), in *input, done <-chan struct{}) {
	defer x.s.rescue("end of a session")
	idle := time.NewTicker(min(x.s.o.Idle/10, time.Second*5))
	defer idle.Stop()
	for waiting := true; waiting; {
		select {
		case <-done:
			return
		case <-x.w.ctx.Done():
			x.end(reasonGone)
		case <-x.over:
			waiting = false
		case <-idle.C:
			if in.idle() > x.s.o.Idle {
				x.end(reasonIdle)
			}
		}
	}
	go x.send(p, tui.Leave{})
	if wait(done, endings) {
		return
	}
	cancel()
	if wait(done, endings/2) {
		return
	}
	_ = x.w.c.Close()
}

// wait says whether done was closed in time.
func wait(done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// guard keeps from the program what would act on the server: stopping its process,
// and reading its clipboard.
func guard(_ tea.Model, msg tea.Msg) tea.Msg {
	switch m := msg.(type) {
	case tea.SuspendMsg:
		return tea.ResumeMsg{}
	case tea.KeyPressMsg:
		if k := m.String(); k == "ctrl+v" || k == "ctrl+shift+c" {
			return nil
		}
	}
	return msg
}

// input is what the client types, filtered.
type input struct {
	filter *termfilter.Filter
	x      *session
	last   atomic.Int64 // when something came, in Unix nanoseconds
}

func (x *session) input(ctx context.Context, tooBig func()) *input {
	in := &input{x: x}
	in.last.Store(time.Now().UnixNano())
	in.filter = termfilter.New(in.typed(), tooBig, func(d time.Duration) { wait(ctx.Done(), d) }, time.Now)
	return in
}

// Read implements io.Reader. The end of the input ends the session: the program
// itself takes it for silence.
func (in *input) Read(p []byte) (int, error) {
	n, err := in.filter.Read(p)
	if err != nil {
		in.x.end(reasonGone)
		if !errors.Is(err, io.EOF) {
			err = io.EOF
		}
	}
	return n, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func (in *input) typed() io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		n, err := in.x.sess.Read(p)
		if n > 0 {
			in.last.Store(time.Now().UnixNano())
		}
		return n, err
	})
}

func (in *input) idle() time.Duration { return time.Since(time.Unix(0, in.last.Load())) }

// lookup is the value of a variable, "" when it is not set.
func lookup(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

// unicode says whether the client's terminal shows more than ASCII. Many clients
// send no locale at all: they do.
func unicode(env []string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(lookup(env, name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}
