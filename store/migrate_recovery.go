package store

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// recovery is what severity, priority and recovery rest on; docs/schema.md
// describes it.
func recovery() []string {
	return []string{
		`ALTER TABLE assets ADD COLUMN last_known_good text NOT NULL DEFAULT ''`,
		`ALTER TABLE assets ADD COLUMN last_known_good_at {time}`,
		`ALTER TABLE assets ADD COLUMN restored_from text NOT NULL DEFAULT ''`,
		`ALTER TABLE assets ADD COLUMN confirmed_by text NOT NULL DEFAULT ''`,
		`ALTER TABLE assets ADD COLUMN confirmed_at {time}`,
		`ALTER TABLE assets ADD COLUMN forced integer NOT NULL DEFAULT 0`,
		`CREATE TABLE incident_ratings (incident_id text PRIMARY KEY, functional_impact text NOT NULL, information_impact text NOT NULL, recoverability text NOT NULL,
			urgency text NOT NULL, computed integer NOT NULL, override_reason text NOT NULL, override_by text NOT NULL, raises text NOT NULL,
			severity_least integer NOT NULL, rated_by text NOT NULL, rated_at {time})`,
		`CREATE TABLE incident_causes (incident_id text PRIMARY KEY, root_cause text NOT NULL, confidence text NOT NULL, basis text NOT NULL, entry_vector text NOT NULL,
			adversary_evicted text NOT NULL, eviction_evidence text NOT NULL, set_by text NOT NULL, set_at {time})`,
		`CREATE TABLE mitigations (incident_id text NOT NULL, num integer NOT NULL, ref text NOT NULL, what text NOT NULL, state text NOT NULL, reason text NOT NULL,
			added_by text NOT NULL, added_at {time} NOT NULL, changed_by text NOT NULL, changed_at {time}, PRIMARY KEY (incident_id, num))`,
	}
}

// ratingRow is what severity and priority rest on.
type ratingRow struct {
	IncidentID                 string `gorm:"primaryKey"`
	FunctionalImpact           string
	InformationImpact          string
	Recoverability, Urgency    string
	Computed                   int
	OverrideReason, OverrideBy string
	Raises                     string
	SeverityLeast              int
	RatedBy                    string
	RatedAt                    *time.Time
}

func (ratingRow) TableName() string { return "incident_ratings" }

// ratingRows is one row, or none while nothing was rated or found.
func ratingRows(in *model.Incident) []ratingRow {
	r := &in.Rating
	if !r.Done() && len(in.Raises) == 0 {
		return nil
	}
	row := ratingRow{IncidentID: in.ID, FunctionalImpact: r.Functional, InformationImpact: strings.Join(r.Information, " "), Recoverability: r.Recoverability,
		Urgency: r.Urgency, RatedBy: r.By, RatedAt: timePtr(r.At)}
	if r.Done() {
		row.Computed = int(r.Priority())
	}
	if o := in.Override; o != nil {
		row.OverrideReason, row.OverrideBy = column(o.Reason), o.By
	}
	var facts []string
	for _, m := range in.Raises {
		facts = append(facts, string(m.Fact))
	}
	least, _ := in.LeastSeverity()
	row.Raises, row.SeverityLeast = strings.Join(facts, " "), int(least)
	return []ratingRow{row}
}

type causeRow struct {
	IncidentID                                string `gorm:"primaryKey"`
	RootCause, Confidence, Basis, EntryVector string
	AdversaryEvicted, EvictionEvidence, SetBy string
	SetAt                                     *time.Time
}

func (causeRow) TableName() string { return "incident_causes" }

// causeRows is one row, or none while nothing was said.
func causeRows(in *model.Incident) []causeRow {
	c := &in.Cause
	if c.At.IsZero() {
		return nil
	}
	return []causeRow{{IncidentID: in.ID, RootCause: column(c.RootCause), Confidence: c.Confidence, Basis: column(c.Basis), EntryVector: column(c.Vector),
		AdversaryEvicted: c.Evicted, EvictionEvidence: column(c.Evidence), SetBy: c.By, SetAt: timePtr(c.At)}}
}

type mitigationRow struct {
	IncidentID               string `gorm:"primaryKey"`
	Num                      int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, What, State, Reason string
	AddedBy                  string
	AddedAt                  time.Time
	ChangedBy                string
	ChangedAt                *time.Time
}

func (mitigationRow) TableName() string { return "mitigations" }

func newMitigationRow(id string, num int, m *model.Mitigation) mitigationRow {
	return mitigationRow{IncidentID: id, Num: num, Ref: m.Ref, What: column(m.What), State: string(m.State), Reason: column(m.Reason),
		AddedBy: m.AddedBy, AddedAt: m.AddedAt, ChangedBy: m.ChangedBy, ChangedAt: timePtr(m.ChangedAt)}
}

// writeFacts writes what severity, priority and recovery rest on, where it changed.
func writeFacts(tx *gorm.DB, before, after *model.Incident) error {
	if err := replace(tx, after.ID, ratingRows(before), ratingRows(after)); err != nil {
		return err
	}
	if err := replace(tx, after.ID, causeRows(before), causeRows(after)); err != nil {
		return err
	}
	return upsert(tx, changed(before.Cause.Mitigations, after.Cause.Mitigations, func(i int, m *model.Mitigation) mitigationRow { return newMitigationRow(after.ID, i+1, m) }))
}

// replace writes the rows of an incident in a table that has at most one for it.
func replace[R any](tx *gorm.DB, id string, before, after []R) error {
	if compare("", before, after) == "" {
		return nil
	}
	var row R
	if err := tx.Where("incident_id = ?", id).Delete(&row).Error; err != nil {
		return err
	}
	return upsert(tx, after)
}
