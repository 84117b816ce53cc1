package verb

import (
	"slices"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/room"
)

func noteVerbs() []*Verb {
	noteFlags := []flag{
		{name: "at", arg: "TIME", help: "when it happened: 14:03, -20m, \"yesterday 22:40\", RFC 3339"},
		{name: "star", help: "a key moment"},
		{name: "tlp", arg: "TLP", help: "its own marking, where it is not the incident's", values: tlps},
		{name: "corrects", arg: "T3", help: "put right an entry; the old one stays readable", values: entries},
	}
	return []*Verb{
		{Name: "note", Args: "INC TEXT…", Short: "write a timeline entry; prints its ref",
			Long:     "- reads standard input. A time at the beginning of the text is when it happened: 14:03, -20m, yesterday 22:40, RFC 3339. @people, #tags, ATT&CK ids and refs are found in the text; a lone ! at its end makes it a key moment. A \\ before a time at the beginning keeps it as text.",
			Examples: []string{`note INC-2026-0042 "10:11 encryptor started on FS-01 T1486"`, "journalctl -u sshd | note INC-2026-0042 -"},
			flags:    noteFlags, words: []word{{"INC", incidents}, {"TEXT", nil}}, run: func(c *call) error { return addNote(c, model.KindNote) }},
		{Name: "decision", Args: "INC TEXT…", Short: "record a decision in the timeline",
			Examples: []string{`decision INC-2026-0042 "we do not pay; @alice with legal"`},
			flags:    noteFlags, words: []word{{"INC", incidents}, {"TEXT", nil}}, run: func(c *call) error { return addNote(c, model.KindDecision) }},
		{Name: "timeline list", Args: "INC", Short: "list the timeline in the order it was written down",
			flags: []flag{{name: "since", arg: "TIME", help: "only what was written down since"},
				{name: "kind", arg: "KIND", help: "only entries of this kind", values: entryKinds},
				{name: "as-it-happened", help: "in the order it happened"},
				{name: "starred", help: "key moments only"}},
			words: []word{{"INC", incidents}}, run: timelineList},
		{Name: "timeline star", Args: "INC T3…", Short: "mark key moments", words: []word{{"INC", incidents}, {"T3", entries}},
			run: func(c *call) error { return starEntries(c, true) }},
		{Name: "timeline unstar", Args: "INC T3…", Short: "take the mark away", words: []word{{"INC", incidents}, {"T3", entries}},
			run: func(c *call) error { return starEntries(c, false) }},
		{Name: "timeline retract", Args: "INC T3 --reason R", Short: "take an entry back; it stays readable",
			flags: []flag{{name: "reason", arg: "R", help: "why"}}, words: []word{{"INC", incidents}, {"T3", entries}}, run: retractEntry},
	}
}

func addNote(c *call, kind model.EntryKind) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	text, err := c.rest("the text")
	if err != nil {
		return err
	}
	cmd := model.AddNote{Text: model.Text(text), Kind: kind, Star: c.on("star"), Corrects: c.value("corrects"), TLP: c.value("tlp")}
	if cmd.When, err = c.at("at"); err != nil {
		return err
	}
	if !c.on("at") {
		when, rest, ok, err := model.LeadingTime(text, c.env.Now())
		if err != nil {
			return err
		}
		cmd.Text = model.Text(rest)
		if ok {
			cmd.When = when
		}
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	en := added(res, func(in *model.Incident) []*model.Entry { return in.Timeline }, func(e *model.Entry) uint64 { return e.Seq })
	if len(en) == 0 {
		return c.say("%s", res.Incident.ID)
	}
	return c.print(en[0], func() error { return c.written(en[0]) })
}

// written prints an entry's ref and, so that nobody takes it for today's, when it
// happened on another day. A script reads the ref alone.
func (c *call) written(e *model.Entry) error {
	now := c.env.Now()
	switch {
	case !e.OtherDay(now):
		return c.say("%s", e.Ref)
	case c.std.Width > 0:
		return c.say("%s  happened %s", e.Ref, e.When().Say(now))
	}
	if err := c.say("%s", e.Ref); err != nil {
		return err
	}
	return c.note("%s happened %s", e.Ref, e.When().Say(now))
}

// added are the things that the command made: those whose event is among its records.
func added[T any](res room.Result, list func(*model.Incident) []*T, seq func(*T) uint64) []*T {
	if len(res.Records) == 0 {
		return nil
	}
	first, last := res.Records[0].Version, res.Records[len(res.Records)-1].Version
	var out []*T
	for _, x := range slices.Backward(list(res.Incident)) {
		if s := seq(x); s >= first && s <= last {
			out = append(out, x)
		} else if s < first {
			break
		}
	}
	slices.Reverse(out)
	return out
}

