package themes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, name, data string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestUserThemeTakesTheRestFromItsBase(t *testing.T) {
	dir := write(t, "ops.toml", "base = \"light\"\n[roles]\naccent = \"bold #87005f\"\n")
	lib, err := LoadUser(dir)
	if err != nil {
		t.Fatal(err)
	}
	if names := lib.Names(); !slices.Contains(names, "ops") || !slices.Contains(names, "mono") {
		t.Errorf("names are %v", names)
	}
	s, err := lib.New("ops", true, false)
	if err != nil {
		t.Fatal(err)
	}
	light, err := New("light", false, false)
	if err != nil {
		t.Fatal(err)
	}
	if s.Dark || s.Dim != light.Dim || s.Accent == light.Accent {
		t.Errorf("base or role is not taken: %+v", s)
	}
}

func TestUserThemeErrorsNameFileAndLine(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"colour", "[roles]\ntext = \"\"\naccent = \"#12345\"\n", `x.toml:3: roles.accent: "#12345" is no colour`},
		{"word", "[roles]\naccent = \"blink\"\n", `x.toml:2: roles.accent: "blink" is none of: bold`},
		{"after on", "[roles]\naccent = \"bold on\"\n", `x.toml:2: roles.accent: after "on" comes a colour`},
		{"two colours", "[roles]\naccent = \"#000000 #ffffff\"\n", `write ` + "`on #ffffff`"},
		{"role", "base = \"dark\"\n[roles]\n\naccnt = \"bold\"\n", `x.toml:4: there is no role "accnt"; the roles are: text, dim`},
		{"key", "bse = \"dark\"\n", `x.toml:1: unknown key "bse"; the keys are: base, roles`},
		{"base", "\nbase = \"drak\"\n", `x.toml:2: base "drak" is no built-in theme; the themes are: auto, dark`},
		{"type", "[roles]\naccent = 7\n", `x.toml:2: roles.accent:`},
		{"syntax", "[roles\n", `x.toml:1: `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := LoadUser(write(t, "x.toml", tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestLoadUserDirectory(t *testing.T) {
	lib, err := LoadUser(filepath.Join(t.TempDir(), "none"))
	if err != nil || len(lib.Names()) != len(Names()) {
		t.Errorf("a missing directory gives %v, %v", lib, err)
	}
	if _, err := LoadUser(write(t, "dark.toml", "")); err == nil || !strings.Contains(err.Error(), "built-in") {
		t.Errorf("a theme called as a built-in one: %v", err)
	}
	lib, err = LoadUser(write(t, "readme.md", "not a theme"))
	if err != nil || len(lib.themes) != 0 {
		t.Errorf("other files are not left alone: %v, %v", lib, err)
	}
}

func FuzzParseUser(f *testing.F) {
	f.Add([]byte("base = \"dark\"\n[roles]\naccent = \"bold #87ffaf on #000000\"\n"))
	f.Add([]byte("[roles]\ntext = \"on on\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, err := parseUser("x.toml", data)
		if err != nil {
			return
		}
		if _, err := u.tokens.styles("x", u.dark, false); err != nil {
			t.Errorf("accepted, but cannot be drawn: %v", err)
		}
	})
}
