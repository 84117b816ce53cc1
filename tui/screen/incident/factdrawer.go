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

// factDrawer collects lines of at most w columns about what the log knows.
type factDrawer struct {
	st  *themes.Styles
	w   int
	out []string
}

func (x *factDrawer) dim(s string) {
	for _, l := range widget.Wrap(s, x.w) {
		x.out = append(x.out, x.st.Dim.S(l))
	}
}

func (x *factDrawer) title(s string) {
	if len(x.out) > 0 {
		x.out = append(x.out, "")
	}
	x.out = append(x.out, x.st.Title.S(s))
}

// item is a line with a lead of its own; what does not fit hangs below the text.
func (x *factDrawer) item(lead, text string) {
	const most = 3 // lines of one thing; its own tab has the rest
	lines := hung(lead+" ", text, x.w)
	if len(lines) > most {
		lines = append(lines[:most-1], widget.Fit(lines[most-1], max(x.w-2, 1))+x.st.Glyphs.Ellipsis)
	}
	x.out = append(x.out, lines...)
}

func (x *factDrawer) text(t model.Text) string {
	return screen.Paint(screen.Clip(string(t), 400), x.st.Text, x.st)
}

// moments lists what the story hangs on, by when it happened, with when it was known
// where that is another time.
func (x *factDrawer) moments(f *model.PostMortemFacts) {
	day := ""
	for i := range f.Moments {
		m := &f.Moments[i]
		if d := m.At.UTC().Format(time.DateOnly); d != day {
			day = d
			x.title(d)
		}
		lead := x.st.Dim.S(clockOf(m.At, m.Precision))
		if m.Ref != "" {
			lead += " " + x.st.Ref.S(m.Ref)
		}
		text := x.text(m.Text)
		if late := m.RecordedAt.Sub(m.At); late > time.Minute {
			text += x.st.Dim.S("  known " + model.Ago(late) + " later")
		}
		x.item(lead, text)
	}
}

// clockOf is the time of a day as exactly as it is known.
func clockOf(at time.Time, p model.Precision) string {
	switch p {
	case model.PrecisionSecond:
		return at.UTC().Format("15:04:05Z")
	case model.PrecisionMinute:
		return at.UTC().Format("15:04Z   ")
	}
	return model.When{At: at, Precision: p}.Say(at)
}

func (x *factDrawer) times(f *model.PostMortemFacts) {
	x.title("HOW LONG IT TOOK")
	if len(f.Lapses) == 0 {
		x.dim("Not known yet: its moments are missing.")
	}
	for _, l := range f.Lapses {
		x.out = append(x.out, widget.Fit(widget.Fit(l.Name, 20)+" "+x.st.Bold.S(widget.FitRight(model.Ago(l.Took), 8))+"  "+x.st.Dim.S(l.Formula), x.w))
	}
	x.title("MOMENTS")
	for _, m := range f.Times {
		at := x.st.Faint.S("not known")
		if !m.At.IsZero() {
			at = m.At.UTC().Format("2006-01-02 ") + clockOf(m.At, m.Precision) + " " + x.st.Dim.S(string(m.From))
		}
		x.out = append(x.out, widget.Fit(widget.Fit(string(m.Name), 14)+" "+at, x.w))
	}
}

func (x *factDrawer) roles(f *model.PostMortemFacts) {
	for _, r := range f.Roles {
		to := "still"
		if !r.To.IsZero() {
			to = r.To.UTC().Format("15:04Z")
			if r.To.Sub(r.From) > 12*time.Hour {
				to = moment(r.To)
			}
		}
		x.out = append(x.out, widget.Fit(widget.Fit(duty(r.Role), 9)+" "+screen.Person(r.User, x.st)+" "+x.st.Dim.S(moment(r.From)+" "+x.st.Glyphs.Arrow+" "+to), x.w))
	}
}

func (x *factDrawer) severities(f *model.PostMortemFacts) {
	x.title("SEVERITY")
	for i := range f.Severities {
		s := &f.Severities[i]
		text := moment(s.From) + " " + x.st.Dim.S("for ") + model.Ago(s.Lasted()) + " " + screen.Person(s.By, x.st)
		if s.Reason != "" {
			text += " " + x.st.Dim.S(screen.Clip(string(s.Reason), 200))
		}
		if s.Below != 0 {
			text += x.st.Warn.S(" below " + s.Below.String())
		}
		x.item(x.st.SevBadge(int(s.Severity)), text)
	}
	x.title("PHASES")
	for i := range f.Phases {
		p := &f.Phases[i]
		text := moment(p.At) + " " + x.st.Dim.S("for ") + model.Ago(p.Lasted()) + " " + screen.Person(p.By, x.st)
		if p.Forced {
			text += x.st.Warn.S(" forced")
		}
		if p.Reason != "" {
			text += " " + x.st.Dim.S(screen.Clip(string(p.Reason), 200))
		}
		x.item(widget.Fit(p.Phase.Short(), 7), text)
	}
}

