package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

// Source is what a report is made from, and for whom.
type Source struct {
	In      *model.Incident
	Frozen  *model.Incident // as its post-mortem was closed; nil while it is not
	Now     time.Time
	By      string   // who has it written
	Warroom string   // version of the program
	Related []string // linked incidents that he may know of
}

// The kinds of reports.
const (
	KindPostMortem = "postmortem"
	KindSituation  = "situation"
	KindExecutive  = "executive"
)

// Kinds lists the kinds of reports.
func Kinds() []string { return []string{KindPostMortem, KindSituation, KindExecutive} }

// DefaultKind is the report that is meant where nobody says which: the
// post-mortem once there is one, the situation before.
func DefaultKind(in *model.Incident) string {
	if in.PostMortem.Begun() {
		return KindPostMortem
	}
	return KindSituation
}

// New makes a report of one of the Kinds.
func New(kind string, s Source) *Doc {
	b := &builder{Source: s, marker: newMarker(s.In), facts: s.In.Facts(s.Now)}
	if f := s.Frozen; f != nil {
		b.facts = f.Facts(s.In.PostMortem.ClosedAt)
	}
	d := &Doc{ID: s.In.ID, Title: s.In.Title, TitleTLP: b.of("", s.In.Title), TLP: s.In.Marking(), Exercise: s.In.Exercise,
		Foot: Foot{Version: s.In.Version, Head: s.In.Head, By: s.By, At: s.Now, Warroom: s.Warroom}}
	switch kind {
	case KindPostMortem:
		b.postMortem(d)
	case KindExecutive:
		b.executive(d)
	default:
		b.situation(d)
	}
	return d
}

// builder makes the parts that reports have in common.
type builder struct {
	Source
	*marker
	facts *model.PostMortemFacts
}

func textf(format string, args ...any) model.Text { return model.Text(fmt.Sprintf(format, args...)) }

func who(user string) model.Text {
	if user == "" {
		return "nobody"
	}
	return model.Text("@" + user)
}

// when is a time, as exactly as it is known; "" for none.
func when(t time.Time, p model.Precision) model.Text {
	if t.IsZero() {
		return ""
	}
	layout := "2006-01-02 15:04Z"
	switch p {
	case model.PrecisionDay:
		layout = "2006-01-02"
	case model.PrecisionMonth:
		layout = "2006-01"
	case model.PrecisionYear:
		layout = "2006"
	}
	return model.Text(t.UTC().Format(layout))
}

// grouped is a number with its digits in groups of three.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// head are the facts that every report begins with.
func (b *builder) head() []Pair {
	in := b.In
	sev := model.Text(in.Severity.String() + " " + in.Severity.Means())
	if in.Preliminary != in.Severity {
		sev += model.Text(", declared as " + in.Preliminary.String())
	}
	out := []Pair{b.pair("Severity", sev)}
	pri := model.Text(in.Priority.String())
	if in.Rating.Done() {
		pri = in.PriorityWhy()
	}
	out = append(out, b.pair("Priority", pri))
	state := textf("%s, %s", in.Status, in.Phase)
	if in.Status == model.StatusClosed {
		state = textf("closed %s", stamp(in.ClosedAt))
	}
	out = append(out, b.pair("Status", state))
	if in.Type != "" {
		out = append(out, b.pair("Type", model.Text(in.Type)))
	}
	out = append(out, b.pair("Declared", textf("%s by @%s", stamp(in.DeclaredAt), in.DeclaredBy)))
	if ic := in.IC(); ic != "" {
		out = append(out, b.pair("Incident commander", who(ic)))
	}
	if len(b.Related) > 0 {
		out = append(out, b.pair("Related", model.Text(strings.Join(b.Related, ", "))))
	}
	return out
}

// impact is what happened to data and people.
func (b *builder) impact() Pairs {
	d := &b.In.Impact
	out := Pairs{b.pair("Data", textf("disclosed %s, modified %s, destroyed %s", d.Disclosed.Answer(), d.Modified.Answer(), d.Destroyed.Answer())),
		b.pair("Personal data", model.Text(d.Personal.Answer())), b.pair("Customers affected", model.Text(d.Customers.Answer()))}
	if d.Data != "" {
		out = append(out, b.pair("What data", d.Data))
	}
	if d.People > 0 {
		out = append(out, b.pair("People", model.Text(grouped(d.People))))
	}
	if len(d.Regions) > 0 {
		out = append(out, b.pair("Regions", model.Text(strings.Join(d.Regions, ", "))))
	}
	c := b.facts.Scope
	return append(out, b.pair("Scope", textf("assets %d, compromised %d, contained %d, eradicated %d, recovered and verified %d",
		c.Assets, c.Compromised, c.Contained, c.Eradicated, c.Recovered)))
}

// phases is how long the incident was in each phase.
func (b *builder) phases() Block {
	s := Spans{Title: "Phases"}
	for i := range b.facts.Phases {
		p := &b.facts.Phases[i]
		label := Lasting(p.Lasted())
		if p.Forced {
			label += ", gate forced"
		}
		s.Spans = append(s.Spans, Span{Name: model.Text(p.Phase), Label: label, From: p.At, To: p.At.Add(p.Lasted())})
	}
	return s
}

