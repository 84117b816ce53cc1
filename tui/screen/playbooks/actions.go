package playbooks

import (
	"context"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (p *Playbooks) Actions() []action.Action {
	some := func() (bool, string) { return p.book() != nil, "nothing is selected" }
	lead := func() (bool, string) {
		if p.env.Actor.Role != model.RoleAdmin && p.env.Actor.Role != model.RoleCommander {
			return false, "that is for commanders and admins"
		}
		return some()
	}
	acts := []action.Action{
		{ID: "playbooks.open", Title: "items", Help: "show the items of the selected playbook, and where its changes come from", Keys: []string{"enter"}, Footer: true, Priority: 80, Enabled: some, Run: p.show},
		{ID: "playbooks.review", Title: "reviewed", Help: "record that you read the selected playbook and found it right; it holds for a year", Keys: []string{"x"}, Footer: true, Priority: 76, Enabled: lead, Run: p.reviewForm},
		{ID: "playbooks.edit", Title: "change item", Help: "change an item of the selected playbook, as a lesson asks for", Keys: []string{"e"}, Footer: true, Priority: 72, Enabled: lead, Run: p.pick},
		{ID: "playbooks.add", Title: "add item", Help: "add an item to the selected playbook", Keys: []string{"a"}, Footer: true, Priority: 70, Enabled: lead, Run: func() tea.Cmd { return p.amendForm(p.book(), nil) }},
		{ID: "playbooks.lessons", Title: "follow-ups", Help: "the follow-ups that change the selected playbook", Keys: []string{"f"}, Footer: true, Priority: 60, Enabled: some, Run: func() tea.Cmd {
			return p.env.Ask(screen.OpenPage{Page: "followups", Ref: "changes:playbook:" + p.book().ID})
		}},
		{ID: "playbooks.withdraw", Title: "withdraw", Help: "take a change of the selected playbook back, with a reason", Keys: []string{"X"}, Footer: true, Priority: 50, Enabled: func() (bool, string) {
			if ok, why := lead(); !ok {
				return ok, why
			}
			return len(p.book().changes) > 0, "nothing was changed in it"
		}, Run: p.withdraw},
	}
	for i := range acts {
		acts[i].Scope = scope
	}
	return acts
}

func (p *Playbooks) show() tea.Cmd {
	b := p.book()
	if b == nil {
		return nil
	}
	return p.env.Ask(screen.OpenText{Title: model.Line(b.Title).String(), Lines: p.whole(b)})
}

// save gives a command to the register.
func (p *Playbooks) save(form, what string, cmd model.Command) tea.Cmd {
	env, id := p.env, p.env.NewID()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		res, err := env.Hub.Do(ctx, env.Actor, model.RegisterPlaybooks, id, cmd)
		d := screen.Done{Form: form, Err: err, Result: res}
		switch {
		case err == nil:
			d.Said = screen.Saved(what)(res)
		case model.CodeOf(err) == model.CodeConflict:
			// Saving again means it: it is then made from what is there now.
			d.Base = map[string]string{"seen": strconv.FormatUint(env.Hub.PeekRegister(model.RegisterPlaybooks).Version, 10)}
		}
		return d
	}
}

func (p *Playbooks) reviewForm() tea.Cmd {
	b := p.book()
	name := "form:reviewed:" + b.ID
	form := widget.NewForm("Reviewed: "+model.ClipLine(b.Title, 50).String(),
		&widget.Field{Name: "note", Label: "Note", Limit: model.MaxReason, Help: "what you looked at; may be empty. The review holds for a year"})
	return p.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return p.save(name, b.ID+" reviewed", model.ReviewPlaybook{Book: b.ID, Note: model.Text(v["note"])}), nil
	}})
}

// pick lets the item be chosen that is to be changed.
func (p *Playbooks) pick() tea.Cmd {
	b := p.book()
	var items []widget.Item
	for _, it := range b.items {
		items = append(items, widget.Item{ID: it.Key, Label: screen.Clip(string(it.Title), 100), Detail: strings.ToLower(it.Phase.Short()) + " " + it.Role})
	}
	return p.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Change which item?", items), Chosen: func(chosen widget.Item) tea.Cmd {
		i := slices.IndexFunc(b.items, func(it model.ItemSpec) bool { return it.Key == chosen.ID })
		if i < 0 {
			return nil
		}
		return p.amendForm(b, &b.items[i])
	}})
}

