package widget_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"warroom/tui/widget"
)

// source is a list of ids that a table shows.
type source []string

func (s source) id(i int) string { return s[i] }

// into gives the list to the table, ids with a leading # as sections.
func (s source) into(t *widget.Table) {
	t.SetSource(len(s), func(i int) string {
		if strings.HasPrefix(s[i], "#") {
			return ""
		}
		return s[i]
	})
}

func (s source) cell(row, col int) string {
	if col == widget.Section {
		return s[row]
	}
	return s[row] + "." + strconv.Itoa(col)
}

func draw(t *testing.T, tb *widget.Table, s source, w, h int) []string {
	t.Helper()
	lines := tb.Draw(w, h, styles(t, "mono"), s.cell)
	sized(t, lines, w, h)
	return strip(lines)
}

func numbered(from, to int) source {
	var s source
	for i := from; i < to; i++ {
		s = append(s, fmt.Sprintf("r%d", i))
	}
	return s
}

func oneColumn() *widget.Table { return widget.NewTable(widget.Column{Min: 6, Flex: 1}) }

func TestTableStaysOnTheThingAndOnItsLine(t *testing.T) {
	tb := oneColumn()
	rows := numbered(0, 50)
	rows.into(tb)
	draw(t, tb, rows, 20, 10)
	tb.Move(20)
	before := draw(t, tb, rows, 20, 10)
	line := slices.IndexFunc(before, func(s string) bool { return strings.Contains(s, "▌") })

	tests := []struct {
		name string
		rows source
		want string
		same bool // on the same line of the screen
	}{
		{"rows above", append(numbered(100, 130), rows...), "r20", true},
		{"many rows above", append(numbered(100, 1000), rows...), "r20", true},
		{"rows above leave", rows[5:], "r20", true},
		{"other order", slices.Concat(rows[30:], rows[:30]), "r20", true},
		{"reversed", source{"r49", "r20", "r1"}, "r20", false},
		{"it leaves", slices.Concat(rows[:20], rows[21:]), "r21", true},
		{"it and the rest leave", rows[:5], "r4", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tb := oneColumn()
			rows.into(tb)
			draw(t, tb, rows, 20, 10)
			tb.Move(20)
			draw(t, tb, rows, 20, 10)
			tt.rows.into(tb)
			got := draw(t, tb, tt.rows, 20, 10)
			if tb.Selected() != tt.want {
				t.Errorf("the cursor is on %s, want %s", tb.Selected(), tt.want)
			}
			at := slices.IndexFunc(got, func(s string) bool { return strings.Contains(s, "▌") })
			if at < 0 || !strings.Contains(got[at], tt.want) {
				t.Errorf("the cursor is not drawn on %s: %q", tt.want, got)
			}
			if tt.same && at != line {
				t.Errorf("the cursor went from line %d to line %d", line, at)
			}
		})
	}
}

func TestTableEmptiesAndComesBack(t *testing.T) {
	tb := oneColumn()
	if tb.Selected() != "" || tb.Index() != -1 {
		t.Error("an empty table has a selection")
	}
	tb.Move(1)
	tb.Bottom()
	rows := numbered(0, 9)
	rows.into(tb)
	tb.Move(4)
	source{}.into(tb)
	draw(t, tb, source{}, 20, 4)
	if tb.Selected() != "" {
		t.Errorf("nothing is shown, but %s is selected", tb.Selected())
	}
	rows.into(tb)
	if tb.Selected() != "r4" {
		t.Errorf("after a reload the cursor is on %q", tb.Selected())
	}
	source{"#only"}.into(tb)
	if tb.Selected() != "" || tb.Index() != -1 {
		t.Errorf("a section is selected: %q", tb.Selected())
	}
}

