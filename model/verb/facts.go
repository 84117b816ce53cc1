package verb

import (
	"slices"
	"strings"

	"warroom/model"
)

// factVerbs are about what priority, severity and recovery rest on.
func factVerbs() []*Verb {
	yesNo := fixed("yes", "no")
	return []*Verb{
		{Name: "rate", Args: "INC [--functional F] [--information I] [--recoverability R] [--urgency U]", Short: "rate impact and urgency: the priority follows",
			Long:     "Priority is impact × urgency; impact is the worst of the three ratings. Without a flag it shows the arithmetic. Another priority than the computed one is incident edit --priority P --reason R.",
			Examples: []string{"rate INC-2026-0042 --functional high --information privacy-breach --recoverability regular --urgency active"},
			flags: []flag{{name: "functional", arg: "F", help: "none, low, medium or high: what is lost of the service", values: fixed(model.FunctionalImpacts()...)},
				{name: "information", arg: "I", help: "none, privacy-breach, proprietary-breach or integrity-loss; may be repeated", values: fixed(append([]string{"none"}, model.InformationImpacts()...)...)},
				{name: "recoverability", arg: "R", help: "regular, supplemented, extended or not-recoverable", values: fixed(model.Recoverabilities()...)},
				{name: "urgency", arg: "U", help: "the adversary is active, quiet or evicted", values: fixed(model.Urgencies()...)}},
			words: []word{{"INC", incidents}}, run: rate},
		{Name: "cause", Args: "INC [--root-cause TEXT --confidence C --basis TEXT] [--vector TEXT] [--evicted yes|no --evidence TEXT]",
			Short:    "say what the cause is, how sure that is, and that the adversary is out",
			Long:     "The gate to recovery asks for a root cause with a stated confidence, and for the evidence that the adversary is evicted. Without a flag it shows what is known.",
			Examples: []string{`cause INC-2026-0042 --root-cause "VPN gateway without patch" --confidence high --basis "image of the gateway"`},
			flags: []flag{{name: "root-cause", arg: "TEXT", help: "why it could happen"},
				{name: "confidence", arg: "C", help: "low, medium or high", values: fixed(model.Confidences()...)},
				{name: "basis", arg: "TEXT", help: "what the confidence rests on"},
				{name: "vector", arg: "TEXT", help: "how the adversary came in"},
				{name: "evicted", arg: "yes|no", help: "the adversary is out", values: yesNo},
				{name: "evidence", arg: "TEXT", help: "what shows it"}},
			words: []word{{"INC", incidents}}, run: cause},
		{Name: "mitigation add", Args: "INC TEXT", Short: "say what has to be done against a vulnerability; prints its ref",
			words: []word{{"INC", incidents}, {"TEXT", nil}}, run: mitigationAdd},
		{Name: "mitigation done", Args: "INC M2… [--reason R]", Short: "a vulnerability is mitigated",
			flags: []flag{{name: "reason", arg: "R", help: "what shows it"}}, words: []word{{"INC", incidents}, {"M2", mitigations}},
			run: setMitigation(model.MitigationDone)},
		{Name: "mitigation open", Args: "INC M2… [--reason R]", Short: "a mitigation is to be done again",
			flags: []flag{{name: "reason", arg: "R", help: "why"}}, words: []word{{"INC", incidents}, {"M2", mitigations}},
			run: setMitigation(model.MitigationOpen)},
		{Name: "mitigation drop", Args: "INC M2… --reason R", Short: "do without a mitigation; the lead's, with a reason",
			flags: []flag{{name: "reason", arg: "R", help: "why"}}, words: []word{{"INC", incidents}, {"M2", mitigations}},
			run: setMitigation(model.MitigationDropped)},
		{Name: "mitigation list", Args: "INC", Short: "show the mitigations of the vulnerabilities", words: []word{{"INC", incidents}}, run: mitigationList},
	}
}

// raiseFlags are the facts that force a severity up.
func raiseFlags() []flag {
	var out []flag
	for _, f := range model.RaiseFacts() {
		out = append(out, flag{name: string(f), arg: "yes|no", help: f.Means(), values: fixed("yes", "no")})
	}
	return out
}

// raises reads them, nil without any.
func (c *call) raises() (map[model.RaiseFact]bool, error) {
	var out map[model.RaiseFact]bool
	for _, f := range model.RaiseFacts() {
		if !c.on(string(f)) {
			continue
		}
		if out == nil {
			out = map[model.RaiseFact]bool{}
		}
		switch c.value(string(f)) {
		case "yes", "no":
			out[f] = c.value(string(f)) == "yes"
		default:
			return nil, model.Usage("--%s is yes or no, not %q", f, clip(c.value(string(f)))).Hint("usage: %s", c.v.Usage()).On(string(f))
		}
	}
	return out, nil
}

// word is a flag's value as a pointer, nil without the flag.
func (c *call) word(name string) *string {
	if !c.on(name) {
		return nil
	}
	v := c.value(name)
	return &v
}

// ratingView is the arithmetic of the priority.
type ratingView struct {
	Priority   model.Priority  `json:"priority"`
	Computed   *model.Priority `json:"computed"` // null while not rated
	Arithmetic model.Text      `json:"arithmetic"`
	Rating     *model.Rating   `json:"rating"`
	Override   *model.Override `json:"override"`
}

