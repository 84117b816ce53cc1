package incident

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// responseActions are what the keys do on the sixth tab, and c and b elsewhere.
func (r *Room) responseActions() []action.Action {
	respond := r.allowed(model.AccessRespond)
	acts := in("room", action.Action{ID: "contain", Title: "contain", Help: "propose a containment of the selected asset or indicator, or of what you write", Keys: []string{"c"}, Footer: true, Priority: 58, Enabled: respond,
		Run: func() tea.Cmd { return r.proposeForm(model.StageContainment) }})
	acts = append(acts, in("indicators", action.Action{ID: "indicators.block", Title: "block", Help: "block the marked indicators, or the selected one, in one action", Keys: []string{"b"}, Footer: true, Priority: 53,
		Enabled: r.picked(model.AccessRespond), Run: r.block})...)
	to := func(id, title, help, key string, s model.ActionState, run func() tea.Cmd) action.Action {
		return action.Action{ID: "action." + id, Title: title, Help: help, Keys: []string{key}, Footer: true, Priority: 50, Enabled: r.mayStep(s), Run: run}
	}
	return append(acts, in("actions",
		action.Action{ID: "action.next", Title: "next state", Help: "bring the selected action one state on", Keys: []string{"x"}, Footer: true, Priority: 75, Enabled: r.mayNext, Run: r.nextState},
		to("approve", "approve", "let the selected action begin; never one's own", "A", model.ActionApproved, r.approve),
		to("reject", "reject", "refuse or withdraw the selected action, with a reason", "X", model.ActionRejected, func() tea.Cmd { return r.reasonStep(model.ActionRejected, "Reject") }),
		to("fail", "failed", "the selected action failed, with a reason", "F", model.ActionFailed, func() tea.Cmd { return r.reasonStep(model.ActionFailed, "Failed") }),
		to("rollback", "roll back", "the selected action was taken back, with a reason", "B", model.ActionRolledBack, func() tea.Cmd { return r.reasonStep(model.ActionRolledBack, "Rolled back") }),
		action.Action{ID: "action.assign", Title: "assign", Help: "give the selected action an owner", Keys: []string{"@"}, Footer: true, Priority: 51, Enabled: r.picked(model.AccessRespond), Run: r.assignAction},
		action.Action{ID: "action.add", Title: "add", Help: "propose an action of any stage", Keys: []string{"a"}, Footer: true, Priority: 55, Enabled: respond, Run: func() tea.Cmd { return r.proposeForm("") }})...)
}

// mayStep asks the selected action's next command before it is offered.
func (r *Room) mayStep(to model.ActionState) func() (bool, string) {
	picked := r.picked(model.AccessRespond)
	return func() (bool, string) {
		if ok, why := picked(); !ok {
			return false, why
		}
		cmd := model.StepAction{Ref: r.acts.selected(), To: to, Reason: "asked"}
		cmd.Override = to == model.ActionApproved && r.in.IC() == r.env.Actor.Name
		if _, err := cmd.Decide(r.in, r.env.Actor, r.env.Now()); err != nil {
			return false, model.Line(err.Error()).String()
		}
		return true, ""
	}
}

func (r *Room) mayNext() (bool, string) {
	a := r.acts.current()
	if a == nil {
		return false, "nothing is selected"
	}
	to := a.State.Next()
	if to == "" {
		to = model.ActionExecuting // its refusal says where the action is
	}
	return r.mayStep(to)()
}

// nextState advances the selected action and asks what that needs.
func (r *Room) nextState() tea.Cmd {
	a := r.acts.current()
	switch to := a.State.Next(); to {
	case model.ActionApproved:
		return r.approve()
	case model.ActionDone:
		return r.doneForm(a)
	default:
		return r.do("", a.Ref+" "+string(to), model.StepAction{Ref: a.Ref, To: to})
	}
}

// approve lets an action begin. The IC who proposed it himself says why nobody
// else does.
func (r *Room) approve() tea.Cmd {
	a := r.acts.current()
	if a.ProposedBy != r.env.Actor.Name {
		return r.do("", a.Ref+" approved", model.StepAction{Ref: a.Ref, To: model.ActionApproved})
	}
	name := "form:override:" + a.Ref
	form := widget.NewForm("Override: approve "+a.Ref+", which you proposed", reason(true, "why nobody else can approve it now"))
	form.Info = say("It is marked as an override for ever: in the timeline, in the lists, in the report. " + model.ClipLine(string(r.in.ActionLine(a)), 200).String())
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.do(name, a.Ref+" approved by override", model.StepAction{Ref: a.Ref, To: model.ActionApproved, Override: true, Reason: model.Text(v["reason"])}), nil
	}})
}

