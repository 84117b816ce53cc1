package tui

import (
	"encoding/json"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// textField is the name of the text in an editor's draft.
const textField = "text"

// editorDialog is the editor of a long text. It leaves the first and the last line
// of the terminal: the incident and its clocks stay in sight, and its keys stand
// where keys always stand. What is typed is a draft, as in a form.
type editorDialog struct {
	ask      screen.OpenEditor
	incident string // where its draft belongs
	wr       *widget.Writer
	saving   bool
	err      string // why it was not saved, safe
	saved    string // what is saved, as it would stand here

	looking bool // the preview is in front
	top     int  // its first line in sight
	rows    int
	seen    look
}

// look keeps the drawn preview.
type look struct {
	text       string
	w          int
	generation int
	lines      []string
}

func (d *editorDialog) name() string { return d.ask.Name }
func (d *editorDialog) waits() bool  { return d.saving }

func (a *App) openEditor(m screen.OpenEditor) tea.Cmd {
	if a.asking(m.Name) != nil {
		return nil
	}
	d := &editorDialog{ask: m, incident: a.stream(), wr: widget.NewWriter(m.Limit)}
	d.wr.Suggest = m.Suggest
	d.wr.SetValue(m.Text)
	d.base(m.Text)
	var old kept
	if text := a.drafts.find(d.incident, m.Name); text != "" && json.Unmarshal([]byte(text), &old) == nil && old.Values != nil {
		d.wr.SetValue(old.Values[textField])
		d.ask.Base = old.Base
		if m.At == 0 {
			a.toast(widget.InfoToast, "What you typed here before is back; esc, then y, throws it away")
		}
	}
	if m.At > 0 {
		d.wr.Seek(m.At)
	}
	a.push(d)
	a.where()
	if m.Own {
		return d.own(a)
	}
	return nil
}

// own opens the person's own editor on the text.
func (d *editorDialog) own(a *App) tea.Cmd {
	if a.d.Edit == nil {
		return nil
	}
	return a.d.Edit(d.wr.Value(), func(text string, err error) tea.Msg { return editedMsg{d, text, err} })
}

func (d *editorDialog) update(a *App, msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case d.saving:
		if isKey && k.String() == "esc" {
			a.drop(d) // the draft goes when it turns out to be saved
		}
		return nil
	case d.looking:
		d.look(msg)
		return nil
	}
	if w, ok := msg.(tea.MouseWheelMsg); ok {
		key := tea.KeyDown
		if w.Button == tea.MouseWheelUp {
			key = tea.KeyUp
		}
		for range 3 {
			d.wr.TextArea.Update(tea.KeyPressMsg{Code: key})
		}
		return nil
	}
	if isKey {
		switch k.Keystroke() {
		case "ctrl+r":
			if d.ask.Preview != nil {
				d.looking, d.top = true, 0
			}
			return nil
		case "ctrl+l":
			return d.jump(a)
		case "ctrl+e":
			if a.d.Edit != nil {
				return d.own(a)
			}
		}
	}
	return d.outcome(a, d.wr.Update(msg))
}

func (d *editorDialog) outcome(a *App, out widget.Outcome) tea.Cmd {
	switch out {
	case widget.Changed:
		d.err = ""
		return d.keep(a)
	case widget.Submitted:
		return d.save(a)
	case widget.Cancelled:
		return d.leave(a)
	}
	return nil
}

// keep makes a draft of what is typed.
func (d *editorDialog) keep(a *App) tea.Cmd {
	b, err := json.Marshal(kept{Values: map[string]string{textField: d.wr.Value()}, Base: d.ask.Base})
	if err != nil {
		return a.report(err)
	}
	return a.drafts.keep(d.incident, d.ask.Name, string(b))
}

// typed is the text as it is saved: without blank lines at the end.
func (d *editorDialog) typed() string { return strings.TrimRight(d.wr.Value(), " \t\n") }

// unchanged says that what stands in the editor is what is saved.
func (d *editorDialog) unchanged() bool { return d.typed() == d.saved }

// base takes over what is saved, as it would stand in the editor.
func (d *editorDialog) base(text string) {
	d.saved = strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), " \t\n")
}

func (d *editorDialog) save(a *App) tea.Cmd {
	if d.unchanged() {
		a.drop(d)
		return a.drafts.discard(d.incident, d.ask.Name)
	}
	d.saving, d.err = true, ""
	return d.ask.Submit(d.typed(), d.ask.Base)
}

// leave closes the editor; what was typed stays a draft unless it is thrown away.
func (d *editorDialog) leave(a *App) tea.Cmd {
	a.drop(d)
	if d.unchanged() {
		return a.drafts.discard(d.incident, d.ask.Name)
	}
	a.push(&confirmDialog{confirm: widget.NewConfirm("Throw away what you typed?",
		"No keeps it as a draft for the next time you open this text.", "throw away"),
		yes: func() tea.Cmd { return a.drafts.discard(d.incident, d.ask.Name) }})
	return a.drafts.flush()
}

// jump leaves the editor for the thing that the cursor stands on.
func (d *editorDialog) jump(a *App) tea.Cmd {
	ref := d.wr.Word()
	if d.ask.Jump == nil || !d.ask.Jump(ref, d.wr.Cursor()) {
		what := "there is no ref here"
		if ref != "" {
			what = "there is no " + model.ClipLine(ref, 20).String() + " to go to"
		}
		a.toast(widget.WarnToast, what)
		return nil
	}
	a.drop(d)
	return tea.Batch(a.drafts.flush(), a.refresh())
}

