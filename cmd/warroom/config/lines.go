package config

import "strings"

// lines knows in which line of a TOML file a section or a key begins.
type lines map[string]int

// line is the line of a dotted name, or 1 when it is written in a way that no
// line begins with it (an inline table).
func (l lines) line(name string) int {
	if n := l[name]; n > 0 {
		return n
	}
	section, _, dotted := strings.Cut(name, ".")
	if n := l[section]; dotted && n > 0 {
		return n
	}
	return 1
}

func positions(data []byte) lines {
	at := lines{}
	section := ""
	for i, raw := range strings.Split(string(data), "\n") {
		line := strings.TrimSpace(raw)
		if strings.HasPrefix(line, "[") {
			section = unquote(strings.Trim(line, "[] \t\r"))
			at.first(section, i+1)
			continue
		}
		key, _, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		name := unquote(key)
		if section != "" {
			name = section + "." + name
		}
		at.first(name, i+1)
		head, _, _ := strings.Cut(name, ".")
		at.first(head, i+1)
	}
	return at
}

func (l lines) first(name string, n int) {
	if _, have := l[name]; !have {
		l[name] = n
	}
}

func unquote(key string) string { return strings.Trim(strings.TrimSpace(key), `"'`) }
