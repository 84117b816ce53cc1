package tuitest

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
)

// Emulator is a terminal, whatever draws on it: a program in this process
// or one at the other end of an ssh session. What is drawn comes in by Write.
type Emulator struct {
	t    testing.TB
	keys io.Writer // what the terminal sends
	done chan struct{}
	err  error // why it ended; read it after done

	mu      sync.Mutex
	em      *vt.Emulator
	raw     strings.Builder
	changed chan struct{} // closed and made anew at every write
}

// NewEmulator makes a w×h terminal that sends its keys to keys. It ends with the test.
func NewEmulator(t testing.TB, w, h int, keys io.Writer) *Emulator {
	x := &Emulator{t: t, keys: keys, done: make(chan struct{}), em: vt.NewEmulator(w, h), changed: make(chan struct{})}
	go x.replies()
	t.Cleanup(func() {
		// Its own Close would race with the reader; a closed pipe ends the reader.
		if pipe, ok := x.em.InputPipe().(io.Closer); ok {
			_ = pipe.Close()
		}
	})
	return x
}

// End says that what draws here has ended, and why. It is called once.
func (x *Emulator) End(err error) {
	x.err = err
	close(x.done)
}

// Ended waits until what draws here has ended by itself.
func (x *Emulator) Ended() error {
	x.t.Helper()
	select {
	case <-x.done:
		return x.err
	case <-time.After(Patience):
		x.t.Fatalf("the program goes on:\n%s", x.Screen())
		return nil
	}
}

// replies hands the terminal's answers to queries to the program; without a
// reader the emulator would block.
func (x *Emulator) replies() {
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
func (x *Emulator) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.raw.Write(p)
	_, err := x.em.Write(bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")))
	close(x.changed)
	x.changed = make(chan struct{})
	return len(p), err
}

// Screen is the text on the screen, line by line, without blanks at line ends.
func (x *Emulator) Screen() string {
	s, _ := x.look()
	return s
}

func (x *Emulator) look() (string, chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	lines := strings.Split(x.em.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \r")
	}
	return strings.Join(lines, "\n"), x.changed
}

// Painted is the screen with its colours.
func (x *Emulator) Painted() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.Render()
}

// Raw is every byte that the program wrote to the terminal.
func (x *Emulator) Raw() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

// Until waits for a screen that ok likes.
func (x *Emulator) Until(what string, ok func(screen string) bool) string {
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
func (x *Emulator) Expect(texts ...string) {
	x.t.Helper()
	for _, text := range texts {
		x.Until(text, func(s string) bool { return strings.Contains(s, text) })
	}
}

// ExpectLine waits for a line that holds all the parts.
func (x *Emulator) ExpectLine(parts ...string) string {
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
func (x *Emulator) ExpectNot(text string) {
	x.t.Helper()
	x.Until("a screen without "+text, func(s string) bool { return !strings.Contains(s, text) })
}

// Press sends keys, each as a terminal does: "n", "enter", "ctrl+s", "down".
func (x *Emulator) Press(keys ...string) *Emulator {
	x.t.Helper()
	for _, k := range keys {
		x.send(sequence(x.t, k))
	}
	return x
}

// Type sends text, as typed.
func (x *Emulator) Type(text string) *Emulator {
	x.t.Helper()
	x.send(text)
	return x
}

// Paste sends text as a bracketed paste.
func (x *Emulator) Paste(text string) *Emulator {
	x.t.Helper()
	x.send("\x1b[200~" + text + "\x1b[201~")
	return x
}

func (x *Emulator) send(s string) {
	x.t.Helper()
	if _, err := io.WriteString(x.keys, s); err != nil {
		x.t.Fatal(err)
	}
}

// Resize changes the size of the terminal.
func (x *Emulator) Resize(w, h int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.em.Resize(w, h)
}

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
