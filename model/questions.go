package model

import (
	"slices"
	"time"
)

// OpenQuestion is something that is not known for sure when the post-mortem is
// written, with how sure one may be of what is believed.
type OpenQuestion struct {
	Ref        string    `json:"ref"`
	Text       Text      `json:"text"`
	Confidence string    `json:"confidence"` // low, medium or high: in the answer, or in what is believed
	Answer     Text      `json:"answer"`     // "" while it is open
	AddedBy    string    `json:"added_by"`
	AddedAt    time.Time `json:"added_at"`
	AnsweredBy string    `json:"answered_by,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	Retracted  string    `json:"retracted_by,omitempty"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// Open says whether it has no answer.
func (q *OpenQuestion) Open() bool { return q.Retracted == "" && noText(q.Answer) }

// OpenQuestion finds a question by its ref.
func (in *Incident) OpenQuestion(ref string) (*OpenQuestion, error) {
	i, err := find(RefQuestion, ref, len(in.PostMortem.Questions))
	if err != nil {
		return nil, err
	}
	return in.PostMortem.Questions[i], nil
}

// LiveQuestions lists the questions that were not taken back, answered or not.
func (p *PostMortem) LiveQuestions() []*OpenQuestion {
	var out []*OpenQuestion
	for _, q := range p.Questions {
		if q.Retracted == "" {
			out = append(out, q)
		}
	}
	return out
}

// AskQuestion notes what is not known.
type AskQuestion struct {
	Text       Text
	Confidence string // "" is low
}

// QuestionAsked is a new question.
type QuestionAsked struct {
	Ref        string `json:"ref"`
	Text       Text   `json:"text"`
	Confidence string `json:"confidence"`
}

// Decide implements Command.
func (c AskQuestion) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayWritePostMortem(by); err != nil {
		return nil, err
	}
	if err := checkText("question", c.Text, MaxReason, true); err != nil {
		return nil, err
	}
	if c.Confidence == "" {
		c.Confidence = Confidences()[0]
	}
	if err := oneOf("confidence", c.Confidence, Confidences()); err != nil {
		return nil, err
	}
	n := len(in.PostMortem.Questions)
	if n >= MaxFactors {
		return nil, Invalid("%s has %d questions, more are not kept", in.ID, n).Hint("write the rest in the section questions")
	}
	return []Event{QuestionAsked{Ref: makeRef(RefQuestion, n+1), Text: c.Text, Confidence: c.Confidence}}, nil
}

// Kind implements Event.
func (QuestionAsked) Kind() string { return "question.asked" }

func (e QuestionAsked) redacted(mark Text) Event {
	e.Text = mark
	return e
}

func (e QuestionAsked) inverse(*Incident) ([]Event, []string) {
	return []Event{QuestionSet{Ref: e.Ref, Retract: new(true)}}, []string{e.Ref}
}

func (e QuestionAsked) apply(d *draft, m Meta) {
	p := d.postMortem(m)
	q := &OpenQuestion{Ref: makeRef(RefQuestion, len(p.Questions)+1), Text: e.Text, Confidence: e.Confidence,
		AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version, Changed: m.Version}
	p.Questions = append(p.Questions, q)
	d.feed(m, q.Ref, "open: %s", q.Text)
}

// SetQuestion changes or answers a question; nil fields stay. An empty answer
// opens it again; Retract takes it back.
type SetQuestion struct {
	Ref        string
	Text       *Text
	Confidence *string
	Answer     *Text
	Retract    bool
	Reason     Text
	Seen       uint64 // version of the incident that its author saw, 0 when any
}

// QuestionSet is a changed question; absent fields stayed.
type QuestionSet struct {
	Ref        string  `json:"ref"`
	Text       *Text   `json:"text,omitempty"`
	Confidence *string `json:"confidence,omitempty"`
	Answer     *Text   `json:"answer,omitempty"`
	Retract    *bool   `json:"retract,omitempty"`
	Reason     Text    `json:"reason,omitempty"`
}

// Decide implements Command.
func (c SetQuestion) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayWritePostMortem(by); err != nil {
		return nil, err
	}
	q, err := in.OpenQuestion(c.Ref)
	if err != nil {
		return nil, err
	}
	if q.Retracted != "" {
		return nil, Conflict("%s was taken back, by @%s", q.Ref, q.Retracted).Hint("postmortem question %s … asks it anew", in.ID)
	}
	if err := stale(in, q.Ref, q.Changed, c.Seen); err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if c.Retract {
		return []Event{QuestionSet{Ref: q.Ref, Retract: new(true), Reason: c.Reason}}, nil
	}
	ev := QuestionSet{Ref: q.Ref, Text: changed(c.Text, q.Text), Confidence: changed(c.Confidence, q.Confidence), Answer: changed(c.Answer, q.Answer)}
	if ev.Text != nil {
		if err := checkText("question", *ev.Text, MaxReason, true); err != nil {
			return nil, err
		}
	}
	if ev.Answer != nil {
		if err := checkText("answer", *ev.Answer, MaxReason, false); err != nil {
			return nil, err
		}
	}
	if ev.Confidence != nil {
		if err := oneOf("confidence", *ev.Confidence, Confidences()); err != nil {
			return nil, err
		}
	}
	if ev == (QuestionSet{Ref: q.Ref}) {
		return nil, nil
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (QuestionSet) Kind() string { return "question.set" }

func (e QuestionSet) redacted(mark Text) Event {
	for _, f := range []**Text{&e.Text, &e.Answer} {
		if *f != nil {
			*f = &mark
		}
	}
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e QuestionSet) inverse(in *Incident) ([]Event, []string) {
	q, err := in.OpenQuestion(e.Ref)
	if err != nil {
		return nil, nil
	}
	back := QuestionSet{Ref: e.Ref}
	if e.Text != nil {
		back.Text = &q.Text
	}
	if e.Confidence != nil {
		back.Confidence = &q.Confidence
	}
	if e.Answer != nil {
		back.Answer = &q.Answer
	}
	if e.Retract != nil {
		back.Retract = new(q.Retracted != "")
	}
	return []Event{back}, []string{e.Ref}
}

func (QuestionSet) passes(in *Incident) error { return in.postMortemWritable() }

func (e QuestionSet) apply(d *draft, m Meta) {
	i, err := find(RefQuestion, e.Ref, len(d.PostMortem.Questions))
	if err != nil {
		return
	}
	p := d.postMortem(m)
	p.Questions = slices.Clone(p.Questions)
	q := *p.Questions[i]
	set(&q.Text, e.Text)
	set(&q.Confidence, e.Confidence)
	set(&q.Answer, e.Answer)
	q.Changed = m.Version
	what := "open: " + q.Text
	if e.Answer != nil {
		q.AnsweredBy, q.AnsweredAt = m.Actor, m.At
		if noText(q.Answer) {
			q.AnsweredBy, q.AnsweredAt = "", time.Time{}
		}
	}
	if !noText(q.Answer) {
		what = Text("answered, "+q.Confidence+" confidence: ") + q.Answer
	}
	if e.Retract != nil {
		q.Retracted = ""
		if *e.Retract {
			q.Retracted = m.Actor
		}
		what = retracted(!*e.Retract, e.Reason)
	}
	p.Questions[i] = &q
	d.feed(m, q.Ref, "%s", what)
}
