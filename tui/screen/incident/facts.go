package incident

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/room"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// factActions are about what severity, priority and recovery rest on.
func (r *Room) factActions(respond func() (bool, string)) []action.Action {
	return in("room",
		action.Action{ID: "severity.facts", Title: "facts", Help: "say what forces the severity up: identity, tenants, active adversary, backups", Keys: []string{"!"}, Enabled: respond, Run: r.raiseForm},
		action.Action{ID: "rate", Title: "rate", Help: "rate impact and urgency: the priority follows", Keys: []string{"P"}, Enabled: respond, Run: r.rateForm},
		action.Action{ID: "cause", Title: "cause", Help: "root cause, entry vector, and that the adversary is out", Keys: []string{"C"}, Enabled: respond, Run: func() tea.Cmd { return r.causeForm("root-cause") }},
		action.Action{ID: "mitigation", Title: "mitigation", Help: "mitigations of the vulnerabilities: add one, done", Keys: []string{"M"}, Enabled: respond, Run: func() tea.Cmd { return r.mitigations("") }})
}

// each gives commands one after the other, and says one word about all of them.
// It stops at the first refusal.
func (r *Room) each(form, what string, cmds ...model.Command) tea.Cmd {
	in, env, ids := r.in.ID, r.env, make([]string, len(cmds))
	for i := range ids {
		ids[i] = env.NewID()
	}
	return bounded(func(ctx context.Context) tea.Msg {
		var last room.Result
		for i, c := range cmds {
			res, err := env.Hub.Do(ctx, env.Actor, in, ids[i], c)
			if err != nil {
				return screen.Done{Form: form, Incident: in, Err: err, Result: last}
			}
			last = res
		}
		return screen.Done{Form: form, Incident: in, Said: screen.Saved(what)(last), Result: last}
	})
}

// raiseForm asks for the facts that force a severity up.
func (r *Room) raiseForm() tea.Cmd {
	const name = "form:raise"
	var fields []*widget.Field
	now := map[string]string{}
	for _, f := range model.RaiseFacts() {
		fields = append(fields, &widget.Field{Name: string(f), Label: title(string(f)), Kind: widget.BoolField, Help: f.Means()})
		now[string(f)] = fmt.Sprint(r.in.Raised(f))
	}
	form := widget.NewForm("What forces the severity of "+r.in.ID+" up", fields...)
	form.SetValues(now)
	form.Info = say("Each asks for SEV2 at least, an active adversary for one level more than now. " + r.in.ID + " is " + r.in.Severity.String() + "; s changes it, or keeps it with a reason.")
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.SetRaise{Facts: map[model.RaiseFact]bool{}}
		for _, f := range model.RaiseFacts() {
			if v[string(f)] != now[string(f)] {
				cmd.Facts[f] = v[string(f)] == "true"
			}
		}
		return r.do(name, "facts", cmd), nil
	}})
}

// raiseLines says below the severity form what forces it up.
func raiseLines(in *model.Incident, st *themes.Styles) []string {
	least, why := in.LeastSeverity()
	if !least.Valid() {
		return nil
	}
	return []string{st.Warn.S(st.Glyphs.Warn + " at least " + least.String() + ": " + model.Because(why))}
}

// rateForm asks for the ratings and shows the arithmetic.
func (r *Room) rateForm() tea.Cmd {
	const name = "form:rate"
	fields := []*widget.Field{
		{Name: "functional", Label: "Functional impact", Kind: widget.ChoiceField, Options: options(model.FunctionalImpacts()...)},
		{Name: "recoverability", Label: "Recoverability", Kind: widget.ChoiceField, Options: options(model.Recoverabilities()...)},
		{Name: "urgency", Label: "Adversary", Kind: widget.ChoiceField, Options: urgencies(r.in)},
	}
	is := r.in.Rating
	now := map[string]string{"functional": is.Functional, "recoverability": is.Recoverability, "urgency": is.Urgency}
	for _, i := range model.InformationImpacts() {
		fields = append(fields, &widget.Field{Name: i, Label: title(strings.ReplaceAll(i, "-", " ")), Kind: widget.BoolField, Help: model.RatingMeans(i)})
		for _, have := range is.Information {
			if have == i {
				now[i] = "true"
			}
		}
	}
	form := widget.NewForm("Rate "+r.in.ID, fields...)
	form.SetValues(now)
	in := r.in
	form.Info = func(f *widget.Form, w int, st *themes.Styles) []string {
		next := rated(f.Value)
		var out []string
		for _, k := range []string{"functional", "recoverability", "urgency"} {
			out = append(out, widget.Wrap(st.Dim.S(f.Value(k)+": "+model.RatingMeans(f.Value(k))), w)...)
		}
		out = append(out, st.Bold.S(next.Arithmetic()))
		if in.Override != nil {
			out = append(out, widget.Wrap(st.Warn.S(in.Priority.String()+" by @"+in.Override.By+" stays")+" "+in.Override.Reason.Line().String(), w)...)
		}
		return out
	}
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		n := rated(func(k string) string { return v[k] })
		info := append([]string{}, n.Information...)
		return r.change(name, n.Arithmetic(), func(in *model.Incident) []string { return []string{in.PriorityWhy().Line().String()} },
			model.SetRating{Functional: &n.Functional, Recoverability: &n.Recoverability, Urgency: &n.Urgency, Information: &info, Seen: seenIn(base)}), nil
	}})
}

