package verb

import (
	"cmp"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

// topicView is a topic as scripts read it.
type topicView struct {
	ID        string         `json:"id"`
	Title     model.Text     `json:"title"`
	Courses   []model.Course `json:"courses"`
	Audiences []string       `json:"audiences"`
	Months    int            `json:"months"` // 0: on joining only
	Exercise  bool           `json:"exercise"`
	Text      model.Text     `json:"text"`
	News      []newsView     `json:"news"` // what changed and was learned since last year
}

type newsView struct {
	At       time.Time  `json:"at"`
	About    string     `json:"about"`
	What     model.Text `json:"what"`
	Incident string     `json:"incident"`
	FollowUp string     `json:"followup"`
}

func (c *call) viewTopic(t *model.Topic, since model.Day) topicView {
	v := topicView{ID: t.ID, Title: t.Title, Courses: t.Courses, Audiences: t.Audiences, Months: t.Months, Exercise: t.Exercise, Text: t.Text, News: []newsView{}}
	for _, n := range c.env.Hub.News(c.env.Actor, t, since) {
		v.News = append(v.News, newsView{n.At.UTC(), n.About, n.What, n.Incident, n.FollowUp})
	}
	return v
}

func (v *topicView) when() string {
	t := model.Topic{Courses: v.Courses, Months: v.Months}
	return t.When()
}

// printTopic prints a topic to read.
func (c *call) printTopic(v *topicView) error {
	if err := c.say("%s  (%s)", v.Title.Line(), v.ID); err != nil {
		return err
	}
	if err := c.say("%s, for %s", v.when(), strings.Join(v.Audiences, ", ")); err != nil {
		return err
	}
	if err := c.say(""); err != nil {
		return err
	}
	if err := c.paragraph(v.Text, "  "); err != nil {
		return err
	}
	for i, n := range v.News {
		if i == 0 {
			if err := c.say("\n  New since last year:"); err != nil {
				return err
			}
		}
		from := ""
		if n.Incident != "" {
			from = " (from " + strings.TrimSpace(n.FollowUp+" of "+n.Incident) + ")"
		}
		if err := c.paragraph(model.Text(string(model.DayOf(n.At))+" "+n.About+": "+model.Line(string(n.What)).String()+from), "  "); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) since() (model.Day, error) {
	d, err := c.day("since")
	if d == "" {
		d = model.NewsSince(model.DayOf(c.env.Now()))
	}
	return d, err
}

// catchUp reads the registers that topics and readiness are fed by.
func (c *call) catchUp() error {
	for _, id := range model.Registers() {
		if _, err := c.env.Hub.Register(c.ctx, c.env.Actor, id); err != nil {
			return err
		}
	}
	return nil
}

func trainingTopics(c *call) error {
	since, err := c.since()
	if err != nil {
		return err
	}
	if err := c.catchUp(); err != nil {
		return err
	}
	if len(c.pos) > 0 {
		id, _ := c.next("the topic")
		t, err := c.env.Hub.Syllabus().Topic(id)
		if err != nil {
			return err
		}
		if err := c.end(); err != nil {
			return err
		}
		v := c.viewTopic(t, since)
		return c.print(v, func() error { return c.printTopic(&v) })
	}
	out, rows := []topicView{}, [][]string{}
	for _, t := range c.env.Hub.Syllabus().List() {
		out = append(out, c.viewTopic(t, since))
		rows = append(rows, []string{t.ID, t.When(), strings.Join(t.Audiences, " "), string(t.Title)})
	}
	return c.print(out, func() error {
		if err := c.table([]column{{title: "TOPIC"}, {title: "WHEN"}, {title: "FOR", give: true}, {title: "TITLE", give: true}}, rows, "no topics"); err != nil {
			return err
		}
		return c.note("training topics TOPIC prints one to read")
	})
}

func trainingRefresher(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	since, err := c.since()
	if err != nil {
		return err
	}
	if err := c.catchUp(); err != nil {
		return err
	}
	out := []topicView{}
	for _, t := range c.env.Hub.Syllabus().List() {
		if t.In(model.CourseRefresher) {
			out = append(out, c.viewTopic(t, since))
		}
	}
	return c.print(out, func() error {
		for i := range out {
			if i > 0 {
				if err := c.say(""); err != nil {
					return err
				}
			}
			if err := c.printTopic(&out[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func trainingImport(c *call) error {
	if len(c.pos) > 0 && c.pos[0] == "-" {
		c.pos = c.pos[1:]
	}
	if err := c.end(); err != nil {
		return err
	}
	data, err := c.input()
	if err != nil {
		return err
	}
	in, err := c.training()
	if err != nil {
		return err
	}
	accounts, syllabus := c.env.Hub.Accounts(), c.env.Hub.Syllabus()
	f, err := model.ParseTrainingCSV(data, in.Trainings(), accounts, syllabus, model.DayOf(c.env.Now()))
	if err != nil {
		return err
	}
	type row struct {
		Line   int       `json:"line"`
		Person string    `json:"person"`
		Topic  string    `json:"topic"`
		On     model.Day `json:"on"`
		Result string    `json:"result"`
		Known  bool      `json:"known"`
	}
	v := struct {
		Imported int            `json:"imported"`
		Known    int            `json:"known"` // in the register already
		Rows     []row          `json:"rows"`
		Bad      []model.BadRow `json:"bad"`
	}{Rows: []row{}, Bad: append([]model.BadRow{}, f.Bad...)}
	for _, r := range f.Rows {
		v.Rows = append(v.Rows, row{r.Line, r.Person, r.Topic, r.On, string(r.Result), r.Known})
		if r.Known {
			v.Known++
		}
	}
	cmd := model.RecordTraining{Given: f.Given(), Accounts: accounts, Syllabus: syllabus}
	switch {
	case len(f.Bad) > 0:
	case c.on("dry-run"):
		if _, err := cmd.Decide(in, c.env.Actor, c.env.Now()); err != nil {
			return err
		}
	default:
		if _, err := c.env.Hub.Do(c.ctx, c.env.Actor, model.RegisterTraining, c.env.NewID(), cmd); err != nil {
			return err
		}
		v.Imported = len(cmd.Given)
	}
	var refused error
	if len(f.Bad) > 0 {
		b := f.Bad[0]
		refused = model.Invalid("%d wrong, the first on line %d: %s", len(f.Bad), b.Line, strings.TrimPrefix(b.Column+": ", ": ")+b.What).
			Hint("nothing was imported; mend the file and import it again")
		for _, b := range f.Bad {
			if err := c.note("line %d: %s", b.Line, strings.TrimPrefix(b.Column+": ", ": ")+b.What); err != nil {
				return err
			}
		}
		if !c.on("dry-run") {
			return refused
		}
	}
	err = c.print(v, func() error {
		if !c.on("dry-run") {
			return c.say("%d imported, %d known already", v.Imported, v.Known)
		}
		var rows [][]string
		for _, r := range v.Rows {
			mark := "new"
			if r.Known {
				mark = "known"
			}
			rows = append(rows, []string{strconv.Itoa(r.Line), mark, at(r.Person), r.Topic, string(r.On), r.Result})
		}
		return c.table([]column{{title: "LINE"}, {title: "IS"}, {title: "NAME"}, {title: "TOPIC"}, {title: "DAY"}, {title: "RESULT"}}, rows, "no good rows")
	})
	return cmp.Or(err, refused)
}

func trainingExport(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	format := c.value("format")
	if format != "" && format != "csv" && format != "json" {
		return c.usage("%q is no format: use csv or json", clip(format))
	}
	in, err := c.training()
	if err != nil {
		return err
	}
	out := []recordView{}
	for _, r := range in.Trainings().Records {
		out = append(out, viewRecord(r))
	}
	if format == "json" {
		c.std.JSON = true
	}
	return c.print(out, func() error {
		w := csv.NewWriter(c.std.Out)
		rows := [][]string{{"person", "topic", "date", "result", "note", "ref", "valid_until", "exercise", "recorded_by", "recorded_at", "retracted_by", "retracted_reason"}}
		for _, r := range in.Trainings().Records {
			rows = append(rows, []string{r.Person, r.Topic, string(r.On), string(r.Result), csvText(r.Note), r.Ref, string(r.Until), r.Exercise, r.By, r.At.UTC().Format(time.RFC3339),
				r.Retracted, csvText(r.RetractedWhy)})
		}
		return w.WriteAll(rows)
	})
}

// csvText is foreign text for a cell: safe for a terminal, and no formula to a
// spreadsheet.
func csvText(t model.Text) string {
	s := t.Line().String()
	if s != "" && strings.ContainsRune("=+-@\t\r|", rune(s[0])) {
		return "'" + s
	}
	return s
}

// readyView is readiness as scripts read it.
type readyView struct {
	Percent int         `json:"percent"`
	Parts   []readyPart `json:"parts"`
}

type readyPart struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Weight  int          `json:"weight"`
	Percent int          `json:"percent"`
	Empty   bool         `json:"empty"`
	Says    model.Text   `json:"says"`
	Wrong   []model.Text `json:"wrong"`
	Do      string       `json:"do"`
}

func readiness(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	if err := c.catchUp(); err != nil {
		return err
	}
	var ids []string
	for _, b := range c.env.Books.List() {
		ids = append(ids, b.ID)
	}
	r := c.env.Hub.Readiness(c.env.Now(), ids)
	v := readyView{Percent: r.Percent(), Parts: []readyPart{}}
	var rows [][]string
	for i := range r.Parts {
		p := &r.Parts[i]
		x := readyPart{p.ID, p.Title, p.Weight, p.Percent(), p.Empty, model.Text(p.Says), []model.Text{}, p.Do}
		for _, w := range p.Wrong {
			x.Wrong = append(x.Wrong, model.Text(w))
		}
		v.Parts = append(v.Parts, x)
		do := ""
		if p.Score < 1 {
			do = p.Do
		}
		rows = append(rows, []string{bar(p.Score, 10), strconv.Itoa(p.Percent()) + " %", p.Title, p.Says, do})
	}
	return c.print(v, func() error {
		if err := c.say("readiness %d %%", v.Percent); err != nil {
			return err
		}
		if err := c.table([]column{{title: ""}, {title: "SCORE"}, {title: "PART"}, {title: "IS", give: true}, {title: "DO", give: true}}, rows, ""); err != nil {
			return err
		}
		for i := range r.Parts {
			const most = 5
			list := r.Parts[i].Wrong
			if len(list) == 0 {
				continue
			}
			if err := c.say("\n%s", r.Parts[i].Title); err != nil {
				return err
			}
			for _, w := range list[:min(most, len(list))] {
				if err := c.paragraph(model.Text(model.Line(w).String()), "  "); err != nil {
					return err
				}
			}
			if len(list) > most {
				if err := c.say("  and %d more: %s", len(list)-most, r.Parts[i].Do); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// bar draws a share from 0 to 1 in so many columns, with marks that any font has.
func bar(share float64, columns int) string {
	n := int(share*float64(columns) + 0.5)
	if n == columns && share < 1 {
		n--
	}
	return strings.Repeat("#", n) + strings.Repeat(".", columns-n)
}
