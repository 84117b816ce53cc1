// Package layout divides the terminal into rectangles. It is pure: the same
// size and flags give the same rectangles, and it draws nothing.
package layout

import "image"

// The breakpoints, in columns and rows.
const (
	MinWidth  = 60 // below it nothing useful fits
	MinHeight = 16
	TwoPanes  = 80  // from here on a side pane can stand beside the main one
	AutoSide  = 100 // from here on it does, unless it was folded away
	minSide   = 32
	maxSide   = 56
	gutter    = 3 // a space, the rule, a space
)

// Side says what the person wants of the side pane.
type Side int

// The wishes for the side pane.
const (
	SideAuto   Side = iota // shown where there is room
	SideShown              // shown even where it is narrow
	SideHidden             // folded away
	SideNone               // the screen has none
)

// Flags is what the screen asks for.
type Flags struct {
	Banners int  // lines above the top bar: exercise, offline
	Tabs    bool // a line of tabs under the top bar
	Note    int  // lines of the quick note line above the footer, 0 when closed
	Side    Side
}

// Layout is the terminal, divided. Rectangles that are not there are empty.
// They never overlap; together with the gutter beside SideRule they cover the
// terminal.
type Layout struct {
	Banner, Top, Tabs, Rule image.Rectangle
	Main, SideRule, Side    image.Rectangle
	Note, Footer            image.Rectangle

	// TooSmall says that only Main is set, to the whole terminal, for one line
	// that tells the size it takes.
	TooSmall bool
	// Zoomed says that the side pane stands in place of the main one.
	Zoomed bool
}

// Compute divides a terminal of w columns and h rows.
func Compute(w, h int, f Flags) Layout {
	w, h = max(w, 0), max(h, 0)
	if w < MinWidth || h < MinHeight {
		return Layout{TooSmall: true, Main: image.Rect(0, 0, w, h)}
	}
	var l Layout
	top, bottom := 0, h
	takeTop := func(n int) image.Rectangle {
		r := image.Rect(0, top, w, top+n)
		top += n
		return r
	}
	takeBottom := func(n int) image.Rectangle {
		bottom -= n
		return image.Rect(0, bottom, w, bottom+n)
	}
	if n := min(max(f.Banners, 0), h/4); n > 0 {
		l.Banner = takeTop(n)
	}
	l.Top = takeTop(1)
	if f.Tabs {
		l.Tabs = takeTop(1)
	}
	l.Rule = takeTop(1)
	l.Footer = takeBottom(1)
	if n := min(max(f.Note, 0), h/3); n > 0 {
		l.Note = takeBottom(n)
	}
	l.split(image.Rect(0, top, w, bottom), f.Side)
	return l
}

// split divides body between the main and the side pane.
func (l *Layout) split(body image.Rectangle, side Side) {
	w := body.Dx()
	shown := side == SideShown || side == SideAuto && w >= AutoSide
	switch {
	case !shown:
		l.Main = body
	case w < TwoPanes:
		l.Side, l.Zoomed = body, true
	default:
		sw := min(max(w*3/10, minSide), maxSide)
		x := body.Max.X - sw
		l.Main = image.Rect(body.Min.X, body.Min.Y, x-gutter, body.Max.Y)
		l.SideRule = image.Rect(x-gutter+1, body.Min.Y, x-gutter+2, body.Max.Y)
		l.Side = image.Rect(x, body.Min.Y, body.Max.X, body.Max.Y)
	}
}
