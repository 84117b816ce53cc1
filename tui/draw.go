package tui

import (
	"image"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/layout"
	"warroom/tui/widget"
)

// View implements tea.Model. It reads memory only.
func (a *App) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	v.WindowTitle = "warroom"
	if !a.mouseOff {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if a.w <= 0 || a.h <= 0 {
		return v
	}
	lines, cursor := a.frame()
	v.SetContent(a.fold(strings.Join(lines, "\n")))
	if cursor != nil {
		v.Cursor = tea.NewCursor(cursor.X, cursor.Y)
	}
	return v
}

// frame is the whole screen, and the place of the cursor when text is typed.
func (a *App) frame() (lines []string, cursor *image.Point) {
	st := a.env.Styles
	banners := a.banners()
	noteRows := 0
	if a.note != nil {
		noteRows = 1 + len(a.note.hints(a, a.w))
	}
	side := a.side
	if !a.current().HasSide() {
		side = layout.SideNone
	}
	a.lay = layout.Compute(a.w, a.h, layout.Flags{Banners: len(banners), Tabs: true, Note: noteRows, Side: side})
	if a.lay.TooSmall {
		msg := "warroom needs " + itoa(layout.MinWidth) + "×" + itoa(layout.MinHeight) + ", this is " + itoa(a.w) + "×" + itoa(a.h)
		return widget.Block(widget.Wrap(msg, max(a.w, 1)), a.w, a.h), nil
	}
	if a.locked {
		return a.lockScreen(), nil
	}
	lines = make([]string, 0, a.h)
	lines = append(lines, banners...)
	lines = append(lines, a.topBar(a.w), a.tabLine(a.w), widget.RuleLine(a.w, st))
	lines = append(lines, a.body()...)
	if a.note != nil {
		nl, x := a.note.draw(a, a.w)
		cursor = &image.Point{X: x, Y: a.lay.Note.Min.Y}
		lines = append(lines, nl...)
	}
	a.longToast(lines)
	foot, cx := a.footerLine(a.w)
	if cx >= 0 {
		cursor = &image.Point{X: cx, Y: a.lay.Footer.Min.Y}
	}
	lines = append(lines, foot)
	for _, d := range a.dialogs {
		cursor = nil
		box, x, y, shown := d.draw(a, a.w, a.h)
		bx, by := widget.Centred(a.w, a.h, boxWidth(box), len(box))
		lines = widget.Overlay(lines, box, bx, by)
		if shown {
			cursor = &image.Point{X: bx + x, Y: by + y}
		}
	}
	return lines, cursor
}

func boxWidth(box []string) int {
	w := 0
	for _, l := range box {
		w = max(w, widget.Width(l))
	}
	return w
}

// body joins the main and the side pane.
func (a *App) body() []string {
	p, m, s := &a.panes, a.lay.Main, a.lay.Side
	key := bodyKey{p.main, p.side, a.lay}
	if p.body != nil && p.bodyFor == key {
		return p.body
	}
	p.body, p.bodyFor = a.joined(m.Dx(), m.Dy(), s.Dx(), s.Dy()), key
	return p.body
}

func (a *App) joined(mw, mh, sw, sh int) []string {
	p := &a.panes
	if a.lay.Zoomed {
		return p.sideAt.get(p.side, sw, sh, a.current().Side)
	}
	main := p.mainAt.get(p.main, mw, mh, a.current().Main)
	if a.lay.Side.Empty() {
		return main
	}
	side := p.sideAt.get(p.side, sw, sh, a.current().Side)
	out := make([]string, len(main))
	rule := " " + a.env.Styles.Rule.S(a.env.Styles.Glyphs.VRule) + " "
	for i := range main {
		out[i] = main[i] + rule + side[i]
	}
	return out
}

// banners are the lines above everything: an exercise, a lost database.
func (a *App) banners() []string {
	var out []string
	st := a.env.Styles
	if a.room != nil && a.room.Exercise() {
		out = append(out, st.ExerciseBanner.S(widget.Centre(strings.Repeat(" EXERCISE ", 3), a.w)))
	}
	if !a.health.Online {
		since := a.health.Since.UTC().Format("15:04:05Z")
		out = append(out, st.Banner.S(widget.Fit(" OFFLINE since "+since+" · what you see is from then · nothing is saved, changes are kept as drafts ", a.w)))
	}
	if a.banner != "" {
		out = append(out, st.Info.S(widget.Fit(" "+a.banner, a.w)))
	}
	return out
}

