package metrics

import (
	"math"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/NimbleMarkets/ntcharts/v2/barchart"

	"warroom/model/metrics"
	"warroom/themes"
	"warroom/tui/widget"
)

// point is one column of a chart.
type point struct {
	label string   // under the column
	value *float64 // nil: nothing was measured
}

// axisWidth is the place of the values left of a chart.
const axisWidth = 9

// chart draws the points as columns, h lines of w columns: the newest are shown
// when there are more than fit. say makes words of a value.
func chart(points []point, w, h int, say func(float64) string, st *themes.Styles) []string {
	room := w - axisWidth - 2
	if h < 3 || room < 8 || len(points) == 0 {
		return nil
	}
	each := 1 // columns a point takes, with its gap
	for _, p := range points {
		each = max(each, len(p.label)+1)
	}
	wide := min(each, 8)
	if len(points)*wide > room {
		wide = max(2, min(wide, room/len(points)))
	}
	points = points[max(len(points)-room/wide, 0):]
	top := 0.0
	var bars []barchart.BarData
	for _, p := range points {
		v := 0.0
		if p.value != nil {
			v = max(*p.value, 0)
		}
		top = max(top, v)
		bars = append(bars, barchart.BarData{Values: []barchart.BarValue{{Name: p.label, Value: v, Style: lipgloss.NewStyle()}}})
	}
	plot := h - 2
	var drawn []string
	if top > 0 {
		c := barchart.New(len(points)*wide, plot, barchart.WithNoAxis(), barchart.WithNoAutoBarWidth(), barchart.WithBarWidth(wide-1), barchart.WithBarGap(1),
			barchart.WithNoAutoMaxValue(), barchart.WithMaxValue(top), barchart.WithDataSet(bars))
		c.Draw()
		drawn = strings.Split(c.View(), "\n")
	}
	out := make([]string, 0, h)
	for i := range plot {
		mark := ""
		switch i {
		case 0:
			mark = say(top)
		case plot / 2:
			if plot > 4 {
				mark = say(top * float64(plot-i) / float64(plot))
			}
		}
		line := ""
		if i < len(drawn) {
			line = levels(drawn[i], st)
		}
		out = append(out, widget.Fit(st.Dim.S(widget.FitRight(mark, axisWidth))+" "+st.Rule.S(st.Glyphs.VRule)+st.Accent.S(line), w))
	}
	return append(out, widget.Fit(strings.Repeat(" ", axisWidth+1)+st.Rule.S(st.Glyphs.Corner[2]+strings.Repeat(st.Glyphs.Rule, min(len(points)*wide, room))), w),
		widget.Fit(strings.Repeat(" ", axisWidth+2)+labels(points, wide, st), w))
}

// levels turns the blocks of a chart into those of the present glyphs.
func levels(line string, st *themes.Styles) string {
	const blocks = "▁▂▃▄▅▆▇█"
	var b strings.Builder
	for _, r := range line {
		i := slices.Index([]rune(blocks), r)
		switch {
		case i >= 0:
			b.WriteString(st.Glyphs.Spark[i])
		case r < 0x7f && r >= ' ':
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// labels is the line of names under the columns: as many as have place. A column
// in which nothing was measured has a dot.
func labels(points []point, wide int, st *themes.Styles) string {
	var b strings.Builder
	at, free := 0, 0
	for i, p := range points {
		col := i * wide
		text := p.label
		if p.value == nil {
			text = st.Glyphs.Bullet
		}
		n := widget.Width(text)
		col = min(col, len(points)*wide-n) // the last one may begin earlier
		if col < free || p.value == nil && wide < 3 {
			continue
		}
		b.WriteString(strings.Repeat(" ", col-at))
		if p.value == nil {
			b.WriteString(st.Faint.S(text))
		} else {
			b.WriteString(st.Dim.S(text))
		}
		at, free = col+n, col+n+1
	}
	return b.String()
}

// bars draws named values as horizontal bars, one a line.
func bars(names []string, values []*float64, words []string, w int, st *themes.Styles) []string {
	name, said, top := 0, 0, 0.0
	for i := range names {
		name, said = max(name, widget.Width(names[i])), max(said, widget.Width(words[i]))
		if values[i] != nil {
			top = max(top, *values[i])
		}
	}
	room := max(w-name-said-4, 4)
	out := make([]string, 0, len(names))
	for i := range names {
		n := 0
		if values[i] != nil && top > 0 {
			n = int(math.Round(*values[i] / top * float64(room)))
			if n == 0 && *values[i] > 0 {
				n = 1
			}
		}
		out = append(out, widget.Fit(st.Text.S(widget.Fit(names[i], name))+"  "+st.Accent.S(strings.Repeat(st.Glyphs.BarFull, n))+strings.Repeat(" ", room-n)+"  "+
			st.Text.S(widget.FitRight(words[i], said)), w))
	}
	return out
}

// sayLength is a value of a chart of lengths of time.
func sayLength(v float64) string { return metrics.Length(v) }
