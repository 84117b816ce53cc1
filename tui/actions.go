package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/layout"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// actions lists what works on every screen.
func (a *App) actions() []action.Action {
	move := func(id, title, help string, m screen.Motion, keys ...string) action.Action {
		return action.Action{ID: "move." + id, Title: title, Help: help, Keys: keys, Scope: action.Global,
			Run: func() tea.Cmd { a.current().Move(m); return a.current().Refresh() }}
	}
	do := func(id, title, help string, run func() tea.Cmd, keys ...string) action.Action {
		return action.Action{ID: id, Title: title, Help: help, Keys: keys, Scope: action.Global, Run: run}
	}
	list := []action.Action{
		move("down", "down", "move down", screen.Down, "j", "down"),
		move("up", "up", "move up", screen.Up, "k", "up"),
		move("halfdown", "half a page down", "move half a page down", screen.HalfDown, "ctrl+d"),
		move("halfup", "half a page up", "move half a page up", screen.HalfUp, "ctrl+u"),
		move("pagedown", "page down", "move a page down", screen.PageDown, "pgdown"),
		move("pageup", "page up", "move a page up", screen.PageUp, "pgup"),
		move("top", "top", "go to the first", screen.Top, "g", "home"),
		move("bottom", "bottom", "go to the last", screen.Bottom, "G", "end"),
		move("left", "left", "move left", screen.Left, "h", "left"),
		move("right", "right", "move right", screen.Right, "l", "right"),
		do("back", "back", "close, clear the filter, go back", a.escape, "esc"),
		do("leave", "back", "go back; on the board, ask and leave", a.back, "q"),
		do("filter", "filter", "show only what matches; esc clears", a.openFilter, "/"),
		do("palette", "command", "every command by name, with completion", func() tea.Cmd { return a.openPalette() }, ":", "ctrl+p"),
		do("search", "search", "search all incidents", a.openSearch, "S"),
		do("help", "help", "what can be done here", a.openHelp, "?"),
		do("quit", "leave", "leave the console; what is typed is kept as a draft", a.askQuit),
		do("messages", "messages", "what was said at the bottom", a.openMessages),
		do("copy", "copy", "copy the selected thing, defanged", func() tea.Cmd { return a.copy(false) }, "y"),
		do("copy.raw", "copy raw", "copy the selected thing as it is", func() tea.Cmd { return a.copy(true) }, "Y"),
		do("mouse", "mouse", "mouse on or off, so that the terminal can select text", a.toggleMouse, "m"),
		do("theme", "theme", "next theme", a.nextTheme, "t"),
		do("glyphs", "glyphs", "Unicode or ASCII marks", a.toggleGlyphs),
		do("side", "feed", "fold the side pane", a.toggleSide, "\\"),
	}
	for i := range list {
		switch list[i].ID {
		case "palette":
			list[i].Footer, list[i].Priority = true, 90
		case "help":
			list[i].Footer, list[i].Priority = true, 100
		case "filter":
			list[i].Footer, list[i].Priority = true, 40
		}
	}
	return list
}

// keyOf is the key that people press for an action now.
func (a *App) keyOf(id string) string {
	if act := a.set.ByID(id); act != nil && len(act.Keys) > 0 {
		return action.Label(act.Keys[0])
	}
	return ":" + id
}

func (a *App) escape() tea.Cmd {
	if a.current().Back() || a.current() == screen.Screen(a.board) {
		return a.current().Refresh()
	}
	return a.back()
}

func (a *App) openFilter() tea.Cmd {
	a.filter = widget.NewInput(256, false)
	a.filter.SetValue(a.current().Filtering())
	return nil
}

// copy puts the selected thing on the clipboard of the person's own terminal.
func (a *App) copy(raw bool) tea.Cmd {
	text, ok := a.current().Copy(raw)
	if !ok || text == "" {
		a.toast(widget.WarnToast, "nothing is selected to copy")
		return nil
	}
	a.toast(widget.InfoToast, "copied "+model.ClipLine(text, 60).String())
	return tea.SetClipboard(text)
}

func (a *App) toggleMouse() tea.Cmd {
	a.mouseOff = !a.mouseOff
	if a.mouseOff {
		a.toast(widget.InfoToast, "mouse off: the terminal selects text; "+a.keyOf("mouse")+" turns it on")
	} else {
		a.toast(widget.InfoToast, "mouse on: click and wheel work here")
	}
	return nil
}

func (a *App) toggleGlyphs() tea.Cmd {
	a.d.ASCII = !a.d.ASCII
	return a.report(a.paint())
}

func (a *App) nextTheme() tea.Cmd {
	names := themes.Names()
	if a.d.Themes != nil {
		names = a.d.Themes.Names()
	}
	next := names[0]
	for i, n := range names {
		if n == a.theme && i+1 < len(names) {
			next = names[i+1]
		}
	}
	a.theme = next
	if err := a.paint(); err != nil {
		return a.report(err)
	}
	a.toast(widget.InfoToast, "theme "+next)
	return nil
}

func (a *App) toggleSide() tea.Cmd {
	if a.lay.Side.Empty() {
		a.side = layout.SideShown
	} else {
		a.side = layout.SideHidden
	}
	return nil
}

// openHelp shows what works here, from the table of actions.
func (a *App) openHelp() tea.Cmd {
	st := a.env.Styles
	var lines []string
	for _, s := range a.set.Help(a.scopes()...) {
		lines = append(lines, st.Title.S(strings.ToUpper(s.Scope)))
		for _, r := range s.Rows {
			line := "  " + st.Key.S(widget.Fit(r.Keys, 12)) + " " + widget.Fit(r.Title, 16) + " " + st.Dim.S(r.Help)
			if r.Why != "" {
				line = "  " + st.Faint.S(widget.Fit(r.Keys, 12)+" "+widget.Fit(r.Title, 16)+" "+r.Help+" (not now: "+r.Why+")")
			}
			lines = append(lines, line)
		}
		lines = append(lines, "")
	}
	a.push(&textDialog{title: "Keys", lines: lines, hang: 32})
	return nil
}

func (a *App) openMessages() tea.Cmd {
	st := a.env.Styles
	log := a.toasts.Log()
	if len(log) == 0 {
		a.toast(widget.InfoToast, "nothing was said yet")
		return nil
	}
	var lines []string
	for i := len(log) - 1; i >= 0; i-- {
		t := log[i]
		ink := st.Text
		if t.Level == widget.ErrorToast {
			ink = st.Bad
		}
		lines = append(lines, st.Dim.S(t.At.UTC().Format("15:04:05Z"))+"  "+ink.S(t.Text))
	}
	a.push(&textDialog{title: "Messages", lines: lines, hang: 11})
	return nil
}
