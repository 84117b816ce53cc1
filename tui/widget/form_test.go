package widget_test

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"warroom/tui/widget"
)

func assets(v string) []widget.Option {
	var out []widget.Option
	for _, name := range []string{"WEB-01", "WEB-02", "FS-01"} {
		if strings.HasPrefix(name, strings.ToUpper(v)) {
			out = append(out, widget.Option{Value: name, Label: "asset"})
		}
	}
	return out
}

func containForm() *widget.Form {
	return widget.NewForm("Contain",
		&widget.Field{Name: "what", Label: "what", Kind: widget.ChoiceField, Help: "the kind of step", Options: []widget.Option{
			{Value: "isolate_host", Label: "isolate host"}, {Value: "disable_account", Label: "disable account"}, {Value: "block", Label: "block indicator"},
		}},
		&widget.Field{Name: "target", Label: "target", Required: true, Suggest: assets},
		&widget.Field{Name: "risk", Label: "risk", Kind: widget.MultilineField, Rows: 3, Help: "who is hit, and how hard"},
		&widget.Field{Name: "urgent", Label: "urgent", Kind: widget.BoolField},
		&widget.Field{Name: "owner", Label: "owner", Limit: 8, Check: func(v string) error {
			if v != "" && !strings.HasPrefix(v, "@") {
				return errors.New("a person is written @name")
			}
			return nil
		}},
	)
}

func run(f *widget.Form, script string) widget.Outcome {
	out := widget.Open
	for _, msg := range typing(script) {
		out = f.Update(msg)
	}
	return out
}

