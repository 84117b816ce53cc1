package model

import (
	"fmt"
	"maps"
	"slices"
)

// draft is an incident while events are folded into it. Snapshots are shared by
// many readers, so a list is copied before the first change of one of its
// elements; appending to a list never disturbs a reader of a shorter one.
type draft struct {
	*Incident
	quiet bool // so many events follow that this one's feed line will not stay
	owned struct{ timeline, indicators, assets, items, actions, obligations, followUps, mitigations, roles, access, undo bool }
}

// Fold applies recs to the incident and returns the next snapshot; in itself
// stays as it is. Records must follow in's version without a gap. Only one line
// of descent may be folded from a snapshot: the room that holds it does so.
func (in *Incident) Fold(recs []Record) (*Incident, error) {
	next := *in
	d := &draft{Incident: &next}
	for i := range recs {
		r := &recs[i]
		if r.Version != d.Version+1 {
			return nil, fmt.Errorf("%s: event %d does not follow %d", r.Incident, r.Version, d.Version)
		}
		ev, err := Decode(r.Kind, r.Payload)
		if err != nil {
			return nil, fmt.Errorf("%s #%d: %w", r.Incident, r.Version, err)
		}
		d.remember(r.Meta, ev)
		d.quiet = len(recs)-i > 2*FeedLines
		d.ID, d.Version, d.Head, d.UpdatedAt = r.Incident, r.Version, r.Hash, r.At
		d.begin(r.Meta)
		ev.apply(d, r.Meta)
	}
	return &next, nil
}

// FoldAll makes the incident of a whole log.
func FoldAll(recs []Record) (*Incident, error) { return new(Incident).Fold(recs) }

func (d *draft) entry(i int) *Entry {
	if !d.owned.timeline {
		d.Timeline, d.owned.timeline = slices.Clone(d.Timeline), true
	}
	e := *d.Timeline[i]
	d.Timeline[i] = &e
	return &e
}

func (d *draft) indicator(i int) *Indicator {
	if !d.owned.indicators {
		d.Indicators, d.owned.indicators = slices.Clone(d.Indicators), true
	}
	x := *d.Indicators[i]
	d.Indicators[i] = &x
	return &x
}

func (d *draft) asset(i int) *Asset {
	if !d.owned.assets {
		d.Assets, d.owned.assets = slices.Clone(d.Assets), true
	}
	a := *d.Assets[i]
	a.Steps = maps.Clone(a.Steps)
	d.Assets[i] = &a
	return &a
}

func (d *draft) item(i int) *Item {
	if !d.owned.items {
		d.Checklist, d.owned.items = slices.Clone(d.Checklist), true
	}
	it := *d.Checklist[i]
	d.Checklist[i] = &it
	return &it
}

func (d *draft) action(i int) *Action {
	if !d.owned.actions {
		d.Actions, d.owned.actions = slices.Clone(d.Actions), true
	}
	a := *d.Actions[i]
	d.Actions[i] = &a
	return &a
}

func (d *draft) obligation(i int) *Obligation {
	if !d.owned.obligations {
		d.Obligations, d.owned.obligations = slices.Clone(d.Obligations), true
	}
	o := *d.Obligations[i]
	d.Obligations[i] = &o
	return &o
}

func (d *draft) followUp(i int) *FollowUp {
	if !d.owned.followUps {
		d.FollowUps, d.owned.followUps = slices.Clone(d.FollowUps), true
	}
	f := *d.FollowUps[i]
	d.FollowUps[i] = &f
	return &f
}

func (d *draft) mitigation(i int) *Mitigation {
	if !d.owned.mitigations {
		d.Cause.Mitigations, d.owned.mitigations = slices.Clone(d.Cause.Mitigations), true
	}
	x := *d.Cause.Mitigations[i]
	d.Cause.Mitigations[i] = &x
	return &x
}

func (d *draft) setRole(r IncidentRole, user string) {
	if !d.owned.roles {
		d.Roles, d.owned.roles = maps.Clone(d.Roles), true
	}
	if d.Roles == nil {
		d.Roles = map[IncidentRole]string{}
	}
	if user == "" {
		delete(d.Roles, r)
	} else {
		d.Roles[r] = user
	}
}

func (d *draft) setAccess(user string, l Access) {
	if !d.owned.access {
		d.Access, d.owned.access = maps.Clone(d.Access), true
	}
	if d.Access == nil {
		d.Access = map[string]Access{}
	}
	if l == "" {
		delete(d.Access, user)
	} else {
		d.Access[user] = l
	}
}

// FeedLines is how many of the newest changes a snapshot carries for the live feed.
const FeedLines = 200

// Feed is one line of the live feed: who did what to which thing.
type Feed struct {
	Meta
	Ref  string // T17, I3 …; "" when it concerns the incident itself
	What Text   // "done", "SEV2 → SEV1 “3 servers down”"
}

func (d *draft) feed(m Meta, ref string, format string, args ...any) {
	if d.quiet {
		return
	}
	line := Feed{Meta: m, Ref: ref, What: Text(fmt.Sprintf(format, args...))}
	// Full lists are copied once per FeedLines changes: the window slides over a
	// backing array twice its size.
	if len(d.Recent) >= FeedLines {
		keep := d.Recent[len(d.Recent)-FeedLines+1:]
		if cap(keep) == len(keep) {
			keep = append(make([]Feed, 0, 2*FeedLines), keep...)
		}
		d.Recent = append(keep, line)
		return
	}
	d.Recent = append(d.Recent, line)
}
