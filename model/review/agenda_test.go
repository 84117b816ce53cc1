package review_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"warroom/model"
	"warroom/model/report"
	"warroom/model/review"
)

var (
	now   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	alice = model.Actor{Name: "alice", Role: model.RoleCommander}
	bob   = model.Actor{Name: "bob", Role: model.RoleResponder}
)

func at(month, day, hour int) time.Time {
	return time.Date(2026, time.Month(month), day, hour, 0, 0, 0, time.UTC)
}

// incident is the line of an incident that was detected at a time.
func incident(n int, detected time.Time, more func(b *model.Brief)) *model.Brief {
	b := &model.Brief{ID: model.IncidentID(2026, n), Version: 1, Title: model.Text(fmt.Sprint("incident ", n)), Severity: 2, Preliminary: 2, Status: model.StatusOpen, Phase: model.PhaseDetection,
		DeclaredAt: detected, Times: model.Times{Detected: detected, Counted: detected, DetectedFrom: model.FromHand, Precision: model.PrecisionSecond}}
	if more != nil {
		more(b)
	}
	return b
}

func closed(at time.Time) func(*model.Brief) {
	return func(b *model.Brief) {
		b.Status, b.Phase, b.ClosedAt, b.Times.Closed = model.StatusClosed, model.PhaseClosed, at, at
	}
}

// october is a month with one of each.
func october() []*model.Brief {
	return []*model.Brief{
		incident(1, at(10, 1, 0), func(b *model.Brief) {
			closed(at(10, 9, 0))(b)
			b.Severity, b.Type, b.Class.Vectors, b.Times.Contained = 1, "ransomware", []string{"vpn", "email-link"}, at(10, 1, 6)
			b.PostMortem = model.PostMortemBrief{State: model.PostMortemReviewed, Required: true, SignedAt: at(10, 31, 23)}
			b.Clocks = []model.ClockBrief{{Due: at(10, 4, 0), Sent: at(10, 4, 0)}, {Due: at(10, 5, 0), Sent: at(10, 5, 1)}, {Due: at(10, 6, 0)}, {Due: at(11, 30, 0)}}
			b.FollowUps = []model.FollowUpBrief{{Ref: "F1", Title: "patch", Team: "core", Owner: "bob", Due: "2026-10-31", State: model.FollowUpOpen},
				{Ref: "F2", Title: "later", Team: "core", Due: "2026-11-01", State: model.FollowUpOpen}, {Ref: "F3", Due: "2026-10-01", State: model.FollowUpDone}}
		}),
		incident(2, at(10, 31, 23), func(b *model.Brief) {
			b.Phase, b.PostMortem.Required = model.PhasePostIncident, true
			b.FollowUps = []model.FollowUpBrief{{Ref: "F10", Title: "train", Owner: "alice", Due: "2026-09-02", State: model.FollowUpOpen}}
		}),
		incident(3, at(9, 30, 23), func(b *model.Brief) { b.Type = "phishing"; b.Times.Contained = at(10, 2, 23) }),
		incident(4, at(11, 1, 0), nil),
		incident(5, at(10, 10, 0), func(b *model.Brief) { b.Exercise = true }),
		incident(6, at(10, 10, 0), func(b *model.Brief) {
			b.Restricted, b.Access = true, map[string]model.Access{"alice": model.AccessLead}
			b.PostMortem = model.PostMortemBrief{State: model.PostMortemClosed, SignedAt: at(10, 11, 0)}
			b.FollowUps = []model.FollowUpBrief{{Ref: "F1", Team: "secret", Due: "2026-09-02", State: model.FollowUpOpen}}
			b.Clocks = []model.ClockBrief{{Due: at(10, 12, 0)}}
		}),
		incident(7, at(10, 12, 0), func(b *model.Brief) { b.Times.Precision = model.PrecisionYear; closed(at(12, 31, 0))(b) }),
		{ID: "RPT-1", Status: model.StatusReport, Severity: 1, DeclaredAt: at(10, 3, 0), Report: &model.ReportBrief{State: model.ReportNew}},
		{ID: "REVIEW-2026-09", Status: model.StatusRegister, Review: &model.ReviewBrief{Decisions: 2, Open: []model.DecisionBrief{{Ref: "D10", Text: "buy"}, {Ref: "D2", Text: "rotate", Owner: "bob", Due: at(10, 20, 0)}}}},
		{ID: "REVIEW-2026-10", Status: model.StatusRegister, Review: &model.ReviewBrief{Open: []model.DecisionBrief{{Ref: "D1", Text: "own"}}}},
	}
}

