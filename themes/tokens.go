package themes

import "fmt"

// Tokens is a theme: one Spec for each role. The toml names are those of user
// themes.
type Tokens struct {
	Text   Spec `toml:"text"`   // running text
	Dim    Spec `toml:"dim"`    // secondary text
	Faint  Spec `toml:"faint"`  // hints, what can be overlooked
	Bold   Spec `toml:"bold"`   // what stands out
	Accent Spec `toml:"accent"` // the one accent
	Rule   Spec `toml:"rule"`   // thin lines
	Title  Spec `toml:"title"`  // headings of sections and panes

	Key     Spec `toml:"key"`      // a key in the footer and in help
	KeyDesc Spec `toml:"key_desc"` // what it does

	Selected    Spec `toml:"selected"`     // the row under the cursor
	SelectedDim Spec `toml:"selected_dim"` // the same in a pane without focus
	Cursor      Spec `toml:"cursor"`       // the gutter mark of that row

	Person Spec `toml:"person"` // @alice
	Ref    Spec `toml:"ref"`    // A8, INC-2026-0042
	Tag    Spec `toml:"tag"`    // #vpn, T1486
	Match  Spec `toml:"match"`  // what a filter found

	Good Spec `toml:"good"`
	Warn Spec `toml:"warn"`
	Bad  Spec `toml:"bad"`
	Info Spec `toml:"info"`
	New  Spec `toml:"new"` // arrived since the last look

	Banner   Spec `toml:"banner"`   // offline, lagging
	Exercise Spec `toml:"exercise"` // the top line of an exercise
	Error    Spec `toml:"error"`    // under a field, in a toast

	Input       Spec `toml:"input"`       // typed text
	Placeholder Spec `toml:"placeholder"` // what may be typed
	TabOn       Spec `toml:"tab_on"`
	TabOff      Spec `toml:"tab_off"`

	Sev1 Spec `toml:"sev1"`
	Sev2 Spec `toml:"sev2"`
	Sev3 Spec `toml:"sev3"`
	Sev4 Spec `toml:"sev4"`
}

// role ties the name of a token to its value and to the Ink made from it.
type role struct {
	name string
	spec *Spec
	ink  *Ink
}

// roles lists every role of t, with its place in s. It is the one list that
// building, checking and merging share.
func roles(t *Tokens, s *Styles) []role {
	return []role{
		{"text", &t.Text, &s.Text}, {"dim", &t.Dim, &s.Dim}, {"faint", &t.Faint, &s.Faint},
		{"bold", &t.Bold, &s.Bold}, {"accent", &t.Accent, &s.Accent}, {"rule", &t.Rule, &s.Rule},
		{"title", &t.Title, &s.Title}, {"key", &t.Key, &s.Key}, {"key_desc", &t.KeyDesc, &s.KeyDesc},
		{"selected", &t.Selected, &s.Selected}, {"selected_dim", &t.SelectedDim, &s.SelectedDim},
		{"cursor", &t.Cursor, &s.Cursor}, {"person", &t.Person, &s.Person}, {"ref", &t.Ref, &s.Ref},
		{"tag", &t.Tag, &s.Tag}, {"match", &t.Match, &s.Match}, {"good", &t.Good, &s.Good},
		{"warn", &t.Warn, &s.Warn}, {"bad", &t.Bad, &s.Bad}, {"info", &t.Info, &s.Info},
		{"new", &t.New, &s.New}, {"banner", &t.Banner, &s.Banner},
		{"exercise", &t.Exercise, &s.ExerciseBanner}, {"error", &t.Error, &s.Error},
		{"input", &t.Input, &s.Input}, {"placeholder", &t.Placeholder, &s.Placeholder},
		{"tab_on", &t.TabOn, &s.TabOn}, {"tab_off", &t.TabOff, &s.TabOff},
		{"sev1", &t.Sev1, &s.Sev[1]}, {"sev2", &t.Sev2, &s.Sev[2]},
		{"sev3", &t.Sev3, &s.Sev[3]}, {"sev4", &t.Sev4, &s.Sev[4]},
	}
}

// styles prepares every role of t.
func (t Tokens) styles(name string, dark, ascii bool) (*Styles, error) {
	s := &Styles{Name: name, Dark: dark, Glyphs: UnicodeGlyphs()}
	if ascii {
		s.Glyphs = ASCIIGlyphs()
	}
	for _, r := range roles(&t, s) {
		st, err := r.spec.parse()
		if err != nil {
			return nil, fmt.Errorf("theme %s: %s: %w", name, r.name, err)
		}
		*r.ink = st.ink()
	}
	s.Sev[0] = s.Dim
	return s, nil
}
