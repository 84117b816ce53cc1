package oncall

import (
	"context"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/report"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Actions implements screen.Screen.
func (o *OnCall) Actions() []action.Action {
	lead := func() (bool, string) {
		if o.env.Actor.Role == model.RoleAdmin || o.env.Actor.Role == model.RoleCommander {
			return true, ""
		}
		return false, "rotations are for commanders and admins"
	}
	respond := func() (bool, string) {
		if o.env.Actor.Role == model.RoleObserver {
			return false, "an observer may only read this"
		}
		return true, ""
	}
	// here asks for the right that the view needs, and for something to do it to.
	here := func(some bool) func() (bool, string) {
		return func() (bool, string) {
			may := lead
			if o.view == contacts {
				may = respond
			}
			if ok, why := may(); !ok {
				return ok, why
			}
			return !some || o.view == contacts && o.contact() != nil || o.view != contacts && o.rotation() != nil, "nothing is selected"
		}
	}
	one := func(may func() (bool, string), there func() bool, why string) func() (bool, string) {
		return func() (bool, string) {
			if ok, why := may(); !ok {
				return ok, why
			}
			return there(), why
		}
	}
	anybody := func() (bool, string) { return true, "" }
	some := func() bool { return o.table().Len() > 0 }
	acts := []action.Action{
		{ID: "oncall.open", Title: "open", Help: "all there is to say about what is selected", Keys: []string{"enter"}, Footer: true, Priority: 60, Enabled: one(anybody, some, "nothing is selected"), Run: o.open},
		{ID: "oncall.view", Title: "view", Help: "now, the week, what is wrong, contacts", Keys: []string{"v"}, Footer: true, Priority: 84, Run: func() tea.Cmd {
			o.view = (o.view + 1) % views
			return o.Refresh()
		}},
		{ID: "oncall.who", Title: "who is on call at …", Help: "who is on call at a time: sunday 03:00", Keys: []string{"w"}, Footer: true, Priority: 82, Run: o.whoForm},
		{ID: "oncall.override", Title: "override", Help: "put somebody on call in place of whoever would be", Keys: []string{"o"}, Footer: true, Priority: 80, Enabled: one(respond, func() bool { return o.rotation() != nil }, "there is no rotation"), Run: o.overrideForm},
		{ID: "oncall.cancel", Title: "cancel override", Help: "take an override back", Keys: []string{"O"}, Enabled: one(respond, func() bool { return len(o.standing()) > 0 }, "no override is in force or to come"), Run: o.cancel},
		{ID: "oncall.add", Title: "add", Help: "add a rotation, in the contacts a contact", Keys: []string{"a"}, Footer: true, Priority: 78, Enabled: here(false), Run: func() tea.Cmd {
			if o.view == contacts {
				return o.contactForm(nil)
			}
			return o.rotationForm(nil)
		}},
		{ID: "oncall.edit", Title: "edit", Help: "edit the rotation or the contact", Keys: []string{"e"}, Footer: true, Priority: 76, Enabled: here(true), Run: func() tea.Cmd {
			if o.view == contacts {
				return o.contactForm(o.contact())
			}
			return o.rotationForm(o.rotation())
		}},
		{ID: "oncall.layers", Title: "layers", Help: "who takes turns in the rotation: add, change or take away a layer", Keys: []string{"l"}, Footer: true, Priority: 74, Enabled: one(lead, func() bool { return o.view != contacts && o.rotation() != nil }, "no rotation is selected"), Run: o.layers},
		{ID: "oncall.verify", Title: "verified", Help: "say that you reached the person by the contact just now", Keys: []string{"x"}, Footer: true, Priority: 75, Enabled: one(respond, func() bool { return o.view == contacts && o.contact() != nil }, "no contact is selected; v shows them"), Run: func() tea.Cmd {
			k := o.contact()
			return o.save("", k.Ref+" verified", model.VerifyContact{Ref: k.Ref})
		}},
		{ID: "oncall.remove", Title: "remove", Help: "remove the rotation or the contact, with a reason", Keys: []string{"X"}, Enabled: here(true), Run: o.remove},
		{ID: "oncall.sheet", Title: "contact sheet", Help: "read the contact sheet; oncall sheet --format html prints it", Keys: []string{"c"}, Footer: true, Priority: 58, Run: o.sheet},
		{ID: "oncall.undo", Title: "undo", Help: "take back your own newest change here, within 10 minutes", Keys: []string{"u"}, Enabled: respond, Run: func() tea.Cmd { return o.save("", "undo", model.Undo{}) }},
		{ID: "oncall.earlier", Title: "week before", Help: "the week before, in the week view", Keys: []string{"left", "h"}, Enabled: o.weekly, Run: func() tea.Cmd { o.turn(-1); return nil }},
		{ID: "oncall.later", Title: "week after", Help: "the week after, in the week view", Keys: []string{"right"}, Enabled: o.weekly, Run: func() tea.Cmd { o.turn(1); return nil }},
	}
	for i := range acts {
		acts[i].Scope = scope
	}
	return acts
}

func (o *OnCall) weekly() (bool, string) { return o.view == week, "the week is shown with v" }

// standing are the overrides that are not over.
func (o *OnCall) standing() []*model.CallOverride {
	var out []*model.CallOverride
	for _, v := range o.reg.Standing("") {
		if v.To.After(o.env.Now()) {
			out = append(out, v)
		}
	}
	return out
}

// save gives a command to the register.
func (o *OnCall) save(form, what string, cmd model.Command) tea.Cmd {
	env, id := o.env, o.env.NewID()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		res, err := env.Hub.Do(ctx, env.Actor, model.RegisterOnCall, id, cmd)
		d := screen.Done{Form: form, Err: err, Result: res}
		switch {
		case err == nil:
			d.Said = screen.Saved(what)(res)
		case model.CodeOf(err) == model.CodeConflict:
			// Saving again means it: it is then made from what is there now.
			d.Base = map[string]string{"seen": strconv.FormatUint(env.Hub.PeekRegister(model.RegisterOnCall).Version, 10)}
		}
		return d
	}
}

