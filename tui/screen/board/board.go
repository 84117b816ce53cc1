// Package board is the home screen: all incidents that a person may see, as a
// list or in columns by phase, with a preview of the selected one.
package board

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// list is which incidents the board shows.
type list int

const (
	openList list = iota
	mineList
	closedList
	allList
	reportList // every report, decided or not
	lists
)

func (l list) name() string { return [...]string{"Open", "Mine", "Closed", "All", "Reports"}[l] }

// order is how the list is sorted.
type order int

const (
	byUrgency order = iota
	byUpdate
	byID
	orders
)

func (o order) name() string {
	return [...]string{"by severity", "by last change", "by number"}[o]
}

// Board is the board of one session.
type Board struct {
	env    *screen.Env
	table  *widget.Table
	intake intake
	kanban bool
	list   list
	order  order

	filterText string
	filter     model.Filter
	filterErr  string
	has        map[string]bool // incidents that have the filter's indicators, by id + value
	lookedUp   string          // filter text that has was asked for

	version uint64 // of the hub's board that rows were made from
	stale   bool
	rows    []*model.Brief // in the hub's board, which is never changed
	counts  [lists]int
	here    map[string]int // people by incident
	shown   string         // incident that the preview asked for
}

// New makes the board of a session.
func New(env *screen.Env) *Board {
	b := &Board{env: env, stale: true}
	b.table = widget.NewTable(
		widget.Column{Title: "incident", Min: 13, Priority: 9},
		widget.Column{Title: "sev", Min: 6, Priority: 8},
		widget.Column{Title: "title", Min: 18, Flex: 1, Priority: 10},
		widget.Column{Title: "phase", Min: 10, Priority: 6},
		widget.Column{Title: "IC", Min: 9, Priority: 5},
		widget.Column{Title: "age", Min: 6, Priority: 4, Right: true},
		widget.Column{Title: "next", Min: 14, Priority: 7},
		widget.Column{Title: "list", Min: 6, Priority: 2, Right: true},
		widget.Column{Title: "here", Min: 4, Priority: 3, Right: true},
	)
	b.table.Focused, b.table.Gap = true, 1
	b.intake.init()
	return b
}

// Where implements screen.Screen.
func (b *Board) Where() (string, string) { return "board", strings.ToLower(b.list.name()) }

// Scopes implements screen.Screen.
func (b *Board) Scopes() []string { return []string{"board"} }

// HasSide implements screen.Screen.
func (b *Board) HasSide() bool { return !b.kanban || b.list == reportList }

// Select puts the cursor on an incident or a report.
func (b *Board) Select(id string) {
	if model.IsReportID(id) {
		b.focus(b.intake.table.Select(id))
		return
	}
	b.focus(!b.table.Select(id) && b.intake.on)
}

// Refresh implements screen.Screen.
func (b *Board) Refresh() tea.Cmd {
	hb := b.env.Hub.Board()
	b.here = map[string]int{}
	seen := map[string]bool{}
	for _, p := range b.env.Hub.People() {
		if k := p.Incident + "\x00" + p.User; p.Incident != "" && !seen[k] {
			seen[k] = true
			b.here[p.Incident]++
		}
	}
	if hb != nil && (hb.Version != b.version || b.stale) {
		b.version, b.stale = hb.Version, false
		b.collect(hb.Briefs)
	}
	return tea.Batch(b.preview(), b.lookUp())
}

// collect makes the rows of the present list, filter and order.
func (b *Board) collect(all []*model.Brief) {
	b.counts = [lists]int{}
	var rows []*model.Brief
	b.sift(all)
	has := func(id, value string) bool { return b.has[id+"\x00"+value] }
	for i := range all {
		br := all[i]
		if !br.IsIncident() || !br.CanRead(b.env.Actor) {
			continue
		}
		mine := br.IC == b.env.Actor.Name || br.Deputy == b.env.Actor.Name
		open := br.Status == model.StatusOpen
		in := [lists]bool{openList: open, mineList: mine && open, closedList: !open, allList: true}
		for l, yes := range in {
			if yes {
				b.counts[l]++
			}
		}
		if in[b.list] && b.filter.Match(br, has) {
			rows = append(rows, br)
		}
	}
	slices.SortStableFunc(rows, func(x, y *model.Brief) int {
		switch {
		case b.kanban && x.Phase != y.Phase:
			return x.Phase.Index() - y.Phase.Index()
		case b.order == byUpdate:
			return y.UpdatedAt.Compare(x.UpdatedAt)
		case b.order == byID:
			return strings.Compare(y.ID, x.ID)
		}
		return model.ByUrgency(x, y)
	})
	b.rows = rows
	b.table.SetSource(len(rows), func(i int) string { return b.rows[i].ID })
	b.focus(b.intake.on)
}

