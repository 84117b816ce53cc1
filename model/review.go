package model

import (
	"slices"
	"strings"
	"time"
)

// Review is the review of a month: who sat together, what they decided, and, once
// it is closed, the figures as they were then. It is the part of the register
// REVIEW-2026-11.
type Review struct {
	Month     string            `json:"month"` // 2026-11
	Attendees []Attendee        `json:"attendees"`
	Decisions []*ReviewDecision `json:"decisions"`
	Notes     []*ReviewNote     `json:"notes"`
	Closed    *ReviewClose      `json:"closed,omitempty"` // nil while it is open
	Steps     []ReviewStep      `json:"steps"`            // closes and reopenings, oldest first
}

// Attendee is somebody who took part: an account, or a person by name.
type Attendee struct {
	User string    `json:"user"`         // account, "" for a person without one
	Name Text      `json:"name"`         // of a person without an account
	By   string    `json:"by,omitempty"` // who wrote it down
	At   time.Time `json:"at,omitzero"`
}

// same says whether two entries name the same person.
func (a Attendee) same(b Attendee) bool {
	return a.User == b.User && strings.EqualFold(string(a.Name), string(b.Name))
}

// Who is the attendee as people write him: @alice, or the name.
func (a Attendee) Who() Text {
	if a.User != "" {
		return Text("@" + a.User)
	}
	return a.Name
}

// ReviewClose is the end of a review, with what it was about.
type ReviewClose struct {
	By      string        `json:"by"`
	At      time.Time     `json:"at"`
	Reason  Text          `json:"reason,omitempty"` // why before the month was over, or with nothing recorded
	Figures ReviewFigures `json:"figures"`
}

