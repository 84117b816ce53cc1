package main

import (
	"fmt"
	"math"
	"strings"
)

// mark is a figure that should not be exceeded.
type mark struct {
	text  string
	value float64
	most  float64
	limit string // how most came about
}

func (m mark) verdict() string {
	if m.value <= m.most {
		return "met"
	}
	return "NOT MET"
}

// The names of the programs that marks speak of.
const (
	onSQLite   = "warroom"
	onPostgres = "warroom+pg"
	floorEach  = "v2"  // Bubble Tea, each session draws for itself
	floorShare = "v2o" // the same with one frame for equal sessions
)

// The names of the figures.
func changeName(n int) string { return fmt.Sprintf("change → other screens, %d sessions", n) }
func savedName(n int) string  { return fmt.Sprintf("enter → saved, %d sessions", n) }
func bytesName(n int) string  { return fmt.Sprintf("bytes an entry and screen, %d sessions", n) }
func paceName(n, rate int) string {
	return fmt.Sprintf("the same at %d changes/s, %d sessions", rate, n)
}
func missedName(n, rate int) string { return fmt.Sprintf("  not seen, of all (%d/s, %d)", rate, n) }
func cpuName(n, rate int) string    { return fmt.Sprintf("  CPU a delivery (%d/s, %d)", rate, n) }
func busyName(n, rate int) string   { return fmt.Sprintf("  CPU of one core (%d/s, %d)", rate, n) }
func idleName(n int) string         { return fmt.Sprintf("idle CPU of one core, %d sessions", n) }
func memoryName(n int) string       { return fmt.Sprintf("memory a session, %d sessions", n) }
func memoryAfterName(n int) string  { return fmt.Sprintf("  after the changes, %d sessions", n) }

const (
	aloneKey     = "key → own screen, alone"
	idleKey      = "key → own screen, 100 idle"
	connectAlone = "ssh connect → first screen, alone"
	coldStart    = "cold start → first frame, 1,000 incidents"
	bigConnect   = "ssh connect → first screen, 10,000 incidents"
	bigKey       = "key → own screen, 10,000 incidents"
	bigMetrics   = "  key → another quarter of the metrics"
	bigReview    = "  key → another month's review"
	longOpen     = "room of 100,000 entries opens"
	longKey      = "  key → own screen in it"
	longChange   = "  change → other screens in it, 20 sessions"
	longPeople   = 20
	fullAssets   = 1000
	fullActions  = 500
	fullChange   = "change → other screens, 20 sessions, 1,000 assets and 500 actions"
	fullSaved    = "  enter → saved in it"
	fullKey      = "  key → own screen there"
	commitDo     = "commit of a note"
	commitAppend = "  of it the transaction"
	commitPlain  = "  the same statements, pgx alone"
)

// marks compares what was measured; what was not measured has no mark.
func (f *figures) marks() []mark {
	var out []mark
	add := func(program, text string, value, factor, most float64, against string) {
		if math.IsNaN(value) || math.IsNaN(most) {
			return
		}
		limit := fmt.Sprintf("≤ %.4g", factor*most)
		if against != "" {
			limit += fmt.Sprintf(" = %g × %s", factor, against)
		}
		out = append(out, mark{program + ": " + text, value, factor * most, limit})
	}
	for _, p := range []string{onSQLite, onPostgres} {
		get := func(name string, q float64) float64 { return f.get(p, name, q) }
		for _, n := range []int{2, 20, 100} {
			add(p, changeName(n)+", p99", get(changeName(n), 0.99), 1, f.get(floorEach, changeName(n), 0.99), "v2")
		}
		add(p, changeName(100)+", p50", get(changeName(100), 0.5), 1.5, f.get(floorShare, changeName(100), 0.5), "v2o")
		for _, n := range []int{20, 100} {
			add(p, paceName(n, 10)+", p99", get(paceName(n, 10), 0.99), 1, f.get(floorEach, paceName(n, 10), 0.99), "v2")
		}
		for _, x := range []struct{ people, rate, most int }{{200, 10, 250}, {100, 50, 500}, {500, 1, 1000}} {
			name := paceName(x.people, x.rate)
			add(p, name+", p99", get(name, 0.99), 1, float64(x.most), "")
		}
		add(p, missedName(200, 10), get(missedName(200, 10), 1), 1, 0, "")
		add(p, idleName(500), get(idleName(500), 0.5), 1, 15, "")
		for _, k := range []string{bigMetrics, bigReview} {
			add(p, strings.TrimSpace(k)+", p99", get(k, 0.99), 1, 60, "")
		}
		for _, k := range []string{aloneKey, idleKey} {
			add(p, k+", p50", get(k, 0.5), 1, 20, "")
			add(p, k+", p99", get(k, 0.99), 1, 60, "")
		}
		add(p, connectAlone+", p50", get(connectAlone, 0.5), 1.5, f.get(floorEach, connectAlone, 0.5), "v2")
		for _, name := range []string{memoryName(100), memoryAfterName(100)} {
			add(p, name, get(name, 0.5), 1, f.get(floorEach, name, 0.5), "v2")
		}
		add(p, bytesName(100), get(bytesName(100), 0.5), 1, 400, "")
		add(p, coldStart+", p50", get(coldStart, 0.5), 1, 150, "")
		add(p, commitDo, get(commitDo, 0.5), 2, get(commitPlain, 0.5), "pgx")
	}
	for _, p := range []string{onSQLite, onPostgres} {
		get := func(name string, q float64) float64 { return f.get(p, name, q) }
		add(p, bigConnect+", p50", get(bigConnect, 0.5), 1.2, get(connectAlone, 0.5), "few incidents")
		add(p, bigKey+", p50", get(bigKey, 0.5), 1.2, get(aloneKey, 0.5), "few incidents")
		add(p, longOpen+", p99", get(longOpen, 0.99), 1, 1000, "")
		add(p, longKey+", p50", get(longKey, 0.5), 1.2, get(aloneKey, 0.5), "a short room")
		add(p, fullKey+", p50", get(fullKey, 0.5), 1.2, get(aloneKey, 0.5), "a small room")
		add(p, fullSaved+", p50", get(fullSaved, 0.5), 1.2, get(savedName(longPeople), 0.5), "a small room")
		add(p, fullChange+", p50", get(fullChange, 0.5), 1.2, get(changeName(longPeople), 0.5), "a small room")
		add(p, longChange+", p50", get(longChange, 0.5), 1.2, get(changeName(longPeople), 0.5), "a short room")
	}
	return out
}
