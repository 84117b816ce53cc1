package incident

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// allowed answers whether the person may do now what needs the level.
func (r *Room) allowed(need model.Access) func() (bool, string) {
	return func() (bool, string) {
		if err := r.in.May(r.env.Actor, need); err != nil {
			return false, model.Line(err.Error()).String()
		}
		return true, ""
	}
}

// picked adds to allowed that something is selected.
func (r *Room) picked(need model.Access) func() (bool, string) {
	may := r.allowed(need)
	return func() (bool, string) {
		if r.current().selected() == "" {
			return false, "nothing is selected"
		}
		return may()
	}
}

// correctable adds that the selected entry is one that people correct.
func (r *Room) correctable() (bool, string) {
	if ok, why := r.picked(model.AccessRespond)(); !ok {
		return false, why
	}
	if e := r.timeline.current(); e != nil {
		if err := e.Correctable(); err != nil {
			return false, model.Line(err.Error()).String()
		}
	}
	return true, ""
}

// Actions implements screen.Screen.
func (r *Room) Actions() []action.Action {
	respond, lead := r.allowed(model.AccessRespond), r.allowed(model.AccessLead)
	acts := in("room",
		action.Action{ID: "note", Title: "note", Help: "write a note in one line", Keys: []string{"n"}, Footer: true, Priority: 95, Enabled: respond,
			Run: func() tea.Cmd { return r.env.Ask(screen.OpenNote{}) }},
		action.Action{ID: "indicators.paste", Title: "paste", Help: "paste a text and pick the indicators out of it", Keys: []string{"i"}, Footer: true, Priority: 60, Enabled: respond, Run: r.pasteForm},
		action.Action{ID: "severity", Title: "severity", Help: "change the severity, with a reason", Keys: []string{"s"}, Footer: true, Priority: 50, Enabled: respond, Run: r.severityForm},
		action.Action{ID: "phase.next", Title: "phase", Help: "go to the next phase, or see what blocks its gate", Keys: []string{">"}, Footer: true, Priority: 45, Enabled: respond, Run: r.forward},
		action.Action{ID: "phase.back", Title: "phase back", Help: "go back a phase, with a reason", Keys: []string{"<"}, Enabled: lead, Run: func() tea.Cmd { return r.phaseForm(false) }},
		action.Action{ID: "role", Title: "role", Help: "take or hand over a duty: IC, deputy, scribe …", Keys: []string{"R"}, Enabled: respond, Run: r.roleForm},
		action.Action{ID: "edit", Title: "edit", Help: "edit title, summary, type and priority", Keys: []string{"E"}, Enabled: respond, Run: r.editForm},
		action.Action{ID: "relate", Title: "relate", Help: "link another incident", Enabled: respond, Run: r.relateForm},
		action.Action{ID: "sitrep", Title: "situation", Help: "the situation report, as of now", Keys: []string{"r"}, Run: r.situation},
		action.Action{ID: "export", Title: "report out", Help: "take out a report: post-mortem, situation, executive summary, or all as JSON", Keys: []string{"O"}, Run: r.exportPicker},
		action.Action{ID: "undo", Title: "undo", Help: "take back my last change (10 minutes)", Keys: []string{"u"}, Enabled: respond, Run: r.undo},
		action.Action{ID: "close", Title: "close", Help: "close the incident", Enabled: lead, Danger: true, Run: r.closeForm},
		action.Action{ID: "reopen", Title: "reopen", Help: "take a closed incident up again, with a reason", Enabled: r.mayReopen, Run: r.reopenForm},
		action.Action{ID: "open", Title: "details", Help: "everything about the selected thing", Keys: []string{"enter"}, Run: r.openDetail},
		action.Action{ID: "tab.next", Title: "next tab", Help: "next tab", Keys: []string{"]", "tab"}, Run: func() tea.Cmd { return r.goTo(r.tab + 1) }},
		action.Action{ID: "tab.previous", Title: "previous tab", Help: "previous tab", Keys: []string{"[", "shift+tab"}, Run: func() tea.Cmd { return r.goTo(r.tab - 1) }},
	)
	for i, t := range r.tabs {
		key := tabDigits[i : i+1]
		acts = append(acts, in("room", action.Action{ID: "tab." + strings.ToLower(t.name()), Title: t.name(), Help: "go to " + t.name(), Keys: []string{key},
			Run: func() tea.Cmd { return r.goTo(i) }})...)
	}
	acts = append(acts, r.factActions(respond)...)
	acts = append(acts, r.responseActions()...)
	acts = append(acts, r.tabActions()...)
	acts = append(acts, r.notifyActions()...)
	acts = append(acts, r.momentActions()...)
	acts = append(acts, r.postMortemActions()...)
	return acts
}