func viewRating(in *model.Incident) ratingView {
	v := ratingView{Priority: in.Priority, Arithmetic: in.PriorityWhy(), Override: in.Override}
	if in.Rating.Done() {
		p, r := in.Rating.Priority(), in.Rating
		r.Information = orEmpty(r.Information)
		v.Computed, v.Rating = &p, &r
	}
	return v
}

func rate(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	cmd := model.SetRating{Functional: c.word("functional"), Recoverability: c.word("recoverability"), Urgency: c.word("urgency")}
	if c.on("information") {
		list := slices.Clone(c.flags["information"])
		cmd.Information = &list
	}
	if cmd != (model.SetRating{}) {
		res, err := c.do(in, cmd)
		if err != nil {
			return err
		}
		in = res.Incident
	}
	return c.print(viewRating(in), func() error {
		if err := c.say("%s is %s: %s", in.ID, in.Priority, in.PriorityWhy().Line()); err != nil {
			return err
		}
		if in.Rating.Done() {
			if err := c.say("from %s", in.Rating.Ground()); err != nil {
				return err
			}
		}
		return c.raiseDue(in)
	})
}

// raiseDue says that the facts propose a higher severity.
func (c *call) raiseDue(in *model.Incident) error {
	if due := in.RaiseDue(); due != "" {
		return c.say("%s is %s; %s", in.ID, in.Severity, due)
	}
	return nil
}

func cause(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	cmd := model.SetCause{RootCause: c.text("root-cause"), Confidence: c.word("confidence"), Basis: c.text("basis"), Vector: c.text("vector"),
		Evicted: c.word("evicted"), Evidence: c.text("evidence")}
	if cmd != (model.SetCause{}) {
		res, err := c.do(in, cmd)
		if err != nil {
			return err
		}
		in = res.Incident
	}
	return c.print(viewCause(in), func() error { return c.showCause(in) })
}

func viewCause(in *model.Incident) model.Cause {
	v := in.Cause
	if v.Mitigations == nil {
		v.Mitigations = []*model.Mitigation{}
	}
	return v
}

func (c *call) showCause(in *model.Incident) error {
	x := &in.Cause
	conf := orDash(x.Confidence)
	if x.Basis != "" {
		conf += "  " + x.Basis.Line().String()
	}
	out := orDash(x.Evicted)
	if x.Evidence != "" {
		out += "  " + x.Evidence.Line().String()
	}
	open := 0
	for _, m := range x.Mitigations {
		if m.State == model.MitigationOpen {
			open++
		}
	}
	for _, l := range []string{"root cause   " + orDash(string(x.RootCause)), "confidence   " + conf, "vector       " + orDash(string(x.Vector)), "evicted      " + out} {
		if err := c.say("%s", l); err != nil {
			return err
		}
	}
	return c.say("mitigations  %d, open %d", len(x.Mitigations), open)
}

func findMitigation(in *model.Incident, ref string) (any, error) { return in.Mitigation(ref) }

func mitigations(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.Cause.Mitigations, func(m *model.Mitigation) (string, string) { return m.Ref, string(m.State) + " " + string(m.What) })
}

func mitigationAdd(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	what, err := c.rest("what is to be done")
	if err != nil {
		return err
	}
	res, err := c.do(in, model.AddMitigation{What: model.Text(what)})
	if err != nil {
		return err
	}
	list := added(res, func(in *model.Incident) []*model.Mitigation { return in.Cause.Mitigations }, func(m *model.Mitigation) uint64 { return m.Seq })
	if len(list) == 0 {
		return c.say("%s", in.ID)
	}
	return c.print(list[0], func() error { return c.say("%s", list[0].Ref) })
}

func setMitigation(to model.MitigationState) func(*call) error {
	return func(c *call) error {
		return c.eachRef("mitigation", func(ref string) model.Command {
			return model.SetMitigation{Ref: ref, State: to, Reason: c.reason()}
		}, findMitigation)
	}
}

func mitigationList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range in.Cause.Mitigations {
		rows = append(rows, []string{m.Ref, string(m.State), string(m.What), at(m.ChangedBy), string(m.Reason)})
	}
	return c.print(viewCause(in).Mitigations, func() error {
		return c.table([]column{{title: "REF"}, {title: "STATE"}, {title: "WHAT", give: true}, {title: "BY"}, {title: "REASON", give: true}}, rows,
			"no mitigation; mitigation add "+in.ID+" TEXT adds one")
	})
}

// forcedLines are what was passed by force, for the show of an incident.
func (c *call) forcedLines(in *model.Incident) []string {
	var out []string
	for _, p := range in.Phases {
		switch {
		case p.Forced:
			out = append(out, "FORCED      into "+string(p.Phase)+" past "+strings.Join(p.Blocked, ", ")+" by @"+p.By+" "+c.clock(p.At)+"  "+p.Reason.Line().String())
		case len(p.Ahead) > 0:
			out = append(out, "ahead       in "+string(p.Phase)+" ahead of "+strings.Join(p.Ahead, ", ")+" by @"+p.By+" "+c.clock(p.At)+"  "+p.Reason.Line().String())
		}
	}
	for _, a := range in.Assets {
		for _, p := range a.Passed {
			out = append(out, "FORCED      "+a.Ref+" although "+strings.Join(p.Missing, ", ")+" by @"+p.By+" "+c.clock(p.At)+"  "+p.Reason.Line().String())
		}
	}
	return out
}
