package model

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseWhen(t *testing.T) {
	noon := time.Date(2026, 11, 23, 14, 30, 15, 0, time.UTC)
	night := time.Date(2026, 11, 24, 0, 10, 0, 0, time.UTC)
	for _, tt := range []struct {
		in   string
		now  time.Time
		want string // RFC 3339 and precision, or the code of the refusal
	}{
		{"14:03", noon, "2026-11-23T14:03:00Z minute"},
		{"9:05", noon, "2026-11-23T09:05:00Z minute"},
		{"14:03:20", noon, "2026-11-23T14:03:20Z second"},
		{"14:03Z", noon, "2026-11-23T14:03:00Z minute"},
		{"14:33", noon, "2026-11-23T14:33:00Z minute"}, // a clock that is a little ahead
		{"14:40", noon, "invalid"},                     // ahead, and no evening before
		{"23:59", time.Date(2026, 11, 25, 23, 3, 0, 0, time.UTC), "invalid"},
		{"23:50", night, "2026-11-23T23:50:00Z minute"},
		{"12:11", night, "2026-11-23T12:11:00Z minute"},
		{"10:11", night, "invalid"},
		{"-20m", noon, "2026-11-23T14:10:15Z minute"},
		{"-20min", noon, "2026-11-23T14:10:15Z minute"},
		{"-2h30m", noon, "2026-11-23T12:00:15Z minute"},
		{"-1d", noon, "2026-11-22T14:30:15Z minute"},
		{"-90s", noon, "2026-11-23T14:28:45Z second"},
		{"now", noon, "2026-11-23T14:30:15Z second"},
		{"yesterday 22:40", noon, "2026-11-22T22:40:00Z minute"},
		{"Yesterday  22:40:07", noon, "2026-11-22T22:40:07Z second"},
		{"today 08:00", noon, "2026-11-23T08:00:00Z minute"},
		{"today 23:00", noon, "invalid"},
		{"2026-11-20", noon, "2026-11-20T00:00:00Z day"},
		{"2026-11-20 07:01", noon, "2026-11-20T07:01:00Z minute"},
		{"2026-11-20T07:01", noon, "2026-11-20T07:01:00Z minute"},
		{"2026-11-20T07:01:02Z", noon, "2026-11-20T07:01:02Z second"},
		{"2026-11-20t07:01:02z", noon, "2026-11-20T07:01:02Z second"},
		{"2026-11-20T07:01:02.5+02:00", noon, "2026-11-20T05:01:02.5Z second"},
		{"2024-02-29", noon, "2024-02-29T00:00:00Z day"},
		{"2026-02-29", noon, "usage"},
		{"2026-02-30 10:00", noon, "usage"},
		{"2016-12-31T23:59:60Z", noon, "usage"}, // a leap second
		{"2026-11-24T00:00:00Z", noon, "invalid"},
		{"2027-01-01", noon, "invalid"},
		{"1970-01-01", noon, "invalid"},
		{"24:00", noon, "usage"}, {"14:65", noon, "usage"}, {"14:03:60", noon, "usage"}, {"1403", noon, "usage"},
		{"-", noon, "usage"}, {"-5", noon, "usage"}, {"--5m", noon, "usage"}, {"+5m", noon, "usage"}, {"", noon, "usage"},
		{"yesterday", noon, "usage"}, {"yesterday noon", noon, "usage"}, {"tomorrow 10:00", noon, "usage"},
		{"14:03 and more", noon, "usage"}, {"14:03\x00", noon, "usage"}, {"１４:０３", noon, "usage"},
	} {
		w, err := ParseWhen(tt.in, tt.now)
		got := string(CodeOf(err))
		if err == nil {
			got = w.At.Format(time.RFC3339Nano) + " " + string(w.Precision)
		}
		if got != tt.want {
			t.Errorf("ParseWhen(%q) = %s (%v), want %s", tt.in, got, err, tt.want)
		}
	}
}