// doneForm asks what came of an action, and whether its assets move on.
func (r *Room) doneForm(a *model.Action) tea.Cmd {
	name := "form:done:" + a.Ref
	fields := []*widget.Field{{Name: "result", Label: "Result", Limit: model.MaxReason, Help: "what came of it; it stands in the timeline"}}
	if move := r.in.Movable(a); len(move) > 0 {
		fields = append(fields, &widget.Field{Name: "move", Label: "Move on", Kind: widget.BoolField,
			Help: fmt.Sprintf("%s: %s in the scope matrix; space says yes", clipRefs(move), a.Step)})
	}
	form := widget.NewForm("Done: "+a.Ref, fields...)
	form.Info = say(model.ClipLine(screen.Defang(string(r.in.ActionLine(a))), 200).String())
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.do(name, a.Ref+" done", model.StepAction{Ref: a.Ref, To: model.ActionDone, Result: model.Text(v["result"]), Move: v["move"] == "true"}), nil
	}})
}

func clipRefs(refs []string) string {
	const most = 8
	if len(refs) > most {
		return strings.Join(refs[:most], " ") + " …"
	}
	return strings.Join(refs, " ")
}

// reasonStep brings the selected action to a state that needs a reason.
func (r *Room) reasonStep(to model.ActionState, title string) tea.Cmd {
	a := r.acts.current()
	name := "form:" + string(to) + ":" + a.Ref
	form := widget.NewForm(title+": "+a.Ref, reason(true, "it stays in the record"))
	form.Info = say(model.ClipLine(screen.Defang(string(r.in.ActionLine(a))), 200).String())
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.do(name, a.Ref+" "+string(to), model.StepAction{Ref: a.Ref, To: to, Reason: model.Text(v["reason"])}), nil
	}})
}

func (r *Room) assignAction() tea.Cmd {
	ref := r.acts.selected()
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Assign "+ref+" to", r.people(true)), Chosen: func(it widget.Item) tea.Cmd {
		return r.do("", ref, model.AssignAction{Ref: ref, Owner: it.ID})
	}})
}

// block blocks the marked indicators in one action.
func (r *Room) block() tea.Cmd {
	refs, left := r.blockable(r.targets())
	if len(refs) == 0 {
		return r.env.Ask(screen.Toast{Level: widget.WarnToast, Text: "nothing to block: " + left})
	}
	cmd := model.ProposeAction{Kind: "block-indicator", Owner: r.env.Actor.Name, Policy: r.env.Actions}
	for _, ref := range refs {
		cmd.Targets = append(cmd.Targets, model.Target{Ref: ref})
	}
	r.clearMarks()
	what := "block of " + clipRefs(refs)
	if left != "" {
		what += " (not " + left + ")"
	}
	return r.do("", what, cmd)
}

// blockable leaves out what is benign or blocked already, and says so. c blocks it
// all the same.
func (r *Room) blockable(refs []string) (out []string, left string) {
	var why []string
	for _, ref := range refs {
		x, err := r.in.Indicator(ref)
		if err != nil {
			continue
		}
		switch blocked := r.inds.blockedBy(x); {
		case x.Verdict == model.VerdictBenign:
			why = append(why, ref+" is judged benign")
		case blocked != "":
			why = append(why, ref+" is blocked: "+blocked)
		default:
			out = append(out, ref)
		}
	}
	return out, strings.Join(why, ", ")
}

// aimed are the assets and indicators that the cursor or the marks name.
func (r *Room) aimed() []string {
	var refs []string
	switch r.current() {
	case r.inds, r.scope:
		refs = r.targets()
	case r.timeline:
		if e := r.timeline.current(); e != nil {
			refs = e.Refs
		}
	}
	return slices.DeleteFunc(slices.Clone(refs), func(ref string) bool {
		if ref == "" {
			return true
		}
		if a, err := r.in.Asset(ref); err == nil {
			return a.Retracted != ""
		}
		x, err := r.in.Indicator(ref)
		return err != nil || x.Retracted != ""
	})
}

// proposeForm lets a kind be chosen, then asks for the rest; what the cursor is on
// is filled in.
func (r *Room) proposeForm(stage model.Stage) tea.Cmd {
	aimed := r.aimed()
	var first, rest []widget.Item
	for _, k := range model.ActionKinds() {
		if stage != "" && k.Stage != stage {
			continue
		}
		it := widget.Item{ID: k.ID, Label: k.Title, Detail: string(k.Stage)}
		if stage != "" {
			it.Detail = ""
		}
		if r.env.Actions.NeedsApproval(k) {
			it.Detail = strings.TrimSpace(it.Detail + " needs approval")
		}
		if len(aimed) > 0 && strings.HasPrefix(aimed[0], model.RefIndicator) == (k.ID == "block-indicator") {
			first = append(first, it)
		} else {
			rest = append(rest, it)
		}
	}
	title := "Contain " + clipRefs(aimed)
	if stage == "" {
		title = "Propose an action " + clipRefs(aimed)
	}
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker(strings.TrimSpace(title)+": what", append(first, rest...)), Chosen: func(it widget.Item) tea.Cmd {
		kind, err := model.FindActionKind(it.ID)
		if err != nil {
			return nil
		}
		return r.actionForm(kind, aimed)
	}})
}

