package model

import (
	"slices"
	"strings"
	"time"
)

// Rating is what the priority is computed from: the three impact ratings of NIST
// SP 800-61r2, and how the adversary stands. The zero value is "not rated": the
// priority is then the one that was declared.
type Rating struct {
	Functional     string    `json:"functional_impact"`
	Information    []string  `json:"information_impact"` // several may hold; empty is none
	Recoverability string    `json:"recoverability"`
	Urgency        string    `json:"urgency"`
	By             string    `json:"by"`
	At             time.Time `json:"at"`
}

// Done says whether somebody rated the incident.
func (r *Rating) Done() bool { return r.Urgency != "" }

// FunctionalImpacts lists how much of the service is lost, least first.
func FunctionalImpacts() []string { return []string{"none", "low", "medium", "high"} }

// InformationImpacts lists what may have happened to information.
func InformationImpacts() []string {
	return []string{"privacy-breach", "proprietary-breach", "integrity-loss"}
}

// Recoverabilities lists how much it takes to recover, least first.
func Recoverabilities() []string {
	return []string{"regular", "supplemented", "extended", "not-recoverable"}
}

// Urgencies lists how the adversary stands, the most urgent first.
func Urgencies() []string { return []string{"active", "quiet", "evicted"} }

// RatingMeans is the wording that helps to choose a value of a rating.
func RatingMeans(v string) string {
	switch v {
	case "none":
		return "no effect on any service"
	case "low":
		return "slower or less convenient, all users served"
	case "medium":
		return "a critical service is lost for some users"
	case "high":
		return "a critical service is lost for all users"
	case "privacy-breach":
		return "personal data was seen or taken"
	case "proprietary-breach":
		return "business secrets were seen or taken"
	case "integrity-loss":
		return "data was changed or deleted"
	case "regular":
		return "time known, with the people and means at hand"
	case "supplemented":
		return "time known, with more people or means"
	case "extended":
		return "time unknown, or help from outside"
	case "not-recoverable":
		return "what was lost does not come back: work goes into notification and eradication"
	case "active":
		return "the adversary acts or spreads"
	case "quiet":
		return "the adversary holds access and is quiet"
	case "evicted":
		return "the adversary is out"
	}
	return ""
}

// level is one of the three levels of the priority matrix, 0 the highest.
type level int

func (l level) String() string { return [...]string{"high", "medium", "low"}[l] }

// impact is the worst of the three ratings.
func (r *Rating) impact() level {
	worst := level(2)
	at := func(l level) { worst = min(worst, l) }
	switch r.Functional {
	case "high":
		at(0)
	case "medium":
		at(1)
	}
	for _, v := range r.Information {
		if v == "privacy-breach" {
			at(0)
		} else {
			at(1)
		}
	}
	switch r.Recoverability {
	case "extended", "not-recoverable":
		at(0)
	case "supplemented":
		at(1)
	}
	return worst
}

func (r *Rating) urgency() level { return level(max(slices.Index(Urgencies(), r.Urgency), 0)) }

// Priority is impact × urgency.
func (r *Rating) Priority() Priority {
	return [3][3]Priority{{1, 1, 2}, {1, 2, 3}, {2, 3, 4}}[r.impact()][r.urgency()]
}

// Arithmetic says how the priority comes about: "impact high × urgency high = P1".
func (r *Rating) Arithmetic() string {
	return "impact " + r.impact().String() + " × urgency " + r.urgency().String() + " = " + r.Priority().String()
}

// Ground says what the arithmetic rests on.
func (r *Rating) Ground() string {
	info := "no information impact"
	if len(r.Information) > 0 {
		info = strings.Join(r.Information, ", ")
	}
	return "functional " + r.Functional + ", " + info + ", recovery " + r.Recoverability + ", adversary " + r.Urgency
}

