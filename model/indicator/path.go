package indicator

import (
	"strings"
	"unicode/utf8"
)

const maxPath = 1024

// hives gives the long names of registry hives.
func longHive(s string) string {
	switch strings.ToUpper(s) {
	case "HKLM", "HKEY_LOCAL_MACHINE":
		return "HKEY_LOCAL_MACHINE"
	case "HKCU", "HKEY_CURRENT_USER":
		return "HKEY_CURRENT_USER"
	case "HKCR", "HKEY_CLASSES_ROOT":
		return "HKEY_CLASSES_ROOT"
	case "HKU", "HKEY_USERS":
		return "HKEY_USERS"
	case "HKCC", "HKEY_CURRENT_CONFIG":
		return "HKEY_CURRENT_CONFIG"
	}
	return ""
}

func isHive(s string) bool { return len(s) > 2 && s[0]|0x20 == 'h' && longHive(s) != "" }

// registry reads the key whose hive is the token t.
func (x *scanner) registry(t token) int {
	s := x.s
	at := t.raw
	if at < len(s) && (s[at] == '>' || s[at] == ':') {
		at++
	}
	if at >= len(s) || s[at] != '\\' {
		return 0
	}
	end := backslashPath(s, at, true)
	if end <= at+1 {
		return 0
	}
	x.add(RegistryKey, registryForm(s[t.start:t.raw], s[at:end]))
	return end
}

// registryForm is the long hive and the path with single backslashes.
func registryForm(hive, path string) string {
	return longHive(hive) + `\` + strings.TrimRight(strings.TrimLeft(singleBackslashes(path), `\`), `\ `)
}

func singleBackslashes(s string) string {
	for strings.Contains(s, `\\`) {
		s = strings.ReplaceAll(s, `\\`, `\`)
	}
	return s
}

// backslashPath finds the end of the path that starts with the backslash at
// s[at]. A part may hold blanks when another part follows it; the last part of
// a registry key also when capitalised words end the line.
func backslashPath(s string, at int, key bool) int {
	end := at
	for end < len(s) && end-at < maxPath && s[end] == '\\' {
		i := end
		for i < len(s) && s[i] == '\\' {
			i++
		}
		next, more := partEnd(s, i, key)
		if next == i {
			break
		}
		end = next
		if !more {
			break
		}
	}
	return end
}

// partEnd finds the end of one part of a path, and whether another follows.
func partEnd(s string, i int, key bool) (end int, more bool) {
	const most = 128
	blank := -1
	j := i
	for j < len(s) && j-i < most && isPartByte(s[j]) {
		if s[j] == ' ' && blank < 0 {
			blank = j
		}
		j++
	}
	if j < len(s) && s[j] == '\\' && j > i && (blank < 0 || isSpacedPart(s[i:j])) {
		return j, true
	}
	if blank < 0 {
		return trimPart(s, i, j), false
	}
	if key && isTitle(s[i:j]) && (j == len(s) || s[j] != ':') {
		return trimPart(s, i, j), false
	}
	return trimPart(s, i, blank), false
}

// isPartByte reports whether c may stand in the name of a file or key.
func isPartByte(c byte) bool {
	return c >= ' ' && c != 0x7f && strings.IndexByte("\\/:*?\"<>|`", c) < 0
}

// trimPart takes the punctuation of the sentence off a part.
func trimPart(s string, i, j int) int {
	if k := strings.IndexAny(s[i:j], ",;"); k >= 0 {
		j = i + k
	}
	for j > i {
		switch s[j-1] {
		case '.', '\'', '!', ' ', ']':
			j--
			continue
		case ')':
			if strings.Count(s[i:j], "(") < strings.Count(s[i:j], ")") {
				j--
				continue
			}
		}
		break
	}
	return j
}

// isSpacedPart tells a name with blanks, such as `Program Files (x86)`, from
// running text before the next backslash.
func isSpacedPart(s string) bool {
	if s[0] == ' ' || s[len(s)-1] == ' ' || strings.Contains(s, ". ") || strings.Contains(s, ", ") {
		return false
	}
	words := strings.Split(s, " ")
	if len(words) > 5 {
		return false
	}
	for _, w := range words {
		switch w {
		case "and", "or", "on", "the", "to", "in", "by", "with", "was", "is", "for", "from", "via", "at", "then", "ran", "into", "-":
			return false
		}
		if isHive(w) || strings.HasPrefix(w, "-") || strings.HasPrefix(w, "%") {
			return false
		}
	}
	return true
}

// isTitle reports whether s is two to four capitalised words.
func isTitle(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 4 {
		return false
	}
	for _, w := range words {
		if w[0] < 'A' || w[0] > 'Z' || isHive(w) || !all(w, isAlnum) {
			return false
		}
	}
	return true
}

// drivePath reads `C:\dir\file` and `C:/dir/file`, and all of it between quotes.
func (x *scanner) drivePath(t token) int {
	s := x.s
	if s[t.raw+1] == '/' {
		end := slashPath(s, t.start, t.raw+1)
		if end <= t.raw+2 {
			return 0
		}
		x.add(FilePath, s[t.start:end])
		return end
	}
	end := x.quoted(t.start)
	if end == 0 {
		end = backslashPath(s, t.raw+1, false)
	}
	if end <= t.raw+2 {
		return 0
	}
	x.add(FilePath, s[t.start:t.raw+1]+singleBackslashes(s[t.raw+1:end]))
	return end
}

