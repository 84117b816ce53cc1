// Package screen is what screens and the root model agree on: what a screen
// may use, what it must answer, and the messages by which it asks the root for
// something. A screen belongs to one session and is used by one goroutine; it
// does no I/O outside a tea.Cmd.
package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/widget"
)

// Env is what every screen of a session shares.
type Env struct {
	Hub     *room.Hub
	Books   *playbook.Library
	Actor   model.Actor
	Session string // id of this session on the presence list
	// OwnEditor says that the person's own editor can be opened: only in front of it.
	OwnEditor bool
	Now       func() time.Time
	NewID     func() string // a new command id
	// Actions says which actions need approval; the zero value is the catalogue's.
	Actions model.ActionPolicy
	// Ask asks the root for something, at once: what is typed next goes to the
	// form that it opens. It is for the event loop; a tea.Cmd that runs beside it
	// returns the message instead.
	Ask func(tea.Msg) tea.Cmd

	// Styles is the present theme; the root replaces what it points to.
	Styles *themes.Styles
	// Generation counts the changes of theme and glyphs: kept lines of an older
	// one are stale.
	Generation int
}

// Screen is one screen. The root draws the top bar, banners, tabs, note line
// and footer; the screen draws its main pane and, when it has one, its side pane.
type Screen interface {
	// Scopes are the action scopes that work now, the innermost first.
	Scopes() []string
	// Actions lists every action of the screen, once, when the session begins.
	Actions() []action.Action
	// Refresh takes over the newest snapshots from the hub's memory.
	Refresh() tea.Cmd
	// Update takes what the root does not handle itself: wheel, answers to the
	// screen's own commands. Keys come as actions only.
	Update(msg tea.Msg) tea.Cmd
	// Where says what is on screen, for presence.
	Where() (screen, tab string)
	// Main draws the main pane: h lines of w columns.
	Main(w, h int) []string
	// Side draws the side pane; HasSide says whether there is one.
	Side(w, h int) []string
	HasSide() bool
	// Move moves the cursor: see Motion. Click puts it on a line of the main pane.
	Move(m Motion)
	Click(x, y int) tea.Cmd
	// Filter takes a filter text as it is typed; Filtering says what is in force.
	Filter(text string)
	Filtering() string
	// Back is esc: it undoes one thing of the screen (marks, filter) and reports
	// whether there was one.
	Back() bool
	// Copy gives what y and Y copy of the selected thing: defanged, and raw.
	Copy(raw bool) (text string, ok bool)
}

// Motion is a movement of the cursor.
type Motion int

// The movements.
const (
	Down Motion = iota
	Up
	HalfDown
	HalfUp
	PageDown
	PageUp
	Top
	Bottom
	Left
	Right
)

// MoveTable applies a motion to a table.
func MoveTable(t *widget.Table, m Motion) {
	switch m {
	case Down:
		t.Move(1)
	case Up:
		t.Move(-1)
	case HalfDown:
		t.HalfPage(1)
	case HalfUp:
		t.HalfPage(-1)
	case PageDown:
		t.Page(1)
	case PageUp:
		t.Page(-1)
	case Top:
		t.Top()
	case Bottom:
		t.Bottom()
	}
}

