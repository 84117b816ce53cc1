package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSplitGlobals(t *testing.T) {
	for _, c := range []struct {
		args string
		want globals
		rest string
		fail bool
	}{
		{args: "note INC x --json", want: globals{json: true}, rest: "note INC x"},
		{args: "--data /d -v list --db=sqlite:x --as eve", want: globals{data: "/d", db: "sqlite:x", as: "eve", verbose: true}, rest: "list"},
		{args: "--no-color --config c", want: globals{noColor: true, config: "c"}},
		{args: "note INC -- --json -v", rest: "note INC -- --json -v"},
		{args: "note INC --at 10:11 -x", rest: "note INC --at 10:11 -x"},
		{args: "list --data", fail: true},
		{args: "--json=perhaps", fail: true},
	} {
		got, rest, err := splitGlobals(strings.Fields(c.args))
		if c.fail != (err != nil) || !c.fail && (got != c.want || !slices.Equal(rest, strings.Fields(c.rest))) {
			t.Errorf("%q: %+v %q %v", c.args, got, rest, err)
		}
	}
}

func TestLocalName(t *testing.T) {
	for user, want := range map[string]string{
		"lee": "lee", "Lee Harper": "lee-harper", `CORP\jean.d`: "jean.d", "-x": "x", "Ünal": "nal", strings.Repeat("a", 40): strings.Repeat("a", 32), "…": "local",
	} {
		m := Main{Environ: []string{"USER=" + user}}
		if got := m.localName(); got != want {
			t.Errorf("%q is %q, want %q", user, got, want)
		}
	}
}

func TestShellQuote(t *testing.T) {
	for in, want := range map[string]string{"/a/b_c-1": "/a/b_c-1", "/my data": "'/my data'", "it's": `'it'\''s'`, "": "''", "$x": "'$x'"} {
		if got := shellQuote(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestClientKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), clientKeyFile)
	first, err := clientKey(path, "lee")
	if err != nil {
		t.Fatal(err)
	}
	again, err := clientKey(path, "lee")
	if err != nil || again.Fingerprint != first.Fingerprint || !strings.HasPrefix(first.Public, "ssh-ed25519 ") {
		t.Errorf("%+v, then %+v, %v", first, again, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// The directory is made for its owner alone, also when it was there before.
func TestMakeData(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 {
		if err := makeData(dir); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Fatalf("mode %v, %v", info.Mode(), err)
		}
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := makeData(""); err == nil {
		t.Error("no directory at all is taken")
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB4XvYpVJl1X2cVbC7iC0j8E1jv9wM0m0t8YwU8u8a8l x\n# c\n"))
	f.Add([]byte("-----BEGIN OPENSSH PRIVATE KEY-----"))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := parseKeys("f", data)
		if (err == nil) != (len(keys) > 0) {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
	})
}
