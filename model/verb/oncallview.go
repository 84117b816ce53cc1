package verb

import (
	"strconv"
	"time"

	"warroom/model"
)

// reachView is how somebody is reached as scripts read it.
type reachView struct {
	Phones []model.Text `json:"phones"`
	Mail   model.Text   `json:"mail"`
	Other  model.Text   `json:"other"`
}

func viewReach(s model.ContactSpec) reachView {
	v := reachView{Phones: s.Phones, Mail: s.Mail, Other: s.Other}
	if v.Phones == nil {
		v.Phones = []model.Text{}
	}
	return v
}

// watchView is who is on call at a moment; nobody has an empty who.
type watchView struct {
	Rotation string     `json:"rotation"`
	Title    model.Text `json:"title"`
	Order    int        `json:"order"`
	Who      string     `json:"who"`
	Name     model.Text `json:"name"`
	By       string     `json:"by"`
	Since    *time.Time `json:"since"`
	Until    *time.Time `json:"until"`
	Next     string     `json:"next"`
	NextName model.Text `json:"next_name"`
	Reach    reachView  `json:"reach"`
}

func viewWatch(o *model.OnCall, w model.Watch) watchView {
	v := watchView{Rotation: w.Rotation.ID, Title: w.Rotation.Title, Order: w.Rotation.Order, Who: w.Who, Name: o.Called(w.Who), By: w.By,
		Since: moment(w.From), Until: moment(w.To), Next: w.Next, Reach: viewReach(o.Reach(w.Who))}
	if !w.To.IsZero() {
		v.NextName = o.Called(w.Next)
	}
	return v
}

// stintView is one stretch of a schedule.
type stintView struct {
	Rotation string     `json:"rotation"`
	Who      string     `json:"who"`
	Name     model.Text `json:"name"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	By       string     `json:"by"`
}

func viewStint(o *model.OnCall, s model.Stint) stintView {
	return stintView{Rotation: s.Rotation, Who: s.Who, Name: o.Called(s.Who), From: s.From.UTC(), To: s.To.UTC(), By: s.By}
}

// troubleView is one thing that is wrong.
type troubleView struct {
	Kind      string     `json:"kind"`
	Rotations []string   `json:"rotations"`
	People    []string   `json:"people"`
	From      time.Time  `json:"from"`
	To        time.Time  `json:"to"`
	Minutes   int        `json:"minutes"`
	Says      model.Text `json:"says"`
}

func viewTrouble(o *model.OnCall, t *model.OnCallTrouble) troubleView {
	v := troubleView{Kind: t.Kind, Rotations: t.Rotations, People: t.People, From: t.From, To: t.To, Minutes: int(t.To.Sub(t.From) / time.Minute), Says: model.Text(t.Says(o))}
	if v.Rotations == nil {
		v.Rotations = []string{}
	}
	if v.People == nil {
		v.People = []string{}
	}
	return v
}

// overrideView is an override as scripts read it.
type overrideView struct {
	Ref      string     `json:"ref"`
	Rotation string     `json:"rotation"`
	Who      string     `json:"who"`
	Name     model.Text `json:"name"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	Reason   model.Text `json:"reason"`
	AddedBy  string     `json:"added_by"`
	AddedAt  time.Time  `json:"added_at"`
	Removed  string     `json:"removed_by"`
}

func viewOverride(o *model.OnCall, v *model.CallOverride) overrideView {
	return overrideView{Ref: v.Ref, Rotation: v.Rotation, Who: v.Who, Name: o.Called(v.Who), From: v.From, To: v.To, Reason: v.Reason, AddedBy: v.AddedBy,
		AddedAt: v.AddedAt, Removed: v.Removed}
}

// layerView is a layer as scripts read it; times are on the wall clock of the zone.
type layerView struct {
	Members  []string        `json:"members"`
	Start    model.Local     `json:"start"`
	Days     int             `json:"days"`
	Until    model.Local     `json:"until"`
	Hours    string          `json:"hours"` // "" for all
	Weekdays []model.Weekday `json:"weekdays"`
	Says     model.Text      `json:"says"`
}

