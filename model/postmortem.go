package model

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// PostMortemState is how far the post-mortem of an incident is.
type PostMortemState string

// The states in order. A post-mortem begins with the first thing that is written
// in it; before that it has no state.
const (
	PostMortemNone     PostMortemState = ""
	PostMortemDraft    PostMortemState = "draft"
	PostMortemReview   PostMortemState = "in-review"
	PostMortemReviewed PostMortemState = "reviewed"
	PostMortemClosed   PostMortemState = "closed"
)

// PostMortemStates lists the states of a post-mortem that was begun, in order.
func PostMortemStates() []PostMortemState {
	return []PostMortemState{PostMortemDraft, PostMortemReview, PostMortemReviewed, PostMortemClosed}
}

// Signed says whether it was reviewed and signed off: reviewed or closed.
func (s PostMortemState) Signed() bool { return s == PostMortemReviewed || s == PostMortemClosed }

// Word is the state as people read it.
func (s PostMortemState) Word() string {
	switch s {
	case PostMortemNone:
		return "not begun"
	case PostMortemReview:
		return "in review"
	}
	return string(s)
}

// SectionSpec is one section of a post-mortem that people write: Markdown.
type SectionSpec struct {
	Key      string // as in verbs: summary
	Title    string
	Ask      string // what belongs there
	Required bool   // the post-mortem is not signed off without it
}

// PostMortemSections lists the sections that people write, in order (domain.md 3).
// The causes are required unless the incident has a root cause.
func PostMortemSections() []SectionSpec {
	return []SectionSpec{
		{"summary", "Summary", "what happened, and who and what was affected, with numbers, in a few sentences", true},
		{"impact", "Impact", "what it meant for customers, people and services: data kinds, time, money", true},
		{"detection", "Detection", "how it was found and by whom, which indicators led to it, and what should have found it earlier", true},
		{"response", "Response", "decisions, the options there were, and what was known then", false},
		{"causes", "Causes", "the trigger, the root causes and why they were possible", true},
		{"well", "What went well", "what to keep", true},
		{"badly", "What went badly", "what cost time or made it worse; about the process, not about people", true},
		{"lucky", "Where we were lucky", "what could have been worse by chance", false},
		{"adversary", "Adversary", "what is known of the adversary and the techniques", false},
		{"discussion", "Expert discussion", "the points of the meeting; attendees and dissent stand beside it", true},
		{"questions", "Open questions", "what is not known still, beside the list of questions", false},
		{"detections", "New detections", "monitoring and alerts that were added or are to be added", false},
		{"communication", "Communication", "what was said inside and outside, when, and how it was taken", false},
	}
}

// SectionKeys lists the keys of the sections that people write, in order.
func SectionKeys() []string {
	var keys []string
	for _, s := range PostMortemSections() {
		keys = append(keys, s.Key)
	}
	return keys
}

// ParseSection finds a section by its key; the beginning of the key is enough
// when it is the only one.
func ParseSection(s string) (SectionSpec, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	var hits []SectionSpec
	for _, spec := range PostMortemSections() {
		if spec.Key == t {
			return spec, nil
		}
		if t != "" && strings.HasPrefix(spec.Key, t) {
			hits = append(hits, spec)
		}
	}
	if len(hits) == 1 {
		return hits[0], nil
	}
	return SectionSpec{}, Usage("%q is no section of a post-mortem", excerpt(s)).Hint("use %s", strings.Join(SectionKeys(), ", ")).On("section")
}

// MaxSection is the longest text of a section, in bytes.
const MaxSection = 64 << 10

// Section is what was written in a section.
type Section struct {
	Text    Text      `json:"text"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Version uint64    `json:"version"` // number of the event that wrote it; 0 when nothing was
}

// PostMortem is what people write about an incident when it is over. What the
// log knows beside it (moments, roles, clocks …) is PostMortemFacts.
type PostMortem struct {
	State     PostMortemState    `json:"state"`
	Sections  map[string]Section `json:"sections"` // by key
	Factors   []*Factor          `json:"factors"`
	Questions []*OpenQuestion    `json:"questions"`
	Meeting   Meeting            `json:"meeting"`           // the expert discussion; its points are a section
	NoFollow  *Stated            `json:"no_follow_ups"`     // why there is nothing to do, when there is not
	Waiver    *Waiver            `json:"waiver"`            // the lead's word that none is written
	Steps     []PostMortemStep   `json:"history,omitempty"` // every change of its state

	SubmittedBy string    `json:"submitted_by,omitempty"`
	SignedBy    string    `json:"signed_by,omitempty"`
	SignedAt    time.Time `json:"signed_at,omitzero"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
	FrozenAt    uint64    `json:"frozen_at,omitempty"` // version of the incident that it is of, once it is closed

	Changed uint64 `json:"-"` // number of the newest event that touched it
}

