package incident

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/markdown"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// postmortem is the tab of what is learned: the sections that people write, the
// factors as a tree, questions, follow-ups, the sign-off, and what the log knows.
// On the left is all of it in one list, on the right the selected thing.
type postmortem struct {
	r     *Room
	table *widget.Table
	text  string
	above int // lines over the table
	wide  int // columns of the list at the last draw, 0 when it had them all

	version uint64
	id      string
	stale   bool
	rows    []pmRow
	lacks   map[string]bool // sections and lists that the sign-off waits for

	md   *markdown.Drawer
	pane paneCache
	top  int // first line of the selected thing in sight

	frozen *model.Incident // as of the close of the post-mortem, once it was read
	log    *model.PostMortemFacts
	logOf  *model.Incident
	logAt  time.Time

	// away is where a jump to another tab came from; nil when there was none.
	away func() tea.Cmd
}

// pmRow is a line of the list: a head, or a thing with its id.
type pmRow struct {
	head  string
	id    string
	depth int // in the tree of factors
}

// The ids of rows that are neither a section nor a ref.
const (
	rowMeeting   = "meeting"
	rowState     = "state"
	rowFactors   = "list:factors"
	rowQuestions = "list:questions"
	rowFollowUps = "list:follow-ups"
	logPrefix    = "log:"
)

func newPostMortem(r *Room) *postmortem {
	t := &postmortem{r: r, stale: true, md: markdown.New()}
	t.table = widget.NewTable(
		widget.Column{Min: 1, Priority: 10},
		widget.Column{Min: 12, Flex: 1, Priority: 9},
		widget.Column{Min: 8, Priority: 8},
	)
	t.table.Focused, t.table.Gap = true, 1
	return t
}

func (t *postmortem) name() string      { return "Post-mortem" }
func (t *postmortem) click(y int) bool  { return t.table.Click(y - t.above) }
func (t *postmortem) filter(s string)   { t.text, t.stale = s, true }
func (t *postmortem) filtering() string { return t.text }
func (t *postmortem) selected() string  { return t.table.Selected() }
func (t *postmortem) back() bool        { return false }

// detail is nothing: the selected thing has a pane of its own.
func (t *postmortem) detail(int) []string { return nil }

// move goes up and down in the list; left and right scroll the selected thing.
func (t *postmortem) move(m screen.Motion) {
	switch m {
	case screen.Left:
		t.top -= t.pane.rows - 1
	case screen.Right:
		t.top += t.pane.rows - 1
	default:
		was := t.selected()
		screen.MoveTable(t.table, m)
		if t.selected() != was {
			t.top = 0
		}
	}
}

// open selects a thing: a ref, a section as drafts call it, or what is missing.
func (t *postmortem) open(ref string) {
	t.top = 0
	if key, ok := strings.CutPrefix(ref, "postmortem:"); ok {
		ref = key
	}
	if t.table.Select(ref) || ref != model.BlockPostMortem {
		return
	}
	for _, row := range t.rows {
		if t.lacks[row.id] {
			t.table.Select(row.id)
			return
		}
	}
}

// count is how many things the sign-off waits for, marked where it is owed, and
// the state once it is signed off.
func (t *postmortem) count(in *model.Incident) string {
	p := &in.PostMortem
	switch {
	case p.State.Signed():
		return t.r.env.Styles.Glyphs.Done
	case in.PostMortemOwed():
		return fmt.Sprintf("%d!", len(in.PostMortemLacks()))
	case p.Begun():
		return fmt.Sprint(len(in.PostMortemLacks()))
	}
	return ""
}

func (t *postmortem) refresh(in *model.Incident) tea.Cmd {
	if !t.stale && t.version == in.Version && t.id == in.ID {
		return nil
	}
	if t.id != in.ID {
		t.away, t.top = nil, 0
	}
	t.version, t.id, t.stale = in.Version, in.ID, false
	t.lacks = map[string]bool{}
	for _, l := range t.wants(in) {
		switch l.Key {
		case model.LackFactors:
			t.lacks[rowFactors] = true
		case model.LackFollowUps:
			t.lacks[rowFollowUps] = true
		default:
			t.lacks[l.Key] = true
		}
	}
	t.rows = t.list(in)
	t.table.SetSource(len(t.rows), func(i int) string { return t.rows[i].id })
	return t.thaw(in)
}

