package model

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// october is a review of October 2026, on 2 November.
func october() *world {
	return &world{in: &Incident{ID: "REVIEW-2026-10"}, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
}

func figures(month string) ReviewFigures {
	return ReviewFigures{Month: month, AsOf: t0, Incidents: 3, BySeverity: []ReviewCount{{Name: "SEV1", N: 3}},
		PostMortems: []ReviewPostMortem{{Incident: testID, Title: "Stolen laptop", Severity: 2}, {Incident: "INC-2026-0002", Title: "secret", Severity: 1}},
		Overdue:     []ReviewFollowUp{{Incident: "INC-2026-0002", Ref: "F1", Title: "patch", Team: "core", Owner: "bob"}}}
}

func TestReviewIsHeldAndClosed(t *testing.T) {
	w := october()
	w.must(t, bob, AttendReview{People: []Attendee{{User: "alice"}, {User: "@bob"}, {Name: " J. Doe (legal) "}, {User: "alice"}}})
	w.must(t, bob, AttendReview{People: []Attendee{{User: "alice"}, {Name: "j. doe (LEGAL)"}}}) // nothing to change
	w.must(t, bob, RecordDecision{Text: "rotate the keys", Owner: "@carol", Due: w.now.AddDate(0, 0, 7)}, RecordDecision{Text: "no travel"}, AddReviewNote{Text: "it was quiet"})
	r := w.in.Review
	if w.in.Status != StatusRegister || w.in.Title != "Review of 2026-10" || r.Month != "2026-10" || len(r.Attendees) != 3 || r.Attendees[2].Who() != "J. Doe (legal)" {
		t.Fatalf("%+v %+v", w.in.Title, r)
	}
	d, err := r.Decision("d1")
	if err != nil || d.Owner != "carol" || !d.Open() || r.Decisions[1].Open() || d.Late(w.now) || !d.Late(w.now.AddDate(0, 1, 0)) {
		t.Errorf("%+v %v", d, err)
	}
	before := w.in
	w.must(t, alice, CloseReview{Figures: figures("2026-10"), Seen: w.in.Version})
	if before.Review.Closed != nil || w.in.Review.Closed == nil || !reflect.DeepEqual(w.in.Review.Closed.Figures, figures("2026-10")) {
		t.Errorf("closed as %+v", w.in.Review.Closed)
	}
	for _, c := range []Command{AttendReview{People: []Attendee{{User: "carol"}}}, RecordDecision{Text: "late"}, AddReviewNote{Text: "late"},
		RetractReviewItem{Ref: "D1", Reason: "x"}, SetDecision{Ref: "D1", Text: ptr(Text("other"))}} {
		if err := w.do(bob, c); CodeOf(err) != CodeConflict || !strings.Contains(err.Error(), "closed by @alice at 2026-11-02 09:00Z") {
			t.Errorf("%T in a closed review: %v", c, err)
		}
	}
	// That a decision was carried out is said later.
	w.must(t, carol, SetDecision{Ref: "D1", Done: ptr(true), Result: "change 4711"})
	if d, _ := w.in.Review.Decision("D1"); d.Open() || d.DoneBy != "carol" || d.Result != "change 4711" {
		t.Errorf("%+v", d)
	}
	if b := w.in.Brief(); b.IsIncident() || b.Review.ClosedBy != "alice" || b.Review.Decisions != 2 || len(b.Review.Open) != 0 {
		t.Errorf("%+v", b.Review)
	}
	w.must(t, alice, ReopenReview{Reason: "one was missing"}, RecordDecision{Text: "one more", Owner: "bob"}, CloseReview{Figures: figures("2026-10")})
	if n := len(w.in.Review.Steps); n != 3 || w.in.Review.Steps[1].Reason != "one was missing" || len(w.in.Brief().Review.Open) != 1 {
		t.Errorf("%+v", w.in.Review.Steps)
	}
}

func TestReviewRefusals(t *testing.T) {
	held := october()
	held.must(t, bob, RecordDecision{Text: "rotate", Owner: "bob"}, RecordDecision{Text: "wrong"}, AddReviewNote{Text: "said"},
		RetractReviewItem{Ref: "d2", Reason: "not decided"}, RetractReviewItem{Ref: "R1", Reason: "x"}, SetDecision{Ref: "D1", Done: ptr(true)})
	empty, present := october(), &world{in: &Incident{ID: "REVIEW-2026-11"}, now: t0}
	many := make([]Attendee, MaxAttendees+1)
	for i := range many {
		many[i].Name = Text(fmt.Sprint("person ", i))
	}
	huge := figures("2026-10")
	huge.Overdue = make([]ReviewFollowUp, MaxReviewRows+1)
	for name, c := range map[string]struct {
		w    *world
		by   Actor
		cmd  Command
		code Code
		says string
	}{
		"an observer writes":           {empty, olive, AddReviewNote{Text: "x"}, CodeForbidden, "may only read"},
		"a responder closes":           {held, bob, CloseReview{Figures: figures("2026-10")}, CodeForbidden, "for commanders and admins"},
		"a responder reopens":          {held, bob, ReopenReview{Reason: "x"}, CodeForbidden, "for commanders and admins"},
		"nobody attends":               {empty, bob, AttendReview{}, CodeUsage, "nobody is named"},
		"an attendee without a name":   {empty, bob, AttendReview{People: []Attendee{{}}}, CodeInvalid, "people is empty"},
		"an attendee of controls":      {empty, bob, AttendReview{People: []Attendee{{Name: "\x1b"}}}, CodeInvalid, "no readable"},
		"a user name that is none":     {empty, bob, AttendReview{People: []Attendee{{User: "Bob Smith"}}}, CodeInvalid, "no user name"},
		"too long a name":              {empty, bob, AttendReview{People: []Attendee{{Name: Text(strings.Repeat("x", 257))}}}, CodeInvalid, "the limit is 256"},
		"too many attendees":           {empty, bob, AttendReview{People: many}, CodeInvalid, "at most 200"},
		"away who was not there":       {held, bob, AttendReview{People: []Attendee{{User: "eve"}}, Away: true}, CodeNotFound, "@eve is not on the list"},
		"a decision of nothing":        {empty, bob, RecordDecision{Text: " "}, CodeInvalid, "text is empty"},
		"a decision of 1 MiB":          {empty, bob, RecordDecision{Text: Text(strings.Repeat("x", 1<<20))}, CodeInvalid, "the limit is 4096"},
		"a note of 1 MiB":              {empty, bob, AddReviewNote{Text: Text(strings.Repeat("x", 1<<20))}, CodeInvalid, "the limit is 65536"},
		"a date without an owner":      {empty, bob, RecordDecision{Text: "x", Due: t0.AddDate(0, 1, 0)}, CodeInvalid, "somebody who keeps it"},
		"a date that is over":          {empty, bob, RecordDecision{Text: "x", Owner: "bob", Due: t0.AddDate(-1, 0, 0)}, CodeInvalid, "is over already"},
		"no such decision":             {empty, bob, SetDecision{Ref: "D1", Done: ptr(true)}, CodeNotFound, "there is no D1"},
		"done twice":                   {held, bob, SetDecision{Ref: "D1", Done: ptr(true)}, CodeConflict, "done already, by @bob"},
		"a retracted decision":         {held, bob, SetDecision{Ref: "D2", Owner: ptr("bob")}, CodeConflict, "was retracted by @bob"},
		"stale":                        {held, carol, SetDecision{Ref: "D1", Text: ptr(Text("mine")), Seen: 1}, CodeConflict, "while you edited it"},
		"retracted twice":              {held, bob, RetractReviewItem{Ref: "R1", Reason: "x"}, CodeConflict, "retracted already"},
		"retracted without a reason":   {held, bob, RetractReviewItem{Ref: "D1"}, CodeInvalid, "a reason is needed"},
		"no such ref":                  {held, bob, RetractReviewItem{Ref: "X9", Reason: "x"}, CodeUsage, "no reference to a decision"},
		"nothing recorded":             {empty, alice, CloseReview{Figures: figures("2026-10")}, CodeInvalid, "nothing is recorded"},
		"not over":                     {present, alice, CloseReview{Figures: figures("2026-11")}, CodeInvalid, "2026-11 is not over"},
		"figures of another month":     {held, alice, CloseReview{Figures: figures("2026-09"), Reason: "x"}, CodeInvalid, "not those of 2026-10"},
		"figures without a time":       {held, alice, CloseReview{Figures: ReviewFigures{Month: "2026-10"}, Reason: "x"}, CodeInvalid, "not those"},
		"figures without an end":       {held, alice, CloseReview{Figures: huge, Reason: "x"}, CodeInvalid, "at most 1000 rows"},
		"closed without having looked": {held, alice, CloseReview{Figures: figures("2026-10"), Seen: 2}, CodeConflict, "wrote in the review"},
		"an open one reopened":         {held, alice, ReopenReview{Reason: "x"}, CodeConflict, "is open"},
		"a month to come":              {&world{in: &Incident{ID: "REVIEW-2026-12"}, now: t0}, alice, AddReviewNote{Text: "x"}, CodeInvalid, "2026-12 has not begun"},
		"a month of long ago":          {&world{in: &Incident{ID: "REVIEW-1026-12"}, now: t0}, alice, AddReviewNote{Text: "x"}, CodeInvalid, "before any incident"},
		"another register":             {&world{in: &Incident{ID: RegisterOnCall}, now: t0}, alice, AddReviewNote{Text: "x"}, CodeInvalid, "is no review"},
		"an incident":                  {newWorld(), alice, CloseReview{}, CodeInvalid, "is no review"},
	} {
		err := c.w.do(c.by, c.cmd)
		e, ok := AsError(err)
		if !ok || e.Code != c.code || !strings.Contains(err.Error(), c.says) || e.Next == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A reason lets an empty one, and one of a month that is not over, be closed.
	empty.must(t, ada, CloseReview{Figures: figures("2026-10"), Reason: "a quiet month"})
	present.must(t, alice, CloseReview{Figures: figures("2026-11"), Reason: "holidays"})
	if got := present.in.Review.Steps; len(got) != 1 || got[0].Reason != "holidays" {
		t.Errorf("%+v", got)
	}
}

func TestParseMonth(t *testing.T) {
	for s, want := range map[string]string{"2026-11": "2026-11", " review-2026-09 ": "2026-09", "this": "2026-11", "LAST": "2026-10",
		"2026-12": "has not begun", "2026-13": "is no month", "2026": "is no month", "": "is no month", "1026-01": "before any incident", "2026-11-02": "is no month"} {
		at, err := ParseMonth(s, t0)
		if err == nil && at.Format("2006-01") != want || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v", s, at, err)
		}
	}
	if at, err := ParseMonth("last", time.Date(2027, 1, 31, 23, 0, 0, 0, time.FixedZone("", -7200))); err != nil || at.Format("2006-01") != "2027-01" {
		t.Errorf("last of February in UTC: %v %v", at, err)
	}
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"2026-11", "REVIEW-2026-09", "this", "last", "2026-11\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := ParseMonth(s, t0)
		if err == nil && (at.After(t0) || at.Day() != 1 || !IsReviewID(ReviewID(at.Year(), at.Month()))) {
			t.Errorf("%q is %v", s, at)
		}
		if err != nil && CodeOf(err) == "" {
			t.Errorf("%q: %v", s, err)
		}
	})
}

