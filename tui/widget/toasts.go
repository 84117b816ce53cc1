package widget

import (
	"strings"
	"time"

	"warroom/themes"
)

// Level is how much a toast matters.
type Level int

// The levels.
const (
	InfoToast Level = iota
	WarnToast
	ErrorToast
)

// Toast is a short message about what just happened. Text is safe.
type Toast struct {
	At    time.Time
	Level Level
	Text  string
	until time.Time
	seen  bool // a key was pressed while it was up
}

// How long toasts stay, and how many are kept for the log.
const (
	infoStays  = 3 * time.Second
	errorStays = 8 * time.Second
	maxShown   = 3
	maxLog     = 200
)

// Toasts shows the newest messages for a while and keeps a log of them.
type Toasts struct{ log []Toast }

// Add puts a message up at now: an info for 3 s, the others for 8 s. The same
// message again only starts its time anew.
func (t *Toasts) Add(level Level, text string, now time.Time) {
	stay := errorStays
	if level == InfoToast {
		stay = infoStays
	}
	toast := Toast{At: now, Level: level, Text: text, until: now.Add(stay)}
	if n := len(t.log); n > 0 && t.log[n-1].Text == text && t.log[n-1].Level == level && now.Before(t.log[n-1].until) {
		t.log[n-1] = toast
		return
	}
	t.log = append(t.log, toast)
	if len(t.log) > maxLog {
		t.log = append(t.log[:0], t.log[len(t.log)-maxLog:]...)
	}
}

// Keep puts a message into the log alone: it is shown elsewhere.
func (t *Toasts) Keep(level Level, text string, now time.Time) {
	t.Add(level, text, now)
	t.log[len(t.log)-1].until = now
}

// Shown lists the toasts that are up at now, the newest first, at most three.
func (t *Toasts) Shown(now time.Time) []Toast {
	var out []Toast
	for i := len(t.log) - 1; i >= 0 && len(out) < maxShown; i-- {
		if now.Before(t.log[i].until) {
			out = append(out, t.log[i])
		}
	}
	return out
}

// Next is how long after now the toasts that are up change, ok false when none
// is up: the time for the next tick.
func (t *Toasts) Next(now time.Time) (wait time.Duration, ok bool) {
	for _, s := range t.Shown(now) {
		if d := s.until.Sub(now); !ok || d < wait {
			wait, ok = d, true
		}
	}
	return wait, ok
}

// Pressed notes that a key was pressed: what is up had its chance to be read.
func (t *Toasts) Pressed() {
	for i := len(t.log) - 1; i >= 0 && i >= len(t.log)-maxShown; i-- {
		t.log[i].seen = true
	}
}

// Clear takes down what is up; the log keeps it.
func (t *Toasts) Clear() {
	for i := range t.log {
		t.log[i].until = t.log[i].At
	}
}

// Log lists all kept messages, the oldest first. It must not be changed.
func (t *Toasts) Log() []Toast { return t.log }

// maxLines is how many lines a long message takes.
const maxLines = 3

// Lines draws what is up at now into lines of w columns, one where it fits; none
// when nothing is up. The newest counts, but an error is not hidden by what comes
// after it, until a key was pressed.
func (t *Toasts) Lines(w int, now time.Time, st *themes.Styles) []string {
	shown := t.Shown(now)
	if len(shown) == 0 {
		return nil
	}
	top := shown[0]
	for _, s := range shown[1:] {
		if s.Level > top.Level && !s.seen {
			top = s
		}
	}
	mark, ink := st.Glyphs.Warn, st.Error
	switch top.Level {
	case WarnToast:
		ink = st.Warn
	case InfoToast:
		mark, ink = st.Glyphs.Bullet, st.Info
	}
	text := mark + " " + top.Text
	lines := []string{text}
	if Width(text)+1 > w {
		lines = Wrap(text, max(w-4, 1))
		if len(lines) > maxLines {
			lines = append(lines[:maxLines-1], Fit(strings.Join(lines[maxLines-1:], " "), max(w-4, 1)))
		}
	}
	for i := range lines {
		lead := " "
		if i > 0 {
			lead = "   "
		}
		lines[i] = Fit(lead+ink.S(lines[i]), w)
	}
	return lines
}
