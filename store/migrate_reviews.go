package store

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// reviewTables are the monthly reviews; docs/schema.md describes them.
func reviewTables() []string {
	return []string{
		`CREATE TABLE reviews (incident_id text PRIMARY KEY, month text NOT NULL, closed_by text NOT NULL, closed_at {time}, reason text NOT NULL, closes integer NOT NULL,
			attendees integer NOT NULL, decisions integer NOT NULL, notes integer NOT NULL, figures text NOT NULL)`,
		`CREATE TABLE review_attendees (incident_id text NOT NULL, num integer NOT NULL, user_name text NOT NULL, name text NOT NULL, added_by text NOT NULL,
			added_at {time} NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE review_decisions (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, text text NOT NULL, owner text NOT NULL, due_at {time},
			decided_by text NOT NULL, decided_at {time} NOT NULL, done_by text NOT NULL, done_at {time}, result text NOT NULL, retracted_by text NOT NULL,
			retracted_reason text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE review_notes (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, text text NOT NULL, author text NOT NULL,
			written_at {time} NOT NULL, retracted_by text NOT NULL, retracted_reason text NOT NULL, PRIMARY KEY (incident_id, num))`,
	}
}

type reviewRow struct {
	IncidentID                  string `gorm:"primaryKey"`
	Month, ClosedBy             string
	ClosedAt                    *time.Time
	Reason                      string
	Closes                      int
	Attendees, Decisions, Notes int
	Figures                     string // JSON, "" while it is open
}

func (reviewRow) TableName() string { return "reviews" }

// reviewRows is a review's row, none for another stream.
func reviewRows(in *model.Incident) []reviewRow {
	r := in.Review
	if r == nil {
		return nil
	}
	row := reviewRow{IncidentID: in.ID, Month: r.Month, Attendees: len(r.Attendees)}
	for _, s := range r.Steps {
		if s.Closed {
			row.Closes++
		}
	}
	for _, d := range r.Decisions {
		if d.Retracted == "" {
			row.Decisions++
		}
	}
	for _, n := range r.Notes {
		if n.Retracted == "" {
			row.Notes++
		}
	}
	if c := r.Closed; c != nil {
		row.ClosedBy, row.ClosedAt, row.Reason = c.By, timePtr(c.At), column(c.Reason)
		if b, err := json.Marshal(c.Figures); err == nil { // it came from JSON
			row.Figures = column(model.Text(b))
		}
	}
	return []reviewRow{row}
}

type attendeeRow struct {
	IncidentID              string `gorm:"primaryKey"`
	Num                     int    `gorm:"primaryKey;autoIncrement:false"`
	UserName, Name, AddedBy string
	AddedAt                 time.Time
}

func (attendeeRow) TableName() string { return "review_attendees" }

func attendeeRows(in *model.Incident) []attendeeRow {
	if in.Review == nil {
		return nil
	}
	var rows []attendeeRow
	for i, a := range in.Review.Attendees {
		rows = append(rows, attendeeRow{IncidentID: in.ID, Num: i + 1, UserName: a.User, Name: column(a.Name), AddedBy: a.By, AddedAt: a.At})
	}
	return rows
}

type decisionRow struct {
	IncidentID       string `gorm:"primaryKey"`
	Num              int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Text, Owner string
	DueAt            *time.Time
	DecidedBy        string
	DecidedAt        time.Time
	DoneBy           string
	DoneAt           *time.Time
	Result           string
	RetractedBy      string
	RetractedReason  string
}

func (decisionRow) TableName() string { return "review_decisions" }

func newDecisionRow(id string, num int, d *model.ReviewDecision) decisionRow {
	return decisionRow{IncidentID: id, Num: num, Ref: d.Ref, Text: column(d.Text), Owner: d.Owner, DueAt: timePtr(d.Due), DecidedBy: d.By, DecidedAt: d.At,
		DoneBy: d.DoneBy, DoneAt: timePtr(d.DoneAt), Result: column(d.Result), RetractedBy: d.Retracted, RetractedReason: column(d.Why)}
}