// A redaction takes names and titles out of what was frozen; the numbers stay.
func TestReviewIsRedacted(t *testing.T) {
	w := october()
	w.must(t, bob, AttendReview{People: []Attendee{{Name: "J. Doe"}}}, RecordDecision{Text: "secret", Owner: "bob"}, SetDecision{Ref: "D1", Text: ptr(Text("secret 2")), Done: ptr(true), Result: "secret"},
		AddReviewNote{Text: "secret"}, RetractReviewItem{Ref: "R1", Reason: "secret"})
	w.must(t, alice, CloseReview{Figures: figures("2026-10"), Reason: "secret"}, ReopenReview{Reason: "secret"})
	for _, r := range w.recs {
		w.must(t, alice, Redact{Record: r, Reason: "erasure"})
	}
	all, err := json.Marshal(w.recs)
	if err != nil {
		t.Fatal(err)
	}
	state := fingerprint(t, w.in)
	for _, gone := range []string{"secret", "J. Doe", "Stolen laptop", "patch"} {
		if strings.Contains(string(all), gone) || strings.Contains(state, gone) {
			t.Errorf("%q is still there", gone)
		}
	}
	if flaw := VerifyChain(w.in.ID, w.recs); flaw != nil {
		t.Error(flaw)
	}
}

// What was frozen names nothing that somebody may not know of (any more).
func TestFiguresForSomebody(t *testing.T) {
	f := figures("2026-10")
	got := f.For(func(id string) bool { return id != "INC-2026-0002" })
	if len(got.PostMortems) != 1 || len(got.Overdue) != 0 || got.Incidents != 3 || len(f.PostMortems) != 2 {
		t.Errorf("%+v", got)
	}
}

