package indicator

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// domainLabels checks the form of a host name: at least two labels of 1 to 63
// bytes, 253 in all, letters, digits, inner hyphens and underscores. It gives
// the last label.
func domainLabels(s string) (last string, ok bool) {
	if len(s) < 3 || len(s) > 253 {
		return "", false
	}
	start, labels := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if c := s[i]; !isAlnum(c) && c != '-' && c != '_' && c < utf8.RuneSelf {
				return "", false
			}
			continue
		}
		last = s[start:i]
		if last == "" || len(last) > 63 || last[0] == '-' || last[len(last)-1] == '-' {
			return "", false
		}
		start = i + 1
		labels++
	}
	return last, labels > 1 && lettersOnly(s)
}

// lettersOnly reports whether what is not ASCII in s is letters, marks and
// digits.
func lettersOnly(s string) bool {
	if isASCII(s) {
		return true
	}
	for _, r := range s {
		if r >= utf8.RuneSelf && (r == utf8.RuneError || !isLetter(r)) {
			return false
		}
	}
	return true
}

// isDomain reports whether s is a host name under a public top-level domain.
// The two last labels hold no underscore: no registry gives one.
func isDomain(s string) bool {
	last, ok := domainLabels(s)
	if !ok || !isTLD(last) {
		return false
	}
	rest := s[:len(s)-len(last)-1]
	return strings.Trim(rest[strings.LastIndexByte(rest, '.')+1:], "_") != ""
}

// isHost is isDomain for places that say that a host follows: private endings
// will do.
func isHost(s string) bool {
	last, ok := domainLabels(s)
	return ok && (isPrivateTLD(last) || isDomain(s))
}

// isLabel reports whether s is one host name without a dot.
func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// isIPv4 reports whether s is four decimal numbers up to 255 without leading
// zeros.
func isIPv4(s string) bool {
	if len(s) < 7 || len(s) > 15 || s[0] < '0' || s[0] > '9' {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

// parseIPv6 reads an address without a zone. The zone of s, if any, is
// dropped: it means something on one machine only.
func parseIPv6(s string) (netip.Addr, bool) {
	if i := strings.IndexByte(s, '%'); i >= 0 {
		s = s[:i]
	}
	if len(s) < 3 || len(s) > 45 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Is6() && !a.IsUnspecified()
}

// isMAC reports whether s is six pairs of hex digits with one kind of
// separator, or three groups of four with dots.
func isMAC(s string) bool {
	group, sep := 2, byte(0)
	switch len(s) {
	case 17:
		sep = s[2]
		if sep != ':' && sep != '-' {
			return false
		}
	case 14:
		group, sep = 4, '.'
	default:
		return false
	}
	for i := range len(s) {
		if i%(group+1) == group {
			if s[i] != sep {
				return false
			}
		} else if !isHex(s[i]) {
			return false
		}
	}
	return true
}

// isLocalPart reports whether s may stand before the @ of a mail address.
func isLocalPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if !isLocalByte(s[i]) {
			return false
		}
	}
	return true
}

func isLocalByte(c byte) bool {
	return isAlnum(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c == '\''
}

func isAlnum(c byte) bool  { return isLetterByte(c) || isDigit(c) }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isHex(c byte) bool    { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isLetter(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.Nd) }

func isLetterByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// all reports whether every byte of s satisfies f, and s is not empty.
func all(s string, f func(byte) bool) bool {
	for i := range len(s) {
		if !f(s[i]) {
			return false
		}
	}
	return s != ""
}

// hasFold reports whether s starts with prefix, which is lower-case ASCII.
func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
