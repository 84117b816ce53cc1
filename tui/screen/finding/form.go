// Package finding holds what asks for and about a follow-up, wherever it is on
// screen: on its page and in the post-mortem.
package finding

import (
	"context"
	"maps"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Place is what a form is about: an incident, and where the form's draft is kept:
// the incident's id in its room, "" on a page.
type Place struct {
	Incident string
	Version  uint64 // of the incident that is on screen
	Draft    string
}

// names are the fields of the form, as the base of an edit holds them.
func names() []string {
	return []string{"title", "kind", "team", "owner", "due", "priority", "ticket", "factor", "changes"}
}

// values are what the form holds of a follow-up.
func values(f *model.FollowUpBrief) map[string]string {
	return map[string]string{"title": string(f.Title), "kind": string(f.Kind), "team": string(f.Team), "owner": f.Owner, "due": string(f.Due), "priority": f.Priority.String(),
		"ticket": string(f.Ticket), "factor": f.Factor, "changes": strings.Join(f.Changes, " ")}
}

// form asks what is to be done.
func form(env *screen.Env, title, incident string) *widget.Form {
	var kinds, pris []widget.Option
	for _, k := range model.FollowUpKinds() {
		kinds = append(kinds, widget.Option{Value: string(k), Label: string(k)})
	}
	for p := model.Priority(1); p <= 4; p++ {
		pris = append(pris, widget.Option{Value: p.String(), Label: p.String()})
	}
	return widget.NewForm(title,
		&widget.Field{Name: "title", Label: "What", Required: true, Limit: model.MaxTitle, Help: "what is to be done, in one line"},
		&widget.Field{Name: "kind", Label: "Kind", Kind: widget.ChoiceField, Options: kinds, Help: "what it makes better next time"},
		&widget.Field{Name: "owner", Label: "Owner", Required: true, Limit: model.MaxUserName + 1, Suggest: people(env), Help: "who sees to it"},
		&widget.Field{Name: "due", Label: "Due", Required: true, Limit: 32, Help: "+30d, +2w, +3m, tomorrow or 2026-12-20"},
		&widget.Field{Name: "team", Label: "Team", Limit: 128, Suggest: teams(env), Help: "that owns the work"},
		&widget.Field{Name: "priority", Label: "Priority", Kind: widget.ChoiceField, Options: pris},
		&widget.Field{Name: "ticket", Label: "Ticket", Limit: 2048, Help: "an id such as SEC-42, or an http(s) address; empty for none"},
		&widget.Field{Name: "factor", Label: "Factor", Limit: 12, Suggest: factors(env, incident), Help: "the contributing factor that it answers, such as X1; empty for none"},
		&widget.Field{Name: "changes", Label: "Changes", Limit: 2048, Suggest: changes(env), Help: "playbook:ID, playbook:ID/ITEM, topic:ID; a blank between; empty for none"})
}

// options gives the candidates that hold what is typed.
func options(typed string, list []widget.Option) []widget.Option {
	words := strings.Fields(strings.ToLower(strings.TrimPrefix(typed, "@")))
	var out []widget.Option
	for _, o := range list {
		if screen.Matches(strings.ToLower(o.Value+" "+o.Label), words) {
			out = append(out, o)
		}
	}
	return out
}

// people gives those whose name begins with what is typed: oneself, who is here, and
// everybody who has an account.
func people(env *screen.Env) func(string) []widget.Option {
	return func(typed string) []widget.Option {
		want := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(typed), "@"))
		var out []widget.Option
		have := map[string]bool{want: true}
		add := func(name, detail string) {
			if !have[name] && strings.HasPrefix(name, want) {
				have[name] = true
				out = append(out, widget.Option{Value: "@" + name, Label: model.Line("@" + name + "  " + detail).String()})
			}
		}
		add(env.Actor.Name, "you")
		for _, p := range env.Hub.People() {
			add(p.User, "here")
		}
		for _, a := range env.Hub.Accounts() {
			if !a.Disabled {
				add(a.Name, string(a.Role))
			}
		}
		return out
	}
}

// teams are those that have follow-ups.
func teams(env *screen.Env) func(string) []widget.Option {
	var list []widget.Option
	seen := map[model.Text]bool{"": true}
	for _, l := range model.FollowUpLines(env.Hub.Board().Briefs, env.Actor, model.FollowUpFilter{}, env.Now()) {
		if !seen[l.Team] {
			seen[l.Team] = true
			list = append(list, widget.Option{Value: string(l.Team), Label: screen.Clip(string(l.Team), 60)})
		}
	}
	return func(typed string) []widget.Option { return options(typed, list) }
}

