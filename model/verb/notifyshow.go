package verb

import (
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

// impactView is the data impact as scripts read it.
type impactView struct {
	Disclosed  model.Answer         `json:"disclosed"`
	Modified   model.Answer         `json:"modified"`
	Destroyed  model.Answer         `json:"destroyed"`
	Personal   model.Answer         `json:"personal"`
	Customers  model.Answer         `json:"customers"`
	Data       model.Text           `json:"data"`
	People     int                  `json:"people"`
	Regions    []string             `json:"regions"`
	Roles      []string             `json:"roles"`
	Regulators []string             `json:"regulators"`
	Triggers   map[string]time.Time `json:"triggers"`
	Questions  []string             `json:"questions"`
	Started    []string             `json:"started"`
}

func viewImpact(in *model.Incident) impactView {
	d := &in.Impact
	some := func(l []string) []string { return append([]string{}, l...) }
	v := impactView{Disclosed: d.Disclosed.Answer(), Modified: d.Modified.Answer(), Destroyed: d.Destroyed.Answer(), Personal: d.Personal.Answer(), Customers: d.Customers.Answer(), Data: d.Data,
		People: d.People, Regions: some(d.Regions), Roles: some(d.Roles), Regulators: some(d.Regulators), Triggers: map[string]time.Time{}, Questions: []string{}, Started: []string{}}
	for name, t := range in.Triggers {
		v.Triggers[name] = t.At
	}
	for _, q := range in.Questions() {
		v.Questions = append(v.Questions, q.Ask)
	}
	return v
}

func dataImpact(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	cmd := model.SetDataImpact{Rules: c.env.Hub.Rules(), Data: c.text("what")}
	set := map[string]**model.Answer{"disclosed": &cmd.Disclosed, "modified": &cmd.Modified, "destroyed": &cmd.Destroyed, "customers": &cmd.Customers}
	asked := c.on("personal") || c.on("region") || c.on("role") || c.on("regulator") || c.on("people") || c.on("what") || c.on("aware")
	for len(c.pos) > 0 {
		what, _ := c.next("")
		to, ok := set[strings.ToLower(what)]
		if !ok {
			return c.usage("data-impact: %q is neither disclosed, modified, destroyed nor customers", clip(what))
		}
		word, err := c.next("yes, no or unknown for " + what)
		if err != nil {
			return err
		}
		a := model.Answer(strings.ToLower(word))
		*to, asked = &a, true
	}
	if !asked {
		return c.print(viewImpact(in), func() error { return c.showImpact(in) })
	}
	if c.on("personal") {
		a := model.Answer(strings.ToLower(c.value("personal")))
		cmd.Personal = &a
	}
	cmd.Regions, cmd.Roles, cmd.Regulators = c.wordList("region"), c.wordList("role"), c.wordList("regulator")
	if c.on("people") {
		n, err := c.number("people", 0, 0, model.MaxPeople)
		if err != nil {
			return err
		}
		cmd.People = &n
	}
	aware, err := c.at("aware")
	if err != nil {
		return err
	}
	cmd.Aware = aware.At
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	v := viewImpact(res.Incident)
	for _, o := range added(res, func(in *model.Incident) []*model.Obligation { return in.Obligations }, func(o *model.Obligation) uint64 { return o.Seq }) {
		v.Started = append(v.Started, o.Ref)
	}
	return c.print(v, func() error {
		for _, q := range v.Questions {
			if err := c.note("still to be said: %s", q); err != nil {
				return err
			}
		}
		if len(v.Started) == 0 {
			return nil
		}
		if err := c.note("%s", model.NoAdvice); err != nil {
			return err
		}
		return c.say("%s", strings.Join(v.Started, " "))
	})
}

// wordList is what a flag that may be there several times says; none empties it.
func (c *call) wordList(name string) *[]string {
	if !c.on(name) {
		return nil
	}
	l := []string{}
	for _, w := range c.flags[name] {
		if w != "none" {
			l = append(l, w)
		}
	}
	return &l
}

func (c *call) showImpact(in *model.Incident) error {
	d := &in.Impact
	line := func(name string, m model.AnswerMark) error {
		if m.By == "" {
			return c.say("%-11s %s", name, m.Answer())
		}
		return c.say("%-11s %s  %s %s", name, m.Answer(), at(m.By), c.clock(m.At))
	}
	for _, l := range []struct {
		name string
		mark model.AnswerMark
	}{{"disclosed", d.Disclosed}, {"modified", d.Modified}, {"destroyed", d.Destroyed}, {"personal", d.Personal}, {"customers", d.Customers}} {
		if err := line(l.name, l.mark); err != nil {
			return err
		}
	}
	people := ""
	if d.People > 0 {
		people = strconv.Itoa(d.People)
	}
	for _, l := range [][2]string{{"data", string(d.Data)}, {"people", people}, {"regions", strings.Join(d.Regions, " ")}, {"roles", strings.Join(d.Roles, " ")},
		{"regulators", strings.Join(d.Regulators, " ")}} {
		if l[1] == "" {
			l[1] = "not said"
		}
		if err := c.say("%-11s %s", l[0], model.Line(l[1])); err != nil {
			return err
		}
	}
	for _, name := range model.Triggers() {
		if t, ok := in.Triggers[name]; ok {
			if err := c.say("%-11s %s  %s", name, t.At.UTC().Format("2006-01-02 15:04:05Z"), at(t.By)); err != nil {
				return err
			}
		}
	}
	for _, q := range in.Questions() {
		if err := c.note("still to be said: %s", q.Ask); err != nil {
			return err
		}
	}
	return c.clockNotes(in)
}

func notifyShow(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	ref, err := c.next("the obligation")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	o, err := in.Obligation(ref)
	if err != nil {
		return err
	}
	return c.print(c.viewObligation(o), func() error {
		sent := ""
		if !o.SentAt.IsZero() {
			sent = o.SentAt.UTC().Format("2006-01-02 15:04:05Z")
		}
		began := ""
		if !o.TriggerAt.IsZero() {
			began = o.TriggerAt.UTC().Format("2006-01-02 15:04:05Z")
		}
		for _, l := range [][2]string{{o.Ref, string(o.Title)}, {"state", o.Says(c.env.Now())}, {"recipient", string(o.Recipient)}, {"source", string(o.Source)},
			{"clock", o.Period.String() + " from " + o.StartsFrom()}, {"began", began}, {"due", c.dueText(o)}, {"owner", at(o.Owner)}, {"drafted by", at(o.DraftedBy)},
			{"approved by", at(o.ApprovedBy)}, {"sent", sent}, {"proof", string(o.Proof)}, {"reason", string(o.Reason)}} {
			if l[1] == "" || l[1] == "—" {
				continue
			}
			if err := c.say("%-11s %s", l[0], model.Line(l[1])); err != nil {
				return err
			}
		}
		if o.Draft != "" {
			if err := c.paragraph(o.Draft, "  "); err != nil {
				return err
			}
		}
		return c.note("%s", model.NoAdvice)
	})
}

// regimeView is a regime as scripts read it.
type regimeView struct {
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Source string      `json:"source"`
	Status string      `json:"status"`
	Check  bool        `json:"check"`
	Note   string      `json:"note"`
	When   string      `json:"when"`
	Stages []stageView `json:"stages"`
}

type stageView struct {
	Stage     string `json:"stage"`
	Title     string `json:"title"`
	Recipient string `json:"recipient"`
	From      string `json:"from"`
	Due       string `json:"due"`
}

func viewRegime(r *model.Regime) regimeView {
	v := regimeView{ID: r.ID, Title: r.Title, Source: r.Source, Status: r.Status, Check: r.Check, Note: r.Note}
	var when []string
	if r.When.Personal {
		when = append(when, "personal data")
	}
	for _, l := range [][]string{r.When.Regions, r.When.Roles} {
		if len(l) > 0 {
			when = append(when, strings.Join(l, " or "))
		}
	}
	if v.When = strings.Join(when, ", "); v.When == "" {
		v.When = "by hand"
	}
	for _, s := range r.Stages {
		st := stageView{Stage: s.ID, Title: s.Title, Recipient: s.Recipient, From: s.Trigger, Due: s.Period.String()}
		if s.From != "" {
			st.From = s.From + " sent"
		}
		if b := s.Backstop; b.Trigger != "" {
			st.Due += ", at most " + b.Period.String() + " from " + b.Trigger
		}
		v.Stages = append(v.Stages, st)
	}
	return v
}

func notifyRegimes(c *call) error {
	rules := c.env.Hub.Rules()
	var only string
	if len(c.pos) > 0 {
		only, c.pos = strings.ToLower(c.pos[0]), c.pos[1:]
	}
	if err := c.end(); err != nil {
		return err
	}
	if only != "" {
		r, err := rules.Regime(only)
		if err != nil {
			return err
		}
		return c.print(viewRegime(r), func() error { return c.showRegime(viewRegime(r)) })
	}
	out, rows := []regimeView{}, [][]string{}
	for _, id := range rules.IDs() {
		r, err := rules.Regime(id)
		if err != nil {
			return err
		}
		v := viewRegime(r)
		out = append(out, v)
		for i, s := range v.Stages {
			row := []string{v.ID, v.Status, s.Stage, s.Due, s.From, v.When}
			if i > 0 {
				row[0], row[1], row[5] = "", "", ""
			} else if v.Check {
				row[1] += ", check"
			}
			rows = append(rows, row)
		}
	}
	return c.print(out, func() error {
		err := c.table([]column{{title: "REGIME"}, {title: "STATUS"}, {title: "STAGE"}, {title: "DUE", give: true}, {title: "FROM"}, {title: "APPLIES WHEN", give: true}}, rows, "there are no regimes")
		if err != nil {
			return err
		}
		return c.note("check: to be checked before it is relied on. %s", model.NoAdvice)
	})
}

func (c *call) showRegime(v regimeView) error {
	check := ""
	if v.Check {
		check = "check it before relying on it"
	}
	for _, l := range [][2]string{{"regime", v.ID}, {"title", v.Title}, {"source", v.Source}, {"status", v.Status}, {"applies", v.When}, {"note", v.Note}, {"check", check}} {
		if l[1] == "" {
			continue
		}
		if err := c.say("%-11s %s", l[0], model.Line(l[1])); err != nil {
			return err
		}
	}
	var rows [][]string
	for _, s := range v.Stages {
		rows = append(rows, []string{s.Stage, s.Due, s.From, s.Recipient, s.Title})
	}
	err := c.table([]column{{title: "STAGE"}, {title: "DUE"}, {title: "FROM"}, {title: "RECIPIENT", give: true}, {title: "NOTICE", give: true}}, rows, "")
	if err != nil {
		return err
	}
	return c.note("%s", model.NoAdvice)
}

func obligations(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	var out []Completion
	for _, o := range h.in.OpenObligations() {
		out = append(out, Completion{o.Ref, o.Says(h.env.Now()) + " " + string(o.Title)})
	}
	return out
}

func obligationsOrUsers(h *hints) []Completion { return append(obligations(h), users(h)...) }

func triggersOrRefs(h *hints) []Completion {
	var out []Completion
	for _, t := range model.Triggers() {
		out = append(out, Completion{t, model.TriggerMeans(t)})
	}
	return append(out, obligations(h)...)
}

func (h *hints) rules() *model.Rules {
	if h.env.Hub == nil {
		return nil
	}
	return h.env.Hub.Rules()
}

func regimes(h *hints) []Completion {
	var out []Completion
	for _, id := range h.rules().IDs() {
		if r, err := h.rules().Regime(id); err == nil {
			out = append(out, Completion{id, r.Title})
		}
	}
	return out
}

func regions(h *hints) []Completion {
	l, _ := h.rules().Words()
	return fixed(l...)(h)
}

func duties(h *hints) []Completion {
	_, l := h.rules().Words()
	return fixed(l...)(h)
}
