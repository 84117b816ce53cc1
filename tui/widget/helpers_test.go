package widget_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/themes"
	"warroom/tui/widget"
)

func styles(t testing.TB, name string) *themes.Styles {
	t.Helper()
	st, err := themes.New(name, true, false)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// press makes the key press that is written as key.
func press(key string) tea.KeyPressMsg {
	var k tea.KeyPressMsg
	for {
		mod, rest, ok := strings.Cut(key, "+")
		if !ok || rest == "" {
			break
		}
		switch mod {
		case "ctrl":
			k.Mod |= tea.ModCtrl
		case "alt":
			k.Mod |= tea.ModAlt
		case "shift":
			k.Mod |= tea.ModShift
		}
		key = rest
	}
	named := map[string]rune{
		"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown, "home": tea.KeyHome, "end": tea.KeyEnd,
		"backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	}
	if code, ok := named[key]; ok {
		k.Code = code
		return k
	}
	if key == "space" {
		k.Code, k.Text = tea.KeySpace, " "
		return k
	}
	k.Code = []rune(key)[0]
	if k.Mod&^tea.ModShift == 0 {
		k.Text = key
	}
	return k
}

// typing makes the messages for text, and for keys in ‹angles›.
func typing(script string) []tea.Msg {
	var out []tea.Msg
	for script != "" {
		if rest, ok := strings.CutPrefix(script, "‹"); ok {
			key, after, _ := strings.Cut(rest, "›")
			out = append(out, press(key))
			script = after
			continue
		}
		r := []rune(script)[0]
		out = append(out, press(strings.Replace(string(r), " ", "space", 1)))
		script = script[len(string(r)):]
	}
	return out
}

// strip removes paint.
func strip(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		var b strings.Builder
		for rest := line; rest != ""; {
			before, after, found := strings.Cut(rest, "\x1b[")
			b.WriteString(before)
			if !found {
				break
			}
			_, rest, _ = strings.Cut(after, "m")
		}
		out[i] = b.String()
	}
	return out
}

// sized fails unless lines are exactly w×h and hold no control.
func sized(t *testing.T, lines []string, w, h int) {
	t.Helper()
	if len(lines) != h {
		t.Errorf("%d lines, want %d", len(lines), h)
	}
	for i, line := range lines {
		if got := widget.Width(line); got != w {
			t.Errorf("line %d is %d wide, want %d: %q", i, got, w, line)
		}
		noControls(t, line)
	}
}
