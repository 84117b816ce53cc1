package indicator

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner walks refanged text once. Every method that looks at the byte or word
// at i returns where to go on, or 0 when it found nothing.
type scanner struct {
	clean
	s     string
	found []Found
	seen  map[Found]struct{}
	mixed int // words that start before it run into a label of mixed scripts
}

// token is a word of letters, digits, dots, hyphens and underscores.
type token struct {
	start, end int  // s[start:end], without trailing dots and hyphens
	raw        int  // the end with them
	next       byte // s[raw], 0 at the end of the text
	dots       bool
	digits     bool
	hex        bool // hex digits only
	wide       bool // characters outside ASCII
}

func (x *scanner) add(typ, value string) {
	k := key(typ, value)
	if _, ok := x.seen[k]; ok {
		return
	}
	x.seen[k] = struct{}{}
	x.found = append(x.found, Found{typ, strings.Clone(value)})
}

func (x *scanner) run() {
	s := x.s
	for i := 0; i < len(s); {
		next := 0
		switch c := s[i]; {
		case isAlnum(c) || c == '_' || c >= utf8.RuneSelf:
			t := x.token(i)
			if t.raw == i { // a character that is no letter
				_, n := utf8.DecodeRuneInString(s[i:])
				next = i + n
				break
			}
			next = max(x.word(t), t.raw)
		case c == '/' || c == '~':
			next = x.unixPath(i)
		case c == '%':
			next = x.envPath(i)
		case c == '\\':
			next = x.uncPath(i)
		case c == ':':
			if i+1 < len(s) && s[i+1] == ':' && (i == 0 || !isAlnum(s[i-1]) && s[i-1] != ':') {
				next = x.colons(i)
			}
		}
		i = max(next, i+1)
	}
}

// token reads the word at i. It ends before two dots in a row, and where ASCII
// and a script that is written without blanks meet in one label.
func (x *scanner) token(i int) token {
	s := x.s
	if i < x.mixed {
		t, _ := scanToken(s, i, i+asciiRun(s[i:]))
		return t
	}
	t, label := scanToken(s, i, len(s))
	if label >= 0 {
		// What starts before that label meets it too: no word is read twice.
		x.mixed = label + 1
		t, _ = scanToken(s, i, i+asciiRun(s[i:]))
	}
	return t
}

// scanToken reads the word at i, at most to end. label is where a label starts
// in which scripts meet, -1 when there is none.
func scanToken(s string, i, end int) (t token, label int) {
	t = token{start: i, hex: true}
	j, from := i, i
	var ascii, running bool
scan:
	for j < end {
		switch c := s[j]; {
		case isDigit(c):
			t.digits, ascii = true, true
		case isLetterByte(c):
			t.hex, ascii = t.hex && isHex(c), true
		case c == '.':
			if j+1 < len(s) && s[j+1] == '.' {
				break scan
			}
			t.dots, t.hex = true, false
			ascii, running, from = false, false, j+1
		case c == '-' || c == '_':
			t.hex, ascii = false, true
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[j:])
			if r == utf8.RuneError || !isLetter(r) {
				break scan
			}
			t.wide, t.hex = true, false
			running = running || isRunning(r)
			j += n - 1
		default:
			break scan
		}
		if ascii && running {
			return t, from
		}
		j++
	}
	t.raw = j
	if j < len(s) {
		t.next = s[j]
	}
	for j > i && (s[j-1] == '.' || s[j-1] == '-') {
		j--
	}
	t.end = j
	return t, -1
}

