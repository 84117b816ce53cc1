package tui

import (
	tea "charm.land/bubbletea/v2"

	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/screen/followups"
	"warroom/tui/screen/metrics"
	"warroom/tui/screen/oncall"
	"warroom/tui/screen/playbooks"
	"warroom/tui/screen/readiness"
	"warroom/tui/screen/review"
	"warroom/tui/screen/training"
	"warroom/tui/widget"
)

// beside lists the pages beside the incidents, in the order of their tabs.
func beside(env *screen.Env) []screen.Page {
	return []screen.Page{
		oncall.New(env),
		followups.New(env),
		review.New(env),
		metrics.New(env),
		training.New(env),
		readiness.New(env),
		playbooks.New(env),
	}
}

// openPage puts a page in front. An incident that it opens leads back to it.
func (a *App) openPage(m screen.OpenPage) tea.Cmd {
	if !a.pages.Show(m.Page, m.Ref) {
		return nil
	}
	a.closeNote()
	a.room, a.triage, a.page = nil, nil, a.pages
	a.sub.Watch("")
	a.where()
	return a.page.Refresh()
}

// boardTabs is the board's line of tabs, and at its end the keys of the pages, as
// many as fit.
func (a *App) boardTabs(w int) string {
	left := a.board.TabLine(w)
	line, spans := a.set.Ways(w-widget.Width(left)-3, a.env.Styles, a.pages.Ways()...)
	at := w - 1 - widget.Width(line)
	for i := range spans {
		spans[i].From += at
		spans[i].To += at
	}
	a.ways = spans
	return widget.Fit(left, at) + line + " "
}

// spanned runs the action whose place column x is in.
func (a *App) spanned(spans []action.Span, x int) tea.Cmd {
	for _, s := range spans {
		if x >= s.From && x < s.To {
			return a.do(a.set.ByID(s.ID))
		}
	}
	return nil
}
