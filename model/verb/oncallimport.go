package verb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/ical"
)

// Shifts that are taken from a file: what repeats without end has to end.
const (
	importPast  = 31 // days
	importAhead = 18 // months
)

// importView is what a file holds as scripts read it.
type importView struct {
	Rotation string           `json:"rotation"`
	Imported bool             `json:"imported"`
	Events   int              `json:"events"`
	Past     int              `json:"past"` // shifts that were left out because they are over
	Cut      bool             `json:"cut"`  // something goes on after the last shift
	Shifts   []importedShift  `json:"shifts"`
	Bad      []importedRefuse `json:"bad"`
}

type importedShift struct {
	Event   int        `json:"event"`
	Line    int        `json:"line"`
	Summary model.Text `json:"summary"`
	Who     string     `json:"who"`
	Name    model.Text `json:"name"`
	From    time.Time  `json:"from"`
	To      time.Time  `json:"to"`
}

type importedRefuse struct {
	Event   int        `json:"event"`
	Line    int        `json:"line"`
	Summary model.Text `json:"summary"`
	What    model.Text `json:"what"`
	Next    model.Text `json:"next"`
}

func onCallImport(c *call) error {
	id, err := c.next("the rotation")
	if err != nil {
		return err
	}
	id = strings.ToLower(id)
	if err := model.CheckRotationID(id); err != nil {
		return err
	}
	if len(c.pos) == 1 && c.pos[0] == "-" {
		c.pos = nil
	}
	if len(c.pos) > 0 {
		return c.usage("%s reads the file from standard input: write < %s", c.v.Name, clip(c.pos[0]))
	}
	in, err := c.onCall()
	if err != nil {
		return err
	}
	cmd := model.ImportShifts{Rotation: id}
	loc, err := c.importZone(in.OnCall, &cmd)
	if err != nil {
		return err
	}
	said, err := c.saidNames(in.OnCall)
	if err != nil {
		return err
	}
	data, err := c.input()
	if err != nil {
		return err
	}
	now := c.env.Now()
	f, err := ical.Parse(data, ical.Options{Zone: loc, From: now.AddDate(0, 0, -importPast), To: now.AddDate(0, importAhead, 0)})
	if err != nil {
		return err
	}
	v := c.matched(in.OnCall, f, said)
	v.Rotation = id
	for _, s := range v.Shifts {
		cmd.Shifts = append(cmd.Shifts, model.Shift{From: s.From, To: s.To, Who: s.Who})
	}
	if cmd.Source = model.Text(f.Name); c.on("source") {
		cmd.Source = model.Text(c.value("source"))
	}
	if cmd.New != nil && len(cmd.Source) <= model.MaxTitle {
		cmd.New.Title = cmd.Source
	}
	return c.importShifts(onCallIn(in), cmd, &v)
}

// importZone is the zone of times that name none; a rotation that is not there is
// to be made with it.
func (c *call) importZone(o *model.OnCall, cmd *model.ImportShifts) (*time.Location, error) {
	if r, err := o.Rotation(cmd.Rotation); err == nil {
		return c.zone(r.Location())
	}
	loc, err := c.zone(time.UTC)
	if err != nil {
		return nil, err
	}
	order, err := c.number("order", 1, 1, 99)
	cmd.New = &model.RotationSpec{Zone: loc.String(), Order: order}
	return loc, err
}

// saidNames reads --map NAME=@USER, by the name in small letters.
func (c *call) saidNames(o *model.OnCall) (map[string]string, error) {
	said := map[string]string{}
	for _, pair := range c.flags["map"] {
		i := strings.LastIndexByte(pair, '=')
		if i < 1 {
			return nil, c.usage("--map takes NAME=@USER, not %q", clip(pair))
		}
		who, err := c.callee(o, pair[i+1:])
		if err != nil {
			return nil, err
		}
		said[strings.ToLower(strings.TrimSpace(pair[:i]))] = who
	}
	return said, nil
}

