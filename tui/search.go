package tui

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/room"
	"warroom/tui/screen"
	"warroom/tui/screen/review"
	"warroom/tui/widget"
)

// searchDialog looks in all incidents that the person may see, while the words
// are typed; enter goes to what was found.
type searchDialog struct {
	picker *widget.Picker
	asked  string // words that the answer on its way is for
	asking bool
	hits   []room.Hit
	said   string // instead of hits
}

// searchMsg is an answer.
type searchMsg struct {
	text string
	hits []room.Hit
	err  error
}

// maxHits is how many are shown.
const maxHits = 100

func (a *App) openSearch() tea.Cmd {
	d := &searchDialog{picker: widget.NewPicker("Search all incidents", nil)}
	d.picker.Source = func(string) []widget.Item { return d.items() }
	a.push(d)
	return nil
}

func (d *searchDialog) items() []widget.Item {
	if d.said != "" {
		return []widget.Item{{ID: "said", Label: d.said, Why: "esc closes"}}
	}
	out := make([]widget.Item, len(d.hits))
	for i, h := range d.hits {
		where := h.Incident
		if h.Ref != "" {
			where += " " + h.Ref
		}
		text := indicator.Defang(h.Type, string(h.Text))
		if h.Mark != "" {
			text = "[" + h.Mark + "] " + text
		}
		out[i] = widget.Item{ID: strconv.Itoa(i), Label: widget.Fit(where, 20) + " " + screen.Clip(text, 200), Key: h.Kind}
	}
	return out
}

// ask looks for what is typed now, one question at a time.
func (d *searchDialog) ask(a *App) tea.Cmd {
	text := strings.TrimSpace(d.picker.Query())
	if d.asking || text == d.asked {
		return nil
	}
	d.asked = text
	if text == "" {
		return d.answered(a, searchMsg{})
	}
	d.asking = true
	hub, actor := a.d.Hub, a.env.Actor
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		hits, err := hub.Search(ctx, actor, indicator.Refang(text), maxHits)
		return searchMsg{text: text, hits: hits, err: err}
	}
}

func (d *searchDialog) answered(a *App, m searchMsg) tea.Cmd {
	d.asking, d.hits, d.said = false, m.hits, ""
	switch {
	case m.err != nil:
		d.said = errorLine(m.err)
	case m.text != "" && len(m.hits) == 0:
		d.said = "nothing holds " + model.ClipLine(m.text, 60).String()
	}
	d.picker.SetItems(nil) // asks the source again
	return d.ask(a)
}

func (d *searchDialog) update(a *App, msg tea.Msg) tea.Cmd {
	switch d.picker.Update(msg) {
	case widget.Changed:
		return d.ask(a)
	case widget.Cancelled:
		a.drop(d)
	case widget.Submitted:
		it, ok := d.picker.Chosen()
		i, err := strconv.Atoi(it.ID)
		if !ok || err != nil || i >= len(d.hits) {
			return nil
		}
		a.drop(d)
		if hit := d.hits[i]; hit.Kind == room.HitReview {
			return a.openPage(screen.OpenPage{Page: review.Scope, Ref: model.MonthOfReview(hit.Incident)})
		}
		return a.openIncident(screen.OpenIncident{ID: d.hits[i].Incident, Ref: d.hits[i].Ref})
	}
	return nil
}

func (d *searchDialog) draw(a *App, w, h int) ([]string, int, int, bool) {
	box, x, y := d.picker.Draw(min(w-4, 110), min(h-2, 24), a.env.Styles)
	return box, x, y, true
}

// found gives an answer to the dialog that asked.
func (a *App) found(m searchMsg) tea.Cmd {
	for _, d := range a.dialogs {
		if s, ok := d.(*searchDialog); ok {
			return s.answered(a, m)
		}
	}
	return nil
}
