package model

import (
	"strings"
	"time"
)

// ReviewDecision is something that a review decided, with who does it until when
// where somebody has to.
type ReviewDecision struct {
	Ref       string    `json:"ref"`
	Text      Text      `json:"text"`
	Owner     string    `json:"owner"`
	Due       time.Time `json:"due,omitzero"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	DoneBy    string    `json:"done_by"`
	DoneAt    time.Time `json:"done_at,omitzero"`
	Result    Text      `json:"result"` // what shows that it is done
	Retracted string    `json:"retracted_by"`
	Why       Text      `json:"retracted_reason"`

	Seq     uint64 `json:"seq"` // version of its event
	Changed uint64 `json:"-"`   // version of the newest change
}

// Open says whether the decision waits for somebody to carry it out.
func (d *ReviewDecision) Open() bool { return d.Retracted == "" && d.Owner != "" && d.DoneBy == "" }

// Late says whether it is open and over its time.
func (d *ReviewDecision) Late(now time.Time) bool {
	return d.Open() && !d.Due.IsZero() && now.After(d.Due)
}

// ReviewNote is what was said.
type ReviewNote struct {
	Ref       string    `json:"ref"`
	Text      Text      `json:"text"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Retracted string    `json:"retracted_by,omitempty"`
	Why       Text      `json:"retracted_reason,omitempty"`
	Seq       uint64    `json:"seq"` // version of its event
}

// All lists every decision, retracted ones too; none of no review.
func (r *Review) All() []*ReviewDecision {
	if r == nil {
		return nil
	}
	return r.Decisions
}

// Said lists every note, retracted ones too; none of no review.
func (r *Review) Said() []*ReviewNote {
	if r == nil {
		return nil
	}
	return r.Notes
}

// Decision finds a decision by its ref.
func (r *Review) Decision(ref string) (*ReviewDecision, error) {
	if r == nil {
		r = &Review{}
	}
	i, err := find(RefDecision, ref, len(r.Decisions))
	if err != nil {
		return nil, err
	}
	return r.Decisions[i], nil
}

// RecordDecision writes a decision down.
type RecordDecision struct {
	Text  Text
	Owner string
	Due   time.Time
}

// DecisionRecorded is a decision of a review.
type DecisionRecorded struct {
	Text  Text      `json:"text"`
	Owner string    `json:"owner,omitempty"`
	Due   time.Time `json:"due,omitzero"`
}

// Decide implements Command. A date belongs to somebody who keeps it.
func (c RecordDecision) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.openReview(by, now); err != nil {
		return nil, err
	}
	if in.Review != nil && len(in.Review.Decisions) >= MaxReviewItems {
		return nil, Invalid("a review has at most %d decisions", MaxReviewItems).Hint("nothing was changed; write the rest as a note")
	}
	ev := DecisionRecorded(c)
	if err := checkDecision(ev.Text, &ev.Owner, &ev.Due, now); err != nil {
		return nil, err
	}
	return []Event{ev}, nil
}

func checkDecision(text Text, owner *string, due *time.Time, now time.Time) error {
	if err := checkText("text", text, MaxReason, true); err != nil {
		return err
	}
	if err := checkVisible("text", text); err != nil {
		return err
	}
	if *owner != "" {
		u, err := ParseUserName(*owner)
		if err != nil {
			return err
		}
		*owner = u
	}
	if due.IsZero() {
		return nil
	}
	if *owner == "" {
		return Invalid("a date without somebody who keeps it is none").Hint("add --owner @user, or leave the date out").On("owner")
	}
	*due = Stamp(*due)
	return checkDue(*due, now)
}

// Kind implements Event.
func (DecisionRecorded) Kind() string { return "review.decided" }

func (e DecisionRecorded) redacted(mark Text) Event {
	e.Text = mark
	return e
}

func (e DecisionRecorded) apply(d *draft, m Meta) {
	r := d.review(m)
	x := &ReviewDecision{Ref: makeRef(RefDecision, len(r.Decisions)+1), Text: e.Text, Owner: e.Owner, Due: e.Due, By: m.Actor, At: m.At, Seq: m.Version, Changed: m.Version}
	r.Decisions = append(r.Decisions, x)
	d.feed(m, x.Ref, "decided: %s", x.says())
}

// says is the decision in one line.
func (d *ReviewDecision) says() Text {
	out := d.Text
	if d.Owner != "" {
		out += Text(" @" + d.Owner)
	}
	if !d.Due.IsZero() {
		out += Text(" due " + d.Due.Format(time.DateOnly))
	}
	return out
}

// SetDecision changes a decision; nil fields stay. Done says that it was carried
// out, with what shows it; that is said in a closed review too.
type SetDecision struct {
	Ref    string
	Text   *Text
	Owner  *string // "" for nobody
	Due    *time.Time
	Done   *bool
	Result Text
	Seen   uint64 // version of the review that the editor saw, 0 when any
}

// DecisionSet is a changed decision; absent fields stayed.
type DecisionSet struct {
	Ref    string     `json:"ref"`
	Text   *Text      `json:"text,omitempty"`
	Owner  *string    `json:"owner,omitempty"`
	Due    *time.Time `json:"due,omitempty"` // year 1: none any more
	Done   *bool      `json:"done,omitempty"`
	Result Text       `json:"result,omitempty"`
}