func TestTableStepsOverSections(t *testing.T) {
	rows := source{"#INTAKE 2", "a", "b", "#OPEN 2", "c", "#", "d", "#END"}
	tb := oneColumn()
	rows.into(tb)
	var seen []string
	for range 6 {
		seen = append(seen, tb.Selected())
		tb.Move(1)
	}
	tb.Move(-2)
	seen = append(seen, tb.Selected())
	tb.Move(-9)
	seen = append(seen, tb.Selected())
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "d", "d", "b", "a"}, seen); diff != "" {
		t.Error(diff)
	}
	want := []string{"#INTAKE 2   ", " ▌a.0       ", "  b.0       "}
	if diff := cmp.Diff(want, draw(t, tb, rows, 12, 3)); diff != "" {
		t.Error(diff)
	}
	tb.Bottom()
	if tb.Selected() != "d" {
		t.Errorf("the last row is %q", tb.Selected())
	}
	if tb.Click(0) {
		t.Error("a click on a section selects")
	}
}

func TestTableDropsColumnsByPriority(t *testing.T) {
	tb := widget.NewTable(
		widget.Column{Title: "ref", Min: 5, Priority: 9},
		widget.Column{Title: "title", Min: 8, Flex: 3, Priority: 8},
		widget.Column{Title: "age", Min: 4, Priority: 2, Right: true},
		widget.Column{Title: "owner", Min: 6, Flex: 1, Priority: 5},
	)
	rows := source{"A1"}
	rows.into(tb)
	tests := []struct {
		w    int
		want []string
	}{
		{40, []string{"  ref    title            age  owner    ", " ▌A1.0   A1.1            A1.2  A1.3     "}},
		{31, []string{"  ref    title      age  owner ", " ▌A1.0   A1.1      A1.2  A1.3  "}},
		{28, []string{"  ref    title       owner  ", " ▌A1.0   A1.1        A1.3   "}},
		{17, []string{"  ref    title   ", " ▌A1.0   A1.1    "}},
		{9, []string{"  ref    ", " ▌A1.0   "}},
		{5, []string{"  ref", " ▌A1…"}},
		{2, []string{"  ", " ▌"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, draw(t, tb, rows, tt.w, 2)); diff != "" {
			t.Errorf("at %d:\n%s", tt.w, diff)
		}
	}
}

// A row that arrives is shown while the end is in sight, and never moves the cursor.
func TestTableFollowsTheEndOnlyFromTheEnd(t *testing.T) {
	tb := oneColumn()
	tb.Follow = true
	rows := numbered(0, 30)
	rows.into(tb)
	tb.Bottom()
	draw(t, tb, rows, 20, 10)
	rows = numbered(0, 31)
	rows.into(tb)
	if draw(t, tb, rows, 20, 10); tb.Selected() != "r29" || tb.Above() != 26 || tb.Below() != 0 {
		t.Errorf("at the end: on %s, %d above, %d below; half the window is to be free", tb.Selected(), tb.Above(), tb.Below())
	}
	rows = numbered(0, 36)
	rows.into(tb)
	if draw(t, tb, rows, 20, 10); tb.Above() != 26 || tb.Below() != 0 {
		t.Errorf("with room left the window moved: %d above, %d below", tb.Above(), tb.Below())
	}
	rows = numbered(0, 60)
	rows.into(tb)
	if draw(t, tb, rows, 20, 10); tb.Selected() != "r29" || tb.Below() != 0 {
		t.Errorf("after many rows: on %s, %d below", tb.Selected(), tb.Below())
	}
	tb.Move(-12)
	draw(t, tb, rows, 20, 10)
	rows = numbered(0, 63)
	rows.into(tb)
	draw(t, tb, rows, 20, 10)
	if tb.Selected() != "r17" || tb.Above() > 17 || tb.Above()+10 <= 17 || tb.Below() == 0 {
		t.Errorf("away from the end it is on %s, %d above, %d below", tb.Selected(), tb.Above(), tb.Below())
	}
}

func TestTablePagesAndClicks(t *testing.T) {
	tb := oneColumn()
	rows := numbered(0, 100)
	rows.into(tb)
	draw(t, tb, rows, 20, 11)
	steps := []struct {
		do   func()
		want string
	}{
		{func() { tb.Page(1) }, "r10"}, {func() { tb.HalfPage(1) }, "r15"}, {func() { tb.HalfPage(-1) }, "r10"},
		{func() { tb.Bottom() }, "r99"}, {func() { tb.Move(5) }, "r99"}, {func() { tb.Page(-1) }, "r89"}, {tb.Top, "r0"},
		{func() { tb.Click(7) }, "r7"}, {func() { tb.Click(11) }, "r7"}, {func() { tb.Click(-1) }, "r7"},
		{func() { tb.Select("r55") }, "r55"}, {func() { tb.Select("gone") }, "r55"},
	}
	for i, s := range steps {
		draw(t, tb, rows, 20, 11)
		s.do()
		if tb.Selected() != s.want {
			t.Errorf("step %d: on %s, want %s", i, tb.Selected(), s.want)
		}
	}
}

func TestMarksGoByID(t *testing.T) {
	tb := oneColumn()
	rows := numbered(0, 6)
	rows.into(tb)
	tb.ToggleMark()
	tb.ToggleMark()
	tb.Move(1)
	tb.ToggleMark()
	slices.Reverse(rows)
	rows.into(tb)
	if diff := cmp.Diff([]string{"r3", "r1", "r0"}, tb.Marked()); diff != "" {
		t.Error(diff)
	}
	if got := draw(t, tb, rows, 10, 6)[5]; !strings.HasPrefix(got, "▪") {
		t.Errorf("the mark is not drawn: %q", got)
	}
	rows[2:].into(tb)
	if diff := cmp.Diff([]string{"r3", "r1", "r0"}, tb.Marked()); diff != "" {
		t.Error(diff)
	}
	rows[3:].into(tb)
	if diff := cmp.Diff([]string{"r1", "r0"}, tb.Marked()); diff != "" || tb.Marks() != 3 {
		t.Errorf("%d marks: %s", tb.Marks(), diff)
	}
	tb.Select("r0")
	tb.ToggleMark()
	if tb.Marks() != 2 {
		t.Error("the mark stays")
	}
	tb.ClearMarks()
	if tb.Marked() != nil {
		t.Error("marks are not cleared")
	}
}

func TestTableAsksOnlyForWhatIsVisible(t *testing.T) {
	const n = 100_000
	asked, drawn := 0, 0
	id := func(i int) string {
		asked++
		return strconv.Itoa(i)
	}
	tb := oneColumn()
	tb.SetLookup(func(id string) (int, bool) {
		i, err := strconv.Atoi(id)
		return i, err == nil && i < n
	})
	tb.SetSource(n, id)
	tb.Select("70000")
	cell := func(int, int) string { drawn++; return "x" }
	tb.Draw(80, 40, styles(t, "dark"), cell)
	asked, drawn = 0, 0
	tb.SetSource(n, id)
	tb.Draw(80, 40, styles(t, "dark"), cell)
	if tb.Selected() != "70000" || asked > 100 || drawn != 40 {
		t.Errorf("on %s, asked for %d ids and drew %d cells", tb.Selected(), asked, drawn)
	}
}

func BenchmarkTableDraw(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			st := styles(b, "dark")
			tb := widget.NewTable(widget.Column{Min: 10, Priority: 3}, widget.Column{Min: 20, Flex: 1, Priority: 2}, widget.Column{Min: 8, Priority: 1})
			ids := make([]string, n)
			for i := range ids {
				ids[i] = "I" + strconv.Itoa(i)
			}
			s := source(ids)
			tb.SetSource(n, s.id)
			tb.Select(ids[n/2])
			cell := func(row, col int) string {
				if col == 2 {
					return st.Person.S("@alice")
				}
				return ids[row]
			}
			for b.Loop() {
				tb.SetSource(n, s.id)
				tb.Draw(120, 36, st, cell)
			}
		})
	}
}
