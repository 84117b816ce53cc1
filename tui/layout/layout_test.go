package layout_test

import (
	"fmt"
	"image"
	"testing"

	"warroom/tui/layout"
)

func TestComputeAtTheDesignSizes(t *testing.T) {
	tests := []struct {
		w, h       int
		f          layout.Flags
		tooSmall   bool
		zoomed     bool
		main, side image.Rectangle
	}{
		{w: 0, h: 0, tooSmall: true},
		{w: -3, h: 5, tooSmall: true, main: image.Rect(0, 0, 0, 5)},
		{w: 40, h: 10, tooSmall: true, main: image.Rect(0, 0, 40, 10)},
		{w: 59, h: 50, tooSmall: true, main: image.Rect(0, 0, 59, 50)},
		{w: 60, h: 16, main: image.Rect(0, 2, 60, 15)},
		{w: 60, h: 16, f: layout.Flags{Side: layout.SideShown}, zoomed: true, side: image.Rect(0, 2, 60, 15)},
		{w: 80, h: 24, main: image.Rect(0, 2, 80, 23)},
		{w: 80, h: 24, f: layout.Flags{Side: layout.SideShown}, main: image.Rect(0, 2, 45, 23), side: image.Rect(48, 2, 80, 23)},
		{w: 80, h: 24, f: layout.Flags{Tabs: true, Note: 2, Banners: 1}, main: image.Rect(0, 4, 80, 21)},
		{w: 100, h: 30, main: image.Rect(0, 2, 65, 29), side: image.Rect(68, 2, 100, 29)},
		{w: 100, h: 30, f: layout.Flags{Side: layout.SideNone}, main: image.Rect(0, 2, 100, 29)},
		{w: 120, h: 40, f: layout.Flags{Tabs: true}, main: image.Rect(0, 3, 81, 39), side: image.Rect(84, 3, 120, 39)},
		{w: 200, h: 60, main: image.Rect(0, 2, 141, 59), side: image.Rect(144, 2, 200, 59)},
		{w: 200, h: 60, f: layout.Flags{Side: layout.SideHidden}, main: image.Rect(0, 2, 200, 59)},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%dx%d %+v", tt.w, tt.h, tt.f), func(t *testing.T) {
			l := layout.Compute(tt.w, tt.h, tt.f)
			if l.TooSmall != tt.tooSmall || l.Zoomed != tt.zoomed {
				t.Errorf("TooSmall %v, Zoomed %v", l.TooSmall, l.Zoomed)
			}
			if l.Main != tt.main {
				t.Errorf("Main is %v, want %v", l.Main, tt.main)
			}
			if l.Side != tt.side {
				t.Errorf("Side is %v, want %v", l.Side, tt.side)
			}
		})
	}
}

func TestRectanglesStayInsideAndApart(t *testing.T) {
	for w := 0; w <= 220; w += 7 {
		for h := 0; h <= 70; h += 3 {
			for _, side := range []layout.Side{layout.SideAuto, layout.SideShown, layout.SideHidden, layout.SideNone} {
				for _, f := range []layout.Flags{{Side: side}, {Side: side, Tabs: true, Banners: 2, Note: 3}, {Side: side, Banners: 99, Note: 99}} {
					check(t, w, h, f)
				}
			}
		}
	}
}

func check(t *testing.T, w, h int, f layout.Flags) {
	t.Helper()
	l := layout.Compute(w, h, f)
	screen := image.Rect(0, 0, w, h)
	all := []image.Rectangle{l.Banner, l.Top, l.Tabs, l.Rule, l.Main, l.SideRule, l.Side, l.Note, l.Footer}
	area := 0
	for i, a := range all {
		area += a.Dx() * a.Dy()
		if !a.Empty() && !a.In(screen) {
			t.Fatalf("%dx%d %+v: %v leaves the screen", w, h, f, a)
		}
		for _, b := range all[i+1:] {
			if a.Overlaps(b) {
				t.Fatalf("%dx%d %+v: %v overlaps %v", w, h, f, a, b)
			}
		}
	}
	area += 2 * l.SideRule.Dy() // the gutter
	if area != w*h {
		t.Fatalf("%dx%d %+v: rectangles cover %d of %d cells", w, h, f, area, w*h)
	}
	if !l.TooSmall && !l.Zoomed && (l.Main.Dx() < 40 || l.Main.Dy() < 2) {
		t.Fatalf("%dx%d %+v: main is only %v", w, h, f, l.Main)
	}
}
