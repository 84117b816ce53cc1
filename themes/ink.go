package themes

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// reset is what lipgloss ends every styled run with.
const reset = "\x1b[m"

// Ink is one prepared style: what switches it on and what ends it. The zero
// Ink leaves text as it is. Inks do not nest with S: the end of the inner one
// ends the outer one too. Over is the way to lay a whole row over its cells.
type Ink struct {
	on, off string
	flat    bool
}

// newInk asks lipgloss once how the style is switched on and off.
func newInk(st lipgloss.Style, flat bool) Ink {
	const probe = "x"
	on, off, found := strings.Cut(st.Render(probe), probe)
	if !found {
		return Ink{}
	}
	return Ink{on: on, off: off, flat: flat}
}

// S paints s, which must hold no other ink.
func (k Ink) S(s string) string {
	if k.on == "" || s == "" {
		return s
	}
	return k.on + s + k.off
}

// Over paints a finished row whose cells may already be painted: the ink is
// switched on again after each of them. A flat ink (one that has its own
// foreground for everything, as in the contrast and mono themes) removes the
// paint of the cells instead.
func (k Ink) Over(s string) string {
	if k.on == "" || s == "" {
		return s
	}
	if k.flat {
		return k.on + unpaint(s) + k.off
	}
	return k.on + strings.ReplaceAll(s, reset, reset+k.on) + k.off
}

// On and Off are the two halves, for a caller that builds a long line in one
// strings.Builder.
func (k Ink) On() string { return k.on }

// Off ends what On began.
func (k Ink) Off() string { return k.off }

// unpaint removes the SGR sequences that inks make. It is no sanitizer: what
// comes from outside went through model.Line before it was painted.
func unpaint(s string) string {
	if !strings.Contains(s, "\x1b[") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i+2:]
		j := strings.IndexByte(s, 'm')
		if j < 0 {
			return b.String()
		}
		s = s[j+1:]
	}
}
