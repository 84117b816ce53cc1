package model

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"
)

// WriteSection sets the text of a section. Seen is the version of the section
// that its author saw: when somebody else wrote it since, it is refused with both
// texts (CON-1). A nil Seen means that the text is to be set whatever it was.
type WriteSection struct {
	Section string
	Text    Text
	Seen    *uint64
}

// SectionWritten is the new text of a section.
type SectionWritten struct {
	Section string `json:"section"`
	Text    Text   `json:"text"`
}

// Decide implements Command.
func (c WriteSection) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayWritePostMortem(by); err != nil {
		return nil, err
	}
	spec, err := ParseSection(c.Section)
	if err != nil {
		return nil, err
	}
	if err := checkText(spec.Key, c.Text, MaxSection, false); err != nil {
		return nil, err
	}
	is := in.PostMortem.Section(spec.Key)
	if is.Text == c.Text {
		return nil, nil
	}
	if c.Seen != nil && *c.Seen < is.Version {
		theirs, yours := apart(string(is.Text), string(c.Text))
		return nil, Conflict("@%s wrote %s at %s while you edited it; it is now %q, yours is %q", is.By, spec.Key, is.At.Format("15:04:05Z"), theirs, yours).
			Hint("postmortem show %s %s prints it; look at both and save again with --seen %d", in.ID, spec.Key, is.Version).On(spec.Key)
	}
	return []Event{SectionWritten{Section: spec.Key, Text: c.Text}}, nil
}

// apart are excerpts of two texts from a little before where they begin to differ.
func apart(a, b string) (string, string) {
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	const lead = 20
	from := max(0, same-lead)
	for from > 0 && !utf8.RuneStart(a[from]) {
		from--
	}
	mark := ""
	if from > 0 {
		mark = "…"
	}
	return mark + excerpt(a[from:]), mark + excerpt(b[from:])
}

// Kind implements Event.
func (SectionWritten) Kind() string { return "postmortem.written" }

func (e SectionWritten) redacted(mark Text) Event {
	e.Text = mark
	return e
}

func (e SectionWritten) inverse(in *Incident) ([]Event, []string) {
	return []Event{SectionWritten{Section: e.Section, Text: in.PostMortem.Section(e.Section).Text}}, []string{sectionField(e.Section)}
}

func (SectionWritten) passes(in *Incident) error { return in.postMortemWritable() }

func (e SectionWritten) apply(d *draft, m Meta) {
	d.section(m, e.Section, e.Text)
	d.feed(m, "", "post-mortem: wrote %s", e.Section)
}

// HoldMeeting records the expert discussion; nil fields stay. Its points are the
// section "discussion".
type HoldMeeting struct {
	HeldAt    *time.Time
	Attendees *[]Attendee
	Dissent   *Text
	Seen      uint64 // version of the incident that its author saw, 0 when any
}

// MeetingSet is a changed expert discussion; absent fields stayed.
type MeetingSet struct {
	HeldAt    *time.Time  `json:"held_at,omitempty"`
	Attendees *[]Attendee `json:"attendees,omitempty"`
	Dissent   *Text       `json:"dissent,omitempty"`
}

const fieldMeeting = "postmortem:meeting"

// Decide implements Command.
func (c HoldMeeting) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayWritePostMortem(by); err != nil {
		return nil, err
	}
	is := &in.PostMortem.Meeting
	if err := stale(in, "the discussion", is.Version, c.Seen); err != nil {
		return nil, err
	}
	ev := MeetingSet{Dissent: changed(c.Dissent, is.Dissent)}
	if c.HeldAt != nil && !Stamp(*c.HeldAt).Equal(is.HeldAt) {
		if err := checkMoment("the discussion", *c.HeldAt, now); err != nil {
			return nil, err
		}
		at := Stamp(*c.HeldAt)
		ev.HeldAt = &at
	}
	if c.Attendees != nil {
		names, err := attendees(*c.Attendees)
		if err != nil {
			return nil, err
		}
		if !slices.Equal(names, is.Attendees) {
			ev.Attendees = &names
		}
	}
	if ev.Dissent != nil {
		if err := checkText("dissent", *ev.Dissent, MaxReason, false); err != nil {
			return nil, err
		}
	}
	if ev == (MeetingSet{}) {
		return nil, nil
	}
	return []Event{ev}, nil
}

