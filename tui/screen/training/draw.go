package training

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// headLines is how many lines stand over the list.
const headLines = 3

// Main implements screen.Screen.
func (t *Training) Main(w, h int) []string {
	st := t.env.Styles
	head := []string{widget.Fit(" "+t.summary(w), w), widget.Fit(" "+t.switcher(), w), ""}
	if t.table().Len() == 0 {
		for _, l := range widget.Wrap(t.empty(), w-3) {
			head = append(head, "  "+st.Dim.S(l))
		}
		return widget.Block(head, w, h)
	}
	return append(widget.Block(head, w, len(head)), t.table().Draw(w, max(h-len(head), 0), st, t.cell)...)
}

// summary is the coverage of everybody in one line.
func (t *Training) summary(w int) string {
	st, c := t.env.Styles, &t.whole
	if c.People == 0 {
		return st.Dim.S("nobody is in the register yet")
	}
	out := screen.Bar(c.Share(), min(20, w/4), st) + " " + st.Bold.S(strconv.Itoa(screen.Percent(c.Share()))+" %") + "  " +
		fmt.Sprintf("%d of %d people are trained", c.Covered, c.People)
	if c.Overdue > 0 {
		out += "  " + st.Bad.S(fmt.Sprintf("%s %d overdue", st.Glyphs.Warn, c.Overdue))
	}
	return out
}

// switcher names the lists, the one that is shown in front of all.
func (t *Training) switcher() string {
	st := t.env.Styles
	var out []string
	for v := people; v < views; v++ {
		if v == t.view {
			out = append(out, st.Accent.S(st.Glyphs.Cursor+v.name()))
		} else {
			out = append(out, st.Dim.S(" "+v.name()))
		}
	}
	return strings.Join(out, "  ")
}

func (t *Training) empty() string {
	switch {
	case t.text != "" && t.view != teams:
		return "Nothing matches. esc clears the filter."
	case t.view == topics:
		return "There are no topics. A file of your own (training.topics) adds some."
	}
	return "Everybody with an account is listed here. a adds a person without one; training import reads records from CSV."
}

// sign is the colour and glyph of a state, each with a glyph of its own.
func sign(s model.TrainingState, st *themes.Styles) (themes.Ink, string) {
	switch s {
	case model.TrainingOverdue:
		return st.Bad, st.Glyphs.Warn
	case model.TrainingDue:
		return st.Warn, st.Glyphs.Doing
	case model.TrainingSoon:
		return st.Text, st.Glyphs.Open
	}
	return st.Good, st.Glyphs.Done
}

// mark is a state with its glyph and word: none is told by colour alone.
func mark(s model.TrainingState, st *themes.Styles) string {
	ink, glyph := sign(s, st)
	return ink.S(glyph + " " + string(s))
}

func (t *Training) cell(row, col int) string {
	st := t.env.Styles
	switch t.view {
	case people:
		p := t.people[row]
		return t.personCell(p, col)
	case topics:
		x := t.topics[row]
		switch col {
		case 0:
			return st.Text.S(screen.Clip(string(x.Title), 80))
		case 1:
			return st.Dim.S(when(x))
		case 2:
			return st.Dim.S(strings.Join(x.Audiences, " "))
		}
		return count(t.lack[x.ID], st.Bad)
	}
	c := &t.coverage[row]
	switch col {
	case 0:
		return st.Text.S(screen.Clip(teamName(c.Team), 60))
	case 1:
		return screen.Bar(c.Share(), 10, st) + " " + fmt.Sprintf("%3d %%", screen.Percent(c.Share()))
	case 2:
		return strconv.Itoa(c.People)
	}
	return count(c.Overdue, st.Bad)
}

// when is Topic.When for a narrow column.
func when(x *model.Topic) string {
	again := "yearly"
	if x.Months != model.EveryMonths {
		again = fmt.Sprintf("every %d months", x.Months)
	}
	switch {
	case !x.In(model.CourseRefresher):
		return "on joining"
	case x.In(model.CourseBasic):
		return "joining, " + again
	}
	return again
}

func (t *Training) personCell(p *model.Trained, col int) string {
	st := t.env.Styles
	switch col {
	case 0:
		return screen.Person(p.Name, st)
	case 1:
		return mark(p.State, st)
	case 2:
		return count(p.Overdue, st.Bad)
	case 3:
		return count(p.Due, st.Warn)
	case 4:
		return count(p.Soon, st.Text)
	case 5:
		if p.Next == "" {
			return st.Faint.S("-")
		}
		return st.Text.S(string(p.Next))
	case 6:
		if p.Team == "" {
			return st.Faint.S("-")
		}
		return st.Text.S(screen.Clip(string(p.Team), 40))
	}
	return st.Dim.S(string(p.Joined))
}

// count is a number, nothing for none.
func count(n int, ink themes.Ink) string {
	if n == 0 {
		return ""
	}
	return ink.S(strconv.Itoa(n))
}

