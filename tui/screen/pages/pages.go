// Package pages holds the screens beside the incidents behind one line of tabs.
package pages

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/tui/action"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Pages is the pages of one session, one of them in front. It serves as the
// screen that is in front.
type Pages struct {
	screen.Page
	env  *screen.Env
	list []screen.Page
}

// New puts the pages side by side, in this order.
func New(env *screen.Env, list ...screen.Page) *Pages {
	return &Pages{Page: list[0], env: env, list: list}
}

// Actions implements screen.Screen: those of all pages, and the ways between them.
func (p *Pages) Actions() []action.Action {
	acts := []action.Action{
		{ID: "page.next", Title: "next page", Help: "next page", Keys: []string{"]", "tab"}, Scope: screen.PagesScope, Run: func() tea.Cmd { return p.step(1) }},
		{ID: "page.previous", Title: "previous page", Help: "previous page", Keys: []string{"[", "shift+tab"}, Scope: screen.PagesScope, Run: func() tea.Cmd { return p.step(-1) }},
	}
	for i, page := range p.list {
		name := strings.ToLower(page.Name())
		acts = append(acts,
			action.Action{ID: "page." + scope(page), Title: name, Help: "go to " + name, Keys: []string{strconv.Itoa(i + 1)}, Scope: screen.PagesScope,
				Run: func() tea.Cmd { p.Page = page; return p.Refresh() }},
			action.Action{ID: way(page), Title: name, Help: "open " + name, Keys: []string{page.Key()}, Scope: "board", Footer: true, Priority: 50 - i,
				Run: func() tea.Cmd { return p.env.Ask(screen.OpenPage{Page: scope(page)}) }})
	}
	for _, page := range p.list {
		acts = append(acts, page.Actions()...)
	}
	return acts
}

// Ways lists the actions of the board that open a page, in the order of the tabs.
func (p *Pages) Ways() []string {
	var ids []string
	for _, page := range p.list {
		ids = append(ids, way(page))
	}
	return ids
}

func way(p screen.Page) string { return "board." + scope(p) }

func scope(p screen.Page) string { return p.Scopes()[0] }

func (p *Pages) step(by int) tea.Cmd {
	for i, page := range p.list {
		if page == p.Page {
			p.Page = p.list[(i+by+len(p.list))%len(p.list)]
			break
		}
	}
	return p.Refresh()
}

// Show puts a page in front, at a thing when ref is given; it says whether there
// is one of that name.
func (p *Pages) Show(name, ref string) bool {
	for _, page := range p.list {
		if scope(page) == name {
			p.Page = page
			page.Open(ref)
			return true
		}
	}
	return false
}

// Scopes implements screen.Screen.
func (p *Pages) Scopes() []string { return append(p.Page.Scopes(), screen.PagesScope) }

// Update implements screen.Screen. An answer may be for a page that is not in
// front any more.
func (p *Pages) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(screen.Loaded); !ok {
		return p.Page.Update(msg)
	}
	var cmds []tea.Cmd
	for _, page := range p.list {
		cmds = append(cmds, page.Update(msg))
	}
	return tea.Batch(cmds...)
}

// How much of the tabs is drawn: all; no count but that of the page in front; no
// count at all; the beginning of the names.
const (
	whole = iota
	tight
	bare
	short
)

func (p *Pages) text(i, how int) string {
	page, gap := p.list[i], " "
	name, count := page.Name(), page.Count()
	if how == bare || how != whole && page != p.Page {
		count = ""
	}
	if how == tight || how == bare {
		gap = ""
	}
	if how == short && page != p.Page {
		name = name[:4]
	}
	if count != "" {
		name += " " + count
	}
	return " " + strconv.Itoa(i+1) + " " + name + gap
}

// texts are the tabs in w columns, beside the filter in force.
func (p *Pages) texts(w int) []string {
	w -= widget.Width(p.filtered())
	var out []string
	for how := whole; how <= short; how++ {
		out = out[:0]
		n := 0
		for i := range p.list {
			out = append(out, p.text(i, how))
			n += widget.Width(out[i])
		}
		if n <= w {
			break
		}
	}
	return out
}

// TabLine draws the pages' names.
func (p *Pages) TabLine(w int) string {
	st := p.env.Styles
	var b strings.Builder
	for i, text := range p.texts(w) {
		if p.list[i] == p.Page {
			b.WriteString(st.TabOn.S(text))
		} else {
			b.WriteString(st.TabOff.S(text))
		}
	}
	return b.String() + p.filtered()
}

func (p *Pages) filtered() string {
	f := p.Filtering()
	if f == "" {
		return ""
	}
	return "  " + p.env.Styles.Match.S("/"+screen.Clip(f, 30))
}

// ClickTab changes to the page at column x of the line of tabs w columns wide.
func (p *Pages) ClickTab(x, w int) {
	at := 0
	for i, text := range p.texts(w) {
		if at += widget.Width(text); x < at {
			p.Page = p.list[i]
			return
		}
	}
}

var _ screen.Screen = (*Pages)(nil)
