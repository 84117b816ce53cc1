package model

import (
	"slices"
	"strings"
	"time"
)

// Training is the register of who was trained in what.
type Training struct {
	People  []*TrainingPerson // what was said of people, in the order it was first said
	Records []*TrainingRecord // in the order they were written down
}

// TrainingPerson is what the register says of a person. Whoever has an account
// needs no entry: without one there is no team, and the account's day counts as
// the day of joining.
type TrainingPerson struct {
	Name      string
	Team      Text
	Joined    Day // "" when the account's day counts
	Left      Day // "" while here
	Audiences []string
	By        string
	At        time.Time
	Changed   uint64 // number of the newest event that touched it
}

// TrainingResult is how a training went.
type TrainingResult string

// The results. Whoever took part without a test attended.
const (
	TrainingPassed   TrainingResult = "passed"
	TrainingAttended TrainingResult = "attended"
	TrainingFailed   TrainingResult = "failed"
)

// TrainingResults lists them.
func TrainingResults() []TrainingResult {
	return []TrainingResult{TrainingPassed, TrainingAttended, TrainingFailed}
}

// ParseTrainingResult reads a result.
func ParseTrainingResult(s string) (TrainingResult, error) {
	r := TrainingResult(strings.ToLower(strings.TrimSpace(s)))
	if slices.Contains(TrainingResults(), r) {
		return r, nil
	}
	return "", Usage("%q is no result", excerpt(s)).Hint("use passed, attended or failed").On("result")
}

// TrainingRecord says that somebody was trained in a topic.
type TrainingRecord struct {
	Ref string
	TrainingGiven
	By           string
	At           time.Time
	Retracted    string // who took it back
	RetractedWhy Text
	Changed      uint64
}

// Counts says whether the record stands for a training that succeeded.
func (r *TrainingRecord) Counts() bool { return r.Retracted == "" && r.Result != TrainingFailed }

// TrainingGiven is one training of one person as the log has it.
type TrainingGiven struct {
	Person   string         `json:"person"`
	Topic    string         `json:"topic"`
	On       Day            `json:"on"`
	Result   TrainingResult `json:"result"`
	Until    Day            `json:"until,omitempty"` // from this day on it counts no more; "" counts for good
	Note     Text           `json:"note,omitempty"`
	Exercise string         `json:"exercise,omitempty"` // id of the exercise that it was
}

// same says whether two are the same training, written down twice.
func (g *TrainingGiven) same(o *TrainingGiven) bool {
	return g.Person == o.Person && g.Topic == o.Topic && g.On == o.On && g.Result == o.Result
}

// Limits of the register.
const (
	MaxTeam           = 64     // bytes of a team's name
	MaxTrainingPeople = 10_000 // people that the register speaks of
	MaxTrainingRows   = 10_000 // records of one command
)

// training is the register's state, an empty one before its first event.
func (in *Incident) training() *Training {
	if in.Training == nil {
		return &Training{}
	}
	return in.Training
}

// Trainings is the register's state, never nil.
func (in *Incident) Trainings() *Training { return in.training() }

// entry is what the register says of a person, nil for nothing.
func (t *Training) entry(name string) *TrainingPerson {
	if i := slices.IndexFunc(t.People, func(p *TrainingPerson) bool { return p.Name == name }); i >= 0 {
		return t.People[i]
	}
	return nil
}

// Record finds a record by its ref.
func (t *Training) Record(ref string) (*TrainingRecord, error) {
	norm, n, err := ParseRef(RefTraining, ref)
	if err != nil {
		return nil, err
	}
	if n > len(t.Records) {
		return nil, NotFound("there is no training record %s", norm).Hint("training person NAME lists the records of a person")
	}
	return t.Records[n-1], nil
}

// SetTrainingPerson says what a person's team, day of joining and audiences are;
// nil leaves as it is. Whoever has no account is added so.
type SetTrainingPerson struct {
	Name         string
	Team         *Text
	Joined, Left *Day
	Audiences    *[]string
	Seen         uint64 // version of the register that the editor saw, 0 when any
	Accounts     []Account
	Syllabus     *Syllabus
}

// TrainingPersonSet is all that the register says of a person from then on.
type TrainingPersonSet struct {
	Name      string   `json:"name"`
	Team      Text     `json:"team,omitempty"`
	Joined    Day      `json:"joined,omitempty"`
	Left      Day      `json:"left,omitempty"`
	Audiences []string `json:"audiences,omitempty"`
}

func account(list []Account, name string) *Account {
	if i := slices.IndexFunc(list, func(a Account) bool { return a.Name == name }); i >= 0 {
		return &list[i]
	}
	return nil
}

