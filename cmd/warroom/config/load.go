package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"warroom/model"
)

// Source says where to read from.
type Source struct {
	File    string            // the file to read; an error when it is missing
	Search  []string          // without File: the first of these that exists
	Environ []string          // NAME=value, as os.Environ gives it
	Flags   map[string]string // dotted key → value, above everything else
	Actions []string          // ids of the console's actions, for [keys]; nil: not checked
}

// Loaded is a configuration and where it came from.
type Loaded struct {
	Config
	File   string            // the file that was read, "" when none
	origin map[string]string // dotted key → default, file:line, $VARIABLE, flag
}

// Origin says where a key's value was set.
func (l *Loaded) Origin(name string) string { return l.origin[name] }

// Load reads and checks everything.
func Load(src Source) (*Loaded, error) {
	l := &Loaded{origin: map[string]string{}}
	fields := Fields()
	for i := range fields {
		f := &fields[i]
		if err := f.set(&l.Config, f.Default); err != nil {
			return nil, fmt.Errorf("default of %s: %w", f.Name(), err)
		}
		l.origin[f.Name()] = "default"
	}
	if err := l.readFile(src, fields); err != nil {
		return nil, err
	}
	if err := l.readEnviron(src, fields); err != nil {
		return nil, err
	}
	for i := range fields {
		f := &fields[i]
		if v, ok := src.Flags[f.Name()]; ok {
			if err := f.set(&l.Config, v); err != nil {
				return nil, fmt.Errorf("flag for %s: %w", f.Name(), err)
			}
			l.origin[f.Name()] = "flag"
		}
	}
	return l, nil
}

// maxFile is the largest configuration file, in bytes.
const maxFile = 1 << 20

func (l *Loaded) readFile(src Source, fields []Field) error {
	path, f, err := open(src)
	if err != nil || f == nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	if len(data) > maxFile {
		return fmt.Errorf("%s: larger than %d bytes", path, maxFile)
	}
	l.File = path
	if err := l.parse(path, data, fields, src.Actions); err != nil {
		return err
	}
	if hasPassword(l.Database.URL) && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s holds a password and others on this machine can read it; chmod 600 %s", path, path)
	}
	return nil
}

func open(src Source) (string, *os.File, error) {
	if src.File != "" {
		f, err := os.Open(src.File)
		if err != nil {
			return "", nil, fmt.Errorf("config: %w", err)
		}
		return src.File, f, nil
	}
	for _, p := range src.Search {
		f, err := os.Open(p)
		if err == nil {
			return p, f, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return "", nil, fmt.Errorf("config: %w", err)
		}
	}
	return "", nil, nil
}

func (l *Loaded) parse(path string, data []byte, fields []Field, actions []string) error {
	doc := map[string]any{}
	if err := toml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		line := 1
		var de *toml.DecodeError
		if errors.As(err, &de) {
			line, _ = de.Position()
		}
		return fmt.Errorf("%s:%d: %s", path, line, strings.TrimPrefix(err.Error(), "toml: "))
	}
	at := positions(data)
	for _, section := range inOrder(doc, at, "") {
		if !slices.Contains(sections(), section) {
			return fmt.Errorf("%s:%d: unknown section or key %q; the sections are: %s", path, at.line(section), section, strings.Join(sections(), ", "))
		}
		table, ok := doc[section].(map[string]any)
		if !ok {
			return fmt.Errorf("%s:%d: %s is a section; write [%s] and its keys below it", path, at.line(section), section, section)
		}
		for _, key := range inOrder(table, at, section+".") {
			name := section + "." + key
			where := fmt.Sprintf("%s:%d", path, at.line(name))
			if err := l.setFile(fields, section, key, table[key], actions); err != nil {
				return fmt.Errorf("%s: %w", where, err)
			}
			l.origin[name] = where
		}
	}
	return nil
}

