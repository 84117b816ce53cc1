package verb

import (
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
)

func findingVerbs() []*Verb {
	refs := []word{{"INC", incidents}, {"F4", followUps}}
	spec := []flag{
		{name: "kind", arg: "KIND", help: "what it makes better: prevent, detect, respond or recover", values: fixed(words(model.FollowUpKinds())...)},
		{name: "owner", arg: "@USER", help: "who sees to it", values: users},
		{name: "due", arg: "DAY", help: "until when: +30d, +2w, +3m, tomorrow or 2026-12-20"},
		{name: "team", arg: "TEAM", help: "team that owns the work", values: followUpTeams},
		{name: "priority", arg: "P1..P4", help: "order of work; P3 without it", values: fixed("P1", "P2", "P3", "P4")},
		{name: "ticket", arg: "ID|URL", help: "its name in another system"},
		{name: "factor", arg: "X1", help: "the contributing factor that it answers", values: liveFactors},
		{name: "changes", arg: "WHAT", help: "what it changes: playbook:ID, playbook:ID/ITEM or topic:ID; again for more, none for none", values: changeable},
	}
	why := flag{name: "reason", arg: "R", help: "why"}
	return []*Verb{
		{Name: "finding add", Args: "INC TITLE…|- --kind K --owner @USER --due DAY [--team T] [--priority P] …", Short: "make a follow-up of a finding; prints its ref",
			Long: "What was learned becomes owned work: without an owner and a day it is refused. It is taken in any phase, and after the close.",
			Examples: []string{"finding add INC-2026-0042 Patch the portal within 48 h --kind prevent --team web --owner @bob --due +30d --factor X1",
				"finding add INC-2026-0042 Drill the shutdown decision --kind respond --owner @alice --due 2027-01-15 --changes playbook:ransomware"},
			flags: append(spec[:len(spec):len(spec)], flag{name: "overdue", help: "its day may be over: work that was late before it was written down here"}),
			words: []word{{"INC", incidents}, {"TITLE", nil}}, run: findingAdd},
		{Name: "finding set", Args: "INC F4 [--title T] [--owner @USER] [--due DAY] …", Short: "change a follow-up",
			Examples: []string{"finding set INC-2026-0042 F4 --owner @carol --ticket SEC-42"},
			flags: append(append([]flag{{name: "title", arg: "T", help: "what is to be done"}}, spec...),
				flag{name: "seen", arg: "V", help: "version of the incident that the change was made from; refused when the follow-up was changed since"}),
			words: refs, run: findingSet},
		{Name: "finding list", Args: "INC", Short: "list the follow-ups of an incident", flags: []flag{{name: "open", help: "only what is still to be done"}},
			words: []word{{"INC", incidents}}, run: findingList},
		{Name: "finding show", Args: "INC F4", Short: "show a follow-up with its history", words: refs, run: findingShow},
		{Name: "finding start", Args: "INC F4…", Short: "say that follow-ups are being worked on", words: refs, run: func(c *call) error { return findingMove(c, model.FollowUpDoing) }},
		{Name: "finding done", Args: "INC F4… --evidence TEXT", Short: "say that follow-ups are done, with what proves it",
			flags: []flag{{name: "evidence", arg: "TEXT", help: "change, commit, test, or where it can be seen"}}, words: refs,
			run: func(c *call) error { return findingMove(c, model.FollowUpDone) }},
		{Name: "finding drop", Args: "INC F4… --reason R", Short: "give follow-ups up, with the reason", flags: []flag{why}, words: refs,
			run: func(c *call) error { return findingMove(c, model.FollowUpDropped) }},
		{Name: "finding reopen", Args: "INC F4… --reason R", Short: "take follow-ups up again", flags: []flag{why}, words: refs,
			run: func(c *call) error { return findingMove(c, model.FollowUpOpen) }},
	}
}

// followUps completes the refs of an incident's follow-ups, the newest first.
func followUps(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.FollowUps, func(f *model.FollowUp) (string, string) { return f.Ref, string(f.State) + " " + string(f.Title) })
}

func liveFactors(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.PostMortem.LiveFactors(), func(f *model.Factor) (string, string) { return f.Ref, string(f.Text) })
}

// teams completes the teams that have follow-ups.
func followUpTeams(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	seen := map[model.Text]bool{"": true}
	for _, l := range model.FollowUpLines(h.env.Hub.Board().Briefs, h.env.Actor, model.FollowUpFilter{}, h.env.Now()) {
		if !seen[l.Team] && len(out) < most {
			seen[l.Team] = true
			out = append(out, Completion{Value: string(l.Team)})
		}
	}
	return out
}

