package model

import (
	"cmp"
	"slices"
	"strings"
)

// How many days before a training is due it is announced, and how many days after
// that day it is overdue: a newcomer has a month for the basic course.
const (
	TrainingSoonDays  = 30
	TrainingGraceDays = 30
)

// Trainee is a person who has to be trained: with an account, in the register, or both.
type Trainee struct {
	Name      string
	Team      Text
	Joined    Day
	Account   bool
	Role      ServerRole // of the account
	Own       []string   // audiences that were said by hand
	Audiences []string   // all that the person is in
}

// Trainees lists everybody who has to be trained on a day, by name: active accounts,
// and those in the register who have not left.
func (t *Training) Trainees(s *Syllabus, accounts []Account, today Day) []Trainee {
	var out []Trainee
	entries := make(map[string]*TrainingPerson, len(t.People))
	for _, p := range t.People {
		entries[p.Name] = p
	}
	add := func(p Trainee) {
		if e := entries[p.Name]; e != nil {
			if e.Left != "" && e.Left <= today {
				return
			}
			p.Team, p.Own = e.Team, e.Audiences
			if e.Joined != "" {
				p.Joined = e.Joined
			}
		}
		if s != nil {
			p.Audiences = s.audiences(&p)
		}
		out = append(out, p)
	}
	named := make(map[string]bool, len(accounts))
	for _, a := range accounts {
		named[a.Name] = true
		if !a.Disabled {
			add(Trainee{Name: a.Name, Joined: DayOf(a.CreatedAt), Account: true, Role: a.Role})
		}
	}
	for _, p := range t.People {
		if !named[p.Name] {
			add(Trainee{Name: p.Name})
		}
	}
	slices.SortFunc(out, func(a, b Trainee) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// TrainingState is where somebody stands with a topic on a day.
type TrainingState string

// The states, the best first: nothing to do, to be done within TrainingSoonDays,
// to be done now, and later than TrainingGraceDays after it was due.
const (
	TrainingValid   TrainingState = "valid"
	TrainingSoon    TrainingState = "soon"
	TrainingDue     TrainingState = "due"
	TrainingOverdue TrainingState = "overdue"
)

// TrainingStates lists them, the worst first.
func TrainingStates() []TrainingState {
	return []TrainingState{TrainingOverdue, TrainingDue, TrainingSoon, TrainingValid}
}

func stateOn(due, today Day) TrainingState {
	switch {
	case due == "" || today < due.Add(-TrainingSoonDays):
		return TrainingValid
	case today < due:
		return TrainingSoon
	case today < due.Add(TrainingGraceDays):
		return TrainingDue
	}
	return TrainingOverdue
}

// Standing is where somebody stands with one topic.
type Standing struct {
	Topic *Topic
	State TrainingState
	Due   Day             // when it is due (again); "" for never again
	Last  *TrainingRecord // the newest that counts, nil for none
}

// Trained is where somebody stands with all topics that he needs.
type Trained struct {
	Trainee
	State              TrainingState // the worst of all
	Standings          []Standing    // in the order of the syllabus
	Overdue, Due, Soon int           // topics
	Next               Day           // the earliest day on which one is or was due; "" for none
}

// Covered says whether the person has every training that is due by now.
func (p *Trained) Covered() bool { return p.Overdue+p.Due == 0 }

// Standings says where everybody stands on a day, by name. A topic of the basic
// course is due on the day of joining, one of the refresher its months after that
// day; one that was passed is due when the record says so.
func (t *Training) Standings(s *Syllabus, accounts []Account, today Day) []Trained {
	last := make(map[string]*TrainingRecord, len(t.Records))
	for _, r := range t.Records {
		if k := r.Person + "\x00" + r.Topic; r.Counts() && (last[k] == nil || r.On >= last[k].On) {
			last[k] = r
		}
	}
	var out []Trained
	for _, p := range t.Trainees(s, accounts, today) {
		x := Trained{Trainee: p, State: TrainingValid}
		if s != nil {
			for _, topic := range s.needs(&p) {
				x.add(topic, last[p.Name+"\x00"+topic.ID], today)
			}
		}
		out = append(out, x)
	}
	return out
}

func (p *Trained) add(topic *Topic, last *TrainingRecord, today Day) {
	st := Standing{Topic: topic, Last: last}
	switch {
	case last != nil:
		st.Due = last.Until
	case topic.In(CourseBasic):
		st.Due = p.Joined
	default:
		st.Due = p.Joined.AddMonths(topic.Months)
	}
	st.State = stateOn(st.Due, today)
	switch st.State {
	case TrainingOverdue:
		p.Overdue++
	case TrainingDue:
		p.Due++
	case TrainingSoon:
		p.Soon++
	}
	if slices.Index(TrainingStates(), st.State) < slices.Index(TrainingStates(), p.State) {
		p.State = st.State
	}
	if st.Due != "" && (p.Next == "" || st.Due < p.Next) {
		p.Next = st.Due
	}
	p.Standings = append(p.Standings, st)
}

// ByNeed orders people by what they lack: the worst first, then by the day, then
// by name.
func ByNeed(a, b *Trained) int {
	worst := func(p *Trained) int { return slices.Index(TrainingStates(), p.State) }
	day := func(p *Trained) string {
		if p.Next == "" {
			return "9999"
		}
		return string(p.Next)
	}
	return cmp.Or(cmp.Compare(worst(a), worst(b)), strings.Compare(day(a), day(b)), strings.Compare(a.Name, b.Name))
}

// Coverage is how many people of a team have every training that is due.
type Coverage struct {
	Team                     Text // "" for those of whom no team is known
	People, Covered, Overdue int
}

// Share is the covered part, 0 to 1; 1 for nobody.
func (c *Coverage) Share() float64 {
	if c.People == 0 {
		return 1
	}
	return float64(c.Covered) / float64(c.People)
}

// CoverageOf counts by team, by the team's name, those without one last; all is
// the whole.
func CoverageOf(list []Trained) (teams []Coverage, all Coverage) {
	by := map[Text]*Coverage{}
	for i := range list {
		p := &list[i]
		c := by[p.Team]
		if c == nil {
			c = &Coverage{Team: p.Team}
			by[p.Team] = c
		}
		for _, x := range []*Coverage{c, &all} {
			x.People++
			if p.Covered() {
				x.Covered++
			}
			if p.Overdue > 0 {
				x.Overdue++
			}
		}
	}
	for _, c := range by {
		teams = append(teams, *c)
	}
	slices.SortFunc(teams, func(a, b Coverage) int {
		if (a.Team == "") != (b.Team == "") {
			return strings.Compare(string(b.Team), string(a.Team))
		}
		return strings.Compare(strings.ToLower(string(a.Team)), strings.ToLower(string(b.Team)))
	})
	return teams, all
}
