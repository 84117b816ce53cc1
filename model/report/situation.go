// Package report writes what the room knows as reports: text for a terminal and
// Markdown for people, JSON for programs. It computes nothing that model does
// not: a report is a view of one version of an incident.
package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
)

// Situation is the situation report: one page that says where an incident stands.
// Its JSON is what sitrep --json prints.
type Situation struct {
	ID        string           `json:"id"`
	Title     model.Text       `json:"title"`
	At        time.Time        `json:"at"`
	Version   uint64           `json:"version"`
	Head      model.Hash       `json:"head"`
	Severity  model.Severity   `json:"severity"`
	Was       model.Severity   `json:"severity_preliminary"`
	Priority  model.Priority   `json:"priority"`
	Ground    model.Text       `json:"priority_ground,omitempty"`
	Phase     model.Phase      `json:"phase"`
	Forced    []model.Text     `json:"forced_passes"`
	Declared  time.Time        `json:"declared_at"`
	Closed    time.Time        `json:"closed_at,omitzero"`
	Exercise  bool             `json:"exercise"`
	Roles     []Duty           `json:"roles"`
	Summary   model.Text       `json:"summary"`
	Impact    model.DataImpact `json:"data_impact"`
	Scope     Scope            `json:"scope"`
	Cause     model.Cause      `json:"cause"`
	Next      []model.NextStep `json:"next"`
	Blocked   []model.Blocker  `json:"blocked"` // what stands before the next phase
	Notices   []Notice         `json:"obligations"`
	InForce   []Force          `json:"in_force"`
	Watching  []Watch          `json:"enhanced_detection"`
	Key       []Moment         `json:"key_moments"`
	Malicious int              `json:"malicious_indicators"`
	UpdateDue time.Time        `json:"next_update_due,omitzero"`
}

// Duty is who holds a role.
type Duty struct {
	Role model.IncidentRole `json:"role"`
	User string             `json:"user"`
}

// Scope counts the assets by how far the response to them is.
type Scope struct {
	Assets      int `json:"assets"`
	Compromised int `json:"compromised"`
	Contained   int `json:"contained"`
	Eradicated  int `json:"eradicated"`
	Recovered   int `json:"recovered"` // and verified
}

// Notice is an obligation to notify, whether it is owed still or settled.
type Notice struct {
	Ref    string     `json:"ref"`
	Title  model.Text `json:"title"`
	State  string     `json:"state"`
	Due    time.Time  `json:"due_at,omitzero"`
	Sent   time.Time  `json:"sent_at,omitzero"`
	Proof  model.Text `json:"proof,omitempty"`
	Reason model.Text `json:"reason,omitempty"`
	Late   bool       `json:"late"`
}

// Watch is an action of enhanced detection.
type Watch struct {
	Ref    string     `json:"ref"`
	What   model.Text `json:"what"`
	State  string     `json:"state"`
	Owner  string     `json:"owner"`
	Ends   time.Time  `json:"ends"`
	Result model.Text `json:"result"`
}

// Force is an action in force, with what takes it back.
type Force struct {
	Ref  string     `json:"ref"`
	What model.Text `json:"what"`
	Undo model.Text `json:"undo"`
}

// Moment is a key moment of the timeline.
type Moment struct {
	Ref  string     `json:"ref"`
	At   time.Time  `json:"occurred_at"`
	By   string     `json:"author"`
	What model.Text `json:"text"`
}

// keyMoments is how many key moments fit on the page, the newest.
const keyMoments = 8