// quoted gives the closing quote of the name at i that a quote stands before.
func (x *scanner) quoted(i int) int {
	if i == 0 || x.s[i-1] != '"' && x.s[i-1] != '\'' {
		return 0
	}
	rest := x.s[i:min(len(x.s), i+260)]
	end := strings.IndexByte(rest, x.s[i-1])
	if end < 0 {
		return 0
	}
	for j := 2; j < end; j++ {
		if rest[j] != '\\' && !isPartByte(rest[j]) {
			return 0
		}
	}
	return i + len(strings.TrimRight(rest[:end], " "))
}

// envPath reads `%APPDATA%\dir\file`.
func (x *scanner) envPath(i int) int {
	s := x.s
	j := i + 1
	for j < len(s) && j-i < 32 && (isAlnum(s[j]) || s[j] == '_' || s[j] == '(' || s[j] == ')') {
		j++
	}
	if j+1 >= len(s) || s[j] != '%' || s[j+1] != '\\' || j == i+1 {
		return 0
	}
	end := backslashPath(s, j+1, false)
	if end <= j+2 {
		return 0
	}
	x.add(FilePath, s[i:j+1]+singleBackslashes(s[j+1:end]))
	return end
}

// uncPath reads `\\server\share\file`.
func (x *scanner) uncPath(i int) int {
	s := x.s
	if i+2 >= len(s) || s[i+1] != '\\' || !isAlnum(s[i+2]) || i > 0 && !startsPath(s[i-1]) {
		return 0
	}
	server := i + 2
	for server < len(s) && server-i < 80 && (isAlnum(s[server]) || s[server] == '.' || s[server] == '-' || s[server] == '_') {
		server++
	}
	if server >= len(s) || s[server] != '\\' {
		return 0
	}
	end := backslashPath(s, server, false)
	if end <= server+1 {
		return 0
	}
	x.add(FilePath, `\\`+s[i+2:server]+singleBackslashes(s[server:end]))
	return end
}

// startsPath reports whether a path may start after c.
func startsPath(c byte) bool {
	return isSpace(c) || strings.IndexByte("\"'`(=,;|[<>", c) >= 0
}

// unixPath reads `/etc/passwd` and `~/file`: paths below the usual directories.
func (x *scanner) unixPath(i int) int {
	s := x.s
	if i > 0 && !startsPath(s[i-1]) && s[i-1] != ':' {
		return 0
	}
	at := i
	if s[i] == '~' {
		at++
		if at >= len(s) || s[at] != '/' {
			return 0
		}
	} else {
		root := labelEnd(s, i+1)
		if !isUnixRoot(s[i+1:root]) || root >= len(s) || s[root] != '/' {
			return 0
		}
		at = root
	}
	end := slashPath(s, i, at)
	if end <= at+1 {
		return 0
	}
	x.add(FilePath, s[i:end])
	return end
}

// slashPath finds the end of the path from i whose first slash is s[at].
func slashPath(s string, i, at int) int {
	end := at
	for end < len(s) && end-i < maxPath && (isAlnum(s[end]) || s[end] >= utf8.RuneSelf || strings.IndexByte("/._-+@%~#={}$", s[end]) >= 0) {
		if s[end] >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[end:])
			if r == utf8.RuneError || !isLetter(r) {
				break
			}
			end += n - 1
		}
		end++
	}
	for end > at && strings.IndexByte("./=-", s[end-1]) >= 0 {
		end--
	}
	return end
}

func isUnixRoot(s string) bool {
	switch s {
	case "etc", "tmp", "usr", "var", "home", "opt", "bin", "sbin", "lib", "lib64", "root", "dev", "proc", "sys", "mnt", "media",
		"srv", "run", "boot", "Users", "Library", "Applications", "private", "Volumes", "System":
		return true
	}
	return false
}

// account finds `DOMAIN\user`, and named objects: `Global\name`.
func (x *scanner) account(t token) int {
	s := x.s
	if t.raw != t.end || t.start > 0 && strings.IndexByte("\\/:%.", s[t.start-1]) >= 0 {
		return 0
	}
	head := s[t.start:t.raw]
	end := t.raw + 1
	for end < len(s) && end-t.raw < 128 && (isAlnum(s[end]) || strings.IndexByte("._$-{}!", s[end]) >= 0) {
		end++
	}
	if end < len(s) && (s[end] == '\\' || s[end] >= utf8.RuneSelf) {
		return 0
	}
	tail := strings.TrimRight(s[t.raw+1:end], ".-!}")
	if strings.Contains(tail, "{") {
		tail = strings.TrimRight(s[t.raw+1:end], ".-!")
	}
	switch {
	case len(tail) < 2:
		return 0
	case head == "Global" || head == "Local" || head == "Session":
		x.add(Mutex, head+`\`+tail)
	case head == "AUTHORITY" && t.start > 2 && s[t.start-3:t.start] == "NT ":
		x.add(Account, `NT AUTHORITY\`+tail)
	case isNetBIOS(head) && strings.IndexByte(tail, '{') < 0:
		x.add(Account, head+`\`+tail)
	default:
		return 0
	}
	return t.raw + 1 + len(tail)
}

// isNetBIOS reports whether s looks like the short name of a Windows domain.
func isNetBIOS(s string) bool {
	if len(s) < 2 || len(s) > 15 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	return all(s, func(c byte) bool { return c >= 'A' && c <= 'Z' || isDigit(c) || c == '-' })
}
