package action

import (
	"fmt"
	"slices"
	"strings"

	"warroom/themes"
	"warroom/tui/widget"
)

// Span is the place of an action in a drawn footer, for the mouse: columns
// From (included) to To (excluded).
type Span struct {
	From, To int
	ID       string
}

// Footer draws one line of w columns with the enabled footer actions of the
// scopes, in their order: `enter open · n report · ? help`. Where it is narrow
// those with the lowest priority are left out, whole. Those in shown stand
// elsewhere on the screen.
func (s *Set) Footer(w int, st *themes.Styles, shown []Span, scopes ...string) (string, []Span) {
	seen := map[string]bool{}
	var list []*Action
	for _, a := range s.In(scopes...) {
		if !a.Footer || len(a.Keys) == 0 || seen[a.Keys[0]] {
			continue
		}
		if ok, _ := a.Can(); !ok {
			continue
		}
		seen[a.Keys[0]] = true
		if !slices.ContainsFunc(shown, func(s Span) bool { return s.ID == a.ID }) {
			list = append(list, a)
		}
	}
	line, spans := draw(list, w-2, st)
	for i := range spans {
		spans[i].From++
		spans[i].To++
	}
	return widget.Fit(" "+line, w), spans
}

// Ways draws the actions with these ids that have a key, as many as fit w columns.
func (s *Set) Ways(w int, st *themes.Styles, ids ...string) (string, []Span) {
	var list []*Action
	for _, id := range ids {
		if a := s.ByID(id); a != nil && len(a.Keys) > 0 {
			list = append(list, a)
		}
	}
	return draw(list, w, st)
}

// draw is one line of at most w columns with keys and titles. Those with the lowest
// priority are left out, whole.
func draw(list []*Action, w int, st *themes.Styles) (string, []Span) {
	sep := " " + st.Glyphs.Bullet + " "
	gap := widget.Width(sep)
	cols := func(a *Action) int { return widget.Width(Label(a.Keys[0])) + 1 + widget.Width(a.Title) }
	first := slices.Clone(list)
	slices.SortStableFunc(first, func(x, y *Action) int { return y.Priority - x.Priority })
	taken := map[*Action]bool{}
	room := w + gap
	for _, a := range first {
		if room -= cols(a) + gap; room < 0 {
			break
		}
		taken[a] = true
	}
	var b strings.Builder
	var spans []Span
	col := 0
	for _, a := range list {
		if !taken[a] {
			continue
		}
		if len(spans) > 0 {
			b.WriteString(st.Faint.S(sep))
			col += gap
		}
		b.WriteString(st.Key.S(Label(a.Keys[0])) + " " + st.KeyDesc.S(a.Title))
		spans = append(spans, Span{From: col, To: col + cols(a), ID: a.ID})
		col += cols(a)
	}
	return b.String(), spans
}

// HelpRow is one line of `?`.
type HelpRow struct {
	ID, Keys, Title, Help string
	Why                   string // why it cannot be done now, "" when it can
}

// HelpSection is the rows of one scope.
type HelpSection struct {
	Scope string
	Rows  []HelpRow
}

// Help lists what works in the scopes, a section for each that has any. An
// action without a key is listed with `:` for its key.
func (s *Set) Help(scopes ...string) []HelpSection {
	var out []HelpSection
	for _, scope := range scopes {
		var rows []HelpRow
		for _, a := range s.In(scope) {
			r := HelpRow{ID: a.ID, Keys: Labels(a.Keys), Title: a.Title, Help: a.Help}
			if r.Keys == "" {
				r.Keys = ":"
			}
			if ok, why := a.Can(); !ok {
				r.Why = why
			}
			rows = append(rows, r)
		}
		if rows != nil {
			out = append(out, HelpSection{Scope: scope, Rows: rows})
		}
	}
	return out
}

// Markdown is the key table for the README, a heading for each scope in the
// order in which the table names them.
func (s *Set) Markdown() string {
	var scopes []string
	for _, a := range s.list {
		if !slices.Contains(scopes, a.Scope) {
			scopes = append(scopes, a.Scope)
		}
	}
	var b strings.Builder
	for i, scope := range scopes {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "### %s\n\n| keys | action | does |\n| --- | --- | --- |\n", scope)
		for _, a := range s.In(scope) {
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", codes(a.Keys), a.ID, cell(a.Help))
		}
	}
	return b.String()
}

func codes(keys []string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		fence := "`"
		if strings.Contains(k, "`") {
			fence = "``"
		}
		out[i] = fence + pad(k, fence) + fence
	}
	return cell(strings.Join(out, " "))
}

// pad sets a key that is itself a backtick apart from its fence.
func pad(k, fence string) string {
	if fence == "`" {
		return k
	}
	return " " + k + " "
}

// cell keeps a bar from ending the cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