func in(scope string, acts ...action.Action) []action.Action {
	for i := range acts {
		acts[i].Scope = scope
	}
	return acts
}

// tabActions are what a, e, x … mean on each tab.
func (r *Room) tabActions() []action.Action {
	respond, picked, lead := r.allowed(model.AccessRespond), r.picked(model.AccessRespond), r.picked(model.AccessLead)
	acts := in("overview",
		action.Action{ID: "overview.edit", Title: "edit", Help: "edit title, summary, type and priority", Keys: []string{"e"}, Footer: true, Priority: 55, Enabled: respond, Run: r.editForm})
	acts = append(acts, in("timeline",
		action.Action{ID: "timeline.order", Title: "order", Help: "as we knew it, or as it happened", Keys: []string{"o"}, Footer: true, Priority: 30, Run: r.switchClock},
		action.Action{ID: "timeline.correct", Title: "correct", Help: "write a correction of the selected entry", Keys: []string{"e"}, Footer: true, Priority: 42, Enabled: r.correctable, Run: r.correct},
		action.Action{ID: "timeline.retract", Title: "retract", Help: "take the selected entry back, with a reason", Keys: []string{"X"}, Enabled: r.correctable, Danger: true, Run: r.retract},
		action.Action{ID: "timeline.star", Title: "star", Help: "mark a key moment", Keys: []string{"*"}, Enabled: picked, Run: r.star},
		action.Action{ID: "timeline.add", Title: "note", Help: "write a note", Keys: []string{"a"}, Enabled: respond, Run: func() tea.Cmd { return r.env.Ask(screen.OpenNote{}) }})...)
	acts = append(acts, in("indicators",
		action.Action{ID: "indicators.add", Title: "add", Help: "add one indicator", Keys: []string{"a"}, Footer: true, Priority: 55, Enabled: respond, Run: r.indicatorForm},
		action.Action{ID: "indicators.edit", Title: "judge", Help: "verdict, confidence, TLP of the selected indicator", Keys: []string{"e"}, Footer: true, Priority: 54, Enabled: picked, Run: r.judgeForm},
		action.Action{ID: "indicators.verdict", Title: "next verdict", Help: "step the verdict: unknown, suspicious, malicious, benign", Keys: []string{"x"}, Enabled: picked, Run: r.nextVerdict},
		action.Action{ID: "indicators.mark", Title: "mark", Help: "mark for a bulk step", Keys: []string{"space"}, Run: func() tea.Cmd { r.inds.table.ToggleMark(); return nil }},
		action.Action{ID: "indicators.retract", Title: "retract", Help: "take the selected indicator back, with a reason", Keys: []string{"X"}, Enabled: picked, Danger: true, Run: r.retract})...)
	acts = append(acts, in("scope",
		action.Action{ID: "scope.add", Title: "add", Help: "put an asset into scope", Keys: []string{"a"}, Footer: true, Priority: 55, Enabled: respond, Run: r.assetForm},
		action.Action{ID: "scope.edit", Title: "edit", Help: "edit the selected asset and its steps", Keys: []string{"e"}, Footer: true, Priority: 54, Enabled: picked, Run: r.editAssetForm},
		action.Action{ID: "scope.step", Title: "next step", Help: "advance the marked assets, or the selected one, a step", Keys: []string{"x"}, Footer: true, Priority: 53, Enabled: picked, Run: r.nextStep},
		action.Action{ID: "scope.mark", Title: "mark", Help: "mark for a bulk step", Keys: []string{"space"}, Run: func() tea.Cmd { r.scope.table.ToggleMark(); return nil }},
		action.Action{ID: "scope.retract", Title: "out of scope", Help: "take the selected asset out of scope, with a reason", Keys: []string{"X"}, Enabled: picked, Danger: true, Run: r.retract})...)
	acts = append(acts, in("checklist",
		action.Action{ID: "check.done", Title: "check", Help: "done, or open again", Keys: []string{"x"}, Footer: true, Priority: 75, Enabled: picked, Run: r.check},
		action.Action{ID: "check.doing", Title: "doing", Help: "begin the selected item", Keys: []string{"d"}, Footer: true, Priority: 52, Enabled: picked, Run: r.begin},
		action.Action{ID: "check.assign", Title: "assign", Help: "give the selected item an owner", Keys: []string{"@"}, Footer: true, Priority: 51, Enabled: picked, Run: r.assign},
		action.Action{ID: "check.na", Title: "n/a", Help: "not applicable, with a reason", Keys: []string{"N"}, Enabled: picked, Run: func() tea.Cmd { return r.reasonItem(model.ItemNA, "Not applicable") }},
		action.Action{ID: "check.waive", Title: "waive", Help: "waive a required item, with a reason (lead)", Keys: []string{"W"}, Enabled: lead, Run: func() tea.Cmd { return r.reasonItem(model.ItemWaived, "Waive") }},
		action.Action{ID: "check.note", Title: "item note", Help: "write down what was found", Keys: []string{"e"}, Enabled: picked, Run: r.itemNote},
		action.Action{ID: "check.mark", Title: "mark", Help: "mark for a bulk step", Keys: []string{"space"}, Run: func() tea.Cmd { r.checklist.table.ToggleMark(); return nil }},
		action.Action{ID: "check.attach", Title: "playbook", Help: "attach another playbook", Keys: []string{"a"}, Footer: true, Priority: 35, Enabled: respond, Run: r.attach})...)
	return acts
}

