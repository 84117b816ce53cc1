// Package ical reads shifts from iCalendar files (RFC 5545), as paging tools and
// calendars export them. It takes what on-call schedules consist of and refuses the
// rest by name, event by event: a shift that was guessed is worse than none.
package ical

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"warroom/model"
)

// MaxFile is the longest file, in bytes.
const MaxFile = 1 << 20

// Options say how a file is read.
type Options struct {
	Zone *time.Location // of times that name none; nil is UTC
	From time.Time      // shifts that ended before are left out
	To   time.Time      // shifts that begin from here on are left out
}

// File is what was found in a file.
type File struct {
	Name   string // what the calendar calls itself
	Events int    // events in the file
	Past   int    // shifts that are over and were left out
	Cut    bool   // something goes on after Options.To
	Shifts []Shift
	Bad    []Bad // by place in the file
}

// Shift is one stretch, with the names of the people who are said to have it.
type Shift struct {
	Place
	From, To time.Time
	Names    []string // mail addresses first, then names, then the summary and its parts
}

// Place is where an event stands in the file.
type Place struct {
	Event   int // 1, 2, 3 …
	Line    int // of its BEGIN:VEVENT
	Summary string
}

// Bad is an event that cannot be taken, with why.
type Bad struct {
	Place
	What string
	Next string // what to do
}

// line is a content line, unfolded.
type line struct {
	n      int // number in the file
	name   string
	params map[string]string
	value  string
}

// Parse reads a file. The error is for one that is no calendar; what is wrong with
// a single event stands in File.Bad.
func Parse(data []byte, o Options) (File, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	lines, err := split(data)
	if err != nil {
		return File{}, err
	}
	cal, err := collect(lines)
	if err != nil {
		return File{}, err
	}
	r := reader{o: o, zones: cal.zones, known: map[string]*time.Location{}}
	f := File{Name: cal.name, Events: len(cal.events)}
	if f.Events == 0 {
		return f, model.Invalid("the calendar has no event").Hint("export the schedule with its shifts")
	}
	list := make([]*event, 0, len(cal.events))
	for i := range cal.events {
		e, err := r.event(&cal.events[i])
		if err != nil {
			f.Bad = append(f.Bad, bad(cal.events[i].place(), err))
			continue
		}
		list = append(list, e)
	}
	moved := instead(list)
	for _, e := range list {
		if e.instead != nil {
			continue
		}
		f.Shifts = append(f.Shifts, e.shifts(o, moved[e.uid], &f)...)
		if len(f.Shifts) > model.MaxShifts {
			return f, model.Invalid("the calendar has over %d shifts", model.MaxShifts).Hint("export fewer months, or one rotation")
		}
	}
	slices.SortStableFunc(f.Shifts, func(a, b Shift) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Event, b.Event)) })
	return f, nil
}

func bad(p Place, err error) Bad {
	b := Bad{Place: p, What: err.Error()}
	if e, ok := model.AsError(err); ok {
		b.What, b.Next = e.Msg, e.Next
	}
	return b
}

// split unfolds the lines of a file: a line that begins with a blank goes on the
// one before.
func split(data []byte) ([]line, error) {
	const hint = "export the schedule as iCalendar (.ics)"
	if len(data) > MaxFile {
		return nil, model.Invalid("the calendar is over %d bytes", MaxFile).Hint("export fewer months, or one rotation")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, model.Invalid("the calendar is empty").Hint(hint)
	}
	var out []line
	var text []byte
	begun := 0
	flush := func() error {
		if len(bytes.TrimSpace(text)) == 0 {
			return nil
		}
		l, err := parseLine(string(text))
		if err != nil {
			if len(out) == 0 {
				return model.Invalid("this is no iCalendar file").Hint(hint)
			}
			return model.Invalid("line %d of the calendar: %v", begun, err).Hint("mend the line, or export the file again")
		}
		l.n = begun
		if len(out) == 0 && (l.name != "BEGIN" || !strings.EqualFold(l.value, "VCALENDAR")) {
			return model.Invalid("this is no iCalendar file: it does not begin with BEGIN:VCALENDAR").Hint(hint)
		}
		out = append(out, l)
		return nil
	}
	n := 0
	for raw := range bytes.SplitSeq(data, []byte("\n")) {
		n++
		if len(raw) > 0 && (raw[0] == ' ' || raw[0] == '\t') && begun > 0 {
			text = append(text, raw[1:]...)
			continue
		}
		if err := flush(); err != nil {
			return nil, err
		}
		text, begun = append(text[:0], raw...), n
	}
	return out, flush()
}

