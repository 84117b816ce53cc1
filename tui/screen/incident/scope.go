package incident

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// scope is the fourth tab: the assets and how far the response to each is.
type scope struct {
	r     *Room
	table *widget.Table
	text  string

	version uint64
	id      string
	stale   bool
	rows    []*model.Asset
}

func newScope(r *Room) *scope {
	t := &scope{r: r, stale: true}
	t.table = widget.NewTable(
		widget.Column{Title: "ref", Min: 4, Priority: 9},
		widget.Column{Title: "asset", Min: 18, Flex: 2, Priority: 10},
		widget.Column{Title: "kind", Min: 8, Priority: 4},
		widget.Column{Title: "team", Min: 8, Flex: 1, Priority: 2},
		widget.Column{Title: "crit.", Min: 8, Priority: 3},
		widget.Column{Title: "ident.", Min: 6, Priority: 1},
		widget.Column{Title: "compr.", Min: 9, Priority: 8},
		widget.Column{Title: "cont.", Min: 5, Priority: 7},
		widget.Column{Title: "erad.", Min: 5, Priority: 7},
		widget.Column{Title: "recv.", Min: 5, Priority: 6},
		widget.Column{Title: "verif.", Min: 6, Priority: 5},
	)
	t.table.Focused, t.table.Gap = true, 1
	t.table.Stamp = func(row int) uint64 { a := t.rows[row]; return r.stamp(a.Changed, string(a.Name), len(a.Team)) }
	return t
}

func (t *scope) name() string         { return "Scope" }
func (t *scope) move(m screen.Motion) { screen.MoveTable(t.table, m) }
func (t *scope) click(y int) bool     { return t.table.Click(y) }
func (t *scope) filter(s string)      { t.text, t.stale = s, true }
func (t *scope) filtering() string    { return t.text }
func (t *scope) selected() string     { return t.table.Selected() }
func (t *scope) open(ref string)      { t.table.Select(ref) }
func (t *scope) back() bool           { return false }

func (t *scope) count(in *model.Incident) string {
	n := 0
	for _, a := range in.Assets {
		if a.Retracted == "" {
			n++
		}
	}
	return fmt.Sprint(n)
}

func (t *scope) refresh(in *model.Incident) tea.Cmd {
	if !t.stale && t.version == in.Version && t.id == in.ID {
		return nil
	}
	t.version, t.id, t.stale = in.Version, in.ID, false
	words := strings.Fields(strings.ToLower(t.text))
	t.rows = t.rows[:0]
	for _, a := range in.Assets {
		hay := strings.ToLower(a.Ref + " " + string(a.Name) + " " + a.Kind + " " + string(a.Team) + " " + string(a.Tenant) + " " + a.Criticality)
		if screen.Matches(hay, words) {
			t.rows = append(t.rows, a)
		}
	}
	t.table.SetSource(len(t.rows), func(i int) string { return t.rows[i].Ref })
	return nil
}

func (t *scope) main(w, h int) []string {
	st := t.r.env.Styles
	if len(t.rows) == 0 {
		msg := "Nothing is in scope yet. a adds the first asset: a system, account, service, tenant …"
		if t.text != "" {
			msg = fmt.Sprintf("0 of %d match. esc clears the filter.", len(t.r.in.Assets))
		}
		return widget.Block([]string{"", "  " + st.Dim.S(msg)}, w, h)
	}
	return t.table.Draw(w, h, st, t.cell)
}

func (t *scope) cell(row, col int) string {
	st := t.r.env.Styles
	a := t.rows[row]
	if a.Retracted != "" && col > 0 {
		if col == 1 {
			return st.Faint.S(model.ClipLine(string(a.Name), 100).String() + " out of scope")
		}
		return ""
	}
	switch col {
	case 0:
		return st.Ref.S(a.Ref)
	case 1:
		name := screen.Clip(string(a.Name), 200)
		if model.MixedScript(string(a.Name)) {
			name = st.Warn.S(st.Glyphs.Warn) + name
		}
		return name
	case 2:
		return st.Dim.S(a.Kind)
	case 3:
		return st.Dim.S(model.ClipLine(string(a.Team), 60).String())
	case 4:
		return st.Dim.S(a.Criticality)
	}
	if col == 5 {
		return st.Dim.S(a.AddedAt.UTC().Format("15:04Z"))
	}
	return t.step(a, model.Steps()[col-6])
}

