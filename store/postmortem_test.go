package store_test

import (
	"slices"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/storetest"
)

// What lists know of a post-mortem comes from the tables as it does from the log,
// a section is found by its words, and a frozen one keeps its facts.
func TestPostMortemsAreKept(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := declare(t, h)
		yes, at := model.AnswerYes, time.Now().Add(-time.Hour)
		do(t, h, id, model.SetDataImpact{Customers: &yes})
		brief := func(h *room.Hub) model.PostMortemBrief {
			b, ok := h.Board().Get(id)
			if !ok {
				t.Fatal("it is not on the board")
			}
			return b.PostMortem
		}
		if b := brief(hub(t, open(t, url))); !b.Required || b.State != model.PostMortemNone || !b.Owed() {
			t.Errorf("not begun: %+v", b)
		}
		for _, spec := range model.PostMortemSections() {
			do(t, h, id, model.WriteSection{Section: spec.Key, Text: model.Text("zebra \xff crossing " + spec.Key)})
		}
		for _, c := range []model.Command{model.AddFactor{Text: "why it broke", Class: model.FactorOther}, model.AskQuestion{Text: "who knew?"}, model.HoldMeeting{HeldAt: &at, Attendees: &[]model.Attendee{{User: "alice"}}},
			model.NoFollowUps{Reason: "x"}, model.SubmitPostMortem{}, model.SignPostMortem{}, model.ClosePostMortem{}} {
			do(t, h, id, c)
		}
		frozen := h.Peek(id).Version
		do(t, h, id, model.AddNote{Text: "a key moment that came later", Star: true})
		clean(t, s)

		again := hub(t, open(t, url))
		in, err := again.Incident(t.Context(), alice, id)
		if err != nil || in.PostMortem.FrozenAt != frozen || in.PostMortem.Section("well").Text != "zebra \xff crossing well" {
			t.Fatalf("reopened: %+v, %v", in.PostMortem, err)
		}
		if b, want := brief(again), in.Brief().PostMortem; b != want || b.State != model.PostMortemClosed || b.SignedAt.IsZero() || b.ClosedAt.IsZero() {
			t.Errorf("brief %+v, want %+v", b, want)
		}
		facts, err := again.Facts(t.Context(), alice, in)
		if err != nil || facts.Version != frozen || slices.ContainsFunc(facts.Moments, func(m model.KeyMoment) bool { return m.Starred }) {
			t.Errorf("facts of #%d, frozen at #%d: %v", facts.Version, frozen, err)
		}
		hits, err := again.Search(t.Context(), alice, "zebra lucky", 10)
		if err != nil || len(hits) != 1 || hits[0].Kind != "postmortem" || hits[0].Incident != id || hits[0].Ref != model.SectionField("lucky") {
			t.Errorf("search: %+v %v", hits, err)
		}
		for word, kind := range map[string]string{"why it broke": "factor", "who knew": "question"} {
			if hits, err := again.Search(t.Context(), alice, word, 10); err != nil || len(hits) != 1 || hits[0].Kind != kind || hits[0].Incident != id {
				t.Errorf("search %q: %+v %v", word, hits, err)
			}
		}
		do(t, again, id, model.Close{Reason: "done"})
		do(t, again, id, model.Reopen{Reason: "more"})
		if b := brief(again); b.State != model.PostMortemDraft || !b.SignedAt.IsZero() || !b.Owed() {
			t.Errorf("reopened: %+v", b)
		}
		clean(t, s)
	})
}
