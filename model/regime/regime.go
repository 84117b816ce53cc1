// Package regime reads the data file of notification regimes: the one that comes
// with warroom, and one's own, which replaces and adds to it.
package regime

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // calendars name zones on machines that have none

	"github.com/pelletier/go-toml/v2/unstable"

	"warroom/model"
	"warroom/model/datafile"
)

//go:embed data/regimes.toml
var builtin []byte

// Own is what the configuration says.
type Own struct {
	File     string   // one's own regimes, "" for none
	Timezone string   // of regimes that name no calendar; "" is UTC
	Holidays []string // 2026-12-25
}

type file struct {
	Schema   int            `toml:"schema"`
	Calendar []fileCalendar `toml:"calendar"`
	Regime   []fileRegime   `toml:"regime"`
}

type fileCalendar struct {
	ID       string   `toml:"id"`
	Timezone string   `toml:"timezone"`
	Holidays []string `toml:"holidays"`
}

type fileRegime struct {
	ID       string `toml:"id"`
	Title    string `toml:"title"`
	Source   string `toml:"source"`
	Note     string `toml:"note"`
	Status   string `toml:"status"`
	Check    bool   `toml:"check"`
	Many     bool   `toml:"many"`
	Calendar string `toml:"calendar"`
	When     struct {
		Personal bool     `toml:"personal"`
		Regions  []string `toml:"regions"`
		Roles    []string `toml:"roles"`
	} `toml:"when"`
	Stage []fileStage `toml:"stage"`
}

type fileStage struct {
	ID        string `toml:"id"`
	Title     string `toml:"title"`
	Recipient string `toml:"recipient"`
	Trigger   string `toml:"trigger"`
	From      string `toml:"from"`
	Amount    int    `toml:"amount"`
	Unit      string `toml:"unit"`
	Until     string `toml:"until"`
	Backstop  struct {
		Trigger string `toml:"trigger"`
		Amount  int    `toml:"amount"`
		Unit    string `toml:"unit"`
	} `toml:"backstop"`
}

var form = datafile.Form{
	Allowed: "allowed are schema; in a calendar id timezone holidays; in a regime id title source note status check many calendar when; in when personal regions roles; in a stage id title recipient trigger from amount unit until backstop",
	Shown:   "notify regimes shows the built-in ones",
}

// Load makes the rules of the built-in regimes and one's own.
func Load(own Own) (*model.Rules, error) {
	rules, err := Parse("built-in regimes.toml", builtin, nil)
	if err != nil {
		return nil, err
	}
	cal, err := calendar(own.Timezone, own.Holidays)
	if err != nil {
		return nil, model.Invalid("notify: %v", err).Hint("mend notify.timezone or notify.holidays in the configuration").Because(err)
	}
	rules.Calendars[""] = cal
	if own.File == "" {
		return rules, nil
	}
	text, err := os.ReadFile(own.File)
	if err != nil {
		return nil, model.Invalid("the regimes file %q cannot be read", own.File).Hint("check notify.regimes in the configuration").Because(err)
	}
	return Parse(own.File, text, rules)
}

func calendar(zone string, holidays []string) (*model.Calendar, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return nil, fmt.Errorf("%q is no time zone such as Europe/Berlin", zone)
	}
	c := &model.Calendar{Zone: loc, Holidays: map[string]bool{}}
	for _, h := range holidays {
		if _, err := time.Parse(time.DateOnly, h); err != nil {
			return nil, fmt.Errorf("%q is no holiday such as 2026-12-25", h)
		}
		c.Holidays[h] = true
	}
	return c, nil
}

