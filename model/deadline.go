package model

import (
	"strings"
	"time"
)

// ParseDue reads a time to come: +48h, +3d, +30m, 15:00, tomorrow 09:00,
// 2026-11-30 (the end of that day), 2026-11-30 12:00, or a full time. One that is
// over is refused.
func ParseDue(s string, now time.Time) (time.Time, error) {
	s = strings.TrimSpace(s)
	bad := Usage("%q is no time to come", excerpt(s)).Hint("write +48h, +3d, 15:00, tomorrow 09:00, 2026-11-30 12:00 or a full time such as 2026-11-30T12:00:00Z").On("due")
	var at time.Time
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		m := agoForm.FindStringSubmatch("-" + rest)
		if m == nil || rest == "" {
			return at, bad
		}
		at = now.Add(now.Sub(ago(m, now).At))
	} else if t, ok := comingClock(s, now); ok {
		at = t
	} else {
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04Z", "2006-01-02 15:04", time.DateOnly} {
			t, err := time.Parse(layout, strings.ToUpper(s))
			if err != nil {
				continue
			}
			if at = t; layout == time.DateOnly {
				at = t.Add(24*time.Hour - time.Minute)
			}
			break
		}
		if at.IsZero() {
			return at, bad
		}
	}
	return Stamp(at), checkDue(at, now)
}

// checkDue refuses a deadline that is given in the past, or out of reason.
func checkDue(at, now time.Time) error {
	if !at.After(now) {
		return Invalid("the deadline %s is over already", at.UTC().Format(time.RFC3339)).
			Hint("give a time to come; what is overdue is recorded by when its trigger was").On("due")
	}
	if at.After(now.AddDate(5, 0, 0)) {
		return Invalid("the deadline %s is more than five years away", at.UTC().Format(time.DateOnly)).Hint("check the year").On("due")
	}
	return nil
}
