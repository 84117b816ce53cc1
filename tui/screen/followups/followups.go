// Package followups is the page of what was learned and is not done yet: the
// follow-ups of all incidents, what is due first on top.
package followups

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/screen/finding"
	"warroom/tui/widget"
)

// scope is the page's scope of actions and its name.
const scope = "followups"

// FollowUps is the page of one session.
type FollowUps struct {
	env   *screen.Env
	table *widget.Table
	all   bool // what is settled too

	text    string // filter
	filter  model.FollowUpFilter
	wrong   string // what is wrong with the filter, safe
	stale   bool
	version uint64 // of the board that the lists were made from
	day     model.Day
	seen    string // the incident that the side pane asked for

	todo    []model.FollowUpLine // of all incidents, in the order of work
	every   []model.FollowUpLine // with what is settled; nil until somebody asks for it
	rows    []model.FollowUpLine
	teams   []team
	settled int
	late    int
}

// team is how much work a team has.
type team struct {
	name       string
	open, late int
}

// New makes the page of a session.
func New(env *screen.Env) *FollowUps {
	p := &FollowUps{env: env, stale: true}
	p.table = widget.NewTable(
		widget.Column{Title: "ref", Min: 4, Priority: 9},
		widget.Column{Title: "incident", Min: 13, Priority: 7},
		widget.Column{Title: "follow-up", Min: 18, Flex: 6, Priority: 10},
		widget.Column{Title: "kind", Min: 7, Priority: 3},
		widget.Column{Title: "team", Min: 9, Flex: 1, Priority: 4},
		widget.Column{Title: "owner", Min: 8, Priority: 6},
		widget.Column{Title: "due", Min: 11, Priority: 8},
		widget.Column{Title: "state", Min: 9, Priority: 5},
	)
	p.table.Focused, p.table.Gap = true, 1
	return p
}

// Name implements screen.Page.
func (p *FollowUps) Name() string { return "Follow-ups" }

// Key implements screen.Page.
func (p *FollowUps) Key() string { return "F" }

// Count implements screen.Page: how many are late.
func (p *FollowUps) Count() string {
	p.collect()
	if p.late == 0 {
		return ""
	}
	return fmt.Sprintf("%d!", p.late)
}

// Open implements screen.Page: a follow-up by INC-2026-0042/F4, or what a filter
// lets through.
func (p *FollowUps) Open(ref string) {
	if ref == "" {
		return
	}
	p.Filter("")
	if !strings.Contains(ref, "/") {
		p.Filter(ref)
	}
	p.sift()
	if strings.Contains(ref, "/") && !p.table.Select(ref) {
		p.all, p.stale = true, true
		p.sift()
		p.table.Select(ref)
	}
}

func id(l *model.FollowUpLine) string { return l.In.ID + "/" + l.Ref }

// Scopes implements screen.Screen.
func (p *FollowUps) Scopes() []string { return []string{scope} }

// Where implements screen.Screen.
func (p *FollowUps) Where() (string, string) { return scope, "" }

// HasSide implements screen.Screen.
func (p *FollowUps) HasSide() bool { return true }

// Move implements screen.Screen.
func (p *FollowUps) Move(m screen.Motion) { screen.MoveTable(p.table, m) }

// Click implements screen.Screen.
func (p *FollowUps) Click(_, y int) tea.Cmd {
	was := p.table.Selected()
	if p.table.Click(y-headLines) && p.table.Selected() == was {
		return p.enter()
	}
	return p.history()
}

// Filter implements screen.Screen.
func (p *FollowUps) Filter(text string) {
	p.text, p.wrong = text, ""
	f, err := model.ParseFollowUpFilter(text)
	if err != nil {
		p.wrong = model.Line(err.Error()).String()
		return
	}
	p.filter, p.stale = f, true
}

// Filtering implements screen.Screen.
func (p *FollowUps) Filtering() string { return p.text }

