package verb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

func rotationVerbs() []*Verb {
	layer := []flag{
		{name: "members", arg: "@A,@B,K3", help: "who takes turns, in this order: accounts and contacts", values: usersOrContacts},
		{name: "every", arg: "LONG", help: "length of a turn: 1w, 2w, 1d; 1w without it"},
		{name: "start", arg: "TIME", help: "begin of the first turn, and the time of every hand-over, on the rotation's wall clock: 2026-11-02T09:00; the newest Monday at 09:00 without it"},
		{name: "until", arg: "TIME", help: "the layer ends then; none takes the end away"},
		{name: "hours", arg: "H", help: "only in these hours of the day, such as 09:00-17:00 or 21:00-09:00; all takes them away"},
		{name: "weekdays", arg: "D", help: "only when its hours begin on these days: mon-fri or sat,sun; all takes them away"},
	}
	spec := []flag{
		{name: "title", arg: "T", help: "what it is called"}, {name: "zone", arg: "ZONE", help: "time zone of its hand-overs, such as Europe/Berlin; UTC without it", values: zones},
		{name: "order", arg: "N", help: "place in the escalation: 1 is called first; 1 without it"},
		{name: "partial", arg: "yes|no", help: "yes: it is not meant to cover every hour, and its gaps are none", values: fixed("yes", "no")},
	}
	return []*Verb{
		{Name: "rotation list", Short: "list the rotations in the order of escalation", run: rotationList},
		{Name: "rotation show", Args: "ROTATION", Short: "show a rotation with its layers and overrides", words: []word{{"ROTATION", rotations}}, run: rotationShow},
		{Name: "rotation add", Args: "ROTATION --members @A,@B [--zone ZONE] [--start TIME] …", Short: "make a rotation with its first layer",
			Long: "Times are on the wall clock of the rotation's zone: a hand-over at 09:00 is at 09:00 in winter and in summer. More layers are added with rotation layer.",
			Examples: []string{"rotation add primary --title 'Security on call' --zone Europe/Berlin --members @alice,@bob,@carol --every 1w --start 2026-11-02T09:00",
				"rotation add night --members K3 --hours 21:00-09:00 --partial yes --order 2"},
			flags: slices.Concat(spec, layer), words: []word{{"ROTATION", rotations}}, run: rotationAdd},
		{Name: "rotation set", Args: "ROTATION [--title T] [--zone ZONE] [--order N] [--partial yes|no]", Short: "change what a rotation is", flags: spec,
			words: []word{{"ROTATION", rotations}}, run: rotationSet},
		{Name: "rotation layer", Args: "ROTATION [N] [--members @A,@B] … | N --remove", Short: "add a layer to a rotation, or change the layer N; the last one that is on holds",
			Examples: []string{"rotation layer primary --members @dave --hours 09:00-17:00 --weekdays mon-fri", "rotation layer primary 1 --members @alice,@carol", "rotation layer primary 2 --remove"},
			flags:    append(slices.Clone(layer), flag{name: "remove", help: "take the layer away"}), words: []word{{"ROTATION", rotations}, {"N", nil}}, run: rotationLayer},
		{Name: "rotation remove", Args: "ROTATION --reason R", Short: "end a rotation; the record keeps it", flags: []flag{{name: "reason", arg: "R", help: "why"}},
			words: []word{{"ROTATION", rotations}}, run: rotationRemove},
	}
}

func rotationList(c *call) error {
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	o := in.OnCall
	views, rows := []rotationView{}, [][]string{}
	for _, r := range o.Active() {
		views = append(views, viewRotation(o, r, c.env.Now()))
		covers := "every hour"
		if r.Partial {
			covers = "in part"
		}
		rows = append(rows, []string{strconv.Itoa(r.Order), r.ID, r.Zone, covers, r.Says(o), string(r.Title)})
	}
	return c.print(views, func() error {
		return c.table([]column{{title: "ORDER"}, {title: "ROTATION"}, {title: "ZONE"}, {title: "COVERS"}, {title: "WHO", give: true}, {title: "TITLE", give: true}}, rows, noRotation)
	})
}

