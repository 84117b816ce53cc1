package model

import (
	"cmp"
	"slices"
	"time"
)

// Limits on the register of who is on call.
const (
	MaxRotations  = 50
	MaxLayers     = 20
	MaxMembers    = 100
	MaxShifts     = 5000
	MaxContacts   = 500
	MaxRotationID = 32
	MaxTurn       = 366 // days
)

// OnCall is who answers when something happens: rotations, what stands in for
// them, and how people are reached. Nil is empty. It is part of the register
// ONCALL and is never changed once it was handed out.
type OnCall struct {
	Rotations []*Rotation     // in the order in which they were made, removed ones too
	Overrides []*CallOverride // V1, V2 …
	Contacts  []*Contact      // K1, K2 …
}

// Rotation is one post that somebody has to hold. Who holds it at a moment is, in
// this order: the newest override, the imported shift, the last of the layers that
// is on.
type Rotation struct {
	ID      string
	Title   Text
	Zone    string // IANA name of the zone of its layers
	Order   int    // place in the escalation: 1 is called first
	Partial bool   // is not meant to cover every hour
	Layers  []Layer

	Shifts     []Shift // imported, by begin
	Source     Text    // the file they came from
	ImportedBy string
	ImportedAt time.Time

	AddedBy string
	AddedAt time.Time
	Removed string // by whom
	Seq     uint64 // the event that made it
	Changed uint64

	loc *time.Location
}

// Layer is people who take turns, each Days long, from Start on.
type Layer struct {
	Members  []string  `json:"members"` // account names and contacts (K3), in turn
	Start    Local     `json:"start"`   // begin of the first turn; its time is that of every hand-over
	Days     int       `json:"days"`    // 7 is a week
	Until    Local     `json:"until,omitempty"`
	From     Clock     `json:"from,omitempty"` // with To, the hours in which the layer is on; over midnight when To is not after From
	To       Clock     `json:"to,omitempty"`
	Weekdays []Weekday `json:"weekdays,omitempty"` // on which its hours begin; none is all
}

// Shift is one imported stretch of one person.
type Shift struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Who  string    `json:"who"`
}

// CallOverride puts somebody in the place of whoever would be on call.
type CallOverride struct {
	Ref      string
	Rotation string
	From, To time.Time
	Who      string
	Reason   Text
	AddedBy  string
	AddedAt  time.Time
	Removed  string // by whom
	Seq      uint64
}

// Contact is how somebody is reached when the directory is down.
type Contact struct {
	Ref        string
	Name       Text
	User       string // account, "" for somebody who has none
	Role       Text   // what he is asked for: head of IT, data protection officer, provider's desk
	Phones     []Text
	Mail       Text
	Other      Text // another way: a messenger, an address, a radio call sign
	Order      int  // place in the escalation, after the rotations; 0 is none
	AddedBy    string
	AddedAt    time.Time
	VerifiedBy string
	VerifiedAt time.Time
	Removed    string // by whom
	Changed    uint64
}

// ContactValid is how long a contact counts as verified.
const ContactValid = 90 * 24 * time.Hour

// Verified says whether somebody tried the contact within ContactValid.
func (k *Contact) Verified(now time.Time) bool {
	return !k.VerifiedAt.IsZero() && now.Sub(k.VerifiedAt) < ContactValid
}

