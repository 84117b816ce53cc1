package verb

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/metrics"
)

func metricsVerbs() []*Verb {
	return []*Verb{
		{Name: "metrics", Args: "[METRIC] [--period P] [--by G] [--severity N] [--type T]", Short: "how long things took and how often they went right",
			Long: "Each metric has its name and formula; docs/metrics.md has their SQL. A missing time is left out and counted. Exercises never count, and of restricted incidents only those that you may read. " +
				"--json has all of it, with the funnel from report to incident and the open follow-ups.",
			Examples: []string{"metrics", "metrics contain --period last-quarter", "metrics contain --period year --by month", "metrics --period all --by type"},
			flags: []flag{{name: "period", arg: "P", help: "month, quarter, year, last-month, last-quarter, last-year, 2026-11, 2026-Q4, 2026 or all; the present quarter without it", values: fixed(metrics.PeriodWords()...)},
				{name: "by", arg: "G", help: "a line for each month, quarter, year, severity, type or vector", values: fixed(metrics.Groupings()...)},
				{name: "severity", arg: "N", help: "only this severity", values: fixed("1", "2", "3", "4")}, {name: "type", arg: "T", help: "only this type of incident"}},
			words: []word{{"METRIC", fixed(metrics.Keys()...)}, {"", nil}}, run: metricsVerb},
	}
}

// metricsView is what metrics --json prints.
type metricsView struct {
	Period    string           `json:"period"`
	From      *time.Time       `json:"from"` // null for all
	To        *time.Time       `json:"to"`   // not in it
	Incidents int              `json:"incidents"`
	NotPlaced int              `json:"not_placed"` // of which it is not known whether they lie in the period
	Reports   int              `json:"reports"`
	Metrics   []metrics.Metric `json:"metrics"`
	Groups    []groupView      `json:"groups"`
	Stages    []metrics.Stage  `json:"stages"`
	Funnel    []metrics.Step   `json:"funnel"`
	FollowUps []metrics.Load   `json:"follow_ups"` // at the end of each month
}

type groupView struct {
	Name      string           `json:"name"`
	Incidents int              `json:"incidents"`
	Metrics   []metrics.Metric `json:"metrics"`
}

