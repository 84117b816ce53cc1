// Package metrics computes how long things took and how often they went right,
// from the lines of the board. docs/metrics.md has each formula and its SQL. It is
// pure: no I/O, no clock.
package metrics

import (
	"slices"
	"time"

	"warroom/model"
)

// The units.
const (
	UnitSeconds = "seconds"
	UnitShare   = "share" // from 0 to 1
)

// Metric is one figure with its parts. A value is nil where nothing was measured.
type Metric struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`    // never a bare MTTR
	Formula string   `json:"formula"` // in the letters of docs/metrics.md
	Unit    string   `json:"unit"`
	N       int      `json:"n"`                // what was measured
	Median  *float64 `json:"median,omitempty"` // seconds
	P90     *float64 `json:"p90,omitempty"`    // seconds, nearest rank
	Mean    *float64 `json:"mean,omitempty"`   // seconds
	Hits    int      `json:"hits"`             // of a share: how many of N
	Share   *float64 `json:"share,omitempty"`
	LeftOut int      `json:"left_out"` // what could not be measured: a time is missing or out of order
}

// Set is the incidents and reports that count.
type Set struct {
	Incidents []*model.Brief
	Reports   []*model.Brief
	Unplaced  int // incidents left out because it is not known whether they lie in the period
}

// Filter says what counts. Exercises never do, nor what By may not read.
type Filter struct {
	By       model.Actor
	Public   bool      // leave out restricted incidents, too: the figures are for everybody
	From, To time.Time // a period, To not in it; zero for no end
	Severity model.Severity
	Type     string
}

// Select takes what counts out of the lines of a board. The lines are referred
// to, not copied.
func Select(briefs []*model.Brief, f Filter) Set {
	var s Set
	for i := range briefs {
		b := briefs[i]
		switch {
		case b.Exercise, b.Restricted && f.Public, !f.Public && !b.CanRead(f.By), f.Severity != 0 && b.Severity != f.Severity:
		case b.Report != nil:
			if f.Type == "" && within(b.DeclaredAt, b.DeclaredAt, f) {
				s.Reports = append(s.Reports, b)
			}
		case !b.IsIncident(), f.Type != "" && b.Type != f.Type:
		default:
			first, last, known := span(&b.Times)
			switch {
			case !known && f.From.IsZero() && f.To.IsZero(), known && within(first, last, f):
				s.Incidents = append(s.Incidents, b)
			case !known, touches(first, last, f):
				s.Unplaced++
			}
		}
	}
	return s
}

// span is the first and the last moment at which an incident may count.
func span(t *model.Times) (first, last time.Time, known bool) {
	switch at := t.Counted; {
	case at.IsZero():
		return at, at, false
	case t.Precision == model.PrecisionYear:
		first = time.Date(at.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, 0).Add(-1), true
	case t.Precision == model.PrecisionMonth:
		first = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, 0).Add(-1), true
	default:
		return at, at, true
	}
}

func within(first, last time.Time, f Filter) bool {
	return (f.From.IsZero() || !first.Before(f.From)) && (f.To.IsZero() || last.Before(f.To))
}

func touches(first, last time.Time, f Filter) bool {
	return (f.From.IsZero() || !last.Before(f.From)) && (f.To.IsZero() || first.Before(f.To))
}

// Of computes every metric of the set as of now.
func Of(s Set, now time.Time) []Metric {
	out := make([]Metric, 0, len(durations())+len(shares()))
	for _, d := range durations() {
		out = append(out, d.of(s))
	}
	for _, d := range shares() {
		out = append(out, d.of(s, now))
	}
	return out
}

// One computes one metric; false for a key that there is not.
func One(s Set, key string, now time.Time) (Metric, bool) {
	for _, d := range durations() {
		if d.key == key {
			return d.of(s), true
		}
	}
	for _, d := range shares() {
		if d.key == key {
			return d.of(s, now), true
		}
	}
	return Metric{}, false
}

// Keys lists the keys of the metrics in their order.
func Keys() []string {
	var keys []string
	for _, m := range Of(Set{}, time.Time{}) {
		keys = append(keys, m.Key)
	}
	return keys
}

func (d *duration) of(s Set) Metric {
	m := Metric{Key: d.key, Name: d.name, Formula: d.formula, Unit: UnitSeconds}
	var values []float64
	for _, b := range s.Incidents {
		got, left := d.values(b)
		values, m.LeftOut = append(values, got...), m.LeftOut+left
	}
	m.summarise(values)
	return m
}

// summarise fills in n, median, p90 and mean; it sorts the values.
func (m *Metric) summarise(values []float64) {
	n := len(values)
	if m.N = n; n == 0 {
		return
	}
	slices.Sort(values)
	median := (values[(n-1)/2] + values[n/2]) / 2
	p90 := values[(9*n+9)/10-1]
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	mean := sum / float64(n)
	m.Median, m.P90, m.Mean = &median, &p90, &mean
}

func (d *share) of(s Set, now time.Time) Metric {
	m := Metric{Key: d.key, Name: d.name, Formula: d.formula, Unit: UnitShare}
	m.Hits, m.N, m.LeftOut = d.count(s, now)
	if m.N > 0 {
		v := float64(m.Hits) / float64(m.N)
		m.Share = &v
	}
	return m
}