func TestLeadingTime(t *testing.T) {
	for _, tt := range []struct {
		in, at, rest string
		code         Code
	}{
		{"14:03 DC02 psexec", "14:03:00", "DC02 psexec", ""},
		{"  14:03\u00a0DC02  psexec ", "14:03:00", "DC02  psexec ", ""},
		{"\n14:03:09\nDC02", "14:03:09", "DC02", ""},
		{"-20m it began", "14:10:15", "it began", ""},
		{"yesterday 13:00 seen", "13:00:00", "seen", ""},
		{"2026-11-23 13:00 seen", "13:00:00", "seen", ""},
		{"2026-11-23T13:00:01Z seen", "13:00:01", "seen", ""},
		{"14:03", "14:03:00", "", ""},
		{strings.Repeat(" ", 500) + "14:03 x", "14:03:00", "x", ""},
		{"yesterday it began", "", "yesterday it began", ""},
		{"DC02 at 14:03", "", "DC02 at 14:03", ""},
		{"- a list", "", "- a list", ""},
		{"443:80 forwarded", "", "443:80 forwarded", ""},
		{"", "", "", ""},
		{`\24:10 x`, "", "24:10 x", ""}, // a backslash makes a time text
		{` \14:03 x`, "", "14:03 x", ""},
		{`\\FS-01\share`, "", `\\FS-01\share`, ""},
		{"16:00 x", "", "x", CodeInvalid},
		{"24:10 x", "", "x", CodeUsage},
		{"2026-02-30 x", "", "x", CodeUsage},
		{"2026-12-24 x", "", "x", CodeInvalid},
	} {
		w, rest, ok, err := LeadingTime(tt.in, time.Date(2026, 11, 23, 14, 30, 15, 0, time.UTC))
		at := ""
		if ok && err == nil {
			at = w.At.Format(time.TimeOnly)
		}
		if at != tt.at || rest != tt.rest || CodeOf(err) != tt.code {
			t.Errorf("LeadingTime(%q) = %q, %q, %v", tt.in, at, rest, err)
		}
	}
}

func FuzzWhen(f *testing.F) {
	for _, s := range []string{"14:03 x", "-2h30m", "yesterday 22:40", "2026-02-30", "2026-11-23T14:03:20+14:00 y", "\u00a0now\u2003z", "24:00", "-999d9999h99999m999999s"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 24, 0, 10, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if w, err := ParseWhen(s, now); err == nil && (w.At.After(now.Add(MaxAhead)) || w.At.Location() != time.UTC || w.Precision == "") {
			t.Errorf("ParseWhen(%q) = %v", s, w)
		}
		w, rest, ok, err := LeadingTime(s, now)
		if !strings.HasSuffix(s, rest) || !ok && rest != s && !strings.HasPrefix(strings.TrimSpace(s), `\`) || ok && err == nil && w.At.IsZero() {
			t.Errorf("LeadingTime(%q) = %v, %q, %v, %v", s, w, rest, ok, err)
		}
	})
}

func TestSplitWords(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{" \t\n ", nil},
		{"note INC-2026-0001 hello", []string{"note", "INC-2026-0001", "hello"}},
		{`a 'b c' "d e" f\ g`, []string{"a", "b c", "d e", "f g"}},
		{`a'b'"c"\d`, []string{"abcd"}},
		{`'' "" x`, []string{"", "", "x"}},
		{`'a\b' "a\b" "\"\\\$\` + "`" + `"`, []string{`a\b`, `a\b`, "\"\\$`"}},
		{"a\\\nb \"c\\\nd\" 'e\\\nf'", []string{"ab", "cd", "e\\\nf"}},
		{`$HOME *.go ~ ; | & > # x`, []string{"$HOME", "*.go", "~", ";", "|", "&", ">", "#", "x"}},
		{"a\r b", []string{"a\r", "b"}},
		{`it\'s`, []string{"it's"}},
		{`end\`, []string{`end\`}},
		{"'\xff\x00'", []string{"\xff\x00"}},
	} {
		got, err := SplitWords(tt.in)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("SplitWords(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for _, s := range []string{`"open`, `'open`, `"a\"`, `a "b' c`} {
		if got, err := SplitWords(s); CodeOf(err) != CodeUsage {
			t.Errorf("SplitWords(%q) = %q, %v", s, got, err)
		}
	}
}

// The words are those that sh gives a command.
func TestSplitWordsAsShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{`a  b`, `'a b'c "d"'e' \\ \' "x\y\\z\"" ''`, "a\\\nb 'c\nd'\te", `\a\b "\a" '\a'`, `""''`, `é "ü ß"\ x`} {
		out, err := exec.Command(sh, "-c", `printf '%s\0' `+s).Output()
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		if got, err := SplitWords(s); err != nil || !slices.Equal(got, want) {
			t.Errorf("SplitWords(%q) = %q, %v; sh says %q", s, got, err, want)
		}
	}
}

