package room

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// SaveDraft keeps typed text. While the database is away it goes to the spool;
// an error means that it is in neither. Empty text removes the draft.
func (h *Hub) SaveDraft(ctx context.Context, d Draft) error {
	err := h.store.SaveDraft(ctx, d)
	if err == nil {
		if h.o.Spool != nil {
			return h.o.Spool.Remove(d.User, d.Incident, d.Field)
		}
		return nil
	}
	h.noticed(err)
	if h.o.Spool == nil {
		return h.failed(err, "kept as a draft")
	}
	if e := h.o.Spool.Put(d); e != nil {
		return h.failed(errors.Join(err, e), "kept as a draft")
	}
	return nil
}

// Drafts lists a user's drafts from the database and the spool; of one field the
// newest counts. They come newest first.
func (h *Hub) Drafts(ctx context.Context, user string) ([]Draft, error) {
	list, err := h.store.Drafts(ctx, user)
	if err != nil {
		h.noticed(err)
		list = nil
	}
	if h.o.Spool == nil {
		return list, h.failed(err, "read")
	}
	spooled, e := h.o.Spool.List(user)
	if e != nil {
		return list, h.failed(e, "read")
	}
	type key struct{ incident, field string }
	newest := map[key]Draft{}
	for _, d := range append(list, spooled...) {
		k := key{d.Incident, d.Field}
		if old, ok := newest[k]; !ok || d.SavedAt.After(old.SavedAt) {
			newest[k] = d
		}
	}
	out := make([]Draft, 0, len(newest))
	for _, d := range newest {
		if d.Text != "" {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Draft) int {
		return cmp.Or(b.SavedAt.Compare(a.SavedAt), cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Field, b.Field))
	})
	return out, nil
}

// unspool writes the spool's drafts to the database.
func (h *Hub) unspool(ctx context.Context) error {
	if h.o.Spool == nil {
		return nil
	}
	users, err := h.o.Spool.Users()
	if err != nil {
		return err
	}
	for _, u := range users {
		list, err := h.o.Spool.List(u)
		if err != nil {
			return err
		}
		kept, err := h.store.Drafts(ctx, u)
		if err != nil {
			return h.noticed(err)
		}
		for _, d := range list {
			// What was typed on another server since then stays.
			if slices.ContainsFunc(kept, func(k Draft) bool {
				return k.Incident == d.Incident && k.Field == d.Field && k.SavedAt.After(d.SavedAt)
			}) {
				if err := h.o.Spool.Remove(d.User, d.Incident, d.Field); err != nil {
					return err
				}
				continue
			}
			if err := h.store.SaveDraft(ctx, d); err != nil {
				return h.noticed(err)
			}
			if err := h.o.Spool.Remove(d.User, d.Incident, d.Field); err != nil {
				return err
			}
		}
	}
	return nil
}
