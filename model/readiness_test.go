package model

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func part(t testing.TB, r Readiness, id string) ReadyPart {
	t.Helper()
	for _, p := range r.Parts {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("there is no part %s", id)
	return ReadyPart{}
}

// Where nothing is set up every part is 0 and says how to begin.
func TestReadyFromNothing(t *testing.T) {
	r := Ready(ReadyFacts{Now: t0, Playbooks: []string{"ransomware"}})
	if r.Percent() != 0 {
		t.Errorf("%d %%", r.Percent())
	}
	weight := 0
	for _, p := range r.Parts {
		weight += p.Weight
		if p.Score != 0 || !p.Empty || p.Do == "" || len(p.Wrong) == 0 || p.Says == "" {
			t.Errorf("%+v", p)
		}
	}
	if weight != 100 {
		t.Errorf("the weights are %d in all", weight)
	}
}

func TestReadyParts(t *testing.T) {
	days := func(n int) time.Time { return t0.Add(time.Duration(n) * 24 * time.Hour) }
	f := ReadyFacts{Now: t0, Playbooks: []string{"a", "b"}, Books: &Books{Reviews: []BookReview{{Book: "a", At: days(-300)}, {Book: "b", At: days(-400)}}},
		OnCall: &OnCall{
			Rotations: []*Rotation{{ID: "first", Zone: "UTC", Layers: []Layer{{Members: []string{"bob"}, Days: 7, Start: LocalOf(days(-10))}}}},
			Contacts:  []*Contact{{Ref: "K1", Name: "Counsel", VerifiedAt: days(-10)}, {Ref: "K2", Name: "Provider", VerifiedAt: days(-100)}, {Ref: "K3", Name: "Press"}, {Ref: "K4", Name: "Old", Removed: "alice"}}},
		Trained: []Trained{{Trainee: Trainee{Name: "bob"}, State: TrainingValid}, {Trainee: Trainee{Name: "erin"}, State: TrainingOverdue, Overdue: 2, Next: "2026-01-01"}},
		Briefs: []*Brief{
			{ID: "INC-2026-0001", Status: StatusClosed, Exercise: true, ClosedAt: days(-100)},
			{ID: "INC-2026-0002", Status: StatusClosed, FollowUps: []FollowUpBrief{{Ref: "F1", State: FollowUpOpen, Due: DayOf(days(-3)), Owner: "bob"}, {Ref: "F2", State: FollowUpOpen, Due: DayOf(days(3))}, {Ref: "F3", State: FollowUpDone, Due: DayOf(days(-9))}}},
			{ID: "INC-2026-0003", Status: StatusOpen, Restricted: true, FollowUps: []FollowUpBrief{{Ref: "F1", State: FollowUpOpen, Due: DayOf(days(-30)), Title: "secret"}}},
			{ID: "RPT-1", Status: StatusReport},
		}}
	r := Ready(f)
	for id, want := range map[string]float64{"rotations": 1, "contacts": 1. / 3, "training": 0.5, "playbooks": 0.5, "exercises": 1, "followups": 0.5} {
		p := part(t, r, id)
		if d := p.Score - want; d > 1e-9 || d < -1e-9 || p.Empty {
			t.Errorf("%s: %v, want %v", id, p.Score, want)
		}
		if (p.Score < 1) != (len(p.Wrong) > 0) {
			t.Errorf("%s: %v", id, p.Wrong)
		}
		if strings.Contains(strings.Join(p.Wrong, " "), "secret") {
			t.Error("a restricted incident shows")
		}
	}
	if got := r.Percent(); got != 65 { // 25 + 5 + 10 + 7.5 + 10 + 7.5
		t.Errorf("%d %%", got)
	}
	if p := part(t, r, "training"); p.Ref != "erin" || p.Wrong[0] != "@erin: 2 topics, overdue since 2026-01-01" {
		t.Errorf("%+v", p)
	}
	// One gap of a minute, and somebody is alone with it: it is seen.
	f.OnCall.Overrides = []*CallOverride{{Ref: "V1", Rotation: "first", From: days(5), To: days(5).Add(time.Minute)}}
	if p := part(t, Ready(f), "rotations"); p.Score != 0.9 || len(p.Wrong) != 1 {
		t.Errorf("%+v", p)
	}
	f.Briefs[0].ClosedAt = days(-380)
	if p := part(t, Ready(f), "exercises"); p.Score != 0 || p.Empty || !strings.Contains(p.Wrong[0], "the last exercise") {
		t.Errorf("%+v", p)
	}
	f.Briefs[0].Status = StatusOpen
	if p := part(t, Ready(f), "exercises"); p.Score != 0 || !strings.Contains(p.Says, "running") {
		t.Errorf("%+v", p)
	}
}

// The figure is 0 to 100, says 100 only when all is right, and grows with each part.
func TestReadyPercent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := Ready(ReadyFacts{Now: t0})
		all := 1.0
		for i := range r.Parts {
			r.Parts[i].Score = rapid.SampledFrom([]float64{0, 0.001, 0.3, 0.999, 1}).Draw(rt, r.Parts[i].ID)
			all = min(all, r.Parts[i].Score)
		}
		was := r.Percent()
		if was < 0 || was > 100 || (was == 100) != (all == 1) {
			rt.Fatalf("%d %% of %+v", was, r)
		}
		i := rapid.IntRange(0, len(r.Parts)-1).Draw(rt, "better")
		r.Parts[i].Score = 1
		if r.Percent() < was {
			rt.Fatalf("better, and %d after %d", r.Percent(), was)
		}
	})
}