// changeable completes what a follow-up may change.
func changeable(h *hints) []Completion {
	var out []Completion
	for _, b := range playbooks(h) {
		out = append(out, Completion{"playbook:" + b.Value, b.Help})
	}
	if h.env.Hub != nil {
		for _, t := range h.env.Hub.Syllabus().List() {
			out = append(out, Completion{"topic:" + t.ID, string(t.Title)})
		}
	}
	return out
}

// followUpView is a follow-up as scripts read it.
type followUpView struct {
	Incident  string               `json:"incident"`
	Ref       string               `json:"ref"`
	Title     model.Text           `json:"title"`
	Kind      model.FollowUpKind   `json:"kind"`
	Team      model.Text           `json:"team"`
	Owner     string               `json:"owner"`
	Due       model.Day            `json:"due"`
	Late      bool                 `json:"late"`
	Priority  model.Priority       `json:"priority"`
	State     model.FollowUpState  `json:"state"`
	Ticket    model.Text           `json:"ticket"`
	Factor    string               `json:"factor"`
	Changes   []string             `json:"changes"`
	Evidence  model.Text           `json:"evidence"`
	Reason    model.Text           `json:"reason"`
	AddedAt   time.Time            `json:"added_at"`
	SettledAt *time.Time           `json:"settled_at"`
	AddedBy   string               `json:"added_by,omitempty"` // of one incident's
	Steps     []model.FollowUpStep `json:"steps,omitempty"`    // the same
}

func (c *call) viewFollowUpBrief(incident string, f *model.FollowUpBrief) followUpView {
	return followUpView{Incident: incident, Ref: f.Ref, Title: f.Title, Kind: f.Kind, Team: f.Team, Owner: f.Owner, Due: f.Due, Late: f.Late(c.env.Now()), Priority: f.Priority,
		State: f.State, Ticket: f.Ticket, Factor: f.Factor, Changes: orEmpty(f.Changes), Evidence: f.Evidence, Reason: f.Reason, AddedAt: f.AddedAt, SettledAt: orNil(f.Settled)}
}

func (c *call) viewFollowUp(in *model.Incident, f *model.FollowUp) followUpView {
	b := f.Brief()
	v := c.viewFollowUpBrief(in.ID, &b)
	v.AddedBy, v.Steps = f.AddedBy, f.Steps
	return v
}

func (c *call) findFollowUp(in *model.Incident, ref string) (any, error) {
	f, err := in.FollowUp(ref)
	if err != nil {
		return nil, err
	}
	return c.viewFollowUp(in, f), nil
}

// followUpFlags reads the flags that say what is to be done; nil for those that are
// not there.
func (c *call) followUpFlags() (cmd model.SetFollowUp, err error) {
	cmd = model.SetFollowUp{Title: c.text("title"), Team: c.text("team"), Ticket: c.text("ticket")}
	if c.on("kind") {
		k, err := model.ParseFollowUpKind(c.value("kind"))
		if err != nil {
			return cmd, err
		}
		cmd.Kind = &k
	}
	if c.on("owner") {
		owner := c.value("owner")
		if owner != "" {
			if owner, err = c.known(owner); err != nil {
				return cmd, err
			}
		}
		cmd.Owner = &owner
	}
	if c.on("due") {
		d, err := model.ParseDueDay(c.value("due"), c.env.Now())
		if err != nil && !(c.on("overdue") && model.CodeOf(err) == model.CodeInvalid) {
			return cmd, err
		}
		cmd.Due = &d
	}
	if c.on("priority") {
		p, err := model.ParsePriority(c.value("priority"))
		if err != nil {
			return cmd, err
		}
		cmd.Priority = &p
	}
	if c.on("factor") {
		f := noneIs(c.value("factor"))
		cmd.Factor = &f
	}
	if c.on("changes") {
		var list []string
		for _, w := range c.flags["changes"] {
			if w = noneIs(w); w == "" {
				continue
			}
			ch, err := model.ParseChange(w)
			if err != nil {
				return cmd, err
			}
			if err := c.changeKnown(ch); err != nil {
				return cmd, err
			}
			list = append(list, ch.String())
		}
		cmd.Changes = &list
	}
	for _, t := range []*model.Text{cmd.Team, cmd.Ticket} {
		if t != nil {
			*t = model.Text(noneIs(string(*t)))
		}
	}
	return cmd, nil
}

func noneIs(s string) string {
	if s == "none" {
		return ""
	}
	return s
}

// changeKnown refuses a playbook, item or topic that there is not.
func (c *call) changeKnown(ch model.Change) error {
	if ch.Topic != "" {
		_, err := c.env.Hub.Syllabus().Topic(ch.Topic)
		return err
	}
	b, ok := c.env.Books.Get(ch.Playbook)
	if !ok {
		return c.noBook(ch.Playbook)
	}
	if ch.Item == "" {
		return nil
	}
	return c.hasItem(c.amended(b), ch.Item)
}

