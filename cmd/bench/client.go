package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// The terminal of every client.
const (
	columns = 120
	lines   = 40
)

// client is one person at a terminal, over real ssh.
type client struct {
	conn  *ssh.Client
	in    io.WriteCloser
	out   chan string // keys and answers on their way to the server
	over  chan struct{}
	begun time.Time
	bytes atomic.Int64

	mu      sync.Mutex
	screen  *screen
	rows    []string
	watches []*watch
}

// watch is a text that a client waits for, or whose end it waits for.
type watch struct {
	text string
	gone bool
	old  bool // true already when the waiting began
	at   time.Time
	done chan struct{}
}

const dialPatience = 30 * time.Second

// dial connects, logs in and asks for a terminal with a shell in it.
func dial(addr, user string, key ssh.Signer) (*client, error) {
	c := &client{begun: time.Now(), out: make(chan string, 256), over: make(chan struct{}), rows: make([]string, lines)}
	c.screen = newScreen(columns, lines, c.send)
	tcp, err := net.DialTimeout("tcp", addr, dialPatience)
	if err != nil {
		return nil, err
	}
	if err := tcp.SetDeadline(c.begun.Add(dialPatience)); err != nil {
		return nil, err
	}
	conn, chans, reqs, err := ssh.NewClientConn(tcp, addr, &ssh.ClientConfig{
		User: user, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // it is the server that was just started here
	})
	if err != nil {
		_ = tcp.Close()
		return nil, fmt.Errorf("login of %s: %w", user, err)
	}
	c.conn = ssh.NewClient(conn, chans, reqs)
	if err := errors.Join(tcp.SetDeadline(time.Time{}), c.shell()); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *client) shell() error {
	s, err := c.conn.NewSession()
	if err != nil {
		return err
	}
	_ = s.Setenv("LANG", "C.UTF-8") // a server may refuse; it is only a wish
	if err := s.RequestPty("xterm-256color", lines, columns, ssh.TerminalModes{}); err != nil {
		return err
	}
	if c.in, err = s.StdinPipe(); err != nil {
		return err
	}
	out, err := s.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.Shell(); err != nil {
		return err
	}
	go c.write()
	go c.read(out)
	return nil
}

func (c *client) close() { _ = c.conn.Close() }

// send types keys. It never waits.
func (c *client) send(keys string) {
	select {
	case c.out <- keys:
	default: // the server takes nothing: what is waited for will be missed
	}
}

func (c *client) write() {
	for {
		select {
		case <-c.over:
			return
		case keys := <-c.out:
			if _, err := io.WriteString(c.in, keys); err != nil {
				return
			}
		}
	}
}

func (c *client) read(r io.Reader) {
	defer close(c.over)
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			c.bytes.Add(int64(n))
			c.show(buf[:n], time.Now())
		}
		if err != nil {
			return
		}
	}
}

func (c *client) show(p []byte, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.screen.write(p)
	changed := false
	c.screen.take(func(y int) { changed, c.rows[y] = true, c.screen.row(y) })
	if !changed {
		return
	}
	left := c.watches[:0]
	for _, w := range c.watches {
		if c.has(w.text) == w.gone {
			left = append(left, w)
			continue
		}
		w.at = now
		close(w.done)
	}
	clear(c.watches[len(left):])
	c.watches = left
}

func (c *client) has(text string) bool {
	for _, row := range c.rows {
		if strings.Contains(row, text) {
			return true
		}
	}
	return false
}

// expect starts to wait for a text within one row.
func (c *client) expect(text string) *watch { return c.watch(&watch{text: text}) }

// expectGone starts to wait until no row has the text.
func (c *client) expectGone(text string) *watch { return c.watch(&watch{text: text, gone: true}) }

func (c *client) watch(w *watch) *watch {
	w.done = make(chan struct{})
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.has(w.text) != w.gone {
		w.at, w.old = time.Now(), true
		close(w.done)
		return w
	}
	c.watches = append(c.watches, w)
	return w
}

// wait says when it was seen; false when it was not by the deadline.
func (w *watch) wait(deadline time.Time) (time.Time, bool) {
	select {
	case <-w.done:
		return w.at, true
	default:
	}
	t := time.NewTimer(time.Until(deadline))
	defer t.Stop()
	select {
	case <-w.done:
		return w.at, true
	case <-t.C:
		return time.Time{}, false
	}
}

// do types keys and waits for a text; the error shows the screen instead.
func (c *client) do(keys, text string, patience time.Duration) (time.Duration, error) {
	w, from := c.expect(text), time.Now()
	c.send(keys)
	at, seen := w.wait(from.Add(patience))
	if w.old {
		return 0, fmt.Errorf("%q is there before the keys %q; the screen:\n%s", text, keys, c.look())
	}
	if !seen {
		return 0, fmt.Errorf("%q was not seen after the keys %q; the screen:\n%s", text, keys, c.look())
	}
	return at.Sub(from), nil
}

func (c *client) look() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.screen.String()
}
