package widget

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"warroom/themes"
)

// Choose picks any number of rows before they are taken over: space picks, a
// picks all or none, enter takes what is picked. A row that has Why cannot be
// picked.
type Choose struct {
	title string
	verb  string // what enter does
	items []Item
	on    map[string]bool
	table *Table
}

// NewChoose gives a chooser in which the items of picked are picked already.
func NewChoose(title, verb string, items []Item, picked func(Item) bool) *Choose {
	c := &Choose{title: title, verb: verb, items: items, on: map[string]bool{}}
	c.table = NewTable(Column{Min: 1, Priority: 9}, Column{Min: 10, Priority: 7}, Column{Min: 16, Flex: 1, Priority: 8}, Column{Min: 25, Priority: 6})
	c.table.Gap = 1
	c.table.SetSource(len(items), func(i int) string { return items[i].ID })
	for _, it := range items {
		if it.Why == "" && picked(it) {
			c.on[it.ID] = true
		}
	}
	return c
}

// Picked lists the ids that are picked, in their order.
func (c *Choose) Picked() []string {
	var out []string
	for _, it := range c.items {
		if c.on[it.ID] {
			out = append(out, it.ID)
		}
	}
	return out
}

// Update takes a key or a wheel.
func (c *Choose) Update(msg tea.Msg) Outcome {
	switch m := msg.(type) {
	case tea.MouseWheelMsg:
		if m.Button == tea.MouseWheelDown {
			c.table.Move(3)
		} else {
			c.table.Move(-3)
		}
	case tea.KeyPressMsg:
		return c.key(m.String())
	}
	return Open
}

func (c *Choose) key(key string) Outcome {
	switch key {
	case "esc", "q", "ctrl+c":
		return Cancelled
	case "enter":
		if len(c.Picked()) > 0 {
			return Submitted
		}
	case "space", "x":
		if i := c.table.Index(); i >= 0 && c.items[i].Why == "" {
			c.on[c.items[i].ID] = !c.on[c.items[i].ID]
		}
		c.table.Move(1)
		return Changed
	case "a":
		c.all()
		return Changed
	case "j", "down":
		c.table.Move(1)
	case "k", "up":
		c.table.Move(-1)
	case "pgdown", "ctrl+d":
		c.table.Page(1)
	case "pgup", "ctrl+u":
		c.table.Page(-1)
	case "g", "home":
		c.table.Top()
	case "G", "end":
		c.table.Bottom()
	}
	return Open
}

// all picks everything that can be picked, or nothing when all of it is.
func (c *Choose) all() {
	some := false
	for _, it := range c.items {
		some = some || it.Why == "" && !c.on[it.ID]
	}
	for _, it := range c.items {
		c.on[it.ID] = some && it.Why == ""
	}
}

// Height is the lines that show everything.
func (c *Choose) Height() int { return len(c.items) + 4 }

// Draw gives the chooser as a box of w×h.
func (c *Choose) Draw(w, h int, st *themes.Styles) []string {
	in, rows := max(w-4, 1), max(h-4, 1)
	body := c.table.Draw(in, rows, st, func(row, col int) string { return c.cell(c.items[row], col, st) })
	n := len(c.Picked())
	hint := "space picks · a all or none · enter " + c.verb + " " + strconv.Itoa(n) + " · esc back"
	if n == 0 {
		hint = "space picks · a all or none · esc back"
	}
	body = append(body, "", st.Faint.S(hint))
	return Frame(body, w, h, c.title, st)
}

func (c *Choose) cell(it Item, col int, st *themes.Styles) string {
	switch col {
	case 0:
		switch {
		case it.Why != "":
			return st.Faint.S(st.Glyphs.NA)
		case c.on[it.ID]:
			return st.Good.S(st.Glyphs.Done)
		}
		return st.Dim.S(st.Glyphs.Open)
	case 1:
		return st.Dim.S(it.Key)
	case 2:
		if it.Why != "" {
			return st.Faint.S(it.Label)
		}
		return it.Label
	}
	if it.Why != "" {
		return st.Faint.S(it.Why)
	}
	return st.Warn.S(it.Detail)
}
