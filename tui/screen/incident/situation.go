package incident

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model/report"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// situation shows the situation report; it is as of the moment it was asked for.
func (r *Room) situation() tea.Cmd {
	const width = 100
	st := r.env.Styles
	var lines []string
	for i, l := range report.NewSituation(r.in, r.env.Now()).Text() {
		text, inner := strings.CutPrefix(l, "  ")
		switch {
		case inner:
			for _, w := range widget.Wrap(screen.Paint(text, st.Text, st), width) {
				lines = append(lines, "  "+w)
			}
		case i < 2 || text == strings.ToUpper(text):
			lines = append(lines, st.Title.S(text))
		default:
			lines = append(lines, st.Dim.S(text))
		}
	}
	return r.env.Ask(screen.OpenText{Title: r.in.ID + " situation report", Lines: lines})
}
