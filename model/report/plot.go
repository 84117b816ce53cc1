package report

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
)

// The plots: as SVG in HTML, as blocks of characters elsewhere. Each bar has its
// name and its label in words beside it.

const (
	plotWidth  = 720 // units of the SVG
	plotName   = 190 // where the bars begin
	plotLabel  = 170 // room for labels at the right
	plotRow    = 24
	plotChars  = 30 // columns of a bar of characters
	nameLength = 26
)

// share is a part of a whole, 0 to 1; not a number counts as nothing.
func share(part, all float64) float64 {
	if !(part > 0) || !(all > 0) {
		return 0
	}
	return math.Min(part/all, 1)
}

func (b Bars) most() float64 {
	most := 0.0
	for _, x := range b.Bars {
		if !math.IsInf(x.Value, 0) {
			most = math.Max(most, x.Value)
		}
	}
	return most
}

func (w *htmlWriter) bars(b Bars) {
	if len(b.Bars) == 0 {
		return
	}
	w.figure(b.Title, b.TLP, len(b.Bars), "")
	most := b.most()
	for i, x := range b.Bars {
		w.bar(i, x.Name, 0, share(x.Value, most), x.Label)
	}
	w.raw("</svg></figure>\n")
}

func (w *htmlWriter) spans(b Spans) {
	from, to := b.ends()
	if !from.Before(to) {
		return
	}
	w.figure(b.Title, b.TLP, len(b.Spans), stamp(from)+" to "+stamp(to))
	all := to.Sub(from).Seconds()
	for i, x := range b.Spans {
		w.bar(i, x.Name, share(x.From.Sub(from).Seconds(), all), share(x.To.Sub(from).Seconds(), all), x.Label)
	}
	w.raw("</svg></figure>\n")
}

// ends are the first and the last moment of the axis.
func (b Spans) ends() (from, to time.Time) {
	for _, x := range b.Spans {
		if from.IsZero() || x.From.Before(from) {
			from = x.From
		}
		if x.To.After(to) {
			to = x.To
		}
	}
	return from, to
}

func (w *htmlWriter) figure(title, tlp string, rows int, note string) {
	w.raw("<figure><figcaption>" + html.EscapeString(title))
	if note != "" {
		w.raw(", " + html.EscapeString(note))
	}
	w.mark(tlp)
	fmt.Fprintf(&w.b, "</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", plotWidth, rows*plotRow+4, html.EscapeString(title))
}

// bar draws row i from one share of the width to another.
func (w *htmlWriter) bar(i int, name model.Text, from, to float64, label string) {
	room := float64(plotWidth - plotName - plotLabel)
	x := plotName + from*room
	wide := math.Max((to-from)*room, 1.5)
	y := i*plotRow + 3
	fmt.Fprintf(&w.b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", plotName-8, y+14, html.EscapeString(plotTitle(name)))
	if from < to {
		fmt.Fprintf(&w.b, "<rect class=\"bar\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>", x, y+1, wide, plotRow-7)
	}
	fmt.Fprintf(&w.b, "<text class=\"dim\" x=\"%.1f\" y=\"%d\">%s</text>\n", x+wide+6, y+14, html.EscapeString(label))
}

// plotTitle is a name that fits beside a bar.
func plotTitle(t model.Text) string { return model.ClipLine(indicator.Line(t), nameLength).String() }

// plotted is a row of characters: its name, its bar, its label.
type plotted struct{ name, bar, label string }

func (b Bars) plotted() []plotted {
	most := b.most()
	var out []plotted
	for _, x := range b.Bars {
		out = append(out, plotted{plotTitle(x.Name), blocks(0, share(x.Value, most)), x.Label})
	}
	return out
}

func (b Spans) plotted() []plotted {
	from, to := b.ends()
	all := to.Sub(from).Seconds()
	var out []plotted
	for _, x := range b.Spans {
		out = append(out, plotted{plotTitle(x.Name),
			blocks(share(x.From.Sub(from).Seconds(), all), share(x.To.Sub(from).Seconds(), all)), x.Label})
	}
	return out
}

// blocks draws from one share of the width to another; what is there at all has
// one block at least.
func blocks(from, to float64) string {
	if to <= 0 && from <= 0 {
		return strings.Repeat("·", plotChars)
	}
	a := min(int(math.Round(from*plotChars)), plotChars-1)
	z := min(max(int(math.Round(to*plotChars)), a+1), plotChars)
	return strings.Repeat("·", a) + strings.Repeat("█", z-a) + strings.Repeat("·", plotChars-z)
}

// Lasting says a duration in words: 3 d 4 h, 2 h 10 m, 45 s.
func Lasting(d time.Duration) string {
	if d < 0 {
		return "-" + Lasting(-d)
	}
	unit := func(n time.Duration, name string) string { return strconv.FormatInt(int64(n), 10) + " " + name }
	days, hours, minutes := d/(24*time.Hour), d%(24*time.Hour)/time.Hour, d%time.Hour/time.Minute
	switch {
	case days > 0 && hours > 0:
		return unit(days, "d") + " " + unit(hours, "h")
	case days > 0:
		return unit(days, "d")
	case hours > 0 && minutes > 0:
		return unit(hours, "h") + " " + unit(minutes, "m")
	case hours > 0:
		return unit(hours, "h")
	case minutes > 0:
		return unit(minutes, "m")
	}
	return unit(d/time.Second, "s")
}
