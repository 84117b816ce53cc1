package tui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// measured has incidents of the months before now, each detected at a known hour
// and, but for every fifth, contained some hours later.
func measured(t testing.TB, h *room.Hub, now time.Time) {
	t.Helper()
	for n := range 14 {
		res, err := h.Declare(t.Context(), alice, tuitest.NewID(), model.Declare{Title: model.Text(fmt.Sprintf("Incident %d", n)), Severity: model.Severity(n%4 + 1),
			Type: []string{"ransomware", "phishing-bec"}[n%2], Exercise: n == 13})
		if err != nil {
			t.Fatal(err)
		}
		id := res.Incident.ID
		at := now.AddDate(0, -n, -1)
		do(t, h, alice, id, model.SetMoment{Name: model.MomentFirstAct, At: at.Add(-30 * time.Hour), Reason: "logs"})
		do(t, h, alice, id, model.SetMoment{Name: model.MomentDetected, At: at, Reason: "alert"})
		if n%5 != 4 {
			do(t, h, alice, id, model.SetMoment{Name: model.MomentContained, At: at.Add(time.Duration(n+1) * time.Hour), Reason: "done"})
		}
		if n < 4 {
			do(t, h, alice, id, model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: "drill", Kind: model.FollowUpRespond, Owner: "bob", Due: model.DayOf(now).Add(3)}})
		}
	}
}

func TestGoldenMetrics(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	measured(t, h, clock())
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		x := tuitest.New(t, h, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
		x.Press("M")
		x.ExpectLine("2026-Q4", "2 incidents")
		goldenPage(t, x, "metrics", size)
		x.Press("v")
		goldenPage(t, x, "metrics-phases", size)
		x.Press("v")
		goldenPage(t, x, "metrics-followups", size)
		if strings.Contains(x.Painted(), "38;") {
			t.Error("the mono theme paints in colour")
		}
	}
	x := tuitest.New(t, h, alice, 80, 24, func(d *tui.Deps) { d.Now, d.Theme, d.ASCII = clock, "mono", true })
	x.Press("M")
	x.ExpectLine("2026-Q4", "2 incidents")
	goldenPage(t, x, "metrics-ascii", [2]int{80, 24})
	nothing := tuitest.HubAt(t, open(t), clock)
	x = tuitest.New(t, nothing, alice, 80, 24, func(d *tui.Deps) { d.Now, d.Theme = clock, "mono" })
	x.Press("M")
	x.Expect("No incident lies in 2026-Q4")
	goldenPage(t, x, "metrics-nothing", [2]int{80, 24})
}

// The median time to contain of this quarter is one key from the board; what
// somebody else says of a moment changes it at once.
func TestMetricsAreLive(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	measured(t, h, clock())
	x := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Now = clock })
	x.Press("M")
	x.ExpectLine("▌Time to contain", "1h30m", "2h00m")
	do(t, h, bob, "INC-2026-0001", model.SetMoment{Name: model.MomentContained, At: clock().Add(-21 * time.Hour), Reason: "the log"})
	x.ExpectLine("▌Time to contain", "2h30m", "3h00m")
	x.Press("enter")
	x.ExpectLine("By severity")
	x.ExpectLine("phishing-bec", "2h00m", "n 1")
	x.Press("esc", "h")
	x.ExpectLine("2026-Q3", "3 incidents")
	x.Press("l", "s")
	x.ExpectLine("2026-Q4", "SEV1", "1 incident,")
	x.Press("s", "s", "s", "s", "p").Type("all time").Press("enter")
	x.ExpectLine("all time", "13 incidents") // the exercise does not count
	x.Press("t").Type("ransom").Press("enter")
	x.ExpectLine("all time", "ransomware", "7 incidents")
	x.Press("/").Type("dwell").Press("enter")
	x.ExpectLine("▌Dwell time")
	x.Press("esc", "esc")
	x.Expect("Incident 3")
}

// Who may not read an incident does not see it in a count either.
func TestMetricsOfTheRestricted(t *testing.T) {
	h := tuitest.HubAt(t, open(t), clock)
	measured(t, h, clock())
	yes := true
	do(t, h, alice, "INC-2026-0001", model.SetAccess{Restrict: &yes})
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Now = clock })
	b := tuitest.New(t, h, bob, 120, 40, func(d *tui.Deps) { d.Now = clock })
	a.Press("M")
	b.Press("M")
	a.ExpectLine("▌Time to contain", "1h30m")
	b.ExpectLine("2026-Q4", "1 incident,")
	b.ExpectLine("▌Time to contain", "2h00m")
}
