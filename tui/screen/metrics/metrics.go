// Package metrics is the page of how long things took and how often they went
// right: each metric with its trend, the phases, the way from report to incident,
// and the follow-ups that are open.
package metrics

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/metrics"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// scope is the page's scope of actions and its name.
const scope = "metrics"

// view is what the page shows.
type view int

const (
	table view = iota
	flow
	work
	views
)

func (v view) name() string { return [...]string{"metrics", "phases and funnel", "follow-ups"}[v] }

// question is what the figures are computed from: as long as it is the same, so
// are they.
type question struct {
	board    uint64
	minute   int64 // what is due moves with the clock
	period   string
	severity model.Severity
	typ      string
}

// figures are the answer to a question.
type figures struct {
	question
	incidents, reports, unplaced int

	list   []metrics.Metric
	trend  map[string][]point // of each metric, by month or by year
	yearly bool
	groups map[string][]group // by what a metric can be compared
	stages []metrics.Stage
	funnel []metrics.Step
	loads  []metrics.Load
	types  []string // of all incidents that count
}

// group is one line of a comparison.
type group struct {
	name    string
	metrics map[string]metrics.Metric
}

// Metrics is the page of one session.
type Metrics struct {
	env      *screen.Env
	view     view
	table    *widget.Table
	text     string // filter
	period   metrics.Period
	severity model.Severity
	typ      string

	have    figures
	shown   []int // rows of have.list that the filter leaves
	asked   question
	loading bool

	waiting, gathered bool // for changes of the board; see Refresh

	want string // the metric to select when there are figures
}

// New makes the page of a session.
func New(env *screen.Env) *Metrics {
	m := &Metrics{env: env}
	m.table = widget.NewTable(
		widget.Column{Title: "metric", Min: 22, Flex: 1, Priority: 10},
		widget.Column{Title: "median", Min: 8, Priority: 9, Right: true},
		widget.Column{Title: "p90", Min: 8, Priority: 7, Right: true},
		widget.Column{Title: "mean", Min: 8, Priority: 5, Right: true},
		widget.Column{Title: "n", Min: 10, Priority: 8, Right: true},
		widget.Column{Title: "left out", Min: 8, Priority: 6, Right: true},
	)
	m.table.Focused, m.table.Gap = true, 2
	return m
}

// Name implements screen.Page.
func (m *Metrics) Name() string { return "Metrics" }

// Key implements screen.Page.
func (m *Metrics) Key() string { return "M" }

// Count implements screen.Page: nothing waits on it.
func (m *Metrics) Count() string { return "" }

// Open implements screen.Page: a metric by its key.
func (m *Metrics) Open(ref string) {
	if ref == "" {
		return
	}
	m.view, m.text, m.want = table, "", ref
	if m.have.list != nil {
		m.filtered()
		m.table.Select(ref)
		m.want = ""
	}
}

// Scopes implements screen.Screen.
func (m *Metrics) Scopes() []string { return []string{scope} }

// Where implements screen.Screen.
func (m *Metrics) Where() (string, string) { return scope, m.view.name() }

// HasSide implements screen.Screen.
func (m *Metrics) HasSide() bool { return true }

// Refresh implements screen.Screen: it asks for new figures when what they rest on
// has changed. They are computed beside the event loop, one answer at a time.
func (m *Metrics) Refresh() tea.Cmd {
	board := m.env.Hub.Board()
	now := m.env.Now()
	if m.period.Name == "" {
		m.period, _ = metrics.ResolvePeriod(metrics.ByQuarter, now)
	}
	q := question{board: board.Version, minute: now.Unix() / 60, period: m.period.Name, severity: m.severity, typ: m.typ}
	if m.loading || q == m.asked {
		return nil
	}
	// Many changes of the board in a row are counted together.
	if same := m.asked; m.have.list != nil && !m.gathered {
		if same.board, same.minute = q.board, q.minute; same == q {
			if m.waiting {
				return nil
			}
			m.waiting = true
			return tea.Tick(gather, func(time.Time) tea.Msg { return screen.Loaded{For: scope} })
		}
	}
	m.asked, m.loading, m.gathered = q, true, false
	period, by := m.period, m.env.Actor
	return func() tea.Msg {
		return screen.Loaded{For: scope, Data: compute(q, board.Briefs, period, by, now)}
	}
}

// Update implements screen.Screen.
func (m *Metrics) Update(msg tea.Msg) tea.Cmd {
	l, ok := msg.(screen.Loaded)
	if !ok || l.For != scope {
		return nil
	}
	if l.Data == nil {
		m.waiting, m.gathered = false, true
		return m.Refresh()
	}
	m.loading = false
	if f, ok := l.Data.(figures); ok {
		first := m.have.list == nil
		m.have = f
		m.filtered()
		if first && m.want == "" {
			m.want = "contain"
		}
		if m.want != "" {
			m.table.Select(m.want)
			m.want = ""
		}
	}
	return m.Refresh() // it may have changed meanwhile
}

