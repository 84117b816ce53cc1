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

// emptyFor is how long a database that is being made may be an empty file.
const emptyFor = 10 * time.Second

func openSQLite(ctx context.Context, path string, o Options) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil || path == "" {
		return nil, model.Invalid("the database address names no file").Hint("write sqlite:PATH")
	}
	if err := checkFile(abs, o); err != nil {
		return nil, err
	}
	d := &sqliteDialect{path: abs}
	if o.ReadOnly {
		d.r, err = openReadOnly(ctx, abs)
		if err != nil {
			return nil, damaged(abs, err)
		}
		return &Store{w: d.r, r: d.r, d: d, o: o}, nil
	}
	w, err := connect(ctx, abs, "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate", 1)
	if err != nil {
		return nil, damaged(abs, err)
	}
	d.r, err = connect(ctx, abs, "&_pragma=query_only(1)", sqliteReaders)
	if err != nil {
		return nil, errors.Join(damaged(abs, err), (&Store{w: w}).Close())
	}
	return &Store{w: w, r: d.r, d: d, o: o}, nil
}

// connect opens a pool. While another process makes the database, SQLite may say
// that it is busy without having waited; then it is tried again.
func connect(ctx context.Context, path, settings string, conns int) (*gorm.DB, error) {
	q := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_time_format=sqlite&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)" + settings
	ctx, cancel := context.WithTimeout(ctx, 2*StatementTimeout)
	defer cancel()
	for {
		db, err := gorm.Open(sqlite.Open(q), config(true))
		if err == nil {
			c, err := db.DB()
			if err != nil {
				return nil, err
			}
			c.SetMaxOpenConns(conns)
			c.SetMaxIdleConns(conns)
			return db, nil
		}
		if code := sqliteCode(err); code != codeBusy && code != codeLocked {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// openReadOnly opens for reading. Where the directory cannot be written SQLite
// makes no index for the WAL; without a WAL the file can be read as it is.
func openReadOnly(ctx context.Context, path string) (*gorm.DB, error) {
	db, err := connect(ctx, path, "&mode=ro&_pragma=query_only(1)", sqliteReaders)
	if err == nil {
		if err = db.WithContext(ctx).Exec("SELECT count(*) FROM sqlite_schema").Error; err == nil {
			return db, nil
		}
		err = errors.Join(err, (&Store{w: db}).Close())
	}
	if fileSize(path+"-wal") > 0 {
		return nil, err
	}
	return connect(ctx, path, "&mode=ro&immutable=1&_pragma=query_only(1)", sqliteReaders)
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
	case 0x5346414f, 0x6b414653:
		return "AFS"
	case 0x00c36400:
		return "Ceph"
	case 0x0bd00bd0:
		return "Lustre"
	case 0x47504653:
		return "GPFS"
	case 0x01161970:
		return "GFS2"
	case 0x7461636f:
		return "OCFS2"
	case 0x73757245:
		return "Coda"
	}
	return ""
}

// checkFile refuses a place where SQLite is not safe, and a file that is damaged
// or none of SQLite's; it never starts empty over one (DUR-7). A new file is made
// so that only its owner reads it.
//
// An empty file that nobody has just made was cut: it is no new database (DUR-7).
func checkFile(path string, o Options) error {
	dir := filepath.Dir(path)
	var fs syscall.Statfs_t
	if err := syscall.Statfs(path, &fs); err != nil {
		if err := syscall.Statfs(dir, &fs); err != nil {
			return model.Invalid("the database directory %s cannot be used: %v", dir, err).Hint("make it, or name another file").Because(err)
		}
	}
	if name := networkFS(int64(fs.Type)); name != "" {
		if !o.AllowUnsafe {
			return model.Invalid("the database file %s lies on a network file system (%s), where SQLite's locks do not hold", path, name).
				Hint("use a local disk, or PostgreSQL")
		}
		o.Logger.Warn("SQLite's locks may not hold on a network file system", "path", path, "kind", name)
	}
	flags := os.O_RDWR | os.O_CREATE
	if o.ReadOnly {
		flags = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return model.Invalid("the database file %s cannot be opened: %v", path, reason(err)).Hint("check that it is there, and who may read and write it").Because(err)
	}
	defer f.Close()
	if !o.ReadOnly {
		_ = f.Chmod(0o600) // another's file is his to protect
	}
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		if fileSize(path+"-wal") > 0 {
			return damaged(path, errors.New("it is empty, but its write-ahead log is not"))
		}
		if info, err := f.Stat(); err == nil && time.Since(info.ModTime()) > emptyFor {
			return damaged(path, errors.New("it is empty"))
		}
		return nil // somebody is about to make a database of it
	case !bytes.Equal(head[:n], []byte("SQLite format 3\x00")):
		return damaged(path, errors.New("it does not begin as a SQLite file"))
	}
	return nil
}

// reason is an error of the operating system without the path, which stands in
// the message already.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func damaged(path string, err error) error {
	e := model.Invalid("the database file %s cannot be used: %v", path, err).Because(err)
	switch sqliteCode(err) {
	case codeReadOnly, codeCantOpen:
		return e.Hint("it and its directory must be writable")
	case codeBusy, codeLocked:
		return e.Hint("another program holds it; try again when that is done")
	}
	return e.Hint("nothing was changed; restore a backup, or name another file with --db")
}

func (d *sqliteDialect) name() string { return "SQLite" }

func (d *sqliteDialect) types() columnTypes {
	return columnTypes{bytes: "blob", time: "datetime", serial: "integer PRIMARY KEY AUTOINCREMENT"}
}

