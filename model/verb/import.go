package verb

import (
	"io"
	"strconv"

	"warroom/model"
	"warroom/model/veris"
)

func importVerbs() []*Verb {
	return []*Verb{
		{Name: "import", Args: "FILE|- [--format veris] [--severity N] [--good] [--dry-run]", Short: "import incidents of the past, each as a closed incident",
			Long: "Reads VERIS JSON: an array, one object, or one object a line; - is standard input, and so it is over ssh. A record is known by its incident_id, and what was imported before is not imported twice. " +
				"When a record is wrong, every wrong one is named and nothing is imported; --good imports the good ones. docs/metrics.md says what becomes of each field.",
			Examples: []string{"import vcdb.jsonl --dry-run", "import - --good < vcdb.jsonl"},
			flags: []flag{{name: "format", arg: "F", help: "the format; veris is the only one", values: fixed(veris.Format)},
				{name: "severity", arg: "N", help: "severity of incidents whose source rates no impact; 3 without it", values: fixed("1", "2", "3", "4")},
				{name: "good", help: "import the good records though others are wrong"}, {name: "dry-run", help: "show what would be imported, and import nothing"}},
			words: []word{{"FILE", nil}}, run: importVerb},
	}
}

// pastImport is what import --json prints.
type pastImport struct {
	Imported int            `json:"imported"`
	Known    int            `json:"known"` // imported before
	Records  []pastView     `json:"records"`
	Passed   []veris.Passed `json:"passed_over"` // no incidents
	Bad      []veris.Flaw   `json:"bad"`
}

type pastView struct {
	Record   int        `json:"record"`
	ID       model.Text `json:"id"`
	Incident string     `json:"incident"` // "" when it was not imported now
	Known    bool       `json:"known"`
	Title    model.Text `json:"title"`
	Type     string     `json:"type"`
	Severity string     `json:"severity"`
	Rated    bool       `json:"rated"`   // the severity comes from the source
	Unknown  []string   `json:"unknown"` // what it says without a number
}

func importVerb(c *call) error {
	name, err := c.next("the file (or -)")
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	if f := c.value("format"); c.on("format") && f != veris.Format {
		return model.Usage("%q is no format to import", clip(f)).Hint("use veris").On("format")
	}
	severity := model.Severity(3)
	if c.on("severity") {
		if severity, err = model.ParseSeverity(c.value("severity")); err != nil {
			return err
		}
	}
	data, err := c.file(name, veris.MaxBytes)
	if err != nil {
		return err
	}
	f, err := veris.Parse(data, severity)
	if err != nil {
		return err
	}
	if err := f.Check(c.env.Actor, c.env.Now()); err != nil {
		return err
	}
	v := pastImport{Records: []pastView{}, Passed: append([]veris.Passed{}, f.Passed...), Bad: append([]veris.Flaw{}, f.Bad...)}
	dry := c.on("dry-run")
	var refused error
	if len(f.Bad) > 0 && !c.on("good") {
		refused = model.Invalid("%d of %d records are wrong, the first is record %d: %s", len(f.Bad), f.Records(), f.Bad[0].N, f.Bad[0].Say()).
			Hint("nothing was imported; mend them, or take the good ones with --good")
		dry = true
	}
	for _, b := range f.Bad {
		if err := c.note("record %d %s: %s", b.N, b.ID, b.Say()); err != nil {
			return err
		}
	}
	if refused != nil && !c.on("dry-run") {
		return refused
	}
	for i := range f.Good {
		if err := c.importOne(&v, &f.Good[i], dry); err != nil {
			if v.Imported > 0 {
				_ = c.note("%d of %d were imported; import the file again to go on: none is imported twice", v.Imported, len(f.Good))
			}
			return err
		}
	}
	if err := c.print(v, func() error { return c.sayImport(&v) }); err != nil {
		return err
	}
	return refused
}

func (c *call) importOne(v *pastImport, r *veris.Record, dry bool) error {
	row := pastView{Record: r.N, ID: r.Incident.Origin.ID, Title: r.Incident.Title, Type: r.Incident.Type, Severity: r.Incident.Severity.String(),
		Rated: r.Incident.Origin.Rated, Unknown: append([]string{}, r.Unknown...)}
	if dry {
		known, err := c.env.Hub.Imported(c.ctx, veris.Format, r.Incident.Origin.ID)
		if err != nil {
			return err
		}
		row.Known = known
	} else {
		res, again, err := c.env.Hub.Import(c.ctx, c.env.Actor, r.Incident)
		if err != nil {
			return err
		}
		if row.Known = again; !again {
			row.Incident = res.Incident.ID
			v.Imported++
		}
	}
	if row.Known {
		v.Known++
	}
	v.Records = append(v.Records, row)
	return nil
}

func (c *call) sayImport(v *pastImport) error {
	if c.on("dry-run") {
		var rows [][]string
		for _, r := range v.Records {
			mark := "new"
			if r.Known {
				mark = "known"
			}
			rows = append(rows, []string{strconv.Itoa(r.Record), mark, r.Severity, r.Type, string(r.Title)})
		}
		if err := c.table([]column{{title: "RECORD"}, {title: ""}, {title: "SEV"}, {title: "TYPE"}, {title: "TITLE", give: true}}, rows, "nothing would be imported"); err != nil {
			return err
		}
	}
	unrated, unknown := 0, 0
	for _, r := range v.Records {
		if !r.Rated {
			unrated++
		}
		if len(r.Unknown) > 0 {
			unknown++
		}
	}
	if c.on("dry-run") {
		return c.say("%d would be imported, %d known already, %d no incidents, %d wrong; %d without a rating of the impact, %d with times that are not known",
			len(v.Records)-v.Known, v.Known, len(v.Passed), len(v.Bad), unrated, unknown)
	}
	return c.say("%d imported, %d known already, %d no incidents, %d wrong; %d without a rating of the impact, %d with times that are not known",
		v.Imported, v.Known, len(v.Passed), len(v.Bad), unrated, unknown)
}

// file reads a file of the local user, or standard input for a lone dash, at most
// so many bytes. Over ssh and in the console there are no files.
func (c *call) file(name string, most int64) ([]byte, error) {
	in := c.std.In
	if name != "-" {
		if c.std.Open == nil {
			return nil, model.Usage("%s reads no file here", c.v.Name).Hint("send it on standard input: ssh HOST %s - < FILE", c.v.Name)
		}
		f, err := c.std.Open(name)
		if err != nil {
			return nil, model.NotFound("%s cannot be read: %v", model.Line(name), err).Hint("nothing was changed").Because(err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, model.Invalid("%s cannot be read: %v", model.Line(name), err).Hint("nothing was changed").Because(err)
	}
	if int64(len(b)) > most {
		return nil, model.Invalid("the input is over %d bytes", most).Hint("nothing was changed; send it in parts")
	}
	return b, nil
}
