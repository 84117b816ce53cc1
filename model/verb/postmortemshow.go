package verb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

// The sections that the log fills in, in order.
func factSections() []string {
	return []string{"moments", "times", "roles", "severities", "phases", "scope", "actions", "clocks", "indicators", "techniques"}
}

// sectionView is a section as scripts read it.
type sectionView struct {
	Section  string     `json:"section"`
	Title    string     `json:"title"`
	Required bool       `json:"required"`
	Text     model.Text `json:"text"`
	By       string     `json:"by"`
	At       *time.Time `json:"at"`
	Version  uint64     `json:"version"` // what --seen takes
}

func viewSection(in *model.Incident, spec model.SectionSpec) sectionView {
	s := in.PostMortem.Section(spec.Key)
	return sectionView{Section: spec.Key, Title: spec.Title, Required: spec.Required, Text: s.Text, By: s.By, At: moment(s.At), Version: s.Version}
}

// postMortemBriefView is how far a post-mortem is.
type postMortemBriefView struct {
	State    model.PostMortemState `json:"state"` // "" while nothing was written
	Required bool                  `json:"required"`
	Waived   bool                  `json:"waived"`
	SignedAt *time.Time            `json:"signed_at"`
	ClosedAt *time.Time            `json:"closed_at"`
}

func viewPostMortemBrief(b model.PostMortemBrief) postMortemBriefView {
	return postMortemBriefView{State: b.State, Required: b.Required, Waived: b.Waived, SignedAt: moment(b.SignedAt), ClosedAt: moment(b.ClosedAt)}
}

type meetingView struct {
	HeldAt    *time.Time   `json:"held_at"`
	Attendees []model.Text `json:"attendees"`
	Points    model.Text   `json:"points"`
	Dissent   model.Text   `json:"dissent"`
	By        string       `json:"by"`
	At        *time.Time   `json:"at"`
}

func viewMeeting(in *model.Incident) meetingView {
	m := &in.PostMortem.Meeting
	v := meetingView{HeldAt: moment(m.HeldAt), Attendees: []model.Text{}, Points: in.PostMortem.Section("discussion").Text, Dissent: m.Dissent, By: m.By, At: moment(m.At)}
	for _, a := range m.Attendees {
		v.Attendees = append(v.Attendees, a.Who())
	}
	return v
}

// postMortemView is a post-mortem as scripts read it.
type postMortemView struct {
	Incident    string                 `json:"incident"`
	State       model.PostMortemState  `json:"state"` // "" while nothing was written
	Required    bool                   `json:"required"`
	Why         string                 `json:"required_why"`
	Waiver      *model.Waiver          `json:"waiver"`
	Waived      bool                   `json:"waived"` // the waiver holds
	Lacks       []model.Lack           `json:"lacks"`
	Sections    []sectionView          `json:"sections"`
	Factors     []model.FactorNode     `json:"factors"` // as a tree
	Questions   []*model.OpenQuestion  `json:"questions"`
	Discussion  meetingView            `json:"discussion"`
	NoFollow    *model.Stated          `json:"no_follow_ups"`
	FollowUps   []*model.FollowUp      `json:"follow_ups"`
	SubmittedBy string                 `json:"submitted_by"`
	SignedBy    string                 `json:"signed_by"`
	SignedAt    *time.Time             `json:"signed_at"`
	ClosedAt    *time.Time             `json:"closed_at"`
	FrozenAt    uint64                 `json:"frozen_at"` // version that the facts are of; 0: the newest
	History     []model.PostMortemStep `json:"history"`
	Facts       *model.PostMortemFacts `json:"facts"`
	Version     uint64                 `json:"version"`
}

func (c *call) viewPostMortem(in *model.Incident) (*postMortemView, error) {
	facts, err := c.env.Hub.Facts(c.ctx, c.env.Actor, in)
	if err != nil {
		return nil, err
	}
	p := &in.PostMortem
	required, why := in.PostMortemRequired()
	v := &postMortemView{Incident: in.ID, State: p.State, Required: required, Why: why, Waiver: p.Waiver, Waived: in.PostMortemWaived(),
		Lacks: append([]model.Lack{}, in.PostMortemLacks()...), Factors: p.FactorTree(), Questions: append([]*model.OpenQuestion{}, p.LiveQuestions()...),
		Discussion: viewMeeting(in), NoFollow: p.NoFollow, FollowUps: append([]*model.FollowUp{}, in.FollowUps...), SubmittedBy: p.SubmittedBy, SignedBy: p.SignedBy,
		SignedAt: moment(p.SignedAt), ClosedAt: moment(p.ClosedAt), FrozenAt: p.FrozenAt, History: append([]model.PostMortemStep{}, p.Steps...), Facts: facts, Version: in.Version}
	for _, s := range model.PostMortemSections() {
		v.Sections = append(v.Sections, viewSection(in, s))
	}
	return v, nil
}

