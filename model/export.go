package model

import (
	"fmt"
	"slices"
	"time"
)

// Export records that a report left the room: who took what, and how it is
// marked (OUT-3, AUTH-6). It is given before the report is handed out, so that
// no report goes out without its record.
type Export struct {
	What   string // a kind of ExportKinds
	Format string // a format of ExportFormats
	TLP    string // its marking
	Most   string // the narrowest marking of what it was made from
	Of     uint64 // the version that it was made from
}

// ExportKinds lists what is exported: reports for people, and the whole incident
// for programs.
func ExportKinds() []string { return []string{"postmortem", "situation", "executive", "incident"} }

// ExportFormats lists the forms.
func ExportFormats() []string { return []string{"html", "md", "json"} }

// IncidentExported is a report that was taken out.
type IncidentExported struct {
	What    string `json:"what"`
	Format  string `json:"format"`
	TLP     string `json:"tlp"`
	LeftOut string `json:"left_out,omitempty"` // the narrowest marking that was left out
	Of      uint64 `json:"of"`
}

// Decide implements Command. Whoever may read may take out what he reads, marked
// as it is. Leaving parts out for a wider circle is the lead's: it says what may
// be passed on.
func (c Export) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.visible(by); err != nil {
		return nil, err
	}
	if err := in.notReport(); err != nil {
		return nil, err
	}
	if !slices.Contains(ExportKinds(), c.What) || !slices.Contains(ExportFormats(), c.Format) {
		return nil, Usage("%q as %q is no export", excerpt(c.What), excerpt(c.Format)).Hint("export takes the kinds postmortem, situation and executive, and the formats html, md and json")
	}
	tlp, err := ParseTLP(c.TLP)
	if err != nil {
		return nil, err
	}
	ev := IncidentExported{What: c.What, Format: c.Format, TLP: tlp, Of: c.Of}
	if TLPRank(c.Most) > TLPRank(tlp) {
		if in.Rights(by) < rank(AccessLead) {
			return nil, Forbidden("leaving parts of %s out for %s is for the IC, the deputy and commanders", in.ID, TLPLabel(tlp)).Hint("ask @%s", in.IC())
		}
		ev.LeftOut = StrictestTLP(c.Most)
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (IncidentExported) Kind() string { return "incident.exported" }

func (e IncidentExported) apply(d *draft, m Meta) {
	said := fmt.Sprintf("exported %s as %s, %s", e.What, e.Format, TLPLabel(e.TLP))
	if e.LeftOut != "" {
		said += "; what is " + TLPLabel(e.LeftOut) + " was left out"
	}
	d.feed(m, "", "%s", said)
}
