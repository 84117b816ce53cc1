package verb

import (
	"slices"
	"strconv"
	"strings"

	"warroom/model"
)

func trainingVerbs() []*Verb {
	team := flag{name: "team", arg: "TEAM", help: "only people of this team", values: teams}
	on := flag{name: "on", arg: "DAY", help: "the day it was held: 2026-11-23, yesterday, -14d; today without it"}
	return []*Verb{
		{Name: "training list", Args: "[--team TEAM] [--state S]", Short: "list everybody with what is due, the worst first",
			Long: "Everybody is: active accounts, and the people in the register who have not left. A topic of the basic course is due on joining, one of the refresher " +
				"12 months after joining and after each time it was passed; overdue is what was due " + strconv.Itoa(model.TrainingGraceDays) + " days ago.",
			flags: []flag{team, {name: "state", arg: "S", help: "only who is: overdue, due, soon or valid", values: fixed(words(model.TrainingStates())...)}}, run: trainingList},
		{Name: "training due", Args: "[--team TEAM] [--within DAYS]", Short: "list each training that is due, by person and topic",
			flags: []flag{team, {name: "within", arg: "DAYS", help: "and those that will be due within so many days; 0 without it"}, {name: "overdue", help: "only what is overdue"}}, run: trainingDue},
		{Name: "training coverage", Short: "how many people of each team have every training that is due", run: trainingCoverage},
		{Name: "training person", Args: "NAME [--team TEAM] [--joined DAY] …", Short: "show a person's trainings; with flags, say team, day of joining and audiences",
			Long:     "Whoever has no account is added with a day of joining. A day of leaving takes the person off the lists; the records stay.",
			Examples: []string{"training person @erin --team Plant --joined 2026-11-02 --audience privacy", "training person erin"},
			flags: []flag{{name: "team", arg: "TEAM", help: "the team", values: teams}, {name: "joined", arg: "DAY", help: "the day of joining"},
				{name: "left", arg: "DAY", help: "the day of leaving; none takes it away"}, {name: "audience", arg: "A", help: "an audience beside those of the account's role; again for more, none for none", values: audiences}},
			words: []word{{"NAME", trainees}}, run: trainingPerson},
		{Name: "training record", Args: "NAME TOPIC|COURSE… [--on DAY] [--result R]", Short: "write down that somebody was trained; prints the refs",
			Long:     "A course, basic or refresher, stands for all topics of it that the person needs. Responders record their own training, commanders that of everybody.",
			Examples: []string{"training record @erin basic --on 2026-11-23", "training record @bob phishing --result failed --note 'again next week'"},
			flags: []flag{on, {name: "result", arg: "R", help: "passed, attended or failed; passed without it", values: fixed(words(model.TrainingResults())...)},
				{name: "note", arg: "TEXT", help: "what else is to be known"}},
			words: []word{{"NAME", trainees}, {"TOPIC", topicsOrCourses}}, run: trainingRecord},
		{Name: "training retract", Args: "L12 --reason R", Short: "take a record back that was wrong", flags: []flag{{name: "reason", arg: "R", help: "why"}},
			words: []word{{"L12", nil}}, run: trainingRetract},
		{Name: "training exercise", Args: "INC [--topic T] [--on DAY]", Short: "count taking part in an exercise as training for everybody who wrote in it",
			Long:  "Without --topic it counts for the topics that exercises train, as far as each person needs them. The day is that of its close, or of its beginning.",
			flags: []flag{{name: "topic", arg: "T", help: "a topic that it trained; again for more", values: topics}, on},
			words: []word{{"INC", incidents}}, run: trainingExercise},
		{Name: "training topics", Args: "[TOPIC]", Short: "list what is taught, or print a topic to read", words: []word{{"TOPIC", topics}}, run: trainingTopics},
		{Name: "training refresher", Args: "[--since DAY]", Short: "print the annual refresher with what changed and was learned since last year",
			flags: []flag{{name: "since", arg: "DAY", help: "from when on something is new; a year ago without it"}}, run: trainingRefresher},
		{Name: "training import", Args: "[-] [--dry-run]", Short: "read records from CSV on standard input: person,topic,date,result,note",
			Long: "A first row with the names of the columns may put them in another order and leave others in; comma, semicolon or tab separates. topic may be a course. " +
				"It is all or nothing: when a row is wrong, every wrong row is named and nothing is imported. What the register has already is left out, so a file may come again.",
			Examples: []string{"training import --dry-run < records.csv"},
			flags:    []flag{{name: "dry-run", help: "show what would be imported, and import nothing"}}, words: []word{{"-", nil}}, run: trainingImport},
		{Name: "training export", Args: "[--format csv|json]", Short: "print all records as CSV or JSON", flags: []flag{{name: "format", arg: "F", help: "csv or json; csv without it", values: fixed("csv", "json")}}, run: trainingExport},
		{Name: "readiness", Short: "how ready the team is: one figure with its parts, what is wrong and where it is mended",
			Long: "The parts and their weights: somebody is on call in each minute of the next 90 days (25), contacts were verified within 90 days (15), people are trained (20), " +
				"playbooks were reviewed within a year (15), an exercise was held within a year (10), no follow-up is overdue (15). A part with nothing set up counts as 0. " +
				"Restricted incidents are left out for everybody.",
			run: readiness},
	}
}

