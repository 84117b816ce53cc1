package model

import (
	"maps"
	"strings"
	"time"
)

// UndoFor is how long a change may be undone by the one who made it.
const UndoFor = 10 * time.Minute

// undoable events know what takes them back: inverse is asked with the state
// before the event, and names the refs and fields that it touches. No events
// mean that it cannot be undone.
type undoable interface {
	Event
	inverse(before *Incident) (back []Event, touches []string)
}

// gated events may bring back only what its gate lets through now.
type gated interface {
	passes(in *Incident) error
}

// undoPoint is what would take back an actor's newest command.
type undoPoint struct {
	last      uint64 // number of the newest event of the command
	at        time.Time
	commandID string
	back      []Event
	touches   []string
}

// remember keeps what would undo ev for its actor. Snapshots share the map, so
// it is copied once a fold; it has one entry an actor.
func (d *draft) remember(m Meta, ev Event) {
	if !d.owned.undo {
		next := make(map[string]undoPoint, len(d.undo)+1)
		maps.Copy(next, d.undo)
		d.undo, d.owned.undo = next, true
	}
	u, ok := ev.(undoable)
	if !ok {
		delete(d.undo, m.Actor)
		return
	}
	back, touches := u.inverse(d.Incident)
	p := undoPoint{last: m.Version, at: m.At, commandID: m.CommandID, back: back, touches: touches}
	if prev, ok := d.undo[m.Actor]; ok && m.CommandID != "" && prev.commandID == m.CommandID {
		p.back = append(append([]Event{}, back...), prev.back...)
		p.touches = append(append([]string{}, touches...), prev.touches...)
	}
	d.undo[m.Actor] = p
}

// Undo takes back the actor's own newest change, by a compensating event.
type Undo struct{}

// ChangeUndone says which event the events after it take back.
type ChangeUndone struct {
	Version uint64 `json:"version"`
}

// Decide implements Command.
func (Undo) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	p, ok := in.undo[by.Name]
	if !ok || len(p.back) == 0 {
		return nil, Invalid("there is nothing of yours to undo").Hint("your last change here cannot be taken back by undo; correct it with a new one")
	}
	if now.Sub(p.at) > UndoFor {
		return nil, Invalid("your last change is older than 10 minutes").Hint("correct it with a new change")
	}
	for _, t := range p.touches {
		if v := in.changedAt(t); v > p.last {
			return nil, Conflict("%s was changed since by somebody else", t).Hint("look at it; correct it with a new change")
		}
	}
	for _, ev := range p.back {
		if g, ok := ev.(gated); ok {
			if err := g.passes(in); err != nil {
				return nil, err
			}
		}
	}
	return append([]Event{ChangeUndone{Version: p.last}}, p.back...), nil
}

// changedAt is the number of the newest event that touched a ref or a field.
func (in *Incident) changedAt(thing string) uint64 {
	switch {
	case strings.HasPrefix(thing, RefEntry):
		if x, err := in.Entry(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefIndicator):
		if x, err := in.Indicator(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefAsset):
		if x, err := in.Asset(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefAction):
		if x, err := in.Action(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefObligation):
		if x, err := in.Obligation(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefMitigation):
		if x, err := in.Mitigation(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefItem):
		if x, err := in.Item(thing); err == nil {
			return x.Changed
		}
	}
	return in.Edited[thing].Version
}

// Kind implements Event.
func (ChangeUndone) Kind() string { return "change.undone" }

func (e ChangeUndone) apply(d *draft, m Meta) { d.feed(m, "", "took back #%d", e.Version) }
