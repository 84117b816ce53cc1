package metrics

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"warroom/model"
)

// The ways to group.
const (
	ByMonth    = "month"
	ByQuarter  = "quarter"
	ByYear     = "year"
	BySeverity = "severity"
	ByType     = "type"
	ByVector   = "vector"
)

// Groupings lists them.
func Groupings() []string { return []string{ByMonth, ByQuarter, ByYear, BySeverity, ByType, ByVector} }

// NotSaid is the name of the group of what is in no other.
const NotSaid = "not said"

// Group is the incidents of a set that belong together.
type Group struct {
	Name string
	Set
}

// Groups divides a set; months and years are in order of time, with the empty
// ones between them, the others by name. By vector an incident may be in several.
func Groups(s Set, by string) []Group {
	sets := map[string]*Set{}
	at := func(name string) *Set {
		if sets[name] == nil {
			sets[name] = &Set{}
		}
		return sets[name]
	}
	for _, b := range s.Incidents {
		for _, name := range names(b, by) {
			g := at(name)
			g.Incidents = append(g.Incidents, b)
		}
	}
	for _, b := range s.Reports {
		switch by {
		case ByMonth, ByQuarter, ByYear:
			g := at(period(b.DeclaredAt, by))
			g.Reports = append(g.Reports, b)
		case BySeverity:
			g := at(b.Severity.String())
			g.Reports = append(g.Reports, b)
		}
	}
	order := slices.Sorted(maps.Keys(sets))
	if by == ByMonth || by == ByQuarter || by == ByYear {
		order = filled(order, by)
	}
	out := make([]Group, 0, len(order))
	for _, name := range order {
		g := Group{Name: name}
		if sets[name] != nil {
			g.Set = *sets[name]
		}
		if name != NotSaid {
			out = append(out, g)
		}
	}
	if g := sets[NotSaid]; g != nil {
		out = append(out, Group{NotSaid, *g})
	}
	return out
}

// names lists the groups of an incident.
func names(b *model.Brief, by string) []string {
	switch by {
	case BySeverity:
		return []string{b.Severity.String()}
	case ByType:
		return []string{cmp.Or(b.Type, NotSaid)}
	case ByVector:
		if len(b.Class.Vectors) > 0 {
			return b.Class.Vectors
		}
		return []string{NotSaid}
	}
	t := &b.Times
	if t.Counted.IsZero() || t.Precision == model.PrecisionYear && by != ByYear {
		return []string{NotSaid}
	}
	return []string{period(t.Counted, by)}
}

// period is the name of the month, quarter or year of a moment.
func period(at time.Time, by string) string {
	at = at.UTC()
	switch by {
	case ByYear:
		return at.Format("2006")
	case ByQuarter:
		return fmt.Sprintf("%04d-Q%d", at.Year(), (at.Month()+2)/3)
	}
	return at.Format("2006-01")
}

// mostPeriods is how many periods a list has at most, the empty ones counted.
const mostPeriods = 2400

// filled puts the empty periods between the others.
func filled(order []string, by string) []string {
	order = slices.DeleteFunc(order, func(n string) bool { return n == NotSaid })
	if len(order) < 2 {
		return order
	}
	first, _, err := ParsePeriod(order[0])
	if err != nil {
		return order
	}
	last := order[len(order)-1]
	var out []string
	for len(out) < mostPeriods {
		name := period(first, by)
		out = append(out, name)
		if name == last {
			return out
		}
		first = next(first, by)
	}
	return order
}

func next(at time.Time, by string) time.Time {
	switch by {
	case ByYear:
		return at.AddDate(1, 0, 0)
	case ByQuarter:
		return at.AddDate(0, 3, 0)
	}
	return at.AddDate(0, 1, 0)
}

// ParsePeriod reads a month, quarter or year: 2026-11, 2026-Q4, 2026. To is its
// end, which is not in it.
func ParsePeriod(s string) (from, to time.Time, err error) {
	t := strings.ToUpper(strings.TrimSpace(s))
	if at, e := time.Parse("2006-01", t); e == nil {
		return at, next(at, ByMonth), nil
	}
	if at, e := time.Parse("2006", t); e == nil {
		return at, next(at, ByYear), nil
	}
	year, q, two := strings.Cut(t, "-Q")
	if at, e := time.Parse("2006", year); e == nil && two && len(q) == 1 && q[0] >= '1' && q[0] <= '4' {
		at = at.AddDate(0, 3*int(q[0]-'1'), 0)
		return at, next(at, ByQuarter), nil
	}
	return from, to, model.Usage("%q is no period", model.Line(s)).Hint("write a month 2026-11, a quarter 2026-Q4, a year 2026, or all")
}

