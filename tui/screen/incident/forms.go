package incident

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// reason is the field that says why.
func reason(needed bool, help string) *widget.Field {
	return &widget.Field{Name: "reason", Label: "Reason", Required: needed, Limit: model.MaxReason, Help: help}
}

// say wraps a dim line of explanation below a form.
func say(text string) func(*widget.Form, int, *themes.Styles) []string {
	return func(_ *widget.Form, w int, st *themes.Styles) []string {
		lines := widget.Wrap(text, w)
		for i := range lines {
			lines[i] = st.Dim.S(lines[i])
		}
		return lines
	}
}

// bounded runs a change within the time that a person waits for it.
func bounded(f func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		return f(ctx)
	}
}

// severityForm asks for the severity and why it changes.
func (r *Room) severityForm() tea.Cmd {
	const name = "form:severity"
	form := widget.NewForm("Severity of "+r.in.ID,
		&widget.Field{Name: "to", Label: "Severity", Kind: widget.ChoiceField, Options: screen.Severities(), Help: "everybody who responds may raise it; lowering it is the lead's"},
		reason(true, "what is known now; it stays in the record"))
	now := map[string]string{"to": r.in.Severity.String()}
	if least, why := r.in.LeastSeverity(); r.in.RaiseDue() != "" {
		now["to"], now["reason"] = least.String(), model.Because(why) // the raise that is due is one enter away
	}
	form.SetValues(now)
	in := r.in
	form.Info = func(f *widget.Form, w int, st *themes.Styles) []string {
		return append(raiseLines(in, st), screen.SeverityHelp(f.Value("to"), w, st)...)
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		to, err := model.ParseSeverity(v["to"])
		if err != nil {
			return nil, err
		}
		return r.do(name, to.String(), model.SetSeverity{To: to, Reason: model.Text(v["reason"]), Was: in.Severity}), nil
	}})
}

// phaseForm moves to another phase. It lists what holds the gate.
func (r *Room) phaseForm(forward bool) tea.Cmd {
	const name = "form:phase"
	var opts []widget.Option
	at, to := r.in.Phase.Index(), model.Phase("")
	for _, p := range model.WorkPhases() {
		if p == r.in.Phase {
			continue
		}
		opts = append(opts, widget.Option{Value: string(p), Label: string(p)})
		if forward && to == "" && p.Index() > at || !forward && p.Index() < at {
			to = p
		}
	}
	if to == "" {
		text := string(r.in.Phase) + " is the last phase; :close ends the incident"
		if !forward {
			text = string(r.in.Phase) + " is the first phase"
		}
		return r.env.Ask(screen.Toast{Level: widget.InfoToast, Text: text})
	}
	form := widget.NewForm("Phase of "+r.in.ID+", now "+string(r.in.Phase),
		&widget.Field{Name: "to", Label: "Go to", Kind: widget.ChoiceField, Options: opts},
		reason(false, "needed to go back, past a phase, or past a closed gate"),
		&widget.Field{Name: "force", Label: "Force", Kind: widget.BoolField, Help: "pass although the gate is closed; it is marked for ever"})
	form.SetValues(map[string]string{"to": string(to)})
	in := r.in
	form.Info = func(f *widget.Form, w int, st *themes.Styles) []string {
		return gateLines(in, model.Phase(f.Value("to")), w, st)
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		p, err := model.ParsePhase(v["to"])
		if err != nil {
			return nil, err
		}
		return r.do(name, string(p), model.SetPhase{To: p, Reason: model.Text(v["reason"]), Force: v["force"] == "true"}), nil
	}})
}

// gateLines lists exactly what holds the gate to a phase.
func gateLines(in *model.Incident, to model.Phase, w int, st *themes.Styles) []string {
	if to.Index() < in.Phase.Index() {
		return []string{st.Dim.S("Going back needs a reason.")}
	}
	blocked := in.Blockers(to)
	if len(blocked) == 0 {
		return []string{st.Good.S(st.Glyphs.Done + " the gate to " + string(to) + " is open")}
	}
	out := []string{st.Warn.S(fmt.Sprintf("%s the gate to %s is closed: %s", st.Glyphs.Gate, to, model.Blocking(blocked)))}
	for _, b := range blocked {
		owner := ""
		if it, err := in.Item(b.Ref); err == nil {
			owner = screen.Person(it.Owner, st)
		} else if b.Soft {
			owner = st.Dim.S("reason")
		}
		out = append(out, widget.Fit("  "+st.Ref.S(widget.Fit(b.Ref, 4))+" "+model.ClipLine(string(b.What), max(w-24, 8)).String(), max(w-14, 8))+" "+owner)
	}
	return out
}

