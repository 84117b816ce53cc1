package config

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Example is the commented example file: every key with its default.
func Example() string {
	var b strings.Builder
	b.WriteString("# Settings of warroom. Every key stands here with its default; delete what you do not change.\n" +
		"# The file is looked for as ./config.toml, in your config directory (~/.config/warroom/config.toml) and as\n" +
		"# /etc/warroom/config.toml; --config FILE names another. Every key can also be set in the environment, as\n" +
		"# WARROOM_SECTION_KEY. A flag goes before the environment, the environment before the file.\n" +
		"# Durations are written \"30s\", \"5m\", \"1h30m\". `warroom config check` checks the file.\n")
	section := ""
	for _, f := range Fields() {
		if f.Section != section {
			section = f.Section
			fmt.Fprintf(&b, "\n# %s\n[%s]\n", sectionHelp(section), section)
		}
		fmt.Fprintf(&b, "# %s.%s $%s\n%s = %s\n", f.Help, f.limits(), f.Variable(), f.Key, f.quoted(f.Default))
	}
	fmt.Fprintf(&b, "\n# %s\n# The README lists the ids.\n[%s]\n# \"board.open\" = [\"enter\", \"l\"]\n", sectionHelp(keysSection), keysSection)
	return b.String()
}

func (f *Field) limits() string {
	switch {
	case len(f.OneOf) > 0:
		return " One of: " + strings.Join(f.OneOf, ", ") + "."
	case f.min != "":
		return " From " + f.min + " to " + f.max + "."
	}
	return ""
}

func (f *Field) quoted(text string) string {
	if f.Type == "text" || f.Type == "duration" {
		return strconv.Quote(text)
	}
	if f.Type == "list" {
		var list []string
		for _, s := range strings.Fields(text) {
			list = append(list, strconv.Quote(s))
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	return text
}

// Show is the configuration in force as a TOML file, each key with the place
// where it was set. Passwords are masked.
func (l *Loaded) Show() string {
	var b strings.Builder
	section := ""
	for _, f := range Fields() {
		if f.Section != section {
			if section != "" {
				b.WriteByte('\n')
			}
			section = f.Section
			fmt.Fprintf(&b, "[%s]\n", section)
		}
		v := f.text(&l.Config)
		if f.Secret {
			v = Mask(v)
		}
		fmt.Fprintf(&b, "%s = %s # %s\n", f.Key, f.quoted(v), l.origin[f.Name()])
	}
	fmt.Fprintf(&b, "\n[%s]\n", keysSection)
	for _, a := range sortedKeys(l.Keys) {
		list := make([]string, len(l.Keys[a]))
		for i, k := range l.Keys[a] {
			list[i] = strconv.Quote(k)
		}
		fmt.Fprintf(&b, "%q = [%s] # %s\n", a, strings.Join(list, ", "), l.origin[keysSection+"."+a])
	}
	return b.String()
}

func sortedKeys(m map[string][]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

const masked = "********"

// Mask hides the password of a database URL; a text that is no URL and may hold
// one is hidden whole.
func Mask(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return masked
	}
	if strings.Contains(dsn, "password") && u.Scheme != "postgres" && u.Scheme != "postgresql" && u.Scheme != "sqlite" {
		return masked
	}
	changed := false
	if _, set := u.User.Password(); set {
		u.User = url.UserPassword(u.User.Username(), masked)
		changed = true
	}
	q := u.Query()
	for k := range q {
		if strings.Contains(k, "password") {
			q.Set(k, masked)
			u.RawQuery = q.Encode()
			changed = true
		}
	}
	if !changed {
		return dsn
	}
	return strings.ReplaceAll(u.String(), url.QueryEscape(masked), masked)
}
