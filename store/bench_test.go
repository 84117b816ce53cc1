package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"warroom/model"
	"warroom/model/room"
	"warroom/store"
	"warroom/store/storetest"
)

// BenchmarkCommit is the latency of one acknowledged note, beside the same
// statements through pgx alone: one after the other in one transaction.
func BenchmarkCommit(b *testing.B) {
	b.Run("postgres", func(b *testing.B) {
		url := storetest.Postgres(b)
		benchNotes(b, url)
		b.Run("pgx", func(b *testing.B) { benchPgx(b, url) })
	})
	b.Run("sqlite", func(b *testing.B) { benchNotes(b, storetest.SQLite(b)) })
}

func benchNotes(b *testing.B, url string) {
	s := open(b, url)
	h := hub(b, s)
	b.Run("Do", func(b *testing.B) {
		id := declare(b, h)
		for b.Loop() {
			do(b, h, id, model.AddNote{Text: "a note of usual length, with an address 10.1.2.3 in it"})
		}
	})
	b.Run("Append", func(b *testing.B) {
		id := declare(b, h)
		in := h.Peek(id)
		for b.Loop() {
			in = appendNote(b, s, in)
		}
	})
}

func appendNote(b *testing.B, s *store.Store, in *model.Incident) *model.Incident {
	now := time.Now()
	evs, err := model.AddNote{Text: "a note of usual length, with an address 10.1.2.3 in it"}.Decide(in, alice, now)
	if err != nil {
		b.Fatal(err)
	}
	rec, err := model.Seal(model.Meta{Incident: in.ID, Version: in.Version + 1, Actor: "alice", At: now, CommandID: newID()}, evs[0], in.Head, make([]byte, 16))
	if err != nil {
		b.Fatal(err)
	}
	next, err := in.Fold([]model.Record{rec})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Append(b.Context(), room.Change{Before: in, After: next, Records: []model.Record{rec}}); err != nil {
		b.Fatal(err)
	}
	return next
}

// benchPgx does what Append does for a note.
func benchPgx(b *testing.B, url string) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, q := range []string{"CREATE SCHEMA plain", "SET search_path = plain", "CREATE TABLE incidents (LIKE public.incidents INCLUDING ALL)",
		"CREATE TABLE events (LIKE public.events INCLUDING ALL)", "CREATE TABLE commands (LIKE public.commands INCLUDING ALL)",
		"CREATE TABLE timeline_entries (LIKE public.timeline_entries INCLUDING ALL)",
		"INSERT INTO incidents SELECT * FROM public.incidents LIMIT 1", "UPDATE incidents SET id = 'x', version = 0"} {
		if _, err := conn.Exec(ctx, q); err != nil {
			b.Fatal(err)
		}
	}
	hash, payload := make([]byte, 32), []byte(`{"ref":"T1","kind":"note","text":"a note of usual length, with an address 10.1.2.3 in it"}`)
	version := 0
	for b.Loop() {
		version++
		now := time.Now()
		tx, err := conn.Begin(ctx)
		if err != nil {
			b.Fatal(err)
		}
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{"UPDATE incidents SET version = $2, head = $3, updated_at = $4, entries = $5, touched_at = $6 WHERE id = $1 AND version = $7", []any{"x", version, hash, now, version, now.UnixMilli(), version - 1}},
			{"INSERT INTO events VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)", []any{"x", version, "entry.added", "alice", now, newID(), hash[:16], payload, false, hash, hash, hash}},
			{"INSERT INTO commands VALUES ($1,$2,$3)", []any{newID(), "x", version}},
			{"INSERT INTO timeline_entries VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)", []any{"x", "T1", version, "note", "a note of usual length, with an address 10.1.2.3 in it", "alice", now, "second", now, "", "", false, "", "", ""}},
			{"SELECT pg_notify('plain', $1)", []any{"i:x"}},
		} {
			if _, err := tx.Exec(ctx, q.sql, q.args...); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLarge is what reads cost with 10,000 incidents of 20 entries, 5
// indicators and 10 items each.
func BenchmarkLarge(b *testing.B) {
	for _, url := range []string{storetest.SQLite(b), storetest.Postgres(b)} {
		s := open(b, url)
		h := hub(b, s)
		id := declare(b, h)
		do(b, h, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "10.0.0.7"}}})
		fill(b, url, id)
		for name, read := range map[string]func(ctx context.Context) (int, error){
			"Search/rare":   func(ctx context.Context) (int, error) { l, err := s.Search(ctx, "needle", 50); return len(l), err },
			"Search/common": func(ctx context.Context) (int, error) { l, err := s.Search(ctx, "seen on", 50); return len(l), err },
			"Search/none":   func(ctx context.Context) (int, error) { l, err := s.Search(ctx, "qwertz", 50); return len(l) + 1, err },
			"Sightings":     func(ctx context.Context) (int, error) { l, err := s.Sightings(ctx, id); return len(l), err },
			"Briefs":        func(ctx context.Context) (int, error) { l, err := s.Briefs(ctx); return len(l), err },
			"BriefsWithin":  func(ctx context.Context) (int, error) { l, err := s.BriefsWithin(ctx, time.Minute); return len(l), err },
			"Brief": func(ctx context.Context) (int, error) {
				_, ok, err := s.Brief(ctx, id)
				return map[bool]int{true: 1}[ok], err
			},
		} {
			b.Run(s.Kind()+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if n, err := read(b.Context()); err != nil || n == 0 {
						b.Fatalf("%d (%v)", n, err)
					}
				}
			})
		}
	}
}

// fill copies what an incident has ten thousand times.
func fill(b *testing.B, url, id string) {
	b.Helper()
	a := attack(b, url)
	n := func(most int) string {
		return fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", most)
	}
	where := " WHERE incident_id = '" + id + "' AND num = 1"
	for _, q := range []string{
		`INSERT INTO incidents ` + n(10000) + `SELECT 'INC-2025-' || (10000 + i), version, head, 'Incident number ' || i, title_raw, summary, type, severity, severity_preliminary, priority,
			phase, status, ic, deputy, exercise, restricted, access, declared_at, declared_by, closed_at, updated_at, entries, indicators, assets, items_done, items, 0 FROM incidents, n WHERE id = '` + id + `'`,
		`INSERT INTO timeline_entries ` + n(20) + `SELECT x.id, 'T' || i, i, kind, CASE WHEN x.title = 'Incident number 77' THEN 'the needle ' ELSE '' END || 'Something was seen on host ' || i || ' of ' || x.title,
			author, occurred_at, occurred_precision, recorded_at, tags, techniques, starred, corrects, corrected_by, retracted_by FROM timeline_entries, n, incidents x` + where + ` AND x.id <> '` + id + `'`,
		`INSERT INTO indicators ` + n(5) + `SELECT x.id, 'I' || n.i, n.i, v.type, CASE WHEN n.i = 1 AND x.title LIKE '%00' THEN v.value ELSE 'host' || n.i || '.' || x.id || '.example' END, verdict,
			confidence, tlp, first_seen, last_seen, source, note, added_by, added_at, retracted_by FROM indicators v, n, incidents x` + where + ` AND x.id <> '` + id + `'`,
		`INSERT INTO checklist_items ` + n(10) + `SELECT x.id, 'C' || i, i, item_key, playbook, t.phase, 'Look at thing ' || i, role, required, state, owner, reason, note,
			changed_by, changed_at FROM checklist_items t, n, incidents x` + where + ` AND x.id <> '` + id + `'`,
		`ANALYZE`,
	} {
		a.exec(q)
	}
}
