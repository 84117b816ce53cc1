package incident

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// notifyActions are what keys mean on the Notify tab, and the data impact's.
func (r *Room) notifyActions() []action.Action {
	respond, picked := r.allowed(model.AccessRespond), r.picked(model.AccessRespond)
	acts := in("overview",
		action.Action{ID: "overview.data", Title: "data impact", Help: "say what happened to data; a yes starts the duties to notify", Keys: []string{"d"}, Footer: true, Priority: 44, Enabled: respond, Run: r.impactForm})
	return append(acts, in("notify",
		action.Action{ID: "notify.draft", Title: "draft", Help: "write the notice", Keys: []string{"e"}, Footer: true, Priority: 75, Enabled: picked, Run: r.draftForm},
		action.Action{ID: "notify.approve", Title: "approve", Help: "approve a draft that somebody else wrote", Keys: []string{"x"}, Footer: true, Priority: 74, Enabled: picked, Run: r.approveNotice},
		action.Action{ID: "notify.sent", Title: "sent", Help: "record that the notice went out, with its proof", Keys: []string{"P"}, Footer: true, Priority: 73, Enabled: picked, Run: r.sentForm},
		action.Action{ID: "notify.not", Title: "not required", Help: "record that the notice is not owed, with the reason; again takes it up", Keys: []string{"N"}, Footer: true, Priority: 52, Enabled: picked, Run: r.notRequiredForm},
		action.Action{ID: "notify.assign", Title: "owner", Help: "give the selected notice an owner", Keys: []string{"@"}, Footer: true, Priority: 51, Enabled: picked, Run: r.assignNotice},
		action.Action{ID: "notify.trigger", Title: "trigger", Help: "record when a moment was: aware, classified, material …; it starts clocks", Keys: []string{"w"}, Footer: true, Priority: 72, Enabled: respond, Run: r.triggerForm},
		action.Action{ID: "notify.data", Title: "data impact", Help: "say what happened to data; a yes starts the duties to notify", Keys: []string{"d"}, Footer: true, Priority: 71, Enabled: respond, Run: r.impactForm},
		action.Action{ID: "notify.update", Title: "update", Help: "record what stakeholders were told", Keys: []string{"U"}, Footer: true, Priority: 53, Enabled: respond, Run: r.updateForm},
		action.Action{ID: "notify.add", Title: "add", Help: "start a regime by hand, a contract or a duty of one's own", Keys: []string{"a"}, Enabled: respond, Run: r.addNoticeForm})...)
}

// noAdvice explains a form and says that clocks are no advice.
func noAdvice(text string) func(*widget.Form, int, *themes.Styles) []string {
	return say(strings.TrimSpace(text + " " + model.NoAdvice))
}

