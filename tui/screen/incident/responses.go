package incident

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// responses is the sixth tab: the response actions by what is to be done with them.
type responses struct {
	r     *Room
	table *widget.Table
	text  string

	version uint64
	id      string
	minute  time.Time // of the newest refresh: what is late depends on it
	stale   bool
	rows    []responseRow
}

// responseRow is an action, or the head of a group.
type responseRow struct {
	action *model.Action
	line   string // its targets, safe
	head   string
	late   bool
}

// group sorts an action into the list: what waits for somebody first.
func group(a *model.Action) int {
	switch {
	case a.State == model.ActionWaiting:
		return 0
	case a.State.Open():
		return 1
	case a.InForce():
		return 2
	case a.State == model.ActionDone || a.State == model.ActionVerified:
		return 3
	}
	return 4
}

func groups() []string {
	return []string{"WAITING FOR APPROVAL", "OPEN", "IN FORCE", "DONE", "REJECTED, FAILED, ROLLED BACK"}
}

func newResponses(r *Room) *responses {
	t := &responses{r: r, stale: true}
	t.table = widget.NewTable(
		widget.Column{Title: "ref", Min: 4, Priority: 9},
		widget.Column{Title: "state", Min: 19, Priority: 8},
		widget.Column{Title: "action", Min: 20, Priority: 10},
		widget.Column{Title: "target", Min: 14, Flex: 3, Priority: 7},
		widget.Column{Title: "owner", Min: 9, Priority: 6},
		widget.Column{Title: "due, undo", Min: 12, Flex: 1, Priority: 5},
	)
	t.table.Focused, t.table.Gap = true, 1
	t.table.Stamp = func(row int) uint64 {
		x := t.rows[row]
		late := 0
		if x.late {
			late = 1
		}
		return r.stamp(x.action.Changed, x.line, late)
	}
	return t
}

func (t *responses) name() string         { return "Actions" }
func (t *responses) move(m screen.Motion) { screen.MoveTable(t.table, m) }
func (t *responses) click(y int) bool     { return t.table.Click(y) }
func (t *responses) filter(s string)      { t.text, t.stale = s, true }
func (t *responses) filtering() string    { return t.text }
func (t *responses) selected() string     { return t.table.Selected() }
func (t *responses) open(ref string)      { t.table.Select(ref) }
func (t *responses) back() bool           { return false }

// count is how many are open, and of these how many wait: 5▲2.
func (t *responses) count(in *model.Incident) string {
	text := fmt.Sprint(len(in.OpenActions("")))
	if n := in.WaitingActions(); n > 0 {
		text += t.r.env.Styles.Glyphs.Warn + fmt.Sprint(n)
	}
	return text
}

func (t *responses) refresh(in *model.Incident) tea.Cmd {
	now := t.r.env.Now()
	minute := now.Truncate(time.Minute)
	if !t.stale && t.version == in.Version && t.id == in.ID && t.minute.Equal(minute) {
		return nil
	}
	t.version, t.id, t.stale, t.minute = in.Version, in.ID, false, minute
	words := strings.Fields(strings.ToLower(indicator.Refang(t.text)))
	sorted := make([][]responseRow, len(groups()))
	for _, a := range in.Actions {
		hay := strings.ToLower(a.Ref + " " + string(a.Title) + " " + a.Kind + " " + string(a.Stage) + " " + string(a.State) + " @" + a.Owner + " " + string(in.ActionLine(a)))
		if screen.Matches(hay, words) {
			sorted[group(a)] = append(sorted[group(a)], responseRow{action: a, line: targetsOf(in, a, 3), late: overdue(a, now)})
		}
	}
	t.rows = t.rows[:0]
	for i, list := range sorted {
		if len(list) > 0 {
			t.rows = append(append(t.rows, responseRow{head: fmt.Sprintf(" %s %d", groups()[i], len(list))}), list...)
		}
	}
	t.table.SetSource(len(t.rows), func(i int) string {
		if a := t.rows[i].action; a != nil {
			return a.Ref
		}
		return ""
	})
	return nil
}

// overdue says whether an open action should have been done, or a running
// detection should have ended.
func overdue(a *model.Action, now time.Time) bool {
	open := a.State.Open()
	return open && !a.Due.IsZero() && a.Due.Before(now) || (open || a.State == model.ActionDone) && !a.Ends.IsZero() && a.Ends.Before(now)
}

// target is one target as screens show it.
func target(in *model.Incident, t model.Target) string {
	if x, err := in.Indicator(t.Ref); err == nil && t.Ref != "" {
		return t.Ref + " " + defanged(x)
	}
	text := model.ClipLine(screen.Defang(string(in.TargetText(t))), 200).String()
	return strings.TrimSpace(t.Ref + " " + text)
}

// targetsOf is the first few targets of an action in one line.
func targetsOf(in *model.Incident, a *model.Action, most int) string {
	var out []string
	for i, t := range a.Targets {
		if i == most {
			out = append(out, fmt.Sprintf("+%d", len(a.Targets)-most))
			break
		}
		out = append(out, target(in, t))
	}
	return strings.Join(out, ", ")
}

func (t *responses) main(w, h int) []string {
	st := t.r.env.Styles
	if len(t.rows) == 0 {
		msg := "No action yet. c proposes a containment, a an action of any stage."
		if t.text != "" {
			msg = fmt.Sprintf("0 of %d match. esc clears the filter.", len(t.r.in.Actions))
		}
		return widget.Block([]string{"", "  " + st.Dim.S(msg)}, w, h)
	}
	return t.table.Draw(w, h, st, t.cell)
}

