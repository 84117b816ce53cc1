package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/oklog/ulid/v2"

	"warroom/cmd/warroom/config"
	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
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
	hub    *room.Hub
	books  *playbook.Library
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

// openStore opens the database alone, for commands that do not need the room.
func (a *app) openStore(ctx context.Context, flags map[string]string, log func(*config.Loaded, string) (*slog.Logger, error)) (*house, error) {
	cfg, data, err := a.settle(flags)
	if err != nil {
		return nil, err
	}
	if err := makeData(data); err != nil {
		return nil, err
	}
	logger, err := log(cfg, data)
	if err != nil {
		return nil, err
	}
	h := &house{cfg: cfg, data: data, server: a.newID(), log: logger}
	h.store, err = store.Open(ctx, databaseURL(cfg, data), store.Options{Logger: logger})
	if err != nil {
		return nil, databaseError(cfg, data, err)
	}
	return h, nil
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
func (a *app) open(ctx context.Context, flags map[string]string, log func(*config.Loaded, string) (*slog.Logger, error)) (*house, error) {
	h, err := a.openStore(ctx, flags, log)
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
	if h.books, err = playbook.Load(h.dir(h.cfg.Playbooks.Dir, "playbooks")); err != nil {
		return err
	}
	if h.themes, err = themes.LoadUser(h.dir(h.cfg.Console.Themes, "themes")); err != nil {
		return err
	}
	h.hub = room.NewHub(h.store, room.Options{Server: h.server, Now: a.Now, Entropy: rand.Reader, NewID: a.newID, Logger: h.log})
	// The room outlives ctx: it closes after the last session has gone.
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	if err := h.hub.Start(live); err != nil {
		return databaseError(h.cfg, h.data, err)
	}
	h.actor, err = a.localActor(h.hub)
	return err
}

func (h *house) dir(configured, name string) string {
	if configured != "" {
		return configured
	}
	return filepath.Join(h.data, name)
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

// toStderr is the log of commands that draw no screen.
func (a *app) toStderr(cfg *config.Loaded, _ string) (*slog.Logger, error) { return a.logger(cfg), nil }
