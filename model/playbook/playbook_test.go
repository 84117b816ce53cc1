package playbook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/model"
)

func TestBuiltin(t *testing.T) {
	l, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(l.List()); n != 10 {
		t.Fatalf("%d playbooks, want 10", n)
	}
	core := map[string]Item{}
	for _, b := range l.List() {
		required := map[model.Phase]int{}
		for _, it := range b.Items {
			if it.Required {
				required[it.Phase]++
			}
			if it.Guidance == "" || it.Evidence == "" || it.Role == "" {
				t.Errorf("%s: %s lacks guidance, evidence or role", b.ID, it.ID)
			}
			if !strings.HasPrefix(it.ID, "core.") {
				if !strings.HasPrefix(it.ID, b.ID+".") && len(strings.Split(it.ID, ".")) < 3 {
					t.Errorf("%s: id %s does not name its playbook", b.ID, it.ID)
				}
				continue
			}
			it.React = nil
			if was, ok := core[it.ID]; ok && (was.Title != it.Title || was.Guidance != it.Guidance || was.Evidence != it.Evidence ||
				was.Role != it.Role || was.Required != it.Required || was.Phase != it.Phase) {
				t.Errorf("%s: %s differs from the same item of another playbook", b.ID, it.ID)
			}
			core[it.ID] = it
		}
		for _, p := range model.WorkPhases() {
			if required[p] == 0 {
				t.Errorf("%s: no required item in %s", b.ID, p)
			}
		}
	}
}

func TestForType(t *testing.T) {
	l, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	for typ, want := range map[string]string{"ransomware": "ransomware", "extortion": "ransomware", "account-takeover": "identity-takeover", "ddos": "ddos"} {
		if b := l.ForType(typ); b == nil || b.ID != want {
			t.Errorf("ForType(%s) is not %s", typ, want)
		}
	}
	if b := l.ForType("nothing"); b != nil {
		t.Errorf("ForType(nothing) = %s", b.ID)
	}
}

const mine = `schema = 1
id = "ddos"
title = "Ours"
[[phase]]
name = "containment"
[[phase.item]]
id = "ours.con.one"
title = "One"
role = "ic"
required = true
`

func TestOverride(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.toml"), []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := l.Get("ddos"); b.Title != "Ours" || len(l.List()) != 10 {
		t.Fatalf("the file did not replace the built-in: %q, %d playbooks", b.Title, len(l.List()))
	}
}

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"unknown key":   {`role = "ic"`, `rôle = "ic"`, "x.toml:9"},
		"unknown phase": {`"containment"`, `"contain"`, `"contain" is no phase`},
		"unknown role":  {`role = "ic"`, `role = "boss"`, "x.toml:7"},
		"wrong type":    {`required = true`, `required = "yes"`, "x.toml:10"},
		"no schema":     {`schema = 1`, `schema = 2`, "write schema = 1"},
		"no type":       {"title = \"Ours\"", "title = \"Ours\"\ntypes = [\"Big Bang\"]", `x.toml:4: "Big Bang"`},
		"no title":      {`title = "One"`, `title = " "`, "x.toml:7"},
		"no item id":    {`"ours.con.one"`, `"Ours One"`, "is no id"},
		"no technique":  {"title = \"Ours\"", "title = \"Ours\"\nattack = [\"X1\"]", "T1486"},
		"closed phase":  {`"containment"`, `"closed"`, "x.toml:5"},
		"no TOML":       {`title = "One"`, "title = \"One", "x.toml:8"},
		"no UTF-8":      {`"One"`, "\"\xff\"", "x.toml:8"},
		"core outside":  {`"ours.con.one"`, `"core.con.one"`, "core."},
	} {
		_, err := Parse("x.toml", []byte(strings.Replace(mine, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
}

// A bad file of one's own stops the start with its name, line and what is allowed.
func TestBadDirectory(t *testing.T) {
	write := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	file := filepath.Join(write(map[string]string{"x.toml": mine}), "x.toml")
	folder := write(nil)
	if err := os.Mkdir(filepath.Join(folder, "x.toml"), 0o700); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		filepath.Join(t.TempDir(), "none"): "cannot be read",
		file:                               "cannot be read",
		folder:                             "x.toml cannot be read",
		write(map[string]string{"bad.toml": strings.Replace(mine, "role", "rank", 1)}): "bad.toml:9: unknown key",
		write(map[string]string{"a.toml": mine, "b.toml": mine}):                       `have the same id "ddos"`,
		write(map[string]string{"empty.toml": ""}):                                     "empty.toml:1: schema is 0",
	} {
		_, err := Load(dir)
		if model.CodeOf(err) != model.CodeInvalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
	if l, err := Load(write(map[string]string{"notes.txt": "no playbook", "own.toml": strings.Replace(mine, `"ddos"`, `"ours"`, 1)})); err != nil || len(l.List()) != 11 {
		t.Errorf("one more playbook: %v", err)
	}
}

// Every built-in one attaches, in any order, with each shared item once.
func TestAttachAll(t *testing.T) {
	l, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	by := model.Actor{Name: "alice", Role: model.RoleCommander}
	for _, typ := range l.Types() {
		if _, err := (model.Declare{Title: "x", Severity: 1, Type: typ}).Decide(&model.Incident{}, by, time.Time{}); err != nil || l.ForType(typ) == nil {
			t.Errorf("type %s: %v", typ, err)
		}
	}
	cmd := model.Declare{Title: "x", Severity: 1}
	for _, b := range l.List() {
		cmd.Playbooks = append(cmd.Playbooks, b.Attach())
	}
	evs, err := cmd.Decide(&model.Incident{}, by, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	seen, next := map[string]bool{}, 1
	for _, ev := range evs {
		p, ok := ev.(model.PlaybookAttached)
		if !ok {
			continue
		}
		if p.First != next {
			t.Errorf("%s begins at C%d, not C%d", p.ID, p.First, next)
		}
		next += len(p.Items)
		for _, it := range p.Items {
			if seen[it.Key] {
				t.Errorf("%s is there twice", it.Key)
			}
			seen[it.Key] = true
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(mine)
	f.Fuzz(func(t *testing.T, s string) {
		b, err := Parse("x", []byte(s))
		if err == nil && len(b.Items) == 0 {
			t.Error("a playbook without items was accepted")
		}
	})
}
