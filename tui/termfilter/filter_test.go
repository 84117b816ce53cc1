package termfilter

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
)

func newFilter(src io.Reader) (*Filter, *int) {
	cuts := new(int)
	return New(src, func() { *cuts++ }, func(time.Duration) {}, time.Now), cuts
}

func filtered(t testing.TB, src io.Reader) (out []byte, cuts int) {
	t.Helper()
	f, n := newFilter(src)
	out, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return out, *n
}

// What terminals send passes as it is (SSH-8).
func TestFilterPassesWhatTerminalsSend(t *testing.T) {
	for _, s := range []string{
		"plain text\r", "Grüße, 数据曛;1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27", "\x1b", "\x1b\x1b", "\x1b[A\x1bOP\x1b[1;5C\x1b[15~",
		"\x1b[<35;120;40M", "\x1b[?62;22;52c", "\x1b[?2026;2$y", "\x1b]11;rgb:1a1a/1b1b/1c1c\x1b\\", "\x1bP>|xterm(380)\x1b\\", "\x1b[97;5u", "\x1b[65;30;97;1;0;1_",
		"\x1b[200~pasted\ntext with \x1b[31mcolour\x1b[m and ⛛\x1b[201~after", "\x1b[200~\x1b[201~", "\x1b[200~half an end \x1b[20\x1b[201~", "\xe2\x82", "\xff\xfe",
		"\x1bp1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30;31;32;33",
	} {
		if got, cuts := filtered(t, strings.NewReader(s)); string(got) != s || cuts != 0 {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// A lone escape key is not kept back, and neither is anything else that may be
// all there is.
func TestFilterKeepsNothingBack(t *testing.T) {
	f, _ := newFilter(nil)
	for _, s := range []string{"\x1b", "a", "\x1b[", "1", ";", "\x1b]1"} {
		if got := f.feed(nil, []byte(s)); string(got) != s {
			t.Errorf("%q gave %q at once", s, got)
		}
	}
}

// Too many parameters, endless strings and huge pastes are broken (SSH-8).
func TestFilterBreaks(t *testing.T) {
	many := strings.Repeat("1;", 32) + "1"
	for _, c := range []struct{ name, in, out string }{
		{"33 parameters", "\x1b[" + many + "mX", "\x1b[" + strings.Repeat("1;", 23) + "1mX"},
		{"33 parameters, 8 bits", "\x9b" + many + "mX", "\x1b[" + strings.Repeat("1;", 23) + "1mX"},
		{"33 parameters of a device control string", "\x1bP" + many + "q", "\x1bP" + strings.Repeat("1;", 23) + "1q"},
		{"33 after an intermediate", "\x1b([" + many + "m", "\x1b([" + strings.Repeat("1;", 23) + "1m"},
		{"colons", "\x1b[" + strings.ReplaceAll(many, ";", ":") + "m", "\x1b[" + strings.Repeat("1:", 23) + "1m"},
		{"a number that overflows", "\x1b[" + strings.Repeat("9", 5000) + "A", "\x1b[999999999A"},
		{"a string of 1 MiB", "\x1b]0;" + strings.Repeat("x", 1<<20) + "\x07y", "\x1b]0;" + strings.Repeat("x", maxString-2) + "\x07y"},
		{"broken character, then 33", "\xe2\x9b" + many + "m", "\xe2\x1b[" + strings.Repeat("1;", 23) + "1m"},
		{"a mouse report in one byte", "\x9bM0;;", "\x1b[M0;;"},
		{"a mouse report that swallows", "\x1b[Ma\x1b\xe6\x9c\x9bM", "\x1b[Ma~~\x1b\\\x1b[M"},
		{"bytes as keys of Windows", "\x1b[0;0;27;1_", "\x1b[0;0;27;1~"},
		{"a character that ends a string", "\x1b]0;望x\x07", "\x1b]0;\x1b\\望x\x07"},
		{"string left open by a paste", "\x1b[200~\x1b]0;x\x1b[201~q", "\x1b[200~\x1b]0;x\x1b\\\x1b[201~q"},
	} {
		got, _ := filtered(t, strings.NewReader(c.in))
		if string(got) != c.out {
			t.Errorf("%s: %d bytes %.80q, want %d bytes %.80q", c.name, len(got), got, len(c.out), c.out)
		}
	}
}

// A paste of 5 MiB is cut at 1 MiB, its user is told, and what comes after it
// passes (SSH-8, LIM-1).
func TestFilterCutsHugePaste(t *testing.T) {
	got, cuts := filtered(t, strings.NewReader("\x1b[200~"+strings.Repeat("x", 5<<20)+"\x1b[201~after"))
	want := "\x1b[200~" + strings.Repeat("x", maxPaste) + "\x1b[201~after"
	if string(got) != want || cuts != 1 {
		t.Errorf("%d bytes, want %d; told %d times", len(got), len(want), cuts)
	}
	exact := "\x1b[200~" + strings.Repeat("x", maxPaste) + "\x1b[201~"
	if got, cuts := filtered(t, strings.NewReader(exact)); string(got) != exact || cuts != 0 {
		t.Errorf("a paste of just 1 MiB: %d bytes, told %d times", len(got), cuts)
	}
}

// The parser behind gets a break when bytes come without one.
func TestFilterBreathes(t *testing.T) {
	f, _ := newFilter(bytes.NewReader(make([]byte, 1<<20)))
	now, breaks := time.Unix(0, 0), 0
	f.now = func() time.Time { return now }
	f.pause = func(d time.Duration) { breaks++; now = now.Add(d) }
	if _, err := io.Copy(io.Discard, f); err != nil {
		t.Fatal(err)
	}
	if breaks < 3 || breaks > 4 {
		t.Errorf("%d breaks in 1 MiB", breaks)
	}
}

// bounded reports the first flaw of filtered bytes: a run that is too long.
func bounded(out []byte) string {
	const outside = -1 << 30
	separators := outside
	for i, c := range out {
		introducer := i > 0 && (c == '[' || c == 'P') && out[i-1] == esc
		switch {
		case introducer:
			separators = 0
		case c == ';' || c == ':':
			separators++
		case c < '0' || c > '?':
			separators = outside // no parameter of a sequence any more
		}
		if separators >= maxParams {
			return "too many parameters"
		}
	}
	return ""
}

// FuzzFilter: the way the bytes are cut must not matter, nothing is added but the
// ends of strings and pastes, runs are bounded, and the real parser lives.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{"", "a\x1b[1;2;3mb", "\x1b[200~x\x1b[201~y", "\x1b[200~\x1b[20\x1b[201~", "\x9b" + strings.Repeat("1;", 40) + "m", "\x1b]0;" + strings.Repeat("x", 5000),
		"\xe2\x9b\x1b[\xe2\x9b\x9b;;;;", "\x1bP1;2q\x1b\\", "\x9bM0;;", "\x1b[0;0;27;1_", "\x1b(" + "[" + strings.Repeat(";", 40) + "m", "\x1b[200~\x1b]\xe6\x9c\x9b" + strings.Repeat("1;", 40) + "m\x1b[201~", "\x1b[200;1~\x1b[201;1~z"} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		whole, _ := filtered(t, bytes.NewReader(data))
		bytewise, _ := filtered(t, iotest.OneByteReader(bytes.NewReader(data)))
		if !bytes.Equal(whole, bytewise) {
			t.Fatalf("%q whole, %q byte by byte", whole, bytewise)
		}
		chunk, _ := newFilter(nil)
		var parts []byte
		for rest := data; len(rest) > 0; {
			n := min(int(step)+1, len(rest))
			parts = chunk.feed(parts, rest[:n])
			rest = rest[n:]
			if len(chunk.ending) > len(pasteEnd) || len(chunk.rune_) > utf8.UTFMax {
				t.Fatal("it keeps too much back")
			}
		}
		if parts = chunk.rest(parts); !bytes.Equal(whole, parts) {
			t.Fatalf("%q whole, %q in pieces of %d", whole, parts, step+1)
		}
		if len(whole) > 2*len(data)+16 {
			t.Fatalf("%d bytes became %d", len(data), len(whole))
		}
		if flaw := bounded(whole); flaw != "" && !bytes.Contains(data, []byte("\x1b[200")) {
			t.Fatalf("%s in %q", flaw, whole)
		}
		parse(t, whole)
	})
}

// parse runs the parser that Bubble Tea reads terminals with.
func parse(t testing.TB, data []byte) {
	r := uv.NewTerminalReader(bytes.NewReader(data), "xterm")
	r.EscTimeout = time.Microsecond
	events := make(chan uv.Event)
	done := make(chan error, 1)
	go func() {
		defer close(events)
		done <- r.StreamEvents(context.Background(), events)
	}()
	limit := time.NewTimer(5 * time.Second)
	defer limit.Stop()
	for open := true; open; {
		select {
		case _, open = <-events:
		case <-limit.C:
			t.Fatalf("the parser hangs on %q", data)
		}
	}
	if err := <-done; err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
}
