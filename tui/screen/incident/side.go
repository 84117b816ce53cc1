package incident

import (
	"slices"
	"strings"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// feedCache keeps the drawn lines of changes, the newest first: a new change is
// drawn once and the others stay.
type feedCache struct {
	id         string
	width      int
	generation int
	drawn      []drawnFeed
}

type drawnFeed struct {
	version uint64
	lines   []string
}

// Side implements screen.Screen: the selected thing, the live feed, who is here.
func (r *Room) Side(w, h int) []string {
	st := r.env.Styles
	var lines []string
	if d := r.current().detail(w); len(d) > 0 {
		d = d[:min(len(d), max(h/2, 4))]
		lines = append(append(lines, d...), "")
	}
	here := r.here(w, st)
	here = here[:min(len(here), max(h/3, 2))]
	feed := h - len(lines) - len(here) - 3
	if feed > 1 {
		lines = append(lines, st.Title.S("LIVE"))
		lines = append(lines, r.feedLines(w, feed)...)
		for len(lines) < h-len(here)-1 {
			lines = append(lines, "")
		}
	}
	lines = append(lines, st.Title.S("HERE"))
	lines = append(lines, here...)
	return widget.Block(lines, w, h)
}

// feedLines is the newest changes on at most rows lines, none of them cut off.
func (r *Room) feedLines(w, rows int) []string {
	c := &r.feed
	if c.id != r.in.ID || c.width != w || c.generation != r.env.Generation {
		*c = feedCache{id: r.in.ID, width: w, generation: r.env.Generation}
	}
	var out []string
	var next []drawnFeed
	old := c.drawn
	for _, f := range slices.Backward(r.in.Recent) {
		for len(old) > 0 && old[0].version > f.Version {
			old = old[1:]
		}
		var d drawnFeed
		if len(old) > 0 && old[0].version == f.Version {
			d = old[0]
		} else {
			d = drawnFeed{version: f.Version}
			for _, l := range screen.FeedLines(&f, r.env.Styles, w) {
				d.lines = append(d.lines, widget.Fit(l, w))
			}
		}
		if len(out)+len(d.lines) > rows {
			break
		}
		out, next = append(out, d.lines...), append(next, d)
	}
	c.drawn = next
	return out
}

// here lists who is in this room, the IC first, with the tab and what they type.
func (r *Room) here(w int, st *themes.Styles) []string {
	var lines []string
	now := r.env.Now()
	people := r.env.Hub.People()
	duty := map[string]string{}
	for _, role := range model.IncidentRoles() {
		if u := r.in.Roles[role]; u != "" && duty[u] == "" {
			name := string(role)
			if role == model.RoleIC {
				name = "IC"
			}
			duty[u] = name
		}
	}
	nameW := 4
	for _, p := range people {
		nameW = max(nameW, min(widget.Width(p.User)+1, 12))
	}
	for _, p := range people {
		if p.Incident != r.in.ID {
			continue
		}
		mark, tail := st.Good.S(st.Glyphs.Here), title(p.Tab)
		if idle := now.Sub(p.ActiveAt); idle > 5*60*1e9 {
			mark, tail = st.Faint.S(st.Glyphs.Away), tail+" idle "+model.Ago(idle)
		}
		if p.Typing != "" {
			tail += " " + st.Glyphs.Pencil
		}
		d := duty[p.User]
		if d == "" && p.Role == model.RoleObserver {
			d = "obs."
		}
		lines = append(lines, mark+" "+widget.Fit(screen.Person(p.User, st), nameW)+" "+st.Dim.S(widget.Fit(d, 8))+st.Dim.S(tail))
	}
	slices.SortStableFunc(lines, strings.Compare)
	if len(lines) == 0 {
		lines = append(lines, st.Dim.S("nobody else"))
	}
	return lines
}

func title(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
