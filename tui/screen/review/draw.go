package review

import (
	"fmt"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/review"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Main implements screen.Screen.
func (r *Review) Main(w, h int) []string {
	st := r.env.Styles
	head := r.head(w)
	if len(head) > h-4 { // a small screen keeps the list
		head = head[:max(h-4, 1)]
	}
	if r.table().Len() == 0 || !r.ready {
		for _, l := range widget.Wrap(r.empty(), w-3) {
			head = append(head, "  "+st.Dim.S(l))
		}
		return widget.Block(head, w, h)
	}
	return append(widget.Block(head, w, len(head)), r.table().Draw(w, max(h-len(head), 0), st, r.cell)...)
}

// above is how many lines stand over the list.
func (r *Review) above() int { return headLines }

// headLines is how many lines the head has.
const headLines = 8

// head is the month with its figures in short.
func (r *Review) head(w int) []string {
	st, v := r.env.Styles, &r.seen
	g := st.Glyphs
	title := " " + st.Dim.S(g.Left) + " " + st.Bold.S("Review of "+r.month.String()) + " " + st.Dim.S(g.Right) + "  "
	if !r.ready {
		return append([]string{widget.Fit(title, w)}, make([]string, headLines-1)...)
	}
	f := &v.Figures
	if v.State == review.Closed {
		title += st.Good.S(g.Done+" closed") + st.Dim.S(" by ") + screen.Person(v.ClosedBy, st) + st.Dim.S(" "+v.ClosedAt.UTC().Format("2006-01-02")+", figures frozen")
	} else {
		title += st.Warn.S(g.Open+" open") + st.Dim.S(", figures as of "+f.AsOf.UTC().Format("15:04Z"))
	}
	line := func(label string, parts ...string) string {
		return widget.Fit(" "+st.Dim.S(widget.Fit(label, 11))+" "+strings.Join(parts, st.Faint.S("  "+g.Bullet+"  ")), w)
	}
	incidents := st.Bold.S(strconv.Itoa(f.Incidents)) + st.Dim.S(" "+r.months())
	missed := st.Text.S("0 missed")
	if f.Clocks.Missed > 0 {
		missed = st.Bad.S(fmt.Sprintf("%s %d missed", g.Warn, f.Clocks.Missed))
	}
	lateOnes := st.Good.S(g.Done + " none overdue")
	if f.Late > 0 {
		lateOnes = st.Bad.S(fmt.Sprintf("%s %d overdue", g.Warn, f.Late)) + st.Dim.S(" "+r.teams())
	}
	var medians []string
	for _, key := range []string{"detect", "acknowledge", "contain", "recover"} {
		if m := metric(f, key); m != nil {
			medians = append(medians, st.Text.S(m.Name[len("Time to "):])+" "+st.Bold.S(string(review.Amount(m.Median, m.Unit)))+" "+st.Accent.S(spark(m.Trend, st)))
		}
	}
	out := []string{widget.Fit(title, w),
		line("INCIDENTS", incidents, counts(f.BySeverity, st), st.Text.S(fmt.Sprintf("%d open", f.StillOpen)), st.Text.S(fmt.Sprintf("%d closed in the month", f.Closed))),
		line("TYPES", counts(f.ByType, st)),
		line("VECTORS", counts(f.ByVector, st)),
		line("CLOCKS", st.Text.S(fmt.Sprintf("%d met", f.Clocks.Met)), missed, st.Text.S(fmt.Sprintf("%d not due yet", f.Clocks.Running)), st.Faint.S("no legal advice")),
		line("FOLLOW-UPS", lateOnes),
		line("MEDIAN TIME", medians...), ""}
	if v.Restricted > 0 {
		out[headLines-1] = widget.Fit(" "+st.Warn.S(g.Lock)+" "+st.Dim.S(fmt.Sprintf("%d restricted that you may know of: not counted here", v.Restricted)), w)
	}
	return out
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
func (r *Review) teams() string {
	var out []string
	for _, t := range r.seen.Figures.ByTeam {
		out = append(out, screen.Clip(string(review.TeamName(t.Team)), 24)+" "+strconv.Itoa(t.N))
	}
	return strings.Join(out, ", ")
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
func counts(list []model.ReviewCount, st *themes.Styles) string {
	var out []string
	for _, c := range list {
		if c.N > 0 {
			out = append(out, st.Text.S(screen.Clip(string(review.Named(c)), 24))+" "+st.Bold.S(strconv.Itoa(c.N)))
		}
	}
	if len(out) == 0 {
		return st.Dim.S("none")
	}
	return strings.Join(out, "  ")
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
		return st.Text.S(m.Name) + st.Faint.S("  "+m.Formula)
	case 1:
		return strconv.Itoa(m.N)
	case 2:
		return st.Bold.S(string(review.Amount(m.Value(), m.Unit)))
	case 3:
		return string(review.Amount(m.P90, m.Unit))
	case 4:
		return string(review.Amount(m.Mean, m.Unit))
	case 5:
		return st.Dim.S(strconv.Itoa(m.LeftOut))
	case 6:
		return st.Dim.S(string(review.Amount(m.Year.Value, m.Unit)))
	}
	return st.Accent.S(spark(m.Trend, st))
}

// Side implements screen.Screen: who attends, what is selected, and what was
// written last.
func (r *Review) Side(w, h int) []string {
	st, v := r.env.Styles, &r.seen
	lines := []string{st.Title.S("ATTENDEES")}
	if len(v.Attendees) == 0 || !r.ready {
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
	if x := r.row(); x != nil && r.view == agenda && r.ready {
		lines = append(lines, "", st.Ref.S(screen.Clip(x.ref, w)))
		for l := range strings.SplitSeq(model.Block(screen.Defang(string(x.what))).String(), "\n") {
			lines = append(lines, widget.Wrap(st.Text.S(l), max(w, 10))...)
		}
		if d, err := r.register().Review.Decision(x.item); err == nil && d.Result != "" {
			lines = append(lines, widget.Wrap(st.Dim.S("result ")+screen.Clip(string(d.Result), 600), max(w, 10))...)
		}
	}
	feed := r.register().Recent
	if len(feed) > 0 {
		lines = append(lines, "", st.Title.S("LIVE"))
		for i := range feed[max(0, len(feed)-h/2):] {
			lines = append(lines, screen.FeedLines(&feed[max(0, len(feed)-h/2)+i], st, w)...)
		}
	}
	return widget.Block(lines, w, h)
}
