package incident

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// sightingsFor names the answer that says which other incidents share indicators.
const sightingsFor = "sightings"

// indicators is the third tab.
type indicators struct {
	r     *Room
	table *widget.Table
	text  string

	version uint64
	id      string
	stale   bool
	rows    []*model.Indicator

	blocked map[string]*model.Action // by ref

	seen    map[string][]string // other incidents by type + value
	seenID  string
	seenNum int // indicators when it was asked
}

type sightings struct {
	incident string
	seen     map[string][]string
}

func newIndicators(r *Room) *indicators {
	t := &indicators{r: r, stale: true}
	t.table = widget.NewTable(
		widget.Column{Title: "ref", Min: 5, Priority: 9},
		widget.Column{Title: "type", Min: 9, Priority: 7},
		widget.Column{Title: "value", Min: 32, Flex: 1, Priority: 10},
		widget.Column{Title: "verdict", Min: 12, Priority: 8},
		widget.Column{Title: "conf", Min: 4, Priority: 4, Right: true},
		widget.Column{Title: "TLP", Min: 12, Priority: 3},
		widget.Column{Title: "last seen", Min: 12, Priority: 2},
		widget.Column{Title: "also in", Min: 13, Priority: 6},
		widget.Column{Title: "blocked", Min: 11, Priority: 5},
	)
	t.table.Focused, t.table.Gap = true, 1
	t.table.Stamp = func(row int) uint64 {
		x := t.rows[row]
		return r.stamp(x.Changed, string(x.Value)+t.blockedBy(x), len(t.also(x)))
	}
	return t
}

func (t *indicators) name() string         { return "Indicators" }
func (t *indicators) move(m screen.Motion) { screen.MoveTable(t.table, m) }
func (t *indicators) click(y int) bool     { return t.table.Click(y) }
func (t *indicators) filter(s string)      { t.text, t.stale = s, true }
func (t *indicators) filtering() string    { return t.text }
func (t *indicators) selected() string     { return t.table.Selected() }
func (t *indicators) open(ref string)      { t.table.Select(ref) }

func (t *indicators) count(in *model.Incident) string {
	n := 0
	for _, x := range in.Indicators {
		if x.Retracted == "" {
			n++
		}
	}
	return fmt.Sprint(n)
}

func (t *indicators) back() bool {
	if t.table.Marks() == 0 {
		return false
	}
	t.table.ClearMarks()
	return true
}

func (t *indicators) refresh(in *model.Incident) tea.Cmd {
	if t.stale || t.version != in.Version || t.id != in.ID {
		t.version, t.id, t.stale, t.blocked = in.Version, in.ID, false, blocks(in)
		words := strings.Fields(strings.ToLower(indicator.Refang(t.text)))
		t.rows = t.rows[:0]
		for _, x := range in.Indicators {
			hay := strings.ToLower(x.Ref + " " + x.Type + " " + string(x.Value) + " " + string(x.Verdict) + " " + string(x.Source) + " " + string(x.Note))
			if screen.Matches(hay, words) {
				t.rows = append(t.rows, x)
			}
		}
		t.table.SetSource(len(t.rows), func(i int) string { return t.rows[i].Ref })
	}
	return t.askSightings(in)
}

// askSightings reads which other incidents have the same indicators, again when
// there are more of them.
func (t *indicators) askSightings(in *model.Incident) tea.Cmd {
	if in.ID == "" || len(in.Indicators) == 0 || t.seenID == in.ID && t.seenNum == len(in.Indicators) {
		return nil
	}
	t.seenID, t.seenNum = in.ID, len(in.Indicators)
	env, id := t.r.env, in.ID
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		seen, err := env.Hub.Sightings(ctx, env.Actor, id)
		return screen.Loaded{For: sightingsFor, Data: sightings{incident: id, seen: seen}, Err: err}
	}
}

func (t *indicators) sighted(m screen.Loaded) {
	s, ok := m.Data.(sightings)
	if !ok || m.Err != nil {
		t.seenNum = 0 // asked again at the next change
		return
	}
	if s.incident == t.r.in.ID {
		t.seen = s.seen
	}
}

func (t *indicators) also(x *model.Indicator) []string { return t.seen[x.Type+"\x00"+string(x.Value)] }

// blockedBy is the action that blocks an indicator, or is about to, "" for none.
func (t *indicators) blockedBy(x *model.Indicator) string {
	a := t.blocked[x.Ref]
	switch {
	case a == nil:
		return ""
	case a.InForce():
		return "by " + a.Ref
	}
	return a.Ref + " " + string(a.State)
}

