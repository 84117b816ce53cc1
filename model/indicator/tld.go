package indicator

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// The top-level domains in use, in Unicode, with the two of the overlay
// networks that reports name.
//
//go:embed tlds.txt
var tldText string

var tlds = sync.OnceValue(func() map[string]struct{} {
	set := make(map[string]struct{}, 1500)
	for name := range strings.FieldsSeq(tldText) {
		set[name] = struct{}{}
	}
	return set
})

// isTLD reports whether label, in any case and in either form of a
// non-ASCII name, is a top-level domain.
func isTLD(label string) bool {
	if len(label) < 2 || len(label) > 63 {
		return false
	}
	var buf [64]byte
	low := buf[:0]
	for i := range len(label) {
		c := label[i]
		if c >= utf8.RuneSelf {
			_, ok := tlds()[strings.ToLower(label)]
			return ok
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low = append(low, c)
	}
	if strings.HasPrefix(string(low), "xn--") {
		name, ok := punydecode(string(low[4:]))
		if !ok {
			return false
		}
		_, ok = tlds()[name]
		return ok
	}
	_, ok := tlds()[string(low)]
	return ok
}

// isPrivateTLD knows the endings of names that exist only inside a company or
// in examples. They make a host of a URL or of a mail address, and not more.
func isPrivateTLD(label string) bool {
	switch strings.ToLower(label) {
	case "local", "lan", "corp", "internal", "intranet", "intra", "home", "localdomain", "localhost", "test", "example", "invalid":
		return true
	}
	return false
}

// Endings that are both a top-level domain and a kind of file: alone and not
// defanged, such a name is a file.
func isFileLikeTLD(ext string) bool {
	switch ext {
	case "zip", "mov", "py", "sh", "pl", "rs", "md", "so", "ps", "cab", "java", "app":
		return true
	}
	return false
}

// fileExts are the kinds of files that responders note, sorted.
var fileExts = strings.Fields(`7z ace aspx bak bash bat bin bmp bz2 c cfg chm class cmd conf config cpl cs csv dat db
dll dmg dmp doc docm docx dot dotm dylib elf eml etl evtx exe gif go gz hta htm html ico img inf ini iso jar
jpeg jpg js jse json jsp kdbx key lnk lock log lua lzh mdb msg msi msix msp nse ocx odt one onepkg ova pcap
pcapng pdb pdf pem pfx php plist png ppam ppt pptm pptx ps1 psd1 psm1 pst pwd pyc pyd rar rb reg rtf scr sct
settings slk sql sqlite svg swf sys tar tgz tif tmp txt url vb vba vbe vbs vhd vhdx vmdk vsd wav wim wll ws
wsc wsf wsh xla xlam xll xls xlsb xlsm xlsx xml xps xsl xz yaml yml zlib`)

// isFileExt reports whether ext, in any case, names a kind of file.
func isFileExt(ext string) bool {
	if len(ext) == 0 || len(ext) > 8 {
		return false
	}
	_, ok := slices.BinarySearch(fileExts, strings.ToLower(ext))
	return ok
}

// punydecode turns the part of a label after "xn--" into Unicode (RFC 3492).
func punydecode(s string) (string, bool) {
	const base, tmin, tmax, skew, damp = 36, 1, 26, 38, 700
	n, i, bias := rune(128), 0, 72
	var out []rune
	if cut := strings.LastIndexByte(s, '-'); cut > 0 {
		out, s = []rune(s[:cut]), s[cut+1:]
	}
	for len(s) > 0 {
		start, weight := i, 1
		for k := base; ; k += base {
			if s == "" {
				return "", false
			}
			digit := punydigit(s[0])
			s = s[1:]
			if digit < 0 || i > (1<<30-digit)/weight {
				return "", false
			}
			i += digit * weight
			t := min(max(k-bias, tmin), tmax)
			if digit < t {
				break
			}
			if weight > 1<<24 {
				return "", false
			}
			weight *= base - t
		}
		size := len(out) + 1
		delta := (i - start) / 2
		if start == 0 {
			delta = (i - start) / damp
		}
		delta += delta / size
		k := 0
		for ; delta > (base-tmin)*tmax/2; k += base {
			delta /= base - tmin
		}
		bias = k + (base-tmin+1)*delta/(delta+skew)
		n += rune(i / size)
		i %= size
		if n > utf8.MaxRune {
			return "", false
		}
		out = slices.Insert(out, i, n)
		i++
	}
	return string(out), true
}

func punydigit(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return int(c - 'a')
	case c >= '0' && c <= '9':
		return int(c-'0') + 26
	}
	return -1
}
