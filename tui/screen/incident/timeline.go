package incident

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// timeline is the second tab. It is shown as it was written, or as it happened.
type timeline struct {
	r        *Room
	table    *widget.Table
	happened bool
	text     string

	id    string
	stale bool
	rows  entryRows
	fresh int // entries that came while the cursor was further up
	wide  int // columns at the last draw
}

func newTimeline(r *Room) *timeline {
	t := &timeline{r: r, stale: true}
	t.table = widget.NewTable(
		widget.Column{Title: "ref", Min: 5, Priority: 9},
		widget.Column{Title: "happened", Min: 9, Priority: 8},
		widget.Column{Title: "written", Min: 8, Priority: 2},
		widget.Column{Title: "who", Min: 8, Priority: 7},
		widget.Column{Title: "what", Min: 20, Flex: 1, Priority: 10},
	)
	t.table.Focused, t.table.Follow, t.table.Gap = true, true, 1
	t.table.Stamp = func(row int) uint64 { e := t.rows.entry(row); return r.stamp(e.Changed, string(e.Text), t.view()) }
	return t
}

func (t *timeline) name() string                    { return "Timeline" }
func (t *timeline) count(in *model.Incident) string { return fmt.Sprint(len(in.Timeline)) }
func (t *timeline) move(m screen.Motion)            { screen.MoveTable(t.table, m) }
func (t *timeline) click(y int) bool                { return t.table.Click(y) }
func (t *timeline) filter(s string)                 { t.text, t.stale = s, true }
func (t *timeline) filtering() string               { return t.text }
func (t *timeline) selected() string                { return t.table.Selected() }
func (t *timeline) open(ref string)                 { t.table.Select(ref) }

func (t *timeline) back() bool {
	if t.table.Marks() == 0 {
		return false
	}
	t.table.ClearMarks()
	return true
}

func (t *timeline) refresh(in *model.Incident) tea.Cmd {
	opened := t.id != in.ID
	if !t.stale && !opened && t.rows.taken == len(in.Timeline) {
		t.rows.entries = in.Timeline
		return nil
	}
	atEnd := t.table.Following()
	before := t.rows.shown
	if t.stale || opened || len(in.Timeline) < t.rows.taken {
		t.rows = entryRows{happened: t.happened, words: strings.Fields(strings.ToLower(t.text))}
		before, t.fresh = 0, 0
	}
	t.id, t.stale = in.ID, false
	t.rows.take(in.Timeline)
	t.table.SetLookup(t.rows.find)
	t.table.SetSource(len(t.rows.list), t.rows.id)
	switch {
	case opened:
		t.table.Bottom()
	case before > 0 && !atEnd:
		t.fresh += t.rows.shown - before
	}
	return nil
}

func matchEntry(e *model.Entry, words []string) bool {
	if len(words) == 0 {
		return true
	}
	return screen.Matches(strings.ToLower(e.Ref+" "+string(e.Kind)+" @"+e.Author+" "+string(e.Text)+" #"+strings.Join(e.Tags, " #")), words)
}

func (t *timeline) main(w, h int) []string {
	st := t.r.env.Styles
	if len(t.rows.list) == 0 {
		msg := "Nothing is written yet. n writes the first note."
		if t.text != "" {
			msg = fmt.Sprintf("0 of %d match. esc clears the filter.", len(t.r.in.Timeline))
		}
		return widget.Block([]string{"", "  " + st.Dim.S(msg)}, w, h)
	}
	view := "as we knew it"
	if t.happened {
		view = "as it happened"
	}
	t.wide = w
	lines := t.table.Draw(w, h-1, st, t.cell)
	dot := " " + st.Glyphs.Bullet + " "
	status := st.Faint.S(" " + view + dot + "o switches")
	below := t.table.Below()
	if below == 0 {
		t.fresh = 0
	}
	switch {
	case t.fresh > 0:
		status = " " + st.Accent.S(fmt.Sprintf("%s %d new", st.Glyphs.Down, t.fresh)) + st.Faint.S(dot+"G goes there"+dot+view)
	case below > 0:
		status = st.Faint.S(fmt.Sprintf(" %s %d below%sG goes to the newest%s%s", st.Glyphs.Down, below, dot, dot, view))
	}
	return append(lines, widget.Fit(status, w))
}

func (t *timeline) cell(row, col int) string {
	st := t.r.env.Styles
	if col == widget.Section {
		return st.Faint.S(" " + t.rows.rule(row, st.Glyphs.Bullet))
	}
	e := t.rows.entry(row)
	switch col {
	case 0:
		return st.Ref.S(e.Ref)
	case 1:
		s := occurred(e, t.happened)
		if e.OccurredAt.Sub(e.RecordedAt).Abs() < time.Second {
			return st.Text.S(s)
		}
		return st.Accent.S(s)
	case 2:
		return st.Dim.S(written(e, !t.happened))
	case 3:
		return screen.Person(e.Author, st)
	case 4:
		return t.text1(e)
	}
	return ""
}

