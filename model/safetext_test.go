package model

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkSafe fails when s holds what a terminal must not get (TXT-2, TXT-3).
func checkSafe(t *testing.T, s SafeText, block bool) {
	t.Helper()
	if !utf8.ValidString(s.String()) {
		t.Fatalf("%q is no valid UTF-8", s)
	}
	marks, first := 0, true
	for _, r := range s.String() {
		switch {
		case r == '\n' && block:
			first, marks = true, 0
			continue
		case r < 0x20, r == 0x7f, r >= 0x80 && r < 0xa0,
			unicode.Is(unicode.Bidi_Control, r),
			r == 0x2028, r == 0x2029, r == 0x200b, r == 0x200c,
			r >= 0x2060 && r <= 0x206f, r >= 0xe0000 && r <= 0xe0fff,
			r >= 0xfff9 && r <= 0xfffb,
			strings.ContainsRune("\u00ad\u034f\u115f\u1160\u180e\u3164\ufeff\uffa0", r):
			t.Fatalf("%U in %q", r, s)
		}
		if unicode.Is(unicode.M, r) {
			if marks++; first || marks > maxMarks+1 { // and one VS16
				t.Fatalf("mark %d, %U, in %q", marks, r, s)
			}
		} else if r != 0x200d {
			marks = 0
		}
		first = false
	}
}

func TestLineAndBlock(t *testing.T) {
	tests := []struct{ name, in, line, block string }{
		{"empty", "", "", ""},
		{"ascii", "plain ~ text", "plain ~ text", "plain ~ text"},
		{"letters", "Grüße, Ωmega, привет, שלום, 漢字, 한국어", "Grüße, Ωmega, привет, שלום, 漢字, 한국어", ""},
		{"tab and line feed", "a\tb\nc", "a b⏎c", "a    b\nc"},
		{"carriage return", "rm -rf /\rls", `rm -rf /\x0dls`, ""},
		{"title", "\x1b]0;owned\a", `\x1b]0;owned\x07`, ""},
		{"C1 as a character", "\u009b2J\u0085", "⟨U+009B⟩2J⟨U+0085⟩", ""},
		{"C1 as a byte", "\x9b2J", `\x9b2J`, ""},
		{"broken UTF-8", "a\xc3(\xed\xa0\x80\xff", `a\xc3(\xed\xa0\x80\xff`, ""},
		{"replacement character itself", "a\ufffdb", "a\ufffdb", ""},
		{"bidi", "invoice\u202egnp.exe", "invoice⟨U+202E⟩gnp.exe", ""},
		{"invisible", "ad\u200bm\u00adin\ufeff", "ad⟨U+200B⟩m⟨U+00AD⟩in⟨U+FEFF⟩", ""},
		{"tags", "x\U000e0041", "x⟨U+E0041⟩", ""},
		{"separators", "a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩", ""},
		{"private, unassigned, beyond", "\ue000\u0378\U0010ffff", "⟨U+E000⟩⟨U+0378⟩⟨U+10FFFF⟩", ""},
		{"other blanks", "a\u00a0b\u2009c\u3000d", "a b c\u3000d", ""},
		{"filler letters", "\u3164\u115f\u17b4", "⟨U+3164⟩⟨U+115F⟩⟨U+17B4⟩", ""},
		{"Braille", "\u2801\u2800 \u2800", "\u2801\u2800 ⟨U+2800⟩", ""},
		{"few marks", "e\u0301\u0302\u0303\u0304", "e\u0301\u0302\u0303\u0304", ""},
		{"flood of marks", "Z" + strings.Repeat("\u0336", 20) + "x", "Z\u0336\u0336\u0336\u0336⟨+16 marks⟩x", ""},
		{"flood to the end", "Z" + strings.Repeat("\u0336", 5), "Z\u0336\u0336\u0336\u0336⟨+1 marks⟩", ""},
		{"leading mark", "\u0301a", "◌\u0301a", ""},
		{"leading mark on a line", "a\n\u0301b", "a⏎\u0301b", "a\n◌\u0301b"},
		{"family", "👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦", ""},
		{"tones", "👨🏿‍🚀", "👨🏿‍🚀", ""},
		{"tone alone, tone twice", "🏿 👨🏿🏿", "⟨U+1F3FF⟩ 👨🏿⟨U+1F3FF⟩", ""},
		{"heart", "❤️‍🔥 ☎️", "❤️‍🔥 ☎️", ""},
		{"key", "1️⃣", "1️⃣", ""},
		{"selector on a letter", "a\ufe0f1\ufe0f", "a⟨U+FE0F⟩1⟨U+FE0F⟩", ""},
		{"joiner in a word", "ad\u200dmin", "ad⟨U+200D⟩min", ""},
		{"joiner at an end", "👩\u200d", "👩⟨U+200D⟩", ""},
		{"joiner before a letter", "👩\u200dx", "👩⟨U+200D⟩x", ""},
		{"endless joins", strings.Repeat("👩\u200d", 6) + "👩", strings.Repeat("👩\u200d", 4) + "👩⟨U+200D⟩👩\u200d👩", ""},
		{"flags", "🇩🇪🇫🇷", "🇩🇪🇫🇷", ""},
		{"half a flag", "🇩🇪🇫", "🇩🇪⟨U+1F1EB⟩", ""},
		{"Hangul in parts", "\u1112\u1161\u11ab", "\u1112\u1161\u11ab", ""},
		{"jamo flood", "\u1112\u1112\u1161\u1161", "⟨U+1112⟩\u1112\u1161⟨U+1161⟩", ""},
		{"endless parameters", "\x1b[" + strings.Repeat("9;", 40) + "m", `\x1b[` + strings.Repeat("9;", 40) + "m", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.block == "" {
				tt.block = tt.line
			}
			line, block := Line(tt.in), Block(tt.in)
			if line.String() != tt.line {
				t.Errorf("Line(%q) = %q, want %q", tt.in, line, tt.line)
			}
			if block.String() != tt.block {
				t.Errorf("Block(%q) = %q, want %q", tt.in, block, tt.block)
			}
			checkSafe(t, line, false)
			checkSafe(t, block, true)
		})
	}
}

