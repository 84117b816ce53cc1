package model

import (
	"slices"
	"strings"
)

// Course is when a topic is taught.
type Course string

// The two courses: on joining, and every year after.
const (
	CourseBasic     Course = "basic"
	CourseRefresher Course = "refresher"
)

// Courses lists both.
func Courses() []Course { return []Course{CourseBasic, CourseRefresher} }

// What a topic of the refresher can be fed by.
const (
	FeedChanges = "changes" // what changed in the playbooks since last year
	FeedLessons = "lessons" // what was learned from incidents since last year
)

// EveryMonths is after how many months a topic of the refresher is due again where
// the topic says nothing else.
const EveryMonths = 12

// Topic is one thing that people are taught.
type Topic struct {
	ID        string
	Title     Text
	Text      Text     // to be read on screen; paragraphs stand between blank lines
	Courses   []Course // at least one
	Audiences []string // ids; whoever is in one of them needs the topic
	Months    int      // of a topic of the refresher: due again so many months after it was passed
	Feeds     []string // of the Feed… words: what is added to the text
	Exercise  bool     // taking part in an exercise counts for it
}

// In says whether the topic belongs to a course.
func (t *Topic) In(c Course) bool { return slices.Contains(t.Courses, c) }

// When says in words when the topic is taught.
func (t *Topic) When() string {
	switch {
	case !t.In(CourseRefresher):
		return "on joining"
	case t.In(CourseBasic):
		return "on joining, every " + itoa(t.Months) + " months"
	}
	return "every " + itoa(t.Months) + " months"
}

// until is the first day on which a record of a day counts no more, "" when it
// counts for good.
func (t *Topic) until(on Day) Day {
	if !t.In(CourseRefresher) {
		return ""
	}
	return on.AddMonths(t.Months)
}

// Audience is a group of people who need the same topics: everybody, those whose
// account has one of the roles, and those who were put in by hand.
type Audience struct {
	ID       string
	Title    Text
	Everyone bool
	Roles    []ServerRole
}

// Syllabus is all topics and audiences. It is read only and may be shared; nil
// is one without a topic.
type Syllabus struct {
	Topics    []*Topic
	Audiences []*Audience
}

// List gives the topics in their order.
func (s *Syllabus) List() []*Topic {
	if s == nil {
		return nil
	}
	return s.Topics
}

// Topic finds a topic by its id.
func (s *Syllabus) Topic(id string) (*Topic, error) {
	id = strings.ToLower(strings.TrimSpace(id))
	ids := []string{}
	for _, t := range s.List() {
		if t.ID == id {
			return t, nil
		}
		ids = append(ids, t.ID)
	}
	e := NotFound("there is no topic %q", excerpt(id))
	if near := Nearest(id, ids); near != "" {
		return nil, e.Hint("did you mean %s? training topics lists them", near).On("topic")
	}
	return nil, e.Hint("training topics lists them").On("topic")
}

// Audience finds an audience by its id.
func (s *Syllabus) Audience(id string) (*Audience, error) {
	ids := []string{}
	if s != nil {
		for _, a := range s.Audiences {
			if a.ID == id {
				return a, nil
			}
			ids = append(ids, a.ID)
		}
	}
	return nil, NotFound("there is no audience %q", excerpt(id)).Hint("use %s", strings.Join(ids, ", ")).On("audiences")
}

// audiences are those that somebody is in.
func (s *Syllabus) audiences(p *Trainee) []string {
	var out []string
	for _, a := range s.Audiences {
		if a.Everyone || p.Account && slices.Contains(a.Roles, p.Role) || slices.Contains(p.Own, a.ID) {
			out = append(out, a.ID)
		}
	}
	return out
}

// Course lists the ids of the topics of a course that somebody needs.
func (s *Syllabus) Course(c Course, p *Trainee) []string {
	var out []string
	for _, t := range s.needs(p) {
		if t.In(c) {
			out = append(out, t.ID)
		}
	}
	return out
}

// needs lists the topics that somebody needs.
func (s *Syllabus) needs(p *Trainee) []*Topic {
	var out []*Topic
	for _, t := range s.Topics {
		if slices.ContainsFunc(t.Audiences, func(id string) bool { return slices.Contains(p.Audiences, id) }) {
			out = append(out, t)
		}
	}
	return out
}
