package verb

import (
	"slices"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/ticket"
)

func followUpVerbs() []*Verb {
	which := []flag{
		{name: "team", arg: "TEAM", help: "only of this team", values: followUpTeams},
		{name: "owner", arg: "@USER", help: "only what this person sees to", values: users},
		{name: "state", arg: "STATE", help: "open, in-progress, done, dropped; unsettled for the first two", values: fixed(append(words(model.FollowUpStates()), "unsettled")...)},
		{name: "kind", arg: "KIND", help: "only of this kind", values: fixed(words(model.FollowUpKinds())...)},
		{name: "overdue", help: "only what is late"},
		{name: "incident", arg: "INC", help: "only of this incident", values: incidents},
		{name: "filter", arg: "F", help: "words as on the page: team:web owner:@bob state:open kind:prevent late", values: followUpFilterWords},
	}
	return []*Verb{
		{Name: "followup list", Short: "list the follow-ups of all incidents, what is due first on top", flags: which, run: followUpList,
			Examples: []string{"followup list --team web --overdue", "followup list --filter 'owner:@bob state:open'"}},
		{Name: "followup export", Args: "[--format csv|json|github|jira]", Short: "print the follow-ups as a table, as JSON, or as issues ready to post",
			Long: "As issues only what is still to be done and has no ticket is printed; --all takes the rest too. What people wrote mentions nobody there, links nothing and commands no robot. " +
				"A cell that a spreadsheet would take for a formula has a ' before it.",
			Examples: []string{"followup export --format csv --team web", "followup export --format github --incident INC-2026-0042 --json"},
			flags: append(slices.Clone(which), flag{name: "format", arg: "FORMAT", help: "csv, json, github or jira; csv without it", values: fixed("csv", "json", "github", "jira")},
				flag{name: "all", help: "issues also of what has a ticket, or is settled"}), run: followUpExport},
		{Name: "followup import", Args: "[-] [--dry-run] [--evidence TEXT]", Short: "take states over from a CSV table on standard input: all of it, or nothing",
			Long: "The first line names the columns: state, and ticket or incident and ref; evidence and reason are optional, other columns are passed over. States may be those of other systems, such as " +
				"To Do, Closed or Won't do. Each row that is not right is named, and nothing is changed then. What is so already is passed over, so the same table can be sent again.",
			Examples: []string{"followup import - --dry-run < tickets.csv"},
			flags: []flag{{name: "dry-run", help: "say what would change, and change nothing"}, {name: "evidence", arg: "TEXT", help: "evidence of rows that are done and give none"},
				{name: "reason", arg: "R", help: "reason of rows that are dropped or taken up again and give none"}},
			words: []word{{"-", nil}}, run: followUpImport},
	}
}

func followUpFilterWords(*hints) []Completion {
	out := []Completion{{Value: "late"}}
	for _, f := range model.FollowUpFields() {
		out = append(out, Completion{Value: f + ":"})
	}
	return out
}

// followUpLines are the follow-ups that the flags ask for.
func (c *call) followUpLines() ([]model.FollowUpLine, error) {
	f, err := model.ParseFollowUpFilter(c.value("filter"))
	if err != nil {
		return nil, err
	}
	if c.on("team") {
		f = f.And("team", c.value("team"))
	}
	if c.on("owner") {
		owner, err := model.ParseUserName(c.value("owner"))
		if err != nil {
			return nil, err
		}
		f = f.And("owner", owner)
	}
	if c.on("state") {
		if c.value("state") != "unsettled" {
			if _, err := model.ParseFollowUpState(c.value("state")); err != nil {
				return nil, err
			}
		}
		f = f.And("state", c.value("state"))
	}
	if c.on("kind") {
		k, err := model.ParseFollowUpKind(c.value("kind"))
		if err != nil {
			return nil, err
		}
		f = f.And("kind", string(k))
	}
	if c.on("overdue") {
		f = f.And("", "late")
	}
	only := ""
	if c.on("incident") {
		if only, err = model.ParseIncidentID(c.value("incident")); err != nil {
			return nil, err
		}
		if _, err := c.env.Hub.Newest(c.ctx, c.env.Actor, only); err != nil {
			return nil, err
		}
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return nil, err
	}
	lines := model.FollowUpLines(c.env.Hub.Board().Briefs, c.env.Actor, f, c.env.Now())
	return slices.DeleteFunc(lines, func(l model.FollowUpLine) bool { return only != "" && l.In.ID != only }), nil
}

