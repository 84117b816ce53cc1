package tui

import (
	"encoding/json"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// dialog is something in front of the screen that owns the keyboard.
type dialog interface {
	// update takes a key press, a paste or a wheel.
	update(a *App, msg tea.Msg) tea.Cmd
	// draw gives a box that fits w×h, and the cursor in it.
	draw(a *App, w, h int) (box []string, x, y int, cursor bool)
}

func (a *App) push(d dialog) { a.dialogs = append(a.dialogs, d) }

func (a *App) top() dialog {
	if len(a.dialogs) == 0 {
		return nil
	}
	return a.dialogs[len(a.dialogs)-1]
}

func (a *App) drop(d dialog) {
	for i := range a.dialogs {
		if a.dialogs[i] == d {
			a.dialogs = append(a.dialogs[:i:i], a.dialogs[i+1:]...)
			break
		}
	}
	a.where()
}

type confirmDialog struct {
	confirm *widget.Confirm
	yes     func() tea.Cmd
}

func (d *confirmDialog) update(a *App, msg tea.Msg) tea.Cmd {
	switch d.confirm.Update(msg, a.d.Now()) {
	case widget.Submitted:
		a.drop(d)
		return d.yes()
	case widget.Cancelled:
		a.drop(d)
	}
	return nil
}

func (d *confirmDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	return d.confirm.Draw(w, h, a.env.Styles)
}

type pickerDialog struct {
	picker *widget.Picker
	chosen func(widget.Item) tea.Cmd
}

func (d *pickerDialog) update(a *App, msg tea.Msg) tea.Cmd {
	switch d.picker.Update(msg) {
	case widget.Submitted:
		it, ok := d.picker.Chosen()
		if !ok {
			return nil
		}
		a.drop(d)
		return d.chosen(it)
	case widget.Cancelled:
		a.drop(d)
	}
	return nil
}

func (d *pickerDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	box, x, y := d.picker.Draw(min(w-4, 72), min(h-4, 18), a.env.Styles)
	return box, x, y, true
}

// formDialog asks for values. What is typed is kept as a draft until it is saved
// or thrown away.
type formDialog struct {
	ask      screen.OpenForm
	incident string // where its draft belongs: the room's incident, or "" for the board
	title    string
	saving   bool
}

// kept is what a form's draft holds: what was typed, and what it was made from.
type kept struct {
	Values map[string]string `json:"values"`
	Base   map[string]string `json:"base,omitempty"`
}

func (a *App) form(name string) *formDialog {
	f, _ := a.asking(name).(*formDialog)
	return f
}

// asker is a dialog whose text is saved: a form or the editor.
type asker interface {
	dialog
	name() string // of its draft
	waits() bool  // for its change to be saved
	failed(a *App, m screen.Done)
}

// asking is the open form or editor of that name.
func (a *App) asking(name string) asker {
	for _, d := range a.dialogs {
		if f, ok := d.(asker); ok && name != "" && f.name() == name {
			return f
		}
	}
	return nil
}

func (d *formDialog) name() string { return d.ask.Name }
func (d *formDialog) waits() bool  { return d.saving }

func (a *App) openForm(m screen.OpenForm) tea.Cmd {
	if a.form(m.Name) != nil {
		return nil
	}
	d := &formDialog{ask: m, title: m.Form.Title}
	m.Form.Title = "" // it stands in the frame
	d.incident = a.stream()
	var old kept
	text := a.drafts.find(d.incident, m.Name)
	if text != "" && !m.Typed && json.Unmarshal([]byte(text), &old) == nil && old.Values != nil {
		m.Form.SetValues(old.Values)
		d.ask.Base = old.Base
		a.toast(widget.InfoToast, "What you typed here before is back; esc, then y, throws it away")
	}
	a.push(d)
	a.where()
	if m.Typed {
		return a.drafts.keep(d.incident, m.Name, d.draft())
	}
	return nil
}

func (d *formDialog) update(a *App, msg tea.Msg) tea.Cmd {
	if d.saving {
		if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "esc" {
			a.drop(d) // the draft goes when it turns out to be saved
		}
		return nil
	}
	switch d.ask.Form.Update(msg) {
	case widget.Changed:
		return a.drafts.keep(d.incident, d.ask.Name, d.draft())
	case widget.Submitted:
		cmd, err := d.ask.Submit(d.ask.Form.Entered(), d.ask.Base)
		if err != nil {
			d.failed(a, screen.Done{Err: err})
			return nil
		}
		d.saving = cmd != nil
		if cmd == nil {
			a.drop(d)
			return a.drafts.discard(d.incident, d.ask.Name)
		}
		return cmd
	case widget.Cancelled:
		typed := a.drafts.find(d.incident, d.ask.Name) != ""
		a.drop(d)
		if typed {
			a.push(&confirmDialog{confirm: widget.NewConfirm("Throw away what you typed?",
				"No keeps it as a draft for the next time you open this form.", "throw away"),
				yes: func() tea.Cmd { return a.drafts.discard(d.incident, d.ask.Name) }})
			return a.drafts.flush()
		}
	}
	return nil
}

func (d *formDialog) draft() string {
	b, err := json.Marshal(kept{Values: d.ask.Form.Values(), Base: d.ask.Base})
	if err != nil {
		return ""
	}
	return string(b)
}

// failed shows why the form was not saved, under the field when it is known, and
// both sides of a conflict in front of it.
func (d *formDialog) failed(a *App, m screen.Done) {
	d.saving = false
	if m.Base != nil {
		d.ask.Base = m.Base
	}
	line := fieldLine(m.Err)
	if f := fieldOf(m.Err); f == "" || !d.ask.Form.SetError(f, line) {
		a.toast(widget.ErrorToast, line)
	}
	if m.Both != nil {
		a.push(&textDialog{title: m.Both.Title, lines: m.Both.Lines})
	}
}

func fieldOf(err error) string {
	if e, ok := model.AsError(err); ok {
		return e.Field
	}
	return ""
}

func (d *formDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	st := a.env.Styles
	bw := min(w-4, 84)
	bh := min(max(d.ask.Form.Height(bw-4, st)+2, 10), h-2)
	lines, x, y, shown := d.ask.Form.Draw(bw-4, bh-2, st)
	if d.saving {
		lines[len(lines)-1] = widget.Fit(st.Dim.S("saving…"), bw-4)
	}
	return widget.Frame(lines, bw, bh, d.title, st), x + 2, y + 1, shown && !d.saving
}

// chooseDialog picks any number of things.
type chooseDialog struct {
	choose *widget.Choose
	chosen func([]string) tea.Cmd
}

func (a *App) openChoose(m screen.OpenChoose) tea.Cmd {
	if f := a.form(m.Form); f != nil {
		f.saving = false
	} else if m.Form != "" {
		return nil // its form was closed meanwhile
	}
	a.push(&chooseDialog{choose: m.Choose, chosen: m.Chosen})
	return nil
}

func (d *chooseDialog) update(a *App, msg tea.Msg) tea.Cmd {
	switch d.choose.Update(msg) {
	case widget.Submitted:
		a.drop(d)
		return d.chosen(d.choose.Picked())
	case widget.Cancelled:
		a.drop(d)
	}
	return nil
}

func (d *chooseDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	return d.choose.Draw(min(w-4, 96), min(d.choose.Height(), h-2), a.env.Styles), 0, 0, false
}

// textDialog shows lines to scroll in.
type textDialog struct {
	title string
	lines []string
	hang  int // blanks before what a line goes on with below
	top   int
	rows  int
}

func (d *textDialog) update(a *App, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.MouseWheelMsg:
		if m.Button == tea.MouseWheelDown {
			d.top++
		} else {
			d.top--
		}
	case tea.KeyPressMsg:
		switch m.String() {
		case "esc", "q", "enter", "?":
			a.drop(d)
		case "j", "down":
			d.top++
		case "k", "up":
			d.top--
		case "ctrl+d", "pgdown", "space":
			d.top += d.rows
		case "ctrl+u", "pgup":
			d.top -= d.rows
		case "g", "home":
			d.top = 0
		case "G", "end":
			d.top = len(d.lines)
		}
	}
	return nil
}

func (d *textDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	bw := min(w-4, 110)
	var body []string
	for _, l := range d.lines {
		wrapped := widget.Wrap(l, bw-4)
		body = append(body, wrapped[0])
		if len(wrapped) > 1 {
			for _, rest := range widget.Wrap(strings.Join(wrapped[1:], " "), max(bw-4-d.hang, 20)) {
				body = append(body, strings.Repeat(" ", d.hang)+rest)
			}
		}
	}
	bh := min(len(body)+3, h-2)
	d.rows = bh - 3
	d.top = max(0, min(d.top, len(body)-d.rows))
	shown := body[d.top:min(len(body), d.top+d.rows)]
	hint := "esc closes"
	if len(body) > d.rows {
		hint = "j k scroll · esc closes"
	}
	out := append(widget.Block(shown, bw-4, d.rows), a.env.Styles.Dim.S(hint))
	return widget.Frame(out, bw, bh, d.title, a.env.Styles), 0, 0, false
}
