package incident

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// notify is the tab of the obligations with their clocks, and of what stakeholders
// were told.
type notify struct {
	r     *Room
	table *widget.Table
	text  string
	above int // lines over the table

	version uint64
	id      string
	stale   bool
	rows    []*model.Obligation
}

func newNotify(r *Room) *notify {
	t := &notify{r: r, stale: true}
	t.table = widget.NewTable(
		widget.Column{Title: "ref", Min: 4, Priority: 9},
		widget.Column{Title: "left", Min: 8, Priority: 10},
		widget.Column{Title: "state", Min: 14, Priority: 8},
		widget.Column{Title: "notice", Min: 16, Flex: 3, Priority: 7},
		widget.Column{Title: "owner", Min: 8, Priority: 6},
		widget.Column{Title: "due", Min: 13, Priority: 4},
		widget.Column{Title: "recipient", Min: 12, Flex: 2, Priority: 3},
	)
	t.table.Focused, t.table.Gap = true, 1
	t.table.Stamp = func(row int) uint64 {
		o, now := t.rows[row], r.env.Now()
		left := ""
		if !o.DueAt.IsZero() {
			left = model.Countdown(o.DueAt, now)
		}
		return r.stamp(o.Changed, o.Says(now)+left+string(o.Title), len(o.Reason))
	}
	return t
}

func (t *notify) name() string         { return "Notify" }
func (t *notify) move(m screen.Motion) { screen.MoveTable(t.table, m) }
func (t *notify) click(y int) bool     { return t.table.Click(y - t.above) }
func (t *notify) filter(s string)      { t.text, t.stale = s, true }
func (t *notify) filtering() string    { return t.text }
func (t *notify) selected() string     { return t.table.Selected() }
func (t *notify) open(ref string)      { t.table.Select(ref) }
func (t *notify) back() bool           { return false }

// count is how many notices are owed, with a mark when one is late.
func (t *notify) count(in *model.Incident) string {
	list := in.OpenObligations()
	if len(list) == 0 {
		return ""
	}
	mark := ""
	for _, o := range list {
		if o.Late(t.r.env.Now()) {
			mark = "!"
		}
	}
	return fmt.Sprintf("%d%s", len(list), mark)
}

func (t *notify) refresh(in *model.Incident) tea.Cmd {
	if !t.stale && t.version == in.Version && t.id == in.ID {
		return nil
	}
	t.version, t.id, t.stale = in.Version, in.ID, false
	words := strings.Fields(strings.ToLower(t.text))
	t.rows = t.rows[:0]
	keep := func(o *model.Obligation) {
		hay := strings.ToLower(o.Ref + " " + string(o.Title) + " " + o.Regime + " " + string(o.Recipient) + " " + string(o.State) + " @" + o.Owner)
		if screen.Matches(hay, words) {
			t.rows = append(t.rows, o)
		}
	}
	for _, o := range in.OpenObligations() {
		keep(o)
	}
	for _, o := range in.Obligations {
		if !o.Open() {
			keep(o)
		}
	}
	t.table.SetSource(len(t.rows), func(i int) string { return t.rows[i].Ref })
	return nil
}

func (t *notify) main(w, h int) []string {
	st, in := t.r.env.Styles, t.r.in
	head := []string{widget.Fit(" "+st.Dim.S(model.NoAdvice), w), t.r.dataLine(w), t.r.updateLine(w)}
	for i, q := range in.Questions() {
		if i == 2 || h < 16 && i == 1 {
			break
		}
		head = append(head, widget.Fit(" "+st.Warn.S(st.Glyphs.Warn+" still to be said: "+q.Ask), w))
	}
	head = append(head, "")
	t.above = len(head)
	if len(t.rows) == 0 {
		msg := "Nothing is owed. d says what happened to data and starts what applies; a starts a regime by hand."
		if t.text != "" {
			msg = fmt.Sprintf("0 of %d match. esc clears the filter.", len(in.Obligations))
		}
		for _, l := range widget.Wrap(msg, w-3) {
			head = append(head, "  "+st.Dim.S(l))
		}
		return widget.Block(head, w, h)
	}
	return append(widget.Block(head, w, min(len(head), h)), t.table.Draw(w, max(h-len(head), 0), st, t.cell)...)
}

