package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/tui/layout"
)

// panes keeps what was drawn. A pane is drawn again only when what it shows may
// have changed: a message that is for somebody else, or the clock alone, leaves
// it as it is.
type panes struct {
	main, side stamp
	ages       time.Time // when the ages in the panes were last drawn

	tabs    kept1
	online  kept1
	mainAt  keptPane
	sideAt  keptPane
	body    []string
	bodyFor bodyKey
}

// stamp counts the times that a pane may have changed.
type stamp uint64

// ageStep is how old the ages in the panes (4m, idle 12m) may be.
const ageStep = 10 * time.Second

type kept1 struct {
	at   stamp
	w    int
	text string
}

type keptPane struct {
	at    stamp
	w, h  int
	lines []string
}

type bodyKey struct {
	main, side stamp
	lay        layout.Layout
}

// heard notes what a message may change.
func (p *panes) heard(msg tea.Msg, now time.Time) {
	switch m := msg.(type) {
	case tickMsg:
		if now.Sub(p.ages) >= ageStep {
			p.all()
			p.ages = now
		}
	case liveMsg:
		if m.Board || m.Incident || m.Health || m.Accounts {
			p.all()
		}
	case draftDueMsg, draftSavedMsg, draftsMsg:
	default:
		p.all()
	}
}

func (p *panes) all() { p.main++; p.side++ }

func (k *kept1) get(at stamp, w int, draw func(w int) string) string {
	if k.at != at || k.w != w {
		*k = kept1{at: at, w: w, text: draw(w)}
	}
	return k.text
}

func (k *keptPane) get(at stamp, w, h int, draw func(w, h int) []string) []string {
	if k.at != at || k.w != w || k.h != h {
		*k = keptPane{at: at, w: w, h: h, lines: draw(w, h)}
	}
	return k.lines
}