// base is what a form was made from (CON-1).
func (o *OnCall) base() map[string]string {
	return map[string]string{"seen": strconv.FormatUint(o.version, 10)}
}

func seen(base map[string]string) uint64 {
	n, _ := strconv.ParseUint(base["seen"], 10, 64)
	return n
}

// wide is the width of lines that are scrolled in.
const wide = 100

func (o *OnCall) open() tea.Cmd {
	switch o.view {
	case week:
		d := &o.days[o.tables[week].Index()]
		return o.env.Ask(screen.OpenText{Title: d.begin.Format("Monday 2 January 2006"), Lines: o.aboutDay(d, wide)})
	case wrong:
		t := o.wrong()
		return o.env.Ask(screen.OpenText{Title: t.Kind, Lines: o.aboutTrouble(t, wide)})
	case contacts:
		k := o.contact()
		return o.env.Ask(screen.OpenText{Title: k.Ref, Lines: o.aboutContact(k, wide)})
	}
	r := o.rotation()
	return o.env.Ask(screen.OpenText{Title: model.Line(r.ID).String(), Lines: o.aboutRotation(r, wide)})
}

func (o *OnCall) sheet() tea.Cmd {
	in := o.env.Hub.PeekRegister(model.RegisterOnCall)
	doc := report.ContactSheet(in, report.Foot{By: o.env.Actor.Name, At: o.env.Now().UTC().Truncate(time.Second)})
	return o.env.Ask(screen.OpenText{Title: "Contact sheet", Lines: doc.Lines()})
}

// whoForm asks for a time and says who is on call then.
func (o *OnCall) whoForm() tea.Cmd {
	const name = "form:oncall-at"
	form := widget.NewForm("Who is on call at …",
		&widget.Field{Name: "at", Label: "Time", Required: true, Limit: 64, Check: o.moment("UTC"), Help: "sunday 03:00, tomorrow 09:00, +8h, 2026-11-29 03:00; UTC unless a zone is given"},
		&widget.Field{Name: "zone", Label: "Zone", Limit: 64, Suggest: zones, Check: zoneOrNone, Help: "such as Europe/Berlin; empty is UTC"})
	return o.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		loc, err := zone(v["zone"])
		if err != nil {
			return nil, err
		}
		at, err := model.ParseMoment(v["at"], o.env.Now(), loc)
		if err != nil {
			return nil, err
		}
		title := model.InZone(at, loc)
		return screen.Later(screen.Done{Form: name, Said: title, Then: screen.Later(screen.OpenText{Title: title, Lines: o.whoAt(at)})}), nil
	}})
}

// whoAt is who is on call at a moment, with how to reach them.
func (o *OnCall) whoAt(at time.Time) []string {
	st := o.env.Styles
	list := o.reg.Now(at)
	if len(list) == 0 {
		return []string{st.Bad.S(st.Glyphs.Warn + " nobody: there is no rotation")}
	}
	var lines []string
	for _, w := range list {
		line := widget.Fit(st.Text.S(screen.Clip(string(w.Rotation.Called()), 40)), 28) + " " + o.held(w.Who, w.Rotation)
		if s := ways(o.reg.Reach(w.Who)); s != "" {
			line += "  " + model.ClipLine(s, 80).String()
		}
		lines = append(lines, line)
		if !w.To.IsZero() {
			lines = append(lines, strings.Repeat(" ", 29)+st.Dim.S("until "+model.InZone(w.To, time.UTC)+", then ")+o.held(w.Next, w.Rotation))
		}
	}
	return lines
}

// cancel takes an override back.
func (o *OnCall) cancel() tea.Cmd {
	var items []widget.Item
	for _, v := range o.standing() {
		items = append(items, widget.Item{ID: v.Ref, Label: v.Ref + " " + model.Line(v.Rotation+" "+string(o.reg.Called(v.Who))).String(),
			Detail: model.InZone(v.From, time.UTC) + " to " + model.InZone(v.To, time.UTC)})
	}
	return o.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Take back which override?", items), Chosen: func(it widget.Item) tea.Cmd {
		return o.save("", it.ID+" taken back", model.RemoveOverride{Ref: it.ID})
	}})
}

// remove ends the selected rotation or contact, with a reason.
func (o *OnCall) remove() tea.Cmd {
	name, title, what := "", "", ""
	var cmd func(model.Text) model.Command
	if k := o.contact(); o.view == contacts {
		name, title, what = "form:uncontact:"+k.Ref, "Remove the contact "+k.Ref+" "+model.ClipLine(string(k.Name), 60).String(), k.Ref+" removed"
		cmd = func(why model.Text) model.Command { return model.RemoveContact{Ref: k.Ref, Reason: why} }
	} else {
		r := o.rotation()
		id := model.Line(r.ID).String()
		name, title, what = "form:unrotation:"+id, "Remove the rotation "+id, id+" removed"
		cmd = func(why model.Text) model.Command { return model.RemoveRotation{ID: r.ID, Reason: why} }
	}
	form := widget.NewForm(title, &widget.Field{Name: "reason", Label: "Reason", Required: true, Limit: model.MaxReason, Help: "the record keeps it"})
	return o.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		return o.save(name, what, cmd(model.Text(v["reason"]))), nil
	}})
}
