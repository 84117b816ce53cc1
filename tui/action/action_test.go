package action_test

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/action"
	"warroom/tui/widget"
)

func act(id, scope string, keys ...string) action.Action {
	return action.Action{ID: id, Title: id, Help: "does " + id, Scope: scope, Keys: keys}
}

func newSet(t *testing.T, actions ...action.Action) *action.Set {
	t.Helper()
	s, err := action.NewSet(actions...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMatchGoesThroughTheScopesInOrder(t *testing.T) {
	s := newSet(t,
		act("help", action.Global, "?"),
		act("quit", action.Global, "q", "ctrl+c"),
		act("note", "room", "n"),
		act("report", "board", "n"),
		act("back", "room", "q"),
	)
	tests := []struct {
		key    string
		scopes []string
		want   string
	}{
		{"?", nil, "help"},
		{"n", nil, ""},
		{"n", []string{"room", action.Global}, "note"},
		{"n", []string{"board", action.Global}, "report"},
		{"q", []string{"room", action.Global}, "back"},
		{"q", []string{"board", action.Global}, "quit"},
		{"ctrl+c", []string{"room", action.Global}, "quit"},
		{"z", []string{"room", action.Global}, ""},
	}
	for _, tt := range tests {
		got := ""
		if a := s.Match(tt.key, tt.scopes...); a != nil {
			got = a.ID
		}
		if got != tt.want {
			t.Errorf("%q in %v gives %q, want %q", tt.key, tt.scopes, got, tt.want)
		}
	}
}

func TestNewSetRefuses(t *testing.T) {
	tests := []struct {
		name    string
		actions []action.Action
		want    string
	}{
		{"one key twice in a scope", []action.Action{act("a", "room", "x"), act("b", "room", "x")}, `key "x" of b is in use by a in room`},
		{"one key in two spellings", []action.Action{act("a", "room", "space"), act("b", "room", " ")}, `key "space" of b is in use by a`},
		{"one id twice", []action.Action{act("a", "room"), act("a", "board")}, `two actions are called "a"`},
		{"no help", []action.Action{{ID: "a", Title: "a", Scope: "room"}}, "a help line"},
		{"no key", []action.Action{act("a", "room", "hyper+boost")}, `a: "hyper+boost" is no key`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := action.NewSet(tt.actions...)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestParseKey(t *testing.T) {
	tests := []struct{ in, want string }{
		{"x", "x"}, {"X", "X"}, {"?", "?"}, {"+", "+"}, {"-", "-"}, {"ü", "ü"}, {" ", "space"},
		{"Return", "enter"}, {"escape", "esc"}, {"pgdn", "pgdown"}, {"F5", "f5"},
		{"Ctrl-P", "ctrl+p"}, {"ctrl+P", "ctrl+p"}, {"C-p", "ctrl+p"}, {"shift+g", "G"}, {"shift+tab", "shift+tab"},
		{"alt+shift+up", "alt+shift+up"}, {"shift+ctrl+left", "ctrl+shift+left"}, {"ctrl++", "ctrl++"}, {"alt+enter", "alt+enter"},
		{"", ""}, {"ctrl+", ""}, {"xy", ""}, {"hyper+x", ""}, {"\x1b", ""}, {"\u202e", ""}, {"f13", ""},
	}
	for _, tt := range tests {
		got, err := action.ParseKey(tt.in)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("ParseKey(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestParseKeyWritesWhatAPressSays(t *testing.T) {
	presses := []tea.KeyPressMsg{
		{Code: 'g', Text: "g"}, {Code: 'g', ShiftedCode: 'G', Mod: tea.ModShift, Text: "G"}, {Code: tea.KeySpace, Text: " "},
		{Code: tea.KeyPgDown}, {Code: tea.KeyTab, Mod: tea.ModShift}, {Code: 'p', Mod: tea.ModCtrl},
		{Code: tea.KeyLeft, Mod: tea.ModCtrl | tea.ModShift | tea.ModAlt}, {Code: tea.KeyEscape}, {Code: tea.KeyBackspace},
	}
	for _, p := range presses {
		if got, err := action.ParseKey(p.String()); err != nil || got != p.String() {
			t.Errorf("%q becomes %q, %v", p.String(), got, err)
		}
	}
}

func TestRebind(t *testing.T) {
	base := func() *action.Set {
		return newSet(t, act("note", "room", "n"), act("contain", "room", "c"), act("report", "board", "n"))
	}
	tests := []struct {
		name      string
		overrides map[string][]string
		want      string // of the error
	}{
		{"another key", map[string][]string{"note": {"Ctrl-N", "m"}}, ""},
		{"changed places", map[string][]string{"note": {"c"}, "contain": {"n"}}, ""},
		{"no key", map[string][]string{"note": nil}, ""},
		{"in use", map[string][]string{"note": {"c"}}, `key "c" of contain is in use by note in room; give note another key too`},
		{"unknown", map[string][]string{"not": {"c"}}, `no action "not" to bind a key to; did you mean: note`},
		{"unlike any", map[string][]string{"zz": {"c"}}, "`?` lists the actions"},
		{"bad key", map[string][]string{"note": {"n", "ctrl+"}}, `note: "ctrl+" is no key; write one character`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := base()
			err := s.Rebind(tt.overrides)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var refusal *model.Error
			if !errors.As(err, &refusal) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if a := s.Match("n", "room"); a == nil || a.ID != "note" {
				t.Error("a refused change left something changed")
			}
		})
	}
	s := base()
	if err := s.Rebind(map[string][]string{"note": {"c"}, "contain": {"n"}}); err != nil {
		t.Fatal(err)
	}
	if a := s.Match("c", "room"); a == nil || a.ID != "note" || s.ByID("note").Keys[0] != "c" {
		t.Errorf("c is %+v", a)
	}
}

func footerSet(t *testing.T) *action.Set {
	off := act("retract", "room", "X")
	off.Enabled = func() (bool, string) { return false, "it is not yours" }
	list := []action.Action{
		act("open", "room", "enter"), act("note", "room", "n"), off, act("down", "room", "down"),
		act("hidden", "room", "z"), act("help", action.Global, "?"),
	}
	for i, p := range []int{50, 90, 80, 10, 0, 100} {
		list[i].Priority, list[i].Footer = p, p > 0
	}
	return newSet(t, list...)
}

func TestFooterDropsByPriorityAndKeepsOrder(t *testing.T) {
	st, err := themes.New("mono", true, false)
	if err != nil {
		t.Fatal(err)
	}
	s := footerSet(t)
	tests := []struct {
		w    int
		want string
	}{
		{60, " enter open · n note · ↓ down · ? help                      "},
		{34, " enter open · n note · ? help     "},
		{20, " n note · ? help    "},
		{8, " ? help "},
		{5, "     "},
		{0, ""},
	}
	for _, tt := range tests {
		line, spans := s.Footer(tt.w, st, nil, "room", action.Global)
		plain := widget.Cut(strings.NewReplacer("\x1b[1m", "", "\x1b[2m", "", "\x1b[m", "").Replace(line), 0, tt.w)
		if plain != tt.want {
			t.Errorf("at %d: %q, want %q", tt.w, plain, tt.want)
		}
		for _, sp := range spans {
			if a := s.ByID(sp.ID); !strings.HasSuffix(widget.Cut(plain, sp.From, sp.To), " "+a.Title) {
				t.Errorf("at %d: span of %s is %q", tt.w, sp.ID, widget.Cut(plain, sp.From, sp.To))
			}
		}
	}
}

func TestHelpTellsWhyNot(t *testing.T) {
	want := []action.HelpSection{
		{Scope: "room", Rows: []action.HelpRow{
			{ID: "open", Keys: "enter", Title: "open", Help: "does open"},
			{ID: "note", Keys: "n", Title: "note", Help: "does note"},
			{ID: "retract", Keys: "X", Title: "retract", Help: "does retract", Why: "it is not yours"},
			{ID: "down", Keys: "↓", Title: "down", Help: "does down"},
			{ID: "hidden", Keys: "z", Title: "hidden", Help: "does hidden"},
		}},
		{Scope: action.Global, Rows: []action.HelpRow{{ID: "help", Keys: "?", Title: "help", Help: "does help"}}},
	}
	if diff := cmp.Diff(want, footerSet(t).Help("room", "nowhere", action.Global)); diff != "" {
		t.Error(diff)
	}
}

func TestMarkdown(t *testing.T) {
	a := act("a", "room", "|", "`")
	a.Help = "this | that"
	got := newSet(t, a, act("q", action.Global, "q", "esc"), act("bare", "room")).Markdown()
	want := "### room\n\n| keys | action | does |\n| --- | --- | --- |\n" +
		"| `\\|` `` ` `` | `a` | this \\| that |\n|  | `bare` | does bare |\n" +
		"\n### global\n\n| keys | action | does |\n| --- | --- | --- |\n| `q` `esc` | `q` | does q |\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
