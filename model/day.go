package model

import (
	"strings"
	"time"
)

// Day is a day of the calendar, 2026-11-23, "" for none. Days are ordered as
// their texts are.
type Day string

// DayOf is the day of a moment in UTC, "" for the zero time.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return ""
	}
	return Day(t.UTC().Format(time.DateOnly))
}

// ParseDay reads a day: 2026-11-23, today, yesterday, or days ago such as -14d.
func ParseDay(s string, today Day) (Day, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	switch t {
	case "today":
		return today, nil
	case "yesterday":
		return today.Add(-1), nil
	}
	if n, ok := strings.CutSuffix(t, "d"); ok && strings.HasPrefix(n, "-") && len(n) > 1 && len(n) < 6 && digits(n[1:]) {
		days := 0
		for _, c := range n[1:] {
			days = days*10 + int(c-'0')
		}
		return today.Add(-days), nil
	}
	if d, err := time.Parse(time.DateOnly, t); err == nil && d.Year() >= 1990 && d.Year() < 2200 {
		return Day(t), nil
	}
	return "", Usage("%q is no day", excerpt(s)).Hint("write 2026-11-23, today, yesterday or -14d")
}

// Time is the day's midnight in UTC, the zero time for none.
func (d Day) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// Add is the day n days later, or earlier when n is negative.
func (d Day) Add(n int) Day {
	if d == "" {
		return ""
	}
	return Day(d.Time().AddDate(0, 0, n).Format(time.DateOnly))
}

// AddMonths is the same day n months later; where that month is too short, its
// last day.
func (d Day) AddMonths(n int) Day {
	if d == "" {
		return ""
	}
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day(first.AddDate(0, 0, min(t.Day(), last)-1).Format(time.DateOnly))
}

// Until is how many days it is from d to another day; negative when that was before.
func (d Day) Until(other Day) int {
	return int(other.Time().Sub(d.Time()) / (24 * time.Hour))
}
