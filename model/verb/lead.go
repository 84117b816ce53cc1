package verb

import (
	"strconv"
	"strings"

	"warroom/model"
)

func leadVerbs() []*Verb {
	reason := flag{name: "reason", arg: "R", help: "why"}
	return []*Verb{
		{Name: "phase", Args: "INC [PHASE] [--reason R] [--force]", Short: "go to a phase, or show what blocks the next one",
			Long:  "Going back, and passing over a phase, needs a reason. Past open required items it needs --force, a reason, and the IC's rights, and is marked for ever.",
			flags: []flag{reason, {name: "force", help: "pass the gate although required items are open"}},
			words: []word{{"INC", incidents}, {"PHASE", phases}}, run: phase},
		{Name: "sev", Args: "INC n --reason R", Short: "change the severity; lowering it is the lead's", flags: []flag{reason},
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
	for _, ref := range in.Gate(next) {
		it, err := in.Item(ref)
		if err != nil {
			return err
		}
		blocked = append(blocked, it)
	}
	view := struct {
		Phase   model.Phase   `json:"phase"`
		Next    model.Phase   `json:"next"`
		Blocked []*model.Item `json:"blocked"`
	}{in.Phase, next, blocked}
	return c.print(view, func() error {
		switch {
		case next == "":
			return c.say("%s is in %s; incident close ends it", in.ID, in.Phase)
		case len(blocked) == 0:
			return c.say("%s is in %s; the gate to %s is open", in.ID, in.Phase, next)
		}
		if err := c.say("%s is in %s; the gate to %s is closed by %d required items:", in.ID, in.Phase, next, len(blocked)); err != nil {
			return err
		}
		var rows [][]string
		for _, it := range blocked {
			rows = append(rows, []string{it.Ref, it.Phase.Short(), string(it.State), at(it.Owner), string(it.Title)})
		}
		return c.table([]column{{title: "REF"}, {title: "PHASE"}, {title: "STATE"}, {title: "OWNER"}, {title: "ITEM", give: true}}, rows, "")
	})
}

func severity(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
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
	res, err := c.do(in, model.SetSeverity{To: to, Reason: c.reason()})
	if err != nil {
		return err
	}
	return c.changed(res.Incident, "is "+res.Incident.Severity.String())
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
	res, err := c.do(in, model.AssignRole{Role: r, User: user})
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
	return c.changed(res.Incident, "your last change is taken back")
}

func redact(c *call) error {
	in, err := c.incident()
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
	return c.changed(res.Incident, "#"+strconv.FormatUint(n, 10)+" is redacted")
}
