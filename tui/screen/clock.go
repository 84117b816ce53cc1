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

// soonDays is from how many days on before its day something is due soon.
const soonDays = 3

// Next draws what is due next in an incident: its next deadline, or, once the
// incident is behind, its next follow-up; "" for none.
func Next(b *model.Brief, now time.Time, st *themes.Styles) string {
	if b.Deadline.Ref != "" || b.Phase != model.PhasePostIncident && b.Status != model.StatusClosed {
		return Deadline(b.Deadline, now, st)
	}
	f := b.NextFollowUp()
	if f == nil {
		return ""
	}
	return DueDay(f.Ref+" ", f.Due, now, st)
}

// DueDay draws how far the day is on which something is due, with a glyph and a word
// when that is soon or over.
func DueDay(label string, d model.Day, now time.Time, st *themes.Styles) string {
	left := label + d.In(now)
	switch days := model.DayOf(now).Until(d); {
	case days < 0:
		return st.Bad.S(st.Glyphs.Warn + left + " late")
	case days <= soonDays:
		return st.Warn.S(st.Glyphs.Warn + left + " soon")
	}
	return st.Text.S(left)
}
