package model

import (
	"slices"
	"strings"
	"time"
)

// Limits on what a contact holds.
const (
	MaxPhones      = 5
	MaxContactText = 500 // bytes
)

// ContactSpec is a contact as people write it down.
type ContactSpec struct {
	Name   Text   `json:"name"`
	User   string `json:"user,omitempty"`
	Role   Text   `json:"role,omitempty"`
	Phones []Text `json:"phones,omitempty"`
	Mail   Text   `json:"mail,omitempty"`
	Other  Text   `json:"other,omitempty"`
	Order  int    `json:"order,omitempty"`
}

// Spec is the contact as people write it down.
func (k *Contact) Spec() ContactSpec {
	return ContactSpec{Name: k.Name, User: k.User, Role: k.Role, Phones: k.Phones, Mail: k.Mail, Other: k.Other, Order: k.Order}
}

// check refuses a contact by which nobody could be reached.
func (s *ContactSpec) check() error {
	if err := checkText("name", s.Name, MaxContactText, true); err != nil {
		return err
	}
	if err := checkVisible("name", s.Name); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text Text
	}{{"role", s.Role}, {"mail", s.Mail}, {"other", s.Other}} {
		if err := checkText(f.name, f.text, MaxContactText, false); err != nil {
			return err
		}
	}
	if len(s.Phones) > MaxPhones {
		return Invalid("%d phone numbers are over the limit of %d", len(s.Phones), MaxPhones).Hint("keep those that are answered").On("phone")
	}
	for _, p := range s.Phones {
		if err := checkText("phone", p, 64, true); err != nil {
			return err
		}
		if !strings.ContainsFunc(string(p), func(r rune) bool { return r >= '0' && r <= '9' }) {
			return Invalid("%q is no phone number", excerpt(string(p))).Hint("write it with its country: +49 30 1234567").On("phone")
		}
	}
	if s.Mail != "" && !strings.Contains(strings.Trim(string(s.Mail), "@"), "@") {
		return Invalid("%q is no mail address", excerpt(string(s.Mail))).Hint("it looks like soc@example.org").On("mail")
	}
	if s.User != "" {
		u, err := ParseUserName(s.User)
		if e, ok := AsError(err); ok {
			return e.On("user")
		}
		s.User = u
	}
	if s.Order < 0 || s.Order > 99 {
		return Usage("%d is no place in the escalation", s.Order).Hint("1 is called first, to 99; 0 is none").On("order")
	}
	if len(s.Phones) == 0 && s.Mail == "" && s.Other == "" {
		return Invalid("the contact has no way to reach it").Hint("give a phone number, a mail address or another way").On("phone")
	}
	return nil
}

// same says whether the ways to reach somebody are the same.
func (s *ContactSpec) sameWays(o *ContactSpec) bool {
	return slices.Equal(s.Phones, o.Phones) && s.Mail == o.Mail && s.Other == o.Other
}

func (s *ContactSpec) equal(o *ContactSpec) bool {
	return s.sameWays(o) && s.Name == o.Name && s.User == o.User && s.Role == o.Role && s.Order == o.Order
}

// AddContact writes a contact down.
type AddContact struct{ ContactSpec }

// ContactSet is a contact that was written down or changed, as it is then.
type ContactSet struct {
	Ref string `json:"ref"`
	ContactSpec
	VerifiedBy string     `json:"verified_by,omitempty"` // when an undo brings it back
	VerifiedAt *time.Time `json:"verified_at,omitempty"`
}

// Decide implements Command.
func (c AddContact) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessRespond); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	n := 1
	if o := in.OnCall; o != nil {
		n += len(o.Contacts)
	}
	list := in.OnCall.Reachable()
	if len(list) >= MaxContacts {
		return nil, Invalid("there are %d contacts, the limit is %d", len(list), MaxContacts).Hint("remove those that are not needed")
	}
	if err := in.OnCall.onlyContact(&c.ContactSpec, ""); err != nil {
		return nil, err
	}
	return []Event{ContactSet{Ref: makeRef(RefContact, n), ContactSpec: c.ContactSpec}}, nil
}

// onlyContact refuses a second contact of an account.
func (o *OnCall) onlyContact(s *ContactSpec, ref string) error {
	if k := o.ContactOf(s.User); k != nil && k.Ref != ref {
		return Conflict("@%s has the contact %s already", s.User, k.Ref).Hint("contact set %s changes it", k.Ref).On("user")
	}
	return nil
}

// SetContact changes a contact; nil fields stay. Another way to reach somebody is
// one that nobody verified yet.
type SetContact struct {
	Ref    string
	Name   *Text
	User   *string
	Role   *Text
	Phones *[]Text
	Mail   *Text
	Other  *Text
	Order  *int
	Seen   uint64 // version of the register that the editor saw, 0 when any
}

// Decide implements Command.
func (c SetContact) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	k, err := in.contact(by, c.Ref)
	if err != nil {
		return nil, err
	}
	if err := stale(in, k.Ref, k.Changed, c.Seen); err != nil {
		return nil, err
	}
	s := k.Spec()
	put(&s.Name, c.Name)
	put(&s.User, c.User)
	put(&s.Role, c.Role)
	put(&s.Phones, c.Phones)
	put(&s.Mail, c.Mail)
	put(&s.Other, c.Other)
	put(&s.Order, c.Order)
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := in.OnCall.onlyContact(&s, k.Ref); err != nil {
		return nil, err
	}
	if was := k.Spec(); s.equal(&was) {
		return nil, nil
	}
	return []Event{ContactSet{Ref: k.Ref, ContactSpec: s}}, nil
}

