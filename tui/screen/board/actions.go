package board

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (b *Board) Actions() []action.Action {
	some := func() (bool, string) {
		if b.chosen() == "" {
			return false, "nothing is selected"
		}
		return true, ""
	}
	acts := []action.Action{
		{ID: "board.open", Title: "open", Help: "open the selected incident or report", Keys: []string{"enter"}, Footer: true, Priority: 80, Enabled: some, Run: b.open},
		{ID: "board.report", Title: "report", Help: "report suspicious activity: everybody with an account may", Keys: []string{"n"}, Footer: true, Priority: 70, Run: b.report},
		{ID: "board.declare", Title: "declare", Help: "declare an incident", Keys: []string{"a"}, Footer: true, Priority: 68, Enabled: b.mayDeclare, Run: b.declare},
		{ID: "board.triage", Title: "triage", Help: "decide what the report is: the selected one, or the most urgent", Keys: []string{"t"}, Footer: true, Priority: 60, Enabled: b.mayTriage, Run: b.triage},
		{ID: "board.kanban", Title: "by phase", Help: "list or columns by phase", Keys: []string{"tab", "v"}, Footer: true, Priority: 30, Run: func() tea.Cmd {
			b.kanban = !b.kanban
			return b.again()
		}},
		{ID: "board.order", Title: "order", Help: "order by severity, last change or number", Keys: []string{"o"}, Footer: true, Priority: 20, Run: func() tea.Cmd {
			b.order = (b.order + 1) % orders
			return b.again()
		}},
	}
	for l := range lists {
		acts = append(acts, action.Action{ID: "board.list" + string(rune('1'+l)), Title: l.name(), Help: "show the list " + l.name(),
			Keys: []string{string(rune('1' + l))}, Run: func() tea.Cmd { b.list = l; return b.again() }})
	}
	for i := range acts {
		acts[i].Scope = "board"
	}
	return acts
}

func (b *Board) mayDeclare() (bool, string) {
	if b.env.Actor.Role == model.RoleObserver {
		return false, "an observer may not declare an incident"
	}
	return true, ""
}

// declareForm is the name of the form and of its draft.
const declareForm = "form:declare"

// declare asks for a new incident.
func (b *Board) declare() tea.Cmd {
	types := []widget.Option{{Value: "", Label: "not known yet"}}
	for _, t := range b.env.Books.Types() {
		types = append(types, widget.Option{Value: t, Label: t})
	}
	form := widget.NewForm("Declare an incident",
		&widget.Field{Name: "title", Label: "Title", Required: true, Limit: model.MaxTitle, Help: "what happened, in one line; no secrets, others see it on the board"},
		&widget.Field{Name: "severity", Label: "Severity", Kind: widget.ChoiceField, Options: screen.Severities(), Help: "preliminary; if unsure take the higher"},
		&widget.Field{Name: "type", Label: "Type", Kind: widget.ChoiceField, Options: types, Help: "its playbook's checklist comes with it"},
		&widget.Field{Name: "summary", Label: "Summary", Kind: widget.MultilineField, Rows: 4, Limit: model.MaxSummary, Help: "what is known so far"},
		&widget.Field{Name: "restricted", Label: "Restricted", Kind: widget.BoolField, Help: "only those on its access list see it"},
		&widget.Field{Name: "exercise", Label: "Exercise", Kind: widget.BoolField},
	)
	form.SetValues(map[string]string{"severity": "SEV2"})
	form.Info = func(f *widget.Form, w int, st *themes.Styles) []string {
		if f.Focus() != "severity" {
			return nil
		}
		return screen.SeverityHelp(f.Value("severity"), w, st)
	}
	id := b.env.NewID()
	return b.env.Ask(screen.OpenForm{Name: declareForm, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		sev, err := model.ParseSeverity(v["severity"])
		if err != nil {
			return nil, err
		}
		cmd := model.Declare{Title: model.Text(v["title"]), Summary: model.Text(v["summary"]), Type: v["type"], Severity: sev,
			Restricted: v["restricted"] == "true", Exercise: v["exercise"] == "true"}
		if book := b.env.Books.ForType(cmd.Type); cmd.Type != "" && book != nil {
			cmd.Playbooks = []model.AttachPlaybook{b.env.Attach(book)}
		}
		env := b.env
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
			defer cancel()
			res, err := env.Hub.Declare(ctx, env.Actor, id, cmd)
			d := screen.Done{Form: declareForm, Err: err, Result: res}
			if err == nil {
				d.Said = screen.Saved(res.Incident.ID)(res)
				d.Then = screen.Later(screen.OpenIncident{ID: res.Incident.ID})
			}
			return d
		}, nil
	}})
}