// Side implements screen.Screen.
func (t *Training) Side(w, h int) []string {
	var lines []string
	switch t.view {
	case people:
		if p := t.person(); p != nil {
			lines = t.aboutPerson(p, w)
		}
	case topics:
		if x := t.topic(); x != nil {
			lines = t.aboutTopic(x, w)
		}
	case teams:
		if c := t.team(); c != nil {
			lines = t.aboutTeam(c, w)
		}
	}
	return widget.Block(lines, w, h)
}

// whole is a width for lines that whoever shows them breaks.
const whole = 1 << 12

// fit is a line of w columns, one for whole as long as it is.
func fit(s string, w int) string {
	if w == whole {
		return s
	}
	return widget.Fit(s, w)
}

// aboutPerson is where a person stands with each topic, and the newest records.
func (t *Training) aboutPerson(p *model.Trained, w int) []string {
	st := t.env.Styles
	lines := []string{screen.Person(p.Name, st) + "  " + st.Text.S(screen.Clip(teamName(p.Team), 30)), st.Dim.S("joined " + string(p.Joined) + ", " + strings.Join(p.Audiences, " ")), ""}
	sorted := slices.Clone(p.Standings)
	slices.SortStableFunc(sorted, func(a, b model.Standing) int {
		return slices.Index(model.TrainingStates(), a.State) - slices.Index(model.TrainingStates(), b.State)
	})
	for _, s := range sorted {
		due := "          "
		if s.Due != "" {
			due = string(s.Due)
		}
		state, room := widget.Fit(mark(s.State, st), 10), 10
		if w < 60 {
			ink, glyph := sign(s.State, st)
			state, room = ink.S(glyph)+" ", 2
		}
		lines = append(lines, fit(state+st.Dim.S(due)+"  "+st.Text.S(screen.Clip(string(s.Topic.Title), max(w-room-12, 8))), w))
	}
	if len(sorted) == 0 {
		lines = append(lines, st.Dim.S("no topic is for this person"))
	}
	lines = append(lines, "", st.Title.S("RECORDS"))
	n := 0
	for _, r := range slices.Backward(t.reg.Records) {
		if r.Person != p.Name {
			continue
		}
		if n++; n > 40 {
			lines = append(lines, st.Dim.S("older ones: training person "+p.Name))
			break
		}
		ink, note := st.Text, string(r.Note)
		if r.Retracted != "" {
			ink, note = st.Faint, "retracted by @"+r.Retracted+": "+string(r.RetractedWhy)
		}
		lines = append(lines, fit(st.Ref.S(r.Ref)+" "+st.Dim.S(string(r.On))+" "+ink.S(string(r.Result)+" "+r.Topic)+" "+st.Dim.S(screen.Clip(strings.TrimSpace(r.Exercise+" "+note), w)), w))
	}
	if n == 0 {
		lines = append(lines, st.Dim.S("none yet; x writes one down"))
	}
	return lines
}

// aboutTopic is a topic to read, with what is new.
func (t *Training) aboutTopic(x *model.Topic, w int) []string {
	st := t.env.Styles
	lines := []string{st.Title.S(screen.Clip(string(x.Title), w)), st.Dim.S(x.ID + ", " + x.When() + ", for " + strings.Join(x.Audiences, " ")), ""}
	for par := range strings.SplitSeq(string(x.Text), "\n") {
		lines = append(lines, widget.Wrap(st.Text.S(model.Line(par).String()), max(w, 10))...)
	}
	for i, n := range t.env.Hub.News(t.env.Actor, x, model.NewsSince(model.DayOf(t.env.Now()))) {
		if i == 0 {
			lines = append(lines, "", st.Title.S("NEW SINCE LAST YEAR"))
		}
		from := ""
		if n.Incident != "" {
			from = "  " + strings.TrimSpace(n.FollowUp+" of "+n.Incident)
		}
		text := string(model.DayOf(n.At)) + "  " + n.About + ": " + string(n.What) + from
		lines = append(lines, widget.Wrap(screen.Paint(screen.Clip(text, 600), st.Text, st), max(w, 10))...)
	}
	return lines
}

// aboutTeam lists who of a team lacks something.
func (t *Training) aboutTeam(c *model.Coverage, w int) []string {
	st := t.env.Styles
	lines := []string{st.Title.S(screen.Clip(teamName(c.Team), w)), st.Dim.S(fmt.Sprintf("%d of %d have every training that is due", c.Covered, c.People)), ""}
	for i := range t.all {
		if p := &t.all[i]; p.Team == c.Team {
			lines = append(lines, fit(widget.Fit(mark(p.State, st), 10)+screen.Person(p.Name, st)+"  "+st.Dim.S(lacks(p)), w))
		}
	}
	return lines
}

// lacks is how much a person lacks, and since when.
func lacks(p *model.Trained) string {
	if n := p.Overdue + p.Due; n > 0 {
		return strconv.Itoa(n) + " since " + string(p.Next)
	}
	return ""
}
