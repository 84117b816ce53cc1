package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/room"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// noteForm is the draft name of the quick note line.
const noteForm = "note"

// noteLine is the quick note line: one line, from anywhere in a room.
type noteLine struct {
	incident string
	input    *widget.Input
	corrects string
	field    string // name of its draft
	saving   bool
	err      string // why it was not saved, safe
}

func (a *App) openNote(m screen.OpenNote) tea.Cmd {
	if a.room == nil {
		return nil
	}
	n := &noteLine{incident: a.room.ID(), input: widget.NewInput(model.MaxEntry, true), corrects: m.Corrects, field: noteForm}
	if m.Corrects != "" {
		n.field = "correct:" + m.Corrects
	}
	text := m.Text
	if old := a.drafts.find(n.incident, n.field); old != "" {
		text = old
	}
	n.input.SetValue(text)
	a.note = n
	a.where()
	return nil
}

func (a *App) closeNote() {
	a.note = nil
	a.where()
}

func (n *noteLine) update(a *App, msg tea.Msg) tea.Cmd {
	if n.saving {
		if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "esc" {
			a.closeNote() // the draft goes when it turns out to be saved
		}
		return nil
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter":
			return n.save(a)
		case "esc":
			kept := strings.TrimSpace(n.input.Value()) != ""
			a.closeNote()
			if kept {
				a.toast(widget.InfoToast, "Kept as a draft: "+a.keyOf("note")+" brings it back, ctrl+u there throws it away")
			}
			return a.drafts.flush()
		}
	}
	if n.input.Update(msg) {
		n.err = ""
		return a.drafts.keep(n.incident, n.field, n.input.Value())
	}
	if n.input.Refused() {
		n.err = "that is too long for one note: the limit is 64 KiB"
	}
	return nil
}

func (n *noteLine) save(a *App) tea.Cmd {
	text := n.input.Value()
	if strings.TrimSpace(text) == "" {
		a.closeNote()
		return a.drafts.discard(n.incident, n.field)
	}
	when, rest, timed, err := model.LeadingTime(text, a.d.Now())
	if err != nil {
		n.err = errorLine(err)
		return nil
	}
	cmd := model.AddNote{Text: model.Text(rest), Corrects: n.corrects}
	if timed {
		cmd.When = when
	}
	n.saving, n.err = true, ""
	return a.env.Do(n.incident, n.field, cmd, func(r room.Result) string {
		return screen.Saved(newest(r, a.d.Now()))(r)
	})
}

// newest names the newest entry of a result, with its day when that is not today.
func newest(r room.Result, now time.Time) string {
	n := len(r.Incident.Timeline)
	if n == 0 {
		return "note"
	}
	e := r.Incident.Timeline[n-1]
	if e.OtherDay(now) {
		return e.Ref + "  happened " + e.When().Say(now)
	}
	return e.Ref
}

func (a *App) noteDone(m screen.Done) tea.Cmd {
	n := a.note
	n.saving = false
	if m.Err != nil {
		n.err = errorLine(m.Err)
		return a.drafts.flush()
	}
	found := indicator.Extract(n.input.Value())
	a.closeNote()
	said := m.Said
	if k := len(found); k > 0 && a.room != nil {
		a.room.Offer(found)
		said += "  " + a.env.Styles.Glyphs.Bullet + "  " + plural(k, "indicator") + " in it: " + a.keyOf("indicators.paste") + " adds"
	}
	a.toast(widget.InfoToast, said)
	a.mine(m.Result)
	return tea.Batch(a.drafts.discard(n.incident, n.field), a.refresh())
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return itoa(n) + " " + word + "s"
}

// keeps says which time a correction keeps when it names none.
func (n *noteLine) keeps(a *App) string {
	if a.room != nil {
		if e, err := a.room.Incident().Entry(n.corrects); err == nil {
			return "keeps the time of " + e.Ref + ": " + e.When().Say(a.d.Now())
		}
	}
	return "keeps the time of " + n.corrects
}

// draw gives the two lines of the note line and the cursor in them: what is
// typed, and what the room understands of it.
func (n *noteLine) draw(a *App, w int) (lines []string, x int) {
	st := a.env.Styles
	label := " note " + st.Glyphs.Right + " "
	if n.corrects != "" {
		label = " correct " + n.corrects + " " + st.Glyphs.Right + " "
	}
	lw := widget.Width(label)
	text, cx := n.input.Draw(w - lw - 1)
	first := st.Accent.S(label) + text + " "
	return append([]string{widget.Fit(first, w)}, n.hints(a, w)...), lw + cx
}

// hints are the lines below the text: one, or as many as an error needs.
func (n *noteLine) hints(a *App, w int) []string {
	st := a.env.Styles
	lines := []string{n.hint(a, st)}
	if widget.Width(lines[0]) > w {
		if text, ink, ok := n.wrong(a, st); ok {
			lines = widget.Wrap(text, max(w-4, 1))
			for i := range lines[:min(len(lines), 3)] {
				lines[i] = "   " + ink.S(lines[i])
			}
			lines = lines[:min(len(lines), 3)]
		}
	}
	for i := range lines {
		lines[i] = widget.Fit(lines[i], w)
	}
	return lines
}

// wrong is why the text cannot be saved as it stands.
func (n *noteLine) wrong(a *App, st *themes.Styles) (text string, ink themes.Ink, ok bool) {
	if n.err != "" {
		return st.Glyphs.Warn + " " + n.err, st.Bad, true
	}
	if _, _, _, err := model.LeadingTime(n.input.Value(), a.d.Now()); err != nil {
		return errorLine(err), st.Warn, true
	}
	return "", themes.Ink{}, false
}

func (n *noteLine) hint(a *App, st *themes.Styles) string {
	switch {
	case n.saving:
		return st.Dim.S("   saving…")
	case n.err != "":
		return "   " + st.Bad.S(st.Glyphs.Warn+" "+n.err)
	}
	text := n.input.Value()
	if text == "" {
		return st.Dim.S("   14:03 … or -20m … sets the time  @people  #tags  T1486  ! at the end stars it  enter saves  esc keeps a draft")
	}
	if len(text) > 4096 {
		return st.Dim.S("   " + plural(len(text), "byte") + "  enter saves  esc keeps a draft")
	}
	var parts []string
	when, rest, timed, err := model.LeadingTime(text, a.d.Now())
	switch {
	case err != nil:
		return "   " + st.Warn.S(errorLine(err))
	case timed:
		parts = append(parts, "happened "+when.Say(a.d.Now()))
	case n.corrects != "":
		parts = append(parts, n.keeps(a))
	default:
		parts = append(parts, "now")
	}
	m := model.ScanLine(rest)
	for _, p := range m.People {
		parts = append(parts, "@"+p)
	}
	for _, t := range m.Tags {
		parts = append(parts, "#"+t)
	}
	parts = append(parts, m.Techniques...)
	parts = append(parts, m.Refs...)
	if m.Starred {
		parts = append(parts, st.Glyphs.Star)
	}
	for _, f := range indicator.Extract(rest) {
		parts = append(parts, f.Type+" "+model.Line(indicator.Defang(f.Type, f.Value)).String())
	}
	return st.Dim.S("   " + strings.Join(parts, "  "))
}
