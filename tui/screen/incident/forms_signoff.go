package incident

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// pmStep is the next state of the post-mortem.
type pmStep struct {
	cmd                 model.Command
	title, effect, word string
	said                string
}

// dry asks what the step would be answered.
func (s pmStep) dry(r *Room) error { return dry(r, s.cmd) }

// nextStep is what x does on the sign-off. What was read is what is signed.
func (t *postmortem) nextStep() pmStep {
	seen, id := t.r.in.Version, t.r.in.ID
	switch t.r.in.PostMortem.State {
	case model.PostMortemReview:
		return pmStep{model.SignPostMortem{Accounts: t.r.env.Hub.Accounts(), Seen: seen}, "Sign off the post-mortem of " + id + "?",
			"You say that you read it and that it is complete and right. It takes no more text then.", "sign off", "signed off"}
	case model.PostMortemReviewed, model.PostMortemClosed:
		return pmStep{model.ClosePostMortem{Seen: seen}, "Close the post-mortem of " + id + "?",
			"It stays as it is now, with all that the log knows now. Follow-ups go on.", "close", "post-mortem closed"}
	}
	return pmStep{model.SubmitPostMortem{Seen: seen}, "Put the post-mortem of " + id + " up for review?",
		"Somebody else who leads reads it and signs it off. It can be written on until then.", "put up", "up for review"}
}

// learnStep brings the selected thing to its next state.
func (t *postmortem) learnStep() tea.Cmd {
	id := t.selected()
	if q, err := t.r.in.OpenQuestion(id); err == nil {
		return t.questionForm(q, "answer")
	}
	if f, err := t.r.in.FollowUp(id); err == nil {
		if f.State == model.FollowUpOpen {
			return t.r.do("", f.Ref+" begun", model.MoveFollowUp{Ref: f.Ref, To: model.FollowUpDoing, Seen: t.r.in.Version})
		}
		return t.followDoneForm(f)
	}
	s := t.nextStep()
	return t.r.env.Ask(screen.OpenConfirm{Confirm: widget.NewConfirm(s.title, s.effect, s.word), Yes: func() tea.Cmd { return t.r.do("", s.said, s.cmd) }})
}

// followDoneForm says what proves that a follow-up is done.
func (t *postmortem) followDoneForm(f *model.FollowUp) tea.Cmd {
	name := "form:followdone:" + f.Ref
	form := widget.NewForm(f.Ref+" is done",
		&widget.Field{Name: "evidence", Label: "Proof", Kind: widget.MultilineField, Rows: 3, Required: true, Limit: model.MaxReason, Help: "change, commit, test, or where it can be seen"})
	form.Info = say(f.Title.Line().String())
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: t.r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		return t.r.change(name, f.Ref+" done", t.aboutLearned(f.Ref),
			model.MoveFollowUp{Ref: f.Ref, To: model.FollowUpDone, Evidence: model.Text(v["evidence"]), Seen: seenIn(base)}), nil
	}})
}

// learnRetract takes the selected thing back, with a reason.
func (t *postmortem) learnRetract() tea.Cmd {
	id := t.selected()
	name := "form:unlearn:" + id
	title, effect := "Take "+id+" back?", "It is no longer listed; the log keeps it, with the reason."
	if id == rowState {
		title, effect = "Make the post-mortem of "+t.r.in.ID+" a draft again?", "What was signed is no longer; it is put up and signed off anew."
	} else if _, err := t.r.in.FollowUp(id); err == nil {
		title, effect = "Drop "+id+"?", "It stays in the list as dropped, with the reason."
	}
	form := widget.NewForm(title, reason(true, "it stays in the record"))
	form.Info = say(effect)
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: t.r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		why, seen := model.Text(v["reason"]), seenIn(base)
		var cmd model.Command = model.ReturnPostMortem{Reason: why}
		said := id + " taken back"
		switch {
		case id == rowState:
			said = "a draft again"
		case strings.HasPrefix(id, model.RefFactor):
			cmd = model.SetFactor{Ref: id, Retract: true, Reason: why, Seen: seen}
		case strings.HasPrefix(id, model.RefQuestion):
			cmd = model.SetQuestion{Ref: id, Retract: true, Reason: why, Seen: seen}
		default:
			cmd, said = model.MoveFollowUp{Ref: id, To: model.FollowUpDropped, Reason: why, Seen: seen}, id+" dropped"
		}
		return t.r.change(name, said, t.aboutLearned(id), cmd), nil
	}})
}

// notNeeded says why there is nothing to do, or waives the post-mortem.
func (t *postmortem) notNeeded() tea.Cmd {
	if t.selected() == rowState {
		return t.waiveForm()
	}
	const name = "form:nofollow"
	form := widget.NewForm("No follow-up is needed for "+t.r.in.ID, reason(t.r.in.PostMortem.NoFollow == nil, "why nothing is to do; empty takes it back"))
	if no := t.r.in.PostMortem.NoFollow; no != nil {
		form.SetValues(map[string]string{"reason": string(no.Reason)})
	}
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return t.r.do(name, "no follow-up needed", model.NoFollowUps{Reason: model.Text(v["reason"])}), nil
	}})
}

