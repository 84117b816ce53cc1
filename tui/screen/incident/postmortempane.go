package incident

import (
	"fmt"
	"strings"
	"time"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// paneCache keeps the lines of the selected thing.
type paneCache struct {
	key   paneKey
	lines []string
	rows  int // in sight at the last draw
}

type paneKey struct {
	incident, id string
	version      uint64
	minute       int64 // durations that run on are told in minutes
	w            int
	generation   int
	frozen       bool
}

// about is everything about the selected thing, in lines of at most w columns.
func (t *postmortem) about(w int) []string {
	in, id := t.r.in, t.selected()
	key := paneKey{in.ID, id, in.Version, t.r.env.Now().Unix() / 60, w, t.r.env.Generation, t.frozen != nil}
	if t.pane.key != key || t.pane.lines == nil {
		t.pane.key, t.pane.lines = key, t.lines(in, id, w)
	}
	return t.pane.lines
}

func (t *postmortem) lines(in *model.Incident, id string, w int) []string {
	if spec, ok := section(id); ok {
		return t.sectionLines(in, spec, w)
	}
	if f, err := in.Factor(id); err == nil {
		return t.factorLines(in, f, w)
	}
	if q, err := in.OpenQuestion(id); err == nil {
		return t.questionLines(q, w)
	}
	if f, err := in.FollowUp(id); err == nil {
		return followLines(f, t.r.env.Now(), w, t.r.env.Styles)
	}
	switch id {
	case rowMeeting:
		return t.meetingLines(in, w)
	case rowState:
		return t.stateLines(in, w)
	case rowFactors:
		return t.hint(w, "What contributed, sorted into technical lapse, procedural failure, manual error and other flaw.",
			"a names the first one; w asks why it was possible, which makes a tree or a chain of five whys.")
	case rowQuestions:
		return t.hint(w, "What is still not known for sure, and how sure one may be.", "a asks the first one.")
	case rowFollowUps:
		if no := in.PostMortem.NoFollow; no != nil {
			return t.stated("No follow-up is needed.", no, w)
		}
		return t.hint(w, "What is to be done so that it does not happen again, or goes better. Each has an owner and a day.",
			"a writes the first one; N says why none are needed.")
	}
	return t.factLines(id, w)
}

// draw is the pane of the selected thing: its lines, and how many are out of sight.
func (t *postmortem) draw(w, h int) []string {
	st := t.r.env.Styles
	lines := t.about(w)
	t.pane.rows = h
	if len(lines) <= h {
		t.top = 0
		return widget.Block(lines, w, h)
	}
	t.pane.rows = h - 1
	t.top = max(0, min(t.top, len(lines)-t.pane.rows))
	out := widget.Block(lines[t.top:], w, h-1)
	more := len(lines) - t.top - t.pane.rows
	foot := fmt.Sprintf("%s %d more lines: l scrolls, v shows all of it", st.Glyphs.Down, more)
	if more == 0 {
		foot = fmt.Sprintf("%s %d lines above: h scrolls back", st.Glyphs.Up, t.top)
	}
	return append(out, widget.Fit(st.Dim.S(foot), w))
}

// hint is what an empty list says.
func (t *postmortem) hint(w int, paras ...string) []string {
	st := t.r.env.Styles
	var out []string
	for i, p := range paras {
		if i > 0 {
			out = append(out, "")
		}
		for _, l := range widget.Wrap(p, w) {
			out = append(out, st.Dim.S(l))
		}
	}
	return out
}

func (t *postmortem) stated(what string, s *model.Stated, w int) []string {
	st := t.r.env.Styles
	out := []string{st.Bold.S(what), st.Dim.S(moment(s.At)+" by ") + screen.Person(s.By, st), ""}
	return append(out, t.md.Lines(string(s.Reason), w, st)...)
}

// sectionLines is a section as it will look, with who wrote it and who is in it.
func (t *postmortem) sectionLines(in *model.Incident, spec model.SectionSpec, w int) []string {
	st, is := t.r.env.Styles, in.PostMortem.Section(spec.Key)
	out := []string{st.Title.S(spec.Title)}
	switch {
	case strings.TrimSpace(string(is.Text)) == "":
		out = append(out, "")
		out = append(out, t.hint(w, "Here belongs: "+spec.Ask+".", "e writes it; refs such as A8, @people and T1486 are understood.")...)
	default:
		out = append(out, st.Dim.S(fmt.Sprintf("#%d %s by ", is.Version, moment(is.At)))+screen.Person(is.By, st), "")
		out = append(out, t.md.Lines(string(is.Text), w, st)...)
	}
	switch spec.Key {
	case "causes":
		if c := &in.Cause; strings.TrimSpace(string(c.RootCause)) != "" {
			out = append(out, "", st.Title.S("ROOT CAUSE ON RECORD")+st.Dim.S("  "+c.Confidence))
			out = append(out, widget.Wrap(screen.Paint(screen.Clip(string(c.RootCause), model.MaxReason), st.Text, st), w)...)
		}
	case "discussion":
		out = append(append(out, ""), t.meetingLines(in, w)...)
	}
	return out
}

func moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04Z") }

// labelled is a line with a dim label, wrapped.
func labelled(label, text string, w int, st *themes.Styles) []string {
	if text == "" {
		return nil
	}
	return widget.Wrap(st.Dim.S(label+" ")+text, w)
}

func (t *postmortem) factorLines(in *model.Incident, f *model.Factor, w int) []string {
	st := t.r.env.Styles
	out := []string{st.Ref.S(f.Ref) + " " + st.Bold.S(string(f.Class)), st.Dim.S(moment(f.AddedAt)+" by ") + screen.Person(f.AddedBy, st), ""}
	out = append(out, t.md.Lines(string(f.Text), w, st)...)
	out = append(append(out, ""), labelled("this is", f.Class.Means(), w, st)...)
	for top, n := f, 0; top.Because != "" && n < 5; n++ {
		next, err := in.Factor(top.Because)
		if err != nil {
			break
		}
		out = append(out, labelled("explains", st.Ref.S(next.Ref)+" "+screen.Clip(string(next.Text), w), w, st)...)
		top = next
	}
	for _, x := range in.PostMortem.LiveFactors() {
		if x.Because == f.Ref {
			out = append(out, labelled("because", st.Ref.S(x.Ref)+" "+screen.Clip(string(x.Text), w), w, st)...)
		}
	}
	for _, x := range in.FollowUps {
		if x.Factor == f.Ref {
			out = append(out, labelled("answered by", st.Ref.S(x.Ref)+" "+screen.Clip(string(x.Title), w), w, st)...)
		}
	}
	return out
}

func (t *postmortem) questionLines(q *model.OpenQuestion, w int) []string {
	st := t.r.env.Styles
	state := st.Warn.S("open")
	if !q.Open() {
		state = st.Good.S(st.Glyphs.Done + " answered")
	}
	out := []string{st.Ref.S(q.Ref) + " " + state, st.Dim.S(moment(q.AddedAt)+" by ") + screen.Person(q.AddedBy, st), ""}
	out = append(out, t.md.Lines(string(q.Text), w, st)...)
	out = append(append(out, ""), labelled("confidence", q.Confidence, w, st)...)
	if !q.Open() {
		out = append(out, "", st.Dim.S("answered "+moment(q.AnsweredAt)+" by ")+screen.Person(q.AnsweredBy, st))
		out = append(out, t.md.Lines(string(q.Answer), w, st)...)
	}
	return out
}

func (t *postmortem) meetingLines(in *model.Incident, w int) []string {
	st, m := t.r.env.Styles, &in.PostMortem.Meeting
	out := []string{st.Title.S("MEETING")}
	if m.Version == 0 {
		return append(out, t.hint(w, fmt.Sprintf("The experts meet within %d working days. Who was there, when, and who saw it differently? e on Meeting writes it down; the points are the section Expert discussion.", model.MeetingDays))...)
	}
	held := st.Warn.S("not said yet")
	if !m.HeldAt.IsZero() {
		held = moment(m.HeldAt)
	}
	out = append(out, labelled("held", held, w, st)...)
	who := model.Line(m.Who()).String()
	if who == "" {
		who = st.Warn.S("nobody yet")
	}
	out = append(out, labelled("with", screen.Paint(who, st.Text, st), w, st)...)
	if strings.TrimSpace(string(m.Dissent)) != "" {
		out = append(out, st.Dim.S("dissent"))
		out = append(out, t.md.Lines(string(m.Dissent), w, st)...)
	}
	return out
}

// stateLines is the history of the sign-off, and what can be done next.
func (t *postmortem) stateLines(in *model.Incident, w int) []string {
	st, p := t.r.env.Styles, &in.PostMortem
	ink, glyph := stateInk(p.State, st)
	out := []string{ink.S(glyph + " " + p.State.Word()), ""}
	switch p.State {
	case model.PostMortemNone, model.PostMortemDraft:
		if lacks := in.PostMortemLacks(); len(lacks) > 0 {
			out = append(out, st.Warn.S("Before it is signed off:"))
			for _, l := range lacks {
				out = append(out, hung(st.Warn.S(st.Glyphs.Open)+" ", model.Line(l.What).String(), w)...)
			}
		}
		if p.Begun() {
			out = append(out, t.hint(w, "x puts it up for review.")...)
		}
	case model.PostMortemReview:
		out = append(out, st.Dim.S("put up by ")+screen.Person(p.SubmittedBy, st))
		out = append(out, t.hint(w, "x signs it off: somebody who leads and did not put it up. X makes it a draft again.")...)
	case model.PostMortemReviewed:
		out = append(out, t.hint(w, "x closes it: it stays as it is then, with all that the log knew. X makes it a draft again.")...)
	case model.PostMortemClosed:
		out = append(out, t.hint(w, fmt.Sprintf("It is frozen as of #%d. What the log knew is shown as of then.", p.FrozenAt))...)
	}
	if p.Waiver != nil {
		out = append(append(out, ""), t.stated("Waived: "+strings.Join(p.Waiver.For, ", "), &p.Waiver.Stated, w)...)
	}
	if len(p.Steps) > 0 {
		out = append(out, "", st.Title.S("HISTORY"))
	}
	for _, s := range p.Steps {
		text := moment(s.At) + " " + s.State.Word() + " " + screen.Person(s.By, st)
		if s.Alone {
			text += st.Warn.S(" alone: nobody else could")
		}
		if s.Reason != "" {
			text += st.Dim.S(" " + screen.Clip(string(s.Reason), 200))
		}
		out = append(out, widget.Wrap(text, w)...)
	}
	return out
}

// hung is text behind a mark, its other lines below its first word.
func hung(mark, text string, w int) []string {
	n := widget.Width(mark)
	lines := widget.Wrap(text, max(w-n, 8))
	for i := range lines {
		if i == 0 {
			lines[i] = mark + lines[i]
		} else {
			lines[i] = strings.Repeat(" ", n) + lines[i]
		}
	}
	return lines
}

// followMark is the glyph and the colour of a follow-up.
func followMark(f *model.FollowUp, now time.Time, st *themes.Styles) (string, themes.Ink) {
	switch {
	case f.Late(now):
		return st.Glyphs.Warn, st.Bad
	case f.State == model.FollowUpDone:
		return st.Glyphs.Done, st.Good
	case f.State == model.FollowUpDropped:
		return st.Glyphs.NA, st.Faint
	case f.State == model.FollowUpOpen:
		return st.Glyphs.Open, st.Text
	}
	return st.Glyphs.Doing, st.Accent
}

// followLines is everything about a follow-up.
func followLines(f *model.FollowUp, now time.Time, w int, st *themes.Styles) []string {
	glyph, ink := followMark(f, now, st)
	out := []string{st.Ref.S(f.Ref) + " " + ink.S(glyph+" "+string(f.State)) + " " + st.Bold.S(f.Priority.String()) + " " + screen.Person(f.Owner, st)}
	out = append(out, widget.Wrap(st.Bold.S(model.Line(screen.Defang(string(f.Title))).String()), w)...)
	due := string(f.Due)
	if f.Late(now) {
		due = st.Bad.S(due + " late")
	}
	out = append(out, labelled("due", due, w, st)...)
	out = append(out, labelled("kind", string(f.Kind), w, st)...)
	out = append(out, labelled("team", f.Team.Line().String(), w, st)...)
	out = append(out, labelled("ticket", model.Line(screen.Defang(string(f.Ticket))).String(), w, st)...)
	if f.Factor != "" {
		out = append(out, labelled("answers", st.Ref.S(f.Factor), w, st)...)
	}
	out = append(out, labelled("changes", model.Line(strings.Join(f.Changes, ", ")).String(), w, st)...)
	out = append(out, labelled("proof", screen.Clip(string(f.Evidence), model.MaxReason), w, st)...)
	out = append(out, labelled("reason", screen.Clip(string(f.Reason), model.MaxReason), w, st)...)
	out = append(out, "")
	for _, s := range f.Steps {
		out = append(out, st.Dim.S(moment(s.At)+" "+string(s.State)+" ")+screen.Person(s.By, st))
	}
	return out
}
