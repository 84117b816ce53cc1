package oncall

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// scope is the page's scope of actions and its name.
const scope = "oncall"

// view is which list is shown.
type view int

const (
	now view = iota
	week
	wrong
	contacts
	views
)

func (v view) name() string { return [...]string{"now", "week", "wrong", "contacts"}[v] }

// OnCall is the page of one session.
type OnCall struct {
	*Standing
	view   view
	tables [views]*widget.Table
	ahead  int // weeks from this one that the week view shows
	text   string
	made   int // the standing that the lists were made from

	days  []day
	names []*model.Contact
	bad   []*model.OnCallTrouble
}

// day is one row of the week view: the stretches of each rotation.
type day struct {
	begin time.Time
	cells [][]model.Stint
}

// New makes the page of a session.
func New(env *screen.Env) *OnCall {
	o := &OnCall{Standing: NewStanding(env)}
	o.tables[now] = widget.NewTable(
		widget.Column{Title: "#", Min: 2, Priority: 6, Right: true},
		widget.Column{Title: "rotation", Min: 12, Flex: 2, Priority: 9},
		widget.Column{Title: "on call", Min: 10, Flex: 1, Priority: 10},
		widget.Column{Title: "until", Min: 13, Priority: 8},
		widget.Column{Title: "then", Min: 10, Flex: 1, Priority: 7},
		widget.Column{Title: "reach", Min: 16, Flex: 1, Priority: 5},
	)
	o.tables[wrong] = widget.NewTable(
		widget.Column{Title: "what", Min: 7, Priority: 10},
		widget.Column{Title: "from", Min: 21, Priority: 9},
		widget.Column{Title: "long", Min: 8, Priority: 7, Right: true},
		widget.Column{Title: "who", Min: 24, Flex: 1, Priority: 8},
	)
	o.tables[contacts] = widget.NewTable(
		widget.Column{Title: "ref", Min: 4, Priority: 6},
		widget.Column{Title: "#", Min: 2, Priority: 5, Right: true},
		widget.Column{Title: "name", Min: 14, Flex: 2, Priority: 10},
		widget.Column{Title: "role", Min: 10, Flex: 1, Priority: 4},
		widget.Column{Title: "reach", Min: 16, Flex: 2, Priority: 9},
		widget.Column{Title: "verified", Min: 12, Priority: 8},
	)
	o.tables[week] = widget.NewTable()
	for _, tb := range o.tables {
		tb.Focused, tb.Gap = true, 2
	}
	return o
}

// Name implements screen.Page.
func (o *OnCall) Name() string { return "On call" }

// Key implements screen.Page.
func (o *OnCall) Key() string { return "O" }

// Count implements screen.Page: how many things are wrong.
func (o *OnCall) Count() string {
	o.refresh()
	if n := len(o.trouble); n > 0 {
		return fmt.Sprintf("%d!", n)
	}
	return ""
}

// Open implements screen.Page: a contact by its ref, a rotation by its id, what is
// wrong with wrong.
func (o *OnCall) Open(ref string) {
	if ref == "" {
		return
	}
	o.text, o.made = "", 0
	o.Refresh()
	switch {
	case ref == wrong.name():
		o.view = wrong
	case model.IsContactRef(ref):
		o.view = contacts
		o.table().Select(ref)
	default:
		o.view = now
		o.table().Select(ref)
	}
}

func (o *OnCall) table() *widget.Table { return o.tables[o.view] }

// Scopes implements screen.Screen.
func (o *OnCall) Scopes() []string { return []string{scope} }

// Where implements screen.Screen.
func (o *OnCall) Where() (string, string) { return scope, o.view.name() }

// HasSide implements screen.Screen.
func (o *OnCall) HasSide() bool { return true }

// Update implements screen.Screen.
func (o *OnCall) Update(tea.Msg) tea.Cmd { return nil }

// Move implements screen.Screen. In the week view left and right change the week.
func (o *OnCall) Move(m screen.Motion) {
	if o.view == week && (m == screen.Left || m == screen.Right) {
		o.turn(map[screen.Motion]int{screen.Left: -1, screen.Right: 1}[m])
		return
	}
	screen.MoveTable(o.table(), m)
}

// mostWeeks is how far the week view goes.
const mostWeeks = 52

func (o *OnCall) turn(by int) {
	o.ahead = min(max(o.ahead+by, -mostWeeks), mostWeeks)
	o.made = 0
	o.Refresh()
}

// Click implements screen.Screen.
func (o *OnCall) Click(_, y int) tea.Cmd {
	o.table().Click(y - headLines)
	return nil
}

// Filter implements screen.Screen.
func (o *OnCall) Filter(text string) {
	o.text, o.made = text, 0
	o.Refresh()
}

