package store_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/storetest"
)

// aMonthAgo is the review of the month before this one.
func aMonthAgo() string {
	t := model.MonthOf(time.Now()).AddDate(0, -1, 0)
	return model.ReviewID(t.Year(), t.Month())
}

func held(t testing.TB, h *room.Hub, id string) model.ReviewFigures {
	t.Helper()
	f := model.ReviewFigures{Month: strings.TrimPrefix(id, "REVIEW-"), AsOf: model.Stamp(time.Now()), Incidents: 2, ByType: []model.ReviewCount{{Name: "odd \xff\x00", N: 2}},
		PostMortems: []model.ReviewPostMortem{{Incident: "INC-2026-0001", Title: "<b>Fraud</b> \x1b[2J\x00", Severity: 1}}}
	raw := model.Text("said \x1b]0;x\a \xff\x00")
	for _, c := range []model.Command{
		model.AttendReview{People: []model.Attendee{{User: "alice"}, {Name: raw}, {User: "bob"}}}, model.AttendReview{People: []model.Attendee{{User: "bob"}}, Away: true},
		model.RecordDecision{Text: raw, Owner: "bob", Due: time.Now().Add(48 * time.Hour)}, model.RecordDecision{Text: "wrong"}, model.RecordDecision{Text: "done", Owner: "bob"},
		model.RetractReviewItem{Ref: "D2", Reason: raw}, model.SetDecision{Ref: "D3", Done: ptr(true), Result: raw}, model.AddReviewNote{Text: raw}, model.AddReviewNote{Text: "off"},
		model.RetractReviewItem{Ref: "R2", Reason: "x"}, model.CloseReview{Figures: f},
	} {
		do(t, h, id, c)
	}
	return f
}

func ptr[T any](v T) *T { return &v }

// A review is kept, read again byte for byte, and its line in lists is the same
// from the tables as from the log.
func TestReviewsAreKept(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := aMonthAgo()
		f := held(t, h, id)
		do(t, h, id, model.ReopenReview{Reason: "more"})
		if b, _, err := s.Brief(t.Context(), id); err != nil || b.Review.ClosedBy != "" {
			t.Errorf("reopened: %+v %v", b.Review, err)
		}
		do(t, h, id, model.CloseReview{Figures: f, Reason: "again"})
		clean(t, s)
		again := hub(t, open(t, url))
		in, err := again.Register(t.Context(), olga, id)
		if err != nil || in.Head != h.PeekRegister(id).Head || !reflect.DeepEqual(in.Review.Closed.Figures, f) {
			t.Fatalf("%+v %v", in.Review, err)
		}
		got, _ := again.Board().Get(id)
		want := in.Brief()
		if got.IsIncident() || got.Review == nil || got.Review.ClosedBy != want.Review.ClosedBy || !got.Review.ClosedAt.Equal(want.Review.ClosedAt) ||
			got.Review.Attendees != 2 || got.Review.Decisions != 2 || len(got.Review.Open) != 1 || got.Review.Open[0].Owner != "bob" || !got.Review.Open[0].Due.Equal(want.Review.Open[0].Due) {
			t.Errorf("from the tables %+v, from the log %+v", got.Review, want.Review)
		}
		hits, err := again.Search(t.Context(), olga, "review", 10)
		if err != nil || slices.ContainsFunc(hits, func(x room.Hit) bool { return x.Kind == "incident" }) {
			t.Errorf("a review is found as an incident: %v %v", hits, err)
		}
		if hits, err = again.Search(t.Context(), olga, "wrong", 10); err != nil || len(hits) != 1 || hits[0].Kind != room.HitReview || hits[0].Incident != id || hits[0].Ref != "D2" || hits[0].Mark != "retracted" {
			t.Errorf("a decision: %+v %v", hits, err)
		}
		if hits, err = again.Search(t.Context(), olga, "off", 10); err != nil || len(hits) != 1 || hits[0].Ref != "R2" {
			t.Errorf("a note: %+v %v", hits, err)
		}
	})
}

// The clocks in an incident's line are the same from the tables as from the log.
func TestClocksOfTheBoard(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id, other := declare(t, h), declare(t, h)
		everything(t, h, id)
		want := h.Peek(id).Brief().Clocks
		board := hub(t, open(t, url)).Board()
		got, _ := board.Get(id)
		if len(want) < 3 || !reflect.DeepEqual(got.Clocks, want) {
			t.Errorf("from the tables %+v, from the log %+v", got.Clocks, want)
		}
		if b, _ := board.Get(other); len(b.Clocks) != 0 {
			t.Errorf("%+v", b.Clocks)
		}
		one, _, err := s.Brief(t.Context(), id)
		if err != nil || !reflect.DeepEqual(one.Clocks, want) {
			t.Errorf("alone: %+v %v", one.Clocks, err)
		}
	})
}

// What one server writes in a review is on the other's board, whether that has
// looked at the review before or not.
func TestReviewOnTwoServers(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		a, b := hub(t, open(t, url)), hub(t, open(t, url))
		id := aMonthAgo()
		do(t, a, id, model.AddReviewNote{Text: "one"})
		for i := range 2 {
			if err := b.Freshen(t.Context()); err != nil {
				t.Fatal(err)
			}
			x, _ := b.Board().Get(id)
			in, err := b.Register(t.Context(), olga, id)
			if err != nil || x == nil || x.Version != in.Version || len(in.Review.Notes) != i+1 {
				t.Fatalf("%d: %+v %v", i, in, err)
			}
			do(t, a, id, model.AddReviewNote{Text: "two"})
		}
		if err := b.Freshen(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(b.PeekRegister(id).Review.Notes); n != 3 {
			t.Errorf("%d notes in memory", n)
		}
	})
}

func TestVerifySeesAChangedReview(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := aMonthAgo()
		held(t, h, id)
		for q, back := range map[string]string{
			"UPDATE reviews SET figures = '{}'":                                "reviews: row 1 differs",
			"UPDATE reviews SET closed_by = ''":                                "reviews: row 1 differs",
			"DELETE FROM review_attendees WHERE num = 2":                       "review_attendees: row 2 is missing",
			"UPDATE review_decisions SET text = 'we do nothing' WHERE num = 1": "review_decisions: row 1 differs",
			"DELETE FROM review_notes WHERE num = 2":                           "review_notes: row 2 is missing",
		} {
			a := attack(t, url)
			a.exec("CREATE TABLE kept AS SELECT * FROM " + strings.Fields(strings.NewReplacer("UPDATE ", "", "DELETE FROM ", "").Replace(q))[0])
			a.exec(q)
			got, err := s.Verify(t.Context(), id)
			if err != nil || got[0].Flaw == nil || !strings.Contains(got[0].Flaw.What, back) {
				t.Errorf("%s: %+v %v", q, got, err)
			}
			table := strings.Fields(strings.NewReplacer("UPDATE ", "", "DELETE FROM ", "").Replace(q))[0]
			a.exec("DELETE FROM " + table)
			a.exec("INSERT INTO " + table + " SELECT * FROM kept")
			a.exec("DROP TABLE kept")
			clean(t, s)
		}
	})
}
