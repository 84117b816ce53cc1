package board

import (
	"fmt"
	"slices"
	"strings"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// TabLine draws the lists with their counts and the filter in force.
func (b *Board) TabLine(w int) string {
	st := b.env.Styles
	var parts []string
	for l := range lists {
		text := fmt.Sprintf(" %d %s %d ", l+1, l.name(), b.counts[l])
		if l == b.list {
			parts = append(parts, st.TabOn.S(text))
		} else {
			parts = append(parts, st.TabOff.S(text))
		}
	}
	tabs := strings.Join(parts, "")
	line := tabs
	if b.order != byUrgency || w >= 100 {
		line += "  " + st.Faint.S(b.order.name())
	}
	if b.clocks() {
		const advice = "  no legal advice" // stands wherever a clock does
		if widget.Width(line+advice) > w {
			line = tabs
		}
		line += st.Faint.S(advice)
	}
	if b.filterText != "" {
		line += "  " + st.Match.S("/"+model.ClipLine(b.filterText, 40).String()) + st.Dim.S(fmt.Sprintf(" %d of %d", len(b.rows), b.counts[b.list]))
	}
	return line
}

// clocks says whether a deadline may be in sight.
func (b *Board) clocks() bool {
	const near = 200 // rows that a screen can show
	return slices.ContainsFunc(b.rows[:min(len(b.rows), near)], func(r *model.Brief) bool { return !r.Deadline.Due.IsZero() })
}

// Main implements screen.Screen.
func (b *Board) Main(w, h int) []string {
	st := b.env.Styles
	switch {
	case b.filterErr != "":
		return widget.Block([]string{"", "  " + st.Bad.S(b.filterErr)}, w, h)
	case b.list == reportList || len(b.intake.rows) > 0 && !b.kanban:
		return b.drawIntake(w, h)
	case len(b.rows) == 0 && b.filterText != "":
		return widget.Block([]string{"", st.Dim.S(fmt.Sprintf("  0 of %d match. esc clears the filter.", b.counts[b.list]))}, w, h)
	case len(b.rows) == 0:
		return widget.Block(b.empty(), w, h)
	case b.kanban:
		return b.drawKanban(w, h)
	}
	return b.table.Draw(w, h, st, b.cell)
}

func (b *Board) empty() []string {
	st := b.env.Styles
	text := map[list][2]string{
		openList:   {"No open incidents.", "n reports what looks suspicious, a declares an incident."},
		mineList:   {"You lead no open incident.", "1 shows all that are open."},
		closedList: {"No incident was closed yet.", "1 shows those that are open."},
		allList:    {"There is no incident yet.", "a declares the first one."},
	}[b.list]
	return []string{"", "  " + st.Text.S(text[0]), "  " + st.Dim.S(text[1])}
}

func (b *Board) cell(row, col int) string {
	st := b.env.Styles
	br := b.rows[row]
	switch col {
	case 0:
		return st.Ref.S(br.ID)
	case 1:
		return st.SevBadge(int(br.Severity))
	case 2:
		title := screen.Clip(string(br.Title), 200)
		if br.Restricted {
			title = st.Glyphs.Lock + " " + title
		}
		if br.Exercise {
			return st.Warn.S("EXERCISE ") + title
		}
		return title
	case 3:
		return screen.PhaseDots(br.Phase, st) + " " + br.Phase.Short()
	case 4:
		return screen.Person(br.IC, st)
	case 5:
		end := b.env.Now()
		if !br.ClosedAt.IsZero() {
			return st.Dim.S("closed")
		}
		return st.Dim.S(model.Ago(end.Sub(br.DeclaredAt)))
	case 6:
		return screen.Next(br, b.env.Now(), st)
	case 7:
		return st.Dim.S(fmt.Sprintf("%d/%d", br.ItemsDone, br.Items))
	case 8:
		if n := b.here[br.ID]; n > 0 {
			return st.Good.S(fmt.Sprintf("%s%d", st.Glyphs.Here, n))
		}
	}
	return ""
}

// drawKanban draws a column a phase. Every column shows as many incidents as fit,
// around the selected one.
func (b *Board) drawKanban(w, h int) []string {
	st := b.env.Styles
	phases := model.WorkPhases()
	if b.list == closedList || b.list == allList {
		phases = append(phases, model.PhaseClosed)
	}
	gap := 2
	cw := (w - gap*(len(phases)-1)) / len(phases)
	cols := make([][]string, len(phases))
	for c, p := range phases {
		var mine []int
		at := 0
		for i := range b.rows {
			if b.rows[i].Phase == p {
				if i == b.table.Index() {
					at = len(mine)
				}
				mine = append(mine, i)
			}
		}
		name := string(p)
		if widget.Width(name)+3 > cw {
			name = p.Short()
		}
		cols[c] = append(cols[c], widget.Fit(st.Title.S(name)+st.Dim.S(fmt.Sprintf(" %d", len(mine))), cw), widget.RuleLine(cw, st))
		per := max((h-3)/3, 1)
		first := max(0, min(at-per/2, len(mine)-per))
		for _, i := range mine[first:min(len(mine), first+per)] {
			cols[c] = append(cols[c], b.card(i, cw)...)
		}
		if rest := len(mine) - first - per; rest > 0 {
			cols[c] = append(cols[c], st.Dim.S(fmt.Sprintf("%s %d more", st.Glyphs.Down, rest)))
		}
	}
	out := make([]string, h)
	for y := range out {
		var line strings.Builder
		for c := range cols {
			cell := ""
			if y < len(cols[c]) {
				cell = cols[c][y]
			}
			line.WriteString(widget.Fit(cell, cw))
			if c < len(cols)-1 {
				line.WriteString(strings.Repeat(" ", gap))
			}
		}
		out[y] = widget.Fit(line.String(), w)
	}
	return out
}

func (b *Board) card(i, w int) []string {
	st := b.env.Styles
	br := b.rows[i]
	num := strings.TrimPrefix(br.ID, "INC-")
	title := screen.Clip(string(br.Title), w)
	if i == b.table.Index() {
		return []string{st.Cursor.S(st.Glyphs.Cursor) + st.Selected.Over(widget.Fit(st.SevBadge(int(br.Severity))+" "+num, w-1)),
			st.Cursor.S(st.Glyphs.Cursor) + st.Selected.Over(widget.Fit(title, w-1)), ""}
	}
	return []string{" " + widget.Fit(st.SevBadge(int(br.Severity))+" "+st.Ref.S(num), w-1), " " + widget.Fit(title, w-1), ""}
}

// Side implements screen.Screen: the preview of the selected incident.
func (b *Board) Side(w, h int) []string {
	st := b.env.Styles
	br, ok := b.selected()
	if !ok {
		return widget.Block(nil, w, h)
	}
	if br.Report != nil {
		return b.sideReport(br, w, h)
	}
	lines := []string{st.Ref.S(br.ID)}
	lines = append(lines, widget.Wrap(st.Bold.S(screen.Clip(string(br.Title), 4*w)), w)...)
	if next := screen.Next(br, b.env.Now(), st); next != "" {
		lines = append(lines, widget.Fit(st.Dim.S("next ")+next+" "+st.Dim.S(model.ClipLine(br.Deadline.Regime, 30).String()), w))
	}
	lines = append(lines,
		st.SevBadge(int(br.Severity))+" "+br.Priority.String()+"  "+string(br.Phase),
		st.Dim.S(model.SinceDeclared(br.DeclaredAt, br.ClosedAt, b.env.Now(), false))+"  IC "+screen.Person(br.IC, st), "",
		st.Dim.S(fmt.Sprintf("timeline %d  indicators %d  assets %d", br.Entries, br.Indicators, br.Assets)),
		st.Dim.S(fmt.Sprintf("checklist %d/%d", br.ItemsDone, br.Items)))
	if who := people(b.env.Hub.People(), br.ID); len(who) > 0 {
		names := make([]string, len(who))
		for i, n := range who {
			names[i] = screen.Person(n, st)
		}
		lines = append(lines, widget.Wrap(st.Good.S(st.Glyphs.Here)+" "+strings.Join(names, " "), w)...)
	}
	in := b.env.Hub.Peek(br.ID)
	if in == nil || !in.CanRead(b.env.Actor) {
		return widget.Block(lines, w, h)
	}
	if in.Summary != "" {
		lines = append(lines, "")
		sum := summary(string(in.Summary), w)
		lines = append(lines, sum[:min(len(sum), 6)]...)
	}
	lines = append(lines, "", st.Title.S("NEWEST"))
	for i := len(in.Recent) - 1; i >= 0 && len(lines) < h; i-- {
		lines = append(lines, screen.FeedLines(&in.Recent[i], st, w)...)
	}
	return widget.Block(lines, w, h)
}

// summary is a summary in lines of w columns, its own lines kept and blank ones
// left out.
func summary(text string, w int) []string {
	var out []string
	for line := range strings.SplitSeq(model.Block(screen.Defang(text)).String(), "\n") {
		if strings.TrimSpace(line) != "" && len(out) < 6 {
			out = append(out, widget.Wrap(screen.Clip(line, 6*w), w)...)
		}
	}
	return out
}
