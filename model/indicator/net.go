package indicator

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// colons finds what starts with hex digits and a colon, or with two colons: a
// hardware address, an IPv6 address or an IPv6 network.
func (x *scanner) colons(i int) int {
	const most = 64
	s := x.s
	if i > 0 && s[i-1] == ':' && hexBefore(s, i-1) {
		return 0 // the tail of something longer
	}
	end := i
	for end < len(s) && end-i < most && (isHex(s[end]) || s[end] == ':' || s[end] == '.') {
		end++
	}
	if end-i == most || end < len(s) && (isAlnum(s[end]) || s[end] == '_') {
		return 0
	}
	run := strings.TrimRight(s[i:end], ".")
	if strings.HasSuffix(run, ":") && !strings.HasSuffix(run, "::") {
		run = run[:len(run)-1]
	}
	if isMAC(run) {
		x.add(MAC, macForm(run))
		return end
	}
	addr, ok := parseIPv6(run)
	if !ok || !strings.ContainsAny(run, "0123456789") && strings.Count(run, ":") < 4 {
		if strings.Count(run, ":") > 2 {
			return end
		}
		return 0
	}
	at := i + len(run)
	if bits, n := prefixLen(s[at:], 128); n > 0 {
		x.add(CIDR, netip.PrefixFrom(addr, bits).Masked().String())
		return at + n
	}
	x.add(IPv6, addr.String())
	if at < len(s) && s[at] == '%' {
		for at++; at < len(s) && isAlnum(s[at]); at++ {
		}
	}
	return max(at, end)
}

// hexBefore reports whether a short run of hex digits, and nothing else of a
// word, ends at s[i].
func hexBefore(s string, i int) bool {
	j := i
	for j > 0 && i-j < 6 && isHex(s[j-1]) {
		j--
	}
	return j < i && (j == 0 || !isAlnum(s[j-1])) || i > 0 && s[i-1] == ':'
}

// prefixLen reads `/24` at the start of s.
func prefixLen(s string, most int) (bits, n int) {
	if s == "" || s[0] != '/' {
		return 0, 0
	}
	i := 1
	for i < len(s) && isDigit(s[i]) && i < 4 {
		bits = bits*10 + int(s[i]-'0')
		i++
	}
	if i == 1 || bits > most || i < len(s) && (isAlnum(s[i]) || s[i] == '/' || s[i] == '_' || s[i] == '-' || s[i] == '.' && i+1 < len(s) && isAlnum(s[i+1])) {
		return 0, 0
	}
	return bits, i
}

func macForm(s string) string {
	hex := strings.ToLower(strings.NewReplacer(":", "", "-", "", ".", "").Replace(s))
	var b strings.Builder
	for i := 0; i+2 <= len(hex); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(hex[i : i+2])
	}
	return b.String()
}

// dotted finds addresses, networks, host names, URLs without a scheme and file
// names.
func (x *scanner) dotted(t token) int {
	s := x.s
	for _, part := range splitRange(s[t.start:t.end]) {
		if isIPv4(part) {
			return x.ipv4(t, part)
		}
	}
	word := strings.TrimLeft(s[t.start:t.end], "-")
	start := t.end - len(word)
	defanged := fanged(x.dots, start, t.end)
	if isDomain(word) && x.mayBeDomain(t, word, defanged) {
		x.add(Domain, strings.ToLower(word))
		return x.bareURL(t, start)
	}
	if x.isFileName(t, word) {
		x.add(FileName, word)
		return t.raw
	}
	return 0
}

// splitRange gives the address of `1.2.3.4`, or both of `1.2.3.4-1.2.3.9`.
func splitRange(s string) []string {
	if !isDigit(s[0]) {
		return nil
	}
	if a, b, ok := strings.Cut(s, "-"); ok {
		return []string{a, b}
	}
	return []string{s}
}

