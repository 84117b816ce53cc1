package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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

// mostRead is how much of a report's text is compared with the names of assets.
const mostRead = 64 << 10

// AssetNames answers which names of assets an incident or a report shares: an
// incident those in its scope, a report those that stand in its words, whole and
// in any letter case. What it is asked for may be many, so it is made once.
func (in *Incident) AssetNames() func(name Text) bool {
	if in.Report == nil {
		have := map[string]bool{}
		for _, a := range in.Assets {
			if a.Retracted == "" {
				have[folded(a.Name)] = true
			}
		}
		return func(name Text) bool { return have[folded(name)] }
	}
	text := strings.ToLower(string(in.Title) + "\n" + string(in.Report.Text[:min(len(in.Report.Text), mostRead)]))
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(text, notWord) {
		words[w] = true
	}
	return func(name Text) bool {
		n := folded(name)
		known := false
		for w := range strings.FieldsFuncSeq(n, notWord) { // before the text is read for it
			if known = words[w]; !known {
				return false
			}
		}
		return known && len(n) >= 3 && wordIn(text, n)
	}
}

func folded(name Text) string { return strings.ToLower(strings.TrimSpace(string(name))) }

// notWord tells what stands between words: all but letters and digits.
func notWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// wordIn says whether word stands in s with no letter or digit beside it.
func wordIn(s, word string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(word):])
		if notWord(before) && notWord(after) {
			return true
		}
		from = i + 1
	}
}
