// Package incident is the room of one incident: its tabs, the live feed and who
// is here.
package incident

import (
	"hash/maphash"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Room is the room screen of one session. One Room serves all incidents that the
// session opens, one after the other.
type Room struct {
	env *screen.Env
	in  *model.Incident
	tab int

	opening tea.Cmd // what the tabs asked for when the room was opened

	tabs      []tab
	overview  *overview
	timeline  *timeline
	inds      *indicators
	scope     *scope
	checklist *checklist
	acts      *responses
	notify    *notify
	pm        *postmortem

	tight   tightness // of the line of tabs
	seed    maphash.Seed
	offered []indicator.Found // found in the newest note, for the paste dialog
	feed    feedCache
	present hereCache
}

// tabDigits are the keys of the tabs, in their order, and tabRefs the letters of
// the refs on each tab after the first.
const (
	tabDigits = "12345689"
	tabRefs   = "TISCAN"
	// learnedRefs are the letters of what stands on the tab of the post-mortem.
	learnedRefs = "XQF"
)

// tightness is what the line of tabs leaves out for want of columns.
type tightness int

const (
	roomy    tightness = iota
	short              // names have four letters, but for the present tab's
	workOnly           // and only tabs of work have a count, unless it is 0
	bare               // and only counts with a mark stay
)

// lists is the number of tabs, from the second, that list what is known; those
// behind them list work.
const lists = 3

// tab is one page of the room.
type tab interface {
	name() string
	count(in *model.Incident) string // shown behind the name
	refresh(in *model.Incident) tea.Cmd
	main(w, h int) []string
	detail(w int) []string // lines about the selected thing for the side pane
	move(m screen.Motion)
	click(y int) bool
	filter(text string)
	filtering() string
	selected() string // ref
	open(ref string)
	copy(raw bool) (string, bool)
	back() bool
}

// New makes the room screen of a session.
func New(env *screen.Env) *Room {
	r := &Room{env: env, in: &model.Incident{}, seed: maphash.MakeSeed()}
	r.overview = newOverview(r)
	r.timeline = newTimeline(r)
	r.inds = newIndicators(r)
	r.scope = newScope(r)
	r.checklist = newChecklist(r)
	r.acts = newResponses(r)
	r.notify = newNotify(r)
	r.pm = newPostMortem(r)
	r.tabs = []tab{r.overview, r.timeline, r.inds, r.scope, r.checklist, r.acts, r.notify, r.pm}
	return r
}

// stamp is a number for what a row shows of a thing: which one, in which version,
// and its text, which a redaction changes without a new version of the thing.
func (r *Room) stamp(changed uint64, text string, more int) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	_, _ = h.WriteString(r.in.ID)
	_, _ = h.WriteString(text[:min(len(text), 512)])
	return h.Sum64() ^ changed<<32 ^ uint64(len(text))<<16 ^ uint64(more)
}

// ID is the incident on screen.
func (r *Room) ID() string { return r.in.ID }

// Incident is its newest snapshot here.
func (r *Room) Incident() *model.Incident { return r.in }

// Exercise says whether the incident is an exercise.
func (r *Room) Exercise() bool { return r.in.Exercise }

// Open shows an incident, at a thing when ref is given.
func (r *Room) Open(in *model.Incident, ref string) {
	if in.ID != r.in.ID {
		r.offered = nil
		r.in, r.opening = in, nil
		for _, t := range r.tabs {
			t.filter("")
			r.opening = tea.Batch(r.opening, t.refresh(in))
			t.move(screen.Top)
		}
		r.timeline.table.Bottom()
		r.checklist.table.Select(r.checklist.first)
		r.tab = 0
	}
	r.in = in
	r.show(ref)
}

// show goes to the tab of a ref and selects it there.
func (r *Room) show(ref string) {
	if i := r.tabOf(ref); i >= 0 {
		r.tab = i
		r.opening = tea.Batch(r.opening, r.tabs[i].refresh(r.in))
		r.tabs[i].open(ref)
	}
}

// tabOf is the tab that lists the thing with this ref, -1 for none.
func (r *Room) tabOf(ref string) int {
	if ref == "" {
		return -1
	}
	if i := strings.Index(tabRefs, ref[:1]); i >= 0 {
		return i + 1
	}
	if strings.Contains(learnedRefs, ref[:1]) || strings.HasPrefix(ref, model.BlockPostMortem) {
		return len(r.tabs) - 1
	}
	return -1
}

// ShowsPeople says whether the main pane shows who is where.
func (r *Room) ShowsPeople() bool { return r.current() == r.pm }

// Mine puts the cursor on what its person has just added, when its list is in front.
func (r *Room) Mine(in *model.Incident, ref string) {
	if in.ID == r.in.ID && r.tabOf(ref) == r.tab {
		if in.Version > r.in.Version {
			r.in = in
		}
		r.show(ref)
	}
}

func (r *Room) current() tab { return r.tabs[r.tab] }

// Where implements screen.Screen.
func (r *Room) Where() (string, string) { return "room", strings.ToLower(r.current().name()) }

// Scopes implements screen.Screen.
func (r *Room) Scopes() []string { return []string{strings.ToLower(r.current().name()), "room"} }

// HasSide implements screen.Screen.
func (r *Room) HasSide() bool { return true }

// Refresh implements screen.Screen.
func (r *Room) Refresh() tea.Cmd {
	if in := r.env.Hub.Peek(r.in.ID); in != nil && in.Version > r.in.Version {
		r.in = in
	}
	asked := r.opening
	r.opening = nil
	return tea.Batch(asked, r.current().refresh(r.in))
}

