package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/libtnb/sqlite"
	"gorm.io/gorm"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/feed"
)

type sqliteDialect struct {
	path string
	r    *gorm.DB
}

// sqliteReaders is the pool for reads; there is one writer, because writers that
// wait for each other inside SQLite wait far longer.
const sqliteReaders = 4

func openSQLite(ctx context.Context, path string, o Options) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil || path == "" {
		return nil, model.Invalid("the database address names no file").Hint("write sqlite:PATH")
	}
	if err := checkFile(abs); err != nil {
		return nil, err
	}
	open := func(pragmas string, conns int) (*gorm.DB, error) {
		q := "file:" + (&url.URL{Path: abs}).EscapedPath() + "?_time_format=sqlite&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)" + pragmas
		db, err := gorm.Open(sqlite.Open(q), config(o.Logger))
		if err != nil {
			return nil, err
		}
		c, err := db.DB()
		if err != nil {
			return nil, err
		}
		c.SetMaxOpenConns(conns)
		c.SetMaxIdleConns(conns)
		return db, nil
	}
	w, err := open("&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate", 1)
	if err != nil {
		return nil, damaged(abs, err)
	}
	r, err := open("&_pragma=query_only(1)", sqliteReaders)
	if err != nil {
		return nil, damaged(abs, err)
	}
	_ = os.Chmod(abs, 0o600)
	return &Store{w: w, r: r, d: &sqliteDialect{path: abs, r: r}, o: o}, nil
}

// networkFS are the file systems on which SQLite's locks do not hold, by the
// magic number of statfs(2).
func networkFS(magic int64) string {
	switch uint32(magic) {
	case 0x6969:
		return "NFS"
	case 0xff534d42, 0xfe534d42, 0x517b:
		return "SMB"
	case 0x01021997:
		return "9p"
	case 0x65735546:
		return "FUSE"
	case 0x5346414f:
		return "AFS"
	case 0x00c36400:
		return "Ceph"
	}
	return ""
}

// checkFile refuses a place where SQLite is not safe, and a file that is damaged
// or none of SQLite's; it never starts empty over one (DUR-7).
func checkFile(path string) error {
	dir := filepath.Dir(path)
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return model.Invalid("the database directory %s cannot be used: %v", dir, err).Hint("make it, or name another file").Because(err)
	}
	if name := networkFS(int64(fs.Type)); name != "" {
		return model.Invalid("the database file %s lies on a network file system (%s), where SQLite's locks do not hold", path, name).
			Hint("use a local disk, or PostgreSQL")
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return model.Invalid("the database file %s cannot be opened: %v", path, err).Hint("check its permissions").Because(err)
	}
	defer f.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil // an empty file is a new database
	case !bytes.Equal(head[:n], []byte("SQLite format 3\x00")):
		return damaged(path, errors.New("it does not begin as a SQLite file"))
	}
	return nil
}

func damaged(path string, err error) error {
	return model.Invalid("the database file %s cannot be used: %v", path, err).
		Hint("nothing was changed; restore a backup, or name another file with --db").Because(err)
}

func (d *sqliteDialect) name() string { return "SQLite" }

func (d *sqliteDialect) types() columnTypes {
	return columnTypes{bytes: "blob", time: "datetime", serial: "integer PRIMARY KEY AUTOINCREMENT"}
}

func (d *sqliteDialect) now() string { return "CAST(unixepoch('subsec') * 1000 AS INTEGER)" }

func (d *sqliteDialect) tell() string { return "" }

// after are the triggers that keep the log and the audit append-only (INT-1).
func (d *sqliteDialect) after() []string {
	return []string{
		`CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`,
		`CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (NEW.redacted = 1 AND OLD.redacted = 0 AND NEW.incident_id = OLD.incident_id
			AND NEW.version = OLD.version AND NEW.kind = OLD.kind AND NEW.actor = OLD.actor AND NEW.recorded_at = OLD.recorded_at
			AND NEW.command_id = OLD.command_id AND NEW.payload_hash = OLD.payload_hash AND NEW.prev_hash = OLD.prev_hash AND NEW.hash = OLD.hash)
			BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`,
		`CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
		`CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
	}
}

// check makes sure of the settings, and that a small file is not damaged.
func (d *sqliteDialect) check(ctx context.Context, db *gorm.DB, _ bool) (string, error) {
	var mode, sync string
	if err := db.WithContext(ctx).Raw("PRAGMA journal_mode").Scan(&mode).Error; err != nil {
		return "", damaged(d.path, err)
	}
	if err := db.WithContext(ctx).Raw("PRAGMA synchronous").Scan(&sync).Error; err != nil {
		return "", damaged(d.path, err)
	}
	if mode != "wal" || sync != "2" {
		return "", damaged(d.path, fmt.Errorf("it runs with journal_mode %s and synchronous %s", mode, sync))
	}
	const small = 64 << 20
	if info, err := os.Stat(d.path); err == nil && info.Size() < small {
		var verdict string
		if err := db.WithContext(ctx).Raw("PRAGMA quick_check(1)").Scan(&verdict).Error; err != nil || verdict != "ok" {
			return "", damaged(d.path, fmt.Errorf("quick_check says %q %w", verdict, err))
		}
	}
	return "", nil
}

func (d *sqliteDialect) classify(err error) error {
	var coded interface{ Code() int }
	if !errors.As(err, &coded) {
		return err
	}
	switch coded.Code() & 0xff {
	case 5, 6: // busy, locked: the other process was faster
		return fmt.Errorf("%w: %w", room.ErrVersion, err)
	case 19: // constraint
		if strings.Contains(err.Error(), "UNIQUE") || strings.Contains(err.Error(), "PRIMARY KEY") {
			return fmt.Errorf("%w: %w", errTaken, err)
		}
	case 8, 10, 13, 14: // read only, I/O, full, cannot open
		return fmt.Errorf("%w: %w", room.ErrAway, err)
	}
	return err
}

// lost is never true: COMMIT runs in this process.
func (d *sqliteDialect) lost(error) bool { return false }

// locked runs the migrations; a transaction of the one writer is lock enough.
func (s *Store) locked(ctx context.Context, f func(db *gorm.DB) error) error {
	if p, ok := s.d.(*postgresDialect); ok {
		return p.locked(ctx, s.w, f)
	}
	return f(s.w.WithContext(ctx))
}

// snapshot is the transaction for reading several tables as of one moment.
func (s *Store) snapshot() *sql.TxOptions {
	if _, ok := s.d.(*postgresDialect); ok {
		return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return &sql.TxOptions{ReadOnly: true}
}

// watch looks at PRAGMA data_version, which changes when another connection of
// any process has committed.
func (d *sqliteDialect) watch(ctx context.Context, hint func(room.Hint), state func(error)) error {
	pool, err := d.r.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	look := func(ctx context.Context) (int64, error) {
		ctx, cancel := context.WithTimeout(ctx, StatementTimeout)
		defer cancel()
		var v int64
		err := conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&v)
		return v, err
	}
	return feed.Poll(ctx, 100*time.Millisecond, look, hint, state)
}