// NewSituation makes the report of an incident as of now.
func NewSituation(in *model.Incident, now time.Time) *Situation {
	s := &Situation{ID: in.ID, Title: in.Title, At: now.UTC(), Version: in.Version, Head: in.Head, Severity: in.Severity, Was: in.Preliminary,
		Priority: in.Priority, Phase: in.Phase, Forced: []model.Text{}, Declared: in.DeclaredAt, Closed: in.ClosedAt, Exercise: in.Exercise, Roles: []Duty{},
		Summary: in.Summary, Impact: in.Impact, Cause: in.Cause, Next: in.Next(now), Blocked: []model.Blocker{}, Notices: []Notice{},
		InForce: []Force{}, Watching: []Watch{}, Key: []Moment{}, UpdateDue: in.UpdateDue()}
	s.Impact.Regions, s.Impact.Roles, s.Impact.Regulators = listed(in.Impact.Regions), listed(in.Impact.Roles), listed(in.Impact.Regulators)
	for _, m := range []*model.AnswerMark{&s.Impact.Disclosed, &s.Impact.Modified, &s.Impact.Destroyed, &s.Impact.Personal} {
		m.Value = m.Answer()
	}
	if s.Next == nil {
		s.Next = []model.NextStep{}
	}
	if in.Rating.Done() {
		s.Ground = in.PriorityWhy()
	}
	for _, p := range in.Phases {
		if p.Forced {
			s.Forced = append(s.Forced, model.Text(fmt.Sprintf("%s at %s by @%s: %s", p.Phase, stamp(p.At), p.By, p.Reason)))
		}
	}
	for _, r := range model.IncidentRoles() {
		if u := in.Roles[r]; u != "" {
			s.Roles = append(s.Roles, Duty{r, u})
		}
	}
	if next := in.Phase.Next(); next != "" && in.Open() {
		s.Blocked = append(s.Blocked, in.Blockers(next)...)
	}
	for _, o := range in.Obligations {
		if o.Retracted == "" {
			s.Notices = append(s.Notices, Notice{o.Ref, o.Title, o.Says(now), o.DueAt, o.SentAt, o.Proof, o.Reason, o.Late(now)})
		}
	}
	for _, a := range in.Actions {
		if a.Stage == model.StageDetection && a.State != model.ActionRejected && a.State != model.ActionRolledBack {
			s.Watching = append(s.Watching, Watch{a.Ref, in.ActionLine(a), string(a.State), a.Owner, a.Ends, a.Result})
		}
	}
	for _, a := range in.InForce() {
		s.InForce = append(s.InForce, Force{a.Ref, in.ActionLine(a), a.UndoText()})
	}
	for _, x := range in.Indicators {
		if x.Retracted == "" && x.Verdict == model.VerdictMalicious {
			s.Malicious++
		}
	}
	s.scope(in)
	s.moments(in)
	return s
}

// listed is the list, an empty one for none, so that JSON has no null.
func listed(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}

func (s *Situation) scope(in *model.Incident) {
	for _, a := range in.Assets {
		if a.Retracted != "" {
			continue
		}
		s.Scope.Assets++
		for step, n := range map[model.Step]*int{model.StepCompromised: &s.Scope.Compromised, model.StepContained: &s.Scope.Contained,
			model.StepEradicated: &s.Scope.Eradicated} {
			if a.Step(step) == "yes" {
				*n++
			}
		}
		if a.Restored() {
			s.Scope.Recovered++
		}
	}
}

