package verb

import (
	"slices"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
)

func actionVerbs() []*Verb {
	refs := []word{{"INC", incidents}, {"A8", actions}}
	propose := []flag{
		{name: "owner", arg: "@USER", help: "who does it", values: users},
		{name: "risk", arg: "TEXT", help: "what it may break"},
		{name: "rollback", arg: "TEXT", help: "how it is taken back; without it the kind's own way"},
		{name: "due", arg: "TIME", help: "until when: +2h, 15:00, tomorrow 09:00, a date or a full time"},
	}
	what := []word{{"INC", incidents}, {"KIND", containmentKinds}, {"TARGET", things}}
	anyKind := []word{{"INC", incidents}, {"KIND", actionKinds}, {"TARGET", things}}
	step := func(sub string, to model.ActionState, short, args string, more ...flag) *Verb {
		return &Verb{Name: "action " + sub, Args: "INC A8…" + args, Short: short, flags: more, words: refs,
			run: func(c *call) error { return actionStep(c, to) }}
	}
	why := flag{name: "reason", arg: "R", help: "why"}
	return []*Verb{
		{Name: "contain", Args: "INC KIND TARGET… [--owner @USER] [--risk TEXT] [--rollback TEXT] [--due TIME]", Short: "propose a containment action; prints its ref",
			Long: "A target is an asset (S3), an indicator (I7), or text; several are one action. A kind that is disruptive waits for somebody else's approval, the others may begin at once.",
			Examples: []string{"contain INC-2026-0042 isolate-host S1 --owner @bob --risk 'the shares stop' --rollback 'give the port back'",
				"contain INC-2026-0042 block-indicator I3 I4 I7"},
			flags: propose, words: what, run: func(c *call) error { return proposeAction(c, model.StageContainment) }},
		{Name: "action add", Args: "INC KIND TARGET… [--owner @USER] [--risk TEXT] [--rollback TEXT] [--due TIME] [--ends TIME]", Short: "propose an action of any stage; prints its ref",
			Long:     "Kinds of enhanced detection need an owner and the time at which they end.",
			Examples: []string{"action add INC-2026-0042 restore-backup S1 --due +4h", "action add INC-2026-0042 monitor S1 --owner @bob --ends +14d"},
			flags:    append(slices.Clone(propose), flag{name: "ends", arg: "TIME", help: "until when an enhanced detection runs"}),
			words:    anyKind, run: func(c *call) error { return proposeAction(c, "") }},
		{Name: "action list", Args: "INC", Short: "list the actions", words: []word{{"INC", incidents}},
			flags: []flag{{name: "state", arg: "STATE", help: "only in this state", values: fixed(words(model.ActionStates())...)},
				{name: "stage", arg: "STAGE", help: "containment, eradication, recovery or enhanced-detection", values: fixed(words(model.Stages())...)},
				{name: "owner", arg: "@USER", help: "only what this person does", values: users},
				{name: "in-force", help: "only what was done and is not taken back, with its undo"}}, run: actionList},
		{Name: "action show", Args: "INC A8", Short: "show an action with its steps", words: refs, run: actionShow},
		step("approve", model.ActionApproved, "let actions that wait begin; never one's own", " [--override --reason R]",
			flag{name: "override", help: "the IC approves an action of their own; it stands out in the record"}, why),
		step("start", model.ActionExecuting, "begin approved actions", ""),
		step("done", model.ActionDone, "say that actions were carried out", " [--result TEXT] [--move-assets]",
			flag{name: "result", arg: "TEXT", help: "what came of it"}, flag{name: "move-assets", help: "their assets have reached the kind's step of the scope matrix"}),
		step("verify", model.ActionVerified, "say that actions had their effect", " [--reason R]", flag{name: "reason", arg: "R", help: "how it was seen"}),
		step("reject", model.ActionRejected, "refuse or withdraw actions, with the reason", " --reason R", why),
		step("fail", model.ActionFailed, "say that actions failed, with the reason", " --reason R", why),
		step("rollback", model.ActionRolledBack, "say that actions were taken back, with the reason", " --reason R", why),
		{Name: "action assign", Args: "INC A8… @USER|none", Short: "give actions an owner", words: []word{{"INC", incidents}, {"A8", actionsOrUsers}}, run: actionAssign},
		{Name: "action kinds", Short: "list the kinds of action with what they undo and who has to approve", run: kindList,
			flags: []flag{{name: "stage", arg: "STAGE", help: "only of this stage", values: fixed(words(model.Stages())...)}}},
	}
}

