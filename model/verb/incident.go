package verb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"warroom/model"
)

func incidentVerbs() []*Verb {
	return []*Verb{
		{Name: "incident new", Args: "--title T --severity 1..4", Short: "declare an incident; prints its id",
			Long:     "The one who declares is the incident commander until the role is handed over. The type attaches its playbook's checklist.",
			Examples: []string{`incident new --title "Ransomware on file servers" --severity 1 --type ransomware`},
			flags: []flag{
				{name: "title", arg: "T", help: "what happened, in one line"},
				{name: "severity", arg: "1..4", help: "preliminary severity, 1 is critical", values: severities},
				{name: "type", arg: "TYPE", help: "type of incident; attaches its playbook", values: incidentTypes},
				{name: "summary", arg: "TEXT", help: "what is known; - reads standard input"},
				{name: "playbook", arg: "ID", help: "a further playbook; may be repeated", values: playbooks},
				{name: "exercise", help: "an exercise: never counted, marked on every screen"},
				{name: "restricted", help: "seen only by the people on its access list"},
				{name: "tlp", arg: "TLP", help: "how far its text may be passed on; amber+strict unless said", values: tlps},
			}, run: incidentNew},
		{Name: "incident list", Short: "list incidents, open ones first, the most urgent on top",
			Long:     "A filter is words that must all match, each maybe with a field: sev:1 phase:recovery ic:alice type:ransomware status:open ioc:192.0.2.7; a leading ! inverts.",
			Examples: []string{"incident list --filter 'sev:1 status:open'"},
			flags: []flag{{name: "filter", arg: "F", help: "show only what matches", values: filterWords},
				{name: "limit", arg: "N", help: "at most N incidents"}},
			run: incidentList},
		{Name: "incident show", Args: "INC", Short: "show one incident", words: []word{{"INC", incidents}}, run: incidentShow},
		{Name: "incident edit", Args: "INC [--title T] [--summary S] [--type T] [--priority P [--reason R]] [--tlp TLP]", Short: "change title, summary, type, priority or TLP marking",
			Long: "The marking holds for all in the incident that has none of its own, and an export is never marked wider than what is in it. A wider marking is the lead's; it can be changed after the close, too.",
			flags: []flag{{name: "title", arg: "T", help: "new title"}, {name: "summary", arg: "S", help: "new summary; - reads standard input"},
				{name: "type", arg: "TYPE", help: "new type; attach its playbook with playbook attach", values: incidentTypes},
				{name: "priority", arg: "P1..P4", help: "new priority; other than the rating's with --reason", values: fixed("P1", "P2", "P3", "P4")},
				{name: "reason", arg: "R", help: "why the priority is another one than the rating's"},
				{name: "tlp", arg: "TLP", help: "how far its text may be passed on", values: tlps}},
			words: []word{{"INC", incidents}}, run: incidentEdit},
		{Name: "incident close", Args: "INC [--reason R]", Short: "close an incident; before post-incident with a reason",
			flags: []flag{{name: "reason", arg: "R", help: "why it ends here"}}, words: []word{{"INC", incidents}}, run: incidentClose},
		{Name: "incident reopen", Args: "INC --reason R", Short: "take up a closed incident again",
			flags: []flag{{name: "reason", arg: "R", help: "why"}}, words: []word{{"INC", incidents}}, run: incidentReopen},
		{Name: "incident relate", Args: "INC INC [--reason R]", Short: "link two incidents; both show it, unless one is restricted",
			flags: []flag{{name: "reason", arg: "R", help: "what they have in common"}}, words: []word{{"INC", incidents}, {"INC", allIncidents}}, run: incidentRelate},
		{Name: "incident access", Args: "INC [@USER none|read|respond|lead|default] [--restricted yes|no]", Short: "say who may do what in this incident",
			Long:  "A restricted incident is seen only by the people on its list: to everybody else it does not exist. default takes the entry of a person away.",
			flags: []flag{{name: "restricted", arg: "yes|no", help: "hide it from all who are not on the list", values: fixed("yes", "no")}},
			words: []word{{"INC", incidents}, {"@USER", users}, {"LEVEL", fixed("none", "read", "respond", "lead", "default")}}, run: incidentAccess},
	}
}

