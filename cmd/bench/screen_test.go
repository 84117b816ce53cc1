package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
)

// The small screen shows what a full emulator shows, for what full-screen
// programs send, wherever the bytes are cut.
func TestScreenIsThatOfAnEmulator(t *testing.T) {
	const w, h = 40, 12
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		s, em := newScreen(w, h, func(string) {}), vt.NewEmulator(w, h)
		var all []byte
		for range 60 {
			p := []byte(piece(rnd, w, h))
			all = append(all, p...)
			if _, err := em.Write(p); err != nil {
				t.Fatal(err)
			}
			for len(p) > 0 {
				n := 1 + rnd.IntN(len(p))
				s.write(p[:n])
				p = p[n:]
			}
			if got, want := s.String(), trimmed(em.String(), h); got != want {
				t.Fatalf("seed %d after %q:\n%s\nwant\n%s", seed, all, got, want)
			}
		}
		if len(s.odd) > 0 {
			t.Fatalf("not understood: %v", s.odd)
		}
	}
}

// piece is something that a renderer sends.
func piece(rnd *rand.Rand, w, h int) string {
	n := 1 + rnd.IntN(8)
	x, y := 1+rnd.IntN(w), 1+rnd.IntN(h)
	words := []string{"note", "● on call", "évén", "│ ok │", "12:04:31Z", "a longer piece of text"}
	csi := func(f string) string { return fmt.Sprintf("\x1b[%d%s", n, f) }
	return []string{
		words[rnd.IntN(len(words))], words[rnd.IntN(len(words))], fmt.Sprintf("\x1b[%d;%dH", y, x), fmt.Sprintf("\x1b[%dG", x), fmt.Sprintf("\x1b[%dd", y),
		"\r\n", "\r", "\b", "\x1b[K", "\x1b[1K", "\x1b[J", "\r" + csi("X"), "\r" + csi("L"), "\r" + csi("M"), "\r" + csi("S"), "\r" + csi("T"), csi("A"), csi("B"), csi("C"), csi("D"),
		"=" + csi("b"), "\x1b[1;31mred\x1b[m", fmt.Sprintf("\x1b[3;8r\x1b[8;%dH\nlow\x1b[3;1H\x1bMup\x1b[r", x), "\x1b[r", "\x1b]0;title\a", "\x1bM", "\x1b[r" + csi("@"), "\x1b[r" + csi("P"),
	}[rnd.IntN(28)]
}

func trimmed(s string, rows int) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \r")
	}
	for len(lines) < rows {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestScreenAnswersAsAnXterm(t *testing.T) {
	for ask, want := range map[string]string{
		"\x1b[c": "\x1b[?64;22c", "\x1b[?2026$p": "\x1b[?2026;0$y", "\x1b]11;?\x1b\\": "\x1b]11;rgb:1010/1010/1010\x1b\\",
		"\x1b]11;?\a": "\x1b]11;rgb:1010/1010/1010\a", "ab\x1b[6n": "\x1b[1;3R", "\x1b[?u": "", "\x1b]52;c;?\a": "",
	} {
		got := ""
		newScreen(80, 24, func(s string) { got += s }).write([]byte(ask))
		if got != want {
			t.Errorf("%q is answered %q, want %q", ask, got, want)
		}
	}
}

func TestScreenTellsWhichRowsChanged(t *testing.T) {
	s := newScreen(20, 4, func(string) {})
	rows := func() (out []int) {
		s.take(func(y int) { out = append(out, y) })
		return out
	}
	rows()
	s.write([]byte("\x1b[3;2Hhello\x1b[1;1Hx"))
	if got := fmt.Sprint(rows()); got != "[0 2]" {
		t.Errorf("rows %s", got)
	}
	if got := fmt.Sprint(rows()); got != "[]" {
		t.Errorf("rows %s", got)
	}
	s.write([]byte("\x1b[?1049h"))
	if got := s.String(); strings.TrimSpace(got) != "" {
		t.Errorf("the other screen is not empty: %q", got)
	}
	s.write([]byte("\x1b[?1049l"))
	if got := s.row(2); !strings.HasPrefix(got, " hello") {
		t.Errorf("row %q", got)
	}
}

func TestScreenKeepsWideCharacters(t *testing.T) {
	s := newScreen(10, 3, func(string) {})
	s.write([]byte("日本語xyz日本\x1b[2;1He\u0301a"))
	if got := s.String(); got != "日本語xyz\nea本\n\n" {
		t.Errorf("%q", got)
	}
}
