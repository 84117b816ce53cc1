package screen

import (
	"strings"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/widget"
)

// PhaseDots shows how far an incident is: done phases full, the present one half.
func PhaseDots(p model.Phase, st *themes.Styles) string {
	var b strings.Builder
	for _, w := range model.WorkPhases() {
		switch {
		case p == model.PhaseClosed || w.Index() < p.Index():
			b.WriteString(st.Glyphs.Full)
		case w == p:
			b.WriteString(st.Glyphs.Doing)
		default:
			b.WriteString(st.Glyphs.Open)
		}
	}
	return b.String()
}

// Person paints a user name, "—" for nobody.
func Person(name string, st *themes.Styles) string {
	if name == "" {
		return st.Faint.S("-")
	}
	return st.Person.S("@" + model.Line(name).String())
}

// FeedLine is one change of the live feed on one line.
func FeedLine(f *model.Feed, st *themes.Styles, width int) string {
	ref := ""
	if f.Ref != "" {
		ref = st.Ref.S(f.Ref) + " "
	}
	return st.Dim.S(f.At.UTC().Format("15:04")) + " " + st.Person.S("@"+f.Actor) + " " + ref +
		st.Text.S(model.ClipLine(DefangLine(string(f.What)), max(width, 8)).String())
}

// DefangLine makes the links in a line of text dead, so that nobody clicks one.
func DefangLine(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	r := strings.NewReplacer("http://", "hxxp://", "https://", "hxxps://", "ftp://", "fxp://")
	return r.Replace(s)
}

// Matches says whether hay has all words; a word with a leading ! must be absent.
func Matches(hay string, words []string) bool {
	for _, w := range words {
		not := strings.HasPrefix(w, "!") && len(w) > 1
		if not {
			w = w[1:]
		}
		if strings.Contains(hay, w) == not {
			return false
		}
	}
	return true
}

// Severities are the options of a field for a severity.
func Severities() []widget.Option {
	var out []widget.Option
	for s := model.Severity(1); s <= 4; s++ {
		out = append(out, widget.Option{Value: s.String(), Label: s.String()})
	}
	return out
}

// SeverityHelp tells what each severity means, the chosen one in front of all.
func SeverityHelp(chosen string, w int, st *themes.Styles) []string {
	var out []string
	for s := model.Severity(1); s <= 4; s++ {
		mark, ink := "  ", st.Dim
		if s.String() == chosen {
			mark, ink = st.Cursor.S(st.Glyphs.Cursor)+" ", st.Text
		}
		for i, l := range widget.Wrap(s.Means(), max(w-10, 10)) {
			if i == 0 {
				out = append(out, mark+st.SevBadge(int(s))+"  "+ink.S(l))
			} else {
				out = append(out, "          "+ink.S(l))
			}
		}
	}
	return out
}
