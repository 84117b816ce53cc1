package oncall

import (
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// zones suggests names of zones.
func zones(typed string) []widget.Option {
	var out []widget.Option
	for _, z := range []string{"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney"} {
		if strings.Contains(strings.ToLower(z), strings.ToLower(strings.TrimSpace(typed))) {
			out = append(out, widget.Option{Value: z, Label: z})
		}
	}
	return out
}

// zone is the zone in a field; UTC in an empty one.
func zone(v string) (*time.Location, error) {
	if strings.TrimSpace(v) == "" {
		return time.UTC, nil
	}
	return model.LoadZone(strings.TrimSpace(v))
}

func zoneOrNone(v string) error {
	_, err := zone(v)
	return err
}

// moment checks a field that holds a time.
func (o *OnCall) moment(in string) func(string) error {
	return func(v string) error {
		if strings.TrimSpace(v) == "" {
			return nil
		}
		loc, err := zone(in)
		if err == nil {
			_, err = model.ParseMoment(v, o.env.Now(), loc)
		}
		return err
	}
}

// people suggests accounts and contacts for the last name of a list.
func (o *OnCall) people(typed string) []widget.Option {
	cut := strings.LastIndexAny(typed, ", ") + 1
	before, last := typed[:cut], strings.ToLower(strings.TrimPrefix(typed[cut:], "@"))
	if last == "" {
		return nil
	}
	var out []widget.Option
	for _, a := range o.env.Hub.Accounts() {
		if !a.Disabled && strings.HasPrefix(a.Name, last) {
			out = append(out, widget.Option{Value: before + "@" + a.Name, Label: "@" + model.Line(a.Name).String()})
		}
	}
	for _, k := range o.reg.Reachable() {
		if k.User == "" && (strings.HasPrefix(strings.ToLower(string(k.Name)), last) || strings.EqualFold(k.Ref, last)) {
			out = append(out, widget.Option{Value: before + k.Ref, Label: k.Ref + " " + model.ClipLine(string(k.Name), 40).String()})
		}
	}
	return out
}

// callees are the people in a field, separated by commas or blanks.
func (o *OnCall) callees(v string) ([]string, error) {
	var out []string
	for name := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		if ref, _, err := model.ParseRef(model.RefContact, name); err == nil && name[0] != '@' {
			if _, err := o.reg.Contact(ref); err == nil {
				out = append(out, ref)
				continue
			}
		}
		who, err := model.ParseUserName(strings.ToLower(name))
		if err == nil {
			err = o.env.Hub.KnowsUser(o.env.Actor, who)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, who)
	}
	return out, nil
}

func (o *OnCall) checkPeople(v string) error {
	_, err := o.callees(v)
	return err
}

// written is how people are written in a field.
func written(list []string) string {
	var out []string
	for _, who := range list {
		if !model.IsContactRef(who) {
			who = "@" + who
		}
		out = append(out, who)
	}
	return strings.Join(out, ", ")
}

