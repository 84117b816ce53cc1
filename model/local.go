package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // rotations name zones on machines that have none
)

// Local is a minute on a wall clock, without a zone, counted from
// 1970-01-01T00:00. It is written 2026-11-02T09:00; 0 is none.
type Local int64

const (
	dayMinutes  = 24 * 60
	localLayout = "2006-01-02T15:04"
)

// LocalOf is what a wall clock in the zone of t shows.
func LocalOf(t time.Time) Local {
	_, off := t.Zone()
	return Local(floorDiv(t.Unix()+int64(off), 60))
}

// ParseLocal reads 2026-11-02T09:00, or with a blank between.
func ParseLocal(s string) (Local, error) {
	t, err := time.Parse(localLayout, strings.Replace(strings.TrimSpace(s), " ", "T", 1))
	if err != nil || t.Year() < 1990 || t.Year() > 2200 {
		return 0, Usage("%q is no date with a time", excerpt(s)).Hint("write it as 2026-11-02T09:00, in the zone of the rotation")
	}
	return LocalOf(t), nil
}

func (l Local) String() string {
	if l == 0 {
		return ""
	}
	return time.Unix(int64(l)*60, 0).UTC().Format(localLayout)
}

// MarshalText implements encoding.TextMarshaler.
func (l Local) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *Local) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*l = 0
		return nil
	}
	v, err := ParseLocal(string(b))
	*l = v
	return err
}

// day counts days, clock is the time of the day, weekday its name.
func (l Local) day() int64       { return floorDiv(int64(l), dayMinutes) }
func (l Local) clock() Clock     { return Clock(int64(l) - l.day()*dayMinutes) }
func (l Local) weekday() Weekday { return Weekday((l.day()%7 + 7 + 3) % 7) } // 1970-01-01 was a Thursday

// onLocalDay is the moment of a clock on a day.
func onLocalDay(day int64, c Clock) Local { return Local(day*dayMinutes) + Local(c) }

// Instant is the first moment at which wall clocks in loc have come to l. A time
// that is skipped in spring is the moment of the change; one that comes twice in
// autumn counts when it comes first.
func (l Local) Instant(loc *time.Location) time.Time {
	const most = 16 * time.Hour // no zone is further from UTC
	at := int64(l) * 60
	t := time.Unix(at, 0).Add(-most).In(loc)
	for {
		_, off := t.Zone()
		c := time.Unix(at-int64(off), 0)
		_, end := t.ZoneBounds()
		if end.IsZero() || c.Before(end) {
			if c.Before(t) {
				c = t
			}
			return c.UTC()
		}
		t = end.In(loc)
	}
}

// reached is the furthest that a wall clock in loc has shown until t: it stands
// still while an hour comes for the second time.
func reached(t time.Time, loc *time.Location) Local {
	t = t.In(loc)
	l := LocalOf(t)
	if begin, _ := t.ZoneBounds(); !begin.IsZero() {
		l = max(l, LocalOf(begin.Add(-time.Minute)))
	}
	return l
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Clock is a time of the day in minutes, 0 to 1440 for 24:00.
type Clock int

// ParseClock reads 09:00; 24:00 is the end of the day.
func ParseClock(s string) (Clock, error) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return dayMinutes, nil
	}
	if m := clockForm.FindStringSubmatch(s); m != nil && m[3] == "" && m[4] == "" {
		t := onDay(time.Unix(0, 0).UTC(), m).At
		return Clock(t.Hour()*60 + t.Minute()), nil
	}
	return 0, Usage("%q is no time of the day", excerpt(s)).Hint("write it as 09:00")
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText implements encoding.TextMarshaler.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *Clock) UnmarshalText(b []byte) (err error) {
	*c, err = ParseClock(string(b))
	return err
}

// Weekday is a day of the week, Monday first.
type Weekday int

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// WeekdayNames lists the days of the week as they are written.
func WeekdayNames() []string { return slices.Clone(weekdays) }

// ParseWeekdays reads mon,wed or mon-fri or sat-mon: no double ones, in the order of the week.
func ParseWeekdays(s string) ([]Weekday, error) {
	on := [7]bool{}
	for part := range strings.SplitSeq(strings.ToLower(s), ",") {
		first, last, span := strings.Cut(strings.TrimSpace(part), "-")
		if !span {
			last = first
		}
		i, j := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if i < 0 || j < 0 {
			return nil, Usage("%q are no days of the week", excerpt(s)).Hint("write mon-fri, or %s", strings.Join(weekdays, ","))
		}
		for on[i] = true; i != j; on[i] = true {
			i = (i + 1) % 7
		}
	}
	var out []Weekday
	for i, yes := range on {
		if yes {
			out = append(out, Weekday(i))
		}
	}
	if len(out) == 7 {
		return nil, nil
	}
	return out, nil
}

func (d Weekday) String() string {
	if d < 0 || int(d) >= len(weekdays) {
		return "?"
	}
	return weekdays[d]
}

// MarshalText implements encoding.TextMarshaler.
func (d Weekday) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Weekday) UnmarshalText(b []byte) error {
	i := slices.Index(weekdays, string(b))
	if i < 0 {
		return Usage("%q is no day of the week", excerpt(string(b)))
	}
	*d = Weekday(i)
	return nil
}

// LoadZone finds a zone by its IANA name. The program carries the zones of its own
// for machines that have none.
func LoadZone(name string) (*time.Location, error) {
	if name != "" && !strings.EqualFold(name, "local") && len(name) <= 64 {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc, nil
		}
	}
	return nil, Invalid("%q is no time zone", excerpt(name)).Hint("use a name such as Europe/Berlin, America/New_York or UTC").On("zone")
}

// InZone is a time to the minute with its day of the week, on a wall clock in loc,
// which stands behind it.
func InZone(t time.Time, loc *time.Location) string {
	if t = t.In(loc); loc == time.UTC {
		return t.Format("Mon 2006-01-02 15:04Z")
	}
	return t.Format("Mon 2006-01-02 15:04 MST")
}

// ParseHours reads 09:00-17:00, 21:00-09:00 over midnight, or all.
func ParseHours(s string) (from, to Clock, err error) {
	if strings.EqualFold(strings.TrimSpace(s), "all") {
		return 0, 0, nil
	}
	a, b, ok := strings.Cut(s, "-")
	if ok {
		if from, err = ParseClock(a); err == nil {
			to, err = ParseClock(b)
		}
	}
	if !ok || err != nil || from == to || from == dayMinutes {
		return 0, 0, Usage("%q are no hours of the day", excerpt(s)).Hint("write 09:00-17:00, 21:00-09:00 over midnight, or all").On("hours")
	}
	return from, to, nil
}
