package verb

import (
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/report"
	"warroom/model/review"
	"warroom/model/room"
)

func reviewVerbs() []*Verb {
	reason := flag{name: "reason", arg: "R", help: "why"}
	owner := flag{name: "owner", arg: "@USER", help: "who carries it out", values: users}
	due := flag{name: "due", arg: "TIME", help: "until when: +14d, 2026-12-01, a full time"}
	seen := flag{name: "seen", arg: "VERSION", help: "the version of the review that you looked at: a change by somebody else since then refuses yours"}
	month := word{"MONTH", months}
	decision := []word{month, {"D1", decisions}}
	return []*Verb{
		{Name: "review list", Short: "list the months with their reviews, the newest first", flags: []flag{{name: "limit", arg: "N", help: "at most N months, 24 when not said"}}, run: reviewList},
		{Name: "review attend", Args: "MONTH @USER|NAME…", Short: "write down who takes part in a review; people without an account by name",
			Examples: []string{`review attend 2026-11 @alice @bob "J. Doe (legal)"`}, flags: []flag{{name: "away", help: "they did not take part: take them off the list"}},
			words: []word{month, {"@USER", users}}, run: reviewAttend},
		{Name: "review decide", Args: "MONTH TEXT…|- [--owner @USER] [--due TIME]", Short: "record a decision of a review; prints its ref",
			Long:     "One with an owner stays on the agenda of the reviews that follow until it is done.",
			Examples: []string{`review decide 2026-11 "rotate all service keys" --owner @bob --due +14d`}, flags: []flag{owner, due}, words: []word{month, {"TEXT", nil}}, run: reviewDecide},
		{Name: "review set", Args: "MONTH D1 [--text T] [--owner @USER|none] [--due TIME|none]", Short: "change a decision of a review that is open",
			flags: []flag{{name: "text", arg: "T", help: "what is decided"}, owner, due, seen}, words: decision, run: reviewSet},
		{Name: "review done", Args: "MONTH D1 [--result R]", Short: "say that a decision was carried out, in a closed review too",
			flags: []flag{{name: "result", arg: "R", help: "what shows it"}, {name: "not", help: "it was not: it is open again"}}, words: decision, run: reviewDone},
		{Name: "review note", Args: "MONTH TEXT…|-", Short: "write down what was said in a review; prints its ref", words: []word{month, {"TEXT", nil}}, run: reviewNote},
		{Name: "review retract", Args: "MONTH D1|R1 --reason R", Short: "take a decision or a note back", flags: []flag{reason}, words: []word{month, {"D1", remarks}}, run: reviewRetract},
		{Name: "review close", Args: "MONTH [--reason R]", Short: "end a review and freeze its figures",
			Long:  "The figures show for ever as they were, whatever changes later. A month that is not over, and a review in which nothing is recorded, need a reason. For commanders and admins.",
			flags: []flag{reason}, words: []word{month}, run: reviewClose},
		{Name: "review reopen", Args: "MONTH --reason R", Short: "take a closed review up again: its figures are those of now until it is closed anew", flags: []flag{reason}, words: []word{month}, run: reviewReopen},
		{Name: "review export", Args: "MONTH [--format md|html|json] [--output FILE]", Short: "take out a review as a document: Markdown, HTML in one file, or JSON",
			Long:     "It is marked as the narrowest of the incidents that it names; what is restricted now is neither named nor counted, whoever takes it out. Each export is in the record. Over ssh it is printed: redirect it into a file.",
			Examples: []string{"review export 2026-11 --format html --output review.html"},
			flags: []flag{{name: "format", arg: "F", help: "md, html or json; md when not said", values: fixed(model.ExportFormats()...)},
				{name: "output", arg: "FILE", help: "write a new file instead of printing; not over ssh"}}, words: []word{month}, run: reviewExport},
		{Name: "review", Args: "[MONTH]", Short: "the review of a month: agenda, figures, and what was decided; this month without one",
			Long: "MONTH is 2026-11, this or last. A closed review shows the figures that were frozen then. Exercises and restricted incidents are not counted, whoever asks, so that all read the same; " +
				"who may know of restricted ones of the month is told how many those are.",
			Examples: []string{"review 2026-11", "review last --json"}, words: []word{month}, run: reviewShow},
	}
}

