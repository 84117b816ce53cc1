package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// example is the file at the top of the repository.
const example = "../../../config.example.toml"

func TestExampleFileIsFresh(t *testing.T) {
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(example, []byte(Example()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != Example() {
		t.Fatal("config.example.toml is stale; run: UPDATE=1 go test ./cmd/warroom/config")
	}
}

func TestExampleSetsNothingButDefaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.toml")
	write(t, path, Example(), 0o644)
	from, err := Load(Source{File: path})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Load(Source{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Fields() {
		if a, b := f.text(&from.Config), f.text(&plain.Config); a != b {
			t.Errorf("%s: the example has %q, the default is %q", f.Name(), a, b)
		}
	}
}

func TestEveryFieldIsDescribed(t *testing.T) {
	for _, f := range Fields() {
		if f.Help == "" || f.Key == "" {
			t.Errorf("%s has no help", f.Name())
		}
		bounded := f.min != "" && f.max != ""
		if number := f.Type == "whole number" || f.Type == "duration"; number != bounded {
			t.Errorf("%s: bounds %q to %q", f.Name(), f.min, f.max)
		}
		if f.Type == "duration" && (parseDuration(f.min) <= 0 || parseDuration(f.max) <= 0) {
			t.Errorf("%s: bad bounds", f.Name())
		}
	}
}

func TestPrecedence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.toml")
	write(t, path, "[server]\nlisten = \"file:1\"\nidle = \"1h\"\nmax_starting = 7\n[keys]\n\"board.open\" = [\"l\"]\n", 0o600)
	got, err := Load(Source{
		Search:  []string{"/does/not/exist", path},
		Environ: []string{"WARROOM_SERVER_LISTEN=env:2", "WARROOM_SERVER_IDLE=2h", "WARROOM_TEST_POSTGRES=x", "PATH=/bin", "WARROOM_KEYS_BOARD_FILTER_NEXT=f ctrl+f"},
		Flags:   map[string]string{"server.listen": "flag:3"},
		Actions: []string{"board.open", "board.filter-next"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Server.Listen != "flag:3" || got.Server.Idle != 2*time.Hour || got.Server.MaxStarting != 7 || got.Server.KeepAlive != 30*time.Second {
		t.Errorf("server: %+v", got.Server)
	}
	if k := got.Keys; len(k) != 2 || k["board.open"][0] != "l" || len(k["board.filter-next"]) != 2 {
		t.Errorf("keys: %v", k)
	}
	for name, want := range map[string]string{"server.listen": "flag", "server.idle": "$WARROOM_SERVER_IDLE", "server.max_starting": path + ":4", "log.level": "default"} {
		if o := got.Origin(name); o != want {
			t.Errorf("origin of %s is %q, want %q", name, o, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"[server]\nlisten = 3", `:2: server.listen: must be text in quotes, not a whole number`},
		{"\n\n[server]\nlissten = \"x\"", `:4: unknown key "lissten"; the keys of [server] are: listen, host_key,`},
		{"[serve]\n", `:1: unknown section or key "serve"; the sections are: database, server,`},
		{"listen = 1\n", `:1: unknown section or key "listen"`},
		{"server = 1\n", `:1: server is a section; write [server]`},
		{"[server]\nlisten = \"everywhere\"", `:2: server.listen: "everywhere" is no address; write HOST:PORT`},
		{"[server]\nlisten = \"127.0.0.1:99999\"", `:2: server.listen: "127.0.0.1:99999" is no address`},
		{"[database]\nurl = \"mysql://h/d\"", `:2: database.url: is neither sqlite:PATH nor postgres://`},
		{"[server]\nidle = \"soon\"", `:2: server.idle: "soon" is no duration; write 30s`},
		{"[server]\nidle = 30", `:2: server.idle: must be a duration in quotes, such as "30s", not a whole number`},
		{"[server]\nidle = \"1ms\"", `:2: server.idle: is out of range; it goes from 1m to 24h`},
		{"[server]\nmax_starting = 0", `:2: server.max_starting: is out of range; it goes from 1 to 65536`},
		{"[server]\nmax_starting = 1.5", `:2: server.max_starting: must be a whole number, not a number with a fraction`},
		{"[log]\nlevel = \"loud\"", `:2: log.level: "loud" is not allowed; use one of: debug, info, warn, error`},
		{"[console]\nascii = \"yes\"", `:2: console.ascii: must be true or false, not text`},
		{"[log]\nlevel = \"info\"\nlevel = \"warn\"", `:3: key level is already defined`},
		{"[log\n", `:1: `},
		{"[keys]\n\"board.fly\" = [\"f\"]", `:2: keys: there is no action "board.fly"; the actions are: board.open`},
		{"[keys]\n\"board.open\" = \"f\"", `:2: keys.board.open: must be a list of keys`},
		{"[keys]\n\"board.open\" = [1]", `:2: keys.board.open: must be a list of keys`},
		{"[database]\nurl = 'postgres://u:pw@h/d'", `holds a password and others on this machine can read it; chmod 600`},
	} {
		path := filepath.Join(t.TempDir(), "c.toml")
		write(t, path, c.file, 0o644)
		_, err := Load(Source{File: path, Actions: []string{"board.open"}})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant …%s", c.file, err, c.want)
		}
	}
}

func TestVariablesAreChecked(t *testing.T) {
	for pair, want := range map[string]string{
		"WARROOM_SERVER_LISTN=x":          "$WARROOM_SERVER_LISTN: unknown key; the variables of this section are: WARROOM_SERVER_LISTEN,",
		"WARROOM_SERVER_MAX_STARTING=x":   `$WARROOM_SERVER_MAX_STARTING: "x" is no whole number`,
		"WARROOM_CONSOLE_ASCII=perhaps":   `"perhaps" is neither true nor false`,
		"WARROOM_KEYS_BOARD_FLY=f":        "$WARROOM_KEYS_BOARD_FLY: there is no such action",
		"WARROOM_SERVER_LOGIN_GRACE=fast": `"fast" is no duration`,
	} {
		_, err := Load(Source{Environ: []string{pair}, Actions: []string{"board.open"}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want …%s", pair, err, want)
		}
	}
	if _, err := Load(Source{Flags: map[string]string{"log.level": "loud"}}); err == nil {
		t.Error("a wrong flag is taken")
	}
	if _, err := Load(Source{File: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("a named file that is missing is passed over")
	}
}

// SEC-1: what is shown holds no password.
func TestShowMasks(t *testing.T) {
	got, err := Load(Source{Environ: []string{"WARROOM_DATABASE_URL=postgres://war:hunter2@db/room?sslmode=require"}})
	if err != nil {
		t.Fatal(err)
	}
	got.Keys = map[string][]string{"board.open": {"l"}}
	out := got.Show()
	if strings.Contains(out, "hunter2") || !strings.Contains(out, "postgres://war:********@db/room?sslmode=require") {
		t.Errorf("shown: %s", out)
	}
	path := filepath.Join(t.TempDir(), "c.toml")
	write(t, path, out, 0o600)
	if _, err := Load(Source{File: path}); err != nil {
		t.Errorf("what is shown does not load: %v", err)
	}
	for dsn, want := range map[string]string{
		"sqlite:/tmp/a.db":                 "sqlite:/tmp/a.db",
		"host=db password=hunter2":         masked,
		"postgres://db/x?password=hunter2": "postgres://db/x?password=" + masked,
		"postgres://u:hunt%zz@db":          masked,
	} {
		if m := Mask(dsn); m != want {
			t.Errorf("Mask(%q) = %q, want %q", dsn, m, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(Example()))
	f.Add([]byte("[keys]\na = [\"b\"]\n[server]\nidle = '1h'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := &Loaded{origin: map[string]string{}}
		if err := l.parse("f", data, Fields(), nil); err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Fatalf("no place in %v", err)
		}
	})
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// The lists of [actions] hold kinds of the catalogue; a mistake names its place.
func TestActionLists(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.toml")
	write(t, path, "[actions]\nneeds_approval = [\"block-indicator\", \"block-sender\"]\n", 0o644)
	l, err := Load(Source{File: path, Environ: []string{"WARROOM_ACTIONS_NO_APPROVAL=isolate-host, patch"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.Actions.NeedsApproval, " ") + "|" + strings.Join(l.Actions.NoApproval, " "); got != "block-indicator block-sender|isolate-host patch" {
		t.Errorf("%s", got)
	}
	if !strings.Contains(l.Show(), `needs_approval = ["block-indicator", "block-sender"] # `+path+":2") {
		t.Errorf("%s", l.Show())
	}
	for text, want := range map[string]string{
		"[actions]\n\nno_approval = [\"isolate-host\", \"eat\"]\n": path + `:3: actions.no_approval: "eat" is no kind of action`,
		"[actions]\nno_approval = \"isolate-host\"\n":              path + ":2: actions.no_approval: must be a list of texts",
		"[actions]\nno_approval = [\"patch\", 3]\n":                path + ":2: actions.no_approval: must be a list of texts",
	} {
		write(t, path, text, 0o644)
		if _, err := Load(Source{File: path}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
