// Package indicator finds the traces of an adversary in text: addresses,
// names, hashes, keys and paths, also where they are defanged. All of it runs
// in time linear in the length of the text.
package indicator

import (
	"regexp"
	"strings"

	"warroom/model"
)

// The types of indicators, as the command line names them.
const (
	IPv4        = "ipv4"
	IPv6        = "ipv6"
	CIDR        = "cidr"
	Domain      = "domain"
	URL         = "url"
	Email       = "email"
	MD5         = "md5"
	SHA1        = "sha1"
	SHA256      = "sha256"
	SHA512      = "sha512"
	SSDeep      = "ssdeep"
	Imphash     = "imphash"
	JA3         = "ja3"
	CVE         = "cve"
	Technique   = "attack-technique"
	FilePath    = "file-path"
	FileName    = "file-name"
	RegistryKey = "registry-key"
	Mutex       = "mutex"
	MAC         = "mac"
	ASN         = "asn"
	UserAgent   = "user-agent"
	Account     = "account"
	BTC         = "btc"
	ETH         = "eth"
	XMR         = "xmr"
)

// Types lists every type.
func Types() []string {
	return []string{IPv4, IPv6, CIDR, Domain, URL, Email, MD5, SHA1, SHA256, SHA512, SSDeep, Imphash, JA3, CVE,
		Technique, FilePath, FileName, RegistryKey, Mutex, MAC, ASN, UserAgent, Account, BTC, ETH, XMR}
}

// Found is one indicator, refanged and normalised as by Normalize.
type Found struct{ Type, Value string }

// Extract finds the indicators of text in order of first appearance, each
// value once. The host of a URL or a mail address is not repeated, unless the
// URL has no scheme or the host is an address: then it may be more than a part.
func Extract(text string) []Found {
	c := restore(text)
	x := scanner{clean: c, s: c.text, seen: make(map[Found]struct{})}
	x.run()
	return x.found
}

// key is what makes two indicators the same one.
func key(typ, value string) Found {
	switch typ {
	case RegistryKey, FileName, Account:
		value = strings.ToLower(value)
	case FilePath:
		if strings.IndexByte(value, '\\') >= 0 {
			value = strings.ToLower(value)
		}
	}
	return Found{typ, value}
}

// Defang writes value so that no program makes a link of it; Refang undoes it.
// See model.Defang.
func Defang(typ, value string) string { return model.Defang(typ, value) }

// DefangText makes the addresses in a text dead, so that nobody clicks one. What is
// defanged already, and all other text, stays as it is.
func DefangText(s string) string {
	if !strings.ContainsAny(s, ".:") {
		return s
	}
	var pairs []string
	for _, f := range Extract(s) {
		if d := Defang(f.Type, f.Value); d != f.Value {
			pairs = append(pairs, f.Value, d)
		}
	}
	// A scheme is dead also where the address behind it was not understood.
	pairs = append(pairs, "http://", "hxxp://", "https://", "hxxps://", "ftp://", "fxp://")
	return deaden(strings.NewReplacer(pairs...).Replace(s))
}

// live is what programs make a link of whether or not its end is a known domain.
var live = regexp.MustCompile(`(?i)https?://|ftp://|\bwww\.|[a-z0-9._+-]@[a-z0-9_-]+\.[a-z0-9]`)

// deaden defangs what nobody would take for an indicator and a mail program does.
func deaden(s string) string {
	if !strings.Contains(s, "://") && !strings.ContainsRune(s, '@') && !strings.Contains(strings.ToLower(s), "www.") {
		return s
	}
	return live.ReplaceAllStringFunc(s, func(m string) string {
		low := strings.ToLower(m)
		switch {
		case strings.HasPrefix(low, "http"):
			return "hxxp" + m[4:]
		case strings.HasPrefix(low, "ftp"):
			return "fxp" + m[3:]
		case low == "www.":
			return m[:3] + "[.]"
		}
		return strings.Replace(m, "@", "[@]", 1)
	})
}

// Line is foreign text for one line of a terminal or a report, its addresses dead.
func Line(t model.Text) string { return model.Line(DefangText(string(t))).String() }
