package verb

import (
	"slices"
	"strings"

	"warroom/model"
)

func scopeVerbs() []*Verb {
	common := []flag{
		{name: "team", arg: "TEAM", help: "team that owns it"},
		{name: "tenant", arg: "TENANT", help: "tenant it belongs to"},
		{name: "criticality", arg: "C", help: "critical, high, medium or low", values: fixed(model.Criticalities()...)},
		{name: "note", arg: "TEXT", help: "what else is known"},
		{name: "compromised", arg: "V", help: "unknown, suspected, yes or no", values: fixed(model.StepCompromised.Values()...)},
	}
	set := append([]flag{{name: "name", arg: "NAME", help: "new name"}}, common...)
	for _, s := range model.Steps()[1:] {
		set = append(set, flag{name: string(s), arg: "yes|no", help: "it is " + string(s), values: fixed(s.Values()...)})
	}
	set = append(set, flag{name: "last-known-good", arg: "TEXT", help: "the state that is known to be clean"},
		flag{name: "last-known-good-at", arg: "TIME", help: "when it was"},
		flag{name: "restored-from", arg: "TEXT", help: "backup, image or rebuild that it was restored from"},
		flag{name: "confirmed", arg: "yes|no", help: "the restored state mitigates the causes", values: fixed("yes", "no")},
		flag{name: "force", help: "take a step although something is missing; the lead's, with --reason"},
		flag{name: "reason", arg: "R", help: "why a step is forced"})
	return []*Verb{
		{Name: "scope add", Args: "INC NAME [--kind K]", Short: "put an asset into scope; prints its ref",
			Examples: []string{"scope add INC-2026-0042 FS-01 --kind system --team storage --criticality high --compromised yes"},
			flags:    append([]flag{{name: "kind", arg: "K", help: "system, service, account, tenant, data-set, network, application or device", values: fixed(model.AssetKinds()...)}}, common...),
			words:    []word{{"INC", incidents}, {"NAME", nil}}, run: scopeAdd},
		{Name: "scope set", Args: "INC S3… [--compromised V] [--contained yes] …", Short: "change assets, or move them on in the scope matrix",
			Long: "contained, eradicated, recovered, verified follow each other. Recovered needs a last known good state, what it was restored from and that this was confirmed, and that nothing but other assets stands before the gate to recovery; taking a step back takes back those after it.",
			Examples: []string{"scope set INC-2026-0042 S1 S2 --contained yes",
				`scope set INC-2026-0042 S1 --last-known-good "snapshot of 20 Nov" --restored-from vault --confirmed yes --recovered yes`},
			flags: set, words: []word{{"INC", incidents}, {"S3", assets}}, run: scopeSet},
		{Name: "scope list", Args: "INC", Short: "show the scope matrix",
			flags: []flag{{name: "kind", arg: "K", help: "only of this kind", values: fixed(model.AssetKinds()...)}},
			words: []word{{"INC", incidents}}, run: scopeList},
		{Name: "scope retract", Args: "INC S3… --reason R", Short: "take assets out of scope",
			flags: []flag{{name: "reason", arg: "R", help: "why"}}, words: []word{{"INC", incidents}, {"S3", assets}}, run: scopeRetract},
	}
}

func scopeAdd(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	name, err := c.rest("the name")
	if err != nil {
		return err
	}
	res, err := c.do(in, model.AddAsset{Name: model.Text(name), Kind: c.value("kind"), Team: model.Text(c.value("team")),
		Tenant: model.Text(c.value("tenant")), Criticality: c.value("criticality"), Note: model.Text(c.value("note")), Compromised: c.value("compromised")})
	if err != nil {
		return err
	}
	list := added(res, func(in *model.Incident) []*model.Asset { return in.Assets }, func(a *model.Asset) uint64 { return a.Seq })
	if len(list) == 0 {
		return c.say("%s", in.ID)
	}
	return c.print(list[0], func() error { return c.say("%s", list[0].Ref) })
}

func scopeSet(c *call) error {
	cmd := model.SetAsset{Name: c.text("name"), Team: c.text("team"), Tenant: c.text("tenant"), Note: c.text("note")}
	if c.on("criticality") {
		v := c.value("criticality")
		cmd.Criticality = &v
	}
	for _, s := range model.Steps() {
		if c.on(string(s)) {
			if cmd.Steps == nil {
				cmd.Steps = map[model.Step]string{}
			}
			cmd.Steps[s] = c.value(string(s))
		}
	}
	cmd.LastKnownGood, cmd.RestoredFrom, cmd.Confirmed = c.text("last-known-good"), c.text("restored-from"), c.word("confirmed")
	if c.on("last-known-good-at") {
		w, err := c.at("last-known-good-at")
		if err != nil {
			return err
		}
		cmd.LastKnownGoodAt = &w.At
	}
	if cmd.Nothing() {
		return c.usage("scope set: nothing to change")
	}
	cmd.Force, cmd.Reason = c.on("force"), c.reason()
	return c.eachRef("asset", func(ref string) model.Command { cmd := cmd; cmd.Ref = ref; return cmd }, findAsset)
}

func findAsset(in *model.Incident, ref string) (any, error) { return in.Asset(ref) }

func scopeRetract(c *call) error {
	return c.eachRef("asset", func(ref string) model.Command { return model.RetractAsset{Ref: ref, Reason: c.reason()} }, findAsset)
}

func scopeList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	if k := c.value("kind"); c.on("kind") && !slices.Contains(model.AssetKinds(), k) {
		return model.Usage("%q is no kind of asset", clip(k)).Hint("use one of: %s", strings.Join(model.AssetKinds(), ", ")).On("kind")
	}
	out := []*model.Asset{}
	var rows [][]string
	for _, a := range in.Assets {
		if c.on("kind") && a.Kind != c.value("kind") {
			continue
		}
		out = append(out, a)
		name := string(a.Name)
		if a.Retracted != "" {
			name = "[out of scope, @" + a.Retracted + "] " + name
		}
		row := []string{a.Ref, name, a.Kind, string(a.Team), string(a.Tenant), a.Criticality}
		for _, s := range model.Steps() {
			row = append(row, a.Step(s))
		}
		rows = append(rows, row)
	}
	cols := []column{{title: "REF"}, {title: "NAME", give: true}, {title: "KIND"}, {title: "TEAM", give: true}, {title: "TENANT", give: true}, {title: "CRITICALITY"}}
	for _, s := range model.Steps() {
		cols = append(cols, column{title: strings.ToUpper(string(s))})
	}
	return c.print(out, func() error {
		return c.table(cols, rows, "nothing is in scope; scope add "+in.ID+" NAME adds an asset")
	})
}
