package model

import (
	"cmp"
	"maps"
	"strconv"
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

// learned events belong to what goes on after the close, and so may be taken back
// then.
type learned interface {
	Event
	learned()
}

// undoPoint is what would take back one command of an actor. The points of an
// actor are a list, the newest first; one that nothing takes back ends the way.
type undoPoint struct {
	last      uint64 // number of the newest event of the command
	at        time.Time
	commandID string
	stays     string // kind of the event that cannot be taken back, "" for none
	back      []Event
	touches   []touched
	before    *undoPoint
	depth     int // how many are before it
}

// touched is a thing that a command changed, and the event that changed it last
// before.
type touched struct {
	thing string
	was   uint64
}

// undoState is what an actor may undo: his points, and what his undoing touched,
// so that it is not taken for somebody else's change.
type undoState struct {
	top *undoPoint
	by  string              // command id of his newest undo
	own map[string]backward // by thing
}

// backward says that the events after undo, n of them, only brought a thing back
// to what it was after event was.
type backward struct {
	undo, n, was uint64
}

// maxUndo is how many changes of an actor can be stepped back at least.
const maxUndo = 100

// remember keeps what would undo ev for its actor. Snapshots share the map, so
// it is copied once a fold; it has one entry an actor.
func (d *draft) remember(m Meta, ev Event) {
	if !d.owned.undo {
		next := make(map[string]undoState, len(d.undo)+1)
		maps.Copy(next, d.undo)
		d.undo, d.owned.undo = next, true
	}
	s := d.undo[m.Actor]
	if u, ok := ev.(ChangeUndone); ok {
		d.undo[m.Actor] = s.stepBack(m, u)
		return
	}
	if s.by != "" && s.by == m.CommandID {
		return // what takes back is no change of its own
	}
	p := undoPoint{last: m.Version, at: m.At, commandID: m.CommandID, before: s.top}
	if u, ok := ev.(undoable); ok {
		var things []string
		p.back, things = u.inverse(d.Incident)
		for _, t := range things {
			p.touches = append(p.touches, touched{t, s.changedAt(d.Incident, t)})
		}
	}
	if len(p.back) == 0 {
		p.stays = ev.Kind()
	}
	if prev := s.top; prev != nil && m.CommandID != "" && prev.commandID == m.CommandID {
		p.back, p.touches = append(p.back, prev.back...), append(p.touches, prev.touches...)
		p.before, p.stays = prev.before, cmp.Or(prev.stays, p.stays)
	}
	s.push(p)
	d.undo[m.Actor] = s
}

// push makes p the newest point and forgets those that are too old or too many.
func (s *undoState) push(p undoPoint) {
	if p.before != nil && p.at.Sub(p.before.at) > UndoFor {
		p.before = nil
	}
	if p.before != nil {
		p.depth = p.before.depth + 1
	}
	if p.depth >= 2*maxUndo {
		p.before, p.depth = p.before.newest(maxUndo), maxUndo
	}
	if p.before == nil {
		s.own = nil
	}
	s.top = &p
}

// newest is a copy of the list that ends after n points.
func (p *undoPoint) newest(n int) *undoPoint {
	if p == nil || n == 0 {
		return nil
	}
	c := *p
	c.before, c.depth = p.before.newest(n-1), n-1
	return &c
}

// stepBack is the state after an undo: the next one takes back the change before.
func (s undoState) stepBack(m Meta, u ChangeUndone) undoState {
	s.by = m.CommandID
	p := s.top
	for p != nil && p.last > u.Version {
		p = p.before
	}
	if p == nil || p.last != u.Version {
		return s
	}
	s.top = p.before
	own := maps.Clone(s.own)
	if own == nil {
		own = map[string]backward{}
	}
	for _, t := range p.touches { // of two, the older counts: it stands last
		own[t.thing] = backward{undo: m.Version, n: uint64(len(p.back)), was: t.was}
	}
	s.own = own
	return s
}

// changedAt is the number of the newest event that touched a thing, one's own
// undoing and what it undid left out.
func (s *undoState) changedAt(in *Incident, thing string) uint64 {
	v := in.changedAt(thing)
	if x, ok := s.own[thing]; ok && v > x.undo && v <= x.undo+x.n {
		return x.was
	}
	return v
}

// refusal names the way out when the newest change is of a kind that no undo takes
// back.
func (p *undoPoint) refusal() error {
	way := map[string]string{
		"incident.closed":   "reopen takes the incident up again",
		"incident.reopened": "close closes it again",
		"incident.related":  "a link stays; a note says that it was wrong",
		"playbook.attached": "its items keep their numbers; mark those that do not apply (N on the Checklist, check na)",
		"payload.redacted":  "a redaction is for good",

		"postmortem.stepped": "postmortem back makes it a draft again",
		"postmortem.waived":  "postmortem waive --withdraw takes a waiver back",
	}[p.stays]
	what := map[string]string{"incident.closed": "a close", "incident.reopened": "a reopening", "incident.related": "a link",
		"playbook.attached": "a playbook that is attached", "payload.redacted": "a redaction",
		"postmortem.stepped": "a step of the post-mortem", "postmortem.waived": "a waiver"}[p.stays]
	return Invalid("undo does not take back %s, and that was your newest change", cmp.Or(what, p.stays)).
		Hint("%s", cmp.Or(way, "put it right with a new change"))
}

// Undo takes back the actor's own newest change that is not taken back yet, by
// compensating events.
type Undo struct{}

// ChangeUndone says which event the events after it take back.
type ChangeUndone struct {
	Version uint64 `json:"version"`
}

// Decide implements Command.
func (Undo) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayUndo(by, true); err != nil {
		return nil, err
	}
	s := in.undo[by.Name]
	p := s.top
	switch {
	case p == nil || now.Sub(p.at) > UndoFor || p.stays == (IncidentDeclared{}).Kind():
		return nil, Invalid("nothing of yours from the last 10 minutes is left to undo").Hint("put it right with a new change")
	case p.stays != "":
		return nil, p.refusal()
	}
	for _, t := range p.touches {
		if s.changedAt(in, t.thing) > p.last {
			return nil, Conflict("%s was changed since by somebody else", t.thing).Hint("look at it; correct it with a new change")
		}
	}
	for _, ev := range p.back {
		if _, ok := ev.(learned); !ok {
			if err := in.mayUndo(by, false); err != nil {
				return nil, err
			}
		}
		if g, ok := ev.(gated); ok {
			if err := g.passes(in); err != nil {
				return nil, err
			}
		}
	}
	return append([]Event{ChangeUndone{Version: p.last}}, p.back...), nil
}