func TestAgenda(t *testing.T) {
	f := review.Agenda(october(), review.Of(at(10, 5, 0)), now)
	measured := f.Metrics
	f.Metrics = nil
	want := model.ReviewFigures{Month: "2026-10", AsOf: now, Incidents: 2, Before: 1, StillOpen: 1, Closed: 1,
		BySeverity: []model.ReviewCount{{Name: "SEV1", N: 1}, {Name: "SEV2", N: 1, Before: 1}, {Name: "SEV3"}, {Name: "SEV4"}},
		ByType:     []model.ReviewCount{{Name: "ransomware", N: 1}, {Name: "phishing", Before: 1}, {N: 1}},
		ByVector:   []model.ReviewCount{{Name: "email-link", N: 1}, {Name: "vpn", N: 1}, {N: 1, Before: 1}},
		Completed:  1, PostMortems: []model.ReviewPostMortem{{Incident: "INC-2026-0001", Title: "incident 1", Severity: 1, Type: "ransomware", State: "reviewed", At: at(10, 31, 23)}},
		Owed: 1, Missing: []model.ReviewPostMortem{{Incident: "INC-2026-0002", Title: "incident 2", Severity: 2, Since: at(10, 31, 23)}},
		Clocks: model.ReviewClocks{Met: 1, Missed: 2},
		Late:   2, ByTeam: []model.ReviewTeam{{N: 1, Due: "2026-09-02"}, {Team: "core", N: 1, Due: "2026-10-31"}},
		Overdue: []model.ReviewFollowUp{{Incident: "INC-2026-0002", Ref: "F10", Title: "train", Owner: "alice", Due: "2026-09-02"},
			{Incident: "INC-2026-0001", Ref: "F1", Title: "patch", Team: "core", Owner: "bob", Due: "2026-10-31"}},
		Pending: []model.ReviewPending{{Month: "2026-09", Ref: "D2", Text: "rotate", Owner: "bob", Due: at(10, 20, 0)}, {Month: "2026-09", Ref: "D10", Text: "buy"}}}
	if d := cmp.Diff(want, f); d != "" {
		t.Error(d)
	}
	i := slices.IndexFunc(measured, func(m model.ReviewMetric) bool { return m.Key == "contain" })
	m := measured[i]
	// One of October took 6 hours, the other is not contained; the one of September took two days.
	if m.N != 1 || m.LeftOut != 1 || *m.Median != 6*3600 || m.Year.N != 1 || *m.Year.Value != 48*3600 || len(m.Trend) != 12 || m.Trend[11].Month != "2026-10" || *m.Trend[10].Value != 48*3600 || m.Trend[9].Value != nil {
		t.Errorf("%+v", m)
	}
	// In the present month a follow-up is overdue the day after its day, and a clock runs.
	f = review.Agenda(october(), review.Of(now), now)
	if f.Incidents != 1 || f.Before != 2 || f.Late != 3 || f.Clocks.Running != 1 || f.Clocks.Missed != 0 || len(f.Pending) != 3 {
		t.Errorf("%+v", f)
	}
}

// The figures tell everybody the same, and nobody of what he may not know.
func TestRestrictedIsNoFigure(t *testing.T) {
	all := october()
	m := review.Of(at(10, 1, 0))
	without := slices.DeleteFunc(slices.Clone(all), func(b *model.Brief) bool { return b.Restricted })
	if d := cmp.Diff(review.Agenda(without, m, now), review.Agenda(all, m, now)); d != "" {
		t.Error(d)
	}
	reg := &model.Incident{ID: m.ID()}
	a, b := review.See(reg, m, all, alice, now), review.See(reg, m, all, bob, now)
	if a.Restricted != 1 || b.Restricted != 0 || !strings.Contains(a.CountedSays(), "Of 2026-10 that is 1 restricted that you may know of.") || b.CountedSays() != review.OnlyOpenOnes {
		t.Errorf("alice %q, bob %q", a.CountedSays(), b.CountedSays())
	}
	a.Restricted = 0
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	// What became restricted after the close is named to nobody else any more; the counts stay.
	f := review.Agenda(all, m, now)
	reg.Review = &model.Review{Month: "2026-10", Closed: &model.ReviewClose{By: "alice", At: now, Figures: f}}
	all[0].Restricted, all[0].Access = true, map[string]model.Access{"alice": model.AccessLead}
	a, b = review.See(reg, m, all, alice, now), review.See(reg, m, all, bob, now)
	if len(a.Figures.PostMortems) != 1 || len(b.Figures.PostMortems) != 0 || b.Figures.Completed != 1 || len(b.Figures.Overdue) != 1 || len(reg.Review.Closed.Figures.PostMortems) != 1 {
		t.Errorf("alice %+v, bob %+v", a.Figures.PostMortems, b.Figures.PostMortems)
	}
	doc := b.Document(report.Foot{}, now, func(string) string { return "" })
	if text := doc.HTML() + doc.Markdown() + strings.Join(doc.Lines(), "\n"); strings.Contains(text, all[0].ID) || strings.Contains(text, "incident 1<") {
		t.Error("the document names it")
	}
}

