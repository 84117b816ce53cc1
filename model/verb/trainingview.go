package verb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

// recordView is a training record as scripts read it.
type recordView struct {
	Ref        string     `json:"ref"`
	Person     string     `json:"person"`
	Topic      string     `json:"topic"`
	On         model.Day  `json:"on"`
	Result     string     `json:"result"`
	Until      *model.Day `json:"valid_until"` // null: it counts for good
	Note       model.Text `json:"note"`
	Exercise   string     `json:"exercise"`
	RecordedBy string     `json:"recorded_by"`
	RecordedAt time.Time  `json:"recorded_at"`
	Retracted  string     `json:"retracted_by"`
	Why        model.Text `json:"retracted_reason"`
}

func viewRecord(r *model.TrainingRecord) recordView {
	return recordView{r.Ref, r.Person, r.Topic, r.On, string(r.Result), dayOrNull(r.Until), r.Note, r.Exercise, r.By, r.At.UTC(), r.Retracted, r.RetractedWhy}
}

func dayOrNull(d model.Day) *model.Day {
	if d == "" {
		return nil
	}
	return &d
}

// standingView is where a person stands with a topic.
type standingView struct {
	Topic string      `json:"topic"`
	Title model.Text  `json:"title"`
	State string      `json:"state"`
	Due   *model.Day  `json:"due"` // null: never again
	Last  *recordView `json:"last"`
}

// traineeView is where a person stands.
type traineeView struct {
	Name      string         `json:"name"`
	Team      model.Text     `json:"team"`
	Joined    model.Day      `json:"joined"`
	Account   bool           `json:"account"`
	Audiences []string       `json:"audiences"`
	State     string         `json:"state"`
	Covered   bool           `json:"covered"`
	Overdue   int            `json:"overdue"`
	Due       int            `json:"due"`
	Soon      int            `json:"soon"`
	Next      *model.Day     `json:"next_due"`
	Topics    []standingView `json:"topics"`
}

func viewTrained(p *model.Trained) traineeView {
	v := traineeView{Name: p.Name, Team: p.Team, Joined: p.Joined, Account: p.Account, Audiences: p.Audiences, State: string(p.State), Covered: p.Covered(),
		Overdue: p.Overdue, Due: p.Due, Soon: p.Soon, Next: dayOrNull(p.Next), Topics: []standingView{}}
	for _, st := range p.Standings {
		x := standingView{Topic: st.Topic.ID, Title: st.Topic.Title, State: string(st.State), Due: dayOrNull(st.Due)}
		if st.Last != nil {
			r := viewRecord(st.Last)
			x.Last = &r
		}
		v.Topics = append(v.Topics, x)
	}
	return v
}

// dash is a value, or a dash for none.
func dash[T ~string](v T) string {
	if v == "" {
		return "—"
	}
	return string(v)
}

func trainingList(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	state := model.TrainingState(c.value("state"))
	if c.on("state") && !slices.Contains(model.TrainingStates(), state) {
		return c.usage("%q is no state: use overdue, due, soon or valid", clip(string(state)))
	}
	list, err := c.trained()
	if err != nil {
		return err
	}
	out, rows := []traineeView{}, [][]string{}
	sorted := make([]*model.Trained, 0, len(list))
	for i := range list {
		if p := &list[i]; state == "" || p.State == state {
			sorted = append(sorted, p)
		}
	}
	slices.SortFunc(sorted, model.ByNeed)
	for _, p := range sorted {
		out = append(out, viewTrained(p))
		rows = append(rows, []string{at(p.Name), dash(p.Team), string(p.Joined), string(p.State), strconv.Itoa(p.Overdue), strconv.Itoa(p.Due), strconv.Itoa(p.Soon), dash(p.Next)})
	}
	return c.print(out, func() error {
		return c.table([]column{{title: "NAME"}, {title: "TEAM", give: true}, {title: "JOINED"}, {title: "STATE"}, {title: "OVERDUE"}, {title: "DUE"}, {title: "SOON"}, {title: "NEXT"}}, rows,
			"nobody; whoever has an account is listed, training person NAME --team TEAM --joined DAY adds others")
	})
}

