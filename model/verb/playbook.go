package verb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/playbook"
)

func playbookVerbs() []*Verb {
	why := flag{name: "reason", arg: "R", help: "why"}
	return []*Verb{
		{Name: "playbook list", Short: "list the playbooks with their last review and what lessons changed in them", run: playbookList},
		{Name: "playbook show", Args: "ID", Short: "show the items of a playbook, its reviews, and where its changes come from", words: []word{{"ID", playbooks}}, run: playbookShow},
		{Name: "playbook attach", Args: "INC ID", Short: "add a playbook's items; those that are there already are merged",
			words: []word{{"INC", incidents}, {"ID", playbooks}}, run: playbookAttach},
		{Name: "playbook reviewed", Args: "ID [--note TEXT]", Short: "record that a playbook was read and found right; it holds for a year; for commanders and admins",
			flags: []flag{{name: "note", arg: "TEXT", help: "what was looked at"}}, words: []word{{"ID", playbooks}}, run: playbookReviewed},
		{Name: "playbook amend", Args: "ID ITEM [--title T] [--guidance TEXT|-] [--required yes|no] --from INC/F4|--reason R", Short: "change an item of a playbook, or add one; prints its ref",
			Long: "The file of the playbook stays as it is: the change is laid over it whenever the playbook is attached from then on, and the playbook names the incident that it was learned from. " +
				"Incidents that have the playbook keep the items that they have. For commanders and admins.",
			Examples: []string{"playbook amend ransomware ransomware.con.vpn --add --phase containment --title 'Pull the VPN before the shares' --required yes --from INC-2026-0042/F4"},
			flags: []flag{{name: "title", arg: "T", help: "the item's title from now on"}, {name: "guidance", arg: "TEXT", help: "its guidance from now on; - reads it from standard input"},
				{name: "required", arg: "yes|no", help: "whether a gate asks for it", values: fixed("yes", "no")}, {name: "role", arg: "ROLE", help: "who usually does it", values: fixed(playbook.Roles()...)},
				{name: "add", help: "it is an item more"}, {name: "phase", arg: "PHASE", help: "where an item more belongs", values: phases},
				{name: "from", arg: "INC/F4", help: "the incident, and its follow-up, that it was learned from", values: incidents}, why},
			words: []word{{"ID", playbooks}, {"ITEM", nil}}, run: playbookAmend},
		{Name: "playbook withdraw", Args: "B2 --reason R", Short: "take a change of a playbook back; incidents that have it keep it", flags: []flag{why}, words: []word{{"B2", amendments}}, run: playbookWithdraw},
	}
}

// amended makes the command that attaches a playbook as lessons have left it.
func (c *call) amended(b *playbook.Book) model.AttachPlaybook {
	return b.Amended(c.env.Hub.PeekRegister(model.RegisterPlaybooks).Books)
}

// booksRegister is the newest state of the register of the playbooks.
func (c *call) booksRegister() (*model.Incident, error) {
	return c.env.Hub.Register(c.ctx, c.env.Actor, model.RegisterPlaybooks)
}

// book takes a playbook off the words.
func (c *call) book() (*playbook.Book, error) {
	id, err := c.next("the playbook")
	if err != nil {
		return nil, err
	}
	b, ok := c.env.Books.Get(strings.ToLower(id))
	if !ok {
		return nil, c.noBook(id)
	}
	return b, nil
}

// hasItem refuses an item that the playbook does not have.
func (c *call) hasItem(b model.AttachPlaybook, key string) error {
	var keys []string
	for _, it := range b.Items {
		keys = append(keys, it.Key)
	}
	if slices.Contains(keys, key) {
		return nil
	}
	e := model.NotFound("playbook %s has no item %q", b.ID, clip(key)).On("item")
	if near := model.Nearest(key, keys); near != "" {
		return e.Hint("did you mean %s? playbook show %s --json lists them", near, b.ID)
	}
	return e.Hint("playbook show %s --json lists them", b.ID)
}

func amendments(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	in := h.env.Hub.PeekRegister(model.RegisterPlaybooks)
	if in.Books == nil || !in.CanRead(h.env.Actor) {
		return nil
	}
	return refs(in.Books.Amendments, func(a *model.Amendment) (string, string) { return a.Ref, a.Book + "/" + a.Item })
}

// amendmentView is a change of a playbook as scripts read it. An incident that the
// reader may not know of is not named.
type amendmentView struct {
	Ref      string      `json:"ref"`
	Item     string      `json:"item"`
	Adds     bool        `json:"adds"`
	Phase    model.Phase `json:"phase"`
	Title    model.Text  `json:"title"`
	Guidance model.Text  `json:"guidance"`
	Role     string      `json:"role"`
	Required *bool       `json:"required"`
	Incident string      `json:"incident"`
	FollowUp string      `json:"follow_up"`
	Reason   model.Text  `json:"reason"`
	By       string      `json:"by"`
	At       time.Time   `json:"at"`

	came string
}