// contact is a contact that by may change.
func (in *Incident) contact(by Actor, ref string) (*Contact, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessRespond); err != nil {
		return nil, err
	}
	k, err := in.OnCall.Contact(ref)
	if err != nil {
		return nil, err
	}
	if k.Removed != "" {
		return nil, Conflict("the contact %s was removed, by @%s", k.Ref, k.Removed).Hint("contact add writes one down anew")
	}
	return k, nil
}

// Kind implements Event.
func (ContactSet) Kind() string { return "contact.set" }

func (e ContactSet) redacted(mark Text) Event {
	e.ContactSpec = ContactSpec{Name: mark, Other: mark, User: e.User, Order: e.Order}
	return e
}

func (e ContactSet) inverse(in *Incident) ([]Event, []string) {
	k, err := in.OnCall.Contact(e.Ref)
	if err != nil {
		return []Event{ContactRemoved{Ref: e.Ref, Reason: "undone"}}, []string{e.Ref}
	}
	return []Event{k.restored()}, []string{e.Ref}
}

// restored is the event that brings the contact back as it is.
func (k *Contact) restored() ContactSet {
	e := ContactSet{Ref: k.Ref, ContactSpec: k.Spec(), VerifiedBy: k.VerifiedBy}
	if !k.VerifiedAt.IsZero() {
		at := k.VerifiedAt
		e.VerifiedAt = &at
	}
	return e
}

func (e ContactSet) apply(d *draft, m Meta) {
	o := d.onCall()
	var k *Contact
	what := "contact "
	if i, err := find(RefContact, e.Ref, len(o.Contacts)); err == nil {
		k = o.draftContact(i)
		what = "changed the contact "
	} else {
		k = &Contact{Ref: makeRef(RefContact, len(o.Contacts)+1), AddedBy: m.Actor, AddedAt: m.At}
		o.Contacts = append(o.Contacts[:len(o.Contacts):len(o.Contacts)], k)
	}
	if was := k.Spec(); !e.sameWays(&was) {
		k.VerifiedBy, k.VerifiedAt = "", time.Time{}
	}
	if e.VerifiedAt != nil {
		k.VerifiedBy, k.VerifiedAt = e.VerifiedBy, e.VerifiedAt.UTC()
	}
	k.Name, k.User, k.Role, k.Phones, k.Mail, k.Other, k.Order = e.Name, e.User, e.Role, e.Phones, e.Mail, e.Other, e.Order
	k.Removed, k.Changed = "", m.Version
	d.edited(k.Ref, m)
	d.feed(m, k.Ref, "%s", what+string(k.Name))
}

// VerifyContact says that somebody was reached by what the contact says.
type VerifyContact struct{ Ref string }

// ContactVerified is a contact that was tried.
type ContactVerified struct {
	Ref string `json:"ref"`
}

// Decide implements Command.
func (c VerifyContact) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	k, err := in.contact(by, c.Ref)
	if err != nil {
		return nil, err
	}
	return []Event{ContactVerified{Ref: k.Ref}}, nil
}

// Kind implements Event.
func (ContactVerified) Kind() string { return "contact.verified" }

func (e ContactVerified) inverse(in *Incident) ([]Event, []string) {
	k, err := in.OnCall.Contact(e.Ref)
	if err != nil {
		return nil, nil
	}
	back := k.restored()
	if back.VerifiedAt == nil {
		back.VerifiedAt = &time.Time{}
	}
	return []Event{back}, []string{e.Ref}
}

func (e ContactVerified) apply(d *draft, m Meta) {
	o := d.onCall()
	i, err := find(RefContact, e.Ref, len(o.Contacts))
	if err != nil {
		return
	}
	k := o.draftContact(i)
	k.VerifiedBy, k.VerifiedAt, k.Changed = m.Actor, m.At, m.Version
	d.edited(k.Ref, m)
	d.feed(m, k.Ref, "reached %s as the contact says", k.Name)
}

// RemoveContact takes a contact out of the list.
type RemoveContact struct {
	Ref    string
	Reason Text
}

// ContactRemoved is a contact that is no more.
type ContactRemoved struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason"`
}

// Decide implements Command. Who is on call by the contact keeps it.
func (c RemoveContact) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	k, err := in.contact(by, c.Ref)
	if err != nil {
		return nil, err
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	if where := in.OnCall.serves(k.Ref, now); where != "" {
		return nil, Conflict("%s is in the rotation %s", k.Ref, where).Hint("put somebody else there first")
	}
	return []Event{ContactRemoved{Ref: k.Ref, Reason: c.Reason}}, nil
}

// serves names a rotation that counts on somebody from now on, "" for none.
func (o *OnCall) serves(who string, now time.Time) string {
	for _, r := range o.Active() {
		for i := range r.Layers {
			if slices.Contains(r.Layers[i].Members, who) {
				return r.ID
			}
		}
		if slices.ContainsFunc(r.Shifts, func(s Shift) bool { return s.Who == who && s.To.After(now) }) {
			return r.ID
		}
	}
	for _, v := range o.Standing("") {
		if v.Who == who && v.To.After(now) {
			return v.Rotation
		}
	}
	return ""
}

// Kind implements Event.
func (ContactRemoved) Kind() string { return "contact.removed" }

func (e ContactRemoved) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e ContactRemoved) inverse(in *Incident) ([]Event, []string) {
	k, err := in.OnCall.Contact(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{k.restored()}, []string{e.Ref}
}

func (e ContactRemoved) apply(d *draft, m Meta) {
	o := d.onCall()
	i, err := find(RefContact, e.Ref, len(o.Contacts))
	if err != nil {
		return
	}
	k := o.draftContact(i)
	k.Removed, k.Changed = m.Actor, m.Version
	d.edited(k.Ref, m)
	d.feed(m, k.Ref, "%s", withReason("removed the contact "+string(k.Name), e.Reason))
}