// overrideForm puts somebody on call; of a gap that is selected the time is filled in.
func (o *OnCall) overrideForm() tea.Cmd {
	const name, stamp = "form:override", "2006-01-02 15:04"
	var rotations []widget.Option
	for _, r := range o.reg.Active() {
		rotations = append(rotations, widget.Option{Value: r.ID, Label: model.Line(r.ID).String()})
	}
	form := widget.NewForm("Somebody else is on call",
		&widget.Field{Name: "rotation", Label: "Rotation", Kind: widget.ChoiceField, Options: rotations, Help: "left and right, or its first letter"},
		&widget.Field{Name: "who", Label: "Who", Required: true, Limit: 64, Suggest: o.people, Check: o.checkPeople, Help: "an account or a contact: @bob or K3; tab completes"},
		&widget.Field{Name: "from", Label: "From", Limit: 64, Check: o.moment("UTC"), Help: "now, sunday 03:00, 2026-11-29 03:00, in UTC; empty is now"},
		&widget.Field{Name: "to", Label: "To", Required: true, Limit: 64, Check: o.moment("UTC"), Help: "sunday 09:00, +8h from now, 2026-11-29 09:00, in UTC"},
		&widget.Field{Name: "reason", Label: "Reason", Limit: model.MaxReason})
	values := map[string]string{}
	if r := o.rotation(); r != nil {
		values["rotation"] = r.ID
	}
	if t := o.wrong(); o.view == wrong && t != nil {
		values["from"], values["to"] = t.From.UTC().Format(stamp), t.To.UTC().Format(stamp)
		if len(t.Rotations) > 0 {
			values["rotation"] = t.Rotations[len(t.Rotations)-1]
		}
	}
	form.SetValues(values)
	return o.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		cmd := model.AddOverride{Rotation: v["rotation"], From: o.env.Now(), Reason: model.Text(v["reason"])}
		list, err := o.callees(v["who"])
		if err != nil {
			return nil, err
		}
		if len(list) != 1 {
			return nil, model.Usage("one person takes over, not %d", len(list)).On("who")
		}
		cmd.Who = list[0]
		if s := strings.TrimSpace(v["from"]); s != "" {
			if cmd.From, err = model.ParseMoment(s, o.env.Now(), time.UTC); err != nil {
				return nil, on(err, "from")
			}
		}
		if cmd.To, err = model.ParseMoment(v["to"], o.env.Now(), time.UTC); err != nil {
			return nil, on(err, "to")
		}
		return o.save(name, "override of "+model.Line(cmd.Rotation).String(), cmd), nil
	}})
}

// on puts an error to its field.
func on(err error, field string) error {
	if e, ok := model.AsError(err); ok {
		return e.On(field)
	}
	return err
}

// rotationForm makes a rotation with its first layer, or changes one.
func (o *OnCall) rotationForm(r *model.Rotation) tea.Cmd {
	name, title := "form:rotation", "A rotation"
	fields := []*widget.Field{
		{Name: "title", Label: "Title", Limit: model.MaxTitle, Help: "what it is called on the sheet"},
		{Name: "zone", Label: "Zone", Limit: 64, Suggest: zones, Check: zoneOrNone, Help: "of its hand-overs, such as Europe/Berlin; empty is UTC"},
		{Name: "order", Label: "Order", Limit: 2, Help: "1 is called first, 2 when that one does not answer"},
		{Name: "partial", Label: "In part", Kind: widget.BoolField, Help: "yes: it is not meant to cover every hour"}}
	values := map[string]string{"order": "1"}
	if r == nil {
		fields = append([]*widget.Field{{Name: "id", Label: "Id", Required: true, Limit: model.MaxRotationID, Help: "a word that people say: primary"}}, fields...)
		fields = append(fields, o.layerFields()...)
		values["every"], values["start"] = "1w", model.DefaultStart(o.env.Now(), time.UTC).String()
	} else {
		id := model.Line(r.ID).String()
		name, title = name+":"+id, "The rotation "+id
		values = map[string]string{"title": string(r.Title), "zone": r.Zone, "order": strconv.Itoa(r.Order), "partial": strconv.FormatBool(r.Partial)}
	}
	form := widget.NewForm(title, fields...)
	form.SetValues(values)
	return o.env.Ask(screen.OpenForm{Name: name, Form: form, Base: o.base(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		loc, err := zone(v["zone"])
		if err != nil {
			return nil, err
		}
		order, err := strconv.Atoi(strings.TrimSpace(v["order"]))
		if err != nil {
			return nil, model.Usage("the order is a number: 1 is called first").On("order")
		}
		spec := model.RotationSpec{Title: model.Text(v["title"]), Zone: loc.String(), Order: order, Partial: v["partial"] == "true"}
		if r != nil {
			cmd := model.SetRotation{ID: r.ID, Title: &spec.Title, Zone: &spec.Zone, Order: &spec.Order, Partial: &spec.Partial, Seen: seen(base)}
			return o.save(name, model.Line(r.ID).String(), cmd), nil
		}
		l, err := o.layerOf(v)
		if err != nil {
			return nil, err
		}
		spec.Layers = []model.Layer{l}
		id := strings.ToLower(strings.TrimSpace(v["id"]))
		return o.save(name, model.Line(id).String(), model.AddRotation{ID: id, RotationSpec: spec}), nil
	}})
}

