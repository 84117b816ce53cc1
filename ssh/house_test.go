package ssh

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/oklog/ulid/v2"
	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/regime"
	"warroom/model/room"
	"warroom/model/topic"
	"warroom/store"
	"warroom/store/storetest"
	"warroom/tui"
)

// house is a server on a loopback port, with a real hub on a real database.
type house struct {
	t     *testing.T
	store *store.Store
	hub   *room.Hub
	srv   *Server
	addr  string
	log   *buffer
	ca    string // file of authorities
	krl   string // file of revoked keys
	ended chan error
}

// buffer is a log that tests read while the server writes.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func newSigner(t testing.TB) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, change func(*house, *Options)) *house {
	t.Helper()
	h := &house{t: t, log: &buffer{}, ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	newID := func() string { return ulid.Make().String() }
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if h.store, err = store.Open(ctx, storetest.SQLite(t), store.Options{DraftKey: make([]byte, 32)}); err != nil {
		t.Fatal(err)
	}
	rules, err := regime.Load(regime.Own{})
	if err != nil {
		t.Fatal(err)
	}
	topics, err := topic.Load("")
	if err != nil {
		t.Fatal(err)
	}
	h.hub = room.NewHub(h.store, room.Options{Server: "s1", Now: time.Now, Entropy: rand.Reader, NewID: newID, Rules: rules, Topics: topics})
	if err := h.hub.Start(ctx); err != nil {
		t.Fatal(err)
	}
	books, err := playbook.Load("")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	h.ca, h.krl = filepath.Join(dir, "ca"), filepath.Join(dir, "revoked")
	o := Options{Hub: h.hub, Books: books, ID: "s1", Now: time.Now, NewID: newID, Log: log, HostKey: newSigner(t),
		LoginGrace: 20 * time.Second, Idle: 30 * time.Minute, KeepAlive: 30 * time.Second,
		Limits: Limits{Starting: 256, StartingFrom: 40, PerAddress: 64, PerUser: 32, Sessions: 8}}
	if change != nil {
		change(h, &o)
	}
	if h.srv, err = New(o); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = l.Addr().String()
	go func() { h.ended <- h.srv.Serve(l) }()
	t.Cleanup(func() {
		stop, done := context.WithTimeout(context.Background(), 5*time.Second)
		defer done()
		if err := h.srv.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		cancel()
		h.hub.Wait()
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// user adds an account with a new key.
func (h *house) user(name string, role model.ServerRole) gossh.Signer {
	h.t.Helper()
	s := newSigner(h.t)
	h.add(name, role, s)
	return s
}

func (h *house) add(name string, role model.ServerRole, keys ...gossh.Signer) {
	h.t.Helper()
	acc := model.Account{Name: name, Role: role, CreatedAt: model.Stamp(time.Now())}
	for _, k := range keys {
		acc.Keys = append(acc.Keys, model.Key{Fingerprint: gossh.FingerprintSHA256(k.PublicKey()), Public: publicLine(k.PublicKey()), AddedAt: model.Stamp(time.Now())})
	}
	h.must(h.store.AddAccount(context.Background(), "test", acc))
	h.reload()
}

func (h *house) reload() { h.must(h.hub.ReloadAccounts(context.Background())) }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func clientConfig(user string, auth ...gossh.AuthMethod) *gossh.ClientConfig {
	return &gossh.ClientConfig{User: user, Auth: auth, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second}
}

func (h *house) dial(user string, keys ...gossh.Signer) (*gossh.Client, error) {
	c, err := gossh.Dial("tcp", h.addr, clientConfig(user, gossh.PublicKeys(keys...)))
	if err == nil {
		h.t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func (h *house) login(user string, keys ...gossh.Signer) *gossh.Client {
	h.t.Helper()
	c, err := h.dial(user, keys...)
	h.must(err)
	return c
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	within(t, 10*time.Second, what, cond)
}

func within(t testing.TB, d time.Duration, what string, cond func() bool) {
	t.Helper()
	limit, tick := time.NewTimer(d), time.NewTicker(5*time.Millisecond)
	defer limit.Stop()
	defer tick.Stop()
	for !cond() {
		select {
		case <-limit.C:
			t.Fatalf("not within %s: %s", d, what)
		case <-tick.C:
		}
	}
}

// screen is a session with a terminal, and what it has shown so far.
type screen struct {
	t    *testing.T
	sess *gossh.Session
	in   io.WriteCloser
	out  *buffer
	done chan error
}

func (h *house) screen(c *gossh.Client, columns, rows int) *screen {
	h.t.Helper()
	sess, err := c.NewSession()
	h.must(err)
	x := &screen{t: h.t, sess: sess, out: &buffer{}, done: make(chan error, 1)}
	sess.Stdout, sess.Stderr = x.out, x.out
	x.in, err = sess.StdinPipe()
	h.must(err)
	h.must(sess.RequestPty("xterm-256color", rows, columns, gossh.TerminalModes{}))
	h.must(sess.Shell())
	go func() { x.done <- sess.Wait() }()
	return x
}

func (x *screen) shows(text string) {
	x.t.Helper()
	eventually(x.t, "the screen shows "+text, func() bool { return strings.Contains(x.out.String(), text) })
}

func (x *screen) types(keys string) {
	x.t.Helper()
	if _, err := io.WriteString(x.in, keys); err != nil {
		x.t.Fatal(err)
	}
}

// status waits for the end of a session and gives its exit status, -1 when the
// connection was cut.
func (x *screen) status() int {
	x.t.Helper()
	select {
	case err := <-x.done:
		return exitStatus(err)
	case <-time.After(15 * time.Second):
		x.t.Fatalf("the session does not end; it showed %q", x.out.String())
		return 0
	}
}

func exitStatus(err error) int {
	var exit *gossh.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitStatus()
	}
	return -1
}

// run gives a command, and gets its output and exit status.
func (h *house) run(c *gossh.Client, command, stdin string) (out, stderr string, status int) {
	h.t.Helper()
	sess, err := c.NewSession()
	h.must(err)
	defer sess.Close()
	var o, e bytes.Buffer
	sess.Stdout, sess.Stderr, sess.Stdin = &o, &e, strings.NewReader(stdin)
	err = sess.Run(command)
	return o.String(), e.String(), exitStatus(err)
}

// people counts the sessions on the presence list.
func (h *house) people() int { return len(h.hub.People()) }

// toy is a small console: it shows its keys, and panics at some.
type toy struct {
	d    tui.Deps
	seat *room.Seat
	text string
	w, h int

	broken bool
}

func newToy(d tui.Deps) (Console, error) { return &toy{d: d}, nil }

func (m *toy) Init() tea.Cmd {
	m.seat = m.d.Hub.Join(room.Person{Session: m.d.Session, Server: m.d.Server, User: m.d.Actor.Name, ActiveAt: time.Now()})
	return nil
}

func (m *toy) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tea.KeyPressMsg:
		switch s := msg.String(); s {
		case "!":
			panic("a fault in the console \x1b]0;x\x07")
		case "#":
			m.broken = true
		case "$":
			return m, func() tea.Msg { panic("a fault in a command") }
		case "Q":
			return m, tea.Quit
		default:
			m.text += s
		}
	case tea.PasteMsg:
		m.text = "pasted"
	case tui.Notice:
		m.text = string(msg)
	case tui.Leave:
		return m, tea.Quit
	}
	return m, nil
}

func (m *toy) View() tea.View {
	if m.broken {
		panic("a fault in the view")
	}
	size := fmt.Sprintf("size %dx%d", m.w, m.h)
	return tea.NewView("toy of " + m.d.Actor.Name + "\n" + size + "\n[" + m.text + "]\n")
}

func (m *toy) Close() {
	if m.seat != nil {
		m.seat.Leave()
	}
}

func withToy(_ *house, o *Options) { o.NewConsole = newToy }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
