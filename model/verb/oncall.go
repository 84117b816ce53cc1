package verb

import (
	"strings"
	"time"

	"warroom/model"
	"warroom/model/report"
)

func onCallVerbs() []*Verb {
	zone := flag{name: "zone", arg: "ZONE", help: "the zone of times that name none, such as Europe/Berlin; UTC without it", values: zones}
	why := flag{name: "reason", arg: "R", help: "why"}
	return []*Verb{
		{Name: "oncall now", Short: "who is on call in each rotation, until when, who comes then, and how to reach them", run: onCallNow},
		{Name: "oncall at", Args: "TIME… [--zone ZONE]", Short: "who is on call at a time: sunday 03:00, tomorrow 09:00, +8h, 2026-11-29 03:00",
			Examples: []string{"oncall at sunday 03:00", "oncall at 2026-11-29 03:00 --zone Europe/Berlin"}, flags: []flag{zone}, words: []word{{"TIME", nil}}, run: onCallAt},
		{Name: "oncall list", Args: "[ROTATION…] [--from TIME] [--days N]", Short: "who is on call when, from now on; gaps are lines of their own",
			flags: []flag{{name: "from", arg: "TIME", help: "from when on; now without it"}, {name: "days", arg: "N", help: "how many days; 14 without it"}, zone},
			words: []word{{"ROTATION", rotations}}, run: onCallList},
		{Name: "oncall gaps", Args: "[--days N]", Short: "gaps, double bookings and people without account of the next 90 days; the exit status says whether there are any",
			Long: "A rotation has to cover every hour of the year unless it was made with --partial; when all are, they have to cover it together. " +
				"A double booking is one person in two rotations at once, or two people in the imported shifts of one. The exit status is 1 when there is any.",
			flags: []flag{{name: "days", arg: "N", help: "how many days; 90 without it"}}, run: onCallGaps},
		{Name: "oncall override", Args: "ROTATION @USER|K3 --to TIME|--for 8h [--from TIME]", Short: "put somebody on call in place of whoever would be; prints its ref",
			Long:     "The newest override counts where several are at once. Times are UTC unless --zone names another.",
			Examples: []string{"oncall override primary @bob --from 'sunday 03:00' --for 6h --reason 'alice is ill'"},
			flags: []flag{{name: "from", arg: "TIME", help: "from when on; now without it"}, {name: "to", arg: "TIME", help: "until when"},
				{name: "for", arg: "LONG", help: "how long: 8h, 2d, 1d12h"}, zone, why},
			words: []word{{"ROTATION", rotations}, {"@USER", usersOrContacts}}, run: onCallOverride},
		{Name: "oncall cancel", Args: "V1 [--reason R]", Short: "take an override back", flags: []flag{why}, words: []word{{"V1", overrides}}, run: onCallCancel},
		{Name: "oncall import", Args: "ROTATION [-] [--map NAME=@USER]… [--dry-run]", Short: "read the shifts of a rotation from an iCalendar (.ics) file on standard input",
			Long: "The shifts of the file replace those imported before, and come before the rotation's layers; a rotation that is not there is made. Attendees and summaries are matched to " +
				"accounts and contacts by mail address or name; --map says whom another name means. When an event cannot be read or its person is not known, every such event is named and " +
				"nothing is imported; with --good the others are imported and the rest is left out. Events that repeat daily or weekly are written out for 18 months. --dry-run shows what would be imported.",
			Examples: []string{"oncall import primary --dry-run < schedule.ics", "oncall import primary --map 'Jane Doe=@jane' < schedule.ics"},
			flags: []flag{{name: "map", arg: "NAME=@USER", help: "whom a name or mail address in the file means; again for more"}, {name: "good", help: "import the good events and leave the others out"},
				{name: "dry-run", help: "show what would be imported, and import nothing"}, {name: "source", arg: "NAME", help: "what the file is called; the calendar's own name without it"},
				{name: "zone", arg: "ZONE", help: "zone of times that name none, and of a rotation that is made; that of the rotation, or UTC, without it", values: zones},
				{name: "order", arg: "N", help: "place in the escalation of a rotation that is made; 1 without it"}},
			words: []word{{"ROTATION", rotations}, {"-", nil}}, run: onCallImport},
		{Name: "oncall clear", Args: "ROTATION", Short: "take the imported shifts of a rotation away; its layers stay", words: []word{{"ROTATION", rotations}}, run: onCallClear},
		{Name: "oncall sheet", Args: "[--format md|html|text]", Short: "print the contact sheet, for the day when the directory is down",
			Long:     "Who is on call in the next 14 days, the escalation contacts with their numbers, and what is wrong. Print it and hang it up: it is TLP:AMBER.",
			Examples: []string{"oncall sheet --format html > sheet.html"},
			flags:    []flag{{name: "format", arg: "F", help: "md, html or text; text without it", values: fixed("md", "html", "text")}}, run: onCallSheet},
		{Name: "oncall undo", Short: "take back your own newest change of rotations, overrides and contacts, within 10 minutes", run: onCallUndo},
	}
}