// Filtering implements screen.Screen.
func (o *OnCall) Filtering() string { return o.text }

// Back implements screen.Screen.
func (o *OnCall) Back() bool {
	if o.text == "" {
		return false
	}
	o.Filter("")
	return true
}

// Copy implements screen.Screen.
func (o *OnCall) Copy(bool) (string, bool) {
	switch o.view {
	case now:
		if w := o.watch(); w != nil {
			return fmt.Sprintf("%s: %s %s", w.Rotation.ID, o.reg.Called(w.Who), ways(o.reg.Reach(w.Who))), true
		}
	case wrong:
		if t := o.wrong(); t != nil {
			return model.InZone(t.From, time.UTC) + " " + t.Says(o.reg), true
		}
	case contacts:
		if k := o.contact(); k != nil {
			return fmt.Sprintf("%s %s", k.Name, ways(k.Spec())), true
		}
	}
	return "", false
}

// Refresh implements screen.Screen.
func (o *OnCall) Refresh() tea.Cmd {
	o.refresh()
	if o.made != o.changes {
		o.made = o.changes
		o.sift()
	}
	return nil
}

// sift makes the rows of the lists.
func (o *OnCall) sift() {
	words := strings.Fields(strings.ToLower(o.text))
	o.names, o.bad = nil, nil
	for _, k := range o.reg.Reachable() {
		if screen.Matches(strings.ToLower(k.Ref+" "+string(k.Name)+" "+string(k.Role)+" @"+k.User+" "+ways(k.Spec())), words) {
			o.names = append(o.names, k)
		}
	}
	for i := range o.trouble {
		if t := &o.trouble[i]; screen.Matches(strings.ToLower(t.Kind+" "+t.Says(o.reg)), words) {
			o.bad = append(o.bad, t)
		}
	}
	watches := o.Standing.now
	o.tables[now].SetSource(len(watches), func(i int) string { return watches[i].Rotation.ID })
	o.tables[contacts].SetSource(len(o.names), func(i int) string { return o.names[i].Ref })
	o.tables[wrong].SetSource(len(o.bad), func(i int) string { return o.bad[i].Kind + o.bad[i].From.String() + o.bad[i].Says(o.reg) })
	o.weekRows()
}

// weekRows makes the seven days that the week view shows, Monday first, in UTC.
func (o *OnCall) weekRows() {
	t := o.env.Now().UTC().Truncate(24 * time.Hour)
	monday := t.AddDate(0, 0, -(int(t.Weekday())+6)%7+7*o.ahead)
	list := o.reg.Active()
	o.days = nil
	for d := range 7 {
		row := day{begin: monday.AddDate(0, 0, d)}
		for _, r := range list {
			row.cells = append(row.cells, o.reg.Schedule(r.ID, row.begin, row.begin.AddDate(0, 0, 1)))
		}
		o.days = append(o.days, row)
	}
	cols := []widget.Column{{Title: "UTC", Min: 10, Priority: 99}}
	for i, r := range list {
		cols = append(cols, widget.Column{Title: r.ID, Min: 18, Flex: 1, Priority: 98 - min(i, 90)})
	}
	tb := o.tables[week]
	tb.SetColumns(cols...)
	first, n := tb.Len() == 0, len(o.days)
	if len(list) == 0 {
		n = 0
	}
	tb.SetSource(n, func(i int) string { return o.days[i].begin.Format(time.DateOnly) })
	if first && n > 0 {
		tb.Select(t.Format(time.DateOnly))
	}
}

// watch, wrong, contact and rotation are what is selected, nil for nothing.
func (o *OnCall) watch() *model.Watch {
	if i := o.tables[now].Index(); i >= 0 && i < len(o.Standing.now) {
		return &o.Standing.now[i]
	}
	return nil
}

func (o *OnCall) wrong() *model.OnCallTrouble {
	if i := o.tables[wrong].Index(); i >= 0 && i < len(o.bad) {
		return o.bad[i]
	}
	return nil
}

func (o *OnCall) contact() *model.Contact {
	if i := o.tables[contacts].Index(); i >= 0 && i < len(o.names) {
		return o.names[i]
	}
	return nil
}

func (o *OnCall) rotation() *model.Rotation {
	if w := o.watch(); w != nil {
		return w.Rotation
	}
	return nil
}

// ways is how somebody is reached, in one line.
func ways(k model.ContactSpec) string {
	var parts []string
	for _, p := range k.Phones {
		parts = append(parts, string(p))
	}
	for _, s := range []model.Text{k.Mail, k.Other} {
		if s != "" {
			parts = append(parts, string(s))
		}
	}
	return strings.Join(parts, ", ")
}

var _ screen.Page = (*OnCall)(nil)
