package report

import (
	"cmp"
	"slices"
	"strings"

	"warroom/model"
)

// postMortem is the whole record of what happened and what was learned: what
// people wrote, around what the log knows (domain.md 3).
func (b *builder) postMortem(d *Doc) {
	in, p := b.In, &b.In.PostMortem
	d.Kind = "Post-mortem report"
	d.Facts = append(b.head(), b.standing()...)
	add := func(title string, blocks ...[]Block) { d.add(title, "", blocks...) }
	written := func(key string) []Block { return b.prose(p.Section(key).Text) }

	summary := written("summary")
	if summary == nil {
		summary = b.prose(in.Summary)
	}
	d.add("Summary", "Not written yet.", summary)
	add("Impact", written("impact"), []Block{b.impact()}, b.severities())
	add("Detection", written("detection"), tableOf(b.times()))
	add("Timeline", []Block{b.phases()}, tableOf(b.moments(b.facts.Moments)))
	add("Response", written("response"), b.roles())
	add("Causes", written("causes"), b.cause(), b.factors())
	for _, key := range []string{"well", "badly", "lucky"} {
		add(sectionTitle(key), written(key))
	}
	add("Scope", b.assets())
	add("Response actions", b.actions())
	add("Notification and communication", b.clocks(), written("communication"), b.updates())
	add("Adversary", written("adversary"), b.adversary())
	add("Indicators", b.indicators())
	add("Open questions", written("questions"), b.questions())
	add("New detections", written("detections"))
	add("Expert discussion", b.meeting(), written("discussion"))
	none := "There are none yet."
	if p.NoFollow != nil {
		none = "None are needed; the reason stands under review and sign-off."
	}
	d.add("Follow-ups", none, b.followUps())
	if lapses, ok := b.lapses().(Bars); ok && len(lapses.Bars) > 0 {
		add("Metrics", []Block{lapses}, tableOf(b.formulas()))
	}
	add("Review and sign-off", b.steps())
}

// add adds a section of what is there.
func (d *Doc) add(title, empty string, blocks ...[]Block) {
	d.Sections = append(d.Sections, Section{Title: title, Empty: empty, Blocks: slices.Concat(blocks...)})
}

// tableOf is the table, nothing without rows.
func tableOf(t Table) []Block {
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{t}
}

func sectionTitle(key string) string {
	for _, s := range model.PostMortemSections() {
		if s.Key == key {
			return s.Title
		}
	}
	return key
}

// standing says how far the post-mortem is.
func (b *builder) standing() []Pair {
	in, p := b.In, &b.In.PostMortem
	state := model.Text(p.State.Word())
	if p.SignedBy != "" {
		state += textf(", signed off by @%s %s", p.SignedBy, stamp(p.SignedAt))
	}
	if p.FrozenAt > 0 {
		state += textf(", as of event #%d", p.FrozenAt)
	}
	if required, why := in.PostMortemRequired(); required {
		state += model.Text("; required: " + why)
	}
	if w := p.Waiver; w != nil && in.PostMortemWaived() {
		state += textf("; waived by @%s: ", w.By) + w.Reason
	}
	return []Pair{b.pair("Post-mortem", state)}
}

func (b *builder) roles() []Block {
	t := Table{Cols: []string{"Role", "Who", "From", "To"}}
	for _, r := range b.facts.Roles {
		to := when(r.To, "")
		if r.To.IsZero() {
			to = "still"
			if !b.In.ClosedAt.IsZero() {
				to = "the end"
			}
		}
		t.Rows = append(t.Rows, b.row("", model.Text(r.Role), who(r.User), when(r.From, ""), to))
	}
	out := tableOf(t)
	var forced List
	for _, s := range b.facts.Phases {
		if s.Forced {
			forced = append(forced, b.item(textf("GATE FORCED to %s, %s by @%s: ", s.Phase, stamp(s.At), s.By)+s.Reason))
		}
	}
	if forced != nil {
		out = append(out, forced)
	}
	return out
}

