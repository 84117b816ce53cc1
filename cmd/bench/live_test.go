package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// toy is a server in this process: n makes a line on every screen but those that
// it is told to keep from it.
type toy struct {
	mu    sync.Mutex
	seq   int
	outs  []ssh.Channel
	deaf  int // the screen of this number gets no line
	delay time.Duration
}

func (s *toy) listen(t *testing.T, host ssh.Signer) target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	cfg := &ssh.ServerConfig{NoClientAuth: true}
	cfg.AddHostKey(host)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c, cfg)
		}
	}()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	return target{
		name: "toy", board: "BOARD", enter: []step{{"r", "ROOM"}},
		user: func(i int) (string, ssh.Signer) { return userName(i), host },
		start: func(context.Context) (*process, error) {
			return &process{addr: l.Addr().String(), cmd: &exec.Cmd{Process: self}}, nil
		},
		change: func(n int) change { return change{commit: "n", seen: fmt.Sprintf("upd-%06d", n)} },
	}
}

func (s *toy) serve(nc net.Conn, cfg *ssh.ServerConfig) {
	_, chans, reqs, err := ssh.NewServerConn(nc, cfg)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(reqs)
	for nch := range chans {
		ch, rq, err := nch.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range rq {
				_ = r.Reply(r.Type != "env", nil)
				if r.Type == "shell" {
					go s.shell(ch)
				}
			}
		}()
	}
}

func (s *toy) shell(ch ssh.Channel) {
	s.mu.Lock()
	s.outs = append(s.outs, ch)
	s.mu.Unlock()
	_, _ = io.WriteString(ch, "BOARD\r\n")
	for b := make([]byte, 1); ; {
		if _, err := ch.Read(b); err != nil {
			return
		}
		switch b[0] {
		case 'r':
			_, _ = io.WriteString(ch, "ROOM\r\n")
		case 'n':
			time.AfterFunc(s.delay, s.change)
		}
	}
}

func (s *toy) change() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	for i, ch := range s.outs {
		if i != s.deaf {
			_, _ = fmt.Fprintf(ch, "upd-%06d\r\n", s.seq)
		}
	}
}

func crowdOf(t *testing.T, s *toy, n int) *crowd {
	t.Helper()
	keys, err := newKeys(1)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := gather(t.Context(), s.listen(t, keys[0]))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, c := range r.clients {
			c.close()
		}
	})
	first, err := r.fill(t.Context(), n)
	if err != nil || len(first) != n {
		t.Fatalf("%d came, %v", len(first), err)
	}
	return r
}

// What the driver measures is what the server did: a delay that is known, and
// bytes that can be counted.
func TestRoundsMeasureTheDelay(t *testing.T) {
	const delay = 30 * time.Millisecond
	r := crowdOf(t, &toy{deaf: -1, delay: delay}, 5)
	out, err := r.rounds(t.Context(), 4)
	if err != nil || len(out.seen) != 16 || out.missed != 0 {
		t.Fatalf("%d seen, %d missed, %v", len(out.seen), out.missed, err)
	}
	for _, d := range out.seen {
		if d < delay {
			t.Errorf("seen after %s, before it was sent", d)
		}
	}
	if out.bytes != float64(len("upd-000001\r\n")) {
		t.Errorf("%g bytes", out.bytes)
	}
	took, err := r.strokes(t.Context(), 2)
	if err != nil || len(took) != 2 || took[0] < delay {
		t.Errorf("%v, %v", took, err)
	}
}

func TestPaceCountsWhatIsMissed(t *testing.T) {
	r := crowdOf(t, &toy{deaf: 5}, 6)
	r.patience = 200 * time.Millisecond
	out, err := r.pace(t.Context(), 10, time.Second)
	if err != nil || len(out.seen)+out.missed != 50 {
		t.Fatalf("%d seen, %d missed, %v", len(out.seen), out.missed, err)
	}
	if out.missed < 8 || out.missed > 10 || out.lastSeen {
		t.Errorf("%d missed, last seen by all: %v; one screen of six gets nothing", out.missed, out.lastSeen)
	}
	if _, err := r.pace(t.Context(), 50, time.Second); err == nil {
		t.Error("6 people made 50 changes a second")
	}
}

func TestFigures(t *testing.T) {
	f := newFigures([]string{floorEach, onSQLite})
	for i := range 100 {
		f.times(floorEach, changeName(100), []time.Duration{time.Duration(i+1) * time.Millisecond})
		f.times(onSQLite, changeName(100), []time.Duration{time.Duration(i+2) * time.Millisecond})
	}
	f.value(onSQLite, bytesName(100), "B", 0, 300)
	f.note("a note")
	var b strings.Builder
	if err := f.print(&b); err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"change → other screens, 100 sessions ms, p50 / p99 50.0 / 99.0 51.0 / 100.0 ",
		"bytes an entry and screen, 100 sessions B - 300 ",
		"NOT MET warroom: change → other screens, 100 sessions, p99 100 ≤ 99 = 1 × v2 ",
		" met warroom: bytes an entry and screen, 100 sessions 300 ≤ 400 ",
		"a note",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("missing %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(words, "NaN") {
		t.Errorf("the table:\n%s", b.String())
	}
	if q := quantile([]float64{3, 1, 2}, 0.5); q != 2 {
		t.Errorf("the middle of 1, 2, 3 is %g", q)
	}
}
