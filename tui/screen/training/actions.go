package training

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (t *Training) Actions() []action.Action {
	lead := func() (bool, string) {
		if t.env.Actor.Role == model.RoleAdmin || t.env.Actor.Role == model.RoleCommander {
			return true, ""
		}
		return false, "that is for commanders and admins"
	}
	respond := func() (bool, string) {
		if t.env.Actor.Role == model.RoleObserver {
			return false, "an observer may only read this"
		}
		return true, ""
	}
	some := func() (bool, string) { return t.table().Len() > 0, "nothing is selected" }
	person := func() (bool, string) {
		if ok, why := lead(); !ok {
			return ok, why
		}
		return t.view == people && t.person() != nil, "nobody is selected"
	}
	acts := []action.Action{
		{ID: "training.open", Title: "open", Help: "show a person's trainings, a topic to read, or the people of a team", Keys: []string{"enter"}, Footer: true, Priority: 80, Enabled: some, Run: t.open},
		{ID: "training.record", Title: "record", Help: "write down that somebody was trained", Keys: []string{"x"}, Footer: true, Priority: 78, Enabled: respond, Run: t.recordForm},
		{ID: "training.view", Title: "view", Help: "people, topics or teams", Keys: []string{"v"}, Footer: true, Priority: 76, Run: func() tea.Cmd {
			t.view = (t.view + 1) % views
			return t.Refresh()
		}},
		{ID: "training.refresher", Title: "refresher", Help: "read the annual refresher with what changed and was learned since last year", Keys: []string{"r"}, Footer: true, Priority: 60, Run: t.refresher},
		{ID: "training.add", Title: "add person", Help: "add a person who has no account", Keys: []string{"a"}, Footer: true, Priority: 70, Enabled: lead, Run: func() tea.Cmd { return t.personForm(nil) }},
		{ID: "training.edit", Title: "edit", Help: "say a person's team, day of joining and audiences", Keys: []string{"e"}, Footer: true, Priority: 68, Enabled: person, Run: func() tea.Cmd { return t.personForm(t.person()) }},
		{ID: "training.retract", Title: "retract", Help: "take a record of the selected person back, with a reason", Keys: []string{"X"}, Enabled: func() (bool, string) {
			if ok, why := respond(); !ok {
				return ok, why
			}
			return t.view == people && t.person() != nil, "nobody is selected"
		}, Run: t.retract},
	}
	for i := range acts {
		acts[i].Scope = scope
	}
	return acts
}

func (t *Training) open() tea.Cmd {
	switch t.view {
	case people:
		p := t.person()
		return t.env.Ask(screen.OpenText{Title: "@" + model.Line(p.Name).String(), Lines: t.aboutPerson(p, whole)})
	case topics:
		x := t.topic()
		return t.env.Ask(screen.OpenText{Title: x.Title.Line().String(), Lines: t.aboutTopic(x, whole)})
	}
	c := t.team()
	t.view, t.stale = people, true
	t.text = strings.ToLower(teamName(c.Team))
	return t.Refresh()
}

// refresher shows all topics of the annual refresher.
func (t *Training) refresher() tea.Cmd {
	var lines []string
	for _, x := range t.env.Hub.Syllabus().List() {
		if x.In(model.CourseRefresher) {
			if len(lines) > 0 {
				lines = append(lines, "", t.env.Styles.Rule.S(strings.Repeat(t.env.Styles.Glyphs.Rule, 20)), "")
			}
			lines = append(lines, t.aboutTopic(x, whole)...)
		}
	}
	if len(lines) == 0 {
		lines = []string{t.env.Styles.Dim.S("No topic belongs to the refresher.")}
	}
	return t.env.Ask(screen.OpenText{Title: "The annual refresher", Lines: lines})
}

// save gives a command to the register.
func (t *Training) save(form, what string, cmd model.Command) tea.Cmd {
	env, id := t.env, t.env.NewID()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		res, err := env.Hub.Do(ctx, env.Actor, model.RegisterTraining, id, cmd)
		d := screen.Done{Form: form, Err: err, Result: res}
		switch {
		case err == nil:
			d.Said = screen.Saved(what)(res)
		case model.CodeOf(err) == model.CodeConflict:
			// Saving again means it: it is then made from what is there now.
			d.Base = map[string]string{"seen": strconv.FormatUint(env.Hub.PeekRegister(model.RegisterTraining).Version, 10)}
		}
		return d
	}
}

