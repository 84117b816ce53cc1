package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"warroom/model"
	"warroom/model/room"
)

// StatementTimeout is how long one statement may take (DUR-4).
const StatementTimeout = 5 * time.Second

// Options is what Open needs beside the address.
type Options struct {
	Logger *slog.Logger
	// DraftKey (32 bytes) encrypts drafts at rest; without it they are kept in
	// memory only for the life of nobody: SaveDraft refuses.
	DraftKey []byte
	// AllowUnsafe starts although the database could lose what it acknowledged.
	AllowUnsafe bool
	// ReadOnly opens what is there for reading and needs no right to write: no
	// file is made and no schema is changed.
	ReadOnly bool
}

// dialect is all that differs between the two databases.
type dialect interface {
	name() string
	// types are the column types for the migrations.
	types() columnTypes
	// after are statements that the schema needs beside the tables.
	after() []string
	// check refuses a server that could lose what it acknowledged (DUR-2).
	check(ctx context.Context, db *gorm.DB, o Options) (warning string, err error)
	// epoch is a time column as seconds since 1970, month the same as 2026-11.
	epoch(column string) string
	month(column string) string
	// now is an SQL expression: milliseconds since 1970 by the database's clock.
	now() string
	// holds is a condition: the expression holds a pattern of lower case, whose
	// escape character is "!".
	holds(expression string) string
	// tell is a statement that tells the other servers, "" when they find out by themselves.
	tell() string
	// locked runs the migrations while no other process does.
	locked(ctx context.Context, db *gorm.DB, f func(db *gorm.DB) error) error
	// snapshot is the transaction for reading several tables as of one moment, and
	// a statement in it that lifts the server's own time limit ("": there is none).
	snapshot() (o *sql.TxOptions, patient string)
	// classify says what an error of a statement means: room.ErrAway, errTaken, or itself.
	classify(err error) error
	// lost says whether the outcome of a COMMIT that failed so is unknown.
	lost(err error) bool
	// watch is the feed.
	watch(ctx context.Context, hint func(room.Hint), state func(error)) error
}

// errTaken is a unique key that is there already, or a serialization failure.
var errTaken = errors.New("key is taken")

// Store is an open database. It implements room.Store.
type Store struct {
	w, r *gorm.DB // writer and readers; the same for PostgreSQL
	d    dialect
	o    Options

	mu   sync.Mutex
	beat string // the people told in the last Beat
}

var _ room.Store = (*Store)(nil)

// Open opens the database at url (sqlite:PATH or postgres://…), checks that it
// keeps what it acknowledges, and brings its schema up to date.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	var (
		s   *Store
		err error
	)
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		s, err = openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), o)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		s, err = openPostgres(ctx, url, o)
	default:
		return nil, model.Invalid("the database address is neither sqlite:PATH nor postgres://…").Hint("check --db or database.url in the config")
	}
	if err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) begin(ctx context.Context) error {
	warn, err := s.d.check(ctx, s.w, s.o)
	if err != nil {
		return err
	}
	if warn != "" {
		s.o.Logger.Warn("This database may lose what it acknowledged", "why", warn)
	}
	if s.o.ReadOnly {
		return s.sameSchema(ctx)
	}
	return s.migrate(ctx)
}

// config is GORM's. prepare keeps prepared statements in GORM; pgx does that by
// itself for each connection, and doing it twice costs a round trip a statement.
func config(prepare bool) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		PrepareStmt:            prepare,
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}

// Close closes the connections.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.w, s.r} {
		if db == nil || db == s.w && len(errs) > 0 {
			continue
		}
		if c, err := db.DB(); err == nil {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// Ping implements room.Store.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.read(ctx, func(db *gorm.DB) error { return db.Raw("SELECT 1").Scan(&one).Error })
}

// Kind is the database's name for people: SQLite or PostgreSQL.
func (s *Store) Kind() string { return s.d.name() }

// read runs a read with the statement's time limit.
func (s *Store) read(ctx context.Context, f func(db *gorm.DB) error) error {
	return s.within(ctx, StatementTimeout, func(ctx context.Context) error { return f(s.r.WithContext(ctx)) })
}

// within runs f with a time limit and makes its error one that callers understand.
func (s *Store) within(ctx context.Context, d time.Duration, f func(ctx context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	err := f(limited)
	switch {
	case err == nil, model.CodeOf(err) != "", errors.Is(err, errTaken), errors.Is(err, room.ErrUnknown):
		return err
	case errors.Is(ctx.Err(), context.Canceled): // the caller gave up, which says nothing about the database
		return fmt.Errorf("%w: %w", context.Canceled, err)
	case limited.Err() != nil, errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrConnDone):
		return fmt.Errorf("%w: %w", room.ErrAway, err)
	}
	return s.d.classify(err)
}

// tx runs f in one transaction of the writer. A failure before COMMIT wrote
// nothing; one at COMMIT may be room.ErrUnknown.
func (s *Store) tx(ctx context.Context, f func(tx *gorm.DB) error) error {
	return s.within(ctx, StatementTimeout, func(ctx context.Context) error {
		tx := s.w.WithContext(ctx).Begin()
		if tx.Error != nil {
			return tx.Error
		}
		open := true
		defer func() {
			if open {
				tx.Rollback()
			}
		}()
		if err := f(tx); err != nil {
			return err
		}
		open = false
		err := tx.Commit().Error
		if err == nil {
			return nil
		}
		if s.d.lost(err) || ctx.Err() != nil {
			return fmt.Errorf("%w: %w", room.ErrUnknown, err)
		}
		return err
	})
}

// column makes text fit for a text column: PostgreSQL refuses NUL and bytes that
// are no UTF-8. The exact bytes stand in the log.
func column(t model.Text) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(t), "\ufffd"), "\x00", "\u2400")
}
