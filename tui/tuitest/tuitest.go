// Package tuitest drives the console as a person does: the real program draws
// into a terminal emulator, keys go in as the bytes that a terminal sends, and
// what is expected is looked for on the emulator's screen.
//
// A Term may be used by one goroutine, that of its test.
package tuitest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/oklog/ulid/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/regime"
	"warroom/model/room"
	"warroom/model/topic"
	"warroom/tui"
)

// Patience is how long a condition may take to come true. It is never waited
// for when all is well.
const Patience = 10 * time.Second

// Hub starts a hub over a store; it ends with the test.
func Hub(t testing.TB, s room.Store) *room.Hub { return HubAt(t, s, time.Now) }

// HubAt is Hub with a clock of one's own.
func HubAt(t testing.TB, s room.Store, now func() time.Time) *room.Hub {
	t.Helper()
	rules, err := regime.Load(regime.Own{})
	if err != nil {
		t.Fatal(err)
	}
	topics, err := topic.Load("")
	if err != nil {
		t.Fatal(err)
	}
	h := room.NewHub(s, room.Options{Server: NewID(), Now: now, Entropy: rand.Reader, NewID: NewID, Rules: rules, Topics: topics, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, stop := context.WithCancel(context.Background())
	if err := h.Start(ctx); err != nil {
		stop()
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); h.Wait() })
	return h
}

// NewID makes a command or session id.
func NewID() string { return ulid.Make().String() }

// Term is one person's terminal with the console in it.
type Term struct {
	*Emulator
	App  *tui.App
	prog *tea.Program
}

// New starts a console of actor on a w×h terminal. It ends with the test.
func New(t testing.TB, h *room.Hub, actor model.Actor, w, height int, opts ...func(*tui.Deps)) *Term {
	t.Helper()
	books, err := playbook.Load("")
	if err != nil {
		t.Fatal(err)
	}
	d := tui.Deps{Hub: h, Books: books, Actor: actor, Session: NewID(), Server: "test", Now: time.Now, NewID: NewID, Theme: "dark", Via: "console"}
	for _, o := range opts {
		o(&d)
	}
	app, err := tui.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return Run(t, app, w, height)
}

// Run starts a program around an App.
func Run(t testing.TB, app *tui.App, w, h int) *Term {
	t.Helper()
	in, keys, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := &Term{Emulator: NewEmulator(t, w, h, keys), App: app}
	x.prog = tea.NewProgram(app, tea.WithInput(in), tea.WithOutput(x), tea.WithWindowSize(w, h), tea.WithoutSignalHandler(),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	go func() {
		_, err := x.prog.Run()
		app.Close()
		x.End(err)
	}()
	t.Cleanup(func() {
		x.Close()
		_ = in.Close()
		_ = keys.Close()
	})
	return x
}

// Close ends the program as a dropped connection does: at once, unasked.
func (x *Term) Close() {
	x.prog.Quit()
	<-x.done
}

// Ended waits until the program has ended by itself, and well.
func (x *Term) Ended() {
	x.t.Helper()
	if err := x.Emulator.Ended(); err != nil {
		x.t.Fatal(err)
	}
}

// Resize changes the size of the terminal.
func (x *Term) Resize(w, h int) {
	x.Emulator.Resize(w, h)
	x.prog.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Background sets the terminal's background and tells the program, as when it is
// asked for it.
func (x *Term) Background(dark bool) {
	reply := "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
	if dark {
		reply = "\x1b]11;rgb:0000/0000/0000\x1b\\"
	}
	x.send(reply)
}

// Send gives the program a message that no key makes.
func (x *Term) Send(m tea.Msg) { x.prog.Send(m) }

// Click sends a click of the left button at column c, row r, from 0.
func (x *Term) Click(c, r int) { x.prog.Send(tea.MouseClickMsg{X: c, Y: r, Button: tea.MouseLeft}) }
