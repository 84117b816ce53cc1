package tui

import (
	tea "charm.land/bubbletea/v2"

	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// press routes a key: the lock, the dialog in front, an open line, then the
// table of actions.
func (a *App) press(k tea.KeyPressMsg) tea.Cmd {
	wasSlow := a.d.Now().Sub(a.active) > awake
	a.touch()
	a.toasts.Pressed()
	cmd := a.route(k)
	if wasSlow {
		cmd = tea.Batch(cmd, a.nextTick())
	} else if _, ok := a.toasts.Next(a.d.Now()); ok {
		cmd = tea.Batch(cmd, a.nextTick())
	}
	return cmd
}

func (a *App) route(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	a.banner = ""
	switch {
	case a.locked:
		if key == "enter" {
			a.locked = false
		}
		return nil
	case a.saving() && key != "esc" && key != "ctrl+c":
		if len(a.queue) < maxQueue {
			a.queue = append(a.queue, k)
		}
		return nil
	case key == "ctrl+c" && a.top() == nil:
		return a.askQuit()
	case key == "ctrl+c":
		a.dialogs = nil
		a.where()
		return nil
	case a.top() != nil:
		return a.top().update(a, k)
	case a.note != nil:
		return a.note.update(a, k)
	case a.filter != nil:
		return a.filterKey(k)
	}
	act := a.set.Match(key, a.scopes()...)
	if act == nil {
		return nil
	}
	return a.do(act)
}

// maxQueue is how many keys may wait for a change to be saved.
const maxQueue = 256

// saving says whether what is in front waits for its change to be saved.
func (a *App) saving() bool {
	switch d := a.top().(type) {
	case asker:
		return d.waits()
	case *palette:
		return d.running != ""
	}
	return a.top() == nil && a.note != nil && a.note.saving
}

// replay presses the keys that came while something was being saved.
func (a *App) replay() tea.Cmd {
	var cmds []tea.Cmd
	for len(a.queue) > 0 && !a.saving() {
		k := a.queue[0]
		a.queue = a.queue[1:]
		cmds = append(cmds, a.route(k))
	}
	return tea.Batch(cmds...)
}

// do runs an action, or says why it cannot be done now.
func (a *App) do(act *action.Action) tea.Cmd {
	if ok, why := act.Can(); !ok {
		a.toast(widget.WarnToast, act.Title+": "+why)
		return nil
	}
	cmd := act.Run()
	a.where()
	return cmd
}

func (a *App) paste(m tea.PasteMsg) tea.Cmd {
	switch {
	case a.locked:
	case a.top() != nil:
		return a.top().update(a, m)
	case a.note != nil:
		return a.note.update(a, m)
	case a.filter != nil:
		if a.filter.Update(m) {
			return a.filterBy(a.filter.Value())
		}
	case a.room != nil:
		return a.room.Pasted(m.Content)
	}
	return nil
}

// filterKey edits the filter line; the list follows each key.
func (a *App) filterKey(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "enter":
		a.filter = nil
	case "esc":
		a.filter = nil
		return a.filterBy("")
	case "up":
		a.current().Move(screen.Up)
	case "down":
		a.current().Move(screen.Down)
	default:
		if a.filter.Update(k) {
			return a.filterBy(a.filter.Value())
		}
	}
	return nil
}

func (a *App) filterBy(text string) tea.Cmd {
	a.current().Filter(text)
	return a.current().Refresh()
}

func (a *App) wheel(m tea.MouseWheelMsg) tea.Cmd {
	if d := a.top(); d != nil {
		return d.update(a, m)
	}
	motion := screen.Down
	if m.Button == tea.MouseWheelUp {
		motion = screen.Up
	}
	for range 3 {
		a.current().Move(motion)
	}
	return nil
}

func (a *App) click(m tea.MouseClickMsg) tea.Cmd {
	if a.top() != nil || m.Button != tea.MouseLeft {
		return nil
	}
	if m.Y == a.lay.Footer.Min.Y && a.note == nil && a.filter == nil {
		return a.spanned(a.footer, m.X)
	}
	if r := a.lay.Tabs; a.current() == screen.Screen(a.board) && m.Y == r.Min.Y && !r.Empty() {
		return a.spanned(a.ways, m.X-r.Min.X)
	}
	if r := a.lay.Tabs; a.room != nil && m.Y == r.Min.Y && !r.Empty() {
		a.room.ClickTab(m.X - r.Min.X)
		a.where()
		return a.room.Refresh()
	}
	if r := a.lay.Tabs; a.page != nil && a.current() == screen.Screen(a.page) && m.Y == r.Min.Y && !r.Empty() {
		a.page.ClickTab(m.X-r.Min.X, r.Dx())
		a.where()
		return a.page.Refresh()
	}
	if r := a.lay.Main; m.X >= r.Min.X && m.X < r.Max.X && m.Y >= r.Min.Y && m.Y < r.Max.Y {
		return a.current().Click(m.X-r.Min.X, m.Y-r.Min.Y)
	}
	return nil
}
