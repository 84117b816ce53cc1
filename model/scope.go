package model

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// AssetKinds lists what an asset may be.
func AssetKinds() []string {
	return []string{"system", "service", "account", "tenant", "data-set", "network", "application", "device"}
}

// Criticalities lists how much depends on an asset, most first.
func Criticalities() []string { return []string{"critical", "high", "medium", "low"} }

// Step is how far the response to an asset has come.
type Step string

// The steps of the scope matrix. An asset is identified by being in the list.
const (
	StepCompromised Step = "compromised" // yes, no, unknown or suspected
	StepContained   Step = "contained"
	StepEradicated  Step = "eradicated"
	StepRecovered   Step = "recovered"
	StepVerified    Step = "verified"
)

// Steps lists the steps in order.
func Steps() []Step {
	return []Step{StepCompromised, StepContained, StepEradicated, StepRecovered, StepVerified}
}

// Values lists what a step may be set to.
func (s Step) Values() []string {
	if s == StepCompromised {
		return []string{"unknown", "suspected", "yes", "no"}
	}
	return []string{"no", "yes"}
}

// StepMark is the value of a step, with who set it and when.
type StepMark struct {
	Value string    `json:"value"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// Asset is one thing in the scope of the incident.
type Asset struct {
	Ref         string            `json:"ref"`
	Name        Text              `json:"name"`
	Kind        string            `json:"kind"`
	Team        Text              `json:"team"`
	Tenant      Text              `json:"tenant"`
	Criticality string            `json:"criticality"`
	Note        Text              `json:"note,omitempty"`
	Steps       map[Step]StepMark `json:"steps"`

	LastKnownGood   Text      `json:"last_known_good"` // the state that is known to be clean
	LastKnownGoodAt time.Time `json:"last_known_good_at,omitzero"`
	RestoredFrom    Text      `json:"restored_from"`
	Confirmed       StepMark  `json:"confirmed,omitzero"` // the restored state mitigates the causes
	Passed          []Passed  `json:"passed,omitempty"`   // steps that the IC forced

	AddedBy   string    `json:"added_by"`
	AddedAt   time.Time `json:"added_at"`
	Retracted string    `json:"retracted_by,omitempty"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// Step is the value of a step; compromised is "unknown" and the others "no"
// until somebody says otherwise.
func (a *Asset) Step(s Step) string {
	if m, ok := a.Steps[s]; ok {
		return m.Value
	}
	return s.Values()[0]
}

// AddAsset puts an asset into scope. Compromised may be "".
type AddAsset struct {
	Name        Text
	Kind        string // "" is system
	Team        Text
	Tenant      Text
	Criticality string // "" is medium
	Note        Text
	Compromised string
}

// AssetAdded is an asset found to be in scope.
type AssetAdded struct {
	Ref         string `json:"ref"`
	Name        Text   `json:"name"`
	AssetKind   string `json:"kind"`
	Team        Text   `json:"team,omitempty"`
	Tenant      Text   `json:"tenant,omitempty"`
	Criticality string `json:"criticality"`
	Note        Text   `json:"note,omitempty"`
	Compromised string `json:"compromised,omitempty"`
}

// FindAsset is the asset of this kind and name, nil when there is none.
func (in *Incident) FindAsset(kind string, name Text) *Asset {
	for _, a := range in.Assets {
		if a.Retracted == "" && a.Kind == kind && strings.EqualFold(string(a.Name), string(name)) {
			return a
		}
	}
	return nil
}

// Decide implements Command.
func (c AddAsset) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if c.Kind == "" {
		c.Kind = "system"
	}
	if c.Criticality == "" {
		c.Criticality = "medium"
	}
	if err := checkText("name", c.Name, MaxTitle, true); err != nil {
		return nil, err
	}
	if err := oneOf("kind", c.Kind, AssetKinds()); err != nil {
		return nil, err
	}
	if err := oneOf("criticality", c.Criticality, Criticalities()); err != nil {
		return nil, err
	}
	if c.Compromised != "" {
		if err := oneOf("compromised", c.Compromised, StepCompromised.Values()); err != nil {
			return nil, err
		}
	}
	for _, f := range []struct {
		name string
		text Text
	}{{"team", c.Team}, {"tenant", c.Tenant}, {"note", c.Note}} {
		if err := checkText(f.name, f.text, MaxReason, false); err != nil {
			return nil, err
		}
	}
	if a := in.FindAsset(c.Kind, c.Name); a != nil {
		return nil, Conflict("%s %q is in scope already: %s, by @%s", c.Kind, excerpt(string(c.Name)), a.Ref, a.AddedBy).
			Hint("change it: scope set %s %s", in.ID, a.Ref)
	}
	return []Event{AssetAdded{Ref: makeRef(RefAsset, len(in.Assets)+1), Name: c.Name, AssetKind: c.Kind, Team: c.Team, Tenant: c.Tenant,
		Criticality: c.Criticality, Note: c.Note, Compromised: c.Compromised}}, nil
}

