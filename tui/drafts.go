package tui

import (
	"context"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

func itoa(n int) string { return strconv.Itoa(n) }

// DraftDelay is how long after the first unsaved key a draft is written (DUR-5:
// within two seconds).
const DraftDelay = 1500 * time.Millisecond

type draftKey struct{ incident, field string }

// drafts keeps what is typed and not committed: in memory at once, in the
// database (or the local spool while that is away) within DraftDelay.
type drafts struct {
	a     *App
	text  map[draftKey]string
	dirty map[draftKey]bool
	due   bool
}

type (
	draftsMsg struct {
		list []room.Draft
		err  error
	}
	draftDueMsg   struct{}
	draftSavedMsg struct{ err error }
)

func (d *drafts) init(a *App) {
	d.a, d.text, d.dirty = a, map[draftKey]string{}, map[draftKey]bool{}
}

// load reads the drafts of earlier sessions.
func (d *drafts) load() tea.Cmd {
	hub, user := d.a.d.Hub, d.a.d.Actor.Name
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		list, err := hub.Drafts(ctx, user)
		return draftsMsg{list, err}
	}
}

func (d *drafts) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case draftsMsg:
		for _, x := range m.list {
			k := draftKey{x.Incident, x.Field}
			if _, typed := d.text[k]; !typed {
				d.text[k] = x.Text
			}
		}
		if len(m.list) > 0 {
			d.a.toast(widget.InfoToast, "Kept from last time: "+d.places()+". Opening the same form or note brings it back")
		}
		return d.a.report(m.err)
	case draftDueMsg:
		d.due = false
		return d.flush()
	case draftSavedMsg:
		return d.a.report(m.err)
	}
	return nil
}

func (d *drafts) places() string {
	out, n := "", 0
	for k := range d.text {
		if n++; n > 1 {
			break
		}
		out = draftWords(k.field)
		if k.incident != "" {
			out += " in " + k.incident
		}
	}
	if more := len(d.text) - 1; more > 0 {
		out += " and " + itoa(more) + " more"
	}
	return out
}

// draftWords is the name of a draft as people say it.
func draftWords(field string) string {
	form, ok := strings.CutPrefix(field, "form:")
	kind, ref, _ := strings.Cut(form, ":")
	if section, of := strings.CutPrefix(field, "postmortem:"); of {
		return "the post-mortem's " + model.Line(section).String()
	}
	if !ok && kind == "correct" {
		return "a correction of " + model.Line(ref).String()
	}
	if !ok {
		return "a " + model.Line(field).String()
	}
	name := "the form “" + kind + "”"
	if ref != "" {
		name += " of " + ref
	}
	return model.Line(name).String()
}

func (d *drafts) find(incident, field string) string { return d.text[draftKey{incident, field}] }

// unsaved says that a draft is in memory only.
func (d *drafts) unsaved(incident, field string) bool { return d.dirty[draftKey{incident, field}] }

// keep takes over typed text and has it written soon.
func (d *drafts) keep(incident, field, text string) tea.Cmd {
	k := draftKey{incident, field}
	d.text[k], d.dirty[k] = text, true
	if d.due {
		return nil
	}
	d.due = true
	return tea.Tick(DraftDelay, func(time.Time) tea.Msg { return draftDueMsg{} })
}

// discard forgets a draft: it was committed or thrown away.
func (d *drafts) discard(incident, field string) tea.Cmd {
	k := draftKey{incident, field}
	if _, ok := d.text[k]; !ok {
		return nil
	}
	delete(d.text, k)
	d.dirty[k] = true
	return d.flush()
}

// flush writes what changed since the last time.
func (d *drafts) flush() tea.Cmd {
	if len(d.dirty) == 0 {
		return nil
	}
	var list []room.Draft
	for k := range d.dirty {
		list = append(list, room.Draft{User: d.a.d.Actor.Name, Incident: k.incident, Field: k.field, Text: d.text[k], SavedAt: d.a.d.Now()})
	}
	clear(d.dirty)
	hub := d.a.d.Hub
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		for _, x := range list {
			if err := hub.SaveDraft(ctx, x); err != nil {
				return draftSavedMsg{err}
			}
		}
		return draftSavedMsg{}
	}
}