// gather is how long changes of the board are gathered before the figures are
// computed anew.
const gather = time.Second

// trendMonths is how many months a trend shows at least, where the period is shorter.
const trendMonths = 12

// mostMonths is how many months a trend shows; a longer one goes by year.
const mostMonths = 48

// compute makes the figures; it reads briefs, which nobody changes, only.
func compute(q question, briefs []*model.Brief, period metrics.Period, by model.Actor, now time.Time) figures {
	f := figures{question: q, trend: map[string][]point{}, groups: map[string][]group{}}
	filter := metrics.Filter{By: by, Severity: q.severity, Type: q.typ}
	whole := metrics.Select(briefs, filter)
	filter.From, filter.To = period.From, period.To
	set := metrics.Select(briefs, filter)
	f.incidents, f.reports, f.unplaced = len(set.Incidents), len(set.Reports), set.Unplaced
	f.list = metrics.Of(set, now)
	f.stages, f.funnel = metrics.Stages(set), metrics.Funnel(set, whole)
	trend, long := set, period
	if from := period.To.AddDate(0, -trendMonths, 0); !period.To.IsZero() && from.Before(period.From) {
		filter.From, long.From = from, from
		trend = metrics.Select(briefs, filter)
	}
	groups := metrics.Groups(trend, metrics.ByMonth)
	if len(groups) > mostMonths {
		groups = metrics.Groups(trend, metrics.ByYear)
		f.yearly = true
	}
	for _, g := range groups {
		if g.Name == metrics.NotSaid {
			continue
		}
		for _, x := range metrics.Of(g.Set, now) {
			p := point{label: g.Name[2:], value: x.Median}
			if f.yearly {
				p.label = g.Name
			}
			if x.Unit == metrics.UnitShare {
				p.value = x.Share
			}
			f.trend[x.Key] = append(f.trend[x.Key], p)
		}
	}
	for _, how := range []string{metrics.BySeverity, metrics.ByType, metrics.ByMonth} {
		for _, g := range metrics.Groups(set, how) {
			if len(g.Incidents) == 0 && len(g.Reports) == 0 {
				continue
			}
			of := map[string]metrics.Metric{}
			for _, x := range metrics.Of(g.Set, now) {
				of[x.Key] = x
			}
			f.groups[how] = append(f.groups[how], group{g.Name, of})
		}
	}
	f.loads = metrics.FollowUps(whole, metrics.Ends(long, whole, now))
	all := metrics.Select(briefs, metrics.Filter{By: by})
	for _, g := range metrics.Groups(all, metrics.ByType) {
		if g.Name != metrics.NotSaid && len(g.Incidents) > 0 {
			f.types = append(f.types, g.Name)
		}
	}
	return f
}

// filtered takes over the list of metrics, as far as the filter leaves it.
func (m *Metrics) filtered() {
	m.shown = m.shown[:0]
	words := strings.Fields(strings.ToLower(m.text))
	for i := range m.have.list {
		x := &m.have.list[i]
		if screen.Matches(strings.ToLower(x.Name+" "+x.Key), words) {
			m.shown = append(m.shown, i)
		}
	}
	m.table.SetSource(len(m.shown), func(i int) string { return m.have.list[m.shown[i]].Key })
}

// metric is the selected one, nil for none.
func (m *Metrics) metric() *metrics.Metric {
	if i := m.table.Index(); i >= 0 && i < len(m.shown) {
		return &m.have.list[m.shown[i]]
	}
	return nil
}

// Move implements screen.Screen.
func (m *Metrics) Move(to screen.Motion) {
	if m.view == table {
		screen.MoveTable(m.table, to)
	}
}

// Click implements screen.Screen.
func (m *Metrics) Click(_, y int) tea.Cmd {
	if m.view == table {
		m.table.Click(y - headLines)
	}
	return nil
}

// Filter implements screen.Screen.
func (m *Metrics) Filter(text string) {
	m.text = text
	m.filtered()
}

// Filtering implements screen.Screen.
func (m *Metrics) Filtering() string { return m.text }

// Back implements screen.Screen.
func (m *Metrics) Back() bool {
	switch {
	case m.text != "":
		m.Filter("")
	case m.view != table:
		m.view = table
	default:
		return false
	}
	return true
}

// Copy implements screen.Screen.
func (m *Metrics) Copy(bool) (string, bool) {
	x := m.metric()
	if x == nil || m.view != table {
		return "", false
	}
	if x.Unit == metrics.UnitShare {
		return fmt.Sprintf("%s (%s), %s: %s, %d of %d, %d left out", x.Name, x.Formula, m.period.Name, metrics.Value(x.Share, x.Unit), x.Hits, x.N, x.LeftOut), true
	}
	return fmt.Sprintf("%s (%s), %s: median %s, p90 %s, mean %s, n %d, %d left out", x.Name, x.Formula, m.period.Name,
		metrics.Value(x.Median, x.Unit), metrics.Value(x.P90, x.Unit), metrics.Value(x.Mean, x.Unit), x.N, x.LeftOut), true
}
