package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Likeness is another incident or report that may belong to this one, with why.
type Likeness struct {
	ID    string   `json:"id"`
	Title Text     `json:"title"`
	State string   `json:"state"` // open, closed, or a report's state
	Score int      `json:"score"`
	Why   []string `json:"why"` // in words; may hold foreign text
}

// Traits is what likeness is judged by.
type Traits struct {
	Indicators map[string][]string // values, defanged, by the id of who shares them
	Assets     map[string][]string // names of assets, by the id of who has them
	Titles     bool                // shared words of the title count as well
}

// What one shared thing counts. Two words of a title may be chance, an indicator
// rarely is.
const (
	likeIndicator = 10
	likeAsset     = 6
	likeWord      = 1
	leastLikeness = 2
	mostLike      = 5 // of one kind that counts
)

// Similar ranks others by what they share with in: indicators, assets, words of
// the title, the most likely first.
func Similar(in *Incident, others []*Brief, t Traits) []Likeness {
	words := map[string]bool{}
	if t.Titles {
		for _, w := range titleWords(in.Title) {
			words[w] = true
		}
	}
	var out []Likeness
	for _, b := range others {
		if b.ID == in.ID || slices.Contains(in.Related, b.ID) {
			continue
		}
		l := Likeness{ID: b.ID, Title: b.Title, State: string(b.Status)}
		if b.Report != nil {
			l.State = string(b.Report.State)
		}
		l.count(likeIndicator, "shares the indicator", t.Indicators[b.ID])
		l.count(likeAsset, "names the asset", t.Assets[b.ID])
		var shared []string
		for _, w := range titleWords(b.Title) {
			if words[w] && !slices.Contains(shared, w) {
				shared = append(shared, w)
			}
		}
		l.count(likeWord, "title has", shared)
		if l.Score >= leastLikeness {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Likeness) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

func (l *Likeness) count(each int, what string, shared []string) {
	if len(shared) == 0 {
		return
	}
	l.Score += each * min(len(shared), mostLike)
	const named = 3
	text := what + " " + strings.Join(shared[:min(len(shared), named)], ", ")
	if more := len(shared) - named; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	l.Why = append(l.Why, text)
}

// common are words of titles that say nothing.
var common = map[string]bool{"with": true, "from": true, "that": true, "this": true, "into": true, "after": true, "over": true, "several": true,
	"found": true, "seen": true, "reported": true, "report": true, "incident": true, "alert": true, "possible": true, "suspicious": true,
	"suspected": true, "unknown": true, "user": true, "users": true} // read only

// titleWords are the words of a title that tell it from others, in small letters.
func titleWords(t Text) []string {
	s := strings.ToLower(string(t[:min(len(t), MaxTitle)]))
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r >= 0x80)
	}) {
		if w = strings.Trim(w, "-"); len(w) >= 4 && !common[w] {
			out = append(out, w)
		}
	}
	return out
}

// Names says whether the report's own words name an asset: whole, in any letter
// case, and long enough to be no chance.
func (in *Incident) Names(asset Text) bool {
	name := strings.ToLower(strings.TrimSpace(string(asset)))
	if len(name) < 3 || in.Report == nil {
		return false
	}
	return wordIn(strings.ToLower(string(in.Title)), name) || wordIn(strings.ToLower(string(in.Report.Text)), name)
}

// HasAsset says whether an asset of this name is in scope, whatever its kind.
func (in *Incident) HasAsset(name Text) bool {
	for _, a := range in.Assets {
		if a.Retracted == "" && strings.EqualFold(strings.TrimSpace(string(a.Name)), strings.TrimSpace(string(name))) {
			return true
		}
	}
	return false
}

// wordIn says whether word stands in s with no letter or digit beside it.
func wordIn(s, word string) bool {
	part := func(i int) bool {
		if i < 0 || i >= len(s) {
			return false
		}
		c := s[i]
		return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80
	}
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return false
		}
		i += from
		if !part(i-1) && !part(i+len(word)) {
			return true
		}
		from = i + 1
	}
}