// editedMsg is what came back from the person's own editor.
type editedMsg struct {
	d    *editorDialog
	text string
	err  error
}

// edited takes over what the person's own editor wrote, whatever its size: a text
// that is too long is refused when it is saved, and stays.
func (d *editorDialog) edited(a *App, m editedMsg) tea.Cmd {
	if m.err != nil {
		return a.report(m.err)
	}
	if text := strings.TrimSuffix(m.text, "\n"); text != d.wr.Value() {
		d.wr.Put(text)
		return d.keep(a)
	}
	return nil
}

// failed shows why the text was not saved, and both texts after a conflict.
func (d *editorDialog) failed(a *App, m screen.Done) {
	d.saving = false
	if m.Base != nil {
		d.ask.Base = m.Base
	}
	d.err = fieldLine(m.Err)
	if m.Theirs != nil {
		d.base(m.Theirs.Text)
		a.push(&bothDialog{d: d, theirs: *m.Theirs})
	}
}

// look moves in the preview.
func (d *editorDialog) look(msg tea.Msg) {
	switch m := msg.(type) {
	case tea.MouseWheelMsg:
		if m.Button == tea.MouseWheelDown {
			d.top += 3
		} else {
			d.top -= 3
		}
	case tea.KeyPressMsg:
		switch m.String() {
		case "esc", "q", "enter", "ctrl+r", "v":
			d.looking = false
		default:
			d.top = scrolled(m.String(), d.top, d.rows)
		}
	}
}

// scrolled is the first line in sight of a text after a key, when rows are in sight.
func scrolled(key string, top, rows int) int {
	switch key {
	case "j", "down":
		return top + 1
	case "k", "up":
		return top - 1
	case "ctrl+d", "pgdown", "space":
		return top + max(rows-1, 1)
	case "ctrl+u", "pgup":
		return top - max(rows-1, 1)
	case "g", "home":
		return 0
	case "G", "end":
		return 1 << 30
	}
	return top
}

func (d *editorDialog) draw(a *App, w, h int) (box []string, x, y int, cursor bool) {
	bh := max(h-2, 4)
	inner, rows := w-4, bh-3
	title := d.ask.Title
	var body []string
	if d.looking {
		title += ", as it will look"
		body = d.preview(a, inner, rows)
	} else {
		body, x, y = d.wr.Draw(inner, rows, a.env.Styles)
	}
	body = append(body, d.status(a, inner))
	return widget.Frame(body, w, bh, title, a.env.Styles), x + 2, y + 1, !d.looking && !d.saving
}

// preview is the part of the preview that is in sight.
func (d *editorDialog) preview(a *App, w, rows int) []string {
	if v := d.wr.Value(); d.seen.lines == nil || d.seen.text != v || d.seen.w != w || d.seen.generation != a.env.Generation {
		d.seen = look{v, w, a.env.Generation, d.ask.Preview(v, min(w, 100))}
	}
	d.rows = rows
	d.top = max(0, min(d.top, len(d.seen.lines)-rows))
	return widget.Block(d.seen.lines[d.top:], w, rows)
}

// status is the line below the text: where the cursor is, how much room there is,
// what becomes of the text, and who else is here.
func (d *editorDialog) status(a *App, w int) string {
	st := a.env.Styles
	n := len(d.wr.Value())
	size := itoa(n) + " of " + itoa(d.ask.Limit) + " bytes"
	if n > d.ask.Limit*9/10 {
		size = st.Warn.S(st.Glyphs.Warn + " " + size)
	} else {
		size = st.Dim.S(size)
	}
	right := st.Dim.S("line "+itoa(d.wr.Line())+" of "+itoa(d.wr.Lines())+"  ") + size
	left := ""
	switch {
	case d.saving:
		left = st.Dim.S("saving…")
	case d.wr.Refused():
		left = st.Error.S(st.Glyphs.Warn + " not taken: " + itoa(d.ask.Limit) + " bytes at most; nothing was changed")
	case d.err != "":
		left = st.Error.S(st.Glyphs.Warn + " " + d.err)
	case d.ask.Beside != nil && d.ask.Beside(d.ask.Base) != "":
		left = st.Warn.S(d.ask.Beside(d.ask.Base))
	case d.unchanged():
		left = st.Dim.S("as it is saved")
	case a.drafts.unsaved(d.incident, d.ask.Name):
		left = st.Dim.S("typing" + st.Glyphs.Ellipsis)
	default:
		left = st.Dim.S("kept as a draft, not saved yet")
	}
	return widget.Fit(left, max(w-widget.Width(right)-2, 0)) + "  " + right
}

// keys is the footer while the editor is in front.
func (d *editorDialog) keys(a *App) [][2]string {
	if d.looking {
		return [][2]string{{"j k", "scroll"}, {"esc", "back to the text"}}
	}
	keys := [][2]string{{"ctrl+s", "save"}, {"esc", "leave"}, {"ctrl+r", "preview"}, {"ctrl+z", "undo"}, {"ctrl+y", "redo"}, {"tab", "complete A8 @bob"}, {"ctrl+l", "go to the ref"}}
	if a.d.Edit != nil {
		keys = append(keys, [2]string{"ctrl+e", "own editor"})
	}
	return keys
}