// suggest gives the candidates that begin with, or hold, what is typed.
func suggest(list func() []widget.Option) func(string) []widget.Option {
	return func(typed string) []widget.Option {
		words := strings.Fields(strings.ToLower(strings.TrimPrefix(typed, "@")))
		var out []widget.Option
		for _, o := range list() {
			if screen.Matches(strings.ToLower(o.Value+" "+o.Label), words) {
				out = append(out, o)
			}
		}
		return out
	}
}

func (t *Training) names() []widget.Option {
	var out []widget.Option
	for i := range t.all {
		p := &t.all[i]
		out = append(out, widget.Option{Value: "@" + p.Name, Label: model.Line(strings.TrimSpace("@" + p.Name + " " + string(p.Team))).String()})
	}
	return out
}

func (t *Training) topicOptions() []widget.Option {
	out := []widget.Option{{Value: string(model.CourseBasic), Label: "basic: all topics on joining"}, {Value: string(model.CourseRefresher), Label: "refresher: all topics of every year"}}
	for _, x := range t.env.Hub.Syllabus().List() {
		out = append(out, widget.Option{Value: x.ID, Label: model.Line(x.ID + "  " + string(x.Title)).String()})
	}
	return out
}

// day checks a field that holds a day.
func (t *Training) day(v string) error {
	if strings.TrimSpace(v) == "" {
		return nil
	}
	_, err := model.ParseDay(v, model.DayOf(t.env.Now()))
	return err
}

// dayOf is the day in a field that was checked, "" for none.
func (t *Training) dayOf(v string) model.Day {
	d, _ := model.ParseDay(v, model.DayOf(t.env.Now()))
	return d
}

// recordForm writes a training down, with what is selected filled in.
func (t *Training) recordForm() tea.Cmd {
	const name = "form:training"
	var results []widget.Option
	for _, r := range model.TrainingResults() {
		results = append(results, widget.Option{Value: string(r), Label: string(r)})
	}
	form := widget.NewForm("Somebody was trained",
		&widget.Field{Name: "person", Label: "Person", Required: true, Limit: 64, Suggest: suggest(t.names), Help: "a name; tab completes"},
		&widget.Field{Name: "topic", Label: "Topic", Required: true, Limit: 128, Suggest: suggest(t.topicOptions), Help: "a topic, or a course: basic, refresher"},
		&widget.Field{Name: "on", Label: "Day", Limit: 32, Check: t.day, Help: "2026-11-23, yesterday, -14d; empty is today"},
		&widget.Field{Name: "result", Label: "Result", Kind: widget.ChoiceField, Options: results, Help: "left and right, or its first letter"},
		&widget.Field{Name: "note", Label: "Note", Limit: model.MaxReason})
	values := map[string]string{}
	p := t.person()
	if t.view != people {
		p = nil
	}
	if t.env.Actor.Role == model.RoleResponder {
		values["person"] = "@" + t.env.Actor.Name
		p = t.find(t.env.Actor.Name)
	}
	if p != nil {
		values["person"], values["topic"] = "@"+p.Name, lacking(p)
	}
	if x := t.topic(); t.view == topics && x != nil {
		values["topic"] = x.ID
	}
	form.SetValues(values)
	form.Info = explain("Responders record their own training, commanders that of everybody. training import reads many from CSV.")
	return t.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.RecordTraining{Accounts: t.env.Hub.Accounts(), Syllabus: t.env.Hub.Syllabus()}
		who := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(v["person"])), "@")
		list := []string{v["topic"]}
		if c := model.Course(strings.ToLower(strings.TrimSpace(v["topic"]))); slices.Contains(model.Courses(), c) {
			p := t.find(who)
			if p == nil {
				return nil, model.NotFound("nobody in the register is called @%s", who).Hint("a adds a person").On("person")
			}
			list = cmd.Syllabus.Course(c, &p.Trainee)
		}
		for _, topic := range list {
			cmd.Given = append(cmd.Given, model.TrainingGiven{Person: who, Topic: topic, On: t.dayOf(v["on"]), Result: model.TrainingResult(v["result"]), Note: model.Text(v["note"])})
		}
		said := "@" + model.Line(who).String()
		if len(list) != 1 {
			said = fmt.Sprintf("%s, %d topics", said, len(list))
		}
		return t.save(name, said, cmd), nil
	}})
}

// find is a person by name, nil for none.
func (t *Training) find(name string) *model.Trained {
	if i := slices.IndexFunc(t.all, func(p model.Trained) bool { return p.Name == name }); i >= 0 {
		return &t.all[i]
	}
	return nil
}