func incidentNew(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	cmd := model.Declare{Title: model.Text(c.value("title")), Type: strings.ToLower(strings.TrimSpace(c.value("type"))),
		Exercise: c.on("exercise"), Restricted: c.on("restricted"), TLP: c.value("tlp")}
	if !c.on("title") {
		return c.usage("incident new: --title is missing")
	}
	if !c.on("severity") {
		return c.usage("incident new: --severity is missing")
	}
	var err error
	if cmd.Severity, err = model.ParseSeverity(c.value("severity")); err != nil {
		return err
	}
	if cmd.Summary, err = c.longText("summary"); err != nil {
		return err
	}
	if cmd.Playbooks, err = c.books(cmd.Type); err != nil {
		return err
	}
	res, err := c.env.Hub.Declare(c.ctx, c.env.Actor, c.env.NewID(), cmd)
	if err != nil {
		return err
	}
	return c.print(c.viewIncident(res.Incident), func() error { return c.say("%s", res.Incident.ID) })
}

// longText is a flag's value, or standard input for a lone dash.
func (c *call) longText(name string) (model.Text, error) {
	v := c.value(name)
	if v != "-" {
		return model.Text(v), nil
	}
	s, err := c.stdin()
	return model.Text(s), err
}

// books are the playbooks of a type and of the --playbook flags.
func (c *call) books(typ string) ([]model.AttachPlaybook, error) {
	var out []model.AttachPlaybook
	if typ != "" {
		b := c.env.Books.ForType(typ)
		if b == nil {
			return nil, model.Invalid("there is no playbook for the type %q", clip(typ)).
				Hint("use one of: %s", strings.Join(c.env.Books.Types(), ", ")).On("type")
		}
		out = append(out, c.amended(b))
	}
	for _, id := range c.flags["playbook"] {
		b, ok := c.env.Books.Get(id)
		if !ok {
			return nil, c.noBook(id)
		}
		cmd := c.amended(b)
		if !slices.ContainsFunc(out, func(x model.AttachPlaybook) bool { return x.ID == cmd.ID }) {
			out = append(out, cmd)
		}
	}
	return out, nil
}

func (c *call) noBook(id string) error {
	var ids []string
	for _, b := range c.env.Books.List() {
		ids = append(ids, b.ID)
	}
	return model.NotFound("there is no playbook %q", clip(id)).Hint("use one of: %s", strings.Join(ids, ", ")).On("playbook")
}

func incidentList(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	f, err := model.ParseFilter(c.value("filter"))
	if err != nil {
		return err
	}
	most, err := c.number("limit", 0, 1, 1_000_000)
	if err != nil {
		return err
	}
	has, err := c.holders(f.Indicators())
	if err != nil {
		return err
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	var list []*model.Brief
	board := c.env.Hub.Board()
	for i := range board.Briefs {
		if b := board.Briefs[i]; b.CanRead(c.env.Actor) && f.Match(b, has) {
			list = append(list, b)
		}
	}
	slices.SortStableFunc(list, func(a, b *model.Brief) int {
		if d := cmp.Compare(closed(a), closed(b)); d != 0 {
			return d
		}
		return model.ByUrgency(a, b)
	})
	if most > 0 && len(list) > most {
		list = list[:most]
	}
	views, rows := make([]briefView, len(list)), make([][]string, len(list))
	for i, b := range list {
		views[i] = viewBrief(b)
		title := string(b.Title)
		if b.Exercise {
			title = "EXERCISE " + title
		}
		rows[i] = []string{b.ID, b.Severity.String(), b.Priority.String(), title, string(b.Phase), at(b.IC),
			model.SinceDeclared(b.DeclaredAt, b.ClosedAt, c.env.Now(), false), strconv.Itoa(b.ItemsDone) + "/" + strconv.Itoa(b.Items)}
	}
	return c.print(views, func() error {
		return c.table([]column{{title: "ID"}, {title: "SEV"}, {title: "PRI"}, {title: "TITLE", give: true}, {title: "PHASE"}, {title: "IC"}, {title: "CLOCK"}, {title: "DONE"}},
			rows, "no incident matches; incident new declares one")
	})
}

func closed(b *model.Brief) int {
	if b.Status == model.StatusClosed {
		return 1
	}
	return 0
}

// holders answers which incidents hold an indicator, for filters with ioc: terms.
func (c *call) holders(values []string) (func(incident, value string) bool, error) {
	if len(values) == 0 {
		return nil, nil
	}
	type pair struct{ incident, value string }
	have := map[pair]bool{}
	for _, v := range values {
		ids, err := c.env.Hub.Holders(c.ctx, c.env.Actor, v)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			have[pair{id, v}] = true
		}
	}
	return func(incident, value string) bool { return have[pair{incident, value}] }, nil
}