// inOrder lists the keys of a table in the order of the file, so that the first
// mistake is the one that is told.
func inOrder(table map[string]any, at lines, prefix string) []string {
	keys := make([]string, 0, len(table))
	for k := range table {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if d := at.line(prefix+a) - at.line(prefix+b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return keys
}

func (l *Loaded) setFile(fields []Field, section, key string, value any, actions []string) error {
	if section == keysSection {
		list, err := keyList(value)
		if err != nil {
			return fmt.Errorf("keys.%s: %w", key, err)
		}
		return l.setKeys(key, list, actions)
	}
	var allowed []string
	for i := range fields {
		f := &fields[i]
		if f.Section != section {
			continue
		}
		if f.Key == key {
			if err := f.setTOML(&l.Config, value); err != nil {
				return fmt.Errorf("%s: %w", f.Name(), err)
			}
			return nil
		}
		allowed = append(allowed, f.Key)
	}
	return fmt.Errorf("unknown key %q; the keys of [%s] are: %s", key, section, strings.Join(allowed, ", "))
}

func (l *Loaded) setKeys(action string, list, actions []string) error {
	if actions != nil && !slices.Contains(actions, action) {
		if near := model.Nearest(action, actions); near != "" {
			return fmt.Errorf("keys: there is no action %q; did you mean %s? The actions are: %s", action, near, strings.Join(actions, ", "))
		}
		return fmt.Errorf("keys: there is no action %q; the actions are: %s", action, strings.Join(actions, ", "))
	}
	if l.Keys == nil {
		l.Keys = map[string][]string{}
	}
	l.Keys[action] = list
	return nil
}

func keyList(value any) ([]string, error) {
	items, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf(`must be a list of keys, such as ["n", "ctrl+n"], not %s`, tomlKind(value))
	}
	list := make([]string, 0, len(items))
	for _, it := range items {
		s, ok := it.(string)
		if !ok || s == "" {
			return nil, errors.New(`must be a list of keys, such as ["n", "ctrl+n"]`)
		}
		list = append(list, s)
	}
	return list, nil
}

// readEnviron takes WARROOM_SECTION_KEY. A variable of a section that exists
// with a key that does not is an error; other WARROOM_ variables are not ours.
func (l *Loaded) readEnviron(src Source, fields []Field) error {
	for _, pair := range src.Environ {
		name, value, _ := strings.Cut(pair, "=")
		rest, ours := strings.CutPrefix(name, variablePrefix)
		if !ours {
			continue
		}
		section, key, _ := strings.Cut(strings.ToLower(rest), "_")
		if !slices.Contains(sections(), section) {
			continue
		}
		if section == keysSection {
			if err := l.keysVariable(key, value, src.Actions); err != nil {
				return fmt.Errorf("$%s: %w", name, err)
			}
			continue
		}
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Variable() == name })
		if i < 0 {
			return fmt.Errorf("$%s: unknown key; the variables of this section are: %s", name, strings.Join(variables(fields, section), ", "))
		}
		if err := fields[i].set(&l.Config, value); err != nil {
			return fmt.Errorf("$%s: %w", name, err)
		}
		l.origin[fields[i].Name()] = "$" + name
	}
	return nil
}

// keysVariable reads WARROOM_KEYS_BOARD_OPEN="enter l": the action's id with
// underscores, and keys apart by blanks.
func (l *Loaded) keysVariable(key, value string, actions []string) error {
	flat := strings.NewReplacer(".", "_", "-", "_")
	for _, a := range actions {
		if strings.ToLower(flat.Replace(a)) == key {
			l.origin[keysSection+"."+a] = "$" + strings.ToUpper(variablePrefix+keysSection+"_"+key)
			return l.setKeys(a, strings.Fields(value), actions)
		}
	}
	return fmt.Errorf("there is no such action; the actions are: %s", strings.Join(actions, ", "))
}

func variables(fields []Field, section string) []string {
	var out []string
	for i := range fields {
		if fields[i].Section == section {
			out = append(out, fields[i].Variable())
		}
	}
	return out
}

func hasPassword(dsn string) bool {
	u, err := url.Parse(dsn)
	if err != nil {
		return strings.Contains(dsn, "password")
	}
	_, set := u.User.Password()
	return set || u.Query().Has("password")
}