// wants is what the sign-off waits for; nothing where no post-mortem is required and
// none was begun.
func (t *postmortem) wants(in *model.Incident) []model.Lack {
	if required, _ := in.PostMortemRequired(); !required && !in.PostMortem.Begun() {
		return nil
	}
	return in.PostMortemLacks()
}

// list makes the rows.
func (t *postmortem) list(in *model.Incident) []pmRow {
	var out []pmRow
	words := strings.Fields(strings.ToLower(t.text))
	group := func(head string, rows []pmRow, none string) {
		if len(rows) == 0 && none != "" {
			rows = []pmRow{{id: none}}
		}
		kept := rows[:0]
		for _, row := range rows {
			if screen.Matches(strings.ToLower(t.hay(in, row.id)), words) {
				kept = append(kept, row)
			}
		}
		if len(kept) > 0 {
			out = append(append(out, pmRow{head: head}), kept...)
		}
	}
	var sections []pmRow
	written := 0
	for _, s := range model.PostMortemSections() {
		sections = append(sections, pmRow{id: s.Key})
		if strings.TrimSpace(string(in.PostMortem.Section(s.Key).Text)) != "" {
			written++
		}
		if s.Key == "discussion" {
			sections = append(sections, pmRow{id: rowMeeting})
		}
	}
	group(fmt.Sprintf("SECTIONS %d/%d", written, len(model.PostMortemSections())), sections, "")
	factors := branches(in.PostMortem.FactorTree(), 0)
	group(fmt.Sprintf("FACTORS %d", len(factors)), factors, rowFactors)
	var questions, follow []pmRow
	for _, q := range in.PostMortem.LiveQuestions() {
		questions = append(questions, pmRow{id: q.Ref})
	}
	group(fmt.Sprintf("QUESTIONS %d", len(questions)), questions, rowQuestions)
	for _, f := range in.FollowUps {
		follow = append(follow, pmRow{id: f.Ref})
	}
	group(fmt.Sprintf("FOLLOW-UPS %d", len(follow)), follow, rowFollowUps)
	group("SIGN-OFF", []pmRow{{id: rowState}}, "")
	group("FROM THE LOG", logRows(), "")
	return out
}

// branches lists a tree of factors, each under what it explains.
func branches(nodes []model.FactorNode, depth int) []pmRow {
	var out []pmRow
	for _, n := range nodes {
		out = append(out, pmRow{id: n.Ref, depth: depth})
		out = append(out, branches(n.Why, depth+1)...)
	}
	return out
}

// hay is what a filter looks in.
func (t *postmortem) hay(in *model.Incident, id string) string {
	if spec, ok := section(id); ok {
		return spec.Title + " " + spec.Key + " " + string(in.PostMortem.Section(id).Text)
	}
	text, _ := t.words(in, id)
	return id + " " + text
}

// section is the section with this key.
func section(key string) (model.SectionSpec, bool) {
	for _, s := range model.PostMortemSections() {
		if s.Key == key {
			return s, true
		}
	}
	return model.SectionSpec{}, false
}

// words is a row of the list as text, and the one beside it.
func (t *postmortem) words(in *model.Incident, id string) (text, beside string) {
	if f, err := in.Factor(id); err == nil {
		return string(f.Text), string(f.Class)
	}
	if q, err := in.OpenQuestion(id); err == nil {
		if q.Open() {
			return string(q.Text), "open"
		}
		return string(q.Text), "answered"
	}
	if f, err := in.FollowUp(id); err == nil {
		return string(f.Title), string(f.State)
	}
	switch id {
	case rowMeeting:
		return "Meeting", ""
	case rowState:
		return "Post-mortem " + in.PostMortem.State.Word(), ""
	case rowFactors:
		return "no factor yet", ""
	case rowQuestions:
		return "no question yet", ""
	case rowFollowUps:
		if in.PostMortem.NoFollow != nil {
			return "none are needed", ""
		}
		return "no follow-up yet", ""
	}
	return factTitle(id), ""
}

