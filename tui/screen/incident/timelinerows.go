package incident

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"warroom/model"
)

// gapAfter is how long nothing must have happened for the gap to be shown.
const gapAfter = time.Hour

// entryRows is the order in which a timeline is shown: entries by their place in
// the incident's list, with a rule before an entry where a day begins or after
// a gap. New entries are put in where they belong; nothing is made anew for them.
type entryRows struct {
	happened bool     // by when it happened, not by when it was written
	words    []string // of the filter

	entries []*model.Entry
	taken   int     // entries looked at
	shown   int     // entries that match
	list    []int32 // an entry's place, or ^place for the rule before that entry
}

// bulk is how many new entries are rather sorted in than inserted one by one.
const bulk = 64

// take goes on with what is new in entries.
func (x *entryRows) take(entries []*model.Entry) {
	x.entries = entries
	if x.happened && len(entries)-x.taken > bulk {
		x.rebuild()
		return
	}
	for ; x.taken < len(entries); x.taken++ {
		if matchEntry(entries[x.taken], x.words) {
			x.insert(int32(x.taken))
		}
	}
}

// rebuild sorts everything.
func (x *entryRows) rebuild() {
	var all []int32
	for i, e := range x.entries {
		if matchEntry(e, x.words) {
			all = append(all, int32(i))
		}
	}
	slices.SortStableFunc(all, func(a, b int32) int { return x.entries[a].OccurredAt.Compare(x.entries[b].OccurredAt) })
	x.list, x.taken, x.shown = x.list[:0], len(x.entries), 0
	for _, i := range all {
		x.append(i)
	}
}

// insert puts entry i in its place: at the end, or before those that happened
// after it.
func (x *entryRows) insert(i int32) {
	at := len(x.list)
	if x.happened {
		when := x.entries[i].OccurredAt
		for at > 0 && (x.list[at-1] < 0 || x.entries[x.list[at-1]].OccurredAt.After(when)) {
			at--
		}
	}
	var later []int32
	for _, r := range x.list[at:] {
		if r >= 0 {
			later = append(later, r)
		}
	}
	x.list = x.list[:at]
	x.shown -= len(later)
	x.append(i)
	for _, r := range later {
		x.append(r)
	}
}

// append adds entry i below the last one, with a rule where one is due.
func (x *entryRows) append(i int32) {
	if x.newDay(i) || x.gap(i) >= gapAfter && !x.vague(i) {
		x.list = append(x.list, ^i)
	}
	x.list = append(x.list, i)
	x.shown++
}

func (x *entryRows) clock(e *model.Entry) time.Time {
	if x.happened {
		return e.OccurredAt
	}
	return e.RecordedAt
}

// newDay and gap compare entry i with the one that is last now.
func (x *entryRows) newDay(i int32) bool {
	n := len(x.list)
	return n == 0 || day(x.clock(x.entries[x.list[n-1]])) != day(x.clock(x.entries[i]))
}

// vague says that entry i or the one before is known only to the day, so that
// nothing can be said of the time between them.
func (x *entryRows) vague(i int32) bool {
	last := x.entries[x.list[len(x.list)-1]]
	return x.happened && (x.entries[i].Precision == model.PrecisionDay || last.Precision == model.PrecisionDay)
}

func (x *entryRows) gap(i int32) time.Duration {
	return x.clock(x.entries[i]).Sub(x.clock(x.entries[x.list[len(x.list)-1]]))
}

func (x *entryRows) entry(row int) *model.Entry { return x.entries[x.list[row]] }

func (x *entryRows) id(row int) string {
	if x.list[row] < 0 {
		return ""
	}
	return x.entries[x.list[row]].Ref
}

// rule is the text of the rule at row.
func (x *entryRows) rule(row int, bullet string) string {
	at := x.clock(x.entries[^x.list[row]])
	if row > 0 {
		if last := x.clock(x.entry(row - 1)); day(last) == day(at) {
			return bullet + " " + later(at.Sub(last)) + " " + bullet
		}
	}
	return at.UTC().Format("Monday 2 January 2006")
}

// later says how long nothing happened.
func later(d time.Duration) string {
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h == 0:
		return fmt.Sprintf("%d min later", m)
	case m == 0:
		return fmt.Sprintf("%d h later", h)
	}
	return fmt.Sprintf("%d h %d min later", h, m)
}

// find is the row of the entry called ref.
func (x *entryRows) find(ref string) (int, bool) {
	_, n, err := model.ParseRef(model.RefEntry, ref)
	if err != nil || n > len(x.entries) {
		return 0, false
	}
	i := int32(n - 1)
	row := sort.Search(len(x.list), func(r int) bool { return !x.before(x.list[r], i) })
	return row, row < len(x.list) && x.list[row] == i
}

// before says whether a row stands above entry i.
func (x *entryRows) before(row, i int32) bool {
	if row < 0 {
		return ^row == i || x.before(^row, i)
	}
	if x.happened {
		if c := x.entries[row].OccurredAt.Compare(x.entries[i].OccurredAt); c != 0 {
			return c < 0
		}
	}
	return row < i
}