func (x *scanner) ipv4(t token, addr string) int {
	s := x.s
	if whole := s[t.start:t.end]; whole != addr {
		a, b, _ := strings.Cut(whole, "-")
		if !isIPv4(a) || !isIPv4(b) && !all(b, isDigit) {
			return 0
		}
		x.add(IPv4, a)
		if isIPv4(b) {
			x.add(IPv4, b)
		}
		return t.raw
	}
	if t.start > 0 && s[t.start-1] == '.' {
		return 0
	}
	if bits, n := prefixLen(s[t.end:], 32); n > 0 {
		x.add(CIDR, netip.PrefixFrom(netip.MustParseAddr(addr), bits).Masked().String())
		return t.end + n
	}
	x.add(IPv4, addr)
	return x.bareURL(t, t.start)
}

// bareURL goes on after a host: with a path it is a URL without a scheme, too.
func (x *scanner) bareURL(t token, start int) int {
	if t.end != t.raw {
		return t.raw
	}
	s := x.s
	at := t.end + portLen(s[t.end:])
	end := at
	if at < len(s) && s[at] == '/' && at+1 < len(s) && (isAlnum(s[at+1]) || s[at+1] >= utf8.RuneSelf || strings.IndexByte("?#@%_~.-/&=+", s[at+1]) >= 0) {
		end = urlEnd(s, at)
	}
	if end-at > 1 {
		x.add(URL, strings.ToLower(s[start:t.end])+s[t.end:end])
		return end
	}
	return max(at, t.raw)
}

// portLen is the length of `:8080` at the start of s.
func portLen(s string) int {
	if s == "" || s[0] != ':' {
		return 0
	}
	i := 1
	for i < len(s) && i < 6 && isDigit(s[i]) {
		i++
	}
	if i == 1 || i < len(s) && isAlnum(s[i]) {
		return 0
	}
	return i
}

// mayBeDomain judges a well-formed host name by what stands around it: program
// text and running text hold many words with dots.
func (x *scanner) mayBeDomain(t token, word string, defanged bool) bool {
	s := x.s
	start := t.end - len(word)
	prev := byte(0)
	if start > 0 {
		prev = s[start-1]
	}
	switch {
	case prev == '\\', prev == '/' && (start < 2 || s[start-2] != '/'), prev == '.' && !defanged:
		return false
	case defanged:
		return true
	case prev == '$', t.next == '(' && t.raw == t.end, t.next == '=' && t.raw == t.end, t.next == '\\':
		return false
	}
	cut := strings.LastIndexByte(word, '.')
	last := word[cut+1:]
	if isFileLikeTLD(strings.ToLower(last)) && t.next != '/' && !hasFold(word, "www.") {
		return false
	}
	// "the end.In the": a sentence without its blank.
	if len(last) == 2 && last[0] < 'a' && last[1] >= 'a' && word[cut-1] >= 'a' {
		return false
	}
	return !isCode(strings.ToLower(word[:cut]), strings.ToLower(last))
}

// isCode knows names of frameworks and of fields that end like a host.
func isCode(head, last string) bool {
	switch last {
	case "net":
		return head == "asp" || head == "vb" || head == "ado" || head == "system" || head == "java"
	case "name", "id", "is", "in", "io", "call", "date", "open", "run", "now", "to", "at":
	default:
		return false
	}
	switch head {
	case "process", "file", "user", "host", "event", "source", "destination", "agent", "self", "this", "os", "sys",
		"system", "obj", "object", "item", "node", "service", "parent", "process.parent", "group", "client", "server",
		"rule", "threat", "data", "registry", "dll", "window", "document", "java":
		return true
	}
	return false
}

// isFileName reports whether word is a name and a known kind of file, and not
// a part of a path.
func (x *scanner) isFileName(t token, word string) bool {
	cut := strings.LastIndexByte(word, '.')
	if cut < 1 || t.next == '(' || t.next == '=' || t.next == '@' {
		return false
	}
	if start := t.end - len(word); start > 0 && strings.IndexByte("/\\$.@", x.s[start-1]) >= 0 {
		return false
	}
	ext := strings.ToLower(word[cut+1:])
	return len(word) <= 255 && (isFileExt(ext) || isFileLikeTLD(ext)) && strings.Trim(word[:cut], "0123456789.") != ""
}
