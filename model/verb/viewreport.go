package verb

import (
	"strings"
	"time"

	"warroom/model"
)

// decisionView is a decision of a report.
type decisionView struct {
	State    string         `json:"state"` // new: reopened
	By       string         `json:"by"`
	At       time.Time      `json:"at"`
	Reason   model.Text     `json:"reason"`
	Of       string         `json:"of"`
	Severity model.Severity `json:"severity"`
	Effects  []string       `json:"effects"`
}

// reportView is a report as scripts read it.
type reportView struct {
	ID                  string           `json:"id"`
	Ref                 string           `json:"ref"`
	Title               model.Text       `json:"title"`
	Severity            model.Severity   `json:"severity"`
	SeverityPreliminary model.Severity   `json:"severity_preliminary"`
	State               string           `json:"state"`
	Source              model.Text       `json:"source"`
	Reference           model.Text       `json:"reference"`
	Text                model.Text       `json:"text"`
	NewestText          model.Text       `json:"newest_text"`
	RaisedBy            string           `json:"raised_by"`
	RaisedAt            time.Time        `json:"raised_at"`
	Assignee            string           `json:"assignee"`
	Again               int              `json:"again"`
	AgainAt             *time.Time       `json:"again_at"`
	Decision            *decisionView    `json:"decision"`
	Decisions           []decisionView   `json:"decisions"`
	Indicators          []indicatorView  `json:"indicators"`
	Related             []string         `json:"related"`
	Similar             []model.Likeness `json:"similar,omitempty"`
	UpdatedAt           time.Time        `json:"updated_at"`
	Version             uint64           `json:"version"`
	Head                model.Hash       `json:"head"`
}

func (c *call) viewReport(in *model.Incident) reportView {
	r := in.Report
	v := reportView{ID: in.ID, Ref: in.ID, Title: in.Title, Severity: in.Severity, SeverityPreliminary: in.Preliminary, State: string(r.State), Source: r.Source,
		Reference: r.Reference, Text: r.Text, NewestText: r.Newest, RaisedBy: in.DeclaredBy, RaisedAt: in.DeclaredAt, Assignee: r.Assignee, Again: r.Again,
		AgainAt: orNil(r.AgainAt), Decisions: []decisionView{}, Indicators: []indicatorView{}, Related: orEmpty(c.related(in)), UpdatedAt: in.UpdatedAt,
		Version: in.Version, Head: in.Head}
	for _, d := range r.Decisions {
		v.Decisions = append(v.Decisions, c.viewDecision(d))
	}
	if r.Decision != nil {
		d := c.viewDecision(*r.Decision)
		v.Decision = &d
	}
	for _, x := range in.Indicators {
		v.Indicators = append(v.Indicators, viewIndicator(x, nil))
	}
	return v
}

func (c *call) viewDecision(d model.ReportDecision) decisionView {
	return decisionView{State: string(d.State), By: d.By, At: d.At, Reason: d.Reason, Of: c.mayName(d.Of), Severity: d.Severity, Effects: orEmpty(d.Effects)}
}

// mayName is the id, "" where the person may not know of it: an incident may be
// restricted after a report was decided (AUTH-5).
func (c *call) mayName(id string) string {
	return strings.Join(c.env.Hub.Board().Known(c.env.Actor, id), "")
}

// reportBriefView is a report in a list.
type reportBriefView struct {
	ID        string         `json:"id"`
	Ref       string         `json:"ref"`
	Title     model.Text     `json:"title"`
	Severity  model.Severity `json:"severity"`
	State     string         `json:"state"`
	Source    model.Text     `json:"source"`
	RaisedAt  time.Time      `json:"raised_at"`
	Assignee  string         `json:"assignee"`
	Again     int            `json:"again"`
	Of        string         `json:"of"`
	DecidedBy string         `json:"decided_by"`
	DecidedAt *time.Time     `json:"decided_at"`
	UpdatedAt time.Time      `json:"updated_at"`
	Version   uint64         `json:"version"`
}

func (c *call) viewReportBrief(b *model.Brief) reportBriefView {
	r := b.Report
	return reportBriefView{ID: b.ID, Ref: b.ID, Title: b.Title, Severity: b.Severity, State: string(r.State), Source: r.Source, RaisedAt: b.DeclaredAt,
		Assignee: r.Assignee, Again: r.Again, Of: c.mayName(r.Of), DecidedBy: r.DecidedBy, DecidedAt: orNil(r.DecidedAt), UpdatedAt: b.UpdatedAt, Version: b.Version}
}
