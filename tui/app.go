// Package tui is the console: the root model, which only routes, and what every
// screen shares: top bar, footer, note line, dialogs, palette, toasts.
//
// An App belongs to one session and runs on Bubble Tea's event loop. It never
// blocks there: everything that waits is a tea.Cmd. View reads memory only.
package tui

import (
	"image/color"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/colorprofile"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/layout"
	"warroom/tui/screen"
	"warroom/tui/screen/board"
	"warroom/tui/screen/incident"
	"warroom/tui/screen/oncall"
	"warroom/tui/screen/pages"
	"warroom/tui/screen/triage"
	"warroom/tui/widget"
)

// Deps is what a console needs from outside.
type Deps struct {
	Hub     *room.Hub
	Books   *playbook.Library
	Actor   model.Actor
	Session string // session id
	Server  string // id of this server process
	Now     func() time.Time
	NewID   func() string
	Actions model.ActionPolicy // which actions need approval

	Themes  *themes.Library
	Theme   string // "" is auto
	ASCII   bool   // draw with ASCII only
	NoColor bool   // whatever the terminal says
	Keys    map[string][]string
	Remote  bool   // over ssh
	Hosting bool   // ssh for the others ends with this console
	Via     string // how the person came: "console", "ssh"
	Version string // of the program
	// Save writes a new file of the person's own and gives its path; nil over ssh.
	Save     func(name string, body []byte) (path string, err error)
	Key      string // fingerprint of the key that logged in
	Incident string // open this one first
	Banner   string // one line that stays until a key is pressed, such as the ssh line
	IdleLock time.Duration
	// Edit opens the person's own editor on a text and gives back what it wrote. It is
	// nil where there is none on the person's side: over ssh it would run on the server.
	Edit func(text string, done func(text string, err error) tea.Msg) tea.Cmd
}

// App is the root model of one session.
type App struct {
	d     Deps
	env   *screen.Env
	theme string
	dark  bool

	w, h int
	set  *action.Set
	lay  layout.Layout
	side layout.Side

	board *board.Board
	room  *incident.Room // nil on the board
	rooms *incident.Room // the one room screen of the session, whose actions are in set

	triage *triage.Triage // nil when no report is open
	desk   *triage.Triage // the one triage screen of the session

	page  *pages.Pages     // nil when none of the pages is in front
	pages *pages.Pages     // the pages of the session
	calls *oncall.Standing // who is on call, for the top bar

	dialogs []dialog
	note    *noteLine
	filter  *widget.Input // open filter line
	toasts  widget.Toasts
	drafts  drafts

	sub        *room.Sub
	seat       *room.Seat
	health     room.Health
	here       []room.Person // in the room, as they were drawn
	active     time.Time     // last key
	toldActive time.Time     // when the others were told of it
	locked     bool
	queue      []tea.KeyPressMsg // pressed while something was being saved
	refused    string            // line of the palette that was refused
	history    []string          // lines of the palette that were run
	ticking    bool
	tick       int
	mouseOff   bool
	panes      panes
	fold       func(string) string // marks of widgets into the present glyphs
	banner     string
	footer     []action.Span
	ways       []action.Span // to the pages, in the board's line of tabs
	fatal      error
}

// New makes the console of a session. The error is a key override that clashes
// or a theme that there is not.
func New(d Deps) (*App, error) {
	if d.Themes == nil {
		d.Themes = &themes.Library{}
	}
	if d.Theme == "" {
		d.Theme = themes.Auto
	}
	a := &App{d: d, theme: d.Theme, dark: true, banner: d.Banner, active: d.Now()}
	if d.NoColor {
		a.theme = "mono"
	}
	a.env = &screen.Env{Hub: d.Hub, Books: d.Books, Actor: d.Actor, Session: d.Session, OwnEditor: d.Edit != nil, Now: d.Now, NewID: d.NewID, Actions: d.Actions, Ask: a.asked}
	if err := a.paint(); err != nil {
		return nil, err
	}
	a.board = board.New(a.env)
	a.rooms = incident.New(a.env)
	a.desk = triage.New(a.env)
	a.calls = oncall.NewStanding(a.env)
	a.pages = pages.New(a.env, beside(a.env)...)
	all := a.actions()
	all = append(all, a.board.Actions()...)
	all = append(all, a.rooms.Actions()...)
	all = append(all, a.desk.Actions()...)
	all = append(all, a.pages.Actions()...)
	set, err := action.NewSet(all...)
	if err != nil {
		return nil, err
	}
	if err := set.Rebind(d.Keys); err != nil {
		return nil, err
	}
	a.set = set
	a.drafts.init(a)
	return a, nil
}

