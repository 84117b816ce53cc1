package metrics

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/metrics"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (m *Metrics) Actions() []action.Action {
	some := func() (bool, string) { return m.view == table && m.metric() != nil, "no metric is selected" }
	bounded := func() (bool, string) {
		return m.period.Name != metrics.All, "all time has no neighbours; p chooses a period"
	}
	acts := []action.Action{
		{ID: "metrics.open", Title: "compare", Help: "the metric by severity, type and month, with its definition", Keys: []string{"enter"}, Footer: true, Priority: 80, Enabled: some, Run: m.open},
		{ID: "metrics.view", Title: "view", Help: "metrics, phases and funnel, or follow-ups", Keys: []string{"v"}, Footer: true, Priority: 78, Run: func() tea.Cmd {
			m.view = (m.view + 1) % views
			return m.Refresh()
		}},
		{ID: "metrics.period", Title: "period", Help: "choose a month, quarter, year or all", Keys: []string{"p"}, Footer: true, Priority: 76, Run: m.choosePeriod},
		{ID: "metrics.earlier", Title: "earlier", Help: "the period before", Keys: []string{"h", "left"}, Footer: true, Priority: 74, Enabled: bounded, Run: func() tea.Cmd { return m.to(m.period.Shift(-1)) }},
		{ID: "metrics.later", Title: "later", Help: "the period after", Keys: []string{"l", "right"}, Footer: true, Priority: 72, Enabled: bounded, Run: func() tea.Cmd { return m.to(m.period.Shift(1)) }},
		{ID: "metrics.severity", Title: "severity", Help: "only one severity, or all again", Keys: []string{"s"}, Footer: true, Priority: 60, Run: func() tea.Cmd {
			m.severity = (m.severity + 1) % 5
			return m.Refresh()
		}},
		{ID: "metrics.type", Title: "type", Help: "only one type of incident, or all again", Keys: []string{"t"}, Footer: true, Priority: 58, Run: m.chooseType},
	}
	for i := range acts {
		acts[i].Scope = scope
	}
	return acts
}

func (m *Metrics) to(p metrics.Period) tea.Cmd {
	m.period = p
	return m.Refresh()
}

func (m *Metrics) choosePeriod() tea.Cmd {
	titles := map[string]string{"month": "this month", "quarter": "this quarter", "year": "this year", "last-month": "the month before", "last-quarter": "the quarter before",
		"last-year": "the year before", metrics.All: "all time"}
	var items []widget.Item
	for _, word := range metrics.PeriodWords() {
		p, err := metrics.ResolvePeriod(word, m.env.Now())
		if err != nil {
			continue
		}
		items = append(items, widget.Item{ID: word, Label: titles[word], Detail: p.Say()})
	}
	return m.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Which period?", items), Chosen: func(it widget.Item) tea.Cmd {
		p, err := metrics.ResolvePeriod(it.ID, m.env.Now())
		if err != nil {
			return nil
		}
		return m.to(p)
	}})
}

func (m *Metrics) chooseType() tea.Cmd {
	items := []widget.Item{{ID: "", Label: "all types"}}
	for _, t := range m.have.types {
		items = append(items, widget.Item{ID: t, Label: model.Line(t).String()})
	}
	return m.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Which type of incident?", items), Chosen: func(it widget.Item) tea.Cmd {
		m.typ = it.ID
		return m.Refresh()
	}})
}

// open compares the selected metric by severity, type and month.
func (m *Metrics) open() tea.Cmd {
	x := m.metric()
	st := m.env.Styles
	lines := append([]string{}, m.about(x, 72)...)
	for _, how := range []string{metrics.BySeverity, metrics.ByType, metrics.ByMonth} {
		groups := m.have.groups[how]
		if len(groups) == 0 {
			continue
		}
		lines = append(lines, "", st.Title.S("By "+how))
		name := 8
		for _, g := range groups {
			name = max(name, min(widget.Width(screen.Clip(g.name, 40)), 40))
		}
		for _, g := range groups {
			y := g.metrics[x.Key]
			lines = append(lines, "  "+st.Text.S(widget.Fit(screen.Clip(g.name, 40), name))+"  "+m.figure(&y))
		}
	}
	return m.env.Ask(screen.OpenText{Title: x.Name + ", " + m.period.Say(), Lines: lines})
}

// figure is a metric in one line: its value, with how much it rests on.
func (m *Metrics) figure(x *metrics.Metric) string {
	st := m.env.Styles
	if x.Unit == metrics.UnitShare {
		return st.Bold.S(widget.FitRight(metrics.Value(x.Share, x.Unit), 7)) + st.Dim.S(fmt.Sprintf("   %d of %d, %d left out", x.Hits, x.N, x.LeftOut))
	}
	return st.Bold.S(widget.FitRight(metrics.Value(x.Median, x.Unit), 7)) +
		st.Dim.S(fmt.Sprintf("   p90 %s, mean %s, n %d, %d left out", metrics.Value(x.P90, x.Unit), metrics.Value(x.Mean, x.Unit), x.N, x.LeftOut))
}