func (c *call) viewAmendment(a *model.Amendment) amendmentView {
	v := amendmentView{Ref: a.Ref, Item: a.Item, Adds: a.Add, Phase: a.Phase, Title: a.Title, Guidance: a.Guidance, Role: a.Role, Required: a.Required,
		Incident: c.mayName(a.Incident), FollowUp: a.FollowUp, Reason: a.Reason, By: a.By, At: a.At}
	v.came = a.Came(v.Incident != "")
	if v.Incident == "" {
		v.FollowUp = ""
	}
	return v
}

type bookView struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Types      []string        `json:"types"`
	Items      int             `json:"items"`
	ReviewedAt *time.Time      `json:"reviewed_at"`
	ReviewedBy string          `json:"reviewed_by"`
	Reviewed   bool            `json:"reviewed"` // within a year
	Changes    []amendmentView `json:"changes"`
}

func (c *call) viewBook(b *playbook.Book, reg *model.Books) bookView {
	v := bookView{ID: b.ID, Title: b.Title, Types: orEmpty(b.Types), Items: len(b.Amended(reg).Items), Reviewed: reg.Reviewed(b.ID, c.env.Now()), Changes: []amendmentView{}}
	if r, ok := reg.Review(b.ID); ok {
		v.ReviewedAt, v.ReviewedBy = orNil(r.At), r.By
	}
	for _, a := range reg.Of(b.ID) {
		v.Changes = append(v.Changes, c.viewAmendment(a))
	}
	return v
}

// reviewed is the last review in words.
func (v *bookView) reviewed() string {
	switch {
	case v.ReviewedAt == nil:
		return "never"
	case !v.Reviewed:
		return v.ReviewedAt.UTC().Format(time.DateOnly) + " over a year ago"
	}
	return v.ReviewedAt.UTC().Format(time.DateOnly) + " " + at(v.ReviewedBy)
}

func playbookList(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	reg, err := c.booksRegister()
	if err != nil {
		return err
	}
	out, rows := []bookView{}, [][]string{}
	for _, b := range c.env.Books.List() {
		v := c.viewBook(b, reg.Books)
		out = append(out, v)
		changes := "—"
		if n := len(v.Changes); n > 0 {
			changes = strconv.Itoa(n)
		}
		rows = append(rows, []string{b.ID, v.reviewed(), strconv.Itoa(v.Items), changes, b.Title, strings.Join(b.Types, " ")})
	}
	return c.print(out, func() error {
		return c.table([]column{{title: "ID"}, {title: "REVIEWED"}, {title: "ITEMS"}, {title: "CHANGES"}, {title: "TITLE", give: true}, {title: "TYPES", give: true}}, rows, "no playbook")
	})
}

// itemView is an item of a playbook as scripts read it.
type itemView struct {
	model.ItemSpec
	Changes   []amendmentView `json:"changes"`
	FollowUps []string        `json:"follow_ups"` // done ones that changed it: INC-2026-0042/F4
}

func playbookShow(c *call) error {
	b, err := c.book()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	reg, err := c.booksRegister()
	if err != nil {
		return err
	}
	lessons := map[string][]string{}
	for _, l := range c.lessons(b.ID) {
		for _, s := range l.Changes {
			if ch, err := model.ParseChange(s); err == nil && ch.Playbook == b.ID {
				lessons[ch.Item] = append(lessons[ch.Item], l.In.ID+"/"+l.Ref)
			}
		}
	}
	v := c.viewBook(b, reg.Books)
	items := []itemView{}
	var rows [][]string
	for _, it := range b.Amended(reg.Books).Items {
		x := itemView{ItemSpec: it, Changes: []amendmentView{}, FollowUps: orEmpty(lessons[it.Key])}
		title := string(it.Title)
		for _, a := range v.Changes {
			if a.Item == it.Key {
				x.Changes = append(x.Changes, a)
				title += " [" + a.Ref + " " + a.came + "]"
			}
		}
		for _, f := range x.FollowUps {
			title += " [" + f + "]"
		}
		must := ""
		if it.Required {
			must = "required"
		}
		items, rows = append(items, x), append(rows, []string{it.Key, it.Phase.Short(), must, it.Role, title})
	}
	return c.print(items, func() error {
		if err := c.note("%s: reviewed %s", b.Title, v.reviewed()); err != nil {
			return err
		}
		if err := c.table([]column{{title: "ITEM"}, {title: "PHASE"}, {title: "GATE"}, {title: "ROLE"}, {title: "WHAT", give: true}}, rows, "it has no items"); err != nil {
			return err
		}
		for _, l := range c.lessons(b.ID) {
			if err := c.note("learned: %s/%s, done %s: %s", l.In.ID, l.Ref, l.Settled.UTC().Format(time.DateOnly), indicator.DefangText(string(l.Title))); err != nil {
				return err
			}
		}
		return nil
	})
}

