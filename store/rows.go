package store

import (
	"encoding/json"
	"strings"
	"time"

	"warroom/model"
)

// The rows are the tables' shape; nobody outside sees them.

type incidentRow struct {
	ID                  string `gorm:"primaryKey"`
	Version             int64
	Head                []byte
	Title               string
	TitleRaw            []byte // the exact bytes, where the title column cannot hold them
	Summary, Type       string
	Severity            int
	SeverityPreliminary int
	Priority            int
	Phase, Status       string
	IC                  string `gorm:"column:ic"`
	Deputy              string
	Exercise            bool
	Restricted          bool
	TLP                 string `gorm:"column:tlp"`
	Access              string // JSON object: rights by user
	DeclaredAt          time.Time
	DeclaredBy          string
	ClosedAt            *time.Time
	UpdatedAt           time.Time `gorm:"autoUpdateTime:false"`
	Entries             int
	Indicators          int
	Assets              int
	ItemsDone           int
	Items               int
	DeadlineRef         string // the obligation that is due next, empty for none
	DeadlineRegime      string
	DeadlineStart       *time.Time
	DeadlineAt          *time.Time
	PostmortemState     string
	PostmortemRequired  bool
	PostmortemWaived    bool
	PostmortemSignedAt  *time.Time
	PostmortemClosedAt  *time.Time
}

func (incidentRow) TableName() string { return "incidents" }

func timePtr(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func newIncidentRow(in *model.Incident) incidentRow {
	b := in.Brief()
	access, err := json.Marshal(b.Access)
	if err != nil || b.Access == nil {
		access = []byte("{}")
	}
	r := incidentRow{ID: in.ID, Version: int64(in.Version), Head: in.Head[:], Title: column(in.Title), Summary: column(in.Summary), Type: column(model.Text(in.Type)),
		Severity: int(in.Severity), SeverityPreliminary: int(in.Preliminary), Priority: int(in.Priority), Phase: string(in.Phase), Status: string(in.Status),
		IC: b.IC, Deputy: b.Deputy, Exercise: in.Exercise, Restricted: in.Restricted, TLP: in.Marking(), Access: string(access), DeclaredAt: in.DeclaredAt, DeclaredBy: in.DeclaredBy,
		ClosedAt: timePtr(in.ClosedAt), UpdatedAt: in.UpdatedAt, Entries: b.Entries, Indicators: b.Indicators, Assets: b.Assets, ItemsDone: b.ItemsDone, Items: b.Items,
		DeadlineRef: b.Deadline.Ref, DeadlineRegime: b.Deadline.Regime, DeadlineStart: timePtr(b.Deadline.Start), DeadlineAt: timePtr(b.Deadline.Due),
		PostmortemState: string(b.PostMortem.State), PostmortemRequired: b.PostMortem.Required, PostmortemWaived: b.PostMortem.Waived,
		PostmortemSignedAt: timePtr(b.PostMortem.SignedAt), PostmortemClosedAt: timePtr(b.PostMortem.ClosedAt)}
	if r.Title != string(in.Title) {
		r.TitleRaw = []byte(in.Title)
	}
	return r
}

func (r *incidentRow) brief() model.Brief {
	b := model.Brief{ID: r.ID, Version: uint64(r.Version), Title: model.Text(r.Title), Type: r.Type, Severity: model.Severity(r.Severity), Preliminary: model.Severity(r.SeverityPreliminary),
		Priority: model.Priority(r.Priority), Phase: model.Phase(r.Phase), Status: model.Status(r.Status), IC: r.IC, Deputy: r.Deputy, Exercise: r.Exercise,
		Restricted: r.Restricted, DeclaredAt: r.DeclaredAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), Entries: r.Entries, Indicators: r.Indicators,
		Assets: r.Assets, ItemsDone: r.ItemsDone, Items: r.Items}
	if len(r.TitleRaw) > 0 {
		b.Title = model.Text(r.TitleRaw)
	}
	if r.DeadlineAt != nil {
		b.Deadline = model.DeadlineBrief{Ref: r.DeadlineRef, Regime: r.DeadlineRegime, Due: r.DeadlineAt.UTC()}
		if r.DeadlineStart != nil {
			b.Deadline.Start = r.DeadlineStart.UTC()
		}
	}
	b.PostMortem = model.PostMortemBrief{State: model.PostMortemState(r.PostmortemState), Required: r.PostmortemRequired, Waived: r.PostmortemWaived}
	if r.PostmortemSignedAt != nil {
		b.PostMortem.SignedAt = r.PostmortemSignedAt.UTC()
	}
	if r.PostmortemClosedAt != nil {
		b.PostMortem.ClosedAt = r.PostmortemClosedAt.UTC()
	}
	if r.ClosedAt != nil {
		b.ClosedAt = r.ClosedAt.UTC()
	}
	if r.Access != "{}" && r.Access != "" {
		if json.Unmarshal([]byte(r.Access), &b.Access) != nil {
			b.Restricted, b.Access = true, nil // unreadable rights are no rights
		}
	}
	return b
}