func incidentShow(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	v := c.viewIncident(in)
	if v.Similar, err = c.env.Hub.Similar(c.ctx, c.env.Actor, in.ID); err != nil {
		return err
	}
	return c.print(v, func() error { return c.showIncident(in, v.Similar) })
}

// standing counts what is not retracted.
func standing[T any](list []*T, retracted func(*T) string) int {
	n := 0
	for _, x := range list {
		if retracted(x) == "" {
			n++
		}
	}
	return n
}

func (c *call) showIncident(in *model.Incident, similar []model.Likeness) error {
	b := in.Brief()
	marks := ""
	if in.Exercise {
		marks += "  EXERCISE"
	}
	if in.Restricted {
		marks += "  restricted"
	}
	roles := ""
	for _, r := range model.IncidentRoles() {
		if u := in.Roles[r]; u != "" {
			roles += "  " + string(r) + " @" + u
		}
	}
	lines := []string{
		in.ID + "  " + in.Severity.String() + " " + in.Priority.String() + "  " + in.Title.Line().String() + marks,
		"phase       " + string(in.Phase) + "  " + model.SinceDeclared(in.DeclaredAt, in.ClosedAt, c.env.Now(), false),
		"declared    " + in.DeclaredAt.Format("2006-01-02 15:04:05Z") + " by @" + in.DeclaredBy + " as " + in.Preliminary.String(),
		"roles       " + strings.TrimSpace(roles),
		"type        " + orDash(in.Type),
		"marking     " + model.TLPLabel(in.Marking()),
		"holds       " + strconv.Itoa(b.Entries) + " timeline entries, " + strconv.Itoa(standing(in.Indicators, func(x *model.Indicator) string { return x.Retracted })) +
			" indicators, " + strconv.Itoa(standing(in.Assets, func(x *model.Asset) string { return x.Retracted })) +
			" assets, checklist " + strconv.Itoa(b.ItemsDone) + "/" + strconv.Itoa(b.Items),
	}
	if !in.ClosedAt.IsZero() {
		lines = append(lines, "closed      "+in.ClosedAt.Format("2006-01-02 15:04:05Z"))
	}
	if related := c.related(in); len(related) > 0 {
		lines = append(lines, "related     "+strings.Join(related, ", "))
	}
	lines = append(lines, likeLines(similar)...)
	if required, _ := in.PostMortemRequired(); required || in.PostMortem.Begun() {
		_, line, _ := strings.Cut(postMortemLine(in), ": ")
		lines = append(lines, "post-mortem "+line)
	}
	if next := in.Phase.Next(); next != "" {
		if open := in.Blockers(next); len(open) > 0 {
			lines = append(lines, "gate        "+string(next)+": "+model.Blocking(open)+" ("+strings.Join(in.Gate(next), ", ")+")")
		}
	}
	lines = append(lines, "priority    "+in.PriorityWhy().Line().String())
	if due := in.RaiseDue(); due != "" {
		lines = append(lines, "severity    "+due)
	}
	if x := &in.Cause; !x.At.IsZero() {
		lines = append(lines, "cause       "+orDash(string(x.RootCause))+", confidence "+orDash(x.Confidence)+", adversary evicted "+orDash(x.Evicted))
	}
	lines = append(lines, c.forcedLines(in)...)
	for _, s := range in.Severities[1:] {
		below := ""
		if s.Below.Valid() {
			below = " (the facts ask for " + s.Below.String() + ")"
		}
		lines = append(lines, "severity    "+s.From.String()+" → "+s.To.String()+below+" by @"+s.By+" "+c.clock(s.At)+"  "+s.Reason.Line().String())
	}
	lines = append(lines, "record      #"+strconv.FormatUint(in.Version, 10)+" "+in.Head.Short())
	for _, l := range lines {
		if err := c.say("%s", l); err != nil {
			return err
		}
	}
	if in.Summary == "" {
		return nil
	}
	if err := c.say(""); err != nil {
		return err
	}
	return c.paragraph(in.Summary, "  ")
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return model.Line(s).String()
}

