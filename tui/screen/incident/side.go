package incident

import (
	"slices"
	"strings"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// feedCache keeps the drawn feed: it changes with the incident's version only.
type feedCache struct {
	id         string
	version    uint64
	width      int
	generation int
	lines      []string
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
		newest := r.feedLines(w)
		lines = append(lines, newest[:min(len(newest), feed)]...)
		for len(lines) < h-len(here)-1 {
			lines = append(lines, "")
		}
	}
	lines = append(lines, st.Title.S("HERE"))
	lines = append(lines, here...)
	return widget.Block(lines, w, h)
}

func (r *Room) feedLines(w int) []string {
	c := &r.feed
	if c.id == r.in.ID && c.version == r.in.Version && c.width == w && c.generation == r.env.Generation {
		return c.lines
	}
	*c = feedCache{id: r.in.ID, version: r.in.Version, width: w, generation: r.env.Generation}
	for i, f := range slices.Backward(r.in.Recent) {
		if len(r.in.Recent)-i > 60 {
			break
		}
		for _, l := range screen.FeedLines(&f, r.env.Styles, w) {
			c.lines = append(c.lines, widget.Fit(l, w))
		}
	}
	return c.lines
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
