package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/oklog/ulid/v2"

	"warroom/cmd/warroom/config"
	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/regime"
	"warroom/model/room"
	"warroom/model/topic"
	"warroom/store"
	"warroom/themes"
)

// house is everything a command works on, open: configuration, database, the
// live room and what it reads from files.
type house struct {
	cfg    *config.Loaded
	data   string // the data directory
	server string // id of this process
	log    *slog.Logger
	store  *store.Store
	spool  *spool // nil where nobody types
	hub    *room.Hub
	books  *playbook.Library
	policy model.ActionPolicy // which actions need approval
	themes *themes.Library
	actor  model.Actor // who acts here

	stop context.CancelFunc
}

// newID makes a ULID: ids of commands, sessions and servers.
func (a *app) newID() string {
	return ulid.MustNew(ulid.Timestamp(a.Now()), rand.Reader).String()
}

// settle finds the data directory and reads the configuration; it makes nothing.
func (a *app) settle(flags map[string]string) (*config.Loaded, string, error) {
	cfg, err := a.load(flags)
	if err != nil {
		return nil, "", err
	}
	data := a.globals.data
	if data == "" {
		data = a.defaultData()
	}
	if data != "" {
		if data, err = filepath.Abs(data); err != nil {
			return nil, "", err
		}
	}
	return cfg, data, nil
}

// databaseURL is the URL in force: the one configured, or SQLite in the data directory.
func databaseURL(cfg *config.Loaded, data string) string {
	if cfg.Database.URL != "" {
		return cfg.Database.URL
	}
	return "sqlite:" + filepath.Join(data, "warroom.db")
}

// opening says how a command opens the house.
type opening struct {
	flags map[string]string // dotted configuration keys that the command's flags set
	log   func(*config.Loaded, string) (*slog.Logger, error)
	// readOnly opens the database as it is: nothing is made, nothing is changed.
	readOnly bool
	// people: somebody sits at a console of this process, so there are drafts to
	// keep and a host key to keep them under.
	people bool
}

// openStore opens the database alone, for commands that do not need the room.
func (a *app) openStore(ctx context.Context, o opening) (*house, error) {
	cfg, data, err := a.settle(o.flags)
	if err != nil {
		return nil, err
	}
	if !o.readOnly {
		if err := makeData(data); err != nil {
			return nil, err
		}
	}
	logger, err := o.log(cfg, data)
	if err != nil {
		return nil, err
	}
	h := &house{cfg: cfg, data: data, server: a.newID(), log: logger}
	opts := store.Options{Logger: logger, AllowUnsafe: cfg.Database.AllowUnsafe, ReadOnly: o.readOnly}
	if o.people {
		if opts.DraftKey, err = h.keepDrafts(); err != nil {
			return nil, err
		}
	}
	if h.store, err = store.Open(ctx, databaseURL(cfg, data), opts); err != nil {
		return nil, databaseError(cfg, data, err)
	}
	return h, nil
}

// keepDrafts makes the host key, if need be, and opens the spool.
func (h *house) keepDrafts() (key []byte, err error) {
	path := hostKeyPath(h.cfg, h.data)
	if err := ensureHostKey(h.cfg, path); err != nil {
		return nil, err
	}
	if key, err = draftKey(path); err != nil {
		return nil, err
	}
	h.spool, err = openSpool(filepath.Join(h.data, "drafts"), key)
	return key, err
}

// databaseError says which database it was, without its password.
func databaseError(cfg *config.Loaded, data string, err error) error {
	if _, ours := model.AsError(err); ours {
		return err
	}
	return model.Unavailable("database %s: %v", config.Mask(databaseURL(cfg, data)), err).
		Hint("is it running and reachable? warroom doctor looks closer").Because(err)
}

// open opens the database and starts the room.
func (a *app) open(ctx context.Context, o opening) (*house, error) {
	h, err := a.openStore(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := h.start(ctx, a); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (h *house) start(ctx context.Context, a *app) error {
	var err error
	if h.policy, err = model.NewActionPolicy(h.cfg.Actions.NeedsApproval, h.cfg.Actions.NoApproval); err != nil {
		return fmt.Errorf("%s: %w", h.cfg.Origin("actions.no_approval"), err)
	}
	if h.books, err = playbook.Load(h.dir(h.cfg.Playbooks.Dir, "playbooks")); err != nil {
		return err
	}
	rules, err := regime.Load(regime.Own{File: h.dir(h.cfg.Notify.Regimes, "regimes.toml"), Timezone: h.cfg.Notify.Timezone, Holidays: h.cfg.Notify.Holidays})
	if err != nil {
		return err
	}
	topics, err := topic.Load(h.dir(h.cfg.Training.Topics, "topics.toml"))
	if err != nil {
		return err
	}
	if h.themes, err = themes.LoadUser(h.dir(h.cfg.Console.Themes, "themes")); err != nil {
		return err
	}
	opts := room.Options{Server: h.server, Now: a.Now, Entropy: rand.Reader, NewID: a.newID, Logger: h.log, Rules: rules, Topics: topics}
	if h.spool != nil {
		opts.Spool = h.spool
	}
	h.hub = room.NewHub(h.store, opts)
	// The room outlives ctx: it closes after the last session has gone.
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	if err := h.hub.Start(live); err != nil {
		return databaseError(h.cfg, h.data, err)
	}
	h.actor, err = a.localActor(h.hub)
	return err
}

// dir is the directory configured, or the one in the data directory if it is
// there, or "".
func (h *house) dir(configured, name string) string { return dirOf(h.data, configured, name) }

func dirOf(data, configured, name string) string {
	if configured != "" {
		return configured
	}
	own := filepath.Join(data, name)
	if _, err := os.Stat(own); err != nil {
		return ""
	}
	return own
}

// close ends the room and closes the database.
func (h *house) close() error {
	if h.stop != nil {
		h.stop()
		h.hub.Wait()
	}
	return h.store.Close()
}

// localActor is the local user, who is admin: whoever can open the database
// needs no account. --as takes the name and the rights of an account instead.
func (a *app) localActor(hub *room.Hub) (model.Actor, error) {
	if a.globals.as == "" {
		return model.Actor{Name: a.localName(), Role: model.RoleAdmin}, nil
	}
	name := strings.TrimPrefix(a.globals.as, "@")
	acc, ok := hub.Account(name)
	if !ok {
		return model.Actor{}, model.NotFound("there is no account %q", name).Hint("warroom user list shows them")
	}
	if acc.Disabled {
		return model.Actor{}, model.Forbidden("the account %s is disabled", name).Hint("warroom user enable %s", name)
	}
	return model.Actor{Name: acc.Name, Role: acc.Role}, nil
}

// command is how a command opens the house that prints and ends.
func (a *app) command() opening { return opening{log: a.toStderr} }

// toStderr is the log of commands that draw no screen.
func (a *app) toStderr(cfg *config.Loaded, _ string) (*slog.Logger, error) { return a.logger(cfg), nil }