// roleForm lets a duty be chosen, then who takes it.
func (r *Room) roleForm() tea.Cmd {
	var items []widget.Item
	for _, role := range model.IncidentRoles() {
		who := "nobody"
		if u := r.in.Roles[role]; u != "" {
			who = "@" + model.Line(u).String()
		}
		items = append(items, widget.Item{ID: string(role), Label: duty(role), Detail: who})
	}
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Which duty", items), Chosen: func(it widget.Item) tea.Cmd {
		role, err := model.ParseIncidentRole(it.ID)
		if err != nil {
			return nil
		}
		was := r.in.Roles[role]
		who := r.people(role != model.RoleIC && was != "")
		return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker(duty(role)+" is", who), Chosen: func(p widget.Item) tea.Cmd {
			return r.do("", duty(role), model.AssignRole{Role: role, User: p.ID, Was: &was})
		}})
	}})
}

func duty(role model.IncidentRole) string {
	switch role {
	case model.RoleIC:
		return "IC"
	case model.RoleSME:
		return "SME"
	}
	return string(role)
}

// relateForm links another incident.
func (r *Room) relateForm() tea.Cmd {
	const name = "form:relate"
	suggest := func(typed string) []widget.Option {
		var out []widget.Option
		board := r.env.Hub.Board()
		for i := range board.Briefs {
			b := board.Briefs[i]
			if !b.IsIncident() || b.ID == r.in.ID || !b.CanRead(r.env.Actor) {
				continue
			}
			if screen.Matches(strings.ToLower(b.ID+" "+string(b.Title)), strings.Fields(strings.ToLower(typed))) {
				out = append(out, widget.Option{Value: b.ID, Label: model.ClipLine(string(b.Title), 60).String()})
			}
			if len(out) == 8 {
				break
			}
		}
		return out
	}
	form := widget.NewForm("Relate "+r.in.ID+" to another incident",
		&widget.Field{Name: "other", Label: "Incident", Required: true, Limit: 32, Suggest: suggest, Check: func(v string) error {
			_, err := model.ParseIncidentID(v)
			return err
		}},
		reason(false, "what they share"))
	in, id := r.in.ID, r.env.NewID()
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		other, err := model.ParseIncidentID(v["other"])
		if err != nil {
			return nil, err
		}
		return bounded(func(ctx context.Context) tea.Msg {
			err := r.env.Hub.Relate(ctx, r.env.Actor, id, in, other, model.Text(v["reason"]))
			return screen.Done{Form: name, Incident: in, Err: err, Said: "saved: related to " + other}
		}), nil
	}})
}

// closeForm ends the incident.
func (r *Room) closeForm() tea.Cmd {
	const name = "form:close"
	form := widget.NewForm("Close "+r.in.ID+"?", reason(r.in.Phase != model.PhasePostIncident, "how it ended; needed before post-incident is reached"))
	in := r.in
	form.Info = func(_ *widget.Form, w int, st *themes.Styles) []string {
		n := 0
		for _, it := range in.Checklist {
			if it.Required && it.Phase != model.PhasePreparation && !it.State.Settled() {
				n++
			}
		}
		out := []string{st.Dim.S("The room becomes read-only for everybody; it can be reopened with a reason.")}
		if n > 0 {
			out = append(out, st.Warn.S(fmt.Sprintf("%s %d required checklist items are still open", st.Glyphs.Warn, n)))
		}
		if in.PostMortemOwed() {
			_, why := in.PostMortemRequired()
			out = append(out, st.Warn.S(fmt.Sprintf("%s the post-mortem is required (%s) and %s", st.Glyphs.Warn, why, in.PostMortem.State.Word())),
				st.Dim.S("no reason goes past it: have it signed off, or waive it (tab 9)"))
		}
		return out
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.do(name, "closed", model.Close{Reason: model.Text(v["reason"])}), nil
	}})
}

