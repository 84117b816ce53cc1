package model

import (
	"slices"
	"time"
)

// ItemState is how far a checklist item is.
type ItemState string

// The states. Not applicable and waived carry a reason.
const (
	ItemOpen   ItemState = "open"
	ItemDoing  ItemState = "doing"
	ItemDone   ItemState = "done"
	ItemNA     ItemState = "na"
	ItemWaived ItemState = "waived"
)

// ItemStates lists every state.
func ItemStates() []ItemState {
	return []ItemState{ItemOpen, ItemDoing, ItemDone, ItemNA, ItemWaived}
}

// Settled says whether nothing more is to be done.
func (s ItemState) Settled() bool { return s == ItemDone || s == ItemNA || s == ItemWaived }

// Item is one checklist item of the incident.
type Item struct {
	Ref       string    `json:"ref"`
	Key       string    `json:"key"` // id in its playbook, such as ransomware.det.scope
	Playbook  string    `json:"playbook"`
	Phase     Phase     `json:"phase"`
	Title     Text      `json:"title"`
	Guidance  Text      `json:"guidance"`
	Evidence  Text      `json:"evidence"` // what proves it
	Role      string    `json:"role"`     // who usually does it
	Required  bool      `json:"required"`
	State     ItemState `json:"state"`
	Owner     string    `json:"owner"`
	Reason    Text      `json:"reason,omitempty"` // why not applicable or waived
	Note      Text      `json:"note,omitempty"`
	ChangedBy string    `json:"changed_by,omitempty"`
	ChangedAt time.Time `json:"changed_at,omitzero"`

	ByLead  bool   `json:"-"` // not applicable by the lead's word: a gate takes it
	Changed uint64 `json:"-"`
}

// passes says whether a gate lets a required item behind: done, or given up by
// the lead with a reason.
func (it *Item) passes() bool {
	return it.State == ItemDone || it.State == ItemWaived || it.State == ItemNA && it.ByLead
}

// ItemSpec is an item as a playbook describes it.
type ItemSpec struct {
	Key      string `json:"key"`
	Phase    Phase  `json:"phase"`
	Title    Text   `json:"title"`
	Guidance Text   `json:"guidance,omitempty"`
	Evidence Text   `json:"evidence,omitempty"`
	Role     string `json:"role,omitempty"`
	Required bool   `json:"required,omitempty"`
}

// AttachPlaybook adds a playbook's items. Items whose key is there already, such
// as the core items that playbooks share, are merged with it.
type AttachPlaybook struct {
	ID    string
	Title Text
	Items []ItemSpec
}

// PlaybookAttached carries the items as they were on that day, so that a later
// edition of the playbook never changes what was asked for in this incident.
type PlaybookAttached struct {
	ID    string     `json:"id"`
	Title Text       `json:"title"`
	First int        `json:"first"` // number of the first new item
	Items []ItemSpec `json:"items"` // the new ones only
}

func (c AttachPlaybook) event(have map[string]bool, first int) PlaybookAttached {
	ev := PlaybookAttached{ID: c.ID, Title: c.Title, First: first, Items: []ItemSpec{}}
	for _, it := range c.Items {
		if !have[it.Key] {
			have[it.Key] = true
			ev.Items = append(ev.Items, it)
		}
	}
	return ev
}

// Decide implements Command.
func (c AttachPlaybook) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if slices.Contains(in.Playbooks, c.ID) {
		return nil, Conflict("playbook %s is attached already", c.ID).Hint("check list %s shows its items", in.ID)
	}
	have := make(map[string]bool, len(in.Checklist))
	for _, it := range in.Checklist {
		have[it.Key] = true
	}
	return []Event{c.event(have, len(in.Checklist)+1)}, nil
}

// Kind implements Event.
func (PlaybookAttached) Kind() string { return "playbook.attached" }

func (e PlaybookAttached) apply(d *draft, m Meta) {
	d.Playbooks = append(slices.Clip(d.Playbooks), e.ID)
	for _, s := range e.Items {
		d.Checklist = append(d.Checklist, &Item{Ref: makeRef(RefItem, len(d.Checklist)+1), Key: s.Key, Playbook: e.ID, Phase: s.Phase,
			Title: s.Title, Guidance: s.Guidance, Evidence: s.Evidence, Role: s.Role, Required: s.Required, State: ItemOpen, Changed: m.Version})
	}
	d.feed(m, "", "attached playbook %s: %d items", e.Title, len(e.Items))
}

// Item finds a checklist item by its ref.
func (in *Incident) Item(ref string) (*Item, error) {
	i, err := find(RefItem, ref, len(in.Checklist))
	if err != nil {
		return nil, err
	}
	return in.Checklist[i], nil
}

// Progress counts the settled and all items of a phase; "" counts every phase.
func (in *Incident) Progress(p Phase) (settled, all int) {
	for _, it := range in.Checklist {
		if p != "" && it.Phase != p {
			continue
		}
		all++
		if it.State.Settled() {
			settled++
		}
	}
	return settled, all
}

// SetItem moves a checklist item to a state. Waiving is the lead's; not
// applicable and waived need a reason.
type SetItem struct {
	Ref    string
	State  ItemState
	Reason Text
	Note   Text
	Seen   uint64 // version of the incident that was on the screen, 0 when any
}

// ItemSet is a changed checklist item.
type ItemSet struct {
	Ref    string    `json:"ref"`
	State  ItemState `json:"state"`
	Reason Text      `json:"reason,omitempty"`
	Note   Text      `json:"note,omitempty"`
	ByLead bool      `json:"by_lead,omitempty"` // the lead himself said that it is not applicable
	NoNote bool      `json:"no_note,omitempty"` // an undo takes the note away; an empty Note lets it stay
}

