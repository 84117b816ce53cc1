package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"warroom/model"
	"warroom/model/room"
)

// Append implements room.Store: events, head version, tables and the word to the
// other servers in one transaction.
func (s *Store) Append(ctx context.Context, c room.Change) error {
	if len(c.Records) == 0 {
		return nil
	}
	command := c.Records[0].CommandID
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if err := s.write(tx, c); err != nil || c.With == nil {
			return err
		}
		return s.write(tx, *c.With)
	})
	if errors.Is(err, errReported) {
		return room.ErrReported
	}
	if errors.Is(err, errTaken) {
		// Which of the two keys was taken decides what it means.
		if _, found, e := s.Command(ctx, command); e != nil {
			return e
		} else if found {
			return room.ErrCommand
		}
		return room.ErrVersion
	}
	return err
}

// write is one stream's part of an Append.
func (s *Store) write(tx *gorm.DB, c room.Change) error {
	if err := s.head(tx, c); err != nil {
		return err
	}
	rows := make([]eventRow, len(c.Records))
	for i := range c.Records {
		rows[i] = newEventRow(&c.Records[i])
	}
	if err := tx.Create(&rows).Error; err != nil {
		return err
	}
	if err := s.project(tx, c.Before, c.After); err != nil {
		return err
	}
	if c.Redact != nil {
		if err := s.redact(tx, c); err != nil {
			return err
		}
	}
	return s.done(tx, commandRow{ID: c.Records[0].CommandID, IncidentID: c.After.ID, Version: int64(c.After.Version)})
}

// head writes the incident's row; that its version is still the one decided on
// is the only lock.
func (s *Store) head(tx *gorm.DB, c room.Change) error {
	row := newIncidentRow(c.After)
	if c.Before.Version == 0 {
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE incidents SET touched_at = "+s.d.now()+" WHERE id = ?", row.ID).Error
	}
	res := tx.Model(&incidentRow{}).Where("id = ? AND version = ?", row.ID, int64(c.Before.Version)).Updates(map[string]any{
		"version": row.Version, "head": row.Head, "title": row.Title, "title_raw": row.TitleRaw, "summary": row.Summary, "type": row.Type,
		"severity": row.Severity, "severity_preliminary": row.SeverityPreliminary, "priority": row.Priority, "phase": row.Phase, "status": row.Status,
		"ic": row.IC, "deputy": row.Deputy, "exercise": row.Exercise, "restricted": row.Restricted, "tlp": row.TLP, "access": row.Access, "closed_at": row.ClosedAt,
		"updated_at": row.UpdatedAt, "deadline_ref": row.DeadlineRef, "postmortem_state": row.PostmortemState,
		"postmortem_required": row.PostmortemRequired, "postmortem_waived": row.PostmortemWaived, "postmortem_signed_at": row.PostmortemSignedAt, "postmortem_closed_at": row.PostmortemClosedAt, "deadline_regime": row.DeadlineRegime,
		"deadline_start": row.DeadlineStart, "deadline_at": row.DeadlineAt, "entries": row.Entries, "indicators": row.Indicators, "assets": row.Assets, "items_done": row.ItemsDone,
		"items": row.Items, "touched_at": gorm.Expr(s.d.now())})
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return errTaken
	}
	return nil
}

