package ical

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"warroom/model"
)

// moment is a time as the file has it: a wall clock in a zone.
type moment struct {
	local model.Local
	sec   int
	loc   *time.Location
	date  bool // a day without a time
}

// instant is the moment in UTC. A time that the clocks skip is taken by the offset
// before the change, one that comes twice is the first (RFC 5545, 3.3.5).
func (m moment) instant() time.Time {
	t := m.local.Instant(m.loc)
	if seen := model.LocalOf(t.In(m.loc)); seen > m.local {
		_, off := t.Add(-time.Second).In(m.loc).Zone()
		t = time.Unix(int64(m.local)*60-int64(off), 0).UTC()
	}
	return t.Add(time.Duration(m.sec) * time.Second)
}

func (m moment) add(minutes int64) moment {
	m.local += model.Local(minutes)
	return m
}

// event is a VEVENT that is understood.
type event struct {
	Place
	uid       string
	names     []string
	start     moment
	nominal   int64 // length on the wall clock, in minutes
	exact     time.Duration
	rule      *rule
	more      []moment       // RDATE
	without   map[int64]bool // EXDATE, in seconds
	instead   *time.Time     // RECURRENCE-ID: it stands for the one that would begin then
	cancelled bool
}

type reader struct {
	o     Options
	zones map[string]component
	known map[string]*time.Location // by TZID, those that were found
}

func (r *reader) event(c *component) (*event, error) {
	e := &event{Place: c.place(), names: names(c), without: map[int64]bool{}}
	if l, ok := c.first("UID"); ok {
		e.uid = l.value
	}
	if l, ok := c.first("STATUS"); ok && strings.EqualFold(strings.TrimSpace(l.value), "CANCELLED") {
		e.cancelled = true
	}
	l, ok := c.first("DTSTART")
	if !ok {
		return nil, model.Invalid("it has no begin (DTSTART)").Hint("mend the event, or leave it out")
	}
	var err error
	if e.start, err = r.moment(l); err != nil {
		return nil, err
	}
	if err := r.length(c, e); err != nil {
		return nil, err
	}
	if l, ok := c.first("RECURRENCE-ID"); ok {
		if l.params["RANGE"] != "" {
			return nil, model.Invalid("it changes all that follow (RANGE=%s), which is not read", model.ClipLine(l.params["RANGE"], 40)).Hint("export single shifts instead of repeating ones")
		}
		m, err := r.moment(l)
		if err != nil {
			return nil, err
		}
		at := m.instant()
		e.instead = &at
	}
	if rules := c.all("RRULE"); len(rules) > 1 {
		return nil, model.Invalid("it has %d rules of repetition", len(rules)).Hint("make one event of each")
	} else if len(rules) == 1 {
		if e.rule, err = r.rule(rules[0].value, e.start); err != nil {
			return nil, err
		}
	}
	if _, ok := c.first("EXRULE"); ok {
		return nil, model.Invalid("it has a rule of exceptions (EXRULE), which is not read").Hint("use single exceptions (EXDATE)")
	}
	for _, l := range c.all("EXDATE") {
		list, err := r.moments(l)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			e.without[m.instant().Unix()] = true
		}
	}
	for _, l := range c.all("RDATE") {
		list, err := r.moments(l)
		if err != nil {
			return nil, err
		}
		e.more = append(e.more, list...)
	}
	return e, nil
}

// length reads the end of an event. Between two times of one zone it is a length
// on the wall clock: a shift from 9 to 9 is from 9 to 9 on the day of the change,
// too, or each change would make a gap or a double booking.
func (r *reader) length(c *component, e *event) error {
	if l, ok := c.first("DTEND"); ok {
		end, err := r.moment(l)
		if err != nil {
			return err
		}
		if end.date != e.start.date {
			return model.Invalid("it begins with a %s and ends with a %s", kind(e.start), kind(end)).Hint("give both a time, or none")
		}
		if end.loc == e.start.loc {
			e.nominal = int64(end.local - e.start.local)
		} else {
			e.exact = end.instant().Sub(e.start.instant())
		}
	} else if l, ok := c.first("DURATION"); ok {
		var err error
		if e.nominal, e.exact, err = duration(l.value); err != nil {
			return err
		}
	} else if e.start.date {
		e.nominal = 24 * 60
	} else {
		return model.Invalid("it has no end (DTEND or DURATION)").Hint("mend the event, or leave it out")
	}
	from, to := e.at(e.start)
	switch {
	case !from.Before(to):
		return model.Invalid("it ends at %s, not after its begin %s", to.Format("2006-01-02 15:04Z"), from.Format("2006-01-02 15:04Z")).Hint("mend the event, or leave it out")
	case to.Sub(from) > model.MaxTurn*24*time.Hour:
		return model.Invalid("it is longer than a year").Hint("mend the event, or leave it out")
	}
	return nil
}