// Decide implements Command.
func (c SetItem) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	need := AccessRespond
	if c.State == ItemWaived {
		need = AccessLead
	}
	if err := in.may(by, need); err != nil {
		return nil, err
	}
	it, err := in.Item(c.Ref)
	if err != nil {
		return nil, err
	}
	lead := in.Rights(by) >= rank(AccessLead)
	if !slices.Contains(ItemStates(), c.State) {
		return nil, Usage("%q is no state of a checklist item", excerpt(string(c.State))).Hint("use open, doing, done, na or waived")
	}
	if it.State == c.State && c.Note == "" {
		if it.State == ItemOpen {
			return nil, Conflict("%s is open already", it.Ref).Hint("check list %s shows where the others are", in.ID)
		}
		return nil, Conflict("%s is %s already, by @%s at %s", it.Ref, it.State, it.ChangedBy, it.ChangedAt.Format("15:04:05Z")).
			Hint("check open %s %s takes it back", in.ID, it.Ref)
	}
	if err := overtaken(in, it, by, c.Seen); err != nil {
		return nil, err
	}
	if c.State == ItemNA || c.State == ItemWaived {
		if err := checkReason(c.Reason); err != nil {
			return nil, err
		}
	} else if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if err := checkText("note", c.Note, MaxReason, false); err != nil {
		return nil, err
	}
	return []Event{ItemSet{Ref: it.Ref, State: c.State, Reason: c.Reason, Note: c.Note, ByLead: c.State == ItemNA && lead}}, nil
}

// overtaken tells who was first when a colleague changed an item after version
// seen (CON-4). Nobody overtakes himself: keys may be faster than the screen.
func overtaken(in *Incident, it *Item, by Actor, seen uint64) error {
	if seen == 0 || it.Changed <= seen {
		return nil
	}
	again := "look at it; do it again if it is to be so"
	for _, f := range slices.Backward(in.Recent) {
		switch {
		case f.Version != it.Changed:
		case f.Actor == by.Name:
			return nil
		default:
			return Conflict("@%s was first, at %s: %s %s", f.Actor, f.At.Format("15:04:05Z"), it.Ref, excerpt(string(f.What))).Hint("%s", again)
		}
	}
	return Conflict("%s was changed meanwhile", it.Ref).Hint("%s", again)
}

// Kind implements Event.
func (ItemSet) Kind() string { return "item.set" }

func (e ItemSet) redacted(mark Text) Event {
	if e.Reason != "" {
		e.Reason = mark
	}
	if e.Note != "" {
		e.Note = mark
	}
	return e
}

func (e ItemSet) inverse(in *Incident) ([]Event, []string) {
	it, err := in.Item(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{ItemSet{Ref: e.Ref, State: it.State, Reason: it.Reason, Note: it.Note, ByLead: it.ByLead, NoNote: it.Note == ""}}, []string{e.Ref}
}

func (e ItemSet) apply(d *draft, m Meta) {
	i, err := find(RefItem, e.Ref, len(d.Checklist))
	if err != nil {
		return
	}
	it := d.item(i)
	noted := it.State == e.State && e.Note != ""
	it.State, it.Reason, it.ChangedBy, it.ChangedAt, it.Changed = e.State, e.Reason, m.Actor, m.At, m.Version
	it.ByLead = e.ByLead
	if e.Note != "" || e.NoNote {
		it.Note = e.Note
	}
	if noted {
		d.feed(m, it.Ref, "note on %s: %s", it.Title, e.Note)
		return
	}
	what := withReason(string(it.State)+": "+string(it.Title), e.Reason)
	if e.Note != "" {
		what += " – " + e.Note
	}
	d.feed(m, it.Ref, "%s", what)
}

// AssignItem gives an item an owner; "" takes it away.
type AssignItem struct {
	Ref   string
	Owner string
	Seen  uint64 // version of the incident that was on the screen, 0 when any
}

// ItemAssigned is an item's new owner.
type ItemAssigned struct {
	Ref   string `json:"ref"`
	Owner string `json:"owner,omitempty"`
}

// Decide implements Command.
func (c AssignItem) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	it, err := in.Item(c.Ref)
	if err != nil {
		return nil, err
	}
	if c.Owner != "" {
		u, err := ParseUserName(c.Owner)
		if err != nil {
			return nil, err
		}
		c.Owner = u
	}
	if it.Owner == c.Owner {
		return nil, nil
	}
	if err := overtaken(in, it, by, c.Seen); err != nil {
		return nil, err
	}
	return []Event{ItemAssigned{Ref: it.Ref, Owner: c.Owner}}, nil
}

// Kind implements Event.
func (ItemAssigned) Kind() string { return "item.assigned" }

func (e ItemAssigned) inverse(in *Incident) ([]Event, []string) {
	it, err := in.Item(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{ItemAssigned{Ref: e.Ref, Owner: it.Owner}}, []string{e.Ref}
}

func (e ItemAssigned) apply(d *draft, m Meta) {
	i, err := find(RefItem, e.Ref, len(d.Checklist))
	if err != nil {
		return
	}
	it := d.item(i)
	it.Owner, it.Changed = e.Owner, m.Version
	if e.Owner == "" {
		d.feed(m, it.Ref, "unassigned: %s", it.Title)
		return
	}
	d.feed(m, it.Ref, "assigned to @%s: %s", e.Owner, it.Title)
}
