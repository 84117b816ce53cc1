package verb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/verb"
)

// screen collects what a watch prints, and tells when there is more of it.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newScreen() *screen { return &screen{more: make(chan struct{}, 1)} }

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// until waits for lines of output.
func (s *screen) until(t *testing.T, lines int) []string {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		if got := strings.Split(strings.TrimSuffix(s.String(), "\n"), "\n"); len(got) >= lines && got[0] != "" {
			return got
		}
		select {
		case <-s.more:
		case <-late:
			t.Fatalf("%d lines did not come; there is\n%s", lines, s)
		}
	}
}

// start runs a watch; stop ends it and gives its error.
func (h *house) start(by model.Actor, words ...string) (s *screen, stop func() error) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	s = newScreen()
	ended := make(chan error, 1)
	go func() { ended <- verb.Run(ctx, h.env(by), h.words(words), verb.IO{Out: s, Err: s}) }()
	return s, func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(20 * time.Second):
			h.t.Fatal("the watch does not end with its context")
			return nil
		}
	}
}

// watched is what a watch prints of the present record.
func (h *house) watched(words ...string) string {
	h.t.Helper()
	s, stop := h.start(alice, words...)
	s.until(h.t, int(h.version(h.id)))
	if err := stop(); err != nil {
		h.t.Errorf("%q: %v", words, err)
	}
	return s.String()
}

func TestWatch(t *testing.T) {
	h := begun(t)
	h.must(alice, "note", "INC", "before")
	n := int(h.version(h.id))
	all, stopAll := h.start(alice, "watch", "INC", "--json", "--from", "0")
	told, stopTold := h.start(bob, "watch", "INC", "--from", strconv.Itoa(n)) // what "from now on" is at this moment
	late, stopLate := h.start(alice, "watch", "INC", "--from", "3")
	all.until(t, n)
	late.until(t, n-3)
	h.must(bob, "note", "INC", "while watched")
	h.must(alice, "check", "done", "INC", "C8", "C9")

	lines := all.until(t, n+3)
	if len(lines) != n+3 {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), n+3, all)
	}
	for i, l := range lines {
		var ev struct {
			Incident, Kind, Actor string
			Version               int
			RecordedAt            time.Time       `json:"recorded_at"`
			Payload               json.RawMessage `json:"payload"`
			Hash                  string
		}
		if err := json.Unmarshal([]byte(l), &ev); err != nil {
			t.Fatalf("line %d is no JSON: %v\n%s", i+1, err, l)
		}
		if ev.Incident != h.id || ev.Version != i+1 || ev.Kind == "" || ev.Actor == "" || !ev.RecordedAt.Equal(noon) || len(ev.Hash) != 64 || len(ev.Payload) == 0 {
			t.Errorf("line %d: %s", i+1, l)
		}
	}
	if got := late.until(t, n); !strings.Contains(got[len(got)-1], "@alice  C9 done") {
		t.Errorf("from 3:\n%s", late)
	}
	got := told.until(t, 3)
	if len(got) != 3 || !strings.Contains(got[0], "@bob  T4 while watched") {
		t.Errorf("from now on:\n%s", told)
	}
	for _, stop := range []func() error{stopAll, stopTold, stopLate} {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

// A long record is told whole, in words too.
func TestWatchLongRecord(t *testing.T) {
	h := begun(t)
	for range 130 {
		h.must(alice, "note", "INC", "one more")
	}
	h.must(alice, "incident", "access", "INC", "@bob", "read")
	n := int(h.version(h.id))
	s, stop := h.start(alice, "watch", "INC", "--from", "0")
	lines := s.until(t, n)
	if err := stop(); err != nil || len(lines) != n || !strings.Contains(lines[0], "#1  @alice  declared SEV2") {
		t.Errorf("%d lines, want %d, %v; the first is %q", len(lines), n, err, lines[0])
	}
}

// A watch ends with the answer of a missing incident when the incident is closed
// to its reader.
func TestWatchLosesSight(t *testing.T) {
	h := begun(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	s := newScreen()
	ended := make(chan error, 1)
	go func() {
		ended <- verb.Run(ctx, h.env(bob), []string{"watch", h.id, "--from", "0"}, verb.IO{Out: s, Err: s})
	}()
	s.until(t, int(h.version(h.id)))
	h.must(alice, "incident", "access", "INC", "--restricted", "yes")
	h.must(alice, "note", "INC", "not for bob")
	err := <-ended
	if model.ExitStatus(err) != 4 || err.Error() != model.UnknownIncident(h.id).Error() {
		t.Errorf("ended with %v", err)
	}
	if strings.Contains(s.String(), "not for bob") {
		t.Errorf("bob saw\n%s", s)
	}
}