func (d *sqliteDialect) epoch(column string) string { return "unixepoch(" + column + ", 'subsec')" }

func (d *sqliteDialect) month(column string) string {
	return "CASE WHEN t.counted_precision <> 'year' THEN strftime('%Y-%m', " + column + ") END"
}

func (d *sqliteDialect) now() string { return "CAST(unixepoch('subsec') * 1000 AS INTEGER)" }

// holds needs no lower: LIKE takes both cases for one.
func (d *sqliteDialect) holds(expression string) string { return expression + " LIKE ? ESCAPE '!'" }

func (d *sqliteDialect) tell() string { return "" }

// after are the triggers that keep the log and the audit append-only (INT-1), and
// an index that PostgreSQL has in another form.
func (d *sqliteDialect) after() []string {
	return []string{
		`CREATE INDEX indicators_value ON indicators (value, type)`,
		`CREATE INDEX timeline_entries_recorded ON timeline_entries (recorded_at)`,
		`CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`,
		`CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (NEW.redacted = 1 AND OLD.redacted = 0 AND NEW.incident_id = OLD.incident_id
			AND NEW.version = OLD.version AND NEW.kind = OLD.kind AND NEW.actor = OLD.actor AND NEW.recorded_at = OLD.recorded_at
			AND NEW.command_id = OLD.command_id AND NEW.payload_hash = OLD.payload_hash AND NEW.prev_hash = OLD.prev_hash AND NEW.hash = OLD.hash)
			BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`,
		// INSERT OR REPLACE deletes without a delete trigger.
		`CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE incident_id = NEW.incident_id AND version = NEW.version)
			BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`,
		`CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_entries WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
			BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
		`CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
		`CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
	}
}

// check makes sure of the settings, and that a small file is not damaged. A large
// one would hold the start up; verify reads all of it.
func (d *sqliteDialect) check(ctx context.Context, db *gorm.DB, o Options) (string, error) {
	if !o.ReadOnly {
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
	}
	const small = 64 << 20
	if o.ReadOnly || fileSize(d.path) < small {
		var verdict string
		if err := d.r.WithContext(ctx).Raw("PRAGMA quick_check(1)").Scan(&verdict).Error; err != nil {
			return "", damaged(d.path, err)
		}
		if verdict != "ok" {
			return "", damaged(d.path, fmt.Errorf("it is damaged: %s", strings.Join(strings.Fields(verdict), " ")))
		}
	}
	return "", nil
}

// The primary result codes of SQLite that mean something here.
const (
	codeBusy       = 5
	codeLocked     = 6
	codeReadOnly   = 8
	codeIO         = 10
	codeCorrupt    = 11
	codeFull       = 13
	codeCantOpen   = 14
	codeConstraint = 19
	codeNotADB     = 26
)

// sqliteCode is the primary result code in err, 0 when it is none of SQLite's.
func sqliteCode(err error) int {
	var coded interface{ Code() int }
	if !errors.As(err, &coded) {
		return 0
	}
	return coded.Code() & 0xff
}

func (d *sqliteDialect) classify(err error) error {
	again := "try again when that is mended"
	switch sqliteCode(err) {
	case codeBusy, codeLocked: // another process wrote for all of the busy timeout
		return fmt.Errorf("%w: %w", room.ErrAway, err)
	case codeConstraint:
		if strings.Contains(err.Error(), "UNIQUE") || strings.Contains(err.Error(), "PRIMARY KEY") {
			return fmt.Errorf("%w: %w", errTaken, err)
		}
	case codeFull:
		return model.Unavailable("the disk with the database file %s is full", d.path).Hint("%s", again).Because(err)
	case codeReadOnly:
		return model.Unavailable("the database file %s, or its disk, is read-only", d.path).Hint("%s", again).Because(err)
	case codeIO, codeCantOpen:
		return model.Unavailable("the disk with the database file %s fails: %v", d.path, err).Hint("%s", again).Because(err)
	case codeCorrupt, codeNotADB:
		return model.Unavailable("the database file %s is damaged: %v", d.path, err).Hint("end all warroom programs and restore a backup").Because(err)
	}
	return err
}

// lost is never true: COMMIT runs in this process.
func (d *sqliteDialect) lost(error) bool { return false }

// locked needs no lock of its own: the migrations are one immediate transaction,
// for which another process waits.
func (d *sqliteDialect) locked(ctx context.Context, db *gorm.DB, f func(db *gorm.DB) error) error {
	return f(db.WithContext(ctx))
}

func (d *sqliteDialect) snapshot() (*sql.TxOptions, string) {
	return &sql.TxOptions{ReadOnly: true}, ""
}

// watch looks at PRAGMA data_version, which changes when another connection of
// any process has committed.
func (d *sqliteDialect) watch(ctx context.Context, hint func(room.Hint), state func(error)) error {
	pool, err := d.r.DB()
	if err != nil {
		return err
	}
	var conn *sql.Conn
	drop := func() {
		if conn != nil {
			_ = conn.Close()
			conn = nil
		}
	}
	defer drop()
	look := func(ctx context.Context) (v int64, err error) {
		ctx, cancel := context.WithTimeout(ctx, StatementTimeout)
		defer cancel()
		if conn == nil {
			if conn, err = pool.Conn(ctx); err != nil {
				return 0, err
			}
		}
		if err = conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&v); err != nil {
			drop() // the version counts for one connection
		}
		return v, err
	}
	return feed.Poll(ctx, 100*time.Millisecond, look, hint, state)
}