// do gives a command to this incident and says what was saved.
func (r *Room) do(form, what string, cmd model.Command) tea.Cmd {
	return r.env.Do(r.in.ID, form, cmd, screen.Saved(what))
}

// bulk gives a command for each of the refs, as one change with one undo.
func (r *Room) bulk(refs []string, thing, to string, cmd func(ref string) model.Command) tea.Cmd {
	switch len(refs) {
	case 0:
		return r.env.Ask(screen.Toast{Level: widget.InfoToast, Text: "nothing to change: all are " + to})
	case 1:
		return r.do("", refs[0]+" "+to, cmd(refs[0]))
	}
	var all model.Bulk
	for _, ref := range refs {
		all = append(all, cmd(ref))
	}
	return r.do("", fmt.Sprintf("%d %ss %s", len(refs), thing, to), all)
}

func (r *Room) undo() tea.Cmd {
	return r.env.Do(r.in.ID, "", model.Undo{}, func(res room.Result) string {
		return "undone: " + model.ClipLine(model.UndoneWords(res.Incident, res.Records), 90).String()
	})
}

func (r *Room) switchClock() tea.Cmd {
	r.timeline.happened = !r.timeline.happened
	r.timeline.stale = true
	return r.Refresh()
}

func (r *Room) correct() tea.Cmd {
	e := r.timeline.current()
	return r.env.Ask(screen.OpenNote{Text: string(e.Text), Corrects: e.Ref})
}

func (r *Room) star() tea.Cmd {
	e := r.timeline.current()
	return r.do("", e.Ref, model.StarEntry{Ref: e.Ref, On: !e.Starred})
}

// check sets the marked items, or the selected one, to done; a done one to open.
func (r *Room) check() tea.Cmd {
	if r.checklist.table.Marks() == 0 {
		if it := r.checklist.current(); it.State.Settled() {
			return r.setItem(model.ItemOpen)
		}
	}
	return r.setItem(model.ItemDone)
}

// begin says that the marked items, or the selected one, are being worked on; it
// asks before it takes a settled one up again.
func (r *Room) begin() tea.Cmd {
	it := r.checklist.current()
	if r.checklist.table.Marks() > 0 || it == nil || !it.State.Settled() {
		return r.setItem(model.ItemDoing)
	}
	ask := widget.NewConfirm("Begin "+it.Ref+" again?", model.Line(fmt.Sprintf("It is %s, by @%s.", it.State, it.ChangedBy)).String(), "begin")
	return r.env.Ask(screen.OpenConfirm{Confirm: ask, Yes: func() tea.Cmd { return r.setItem(model.ItemDoing) }})
}