func (t *indicators) main(w, h int) []string {
	st := t.r.env.Styles
	if len(t.rows) == 0 {
		msg := "No indicators yet. i pastes a text and picks them out, a adds one."
		if t.text != "" {
			msg = fmt.Sprintf("0 of %d match. esc clears the filter.", len(t.r.in.Indicators))
		}
		return widget.Block([]string{"", "  " + st.Dim.S(msg)}, w, h)
	}
	return t.table.Draw(w, h, st, t.cell)
}

// defanged is the value as screens show it.
func defanged(x *model.Indicator) string {
	return model.ClipLine(indicator.Defang(x.Type, string(x.Value)), 300).String()
}

func (t *indicators) cell(row, col int) string {
	st := t.r.env.Styles
	x := t.rows[row]
	if x.Retracted != "" && col >= 2 {
		switch col {
		case 2:
			return st.Faint.S(defanged(x))
		case 3:
			return st.Faint.S(st.Glyphs.Waived + " retracted")
		}
		return ""
	}
	switch col {
	case 0:
		return st.Ref.S(x.Ref)
	case 1:
		return st.Dim.S(model.ClipLine(x.Type, 20).String())
	case 2:
		warn := ""
		if model.MixedScript(string(x.Value)) {
			warn = st.Warn.S(st.Glyphs.Warn + "look-alike ")
		}
		return warn + defanged(x)
	case 3:
		return t.verdict(x.Verdict)
	case 4:
		return fmt.Sprint(x.Confidence)
	case 5:
		return st.Dim.S(strings.ToUpper(x.TLP))
	case 6:
		return st.Dim.S(x.LastSeen.UTC().Format("2 Jan 15:04Z"))
	case 7:
		also := t.also(x)
		if len(also) == 0 {
			return ""
		}
		more := ""
		if len(also) > 1 {
			more = fmt.Sprintf(" +%d", len(also)-1)
		}
		return st.Warn.S(also[0]) + st.Dim.S(more)
	case 8:
		if a := t.blocked[x.Ref]; a != nil && a.InForce() {
			return st.Good.S(st.Glyphs.Done + " " + t.blockedBy(x))
		}
		return st.Dim.S(t.blockedBy(x))
	}
	return ""
}

func (t *indicators) verdict(v model.Verdict) string {
	st := t.r.env.Styles
	switch v {
	case model.VerdictMalicious:
		return st.Bad.S(st.Glyphs.Full + " malicious")
	case model.VerdictSuspicious:
		return st.Warn.S(st.Glyphs.Doing + " suspicious")
	case model.VerdictBenign:
		return st.Good.S(st.Glyphs.Done + " benign")
	}
	return st.Dim.S(st.Glyphs.Open + " unknown")
}

func (t *indicators) current() *model.Indicator {
	x, err := t.r.in.Indicator(t.selected())
	if err != nil {
		return nil
	}
	return x
}

func (t *indicators) detail(w int) []string {
	x := t.current()
	if x == nil {
		return nil
	}
	return t.about(x, w)
}

// about is everything that is known of an indicator.
func (t *indicators) about(x *model.Indicator, w int) []string {
	st := t.r.env.Styles
	out := []string{st.Ref.S(x.Ref) + " " + st.Dim.S(model.ClipLine(x.Type, 20).String()) + " " + t.verdict(x.Verdict)}
	out = append(out, widget.Wrap(defanged(x), w)...)
	if x.Retracted != "" {
		out = append(out, st.Warn.S("retracted by @"+model.Line(x.Retracted).String()))
	}
	out = append(out, st.Dim.S(fmt.Sprintf("confidence %d  TLP:%s", x.Confidence, strings.ToUpper(x.TLP))),
		st.Dim.S("first seen ")+x.FirstSeen.UTC().Format("2006-01-02 15:04Z"),
		st.Dim.S("last seen  ")+x.LastSeen.UTC().Format("2006-01-02 15:04Z"),
		st.Dim.S("added by ")+screen.Person(x.AddedBy, st)+st.Dim.S(" "+x.AddedAt.UTC().Format("15:04Z")))
	if x.Source != "" {
		out = append(out, widget.Wrap(st.Dim.S("source ")+x.Source.Line().String(), w)...)
	}
	if x.Note != "" {
		out = append(out, widget.Wrap(model.Line(screen.Defang(string(x.Note))).String(), w)...)
	}
	if a := t.blocked[x.Ref]; a != nil && a.InForce() {
		out = append(out, st.Good.S("blocked by "+a.Ref)+st.Dim.S(" "+a.Title.Line().String()))
	} else if a != nil {
		out = append(out, st.Dim.S("to be blocked by "+a.Ref+", "+string(a.State)))
	}
	for _, id := range t.also(x) {
		out = append(out, st.Warn.S("also in "+id))
	}
	return out
}

func (t *indicators) copy(raw bool) (string, bool) {
	x := t.current()
	if x == nil {
		return "", false
	}
	if raw {
		return string(x.Value), true
	}
	return indicator.Defang(x.Type, string(x.Value)), true
}