func trainingDue(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	within, err := c.number("within", 0, 0, 3660)
	if err != nil {
		return err
	}
	list, err := c.trained()
	if err != nil {
		return err
	}
	type view struct {
		Person string     `json:"person"`
		Team   model.Text `json:"team"`
		Topic  string     `json:"topic"`
		Title  model.Text `json:"title"`
		State  string     `json:"state"`
		Due    model.Day  `json:"due"`
	}
	out := []view{}
	until := model.DayOf(c.env.Now()).Add(within)
	for i := range list {
		p := &list[i]
		for _, st := range p.Standings {
			if st.Due != "" && st.Due <= until && (!c.on("overdue") || st.State == model.TrainingOverdue) {
				out = append(out, view{p.Name, p.Team, st.Topic.ID, st.Topic.Title, string(st.State), st.Due})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b view) int { return strings.Compare(string(a.Due)+a.Person, string(b.Due)+b.Person) })
	return c.print(out, func() error {
		var rows [][]string
		for _, v := range out {
			rows = append(rows, []string{string(v.Due), v.State, at(v.Person), dash(v.Team), v.Topic, string(v.Title)})
		}
		return c.table([]column{{title: "DUE"}, {title: "STATE"}, {title: "NAME"}, {title: "TEAM", give: true}, {title: "TOPIC"}, {title: "TITLE", give: true}}, rows,
			"nothing is due; --within 30 looks ahead")
	})
}

func trainingCoverage(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	list, err := c.trained()
	if err != nil {
		return err
	}
	type view struct {
		Team    model.Text `json:"team"`
		People  int        `json:"people"`
		Covered int        `json:"covered"`
		Overdue int        `json:"overdue"`
		Share   float64    `json:"share"`
	}
	teams, all := model.CoverageOf(list)
	v := struct {
		Teams []view `json:"teams"`
		All   view   `json:"all"`
	}{Teams: []view{}, All: view{"", all.People, all.Covered, all.Overdue, all.Share()}}
	var rows [][]string
	row := func(name string, x *model.Coverage) {
		rows = append(rows, []string{name, strconv.Itoa(x.People), strconv.Itoa(x.Covered), strconv.Itoa(x.Overdue), strconv.Itoa(int(100*x.Share())) + " %"})
	}
	for i := range teams {
		t := &teams[i]
		v.Teams = append(v.Teams, view{t.Team, t.People, t.Covered, t.Overdue, t.Share()})
		row(dash(t.Team), t)
	}
	if len(teams) > 0 {
		row("all", &all)
	}
	return c.print(v, func() error {
		return c.table([]column{{title: "TEAM", give: true}, {title: "PEOPLE"}, {title: "COVERED"}, {title: "OVERDUE"}, {title: "SHARE"}}, rows,
			"nobody; training person NAME --team TEAM --joined DAY adds people")
	})
}

// showPerson prints where a person stands, and all of the person's records.
func (c *call) showPerson(name string) error {
	in, err := c.training()
	if err != nil {
		return err
	}
	list := c.env.Hub.Trained(c.env.Now())
	v := struct {
		traineeView
		Records []recordView `json:"records"`
	}{Records: []recordView{}}
	for _, r := range slices.Backward(in.Trainings().Records) {
		if r.Person == name {
			v.Records = append(v.Records, viewRecord(r))
		}
	}
	i := slices.IndexFunc(list, func(p model.Trained) bool { return p.Name == name })
	switch {
	case i >= 0:
		v.traineeView = viewTrained(&list[i])
	case len(v.Records) > 0 || slices.ContainsFunc(in.Trainings().People, func(p *model.TrainingPerson) bool { return p.Name == name }):
		v.traineeView = traineeView{Name: name, State: "left", Topics: []standingView{}, Audiences: []string{}}
	default:
		return unknownTrainee(name)
	}
	return c.print(v, func() error {
		if err := c.say("@%s  %s  joined %s  %s  %s", v.Name, model.Line(dash(v.Team)), dash(v.Joined), v.State, strings.Join(v.Audiences, " ")); err != nil {
			return err
		}
		var rows [][]string
		for _, st := range v.Topics {
			last := "never"
			if st.Last != nil {
				last = st.Last.Ref + " " + string(st.Last.On)
			}
			due := "—"
			if st.Due != nil {
				due = string(*st.Due)
			}
			rows = append(rows, []string{st.State, due, st.Topic, last, string(st.Title)})
		}
		if err := c.table([]column{{title: "STATE"}, {title: "DUE"}, {title: "TOPIC"}, {title: "LAST"}, {title: "TITLE", give: true}}, rows, "no topic is needed"); err != nil {
			return err
		}
		rows = nil
		for _, r := range v.Records {
			mark := string(r.Note)
			if r.Retracted != "" {
				mark = "retracted by @" + r.Retracted + ": " + string(r.Why)
			}
			rows = append(rows, []string{r.Ref, string(r.On), r.Result, r.Topic, at(r.RecordedBy), strings.TrimSpace(r.Exercise + " " + mark)})
		}
		if err := c.say(""); err != nil {
			return err
		}
		return c.table([]column{{title: "REF"}, {title: "DAY"}, {title: "RESULT"}, {title: "TOPIC"}, {title: "BY"}, {title: "NOTE", give: true}}, rows,
			"no record yet; training record "+name+" basic writes one down")
	})
}
