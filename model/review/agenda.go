// Package review makes the agenda of a monthly review from the lines of all
// incidents, and the review as a document.
package review

import (
	"cmp"
	"slices"
	"time"

	"warroom/model"
	"warroom/model/metrics"
)

// Month is a month, from its first moment to that of the next one, in UTC.
type Month struct{ From, To time.Time }

// Of is the month of t.
func Of(t time.Time) Month {
	from := model.MonthOf(t)
	return Month{from, from.AddDate(0, 1, 0)}
}

// String is the month as 2026-11.
func (m Month) String() string { return m.From.Format("2006-01") }

// ID is the id of the month's review.
func (m Month) ID() string { return model.ReviewID(m.From.Year(), m.From.Month()) }

// Before is the month n months earlier, or later when n is negative.
func (m Month) Before(n int) Month { return Of(m.From.AddDate(0, -n, 0)) }

// Holds says whether t lies in the month.
func (m Month) Holds(t time.Time) bool { return !t.Before(m.From) && t.Before(m.To) }

// began says whether an incident belongs to the month: by its detection, as in
// docs/metrics.md. One of which the year alone is known belongs to none.
func (m Month) began(b *model.Brief) bool {
	return b.Times.Precision != model.PrecisionYear && m.Holds(b.Times.Counted)
}

// real says whether a line is that of an incident that happened: exercises never
// count.
func real(b *model.Brief) bool { return b.IsIncident() && !b.Exercise }

// Agenda computes the agenda of a month as of now from the lines of all incidents
// and reviews. Restricted incidents are left out, whoever looks.
func Agenda(briefs []*model.Brief, m Month, now time.Time) model.ReviewFigures {
	a := agenda{m: m, before: m.Before(1), now: now, until: m.To, severity: tally{}, types: tally{}, vectors: tally{}, teams: map[model.Text]*model.ReviewTeam{}}
	if now.Before(a.until) {
		a.until = now
	}
	for i := range briefs {
		b := briefs[i]
		if b.Review != nil {
			a.decisions(b)
		}
		if real(b) && !b.Restricted {
			a.incident(b)
		}
	}
	f := a.figures()
	f.Metrics = measured(briefs, m, now)
	return f
}

// trend is how many months a metric is followed over.
const trend = 12

// measured is every metric of the month, beside the months before.
func measured(briefs []*model.Brief, m Month, now time.Time) []model.ReviewMetric {
	span := func(from, to time.Time) metrics.Set {
		return metrics.Select(briefs, metrics.Filter{Public: true, From: from, To: to})
	}
	out := make([]model.ReviewMetric, 0, len(metrics.Keys()))
	for _, x := range metrics.Of(span(m.From, m.To), now) {
		out = append(out, model.ReviewMetric{Key: x.Key, Name: x.Name, Formula: x.Formula, Unit: x.Unit, N: x.N, LeftOut: x.LeftOut, Median: x.Median, P90: x.P90, Mean: x.Mean, Share: x.Share})
	}
	for i, x := range metrics.Of(span(m.Before(trend).From, m.From), now) {
		out[i].Year = model.ReviewPoint{N: x.N, Value: standing(x)}
	}
	months := map[string]metrics.Set{}
	for _, g := range metrics.Groups(span(m.Before(trend-1).From, m.To), metrics.ByMonth) {
		months[g.Name] = g.Set
	}
	for n := trend - 1; n >= 0; n-- {
		month := m.Before(n).String()
		for i, x := range metrics.Of(months[month], now) {
			out[i].Trend = append(out[i].Trend, model.ReviewPoint{Month: month, N: x.N, Value: standing(x)})
		}
	}
	return out
}

// standing is the figure that stands for a metric.
func standing(m metrics.Metric) *float64 {
	if m.Share != nil {
		return m.Share
	}
	return m.Median
}

// LeftOut is how many restricted incidents of the month are not in its agenda, of
// those that by may know of: nobody learns here that there are others (AUTH-5).
func LeftOut(briefs []*model.Brief, m Month, by model.Actor) int {
	n := 0
	for i := range briefs {
		if b := briefs[i]; b.Restricted && real(b) && m.began(b) && b.CanRead(by) {
			n++
		}
	}
	return n
}

// agenda is what Agenda gathers.
type agenda struct {
	m, before  Month
	now, until time.Time // until: nothing that was due later is overdue

	f                        model.ReviewFigures
	severity, types, vectors tally
	teams                    map[model.Text]*model.ReviewTeam
}

// tally counts by name.
type tally map[model.Text]*model.ReviewCount

func (t tally) add(name model.Text, now bool) {
	c := t[name]
	if c == nil {
		c = &model.ReviewCount{Name: name}
		t[name] = c
	}
	if now {
		c.N++
	} else {
		c.Before++
	}
}

// list is the counts, the most frequent first and what is not said last.
func (t tally) list() []model.ReviewCount {
	out := make([]model.ReviewCount, 0, len(t))
	for _, c := range t {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b model.ReviewCount) int {
		return cmp.Or(boolCompare(a.Name == "", b.Name == ""), cmp.Compare(b.N, a.N), cmp.Compare(b.Before, a.Before), cmp.Compare(a.Name, b.Name))
	})
	return first(out)
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// first is as much of a list as a review freezes.
func first[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list[:min(len(list), model.MaxReviewRows)]
}

