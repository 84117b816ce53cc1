package review

import (
	"fmt"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/metrics"
	"warroom/model/review"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Main implements screen.Screen.
func (r *Review) Main(w, h int) []string {
	st := r.env.Styles
	head := r.head(w, h)
	if r.table().Len() == 0 || !r.ready {
		for _, l := range widget.Wrap(r.empty(), w-3) {
			head = append(head, "  "+st.Dim.S(l))
		}
		return widget.Block(head, w, h)
	}
	r.above = len(head)
	return append(widget.Block(head, w, len(head)), r.table().Draw(w, max(h-len(head), 0), st, r.cell)...)
}

// roomy is from how many lines on the figures take as many lines as they need.
const roomy = 30

// head is the month with its figures in short.
func (r *Review) head(w, h int) []string {
	st, v := r.env.Styles, &r.seen
	g := st.Glyphs
	title := " " + st.Dim.S(g.Left) + " " + st.Bold.S("Review of "+r.month.String()) + " " + st.Dim.S(g.Right) + "  "
	if !r.ready {
		return []string{widget.Fit(title, w), ""}
	}
	f := &v.Figures
	if v.State == review.Closed {
		title += st.Good.S(g.Done+" closed") + st.Dim.S(" by ") + screen.Person(v.ClosedBy, st) + st.Dim.S(" "+v.ClosedAt.UTC().Format("2006-01-02")+", figures frozen")
	} else {
		title += st.Warn.S(g.Open+" open") + st.Dim.S(", figures as of "+f.AsOf.UTC().Format("15:04Z"))
	}
	most := 1
	if h >= roomy {
		most = 4
	}
	missed := st.Text.S("0 missed")
	if f.Clocks.Missed > 0 {
		missed = st.Bad.S(fmt.Sprintf("%s %d missed", g.Warn, f.Clocks.Missed))
	}
	lateOnes := []string{st.Good.S(g.Done + " none overdue")}
	if f.Late > 0 {
		lateOnes = append([]string{st.Bad.S(fmt.Sprintf("%s %d overdue", g.Warn, f.Late))}, r.teams()...)
	}
	var medians []string
	for _, key := range []string{"detect", "acknowledge", "contain", "recover"} {
		if m := metric(f, key); m != nil && (m.N > 0 || m.Year.N > 0) {
			medians = append(medians, st.Text.S(strings.TrimPrefix(m.Name, "Time to "))+" "+st.Bold.S(metrics.Value(m.Median, m.Unit))+" "+st.Accent.S(strings.TrimLeft(spark(m.Trend, st), " ")))
		}
	}
	if len(medians) == 0 {
		medians = []string{st.Dim.S("nothing was measured")}
	}
	out := []string{widget.Fit(title, w)}
	for _, l := range []struct {
		label string
		parts []string
	}{
		{"INCIDENTS", append([]string{st.Bold.S(strconv.Itoa(f.Incidents)) + st.Dim.S(" "+r.months()), st.Text.S(fmt.Sprintf("%d open", f.StillOpen)),
			st.Text.S(fmt.Sprintf("%d closed in the month", f.Closed))}, counts(f.BySeverity, st)...)},
		{"TYPES", counts(f.ByType, st)},
		{"VECTORS", counts(f.ByVector, st)},
		{"CLOCKS", []string{st.Text.S(fmt.Sprintf("%d met", f.Clocks.Met)), missed, st.Text.S(fmt.Sprintf("%d not due yet", f.Clocks.Running)), st.Faint.S("no legal advice")}},
		{"FOLLOW-UPS", lateOnes},
		{"MEDIAN TIME", medians},
	} {
		out = append(out, r.parts(l.label, l.parts, w, most)...)
	}
	if v.Restricted > 0 {
		out = append(out, widget.Fit(" "+st.Warn.S(g.Lock)+" "+st.Dim.S(fmt.Sprintf("%d restricted that you may know of, not counted here", v.Restricted)), w))
	}
	if len(out) > h-6 { // a small screen keeps the list
		out = out[:max(h-6, 1)]
	}
	return append(out, "")
}

// parts draws a labelled line, on at most so many lines.
func (r *Review) parts(label string, parts []string, w, most int) []string {
	st := r.env.Styles
	const indent = 13
	gap := st.Faint.S(" " + st.Glyphs.Bullet + " ")
	var out []string
	line := widget.Fit(" "+st.Dim.S(label), indent)
	for i, p := range parts {
		switch {
		case i == 0:
			line += p
		case widget.Width(line)+3+widget.Width(p) > w && len(out) < most-1:
			out = append(out, widget.Fit(line, w))
			line = strings.Repeat(" ", indent) + p
		default:
			line += gap + p
		}
	}
	return append(out, widget.Fit(line, w))
}

// months is the month before, for comparison.
func (r *Review) months() string {
	f := &r.seen.Figures
	g := r.env.Styles.Glyphs
	switch {
	case f.Incidents > f.Before:
		return fmt.Sprintf("%s from %d", g.Up, f.Before)
	case f.Incidents < f.Before:
		return fmt.Sprintf("%s from %d", g.Down, f.Before)
	}
	return "as the month before"
}

// teams is whose follow-ups are overdue.
func (r *Review) teams() []string {
	st := r.env.Styles
	var out []string
	for _, t := range r.seen.Figures.ByTeam {
		out = append(out, st.Text.S(screen.Clip(string(review.TeamName(t.Team)), 24))+" "+st.Bold.S(strconv.Itoa(t.N)))
	}
	return out
}

func metric(f *model.ReviewFigures, key string) *model.ReviewMetric {
	for i := range f.Metrics {
		if f.Metrics[i].Key == key {
			return &f.Metrics[i]
		}
	}
	return nil
}

// counts is how many there are of each kind; what there is none of is left out.
func counts(list []model.ReviewCount, st *themes.Styles) []string {
	var out []string
	for _, c := range list {
		if c.N > 0 {
			out = append(out, st.Text.S(screen.Clip(string(review.Named(c)), 24))+" "+st.Bold.S(strconv.Itoa(c.N)))
		}
	}
	if len(out) == 0 {
		return []string{st.Dim.S("none")}
	}
	return out
}

// spark draws a trend, a month a column; a month in which nothing was measured is
// left blank.
func spark(list []model.ReviewPoint, st *themes.Styles) string {
	most := 0.0
	for _, p := range list {
		if p.Value != nil {
			most = max(most, *p.Value)
		}
	}
	var b strings.Builder
	for _, p := range list {
		switch {
		case p.Value == nil:
			b.WriteByte(' ')
		case most <= 0:
			b.WriteString(st.Glyphs.Spark[0])
		default:
			b.WriteString(st.Glyphs.Spark[int(max(*p.Value, 0)/most*float64(len(st.Glyphs.Spark)-1)+0.5)])
		}
	}
	return b.String()
}

func (r *Review) empty() string {
	switch {
	case r.failed != "":
		return r.failed
	case !r.ready:
		return "computing the figures of " + r.month.String() + " …"
	case r.text != "":
		return "Nothing matches. esc clears the filter."
	case r.view == figures:
		return "Nothing was measured in " + r.month.String() + ", nor in the twelve months before."
	case r.seen.State == review.Closed:
		return "Nothing stood on the agenda of " + r.month.String() + "."
	}
	return "Nothing stands on the agenda of " + r.month.String() + ": no post-mortem was completed, no follow-up is overdue. d records a decision, @ who attends, n what was said, c closes the review."
}

// mark is the glyph and colour of a state.
func mark(s state, st *themes.Styles) (themes.Ink, string) {
	switch s {
	case done:
		return st.Good, st.Glyphs.Done
	case waits:
		return st.Text, st.Glyphs.Open
	case late:
		return st.Bad, st.Glyphs.Warn
	}
	return st.Dim, st.Glyphs.Bullet
}

func (r *Review) cell(i, col int) string {
	st := r.env.Styles
	if r.view == figures {
		return r.rate(r.rates[i], col)
	}
	x := &r.rows[i]
	ink, glyph := mark(x.state, st)
	switch col {
	case 0:
		return ink.S(glyph + " " + string(x.kind))
	case 1:
		return st.Ref.S(screen.Clip(x.ref, 20))
	case 2:
		return screen.Paint(screen.Clip(string(x.what), 300), st.Text, st)
	case 3:
		if strings.HasPrefix(x.who, "@") {
			return screen.Person(x.who[1:], st)
		}
		return st.Dim.S(screen.Clip(x.who, 24))
	}
	return ink.S(x.when)
}

func (r *Review) rate(m *model.ReviewMetric, col int) string {
	st := r.env.Styles
	switch col {
	case 0:
		return st.Text.S(m.Name)
	case 1:
		return strconv.Itoa(m.N)
	case 2:
		return st.Bold.S(metrics.Value(m.Value(), m.Unit))
	case 3:
		return metrics.Value(m.P90, m.Unit)
	case 4:
		return metrics.Value(m.Mean, m.Unit)
	case 5:
		return st.Dim.S(strconv.Itoa(m.LeftOut))
	case 6:
		return st.Dim.S(metrics.Value(m.Year.Value, m.Unit))
	}
	return st.Accent.S(spark(m.Trend, st))
}

// Side implements screen.Screen: who attends, what is selected, and what was
// written last.
func (r *Review) Side(w, h int) []string {
	if !r.ready {
		return widget.Block(nil, w, h)
	}
	st, v := r.env.Styles, &r.seen
	if r.view == figures {
		return widget.Block(r.about(w), w, h)
	}
	lines := []string{st.Title.S("ATTENDEES")}
	if len(v.Attendees) == 0 {
		lines = append(lines, st.Dim.S("nobody is recorded; @ adds"))
	} else {
		names := make([]string, len(v.Attendees))
		for i, a := range v.Attendees {
			names[i] = st.Text.S(screen.Clip(string(a.Name), 60))
			if a.User != "" {
				names[i] = screen.Person(a.User, st)
			}
		}
		lines = append(lines, widget.Wrap(strings.Join(names, ", "), max(w, 10))...)
	}
	if x := r.row(); x != nil {
		lines = append(lines, "", st.Ref.S(screen.Clip(x.ref, w)))
		for l := range strings.SplitSeq(model.Block(screen.Defang(string(x.what))).String(), "\n") {
			lines = append(lines, widget.Wrap(st.Text.S(l), max(w, 10))...)
		}
		if d := r.selected(); d != nil && d.Result != "" {
			lines = append(lines, widget.Wrap(st.Dim.S("result ")+screen.Clip(string(d.Result), 600), max(w, 10))...)
		}
	}
	if feed := r.register().Recent; len(feed) > 0 {
		lines = append(lines, "", st.Title.S("LIVE"))
		from := max(0, len(feed)-h/3)
		for i := range feed[from:] {
			lines = append(lines, screen.FeedLines(&feed[from+i], st, w)...)
		}
	}
	return widget.Block(lines, w, h)
}

// about plots the selected metric, a month a line.
func (r *Review) about(w int) []string {
	st := r.env.Styles
	i := r.table().Index()
	if i < 0 || i >= len(r.rates) {
		return nil
	}
	m := r.rates[i]
	lines := append([]string{st.Title.S(m.Name)}, widget.Wrap(st.Dim.S(m.Formula), max(w, 10))...)
	lines = append(lines, "")
	most := 0.0
	for _, p := range m.Trend {
		if p.Value != nil {
			most = max(most, *p.Value)
		}
	}
	for _, p := range m.Trend {
		line := st.Dim.S(p.Month) + " "
		if p.Value == nil {
			lines = append(lines, line+st.Faint.S("nothing measured"))
			continue
		}
		share := 0.0
		if most > 0 {
			share = max(*p.Value, 0) / most
		}
		lines = append(lines, line+screen.Bar(share, max(w-26, 4), st)+" "+st.Text.S(metrics.Value(p.Value, m.Unit))+st.Faint.S(fmt.Sprintf(" n %d", p.N)))
	}
	text := fmt.Sprintf("The twelve months before together: %s (n %d).", metrics.Value(m.Year.Value, m.Unit), m.Year.N)
	if m.LeftOut > 0 {
		text = fmt.Sprintf("%d of the month could not be measured and are left out. ", m.LeftOut) + text
	}
	return append(append(lines, ""), widget.Wrap(st.Dim.S(text+" docs/metrics.md has the formula."), max(w, 10))...)
}
