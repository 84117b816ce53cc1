package indicator

import (
	"strings"
	"testing"
)

// hostile are strings whose repetition makes careless scanners slow.
func hostile() map[string]string {
	return map[string]string{
		"dots": "a.", "ats": "a@", "pluses": "a+", "colons": "1:", "double colons": "::", "slashes": "/etc/", "schemes": "http://",
		"backslashes": `C:\`, "hives": `HKLM\`, "blanks": `C:\a `, "brackets": "[", "halves": "a[.", "fangs": "a[.]", "at words": "a at ",
		"dot words": "a@b dot ", "hex": "0a", "long digits": "1", "base58": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ", "ssdeep": "3:abcdefgh",
		"agents": "Mozilla/5.0 (", "headers": "User-Agent:", "underscores": "http__", "percent": "%a", "CVE": "CVE-", "CVE in a word": "a-cve-1-", "quotes": `"C:\x `,
		"han": "漢a.", "han to the end": strings.Repeat("漢.", 100) + "漢a", "kana": "カa", "letters": "ñ", "invalid": "\xff", "puny": "xn--a.xn--", "parentheses": "http://a.com/(", "escapes": `a\.`, "users": "http://a:",
	}
}

// Every look aside is bounded, so a mebibyte of the worst text is done at once;
// a scanner that is not linear would not end here.
func TestHostileTextEnds(t *testing.T) {
	for name, unit := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			Extract(strings.Repeat(unit, 1<<20/len(unit)))
			Extract("a" + strings.Repeat(unit, 1<<16/len(unit)) + ".com")
		})
	}
}

func FuzzExtract(f *testing.F) {
	for _, unit := range hostile() {
		f.Add(unit + unit)
	}
	for _, s := range []string{
		"hxxps://a[.]evil.com:81/x?y=(z) bob[@]evil.com 192.0.2.7/24 2001[:]db8::7 AS64500", `HKLM\Software\X "C:\a b\c.exe" \\srv\c$\x /etc/passwd`,
		"imphash " + hex32 + " " + hex64, "CVE-2021-44228 T1059.001 Global\\x CORP\\a User-Agent: x/1", "evil [dot] com x AT a DOT com", "a_[.]com",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		seen := make(map[Found]bool)
		for _, found := range Extract(text) {
			if k := key(found.Type, found.Value); seen[k] {
				t.Errorf("%q twice", found)
			} else {
				seen[k] = true
			}
			if n, ok := normal(found.Type, found.Value); !ok || n != found.Value {
				t.Errorf("%q of %q normalises to %q, %v", found, text, n, ok)
			}
			switch found.Type {
			case IPv4, IPv6, CIDR, Domain, Email:
				if back := Refang(Defang(found.Type, found.Value)); back != found.Value {
					t.Errorf("%q defanged and refanged is %q", found, back)
				}
			}
		}
		if found, err := Classify(text); err == nil {
			if n, err := Normalize(found.Type, found.Value); err != nil || n != found.Value {
				t.Errorf("Classify(%q) = %q, normalised again %q, %v", text, found, n, err)
			}
		}
	})
}

const report = `On 2024-03-02 the attacker sent a mail from billing@evil-invoice.com with invoice.pdf.exe attached.
The loader (SHA-256 093e394933c4545ba7019f511961b9a5ab91156cf791f45de074acad03d1a44a) was written to C:\Users\Public\a.exe,
set HKCU\Software\Microsoft\Windows\CurrentVersion\Run and called hxxps://cdn[.]evil-invoice[.]com/gate.php?id=7 over TLS.
Lateral movement by psexec from 10.1.2[.]3 as CORP\svc-bkp used CVE-2020-1472 and T1021.002; nothing else was seen that night.
The team isolated the host, reset the account, and told everybody in the room that the second wave was not expected soon.
`

func BenchmarkExtract(b *testing.B) {
	texts := map[string]string{
		"report": strings.Repeat(report, 1<<20/len(report)),
		"prose":  strings.Repeat("The team isolated the host, reset the account, and told everybody in the room. ", 1<<20/80),
	}
	for name, unit := range hostile() {
		texts["hostile "+name] = strings.Repeat(unit, 1<<20/len(unit))
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Extract(text)
			}
		})
	}
}

// FuzzRefang: what was refanged is not changed by a second look at the values
// that Extract finds in it.
func FuzzRefang(f *testing.F) {
	for _, s := range []string{"hxxps://a[.]evil.com:81/x", "bob[@]evil[.com", "x AT a DOT com", "[[.]]", "http__a.com", "a].[b", "h[tt]p://[2001[:]db8::1]/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Refang(text)
		if len(once) > len(text)+8*(1+strings.Count(text, "_")+strings.Count(text, ":")+strings.Count(text, "[")+strings.Count(text, "(")+strings.Count(text, "{")) {
			t.Errorf("%q grew to %q", text, once)
		}
		for _, found := range Extract(text) {
			switch found.Type {
			case IPv4, IPv6, CIDR, Domain, Email, URL:
			default:
				continue
			}
			if again := Refang(found.Value); again != found.Value && found.Type != URL {
				t.Errorf("%q, found in %q, refanged again is %q", found, text, again)
			}
			if back, err := Normalize(found.Type, Defang(found.Type, found.Value)); err != nil || back != found.Value {
				t.Errorf("%q defanged is %q, and back %q, %v", found, Defang(found.Type, found.Value), back, err)
			}
		}
	})
}
