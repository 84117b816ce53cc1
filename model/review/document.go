package review

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"warroom/model"
	"warroom/model/metrics"
	"warroom/model/report"
)

// OnlyOpenOnes says of every figure what it leaves out, to everybody in the same
// words, whether there is anything that was left out or not.
const OnlyOpenOnes = "Exercises and restricted incidents are not counted."

// Document is the review as a document. tlp is the marking of an incident: what
// names one is marked as it is, so the document is marked as the narrowest of them.
func (v *View) Document(foot report.Foot, now time.Time, tlp func(incident string) string) *report.Doc {
	f := &v.Figures
	foot.Version, foot.Head = v.Version, v.Head
	d := &report.Doc{Kind: "Monthly security incident review", ID: v.ID, Title: model.Text("Review of " + v.Month), Foot: foot,
		Facts: []report.Pair{{Name: "State", Value: v.Says()}, {Name: "Figures", Value: model.Text(v.FiguresSay())}, {Name: "Counted", Value: OnlyOpenOnes}}}
	d.Sections = []report.Section{
		{Title: "Attendees", Empty: "Nobody is recorded.", Blocks: blocks(v.attendees())},
		{Title: "Decisions", Empty: "Nothing is decided.", Blocks: blocks(v.decided(now))},
		{Title: "Decisions of earlier reviews that are open", Blocks: blocks(v.pending(now))},
		{Title: "Completed post-mortems", Empty: "No post-mortem was completed in " + v.Month + ".", Blocks: blocks(postMortems(f.PostMortems, "COMPLETED", tlp))},
		{Title: "Post-mortems that are owed", Blocks: blocks(postMortems(f.Missing, "OVER SINCE", tlp))},
		{Title: "Incidents", Blocks: v.incidents()},
		{Title: "Clocks of notification", Empty: "No notice was due in " + v.Month + ".", Blocks: blocks(v.clocks())},
		{Title: "Overdue follow-ups", Empty: "None is overdue.", Blocks: v.overdue(tlp)},
		{Title: "Metrics", Blocks: v.metrics()},
		{Title: "Notes", Blocks: v.notes()},
		{Title: "History", Blocks: blocks(v.history())},
	}
	return d
}

// blocks is one block, or none where there is nothing in it.
func blocks(b report.Block) []report.Block {
	switch b := b.(type) {
	case nil:
		return nil
	case report.Table:
		if len(b.Rows) == 0 {
			return nil
		}
	case report.List:
		if len(b) == 0 {
			return nil
		}
	case report.Pairs:
		if len(b) == 0 {
			return nil
		}
	}
	return []report.Block{b}
}

const stamp = "2006-01-02 15:04Z"

// Says is the state in words.
func (v *View) Says() model.Text {
	switch {
	case v.State != Closed && v.Version == 0:
		return "open, nothing is recorded yet"
	case v.State != Closed:
		return "open"
	}
	out := model.Text("closed by @" + v.ClosedBy + " at " + v.ClosedAt.UTC().Format(stamp))
	if v.Reason != "" {
		out += " “" + v.Reason + "”"
	}
	return out
}

// FiguresSay says of when the figures are.
func (v *View) FiguresSay() string {
	as := v.Figures.AsOf.UTC().Format(stamp)
	if v.State == Closed {
		return "frozen as of " + as
	}
	return "as of " + as + "; frozen when the review is closed"
}

// CountedSays says what is not counted, and to whom may know of restricted ones,
// how many of the month's those are.
func (v *View) CountedSays() string {
	if v.Restricted == 0 {
		return OnlyOpenOnes
	}
	return OnlyOpenOnes + fmt.Sprintf(" Of %s that is %d restricted that you may know of.", v.Month, v.Restricted)
}

func (v *View) attendees() report.Block {
	var out report.List
	for _, a := range v.Attendees {
		out = append(out, report.Item{Text: a.Who()})
	}
	return out
}

func dash(s string) model.Text {
	if s == "" {
		return "—"
	}
	return model.Text(s)
}

