package verb

import (
	"strconv"
	"strings"

	"warroom/model"
)

func contactVerbs() []*Verb {
	spec := []flag{
		{name: "name", arg: "N", help: "who it is"}, {name: "user", arg: "@USER", help: "the account of the person; none takes it away", values: users},
		{name: "role", arg: "R", help: "what the contact is asked for: head of IT, provider's desk"},
		{name: "phone", arg: "P", help: "phone number with its country; again for more, none for none"}, {name: "mail", arg: "M", help: "mail address"},
		{name: "other", arg: "O", help: "another way: a messenger, an address"}, {name: "order", arg: "N", help: "place in the escalation after the rotations; 0 is none"},
	}
	refs := []word{{"K1", contacts}}
	return []*Verb{
		{Name: "contact list", Args: "[--stale]", Short: "list the contacts in the order of escalation",
			flags: []flag{{name: "stale", help: "only those that nobody verified within 90 days"}}, run: contactList},
		{Name: "contact add", Args: "NAME [--phone P]… [--mail M] [--role R] …", Short: "write a contact down; prints its ref",
			Examples: []string{"contact add 'Hosting provider' --role 'takes hosts off the net' --phone '+49 30 1234567' --order 1", "contact add 'Alice Example' --user @alice --phone '+49 170 1234567'"},
			flags:    spec[1:], words: []word{{"NAME", nil}}, run: contactAdd},
		{Name: "contact set", Args: "K1 [--phone P]… …", Short: "change a contact; another number or address has to be verified again", flags: spec, words: refs, run: contactSet},
		{Name: "contact verify", Args: "K1…", Short: "say that you reached the person by it just now; it counts for 90 days", words: refs, run: contactVerify},
		{Name: "contact remove", Args: "K1 --reason R", Short: "take a contact out of the list", flags: []flag{{name: "reason", arg: "R", help: "why"}}, words: refs, run: contactRemove},
	}
}

func contacts(h *hints) []Completion {
	var out []Completion
	for _, k := range h.onCall().Reachable() {
		out = append(out, Completion{k.Ref, strings.TrimSpace(string(k.Name) + " " + string(k.Role))})
	}
	return out
}

func contactList(c *call) error {
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	views, rows := []contactView{}, [][]string{}
	for _, k := range in.OnCall.Reachable() {
		if c.on("stale") && k.Verified(c.env.Now()) {
			continue
		}
		v := viewContact(k, c.env.Now())
		views = append(views, v)
		order, verified := "", "never"
		if k.Order > 0 {
			order = strconv.Itoa(k.Order)
		}
		if !k.VerifiedAt.IsZero() {
			if verified = k.VerifiedAt.UTC().Format("2006-01-02"); !v.Verified {
				verified = "stale " + verified
			}
		}
		user := ""
		if k.User != "" {
			user = at(k.User)
		}
		rows = append(rows, []string{k.Ref, order, string(k.Name), user, string(k.Role), reachText(v.reachView), verified})
	}
	return c.print(views, func() error {
		return c.table([]column{{title: "REF"}, {title: "ORDER"}, {title: "NAME", give: true}, {title: "ACCOUNT"}, {title: "ROLE", give: true}, {title: "REACH", give: true}, {title: "VERIFIED"}},
			rows, "no contacts; contact add writes one down")
	})
}

// phones is --phone as a list.
func (c *call) phones() []model.Text {
	list := []model.Text{}
	for _, p := range c.flags["phone"] {
		if p != "none" {
			list = append(list, model.Text(strings.TrimSpace(p)))
		}
	}
	return list
}

// contactUser is --user; none is nobody.
func (c *call) contactUser() (string, error) {
	if v := c.value("user"); v == "none" || v == "" {
		return "", nil
	}
	return c.known(c.value("user"))
}

func contactAdd(c *call) error {
	name, err := c.rest("the name")
	if err != nil {
		return err
	}
	in, err := c.onCall()
	if err != nil {
		return err
	}
	spec := model.ContactSpec{Name: model.Text(name), Role: model.Text(c.value("role")), Phones: c.phones(), Mail: model.Text(c.value("mail")), Other: model.Text(c.value("other"))}
	if spec.User, err = c.contactUser(); err != nil {
		return err
	}
	if spec.Order, err = c.number("order", 0, 0, 99); err != nil {
		return err
	}
	res, err := c.do(onCallIn(in), model.AddContact{ContactSpec: spec})
	if err != nil {
		return err
	}
	list := res.Incident.OnCall.Contacts
	v := viewContact(list[len(list)-1], c.env.Now())
	return c.print(v, func() error { return c.say("%s", v.Ref) })
}

func contactSet(c *call) error {
	ref, err := c.next("the contact")
	if err != nil {
		return err
	}
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	cmd := model.SetContact{Ref: ref, Name: c.text("name"), Role: c.text("role"), Mail: c.text("mail"), Other: c.text("other")}
	if c.on("user") {
		u, err := c.contactUser()
		if err != nil {
			return err
		}
		cmd.User = &u
	}
	if c.on("phone") {
		list := c.phones()
		cmd.Phones = &list
	}
	if c.on("order") {
		n, err := c.number("order", 0, 0, 99)
		if err != nil {
			return err
		}
		cmd.Order = &n
	}
	if cmd == (model.SetContact{Ref: ref}) {
		return c.usage("%s: nothing to change", c.v.Name)
	}
	return c.oneContact(in, cmd, ref)
}

func (c *call) oneContact(in *model.Incident, cmd model.Command, ref string) error {
	res, err := c.do(onCallIn(in), cmd)
	if err != nil {
		return err
	}
	v, err := c.findContact(res.Incident, ref)
	if err != nil {
		return err
	}
	return c.print(v, func() error { return c.say("%s", strings.ToUpper(ref)) })
}

func (c *call) findContact(in *model.Incident, ref string) (any, error) {
	k, err := in.OnCall.Contact(ref)
	if err != nil {
		return nil, err
	}
	return viewContact(k, c.env.Now()), nil
}

func contactVerify(c *call) error {
	in, err := c.onCall()
	if err != nil {
		return err
	}
	return c.eachRefOf(onCallIn(in), "contact", func(ref string) model.Command { return model.VerifyContact{Ref: ref} }, c.findContact)
}

func contactRemove(c *call) error {
	ref, err := c.next("the contact")
	if err != nil {
		return err
	}
	in, err := c.onCallEnd()
	if err != nil {
		return err
	}
	return c.oneContact(in, model.RemoveContact{Ref: ref, Reason: c.reason()}, ref)
}
