package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"warroom/store/storetest"
	"warroom/tui/tuitest"
)

// entry is what timeline list --json tells.
type entry struct{ Ref, Kind, Author, Text string }

func timeline(t *testing.T, out string) (list []entry) {
	t.Helper()
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v in %.200s", err, out)
	}
	return list
}

// declare declares a ransomware incident with the keyboard and gives its id.
func declare(t *testing.T, x *tuitest.Emulator, title string) string {
	t.Helper()
	x.Press("a")
	x.ExpectLine("Declare an incident")
	x.Type(title).Press("tab", "tab").Type("ransomware")
	x.ExpectLine("Type", "ransomware")
	x.Press("ctrl+s")
	line := x.ExpectLine("INC-", "SEV2", title)
	return line[strings.Index(line, "INC-"):][:len("INC-2026-0001")]
}

// Two people at two terminals over real ssh: what one does is on the other's
// screen, without a key press there, and all of it is on the record.
func TestTwoResponders(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		s.user("alice", "commander")
		s.user("bob", "responder")
		srv := s.serve()
		twoResponders(t, s, srv, srv)
	})
}

// The same with a server for each of them.
func TestTwoServers(t *testing.T) {
	s := newSite(t, storetest.Postgres(t))
	s.user("alice", "commander")
	s.user("bob", "responder")
	twoResponders(t, s, s.serve(), s.serve())
}

func twoResponders(t *testing.T, s *site, one, two *server) {
	a, b := one.console("alice", 140, 40), two.console("bob", 140, 40)
	a.Expect("No open incidents.")
	b.Expect("No open incidents.")
	id := declare(t, a, "Ransomware on file servers")
	b.ExpectLine(id, "SEV2", "Ransomware on file servers", "@alice")
	b.Press("enter")
	b.ExpectLine("IC @alice")
	a.Press("2")
	b.Press("2")
	const rounds = 4
	for i := range rounds {
		a.Press("n").Type(fmt.Sprintf("alice saw %d", i)).Press("enter")
		b.Press("n").Type(fmt.Sprintf("00:00 bob saw %d", i)).Press("enter") // today, at any hour that this runs
		for _, x := range []*tuitest.Emulator{a, b} {
			x.ExpectLine("@alice", fmt.Sprintf("alice saw %d", i))
			x.ExpectLine("@bob", fmt.Sprintf("bob saw %d", i))
		}
		// The others' word may come before one's own line says "saved".
		a.ExpectNot("saving…")
		b.ExpectNot("saving…")
	}
	a.Press("3", "i").Paste("beacon to evil.example[.]com and 185.0.2[.]9").Press("ctrl+s")
	a.ExpectLine("2 found")
	b.Press("4", "a").Type("FS-01").Press("ctrl+s")
	b.ExpectLine("S1", "FS-01")
	a.Press("enter")
	b.ExpectLine("3 Indicators 2")
	a.ExpectLine("4 Scope 1")
	a.Press("5")
	a.ExpectLine("C8", "Open the incident record")
	b.Press("5")
	b.ExpectLine("C8", "Open the incident record")
	a.Press("x")
	_, ref, _ := strings.Cut(a.ExpectLine("@alice C", "done:"), "@alice ")
	ref, _, _ = strings.Cut(ref, " ")
	b.ExpectLine(ref+" ", "✓ done")

	// What the screens show is what the record has, in its order.
	list := timeline(t, two.ok("bob", "timeline list "+id+" --json"))
	var said []string
	for _, e := range list {
		if e.Kind == "note" {
			said = append(said, e.Author+": "+e.Text)
		}
	}
	if len(said) != 2*rounds {
		t.Errorf("%d notes on the record: %q", len(said), said)
	}
	b.Press("2")
	screen := b.Until("the whole timeline", func(s string) bool {
		return strings.Contains(s, "as we knew it") && strings.Contains(s, " "+list[0].Ref+" ") && strings.Contains(s, " "+list[len(list)-1].Ref+" ")
	})
	var shown, recorded []string
	for line := range strings.SplitSeq(screen, "\n") {
		if f := strings.Fields(strings.TrimLeft(line, " ▌")); len(f) > 1 && strings.HasPrefix(f[0], "T") && strings.HasSuffix(f[1], "Z") {
			shown = append(shown, f[0])
		}
	}
	for _, e := range list {
		recorded = append(recorded, e.Ref)
	}
	if !slices.Equal(shown, recorded) {
		t.Errorf("the screen shows %v, the record has %v", shown, recorded)
	}
	if again := timeline(t, one.ok("alice", "timeline list "+id+" --json")); len(again) != len(list) {
		t.Errorf("one server tells of %d entries, the other of %d", len(again), len(list))
	}
	one.stop()
	a.Ended()
	if two != one {
		two.stop()
		b.Ended()
	}
	s.local("verify")
}