func oneOf(field, v string, allowed []string) error {
	if slices.Contains(allowed, v) {
		return nil
	}
	return Usage("%q is no value for %s", excerpt(v), field).Hint("use %s", strings.Join(allowed, ", ")).On(field)
}

// Kind implements Event.
func (AssetAdded) Kind() string { return "asset.added" }

func (e AssetAdded) redacted(mark Text) Event {
	e.Name, e.Team, e.Tenant, e.Note = mark, "", "", ""
	return e
}

func (e AssetAdded) inverse(*Incident) ([]Event, []string) {
	return []Event{AssetRetracted{Ref: e.Ref, Reason: "undone"}}, []string{e.Ref}
}

func (e AssetAdded) apply(d *draft, m Meta) {
	a := &Asset{Ref: makeRef(RefAsset, len(d.Assets)+1), Name: e.Name, Kind: e.AssetKind, Team: e.Team, Tenant: e.Tenant,
		Criticality: e.Criticality, Note: e.Note, Steps: map[Step]StepMark{}, AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version, Changed: m.Version}
	what := e.AssetKind + " " + string(e.Name)
	if e.Compromised != "" {
		a.Steps[StepCompromised] = StepMark{Value: e.Compromised, By: m.Actor, At: m.At}
		what += ", compromised: " + e.Compromised
	}
	d.Assets = append(d.Assets, a)
	d.feed(m, a.Ref, "%s", what)
}

// Asset finds an asset by its ref.
func (in *Incident) Asset(ref string) (*Asset, error) {
	i, err := find(RefAsset, ref, len(in.Assets))
	if err != nil {
		return nil, err
	}
	return in.Assets[i], nil
}

// SetAsset changes an asset; nil fields and absent steps stay.
type SetAsset struct {
	Ref         string
	Name        *Text
	Team        *Text
	Tenant      *Text
	Criticality *string
	Note        *Text
	Steps       map[Step]string

	LastKnownGood   *Text
	LastKnownGoodAt *time.Time
	RestoredFrom    *Text
	Confirmed       *string // yes or no
	Force           bool    // the IC passes over what is missing, with Reason
	Reason          Text

	Seen uint64 // version of the incident that the editor saw, 0 when any
}

// AssetSet is a changed asset; absent fields stayed.
type AssetSet struct {
	Ref         string          `json:"ref"`
	Name        *Text           `json:"name,omitempty"`
	Team        *Text           `json:"team,omitempty"`
	Tenant      *Text           `json:"tenant,omitempty"`
	Criticality *string         `json:"criticality,omitempty"`
	Note        *Text           `json:"note,omitempty"`
	Steps       map[Step]string `json:"steps,omitempty"`

	LastKnownGood   *Text      `json:"last_known_good,omitempty"`
	LastKnownGoodAt *time.Time `json:"last_known_good_at,omitempty"`
	RestoredFrom    *Text      `json:"restored_from,omitempty"`
	Confirmed       *string    `json:"confirmed,omitempty"`
	Forced          []string   `json:"forced,omitempty"` // what was missing
	Reason          Text       `json:"reason,omitempty"`
}

