package model

import (
	"strings"
	"time"
)

// comingClock reads 15:00, today 15:00 and tomorrow 09:00 as times to come, in
// UTC: a clock time alone that is over is tomorrow's.
func comingClock(s string, now time.Time) (time.Time, bool) {
	now = now.UTC()
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	first, clock, two := strings.Cut(strings.ToLower(s), " ")
	switch {
	case two && first == "tomorrow":
		day = day.AddDate(0, 0, 1)
	case two && first == "today":
	case !two:
		clock = s
	default:
		return time.Time{}, false
	}
	m := clockForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(clock)))
	if m == nil {
		return time.Time{}, false
	}
	at := onDay(day, m).At
	if !two && !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, true
}
