package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// terminal takes over what the person's own terminal says in its environment:
// whether it wants colour, and whether it can show Unicode.
func (a *App) terminal(env tea.EnvMsg) tea.Cmd {
	if env.Getenv("NO_COLOR") != "" {
		return tea.Batch(a.glyphsFor(env), a.plain())
	}
	return a.glyphsFor(env)
}

// glyphsFor goes over to ASCII where Unicode is not safe: a locale that is no
// UTF-8, or a console that has few glyphs. No locale at all says nothing: ssh
// seldom sends one.
func (a *App) glyphsFor(env tea.EnvMsg) tea.Cmd {
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale = env.Getenv(name); locale != "" {
			break
		}
	}
	utf8 := strings.Contains(strings.ReplaceAll(strings.ToLower(locale), "-", ""), "utf8")
	switch term := env.Getenv("TERM"); {
	case locale != "" && !utf8, term == "linux", term == "vt100", term == "vt220":
	default:
		return nil
	}
	a.d.ASCII = true
	return a.report(a.paint())
}

// plain goes over to weight, underline and reverse alone.
func (a *App) plain() tea.Cmd {
	a.theme = "mono"
	return a.report(a.paint())
}