// impactForm asks what happened to data, and what decides on the duties.
func (r *Room) impactForm() tea.Cmd {
	const name = "form:impact"
	rules, d := r.env.Hub.Rules(), &r.in.Impact
	regions, roles := rules.Words()
	fields := []*widget.Field{
		{Name: "disclosed", Label: "Disclosed", Kind: widget.ChoiceField, Options: options("unknown", "yes", "no"), Help: "somebody saw or has data who must not"},
		{Name: "modified", Label: "Modified", Kind: widget.ChoiceField, Options: options("unknown", "yes", "no")},
		{Name: "destroyed", Label: "Destroyed", Kind: widget.ChoiceField, Options: options("unknown", "yes", "no"), Help: "lost or out of reach, too"},
		{Name: "personal", Label: "Personal", Kind: widget.ChoiceField, Options: options("unknown", "yes", "no"), Help: "personal data is among it"},
		{Name: "customers", Label: "Customers", Kind: widget.ChoiceField, Options: options("unknown", "yes", "no"), Help: "were affected, with or without their data: a post-mortem is then required"},
		{Name: "aware", Label: "Aware since", Limit: 128, Check: r.whenOrNothing, Help: "since when the organisation is aware of it; 14:03, -2h, a full time; empty: not known yet"},
		{Name: "regions", Label: "Regions", Limit: 256, Help: strings.Join(regions, " ")},
		{Name: "roles", Label: "Roles", Limit: 512, Help: "what the organisation is here: " + strings.Join(roles, " ")},
		{Name: "regulators", Label: "Regulators", Limit: 512, Help: "regimes that apply whatever else is said: " + strings.Join(rules.IDs(), " ")},
		{Name: "people", Label: "People", Limit: 16, Check: peopleCount, Help: "how many people; empty when not known"},
		{Name: "data", Label: "What data", Limit: model.MaxReason},
	}
	base := map[string]string{"disclosed": string(d.Disclosed.Answer()), "modified": string(d.Modified.Answer()), "destroyed": string(d.Destroyed.Answer()),
		"personal": string(d.Personal.Answer()), "customers": string(d.Customers.Answer()), "regions": strings.Join(d.Regions, " "), "roles": strings.Join(d.Roles, " "),
		"regulators": strings.Join(d.Regulators, " "), "people": "", "data": string(d.Data), "aware": ""}
	if d.People > 0 {
		base["people"] = strconv.Itoa(d.People)
	}
	if t, ok := r.in.Triggers[model.TriggerAware]; ok {
		base["aware"] = t.At.UTC().Format("2006-01-02T15:04:05Z")
	}
	form := widget.NewForm("What happened to data in "+r.in.ID, fields...)
	form.SetValues(base)
	form.Info = noAdvice("A yes starts the duties that apply; none starts from detection alone.")
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		cmd, err := r.impactOf(v, base)
		if err != nil {
			return nil, err
		}
		return r.do(name, "data impact", cmd), nil
	}})
}

func peopleCount(v string) error {
	if n, err := strconv.Atoi(strings.TrimSpace(v)); strings.TrimSpace(v) != "" && (err != nil || n < 0 || n > model.MaxPeople) {
		return model.Invalid("people is a whole number")
	}
	return nil
}

// impactOf is the change from what the form was opened with: what somebody else
// changed meanwhile stays.
func (r *Room) impactOf(v, base map[string]string) (model.SetDataImpact, error) {
	cmd := model.SetDataImpact{Rules: r.env.Hub.Rules()}
	edited := func(f string) bool { return v[f] != base[f] }
	for f, to := range map[string]**model.Answer{"disclosed": &cmd.Disclosed, "modified": &cmd.Modified, "destroyed": &cmd.Destroyed, "personal": &cmd.Personal, "customers": &cmd.Customers} {
		if edited(f) {
			a := model.Answer(v[f])
			*to = &a
		}
	}
	for f, to := range map[string]**[]string{"regions": &cmd.Regions, "roles": &cmd.Roles, "regulators": &cmd.Regulators} {
		if edited(f) {
			l := strings.Fields(v[f])
			*to = &l
		}
	}
	if edited("people") {
		n := number(v["people"])
		cmd.People = &n
	}
	if edited("data") {
		t := model.Text(v["data"])
		cmd.Data = &t
	}
	if edited("aware") && strings.TrimSpace(v["aware"]) != "" {
		w, err := model.ParseWhen(v["aware"], r.env.Now())
		if err != nil {
			return cmd, onField(err, "aware")
		}
		cmd.Aware = w.At
	}
	return cmd, nil
}

// draftForm writes the text of a notice.
func (r *Room) draftForm() tea.Cmd {
	o := r.notify.current()
	name := "form:draft:" + o.Ref
	form := widget.NewForm("Draft of "+o.Ref+" "+model.ClipLine(string(o.Title), 50).String(),
		&widget.Field{Name: "text", Label: "Text", Kind: widget.MultilineField, Rows: 10, Required: true, Limit: model.MaxDraft, Help: "somebody else approves it before it is sent"})
	form.SetValues(map[string]string{"text": string(o.Draft)})
	form.Info = noAdvice("To: " + o.Recipient.Line().String() + ".")
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		return r.change(name, "draft of "+o.Ref, r.aboutNotice(o.Ref), model.DraftNotice{Ref: o.Ref, Text: model.Text(v["text"]), Seen: seenIn(base)}), nil
	}})
}