// attendees are the people, each once; they need no account.
func attendees(people []Attendee) ([]Attendee, error) {
	out := []Attendee{}
	for _, a := range people {
		a, err := a.checked()
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, a.same) {
			out = append(out, a)
		}
	}
	if len(out) > MaxAttendees {
		return nil, Invalid("%d are too many attendees, the limit is %d", len(out), MaxAttendees).Hint("name those who decided").On("with")
	}
	return out, nil
}

// Kind implements Event.
func (MeetingSet) Kind() string { return "postmortem.met" }

func (e MeetingSet) redacted(mark Text) Event {
	if e.Dissent != nil {
		e.Dissent = &mark
	}
	if e.Attendees != nil {
		names := slices.Clone(*e.Attendees)
		for i := range names {
			if names[i].User == "" {
				names[i].Name = mark
			}
		}
		e.Attendees = &names
	}
	return e
}

func (e MeetingSet) inverse(in *Incident) ([]Event, []string) {
	is := in.PostMortem.Meeting
	var back MeetingSet
	if e.HeldAt != nil {
		back.HeldAt = &is.HeldAt
	}
	if e.Attendees != nil {
		names := append([]Attendee{}, is.Attendees...)
		back.Attendees = &names
	}
	if e.Dissent != nil {
		back.Dissent = &is.Dissent
	}
	return []Event{back}, []string{fieldMeeting}
}

func (MeetingSet) passes(in *Incident) error { return in.postMortemWritable() }

func (e MeetingSet) apply(d *draft, m Meta) {
	is := &d.postMortem(m).Meeting
	set(&is.HeldAt, e.HeldAt)
	set(&is.Attendees, e.Attendees)
	set(&is.Dissent, e.Dissent)
	is.By, is.At, is.Version = m.Actor, m.At, m.Version
	d.edited(fieldMeeting, m)
	d.feed(m, "", "post-mortem: discussion with %s", cmp.Or(is.Who(), "nobody yet"))
}

// NoFollowUps states why the incident leaves nothing to do; an empty reason takes
// that back.
type NoFollowUps struct{ Reason Text }

// NoFollowUpsStated is that reason, or that it is taken back.
type NoFollowUpsStated struct {
	Reason Text `json:"reason,omitempty"`
	Back   bool `json:"back,omitempty"`
}

const fieldNoFollow = "postmortem:follow-ups"

// Decide implements Command.
func (c NoFollowUps) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayWritePostMortem(by); err != nil {
		return nil, err
	}
	is := in.PostMortem.NoFollow
	if noText(c.Reason) {
		if is == nil {
			return nil, checkReason(c.Reason)
		}
		return []Event{NoFollowUpsStated{Back: true}}, nil
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	if n := in.followUps(); n > 0 {
		return nil, Conflict("%s has %s", in.ID, count(n, "follow-up")).Hint("finding list %s shows them", in.ID)
	}
	if is != nil && is.Reason == c.Reason {
		return nil, nil
	}
	return []Event{NoFollowUpsStated{Reason: c.Reason}}, nil
}

// Kind implements Event.
func (NoFollowUpsStated) Kind() string { return "postmortem.nothing" }

func (e NoFollowUpsStated) redacted(mark Text) Event {
	if !e.Back {
		e.Reason = mark
	}
	return e
}

func (e NoFollowUpsStated) inverse(in *Incident) ([]Event, []string) {
	back := NoFollowUpsStated{Back: true}
	if is := in.PostMortem.NoFollow; is != nil {
		back = NoFollowUpsStated{Reason: is.Reason}
	}
	return []Event{back}, []string{fieldNoFollow}
}

func (NoFollowUpsStated) passes(in *Incident) error { return in.postMortemWritable() }

func (e NoFollowUpsStated) apply(d *draft, m Meta) {
	p := d.postMortem(m)
	p.NoFollow = nil
	what := Text("post-mortem: takes back that nothing is to do")
	if !e.Back {
		p.NoFollow = &Stated{Reason: e.Reason, By: m.Actor, At: m.At}
		what = withReason("post-mortem: nothing is to do", e.Reason)
	}
	d.edited(fieldNoFollow, m)
	d.feed(m, "", "%s", what)
}