type eventRow struct {
	IncidentID  string `gorm:"primaryKey"`
	Version     int64  `gorm:"primaryKey;autoIncrement:false"`
	Kind, Actor string
	RecordedAt  time.Time
	CommandID   string
	Salt        []byte
	Payload     []byte
	Redacted    bool
	PayloadHash []byte
	PrevHash    []byte
	Hash        []byte
}

func (eventRow) TableName() string { return "events" }

func newEventRow(r *model.Record) eventRow {
	return eventRow{IncidentID: r.Incident, Version: int64(r.Version), Kind: r.Kind, Actor: r.Actor, RecordedAt: r.At, CommandID: r.CommandID,
		Salt: r.Salt, Payload: r.Payload, Redacted: r.Redacted, PayloadHash: r.PayloadHash[:], PrevHash: r.PrevHash[:], Hash: r.Hash[:]}
}

func (r *eventRow) record() model.Record {
	rec := model.Record{Meta: model.Meta{Incident: r.IncidentID, Version: uint64(r.Version), Actor: r.Actor, At: r.RecordedAt.UTC(), CommandID: r.CommandID},
		Kind: r.Kind, Salt: r.Salt, Payload: r.Payload, Redacted: r.Redacted}
	copy(rec.PayloadHash[:], r.PayloadHash)
	copy(rec.PrevHash[:], r.PrevHash)
	copy(rec.Hash[:], r.Hash)
	return rec
}

type commandRow struct {
	ID         string `gorm:"primaryKey"`
	IncidentID string
	Version    int64
}

func (commandRow) TableName() string { return "commands" }

type entryRow struct {
	IncidentID                         string `gorm:"primaryKey"`
	Num                                int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Kind, Text, Author            string
	OccurredAt                         time.Time
	OccurredPrecision                  string
	RecordedAt                         time.Time
	Tags, Techniques                   string
	Starred                            bool
	Corrects, CorrectedBy, RetractedBy string
	TLP                                string `gorm:"column:tlp"`
}

func (entryRow) TableName() string { return "timeline_entries" }

func newEntryRow(id string, num int, e *model.Entry) entryRow {
	return entryRow{IncidentID: id, Num: num, Ref: e.Ref, Kind: string(e.Kind), Text: column(e.Text), Author: e.Author, OccurredAt: e.OccurredAt,
		OccurredPrecision: string(e.Precision), RecordedAt: e.RecordedAt, Tags: strings.Join(e.Tags, " "), Techniques: strings.Join(e.Techniques, " "),
		Starred: e.Starred, Corrects: e.Corrects, CorrectedBy: e.CorrectedBy, RetractedBy: e.Retracted, TLP: e.TLP}
}

type indicatorRow struct {
	IncidentID                string `gorm:"primaryKey"`
	Num                       int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Type, Value, Verdict string
	Confidence                int
	TLP                       string `gorm:"column:tlp"`
	FirstSeen, LastSeen       time.Time
	Source, Note, AddedBy     string
	AddedAt                   time.Time
	RetractedBy               string
}

func (indicatorRow) TableName() string { return "indicators" }