func kind(m moment) string {
	if m.date {
		return "day"
	}
	return "time"
}

// at is the stretch of the event when it begins at a moment.
func (e *event) at(start moment) (from, to time.Time) {
	return start.instant(), start.add(e.nominal).instant().Add(e.exact)
}

// moments reads a list of times.
func (r *reader) moments(l line) ([]moment, error) {
	var out []moment
	for v := range strings.SplitSeq(l.value, ",") {
		one := l
		one.value = v
		m, err := r.moment(one)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// moment reads 20261102T080000Z, 20261102T090000 in a zone, or the day 20261102.
func (r *reader) moment(l line) (moment, error) {
	v := strings.TrimSpace(l.value)
	m := moment{loc: r.o.Zone}
	if id := l.params["TZID"]; id != "" {
		loc, err := r.zone(id)
		if err != nil {
			return m, err
		}
		m.loc = loc
	}
	layout := "20060102T150405"
	switch {
	case strings.EqualFold(l.params["VALUE"], "DATE") || len(v) == 8:
		layout, m.date = "20060102", true
	case strings.HasSuffix(v, "Z"):
		v, m.loc = strings.TrimSuffix(v, "Z"), time.UTC
	}
	t, err := time.Parse(layout, v)
	if err != nil {
		return m, model.Invalid("%s %q is no time", l.name, model.ClipLine(v, 40)).Hint("it looks like 20261102T090000Z")
	}
	if t.Year() < 1990 || t.Year() > 2200 {
		return m, model.Invalid("%s is in the year %d", l.name, t.Year()).Hint("check the year")
	}
	m.local, m.sec = model.LocalOf(t), t.Second()
	return m, nil
}

// duration reads P7D, PT12H, P1W or P1DT12H: days and weeks on the wall clock,
// the rest exact.
func duration(s string) (days int64, exact time.Duration, err error) {
	fail := model.Invalid("DURATION %q is no length", model.ClipLine(s, 40)).Hint("it looks like PT12H or P7D")
	v, ok := strings.CutPrefix(strings.TrimPrefix(strings.TrimSpace(s), "+"), "P")
	if !ok || v == "" {
		return 0, 0, fail
	}
	clock := false
	for v != "" {
		if v[0] == 'T' && !clock {
			clock, v = true, v[1:]
			continue
		}
		i := strings.IndexFunc(v, func(r rune) bool { return r < '0' || r > '9' })
		if i < 1 || i > 6 {
			return 0, 0, fail
		}
		var n int64
		if _, err := fmt.Sscan(v[:i], &n); err != nil {
			return 0, 0, fail
		}
		switch unit := v[i]; {
		case unit == 'W' && !clock:
			days += 7 * n
		case unit == 'D' && !clock:
			days += n
		case unit == 'H' && clock:
			exact += time.Duration(n) * time.Hour
		case unit == 'M' && clock:
			exact += time.Duration(n) * time.Minute
		case unit == 'S' && clock:
			exact += time.Duration(n) * time.Second
		default:
			return 0, 0, fail
		}
		v = v[i+1:]
	}
	return days * 24 * 60, exact, nil
}

// names are what the event calls the people who have it.
func names(c *component) []string {
	var mails, called []string
	for _, l := range c.all("ATTENDEE") {
		v := strings.TrimSpace(l.value)
		if len(v) > 7 && strings.EqualFold(v[:7], "mailto:") {
			v = v[7:]
		}
		if plain, err := url.PathUnescape(v); err == nil {
			v = plain
		}
		if strings.Contains(v, "@") {
			mails = append(mails, v)
		}
		if cn := strings.TrimSpace(l.params["CN"]); cn != "" {
			called = append(called, cn)
		}
	}
	out := append(mails, called...)
	if s, ok := c.first("SUMMARY"); ok {
		out = append(out, parts(unescape(s.value))...)
	}
	return slices.Compact(out)
}

// parts are the summary, and what stands between its marks: "On Call - Jane Doe -
// Primary" holds a name.
func parts(s string) []string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return nil
	}
	out := []string{s}
	marks := strings.NewReplacer(" - ", "\n", " – ", "\n", " — ", "\n", ": ", "\n", "(", "\n", ")", "\n", ", ", "\n", " | ", "\n", " / ", "\n", "[", "\n", "]", "\n")
	for p := range strings.SplitSeq(marks.Replace(s), "\n") {
		p = strings.TrimSpace(p)
		if p != "" && p != s {
			out = append(out, p)
		}
		for _, tail := range []string{" on call", " on-call", " is on call", " oncall"} {
			if n := len(p) - len(tail); n > 0 && strings.EqualFold(p[n:], tail) {
				out = append(out, strings.TrimSpace(p[:n]))
			}
		}
	}
	return out
}
