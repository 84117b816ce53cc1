package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// figures are all that was measured: for each figure the samples of each program,
// those of all passes together.
type figures struct {
	Programs []string  `json:"programs"`
	List     []*figure `json:"figures"`
	Notes    []string  `json:"notes"`
	index    map[string]*figure
}

// figure is one line of the table.
type figure struct {
	Name    string               `json:"name"`
	Unit    string               `json:"unit"`
	Spread  bool                 `json:"spread"` // p50 and p99 are of interest; otherwise the median of the passes
	Samples map[string][]float64 `json:"samples"`
	decimal int
}

func newFigures(programs []string) *figures {
	return &figures{Programs: programs, index: map[string]*figure{}}
}

func (f *figures) line(name, unit string, decimal int, spread bool) *figure {
	if x := f.index[name]; x != nil {
		return x
	}
	x := &figure{Name: name, Unit: unit, Spread: spread, Samples: map[string][]float64{}, decimal: decimal}
	f.index[name] = x
	f.List = append(f.List, x)
	return x
}

// times adds latencies.
func (f *figures) times(program, name string, took []time.Duration) {
	x := f.line(name, "ms", 1, true)
	for _, d := range took {
		x.Samples[program] = append(x.Samples[program], float64(d.Microseconds())/1000)
	}
}

// value adds a number.
func (f *figures) value(program, name, unit string, decimal int, v float64) {
	x := f.line(name, unit, decimal, false)
	x.Samples[program] = append(x.Samples[program], v)
}

func (f *figures) note(format string, args ...any) {
	f.Notes = append(f.Notes, fmt.Sprintf(format, args...))
}

// quantile is the smallest sample that a share q of all does not exceed.
func quantile(samples []float64, q float64) float64 {
	if len(samples) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(samples))
	return s[max(0, int(math.Ceil(q*float64(len(s))))-1)]
}

// get is a quantile of a figure; NaN when it was not measured.
func (f *figures) get(program, name string, q float64) float64 {
	x := f.index[name]
	if x == nil {
		return math.NaN()
	}
	return quantile(x.Samples[program], q)
}

func (x *figure) cell(program string) string {
	s := x.Samples[program]
	switch {
	case len(s) == 0:
		return "-"
	case x.Spread:
		return fmt.Sprintf("%.*f / %.*f", x.decimal, quantile(s, 0.5), x.decimal, quantile(s, 0.99))
	}
	return fmt.Sprintf("%.*f", x.decimal, quantile(s, 0.5))
}

// print writes the table and the marks, as plain text.
func (f *figures) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "\t\t%s\n", strings.Join(f.Programs, "\t"))
	for _, x := range f.List {
		unit := x.Unit
		if x.Spread {
			unit += ", p50 / p99"
		}
		fmt.Fprintf(tw, "%s\t%s", x.Name, unit)
		for _, p := range f.Programs {
			fmt.Fprintf(tw, "\t%s", x.cell(p))
		}
		fmt.Fprintln(tw)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	tw = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, m := range f.marks() {
		fmt.Fprintf(tw, "%s\t%s\t%.4g\t%s\n", m.verdict(), m.text, m.value, m.limit)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, n := range f.Notes {
		if _, err := fmt.Fprintln(w, n); err != nil {
			return err
		}
	}
	return nil
}

func (f *figures) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(f)
}
