package model

import (
	"strings"
	"time"
)

// AddOverride puts somebody on call in the place of whoever would be.
type AddOverride struct {
	Rotation string
	From, To time.Time
	Who      string
	Reason   Text
}

// OverrideAdded is a stretch that somebody takes over.
type OverrideAdded struct {
	Ref      string    `json:"ref"`
	Rotation string    `json:"rotation"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Who      string    `json:"who"`
	Reason   Text      `json:"reason,omitempty"`
}

// Decide implements Command. Whoever may respond may swap a shift: the one who
// cannot come has to, at night too.
func (c AddOverride) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessRespond); err != nil {
		return nil, err
	}
	r, err := in.OnCall.Rotation(c.Rotation)
	if err != nil {
		return nil, err
	}
	if c.Who == "" {
		return nil, Usage("who takes over is missing").Hint("name an account or a contact: @bob or K3").On("who")
	}
	if err := in.OnCall.known(c.Who); err != nil {
		if e, ok := AsError(err); ok {
			e.On("who")
		}
		return nil, err
	}
	c.From, c.To = Stamp(c.From).Truncate(time.Minute), Stamp(c.To).Truncate(time.Minute)
	switch {
	case !c.From.Before(c.To):
		return nil, Invalid("the override ends at %s, before it begins", c.To.Format("2006-01-02 15:04Z")).Hint("give an end after %s", c.From.Format("2006-01-02 15:04Z")).On("to")
	case !c.To.After(now):
		return nil, Invalid("the override is over since %s", c.To.Format("2006-01-02 15:04Z")).Hint("who was on call stays as it was; give a time to come").On("to")
	case c.To.Sub(c.From) > MaxTurn*24*time.Hour:
		return nil, Invalid("an override of over a year is none").Hint("change the rotation: rotation set %s", r.ID).On("to")
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	n := 1
	if in.OnCall != nil {
		n += len(in.OnCall.Overrides)
	}
	return []Event{OverrideAdded{Ref: makeRef(RefOverride, n), Rotation: r.ID, From: c.From, To: c.To, Who: c.Who, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (OverrideAdded) Kind() string { return "override.added" }

func (e OverrideAdded) redacted(mark Text) Event {
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e OverrideAdded) inverse(*Incident) ([]Event, []string) {
	return []Event{OverrideRemoved{Ref: e.Ref, Reason: "undone"}}, []string{e.Ref}
}

func (e OverrideAdded) apply(d *draft, m Meta) {
	o := d.onCall()
	v := &CallOverride{Ref: makeRef(RefOverride, len(o.Overrides)+1), Rotation: e.Rotation, From: e.From.UTC(), To: e.To.UTC(), Who: e.Who, Reason: e.Reason,
		AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version}
	o.Overrides = append(o.Overrides[:len(o.Overrides):len(o.Overrides)], v)
	d.edited(v.Ref, m)
	d.feed(m, v.Ref, "%s", withReason(strings.Join([]string{string(o.Called(v.Who)), "takes", v.Rotation, v.From.Format("2006-01-02 15:04Z"), "–", v.To.Format("2006-01-02 15:04Z")}, " "), e.Reason))
}

// RemoveOverride takes an override back.
type RemoveOverride struct {
	Ref    string
	Reason Text
}

// OverrideRemoved is an override that counts no more.
type OverrideRemoved struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason,omitempty"`
	Back   bool   `json:"back,omitempty"` // it counts again
}

// Decide implements Command.
func (c RemoveOverride) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterOnCall, AccessRespond); err != nil {
		return nil, err
	}
	v, err := in.OnCall.Override(c.Ref)
	switch {
	case err != nil:
		return nil, err
	case v.Removed != "":
		return nil, Conflict("%s was taken back, by @%s", v.Ref, v.Removed).Hint("oncall override adds another")
	case !v.To.After(now):
		return nil, Invalid("%s is over since %s", v.Ref, v.To.Format("2006-01-02 15:04Z")).Hint("who was on call stays as it was")
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	return []Event{OverrideRemoved{Ref: v.Ref, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (OverrideRemoved) Kind() string { return "override.removed" }

func (e OverrideRemoved) redacted(mark Text) Event {
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e OverrideRemoved) inverse(*Incident) ([]Event, []string) {
	return []Event{OverrideRemoved{Ref: e.Ref, Back: !e.Back}}, []string{e.Ref}
}

func (e OverrideRemoved) apply(d *draft, m Meta) {
	o := d.onCall()
	i, err := find(RefOverride, e.Ref, len(o.Overrides))
	if err != nil {
		return
	}
	v := o.draftOverride(i)
	d.edited(v.Ref, m)
	if e.Back {
		v.Removed = ""
		d.feed(m, v.Ref, "counts again")
		return
	}
	v.Removed = m.Actor
	d.feed(m, v.Ref, "%s", withReason("took back the override of "+v.Rotation, e.Reason))
}
