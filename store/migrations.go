package store

import (
	"context"
	"errors"
	"strings"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"

	"warroom/model"
	"warroom/model/room"
)

// columnTypes are the types that the two databases call differently.
type columnTypes struct{ bytes, time, serial string }

// schema lists the migrations, oldest first. One that was released is never
// changed; a new one is added.
func (s *Store) schema() []*gormigrate.Migration {
	return []*gormigrate.Migration{
		{ID: "0001-first", Migrate: func(tx *gorm.DB) error { return s.run(tx, append(first(), s.d.after()...)) }},
		{ID: "0002-actions", Migrate: func(tx *gorm.DB) error { return s.run(tx, actionTables()) }},
		{ID: "0003-recovery", Migrate: func(tx *gorm.DB) error { return s.run(tx, recovery()) }},
		{ID: "0004-notices", Migrate: func(tx *gorm.DB) error { return s.run(tx, notices()) }},
		{ID: "0005-reports", Migrate: func(tx *gorm.DB) error { return s.run(tx, s.reportTables()) }},
		{ID: "0006-postmortem", Migrate: func(tx *gorm.DB) error { return s.run(tx, postMortemTables()) }},
		{ID: "0007-followups", Migrate: func(tx *gorm.DB) error { return s.run(tx, followUpTables()) }},
		{ID: "0008-playbooks", Migrate: func(tx *gorm.DB) error { return s.run(tx, bookTables()) }},
		{ID: "0009-oncall", Migrate: func(tx *gorm.DB) error { return s.run(tx, onCallTables()) }},
		{ID: "0010-training", Migrate: func(tx *gorm.DB) error { return s.run(tx, trainingTables()) }},
		{ID: "0011-times", Migrate: func(tx *gorm.DB) error {
			if err := s.run(tx, s.timesTables()); err != nil {
				return err
			}
			return s.fillTimes(tx)
		}},
		{ID: "0012-reviews", Migrate: func(tx *gorm.DB) error { return s.run(tx, reviewTables()) }},
		{ID: "0013-marking", Migrate: func(tx *gorm.DB) error { return s.run(tx, marking()) }},
	}
}

func (s *Store) run(tx *gorm.DB, statements []string) error {
	t := s.d.types()
	r := strings.NewReplacer("{bytes}", t.bytes, "{time}", t.time, "{serial}", t.serial)
	for _, q := range statements {
		if err := tx.Exec(r.Replace(q)).Error; err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) migrator(db *gorm.DB) *gormigrate.Gormigrate {
	return gormigrate.New(db, &gormigrate.Options{TableName: "schema_migrations", IDColumnName: "id", IDColumnSize: 64,
		UseTransaction: true, ValidateUnknownMigrations: true}, s.schema())
}

// migrate brings the schema up to date, under a lock, so that servers that start
// together are safe (CON-5). A schema of a newer warroom is refused.
func (s *Store) migrate(ctx context.Context) error {
	err := s.d.locked(ctx, s.w, func(db *gorm.DB) error { return s.migrator(db).Migrate() })
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gormigrate.ErrUnknownPastMigration):
		return tooNew()
	}
	return s.d.classify(err)
}

func tooNew() error {
	return model.Invalid("the database has the schema of a newer warroom").Hint("use that version, or a database of this one's")
}

// sameSchema refuses a database whose schema is not that of this warroom.
func (s *Store) sameSchema(ctx context.Context) error {
	var ids []string
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT id FROM schema_migrations ORDER BY id").Scan(&ids).Error
	})
	switch {
	case errors.Is(err, room.ErrAway):
		return err
	case err != nil:
		return model.NotFound("there is no warroom schema in this database").Hint("warroom migrate makes it; check --db").Because(err)
	}
	want := s.schema()
	for i, id := range ids {
		if i >= len(want) || want[i].ID != id {
			return tooNew()
		}
	}
	if len(ids) < len(want) {
		return model.Invalid("the database has the schema of an older warroom").Hint("warroom migrate brings it up to date")
	}
	return nil
}

// SchemaVersion is the newest migration that was applied.
func (s *Store) SchemaVersion(ctx context.Context) (string, error) {
	var id string
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT id FROM schema_migrations ORDER BY id DESC LIMIT 1").Scan(&id).Error
	})
	return id, err
}

