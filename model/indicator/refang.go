package indicator

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Refang undoes what people do to indicators so that nobody clicks one:
// `hxxp`, `[.]`, `(dot)`, `[@]`, `[:]//`, `user AT host DOT tld` and their
// many relatives, also broken ones such as `evil[.com`. Text without any comes
// back unchanged.
func Refang(s string) string { return restore(s).text }

// clean is text after Refang, with the places that matter to Extract.
type clean struct {
	text string
	dots []int // dots that had been defanged, ascending
	weak []int // @ that were the plain word "at", ascending
}

// fanged reports whether one of marks lies in text[from:to].
func fanged(marks []int, from, to int) bool {
	i := sort.SearchInts(marks, from)
	return i < len(marks) && marks[i] < to
}

// restorer copies src to out, changing what is defanged. Each look back or
// ahead is bounded, so that its cost is linear.
type restorer struct {
	src    string
	out    []byte
	copied int // src[:copied] is in out
	dots   []int
	weak   []int
}

func restore(s string) clean {
	r := restorer{src: s}
	for i := 0; i < len(s); {
		next := 0
		switch s[i] {
		case '[', '(', '{':
			next = r.opener(i)
		case ']', ')', '}':
			next = r.closer(i)
		case '\\':
			next = r.escape(i)
		case ':':
			next = r.scheme(i, i+1)
		case '_':
			next = r.underscores(i)
		case '@':
			next = r.spacedAt(i)
		case ' ':
			next = r.words(i)
		}
		i = max(next, i+1)
	}
	if r.copied == 0 {
		return clean{text: s}
	}
	r.flush(len(s))
	return clean{text: string(r.out), dots: r.dots, weak: r.weak}
}

// flush copies src up to i.
func (r *restorer) flush(i int) {
	if i > r.copied {
		r.out = append(r.out, r.src[r.copied:i]...)
		r.copied = i
	}
}

// put replaces src[from:to] by what and returns to.
func (r *restorer) put(from, to int, what string) int {
	r.flush(from)
	r.out = append(r.out, what...)
	r.copied = to
	return to
}

func (r *restorer) dot(from, to int) int {
	r.flush(from)
	r.dots = append(r.dots, len(r.out))
	return r.put(from, to, ".")
}

// opener looks at a bracket that opens at i: `[.]`, `[ dot ]`, `(at)`, `[/]`,
// `[:]`, `[://]`, and the half forms `[.`, `.[` and `[/`.
func (r *restorer) opener(i int) int {
	s := r.src
	j := skipSpaces(s, i+1, 2)
	what, n := bracketed(s[j:])
	if n > 0 {
		end := skipSpaces(s, j+n, 2)
		if end < len(s) && isBracket(s[end]) {
			return r.full(i, end+1, what)
		}
	}
	switch {
	case what == "." && n == 1 && j == i+1 && r.word(i-1) && r.word(i+2):
		return r.dot(i, i+2)
	case s[i] != '(' && i > 1 && s[i-1] == '.' && r.word(i-2) && r.word(i+1):
		r.flush(i)
		r.dots = append(r.dots, len(r.out)-1)
		return r.put(i, i+1, "")
	case what == "/" && j == i+1 && r.word(i-1) && r.dottedBefore(i) && !closesTag(s[i+2:]):
		return r.put(i, i+2, "/")
	}
	return 0
}

// bracketed gives what the text inside a bracket stands for, and its length.
func bracketed(s string) (what string, n int) {
	switch {
	case strings.HasPrefix(s, "."):
		return ".", 1
	case hasFold(s, "dot"):
		return ".", 3
	case strings.HasPrefix(s, "@"):
		return "@", 1
	case hasFold(s, "at"):
		return "@", 2
	case strings.HasPrefix(s, "://"):
		return "://", 3
	case strings.HasPrefix(s, ":"):
		return ":", 1
	case strings.HasPrefix(s, "/"):
		return "/", 1
	}
	return "", 0
}

// full replaces a bracket with something inside, src[from:to].
func (r *restorer) full(from, to int, what string) int {
	s := r.src
	left := from
	for left > r.copied && from-left < 2 && s[left-1] == ' ' {
		left--
	}
	right := skipSpaces(s, to, 2)
	switch what {
	case ".":
		if (r.word(left-1) || left > 0 && s[left-1] == '_') && (r.word(right) || right < len(s) && s[right] == '_') {
			return r.dot(left, right)
		}
	case "@":
		if left > 0 && (r.word(left-1) || isLocalByte(s[left-1])) && (r.word(right) || right < len(s) && s[right] == '[') {
			return r.put(left, right, "@")
		}
	case "/":
		if from > 0 && !isSpace(s[from-1]) {
			return r.put(from, to, "/")
		}
	case ":":
		if next := r.scheme(from, to); next > 0 {
			return next
		}
		return r.put(from, to, ":")
	case "://":
		return r.separator(from, to)
	}
	return 0
}