// lessons are the done follow-ups that changed a playbook, of the incidents that the
// person may read.
func (c *call) lessons(book string) []model.FollowUpLine {
	f := model.FollowUpFilter{}.And("state", string(model.FollowUpDone)).And("changes", "playbook:"+book)
	return slices.DeleteFunc(model.FollowUpLines(c.env.Hub.Board().Briefs, c.env.Actor, f, c.env.Now()), func(l model.FollowUpLine) bool {
		return !slices.ContainsFunc(l.Changes, func(s string) bool { ch, err := model.ParseChange(s); return err == nil && ch.Playbook == book })
	})
}

func playbookReviewed(c *call) error {
	b, err := c.book()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	res, err := c.env.Hub.Do(c.ctx, c.env.Actor, model.RegisterPlaybooks, c.env.NewID(), model.ReviewPlaybook{Book: b.ID, Note: model.Text(c.value("note"))})
	if err != nil {
		return err
	}
	v := c.viewBook(b, res.Incident.Books)
	return c.print(v, func() error { return c.say("%s %s", b.ID, v.reviewed()) })
}

func playbookAmend(c *call) error {
	b, err := c.book()
	if err != nil {
		return err
	}
	item, err := c.next("the item")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	reg, err := c.booksRegister()
	if err != nil {
		return err
	}
	s := model.AmendSpec{Book: b.ID, Item: strings.ToLower(item), Add: c.on("add"), Title: model.Text(c.value("title")), Role: c.value("role"), Reason: c.reason()}
	if s.Guidance, err = c.longText("guidance"); err != nil {
		return err
	}
	if err := c.amendFlags(&s); err != nil {
		return err
	}
	have := c.hasItem(b.Amended(reg.Books), s.Item)
	switch {
	case s.Add && have == nil:
		return model.Conflict("playbook %s has an item %s already", b.ID, s.Item).Hint("leave --add out to change it, or give the new one another id").On("item")
	case !s.Add && have != nil:
		return have
	}
	res, err := c.env.Hub.Do(c.ctx, c.env.Actor, model.RegisterPlaybooks, c.env.NewID(), model.AmendPlaybook{AmendSpec: s})
	if err != nil {
		return err
	}
	list := added(res, func(in *model.Incident) []*model.Amendment { return in.Books.Amendments }, func(a *model.Amendment) uint64 { return a.Seq })
	return c.print(c.viewAmendment(list[0]), func() error { return c.say("%s", list[0].Ref) })
}

// amendFlags reads what an amendment's flags say beside its texts.
func (c *call) amendFlags(s *model.AmendSpec) error {
	if c.on("required") {
		yes := c.value("required") == "yes"
		if !yes && c.value("required") != "no" {
			return c.usage("--required is yes or no")
		}
		s.Required = &yes
	}
	if s.Role != "" && !slices.Contains(playbook.Roles(), s.Role) {
		return model.Usage("%q is no role of a playbook", clip(s.Role)).Hint("use one of: %s", strings.Join(playbook.Roles(), ", ")).On("role")
	}
	if c.on("phase") {
		if s.Phase = model.Phase(c.value("phase")); s.Phase != model.PhasePreparation {
			p, err := model.ParsePhase(c.value("phase"))
			if err != nil {
				return err
			}
			s.Phase = p
		}
	}
	if !c.on("from") {
		return nil
	}
	from := c.value("from")
	if _, _, err := model.ParseRef(model.RefFollowUp, from); err == nil && c.env.Incident != "" {
		from = c.env.Incident + "/" + from
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	return s.From(from, c.env.Actor, c.env.Hub.Board().Get)
}

func playbookWithdraw(c *call) error {
	ref, err := c.next("the change")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	res, err := c.env.Hub.Do(c.ctx, c.env.Actor, model.RegisterPlaybooks, c.env.NewID(), model.WithdrawAmendment{Ref: ref, Reason: c.reason()})
	if err != nil {
		return err
	}
	a, err := res.Incident.Amendment(ref)
	if err != nil {
		return err
	}
	return c.print(c.viewAmendment(a), func() error { return c.say("%s", a.Ref) })
}

func playbookAttach(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	id, err := c.next("the playbook")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	b, ok := c.env.Books.Get(id)
	if !ok {
		return c.noBook(id)
	}
	res, err := c.do(in, c.amended(b))
	if err != nil {
		return err
	}
	isNew := []*model.Item{}
	var refs []string
	for _, it := range res.Incident.Checklist {
		if len(res.Records) > 0 && it.Changed >= res.Records[0].Version {
			isNew = append(isNew, it)
			refs = append(refs, it.Ref)
		}
	}
	return c.print(isNew, func() error { return c.say("%s", strings.Join(refs, " ")) })
}