func (t *postmortem) main(w, h int) []string {
	head := t.head(w)
	head = head[:min(len(head), h)]
	t.above = len(head)
	body := h - len(head)
	out := widget.Block(head, w, len(head))
	if len(t.rows) == 0 {
		msg := "  " + t.r.env.Styles.Dim.S("Nothing matches. esc clears the filter.")
		return append(out, widget.Block([]string{msg}, w, body)...)
	}
	const least = 72 // columns for both the list and the selected thing
	if w < least {
		t.wide = 0
		return append(out, t.table.Draw(w, body, t.r.env.Styles, t.cell)...)
	}
	t.wide = min(max(w*2/5, 34), 50)
	st := t.r.env.Styles
	left := t.table.Draw(t.wide, body, st, t.cell)
	right := t.draw(w-t.wide-3, body)
	rule := " " + st.Rule.S(st.Glyphs.VRule) + " "
	for i := range left {
		out = append(out, left[i]+rule+right[i])
	}
	return out
}

// head says how far the post-mortem is, whether it is needed and what it lacks.
func (t *postmortem) head(w int) []string {
	st, in := t.r.env.Styles, t.r.in
	p := &in.PostMortem
	ink, glyph := stateInk(p.State, st)
	parts := []string{ink.S(glyph + " " + p.State.Word())}
	required, why := in.PostMortemRequired()
	switch {
	case required && in.PostMortemWaived():
		parts = append(parts, st.Warn.S(st.Glyphs.Waived+" waived by")+" "+screen.Person(p.Waiver.By, st))
	case required && !p.State.Signed():
		parts = append(parts, st.Warn.S(st.Glyphs.Warn+" needed before it is closed: "+why))
	case required:
		parts = append(parts, st.Dim.S("needed: "+why))
	default:
		parts = append(parts, st.Dim.S("not required: no customer affected, no data breached"))
	}
	lines := []string{fitParts("STATE", parts, w, st)}
	if p.State.Signed() {
		parts = []string{"by " + screen.Person(p.SignedBy, st) + " " + p.SignedAt.UTC().Format("2006-01-02 15:04Z")}
		if p.State == model.PostMortemClosed {
			parts = append(parts, fmt.Sprintf("frozen at #%d", p.FrozenAt))
		}
		lines = append(lines, fitParts("SIGNED", parts, w, st))
	} else if lacks := t.wants(in); len(lacks) > 0 {
		var what []string
		for _, l := range lacks {
			what = append(what, l.Key)
		}
		lines = append(lines, fitParts("LACKS", []string{st.Warn.S(screen.Clip(strings.Join(what, ", "), max(w-13, 8)))}, w, st))
	}
	return append(lines, "")
}

// stateInk is the colour and the glyph of a state.
func stateInk(s model.PostMortemState, st *themes.Styles) (themes.Ink, string) {
	switch s {
	case model.PostMortemDraft, model.PostMortemReview:
		return st.Accent, st.Glyphs.Doing
	case model.PostMortemReviewed, model.PostMortemClosed:
		return st.Good, st.Glyphs.Done
	}
	return st.Dim, st.Glyphs.Open
}

func (t *postmortem) cell(row, col int) string {
	st, in := t.r.env.Styles, t.r.in
	x := t.rows[row]
	if col == widget.Section {
		return " " + st.Title.S(x.head)
	}
	if spec, ok := section(x.id); ok {
		return t.sectionCell(spec, col)
	}
	mark, ink := t.mark(in, x.id)
	switch col {
	case 0:
		return ink.S(mark)
	case 1:
		text, _ := t.words(in, x.id)
		if isRef(x.id) {
			lead := ""
			if d := min(x.depth, 8); d > 0 {
				lead = strings.Repeat("  ", d-1) + st.Faint.S(st.Glyphs.Corner[2]+" ")
			}
			return lead + st.Ref.S(x.id) + " " + screen.Clip(text, 200)
		}
		return st.Dim.S(text)
	}
	return t.beside(in, x.id)
}

