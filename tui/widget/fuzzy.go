package widget

import (
	"unicode"
	"unicode/utf8"
)

// Fuzzy tells how well query matches text: every rune of query must occur in
// text in its order, without regard to case. score is higher for runs, for
// beginnings of words and for early places; ok is false when it does not
// match. Blanks in query match anything.
func Fuzzy(query, text string) (score int, ok bool) {
	prev := ' '
	run := 0
	for q := query; q != ""; {
		want, n := utf8.DecodeRuneInString(q)
		q = q[n:]
		if want == ' ' {
			run = 0
			continue
		}
		want = unicode.ToLower(want)
		found := false
		for text != "" && !found {
			r, m := utf8.DecodeRuneInString(text)
			text = text[m:]
			if unicode.ToLower(r) != want {
				run, score = 0, score-1
				prev = r
				continue
			}
			found = true
			run++
			score += 4 * run
			if !unicode.IsLetter(prev) && !unicode.IsDigit(prev) {
				score += 12
			}
			prev = r
		}
		if !found {
			return 0, false
		}
	}
	return score - utf8.RuneCountInString(text)/4, true
}
