package verb

import (
	"fmt"
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/report"
)

func exportVerbs() []*Verb {
	return []*Verb{
		{Name: "export", Args: "INC --format html|md|json [--kind K] [--tlp TLP [--redact]] [--output FILE]", Short: "take out a report: post-mortem, situation or executive summary; or the whole incident as JSON",
			Long: "Without --kind it is the post-mortem once one was begun, else the situation. html is one file without script that loads nothing; json is the whole state of the incident, described in docs/export.md. " +
				"The report is marked as its narrowest part. --tlp asks for another marking: a wider one is refused unless --redact leaves out what is marked narrower, which is for the IC, the deputy and commanders, and the report says so. " +
				"Each export is in the record. Over ssh it is printed: redirect it into a file.",
			Examples: []string{"export INC-2026-0042 --format html --kind executive > summary.html", "export INC-2026-0042 --format json --tlp green --redact"},
			flags: []flag{{name: "format", arg: "F", help: "html, md or json", values: fixed(model.ExportFormats()...)},
				{name: "kind", arg: "K", help: "postmortem, situation or executive", values: fixed(report.Kinds()...)},
				{name: "tlp", arg: "TLP", help: "mark it so; a wider marking than its parts' needs --redact", values: tlps},
				{name: "redact", help: "leave out what is marked narrower than --tlp"},
				{name: "output", arg: "FILE", help: "write a new file instead of printing; not over ssh"}},
			words: []word{{"INC", incidents}}, run: export},
	}
}

// exported is a report that is ready to go out.
type exported struct {
	cmd  model.Export
	name string // of its file
	body []byte
}

// exportView is an export as JSON: with its text, or where it was written.
type exportView struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind"`
	Format  string     `json:"format"`
	TLP     string     `json:"tlp"`
	Version uint64     `json:"version"`
	Head    model.Hash `json:"head"`
	Body    model.Text `json:"body,omitempty"`
	File    string     `json:"file,omitempty"`
}

func export(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	if c.on("output") && c.env.Save == nil {
		return model.Usage("export: files are not written over ssh").Hint("print it and redirect: ssh HOST 'export %s --format html' > FILE", in.ID).On("output")
	}
	x, err := c.prepare(in)
	if err != nil {
		return err
	}
	if c.env.Window && c.env.Save == nil {
		return c.elsewhere(in, x)
	}
	if _, err := c.do(in, x.cmd); err != nil {
		return err
	}
	view := exportView{ID: in.ID, Kind: x.cmd.What, Format: x.cmd.Format, TLP: x.cmd.TLP, Version: in.Version, Head: in.Head}
	if !c.on("output") && !c.env.Window {
		if c.json() && x.cmd.Format != "json" {
			view.Body = model.Text(x.body)
			return c.print(view, nil)
		}
		_, err := c.std.Out.Write(x.body)
		return err
	}
	name := c.value("output")
	if name == "" {
		name = x.name
	}
	if view.File, err = c.env.Save(name, x.body); err != nil {
		return err
	}
	return c.print(view, func() error { return c.say("%s  %s", model.Line(view.File), model.TLPLabel(x.cmd.TLP)) })
}

// elsewhere says how to get a report out of a console that runs on another machine.
func (c *call) elsewhere(in *model.Incident, x *exported) error {
	words := []string{"export", in.ID, "--format", x.cmd.Format}
	if x.cmd.What != "incident" {
		words = append(words, "--kind", x.cmd.What)
	}
	if c.on("tlp") {
		words = append(words, "--tlp", x.cmd.TLP)
	}
	if c.on("redact") {
		words = append(words, "--redact")
	}
	for _, l := range []string{"Nothing was written: this console runs on the server. In a shell of yours, with the host and port that you came by:", "",
		"  ssh HOST '" + strings.Join(words, " ") + "' > " + x.name, "", "It is marked " + model.TLPLabel(x.cmd.TLP) + ", and the record says who took it out."} {
		if err := c.say("%s", l); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes the report, or says why it may not be marked as asked.
func (c *call) prepare(in *model.Incident) (*exported, error) {
	format := strings.ToLower(c.value("format"))
	switch {
	case format == "":
		return nil, c.usage("export: --format is missing")
	case !slices.Contains(model.ExportFormats(), format):
		return nil, model.Usage("%q is no format", clip(format)).Hint("use html, md or json").On("format")
	case format == "json" && c.on("kind"):
		return nil, model.Usage("export: json is the whole incident, --kind is for html and md").Hint("leave one of them out").On("kind")
	case c.on("redact") && !c.on("tlp"):
		return nil, model.Usage("export: --redact needs --tlp").Hint("say for whom: --tlp green").On("tlp")
	}
	kind := strings.ToLower(c.value("kind"))
	switch {
	case kind == "" && format == "json":
		kind = "incident"
	case kind == "":
		kind = report.DefaultKind(in)
	case !slices.Contains(report.Kinds(), kind):
		return nil, model.Usage("%q is no kind of report", clip(kind)).Hint("use postmortem, situation or executive").On("kind")
	}
	src := report.Source{In: in, Now: c.env.Now(), By: c.env.Actor.Name, Warroom: c.env.Version, Related: c.related(in)}
	if n := in.PostMortem.FrozenAt; n > 0 && kind != report.KindSituation {
		var err error
		if src.Frozen, err = c.env.Hub.At(c.ctx, c.env.Actor, in.ID, n); err != nil {
			return nil, err
		}
	}
	x := &exported{cmd: model.Export{What: kind, Format: format, Of: in.Version}, name: report.FileName(in.ID, fmt.Sprintf("%s-%d", kind, in.Version), format)}
	if kind == "incident" {
		full := report.NewFull(src)
		if err := c.mark(in, x, full.Marking()); err != nil {
			return nil, err
		}
		value, err := full.Limited(x.cmd.TLP)
		if err != nil {
			return nil, err
		}
		b, err := jsonText(value, "  ")
		x.body = append(b, '\n')
		return x, err
	}
	doc := report.New(kind, src)
	if err := c.mark(in, x, doc.Marking()); err != nil {
		return nil, err
	}
	doc = doc.Limited(x.cmd.TLP)
	x.body = []byte(doc.HTML())
	if format == "md" {
		x.body = []byte(doc.Markdown())
	}
	return x, nil
}

// mark settles the marking of an export of which the narrowest part is most.
func (c *call) mark(in *model.Incident, x *exported, most string) error {
	x.cmd.TLP, x.cmd.Most = most, most
	if !c.on("tlp") {
		return nil
	}
	tlp, err := model.ParseTLP(c.value("tlp"))
	if err != nil {
		return err
	}
	x.cmd.TLP = tlp
	if model.TLPRank(tlp) < model.TLPRank(most) && !c.on("redact") {
		e := model.Invalid("%s has parts that are %s; as %s they would go further than they may", in.ID, model.TLPLabel(most), model.TLPLabel(tlp)).On("tlp")
		if model.TLPRank(in.Marking()) > model.TLPRank(tlp) {
			return e.Hint("--redact leaves out all that is not marked for it; incident edit %s --tlp %s marks the incident itself so", in.ID, tlp)
		}
		return e.Hint("--redact leaves them out and says so")
	}
	// Whether he may is asked before anything is made.
	_, err = x.cmd.Decide(in, c.env.Actor, c.env.Now())
	return err
}