func incidentEdit(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	var edits []model.Edit
	for _, field := range model.EditFields() {
		if !c.on(field) {
			continue
		}
		to, err := c.longText(field)
		if err != nil {
			return err
		}
		// All are asked before one is given: a refused call changes nothing.
		e := model.Edit{Field: field, To: to}
		if field == model.FieldPriority {
			e.Reason = c.reason()
		}
		if _, err := e.Decide(in, c.env.Actor, c.env.Now()); err != nil {
			return err
		}
		edits = append(edits, e)
	}
	if len(edits) == 0 {
		return c.usage("incident edit: nothing to change")
	}
	for _, e := range edits {
		res, err := c.do(in, e)
		if err != nil {
			return err
		}
		in = res.Incident
	}
	return c.print(c.viewIncident(in), func() error { return c.say("%s", in.ID) })
}

func incidentClose(c *call) error { return c.change(model.Close{Reason: c.reason()}, "closed") }

func incidentReopen(c *call) error { return c.change(model.Reopen{Reason: c.reason()}, "open again") }

// change gives a command that concerns the whole incident, and says what it is now.
func (c *call) change(cmd model.Command, said string) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	return c.changed(res.Incident, said)
}

func (c *call) changed(in *model.Incident, said string) error {
	return c.print(c.viewIncident(in), func() error { return c.say("%s %s", in.ID, said) })
}

func incidentRelate(c *call) error {
	if len(c.pos) == 1 && c.env.Incident != "" {
		c.pos = []string{c.env.Incident, c.pos[0]} // inside a room the one word is the other incident
	}
	in, err := c.incident()
	if err != nil {
		return err
	}
	other, err := c.next("the other incident")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if err := c.env.Hub.Relate(c.ctx, c.env.Actor, c.env.NewID(), in.ID, other, c.reason()); err != nil {
		return err
	}
	if in, err = c.env.Hub.Incident(c.ctx, c.env.Actor, in.ID); err != nil {
		return err
	}
	return c.changed(in, "is related to "+strings.ToUpper(strings.TrimSpace(other)))
}

func incidentAccess(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	if len(c.pos) == 0 && !c.on("restricted") {
		return c.accessList(in)
	}
	var cmd model.SetAccess
	if len(c.pos) > 0 {
		name, _ := c.next("the user")
		level, err := c.next("the level")
		if err != nil {
			return err
		}
		if cmd.User, err = c.known(name); err != nil {
			return err
		}
		if level != "default" {
			if cmd.Level, err = model.ParseAccess(level); err != nil {
				return err
			}
		}
	}
	switch v := c.value("restricted"); {
	case v == "yes" || v == "no":
		yes := v == "yes"
		cmd.Restrict = &yes
	case c.on("restricted"):
		return model.Usage("--restricted takes yes or no, not %q", clip(v)).Hint("usage: %s", c.v.Usage()).On("restricted")
	}
	if err := c.end(); err != nil {
		return err
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	return c.accessList(res.Incident)
}

func (c *call) accessList(in *model.Incident) error {
	type entry struct {
		User  string       `json:"user"`
		Level model.Access `json:"level"`
	}
	list := []entry{}
	var rows [][]string
	for u, l := range in.Access {
		list = append(list, entry{u, l})
	}
	slices.SortFunc(list, func(a, b entry) int { return strings.Compare(a.User, b.User) })
	for _, e := range list {
		rows = append(rows, []string{at(e.User), string(e.Level)})
	}
	view := struct {
		ID         string  `json:"id"`
		Restricted bool    `json:"restricted"`
		Access     []entry `json:"access"`
	}{in.ID, in.Restricted, list}
	return c.print(view, func() error {
		open := "open to every account, by its role"
		if in.Restricted {
			open = "restricted to the people below, the IC and the deputy"
		}
		if err := c.say("%s is %s", in.ID, open); err != nil {
			return err
		}
		return c.table([]column{{title: "USER"}, {title: "LEVEL"}}, rows, "nobody has rights of his own here")
	})
}