// Twenty writers over two servers: each note is there once, and versions have no gap.
func TestTwentyWritersOnTwoServers(t *testing.T) {
	const writers, notes = 20, 10
	s := newSite(t, storetest.Postgres(t))
	s.user("alice", "commander")
	servers := []*server{s.serve(), s.serve()}
	id := servers[0].ok("alice", "incident new --title Many --severity 2")
	var wg sync.WaitGroup
	refused := make(chan string, writers)
	for w := range writers {
		client := servers[w%2].dial("alice")
		wg.Go(func() {
			for n := range notes {
				sess, err := client.NewSession()
				if err == nil {
					err = sess.Run(fmt.Sprintf("note %s note %d of %d", id, n, w))
				}
				if err != nil {
					refused <- err.Error()
					return
				}
			}
		})
	}
	wg.Wait()
	close(refused)
	for why := range refused {
		t.Error(why)
	}
	seen := map[string]int{}
	for _, e := range timeline(t, servers[1].ok("alice", "timeline list "+id+" --json")) {
		seen[e.Text]++
	}
	for w := range writers {
		for n := range notes {
			if k := fmt.Sprintf("note %d of %d", n, w); seen[k] != 1 {
				t.Errorf("%q is there %d times", k, seen[k])
			}
		}
	}
	s.local("verify") // a gap in the versions would be its first complaint
}

// kill -9 in the middle: what was called saved is there, what was being typed
// comes back as a draft (DUR-1, DUR-5).
func TestKilledServer(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		s.user("alice", "commander")
		s.user("bob", "responder")
		srv := s.serve()
		id := srv.ok("alice", "incident new --title Killed --severity 2")
		a, b := srv.console("alice", 120, 40), srv.console("bob", 120, 40)
		for _, x := range []*tuitest.Emulator{a, b} {
			x.ExpectLine(id, "Killed")
			x.Press("enter")
			x.ExpectLine("SUMMARY")
		}
		b.Press("n").Type("bob was about to say this")
		s.keptDraft("bob", "bob was about to say this")
		a.Press("n").Type("alice said this").Press("enter")
		a.ExpectLine("saved T3")
		srv.kill()
		a.Ended()
		b.Ended()

		srv = s.serve()
		if out := srv.ok("alice", "timeline list "+id+" --json"); !strings.Contains(out, "alice said this") {
			t.Errorf("what was called saved is not there:\n%s", out)
		}
		b = srv.console("bob", 120, 40)
		b.ExpectLine("Kept from last time")
		b.ExpectLine(id, "Killed")
		b.Press("enter")
		b.ExpectLine("SUMMARY")
		b.Press("n")
		b.ExpectLine("note", "bob was about to say this")
		s.local("verify")
	})
}

// The database goes away under a live console: the banner says so, keys answer,
// nothing is called saved, and all goes on by itself (DUR-4).
func TestDatabaseAway(t *testing.T) {
	url := storetest.Postgres(t)
	proxy := storetest.NewProxy(t, url)
	s := newSite(t, proxy.URL(url))
	s.user("alice", "commander")
	srv := s.serve()
	id := srv.ok("alice", "incident new --title Away --severity 2")
	a := srv.console("alice", 120, 40)
	a.ExpectLine(id, "Away")
	a.Press("enter")
	a.ExpectLine("SUMMARY")
	proxy.Away(true)
	a.ExpectLine("OFFLINE since")
	a.Press("2")
	a.ExpectLine("T1", "declared SEV2")
	a.Press("n").Type("said while it was away").Press("enter")
	a.ExpectLine("not saved")
	if strings.Contains(a.Screen(), "saved T3") {
		t.Errorf("it says saved:\n%s", a.Screen())
	}
	if _, stderr, status := srv.run("alice", "note "+id+" too", ""); status != 1 || !strings.Contains(stderr, "not saved") && !strings.Contains(stderr, "not read") {
		t.Errorf("status %d: %s", status, stderr)
	}
	proxy.Away(false)
	a.ExpectNot("OFFLINE")
	a.Press("enter")
	a.ExpectLine("saved T3")
	list := timeline(t, srv.ok("alice", "timeline list "+id+" --kind note --json"))
	if len(list) != 1 || list[0].Text != "said while it was away" {
		t.Errorf("the record has %v", list)
	}
}
