package model

import (
	"slices"
	"time"
)

// EntryKind says what a timeline entry is.
type EntryKind string

// The kinds: what people write, and what the room writes of its own acts.
const (
	KindNote       EntryKind = "note"
	KindDecision   EntryKind = "decision"
	KindCorrection EntryKind = "correction"
	KindDeclared   EntryKind = "declared"
	KindSeverity   EntryKind = "severity"
	KindPhase      EntryKind = "phase"
	KindRole       EntryKind = "role"
	KindStatus     EntryKind = "status"
	KindImpact     EntryKind = "impact"
	KindNotice     EntryKind = "notice"
	KindUpdate     EntryKind = "update"
	KindAction     EntryKind = "action"
)

// EntryKinds lists every kind.
func EntryKinds() []EntryKind {
	return []EntryKind{KindNote, KindDecision, KindCorrection, KindDeclared, KindSeverity, KindPhase, KindRole, KindStatus, KindImpact, KindNotice, KindUpdate, KindAction}
}

// Entry is one line of the timeline. It has two clocks: when it happened and
// when it was written down.
type Entry struct {
	Ref        string    `json:"ref"`
	Kind       EntryKind `json:"kind"`
	Text       Text      `json:"text"`
	Author     string    `json:"author"`
	OccurredAt time.Time `json:"occurred_at"`
	Precision  Precision `json:"precision"`
	RecordedAt time.Time `json:"recorded_at"`
	People     []string  `json:"people,omitempty"`
	Tags       []string  `json:"tags"`
	Techniques []string  `json:"techniques"`
	Refs       []string  `json:"refs"`
	Starred    bool      `json:"starred"`
	TLP        string    `json:"tlp,omitempty"` // "" is the incident's

	Corrects    string `json:"corrects"`               // the entry that this one corrects
	CorrectedBy string `json:"corrected_by,omitempty"` // the newest entry that corrects this one

	Retracted    string `json:"retracted_by,omitempty"` // who took it back
	RetractedWhy Text   `json:"retracted_reason,omitempty"`

	Seq     uint64 `json:"seq"` // number of the event that wrote it
	Changed uint64 `json:"-"`   // number of the newest event that touched it
}

// written says whether a person wrote the entry; what the room wrote of its own
// acts stays as it is, and the refusal names what changes the thing itself.
func (e *Entry) written() error {
	switch e.Kind {
	case KindNote, KindDecision, KindCorrection:
		return nil
	}
	way := map[EntryKind]string{
		KindDeclared: "incident edit changes title and summary, sev the severity",
		KindSeverity: "sev changes the severity again",
		KindPhase:    "phase goes on or back",
		KindRole:     "role hands the duty over",
		KindStatus:   "incident close and incident reopen change it",
	}[e.Kind]
	if way == "" {
		way = "change the " + string(e.Kind) + " itself"
	}
	return Invalid("%s is the room's own record of what was done and stays", e.Ref).Hint("%s; a note says what was wrong", way)
}

// Correctable says why the entry cannot be corrected or retracted, nil when it can.
func (e *Entry) Correctable() error {
	if err := e.written(); err != nil {
		return err
	}
	if e.Retracted != "" {
		return Conflict("%s is retracted, by @%s", e.Ref, e.Retracted).Hint("write a new note")
	}
	return nil
}

// AddNote writes a timeline entry. A zero When means now. Corrects names an
// entry that this one puts right; the old one stays readable.
type AddNote struct {
	Text     Text
	When     When
	Kind     EntryKind // "" is a note
	Star     bool
	Corrects string
	TLP      string // "" is the incident's
}

// EntryAdded is a new timeline entry.
type EntryAdded struct {
	Ref        string    `json:"ref"`
	What       EntryKind `json:"kind,omitempty"` // "" is a note
	Text       Text      `json:"text"`
	OccurredAt time.Time `json:"occurred_at,omitzero"` // zero: when it was recorded
	Precision  Precision `json:"precision,omitempty"`
	People     []string  `json:"people,omitempty"`
	Tags       []string  `json:"tags,omitempty"`
	Techniques []string  `json:"techniques,omitempty"`
	Refs       []string  `json:"refs,omitempty"`
	Starred    bool      `json:"starred,omitempty"`
	Corrects   string    `json:"corrects,omitempty"`
	TLP        string    `json:"tlp,omitempty"`
}