func (r *Room) aboutNotice(ref string) func(*model.Incident) []string {
	return func(in *model.Incident) []string {
		if o, err := in.Obligation(ref); err == nil {
			return r.notify.about(o, 90)
		}
		return nil
	}
}

// approveNotice asks once: what is approved is the text that was on screen.
func (r *Room) approveNotice() tea.Cmd {
	o, seen := r.notify.current(), r.in.Version
	cmd := model.ApproveNotice{Ref: o.Ref, Seen: seen}
	if _, err := cmd.Decide(r.in, r.env.Actor, r.env.Now()); err != nil {
		return r.env.Ask(screen.Toast{Level: widget.WarnToast, Text: model.Line(err.Error()).String()})
	}
	effect := "By @" + model.Line(o.DraftedBy).String() + ": " + model.ClipLine(string(o.Draft), 300).String()
	return r.env.Ask(screen.OpenConfirm{Confirm: widget.NewConfirm("Approve the draft of "+o.Ref+" "+model.ClipLine(string(o.Title), 40).String()+"?", effect, "approve"),
		Yes: func() tea.Cmd { return r.do("", o.Ref+" approved", cmd) }})
}

// sentForm records that a notice went out.
func (r *Room) sentForm() tea.Cmd {
	o := r.notify.current()
	name := "form:sent:" + o.Ref
	fields := []*widget.Field{{Name: "proof", Label: "Proof", Required: true, Limit: model.MaxReason, Help: "receipt, reference, or where the proof is kept"},
		{Name: "at", Label: "Sent", Limit: 128, Check: r.whenOrNothing, Help: "14:03, -20m or a full time; empty is now"}}
	info := "To: " + o.Recipient.Line().String() + "."
	if o.State != model.ObligationApproved {
		fields = append(fields, reason(false, "it is not approved: only the lead may record it, with a reason"))
		info += " It is not approved."
	}
	form := widget.NewForm("Sent: "+o.Ref+" "+model.ClipLine(string(o.Title), 50).String(), fields...)
	form.Info = noAdvice(info)
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.MarkSent{Ref: o.Ref, Proof: model.Text(v["proof"]), Reason: model.Text(v["reason"]), Rules: r.env.Hub.Rules()}
		if strings.TrimSpace(v["at"]) != "" {
			w, err := model.ParseWhen(v["at"], r.env.Now())
			if err != nil {
				return nil, onField(err, "at")
			}
			cmd.At = w.At
		}
		return r.do(name, o.Ref+" sent", cmd), nil
	}})
}

// notRequiredForm records that a notice is not owed, or takes it up again.
func (r *Room) notRequiredForm() tea.Cmd {
	o := r.notify.current()
	name := "form:notrequired:" + o.Ref
	title, said := "Not required: ", " not required"
	if o.State == model.ObligationNot {
		title, said = "Take up again: ", " taken up again"
	}
	again := o.State == model.ObligationNot
	form := widget.NewForm(title+o.Ref+" "+model.ClipLine(string(o.Title), 50).String(), reason(true, "the decision stays in the record, with your name"))
	form.Info = noAdvice("")
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		why := model.Text(v["reason"])
		if again {
			return r.do(name, o.Ref+said, model.ReopenNotice{Ref: o.Ref, Reason: why, Rules: r.env.Hub.Rules()}), nil
		}
		return r.do(name, o.Ref+said, model.NotRequired{Ref: o.Ref, Reason: why}), nil
	}})
}

func (r *Room) assignNotice() tea.Cmd {
	ref := r.notify.selected()
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Owner of "+ref, r.people(true)), Chosen: func(it widget.Item) tea.Cmd {
		return r.do("", ref, model.AssignNotice{Ref: ref, Owner: it.ID})
	}})
}

