package incident

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// learns says whether the person may still write down what the incident was like:
// that goes on after its close.
func (r *Room) learns() (bool, string) {
	if err := r.in.MayLearn(r.env.Actor, model.AccessRespond); err != nil {
		return false, model.Line(err.Error()).String()
	}
	return true, ""
}

// momentActions say when things happened and what the incident was: metrics rest
// on both.
func (r *Room) momentActions() []action.Action {
	return in("overview",
		action.Action{ID: "overview.moments", Title: "moments", Help: "say when it began, was detected, contained, recovered: metrics rest on it", Keys: []string{"t"}, Footer: true, Priority: 43, Enabled: r.learns, Run: r.pickMoment},
		action.Action{ID: "overview.classify", Title: "classify", Help: "say what it was: actor, action, vector, asset, discovery", Keys: []string{"v"}, Footer: true, Priority: 42, Enabled: r.learns, Run: r.classForm})
}

// sayMoment is when a moment was and where that comes from, safe.
func sayMoment(k model.KnownMoment) string {
	when := "not known"
	if !k.At.IsZero() {
		when = string(model.Moment{At: k.At, Precision: k.Precision}.Say())
	}
	switch k.From {
	case model.FromHand:
		when += "  @" + k.Said.By
	case model.FromSource:
		when += "  " + k.Said.Source + ": " + string(k.Said.Said)
	case "":
	default:
		when += "  " + string(k.From)
	}
	return screen.Clip(when, 60)
}

// pickMoment lists the moments with what is known of each.
func (r *Room) pickMoment() tea.Cmd {
	var items []widget.Item
	for _, n := range model.MomentNames() {
		items = append(items, widget.Item{ID: string(n), Label: widget.Fit(string(n), 12) + " " + sayMoment(r.in.Moment(n)), Detail: n.Means()})
	}
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Which moment?", items), Chosen: func(it widget.Item) tea.Cmd {
		return r.momentForm(model.MomentName(it.ID))
	}})
}

// momentForm says when a moment was.
func (r *Room) momentForm(n model.MomentName) tea.Cmd {
	name := "form:moment:" + string(n)
	k := r.in.Moment(n)
	known := options("known", "not known")
	if _, said := r.in.Moments[n]; said {
		known = options("known", "not known", "as the log says")
	}
	form := widget.NewForm(strings.ToUpper(string(n[:1]))+string(n[1:])+" in "+r.in.ID,
		&widget.Field{Name: "at", Label: "When", Limit: 128, Check: r.whenOrNothing, Help: "14:03, -2h, yesterday 22:40, 2026-11-23 14:03, a full time"},
		&widget.Field{Name: "known", Label: "It is", Kind: widget.ChoiceField, Options: known, Help: "what is not known is left out of metrics"},
		&widget.Field{Name: "reason", Label: "Reason", Limit: model.MaxReason, Help: "how it is known; needed to change what was said"})
	base := r.seen()
	base["known"] = "known"
	if !k.At.IsZero() {
		base["at"] = k.At.UTC().Format("2006-01-02T15:04:05Z")
	}
	form.SetValues(base)
	form.Info = say(n.Means() + ". Now: " + sayMoment(k))
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		cmd := model.SetMoment{Name: n, Reason: model.Text(v["reason"]), Seen: seenIn(base)}
		if _, said := r.in.Moments[n]; said && cmd.Reason == "" && v["known"] != "as the log says" {
			return nil, model.Invalid("%s is recorded already; another time needs a reason", n).On("reason")
		}
		switch v["known"] {
		case "not known":
			cmd.Unknown = true
		case "as the log says":
			cmd.Clear = true
		default:
			if strings.TrimSpace(v["at"]) == "" {
				return nil, model.Invalid("when was it?").Hint("write a time, or choose not known").On("at")
			}
			w, err := model.ParseWhen(v["at"], r.env.Now())
			if err != nil {
				return nil, err
			}
			cmd.At, cmd.Precision = w.At, w.Precision
		}
		return r.change(name, string(n), func(in *model.Incident) []string { return []string{sayMoment(in.Moment(n))} }, cmd), nil
	}})
}

// classForm says what the incident was, in the words of VERIS.
func (r *Room) classForm() tea.Cmd {
	const name = "form:class"
	help := map[string]string{model.AxisVector: "plain words, such as email-link vpn web-application"}
	var fields []*widget.Field
	base := r.seen()
	for _, axis := range model.ClassAxes() {
		h := help[axis]
		if h == "" {
			h = strings.Join(model.ClassWords(axis), " ")
		}
		fields = append(fields, &widget.Field{Name: axis, Label: strings.ToUpper(axis[:1]) + axis[1:], Limit: 2048, Help: h, Suggest: suggestClass(axis)})
		base[axis] = strings.Join(r.in.Class.Axis(axis), " ")
	}
	form := widget.NewForm("What "+r.in.ID+" was", fields...)
	form.SetValues(base)
	form.Info = say("A word is a class, or a class and a variety: external:organized-crime. Blanks stand between words. Statistics and the review rest on it.")
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: base, Submit: func(v, base map[string]string) (tea.Cmd, error) {
		cmd := model.Classify{Parts: map[string][]string{}, Seen: seenIn(base)}
		for _, axis := range model.ClassAxes() {
			was, ok := base[axis]
			if !ok { // after a conflict: what is there now
				was = strings.Join(r.in.Class.Axis(axis), " ")
			}
			if v[axis] != was {
				cmd.Parts[axis] = strings.Fields(v[axis])
			}
		}
		return r.change(name, "classification", sayClass, cmd), nil
	}})
}

// sayClass is the classification, one part a line.
func sayClass(in *model.Incident) []string {
	var out []string
	for _, axis := range model.ClassAxes() {
		if words := in.Class.Axis(axis); len(words) > 0 {
			out = append(out, widget.Fit(axis, 12)+strings.Join(words, " "))
		}
	}
	return out
}

// suggestClass completes the last word of a part with its classes.
func suggestClass(axis string) func(string) []widget.Option {
	return func(typed string) []widget.Option {
		head, last := "", typed
		if i := strings.LastIndexByte(typed, ' '); i >= 0 {
			head, last = typed[:i+1], typed[i+1:]
		}
		var out []widget.Option
		for _, w := range model.ClassWords(axis) {
			if strings.HasPrefix(w, last) && w != last {
				out = append(out, widget.Option{Value: head + w, Label: w})
			}
		}
		return out
	}
}
