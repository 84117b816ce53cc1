package model

import (
	"slices"
	"strings"
)

// Filter is a parsed filter of the board: words that must all match, each maybe
// with a field (sev:1 phase:recovery ic:alice type:ransomware status:open
// ioc:1.2.3.4), each maybe inverted with a leading !.
type Filter struct{ terms []filterTerm }

type filterTerm struct {
	field, value string
	not          bool
}

// FilterFields lists the fields that a filter knows.
func FilterFields() []string {
	return []string{"sev", "pri", "phase", "status", "ic", "type", "id", "exercise", "ioc"}
}

// ParseFilter reads a filter. A field that there is not is an error that names
// those there are; a word without a field is looked for in id, title, type and IC.
func ParseFilter(s string) (Filter, error) {
	var f Filter
	for _, w := range strings.Fields(strings.ToLower(s)) {
		t := filterTerm{value: w}
		if rest, ok := strings.CutPrefix(w, "!"); ok && rest != "" {
			t.not, t.value = true, rest
		}
		if field, value, ok := strings.Cut(t.value, ":"); ok && value != "" && letters(field) {
			if !slices.Contains(FilterFields(), field) {
				return Filter{}, Usage("a filter knows no field %q", excerpt(field)).Hint("use %s", strings.Join(FilterFields(), ", "))
			}
			t.field, t.value = field, strings.TrimPrefix(value, "@")
		}
		f.terms = append(f.terms, t)
	}
	return f, nil
}

func letters(s string) bool {
	for _, r := range s {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return s != ""
}

// Empty says whether everything matches.
func (f Filter) Empty() bool { return len(f.terms) == 0 }

// Indicators are the values of ioc: terms; which incidents have them is for the
// caller to look up and to hand to Match.
func (f Filter) Indicators() []string {
	var out []string
	for _, t := range f.terms {
		if t.field == "ioc" {
			out = append(out, t.value)
		}
	}
	return out
}

// Match says whether the incident passes. has answers for ioc: terms. A report is
// no incident; see MatchReport.
func (f Filter) Match(b *Brief, has func(incident, value string) bool) bool {
	return b.IsIncident() && f.all(b, has)
}

// MatchReport says whether the report passes.
func (f Filter) MatchReport(b *Brief, has func(incident, value string) bool) bool {
	return b.Report != nil && f.all(b, has)
}

func (f Filter) all(b *Brief, has func(incident, value string) bool) bool {
	for _, t := range f.terms {
		if t.match(b, has) == t.not {
			return false
		}
	}
	return true
}

func (t filterTerm) match(b *Brief, has func(incident, value string) bool) bool {
	switch t.field {
	case "sev":
		s, err := ParseSeverity(t.value)
		return err == nil && s == b.Severity
	case "pri":
		p, err := ParsePriority(t.value)
		return err == nil && p == b.Priority
	case "phase":
		return strings.HasPrefix(string(b.Phase), t.value) || strings.EqualFold(b.Phase.Short(), t.value)
	case "status":
		return string(b.Status) == t.value
	case "ic":
		return b.IC == t.value
	case "type":
		return strings.Contains(strings.ToLower(b.Type), t.value)
	case "id":
		return strings.Contains(strings.ToLower(b.ID), t.value)
	case "exercise":
		return b.Exercise == (t.value == "yes" || t.value == "true" || t.value == "1")
	case "ioc":
		return has != nil && has(b.ID, t.value)
	}
	return strings.Contains(strings.ToLower(b.ID), t.value) || strings.Contains(strings.ToLower(string(b.Title)), t.value) ||
		strings.Contains(strings.ToLower(b.Type), t.value) || strings.TrimPrefix(t.value, "@") == b.IC
}

// ByUrgency orders briefs for work: the severest first, then by priority, then
// the newest.
func ByUrgency(a, b *Brief) int {
	if a.Severity != b.Severity {
		return int(a.Severity) - int(b.Severity)
	}
	if a.Priority != b.Priority {
		return int(a.Priority) - int(b.Priority)
	}
	return b.DeclaredAt.Compare(a.DeclaredAt)
}
