// Package training is the page of who was trained in what: people with what is due,
// topics to read, and the coverage of each team.
package training

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// scope is the page's scope of actions and its name.
const scope = "training"

// view is which list is shown.
type view int

const (
	people view = iota
	topics
	teams
	views
)

func (v view) name() string { return [...]string{"people", "topics", "teams"}[v] }

// Training is the page of one session.
type Training struct {
	env    *screen.Env
	view   view
	tables [views]*widget.Table
	text   string // filter
	stale  bool
	from   source // what the lists were made from

	reg      *model.Training
	all      []model.Trained // the worst first
	people   []*model.Trained
	topics   []*model.Topic
	coverage []model.Coverage
	whole    model.Coverage
	lack     map[string]int // how many people have a topic due
}

// source is what the lists rest on: as long as it is the same, so are they.
type source struct {
	version  uint64
	day      model.Day
	accounts *model.Account
	n        int
}

// New makes the page of a session.
func New(env *screen.Env) *Training {
	t := &Training{env: env, stale: true, reg: &model.Training{}}
	t.tables[people] = widget.NewTable(
		widget.Column{Title: "name", Min: 12, Flex: 1, Priority: 10},
		widget.Column{Title: "state", Min: 9, Priority: 9},
		widget.Column{Title: "overdue", Min: 7, Priority: 7, Right: true},
		widget.Column{Title: "due", Min: 4, Priority: 6, Right: true},
		widget.Column{Title: "soon", Min: 4, Priority: 3, Right: true},
		widget.Column{Title: "next", Min: 10, Priority: 8},
		widget.Column{Title: "team", Min: 10, Flex: 1, Priority: 5},
		widget.Column{Title: "joined", Min: 10, Priority: 2},
	)
	t.tables[topics] = widget.NewTable(
		widget.Column{Title: "topic", Min: 20, Flex: 2, Priority: 10},
		widget.Column{Title: "when", Min: 16, Priority: 7},
		widget.Column{Title: "for", Min: 10, Flex: 1, Priority: 5},
		widget.Column{Title: "lack it", Min: 7, Priority: 8, Right: true},
	)
	t.tables[teams] = widget.NewTable(
		widget.Column{Title: "team", Min: 14, Flex: 1, Priority: 10},
		widget.Column{Title: "covered", Min: 17, Priority: 9},
		widget.Column{Title: "people", Min: 6, Priority: 7, Right: true},
		widget.Column{Title: "overdue", Min: 7, Priority: 8, Right: true},
	)
	for _, tb := range t.tables {
		tb.Focused, tb.Gap = true, 2
	}
	return t
}

// Name implements screen.Page.
func (t *Training) Name() string { return "Training" }

// Key implements screen.Page.
func (t *Training) Key() string { return "L" }

// Count implements screen.Page: how many people have something overdue.
func (t *Training) Count() string {
	t.Refresh()
	if t.whole.Overdue == 0 {
		return ""
	}
	return fmt.Sprintf("%d!", t.whole.Overdue)
}

// Open implements screen.Page: a person by name, a topic by topic:ID.
func (t *Training) Open(ref string) {
	if ref == "" {
		return
	}
	t.text, t.stale = "", true
	t.Refresh()
	if id, ok := strings.CutPrefix(ref, "topic:"); ok {
		t.view = topics
		t.table().Select(id)
		return
	}
	t.view = people
	t.table().Select(ref)
}

func (t *Training) table() *widget.Table { return t.tables[t.view] }

// Scopes implements screen.Screen.
func (t *Training) Scopes() []string { return []string{scope} }

// Where implements screen.Screen.
func (t *Training) Where() (string, string) { return scope, t.view.name() }

// HasSide implements screen.Screen.
func (t *Training) HasSide() bool { return true }

// Update implements screen.Screen.
func (t *Training) Update(tea.Msg) tea.Cmd { return nil }

// Move implements screen.Screen.
func (t *Training) Move(m screen.Motion) { screen.MoveTable(t.table(), m) }