// Update implements screen.Screen.
func (r *Room) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(screen.Loaded); ok && m.For == sightingsFor {
		r.inds.sighted(m)
	} else if ok && m.For == similarFor {
		r.overview.proposed.answered(m)
	} else if ok && m.For == frozenFor {
		r.pm.thawed(m)
	}
	return nil
}

// Move implements screen.Screen.
func (r *Room) Move(m screen.Motion) { r.current().move(m) }

// Click implements screen.Screen.
func (r *Room) Click(_, y int) tea.Cmd {
	was := r.current().selected()
	if r.current().click(y) && was == r.current().selected() {
		return r.openDetail()
	}
	return nil
}

// Filter implements screen.Screen.
func (r *Room) Filter(text string) { r.current().filter(text); r.current().refresh(r.in) }

// Filtering implements screen.Screen.
func (r *Room) Filtering() string { return r.current().filtering() }

// Back implements screen.Screen.
func (r *Room) Back() bool {
	if r.Filtering() != "" {
		r.Filter("")
		return true
	}
	return r.current().back() || r.pm.comeBack()
}

// Copy implements screen.Screen.
func (r *Room) Copy(raw bool) (string, bool) { return r.current().copy(raw) }

// Main implements screen.Screen.
func (r *Room) Main(w, h int) []string { return r.current().main(w, h) }

// goTo changes the tab.
func (r *Room) goTo(i int) tea.Cmd {
	r.pm.away = nil
	r.tab = (i + len(r.tabs)) % len(r.tabs)
	return r.Refresh()
}

// ClickTab changes to the tab at column x of the tab line.
func (r *Room) ClickTab(x int) {
	at := 0
	for i := range r.tabs {
		at += widget.Width(r.tabText(i))
		if x < at {
			r.tab = i
			return
		}
	}
}

func (r *Room) tabText(i int) string {
	t := r.tabs[i]
	text := " " + tabDigits[i:i+1] + " " + t.name()
	if r.tight >= short && i != r.tab {
		text = " " + tabDigits[i:i+1] + " " + t.name()[:4]
	}
	if c := t.count(r.in); c != "" && (i == r.tab || r.counted(i, c)) {
		text += " " + c
	}
	return text + " "
}

// counted says whether a tab that is not in front shows its count.
func (r *Room) counted(i int, count string) bool {
	switch r.tight {
	case workOnly:
		return i > lists && count != "0"
	case bare:
		return strings.ContainsAny(count, "!"+r.env.Styles.Glyphs.Warn)
	}
	return true
}

// TabLine draws the tabs with their counts. Where it is narrow, only the present
// tab shows its name in full.
func (r *Room) TabLine(w int) string {
	st := r.env.Styles
	all := func() (n int) {
		for i := range r.tabs {
			n += widget.Width(r.tabText(i))
		}
		return n
	}
	for r.tight = roomy; r.tight < bare && all() > w; r.tight++ {
	}
	var b strings.Builder
	for i := range r.tabs {
		text := r.tabText(i)
		if i == r.tab {
			b.WriteString(st.TabOn.S(text))
		} else {
			b.WriteString(st.TabOff.S(text))
		}
	}
	if f := r.Filtering(); f != "" {
		b.WriteString("  " + st.Match.S("/"+model.ClipLine(f, 30).String()))
	}
	return b.String()
}

// titleRoom is what the title keeps when the marking stands in the top bar, too.
const titleRoom = 30

// TopBar draws the incident's own part of the top bar.
func (r *Room) TopBar(w int, now time.Time) string {
	st := r.env.Styles
	in := r.in
	tail := []string{}
	if in.Restricted {
		tail = append(tail, st.Warn.S(st.Glyphs.Lock+" restricted"))
	}
	phase, _, _ := strings.Cut(strings.ToUpper(string(in.Phase)), "-ANALYSIS")
	dots := screen.PhaseDots(in.Phase, st) + " "
	if w < 90 {
		phase, dots = in.Phase.Short(), ""
	}
	tail = append(tail, dots+st.Bold.S(phase),
		st.Text.S(model.SinceDeclared(in.DeclaredAt, in.ClosedAt, now, now.Sub(in.DeclaredAt) < 100*time.Hour && w >= 90)),
		st.Dim.S("IC ")+screen.Person(in.IC(), st))
	right := strings.Join(tail, "  ")
	for len(tail) > 1 && widget.Width(right) > w-26 {
		tail = tail[:len(tail)-1] // whole, or not at all
		right = strings.Join(tail, "  ")
	}
	if next := r.nextDeadline(); next != "" {
		if right = next + "  " + right; widget.Width(right) > w-26 {
			right = next + "  " + strings.Join(tail[:1], "  ")
		}
	}
	head := st.Ref.S(in.ID) + "  " + st.SevBadge(int(in.Severity)) + " " + st.Bold.S(in.Priority.String())
	room := w - widget.Width(head) - widget.Width(right) - 4
	if mark := screen.Marking(in.Marking(), st); room-widget.Width(mark)-2 >= titleRoom {
		right += "  " + mark
		room -= widget.Width(mark) + 2
	}
	title := ""
	if room > 8 {
		title = screen.Clip(string(in.Title), room)
	}
	return head + "  " + widget.Fit(st.Bold.S(title), max(room, 0)) + "  " + right
}
