package followups

import (
	"fmt"
	"strings"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/screen/finding"
	"warroom/tui/widget"
)

// headLines is how many lines stand over the list.
const headLines = 2

// Main implements screen.Screen.
func (p *FollowUps) Main(w, h int) []string {
	head := widget.Block([]string{" " + p.summary()}, w, headLines)
	if empty := p.empty(); len(empty) > 0 {
		for _, l := range empty {
			for _, part := range widget.Wrap(l, max(w-3, 10)) {
				head = append(head, "  "+part)
			}
		}
		return widget.Block(head, w, h)
	}
	return append(head, p.table.Draw(w, max(h-headLines, 0), p.env.Styles, p.cell)...)
}

// summary is how much there is to do, in one line.
func (p *FollowUps) summary() string {
	st := p.env.Styles
	out := st.Bold.S(fmt.Sprint(len(p.todo))) + " to do"
	if p.late > 0 {
		out += "  " + st.Bad.S(fmt.Sprintf("%s%d late", st.Glyphs.Warn, p.late))
	}
	switch {
	case p.all:
		out += "  " + st.Dim.S(fmt.Sprintf("with %d settled; v hides them", p.settled))
	case p.settled > 0:
		out += "  " + st.Dim.S(fmt.Sprintf("%d settled; v shows them", p.settled))
	}
	if p.text != "" && p.wrong == "" {
		out += "  " + st.Dim.S(fmt.Sprintf("%d match", len(p.rows)))
	}
	return out
}

// empty is what stands instead of an empty list; none when there is something.
func (p *FollowUps) empty() []string {
	st := p.env.Styles
	switch {
	case p.wrong != "":
		return []string{st.Bad.S(p.wrong)}
	case len(p.rows) > 0:
		return nil
	case p.text != "":
		return []string{st.Dim.S("Nothing matches. esc clears the filter.")}
	case p.settled > 0:
		return []string{st.Text.S("All that was learned is done."), st.Dim.S("v shows what is settled, a adds a follow-up.")}
	}
	return []string{st.Text.S("No follow-up yet."), st.Dim.S("What an incident taught becomes somebody's work here. a makes the first one.")}
}

func (p *FollowUps) cell(row, col int) string {
	st := p.env.Styles
	l := &p.rows[row]
	switch col {
	case 0:
		return st.Ref.S(l.Ref)
	case 1:
		return st.Ref.S(l.In.ID)
	case 2:
		title := screen.Clip(string(l.Title), 200)
		if l.In.Restricted {
			title = st.Glyphs.Lock + " " + title
		}
		if l.In.Exercise {
			return st.Warn.S("EXERCISE ") + title
		}
		return title
	case 3:
		return st.Dim.S(string(l.Kind))
	case 4:
		if l.Team == "" {
			return st.Faint.S("-")
		}
		return screen.Clip(string(l.Team), 60)
	case 5:
		return screen.Person(l.Owner, st)
	case 6:
		return finding.Due(l.FollowUpBrief, p.env.Now(), st)
	}
	return finding.ShortState(l.State, st)
}

// Side implements screen.Screen: the selected follow-up, and the work of each team.
func (p *FollowUps) Side(w, h int) []string {
	st := p.env.Styles
	var lines []string
	if l := p.line(); l != nil {
		in := p.env.Hub.Peek(l.In.ID)
		if in != nil && !in.CanRead(p.env.Actor) {
			in = nil
		}
		lines = finding.About(l.FollowUpBrief, l.In.ID, in, p.env.Now(), w, st)
	}
	if len(p.teams) == 0 {
		return widget.Block(lines, w, h)
	}
	table := []string{"", st.Title.S("TEAMS") + st.Dim.S("  to do, late")}
	for i, t := range p.teams {
		if i == 12 {
			table = append(table, st.Dim.S(fmt.Sprintf("and %d more", len(p.teams)-i)))
			break
		}
		table = append(table, p.teamLine(t, w))
	}
	// The teams stay in sight: what is long is the history.
	if over := len(lines) + len(table) - h; over > 0 {
		lines = lines[:max(len(lines)-over, 0)]
	}
	return widget.Block(append(lines, table...), w, h)
}

func (p *FollowUps) teamLine(t team, w int) string {
	st := p.env.Styles
	w = min(w, 44)
	name := "no team"
	if t.name != "" {
		name = screen.Clip(t.name, max(w-14, 8))
	}
	late := ""
	if t.late > 0 {
		late = st.Bad.S(fmt.Sprintf("%s%d late", st.Glyphs.Warn, t.late))
	}
	return widget.Fit(widget.Fit(name, max(w-14, 8))+fmt.Sprintf("%4d  ", t.open)+late, w)
}

// incidents are those to which a follow-up may be added, the selected one's first,
// then what is behind, then the rest by number.
func (p *FollowUps) incidents() []widget.Item {
	const most = 500
	var first, behind, rest []widget.Item
	l := p.line()
	board := p.env.Hub.Board()
	for i := range board.Briefs {
		b := board.Briefs[i]
		if !b.IsIncident() || !b.CanRead(p.env.Actor) {
			continue
		}
		it := widget.Item{ID: b.ID, Label: b.ID + "  " + screen.Clip(string(b.Title), 80), Detail: strings.ToLower(b.Phase.Short())}
		switch {
		case l != nil && l.In.ID == b.ID:
			first = append(first, it)
		case b.Phase == model.PhasePostIncident:
			behind = append(behind, it)
		case len(rest) < most:
			rest = append(rest, it)
		}
	}
	return append(append(first, behind...), rest...)
}