// cause is what eradication had to know.
func (b *builder) cause() []Block {
	c := &b.In.Cause
	var out Pairs
	add := func(name string, v model.Text) {
		if v != "" {
			out = append(out, b.pair(name, v))
		}
	}
	add("Entry vector", c.Vector)
	add("Root cause", c.RootCause)
	if c.Confidence != "" {
		basis := model.Text(c.Confidence)
		if c.Basis != "" {
			basis += ", rests on: " + c.Basis
		}
		add("Confidence", basis)
	}
	if c.Evicted != "" {
		evicted := model.Text(c.Evicted)
		if c.Evidence != "" {
			evicted += ": " + c.Evidence
		}
		add("Adversary evicted", evicted)
	}
	var blocks []Block
	if out != nil {
		blocks = append(blocks, out)
	}
	t := Table{Cols: []string{"Ref", "Mitigation", "State", "Reason"}}
	for _, m := range c.Mitigations {
		t.Rows = append(t.Rows, b.row("", model.Text(m.Ref), m.What, model.Text(m.State), m.Reason))
	}
	return append(blocks, tableOf(t)...)
}

// factors is the tree of what contributed, each with its class.
func (b *builder) factors() []Block {
	p := &b.In.PostMortem
	live := p.LiveFactors()
	if len(live) == 0 {
		return nil
	}
	var grow func(nodes []model.FactorNode) List
	grow = func(nodes []model.FactorNode) List {
		var out List
		for _, n := range nodes {
			it := b.item(textf("%s (%s): ", n.Ref, n.Class) + n.Text)
			it.Under = grow(n.Why)
			out = append(out, it)
		}
		return out
	}
	bars := Bars{Title: "Contributing factors by class"}
	for _, c := range model.FactorClasses() {
		n := 0
		for _, f := range live {
			if f.Class == c {
				n++
			}
		}
		bars.Bars = append(bars.Bars, Bar{Name: model.Text(c), Value: float64(n), Label: itoa(n)})
	}
	return []Block{Sub("Contributing factors, each with what made it possible under it"), grow(p.FactorTree()), bars}
}

func (b *builder) assets() []Block {
	t := Table{Cols: []string{"Ref", "Asset", "Kind", "Team", "Criticality", "Compromised", "Contained", "Eradicated", "Recovered", "Verified"}}
	for _, a := range b.facts.Assets {
		cells := []model.Text{model.Text(a.Ref), a.Name, model.Text(a.Kind), a.Team, model.Text(a.Criticality)}
		for _, s := range model.Steps() {
			cells = append(cells, model.Text(a.Step(s)))
		}
		t.Rows = append(t.Rows, b.row("", cells...))
	}
	return tableOf(t)
}

func (b *builder) actions() []Block {
	t := Table{Cols: []string{"Ref", "Stage", "What", "State", "Proposed", "Approved", "Done", "Result"}}
	for _, a := range b.facts.Actions {
		approved := model.Text("")
		if a.ApprovedBy != "" {
			approved = textf("@%s %s", a.ApprovedBy, stamp(a.ApprovedAt))
		}
		if a.Override {
			approved += " OVERRIDE"
		}
		result := a.Result
		if a.InForce {
			result = model.Text(strings.TrimSpace(string(result + "\nIN FORCE; undo: " + a.Undo)))
		}
		t.Rows = append(t.Rows, b.row("", model.Text(a.Ref), model.Text(a.Stage), a.What, model.Text(a.State),
			textf("@%s %s", a.ProposedBy, stamp(a.ProposedAt)), approved, when(a.DoneAt, ""), result))
	}
	return tableOf(t)
}

func (b *builder) updates() []Block {
	t := Table{Cols: []string{"When", "By", "Stakeholders were told"}}
	for _, e := range b.facts.Updates {
		t.Rows = append(t.Rows, b.row(e.TLP, when(e.OccurredAt, e.Precision), who(e.Author), e.Text))
	}
	return tableOf(t)
}

