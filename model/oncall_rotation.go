package model

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// RotationSpec is a rotation as people describe it.
type RotationSpec struct {
	Title   Text    `json:"title,omitempty"` // "" is the id
	Zone    string  `json:"zone"`
	Order   int     `json:"order"`
	Partial bool    `json:"partial,omitempty"`
	Layers  []Layer `json:"layers"`
}

// Spec is the rotation as people describe it.
func (r *Rotation) Spec() RotationSpec {
	return RotationSpec{Title: r.Title, Zone: r.Zone, Order: r.Order, Partial: r.Partial, Layers: r.Layers}
}

// CheckRotationID refuses what is no id of a rotation: a plain word that fits into
// narrow columns.
func CheckRotationID(id string) error {
	for i := range len(id) {
		c := id[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || i > 0 && c == '-') {
			return Usage("%q is no id of a rotation", excerpt(id)).Hint("use lower-case letters, digits and dashes, such as primary").On("rotation")
		}
	}
	if id == "" || len(id) > MaxRotationID {
		return Usage("%q is no id of a rotation", excerpt(id)).Hint("use 1 to %d letters, digits and dashes, such as primary", MaxRotationID).On("rotation")
	}
	return nil
}

// check refuses a description that nobody could be called by.
func (s *RotationSpec) check(o *OnCall, shifts []Shift) error {
	if err := checkText("title", s.Title, MaxTitle, false); err != nil {
		return err
	}
	if _, err := LoadZone(s.Zone); err != nil {
		return err
	}
	if s.Order < 1 || s.Order > 99 {
		return Usage("%d is no place in the escalation", s.Order).Hint("1 is called first, 2 when that one does not answer, to 99").On("order")
	}
	switch {
	case len(s.Layers) == 0 && len(shifts) == 0:
		return Invalid("a rotation needs somebody who is on call").Hint("name who takes turns: --members @alice,@bob").On("members")
	case len(s.Layers) > MaxLayers:
		return Invalid("%d layers are over the limit of %d", len(s.Layers), MaxLayers).Hint("remove those that are over").On("layers")
	}
	for i := range s.Layers {
		if err := s.Layers[i].check(o); err != nil {
			if e, ok := AsError(err); ok && len(s.Layers) > 1 {
				e.Msg = fmt.Sprintf("layer %d: %s", i+1, e.Msg)
			}
			return err
		}
	}
	return nil
}

func (l *Layer) check(o *OnCall) error {
	switch {
	case len(l.Members) == 0:
		return Invalid("a rotation needs somebody who is on call").Hint("name who takes turns: --members @alice,@bob").On("members")
	case len(l.Members) > MaxMembers:
		return Invalid("%d members are over the limit of %d", len(l.Members), MaxMembers).Hint("split them into several rotations").On("members")
	case l.Start == 0:
		return Usage("when the first turn begins is missing").Hint("give a date with the time of the hand-over, such as 2026-11-02T09:00").On("start")
	case l.Days < 1 || l.Days > MaxTurn:
		return Usage("a turn of %d days is none", l.Days).Hint("give 1 to %d days, or 1w for a week", MaxTurn).On("every")
	case l.Until != 0 && l.Until <= l.Start:
		return Invalid("the layer ends at %s, before it begins", l.Until).Hint("give an end after %s", l.Start).On("until")
	case l.From < 0 || l.From >= dayMinutes || l.To < 0 || l.To > dayMinutes:
		return Usage("%s-%s are no hours of a day", l.From, l.To).Hint("write them as 09:00-17:00").On("hours")
	}
	for _, who := range l.Members {
		if err := o.known(who); err != nil {
			return err
		}
	}
	return nil
}

// known refuses who can be nobody on call: no account name, and no contact.
func (o *OnCall) known(who string) error {
	if !IsContactRef(who) {
		name, err := ParseUserName(who)
		if err == nil && name != who {
			err = Usage("%q is no user name", excerpt(who))
		}
		if e, ok := AsError(err); ok {
			return e.On("members")
		}
		return err
	}
	k, err := o.Contact(who)
	if err != nil {
		return err
	}
	if k.Removed != "" {
		return Conflict("the contact %s was removed, by @%s", k.Ref, k.Removed).Hint("contact add writes one down anew").On("members")
	}
	return nil
}

// tidy puts hours into their one form.
func (s *RotationSpec) tidy() {
	s.Layers = slices.Clone(s.Layers)
	for i := range s.Layers {
		l := &s.Layers[i]
		if l.To == 0 && l.From != 0 {
			l.To = dayMinutes
		}
		if l.From == 0 && l.To == dayMinutes {
			l.To = 0
		}
	}
}