// targetView is what an action is about, as scripts read it.
type targetView struct {
	Ref      string     `json:"ref"`
	Text     model.Text `json:"text"`
	Defanged model.Text `json:"defanged"`
}

// actionView is an action as scripts read it.
type actionView struct {
	Ref            string             `json:"ref"`
	Kind           string             `json:"kind"`
	Stage          model.Stage        `json:"stage"`
	Title          model.Text         `json:"title"`
	Target         model.Text         `json:"target"` // all targets in one line
	Targets        []targetView       `json:"targets"`
	State          model.ActionState  `json:"state"`
	Owner          string             `json:"owner"`
	Risk           model.Text         `json:"risk"`
	Rollback       model.Text         `json:"rollback"`
	Undo           model.Text         `json:"undo"` // how it is taken back
	InForce        bool               `json:"in_force"`
	Due            *time.Time         `json:"due"`
	Ends           *time.Time         `json:"ends"`
	Result         model.Text         `json:"result"`
	Disruptive     bool               `json:"disruptive"`
	ProposedBy     string             `json:"proposed_by"`
	ProposedAt     time.Time          `json:"proposed_at"`
	ApprovedBy     string             `json:"approved_by"`
	ApprovedAt     *time.Time         `json:"approved_at"`
	Override       bool               `json:"override"`
	OverrideReason model.Text         `json:"override_reason"`
	Steps          []model.ActionStep `json:"steps"`
	Seq            uint64             `json:"seq"`
}

func viewAction(in *model.Incident, a *model.Action) actionView {
	v := actionView{Ref: a.Ref, Kind: a.Kind, Stage: a.Stage, Title: a.Title, Targets: []targetView{}, State: a.State, Owner: a.Owner, Risk: a.Risk,
		Rollback: a.Rollback, Undo: a.UndoText(), InForce: a.InForce(), Due: orNil(a.Due), Ends: orNil(a.Ends), Result: a.Result, Disruptive: a.Disruptive,
		ProposedBy: a.ProposedBy, ProposedAt: a.ProposedAt, ApprovedBy: a.ApprovedBy, ApprovedAt: orNil(a.ApprovedAt), Override: a.Override,
		OverrideReason: a.OverrideReason, Steps: a.Steps, Seq: a.Seq}
	var line []string
	for _, t := range a.Targets {
		text := in.TargetText(t)
		safe := text
		if x, err := in.Indicator(t.Ref); err == nil {
			safe = defanged(x)
		}
		v.Targets = append(v.Targets, targetView{t.Ref, text, safe})
		line = append(line, strings.TrimSpace(t.Ref+" "+string(safe)))
	}
	v.Target = model.Text(strings.Join(line, ", "))
	return v
}

func findAction(in *model.Incident, ref string) (any, error) {
	a, err := in.Action(ref)
	if err != nil {
		return nil, err
	}
	return viewAction(in, a), nil
}

// due reads a time to come from a flag; the zero value without it.
func (c *call) due(name string) (time.Time, error) {
	if !c.on(name) {
		return time.Time{}, nil
	}
	at, err := model.ParseDue(c.value(name), c.env.Now())
	if e, ok := model.AsError(err); ok {
		e.Msg, e.Field = "--"+name+": "+e.Msg, name
	}
	return at, err
}

