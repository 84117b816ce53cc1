package incident

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// postMortemActions are what keys mean on the Post-mortem tab. What a, e, x and X
// do follows what is selected.
func (r *Room) postMortemActions() []action.Action {
	return in("post-mortem",
		action.Action{ID: "postmortem.write", Title: "write", Help: "write the selected section; edit the selected factor, question or follow-up", Keys: []string{"e", "enter"}, Footer: true, Priority: 78, Enabled: r.pm.mayLearn, Run: r.pm.learnEdit},
		action.Action{ID: "postmortem.add", Title: "add", Help: "add a factor, a question or a follow-up, by where the cursor is", Keys: []string{"a"}, Footer: true, Priority: 77, Enabled: r.pm.mayLearn, Run: r.pm.learnAdd},
		action.Action{ID: "postmortem.why", Title: "why", Help: "ask why the selected factor was possible: the next of five whys", Keys: []string{"w"}, Footer: true, Priority: 64, Enabled: r.pm.onFactor, Run: r.pm.whyForm},
		action.Action{ID: "postmortem.view", Title: "view", Help: "all of the selected thing, as it will look", Keys: []string{"v"}, Footer: true, Priority: 76, Run: r.pm.view},
		action.Action{ID: "postmortem.jump", Title: "go to ref", Help: "go to a ref in the selected text; esc comes back", Keys: []string{"J"}, Footer: true, Priority: 48, Run: r.pm.pickRef},
		action.Action{ID: "postmortem.step", Title: "next state", Help: "answer the question, begin or finish the follow-up; on the sign-off: review, sign off, close", Keys: []string{"x"}, Footer: true, Priority: 74, Enabled: r.pm.maySettle, Run: r.pm.learnStep},
		action.Action{ID: "postmortem.retract", Title: "take back", Help: "take the selected factor or question back, drop the follow-up; on the sign-off: make it a draft again", Keys: []string{"X"}, Enabled: r.pm.mayRetract, Danger: true, Run: r.pm.learnRetract},
		action.Action{ID: "postmortem.none", Title: "not needed", Help: "say why no follow-up is needed; on the sign-off: waive the post-mortem (lead)", Keys: []string{"N"}, Enabled: r.pm.mayRespond, Run: r.pm.notNeeded},
		action.Action{ID: "postmortem.meeting", Title: "meeting", Help: "when the experts met, who was there, and who saw it differently", Enabled: r.pm.mayLearn, Run: r.pm.meetingForm},
		action.Action{ID: "postmortem.own", Title: "own editor", Help: "write the selected section in the editor that EDITOR names (only on this computer)", Keys: []string{"ctrl+e"}, Enabled: r.pm.mayOwnEditor, Run: func() tea.Cmd { return r.pm.write(true) }},
	)
}

// refusal is an error as an action's answer.
func refusal(err error) (bool, string) {
	if err != nil {
		return false, model.Line(err.Error()).String()
	}
	return true, ""
}

// mayLearn says whether the selected thing may be written now: a follow-up after the
// sign-off too, all else until then.
func (t *postmortem) mayLearn() (bool, string) {
	id := t.selected()
	if _, err := t.r.in.FollowUp(id); err == nil || id == rowFollowUps {
		return t.mayRespond()
	}
	return refusal(t.r.in.MayWritePostMortem(t.r.env.Actor))
}

// mayRespond asks for the right alone: what was learned is worked on after the close.
func (t *postmortem) mayRespond() (bool, string) {
	return refusal(t.r.in.MayLearn(t.r.env.Actor, model.AccessRespond))
}

func (t *postmortem) onFactor() (bool, string) {
	if _, err := t.r.in.Factor(t.selected()); err != nil {
		return false, "no factor is selected"
	}
	return t.mayLearn()
}

func (t *postmortem) mayOwnEditor() (bool, string) {
	if !t.r.env.OwnEditor {
		return false, "your own editor runs only where the console runs on your computer; e writes here"
	}
	if _, ok := section(t.selected()); !ok {
		return false, "no section is selected"
	}
	return t.mayLearn()
}

// maySettle says whether the selected thing has a next state.
func (t *postmortem) maySettle() (bool, string) {
	id := t.selected()
	if id == rowState {
		return refusal(t.nextStep().dry(t.r))
	}
	if q, err := t.r.in.OpenQuestion(id); err == nil && q.Open() {
		return t.mayLearn()
	}
	if f, err := t.r.in.FollowUp(id); err == nil && f.Open() {
		return t.mayRespond()
	}
	return false, "an open question, an open follow-up or the sign-off has a next state"
}