func (a *agenda) incident(b *model.Brief) {
	switch {
	case a.m.began(b):
		a.f.Incidents++
		if b.Status == model.StatusOpen {
			a.f.StillOpen++
		}
		a.classify(b, true)
	case a.before.began(b):
		a.f.Before++
		a.classify(b, false)
	}
	if a.m.Holds(b.Times.Closed) {
		a.f.Closed++
	}
	a.postMortem(b)
	for _, c := range b.Clocks {
		switch {
		case !a.m.Holds(c.Due):
		case c.Missed(a.now):
			a.f.Clocks.Missed++
		case c.Sent.IsZero():
			a.f.Clocks.Running++
		default:
			a.f.Clocks.Met++
		}
	}
	for i := range b.FollowUps {
		if f := &b.FollowUps[i]; f.Late(a.until) {
			a.overdue(b.ID, f)
		}
	}
}

func (a *agenda) classify(b *model.Brief, now bool) {
	a.severity.add(model.Text(b.Severity.String()), now)
	a.types.add(model.Text(b.Type), now)
	for _, v := range b.Class.Vectors {
		a.vectors.add(model.Text(v), now)
	}
	if len(b.Class.Vectors) == 0 {
		a.vectors.add("", now)
	}
}

// postMortem puts an incident on the agenda for its post-mortem: completed in the
// month, which is when it was signed off, or owed at its end.
func (a *agenda) postMortem(b *model.Brief) {
	p := &b.PostMortem
	row := model.ReviewPostMortem{Incident: b.ID, Title: b.Title, Severity: b.Severity, Type: model.Text(b.Type), State: string(p.State)}
	over := b.Status == model.StatusClosed || b.Phase == model.PhasePostIncident
	switch {
	case p.State.Signed() && a.m.Holds(completed(p)):
		row.At = completed(p)
		a.f.PostMortems = append(a.f.PostMortems, row)
	case p.Owed() && over && b.Times.Counted.Before(a.m.To):
		if row.Since = b.ClosedAt; row.Since.IsZero() {
			row.Since = b.DeclaredAt
		}
		a.f.Missing = append(a.f.Missing, row)
	}
}

// completed is when a post-mortem was signed off, or closed where it never was.
func completed(p *model.PostMortemBrief) time.Time {
	if p.SignedAt.IsZero() {
		return p.ClosedAt
	}
	return p.SignedAt
}

func (a *agenda) overdue(incident string, f *model.FollowUpBrief) {
	t := a.teams[f.Team]
	if t == nil {
		t = &model.ReviewTeam{Team: f.Team, Due: f.Due}
		a.teams[f.Team] = t
	}
	t.N++
	t.Due = min(t.Due, f.Due)
	a.f.Overdue = append(a.f.Overdue, model.ReviewFollowUp{Incident: incident, Ref: f.Ref, Title: f.Title, Team: f.Team, Owner: f.Owner, Due: f.Due})
}

// decisions are those of an earlier review that wait to be carried out.
func (a *agenda) decisions(b *model.Brief) {
	month, from, ok := model.ReviewMonth(b.ID)
	if !ok || !from.Before(a.m.From) {
		return
	}
	for _, d := range b.Review.Open {
		a.f.Pending = append(a.f.Pending, model.ReviewPending{Month: month, Ref: d.Ref, Text: d.Text, Owner: d.Owner, Due: d.Due})
	}
}

// figures is what was gathered, in order.
func (a *agenda) figures() model.ReviewFigures {
	f := a.f
	f.Month, f.AsOf = a.m.String(), model.Stamp(a.now)
	for s := model.Severity(1); s.Valid(); s++ {
		c := model.ReviewCount{Name: model.Text(s.String())}
		if have := a.severity[c.Name]; have != nil {
			c = *have
		}
		f.BySeverity = append(f.BySeverity, c)
	}
	f.ByType, f.ByVector = a.types.list(), a.vectors.list()
	slices.SortStableFunc(f.PostMortems, func(x, y model.ReviewPostMortem) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Incident, y.Incident))
	})
	slices.SortStableFunc(f.Missing, func(x, y model.ReviewPostMortem) int {
		return cmp.Or(x.Since.Compare(y.Since), cmp.Compare(x.Incident, y.Incident))
	})
	for _, t := range a.teams {
		f.ByTeam = append(f.ByTeam, *t)
	}
	slices.SortFunc(f.ByTeam, func(x, y model.ReviewTeam) int { return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Team, y.Team)) })
	slices.SortStableFunc(f.Overdue, func(x, y model.ReviewFollowUp) int {
		return cmp.Or(cmp.Compare(x.Due, y.Due), cmp.Compare(x.Incident, y.Incident), cmp.Compare(len(x.Ref), len(y.Ref)), cmp.Compare(x.Ref, y.Ref))
	})
	slices.SortStableFunc(f.Pending, func(x, y model.ReviewPending) int {
		return cmp.Or(cmp.Compare(x.Month, y.Month), cmp.Compare(len(x.Ref), len(y.Ref)), cmp.Compare(x.Ref, y.Ref))
	})
	f.Completed, f.Owed, f.Late = len(f.PostMortems), len(f.Missing), len(f.Overdue)
	f.PostMortems, f.Missing, f.ByTeam = first(f.PostMortems), first(f.Missing), first(f.ByTeam)
	f.Overdue, f.Pending = first(f.Overdue), first(f.Pending)
	return f
}