// actionForm asks for what an action of the kind needs.
func (r *Room) actionForm(kind model.ActionKind, aimed []string) tea.Cmd {
	name := "form:action:" + kind.ID
	fields := []*widget.Field{
		{Name: "target", Label: "Target", Required: true, Limit: model.MaxValue, Suggest: r.suggestTargets, Help: "assets (S3), indicators (I7) or text; several apart by commas"},
		{Name: "owner", Label: "Owner", Limit: 64, Suggest: r.suggestPeople, Help: "who does it; empty is nobody yet"},
		{Name: "risk", Label: "Risk", Limit: model.MaxReason, Help: "what it may break"},
		{Name: "rollback", Label: "Rollback", Limit: model.MaxReason, Help: "how it is taken back; empty is: " + undoOf(kind)},
		{Name: "due", Label: "Due", Limit: 64, Help: "+2h, 15:00, tomorrow 09:00, a date; empty is not said"},
	}
	if kind.Stage == model.StageDetection {
		fields = append(fields, &widget.Field{Name: "ends", Label: "Ends", Required: true, Limit: 64, Help: "+14d, or a date: until when it runs"})
	}
	form := widget.NewForm(strings.ToUpper(kind.Title[:1])+kind.Title[1:], fields...)
	form.SetValues(map[string]string{"target": strings.Join(aimed, ", "), "owner": "@" + r.env.Actor.Name})
	if len(aimed) > 0 {
		form.Select("risk")
	}
	if r.env.Actions.NeedsApproval(kind) {
		form.Info = say("It waits for approval by somebody else.")
	} else {
		form.Info = func(*widget.Form, int, *themes.Styles) []string { return nil }
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.ProposeAction{Kind: kind.ID, Risk: model.Text(v["risk"]), Rollback: model.Text(v["rollback"]), Policy: r.env.Actions}
		for _, word := range strings.Split(v["target"], ",") {
			if strings.TrimSpace(word) != "" {
				cmd.Targets = append(cmd.Targets, r.in.FindTarget(word))
			}
		}
		if owner := strings.TrimSpace(v["owner"]); owner != "" {
			u, err := model.ParseUserName(owner)
			if err == nil {
				err = r.env.Hub.KnowsUser(r.env.Actor, u)
			}
			if err != nil {
				return nil, onField(err, "owner")
			}
			cmd.Owner = u
		}
		var err error
		if v["due"] != "" {
			if cmd.Due, err = model.ParseDue(v["due"], r.env.Now()); err != nil {
				return nil, onField(err, "due")
			}
		}
		if v["ends"] != "" {
			if cmd.Ends, err = model.ParseDue(v["ends"], r.env.Now()); err != nil {
				return nil, onField(err, "ends")
			}
		}
		r.clearMarks()
		return r.do(name, kind.Title, cmd), nil
	}})
}

func undoOf(kind model.ActionKind) string {
	if kind.Undo == "" {
		return "there is nothing to take back"
	}
	return kind.Undo
}

// suggestTargets offers assets and indicators for the last of the targets typed.
func (r *Room) suggestTargets(typed string) []widget.Option {
	i := strings.LastIndex(typed, ",") + 1
	words := strings.Fields(strings.ToLower(typed[i:]))
	var out []widget.Option
	add := func(ref, text string) {
		if len(out) < 8 && screen.Matches(strings.ToLower(ref+" "+text), words) {
			out = append(out, widget.Option{Value: strings.TrimSpace(typed[:i] + " " + ref), Label: text})
		}
	}
	for _, a := range r.in.Assets {
		if a.Retracted == "" {
			add(a.Ref, model.ClipLine(string(a.Name), 60).String())
		}
	}
	for _, x := range r.in.Indicators {
		if x.Retracted == "" {
			add(x.Ref, defanged(x))
		}
	}
	return out
}

func (r *Room) suggestPeople(typed string) []widget.Option {
	want := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(typed), "@"))
	var out []widget.Option
	for _, it := range r.people(false) {
		if strings.HasPrefix(it.ID, want) && it.ID != want && len(out) < 8 {
			out = append(out, widget.Option{Value: "@" + it.ID, Label: it.Detail})
		}
	}
	return out
}
