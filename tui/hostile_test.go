package tui_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/tuitest"
)

// hostile are texts that would act on a terminal, one of each kind.
func hostile() []string {
	return []string{
		"\x1b]0;pwned\x07", "\x1b]2;pwned\x1b\\", "\x1b]52;c;cHduZWQ=\x07", "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
		"\x1b]4;1;?\x07", "\x1b]50;x\x07", "\x1b]7;file://h/\x07", "\x1b]46;/tmp/x\x07", "\x1b]1337;File=inline=1:AAAA\x07",
		"\x1bP$q\"p\x1b\\", "\x1bPq#0;2;0;0;0\x1b\\", "\x1bPtmux;\x1b\x1b]0;x\x07\x1b\\", "\x1b_Gf=100;AAAA\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\",
		"\x1b[6n", "\x1b[c", "\x1b[21t", "\x1b[8;1;1t", "\x1b[?1049l", "\x1b[?2004l", "\x1b[2J\x1b[H", "\x1b[8m", "\x1b[31;41m",
		"\x1b[" + strings.Repeat("1;", 40) + "m", "\x1b[99999999999999999999A", "\x1b[", "\x1b", "\x1bc", "\x1b#8", "\x1b(0",
		"\u009b31m", "\u009d0;x\u009c", "\x9b31m", "\x9d0;x\x9c", "\x00\x01\x02\x05\x07\x08\x0b\x0c\x0e\x0f\x11\x13\x7f",
		"over\rwrite", "a\b\b\bback", "\xff\xfe\xfa", "\xc0\x80", "\xed\xa0\x80", "a\xe2\x80",
		"\u202eexe.cod\u202c", "\u2066a\u2069", "\u200e\u200f\u061c", "zero\u200bwidth\u2060\ufeff", "\U000e0041\U000e007f", "soft\u00adhyphen",
		"аpple", "Z" + strings.Repeat("\u0301", 60), "\ufdfd\ufdfd", "👩‍👩‍👧‍👦", "\u2028line\u2029", "=cmd|' /C calc'!A0", "%s%n%x", "<script>", "'; DROP TABLE x; --",
	}
}

func TestHostileTextReachesTheTerminalAsMarksOnly(t *testing.T) {
	clean := newHub(t)
	id := declare(t, clean, "A plain title")
	do(t, clean, bob, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "domain", Value: "example.com"}}})
	do(t, clean, bob, id, model.AddAsset{Name: "FS-01"})
	learn(t, clean, id, "plain text")
	// How the renderer moves, scrolls and erases depends on the text; all of it stays on
	// the screen.
	allowed := map[string]bool{"CSI ?h 70": true, "CSI ?l 70": true, "ESC M": true}
	for _, final := range "ABCDEFGHJKLMPSTXbdr@" {
		allowed["CSI \x00"+string(final)] = true
	}
	x := tuitest.New(t, clean, alice, 140, 50)
	x.ExpectLine(id)
	tour(x)
	sequences(x.Raw(), func(seq string) { allowed[seq] = true }, func(rune) {})

	h := newHub(t)
	nasty := strings.Join(hostile(), " ")
	id = declare(t, h, "T"+nasty[:min(len(nasty), 1000)])
	for i, s := range hostile() {
		s = named(i, s)
		do(t, h, bob, id, model.AddNote{Text: model.Text(s)})
		do(t, h, bob, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "file-name", Value: model.Text(s), Source: model.Text(s), Note: model.Text(s)}}})
		do(t, h, bob, id, model.AddAsset{Name: model.Text(s), Team: model.Text(s), Tenant: model.Text(s), Note: model.Text(s)})
		if i < 9 {
			do(t, h, bob, id, model.SetItem{Ref: "C" + string(rune('1'+i)), State: model.ItemDone, Note: model.Text(s), Reason: model.Text(s)})
		}
	}
	was := model.Text("")
	do(t, h, bob, id, model.Edit{Field: model.FieldSummary, Was: &was, To: model.Text(nasty)})
	learn(t, h, id, model.Text(nasty+"\n\n# "+nasty+"\n\n```\n"+nasty+"\n```\n\n| a |\n| - |\n| "+nasty+" |\n\n["+nasty+"](http://evil.example.com/"+nasty+")"))
	x = tuitest.New(t, h, alice, 140, 50)
	x.ExpectLine(id)
	tour(x)
	// What comes in is filtered before the console; here only what cannot pass for
	// a key is pasted.
	x.Press("esc", "i").Paste(strings.ReplaceAll(nasty, "\x1b", "")).Press("ctrl+s")
	x.Press("esc", "esc")
	sequences(x.Raw(), func(seq string) {
		if !allowed[seq] {
			t.Errorf("this reached the terminal: %q", seq)
		}
	}, func(r rune) {
		if r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) || r != 0xad && unicode.Is(unicode.Cf, r) && r != 0x200d || r == 0xad || r == 0x2028 || r == 0x2029 {
			t.Errorf("the character %U reached the terminal", r)
		}
	})
	if err := verbatim(h.Peek(id)); err != "" {
		t.Error(err)
	}
}