func (r *Room) setItem(s model.ItemState) tea.Cmd {
	refs := r.checklist.table.Marked()
	if len(refs) == 0 {
		refs = []string{r.checklist.selected()}
	}
	if len(refs) > 1 { // those that are there already stay as they are
		refs = slices.DeleteFunc(refs, func(ref string) bool { it, err := r.in.Item(ref); return err == nil && it.State == s })
	}
	r.checklist.table.ClearMarks()
	seen := r.in.Version
	return r.bulk(refs, "item", string(s), func(ref string) model.Command { return model.SetItem{Ref: ref, State: s, Seen: seen} })
}

// nextVerdict steps the verdict of the marked indicators, or the selected one.
func (r *Room) nextVerdict() tea.Cmd {
	x := r.inds.current()
	all := model.Verdicts()
	next := all[0]
	for i, v := range all {
		if v == x.Verdict {
			next = all[(i+1)%len(all)]
		}
	}
	refs := r.inds.table.Marked()
	if len(refs) == 0 {
		refs = []string{x.Ref}
	}
	r.inds.table.ClearMarks()
	return r.bulk(refs, "indicator", string(next), func(ref string) model.Command { return model.SetIndicator{Ref: ref, Verdict: &next} })
}

// openDetail shows everything about the selected thing.
func (r *Room) openDetail() tea.Cmd {
	ref := r.current().selected()
	if ref == "" && r.current() == r.overview && r.in.Summary != "" {
		return r.env.Ask(screen.OpenText{Title: r.in.ID + " summary", Lines: r.overview.summary(100)})
	}
	if ref == "" {
		return nil
	}
	return r.env.Ask(screen.OpenText{Title: r.in.ID + " " + ref, Lines: r.current().detail(100)})
}

// attach lets a playbook be chosen.
func (r *Room) attach() tea.Cmd {
	var items []widget.Item
	for _, b := range r.env.Books.List() {
		it := widget.Item{ID: b.ID, Label: model.Line(b.Title).String(), Detail: fmt.Sprintf("%d items", len(b.Items))}
		for _, have := range r.in.Playbooks {
			if have == b.ID {
				it.Why = "attached already"
			}
		}
		items = append(items, it)
	}
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Attach a playbook", items), Chosen: func(it widget.Item) tea.Cmd {
		b, ok := r.env.Books.Get(it.ID)
		if !ok {
			return nil
		}
		return r.do("", "playbook "+b.ID, r.env.Attach(b))
	}})
}

// assign lets an owner be chosen: who is here first, then everybody.
func (r *Room) assign() tea.Cmd {
	refs := r.checklist.table.Marked()
	if len(refs) == 0 {
		refs = []string{r.checklist.selected()}
	}
	seen := r.in.Version
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Assign "+strings.Join(refs, " ")+" to", r.people(true)), Chosen: func(it widget.Item) tea.Cmd {
		r.checklist.table.ClearMarks()
		to := "to nobody"
		if it.ID != "" {
			to = "to @" + it.ID
		}
		return r.bulk(refs, "item", model.Line(to).String(), func(ref string) model.Command { return model.AssignItem{Ref: ref, Owner: it.ID, Seen: seen} })
	}})
}

// people lists whom a duty or an item can be given to.
func (r *Room) people(nobody bool) []widget.Item {
	var items []widget.Item
	have := map[string]bool{}
	add := func(name, detail string) {
		if !have[name] {
			have[name] = true
			items = append(items, widget.Item{ID: name, Label: "@" + model.Line(name).String(), Detail: detail})
		}
	}
	add(r.env.Actor.Name, "you")
	for _, p := range r.env.Hub.People() {
		if p.Incident == r.in.ID {
			add(p.User, "here")
		}
	}
	for _, acc := range r.env.Hub.Accounts() {
		if !acc.Disabled {
			add(acc.Name, string(acc.Role))
		}
	}
	if nobody {
		items = append(items, widget.Item{ID: "", Label: "nobody", Detail: "take the owner away"})
	}
	return items
}
