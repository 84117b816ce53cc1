package tui

import (
	tea "charm.land/bubbletea/v2"

	"warroom/tui/screen"
	"warroom/tui/screen/followups"
	"warroom/tui/screen/metrics"
	"warroom/tui/screen/oncall"
	"warroom/tui/screen/playbooks"
	"warroom/tui/screen/readiness"
	"warroom/tui/screen/review"
	"warroom/tui/screen/training"
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
	if a.pages == nil || !a.pages.Show(m.Page, m.Ref) {
		return nil
	}
	a.closeNote()
	a.room, a.triage, a.page = nil, nil, a.pages
	a.sub.Watch("")
	a.where()
	return a.page.Refresh()
}
