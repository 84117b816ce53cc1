package verb

import (
	"time"

	"warroom/model"
	"warroom/model/indicator"
)

// The JSON objects of cli.md. Times are RFC 3339 in UTC; field names and enum
// values change only by adding.

// incidentView is an incident as scripts read it.
type incidentView struct {
	ID                  string                        `json:"id"`
	Ref                 string                        `json:"ref"`
	Title               model.Text                    `json:"title"`
	Summary             model.Text                    `json:"summary"`
	Severity            model.Severity                `json:"severity"`
	SeverityPreliminary model.Severity                `json:"severity_preliminary"`
	Severities          []model.SeverityChange        `json:"severity_history"`
	Priority            model.Priority                `json:"priority"`
	Phase               model.Phase                   `json:"phase"`
	Phases              []model.PhaseStep             `json:"phase_history"`
	Gate                []string                      `json:"gate"`             // refs of what blocks the next phase
	Blockers            []model.Blocker               `json:"blockers"`         // the same in words
	SeverityLeast       *model.Severity               `json:"severity_minimum"` // what the facts ask for; null for nothing
	Raises              []model.RaiseMark             `json:"severity_facts"`
	RaiseDue            string                        `json:"severity_proposed"` // the raise that is due, and why; "" for none
	Rating              ratingView                    `json:"rating"`
	Cause               model.Cause                   `json:"cause"`
	Type                model.Text                    `json:"type"`
	Status              model.Status                  `json:"status"`
	IC                  string                        `json:"ic"`
	Roles               map[model.IncidentRole]string `json:"roles"`
	Exercise            bool                          `json:"exercise"`
	Restricted          bool                          `json:"restricted"`
	TLP                 string                        `json:"tlp"`
	Related             []string                      `json:"related"`
	Similar             []model.Likeness              `json:"similar,omitempty"` // incident show: may belong to it
	Playbooks           []string                      `json:"playbooks"`
	Entries             int                           `json:"entries"`
	Indicators          int                           `json:"indicators"`
	Assets              int                           `json:"assets"`
	ItemsDone           int                           `json:"items_done"`
	Items               int                           `json:"items"`
	PostMortem          postMortemBriefView           `json:"postmortem"`
	DeclaredAt          time.Time                     `json:"declared_at"`
	DeclaredBy          string                        `json:"declared_by"`
	ClosedAt            *time.Time                    `json:"closed_at"`
	UpdatedAt           time.Time                     `json:"updated_at"`
	Version             uint64                        `json:"version"`
	Head                model.Hash                    `json:"head"`
}

func (c *call) viewIncident(in *model.Incident) incidentView {
	b := in.Brief()
	v := incidentView{ID: in.ID, Ref: in.ID, Title: in.Title, Summary: in.Summary, Severity: in.Severity, SeverityPreliminary: in.Preliminary,
		Severities: in.Severities, Priority: in.Priority, Phase: in.Phase, Phases: in.Phases, Gate: []string{}, Blockers: []model.Blocker{},
		Raises: append([]model.RaiseMark{}, in.Raises...), RaiseDue: in.RaiseDue(), Rating: viewRating(in), Cause: viewCause(in), Type: model.Text(in.Type), Status: in.Status,
		IC: in.IC(), Roles: in.Roles, Exercise: in.Exercise, Restricted: in.Restricted, TLP: in.Marking(), Related: orEmpty(c.related(in)),
		Playbooks: orEmpty(in.Playbooks), Entries: b.Entries, Indicators: b.Indicators, Assets: b.Assets, ItemsDone: b.ItemsDone, Items: b.Items,
		PostMortem: viewPostMortemBrief(b.PostMortem), DeclaredAt: in.DeclaredAt, DeclaredBy: in.DeclaredBy, ClosedAt: orNil(in.ClosedAt), UpdatedAt: in.UpdatedAt, Version: in.Version, Head: in.Head}
	if next := in.Phase.Next(); next != "" {
		v.Gate, v.Blockers = orEmpty(in.Gate(next)), append(v.Blockers, in.Blockers(next)...)
	}
	if least, _ := in.LeastSeverity(); least.Valid() {
		v.SeverityLeast = &least
	}
	return v
}

// related are the linked incidents that the person may know of (AUTH-5).
func (c *call) related(in *model.Incident) []string {
	return c.env.Hub.Board().Known(c.env.Actor, in.Related...)
}

// briefView is an incident in a list.
type briefView struct {
	ID         string              `json:"id"`
	Ref        string              `json:"ref"`
	Title      model.Text          `json:"title"`
	Severity   model.Severity      `json:"severity"`
	Priority   model.Priority      `json:"priority"`
	Phase      model.Phase         `json:"phase"`
	Type       model.Text          `json:"type"`
	Status     model.Status        `json:"status"`
	IC         string              `json:"ic"`
	Exercise   bool                `json:"exercise"`
	Restricted bool                `json:"restricted"`
	Entries    int                 `json:"entries"`
	Indicators int                 `json:"indicators"`
	Assets     int                 `json:"assets"`
	ItemsDone  int                 `json:"items_done"`
	Items      int                 `json:"items"`
	PostMortem postMortemBriefView `json:"postmortem"`
	DeclaredAt time.Time           `json:"declared_at"`
	ClosedAt   *time.Time          `json:"closed_at"`
	UpdatedAt  time.Time           `json:"updated_at"`
	Version    uint64              `json:"version"`
	Deadline   *deadlineView       `json:"deadline"`
}

// deadlineView is the obligation that is due next.
type deadlineView struct {
	Ref    string    `json:"ref"`
	Regime string    `json:"regime"`
	DueAt  time.Time `json:"due_at"`
}

func viewDeadline(d model.DeadlineBrief) *deadlineView {
	if d.Ref == "" {
		return nil
	}
	return &deadlineView{d.Ref, d.Regime, d.Due}
}

func viewBrief(b *model.Brief) briefView {
	return briefView{ID: b.ID, Ref: b.ID, Title: b.Title, Severity: b.Severity, Priority: b.Priority, Phase: b.Phase, Type: model.Text(b.Type), Status: b.Status,
		IC: b.IC, Exercise: b.Exercise, Restricted: b.Restricted, Entries: b.Entries, Indicators: b.Indicators, Assets: b.Assets,
		ItemsDone: b.ItemsDone, Items: b.Items, DeclaredAt: b.DeclaredAt, ClosedAt: orNil(b.ClosedAt), UpdatedAt: b.UpdatedAt, Version: b.Version,
		PostMortem: viewPostMortemBrief(b.PostMortem), Deadline: viewDeadline(b.Deadline)}
}

// indicatorView is an indicator with what the room knows about it elsewhere.
type indicatorView struct {
	*model.Indicator
	Defanged model.Text `json:"defanged"`
	SeenIn   []string   `json:"seen_in"`
}

func viewIndicator(x *model.Indicator, seen map[string][]string) indicatorView {
	return indicatorView{Indicator: x, Defanged: defanged(x), SeenIn: orEmpty(seen[x.Type+"\x00"+string(x.Value)])}
}

func defanged(x *model.Indicator) model.Text {
	return model.Text(indicator.Defang(x.Type, string(x.Value)))
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
