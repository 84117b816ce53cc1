package followups

import (
	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/screen/finding"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (p *FollowUps) Actions() []action.Action {
	some := func() (bool, string) { return p.line() != nil, "nothing is selected" }
	acts := []action.Action{
		{ID: "followups.open", Title: "open", Help: "open the incident at the selected follow-up", Keys: []string{"enter"}, Footer: true, Priority: 80, Enabled: some, Run: p.enter},
		{ID: "followups.next", Title: "next state", Help: "begin the selected follow-up; one that is begun is done, with what proves it", Keys: []string{"x"}, Footer: true, Priority: 78,
			Enabled: p.may(func(l *model.FollowUpLine) (bool, string) {
				return l.Open(), "it is " + string(l.State) + "; U takes it up again"
			}),
			Run: p.on(finding.Next)},
		{ID: "followups.done", Title: "done", Help: "the selected follow-up is done, with what proves it", Keys: []string{"d"}, Footer: true, Priority: 74,
			Enabled: p.may(func(l *model.FollowUpLine) (bool, string) {
				return l.State != model.FollowUpDone, "it is done already"
			}), Run: p.on(finding.Done)},
		{ID: "followups.edit", Title: "edit", Help: "change the selected follow-up: owner, day, team, ticket …", Keys: []string{"e"}, Footer: true, Priority: 72, Enabled: p.may(nil), Run: p.on(finding.Edit)},
		{ID: "followups.add", Title: "add", Help: "make a follow-up of what an incident taught", Keys: []string{"a"}, Footer: true, Priority: 70, Enabled: p.respond, Run: p.add},
		{ID: "followups.drop", Title: "drop", Help: "give the selected follow-up up, with a reason", Keys: []string{"X"}, Footer: true, Priority: 50,
			Enabled: p.may(func(l *model.FollowUpLine) (bool, string) {
				return l.State != model.FollowUpDropped, "it is dropped already"
			}), Run: p.on(finding.Drop)},
		{ID: "followups.reopen", Title: "take up again", Help: "take the selected follow-up up again, with a reason", Keys: []string{"U"}, Footer: true, Priority: 45,
			Enabled: p.may(func(l *model.FollowUpLine) (bool, string) { return !l.Open(), "it is " + string(l.State) }), Run: p.on(finding.Reopen)},
		{ID: "followups.view", Title: "settled", Help: "show or hide what is done and dropped", Keys: []string{"v"}, Footer: true, Priority: 60, Run: func() tea.Cmd {
			p.all, p.stale = !p.all, true
			return p.Refresh()
		}},
		{ID: "followups.mine", Title: "mine", Help: "show only what you own, or all again", Keys: []string{"o"}, Footer: true, Priority: 58, Run: func() tea.Cmd {
			mine := "owner:@" + p.env.Actor.Name
			if p.text == mine {
				mine = ""
			}
			p.Filter(mine)
			return p.Refresh()
		}},
	}
	for i := range acts {
		acts[i].Scope = scope
	}
	return acts
}

// respond says whether the person may change anything here at all.
func (p *FollowUps) respond() (bool, string) {
	if p.env.Actor.Role == model.RoleObserver && p.line() == nil {
		return false, "an observer may only read this"
	}
	return true, ""
}

// may says whether the selected follow-up can be changed, and what more is asked.
func (p *FollowUps) may(more func(*model.FollowUpLine) (bool, string)) func() (bool, string) {
	return func() (bool, string) {
		l := p.line()
		if l == nil {
			return false, "nothing is selected"
		}
		if !l.In.CanRespond(p.env.Actor) {
			return false, "you may only read " + l.In.ID
		}
		if more == nil {
			return true, ""
		}
		return more(l)
	}
}

// on does something with the selected follow-up.
func (p *FollowUps) on(do func(*screen.Env, finding.Place, *model.FollowUpBrief) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		l := p.line()
		return do(p.env, p.place(l), l.FollowUpBrief)
	}
}

func (p *FollowUps) enter() tea.Cmd {
	l := p.line()
	if l == nil {
		return nil
	}
	return p.env.Ask(screen.OpenIncident{ID: l.In.ID, Ref: l.Ref})
}

// add asks for the incident, and then for the follow-up.
func (p *FollowUps) add() tea.Cmd {
	items := p.incidents()
	if len(items) == 0 {
		return p.env.Ask(screen.Toast{Level: widget.WarnToast, Text: "there is no incident to learn from yet; on the board a declares one"})
	}
	return p.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("A follow-up of which incident?", items), Chosen: func(it widget.Item) tea.Cmd {
		return finding.Add(p.env, finding.Place{Incident: it.ID}, "")
	}})
}
