package widget

import (
	"strconv"
	"strings"

	"warroom/themes"
)

// sideBySide is the width from which labels stand beside their fields.
const sideBySide = 50

// drawing collects the lines of a form's body.
type drawing struct {
	lines    []string
	x, y     int
	cursor   bool
	from, to int // lines of the field with the focus
	w, label int // columns in all, and those of the labels (0: above)
	indent   string
	inner    int // columns of a field
	st       *themes.Styles
}

// Draw gives h lines of w columns and the place of the cursor; shown is false
// where the field with the focus takes no text. What does not fit scrolls, so
// that the field with the focus is in sight.
func (f *Form) Draw(w, h int, st *themes.Styles) (lines []string, x, y int, shown bool) {
	if w <= 0 || h <= 0 {
		return make([]string, max(h, 0)), 0, 0, false
	}
	head, foot := f.edges(w, h, st)
	d := f.body(w, st)
	room := h - len(head) - len(foot)
	f.scroll = min(f.scroll, max(len(d.lines)-room, 0))
	if d.to > f.scroll+room {
		f.scroll = d.to - room
	}
	f.scroll = max(min(f.scroll, d.from), 0)
	if d.cursor && d.y >= f.scroll+room {
		f.scroll = d.y - room + 1
	}
	lines = append(lines, head...)
	lines = append(lines, Block(d.lines[min(f.scroll, len(d.lines)):], w, room)...)
	lines = append(lines, foot...)
	return lines, min(d.x, w-1), d.y - f.scroll + len(head), d.cursor
}

// Height is the lines that the form needs at w columns to show all of it.
func (f *Form) Height(w int, st *themes.Styles) int {
	head, foot := f.edges(w, 1<<10, st)
	return len(head) + len(f.body(max(w, 1), st).lines) + len(foot)
}

// body draws the fields and what stands below them.
func (f *Form) body(w int, st *themes.Styles) *drawing {
	d := &drawing{w: w, st: st}
	d.measure(f.fields)
	for i, fl := range f.fields {
		d.field(fl, i == f.focus)
	}
	if f.Info != nil {
		for i, line := range f.Info(f, w, st) {
			if i == 0 {
				d.add("")
			}
			d.add(line)
		}
	}
	return d
}

// edges gives the title above and the hint below, where there is height for
// them.
func (f *Form) edges(w, h int, st *themes.Styles) (head, foot []string) {
	if f.Title != "" && h >= 6 {
		head = []string{Fit(st.Title.S(f.Title), w), spaces(w)}
	}
	if hint := f.hint(); hint != "" && h >= 8 {
		foot = []string{spaces(w), Fit(st.Faint.S(hint), w)}
	}
	return head, foot
}

func (d *drawing) measure(fields []*Field) {
	d.inner, d.indent = max(d.w-2, 1), "  "
	if d.w < sideBySide {
		return
	}
	for _, fl := range fields {
		d.label = max(d.label, Width(fl.Label)+2)
	}
	d.label = min(d.label, d.w/3)
	d.indent = spaces(d.label + 2)
	d.inner = d.w - d.label - 2
}

func (d *drawing) add(line string) { d.lines = append(d.lines, Fit(line, d.w)) }

// field draws one field with its label, candidates, help and error.
func (d *drawing) field(fl *Field, focus bool) {
	if focus {
		d.from = len(d.lines)
	}
	mark, ink := " ", d.st.Dim
	if focus {
		mark, ink = d.st.Cursor.S(d.st.Glyphs.Cursor), d.st.Bold
	}
	lead := d.indent
	if d.label == 0 {
		d.add(mark + " " + ink.S(fl.Label))
	} else {
		lead = mark + " " + ink.S(Fit(fl.Label, d.label))
	}
	for i, line := range d.value(fl, focus) {
		if i > 0 {
			lead = d.indent
		}
		d.add(lead + line)
	}
	if focus {
		d.below(fl)
	}
	switch {
	case fl.err != "":
		for _, line := range Wrap(d.st.Glyphs.Warn+" "+fl.err, d.inner) {
			d.add(d.indent + d.st.Error.S(line))
		}
	case fl.refused():
		d.add(d.indent + d.st.Error.S(d.st.Glyphs.Warn+" not taken: "+strconv.Itoa(fl.Limit)+" bytes at most"))
	}
	if focus {
		d.to = len(d.lines)
	}
}

// value draws the value itself and places the cursor.
func (d *drawing) value(fl *Field, focus bool) []string {
	left := Width(d.indent)
	switch fl.Kind {
	case MultilineField:
		lines, x, y := fl.area.Draw(d.inner, fl.Rows)
		if focus {
			d.x, d.y, d.cursor = left+x, len(d.lines)+y, true
		}
		for i := range lines {
			lines[i] = d.st.Input.S(lines[i])
		}
		return lines
	case ChoiceField:
		return []string{d.choice(fl, focus)}
	case BoolField:
		word := "no"
		if fl.yes {
			word = "yes"
		}
		return []string{d.switcher(word, focus)}
	}
	line, x := fl.input.Draw(d.inner)
	if focus {
		d.x, d.y, d.cursor = left+x, len(d.lines), true
	}
	return []string{d.st.Input.S(line)}
}

// choice shows all options where they fit one line, and else the chosen one.
func (d *drawing) choice(fl *Field, focus bool) string {
	var b strings.Builder
	for i, o := range fl.Options {
		if i > 0 {
			b.WriteString("  ")
		}
		switch {
		case i == fl.choice && focus:
			b.WriteString(d.st.Selected.S("[" + o.label() + "]"))
		case i == fl.choice:
			b.WriteString(d.st.Bold.S("[" + o.label() + "]"))
		default:
			b.WriteString(d.st.Dim.S(o.label()))
		}
	}
	if Width(b.String()) <= d.inner || len(fl.Options) == 0 {
		return b.String()
	}
	return d.switcher(fl.Options[fl.choice].label(), focus) +
		d.st.Faint.S("  "+strconv.Itoa(fl.choice+1)+" of "+strconv.Itoa(len(fl.Options)))
}

func (d *drawing) switcher(word string, focus bool) string {
	if !focus {
		return word
	}
	g := d.st.Glyphs
	return d.st.Accent.S(g.Left) + " " + d.st.Bold.S(word) + " " + d.st.Accent.S(g.Right)
}

// below draws candidates and help of the field with the focus.
func (d *drawing) below(fl *Field) {
	for i, c := range fl.candidates {
		line := shown(c.Value)
		if c.Label != "" && c.Label != c.Value {
			line += "  " + d.st.Dim.S(shown(c.Label))
		}
		line = Fit(" "+line, d.inner)
		if i == fl.candidate {
			line = d.st.Selected.Over(line)
		}
		d.add(d.indent + line)
	}
	if fl.Help != "" {
		for _, line := range Wrap(fl.Help, d.inner) {
			d.add(d.indent + d.st.Faint.S(line))
		}
	}
}
