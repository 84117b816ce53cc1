// Package roomtest is a store in memory for tests of what stands on a room. It
// keeps the contract of room.Store and can be told to fail as databases do.
package roomtest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"warroom/model"
	"warroom/model/room"
)

// Store is a room.Store. Several hubs may share one, as servers share a database.
type Store struct {
	now func() time.Time

	mu       sync.Mutex
	logs     map[string][]model.Record
	states   map[string]*model.Incident
	touched  map[string]time.Time
	commands map[string]string
	numbers  map[int]int
	accounts []model.Account
	drafts   map[draftKey]room.Draft
	people   map[string][]room.Person
	watchers map[chan room.Hint]struct{}

	away   bool
	deaf   bool
	dead   map[string]bool
	before func(room.Change) error
	lost   []bool
}

type draftKey struct{ user, incident, field string }

// New makes an empty store with the clock now.
func New(now func() time.Time) *Store {
	return &Store{now: now, logs: map[string][]model.Record{}, states: map[string]*model.Incident{}, touched: map[string]time.Time{},
		commands: map[string]string{}, numbers: map[int]int{}, drafts: map[draftKey]room.Draft{}, people: map[string][]room.Person{},
		watchers: map[chan room.Hint]struct{}{}, dead: map[string]bool{}}
}

// SetAway makes the database unreachable, or reachable again.
func (s *Store) SetAway(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// SetDeaf loses all hints; sweeps go on.
func (s *Store) SetDeaf(deaf bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = deaf
}

// Kill makes a server die without a word: what it says of its people is not heard.
func (s *Store) Kill(server string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead[server] = true
}

// LoseAnswer makes the next Append answer ErrUnknown; committed says whether it
// is in the log nevertheless.
func (s *Store) LoseAnswer(committed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = append(s.lost, committed)
}

// Before is asked before each Append, without a lock held; its error is the
// answer. Nil takes it away.
func (s *Store) Before(f func(room.Change) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// SetAccounts replaces the accounts and says so.
func (s *Store) SetAccounts(list ...model.Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts = list
	s.tell(room.Hint{Kind: room.HintAccounts})
}

// Log is the log of an incident.
func (s *Store) Log(incident string) []model.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.logs[incident])
}

// enter takes the lock, or answers for a database that is away. The caller
// unlocks when the error is nil.
func (s *Store) enter(ctx context.Context) error {
	s.mu.Lock()
	if s.away || ctx.Err() != nil {
		s.mu.Unlock()
		return room.ErrAway
	}
	return nil
}

// tell gives a hint to all who watch; a full line loses it, as NOTIFY may.
func (s *Store) tell(h room.Hint) {
	if s.deaf {
		return
	}
	for w := range s.watchers {
		select {
		case w <- h:
		default:
		}
	}
}

// NewIncidentID implements room.Store.
func (s *Store) NewIncidentID(ctx context.Context, year int) (string, error) {
	if err := s.enter(ctx); err != nil {
		return "", err
	}
	defer s.mu.Unlock()
	s.numbers[year]++
	return model.IncidentID(year, s.numbers[year]), nil
}

// Append implements room.Store.
func (s *Store) Append(ctx context.Context, c room.Change) error {
	s.mu.Lock()
	before := s.before
	s.mu.Unlock()
	if before != nil {
		if err := before(c); err != nil {
			return err
		}
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if len(s.lost) > 0 {
		committed := s.lost[0]
		s.lost = s.lost[1:]
		if committed {
			if err := s.commit(c); err != nil {
				return err
			}
		}
		return room.ErrUnknown
	}
	return s.commit(c)
}

func (s *Store) commit(c room.Change) error {
	all := []room.Change{c}
	if c.With != nil {
		all = append(all, *c.With)
	}
	for _, c := range all {
		if err := s.check(c); err != nil {
			return err
		}
	}
	for _, c := range all {
		s.write(c)
	}
	return nil
}

func (s *Store) check(c room.Change) error {
	id := c.After.ID
	if _, ok := s.commands[c.Records[0].CommandID]; ok {
		return room.ErrCommand
	}
	if uint64(len(s.logs[id])) != c.Before.Version {
		return room.ErrVersion
	}
	if r := c.After.Report; r != nil && c.Before.Version == 0 && s.reportOf(r.Key()) != "" {
		return room.ErrReported
	}
	return nil
}

func (s *Store) write(c room.Change) {
	id := c.After.ID
	log := append(slices.Clone(s.logs[id]), c.Records...)
	if r := c.Redact; r != nil {
		x := &log[r.Version-1]
		x.Payload, x.Salt, x.Redacted = r.Payload, nil, true
	}
	s.logs[id], s.states[id], s.touched[id] = log, c.After, s.now()
	s.commands[c.Records[0].CommandID] = id
	s.tell(room.Hint{Kind: room.HintIncident, Incident: id})
}

// Command implements room.Store.
func (s *Store) Command(ctx context.Context, commandID string) (string, bool, error) {
	if err := s.enter(ctx); err != nil {
		return "", false, err
	}
	defer s.mu.Unlock()
	id, ok := s.commands[commandID]
	return id, ok, nil
}

// Events implements room.Store.
func (s *Store) Events(ctx context.Context, incident string, after uint64, limit int) ([]model.Record, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	log := s.logs[incident]
	if after >= uint64(len(log)) {
		return nil, nil
	}
	log = slices.Clone(log[after:])
	if limit > 0 && len(log) > limit {
		log = log[:limit]
	}
	return log, nil
}

// Briefs implements room.Store.
func (s *Store) Briefs(ctx context.Context) ([]model.Brief, error) {
	return s.briefs(ctx, func(string) bool { return true })
}

// BriefsWithin implements room.Store.
func (s *Store) BriefsWithin(ctx context.Context, d time.Duration) ([]model.Brief, error) {
	since := s.now().Add(-d)
	return s.briefs(ctx, func(id string) bool { return s.touched[id].After(since) })
}

func (s *Store) briefs(ctx context.Context, want func(id string) bool) ([]model.Brief, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []model.Brief
	for _, id := range slices.Sorted(maps.Keys(s.states)) {
		if want(id) {
			out = append(out, s.states[id].Brief())
		}
	}
	return out, nil
}

// Brief implements room.Store.
func (s *Store) Brief(ctx context.Context, incident string) (model.Brief, bool, error) {
	if err := s.enter(ctx); err != nil {
		return model.Brief{}, false, err
	}
	defer s.mu.Unlock()
	in, ok := s.states[incident]
	if !ok {
		return model.Brief{}, false, nil
	}
	return in.Brief(), true, nil
}

// Sightings implements room.Store.
func (s *Store) Sightings(ctx context.Context, incident string) ([]room.Sighting, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	in, ok := s.states[incident]
	if !ok {
		return nil, nil
	}
	var out []room.Sighting
	for _, id := range slices.Sorted(maps.Keys(s.states)) {
		if id == incident {
			continue
		}
		for _, x := range in.Indicators {
			if x.Retracted == "" && s.states[id].FindIndicator(x.Type, x.Value) != nil {
				out = append(out, room.Sighting{Type: x.Type, Value: x.Value, Incident: id})
			}
		}
	}
	return out, nil
}

// Search implements room.Store: titles and entries that hold the text.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]room.Hit, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []room.Hit
	for id, in := range s.states {
		if strings.Contains(string(in.Title), text) {
			out = append(out, room.Hit{Incident: id, Kind: "incident", Text: in.Title, At: in.DeclaredAt})
		}
		for _, e := range in.Timeline {
			if strings.Contains(string(e.Text), text) {
				out = append(out, room.Hit{Incident: id, Ref: e.Ref, Kind: "timeline", Text: e.Text, At: e.RecordedAt})
			}
		}
	}
	slices.SortFunc(out, func(a, b room.Hit) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Ref, b.Ref))
	})
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out, nil
}

