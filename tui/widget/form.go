package widget

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/themes"
)

// Form asks for several values at once. It never loses what was typed: esc
// reports Cancelled and leaves the values in place for a draft.
type Form struct {
	Title string
	Hint  string // last line, dim; empty says what the keys do in the field
	// Info, when set, gives lines below the fields (safe, at most w columns) that
	// follow what is chosen.
	Info   func(f *Form, w int, st *themes.Styles) []string
	fields []*Field
	focus  int
	scroll int // first visible line of the body at the last Draw
}

// hint names the keys of the field with the focus.
func (f *Form) hint() string {
	if f.Hint != "" || len(f.fields) == 0 {
		return f.Hint
	}
	last := f.focus == len(f.fields)-1
	switch kind := f.fields[f.focus].Kind; {
	case kind == MultilineField && last:
		return "enter new line · ctrl+s save · esc cancel"
	case kind == MultilineField:
		return "enter new line · tab next · ctrl+s save · esc cancel"
	case last && (kind == ChoiceField || kind == BoolField):
		return "left right choose · enter saves · esc cancel"
	case last:
		return "enter saves · esc cancel"
	case kind == ChoiceField || kind == BoolField:
		return "left right choose · enter next · ctrl+s save · esc cancel"
	}
	return "enter next · ctrl+s save · esc cancel"
}

// Entered gives the values as they are saved: without blank lines at the end.
func (f *Form) Entered() map[string]string {
	out := f.Values()
	for _, fl := range f.fields {
		if fl.Kind == MultilineField {
			out[fl.Name] = strings.TrimRight(out[fl.Name], " \t\r\n")
		}
	}
	return out
}

// NewForm gives a form over fields with the focus on the first.
func NewForm(title string, fields ...*Field) *Form {
	for _, f := range fields {
		f.open()
	}
	form := &Form{Title: title, fields: fields}
	form.goTo(0)
	return form
}

// Values gives the value of every field by name.
func (f *Form) Values() map[string]string {
	out := make(map[string]string, len(f.fields))
	for _, fl := range f.fields {
		out[fl.Name] = fl.value()
	}
	return out
}

// SetValues fills fields in, from a draft or from what is selected; names that
// there are not are left out.
func (f *Form) SetValues(values map[string]string) {
	for _, fl := range f.fields {
		if v, ok := values[fl.Name]; ok {
			fl.set(v)
		}
	}
	if len(f.fields) > 0 && f.fields[f.focus].Kind == TextField {
		f.fields[f.focus].suggest() // for what stands there now
	}
}

// Value is the value of one field, "" when there is none of that name.
func (f *Form) Value(name string) string {
	if fl := f.field(name); fl != nil {
		return fl.value()
	}
	return ""
}

// SetError shows msg (safe text) under a field and goes there. It reports
// whether there is such a field; if not, the caller shows the error elsewhere.
func (f *Form) SetError(name, msg string) bool {
	for i, fl := range f.fields {
		if fl.Name == name {
			fl.err = msg
			f.goTo(i)
			return true
		}
	}
	return false
}

// Focus is the name of the field with the focus; Select moves it.
func (f *Form) Focus() string {
	if len(f.fields) == 0 {
		return ""
	}
	return f.fields[f.focus].Name
}

// Select moves the focus to a field.
func (f *Form) Select(name string) {
	for i, fl := range f.fields {
		if fl.Name == name {
			f.goTo(i)
		}
	}
}

func (f *Form) field(name string) *Field {
	for _, fl := range f.fields {
		if fl.Name == name {
			return fl
		}
	}
	return nil
}

func (f *Form) goTo(i int) {
	if len(f.fields) == 0 {
		return
	}
	f.fields[f.focus].candidates = nil
	f.focus = min(max(i, 0), len(f.fields)-1)
	if fl := f.fields[f.focus]; fl.Kind == TextField {
		fl.suggest()
	}
}

// Update takes a tea.KeyPressMsg or tea.PasteMsg. tab and the arrows move,
// enter goes on and submits from the last field, ctrl+s submits, esc cancels.
// Submitted means that every field passed its own check.
func (f *Form) Update(msg tea.Msg) Outcome {
	if len(f.fields) == 0 {
		return Cancelled
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if out, handled := f.key(k.Keystroke()); handled {
			return out
		}
	}
	if f.fields[f.focus].update(msg) {
		return Changed
	}
	return Open
}

// key handles the keys that move between fields or end the form.
func (f *Form) key(key string) (out Outcome, handled bool) {
	fl := f.fields[f.focus]
	switch key {
	case "esc":
		if fl.candidate >= 0 {
			fl.candidate = -1
			return Open, true
		}
		return Cancelled, true
	case "ctrl+s":
		return f.submit(), true
	case "tab":
		if fl.Kind == TextField && fl.accept() {
			return Changed, true
		}
		f.goTo(f.focus + 1)
	case "shift+tab":
		f.goTo(f.focus - 1)
	case "right":
		if fl.Kind != TextField || !fl.input.AtEnd() || !fl.accept() {
			return Open, false
		}
		return Changed, true
	case "enter":
		return f.enter(fl)
	case "up":
		return Open, f.vertical(fl, -1)
	case "down":
		return Open, f.vertical(fl, 1)
	default:
		return Open, false
	}
	return Open, true
}

// enter accepts a chosen candidate and goes on; in several lines it is a line.
func (f *Form) enter(fl *Field) (Outcome, bool) {
	if fl.Kind == MultilineField {
		return Open, false
	}
	accepted := fl.candidate >= 0 && fl.accept()
	if f.focus == len(f.fields)-1 && !accepted {
		return f.submit(), true
	}
	f.goTo(f.focus + 1)
	if accepted {
		return Changed, true
	}
	return Open, true
}

// vertical moves within the field where there is somewhere to go, and else to
// the next field; it reports whether the key is used up.
func (f *Form) vertical(fl *Field, d int) bool {
	switch {
	case fl.Kind == MultilineField && (d < 0 && !fl.area.AtTop() || d > 0 && !fl.area.AtBottom()):
		return false
	case fl.Kind == TextField && fl.moveCandidate(d):
		return true
	}
	f.goTo(f.focus + d)
	return true
}

// submit checks every field and goes to the first that is refused.
func (f *Form) submit() Outcome {
	first := -1
	for i, fl := range f.fields {
		fl.err = ""
		v := fl.value()
		switch {
		case fl.Required && strings.TrimSpace(v) == "":
			fl.err = "needed"
		case fl.Check != nil:
			if err := fl.Check(v); err != nil {
				fl.err = shown(err.Error())
			}
		}
		if fl.err != "" && first < 0 {
			first = i
		}
	}
	if first >= 0 {
		f.goTo(first)
		return Open
	}
	return Submitted
}
