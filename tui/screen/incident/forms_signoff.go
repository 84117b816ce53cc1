package incident

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/screen/finding"
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
		b := f.Brief()
		return finding.Next(t.r.env, t.place(), &b)
	}
	s := t.nextStep()
	return t.r.env.Ask(screen.OpenConfirm{Confirm: widget.NewConfirm(s.title, s.effect, s.word), Yes: func() tea.Cmd { return t.r.do("", s.said, s.cmd) }})
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

// place is where the room's follow-ups are.
func (t *postmortem) place() finding.Place {
	return finding.Place{Incident: t.r.in.ID, Version: t.r.in.Version, Draft: t.r.in.ID}
}

// followForm writes a follow-up down, or edits one. factor is the factor that it
// answers.
func (t *postmortem) followForm(f *model.FollowUp, factor string) tea.Cmd {
	if f == nil {
		return finding.Add(t.r.env, t.place(), factor)
	}
	b := f.Brief()
	return finding.Edit(t.r.env, t.place(), &b)
}
