package verb

import (
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/report"
)

// showFacts prints one of the sections that the log fills in.
func (c *call) showFacts(name string, f *model.PostMortemFacts) error {
	var value any
	var cols []column
	var rows [][]string
	switch name {
	case "moments":
		list := f.Moments
		if c.on("as-known") {
			list = model.AsWeKnewIt(list)
		}
		value, cols = list, []column{{title: "HAPPENED"}, {title: "KNOWN"}, {title: "REF"}, {title: "BY"}, {title: "PHASE"}, {title: "WHAT", give: true}}
		for _, m := range list {
			rows = append(rows, []string{secondOf(m.At), secondOf(m.RecordedAt), dash(m.Ref), at(m.By), m.Phase.Short(), string(indicator.DefangText(string(m.Text)))})
		}
	case "times":
		value, cols = map[string]any{"times": f.Times, "lapses": f.Lapses}, []column{{title: "MOMENT"}, {title: "AT"}, {title: "FROM"}, {title: "MEANS", give: true}}
		for _, m := range f.Times {
			rows = append(rows, []string{string(m.Name), dash(stampOf(m.At)), dash(string(m.From)), m.Name.Means()})
		}
		for _, l := range f.Lapses {
			rows = append(rows, []string{l.Name, report.Lasting(l.Took), "", l.Formula})
		}
	case "roles":
		value, cols = f.Roles, []column{{title: "ROLE"}, {title: "WHO"}, {title: "FROM"}, {title: "TO"}}
		for _, r := range f.Roles {
			rows = append(rows, []string{string(r.Role), at(r.User), secondOf(r.From), until(r.To)})
		}
	case "severities":
		value, cols = f.Severities, []column{{title: "SEVERITY"}, {title: "FROM"}, {title: "TO"}, {title: "LASTED"}, {title: "BY"}, {title: "REASON", give: true}}
		for _, s := range f.Severities {
			rows = append(rows, []string{s.Severity.String(), secondOf(s.From), until(s.To), report.Lasting(s.Lasted()), at(s.By), string(s.Reason)})
		}
	case "phases":
		value, cols = f.Phases, []column{{title: "PHASE"}, {title: "FROM"}, {title: "TO"}, {title: "LASTED"}, {title: "BY"}, {title: "REASON", give: true}}
		for _, p := range f.Phases {
			forced := ""
			if p.Forced {
				forced = "FORCED past " + strings.Join(p.Blocked, ", ") + " "
			}
			rows = append(rows, []string{string(p.Phase), secondOf(p.At), until(p.To), report.Lasting(p.Lasted()), at(p.By), forced + string(p.Reason)})
		}
	case "scope":
		value, cols = map[string]any{"count": f.Scope, "assets": f.Assets}, []column{{title: "REF"}, {title: "NAME", give: true}, {title: "KIND"}, {title: "COMPROMISED"},
			{title: "CONTAINED"}, {title: "ERADICATED"}, {title: "RECOVERED"}, {title: "VERIFIED"}}
		for _, a := range f.Assets {
			row := []string{a.Ref, string(a.Name), a.Kind}
			for _, s := range []model.Step{model.StepCompromised, model.StepContained, model.StepEradicated, model.StepRecovered, model.StepVerified} {
				row = append(row, a.Step(s))
			}
			rows = append(rows, row)
		}
	case "actions":
		value, cols = f.Actions, []column{{title: "REF"}, {title: "STATE"}, {title: "WHAT", give: true}, {title: "OWNER"}, {title: "APPROVED"}, {title: "DONE"}, {title: "IN FORCE"}}
		for _, a := range f.Actions {
			force := ""
			if a.InForce {
				force = "yes"
			}
			rows = append(rows, []string{a.Ref, string(a.State), string(a.What), at(a.Owner), at(a.ApprovedBy), dash(stampOf(a.DoneAt)), force})
		}
	case "clocks":
		value, cols = f.Clocks, []column{{title: "REF"}, {title: "RESULT"}, {title: "DUE"}, {title: "SENT"}, {title: "LEAD"}, {title: "NOTICE", give: true}}
		for _, o := range f.Clocks {
			lead := ""
			if o.Lead != 0 {
				lead = report.Lasting(o.Lead)
			}
			rows = append(rows, []string{o.Ref, string(o.Result), dash(stampOf(o.DueAt)), dash(stampOf(o.SentAt)), lead, string(o.Title)})
		}
	case "indicators":
		value, cols = f.Indicators, []column{{title: "REF"}, {title: "TYPE"}, {title: "VALUE", give: true}, {title: "VERDICT"}, {title: "TLP"}}
		for _, x := range f.Indicators {
			rows = append(rows, []string{x.Ref, x.Type, string(defanged(x)), string(x.Verdict), x.TLP})
		}
	case "techniques":
		value, cols = f.Techniques, []column{{title: "TECHNIQUE"}, {title: "ENTRIES", give: true}}
		for _, t := range f.Techniques {
			rows = append(rows, []string{t.ID, strings.Join(t.Refs, ", ")})
		}
	}
	return c.print(value, func() error { return c.table(cols, rows, "the log has no "+name) })
}

func secondOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// until is an end, or that it lasts.
func until(t time.Time) string {
	if t.IsZero() {
		return "still"
	}
	return secondOf(t)
}
