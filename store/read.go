package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
	"warroom/model/room"
)

// Events implements room.Store.
func (s *Store) Events(ctx context.Context, incident string, after uint64, limit int) ([]model.Record, error) {
	var rows []eventRow
	err := s.read(ctx, func(db *gorm.DB) error {
		q := db.Where("incident_id = ? AND version > ?", incident, int64(after)).Order("version")
		if limit > 0 {
			q = q.Limit(limit)
		}
		return q.Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	recs := make([]model.Record, len(rows))
	for i := range rows {
		recs[i] = rows[i].record()
	}
	return recs, nil
}

// Briefs implements room.Store.
func (s *Store) Briefs(ctx context.Context) ([]model.Brief, error) {
	return s.briefs(ctx, func(db *gorm.DB) *gorm.DB { return db })
}

// BriefsWithin implements room.Store.
func (s *Store) BriefsWithin(ctx context.Context, d time.Duration) ([]model.Brief, error) {
	return s.briefs(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("touched_at >= "+s.d.now()+" - ?", d.Milliseconds()) })
}

// Brief implements room.Store.
func (s *Store) Brief(ctx context.Context, incident string) (model.Brief, bool, error) {
	list, err := s.briefs(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("id = ?", incident) })
	if err != nil || len(list) == 0 {
		return model.Brief{}, false, err
	}
	return list[0], true, nil
}

