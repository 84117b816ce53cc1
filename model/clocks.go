package model

import (
	"maps"
	"slices"
	"time"
)

// clockSet is a clock that starts, moves or stops, as computed when it was
// decided.
type clockSet struct {
	Ref       string    `json:"ref"`
	TriggerAt time.Time `json:"trigger_at,omitzero"`
	DueAt     time.Time `json:"due_at,omitzero"`
}

// plan works out clocks while a command is decided.
type plan struct {
	in    *Incident
	rules *Rules
	at    map[string]time.Time // triggers, with those that the command records
}

func (in *Incident) plan(rules *Rules) *plan {
	p := &plan{in: in, rules: rules, at: map[string]time.Time{}}
	for name, t := range in.Triggers {
		p.at[name] = t.At
	}
	return p
}

// clock is when a duty's clock began and when it ends, zero for what is not known.
func (p *plan) clock(d *Duty, own, sent time.Time) (trigger, due time.Time) {
	cal := p.rules.calendar(d.Calendar)
	switch {
	case d.From != "":
		trigger = sent
	case !own.IsZero():
		trigger = own
	default:
		trigger = p.at[d.Trigger]
	}
	due = cal.Due(trigger, d.Period)
	if since := p.at[d.Backstop.Trigger]; d.Backstop.Trigger != "" && !since.IsZero() {
		if stop := cal.Due(since, d.Backstop.Period); due.IsZero() || !stop.IsZero() && stop.Before(due) {
			due = stop
		}
		if trigger.IsZero() {
			trigger = since
		}
	}
	return stampIfAny(trigger), due
}

// stampIfAny is Stamp, and the zero time for the zero time.
func stampIfAny(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return Stamp(t)
}

// sentAt is when a stage of a regime was sent, zero when it was not.
func (in *Incident) sentAt(regime, stage string) time.Time {
	var at time.Time
	for _, o := range in.Obligations {
		if o.Retracted == "" && o.Regime == regime && o.Stage == stage && o.State == ObligationSent {
			at = o.SentAt
		}
	}
	return at
}

// moved lists the open clocks that differ from what they were, among those that
// keep says.
func (p *plan) moved(keep func(*Obligation) bool, sent func(*Obligation) time.Time) []clockSet {
	var out []clockSet
	for _, o := range p.in.Obligations {
		if !o.Open() || !keep(o) {
			continue
		}
		if t, due := p.clock(&o.Duty, o.OwnAt, sent(o)); !t.Equal(o.TriggerAt) || !due.Equal(o.DueAt) {
			out = append(out, clockSet{Ref: o.Ref, TriggerAt: t, DueAt: due})
		}
	}
	return out
}

// begin makes the obligations of a regime.
func (p *plan) begin(r *Regime) ObligationsAdded {
	var ev ObligationsAdded
	p.add(&ev, r)
	return ev
}

func (p *plan) add(ev *ObligationsAdded, r *Regime) {
	for _, s := range r.Stages {
		d := Duty{Regime: r.ID, Stage: s.ID, Title: Text(s.Title), Source: Text(r.Source), Recipient: Text(s.Recipient), Trigger: s.Trigger, From: s.From,
			Period: s.Period, Backstop: s.Backstop, Calendar: r.Calendar}
		t, due := p.clock(&d, time.Time{}, time.Time{})
		ev.Items = append(ev.Items, Started{Ref: makeRef(RefObligation, len(p.in.Obligations)+len(ev.Items)+1), Duty: d, TriggerAt: t, DueAt: due})
	}
}

// start begins the regimes that apply and have not begun.
func (p *plan) start(d *DataImpact) ObligationsAdded {
	var ev ObligationsAdded
	if p.rules == nil {
		return ev
	}
	for _, r := range p.rules.Regimes {
		there := slices.ContainsFunc(p.in.Obligations, func(o *Obligation) bool { return o.Retracted == "" && o.Regime == r.ID })
		if !there && r.applies(d) {
			p.add(&ev, r)
		}
	}
	return ev
}

// record makes the event that records a trigger and starts the clocks that wait
// for it.
func (p *plan) record(name string, at time.Time, reason Text) TriggerRecorded {
	p.at[name] = at
	ev := TriggerRecorded{Name: name, At: at, Reason: reason}
	ev.Clocks = p.moved(func(o *Obligation) bool {
		return o.From == "" && (o.Trigger == name && o.OwnAt.IsZero() || o.Backstop.Trigger == name)
	}, func(*Obligation) time.Time { return time.Time{} })
	return ev
}

// trigger records a moment; the same one again is nothing, another one needs a reason.
func (p *plan) trigger(name string, at time.Time, reason Text) ([]Event, error) {
	if is, ok := p.in.Triggers[name]; ok {
		if is.At.Equal(at) {
			return nil, nil
		}
		if noText(reason) {
			return nil, Conflict("%s is recorded already: %s, by @%s", name, is.At.Format("2006-01-02 15:04:05Z"), is.By).
				Hint("a moment that moves its clocks needs a reason: notify trigger %s %s --at TIME --reason \"why\"", p.in.ID, name).On("at")
		}
	}
	return []Event{p.record(name, at, reason)}, nil
}

