package widget

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// FieldKind is how a field is filled in.
type FieldKind int

// The kinds of field.
const (
	TextField FieldKind = iota
	MultilineField
	ChoiceField
	BoolField
)

// Option is one value of a ChoiceField; Label is what is shown.
type Option struct{ Value, Label string }

// Field is one line of a form. Name, Label, Help and the options are the
// program's own text or safe.
type Field struct {
	Name     string // key in Values
	Label    string
	Help     string // shown under the field while it has the focus
	Kind     FieldKind
	Limit    int  // bytes, 0 for none
	Rows     int  // of a MultilineField, 0 for 5
	Required bool // an empty value is refused

	// Options of a ChoiceField.
	Options []Option
	// Suggest gives candidates for what is typed in a TextField, best first.
	Suggest func(value string) []Option
	// Check refuses a value with an error that a person reads.
	Check func(value string) error

	input  *Input
	area   *TextArea
	choice int
	sought string // letters typed to find an option
	yes    bool
	err    string

	candidates []Option
	candidate  int // chosen with the arrows, -1 for none
}

// maxCandidates is how many suggestions are offered at once.
const maxCandidates = 5

// open makes the editor of the field.
func (f *Field) open() {
	f.candidate = -1
	switch f.Kind {
	case TextField:
		f.input = NewInput(f.Limit, false)
	case MultilineField:
		f.area = NewTextArea(f.Limit)
		if f.Rows <= 0 {
			f.Rows = 5
		}
	}
}

// value is the value as Values gives it: of a choice that of the option, of a
// bool true or false.
func (f *Field) value() string {
	switch f.Kind {
	case MultilineField:
		return f.area.Value()
	case ChoiceField:
		if f.choice < len(f.Options) {
			return f.Options[f.choice].Value
		}
		return ""
	case BoolField:
		if f.yes {
			return "true"
		}
		return "false"
	}
	return f.input.Value()
}

// set is the opposite of value; an option that there is not leaves the choice.
func (f *Field) set(v string) {
	switch f.Kind {
	case TextField:
		f.input.SetValue(v)
	case MultilineField:
		f.area.SetValue(v)
	case ChoiceField:
		if i := slices.IndexFunc(f.Options, func(o Option) bool { return o.Value == v }); i >= 0 {
			f.choice = i
		}
	case BoolField:
		f.yes = v == "true"
	}
}

// refused tells that the last text was too much.
func (f *Field) refused() bool {
	return f.input != nil && f.input.Refused() || f.area != nil && f.area.Refused()
}

// update gives the message to the field and reports whether its value changed.
func (f *Field) update(msg tea.Msg) (changed bool) {
	switch f.Kind {
	case TextField:
		changed = f.input.Update(msg)
		if changed {
			f.suggest()
		}
	case MultilineField:
		changed = f.area.Update(msg)
	case ChoiceField:
		changed = f.updateChoice(msg)
	case BoolField:
		changed = f.updateBool(msg)
	}
	if changed {
		f.err = ""
	}
	return changed
}

func (f *Field) updateChoice(msg tea.Msg) bool {
	k, ok := msg.(tea.KeyPressMsg)
	n := len(f.Options)
	if !ok || n == 0 {
		return false
	}
	before := f.choice
	switch k.Keystroke() {
	case "right", "space":
		f.choice, f.sought = (f.choice+1)%n, ""
	case "left":
		f.choice, f.sought = (f.choice+n-1)%n, ""
	default:
		f.jump(k.Text)
	}
	return f.choice != before
}

// jump goes to the option that begins with what was typed since the last arrow;
// where none goes on so, the letter begins anew with the next one.
func (f *Field) jump(typed string) {
	if typed == "" {
		return
	}
	f.sought += strings.ToLower(typed)
	if f.seek(f.choice) {
		return
	}
	f.sought = strings.ToLower(typed)
	if !f.seek(f.choice+1) && !f.seekDigit(typed) {
		f.sought = ""
	}
}

// seekDigit chooses the option that ends with a digit: 2 is SEV2.
func (f *Field) seekDigit(typed string) bool {
	if len(typed) != 1 || typed < "0" || typed > "9" {
		return false
	}
	for i, o := range f.Options {
		if strings.HasSuffix(o.label(), typed) {
			f.choice, f.sought = i, ""
			return true
		}
	}
	return false
}

// seek chooses the first option from one place on, in a circle, that begins with
// what is sought.
func (f *Field) seek(from int) bool {
	for d := range f.Options {
		i := (from + d) % len(f.Options)
		if strings.HasPrefix(strings.ToLower(f.Options[i].label()), f.sought) {
			f.choice = i
			return true
		}
	}
	return false
}

func (f *Field) updateBool(msg tea.Msg) bool {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false
	}
	before := f.yes
	switch k.Keystroke() {
	case "space", "left", "right", "x":
		f.yes = !f.yes
	case "y":
		f.yes = true
	case "n":
		f.yes = false
	}
	return f.yes != before
}

func (o Option) label() string {
	if o.Label != "" {
		return o.Label
	}
	return o.Value
}

// suggest asks for candidates for what is typed now; one that is there in full
// is no candidate.
func (f *Field) suggest() {
	f.candidates, f.candidate = nil, -1
	if f.Suggest == nil {
		return
	}
	v := f.input.Value()
	for _, c := range f.Suggest(v) {
		if c.Value != v && len(f.candidates) < maxCandidates {
			f.candidates = append(f.candidates, c)
		}
	}
}

// accept takes the candidate that the arrows chose, or else the first one,
// when there is something typed that it completes.
func (f *Field) accept() bool {
	i := f.candidate
	if i < 0 && strings.TrimSpace(f.input.Value()) != "" {
		i = 0
	}
	if i < 0 || i >= len(f.candidates) {
		return false
	}
	f.input.SetValue(f.candidates[i].Value)
	f.candidates, f.candidate, f.err = nil, -1, ""
	return true
}

// moveCandidate moves in the open list of candidates; false when d leaves it.
func (f *Field) moveCandidate(d int) bool {
	to := f.candidate + d
	if len(f.candidates) == 0 || to < -1 || to >= len(f.candidates) {
		return false
	}
	f.candidate = to
	return true
}