// Messages to the root, for Env.Ask or as the message of a tea.Cmd.
type (
	// OpenIncident opens an incident's room, at a thing when Ref is given.
	OpenIncident struct{ ID, Ref string }
	// GoBack leaves the screen.
	GoBack struct{}
	// Toast shows a message; Text is safe.
	Toast struct {
		Level widget.Level
		Text  string
	}
	// OpenForm asks for values. Name is the draft's name. Submit makes the command
	// that saves; its message must be a Done with the same Form name. Base is what
	// the fields held when the form was opened: it is kept with the draft, so that
	// an edit that goes on later still knows what it was made from (CON-1).
	OpenForm struct {
		Name   string
		Form   *widget.Form
		Base   map[string]string
		Typed  bool // the fields hold what the person pasted: keep it at once
		Submit func(values, base map[string]string) (tea.Cmd, error)
	}
	// OpenEditor opens the editor of a long text, over the whole screen. Name is the
	// draft's name, and what others see as being typed in. Text is what stands there
	// now and Base what it was made from, as in OpenForm.
	OpenEditor struct {
		Name, Title string
		Text        string
		Base        map[string]string
		Limit       int // bytes
		// Suggest completes a word: see widget.Writer.
		Suggest func(word string, asked bool) []widget.Option
		// Preview draws the text as it will look, in lines of w columns.
		Preview func(text string, w int) []string
		// Jump goes to the thing with this ref, from the byte of the text that the
		// cursor stands before; false when there is no such thing.
		Jump func(ref string, at int) bool
		// Beside says what others do in the same place, safe, "" for nothing.
		Beside func(base map[string]string) string
		// At is where the cursor stands first, in bytes from the start; 0 is the end.
		At int
		// Own has the person's own editor opened at once, where there is one.
		Own    bool
		Submit func(text string, base map[string]string) tea.Cmd
	}
	// Theirs is the text that somebody else saved meanwhile, for the editor.
	Theirs struct{ By, Text string }
	// OpenChoose lets any number of things be picked. Form names the form that asked;
	// it stays open behind, with its text.
	OpenChoose struct {
		Form   string
		Choose *widget.Choose
		Chosen func(ids []string) tea.Cmd
	}
	// OpenConfirm asks yes or no.
	OpenConfirm struct {
		Confirm *widget.Confirm
		Yes     func() tea.Cmd
	}
	// OpenPicker lets one of many be chosen.
	OpenPicker struct {
		Picker *widget.Picker
		Chosen func(it widget.Item) tea.Cmd
	}
	// OpenText shows long text (safe lines) to scroll in.
	OpenText struct {
		Title string
		Lines []string
	}
	// RunVerb runs a line as if it had been typed in the palette.
	RunVerb struct{ Line string }
	// OpenNote opens the quick note line with a text in it; Corrects may name an entry.
	OpenNote struct {
		Text     string
		Corrects string
	}
	// Done is the outcome of a change. The root shows the toast or the error and
	// closes the form of that name.
	Done struct {
		Form     string // name of the form that asked, "" for none
		Incident string // where the form's draft is, "" on the board
		Said     string // safe; what is said when it worked
		Err      error
		Result   room.Result
		Then     tea.Cmd // what to do after it worked
		// After a conflict: the values that are there now, to edit against, and both
		// sides to look at.
		Base   map[string]string
		Both   *OpenText
		Theirs *Theirs
	}
	// Loaded is data that a screen asked for, delivered back to it.
	Loaded struct {
		For  string // what it is for: the screen knows
		Data any
		Err  error
	}
)

// Later makes a tea.Cmd of a message to the root.
func Later(m tea.Msg) tea.Cmd { return func() tea.Msg { return m } }

// DoLimit is how long a change may take before it is said not to be saved.
const DoLimit = 15 * time.Second

// Do gives a command to the incident. said makes the words for success from the
// outcome; it may be nil.
func (e *Env) Do(incident, form string, cmd model.Command, said func(room.Result) string) tea.Cmd {
	id := e.NewID() // one id however often the room has to try
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), DoLimit)
		defer cancel()
		res, err := e.Hub.Do(ctx, e.Actor, incident, id, cmd)
		d := Done{Form: form, Incident: incident, Err: err, Result: res}
		if err == nil && said != nil {
			d.Said = said(res)
		}
		return d
	}
}

// Attach makes the command that attaches a playbook, with what lessons changed in it.
func (e *Env) Attach(b *playbook.Book) model.AttachPlaybook {
	return b.Amended(e.Hub.PeekRegister(model.RegisterPlaybooks).Books)
}

// Saved says what was saved, with the event's number and hash, so that people
// are witnesses of the log (INT-5).
func Saved(what string) func(room.Result) string {
	return func(r room.Result) string {
		if len(r.Records) == 0 {
			return what + ": nothing to change"
		}
		last := r.Records[len(r.Records)-1]
		return "saved " + what + "  #" + utoa(last.Version) + " " + last.Hash.Short()
	}
}

func utoa(n uint64) string {
	var b [20]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}

// Scroll applies a motion to the first line in sight of a text; who draws it knows
// where it ends.
func Scroll(top int, m Motion) int {
	const page = 10
	switch m {
	case Down:
		return top + 1
	case Up:
		return top - 1
	case HalfDown, PageDown:
		return top + page
	case HalfUp, PageUp:
		return top - page
	case Top:
		return 0
	case Bottom:
		return 1 << 20
	}
	return top
}