func (a *App) topBar(w int) string {
	st := a.env.Styles
	now := a.d.Now().UTC()
	clock := now.Format("15:04:05Z")
	if now.Sub(a.active) > awake {
		clock = now.Format("15:04Z   ")
	}
	right := a.panes.online.get(a.panes.side, 0, func(int) string { return a.online() }) + "  " + st.Text.S(clock)
	if a.room == nil && w >= 100 {
		right += "  " + st.Dim.S(now.Format("Mon 2 Jan"))
	}
	right += " "
	left := " " + st.Title.S("warroom") + st.Dim.S("  @"+a.d.Actor.Name+" "+string(a.env.Actor.Role))
	if a.room != nil {
		left = " " + a.room.TopBar(w-widget.Width(right)-2, now)
	} else if calls := a.calls.Line(w - widget.Width(left) - widget.Width(right) - 3); calls != "" {
		right = calls + "   " + right
	}
	rw := widget.Width(right)
	return widget.Fit(left, w-rw) + right
}

func (a *App) online() string {
	st := a.env.Styles
	people := a.d.Hub.People()
	users := map[string]bool{}
	for _, p := range people {
		if a.room == nil || p.Incident == a.room.ID() {
			users[p.User] = true
		}
	}
	return st.Good.S(st.Glyphs.Here) + itoa(max(len(users), 1))
}

func (a *App) tabLine(w int) string {
	return a.panes.tabs.get(a.panes.main, w, func(w int) string {
		if a.room != nil {
			return widget.Fit(a.room.TabLine(w), w)
		}
		if a.triage != nil {
			return widget.Fit(a.triage.TabLine(w), w)
		}
		if a.page != nil {
			return widget.Fit(a.page.TabLine(w), w)
		}
		return a.boardTabs(w)
	})
}

// footerLine is the filter line, the newest toast or the keys; x is the column
// of the cursor, -1 for none.
func (a *App) footerLine(w int) (line string, x int) {
	st := a.env.Styles
	if a.filter != nil {
		text, cx := a.filter.Draw(w - 4)
		return st.Accent.S(" / ") + text + " ", 3 + cx
	}
	if said := a.toasts.Lines(w, a.d.Now(), st); len(said) > 0 {
		a.footer = nil
		return said[len(said)-1], -1
	}
	if d, ok := a.top().(interface{ keys(*App) [][2]string }); ok {
		a.footer = nil
		return footerOf(d.keys(a), w, st), -1
	}
	line, a.footer = a.set.Footer(w, st, a.ways, a.scopes()...)
	return line, -1
}

// footerOf is the keys of a dialog that owns the screen, as many as fit, the first
// ones first.
func footerOf(keys [][2]string, w int, st *themes.Styles) string {
	line, cols := " ", 1
	for i, k := range keys {
		text, n := st.Key.S(k[0])+" "+st.KeyDesc.S(k[1]), widget.Width(k[0]+k[1])+1
		if i > 0 {
			text, n = st.Faint.S(" "+st.Glyphs.Bullet+" ")+text, n+3
		}
		if cols+n >= w {
			break
		}
		line, cols = line+text, cols+n
	}
	return widget.Fit(line, w)
}

// longToast puts what of a message does not fit the footer above it, where no note
// is being written.
func (a *App) longToast(lines []string) {
	said := a.toasts.Lines(a.w, a.d.Now(), a.env.Styles)
	if a.filter != nil || a.note != nil || len(said) < 2 {
		return
	}
	copy(lines[max(len(lines)-len(said)+1, 0):], said[:len(said)-1])
}

// lockScreen hides everything after a long time without a key.
func (a *App) lockScreen() []string {
	st := a.env.Styles
	msg := []string{st.Title.S("warroom is locked"), "", "@" + a.d.Actor.Name + " was idle for " + short(a.lockedFor()),
		"what was typed is kept", "", st.Dim.S("enter goes on")}
	out := widget.Block(nil, a.w, a.h)
	box := widget.Frame(msg, 44, len(msg)+2, "", st)
	bx, by := widget.Centred(a.w, a.h, 44, len(box))
	return widget.Overlay(out, box, bx, by)
}

func short(d time.Duration) string { return model.Ago(d) }