// Decide implements Command.
func (c SetDecision) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	may := in.openReview
	if c.Text == nil && c.Owner == nil && c.Due == nil {
		may = func(by Actor, now time.Time) error { return in.mayReview(by, AccessRespond, now) }
	}
	if err := may(by, now); err != nil {
		return nil, err
	}
	x, err := in.Review.Decision(c.Ref)
	if err != nil {
		return nil, err
	}
	if x.Retracted != "" {
		return nil, Conflict("%s was retracted by @%s", x.Ref, x.Retracted).Hint("record a new one")
	}
	if err := stale(in, x.Ref, x.Changed, c.Seen); err != nil {
		return nil, err
	}
	if err := checkText("result", c.Result, MaxReason, false); err != nil {
		return nil, err
	}
	ev := DecisionSet{Ref: x.Ref, Result: c.Result, Text: changed(c.Text, x.Text), Owner: changed(c.Owner, x.Owner), Done: changed(c.Done, x.DoneBy != "")}
	text, owner, due := x.Text, x.Owner, time.Time{}
	set(&text, ev.Text)
	set(&owner, ev.Owner)
	if c.Due != nil && !c.Due.Equal(x.Due) {
		due = *c.Due
	}
	if err := checkDecision(text, &owner, &due, now); err != nil {
		return nil, err
	}
	if ev.Owner != nil {
		ev.Owner = &owner
	}
	if c.Due != nil && !due.Equal(x.Due) && !c.Due.Equal(x.Due) {
		ev.Due = &due
	}
	switch {
	case c.Done != nil && *c.Done && x.DoneBy != "":
		return nil, Conflict("%s is done already, by @%s", x.Ref, x.DoneBy).Hint("review %s shows it", in.Review.Month)
	case ev.Owner != nil && owner == "" && ev.Due == nil && !x.Due.IsZero():
		none := time.Time{}
		ev.Due = &none // nobody keeps it any more
	}
	if ev.Text == nil && ev.Owner == nil && ev.Due == nil && ev.Done == nil {
		return nil, nil
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (DecisionSet) Kind() string { return "review.decision" }

func (e DecisionSet) redacted(mark Text) Event {
	if e.Text != nil {
		e.Text = &mark
	}
	if e.Result != "" {
		e.Result = mark
	}
	return e
}

func (e DecisionSet) apply(d *draft, m Meta) {
	r := d.review(m)
	i, err := find(RefDecision, e.Ref, len(r.Decisions))
	if err != nil {
		return
	}
	x := *r.Decisions[i]
	set(&x.Text, e.Text)
	set(&x.Owner, e.Owner)
	set(&x.Due, e.Due)
	x.Changed = m.Version
	what := x.says()
	if e.Done != nil {
		x.DoneBy, x.DoneAt, x.Result = "", time.Time{}, ""
		what = "open again"
		if *e.Done {
			x.DoneBy, x.DoneAt, x.Result = m.Actor, m.At, e.Result
			what = withReason("done", e.Result)
		}
	}
	r.Decisions[i] = &x
	d.feed(m, x.Ref, "%s", what)
}

// AddReviewNote writes down what was said.
type AddReviewNote struct{ Text Text }

// ReviewNoted is a note in a review.
type ReviewNoted struct {
	Text Text `json:"text"`
}

// Decide implements Command.
func (c AddReviewNote) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.openReview(by, now); err != nil {
		return nil, err
	}
	if in.Review != nil && len(in.Review.Notes) >= MaxReviewItems {
		return nil, Invalid("a review has at most %d notes", MaxReviewItems).Hint("nothing was changed")
	}
	if err := checkText("note", c.Text, MaxEntry, true); err != nil {
		return nil, err
	}
	return []Event{ReviewNoted(c)}, nil
}

// Kind implements Event.
func (ReviewNoted) Kind() string { return "review.noted" }

func (e ReviewNoted) redacted(mark Text) Event {
	e.Text = mark
	return e
}

func (e ReviewNoted) apply(d *draft, m Meta) {
	r := d.review(m)
	x := &ReviewNote{Ref: makeRef(RefRemark, len(r.Notes)+1), Text: e.Text, By: m.Actor, At: m.At, Seq: m.Version}
	r.Notes = append(r.Notes, x)
	d.feed(m, x.Ref, "%s", x.Text)
}

// RetractReviewItem takes a decision or a note back; it stays readable in the log.
type RetractReviewItem struct {
	Ref    string
	Reason Text
}

// ReviewItemRetracted is a decision or a note that does not stand any more.
type ReviewItemRetracted struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason"`
}

// Decide implements Command.
func (c RetractReviewItem) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.openReview(by, now); err != nil {
		return nil, err
	}
	r := in.Review
	if r == nil {
		r = &Review{}
	}
	ev := ReviewItemRetracted(c)
	gone := ""
	if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(c.Ref)), RefRemark) {
		i, err := find(RefRemark, c.Ref, len(r.Notes))
		if err != nil {
			return nil, err
		}
		ev.Ref, gone = r.Notes[i].Ref, r.Notes[i].Retracted
	} else {
		x, err := r.Decision(c.Ref)
		if err != nil {
			return nil, err
		}
		ev.Ref, gone = x.Ref, x.Retracted
	}
	if gone != "" {
		return nil, Conflict("%s is retracted already, by @%s", ev.Ref, gone).Hint("review %s shows what stands", r.Month)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (ReviewItemRetracted) Kind() string { return "review.retracted" }

func (e ReviewItemRetracted) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e ReviewItemRetracted) apply(d *draft, m Meta) {
	r := d.review(m)
	if i, err := find(RefRemark, e.Ref, len(r.Notes)); err == nil {
		x := *r.Notes[i]
		x.Retracted, x.Why = m.Actor, e.Reason
		r.Notes[i] = &x
	} else if i, err := find(RefDecision, e.Ref, len(r.Decisions)); err == nil {
		x := *r.Decisions[i]
		x.Retracted, x.Why, x.Changed = m.Actor, e.Reason, m.Version
		r.Decisions[i] = &x
	}
	d.feed(m, e.Ref, "%s", retracted(false, e.Reason))
}