// Click implements screen.Screen.
func (t *Training) Click(_, y int) tea.Cmd {
	t.table().Click(y - headLines)
	return nil
}

// Filter implements screen.Screen.
func (t *Training) Filter(text string) { t.text, t.stale = text, true }

// Filtering implements screen.Screen.
func (t *Training) Filtering() string { return t.text }

// Back implements screen.Screen.
func (t *Training) Back() bool {
	if t.text == "" {
		return false
	}
	t.Filter("")
	return true
}

// Copy implements screen.Screen.
func (t *Training) Copy(bool) (string, bool) {
	switch t.view {
	case people:
		if p := t.person(); p != nil {
			return fmt.Sprintf("@%s %s, %s since %s", p.Name, p.Team, p.State, p.Next), true
		}
	case topics:
		if x := t.topic(); x != nil {
			return string(x.Title) + "\n\n" + string(x.Text), true
		}
	case teams:
		if c := t.team(); c != nil {
			return fmt.Sprintf("%s: %d of %d covered", teamName(c.Team), c.Covered, c.People), true
		}
	}
	return "", false
}

// Refresh implements screen.Screen.
func (t *Training) Refresh() tea.Cmd {
	in := t.env.Hub.PeekRegister(model.RegisterTraining)
	accounts := t.env.Hub.Accounts()
	from := source{version: in.Version, day: model.DayOf(t.env.Now()), n: len(accounts)}
	if len(accounts) > 0 {
		from.accounts = &accounts[0]
	}
	if from != t.from {
		t.from, t.stale, t.reg = from, true, in.Trainings()
		t.all = t.env.Hub.Trained(t.env.Now())
		slices.SortFunc(t.all, func(a, b model.Trained) int { return model.ByNeed(&a, &b) })
		t.coverage, t.whole = model.CoverageOf(t.all)
		t.lack = map[string]int{}
		for i := range t.all {
			for _, s := range t.all[i].Standings {
				if s.State == model.TrainingDue || s.State == model.TrainingOverdue {
					t.lack[s.Topic.ID]++
				}
			}
		}
	}
	if t.stale {
		t.stale = false
		t.sift()
	}
	return nil
}

// sift makes the rows of the lists.
func (t *Training) sift() {
	words := strings.Fields(strings.ToLower(t.text))
	t.people, t.topics = nil, nil
	for i := range t.all {
		p := &t.all[i]
		if screen.Matches(strings.ToLower("@"+p.Name+" "+teamName(p.Team)+" "+string(p.State)), words) {
			t.people = append(t.people, p)
		}
	}
	for _, x := range t.env.Hub.Syllabus().List() {
		if screen.Matches(strings.ToLower(x.ID+" "+string(x.Title)+" "+x.When()+" "+strings.Join(x.Audiences, " ")), words) {
			t.topics = append(t.topics, x)
		}
	}
	t.tables[people].SetSource(len(t.people), func(i int) string { return t.people[i].Name })
	t.tables[topics].SetSource(len(t.topics), func(i int) string { return t.topics[i].ID })
	t.tables[teams].SetSource(len(t.coverage), func(i int) string { return "team " + string(t.coverage[i].Team) })
}

func at[T any](list []T, i int) (x T) {
	if i >= 0 && i < len(list) {
		return list[i]
	}
	return x
}

// person, topic and team are what is selected, nil for nothing.
func (t *Training) person() *model.Trained { return at(t.people, t.tables[people].Index()) }

func (t *Training) topic() *model.Topic { return at(t.topics, t.tables[topics].Index()) }

func (t *Training) team() *model.Coverage {
	if i := t.tables[teams].Index(); i >= 0 && i < len(t.coverage) {
		return &t.coverage[i]
	}
	return nil
}

func teamName(team model.Text) string {
	if team == "" {
		return "no team"
	}
	return string(team)
}

var _ screen.Page = (*Training)(nil)
