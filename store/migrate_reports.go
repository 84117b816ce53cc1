package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
	"warroom/model/room"
)

// reportTables is the table of reports. That two reports of one source and
// reference cannot be is the database's to hold, for all servers.
func (s *Store) reportTables() []string {
	out := []string{
		`CREATE TABLE reports (id text PRIMARY KEY REFERENCES incidents (id), title text NOT NULL, severity integer NOT NULL, severity_preliminary integer NOT NULL,
			state text NOT NULL, source text NOT NULL, reference text NOT NULL, reference_key text NOT NULL, text text NOT NULL, raised_by text NOT NULL,
			raised_at {time} NOT NULL, assignee text NOT NULL, again integer NOT NULL, of_id text NOT NULL, decided_by text NOT NULL, decided_at {time},
			reason text NOT NULL, effects text NOT NULL)`,
		`CREATE UNIQUE INDEX reports_key ON reports (reference_key) WHERE reference_key <> ''`,
		`CREATE INDEX reports_state ON reports (state)`,
	}
	if _, ok := s.d.(*postgresDialect); ok {
		for _, p := range searched() {
			if p.table == "reports" {
				out = append(out, trigram(p))
			}
		}
	}
	return out
}

type reportRow struct {
	ID                            string `gorm:"primaryKey"`
	Title                         string
	Severity, SeverityPreliminary int
	State, Source, Reference      string
	ReferenceKey                  string
	Text, RaisedBy                string
	RaisedAt                      time.Time
	Assignee                      string
	Again                         int
	OfID                          string `gorm:"column:of_id"`
	DecidedBy                     string
	DecidedAt                     *time.Time
	Reason, Effects               string
}

func (reportRow) TableName() string { return "reports" }

// reportRows is the row of a report, none for an incident.
func reportRows(in *model.Incident) []reportRow {
	r := in.Report
	if r == nil {
		return nil
	}
	row := reportRow{ID: in.ID, Title: column(in.Title), Severity: int(in.Severity), SeverityPreliminary: int(in.Preliminary), State: string(r.State),
		Source: column(r.Source), Reference: column(r.Reference), ReferenceKey: r.Key(), Text: column(r.Text), RaisedBy: in.DeclaredBy, RaisedAt: in.DeclaredAt,
		Assignee: r.Assignee, Again: r.Again}
	if d := r.Decision; d != nil {
		row.OfID, row.DecidedBy, row.DecidedAt, row.Reason = d.Of, d.By, timePtr(d.At), column(d.Reason)
		row.Effects = strings.Join(d.Effects, " ")
	}
	return []reportRow{row}
}

// projectReport writes a report's row where it differs.
func (s *Store) projectReport(tx *gorm.DB, before, after *model.Incident) error {
	if before.Report == after.Report && before.Severity == after.Severity {
		return nil
	}
	err := upsert(tx, reportRows(after))
	if before.Version == 0 && errors.Is(s.d.classify(err), errTaken) {
		return errReported
	}
	return err
}

// errReported is another report with the same source and reference.
var errReported = fmt.Errorf("%w: reports_key", errTaken)

// intake reads what the board shows of reports.
func intake(db *gorm.DB, list []model.Brief) error {
	ids := idsOf(list, func(b *model.Brief) bool { return b.Status == model.StatusReport })
	if len(ids) == 0 {
		return nil
	}
	var reports []reportRow
	err := among(db, "id", ids).Select("id", "state", "source", "assignee", "again", "of_id", "decided_by", "decided_at").Find(&reports).Error
	if err != nil {
		return err
	}
	byID := make(map[string]*model.ReportBrief, len(reports))
	for _, r := range reports {
		byID[r.ID] = &model.ReportBrief{State: model.ReportState(r.State), Source: model.Text(r.Source), Assignee: r.Assignee, Again: r.Again, Of: r.OfID,
			DecidedBy: r.DecidedBy, DecidedAt: utc(r.DecidedAt)}
	}
	for i := range list {
		list[i].Report = byID[list[i].ID]
	}
	return nil
}

// NewReportID implements room.Store.
func (s *Store) NewReportID(ctx context.Context) (string, error) {
	n, err := s.count(ctx, "RPT")
	return model.ReportID(n), err
}

// ReportOf implements room.Store.
func (s *Store) ReportOf(ctx context.Context, key string) (string, bool, error) {
	var ids []string
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT id FROM reports WHERE reference_key = ? AND reference_key <> '' LIMIT 1", key).Scan(&ids).Error
	})
	if err != nil || len(ids) == 0 {
		return "", false, err
	}
	return ids[0], true, nil
}

// mostAssets is how many names OpenAssets reads.
const mostAssets = 20_000

// OpenAssets implements room.Store.
func (s *Store) OpenAssets(ctx context.Context) ([]room.AssetName, error) {
	var rows []assetRow
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw(`SELECT a.incident_id, a.name FROM assets a JOIN incidents i ON i.id = a.incident_id
			WHERE i.status = 'open' AND a.retracted_by = '' ORDER BY i.declared_at DESC, a.num LIMIT ?`, mostAssets).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	out := make([]room.AssetName, len(rows))
	for i, r := range rows {
		out[i] = room.AssetName{Incident: r.IncidentID, Name: model.Text(r.Name)}
	}
	return out, nil
}