// parseLine takes NAME;PARAM=value;PARAM="value":value apart.
func parseLine(s string) (line, error) {
	l := line{params: map[string]string{}}
	if !utf8.ValidString(s) {
		return l, fmt.Errorf("it is not UTF-8")
	}
	i := strings.IndexAny(s, ";:")
	if i < 1 {
		return l, fmt.Errorf("it has no colon")
	}
	l.name = strings.ToUpper(strings.TrimSpace(s[:i]))
	for s[i] == ';' {
		rest := s[i+1:]
		eq := strings.IndexByte(rest, '=')
		if eq < 0 {
			return l, fmt.Errorf("a parameter of %s has no value", model.ClipLine(l.name, 40))
		}
		name := strings.ToUpper(rest[:eq])
		end, quoted := eq+1, false
		for end < len(rest) && (quoted || rest[end] != ';' && rest[end] != ':') {
			if rest[end] == '"' {
				quoted = !quoted
			}
			end++
		}
		if end == len(rest) {
			return l, fmt.Errorf("it has no colon after the parameters of %s", model.ClipLine(l.name, 40))
		}
		l.params[name] = strings.Trim(rest[eq+1:end], `"`)
		i += 1 + end
	}
	l.value = s[i+1:]
	return l, nil
}

// unescape is a text value as it was meant.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";").Replace(s)
}

// calendar is the components of a file.
type calendar struct {
	name   string
	events []component
	zones  map[string]component // VTIMEZONE by TZID
}

// component is the lines of one VEVENT or VTIMEZONE; those of what is inside it are
// left out, but for zones.
type component struct {
	n, at int
	lines []line
}

func (c *component) first(name string) (line, bool) {
	i := slices.IndexFunc(c.lines, func(l line) bool { return l.name == name })
	if i < 0 {
		return line{}, false
	}
	return c.lines[i], true
}

func (c *component) all(name string) []line {
	return slices.DeleteFunc(slices.Clone(c.lines), func(l line) bool { return l.name != name })
}

func (c *component) place() Place {
	s, _ := c.first("SUMMARY")
	return Place{Event: c.n, Line: c.at, Summary: unescape(s.value)}
}

// collect puts the lines into components and refuses a file whose ends do not fit.
func collect(lines []line) (calendar, error) {
	cal := calendar{zones: map[string]component{}}
	var open []line
	var cur *component
	for _, l := range lines {
		what := strings.ToUpper(strings.TrimSpace(l.value))
		switch l.name {
		case "BEGIN":
			if len(open) > 10 {
				return cal, model.Invalid("line %d of the calendar: too much inside each other", l.n).Hint("export the file again")
			}
			l.value = what
			open = append(open, l)
			if len(open) == 2 && (what == "VEVENT" || what == "VTIMEZONE") {
				cur = &component{at: l.n}
			}
		case "END":
			if len(open) == 0 || open[len(open)-1].value != what {
				return cal, model.Invalid("line %d of the calendar: END:%s ends nothing that is open", l.n, model.ClipLine(what, 40)).Hint("the file is damaged; export it again")
			}
			open = open[:len(open)-1]
			if len(open) == 1 && cur != nil {
				cal.add(what, cur)
				cur = nil
			}
		default:
			switch {
			case len(open) == 0:
				return cal, model.Invalid("line %d of the calendar stands outside of it", l.n).Hint("the file is damaged; export it again")
			case cur != nil && len(open) == 2:
				cur.lines = append(cur.lines, l)
			case len(open) == 1 && l.name == "X-WR-CALNAME":
				cal.name = unescape(l.value)
			}
		}
	}
	if len(open) > 0 {
		last := open[len(open)-1]
		return cal, model.Invalid("the calendar ends within the %s of line %d", model.ClipLine(last.value, 40), last.n).Hint("the file was cut off; export it again")
	}
	return cal, nil
}

func (cal *calendar) add(what string, c *component) {
	if what == "VEVENT" {
		c.n = len(cal.events) + 1
		cal.events = append(cal.events, *c)
		return
	}
	if id, ok := c.first("TZID"); ok {
		cal.zones[id.value] = *c
	}
}