func (x *factDrawer) scope(f *model.PostMortemFacts) {
	if f.Scope.Assets == 0 {
		return
	}
	for _, n := range []struct {
		what string
		n    int
	}{{"assets", f.Scope.Assets}, {"compromised", f.Scope.Compromised}, {"contained", f.Scope.Contained}, {"eradicated", f.Scope.Eradicated}, {"recovered and verified", f.Scope.Recovered}} {
		x.out = append(x.out, widget.Fit(widget.FitRight(fmt.Sprint(n.n), 5)+"  "+x.st.Dim.S(n.what), x.w))
	}
	x.out = append(x.out, "")
	for _, a := range f.Assets {
		text := x.text(a.Name) + " " + x.st.Dim.S(a.Kind)
		if v := a.Step(model.StepCompromised); v != "" {
			text += x.st.Dim.S(", compromised " + v)
		}
		x.item(x.st.Ref.S(a.Ref), text)
	}
}

func (x *factDrawer) actions(f *model.PostMortemFacts) {
	for i := range f.Actions {
		a := &f.Actions[i]
		text := x.text(a.What) + " " + x.st.Dim.S(string(a.State))
		if !a.DoneAt.IsZero() {
			text += x.st.Dim.S(" " + moment(a.DoneAt))
		}
		if a.InForce {
			text += x.st.Warn.S(" still in force")
		}
		x.item(x.st.Ref.S(a.Ref), text+" "+screen.Person(a.Owner, x.st))
	}
}

func (x *factDrawer) clocks(f *model.PostMortemFacts) {
	for i := range f.Clocks {
		c := &f.Clocks[i]
		ink, glyph := x.st.Dim, x.st.Glyphs.Open
		switch c.Result {
		case model.ClockMet, model.ClockSent:
			ink, glyph = x.st.Good, x.st.Glyphs.Done
		case model.ClockLate, model.ClockOverdue:
			ink, glyph = x.st.Bad, x.st.Glyphs.Warn
		case model.ClockNot:
			ink, glyph = x.st.Faint, x.st.Glyphs.NA
		}
		text := ink.S(glyph+" "+strings.ReplaceAll(string(c.Result), "-", " ")) + " " + x.text(c.Title)
		switch {
		case c.Lead > 0:
			text += x.st.Dim.S(" " + model.Ago(c.Lead) + " before its time")
		case c.Lead < 0:
			text += x.st.Bad.S(" " + model.Ago(-c.Lead) + " late")
		case !c.DueAt.IsZero():
			text += x.st.Dim.S(" due " + moment(c.DueAt))
		}
		if c.Reason != "" {
			text += x.st.Dim.S(" " + screen.Clip(string(c.Reason), 200))
		}
		x.item(x.st.Ref.S(c.Ref), text)
	}
	if len(f.Clocks) > 0 {
		x.out = append(x.out, "")
		x.dim(model.NoAdvice)
	}
}

func (x *factDrawer) indicators(f *model.PostMortemFacts) {
	for _, i := range f.Indicators {
		verdict := x.st.Dim
		if i.Verdict == model.VerdictMalicious {
			verdict = x.st.Bad
		}
		x.item(x.st.Ref.S(i.Ref), defanged(i)+" "+x.st.Dim.S(i.Type)+" "+verdict.S(string(i.Verdict)))
	}
	if len(f.Techniques) > 0 {
		x.title("ATT&CK")
	}
	for _, t := range f.Techniques {
		x.item(x.st.Tag.S(t.ID), x.st.Ref.S(strings.Join(t.Refs, " ")))
	}
}

func (x *factDrawer) updates(f *model.PostMortemFacts) {
	for _, e := range f.Updates {
		x.item(x.st.Dim.S(moment(e.OccurredAt))+" "+x.st.Ref.S(e.Ref), x.text(e.Text)+" "+screen.Person(e.Author, x.st))
	}
}