func factors(env *screen.Env, incident string) func(string) []widget.Option {
	return func(typed string) []widget.Option {
		in := env.Hub.Peek(incident)
		if in == nil {
			return nil
		}
		var list []widget.Option
		for _, f := range in.PostMortem.LiveFactors() {
			list = append(list, widget.Option{Value: f.Ref, Label: f.Ref + " " + screen.Clip(string(f.Text), 60)})
		}
		return options(typed, list)
	}
}

// changes completes the last word of the field.
func changes(env *screen.Env) func(string) []widget.Option {
	var list []widget.Option
	for _, t := range env.Hub.Syllabus().List() {
		list = append(list, widget.Option{Value: "topic:" + t.ID, Label: screen.Clip(string(t.Title), 60)})
	}
	for _, b := range env.Books.List() {
		list = append(list, widget.Option{Value: "playbook:" + b.ID, Label: screen.Clip(b.Title, 60)})
		for _, it := range env.Attach(b).Items {
			list = append(list, widget.Option{Value: "playbook:" + b.ID + "/" + it.Key, Label: screen.Clip(string(it.Title), 60)})
		}
	}
	return func(typed string) []widget.Option {
		before, last := "", typed
		if i := strings.LastIndexByte(typed, ' '); i >= 0 {
			before, last = typed[:i+1], typed[i+1:]
		}
		if last == "" {
			return nil
		}
		out := options(last, list)
		for i := range out {
			out[i] = widget.Option{Value: before + out[i].Value, Label: out[i].Value + "  " + out[i].Label}
		}
		return out
	}
}

// read makes a change of the values that differ from base; nil base takes all.
func read(env *screen.Env, v, base map[string]string) (c model.SetFollowUp, err error) {
	given := func(name string) bool { return base == nil || v[name] != base[name] }
	text := func(name string) *model.Text {
		if !given(name) {
			return nil
		}
		t := model.Text(v[name])
		return &t
	}
	c.Title, c.Team, c.Ticket = text("title"), text("team"), text("ticket")
	if given("kind") {
		k := model.FollowUpKind(v["kind"])
		c.Kind = &k
	}
	if given("owner") {
		owner, err := model.ParseUserName(strings.ToLower(strings.TrimSpace(v["owner"])))
		if err == nil {
			err = env.Hub.KnowsUser(env.Actor, owner)
		}
		if e, ok := model.AsError(err); ok {
			return c, e.On("owner")
		}
		c.Owner = &owner
	}
	if given("due") {
		d, err := model.ParseDueDay(v["due"], env.Now())
		if err != nil {
			return c, err
		}
		c.Due = &d
	}
	if given("priority") {
		p, err := model.ParsePriority(v["priority"])
		if err != nil {
			return c, err
		}
		c.Priority = &p
	}
	if given("factor") {
		f := strings.TrimSpace(v["factor"])
		c.Factor = &f
	}
	if given("changes") {
		list := strings.Fields(v["changes"])
		for _, s := range list {
			if err := known(env, s); err != nil {
				return c, err
			}
		}
		c.Changes = &list
	}
	return c, nil
}

// known refuses a playbook, item or topic that there is not.
func known(env *screen.Env, s string) error {
	ch, err := model.ParseChange(s)
	if err != nil {
		return err
	}
	if ch.Topic != "" {
		if _, err := env.Hub.Syllabus().Topic(ch.Topic); err != nil {
			return model.NotFound("there is no topic %q", ch.Topic).Hint("tab completes").On("changes")
		}
		return nil
	}
	b, ok := env.Books.Get(ch.Playbook)
	if !ok {
		return model.NotFound("there is no playbook %q", ch.Playbook).Hint("tab completes").On("changes")
	}
	for _, it := range env.Attach(b).Items {
		if it.Key == ch.Item {
			return nil
		}
	}
	if ch.Item != "" {
		return model.NotFound("playbook %s has no item %q", ch.Playbook, ch.Item).Hint("tab completes").On("changes")
	}
	return nil
}

// Add asks for a new follow-up of an incident; factor is the one that it answers, ""
// for none.
func Add(env *screen.Env, p Place, factor string) tea.Cmd {
	name := "form:finding"
	if p.Draft == "" {
		name += ":" + p.Incident
	}
	f := form(env, "Follow-up of "+p.Incident, p.Incident)
	f.SetValues(map[string]string{"priority": "P3", "factor": factor})
	id := env.NewID()
	return env.Ask(screen.OpenForm{Name: name, Form: f, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		set, err := read(env, v, nil)
		if err != nil {
			return nil, err
		}
		return save(env, p, name, "follow-up", id, model.AddFollowUp{FollowUpSpec: set.Spec("")}, nil), nil
	}})
}

