package indicator

import (
	"strings"
	"unicode/utf8"
)

// url reads the URL whose scheme is the token t, followed by "://".
func (x *scanner) url(t token) int {
	s := x.s
	scheme := strings.ToLower(s[t.start:t.raw])
	if !isScheme(scheme) {
		scheme = scheme[max(strings.LastIndexByte(scheme, '.'), strings.LastIndexByte(scheme, '_'))+1:]
		if !isScheme(scheme) {
			return 0
		}
	}
	at := t.raw + len("://")
	value, end := readURL(s, at)
	if end == 0 {
		return at
	}
	x.add(URL, scheme+"://"+value)
	return end
}

// readURL reads what follows "://" at s[at]. It gives the URL's rest with the
// host in lower case, and where it ends; 0 when no host follows.
func readURL(s string, at int) (value string, end int) {
	host := at
	if i := userinfoLen(s[at:]); i > 0 {
		host = at + i
	}
	if host < len(s) && s[host] == '[' {
		return readIPv6URL(s, at, host)
	}
	x := scanner{s: s}
	t := x.token(host)
	name := s[host:t.end]
	if name == "" {
		return "", 0
	}
	end = t.end
	port, path := 0, 0
	if t.end == t.raw {
		port = portLen(s[end:])
		end += port
		path = pathLen(s, end)
	}
	if !isIPv4(name) && !isHost(name) && (!isLabel(name) || port == 0 && path < 2) {
		return "", 0
	}
	return s[at:host] + strings.ToLower(name) + s[t.end:end+path], end + path
}

func readIPv6URL(s string, at, host int) (value string, end int) {
	closes := strings.IndexByte(s[host:min(len(s), host+64)], ']')
	if closes < 0 {
		return "", 0
	}
	if _, ok := parseIPv6(s[host+1 : host+closes]); !ok {
		return "", 0
	}
	name := host + closes + 1
	end = name + portLen(s[name:])
	end += pathLen(s, end)
	return s[at:host] + strings.ToLower(s[host:name]) + s[name:end], end
}

// userinfoLen is the length of `user:password@` at the start of s.
func userinfoLen(s string) int {
	const most = 128
	for i := range min(len(s), most) {
		switch c := s[i]; {
		case c == '@':
			return i + 1
		case c <= ' ' || c >= utf8.RuneSelf || strings.IndexByte("/?#\"<>[]\\", c) >= 0:
			return 0
		}
	}
	return 0
}

// pathLen is the length of the path, query or fragment at s[at].
func pathLen(s string, at int) int {
	if at >= len(s) || s[at] != '/' && s[at] != '?' && s[at] != '#' {
		return 0
	}
	return urlEnd(s, at) - at
}

// urlEnd finds where the path that starts at s[at] ends: before blanks, quotes,
// brackets that do not belong to it and the punctuation of the sentence.
func urlEnd(s string, at int) int {
	round, square := 0, 0
	end := at
scan:
	for end < len(s) {
		switch c := s[end]; c {
		case '"', '<', '>', '`', '\\', '^', '|':
			break scan
		case '(':
			round++
		case ')':
			if round--; round < 0 {
				break scan
			}
		case '[':
			square++
		case ']':
			if square--; square < 0 {
				break scan
			}
		case '\'':
			if end+1 == len(s) || !isAlnum(s[end+1]) && s[end+1] != '_' && s[end+1] != '%' {
				break scan
			}
		case ',', ';':
			if rest := s[end+1:]; hasFold(rest, "http:") || hasFold(rest, "https:") || hasFold(rest, "ftp:") {
				break scan
			}
		default:
			if c <= ' ' || c == 0x7f {
				break scan
			}
			if c >= utf8.RuneSelf {
				r, n := utf8.DecodeRuneInString(s[end:])
				if r == utf8.RuneError || !isLetter(r) {
					break scan
				}
				end += n - 1
			}
		}
		end++
	}
	for end > at && strings.IndexByte(".,;:!?'*([{}", s[end-1]) >= 0 {
		end--
	}
	return end
}

// mail reads the address whose local part starts with the token t.
func (x *scanner) mail(t token) int {
	s := x.s
	at := t.raw
	for at < len(s) && at-t.start <= 64 && isLocalByte(s[at]) {
		at++
	}
	if at >= len(s) || s[at] != '@' {
		return 0
	}
	local := strings.TrimLeft(s[t.start:at], "-.'%+")
	if at+1 < len(s) && s[at+1] == '[' {
		return x.mailLiteral(local, at)
	}
	host := x.token(at + 1)
	name := s[host.start:host.end]
	known := isHost(name)
	if isLocalPart(local) && (known || isIPv4(name)) {
		x.add(Email, strings.ToLower(local+"@"+name))
		switch {
		case isIPv4(name):
			x.add(IPv4, name)
		case fanged(x.weak, at, at+1), t.start > 0 && s[t.start-1] == '.':
			x.add(Domain, strings.ToLower(name)) // the address may be none
		}
		return host.raw
	}
	return at + 1
}

// mailLiteral reads `user@[192.0.2.1]` and `user@[IPv6:2001:db8::1]`.
func (x *scanner) mailLiteral(local string, at int) int {
	rest := x.s[at+2 : min(len(x.s), at+64)]
	closes := strings.IndexByte(rest, ']')
	if closes < 0 || !isLocalPart(local) {
		return at + 1
	}
	addr := rest[:closes]
	if isIPv4(addr) {
		x.add(Email, strings.ToLower(local)+"@["+addr+"]")
		x.add(IPv4, addr)
		return at + 3 + closes
	}
	if hasFold(addr, "ipv6:") {
		if ip, ok := parseIPv6(addr[5:]); ok {
			x.add(Email, strings.ToLower(local)+"@[IPv6:"+ip.String()+"]")
			x.add(IPv6, ip.String())
			return at + 3 + closes
		}
	}
	return at + 1
}