// isRunning knows the scripts that are written without blanks.
func isRunning(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// asciiRun is the length of the leading characters of s of one sort, ASCII or
// not.
func asciiRun(s string) int {
	for i := range len(s) {
		if (s[i] < utf8.RuneSelf) != (s[0] < utf8.RuneSelf) {
			return i
		}
	}
	return len(s)
}

// word tries what can start with the token t.
func (x *scanner) word(t token) int {
	if t.end == t.start {
		return 0
	}
	if next := x.byFollower(t); next > 0 {
		return next
	}
	if next := x.byName(t); next > 0 {
		return next
	}
	if t.end-t.start >= 14 {
		if next := x.longWord(t); next > 0 {
			return next
		}
	}
	if t.dots && !t.mailFollows() {
		return x.dotted(t)
	}
	return 0
}

func (t token) mailFollows() bool { return t.next == '@' && t.raw == t.end }

// byFollower goes by the byte after the word.
func (x *scanner) byFollower(t token) int {
	s := x.s
	switch t.next {
	case '@', '+', '%', '\'':
		return x.mail(t)
	case ':':
		if strings.HasPrefix(s[t.raw:], "://") {
			return x.url(t)
		}
		if t.raw-t.start == 1 && isLetterByte(s[t.start]) && t.raw+1 < len(s) && (s[t.raw+1] == '\\' || s[t.raw+1] == '/') {
			if next := x.drivePath(t); next > 0 {
				return next
			}
		}
		if t.hex && t.raw-t.start <= 4 {
			if next := x.colons(t.start); next > 0 {
				return next
			}
		}
		if t.digits && all(s[t.start:t.raw], isDigit) {
			return x.ssdeep(t)
		}
		if isHive(s[t.start:t.raw]) {
			return x.registry(t)
		}
	case '\\':
		if isHive(s[t.start:t.raw]) {
			return x.registry(t)
		}
		return x.account(t)
	case '>':
		if isHive(s[t.start:t.raw]) {
			return x.registry(t)
		}
	case '/':
		if s[t.start:t.raw] == "Mozilla" {
			return x.agent(t)
		}
	}
	return 0
}

// byName goes by the first letters of the word.
func (x *scanner) byName(t token) int {
	switch x.s[t.start] {
	case 'A', 'a':
		return x.asn(t)
	case 'C', 'c':
		return x.cve(t.start)
	case 'T':
		return x.technique(t)
	case 'U', 'u':
		return x.agentHeader(t)
	}
	if t.digits {
		if i := indexCVE(x.s[t.start:t.end]); i > 0 {
			return x.cve(t.start + i)
		}
	}
	return 0
}

// longWord finds hashes, wallets and hardware addresses among the runs of
// letters and digits of the word.
func (x *scanner) longWord(t token) int {
	word := x.s[t.start:t.end]
	if isMAC(word) && (word[2] == '-' || !all(strings.ReplaceAll(word, ".", ""), isDigit)) {
		x.add(MAC, macForm(word))
		return t.raw
	}
	hit := false
	for start := 0; start < len(word); {
		end := start
		for end < len(word) && isAlnum(word[end]) {
			end++
		}
		if typ := x.runType(word[start:end], t.start+start); typ != "" {
			value := word[start:end]
			if typ != BTC && typ != XMR || hasFold(value, "bc1") {
				value = strings.ToLower(value)
			}
			x.add(typ, value)
			hit = true
		}
		start = end + 1
	}
	if hit {
		return t.raw
	}
	return 0
}

// runType tells what a run of letters and digits at is, "" for nothing.
func (x *scanner) runType(run string, at int) string {
	switch {
	case len(run) < 14:
		return ""
	case isBTC(run):
		return BTC
	case len(run) < 32:
		return ""
	case isETH(run):
		return ETH
	case isXMR(run):
		return XMR
	case !all(run, isHex):
		return ""
	}
	if len(run) == 32 {
		return x.shortHashType(at)
	}
	return hashType(len(run))
}

// shortHashType tells three kinds of hashes of one length apart by the word
// before them.
func (x *scanner) shortHashType(at int) string {
	before := x.s[max(0, at-48):at]
	before = strings.ToLower(strings.TrimRight(before, " \t\r\n:=\"'`-|>*,("))
	for _, end := range [...]string{"imphash", "import hash", "import-hash", "imp hash", "import_hash"} {
		if strings.HasSuffix(before, end) {
			return Imphash
		}
	}
	for _, end := range [...]string{"ja3", "ja3s", "ja3 hash", "ja3_hash", "ja3 fingerprint", "ja3s hash", "ja3-hash"} {
		if strings.HasSuffix(before, end) {
			return JA3
		}
	}
	return MD5
}

// hashType goes by the number of hex digits.
func hashType(n int) string {
	switch n {
	case 32:
		return MD5
	case 40:
		return SHA1
	case 64:
		return SHA256
	case 128:
		return SHA512
	}
	return ""
}
