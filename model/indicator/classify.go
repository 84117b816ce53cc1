package indicator

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"warroom/model"
)

// maxValue is how long a value may be, in bytes.
const maxValue = model.MaxValue

// Classify tells the type of one value and normalises it. The error, a
// *model.Error, names the types to choose from when the value does not tell.
func Classify(value string) (Found, error) {
	c := restore(strings.Trim(strings.TrimSpace(value), "\"'`"))
	v := strings.TrimSpace(c.text)
	if v == "" {
		return Found{}, model.Invalid("the indicator is empty").Hint("give a value such as 192.0.2.7 or evil.example").On("value")
	}
	if len(v) <= maxValue {
		for _, typ := range guesses(v, len(c.dots) > 0) {
			if n, ok := normal(typ, v); ok {
				return Found{typ, n}, nil
			}
		}
	}
	return Found{}, model.Invalid("cannot tell what kind of indicator %q is", short(value)).
		Hint("give its type, one of: %s", strings.Join(Types(), ", ")).On("value")
}

// guesses gives the types that v may be, the best first. The types that take
// any text are among them only when v has their typical form.
func guesses(v string, defanged bool) []string {
	if strings.Contains(v, "://") {
		return []string{URL}
	}
	out := []string{IPv4, CIDR, Email, RegistryKey, MAC, IPv6, MD5, SHA1, SHA256, SHA512, SSDeep, CVE, Technique, BTC, ETH, XMR}
	if hasFold(v, "as") {
		out = append(out, ASN)
	}
	head, tail, cut := strings.Cut(v, `\`)
	switch {
	case strings.HasPrefix(v, "Mozilla/"):
		return append(out, UserAgent)
	case strings.HasPrefix(v, "/"), strings.HasPrefix(v, "~/"), strings.HasPrefix(v, `\\`),
		cut && len(head) == 2 && head[1] == ':', cut && strings.HasPrefix(v, "%"):
		return append(out, FilePath)
	case cut && (head == "Global" || head == "Local" || head == "Session"):
		return append(out, Mutex)
	case cut && head != "" && tail != "" && !strings.Contains(tail, `\`):
		return append(out, Account)
	case cut:
		return append(out, FilePath)
	}
	last := v[strings.LastIndexByte(v, '.')+1:]
	switch host, _, path := strings.Cut(v, "/"); {
	case path && (isDomain(host) || isIPv4(host)):
		return append(out, URL)
	case defanged, isDomain(v) && !isFileLikeTLD(strings.ToLower(last)), isHost(v) && isPrivateTLD(last):
		return append(out, Domain)
	case len(last) < len(v) && (isFileExt(last) || isFileLikeTLD(strings.ToLower(last))):
		return append(out, FileName)
	}
	return out
}

// Normalize checks that value is of the type typ and gives its one form:
// refanged, hosts and hashes in lower case, addresses as RFC 5952 writes them,
// networks by their first address, registry hives by their long name. The
// error is a *model.Error.
func Normalize(typ, value string) (string, error) {
	v := strings.TrimSpace(value)
	switch typ {
	case IPv4, IPv6, CIDR, Domain, URL, Email:
		v = Refang(v)
	}
	if len(v) > maxValue {
		return "", model.Invalid("the indicator has %d bytes, the limit is %d", len(v), maxValue).Hint("shorten it").On("value")
	}
	if n, ok := normal(typ, v); ok {
		return n, nil
	}
	example := exampleOf(typ)
	if example == "" {
		return "", model.Invalid("there is no indicator type %q", short(typ)).Hint("use one of: %s", strings.Join(Types(), ", ")).On("type")
	}
	return "", model.Invalid("%q is no %s", short(value), typ).Hint("write it like %s", example).On("value")
}

// normal gives the one form of v, false when it is not of the type typ.
func normal(typ, v string) (string, bool) {
	switch typ {
	case IPv4:
		return v, isIPv4(v)
	case IPv6:
		a, ok := parseIPv6(strings.TrimSuffix(strings.TrimPrefix(v, "["), "]"))
		return a.String(), ok
	case CIDR:
		p, err := netip.ParsePrefix(v)
		return p.Masked().String(), err == nil
	case Domain:
		v = strings.ToLower(strings.TrimSuffix(v, "."))
		last, ok := domainLabels(v)
		return v, ok && !all(last, isDigit)
	case URL:
		return normalURL(v)
	case Email:
		return normalEmail(v)
	case MD5, SHA1, SHA256, SHA512:
		return strings.ToLower(v), hashType(len(v)) == typ && all(v, isHex)
	case Imphash, JA3:
		return strings.ToLower(v), len(v) == 32 && all(v, isHex)
	case SSDeep:
		n := ssdeepLen(v)
		return v[:n], n > 0 && (n == len(v) || v[n] == ',')
	case CVE:
		id, n := cveForm(v)
		return id, n == len(v) && n > 0
	case Technique:
		v = strings.ToUpper(v)
		return v, isTechnique(v)
	case MAC:
		return macForm(v), isMAC(v)
	case ASN:
		return asnForm(strings.TrimLeft(strings.TrimLeft(v, "ASNasn"), ": "))
	case BTC:
		if hasFold(v, "bc1") {
			return strings.ToLower(v), isBTC(v)
		}
		return v, isBTC(v)
	case ETH:
		return strings.ToLower(v), isETH(v)
	case XMR:
		return v, isXMR(v)
	}
	return normalText(typ, v)
}

// normalText normalises the types that are names and not numbers.
func normalText(typ, v string) (string, bool) {
	if v == "" || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", false
	}
	switch typ {
	case RegistryKey:
		hive, path, ok := strings.Cut(v, `\`)
		hive = strings.Trim(hive, "<>:")
		path = strings.Trim(path, `\`)
		if !ok || path == "" || longHive(hive) == "" {
			return "", false
		}
		return registryForm(hive, `\`+path), true
	case FilePath:
		rest, unc := strings.CutPrefix(v, `\\`)
		if unc {
			rest = strings.TrimLeft(rest, `\`)
			return `\\` + singleBackslashes(rest), rest != ""
		}
		return singleBackslashes(v), strings.ContainsAny(v, `/\`)
	case FileName:
		return v, !strings.ContainsAny(v, `/\`)
	case UserAgent:
		return strings.Join(strings.Fields(v), " "), true
	case Mutex, Account:
		return v, true
	}
	return "", false
}

func normalEmail(v string) (string, bool) {
	cut := strings.LastIndexByte(v, '@')
	if cut < 1 || !isLocalPart(v[:cut]) {
		return "", false
	}
	host := v[cut+1:]
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner = strings.TrimSuffix(inner, "]")
		if isIPv4(inner) {
			return strings.ToLower(v[:cut]) + "@[" + inner + "]", true
		}
		if !hasFold(inner, "ipv6:") {
			return "", false
		}
		a, ok := parseIPv6(inner[5:])
		return strings.ToLower(v[:cut]) + "@[IPv6:" + a.String() + "]", ok
	}
	_, ok := domainLabels(host)
	return strings.ToLower(v), ok
}

// normalURL takes any scheme, and any host that has the form of one.
func normalURL(v string) (string, bool) {
	scheme, rest, ok := strings.Cut(v, "://")
	if !ok {
		scheme, rest = "", v
	}
	if strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '"' || r == '<' || r == '>' }) || !utf8.ValidString(v) {
		return "", false
	}
	for i := range len(scheme) {
		if !isAlnum(scheme[i]) && strings.IndexByte("+.-", scheme[i]) < 0 {
			return "", false
		}
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	user, host, port := splitAuthority(rest[:end])
	_, dotted := domainLabels(host)
	inner := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	_, v6 := parseIPv6(inner)
	if ok == (scheme == "") || port != "" && portLen(port) != len(port) ||
		!dotted && !(ok && isLabel(host)) && !(v6 && len(inner)+2 == len(host)) || !ok && end == len(rest) {
		return "", false
	}
	if ok {
		scheme = strings.ToLower(scheme) + "://"
	}
	return scheme + user + strings.ToLower(host) + port + rest[end:], true
}

// splitAuthority cuts `user@host:port`; user keeps its @ and port its colon.
func splitAuthority(s string) (user, host, port string) {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		user, s = s[:i+1], s[i+1:]
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && i > strings.LastIndexByte(s, ']') {
		return user, s[:i], s[i:]
	}
	return user, s, ""
}

// exampleOf is a value of the type that documents may hold, "" for no type.
func exampleOf(typ string) string {
	switch typ {
	case IPv4:
		return "192.0.2.7"
	case IPv6:
		return "2001:db8::7"
	case CIDR:
		return "192.0.2.0/24"
	case Domain:
		return "evil.example"
	case URL:
		return "https://evil.example/x"
	case Email:
		return "user@evil.example"
	case MD5, Imphash, JA3:
		return "32 hex digits"
	case SHA1:
		return "40 hex digits"
	case SHA256:
		return "64 hex digits"
	case SHA512:
		return "128 hex digits"
	case SSDeep:
		return "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"
	case CVE:
		return "CVE-2021-44228"
	case Technique:
		return "T1059.001"
	case FilePath:
		return `C:\Temp\x.exe or /tmp/x`
	case FileName:
		return "x.exe"
	case RegistryKey:
		return `HKLM\Software\Run`
	case Mutex:
		return `Global\name`
	case MAC:
		return "00:00:5e:00:53:07"
	case ASN:
		return "AS64500"
	case UserAgent:
		return "Mozilla/5.0"
	case Account:
		return `CORP\user`
	case BTC, ETH, XMR:
		return "a whole address, with its checksum"
	}
	return ""
}

// short is the start of a value, for a message.
func short(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