// amendForm asks what a lesson changes in an item; nil is an item more.
func (p *Playbooks) amendForm(b *book, it *model.ItemSpec) tea.Cmd {
	roles := []widget.Option{{Value: "", Label: "nobody in particular"}}
	for _, r := range playbook.Roles() {
		roles = append(roles, widget.Option{Value: r, Label: r})
	}
	fields := []*widget.Field{
		{Name: "title", Label: "Title", Required: true, Limit: model.MaxTitle, Help: "what to do, in one line"},
		{Name: "guidance", Label: "Guidance", Kind: widget.MultilineField, Rows: 4, Limit: model.MaxEntry, Help: "how it is done"},
		{Name: "required", Label: "Required", Kind: widget.BoolField, Help: "a gate asks for it"},
		{Name: "role", Label: "Role", Kind: widget.ChoiceField, Options: roles, Help: "who usually does it"},
		{Name: "from", Label: "Learned from", Limit: 64, Suggest: p.lessonsOf(b), Help: "INC-2026-0042/F4, an incident and its follow-up; empty with a reason"},
		{Name: "reason", Label: "Reason", Limit: model.MaxReason, Help: "why; needed where no incident is named"}}
	name, title, values := "form:amend:"+b.ID, "An item more in "+b.ID, map[string]string{"item": b.ID + ".", "required": "true"}
	if it == nil {
		var phases []widget.Option
		for _, ph := range append([]model.Phase{model.PhasePreparation}, model.WorkPhases()...) {
			if !slices.ContainsFunc(phases, func(o widget.Option) bool { return o.Value == string(ph) }) {
				phases = append(phases, widget.Option{Value: string(ph), Label: string(ph)})
			}
		}
		fields = append([]*widget.Field{{Name: "item", Label: "Id", Required: true, Limit: 64, Help: "lower-case letters, digits, dots and dashes, such as " + b.ID + ".con.vpn"},
			{Name: "phase", Label: "Phase", Kind: widget.ChoiceField, Options: phases}}, fields...)
		values["phase"] = string(model.PhaseContainment)
	} else {
		name, title = name+"/"+it.Key, "Change "+it.Key
		values = map[string]string{"title": string(it.Title), "guidance": string(it.Guidance), "required": strconv.FormatBool(it.Required), "role": it.Role}
	}
	if len(b.lessons) == 1 {
		values["from"] = b.lessons[0].In.ID + "/" + b.lessons[0].Ref
	}
	form := widget.NewForm(model.ClipLine(title, 60).String(), fields...)
	form.SetValues(values)
	base := map[string]string{"seen": strconv.FormatUint(p.seen, 10)}
	return p.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		s, err := p.spec(b, it, v)
		if err != nil {
			return nil, err
		}
		cmd := model.AmendPlaybook{AmendSpec: s}
		cmd.Seen, _ = strconv.ParseUint(base["seen"], 10, 64)
		return p.save(name, s.Item, cmd), nil
	}})
}

// spec makes an amendment of what the form holds: of an item only what differs.
func (p *Playbooks) spec(b *book, it *model.ItemSpec, v map[string]string) (model.AmendSpec, error) {
	yes := v["required"] == "true"
	s := model.AmendSpec{Book: b.ID, Title: model.Text(v["title"]), Guidance: model.Text(v["guidance"]), Role: v["role"], Required: &yes, Reason: model.Text(v["reason"])}
	if it == nil {
		s.Item, s.Add, s.Phase = strings.ToLower(strings.TrimSpace(v["item"])), true, model.Phase(v["phase"])
		if slices.ContainsFunc(b.items, func(x model.ItemSpec) bool { return x.Key == s.Item }) {
			return s, model.Conflict("playbook %s has an item %s already", b.ID, s.Item).Hint("give the new one another id, or change that one").On("item")
		}
	} else {
		s.Item = it.Key
		if s.Title == it.Title {
			s.Title = ""
		}
		if s.Guidance == it.Guidance {
			s.Guidance = ""
		}
		if s.Role == it.Role {
			s.Role = ""
		}
		if yes == it.Required {
			s.Required = nil
		}
	}
	if strings.TrimSpace(v["from"]) == "" {
		return s, nil
	}
	return s, s.From(v["from"], p.env.Actor, p.env.Hub.Board().Get)
}

// lessonsOf gives the follow-ups that may have taught a playbook something: those that
// change it first.
func (p *Playbooks) lessonsOf(b *book) func(string) []widget.Option {
	var list []widget.Option
	add := func(l *model.FollowUpLine) {
		if !l.In.Restricted {
			list = append(list, widget.Option{Value: l.In.ID + "/" + l.Ref, Label: l.In.ID + "/" + l.Ref + " " + screen.Clip(string(l.Title), 60)})
		}
	}
	for _, l := range model.FollowUpLines(p.env.Hub.Board().Briefs, p.env.Actor, model.FollowUpFilter{}.And("changes", "playbook:"+b.ID), p.env.Now()) {
		add(&l)
	}
	return func(typed string) []widget.Option {
		words := strings.Fields(strings.ToLower(typed))
		var out []widget.Option
		for _, o := range list {
			if screen.Matches(strings.ToLower(o.Label), words) {
				out = append(out, o)
			}
		}
		return out
	}
}

// withdraw takes a change of the selected playbook back.
func (p *Playbooks) withdraw() tea.Cmd {
	var items []widget.Item
	for _, a := range slices.Backward(p.book().changes) {
		items = append(items, widget.Item{ID: a.Ref, Label: a.Ref + " " + model.Line(a.Item).String(), Detail: screen.Clip(a.What(), 60)})
	}
	return p.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Withdraw which change?", items), Chosen: func(it widget.Item) tea.Cmd {
		name := "form:withdraw:" + it.ID
		form := widget.NewForm("Withdraw "+it.Label, &widget.Field{Name: "reason", Label: "Reason", Required: true, Limit: model.MaxReason,
			Help: "incidents that have the item keep it as it is"})
		return p.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
			return p.save(name, it.ID+" withdrawn", model.WithdrawAmendment{Ref: it.ID, Reason: model.Text(v["reason"])}), nil
		}})
	}})
}
