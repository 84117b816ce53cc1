package model

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// End is when the day is over: what is due on it is late from then on. It is the
// zero time for no day.
func (d Day) End() time.Time {
	if d == "" {
		return time.Time{}
	}
	return d.Add(1).Time()
}

// In is how far the day is from now, for narrow columns: 3d, today, −2d.
func (d Day) In(now time.Time) string {
	switch n := DayOf(now).Until(d); {
	case n == 0:
		return "today"
	case n < 0:
		return "−" + strconv.Itoa(-n) + "d"
	default:
		return strconv.Itoa(n) + "d"
	}
}

// mostDays is how far ahead a day may be planned: five years.
const mostDays = 5 * 366

var daysForm = regexp.MustCompile(`^\+(\d{1,4})([dwm])$`)

// ParseDueDay reads a day to come: today, tomorrow, +14d, +2w, +3m or 2026-12-01.
// One that is over, or out of reason, is refused.
func ParseDueDay(s string, now time.Time) (Day, error) {
	w, today := strings.ToLower(strings.TrimSpace(s)), DayOf(now)
	var d Day
	if m := daysForm.FindStringSubmatch(w); m != nil {
		n, _ := strconv.Atoi(m[1])
		switch m[2] {
		case "d":
			d = today.Add(n)
		case "w":
			d = today.Add(7 * n)
		default:
			d = today.AddMonths(n)
		}
	} else if w == "tomorrow" {
		d = today.Add(1)
	} else if got, err := ParseDay(w, today); err == nil {
		d = got
	} else {
		return "", Usage("%q is no day to come", excerpt(s)).Hint("write +14d, +2w, +3m, tomorrow or 2026-12-01").On("due")
	}
	return d, checkDueDay(d, now)
}

// checkDueDay refuses a day that is over, or out of reason.
func checkDueDay(d Day, now time.Time) error {
	switch n := DayOf(now).Until(d); {
	case d.Time().IsZero():
		return Usage("%q is no day", excerpt(string(d))).Hint("write it as 2026-12-01").On("due")
	case n < 0:
		return Invalid("the day %s is over already", d).Hint("give a day to come, such as +14d").On("due")
	case n > mostDays:
		return Invalid("the day %s is more than five years away", d).Hint("check the year").On("due")
	}
	return nil
}
