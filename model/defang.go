package model

import "strings"

// Defang writes value so that no program makes a link of it: `hxxp://`, `[.]`,
// `[@]`, `[:]`. typ is an indicator type of cli.md; values that nothing opens come
// back unchanged. indicator.Refang undoes it.
func Defang(typ, value string) string {
	switch typ {
	case "ipv4", "domain":
		return defangDots(value)
	case "ipv6", "cidr":
		return defangDots(strings.ReplaceAll(value, ":", "[:]"))
	case "email":
		local, host, _ := strings.Cut(value, "@")
		if host == "" {
			return defangDots(value)
		}
		return local + "[@]" + defangDots(host)
	case "url":
		return defangURL(value)
	}
	return value
}

func defangDots(s string) string { return strings.ReplaceAll(s, ".", "[.]") }

func defangURL(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case !ok:
		scheme, rest = "", s
	case strings.HasPrefix(scheme, "http"):
		scheme = "hxxp" + scheme[4:] + "://"
	case strings.HasPrefix(scheme, "ftp"):
		scheme = "fxp" + scheme[3:] + "://"
	default:
		scheme += "[:]//"
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	return scheme + defangDots(rest[:end]) + rest[end:]
}