// project writes the rows of what differs between two states. Snapshots share
// what did not change, so comparing pointers is enough.
func (s *Store) project(tx *gorm.DB, before, after *model.Incident) error {
	id := after.ID
	if err := upsert(tx, changed(before.Timeline, after.Timeline, func(i int, e *model.Entry) entryRow { return newEntryRow(id, i+1, e) })); err != nil {
		return err
	}
	if err := upsert(tx, changed(before.Indicators, after.Indicators, func(i int, x *model.Indicator) indicatorRow { return newIndicatorRow(id, i+1, x) })); err != nil {
		return err
	}
	if err := upsert(tx, changed(before.Assets, after.Assets, func(i int, a *model.Asset) assetRow { return newAssetRow(id, i+1, a) })); err != nil {
		return err
	}
	if err := upsert(tx, changed(before.Checklist, after.Checklist, func(i int, it *model.Item) itemRow { return newItemRow(id, i+1, it) })); err != nil {
		return err
	}
	if err := upsert(tx, actionRows(before, after)); err != nil {
		return err
	}
	if err := writeFacts(tx, before, after); err != nil {
		return err
	}
	if err := writeTimes(tx, before, after); err != nil {
		return err
	}
	if err := writeNotices(tx, before, after); err != nil {
		return err
	}
	if err := writePostMortem(tx, before, after); err != nil {
		return err
	}
	if err := writeFollowUps(tx, before, after); err != nil {
		return err
	}
	if err := writeBooks(tx, before, after); err != nil {
		return err
	}
	if !maps.Equal(before.Roles, after.Roles) {
		if err := tx.Where("incident_id = ?", id).Delete(&roleRow{}).Error; err != nil {
			return err
		}
		if err := upsert(tx, roleRows(after)); err != nil {
			return err
		}
	}
	for _, write := range []func(tx *gorm.DB, before, after *model.Incident) error{
		s.projectReport,
		writeTraining,
		writeReview,
	} {
		if err := write(tx, before, after); err != nil {
			return err
		}
	}
	if err := writeOnCall(tx, before, after); err != nil {
		return err
	}
	if len(before.Related) != len(after.Related) {
		return upsert(tx, relatedRows(after))
	}
	return nil
}

func roleRows(in *model.Incident) []roleRow {
	var rows []roleRow
	for _, r := range slices.Sorted(maps.Keys(in.Roles)) {
		rows = append(rows, roleRow{IncidentID: in.ID, Role: string(r), UserName: in.Roles[r]})
	}
	return rows
}

func relatedRows(in *model.Incident) []relatedRow {
	var rows []relatedRow
	for _, o := range in.Related {
		rows = append(rows, relatedRow{IncidentID: in.ID, OtherID: o})
	}
	return rows
}

// changed makes rows of the things that are new or not the same as before.
func changed[T, R any](before, after []*T, row func(i int, x *T) R) []R {
	var out []R
	for i, x := range after {
		if i >= len(before) || before[i] != x {
			out = append(out, row(i, x))
		}
	}
	return out
}

func upsert[R any](tx *gorm.DB, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&rows, 200).Error
}

// redact replaces a payload in the log; the triggers let nothing else of an
// event be changed.
func (s *Store) redact(tx *gorm.DB, c room.Change) error {
	return tx.Exec("UPDATE events SET payload = ?, salt = ?, redacted = ? WHERE incident_id = ? AND version = ?",
		c.Redact.Payload, []byte{}, true, c.After.ID, int64(c.Redact.Version)).Error
}

// done notes the command, and tells the other servers: one statement, because each
// is a way to the server and back.
func (s *Store) done(tx *gorm.DB, c commandRow) error {
	tell, what := s.d.tell(), "i:"+c.IncidentID
	switch {
	case c.ID == "":
		return s.tell(tx, what)
	case tell == "":
		return tx.Create(&c).Error
	}
	return tx.Exec("WITH done AS (INSERT INTO commands (id, incident_id, version) VALUES (?, ?, ?)) "+tell, c.ID, c.IncidentID, c.Version, what).Error
}

func (s *Store) tell(tx *gorm.DB, what string) error {
	q := s.d.tell()
	if q == "" {
		return nil
	}
	return tx.Exec(q, what).Error
}

// NewIncidentID implements room.Store.
func (s *Store) NewIncidentID(ctx context.Context, year int) (string, error) {
	n, err := s.count(ctx, model.IncidentID(year, 0)[:8])
	return model.IncidentID(year, n), err
}

// count takes the next number of a counter.
func (s *Store) count(ctx context.Context, name string) (n int, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Raw("INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value", name).
			Scan(&n).Error
	})
	if errors.Is(err, room.ErrUnknown) {
		err = fmt.Errorf("%w: %w", room.ErrAway, err) // at worst a number stays unused
	}
	return n, err
}

// Command implements room.Store.
func (s *Store) Command(ctx context.Context, id string) (string, bool, error) {
	var rows []commandRow
	err := s.read(ctx, func(db *gorm.DB) error { return db.Where("id = ?", id).Limit(1).Find(&rows).Error })
	if err != nil || len(rows) == 0 {
		return "", false, err
	}
	return rows[0].IncidentID, true, nil
}