func (t *responses) cell(row, col int) string {
	st := t.r.env.Styles
	x := t.rows[row]
	a := x.action
	if a == nil {
		if col == widget.Section {
			return st.Title.S(x.head)
		}
		return ""
	}
	switch col {
	case 0:
		return st.Ref.S(a.Ref)
	case 1:
		return t.state(a)
	case 2:
		return a.Title.Line().String()
	case 3:
		return x.line
	case 4:
		return screen.Person(a.Owner, st)
	case 5:
		return t.tail(x)
	}
	return ""
}

// tail is how what is in force is taken back, or until when the others are to be done.
func (t *responses) tail(x responseRow) string {
	st, a := t.r.env.Styles, x.action
	if a.InForce() {
		return st.Dim.S(model.ClipLine(string(a.UndoText()), 100).String())
	}
	at, word := a.Due, ""
	if !a.Ends.IsZero() {
		at, word = a.Ends, "ends "
	}
	switch {
	case at.IsZero():
		return ""
	case x.late:
		return st.Bad.S(st.Glyphs.Warn + " " + word + at.UTC().Format("2 Jan 15:04Z"))
	}
	return st.Dim.S(word + at.UTC().Format("2 Jan 15:04Z"))
}

func (t *responses) state(a *model.Action) string {
	st := t.r.env.Styles
	word := string(a.State)
	if a.Override {
		return st.Bad.S(st.Glyphs.Warn + " OVERRIDE " + word)
	}
	switch a.State {
	case model.ActionWaiting:
		return st.Warn.S(st.Glyphs.Warn + " " + word)
	case model.ActionExecuting:
		return st.Accent.S(st.Glyphs.Doing + " " + word)
	case model.ActionDone, model.ActionVerified:
		return st.Good.S(st.Glyphs.Done + " " + word)
	case model.ActionFailed:
		return st.Bad.S(st.Glyphs.Waived + " " + word)
	case model.ActionRejected, model.ActionRolledBack:
		return st.Dim.S(st.Glyphs.NA + " " + word)
	}
	return st.Text.S(st.Glyphs.Open + " " + word)
}

func (t *responses) current() *model.Action {
	a, err := t.r.in.Action(t.selected())
	if err != nil {
		return nil
	}
	return a
}

func (t *responses) detail(w int) []string {
	a := t.current()
	if a == nil {
		return nil
	}
	return t.about(a, w)
}

// about is everything that is known of an action: what, how to take it back, and
// who brought it here.
func (t *responses) about(a *model.Action, w int) []string {
	st, in := t.r.env.Styles, t.r.in
	out := []string{st.Ref.S(a.Ref) + " " + t.state(a) + " " + screen.Person(a.Owner, st)}
	out = append(out, widget.Wrap(st.Bold.S(a.Title.Line().String())+st.Dim.S(" "+string(a.Stage)), w)...)
	for i, x := range a.Targets {
		if i == 12 {
			out = append(out, st.Dim.S(fmt.Sprintf("and %d more", len(a.Targets)-i)))
			break
		}
		out = append(out, widget.Wrap(st.Glyphs.Bullet+" "+target(in, x), w)...)
	}
	text := func(label string, v model.Text) {
		if v != "" {
			out = append(out, widget.Wrap(st.Dim.S(label+" ")+model.Line(screen.Defang(string(v))).String(), w)...)
		}
	}
	text("risk", a.Risk)
	text("undo", a.UndoText())
	text("result", a.Result)
	for _, f := range []struct {
		label string
		at    time.Time
	}{{"due", a.Due}, {"ends", a.Ends}} {
		if !f.at.IsZero() {
			out = append(out, st.Dim.S(f.label+" ")+f.at.UTC().Format("2006-01-02 15:04Z"))
		}
	}
	if a.State == model.ActionWaiting {
		out = append(out, st.Warn.S(st.Glyphs.Warn+" waits for approval by somebody else than ")+screen.Person(a.ProposedBy, st))
	}
	for _, s := range a.Steps {
		line := s.At.UTC().Format("15:04:05Z") + " " + string(s.State) + " " + screen.Person(s.By, st)
		if s.Override {
			line += st.Bad.S(" OVERRIDE")
		}
		if s.Reason != "" {
			line += st.Dim.S(" “" + model.ClipLine(string(s.Reason), 300).String() + "”")
		}
		out = append(out, widget.Wrap(line, w)...)
	}
	return out
}

func (t *responses) copy(raw bool) (string, bool) {
	a := t.current()
	if a == nil {
		return "", false
	}
	if raw {
		return string(t.r.in.ActionLine(a)), true
	}
	return a.Ref + " " + a.Title.Line().String() + " " + targetsOf(t.r.in, a, len(a.Targets)), true
}

// blocks says which action blocks each indicator: the newest that is in force, or
// else one that is on its way.
func blocks(in *model.Incident) map[string]*model.Action {
	out := map[string]*model.Action{}
	for _, a := range in.Actions {
		if a.Stage != model.StageContainment || !a.State.Open() && !a.InForce() {
			continue
		}
		for _, t := range a.Targets {
			if have := out[t.Ref]; t.Ref != "" && (have == nil || a.InForce() || !have.InForce()) {
				out[t.Ref] = a
			}
		}
	}
	return out
}
