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
// scopes, in their order: `enter open · n new report · ? help`. Where it is
// narrow those with the lowest priority are left out, whole.
func (s *Set) Footer(w int, st *themes.Styles, scopes ...string) (string, []Span) {
	sep := " " + st.Glyphs.Bullet + " "
	chosen, taken := s.footerActions(w, widget.Width(sep), scopes)
	var b strings.Builder
	var spans []Span
	col := 1
	b.WriteByte(' ')
	for i, a := range chosen {
		if !taken[i] {
			continue
		}
		if len(spans) > 0 {
			b.WriteString(st.Faint.S(sep))
			col += widget.Width(sep)
		}
		label := Label(a.Keys[0])
		n := widget.Width(label) + 1 + widget.Width(a.Title)
		b.WriteString(st.Key.S(label) + " " + st.KeyDesc.S(a.Title))
		spans = append(spans, Span{From: col, To: col + n, ID: a.ID})
		col += n
	}
	return widget.Fit(b.String(), w), spans
}

// footerActions lists the candidates and chooses, by priority, those that fit
// w columns with a blank at each end.
func (s *Set) footerActions(w, sep int, scopes []string) (list []*Action, taken []bool) {
	seen := map[string]bool{}
	for _, a := range s.In(scopes...) {
		if !a.Footer || len(a.Keys) == 0 || seen[a.Keys[0]] {
			continue
		}
		if ok, _ := a.Can(); !ok {
			continue
		}
		seen[a.Keys[0]] = true
		list = append(list, a)
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return list[y].Priority - list[x].Priority })
	taken = make([]bool, len(list))
	room := w - 2 + sep
	for _, i := range order {
		n := widget.Width(Label(list[i].Keys[0])) + 1 + widget.Width(list[i].Title) + sep
		if n > room {
			break
		}
		taken[i], room = true, room-n
	}
	return list, taken
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
