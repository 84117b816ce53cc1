package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program runs the program with a home of its own.
type program struct {
	t    *testing.T
	home string
}

func (p program) run(args ...string) (code int, out, errs string) {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	m := Main{Args: append([]string{"--data", p.home}, args...), Environ: []string{"HOME=" + p.home, "USER=lee"},
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now}
	code = m.Run(p.t.Context())
	return code, stdout.String(), stderr.String()
}

// INT-3: the exit status and the one line that names the first bad event; INT-4:
// it never says that all is fine.
func TestVerifyCommand(t *testing.T) {
	p := program{t, filepath.Join(t.TempDir(), "data")}
	if code, _, errs := p.run("verify"); code != 2 || errs == "" {
		t.Errorf("without a database: status %d, %s", code, errs)
	}
	if _, err := os.Stat(p.home); err == nil {
		t.Error("verify made the data directory")
	}
	if code, out, errs := p.run("migrate"); code != 0 || !strings.Contains(out, "SQLite, schema 00") {
		t.Fatalf("migrate: status %d, %s%s", code, out, errs)
	}
	code, out, errs := p.run("incident", "new", "--title", "One thing", "--severity", "2")
	if code != 0 {
		t.Fatalf("status %d, %s", code, errs)
	}
	id := strings.TrimSpace(out)
	for _, text := range []string{"first", "second", "third"} {
		if code, _, errs := p.run("note", id, text); code != 0 {
			t.Fatalf("status %d, %s", code, errs)
		}
	}
	path := filepath.Join(p.home, "warroom.db")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify"}, {"verify", id}, {"verify", "--incident", strings.ToLower(id)}, {"verify", "--json"}} {
		code, out, errs := p.run(args...)
		if code != 0 || !strings.Contains(out, "not protected") || !strings.Contains(out, "clean") {
			t.Errorf("%v: status %d, %s%s", args, code, out, errs)
		}
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(before, now) {
		t.Errorf("verify changed the file (%v)", err)
	}
	for args, want := range map[string]int{"verify INC-2001-0001": 4, "verify nonsense": 2, "verify a b": 2} {
		if code, _, errs := p.run(strings.Fields(args)...); code != want || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: status %d, %s", args, code, errs)
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{"DROP TRIGGER events_no_update", "UPDATE events SET actor = 'mallory' WHERE version = 3"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	code, out, _ = p.run("verify")
	if code != 1 || !strings.Contains(out, "BAD "+id+" #3 ") {
		t.Errorf("tampered: status %d, %s", code, out)
	}
	code, out, _ = p.run("verify", "--json")
	if code != 1 || !strings.Contains(out, `"clean":false`) || !strings.Contains(out, `"version":3`) {
		t.Errorf("tampered: status %d, %s", code, out)
	}
	if err := os.WriteFile(path, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := p.run("verify"); code != 2 || !strings.Contains(errs, "cannot be used") {
		t.Errorf("damaged: status %d, %s", code, errs)
	}
}