// severities is how long it had each severity, and why it changed.
func (b *builder) severities() []Block {
	plot := Spans{Title: "Severity"}
	table := Table{Cols: []string{"Severity", "From", "Lasted", "By", "Why"}}
	for i := range b.facts.Severities {
		s := &b.facts.Severities[i]
		plot.Spans = append(plot.Spans, Span{Name: model.Text(s.Severity.String()), Label: Lasting(s.Lasted()), From: s.From, To: s.From.Add(s.Lasted())})
		why := s.Reason
		if i == 0 {
			why = "preliminary"
		}
		table.Rows = append(table.Rows, b.row("", model.Text(s.Severity.String()), when(s.From, ""), model.Text(Lasting(s.Lasted())), who(s.By), why))
	}
	if len(plot.Spans) < 2 {
		return []Block{table}
	}
	return []Block{plot, table}
}

// lapses is how long what is known took.
func (b *builder) lapses() Block {
	bars := Bars{Title: "How long it took"}
	for _, l := range b.facts.Lapses {
		bars.Bars = append(bars.Bars, Bar{Name: model.Text(l.Name), Value: l.Took.Seconds(), Label: Lasting(l.Took)})
	}
	return bars
}

// times are the moments that are known.
func (b *builder) times() Table {
	t := Table{Cols: []string{"Moment", "When", "Known from"}}
	for _, m := range b.facts.Times {
		if !m.At.IsZero() {
			t.Rows = append(t.Rows, b.row("", model.Text(m.Name.Means()), when(m.At, m.Precision), model.Text(m.From)))
		}
	}
	return t
}

// moments are key moments, with both clocks.
func (b *builder) moments(list []model.KeyMoment) Table {
	t := Table{Cols: []string{"Happened", "Known", "Ref", "Who", "Phase", "What"}}
	for _, m := range list {
		known := when(m.RecordedAt, "")
		if m.RecordedAt.Sub(m.At).Abs() < time.Minute {
			known = "at once"
		}
		own := ""
		if e, err := b.In.Entry(m.Ref); m.Ref != "" && err == nil {
			own = e.TLP
		}
		t.Rows = append(t.Rows, b.row(own, when(m.At, m.Precision), known, model.Text(m.Ref), who(m.By), model.Text(m.Phase), m.Text))
	}
	return t
}

// clocks are the notices that were owed, and what became of them.
func (b *builder) clocks() []Block {
	t := Table{Cols: []string{"Ref", "Notice", "To", "Started", "Due", "Sent", "Result"}}
	for _, c := range b.facts.Clocks {
		result := model.Text(strings.ReplaceAll(string(c.Result), "-", " "))
		switch {
		case c.Lead > 0:
			result += model.Text(", " + Lasting(c.Lead) + " before its time")
		case c.Lead < 0:
			result += model.Text(", " + Lasting(-c.Lead) + " after its time")
		}
		if c.Proof != "" {
			result += "\nproof: " + c.Proof
		}
		if c.Reason != "" {
			result += "\n" + c.Reason
		}
		t.Rows = append(t.Rows, b.row("", model.Text(c.Ref), c.Title, c.Recipient, when(c.StartedAt, ""), when(c.DueAt, ""), when(c.SentAt, ""), result))
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{t, Para{Text: model.NoAdvice}}
}

// followUps is what was learned as work.
func (b *builder) followUps() []Block {
	t := Table{Cols: []string{"Ref", "What", "Kind", "Team", "Owner", "Due", "Pri", "State", "Factor"}}
	n := map[model.FollowUpState]int{}
	late := 0
	for _, f := range b.In.FollowUps {
		n[f.State]++
		state := model.Text(f.State)
		if f.Late(b.Now) {
			late++
			state = "LATE, " + state
		}
		what := f.Title
		if f.Ticket != "" {
			what += "\nticket: " + f.Ticket
		}
		if f.Evidence != "" {
			what += "\nevidence: " + f.Evidence
		}
		if f.State == model.FollowUpDropped && f.Reason != "" {
			what += "\ndropped: " + f.Reason
		}
		t.Rows = append(t.Rows, b.row("", model.Text(f.Ref), what, model.Text(f.Kind), f.Team, who(f.Owner), model.Text(f.Due), model.Text(f.Priority.String()), state, model.Text(f.Factor)))
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{Para{Text: textf("%d in all: %d done, %d dropped, %d in progress, %d open; %d late.", len(t.Rows), n[model.FollowUpDone], n[model.FollowUpDropped],
		n[model.FollowUpDoing], n[model.FollowUpOpen], late)}, t}
}

// prose is what people wrote of something, nil for nothing.
func (b *builder) prose(t model.Text) []Block {
	if strings.TrimSpace(string(t)) == "" {
		return nil
	}
	return []Block{Prose{Text: t, TLP: b.of("", t)}}
}
