package verb

import (
	"slices"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

func reportVerbs() []*Verb {
	reason := flag{name: "reason", arg: "R", help: "why"}
	decisions := fixed(words(model.ReportDecisions())...)
	return []*Verb{
		{Name: "report new", Args: "--title T --severity 1..4 [--source S] [--ref R] [-]", Short: "report suspicious activity; prints the report's id",
			Long: "Everybody with an account may, it is everybody's duty. A lone - reads the raw text or alert from standard input and keeps it byte for byte, up to 1 MiB. " +
				"A second report with the same source and reference is not raised again: the one that is there is printed, with a note in it.",
			Examples: []string{`report new --title "Impossible travel for 3 admins" --severity 2 --source siem --ref 4711 - < alert.json`},
			flags: []flag{{name: "title", arg: "T", help: "what was seen, in one line"},
				{name: "severity", arg: "1..4", help: "preliminary severity; if unsure the higher", values: severities},
				{name: "source", arg: "S", help: "who or what saw it: siem, people, customer"},
				{name: "ref", arg: "R", help: "its name there: the alert's id, a ticket"}},
			words: []word{{"TEXT", nil}}, run: reportNew},
		{Name: "report list", Short: "list reports, undecided ones first, the most urgent on top",
			flags: []flag{{name: "state", arg: "S", help: "only in this state; may be repeated", values: fixed(words(model.ReportStates())...)}}, run: reportList},
		{Name: "report show", Args: "RPT", Short: "show a report: its text, indicators, decision, and what is like it", words: []word{{"RPT", reports}}, run: reportShow},
		{Name: "report triage", Args: "RPT incident|event|false-positive|duplicate [--of ID] [--reason R]", Short: "decide what a report is",
			Long: "incident declares a security incident from the report, or joins one with --of INC. It is one where an effect on the confidentiality, integrity or availability " +
				"of services, or on customer or personal data, is confirmed: name it with --effect. Without any it needs a reason. The other decisions always need one.",
			Examples: []string{"report triage RPT-118 incident --effect confidentiality,customer-data", `report triage RPT-117 false-positive --reason "our own scanner"`},
			flags: []flag{{name: "of", arg: "ID", help: "the incident to join; of what it is a duplicate", values: reportsAndIncidents},
				{name: "severity", arg: "1..4", help: "adjusted severity", values: severities},
				{name: "effect", arg: "E", help: "confirmed effect on confidentiality, integrity, availability, customer-data, personal-data; several with commas", values: fixed(model.Effects()...)},
				{name: "title", arg: "T", help: "title of the new incident; without it that of the report"},
				{name: "type", arg: "TYPE", help: "type of the new incident; attaches its playbook", values: incidentTypes}, reason},
			words: []word{{"RPT", reports}, {"DECISION", decisions}}, run: reportTriage},
		{Name: "report assign", Args: "RPT @USER|nobody", Short: "say who looks at a report", words: []word{{"RPT", reports}, {"@USER", users}}, run: reportAssign},
		{Name: "report reopen", Args: "RPT --reason R", Short: "take a wrong decision back", flags: []flag{reason}, words: []word{{"RPT", reports}}, run: reportReopen},
	}
}

// reports completes the id of a report, undecided ones first.
func reports(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var fresh, decided []Completion
	board := h.env.Hub.Board()
	for i := range board.Briefs {
		b := board.Briefs[i]
		if b.Report == nil || !b.CanRead(h.env.Actor) || len(fresh)+len(decided) >= most {
			continue
		}
		c := Completion{b.ID, string(b.Report.State) + " " + string(b.Title)}
		if b.Report.State == model.ReportNew {
			fresh = append(fresh, c)
		} else {
			decided = append(decided, c)
		}
	}
	return append(fresh, decided...)
}

func reportsAndIncidents(h *hints) []Completion { return append(incidents(h), reports(h)...) }

// report takes a report off the words.
func (c *call) report() (*model.Incident, error) {
	word, err := c.next("the report")
	if err != nil {
		return nil, err
	}
	id, err := model.ParseReportID(word)
	if err != nil {
		return nil, err
	}
	return c.env.Hub.Newest(c.ctx, c.env.Actor, id)
}

func reportNew(c *call) error {
	if !c.on("title") {
		return c.usage("report new: --title is missing")
	}
	if !c.on("severity") {
		return c.usage("report new: --severity is missing")
	}
	sev, err := model.ParseSeverity(c.value("severity"))
	if err != nil {
		return err
	}
	cmd := model.RaiseReport{Title: model.Text(c.value("title")), Severity: sev, Source: model.Text(c.value("source")), Reference: model.Text(c.value("ref"))}
	switch {
	case len(c.pos) == 0:
	case len(c.pos) == 1 && c.pos[0] == "-":
		b, err := c.input()
		if err != nil {
			return err
		}
		cmd.Text = model.Text(b)
	default:
		cmd.Text = model.Text(strings.Join(c.pos, " "))
	}
	cmd.Indicators = indicator.New(string(cmd.Title)+"\n"+string(cmd.Text), "")
	res, again, err := c.env.Hub.Raise(c.ctx, c.env.Actor, c.env.NewID(), cmd)
	if err != nil {
		return err
	}
	if again {
		if err := c.note("this source and reference are known: %s came again, %d times so far", res.Incident.ID, res.Incident.Report.Again); err != nil {
			return err
		}
	}
	return c.print(c.viewReport(res.Incident), func() error { return c.say("%s", res.Incident.ID) })
}

func reportList(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	var states []model.ReportState
	for _, w := range c.flags["state"] {
		s, err := model.ParseReportState(w)
		if err != nil {
			return err
		}
		states = append(states, s)
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	list := []*model.Brief{}
	board := c.env.Hub.Board()
	for i := range board.Briefs {
		if b := board.Briefs[i]; b.Report != nil && b.CanRead(c.env.Actor) && (states == nil || slices.Contains(states, b.Report.State)) {
			list = append(list, b)
		}
	}
	slices.SortStableFunc(list, func(a, b *model.Brief) int {
		if x, y := a.Report.State == model.ReportNew, b.Report.State == model.ReportNew; x != y {
			if x {
				return -1
			}
			return 1
		}
		if a.Report.State != model.ReportNew {
			return b.Report.DecidedAt.Compare(a.Report.DecidedAt)
		}
		return model.ByUrgency(a, b)
	})
	views, rows := make([]reportBriefView, len(list)), make([][]string, len(list))
	for i, b := range list {
		views[i] = c.viewReportBrief(b)
		state := string(b.Report.State)
		if of := views[i].Of; of != "" {
			state += " " + of
		}
		again := ""
		if b.Report.Again > 0 {
			again = "+" + strconv.Itoa(b.Report.Again)
		}
		rows[i] = []string{b.ID, b.Severity.String(), state, string(b.Title), string(b.Report.Source), again, at(b.Report.Assignee), c.clock(b.DeclaredAt)}
	}
	cols := []column{{title: "ID"}, {title: "SEV"}, {title: "STATE"}, {title: "TITLE", give: true}, {title: "SOURCE", give: true}, {title: "AGAIN"}, {title: "ASSIGNEE"}, {title: "RAISED"}}
	return c.print(views, func() error { return c.table(cols, rows, "there is no such report; report new raises one") })
}

func reportShow(c *call) error {
	in, err := c.report()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	v := c.viewReport(in)
	if v.Similar, err = c.env.Hub.Similar(c.ctx, c.env.Actor, in.ID); err != nil {
		return err
	}
	return c.print(v, func() error { return c.showReport(in, v) })
}

func (c *call) showReport(in *model.Incident, v reportView) error {
	r := in.Report
	lines := []string{
		in.ID + "  " + in.Severity.String() + "?  " + indicator.Line(in.Title),
		"state       " + string(r.State),
		"raised      " + in.DeclaredAt.Format("2006-01-02 15:04:05Z") + " by @" + in.DeclaredBy + " as " + in.Preliminary.String(),
		"source      " + orDash(string(r.Source)) + "  " + r.Reference.Line().String(),
		"assignee    " + at(r.Assignee),
	}
	if r.Again > 0 {
		lines = append(lines, "came again  "+strconv.Itoa(r.Again)+" times, last "+c.clock(r.AgainAt)+" by @"+r.AgainBy)
	}
	for _, d := range v.Decisions {
		what := d.State + " " + d.Of
		if d.State == string(model.ReportNew) {
			what = "reopened"
		}
		if len(d.Effects) > 0 {
			what = strings.TrimSpace(what) + ", effect on " + strings.Join(d.Effects, ", ")
		}
		lines = append(lines, "decided     "+c.clock(d.At)+" by @"+d.By+"  "+strings.TrimSpace(what)+"  "+d.Reason.Line().String())
	}
	for _, x := range in.Indicators {
		lines = append(lines, "indicator   "+x.Ref+"  "+x.Type+"  "+defanged(x).Line().String())
	}
	lines = append(lines, likeLines(v.Similar)...)
	for _, l := range append(lines, "record      #"+strconv.FormatUint(in.Version, 10)+" "+in.Head.Short()) {
		if err := c.say("%s", strings.TrimRight(l, " ")); err != nil {
			return err
		}
	}
	for _, t := range []model.Text{r.Text, r.Newest} {
		if t == "" {
			continue
		}
		if err := c.say(""); err != nil {
			return err
		}
		if err := c.paragraph(model.Text(indicator.DefangText(string(t))), "  "); err != nil {
			return err
		}
	}
	return nil
}

// likeLines are what may belong to it, at most ten.
func likeLines(list []model.Likeness) []string {
	var out []string
	for _, l := range list[:min(len(list), 10)] {
		out = append(out, "similar     "+l.ID+"  "+l.State+"  "+indicator.Line(l.Title)+"  ("+model.Line(strings.Join(l.Why, "; ")).String()+")")
	}
	return out
}

func reportTriage(c *call) error {
	in, err := c.report()
	if err != nil {
		return err
	}
	word, err := c.next("the decision")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	cmd := model.DecideReport{Of: c.value("of"), Reason: c.reason()}
	if cmd.State, err = model.ParseReportState(word); err != nil {
		return err
	}
	if c.on("severity") {
		if cmd.Severity, err = model.ParseSeverity(c.value("severity")); err != nil {
			return err
		}
	}
	for _, e := range c.flags["effect"] {
		cmd.Effects = append(cmd.Effects, strings.FieldsFunc(strings.ToLower(e), func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	var open *model.Declare
	if cmd.State == model.ReportIncident && cmd.Of == "" {
		open = &model.Declare{Title: in.Title, Severity: in.Severity, Type: strings.ToLower(strings.TrimSpace(c.value("type")))}
		if c.on("title") {
			open.Title = model.Text(c.value("title"))
		}
		if cmd.Severity.Valid() {
			open.Severity = cmd.Severity
		}
		if open.Playbooks, err = c.books(open.Type); err != nil {
			return err
		}
	} else if c.on("title") || c.on("type") {
		return c.usage("report triage: --title and --type are for a new incident")
	}
	rep, _, err := c.env.Hub.Triage(c.ctx, c.env.Actor, c.env.NewID(), in.ID, cmd, open)
	if err != nil {
		return err
	}
	return c.saidReport(rep.Incident)
}

// saidReport prints where a report stands.
func (c *call) saidReport(in *model.Incident) error {
	return c.print(c.viewReport(in), func() error {
		if d := in.Report.Decision; d != nil {
			said := *d
			said.Of = c.mayName(d.Of)
			return c.say("%s %s", in.ID, strings.TrimSpace(said.What()))
		}
		return c.say("%s new, %s", in.ID, at(in.Report.Assignee))
	})
}

func reportAssign(c *call) error {
	in, err := c.report()
	if err != nil {
		return err
	}
	who, err := c.next("the person")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if who == "nobody" || who == "-" {
		who = ""
	} else if who, err = c.known(who); err != nil {
		return err
	}
	res, err := c.do(in, model.AssignReport{User: who})
	if err != nil {
		return err
	}
	return c.saidReport(res.Incident)
}

func reportReopen(c *call) error {
	in, err := c.report()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	res, err := c.do(in, model.ReopenReport{Reason: c.reason()})
	if err != nil {
		return err
	}
	return c.saidReport(res.Incident)
}
