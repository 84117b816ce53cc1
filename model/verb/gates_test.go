package verb_test

import (
	"sync"
	"testing"

	"warroom/model"
)

// Two people at once at one gate: whatever comes first, nobody is in recovery
// past what blocked it at that moment, and one of two passes is told so.
func TestTwoAtTheGate(t *testing.T) {
	h := newHouse(t)
	for range 12 {
		id := h.must(alice, "incident", "new", "--title", "VPN gateway entered", "--severity", "2")
		id = id[:len(id)-1]
		for _, words := range [][]string{
			{"phase", id, "eradication", "--reason", "at once"},
			{"cause", id, "--root-cause", "no patch", "--confidence", "high", "--basis", "image", "--evicted", "yes", "--evidence", "no logon"},
		} {
			h.must(alice, words...)
		}
		var wg sync.WaitGroup
		var passed [2]error
		for i, words := range [][]string{{"phase", id, "recovery"}, {"phase", id, "recovery", "--reason", "too"}} {
			wg.Go(func() { passed[i] = h.run(h.env(alice), "", words...).failure })
		}
		wg.Go(func() { h.run(h.env(bob), "", "cause", id, "--evicted", "no", "--evidence", "a logon") })
		wg.Go(func() { h.run(h.env(bob), "", "mitigation", "add", id, "patch") })
		wg.Wait()
		if passed[0] == nil && passed[1] == nil {
			t.Fatalf("%s went to recovery twice", id)
		}
		recs, err := h.store.Events(t.Context(), id, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		in := &model.Incident{}
		for i := range recs {
			next, err := in.Fold(recs[i : i+1])
			if err != nil {
				t.Fatal(err)
			}
			if in.Phase == model.PhaseEradication && next.Phase == model.PhaseRecovery && len(in.Blockers(model.PhaseRecovery)) > 0 {
				t.Fatalf("%s is in recovery past %v", id, in.Gate(model.PhaseRecovery))
			}
			in = next
		}
		if in.Phase != model.PhaseRecovery {
			for _, err := range passed {
				if model.CodeOf(err) != model.CodeInvalid {
					t.Errorf("not in recovery, and %v", err)
				}
			}
		}
	}
}