// reopenForm takes a closed incident up again.
func (r *Room) reopenForm() tea.Cmd {
	const name = "form:reopen"
	form := widget.NewForm("Reopen "+r.in.ID, reason(true, "what is new"))
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.do(name, "reopened", model.Reopen{Reason: model.Text(v["reason"])}), nil
	}})
}

// mayReopen asks what Reopen will ask.
func (r *Room) mayReopen() (bool, string) {
	_, err := model.Reopen{Reason: "asked"}.Decide(r.in, r.env.Actor, r.env.Now())
	if err != nil {
		return false, model.Line(err.Error()).String()
	}
	return true, ""
}

// retract takes the selected things back, with a reason.
func (r *Room) retract() tea.Cmd {
	refs, what := r.targets(), ""
	if len(refs) == 1 {
		if text, ok := r.current().copy(false); ok {
			what = " " + model.ClipLine(text, 60).String()
		}
	}
	name := "form:retract:" + strings.Join(refs, ",")
	form := widget.NewForm("Retract "+strings.Join(refs, " ")+"?", reason(true, "why it is wrong"))
	form.Info = say("Everybody sees it as retracted; it stays readable, with the reason." + what)
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		why := model.Text(v["reason"])
		r.clearMarks()
		return r.all(name, "retracted "+strings.Join(refs, " "), refs, func(ref string) model.Command {
			switch ref[:1] {
			case model.RefIndicator:
				return model.RetractIndicator{Ref: ref, Reason: why}
			case model.RefAsset:
				return model.RetractAsset{Ref: ref, Reason: why}
			}
			return model.RetractEntry{Ref: ref, Reason: why}
		}), nil
	}})
}

// targets are the marked things of the tab, or else the selected one.
func (r *Room) targets() []string {
	var marked []string
	switch r.current() {
	case r.inds:
		marked = r.inds.table.Marked()
	case r.checklist:
		marked = r.checklist.table.Marked()
	case r.scope:
		marked = r.scope.table.Marked()
	}
	if len(marked) > 0 {
		return marked
	}
	return []string{r.current().selected()}
}

func (r *Room) clearMarks() {
	r.inds.table.ClearMarks()
	r.checklist.table.ClearMarks()
	r.scope.table.ClearMarks()
}

// all gives a command for each of refs, as one change with one undo.
func (r *Room) all(form, what string, refs []string, cmd func(ref string) model.Command) tea.Cmd {
	var all model.Bulk
	for _, ref := range refs {
		all = append(all, cmd(ref))
	}
	return r.do(form, what, all)
}

// reasonItem settles checklist items in a way that needs a reason.
func (r *Room) reasonItem(state model.ItemState, title string) tea.Cmd {
	refs := r.targets()
	name := "form:" + string(state) + ":" + strings.Join(refs, ",")
	form := widget.NewForm(title+": "+strings.Join(refs, " "), reason(true, "it stays in the record"))
	if it := r.checklist.current(); it != nil && len(refs) == 1 {
		form.Info = say(it.Title.Line().String())
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		r.clearMarks()
		return r.all(name, strings.Join(refs, " ")+" "+string(state), refs, func(ref string) model.Command {
			return model.SetItem{Ref: ref, State: state, Reason: model.Text(v["reason"]), Seen: seenIn(base)}
		}), nil
	}})
}

// itemNote writes down what was found at a checklist item.
func (r *Room) itemNote() tea.Cmd {
	it := r.checklist.current()
	name := "form:itemnote:" + it.Ref
	form := widget.NewForm("Note on "+it.Ref,
		&widget.Field{Name: "note", Label: "Note", Kind: widget.MultilineField, Rows: 4, Required: true, Limit: model.MaxReason, Help: "what was found, and where the proof is"})
	form.SetValues(map[string]string{"note": string(it.Note)})
	form.Info = say(it.Title.Line().String())
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		now := it
		if x, err := r.in.Item(it.Ref); err == nil {
			now = x // a note changes no state, whoever changed it meanwhile
		}
		return r.change(name, "note on "+it.Ref, func(in *model.Incident) []string {
			if x, err := in.Item(it.Ref); err == nil {
				return r.checklist.about(x, 90)
			}
			return nil
		}, model.SetItem{Ref: it.Ref, State: now.State, Reason: now.Reason, Note: model.Text(v["note"]), Seen: seenIn(base)}), nil
	}})
}
