// Package readiness is the page of how ready the team is: one figure with its parts,
// what is wrong in each, and the way to where it is mended.
package readiness

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// scope is the page's scope of actions and its name.
const scope = "readiness"

// Readiness is the page of one session.
type Readiness struct {
	env   *screen.Env
	table *widget.Table
	ready model.Readiness
	from  source
	asked bool
}

// source is what the figure rests on: as long as it is the same, so is the figure.
type source struct {
	board uint64
	at    time.Time // to the minute: gaps and days move with it
}

// New makes the page of a session.
func New(env *screen.Env) *Readiness {
	r := &Readiness{env: env}
	r.table = widget.NewTable(
		widget.Column{Min: 12, Priority: 8},
		widget.Column{Min: 5, Priority: 9, Right: true},
		widget.Column{Title: "part", Min: 24, Priority: 10},
		widget.Column{Title: "is", Min: 20, Flex: 1, Priority: 7},
		widget.Column{Title: "counts", Min: 6, Priority: 2, Right: true},
	)
	r.table.Focused, r.table.Gap = true, 2
	return r
}

// Name implements screen.Page.
func (r *Readiness) Name() string { return "Readiness" }

// Key implements screen.Page.
func (r *Readiness) Key() string { return "P" }

// Count implements screen.Page: the figure, once it is known.
func (r *Readiness) Count() string {
	if !r.asked {
		return ""
	}
	return strconv.Itoa(r.ready.Percent()) + "%"
}

// Open implements screen.Page: a part by its id.
func (r *Readiness) Open(ref string) {
	if ref != "" {
		r.Refresh()
		r.table.Select(ref)
	}
}

// Scopes implements screen.Screen.
func (r *Readiness) Scopes() []string { return []string{scope} }

// Where implements screen.Screen.
func (r *Readiness) Where() (string, string) { return scope, "" }

// HasSide implements screen.Screen.
func (r *Readiness) HasSide() bool { return true }

// Actions implements screen.Screen.
func (r *Readiness) Actions() []action.Action {
	return []action.Action{{ID: "readiness.open", Title: "mend", Help: "go to where the part is mended, or say how", Keys: []string{"enter"}, Scope: scope, Footer: true, Priority: 80,
		Enabled: func() (bool, string) { return r.part() != nil, "nothing is selected" }, Run: r.open},
		{ID: "readiness.show", Title: "all that is wrong", Help: "everything that is wrong in the part", Keys: []string{"v"}, Scope: scope, Footer: true, Priority: 70,
			Enabled: func() (bool, string) { return r.part() != nil, "nothing is selected" }, Run: r.show}}
}

// Refresh implements screen.Screen.
func (r *Readiness) Refresh() tea.Cmd {
	now := r.env.Now()
	if from := (source{r.env.Hub.Board().Version, now.Truncate(time.Minute)}); from != r.from || !r.asked {
		r.from, r.asked = from, true
		var ids []string
		for _, b := range r.env.Books.List() {
			ids = append(ids, b.ID)
		}
		r.ready = r.env.Hub.Readiness(now, ids)
		r.table.SetSource(len(r.ready.Parts), func(i int) string { return r.ready.Parts[i].ID })
	}
	return nil
}

func (r *Readiness) part() *model.ReadyPart {
	if i := r.table.Index(); i >= 0 && i < len(r.ready.Parts) {
		return &r.ready.Parts[i]
	}
	return nil
}

// open goes to where the selected part is mended; where there is no page for it,
// what is wrong is shown with the verb.
func (r *Readiness) open() tea.Cmd {
	p := r.part()
	if p.Page == "" {
		return r.show()
	}
	return r.env.Ask(screen.OpenPage{Page: p.Page, Ref: p.Ref})
}

func (r *Readiness) show() tea.Cmd {
	p := r.part()
	return r.env.Ask(screen.OpenText{Title: p.Title, Lines: r.about(p, whole, len(p.Wrong))})
}

// Update implements screen.Screen.
func (r *Readiness) Update(tea.Msg) tea.Cmd { return nil }

// Move implements screen.Screen.
func (r *Readiness) Move(m screen.Motion) { screen.MoveTable(r.table, m) }

// headLines is how many lines stand over the parts.
const headLines = 4

// Click implements screen.Screen.
func (r *Readiness) Click(_, y int) tea.Cmd {
	r.table.Click(y - headLines)
	return nil
}

// Filter implements screen.Screen: six parts need none.
func (r *Readiness) Filter(string) {}

// Filtering implements screen.Screen.
func (r *Readiness) Filtering() string { return "" }

// Back implements screen.Screen.
func (r *Readiness) Back() bool { return false }

