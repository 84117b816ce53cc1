package tui

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/verb"
	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// palette is the command line of the console: every action by name and every
// verb, with its arguments completed from the incident.
type palette struct {
	picker  *widget.Picker
	running string // the line that is being run
	back    int    // how far in the history, 0 at what is typed
	typed   string // before the history was looked through
}

// maxHistory is how many lines of a session the palette remembers.
const maxHistory = 100

// The ids of palette items say what choosing them does.
const (
	runItem      = "run "
	actionItem   = "action "
	completeItem = "complete "
)

// openPalette opens it with the line that was refused after esc had closed it, so
// that a long one can be put right and is not typed again.
func (a *App) openPalette() tea.Cmd {
	p := &palette{picker: widget.NewPicker(":", nil)}
	p.picker.Source = func(q string) []widget.Item { return a.paletteItems(q) }
	p.picker.SetQuery(a.refused)
	a.refused = ""
	a.push(p)
	return nil
}

func (a *App) verbEnv() verb.Env {
	env := verb.Env{Hub: a.d.Hub, Actor: a.env.Actor, Books: a.d.Books, Now: a.d.Now, NewID: a.d.NewID, Actions: a.d.Actions, Via: a.d.Via, Fingerprint: a.d.Key, Version: a.d.Version, Save: a.d.Save, Window: true}
	if a.room != nil {
		env.Incident = a.room.ID()
	}
	return env
}

func (a *App) paletteItems(q string) []widget.Item {
	var items []widget.Item
	words, err := model.SplitWords(q)
	if err != nil { // a quote that is open yet
		return []widget.Item{{ID: runItem + q, Label: model.ClipLine(strings.TrimSpace(q), 60).String(), Why: errorLine(err)}}
	}
	if len(words) > 0 {
		if v, _, err := verb.Find(words); err == nil && v != nil {
			items = append(items, widget.Item{ID: runItem + q, Label: model.ClipLine(strings.TrimSpace(q), 60).String(), Detail: v.Short, Key: "enter"})
		}
	}
	if q == "" || strings.HasSuffix(q, " ") {
		words = append(words, "")
	}
	for _, c := range verb.Complete(a.verbEnv(), words) {
		line := joinWords(append(append([]string{}, words[:len(words)-1]...), c.Value)) + " "
		items = append(items, widget.Item{ID: completeItem + line, Label: padded(line), Detail: model.ClipLine(c.Help, 60).String(), Key: "tab"})
	}
	if len(words) <= 4 {
		for _, act := range a.matching(strings.ToLower(strings.TrimSpace(q))) {
			it := widget.Item{ID: actionItem + act.ID, Label: padded(act.ID), Detail: act.Help}
			if len(act.Keys) > 0 {
				it.Key = action.Label(act.Keys[0])
			}
			if ok, why := act.Can(); !ok {
				it.Why = why
			}
			items = append(items, it)
		}
	}
	return items
}

// padded is the name of an item, so that what it does stands in one column.
func padded(s string) string {
	safe := model.ClipLine(strings.TrimSpace(s), 60).String()
	return widget.Fit(safe, max(20, widget.Width(safe)))
}

// matching lists the actions that fit what was typed, the best first: by the
// beginning of the name, then by words of the help.
func (a *App) matching(q string) []*action.Action {
	type hit struct {
		act   *action.Action
		score int
	}
	var hits []hit
	for _, act := range a.set.In(a.scopes()...) {
		score, ok := 0, q == ""
		switch {
		case ok:
		case strings.HasPrefix(act.ID, q):
			score, ok = 1000-len(act.ID), true
		case strings.Contains(strings.ToLower(act.ID+" "+act.Title+" "+act.Help), q):
			score, ok = 500, true
		default:
			score, ok = widget.Fuzzy(q, act.ID+" "+act.Title)
		}
		if ok {
			hits = append(hits, hit{act, score})
		}
	}
	slices.SortStableFunc(hits, func(x, y hit) int { return y.score - x.score })
	out := make([]*action.Action, len(hits))
	for i := range hits {
		out[i] = hits[i].act
	}
	return out
}

// joinWords quotes words so that SplitWords gives them back.
func joinWords(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		if w == "" || strings.ContainsAny(w, " \t\n\"'\\") {
			w = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w) + `"`
		}
		out[i] = w
	}
	return strings.Join(out, " ")
}

func (p *palette) update(a *App, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch key := k.String(); {
		case p.running != "" && key == "esc":
			a.drop(p)
			return nil
		case key == "tab":
			p.complete()
			return nil
		case key == "up" && p.older(a.history), key == "down" && p.newer(a.history):
			return nil
		}
	}
	switch p.picker.Update(msg) {
	case widget.Changed:
		p.picker.Err, p.back = "", 0
	case widget.Cancelled:
		a.drop(p)
	case widget.Submitted:
		it, ok := p.picker.Chosen()
		if !ok {
			return nil
		}
		switch {
		case strings.HasPrefix(it.ID, completeItem):
			p.picker.SetQuery(strings.TrimPrefix(it.ID, completeItem))
		case strings.HasPrefix(it.ID, actionItem):
			a.drop(p)
			return a.do(a.set.ByID(strings.TrimPrefix(it.ID, actionItem)))
		case strings.HasPrefix(it.ID, runItem):
			return p.run(a, strings.TrimPrefix(it.ID, runItem))
		}
	}
	return nil
}