func person(name string) model.Text {
	if name == "" {
		return "—"
	}
	return model.Text("@" + name)
}

// Day is the day of a moment, "" for the zero time.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// DecisionSays is where a decision stands, in words.
func DecisionSays(d *model.ReviewDecision, now time.Time) string {
	switch {
	case d.Retracted != "":
		return "retracted by @" + d.Retracted
	case d.DoneBy != "":
		return "done " + Day(d.DoneAt) + " by @" + d.DoneBy
	case d.Late(now):
		return "late"
	case d.Open():
		return "open"
	}
	return "decided"
}

func (v *View) decided(now time.Time) report.Block {
	t := report.Table{Cols: []string{"REF", "DECISION", "OWNER", "DUE", "STATE"}}
	for _, d := range v.Standing() {
		state := model.Text(DecisionSays(d, now))
		if d.Result != "" {
			state += ": " + d.Result
		}
		t.Rows = append(t.Rows, report.Row{Cells: []model.Text{model.Text(d.Ref), d.Text, person(d.Owner), dash(Day(d.Due)), state}})
	}
	return t
}

func (v *View) pending(now time.Time) report.Block {
	t := report.Table{Cols: []string{"REVIEW", "REF", "DECISION", "OWNER", "DUE"}}
	for _, p := range v.Figures.Pending {
		due := dash(Day(p.Due))
		if !p.Due.IsZero() && now.After(p.Due) && v.State != Closed {
			due += " late"
		}
		t.Rows = append(t.Rows, report.Row{Cells: []model.Text{model.Text(p.Month), model.Text(p.Ref), p.Text, person(p.Owner), due}})
	}
	return t
}

func postMortems(list []model.ReviewPostMortem, when string, tlp func(string) string) report.Block {
	t := report.Table{Cols: []string{"INCIDENT", "SEVERITY", "TITLE", "TYPE", "STATE", when}}
	for _, p := range list {
		at := p.At
		if at.IsZero() {
			at = p.Since
		}
		t.Rows = append(t.Rows, report.Row{TLP: tlp(p.Incident), Cells: []model.Text{model.Text(p.Incident), model.Text(p.Severity.String()), p.Title, dash(string(p.Type)), model.Text(StateWord(p.State)), dash(Day(at))}})
	}
	return t
}

// StateWord is the state of a post-mortem in words.
func StateWord(state string) string {
	if state == "" {
		return "not begun"
	}
	return model.PostMortemState(state).Word()
}

// Named is the name of a count, in words where it is not said.
func Named(c model.ReviewCount) model.Text {
	if c.Name == "" {
		return "not said"
	}
	return c.Name
}

func (v *View) incidents() []report.Block {
	f := &v.Figures
	out := []report.Block{report.Pairs{{Name: "Detected in the month", Value: model.Text(strconv.Itoa(f.Incidents))}, {Name: "In the month before", Value: model.Text(strconv.Itoa(f.Before))},
		{Name: "Of those of the month, open", Value: model.Text(strconv.Itoa(f.StillOpen))}, {Name: "Closed in the month", Value: model.Text(strconv.Itoa(f.Closed))}}}
	for _, part := range []struct {
		title string
		list  []model.ReviewCount
	}{{"By severity", f.BySeverity}, {"By type", f.ByType}, {"By vector", f.ByVector}} {
		if len(part.list) == 0 {
			continue
		}
		bars := report.Bars{Title: part.title}
		for _, c := range part.list {
			bars.Bars = append(bars.Bars, report.Bar{Name: Named(c), Value: float64(c.N), Label: fmt.Sprintf("%d (month before: %d)", c.N, c.Before)})
		}
		out = append(out, bars)
	}
	return out
}

func (v *View) clocks() report.Block {
	c := v.Figures.Clocks
	if c == (model.ReviewClocks{}) {
		return nil
	}
	return report.Pairs{{Name: "Met", Value: model.Text(strconv.Itoa(c.Met))}, {Name: "Missed", Value: model.Text(strconv.Itoa(c.Missed))},
		{Name: "Not due yet", Value: model.Text(strconv.Itoa(c.Running))}, {Name: "Note", Value: model.NoAdvice}}
}

