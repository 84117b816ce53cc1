package store

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// followUpTables are the follow-ups and their history; docs/schema.md describes them.
func followUpTables() []string {
	return []string{
		`CREATE TABLE follow_ups (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, title text NOT NULL, title_raw {bytes}, kind text NOT NULL,
			team text NOT NULL, owner text NOT NULL, due text NOT NULL, priority integer NOT NULL, ticket text NOT NULL, factor text NOT NULL, changes text NOT NULL,
			state text NOT NULL, evidence text NOT NULL, reason text NOT NULL, added_by text NOT NULL, added_at {time} NOT NULL, changed_by text NOT NULL,
			changed_at {time} NOT NULL, settled_at {time}, PRIMARY KEY (incident_id, num))`,
		`CREATE INDEX follow_ups_due ON follow_ups (state, due)`,
		`CREATE TABLE follow_up_steps (incident_id text NOT NULL, follow_up integer NOT NULL, num integer NOT NULL, state text NOT NULL, evidence text NOT NULL,
			reason text NOT NULL, back boolean NOT NULL, changed_by text NOT NULL, changed_at {time} NOT NULL, PRIMARY KEY (incident_id, follow_up, num))`,
	}
}

type followUpRow struct {
	IncidentID              string `gorm:"primaryKey"`
	Num                     int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Title              string
	TitleRaw                []byte // the exact bytes, where the title column cannot hold them
	Kind, Team, Owner, Due  string
	Priority                int
	Ticket, Factor, Changes string
	State, Evidence, Reason string
	AddedBy                 string
	AddedAt                 time.Time
	ChangedBy               string
	ChangedAt               time.Time
	SettledAt               *time.Time
}

func (followUpRow) TableName() string { return "follow_ups" }

func newFollowUpRow(id string, num int, f *model.FollowUp) followUpRow {
	last := f.Last()
	r := followUpRow{IncidentID: id, Num: num, Ref: f.Ref, Title: column(f.Title), Kind: string(f.Kind), Team: column(f.Team), Owner: f.Owner, Due: string(f.Due),
		Priority: int(f.Priority), Ticket: column(f.Ticket), Factor: f.Factor, Changes: strings.Join(f.Changes, " "), State: string(f.State),
		Evidence: column(f.Evidence), Reason: column(f.Reason), AddedBy: f.AddedBy, AddedAt: f.AddedAt, ChangedBy: last.By, ChangedAt: last.At,
		SettledAt: timePtr(f.SettledAt())}
	if r.Title != string(f.Title) {
		r.TitleRaw = []byte(f.Title)
	}
	return r
}

func (r *followUpRow) brief() model.FollowUpBrief {
	b := model.FollowUpBrief{Ref: r.Ref, Title: model.Text(r.Title), Kind: model.FollowUpKind(r.Kind), Team: model.Text(r.Team), Owner: r.Owner, Due: model.Day(r.Due),
		Priority: model.Priority(r.Priority), State: model.FollowUpState(r.State), Ticket: model.Text(r.Ticket), Factor: r.Factor, Evidence: model.Text(r.Evidence), Reason: model.Text(r.Reason), AddedAt: r.AddedAt.UTC()}
	if len(r.TitleRaw) > 0 {
		b.Title = model.Text(r.TitleRaw)
	}
	if r.Changes != "" {
		b.Changes = strings.Fields(r.Changes)
	}
	if r.SettledAt != nil {
		b.Settled = r.SettledAt.UTC()
	}
	return b
}

// followUpRows are the rows of the follow-ups that differ between two states.
func followUpRows(before, after *model.Incident) []followUpRow {
	return changed(before.FollowUps, after.FollowUps, func(i int, f *model.FollowUp) followUpRow { return newFollowUpRow(after.ID, i+1, f) })
}

type followUpStepRow struct {
	IncidentID              string `gorm:"primaryKey"`
	FollowUp                int    `gorm:"primaryKey;autoIncrement:false"`
	Num                     int    `gorm:"primaryKey;autoIncrement:false"`
	State, Evidence, Reason string
	Back                    bool
	ChangedBy               string
	ChangedAt               time.Time
}

func (followUpStepRow) TableName() string { return "follow_up_steps" }

// followUpStepRows are the steps of the follow-ups that differ between two states.
// Steps are only added, unless one was redacted: so all of a follow-up are written.
func followUpStepRows(before, after *model.Incident) []followUpStepRow {
	var rows []followUpStepRow
	for i, f := range after.FollowUps {
		if i < len(before.FollowUps) && before.FollowUps[i] == f {
			continue
		}
		for n, s := range f.Steps {
			rows = append(rows, followUpStepRow{IncidentID: after.ID, FollowUp: i + 1, Num: n + 1, State: string(s.State), Evidence: column(s.Evidence),
				Reason: column(s.Reason), Back: s.Back, ChangedBy: s.By, ChangedAt: s.At})
		}
	}
	return rows
}

// writeFollowUps writes the follow-ups that changed, with their history.
func writeFollowUps(tx *gorm.DB, before, after *model.Incident) error {
	if err := upsert(tx, followUpRows(before, after)); err != nil {
		return err
	}
	return upsert(tx, followUpStepRows(before, after))
}

// learned reads what the board knows of the follow-ups of incidents.
func learned(db *gorm.DB, list []model.Brief) error {
	ids := idsOf(list, (*model.Brief).IsIncident)
	if len(ids) == 0 {
		return nil
	}
	var rows []followUpRow
	err := among(db, "incident_id", ids).Omit("added_by", "changed_by", "changed_at").Order("incident_id, num").Find(&rows).Error
	if err != nil {
		return err
	}
	byID := map[string][]model.FollowUpBrief{}
	for i := range rows {
		byID[rows[i].IncidentID] = append(byID[rows[i].IncidentID], rows[i].brief())
	}
	for i := range list {
		list[i].FollowUps = byID[list[i].ID]
	}
	return nil
}
