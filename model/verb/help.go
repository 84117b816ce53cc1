package verb

import (
	"strings"

	"warroom/model"
	"warroom/model/report"
)

// Usage is the verb with its words, as the help writes them.
func (v *Verb) Usage() string { return strings.TrimSpace(v.Name + " " + v.Args) }

// verbView is a verb as help --json prints it.
type verbView struct {
	Name  string     `json:"name"`
	Args  string     `json:"args"`
	Short string     `json:"short"`
	Flags []flagView `json:"flags"`
}

type flagView struct {
	Name string `json:"name"`
	Arg  string `json:"arg,omitempty"`
	Help string `json:"help"`
}

func viewVerb(v *Verb) verbView {
	out := verbView{Name: v.Name, Args: v.Args, Short: v.Short, Flags: []flagView{}}
	for _, f := range v.flags {
		out.Flags = append(out.Flags, flagView{f.name, f.arg, f.help})
	}
	return out
}

func help(c *call) error {
	if len(c.pos) == 0 {
		return c.helpAll(Table(), true)
	}
	if v, rest, err := Find(c.pos); err == nil && len(rest) == 0 {
		return c.explain(v)
	}
	var family []*Verb
	for _, v := range Table() {
		if first, _, _ := strings.Cut(v.Name, " "); first == c.pos[0] {
			family = append(family, v)
		}
	}
	if len(family) == 0 || len(c.pos) > 1 {
		_, _, err := Find(c.pos)
		if err == nil {
			err = model.Usage("there is no verb %q", clip(strings.Join(c.pos, " "))).Hint("help lists the verbs")
		}
		return err
	}
	return c.helpAll(family, false)
}

func (c *call) helpAll(list []*Verb, intro bool) error {
	views := make([]verbView, len(list))
	rows := make([][]string, len(list))
	for i, v := range list {
		views[i] = viewVerb(v)
		rows[i] = []string{"  " + v.Usage(), v.Short}
	}
	return c.print(views, func() error {
		if intro {
			if err := c.say("Verbs; each knows --json, and help VERB explains it. INC is an incident such as INC-2026-0042."); err != nil {
				return err
			}
		}
		for _, r := range rows {
			// The usage line may be long: the words go below it then.
			if report.Cells(r[0]) > 46 {
				if err := c.say("%s\n%s%s", r[0], strings.Repeat(" ", 48), r[1]); err != nil {
					return err
				}
				continue
			}
			if err := c.say("%s%s", r[0]+strings.Repeat(" ", 48-report.Cells(r[0])), r[1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// explain prints all there is to say about a verb.
func (c *call) explain(v *Verb) error {
	return c.print(viewVerb(v), func() error {
		if err := c.say("%s\n  %s", v.Usage(), v.Short); err != nil {
			return err
		}
		if v.Long != "" {
			if err := c.say(""); err != nil {
				return err
			}
			if err := c.paragraph(model.Text(v.Long), "  "); err != nil {
				return err
			}
		}
		if err := c.say(""); err != nil {
			return err
		}
		for _, f := range append(append([]flag{}, v.flags...), commonFlags()...) {
			name := "--" + f.name
			if f.arg != "" {
				name += " " + f.arg
			}
			if err := c.say("  %-24s %s", name, f.help); err != nil {
				return err
			}
		}
		for _, e := range v.Examples {
			if err := c.say("\n  %s", e); err != nil {
				return err
			}
		}
		if more := v.longer(); len(more) > 0 {
			return c.say("\n  Verbs that begin like it: %s", strings.Join(more, ", "))
		}
		return nil
	})
}

// longer lists the verbs of two words of which the verb is the first.
func (v *Verb) longer() []string {
	var out []string
	for _, x := range Table() {
		if strings.HasPrefix(x.Name, v.Name+" ") {
			out = append(out, x.Name)
		}
	}
	return out
}
