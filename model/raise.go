package model

import (
	"slices"
	"strings"
	"time"
)

// RaiseFact is something that forces the severity up.
type RaiseFact string

// The facts.
const (
	RaiseIdentity RaiseFact = "identity"
	RaiseTenants  RaiseFact = "tenants"
	RaiseActive   RaiseFact = "active"
	RaiseBackups  RaiseFact = "backups"
)

// RaiseFacts lists them.
func RaiseFacts() []RaiseFact {
	return []RaiseFact{RaiseIdentity, RaiseTenants, RaiseActive, RaiseBackups}
}

// Means is the fact in words.
func (f RaiseFact) Means() string {
	switch f {
	case RaiseIdentity:
		return "identity provider or root involved"
	case RaiseTenants:
		return "several tenants involved"
	case RaiseActive:
		return "adversary still active"
	case RaiseBackups:
		return "backups or logs touched"
	}
	return ""
}

// RaiseMark is a fact that holds, with the severity at the time it was found:
// an active adversary counts one level above that.
type RaiseMark struct {
	Fact RaiseFact `json:"fact"`
	Base Severity  `json:"base"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// least is the severity that the fact asks for at least.
func (m *RaiseMark) least() Severity {
	if m.Fact == RaiseActive {
		return max(1, min(2, m.Base-1))
	}
	return 2
}

// LeastSeverity is the lowest severity that the facts allow, and those that ask
// for it; 0 when none holds.
func (in *Incident) LeastSeverity() (least Severity, why []RaiseFact) {
	for i := range in.Raises {
		m := &in.Raises[i]
		switch s := m.least(); {
		case least == 0 || s < least:
			least, why = s, []RaiseFact{m.Fact}
		case s == least:
			why = append(why, m.Fact)
		}
	}
	return least, why
}

// RaiseDue says what the facts propose while the severity is below it and nobody
// kept it there with a reason; "" when there is nothing to propose.
func (in *Incident) RaiseDue() string {
	least, why := in.LeastSeverity()
	if least == 0 || in.Severity <= least || !in.Open() {
		return ""
	}
	if c := in.Severities[len(in.Severities)-1]; c.Below.Valid() && c.Below <= least {
		return ""
	}
	return "raise to " + least.String() + ": " + Because(why)
}

// Because joins facts in words.
func Because(why []RaiseFact) string {
	var words []string
	for _, f := range why {
		words = append(words, f.Means())
	}
	return strings.Join(words, ", ")
}

// SetRaise says which facts hold; those not named stay.
type SetRaise struct{ Facts map[RaiseFact]bool }

// RaiseSet is changed facts.
type RaiseSet struct {
	On  []RaiseOn   `json:"on,omitempty"`
	Off []RaiseFact `json:"off,omitempty"`
}

// RaiseOn is a fact that was found, at a severity.
type RaiseOn struct {
	Fact RaiseFact `json:"fact"`
	Base Severity  `json:"base"`
}

// Raised says whether the fact holds.
func (in *Incident) Raised(f RaiseFact) bool {
	return slices.ContainsFunc(in.Raises, func(m RaiseMark) bool { return m.Fact == f })
}

// raiseEvent is what changes the facts, nil when they are so already.
func (in *Incident) raiseEvent(facts map[RaiseFact]bool) *RaiseSet {
	var ev RaiseSet
	for _, f := range RaiseFacts() {
		on, said := facts[f]
		switch {
		case !said || on == in.Raised(f):
		case on:
			ev.On = append(ev.On, RaiseOn{f, in.Severity})
		default:
			ev.Off = append(ev.Off, f)
		}
	}
	if ev.On == nil && ev.Off == nil {
		return nil
	}
	return &ev
}

// Decide implements Command.
func (c SetRaise) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	for f := range c.Facts {
		if !slices.Contains(RaiseFacts(), f) {
			return nil, Usage("%q is no fact that raises a severity", excerpt(string(f))).Hint("use identity, tenants, active or backups")
		}
	}
	if ev := in.raiseEvent(c.Facts); ev != nil {
		return []Event{*ev}, nil
	}
	return nil, nil
}

// Kind implements Event.
func (RaiseSet) Kind() string { return "severity.facts" }

func (e RaiseSet) inverse(in *Incident) ([]Event, []string) {
	var back RaiseSet
	for _, on := range e.On {
		back.Off = append(back.Off, on.Fact)
	}
	for _, m := range in.Raises {
		if slices.Contains(e.Off, m.Fact) {
			back.On = append(back.On, RaiseOn{m.Fact, m.Base})
		}
	}
	return []Event{back}, []string{"raise"}
}

func (e RaiseSet) apply(d *draft, m Meta) {
	var next []RaiseMark
	var what []string
	for _, f := range RaiseFacts() {
		if i := slices.IndexFunc(e.On, func(o RaiseOn) bool { return o.Fact == f }); i >= 0 {
			next = append(next, RaiseMark{Fact: f, Base: e.On[i].Base, By: m.Actor, At: m.At})
			what = append(what, f.Means())
			continue
		}
		if slices.Contains(e.Off, f) {
			what = append(what, "no longer: "+f.Means())
			continue
		}
		if i := slices.IndexFunc(d.Raises, func(r RaiseMark) bool { return r.Fact == f }); i >= 0 {
			next = append(next, d.Raises[i])
		}
	}
	d.Raises = next
	d.edited("raise", m)
	text := strings.Join(what, ", ")
	if due := d.RaiseDue(); due != "" && len(e.On) > 0 {
		text += "; to do: " + due
	}
	d.log(m, KindSeverity, Text(text))
	d.feed(m, "", "%s", text)
}