// closer looks at a bracket that closes at i: `].[`, `].]` and `.]`.
func (r *restorer) closer(i int) int {
	s := r.src
	if i+3 < len(s) && s[i+1] == '.' && isBracket(s[i+2]) && r.word(i-1) && r.word(i+3) {
		return r.dot(i, i+3)
	}
	if i > 1 && s[i-1] == '.' && r.word(i-2) && r.word(i+1) {
		r.flush(i)
		r.dots = append(r.dots, len(r.out)-1)
		return r.put(i, i+1, "")
	}
	return 0
}

// escape drops the backslash of `\.` and `\/` in a word that is no Windows path.
func (r *restorer) escape(i int) int {
	s := r.src
	if i+1 >= len(s) || !r.word(i-1) || s[i+1] != '/' && (s[i+1] != '.' || !r.word(i+2)) {
		return 0
	}
	for j := i - 1; j >= 0 && i-j < 128 && !isSpace(s[j]); j-- {
		if s[j] == '\\' && s[j+1] != '.' && s[j+1] != '/' {
			return 0
		}
	}
	if s[i+1] == '.' {
		return r.dot(i, i+2)
	}
	return r.put(i, i+1, "")
}

// spacedAt closes the gaps around an @ when a defanged host follows it.
func (r *restorer) spacedAt(i int) int {
	s := r.src
	from, to := i, i+1
	if i > 1 && s[i-1] == ' ' && r.word(i-2) {
		from--
	}
	to = skipSpaces(s, to, 1)
	if to-from == 1 || from == 0 || !r.word(from-1) {
		return 0
	}
	end := labelEnd(s, to)
	if end == to {
		return 0
	}
	if j := skipSpaces(s, end, 1); j < len(s) && isBracket(s[j]) {
		return r.put(from, to, "@")
	}
	return 0
}

// words looks at the blank before the words `at` and `dot`.
func (r *restorer) words(i int) int {
	s := r.src
	if i+4 >= len(s) || i == 0 || !r.word(i-1) {
		return 0
	}
	rest := s[i+1:]
	switch {
	case hasFold(rest, "dot ") && r.word(i+5):
		r.flush(i)
		if r.inAddress() {
			return r.dot(i, i+5)
		}
	case hasFold(rest, "at "):
		end := labelEnd(s, i+4)
		if end == i+4 {
			return 0
		}
		loud := rest[:2] == "AT"
		if !dotFollows(s, end, loud) {
			return 0
		}
		r.flush(i)
		if !loud {
			r.weak = append(r.weak, len(r.out))
		}
		return r.put(i, i+4, "@")
	}
	return 0
}

// inAddress reports whether the word at the end of out follows an @.
func (r *restorer) inAddress() bool {
	for i := len(r.out) - 1; i >= 0 && len(r.out)-i < 128; i-- {
		switch c := r.out[i]; {
		case c == '@':
			return true
		case !isAlnum(c) && c != '-' && c != '.':
			return false
		}
	}
	return false
}

// dotFollows reports whether a written-out dot stands at s[i]; loud also takes
// a real or bracketed one.
func dotFollows(s string, i int, loud bool) bool {
	if loud && i+1 < len(s) && s[i] == '.' && isAlnum(s[i+1]) {
		return true
	}
	j := skipSpaces(s, i, 1)
	if j < len(s) && isBracket(s[j]) {
		what, n := bracketed(s[skipSpaces(s, j+1, 2):])
		return what == "." && (loud || n == 3)
	}
	return j > i && hasFold(s[j:], "dot ")
}

// dottedBefore reports whether the word that ends at i holds a dot.
func (r *restorer) dottedBefore(i int) bool {
	for j := i - 1; j >= 0 && i-j < 256 && !isSpace(r.src[j]); j-- {
		if r.src[j] == '.' {
			return true
		}
	}
	return false
}

// word reports whether a letter or digit stands at src[i].
func (r *restorer) word(i int) bool {
	return i >= 0 && i < len(r.src) && (isAlnum(r.src[i]) || r.src[i] >= utf8.RuneSelf)
}

// closesTag reports whether s goes on like the closing tag `[/url]`.
func closesTag(s string) bool {
	for i := range len(s) {
		if !isLetterByte(s[i]) {
			return i > 0 && s[i] == ']'
		}
	}
	return false
}

func labelEnd(s string, i int) int {
	most := min(len(s), i+63)
	for i < most && (isAlnum(s[i]) || s[i] == '-') {
		i++
	}
	return i
}

func skipSpaces(s string, i, most int) int {
	for n := 0; n < most && i < len(s) && s[i] == ' '; n++ {
		i++
	}
	return i
}

func isBracket(c byte) bool {
	return c == '[' || c == ']' || c == '(' || c == ')' || c == '{' || c == '}'
}
