package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// asked does what a screen asked the root for; other messages go to the screen.
func (a *App) asked(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case screen.OpenIncident:
		return a.openIncident(m)
	case screen.OpenPage:
		return a.openPage(m)
	case screen.GoBack:
		return a.back()
	case screen.Toast:
		a.toast(m.Level, m.Text)
	case screen.OpenForm:
		return a.openForm(m)
	case screen.OpenEditor:
		return a.openEditor(m)
	case screen.OpenConfirm:
		a.push(&confirmDialog{confirm: m.Confirm, yes: m.Yes})
	case screen.OpenChoose:
		return a.openChoose(m)
	case screen.OpenPicker:
		a.push(&pickerDialog{picker: m.Picker, chosen: m.Chosen})
	case screen.OpenText:
		a.push(&textDialog{title: m.Title, lines: m.Lines})
	case screen.RunVerb:
		cmd, _ := a.runVerb(m.Line)
		return cmd
	case screen.OpenNote:
		return a.openNote(m)
	case editedMsg:
		return m.d.edited(a, m)
	case searchMsg:
		return a.found(m)
	case screen.Done:
		return a.done(m)
	default:
		return a.current().Update(msg)
	}
	return nil
}

func (a *App) toast(l widget.Level, text string) { a.toasts.Add(l, text, a.d.Now()) }

// report shows an error as a toast.
func (a *App) report(err error) tea.Cmd {
	if err != nil {
		a.toast(widget.ErrorToast, errorLine(err))
	}
	return nil
}

// errorLine is an error as one safe line: what is wrong, and what to do. That
// what was typed is a draft is said here: a verb, which meets the same errors,
// keeps none.
func errorLine(err error) string {
	e, ok := model.AsError(err)
	if ok && (e.Code == model.CodeUnavailable || e.Code == model.CodeUnknown) {
		kept := *e
		kept.Msg += "; what you typed is kept as a draft"
		err = &kept
	}
	return model.Line(err.Error()).String()
}

// fieldLine is an error as it stands under a field: without what to add to a
// command line.
func fieldLine(err error) string {
	if e, ok := model.AsError(err); ok && strings.Contains(e.Next, "--") {
		return model.Line(e.Msg).String()
	}
	return errorLine(err)
}

// done tells the outcome of a change. An error leaves the form or the note line
// open with everything that was typed in it.
func (a *App) done(m screen.Done) tea.Cmd {
	cmd := a.settle(m)
	if m.Err != nil {
		a.queue = nil // they were meant for what comes after it
		return cmd
	}
	return tea.Batch(cmd, a.replay())
}

// mine shows what this person has just added, where its list is in front.
func (a *App) mine(res room.Result) {
	if a.room == nil || res.Incident == nil {
		return
	}
	for _, rec := range res.Records {
		ev, err := model.Decode(rec.Kind, rec.Payload)
		if err != nil {
			continue
		}
		switch e := ev.(type) {
		case model.EntryAdded:
			a.room.Mine(res.Incident, e.Ref)
		case model.IndicatorAdded:
			a.room.Mine(res.Incident, e.Ref)
		case model.AssetAdded:
			a.room.Mine(res.Incident, e.Ref)
		case model.ActionProposed:
			a.room.Mine(res.Incident, e.Ref)
		case model.FactorAdded:
			a.room.Mine(res.Incident, e.Ref)
		case model.QuestionAsked:
			a.room.Mine(res.Incident, e.Ref)
		case model.FollowUpAdded:
			a.room.Mine(res.Incident, e.Ref)
		default:
			continue
		}
		return
	}
}

func (a *App) settle(m screen.Done) tea.Cmd {
	if a.note != nil && a.note.saving && m.Form == a.note.field {
		return a.noteDone(m)
	}
	f := a.asking(m.Form)
	if m.Err != nil {
		if f != nil {
			f.failed(a, m)
			return nil
		}
		return a.report(m.Err)
	}
	var cmds []tea.Cmd
	if f != nil {
		a.drop(f)
	}
	if m.Form != "" {
		cmds = append(cmds, a.drafts.discard(m.Incident, m.Form))
	}
	if m.Said != "" {
		a.toast(widget.InfoToast, m.Said)
	}
	a.mine(m.Result)
	if m.Then != nil {
		cmds = append(cmds, m.Then)
	}
	cmds = append(cmds, a.refresh())
	return tea.Batch(cmds...)
}

// openedMsg is an incident read for opening its room.
type openedMsg struct {
	ask screen.OpenIncident
	in  *model.Incident
	err error
}

// openIncident opens a room: at once when it is in memory, else when it is read.
func (a *App) openIncident(m screen.OpenIncident) tea.Cmd {
	if in := a.d.Hub.Peek(m.ID); in != nil && in.CanRead(a.env.Actor) {
		return a.opened(openedMsg{ask: m, in: in})
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		in, err := a.d.Hub.Incident(ctx, a.d.Actor, m.ID)
		return openedMsg{ask: m, in: in, err: err}
	}
}

func (a *App) opened(m openedMsg) tea.Cmd {
	if m.err != nil {
		return a.report(m.err)
	}
	a.closeNote()
	if m.in.Report != nil {
		a.room, a.triage = nil, a.desk
		a.triage.Open(m.in)
		a.sub.Watch(m.in.ID)
		a.where()
		return a.triage.Refresh()
	}
	a.room, a.triage = a.rooms, nil
	a.room.Open(m.in, m.ask.Ref)
	a.sub.Watch(m.in.ID)
	a.where()
	if d := a.drafts.find(m.in.ID, noteForm); d != "" {
		a.toast(widget.InfoToast, "A note you did not send is kept: "+a.keyOf("note")+" brings it back")
	}
	return a.room.Refresh()
}

// back leaves the room for the board, or asks whether to leave from there.
func (a *App) back() tea.Cmd {
	if a.room != nil {
		a.closeNote()
		a.board.Select(a.room.ID())
		a.room = nil
		a.sub.Watch("")
		a.where()
		return a.current().Refresh()
	}
	if a.triage != nil {
		a.board.Select(a.triage.ID())
		a.triage = nil
		a.sub.Watch("")
		a.where()
		return a.current().Refresh()
	}
	if a.page != nil {
		a.page = nil
		a.where()
		return a.board.Refresh()
	}
	return a.askQuit()
}

func (a *App) askQuit() tea.Cmd {
	what := a.othersAfter()
	if a.typing() {
		what = "What you typed is kept as a draft."
		if a.d.Hosting {
			what += " " + a.othersAfter()
		}
	}
	what = "You leave the console. " + what
	a.push(&confirmDialog{confirm: widget.NewConfirm("Leave warroom?", what, "leave"), yes: a.quit})
	return nil
}

// othersAfter says what becomes of the others when this console is left.
func (a *App) othersAfter() string {
	if !a.d.Hosting {
		return "The others stay; nothing is lost."
	}
	here := map[string]int{}
	server := ""
	for _, p := range a.d.Hub.People() {
		here[p.Server]++
		if p.Session == a.d.Session {
			server = p.Server
		}
	}
	others := here[server] - 1
	what := "With it ssh ends; nobody else is connected."
	if others > 0 {
		what = "With it ssh ends for the " + plural(others, "other") + " connected."
	}
	return what + " Nothing that was saved is lost. warroom serve runs without the console."
}

type quitMsg struct{}

// quit saves what is typed, then ends the program.
func (a *App) quit() tea.Cmd {
	return tea.Sequence(a.drafts.flush(), func() tea.Msg { return quitMsg{} })
}
