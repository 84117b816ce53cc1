package action

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"warroom/model"
)

// named lists the keys that have a name, as Bubble Tea writes them.
func named() []string {
	return []string{
		"enter", "esc", "tab", "space", "backspace", "delete", "insert",
		"up", "down", "left", "right", "home", "end", "pgup", "pgdown",
		"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
	}
}

// spellings maps other ways to write a key to the one that is used.
func spellings() map[string]string {
	return map[string]string{
		" ": "space", "return": "enter", "escape": "esc", "pgdn": "pgdown", "pagedown": "pgdown",
		"pageup": "pgup", "del": "delete", "ins": "insert", "bs": "backspace", "spc": "space",
	}
}

// ParseKey reads a key as a person writes it (`ctrl+p`, `Ctrl-P`, `shift+g`,
// ` `, `pgdn`) and gives it as a key press is written (`ctrl+p`, `G`, `space`,
// `pgdown`). The error says how keys are written.
func ParseKey(s string) (string, error) {
	if utf8.RuneCountInString(s) == 1 && s != " " {
		if r, _ := utf8.DecodeRuneInString(s); !unicode.IsGraphic(r) || unicode.IsSpace(r) {
			return "", badKey(s)
		}
		return s, nil
	}
	base, mods := splitMods(s)
	if other, ok := spellings()[strings.ToLower(base)]; ok {
		base = other
	}
	lower := strings.ToLower(base)
	letter := utf8.RuneCountInString(base) == 1
	switch {
	case slices.Contains(named(), lower):
		base = lower
	case !letter || !unicode.IsGraphic([]rune(base)[0]):
		return "", badKey(s)
	case mods["shift"] && !mods["ctrl"] && !mods["alt"]:
		return strings.ToUpper(base), nil
	case mods["ctrl"]:
		base = lower
	}
	var b strings.Builder
	for _, m := range []string{"ctrl", "alt", "shift"} {
		if mods[m] {
			b.WriteString(m + "+")
		}
	}
	return b.String() + base, nil
}

// splitMods takes the leading ctrl, alt and shift off a key.
func splitMods(s string) (base string, mods map[string]bool) {
	mods = map[string]bool{}
	for {
		i := strings.IndexAny(s, "+-")
		if i <= 0 || i == len(s)-1 {
			return s, mods
		}
		m := strings.ToLower(s[:i])
		if m == "control" || m == "c" {
			m = "ctrl"
		}
		if m != "ctrl" && m != "alt" && m != "shift" {
			return s, mods
		}
		mods[m] = true
		s = s[i+1:]
	}
}

func badKey(s string) *model.Error {
	return model.Usage("%q is no key", s).
		Hint("write one character, or one of %s, with ctrl+, alt+ or shift+ before it", strings.Join(named()[:15], " "))
}

// parseKeys reads the keys of the action id.
func parseKeys(id string, keys []string) ([]string, error) {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		key, err := ParseKey(k)
		if err != nil {
			e := badKey(k)
			e.Msg = id + ": " + e.Msg
			return nil, e
		}
		if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out, nil
}

// Label is a key as it is shown: arrows as arrows, the rest as written.
func Label(key string) string {
	switch key {
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "pgdown":
		return "pgdn"
	}
	return key
}

// Labels joins the keys of an action for help: `j ↓`.
func Labels(keys []string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = Label(k)
	}
	return strings.Join(out, " ")
}