// matched says whose each shift is; one whose person is not known is a bad one.
func (c *call) matched(o *model.OnCall, f ical.File, said map[string]string) importView {
	v := importView{Events: f.Events, Past: f.Past, Cut: f.Cut, Shifts: []importedShift{}, Bad: []importedRefuse{}}
	for _, b := range f.Bad {
		v.Bad = append(v.Bad, importedRefuse{Event: b.Event, Line: b.Line, Summary: model.Text(b.Summary), What: model.Text(b.What), Next: model.Text(b.Next)})
	}
	named := map[int]bool{}
	for _, s := range f.Shifts {
		who, several := o.Who(s.Names, c.env.Hub.Accounts(), said)
		if who != "" {
			v.Shifts = append(v.Shifts, importedShift{Event: s.Event, Line: s.Line, Summary: model.Text(s.Summary), Who: who, Name: o.Called(who), From: s.From, To: s.To})
			continue
		}
		if named[s.Event] {
			continue // each event once, however often it repeats
		}
		named[s.Event] = true
		bad := importedRefuse{Event: s.Event, Line: s.Line, Summary: model.Text(s.Summary)}
		switch {
		case len(several) > 0:
			bad.What = model.Text("it names several: " + strings.Join(several, ", "))
			bad.Next = model.Text(fmt.Sprintf("say whom it means: --map %q", s.Names[0]+"=@user"))
		case len(s.Names) == 0:
			bad.What, bad.Next = "it names nobody", "give the event an attendee, or a summary with a name"
		default:
			bad.What = model.Text(fmt.Sprintf("nobody here is known as %q", clip(s.Names[0])))
			bad.Next = model.Text(fmt.Sprintf("say whom it means: --map %q, or write a contact down", s.Names[0]+"=@user"))
		}
		v.Bad = append(v.Bad, bad)
	}
	return v
}

// importShifts previews, refuses or imports.
func (c *call) importShifts(in *model.Incident, cmd model.ImportShifts, v *importView) error {
	for _, b := range v.Bad {
		if err := c.note("event %d (line %d) %s: %s; %s", b.Event, b.Line, model.ClipLine(string(b.Summary), 60), b.What, b.Next); err != nil {
			return err
		}
	}
	dry := c.on("dry-run")
	refused := len(v.Bad) > 0 && !c.on("good")
	if dry {
		// What the model would refuse is refused in the preview, too.
		if _, err := cmd.Decide(in, c.env.Actor, c.env.Now()); err != nil && len(cmd.Shifts) > 0 {
			return err
		}
		if err := c.previewShifts(v); err != nil {
			return err
		}
	}
	switch {
	case refused:
		b := v.Bad[0]
		return model.Invalid("%d of %d events cannot be imported, the first is event %d (line %d): %s", len(v.Bad), v.Events, b.Event, b.Line, b.What).
			Hint("nothing was imported; mend the file or use --map, or leave them out with --good")
	case dry:
		return nil
	case len(cmd.Shifts) == 0:
		return model.Invalid("the calendar has no shift that is not over").Hint("nothing was imported; export the schedule of the coming months")
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	v.Imported = true
	r, err := res.Incident.OnCall.Rotation(cmd.Rotation)
	if err != nil {
		return err
	}
	return c.print(v, func() error {
		if err := c.importNotes(v); err != nil {
			return err
		}
		if err := c.gapNote(res.Incident.OnCall, r); err != nil {
			return err
		}
		return c.say("%s: %s imported", model.Line(r.ID), shiftCount(len(r.Shifts)))
	})
}

func shiftCount(n int) string {
	if n == 1 {
		return "1 shift"
	}
	return strconv.Itoa(n) + " shifts"
}

// gapNote says when the rotation has nobody first, after its shifts were replaced.
func (c *call) gapNote(o *model.OnCall, r *model.Rotation) error {
	now := c.env.Now().Truncate(time.Minute)
	for _, g := range o.Gaps(now, now.Add(model.Horizon)) {
		if g.Rotation == r.ID {
			return c.note("nobody is on call in %s from %s to %s; oncall gaps lists all gaps", r.ID, model.InZone(g.From, time.UTC), model.InZone(g.To, time.UTC))
		}
	}
	return nil
}

// previewShifts prints what would be imported.
func (c *call) previewShifts(v *importView) error {
	rows := [][]string{}
	for _, s := range v.Shifts {
		rows = append(rows, []string{strconv.Itoa(s.Event), string(s.Name), s.From.Format("Mon 2006-01-02 15:04Z"), s.To.Format("Mon 2006-01-02 15:04Z"), string(s.Summary)})
	}
	return c.print(v, func() error {
		if err := c.importNotes(v); err != nil {
			return err
		}
		return c.table([]column{{title: "EVENT"}, {title: "ON CALL"}, {title: "FROM"}, {title: "TO"}, {title: "SUMMARY", give: true}}, rows, "nothing would be imported")
	})
}

// importNotes says what was left out of a good file.
func (c *call) importNotes(v *importView) error {
	if v.Past > 0 {
		if err := c.note("%d shifts ended over %d days ago and are left out", v.Past, importPast); err != nil {
			return err
		}
	}
	if v.Cut && len(v.Shifts) > 0 {
		return c.note("the shifts go on; %d months are taken: import the file again before", importAhead)
	}
	return nil
}