// urgencies are the choices of how the adversary stands; nobody is called active
// only because the list begins so.
func urgencies(in *model.Incident) []widget.Option {
	list := options(model.Urgencies()...)
	if in.Rating.Done() || in.Raised(model.RaiseActive) {
		return list
	}
	return append([]widget.Option{{Value: "", Label: "not said"}}, list...)
}

// rated is the rating that a form holds.
func rated(value func(string) string) model.Rating {
	n := model.Rating{Functional: value("functional"), Recoverability: value("recoverability"), Urgency: value("urgency")}
	for _, i := range model.InformationImpacts() {
		if value(i) == "true" {
			n.Information = append(n.Information, i)
		}
	}
	return n
}

// causeForm says what the cause is, and that the adversary is out.
func (r *Room) causeForm(at string) tea.Cmd {
	const name = "form:cause"
	unsaid := widget.Option{Value: "", Label: "not said"}
	form := widget.NewForm("Cause of "+r.in.ID,
		&widget.Field{Name: "root-cause", Label: "Root cause", Limit: model.MaxReason, Help: "why it could happen"},
		&widget.Field{Name: "confidence", Label: "Confidence", Kind: widget.ChoiceField, Options: append([]widget.Option{unsaid}, options(model.Confidences()...)...), Help: "the gate to recovery asks for it"},
		&widget.Field{Name: "basis", Label: "Rests on", Limit: model.MaxReason, Help: "the logs, images or tests that show it"},
		&widget.Field{Name: "vector", Label: "Entry vector", Limit: model.MaxReason, Help: "how the adversary came in"},
		&widget.Field{Name: "evicted", Label: "Evicted", Kind: widget.ChoiceField, Options: append([]widget.Option{unsaid}, options("yes", "no")...), Help: "the adversary is out"},
		&widget.Field{Name: "evidence", Label: "Evidence", Limit: model.MaxReason, Help: "what shows that he is out"})
	c := &r.in.Cause
	form.SetValues(map[string]string{"root-cause": string(c.RootCause), "confidence": c.Confidence, "basis": string(c.Basis), "vector": string(c.Vector),
		"evicted": c.Evicted, "evidence": string(c.Evidence)})
	form.Select(at)
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		root, conf, basis, vector, out, proof := model.Text(v["root-cause"]), v["confidence"], model.Text(v["basis"]), model.Text(v["vector"]), v["evicted"], model.Text(v["evidence"])
		return r.change(name, "cause", func(in *model.Incident) []string { return causeLines(in, 90, r.env.Styles) },
			model.SetCause{RootCause: &root, Confidence: &conf, Basis: &basis, Vector: &vector, Evicted: &out, Evidence: &proof, Seen: seenIn(base)}), nil
	}})
}

// causeLines are what is known of the cause, in lines of at most w columns.
func causeLines(in *model.Incident, w int, st *themes.Styles) []string {
	c := &in.Cause
	row := func(label string, text string) []string {
		return widget.Wrap(st.Dim.S(label+" ")+text, w)
	}
	out := row("root cause", c.RootCause.Line().String())
	out = append(out, row("confidence", c.Confidence+"  "+c.Basis.Line().String())...)
	out = append(out, row("entry vector", c.Vector.Line().String())...)
	out = append(out, row("evicted", c.Evicted+"  "+c.Evidence.Line().String())...)
	return append(out, st.Dim.S("by ")+screen.Person(c.By, st))
}

// mitigations lists them; choosing an open one says that it is done.
func (r *Room) mitigations(ref string) tea.Cmd {
	if m, err := r.in.Mitigation(ref); err == nil {
		return r.mitigationForm(m)
	}
	items := []widget.Item{{ID: "+", Label: "a new one", Detail: "what has to be done against a vulnerability"}}
	for _, m := range r.in.Cause.Mitigations {
		items = append(items, widget.Item{ID: m.Ref, Key: m.Ref, Label: model.ClipLine(string(m.What), 100).String(), Detail: string(m.State)})
	}
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Mitigations of the vulnerabilities", items), Chosen: func(it widget.Item) tea.Cmd {
		if m, err := r.in.Mitigation(it.ID); err == nil {
			return r.mitigationForm(m)
		}
		const name = "form:mitigation"
		form := widget.NewForm("What has to be done?", &widget.Field{Name: "what", Label: "Mitigation", Required: true, Limit: model.MaxReason, Help: "patch, configuration, rotation … that closes what was used"})
		return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
			return r.do(name, "mitigation", model.AddMitigation{What: model.Text(v["what"])}), nil
		}})
	}})
}