// Override is a priority that a person set beside the computed one.
type Override struct {
	Priority Priority  `json:"priority"`
	Computed Priority  `json:"computed"`
	Reason   Text      `json:"reason"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// PriorityWhy says in one line where the priority comes from.
func (in *Incident) PriorityWhy() Text {
	switch {
	case in.Override != nil:
		return withReason(in.Priority.String()+" by @"+in.Override.By+", the rating says "+in.Rating.Arithmetic(), in.Override.Reason)
	case in.Rating.Done():
		return Text(in.Rating.Arithmetic())
	}
	return Text(in.Priority.String() + ", not rated")
}

// SetRating rates the incident; nil fields stay. The priority follows, unless a
// person set another one with a reason: that one stays until it is taken back.
type SetRating struct {
	Functional     *string
	Information    *[]string
	Recoverability *string
	Urgency        *string
	Seen           uint64
}

// RatingSet is a rating with what it computes to. Without an urgency nothing is
// rated any more (an undo).
type RatingSet struct {
	Functional     string   `json:"functional_impact"`
	Information    []string `json:"information_impact,omitempty"`
	Recoverability string   `json:"recoverability"`
	Urgency        string   `json:"urgency"`
	Priority       Priority `json:"priority"` // the effective one
}

// Decide implements Command.
func (c SetRating) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if err := stale(in, "the rating", in.Edited["rating"].Version, c.Seen); err != nil {
		return nil, err
	}
	next := in.Rating
	for _, f := range []struct {
		name    string
		to      *string
		is      *string
		allowed []string
	}{{"functional", c.Functional, &next.Functional, FunctionalImpacts()},
		{"recoverability", c.Recoverability, &next.Recoverability, Recoverabilities()},
		{"urgency", c.Urgency, &next.Urgency, Urgencies()}} {
		if f.to != nil {
			*f.is = *f.to
		}
		if *f.is == "" {
			return nil, Invalid("%s is missing: the first rating needs all of it", f.name).Hint("use %s", strings.Join(f.allowed, ", ")).On(f.name)
		}
		if err := oneOf(f.name, *f.is, f.allowed); err != nil {
			return nil, err
		}
	}
	if c.Information != nil {
		next.Information = nil
		for _, v := range InformationImpacts() {
			if slices.Contains(*c.Information, v) {
				next.Information = append(next.Information, v)
			}
		}
		for _, v := range *c.Information {
			if v != "none" {
				if err := oneOf("information", v, InformationImpacts()); err != nil {
					return nil, err
				}
			}
		}
	}
	if next.Functional == in.Rating.Functional && next.Recoverability == in.Rating.Recoverability && next.Urgency == in.Rating.Urgency &&
		slices.Equal(next.Information, in.Rating.Information) {
		return nil, nil
	}
	ev := RatingSet{Functional: next.Functional, Information: next.Information, Recoverability: next.Recoverability, Urgency: next.Urgency, Priority: next.Priority()}
	if in.Override != nil {
		ev.Priority = in.Priority
	}
	evs := []Event{ev}
	// Whether the adversary is active is asked once.
	if r := in.raiseEvent(map[RaiseFact]bool{RaiseActive: next.Urgency == "active"}); r != nil && c.Urgency != nil {
		evs = append(evs, *r)
	}
	return evs, nil
}

// Kind implements Event.
func (RatingSet) Kind() string { return "rating.set" }

func (e RatingSet) inverse(in *Incident) ([]Event, []string) {
	r := &in.Rating
	return []Event{RatingSet{Functional: r.Functional, Information: r.Information, Recoverability: r.Recoverability, Urgency: r.Urgency, Priority: in.Priority}},
		[]string{"rating", FieldPriority}
}

func (e RatingSet) apply(d *draft, m Meta) {
	was := d.Priority
	d.Rating = Rating{Functional: e.Functional, Information: e.Information, Recoverability: e.Recoverability, Urgency: e.Urgency, By: m.Actor, At: m.At}
	if d.Priority = e.Priority; !d.Rating.Done() {
		d.Rating, d.Override = Rating{}, nil
		d.edited("rating", m)
		d.edited(FieldPriority, m)
		d.feed(m, "", "took the rating back: %s", d.Priority)
		return
	}
	if d.Override != nil {
		o := *d.Override
		o.Computed = d.Rating.Priority()
		d.Override = &o
	}
	d.edited("rating", m)
	d.edited(FieldPriority, m)
	text := Text("rated: " + d.Rating.Arithmetic() + " (" + d.Rating.Ground() + ")")
	if was != d.Priority {
		text = Text("priority "+was.String()+" → "+d.Priority.String()+", ") + text
	}
	d.log(m, KindSeverity, text)
	d.feed(m, "", "%s", text)
}

// overriding checks an edit of a rated priority: what differs from the computed
// one needs a reason.
func (in *Incident) overriding(to Priority, reason Text) error {
	if !in.Rating.Done() || to == in.Rating.Priority() {
		return checkText("reason", reason, MaxReason, false)
	}
	if strings.TrimSpace(string(reason)) == "" {
		return Invalid("the rating says %s; another priority needs a reason", in.Rating.Arithmetic()).
			Hint("add --reason \"why\", or rate anew: rate %s", in.ID).On("reason")
	}
	return checkReason(reason)
}

// prioritise sets the priority by hand.
func (d *draft) prioritise(p Priority, reason Text, m Meta) {
	d.Priority, d.Override = p, nil
	if d.Rating.Done() && p != d.Rating.Priority() {
		d.Override = &Override{Priority: p, Computed: d.Rating.Priority(), Reason: reason, By: m.Actor, At: m.At}
	}
}
