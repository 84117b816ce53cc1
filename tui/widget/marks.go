package widget

// ToggleMark marks the selected row, or takes its mark away, and moves on to
// the next row so that holding the key marks a run.
func (t *Table) ToggleMark() {
	id := t.Selected()
	if id == "" {
		return
	}
	if _, ok := t.marks[id]; ok {
		delete(t.marks, id)
	} else {
		t.marks[id] = struct{}{}
	}
	t.Move(1)
}

// ClearMarks takes all marks away.
func (t *Table) ClearMarks() { clear(t.marks) }

// Marks is the number of marks, those of rows that are filtered away included.
func (t *Table) Marks() int { return len(t.marks) }

// Marked lists the ids of the marked rows that are shown now, from the top. A
// mark on a row that has left does not count, so that a bulk step never
// touches what its author cannot see. It asks for every id when there is a
// mark at all.
func (t *Table) Marked() []string {
	if len(t.marks) == 0 {
		return nil
	}
	var out []string
	for row := 0; row < t.n && len(out) < len(t.marks); row++ {
		id := t.id(row)
		if _, ok := t.marks[id]; ok {
			out = append(out, id)
		}
	}
	return out
}
