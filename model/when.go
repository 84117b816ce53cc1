package model

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Precision is how exactly a time is known.
type Precision string

// The precisions.
const (
	PrecisionSecond Precision = "second"
	PrecisionMinute Precision = "minute"
	PrecisionHour   Precision = "hour"
	PrecisionDay    Precision = "day"
	PrecisionMonth  Precision = "month" // only what was imported is as rough as this
	PrecisionYear   Precision = "year"
)

// MaxAhead is how far in the future a time may lie: clocks differ a little.
const MaxAhead = 5 * time.Minute

// eveningBefore is how far ahead a clock time must lie to mean the evening before.
const eveningBefore = 12 * time.Hour

// When is when something happened.
type When struct {
	At        time.Time
	Precision Precision
}

const whenForms = "write 14:03, -20m, -2h30m, yesterday 22:40, 2026-11-23 14:03 or a full time such as 2026-11-23T14:03:20Z"

var (
	clockForm = regexp.MustCompile(`^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z)?$`)
	clockLike = regexp.MustCompile(`^\d{1,2}:\d\d(?::\d\d)?Z?$`) // 24:00, 14:65: a slip, not text
	agoForm   = regexp.MustCompile(`^-(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?(?:(\d{1,6})s)?$`)
	dateForm  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	fullForm  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[Tt]\d`)
)

// ParseWhen reads a time as people say it, relative to now and in UTC unless it
// names a zone. Around midnight a clock time without a date is yesterday's: at
// 00:10, "23:50" was twenty minutes ago. Other times ahead are refused.
func ParseWhen(s string, now time.Time) (When, error) {
	s = strings.TrimSpace(s)
	words := strings.Fields(s)
	if n, w, err := leading(words, now); n == len(words) && n > 0 {
		return w, err
	}
	return When{}, Usage("%q is no time", excerpt(s)).Hint(whenForms).On("at")
}

// LeadingTime takes a time off the front of a line, as in "14:03 DC02 psexec".
// ok says whether there was one; rest is the line without it. A line that
// begins with an impossible or future time is an error: silently keeping it as
// text would lose the time. A backslash before it makes it text; rest is then
// without the backslash.
func LeadingTime(line string, now time.Time) (w When, rest string, ok bool, err error) {
	rest = strings.TrimLeftFunc(line, unicode.IsSpace)
	head := rest
	if len(head) > 128 {
		head = head[:128]
	}
	if text, escaped := strings.CutPrefix(head, `\`); escaped {
		if n, _, _ := leading(strings.Fields(text), now); n > 0 {
			return When{}, rest[1:], false, nil
		}
	}
	n, w, err := leading(strings.Fields(head), now)
	if n == 0 {
		return When{}, line, false, nil
	}
	if e, ok := AsError(err); ok {
		e.Next += `; a \ before it makes it text`
	}
	for range n {
		i := strings.IndexFunc(rest, unicode.IsSpace)
		if i < 0 {
			i = len(rest)
		}
		rest = strings.TrimLeftFunc(rest[i:], unicode.IsSpace)
	}
	return w, rest, true, err
}

// leading says how many of the first words are a time, 0 for none.
func leading(words []string, now time.Time) (n int, w When, err error) {
	if len(words) == 0 {
		return 0, When{}, nil
	}
	now = now.UTC()
	first := strings.ToLower(words[0])
	second := ""
	if len(words) > 1 {
		second = words[1]
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	switch {
	case first == "now":
		return 1, When{now, PrecisionSecond}, nil
	case first == "yesterday" || first == "today":
		day := today
		if first == "yesterday" {
			day = today.AddDate(0, 0, -1)
		}
		if m := clockForm.FindStringSubmatch(second); m != nil {
			w = onDay(day, m)
			return 2, w, ahead(w, now)
		}
		return 0, When{}, nil
	case clockForm.MatchString(words[0]):
		w = onDay(today, clockForm.FindStringSubmatch(words[0]))
		switch {
		case w.At.After(now.Add(eveningBefore)):
			w.At = w.At.AddDate(0, 0, -1)
		case w.At.After(now.Add(MaxAhead)):
			return 1, w, Invalid("%s is ahead: it is %s now", words[0], now.Format("15:04Z")).
				Hint("write yesterday %s, or the full date", strings.ToUpper(words[0])).On("at")
		}
		return 1, w, nil
	case clockLike.MatchString(words[0]):
		return 1, When{}, noDate(words[0])
	case len(first) > 1 && agoForm.MatchString(first):
		return 1, ago(agoForm.FindStringSubmatch(first), now), nil
	case dateForm.MatchString(first):
		day, err := time.Parse(time.DateOnly, first)
		if err != nil {
			return 1, When{}, noDate(words[0])
		}
		if m := clockForm.FindStringSubmatch(second); m != nil {
			w = onDay(day, m)
			return 2, w, sane(w, now)
		}
		w = When{day, PrecisionDay}
		return 1, w, sane(w, now)
	case fullForm.MatchString(first):
		return full(words[0], now)
	}
	return 0, When{}, nil
}

// Say is the time as it is said at now: with its day when that is not today.
func (w When) Say(now time.Time) string {
	t := w.At.UTC()
	clock := map[Precision]string{PrecisionMinute: "15:04Z", PrecisionHour: "15h"}[w.Precision]
	switch {
	case w.Precision == PrecisionDay || w.Precision.rough():
		return w.full()
	case clock == "":
		clock = "15:04:05Z"
	}
	if t.Format(time.DateOnly) == now.UTC().Format(time.DateOnly) {
		return t.Format(clock)
	}
	return t.Format(time.DateOnly + " " + clock)
}

// full is the time with its date, as exactly as it is known.
func (w When) full() string {
	form := map[Precision]string{PrecisionMinute: "2006-01-02 15:04Z", PrecisionHour: "2006-01-02 15h", PrecisionDay: time.DateOnly,
		PrecisionMonth: "2006-01", PrecisionYear: "2006"}[w.Precision]
	if form == "" {
		form = "2006-01-02 15:04:05Z"
	}
	return w.At.UTC().Format(form)
}

// OtherDay says whether an entry happened on another day than now.
func (e *Entry) OtherDay(now time.Time) bool {
	return e.OccurredAt.UTC().Format(time.DateOnly) != now.UTC().Format(time.DateOnly)
}

// When is when the entry happened.
func (e *Entry) When() When { return When{At: e.OccurredAt, Precision: e.Precision} }

func onDay(day time.Time, m []string) When {
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	w := When{day.Add(time.Duration(h)*time.Hour + time.Duration(min)*time.Minute), PrecisionMinute}
	if m[3] != "" {
		sec, _ := strconv.Atoi(m[3])
		w.At, w.Precision = w.At.Add(time.Duration(sec)*time.Second), PrecisionSecond
	}
	return w
}

func ago(m []string, now time.Time) When {
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1])
		d += time.Duration(n) * unit
	}
	p := PrecisionMinute
	if m[4] != "" {
		p = PrecisionSecond
	}
	return When{now.Add(-d), p}
}

func full(s string, now time.Time) (int, When, error) {
	for _, f := range []struct {
		layout string
		p      Precision
	}{{time.RFC3339Nano, PrecisionSecond}, {"2006-01-02T15:04Z07:00", PrecisionMinute},
		{"2006-01-02T15:04:05", PrecisionSecond}, {"2006-01-02T15:04", PrecisionMinute}} {
		if t, err := time.Parse(f.layout, strings.ToUpper(s)); err == nil {
			w := When{t.UTC(), f.p}
			return 1, w, sane(w, now)
		}
	}
	return 1, When{}, noDate(s)
}

func noDate(s string) error {
	return Usage("%q is no time", excerpt(s)).Hint(whenForms).On("at")
}

func sane(w When, now time.Time) error {
	if w.At.Year() < 1990 {
		return Invalid("%s is before 1990", w.At.Format(time.DateOnly)).Hint("check the year").On("at")
	}
	return ahead(w, now)
}

func ahead(w When, now time.Time) error {
	if w.At.After(now.Add(MaxAhead)) {
		return Invalid("%s is in the future", w.At.UTC().Format(time.RFC3339)).
			Hint("say when it happened; a plan belongs into the text").On("at")
	}
	return nil
}
