package tui

import (
	"encoding/json"

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
	ask    screen.OpenForm
	saving bool
}

func (a *App) form(name string) *formDialog {
	for _, d := range a.dialogs {
		if f, ok := d.(*formDialog); ok && name != "" && f.ask.Name == name {
			return f
		}
	}
	return nil
}

func (a *App) openForm(m screen.OpenForm) tea.Cmd {
	if a.form(m.Name) != nil {
		return nil
	}
	if kept := a.drafts.find(a.draftIncident(m.Name), m.Name); kept != "" {
		var values map[string]string
		if json.Unmarshal([]byte(kept), &values) == nil {
			m.Form.SetValues(values)
			a.toast(widget.InfoToast, "What you typed here before is back; esc, then y, throws it away")
		}
	}
	a.push(&formDialog{ask: m})
	a.where()
	return nil
}

func (d *formDialog) update(a *App, msg tea.Msg) tea.Cmd {
	if d.saving {
		return nil
	}
	switch d.ask.Form.Update(msg) {
	case widget.Changed:
		return a.drafts.keep(a.draftIncident(d.ask.Name), d.ask.Name, d.values())
	case widget.Submitted:
		cmd, err := d.ask.Submit(d.ask.Form.Values())
		if err != nil {
			d.failed(a, err)
			return nil
		}
		d.saving = cmd != nil
		if cmd == nil {
			a.drop(d)
			return a.drafts.discard(a.draftIncident(d.ask.Name), d.ask.Name)
		}
		return cmd
	case widget.Cancelled:
		kept := a.drafts.find(a.draftIncident(d.ask.Name), d.ask.Name) != ""
		a.drop(d)
		if kept {
			name, inc := d.ask.Name, a.draftIncident(d.ask.Name)
			a.push(&confirmDialog{confirm: widget.NewConfirm("Throw away what you typed?",
				"No keeps it as a draft for the next time you open this form.", "throw away"),
				yes: func() tea.Cmd { return a.drafts.discard(inc, name) }})
		}
	}
	return nil
}

func (d *formDialog) values() string {
	b, err := json.Marshal(d.ask.Form.Values())
	if err != nil {
		return ""
	}
	return string(b)
}

// failed shows why the form was not saved, under the field when it is known.
func (d *formDialog) failed(a *App, err error) {
	d.saving = false
	line := errorLine(err)
	if f := fieldOf(err); f != "" && d.ask.Form.SetError(f, line) {
		return
	}
	a.toast(widget.ErrorToast, line)
}

func fieldOf(err error) string {
	if e, ok := model.AsError(err); ok {
		return e.Field
	}
	return ""
}

func (d *formDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	bw, bh := min(w-4, 84), min(h-2, 26)
	lines, x, y, shown := d.ask.Form.Draw(bw-4, bh-2, a.env.Styles)
	return widget.Frame(lines, bw, bh, d.ask.Form.Title, a.env.Styles), x + 2, y + 1, shown && !d.saving
}

// draftIncident is where a form's draft belongs: the room's incident, or the board.
func (a *App) draftIncident(string) string {
	if a.room != nil {
		return a.room.ID()
	}
	return ""
}

// textDialog shows lines to scroll in.
type textDialog struct {
	title string
	lines []string
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
		body = append(body, widget.Wrap(l, bw-4)...)
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