func findingAdd(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	title, err := c.rest("the title")
	if err != nil {
		return err
	}
	set, err := c.followUpFlags()
	if err != nil {
		return err
	}
	res, err := c.do(in, model.AddFollowUp{FollowUpSpec: set.Spec(model.Text(title)), Overdue: c.on("overdue")})
	if err != nil {
		return err
	}
	list := added(res, func(in *model.Incident) []*model.FollowUp { return in.FollowUps }, func(f *model.FollowUp) uint64 { return f.Seq })
	if len(list) == 0 {
		return c.print(nil, func() error { return nil })
	}
	return c.print(c.viewFollowUp(res.Incident, list[0]), func() error { return c.say("%s", list[0].Ref) })
}

func findingSet(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	ref, err := c.next("the follow-up")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	cmd, err := c.followUpFlags()
	if err != nil {
		return err
	}
	seen, err := c.number("seen", 0, 1, 999_999_999)
	if err != nil {
		return err
	}
	if cmd.Empty() {
		return c.usage("finding set: nothing to change")
	}
	cmd.Ref, cmd.Seen = ref, uint64(seen)
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	f, err := res.Incident.FollowUp(ref)
	if err != nil {
		return err
	}
	return c.print(c.viewFollowUp(res.Incident, f), func() error { return c.say("%s", f.Ref) })
}

func findingMove(c *call, to model.FollowUpState) error {
	return c.eachRef("follow-up", func(ref string) model.Command {
		return model.MoveFollowUp{Ref: ref, To: to, Evidence: model.Text(c.value("evidence")), Reason: c.reason()}
	}, c.findFollowUp)
}

func findingList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	out, rows := []followUpView{}, [][]string{}
	for _, f := range in.FollowUps {
		if c.on("open") && !f.Open() {
			continue
		}
		b := f.Brief()
		out = append(out, c.viewFollowUp(in, f))
		rows = append(rows, append([]string{f.Ref}, c.followUpCells(&b)...))
	}
	return c.print(out, func() error {
		return c.table(append([]column{{title: "REF"}}, followUpColumns()...), rows, "no follow-up; finding add "+in.ID+" TITLE --kind K --owner @USER --due DAY makes one")
	})
}

func followUpColumns() []column {
	return []column{{title: "STATE"}, {title: "DUE"}, {title: "PRI"}, {title: "KIND"}, {title: "TEAM", give: true}, {title: "OWNER"}, {title: "TICKET", give: true}, {title: "FOLLOW-UP", give: true}}
}

func (c *call) followUpCells(f *model.FollowUpBrief) []string {
	due := string(f.Due)
	switch {
	case f.Late(c.env.Now()):
		due += " late " + f.Due.In(c.env.Now())
	case f.Open():
		due += " " + f.Due.In(c.env.Now())
	}
	title := indicator.Line(f.Title)
	if f.State == model.FollowUpDropped {
		title += " [" + indicator.Line(f.Reason) + "]"
	}
	return []string{string(f.State), due, f.Priority.String(), string(f.Kind), orDash(string(f.Team)), at(f.Owner), orDash(string(f.Ticket)), title}
}

func findingShow(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	ref, err := c.next("the follow-up")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	f, err := in.FollowUp(ref)
	if err != nil {
		return err
	}
	return c.print(c.viewFollowUp(in, f), func() error {
		due := string(f.Due)
		if f.Open() {
			due += " (" + f.Due.In(c.env.Now()) + ")"
		}
		if f.Late(c.env.Now()) {
			due += ", late"
		}
		lines := [][2]string{{f.Ref, indicator.Line(f.Title)}, {"incident", in.ID}, {"state", string(f.State)}, {"kind", string(f.Kind)}, {"priority", f.Priority.String()},
			{"team", orDash(string(f.Team))}, {"owner", at(f.Owner)}, {"due", due}, {"ticket", orDash(string(f.Ticket))}, {"factor", orDash(f.Factor)},
			{"changes", orDash(strings.Join(f.Changes, " "))}}
		for _, s := range f.Steps {
			what := string(s.State)
			if s.Back {
				what += ", taken back"
			}
			for _, t := range []model.Text{s.Evidence, s.Reason} {
				if t != "" {
					what += "  " + indicator.Line(t)
				}
			}
			lines = append(lines, [2]string{"history", c.clock(s.At) + " @" + s.By + "  " + what})
		}
		for _, l := range lines {
			if err := c.say("%-10s %s", l[0], model.Line(l[1])); err != nil {
				return err
			}
		}
		return nil
	})
}
