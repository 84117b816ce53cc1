package verb

import (
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/report"
)

func sitrepVerbs() []*Verb {
	return []*Verb{
		{Name: "sitrep", Args: "INC [--markdown]", Short: "the situation report: where it stands, what is next, what blocks, what is due",
			Long:  "One page, computed from the record as of now: status, impact, cause, next steps, the gate, notification clocks, actions still in force and key moments.",
			flags: []flag{{name: "markdown", help: "as Markdown, for a ticket or a mail"}}, words: []word{{"INC", incidents}}, run: sitrep},
		{Name: "next", Args: "INC", Short: "list what is to be done next, the most pressing first",
			flags: []flag{{name: "limit", arg: "N", help: "at most N steps"}}, words: []word{{"INC", incidents}}, run: nextSteps},
	}
}

func sitrep(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	s := report.NewSituation(in, c.env.Now())
	return c.print(s, func() error {
		if c.on("markdown") {
			_, err := c.std.Out.Write([]byte(s.Markdown()))
			return err
		}
		for _, l := range s.Text() {
			text, inner := strings.CutPrefix(l, "  ")
			indent := ""
			if inner {
				indent = "  "
			}
			if err := c.paragraph(model.Text(text), indent); err != nil {
				return err
			}
		}
		return nil
	})
}

func nextSteps(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	most, err := c.number("limit", 0, 1, 1000)
	if err != nil {
		return err
	}
	list := in.Next(c.env.Now())
	if most > 0 && len(list) > most {
		list = list[:most]
	}
	if list == nil {
		list = []model.NextStep{}
	}
	var rows [][]string
	for i, n := range list {
		due := ""
		if !n.Due.IsZero() {
			due = model.Countdown(n.Due, c.env.Now())
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), n.Ref, string(n.Why), due, at(n.Owner), indicator.Line(n.What)})
	}
	return c.print(list, func() error {
		return c.table([]column{{title: "#"}, {title: "REF"}, {title: "WHY"}, {title: "DUE"}, {title: "OWNER"}, {title: "WHAT", give: true}}, rows,
			"nothing is to be done next in "+in.ID)
	})
}
