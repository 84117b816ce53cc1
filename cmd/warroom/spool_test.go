package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"warroom/model/room"
)

// DUR-5: a draft survives the process, encrypted.
func TestSpool(t *testing.T) {
	host := filepath.Join(t.TempDir(), "host")
	if err := os.WriteFile(host, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := draftKey(host)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "drafts")
	s, err := openSpool(dir, key)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	first := room.Draft{User: "bob", Incident: "INC-2026-0001", Field: "note", Text: "the attacker is in FS-01\x1b", SavedAt: at}
	second := room.Draft{User: "bob", Field: "form:declare", Text: "x", SavedAt: at.Add(time.Minute)}
	for _, d := range []room.Draft{second, first, {User: "eve", Field: "note", Text: "y", SavedAt: at}} {
		if err := s.Put(d); err != nil {
			t.Fatal(err)
		}
	}
	second.Text = "longer"
	if err := s.Put(second); err != nil {
		t.Fatal(err)
	}

	again, err := openSpool(dir, key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.List("bob")
	if err != nil || len(got) != 2 || got[0] != first || got[1] != second {
		t.Fatalf("drafts: %+v, %v", got, err)
	}
	if users, err := again.Users(); err != nil || !slices.Equal(users, []string{"bob", "eve"}) {
		t.Errorf("users: %v, %v", users, err)
	}
	files, err := os.ReadDir(again.dir)
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(again.dir, f.Name()))
		if err != nil || bytes.Contains(raw, []byte("attacker")) {
			t.Errorf("%s holds the text, %v", f.Name(), err)
		}
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
	}

	for range 2 { // the second time there is nothing to remove
		if err := again.Remove("bob", first.Incident, "note"); err != nil {
			t.Fatal(err)
		}
	}
	broken := filepath.Join(again.dir, again.name("eve", "", "note"))
	if err := os.WriteFile(broken, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err = again.List("bob")
	if len(got) != 1 || got[0] != second || err == nil {
		t.Errorf("a damaged file: %+v, %v", got, err)
	}
}
