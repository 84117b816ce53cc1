package verb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"warroom/model"
	"warroom/model/report"
)

// say prints one line of safe text.
func (c *call) say(format string, args ...any) error {
	_, err := fmt.Fprintf(c.std.Out, format+"\n", args...)
	return err
}

// note prints one line beside the result, for people.
func (c *call) note(format string, args ...any) error {
	if c.std.Err == nil || c.json() {
		return nil
	}
	_, err := io.WriteString(c.std.Err, model.Line(fmt.Sprintf(format, args...)).String()+"\n")
	return err
}

// value as JSON, or the words of plain.
func (c *call) print(value any, plain func() error) error {
	if !c.json() {
		return plain()
	}
	b, err := jsonText(value, "  ")
	if err != nil {
		return err
	}
	_, err = c.std.Out.Write(append(b, '\n'))
	return err
}

// jsonText is value as JSON in which every character that a terminal must not
// get raw is escaped; whoever decodes it has the exact text (OUT-1, TXT-2).
func jsonText(value any, indent string) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(value); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return escapeUnsafe(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))), nil
}

// escapeUnsafe writes what model.Line would mark as \u escapes. JSON has such
// characters inside its strings only.
func escapeUnsafe(b []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf && b[i] != 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if s := string(b[i : i+n]); model.Line(s).String() != s {
			out = append(out, b[done:i]...)
			if r > 0xffff {
				hi, lo := utf16.EncodeRune(r)
				out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
			} else {
				out = fmt.Appendf(out, `\u%04x`, r)
			}
			done = i + n
		}
		i += n
	}
	if done == 0 {
		return b
	}
	return append(out, b[done:]...)
}

// column is one column of a table; the one that gives shrinks on a narrow terminal.
type column struct {
	title string
	give  bool
}

// table prints rows of foreign or own text in aligned columns, cut to the
// terminal's width, or says what empty means when there are none.
func (c *call) table(cols []column, rows [][]string, empty string) error {
	if len(rows) == 0 {
		return c.note("%s", empty)
	}
	lines := make([][]string, 0, len(rows)+1)
	head := make([]string, len(cols))
	for i, col := range cols {
		head[i] = col.title
	}
	lines = append(lines, head)
	for _, r := range rows {
		safe := make([]string, len(r))
		for i, cell := range r {
			safe[i] = model.Line(cell).String()
		}
		lines = append(lines, safe)
	}
	w := make([]int, len(cols))
	for _, l := range lines {
		for i, cell := range l {
			w[i] = max(w[i], report.Cells(cell))
		}
	}
	c.shrink(cols, w)
	var b strings.Builder
	for _, l := range lines {
		for i, cell := range l {
			cell = cut(cell, w[i])
			b.WriteString(cell)
			if i < len(l)-1 {
				b.WriteString(strings.Repeat(" ", w[i]-report.Cells(cell)+2))
			}
		}
		s := strings.TrimRight(b.String(), " ")
		b.Reset()
		if err := c.say("%s", s); err != nil {
			return err
		}
	}
	return nil
}

// shrink takes what the terminal lacks from the columns that give.
func (c *call) shrink(cols []column, w []int) {
	if c.std.Width <= 0 {
		return
	}
	total := 2 * (len(w) - 1)
	for _, n := range w {
		total += n
	}
	const least = 12
	for total > c.std.Width {
		widest := -1
		for i := range cols {
			if cols[i].give && w[i] > least && (widest < 0 || w[i] > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		w[widest]--
		total--
	}
}

// cut shortens a safe text to most columns.
func cut(s string, most int) string {
	if report.Cells(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		k := report.RuneCells(r)
		if n+k > most-1 {
			return s[:i] + "…"
		}
		n += k
	}
	return s
}

// paragraph prints safe text of several lines, indented and broken at blanks.
func (c *call) paragraph(t model.Text, indent string) error {
	most := 100
	if c.std.Width > 20 {
		most = min(c.std.Width, 120) - len(indent)
	}
	for line := range strings.SplitSeq(t.Block().String(), "\n") {
		for {
			head, rest := wrap(line, most)
			if err := c.say("%s%s", indent, head); err != nil {
				return err
			}
			if rest == "" {
				break
			}
			line = rest
		}
	}
	return nil
}

// wrap takes off a line what fits into most columns.
func wrap(s string, most int) (head, rest string) {
	if report.Cells(s) <= most {
		return s, ""
	}
	n, blank := 0, -1
	for i, r := range s {
		n += report.RuneCells(r)
		if n > most {
			if blank > 0 {
				return s[:blank], strings.TrimLeft(s[blank:], " ")
			}
			return s[:i], s[i:]
		}
		if r == ' ' {
			blank = i
		}
	}
	return s, ""
}

// clock is a time for people: the time alone for today, with the date otherwise.
func (c *call) clock(t time.Time) string {
	t, now := t.UTC(), c.env.Now().UTC()
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04:05Z")
	}
	return t.Format("2006-01-02 15:04Z")
}

func at(user string) string {
	if user == "" {
		return "—"
	}
	return "@" + user
}
