package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/store"
	"warroom/tui/tuitest"
)

// site is a database with accounts, and real servers on it: the program itself,
// each server a process of its own.
type site struct {
	t    *testing.T
	url  string // of the database
	home string
	host string // file of the host key that all servers share
	keys map[string]gossh.Signer
}

func newSite(t *testing.T, url string) *site {
	t.Helper()
	s := &site{t: t, url: url, home: t.TempDir(), keys: map[string]gossh.Signer{}}
	s.host = filepath.Join(s.home, "host_ed25519")
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.host, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) command(args ...string) *exec.Cmd {
	cmd := exec.Command("warroom", append([]string{"--db", s.url, "--data", filepath.Join(s.home, "data")}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+s.home, "USER=lee", "WARROOM_SERVER_HOST_KEY="+s.host, "WARROOM_DATABASE_ALLOW_UNSAFE=true")
	return cmd
}

// local runs a command as the local user and gives what it printed.
func (s *site) local(args ...string) string {
	s.t.Helper()
	cmd := s.command(args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("warroom %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// user makes an account with a key.
func (s *site) user(name, role string) {
	s.t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		s.t.Fatal(err)
	}
	s.keys[name] = signer
	pub := filepath.Join(s.home, name+".pub")
	if err := os.WriteFile(pub, gossh.MarshalAuthorizedKey(signer.PublicKey()), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.local("user", "add", name, "--role", role, "--key", pub)
}

// server is one running `warroom serve`.
type server struct {
	s    *site
	cmd  *exec.Cmd
	addr string
	mu   sync.Mutex
	log  strings.Builder
}

var listening = regexp.MustCompile(`listening on (\S+);`)

// serve starts a server and waits until it listens.
func (s *site) serve() *server {
	s.t.Helper()
	srv := &server{s: s, cmd: s.command("serve", "--listen", "127.0.0.1:0")}
	stderr, err := srv.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := srv.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(srv.kill)
	up := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			srv.mu.Lock()
			srv.log.WriteString(lines.Text() + "\n")
			srv.mu.Unlock()
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				up <- m[1]
			}
		}
		close(up)
	}()
	select {
	case addr, ok := <-up:
		if !ok {
			s.t.Fatalf("the server ended:\n%s", srv.said())
		}
		srv.addr = addr
	case <-time.After(tuitest.Patience):
		s.t.Fatalf("the server does not listen:\n%s", srv.said())
	}
	return srv
}

func (srv *server) said() string {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.log.String()
}

// kill ends the server as kill -9 does.
func (srv *server) kill() {
	_ = srv.cmd.Process.Kill()
	_ = srv.cmd.Wait()
}

// stop ends the server as an operator does, and checks its status (SSH-12).
func (srv *server) stop() {
	srv.s.t.Helper()
	if err := srv.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		srv.s.t.Fatal(err)
	}
	if err := srv.cmd.Wait(); err != nil {
		srv.s.t.Fatalf("SIGTERM: %v\n%s", err, srv.said())
	}
}

func (srv *server) dial(user string) *gossh.Client {
	srv.s.t.Helper()
	c, err := gossh.Dial("tcp", srv.addr, &gossh.ClientConfig{User: user, Auth: []gossh.AuthMethod{gossh.PublicKeys(srv.s.keys[user])},
		HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: tuitest.Patience})
	if err != nil {
		srv.s.t.Fatalf("%s: %v\n%s", user, err, srv.said())
	}
	srv.s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// console opens a terminal session with a real terminal emulator at its end.
func (srv *server) console(user string, w, h int) *tuitest.Emulator {
	t := srv.s.t
	t.Helper()
	sess, err := srv.dial(user).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := sess.RequestPty("xterm-256color", h, w, nil); err != nil {
		t.Fatal(err)
	}
	in, err := sess.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	x := tuitest.NewEmulator(t, w, h, in)
	sess.Stdout, sess.Stderr = x, x
	if err := sess.Shell(); err != nil {
		t.Fatal(err)
	}
	go func() { x.End(sess.Wait()) }()
	return x
}

// run gives a command over ssh and tells what it printed and its exit status.
func (srv *server) run(user, line, stdin string) (out, stderr string, status int) {
	srv.s.t.Helper()
	client := srv.dial(user)
	defer client.Close()
	sess, err := client.NewSession()
	if err != nil {
		srv.s.t.Fatal(err)
	}
	var o, e bytes.Buffer
	sess.Stdin, sess.Stdout, sess.Stderr = strings.NewReader(stdin), &o, &e
	err = sess.Run(line)
	var exit *gossh.ExitError
	switch {
	case errors.As(err, &exit):
		status = exit.ExitStatus()
	case err != nil:
		srv.s.t.Fatalf("%s: %v", line, err)
	}
	return o.String(), e.String(), status
}

// ok gives a command that has to work.
func (srv *server) ok(user, line string) string {
	srv.s.t.Helper()
	out, stderr, status := srv.run(user, line, "")
	if status != 0 {
		srv.s.t.Fatalf("%s: status %d: %s", line, status, stderr)
	}
	return strings.TrimSpace(out)
}

// keptDraft waits until a draft is in the database.
func (s *site) keptDraft(user, text string) {
	s.t.Helper()
	key, err := draftKey(s.host)
	if err != nil {
		s.t.Fatal(err)
	}
	st, err := store.Open(s.t.Context(), s.url, store.Options{DraftKey: key, AllowUnsafe: true, ReadOnly: true})
	if err != nil {
		s.t.Fatal(err)
	}
	defer st.Close()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(tuitest.Patience)
	for {
		list, err := st.Drafts(s.t.Context(), user)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, d := range list {
			if d.Text == text {
				return
			}
		}
		select {
		case <-again.C:
		case <-deadline:
			s.t.Fatalf("the draft is not kept; there are %v", list)
		}
	}
}