var (
	idForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`)
	clockForm = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
)

// Parse reads a regimes file; base holds those that it replaces and adds to, nil
// for none. The error names the file and the line.
func Parse(name string, text []byte, base *model.Rules) (*model.Rules, error) {
	var f file
	if err := form.Decode("regimes "+name, text, &f); err != nil {
		return nil, err
	}
	p := &parser{name: name, lines: tableLines(text), out: &model.Rules{Calendars: map[string]*model.Calendar{}}}
	if base != nil {
		p.out.Regimes = slices.Clone(base.Regimes)
		for id, c := range base.Calendars {
			p.out.Calendars[id] = c
		}
	}
	if f.Schema != 1 {
		return nil, p.bad(1, "schema is %d", f.Schema).Hint("write schema = 1")
	}
	for i, c := range f.Calendar {
		if err := p.calendar(i, c); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for i, r := range f.Regime {
		if seen[r.ID] {
			return nil, p.bad(p.line("regime", i), "regime %q is there twice", r.ID).Hint("give one of them another id")
		}
		seen[r.ID] = true
		if err := p.regime(i, r); err != nil {
			return nil, err
		}
	}
	return p.out, nil
}

// tableLines lists the lines on which the tables of each array begin.
func tableLines(text []byte) map[string][]int {
	out := map[string][]int{}
	var p unstable.Parser
	p.Reset(text)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.ArrayTable {
			continue
		}
		var keys []string
		line := 1
		for it := e.Key(); it.Next(); {
			n := it.Node()
			if keys == nil {
				line = 1 + bytes.Count(text[:n.Raw.Offset], []byte("\n"))
			}
			keys = append(keys, string(n.Data))
		}
		key := strings.Join(keys, ".")
		if key == "regime" {
			out["regime.stage"] = append(out["regime.stage"], -1) // where the regimes part
		}
		out[key] = append(out[key], line)
	}
	return out
}

type parser struct {
	name  string
	lines map[string][]int
	out   *model.Rules
}

func (p *parser) line(table string, i int) int {
	if l := p.lines[table]; i < len(l) {
		return l[i]
	}
	return 1
}

// stageLine is the line of a regime's stage.
func (p *parser) stageLine(regime, stage int) int {
	r, s := -1, 0
	for _, l := range p.lines["regime.stage"] {
		switch {
		case l == -1:
			r, s = r+1, 0
		case r == regime && s == stage:
			return l
		default:
			s++
		}
	}
	return p.line("regime", regime)
}

func (p *parser) bad(line int, format string, args ...any) *model.Error {
	return model.Invalid("regimes %s:%d: %s", p.name, line, fmt.Sprintf(format, args...))
}

func (p *parser) calendar(i int, c fileCalendar) error {
	line := p.line("calendar", i)
	if !idForm.MatchString(c.ID) {
		return p.bad(line, "%q is no id of a calendar", c.ID).Hint("use lower-case letters, digits, dots and dashes")
	}
	cal, err := calendar(c.Timezone, c.Holidays)
	if err != nil {
		return p.bad(line, "calendar %s: %v", c.ID, err).Hint("mend it").Because(err)
	}
	p.out.Calendars[c.ID] = cal
	return nil
}

func (p *parser) regime(i int, f fileRegime) error {
	line := p.line("regime", i)
	switch {
	case !idForm.MatchString(f.ID):
		return p.bad(line, "%q is no id of a regime", f.ID).Hint("use lower-case letters, digits, dots and dashes")
	case strings.TrimSpace(f.Title) == "":
		return p.bad(line, "regime %s has no title", f.ID).Hint("add title = \"…\"")
	case !slices.Contains([]string{"in-force", "proposed", "off"}, f.Status):
		return p.bad(line, "regime %s: %q is no status", f.ID, f.Status).Hint("use in-force, proposed or off")
	case len(f.Stage) == 0:
		return p.bad(line, "regime %s has no stage", f.ID).Hint("add a [[regime.stage]] table")
	case f.Many && len(f.Stage) > 1:
		return p.bad(line, "regime %s: many is for regimes of one stage", f.ID).Hint("take many out, or all stages but one")
	}
	if f.Calendar != "" && p.out.Calendars[f.Calendar] == nil {
		return p.bad(line, "regime %s: there is no calendar %q", f.ID, f.Calendar).Hint("add a [[calendar]] table before it")
	}
	for _, w := range slices.Concat(f.When.Regions, f.When.Roles) {
		if !idForm.MatchString(w) {
			return p.bad(line, "regime %s: %q is no word for a region or role", f.ID, w).Hint("use lower-case letters, digits, dots and dashes")
		}
	}
	r := &model.Regime{ID: f.ID, Title: f.Title, Source: f.Source, Note: f.Note, Status: f.Status, Check: f.Check, Many: f.Many, Calendar: f.Calendar,
		When: model.AppliesWhen{Personal: f.When.Personal, Regions: f.When.Regions, Roles: f.When.Roles}}
	for n, s := range f.Stage {
		st, err := p.stage(p.stageLine(i, n), r, s)
		if err != nil {
			return err
		}
		r.Stages = append(r.Stages, st)
	}
	if at := slices.IndexFunc(p.out.Regimes, func(x *model.Regime) bool { return x.ID == r.ID }); at >= 0 {
		p.out.Regimes[at] = r
	} else {
		p.out.Regimes = append(p.out.Regimes, r)
	}
	return nil
}

func (p *parser) stage(line int, r *model.Regime, s fileStage) (model.RegimeStage, error) {
	out := model.RegimeStage{ID: s.ID, Title: s.Title, Recipient: s.Recipient, Trigger: s.Trigger, From: s.From,
		Period: model.Period{Amount: s.Amount, Unit: model.Unit(s.Unit), Until: s.Until}}
	bad := func(format string, args ...any) *model.Error {
		return p.bad(line, "stage %q of %s: %s", s.ID, r.ID, fmt.Sprintf(format, args...))
	}
	there := func(id string) bool {
		return slices.ContainsFunc(r.Stages, func(x model.RegimeStage) bool { return x.ID == id })
	}
	triggers := strings.Join(model.Triggers(), ", ")
	switch {
	case !idForm.MatchString(s.ID):
		return out, bad("that is no id").Hint("use lower-case letters, digits, dots and dashes")
	case there(s.ID):
		return out, bad("it is there twice").Hint("give one of them another id")
	case strings.TrimSpace(s.Title) == "" || strings.TrimSpace(s.Recipient) == "":
		return out, bad("it has no title or no recipient").Hint("add title = \"…\" and recipient = \"…\"")
	case s.Trigger == "detected" || s.Backstop.Trigger == "detected":
		return out, bad("no clock starts from detection alone").Hint("use what is known or decided: %s", triggers)
	case (s.Trigger == "") == (s.From == ""):
		return out, bad("it needs either a trigger or from").Hint("use trigger = one of %s, or from = an earlier stage", triggers)
	case s.Trigger != "" && !slices.Contains(model.Triggers(), s.Trigger):
		return out, bad("%q is no trigger", s.Trigger).Hint("use %s", triggers)
	case s.From != "" && !there(s.From):
		return out, bad("from: there is no earlier stage %q", s.From).Hint("name a stage that stands before it")
	case s.Until != "" && !clockForm.MatchString(s.Until):
		return out, bad("%q is no time of day", s.Until).Hint("write until = \"17:30\"")
	}
	if err := period(out.Period, bad); err != nil {
		return out, err
	}
	if s.Backstop.Trigger == "" && s.Backstop.Amount == 0 && s.Backstop.Unit == "" {
		return out, nil
	}
	out.Backstop = model.Backstop{Trigger: s.Backstop.Trigger, Period: model.Period{Amount: s.Backstop.Amount, Unit: model.Unit(s.Backstop.Unit)}}
	if s.From != "" || !slices.Contains(model.Triggers(), s.Backstop.Trigger) || s.Backstop.Amount == 0 {
		return out, bad("its backstop needs a trigger and an amount, and goes with a trigger").Hint("use one of %s", triggers)
	}
	return out, period(out.Backstop.Period, bad)
}

func period(p model.Period, bad func(string, ...any) *model.Error) error {
	switch {
	case p.Amount < 0 || p.Amount > 100000:
		return bad("amount is %d", p.Amount).Hint("give a whole number; leave amount and unit out for without undue delay")
	case p.Amount == 0 && p.Unit == "":
		return nil
	case p.Amount == 0:
		return bad("it has a unit and no amount").Hint("give both, or none for without undue delay")
	case !slices.Contains(model.Units(), p.Unit):
		return bad("%q is no unit", p.Unit).Hint("use hours, calendar-days, business-days or months")
	}
	return nil
}
