package store

import (
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// postMortemTables is post-mortems and who held which duty when; docs/schema.md
// describes it.
func postMortemTables() []string {
	return []string{
		`ALTER TABLE incidents ADD COLUMN postmortem_state text NOT NULL DEFAULT ''`,
		`ALTER TABLE incidents ADD COLUMN postmortem_required boolean NOT NULL DEFAULT false`,
		`ALTER TABLE incidents ADD COLUMN postmortem_waived boolean NOT NULL DEFAULT false`,
		`ALTER TABLE incidents ADD COLUMN postmortem_signed_at {time}`,
		`ALTER TABLE incidents ADD COLUMN postmortem_closed_at {time}`,
		`ALTER TABLE data_impacts ADD COLUMN customers text NOT NULL DEFAULT 'unknown'`,
		`CREATE TABLE role_steps (incident_id text NOT NULL, num integer NOT NULL, role text NOT NULL, user_name text NOT NULL, changed_by text NOT NULL,
			changed_at {time} NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE postmortems (incident_id text PRIMARY KEY, state text NOT NULL, held_at {time}, attendees text NOT NULL, dissent text NOT NULL,
			no_follow_ups text NOT NULL, no_follow_ups_by text NOT NULL, waiver text NOT NULL, waived_by text NOT NULL, waived_at {time}, waived_for text NOT NULL,
			submitted_by text NOT NULL, signed_by text NOT NULL, signed_at {time}, closed_at {time}, frozen_at bigint NOT NULL)`,
		`CREATE TABLE postmortem_sections (incident_id text NOT NULL, section text NOT NULL, text text NOT NULL, written_by text NOT NULL, written_at {time} NOT NULL,
			version bigint NOT NULL, PRIMARY KEY (incident_id, section))`,
		`CREATE TABLE postmortem_steps (incident_id text NOT NULL, num integer NOT NULL, state text NOT NULL, changed_by text NOT NULL, changed_at {time} NOT NULL,
			reason text NOT NULL, alone boolean NOT NULL, version bigint NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE factors (incident_id text NOT NULL, num integer NOT NULL, ref text NOT NULL, text text NOT NULL, class text NOT NULL, because text NOT NULL,
			added_by text NOT NULL, added_at {time} NOT NULL, retracted_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE open_questions (incident_id text NOT NULL, num integer NOT NULL, ref text NOT NULL, text text NOT NULL, confidence text NOT NULL, answer text NOT NULL,
			added_by text NOT NULL, added_at {time} NOT NULL, answered_by text NOT NULL, answered_at {time}, retracted_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
	}
}

type roleStepRow struct {
	IncidentID                string `gorm:"primaryKey"`
	Num                       int    `gorm:"primaryKey;autoIncrement:false"`
	Role, UserName, ChangedBy string
	ChangedAt                 time.Time
}

func (roleStepRow) TableName() string { return "role_steps" }

// roleStepRows are the hand-overs that are new; they only ever become more.
func roleStepRows(before, after *model.Incident) []roleStepRow {
	var rows []roleStepRow
	for i := len(before.RoleSteps); i < len(after.RoleSteps); i++ {
		s := after.RoleSteps[i]
		rows = append(rows, roleStepRow{IncidentID: after.ID, Num: i + 1, Role: string(s.Role), UserName: s.User, ChangedBy: s.By, ChangedAt: s.At})
	}
	return rows
}

type postMortemRow struct {
	IncidentID            string `gorm:"primaryKey"`
	State                 string
	HeldAt                *time.Time
	Attendees             string // JSON array of names
	Dissent               string
	NoFollowUps           string
	NoFollowUpsBy         string
	Waiver, WaivedBy      string
	WaivedAt              *time.Time
	WaivedFor             string
	SubmittedBy, SignedBy string
	SignedAt, ClosedAt    *time.Time
	FrozenAt              int64
}

func (postMortemRow) TableName() string { return "postmortems" }

// postMortemRows is one row, or none while nothing was written and nothing waived.
func postMortemRows(in *model.Incident) []postMortemRow {
	p := &in.PostMortem
	if p.Changed == 0 {
		return nil
	}
	names := []string{}
	for _, a := range p.Meeting.Attendees {
		names = append(names, column(a.Who()))
	}
	list, err := json.Marshal(names)
	if err != nil {
		list = []byte("[]")
	}
	row := postMortemRow{IncidentID: in.ID, State: string(p.State), HeldAt: timePtr(p.Meeting.HeldAt), Attendees: string(list), Dissent: column(p.Meeting.Dissent),
		SubmittedBy: p.SubmittedBy, SignedBy: p.SignedBy, SignedAt: timePtr(p.SignedAt), ClosedAt: timePtr(p.ClosedAt), FrozenAt: int64(p.FrozenAt)}
	if n := p.NoFollow; n != nil {
		row.NoFollowUps, row.NoFollowUpsBy = column(n.Reason), n.By
	}
	if w := p.Waiver; w != nil {
		row.Waiver, row.WaivedBy, row.WaivedAt, row.WaivedFor = column(w.Reason), w.By, timePtr(w.At), strings.Join(w.For, ", ")
	}
	return []postMortemRow{row}
}

type sectionRow struct {
	IncidentID      string `gorm:"primaryKey"`
	Section         string `gorm:"primaryKey"`
	Text, WrittenBy string
	WrittenAt       time.Time
	Version         int64
}

func (sectionRow) TableName() string { return "postmortem_sections" }

// sectionRows are the sections that differ between two states, in their order.
func sectionRows(before, after *model.Incident) []sectionRow {
	var rows []sectionRow
	for _, key := range model.SectionKeys() {
		is := after.PostMortem.Section(key)
		if is.Version == 0 || is == before.PostMortem.Section(key) {
			continue
		}
		rows = append(rows, sectionRow{IncidentID: after.ID, Section: key, Text: column(is.Text), WrittenBy: is.By, WrittenAt: is.At, Version: int64(is.Version)})
	}
	return rows
}

// readSections reads them in the order of the post-mortem.
func readSections(tx *gorm.DB, id string, rows *[]sectionRow) error {
	var all []sectionRow
	if err := tx.Where("incident_id = ?", id).Find(&all).Error; err != nil {
		return err
	}
	known := map[string]bool{}
	for _, key := range model.SectionKeys() {
		known[key] = true
		for _, r := range all {
			if r.Section == key {
				*rows = append(*rows, r)
			}
		}
	}
	for _, r := range all {
		if !known[r.Section] {
			*rows = append(*rows, r)
		}
	}
	return nil
}

type postMortemStepRow struct {
	IncidentID       string `gorm:"primaryKey"`
	Num              int    `gorm:"primaryKey;autoIncrement:false"`
	State, ChangedBy string
	ChangedAt        time.Time
	Reason           string
	Alone            bool
	Version          int64
}

func (postMortemStepRow) TableName() string { return "postmortem_steps" }

// postMortemStepRows are the steps that differ: new ones, or one that was redacted.
func postMortemStepRows(before, after *model.Incident) []postMortemStepRow {
	var rows []postMortemStepRow
	for i, s := range after.PostMortem.Steps {
		if i < len(before.PostMortem.Steps) && before.PostMortem.Steps[i] == s {
			continue
		}
		rows = append(rows, postMortemStepRow{IncidentID: after.ID, Num: i + 1, State: string(s.State), ChangedBy: s.By, ChangedAt: s.At, Reason: column(s.Reason),
			Alone: s.Alone, Version: int64(s.Version)})
	}
	return rows
}

type factorRow struct {
	IncidentID                string `gorm:"primaryKey"`
	Num                       int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Text, Class, Because string
	AddedBy                   string
	AddedAt                   time.Time
	RetractedBy               string
}

func (factorRow) TableName() string { return "factors" }

func factorRows(before, after *model.Incident) []factorRow {
	return changed(before.PostMortem.Factors, after.PostMortem.Factors, func(i int, f *model.Factor) factorRow {
		return factorRow{IncidentID: after.ID, Num: i + 1, Ref: f.Ref, Text: column(f.Text), Class: string(f.Class), Because: f.Because, AddedBy: f.AddedBy,
			AddedAt: f.AddedAt, RetractedBy: f.Retracted}
	})
}

type questionRow struct {
	IncidentID              string `gorm:"primaryKey"`
	Num                     int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Text               string
	Confidence, Answer      string
	AddedBy                 string
	AddedAt                 time.Time
	AnsweredBy, RetractedBy string
	AnsweredAt              *time.Time
}

func (questionRow) TableName() string { return "open_questions" }

func questionRows(before, after *model.Incident) []questionRow {
	return changed(before.PostMortem.Questions, after.PostMortem.Questions, func(i int, q *model.OpenQuestion) questionRow {
		return questionRow{IncidentID: after.ID, Num: i + 1, Ref: q.Ref, Text: column(q.Text), Confidence: q.Confidence, Answer: column(q.Answer), AddedBy: q.AddedBy,
			AddedAt: q.AddedAt, AnsweredBy: q.AnsweredBy, AnsweredAt: timePtr(q.AnsweredAt), RetractedBy: q.Retracted}
	})
}

// writePostMortem writes the post-mortem and the duties, where they changed.
func writePostMortem(tx *gorm.DB, before, after *model.Incident) error {
	if err := upsert(tx, roleStepRows(before, after)); err != nil {
		return err
	}
	if before.PostMortem.Changed == after.PostMortem.Changed && after.PostMortem.Changed == 0 {
		return nil
	}
	for _, write := range []func() error{
		func() error { return replace(tx, after.ID, postMortemRows(before), postMortemRows(after)) },
		func() error { return upsert(tx, sectionRows(before, after)) },
		func() error { return upsert(tx, postMortemStepRows(before, after)) },
		func() error { return upsert(tx, factorRows(before, after)) },
		func() error { return upsert(tx, questionRows(before, after)) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}
