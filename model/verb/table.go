package verb

import (
	"slices"
	"strings"

	"warroom/model"
)

// Table lists every verb, in the order of the help.
func Table() []*Verb {
	return slices.Concat(reportVerbs(), incidentVerbs(), noteVerbs(), iocVerbs(), scopeVerbs(), actionVerbs(), checkVerbs(), leadVerbs(), factVerbs(), notifyVerbs(), sitrepVerbs(), roomVerbs())
}

// Find is the verb that the words begin with, and the words after it. A first
// word that several verbs share, alone, is an error that lists them.
func Find(words []string) (v *Verb, rest []string, err error) {
	if len(words) == 0 || strings.TrimSpace(words[0]) == "" {
		return nil, nil, model.Usage("no verb").Hint("help lists the verbs")
	}
	second := ""
	if len(words) > 1 {
		second = words[1]
	}
	var family, names []string
	for _, v := range Table() {
		first, sub, two := strings.Cut(v.Name, " ")
		names = append(names, first)
		switch {
		case first != words[0]:
		case !two:
			return v, words[1:], nil
		case sub == second:
			return v, words[2:], nil
		default:
			family = append(family, sub)
		}
	}
	if len(family) > 0 {
		switch second {
		case "", "--help", "--json":
			return nil, nil, model.Usage("%s needs one of: %s", words[0], strings.Join(family, ", ")).Hint("help %s explains them", words[0])
		}
		return nil, nil, model.Usage("%s has no %q", words[0], clip(second)).Hint("use one of: %s", strings.Join(family, ", "))
	}
	e := model.Usage("there is no verb %q", clip(words[0]))
	if near := nearest(words[0], names); near != "" {
		return nil, nil, e.Hint("did you mean %s? help lists the verbs", near)
	}
	return nil, nil, e.Hint("help lists the verbs")
}

// nearest is the name at most two edits away from a mistyped word, "" for none.
func nearest(word string, names []string) string {
	best, at := "", 3
	for _, n := range names {
		if d := distance(word, n); d < at && d < len(n) {
			best, at = n, d
		}
	}
	return best
}

// distance is the number of edits between two words, 3 standing for "too many".
func distance(a, b string) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// clip shortens a foreign word for an error message.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
