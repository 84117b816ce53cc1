package model

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// ImportShifts replaces the imported shifts of a rotation by those of a file. With
// New it makes the rotation, too. No shifts take the imported ones away.
type ImportShifts struct {
	Rotation string
	Shifts   []Shift
	Source   Text // what the file is called
	New      *RotationSpec
}

// ShiftsImported is all imported shifts of a rotation from then on.
type ShiftsImported struct {
	Rotation string  `json:"rotation"`
	Source   Text    `json:"source,omitempty"`
	Shifts   []Shift `json:"shifts"`

	By string     `json:"by,omitempty"` // who imported them, when it was undone
	At *time.Time `json:"at,omitempty"`
}

// Decide implements Command.
func (c ImportShifts) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessLead); err != nil {
		return nil, err
	}
	shifts := slices.Clone(c.Shifts)
	if len(shifts) > MaxShifts {
		return nil, Invalid("%d shifts are over the limit of %d", len(shifts), MaxShifts).Hint("export fewer months, or one rotation")
	}
	for i := range shifts {
		s := &shifts[i]
		s.From, s.To = Stamp(s.From).Truncate(time.Minute), Stamp(s.To).Truncate(time.Minute)
		if !s.From.Before(s.To) {
			return nil, Invalid("the shift of %s from %s ends before it begins", s.Who, s.From.Format("2006-01-02 15:04Z")).Hint("nothing was imported")
		}
		if err := in.OnCall.known(s.Who); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(shifts, func(a, b Shift) int {
		return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To), cmp.Compare(a.Who, b.Who))
	})
	shifts = slices.CompactFunc(shifts, func(a, b Shift) bool { return a.From.Equal(b.From) && a.To.Equal(b.To) && a.Who == b.Who })
	if err := checkText("name of the file", c.Source, MaxTitle, false); err != nil {
		return nil, err
	}
	var evs []Event
	r := in.OnCall.rotation(c.Rotation)
	switch {
	case r != nil && r.Removed == "":
		if len(shifts) == 0 && len(r.Layers) == 0 {
			return nil, Invalid("the rotation %s would have nobody who is on call", r.ID).Hint("give it members first, or remove it: rotation remove %s --reason …", r.ID)
		}
	case c.New == nil:
		_, err := in.OnCall.Rotation(c.Rotation)
		return nil, err
	default:
		if err := CheckRotationID(c.Rotation); err != nil {
			return nil, err
		}
		if n := len(in.OnCall.Active()); n >= MaxRotations {
			return nil, Invalid("there are %d rotations, the limit is %d", n, MaxRotations).Hint("remove one that is not used")
		}
		if err := c.New.check(in.OnCall, shifts); err != nil {
			return nil, err
		}
		evs = append(evs, RotationSet{ID: c.Rotation, New: true, RotationSpec: *c.New})
	}
	return append(evs, ShiftsImported{Rotation: c.Rotation, Source: c.Source, Shifts: shifts}), nil
}

// Kind implements Event.
func (ShiftsImported) Kind() string { return "shifts.imported" }

func (e ShiftsImported) redacted(mark Text) Event {
	e.Source = mark
	return e
}

func (e ShiftsImported) inverse(in *Incident) ([]Event, []string) {
	back := ShiftsImported{Rotation: e.Rotation}
	if r := in.OnCall.rotation(e.Rotation); r != nil {
		back.Source, back.Shifts, back.By = r.Source, r.Shifts, r.ImportedBy
		if !r.ImportedAt.IsZero() {
			at := r.ImportedAt
			back.At = &at
		}
	}
	return []Event{back}, []string{rotationThing(e.Rotation)}
}

func (e ShiftsImported) apply(d *draft, m Meta) {
	o := d.onCall()
	if o.rotation(e.Rotation) == nil {
		return
	}
	r := o.draftRotation(e.Rotation)
	r.Shifts, r.Source, r.ImportedBy, r.ImportedAt, r.Changed = e.Shifts, e.Source, m.Actor, m.At, m.Version
	switch {
	case e.At != nil:
		r.ImportedBy, r.ImportedAt = e.By, e.At.UTC()
	case len(e.Shifts) == 0:
		r.ImportedBy, r.ImportedAt = "", time.Time{}
	}
	d.edited(rotationThing(e.Rotation), m)
	what := fmt.Sprintf("rotation %s: %d shifts imported", e.Rotation, len(e.Shifts))
	if e.Source != "" {
		what += " from " + string(e.Source)
	}
	if n := len(e.Shifts); n > 0 {
		what += ", " + e.Shifts[0].From.UTC().Format(time.DateOnly) + " to " + e.Shifts[n-1].To.UTC().Format(time.DateOnly)
	}
	d.feed(m, "", "%s", what)
}