// ReviewStep is one close or reopening of a review.
type ReviewStep struct {
	Closed bool      `json:"closed"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason Text      `json:"reason,omitempty"`
}

// Limits on what one review holds.
const (
	MaxAttendees   = 200
	MaxReviewItems = 500 // decisions, and notes
	MaxAttendee    = 256 // bytes of a name
)

// monthForm is how a month is written.
const monthForm = "2006-01"

// ParseMonth reads a month as 2026-11, or its review's id, in any letter case;
// this and last are those of now. It is the first moment of the month, in UTC.
func ParseMonth(s string, now time.Time) (time.Time, error) {
	word := strings.ToUpper(strings.TrimSpace(s))
	this := MonthOf(now)
	switch word {
	case "THIS":
		return this, nil
	case "LAST":
		return this.AddDate(0, -1, 0), nil
	}
	t, err := time.Parse(monthForm, strings.TrimPrefix(word, reviewPrefix))
	if err != nil {
		return time.Time{}, Usage("%q is no month", excerpt(s)).Hint("write it as 2026-11, this or last").On("month")
	}
	return t, checkMonth(t, now)
}

// checkMonth refuses a month that has not begun, and one before there were any.
func checkMonth(t, now time.Time) error {
	if t.After(now) {
		return Invalid("%s has not begun", t.Format(monthForm)).Hint("review %s is the present month's", now.UTC().Format(monthForm)).On("month")
	}
	if t.Year() < 1990 {
		return Invalid("%s is before any incident", t.Format(monthForm)).Hint("check the year").On("month")
	}
	return nil
}

// MonthOf is the first moment of the month of t, in UTC.
func MonthOf(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// ReviewMonth is the month of a review's id, as 2026-11 and as its first moment;
// false for another id.
func ReviewMonth(id string) (month string, first time.Time, ok bool) {
	month, ok = strings.CutPrefix(id, reviewPrefix)
	if !ok {
		return "", time.Time{}, false
	}
	first, err := time.Parse(monthForm, month)
	return month, first, err == nil
}

// mayReview says why by may not do in the review what needs the level, or nil.
func (in *Incident) mayReview(by Actor, need Access, now time.Time) error {
	_, first, ok := ReviewMonth(in.ID)
	if !ok {
		return Invalid("%s is no review", excerpt(in.ID)).Hint("a review is that of a month: review 2026-11")
	}
	if err := in.mayRegister(by, in.ID, need); err != nil {
		return err
	}
	return checkMonth(first, now)
}

// openReview refuses what a closed review takes no more.
func (in *Incident) openReview(by Actor, now time.Time) error {
	if err := in.mayReview(by, AccessRespond, now); err != nil {
		return err
	}
	if r := in.Review; r != nil && r.Closed != nil {
		return Conflict("the review of %s was closed by @%s at %s", r.Month, r.Closed.By, r.Closed.At.Format("2006-01-02 15:04Z")).
			Hint("a commander reopens it first: review reopen %s --reason \"why\"", r.Month)
	}
	return nil
}

// MayReview says why by may not write in the review now, or nil; lead is for
// closing and reopening. Screens ask it before they offer an action.
func (in *Incident) MayReview(by Actor, lead bool, now time.Time) error {
	if lead {
		return in.mayReview(by, AccessLead, now)
	}
	return in.openReview(by, now)
}

// AttendReview writes down who took part; Away takes names off the list.
type AttendReview struct {
	People []Attendee // User or Name
	Away   bool
}

// ReviewAttended is a changed list of attendees.
type ReviewAttended struct {
	People []Attendee `json:"people"`
	Away   bool       `json:"away,omitempty"`
}

// Decide implements Command. Who is on the list already is not written twice.
func (c AttendReview) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.openReview(by, now); err != nil {
		return nil, err
	}
	if len(c.People) == 0 {
		return nil, Usage("nobody is named").Hint("name accounts as @alice, others by their name").On("people")
	}
	var have []Attendee
	if in.Review != nil {
		have = in.Review.Attendees
	}
	ev := ReviewAttended{Away: c.Away}
	for _, p := range c.People {
		p, err := p.checked()
		if err != nil {
			return nil, err
		}
		here := slices.ContainsFunc(have, p.same)
		if c.Away && !here {
			return nil, NotFound("%s is not on the list of attendees", excerpt(string(p.Who()))).Hint("review %s shows it", strings.TrimPrefix(in.ID, reviewPrefix)).On("people")
		}
		if here == c.Away && !slices.ContainsFunc(ev.People, p.same) {
			ev.People = append(ev.People, p)
		}
	}
	if !c.Away && len(have)+len(ev.People) > MaxAttendees {
		return nil, Invalid("a review has at most %d attendees", MaxAttendees).Hint("nothing was changed; name a group instead").On("people")
	}
	if len(ev.People) == 0 {
		return nil, nil
	}
	return []Event{ev}, nil
}

// checked is the attendee as he is written down.
func (a Attendee) checked() (Attendee, error) {
	if a.User != "" {
		u, err := ParseUserName(a.User)
		return Attendee{User: u}, err
	}
	a.Name = Text(strings.TrimSpace(string(a.Name)))
	if err := checkText("people", a.Name, MaxAttendee, true); err != nil {
		return a, err
	}
	return Attendee{Name: a.Name}, checkVisible("people", a.Name)
}

// Kind implements Event.
func (ReviewAttended) Kind() string { return "review.attended" }

func (e ReviewAttended) redacted(mark Text) Event {
	e.People = slices.Clone(e.People)
	for i := range e.People {
		if e.People[i].Name != "" {
			e.People[i].Name = mark
		}
	}
	return e
}

func (e ReviewAttended) apply(d *draft, m Meta) {
	r := d.review(m)
	names := make([]string, len(e.People))
	for i, p := range e.People {
		names[i] = string(p.Who())
		if e.Away {
			r.Attendees = slices.DeleteFunc(r.Attendees, p.same)
			continue
		}
		p.By, p.At = m.Actor, m.At
		r.Attendees = append(r.Attendees, p)
	}
	what := "attending: "
	if e.Away {
		what = "not attending: "
	}
	d.feed(m, "", "%s", what+strings.Join(names, ", "))
}

// review is the review to change: a copy, because snapshots share what they hold.
func (d *draft) review(m Meta) *Review {
	next := &Review{Month: strings.TrimPrefix(m.Incident, reviewPrefix)}
	if d.Review != nil {
		*next = *d.Review
	}
	next.Attendees, next.Decisions = slices.Clone(next.Attendees), slices.Clone(next.Decisions)
	next.Notes, next.Steps = slices.Clone(next.Notes), slices.Clone(next.Steps)
	d.Review = next
	return next
}

// CloseReview ends a review and freezes its figures: they show for ever as they
// were, whatever changes later. A review of a month that is not over, or in which
// nothing is recorded, is closed only with a reason.
type CloseReview struct {
	Figures ReviewFigures // of the month, computed from all incidents that are not restricted
	Reason  Text
	Seen    uint64 // version of the review that was looked at, 0 when any
}

// ReviewClosed is the end of a review, with its figures.
type ReviewClosed struct {
	Reason  Text          `json:"reason,omitempty"`
	Figures ReviewFigures `json:"figures"`
}

// Decide implements Command.
func (c CloseReview) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayReview(by, AccessLead, now); err != nil {
		return nil, err
	}
	month, first, _ := ReviewMonth(in.ID)
	r := in.Review
	if r == nil {
		r = &Review{}
	}
	if r.Closed != nil {
		return nil, Conflict("the review of %s was closed by @%s at %s", month, r.Closed.By, r.Closed.At.Format("2006-01-02 15:04Z")).
			Hint("review %s shows it", month)
	}
	if c.Seen > 0 && in.Version > c.Seen {
		last := in.Recent[len(in.Recent)-1]
		return nil, Conflict("@%s wrote in the review at %s: %s", last.Actor, last.At.Format("15:04:05Z"), excerpt(string(last.What))).
			Hint("look at it and close again")
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if err := c.Figures.check(month); err != nil {
		return nil, err
	}
	if noText(c.Reason) {
		if end := first.AddDate(0, 1, 0); now.Before(end) {
			return nil, Invalid("%s is not over: what comes until %s would be missing", month, end.Format("2006-01-02 15:04Z")).
				Hint("close it then, or now with --reason \"why\"").On("reason")
		}
		if !r.recorded() {
			return nil, Invalid("nothing is recorded in the review of %s: no attendee, no decision, no note", month).
				Hint("review attend %s @you, review decide %s …; or close it with --reason \"why\"", month, month).On("reason")
		}
	}
	return []Event{ReviewClosed{Reason: c.Reason, Figures: c.Figures}}, nil
}

// brief is the review's line in lists, nil for none.
func (r *Review) brief() *ReviewBrief {
	if r == nil {
		return nil
	}
	b := &ReviewBrief{Attendees: len(r.Attendees)}
	if r.Closed != nil {
		b.ClosedBy, b.ClosedAt = r.Closed.By, r.Closed.At
	}
	for _, d := range r.Decisions {
		if d.Retracted == "" {
			b.Decisions++
		}
		if d.Open() {
			b.Open = append(b.Open, DecisionBrief{Ref: d.Ref, Text: d.Text, Owner: d.Owner, Due: d.Due})
		}
	}
	return b
}

// recorded says whether anything stands in the review.
func (r *Review) recorded() bool {
	return len(r.Attendees) > 0 || slices.ContainsFunc(r.Decisions, func(d *ReviewDecision) bool { return d.Retracted == "" }) ||
		slices.ContainsFunc(r.Notes, func(n *ReviewNote) bool { return n.Retracted == "" })
}

// Kind implements Event.
func (ReviewClosed) Kind() string { return "review.closed" }

func (e ReviewClosed) redacted(mark Text) Event {
	e.Figures = e.Figures.redacted(mark)
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e ReviewClosed) apply(d *draft, m Meta) {
	r := d.review(m)
	r.Closed = &ReviewClose{By: m.Actor, At: m.At, Reason: e.Reason, Figures: e.Figures}
	r.Steps = append(r.Steps, ReviewStep{Closed: true, By: m.Actor, At: m.At, Reason: e.Reason})
	d.feed(m, "", "%s", withReason("closed the review", e.Reason))
}

// ReopenReview takes a closed review up again: its figures are the present ones
// until it is closed anew. Those that were frozen stay in the log.
type ReopenReview struct{ Reason Text }

// ReviewReopened is a review that is worked on again.
type ReviewReopened struct {
	Reason Text `json:"reason"`
}

// Decide implements Command.
func (c ReopenReview) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayReview(by, AccessLead, now); err != nil {
		return nil, err
	}
	if in.Review == nil || in.Review.Closed == nil {
		return nil, Conflict("the review of %s is open", strings.TrimPrefix(in.ID, reviewPrefix)).Hint("go on in it")
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{ReviewReopened(c)}, nil
}

// Kind implements Event.
func (ReviewReopened) Kind() string { return "review.reopened" }

func (e ReviewReopened) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e ReviewReopened) apply(d *draft, m Meta) {
	r := d.review(m)
	r.Closed = nil
	r.Steps = append(r.Steps, ReviewStep{By: m.Actor, At: m.At, Reason: e.Reason})
	d.feed(m, "", "%s", withReason("reopened the review", e.Reason))
}

// ExportReview records that a review left the room: who took it (OUT-3). It is
// given before the document is handed out.
type ExportReview struct {
	Format string // a format of ExportFormats
	TLP    string // its marking
	Of     uint64 // the version that it was made from
}

// ReviewExported is a review that was taken out.
type ReviewExported struct {
	Format string `json:"format"`
	TLP    string `json:"tlp"`
	Of     uint64 `json:"of"`
}

// Decide implements Command. Whoever may read may take out what he reads.
func (c ExportReview) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.mayReview(by, AccessRead, now); err != nil {
		return nil, err
	}
	if !slices.Contains(ExportFormats(), c.Format) {
		return nil, Usage("%q is no format of a review", excerpt(c.Format)).Hint("use html, md or json").On("format")
	}
	tlp, err := ParseTLP(c.TLP)
	if err != nil {
		return nil, err
	}
	return []Event{ReviewExported{Format: c.Format, TLP: tlp, Of: c.Of}}, nil
}

// Kind implements Event.
func (ReviewExported) Kind() string { return "review.exported" }

func (e ReviewExported) apply(d *draft, m Meta) {
	d.feed(m, "", "exported the review as %s, %s", e.Format, TLPLabel(e.TLP))
}
