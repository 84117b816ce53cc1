// Package tuitest drives the console as a person does: the real program draws
// into a terminal emulator, keys go in as the bytes that a terminal sends, and
// what is expected is looked for on the emulator's screen.
//
// A Term may be used by one goroutine, that of its test.
package tuitest

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"
	"github.com/oklog/ulid/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
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
	h := room.NewHub(s, room.Options{Server: NewID(), Now: now, Entropy: rand.Reader, NewID: NewID, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
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
	t    testing.TB
	App  *tui.App
	prog *tea.Program
	keys *os.File // what the terminal sends
	done chan struct{}
	err  error

	mu      sync.Mutex
	em      *vt.Emulator
	raw     strings.Builder
	changed chan struct{} // closed and made anew at every write
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
	x := &Term{t: t, App: app, keys: keys, done: make(chan struct{}), em: vt.NewEmulator(w, h), changed: make(chan struct{})}
	x.prog = tea.NewProgram(app, tea.WithInput(in), tea.WithOutput(x), tea.WithWindowSize(w, h), tea.WithoutSignalHandler(),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	go x.replies()
	go func() {
		defer close(x.done)
		_, x.err = x.prog.Run()
		app.Close()
	}()
	t.Cleanup(func() {
		x.Close()
		_ = x.em.Close()
		_ = in.Close()
		_ = keys.Close()
	})
	return x
}

// replies hands the terminal's answers to queries to the program; without a
// reader the emulator would block.
func (x *Term) replies() {
	buf := make([]byte, 4096)
	for {
		n, err := x.em.Read(buf)
		if n > 0 {
			if _, e := x.keys.Write(buf[:n]); e != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// Write takes what the program draws. A line feed returns to the first column, as
// behind every terminal driver.
func (x *Term) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.raw.Write(p)
	_, err := x.em.Write(bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")))
	close(x.changed)
	x.changed = make(chan struct{})
	return len(p), err
}

// Close ends the program as a dropped connection does: at once, unasked.
func (x *Term) Close() {
	x.prog.Quit()
	<-x.done
}

// Ended waits until the program has ended by itself.
func (x *Term) Ended() {
	x.t.Helper()
	select {
	case <-x.done:
		if x.err != nil {
			x.t.Fatal(x.err)
		}
	case <-time.After(Patience):
		x.t.Fatalf("the program goes on:\n%s", x.Screen())
	}
}

// Screen is the text on the screen, line by line, without blanks at line ends.
func (x *Term) Screen() string {
	s, _ := x.look()
	return s
}

func (x *Term) look() (string, chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	lines := strings.Split(x.em.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \r")
	}
	return strings.Join(lines, "\n"), x.changed
}

// Painted is the screen with its colours.
func (x *Term) Painted() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.Render()
}

// Raw is every byte that the program wrote to the terminal.
func (x *Term) Raw() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

// Until waits for a screen that ok likes.
func (x *Term) Until(what string, ok func(screen string) bool) string {
	x.t.Helper()
	deadline := time.After(Patience)
	for {
		s, changed := x.look()
		if ok(s) {
			return s
		}
		select {
		case <-changed:
		case <-x.done:
			x.t.Fatalf("never seen: %s; the program has ended: %v", what, x.err)
		case <-deadline:
			x.t.Fatalf("never seen: %s\n%s", what, s)
		}
	}
}

// Expect waits until every one of the texts is on the screen.
func (x *Term) Expect(texts ...string) {
	x.t.Helper()
	for _, text := range texts {
		x.Until(text, func(s string) bool { return strings.Contains(s, text) })
	}
}

// ExpectLine waits for a line that holds all the parts.
func (x *Term) ExpectLine(parts ...string) string {
	x.t.Helper()
	found := ""
	x.Until("a line with "+strings.Join(parts, " … "), func(s string) bool {
		for line := range strings.SplitSeq(s, "\n") {
			all := true
			for _, p := range parts {
				all = all && strings.Contains(line, p)
			}
			if all {
				found = line
				return true
			}
		}
		return false
	})
	return found
}

// ExpectNot waits until the text is gone.
func (x *Term) ExpectNot(text string) {
	x.t.Helper()
	x.Until("a screen without "+text, func(s string) bool { return !strings.Contains(s, text) })
}

// Press sends keys, each as a terminal does: "n", "enter", "ctrl+s", "down".
func (x *Term) Press(keys ...string) *Term {
	x.t.Helper()
	for _, k := range keys {
		x.send(sequence(x.t, k))
	}
	return x
}

// Type sends text, as typed.
func (x *Term) Type(text string) *Term {
	x.t.Helper()
	x.send(text)
	return x
}

// Paste sends text as a bracketed paste.
func (x *Term) Paste(text string) *Term {
	x.t.Helper()
	x.send("\x1b[200~" + text + "\x1b[201~")
	return x
}

func (x *Term) send(s string) {
	x.t.Helper()
	if _, err := x.keys.WriteString(s); err != nil {
		x.t.Fatal(err)
	}
}

// Resize changes the size of the terminal.
func (x *Term) Resize(w, h int) {
	x.mu.Lock()
	x.em.Resize(w, h)
	x.mu.Unlock()
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

// Click sends a click of the left button at column c, row r, from 0.
func (x *Term) Click(c, r int) { x.prog.Send(tea.MouseClickMsg{X: c, Y: r, Button: tea.MouseLeft}) }

// sequence is what a terminal sends for a key; for esc the long form, which no
// letter that follows can change.
func sequence(t testing.TB, key string) string {
	t.Helper()
	named := map[string]string{
		"enter": "\r", "esc": "\x1b[27u", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
		"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
		"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "delete": "\x1b[3~",
	}
	if s, ok := named[key]; ok {
		return s
	}
	if letter, ok := strings.CutPrefix(key, "ctrl+"); ok && len(letter) == 1 {
		return string(rune(letter[0] & 0x1f))
	}
	if len([]rune(key)) == 1 {
		return key
	}
	t.Fatalf("no terminal has the key %q", key)
	return ""
}
