package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model/room"
	"warroom/tui/widget"
)

// liveMsg says that something in the hub is newer than what is shown.
type liveMsg room.Batch

// listen waits for the next change. One such Cmd is under way at a time; Close
// of the subscription ends it.
func (a *App) listen() tea.Cmd {
	sub := a.sub
	return func() tea.Msg { return liveMsg(sub.Next()) }
}

func (a *App) live(b room.Batch) tea.Cmd {
	if b.Closed {
		return nil
	}
	if b.Health {
		a.health = a.d.Hub.Health()
	}
	if b.Accounts {
		if acc, ok := a.d.Hub.Account(a.d.Actor.Name); ok && a.d.Remote {
			a.d.Actor.Role, a.env.Actor.Role = acc.Role, acc.Role
		}
	}
	if b.People {
		a.moved()
	}
	var cmd tea.Cmd
	if b.Board || b.Incident || b.People && a.room == nil {
		cmd = a.refresh()
	}
	return tea.Batch(cmd, a.listen())
}

// moved has drawn again what shows people: the board and its counts, in a room
// only when it is people of that room who came, went or moved.
func (a *App) moved() {
	if a.room == nil {
		a.panes.all()
		return
	}
	var here []room.Person
	for _, p := range a.d.Hub.People() {
		if p.Incident == a.room.ID() {
			p.SeenAt = time.Time{}
			here = append(here, p)
		}
	}
	if !slices.Equal(here, a.here) {
		a.here = here
		a.panes.side++
		if a.room.ShowsPeople() {
			a.panes.main++
		}
	}
}

// refresh takes over the newest snapshots. A room that is no longer open to this
// person closes.
func (a *App) refresh() tea.Cmd {
	if a.room != nil {
		if in := a.d.Hub.Peek(a.room.ID()); in != nil && !in.CanRead(a.env.Actor) {
			id := a.room.ID()
			a.dialogs, a.note = nil, nil
			cmd := a.back()
			a.toast(widget.WarnToast, id+" is no longer open to you")
			return cmd
		}
		return a.room.Refresh()
	}
	return a.current().Refresh()
}

type tickMsg struct{ n int }

// Two speeds of the clock: while somebody works, each second; else it costs
// every idle session less.
const (
	fastTick = time.Second
	slowTick = 10 * time.Second
	awake    = 10 * time.Second
)

// nextTick arranges the next redraw of the clocks, on the full second.
func (a *App) nextTick() tea.Cmd {
	now := a.d.Now()
	step := fastTick
	if now.Sub(a.active) > awake {
		step = slowTick
	}
	wait := now.Truncate(step).Add(step).Sub(now)
	if d, ok := a.toasts.Next(now); ok && d < wait {
		wait = d
	}
	a.tick++
	n := a.tick
	return tea.Tick(max(wait, 10*time.Millisecond), func(time.Time) tea.Msg { return tickMsg{n} })
}

func (a *App) ticked(m tickMsg) tea.Cmd {
	if m.n != a.tick {
		return nil // a newer clock runs
	}
	if lock := a.d.IdleLock; lock > 0 && a.d.Now().Sub(a.active) > lock {
		a.locked = true
	}
	return a.nextTick()
}

// tellActive is how often the others are told that somebody works.
const tellActive = 15 * time.Second

// touch notes that the person is there.
func (a *App) touch() {
	now := a.d.Now()
	if now.Sub(a.toldActive) > tellActive && a.seat != nil {
		a.toldActive = now
		a.seat.Update(func(p *room.Person) { p.ActiveAt = now })
	}
	a.active = now
}

// where tells the others what is on this screen and what is being typed in.
func (a *App) where() {
	if a.seat == nil {
		return
	}
	name, tab := a.current().Where()
	id := ""
	if a.room != nil {
		id = a.room.ID()
	}
	typing := ""
	if a.note != nil {
		typing = "note"
	} else {
		for _, d := range a.dialogs {
			if f, ok := d.(asker); ok {
				typing = f.name()
			}
		}
	}
	a.seat.Update(func(p *room.Person) { p.Screen, p.Tab, p.Incident, p.Typing = name, tab, id, typing })
}

// typing says whether leaving now would leave typed text behind.
func (a *App) typing() bool { return len(a.drafts.text) > 0 }
