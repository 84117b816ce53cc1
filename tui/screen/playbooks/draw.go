package playbooks

import (
	"fmt"
	"strings"
	"time"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// headLines is how many lines stand over the list.
const headLines = 2

// Main implements screen.Screen.
func (p *Playbooks) Main(w, h int) []string {
	st := p.env.Styles
	head := widget.Block([]string{" " + p.summary()}, w, headLines)
	if len(p.rows) == 0 {
		msg := "There is no playbook. A directory of your own (playbooks.dir) adds some."
		if p.text != "" {
			msg = "Nothing matches. esc clears the filter."
		}
		for _, l := range widget.Wrap(msg, max(w-3, 10)) {
			head = append(head, "  "+st.Dim.S(l))
		}
		return widget.Block(head, w, h)
	}
	return append(head, p.table.Draw(w, max(h-headLines, 0), st, p.cell)...)
}

func (p *Playbooks) summary() string {
	st := p.env.Styles
	out := st.Bold.S(fmt.Sprint(len(p.books)-p.unread)) + fmt.Sprintf(" of %d reviewed within a year", len(p.books))
	if p.unread > 0 {
		out += "  " + st.Warn.S(fmt.Sprintf("%s%d to review", st.Glyphs.Warn, p.unread))
	}
	return out
}

func (p *Playbooks) cell(row, col int) string {
	st := p.env.Styles
	b := p.rows[row]
	switch col {
	case 0:
		return st.Text.S(model.Line(b.ID).String())
	case 1:
		return st.Dim.S(screen.Clip(b.Title, 100))
	case 2:
		return p.review(b)
	case 3:
		if !b.reviewed {
			return ""
		}
		return screen.Person(b.review.By, st)
	case 4:
		return st.Dim.S(fmt.Sprint(len(b.items)))
	case 5:
		return count(len(b.changes))
	}
	return count(b.waiting)
}

// count is a number, nothing for none.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// review is when a playbook was reviewed, with a glyph where that is too long ago.
func (p *Playbooks) review(b *book) string {
	st := p.env.Styles
	switch {
	case b.fresh:
		return st.Good.S(st.Glyphs.Done + " " + b.when())
	case b.reviewed:
		return st.Warn.S(st.Glyphs.Warn + " " + b.when())
	}
	return st.Warn.S(st.Glyphs.Warn + " " + b.when())
}

// Side implements screen.Screen: what is known of the selected playbook.
func (p *Playbooks) Side(w, h int) []string {
	st := p.env.Styles
	b := p.book()
	if b == nil {
		return widget.Block(nil, w, h)
	}
	lines := []string{st.Ref.S(model.Line(b.ID).String())}
	lines = append(lines, widget.Wrap(st.Bold.S(screen.Clip(b.Title, 4*w)), w)...)
	lines = append(lines, widget.Wrap(st.Dim.S(screen.Clip(b.Description, 600)), w)...)
	lines = append(lines, "", st.Title.S("REVIEWED"))
	if !b.reviewed {
		lines = append(lines, widget.Wrap(st.Dim.S("never; x records that you read it and found it right"), w)...)
	}
	n := 0
	for i := len(p.reviews()) - 1; i >= 0 && n < 3; i-- {
		if r := p.reviews()[i]; r.Book == b.ID {
			n++
			lines = append(lines, widget.Wrap(r.At.UTC().Format(time.DateOnly)+" "+screen.Person(r.By, st)+" "+st.Dim.S(screen.Clip(string(r.Note), 200)), w)...)
		}
	}
	lines = append(lines, "", st.Title.S("CHANGED BY LESSONS"))
	if len(b.changes) == 0 {
		lines = append(lines, st.Dim.S("nothing yet; e changes an item"))
	}
	for i := len(b.changes) - 1; i >= 0; i-- {
		lines = append(lines, p.amendment(b.changes[i], w)...)
	}
	if len(b.lessons) > 0 {
		lines = append(lines, "", st.Title.S("LEARNED"))
	}
	for _, l := range b.lessons {
		lines = append(lines, widget.Wrap(st.Ref.S(l.In.ID+" "+l.Ref)+" "+screen.Clip(string(l.Title), 200), w)...)
	}
	return widget.Block(lines, w, h)
}

func (p *Playbooks) reviews() []model.BookReview {
	if p.reg == nil {
		return nil
	}
	return p.reg.Reviews
}

// amendment is one change of a playbook, with where it comes from.
func (p *Playbooks) amendment(a *model.Amendment, w int) []string {
	st := p.env.Styles
	what := "changed "
	if a.Add {
		what = "added "
	}
	text := st.Ref.S(a.Ref) + " " + st.Dim.S(what) + model.Line(a.Item).String() + ": " + screen.Clip(a.What(), 400) + " " +
		st.Dim.S(screen.Clip(a.Came(p.knows(a.Incident)), 200)+" "+a.At.UTC().Format(time.DateOnly)) + " " + screen.Person(a.By, st)
	return widget.Wrap(text, max(w, 10))
}

// whole shows all items of a playbook, what lessons changed marked.
func (p *Playbooks) whole(b *book) []string {
	st := p.env.Styles
	byItem := map[string][]*model.Amendment{}
	for _, a := range b.changes {
		byItem[a.Item] = append(byItem[a.Item], a)
	}
	var lines []string
	phase := model.Phase("")
	for _, it := range b.items {
		if it.Phase != phase {
			if phase = it.Phase; len(lines) > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, st.Title.S(strings.ToUpper(string(phase))))
		}
		must := ""
		if it.Required {
			must = st.Warn.S(" required")
		}
		lines = append(lines, st.Glyphs.Bullet+" "+st.Text.S(screen.Clip(string(it.Title), 400))+must+st.Dim.S("  "+it.Role+"  "+it.Key))
		if it.Guidance != "" {
			lines = append(lines, "  "+st.Dim.S(screen.Clip(string(it.Guidance), 2000)))
		}
		for _, a := range byItem[it.Key] {
			lines = append(lines, "  "+st.Accent.S(a.Ref+" "+screen.Clip(a.Came(p.knows(a.Incident)), 200)))
		}
	}
	return lines
}