// DefaultStart is when a rotation begins when nothing is said: on the newest Monday
// at nine on a wall clock in loc.
func DefaultStart(now time.Time, loc *time.Location) Local {
	l := LocalOf(now.In(loc))
	at := onLocalDay(l.day()-int64(l.weekday()), 9*60)
	if at > l {
		at -= 7 * dayMinutes
	}
	return at
}

// AddRotation makes a rotation.
type AddRotation struct {
	ID string
	RotationSpec
}

// Decide implements Command.
func (c AddRotation) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessLead); err != nil {
		return nil, err
	}
	if err := CheckRotationID(c.ID); err != nil {
		return nil, err
	}
	if r := in.OnCall.rotation(c.ID); r != nil && r.Removed == "" {
		return nil, Conflict("there is a rotation %s already, by @%s", c.ID, r.AddedBy).Hint("rotation set %s changes it", c.ID).On("rotation")
	}
	if n := len(in.OnCall.Active()); n >= MaxRotations {
		return nil, Invalid("there are %d rotations, the limit is %d", n, MaxRotations).Hint("remove one that is not used")
	}
	if err := c.check(in.OnCall, nil); err != nil {
		return nil, err
	}
	c.tidy()
	return []Event{RotationSet{ID: c.ID, New: true, RotationSpec: c.RotationSpec}}, nil
}

// SetRotation changes a rotation; nil fields stay.
type SetRotation struct {
	ID      string
	Title   *Text
	Zone    *string
	Order   *int
	Partial *bool
	Layers  *[]Layer
	Seen    uint64 // version of the register that the editor saw, 0 when any
}

// RotationSet is a rotation that was made or changed, as it is then.
type RotationSet struct {
	ID  string `json:"id"`
	New bool   `json:"new,omitempty"`
	RotationSpec
}

// Decide implements Command.
func (c SetRotation) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessLead); err != nil {
		return nil, err
	}
	r, err := in.OnCall.Rotation(c.ID)
	if err != nil {
		return nil, err
	}
	if err := stale(in, "rotation "+r.ID, r.Changed, c.Seen); err != nil {
		return nil, err
	}
	s := r.Spec()
	put(&s.Title, c.Title)
	put(&s.Zone, c.Zone)
	put(&s.Order, c.Order)
	put(&s.Partial, c.Partial)
	put(&s.Layers, c.Layers)
	if err := s.check(in.OnCall, r.Shifts); err != nil {
		return nil, err
	}
	s.tidy()
	if sameSpec(s, r.Spec()) {
		return nil, nil
	}
	return []Event{RotationSet{ID: r.ID, RotationSpec: s}}, nil
}

func replace[T any](at *T, v *T) {
	if v != nil {
		*at = *v
	}
}

// sameSpec says whether two are written alike.
func sameSpec(a, b RotationSpec) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return reflect.DeepEqual(x, y)
}

// Kind implements Event.
func (RotationSet) Kind() string { return "rotation.set" }

func (e RotationSet) redacted(mark Text) Event {
	if e.Title != "" {
		e.Title = mark
	}
	return e
}

func (e RotationSet) inverse(in *Incident) ([]Event, []string) {
	touches := []string{rotationThing(e.ID)}
	if r := in.OnCall.rotation(e.ID); !e.New && r != nil {
		return []Event{RotationSet{ID: e.ID, RotationSpec: r.Spec()}}, touches
	}
	return []Event{RotationRemoved{ID: e.ID, Reason: "undone"}}, touches
}

func rotationThing(id string) string { return "rotation " + id }

func (e RotationSet) apply(d *draft, m Meta) {
	o := d.onCall()
	r := o.draftRotation(e.ID)
	was := r.Spec()
	if e.New {
		*r = Rotation{ID: e.ID, AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version}
	}
	back := r.Removed != ""
	r.Title, r.Zone, r.Order, r.Partial, r.Layers = e.Title, e.Zone, e.Order, e.Partial, e.Layers
	r.Removed, r.Changed = "", m.Version
	r.loc, _ = LoadZone(e.Zone)
	d.edited(rotationThing(e.ID), m)
	switch {
	case e.New:
		d.feed(m, "", "rotation %s: %s", e.ID, r.Says(o))
	case back:
		d.feed(m, "", "rotation %s is back", e.ID)
	default:
		d.feed(m, "", "rotation %s: %s", e.ID, changedWords(was, r.Spec(), r.Says(o)))
	}
}