// months completes the months that have incidents or a review, the newest first.
func months(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	for _, l := range review.Months(h.env.Hub.Board().Briefs, h.env.Now()) {
		if len(out) == most {
			break
		}
		out = append(out, Completion{l.Month, l.State})
	}
	return out
}

// reviewOf is the review of the month among the words, as far as it is in memory.
func (h *hints) reviewOf() *model.Review {
	if h.env.Hub == nil || len(h.said) == 0 {
		return nil
	}
	t, err := model.ParseMonth(h.said[0], h.env.Now())
	if err != nil {
		return nil
	}
	if in := h.env.Hub.PeekRegister(review.Of(t).ID()); in.CanRead(h.env.Actor) {
		return in.Review
	}
	return nil
}

func decisions(h *hints) []Completion {
	return refs(h.reviewOf().All(), func(d *model.ReviewDecision) (string, string) { return d.Ref, string(d.Text) })
}

func remarks(h *hints) []Completion {
	return append(decisions(h), refs(h.reviewOf().Said(), func(n *model.ReviewNote) (string, string) { return n.Ref, string(n.Text) })...)
}

// month takes the month off the words.
func (c *call) month() (review.Month, error) {
	w, err := c.next("the month")
	if err != nil {
		return review.Month{}, err
	}
	t, err := model.ParseMonth(w, c.env.Now())
	return review.Of(t), err
}

// view is a review as it is now on any server.
func (c *call) view(m review.Month) (*review.View, error) {
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return nil, err
	}
	reg, err := c.env.Hub.Register(c.ctx, c.env.Actor, m.ID())
	if err != nil {
		return nil, err
	}
	v := review.See(reg, m, c.env.Hub.Board().Briefs, c.env.Actor, c.env.Now())
	return &v, nil
}

// inReview gives a command to a review.
func (c *call) inReview(m review.Month, cmd model.Command) (room.Result, error) {
	return c.env.Hub.Do(c.ctx, c.env.Actor, m.ID(), c.env.NewID(), cmd)
}

func reviewShow(c *call) error {
	m := review.Of(c.env.Now())
	if len(c.pos) > 0 {
		var err error
		if m, err = c.month(); err != nil {
			return err
		}
	}
	if err := c.end(); err != nil {
		return err
	}
	v, err := c.view(m)
	if err != nil {
		return err
	}
	return c.print(v, func() error { return c.sayReview(v) })
}

func reviewList(c *call) error {
	most, err := c.number("limit", 24, 1, 1200)
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	list := review.Months(c.env.Hub.Board().Briefs, c.env.Now())
	list = list[:min(len(list), most)]
	var rows [][]string
	for _, l := range list {
		state := l.State
		if l.ClosedAt != nil {
			state = "closed " + l.ClosedAt.UTC().Format("2006-01-02") + " by @" + l.ClosedBy
		}
		rows = append(rows, []string{l.Month, count(l.Incidents), count(l.Completed), count(l.Attendees), count(l.Decisions), count(l.Open), state})
	}
	return c.print(list, func() error {
		return c.table([]column{{title: "MONTH"}, {title: "INCIDENTS"}, {title: "POST-MORTEMS"}, {title: "ATTENDEES"}, {title: "DECISIONS"}, {title: "OPEN"}, {title: "REVIEW", give: true}}, rows, "")
	})
}

