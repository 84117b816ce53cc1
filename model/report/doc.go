package report

import (
	"fmt"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
)

// Doc is a document before it has a form: HTML, Markdown and Text draw it. Every
// model.Text in it may come from outside; each form makes it inert (OUT-2) and
// its addresses dead. Titles, names of columns and labels that are strings are
// the house's own words.
type Doc struct {
	Kind     string     // what it is: "Post-mortem report"
	ID       string     // what it is about: INC-2026-0042, ONCALL
	Title    model.Text // of what it is about
	TitleTLP string     // "" is the document's
	TLP      string     // marking of all that has no marking of its own; "" is the default
	Exercise bool       // said on every page
	Facts    []Pair     // in short, under the title
	Sections []Section
	Foot     Foot

	limit   string   // the marking that Limited was asked for
	leftOut []string // markings of the title and the facts that it took out
}

// Section is a part of a document with a heading. One without blocks is left
// away, unless Empty says what its absence means.
type Section struct {
	Title   string
	TLP     string // "" is the document's
	Empty   string
	Blocks  []Block
	leftOut []string // markings of what Limited took out
}

// Foot says what a document was made from (OUT-3): anybody can hold it against
// the record.
type Foot struct {
	Version uint64     // number of the newest event in it; 0: made from no record
	Head    model.Hash // its hash
	By      string     // who had it written
	At      time.Time  // when, UTC
	Warroom string     // version of the program
}

// Block is one piece of a section: Para, Prose, Pairs, List, Table, Sub, Bars or
// Spans. A piece, an item or a row may have a marking of its own.
type Block interface {
	// marked calls f with the marking of each of its parts.
	marked(f func(tlp string))
	// within is the block without the parts that keep refuses; nil when none is left.
	within(keep func(tlp string) bool) Block
}

// Para is one paragraph. Its lines stay lines.
type Para struct {
	Text model.Text
	TLP  string
}

// Prose is Markdown that somebody wrote. Structure and emphasis are kept; a link,
// an image and HTML become text.
type Prose struct {
	Text model.Text
	TLP  string
}

// Sub is a heading within a section.
type Sub string

// Pair is a name and what it stands for.
type Pair struct {
	Name  string
	Value model.Text
	TLP   string
}

// Pairs are facts, each with its name.
type Pairs []Pair

// Item is one item of a list, maybe with a list under it.
type Item struct {
	Text  model.Text
	TLP   string
	Under List
}

// List is a list, a tree when items have lists under them.
type List []Item

// Table is rows under named columns.
type Table struct {
	Cols []string
	Rows []Row
	Ours bool // the addresses are those of our own people: they stand as they are
}

// lines are the lines of a cell.
func (b Table) lines(t model.Text) []string {
	if b.Ours {
		return safeLines(string(t))
	}
	return lines(t)
}

// Row is one row of a table, a cell a column.
type Row struct {
	Cells []model.Text
	TLP   string
}

// Bars is a plot of quantities with one unit. Every bar has its label beside it,
// so that the plot needs neither colour nor a scale.
type Bars struct {
	Title string
	Bars  []Bar
	TLP   string
}

// Bar is one quantity; Label says it in words ("3 h 10 m").
type Bar struct {
	Name  model.Text
	Value float64 // not below 0
	Label string
}

// Spans is a plot of what lasted from when to when, on one axis of time.
type Spans struct {
	Title string
	Spans []Span
	TLP   string
}

// Span is one row of Spans; Label says it in words.
type Span struct {
	Name     model.Text
	Label    string
	From, To time.Time
}

func (b Para) marked(f func(string))  { f(b.TLP) }
func (b Prose) marked(f func(string)) { f(b.TLP) }
func (b Sub) marked(func(string))     {}
func (b Bars) marked(f func(string))  { f(b.TLP) }
func (b Spans) marked(f func(string)) { f(b.TLP) }

func (b Pairs) marked(f func(string)) {
	for _, p := range b {
		f(p.TLP)
	}
}

func (b List) marked(f func(string)) {
	for _, it := range b {
		f(it.TLP)
		it.Under.marked(f)
	}
}

func (b Table) marked(f func(string)) {
	for _, r := range b.Rows {
		f(r.TLP)
	}
}

func whole(b Block, tlp string, keep func(string) bool) Block {
	if keep(tlp) {
		return b
	}
	return nil
}

func (b Para) within(keep func(string) bool) Block  { return whole(b, b.TLP, keep) }
func (b Prose) within(keep func(string) bool) Block { return whole(b, b.TLP, keep) }
func (b Sub) within(func(string) bool) Block        { return b }
func (b Bars) within(keep func(string) bool) Block  { return whole(b, b.TLP, keep) }
func (b Spans) within(keep func(string) bool) Block { return whole(b, b.TLP, keep) }

func (b Pairs) within(keep func(string) bool) Block {
	var out Pairs
	for _, p := range b {
		if keep(p.TLP) {
			out = append(out, p)
		}
	}
	if out == nil {
		return nil
	}
	return out
}

// within leaves an item out with all that is under it.
func (b List) within(keep func(string) bool) Block {
	var out List
	for _, it := range b {
		if !keep(it.TLP) {
			continue
		}
		it.Under, _ = it.Under.within(keep).(List)
		out = append(out, it)
	}
	if out == nil {
		return nil
	}
	return out
}

func (b Table) within(keep func(string) bool) Block {
	out := Table{Cols: b.Cols}
	for _, r := range b.Rows {
		if keep(r.TLP) {
			out.Rows = append(out.Rows, r)
		}
	}
	if out.Rows == nil {
		return nil
	}
	return out
}