func TestEveryRune(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		checkSafe(t, Line(string(r)), false)
		checkSafe(t, Block("a"+string(r)+"b"), true)
	}
}

func TestEveryByte(t *testing.T) {
	for b := range 256 {
		checkSafe(t, Line(string([]byte{byte(b)})), false)
		checkSafe(t, Block(string([]byte{'a', byte(b), 'b'})), true)
	}
}

// Two fields side by side are as safe as each alone: no sequence of one ends
// in the other (TXT-3).
func TestNeighboursNeverJoin(t *testing.T) {
	fields := []string{"left \x1b", "]0;x\a", "[2J", "\x1b[", "31m", "\u0301", "👩\u200d", "\u200d👦", "🇩", "🇪", "\xc3", "\xa9", "\ufe0f"}
	for _, a := range fields {
		for _, b := range fields {
			both := Line(a) + Line(b)
			if again := Line(both.String()); again != both {
				t.Errorf("%q beside %q is %q, cleaned again %q", a, b, both, again)
			}
		}
	}
}

func TestClipLine(t *testing.T) {
	tests := []struct {
		in   string
		max  int
		want string
	}{
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"abcd", 1, "…"},
		{"äbc", 3, "äbc"},
		{"äbcd", 3, "äb…"},
		{"abc\u0301", 3, "abc\u0301"},
		{"abc\u0301d", 3, "ab…"},
		{"a👩‍👩‍👧‍👦", 2, "a👩‍👩‍👧‍👦"},
		{"👩‍👩‍👧‍👦abc", 3, "👩‍👩‍👧‍👦a…"},
		{"🇩🇪🇫🇷🇩🇪", 2, "🇩🇪…"},
		{"a\x1bb", 3, "a…"},
		{"a\x1bb", 6, `a\x1bb`},
		{"a\nb", 3, "a⏎b"},
		{"e" + strings.Repeat("\u0301", 9), 5, "e\u0301\u0301\u0301\u0301…"},
		{"e" + strings.Repeat("\u0301", 100_000) + "x", 1, "…"},
	}
	for _, tt := range tests {
		got := ClipLine(tt.in, tt.max)
		if got.String() != tt.want {
			t.Errorf("ClipLine(%.20q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
		}
		checkSafe(t, got, false)
	}
}

func TestPlainTextIsNotCopied(t *testing.T) {
	ascii := strings.Repeat("plain text ", 100)
	letters := strings.Repeat("größer ", 100)
	lines := strings.Repeat("a line\n", 100)
	if n := testing.AllocsPerRun(20, func() { Line(ascii); Line(letters); Block(lines); ClipLine(ascii, len(ascii)) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestMixedScript(t *testing.T) {
	tests := []struct {
		in   string
		want bool
	}{
		{"", false},
		{"example.org", false},
		{"größe.example", false},
		{"пример.рф", false},
		{"пример.com", false},
		{"example.россия", false},
		{"\u0430dmin", true},
		{"g\u043e\u043egle.example.org", true},
		{"\u0440\u0430\u0443\u0440\u0430\u04cf.com", true},
		{"www.\u0430\u0440\u0440\u04cf\u0435.com", true},
		{"\u03bf\u03bf", false},
		{"p\u03bfst", true},
		{"слово word", false},
		{"user@почта.example", false},
		{"東京tower", false},
		{"a-\u0431", true},
		{"\u0441.\u0441", false},
	}
	for _, tt := range tests {
		if got := MixedScript(tt.in); got != tt.want {
			t.Errorf("MixedScript(%q) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func FuzzSafeText(f *testing.F) {
	for _, s := range []string{"", "a\tb\n", "\x1b[31m", "👩‍👩‍👧‍👦", "e\u0301\u0301\u0301\u0301\u0301", "\u202e", "\xff\xfe", "\U000e0041", "1️⃣🇩🇪🇫", "\u1112\u1161\u11ab"} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, max int) {
		line, block := Line(s), Block(s)
		checkSafe(t, line, false)
		checkSafe(t, block, true)
		if again := Line(line.String()); again != line {
			t.Errorf("Line(%q) = %q, and of that %q", s, line, again)
		}
		clipped := ClipLine(s, max%200)
		checkSafe(t, clipped, false)
		if max%200 >= len(line) && clipped != line {
			t.Errorf("ClipLine(%q, %d) = %q, want %q", s, max%200, clipped, line)
		}
		MixedScript(s)
	})
}

func BenchmarkLine(b *testing.B) {
	for name, unit := range map[string]string{
		"ascii": "plain text, nothing else. ", "latin": "größere Töne ", "cjk": "漢字仮名交じり文",
		"escapes": "\x1b[31m", "marks": "\u0336", "joins": "👩\u200d", "invalid": "\xff",
	} {
		s := strings.Repeat(unit, 1<<20/len(unit))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				Line(s)
			}
		})
	}
}

func BenchmarkClipLine(b *testing.B) {
	s := strings.Repeat("größer \x1b[31m", 100_000)
	for b.Loop() {
		ClipLine(s, 80)
	}
}