func (s *Store) briefs(ctx context.Context, which func(*gorm.DB) *gorm.DB) ([]model.Brief, error) {
	var out []model.Brief
	err := s.read(ctx, func(db *gorm.DB) error {
		var rows []incidentRow
		if err := which(db).Omit("summary", "head").Find(&rows).Error; err != nil {
			return err
		}
		out = make([]model.Brief, len(rows))
		for i := range rows {
			out[i] = rows[i].brief()
		}
		for _, part := range briefParts() {
			if err := part(db, out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// briefParts read what lists show of incidents from other tables than theirs, into
// the briefs. They read later than the incidents' rows, so never what is older.
func briefParts() []func(*gorm.DB, []model.Brief) error {
	return []func(*gorm.DB, []model.Brief) error{intake, measured, learned, clocks, reviewBriefs}
}

// idsOf are the ids of the briefs for which keep holds.
func idsOf(list []model.Brief, keep func(*model.Brief) bool) []string {
	var ids []string
	for i := range list {
		if keep(&list[i]) {
			ids = append(ids, list[i].ID)
		}
	}
	return ids
}

// among limits a query to the rows of ids; so many that a list of them would be
// too long are left to the index.
func among(db *gorm.DB, column string, ids []string) *gorm.DB {
	const most = 500
	if len(ids) > most {
		return db
	}
	return db.Where(column+" IN ?", ids)
}

// Sightings implements room.Store.
func (s *Store) Sightings(ctx context.Context, incident string) ([]room.Sighting, error) {
	var rows []indicatorRow
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw(`SELECT DISTINCT b.incident_id, b.type, b.value FROM indicators a JOIN indicators b ON b.value = a.value AND b.type = a.type
			WHERE a.incident_id = ? AND b.incident_id <> a.incident_id AND a.retracted_by = '' AND b.retracted_by = ''
			ORDER BY b.incident_id DESC LIMIT 2000`, incident).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	out := make([]room.Sighting, len(rows))
	for i, r := range rows {
		out[i] = room.Sighting{Type: r.Type, Value: model.Text(r.Value), Incident: r.IncidentID}
	}
	return out, nil
}

// searched is where Search looks. The expressions are those of the indexes in
// postgresDialect.after.
func searched() []place {
	return []place{
		{kind: "incident", table: "incidents", incident: "id", ref: "''", in: "title || ' ' || id || ' ' || summary", show: "title", at: "updated_at",
			only: "status IN ('open', 'closed')"},
		{kind: "timeline", table: "timeline_entries", incident: "incident_id", ref: "ref", in: "text", show: "text", at: "recorded_at",
			mark: "CASE WHEN retracted_by <> '' THEN 'retracted' WHEN corrected_by <> '' THEN 'corrected by ' || corrected_by ELSE '' END"},
		{kind: "indicator", table: "indicators", incident: "incident_id", ref: "ref", in: "value || ' ' || note || ' ' || source", show: "value", at: "added_at",
			typ: "type", mark: retractedMark},
		{kind: "asset", table: "assets", incident: "incident_id", ref: "ref", in: "name || ' ' || note", show: "name", at: "added_at",
			mark: retractedMark},
		{kind: "checklist", table: "checklist_items", incident: "incident_id", ref: "ref", in: "title || ' ' || note || ' ' || reason", show: "title",
			at: "coalesce(changed_at, (SELECT declared_at FROM incidents WHERE incidents.id = incident_id))"},
		{kind: "action", table: "actions", incident: "incident_id", ref: "ref", in: "title || ' ' || targets || ' ' || risk || ' ' || rollback || ' ' || result", show: "title",
			at: "changed_at", later: true},
		{kind: "followup", table: "follow_ups", incident: "incident_id", ref: "ref", in: "title || ' ' || team || ' ' || ticket || ' ' || evidence || ' ' || reason", show: "title",
			at: "changed_at", later: true},
		{kind: "postmortem", table: "postmortem_sections", incident: "incident_id", ref: "'postmortem:' || section", in: "section || ' ' || text", show: "section || ': ' || text", at: "written_at", later: true},
		{kind: "factor", table: "factors", incident: "incident_id", ref: "ref", in: "text", show: "text", at: "added_at", mark: retractedMark, later: true},
		{kind: "question", table: "open_questions", incident: "incident_id", ref: "ref", in: "text || ' ' || answer", show: "text", at: "added_at", mark: retractedMark, later: true},
		{kind: room.HitReview, table: "review_decisions", incident: "incident_id", ref: "ref", in: "text || ' ' || result", show: "text", at: "decided_at", mark: retractedMark, later: true},
		{kind: room.HitReview, table: "review_notes", incident: "incident_id", ref: "ref", in: "text", show: "text", at: "written_at", mark: retractedMark, later: true},
		{kind: "report", table: "reports", incident: "id", ref: "''", in: "title || ' ' || id || ' ' || source || ' ' || reference || ' ' || reason || ' ' || text", show: "title",
			at: "raised_at", later: true},
	}
}

// retractedMark marks what was taken back.
const retractedMark = "CASE WHEN retracted_by <> '' THEN 'retracted' ELSE '' END"

// place is a table in which Search looks: SQL expressions for what a hit shows.
type place struct {
	kind, table, incident, ref, in, show, at string

	typ   string // type of an indicator, "" for none
	mark  string // what is said about a hit that does not stand as it is, "" for nothing
	only  string // a further condition, "" for none
	later bool   // the table came after the first schema and has no index for Search
}

// Search implements room.Store: every word must be in the text.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]room.Hit, error) {
	words := strings.Fields(strings.ToLower(column(model.Text(text))))
	if len(words) == 0 {
		return nil, nil
	}
	if limit <= 0 || limit > 1000 {
		limit = 1000
	}
	var parts []string
	var args []any
	for _, p := range searched() {
		var cond []string
		for _, w := range words[:min(len(words), 8)] {
			cond = append(cond, s.d.holds(p.in))
			args = append(args, "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(w)+"%")
		}
		if p.only != "" {
			cond = append(cond, p.only)
		}
		// Each table gives its newest, so that a common word sorts little.
		parts = append(parts, "SELECT * FROM (SELECT "+p.incident+" AS incident, "+p.ref+" AS ref, '"+p.kind+"' AS kind, "+p.show+" AS text, "+p.at+" AS at, "+cmp.Or(p.typ, "''")+" AS type, "+cmp.Or(p.mark, "''")+" AS mark FROM "+p.table+
			" WHERE "+strings.Join(cond, " AND ")+" ORDER BY 5 DESC LIMIT ?) AS of_"+p.table)
		args = append(args, limit)
	}
	var hits []hitRow
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT * FROM ("+strings.Join(parts, " UNION ALL ")+") AS hits ORDER BY at DESC LIMIT ?", append(args, limit)...).Scan(&hits).Error
	})
	if err != nil {
		return nil, err
	}
	out := make([]room.Hit, len(hits))
	for i, h := range hits {
		out[i] = room.Hit{Incident: h.Incident, Ref: h.Ref, Kind: h.Kind, Text: model.Text(h.Text), At: h.At.t, Type: h.Type, Mark: h.Mark}
	}
	return out, nil
}

// hitRow is one row of a search.
type hitRow struct {
	Incident, Ref, Kind, Text string
	At                        looseTime
	Type, Mark                string
}

// looseTime reads a time or its text: SQLite forgets a column's type in a union.
type looseTime struct{ t time.Time }

// Value implements driver.Valuer, without which GORM takes the type for another table.
func (l looseTime) Value() (driver.Value, error) { return l.t, nil }

// Scan implements sql.Scanner.
func (l *looseTime) Scan(v any) error {
	switch v := v.(type) {
	case time.Time:
		l.t = v.UTC()
	case string:
		t, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", v)
		l.t = t.UTC()
		return err
	}
	return nil
}