// changedWords says what is different in a changed rotation.
func changedWords(was, is RotationSpec, says string) string {
	var words []string
	if was.Title != is.Title {
		words = append(words, "title "+string(is.Title))
	}
	if was.Zone != is.Zone {
		words = append(words, "zone "+is.Zone)
	}
	if was.Order != is.Order {
		words = append(words, "called as number "+itoa(is.Order))
	}
	if was.Partial != is.Partial {
		words = append(words, map[bool]string{true: "need not cover every hour", false: "covers every hour"}[is.Partial])
	}
	was.Title, was.Zone, was.Order, was.Partial = is.Title, is.Zone, is.Order, is.Partial
	if !sameSpec(was, is) {
		words = append(words, says)
	}
	return strings.Join(words, ", ")
}

// Says is the rotation's layers in one line.
func (r *Rotation) Says(o *OnCall) string {
	var out []string
	for i := range r.Layers {
		out = append(out, r.Layers[i].Says(o))
	}
	if len(r.Shifts) > 0 {
		out = append(out, fmt.Sprintf("%d imported shifts", len(r.Shifts)))
	}
	if len(out) == 0 {
		return "nobody"
	}
	return strings.Join(out, "; ")
}

// Says is the layer in one line: who, how long, from when, in which hours.
func (l *Layer) Says(o *OnCall) string {
	var names []string
	for _, who := range l.Members {
		names = append(names, string(o.Called(who)))
	}
	s := fmt.Sprintf("%s, %s at %s from %s", strings.Join(names, ", "), Every(l.Days), l.Start.clock(), l.Start.String()[:10])
	if l.Until != 0 {
		s += " until " + strings.Replace(l.Until.String(), "T", " ", 1)
	}
	if l.From != l.To {
		s += fmt.Sprintf(", %s-%s", l.From, l.To)
	}
	if len(l.Weekdays) > 0 {
		s += " " + WeekdaysText(l.Weekdays)
	}
	return s
}

// Every says how long a turn is.
func Every(days int) string {
	switch {
	case days == 1:
		return "daily"
	case days == 7:
		return "weekly"
	case days%7 == 0:
		return fmt.Sprintf("every %d weeks", days/7)
	}
	return fmt.Sprintf("every %d days", days)
}

// ParseEvery reads how long a turn is, in days: 1w, 14d, daily, weekly, or a number of days.
func ParseEvery(s string) (int, error) {
	n, unit := strings.ToLower(strings.TrimSpace(s)), 1
	switch n {
	case "daily":
		return 1, nil
	case "weekly":
		return 7, nil
	}
	if rest, ok := strings.CutSuffix(n, "w"); ok {
		n, unit = rest, 7
	} else {
		n = strings.TrimSuffix(n, "d")
	}
	var days int
	if digits(n) && len(n) < 4 {
		_, _ = fmt.Sscan(n, &days)
	}
	if days *= unit; days < 1 || days > MaxTurn {
		return 0, Usage("%q is no length of a turn", excerpt(s)).Hint("write 1w, 2w or 3d, up to %d days", MaxTurn).On("every")
	}
	return days, nil
}

// WeekdaysText writes days of the week short: mon-fri.
func WeekdaysText(days []Weekday) string {
	var parts []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j]+1 {
			j++
		}
		switch {
		case j-i > 1:
			parts = append(parts, days[i].String()+"-"+days[j].String())
		case j > i:
			parts = append(parts, days[i].String(), days[j].String())
		default:
			parts = append(parts, days[i].String())
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// RemoveRotation ends a rotation; what was in it stays in the record.
type RemoveRotation struct {
	ID     string
	Reason Text
}

// RotationRemoved is a rotation that is no more.
type RotationRemoved struct {
	ID     string `json:"id"`
	Reason Text   `json:"reason"`
}

// Decide implements Command.
func (c RemoveRotation) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessLead); err != nil {
		return nil, err
	}
	r, err := in.OnCall.Rotation(c.ID)
	if err != nil {
		return nil, err
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{RotationRemoved{ID: r.ID, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (RotationRemoved) Kind() string { return "rotation.removed" }

func (e RotationRemoved) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e RotationRemoved) inverse(in *Incident) ([]Event, []string) {
	r := in.OnCall.rotation(e.ID)
	if r == nil {
		return nil, nil
	}
	return []Event{RotationSet{ID: e.ID, RotationSpec: r.Spec()}}, []string{rotationThing(e.ID)}
}

func (e RotationRemoved) apply(d *draft, m Meta) {
	o := d.onCall()
	if o.rotation(e.ID) == nil {
		return
	}
	r := o.draftRotation(e.ID)
	r.Removed, r.Changed = m.Actor, m.Version
	d.edited(rotationThing(e.ID), m)
	d.feed(m, "", "%s", withReason("removed the rotation "+e.ID, e.Reason))
}
