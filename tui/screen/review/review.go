// Package review is the page of the monthly review: the agenda of a month with its
// figures, and what was decided.
package review

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/review"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Scope is the page's scope of actions and its name.
const Scope = "review"

// view is which list is shown.
type view int

const (
	agenda view = iota
	figures
	views
)

func (v view) name() string { return [...]string{"agenda", "metrics"}[v] }

// Review is the page of one session.
type Review struct {
	env    *screen.Env
	month  review.Month
	view   view
	tables [views]*widget.Table
	above  int    // lines over the list
	text   string // filter
	stale  bool

	reg   *model.Incident // the newest register that was seen
	seen  review.View     // the review as this person sees it
	from  source          // what seen was made from
	ready bool            // seen has figures
	rows  []row           // of the agenda, sifted
	rates []*model.ReviewMetric

	live    model.ReviewFigures // the newest that were computed
	liveOf  stamp               // what of
	asked   stamp               // what is being computed, zero for nothing
	again   bool                // something changed while it is
	loading uint64              // version of the review that is being read
	failed  string              // why there is no answer
}

// stamp is what computed figures rest on.
type stamp struct {
	month string
	board uint64
	at    time.Time // to the minute: what is late moves with it
}

// source is what the lists rest on: as long as it is the same, so are they.
type source struct {
	stamp
	register uint64
}

// New makes the page of a session.
func New(env *screen.Env) *Review {
	r := &Review{env: env, month: review.Of(env.Now()), stale: true}
	r.tables[agenda] = widget.NewTable(
		widget.Column{Title: "agenda", Min: 15, Priority: 9},
		widget.Column{Title: "ref", Min: 16, Priority: 8},
		widget.Column{Title: "what", Min: 16, Flex: 1, Priority: 10},
		widget.Column{Title: "who", Min: 8, Priority: 6},
		widget.Column{Title: "when", Min: 11, Priority: 7},
	)
	r.tables[figures] = widget.NewTable(
		widget.Column{Title: "metric", Min: 20, Flex: 1, Priority: 10},
		widget.Column{Title: "n", Min: 4, Priority: 8, Right: true},
		widget.Column{Title: "median/share", Min: 12, Priority: 9, Right: true},
		widget.Column{Title: "p90", Min: 7, Priority: 6, Right: true},
		widget.Column{Title: "mean", Min: 7, Priority: 5, Right: true},
		widget.Column{Title: "left out", Min: 8, Priority: 4, Right: true},
		widget.Column{Title: "12 before", Min: 9, Priority: 7, Right: true},
		widget.Column{Title: "12 months", Min: 12, Priority: 6},
	)
	for _, t := range r.tables {
		t.Focused, t.Gap = true, 2
	}
	r.tables[agenda].Gap = 1
	return r
}

// Name implements screen.Page.
func (r *Review) Name() string { return "Review" }

// Key implements screen.Page.
func (r *Review) Key() string { return "R" }

// Count implements screen.Page: a mark while the review of the month before is
// begun and not closed.
func (r *Review) Count() string {
	b, ok := r.env.Hub.Board().Get(review.Of(r.env.Now()).Before(1).ID())
	if ok && b.Review != nil && b.Review.ClosedBy == "" {
		return "1"
	}
	return ""
}

// Open implements screen.Page: a month, as 2026-11 or by its review's id.
func (r *Review) Open(ref string) {
	if t, err := model.ParseMonth(ref, r.env.Now()); err == nil {
		r.show(review.Of(t))
	}
}

// show goes to a month; one that has not begun is not there.
func (r *Review) show(m review.Month) {
	if m.From.After(r.env.Now()) || m.From.Year() < 1990 || m == r.month {
		return
	}
	r.month, r.ready, r.failed, r.stale, r.loading = m, false, "", true, 0
	for _, t := range r.tables {
		t.Top()
	}
}

// register is the month's review as far as it is known here; empty while nothing is.
// Memory may have lost what nobody has looked at for long: the page keeps its own.
func (r *Review) register() *model.Incident {
	id := r.month.ID()
	if in := r.env.Hub.PeekRegister(id); r.reg == nil || r.reg.ID != id || in.Version > r.reg.Version {
		r.reg = in
	}
	return r.reg
}

// Refresh implements screen.Screen.
func (r *Review) Refresh() tea.Cmd {
	reg, board := r.register(), r.env.Hub.Board()
	var cmds []tea.Cmd
	if b, ok := board.Get(r.month.ID()); ok && b.Version > reg.Version && b.Version != r.loading {
		r.loading = b.Version
		cmds = append(cmds, r.load())
	}
	want := stamp{r.month.String(), board.Version, r.env.Now().Truncate(time.Minute)}
	closed := reg.Review != nil && reg.Review.Closed != nil
	switch {
	case closed || r.liveOf == want || r.asked == want:
	case r.asked != stamp{} && r.asked.month == want.month:
		r.again = true // one at a time
	default:
		r.asked = want
		cmds = append(cmds, r.compute(want))
	}
	r.take()
	return tea.Batch(cmds...)
}