// postMortemLine is the state in one line.
func postMortemLine(in *model.Incident) string {
	p := &in.PostMortem
	line := "post-mortem of " + in.ID + ": " + p.State.Word()
	switch p.State {
	case model.PostMortemReview:
		line += ", submitted by @" + p.SubmittedBy
	case model.PostMortemReviewed:
		line += ", signed off by @" + p.SignedBy
	case model.PostMortemClosed:
		line += ", signed off by @" + p.SignedBy + ", as of #" + strconv.FormatUint(p.FrozenAt, 10)
	}
	required, why := in.PostMortemRequired()
	switch {
	case in.PostMortemWaived():
		line += "; waived by @" + p.Waiver.By + ": " + p.Waiver.Reason.Line().String()
	case required:
		line += "; required: " + why
	default:
		line += "; not required"
	}
	return line
}

func postMortemShow(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	if len(c.pos) == 0 {
		v, err := c.viewPostMortem(in)
		if err != nil {
			return err
		}
		return c.print(v, func() error { return c.showPostMortem(in, v) })
	}
	name := strings.ToLower(c.pos[0])
	c.pos = c.pos[1:]
	if err := c.end(); err != nil {
		return err
	}
	for _, f := range factSections() {
		if f == name {
			facts, err := c.env.Hub.Facts(c.ctx, c.env.Actor, in)
			if err != nil {
				return err
			}
			return c.showFacts(f, facts)
		}
	}
	spec, err := model.ParseSection(name)
	if err != nil {
		e, _ := model.AsError(err)
		return e.Hint("use %s, %s", strings.Join(model.SectionKeys(), ", "), strings.Join(factSections(), ", "))
	}
	v := viewSection(in, spec)
	return c.print(v, func() error {
		if v.Text == "" {
			return c.note("%s is empty: %s", spec.Key, spec.Ask)
		}
		return c.paragraph(v.Text, "")
	})
}

func (c *call) showPostMortem(in *model.Incident, v *postMortemView) error {
	if err := c.say("%s", postMortemLine(in)); err != nil {
		return err
	}
	for _, l := range v.Lacks {
		if err := c.say("lacks       %s", model.Line(l.What)); err != nil {
			return err
		}
	}
	var rows [][]string
	for _, s := range v.Sections {
		state, when := "—", ""
		switch {
		case s.Text != "":
			state = sizeOf(s.Text)
		case slices.ContainsFunc(v.Lacks, func(l model.Lack) bool { return l.Key == s.Section }):
			state = "required"
		case s.Required:
			state = "root cause stated" // instead of causes
		}
		if s.At != nil {
			when = c.clock(*s.At)
		}
		who := at(s.By)
		if names := c.env.Hub.WritersOf(c.env.Actor, in.ID, s.Section); len(names) > 0 {
			who += " (open: @" + strings.Join(names, ", @") + ")"
		}
		rows = append(rows, []string{s.Section, state, who, when})
	}
	if err := c.table([]column{{title: "SECTION"}, {title: "STATE"}, {title: "BY", give: true}, {title: "WRITTEN"}}, rows, ""); err != nil {
		return err
	}
	if err := c.showFactors(v.Factors, 0); err != nil {
		return err
	}
	for _, q := range v.Questions {
		text := q.Text.Line().String() + " (" + q.Confidence + ")"
		if !q.Open() {
			text += " — " + q.Answer.Line().String()
		}
		if err := c.say("%-11s %s", q.Ref, text); err != nil {
			return err
		}
	}
	if d := v.Discussion; d.HeldAt != nil || len(d.Attendees) > 0 {
		if err := c.say("discussed   %s with %s", stampOf(in.PostMortem.Meeting.HeldAt), model.Line(in.PostMortem.Meeting.Who())); err != nil {
			return err
		}
	}
	for _, f := range v.FollowUps {
		late := ""
		if f.Late(c.env.Now()) {
			late = ", late"
		}
		if err := c.say("%-11s %s  @%s  %s  due %s%s", f.Ref, f.State, f.Owner, f.Title.Line(), f.Due, late); err != nil {
			return err
		}
	}
	if n := v.NoFollow; n != nil {
		if err := c.say("follow-ups  none: %s, says @%s", n.Reason.Line(), n.By); err != nil {
			return err
		}
	}
	return c.note("from the log: %s moments, %s roles, %s actions, %s clocks, %s indicators; postmortem show %s moments prints one", itoa(len(v.Facts.Moments)), itoa(len(v.Facts.Roles)),
		itoa(len(v.Facts.Actions)), itoa(len(v.Facts.Clocks)), itoa(len(v.Facts.Indicators)), in.ID)
}

// showFactors prints the factors as a tree, each under what it explains.
func (c *call) showFactors(nodes []model.FactorNode, depth int) error {
	indent := ""
	if depth > 0 {
		indent = strings.Repeat("  ", depth) + "why? "
	}
	for _, n := range nodes {
		if err := c.say("%-11s %s%s: %s", n.Ref, indent, n.Class, n.Text.Line()); err != nil {
			return err
		}
		if err := c.showFactors(n.Why, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }

func sizeOf(t model.Text) string {
	n := len(strings.Fields(string(t)))
	if n == 1 {
		return "1 word"
	}
	return itoa(n) + " words"
}

// stampOf is a moment with its date, "" for none.
func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}
