package store

import (
	"encoding/json"
	"time"

	"warroom/model"
)

// actionTables is the table of response actions.
func actionTables() []string {
	return []string{
		`CREATE TABLE actions (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, kind text NOT NULL, stage text NOT NULL, title text NOT NULL,
			targets text NOT NULL, state text NOT NULL, owner text NOT NULL, risk text NOT NULL, rollback text NOT NULL, undo text NOT NULL, due {time}, ends {time},
			result text NOT NULL, disruptive boolean NOT NULL, proposed_by text NOT NULL, proposed_at {time} NOT NULL, approved_by text NOT NULL, approved_at {time},
			override boolean NOT NULL, override_reason text NOT NULL, changed_by text NOT NULL, changed_at {time} NOT NULL, PRIMARY KEY (incident_id, num))`,
	}
}

type actionRow struct {
	IncidentID                       string `gorm:"primaryKey"`
	Num                              int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Kind, Stage, Title, Targets string
	State, Owner, Risk               string
	Rollback, Undo                   string
	Due, Ends                        *time.Time
	Result                           string
	Disruptive                       bool
	ProposedBy                       string
	ProposedAt                       time.Time
	ApprovedBy                       string
	ApprovedAt                       *time.Time
	Override                         bool
	OverrideReason, ChangedBy        string
	ChangedAt                        time.Time
}

func (actionRow) TableName() string { return "actions" }

func newActionRow(id string, num int, a *model.Action) actionRow {
	targets, err := json.Marshal(a.Targets)
	if err != nil {
		targets = []byte("[]") // refs and texts have a JSON form whatever is in them
	}
	last := a.Last()
	return actionRow{IncidentID: id, Num: num, Ref: a.Ref, Kind: a.Kind, Stage: string(a.Stage), Title: column(a.Title), Targets: column(model.Text(targets)),
		State: string(a.State), Owner: a.Owner, Risk: column(a.Risk), Rollback: column(a.Rollback), Undo: a.Undo, Due: timePtr(a.Due), Ends: timePtr(a.Ends),
		Result: column(a.Result), Disruptive: a.Disruptive, ProposedBy: a.ProposedBy, ProposedAt: a.ProposedAt, ApprovedBy: a.ApprovedBy, ApprovedAt: timePtr(a.ApprovedAt),
		Override: a.Override, OverrideReason: column(a.OverrideReason), ChangedBy: last.By, ChangedAt: last.At}
}

// actionRows are the rows of the actions that differ between two states.
func actionRows(before, after *model.Incident) []actionRow {
	return changed(before.Actions, after.Actions, func(i int, a *model.Action) actionRow { return newActionRow(after.ID, i+1, a) })
}