// waiveForm records the lead's word that no post-mortem is written, or takes it back.
func (t *postmortem) waiveForm() tea.Cmd {
	const name = "form:waive"
	withdraw := t.r.in.PostMortem.Waiver != nil
	title, help := "Waive the post-mortem of "+t.r.in.ID+"?", "why none is written; the incident can be closed without one then"
	if withdraw {
		title, help = "Withdraw the waiver of "+t.r.in.ID+"?", "why one is written after all"
	}
	form := widget.NewForm(title, reason(true, help))
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return t.r.do(name, "waiver", model.WaivePostMortem{Reason: model.Text(v["reason"]), Withdraw: withdraw}), nil
	}})
}

// followForm writes a follow-up down, or edits one. factor is the factor that it
// answers.
func (t *postmortem) followForm(f *model.FollowUp, factor string) tea.Cmd {
	name, title := "form:follow", "A follow-up of "+t.r.in.ID
	base := map[string]string{"title": "", "kind": "prevent", "owner": "", "due": "", "team": "", "priority": "P3", "ticket": "", "factor": factor, "changes": ""}
	if f != nil {
		name, title = "form:follow:"+f.Ref, "Follow-up "+f.Ref
		base = map[string]string{"title": string(f.Title), "kind": string(f.Kind), "owner": "@" + f.Owner, "due": string(f.Due), "team": string(f.Team),
			"priority": f.Priority.String(), "ticket": string(f.Ticket), "factor": f.Factor, "changes": strings.Join(f.Changes, ", ")}
	}
	var kinds []widget.Option
	for _, k := range model.FollowUpKinds() {
		kinds = append(kinds, widget.Option{Value: string(k), Label: string(k)})
	}
	form := widget.NewForm(title,
		&widget.Field{Name: "title", Label: "What to do", Required: true, Limit: model.MaxTitle},
		&widget.Field{Name: "kind", Label: "Kind", Kind: widget.ChoiceField, Options: kinds, Help: "what it makes better"},
		&widget.Field{Name: "owner", Label: "Owner", Required: true, Limit: 64, Suggest: t.r.suggestPeople, Help: "who sees to it; a finding without an owner is no follow-up"},
		&widget.Field{Name: "due", Label: "Due", Required: true, Limit: 32, Help: "+30d, +6w, +3m or 2026-12-01"},
		&widget.Field{Name: "team", Label: "Team", Limit: 128, Help: "that owns the work"},
		&widget.Field{Name: "priority", Label: "Priority", Kind: widget.ChoiceField, Options: options("P1", "P2", "P3", "P4")},
		&widget.Field{Name: "ticket", Label: "Ticket", Limit: 2048, Help: "SEC-42, org/repo#17 or an http(s) address"},
		&widget.Field{Name: "factor", Label: "Answers", Limit: 16, Suggest: t.suggestFactors(nil), Help: "the contributing factor, such as X1"},
		&widget.Field{Name: "changes", Label: "Changes", Limit: 2048, Help: "playbook:ID, playbook:ID/ITEM or topic:ID, commas between"})
	form.SetValues(base)
	for k, v := range t.r.seen() {
		base[k] = v
	}
	return t.r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		spec, err := t.followSpec(v, base)
		if err != nil {
			return nil, err
		}
		if f == nil {
			return t.r.do(name, "follow-up", model.AddFollowUp{FollowUpSpec: spec}), nil
		}
		return t.r.change(name, f.Ref, t.aboutLearned(f.Ref), model.SetFollowUp{Ref: f.Ref, Title: &spec.Title, Kind: &spec.Kind, Team: &spec.Team, Owner: &spec.Owner,
			Due: &spec.Due, Priority: &spec.Priority, Ticket: &spec.Ticket, Factor: &spec.Factor, Changes: &spec.Changes, Seen: seenIn(base)}), nil
	}})
}

// followSpec reads the form of a follow-up; a day that was not touched stays, be it
// over.
func (t *postmortem) followSpec(v, base map[string]string) (model.FollowUpSpec, error) {
	s := model.FollowUpSpec{Title: model.Text(v["title"]), Kind: model.FollowUpKind(v["kind"]), Owner: strings.TrimPrefix(strings.TrimSpace(v["owner"]), "@"),
		Team: model.Text(v["team"]), Ticket: model.Text(v["ticket"]), Factor: strings.ToUpper(strings.TrimSpace(v["factor"])), Due: model.Day(base["due"])}
	for c := range strings.SplitSeq(v["changes"], ",") {
		if c = strings.TrimSpace(c); c != "" {
			s.Changes = append(s.Changes, c)
		}
	}
	var err error
	if v["due"] != base["due"] {
		if s.Due, err = model.ParseDueDay(v["due"], t.r.env.Now()); err != nil {
			return s, onField(err, "due")
		}
	}
	s.Priority, err = model.ParsePriority(v["priority"])
	return s, err
}