// decisionRows are the rows of the decisions that differ between two states.
func decisionRows(before, after *model.Incident) []decisionRow {
	return changed(before.Review.All(), after.Review.All(), func(i int, d *model.ReviewDecision) decisionRow { return newDecisionRow(after.ID, i+1, d) })
}

type reviewNoteRow struct {
	IncidentID        string `gorm:"primaryKey"`
	Num               int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Text, Author string
	WrittenAt         time.Time
	RetractedBy       string
	RetractedReason   string
}

func (reviewNoteRow) TableName() string { return "review_notes" }

// reviewNoteRows are the rows of the notes that differ between two states.
func reviewNoteRows(before, after *model.Incident) []reviewNoteRow {
	return changed(before.Review.Said(), after.Review.Said(), func(i int, n *model.ReviewNote) reviewNoteRow {
		return reviewNoteRow{IncidentID: after.ID, Num: i + 1, Ref: n.Ref, Text: column(n.Text), Author: n.By, WrittenAt: n.At, RetractedBy: n.Retracted,
			RetractedReason: column(n.Why)}
	})
}

// writeReview writes a review's rows, where they changed.
func writeReview(tx *gorm.DB, before, after *model.Incident) error {
	if before.Review == after.Review {
		return nil
	}
	if err := replace(tx, after.ID, reviewRows(before), reviewRows(after)); err != nil {
		return err
	}
	if err := replace(tx, after.ID, attendeeRows(before), attendeeRows(after)); err != nil {
		return err
	}
	if err := upsert(tx, decisionRows(before, after)); err != nil {
		return err
	}
	return upsert(tx, reviewNoteRows(before, after))
}

// reviewBriefs reads what lists show of the reviews.
func reviewBriefs(db *gorm.DB, list []model.Brief) error {
	ids := idsOf(list, func(b *model.Brief) bool { return model.IsReviewID(b.ID) })
	if len(ids) == 0 {
		return nil
	}
	var reviews []reviewRow
	if err := among(db, "incident_id", ids).Omit("figures").Find(&reviews).Error; err != nil {
		return err
	}
	var open []decisionRow
	err := among(db, "incident_id", ids).Where("retracted_by = '' AND owner <> '' AND done_by = ''").Order("incident_id").Order("num").Find(&open).Error
	if err != nil {
		return err
	}
	byID := make(map[string]*model.ReviewBrief, len(reviews))
	for _, r := range reviews {
		byID[r.IncidentID] = &model.ReviewBrief{ClosedBy: r.ClosedBy, ClosedAt: utc(r.ClosedAt), Attendees: r.Attendees, Decisions: r.Decisions}
	}
	for _, d := range open {
		if b := byID[d.IncidentID]; b != nil {
			b.Open = append(b.Open, model.DecisionBrief{Ref: d.Ref, Text: model.Text(d.Text), Owner: d.Owner, Due: utc(d.DueAt)})
		}
	}
	for i := range list {
		list[i].Review = byID[list[i].ID]
	}
	return nil
}

// utc is a time of a column, zero for NULL.
func utc(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// clocks reads the obligations with a fixed time.
func clocks(db *gorm.DB, list []model.Brief) error {
	ids := idsOf(list, (*model.Brief).IsIncident)
	if len(ids) == 0 {
		return nil
	}
	var rows []obligationRow
	err := among(db, "incident_id", ids).Select("incident_id", "due_at", "sent_at").Where("retracted_by = '' AND state <> ? AND due_at IS NOT NULL", string(model.ObligationNot)).
		Order("incident_id").Order("num").Find(&rows).Error
	if err != nil {
		return err
	}
	byID := map[string][]model.ClockBrief{}
	for _, o := range rows {
		byID[o.IncidentID] = append(byID[o.IncidentID], model.ClockBrief{Due: utc(o.DueAt), Sent: utc(o.SentAt)})
	}
	for i := range list {
		list[i].Clocks = byID[list[i].ID]
	}
	return nil
}
