package incident

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

func options(values ...string) []widget.Option {
	out := make([]widget.Option, len(values))
	for i, v := range values {
		out[i] = widget.Option{Value: v, Label: v}
	}
	return out
}

func verdicts() []widget.Option {
	var out []widget.Option
	for _, v := range model.Verdicts() {
		out = append(out, widget.Option{Value: string(v), Label: string(v)})
	}
	return out
}

func tlps() []widget.Option {
	var out []widget.Option
	for _, t := range model.TLPs() {
		out = append(out, widget.Option{Value: t, Label: strings.ToUpper(t)})
	}
	return out
}

func confidence(v string) error {
	if n, err := strconv.Atoi(strings.TrimSpace(v)); v != "" && (err != nil || n < 0 || n > 100) {
		return model.Invalid("confidence is a number from 0 to 100")
	}
	return nil
}

// number is the value of a checked field for a confidence.
func number(v string) int {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil {
		return 0
	}
	return n
}

// indicatorForm adds one indicator.
func (r *Room) indicatorForm() tea.Cmd {
	const name = "form:indicator"
	types := append([]widget.Option{{Value: "", Label: "by its form"}}, options(indicator.Types()...)...)
	form := widget.NewForm("Add an indicator",
		&widget.Field{Name: "value", Label: "Value", Required: true, Limit: model.MaxValue, Help: "as found; 10[.]1[.]2[.]3 and hxxp:// are understood"},
		&widget.Field{Name: "type", Label: "Type", Kind: widget.ChoiceField, Options: types, Help: "left and right, or its first letters"},
		&widget.Field{Name: "verdict", Label: "Verdict", Kind: widget.ChoiceField, Options: verdicts()},
		&widget.Field{Name: "confidence", Label: "Confidence", Limit: 8, Check: confidence, Help: "0 to 100"},
		&widget.Field{Name: "tlp", Label: "TLP", Kind: widget.ChoiceField, Options: tlps(), Help: "whom it may be told to"},
		&widget.Field{Name: "source", Label: "Source", Limit: model.MaxReason, Help: "log, sensor, person, feed"},
		&widget.Field{Name: "seen", Label: "Seen", Limit: 128, Check: r.whenOrNothing, Help: "14:03, -20m, yesterday 22:40, or a full time; empty is now"},
		&widget.Field{Name: "note", Label: "Note", Limit: model.MaxReason})
	form.SetValues(map[string]string{"tlp": model.DefaultTLP, "confidence": "0"})
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		typ, value, err := typed(v["type"], v["value"])
		if err != nil {
			return nil, err
		}
		n := model.NewIndicator{Type: typ, Value: model.Text(value), Verdict: model.Verdict(v["verdict"]), Confidence: number(v["confidence"]),
			TLP: v["tlp"], Source: model.Text(v["source"]), Note: model.Text(v["note"])}
		if strings.TrimSpace(v["seen"]) != "" {
			w, err := model.ParseWhen(v["seen"], r.env.Now())
			if err != nil {
				return nil, onField(err, "seen")
			}
			n.Seen = w.At
		}
		if have := r.in.FindIndicator(typ, n.Value); have != nil {
			return nil, model.Conflict("it is there already: %s, by @%s", have.Ref, have.AddedBy).Hint("e on it judges it anew").On("value")
		}
		return r.do(name, typ+" "+model.ClipLine(indicator.Defang(typ, value), 60).String(), model.AddIndicators{Indicators: []model.NewIndicator{n}}), nil
	}})
}

// typed reads a value with its type, or guesses the type.
func typed(typ, value string) (string, string, error) {
	if typ != "" {
		v, err := indicator.Normalize(typ, value)
		return typ, v, onField(err, "value")
	}
	f, err := indicator.Classify(value)
	return f.Type, f.Value, onField(err, "type")
}

// onField puts an error under a field of the form.
func onField(err error, field string) error {
	if e, ok := model.AsError(err); ok {
		return e.On(field)
	}
	return err
}

func (r *Room) whenOrNothing(v string) error {
	if strings.TrimSpace(v) == "" {
		return nil
	}
	_, err := model.ParseWhen(v, r.env.Now())
	return err
}