func (o *OnCall) layerFields() []*widget.Field {
	return []*widget.Field{
		{Name: "members", Label: "Members", Required: true, Limit: 4096, Suggest: o.people, Check: o.checkPeople, Help: "who takes turns, in this order: @alice, @bob, K3"},
		{Name: "every", Label: "Every", Limit: 16, Help: "length of a turn: 1w, 2w, 1d", Check: func(v string) error { _, err := model.ParseEvery(v); return err }},
		{Name: "start", Label: "Start", Limit: 32, Help: "begin of the first turn, on the wall clock of the zone; its time is that of every hand-over",
			Check: func(v string) error { _, err := model.ParseLocal(v); return err }},
		{Name: "until", Label: "Until", Limit: 32, Help: "empty: for good", Check: func(v string) error { _, err := until(v); return err }},
		{Name: "hours", Label: "Hours", Limit: 16, Help: "only in these hours: 09:00-17:00, 21:00-09:00; empty is all day", Check: func(v string) error { _, _, err := hours(v); return err }},
		{Name: "weekdays", Label: "Days", Limit: 32, Help: "only on these days: mon-fri; empty is every day", Check: func(v string) error { _, err := weekdays(v); return err }},
	}
}

func until(v string) (model.Local, error) {
	if strings.TrimSpace(v) == "" {
		return 0, nil
	}
	return model.ParseLocal(v)
}

func hours(v string) (from, to model.Clock, err error) {
	if strings.TrimSpace(v) == "" {
		return 0, 0, nil
	}
	return model.ParseHours(v)
}

func weekdays(v string) ([]model.Weekday, error) {
	if strings.TrimSpace(v) == "" {
		return nil, nil
	}
	return model.ParseWeekdays(v)
}

// layerOf is the layer in the fields.
func (o *OnCall) layerOf(v map[string]string) (l model.Layer, err error) {
	if l.Members, err = o.callees(v["members"]); err != nil {
		return l, on(err, "members")
	}
	if l.Days, err = model.ParseEvery(v["every"]); err != nil {
		return l, on(err, "every")
	}
	if l.Start, err = model.ParseLocal(v["start"]); err != nil {
		return l, on(err, "start")
	}
	if l.Until, err = until(v["until"]); err != nil {
		return l, on(err, "until")
	}
	if l.From, l.To, err = hours(v["hours"]); err != nil {
		return l, on(err, "hours")
	}
	l.Weekdays, err = weekdays(v["weekdays"])
	return l, on(err, "weekdays")
}

// layers picks a layer of the rotation to change, or a new one.
func (o *OnCall) layers() tea.Cmd {
	r := o.rotation()
	items := []widget.Item{}
	for i := range r.Layers {
		items = append(items, widget.Item{ID: strconv.Itoa(i + 1), Label: "layer " + strconv.Itoa(i+1), Detail: model.ClipLine(r.Layers[i].Says(o.reg), 200).String()})
	}
	items = append(items, widget.Item{ID: "0", Label: "a new layer", Detail: "the last one that is on holds"})
	return o.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Layers of "+model.Line(r.ID).String(), items), Chosen: func(it widget.Item) tea.Cmd {
		n, _ := strconv.Atoi(it.ID)
		return o.layerForm(r, n-1)
	}})
}

// layerForm changes the layer i of a rotation; -1 is a new one. Without members it
// is taken away.
func (o *OnCall) layerForm(r *model.Rotation, i int) tea.Cmd {
	id := model.Line(r.ID).String()
	name, title := "form:layer:"+id+":"+strconv.Itoa(i+1), "A new layer of "+id
	fields := o.layerFields()
	values := map[string]string{"every": "1w", "start": model.DefaultStart(o.env.Now(), r.Location()).String()}
	if i >= 0 && i < len(r.Layers) {
		l := &r.Layers[i]
		title = "Layer " + strconv.Itoa(i+1) + " of " + id
		fields[0].Required, fields[0].Help = false, fields[0].Help+"; empty takes the layer away"
		values = map[string]string{"members": written(l.Members), "every": strconv.Itoa(l.Days) + "d", "start": l.Start.String(), "until": l.Until.String(), "weekdays": model.WeekdaysText(l.Weekdays)}
		if l.From != l.To {
			values["hours"] = l.From.String() + "-" + l.To.String()
		}
	}
	form := widget.NewForm(title, fields...)
	form.SetValues(values)
	return o.env.Ask(screen.OpenForm{Name: name, Form: form, Base: o.base(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		layers := slices.Clone(r.Layers)
		if i >= 0 && i < len(layers) && strings.TrimSpace(v["members"]) == "" {
			layers = slices.Delete(layers, i, i+1)
			return o.save(name, id, model.SetRotation{ID: r.ID, Layers: &layers, Seen: seen(base)}), nil
		}
		l, err := o.layerOf(v)
		if err != nil {
			return nil, err
		}
		if i < 0 {
			layers = append(layers, l)
		} else {
			layers[i] = l
		}
		return o.save(name, id, model.SetRotation{ID: r.ID, Layers: &layers, Seen: seen(base)}), nil
	}})
}