// sectionCell is a cell of a section: written, empty, needed, or who is in it.
func (t *postmortem) sectionCell(spec model.SectionSpec, col int) string {
	st := t.r.env.Styles
	is := t.r.in.PostMortem.Section(spec.Key)
	who := t.r.writers(spec.Key)
	empty := strings.TrimSpace(string(is.Text)) == ""
	switch col {
	case 0:
		switch {
		case len(who) > 0:
			return st.Accent.S(st.Glyphs.Pencil)
		case !empty:
			return st.Good.S(st.Glyphs.Done)
		case t.lacks[spec.Key]:
			return st.Warn.S(st.Glyphs.Open)
		}
		return st.Dim.S(st.Glyphs.Open)
	case 1:
		if empty {
			return st.Dim.S(spec.Title)
		}
		return spec.Title
	}
	switch {
	case len(who) > 0:
		return screen.Person(who[0], st)
	case !empty:
		return screen.Person(is.By, st)
	case t.lacks[spec.Key]:
		return st.Warn.S("needed")
	}
	return st.Faint.S("empty")
}

// mark is the glyph of a row that is no section.
func (t *postmortem) mark(in *model.Incident, id string) (string, themes.Ink) {
	st := t.r.env.Styles
	if t.lacks[id] {
		return st.Glyphs.Open, st.Warn
	}
	if q, err := in.OpenQuestion(id); err == nil {
		if q.Open() {
			return "?", st.Warn
		}
		return st.Glyphs.Done, st.Good
	}
	if f, err := in.FollowUp(id); err == nil {
		return followMark(f, t.r.env.Now(), st)
	}
	switch {
	case id == rowState:
		ink, glyph := stateInk(in.PostMortem.State, st)
		return glyph, ink
	case id == rowMeeting && in.PostMortem.Meeting.By == "":
		return st.Glyphs.Open, st.Dim
	case id == rowMeeting, id == rowFollowUps && in.PostMortem.NoFollow != nil:
		return st.Glyphs.Done, st.Good
	case isRef(id):
		return st.Glyphs.Bullet, st.Dim
	}
	return " ", st.Dim
}

// beside is the last cell of a row that is no section.
func (t *postmortem) beside(in *model.Incident, id string) string {
	st := t.r.env.Styles
	if f, err := in.FollowUp(id); err == nil {
		if f.Late(t.r.env.Now()) {
			return st.Bad.S(st.Glyphs.Warn + "late")
		}
		if f.Open() {
			return st.Dim.S(f.Due.In(t.r.env.Now()))
		}
		return st.Dim.S(string(f.State))
	}
	if f, err := in.Factor(id); err == nil {
		return st.Dim.S(classWord(f.Class))
	}
	if t.lacks[id] {
		return st.Warn.S("needed")
	}
	if id == rowMeeting && in.PostMortem.Meeting.By == "" {
		return st.Faint.S("empty")
	}
	if strings.HasPrefix(id, logPrefix) {
		return st.Dim.S(fmt.Sprint(t.factCount(id)))
	}
	_, word := t.words(in, id)
	return st.Dim.S(word)
}

// classWord is the class of a factor in one short word.
func classWord(c model.FactorClass) string {
	switch c {
	case model.FactorTechnical:
		return "tech"
	case model.FactorProcedural:
		return "process"
	case model.FactorManual:
		return "manual"
	}
	return "other"
}

// isRef says whether a row is a thing with a ref.
func isRef(id string) bool {
	return len(id) > 1 && id[0] >= 'A' && id[0] <= 'Z' && id[1] >= '0' && id[1] <= '9'
}

func (t *postmortem) copy(bool) (string, bool) {
	in, id := t.r.in, t.selected()
	if _, ok := section(id); ok {
		return model.Block(screen.Defang(string(in.PostMortem.Section(id).Text))).String(), true
	}
	if !isRef(id) {
		return "", false
	}
	text, _ := t.words(in, id)
	return id + " " + model.Line(screen.Defang(text)).String(), true
}