func (b *Board) again() tea.Cmd {
	b.stale = true
	return b.Refresh()
}

// preview reads the selected incident, once, so that the side pane can show its
// newest lines; the hub keeps it.
func (b *Board) preview() tea.Cmd {
	id := b.chosen()
	if id == "" || id == b.shown {
		return nil
	}
	b.shown = id
	if b.env.Hub.Peek(id) != nil {
		return nil
	}
	env := b.env
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		_, err := env.Hub.Incident(ctx, env.Actor, id)
		return screen.Loaded{For: "preview", Err: err}
	}
}

// found is which incidents have the indicators of a filter.
type found struct {
	text string
	has  map[string]bool
}

// Filter implements screen.Screen.
func (b *Board) Filter(text string) {
	b.filterText = text
	f, err := model.ParseFilter(text)
	b.filterErr = ""
	if err != nil {
		b.filterErr = model.Line(err.Error()).String()
		return
	}
	b.filter, b.stale = f, true
}

// lookUp asks the database which incidents have the filter's indicators.
func (b *Board) lookUp() tea.Cmd {
	values := b.filter.Indicators()
	if len(values) == 0 || b.lookedUp == b.filterText {
		return nil
	}
	b.lookedUp = b.filterText
	env, text := b.env, b.filterText
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		out := found{text: text, has: map[string]bool{}}
		for _, v := range values {
			hits, err := env.Hub.Search(ctx, env.Actor, v, 500)
			if err != nil {
				return screen.Loaded{For: "ioc", Err: err}
			}
			for _, h := range hits {
				if h.Kind == "indicator" {
					out.has[h.Incident+"\x00"+v] = true
				}
			}
		}
		return screen.Loaded{For: "ioc", Data: out}
	}
}

// Filtering implements screen.Screen.
func (b *Board) Filtering() string { return b.filterText }

// Update implements screen.Screen.
func (b *Board) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(screen.Loaded)
	if !ok {
		return nil
	}
	if f, ok := m.Data.(found); ok && f.text == b.filterText {
		b.has = f.has
		return b.again()
	}
	if m.Err != nil && m.For == "ioc" {
		return b.env.Ask(screen.Toast{Level: widget.ErrorToast, Text: model.Line(m.Err.Error()).String()})
	}
	return nil
}

// Back implements screen.Screen.
func (b *Board) Back() bool {
	if b.filterText == "" {
		return false
	}
	b.Filter("")
	return true
}

// Move implements screen.Screen.
func (b *Board) Move(m screen.Motion) {
	if b.kanban && (m == screen.Left || m == screen.Right) {
		b.moveColumn(m == screen.Right)
		return
	}
	b.moveRows(m)
}

// moveColumn goes to the first incident of the next phase that has one.
func (b *Board) moveColumn(right bool) {
	i := b.table.Index()
	if i < 0 {
		return
	}
	phase := b.rows[i].Phase
	for right && i < len(b.rows) && b.rows[i].Phase == phase {
		i++
	}
	if !right {
		for i >= 0 && b.rows[i].Phase == phase {
			i--
		}
		if i >= 0 {
			phase = b.rows[i].Phase
			for i > 0 && b.rows[i-1].Phase == phase {
				i--
			}
		}
	}
	if i >= 0 && i < len(b.rows) {
		b.table.Select(b.rows[i].ID)
	}
}

// Click implements screen.Screen.
func (b *Board) Click(_, y int) tea.Cmd {
	if b.kanban {
		return nil
	}
	was := b.chosen()
	if b.clicked(y) && b.chosen() == was {
		return b.open()
	}
	return b.preview()
}

// Copy implements screen.Screen.
func (b *Board) Copy(bool) (string, bool) {
	br, ok := b.selected()
	if !ok {
		return "", false
	}
	return br.ID + " " + br.Severity.String() + " " + model.Line(screen.Defang(string(br.Title))).String(), true
}

func (b *Board) selected() (*model.Brief, bool) {
	if b.intake.on {
		return b.intake.selected()
	}
	i := b.table.Index()
	if i < 0 || i >= len(b.rows) {
		return nil, false
	}
	return b.rows[i], true
}

func (b *Board) open() tea.Cmd {
	if id := b.chosen(); id != "" {
		return b.env.Ask(screen.OpenIncident{ID: id})
	}
	return nil
}

// people is who is in an incident now, for the preview.
func people(all []room.Person, incident string) []string {
	var out []string
	for _, p := range all {
		if p.Incident == incident && !slices.Contains(out, p.User) {
			out = append(out, p.User)
		}
	}
	return out
}
