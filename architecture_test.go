// Package warroom_test holds the rules of the house: who may import whom, and
// what no file may hold.
package warroom_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath string
	Imports    []string // direct, without tests
	Deps       []string // transitive
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// rule says what the packages below a path may import directly, beside the
// standard library and the packages below the path itself, and what they must
// not even reach.
type rule struct {
	path  string
	only  []string // prefixes of allowed imports; nil: anything
	never []string // prefixes that must not be among the dependencies
}

const (
	gorm = "gorm.io/"
	wish = "charm.land/wish"
	toml = "github.com/pelletier/go-toml/v2"

	goldmark = "github.com/yuin/goldmark"
)

// The longest path that fits a package is its rule.
var rules = []rule{
	{path: "warroom/model", only: []string{"warroom/model", toml, goldmark, "golang.org/x/text"}, never: []string{gorm, "charm.land/", "net/http", "os/exec"}},
	{path: "warroom/themes", only: []string{"charm.land/lipgloss", toml, "github.com/lucasb-eyer/go-colorful", "github.com/charmbracelet/"}, never: []string{"warroom/", gorm, wish}},
	{path: "warroom/store", only: []string{"warroom/model", gorm, "github.com/", "modernc.org/"}, never: []string{"warroom/tui", "warroom/ssh", "charm.land/"}},
	{path: "warroom/tui", only: []string{"warroom/model", "warroom/themes", "charm.land/", "github.com/"}, never: []string{"warroom/store", "warroom/ssh", gorm, wish}},
	{path: "warroom/ssh", only: []string{"warroom/model", "warroom/tui", "warroom/themes", "charm.land/", "golang.org/x/", "github.com/"}, never: []string{"warroom/store", gorm}},
}

func below(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func hasPrefix(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(path, p) })
}

func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && first != "warroom"
}

func TestDependencies(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		for _, r := range rules {
			if !below(p.ImportPath, r.path) {
				continue
			}
			seen[r.path] = true
			for _, i := range p.Imports {
				if !standard(i) && !below(i, r.path) && !hasPrefix(i, r.only) {
					t.Errorf("%s imports %s", p.ImportPath, i)
				}
			}
			for _, d := range p.Deps {
				if hasPrefix(d, r.never) && !below(d, r.path) {
					t.Errorf("%s depends on %s", p.ImportPath, d)
				}
			}
		}
		strict(t, p)
	}
	for _, r := range rules {
		if !seen[r.path] {
			t.Errorf("there is no package below %s", r.path)
		}
	}
}

// strict holds the rules that name single packages.
func strict(t *testing.T, p pkg) {
	t.Helper()
	for _, i := range p.Imports {
		switch {
		case strings.HasPrefix(i, goldmark) && p.ImportPath != "warroom/model/report" && below(p.ImportPath, "warroom/model"):
			t.Errorf("%s imports %s: reports alone read Markdown", p.ImportPath, i)
		case p.ImportPath == "warroom/model" && !standard(i):
			t.Errorf("warroom/model imports %s: it takes the standard library only", i)
		case strings.HasPrefix(i, gorm) && !below(p.ImportPath, "warroom/store"):
			t.Errorf("%s imports %s: GORM stays in the store", p.ImportPath, i)
		case strings.HasPrefix(i, wish) && !below(p.ImportPath, "warroom/ssh"):
			t.Errorf("%s imports %s: wish stays in ssh", p.ImportPath, i)
		case below(p.ImportPath, "warroom/tui") && i == "os/exec":
			t.Errorf("%s imports os/exec", p.ImportPath)
		}
	}
}

// forbidden is text that no Go file below a path may hold.
type forbidden struct {
	what  *regexp.Regexp
	why   string
	in    func(path string) bool // nil: everywhere
	tests bool                   // looked for in tests too
}

func outside(dirs ...string) func(string) bool {
	return func(path string) bool {
		return !slices.ContainsFunc(dirs, func(d string) bool { return strings.HasPrefix(path, d) })
	}
}

func inside(dir string) func(string) bool {
	return func(path string) bool { return strings.HasPrefix(path, dir) }
}

var never = []forbidden{
	{what: regexp.MustCompile(`"#[0-9a-fA-F]{6}"|lipgloss\.Color\(`), why: "a colour literal; add a token in themes", in: outside("themes/", "model/report/")},
	{what: regexp.MustCompile(`(?m)^func init\(\)`), why: "an init function", tests: true},
	{what: regexp.MustCompile(`\btime\.Sleep\(`), why: "a sleep; wait for a condition", tests: true},
	{what: regexp.MustCompile(`\btime\.Now\(`), why: "reads the clock; take the time as an argument", in: inside("model/")},
	{what: regexp.MustCompile(`\bos\.(Getenv|LookupEnv|Environ)\(`), why: "reads the environment", in: inside("tui/")},
}

const maxLines = 500

func TestFiles(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != "." && strings.HasPrefix(name, ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || path == "architecture_test.go" {
			return nil
		}
		files++
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, flaw := range flaws(filepath.ToSlash(path), src) {
			t.Errorf("%s: %s", path, flaw)
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatalf("%d files, %v", files, err)
	}
}

func flaws(path string, src []byte) []string {
	var out []string
	if n := bytes.Count(src, []byte("\n")); n > maxLines {
		out = append(out, fmt.Sprintf("%d lines; at most %d", n, maxLines))
	}
	test := strings.HasSuffix(path, "_test.go")
	for _, f := range never {
		if test && !f.tests || f.in != nil && !f.in(path) {
			continue
		}
		if at := f.what.FindIndex(src); at != nil {
			line := 1 + bytes.Count(src[:at[0]], []byte("\n"))
			out = append(out, fmt.Sprintf("line %d: %s", line, f.why))
		}
	}
	return out
}
