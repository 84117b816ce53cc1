package themes

import "strings"

// Glyphs are the marks that are drawn, each exactly one column wide.
type Glyphs struct {
	Ellipsis string // something was cut here
	Cursor   string // gutter of the selected row
	Rule     string // horizontal line
	VRule    string // vertical line
	Done     string // finished
	Open     string // not begun
	Doing    string // begun
	Full     string // a finished phase, a yes in a matrix
	NA       string // not applicable
	Waived   string // waived with a reason
	Star     string // key moment
	Up       string // more above, a rise
	Down     string // more below, a fall
	Left     string // earlier, a choice to the left
	Right    string // later, a choice to the right
	Pencil   string // somebody is writing here
	Bullet   string // separates and lists
	Arrow    string // leads to
	Gate     string // a gate between phases
	Warn     string // needs attention
	Here     string // present
	Away     string // idle
	Mark     string // a marked row
	Lock     string // restricted, sealed
	Knock    string // somebody waits to be let in
	Newline  string // a line break inside one line
	BarFull  string // progress, done part
	BarEmpty string // progress, open part
	Corner   [4]string
	Spark    [8]string // plot levels, lowest first
	Spinner  [4]string
}

// UnicodeGlyphs is the set for terminals with a usual font.
func UnicodeGlyphs() Glyphs {
	return Glyphs{
		Ellipsis: "…", Cursor: "▌", Rule: "─", VRule: "│",
		Done: "✓", Open: "○", Doing: "◐", Full: "●", NA: "–", Waived: "⊘",
		Star: "★", Up: "↑", Down: "↓", Left: "‹", Right: "›",
		Pencil: "✎", Bullet: "·", Arrow: "→", Gate: "◆", Warn: "▲",
		Here: "●", Away: "◌", Mark: "▪", Lock: "■", Knock: "?", Newline: "⏎",
		BarFull: "█", BarEmpty: "░",
		Corner:  [4]string{"╭", "╮", "╰", "╯"},
		Spark:   [8]string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
		Spinner: [4]string{"◐", "◓", "◑", "◒"},
	}
}

// ASCIIGlyphs is the set for terminals and fonts that have nothing else.
func ASCIIGlyphs() Glyphs {
	return Glyphs{
		Ellipsis: "~", Cursor: ">", Rule: "-", VRule: "|",
		Done: "x", Open: "o", Doing: "%", Full: "@", NA: "-", Waived: "/",
		Star: "*", Up: "^", Down: "v", Left: "<", Right: ">",
		Pencil: "&", Bullet: ".", Arrow: ">", Gate: "#", Warn: "!",
		Here: "@", Away: "z", Mark: "+", Lock: "$", Knock: "?", Newline: "\\",
		BarFull: "#", BarEmpty: ".",
		Corner:  [4]string{"+", "+", "+", "+"},
		Spark:   [8]string{"_", ".", ",", "-", "=", "+", "*", "#"},
		Spinner: [4]string{"|", "/", "-", "\\"},
	}
}

// all lists every glyph of g in a fixed order.
func (g Glyphs) all() []string {
	list := []string{
		g.Ellipsis, g.Cursor, g.Rule, g.VRule, g.Done, g.Open, g.Doing, g.Full, g.NA, g.Waived,
		g.Star, g.Up, g.Down, g.Left, g.Right, g.Pencil, g.Bullet, g.Arrow, g.Gate, g.Warn,
		g.Here, g.Away, g.Mark, g.Lock, g.Knock, g.Newline, g.BarFull, g.BarEmpty,
	}
	list = append(list, g.Corner[:]...)
	list = append(list, g.Spark[:]...)
	return append(list, g.Spinner[:]...)
}

// Folder gives a function that turns the Unicode glyphs of a finished frame
// into those of g, column for column. It catches the marks that a widget or a
// sanitizer wrote without knowing the set; for the Unicode set it does nothing.
func (g Glyphs) Folder() func(frame string) string {
	var pairs []string
	to := g.all()
	for i, u := range UnicodeGlyphs().all() {
		if u != to[i] {
			pairs = append(pairs, u, to[i])
		}
	}
	if pairs == nil {
		return func(frame string) string { return frame }
	}
	return strings.NewReplacer(pairs...).Replace
}
