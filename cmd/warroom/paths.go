package main

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"

	"warroom/model"
)

// getenv reads the environment that Main was given.
func (m *Main) getenv(name string) string {
	for _, pair := range m.Environ {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			return v
		}
	}
	return ""
}

// home is the caller's home directory, "" when there is none.
func (m *Main) home() string {
	if h := m.getenv("HOME"); h != "" {
		return h
	}
	if h := m.getenv("USERPROFILE"); h != "" {
		return h
	}
	if u, err := user.Current(); err == nil {
		return u.HomeDir
	}
	return ""
}

// under joins the value of an environment variable, or a directory of the home,
// with warroom. It is "" when there is neither.
func (m *Main) under(variable string, inHome ...string) string {
	if dir := m.getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "warroom")
	}
	if h := m.home(); h != "" {
		return filepath.Join(append(append([]string{h}, inHome...), "warroom")...)
	}
	return ""
}

func (m *Main) defaultData() string {
	switch runtime.GOOS {
	case "darwin":
		return m.under("XDG_DATA_HOME", "Library", "Application Support")
	case "windows":
		return m.under("LOCALAPPDATA", "AppData", "Local")
	}
	return m.under("XDG_DATA_HOME", ".local", "share")
}

// configSearch lists where a configuration file is looked for, best first.
func (m *Main) configSearch() []string {
	paths := []string{"config.toml"}
	dir := m.under("XDG_CONFIG_HOME", ".config")
	if runtime.GOOS == "darwin" {
		dir = m.under("XDG_CONFIG_HOME", "Library", "Application Support")
	}
	if runtime.GOOS == "windows" {
		dir = m.under("APPDATA", "AppData", "Roaming")
	}
	if dir != "" {
		paths = append(paths, filepath.Join(dir, "config.toml"))
	}
	return append(paths, "/etc/warroom/config.toml")
}

// makeData makes the data directory, which nobody else may look into.
func makeData(dir string) error {
	if dir == "" {
		return model.Invalid("there is no home directory to keep data in").Hint("name a directory with --data DIR")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return model.Invalid("data directory: %v", reason(err)).Hint("name another one with --data DIR").Because(err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return model.Invalid("data directory: %v", reason(err)).Because(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(dir, 0o700); err != nil {
			return model.Invalid("others can read the data directory %s", dir).Hint("chmod 700 %s", dir).Because(err)
		}
	}
	return nil
}

// reason is the error without the name of the system call.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return &fs.PathError{Op: "cannot use", Path: pe.Path, Err: pe.Err}
	}
	return err
}

// localName is the account name of whoever runs the program: the login name,
// with what an account name cannot have replaced by a dash.
func (m *Main) localName() string {
	name := m.getenv("USER")
	if name == "" {
		name = m.getenv("LOGNAME")
	}
	if name == "" {
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
	}
	name = name[strings.LastIndexByte(name, '\\')+1:] // DOMAIN\name
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, strings.ToLower(name))
	clean = strings.TrimLeft(clean, ".-_")
	if len(clean) > model.MaxUserName {
		clean = clean[:model.MaxUserName]
	}
	if _, err := model.ParseUserName(clean); err != nil {
		return "local"
	}
	return clean
}