// mayUndo says why by may take nothing back here, or nil; learned events may be
// taken back after the close, too.
func (in *Incident) mayUndo(by Actor, learned bool) error {
	switch {
	case in.Status == StatusRegister:
		return in.mayRegister(by, in.ID, AccessRespond)
	case learned:
		return in.mayLearn(by, AccessRespond)
	}
	return in.may(by, AccessRespond)
}

// Undone says in the words of the feed what an undo took back: the lines of the
// command that recs, the records of the undo, name.
func Undone(in *Incident, recs []Record) []Feed {
	if len(recs) == 0 {
		return nil
	}
	ev, err := Decode(recs[0].Kind, recs[0].Payload)
	u, ok := ev.(ChangeUndone)
	if err != nil || !ok {
		return nil
	}
	command := ""
	for _, f := range in.Recent {
		if f.Version == u.Version {
			command = f.CommandID
		}
	}
	var out []Feed
	for _, f := range in.Recent {
		if f.Version == u.Version || command != "" && f.CommandID == command {
			out = append(out, f)
		}
	}
	return out
}

// UndoneWords says in one line what an undo took back.
func UndoneWords(in *Incident, recs []Record) string {
	var words []string
	for _, f := range Undone(in, recs) {
		words = append(words, strings.TrimSpace(f.Ref+" "+string(f.What)))
	}
	switch len(words) {
	case 0:
		return "your newest change"
	case 1:
		return words[0]
	}
	return strconv.Itoa(len(words)) + " changes: " + strings.Join(words, "; ")
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
	case strings.HasPrefix(thing, RefFollowUp):
		if x, err := in.FollowUp(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefMitigation):
		if x, err := in.Mitigation(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefFactor):
		if x, err := in.Factor(thing); err == nil {
			return x.Changed
		}
	case strings.HasPrefix(thing, RefQuestion):
		if x, err := in.OpenQuestion(thing); err == nil {
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