func TestFormIsFilledInWithTheKeyboard(t *testing.T) {
	base := map[string]string{"what": "isolate_host", "target": "", "risk": "", "urgent": "false", "owner": ""}
	with := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for k, v := range base {
			m[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	tests := []struct {
		name, script string
		want         map[string]string
		out          widget.Outcome
		focus        string
	}{
		{"six keys", "‹enter›W‹tab›‹ctrl+s›", with("target", "WEB-01"), widget.Submitted, "target"},
		{"choice by arrow", "‹right›‹right›‹right›‹left›", with("what", "block"), widget.Changed, "what"},
		{"choice by letter", "d", with("what", "disable_account"), widget.Changed, "what"},
		{"candidate by arrows", "‹tab›w‹down›‹down›‹enter›", with("target", "WEB-02"), widget.Changed, "risk"},
		{"candidate by right", "‹tab›f‹right›", with("target", "FS-01"), widget.Changed, "target"},
		{"a name of its own", "‹tab›other‹enter›", with("target", "other"), widget.Open, "risk"},
		{"tab on an empty field moves", "‹tab›‹tab›", base, widget.Open, "risk"},
		{"lines", "‹tab›‹tab›a‹enter›b‹up›‹up›", with("risk", "a\nb"), widget.Open, "target"},
		{"bool", "‹tab›‹tab›‹tab›‹space›", with("urgent", "true"), widget.Changed, "urgent"},
		{"back", "‹tab›‹shift+tab›‹shift+tab›", base, widget.Open, "what"},
		{"required", "‹ctrl+s›", base, widget.Open, "target"},
		{"checked", "‹tab›x‹tab›‹tab›‹tab›bob‹enter›", with("target", "x", "owner", "bob"), widget.Open, "owner"},
		{"enter on the last submits", "‹tab›x‹tab›‹tab›‹tab›@bob‹enter›", with("target", "x", "owner", "@bob"), widget.Submitted, "owner"},
		{"cancel keeps the values", "‹tab›x‹esc›", with("target", "x"), widget.Cancelled, "target"},
		{"esc leaves the candidates first", "‹tab›w‹down›‹esc›", with("target", "w"), widget.Open, "target"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := containForm()
			f.Draw(80, 24, styles(t, "mono"))
			if out := run(f, tt.script); out != tt.out || f.Focus() != tt.focus {
				t.Errorf("outcome %d in %s, want %d in %s", out, f.Focus(), tt.out, tt.focus)
			}
			if diff := cmp.Diff(tt.want, f.Values()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormDrafts(t *testing.T) {
	f := containForm()
	run(f, "d‹tab›x‹tab›two‹enter›lines‹tab›y")
	draft := f.Values()
	again := containForm()
	again.SetValues(draft)
	again.SetValues(map[string]string{"unknown": "x", "what": "no such option"})
	if diff := cmp.Diff(draft, again.Values()); diff != "" {
		t.Error(diff)
	}
	if again.Value("risk") != "two\nlines" || again.Value("nope") != "" {
		t.Error("values by name are wrong")
	}
}

func TestFormDraw(t *testing.T) {
	f := containForm()
	run(f, "‹tab›w")
	f.SetError("owner", "there is no @zed")
	f.Select("target")
	run(f, "e")
	lines, x, y, shown := f.Draw(60, 18, styles(t, "mono"))
	sized(t, lines, 60, 18)
	want := []string{
		"Contain", "",
		"  what    [isolate host]  disable account  block indicator",
		"▌ target  we",
		"           WEB-01  asset",
		"           WEB-02  asset",
		"  risk", "", "",
		"  urgent  no",
		"  owner",
		"          ▲ there is no @zed", "", "", "", "", "",
		"enter next · ctrl+s save · esc cancel",
	}
	got := strip(lines)
	for i := range got {
		got[i] = strings.TrimRight(got[i], " ")
	}
	if diff := cmp.Diff(want, got); diff != "" || !shown || x != 12 || y != 3 {
		t.Errorf("cursor %d,%d %v\n%s", x, y, shown, diff)
	}
}

func TestFormKeepsTheFocusInSight(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 16}, {40, 12}, {40, 7}, {20, 5}, {5, 3}, {1, 1}} {
		f := containForm()
		for range 5 {
			lines, x, y, shown := f.Draw(size[0], size[1], styles(t, "dark"))
			sized(t, lines, size[0], size[1])
			if shown && (x < 0 || x >= size[0] || y < 0 || y >= size[1]) {
				t.Errorf("%v: the cursor of %s is at %d,%d", size, f.Focus(), x, y)
			}
			if size[1] >= 5 && !strings.Contains(strings.Join(lines, "\n"), "▌") {
				t.Errorf("%v: %s is out of sight", size, f.Focus())
			}
			f.Update(press("tab"))
		}
	}
}

func TestFormSaysWhatItDoesNotTake(t *testing.T) {
	f := containForm()
	f.Select("owner")
	run(f, "@bob")
	f.Update(tea.PasteMsg{Content: "much too long"})
	if f.Value("owner") != "@bob" {
		t.Errorf("owner is %q", f.Value("owner"))
	}
	lines, _, _, _ := f.Draw(80, 24, styles(t, "mono"))
	if !strings.Contains(strings.Join(lines, "\n"), "not taken: 8 bytes at most") {
		t.Error("the refusal is not told")
	}
}

func TestEmptyFormIsHarmless(t *testing.T) {
	f := widget.NewForm("Nothing")
	if f.Update(press("tab")) != widget.Cancelled || f.Focus() != "" {
		t.Error("an empty form does something")
	}
	lines, _, _, _ := f.Draw(20, 4, styles(t, "mono"))
	sized(t, lines, 20, 4)
}

// The last line says what the keys do in the field that has the focus.
func TestFormSaysWhatTheKeysDo(t *testing.T) {
	f := widget.NewForm("", &widget.Field{Name: "a", Label: "a"}, &widget.Field{Name: "b", Label: "b", Kind: widget.MultilineField, Rows: 3}, &widget.Field{Name: "c", Label: "c"})
	foot := func() string {
		lines, _, _, _ := f.Draw(60, 18, styles(t, "mono"))
		return strings.TrimSpace(strip(lines)[17])
	}
	for _, want := range []string{"enter next · ctrl+s save · esc cancel", "enter new line · tab next · ctrl+s save · esc cancel", "enter saves · esc cancel"} {
		if got := foot(); got != want {
			t.Errorf("%s: %q, want %q", f.Focus(), got, want)
		}
		run(f, "‹tab›")
	}
	f.SetValues(map[string]string{"b": "one\n\ntwo\n\n \n"})
	if got := f.Entered()["b"]; got != "one\n\ntwo" {
		t.Errorf("entered %q", got)
	}
}

// A digit chooses the option that ends with it, where none begins with it.
func TestChoiceTakesADigit(t *testing.T) {
	f := widget.NewForm("", &widget.Field{Name: "sev", Label: "sev", Kind: widget.ChoiceField, Options: []widget.Option{{Value: "SEV1"}, {Value: "SEV2"}, {Value: "SEV3"}}})
	run(f, "3")
	if got := f.Value("sev"); got != "SEV3" {
		t.Errorf("3 chose %s", got)
	}
}
