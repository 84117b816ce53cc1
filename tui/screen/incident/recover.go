package incident

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// nextStep advances the marked assets, or the selected one, by the first step
// that the selected one has not taken.
func (r *Room) nextStep() tea.Cmd {
	a := r.scope.current()
	for _, s := range model.Steps() {
		if v := a.Step(s); v == "yes" || s == model.StepCompromised && v == "no" {
			continue
		}
		var refs []string
		for _, ref := range r.targets() {
			if x, err := r.in.Asset(ref); err == nil && x.Retracted == "" && x.Step(s) != "yes" {
				refs = append(refs, ref)
			}
		}
		if s == model.StepRecovered {
			return r.recoverForm(refs)
		}
		r.clearMarks()
		return r.all("", strings.Join(refs, " ")+" "+string(s), refs, func(ref string) model.Command {
			return model.SetAsset{Ref: ref, Steps: map[model.Step]string{s: "yes"}}
		})
	}
	return r.env.Ask(screen.Toast{Level: widget.InfoToast, Text: a.Ref + " has taken every step; e changes them"})
}

// recoverFields are what a recovery rests on.
func (r *Room) recoverFields() []*widget.Field {
	return []*widget.Field{
		{Name: "last-known-good", Label: "Last known good", Limit: model.MaxReason, Help: "the state that is known to be clean"},
		{Name: "last-known-good-at", Label: "Good at", Limit: 128, Check: r.whenOrNothing, Help: "yesterday 22:40, or a full time; empty leaves it"},
		{Name: "restored-from", Label: "Restored from", Limit: model.MaxReason, Help: "backup, image or rebuild"},
		{Name: "confirmed", Label: "Confirmed", Kind: widget.BoolField, Help: "the restored state mitigates the causes"},
	}
}

// recovery puts into a change what the fields say.
func (r *Room) recovery(c *model.SetAsset, v map[string]string) error {
	good, from, confirmed := model.Text(v["last-known-good"]), model.Text(v["restored-from"]), "no"
	if v["confirmed"] == "true" {
		confirmed = "yes"
	}
	c.LastKnownGood, c.RestoredFrom, c.Confirmed = &good, &from, &confirmed
	if strings.TrimSpace(v["last-known-good-at"]) == "" {
		return nil
	}
	w, err := model.ParseWhen(v["last-known-good-at"], r.env.Now())
	c.LastKnownGoodAt = &w.At
	return onField(err, "last-known-good-at")
}

func recoveryOf(a *model.Asset, v map[string]string) {
	v["last-known-good"], v["restored-from"] = string(a.LastKnownGood), string(a.RestoredFrom)
	if a.Confirmed.Value == "yes" {
		v["confirmed"] = "true"
	}
}

// recoverForm asks for what a recovery rests on, and recovers.
func (r *Room) recoverForm(refs []string) tea.Cmd {
	name := "form:recover:" + strings.Join(refs, ",")
	fields := append(r.recoverFields(),
		&widget.Field{Name: "force", Label: "Force", Kind: widget.BoolField, Help: "although something is missing: the IC's, marked for ever"},
		reason(false, "needed to force it"))
	form := widget.NewForm("Recovered: "+strings.Join(refs, " "), fields...)
	now := map[string]string{}
	if a, err := r.in.Asset(refs[0]); err == nil {
		recoveryOf(a, now)
	}
	form.SetValues(now)
	form.Info = say("Recovered counts once verified is set: x again, after somebody looked.")
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.SetAsset{Steps: map[model.Step]string{model.StepRecovered: "yes"}, Force: v["force"] == "true", Reason: model.Text(v["reason"])}
		if err := r.recovery(&cmd, v); err != nil {
			return nil, err
		}
		r.clearMarks()
		return r.all(name, strings.Join(refs, " ")+" recovered", refs, func(ref string) model.Command {
			c := cmd
			c.Ref = ref
			return c
		}), nil
	}})
}
