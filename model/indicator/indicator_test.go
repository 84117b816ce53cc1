package indicator

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"warroom/model"
)

var (
	hex32  = strings.Repeat("0a", 16)
	hex40  = strings.Repeat("0b", 20)
	hex64  = strings.Repeat("0c", 32)
	hex128 = strings.Repeat("0d", 64)
)

func TestExtract(t *testing.T) {
	tests := []struct {
		name, text string
		want       []Found
	}{
		{"nothing", "", nil},
		{"prose", "The host was isolated at 14:03, as 2 people said. See e.g. point 4.2 i.e. later.", nil},
		{"sentence without a blank", "We saw it.In the end.It stopped at v1.2.3.4.5", nil},
		{"capture line", "DC02 psexec from 10.1.2[.]3 by CORP\\svc-bkp", []Found{{IPv4, "10.1.2.3"}, {Account, `CORP\svc-bkp`}}},
		{"order and once", "evil.com 192.0.2.7 EVIL.com evil[.]com", []Found{{Domain, "evil.com"}, {IPv4, "192.0.2.7"}}},
		{"port", "c2 192.0.2.7:443, 192.0.2.8.", []Found{{IPv4, "192.0.2.7"}, {IPv4, "192.0.2.8"}}},
		{"range", "192.0.2.7-192.0.2.9", []Found{{IPv4, "192.0.2.7"}, {IPv4, "192.0.2.9"}}},
		{"networks", "192.0.2.9/24 and 2001:db8::1/32", []Found{{CIDR, "192.0.2.0/24"}, {CIDR, "2001:db8::/32"}}},
		{"no address", "300.1.1.1 1.1.1.1.1 01.2.3.4 2024.12.01", nil},
		{"IPv6", "[2001:DB8:0::7]:443 fe80::1%eth0 source:2001:db8::8", []Found{{IPv6, "2001:db8::7"}, {IPv6, "fe80::1"}, {IPv6, "2001:db8::8"}}},
		{"IPv6 defanged", "2001[:]db8[:][:]7", []Found{{IPv6, "2001:db8::7"}}},
		{"no IPv6", "std::cout abc::def 12:30:45 1::2::3 12345:1:2:3:4:5:6:7", nil},
		{"MAC", "00-00-5E-00-53-07 00:00:5e:00:53:08 0000.5e00.5309", []Found{{MAC, "00:00:5e:00:53:07"}, {MAC, "00:00:5e:00:53:08"}, {MAC, "00:00:5e:00:53:09"}}},
		{"domains", "a-b.co.uk, xn--bcher-kva.de; bücher.de “x.onion”", []Found{{Domain, "a-b.co.uk"}, {Domain, "xn--bcher-kva.de"}, {Domain, "bücher.de"}, {Domain, "x.onion"}}},
		{"domain in running script", "访问evil.com下载", []Found{{Domain, "evil.com"}}},
		{"IDN", "пример.рф пример.xn--p1ai", []Found{{Domain, "пример.рф"}, {Domain, "пример.xn--p1ai"}}},
		{"no domain", "evil.notatld -a-.com host.name=x print.call() ASP.NET C:\\x\\y.com\\z", []Found{{FilePath, `C:\x\y.com\z`}}},
		{"file or domain", "run.sh archive.zip stage[.]zip tool.py www.tool.zip invoice.pdf.exe", []Found{
			{FileName, "run.sh"}, {FileName, "archive.zip"}, {Domain, "stage.zip"}, {FileName, "tool.py"}, {Domain, "www.tool.zip"}, {FileName, "invoice.pdf.exe"}}},
		{"mail", "From: <J.Doe+x@Evil.com>, o'neil@evil.com; '-x@evil.com'", []Found{{Email, "j.doe+x@evil.com"}, {Email, "o'neil@evil.com"}, {Email, "x@evil.com"}}},
		{"mail to an address", "root@192.0.2.7 x@[192.0.2.8] x@[IPv6:2001:db8::7]", []Found{
			{Email, "root@192.0.2.7"}, {IPv4, "192.0.2.7"}, {Email, "x@[192.0.2.8]"}, {IPv4, "192.0.2.8"}, {Email, "x@[IPv6:2001:db8::7]"}, {IPv6, "2001:db8::7"}}},
		{"spoken mail", "bob AT evil DOT com, ann [at] evil [dot] org", []Found{{Email, "bob@evil.com"}, {Email, "ann@evil.org"}}},
		{"at as a word", "a beacon at evil[.]com", []Found{{Domain, "evil.com"}}},
		{"URLs", "hxxps://Evil[.]com:8443/A?b=1#c, (http://192.0.2.7/x) fxp://evil.org", []Found{
			{URL, "https://evil.com:8443/A?b=1#c"}, {URL, "http://192.0.2.7/x"}, {URL, "ftp://evil.org"}}},
		{"URL with user and IPv6", "http://u:p@[2001:db8::7]:80/x", []Found{{URL, "http://u:p@[2001:db8::7]:80/x"}}},
		{"URL of a private host", "http://dc01:8080/x http://fileserver/share http://a.corp/ http://alone", []Found{
			{URL, "http://dc01:8080/x"}, {URL, "http://fileserver/share"}, {URL, "http://a.corp/"}}},
		{"URL without a scheme", "evil.com/gate.php 192.0.2.7:81/a.sh", []Found{
			{Domain, "evil.com"}, {URL, "evil.com/gate.php"}, {IPv4, "192.0.2.7"}, {URL, "192.0.2.7:81/a.sh"}}},
		{"URL of an unknown scheme", "weird://evil.com/x", []Found{{Domain, "evil.com"}, {URL, "evil.com/x"}}},
		{"URL in markup", `<a href='https://evil.com/x'>y</a> [z](https://evil.com/a_(b)).`, []Found{{URL, "https://evil.com/x"}, {URL, "https://evil.com/a_(b)"}}},
		{"URLs in a list", "https://a.com/x,https://b.com/y", []Found{{URL, "https://a.com/x"}, {URL, "https://b.com/y"}}},
		{"URL in JSON", `{"u":"http:\/\/evil.com\/x"}`, []Found{{URL, "http://evil.com/x"}}},
		{"hashes", hex32 + " sha1=" + strings.ToUpper(hex40) + "\n" + hex64 + ".exe\t" + hex128, []Found{{MD5, hex32}, {SHA1, hex40}, {SHA256, hex64}, {SHA512, hex128}}},
		{"kinds of short hashes", "imphash: " + hex32 + ", JA3 " + hex32 + ", MD5 " + hex32, []Found{{Imphash, hex32}, {JA3, hex32}, {MD5, hex32}}},
		{"no hash", hex32 + "a " + strings.Repeat("0a", 31), nil},
		{"ssdeep", "96:abcdEFGH+/ijk:lmnOPQ/rst and 97:abcdefghijk:lmnopqrst", []Found{{SSDeep, "96:abcdEFGH+/ijk:lmnOPQ/rst"}}},
		{"CVE", "cve-2021-44228, CVE 2017 0144, poc-CVE_2020_1472; CVE\u20112019\u20110708 CVE-2021-1", []Found{
			{CVE, "CVE-2021-44228"}, {CVE, "CVE-2017-0144"}, {CVE, "CVE-2020-1472"}, {CVE, "CVE-2019-0708"}}},
		{"techniques", "T1059.001, T1566 and T0800; T2000 T10590 xT1059", []Found{{Technique, "T1059.001"}, {Technique, "T1566"}, {Technique, "T0800"}}},
		{"ASN", "AS64500, ASN 64501, AS: 64502; just as 2014, AS0", []Found{{ASN, "AS64500"}, {ASN, "AS64501"}, {ASN, "AS64502"}}},
		{"registry", `HKLM\Software\Microsoft\Windows NT\CurrentVersion\Run was set, <HKCU>\Control Panel\Desktop on it, hkcu:\Environment`, []Found{
			{RegistryKey, `HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\Run`},
			{RegistryKey, `HKEY_CURRENT_USER\Control Panel\Desktop`}, {RegistryKey, `HKEY_CURRENT_USER\Environment`}}},
		{"registry, last part of two words", `HKCU\Volatile Environment`, []Found{{RegistryKey, `HKEY_CURRENT_USER\Volatile Environment`}}},
		{"Windows paths", `C:\Program Files (x86)\a\b.exe ran; "D:\My Files\x y.txt" and %TEMP%\z.dll, \\srv01\c$\x.exe`, []Found{
			{FilePath, `C:\Program Files (x86)\a\b.exe`}, {FilePath, `D:\My Files\x y.txt`}, {FilePath, `%TEMP%\z.dll`}, {FilePath, `\\srv01\c$\x.exe`}}},
		{"Windows path with slashes", `C:/Users/x/y.exe, then a:/ and b:c/d`, []Found{{FilePath, "C:/Users/x/y.exe"}}},
		{"escaped path", `"C:\\Users\\a\\b.exe"`, []Found{{FilePath, `C:\Users\a\b.exe`}}},
		{"Unix paths", "cat /etc/passwd > ~/x/y.txt, /tmp and/or /24", []Found{{FilePath, "/etc/passwd"}, {FilePath, "~/x/y.txt"}}},
		{"accounts", `CORP\alice NT AUTHORITY\SYSTEM`, []Found{{Account, `CORP\alice`}, {Account, `NT AUTHORITY\SYSTEM`}}},
		{"mutex", `created Global\{8F6F0AC4}-x.`, []Found{{Mutex, `Global\{8F6F0AC4}-x`}}},
		{"browser", "UA Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Safari/537.36 was seen", []Found{
			{UserAgent, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Safari/537.36"}}},
		{"header", "User-Agent: curl/8.5.0\r\nHost: evil.com", []Found{{UserAgent, "curl/8.5.0"}, {Domain, "evil.com"}}},
		{"wallets", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4 0x" + strings.Repeat("aB", 20), []Found{
			{BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}, {BTC, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}, {ETH, "0x" + strings.Repeat("ab", 20)}}},
		{"Monero", "4" + "A" + strings.Repeat("b", 93), []Found{{XMR, "4A" + strings.Repeat("b", 93)}}},
		{"broken UTF-8", "\xff evil.com\xfe \xc3", []Found{{Domain, "evil.com"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Extract(tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("Extract(%q)\n got %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestRefang(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain text [see note] (a. b) x[0] f(x).y a.(b)", "plain text [see note] (a. b) x[0] f(x).y a.(b)"},
		{"evil[.]com", "evil.com"},
		{"evil(.)com evil{.}com evil[dot]com evil (DOT) com", "evil.com evil.com evil.com evil.com"},
		{"evil[.com evil.]com evil].[com evil.[com evil [ . ] com", "evil.com evil.com evil.com evil.com evil.com"},
		{"a[.]b[.]c[.]com", "a.b.c.com"},
		{`evil\.com`, "evil.com"},
		{`C:\Users\.ssh\x`, `C:\Users\.ssh\x`},
		{"hxxp://a.com hXXps://a.com h**p://a.com hxtp://a.com fxp://a.com", "http://a.com https://a.com http://a.com http://a.com ftp://a.com"},
		{"http[:]//a.com http[://]a.com [http]://a.com (https)://a.com h[tt]p://a.com", "http://a.com http://a.com http://a.com https://a.com http://a.com"},
		{`http:\\a.com http__a.com http:__a.com http ://a.com http:// a.com http:///a.com`, "http://a.com http://a.com http://a.com http://a.com http://a.com http://a.com"},
		{"http://[a.com http://[2001:db8::1]/", "http://a.com http://[2001:db8::1]/"},
		{"http://a[.]com[/]x http://a[.]com[/x", "http://a.com/x http://a.com/x"},
		{"[url]http://a.com[/url]", "[url]http://a.com[/url]"},
		{"x[@]a[.]com x[at]a.com x (at) a.com x @ a[.]com", "x@a.com x@a.com x@a.com x@a.com"},
		{"x AT a DOT com", "x@a.com"},
		{"we met at a place. com dot org", "we met at a place. com dot org"},
		{"x @ word, and more", "x @ word, and more"},
		{"2001[:]db8[:][:]1", "2001:db8::1"},
		{"__init__ and snake_case", "__init__ and snake_case"},
	}
	for _, tt := range tests {
		if got := Refang(tt.in); got != tt.want {
			t.Errorf("Refang(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestDefang(t *testing.T) {
	tests := []struct{ typ, in, want string }{
		{IPv4, "192.0.2.7", "192[.]0[.]2[.]7"},
		{IPv6, "2001:db8::7", "2001[:]db8[:][:]7"},
		{CIDR, "192.0.2.0/24", "192[.]0[.]2[.]0/24"},
		{Domain, "a.evil.com", "a[.]evil[.]com"},
		{Email, "j.doe@evil.com", "j.doe[@]evil[.]com"},
		{URL, "https://a.evil.com:81/x.php?y=1", "hxxps://a[.]evil[.]com:81/x.php?y=1"},
		{URL, "ftp://evil.com", "fxp://evil[.]com"},
		{URL, "tcp://evil.com", "tcp[:]//evil[.]com"},
		{URL, "evil.com/x.y", "evil[.]com/x.y"},
		{FileName, "x.exe", "x.exe"},
		{MD5, hex32, hex32},
	}
	for _, tt := range tests {
		got := Defang(tt.typ, tt.in)
		if got != tt.want {
			t.Errorf("Defang(%s, %q) = %q, want %q", tt.typ, tt.in, got, tt.want)
		}
		if back := Refang(got); back != tt.in {
			t.Errorf("Refang(%q) = %q, want %q", got, back, tt.in)
		}
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		in   string
		want Found
	}{
		{" 192[.]0[.]2[.]7 ", Found{IPv4, "192.0.2.7"}},
		{"[2001:DB8::7]", Found{IPv6, "2001:db8::7"}},
		{"192.0.2.9/24", Found{CIDR, "192.0.2.0/24"}},
		{"Evil[.]com", Found{Domain, "evil.com"}},
		{"dc01.corp.local", Found{Domain, "dc01.corp.local"}},
		{"stage[.]zip", Found{Domain, "stage.zip"}},
		{"stage.zip", Found{FileName, "stage.zip"}},
		{"invoice.pdf.exe", Found{FileName, "invoice.pdf.exe"}},
		{"hxxp://Evil[.]com/X", Found{URL, "http://evil.com/X"}},
		{"evil.com/x", Found{URL, "evil.com/x"}},
		{"Bob[@]evil[.]com", Found{Email, "bob@evil.com"}},
		{hex32, Found{MD5, hex32}},
		{strings.ToUpper(hex40), Found{SHA1, hex40}},
		{hex64, Found{SHA256, hex64}},
		{hex128, Found{SHA512, hex128}},
		{"96:abcdEFGH+/ijk:lmnOPQ/rst", Found{SSDeep, "96:abcdEFGH+/ijk:lmnOPQ/rst"}},
		{"cve-2021-44228", Found{CVE, "CVE-2021-44228"}},
		{"t1059.001", Found{Technique, "T1059.001"}},
		{"as64500", Found{ASN, "AS64500"}},
		{"00-00-5E-00-53-07", Found{MAC, "00:00:5e:00:53:07"}},
		{`HKLM\Software\Run`, Found{RegistryKey, `HKEY_LOCAL_MACHINE\Software\Run`}},
		{`"C:\Temp\x y.exe"`, Found{FilePath, `C:\Temp\x y.exe`}},
		{"/tmp/x", Found{FilePath, "/tmp/x"}},
		{`Global\x`, Found{Mutex, `Global\x`}},
		{`CORP\alice`, Found{Account, `CORP\alice`}},
		{"Mozilla/5.0 (X11)", Found{UserAgent, "Mozilla/5.0 (X11)"}},
		{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Found{BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}},
	}
	for _, tt := range tests {
		got, err := Classify(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("Classify(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"", "  ", "word", "two words", "64500", strings.Repeat("x", 10<<10)} {
		got, err := Classify(in)
		var refused *model.Error
		if !errors.As(err, &refused) || refused.Next == "" || len(refused.Msg) > 200 {
			t.Errorf("Classify(%.20q) = %q, %v, want an error with a hint", in, got, err)
		}
	}
}

func TestNormalize(t *testing.T) {
	tests := []struct{ typ, in, want string }{
		{Imphash, strings.ToUpper(hex32), hex32},
		{JA3, hex32, hex32},
		{Domain, "Host.Corp.Anything.", "host.corp.anything"},
		{URL, "http://dc01/x", "http://dc01/x"},
		{URL, "ldap://Evil.com:389/a", "ldap://evil.com:389/a"},
		{FileName, "photo\u202egpj.exe", "photo\u202egpj.exe"},
		{FilePath, `\\srv\\share\\x`, `\\srv\share\x`},
		{RegistryKey, `<HKCU>\\Software\\X\`, `HKEY_CURRENT_USER\Software\X`},
		{UserAgent, "  curl/8   x ", "curl/8 x"},
		{Mutex, "any name", "any name"},
		{Account, "alice", "alice"},
		{ASN, "ASN: 64500", "AS64500"},
		{Email, "A@[IPv6:2001:DB8::7]", "a@[IPv6:2001:db8::7]"},
	}
	for _, tt := range tests {
		if got, err := Normalize(tt.typ, tt.in); err != nil || got != tt.want {
			t.Errorf("Normalize(%s, %q) = %q, %v, want %q", tt.typ, tt.in, got, err, tt.want)
		}
	}
	bad := []struct{ typ, in string }{
		{IPv4, "300.1.1.1"}, {IPv6, "1::2::3"}, {CIDR, "192.0.2.0/40"}, {Domain, "192.0.2.7"}, {Domain, "word"},
		{URL, "not a url"}, {URL, "http://"}, {URL, "evil.com"}, {URL, "http://evil.com:x/"}, {Email, "a@b"}, {MD5, hex40},
		{SSDeep, "97:abcdefghijk:lmnopqrst"}, {CVE, "CVE-21-1"}, {Technique, "T12"}, {FilePath, "x"}, {FileName, "a/b"},
		{RegistryKey, `HKXX\a`}, {RegistryKey, "HKLM"}, {Mutex, ""}, {Account, "a\x1bb"}, {MAC, "00:00"}, {ASN, "AS99999999999"},
		{BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"}, {ETH, "0x12"}, {XMR, "4A"}, {UserAgent, " "}, {"colour", "red"}, {Mutex, strings.Repeat("x", 10<<10)},
	}
	for _, tt := range bad {
		got, err := Normalize(tt.typ, tt.in)
		var refused *model.Error
		if !errors.As(err, &refused) || refused.Next == "" {
			t.Errorf("Normalize(%s, %.20q) = %q, %v, want an error with a hint", tt.typ, tt.in, got, err)
		}
	}
}

func TestEveryTypeHasAnExample(t *testing.T) {
	for _, typ := range Types() {
		if exampleOf(typ) == "" {
			t.Errorf("no example of %s", typ)
		}
	}
	if len(Types()) != 26 {
		t.Errorf("%d types, want 26", len(Types()))
	}
}

func TestTablesAreSorted(t *testing.T) {
	if !slices.IsSorted(fileExts) {
		t.Error("fileExts is not sorted")
	}
	for _, tld := range []string{"com", "COM", "xn--p1ai", "рф", "zip", "onion"} {
		if !isTLD(tld) {
			t.Errorf("%q is no TLD", tld)
		}
	}
	for _, word := range []string{"", "c", "notatld", "exe", "xn--", "xn--zzzzzz99999", "local", strings.Repeat("a", 70)} {
		if isTLD(word) {
			t.Errorf("%q is a TLD", word)
		}
	}
}
