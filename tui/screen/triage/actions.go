package triage

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (t *Triage) Actions() []action.Action {
	acts := []action.Action{
		{ID: "triage.incident", Title: "incident", Help: "it is a security incident: declare one from the report", Keys: []string{"i"}, Footer: true, Priority: 80, Enabled: t.undecided, Run: t.incidentForm},
		{ID: "triage.join", Title: "join", Help: "it belongs to an incident that is open", Keys: []string{"J"}, Footer: true, Priority: 75, Enabled: t.undecided, Run: t.join},
		{ID: "triage.event", Title: "event", Help: "it happened, and is no security incident", Keys: []string{"e"}, Footer: true, Priority: 70, Enabled: t.undecided,
			Run: func() tea.Cmd { return t.reasonForm(model.ReportEvent, "") }},
		{ID: "triage.false", Title: "false positive", Help: "it did not happen", Keys: []string{"f"}, Footer: true, Priority: 69, Enabled: t.undecided,
			Run: func() tea.Cmd { return t.reasonForm(model.ReportFalse, "") }},
		{ID: "triage.duplicate", Title: "duplicate", Help: "another report or an incident has it already", Keys: []string{"d"}, Footer: true, Priority: 68, Enabled: t.undecided, Run: t.duplicate},
		{ID: "triage.open", Title: "open", Help: "open what the report was decided to belong to", Keys: []string{"enter"}, Footer: true, Priority: 78, Enabled: t.belongs, Run: t.open},
		{ID: "triage.reopen", Title: "reopen", Help: "take a wrong decision back, with a reason", Keys: []string{"R"}, Footer: true, Priority: 66, Enabled: t.decided, Run: t.reopenForm},
		{ID: "triage.assign", Title: "assign", Help: "say who looks at it; a takes it yourself", Keys: []string{"@"}, Footer: true, Priority: 60, Enabled: t.mayTriage, Run: t.assign},
		{ID: "triage.take", Title: "take", Help: "look at it yourself", Keys: []string{"a"}, Enabled: t.mayTriage, Run: func() tea.Cmd { return t.assignTo(t.env.Actor.Name) }},
	}
	for i := range acts {
		acts[i].Scope = "triage"
	}
	return acts
}

func (t *Triage) mayTriage() (bool, string) {
	if err := t.in.MayTriage(t.env.Actor); err != nil {
		return false, model.Line(err.Error()).String()
	}
	return true, ""
}

func (t *Triage) undecided() (bool, string) {
	if d := t.in.Report.Decision; d != nil {
		return false, "@" + d.By + " decided: " + t.what(d) + "; R takes it back"
	}
	return t.mayTriage()
}

func (t *Triage) decided() (bool, string) {
	if t.in.Report.Decision == nil {
		return false, "it is not decided"
	}
	return t.mayTriage()
}

func (t *Triage) belongs() (bool, string) {
	d := t.in.Report.Decision
	if d == nil || d.Of == "" {
		return false, "it belongs to nothing"
	}
	return true, ""
}

func (t *Triage) open() tea.Cmd {
	return t.env.Ask(screen.OpenIncident{ID: t.in.Report.Decision.Of})
}

// decide gives the decision; the form stays open when it is refused.
func (t *Triage) decide(form string, cmd model.DecideReport, open *model.Declare) tea.Cmd {
	env, id, cid := t.env, t.in.ID, t.env.NewID()
	return t.done(form, id+" is decided: "+string(cmd.State), func(ctx context.Context) (tea.Cmd, error) {
		_, other, err := env.Hub.Triage(ctx, env.Actor, cid, id, cmd, open)
		if err == nil && other.Incident != nil && cmd.State == model.ReportIncident {
			return screen.Later(screen.OpenIncident{ID: other.Incident.ID}), nil
		}
		return nil, err
	})
}

// incidentForm holds the incident test, and declares.
func (t *Triage) incidentForm() tea.Cmd {
	const name = "form:triage"
	types := []widget.Option{{Value: "", Label: "not known yet"}}
	for _, x := range t.env.Books.Types() {
		types = append(types, widget.Option{Value: x, Label: x})
	}
	fields := []*widget.Field{
		{Name: "title", Label: "Title", Required: true, Limit: model.MaxTitle, Help: "of the new incident"},
		{Name: "severity", Label: "Severity", Kind: widget.ChoiceField, Options: screen.Severities(), Help: "adjusted to what is known now"},
		{Name: "type", Label: "Type", Kind: widget.ChoiceField, Options: types, Help: "its playbook's checklist comes with it"},
	}
	for _, e := range model.Effects() {
		fields = append(fields, &widget.Field{Name: e, Label: effectLabels()[e], Kind: widget.BoolField, Help: "is an effect on it confirmed?"})
	}
	fields = append(fields, &widget.Field{Name: "reason", Label: "Reason", Limit: model.MaxReason, Help: "needed only where no effect is confirmed"})
	form := widget.NewForm("Security incident from "+t.in.ID, fields...)
	form.SetValues(map[string]string{"title": t.in.Title.Line().String(), "severity": t.in.Severity.String()})
	shown := form.Value("title")
	form.Info = func(f *widget.Form, w int, st *themes.Styles) []string {
		if f.Focus() == "severity" {
			return screen.SeverityHelp(f.Value("severity"), w, st)
		}
		if len(effects(f.Value)) > 0 {
			return []string{st.Good.S(st.Glyphs.Done + " a security incident: a confirmed effect")}
		}
		out := widget.Wrap("Not a security incident: no effect is confirmed. esc, then e, decides event; a reason declares one nevertheless.", w)
		for i := range out {
			out[i] = st.Warn.S(out[i])
		}
		return out
	}
	in := t.in
	return t.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		sev, err := model.ParseSeverity(v["severity"])
		if err != nil {
			return nil, err
		}
		open := &model.Declare{Title: model.Text(v["title"]), Severity: sev, Type: v["type"]}
		if v["title"] == shown {
			open.Title = in.Title // byte for byte
		}
		if book := t.env.Books.ForType(open.Type); open.Type != "" && book != nil {
			open.Playbooks = []model.AttachPlaybook{t.env.Attach(book)}
		}
		return t.decide(name, model.DecideReport{State: model.ReportIncident, Severity: sev, Reason: model.Text(v["reason"]),
			Effects: effects(func(k string) string { return v[k] })}, open), nil
	}})
}