func metricsVerb(c *call) error {
	only := ""
	if len(c.pos) > 0 {
		only, c.pos = c.pos[0], c.pos[1:]
		if !slices.Contains(metrics.Keys(), only) {
			e := model.Usage("there is no metric %q", clip(only))
			if near := model.Nearest(only, metrics.Keys()); near != "" {
				return e.Hint("did you mean %s? metrics lists them", near)
			}
			return e.Hint("use one of: %s", strings.Join(metrics.Keys(), ", "))
		}
	}
	if err := c.end(); err != nil {
		return err
	}
	f := metrics.Filter{By: c.env.Actor, Type: c.value("type")}
	word := "quarter"
	if c.on("period") {
		word = c.value("period")
	}
	now := c.env.Now()
	p, err := metrics.ResolvePeriod(word, now)
	if err != nil {
		return err
	}
	f.From, f.To = p.From, p.To
	if c.on("severity") {
		if f.Severity, err = model.ParseSeverity(c.value("severity")); err != nil {
			return err
		}
	}
	by := c.value("by")
	if c.on("by") && !slices.Contains(metrics.Groupings(), by) {
		return model.Usage("%q is no grouping", clip(by)).Hint("use one of: %s", strings.Join(metrics.Groupings(), ", ")).On("by")
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	briefs := c.env.Hub.Board().Briefs
	set := metrics.Select(briefs, f)
	whole := metrics.Select(briefs, metrics.Filter{By: f.By, Severity: f.Severity, Type: f.Type})
	measure := func(s metrics.Set) []metrics.Metric {
		if only == "" {
			return metrics.Of(s, now)
		}
		m, _ := metrics.One(s, only, now)
		return []metrics.Metric{m}
	}
	v := metricsView{Period: p.Name, From: moment(p.From), To: moment(p.To), Incidents: len(set.Incidents), NotPlaced: set.Unplaced, Reports: len(set.Reports),
		Metrics: measure(set), Groups: []groupView{}, Stages: metrics.Stages(set), Funnel: metrics.Funnel(set, whole), FollowUps: metrics.FollowUps(whole, metrics.Ends(p, whole, now))}
	if by != "" {
		for _, g := range metrics.Groups(set, by) {
			v.Groups = append(v.Groups, groupView{g.Name, len(g.Incidents), measure(g.Set)})
		}
	}
	return c.print(v, func() error { return c.sayMetrics(&v, p, by, only) })
}

func (c *call) sayMetrics(v *metricsView, p metrics.Period, by, only string) error {
	head := p.Say() + ": " + metrics.Count(v.Incidents, "incident") + ", " + metrics.Count(v.Reports, "report")
	if v.NotPlaced > 0 {
		head += fmt.Sprintf("; %d more may lie in it, when is not known", v.NotPlaced)
	}
	if err := c.say("%s", head); err != nil {
		return err
	}
	if by != "" {
		return c.sayGroups(v.Groups, by, only)
	}
	var long, often [][]string
	for _, m := range v.Metrics {
		n, left := strconv.Itoa(m.N), strconv.Itoa(m.LeftOut)
		if m.Unit == metrics.UnitShare {
			often = append(often, []string{m.Name, metrics.Value(m.Share, m.Unit), fmt.Sprintf("%d of %d", m.Hits, m.N), left, m.Formula})
			continue
		}
		long = append(long, []string{m.Name, metrics.Value(m.Median, m.Unit), metrics.Value(m.P90, m.Unit), metrics.Value(m.Mean, m.Unit), n, left, m.Formula})
	}
	if len(long) > 0 {
		if err := c.table([]column{{title: "HOW LONG"}, {title: "MEDIAN"}, {title: "P90"}, {title: "MEAN"}, {title: "N"}, {title: "LEFT OUT"}, {title: "FORMULA", give: true}}, long, ""); err != nil {
			return err
		}
	}
	if len(long) > 0 && len(often) > 0 {
		if err := c.say(""); err != nil {
			return err
		}
	}
	if len(often) == 0 {
		return nil
	}
	return c.table([]column{{title: "HOW OFTEN"}, {title: "SHARE"}, {title: "COUNT"}, {title: "LEFT OUT"}, {title: "FORMULA", give: true}}, often, "")
}

// compared are the metrics that groups are compared by when none is named.
func compared() []string { return []string{"detect", "acknowledge", "contain", "recover", "resolve"} }

func (c *call) sayGroups(groups []groupView, by, only string) error {
	cols := []column{{title: strings.ToUpper(by), give: true}, {title: "INCIDENTS"}}
	if only != "" {
		cols = append(cols, column{title: "MEDIAN"}, column{title: "P90"}, column{title: "MEAN"}, column{title: "N"}, column{title: "LEFT OUT"})
	}
	var rows [][]string
	for i, g := range groups {
		if g.Incidents == 0 && i > 0 {
			continue // a month in which nothing happened; --json has it
		}
		row := []string{g.Name, strconv.Itoa(g.Incidents)}
		for _, m := range g.Metrics {
			switch {
			case only != "" && m.Unit == metrics.UnitShare:
				cols = append(cols[:2], column{title: "SHARE"}, column{title: "COUNT"}, column{title: "LEFT OUT"})
				row = append(row, metrics.Value(m.Share, m.Unit), fmt.Sprintf("%d of %d", m.Hits, m.N), strconv.Itoa(m.LeftOut))
			case only != "":
				row = append(row, metrics.Value(m.Median, m.Unit), metrics.Value(m.P90, m.Unit), metrics.Value(m.Mean, m.Unit), strconv.Itoa(m.N), strconv.Itoa(m.LeftOut))
			case slices.Contains(compared(), m.Key):
				if i == 0 {
					cols = append(cols, column{title: strings.ToUpper(m.Name)})
				}
				row = append(row, metrics.Value(m.Median, m.Unit)+" ("+strconv.Itoa(m.N)+")")
			}
		}
		rows = append(rows, row)
	}
	if only == "" && len(rows) > 0 {
		if err := c.say("median (n)"); err != nil {
			return err
		}
	}
	return c.table(cols, rows, "no incident lies in it")
}
