package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/feed"
)

type postgresDialect struct {
	url  string
	db   *gorm.DB
	mute bool // the server has no NOTIFY: the feed of each server sweeps
}

// FeedName is the application name of the connection that listens.
const FeedName = "warroom-feed"

// postgresConns is the pool of one server process.
const postgresConns = 12

func openPostgres(ctx context.Context, address string, o Options) (*Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, model.Invalid("the database address cannot be read").Hint("write postgres://user@host:5432/name?sslmode=require")
	}
	q := u.Query()
	limit := strconv.Itoa(int(StatementTimeout.Milliseconds()))
	for k, v := range map[string]string{"connect_timeout": "5", "statement_timeout": limit, "timezone": "UTC", "application_name": "warroom",
		// A server that was cut off in a transaction must not hold an incident for ever.
		"idle_in_transaction_session_timeout": limit} {
		if !q.Has(k) {
			q.Set(k, v)
		}
	}
	if o.ReadOnly {
		q.Set("default_transaction_read_only", "on")
	}
	u.RawQuery = q.Encode()
	db, err := gorm.Open(postgres.New(postgres.Config{DSN: u.String()}), config(false))
	if err != nil {
		return nil, unreachable(u, err)
	}
	c, err := db.DB()
	if err != nil {
		return nil, err
	}
	c.SetMaxOpenConns(postgresConns)
	c.SetMaxIdleConns(postgresConns)
	if err := c.PingContext(ctx); err != nil {
		return nil, errors.Join(unreachable(u, err), c.Close())
	}
	return &Store{w: db, r: db, d: &postgresDialect{url: u.String(), db: db}, o: o}, nil
}

// unreachable names the server without the password. The driver's own text may
// hold the address, so only its kind is told.
func unreachable(u *url.URL, err error) error {
	why := "no answer"
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg):
		why = pg.Message
	case strings.Contains(err.Error(), "refused"):
		why = "connection refused"
	case strings.Contains(err.Error(), "no such host"):
		why = "no such host"
	case strings.Contains(err.Error(), "no such file"):
		why = "no such socket"
	}
	return model.Unavailable("the database at %s%s cannot be reached: %s", u.Host, u.Path, why).
		Hint("is it running, and is the address right? warroom doctor looks closer").Because(err)
}

func (d *postgresDialect) name() string { return "PostgreSQL" }

func (d *postgresDialect) types() columnTypes {
	return columnTypes{bytes: "bytea", time: "timestamptz", serial: "bigserial PRIMARY KEY"}
}

func (d *postgresDialect) epoch(column string) string {
	return "extract(epoch FROM " + column + ")::double precision"
}

func (d *postgresDialect) month(column string) string {
	return "CASE WHEN t.counted_precision <> 'year' THEN to_char(" + column + " AT TIME ZONE 'UTC', 'YYYY-MM') END"
}

func (d *postgresDialect) now() string {
	return "(extract(epoch FROM statement_timestamp()) * 1000)::bigint"
}

func (d *postgresDialect) holds(expression string) string {
	return "lower(" + expression + ") LIKE ? ESCAPE '!'"
}

func (d *postgresDialect) tell() string {
	if d.mute {
		return ""
	}
	return "SELECT pg_notify('" + feed.Channel + "', ?)"
}

// after are the triggers that keep the log and the audit append-only (INT-1), and
// an index whose entries may be longer than a B-tree's.
func (d *postgresDialect) after() []string {
	return append(trigrams(), []string{
		`CREATE INDEX indicators_value ON indicators USING hash (value)`,
		`CREATE FUNCTION warroom_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'events' THEN
				IF NEW.redacted AND NOT OLD.redacted AND NEW.incident_id = OLD.incident_id AND NEW.version = OLD.version AND NEW.kind = OLD.kind
					AND NEW.actor = OLD.actor AND NEW.recorded_at = OLD.recorded_at AND NEW.command_id = OLD.command_id
					AND NEW.payload_hash = OLD.payload_hash AND NEW.prev_hash = OLD.prev_hash AND NEW.hash = OLD.hash THEN
					RETURN NEW;
				END IF;
			END IF;
			RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
		END $$`,
		`CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION warroom_append_only()`,
		`CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events EXECUTE FUNCTION warroom_append_only()`,
		`CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION warroom_append_only()`,
		`CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entries EXECUTE FUNCTION warroom_append_only()`,
	}...)
}

// trigrams are indexes for Search, where the server has pg_trgm and lets this user
// have it; without it Search reads all. The incidents have none: each event
// writes their row, and with it would write the index.
func trigrams() []string {
	out := []string{`DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; EXCEPTION WHEN OTHERS THEN NULL; END $$`,
		`CREATE INDEX timeline_entries_recorded ON timeline_entries (recorded_at)`}
	for _, p := range searched() {
		if p.table == "incidents" || p.later {
			continue
		}
		out = append(out, trigram(p))
	}
	return out
}

