package verb

import (
	"fmt"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/metrics"
	"warroom/model/review"
)

// sayReview prints a review for people.
func (c *call) sayReview(v *review.View) error {
	f := &v.Figures
	head := []string{"Review of " + v.Month + "  " + string(v.Says()), "figures     " + v.FiguresSay(), "counted     " + v.CountedSays()}
	if n := len(v.Attendees); n > 0 {
		names := make([]string, n)
		for i, a := range v.Attendees {
			names[i] = string(a.Who())
		}
		head = append(head, "attendees   "+strings.Join(names, ", "))
	}
	head = append(head, fmt.Sprintf("incidents   %d detected (%d in the month before), %d of them open; %d closed in the month", f.Incidents, f.Before, f.StillOpen, f.Closed),
		"severity    "+counts(f.BySeverity), "type        "+counts(f.ByType), "vector      "+counts(f.ByVector),
		fmt.Sprintf("clocks      %d met, %d missed, %d not due yet", f.Clocks.Met, f.Clocks.Missed, f.Clocks.Running))
	for _, l := range head {
		if err := c.paragraph(model.Text(model.Line(l).String()), ""); err != nil {
			return err
		}
	}
	now := c.env.Now()
	var done, owed, decided, pending, teams, late, measured [][]string
	for _, p := range f.PostMortems {
		done = append(done, []string{p.Incident, p.Severity.String(), review.Day(p.At), string(p.Type), indicator.Line(p.Title)})
	}
	for _, p := range f.Missing {
		owed = append(owed, []string{p.Incident, p.Severity.String(), review.StateWord(p.State), review.Day(p.Since), indicator.Line(p.Title)})
	}
	for _, d := range v.Standing() {
		decided = append(decided, []string{d.Ref, at(d.Owner), review.Day(d.Due), review.DecisionSays(d, now), indicator.Line(d.Text)})
	}
	for _, p := range f.Pending {
		pending = append(pending, []string{p.Month, p.Ref, at(p.Owner), review.Day(p.Due), indicator.Line(p.Text)})
	}
	for _, t := range f.ByTeam {
		teams = append(teams, []string{string(review.TeamName(t.Team)), strconv.Itoa(t.N), string(t.Due)})
	}
	for _, x := range f.Overdue {
		late = append(late, []string{x.Incident, x.Ref, at(x.Owner), string(x.Due), string(review.TeamName(x.Team)), indicator.Line(x.Title)})
	}
	for i := range f.Metrics {
		m := &f.Metrics[i]
		if m.N == 0 && m.Year.N == 0 {
			continue
		}
		measured = append(measured, []string{m.Name, strconv.Itoa(m.N), metrics.Value(m.Value(), m.Unit), metrics.Value(m.P90, m.Unit), metrics.Value(m.Mean, m.Unit), strconv.Itoa(m.LeftOut),
			fmt.Sprintf("%s (n %d)", metrics.Value(m.Year.Value, m.Unit), m.Year.N)})
	}
	for _, part := range []struct {
		title string
		cols  []column
		rows  [][]string
	}{
		{"DECISIONS", []column{{title: "REF"}, {title: "OWNER"}, {title: "DUE"}, {title: "STATE"}, {title: "DECISION", give: true}}, decided},
		{"DECISIONS OF EARLIER REVIEWS THAT ARE OPEN", []column{{title: "REVIEW"}, {title: "REF"}, {title: "OWNER"}, {title: "DUE"}, {title: "DECISION", give: true}}, pending},
		{fmt.Sprintf("COMPLETED POST-MORTEMS %d", f.Completed), []column{{title: "INCIDENT"}, {title: "SEV"}, {title: "COMPLETED"}, {title: "TYPE"}, {title: "TITLE", give: true}}, done},
		{fmt.Sprintf("POST-MORTEMS THAT ARE OWED %d", f.Owed), []column{{title: "INCIDENT"}, {title: "SEV"}, {title: "STATE"}, {title: "OVER SINCE"}, {title: "TITLE", give: true}}, owed},
		{fmt.Sprintf("OVERDUE FOLLOW-UPS BY TEAM %d", f.Late), []column{{title: "TEAM", give: true}, {title: "OVERDUE"}, {title: "OLDEST DUE"}}, teams},
		{"OVERDUE FOLLOW-UPS", []column{{title: "INCIDENT"}, {title: "REF"}, {title: "OWNER"}, {title: "DUE"}, {title: "TEAM", give: true}, {title: "FOLLOW-UP", give: true}}, late},
		{"METRICS", []column{{title: "METRIC", give: true}, {title: "N"}, {title: "MEDIAN"}, {title: "P90"}, {title: "MEAN"}, {title: "LEFT OUT"}, {title: "YEAR BEFORE"}}, measured},
	} {
		if len(part.rows) == 0 {
			continue
		}
		if err := c.say("\n%s", part.title); err != nil {
			return err
		}
		if err := c.table(part.cols, part.rows, ""); err != nil {
			return err
		}
	}
	if notes := v.Said(); len(notes) > 0 {
		if err := c.say("\nNOTES"); err != nil {
			return err
		}
		for _, n := range notes {
			if err := c.say("%s %s %s", n.Ref, model.Line("@"+n.By), n.At.UTC().Format("2006-01-02 15:04Z")); err != nil {
				return err
			}
			if err := c.paragraph(model.Text(indicator.DefangText(string(n.Text))), "  "); err != nil {
				return err
			}
		}
	}
	return nil
}

// counts is how many there are of each kind, in one line; those of which there
// are none are left out.
func counts(list []model.ReviewCount) string {
	var out []string
	for _, x := range list {
		if x.N > 0 {
			out = append(out, string(review.Named(x))+" "+strconv.Itoa(x.N))
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}
