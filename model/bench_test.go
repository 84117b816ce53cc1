package model

import (
	"fmt"
	"testing"
)

// grown is an incident with n entries.
func grown(b *testing.B, n int) *world {
	b.Helper()
	w := staged(b)
	for len(w.in.Timeline) < n {
		w.must(b, bob, AddNote{Text: "14:03 DC02 psexec from 10.1.2.3 by svc-bkp #lateral T1021.002"})
	}
	return w
}

// What one command costs with the size of the incident: deciding, sealing,
// folding, and the board's line. A note is the usual one; a star changes an old
// entry.
func BenchmarkCommand(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		w := grown(b, n)
		on := false
		for name, next := range map[string]func() Command{
			"note": func() Command { return AddNote{Text: "DC02 psexec #lateral"} },
			"star": func() Command { on = !on; return StarEntry{Ref: "T7", On: on} },
			"item": func() Command { on = !on; return AssignItem{Ref: "C1", Owner: map[bool]string{true: "bob"}[on]} },
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				w := *w
				w.recs = nil // the log is not what is measured
				b.ReportAllocs()
				for b.Loop() {
					w.must(b, bob, next())
					_ = w.in.Brief()
					w.recs = w.recs[:0]
				}
			})
		}
	}
}

// Opening a room folds its whole log.
func BenchmarkFoldAll(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		w := grown(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := FoldAll(w.recs); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
