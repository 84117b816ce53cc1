package metrics

import (
	"fmt"
	"math"
	"strings"
	"time"

	"warroom/model"
)

// All is the name of the period without an end.
const All = "all"

// Period is a stretch of time with a name; To is not in it. Both are zero for all.
type Period struct {
	Name     string
	From, To time.Time
}

// PeriodWords lists the words that name a period from the present one.
func PeriodWords() []string {
	return []string{"month", "quarter", "year", "last-month", "last-quarter", "last-year", All}
}

// ResolvePeriod reads a period: the present month, quarter or year, the last one,
// one by name (2026-11, 2026-Q4, 2026), or all.
func ResolvePeriod(s string, now time.Time) (Period, error) {
	word := strings.ToLower(strings.TrimSpace(s))
	if word == All {
		return Period{Name: All}, nil
	}
	by, last := word, false
	if rest, ok := strings.CutPrefix(word, "last-"); ok {
		by, last = rest, true
	}
	name := word
	if by == ByMonth || by == ByQuarter || by == ByYear {
		name = period(now, by)
	}
	from, to, err := ParsePeriod(name)
	if err != nil {
		return Period{}, err
	}
	p := Period{Name: strings.ToUpper(name), From: from, To: to}
	if last && name != word {
		return p.Shift(-1), nil
	}
	if last {
		return Period{}, model.Usage("%q is no period", model.Line(s)).Hint("write last-month, last-quarter or last-year")
	}
	return p, nil
}

// by is whether the period is a month, a quarter or a year; "" for all.
func (p Period) by() string {
	switch len(p.Name) {
	case len("2026"):
		return ByYear
	case len("2026-11"):
		if strings.Contains(p.Name, "Q") {
			return ByQuarter
		}
		return ByMonth
	}
	return ""
}

// Shift is the period that lies n of its length later, or earlier; all stays.
func (p Period) Shift(n int) Period {
	by := p.by()
	if by == "" {
		return p
	}
	months := map[string]int{ByMonth: 1, ByQuarter: 3, ByYear: 12}[by] * n
	from := p.From.AddDate(0, months, 0)
	return Period{Name: period(from, by), From: from, To: next(from, by)}
}

// Say is the period with its days.
func (p Period) Say() string {
	if p.by() == "" {
		return "all time"
	}
	return fmt.Sprintf("%s (%s to %s)", p.Name, p.From.Format(time.DateOnly), p.To.AddDate(0, 0, -1).Format(time.DateOnly))
}

// Length is a length of time in seconds for people: 42s, 12m, 3h42m, 2d04h, 41d.
func Length(seconds float64) string {
	if math.Round(seconds) < 0 {
		return "-" + Length(-seconds)
	}
	d := time.Duration(min(seconds, 9e9) * float64(time.Second)).Round(time.Second) // a Duration has 292 years
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < day:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d < 30*day:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	}
	return fmt.Sprintf("%dd", d/day)
}

// Count is a number of things: 1 incident, 2 incidents.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Value is a metric's figure for people: its length of time, or its share; "-"
// where nothing was measured.
func Value(p *float64, unit string) string {
	switch {
	case p == nil:
		return "-"
	case unit == UnitShare:
		return fmt.Sprintf("%.0f %%", *p*100)
	}
	return Length(*p)
}