func topics(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	for _, t := range h.env.Hub.Syllabus().List() {
		out = append(out, Completion{t.ID, string(t.Title)})
	}
	return out
}

func topicsOrCourses(h *hints) []Completion {
	return append([]Completion{{string(model.CourseBasic), "all topics on joining"}, {string(model.CourseRefresher), "all topics of every year"}}, topics(h)...)
}

func audiences(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	for _, a := range h.env.Hub.Syllabus().Audiences {
		out = append(out, Completion{a.ID, string(a.Title)})
	}
	return out
}

func trainees(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	for _, p := range h.env.Hub.Trained(h.env.Now()) {
		out = append(out, Completion{"@" + p.Name, strings.TrimSpace(string(p.State) + " " + string(p.Team))})
	}
	return out
}

func teams(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	by, _ := model.CoverageOf(h.env.Hub.Trained(h.env.Now()))
	for _, t := range by {
		if t.Team != "" {
			out = append(out, Completion{Value: string(t.Team)})
		}
	}
	return out
}

// training is the newest state of the register.
func (c *call) training() (*model.Incident, error) {
	return c.env.Hub.Register(c.ctx, c.env.Actor, model.RegisterTraining)
}

// trained is where everybody stands now.
func (c *call) trained() ([]model.Trained, error) {
	if _, err := c.training(); err != nil {
		return nil, err
	}
	list := c.env.Hub.Trained(c.env.Now())
	if c.on("team") {
		team := strings.TrimSpace(c.value("team"))
		list = slices.DeleteFunc(list, func(p model.Trained) bool { return !strings.EqualFold(string(p.Team), team) })
	}
	return list, nil
}

// day reads a flag that is a day, "" without it.
func (c *call) day(name string) (model.Day, error) {
	if !c.on(name) {
		return "", nil
	}
	d, err := model.ParseDay(c.value(name), model.DayOf(c.env.Now()))
	if e, ok := model.AsError(err); ok {
		e.Msg = "--" + name + ": " + e.Msg
	}
	return d, err
}

func trainingPerson(c *call) error {
	name, err := c.next("the person")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if name, err = model.ParseUserName(name); err != nil {
		return err
	}
	cmd := model.SetTrainingPerson{Name: name, Team: c.text("team"), Accounts: c.env.Hub.Accounts(), Syllabus: c.env.Hub.Syllabus()}
	for _, f := range []struct {
		name string
		to   **model.Day
	}{{"joined", &cmd.Joined}, {"left", &cmd.Left}} {
		switch {
		case !c.on(f.name):
		case c.value(f.name) == "none":
			*f.to = new(model.Day)
		default:
			d, err := c.day(f.name)
			if err != nil {
				return err
			}
			*f.to = &d
		}
	}
	if c.on("audience") {
		list := slices.DeleteFunc(slices.Clone(c.flags["audience"]), func(a string) bool { return a == "none" })
		cmd.Audiences = &list
	}
	if cmd.Team != nil || cmd.Joined != nil || cmd.Left != nil || cmd.Audiences != nil {
		if _, err := c.env.Hub.Do(c.ctx, c.env.Actor, model.RegisterTraining, c.env.NewID(), cmd); err != nil {
			return err
		}
	}
	return c.showPerson(name)
}

