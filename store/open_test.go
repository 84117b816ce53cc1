package store_test

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"warroom/model"
	"warroom/model/room"
	"warroom/store"
	"warroom/store/storetest"
)

// CON-5: servers that start together on an empty database are safe, and the
// schema is there once.
func TestOpenTogether(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				s, err := store.Open(t.Context(), url, store.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				if v, err := s.SchemaVersion(t.Context()); err != nil || v == "" {
					t.Errorf("schema %q (%v)", v, err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		h := hub(t, open(t, url))
		do(t, h, declare(t, h), model.AddNote{Text: "it works"})
	})
}

// CON-5: an older binary refuses a newer schema and changes nothing.
func TestNewerSchema(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		if err := open(t, url).Close(); err != nil {
			t.Fatal(err)
		}
		attack(t, url).exec("INSERT INTO schema_migrations (id) VALUES ('9999-later')")
		for _, o := range []store.Options{{}, {ReadOnly: true}} {
			_, err := store.Open(t.Context(), url, o)
			if e, ok := model.AsError(err); !ok || !strings.Contains(e.Msg, "newer warroom") {
				t.Errorf("%+v: %v", o, err)
			}
		}
	})
}

// A database without a schema, opened for reading, is told and stays empty.
func TestReadOnlyMakesNothing(t *testing.T) {
	url := storetest.Postgres(t)
	if _, err := store.Open(t.Context(), url, store.Options{ReadOnly: true}); model.CodeOf(err) != model.CodeNotFound {
		t.Errorf("postgres: %v", err)
	}
	path := filepath.Join(t.TempDir(), "none.db")
	if _, err := store.Open(t.Context(), "sqlite:"+path, store.Options{ReadOnly: true}); model.CodeOf(err) != model.CodeInvalid {
		t.Errorf("sqlite: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was made")
	}
}