// Copy implements screen.Screen.
func (r *Readiness) Copy(bool) (string, bool) {
	p := r.part()
	if p == nil {
		return "", false
	}
	return fmt.Sprintf("readiness %d %%; %s %d %%: %s", r.ready.Percent(), p.Title, p.Percent(), p.Says), true
}

// Main implements screen.Screen.
func (r *Readiness) Main(w, h int) []string {
	st, n := r.env.Styles, r.ready.Percent()
	share := float64(n) / 100
	ink, word := st.Good, "ready"
	switch {
	case n < 50:
		ink, word = st.Bad, st.Glyphs.Warn+" not ready"
	case n < 80:
		ink, word = st.Warn, st.Glyphs.Warn+" partly ready"
	case n < 100:
		word = "nearly ready"
	}
	head := []string{"",
		widget.Fit(" "+st.Bold.S(fmt.Sprintf("%3d %%", n))+"  "+screen.Bar(share, min(40, max(w-30, 10)), st)+"  "+ink.S(word), w),
		widget.Fit(" "+st.Dim.S("the next incident comes unannounced; restricted incidents are left out here"), w), ""}
	table := r.table.Draw(w, min(max(h-len(head), 0), len(r.ready.Parts)+1), st, r.cell)
	lines := append(widget.Block(head, w, len(head)), table...)
	if p := r.part(); p != nil && h-len(lines) > 3 {
		lines = append(lines, "")
		for _, l := range r.about(p, w-2, max(h-len(lines)-5, 1)) {
			lines = append(lines, " "+l)
		}
	}
	return widget.Block(lines, w, h)
}

func (r *Readiness) cell(row, col int) string {
	st, p := r.env.Styles, &r.ready.Parts[row]
	switch col {
	case 0:
		return screen.Bar(p.Score, 12, st)
	case 1:
		return strconv.Itoa(p.Percent()) + " %"
	case 2:
		switch {
		case p.Score == 1:
			return st.Good.S(st.Glyphs.Done) + " " + st.Text.S(p.Title)
		case p.Empty:
			return st.Bad.S(st.Glyphs.Open) + " " + st.Text.S(p.Title)
		}
		return st.Warn.S(st.Glyphs.Warn) + " " + st.Text.S(p.Title)
	case 3:
		return st.Text.S(screen.Clip(p.Says, 80))
	}
	return st.Dim.S(strconv.Itoa(p.Weight))
}

// whole is a width for lines that whoever shows them breaks.
const whole = 1 << 12

// fit is a line of w columns, one for whole as long as it is.
func fit(s string, w int) string {
	if w == whole {
		return s
	}
	return widget.Fit(s, w)
}

// about says what is wrong in a part, at most so many things of it, and what to do.
func (r *Readiness) about(p *model.ReadyPart, w, most int) []string {
	st := r.env.Styles
	lines := []string{st.Title.S(p.Title) + "  " + st.Dim.S(model.Line(p.Says).String())}
	for i, x := range p.Wrong {
		if i == most {
			lines = append(lines, st.Dim.S(fmt.Sprintf("  and %d more; v shows all", len(p.Wrong)-most)))
			break
		}
		lines = append(lines, fit("  "+st.Warn.S(st.Glyphs.Bullet)+" "+screen.Paint(screen.Clip(x, max(w-4, 10)), st.Text, st), w))
	}
	if p.Score == 1 {
		return append(lines, "  "+st.Good.S(st.Glyphs.Done+" nothing is wrong"))
	}
	where := "enter goes there"
	if p.Page == "" {
		where = "begin with"
	}
	if p.Empty && p.Page != "" {
		where = "enter goes there; begin with"
	} else if p.Page != "" {
		where += "; or"
	}
	return append(lines, fit("  "+st.Dim.S(where+" ")+st.Key.S(strings.TrimSpace(":"+p.Do)), w))
}

// Side implements screen.Screen: what the figure is made of.
func (r *Readiness) Side(w, h int) []string {
	st := r.env.Styles
	text := "Each part counts with its weight; one with nothing set up counts as 0.\n\n" +
		"On call: each minute of the next 90 days has somebody, in every rotation that is meant to cover them all. A single gap takes it to 90 % at most.\n\n" +
		"Contacts: somebody tried each of them within 90 days.\n\n" +
		"Training: the share of people who have every training that is due.\n\n" +
		"Playbooks: somebody read each of them within a year.\n\n" +
		"Exercises: one was held and closed within 12 months.\n\n" +
		"Lessons: open follow-ups that are not late."
	lines := []string{st.Title.S("WHAT COUNTS"), ""}
	for par := range strings.SplitSeq(text, "\n") {
		lines = append(lines, widget.Wrap(st.Dim.S(par), max(w, 10))...)
	}
	return widget.Block(lines, w, h)
}

var _ screen.Page = (*Readiness)(nil)