func (v *View) overdue(tlp func(string) string) []report.Block {
	f := &v.Figures
	if f.Late == 0 {
		return nil
	}
	teams := report.Table{Cols: []string{"TEAM", "OVERDUE", "OLDEST DUE"}}
	for _, t := range f.ByTeam {
		teams.Rows = append(teams.Rows, report.Row{Cells: []model.Text{TeamName(t.Team), model.Text(strconv.Itoa(t.N)), model.Text(t.Due)}})
	}
	all := report.Table{Cols: []string{"INCIDENT", "REF", "FOLLOW-UP", "TEAM", "OWNER", "DUE"}}
	for _, x := range f.Overdue {
		all.Rows = append(all.Rows, report.Row{TLP: tlp(x.Incident), Cells: []model.Text{model.Text(x.Incident), model.Text(x.Ref), x.Title, TeamName(x.Team), person(x.Owner), model.Text(x.Due)}})
	}
	return append(blocks(teams), blocks(all)...)
}

// TeamName is a team's name, in words where there is none.
func TeamName(t model.Text) model.Text {
	if t == "" {
		return "no team"
	}
	return t
}

func (v *View) notes() []report.Block {
	var out []report.Block
	for _, n := range v.Said() {
		out = append(out, report.Para{Text: model.Text(n.Ref+" @"+n.By+" "+n.At.UTC().Format(stamp)+"\n") + n.Text})
	}
	return out
}

func (v *View) history() report.Block {
	var out report.List
	for _, s := range v.Steps {
		what := "reopened"
		if s.Closed {
			what = "closed"
		}
		text := model.Text(s.At.UTC().Format(stamp) + " " + what + " by @" + s.By)
		if s.Reason != "" {
			text += " “" + s.Reason + "”"
		}
		out = append(out, report.Item{Text: text})
	}
	return out
}

func (v *View) metrics() []report.Block {
	t := report.Table{Cols: []string{"METRIC", "FORMULA", "N", "MEDIAN", "P90", "MEAN", "SHARE", "LEFT OUT", "YEAR BEFORE"}}
	for i := range v.Figures.Metrics {
		m := &v.Figures.Metrics[i]
		if m.N == 0 && m.Year.N == 0 {
			continue
		}
		value := func(x *float64) model.Text { return model.Text(metrics.Value(x, m.Unit)) }
		t.Rows = append(t.Rows, report.Row{Cells: []model.Text{model.Text(m.Name), model.Text(m.Formula), model.Text(strconv.Itoa(m.N)), value(m.Median), value(m.P90),
			value(m.Mean), value(m.Share), model.Text(strconv.Itoa(m.LeftOut)), value(m.Year.Value) + model.Text(fmt.Sprintf(" (n %d)", m.Year.N))}})
	}
	out := blocks(t)
	for i := range v.Figures.Metrics {
		if m := &v.Figures.Metrics[i]; plotted(m.Key) {
			out = append(out, trends(m)...)
		}
	}
	return out
}

// plotted are the metrics whose months are drawn.
func plotted(key string) bool {
	return slices.Contains([]string{"detect", "acknowledge", "contain", "recover"}, key)
}

// trends plots a metric by month, when there is more than one to compare.
func trends(m *model.ReviewMetric) []report.Block {
	bars := report.Bars{Title: m.Name + ", median by month"}
	for _, p := range m.Trend {
		if p.Value != nil {
			bars.Bars = append(bars.Bars, report.Bar{Name: model.Text(p.Month), Value: max(*p.Value, 0), Label: fmt.Sprintf("%s (n %d)", metrics.Value(p.Value, m.Unit), p.N)})
		}
	}
	if len(bars.Bars) < 2 {
		return nil
	}
	return []report.Block{bars}
}