// clockInk is the colour, glyph and word of a clock: no state is told by colour alone.
func clockInk(o *model.Obligation, now time.Time, st *themes.Styles) (themes.Ink, string) {
	switch {
	case o.Late(now) && o.Open():
		return st.Bad, st.Glyphs.Warn
	case o.DueSoon(now):
		return st.Warn, st.Glyphs.Warn
	case o.State == model.ObligationSent:
		return st.Good, st.Glyphs.Done
	case o.State == model.ObligationNot || o.Retracted != "":
		return st.Faint, st.Glyphs.NA
	case o.State == model.ObligationRunning:
		return st.Dim, st.Glyphs.Open
	}
	return st.Text, st.Glyphs.Doing
}

func (t *notify) cell(row, col int) string {
	st, now := t.r.env.Styles, t.r.env.Now()
	o := t.rows[row]
	ink, glyph := clockInk(o, now, st)
	switch col {
	case 0:
		return st.Ref.S(o.Ref)
	case 1:
		switch {
		case !o.Open():
			return ""
		case o.DueAt.IsZero():
			return st.Dim.S("—")
		}
		return ink.S(model.Countdown(o.DueAt, now))
	case 2:
		says := o.Says(now)
		if (o.Late(now) || o.DueSoon(now)) && o.Open() && o.State != model.ObligationRunning {
			says += ", " + string(o.State)
		}
		return ink.S(glyph + " " + says)
	case 3:
		return model.ClipLine(string(o.Title), 200).String()
	case 4:
		return screen.Person(o.Owner, st)
	case 5:
		switch {
		case !o.DueAt.IsZero():
			return st.Dim.S(o.DueAt.UTC().Format("02 Jan 15:04Z"))
		case !o.TriggerAt.IsZero():
			return st.Dim.S("no delay")
		}
		return st.Dim.S(o.StartsFrom() + "?")
	}
	return st.Dim.S(model.ClipLine(string(o.Recipient), 100).String())
}

func (t *notify) current() *model.Obligation {
	o, err := t.r.in.Obligation(t.selected())
	if err != nil {
		return nil
	}
	return o
}

func (t *notify) detail(w int) []string {
	if o := t.current(); o != nil {
		return t.about(o, w)
	}
	return nil
}

// about is everything that is known of an obligation.
func (t *notify) about(o *model.Obligation, w int) []string {
	st, now := t.r.env.Styles, t.r.env.Now()
	ink, glyph := clockInk(o, now, st)
	out := []string{st.Ref.S(o.Ref) + " " + ink.S(glyph+" "+o.Says(now))}
	out = append(out, widget.Wrap(st.Bold.S(o.Title.Line().String()), w)...)
	clock := o.Period.String() + " from " + o.StartsFrom()
	if b := o.Backstop; b.Trigger != "" {
		clock += ", at most " + b.Period.String() + " from " + b.Trigger
	}
	add := func(label, text string) {
		if text != "" {
			out = append(out, widget.Wrap(st.Dim.S(label+" ")+text, w)...)
		}
	}
	moment := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.UTC().Format("2006-01-02 15:04Z")
	}
	add("clock", clock)
	add("began", moment(o.TriggerAt))
	if o.TriggerAt.IsZero() {
		add("waits for", o.StartsFrom()+": "+model.TriggerMeans(o.Trigger))
	}
	add("due", moment(o.DueAt))
	add("to", o.Recipient.Line().String())
	add("source", o.Source.Line().String())
	if o.DraftedBy != "" {
		add("draft", screen.Person(o.DraftedBy, st))
	}
	if o.ApprovedBy != "" {
		add("approved", screen.Person(o.ApprovedBy, st))
	}
	add("sent", moment(o.SentAt))
	add("proof", o.Proof.Line().String())
	add("reason", o.Reason.Line().String())
	if o.Draft != "" {
		out = append(out, "")
		for line := range strings.SplitSeq(o.Draft.Block().String(), "\n") {
			out = append(out, widget.Wrap(line, w)...)
		}
	}
	return append(out, "", st.Faint.S(model.ClipLine(model.NoAdvice, w).String()))
}

