package metrics

import (
	"fmt"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/metrics"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// headLines is how many lines stand over the table, its titles not counted.
const headLines = 3

// Main implements screen.Screen.
func (m *Metrics) Main(w, h int) []string {
	head := []string{widget.Fit(" "+m.heading(), w), widget.Fit(" "+m.switcher(), w), ""}
	room := max(h-len(head), 0)
	switch {
	case m.have.list == nil:
		return widget.Block(append(head, "  "+m.env.Styles.Dim.S("counting "+m.env.Styles.Glyphs.Ellipsis)), w, h)
	case m.view == flow:
		return widget.Block(append(head, indent(m.flow(w-3))...), w, h)
	case m.view == work:
		return widget.Block(append(head, indent(m.work(w-3, room))...), w, h)
	}
	if m.have.incidents == 0 && m.have.reports == 0 {
		for _, l := range widget.Wrap(m.empty(), w-3) {
			head = append(head, "  "+m.env.Styles.Dim.S(l))
		}
		return widget.Block(head, w, h)
	}
	plot := min(max(room-len(m.shown)-2, min(8, room/2)), 14)
	if room < 12 {
		plot = 0
	}
	lines := append(widget.Block(head, w, len(head)), m.table.Draw(w, room-plot, m.env.Styles, m.cell)...)
	if plot > 0 {
		lines = append(lines, indent(m.trend(w-1, plot))...)
	}
	return widget.Block(lines, w, h)
}

func indent(lines []string) []string {
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

// heading is the period and what is in it.
func (m *Metrics) heading() string {
	st := m.env.Styles
	out := st.Bold.S(m.period.Say()) + "  "
	if m.severity != 0 {
		out += st.SevBadge(int(m.severity)) + " "
	}
	if m.typ != "" {
		out += st.Tag.S(screen.Clip(m.typ, 30)) + " "
	}
	out += st.Text.S(metrics.Count(m.have.incidents, "incident") + ", " + metrics.Count(m.have.reports, "report"))
	if m.have.unplaced > 0 {
		out += "  " + st.Warn.S(fmt.Sprintf("%s %d more, when is not known", st.Glyphs.Warn, m.have.unplaced))
	}
	if m.loading {
		out += "  " + st.Dim.S("counting "+st.Glyphs.Ellipsis)
	}
	return out
}

// switcher names the views, the one that is shown in front of all.
func (m *Metrics) switcher() string {
	st := m.env.Styles
	var out []string
	for v := table; v < views; v++ {
		if v == m.view {
			out = append(out, st.Accent.S(st.Glyphs.Cursor+v.name()))
		} else {
			out = append(out, st.Dim.S(" "+v.name()))
		}
	}
	return strings.Join(out, "  ")
}

func (m *Metrics) empty() string {
	switch {
	case m.severity != 0 || m.typ != "":
		return "No such incident lies in " + m.period.Name + ". s and t choose severity and type."
	case m.have.unplaced > 0:
		return "No incident is known to lie in " + m.period.Name + ". p chooses a period; all counts every incident."
	}
	return "No incident lies in " + m.period.Name + ". h goes to the period before, p chooses one. import brings in incidents of the past."
}

func (m *Metrics) cell(row, col int) string {
	st, x := m.env.Styles, &m.have.list[m.shown[row]]
	ink := st.Text
	if x.N == 0 {
		ink = st.Faint
	}
	share := x.Unit == metrics.UnitShare
	switch col {
	case 0:
		return ink.S(x.Name)
	case 1:
		if share {
			return ink.S(metrics.Value(x.Share, x.Unit))
		}
		return ink.S(metrics.Value(x.Median, x.Unit))
	case 2, 3:
		v := x.P90
		if col == 3 {
			v = x.Mean
		}
		if share {
			return ""
		}
		return ink.S(metrics.Value(v, x.Unit))
	case 4:
		if share {
			return ink.S(fmt.Sprintf("%d of %d", x.Hits, x.N))
		}
		return ink.S(strconv.Itoa(x.N))
	}
	if x.LeftOut == 0 {
		return st.Faint.S("0")
	}
	return st.Dim.S(strconv.Itoa(x.LeftOut))
}

// trend is the chart of the selected metric by month.
func (m *Metrics) trend(w, h int) []string {
	x := m.metric()
	if x == nil || h < 4 {
		return nil
	}
	st := m.env.Styles
	say, what, by := sayLength, "median", " by month"
	if m.have.yearly {
		by = " by year"
	}
	if x.Unit == metrics.UnitShare {
		say, what = func(v float64) string { return metrics.Value(&v, metrics.UnitShare) }, "share"
	}
	title := widget.Fit(" "+st.Title.S(x.Name)+st.Dim.S(" = "+x.Formula+", "+what+by), w)
	points := m.have.trend[x.Key]
	measured := false
	for _, p := range points {
		measured = measured || p.value != nil
	}
	if !measured {
		return []string{title, widget.Fit(" "+st.Dim.S("nothing was measured: a time is missing in each incident; moment says when things happened"), w)}
	}
	return append([]string{title}, chart(points, w, h-1, say, st)...)
}

// flow is how long incidents stay in each phase, and what becomes of reports.
func (m *Metrics) flow(w int) []string {
	st := m.env.Styles
	w = min(w, 110)
	lines := []string{st.Title.S("How long each phase takes") + st.Dim.S("  median")}
	var names, words []string
	var values []*float64
	for _, s := range m.have.stages {
		names, values = append(names, s.Name), append(values, s.Median)
		words = append(words, fmt.Sprintf("%s  n %d", metrics.Value(s.Median, metrics.UnitSeconds), s.N))
	}
	lines = append(lines, bars(names, values, words, w, st)...)
	lines = append(lines, "", st.Title.S("From report to incident")+st.Dim.S("  of the reports of the period"))
	names, values, words = nil, nil, nil
	for _, s := range m.have.funnel {
		v := float64(s.N)
		names, values, words = append(names, s.Name), append(values, &v), append(words, strconv.Itoa(s.N))
	}
	return append(lines, bars(names, values, words, w, st)...)
}

// work is the follow-ups that were open at the end of each month.
func (m *Metrics) work(w, h int) []string {
	st := m.env.Styles
	title := st.Title.S("Open follow-ups") + st.Dim.S("  at the end of each month, and now")
	most := 0
	var points []point
	for _, l := range m.have.loads {
		v := float64(l.Open)
		most = max(most, l.Open)
		points = append(points, point{label: l.At.Add(-1).UTC().Format("06-01"), value: &v})
	}
	if most == 0 {
		return []string{title, "", st.Dim.S("No follow-up was open in it. Findings of a post-mortem become follow-ups: finding add.")}
	}
	last := m.have.loads[len(m.have.loads)-1]
	says := st.Text.S(fmt.Sprintf("%d open", last.Open))
	if last.Overdue > 0 {
		says += st.Bad.S(fmt.Sprintf("  %s %d overdue", st.Glyphs.Warn, last.Overdue))
	}
	lines := []string{title, says}
	return append(lines, chart(points, w, min(h-len(lines), 16), func(v float64) string { return strconv.Itoa(int(v + 0.5)) }, st)...)
}

// Side implements screen.Screen: what the selected metric means.
func (m *Metrics) Side(w, h int) []string {
	st := m.env.Styles
	x := m.metric()
	if x == nil || m.view != table {
		text := "Exercises never count. A missing time is left out, and how many were is said.\n\nmoment INC says when things happened; it counts before what the log shows.\n\ndocs/metrics.md has each formula with its SQL."
		return widget.Block(paragraphs(text, w, st.Dim.S), w, h)
	}
	lines := append([]string{}, m.about(x, w)...)
	for _, how := range []string{metrics.BySeverity, metrics.ByType} {
		groups := m.have.groups[how]
		if len(groups) == 0 || h-len(lines) < 4 {
			continue
		}
		lines = append(lines, "", st.Title.S("By "+how))
		for _, g := range groups[:min(len(groups), 8)] {
			y := g.metrics[x.Key]
			v := y.Median
			if y.Unit == metrics.UnitShare {
				v = y.Share
			}
			said := metrics.Value(v, y.Unit)
			name := max(w-18, 6)
			lines = append(lines, widget.Fit(st.Text.S(widget.Fit(screen.Clip(g.name, name), name))+" "+widget.FitRight(said, 8)+st.Dim.S(fmt.Sprintf("  n %d", y.N)), w))
		}
	}
	return widget.Block(lines, w, h)
}

// about is the selected metric with its definition.
func (m *Metrics) about(x *metrics.Metric, w int) []string {
	st := m.env.Styles
	lines := []string{widget.Fit(st.Title.S(x.Name), w), widget.Fit(st.Dim.S("= "+x.Formula), w), ""}
	if x.Unit == metrics.UnitShare {
		lines = append(lines, st.Bold.S(metrics.Value(x.Share, x.Unit)), st.Dim.S(fmt.Sprintf("%d of %d; %d left out", x.Hits, x.N, x.LeftOut)))
	} else {
		lines = append(lines, st.Dim.S("median ")+st.Bold.S(metrics.Value(x.Median, x.Unit)), st.Dim.S("p90 "+metrics.Value(x.P90, x.Unit)+"   mean "+metrics.Value(x.Mean, x.Unit)),
			st.Dim.S(fmt.Sprintf("n %d; %d left out", x.N, x.LeftOut)))
	}
	return append(append(lines, ""), paragraphs(metrics.Explain(x.Key), w, st.Dim.S)...)
}

func paragraphs(text string, w int, paint func(string) string) []string {
	var out []string
	for _, l := range widget.Wrap(model.Text(text).Block().String(), max(w, 10)) {
		out = append(out, paint(l))
	}
	return out
}