func (t *scope) step(a *model.Asset, s model.Step) string {
	st := t.r.env.Styles
	switch v := a.Step(s); {
	case s == model.StepCompromised && v == "yes":
		return st.Bad.S(st.Glyphs.Full + " yes")
	case s == model.StepCompromised && v == "suspected":
		return st.Warn.S(st.Glyphs.Doing + " suspect")
	case s == model.StepCompromised && v == "unknown":
		return st.Dim.S("? unknown")
	case s == model.StepCompromised:
		return st.Good.S(st.Glyphs.Open + " no")
	case v == "yes":
		return st.Good.S(st.Glyphs.Done + " yes")
	}
	return st.Faint.S(st.Glyphs.Open)
}

func (t *scope) current() *model.Asset {
	a, err := t.r.in.Asset(t.selected())
	if err != nil {
		return nil
	}
	return a
}

func (t *scope) detail(w int) []string {
	a := t.current()
	if a == nil {
		return nil
	}
	return t.about(a, w)
}

// about is everything that is known of an asset.
func (t *scope) about(a *model.Asset, w int) []string {
	st := t.r.env.Styles
	out := []string{st.Ref.S(a.Ref) + " " + st.Dim.S(a.Kind+" "+a.Criticality)}
	out = append(out, widget.Wrap(st.Bold.S(model.Line(screen.Defang(string(a.Name))).String()), w)...)
	if a.Team != "" {
		out = append(out, st.Dim.S("team ")+a.Team.Line().String())
	}
	if a.Tenant != "" {
		out = append(out, st.Dim.S("tenant ")+a.Tenant.Line().String())
	}
	out = append(out, st.Dim.S("identified ")+a.AddedAt.UTC().Format("15:04Z")+" "+screen.Person(a.AddedBy, st))
	for _, s := range model.Steps() {
		if m, ok := a.Steps[s]; ok {
			out = append(out, st.Dim.S(string(s)+" ")+m.Value+" "+m.At.UTC().Format("15:04Z")+" "+screen.Person(m.By, st))
		}
	}
	out = append(out, t.ground(a, w)...)
	if a.Note != "" {
		out = append(out, widget.Wrap(model.Line(screen.Defang(string(a.Note))).String(), w)...)
	}
	return out
}

func (t *scope) copy(raw bool) (string, bool) {
	a := t.current()
	if a == nil {
		return "", false
	}
	if raw {
		return string(a.Name), true
	}
	return model.Line(screen.Defang(string(a.Name))).String(), true
}

// ground is what the recovery of an asset rests on.
func (t *scope) ground(a *model.Asset, w int) []string {
	st := t.r.env.Styles
	var out []string
	if a.LastKnownGood != "" || !a.LastKnownGoodAt.IsZero() {
		at := ""
		if !a.LastKnownGoodAt.IsZero() {
			at = st.Dim.S(a.LastKnownGoodAt.UTC().Format("2006-01-02 15:04Z") + " ")
		}
		out = append(out, widget.Wrap(st.Dim.S("last known good ")+at+model.Line(screen.Defang(string(a.LastKnownGood))).String(), w)...)
	}
	if a.RestoredFrom != "" {
		out = append(out, widget.Wrap(st.Dim.S("restored from ")+model.Line(screen.Defang(string(a.RestoredFrom))).String(), w)...)
	}
	if a.Confirmed.Value == "yes" {
		out = append(out, st.Dim.S("mitigates the causes ")+a.Confirmed.At.UTC().Format("15:04Z")+" "+screen.Person(a.Confirmed.By, st))
	}
	for _, p := range a.Passed {
		out = append(out, widget.Wrap(st.Warn.S("FORCED although "+strings.Join(p.Missing, ", "))+" "+screen.Person(p.By, st)+" "+p.Reason.Line().String(), w)...)
	}
	return out
}