func (t *notify) copy(bool) (string, bool) {
	o := t.current()
	if o == nil {
		return "", false
	}
	if o.Draft != "" {
		return o.Draft.Block().String(), true
	}
	return o.Ref + " " + o.Title.Line().String(), true
}

// answer draws one answer, with a glyph for it.
func answer(name string, m model.AnswerMark, st *themes.Styles) string {
	switch m.Answer() {
	case model.AnswerYes:
		return name + " " + st.Bad.S(st.Glyphs.Full+" yes")
	case model.AnswerNo:
		return name + " " + st.Good.S(st.Glyphs.Open+" no")
	}
	return name + " " + st.Dim.S("?")
}

// dataLine is what happened to data, and what runs because of it.
func (r *Room) dataLine(w int) string {
	st, d := r.env.Styles, &r.in.Impact
	parts := []string{answer("disclosed", d.Disclosed, st), answer("modified", d.Modified, st), answer("destroyed", d.Destroyed, st)}
	if n := len(r.in.OpenObligations()); n > 0 {
		s := fmt.Sprintf("%s notification running (%d)", st.Glyphs.Arrow, n)
		if o := r.in.Deadline(); o != nil {
			s = st.Glyphs.Arrow + " " + o.Ref + " " + r.clock(o)
		}
		parts = append(parts, s, st.Faint.S("no legal advice"))
	}
	return fitParts("DATA", parts, w, st)
}

// impactLine is whose data it is.
func (r *Room) impactLine(w int) string {
	st, d := r.env.Styles, &r.in.Impact
	parts := []string{answer("personal data", d.Personal, st)}
	if !d.Customers.Is(model.AnswerUnknown) {
		parts = append(parts, answer("customers", d.Customers, st))
	}
	if d.People > 0 {
		parts = append(parts, fmt.Sprintf("%d people", d.People))
	}
	for _, s := range []string{strings.Join(d.Regions, " "), strings.Join(d.Roles, " "), string(d.Data)} {
		if s != "" {
			parts = append(parts, model.ClipLine(s, 40).String())
		}
	}
	return fitParts("IMPACT", parts, w, st)
}

// clock is an obligation's countdown, with glyph and word when it is due soon or late.
func (r *Room) clock(o *model.Obligation) string {
	st, now := r.env.Styles, r.env.Now()
	ink, glyph := clockInk(o, now, st)
	left := model.Countdown(o.DueAt, now)
	if says := o.Says(now); says == "late" || says == "due soon" {
		return ink.S(glyph + left + " " + says)
	}
	return st.Text.S(left)
}

// updateLine is when stakeholders are told next.
func (r *Room) updateLine(w int) string {
	st, in, now := r.env.Styles, r.in, r.env.Now()
	var parts []string
	switch next := in.UpdateDue(); {
	case next.IsZero():
		parts = []string{"no cadence for " + in.Severity.String()}
		if !in.Open() {
			parts = []string{"the incident is closed"}
		}
	case now.After(next):
		parts = []string{st.Bad.S(st.Glyphs.Warn + "next update late " + model.Countdown(next, now))}
	case model.DueSoon(next.Add(-model.UpdateEvery(in.Severity)), next, now):
		parts = []string{st.Warn.S(st.Glyphs.Warn + "next update due soon " + model.Countdown(next, now))}
	default:
		parts = []string{"next update in " + model.Countdown(next, now)}
	}
	if !in.Told.At.IsZero() {
		parts = append(parts, "last "+in.Told.At.UTC().Format("15:04Z")+" "+screen.Person(in.Told.By, st)+" "+st.Ref.S(in.Told.Ref))
	}
	return fitParts("UPDATES", parts, w, st)
}

// nextDeadline is the countdown of the next deadline for the top bar, "" for none.
func (r *Room) nextDeadline() string {
	o := r.in.Deadline()
	if o == nil || !r.in.Open() {
		return ""
	}
	return r.env.Styles.Ref.S(o.Ref) + " " + r.clock(o)
}