func (t *postmortem) mayRetract() (bool, string) {
	id := t.selected()
	if id == rowState {
		return refusal(dry(t.r, model.ReturnPostMortem{Reason: "asked"}))
	}
	if !isRef(id) {
		return false, "select a factor, a question, a follow-up or the sign-off"
	}
	return t.mayLearn()
}

// dry asks what a command would be answered.
func dry(r *Room, cmd model.Command) error {
	_, err := cmd.Decide(r.in, r.env.Actor, r.env.Now())
	return err
}

// learnEdit opens what is selected: the editor of a section, or a form.
func (t *postmortem) learnEdit() tea.Cmd {
	id := t.selected()
	if _, ok := section(id); ok {
		return t.write(false)
	}
	if f, err := t.r.in.Factor(id); err == nil {
		return t.factorForm(f, "")
	}
	if q, err := t.r.in.OpenQuestion(id); err == nil {
		return t.questionForm(q, "text")
	}
	if f, err := t.r.in.FollowUp(id); err == nil {
		return t.followForm(f, "")
	}
	switch id {
	case rowMeeting:
		return t.meetingForm()
	case rowFactors, rowQuestions, rowFollowUps:
		return t.learnAdd()
	}
	return t.view()
}

// learnAdd adds to the list that the cursor is in: a follow-up of the selected
// factor is the way from the one to the other.
func (t *postmortem) learnAdd() tea.Cmd {
	id := t.selected()
	switch {
	case id == rowQuestions || id == "questions" || strings.HasPrefix(id, model.RefQuestion) && isRef(id):
		return t.questionForm(nil, "")
	case id == rowFollowUps || strings.HasPrefix(id, model.RefFollowUp) && isRef(id):
		return t.followForm(nil, "")
	}
	return t.factorForm(nil, "")
}

// factorForm names a factor, or edits one. because is the factor that it explains.
func (t *postmortem) factorForm(f *model.Factor, because string) tea.Cmd {
	name, title := "form:factor", "A contributing factor"
	base := map[string]string{"text": "", "class": string(model.FactorTechnical), "because": because}
	if because != "" {
		name, title = name+":why:"+because, "Why was "+because+" possible?"
	}
	if f != nil {
		name, title = "form:factor:"+f.Ref, "Factor "+f.Ref
		base = map[string]string{"text": string(f.Text), "class": string(f.Class), "because": f.Because}
	}
	form := widget.NewForm(title,
		&widget.Field{Name: "text", Label: "What", Kind: widget.MultilineField, Rows: 4, Required: true, Limit: model.MaxReason, Help: "what made it possible or worse; about the process, not about people"},
		&widget.Field{Name: "class", Label: "Class", Kind: widget.ChoiceField, Options: factorClasses(), Help: "left and right, or its first letters"},
		&widget.Field{Name: "because", Label: "Explains", Limit: 16, Suggest: t.suggestFactors(f), Help: "the factor that this one made possible, such as X1; empty: it explains the incident itself"})
	form.SetValues(base)
	form.Info = func(fm *widget.Form, w int, st *themes.Styles) []string {
		return say(fm.Value("class")+": "+model.FactorClass(fm.Value("class")).Means())(fm, w, st)
	}
	for k, v := range t.r.seen() {
		base[k] = v
	}
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		because, class := strings.ToUpper(strings.TrimSpace(v["because"])), model.FactorClass(v["class"])
		if f == nil {
			return t.r.do(name, "factor", model.AddFactor{Text: model.Text(v["text"]), Class: class, Because: because}), nil
		}
		text := model.Text(v["text"])
		return t.r.change(name, f.Ref, t.aboutLearned(f.Ref), model.SetFactor{Ref: f.Ref, Text: &text, Class: &class, Because: &because, Seen: seenIn(base)}), nil
	}})
}

func (t *postmortem) whyForm() tea.Cmd { return t.factorForm(nil, t.selected()) }

func factorClasses() []widget.Option {
	var out []widget.Option
	for _, c := range model.FactorClasses() {
		out = append(out, widget.Option{Value: string(c), Label: strings.ReplaceAll(string(c), "-", " ")})
	}
	return out
}

// suggestFactors offers the factors beside f.
func (t *postmortem) suggestFactors(f *model.Factor) func(string) []widget.Option {
	return func(typed string) []widget.Option {
		var out []widget.Option
		for _, x := range t.r.in.PostMortem.LiveFactors() {
			hay := strings.ToLower(x.Ref + " " + string(x.Text))
			if (f == nil || x.Ref != f.Ref) && screen.Matches(hay, strings.Fields(strings.ToLower(typed))) {
				out = append(out, widget.Option{Value: x.Ref, Label: screen.Clip(string(x.Text), 60)})
			}
		}
		return out
	}
}