// Edit asks what is to be changed of a follow-up. What somebody else changed
// meanwhile is shown beside what was typed (CON-1).
func Edit(env *screen.Env, p Place, b *model.FollowUpBrief) tea.Cmd {
	name := "form:finding:" + p.Incident + "/" + b.Ref
	f := form(env, "Edit "+b.Ref+" of "+p.Incident, p.Incident)
	base := values(b)
	f.SetValues(base)
	base["seen"] = strconv.FormatUint(p.Version, 10)
	ref := b.Ref
	return env.Ask(screen.OpenForm{Name: name, Form: f, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		c, err := read(env, v, base)
		if err != nil {
			return nil, err
		}
		c.Ref, c.Seen = ref, seen(base)
		return save(env, p, name, ref, env.NewID(), c, func(d *screen.Done, now *model.Incident) { conflict(env, d, now, ref, v, base) }), nil
	}})
}

func seen(base map[string]string) uint64 {
	n, err := strconv.ParseUint(base["seen"], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// conflict puts both sides beside each other. What was not touched stays theirs when
// the form is saved again.
func conflict(env *screen.Env, d *screen.Done, now *model.Incident, ref string, mine, base map[string]string) {
	f, err := now.FollowUp(ref)
	if err != nil {
		return
	}
	d.Base = maps.Clone(base)
	d.Base["seen"] = strconv.FormatUint(now.Version, 10)
	st, b := env.Styles, f.Brief()
	lines := []string{st.Warn.S("Somebody changed " + ref + " while you edited. Nothing of yours was lost; saving again puts in place what you changed."), ""}
	theirs := values(&b)
	for _, n := range names() {
		if theirs[n] == base[n] && mine[n] == base[n] {
			continue
		}
		lines = append(lines, st.Title.S(n), "  now    "+screen.Clip(theirs[n], 300), "  yours  "+screen.Clip(mine[n], 300))
	}
	d.Both = &screen.OpenText{Title: "Two edits of " + ref, Lines: lines}
}

// save gives a command to the incident; after a conflict both, when set, shows what
// is there now.
func save(env *screen.Env, p Place, form, what, id string, cmd model.Command, both func(*screen.Done, *model.Incident)) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		res, err := env.Hub.Do(ctx, env.Actor, p.Incident, id, cmd)
		d := screen.Done{Form: form, Incident: p.Draft, Err: err, Result: res}
		switch {
		case err == nil:
			d.Said = screen.Saved(what)(res)
		case model.CodeOf(err) == model.CodeConflict && both != nil:
			if now := env.Hub.Peek(p.Incident); now != nil {
				both(&d, now)
			}
		}
		return d
	}
}

// Next brings a follow-up one state on: an open one is begun, a begun one is done,
// with what proves it.
func Next(env *screen.Env, p Place, b *model.FollowUpBrief) tea.Cmd {
	if b.State == model.FollowUpOpen {
		return save(env, p, "", b.Ref+" in progress", env.NewID(), model.MoveFollowUp{Ref: b.Ref, To: model.FollowUpDoing, Seen: p.Version}, nil)
	}
	return Done(env, p, b)
}

// Done asks what proves that a follow-up is done.
func Done(env *screen.Env, p Place, b *model.FollowUpBrief) tea.Cmd {
	return move(env, p, b, model.FollowUpDone, "Done", &widget.Field{Name: "evidence", Label: "Evidence", Required: true, Limit: model.MaxReason,
		Help: "what proves it: change, commit, test, or where it can be seen"})
}

// Drop asks why a follow-up is given up.
func Drop(env *screen.Env, p Place, b *model.FollowUpBrief) tea.Cmd {
	return move(env, p, b, model.FollowUpDropped, "Drop", &widget.Field{Name: "reason", Label: "Reason", Required: true, Limit: model.MaxReason, Help: "why nobody does it; it stays in the record"})
}

// Reopen asks why a settled follow-up is taken up again.
func Reopen(env *screen.Env, p Place, b *model.FollowUpBrief) tea.Cmd {
	return move(env, p, b, model.FollowUpOpen, "Take up again", &widget.Field{Name: "reason", Label: "Reason", Required: true, Limit: model.MaxReason, Help: "why it is not settled"})
}

func move(env *screen.Env, p Place, b *model.FollowUpBrief, to model.FollowUpState, title string, field *widget.Field) tea.Cmd {
	name := "form:" + string(to) + ":" + p.Incident + "/" + b.Ref
	f := widget.NewForm(title+": "+b.Ref+" "+screen.Clip(string(b.Title), 50), field)
	ref := b.Ref
	base := map[string]string{"seen": strconv.FormatUint(p.Version, 10)}
	return env.Ask(screen.OpenForm{Name: name, Form: f, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		cmd := model.MoveFollowUp{Ref: ref, To: to, Evidence: model.Text(v["evidence"]), Reason: model.Text(v["reason"]), Seen: seen(base)}
		return save(env, p, name, ref+" "+string(to), env.NewID(), cmd, func(d *screen.Done, now *model.Incident) {
			d.Base = map[string]string{"seen": strconv.FormatUint(now.Version, 10)}
		}), nil
	}})
}
