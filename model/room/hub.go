package room

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"warroom/model"
)

// DraftSpool is where drafts go while the database is away.
type DraftSpool interface {
	Put(d Draft) error
	List(user string) ([]Draft, error)
	Remove(user, incident, field string) error
	// Users lists whose drafts are in the spool.
	Users() ([]string, error)
}

// Options is what a Hub needs beside its store.
type Options struct {
	Server  string // id of this server process
	Now     func() time.Time
	Entropy io.Reader // salts
	NewID   func() string
	Logger  *slog.Logger
	Spool   DraftSpool      // may be nil
	Rules   *model.Rules    // regimes of notification; nil for none
	Topics  *model.Syllabus // what people are taught; nil for nothing
}

// Hub is all live rooms of one server process.
type Hub struct {
	store Store
	o     Options
	wg    sync.WaitGroup

	mu    sync.Mutex // rooms
	rooms map[string]*room

	board    boardState
	subs     subscribers
	people   presence
	health   atomic.Pointer[Health]
	accounts atomic.Pointer[[]model.Account]
	swept    atomic.Pointer[time.Time] // when the last good sweep began
	wake     chan struct{}             // the database is back: catch up
}

// NewHub makes a hub. Start it before use.
func NewHub(store Store, o Options) *Hub {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Hub{store: store, o: o, rooms: map[string]*room{}, wake: make(chan struct{}, 1)}
	h.health.Store(&Health{Online: true, Since: o.Now()})
	h.accounts.Store(&[]model.Account{})
	h.board.init()
	h.people.init(h)
	return h
}

// Rules are the regimes of notification and their calendars.
func (h *Hub) Rules() *model.Rules { return h.o.Rules }

// Syllabus is what people are taught, never nil.
func (h *Hub) Syllabus() *model.Syllabus {
	if h.o.Topics == nil {
		return &model.Syllabus{}
	}
	return h.o.Topics
}

// Start loads accounts and the board, then follows the feed until ctx is done.
func (h *Hub) Start(ctx context.Context) error {
	if err := h.ReloadAccounts(ctx); err != nil {
		return err
	}
	if err := h.reloadBoard(ctx); err != nil {
		return err
	}
	h.reloadPeople(ctx)
	h.run(ctx, "feed", h.follow)
	h.run(ctx, "presence", h.people.loop)
	h.run(ctx, "sweep", h.sweepLoop)
	return nil
}

// Wait returns when the goroutines of Start have ended.
func (h *Hub) Wait() { h.wg.Wait() }

// run starts a goroutine that survives its own panics: it is started again.
func (h *Hub) run(ctx context.Context, name string, f func(context.Context)) {
	h.wg.Go(func() {
		for ctx.Err() == nil {
			func() {
				defer func() {
					if r := recover(); r != nil {
						h.o.Logger.Error("Recovered in the hub", "part", name, "panic", r)
						pause(ctx, time.Second)
					}
				}()
				f(ctx)
			}()
		}
	})
}

// pause waits for d or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// follow hears the feed: hints say where to look, versions say what is lacking.
func (h *Hub) follow(ctx context.Context) {
	err := h.store.Watch(ctx, func(hint Hint) { h.hinted(ctx, hint) }, h.reachable)
	if ctx.Err() == nil {
		h.o.Logger.Warn("The feed ended, it starts again", "error", err)
		pause(ctx, time.Second)
	}
}

func (h *Hub) hinted(ctx context.Context, hint Hint) {
	var err error
	switch hint.Kind {
	case HintIncident:
		err = h.catchUp(ctx, hint.Incident)
	case HintAccounts:
		err = h.ReloadAccounts(ctx)
	case HintPresence:
		h.reloadPeople(ctx)
	case HintSweep:
		err = h.sweep(ctx)
	}
	if err != nil && ctx.Err() == nil {
		h.o.Logger.Warn("Catching up failed, the next sweep tries again", "hint", hint.Kind, "error", err)
	}
}

// sweepWindow is how far back a sweep looks by the database's clock: longer than
// any transaction may last. The time since the last good sweep is added.
const sweepWindow = time.Minute

// Freshen takes over what was committed in the last minute on any server; who
// lists incidents for a script asks it first (LIVE-4).
func (h *Hub) Freshen(ctx context.Context) error { return h.failed(h.sweep(ctx), "read") }

// sweep finds what a lost hint would have told (LIVE-1).
func (h *Hub) sweep(ctx context.Context) error {
	began := h.o.Now()
	window := sweepWindow
	if last := h.swept.Load(); last != nil {
		window += max(began.Sub(*last), 0)
	}
	briefs, err := h.store.BriefsWithin(ctx, window)
	if err != nil {
		return h.noticed(err)
	}
	h.reachable(nil)
	if err := h.newerAll(ctx, briefs); err != nil {
		return err
	}
	h.swept.Store(&began)
	return nil
}

// errBusy is a room that could not be read because somebody writes in it.
var errBusy = errors.New("somebody writes in the room")

// newerAll takes over briefs; a busy or broken room keeps none of the others back.
func (h *Hub) newerAll(ctx context.Context, briefs []model.Brief) error {
	var flaws []error
	for _, b := range briefs {
		err := h.newer(ctx, b)
		if errors.Is(err, ErrAway) || ctx.Err() != nil {
			return err
		}
		if err != nil {
			flaws = append(flaws, err)
		}
	}
	return errors.Join(flaws...)
}

// newer takes over a brief, and reads the events that a loaded room lacks.
func (h *Hub) newer(ctx context.Context, b model.Brief) error {
	r := h.loaded(b.ID)
	if r == nil && slices.Contains(model.Registers(), b.ID) {
		r = h.room(b.ID)
	}
	if r != nil {
		if in := r.present(); in.Version < b.Version && (in.Version > 0 || model.IsRegisterID(b.ID)) {
			if err := r.follow(ctx); err != nil {
				return err
			}
		}
	}
	h.board.put(h, b)
	return nil
}

func (h *Hub) catchUp(ctx context.Context, incident string) error {
	b, ok, err := h.store.Brief(ctx, incident)
	if err != nil || !ok {
		return h.noticed(err)
	}
	return h.newer(ctx, b)
}

// sweepLoop reads accounts often enough for revocation (AUTH-3), the whole board
// now and then, and everything when the database has come back.
func (h *Hub) sweepLoop(ctx context.Context) {
	const accountsEvery, boardEvery = 5 * time.Second, 10 * time.Minute
	accounts, board := time.NewTicker(accountsEvery), time.NewTicker(boardEvery)
	defer accounts.Stop()
	defer board.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-accounts.C:
			err = h.ReloadAccounts(ctx)
		case <-board.C:
			err = h.reloadBoard(ctx)
		case <-h.wake:
			err = h.reloadAll(ctx)
		}
		if err != nil && ctx.Err() == nil {
			h.o.Logger.Debug("A sweep failed", "error", err)
		}
	}
}

// reloadAll catches up after the database was away.
func (h *Hub) reloadAll(ctx context.Context) error {
	if err := h.ReloadAccounts(ctx); err != nil {
		return err
	}
	if err := h.reloadBoard(ctx); err != nil {
		return err
	}
	h.reloadPeople(ctx)
	return h.unspool(ctx)
}
