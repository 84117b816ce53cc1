package report

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// account is the name of an account behind its @.
var account = regexp.MustCompile(`^@[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?`)

// escape writes a line so that nothing in it means anything in Markdown or HTML:
// no link, image, tag, table or mention, and at its beginning no heading or list.
// An account stands in a code span, where it calls nobody and reads well.
func escape(s string) string {
	var b strings.Builder
	last := ' '
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		name := ""
		if r == '@' && strings.ContainsRune(" \t(,;:", last) {
			name = account.FindString(s[i:])
		}
		switch {
		case name != "":
			b.WriteString("`" + name + "`")
			n = len(name)
			r = rune(name[n-1])
		case r == '@':
			b.WriteString("&#64;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_[]|~$", r), i == 0 && strings.ContainsRune("#>-+=", r):
			b.WriteString(`\` + string(r))
		default:
			b.WriteString(s[i : i+n])
		}
		last = r
		i += n
	}
	out := b.String()
	if rest := strings.TrimLeft(out, "0123456789"); rest != out && rest != "" && strings.ContainsRune(".)", rune(rest[0])) {
		return out[:len(out)-len(rest)] + `\` + rest // 1. would begin a list
	}
	return out
}