// mitigationForm moves a mitigation on.
func (r *Room) mitigationForm(m *model.Mitigation) tea.Cmd {
	name := "form:mitigation:" + m.Ref
	var opts []widget.Option
	for _, s := range model.MitigationStates() {
		opts = append(opts, widget.Option{Value: string(s), Label: string(s)})
	}
	form := widget.NewForm("Mitigation "+m.Ref,
		&widget.Field{Name: "state", Label: "State", Kind: widget.ChoiceField, Options: opts, Help: "dropping one is the lead's, with a reason"},
		reason(false, "what shows it, or why it was dropped"))
	to := model.MitigationDone
	if m.State == to {
		to = model.MitigationOpen
	}
	form.SetValues(map[string]string{"state": string(to)})
	form.Info = say(m.What.Line().String())
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return r.do(name, m.Ref+" "+v["state"], model.SetMitigation{Ref: m.Ref, State: model.MitigationState(v["state"]), Reason: model.Text(v["reason"])}), nil
	}})
}

// forward goes to the next phase. Where something blocks the gate, it lists what,
// and enter goes to it; the last line passes all the same.
func (r *Room) forward() tea.Cmd {
	to := r.in.Phase.Next()
	list := r.in.Blockers(to)
	if to == "" || len(list) == 0 {
		if ok, why := r.allowed(model.AccessLead)(); !ok {
			return r.env.Ask(screen.Toast{Level: widget.WarnToast, Text: "phase: " + why})
		}
		return r.phaseForm(true)
	}
	soft := true
	var items []widget.Item
	for _, b := range list {
		it := widget.Item{ID: b.Ref, Key: b.Ref, Label: model.ClipLine(string(b.What), 120).String()}
		if b.Soft {
			it.Detail = "a reason is enough"
		}
		soft = soft && b.Soft
		items = append(items, it)
	}
	past := widget.Item{ID: ">", Label: "pass all the same, by force", Detail: "marked for ever"}
	if soft {
		past = widget.Item{ID: ">", Label: "pass all the same, with a reason"}
	}
	if ok, _ := r.allowed(model.AccessLead)(); !ok {
		past.Why = "for the IC, the deputy and commanders"
	} else if !soft && r.env.Actor.Name != r.in.IC() {
		past.Why = "for the IC alone: @" + r.in.IC()
	}
	items = append(items, past)
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker(fmt.Sprintf("%s the gate to %s is closed by %s", r.env.Styles.Glyphs.Gate, to, model.Blocking(list)), items),
		Chosen: func(it widget.Item) tea.Cmd {
			if it.ID == ">" {
				return r.phaseForm(true)
			}
			return r.jump(it.ID)
		}})
}

// jump goes to a thing that blocks.
func (r *Room) jump(ref string) tea.Cmd {
	switch {
	case ref == model.BlockCause:
		return r.causeForm("root-cause")
	case ref == model.BlockEvicted:
		return r.causeForm("evicted")
	case strings.HasPrefix(ref, model.RefMitigation):
		return r.mitigations(ref)
	}
	r.show(ref)
	return r.Refresh()
}

// factRows are the lines of the overview about priority, raise and cause: only
// what was said.
func factRows(in *model.Incident, st *themes.Styles, row func(label, text string)) {
	if due := in.RaiseDue(); due != "" {
		row("RAISE", st.Warn.S(st.Glyphs.Warn+" "+due)+st.Dim.S("  s"))
	}
	if in.Rating.Done() {
		row("PRIORITY", in.PriorityWhy().Line().String())
	}
	c := &in.Cause
	if c.At.IsZero() && len(c.Mitigations) == 0 {
		return
	}
	open := 0
	for _, m := range c.Mitigations {
		if m.State == model.MitigationOpen {
			open++
		}
	}
	conf, out := "confidence not stated", st.Warn.S("adversary not shown to be out")
	if c.Confidence != "" {
		conf = c.Confidence + " confidence"
	}
	if c.Evicted == "yes" {
		out = st.Good.S("adversary evicted")
	}
	text := out + "  " + st.Dim.S(conf) + "  "
	if len(c.Mitigations) > 0 {
		text += st.Dim.S(fmt.Sprintf("mitigations %d/%d", len(c.Mitigations)-open, len(c.Mitigations))) + "  "
	}
	row("CAUSE", text+model.ClipLine(string(c.RootCause), 200).String())
}
