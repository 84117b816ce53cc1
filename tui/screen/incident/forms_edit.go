package incident

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// editForm edits the incident's own page. What somebody else changed meanwhile
// is shown beside what was typed (CON-1).
func (r *Room) editForm() tea.Cmd {
	const name = "form:edit"
	types := []widget.Option{{Value: "", Label: "not known yet"}}
	known := r.in.Type == ""
	for _, t := range r.env.Books.Types() {
		types = append(types, widget.Option{Value: t, Label: t})
		known = known || t == r.in.Type
	}
	if !known {
		types = append(types, widget.Option{Value: r.in.Type, Label: model.ClipLine(r.in.Type, 40).String()})
	}
	var pris []widget.Option
	for p := model.Priority(1); p <= 4; p++ {
		pris = append(pris, widget.Option{Value: p.String(), Label: p.String()})
	}
	form := widget.NewForm("Edit "+r.in.ID,
		&widget.Field{Name: model.FieldTitle, Label: "Title", Required: true, Limit: model.MaxTitle},
		&widget.Field{Name: model.FieldSummary, Label: "Summary", Kind: widget.MultilineField, Rows: 8, Limit: model.MaxSummary, Help: "what is known now, for somebody who comes in; ctrl+s saves"},
		&widget.Field{Name: model.FieldType, Label: "Type", Kind: widget.ChoiceField, Options: types, Help: "changing it attaches nothing; a on the checklist attaches a playbook"},
		&widget.Field{Name: model.FieldPriority, Label: "Priority", Kind: widget.ChoiceField, Options: pris, Help: priorityHelp(r.in)},
		reason(false, "why the priority is another one than the rating's"),
		&widget.Field{Name: model.FieldTLP, Label: "TLP", Kind: widget.ChoiceField, Options: tlps(), Help: "how far what stands here may be passed on; a wider circle is the lead's"})
	base := map[string]string{}
	for _, f := range model.EditFields() {
		base[f] = string(r.in.Field(f))
	}
	form.SetValues(base)
	form.Select(model.FieldSummary)
	in, env := r.in.ID, r.env
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		ids := map[string]string{}
		for _, f := range model.EditFields() {
			ids[f] = env.NewID()
		}
		return bounded(func(ctx context.Context) tea.Msg { return edit(ctx, env, in, name, v, base, ids) }), nil
	}})
}

func priorityHelp(in *model.Incident) string {
	if in.Rating.Done() {
		return in.Rating.Arithmetic()
	}
	return "the order of work; P rates it"
}

// why is the reason that goes with a field: the priority's.
func why(field string, v map[string]string) model.Text {
	if field == model.FieldPriority {
		return model.Text(v["reason"])
	}
	return ""
}

// edit saves the fields that were changed, and stops at the first that somebody
// else changed too.
func edit(ctx context.Context, env *screen.Env, in, form string, v, base, ids map[string]string) tea.Msg {
	var last room.Result
	now := map[string]string{}
	for k, s := range base {
		now[k] = s
	}
	for _, f := range model.EditFields() {
		if v[f] == base[f] {
			continue
		}
		was := model.Text(base[f])
		res, err := env.Hub.Do(ctx, env.Actor, in, ids[f], model.Edit{Field: f, Was: &was, To: model.Text(v[f]), Reason: why(f, v)})
		if err == nil {
			now[f], last = v[f], res
			continue
		}
		d := screen.Done{Form: form, Incident: in, Err: err, Base: now}
		if model.CodeOf(err) == model.CodeConflict {
			if inc := env.Hub.Peek(in); inc != nil {
				theirs := string(inc.Field(f))
				now[f] = theirs
				d.Both = both(env, f, inc.Edited[f].By, theirs, v[f])
			}
		}
		return d
	}
	return screen.Done{Form: form, Incident: in, Said: screen.Saved(in)(last), Result: last}
}

// both shows the two sides of a conflict whole.
func both(env *screen.Env, field, by, theirs, mine string) *screen.OpenText {
	st := env.Styles
	lines := []string{st.Warn.S("Nothing of yours was overwritten or lost. Change your text, or save again to put it in place of theirs."), "",
		st.Title.S("NOW, by @" + model.Line(by).String())}
	lines = append(lines, strings.Split(model.Block(theirs).String(), "\n")...)
	lines = append(lines, "", st.Title.S("YOURS, not saved"))
	lines = append(lines, strings.Split(model.Block(mine).String(), "\n")...)
	return &screen.OpenText{Title: "Two edits of the " + field, Lines: lines}
}

// seen is the version that a form about one thing was made from.
func (r *Room) seen() map[string]string {
	return seenAt(r.in)
}

func seenAt(in *model.Incident) map[string]string {
	return map[string]string{"seen": strconv.FormatUint(in.Version, 10)}
}

func seenIn(base map[string]string) uint64 {
	n, err := strconv.ParseUint(base["seen"], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// change saves a change of one thing. When somebody changed the thing meanwhile,
// what it is now is shown, and saving again means it.
func (r *Room) change(form, ref string, about func(in *model.Incident) []string, cmd model.Command) tea.Cmd {
	in, env, id := r.in.ID, r.env, r.env.NewID()
	return bounded(func(ctx context.Context) tea.Msg {
		res, err := env.Hub.Do(ctx, env.Actor, in, id, cmd)
		d := screen.Done{Form: form, Incident: in, Err: err, Result: res}
		if err == nil {
			d.Said = screen.Saved(ref)(res)
			return d
		}
		if now := env.Hub.Peek(in); now != nil && model.CodeOf(err) == model.CodeConflict {
			d.Base = seenAt(now)
			lines := append([]string{env.Styles.Warn.S("Somebody changed it while you edited. What you typed is still in the form; saving again puts it in place."), ""}, about(now)...)
			d.Both = &screen.OpenText{Title: ref + " as it is now", Lines: lines}
		}
		return d
	})
}
