package verb

import (
	"slices"
	"strings"
	"time"

	"warroom/model"
)

func momentVerbs() []*Verb {
	axes := make([]flag, 0, len(model.ClassAxes()))
	for _, a := range model.ClassAxes() {
		help := map[string]string{
			model.AxisActor: "who: external, internal, partner; a variety after a colon", model.AxisMotive: "why: financial, espionage …",
			model.AxisAction: "what they did: malware, hacking, social, misuse, physical, error, environmental; a variety after a colon",
			model.AxisVector: "how it came in, a plain word such as email-link", model.AxisAsset: "what it hit: server, network, user-device, media, person …",
			model.AxisAttribute: "what it changed: confidentiality, integrity, availability", model.AxisDiscovery: "how it was found: internal, external, partner",
		}[a]
		axes = append(axes, flag{name: a, arg: "W", help: help + "; again for more, none for none", values: fixed(append(model.ClassWords(a), "none")...)})
	}
	return []*Verb{
		{Name: "moment", Args: "INC [NAME --at TIME|T17 | NAME --unknown | NAME --clear] [--reason R]", Short: "say when something happened, or show what is known of it",
			Long: "Metrics measure between these moments (docs/metrics.md). What is said here counts before what the log shows; --clear lets the log speak again. " +
				"A closed incident takes moments, too. Without a name it shows each with where it comes from.",
			Examples: []string{"moment INC-2026-0042", "moment INC-2026-0042 first-act --at '2026-11-20 22:40'", "moment INC-2026-0042 contained --at T17"},
			flags: []flag{{name: "at", arg: "TIME", help: "when it was: -20m, 14:03, 2026-11-23 14:03, a full time, or the time of an entry, T17"},
				{name: "unknown", help: "nobody knows when it was: it is left out of metrics"}, {name: "clear", help: "take back what was said"},
				{name: "reason", arg: "R", help: "how it is known; needed to change what was said"}},
			words: []word{{"INC", incidents}, {"NAME", fixed(words(model.MomentNames())...)}, {"", nil}}, run: momentVerb},
		{Name: "classify", Args: "INC [--actor W] [--action W] [--vector W] [--asset W] [--attribute W] [--discovery W] …", Short: "say what the incident was, in the words of VERIS, or show it",
			Long: "Parts that are not named stay as they are. A word is a class, or a class and a variety: external:organized-crime. Statistics, the review and the share of internal discovery rest on it.",
			Examples: []string{"classify INC-2026-0042 --actor external:organized-crime --action malware:ransomware --vector email-link --discovery internal:ids",
				"classify INC-2026-0042"},
			flags: axes, words: []word{{"INC", incidents}}, run: classify},
	}
}

// momentView is a moment as scripts read it.
type momentView struct {
	Name       string     `json:"name"`
	Means      string     `json:"means"`
	At         *time.Time `json:"at"`
	Precision  string     `json:"precision"`
	From       string     `json:"from"` // hand, source, report, declared, log; empty when nobody knows
	Said       model.Text `json:"said"` // in the words of the source
	Reason     model.Text `json:"reason"`
	RecordedBy string     `json:"recorded_by"`
	RecordedAt *time.Time `json:"recorded_at"`
}

func viewMoment(k model.KnownMoment) momentView {
	return momentView{Name: string(k.Name), Means: k.Name.Means(), At: moment(k.At), Precision: string(k.Precision), From: string(k.From), Said: k.Said.Said,
		Reason: k.Said.Reason, RecordedBy: k.Said.By, RecordedAt: moment(k.Said.RecordedAt)}
}

func momentVerb(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	if len(c.pos) == 0 {
		for _, f := range []string{"at", "unknown", "clear", "reason"} {
			if c.on(f) {
				return c.usage("moment: the name is missing")
			}
		}
		return c.showMoments(in)
	}
	name, err := model.ParseMomentName(c.pos[0])
	if err != nil {
		return err
	}
	c.pos = c.pos[1:]
	if err := c.end(); err != nil {
		return err
	}
	said := 0
	for _, f := range []string{"at", "unknown", "clear"} {
		if c.on(f) {
			said++
		}
	}
	if said == 0 {
		return c.print(viewMoment(in.Moment(name)), func() error { return c.sayMoments(in, []model.MomentName{name}) })
	}
	if said > 1 {
		return c.usage("moment: one of --at, --unknown and --clear")
	}
	cmd := model.SetMoment{Name: name, Unknown: c.on("unknown"), Clear: c.on("clear"), Reason: c.reason()}
	if c.on("at") {
		w, err := c.momentAt(in)
		if err != nil {
			return err
		}
		cmd.At, cmd.Precision = w.At, w.Precision
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	return c.print(viewMoment(res.Incident.Moment(name)), func() error { return c.sayMoments(res.Incident, []model.MomentName{name}) })
}

// momentAt reads --at: a time, or the entry of the timeline whose time it is.
func (c *call) momentAt(in *model.Incident) (model.When, error) {
	if v := strings.TrimSpace(c.value("at")); len(v) > 1 && strings.EqualFold(v[:1], model.RefEntry) && v[1] >= '0' && v[1] <= '9' {
		e, err := in.Entry(v)
		if err != nil {
			return model.When{}, err
		}
		return model.When{At: e.OccurredAt, Precision: e.Precision}, nil
	}
	return c.at("at")
}

func (c *call) showMoments(in *model.Incident) error {
	views := []momentView{}
	for _, n := range model.MomentNames() {
		views = append(views, viewMoment(in.Moment(n)))
	}
	return c.print(views, func() error { return c.sayMoments(in, model.MomentNames()) })
}

func (c *call) sayMoments(in *model.Incident, names []model.MomentName) error {
	var rows [][]string
	for _, n := range names {
		k := in.Moment(n)
		when := "-"
		if !k.At.IsZero() {
			when = string(model.Moment{At: k.At, Precision: k.Precision}.Say())
		}
		from := string(k.From)
		switch k.From {
		case model.FromHand:
			from = "@" + k.Said.By
		case model.FromSource:
			from = k.Said.Source + ": " + string(k.Said.Said)
		}
		rows = append(rows, []string{string(n), when, from, n.Means()})
	}
	return c.table([]column{{title: "MOMENT"}, {title: "WHEN"}, {title: "FROM", give: true}, {title: "MEANS", give: true}}, rows, "")
}

func classify(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	parts := map[string][]string{}
	for _, a := range model.ClassAxes() {
		words, on := c.flags[a]
		if !on {
			continue
		}
		if slices.Contains(words, "none") {
			if len(words) > 1 {
				return c.usage("classify: --%s none stands alone", a)
			}
			words = []string{}
		}
		parts[a] = words
	}
	if len(parts) > 0 {
		res, err := c.do(in, model.Classify{Parts: parts})
		if err != nil {
			return err
		}
		in = res.Incident
	}
	view := map[string][]string{}
	var rows [][]string
	for _, a := range model.ClassAxes() {
		words := append([]string{}, in.Class.Axis(a)...)
		view[a] = words
		if len(words) > 0 {
			rows = append(rows, []string{a, strings.Join(words, " ")})
		}
	}
	return c.print(view, func() error {
		return c.table([]column{{title: "PART"}, {title: "WORDS", give: true}}, rows, "nothing is said of it yet: classify "+in.ID+" --actor … --action … --vector …")
	})
}
