package metrics

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"warroom/model"
)

var (
	t0    = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
)

func hours(n float64) time.Time { return t0.Add(time.Duration(n * float64(time.Hour))) }

// incident is a brief whose detection is at t0 and containment c hours later.
func incident(n int, c float64) *model.Brief {
	b := &model.Brief{ID: model.IncidentID(2026, n), Status: model.StatusClosed, Severity: 2, Preliminary: 2,
		Times: model.Times{Detected: t0, DetectedFrom: model.FromReport, Counted: t0, Precision: model.PrecisionSecond}}
	if c > 0 {
		b.Times.Contained = hours(c)
	}
	return b
}

func one(t *testing.T, briefs []*model.Brief, key string) Metric {
	t.Helper()
	m, ok := One(Select(briefs, Filter{By: alice}), key, hours(1000))
	if !ok {
		t.Fatal("no metric", key)
	}
	return m
}

func is(p *float64, want float64) bool { return p != nil && math.Abs(*p-want) < 1e-6 }

func TestContain(t *testing.T) {
	briefs := []*model.Brief{incident(1, 1), incident(2, 2), incident(3, 3), incident(4, 10), incident(5, 0), incident(6, -1)}
	early := hours(-1)
	briefs[5].Times.Contained = early // out of order
	exercise, restricted, said := incident(7, 50), incident(8, 50), incident(9, 0)
	exercise.Exercise = true
	restricted.Restricted = true
	week := 7 * 24 * time.Hour
	said.Times.SaidContain = &week
	briefs = append(briefs, exercise, restricted, said, &model.Brief{ID: "ONCALL", Status: model.StatusRegister})
	m := one(t, briefs, "contain")
	if m.N != 5 || m.LeftOut != 2 || !is(m.Median, 3*3600) || !is(m.P90, 168*3600) || !is(m.Mean, 184*3600/5.0) {
		t.Errorf("%+v %v %v %v", m, *m.Median, *m.P90, *m.Mean)
	}
	if m := one(t, briefs, "detect"); m.N != 0 || m.LeftOut != 7 || m.Median != nil {
		t.Errorf("%+v", m)
	}
	if m := one(t, nil, "contain"); m.N != 0 || m.Mean != nil {
		t.Errorf("%+v", m)
	}
}

func TestDeclaredAsDetectedMeasuresNothing(t *testing.T) {
	b := incident(1, 1)
	b.Times.DetectedFrom, b.Times.Acknowledged, b.Times.Command = model.FromDeclared, t0, t0
	for _, key := range []string{"acknowledge", "command", "determine"} {
		if m := one(t, []*model.Brief{b}, key); m.N != 0 || m.LeftOut != 1 {
			t.Errorf("%+v", m)
		}
	}
	if m := one(t, []*model.Brief{b}, "contain"); m.N != 1 {
		t.Errorf("%+v", m)
	}
}

func TestShares(t *testing.T) {
	a, b := incident(1, 1), incident(2, 2)
	a.Preliminary, a.Required, a.RequiredDone, a.Class.Discovery = 3, 4, 3, "internal"
	b.Preliminary, b.Imported, b.Class.Discovery = 4, true, "external"
	a.Times.ClosedOnce, a.Times.Reopened = true, true
	a.Clocks = []model.ClockBrief{{Due: hours(10), Sent: hours(9)}, {Due: hours(10), Sent: hours(11)}, {Due: hours(20)}, {Due: hours(5000)}}
	a.FollowUps = []model.FollowUpBrief{{State: model.FollowUpDone, Due: "2026-11-05", Settled: hours(24*4 + 5)}, {State: model.FollowUpDone, Due: "2026-11-05", Settled: hours(24 * 9)},
		{State: model.FollowUpOpen, Due: "2026-11-05"}, {State: model.FollowUpOpen, Due: "2027-11-05"}, {State: model.FollowUpDropped, Due: "2026-11-05"}}
	report := func(n int, s model.ReportState) *model.Brief {
		return &model.Brief{ID: model.ReportID(n), Status: model.StatusReport, DeclaredAt: t0, Severity: 3, Report: &model.ReportBrief{State: s, Of: a.ID}}
	}
	briefs := []*model.Brief{a, b, report(1, model.ReportIncident), report(2, model.ReportFalse), report(3, model.ReportNew), report(4, model.ReportIncident)}
	for key, want := range map[string][3]int{
		"notice-on-time": {1, 3, 1}, "severity-drift": {1, 1, 1}, "severity-raised": {1, 1, 1}, "escalation-accuracy": {2, 3, 1}, "internal-discovery": {1, 2, 0},
		"checklist": {3, 4, 0}, "reopen": {1, 1, 1}, "follow-ups-on-time": {1, 3, 2},
	} {
		if m := one(t, briefs, key); m.Hits != want[0] || m.N != want[1] || m.LeftOut != want[2] || !is(m.Share, float64(want[0])/float64(want[1])) {
			t.Errorf("%+v, want %v", m, want)
		}
	}
	if m := one(t, briefs, "notice-lead"); m.N != 2 || m.LeftOut != 2 || !is(m.Median, 0) {
		t.Errorf("%+v", m)
	}
	all := Select(briefs, Filter{By: alice})
	if got := fmt.Sprint(Funnel(all, all)); got != "[{reports raised 4} {decided 3} {found to be an incident 2} {their incidents 1} {contained 1} {closed 1}]" {
		t.Error(got)
	}
	loads := FollowUps(all, []time.Time{hours(-1), hours(24 * 5), hours(24 * 20)})
	if loads[1].Open != 4 || loads[1].Overdue != 3 || loads[2].Open != 3 { // the dropped one has no time here
		t.Errorf("%+v", loads)
	}
}

