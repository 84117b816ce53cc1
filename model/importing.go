package model

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// Import is where an incident of the past was brought in from.
type Import struct {
	Source    string    `json:"source"` // the format: veris
	ID        Text      `json:"id"`     // its name there
	Reference Text      `json:"reference,omitempty"`
	Confirmed string    `json:"confirmed,omitempty"` // confirmed or suspected, as the source says
	Rated     bool      `json:"rated,omitempty"`     // the severity comes from a rating of the source
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// ImportIncident writes down an incident that is over, as another record tells
// it: declared, described and closed by the events that every incident has, in
// one change. The log says honestly when it was brought in and by whom; when
// things happened stands in its moments, as the source said it, and nothing that
// the source does not know is made up from the import.
type ImportIncident struct {
	Title    Text
	Summary  Text
	Type     string
	Severity Severity
	Origin   Import
	Moments  []MomentSet
	Class    map[string][]string // by part, see Classify
	Impact   *DataImpactSet      // nil when nothing is known
}

// ImportCommandID is the id of the command that imports a record: the same for
// the same record, so that it is imported once, whoever tries how often.
func ImportCommandID(source string, id Text) string {
	sum := sha256.Sum256([]byte(source + "\x00" + string(id)))
	return "import." + hex.EncodeToString(sum[:16])
}

// IncidentImported says where the incident comes from.
type IncidentImported struct {
	Import
}

// Decide implements Command.
func (c ImportIncident) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if in.Version == 0 && by.Role != RoleAdmin && by.Role != RoleCommander {
		return nil, Forbidden("@%s may not import incidents: it is for commanders and admins", by.Name).Hint("ask a commander")
	}
	evs, err := Declare{Title: c.Title, Summary: c.Summary, Type: c.Type, Severity: c.Severity}.Decide(in, by, now)
	if err != nil {
		return nil, err
	}
	if err := checkType(c.Origin.Source); err != nil || c.Origin.Source == "" {
		return nil, Invalid("the source of the import is missing").On("source")
	}
	if err := checkText("id", c.Origin.ID, MaxSource, true); err != nil {
		return nil, err
	}
	if err := checkText("reference", c.Origin.Reference, MaxReason, false); err != nil {
		return nil, err
	}
	from := c.Origin
	from.By, from.At = "", time.Time{}
	evs = append(evs, IncidentImported{from})
	for _, m := range c.Moments {
		if err := c.checkMoment(m, now); err != nil {
			return nil, err
		}
		m.Source, m.At = c.Origin.Source, stampIfAny(m.At)
		evs = append(evs, m)
	}
	if err := c.notAhead(now); err != nil {
		return nil, err
	}
	parts := map[string][]string{}
	for _, axis := range ClassAxes() {
		words, err := classWords(axis, c.Class[axis])
		if err != nil {
			return nil, err
		}
		if len(words) > 0 {
			parts[axis] = words
		}
	}
	if len(parts) > 0 {
		evs = append(evs, Classified{Parts: parts})
	}
	if c.Impact != nil && *c.Impact != (DataImpactSet{}) {
		evs = append(evs, *c.Impact)
	}
	over := Text("imported from " + c.Origin.Source + ": it was over before")
	if c.Impact != nil {
		// Where a post-mortem would be required, the record says that there is none.
		next := Incident{Impact: in.Impact}
		c.Impact.into(&next.Impact, Meta{Actor: by.Name, At: now})
		if why := next.postMortemReasons(); len(why) > 0 {
			evs = append(evs, PostMortemWaived{Reason: over, For: why})
		}
	}
	return append(evs, IncidentClosed{Reason: over}), nil
}

// checkMoment refuses what a source cannot say of a moment.
func (c *ImportIncident) checkMoment(m MomentSet, now time.Time) error {
	const longest = 200 * 365 * 24 * time.Hour
	switch {
	case !slices.Contains(MomentNames(), m.Name):
		return Invalid("%q is no moment", excerpt(string(m.Name)))
	case m.Span < 0 || m.Span > longest:
		return Invalid("%s: %s is no length of time", m.Name, m.Span)
	case m.After != "" && !slices.ContainsFunc(c.Moments, func(o MomentSet) bool { return o.Name == m.After && o.After != m.Name }):
		return Invalid("%s is counted from %s, of which nothing is said", m.Name, m.After)
	}
	if err := checkText("said", m.Said, MaxTitle, false); err != nil {
		return err
	}
	return checkMoment(string(m.Name), m.At, now)
}

// notAhead refuses moments that are counted from others and have not come yet.
func (c *ImportIncident) notAhead(now time.Time) error {
	var in Incident
	d := &draft{Incident: &in}
	for _, m := range c.Moments {
		d.moment(m, Meta{})
	}
	for _, m := range c.Moments {
		if at, _ := in.resolved(m.Name, len(c.Moments)); at.After(now.Add(MaxAhead)) {
			return Invalid("%s would be in the future: %s", m.Name, at.UTC().Format(time.DateOnly)).Hint("look at how long it is said to have taken").On(string(m.Name))
		}
	}
	return nil
}

// Kind implements Event.
func (IncidentImported) Kind() string { return "incident.imported" }

func (e IncidentImported) redacted(mark Text) Event {
	e.ID = mark
	if e.Reference != "" {
		e.Reference = mark
	}
	return e
}

func (e IncidentImported) apply(d *draft, m Meta) {
	from := e.Import
	from.By, from.At = m.Actor, m.At
	d.Import = &from
	what := Text("imported from "+e.Source+": ") + e.ID
	if e.Reference != "" {
		what += " (" + e.Reference + ")"
	}
	d.log(m, KindStatus, what)
	d.feed(m, "", "%s", what)
}
