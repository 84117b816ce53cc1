package widget

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/themes"
)

// Outcome is what a key did to a dialog, a form or a picker.
type Outcome int

// The outcomes.
const (
	Open      Outcome = iota // still open, nothing changed
	Changed                  // still open, a value changed
	Submitted                // yes, chosen, saved
	Cancelled                // no, esc
)

// Grace is how long a dialog that somebody else opened takes no key.
const Grace = 500 * time.Millisecond

// Confirm asks once before something that destroys or alarms. No is the
// default.
type Confirm struct {
	title, effect, yes string
	word               string // to be typed, "" for none
	typed              *Input
	deaf               time.Time // keys before it are swallowed
	onYes              bool
}

// NewConfirm asks title (the object: `Retract I17 10.8.3[.]4?`) and tells the
// effect. yes is the word on the button that does it.
func NewConfirm(title, effect, yes string) *Confirm {
	return &Confirm{title: title, effect: effect, yes: yes}
}

// Typed makes the dialog ask for word to be typed, for what cannot be undone.
func (c *Confirm) Typed(word string) *Confirm {
	c.word, c.typed = word, NewInput(len(word)+64, false)
	return c
}

// OpenedByOther starts the grace period at now: the person did not open this
// and may be in the middle of typing.
func (c *Confirm) OpenedByOther(now time.Time) *Confirm {
	c.deaf = now.Add(Grace)
	return c
}

// Update takes a key at the time now. y and n answer at once, arrows and tab
// change the choice, enter takes it, esc is no.
func (c *Confirm) Update(msg tea.Msg, now time.Time) Outcome {
	if now.Before(c.deaf) {
		return Open
	}
	if c.typed != nil {
		return c.updateTyped(msg)
	}
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return Open
	}
	switch k.String() {
	case "left", "right", "tab", "shift+tab", "h", "l":
		c.onYes = !c.onYes
	case "y", "Y":
		return Submitted
	case "n", "N", "esc", "q", "ctrl+c":
		return Cancelled
	case "enter":
		if c.onYes {
			return Submitted
		}
		return Cancelled
	}
	return Open
}

func (c *Confirm) updateTyped(msg tea.Msg) Outcome {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc", "ctrl+c":
			return Cancelled
		case "enter":
			if c.typed.Value() == c.word {
				return Submitted
			}
			return Open
		}
	}
	c.typed.Update(msg)
	c.onYes = c.typed.Value() == c.word
	return Open
}

// Draw gives the dialog as a box that fits w×h, with the place of the cursor
// in it; shown is false when there is no text to type.
func (c *Confirm) Draw(w, h int, st *themes.Styles) (box []string, x, y int, shown bool) {
	bw := min(max(Width(c.title)+8, 44), w, 76)
	in := max(bw-4, 1)
	body := []string{""}
	for _, line := range Wrap(c.effect, in) {
		body = append(body, st.Text.S(line))
	}
	body = append(body, "")
	if c.typed != nil {
		prompt := "type " + c.word + " to go on: "
		line, cx := c.typed.Draw(max(in-Width(prompt), 4))
		x, y, shown = 2+min(Width(prompt)+cx, in-1), len(body)+1, true
		body = append(body, st.Dim.S(prompt)+st.Input.S(line), "")
	}
	body = append(body, FitRight(c.buttons(st), in))
	bh := min(len(body)+2, h)
	if over := len(body) + 2 - bh; over > 0 && over < len(body) {
		// The buttons stay; the effect is cut.
		body = append(body[:len(body)-over-1], body[len(body)-1])
		y -= over
	}
	return Frame(body, bw, bh, c.title, st), x, y, shown
}

func (c *Confirm) buttons(st *themes.Styles) string {
	no, yes := "  No  ", "  "+c.yes+"  "
	if c.typed != nil {
		return st.Dim.S("esc No   enter " + c.yes)
	}
	if c.onYes {
		return st.Dim.S(no) + "  " + st.Selected.S("["+yes[1:len(yes)-1]+"]")
	}
	return st.Selected.S("["+no[1:len(no)-1]+"]") + "  " + st.Dim.S(yes)
}