func followUpList(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	lines, err := c.followUpLines()
	if err != nil {
		return err
	}
	return c.print(c.viewFollowUps(lines), func() error {
		rows := [][]string{}
		for _, l := range lines {
			rows = append(rows, append([]string{l.In.ID, l.Ref}, c.followUpCells(l.FollowUpBrief)...))
		}
		return c.table(append([]column{{title: "INCIDENT"}, {title: "REF"}}, followUpColumns()...), rows, "no such follow-up; finding add INC TITLE --kind K --owner @USER --due DAY makes one")
	})
}

func (c *call) viewFollowUps(lines []model.FollowUpLine) []followUpView {
	out := []followUpView{}
	for _, l := range lines {
		out = append(out, c.viewFollowUpBrief(l.In.ID, l.FollowUpBrief))
	}
	return out
}

func followUpExport(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	format := strings.ToLower(c.value("format"))
	make := map[string]func(ticket.Item) ticket.Issue{"github": ticket.GitHub, "jira": ticket.Jira}[format]
	if make == nil && !slices.Contains([]string{"", "csv", "json"}, format) {
		return model.Usage("%q is no format", clip(c.value("format"))).Hint("use csv, json, github or jira").On("format")
	}
	lines, err := c.followUpLines()
	if err != nil {
		return err
	}
	var items []ticket.Item
	for _, l := range lines {
		items = append(items, ticket.Item{Incident: l.In.ID, FollowUpBrief: *l.FollowUpBrief})
	}
	switch {
	case make != nil:
		return c.issues(items, make)
	case format == "json" || c.json():
		c.std.JSON = true
		return c.print(c.viewFollowUps(lines), nil)
	}
	return c.say("%s", strings.TrimSuffix(ticket.CSV(items, c.env.Now()), "\n"))
}

// issues prints follow-ups as issues: the title, a blank line and the body of each,
// with a line between two.
func (c *call) issues(items []ticket.Item, make func(ticket.Item) ticket.Issue) error {
	out := []ticket.Issue{}
	for _, it := range items {
		if c.on("all") || it.Open() && it.Ticket == "" {
			out = append(out, make(it))
		}
	}
	if n := len(items) - len(out); n > 0 {
		if err := c.note("%d left out that are settled or have a ticket; --all takes them too", n); err != nil {
			return err
		}
	}
	return c.print(out, func() error {
		for i, x := range out {
			if i > 0 {
				if err := c.say("%s", strings.Repeat("-", 72)); err != nil {
					return err
				}
			}
			if err := c.say("%s\n\n%s", x.Title, strings.TrimSuffix(x.Body, "\n")); err != nil {
				return err
			}
		}
		return nil
	})
}

// importedView is what an import did, or would do.
type importedView struct {
	DryRun  bool           `json:"dry_run"`
	Changed []importedRow  `json:"changed"`
	Same    int            `json:"same"` // rows that say what is so already
	Bad     []model.BadRow `json:"bad"`
}

type importedRow struct {
	ticket.Row
	Was model.FollowUpState `json:"was"`

	title model.Text
}

