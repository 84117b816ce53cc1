package review_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/report"
	"warroom/model/review"
)

// hostile is text of others that tries to be more than text.
const hostile = "<script>alert(1)</script> [x](javascript:1) | a | \x1b[2J http://evil.example/ @all\n# heading"

// held is the review of October with texts of others in every place.
func held(t *testing.T) review.View {
	t.Helper()
	all, m := october(), review.Of(at(10, 1, 0))
	for i := range all {
		all[i].Title = model.Text("one " + hostile)
		for k := range all[i].FollowUps {
			all[i].FollowUps[k].Title, all[i].FollowUps[k].Team = hostile, "core <b>"
		}
		if r := all[i].Review; r != nil {
			r.Open[0].Text = hostile
		}
	}
	r := &model.Review{Month: "2026-10", Attendees: []model.Attendee{{User: "alice"}, {Name: hostile}},
		Decisions: []*model.ReviewDecision{{Ref: "D1", Text: hostile, Owner: "bob", Due: at(11, 1, 0), By: "alice", At: now}, {Ref: "D2", Text: "gone", Retracted: "bob"},
			{Ref: "D3", Text: "done", Owner: "bob", DoneBy: "bob", DoneAt: now, Result: hostile}},
		Notes:  []*model.ReviewNote{{Ref: "R1", Text: hostile, By: "alice", At: now}, {Ref: "R2", Text: "not said", Retracted: "bob"}},
		Closed: &model.ReviewClose{By: "alice", At: now, Reason: hostile, Figures: review.Agenda(all, m, now)}, Steps: []model.ReviewStep{{Closed: true, By: "alice", At: now, Reason: hostile}}}
	return review.See(&model.Incident{ID: m.ID(), Version: 9, Review: r}, m, all, alice, now).Public(all)
}

// The document looks as it looked (UPDATE=1 writes it), and nothing of others acts
// in it.
func TestDocument(t *testing.T) {
	v := held(t)
	doc := v.Document(report.Foot{By: "alice", At: now, Warroom: "test"}, now, func(id string) string {
		if id == "INC-2026-0001" {
			return "red"
		}
		return ""
	})
	if doc.Marking() != "red" {
		t.Errorf("marked %s although it names an incident that is red", doc.Marking())
	}
	for name, got := range map[string]string{"review.md": doc.Markdown(), "review.html": body(t, doc.HTML()), "review.txt": strings.Join(doc.Lines(), "\n") + "\n"} {
		path := filepath.Join("testdata", name)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || got != string(want) {
			t.Errorf("%s is not as it was (%v)", name, err)
		}
		for _, bad := range []string{"\x1b", "http://evil", "\n# heading", "gone", "R2", "that you may know of", "secret"} {
			if strings.Contains(got, bad) {
				t.Errorf("%s has %q", name, bad)
			}
		}
		if name != "review.txt" && strings.Contains(got, "<script") {
			t.Errorf("%s has a script", name)
		}
	}
}

// body is an HTML document from its body on: its style is tested with the reports.
func body(t *testing.T, html string) string {
	t.Helper()
	_, rest, ok := strings.Cut(html, "<body")
	if !ok {
		t.Fatal("no body")
	}
	return "<body" + rest
}