// lacking is the course of which a person has something due, "" for none.
func lacking(p *model.Trained) string {
	for _, c := range model.Courses() {
		for _, s := range p.Standings {
			if s.Topic.In(c) && (s.State == model.TrainingDue || s.State == model.TrainingOverdue) {
				return string(c)
			}
		}
	}
	return ""
}

// explain wraps a dim line below a form.
func explain(text string) func(*widget.Form, int, *themes.Styles) []string {
	return func(_ *widget.Form, w int, st *themes.Styles) []string {
		lines := widget.Wrap(text, w)
		for i := range lines {
			lines[i] = st.Dim.S(lines[i])
		}
		return lines
	}
}

// personForm adds a person, or says what the register knows of one.
func (t *Training) personForm(p *model.Trained) tea.Cmd {
	name, title := "form:trainee", "Add a person"
	var ids []string
	for _, a := range t.env.Hub.Syllabus().Audiences {
		if !a.Everyone {
			ids = append(ids, a.ID)
		}
	}
	fields := []*widget.Field{
		{Name: "team", Label: "Team", Limit: model.MaxTeam, Suggest: suggest(t.teamNames)},
		{Name: "joined", Label: "Joined", Limit: 32, Check: t.day, Help: "the day of joining, 2026-11-23; the basic course is due then"},
		{Name: "left", Label: "Left", Limit: 32, Check: t.day, Help: "the day of leaving; empty while here"},
		{Name: "audiences", Label: "Audiences", Limit: 1024, Help: "beside those of the account's role: " + strings.Join(ids, " ")}}
	if p == nil {
		fields = append([]*widget.Field{{Name: "name", Label: "Name", Required: true, Limit: model.MaxUserName + 1, Help: "as an account would be called: letters, digits, dot, dash"}}, fields...)
	} else {
		name, title = name+":"+p.Name, "@"+model.Line(p.Name).String()
	}
	form := widget.NewForm(title, fields...)
	if p != nil {
		values := map[string]string{"team": string(p.Team), "joined": string(p.Joined), "audiences": strings.Join(p.Own, " ")}
		form.SetValues(values)
	}
	form.Info = explain("Whoever has an account is listed without this, with the account's day.")
	base := map[string]string{"seen": strconv.FormatUint(t.from.version, 10)}
	return t.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		who := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(v["name"])), "@")
		if p != nil {
			who = p.Name
		}
		team, joined, left, own := model.Text(v["team"]), t.dayOf(v["joined"]), t.dayOf(v["left"]), strings.Fields(v["audiences"])
		cmd := model.SetTrainingPerson{Name: who, Team: &team, Joined: &joined, Left: &left, Audiences: &own, Accounts: t.env.Hub.Accounts(), Syllabus: t.env.Hub.Syllabus()}
		cmd.Seen, _ = strconv.ParseUint(base["seen"], 10, 64)
		return t.save(name, "@"+model.Line(who).String(), cmd), nil
	}})
}

func (t *Training) teamNames() []widget.Option {
	var out []widget.Option
	for _, c := range t.coverage {
		if c.Team != "" {
			out = append(out, widget.Option{Value: string(c.Team), Label: c.Team.Line().String()})
		}
	}
	return out
}

// retract takes one of a person's records back.
func (t *Training) retract() tea.Cmd {
	p := t.person()
	var items []widget.Item
	for _, r := range slices.Backward(t.reg.Records) {
		if r.Person == p.Name && r.Retracted == "" {
			items = append(items, widget.Item{ID: r.Ref, Label: r.Ref + " " + model.Line(r.Topic).String(), Detail: string(r.On) + " " + string(r.Result)})
		}
	}
	if len(items) == 0 {
		return t.env.Ask(screen.Toast{Level: widget.WarnToast, Text: "there is no record of @" + model.Line(p.Name).String()})
	}
	return t.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Retract which record?", items), Chosen: func(it widget.Item) tea.Cmd {
		name := "form:retract:" + it.ID
		form := widget.NewForm("Retract "+it.Label, &widget.Field{Name: "reason", Label: "Reason", Required: true, Limit: model.MaxReason, Help: "it stays in the record, struck out"})
		return t.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
			return t.save(name, it.ID+" retracted", model.RetractTraining{Ref: it.ID, Reason: model.Text(v["reason"])}), nil
		}})
	}})
}