// parts calls f with the marking of every part that has one of its own.
func (d *Doc) parts(f func(tlp string)) {
	own := func(tlp string) {
		if tlp != "" {
			f(tlp)
		}
	}
	own(d.TitleTLP)
	Pairs(d.Facts).marked(own)
	for _, s := range d.Sections {
		own(s.TLP)
		for _, b := range s.Blocks {
			b.marked(own)
		}
	}
}

// Marking is how the document has to be marked: as its narrowest part.
func (d *Doc) Marking() string {
	if d.limit != "" {
		return d.limit
	}
	most := model.StrictestTLP(d.TLP)
	d.parts(func(tlp string) { most = model.StrictestTLP(most, tlp) })
	return most
}

// Limited is the document marked tlp, for that circle: what is marked narrower is
// left out, and each section says so. Where the document's own marking is
// narrower, what has no wider one of its own goes, too.
func (d *Doc) Limited(tlp string) *Doc {
	out := *d
	out.limit, out.Sections = tlp, nil
	most := model.TLPRank(tlp)
	var missing map[int]bool
	keeper := func(own string) func(string) bool {
		missing = map[int]bool{}
		return func(part string) bool {
			if part == "" {
				part = own
			}
			rank := model.TLPRank(part)
			if rank > most {
				missing[rank] = true
			}
			return rank <= most
		}
	}
	keep := keeper(d.TLP)
	if !keep(d.TitleTLP) {
		out.Title = "The title is left out"
	}
	out.Facts, _ = Pairs(d.Facts).within(keep).(Pairs)
	out.leftOut = labels(missing)
	for _, s := range d.Sections {
		own := s.TLP
		if own == "" {
			own = d.TLP
		}
		keep = keeper(own)
		if len(s.Blocks) == 0 && !keep("") {
			continue // that nothing is there would be told
		}
		cut := s
		cut.Blocks = nil
		for _, b := range s.Blocks {
			if left := b.within(keep); left != nil {
				cut.Blocks = append(cut.Blocks, left)
			}
		}
		cut.leftOut = labels(missing)
		out.Sections = append(out.Sections, cut)
	}
	return &out
}

// labels are the markings of what is missing, the widest first.
func labels(missing map[int]bool) []string {
	var out []string
	for i, t := range model.TLPs() {
		if missing[i] {
			out = append(out, model.TLPLabel(t))
		}
	}
	return out
}

// LeftOut says whether Limited took anything out.
func (d *Doc) LeftOut() bool {
	if len(d.leftOut) > 0 {
		return true
	}
	for _, s := range d.Sections {
		if len(s.leftOut) > 0 {
			return true
		}
	}
	return false
}

// cut says that parts are missing, "" when nothing is.
func (d *Doc) cut() string {
	if !d.LeftOut() {
		return ""
	}
	out := "Parts of this report are left out, because they are marked narrower than " + model.TLPLabel(d.limit) + "; each section says so."
	if len(d.leftOut) > 0 {
		out += " So are title or facts: " + strings.Join(d.leftOut, ", ") + "."
	}
	return out
}

// shown are the sections that a form draws.
func (d *Doc) shown() []Section {
	var out []Section
	for _, s := range d.Sections {
		if len(s.Blocks) > 0 || s.Empty != "" || len(s.leftOut) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// absent is the sentence for what a section lacks, "" when it lacks nothing.
func (s *Section) absent() string {
	switch {
	case len(s.leftOut) > 0:
		return "Left out, because it is marked narrower: " + strings.Join(s.leftOut, ", ") + "."
	case len(s.Blocks) == 0:
		return s.Empty
	}
	return ""
}

func (d *Doc) headline() string {
	h := d.Kind
	if d.ID != "" {
		h += " " + d.ID
	}
	return h
}

// exercise is what stands over every page of an exercise.
const exercise = "EXERCISE  EXERCISE  EXERCISE"

// lines are the lines of the foot.
func (d *Doc) footLines() []string {
	var out []string
	f := &d.Foot
	if f.Version > 0 {
		out = append(out, fmt.Sprintf("%s as of event #%d, head %s", d.ID, f.Version, f.Head))
	}
	line := "warroom " + plainWord(f.Warroom)
	if !f.At.IsZero() {
		line = "written " + f.At.UTC().Format("2006-01-02 15:04:05Z")
		if f.By != "" {
			line += " by @" + indicator.Line(model.Text(f.By))
		}
		line += " with warroom " + plainWord(f.Warroom)
	}
	return append(out, line)
}

// short is the foot of a printed page: it goes into CSS too, so it holds plain
// characters only.
func (d *Doc) shortFoot() string {
	f := &d.Foot
	var parts []string
	if f.Version > 0 {
		parts = append(parts, fmt.Sprintf("#%d %s", f.Version, f.Head.Short()))
	}
	if f.Warroom != "" {
		parts = append(parts, "warroom "+plainWord(f.Warroom))
	}
	if !f.At.IsZero() {
		parts = append(parts, f.At.UTC().Format("2006-01-02 15:04Z"))
	}
	return strings.Join(parts, " - ")
}

// plainWord keeps letters, digits and a few marks.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-+._ ", r):
			return r
		}
		return '_'
	}, s)
}

// lines are the lines of a foreign text, safe and with its addresses dead; empty
// ones at the ends are dropped.
func lines(t model.Text) []string {
	return safeLines(indicator.DefangText(string(t)))
}

func safeLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.Trim(model.Block(s).String(), "\n"), "\n")
}