// moments are the starred entries and the decisions, the newest last.
func (s *Situation) moments(in *model.Incident) {
	for _, e := range model.AsItHappened(in.Timeline) {
		if e.Retracted == "" && e.CorrectedBy == "" && (e.Starred || e.Kind == model.KindDecision) {
			s.Key = append(s.Key, Moment{e.Ref, e.OccurredAt, e.Author, e.Text})
		}
	}
	s.Key = s.Key[max(0, len(s.Key)-keyMoments):]
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// section is a heading with its lines, as both forms of the page have them.
type section struct {
	title string
	lines []string
}

func (s *Situation) sections() []section {
	var out []section
	add := func(title string, lines ...string) {
		if len(lines) > 0 {
			out = append(out, section{title, lines})
		}
	}
	add("Status", s.status()...)
	var sum []string
	for line := range strings.SplitSeq(strings.TrimSpace(model.Block(indicator.DefangText(string(s.Summary))).String()), "\n") {
		if line != "" {
			sum = append(sum, line)
		}
	}
	add("Summary", sum...)
	add("Impact", s.impact()...)
	add("Cause", s.cause()...)
	add("Next", s.next()...)
	var list []string
	for _, b := range s.Blocked {
		list = append(list, b.Ref+"  "+indicator.Line(b.What))
	}
	add("Before "+string(s.Phase.Next()), list...)
	list = nil
	for _, n := range s.Notices {
		list = append(list, n.line(s.At))
	}
	if len(list) > 0 {
		list = append(list, model.NoAdvice)
	}
	add("Notification", list...)
	list = nil
	for _, f := range s.InForce {
		list = append(list, fmt.Sprintf("%s  %s; undo: %s", f.Ref, indicator.Line(f.What), indicator.Line(f.Undo)))
	}
	add("Still in force", list...)
	list = nil
	for _, w := range s.Watching {
		line := fmt.Sprintf("%s  %s: %s until %s, @%s", w.Ref, indicator.Line(w.What), w.State, stamp(w.Ends), w.Owner)
		if w.Result != "" {
			line += "; " + indicator.Line(w.Result)
		}
		list = append(list, line)
	}
	add("Enhanced detection", list...)
	list = nil
	for _, m := range s.Key {
		list = append(list, fmt.Sprintf("%s  %s  @%s  %s", stamp(m.At), m.Ref, m.By, indicator.Line(m.What)))
	}
	add("Key moments", list...)
	return out
}

// line is the notice in one line: what is owed until when, or how it was settled.
func (n *Notice) line(now time.Time) string {
	out := n.Ref + "  " + indicator.Line(n.Title) + ": " + n.State
	switch {
	case !n.Sent.IsZero():
		out += " " + stamp(n.Sent) + ", proof: " + indicator.Line(n.Proof)
	case n.Reason != "":
		out += ", " + indicator.Line(n.Reason)
	case !n.Due.IsZero():
		out += ", due " + stamp(n.Due) + " (" + model.Countdown(n.Due, now) + ")"
	case n.State != "waiting":
		out += ", without undue delay"
	}
	return out
}

func (s *Situation) status() []string {
	line := s.Severity.String()
	if s.Was != s.Severity {
		line += " (declared as " + s.Was.String() + ")"
	}
	line += " " + s.Priority.String() + ", " + string(s.Phase) + ", declared " + stamp(s.Declared) + ", " + model.SinceDeclared(s.Declared, s.Closed, s.At, false)
	out := []string{line}
	if s.Ground != "" {
		out = append(out, "priority: "+indicator.Line(s.Ground))
	}
	var who []string
	for _, d := range s.Roles {
		who = append(who, string(d.Role)+" @"+d.User)
	}
	if len(who) > 0 {
		out = append(out, strings.Join(who, ", "))
	}
	for _, f := range s.Forced {
		out = append(out, "GATE FORCED to "+indicator.Line(f))
	}
	return out
}

func (s *Situation) impact() []string {
	d := &s.Impact
	out := []string{fmt.Sprintf("data disclosed %s, modified %s, destroyed %s; personal data %s", d.Disclosed.Answer(), d.Modified.Answer(), d.Destroyed.Answer(), d.Personal.Answer())}
	if d.Data != "" {
		out = append(out, "data: "+indicator.Line(d.Data))
	}
	if d.People > 0 {
		out = append(out, strconv.Itoa(d.People)+" people")
	}
	c := s.Scope
	return append(out, fmt.Sprintf("scope: %d assets, compromised %d, contained %d, eradicated %d, recovered and verified %d; malicious indicators: %d",
		c.Assets, c.Compromised, c.Contained, c.Eradicated, c.Recovered, s.Malicious))
}

func (s *Situation) cause() []string {
	c := &s.Cause
	var out []string
	if c.Vector != "" {
		out = append(out, "entry vector: "+indicator.Line(c.Vector))
	}
	if c.RootCause != "" {
		line := "root cause: " + indicator.Line(c.RootCause)
		if c.Confidence != "" {
			line += " (confidence " + c.Confidence + ")"
		}
		out = append(out, line)
	}
	if c.Evicted != "" {
		out = append(out, "adversary evicted: "+c.Evicted+"; "+indicator.Line(c.Evidence))
	}
	n := map[model.MitigationState]int{}
	for _, m := range c.Mitigations {
		n[m.State]++
	}
	if all := len(c.Mitigations); all > 0 {
		line := fmt.Sprintf("mitigations: %d of %d done", n[model.MitigationDone], all)
		if dropped := n[model.MitigationDropped]; dropped > 0 {
			line += fmt.Sprintf(", %d dropped", dropped)
		}
		out = append(out, line)
	}
	return out
}

// nextOnPage is how many next steps fit on the page.
const nextOnPage = 12

func (s *Situation) next() []string {
	var out []string
	for i, n := range s.Next {
		if i == nextOnPage {
			out = append(out, fmt.Sprintf("and %d more", len(s.Next)-i))
			break
		}
		line := string(n.Why) + ": "
		if n.Ref != "" {
			line += n.Ref + " "
		}
		line += indicator.Line(n.What)
		if !n.Due.IsZero() {
			line += ", " + model.Countdown(n.Due, s.At)
		}
		switch {
		case n.Owner != "":
			line += ", @" + n.Owner
		case n.Ref != "":
			line += ", nobody"
		}
		out = append(out, line)
	}
	return out
}

func (s *Situation) headline() string {
	h := "Situation report " + s.ID
	if s.Exercise {
		h = "EXERCISE  " + h
	}
	return h
}

// Text is the report for a terminal: safe text in lines that are not broken.
func (s *Situation) Text() []string {
	out := []string{s.headline(), indicator.Line(s.Title)}
	for _, sec := range s.sections() {
		out = append(out, "", strings.ToUpper(sec.title))
		for _, l := range sec.lines {
			out = append(out, "  "+l)
		}
	}
	return append(out, "", s.footer())
}

func (s *Situation) footer() string {
	return fmt.Sprintf("as of %s, #%d %s", s.At.Format("2006-01-02 15:04:05Z"), s.Version, s.Head.Short())
}

// Markdown is the report as Markdown in which foreign text makes nothing (OUT-2).
func (s *Situation) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n**%s**\n", s.headline(), escape(indicator.Line(s.Title)))
	for _, sec := range s.sections() {
		fmt.Fprintf(&b, "\n## %s\n\n", sec.title)
		for _, l := range sec.lines {
			fmt.Fprintf(&b, "- %s\n", escape(strings.TrimSpace(l)))
		}
	}
	fmt.Fprintf(&b, "\n%s; head hash `%s`\n", escape(s.footer()), s.Head)
	return b.String()
}
