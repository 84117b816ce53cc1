package regime

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"warroom/model"
)

func load(t *testing.T) *model.Rules {
	t.Helper()
	rules, err := Load(Own{})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestBuiltin(t *testing.T) {
	rules := load(t)
	for _, id := range []string{"gdpr-33", "gdpr-34", "uk-gdpr-33", "nis2", "dora", "cra-incident", "cra-vulnerability", "sec-8k", "hipaa", "pci-dss", "nydfs", "circia", "contract", "own"} {
		r, err := rules.Regime(id)
		if err != nil {
			t.Error(err)
			continue
		}
		if r.InForce() == (id == "circia") {
			t.Errorf("%s is %s", id, r.Status)
		}
		if r.Source == "" {
			t.Errorf("%s has no source", id)
		}
	}
	ny := rules.Calendars["us-federal"]
	for h := range ny.Holidays {
		if wd := mustDay(t, h); wd == "Saturday" || wd == "Sunday" {
			t.Errorf("holiday %s is a %s: the observed day counts", h, wd)
		}
	}
	if !strings.HasPrefix(model.NoAdvice, "Clocks are a help, no legal advice") {
		t.Error("clocks without the word that they are no advice")
	}
	regions, roles := rules.Words()
	if !slices.Contains(regions, "eu") || !slices.Contains(roles, "financial-entity") || slices.Contains(roles, model.NotSaid) {
		t.Errorf("words: %v %v", regions, roles)
	}
}

const mine = `schema = 1
[[calendar]]
id = "office"
timezone = "Europe/Berlin"
holidays = ["2026-12-25"]
[[regime]]
id = "gdpr-33"
title = "GDPR as our counsel reads it"
status = "in-force"
calendar = "office"
when = { personal = true, regions = ["eu"] }
[[regime.stage]]
id = "authority"
title = "Tell the authority"
recipient = "authority"
trigger = "aware"
amount = 48
unit = "hours"
[[regime.stage]]
id = "report"
title = "Report"
recipient = "authority"
from = "authority"
amount = 3
unit = "business-days"
until = "17:00"
`

func TestOwnFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "regimes.toml")
	if err := os.WriteFile(file, []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	builtin := load(t)
	rules, err := Load(Own{File: file, Timezone: "Asia/Tokyo", Holidays: []string{"2026-11-23"}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := rules.Regime("gdpr-33")
	if err != nil || len(r.Stages) != 2 || r.Stages[0].Period.Amount != 48 || len(rules.Regimes) != len(builtin.Regimes) {
		t.Errorf("the file did not replace the built-in one: %+v, %v", r, err)
	}
	if rules.Calendars["office"] == nil || rules.Calendars[""].Zone.String() != "Asia/Tokyo" || !rules.Calendars[""].Holidays["2026-11-23"] {
		t.Errorf("calendars: %+v", rules.Calendars)
	}
}

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"unknown key":      {`amount = 48`, `hours = 48`, "x.toml:17: unknown key"},
		"no TOML":          {`title = "Report"`, `title = "Report`, "x.toml:21"},
		"schema":           {"schema = 1", "schema = 2", "x.toml:1: schema is 2"},
		"unit":             {`unit = "hours"`, `unit = "fortnights"`, `x.toml:12: stage "authority" of gdpr-33: "fortnights" is no unit`},
		"trigger":          {`trigger = "aware"`, `trigger = "when-told"`, "x.toml:12"},
		"detection":        {`trigger = "aware"`, `trigger = "detected"`, "no clock starts from detection alone"},
		"no trigger":       {`trigger = "aware"`, ``, "either a trigger or from"},
		"from nothing":     {`from = "authority"`, `from = "moon"`, "x.toml:19"},
		"status":           {`"in-force"`, `"perhaps"`, `x.toml:6: regime gdpr-33: "perhaps" is no status`},
		"calendar":         {`calendar = "office"`, `calendar = "moon"`, "x.toml:6"},
		"zone":             {`"Europe/Berlin"`, `"Europe/Moon"`, "x.toml:2"},
		"local zone":       {`"Europe/Berlin"`, `"Local"`, "x.toml:2"},
		"holiday":          {`"2026-12-25"`, `"2026-13-25"`, "x.toml:2"},
		"until":            {`"17:00"`, `"25:00"`, "x.toml:19"},
		"twice":            {`id = "report"`, `id = "authority"`, "is there twice"},
		"amount":           {`amount = 48`, `amount = -1`, "x.toml:12"},
		"unit alone":       {`amount = 48`, ``, "a unit and no amount"},
		"backstop":         {`trigger = "aware"`, "trigger = \"aware\"\nbackstop = { amount = 3, unit = \"hours\" }", "its backstop needs"},
		"no title":         {`title = "Report"`, `title = " "`, "x.toml:19"},
		"region":           {`["eu"]`, `["Big Europe"]`, "x.toml:6"},
		"regime id":        {`id = "gdpr-33"`, `id = "GDPR 33"`, "x.toml:6"},
		"many with stages": {`calendar = "office"`, `many = true`, "many is for regimes of one stage"},
	} {
		text := strings.Replace(mine, c.from, c.to, 1)
		if text == mine {
			t.Errorf("%s: nothing was replaced", name)
		}
		_, err := Parse("x.toml", []byte(text), load(t))
		if model.CodeOf(err) != model.CodeInvalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
	for _, own := range []Own{{File: filepath.Join(t.TempDir(), "none")}, {Timezone: "Moon"}, {Holidays: []string{"Christmas"}}} {
		if _, err := Load(own); model.CodeOf(err) != model.CodeInvalid {
			t.Errorf("%+v: %v", own, err)
		}
	}
	if _, err := Parse("x", []byte("schema = 1\n[[regime]]\nid = \"a\"\ntitle = \"A\"\nstatus = \"off\"\n"), nil); err == nil || !strings.Contains(err.Error(), "x:2: regime a has no stage") {
		t.Errorf("no stage: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(mine)
	f.Fuzz(func(t *testing.T, s string) {
		rules, err := Parse("x", []byte(s), nil)
		if err != nil {
			return
		}
		for _, r := range rules.Regimes {
			if len(r.Stages) == 0 {
				t.Error("a regime without stages was accepted")
			}
		}
	})
}

func mustDay(t *testing.T, s string) string {
	t.Helper()
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.Weekday().String()
}
