// Package action holds what can be done, as data. One table of Actions drives
// dispatch, the footer, `?`, the `:` palette, the mouse, rebinding in the
// config and the key table of the README, so that none of them can disagree.
//
// A Set belongs to one session; it is not safe for use by two goroutines.
package action

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
)

// Global is the scope of actions that work everywhere.
const Global = "global"

// Action is one thing that a person can do.
type Action struct {
	ID       string   // stable name, used by the config: "note", "board.open"
	Title    string   // a word or two, for the footer and the palette
	Help     string   // one line, for `?`
	Keys     []string // as tea.KeyPressMsg.String() writes them; the first one is shown
	Scope    string   // where it works: Global or the name of a screen
	Footer   bool     // shown in the footer while enabled
	Priority int      // in the footer; where it is narrow the lowest goes first
	Danger   bool     // destroys or alarms: it asks before it acts

	// Enabled tells whether it can be done now, and if not, why. nil is always.
	Enabled func() (ok bool, why string)
	// Run does it. It may be nil in a table that is only printed.
	Run func() tea.Cmd
}

// Can tells whether the action can be done now, and if not, why.
func (a *Action) Can() (ok bool, why string) {
	if a.Enabled == nil {
		return true, ""
	}
	return a.Enabled()
}

// Set is a table of actions with its keys, checked for conflicts.
type Set struct {
	list []*Action
	ids  map[string]*Action
	keys map[bound]*Action
}

type bound struct{ scope, key string }

// NewSet checks the actions and makes a table of them, in their order. The
// error names what is wrong: an id used twice, a key that cannot be pressed,
// one key for two actions of a scope, or an action without title, help or
// scope.
func NewSet(actions ...Action) (*Set, error) {
	s := &Set{ids: make(map[string]*Action, len(actions))}
	for i := range actions {
		a := actions[i]
		if a.ID == "" || a.Title == "" || a.Help == "" || a.Scope == "" {
			return nil, model.Invalid("action %q needs an id, a title, a help line and a scope", a.ID)
		}
		if s.ids[a.ID] != nil {
			return nil, model.Invalid("two actions are called %q", a.ID)
		}
		keys, err := parseKeys(a.ID, a.Keys)
		if err != nil {
			return nil, err
		}
		a.Keys = keys
		s.ids[a.ID] = &a
		s.list = append(s.list, &a)
	}
	keys, err := index(s.list)
	if err != nil {
		return nil, err
	}
	s.keys = keys
	return s, nil
}

// index maps every key of a scope to its action.
func index(list []*Action) (map[bound]*Action, error) {
	keys := make(map[bound]*Action, 2*len(list))
	for _, a := range list {
		for _, k := range a.Keys {
			b := bound{a.Scope, k}
			if other := keys[b]; other != nil && other != a {
				return nil, model.Invalid("key %q of %s is in use by %s in %s", k, a.ID, other.ID, a.Scope).
					Hint("give %s another key too", other.ID)
			}
			keys[b] = a
		}
	}
	return keys, nil
}

// Match gives the action of key in the first of the scopes that has one, nil
// for none. Without scopes it looks in Global only.
func (s *Set) Match(key string, scopes ...string) *Action {
	if len(scopes) == 0 {
		return s.keys[bound{Global, key}]
	}
	for _, scope := range scopes {
		if a := s.keys[bound{scope, key}]; a != nil {
			return a
		}
	}
	return nil
}

// ByID gives the action called id, nil for none.
func (s *Set) ByID(id string) *Action { return s.ids[id] }

// In lists the actions of the scopes, by scope and then in the table's order;
// all actions without scopes. An action whose keys are all taken by an earlier
// scope is still listed: the palette reaches it.
func (s *Set) In(scopes ...string) []*Action {
	if len(scopes) == 0 {
		return slices.Clone(s.list)
	}
	var out []*Action
	for _, scope := range scopes {
		for _, a := range s.list {
			if a.Scope == scope {
				out = append(out, a)
			}
		}
	}
	return out
}

// Rebind gives the actions of overrides other keys; an empty list takes all
// keys away, and the palette still reaches the action. All of them change or,
// on an error, none. The error names the action, the key and what to do.
func (s *Set) Rebind(overrides map[string][]string) error {
	ids := make([]string, 0, len(overrides))
	for id := range overrides {
		ids = append(ids, id)
	}
	slices.Sort(ids) // the first error is always the same one
	list := make([]*Action, len(s.list))
	for i, a := range s.list {
		c := *a
		list[i] = &c
	}
	for _, id := range ids {
		i := slices.IndexFunc(list, func(a *Action) bool { return a.ID == id })
		if i < 0 {
			return s.unknown(id)
		}
		keys, err := parseKeys(id, overrides[id])
		if err != nil {
			return err
		}
		list[i].Keys = keys
	}
	keys, err := index(list)
	if err != nil {
		return err
	}
	s.list, s.keys = list, keys
	for _, a := range list {
		s.ids[a.ID] = a
	}
	return nil
}

// Hidden says in words which keys of overrides hide another action, or are hidden,
// because two scopes that work at once have them. around gives the scopes around
// one. The set itself stays as it is.
func (s *Set) Hidden(overrides map[string][]string, around func(scope string) []string) []string {
	with := &Set{list: s.list, ids: maps.Clone(s.ids), keys: s.keys}
	if with.Rebind(overrides) != nil {
		return nil
	}
	var out []string
	for _, inner := range with.list {
		for _, k := range inner.Keys {
			for _, scope := range around(inner.Scope) {
				outer := with.keys[bound{scope, k}]
				if outer == nil || s.has(inner.ID, k) && s.has(outer.ID, k) {
					continue
				}
				out = append(out, inner.ID+": key "+strconv.Quote(k)+" hides "+outer.ID+" ("+outer.Help+") in "+inner.Scope)
			}
		}
	}
	return out
}

func (s *Set) has(id, key string) bool { return slices.Contains(s.ids[id].Keys, key) }

// unknown is the error for an id that no action has, with those that are near.
func (s *Set) unknown(id string) error {
	var similar []string
	for _, a := range s.list {
		if strings.Contains(a.ID, id) || strings.HasPrefix(a.ID, id[:min(len(id), 2)]) {
			similar = append(similar, a.ID)
		}
	}
	err := model.Usage("there is no action %q to bind a key to", id)
	if len(similar) > 0 {
		return err.Hint("did you mean: %s", strings.Join(similar, ", "))
	}
	return err.Hint("`?` lists the actions")
}