func newIndicatorRow(id string, num int, x *model.Indicator) indicatorRow {
	return indicatorRow{IncidentID: id, Num: num, Ref: x.Ref, Type: x.Type, Value: column(x.Value), Verdict: string(x.Verdict), Confidence: x.Confidence,
		TLP: x.TLP, FirstSeen: x.FirstSeen, LastSeen: x.LastSeen, Source: column(x.Source), Note: column(x.Note), AddedBy: x.AddedBy, AddedAt: x.AddedAt,
		RetractedBy: x.Retracted}
}

type assetRow struct {
	IncidentID                                              string `gorm:"primaryKey"`
	Num                                                     int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Name, Kind, Team, Tenant, Criticality, Note        string
	Compromised, Contained, Eradicated, Recovered, Verified string
	LastKnownGood                                           string
	LastKnownGoodAt                                         *time.Time
	RestoredFrom                                            string
	ConfirmedBy                                             string // empty while nobody did
	ConfirmedAt                                             *time.Time
	Forced                                                  int // steps that the IC let pass
	AddedBy                                                 string
	AddedAt                                                 time.Time
	RetractedBy                                             string
}

func (assetRow) TableName() string { return "assets" }

func newAssetRow(id string, num int, a *model.Asset) assetRow {
	r := assetRow{IncidentID: id, Num: num, Ref: a.Ref, Name: column(a.Name), Kind: a.Kind, Team: column(a.Team), Tenant: column(a.Tenant),
		Criticality: a.Criticality, Note: column(a.Note), Compromised: a.Step(model.StepCompromised), Contained: a.Step(model.StepContained),
		Eradicated: a.Step(model.StepEradicated), Recovered: a.Step(model.StepRecovered), Verified: a.Step(model.StepVerified),
		LastKnownGood: column(a.LastKnownGood), LastKnownGoodAt: timePtr(a.LastKnownGoodAt), RestoredFrom: column(a.RestoredFrom), Forced: len(a.Passed),
		AddedBy: a.AddedBy, AddedAt: a.AddedAt, RetractedBy: a.Retracted}
	if a.Confirmed.Value == "yes" {
		r.ConfirmedBy, r.ConfirmedAt = a.Confirmed.By, timePtr(a.Confirmed.At)
	}
	return r
}

type itemRow struct {
	IncidentID                            string `gorm:"primaryKey"`
	Num                                   int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, ItemKey, Playbook, Phase, Title  string
	Role                                  string
	Required                              bool
	State, Owner, Reason, Note, ChangedBy string
	ChangedAt                             *time.Time
}

func (itemRow) TableName() string { return "checklist_items" }

func newItemRow(id string, num int, it *model.Item) itemRow {
	return itemRow{IncidentID: id, Num: num, Ref: it.Ref, ItemKey: column(model.Text(it.Key)), Playbook: column(model.Text(it.Playbook)), Phase: string(it.Phase),
		Title: column(it.Title), Role: it.Role, Required: it.Required, State: string(it.State), Owner: it.Owner, Reason: column(it.Reason), Note: column(it.Note),
		ChangedBy: it.ChangedBy, ChangedAt: timePtr(it.ChangedAt)}
}

type roleRow struct {
	IncidentID string `gorm:"primaryKey"`
	Role       string `gorm:"primaryKey"`
	UserName   string
}

func (roleRow) TableName() string { return "incident_roles" }

type relatedRow struct {
	IncidentID string `gorm:"primaryKey"`
	OtherID    string `gorm:"primaryKey"`
}

func (relatedRow) TableName() string { return "related_incidents" }

type userRow struct {
	Name      string `gorm:"primaryKey"`
	Role      string
	Disabled  bool
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (userRow) TableName() string { return "users" }

type keyRow struct {
	Fingerprint string `gorm:"primaryKey"`
	UserName    string
	Public      string
	Comment     string
	AddedAt     time.Time
	RevokedAt   *time.Time
}

func (keyRow) TableName() string { return "user_keys" }

type auditRow struct {
	ID                  int64 `gorm:"primaryKey"`
	At                  time.Time
	Actor, What, Object string
}

func (auditRow) TableName() string { return "audit_entries" }

type draftRow struct {
	UserName   string `gorm:"primaryKey"`
	IncidentID string `gorm:"primaryKey"`
	Field      string `gorm:"primaryKey"`
	Body       []byte
	SavedAt    time.Time
}

func (draftRow) TableName() string { return "drafts" }