func FuzzSplitWords(f *testing.F) {
	for _, s := range []string{`a 'b' "c\"" \d`, `'`, "\\", "\\\n", `"\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if words, err := SplitWords(s); err == nil {
			n := 0
			for _, w := range words {
				n += len(w)
			}
			if n > len(s) {
				t.Errorf("%q became longer: %q", s, words)
			}
		}
		// What is quoted comes back whole.
		quoted := "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		if words, err := SplitWords("x " + quoted); err != nil || len(words) != 2 || words[1] != s {
			t.Errorf("%q quoted gives %q, %v", s, words, err)
		}
	})
}

func TestScanLine(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Marks
	}{
		{"DC02 psexec from 10.1.2[.]3 by svc-bkp #lateral !", Marks{Tags: []string{"lateral"}, Starred: true}},
		{"ask @Bob, @carol-x. and (@bob) about #Lateral-2 T1486.001, t1059 and T17/C3 I3 T17.", Marks{People: []string{"bob", "carol-x"},
			Tags: []string{"lateral-2"}, Techniques: []string{"T1486.001", "T1059"}, Refs: []string{"I3", "T17"}}},
		{"ticket #123, mail a@b.example, T123456789 T0 X3 #a/b @@x @\u202ebob", Marks{}},
		{"wow!", Marks{}},
		{"! first", Marks{}},
		{"", Marks{}},
	} {
		got := ScanLine(tt.in)
		if !slices.Equal(got.People, tt.want.People) || !slices.Equal(got.Tags, tt.want.Tags) || !slices.Equal(got.Techniques, tt.want.Techniques) ||
			!slices.Equal(got.Refs, tt.want.Refs) || got.Starred != tt.want.Starred {
			t.Errorf("ScanLine(%q) = %+v, want %+v", tt.in, got, tt.want)
		}
	}
	var b strings.Builder
	for i := range 20000 {
		b.WriteString(" I" + itoa(i+1))
	}
	if n := len(ScanLine(b.String()).Refs); n != maxNamed {
		t.Errorf("a log with 20000 refs gives %d", n)
	}
}

func FuzzScanLine(f *testing.F) {
	f.Add("@bob #x T1486.001 T17 !")
	f.Add("@\u202e#\xff T T. @- #-")
	f.Fuzz(func(t *testing.T, s string) {
		m := ScanLine(s)
		for _, w := range slices.Concat(m.People, m.Tags, m.Techniques, m.Refs) {
			if plainPrefix(w, false) != len(w) || len(w) > 64 {
				t.Errorf("%q gives %q", s, w)
			}
		}
	})
}

func TestFilter(t *testing.T) {
	b := &Brief{ID: "INC-2026-0042", Title: "Encrypted Shares", Type: "ransomware", Severity: 1, Priority: 2, Phase: PhaseRecovery, Status: StatusOpen, IC: "alice"}
	has := func(id, v string) bool { return id == b.ID && v == "1.2.3.4" }
	for s, want := range map[string]bool{
		"": true, "shares": true, "ENCRYPTED shares": true, "!shares": false, "sev:1": true, "sev:SEV1": true, "sev:2": false, "!sev:2": true,
		"pri:p2": true, "phase:recovery": true, "phase:rec": true, "phase:recv": true, "phase:cont": false, "ic:alice": true, "ic:@alice": true, "@alice": true,
		"ic:bob": false, "type:ransom": true, "status:open": true, "status:closed": false, "id:0042": true, "exercise:no": true, "exercise:yes": false,
		"ioc:1.2.3.4": true, "ioc:9.9.9.9": false, "sev:1 shares !ic:bob": true, "sev:9": false, "10:30": false, "sev:": false,
	} {
		f, err := ParseFilter(s)
		if err != nil || f.Match(b, has) != want {
			t.Errorf("filter %q: %v, %v", s, f.Match(b, has), err)
		}
	}
	if _, err := ParseFilter("colour:red"); CodeOf(err) != CodeUsage || !strings.Contains(err.Error(), "sev, pri") {
		t.Errorf("unknown field: %v", err)
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("sev:1 !phase:recovery ioc:1.2.3.4 shares")
	f.Add("!:!:: \xff:\x00")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		flt, err := ParseFilter(s)
		if err != nil {
			return
		}
		if got := flt.Match(&Brief{Status: StatusOpen}, nil); flt.Empty() && !got {
			t.Errorf("%q is empty and matches nothing", s)
		}
	})
}

func TestRefsAndIDs(t *testing.T) {
	for in, want := range map[string]string{"inc-2026-0042": "INC-2026-0042", " INC-2026-123456 ": "INC-2026-123456", "INC-26-1": "", "INC-2026-": "", "INC-2026-00\u06602": "", "": ""} {
		if got, err := ParseIncidentID(in); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseIncidentID(%q) = %q, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{"t17": "T17", " T1 ": "T1", "T007": "T7", "T0": "", "T": "", "17": "", "I3": "", "T99999999999999": "", "T-1": "", "T1x": ""} {
		if got, _, err := ParseRef(RefEntry, in); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseRef(%q) = %q, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{"@alice": "alice", "a.b-c_1": "a.b-c_1", "": "", "Alice": "", "a\u0301": "", "-a": "", strings.Repeat("a", 33): "", "аlice": ""} {
		if got, err := ParseUserName(in); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseUserName(%q) = %q, %v", in, got, err)
		}
	}
}