// Decide implements Command.
func (c SetAsset) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	a, err := in.Asset(c.Ref)
	if err != nil {
		return nil, err
	}
	if err := stale(in, a.Ref, a.Changed, c.Seen); err != nil {
		return nil, err
	}
	if a.Retracted != "" {
		return nil, Conflict("%s is out of scope, by @%s", a.Ref, a.Retracted).Hint("add it again")
	}
	ev := AssetSet{Ref: a.Ref, Name: changed(c.Name, a.Name), Team: changed(c.Team, a.Team), Tenant: changed(c.Tenant, a.Tenant),
		Criticality: changed(c.Criticality, a.Criticality), Note: changed(c.Note, a.Note), LastKnownGood: changed(c.LastKnownGood, a.LastKnownGood),
		RestoredFrom: changed(c.RestoredFrom, a.RestoredFrom), Confirmed: changed(c.Confirmed, a.confirmed())}
	if c.LastKnownGoodAt != nil {
		at := moment(*c.LastKnownGoodAt)
		if at.After(now.Add(MaxAhead)) {
			return nil, Invalid("a last known good state in the future").Hint("say when the state was known to be good").On("last-known-good-at")
		}
		ev.LastKnownGoodAt = changed(&at, a.LastKnownGoodAt)
	}
	if ev.Confirmed != nil {
		if err := oneOf("confirmed", *ev.Confirmed, []string{"no", "yes"}); err != nil {
			return nil, err
		}
	}
	if ev.Criticality != nil {
		if err := oneOf("criticality", *ev.Criticality, Criticalities()); err != nil {
			return nil, err
		}
	}
	if ev.Name != nil {
		if err := checkText("name", *ev.Name, MaxTitle, true); err != nil {
			return nil, err
		}
		if other := in.FindAsset(a.Kind, *ev.Name); other != nil && other != a {
			return nil, Conflict("%s %q is in scope already: %s", a.Kind, excerpt(string(*ev.Name)), other.Ref)
		}
	}
	for _, t := range []*Text{ev.Team, ev.Tenant, ev.Note, ev.LastKnownGood, ev.RestoredFrom, &c.Reason} {
		if t != nil {
			if err := checkText("text", *t, MaxReason, false); err != nil {
				return nil, err
			}
		}
	}
	for step, v := range c.Steps {
		if !slices.Contains(Steps(), step) {
			return nil, Usage("%q is no step", excerpt(string(step))).Hint("use compromised, contained, eradicated, recovered or verified")
		}
		if err := oneOf(string(step), v, step.Values()); err != nil {
			return nil, err
		}
		if a.Step(step) != v {
			if ev.Steps == nil {
				ev.Steps = map[Step]string{}
			}
			ev.Steps[step] = v
		}
	}
	if ev.same() {
		return nil, nil
	}
	ev.takenBack(a)
	if err := in.pass(by, a, &ev, c.Force, c.Reason); err != nil {
		return nil, err
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (AssetSet) Kind() string { return "asset.set" }

func (e AssetSet) redacted(mark Text) Event {
	for _, f := range []**Text{&e.Name, &e.Team, &e.Tenant, &e.Note, &e.LastKnownGood, &e.RestoredFrom} {
		if *f != nil {
			*f = &mark
		}
	}
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e AssetSet) inverse(in *Incident) ([]Event, []string) {
	a, err := in.Asset(e.Ref)
	if err != nil {
		return nil, nil
	}
	back := AssetSet{Ref: e.Ref}
	if e.Name != nil {
		back.Name = &a.Name
	}
	if e.Team != nil {
		back.Team = &a.Team
	}
	if e.Tenant != nil {
		back.Tenant = &a.Tenant
	}
	if e.Criticality != nil {
		back.Criticality = &a.Criticality
	}
	if e.Note != nil {
		back.Note = &a.Note
	}
	back.recovery(&e, a)
	for s := range e.Steps {
		if back.Steps == nil {
			back.Steps = map[Step]string{}
		}
		back.Steps[s] = a.Step(s)
	}
	return []Event{back}, []string{e.Ref}
}

func (e AssetSet) apply(d *draft, m Meta) {
	i, err := find(RefAsset, e.Ref, len(d.Assets))
	if err != nil {
		return
	}
	a := d.asset(i)
	var what []string
	if e.Name != nil {
		a.Name = *e.Name
		what = append(what, "name "+string(a.Name))
	}
	if e.Team != nil {
		a.Team = *e.Team
		what = append(what, "team "+string(a.Team))
	}
	if e.Tenant != nil {
		a.Tenant = *e.Tenant
		what = append(what, "tenant "+string(a.Tenant))
	}
	if e.Criticality != nil {
		a.Criticality = *e.Criticality
		what = append(what, a.Criticality)
	}
	if e.Note != nil {
		a.Note = *e.Note
		what = append(what, "note")
	}
	what = append(what, a.restore(&e, m)...)
	for _, s := range Steps() {
		v, ok := e.Steps[s]
		if !ok {
			continue
		}
		if a.Steps == nil {
			a.Steps = map[Step]StepMark{}
		}
		a.Steps[s] = StepMark{Value: v, By: m.Actor, At: m.At}
		what = append(what, string(s)+": "+v)
	}
	a.Changed = m.Version
	text := withReason(string(a.Name)+" "+strings.Join(what, ", "), e.Reason)
	if len(e.Forced) > 0 {
		d.log(m, KindStatus, Text(a.Ref+" ")+text)
	}
	d.feed(m, a.Ref, "%s", text)
}

// RetractAsset takes an asset out of scope, with a reason.
type RetractAsset struct {
	Ref    string
	Reason Text
}

// AssetRetracted is an asset taken out of scope.
type AssetRetracted struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason"`
	Back   bool   `json:"back,omitempty"` // an undo: the asset is in scope again
}

// Decide implements Command.
func (c RetractAsset) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	a, err := in.Asset(c.Ref)
	if err != nil {
		return nil, err
	}
	if a.Retracted != "" {
		return nil, Conflict("%s is out of scope already, by @%s", a.Ref, a.Retracted).Hint("add it anew if it belongs in")
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{AssetRetracted{Ref: a.Ref, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (AssetRetracted) Kind() string { return "asset.retracted" }

func (e AssetRetracted) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e AssetRetracted) inverse(*Incident) ([]Event, []string) {
	return []Event{AssetRetracted{Ref: e.Ref, Reason: "undone", Back: !e.Back}}, []string{e.Ref}
}

func (e AssetRetracted) apply(d *draft, m Meta) {
	if i, err := find(RefAsset, e.Ref, len(d.Assets)); err == nil {
		a := d.asset(i)
		a.Retracted, a.Changed = m.Actor, m.Version
		if e.Back {
			a.Retracted = ""
		}
	}
	if e.Back {
		d.feed(m, e.Ref, "in scope again")
		return
	}
	d.feed(m, e.Ref, "%s", withReason("out of scope", e.Reason))
}