// judgeForm changes what is thought of an indicator.
func (r *Room) judgeForm() tea.Cmd {
	x := r.inds.current()
	name := "form:judge:" + x.Ref
	form := widget.NewForm(x.Ref+" "+model.ClipLine(indicator.Defang(x.Type, string(x.Value)), 50).String(),
		&widget.Field{Name: "verdict", Label: "Verdict", Kind: widget.ChoiceField, Options: verdicts()},
		&widget.Field{Name: "confidence", Label: "Confidence", Limit: 8, Check: confidence, Help: "0 to 100"},
		&widget.Field{Name: "tlp", Label: "TLP", Kind: widget.ChoiceField, Options: tlps()},
		&widget.Field{Name: "source", Label: "Source", Limit: model.MaxReason},
		&widget.Field{Name: "seen", Label: "Last seen", Limit: 128, Check: r.whenOrNothing, Help: "14:03, -20m, yesterday 22:40, or a full time; empty leaves it"},
		&widget.Field{Name: "note", Label: "Note", Limit: model.MaxReason})
	form.SetValues(map[string]string{"verdict": string(x.Verdict), "confidence": strconv.Itoa(x.Confidence), "tlp": x.TLP, "source": string(x.Source), "note": string(x.Note)})
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		verdict, conf, tlp := model.Verdict(v["verdict"]), number(v["confidence"]), v["tlp"]
		source, note := model.Text(v["source"]), model.Text(v["note"])
		cmd := model.SetIndicator{Ref: x.Ref, Verdict: &verdict, Confidence: &conf, TLP: &tlp, Source: &source, Note: &note, Seen: seenIn(base)}
		if strings.TrimSpace(v["seen"]) != "" {
			w, err := model.ParseWhen(v["seen"], r.env.Now())
			if err != nil {
				return nil, onField(err, "seen")
			}
			cmd.LastSeen = &w.At
		}
		return r.change(name, x.Ref, func(in *model.Incident) []string {
			if now, err := in.Indicator(x.Ref); err == nil {
				return r.inds.about(now, 90)
			}
			return nil
		}, cmd), nil
	}})
}

// assetForm puts an asset into scope.
func (r *Room) assetForm() tea.Cmd {
	const name = "form:asset"
	form := widget.NewForm("Put an asset into scope",
		&widget.Field{Name: "name", Label: "Name", Required: true, Limit: model.MaxTitle, Help: "host, account, service, tenant … as people call it"},
		&widget.Field{Name: "kind", Label: "Kind", Kind: widget.ChoiceField, Options: options(model.AssetKinds()...)},
		&widget.Field{Name: "compromised", Label: "Compromised", Kind: widget.ChoiceField, Options: options(model.StepCompromised.Values()...)},
		&widget.Field{Name: "criticality", Label: "Criticality", Kind: widget.ChoiceField, Options: options(model.Criticalities()...)},
		&widget.Field{Name: "team", Label: "Team", Limit: model.MaxReason, Help: "who owns it"},
		&widget.Field{Name: "tenant", Label: "Tenant", Limit: model.MaxReason},
		&widget.Field{Name: "note", Label: "Note", Limit: model.MaxReason})
	form.SetValues(map[string]string{"criticality": "medium"})
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.AddAsset{Name: model.Text(v["name"]), Kind: v["kind"], Team: model.Text(v["team"]), Tenant: model.Text(v["tenant"]),
			Criticality: v["criticality"], Note: model.Text(v["note"])}
		if v["compromised"] != model.StepCompromised.Values()[0] {
			cmd.Compromised = v["compromised"]
		}
		return r.do(name, model.ClipLine(v["name"], 60).String(), cmd), nil
	}})
}

// editAssetForm changes an asset and its steps.
func (r *Room) editAssetForm() tea.Cmd {
	a := r.scope.current()
	name := "form:asset:" + a.Ref
	fields := []*widget.Field{{Name: "name", Label: "Name", Required: true, Limit: model.MaxTitle}}
	now := map[string]string{"name": string(a.Name), "team": string(a.Team), "tenant": string(a.Tenant), "criticality": a.Criticality, "note": string(a.Note)}
	for _, s := range model.Steps() {
		fields = append(fields, &widget.Field{Name: string(s), Label: title(string(s)), Kind: widget.ChoiceField, Options: options(s.Values()...)})
		now[string(s)] = a.Step(s)
	}
	fields = append(fields, r.recoverFields()...)
	recoveryOf(a, now)
	fields = append(fields,
		&widget.Field{Name: "criticality", Label: "Criticality", Kind: widget.ChoiceField, Options: options(model.Criticalities()...)},
		&widget.Field{Name: "team", Label: "Team", Limit: model.MaxReason},
		&widget.Field{Name: "tenant", Label: "Tenant", Limit: model.MaxReason},
		&widget.Field{Name: "note", Label: "Note", Limit: model.MaxReason})
	form := widget.NewForm("Edit "+a.Ref+" "+a.Kind, fields...)
	form.SetValues(now)
	return r.env.Ask(screen.OpenForm{Name: name, Form: form, Base: r.seen(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		an, team, tenant, note, crit := model.Text(v["name"]), model.Text(v["team"]), model.Text(v["tenant"]), model.Text(v["note"]), v["criticality"]
		cmd := model.SetAsset{Ref: a.Ref, Name: &an, Team: &team, Tenant: &tenant, Note: &note, Criticality: &crit, Steps: map[model.Step]string{}, Seen: seenIn(base)}
		for _, s := range model.Steps() {
			cmd.Steps[s] = v[string(s)]
		}
		if err := r.recovery(&cmd, v); err != nil {
			return nil, err
		}
		return r.change(name, a.Ref, func(in *model.Incident) []string {
			if now, err := in.Asset(a.Ref); err == nil {
				return r.scope.about(now, 90)
			}
			return nil
		}, cmd), nil
	}})
}

