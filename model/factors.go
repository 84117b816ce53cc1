package model

import (
	"slices"
	"strings"
	"time"
)

// FactorClass sorts what contributed to an incident.
type FactorClass string

// The classes (product.md, post-incident).
const (
	FactorTechnical  FactorClass = "technical-lapse"
	FactorProcedural FactorClass = "procedural-failure"
	FactorManual     FactorClass = "manual-error"
	FactorOther      FactorClass = "other-flaw"
)

// FactorClasses lists them.
func FactorClasses() []FactorClass {
	return []FactorClass{FactorTechnical, FactorProcedural, FactorManual, FactorOther}
}

// Means is what a class is for.
func (c FactorClass) Means() string {
	switch c {
	case FactorTechnical:
		return "a weakness of a system, or a control that was missing or did not work"
	case FactorProcedural:
		return "a procedure that was missing, wrong or not followed"
	case FactorManual:
		return "something done by hand that went wrong"
	case FactorOther:
		return "another flaw of a process"
	}
	return ""
}

// ParseFactorClass reads a class; the beginning of its name is enough.
func ParseFactorClass(s string) (FactorClass, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	for _, c := range FactorClasses() {
		if t != "" && strings.HasPrefix(string(c), t) {
			return c, nil
		}
	}
	return "", Usage("%q is no class of a factor", excerpt(s)).Hint("use technical-lapse, procedural-failure, manual-error or other-flaw").On("class")
}

