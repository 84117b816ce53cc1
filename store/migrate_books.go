package store

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// bookTables are the tables of the register of playbooks; docs/schema.md describes
// them.
func bookTables() []string {
	return []string{
		`CREATE TABLE playbook_reviews (incident_id text NOT NULL, num integer NOT NULL, playbook text NOT NULL, reviewed_by text NOT NULL,
			reviewed_at {time} NOT NULL, note text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE playbook_amendments (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, playbook text NOT NULL, item text NOT NULL,
			adds boolean NOT NULL, phase text NOT NULL, title text NOT NULL, guidance text NOT NULL, role text NOT NULL, required text NOT NULL,
			from_incident text NOT NULL, from_follow_up text NOT NULL, reason text NOT NULL, made_by text NOT NULL, made_at {time} NOT NULL,
			withdrawn_by text NOT NULL, withdrawn_reason text NOT NULL, PRIMARY KEY (incident_id, num))`,
	}
}

type bookReviewRow struct {
	IncidentID           string `gorm:"primaryKey"`
	Num                  int    `gorm:"primaryKey;autoIncrement:false"`
	Playbook, ReviewedBy string
	ReviewedAt           time.Time
	Note                 string
}

func (bookReviewRow) TableName() string { return "playbook_reviews" }

func bookReviewRows(in *model.Incident) []bookReviewRow {
	if in.Books == nil {
		return nil
	}
	var rows []bookReviewRow
	for i, r := range in.Books.Reviews {
		rows = append(rows, bookReviewRow{IncidentID: in.ID, Num: i + 1, Playbook: r.Book, ReviewedBy: r.By, ReviewedAt: r.At, Note: column(r.Note)})
	}
	return rows
}

type amendmentRow struct {
	IncidentID                   string `gorm:"primaryKey"`
	Num                          int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Playbook, Item          string
	Adds                         bool
	Phase, Title, Guidance, Role string
	Required                     string
	FromIncident, FromFollowUp   string
	Reason, MadeBy               string
	MadeAt                       time.Time
	WithdrawnBy, WithdrawnReason string
}

func (amendmentRow) TableName() string { return "playbook_amendments" }

func amendmentRows(in *model.Incident) []amendmentRow {
	if in.Books == nil {
		return nil
	}
	var rows []amendmentRow
	for i, a := range in.Books.Amendments {
		required := ""
		if a.Required != nil {
			required = map[bool]string{true: "yes", false: "no"}[*a.Required]
		}
		rows = append(rows, amendmentRow{IncidentID: in.ID, Num: i + 1, Ref: a.Ref, Playbook: a.Book, Item: a.Item, Adds: a.Add, Phase: string(a.Phase),
			Title: column(a.Title), Guidance: column(a.Guidance), Role: column(model.Text(a.Role)), Required: required, FromIncident: a.Incident, FromFollowUp: a.FollowUp,
			Reason: column(a.Reason), MadeBy: a.By, MadeAt: a.At, WithdrawnBy: a.Withdrawn, WithdrawnReason: column(a.Why)})
	}
	return rows
}

// writeBooks writes the rows of the register of playbooks that differ.
func writeBooks(tx *gorm.DB, before, after *model.Incident) error {
	if before.Books == after.Books {
		return nil
	}
	if err := upsert(tx, differing(bookReviewRows(before), bookReviewRows(after))); err != nil {
		return err
	}
	return upsert(tx, differing(amendmentRows(before), amendmentRows(after)))
}

// differing are the rows that are new, or not the same as before. Rows are never
// taken out.
func differing[R comparable](before, after []R) []R {
	return slices.DeleteFunc(after, func(r R) bool { return slices.Contains(before, r) })
}
