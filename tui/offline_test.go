package tui_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"warroom/model/room"
	"warroom/tui/tuitest"
)

// flaky is a store whose database can be taken away, and that counts what is
// asked of it.
type flaky struct {
	room.Store
	down  atomic.Bool
	calls atomic.Int64
	state atomic.Pointer[func(error)]
}

func (f *flaky) gone() error {
	f.calls.Add(1)
	if f.down.Load() {
		return fmt.Errorf("%w: unplugged", room.ErrAway)
	}
	return nil
}

func (f *flaky) Append(ctx context.Context, c room.Change) error {
	if err := f.gone(); err != nil {
		return err
	}
	return f.Store.Append(ctx, c)
}

func (f *flaky) SaveDraft(ctx context.Context, d room.Draft) error {
	if err := f.gone(); err != nil {
		return err
	}
	return f.Store.SaveDraft(ctx, d)
}

func (f *flaky) NewIncidentID(ctx context.Context, year int) (string, error) {
	if err := f.gone(); err != nil {
		return "", err
	}
	return f.Store.NewIncidentID(ctx, year)
}

func (f *flaky) Sightings(ctx context.Context, id string) ([]room.Sighting, error) {
	if err := f.gone(); err != nil {
		return nil, err
	}
	return f.Store.Sightings(ctx, id)
}

func (f *flaky) Search(ctx context.Context, text string, limit int) ([]room.Hit, error) {
	if err := f.gone(); err != nil {
		return nil, err
	}
	return f.Store.Search(ctx, text, limit)
}

func (f *flaky) Watch(ctx context.Context, hint func(room.Hint), state func(error)) error {
	return f.Store.Watch(ctx, hint, func(err error) {
		if f.down.Load() {
			err = fmt.Errorf("%w: unplugged", room.ErrAway)
		}
		state(err)
	})
}

func TestWhileTheDatabaseIsAway(t *testing.T) {
	f := &flaky{Store: open(t)}
	h := tuitest.Hub(t, f)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine(id)
	a.Press("enter", "n").Type("typed while it was ")
	f.down.Store(true)
	a.ExpectLine("OFFLINE since", "drafts")
	a.Type("away").Press("enter")
	a.ExpectLine("▲", "not saved: the database cannot be reached", "kept as a draft")
	a.ExpectLine("note ›", "typed while it was away")
	a.Press("esc", "5")
	a.ExpectLine("DETECTION-ANALYSIS 0/")
	a.Press("x")
	a.ExpectLine("not saved: the database cannot be reached")
	if s := a.Screen(); strings.Contains(s, "saved C") {
		t.Errorf("something is called saved:\n%s", s)
	}
	f.down.Store(false)
	a.ExpectNot("OFFLINE")
	a.Press("n")
	a.ExpectLine("note ›", "typed while it was away")
	a.Press("enter")
	a.ExpectLine("saved T3")
	if n := len(h.Peek(id).Timeline); n != 3 {
		t.Errorf("%d entries, want 3", n)
	}
}
