package store

import (
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// notices is data impact and notification; docs/schema.md describes it.
func notices() []string {
	return []string{
		`ALTER TABLE incidents ADD COLUMN deadline_ref text NOT NULL DEFAULT ''`,
		`ALTER TABLE incidents ADD COLUMN deadline_regime text NOT NULL DEFAULT ''`,
		`ALTER TABLE incidents ADD COLUMN deadline_start {time}`,
		`ALTER TABLE incidents ADD COLUMN deadline_at {time}`,
		`CREATE TABLE data_impacts (incident_id text PRIMARY KEY, disclosed text NOT NULL, modified text NOT NULL, destroyed text NOT NULL, personal text NOT NULL,
			data text NOT NULL, people bigint NOT NULL, regions text NOT NULL, roles text NOT NULL, regulators text NOT NULL)`,
		`CREATE TABLE triggers (incident_id text NOT NULL, name text NOT NULL, at {time} NOT NULL, recorded_by text NOT NULL, recorded_at {time} NOT NULL,
			PRIMARY KEY (incident_id, name))`,
		`CREATE TABLE obligations (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, regime text NOT NULL, stage text NOT NULL, title text NOT NULL,
			recipient text NOT NULL, trigger_name text NOT NULL, trigger_at {time}, due_at {time}, state text NOT NULL, owner text NOT NULL, draft text NOT NULL,
			drafted_by text NOT NULL, approved_by text NOT NULL, sent_at {time}, proof text NOT NULL, reason text NOT NULL, changed_by text NOT NULL,
			added_by text NOT NULL, added_at {time} NOT NULL, retracted_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE INDEX obligations_due ON obligations (state, due_at)`,
	}
}

type impactRow struct {
	IncidentID                               string `gorm:"primaryKey"`
	Disclosed, Modified, Destroyed, Personal string
	Customers                                string
	Data                                     string
	People                                   int64
	Regions, Roles, Regulators               string
}

func (impactRow) TableName() string { return "data_impacts" }

// impactRows is one row, or none while nothing was said.
func impactRows(in *model.Incident) []impactRow {
	d := &in.Impact
	row := impactRow{IncidentID: in.ID, Disclosed: string(d.Disclosed.Answer()), Modified: string(d.Modified.Answer()), Destroyed: string(d.Destroyed.Answer()),
		Personal: string(d.Personal.Answer()), Customers: string(d.Customers.Answer()), Data: column(d.Data), People: int64(d.People), Regions: strings.Join(d.Regions, " "),
		Roles: strings.Join(d.Roles, " "), Regulators: strings.Join(d.Regulators, " ")}
	if _, said := in.Edited["impact"]; !said {
		return nil
	}
	return []impactRow{row}
}

type triggerRow struct {
	IncidentID string `gorm:"primaryKey"`
	Name       string `gorm:"primaryKey"`
	At         time.Time
	RecordedBy string
	RecordedAt time.Time
}

func (triggerRow) TableName() string { return "triggers" }

func triggerRows(in *model.Incident) []triggerRow {
	var rows []triggerRow
	for _, name := range slices.Sorted(maps.Keys(in.Triggers)) {
		t := in.Triggers[name]
		rows = append(rows, triggerRow{IncidentID: in.ID, Name: name, At: t.At, RecordedBy: t.By, RecordedAt: t.RecordedAt})
	}
	return rows
}

// readTriggers reads them by name, whatever the database's collation is.
func readTriggers(tx *gorm.DB, id string, rows *[]triggerRow) error {
	err := tx.Where("incident_id = ?", id).Find(rows).Error
	slices.SortFunc(*rows, func(a, b triggerRow) int { return strings.Compare(a.Name, b.Name) })
	return err
}

type obligationRow struct {
	IncidentID                string `gorm:"primaryKey"`
	Num                       int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Regime, Stage, Title string
	Recipient, TriggerName    string
	TriggerAt, DueAt          *time.Time
	State, Owner, Draft       string
	DraftedBy, ApprovedBy     string
	SentAt                    *time.Time
	Proof, Reason             string
	ChangedBy, AddedBy        string
	AddedAt                   time.Time
	RetractedBy               string
}

func (obligationRow) TableName() string { return "obligations" }

func newObligationRow(id string, num int, o *model.Obligation) obligationRow {
	return obligationRow{IncidentID: id, Num: num, Ref: o.Ref, Regime: o.Regime, Stage: o.Stage, Title: column(o.Title), Recipient: column(o.Recipient),
		TriggerName: o.StartsFrom(), TriggerAt: timePtr(o.TriggerAt), DueAt: timePtr(o.DueAt), State: string(o.State), Owner: o.Owner, Draft: column(o.Draft),
		DraftedBy: o.DraftedBy, ApprovedBy: o.ApprovedBy, SentAt: timePtr(o.SentAt), Proof: column(o.Proof), Reason: column(o.Reason), ChangedBy: o.By,
		AddedBy: o.AddedBy, AddedAt: o.AddedAt, RetractedBy: o.Retracted}
}

// obligationRows are the rows of the obligations that differ between two states.
func obligationRows(before, after *model.Incident) []obligationRow {
	return changed(before.Obligations, after.Obligations, func(i int, o *model.Obligation) obligationRow { return newObligationRow(after.ID, i+1, o) })
}

// writeNotices writes data impact, triggers and obligations, where they changed.
func writeNotices(tx *gorm.DB, before, after *model.Incident) error {
	if err := replace(tx, after.ID, impactRows(before), impactRows(after)); err != nil {
		return err
	}
	if err := replace(tx, after.ID, triggerRows(before), triggerRows(after)); err != nil {
		return err
	}
	return upsert(tx, obligationRows(before, after))
}
