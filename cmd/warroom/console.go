package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"warroom/cmd/warroom/config"
	"warroom/model"
	"warroom/tui"
	"warroom/tui/termfilter"
)

// consoleOptions are the flags of the console.
type consoleOptions struct {
	incident string
	demo     bool
	banner   string
	hosting  bool // ssh for the others ends with this console
}

func (a *app) consoleFlags(cmd *cobra.Command) *consoleOptions {
	var o consoleOptions
	cmd.Flags().StringVar(&o.incident, "incident", "", "open the incident `ID` first")
	cmd.Flags().BoolVar(&o.demo, "demo", false, "fill an empty database with example incidents")
	return &o
}

// console is the program without a command: the console here, for one person,
// with no server and no account.
func (a *app) console(ctx context.Context, o consoleOptions) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	if o.incident != "" {
		id, err := model.ParseIncidentID(o.incident)
		if err != nil {
			return err
		}
		o.incident = id
	}
	h, err := a.open(ctx, opening{log: a.toFile, people: true})
	if err != nil {
		return err
	}
	if o.demo {
		if err := a.fillDemo(ctx, h); err != nil {
			return errors.Join(err, h.close())
		}
	}
	return errors.Join(a.runConsole(ctx, h, o), h.close())
}

// needTerminal refuses to draw screens into a file or a pipe.
func (a *app) needTerminal() error {
	for _, f := range []any{a.Stdin, a.Stdout} {
		if file, ok := f.(*os.File); !ok || !term.IsTerminal(file.Fd()) {
			return errNoTerminal()
		}
	}
	return nil
}

func errNoTerminal() error {
	return model.Usage("the console needs a terminal").
		Hint("warroom serve lets people in over ssh; warroom incident list prints the incidents; warroom help lists the rest")
}

// runConsole draws the console until its user leaves or ctx ends.
func (a *app) runConsole(ctx context.Context, h *house, o consoleOptions) error {
	ui, err := tui.New(tui.Deps{
		Hub: h.hub, Books: h.books, Actor: h.actor, Session: a.newID(), Server: h.server, Now: a.Now, NewID: a.newID, Actions: h.policy,
		Themes: h.themes, Theme: h.cfg.Console.Theme, ASCII: h.cfg.Console.ASCII, NoColor: a.plain(),
		Keys: h.cfg.Keys, Via: "console", Version: version, Save: saveFile, Incident: o.incident, Banner: o.banner, Hosting: o.hosting, Edit: a.ownEditor,
	})
	if err != nil {
		return err
	}
	defer ui.Close()
	tty, ok := a.Stdin.(*os.File)
	if !ok {
		return errNoTerminal()
	}
	ended := make(chan struct{})
	defer close(ended)
	var p *tea.Program
	keys := termfilter.New(tty, func() { go p.Send(tui.PasteCut) }, func(d time.Duration) { pause(ended, d) }, a.Now)
	p = tea.NewProgram(ui, tea.WithContext(ctx), tea.WithInput(keyboard{tty, keys}), tea.WithOutput(a.Stdout), tea.WithEnvironment(a.Environ))
	_, err = p.Run()
	if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return nil // it was told to end
	}
	return err
}

// keyboard is the terminal with what it sends filtered. It is still a terminal,
// so that the program sets it up.
type keyboard struct {
	*os.File
	keys io.Reader
}

// Read implements io.Reader.
func (k keyboard) Read(p []byte) (int, error) { return k.keys.Read(p) }

// pause waits, or returns when ended is closed.
func pause(ended <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ended:
	case <-t.C:
	}
}

// plain says that no colour is wanted.
func (a *app) plain() bool { return a.globals.noColor || a.getenv("NO_COLOR") != "" }

// maxLog is the size in bytes from which the console's log is begun anew.
const maxLog = 4 << 20

// toFile is the log of the console, which has the terminal for itself.
func (a *app) toFile(cfg *config.Loaded, data string) (*slog.Logger, error) {
	path := filepath.Join(data, "console.log")
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, model.Invalid("log: %v", reason(err)).Hint("name another data directory with --data DIR").Because(err)
	}
	to := *a
	to.Stderr = f
	return to.logger(cfg), nil
}