// Whatever people do in a review, its state is the fold of its log, and snapshots
// that were handed out stay as they were.
func TestReviewFolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := october()
		var kept []*Incident
		var prints []string
		people := rapid.SampledFrom([]Attendee{{User: "alice"}, {User: "bob"}, {Name: "J. Doe"}})
		ref := rapid.SampledFrom([]string{"D1", "D2", "R1", "R2"})
		text := rapid.SampledFrom([]Text{"one", "two", "\x1b[2J"})
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			by := rapid.SampledFrom([]Actor{alice, bob, olive}).Draw(t, "by")
			var c Command
			switch rapid.IntRange(0, 7).Draw(t, "command") {
			case 0:
				c = AttendReview{People: []Attendee{people.Draw(t, "who")}, Away: rapid.Bool().Draw(t, "away")}
			case 1:
				c = RecordDecision{Text: text.Draw(t, "text"), Owner: rapid.SampledFrom([]string{"", "bob"}).Draw(t, "owner")}
			case 2:
				c = SetDecision{Ref: ref.Draw(t, "ref"), Text: ptr(text.Draw(t, "text")), Owner: ptr(rapid.SampledFrom([]string{"", "bob"}).Draw(t, "owner"))}
			case 3:
				c = SetDecision{Ref: ref.Draw(t, "ref"), Done: ptr(rapid.Bool().Draw(t, "done"))}
			case 4:
				c = AddReviewNote{Text: text.Draw(t, "text")}
			case 5:
				c = RetractReviewItem{Ref: ref.Draw(t, "ref"), Reason: "x"}
			case 6:
				c = CloseReview{Figures: figures("2026-10"), Reason: text.Draw(t, "why")}
			case 7:
				c = ReopenReview{Reason: "x"}
			}
			was, version := fingerprint(t, w.in), w.in.Version
			if err := w.do(by, c); err != nil {
				if CodeOf(err) == "" || fingerprint(t, w.in) != was {
					t.Fatalf("%T: %v", c, err)
				}
				continue
			}
			if r := w.in.Review; r != nil && w.in.Version > version {
				kept, prints = append(kept, w.in), append(prints, fingerprint(t, w.in))
			}
		}
		for i, in := range kept {
			if fingerprint(t, in) != prints[i] {
				t.Fatalf("snapshot #%d has changed", in.Version)
			}
		}
		if len(w.recs) == 0 {
			return
		}
		again, err := FoldAll(w.recs)
		if err != nil || fingerprint(t, again) != fingerprint(t, w.in) {
			t.Fatalf("the fold differs: %v", err)
		}
	})
}
