package verb

import (
	"slices"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/room"
)

func notifyVerbs() []*Verb {
	refs := []word{{"INC", incidents}, {"N1", obligations}}
	when := flag{name: "at", arg: "TIME", help: "when it was: -20m, 14:03, 2026-11-23 14:03 or a full time; now without it"}
	why := flag{name: "reason", arg: "R", help: "why"}
	return []*Verb{
		{Name: "data-impact", Args: "INC [disclosed|modified|destroyed|customers yes|no|unknown]… [--personal yes|no] [--aware TIME] …",
			Short: "say what happened to data, or show it; a yes starts the duties to notify that apply",
			Long: "Prints the refs of the obligations that it started, and asks for what still decides. customers says that customers were affected, with or without their data: then, and when data was touched, a post-mortem is required. No clock starts from detection: " +
				"say since when the organisation is aware with --aware, or later with notify trigger. " + model.NoAdvice,
			Examples: []string{"data-impact INC-2026-0042 disclosed yes --personal yes --region eu --role controller --people 1200 --what 'customer list' --aware -2h",
				"data-impact INC-2026-0042"},
			flags: []flag{{name: "personal", arg: "A", help: "personal data is among it: yes, no or unknown", values: fixed(model.Answers()...)},
				{name: "region", arg: "R", help: "region concerned, such as eu, uk, us; again for more, none for none", values: regions},
				{name: "role", arg: "R", help: "what the organisation is here, such as controller, processor, financial-entity; again for more", values: duties},
				{name: "regulator", arg: "REGIME", help: "a regime that applies whatever else is said; again for more", values: regimes},
				{name: "people", arg: "N", help: "how many people; 0 when not known"}, {name: "what", arg: "TEXT", help: "what data"},
				{name: "aware", arg: "TIME", help: "since when the organisation is aware of it"}},
			words: []word{{"INC", incidents}, {"what", fixed("disclosed", "modified", "destroyed", "customers", "yes", "no", "unknown")}}, run: dataImpact},
		{Name: "notify list", Args: "INC", Short: "list the obligations to notify with their clocks", words: []word{{"INC", incidents}}, Long: model.NoAdvice,
			flags: []flag{{name: "open", help: "only what is still owed"}}, run: notifyList},
		{Name: "notify show", Args: "INC N1", Short: "show an obligation with its draft", words: refs, Long: model.NoAdvice, run: notifyShow},
		{Name: "notify add", Args: "INC REGIME [--title T] [--recipient R] [--due TIME]", Short: "start a regime by hand, a contract or a duty of one's own; prints its refs",
			Examples: []string{"notify add INC-2026-0042 contract --title 'ACME: 24 h' --recipient 'ACME CISO' --due +24h"},
			flags: []flag{{name: "title", arg: "T", help: "what is owed; for contract and own"}, {name: "recipient", arg: "R", help: "who has to be told; for contract and own"},
				{name: "due", arg: "TIME", help: "the agreed deadline: +24h, +3d, 2026-11-30 12:00 or a full time; for contract and own"}},
			words: []word{{"INC", incidents}, {"REGIME", regimes}}, run: notifyAdd},
		{Name: "notify trigger", Args: "INC N1|TRIGGER [--at TIME] [--reason R]", Short: "record when a moment was; starts the clocks that wait for it",
			Long:     "A trigger such as aware or classified starts all clocks that wait for it; a ref starts that one alone. To move one that is recorded needs a reason.",
			Examples: []string{"notify trigger INC-2026-0042 classified --at 14:03"},
			flags:    []flag{when, why}, words: []word{{"INC", incidents}, {"TRIGGER", triggersOrRefs}}, run: notifyTrigger},
		{Name: "notify draft", Args: "INC N1 TEXT…|-", Short: "write the notice; - reads it from standard input", words: refs, run: notifyDraft},
		{Name: "notify approve", Args: "INC N1…", Short: "approve a draft that somebody else wrote", words: refs, run: func(c *call) error {
			return c.eachRef("obligation", func(ref string) model.Command { return model.ApproveNotice{Ref: ref} }, c.findObligation)
		}},
		{Name: "notify sent", Args: "INC N1 --proof TEXT [--at TIME] [--reason R]", Short: "record that a notice went out, with its proof; starts the stage after it",
			Long:  "A notice that nobody approved can be recorded by the lead, with a reason that stays in the record.",
			flags: []flag{{name: "proof", arg: "TEXT", help: "receipt, reference, or where the proof is kept"}, when, {name: "reason", arg: "R", help: "why it went out without approval"}},
			words: refs, run: notifySent},
		{Name: "notify not-required", Args: "INC N1… --reason R", Short: "record the decision that notices are not owed, with the reason", flags: []flag{why}, words: refs, run: func(c *call) error {
			return c.eachRef("obligation", func(ref string) model.Command { return model.NotRequired{Ref: ref, Reason: c.reason()} }, c.findObligation)
		}},
		{Name: "notify reopen", Args: "INC N1… --reason R", Short: "take up again what was not required", flags: []flag{why}, words: refs, run: func(c *call) error {
			return c.eachRef("obligation", func(ref string) model.Command {
				return model.ReopenNotice{Ref: ref, Reason: c.reason(), Rules: c.env.Hub.Rules()}
			}, c.findObligation)
		}},
		{Name: "notify assign", Args: "INC N1… @USER|none", Short: "give obligations an owner", words: []word{{"INC", incidents}, {"N1", obligationsOrUsers}}, run: notifyAssign},
		{Name: "notify update", Args: "INC TEXT…|-", Short: "record what stakeholders were told; the next update is due after the time of the severity",
			words: []word{{"INC", incidents}, {"TEXT", nil}}, run: notifyUpdate},
		{Name: "notify regimes", Args: "[REGIME]", Short: "list the regimes, or show one with its stages", Long: model.NoAdvice, words: []word{{"REGIME", regimes}}, run: notifyRegimes},
	}
}