func timelineList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	since, err := c.at("since")
	if err != nil {
		return err
	}
	kind := model.EntryKind(c.value("kind"))
	if c.on("kind") && !slices.Contains(model.EntryKinds(), kind) {
		return model.Usage("%q is no kind of entry", clip(string(kind))).Hint("use one of: %s", joinKinds()).On("kind")
	}
	list := in.Timeline
	if c.on("as-it-happened") {
		list = model.AsItHappened(list)
	}
	out := []*model.Entry{}
	var rows [][]string
	for _, e := range list {
		if e.RecordedAt.Before(since.At) || c.on("kind") && e.Kind != kind || c.on("starred") && !e.Starred {
			continue
		}
		out = append(out, e)
		rows = append(rows, []string{e.Ref, happened(e), c.clock(e.RecordedAt), at(e.Author), string(e.Kind), entryText(e)})
	}
	return c.print(out, func() error {
		return c.table([]column{{title: "REF"}, {title: "HAPPENED"}, {title: "WRITTEN"}, {title: "BY"}, {title: "KIND"}, {title: "TEXT", give: true}},
			rows, "no entry yet; note "+in.ID+" \"what happened\" writes one")
	})
}

func joinKinds() string {
	var s []string
	for _, k := range model.EntryKinds() {
		s = append(s, string(k))
	}
	return strings.Join(s, ", ")
}

// happened is the time with as much as is known of it.
func happened(e *model.Entry) string {
	t := e.OccurredAt.UTC()
	switch e.Precision {
	case model.PrecisionDay:
		return t.Format(time.DateOnly)
	case model.PrecisionHour:
		return t.Format("2006-01-02 15h")
	case model.PrecisionMinute:
		return t.Format("2006-01-02 15:04Z")
	}
	return t.Format("2006-01-02 15:04:05Z")
}

func entryText(e *model.Entry) string {
	s := indicator.DefangText(string(e.Text))
	if e.Starred {
		s = "★ " + s
	}
	if e.TLP != "" {
		s = model.TLPLabel(e.TLP) + " " + s
	}
	if e.Corrects != "" {
		s = "corrects " + e.Corrects + ": " + s
	}
	if e.CorrectedBy != "" {
		s += " [corrected by " + e.CorrectedBy + "]"
	}
	if e.Retracted != "" {
		s = "[retracted by @" + e.Retracted + ": " + string(e.RetractedWhy) + "] " + s
	}
	return s
}

func starEntries(c *call, on bool) error {
	return c.eachRef("entry", func(ref string) model.Command { return model.StarEntry{Ref: ref, On: on} },
		func(in *model.Incident, ref string) (any, error) { return in.Entry(ref) })
}

func retractEntry(c *call) error {
	return c.eachRef("entry", func(ref string) model.Command { return model.RetractEntry{Ref: ref, Reason: c.reason()} },
		func(in *model.Incident, ref string) (any, error) { return in.Entry(ref) })
}

// eachRef takes the incident off the words and gives a command for each of the
// refs after it.
func (c *call) eachRef(what string, cmd func(ref string) model.Command, find func(in *model.Incident, ref string) (any, error)) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	return c.eachRefOf(in, what, cmd, find)
}

// eachRefOf gives a command for each of the refs that are left on the line.
// They are one change, with one undo: a refused call changes nothing.
func (c *call) eachRefOf(in *model.Incident, what string, cmd func(ref string) model.Command, find func(in *model.Incident, ref string) (any, error)) error {
	if len(c.pos) == 0 {
		return c.usage("%s: the %s is missing", c.v.Name, what)
	}
	var refs []string
	var all model.Bulk
	for _, ref := range c.pos {
		ref = strings.ToUpper(strings.TrimSpace(ref))
		if len(ref) > 1 { // A7 and A07 are one
			ref = ref[:1] + strings.TrimLeft(ref[1:], "0")
		}
		if slices.Contains(refs, ref) {
			continue
		}
		if _, err := find(in, ref); err != nil {
			return err
		}
		refs, all = append(refs, ref), append(all, cmd(ref))
	}
	res, err := c.do(in, all)
	if err != nil {
		return err
	}
	objects := []any{}
	for _, ref := range refs {
		x, err := find(res.Incident, ref)
		if err != nil {
			return err
		}
		objects = append(objects, x)
	}
	if len(objects) == 1 {
		return c.print(objects[0], func() error { return c.say("%s", refs[0]) })
	}
	return c.print(objects, func() error { return c.say("%s", strings.Join(refs, " ")) })
}
