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

	version uint64
	id      string
	stale   bool
	rows    []timelineRow
}

// timelineRow is an entry, or a rule between two days or over a gap.
type timelineRow struct {
	entry *model.Entry
	rule  string
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

// gapAfter is how long nothing must have happened for the gap to be shown.
const gapAfter = time.Hour

func (t *timeline) refresh(in *model.Incident) tea.Cmd {
	if !t.stale && t.version == in.Version && t.id == in.ID {
		return nil
	}
	fresh := t.id != in.ID
	t.version, t.id, t.stale = in.Version, in.ID, false
	entries := in.Timeline
	if t.happened {
		entries = model.AsItHappened(entries)
	}
	words := strings.Fields(strings.ToLower(t.text))
	t.rows = t.rows[:0]
	var last time.Time
	for _, e := range entries {
		if !matchEntry(e, words) {
			continue
		}
		at := t.clock(e)
		switch {
		case last.IsZero() || at.UTC().Format(time.DateOnly) != last.UTC().Format(time.DateOnly):
			t.rows = append(t.rows, timelineRow{rule: at.UTC().Format("Monday 2 January 2006")})
		case at.Sub(last) >= gapAfter:
			t.rows = append(t.rows, timelineRow{rule: "· " + model.Ago(at.Sub(last)) + " ·"})
		}
		t.rows = append(t.rows, timelineRow{entry: e})
		last = at
	}
	t.table.SetSource(len(t.rows), func(i int) string {
		if e := t.rows[i].entry; e != nil {
			return e.Ref
		}
		return ""
	})
	if fresh {
		t.table.Bottom()
	}
	return nil
}

func (t *timeline) clock(e *model.Entry) time.Time {
	if t.happened {
		return e.OccurredAt
	}
	return e.RecordedAt
}

func matchEntry(e *model.Entry, words []string) bool {
	if len(words) == 0 {
		return true
	}
	return screen.Matches(strings.ToLower(e.Ref+" "+string(e.Kind)+" @"+e.Author+" "+string(e.Text)+" #"+strings.Join(e.Tags, " #")), words)
}

func (t *timeline) main(w, h int) []string {
	st := t.r.env.Styles
	if len(t.rows) == 0 {
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
	lines := t.table.Draw(w, h-1, st, t.cell)
	status := " " + view + " · o switches"
	if n := t.table.Below(); n > 0 {
		status = fmt.Sprintf(" %s %d more below · G goes to the newest · %s", st.Glyphs.Down, n, view)
	}
	return append(lines, widget.Fit(st.Faint.S(status), w))
}

func (t *timeline) cell(row, col int) string {
	st := t.r.env.Styles
	e := t.rows[row].entry
	if e == nil {
		if col == widget.Section {
			return st.Faint.S(" " + t.rows[row].rule)
		}
		return ""
	}
	switch col {
	case 0:
		return st.Ref.S(e.Ref)
	case 1:
		s := occurred(e)
		if e.OccurredAt.Sub(e.RecordedAt).Abs() < time.Second {
			return st.Text.S(s)
		}
		return st.Accent.S(s)
	case 2:
		return st.Dim.S(e.RecordedAt.UTC().Format("15:04:05"))
	case 3:
		return screen.Person(e.Author, st)
	case 4:
		return t.text1(e)
	}
	return ""
}

// occurred is when it happened, no more exact than people said.
func occurred(e *model.Entry) string {
	at := e.OccurredAt.UTC()
	var s string
	switch e.Precision {
	case model.PrecisionSecond:
		s = at.Format("15:04:05Z")
	case model.PrecisionMinute:
		s = at.Format("15:04Z")
	case model.PrecisionHour:
		s = at.Format("15Z")
	default:
		return at.Format("2 Jan")
	}
	if !sameDay(at, e.RecordedAt.UTC()) {
		return at.Format("2Jan ") + at.Format("1504")
	}
	return s
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

func (t *timeline) text1(e *model.Entry) string {
	st := t.r.env.Styles
	text := model.ClipLine(screen.DefangLine(string(e.Text)), 400).String()
	pre := ""
	if e.Starred {
		pre += st.Warn.S(st.Glyphs.Star) + " "
	}
	switch {
	case e.Retracted != "":
		return pre + st.Faint.S("retracted by @"+e.Retracted+": "+text)
	case e.CorrectedBy != "":
		return pre + st.Faint.S("corrected by "+e.CorrectedBy+": "+text)
	case e.Corrects != "":
		return pre + st.Info.S("corrects "+e.Corrects+": ") + text
	case e.Kind == model.KindDecision:
		return pre + st.Accent.S("decision ") + text
	case e.Kind != model.KindNote:
		return pre + st.Info.S(text)
	}
	return pre + st.Text.S(text)
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
	out = append(out, st.Dim.S("happened ")+e.OccurredAt.UTC().Format("2006-01-02 15:04:05Z")+st.Dim.S(" ±"+string(e.Precision)),
		st.Dim.S("written  ")+e.RecordedAt.UTC().Format("2006-01-02 15:04:05Z")+st.Dim.S(fmt.Sprintf(" #%d", e.Seq)))
	out = append(out, widget.Wrap(model.Block(screen.DefangLine(string(e.Text))).String(), w)...)
	var marks []string
	for _, x := range e.Tags {
		marks = append(marks, st.Tag.S("#"+x))
	}
	marks = append(marks, e.Techniques...)
	for _, x := range e.Refs {
		marks = append(marks, st.Ref.S(x))
	}
	if len(marks) > 0 {
		out = append(out, widget.Wrap(strings.Join(marks, " "), w)...)
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

func (t *timeline) copy(raw bool) (string, bool) {
	e := t.current()
	if e == nil {
		return "", false
	}
	if raw {
		return string(e.Text), true
	}
	return e.Ref + " " + e.OccurredAt.UTC().Format(time.RFC3339) + " @" + e.Author + " " + model.Line(screen.DefangLine(string(e.Text))).String(), true
}
