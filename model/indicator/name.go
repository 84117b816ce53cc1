package indicator

import (
	"strconv"
	"strings"
)

// asn finds `AS123`, `ASN 123`, `ASN: 123` and `AS 123`; `as 123` is English.
func (x *scanner) asn(t token) int {
	s, word := x.s, x.s[t.start:t.end]
	if !hasFold(word, "as") {
		return 0
	}
	rest := word[2:]
	long := rest != "" && rest[0]|0x20 == 'n'
	if long {
		rest = rest[1:]
	}
	end := t.end
	if rest == "" && end == t.raw && (long || word == "AS") {
		j := end
		if j < len(s) && s[j] == ':' {
			j++
		}
		j = skipSpaces(s, j, 2)
		end = j
		for end < len(s) && isDigit(s[end]) && end-j < 11 {
			end++
		}
		if end < len(s) && (isAlnum(s[end]) || s[end] == '.' && end+1 < len(s) && isDigit(s[end+1])) || j == t.end {
			return 0
		}
		rest = s[j:end]
	}
	value, ok := asnForm(rest)
	if !ok {
		return 0
	}
	x.add(ASN, value)
	return max(end, t.raw)
}

// asnForm is AS and a number of at most 32 bits, other than 0.
func asnForm(digits string) (string, bool) {
	if !all(digits, isDigit) || len(digits) > 10 {
		return "", false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n == 0 {
		return "", false
	}
	return "AS" + strconv.FormatUint(n, 10), true
}

// cve finds `CVE-2021-44228`, also with other separators.
func (x *scanner) cve(i int) int {
	value, n := cveForm(x.s[i:])
	if n == 0 || i+n < len(x.s) && isAlnum(x.s[i+n]) {
		return 0
	}
	x.add(CVE, value)
	return i + n
}

// cveForm reads a CVE id at the start of s.
func cveForm(s string) (value string, n int) {
	if !hasFold(s, "cve") {
		return "", 0
	}
	i := 3 + cveDash(s[3:])
	if i == 3 || len(s) < i+4 || !all(s[i:i+4], isDigit) {
		return "", 0
	}
	year := s[i : i+4]
	i += 4
	dash := cveDash(s[i:])
	if dash == 0 {
		return "", 0
	}
	i += dash
	end := i
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	if end-i < 4 || end-i > 19 {
		return "", 0
	}
	return "CVE-" + year + "-" + s[i:end], end
}

// cveDash is the length of the separator at the start of s: a hyphen of any
// kind, an underscore or a blank.
func cveDash(s string) int {
	switch {
	case s == "":
		return 0
	case s[0] == '-' || s[0] == '_' || s[0] == ' ':
		return 1
	case len(s) > 2 && s[:2] == "\u2010"[:2] && s[2] >= 0x90 && s[2] <= 0x95:
		return 3
	}
	return 0
}

// indexCVE finds an id inside a word such as exploit-CVE-2021-44228.
func indexCVE(word string) int {
	for i := 1; i+12 < len(word)+1; i++ {
		if word[i]|0x20 == 'c' && !isAlnum(word[i-1]) && hasFold(word[i:], "cve") {
			return i
		}
	}
	return -1
}

func (x *scanner) technique(t token) int {
	word := x.s[t.start:t.end]
	if !isTechnique(word) {
		return 0
	}
	x.add(Technique, word)
	return t.raw
}

// isTechnique checks the form of an ATT&CK technique: T1059, T1059.001, or
// T0800 for control systems.
func isTechnique(s string) bool {
	if len(s) != 5 && len(s) != 9 || s[0] != 'T' || s[1] > '1' || !all(s[1:5], isDigit) {
		return false
	}
	return len(s) == 5 || s[5] == '.' && all(s[6:], isDigit)
}

// ssdeep finds `blocksize:hash:hash`.
func (x *scanner) ssdeep(t token) int {
	n := ssdeepLen(x.s[t.start:])
	if n == 0 || t.start > 0 && (x.s[t.start-1] == ':' || x.s[t.start-1] == '/') {
		return 0
	}
	x.add(SSDeep, x.s[t.start:t.start+n])
	return t.start + n
}

// ssdeepLen is the length of the ssdeep hash at the start of s. Its block size
// is 3 times a power of two.
func ssdeepLen(s string) int {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == 0 || i > 10 || i == len(s) || s[i] != ':' {
		return 0
	}
	size, err := strconv.ParseUint(s[:i], 10, 32)
	if err != nil || size%3 != 0 || size == 0 || (size/3)&(size/3-1) != 0 {
		return 0
	}
	first := base64Run(s[i+1:])
	j := i + 1 + first
	if first < 3 || first > 64 || j >= len(s) || s[j] != ':' {
		return 0
	}
	second := base64Run(s[j+1:])
	end := j + 1 + second
	if second < 3 || second > 64 || first+second < 14 || strings.Trim(s[i+1:end], ":0123456789/") == "" {
		return 0
	}
	return end
}

// base64Run counts the leading base64 characters of s, up to 65.
func base64Run(s string) int {
	n := 0
	for n < len(s) && n < 65 && (isAlnum(s[n]) || s[n] == '/' || s[n] == '+') {
		n++
	}
	return n
}

// agent finds a browser's User-Agent in running text: products and comments.
func (x *scanner) agent(t token) int {
	end := agentEnd(x.s[t.start:])
	if end < len("Mozilla/5.0")+4 {
		return 0
	}
	x.add(UserAgent, x.s[t.start:t.start+end])
	return t.start + end
}

// agentEnd follows `product/1.0 (comment) product/2 …` and returns its length.
func agentEnd(s string) int {
	s = s[:min(len(s), 1024)]
	end, i := 0, 0
	for i < len(s) {
		n := 0
		if s[i] == '(' {
			n = commentLen(s[i:])
		} else {
			for i+n < len(s) && (isAlnum(s[i+n]) || strings.IndexByte("/._-+:", s[i+n]) >= 0) {
				n++
			}
			if word := s[i : i+n]; strings.IndexByte(word, '/') < 1 && !isAgentWord(word) {
				n = 0
			}
		}
		if n == 0 {
			break
		}
		end = i + n
		if end == len(s) || s[end] != ' ' {
			break
		}
		i = end + 1
	}
	return len(strings.TrimRight(s[:end], ".:,"))
}

func isAgentWord(w string) bool {
	switch w {
	case "like", "Gecko", "Mobile", "Safari", "Opera":
		return true
	}
	return false
}

// commentLen is the length of the parenthesis at the start of s.
func commentLen(s string) int {
	depth := 0
	for i := range min(len(s), 512) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case '\n', '\r':
			return 0
		}
	}
	return 0
}

// agentHeader takes the rest of a line that starts with "User-Agent:".
func (x *scanner) agentHeader(t token) int {
	const most = 512
	s := x.s
	if t.next != ':' || !strings.EqualFold(s[t.start:t.raw], "user-agent") {
		return 0
	}
	i := skipSpaces(s, t.raw+1, 4)
	end := i
	for end < len(s) && end-i < most && s[end] >= ' ' && s[end] != 0x7f && s[end] != '"' && s[end] != '\'' {
		end++
	}
	value := strings.Join(strings.Fields(strings.TrimRight(s[i:end], " ,;")), " ")
	if value == "" || end-i == most || !strings.ContainsAny(value, "/ ") && len(value) < 4 {
		return 0
	}
	x.add(UserAgent, value)
	return end
}
