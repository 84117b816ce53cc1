package model

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Answer is yes, no or unknown; the zero value is unknown.
type Answer string

// The answers.
const (
	AnswerYes     Answer = "yes"
	AnswerNo      Answer = "no"
	AnswerUnknown Answer = "unknown"
)

// Answers lists them.
func Answers() []string { return []string{string(AnswerYes), string(AnswerNo), string(AnswerUnknown)} }

// AnswerMark is an answer, with who gave it and when.
type AnswerMark struct {
	Value Answer    `json:"value"`
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Is compares the answer.
func (m AnswerMark) Is(a Answer) bool { return m.Answer() == a }

// Answer is the answer, unknown until somebody gave one.
func (m AnswerMark) Answer() Answer {
	if m.Value == "" {
		return AnswerUnknown
	}
	return m.Value
}

// DataImpact is what happened to data, and what decides which duties follow.
type DataImpact struct {
	Disclosed  AnswerMark `json:"disclosed"`
	Modified   AnswerMark `json:"modified"`
	Destroyed  AnswerMark `json:"destroyed"`
	Personal   AnswerMark `json:"personal"`  // personal data is among it
	Customers  AnswerMark `json:"customers"` // customers were affected, with or without their data
	Data       Text       `json:"data"`      // what data
	People     int        `json:"people"`    // how many people; 0: not known
	Regions    []string   `json:"regions"`
	Roles      []string   `json:"roles"`      // what the organisation is here: controller, financial-entity …
	Regulators []string   `json:"regulators"` // regimes named by hand
}

// Touched says whether data was disclosed, modified or destroyed.
func (d *DataImpact) Touched() bool {
	return d.Disclosed.Is(AnswerYes) || d.Modified.Is(AnswerYes) || d.Destroyed.Is(AnswerYes)
}

// MaxPeople is the most people that an impact may touch.
const MaxPeople = 999_999_999

// Trigger is a named moment that starts clocks, as somebody recorded it.
type Trigger struct {
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	RecordedAt time.Time `json:"recorded_at"`
}

// SetDataImpact records what happened to data; nil fields stay. A yes starts the
// duties that apply. Aware, when it is not zero, is when the organisation became
// aware of it.
type SetDataImpact struct {
	Disclosed, Modified, Destroyed, Personal *Answer
	Customers                                *Answer
	Data                                     *Text
	People                                   *int
	Regions, Roles, Regulators               *[]string
	Aware                                    time.Time
	Rules                                    *Rules
}

// DataImpactSet is a changed data impact; absent fields stayed.
type DataImpactSet struct {
	Disclosed  *Answer   `json:"disclosed,omitempty"`
	Modified   *Answer   `json:"modified,omitempty"`
	Destroyed  *Answer   `json:"destroyed,omitempty"`
	Personal   *Answer   `json:"personal,omitempty"`
	Customers  *Answer   `json:"customers,omitempty"`
	Data       *Text     `json:"data,omitempty"`
	People     *int      `json:"people,omitempty"`
	Regions    *[]string `json:"regions,omitempty"`
	Roles      *[]string `json:"roles,omitempty"`
	Regulators *[]string `json:"regulators,omitempty"`
}

func (c *SetDataImpact) check(now time.Time) error {
	for name, a := range map[string]*Answer{"disclosed": c.Disclosed, "modified": c.Modified, "destroyed": c.Destroyed, "personal": c.Personal, "customers": c.Customers} {
		if a != nil {
			if err := oneOf(name, string(*a), Answers()); err != nil {
				return err
			}
		}
	}
	if c.Data != nil {
		if err := checkText("data", *c.Data, MaxReason, false); err != nil {
			return err
		}
	}
	if c.People != nil && (*c.People < 0 || *c.People > MaxPeople) {
		return Invalid("%d is no number of people", *c.People).Hint("give a whole number, 0 when it is not known").On("people")
	}
	regions, roles := c.Rules.Words()
	for _, l := range []struct {
		field string
		words *[]string
		known []string
	}{{"region", c.Regions, regions}, {"role", c.Roles, roles}, {"regulator", c.Regulators, c.Rules.IDs()}} {
		if l.words == nil {
			continue
		}
		*l.words = sortedWords(*l.words)
		if err := checkWords(l.field, *l.words, l.known); err != nil {
			return err
		}
	}
	if c.Regulators != nil && c.Rules != nil {
		for _, id := range *c.Regulators {
			if r, err := c.Rules.Regime(id); err != nil {
				return err
			} else if err := r.mayStart(); err != nil {
				return err
			}
		}
	}
	return checkMoment(TriggerAware, c.Aware, now)
}

// Decide implements Command.
func (c SetDataImpact) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	c.Regions, c.Roles, c.Regulators = cloned(c.Regions), cloned(c.Roles), cloned(c.Regulators)
	if err := c.check(now); err != nil {
		return nil, err
	}
	is := &in.Impact
	ev := DataImpactSet{Disclosed: changed(c.Disclosed, is.Disclosed.Answer()), Modified: changed(c.Modified, is.Modified.Answer()),
		Destroyed: changed(c.Destroyed, is.Destroyed.Answer()), Personal: changed(c.Personal, is.Personal.Answer()), Customers: changed(c.Customers, is.Customers.Answer()), Data: changed(c.Data, is.Data),
		People: changed(c.People, is.People), Regions: changedList(c.Regions, is.Regions), Roles: changedList(c.Roles, is.Roles),
		Regulators: changedList(c.Regulators, is.Regulators)}
	var evs []Event
	if ev != (DataImpactSet{}) {
		evs = append(evs, ev)
	}
	next := in.Impact
	ev.into(&next, Meta{Actor: by.Name, At: now})
	plan := in.plan(c.Rules)
	if next.Touched() {
		if _, found := in.Triggers[TriggerDataFound]; !found {
			evs = append(evs, plan.record(TriggerDataFound, Stamp(now), ""))
		}
	}
	if !c.Aware.IsZero() {
		ts, err := plan.trigger(TriggerAware, Stamp(c.Aware), "")
		if err != nil {
			return nil, err
		}
		evs = append(evs, ts...)
	}
	if add := plan.start(&next); len(add.Items) > 0 {
		evs = append(evs, add)
	}
	return evs, nil
}

