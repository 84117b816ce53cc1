package incident

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// checklist is the fifth tab: the playbooks' items by phase.
type checklist struct {
	r     *Room
	table *widget.Table
	text  string

	version uint64
	id      string
	stale   bool
	rows    []itemRow
	first   string // what is next: the first open item of the present phase
}

// itemRow is an item, or the head of a phase.
type itemRow struct {
	item  *model.Item
	phase model.Phase
}

func newChecklist(r *Room) *checklist {
	t := &checklist{r: r, stale: true}
	t.table = widget.NewTable(
		widget.Column{Title: "ref", Min: 4, Priority: 9},
		widget.Column{Title: "state", Min: 9, Priority: 8},
		widget.Column{Title: "item", Min: 20, Flex: 1, Priority: 10},
		widget.Column{Title: "need", Min: 4, Priority: 5},
		widget.Column{Title: "role", Min: 9, Priority: 3},
		widget.Column{Title: "owner", Min: 9, Priority: 7},
	)
	t.table.Focused, t.table.Gap = true, 1
	t.table.Stamp = func(row int) uint64 { it := t.rows[row].item; return r.stamp(it.Changed, it.Ref, 0) }
	return t
}

func (t *checklist) name() string         { return "Checklist" }
func (t *checklist) move(m screen.Motion) { screen.MoveTable(t.table, m) }
func (t *checklist) click(y int) bool     { return t.table.Click(y) }
func (t *checklist) filter(s string)      { t.text, t.stale = s, true }
func (t *checklist) filtering() string    { return t.text }
func (t *checklist) selected() string     { return t.table.Selected() }
func (t *checklist) open(ref string)      { t.table.Select(ref) }

func (t *checklist) count(in *model.Incident) string {
	pd, pa := in.Progress(model.PhasePreparation)
	d, a := in.Progress("")
	return fmt.Sprintf("%d/%d", d-pd, a-pa)
}

func (t *checklist) back() bool {
	if t.table.Marks() == 0 {
		return false
	}
	t.table.ClearMarks()
	return true
}

// refresh groups the items by phase: the incident's own phases first, what
// should have been prepared last.
func (t *checklist) refresh(in *model.Incident) tea.Cmd {
	if !t.stale && t.version == in.Version && t.id == in.ID {
		return nil
	}
	t.version, t.id, t.stale = in.Version, in.ID, false
	words := strings.Fields(strings.ToLower(t.text))
	t.rows = t.rows[:0]
	t.first = ""
	for _, p := range append(model.WorkPhases(), model.PhasePreparation) {
		head := false
		for _, it := range in.Checklist {
			hay := strings.ToLower(it.Ref + " " + string(it.Title) + " @" + it.Owner + " " + string(it.State) + " " + it.Role + " " + it.Playbook)
			if it.Phase != p || !screen.Matches(hay, words) {
				continue
			}
			if !head {
				t.rows = append(t.rows, itemRow{phase: p})
				head = true
			}
			t.rows = append(t.rows, itemRow{item: it, phase: p})
			if t.first == "" && p == in.Phase && !it.State.Settled() {
				t.first = it.Ref
			}
		}
	}
	t.table.SetSource(len(t.rows), func(i int) string {
		if it := t.rows[i].item; it != nil {
			return it.Ref
		}
		return ""
	})
	return nil
}

func (t *checklist) main(w, h int) []string {
	st := t.r.env.Styles
	if len(t.rows) == 0 {
		msg := "No checklist yet. a attaches a playbook; its items come with it."
		if t.text != "" {
			msg = fmt.Sprintf("0 of %d match. esc clears the filter.", len(t.r.in.Checklist))
		}
		return widget.Block([]string{"", "  " + st.Dim.S(msg)}, w, h)
	}
	return t.table.Draw(w, h, st, t.cell)
}

func (t *checklist) cell(row, col int) string {
	st := t.r.env.Styles
	it := t.rows[row].item
	if it == nil {
		if col == widget.Section {
			return t.head(t.rows[row].phase)
		}
		return ""
	}
	switch col {
	case 0:
		return st.Ref.S(it.Ref)
	case 1:
		return t.state(it.State)
	case 2:
		title := model.ClipLine(string(it.Title), 200).String()
		if it.State.Settled() {
			return st.Dim.S(title)
		}
		return title
	case 3:
		if it.Required {
			return st.Dim.S("must")
		}
	case 4:
		return st.Dim.S(model.ClipLine(it.Role, 20).String())
	case 5:
		return screen.Person(it.Owner, st)
	}
	return ""
}

// head is the line over a phase: progress, and whether the gate behind it is open.
func (t *checklist) head(p model.Phase) string {
	st, in := t.r.env.Styles, t.r.in
	done, all := in.Progress(p)
	text := fmt.Sprintf(" %s %d/%d", strings.ToUpper(string(p)), done, all)
	if p == model.PhasePreparation {
		return st.Title.S(text) + st.Faint.S("  what should have been ready")
	}
	if p != in.Phase || p.Next() == "" {
		return st.Title.S(text)
	}
	if b := in.Blockers(p.Next()); len(b) > 0 {
		return st.Title.S(text) + st.Warn.S(fmt.Sprintf("  gate %s %s: %s", st.Glyphs.Arrow, p.Next(), model.Blocking(b)))
	}
	return st.Title.S(text) + st.Good.S("  gate "+st.Glyphs.Arrow+" "+string(p.Next())+": open")
}

func (t *checklist) state(s model.ItemState) string {
	st := t.r.env.Styles
	switch s {
	case model.ItemDone:
		return st.Good.S(st.Glyphs.Done + " done")
	case model.ItemDoing:
		return st.Accent.S(st.Glyphs.Doing + " doing")
	case model.ItemNA:
		return st.Dim.S(st.Glyphs.NA + " n/a")
	case model.ItemWaived:
		return st.Warn.S(st.Glyphs.Waived + " waived")
	}
	return st.Text.S(st.Glyphs.Open + " open")
}

func (t *checklist) current() *model.Item {
	it, err := t.r.in.Item(t.selected())
	if err != nil {
		return nil
	}
	return it
}

func (t *checklist) detail(w int) []string {
	it := t.current()
	if it == nil {
		return nil
	}
	return t.about(it, w)
}

// about says everything about an item in lines of at most w columns.
func (t *checklist) about(it *model.Item, w int) []string {
	st := t.r.env.Styles
	out := []string{st.Ref.S(it.Ref) + " " + t.state(it.State) + " " + screen.Person(it.Owner, st)}
	out = append(out, widget.Wrap(st.Bold.S(it.Title.Line().String()), w)...)
	out = append(out, widget.Wrap(it.Guidance.Line().String(), w)...)
	if it.Evidence != "" {
		out = append(out, widget.Wrap(st.Dim.S("proof: ")+it.Evidence.Line().String(), w)...)
	}
	if it.ChangedBy != "" {
		out = append(out, st.Dim.S(it.ChangedAt.UTC().Format("15:04:05Z")+" by ")+screen.Person(it.ChangedBy, st))
	}
	if it.Reason != "" {
		out = append(out, widget.Wrap(st.Warn.S("reason: ")+it.Reason.Line().String(), w)...)
	}
	if it.Note != "" {
		out = append(out, widget.Wrap(st.Dim.S("note: ")+model.Line(screen.Defang(string(it.Note))).String(), w)...)
	}
	return append(out, st.Faint.S(model.ClipLine(it.Key, w).String()))
}

func (t *checklist) copy(bool) (string, bool) {
	it := t.current()
	if it == nil {
		return "", false
	}
	return it.Ref + " " + it.Title.Line().String(), true
}