// take makes the lists from the newest that is there.
func (r *Review) take() {
	reg, board := r.register(), r.env.Hub.Board()
	if _, there := board.Get(r.month.ID()); there && reg.Version == 0 {
		return // it is being read: nothing is said of it before
	}
	closed := reg.Review != nil && reg.Review.Closed != nil
	from := source{r.liveOf, reg.Version}
	switch {
	case closed:
		from.stamp = stamp{month: r.month.String(), board: board.Version}
		if from != r.from || !r.ready {
			r.seen = review.SeeWith(reg, r.month, reg.Review.Closed.Figures, board.Briefs, r.env.Actor)
			r.from, r.ready, r.stale = from, true, true
		}
	case r.liveOf.month == r.month.String() && (from != r.from || !r.ready):
		r.seen = review.SeeWith(reg, r.month, r.live, board.Briefs, r.env.Actor)
		r.from, r.ready, r.stale = from, true, true
	}
	if r.stale && r.ready {
		r.stale = false
		r.sift()
	}
}

// computed is an answer to compute.
type computed struct {
	of stamp
	f  model.ReviewFigures
}

// compute makes the agenda beside the event loop: a big house has many incidents.
func (r *Review) compute(of stamp) tea.Cmd {
	env, m := r.env, r.month
	return func() tea.Msg {
		return screen.Loaded{For: Scope, Data: computed{of, review.Agenda(env.Hub.Board().Briefs, m, env.Now())}}
	}
}

// loaded is an answer to load.
type loaded struct{ id string }

// load reads what this server lacks of the review.
func (r *Review) load() tea.Cmd {
	env, id := r.env, r.month.ID()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		_, err := env.Hub.Register(ctx, env.Actor, id)
		return screen.Loaded{For: Scope, Data: loaded{id}, Err: err}
	}
}

// Update implements screen.Screen.
func (r *Review) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(screen.Loaded)
	if !ok {
		return nil
	}
	switch d := m.Data.(type) {
	case computed:
		if d.of != r.asked {
			return nil // of a month that was left
		}
		r.live, r.liveOf, r.asked = d.f, d.of, stamp{}
		r.take()
		if r.again {
			r.again = false
			return r.Refresh()
		}
	case loaded:
		if d.id == r.month.ID() {
			r.loading, r.failed = 0, ""
			if m.Err != nil {
				r.failed = model.Line(m.Err.Error()).String()
				return nil
			}
			return r.Refresh()
		}
	}
	return nil
}

func (r *Review) table() *widget.Table { return r.tables[r.view] }

// Scopes implements screen.Screen.
func (r *Review) Scopes() []string { return []string{Scope} }

// Where implements screen.Screen.
func (r *Review) Where() (string, string) { return Scope, r.month.String() }

// HasSide implements screen.Screen.
func (r *Review) HasSide() bool { return true }

// Move implements screen.Screen.
func (r *Review) Move(m screen.Motion) {
	switch m {
	case screen.Left:
		r.show(r.month.Before(1))
	case screen.Right:
		r.show(r.month.Before(-1))
	default:
		screen.MoveTable(r.table(), m)
	}
}

// Click implements screen.Screen.
func (r *Review) Click(_, y int) tea.Cmd {
	r.table().Click(y - r.above)
	return nil
}

// Filter implements screen.Screen.
func (r *Review) Filter(text string) { r.text, r.stale = text, true }

// Filtering implements screen.Screen.
func (r *Review) Filtering() string { return r.text }

// Back implements screen.Screen.
func (r *Review) Back() bool {
	if r.text == "" {
		return false
	}
	r.Filter("")
	return true
}

// Copy implements screen.Screen.
func (r *Review) Copy(raw bool) (string, bool) {
	x := r.row()
	if r.view != agenda || x == nil {
		return "", false
	}
	text := strings.TrimSpace(x.ref + " " + string(x.what) + " " + x.who + " " + x.when)
	if !raw {
		text = model.Block(screen.Defang(text)).String()
	}
	return text, true
}

// row is the selected line of the agenda, nil for none.
func (r *Review) row() *row {
	if i := r.tables[agenda].Index(); r.ready && i >= 0 && i < len(r.rows) {
		return &r.rows[i]
	}
	return nil
}

var _ screen.Page = (*Review)(nil)
