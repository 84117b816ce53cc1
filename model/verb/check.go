package verb

import (
	"slices"
	"strings"

	"warroom/model"
)

func checkVerbs() []*Verb {
	refs := []word{{"INC", incidents}, {"C12", items}}
	state := func(sub string, to model.ItemState, short string) *Verb {
		return &Verb{Name: "check " + sub, Args: "INC C12… [--note TEXT]", Short: short, words: refs,
			flags: []flag{{name: "note", arg: "TEXT", help: "what was found or done"}}, run: func(c *call) error { return setItems(c, to) }}
	}
	reasoned := func(sub string, to model.ItemState, short string) *Verb {
		v := state(sub, to, short)
		v.Args = "INC C12… --reason R"
		v.flags = append(v.flags, flag{name: "reason", arg: "R", help: "why"})
		return v
	}
	return []*Verb{
		{Name: "check list", Args: "INC", Short: "list the checklist", words: []word{{"INC", incidents}},
			flags: []flag{{name: "phase", arg: "PHASE", help: "only of this phase", values: phases},
				{name: "state", arg: "STATE", help: "open, doing, done, na or waived", values: fixed(words(model.ItemStates())...)},
				{name: "owner", arg: "@USER", help: "only what this person owns", values: users},
				{name: "required", help: "only what a gate asks for"}}, run: checkList},
		state("done", model.ItemDone, "check items off"),
		state("doing", model.ItemDoing, "say that items are being worked on"),
		state("open", model.ItemOpen, "open items again"),
		reasoned("na", model.ItemNA, "say that items do not apply, with the reason"),
		reasoned("waive", model.ItemWaived, "waive items, with the reason; for the IC, the deputy and commanders"),
		{Name: "check assign", Args: "INC C12… @USER|none", Short: "give items an owner",
			words: []word{{"INC", incidents}, {"C12", itemsOrUsers}}, run: checkAssign},
	}
}

func findItem(in *model.Incident, ref string) (any, error) { return in.Item(ref) }

func setItems(c *call, to model.ItemState) error {
	return c.eachRef("item", func(ref string) model.Command {
		return model.SetItem{Ref: ref, State: to, Reason: c.reason(), Note: model.Text(c.value("note"))}
	}, findItem)
}

func checkAssign(c *call) error {
	return c.assignEach("item", model.RefItem, func(ref, owner string) model.Command { return model.AssignItem{Ref: ref, Owner: owner} }, findItem)
}

// assignEach gives things of one kind the owner that the last word names.
func (c *call) assignEach(what, kind string, cmd func(ref, owner string) model.Command, find func(*model.Incident, string) (any, error)) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	if len(c.pos) == 0 {
		return c.usage("%s: the %s is missing", c.v.Name, what)
	}
	owner := c.pos[len(c.pos)-1]
	if _, _, err := model.ParseRef(kind, owner); err == nil && !strings.HasPrefix(owner, "@") {
		return c.usage("%s: the owner is missing", c.v.Name)
	}
	c.pos = c.pos[:len(c.pos)-1]
	if owner == "none" {
		owner = ""
	} else if owner, err = c.known(owner); err != nil {
		return err
	}
	return c.eachRefOf(in, what, func(ref string) model.Command { return cmd(ref, owner) }, find)
}

func checkList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	var phase model.Phase
	if c.on("phase") {
		if phase = model.Phase(c.value("phase")); phase != model.PhasePreparation {
			if phase, err = model.ParsePhase(c.value("phase")); err != nil {
				return err
			}
		}
	}
	state := model.ItemState(c.value("state"))
	if c.on("state") && !slices.Contains(model.ItemStates(), state) {
		return model.Usage("%q is no state of a checklist item", clip(string(state))).Hint("use open, doing, done, na or waived").On("state")
	}
	owner := strings.TrimPrefix(c.value("owner"), "@")
	out := []*model.Item{}
	var rows [][]string
	for _, p := range model.Phases() {
		for _, it := range in.Checklist {
			if it.Phase != p || phase != "" && p != phase || c.on("state") && it.State != state ||
				c.on("owner") && it.Owner != owner || c.on("required") && !it.Required {
				continue
			}
			out = append(out, it)
			must := ""
			if it.Required {
				must = "required"
			}
			title := string(it.Title)
			if it.Reason != "" {
				title += " [" + string(it.Reason) + "]"
			}
			rows = append(rows, []string{it.Ref, it.Phase.Short(), string(it.State), must, at(it.Owner), it.Role, title})
		}
	}
	return c.print(out, func() error {
		return c.table([]column{{title: "REF"}, {title: "PHASE"}, {title: "STATE"}, {title: "GATE"}, {title: "OWNER"}, {title: "ROLE"}, {title: "ITEM", give: true}},
			rows, "no checklist item matches; playbook attach "+in.ID+" ID adds a playbook's")
	})
}