// onCall is the newest state of the register of who is on call.
func (c *call) onCall() (*model.Incident, error) {
	return c.env.Hub.Register(c.ctx, c.env.Actor, model.RegisterOnCall)
}

// onCallWords is it when no word is left over.
func (c *call) onCallEnd() (*model.Incident, error) {
	if err := c.end(); err != nil {
		return nil, err
	}
	return c.onCall()
}

func zones(*hints) []Completion {
	return fixed("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney")(nil)
}

func (h *hints) onCall() *model.OnCall {
	if h.env.Hub == nil {
		return nil
	}
	in := h.env.Hub.PeekRegister(model.RegisterOnCall)
	if in.Version == 0 || !in.CanRead(h.env.Actor) {
		return nil
	}
	return in.OnCall
}

func rotations(h *hints) []Completion {
	var out []Completion
	o := h.onCall()
	for _, r := range o.Active() {
		out = append(out, Completion{r.ID, r.Says(o)})
	}
	return out
}

func overrides(h *hints) []Completion {
	var out []Completion
	o := h.onCall()
	for _, v := range o.Standing("") {
		if v.To.After(h.env.Now()) {
			out = append(out, Completion{v.Ref, v.Rotation + " " + string(o.Called(v.Who)) + " " + v.From.Format("2006-01-02 15:04Z")})
		}
	}
	return out
}

func usersOrContacts(h *hints) []Completion { return append(users(h), contacts(h)...) }

// zone reads a flag that names a zone; def without it.
func (c *call) zone(def *time.Location) (*time.Location, error) {
	if !c.on("zone") {
		return def, nil
	}
	return model.LoadZone(c.value("zone"))
}

// when reads a time flag that may be over or to come; def without it.
func (c *call) when(name string, def time.Time, loc *time.Location) (time.Time, error) {
	if !c.on(name) {
		return def, nil
	}
	t, err := model.ParseMoment(c.value(name), c.env.Now(), loc)
	if e, ok := model.AsError(err); ok {
		e.Msg = "--" + name + ": " + e.Msg
		return t, e.On(name)
	}
	return t, err
}

// callee is who is meant on a command line: an account, or the ref of a contact.
func (c *call) callee(o *model.OnCall, s string) (string, error) {
	s = strings.TrimSpace(s)
	if ref, _, err := model.ParseRef(model.RefContact, s); err == nil && !strings.HasPrefix(s, "@") {
		if _, err := o.Contact(ref); err == nil || len(c.env.Hub.Accounts()) == 0 {
			return ref, nil
		}
		// k3 may be an account's name, too.
		if _, e := c.known(s); e != nil {
			_, err := o.Contact(ref)
			return "", err
		}
	}
	return c.known(s)
}

func onCallNow(c *call) error {
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	return c.watch(in.OnCall, c.env.Now())
}

func onCallAt(c *call) error {
	loc, err := c.zone(time.UTC)
	if err != nil {
		return err
	}
	text, err := c.rest("the time")
	if err != nil {
		return err
	}
	at, err := model.ParseMoment(text, c.env.Now(), loc)
	if err != nil {
		return err
	}
	in, err := c.onCall()
	if err != nil {
		return err
	}
	if err := c.note("%s", model.InZone(at, loc)); err != nil {
		return err
	}
	return c.watch(in.OnCall, at)
}

