package room

import (
	"context"
	"slices"
	"time"

	"warroom/model"
)

// Trained says where everybody stands with his trainings, by name; it comes from memory.
func (h *Hub) Trained(now time.Time) []model.Trained {
	return h.PeekRegister(model.RegisterTraining).Trainings().Standings(h.Syllabus(), h.Accounts(), model.DayOf(now))
}

// Readiness is how prepared the team is; playbooks are the ids of those there are.
// It comes from memory.
func (h *Hub) Readiness(now time.Time, playbooks []string) model.Readiness {
	return model.Ready(model.ReadyFacts{Now: now, OnCall: h.PeekRegister(model.RegisterOnCall).OnCall, Trained: h.Trained(now),
		Playbooks: playbooks, Books: h.PeekRegister(model.RegisterPlaybooks).Books, Briefs: h.Board().Briefs})
}

// Participants lists the trainees who wrote something in an exercise, by name, and
// how many others did.
func (h *Hub) Participants(ctx context.Context, by model.Actor, exercise string, now time.Time) (names []string, others int, err error) {
	recs, err := h.Records(ctx, by, exercise, 0, 0)
	if err != nil {
		return nil, 0, err
	}
	wrote := map[string]bool{}
	for i := range recs {
		wrote[recs[i].Actor] = true
	}
	for _, p := range h.Trained(now) {
		if wrote[p.Name] {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names, len(wrote) - len(names), nil
}

// News lists what a topic is fed by: what changed in the playbooks and was learned
// since a day, as far as by may know of it, and the lessons that name the topic. It
// comes from memory.
func (h *Hub) News(by model.Actor, t *model.Topic, since model.Day) []model.News {
	board := h.Board()
	var out []model.News
	if slices.Contains(t.Feeds, model.FeedChanges) {
		out = h.PeekRegister(model.RegisterPlaybooks).Books.Changes(since, func(id string) bool { return len(board.Known(by, id)) > 0 })
	}
	for _, n := range model.Lessons(board.Briefs, by, since) {
		if slices.Contains(t.Feeds, model.FeedLessons) || n.Concerns(t.ID) {
			out = append(out, n)
		}
	}
	return out
}
