package finding

import (
	"strings"
	"time"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// State is a follow-up's state with its glyph and word.
func State(s model.FollowUpState, st *themes.Styles) string { return state(s, string(s), st) }

// ShortState is State for a narrow column.
func ShortState(s model.FollowUpState, st *themes.Styles) string {
	if s == model.FollowUpDoing {
		return state(s, "doing", st)
	}
	return State(s, st)
}

func state(s model.FollowUpState, word string, st *themes.Styles) string {
	switch s {
	case model.FollowUpDoing:
		return st.Accent.S(st.Glyphs.Doing + " " + word)
	case model.FollowUpDone:
		return st.Good.S(st.Glyphs.Done + " " + word)
	case model.FollowUpDropped:
		return st.Dim.S(st.Glyphs.NA + " " + word)
	}
	return st.Text.S(st.Glyphs.Open + " " + word)
}

// Due is until when a follow-up is to be done: how far that is while it is open, the
// day on which it was settled after that.
func Due(f *model.FollowUpBrief, now time.Time, st *themes.Styles) string {
	if !f.Open() {
		return st.Dim.S(f.Settled.UTC().Format(time.DateOnly))
	}
	return screen.DueDay("", f.Due, now, st)
}

// About is everything that is known of a follow-up, in lines of w columns. in may be
// nil: then its history is not known.
func About(f *model.FollowUpBrief, incident string, in *model.Incident, now time.Time, w int, st *themes.Styles) []string {
	out := []string{st.Ref.S(f.Ref) + " " + State(f.State, st) + "  " + screen.Person(f.Owner, st), st.Dim.S("of ") + st.Ref.S(incident)}
	out = append(out, widget.Wrap(st.Bold.S(screen.Clip(string(f.Title), 8*w)), w)...)
	line := func(label, v string) {
		if v != "" {
			out = append(out, widget.Wrap(st.Dim.S(label+" ")+v, w)...)
		}
	}
	due := string(f.Due)
	if f.Open() {
		due += "  " + Due(f, now, st)
	}
	line("due", due)
	line("kind", string(f.Kind)+st.Dim.S("  priority ")+f.Priority.String())
	line("team", screen.Clip(string(f.Team), 128))
	line("ticket", screen.Clip(string(f.Ticket), 300))
	line("answers", f.Factor)
	line("changes", strings.Join(f.Changes, " "))
	line("evidence", screen.Clip(string(f.Evidence), 1000))
	line("reason", screen.Clip(string(f.Reason), 1000))
	if in == nil {
		return out
	}
	full, err := in.FollowUp(f.Ref)
	if err != nil {
		return out
	}
	out = append(out, "")
	for _, s := range full.Steps {
		l := st.Dim.S(s.At.UTC().Format(time.DateOnly)) + " " + string(s.State) + " " + screen.Person(s.By, st)
		if s.Back {
			l += st.Dim.S(" taken back")
		}
		for _, t := range []model.Text{s.Evidence, s.Reason} {
			if t != "" {
				l += st.Dim.S(" “" + screen.Clip(string(t), 200) + "”")
			}
		}
		out = append(out, widget.Wrap(l, w)...)
	}
	return out
}