// proposeAction proposes an action of a stage; "" is any.
func proposeAction(c *call, stage model.Stage) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	word, err := c.next("the kind of action")
	if err != nil {
		return err
	}
	kind, err := model.FindActionKind(word)
	if err != nil {
		return err
	}
	if stage != "" && kind.Stage != stage {
		return model.Usage("%s is no containment, it is of the stage %s", kind.ID, kind.Stage).Hint("action add %s %s TARGET", in.ID, kind.ID)
	}
	if len(c.pos) == 0 {
		return c.usage("%s: the target is missing", c.v.Name)
	}
	cmd := model.ProposeAction{Kind: kind.ID, Risk: model.Text(c.value("risk")), Rollback: model.Text(c.value("rollback")), Policy: c.env.Actions}
	for _, w := range c.pos {
		cmd.Targets = append(cmd.Targets, in.FindTarget(w))
	}
	if c.on("owner") {
		if cmd.Owner, err = c.known(c.value("owner")); err != nil {
			return err
		}
	}
	if cmd.Due, err = c.due("due"); err != nil {
		return err
	}
	if cmd.Ends, err = c.due("ends"); err != nil {
		return err
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	list := added(res, func(in *model.Incident) []*model.Action { return in.Actions }, func(a *model.Action) uint64 { return a.Seq })
	if len(list) == 0 {
		return c.say("%s", in.ID)
	}
	a := list[0]
	return c.print(viewAction(res.Incident, a), func() error {
		if err := c.say("%s", a.Ref); err != nil || a.State != model.ActionWaiting {
			return err
		}
		return c.note("%s waits for somebody else's approval: action approve %s %s", a.Ref, in.ID, a.Ref)
	})
}

func actionStep(c *call, to model.ActionState) error {
	return c.eachRef("action", func(ref string) model.Command {
		return model.StepAction{Ref: ref, To: to, Reason: c.reason(), Result: model.Text(c.value("result")), Override: c.on("override"), Move: c.on("move-assets")}
	}, findAction)
}

func actionAssign(c *call) error {
	return c.assignEach("action", model.RefAction, func(ref, owner string) model.Command { return model.AssignAction{Ref: ref, Owner: owner} }, findAction)
}

// stage reads the flag of that name.
func (c *call) stage() (model.Stage, error) {
	s := model.Stage(c.value("stage"))
	if c.on("stage") && !slices.Contains(model.Stages(), s) {
		return "", model.Usage("%q is no stage", clip(string(s))).Hint("use %s", strings.Join(words(model.Stages()), ", ")).On("stage")
	}
	return s, nil
}

func actionList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	stage, err := c.stage()
	if err != nil {
		return err
	}
	state := model.ActionState(c.value("state"))
	if c.on("state") && !slices.Contains(model.ActionStates(), state) {
		return model.Usage("%q is no state of an action", clip(string(state))).Hint("use %s", strings.Join(words(model.ActionStates()), ", ")).On("state")
	}
	owner := strings.ToLower(strings.TrimPrefix(c.value("owner"), "@"))
	out := []actionView{}
	var rows [][]string
	cols := []column{{title: "REF"}, {title: "STATE"}, {title: "STAGE"}, {title: "ACTION", give: true}, {title: "TARGET", give: true}, {title: "OWNER"}, {title: "BY"}, {title: "DUE"}}
	if c.on("in-force") {
		cols[7] = column{title: "UNDO", give: true}
	}
	for _, a := range in.Actions {
		if stage != "" && a.Stage != stage || c.on("state") && a.State != state || c.on("owner") && a.Owner != owner || c.on("in-force") && !a.InForce() {
			continue
		}
		v := viewAction(in, a)
		out = append(out, v)
		word := string(a.State)
		if a.Override {
			word += " OVERRIDE"
		}
		last := ""
		switch {
		case c.on("in-force"):
			last = string(v.Undo)
		case !a.Ends.IsZero():
			last = "ends " + c.clock(a.Ends)
		case !a.Due.IsZero():
			last = c.clock(a.Due)
		}
		rows = append(rows, []string{a.Ref, word, string(a.Stage), string(a.Title), string(v.Target), at(a.Owner), at(a.ProposedBy), last})
	}
	return c.print(out, func() error {
		return c.table(cols, rows, "no action matches; contain "+in.ID+" KIND TARGET proposes one")
	})
}