// Factor is one thing that contributed to the incident. Because names the factor
// that it explains: why that one was possible. Five whys are a chain of them.
type Factor struct {
	Ref       string      `json:"ref"`
	Text      Text        `json:"text"`
	Class     FactorClass `json:"class"`
	Because   string      `json:"because"` // X1; "" for one that explains the incident itself
	AddedBy   string      `json:"added_by"`
	AddedAt   time.Time   `json:"added_at"`
	Retracted string      `json:"retracted_by,omitempty"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// MaxFactors is how many factors and how many questions a post-mortem may have.
const MaxFactors = 500

// Factor finds a factor by its ref.
func (in *Incident) Factor(ref string) (*Factor, error) {
	i, err := find(RefFactor, ref, len(in.PostMortem.Factors))
	if err != nil {
		return nil, err
	}
	return in.PostMortem.Factors[i], nil
}

// LiveFactors lists the factors that were not taken back.
func (p *PostMortem) LiveFactors() []*Factor {
	var out []*Factor
	for _, f := range p.Factors {
		if f.Retracted == "" {
			out = append(out, f)
		}
	}
	return out
}

// FactorNode is a factor with those that explain it below.
type FactorNode struct {
	*Factor
	Why []FactorNode `json:"why"`
}

// FactorTree sorts the factors under what they explain. One whose Because was
// taken back stands at the top.
func (p *PostMortem) FactorTree() []FactorNode {
	live := p.LiveFactors()
	below := map[string][]*Factor{}
	for _, f := range live {
		top := ""
		if slices.ContainsFunc(live, func(x *Factor) bool { return x.Ref == f.Because }) {
			top = f.Because
		}
		below[top] = append(below[top], f)
	}
	var grow func(ref string) []FactorNode
	grow = func(ref string) []FactorNode {
		nodes := []FactorNode{}
		for _, f := range below[ref] {
			nodes = append(nodes, FactorNode{f, grow(f.Ref)})
		}
		return nodes
	}
	return grow("")
}

// AddFactor names a contributing factor.
type AddFactor struct {
	Text    Text
	Class   FactorClass
	Because string
}

// FactorAdded is a new factor.
type FactorAdded struct {
	Ref     string      `json:"ref"`
	Text    Text        `json:"text"`
	Class   FactorClass `json:"class"`
	Because string      `json:"because,omitempty"`
}

// Decide implements Command.
func (c AddFactor) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayWritePostMortem(by); err != nil {
		return nil, err
	}
	if err := checkText("factor", c.Text, MaxReason, true); err != nil {
		return nil, err
	}
	class, err := ParseFactorClass(string(c.Class))
	if err != nil {
		return nil, err
	}
	n := len(in.PostMortem.Factors)
	if n >= MaxFactors {
		return nil, Invalid("%s has %d factors, more are not kept", in.ID, n).Hint("write the rest in the section causes")
	}
	ev := FactorAdded{Ref: makeRef(RefFactor, n+1), Text: c.Text, Class: class}
	if ev.Because, err = in.because(ev.Ref, c.Because); err != nil {
		return nil, err
	}
	return []Event{ev}, nil
}

// because checks that a factor may explain another one: a live one, and not, by
// whatever way, itself.
func (in *Incident) because(ref, because string) (string, error) {
	if because == "" {
		return "", nil
	}
	top, err := in.Factor(because)
	if err != nil {
		return "", err
	}
	if top.Retracted != "" {
		return "", Conflict("%s was taken back, by @%s", top.Ref, top.Retracted).Hint("postmortem show %s lists the factors", in.ID).On("because")
	}
	for f := top; f != nil; {
		if f.Ref == ref {
			return "", Invalid("%s cannot explain itself, not by way of %s either", ref, top.Ref).Hint("name a factor that does not rest on it").On("because")
		}
		next := f.Because
		f = nil
		if next != "" {
			f, _ = in.Factor(next)
		}
	}
	return top.Ref, nil
}

// Kind implements Event.
func (FactorAdded) Kind() string { return "factor.added" }

func (e FactorAdded) redacted(mark Text) Event {
	e.Text = mark
	return e
}

func (e FactorAdded) inverse(*Incident) ([]Event, []string) {
	return []Event{FactorSet{Ref: e.Ref, Retract: new(true)}}, []string{e.Ref}
}

func (e FactorAdded) apply(d *draft, m Meta) {
	p := d.postMortem(m)
	f := &Factor{Ref: makeRef(RefFactor, len(p.Factors)+1), Text: e.Text, Class: e.Class, Because: e.Because,
		AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version, Changed: m.Version}
	p.Factors = append(p.Factors, f)
	d.feed(m, f.Ref, "%s: %s", f.Class, f.Text)
}

// SetFactor changes a factor; nil fields stay. Retract takes it back.
type SetFactor struct {
	Ref     string
	Text    *Text
	Class   *FactorClass
	Because *string // "" for none
	Retract bool
	Reason  Text   // why it is taken back; may be empty
	Seen    uint64 // version of the incident that its author saw, 0 when any
}

// FactorSet is a changed factor; absent fields stayed.
type FactorSet struct {
	Ref     string       `json:"ref"`
	Text    *Text        `json:"text,omitempty"`
	Class   *FactorClass `json:"class,omitempty"`
	Because *string      `json:"because,omitempty"`
	Retract *bool        `json:"retract,omitempty"`
	Reason  Text         `json:"reason,omitempty"`
}

// Decide implements Command.
func (c SetFactor) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayWritePostMortem(by); err != nil {
		return nil, err
	}
	f, err := in.Factor(c.Ref)
	if err != nil {
		return nil, err
	}
	if f.Retracted != "" {
		return nil, Conflict("%s was taken back, by @%s", f.Ref, f.Retracted).Hint("postmortem factor %s … names it anew", in.ID)
	}
	if err := stale(in, f.Ref, f.Changed, c.Seen); err != nil {
		return nil, err
	}
	if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if c.Retract {
		return []Event{FactorSet{Ref: f.Ref, Retract: new(true), Reason: c.Reason}}, nil
	}
	ev := FactorSet{Ref: f.Ref, Text: changed(c.Text, f.Text)}
	if ev.Text != nil {
		if err := checkText("factor", *ev.Text, MaxReason, true); err != nil {
			return nil, err
		}
	}
	if c.Class != nil {
		class, err := ParseFactorClass(string(*c.Class))
		if err != nil {
			return nil, err
		}
		ev.Class = changed(&class, f.Class)
	}
	if c.Because != nil {
		because, err := in.because(f.Ref, *c.Because)
		if err != nil {
			return nil, err
		}
		ev.Because = changed(&because, f.Because)
	}
	if ev == (FactorSet{Ref: f.Ref}) {
		return nil, nil
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (FactorSet) Kind() string { return "factor.set" }

func (e FactorSet) redacted(mark Text) Event {
	if e.Text != nil {
		e.Text = &mark
	}
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e FactorSet) inverse(in *Incident) ([]Event, []string) {
	f, err := in.Factor(e.Ref)
	if err != nil {
		return nil, nil
	}
	back := FactorSet{Ref: e.Ref}
	if e.Text != nil {
		back.Text = &f.Text
	}
	if e.Class != nil {
		back.Class = &f.Class
	}
	if e.Because != nil {
		back.Because = &f.Because
	}
	if e.Retract != nil {
		back.Retract = new(f.Retracted != "")
	}
	return []Event{back}, []string{e.Ref}
}

// passes asks anew for what it brings back: meanwhile the factor that it explained
// may have come to rest on it.
func (e FactorSet) passes(in *Incident) error {
	if err := in.postMortemWritable(); err != nil {
		return err
	}
	if e.Because != nil {
		_, err := in.because(e.Ref, *e.Because)
		return err
	}
	return nil
}

func (e FactorSet) apply(d *draft, m Meta) {
	i, err := find(RefFactor, e.Ref, len(d.PostMortem.Factors))
	if err != nil {
		return
	}
	p := d.postMortem(m)
	p.Factors = slices.Clone(p.Factors)
	f := *p.Factors[i]
	set(&f.Text, e.Text)
	set(&f.Class, e.Class)
	set(&f.Because, e.Because)
	f.Changed = m.Version
	what := Text(f.Class) + ": " + f.Text
	if e.Retract != nil {
		f.Retracted = ""
		if *e.Retract {
			f.Retracted = m.Actor
		}
		what = retracted(!*e.Retract, e.Reason)
	}
	p.Factors[i] = &f
	d.feed(m, f.Ref, "%s", what)
}