// PeriodOf is the period of a moment, by month, quarter or year.
func PeriodOf(at time.Time, by string) string { return period(at, by) }

// Step is one step of a funnel.
type Step struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// Funnel follows the reports of a set to what became of their incidents. all is
// the set of every incident that counts, whenever it was detected.
func Funnel(s, all Set) []Step {
	at := make(map[string]*model.Brief, len(all.Incidents))
	for _, b := range all.Incidents {
		at[b.ID] = b
	}
	var decided, judged int
	var contained, closed int
	seen := map[string]bool{}
	for _, b := range s.Reports {
		r := b.Report
		if r.State == model.ReportNew {
			continue
		}
		decided++
		if r.State != model.ReportIncident {
			continue
		}
		judged++
		in := at[r.Of]
		if in == nil || seen[r.Of] {
			continue
		}
		seen[r.Of] = true
		if !in.Times.Contained.IsZero() {
			contained++
		}
		if in.Status == model.StatusClosed {
			closed++
		}
	}
	return []Step{{"reports raised", len(s.Reports)}, {"decided", decided}, {"found to be an incident", judged}, {"their incidents", len(seen)},
		{"contained", contained}, {"closed", closed}}
}

// Stage is how long incidents stay between two moments that follow each other.
type Stage struct {
	Name   string   `json:"name"`
	N      int      `json:"n"`
	Median *float64 `json:"median"` // seconds
}

// Stages are the medians from each moment to the next.
func Stages(s Set) []Stage {
	var out []Stage
	for _, d := range []*duration{
		{name: "until detected", values: saying(func(t *model.Times) *time.Duration { return t.SaidDetect }, between(model.MomentFirstAct, model.MomentDetected))},
		{name: "until contained", values: saying(func(t *model.Times) *time.Duration { return t.SaidContain }, between(model.MomentDetected, model.MomentContained))},
		{name: "until eradicated", values: between(model.MomentContained, model.MomentEradicated)},
		{name: "until recovered", values: between(model.MomentEradicated, model.MomentRecovered)},
		{name: "until closed", values: between(model.MomentRecovered, model.MomentClosed)},
	} {
		m := d.of(s)
		out = append(out, Stage{d.name, m.N, m.Median})
	}
	return out
}

// Ends are the moments at which the follow-ups of a period are counted: the ends
// of its months so far and now; for all, those since the first follow-up.
func Ends(p Period, s Set, now time.Time) []time.Time {
	from, to := p.From, p.To
	if from.IsZero() {
		to = now
		for _, b := range s.Incidents {
			for i := range b.FollowUps {
				if at := b.FollowUps[i].AddedAt; from.IsZero() || at.Before(from) {
					from = at
				}
			}
		}
		if from.IsZero() {
			return nil
		}
	}
	var out []time.Time
	from = time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	for from = next(from, ByMonth); !from.After(to) && !from.After(now) && len(out) < mostPeriods; from = next(from, ByMonth) {
		out = append(out, from)
	}
	if len(out) == 0 || now.Before(to) && now.After(out[len(out)-1]) {
		out = append(out, now)
	}
	return out
}

// Load is how many follow-ups were open at a moment.
type Load struct {
	At      time.Time `json:"at"`
	Open    int       `json:"open"`
	Overdue int       `json:"overdue"`
}

// FollowUps counts the open follow-ups at each of the moments.
func FollowUps(s Set, at []time.Time) []Load {
	out := make([]Load, len(at))
	for i, t := range at {
		out[i].At = t
		day := model.DayOf(t)
		for _, b := range s.Incidents {
			for k := range b.FollowUps {
				f := &b.FollowUps[k]
				if f.AddedAt.After(t) || !f.Settled.IsZero() && !f.Settled.After(t) {
					continue
				}
				out[i].Open++
				if f.Due < day {
					out[i].Overdue++
				}
			}
		}
	}
	return out
}
