package tui_test

import (
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// inReview gives a command to the review of a month.
func inReview(t testing.TB, h *room.Hub, by model.Actor, id string, cmd model.Command) {
	t.Helper()
	if _, err := h.Do(t.Context(), by, id, tuitest.NewID(), cmd); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

// reviewed is a house with something of each kind on the agenda of this month, and
// with the review of the month before.
func reviewed(t testing.TB, h *room.Hub, now time.Time) (incident, last string) {
	t.Helper()
	before := model.MonthOf(now).AddDate(0, -1, 0)
	last = model.ReviewID(before.Year(), before.Month())
	inReview(t, h, alice, last, model.AttendReview{People: []model.Attendee{{User: "alice"}, {Name: "J. Doe \x1b[2J(legal)"}}})
	inReview(t, h, alice, last, model.RecordDecision{Text: "Rotate the service keys, and say so in the playbook", Owner: "bob", Due: now.Add(72 * time.Hour)})
	inReview(t, h, alice, last, model.CloseReview{Figures: model.ReviewFigures{Month: before.Format("2006-01"), AsOf: now, Incidents: 7, Completed: 1,
		PostMortems: []model.ReviewPostMortem{{Incident: "INC-2026-0001", Title: "As it was called then", Severity: 1, State: "reviewed", At: now}}}})
	res, err := h.Declare(t.Context(), alice, tuitest.NewID(), model.Declare{Title: "Ransomware on file servers", Severity: 1, Type: "ransomware"})
	if err != nil {
		t.Fatal(err)
	}
	incident = res.Incident.ID
	if _, err := h.Declare(t.Context(), bob, tuitest.NewID(), model.Declare{Title: "Invoice mail", Severity: 3}); err != nil {
		t.Fatal(err)
	}
	return incident, last
}

func TestGoldenReview(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	_, last := reviewed(t, h, clock())
	this := model.ReviewID(clock().Year(), clock().Month())
	inReview(t, h, bob, this, model.AttendReview{People: []model.Attendee{{User: "bob"}, {Name: "Dr. Müller 山田"}}})
	inReview(t, h, bob, this, model.RecordDecision{Text: "Buy a second gateway\nbefore the winter, see F3"})
	inReview(t, h, bob, this, model.AddReviewNote{Text: "It was quiet. hxxp://evil[.]example http://evil.example/x"})
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		x := tuitest.New(t, h, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
		x.Press("R")
		x.Expect("INCIDENTS")
		goldenPage(t, x, "review-open", size)
		x.Press("v")
		goldenPage(t, x, "review-metrics", size)
		x.Press("v", "h")
		x.Expect("closed")
		goldenPage(t, x, "review-closed", size)
		if strings.Contains(x.Painted(), "38;") {
			t.Error("the mono theme paints in colour")
		}
	}
	nothing := tuitest.HubAt(t, open(t), clock)
	x := tuitest.New(t, nothing, alice, 80, 24, func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
	x.Press("R")
	x.Expect("Nothing stands on the agenda")
	goldenPage(t, x, "review-nothing", [2]int{80, 24})
	_ = last
}

// A decision that one records is on the other's page without a key; a closed
// review takes no more, and shows what was frozen.
func TestReviewIsLive(t *testing.T) {
	h := newHub(t)
	now := time.Now()
	id, _ := reviewed(t, h, now)
	month := now.UTC().Format("2006-01")
	a, b := tuitest.New(t, h, alice, 120, 40), tuitest.New(t, h, bob, 80, 24)
	for _, x := range []*tuitest.Term{a, b} {
		x.Press("R")
		x.ExpectLine("Review of "+month, "open")
		x.ExpectLine("INCIDENTS", "2")
		x.ExpectLine("open decision", "Rotate", "@bob")
	}
	b.Press("d").Type("Buy a second gateway").Press("tab").Type("@bob").Press("tab").Type("+14d").Press("ctrl+s")
	b.ExpectLine("saved the decision")
	a.ExpectLine("decision", "D1", "Buy a second", "@bob")
	a.Press("@")
	a.ExpectLine("People", "@alice")
	a.Type("J. Doe").Press("ctrl+s")
	a.ExpectLine("@alice, J. Doe")
	b.Press("n").Type("it was quiet").Press("ctrl+s")
	a.ExpectLine("note", "R1", "it was quiet")
	// A responder does not close; a month that is not over takes a reason.
	b.Press("c")
	b.ExpectLine("close:", "commanders and admins")
	a.Press("c", "ctrl+s")
	a.ExpectLine("needed")
	a.Type("holidays").Press("ctrl+s")
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine("Review of "+month, "closed", "@alice")
	}
	b.Press("n")
	b.ExpectLine("note:", "was closed by @alice")
	// What changes later is not in it.
	if _, err := h.Declare(t.Context(), alice, tuitest.NewID(), model.Declare{Title: "Later", Severity: 1}); err != nil {
		t.Fatal(err)
	}
	a.ExpectLine("INCIDENTS", " 2 ")
	// Done is said in a closed review too, of the earlier one from its own page.
	b.Press("/").Type("rotate").Press("enter", "enter")
	b.ExpectLine("Review of", "closed")
	b.Press("esc")
	b.ExpectLine("decision", "D1", "Rotate")
	b.Press("G", "x").Type("change 4711").Press("ctrl+s")
	b.ExpectLine("decision", "D1", "done")
	a.Press("o").Type("one is missing").Press("ctrl+s")
	a.ExpectLine("Review of "+month, "open")
	a.ExpectLine("INCIDENTS", " 3 ")
	a.ExpectNot("open decision")
	// From the agenda into the incident, and back.
	a.Press("h")
	a.ExpectLine("post-mortem", id, "As it was called")
	a.Press("enter")
	a.Expect("Ransomware on file servers")
	a.Press("q")
	a.ExpectLine("Review of", "closed")
}

// Two edit the same decision: the second is told, sees both texts, and loses nothing.
func TestTwoEditADecision(t *testing.T) {
	h := newHub(t)
	id := model.ReviewID(time.Now().UTC().Year(), time.Now().UTC().Month())
	inReview(t, h, alice, id, model.RecordDecision{Text: "rotate"})
	a := tuitest.New(t, h, alice, 120, 40)
	a.Press("R")
	a.ExpectLine("decision", "D1", "rotate")
	a.Press("e")
	a.ExpectLine("D1 of the review")
	text := model.Text("rotate all")
	inReview(t, h, bob, id, model.SetDecision{Ref: "D1", Text: &text})
	a.Type(" the service keys").Press("ctrl+s")
	a.Expect("Two edits of D1", "rotate all", "rotate the service keys")
	a.Press("esc", "ctrl+s")
	a.ExpectLine("saved D1")
	a.ExpectLine("decision", "D1", "rotate the service")
}

// What is restricted shows to nobody in the figures, and its number to nobody who
// may not know of it.
func TestRestrictedIsNotOnTheAgenda(t *testing.T) {
	h := newHub(t)
	_, _ = reviewed(t, h, time.Now())
	if _, err := h.Declare(t.Context(), alice, tuitest.NewID(), model.Declare{Title: "Very secret", Severity: 1, Restricted: true}); err != nil {
		t.Fatal(err)
	}
	a, b := tuitest.New(t, h, alice, 120, 40), tuitest.New(t, h, bob, 120, 40)
	for _, x := range []*tuitest.Term{a, b} {
		x.Press("R")
		x.ExpectLine("INCIDENTS", " 2 ")
	}
	a.Expect("1 restricted that you may know of")
	b.ExpectNot("restricted")
}

// Search finds what a review decided, and goes to its month.
func TestSearchGoesToTheReview(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	_, last := reviewed(t, h, clock())
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Now = clock })
	a.Press("S").Type("service keys")
	a.ExpectLine(last+" D1", "Rotate the service keys")
	a.Press("enter")
	a.ExpectLine("Review of "+model.MonthOfReview(last), "closed")
}
