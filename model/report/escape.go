package report

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// named is an account behind its @, or an address of mail.
var named = regexp.MustCompile(`^[A-Za-z0-9._+-]*@[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?`)

// bullet is the + of a list; the one of a phone number is not.
var bullet = regexp.MustCompile(`^\+(?:\s|$)`)

// escape writes a line so that nothing in it means anything in Markdown or HTML:
// no link, image, tag, table or mention, and at its beginning no heading or list.
// An account and an address of mail stand in a code span, where they call nobody
// and read well.
func escape(s string) string {
	var b strings.Builder
	last := ' '
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		name := ""
		if strings.ContainsRune(" \t(,;:", last) {
			name = named.FindString(s[i:])
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
		case strings.ContainsRune("\\`*_[]|~$", r), i == 0 && (strings.ContainsRune("#>-=", r) || bullet.MatchString(s)):
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