// Active are the rotations that were not removed, in the order of escalation.
func (o *OnCall) Active() []*Rotation {
	if o == nil {
		return nil
	}
	out := slices.DeleteFunc(slices.Clone(o.Rotations), func(r *Rotation) bool { return r.Removed != "" })
	slices.SortStableFunc(out, func(a, b *Rotation) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Rotation finds a rotation that was not removed.
func (o *OnCall) Rotation(id string) (*Rotation, error) {
	if r := o.rotation(id); r != nil && r.Removed == "" {
		return r, nil
	}
	e := NotFound("there is no rotation %q", excerpt(id)).On("rotation")
	var ids []string
	for _, r := range o.Active() {
		ids = append(ids, r.ID)
	}
	if near := Nearest(id, ids); near != "" {
		return nil, e.Hint("did you mean %s? rotation list shows them", near)
	}
	return nil, e.Hint("rotation list shows them, rotation add makes one")
}

func (o *OnCall) rotation(id string) *Rotation {
	if o == nil {
		return nil
	}
	if i := slices.IndexFunc(o.Rotations, func(r *Rotation) bool { return r.ID == id }); i >= 0 {
		return o.Rotations[i]
	}
	return nil
}

// Standing are the overrides that count, newest first; of one rotation, or of all
// with "".
func (o *OnCall) Standing(rotation string) []*CallOverride {
	if o == nil {
		return nil
	}
	var out []*CallOverride
	for _, v := range slices.Backward(o.Overrides) {
		r := o.rotation(v.Rotation)
		if v.Removed == "" && r != nil && r.Removed == "" && v.Seq >= r.Seq && (rotation == "" || rotation == v.Rotation) {
			out = append(out, v)
		}
	}
	return out
}

// Override finds an override by its ref.
func (o *OnCall) Override(ref string) (*CallOverride, error) {
	n := 0
	if o != nil {
		n = len(o.Overrides)
	}
	i, err := find(RefOverride, ref, n)
	if err != nil {
		return nil, err
	}
	return o.Overrides[i], nil
}

// Reachable are the contacts that were not removed, in the order of escalation and
// then by name.
func (o *OnCall) Reachable() []*Contact {
	if o == nil {
		return nil
	}
	out := slices.DeleteFunc(slices.Clone(o.Contacts), func(k *Contact) bool { return k.Removed != "" })
	slices.SortStableFunc(out, func(a, b *Contact) int {
		return cmp.Or(cmp.Compare(uint(a.Order)-1, uint(b.Order)-1), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// Contact finds a contact by its ref.
func (o *OnCall) Contact(ref string) (*Contact, error) {
	n := 0
	if o != nil {
		n = len(o.Contacts)
	}
	i, err := find(RefContact, ref, n)
	if err != nil {
		return nil, err
	}
	return o.Contacts[i], nil
}

// ContactOf is the contact of an account, nil for none.
func (o *OnCall) ContactOf(user string) *Contact {
	for _, k := range o.Reachable() {
		if k.User == user && user != "" {
			return k
		}
	}
	return nil
}

// Called is how somebody on call is written: @alice, or the name of a contact. ""
// is nobody.
func (o *OnCall) Called(who string) Text {
	switch {
	case who == "":
		return "nobody"
	case IsContactRef(who):
		if k, err := o.Contact(who); err == nil {
			return k.Name
		}
		return Text(who)
	}
	return Text("@" + who)
}

// IsContactRef tells a contact's ref from an account's name, which has no capitals.
func IsContactRef(who string) bool {
	_, _, err := ParseRef(RefContact, who)
	return err == nil && who[0] == RefContact[0]
}

func (d *draft) onCall() *OnCall {
	next := OnCall{}
	if d.OnCall != nil {
		next = *d.OnCall
	}
	d.OnCall = &next
	return &next
}

// draftRotation is the rotation of an id, to be changed; made when there is none.
func (o *OnCall) draftRotation(id string) *Rotation {
	o.Rotations = slices.Clone(o.Rotations)
	i := slices.IndexFunc(o.Rotations, func(r *Rotation) bool { return r.ID == id })
	if i < 0 {
		o.Rotations = append(o.Rotations, &Rotation{ID: id})
		return o.Rotations[len(o.Rotations)-1]
	}
	r := *o.Rotations[i]
	o.Rotations[i] = &r
	return &r
}

func (o *OnCall) draftOverride(i int) *CallOverride {
	o.Overrides = slices.Clone(o.Overrides)
	v := *o.Overrides[i]
	o.Overrides[i] = &v
	return &v
}

func (o *OnCall) draftContact(i int) *Contact {
	o.Contacts = slices.Clone(o.Contacts)
	k := *o.Contacts[i]
	o.Contacts[i] = &k
	return &k
}

// Called is the rotation's title, or its id.
func (r *Rotation) Called() Text {
	if r.Title == "" {
		return Text(r.ID)
	}
	return r.Title
}

// Reach is how somebody on call is reached; only the name stands in it when nobody
// wrote that down.
func (o *OnCall) Reach(who string) ContactSpec {
	if IsContactRef(who) {
		if k, err := o.Contact(who); err == nil {
			return k.Spec()
		}
	}
	if k := o.ContactOf(who); k != nil {
		return k.Spec()
	}
	return ContactSpec{Name: o.Called(who)}
}

// Unreachable are those who are on call from from until before to and have no
// contact, each once.
func (o *OnCall) Unreachable(from, to time.Time) []string {
	var out []string
	for _, r := range o.Active() {
		for _, s := range o.Schedule(r.ID, from, to) {
			if s.Who != "" && !IsContactRef(s.Who) && o.ContactOf(s.Who) == nil && !slices.Contains(out, s.Who) {
				out = append(out, s.Who)
			}
		}
	}
	return out
}
