package verb

import (
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

func leadVerbs() []*Verb {
	reason := flag{name: "reason", arg: "R", help: "why"}
	return []*Verb{
		{Name: "phase", Args: "INC [PHASE] [--reason R] [--force]", Short: "go to a phase, or show what blocks the next one",
			Long:  "Going back, passing over a phase, and going ahead of a compromised asset need a reason. Past a closed gate only the IC goes, with --force and a reason, and it is marked for ever.",
			flags: []flag{reason, {name: "force", help: "pass the gate although it is closed"}},
			words: []word{{"INC", incidents}, {"PHASE", phases}}, run: phase},
		{Name: "sev", Args: "INC [n --reason R] [--identity yes] [--tenants yes] [--active yes] [--backups yes]",
			Short: "change the severity, or say what forces it up; lowering it is the lead's",
			Long: "1: " + model.Severity(1).Means() + ". 2: " + model.Severity(2).Means() + ". 3: " + model.Severity(3).Means() + ". 4: " + model.Severity(4).Means() +
				". An identity provider or root involved, several tenants, an active adversary, and backups or logs touched ask for SEV2 at least. The present severity with a reason keeps it below.",
			flags: append([]flag{reason}, raiseFlags()...),
			words: []word{{"INC", incidents}, {"n", severities}}, run: severity},
		{Name: "role", Args: "INC [ic|deputy|scribe|liaison|sme @USER|none]", Short: "show the roles, take or hand over one",
			words: []word{{"INC", incidents}, {"ROLE", roles}, {"@USER", users}}, run: role},
		{Name: "undo", Args: "INC", Short: "take back your own newest change, within 10 minutes", words: []word{{"INC", incidents}}, run: undo},
		{Name: "redact", Args: "INC #N --reason R", Short: "remove the text of an event for good; the record still verifies",
			Long:  "N is the number of the event, as timeline list --json (seq) and watch show it. Use it for a pasted secret or an erasure request.",
			flags: []flag{reason}, words: []word{{"INC", incidents}, {"#N", nil}}, run: redact},
	}
}

func phase(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	if len(c.pos) == 0 {
		return c.showGate(in)
	}
	to, err := model.ParsePhase(c.pos[0])
	if err != nil {
		return err
	}
	c.pos = c.pos[1:]
	if err := c.end(); err != nil {
		return err
	}
	res, err := c.do(in, model.SetPhase{To: to, Reason: c.reason(), Force: c.on("force")})
	if err != nil {
		return err
	}
	return c.changed(res.Incident, "is in "+string(res.Incident.Phase))
}

// showGate lists what blocks the next phase.
func (c *call) showGate(in *model.Incident) error {
	next := in.Phase.Next()
	blocked := []*model.Item{}
	for _, b := range in.Blockers(next) {
		if it, err := in.Item(b.Ref); err == nil {
			blocked = append(blocked, it)
		}
	}
	all := in.Blockers(next)
	view := struct {
		Phase    model.Phase     `json:"phase"`
		Next     model.Phase     `json:"next"`
		Blocked  []*model.Item   `json:"blocked"`
		Blockers []model.Blocker `json:"blockers"`
	}{in.Phase, next, blocked, append([]model.Blocker{}, all...)}
	return c.print(view, func() error {
		switch {
		case next == "":
			return c.say("%s is in %s; incident close ends it", in.ID, in.Phase)
		case len(all) == 0:
			return c.say("%s is in %s; the gate to %s is open", in.ID, in.Phase, next)
		}
		if err := c.say("%s is in %s; the gate to %s is closed by %s:", in.ID, in.Phase, next, model.Blocking(all)); err != nil {
			return err
		}
		var rows [][]string
		for _, b := range all {
			what := indicator.Line(b.What)
			row := []string{b.Ref, "", "", what}
			if it, err := in.Item(b.Ref); err == nil {
				row = []string{b.Ref, it.Phase.Short(), at(it.Owner), what}
			} else if b.Soft {
				row[1] = "reason"
			}
			rows = append(rows, row)
		}
		return c.table([]column{{title: "REF"}, {title: "PHASE"}, {title: "OWNER"}, {title: "WHAT", give: true}}, rows, "")
	})
}

func severity(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	facts, err := c.raises()
	if err != nil {
		return err
	}
	if len(c.pos) == 0 {
		return c.sayRaises(in, facts)
	}
	word, err := c.next("the severity")
	if err != nil {
		return err
	}
	to, err := model.ParseSeverity(word)
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	was := in.Severity
	if facts != nil {
		if _, err := (model.SetSeverity{To: to, Reason: c.reason()}).Decide(in, c.env.Actor, c.env.Now()); err != nil && to != in.Severity {
			return err // a refused call changes nothing
		}
		if _, err := c.do(in, model.SetRaise{Facts: facts}); err != nil {
			return err
		}
	}
	res, err := c.do(in, model.SetSeverity{To: to, Reason: c.reason(), Was: was})
	if err != nil {
		return err
	}
	said := "is " + res.Incident.Severity.String()
	if due := res.Incident.RaiseDue(); due != "" {
		said += "; " + due
	}
	if res.Incident.Status == model.StatusRegister {
		view := struct {
			ID      string `json:"id"`
			Version uint64 `json:"version"`
		}{res.Incident.ID, res.Incident.Version}
		return c.print(view, func() error { return c.say("%s %s", res.Incident.ID, said) })
	}
	return c.changed(res.Incident, said)
}

// sayRaises records facts, and shows what they ask for.
func (c *call) sayRaises(in *model.Incident, facts map[model.RaiseFact]bool) error {
	if facts != nil {
		res, err := c.do(in, model.SetRaise{Facts: facts})
		if err != nil {
			return err
		}
		in = res.Incident
	}
	return c.print(c.viewIncident(in), func() error {
		if err := c.say("%s is %s: %s", in.ID, in.Severity, in.Severity.Means()); err != nil {
			return err
		}
		if least, why := in.LeastSeverity(); least.Valid() {
			if err := c.say("at least %s: %s", least, model.Because(why)); err != nil {
				return err
			}
		}
		return c.raiseDue(in)
	})
}

func role(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	if len(c.pos) == 0 {
		return c.showRoles(in)
	}
	r, err := model.ParseIncidentRole(c.pos[0])
	if err != nil {
		return err
	}
	c.pos = c.pos[1:]
	user, err := c.next("the user (or none)")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if user == "none" {
		user = ""
	} else if user, err = c.known(user); err != nil {
		return err
	}
	was := in.Roles[r]
	res, err := c.do(in, model.AssignRole{Role: r, User: user, Was: &was})
	if err != nil {
		return err
	}
	return c.showRoles(res.Incident)
}

func (c *call) showRoles(in *model.Incident) error {
	return c.print(in.Roles, func() error {
		var rows [][]string
		for _, r := range model.IncidentRoles() {
			rows = append(rows, []string{string(r), at(in.Roles[r])})
		}
		return c.table([]column{{title: "ROLE"}, {title: "WHO"}}, rows, "")
	})
}

func undo(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	res, err := c.do(in, model.Undo{})
	if err != nil {
		return err
	}
	return c.changed(res.Incident, "undone: "+model.ClipLine(model.UndoneWords(res.Incident, res.Records), 200).String())
}

func redact(c *call) error {
	find := c.incident
	if len(c.pos) > 0 && model.IsReportID(strings.ToUpper(c.pos[0])) {
		find = c.report
	}
	if c.names(model.IsRegisterID) {
		find = c.register
	}
	in, err := find()
	if err != nil {
		return err
	}
	word, err := c.next("the number of the event")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(word, "#"), 10, 64)
	if err != nil || n == 0 {
		return model.Usage("%q is no number of an event", clip(word)).Hint("it looks like #17; timeline list --json shows it as seq")
	}
	res, err := c.env.Hub.Redact(c.ctx, c.env.Actor, c.env.NewID(), in.ID, n, c.reason())
	if err != nil {
		return err
	}
	said := "#" + strconv.FormatUint(n, 10) + " is redacted"
	if res.Incident.Report != nil {
		return c.print(c.viewReport(res.Incident), func() error { return c.say("%s %s", res.Incident.ID, said) })
	}
	return c.changed(res.Incident, said)
}