// PostMortemStep is when a post-mortem came to a state, and why.
type PostMortemStep struct {
	State   PostMortemState `json:"state"`
	By      string          `json:"by"`
	At      time.Time       `json:"at"`
	Reason  Text            `json:"reason,omitempty"`
	Alone   bool            `json:"alone,omitempty"` // signed off by the one who submitted it: nobody else could
	Version uint64          `json:"version"`
}

// Meeting is the expert discussion. Its points are the section "discussion".
type Meeting struct {
	HeldAt    time.Time  `json:"held_at,omitzero"`
	Attendees []Attendee `json:"attendees"`
	Dissent   Text       `json:"dissent"`
	By        string     `json:"by,omitempty"`
	At        time.Time  `json:"at,omitzero"`
	Version   uint64     `json:"version"`
}

// Stated is a reason with who gave it and when.
type Stated struct {
	Reason Text      `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Waiver is the lead's recorded word that a required post-mortem is not written.
type Waiver struct {
	Stated
	For []string `json:"for"` // why one was required then; it holds for these alone
}

// Who names the attendees: "@alice, Dr. Stone".
func (m *Meeting) Who() string {
	var names []string
	for _, a := range m.Attendees {
		names = append(names, string(a.Who()))
	}
	return strings.Join(names, ", ")
}

// Section is what was written in a section; the zero value when nothing was.
func (p *PostMortem) Section(key string) Section { return p.Sections[key] }

// Begun says whether anything was written.
func (p *PostMortem) Begun() bool { return p.State != PostMortemNone }

// MeetingDays is within how many working days after the end of the response the
// expert discussion is to be held (domain.md 3, after PagerDuty's guide).
const MeetingDays = 5

// PostMortemDue is when the expert discussion should have been held; zero while
// the response goes on.
func (in *Incident) PostMortemDue() time.Time {
	for _, s := range slices.Backward(in.Phases) {
		if s.Phase == PhasePostIncident {
			return (*Calendar)(nil).Due(s.At, Period{Amount: MeetingDays, Unit: UnitBusinessDays})
		}
	}
	return time.Time{}
}

// postMortemReasons lists why the incident needs a post-mortem, in order: data
// was disclosed, modified or destroyed, or customers were affected.
func (in *Incident) postMortemReasons() []string {
	if in.Import != nil { // it was over before anybody could write one here
		return nil
	}
	var why []string
	d := &in.Impact
	for _, r := range []struct {
		word   string
		answer AnswerMark
	}{{"data disclosed", d.Disclosed}, {"data modified", d.Modified}, {"data destroyed", d.Destroyed}, {"customers affected", d.Customers}} {
		if r.answer.Is(AnswerYes) {
			why = append(why, r.word)
		}
	}
	return why
}

// PostMortemRequired says whether the incident may be closed only with a
// reviewed post-mortem or a waiver, and why: "data disclosed, customers affected".
func (in *Incident) PostMortemRequired() (bool, string) {
	why := in.postMortemReasons()
	return len(why) > 0, strings.Join(why, ", ")
}

// PostMortemWaived says whether the waiver holds: it was given for what requires
// the post-mortem now. A reason that came later needs a waiver of its own.
func (in *Incident) PostMortemWaived() bool {
	w := in.PostMortem.Waiver
	if w == nil {
		return false
	}
	for _, why := range in.postMortemReasons() {
		if !slices.Contains(w.For, why) {
			return false
		}
	}
	return true
}

// PostMortemOwed says whether the incident needs a post-mortem that is neither
// signed off nor waived: what its close waits for.
func (in *Incident) PostMortemOwed() bool {
	required, _ := in.PostMortemRequired()
	return required && !in.PostMortem.State.Signed() && !in.PostMortemWaived()
}

// Lack is something that a post-mortem needs before it is signed off. Key is the
// section it belongs to, or factors or follow-ups.
type Lack struct {
	Key  string `json:"key"`
	What string `json:"what"`
}

// The keys of lacks that are no section.
const (
	LackFactors   = "factors"
	LackFollowUps = "follow-ups"
	LackMeeting   = "meeting"
)

// PostMortemLacks lists what the post-mortem needs still before it is signed off
// and closed, all of it.
func (in *Incident) PostMortemLacks() []Lack {
	var out []Lack
	p := &in.PostMortem
	for _, s := range PostMortemSections() {
		if !s.Required || !noText(p.Sections[s.Key].Text) {
			continue
		}
		if s.Key == "causes" {
			if noText(in.Cause.RootCause) {
				out = append(out, Lack{s.Key, "neither causes nor a root cause are written"})
			}
			continue
		}
		out = append(out, Lack{s.Key, s.Key + " is empty"})
	}
	if len(p.LiveFactors()) == 0 {
		out = append(out, Lack{LackFactors, "no contributing factor is named"})
	}
	if p.Meeting.HeldAt.IsZero() || len(p.Meeting.Attendees) == 0 {
		out = append(out, Lack{LackMeeting, "the discussion has no date or no attendees"})
	}
	if in.followUps() == 0 && p.NoFollow == nil {
		out = append(out, Lack{LackFollowUps, "there is no follow-up, and no reason why none is needed"})
	}
	return out
}

func sayLacks(lacks []Lack) string {
	var words []string
	for _, g := range lacks {
		words = append(words, g.What)
	}
	return strings.Join(words, "; ")
}

// mayWrite says why by may not write in the post-mortem, or nil. It goes on in a
// closed incident, until the post-mortem itself is signed off.
func (in *Incident) mayWritePostMortem(by Actor) error {
	if err := in.mayLearn(by, AccessRespond); err != nil {
		return err
	}
	return in.postMortemWritable()
}

func (in *Incident) postMortemWritable() error {
	switch p := &in.PostMortem; p.State {
	case PostMortemReviewed:
		return Conflict("the post-mortem of %s was signed off, by @%s at %s", in.ID, p.SignedBy, p.SignedAt.Format("2006-01-02 15:04Z")).
			Hint("postmortem back %s --reason \"why\" makes it a draft again", in.ID)
	case PostMortemClosed:
		return Conflict("the post-mortem of %s is closed, as of #%d", in.ID, p.FrozenAt).
			Hint("postmortem back %s --reason \"why\" makes it a draft again, where the incident is open", in.ID)
	}
	return nil
}

// MayWritePostMortem says why by may not write in the post-mortem, or nil.
func (in *Incident) MayWritePostMortem(by Actor) error { return in.mayWritePostMortem(by) }

// postMortem is the draft's post-mortem while ev changes it: it is begun now if
// it was not.
func (d *draft) postMortem(m Meta) *PostMortem {
	p := &d.PostMortem
	if p.State == PostMortemNone {
		d.stepPostMortem(m, PostMortemStep{State: PostMortemDraft})
	}
	p.Changed = m.Version
	return p
}

func (d *draft) stepPostMortem(m Meta, s PostMortemStep) {
	p := &d.PostMortem
	s.By, s.At, s.Version = m.Actor, m.At, m.Version
	p.State, p.Changed = s.State, m.Version
	p.Steps = append(slices.Clip(p.Steps), s)
}

func (d *draft) section(m Meta, key string, text Text) {
	p := d.postMortem(m)
	next := maps.Clone(p.Sections)
	if next == nil {
		next = map[string]Section{}
	}
	next[key] = Section{Text: text, By: m.Actor, At: m.At, Version: m.Version}
	p.Sections = next
	d.edited(sectionField(key), m)
}

// sectionField is what undo, drafts and presence call a section.
func sectionField(key string) string { return "postmortem:" + key }

// SectionField is what drafts and presence call a section: postmortem:summary.
func SectionField(key string) string { return sectionField(key) }

// followUps counts the follow-ups that were not dropped.
func (in *Incident) followUps() int {
	n := 0
	for _, f := range in.FollowUps {
		if f.State != FollowUpDropped {
			n++
		}
	}
	return n
}

func (in *Incident) postMortemBrief() PostMortemBrief {
	p := &in.PostMortem
	required, _ := in.PostMortemRequired()
	return PostMortemBrief{State: p.State, Required: required, Waived: in.PostMortemWaived(), SignedAt: p.SignedAt, ClosedAt: p.ClosedAt}
}
