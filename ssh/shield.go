package ssh

import (
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
)

// shield catches the faults of a console before Bubble Tea does, which would write
// them to the server's standard error as they are (LOG-1). What runs in a
// tea.Sequence is left to Bubble Tea.
type shield struct {
	Console
	x *session
}

// fault notes a panic and has the session end. It is deferred.
func (x *session) fault(r any) {
	x.log.Error("fault in a session", "panic", safe(panicText(r)), "stack", string(debug.Stack()))
	x.end(reasonBroken)
}

// Init implements tea.Model.
func (m shield) Init() (cmd tea.Cmd) {
	defer func() {
		if r := recover(); r != nil {
			m.x.fault(r)
			cmd = tea.Quit
		}
	}()
	return m.cover(m.Console.Init())
}

// Update implements tea.Model.
func (m shield) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	defer func() {
		if r := recover(); r != nil {
			m.x.fault(r)
			next, cmd = m, tea.Quit
		}
	}()
	inner, cmd := m.Console.Update(msg)
	if c, ok := inner.(Console); ok {
		m.Console = c
	}
	return m, m.cover(cmd)
}

// View implements tea.Model.
func (m shield) View() (v tea.View) {
	defer func() {
		if r := recover(); r != nil {
			m.x.fault(r)
			v = tea.View{AltScreen: true}
		}
	}()
	return m.Console.View()
}

// cover shields a command, and those of a batch.
func (m shield) cover(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				m.x.fault(r)
				msg = tea.QuitMsg{}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			covered := make(tea.BatchMsg, len(batch))
			for i, c := range batch {
				covered[i] = m.cover(c)
			}
			return covered
		}
		return msg
	}
}