func actionShow(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	ref, err := c.next("the action")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	a, err := in.Action(ref)
	if err != nil {
		return err
	}
	v := viewAction(in, a)
	return c.print(v, func() error { return c.aboutAction(v) })
}

func (c *call) aboutAction(v actionView) error {
	line := func(name string, text model.Text) error {
		if text == "" {
			return nil
		}
		return c.say("  %-9s %s", name, indicator.Line(text))
	}
	if err := c.say("%s %s: %s", v.Ref, v.State, v.Title.Line()); err != nil {
		return err
	}
	clock := func(t *time.Time) model.Text {
		if t == nil {
			return ""
		}
		return model.Text(c.clock(*t))
	}
	for _, f := range []struct {
		name string
		text model.Text
	}{{"kind", model.Text(v.Kind + ", " + string(v.Stage))}, {"target", v.Target}, {"owner", model.Text(at(v.Owner))}, {"due", clock(v.Due)}, {"ends", clock(v.Ends)},
		{"risk", v.Risk}, {"undo", v.Undo}, {"result", v.Result}} {
		if err := line(f.name, f.text); err != nil {
			return err
		}
	}
	for _, s := range v.Steps {
		text := c.clock(s.At) + " " + string(s.State) + " @" + s.By
		if s.Override {
			text += " OVERRIDE"
		}
		if s.Reason != "" {
			text += " “" + string(s.Reason) + "”"
		}
		if err := line("step", model.Text(text)); err != nil {
			return err
		}
	}
	return nil
}

func kindList(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	stage, err := c.stage()
	if err != nil {
		return err
	}
	type view struct {
		model.ActionKind
		NeedsApproval bool `json:"needs_approval"`
	}
	out := []view{}
	var rows [][]string
	for _, k := range model.ActionKinds() {
		if stage != "" && k.Stage != stage {
			continue
		}
		if k.React == nil {
			k.React = []string{}
		}
		needs := c.env.Actions.NeedsApproval(k)
		out = append(out, view{k, needs})
		word := ""
		if needs {
			word = "needed"
		}
		rows = append(rows, []string{k.ID, string(k.Stage), word, k.Title, strings.Join(k.React, " "), k.Undo})
	}
	return c.print(out, func() error {
		return c.table([]column{{title: "KIND"}, {title: "STAGE"}, {title: "APPROVAL"}, {title: "TITLE", give: true}, {title: "RE&CT"}, {title: "UNDO", give: true}}, rows, "no kind")
	})
}

func kindsOf(stages ...model.Stage) []Completion {
	var out []Completion
	for _, k := range model.ActionKinds() {
		if slices.Contains(stages, k.Stage) {
			out = append(out, Completion{k.ID, string(k.Stage) + ": " + k.Title})
		}
	}
	return out
}

func actionKinds(*hints) []Completion      { return kindsOf(model.Stages()...) }
func containmentKinds(*hints) []Completion { return kindsOf(model.StageContainment) }
func things(h *hints) []Completion         { return append(assets(h), indicators(h)...) }
func actionsOrUsers(h *hints) []Completion { return append(actions(h), users(h)...) }

func actions(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	list := refs(h.in.Actions, func(a *model.Action) (string, string) {
		return a.Ref, string(a.State) + " " + string(h.in.ActionLine(a))
	})
	slices.SortStableFunc(list, func(a, b Completion) int { return strings.Compare(waitingFirst(a.Help), waitingFirst(b.Help)) })
	return list
}

// waitingFirst puts what is still open before what is over.
func waitingFirst(help string) string {
	state, _, _ := strings.Cut(help, " ")
	if model.ActionState(state).Open() {
		return "0"
	}
	return "1"
}
