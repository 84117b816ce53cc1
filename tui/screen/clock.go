package screen

import (
	"time"

	"warroom/model"
	"warroom/themes"
)

// Deadline draws the next deadline of an incident, with a glyph and a word when it
// is due soon or late; "" for none.
func Deadline(d model.DeadlineBrief, now time.Time, st *themes.Styles) string {
	if d.Ref == "" {
		return ""
	}
	left := d.Ref + " " + model.Countdown(d.Due, now)
	switch {
	case now.After(d.Due):
		return st.Bad.S(st.Glyphs.Warn + left + " late")
	case model.DueSoon(d.Start, d.Due, now):
		return st.Warn.S(st.Glyphs.Warn + left + " soon")
	}
	return st.Text.S(left)
}
