package review

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/review"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (r *Review) Actions() []action.Action {
	acts := []action.Action{
		{ID: "review.open", Title: "open", Help: "open the incident at its post-mortem or follow-up, the earlier review, or the whole text", Keys: []string{"enter"}, Footer: true, Priority: 80,
			Enabled: func() (bool, string) { return r.view == agenda && r.row() != nil, "nothing is selected" }, Run: r.open},
		{ID: "review.earlier", Title: "month before", Help: "go to the month before", Keys: []string{"h", "left"}, Footer: true, Priority: 79, Run: r.to(1)},
		{ID: "review.later", Title: "month after", Help: "go to the month after", Keys: []string{"l", "right"}, Run: r.to(-1)},
		{ID: "review.decide", Title: "decide", Help: "record a decision", Keys: []string{"d", "a"}, Footer: true, Priority: 78, Enabled: r.may(false), Run: func() tea.Cmd { return r.decideForm(nil) }},
		{ID: "review.attend", Title: "attend", Help: "write down who takes part", Keys: []string{"@"}, Footer: true, Priority: 77, Enabled: r.may(false), Run: r.attendForm},
		{ID: "review.note", Title: "note", Help: "write down what was said", Keys: []string{"n"}, Footer: true, Priority: 76, Enabled: r.may(false), Run: r.noteForm},
		{ID: "review.view", Title: "metrics", Help: "the agenda or the metrics", Keys: []string{"v"}, Footer: true, Priority: 75, Run: func() tea.Cmd {
			r.view = (r.view + 1) % views
			return r.Refresh()
		}},
		{ID: "review.edit", Title: "edit", Help: "change the selected decision", Keys: []string{"e"}, Footer: true, Priority: 60, Enabled: r.onDecision(false), Run: func() tea.Cmd { return r.decideForm(r.selected()) }},
		{ID: "review.done", Title: "done", Help: "say that the selected decision was carried out; again opens it", Keys: []string{"x"}, Footer: true, Priority: 61, Enabled: r.onDecision(true), Run: r.doneForm},
		{ID: "review.retract", Title: "retract", Help: "take the selected decision or note back, with a reason", Keys: []string{"X"}, Enabled: r.onItem, Run: r.retractForm},
		{ID: "review.close", Title: "close", Help: "end the review and freeze its figures", Keys: []string{"c"}, Footer: true, Priority: 55, Enabled: r.closable(false), Run: r.closeForm},
		{ID: "review.reopen", Title: "reopen", Help: "take the closed review up again", Keys: []string{"o"}, Footer: true, Priority: 54, Enabled: r.closable(true), Run: r.reopenForm},
	}
	for i := range acts {
		acts[i].Scope = Scope
	}
	return acts
}

func (r *Review) to(earlier int) func() tea.Cmd {
	return func() tea.Cmd {
		r.show(r.month.Before(earlier))
		return r.Refresh()
	}
}

// may says whether the person may write in the review now.
func (r *Review) may(lead bool) func() (bool, string) {
	return func() (bool, string) {
		if err := r.register().MayReview(r.env.Actor, lead, r.env.Now()); err != nil {
			return false, model.Line(err.Error()).String()
		}
		return true, ""
	}
}

func (r *Review) closable(closed bool) func() (bool, string) {
	return func() (bool, string) {
		if is := r.seen.State == review.Closed && r.ready; is != closed {
			return false, map[bool]string{true: "the review is closed", false: "the review is open"}[is]
		}
		if !r.ready {
			return false, "the figures are not there yet"
		}
		return r.may(true)()
	}
}

// selected is the selected decision of this review, nil for none.
func (r *Review) selected() *model.ReviewDecision {
	if x := r.row(); x != nil && r.view == agenda && x.kind == decision {
		if d, err := r.register().Review.Decision(x.item); err == nil {
			return d
		}
	}
	return nil
}

// onDecision says whether a decision is selected that may be changed; in a closed
// review too, when always says so.
func (r *Review) onDecision(always bool) func() (bool, string) {
	return func() (bool, string) {
		if r.selected() == nil {
			return false, "no decision of this review is selected"
		}
		if always {
			return r.env.Actor.Role != model.RoleObserver, "an observer may only read this"
		}
		return r.may(false)()
	}
}

func (r *Review) onItem() (bool, string) {
	if x := r.row(); x == nil || r.view != agenda || x.item == "" {
		return false, "no decision and no note of this review is selected"
	}
	return r.may(false)()
}

// open goes to what the selected line is about.
func (r *Review) open() tea.Cmd {
	x := r.row()
	switch {
	case x.incident != "":
		return r.env.Ask(screen.OpenIncident{ID: x.incident, Ref: x.at})
	case x.month != "":
		r.Open(x.month)
		return r.Refresh()
	}
	st := r.env.Styles
	lines := strings.Split(model.Block(screen.Defang(string(x.what))).String(), "\n")
	if d := r.selected(); d != nil {
		lines = append(lines, "", st.Dim.S(model.Line(review.DecisionSays(d, r.env.Now())+"  "+x.who+"  "+x.when).String()))
		if d.Result != "" {
			lines = append(lines, strings.Split(model.Block(screen.Defang(string(d.Result))).String(), "\n")...)
		}
	}
	return r.env.Ask(screen.OpenText{Title: r.month.ID() + " " + x.ref, Lines: lines})
}

