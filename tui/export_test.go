package tui

import (
	tea "charm.land/bubbletea/v2"

	"warroom/model/room"
)

// Refresh is the message that everything may be newer, Redraw one that changes
// nothing but has everything drawn again.
func Refresh() tea.Msg { return liveMsg(room.Batch{Board: true, Incident: true, People: true}) }

// Redraw has every pane drawn anew.
func Redraw() tea.Msg { return tea.FocusMsg{} }
