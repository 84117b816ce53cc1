package ical

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

const dayMinutes = 24 * 60

// rule is a repetition: every so many days or weeks, on some days of the week.
type rule struct {
	weekly   bool
	interval int64
	count    int // 0: no end by number
	until    time.Time
	on       [7]bool // Monday first
	first    int64   // day on which weeks begin, Monday 0
}

// rule reads an RRULE; what it does not know is an error, since it would make
// shifts of its own.
func (r *reader) rule(s string, start moment) (*rule, error) {
	out := &rule{interval: 1}
	freq := ""
	const hint = "export single shifts instead of repeating ones, or repeat daily or weekly"
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(s)), ";"), ";") {
		name, v, _ := strings.Cut(part, "=")
		var err error
		switch name {
		case "FREQ":
			freq = v
		case "INTERVAL":
			out.interval, err = number(v, 1, 1000)
		case "COUNT":
			var n int64
			n, err = number(v, 1, 100_000)
			out.count = int(n)
		case "UNTIL":
			out.until, err = r.until(v, start)
		case "BYDAY":
			err = out.days(v)
		case "WKST":
			i := slices.Index(weekdays, v)
			if i < 0 {
				return nil, model.Invalid("the rule of repetition begins its weeks on %q", model.ClipLine(v, 40)).Hint(hint)
			}
			out.first = int64(i)
		default:
			return nil, model.Invalid("it repeats by %s, which is not read", model.ClipLine(name, 40)).Hint(hint)
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case freq == "WEEKLY":
		out.weekly = true
	case freq != "DAILY":
		return nil, model.Invalid("it repeats %s, which is not read", model.ClipLine(strings.ToLower(freq), 40)).Hint(hint)
	}
	if out.on == [7]bool{} {
		if out.weekly {
			out.on[weekday(day(start.local))] = true
		} else {
			out.on = [7]bool{true, true, true, true, true, true, true}
		}
	}
	return out, nil
}

var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func number(s string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < least || n > most {
		return 0, model.Invalid("the rule of repetition has %q where a number from %d to %d belongs", model.ClipLine(s, 40), least, most).Hint("mend the event, or leave it out")
	}
	return n, nil
}

func (r *rule) days(s string) error {
	for v := range strings.SplitSeq(s, ",") {
		i := slices.Index(weekdays, v)
		if i < 0 {
			return model.Invalid("it repeats on %q, which is not read", model.ClipLine(v, 40)).Hint("days of the week alone are: MO,TU,WE,TH,FR,SA,SU")
		}
		r.on[i] = true
	}
	return nil
}

// until is the last moment at which a repetition may begin. A day alone, or a time
// without a zone, is in the zone of the begin.
func (r *reader) until(v string, start moment) (time.Time, error) {
	m, err := (&reader{o: Options{Zone: start.loc}}).moment(line{name: "UNTIL", value: v})
	if err != nil {
		return time.Time{}, err
	}
	if m.date {
		m = m.add(dayMinutes - 1)
	}
	return m.instant(), nil
}

func day(l model.Local) int64 {
	d := int64(l) / dayMinutes
	if int64(l)%dayMinutes < 0 {
		d--
	}
	return d
}

// weekday of a day counted from 1970-01-01, a Thursday; Monday is 0.
func weekday(d int64) int64 { return ((d+3)%7 + 7) % 7 }

// starts are the begins of an event that its rule gives and that are near or
// between two moments; past is how many were before. Whoever wants no more answers
// false.
func (e *event) starts(from, to time.Time, yield func(moment) bool) (past int, more bool) {
	r := e.rule
	// Moments are costly, days are not: whole days away nothing is asked of the zone.
	long := day(model.Local(e.nominal)) + int64(e.exact/(24*time.Hour)) + 3
	early, late := from.Unix()/86400-long, to.Unix()/86400+2
	first := day(e.start.local)
	monday := first - (weekday(first)-r.first+7)%7
	n := 0
	for d := first; ; d++ {
		if d > late {
			return past, true
		}
		// The begin itself always counts, whether its own rule names its day or not.
		hit := d == first || r.on[weekday(d)]
		if r.weekly {
			hit = hit && (d == first || (d-monday)/7%r.interval == 0)
		} else {
			hit = hit && (d-first)%r.interval == 0
		}
		if !hit {
			continue
		}
		n++
		if d < early {
			past++
		} else {
			m := e.start.add((d - first) * dayMinutes)
			at := m.instant()
			switch {
			case !r.until.IsZero() && at.After(r.until):
				return past, false
			case !at.Before(to):
				return past, true
			case !yield(m):
				return past, false
			}
		}
		if r.count > 0 && n >= r.count {
			return past, false
		}
	}
}

// over says whether the last begin of a rule is long before a moment.
func (e *event) over(from time.Time) bool {
	return !e.rule.until.IsZero() && e.rule.until.Add(2*model.MaxTurn*24*time.Hour).Before(from)
}

// instead sorts the events that stand for one of a repeating event by its uid. One
// that was exported without its series is an event of its own.
func instead(list []*event) map[string][]*event {
	moved := map[string][]*event{}
	masters := map[string]bool{}
	for _, e := range list {
		masters[e.uid] = masters[e.uid] || e.instead == nil && e.uid != ""
	}
	for _, e := range list {
		switch {
		case e.instead == nil:
		case masters[e.uid]:
			moved[e.uid] = append(moved[e.uid], e)
		case !e.cancelled:
			e.instead = nil
		}
	}
	return moved
}

// shifts are the stretches of an event between the options' times, with those that
// stand instead of one.
func (e *event) shifts(o Options, moved []*event, f *File) []Shift {
	var out []Shift
	if e.cancelled {
		return nil
	}
	taken := map[int64]bool{} // begins that do not count, or no more
	maps.Copy(taken, e.without)
	for _, x := range moved {
		taken[x.instead.Unix()] = true
	}
	add := func(x *event, m moment) bool {
		from, to := x.at(m)
		switch {
		case !to.After(o.From):
			f.Past++
		case !o.To.IsZero() && !from.Before(o.To):
			f.Cut = true
		default:
			out = append(out, Shift{Place: x.Place, From: from, To: to, Names: x.names})
		}
		return len(out) <= model.MaxShifts
	}
	end := o.To
	if end.IsZero() {
		end = e.start.instant().AddDate(2, 0, 0)
	}
	each := func(m moment) bool {
		at := m.instant().Unix()
		if taken[at] {
			return true
		}
		taken[at] = true
		return add(e, m)
	}
	if e.rule == nil {
		each(e.start)
	} else if !e.over(o.From) {
		past, more := e.starts(o.From, end, each)
		f.Past += past
		f.Cut = f.Cut || more
	}
	for _, m := range e.more {
		each(m)
	}
	for _, x := range moved {
		if !x.cancelled {
			add(x, x.start)
		}
	}
	return out
}
