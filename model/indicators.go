package model

import (
	"slices"
	"strings"
	"time"
)

// Verdict is what the team thinks of an indicator.
type Verdict string

// The verdicts.
const (
	VerdictUnknown    Verdict = "unknown"
	VerdictSuspicious Verdict = "suspicious"
	VerdictMalicious  Verdict = "malicious"
	VerdictBenign     Verdict = "benign"
)

// Verdicts lists every verdict.
func Verdicts() []Verdict {
	return []Verdict{VerdictUnknown, VerdictSuspicious, VerdictMalicious, VerdictBenign}
}

// Indicator is a typed trace of the adversary. Value is normalised and refanged;
// screens show it defanged.
type Indicator struct {
	Ref        string    `json:"ref"`
	Type       string    `json:"type"` // one of the types of cli.md: ipv4, domain, sha256 …
	Value      Text      `json:"value"`
	Verdict    Verdict   `json:"verdict"`
	Confidence int       `json:"confidence"` // 0 to 100
	TLP        string    `json:"tlp"`
	FirstSeen  time.Time `json:"first_seen"`
	LastSeen   time.Time `json:"last_seen"`
	Source     Text      `json:"source"`
	Note       Text      `json:"note,omitempty"`
	AddedBy    string    `json:"added_by"`
	AddedAt    time.Time `json:"added_at"`
	Retracted  string    `json:"retracted_by,omitempty"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// NewIndicator is one indicator to add.
type NewIndicator struct {
	Type       string
	Value      Text
	Verdict    Verdict // "" is unknown
	Confidence int     // 0 to 100
	TLP        string  // "" is DefaultTLP
	Source     Text
	Note       Text
	Seen       time.Time // zero: now
}

// AddIndicators adds indicators; those that are there already are left alone.
type AddIndicators struct{ Indicators []NewIndicator }

// IndicatorAdded is a new indicator.
type IndicatorAdded struct {
	Ref        string    `json:"ref"`
	Type       string    `json:"type"`
	Value      Text      `json:"value"`
	Verdict    Verdict   `json:"verdict"`
	Confidence int       `json:"confidence"`
	TLP        string    `json:"tlp"`
	Source     Text      `json:"source,omitempty"`
	Note       Text      `json:"note,omitempty"`
	Seen       time.Time `json:"seen"`
}

// MaxBatch is how many indicators one command may add.
const MaxBatch = 1000

// FindIndicator is the indicator with this type and value, nil when there is none.
func (in *Incident) FindIndicator(typ string, value Text) *Indicator {
	for _, x := range in.Indicators {
		if x.Value == value && x.Type == typ && x.Retracted == "" {
			return x
		}
	}
	return nil
}

// Decide implements Command.
func (c AddIndicators) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if len(c.Indicators) == 0 {
		return nil, Usage("no indicator to add").Hint("name values, or pipe text in")
	}
	if len(c.Indicators) > MaxBatch {
		return nil, Invalid("%d indicators at once, the limit is %d", len(c.Indicators), MaxBatch).Hint("add them in parts")
	}
	type id struct {
		typ   string
		value Text
	}
	have := make(map[id]bool, len(c.Indicators))
	if len(c.Indicators) > 8 { // for a few, looking each one up is cheaper than a table of all
		for _, x := range in.Indicators {
			if x.Retracted == "" {
				have[id{x.Type, x.Value}] = true
			}
		}
	}
	next := len(in.Indicators) + 1
	var evs []Event
	for _, n := range c.Indicators {
		if err := checkIndicator(&n, now); err != nil {
			return nil, err
		}
		key := id{n.Type, n.Value}
		if have[key] || len(c.Indicators) <= 8 && in.FindIndicator(n.Type, n.Value) != nil {
			continue
		}
		have[key] = true
		evs = append(evs, IndicatorAdded{Ref: makeRef(RefIndicator, next), Type: n.Type, Value: n.Value, Verdict: n.Verdict,
			Confidence: n.Confidence, TLP: n.TLP, Source: n.Source, Note: n.Note, Seen: Stamp(n.Seen)})
		next++
	}
	return evs, nil
}

func checkIndicator(n *NewIndicator, now time.Time) error {
	if n.Type == "" {
		return Invalid("an indicator needs a type").On("type")
	}
	for i := range len(n.Type) {
		if c := n.Type[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') || len(n.Type) > 32 {
			return Usage("%q is no type of indicator", excerpt(n.Type)).Hint("it looks like ipv4, domain or file-name").On("type")
		}
	}
	if n.Verdict == "" {
		n.Verdict = VerdictUnknown
	}
	if n.TLP == "" {
		n.TLP = DefaultTLP
	}
	if n.Seen.IsZero() {
		n.Seen = now
	}
	if err := checkText("value", n.Value, MaxValue, true); err != nil {
		return err
	}
	if err := checkText("source", n.Source, MaxReason, false); err != nil {
		return err
	}
	if err := checkText("note", n.Note, MaxReason, false); err != nil {
		return err
	}
	if _, err := parseVerdict(string(n.Verdict)); err != nil {
		return err
	}
	if _, err := ParseTLP(n.TLP); err != nil {
		return err
	}
	if n.Confidence < 0 || n.Confidence > 100 {
		return Invalid("confidence %d is out of range", n.Confidence).Hint("give 0 to 100").On("confidence")
	}
	return nil
}

func parseVerdict(s string) (Verdict, error) {
	v := Verdict(strings.ToLower(strings.TrimSpace(s)))
	if slices.Contains(Verdicts(), v) {
		return v, nil
	}
	return "", Usage("%q is no verdict", excerpt(s)).Hint("use unknown, suspicious, malicious or benign").On("verdict")
}

// Kind implements Event.
func (IndicatorAdded) Kind() string { return "indicator.added" }

func (e IndicatorAdded) redacted(mark Text) Event {
	e.Value, e.Source, e.Note = mark, "", ""
	return e
}

func (e IndicatorAdded) inverse(*Incident) ([]Event, []string) {
	return []Event{IndicatorRetracted{Ref: e.Ref, Reason: "undone"}}, []string{e.Ref}
}

func (e IndicatorAdded) apply(d *draft, m Meta) {
	x := &Indicator{Ref: makeRef(RefIndicator, len(d.Indicators)+1), Type: e.Type, Value: e.Value, Verdict: e.Verdict,
		Confidence: e.Confidence, TLP: e.TLP, FirstSeen: e.Seen.UTC(), LastSeen: e.Seen.UTC(), Source: e.Source, Note: e.Note,
		AddedBy: m.Actor, AddedAt: m.At, Seq: m.Version, Changed: m.Version}
	d.Indicators = append(d.Indicators, x)
	d.feed(m, x.Ref, "%s %s", x.Type, Defang(x.Type, string(x.Value)))
}

// Indicator finds an indicator by its ref.
func (in *Incident) Indicator(ref string) (*Indicator, error) {
	i, err := find(RefIndicator, ref, len(in.Indicators))
	if err != nil {
		return nil, err
	}
	return in.Indicators[i], nil
}

// SetIndicator changes what is known of an indicator; nil fields stay.
type SetIndicator struct {
	Ref        string
	Verdict    *Verdict
	Confidence *int
	TLP        *string
	Source     *Text
	Note       *Text
	LastSeen   *time.Time
	Seen       uint64 // version of the incident that the editor saw, 0 when any
}

// IndicatorSet is a changed judgement of an indicator; absent fields stayed.
type IndicatorSet struct {
	Ref        string     `json:"ref"`
	Verdict    *Verdict   `json:"verdict,omitempty"`
	Confidence *int       `json:"confidence,omitempty"`
	TLP        *string    `json:"tlp,omitempty"`
	Source     *Text      `json:"source,omitempty"`
	Note       *Text      `json:"note,omitempty"`
	LastSeen   *time.Time `json:"last_seen,omitempty"`
	FirstSeen  *time.Time `json:"first_seen,omitempty"`
}

// Decide implements Command.
func (c SetIndicator) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	x, err := in.Indicator(c.Ref)
	if err != nil {
		return nil, err
	}
	if err := stale(in, x.Ref, x.Changed, c.Seen); err != nil {
		return nil, err
	}
	if x.Retracted != "" {
		return nil, Conflict("%s is retracted, by @%s", x.Ref, x.Retracted).Hint("add it again")
	}
	ev := IndicatorSet{Ref: x.Ref, Source: changed(c.Source, x.Source), Note: changed(c.Note, x.Note)}
	if c.Verdict != nil {
		v, err := parseVerdict(string(*c.Verdict))
		if err != nil {
			return nil, err
		}
		ev.Verdict = changed(&v, x.Verdict)
	}
	if c.TLP != nil {
		t, err := ParseTLP(*c.TLP)
		if err != nil {
			return nil, err
		}
		ev.TLP = changed(&t, x.TLP)
	}
	if c.Confidence != nil {
		if *c.Confidence < 0 || *c.Confidence > 100 {
			return nil, Invalid("confidence %d is out of range", *c.Confidence).Hint("give 0 to 100").On("confidence")
		}
		ev.Confidence = changed(c.Confidence, x.Confidence)
	}
	if c.LastSeen != nil {
		if c.LastSeen.After(now.Add(MaxAhead)) {
			return nil, Invalid("%s is in the future", c.LastSeen.Format(time.RFC3339)).Hint("say when it was seen").On("last-seen")
		}
		at := Stamp(*c.LastSeen)
		if at.Before(x.FirstSeen) {
			ev.FirstSeen = &at
		}
		ev.LastSeen = changed(&at, x.LastSeen)
	}
	for _, t := range []*Text{ev.Source, ev.Note} {
		if t != nil {
			if err := checkText("text", *t, MaxReason, false); err != nil {
				return nil, err
			}
		}
	}
	if ev == (IndicatorSet{Ref: x.Ref}) {
		return nil, nil
	}
	return []Event{ev}, nil
}

// changed is to when it differs from is, else nil.
func changed[T comparable](to *T, is T) *T {
	if to == nil || *to == is {
		return nil
	}
	return to
}

// stale refuses a change by somebody who saw version seen of a thing that was
// changed since (CON-1).
func stale(in *Incident, ref string, changedAt, seen uint64) error {
	if seen == 0 || changedAt <= seen {
		return nil
	}
	for _, f := range slices.Backward(in.Recent) {
		if f.Version == changedAt {
			return Conflict("@%s changed %s at %s while you edited it: %s", f.Actor, ref, f.At.Format("15:04:05Z"), excerpt(string(f.What))).
				Hint("look at it and save again")
		}
	}
	return Conflict("%s was changed while you edited it", ref).Hint("look at it and save again")
}

// Kind implements Event.
func (IndicatorSet) Kind() string { return "indicator.set" }

func (e IndicatorSet) redacted(mark Text) Event {
	if e.Source != nil {
		e.Source = &mark
	}
	if e.Note != nil {
		e.Note = &mark
	}
	return e
}

func (e IndicatorSet) inverse(in *Incident) ([]Event, []string) {
	x, err := in.Indicator(e.Ref)
	if err != nil {
		return nil, nil
	}
	back := IndicatorSet{Ref: e.Ref}
	if e.Verdict != nil {
		back.Verdict = &x.Verdict
	}
	if e.Confidence != nil {
		back.Confidence = &x.Confidence
	}
	if e.TLP != nil {
		back.TLP = &x.TLP
	}
	if e.Source != nil {
		back.Source = &x.Source
	}
	if e.Note != nil {
		back.Note = &x.Note
	}
	if e.LastSeen != nil {
		back.LastSeen = &x.LastSeen
	}
	if e.FirstSeen != nil {
		back.FirstSeen = &x.FirstSeen
	}
	return []Event{back}, []string{e.Ref}
}

func (e IndicatorSet) apply(d *draft, m Meta) {
	i, err := find(RefIndicator, e.Ref, len(d.Indicators))
	if err != nil {
		return
	}
	x := d.indicator(i)
	var what []string
	if e.Verdict != nil {
		x.Verdict = *e.Verdict
		what = append(what, string(x.Verdict))
	}
	if e.Confidence != nil {
		x.Confidence = *e.Confidence
		what = append(what, "confidence "+itoa(x.Confidence))
	}
	if e.TLP != nil {
		x.TLP = *e.TLP
		what = append(what, "TLP:"+strings.ToUpper(x.TLP))
	}
	if e.Source != nil {
		x.Source = *e.Source
		what = append(what, "source")
	}
	if e.Note != nil {
		x.Note = *e.Note
		what = append(what, "note")
	}
	if e.FirstSeen != nil {
		x.FirstSeen = e.FirstSeen.UTC()
	}
	if e.LastSeen != nil {
		x.LastSeen = e.LastSeen.UTC()
		what = append(what, "seen "+x.LastSeen.Format("15:04Z"))
	}
	x.Changed = m.Version
	d.feed(m, x.Ref, "%s", strings.Join(what, ", "))
}

// RetractIndicator takes an indicator back, with a reason.
type RetractIndicator struct {
	Ref    string
	Reason Text
}

// IndicatorRetracted is an indicator taken back.
type IndicatorRetracted struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason"`
	Back   bool   `json:"back,omitempty"` // an undo: the indicator stands again
}

// Decide implements Command.
func (c RetractIndicator) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	x, err := in.Indicator(c.Ref)
	if err != nil {
		return nil, err
	}
	if x.Retracted != "" {
		return nil, Conflict("%s is retracted already, by @%s", x.Ref, x.Retracted).Hint("add it anew if it was right")
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{IndicatorRetracted{Ref: x.Ref, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (IndicatorRetracted) Kind() string { return "indicator.retracted" }

func (e IndicatorRetracted) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e IndicatorRetracted) inverse(*Incident) ([]Event, []string) {
	return []Event{IndicatorRetracted{Ref: e.Ref, Reason: "undone", Back: !e.Back}}, []string{e.Ref}
}

func (e IndicatorRetracted) apply(d *draft, m Meta) {
	if i, err := find(RefIndicator, e.Ref, len(d.Indicators)); err == nil {
		x := d.indicator(i)
		x.Retracted, x.Changed = m.Actor, m.Version
		if e.Back {
			x.Retracted = ""
		}
	}
	d.feed(m, e.Ref, "%s", retracted(e.Back, e.Reason))
}