// A closed review shows what was frozen, whatever changes.
func TestClosedStays(t *testing.T) {
	all, m := october(), review.Of(at(10, 1, 0))
	reg := &model.Incident{ID: m.ID(), Review: &model.Review{Month: "2026-10", Closed: &model.ReviewClose{By: "alice", At: now, Figures: review.Agenda(all, m, now)}}}
	before := review.See(reg, m, all, bob, now)
	all[0].Severity, all[0].Title, all[0].PostMortem.State, all[0].FollowUps, all[0].Clocks = 4, "renamed", model.PostMortemDraft, nil, nil
	all = append(all, incident(8, at(10, 20, 0), nil))
	after := review.See(reg, m, all, bob, now.AddDate(1, 0, 0))
	if d := cmp.Diff(before, after); d != "" {
		t.Error(d)
	}
}

// Each incident that counts is counted once, in one month.
func TestEveryIncidentIsInOneMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var all []*model.Brief
		real, met, due := 0, 0, 0
		start := at(1, 1, 0)
		for i := range rapid.IntRange(0, 60).Draw(t, "n") {
			b := incident(i, start.Add(time.Duration(r.Int64N(int64(300*24*time.Hour)))), nil)
			b.Severity, b.Type = model.Severity(1+r.IntN(4)), []string{"", "phishing", "ddos"}[r.IntN(3)]
			b.Exercise, b.Restricted = r.IntN(6) == 0, r.IntN(6) == 0
			for range r.IntN(3) {
				c := model.ClockBrief{Due: b.DeclaredAt.Add(time.Duration(r.IntN(72)) * time.Hour)}
				if r.IntN(2) == 0 {
					c.Sent = b.DeclaredAt.Add(time.Duration(r.IntN(72)) * time.Hour)
				}
				b.Clocks = append(b.Clocks, c)
				if !b.Exercise && !b.Restricted {
					due++
					if !c.Missed(now) {
						met++
					}
				}
			}
			if !b.Exercise && !b.Restricted {
				real++
			}
			all = append(all, b)
		}
		n, before, sum := 0, 0, model.ReviewClocks{}
		for month := range 13 {
			f := review.Agenda(all, review.Of(start.AddDate(0, month, 0)), now)
			n, before = n+f.Incidents, before+f.Before
			sum.Met, sum.Missed, sum.Running = sum.Met+f.Clocks.Met, sum.Missed+f.Clocks.Missed, sum.Running+f.Clocks.Running
			for _, list := range [][]model.ReviewCount{f.BySeverity, f.ByType} {
				total := 0
				for _, c := range list {
					total += c.N
				}
				if total != f.Incidents {
					t.Fatalf("%s: %d of %d in %+v", f.Month, total, f.Incidents, list)
				}
			}
		}
		if n != real || before != real || sum.Met+sum.Running != met || sum.Met+sum.Missed+sum.Running != due {
			t.Fatalf("%d and %d of %d incidents; clocks %+v, %d of %d met", n, before, real, sum, met, due)
		}
	})
}

// The agenda of a big house does not hold a key back.
func BenchmarkAgenda(b *testing.B) {
	var all []*model.Brief
	for i := range 10_000 {
		x := incident(i, at(1, 1, 0).Add(time.Duration(i%330)*24*time.Hour), closed(at(11, 1, 0)))
		x.Times.Contained = x.Times.Detected.Add(time.Hour)
		x.FollowUps = []model.FollowUpBrief{{Ref: "F1", Team: model.Text(fmt.Sprint("team ", i%20)), Due: "2026-10-01", State: model.FollowUpDone}}
		all = append(all, x)
	}
	for b.Loop() {
		review.Agenda(all, review.Of(at(11, 1, 0)), now)
	}
}
