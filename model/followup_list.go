package model

import (
	"slices"
	"strings"
	"time"
)

// FollowUpLine is a follow-up in a list over all incidents, with the line of its
// incident.
type FollowUpLine struct {
	In *Brief
	*FollowUpBrief
}

// FollowUpLines lists the follow-ups of the incidents that by may read, in the order
// of work: what is open first, by day and priority.
func FollowUpLines(briefs []*Brief, by Actor, f FollowUpFilter, now time.Time) []FollowUpLine {
	var out []FollowUpLine
	for i := range briefs {
		b := briefs[i]
		if len(b.FollowUps) == 0 || !b.IsIncident() || !b.CanRead(by) {
			continue
		}
		for j := range b.FollowUps {
			if x := &b.FollowUps[j]; f.Match(b, x, now) {
				out = append(out, FollowUpLine{b, x})
			}
		}
	}
	// Equal ones stay in the order of the board and of their numbers.
	slices.SortFunc(out, func(a, b FollowUpLine) int {
		if c := CompareFollowUps(a.FollowUpBrief, b.FollowUpBrief); c != 0 {
			return c
		}
		if a.In != b.In {
			return strings.Compare(b.In.ID, a.In.ID)
		}
		return compareRefs(a.Ref, b.Ref)
	})
	return out
}

// compareRefs orders refs of one kind by their numbers.
func compareRefs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// Unsettled is the filter that lets through what is still to be done.
func Unsettled() FollowUpFilter { return FollowUpFilter{}.And("state", unsettled) }

// unsettled is the word for open and in-progress in a filter.
const unsettled = "unsettled"

// FollowUpFilter is a parsed filter of follow-ups: words that must all match, each
// maybe with a field (team:web owner:@bob state:open kind:prevent), each maybe
// inverted with a leading !. The word late is what is overdue.
type FollowUpFilter struct{ terms []filterTerm }

// FollowUpFields lists the fields that such a filter knows.
func FollowUpFields() []string {
	return []string{"team", "owner", "state", "kind", "pri", "id", "ticket", "changes", "exercise"}
}

// ParseFollowUpFilter reads a filter. A field that there is not is an error that names
// those there are; a word without a field is looked for in id, ref, title, team,
// owner and ticket.
func ParseFollowUpFilter(s string) (FollowUpFilter, error) {
	var f FollowUpFilter
	for _, w := range strings.Fields(strings.ToLower(s)) {
		t := filterTerm{value: w}
		if rest, ok := strings.CutPrefix(w, "!"); ok && rest != "" {
			t.not, t.value = true, rest
		}
		if field, value, ok := strings.Cut(t.value, ":"); ok && value != "" && letters(field) {
			if !slices.Contains(FollowUpFields(), field) {
				return FollowUpFilter{}, Usage("a filter of follow-ups knows no field %q", excerpt(field)).Hint("use %s, or the word late", strings.Join(FollowUpFields(), ", "))
			}
			t.field, t.value = field, value
		}
		f.terms = append(f.terms, t)
	}
	return f, nil
}

// And is the filter with one more condition; its value may hold blanks.
func (f FollowUpFilter) And(field, value string) FollowUpFilter {
	return FollowUpFilter{append(slices.Clip(f.terms), filterTerm{field: field, value: strings.ToLower(value)})}
}

// Names says whether the filter asks for a field.
func (f FollowUpFilter) Names(field string) bool {
	return slices.ContainsFunc(f.terms, func(t filterTerm) bool { return t.field == field })
}

// Empty says whether everything matches.
func (f FollowUpFilter) Empty() bool { return len(f.terms) == 0 }

// Match says whether a follow-up of the incident passes.
func (f FollowUpFilter) Match(b *Brief, x *FollowUpBrief, now time.Time) bool {
	for _, t := range f.terms {
		if t.followUp(b, x, now) == t.not {
			return false
		}
	}
	return true
}

func (t filterTerm) followUp(b *Brief, x *FollowUpBrief, now time.Time) bool {
	holds := func(s string) bool { return strings.Contains(strings.ToLower(s), t.value) }
	switch t.field {
	case "team":
		return holds(string(x.Team)) || t.value == "none" && x.Team == ""
	case "owner":
		return x.Owner == strings.TrimPrefix(t.value, "@")
	case "state":
		if t.value == unsettled {
			return x.Open()
		}
		st, err := ParseFollowUpState(t.value)
		return err == nil && st == x.State
	case "kind":
		return strings.HasPrefix(string(x.Kind), t.value)
	case "pri":
		p, err := ParsePriority(t.value)
		return err == nil && p == x.Priority
	case "id":
		return holds(b.ID)
	case "ticket":
		return holds(string(x.Ticket))
	case "changes":
		return slices.ContainsFunc(x.Changes, holds)
	case "exercise":
		return b.Exercise == (t.value == "yes" || t.value == "true" || t.value == "1")
	}
	if t.value == "late" || t.value == "overdue" {
		return x.Late(now)
	}
	return holds(b.ID) || holds(string(x.Title)) || holds(string(x.Team)) || holds(string(x.Ticket)) || strings.EqualFold(x.Ref, t.value) ||
		strings.TrimPrefix(t.value, "@") == x.Owner
}