func cloned(l *[]string) *[]string {
	if l == nil {
		return nil
	}
	c := slices.Clone(*l)
	return &c
}

func changedList(to *[]string, is []string) *[]string {
	if to == nil || slices.Equal(*to, is) {
		return nil
	}
	return to
}

// Kind implements Event.
func (DataImpactSet) Kind() string { return "impact.set" }

func (e DataImpactSet) redacted(mark Text) Event {
	if e.Data != nil {
		e.Data = &mark
	}
	return e
}

func (e DataImpactSet) inverse(in *Incident) ([]Event, []string) {
	is := in.Impact
	answer := func(asked *Answer, m AnswerMark) *Answer {
		if asked == nil {
			return nil
		}
		a := m.Answer()
		return &a
	}
	words := func(asked *[]string, l []string) *[]string {
		if asked == nil {
			return nil
		}
		l = list(l)
		return &l
	}
	back := DataImpactSet{Disclosed: answer(e.Disclosed, is.Disclosed), Modified: answer(e.Modified, is.Modified), Destroyed: answer(e.Destroyed, is.Destroyed),
		Personal: answer(e.Personal, is.Personal), Customers: answer(e.Customers, is.Customers), Regions: words(e.Regions, is.Regions), Roles: words(e.Roles, is.Roles), Regulators: words(e.Regulators, is.Regulators)}
	if e.Data != nil {
		back.Data = &is.Data
	}
	if e.People != nil {
		back.People = &is.People
	}
	return []Event{back}, []string{fieldImpact}
}

const fieldImpact = "impact"

// into writes the change into an impact and says in words what it was.
func (e *DataImpactSet) into(d *DataImpact, m Meta) []string {
	var what []string
	for _, f := range []struct {
		name string
		to   *Answer
		at   *AnswerMark
	}{{"disclosed", e.Disclosed, &d.Disclosed}, {"modified", e.Modified, &d.Modified}, {"destroyed", e.Destroyed, &d.Destroyed}, {"personal data", e.Personal, &d.Personal}, {"customers affected", e.Customers, &d.Customers}} {
		if f.to != nil {
			*f.at = AnswerMark{Value: *f.to, By: m.Actor, At: m.At}
			what = append(what, f.name+" "+string(*f.to))
		}
	}
	if e.Data != nil {
		d.Data = *e.Data
		what = append(what, "what: "+string(d.Data))
	}
	if e.People != nil {
		d.People = *e.People
		what = append(what, strconv.Itoa(d.People)+" people")
	}
	for _, f := range []struct {
		name string
		to   *[]string
		at   *[]string
	}{{"regions", e.Regions, &d.Regions}, {"roles", e.Roles, &d.Roles}, {"regulators", e.Regulators, &d.Regulators}} {
		if f.to != nil {
			*f.at = *f.to
			what = append(what, f.name+" "+strings.Join(*f.to, " "))
		}
	}
	return what
}

func (e DataImpactSet) apply(d *draft, m Meta) {
	what := Text("data: " + strings.Join(e.into(&d.Impact, m), ", "))
	d.edited(fieldImpact, m)
	d.log(m, KindImpact, what)
	d.feed(m, "", "%s", what)
}

// Question is what still has to be said before all duties are known.
type Question struct {
	Field, Ask string
}

// Questions lists what nobody has said yet, once data was touched.
func (in *Incident) Questions() []Question {
	d := &in.Impact
	if !d.Touched() {
		return nil
	}
	var out []Question
	ask := func(missing bool, field, text string) {
		if missing {
			out = append(out, Question{field, text})
		}
	}
	_, aware := in.Triggers[TriggerAware]
	ask(!aware, "aware", "since when is the organisation aware of it?")
	ask(d.Personal.Is(AnswerUnknown), "personal", "is personal data among it?")
	ask(len(d.Regions) == 0, "region", "which regions are concerned?")
	ask(len(d.Roles) == 0, "role", "what is the organisation here: controller, processor, financial-entity …?")
	ask(d.Data == "", "data", "what data is it?")
	return out
}