// triggerForm records when a moment was.
func (r *Room) triggerForm() tea.Cmd {
	const name = "form:trigger"
	var opts []widget.Option
	first := ""
	for _, t := range model.Triggers() {
		label := t
		if have, ok := r.in.Triggers[t]; ok {
			label += " " + r.env.Styles.Glyphs.Done + " " + have.At.UTC().Format("02 Jan 15:04Z")
		}
		opts = append(opts, widget.Option{Value: t, Label: label})
	}
	if o := r.notify.current(); o != nil && o.From == "" && o.TriggerAt.IsZero() {
		first = o.Trigger
	}
	form := widget.NewForm("When was it?",
		&widget.Field{Name: "trigger", Label: "What", Kind: widget.ChoiceField, Options: opts, Help: "left and right, or its first letters"},
		&widget.Field{Name: "at", Label: "When", Limit: 128, Check: r.whenOrNothing, Help: "14:03, -20m, yesterday 22:40, or a full time; empty is now"},
		reason(false, "needed to move one that is recorded: its clocks move"))
	if first != "" {
		form.SetValues(map[string]string{"trigger": first})
	}
	form.Info = func(f *widget.Form, w int, st *themes.Styles) []string {
		return noAdvice(f.Value("trigger")+": "+model.TriggerMeans(f.Value("trigger"))+".")(f, w, st)
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.SetTrigger{Name: v["trigger"], Reason: model.Text(v["reason"]), Rules: r.env.Hub.Rules()}
		if strings.TrimSpace(v["at"]) != "" {
			w, err := model.ParseWhen(v["at"], r.env.Now())
			if err != nil {
				return nil, onField(err, "at")
			}
			cmd.At = w.At
		}
		return r.do(name, cmd.Name, cmd), nil
	}})
}

// updateForm records what stakeholders were told.
func (r *Room) updateForm() tea.Cmd {
	const name = "form:update"
	form := widget.NewForm("Stakeholder update",
		&widget.Field{Name: "text", Label: "Text", Kind: widget.MultilineField, Rows: 6, Required: true, Limit: model.MaxEntry, Help: "what they were told; it goes into the timeline"})
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.do(name, "stakeholder update", model.TellStakeholders{Text: model.Text(v["text"])}), nil
	}})
}

// addNoticeForm starts a regime by hand.
func (r *Room) addNoticeForm() tea.Cmd {
	const name = "form:notice"
	rules := r.env.Hub.Rules()
	var opts []widget.Option
	for _, id := range rules.IDs() {
		if x, err := rules.Regime(id); err == nil && x.InForce() {
			opts = append(opts, widget.Option{Value: id, Label: model.Line(x.Title).String()})
		}
	}
	form := widget.NewForm("Start a regime",
		&widget.Field{Name: "regime", Label: "Regime", Kind: widget.ChoiceField, Options: opts, Help: "left and right, or its first letters"},
		&widget.Field{Name: "title", Label: "Title", Limit: model.MaxTitle, Help: "of a contract or one's own"},
		&widget.Field{Name: "recipient", Label: "Recipient", Limit: model.MaxTitle, Help: "of a contract or one's own"},
		&widget.Field{Name: "due", Label: "Due", Limit: 128, Help: "of a contract or one's own: +24h, +3d, 2026-11-30 12:00"})
	form.Info = noAdvice("")
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.AddObligation{Regime: v["regime"], Title: model.Text(v["title"]), Recipient: model.Text(v["recipient"]), Rules: rules}
		if strings.TrimSpace(v["due"]) != "" {
			at, err := model.ParseDue(v["due"], r.env.Now())
			if err != nil {
				return nil, onField(err, "due")
			}
			cmd.Due = at
		}
		return r.do(name, cmd.Regime, cmd), nil
	}})
}
