package model

import (
	"slices"
	"strings"
)

// Marks is what a line of text names: people, tags, ATT&CK techniques, refs of
// this incident, and whether it ends in a lone ! that stars it. Each is listed
// once, in the order of first appearance.
type Marks struct {
	People, Tags, Techniques, Refs []string
	Starred                        bool
}

// ScanLine finds the marks in a text; the text itself stays as it is.
func ScanLine(text string) Marks {
	var m Marks
	last := ""
	for w := range strings.FieldsSeq(text) {
		last = w
		w = strings.Trim(w, "()[]{}\"'“”„,;:.?!")
		if len(w) < 2 || len(w) > 64 {
			continue
		}
		switch {
		case w[0] == '@':
			if u, err := ParseUserName(strings.ToLower(strings.TrimRight(w, ".-_"))); err == nil {
				add(&m.People, u)
			}
		case w[0] == '#':
			if t := strings.ToLower(w[1:]); isTag(t) {
				add(&m.Tags, t)
			}
		case isTechnique(w):
			add(&m.Techniques, strings.ToUpper(w))
		case isRef(w):
			add(&m.Refs, w)
		}
	}
	m.Starred = last == "!"
	return m
}

// maxNamed is how many names of one sort a line gives: a pasted log names
// thousands, and each is compared with those before it.
const maxNamed = 100

func add(list *[]string, s string) {
	if len(*list) < maxNamed && !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

// isTag accepts letters, digits, dash and underscore, with at least one letter:
// #123 is a ticket number.
func isTag(s string) bool {
	letter := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z':
			letter = true
		case c >= '0' && c <= '9' || c == '-' || c == '_':
		default:
			return false
		}
	}
	return letter
}

// isTechnique accepts MITRE ATT&CK technique ids: T1486, T1078.004.
func isTechnique(s string) bool {
	if len(s) != 5 && len(s) != 9 || s[0] != 'T' && s[0] != 't' || !digits(s[1:5]) {
		return false
	}
	return len(s) == 5 || s[5] == '.' && digits(s[6:])
}

// isRef accepts refs inside an incident: T17 I3 S5 A8 E2 C12 N1 F4.
func isRef(s string) bool {
	return len(s) <= 7 && strings.IndexByte("TISAECNF", s[0]) >= 0 && s[1] != '0' && digits(s[1:]) && (s[0] != 'T' || len(s) != 5)
}
