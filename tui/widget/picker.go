package widget

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"warroom/themes"
)

// Item is one thing to choose. Label, Detail and Key are safe text.
type Item struct {
	ID     string
	Label  string
	Detail string // dim, behind the label
	Key    string // its own key, shown at the right edge
	Why    string // why it cannot be chosen now, "" when it can
}

// Picker chooses one of many by filter and cursor: the palette, a person, an
// asset. The cursor goes by id, so items may come and go while it is open.
type Picker struct {
	// Source, when set, gives the items for a query instead of the fuzzy
	// filter, for a palette that completes arguments.
	Source func(query string) []Item
	// Err says below the line why what was chosen could not be done (safe text).
	Err string

	title string
	input *Input
	table *Table
	all   []Item
	shown []Item
}

// maxQuery is the most bytes of a query.
const maxQuery = 8 << 10

// NewPicker gives an open picker over items.
func NewPicker(title string, items []Item) *Picker {
	p := &Picker{title: title, input: NewInput(maxQuery, false)}
	p.table = NewTable(Column{Min: 10, Flex: 1, Priority: 9}, Column{Min: 9, Priority: 1, Right: true})
	p.SetItems(items)
	return p
}

// SetItems changes the items; filter and cursor stay.
func (p *Picker) SetItems(items []Item) {
	p.all = items
	p.filter(false)
}

// Query is what was typed; SetQuery types it.
func (p *Picker) Query() string { return p.input.Value() }

// SetQuery replaces what was typed, as completing an argument does.
func (p *Picker) SetQuery(q string) {
	p.input.SetValue(q)
	p.filter(true)
}

// AtTop says whether the cursor is at the first item, or there is none.
func (p *Picker) AtTop() bool { return p.table.Index() <= 0 }

// Chosen is the item under the cursor; ok is false when none matches.
func (p *Picker) Chosen() (item Item, ok bool) {
	i := p.table.Index()
	if i < 0 || i >= len(p.shown) {
		return Item{}, false
	}
	return p.shown[i], true
}

// Update takes a key, a paste or a wheel. enter submits when there is an item
// under the cursor that can be chosen, esc cancels.
func (p *Picker) Update(msg tea.Msg) Outcome {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.Keystroke() {
		case "up", "ctrl+p", "shift+tab":
			p.table.Move(-1)
			return Open
		case "down", "ctrl+n", "tab":
			p.table.Move(1)
			return Open
		case "pgup":
			p.table.Page(-1)
			return Open
		case "pgdown":
			p.table.Page(1)
			return Open
		case "enter":
			if it, ok := p.Chosen(); ok && it.Why == "" {
				return Submitted
			}
			return Open
		case "esc", "ctrl+c":
			return Cancelled
		}
	}
	if !p.input.Update(msg) {
		return Open
	}
	p.filter(true)
	return Changed
}

// filter makes the list of what matches; top puts the cursor on the best.
func (p *Picker) filter(top bool) {
	q := p.input.Value()
	switch {
	case p.Source != nil:
		p.shown = p.Source(q)
	case q == "":
		p.shown = p.all
	default:
		p.shown = matching(p.all, q)
	}
	shown := p.shown
	p.table.SetSource(len(shown), func(i int) string { return shown[i].ID })
	if top {
		p.table.Top()
	}
}

// matching lists the items that match q, the best first.
func matching(all []Item, q string) []Item {
	type hit struct{ i, score int }
	var hits []hit
	for i, it := range all {
		best, ok := Fuzzy(q, it.Label)
		if s, match := Fuzzy(q, it.Detail); match && (!ok || s/2 > best) {
			best, ok = s/2, true
		}
		if ok {
			hits = append(hits, hit{i, best})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	out := make([]Item, len(hits))
	for i, h := range hits {
		out[i] = all[h.i]
	}
	return out
}

// Draw gives the picker as a box of w×h with the place of the cursor in it.
func (p *Picker) Draw(w, h int, st *themes.Styles) (box []string, x, y int) {
	in := max(w-4, 1)
	status := []string{p.status(in, st)}
	if p.Err != "" {
		status = Wrap(st.Glyphs.Warn+" "+p.Err, in)
		for i := range status {
			status[i] = Fit(st.Error.S(status[i]), in)
		}
	}
	rows := max(h-3-len(status), 1)
	line, cx := p.input.Draw(max(in-2, 1))
	body := make([]string, 0, rows+2)
	body = append(body, st.Accent.S(st.Glyphs.Right)+" "+st.Input.S(line))
	body = append(body, status...)
	body = append(body, p.table.Draw(in, rows, st, func(row, col int) string {
		return p.cell(p.shown[row], col, st)
	})...)
	return Frame(body, w, h, p.title, st), min(4+cx, max(w-1, 0)), min(1, max(h-1, 0))
}

func (p *Picker) status(w int, st *themes.Styles) string {
	switch it, ok := p.Chosen(); {
	case ok && it.Why != "":
		return Fit(st.Warn.S(it.Why), w)
	case len(p.shown) == 0 && p.Query() != "":
		return Fit(st.Dim.S("nothing matches; esc closes"), w)
	case p.Query() != "" && p.Source == nil:
		return Fit(st.Faint.S(strconv.Itoa(len(p.shown))+" of "+strconv.Itoa(len(p.all))), w)
	}
	return spaces(w)
}

func (p *Picker) cell(it Item, col int, st *themes.Styles) string {
	switch {
	case col == 1:
		return st.Key.S(it.Key)
	case it.Why != "":
		return st.Faint.S(it.Label + "  " + it.Detail)
	case it.Detail == "":
		return it.Label
	}
	return it.Label + "  " + st.Dim.S(it.Detail)
}