// KeyTable is every action of the console, for the README's key table and for
// checking overrides in the config.
func KeyTable() (*action.Set, error) {
	a, err := New(Deps{Now: func() time.Time { return time.Time{} }, NewID: func() string { return "" }})
	if err != nil {
		return nil, err
	}
	return a.set, nil
}

// Around lists the scopes whose keys work too while those of scope do.
func Around(scope string) []string {
	switch scope {
	case action.Global:
		return nil
	case "board", "room", screen.PagesScope:
		return []string{action.Global}
	}
	for _, p := range beside(&screen.Env{Now: time.Now}) {
		if p.Scopes()[0] == scope {
			return []string{screen.PagesScope, action.Global}
		}
	}
	return []string{"room", action.Global}
}

func (a *App) paint() error {
	st, err := a.d.Themes.New(a.theme, a.dark, a.d.ASCII)
	if err != nil {
		return err
	}
	a.env.Styles = st
	a.fold = st.Glyphs.Folder()
	a.env.Generation++
	return nil
}

// Init implements tea.Model.
func (a *App) Init() tea.Cmd {
	a.sub = a.d.Hub.Subscribe()
	a.seat = a.d.Hub.Join(room.Person{Session: a.d.Session, Server: a.d.Server, User: a.d.Actor.Name, Role: a.d.Actor.Role,
		Screen: "board", ActiveAt: a.d.Now()})
	a.health = a.d.Hub.Health()
	cmds := []tea.Cmd{a.listen(), a.drafts.load(), a.board.Refresh(), a.nextTick(), tea.RequestBackgroundColor}
	if a.d.Incident != "" {
		cmds = append(cmds, a.openIncident(screen.OpenIncident{ID: a.d.Incident}))
	}
	return tea.Batch(cmds...)
}

// Close takes the session off the presence list. The owner of the program calls
// it when the program has ended, however it ended.
func (a *App) Close() {
	if a.sub != nil {
		a.sub.Close()
	}
	if a.seat != nil {
		a.seat.Leave()
	}
}

// Update implements tea.Model. The order is fixed: the terminal, the live feed,
// answers to commands, then keys and the mouse by who has the focus.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	a.panes.heard(msg, a.d.Now())
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		a.w, a.h = m.Width, m.Height
	case tea.EnvMsg:
		return a, a.terminal(m)
	case tea.ColorProfileMsg:
		if m.Profile == colorprofile.ASCII || m.Profile == colorprofile.NoTTY {
			return a, a.plain()
		}
	case tea.BackgroundColorMsg:
		return a, a.background(m.Color, m.IsDark())
	case liveMsg:
		return a, a.live(room.Batch(m))
	case tickMsg:
		return a, a.ticked(m)
	case draftsMsg, draftSavedMsg, draftDueMsg:
		return a, a.drafts.update(msg)
	case tea.KeyPressMsg:
		return a, a.press(m)
	case tea.PasteMsg:
		a.touch()
		return a, a.paste(m)
	case tea.MouseClickMsg:
		a.touch()
		return a, a.click(m)
	case tea.MouseWheelMsg:
		return a, a.wheel(m)
	case verbMsg:
		return a, a.verbDone(m)
	case openedMsg:
		return a, a.opened(m)
	case quitMsg:
		return a, tea.Quit
	case Leave:
		return a, a.quit()
	case Notice:
		a.toast(widget.WarnToast, string(m))
	default:
		return a, a.asked(msg)
	}
	return a, nil
}

func (a *App) background(c color.Color, dark bool) tea.Cmd {
	if c == nil || dark == a.dark {
		return nil
	}
	a.dark = dark
	return a.report(a.paint())
}

// current is the screen in front.
func (a *App) current() screen.Screen {
	switch {
	case a.room != nil:
		return a.room
	case a.triage != nil:
		return a.triage
	case a.page != nil:
		return a.page
	}
	return a.board
}

// stream is the id of the incident or report on screen, "" on the board.
func (a *App) stream() string {
	switch {
	case a.room != nil:
		return a.room.ID()
	case a.triage != nil:
		return a.triage.ID()
	}
	return ""
}

func (a *App) scopes() []string { return append(a.current().Scopes(), action.Global) }
