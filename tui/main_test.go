package tui_test

import (
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
	"warroom/store"
	"warroom/store/storetest"
	"warroom/tui/tuitest"
)

var (
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
	bob   = model.Actor{Name: "bob", Role: model.RoleResponder}
	eve   = model.Actor{Name: "eve", Role: model.RoleObserver}
)

// open gives a new SQLite database.
func open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), storetest.SQLite(t), store.Options{DraftKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newHub(t testing.TB) *room.Hub {
	t.Helper()
	return tuitest.Hub(t, open(t))
}

// declare opens an incident with its playbook and gives its id.
func declare(t testing.TB, h *room.Hub, title string) string {
	t.Helper()
	books, err := playbook.Load("")
	if err != nil {
		t.Fatal(err)
	}
	res, err := h.Declare(t.Context(), alice, tuitest.NewID(), model.Declare{Title: model.Text(title), Severity: 2, Type: "ransomware",
		Playbooks: []model.AttachPlaybook{books.ForType("ransomware").Attach()}})
	if err != nil {
		t.Fatal(err)
	}
	return res.Incident.ID
}

func do(t testing.TB, h *room.Hub, by model.Actor, id string, cmd model.Command) {
	t.Helper()
	if _, err := h.Do(t.Context(), by, id, tuitest.NewID(), cmd); err != nil {
		t.Fatal(err)
	}
}

// clock is a clock that stands still.
func clock() time.Time { return time.Date(2026, 11, 23, 14, 5, 33, 0, time.UTC) }

// waitDraft waits until the store keeps a draft that holds text.
func waitDraft(t *testing.T, h *room.Hub, text string) {
	t.Helper()
	deadline := time.After(tuitest.Patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		list, err := h.Drafts(t.Context(), alice.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			if strings.Contains(d.Text, text) {
				return
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("no draft holds %q: %v", text, list)
		}
	}
}

// rowOf is the line of the screen that begins with a ref, -1 for none.
func rowOf(screen, ref string) int {
	for i, l := range strings.Split(screen, "\n") {
		if strings.HasPrefix(strings.TrimLeft(l, " ▌▪"), ref+" ") {
			return i
		}
	}
	return -1
}