func checkMoment(name string, at, now time.Time) error {
	if at.After(now.Add(MaxAhead)) {
		return Invalid("%s cannot be in the future: %s", name, at.UTC().Format(time.RFC3339)).Hint("record it when it has happened").On("at")
	}
	return nil
}

// SetTrigger records when a named moment was; it starts the clocks that wait for
// it. With a Ref it is the moment of that obligation alone.
type SetTrigger struct {
	Name   string // one of Triggers, or "" with a Ref
	Ref    string
	At     time.Time
	Reason Text // needed to change one that was recorded
	Rules  *Rules
}

// TriggerRecorded is a moment that starts clocks. A zero At takes it away.
type TriggerRecorded struct {
	Name   string     `json:"name"`
	Ref    string     `json:"ref,omitempty"`
	At     time.Time  `json:"at,omitzero"`
	Reason Text       `json:"reason,omitempty"`
	Clocks []clockSet `json:"clocks,omitempty"`
}

// Decide implements Command.
func (c SetTrigger) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if c.At.IsZero() {
		c.At = now
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	p := in.plan(c.Rules)
	if c.Ref == "" {
		if err := oneOf("trigger", c.Name, Triggers()); err != nil {
			return nil, err
		}
		if err := checkMoment(c.Name, c.At, now); err != nil {
			return nil, err
		}
		return p.trigger(c.Name, Stamp(c.At), c.Reason)
	}
	o, err := in.openObligation(c.Ref)
	if err != nil {
		return nil, err
	}
	if err := checkMoment(o.StartsFrom(), c.At, now); err != nil {
		return nil, err
	}
	at := Stamp(c.At)
	switch {
	case o.From != "":
		return nil, Invalid("the clock of %s begins when %s of %s is sent", o.Ref, o.From, o.Regime).Hint("mark that one sent: notify sent %s N… --proof …", in.ID)
	case o.OwnAt.Equal(at):
		return nil, nil
	case !o.OwnAt.IsZero() && noText(c.Reason):
		return nil, Conflict("the moment of %s is recorded already: %s", o.Ref, o.OwnAt.Format("2006-01-02 15:04:05Z")).Hint("add --reason \"why it moves\"").On("at")
	case o.Trigger == "agreed":
		return nil, Invalid("the deadline of %s is agreed and starts with no trigger", o.Ref).Hint("add another with its own --due if it changed")
	}
	ev := TriggerRecorded{Name: o.Trigger, Ref: o.Ref, At: at, Reason: c.Reason}
	t, due := p.clock(&o.Duty, at, time.Time{})
	ev.Clocks = []clockSet{{Ref: o.Ref, TriggerAt: t, DueAt: due}}
	return []Event{ev}, nil
}

// Kind implements Event.
func (TriggerRecorded) Kind() string { return "trigger.recorded" }

func (e TriggerRecorded) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

// before is the clocks as they are.
func before(in *Incident, clocks []clockSet) (out []clockSet, refs []string) {
	for _, c := range clocks {
		if o, err := in.Obligation(c.Ref); err == nil {
			out = append(out, clockSet{Ref: c.Ref, TriggerAt: o.TriggerAt, DueAt: o.DueAt})
			refs = append(refs, c.Ref)
		}
	}
	return out, refs
}

func (e TriggerRecorded) inverse(in *Incident) ([]Event, []string) {
	back := TriggerRecorded{Name: e.Name, Ref: e.Ref, Reason: "undone"}
	var touches []string
	back.Clocks, touches = before(in, e.Clocks)
	if e.Ref == "" {
		back.At = in.Triggers[e.Name].At
		touches = append(touches, "trigger "+e.Name)
	} else if o, err := in.Obligation(e.Ref); err == nil {
		back.At = o.OwnAt
		touches = append(touches, e.Ref)
	}
	return []Event{back}, touches
}

func (e TriggerRecorded) apply(d *draft, m Meta) {
	if e.Ref == "" {
		d.Triggers = maps.Clone(d.Triggers)
		if d.Triggers == nil {
			d.Triggers = map[string]Trigger{}
		}
		if e.At.IsZero() {
			delete(d.Triggers, e.Name)
		} else {
			d.Triggers[e.Name] = Trigger{At: e.At.UTC(), By: m.Actor, RecordedAt: m.At}
		}
		d.edited("trigger "+e.Name, m)
	} else if i, err := find(RefObligation, e.Ref, len(d.Obligations)); err == nil {
		o := d.obligation(i)
		o.OwnAt, o.Changed = e.At, m.Version
	}
	d.clocks(m, e.Clocks)
	what := withReason(e.Name+" at "+e.At.Format("2006-01-02 15:04:05Z"), e.Reason)
	if e.At.IsZero() {
		what = withReason(e.Name+" is not known", e.Reason)
	}
	d.log(m, KindNotice, what)
	d.feed(m, e.Ref, "%s", what)
}

func (d *draft) clocks(m Meta, clocks []clockSet) {
	for _, c := range clocks {
		if i, err := find(RefObligation, c.Ref, len(d.Obligations)); err == nil {
			o := d.obligation(i)
			o.TriggerAt, o.DueAt, o.Changed = c.TriggerAt, c.DueAt, m.Version
		}
	}
}