// form is the name of a form of this month's review: a draft belongs to it.
func (r *Review) form(what string) string { return "form:" + r.month.ID() + ":" + what }

// save gives a command to the review.
func (r *Review) save(form, what string, cmd model.Command) tea.Cmd {
	env, id, month := r.env, r.env.NewID(), r.month.ID()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		res, err := env.Hub.Do(ctx, env.Actor, month, id, cmd)
		d := screen.Done{Form: form, Err: err, Result: res}
		if err == nil {
			d.Said = screen.Saved(what)(res)
		}
		if set, ok := cmd.(model.SetDecision); ok && model.CodeOf(err) == model.CodeConflict {
			d.Base, d.Both = r.conflict(env.Hub.PeekRegister(month), set)
		}
		return d
	}
}

// conflict is what a decision is now, to edit against, and both texts to look at.
func (r *Review) conflict(reg *model.Incident, mine model.SetDecision) (map[string]string, *screen.OpenText) {
	d, err := reg.Review.Decision(mine.Ref)
	if err != nil || mine.Text == nil {
		return nil, nil
	}
	st := r.env.Styles
	lines := []string{st.Warn.S("Nothing of yours was overwritten or lost. Change your text, or save again to put it in place of theirs."), "", st.Title.S("NOW")}
	lines = append(lines, strings.Split(d.Text.Block().String(), "\n")...)
	lines = append(lines, st.Dim.S(model.Line("@"+d.Owner+" "+until(d.Due)).String()), "", st.Title.S("YOURS, not saved"))
	lines = append(lines, strings.Split(mine.Text.Block().String(), "\n")...)
	return map[string]string{"seen": strconv.FormatUint(reg.Version, 10)}, &screen.OpenText{Title: "Two edits of " + d.Ref, Lines: lines}
}

// people suggests accounts.
func (r *Review) people(typed string) []widget.Option {
	words := strings.Fields(strings.ToLower(strings.TrimPrefix(typed, "@")))
	var out []widget.Option
	for _, a := range r.env.Hub.Accounts() {
		if !a.Disabled && screen.Matches(strings.ToLower(a.Name), words) {
			out = append(out, widget.Option{Value: "@" + a.Name, Label: "@" + a.Name})
		}
	}
	return out
}

// dueIn checks a field that holds a time to come.
func (r *Review) dueIn(was string) func(string) error {
	return func(v string) error {
		if v = strings.TrimSpace(v); v == "" || v == was {
			return nil
		}
		_, err := model.ParseDue(v, r.env.Now())
		return err
	}
}

func explain(text string) func(*widget.Form, int, *themes.Styles) []string {
	return func(_ *widget.Form, w int, st *themes.Styles) []string {
		lines := widget.Wrap(text, w)
		for i := range lines {
			lines[i] = st.Dim.S(lines[i])
		}
		return lines
	}
}

// decideForm records a decision, or changes one.
func (r *Review) decideForm(d *model.ReviewDecision) tea.Cmd {
	name, title, was := r.form("decide"), "Decision of the review of "+r.month.String(), ""
	values := map[string]string{}
	if d != nil {
		name, title = r.form(d.Ref), d.Ref+" of the review of "+r.month.String()
		if !d.Due.IsZero() {
			was = d.Due.UTC().Format("2006-01-02 15:04Z")
		}
		values = map[string]string{"text": string(d.Text), "owner": person(d.Owner), "due": was}
	}
	form := widget.NewForm(title,
		&widget.Field{Name: "text", Label: "Decision", Kind: widget.MultilineField, Rows: 4, Required: true, Limit: model.MaxReason, Help: "what is decided"},
		&widget.Field{Name: "owner", Label: "Owner", Limit: model.MaxUserName + 1, Suggest: r.people, Help: "who carries it out; empty where nobody has to"},
		&widget.Field{Name: "due", Label: "Due", Limit: 64, Check: r.dueIn(was), Help: "+14d, 2026-12-01, a full time; empty: no date"})
	form.SetValues(values)
	form.Info = explain("One with an owner stays on the agenda of the reviews that follow until it is done.")
	base := map[string]string{"seen": strconv.FormatUint(r.register().Version, 10)}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		text, owner, due := model.Text(v["text"]), strings.TrimPrefix(strings.TrimSpace(v["owner"]), "@"), time.Time{}
		switch in := strings.TrimSpace(v["due"]); {
		case in == "":
		case in == was:
			due = d.Due
		default:
			at, err := model.ParseDue(in, r.env.Now())
			if err != nil {
				return nil, err
			}
			due = at
		}
		if owner != "" && (d == nil || owner != d.Owner) {
			if err := r.known(owner, "owner"); err != nil {
				return nil, err
			}
		}
		if d == nil {
			return r.save(name, "the decision", model.RecordDecision{Text: text, Owner: owner, Due: due}), nil
		}
		cmd := model.SetDecision{Ref: d.Ref, Text: &text, Owner: &owner, Due: &due}
		cmd.Seen, _ = strconv.ParseUint(base["seen"], 10, 64)
		return r.save(name, d.Ref, cmd), nil
	}})
}

