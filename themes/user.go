package themes

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Library holds the themes that a user wrote. A nil Library has none. It is
// immutable after LoadUser.
type Library struct {
	themes map[string]userTheme
}

type userTheme struct {
	tokens Tokens
	dark   bool
}

func (l *Library) user(name string) (userTheme, bool) {
	if l == nil {
		return userTheme{}, false
	}
	u, ok := l.themes[name]
	return u, ok
}

// userFile is the form of a theme file:
//
//	base = "dark"            # roles that are not named come from here
//	[roles]
//	accent = "bold #87ffaf"
//	sev1 = "bold #ffffff on #af0000"
type userFile struct {
	Base  string `toml:"base"`
	Roles Tokens `toml:"roles"`
}

// LoadUser reads every NAME.toml of dir as the theme NAME. A directory that
// does not exist gives an empty library. The error names file and line, what
// is wrong there and what is allowed; one bad file refuses them all, so that
// nobody works with half of the colours.
func LoadUser(dir string) (*Library, error) {
	lib := &Library{themes: map[string]userTheme{}}
	files, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return lib, nil
	}
	if err != nil {
		return nil, fmt.Errorf("themes: %w", err)
	}
	for _, f := range files {
		name, isTOML := strings.CutSuffix(f.Name(), ".toml")
		if !isTOML || f.IsDir() {
			continue
		}
		path := filepath.Join(dir, f.Name())
		if slices.Contains(Names(), name) {
			return nil, fmt.Errorf("%s: %q is a built-in theme; rename the file", path, name)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("themes: %w", err)
		}
		u, err := parseUser(path, data)
		if err != nil {
			return nil, err
		}
		lib.themes[name] = u
	}
	return lib, nil
}

// parseUser reads one theme file; path is for the error only.
func parseUser(path string, data []byte) (userTheme, error) {
	// The base comes first: the roles are read over its own.
	head := struct {
		Base string `toml:"base"`
	}{Base: "dark"}
	if err := toml.Unmarshal(data, &head); err != nil {
		return userTheme{}, describe(path, err)
	}
	t, dark, ok := builtin(head.Base, true)
	if !ok {
		return userTheme{}, fmt.Errorf("%s:%d: base %q is no built-in theme; the themes are: %s",
			path, lineOf(data, "base"), head.Base, strings.Join(Names(), ", "))
	}
	f := userFile{Roles: t}
	dec := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return userTheme{}, describe(path, err)
	}
	for _, r := range roles(&f.Roles, &Styles{}) {
		if _, err := r.spec.parse(); err != nil {
			return userTheme{}, fmt.Errorf("%s:%d: roles.%s: %w", path, lineOf(data, r.name), r.name, err)
		}
	}
	return userTheme{tokens: f.Roles, dark: dark}, nil
}

// describe turns the decoder's error into one that begins with file and line.
func describe(path string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		return unknownKey(path, strict.Errors[0])
	}
	var de *toml.DecodeError
	if !errors.As(err, &de) {
		return fmt.Errorf("%s: %w", path, err)
	}
	row, _ := de.Position()
	return fmt.Errorf("%s:%d: %s: %s", path, row, strings.Join(de.Key(), "."), strings.TrimPrefix(de.Error(), "toml: "))
}

func unknownKey(path string, de toml.DecodeError) error {
	row, _ := de.Position()
	key := de.Key()
	if len(key) < 2 || key[0] != "roles" {
		return fmt.Errorf("%s:%d: unknown key %q; the keys are: base, roles", path, row, strings.Join(key, "."))
	}
	var names []string
	for _, r := range roles(&Tokens{}, &Styles{}) {
		names = append(names, r.name)
	}
	return fmt.Errorf("%s:%d: there is no role %q; the roles are: %s", path, row, key[1], strings.Join(names, ", "))
}

// lineOf finds the line (from 1) that sets key, or 1 when it is written in a
// way that no line begins with it.
func lineOf(data []byte, key string) int {
	for i, line := range strings.Split(string(data), "\n") {
		k, _, ok := strings.Cut(line, "=")
		if ok && strings.Trim(strings.TrimSpace(k), `"'`) == key {
			return i + 1
		}
	}
	return 1
}