// pasteForm takes a text and shows what indicators are in it. Those of the note
// that was just written are shown at once.
func (r *Room) pasteForm() tea.Cmd {
	if found := r.offered; len(found) > 0 {
		r.offered = nil
		return r.preview("", "", found)
	}
	return r.pasteText("")
}

// pasteName is the form's name and its draft's.
const pasteName = "form:paste"

func (r *Room) pasteText(text string) tea.Cmd {
	form := widget.NewForm("Paste indicators",
		&widget.Field{Name: "text", Label: "Text", Kind: widget.MultilineField, Rows: 12, Required: true, Limit: 1 << 20, Help: "a mail, a log, a report, a list; defanged or not"},
		&widget.Field{Name: "source", Label: "Source", Limit: model.MaxReason, Help: "where it is from: log, sensor, person, feed; it goes to each that is added"})
	form.Hint = "ctrl+s shows what was found · tab source · esc cancel"
	if text != "" {
		form.SetValues(map[string]string{"text": text})
	}
	return r.env.Ask(screen.OpenForm{Name: pasteName, Form: form, Typed: text != "", Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		in := r.in.ID
		return func() tea.Msg {
			found := indicator.Extract(v["text"])
			if len(found) == 0 {
				return screen.Done{Form: pasteName, Incident: in, Err: model.Invalid("no indicator was found in this text").Hint("a on the Indicators tab adds one by hand").On("text")}
			}
			return r.preview(pasteName, v["source"], found)()
		}, nil
	}})
}

// Offer keeps what was found in a note for the next paste.
func (r *Room) Offer(found []indicator.Found) { r.offered = found }

// Pasted is a text that was pasted while nothing took text.
func (r *Room) Pasted(text string) tea.Cmd {
	if ok, why := r.allowed(model.AccessRespond)(); !ok {
		return r.env.Ask(screen.Toast{Level: widget.WarnToast, Text: "paste: " + why})
	}
	return r.pasteText(text)
}

// lookups is how many values are looked for in other incidents before they are
// shown, and lookFor how long; the tab shows the rest when they are added.
const (
	lookups = 100
	lookFor = 2 * time.Second
)

// preview shows what was found, with those that are here already and those that
// other incidents have. Addresses inside a private network are not picked: they
// are rarely an adversary's. source is where all of it is from.
func (r *Room) preview(form, source string, found []indicator.Found) tea.Cmd {
	in, env := r.in, r.env
	return bounded(func(ctx context.Context) tea.Msg {
		brief, cancel := context.WithTimeout(ctx, lookFor)
		defer cancel()
		items := make([]widget.Item, 0, len(found))
		for i, f := range found {
			it := widget.Item{ID: strconv.Itoa(i), Key: f.Type, Label: model.ClipLine(indicator.Defang(f.Type, f.Value), 300).String()}
			if model.MixedScript(f.Value) {
				it.Label = env.Styles.Glyphs.Warn + "look-alike " + it.Label
			}
			if have := in.FindIndicator(f.Type, model.Text(f.Value)); have != nil {
				it.Why = "here: " + have.Ref
			} else if i < lookups {
				it.Detail = alsoIn(brief, env, in.ID, f.Value)
			}
			if it.Detail == "" && private(f) {
				it.Detail = "private address"
			}
			items = append(items, it)
		}
		choose := widget.NewChoose(fmt.Sprintf("%d found", len(found)), "adds", items, func(it widget.Item) bool { return !private(found[number(it.ID)]) })
		return screen.OpenChoose{Form: form, Choose: choose, Chosen: func(ids []string) tea.Cmd {
			cmd := model.AddIndicators{}
			for _, id := range ids {
				f := found[number(id)]
				cmd.Indicators = append(cmd.Indicators, model.NewIndicator{Type: f.Type, Value: model.Text(f.Value), Source: model.Text(source)})
			}
			what := strconv.Itoa(len(ids)) + " indicators"
			if len(ids) == 1 {
				what = "1 indicator"
			}
			return env.Do(in.ID, form, cmd, screen.Saved(what))
		}}
	})
}

// private says whether what was found is an address that only its own network has.
func private(f indicator.Found) bool {
	ip, err := netip.ParseAddr(f.Value)
	return err == nil && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified())
}

// alsoIn says in which other incidents a value is an indicator.
func alsoIn(ctx context.Context, env *screen.Env, incident, value string) string {
	hits, err := env.Hub.Search(ctx, env.Actor, value, 20)
	if err != nil {
		return ""
	}
	var ids []string
	for _, h := range hits {
		if h.Kind == "indicator" && h.Incident != incident && strings.Contains(string(h.Text), value) && !slices.Contains(ids, h.Incident) {
			ids = append(ids, h.Incident)
		}
	}
	switch len(ids) {
	case 0:
		return ""
	case 1:
		return "seen in " + ids[0]
	}
	return fmt.Sprintf("seen in %s +%d", ids[0], len(ids)-1)
}
