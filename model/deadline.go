package model

import (
	"strconv"
	"strings"
	"time"
)

// Unit is what a period is counted in.
type Unit string

// The units. Hours run through nights and week-ends; business days leave out
// week-ends and the holidays of a calendar.
const (
	UnitHours        Unit = "hours"
	UnitCalendarDays Unit = "calendar-days"
	UnitBusinessDays Unit = "business-days"
	UnitMonths       Unit = "months"
)

// Units lists every unit.
func Units() []Unit { return []Unit{UnitHours, UnitCalendarDays, UnitBusinessDays, UnitMonths} }

// Period is how long after its trigger something is due. An amount of 0 is
// "without undue delay": there is no fixed time.
type Period struct {
	Amount int    `json:"amount,omitempty"`
	Unit   Unit   `json:"unit,omitempty"`
	Until  string `json:"until,omitempty"` // HH:MM of the last day; "": the trigger's time of day
}

// String is the period in words.
func (p Period) String() string {
	if p.Amount == 0 {
		return "without undue delay"
	}
	unit := strings.ReplaceAll(string(p.Unit), "-", " ")
	if p.Amount == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	return strconv.Itoa(p.Amount) + " " + unit
}

// Calendar is where days begin and which are no business days.
type Calendar struct {
	Zone     *time.Location
	Holidays map[string]bool // 2026-11-26
}

// zone is the calendar's time zone, UTC without one.
func (c *Calendar) zone() *time.Location {
	if c == nil || c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Business says whether business is done on the day of t.
func (c *Calendar) Business(t time.Time) bool {
	t = t.In(c.zone())
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		return false
	}
	return c == nil || !c.Holidays[t.Format(time.DateOnly)]
}

// Due is the end of a period that begins at start, in UTC; the zero time for a
// period without a fixed time. Days are counted from the day after the start, in
// the calendar's zone, so a daylight-saving change moves no time of day; a month
// ends on the same day of a later month, or on that month's last day. A calendar
// of nil is UTC without holidays.
func (c *Calendar) Due(start time.Time, p Period) time.Time {
	if p.Amount <= 0 || start.IsZero() {
		return time.Time{}
	}
	at := start.In(c.zone())
	switch p.Unit {
	case UnitCalendarDays:
		at = onDate(at, at.Year(), at.Month(), at.Day()+p.Amount)
	case UnitBusinessDays:
		for left := p.Amount; left > 0; {
			if at = onDate(at, at.Year(), at.Month(), at.Day()+1); c.Business(at) {
				left--
			}
		}
	case UnitMonths:
		first := time.Date(at.Year(), at.Month()+time.Month(p.Amount), 1, 0, 0, 0, 0, at.Location())
		last := first.AddDate(0, 1, -1).Day()
		at = onDate(at, first.Year(), first.Month(), min(at.Day(), last))
	default:
		return Stamp(start.Add(time.Duration(p.Amount) * time.Hour))
	}
	if h, m, ok := clockTime(p.Until); ok {
		at = time.Date(at.Year(), at.Month(), at.Day(), h, m, 0, 0, at.Location())
	}
	return Stamp(at)
}

// onDate is the time of day of t on another day.
func onDate(t time.Time, y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// clockTime reads HH:MM.
func clockTime(s string) (h, m int, ok bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour(), t.Minute(), err == nil
}

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

// Countdown is the time left to a deadline for narrow columns: 68h17, 42m, 9d03h;
// −2h05 when it is over.
func Countdown(due, now time.Time) string {
	d, sign := due.Sub(now), ""
	if d < 0 {
		d, sign = -d, "−"
	}
	switch {
	case d < time.Hour:
		return sign + strconv.Itoa(int(d.Minutes())) + "m"
	case d < 100*time.Hour:
		return sign + strconv.Itoa(int(d.Hours())) + "h" + two(int(d.Minutes())%60)
	}
	return sign + strconv.Itoa(int(d.Hours())/24) + "d" + two(int(d.Hours())%24) + "h"
}

func two(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}