// noRotation is what there is to do first.
const noRotation = "there is no rotation, so nobody is on call; rotation add makes one"

// watch prints who is on call at a moment.
func (c *call) watch(o *model.OnCall, at time.Time) error {
	views, rows := []watchView{}, [][]string{}
	for _, w := range o.Now(at) {
		v := viewWatch(o, w)
		views = append(views, v)
		who, until, then := string(v.Name), "no end known", ""
		if w.Who == "" {
			who = "NOBODY"
		}
		if !w.To.IsZero() {
			until, then = c.clockMinute(w.To), string(v.NextName)
		}
		rows = append(rows, []string{v.Rotation, string(who), until, then, reachText(v.Reach)})
	}
	return c.print(views, func() error {
		return c.table([]column{{title: "ROTATION"}, {title: "ON CALL"}, {title: "UNTIL"}, {title: "THEN"}, {title: "REACH", give: true}}, rows, noRotation)
	})
}

// clockMinute is a time for people, to the minute, with its day of the week.
func (c *call) clockMinute(t time.Time) string {
	t, now := t.UTC(), c.env.Now().UTC()
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04Z")
	}
	return t.Format("Mon 2006-01-02 15:04Z")
}

// reachText is a contact's ways in one cell.
func reachText(v reachView) string {
	var parts []string
	for _, p := range v.Phones {
		parts = append(parts, string(p))
	}
	for _, s := range []model.Text{v.Mail, v.Other} {
		if s != "" {
			parts = append(parts, string(s))
		}
	}
	if len(parts) == 0 {
		return "—"
	}
	return strings.Join(parts, ", ")
}

func onCallList(c *call) error {
	days, err := c.number("days", 14, 1, 366)
	if err != nil {
		return err
	}
	loc, err := c.zone(time.UTC)
	if err != nil {
		return err
	}
	from, err := c.when("from", c.env.Now().Truncate(time.Minute), loc)
	if err != nil {
		return err
	}
	in, err := c.onCall()
	if err != nil {
		return err
	}
	o := in.OnCall
	list := o.Active()
	if len(c.pos) > 0 {
		list = nil
		for _, id := range c.pos {
			r, err := o.Rotation(id)
			if err != nil {
				return err
			}
			list = append(list, r)
		}
	}
	views, rows := []stintView{}, [][]string{}
	for _, r := range list {
		for _, s := range o.Schedule(r.ID, from, from.AddDate(0, 0, days)) {
			views = append(views, viewStint(o, s))
			who := string(o.Called(s.Who))
			if s.Who == "" && !r.Partial {
				who = "NOBODY"
			}
			rows = append(rows, []string{r.ID, who, model.InZone(s.From, loc), model.InZone(s.To, loc), s.By})
		}
	}
	return c.print(views, func() error {
		return c.table([]column{{title: "ROTATION"}, {title: "ON CALL", give: true}, {title: "FROM"}, {title: "TO"}, {title: "BY"}}, rows, noRotation)
	})
}

func onCallGaps(c *call) error {
	days, err := c.number("days", 90, 1, 366)
	if err != nil {
		return err
	}
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	o, from := in.OnCall, c.env.Now().Truncate(time.Minute)
	list := o.Trouble(c.env.Hub.Accounts(), from, from.AddDate(0, 0, days))
	views, rows := []troubleView{}, [][]string{}
	for i := range list {
		t := &list[i]
		views = append(views, viewTrouble(o, t))
		rows = append(rows, []string{t.Kind, t.From.Format("Mon 2006-01-02 15:04Z"), t.To.Format("Mon 2006-01-02 15:04Z"), model.Long(t.To.Sub(t.From)), t.Says(o)})
	}
	err = c.print(views, func() error {
		return c.table([]column{{title: "WHAT"}, {title: "FROM"}, {title: "TO"}, {title: "LONG"}, {title: "WHO", give: true}}, rows, "no gap and no double booking in the next "+nextDays(days))
	})
	if err != nil || len(list) == 0 {
		return err
	}
	return model.Invalid("%s in the next %s", model.TroubleCount(list), nextDays(days)).Hint("oncall override or rotation set mends it")
}

