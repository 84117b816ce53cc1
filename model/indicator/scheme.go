package indicator

import "strings"

// isScheme knows the schemes whose URLs are indicators.
func isScheme(s string) bool {
	switch s {
	case "http", "https", "ftp", "ftps", "sftp", "tcp", "udp", "ws", "wss", "ldap", "ldaps", "ssh", "smb", "rdp", "telnet", "tftp", "irc", "dns", "git":
		return true
	}
	return false
}

// schemeOf reads a scheme that may be defanged: hxxp, h**ps, fxp, xxxx, meow.
func schemeOf(word string) (string, bool) {
	if len(word) < 2 || len(word) > 7 {
		return "", false
	}
	w := strings.ToLower(word)
	if isScheme(w) {
		return w, true
	}
	switch w {
	case "xxxx", "meow":
		return "http", true
	case "xxxxx", "meows":
		return "https", true
	}
	body, secure := strings.CutSuffix(w, "s")
	tail := ""
	if secure {
		tail = "s"
	}
	if masked(body, "h", "p", 3) {
		return "http" + tail, true
	}
	if masked(body, "f", "p", 1) || masked(body, "f", "x", 1) {
		return "ftp" + tail, true
	}
	if masked(body, "sf", "p", 1) {
		return "sftp", true
	}
	return "", false
}

// masked reports whether one to most letters between head and tail are such as
// people mask with.
func masked(w, head, tail string, most int) bool {
	mid, ok := strings.CutPrefix(w, head)
	if !ok {
		return false
	}
	mid, ok = strings.CutSuffix(mid, tail)
	return ok && mid != "" && len(mid) <= most && strings.Trim(mid, "tx*z?") == ""
}

// scheme looks at a colon, src[from:to] with its brackets, and repairs the
// scheme before and the slashes after it. It returns 0 where there is none.
func (r *restorer) scheme(from, to int) int {
	end, slashes := slashesAt(r.src, to)
	if slashes < 2 {
		return 0
	}
	return r.separator(from, end)
}

// separator makes src[from:to] the "://" of a URL if a scheme stands before.
func (r *restorer) separator(from, to int) int {
	start, name := r.schemeBefore(from)
	if name == "" {
		if r.src[from] == '[' || r.src[from] == '(' || r.src[from] == '{' {
			return r.put(from, to, "://")
		}
		return 0
	}
	to = skipSpaces(r.src, to, 1)
	if to < len(r.src) && r.src[to] == '[' && !holdsColon(r.src[to+1:]) {
		to++
	}
	if from-start == len(name) && to-from == 3 && r.src[start:to] == name+"://" {
		return to
	}
	return r.put(start, to, name+"://")
}

// underscores looks at `http__host` and `http:__host`.
func (r *restorer) underscores(i int) int {
	if i+2 >= len(r.src) || r.src[i+1] != '_' || !r.word(i+2) {
		return 0
	}
	start, name := r.schemeBefore(i)
	if !strings.HasPrefix(name, "http") || start > 0 && (r.word(start-1) || r.src[start-1] == '_') {
		return 0
	}
	return r.put(start, i+2, name+"://")
}

// schemeBefore finds the scheme that ends at src[end], one blank or brackets
// between or within: `hxxp`, `[http]`, `h[tt]p`, `http `.
func (r *restorer) schemeBefore(end int) (start int, name string) {
	const most = 14
	s := r.src
	if end-1 > r.copied && s[end-1] == ' ' {
		end--
	}
	start = end
	brackets := 0
	for start > r.copied && end-start < most {
		c := s[start-1]
		if isBracket(c) {
			brackets++
		} else if !isLetterByte(c) && c != '*' && c != '?' {
			break
		}
		start--
	}
	if brackets == 2 {
		plain := strings.Map(func(c rune) rune {
			if isBracket(byte(c)) {
				return -1
			}
			return c
		}, s[start:end])
		if name, ok := schemeOf(plain); ok && balanced(s[start:end]) {
			return start, name
		}
	}
	for i := end; i > start; i-- {
		if isBracket(s[i-1]) {
			start = i
			break
		}
	}
	if name, ok := schemeOf(s[start:end]); ok {
		return start, name
	}
	for _, n := range [...]int{5, 4} { // glued to the word before it
		if end-start > n {
			if name, ok := schemeOf(s[end-n : end]); ok && name[0] == 'h' {
				return end - n, name
			}
		}
	}
	return end, ""
}

// balanced reports whether the two brackets of s open and close, in that order.
func balanced(s string) bool {
	opens := strings.IndexAny(s, "[({")
	return opens >= 0 && strings.IndexAny(s[opens:], "])}") > 0
}

// slashesAt counts the slashes at s[i], also escaped, bracketed, turned or
// written as underscores.
func slashesAt(s string, i int) (end, n int) {
	for n < 4 && i < len(s) {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '/':
			i += 2
		case s[i] == '/' || s[i] == '\\' || s[i] == '_':
			i++
		case i+2 < len(s) && isBracket(s[i]) && s[i+1] == '/' && isBracket(s[i+2]):
			i += 3
		default:
			return i, n
		}
		n++
	}
	return i, n
}

// holdsColon reports whether a colon stands before the bracket closes, as in an
// IPv6 address.
func holdsColon(s string) bool {
	s = s[:min(len(s), 48)]
	if blank := strings.IndexByte(s, ' '); blank >= 0 {
		s = s[:blank]
	}
	closes := strings.IndexByte(s, ']')
	return closes > 0 && strings.IndexByte(s[:closes], ':') >= 0
}