// first is the first schema; docs/schema.md describes it.
func first() []string {
	return []string{
		`CREATE TABLE incidents (id text PRIMARY KEY, version bigint NOT NULL, head {bytes} NOT NULL, title text NOT NULL, title_raw {bytes},
			summary text NOT NULL, type text NOT NULL, severity integer NOT NULL, severity_preliminary integer NOT NULL, priority integer NOT NULL,
			phase text NOT NULL, status text NOT NULL, ic text NOT NULL, deputy text NOT NULL, exercise boolean NOT NULL, restricted boolean NOT NULL,
			access text NOT NULL, declared_at {time} NOT NULL, declared_by text NOT NULL, closed_at {time}, updated_at {time} NOT NULL,
			entries integer NOT NULL, indicators integer NOT NULL, assets integer NOT NULL, items_done integer NOT NULL, items integer NOT NULL,
			touched_at bigint NOT NULL DEFAULT 0)`,
		`CREATE INDEX incidents_touched ON incidents (touched_at)`,
		`CREATE TABLE events (incident_id text NOT NULL REFERENCES incidents (id), version bigint NOT NULL, kind text NOT NULL, actor text NOT NULL,
			recorded_at {time} NOT NULL, command_id text NOT NULL, salt {bytes} NOT NULL, payload {bytes} NOT NULL, redacted boolean NOT NULL,
			payload_hash {bytes} NOT NULL, prev_hash {bytes} NOT NULL, hash {bytes} NOT NULL, PRIMARY KEY (incident_id, version))`,
		`CREATE TABLE commands (id text PRIMARY KEY, incident_id text NOT NULL, version bigint NOT NULL)`,
		`CREATE TABLE timeline_entries (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, kind text NOT NULL, text text NOT NULL, author text NOT NULL,
			occurred_at {time} NOT NULL, occurred_precision text NOT NULL, recorded_at {time} NOT NULL, tags text NOT NULL, techniques text NOT NULL,
			starred boolean NOT NULL, corrects text NOT NULL, corrected_by text NOT NULL, retracted_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE indicators (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, type text NOT NULL, value text NOT NULL, verdict text NOT NULL,
			confidence integer NOT NULL, tlp text NOT NULL, first_seen {time} NOT NULL, last_seen {time} NOT NULL, source text NOT NULL, note text NOT NULL,
			added_by text NOT NULL, added_at {time} NOT NULL, retracted_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE assets (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, name text NOT NULL, kind text NOT NULL, team text NOT NULL, tenant text NOT NULL,
			criticality text NOT NULL, note text NOT NULL, compromised text NOT NULL, contained text NOT NULL, eradicated text NOT NULL, recovered text NOT NULL,
			verified text NOT NULL, added_by text NOT NULL, added_at {time} NOT NULL, retracted_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE checklist_items (incident_id text NOT NULL, ref text NOT NULL, num integer NOT NULL, item_key text NOT NULL, playbook text NOT NULL, phase text NOT NULL,
			title text NOT NULL, role text NOT NULL, required boolean NOT NULL, state text NOT NULL, owner text NOT NULL, reason text NOT NULL, note text NOT NULL,
			changed_by text NOT NULL, changed_at {time}, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE incident_roles (incident_id text NOT NULL, role text NOT NULL, user_name text NOT NULL, PRIMARY KEY (incident_id, role))`,
		`CREATE TABLE related_incidents (incident_id text NOT NULL, other_id text NOT NULL, PRIMARY KEY (incident_id, other_id))`,
		`CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL)`,
		`CREATE TABLE users (name text PRIMARY KEY, role text NOT NULL, disabled boolean NOT NULL, created_at {time} NOT NULL)`,
		`CREATE TABLE user_keys (fingerprint text PRIMARY KEY, user_name text NOT NULL REFERENCES users (name), public text NOT NULL, comment text NOT NULL,
			added_at {time} NOT NULL, revoked_at {time})`,
		`CREATE TABLE audit_entries (id {serial}, at {time} NOT NULL, actor text NOT NULL, what text NOT NULL, object text NOT NULL)`,
		`CREATE TABLE drafts (user_name text NOT NULL, incident_id text NOT NULL, field text NOT NULL, body {bytes} NOT NULL, saved_at {time} NOT NULL,
			PRIMARY KEY (user_name, incident_id, field))`,
		`CREATE TABLE presence (session_id text PRIMARY KEY, server_id text NOT NULL, person text NOT NULL, seen_at bigint NOT NULL)`,
		`CREATE INDEX presence_server ON presence (server_id)`,
	}
}