// obligationView is an obligation as scripts read it.
type obligationView struct {
	Ref        string     `json:"ref"`
	Regime     string     `json:"regime"`
	Stage      string     `json:"stage"`
	Title      model.Text `json:"title"`
	Source     model.Text `json:"source"`
	State      string     `json:"state"`
	Trigger    string     `json:"trigger"`
	TriggerAt  *time.Time `json:"trigger_at"`
	DueAt      *time.Time `json:"due_at"`
	Late       bool       `json:"late"`
	DueSoon    bool       `json:"due_soon"`
	Recipient  model.Text `json:"recipient"`
	Owner      string     `json:"owner"`
	Draft      model.Text `json:"draft"`
	DraftedBy  string     `json:"drafted_by"`
	ApprovedBy string     `json:"approved_by"`
	SentAt     *time.Time `json:"sent_at"`
	Proof      model.Text `json:"proof"`
	Reason     model.Text `json:"reason"`
	AddedBy    string     `json:"added_by"`
	AddedAt    time.Time  `json:"added_at"`
	Retracted  string     `json:"retracted_by,omitempty"`
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (c *call) viewObligation(o *model.Obligation) obligationView {
	now := c.env.Now()
	return obligationView{Ref: o.Ref, Regime: o.Regime, Stage: o.Stage, Title: o.Title, Source: o.Source, State: string(o.State), Trigger: o.StartsFrom(),
		TriggerAt: moment(o.TriggerAt), DueAt: moment(o.DueAt), Late: o.Late(now), DueSoon: o.DueSoon(now), Recipient: o.Recipient, Owner: o.Owner, Draft: o.Draft,
		DraftedBy: o.DraftedBy, ApprovedBy: o.ApprovedBy, SentAt: moment(o.SentAt), Proof: o.Proof, Reason: o.Reason, AddedBy: o.AddedBy, AddedAt: o.AddedAt, Retracted: o.Retracted}
}

func (c *call) findObligation(in *model.Incident, ref string) (any, error) {
	o, err := in.Obligation(ref)
	if err != nil {
		return nil, err
	}
	return c.viewObligation(o), nil
}

// printStarted prints the obligations that a command started.
func (c *call) printStarted(res room.Result) error {
	list := added(res, func(in *model.Incident) []*model.Obligation { return in.Obligations }, func(o *model.Obligation) uint64 { return o.Seq })
	views, refs := []obligationView{}, []string{}
	for _, o := range list {
		views, refs = append(views, c.viewObligation(o)), append(refs, o.Ref)
	}
	return c.print(views, func() error { return c.say("%s", strings.Join(refs, " ")) })
}

func notifyAdd(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	id, err := c.next("the regime")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	cmd := model.AddObligation{Regime: id, Title: model.Text(c.value("title")), Recipient: model.Text(c.value("recipient")), Rules: c.env.Hub.Rules()}
	if c.on("due") {
		if cmd.Due, err = model.ParseDue(c.value("due"), c.env.Now()); err != nil {
			return err
		}
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	return c.printStarted(res)
}

func notifyTrigger(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	name, err := c.next("the trigger")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	at, err := c.at("at")
	if err != nil {
		return err
	}
	cmd := model.SetTrigger{Name: strings.ToLower(name), At: at.At, Reason: c.reason(), Rules: c.env.Hub.Rules()}
	if ref, _, err := model.ParseRef(model.RefObligation, name); err == nil {
		cmd.Name, cmd.Ref = "", ref
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	type view struct {
		Trigger string     `json:"trigger"`
		At      *time.Time `json:"at"`
		By      string     `json:"by"`
	}
	now := res.Incident
	v := view{Trigger: cmd.Name, At: moment(now.Triggers[cmd.Name].At), By: now.Triggers[cmd.Name].By}
	if cmd.Ref != "" {
		o, err := now.Obligation(cmd.Ref)
		if err != nil {
			return err
		}
		v = view{Trigger: o.Trigger, At: moment(o.OwnAt), By: c.env.Actor.Name}
	}
	return c.print(v, func() error {
		for _, o := range now.OpenObligations() {
			if (cmd.Ref == o.Ref || o.Trigger == v.Trigger || o.Backstop.Trigger == v.Trigger) && !o.TriggerAt.IsZero() {
				if err := c.say("%s %s", o.Ref, c.dueText(o)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// dueText is the deadline of an obligation for people.
func (c *call) dueText(o *model.Obligation) string {
	switch {
	case !o.DueAt.IsZero() && o.Open():
		return o.DueAt.UTC().Format("2006-01-02 15:04Z") + " (" + model.Countdown(o.DueAt, c.env.Now()) + ")"
	case !o.DueAt.IsZero():
		return o.DueAt.UTC().Format("2006-01-02 15:04Z")
	case !o.TriggerAt.IsZero():
		return "without undue delay"
	}
	return "waits for: " + o.StartsFrom()
}

func notifyDraft(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	ref, err := c.next("the obligation")
	if err != nil {
		return err
	}
	text, err := c.rest("the text")
	if err != nil {
		return err
	}
	return c.oneNotice(in, model.DraftNotice{Ref: ref, Text: model.Text(text)}, ref)
}

func notifySent(c *call) error {
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
	at, err := c.at("at")
	if err != nil {
		return err
	}
	return c.oneNotice(in, model.MarkSent{Ref: ref, At: at.At, Proof: model.Text(c.value("proof")), Reason: c.reason(), Rules: c.env.Hub.Rules()}, ref)
}

func (c *call) oneNotice(in *model.Incident, cmd model.Command, ref string) error {
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	v, err := c.findObligation(res.Incident, ref)
	if err != nil {
		return err
	}
	return c.print(v, func() error { return c.say("%s", strings.ToUpper(ref)) })
}

func notifyAssign(c *call) error {
	return c.assignEach("obligation", model.RefObligation, func(ref, owner string) model.Command { return model.AssignNotice{Ref: ref, Owner: owner} }, c.findObligation)
}

func notifyUpdate(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	text, err := c.rest("the update")
	if err != nil {
		return err
	}
	res, err := c.do(in, model.TellStakeholders{Text: model.Text(text)})
	if err != nil {
		return err
	}
	type view struct {
		Ref  string     `json:"ref"`
		By   string     `json:"by"`
		At   *time.Time `json:"at"`
		Next *time.Time `json:"next_due"`
	}
	told, next := res.Incident.Told, res.Incident.UpdateDue()
	return c.print(view{told.Ref, told.By, moment(told.At), moment(next)}, func() error {
		if !next.IsZero() {
			if err := c.note("the next update is due %s (%s, %s)", next.UTC().Format("2006-01-02 15:04Z"), model.Countdown(next, c.env.Now()), res.Incident.Severity); err != nil {
				return err
			}
		}
		return c.say("%s", told.Ref)
	})
}

func notifyList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	list := slices.Clone(in.Obligations)
	if c.on("open") {
		list = in.OpenObligations()
	}
	out, rows := []obligationView{}, [][]string{}
	for _, o := range list {
		out = append(out, c.viewObligation(o))
		title := string(o.Title)
		if o.Reason != "" {
			title += " [" + string(o.Reason) + "]"
		}
		rows = append(rows, []string{o.Ref, o.Says(c.env.Now()), c.dueText(o), o.StartsFrom(), at(o.Owner), string(o.Recipient), title})
	}
	return c.print(out, func() error {
		err := c.table([]column{{title: "REF"}, {title: "STATE"}, {title: "DUE"}, {title: "FROM"}, {title: "OWNER"}, {title: "RECIPIENT", give: true}, {title: "NOTICE", give: true}}, rows,
			"nothing is owed; data-impact "+in.ID+" says what happened to data, notify add starts a regime by hand")
		if err != nil {
			return err
		}
		return c.clockNotes(in)
	})
}

// clockNotes says beside a list of clocks when stakeholders are told next, and
// that it is no advice.
func (c *call) clockNotes(in *model.Incident) error {
	if next := in.UpdateDue(); !next.IsZero() {
		if err := c.note("stakeholder update due %s (%s)", next.UTC().Format("2006-01-02 15:04Z"), model.Countdown(next, c.env.Now())); err != nil {
			return err
		}
	}
	return c.note("%s", model.NoAdvice)
}