// trigram is the index for one place.
func trigram(p place) string {
	return `DO $$ BEGIN IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
			CREATE INDEX ` + p.table + `_search ON ` + p.table + ` USING gin (lower(` + p.in + `) gin_trgm_ops); END IF; END $$`
}

// minPostgres is the oldest server that is tested against.
const minPostgres = 150000

func (d *postgresDialect) check(ctx context.Context, db *gorm.DB, o Options) (string, error) {
	setting := func(name string) (v string, err error) {
		err = db.WithContext(ctx).Raw("SELECT current_setting(?, true)", name).Scan(&v).Error
		return v, err
	}
	v, err := setting("server_version_num")
	if err != nil {
		return "", err
	}
	if n, _ := strconv.Atoi(v); n > 0 && n < minPostgres {
		return "", model.Invalid("the PostgreSQL server is too old (%s)", v).Hint("version 15 or newer is needed")
	}
	if o.ReadOnly {
		return "", nil
	}
	pool, err := db.DB()
	if err != nil {
		return "", err
	}
	if err := notify(ctx, pool); feed.Refused(err) {
		d.mute = true
	} else if err != nil {
		return "", err
	}
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		v, err := setting(name)
		if err != nil {
			return "", err
		}
		if v != "off" {
			continue
		}
		if !o.AllowUnsafe {
			return "", model.Invalid("the PostgreSQL server runs with %s off: it could lose what it acknowledged", name).
				Hint("turn it on, or allow it with database.allow_unsafe")
		}
		return name + " is off", nil
	}
	return "", nil
}

func (d *postgresDialect) classify(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		if errors.Is(err, gorm.ErrRecordNotFound) || model.CodeOf(err) != "" || errors.Is(err, errTaken) || errors.Is(err, room.ErrAway) {
			return err
		}
		return fmt.Errorf("%w: %w", room.ErrAway, err) // the connection, not the server, failed
	}
	switch {
	case pg.Code == "23505", pg.Code == "40001", pg.Code == "40P01":
		return fmt.Errorf("%w: %w", errTaken, err)
	case pg.Code == "53100":
		return model.Unavailable("the disk of the database server is full").Hint("tell who runs the server").Because(err)
	case pg.Code == "25006":
		return model.Unavailable("the database server takes no writes now").Hint("is the address that of the primary?").Because(err)
	case pg.Code == "57014", strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "57P"), strings.HasPrefix(pg.Code, "53"):
		return fmt.Errorf("%w: %w", room.ErrAway, err)
	}
	return err
}

func (d *postgresDialect) snapshot() (*sql.TxOptions, string) {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, "SET LOCAL statement_timeout = 0"
}

// lost says that the COMMIT got no answer: the same error comes whether it was
// done or not (DUR-3).
func (d *postgresDialect) lost(err error) bool {
	var pg *pgconn.PgError
	return !errors.As(err, &pg) || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08")
}

// migrationLock is the advisory lock of the migrations: "warroom" in ASCII, cut to 63 bits.
const migrationLock = 0x776172726f6f6d

// locked holds the lock on one connection while f migrates on it.
func (d *postgresDialect) locked(ctx context.Context, db *gorm.DB, f func(db *gorm.DB) error) error {
	return db.WithContext(ctx).Connection(func(c *gorm.DB) error {
		if err := c.Exec("SET statement_timeout = 0").Error; err != nil {
			return err
		}
		if err := c.Exec("SELECT pg_advisory_lock(?)", int64(migrationLock)).Error; err != nil {
			return err
		}
		err := f(c)
		return errors.Join(err, c.Exec("SELECT pg_advisory_unlock(?)", int64(migrationLock)).Error,
			c.Exec("SET statement_timeout = "+strconv.Itoa(int(StatementTimeout.Milliseconds()))).Error)
	})
}

func (d *postgresDialect) watch(ctx context.Context, hint func(room.Hint), state func(error)) error {
	ping := func(ctx context.Context) error {
		pool, err := d.db.DB()
		if err != nil {
			return err
		}
		return notify(ctx, pool)
	}
	u, err := url.Parse(d.url)
	if err != nil {
		return err
	}
	q := u.Query()
	q.Set("application_name", FeedName)
	u.RawQuery = q.Encode()
	return feed.Listen(ctx, u.String(), ping, hint, state)
}

// notify sends the listener's own line, by which it knows that NOTIFY works here.
func notify(ctx context.Context, pool *sql.DB) error {
	_, err := pool.ExecContext(ctx, "SELECT pg_notify('"+feed.Channel+"', '')")
	return err
}