// Decide implements Command.
func (c AddNote) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if err := checkText("note", c.Text, MaxEntry, true); err != nil {
		return nil, err
	}
	if c.When.At.After(now.Add(MaxAhead)) {
		return nil, Invalid("%s is in the future", c.When.At.UTC().Format(time.RFC3339)).
			Hint("say when it happened; a plan belongs into the text").On("at")
	}
	kind := c.Kind
	switch kind {
	case "":
		kind = KindNote
	case KindNote, KindDecision:
	default:
		return nil, Usage("a person cannot write an entry of kind %q", excerpt(string(kind))).Hint("use note or decision")
	}
	if c.TLP != "" {
		var err error
		if c.TLP, err = ParseTLP(c.TLP); err != nil {
			return nil, err
		}
	}
	if c.Corrects != "" {
		i, err := find(RefEntry, c.Corrects, len(in.Timeline))
		if err != nil {
			return nil, err
		}
		old := in.Timeline[i]
		if err := old.Correctable(); err != nil {
			return nil, err
		}
		if old.CorrectedBy != "" {
			return nil, Conflict("%s is corrected already, by %s", old.Ref, old.CorrectedBy).Hint("correct %s", old.CorrectedBy)
		}
		c.Corrects, kind = old.Ref, KindCorrection
		if c.TLP == "" {
			c.TLP = old.TLP
		}
		if c.When.At.IsZero() {
			c.When = When{At: old.OccurredAt, Precision: old.Precision}
		}
	}
	marks := ScanLine(string(c.Text))
	ev := EntryAdded{Ref: makeRef(RefEntry, len(in.Timeline)+1), What: kind, Text: c.Text, People: marks.People,
		Tags: marks.Tags, Techniques: marks.Techniques, Refs: marks.Refs, Starred: c.Star || marks.Starred, Corrects: c.Corrects, TLP: c.TLP}
	if !c.When.At.IsZero() {
		if c.When.Precision == "" {
			c.When.Precision = PrecisionSecond
		}
		ev.OccurredAt, ev.Precision = Stamp(c.When.At), c.When.Precision
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (EntryAdded) Kind() string { return "timeline.added" }

func (e EntryAdded) redacted(mark Text) Event {
	return EntryAdded{Ref: e.Ref, What: e.What, Text: mark, OccurredAt: e.OccurredAt, Precision: e.Precision, Starred: e.Starred, Corrects: e.Corrects, TLP: e.TLP}
}

func (e EntryAdded) inverse(*Incident) ([]Event, []string) {
	return []Event{EntryRetracted{Ref: e.Ref, Reason: "undone"}}, []string{e.Ref}
}

func (e EntryAdded) apply(d *draft, m Meta) {
	en := d.append(m, e.What, e.Text)
	if en.Kind == "" {
		en.Kind = KindNote
	}
	if !e.OccurredAt.IsZero() {
		en.OccurredAt, en.Precision = e.OccurredAt.UTC(), e.Precision
	}
	en.People, en.Tags, en.Techniques, en.Refs = e.People, list(e.Tags), list(e.Techniques), list(e.Refs)
	en.Starred, en.TLP = e.Starred, e.TLP
	if i, ok := d.corrected(e.Corrects, len(d.Timeline)-1); ok {
		en.Corrects = e.Corrects
		old := d.entry(i)
		old.CorrectedBy, old.Changed = en.Ref, m.Version
		d.feed(m, en.Ref, "corrects %s: %s", e.Corrects, e.Text)
		return
	}
	d.feed(m, en.Ref, "%s", e.Text)
}

// corrected is the place of the entry that a correction names, among the first n.
func (d *draft) corrected(ref string, n int) (int, bool) {
	if ref == "" {
		return 0, false
	}
	i, err := find(RefEntry, ref, n)
	return i, err == nil
}

// append adds an entry; the log's order is the refs' order.
func (d *draft) append(m Meta, kind EntryKind, text Text) *Entry {
	en := &Entry{Ref: makeRef(RefEntry, len(d.Timeline)+1), Kind: kind, Text: text, Author: m.Actor, OccurredAt: m.At,
		Precision: PrecisionSecond, RecordedAt: m.At, Tags: []string{}, Techniques: []string{}, Refs: []string{},
		Seq: m.Version, Changed: m.Version}
	d.Timeline = append(d.Timeline, en)
	return en
}

// log writes an entry of the room's own.
func (d *draft) log(m Meta, kind EntryKind, text Text) { d.append(m, kind, text) }

// list makes an absent list an empty one, so that JSON shows [].
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// RetractEntry takes an entry back, with a reason; it stays readable. Authors
// retract their own, the lead everybody's.
type RetractEntry struct {
	Ref    string
	Reason Text
}

// EntryRetracted is an entry taken back.
type EntryRetracted struct {
	Ref    string `json:"ref"`
	Reason Text   `json:"reason"`
	Back   bool   `json:"back,omitempty"` // an undo: the entry stands again
}

// Entry finds an entry by its ref.
func (in *Incident) Entry(ref string) (*Entry, error) {
	i, err := find(RefEntry, ref, len(in.Timeline))
	if err != nil {
		return nil, err
	}
	return in.Timeline[i], nil
}

// Decide implements Command.
func (c RetractEntry) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	en, err := in.Entry(c.Ref)
	if err != nil {
		return nil, err
	}
	if en.Author != by.Name {
		if err := in.may(by, AccessLead); err != nil {
			return nil, err
		}
	}
	if err := en.written(); err != nil {
		return nil, err
	}
	if en.Retracted != "" {
		return nil, Conflict("%s is retracted already, by @%s", en.Ref, en.Retracted).Hint("write it anew if it was right")
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	return []Event{EntryRetracted{Ref: en.Ref, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (EntryRetracted) Kind() string { return "timeline.retracted" }

func (e EntryRetracted) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e EntryRetracted) inverse(*Incident) ([]Event, []string) {
	return []Event{EntryRetracted{Ref: e.Ref, Reason: "undone", Back: !e.Back}}, []string{e.Ref}
}

func (e EntryRetracted) apply(d *draft, m Meta) {
	if i, err := find(RefEntry, e.Ref, len(d.Timeline)); err == nil {
		en := d.entry(i)
		en.Retracted, en.RetractedWhy, en.Changed = m.Actor, e.Reason, m.Version
		from, to := en.Ref, "" // a correction that is taken back corrects nothing any more
		if e.Back {
			en.Retracted, en.RetractedWhy = "", ""
			from, to = to, from
		}
		if o, ok := d.corrected(en.Corrects, len(d.Timeline)); ok && d.Timeline[o].CorrectedBy == from {
			old := d.entry(o)
			old.CorrectedBy, old.Changed = to, m.Version
		}
	}
	d.feed(m, e.Ref, "%s", retracted(e.Back, e.Reason))
}

// retracted is the feed's line of a thing taken back, or of one that stands again.
func retracted(back bool, reason Text) Text {
	if back {
		return "stands again"
	}
	return withReason("retracted", reason)
}

// StarEntry marks a key moment, or takes the mark away.
type StarEntry struct {
	Ref string
	On  bool
}

// EntryStarred is a key moment marked.
type EntryStarred struct {
	Ref string `json:"ref"`
	On  bool   `json:"on"`
}

// Decide implements Command.
func (c StarEntry) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	en, err := in.Entry(c.Ref)
	if err != nil || en.Starred == c.On {
		return nil, err
	}
	return []Event{EntryStarred{Ref: en.Ref, On: c.On}}, nil
}

// Kind implements Event.
func (EntryStarred) Kind() string { return "timeline.starred" }

func (e EntryStarred) inverse(*Incident) ([]Event, []string) {
	return []Event{EntryStarred{Ref: e.Ref, On: !e.On}}, []string{e.Ref}
}

func (e EntryStarred) apply(d *draft, m Meta) {
	if i, err := find(RefEntry, e.Ref, len(d.Timeline)); err == nil {
		en := d.entry(i)
		en.Starred, en.Changed = e.On, m.Version
	}
	what := "starred"
	if !e.On {
		what = "unstarred"
	}
	d.feed(m, e.Ref, "%s", what)
}

// AsItHappened orders entries by when they happened, and those of one moment as
// they were written; the timeline itself is in the order "as we knew it".
func AsItHappened(entries []*Entry) []*Entry {
	out := slices.Clone(entries)
	slices.SortStableFunc(out, func(a, b *Entry) int { return a.OccurredAt.Compare(b.OccurredAt) })
	return out
}