// fresh makes a database with something in it, and gives its file.
func fresh(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "warroom.db")
	s, err := store.Open(t.Context(), "sqlite:"+path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddAccount(t.Context(), "root", model.Account{Name: "alice", Role: model.RoleAdmin}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// DUR-7: a damaged file is refused with one line and stays as it is.
func TestDamagedFile(t *testing.T) {
	for name, damage := range map[string]func(b []byte) []byte{
		"another format":  func([]byte) []byte { return []byte("PK\x03\x04 this is a zip file") },
		"cut short":       func(b []byte) []byte { return b[:len(b)/2] },
		"a few bytes":     func(b []byte) []byte { return b[:7] },
		"first page":      func(b []byte) []byte { copy(b[100:4000], make([]byte, 4000)); return b },
		"a page of zeros": func(b []byte) []byte { copy(b[4096:3*4096], make([]byte, 2*4096)); return b },
	} {
		t.Run(name, func(t *testing.T) {
			path := fresh(t)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			b = damage(b)
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, o := range []store.Options{{}, {ReadOnly: true}} {
				_, err = store.Open(t.Context(), "sqlite:"+path, o)
				if e, ok := model.AsError(err); !ok || e.Next == "" || strings.Contains(err.Error(), "\n") {
					t.Errorf("%+v: %v", o, err)
				}
			}
			if now, err := os.ReadFile(path); err != nil || string(now) != string(b) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
	// What was cut to nothing is not a new database; what was made just now is.
	path := fresh(t)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), "sqlite:"+path, store.Options{}); model.CodeOf(err) != model.CodeInvalid {
		t.Errorf("cut to nothing: %v", err)
	}
	if err := os.WriteFile(path+"2", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Open(t.Context(), "sqlite:"+path+"2", store.Options{}); err != nil {
		t.Errorf("made just now: %v", err)
	} else if err := s.Close(); err != nil {
		t.Error(err)
	}
	// What is lost but for its write-ahead log is not a new database.
	path = fresh(t)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"-wal", make([]byte, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), "sqlite:"+path, store.Options{}); model.CodeOf(err) != model.CodeInvalid {
		t.Errorf("emptied: %v", err)
	}
}

// DUR-2: SQLite is not used where its locks do not hold.
func TestNetworkFileSystem(t *testing.T) {
	for magic, want := range map[int64]string{0x6969: "NFS", 0xff534d42: "SMB", -0xacb2be: "SMB", 0x01021997: "9p", 0x65735546: "FUSE",
		0xef53: "", 0x58465342: "", 0x9123683e: "", 0x01021994: "", 0x794c7630: ""} { // ext4, xfs, btrfs, tmpfs, overlay
		if got := store.NetworkFS(magic); got != want {
			t.Errorf("%#x: %q, not %q", magic, got, want)
		}
	}
}

// The database is for its owner's eyes, with all that lies beside it.
func TestFileMode(t *testing.T) {
	url := storetest.SQLite(t)
	h := hub(t, open(t, url))
	declare(t, h)
	files, err := filepath.Glob(strings.TrimPrefix(url, "sqlite:") + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v (%v)", files, err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v (%v)", f, info.Mode(), err)
		}
	}
}

// DUR-6: the disk is full; the message says so, there is no half entry, and it
// goes on when there is room again.
func TestDiskFull(t *testing.T) {
	s := open(t, storetest.SQLite(t))
	h := hub(t, s)
	id := declare(t, h)
	pages := store.LimitPages(t, s, 0)
	store.LimitPages(t, s, pages)
	var err error
	said := 0
	for range 200 {
		if _, err = h.Do(t.Context(), alice, id, newID(), model.AddNote{Text: model.Text(strings.Repeat("x", 1000))}); err != nil {
			break
		}
		said++
	}
	if model.CodeOf(err) != model.CodeUnavailable || !strings.Contains(err.Error(), "full") {
		t.Fatalf("answered %v", err)
	}
	if got := len(h.Peek(id).Timeline); !h.Health().Online || got < said {
		t.Errorf("%d entries for %d that were saved", got, said)
	}
	clean(t, s)
	store.LimitPages(t, s, 1<<30)
	do(t, h, id, model.AddNote{Text: "there is room again"})
	clean(t, s)
}

// DUR-6: a COMMIT that fails leaves nothing open on the one connection that writes.
func TestFailedCommit(t *testing.T) {
	s := open(t, storetest.SQLite(t))
	h := hub(t, s)
	id := declare(t, h)
	if err := store.FailCommit(t, s); err == nil {
		t.Fatal("a transaction that breaks a deferred key was committed")
	}
	do(t, h, id, model.AddNote{Text: "and on"})
	clean(t, s)
}

// DUR-2: a server that could lose what it acknowledged is refused, or used with
// a warning when that is allowed.
func TestUnsafeServer(t *testing.T) {
	bad := storetest.Postgres(t) + "&synchronous_commit=off"
	if _, err := store.Open(t.Context(), bad, store.Options{}); err == nil || !strings.Contains(err.Error(), "synchronous_commit") {
		t.Errorf("answered %v", err)
	}
	var log strings.Builder
	s, err := store.Open(t.Context(), bad, store.Options{AllowUnsafe: true, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if !strings.Contains(log.String(), "synchronous_commit") {
		t.Errorf("the log says %q", log.String())
	}
}

// SEC-1: a password in the address is in no error.
func TestNoPasswordInErrors(t *testing.T) {
	for _, url := range []string{"postgres://u:hunter2@127.0.0.1:1/x", "postgres://u:hunter2@127.0.0.1:x/y", "postgres://u:hunter2@[::1/y"} {
		if _, err := store.Open(t.Context(), url, store.Options{}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// Several processes write one SQLite file at once.
func TestManyProcesses(t *testing.T) {
	const env = "WARROOM_STORE_TEST_WRITER"
	if where := os.Getenv(env); where != "" {
		url, id, _ := strings.Cut(where, "|")
		h := hub(t, open(t, url))
		for range 30 {
			do(t, h, id, model.AddNote{Text: "from another process"})
		}
		return
	}
	url := storetest.SQLite(t)
	s := open(t, url)
	h := hub(t, s)
	id := declare(t, h)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestManyProcesses$")
			cmd.Env = append(os.Environ(), env+"="+url+"|"+id)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	for range 30 {
		do(t, h, id, model.AddNote{Text: "from this process"})
	}
	wg.Wait()
	await(t, "all of them are here", func() bool { return len(h.Peek(id).Timeline) >= 1+4*30 })
	if n := count(t, s, id, "from another process"); n != 90 {
		t.Errorf("%d notes of the other processes", n)
	}
	clean(t, s)
}

// docs/schema.md names every table and column, and every trigger of the schema.
func TestSchemaIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/schema.md")
	if err != nil {
		t.Fatal(err)
	}
	url := storetest.Postgres(t)
	if err := open(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	conn := psql(t, url)
	rows, err := conn.Query(t.Context(), "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position")
	if err != nil {
		t.Fatal(err)
	}
	type column struct{ Table, Name string }
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil || len(columns) == 0 {
		t.Fatalf("%v (%v)", columns, err)
	}
	sections := regexp.MustCompile("(?m)^##+ (?:`([a-z_]+)`)?").FindAllStringSubmatchIndex(string(doc), -1)
	text := map[string]string{}
	for i, m := range sections {
		if m[2] < 0 {
			continue
		}
		end := len(doc)
		if i+1 < len(sections) {
			end = sections[i+1][0]
		}
		text[string(doc[m[2]:m[3]])] = string(doc[m[1]:end])
	}
	tables := map[string]bool{}
	for _, c := range columns {
		tables[c.Table] = true
		if !regexp.MustCompile("(?m)^\\| `" + c.Name + "` \\|").MatchString(text[c.Table]) {
			t.Errorf("docs/schema.md: %s.%s is missing", c.Table, c.Name)
		}
	}
	for name, section := range text {
		if !tables[name] {
			t.Errorf("docs/schema.md: there is no table %s", name)
		}
		for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(section, -1) {
			if !slices.Contains(columns, column{name, m[1]}) {
				t.Errorf("docs/schema.md: there is no column %s.%s", name, m[1])
			}
		}
	}
}

// What docs/schema.md gives as SQL runs; its check of the chain finds nothing in a
// sound log, and what was changed in another (INT-2).
func TestSchemaExamples(t *testing.T) {
	doc, err := os.ReadFile("../docs/schema.md")
	if err != nil {
		t.Fatal(err)
	}
	url := storetest.Postgres(t)
	h := hub(t, open(t, url))
	id := declare(t, h)
	everything(t, h, id)
	if _, err := h.Redact(t.Context(), alice, newID(), id, 4, "a secret"); err != nil {
		t.Fatal(err)
	}
	second := declare(t, h)
	everything(t, h, second)
	do(t, h, second, model.SetPhase{To: model.PhaseEradication, Reason: "contained", Force: true})
	conn := psql(t, url)
	check := ""
	for _, m := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(doc), -1) {
		for q := range strings.SplitSeq(m[1], ";\n") {
			if strings.TrimSpace(q) == "" {
				continue
			}
			n := sql(t, conn, q)
			if strings.Contains(q, "returns no row") {
				check = q
			}
			if (n == 0) != (check == q) {
				t.Errorf("%d rows: %s", n, q)
			}
		}
	}
	a := attack(t, url).unguarded()
	for _, tamper := range []string{"actor = 'mallory'", "payload = 'x'", "recorded_at = recorded_at + interval '1 microsecond'", "version = version + 100"} {
		a.exec("CREATE TABLE kept AS SELECT * FROM events")
		a.exec("UPDATE events SET " + tamper + " WHERE version = 3")
		if sql(t, conn, check) == 0 {
			t.Errorf("not found: %s", tamper)
		}
		a.exec("DELETE FROM events")
		a.exec("INSERT INTO events SELECT * FROM kept")
		a.exec("DROP TABLE kept")
	}
	if n := sql(t, conn, check); n != 0 {
		t.Errorf("%d rows of the restored log", n)
	}
}

var _ room.Store = (*store.Store)(nil)