func onCallOverride(c *call) error {
	id, err := c.next("the rotation")
	if err != nil {
		return err
	}
	name, err := c.next("who takes over")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	in, err := c.onCall()
	if err != nil {
		return err
	}
	cmd := model.AddOverride{Rotation: strings.ToLower(id), Reason: c.reason()}
	if _, err := in.OnCall.Rotation(cmd.Rotation); err != nil {
		return err
	}
	if cmd.Who, err = c.callee(in.OnCall, name); err != nil {
		return err
	}
	loc, err := c.zone(time.UTC)
	if err != nil {
		return err
	}
	if cmd.From, err = c.when("from", c.env.Now(), loc); err != nil {
		return err
	}
	switch {
	case c.on("to") == c.on("for"):
		return c.usage("%s: one of --to and --for is needed", c.v.Name)
	case c.on("to"):
		cmd.To, err = c.when("to", time.Time{}, loc)
	default:
		cmd.To, err = model.ParseMoment("+"+strings.TrimPrefix(c.value("for"), "+"), cmd.From, loc)
		if err != nil {
			err = c.usage("--for %q is no length of time; write 8h, 2d or 1d12h", clip(c.value("for")))
		}
	}
	if err != nil {
		return err
	}
	res, err := c.do(onCallIn(in), cmd)
	if err != nil {
		return err
	}
	o := res.Incident.OnCall
	v := viewOverride(o, o.Overrides[len(o.Overrides)-1])
	return c.print(v, func() error { return c.say("%s", v.Ref) })
}

// onCallIn is the register to write to, also before its first event.
func onCallIn(in *model.Incident) *model.Incident {
	if in.ID == "" {
		return &model.Incident{ID: model.RegisterOnCall}
	}
	return in
}

func onCallCancel(c *call) error {
	ref, err := c.next("the override")
	if err != nil {
		return err
	}
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	res, err := c.do(onCallIn(in), model.RemoveOverride{Ref: ref, Reason: c.reason()})
	if err != nil {
		return err
	}
	v, err := res.Incident.OnCall.Override(ref)
	if err != nil {
		return err
	}
	return c.print(viewOverride(res.Incident.OnCall, v), func() error { return c.say("%s", v.Ref) })
}

func onCallClear(c *call) error {
	id, err := c.next("the rotation")
	if err != nil {
		return err
	}
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	res, err := c.do(onCallIn(in), model.ImportShifts{Rotation: strings.ToLower(id)})
	if err != nil {
		return err
	}
	return c.printRotation(res.Incident, id)
}

func onCallUndo(c *call) error {
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	if in.Version == 0 {
		return model.Invalid("nothing of yours from the last 10 minutes is left to undo").Hint("nothing is written of who is on call yet")
	}
	res, err := c.do(onCallIn(in), model.Undo{})
	if err != nil {
		return err
	}
	type view struct {
		Undone  string `json:"undone"`
		Version uint64 `json:"version"`
	}
	what := model.UndoneWords(res.Incident, res.Records)
	return c.print(view{what, res.Incident.Version}, func() error { return c.say("undone: %s", model.ClipLine(what, 200)) })
}

func onCallSheet(c *call) error {
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	form := c.value("format")
	if form != "" && form != "text" && form != "md" && form != "html" {
		return c.usage("--format takes md, html or text, not %q", clip(form))
	}
	doc := report.ContactSheet(in, report.Foot{By: c.env.Actor.Name, At: c.env.Now().UTC().Truncate(time.Second), Warroom: c.env.Version})
	if c.json() {
		return c.print(viewSheet(in, c.env.Now()), nil)
	}
	if form == "md" || form == "html" {
		text := doc.Markdown()
		if form == "html" {
			text = doc.HTML()
		}
		_, err := c.std.Out.Write([]byte(text))
		return err
	}
	for _, l := range doc.Lines() {
		if err := c.say("%s", l); err != nil {
			return err
		}
	}
	return nil
}
