package incident

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/report"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// exportPicker lists the reports that can be taken out. The verb does it, and
// says where it went: a file, or, from a console on a server, the line to type.
func (r *Room) exportPicker() tea.Cmd {
	names := map[string]string{report.KindPostMortem: "post-mortem report", report.KindSituation: "situation report", report.KindExecutive: "executive summary"}
	const labelWidth = 30
	var items []widget.Item
	add := func(label, detail string, words ...string) {
		items = append(items, widget.Item{ID: strings.Join(append([]string{"export", r.in.ID, "--format"}, words...), " "), Label: widget.Fit(label, labelWidth), Detail: detail})
	}
	first := report.DefaultKind(r.in)
	for _, kind := range append([]string{first}, report.Kinds()...) {
		if kind == first && len(items) > 0 {
			continue
		}
		add(names[kind]+", HTML", "for screen and paper", "html", "--kind", kind)
		add(names[kind]+", Markdown", "for a ticket or a mail", "md", "--kind", kind)
	}
	add("whole incident, JSON", "for programs", "json")
	title := "Take out of " + r.in.ID + ", as " + model.TLPLabel(r.in.Marking()) + " or narrower"
	return r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker(title, items), Chosen: func(it widget.Item) tea.Cmd {
		return r.env.Ask(screen.RunVerb{Line: it.ID})
	}})
}
