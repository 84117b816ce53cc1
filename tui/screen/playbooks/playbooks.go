// Package playbooks is the page of the playbooks: when each was reviewed, what
// lessons changed in it, and its items.
package playbooks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// scope is the page's scope of actions and its name.
const scope = "playbooks"

// Playbooks is the page of one session.
type Playbooks struct {
	env   *screen.Env
	table *widget.Table
	text  string // filter
	stale bool
	from  source

	reg    *model.Books
	seen   uint64 // version of the register
	books  []book // of the library, in its order
	rows   []*book
	unread int // how many were not reviewed within a year
}

// source is what the rows were made from.
type source struct {
	register, board uint64
	day             model.Day
}

// book is a playbook with what the register and the follow-ups know of it.
type book struct {
	*playbook.Book
	items    []model.ItemSpec // as lessons have left them
	changes  []*model.Amendment
	review   model.BookReview
	reviewed bool                 // ever
	fresh    bool                 // within a year
	lessons  []model.FollowUpLine // done ones that changed it
	waiting  int                  // follow-ups that are to change it
}

// New makes the page of a session.
func New(env *screen.Env) *Playbooks {
	p := &Playbooks{env: env, stale: true}
	p.table = widget.NewTable(
		widget.Column{Title: "playbook", Min: 22, Flex: 1, Priority: 10},
		widget.Column{Title: "title", Min: 16, Flex: 2, Priority: 5},
		widget.Column{Title: "reviewed", Min: 12, Priority: 9},
		widget.Column{Title: "by", Min: 9, Priority: 3},
		widget.Column{Title: "items", Min: 5, Priority: 6, Right: true},
		widget.Column{Title: "changes", Min: 7, Priority: 8, Right: true},
		widget.Column{Title: "to come", Min: 7, Priority: 7, Right: true},
	)
	p.table.Focused, p.table.Gap = true, 2
	return p
}

// Name implements screen.Page.
func (p *Playbooks) Name() string { return "Playbooks" }

// Key implements screen.Page.
func (p *Playbooks) Key() string { return "B" }

// Count implements screen.Page: how many were not reviewed within a year.
func (p *Playbooks) Count() string {
	p.collect()
	if p.unread == 0 {
		return ""
	}
	return fmt.Sprintf("%d!", p.unread)
}

// Open implements screen.Page: a playbook by its id.
func (p *Playbooks) Open(ref string) {
	if ref == "" {
		return
	}
	p.Filter("")
	p.sift()
	id, _, _ := strings.Cut(ref, "/")
	p.table.Select(id)
}

// Scopes implements screen.Screen.
func (p *Playbooks) Scopes() []string { return []string{scope} }

// Where implements screen.Screen.
func (p *Playbooks) Where() (string, string) { return scope, "" }

// HasSide implements screen.Screen.
func (p *Playbooks) HasSide() bool { return true }

// Update implements screen.Screen.
func (p *Playbooks) Update(tea.Msg) tea.Cmd { return nil }

// Move implements screen.Screen.
func (p *Playbooks) Move(m screen.Motion) { screen.MoveTable(p.table, m) }

// Click implements screen.Screen.
func (p *Playbooks) Click(_, y int) tea.Cmd {
	was := p.table.Selected()
	if p.table.Click(y-headLines) && p.table.Selected() == was {
		return p.show()
	}
	return nil
}

// Filter implements screen.Screen.
func (p *Playbooks) Filter(text string) { p.text, p.stale = text, true }

// Filtering implements screen.Screen.
func (p *Playbooks) Filtering() string { return p.text }

// Back implements screen.Screen.
func (p *Playbooks) Back() bool {
	if p.text == "" {
		return false
	}
	p.Filter("")
	return true
}

// Copy implements screen.Screen.
func (p *Playbooks) Copy(bool) (string, bool) {
	b := p.book()
	if b == nil {
		return "", false
	}
	return b.ID + " " + model.Line(b.Title).String() + ", reviewed " + b.when(), true
}

// Refresh implements screen.Screen.
func (p *Playbooks) Refresh() tea.Cmd {
	p.sift()
	return nil
}

// collect takes over what the register and the follow-ups say, when one of them or
// the day changed.
func (p *Playbooks) collect() {
	in, board, now := p.env.Hub.PeekRegister(model.RegisterPlaybooks), p.env.Hub.Board(), p.env.Now()
	from := source{register: in.Version, day: model.DayOf(now)}
	if board != nil {
		from.board = board.Version
	}
	if from == p.from && p.books != nil {
		return
	}
	p.from, p.stale, p.reg, p.seen, p.unread = from, true, in.Books, in.Version, 0
	byBook := map[string][]model.FollowUpLine{}
	if board != nil {
		for _, l := range model.FollowUpLines(board.Briefs, p.env.Actor, model.FollowUpFilter{}.And("changes", "playbook:"), now) {
			for _, id := range changed(l.Changes) {
				byBook[id] = append(byBook[id], l)
			}
		}
	}
	p.books = []book{}
	for _, b := range p.env.Books.List() {
		x := book{Book: b, items: b.Amended(p.reg).Items, changes: p.reg.Of(b.ID), fresh: p.reg.Reviewed(b.ID, now)}
		x.review, x.reviewed = p.reg.Review(b.ID)
		for _, l := range byBook[b.ID] {
			switch {
			case l.State == model.FollowUpDone:
				x.lessons = append(x.lessons, l)
			case l.Open():
				x.waiting++
			}
		}
		if !x.fresh {
			p.unread++
		}
		p.books = append(p.books, x)
	}
}

// changed are the ids of the playbooks among what a follow-up changes, each once.
func changed(list []string) []string {
	var out []string
	for _, s := range list {
		if c, err := model.ParseChange(s); err == nil && c.Playbook != "" && !slices.Contains(out, c.Playbook) {
			out = append(out, c.Playbook)
		}
	}
	return out
}

// when is the last review in words.
func (b *book) when() string {
	if !b.reviewed {
		return "never"
	}
	return b.review.At.UTC().Format(time.DateOnly)
}

// sift makes the rows.
func (p *Playbooks) sift() {
	p.collect()
	if !p.stale {
		return
	}
	p.stale = false
	words := strings.Fields(strings.ToLower(p.text))
	p.rows = nil
	for i := range p.books {
		b := &p.books[i]
		if screen.Matches(strings.ToLower(b.ID+" "+b.Title+" "+strings.Join(b.Types, " ")), words) {
			p.rows = append(p.rows, b)
		}
	}
	p.table.SetSource(len(p.rows), func(i int) string { return p.rows[i].ID })
}

// book is the selected playbook, nil for none.
func (p *Playbooks) book() *book {
	if i := p.table.Index(); i >= 0 && i < len(p.rows) {
		return p.rows[i]
	}
	return nil
}

// knows says whether the person may know of an incident.
func (p *Playbooks) knows(id string) bool {
	return id != "" && len(p.env.Hub.Board().Known(p.env.Actor, id)) > 0
}

var _ screen.Page = (*Playbooks)(nil)