func effectLabels() map[string]string {
	return map[string]string{"confidentiality": "Confidentiality", "integrity": "Integrity", "availability": "Availability",
		"customer-data": "Customer data", "personal-data": "Personal data"}
}

func effects(value func(string) string) []string {
	var out []string
	for _, e := range model.Effects() {
		if value(e) == "true" {
			out = append(out, e)
		}
	}
	return out
}

// reasonForm decides what needs no more than a reason.
func (t *Triage) reasonForm(state model.ReportState, of string) tea.Cmd {
	name := "form:triage:" + string(state)
	title := map[model.ReportState]string{model.ReportEvent: t.in.ID + " is an event, not an incident", model.ReportFalse: t.in.ID + " is a false positive",
		model.ReportDuplicate: t.in.ID + " is a duplicate of " + of, model.ReportIncident: t.in.ID + " belongs to " + of}[state]
	needed := state != model.ReportIncident
	form := widget.NewForm(title, &widget.Field{Name: "reason", Label: "Reason", Required: needed, Limit: model.MaxReason, Help: "it stays in the record, and is found by search"})
	return t.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return t.decide(name, model.DecideReport{State: state, Of: of, Reason: model.Text(v["reason"])}, nil), nil
	}})
}

// pick lets one of the incidents, and of the reports, be chosen: those that are
// similar first.
func (t *Triage) pick(title string, keep func(*model.Brief) bool, chosen func(id string) tea.Cmd) tea.Cmd {
	var items []widget.Item
	have := map[string]bool{t.in.ID: true}
	board := t.env.Hub.Board()
	for _, l := range t.similar {
		if b, ok := board.Get(l.ID); ok && keep(b) {
			have[l.ID] = true
			items = append(items, widget.Item{ID: l.ID, Label: widget.Fit(l.ID, 14) + screen.Clip(string(l.Title), 100), Detail: why(l)})
		}
	}
	const most = 500
	for i := range board.Briefs {
		b := board.Briefs[i]
		if !have[b.ID] && b.CanRead(t.env.Actor) && keep(b) && len(items) < most {
			items = append(items, widget.Item{ID: b.ID, Label: widget.Fit(b.ID, 14) + screen.Clip(string(b.Title), 100)})
		}
	}
	if len(items) == 0 {
		return t.toast("there is nothing to choose; i declares an incident")
	}
	return t.env.Ask(screen.OpenPicker{Picker: widget.NewPicker(title, items), Chosen: func(it widget.Item) tea.Cmd { return chosen(it.ID) }})
}

func (t *Triage) join() tea.Cmd {
	return t.pick("Which incident does it belong to?", func(b *model.Brief) bool { return b.Report == nil && b.Status == model.StatusOpen && !b.Restricted },
		func(id string) tea.Cmd { return t.reasonForm(model.ReportIncident, id) })
}

func (t *Triage) duplicate() tea.Cmd {
	return t.pick("Of what is it a duplicate?", func(*model.Brief) bool { return true },
		func(id string) tea.Cmd { return t.reasonForm(model.ReportDuplicate, id) })
}

func (t *Triage) reopenForm() tea.Cmd {
	const name = "form:reopen"
	form := widget.NewForm("Reopen "+t.in.ID, &widget.Field{Name: "reason", Label: "Reason", Required: true, Limit: model.MaxReason,
		Help: "what was wrong; the decision, and an incident that it opened, stay in the record"})
	return t.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return t.env.Do(t.in.ID, name, model.ReopenReport{Reason: model.Text(v["reason"])}, screen.Saved(t.in.ID)), nil
	}})
}

func (t *Triage) assign() tea.Cmd {
	var items []widget.Item
	for _, a := range t.env.Hub.Accounts() {
		if !a.Disabled && a.Role != model.RoleObserver {
			items = append(items, widget.Item{ID: a.Name, Label: "@" + a.Name, Detail: string(a.Role)})
		}
	}
	if len(items) == 0 {
		items = append(items, widget.Item{ID: t.env.Actor.Name, Label: "@" + t.env.Actor.Name, Detail: "you"})
	}
	items = append(items, widget.Item{ID: "", Label: "nobody"})
	return t.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Who looks at "+t.in.ID+"?", items), Chosen: func(it widget.Item) tea.Cmd { return t.assignTo(it.ID) }})
}

func (t *Triage) assignTo(user string) tea.Cmd {
	user = strings.TrimPrefix(user, "@")
	return t.env.Do(t.in.ID, "", model.AssignReport{User: user}, screen.Saved(t.in.ID))
}
