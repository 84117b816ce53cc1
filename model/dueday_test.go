package model

import (
	"testing"
	"time"
)

func TestParseDueDay(t *testing.T) {
	now := time.Date(2026, 1, 31, 23, 59, 0, 0, time.UTC)
	for in, want := range map[string]Day{"today": "2026-01-31", "tomorrow": "2026-02-01", "+14d": "2026-02-14", "+2W": "2026-02-14", "+1m": "2026-02-28", " 2026-12-01 ": "2026-12-01",
		"+0d": "2026-01-31"} {
		if got, err := ParseDueDay(in, now); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "soon", "yesterday", "2026-01-30", "2032-01-01", "2026-02-30", "+d", "+9999d", "-3d", "+1y", "2026-12-01T10:00Z"} {
		if got, err := ParseDueDay(in, now); err == nil || CodeOf(err) == "" {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	if got := Day("2026-02-03").In(now); got != "3d" {
		t.Error(got)
	}
	if got := Day("2026-01-29").In(now); got != "−2d" {
		t.Error(got)
	}
	if got := Day("2026-01-31").End(); !got.Equal(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)) || !Day("").End().IsZero() {
		t.Error(got)
	}
}

func FuzzParseDueDay(f *testing.F) {
	for _, s := range []string{"+14d", "2026-12-01", "tomorrow", "+9999m", "\x00"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDueDay(s, now)
		if err != nil {
			if CodeOf(err) == "" {
				t.Fatalf("%q: %v is no refusal", s, err)
			}
			return
		}
		if d < DayOf(now) || d.Time().IsZero() || DayOf(d.Time()) != d {
			t.Fatalf("%q: %q", s, d)
		}
	})
}
