package tui_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// register gives a command to the register of trainings.
func register(t testing.TB, h *room.Hub, by model.Actor, cmd model.Command) {
	t.Helper()
	if _, err := h.Do(t.Context(), by, model.RegisterTraining, tuitest.NewID(), cmd); err != nil {
		t.Fatal(err)
	}
}

// schooled has a team with a newcomer, one who is late and one who is not.
func schooled(t testing.TB, h *room.Hub, now time.Time) {
	t.Helper()
	today := model.DayOf(now)
	person := func(name, team string, ago int) {
		joined, tm := today.Add(-ago), model.Text(team)
		register(t, h, alice, model.SetTrainingPerson{Name: name, Team: &tm, Joined: &joined, Syllabus: h.Syllabus()})
	}
	person("erin", "Plant \x1b[2J north", 10)
	person("finn", "Finance", 700)
	person("gwen", "Finance", 300)
	var given []model.TrainingGiven
	for _, x := range h.Syllabus().List() {
		if x.In(model.CourseBasic) && len(x.Audiences) == 1 && x.Audiences[0] == "everyone" {
			given = append(given, model.TrainingGiven{Person: "finn", Topic: x.ID, On: today.Add(-690), Result: model.TrainingPassed},
				model.TrainingGiven{Person: "gwen", Topic: x.ID, On: today.Add(-290), Result: model.TrainingAttended, Note: "room 7"})
		}
	}
	register(t, h, alice, model.RecordTraining{Given: given, Accounts: h.Accounts(), Syllabus: h.Syllabus()})
}

// goldenPage compares a page with what it looked like, at three sizes; the line of
// tabs above it is left out, for it names the other pages.
func goldenPage(t *testing.T, x *tuitest.Term, page string, size [2]int) {
	t.Helper()
	rest := func(s string) string {
		lines := strings.Split(s, "\n")
		return strings.Join(append(lines[:1:1], lines[2:]...), "\n")
	}
	path := filepath.Join("testdata", "golden", fmt.Sprintf("page-%s-%dx%d.txt", page, size[0], size[1]))
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(rest(settled(x))), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x.Until("the page in "+path, func(s string) bool { return rest(s)+"\n" == string(want) })
}

func TestGoldenTraining(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	schooled(t, h, clock())
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		x := tuitest.New(t, h, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
		x.Press("L")
		goldenPage(t, x, "training-people", size)
		x.Press("v")
		goldenPage(t, x, "training-topics", size)
		x.Press("v")
		goldenPage(t, x, "training-teams", size)
		x.Press("esc", "P")
		goldenPage(t, x, "readiness", size)
		if strings.Contains(x.Painted(), "38;") {
			t.Error("the mono theme paints in colour")
		}
	}
	nothing := tuitest.HubAt(t, open(t), clock)
	x := tuitest.New(t, nothing, alice, 80, 24, func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
	x.Press("L")
	goldenPage(t, x, "training-nobody", [2]int{80, 24})
}

// A record that one writes down is on the other's screen without a key, and the
// console leads from the figure to who lacks something.
func TestTrainingIsLive(t *testing.T) {
	h := newHub(t)
	schooled(t, h, time.Now())
	a, b := tuitest.New(t, h, alice, 120, 40), tuitest.New(t, h, bob, 80, 24)
	for _, x := range []*tuitest.Term{a, b} {
		x.Press("L")
		x.ExpectLine("1 of 3 people are trained", "1 overdue")
		x.ExpectLine("@finn", "overdue", "Finance")
		x.ExpectLine("@erin", "due")
	}
	// The form knows who is selected and what is due; a typing mistake names what there is.
	a.Press("j", "x")
	a.ExpectLine("Person", "@erin")
	a.ExpectLine("Topic", "basic")
	a.Press("ctrl+s")
	a.ExpectLine("saved @erin, 10 topics")
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine("2 of 3 people are trained")
		x.ExpectLine("@erin", "valid")
	}
	// A responder records his own training only.
	b.Press("x")
	b.ExpectLine("Person", "@bob")
	b.Press("tab").Type("evidence").Press("ctrl+s")
	b.ExpectLine("nobody in the register is called @bob")
	b.Press("esc", "enter", "a")
	b.ExpectLine("add person:", "commanders and admins")
	// A topic to read, with enter.
	b.Press("v", "j", "enter")
	b.Expect("Everyone's duty to report", "Ten needless reports")
	b.Press("esc")
	// From the figure to who lacks something.
	a.Press("esc", "P")
	a.ExpectLine("People are trained", "2 of 3 people, 1 overdue")
	a.Press("j", "j", "enter")
	a.ExpectLine("▌@finn", "overdue")
	// A person without an account, and a stale edit of one (CON-1).
	a.Press("a").Type("hugo").Press("tab").Type("Sales").Press("tab").Type("yesterday").Press("ctrl+s")
	a.ExpectLine("saved @hugo")
	a.ExpectLine("@hugo", "due", "Sales")
	a.Press("/").Type("hugo").Press("enter", "e")
	a.ExpectLine("Team", "Sales")
	team := model.Text("Export")
	register(t, h, model.Actor{Name: "root", Role: model.RoleAdmin}, model.SetTrainingPerson{Name: "hugo", Team: &team, Syllabus: h.Syllabus()})
	a.Press("ctrl+s")
	a.Expect("@root changed @hugo")
}