// run runs a line; the palette stays open until it is known to have worked.
func (p *palette) run(a *App, line string) tea.Cmd {
	if n := len(a.history); n == 0 || a.history[n-1] != line {
		a.history = append(a.history[max(0, n-maxHistory+1):], line)
	}
	p.picker.Err, p.back = "", 0
	cmd, here := a.runVerb(line)
	if here {
		a.drop(p)
		return cmd
	}
	p.running = line
	return cmd
}

// older and newer go through what was run in this session; they report whether
// there was a line. Older ones come when the cursor is at the top of the list.
func (p *palette) older(history []string) bool {
	if p.back >= len(history) || p.back == 0 && !p.picker.AtTop() {
		return false
	}
	if p.back == 0 {
		p.typed = p.picker.Query()
	}
	p.back++
	p.picker.SetQuery(history[len(history)-p.back])
	return true
}

func (p *palette) newer(history []string) bool {
	if p.back == 0 {
		return false
	}
	p.back--
	line := p.typed
	if p.back > 0 {
		line = history[len(history)-p.back]
	}
	p.picker.SetQuery(line)
	return true
}

// waiting is the open palette that waits for line, nil when it was closed.
func (a *App) waiting(line string) *palette {
	for _, d := range a.dialogs {
		if p, ok := d.(*palette); ok && p.running == line {
			return p
		}
	}
	return nil
}

// complete takes the first completion, or the one under the cursor.
func (p *palette) complete() {
	if it, ok := p.picker.Chosen(); ok && strings.HasPrefix(it.ID, completeItem) {
		p.picker.SetQuery(strings.TrimPrefix(it.ID, completeItem))
		return
	}
	for _, it := range p.picker.Source(p.picker.Query()) {
		if strings.HasPrefix(it.ID, completeItem) {
			p.picker.SetQuery(strings.TrimPrefix(it.ID, completeItem))
			return
		}
	}
}

func (p *palette) draw(a *App, w, h int) ([]string, int, int, bool) {
	box, x, y := p.picker.Draw(min(w-4, 100), min(h-2, 20), a.env.Styles)
	return box, x, y, true
}

// verbMsg is what a verb printed.
type verbMsg struct {
	line string
	out  string
	err  error
}

// runVerb runs a line of the palette as a verb, or, when here, was done by the
// console itself. watch has no end, so it is for ssh and scripts; here the live
// feed shows the same.
func (a *App) runVerb(line string) (cmd tea.Cmd, here bool) {
	words, err := model.SplitWords(line)
	if err != nil {
		return a.report(err), true
	}
	switch {
	case len(words) == 0:
		return nil, true
	case words[0] == "watch":
		a.toast(widget.InfoToast, "the live feed shows this here; watch is for ssh and scripts")
		return nil, true
	case words[0] == "messages":
		return a.openMessages(), true
	case words[0] == "q" || words[0] == "quit":
		return a.askQuit(), true
	}
	env := a.verbEnv()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		var out bytes.Buffer
		err := verb.Run(ctx, env, words, verb.IO{In: strings.NewReader(""), Out: &out, Err: &out, Width: 104})
		return verbMsg{line: line, out: out.String(), err: err}
	}, false
}

func (a *App) verbDone(m verbMsg) tea.Cmd {
	p := a.waiting(m.line)
	if m.err != nil {
		a.queue = nil // they were meant for what comes after it
		if p != nil {
			p.running, p.picker.Err = "", errorLine(m.err)
			a.toasts.Keep(widget.ErrorToast, errorLine(m.err), a.d.Now())
		} else {
			a.refused = m.line
			a.toast(widget.ErrorToast, errorLine(m.err))
		}
		return a.refresh()
	}
	if p != nil {
		a.drop(p)
	}
	return tea.Batch(a.verbSaid(m), a.refresh(), a.replay())
}

// verbSaid shows what a verb printed; a new incident is opened.
func (a *App) verbSaid(m verbMsg) tea.Cmd {
	lines := strings.Split(strings.TrimRight(m.out, "\n"), "\n")
	switch {
	case m.out == "":
		a.toast(widget.InfoToast, "done")
	case len(lines) == 1 && len(lines[0]) < 100:
		a.toast(widget.InfoToast, model.Line(lines[0]).String())
		if id, err := model.ParseIncidentID(lines[0]); err == nil && strings.HasPrefix(strings.Join(strings.Fields(m.line), " "), "incident new ") {
			return a.openIncident(screen.OpenIncident{ID: id})
		}
	default:
		for i := range lines {
			lines[i] = model.Line(lines[i]).String()
		}
		a.push(&textDialog{title: model.ClipLine(m.line, 60).String(), lines: lines})
	}
	return nil
}

// lockedFor is how long the session has been idle.
func (a *App) lockedFor() time.Duration { return a.d.Now().Sub(a.active).Truncate(time.Second) }