// occurred is when it happened, no more exact than people said. Where no rule
// above tells the day, another day than that of writing is told here.
func occurred(e *model.Entry, dayKnown bool) string {
	at := e.OccurredAt.UTC()
	var s string
	switch e.Precision {
	case model.PrecisionSecond:
		s = at.Format("15:04:05Z")
	case model.PrecisionMinute:
		s = at.Format("15:04Z")
	case model.PrecisionHour:
		s = at.Format("15Z")
	}
	d := daysBetween(at, e.RecordedAt)
	switch {
	case dayKnown && s != "":
		return s
	case s == "" || d < -9 || d > 9:
		return at.Format("2Jan2006")
	case d != 0:
		return fmt.Sprintf("%+dd ", d) + at.Format("15:04")
	}
	return s
}

// written is when it was written down.
func written(e *model.Entry, dayKnown bool) string {
	at := e.RecordedAt.UTC()
	if !dayKnown && daysBetween(at, e.OccurredAt) != 0 {
		return at.Format("2Jan06")
	}
	return at.Format("15:04:05")
}

// daysBetween is how many days of the calendar lie from b to a.
func daysBetween(a, b time.Time) int { return int(day(a) - day(b)) }

// day numbers the days of the calendar in UTC.
func day(t time.Time) int64 {
	s := t.Unix()
	if s < 0 {
		s -= 24*3600 - 1
	}
	return s / (24 * 3600)
}

func (t *timeline) text1(e *model.Entry) string {
	st := t.r.env.Styles
	text := screen.Clip(string(e.Text), t.wide)
	pre := ""
	if e.Starred {
		pre += st.Warn.S(st.Glyphs.Star) + " "
	}
	if e.TLP != "" {
		pre += screen.Marking(e.TLP, st) + " "
	}
	switch {
	case e.Retracted != "":
		return pre + st.Faint.S("retracted by @"+e.Retracted+": "+text)
	case e.CorrectedBy != "":
		return pre + st.Faint.S("corrected by "+e.CorrectedBy+": "+text)
	case e.Corrects != "":
		return pre + st.Info.S("corrects "+e.Corrects+": ") + screen.Paint(text, st.Text, st)
	case e.Kind == model.KindDecision:
		return pre + st.Accent.S(st.Glyphs.Gate+" decision ") + screen.Paint(text, st.Text, st)
	case e.Kind == model.KindAction && strings.Contains(text, "OVERRIDE"):
		return pre + st.Bad.S(st.Glyphs.Warn+" ") + screen.Paint(text, st.Bad, st)
	case e.Kind != model.KindNote:
		return pre + st.Info.S(st.Glyphs.Bullet+" ") + screen.Paint(text, st.Info, st)
	}
	return pre + screen.Paint(text, st.Text, st)
}

// view numbers the two views.
func (t *timeline) view() int {
	if t.happened {
		return 1
	}
	return 0
}

func (t *timeline) current() *model.Entry {
	e, err := t.r.in.Entry(t.selected())
	if err != nil {
		return nil
	}
	return e
}

func (t *timeline) detail(w int) []string {
	e := t.current()
	if e == nil {
		return nil
	}
	return t.about(e, w)
}

// about is everything that is known of an entry.
func (t *timeline) about(e *model.Entry, w int) []string {
	st := t.r.env.Styles
	out := []string{st.Ref.S(e.Ref) + " " + st.Dim.S(string(e.Kind)) + " " + screen.Person(e.Author, st)}
	out = append(out, st.Dim.S("happened ")+e.OccurredAt.UTC().Format("2006-01-02 15:04:05Z")+st.Dim.S(within(e.Precision)),
		st.Dim.S("written  ")+e.RecordedAt.UTC().Format("2006-01-02 15:04:05Z")+st.Dim.S(fmt.Sprintf(" #%d", e.Seq)))
	for _, line := range strings.Split(model.Block(screen.Defang(string(e.Text))).String(), "\n") {
		out = append(out, widget.Wrap(screen.Paint(line, st.Text, st), w)...)
	}
	if e.Corrects != "" {
		out = append(out, st.Info.S("corrects "+e.Corrects))
	}
	if e.CorrectedBy != "" {
		out = append(out, st.Info.S("corrected by "+e.CorrectedBy))
	}
	if e.Retracted != "" {
		out = append(out, widget.Wrap(st.Warn.S("retracted by @"+e.Retracted+": "+e.RetractedWhy.Line().String()), w)...)
	}
	return out
}

// within is how exactly a time is known, where it is not to the second.
func within(p model.Precision) string {
	if p == model.PrecisionSecond {
		return ""
	}
	return " ±" + strings.Replace(string(p), "minute", "min", 1)
}

func (t *timeline) copy(raw bool) (string, bool) {
	e := t.current()
	if e == nil {
		return "", false
	}
	if raw {
		return string(e.Text), true
	}
	return e.Ref + " " + e.OccurredAt.UTC().Format(time.RFC3339) + " @" + e.Author + " " + model.Line(screen.Defang(string(e.Text))).String(), true
}