// contactForm writes a contact down, or changes one.
func (o *OnCall) contactForm(k *model.Contact) tea.Cmd {
	name, title := "form:contact", "A contact"
	form := widget.NewForm(title,
		&widget.Field{Name: "name", Label: "Name", Required: true, Limit: model.MaxContactText},
		&widget.Field{Name: "role", Label: "Role", Limit: model.MaxContactText, Help: "what the contact is asked for: head of IT, provider's desk"},
		&widget.Field{Name: "phones", Label: "Phones", Limit: 400, Help: "with the country, separated by commas: +49 30 1234567"},
		&widget.Field{Name: "mail", Label: "Mail", Limit: model.MaxContactText},
		&widget.Field{Name: "other", Label: "Other", Limit: model.MaxContactText, Help: "another way: a messenger, an address"},
		&widget.Field{Name: "user", Label: "Account", Limit: 64, Suggest: o.people, Help: "@alice; empty for somebody who has none"},
		&widget.Field{Name: "order", Label: "Order", Limit: 2, Help: "place in the escalation after the rotations; empty is none"})
	if k != nil {
		name, form.Title = name+":"+k.Ref, "The contact "+k.Ref
		values := map[string]string{"name": string(k.Name), "role": string(k.Role), "phones": phonesOf(k), "mail": string(k.Mail), "other": string(k.Other)}
		if k.User != "" {
			values["user"] = "@" + k.User
		}
		if k.Order > 0 {
			values["order"] = strconv.Itoa(k.Order)
		}
		form.SetValues(values)
	}
	return o.env.Ask(screen.OpenForm{Name: name, Form: form, Base: o.base(), Submit: func(v, base map[string]string) (tea.Cmd, error) {
		spec := model.ContactSpec{Name: model.Text(v["name"]), Role: model.Text(v["role"]), Mail: model.Text(strings.TrimSpace(v["mail"])), Other: model.Text(v["other"])}
		for p := range strings.SplitSeq(v["phones"], ",") {
			if p = strings.TrimSpace(p); p != "" {
				spec.Phones = append(spec.Phones, model.Text(p))
			}
		}
		if s := strings.TrimSpace(v["order"]); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil {
				return nil, model.Usage("the order is a number: 1 is called first").On("order")
			}
			spec.Order = n
		}
		if s := strings.TrimSpace(v["user"]); s != "" {
			u, err := model.ParseUserName(strings.ToLower(s))
			if err == nil {
				err = o.env.Hub.KnowsUser(o.env.Actor, u)
			}
			if err != nil {
				return nil, on(err, "user")
			}
			spec.User = u
		}
		what := "contact " + model.ClipLine(v["name"], 40).String()
		if k == nil {
			return o.save(name, what, model.AddContact{ContactSpec: spec}), nil
		}
		return o.save(name, what, model.SetContact{Ref: k.Ref, Name: &spec.Name, User: &spec.User, Role: &spec.Role, Phones: &spec.Phones, Mail: &spec.Mail, Other: &spec.Other,
			Order: &spec.Order, Seen: seen(base)}), nil
	}})
}

// phonesOf are a contact's numbers, as they are typed.
func phonesOf(k *model.Contact) string {
	var out []string
	for _, p := range k.Phones {
		out = append(out, string(p))
	}
	return strings.Join(out, ", ")
}