// count is a number in a table, - for none.
func count(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

func reviewAttend(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	cmd := model.AttendReview{Away: c.on("away")}
	for _, w := range c.pos {
		if !strings.HasPrefix(w, "@") {
			cmd.People = append(cmd.People, model.Attendee{Name: model.Text(w)})
			continue
		}
		u, err := model.ParseUserName(w)
		if err == nil && !cmd.Away {
			err = c.knows(u)
		}
		if err != nil {
			return err
		}
		cmd.People = append(cmd.People, model.Attendee{User: u})
	}
	res, err := c.inReview(m, cmd)
	if err != nil {
		return err
	}
	list := []model.Attendee{}
	if r := res.Incident.Review; r != nil {
		list = append(list, r.Attendees...)
	}
	return c.print(list, func() error {
		names := make([]string, len(list))
		for i, a := range list {
			names[i] = a.Who().Line().String()
		}
		return c.say("%s: %s", m, strings.Join(names, ", "))
	})
}

// keeper reads --owner; nobody for none.
func (c *call) keeper() (string, error) {
	name := c.value("owner")
	if name == "" || name == "none" {
		return "", nil
	}
	return c.known(name)
}

func reviewDecide(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	text, err := c.rest("the decision")
	if err != nil {
		return err
	}
	cmd := model.RecordDecision{Text: model.Text(text)}
	if cmd.Owner, err = c.keeper(); err != nil {
		return err
	}
	if c.on("due") {
		if cmd.Due, err = model.ParseDue(c.value("due"), c.env.Now()); err != nil {
			return err
		}
	}
	res, err := c.inReview(m, cmd)
	if err != nil {
		return err
	}
	list := added(res, func(in *model.Incident) []*model.ReviewDecision { return in.Review.All() }, func(d *model.ReviewDecision) uint64 { return d.Seq })
	return c.printRefs(len(list), func(i int) (any, string) { return list[i], list[i].Ref })
}

// printRefs prints the one thing that a command added, or all of several.
func (c *call) printRefs(n int, at func(i int) (any, string)) error {
	for i := range n {
		x, ref := at(i)
		if err := c.print(x, func() error { return c.say("%s", ref) }); err != nil {
			return err
		}
	}
	return nil
}

func reviewSet(c *call) error {
	m, ref, err := c.monthAndRef()
	if err != nil {
		return err
	}
	cmd := model.SetDecision{Ref: ref, Text: c.text("text")}
	if c.on("owner") {
		owner, err := c.keeper()
		if err != nil {
			return err
		}
		cmd.Owner = &owner
	}
	if c.on("due") {
		cmd.Due = new(time.Time)
		if w := c.value("due"); w != "none" {
			if *cmd.Due, err = model.ParseDue(w, c.env.Now()); err != nil {
				return err
			}
		}
	}
	seen, err := c.number("seen", 0, 1, 1<<30)
	if err != nil {
		return err
	}
	cmd.Seen = uint64(seen)
	if cmd.Text == nil && cmd.Owner == nil && cmd.Due == nil {
		return c.usage("review set: nothing to change")
	}
	return c.decisionDone(m, ref, cmd)
}

func reviewDone(c *call) error {
	m, ref, err := c.monthAndRef()
	if err != nil {
		return err
	}
	done := !c.on("not")
	return c.decisionDone(m, ref, model.SetDecision{Ref: ref, Done: &done, Result: model.Text(c.value("result"))})
}

// monthAndRef takes both off the words and refuses any after them.
func (c *call) monthAndRef() (m review.Month, ref string, err error) {
	if m, err = c.month(); err != nil {
		return m, "", err
	}
	if ref, err = c.next("the ref"); err != nil {
		return m, "", err
	}
	return m, ref, c.end()
}

func (c *call) decisionDone(m review.Month, ref string, cmd model.Command) error {
	res, err := c.inReview(m, cmd)
	if err != nil {
		return err
	}
	d, err := res.Incident.Review.Decision(ref)
	if err != nil {
		return err
	}
	return c.print(d, func() error { return c.say("%s", d.Ref) })
}

func reviewNote(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	text, err := c.rest("the note")
	if err != nil {
		return err
	}
	res, err := c.inReview(m, model.AddReviewNote{Text: model.Text(text)})
	if err != nil {
		return err
	}
	list := added(res, func(in *model.Incident) []*model.ReviewNote { return in.Review.Said() }, func(n *model.ReviewNote) uint64 { return n.Seq })
	return c.printRefs(len(list), func(i int) (any, string) { return list[i], list[i].Ref })
}

func reviewRetract(c *call) error {
	m, ref, err := c.monthAndRef()
	if err != nil {
		return err
	}
	if _, err := c.inReview(m, model.RetractReviewItem{Ref: ref, Reason: c.reason()}); err != nil {
		return err
	}
	v, err := c.view(m)
	if err != nil {
		return err
	}
	return c.print(v, func() error { return c.say("%s is retracted", strings.ToUpper(strings.TrimSpace(ref))) })
}

func reviewClose(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	f := review.Agenda(c.env.Hub.Board().Briefs, m, c.env.Now())
	if _, err := c.inReview(m, model.CloseReview{Figures: f, Reason: c.reason()}); err != nil {
		return err
	}
	return c.sayState(m)
}

func reviewReopen(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if _, err := c.inReview(m, model.ReopenReview{Reason: c.reason()}); err != nil {
		return err
	}
	return c.sayState(m)
}

// sayState prints where a review stands.
func (c *call) sayState(m review.Month) error {
	v, err := c.view(m)
	if err != nil {
		return err
	}
	return c.print(v, func() error { return c.say("the review of %s is %s", m, v.Says().Line()) })
}

func reviewExport(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	cmd := model.ExportReview{Format: strings.ToLower(c.value("format")), TLP: model.DefaultTLP}
	switch {
	case cmd.Format == "" && c.json():
		cmd.Format = "json"
	case cmd.Format == "":
		cmd.Format = "md"
	case c.json() && cmd.Format != "json":
		return model.Usage("review export: --json and --format %s do not go together", clip(cmd.Format)).Hint("leave one of them out").On("format")
	}
	if c.on("output") && c.env.Save == nil {
		return model.Usage("review export: files are not written over ssh").Hint("print it and redirect: ssh HOST 'review export %s --format html' > FILE", m).On("output")
	}
	v, err := c.view(m)
	if err != nil {
		return err
	}
	*v = v.Public(c.env.Hub.Board().Briefs)
	marks, err := c.markings(v)
	if err != nil {
		return err
	}
	doc := v.Document(report.Foot{By: c.env.Actor.Name, At: c.env.Now(), Warroom: c.env.Version}, c.env.Now(), func(id string) string { return marks[id] })
	cmd.TLP, cmd.Of = doc.Marking(), v.Version
	name := report.FileName(v.ID, "", cmd.Format)
	if c.env.Window && c.env.Save == nil {
		return c.say("Nothing was written: this console runs on the server. In a shell of yours, with the host and port that you came by:\n\n  ssh HOST 'review export %s --format %s' > %s", m, cmd.Format, name)
	}
	if _, err := c.inReview(m, cmd); err != nil {
		return err
	}
	var body []byte
	switch cmd.Format {
	case "json":
		if body, err = jsonText(v, "  "); err != nil {
			return err
		}
		body = append(body, '\n')
	case "html":
		body = []byte(doc.HTML())
	default:
		body = []byte(doc.Markdown())
	}
	if !c.on("output") && !c.env.Window {
		_, err = c.std.Out.Write(body)
		return err
	}
	if c.on("output") {
		name = c.value("output")
	}
	path, err := c.env.Save(name, body)
	if err != nil {
		return err
	}
	return c.say("%s  %s", model.Line(path), model.TLPLabel(cmd.TLP))
}

// markings is how the incidents that a review names are marked now.
func (c *call) markings(v *review.View) (map[string]string, error) {
	out := map[string]string{}
	var ids []string
	for _, list := range [][]model.ReviewPostMortem{v.Figures.PostMortems, v.Figures.Missing} {
		for _, p := range list {
			ids = append(ids, p.Incident)
		}
	}
	for _, x := range v.Figures.Overdue {
		ids = append(ids, x.Incident)
	}
	for _, id := range ids {
		if out[id] != "" {
			continue
		}
		in, err := c.env.Hub.Incident(c.ctx, c.env.Actor, id)
		if err != nil {
			return nil, err
		}
		out[id] = in.Marking()
	}
	return out, nil
}
