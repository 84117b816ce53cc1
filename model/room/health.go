package room

import (
	"context"
	"errors"
	"time"

	"warroom/model"
)

// Health says whether the database answers, and since when it is so.
type Health struct {
	Online bool
	Since  time.Time
}

// Health is the present state; it comes from memory.
func (h *Hub) Health() Health { return *h.health.Load() }

// reachable is told by the feed whether the database answers.
func (h *Hub) reachable(err error) {
	now := h.health.Load()
	online := err == nil
	if now.Online == online || !h.health.CompareAndSwap(now, &Health{Online: online, Since: h.o.Now()}) {
		return
	}
	if online {
		h.o.Logger.Info("The database is back")
		select {
		case h.wake <- struct{}{}:
		default:
		}
	} else {
		h.o.Logger.Warn("The database cannot be reached", "error", err)
	}
	h.subs.mark(dirtyHealth, "")
}

// noticed draws the conclusion from a statement's outcome and returns err.
func (h *Hub) noticed(err error) error {
	if errors.Is(err, ErrAway) {
		h.reachable(err)
	}
	return err
}

// ReloadAccounts reads users, keys and roles again.
func (h *Hub) ReloadAccounts(ctx context.Context) error {
	list, err := h.store.Accounts(ctx)
	if h.noticed(err) != nil {
		return err
	}
	old := *h.accounts.Load()
	h.accounts.Store(&list)
	if !sameAccounts(old, list) {
		h.subs.mark(dirtyAccounts, "")
	}
	return nil
}

func sameAccounts(a, b []model.Account) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		if x.Name != y.Name || x.Role != y.Role || x.Disabled != y.Disabled || len(x.Keys) != len(y.Keys) {
			return false
		}
		for k := range x.Keys {
			if x.Keys[k].Fingerprint != y.Keys[k].Fingerprint || !x.Keys[k].RevokedAt.Equal(y.Keys[k].RevokedAt) {
				return false
			}
		}
	}
	return true
}

// Accounts lists everybody, by name; it comes from memory.
func (h *Hub) Accounts() []model.Account { return *h.accounts.Load() }

// Account finds an account by its name.
func (h *Hub) Account(name string) (model.Account, bool) {
	for _, a := range h.Accounts() {
		if a.Name == name {
			return a, true
		}
	}
	return model.Account{}, false
}

// Any says whether somebody could log in with a key.
func (h *Hub) Any() bool {
	for _, a := range h.Accounts() {
		if a.Disabled {
			continue
		}
		for _, k := range a.Keys {
			if k.RevokedAt.IsZero() {
				return true
			}
		}
	}
	return false
}