// Decide implements Command.
func (c SetTrainingPerson) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterTraining, AccessLead); err != nil {
		return nil, err
	}
	name, err := ParseUserName(c.Name)
	if err != nil {
		return nil, err
	}
	t := in.training()
	ev := TrainingPersonSet{Name: name}
	was := t.entry(name)
	if was != nil {
		if err := stale(in, "@"+name, was.Changed, c.Seen); err != nil {
			return nil, err
		}
		ev = was.set()
	} else if len(t.People) >= MaxTrainingPeople {
		return nil, Invalid("the register speaks of %d people, the most it can", len(t.People)).Hint("nothing was changed")
	}
	if c.Joined != nil {
		ev.Joined = *c.Joined
	}
	if c.Left != nil {
		ev.Left = *c.Left
	}
	for _, d := range []Day{ev.Joined, ev.Left} {
		if d != "" && d.Time().IsZero() {
			return nil, Usage("%q is no day", excerpt(string(d))).Hint("write it as 2026-11-23")
		}
	}
	if c.Team != nil {
		ev.Team = Text(strings.TrimSpace(string(*c.Team)))
	}
	if c.Audiences != nil {
		ev.Audiences = slices.Compact(slices.Sorted(slices.Values(*c.Audiences)))
	}
	if err := checkText("team", ev.Team, MaxTeam, false); err != nil {
		return nil, err
	}
	for _, id := range ev.Audiences {
		if _, err := c.Syllabus.Audience(id); err != nil {
			return nil, err
		}
	}
	switch {
	case ev.Joined == "" && account(c.Accounts, name) == nil:
		return nil, Invalid("the day on which @%s joined is missing", name).Hint("whoever has no account needs one, such as %s", "2026-11-01").On("joined")
	case ev.Left != "" && ev.Left < ev.Joined:
		return nil, Invalid("@%s left on %s, before joining on %s", name, ev.Left, ev.Joined).Hint("check the days").On("left")
	case was != nil && was.set().equal(&ev), was == nil && ev.equal(&TrainingPersonSet{Name: name}):
		return nil, nil
	}
	return []Event{ev}, nil
}

func (p *TrainingPerson) set() TrainingPersonSet {
	return TrainingPersonSet{Name: p.Name, Team: p.Team, Joined: p.Joined, Left: p.Left, Audiences: p.Audiences}
}

func (e TrainingPersonSet) equal(o *TrainingPersonSet) bool {
	return e.Name == o.Name && e.Team == o.Team && e.Joined == o.Joined && e.Left == o.Left && slices.Equal(e.Audiences, o.Audiences)
}

// Kind implements Event.
func (TrainingPersonSet) Kind() string { return "training.person" }

func (e TrainingPersonSet) redacted(mark Text) Event {
	if e.Team != "" {
		e.Team = mark
	}
	return e
}

func (e TrainingPersonSet) apply(d *draft, m Meta) {
	t := d.trainings()
	p := &TrainingPerson{Name: e.Name, Team: e.Team, Joined: e.Joined, Left: e.Left, Audiences: e.Audiences, By: m.Actor, At: m.At, Changed: m.Version}
	if i := slices.IndexFunc(t.People, func(x *TrainingPerson) bool { return x.Name == e.Name }); i >= 0 {
		t.People = slices.Clone(t.People)
		t.People[i] = p
	} else {
		t.People = append(t.People, p)
	}
	what := "joined " + string(e.Joined)
	if e.Left != "" {
		what = "left " + string(e.Left)
	}
	d.feed(m, "", "@%s: %s %s", e.Name, e.Team, what)
}

// trainings is the draft's own copy of the register's state.
func (d *draft) trainings() *Training {
	t := *d.training()
	d.Training = &t
	return &t
}

// RecordTraining writes down who was trained in what. Responders record for
// themselves, the lead for others. What is in the register already is left out.
type RecordTraining struct {
	Given    []TrainingGiven
	Accounts []Account
	Syllabus *Syllabus
}

// TrainingRecorded is trainings that were written down.
type TrainingRecorded struct {
	Given []TrainingGiven `json:"given"`
}

