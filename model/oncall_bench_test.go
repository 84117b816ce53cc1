package model

import (
	"fmt"
	"testing"
	"time"
)

// What a console asks for once a minute, and once an hour, with far more rotations
// than a team has.
func BenchmarkOnCall(b *testing.B) {
	w := onCallWorld()
	for i := range 10 {
		var shifts []Shift
		for n := range 1000 {
			from := t0.Add(time.Duration(n-100) * 12 * time.Hour)
			shifts = append(shifts, Shift{From: from, To: from.Add(12 * time.Hour), Who: onCallPeople[n%4]})
		}
		id := fmt.Sprintf("rotation-%d", i)
		w.must(b, alice, AddRotation{ID: id, RotationSpec: RotationSpec{Zone: "Europe/Berlin", Order: 1, Layers: []Layer{
			{Members: []string{"alice", "bob"}, Start: local(b, "2026-01-05T09:00"), Days: 7, From: 9 * 60, To: 21 * 60},
			{Members: []string{"dana", "cho"}, Start: local(b, "2026-01-05T09:00"), Days: 1, Weekdays: []Weekday{5, 6}}}}})
		if i%2 == 0 {
			w.must(b, alice, ImportShifts{Rotation: id, Shifts: shifts})
		}
	}
	o := w.in.OnCall
	b.Run("now", func(b *testing.B) {
		for b.Loop() {
			o.Now(t0)
		}
	})
	b.Run("trouble", func(b *testing.B) {
		for b.Loop() {
			o.Trouble([]Account{{Name: "alice"}}, t0, t0.Add(Horizon))
		}
	})
}