func TestPeriods(t *testing.T) {
	a, b, c, d := incident(1, 1), incident(2, 1), incident(3, 1), incident(4, 1)
	b.Times.Counted = t0.AddDate(0, -2, 0)
	c.Times.Counted, c.Times.Precision = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), model.PrecisionYear
	d.Times.Counted = time.Time{}
	briefs := []*model.Brief{a, b, c, d}
	for period, want := range map[string][2]int{"2026-11": {1, 2}, "2026-09": {1, 2}, "2026-Q4": {1, 2}, "2026": {3, 1}, "2025": {0, 1}} {
		from, to, err := ParsePeriod(period)
		if err != nil {
			t.Fatal(err)
		}
		if s := Select(briefs, Filter{By: alice, From: from, To: to}); len(s.Incidents) != want[0] || s.Unplaced != want[1] {
			t.Errorf("%s: %d incidents, %d unplaced, want %v", period, len(s.Incidents), s.Unplaced, want)
		}
	}
	all := Select(briefs, Filter{By: alice})
	for by, want := range map[string]string{ByMonth: "[2026-09 1 2026-10 0 2026-11 1 not said 2]", ByQuarter: "[2026-Q3 1 2026-Q4 1 not said 2]", ByYear: "[2026 3 not said 1]",
		BySeverity: "[SEV2 4]", ByType: "[not said 4]", ByVector: "[not said 4]"} {
		var got []string
		for _, g := range Groups(all, by) {
			got = append(got, fmt.Sprint(g.Name, " ", len(g.Incidents)))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", by, got, want)
		}
	}
	for _, bad := range []string{"", "2026-13", "2026-Q5", "26", "2026-Q", "all"} {
		if _, _, err := ParsePeriod(bad); err == nil {
			t.Errorf("%q is a period", bad)
		}
	}
}

// A median lies between the least and the most, p90 is one of the values and at
// least nine tenths are not above it.
func TestSummary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 1e9), 1, 200).Draw(t, "values")
		was := slices.Clone(values)
		var m Metric
		m.summarise(values)
		below, notAbove, under := 0, 0, 0
		for _, v := range was {
			if v <= *m.Median {
				below++
			}
			if v <= *m.P90 {
				notAbove++
			}
			if v < *m.P90 {
				under++
			}
		}
		n := len(was)
		if below*2 < n || !slices.Contains(was, *m.P90) || notAbove*10 < 9*n || under*10 >= 9*n || m.N != n {
			t.Fatalf("%v: %v %v", was, *m.Median, *m.P90)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	briefs := make([]*model.Brief, 10_000)
	for i := range briefs {
		briefs[i] = incident(i+1, float64(i%500)+1)
		briefs[i].Times.Counted = t0.AddDate(0, -i%48, 0)
	}
	for b.Loop() {
		s := Select(briefs, Filter{By: alice})
		Of(s, t0)
		for _, g := range Groups(s, ByMonth) {
			One(g.Set, "contain", t0)
		}
	}
}
