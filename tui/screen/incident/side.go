package incident

import (
	"maps"
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/room"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// feedCache keeps the drawn lines of the changes that are on the screen, the
// newest last. They stay on their lines while there is room: a new change costs
// the lines that it has itself. When there is none, half of them go.
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

func (c *feedCache) rows() int {
	n := 0
	for _, d := range c.drawn {
		n += len(d.lines)
	}
	return n
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

// feedLines is the newest changes on at most rows lines, the newest last, none of
// them cut off.
func (r *Room) feedLines(w, rows int) []string {
	c := &r.feed
	fresh := c.id != r.in.ID || c.width != w || c.generation != r.env.Generation
	if fresh {
		*c = feedCache{id: r.in.ID, width: w, generation: r.env.Generation}
	}
	r.drawFeed(c, rows)
	if c.rows() > rows {
		room := rows
		if !fresh {
			room = rows / 2
		}
		for len(c.drawn) > 1 && c.rows() > room {
			c.drawn = c.drawn[1:]
		}
	}
	var out []string
	for _, d := range c.drawn {
		out = append(out, d.lines...)
	}
	return out[:min(len(out), rows)]
}

// drawFeed draws the changes that are newer than those on the screen, as far back
// as they fit on rows lines.
func (r *Room) drawFeed(c *feedCache, rows int) {
	var last uint64
	if n := len(c.drawn); n > 0 {
		last = c.drawn[n-1].version
	}
	var added []drawnFeed
	lines := 0
	for _, f := range slices.Backward(r.in.Recent) {
		if f.Version <= last || lines > rows {
			break
		}
		d := drawnFeed{version: f.Version}
		for _, l := range screen.FeedLines(&f, r.env.Styles, c.width) {
			d.lines = append(d.lines, widget.Fit(l, c.width))
		}
		added = append(added, d)
		lines += len(d.lines)
	}
	slices.Reverse(added)
	c.drawn = append(c.drawn, added...)
}

// hereCache keeps the lines of who is here as long as nothing in them changes.
type hereCache struct {
	key   hereKey
	roles map[model.IncidentRole]string
	lines []string
}

type hereKey struct {
	id         string
	people     *room.Person // the list's first: a changed list is a new one
	count      int
	minute     int64 // idle times are told in minutes
	width      int
	generation int
}

// here lists who is in this room, with the tab and what they type.
func (r *Room) here(w int, st *themes.Styles) []string {
	people := r.env.Hub.People()
	key := hereKey{id: r.in.ID, count: len(people), minute: r.env.Now().Unix() / 60, width: w, generation: r.env.Generation}
	if len(people) > 0 {
		key.people = &people[0]
	}
	c := &r.present
	if c.key != key || !maps.Equal(c.roles, r.in.Roles) {
		*c = hereCache{key: key, roles: r.in.Roles, lines: r.hereLines(people, w, st)}
	}
	return c.lines
}

func (r *Room) hereLines(people []room.Person, w int, st *themes.Styles) []string {
	var lines []string
	now := r.env.Now()
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
			tail = typingIn(p, tail) + " " + st.Glyphs.Pencil
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

// typingIn says where somebody types: the section of a post-mortem, or the tab.
func typingIn(p room.Person, tab string) string {
	if key, ok := strings.CutPrefix(p.Typing, model.SectionField("")); ok {
		if spec, ok := section(key); ok {
			return spec.Title
		}
	}
	return tab
}

func title(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
