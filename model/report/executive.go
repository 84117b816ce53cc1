package report

import (
	"strconv"

	"warroom/model"
)

func itoa(n int) string { return strconv.Itoa(n) }

// latestDecisions is how many decisions an executive summary names.
const latestDecisions = 8

// executive is the page for those who decide about money and people: what it
// means, where it stands, what is owed to whom and what follows. It names no
// indicator, asset or technique by itself.
func (b *builder) executive(d *Doc) {
	in, p := b.In, &b.In.PostMortem
	d.Kind = "Executive summary"
	d.Facts = append(b.head(), b.standing()...)
	summary := b.prose(p.Section("summary").Text)
	if summary == nil {
		summary = b.prose(in.Summary)
	}
	d.add("What happened", "Nobody has written a summary yet.", summary)
	d.add("What it means", "", []Block{b.impact()}, b.prose(p.Section("impact").Text))
	d.add("Where it stands", "", []Block{b.phases()}, b.open())
	if c := &in.Cause; c.RootCause != "" {
		cause := c.RootCause
		if c.Confidence != "" {
			cause += model.Text(" (confidence " + c.Confidence + ")")
		}
		d.add("Why it could happen", "", []Block{Para{Text: cause, TLP: b.of("", cause)}})
	}
	d.add("Whom we have to notify", "No duty to notify has arisen so far.", b.clocks())
	var decisions []model.KeyMoment
	for _, m := range b.facts.Moments {
		if m.Kind == model.KindDecision {
			decisions = append(decisions, m)
		}
	}
	d.add("Decisions", "", tableOf(b.moments(decisions[max(0, len(decisions)-latestDecisions):])))
	d.add("What follows", "No follow-up is planned yet.", b.followUps())
	if lapses, ok := b.lapses().(Bars); ok && len(lapses.Bars) > 0 {
		d.add("How long it took", "", []Block{lapses})
	}
}

// open counts what is still to be done and what is still in force.
func (b *builder) open() []Block {
	in := b.In
	out := Pairs{b.pair("Still in force", textf("measures that will have to be taken back: %d", len(in.InForce())))}
	if in.Open() {
		out = append(Pairs{b.pair("To do", textf("steps: %d", len(in.Next(b.Now))))}, out...)
		if next := in.Phase.Next(); next != "" {
			if n := len(in.Blockers(next)); n > 0 {
				out = append(out, b.pair("Before "+string(next), textf("open: %d", n)))
			}
		}
	}
	if in.Cause.Evicted != "" {
		out = append(out, b.pair("Adversary evicted", model.Text(in.Cause.Evicted)))
	}
	return []Block{out}
}

// situation is the situation report as a document; its lines are those that
// sitrep prints.
func (b *builder) situation(d *Doc) {
	d.Kind = "Situation report"
	s := NewSituation(b.In, b.Now)
	for _, sec := range s.sections() {
		var list List
		for _, l := range sec.lines {
			list = append(list, b.item(model.Text(l)))
		}
		d.add(sec.title, "", []Block{list})
	}
}