// rotationView is a rotation as scripts read it.
type rotationView struct {
	ID         string         `json:"id"`
	Title      model.Text     `json:"title"`
	Zone       string         `json:"zone"`
	Order      int            `json:"order"`
	Partial    bool           `json:"partial"`
	Layers     []layerView    `json:"layers"`
	Shifts     int            `json:"shifts"`
	Source     model.Text     `json:"source"`
	ImportedBy string         `json:"imported_by"`
	ImportedAt *time.Time     `json:"imported_at"`
	Overrides  []overrideView `json:"overrides"` // that are not over
	AddedBy    string         `json:"added_by"`
	AddedAt    time.Time      `json:"added_at"`
}

func viewRotation(o *model.OnCall, r *model.Rotation, now time.Time) rotationView {
	v := rotationView{ID: r.ID, Title: r.Title, Zone: r.Zone, Order: r.Order, Partial: r.Partial, Layers: []layerView{}, Shifts: len(r.Shifts), Source: r.Source,
		ImportedBy: r.ImportedBy, ImportedAt: moment(r.ImportedAt), Overrides: []overrideView{}, AddedBy: r.AddedBy, AddedAt: r.AddedAt}
	for i := range r.Layers {
		l := &r.Layers[i]
		lv := layerView{Members: l.Members, Start: l.Start, Days: l.Days, Until: l.Until, Weekdays: l.Weekdays, Says: model.Text(l.Says(o))}
		if l.From != l.To {
			lv.Hours = l.From.String() + "-" + l.To.String()
		}
		if lv.Weekdays == nil {
			lv.Weekdays = []model.Weekday{}
		}
		v.Layers = append(v.Layers, lv)
	}
	for _, x := range o.Standing(r.ID) {
		if x.To.After(now) {
			v.Overrides = append(v.Overrides, viewOverride(o, x))
		}
	}
	return v
}

// contactView is a contact as scripts read it.
type contactView struct {
	Ref  string     `json:"ref"`
	Name model.Text `json:"name"`
	User string     `json:"user"`
	Role model.Text `json:"role"`
	reachView
	Order      int        `json:"order"`
	Verified   bool       `json:"verified"`
	VerifiedBy string     `json:"verified_by"`
	VerifiedAt *time.Time `json:"verified_at"`
	AddedBy    string     `json:"added_by"`
	AddedAt    time.Time  `json:"added_at"`
	Removed    string     `json:"removed_by"`
}

func viewContact(k *model.Contact, now time.Time) contactView {
	return contactView{Ref: k.Ref, Name: k.Name, User: k.User, Role: k.Role, reachView: viewReach(k.Spec()), Order: k.Order, Verified: k.Verified(now),
		VerifiedBy: k.VerifiedBy, VerifiedAt: moment(k.VerifiedAt), AddedBy: k.AddedBy, AddedAt: k.AddedAt, Removed: k.Removed}
}

// sheetView is the contact sheet as scripts read it.
type sheetView struct {
	At       time.Time     `json:"at"`
	Version  uint64        `json:"version"`
	Head     model.Hash    `json:"head"`
	Now      []watchView   `json:"now"`
	Contacts []contactView `json:"contacts"`
	Trouble  []troubleView `json:"trouble"`
}

func viewSheet(in *model.Incident, now time.Time) sheetView {
	o := in.OnCall
	v := sheetView{At: now.UTC(), Version: in.Version, Head: in.Head, Now: []watchView{}, Contacts: []contactView{}, Trouble: []troubleView{}}
	for _, w := range o.Now(now) {
		v.Now = append(v.Now, viewWatch(o, w))
	}
	for _, k := range o.Reachable() {
		v.Contacts = append(v.Contacts, viewContact(k, now))
	}
	list := o.Trouble(nil, now, now.AddDate(0, 0, 14))
	for i := range list {
		v.Trouble = append(v.Trouble, viewTrouble(o, &list[i]))
	}
	return v
}

func nextDays(n int) string {
	if n == 1 {
		return "day"
	}
	return strconv.Itoa(n) + " days"
}