// aboutLearned is a thing of the post-mortem as it is now, beside what was typed.
func (t *postmortem) aboutLearned(ref string) func(*model.Incident) []string {
	return func(in *model.Incident) []string { return t.lines(in, ref, 90) }
}

// questionForm asks an open question, edits or answers one; focus is the field to
// begin with.
func (t *postmortem) questionForm(q *model.OpenQuestion, focus string) tea.Cmd {
	name, title := "form:question", "What is not known"
	fields := []*widget.Field{
		{Name: "text", Label: "Question", Kind: widget.MultilineField, Rows: 3, Required: true, Limit: model.MaxReason},
		{Name: "confidence", Label: "Confidence", Kind: widget.ChoiceField, Options: options(model.Confidences()...), Help: "how sure one may be of what is believed, or of the answer"}}
	base := map[string]string{"text": "", "confidence": "low", "answer": ""}
	if q != nil {
		name, title = "form:question:"+q.Ref, "Question "+q.Ref
		base = map[string]string{"text": string(q.Text), "confidence": q.Confidence, "answer": string(q.Answer)}
		fields = append(fields, &widget.Field{Name: "answer", Label: "Answer", Kind: widget.MultilineField, Rows: 4, Limit: model.MaxReason, Help: "empty: it is open"})
	}
	form := widget.NewForm(title, fields...)
	form.SetValues(base)
	form.Select(focus)
	for k, v := range t.r.seen() {
		base[k] = v
	}
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		text, sure, answer := model.Text(v["text"]), v["confidence"], model.Text(v["answer"])
		if q == nil {
			return t.r.do(name, "question", model.AskQuestion{Text: text, Confidence: sure}), nil
		}
		return t.r.change(name, q.Ref, t.aboutLearned(q.Ref), model.SetQuestion{Ref: q.Ref, Text: &text, Confidence: &sure, Answer: &answer, Seen: seenIn(base)}), nil
	}})
}

// meetingForm records the expert discussion.
func (t *postmortem) meetingForm() tea.Cmd {
	const name = "form:meeting"
	m := &t.r.in.PostMortem.Meeting
	base := map[string]string{"held": "", "with": m.Who(), "dissent": string(m.Dissent)}
	if !m.HeldAt.IsZero() {
		base["held"] = m.HeldAt.UTC().Format("2006-01-02T15:04:05Z")
	}
	form := widget.NewForm("Expert discussion of "+t.r.in.ID,
		&widget.Field{Name: "held", Label: "Held", Limit: 128, Check: t.r.whenOrNothing, Help: "14:03, -2h, yesterday 15:00, or a full time"},
		&widget.Field{Name: "with", Label: "With", Limit: 8 << 10, Help: "@alice, @bob, Dr. Stone: commas between; a name without @ needs no account"},
		&widget.Field{Name: "dissent", Label: "Dissent", Kind: widget.MultilineField, Rows: 5, Limit: model.MaxReason, Help: "who saw it differently, and how; it stays in the record"})
	form.SetValues(base)
	form.Info = say("Its points are the section Expert discussion.")
	for k, v := range t.r.seen() {
		base[k] = v
	}
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		cmd := model.HoldMeeting{Seen: seenIn(base)}
		if v["held"] != base["held"] {
			var at time.Time
			if strings.TrimSpace(v["held"]) != "" {
				w, err := model.ParseWhen(v["held"], t.r.env.Now())
				if err != nil {
					return nil, onField(err, "held")
				}
				at = w.At
			}
			cmd.HeldAt = &at
		}
		if v["with"] != base["with"] {
			people := attendeesOf(v["with"])
			cmd.Attendees = &people
		}
		if v["dissent"] != base["dissent"] {
			dissent := model.Text(v["dissent"])
			cmd.Dissent = &dissent
		}
		return t.r.change(name, "discussion", func(in *model.Incident) []string { return t.meetingLines(in, 90) }, cmd), nil
	}})
}

// attendeesOf reads "@alice, Dr. Stone".
func attendeesOf(typed string) []model.Attendee {
	people := []model.Attendee{}
	for word := range strings.SplitSeq(typed, ",") {
		word = strings.TrimSpace(word)
		if user, ok := strings.CutPrefix(word, "@"); ok {
			people = append(people, model.Attendee{User: strings.ToLower(user)})
		} else if word != "" {
			people = append(people, model.Attendee{Name: model.Text(word)})
		}
	}
	return people
}