// rotation takes a rotation off the words.
func (c *call) rotation() (*model.Incident, *model.Rotation, error) {
	id, err := c.next("the rotation")
	if err != nil {
		return nil, nil, err
	}
	in, err := c.onCall()
	if err != nil {
		return nil, nil, err
	}
	r, err := in.OnCall.Rotation(strings.ToLower(id))
	return in, r, err
}

func rotationShow(c *call) error {
	in, r, err := c.rotation()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	o, v := in.OnCall, viewRotation(in.OnCall, r, c.env.Now())
	return c.print(v, func() error {
		covers := "covers every hour"
		if r.Partial {
			covers = "need not cover every hour"
		}
		if err := c.say("%s  %s  %s  called as number %d  %s", r.ID, model.Line(string(r.Called())), r.Zone, r.Order, covers); err != nil {
			return err
		}
		for i := range r.Layers {
			if err := c.say("layer %d   %s", i+1, model.Line(r.Layers[i].Says(o))); err != nil {
				return err
			}
		}
		if len(r.Shifts) > 0 {
			if err := c.say("imported  %s from %s by @%s at %s, until %s", shiftCount(len(r.Shifts)), model.Line(string(r.Source)), r.ImportedBy, c.clock(r.ImportedAt),
				r.Shifts[len(r.Shifts)-1].To.UTC().Format("2006-01-02 15:04Z")); err != nil {
				return err
			}
		}
		for _, x := range v.Overrides {
			if err := c.say("%-9s %s, %s to %s %s", x.Ref, model.Line(string(x.Name)), x.From.Format("2006-01-02 15:04Z"), x.To.Format("2006-01-02 15:04Z"), model.Line(string(x.Reason))); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *call) printRotation(in *model.Incident, id string) error {
	r, err := in.OnCall.Rotation(strings.ToLower(id))
	if err != nil {
		return err
	}
	return c.print(viewRotation(in.OnCall, r, c.env.Now()), func() error { return c.say("%s", r.ID) })
}

// partial reads --partial.
func (c *call) partial() (bool, error) {
	switch v := strings.ToLower(c.value("partial")); v {
	case "yes", "no":
		return v == "yes", nil
	}
	return false, c.usage("--partial takes yes or no, not %q", clip(c.value("partial")))
}

func rotationAdd(c *call) error {
	id, err := c.next("the rotation")
	if err != nil {
		return err
	}
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	cmd := model.AddRotation{ID: strings.ToLower(id), RotationSpec: model.RotationSpec{Title: model.Text(c.value("title")), Zone: "UTC"}}
	loc, err := c.zone(time.UTC)
	if err != nil {
		return err
	}
	cmd.Zone = loc.String()
	if cmd.Order, err = c.number("order", 1, 1, 99); err != nil {
		return err
	}
	if c.on("partial") {
		if cmd.Partial, err = c.partial(); err != nil {
			return err
		}
	}
	l := c.newLayer(loc)
	if err := c.layer(in.OnCall, &l); err != nil {
		return err
	}
	cmd.Layers = []model.Layer{l}
	res, err := c.do(onCallIn(in), cmd)
	if err != nil {
		return err
	}
	return c.printRotation(res.Incident, cmd.ID)
}

// newLayer is a layer as it is when nothing is said: by the week, from Monday on.
func (c *call) newLayer(loc *time.Location) model.Layer {
	return model.Layer{Days: 7, Start: model.DefaultStart(c.env.Now(), loc)}
}

// layer changes a layer as the flags say.
func (c *call) layer(o *model.OnCall, l *model.Layer) (err error) {
	if c.on("members") {
		l.Members = nil
		for list := range slices.Values(c.flags["members"]) {
			for name := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
				who, err := c.callee(o, name)
				if err != nil {
					return err
				}
				l.Members = append(l.Members, who)
			}
		}
	}
	if c.on("every") {
		if l.Days, err = model.ParseEvery(c.value("every")); err != nil {
			return err
		}
	}
	if c.on("start") {
		if l.Start, err = model.ParseLocal(c.value("start")); err != nil {
			return named(err, "--start")
		}
	}
	if c.on("until") {
		if l.Until = 0; c.value("until") != "none" {
			if l.Until, err = model.ParseLocal(c.value("until")); err != nil {
				return named(err, "--until")
			}
		}
	}
	if c.on("hours") {
		if l.From, l.To, err = model.ParseHours(c.value("hours")); err != nil {
			return err
		}
	}
	if c.on("weekdays") {
		if l.Weekdays = nil; c.value("weekdays") != "all" {
			if l.Weekdays, err = model.ParseWeekdays(c.value("weekdays")); err != nil {
				return err
			}
		}
	}
	return nil
}

// named puts the flag before what is wrong with its value.
func named(err error, flag string) error {
	if e, ok := model.AsError(err); ok {
		e.Msg = flag + ": " + e.Msg
	}
	return err
}

func rotationSet(c *call) error {
	in, r, err := c.rotation()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	cmd := model.SetRotation{ID: r.ID, Title: c.text("title")}
	if c.on("zone") {
		loc, err := c.zone(nil)
		if err != nil {
			return err
		}
		name := loc.String()
		cmd.Zone = &name
	}
	if c.on("order") {
		n, err := c.number("order", 1, 1, 99)
		if err != nil {
			return err
		}
		cmd.Order = &n
	}
	if c.on("partial") {
		yes, err := c.partial()
		if err != nil {
			return err
		}
		cmd.Partial = &yes
	}
	if cmd == (model.SetRotation{ID: r.ID}) {
		return c.usage("%s: nothing to change", c.v.Name)
	}
	res, err := c.do(onCallIn(in), cmd)
	if err != nil {
		return err
	}
	return c.printRotation(res.Incident, r.ID)
}

func rotationLayer(c *call) error {
	in, r, err := c.rotation()
	if err != nil {
		return err
	}
	layers := slices.Clone(r.Layers)
	n := len(layers)
	if len(c.pos) > 0 {
		i, ok := atoi(c.pos[0])
		if !ok || i < 1 || i > len(layers) {
			return model.NotFound("%s has no layer %q", r.ID, clip(c.pos[0])).Hint("rotation show %s lists its %d", r.ID, len(layers))
		}
		n, c.pos = i-1, c.pos[1:]
	}
	if err := c.end(); err != nil {
		return err
	}
	switch {
	case c.on("remove") && n == len(layers):
		return c.usage("%s: the number of the layer is missing", c.v.Name)
	case c.on("remove"):
		layers = slices.Delete(layers, n, n+1)
	default:
		if n == len(layers) {
			layers = append(layers, c.newLayer(r.Location()))
		} else if len(c.flags) == 0 || len(c.flags) == 1 && c.on("json") {
			return c.usage("%s: nothing to change", c.v.Name)
		}
		if err := c.layer(in.OnCall, &layers[n]); err != nil {
			return err
		}
	}
	res, err := c.do(onCallIn(in), model.SetRotation{ID: r.ID, Layers: &layers, Seen: in.Version})
	if err != nil {
		return err
	}
	return c.printRotation(res.Incident, r.ID)
}

func rotationRemove(c *call) error {
	in, r, err := c.rotation()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if _, err := c.do(onCallIn(in), model.RemoveRotation{ID: r.ID, Reason: c.reason()}); err != nil {
		return err
	}
	return c.print(viewRotation(in.OnCall, r, c.env.Now()), func() error { return c.say("%s", r.ID) })
}
