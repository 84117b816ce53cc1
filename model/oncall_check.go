package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The kinds of what is wrong with who is on call.
const (
	TroubleGap     = "gap"     // nobody is on call
	TroubleDouble  = "double"  // too many are booked
	TroubleUnknown = "unknown" // somebody is on call who has no account, or cannot log in
)

// OnCallTrouble is one thing that is wrong with who is on call.
type OnCallTrouble struct {
	Kind      string
	Rotations []string // none: all together
	People    []string
	From, To  time.Time
}

// Trouble is all that is wrong from from until before to, by begin. Without
// accounts (a single analyst) nobody is unknown.
func (o *OnCall) Trouble(accounts []Account, from, to time.Time) []OnCallTrouble {
	var out []OnCallTrouble
	for _, g := range o.Gaps(from, to) {
		t := OnCallTrouble{Kind: TroubleGap, From: g.From, To: g.To}
		if g.Rotation != "" {
			t.Rotations = []string{g.Rotation}
		}
		out = append(out, t)
	}
	for _, d := range o.Doubles(from, to) {
		out = append(out, OnCallTrouble{Kind: TroubleDouble, Rotations: d.Rotations, People: d.People, From: d.From, To: d.To})
	}
	if len(accounts) > 0 {
		out = append(out, o.strangers(accounts, from, to)...)
	}
	slices.SortStableFunc(out, func(a, b OnCallTrouble) int { return a.From.Compare(b.From) })
	return out
}

// strangers are the people of a rotation who have no account in use: each once,
// with his first stretch.
func (o *OnCall) strangers(accounts []Account, from, to time.Time) []OnCallTrouble {
	var out []OnCallTrouble
	for _, r := range o.Active() {
		seen := map[string]bool{"": true}
		for _, s := range o.Schedule(r.ID, from, to) {
			a := account(accounts, s.Who)
			if seen[s.Who] || IsContactRef(s.Who) || a != nil && !a.Disabled {
				continue
			}
			seen[s.Who] = true
			out = append(out, OnCallTrouble{Kind: TroubleUnknown, Rotations: []string{r.ID}, People: []string{s.Who}, From: s.From, To: s.To})
		}
	}
	return out
}

// Says is the trouble in a few words, without its time.
func (t *OnCallTrouble) Says(o *OnCall) string {
	var people []string
	for _, who := range t.People {
		people = append(people, string(o.Called(who)))
	}
	where := strings.Join(t.Rotations, " and ")
	switch {
	case t.Kind == TroubleGap && where == "":
		return "nobody is on call in any rotation"
	case t.Kind == TroubleGap:
		return "nobody is on call in " + where
	case t.Kind == TroubleUnknown:
		return strings.Join(people, ", ") + " has no account in use, in " + where
	case len(t.Rotations) > 1:
		return strings.Join(people, ", ") + " is in " + where + " at once"
	}
	return strings.Join(people, " and ") + " are both imported into " + where
}

// TroubleCount says how many things are wrong: "2 gaps, 1 double booking".
func TroubleCount(list []OnCallTrouble) string {
	count := func(kind string) (n int) {
		for i := range list {
			if list[i].Kind == kind {
				n++
			}
		}
		return n
	}
	var parts []string
	for _, k := range []struct{ kind, one, many string }{{TroubleGap, "gap", "gaps"}, {TroubleDouble, "double booking", "double bookings"},
		{TroubleUnknown, "person without account", "people without account"}} {
		if n := count(k.kind); n > 0 {
			parts = append(parts, number(n, k.one, k.many))
		}
	}
	return strings.Join(parts, ", ")
}

// Long is a length of time in its two largest units: 3d 4h, 2h 30m, 45m.
func Long(d time.Duration) string {
	m := int(d / time.Minute)
	day, hour := m/dayMinutes, m/60%24
	switch {
	case day > 0 && hour > 0:
		return fmt.Sprintf("%dd %dh", day, hour)
	case day > 0:
		return fmt.Sprintf("%dd", day)
	case hour > 0 && m%60 > 0:
		return fmt.Sprintf("%dh %dm", hour, m%60)
	case hour > 0:
		return fmt.Sprintf("%dh", hour)
	}
	return fmt.Sprintf("%dm", m)
}

var weekdayForm = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} // read only

// ParseMoment reads a time that may be over or to come, on wall clocks in loc when
// it names no zone: now, 03:00, sunday 03:00, tomorrow 09:00, +8h, -2h,
// 2026-11-29 (its begin), 2026-11-29 03:00, or a full time.
func ParseMoment(s string, now time.Time, loc *time.Location) (time.Time, error) {
	text := strings.Join(strings.Fields(s), " ")
	low := strings.ToLower(text)
	wall := time.Unix(int64(LocalOf(now.In(loc)))*60, 0).UTC()
	back := func(t time.Time) time.Time { return LocalOf(t).Instant(loc) }
	if low == "now" {
		return now, nil
	}
	if t, ok := comingWeekday(low, wall); ok {
		return back(t), nil
	}
	if dateForm.MatchString(low) {
		if t, err := time.Parse(time.DateOnly, low); err == nil {
			return back(t), nil
		}
	}
	// A zone of its own, or a distance from now, needs no wall clock.
	if strings.HasPrefix(low, "+") || strings.HasPrefix(low, "-") || strings.HasSuffix(low, "z") || len(low) > len("2006-01-02T15:04:05") {
		wall, back = now, func(t time.Time) time.Time { return t }
	}
	if t, err := ParseDue(text, wall); err == nil {
		return back(t), nil
	}
	if w, err := ParseWhen(text, wall); err == nil {
		return back(w.At), nil
	}
	return time.Time{}, Usage("%q is no time", excerpt(s)).Hint("write now, 03:00, sunday 03:00, tomorrow 09:00, +8h, 2026-11-29 03:00 or a full time such as 2026-11-29T03:00:00Z").On("at")
}

// comingWeekday reads sunday 03:00 and next sunday: the first such day that is not
// over. A day alone is its begin.
func comingWeekday(low string, now time.Time) (time.Time, bool) {
	low = strings.TrimPrefix(strings.TrimPrefix(low, "on "), "next ")
	name, clock, _ := strings.Cut(low, " ")
	day := slices.IndexFunc(weekdayForm, func(w string) bool { return len(name) >= 3 && strings.HasPrefix(w, name) })
	if day < 0 {
		return time.Time{}, false
	}
	var c Clock
	if clock != "" {
		var err error
		if c, err = ParseClock(strings.TrimPrefix(clock, "at ")); err != nil {
			return time.Time{}, false
		}
	}
	l := LocalOf(now)
	d := l.day()
	for onLocalDay(d, c).weekday() != Weekday(day) || onLocalDay(d, c) <= l {
		d++
	}
	return time.Unix(int64(onLocalDay(d, c))*60, 0).UTC(), true
}