// Accounts implements room.Store.
func (s *Store) Accounts(ctx context.Context) ([]model.Account, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	return slices.Clone(s.accounts), nil
}

// SaveDraft implements room.Store.
func (s *Store) SaveDraft(ctx context.Context, d room.Draft) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	k := draftKey{d.User, d.Incident, d.Field}
	if d.Text == "" {
		delete(s.drafts, k)
	} else {
		s.drafts[k] = d
	}
	return nil
}

// Drafts implements room.Store.
func (s *Store) Drafts(ctx context.Context, user string) ([]room.Draft, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	return draftsOf(s.drafts, user), nil
}

func draftsOf(all map[draftKey]room.Draft, user string) []room.Draft {
	var out []room.Draft
	for k, d := range all {
		if k.user == user {
			out = append(out, d)
		}
	}
	return out
}

// Presence implements room.Store.
func (s *Store) Presence(ctx context.Context, d time.Duration) ([]room.Person, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []room.Person
	for _, server := range slices.Sorted(maps.Keys(s.people)) {
		for _, p := range s.people[server] {
			if s.now().Sub(p.SeenAt) < d {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

// Beat implements room.Store.
func (s *Store) Beat(ctx context.Context, server string, people []room.Person, _ time.Duration) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if s.dead[server] {
		return nil
	}
	list := slices.Clone(people)
	for i := range list {
		list[i].SeenAt = s.now()
	}
	s.people[server] = list
	s.tell(room.Hint{Kind: room.HintPresence})
	return nil
}

// Watch implements room.Store.
func (s *Store) Watch(ctx context.Context, hint func(room.Hint), state func(error)) error {
	const sweepEvery, pingEvery = 5 * time.Second, 500 * time.Millisecond
	line := make(chan room.Hint, 256)
	s.mu.Lock()
	s.watchers[line] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.watchers, line)
		s.mu.Unlock()
	}()
	sweep, ping := time.NewTicker(sweepEvery), time.NewTicker(pingEvery)
	defer sweep.Stop()
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case h := <-line:
			hint(h)
		case <-ping.C:
			state(s.Ping(ctx))
		case <-sweep.C:
			hint(room.Hint{Kind: room.HintSweep})
		}
	}
}

// Ping implements room.Store.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	s.mu.Unlock()
	return nil
}

// Spool is a room.DraftSpool in memory.
type Spool struct {
	mu     sync.Mutex
	drafts map[draftKey]room.Draft
}

// Put implements room.DraftSpool.
func (s *Spool) Put(d room.Draft) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drafts == nil {
		s.drafts = map[draftKey]room.Draft{}
	}
	s.drafts[draftKey{d.User, d.Incident, d.Field}] = d
	return nil
}

// List implements room.DraftSpool.
func (s *Spool) List(user string) ([]room.Draft, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return draftsOf(s.drafts, user), nil
}

// Remove implements room.DraftSpool.
func (s *Spool) Remove(user, incident, field string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.drafts, draftKey{user, incident, field})
	return nil
}

// Users implements room.DraftSpool.
func (s *Spool) Users() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[string]bool{}
	for k := range s.drafts {
		seen[k.user] = true
	}
	return slices.Sorted(maps.Keys(seen)), nil
}
