package tui

import (
	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// bothDialog shows two texts side by side: what somebody else saved meanwhile, and
// what is being written. It changes neither unless it is told to.
type bothDialog struct {
	d      *editorDialog
	theirs screen.Theirs
	top    int
	rows   int

	lines []string
	w     int
}

func (b *bothDialog) update(a *App, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.MouseWheelMsg:
		if m.Button == tea.MouseWheelDown {
			b.top += 3
		} else {
			b.top -= 3
		}
	case tea.KeyPressMsg:
		switch key := m.String(); key {
		case "esc", "q", "enter":
			a.drop(b)
		case "t":
			a.drop(b)
			b.d.wr.Put(b.theirs.Text)
			return b.d.keep(a)
		case "b":
			a.drop(b)
			b.d.wr.Put(b.d.typed() + "\n\n" + b.theirs.Text)
			return b.d.keep(a)
		default:
			b.top = scrolled(key, b.top, b.rows)
		}
	}
	return nil
}

func (b *bothDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	st := a.env.Styles
	bh, inner := max(h-2, 8), w-4
	head := []string{
		st.Warn.S("Nothing of yours was overwritten or lost. Change your text, or save again to put it in place of theirs."),
		"",
		b.row(a, st.Title.S("NOW, by @"+model.Line(b.theirs.By).String()), st.Title.S("YOURS, not saved"), false, inner),
	}
	head = append(widget.Wrap(head[0], inner), head[1:]...)
	if b.lines == nil || b.w != inner {
		b.lines, b.w = b.pairs(a, inner), inner
	}
	b.rows = max(bh-2-len(head), 1)
	b.top = max(0, min(b.top, len(b.lines)-b.rows))
	body := append(head, widget.Block(b.lines[b.top:], inner, b.rows)...)
	return widget.Frame(body, w, bh, "Two edits of "+b.d.ask.Title, st), 0, 0, false
}

// column is the width of one of the two texts.
func column(w int) int { return max((w-5)/2, 8) }

// row sets a line of each text side by side, with a mark between them where they
// are not the same.
func (b *bothDialog) row(a *App, left, right string, differ bool, w int) string {
	st := a.env.Styles
	mark := st.Rule.S(st.Glyphs.VRule)
	if differ {
		mark = st.Warn.S(st.Glyphs.Mark)
	}
	c := column(w)
	return widget.Fit(left, c) + "  " + mark + "  " + widget.Fit(right, c)
}

func (b *bothDialog) pairs(a *App, w int) []string {
	st := a.env.Styles
	var out []string
	c := column(w)
	for _, p := range widget.Aligned(model.Block(b.theirs.Text).String(), model.Block(b.d.typed()).String()) {
		ink := st.Dim
		if p.Differ {
			ink = st.Text
		}
		left, right := widget.Wrap(p.Left, c), widget.Wrap(p.Right, c)
		for i := range max(len(left), len(right)) {
			var l, r string
			if i < len(left) {
				l = ink.S(left[i])
			}
			if i < len(right) {
				r = ink.S(right[i])
			}
			out = append(out, b.row(a, l, r, p.Differ, w))
		}
	}
	return out
}

func (b *bothDialog) keys(*App) [][2]string {
	return [][2]string{{"esc", "go on with mine"}, {"t", "take theirs (ctrl+z: mine)"}, {"b", "theirs below mine"}, {"j k", "scroll"}}
}