// learn writes a text everywhere in the post-mortem.
func learn(t *testing.T, h *room.Hub, id string, text model.Text) {
	t.Helper()
	short := text[:min(len(text), 1000)]
	for _, key := range model.SectionKeys() {
		do(t, h, bob, id, model.WriteSection{Section: key, Text: text})
	}
	do(t, h, bob, id, model.AddFactor{Text: short, Class: model.FactorTechnical})
	do(t, h, bob, id, model.AskQuestion{Text: short})
	do(t, h, bob, id, model.SetQuestion{Ref: "Q1", Answer: &short})
	do(t, h, bob, id, model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: short, Kind: "prevent", Owner: "bob", Due: model.DayOf(time.Now()).Add(9)}})
	do(t, h, bob, id, model.HoldMeeting{Dissent: &short})
}

// named sets a text apart from the others.
func named(i int, s string) string { return strconv.Itoa(i) + s + "y" }

// verbatim checks that the record holds the exact bytes.
func verbatim(in *model.Incident) string {
	for i, s := range hostile() {
		if got := in.Assets[i].Name; string(got) != named(i, s) {
			return "the record lost bytes: " + string(got)
		}
	}
	return ""
}

// tour looks at everything.
func tour(x *tuitest.Term) {
	x.Press("tab", "tab", "enter")
	x.Expect("SEVERITY")
	for _, tab := range []string{"2", "3", "4", "5"} {
		x.Press(tab, "g")
		for range 8 {
			x.Press("pgdown", "enter", "esc")
		}
	}
	x.Press("9", "g", "e", "ctrl+r", "esc", "esc", "v", "esc")
	for range 30 {
		x.Press("j", "v", "esc", "e", "esc")
	}
	x.Press("1")
	x.Expect("SEVERITY")
	x.Press("e")
	x.Expect("Edit INC-")
}

// sequences tells every control sequence that is more than moving, painting and
// erasing, by its kind and command, and every character.
func sequences(raw string, seq func(string), char func(rune)) {
	p := ansi.NewParser()
	p.SetHandler(ansi.Handler{
		Print:   char,
		Execute: func(b byte) { seq(string(rune('@' + b))) },
		HandleCsi: func(cmd ansi.Cmd, params ansi.Params) {
			name := "CSI " + string(rune(cmd.Prefix())) + string(rune(cmd.Final()))
			if cmd.Final() == 'h' || cmd.Final() == 'l' || cmd.Final() == 't' || cmd.Final() == 'n' {
				params.ForEach(-1, func(_, v int, _ bool) { name += " " + string(rune('0'+v%10)) + string(rune('0'+v/10%10)) })
			}
			seq(name)
		},
		HandleEsc: func(cmd ansi.Cmd) { seq("ESC " + string(rune(cmd.Final()))) },
		HandleOsc: func(cmd int, data []byte) { seq("OSC " + string(data)) },
		HandleDcs: func(_ ansi.Cmd, _ ansi.Params, data []byte) { seq("DCS " + string(data)) },
		HandleApc: func(data []byte) { seq("APC " + string(data)) },
		HandlePm:  func(data []byte) { seq("PM " + string(data)) },
		HandleSos: func(data []byte) { seq("SOS " + string(data)) },
	})
	for i := range len(raw) {
		p.Advance(raw[i])
	}
}