// Back implements screen.Screen.
func (p *FollowUps) Back() bool {
	if p.text == "" {
		return false
	}
	p.Filter("")
	return true
}

// Copy implements screen.Screen.
func (p *FollowUps) Copy(raw bool) (string, bool) {
	l := p.line()
	if l == nil {
		return "", false
	}
	title := string(l.Title)
	if !raw {
		title = model.Line(screen.Defang(title)).String()
	}
	return fmt.Sprintf("%s %s %s  @%s due %s", l.In.ID, l.Ref, title, l.Owner, l.Due), true
}

// Refresh implements screen.Screen.
func (p *FollowUps) Refresh() tea.Cmd {
	p.sift()
	return p.history()
}

// Update implements screen.Screen.
func (p *FollowUps) Update(tea.Msg) tea.Cmd { return p.history() }

// collect takes the follow-ups of all incidents over when the board or the day
// changed.
func (p *FollowUps) collect() {
	board, now := p.env.Hub.Board(), p.env.Now()
	day := model.DayOf(now)
	if board == nil || board.Version == p.version && day == p.day {
		return
	}
	p.version, p.day, p.stale = board.Version, day, true
	p.todo, p.every = model.FollowUpLines(board.Briefs, p.env.Actor, model.Unsettled(), now), nil
	p.settled, p.late, p.teams = -len(p.todo), 0, nil
	for i := range board.Briefs {
		if b := board.Briefs[i]; len(b.FollowUps) > 0 && b.CanRead(p.env.Actor) {
			p.settled += len(b.FollowUps)
		}
	}
	at := map[string]int{}
	for i := range p.todo {
		l := &p.todo[i]
		name := string(l.Team)
		k := strings.ToLower(name)
		if _, ok := at[k]; !ok {
			at[k] = len(p.teams)
			p.teams = append(p.teams, team{name: name})
		}
		t := &p.teams[at[k]]
		t.open++
		if l.Late(now) {
			t.late++
			p.late++
		}
	}
	slices.SortStableFunc(p.teams, func(a, b team) int {
		if a.late != b.late {
			return b.late - a.late
		}
		if a.open != b.open {
			return b.open - a.open
		}
		return strings.Compare(a.name, b.name)
	})
}

// sift makes the rows.
func (p *FollowUps) sift() {
	p.collect()
	if !p.stale {
		return
	}
	p.stale = false
	now := p.env.Now()
	from := p.todo
	if p.all || p.filter.Names("state") {
		if p.every == nil {
			p.every = model.FollowUpLines(p.env.Hub.Board().Briefs, p.env.Actor, model.FollowUpFilter{}, now)
		}
		from = p.every
	}
	p.rows = p.rows[:0:0]
	for _, l := range from {
		if p.filter.Match(l.In, l.FollowUpBrief, now) {
			p.rows = append(p.rows, l)
		}
	}
	p.table.SetSource(len(p.rows), func(i int) string { return id(&p.rows[i]) })
}

// line is the selected follow-up, nil for none.
func (p *FollowUps) line() *model.FollowUpLine {
	if i := p.table.Index(); i >= 0 && i < len(p.rows) {
		return &p.rows[i]
	}
	return nil
}

// place is where the selected follow-up is.
func (p *FollowUps) place(l *model.FollowUpLine) finding.Place {
	return finding.Place{Incident: l.In.ID, Version: l.In.Version}
}

// history reads the selected follow-up's incident, once, so that the side pane can
// show its history; the hub keeps it.
func (p *FollowUps) history() tea.Cmd {
	l := p.line()
	if l == nil || l.In.ID == p.seen {
		return nil
	}
	p.seen = l.In.ID
	if p.env.Hub.Peek(l.In.ID) != nil {
		return nil
	}
	env, incident := p.env, l.In.ID
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		_, err := env.Hub.Incident(ctx, env.Actor, incident)
		return screen.Loaded{For: scope, Err: err}
	}
}

var _ screen.Page = (*FollowUps)(nil)