func followUpImport(c *call) error {
	if len(c.pos) > 0 && c.pos[0] == "-" {
		c.pos = c.pos[1:]
	}
	if err := c.end(); err != nil {
		return err
	}
	text, err := c.input()
	if err != nil {
		return err
	}
	rows, bad, err := ticket.Read(text)
	if err != nil {
		return err
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	m := &merger{c: c, view: importedView{DryRun: c.on("dry-run"), Changed: []importedRow{}, Bad: append([]model.BadRow{}, bad...)},
		commands: map[string]model.Bulk{}, seen: map[string]int{}}
	for _, r := range rows {
		if err := m.row(r); err != nil {
			return err
		}
	}
	if len(m.view.Bad) == 0 && !m.view.DryRun {
		if err := m.save(); err != nil {
			return err
		}
	}
	return m.say()
}

// merger brings the rows of a table and the follow-ups together.
type merger struct {
	c        *call
	view     importedView
	order    []string // incidents in the order of the table
	commands map[string]model.Bulk
	seen     map[string]int // line by incident/ref
	tickets  map[string][]model.FollowUpLine
}

// row decides what one row changes. An error is one of the room's, not the row's.
func (m *merger) row(r ticket.Row) error {
	bad := func(column, what string) {
		m.view.Bad = append(m.view.Bad, model.BadRow{Line: r.Line, Column: column, What: what})
	}
	if r.Incident == "" {
		found := m.ticket(r.Ticket)
		switch len(found) {
		case 0:
			bad("ticket", "no follow-up has the ticket "+clip(string(r.Ticket)))
			return nil
		case 1:
			r.Incident, r.Ref = found[0].In.ID, found[0].Ref
		default:
			bad("ticket", "several follow-ups have this ticket; name incident and ref")
			return nil
		}
	}
	in, err := m.c.env.Hub.Newest(m.c.ctx, m.c.env.Actor, r.Incident)
	if err != nil {
		return m.refused(err, "incident", bad)
	}
	f, err := in.FollowUp(r.Ref)
	if err != nil {
		return m.refused(err, "ref", bad)
	}
	key := r.Incident + "/" + f.Ref
	if line := m.seen[key]; line > 0 {
		bad("", key+" is in line "+strconv.Itoa(line)+" too")
		return nil
	}
	if m.seen[key] = r.Line; f.State == r.State {
		m.view.Same++
		return nil
	}
	cmd := model.MoveFollowUp{Ref: f.Ref, To: r.State, Reason: r.Reason}
	if r.State == model.FollowUpDone {
		if cmd.Evidence = r.Evidence; cmd.Evidence == "" {
			cmd.Evidence = model.Text(m.c.value("evidence"))
		}
	}
	if cmd.Reason == "" && (r.State == model.FollowUpDropped || f.State.Settled()) {
		cmd.Reason = m.c.reason()
	}
	if _, err := cmd.Decide(in, m.c.env.Actor, m.c.env.Now()); err != nil {
		return m.refused(err, "state", bad)
	}
	if _, ok := m.commands[r.Incident]; !ok {
		m.order = append(m.order, r.Incident)
	}
	m.commands[r.Incident] = append(m.commands[r.Incident], cmd)
	r.Evidence, r.Reason = cmd.Evidence, cmd.Reason
	m.view.Changed = append(m.view.Changed, importedRow{Row: r, Was: f.State, title: f.Title})
	return nil
}

// refused makes a refusal a bad row; a database that is away is none.
func (m *merger) refused(err error, column string, bad func(column, what string)) error {
	e, ok := model.AsError(err)
	if !ok || e.Code == model.CodeUnavailable || e.Code == model.CodeUnknown {
		return err
	}
	if e.Field != "" {
		column = e.Field
	}
	bad(column, e.Msg)
	return nil
}

// ticket finds the follow-ups that have a ticket, in any letter case.
func (m *merger) ticket(t model.Text) []model.FollowUpLine {
	if m.tickets == nil {
		m.tickets = map[string][]model.FollowUpLine{}
		for _, l := range model.FollowUpLines(m.c.env.Hub.Board().Briefs, m.c.env.Actor, model.FollowUpFilter{}, m.c.env.Now()) {
			if l.Ticket != "" {
				key := strings.ToLower(string(l.Ticket))
				m.tickets[key] = append(m.tickets[key], l)
			}
		}
	}
	return m.tickets[strings.ToLower(string(t))]
}

// save gives the commands, one change an incident.
func (m *merger) save() error {
	for i, id := range m.order {
		if _, err := m.c.env.Hub.Do(m.c.ctx, m.c.env.Actor, id, m.c.env.NewID(), m.commands[id]); err != nil {
			if e, ok := model.AsError(err); ok && i > 0 {
				return e.Hint("%d of %d incidents are done; send the same table again for the rest", i, len(m.order))
			}
			return err
		}
	}
	return nil
}

// say prints what was done, or what is wrong.
func (m *merger) say() error {
	v, refused := m.view, error(nil)
	if len(v.Bad) > 0 {
		refused = model.Invalid("%d wrong, the first on line %d: %s", len(v.Bad), v.Bad[0].Line, badWords(v.Bad[0])).
			Hint("nothing was changed; put the table right and send it again")
		for _, b := range v.Bad {
			if err := m.c.note("line %d: %s", b.Line, badWords(b)); err != nil {
				return err
			}
		}
		if !v.DryRun {
			return refused
		}
	}
	err := m.c.print(v, func() error {
		var rows [][]string
		for _, r := range v.Changed {
			rows = append(rows, []string{strconv.Itoa(r.Line), r.Incident, r.Ref, string(r.Was) + " → " + string(r.State), indicator.Line(r.title)})
		}
		return m.c.table([]column{{title: "LINE"}, {title: "INCIDENT"}, {title: "REF"}, {title: "STATE"}, {title: "FOLLOW-UP", give: true}}, rows, "nothing to change")
	})
	if err == nil && v.Same > 0 {
		err = m.c.note("%d so already", v.Same)
	}
	if err == nil && v.DryRun {
		err = m.c.note("nothing was changed: --dry-run")
	}
	if err != nil {
		return err
	}
	return refused
}

// badWords is what is wrong with a row, with its column.
func badWords(b model.BadRow) string { return strings.TrimPrefix(b.Column+": ", ": ") + b.What }