// known refuses a name that is no account's.
func (r *Review) known(name, field string) error {
	u, err := model.ParseUserName(name)
	if err == nil {
		err = r.env.Hub.KnowsUser(r.env.Actor, u)
	}
	if e, ok := model.AsError(err); ok {
		return e.On(field)
	}
	return err
}

// attendForm writes down who takes part, separated by commas.
func (r *Review) attendForm() tea.Cmd {
	name := r.form("attend")
	form := widget.NewForm("Who takes part in the review of "+r.month.String(),
		&widget.Field{Name: "people", Label: "People", Required: true, Limit: 4096, Suggest: r.last, Help: "@alice, @bob, J. Doe (legal): separated by commas; tab completes"},
		&widget.Field{Name: "away", Label: "Away", Kind: widget.BoolField, Help: "yes takes them off the list"})
	if len(r.seen.Attendees) == 0 {
		form.SetValues(map[string]string{"people": "@" + r.env.Actor.Name + ", "})
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.AttendReview{Away: v["away"] == "true"}
		for p := range strings.SplitSeq(v["people"], ",") {
			p = strings.TrimSpace(p)
			user, account := strings.CutPrefix(p, "@")
			switch {
			case p == "":
				continue
			case !account:
				cmd.People = append(cmd.People, model.Attendee{Name: model.Text(p)})
				continue
			case !cmd.Away:
				if err := r.known(user, "people"); err != nil {
					return nil, err
				}
			}
			cmd.People = append(cmd.People, model.Attendee{User: user})
		}
		return r.save(name, fmt.Sprintf("%d people", len(cmd.People)), cmd), nil
	}})
}

// last suggests accounts for the last of the names in a field.
func (r *Review) last(typed string) []widget.Option {
	before, word := "", typed
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		before, word = typed[:i+1]+" ", strings.TrimSpace(typed[i+1:])
	}
	if word == "" {
		return nil
	}
	out := r.people(word)
	for i := range out {
		out[i].Value = before + out[i].Value
	}
	return out
}

func (r *Review) noteForm() tea.Cmd {
	name := r.form("note")
	form := widget.NewForm("Note in the review of "+r.month.String(),
		&widget.Field{Name: "text", Label: "Text", Kind: widget.MultilineField, Rows: 8, Required: true, Limit: model.MaxEntry, Help: "what was said"})
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.save(name, "the note", model.AddReviewNote{Text: model.Text(v["text"])}), nil
	}})
}

// doneForm says that the selected decision was carried out, or that it was not.
func (r *Review) doneForm() tea.Cmd {
	d := r.selected()
	if d.DoneBy != "" {
		not := false
		return r.save("", d.Ref, model.SetDecision{Ref: d.Ref, Done: &not})
	}
	name := r.form("done:" + d.Ref)
	form := widget.NewForm(d.Ref+" is done", &widget.Field{Name: "result", Label: "Result", Limit: model.MaxReason, Help: "what shows it: a change, a ticket, a date; may be empty"})
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		yes := true
		return r.save(name, d.Ref, model.SetDecision{Ref: d.Ref, Done: &yes, Result: model.Text(v["result"])}), nil
	}})
}

// because asks for a reason and gives the command that it makes.
func (r *Review) because(name, title, help string, required bool, cmd func(reason model.Text) (string, model.Command)) tea.Cmd {
	form := widget.NewForm(title, &widget.Field{Name: "reason", Label: "Reason", Required: required, Limit: model.MaxReason, Help: help})
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		what, c := cmd(model.Text(v["reason"]))
		return r.save(name, what, c), nil
	}})
}

func (r *Review) retractForm() tea.Cmd {
	ref := r.row().item
	return r.because(r.form("retract:"+ref), "Retract "+ref, "it stays in the record", true, func(reason model.Text) (string, model.Command) {
		return ref + " retracted", model.RetractReviewItem{Ref: ref, Reason: reason}
	})
}

// closeForm freezes the figures that are on the screen's month now.
func (r *Review) closeForm() tea.Cmd {
	m, seen := r.month, r.register().Version
	help := "the figures are frozen; a reason may be given"
	needed := r.env.Now().Before(m.To)
	if needed {
		help = "the month is not over: say why it is closed now"
	}
	return r.because(r.form("close"), "Close the review of "+m.String(), help, needed, func(reason model.Text) (string, model.Command) {
		return "the review of " + m.String(), model.CloseReview{Figures: review.Agenda(r.env.Hub.Board().Briefs, m, r.env.Now()), Reason: reason, Seen: seen}
	})
}

func (r *Review) reopenForm() tea.Cmd {
	return r.because(r.form("reopen"), "Reopen the review of "+r.month.String(), "its figures are those of now until it is closed anew", true, func(reason model.Text) (string, model.Command) {
		return "the review of " + r.month.String(), model.ReopenReview{Reason: reason}
	})
}