// adversary is what was done, as ATT&CK and VERIS name it.
func (b *builder) adversary() []Block {
	t := Table{Cols: []string{"ATT&CK technique", "Named in"}}
	for _, x := range b.facts.Techniques {
		t.Rows = append(t.Rows, b.row("", model.Text(x.ID), model.Text(strings.Join(x.Refs, " "))))
	}
	out := tableOf(t)
	var class Pairs
	for _, axis := range model.ClassAxes() {
		if words := b.In.Class.Axis(axis); len(words) > 0 {
			class = append(class, b.pair("VERIS "+axis, model.Text(strings.Join(words, ", "))))
		}
	}
	if class != nil {
		out = append(out, class)
	}
	return out
}

// indicators are those of the incident, what is known to be bad first. Each row
// has the indicator's own marking.
func (b *builder) indicators() []Block {
	list := slices.Clone(b.facts.Indicators)
	order := []model.Verdict{model.VerdictMalicious, model.VerdictSuspicious, model.VerdictUnknown, model.VerdictBenign}
	slices.SortStableFunc(list, func(x, y *model.Indicator) int {
		return cmp.Compare(slices.Index(order, x.Verdict), slices.Index(order, y.Verdict))
	})
	t := Table{Cols: []string{"Ref", "Type", "Value", "Verdict", "Confidence", "First seen", "Last seen", "Source"}}
	for _, x := range list {
		t.Rows = append(t.Rows, b.row(x.TLP, model.Text(x.Ref), model.Text(x.Type), model.Text(model.Defang(x.Type, string(x.Value))), model.Text(x.Verdict),
			model.Text(itoa(x.Confidence)), when(x.FirstSeen, ""), when(x.LastSeen, ""), x.Source))
	}
	return tableOf(t)
}

func (b *builder) questions() []Block {
	t := Table{Cols: []string{"Ref", "Question", "Confidence", "Answer"}}
	for _, q := range b.In.PostMortem.LiveQuestions() {
		answer := q.Answer
		if q.Open() {
			answer = "open"
		}
		t.Rows = append(t.Rows, b.row("", model.Text(q.Ref), q.Text, model.Text(q.Confidence), answer))
	}
	return tableOf(t)
}

func (b *builder) meeting() []Block {
	m := &b.In.PostMortem.Meeting
	var out Pairs
	if !m.HeldAt.IsZero() {
		out = append(out, b.pair("Held", when(m.HeldAt, "")))
	}
	if len(m.Attendees) > 0 {
		out = append(out, b.pair("Attendees", model.Text(m.Who())))
	}
	if m.Dissent != "" {
		out = append(out, b.pair("Dissent", m.Dissent))
	}
	if out == nil {
		return nil
	}
	return []Block{out}
}

// formulas says what the figures are.
func (b *builder) formulas() Table {
	t := Table{Cols: []string{"Metric", "Formula", "Took"}}
	for _, l := range b.facts.Lapses {
		t.Rows = append(t.Rows, b.row("", model.Text(l.Name), model.Text(l.Formula), model.Text(Lasting(l.Took))))
	}
	return t
}

func (b *builder) steps() []Block {
	p := &b.In.PostMortem
	t := Table{Cols: []string{"When", "Who", "Post-mortem", "Reason"}}
	for _, s := range p.Steps {
		why := s.Reason
		if s.Alone {
			why = model.Text(strings.TrimSpace(string("signed off by the one who submitted it: nobody else could. " + why)))
		}
		t.Rows = append(t.Rows, b.row("", when(s.At, ""), who(s.By), model.Text(s.State.Word()), why))
	}
	out := tableOf(t)
	if n := p.NoFollow; n != nil {
		out = append(out, Pairs{b.pair("No follow-ups", textf("@%s %s: ", n.By, stamp(n.At))+n.Reason)})
	}
	return out
}