// given reads what was trained off the words: topics, and courses that stand for
// those the person needs.
func (c *call) given(name string, list []string) ([]string, error) {
	var out []string
	for _, w := range list {
		course := model.Course(strings.ToLower(w))
		if !slices.Contains(model.Courses(), course) {
			out = append(out, w)
			continue
		}
		all := c.env.Hub.Trained(c.env.Now())
		i := slices.IndexFunc(all, func(p model.Trained) bool { return p.Name == name })
		if i < 0 {
			return nil, unknownTrainee(name)
		}
		out = append(out, c.env.Hub.Syllabus().Course(course, &all[i].Trainee)...)
	}
	return out, nil
}

func unknownTrainee(name string) error {
	return model.NotFound("nobody in the register is called @%s", name).Hint("training person %s --joined DAY adds a person; training list shows who is there", name)
}

func trainingRecord(c *call) error {
	name, err := c.next("the person")
	if err != nil {
		return err
	}
	if len(c.pos) == 0 {
		return c.usage("%s: the topic is missing", c.v.Name)
	}
	if name, err = model.ParseUserName(name); err != nil {
		return err
	}
	day, err := c.day("on")
	if err != nil {
		return err
	}
	if _, err := c.training(); err != nil {
		return err
	}
	list, err := c.given(name, c.pos)
	if err != nil {
		return err
	}
	result := model.TrainingPassed
	if c.on("result") {
		if result, err = model.ParseTrainingResult(c.value("result")); err != nil {
			return err
		}
	}
	cmd := model.RecordTraining{Accounts: c.env.Hub.Accounts(), Syllabus: c.env.Hub.Syllabus()}
	for _, topic := range list {
		cmd.Given = append(cmd.Given, model.TrainingGiven{Person: name, Topic: topic, On: day, Result: result, Note: model.Text(c.value("note"))})
	}
	return c.record(cmd)
}

// record writes trainings down and prints those that were new.
func (c *call) record(cmd model.RecordTraining) error {
	res, err := c.env.Hub.Do(c.ctx, c.env.Actor, model.RegisterTraining, c.env.NewID(), cmd)
	if err != nil {
		return err
	}
	out := []recordView{}
	if len(res.Records) > 0 {
		for _, r := range res.Incident.Trainings().Records {
			if r.Changed == res.Records[0].Version {
				out = append(out, viewRecord(r))
			}
		}
	}
	return c.print(out, func() error {
		if len(out) == 0 {
			return c.note("nothing to write down: the register has it already")
		}
		for _, r := range out {
			if err := c.say("%s", r.Ref); err != nil {
				return err
			}
		}
		return nil
	})
}

func trainingRetract(c *call) error {
	ref, err := c.next("the record")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	res, err := c.env.Hub.Do(c.ctx, c.env.Actor, model.RegisterTraining, c.env.NewID(), model.RetractTraining{Ref: ref, Reason: c.reason()})
	if err != nil {
		return err
	}
	r, err := res.Incident.Trainings().Record(ref)
	if err != nil {
		return err
	}
	return c.print(viewRecord(r), func() error { return c.say("%s", r.Ref) })
}

func trainingExercise(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	if !in.Exercise {
		return model.Invalid("%s is no exercise", in.ID).Hint("only taking part in an exercise counts as training; incident list shows which are")
	}
	day, err := c.day("on")
	if err != nil {
		return err
	}
	if day == "" {
		if day = model.DayOf(in.ClosedAt); day == "" {
			day = model.DayOf(in.DeclaredAt)
		}
	}
	if _, err := c.training(); err != nil {
		return err
	}
	names, others, err := c.env.Hub.Participants(c.ctx, c.env.Actor, in.ID, c.env.Now())
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return model.Invalid("nobody who wrote in %s is in the register", in.ID).Hint("add them first: training person NAME --joined DAY")
	}
	cmd := model.RecordTraining{Accounts: c.env.Hub.Accounts(), Syllabus: c.env.Hub.Syllabus()}
	all := c.env.Hub.Trained(c.env.Now())
	for i := range all {
		p := &all[i]
		if !slices.Contains(names, p.Name) {
			continue
		}
		list := c.flags["topic"]
		if len(list) == 0 {
			for _, st := range p.Standings {
				if st.Topic.Exercise {
					list = append(list, st.Topic.ID)
				}
			}
		}
		for _, t := range list {
			cmd.Given = append(cmd.Given, model.TrainingGiven{Person: p.Name, Topic: t, On: day, Result: model.TrainingAttended, Exercise: in.ID})
		}
	}
	if others > 0 {
		if err := c.note("%d who wrote in it are not in the register", others); err != nil {
			return err
		}
	}
	return c.record(cmd)
}
