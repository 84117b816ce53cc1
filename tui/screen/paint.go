package screen

import (
	"strings"
	"unicode/utf8"

	"warroom/model"
	"warroom/model/indicator"
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

// FeedLines is one change of the live feed, on at most two lines.
func FeedLines(f *model.Feed, st *themes.Styles, width int) []string {
	head := st.Dim.S(f.At.UTC().Format("15:04")) + " " + st.Person.S("@"+model.Line(f.Actor).String())
	if f.Ref != "" {
		head += " " + st.Ref.S(f.Ref)
	}
	lines := widget.Wrap(head+" "+Paint(Clip(string(f.What), 2*max(width, 8)), st.Text, st), max(width, 8))
	if len(lines) > 1 {
		rest := Clip(strings.Join(strings.Fields(plainText(lines[1:])), " "), max(width-6, 4))
		return []string{lines[0], "      " + st.Text.S(rest)}
	}
	return lines
}

// plainText joins painted lines without their paint.
func plainText(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		for rest := l; ; {
			before, after, found := strings.Cut(rest, "\x1b[")
			b.WriteString(before)
			if !found {
				break
			}
			_, rest, _ = strings.Cut(after, "m")
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// Clip makes foreign text safe for one line of at most n characters, with its
// addresses defanged. Its cost grows with n and not with the text.
func Clip(s string, n int) string {
	if most := 8 * n; len(s) > most {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		return model.ClipLine(Defang(s[:most])+"…", n).String()
	}
	return model.ClipLine(Defang(s), n).String()
}

// Defang makes the addresses in a text dead; see indicator.DefangText.
func Defang(s string) string { return indicator.DefangText(s) }

// Marking is a TLP marking; the narrowest stands out.
func Marking(tlp string, st *themes.Styles) string {
	if tlp == "red" {
		return st.Warn.S(model.TLPLabel(tlp))
	}
	return st.Dim.S(model.TLPLabel(tlp))
}

// Paint paints safe text with ink, and the people, tags, techniques and refs in
// it as what they are.
func Paint(safe string, ink themes.Ink, st *themes.Styles) string {
	if !strings.ContainsAny(safe, "@#0123456789") {
		return ink.S(safe)
	}
	var b strings.Builder
	done := 0 // safe[:done] is written
	for i := 0; i < len(safe); {
		for i < len(safe) && safe[i] == ' ' {
			i++
		}
		end := i
		for end < len(safe) && safe[end] != ' ' {
			end++
		}
		word := strings.TrimRight(safe[i:end], ".,;:!?)")
		if k, ok := inkOf(word, st); ok {
			b.WriteString(ink.S(safe[done:i]))
			b.WriteString(k.S(word))
			done = i + len(word)
		}
		i = end
	}
	b.WriteString(ink.S(safe[done:]))
	return b.String()
}

// inkOf is how a word is painted that names something.
func inkOf(word string, st *themes.Styles) (themes.Ink, bool) {
	if len(word) < 2 || len(word) > 40 {
		return themes.Ink{}, false
	}
	switch c := word[0]; {
	case c == '@':
		return st.Person, true
	case c == '#':
		return st.Tag, true
	case c >= 'A' && c <= 'Z' && word[1] >= '0' && word[1] <= '9':
		m := model.ScanLine(word)
		if len(m.Techniques) > 0 {
			return st.Tag, true
		}
		return st.Ref, len(m.Refs) > 0
	case c == 'I' && strings.HasPrefix(word, "INC-"):
		return st.Ref, true
	}
	return themes.Ink{}, false
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