// Decide implements Command.
func (c RecordTraining) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	need := AccessRespond
	if slices.ContainsFunc(c.Given, func(g TrainingGiven) bool { return g.Person != by.Name }) {
		need = AccessLead
	}
	if err := in.mayRegister(by, RegisterTraining, need); err != nil {
		if e, ok := AsError(err); ok && need == AccessLead && in.Rights(by) == rank(AccessRespond) {
			return nil, e.Hint("you may record your own training; ask a commander for that of others")
		}
		return nil, err
	}
	if len(c.Given) > MaxTrainingRows {
		return nil, Invalid("%d records at once, the limit is %d", len(c.Given), MaxTrainingRows).Hint("send them in parts; nothing was changed")
	}
	t, today := in.training(), DayOf(now)
	have := t.recorded()
	var out []TrainingGiven
	for _, g := range c.Given {
		g, err := g.checked(t, c.Accounts, c.Syllabus, today)
		if err != nil {
			return nil, err
		}
		if k := g.key(); !have[k] {
			have[k] = true
			out = append(out, g)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return []Event{TrainingRecorded{Given: out}}, nil
}

func (g *TrainingGiven) key() string {
	return g.Person + "\x00" + g.Topic + "\x00" + string(g.On) + "\x00" + string(g.Result)
}

// recorded has the keys of the records that were not taken back.
func (t *Training) recorded() map[string]bool {
	have := make(map[string]bool, len(t.Records))
	for _, r := range t.Records {
		if r.Retracted == "" {
			have[r.key()] = true
		}
	}
	return have
}

// checked is the training as it is written down: with its last day, and refused
// where a value is wrong.
func (g TrainingGiven) checked(t *Training, accounts []Account, s *Syllabus, today Day) (TrainingGiven, error) {
	var err error
	if g.Person, err = ParseUserName(g.Person); err != nil {
		return g, err
	}
	if t.entry(g.Person) == nil && account(accounts, g.Person) == nil {
		return g, NotFound("nobody in the register is called @%s", g.Person).
			Hint("check the name, or add the person: training person %s --team TEAM --joined DAY", g.Person).On("person")
	}
	topic, err := s.Topic(g.Topic)
	if err != nil {
		return g, err
	}
	g.Topic = topic.ID
	if g.Result, err = ParseTrainingResult(string(g.Result)); err != nil {
		return g, err
	}
	if g.On == "" {
		g.On = today
	}
	if _, err := ParseDay(string(g.On), today); err != nil {
		return g, err
	}
	if g.On > today {
		return g, Invalid("%s is in the future", g.On).Hint("write down a training when it was held").On("date")
	}
	g.Until = topic.until(g.On)
	return g, checkText("note", g.Note, MaxReason, false)
}

// Kind implements Event.
func (TrainingRecorded) Kind() string { return "training.recorded" }

func (e TrainingRecorded) redacted(mark Text) Event {
	e.Given = slices.Clone(e.Given)
	for i := range e.Given {
		if e.Given[i].Note != "" {
			e.Given[i].Note = mark
		}
	}
	return e
}

func (e TrainingRecorded) apply(d *draft, m Meta) {
	t := d.trainings()
	first := makeRef(RefTraining, len(t.Records)+1)
	for _, g := range e.Given {
		t.Records = append(t.Records, &TrainingRecord{Ref: makeRef(RefTraining, len(t.Records)+1), TrainingGiven: g, By: m.Actor, At: m.At, Changed: m.Version})
	}
	switch g := e.Given; len(g) {
	case 0:
	case 1:
		d.feed(m, first, "@%s %s %s", g[0].Person, g[0].Result, g[0].Topic)
	default:
		d.feed(m, first, "%d trainings", len(g))
	}
}

// RetractTraining takes a record back that was wrong.
type RetractTraining struct {
	Ref    string
	Reason Text
}

// TrainingRetracted is a record that was taken back.
type TrainingRetracted struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason"`
}

// Decide implements Command. Whoever wrote a record takes it back, or the lead.
func (c RetractTraining) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayRegister(by, RegisterTraining, AccessRespond); err != nil {
		return nil, err
	}
	r, err := in.training().Record(c.Ref)
	if err != nil {
		return nil, err
	}
	if r.By != by.Name {
		if err := in.mayRegister(by, RegisterTraining, AccessLead); err != nil {
			return nil, err
		}
	}
	if r.Retracted != "" {
		return nil, Conflict("%s is retracted already, by @%s", r.Ref, r.Retracted)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{TrainingRetracted{Ref: r.Ref, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (TrainingRetracted) Kind() string { return "training.retracted" }

func (e TrainingRetracted) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e TrainingRetracted) apply(d *draft, m Meta) {
	i, err := find(RefTraining, e.Ref, len(d.training().Records))
	if err != nil {
		return
	}
	t := d.trainings()
	t.Records = slices.Clone(t.Records)
	r := *t.Records[i]
	r.Retracted, r.RetractedWhy, r.Changed = m.Actor, e.Reason, m.Version
	t.Records[i] = &r
	d.feed(m, r.Ref, "%s", withReason("retracted", e.Reason))
}
