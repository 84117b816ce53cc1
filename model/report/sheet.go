package report

import (
	"fmt"
	"strings"
	"time"

	"warroom/model"
)

// sheetDays is how far ahead a contact sheet says who is on call: it hangs on the
// wall until the next one is printed.
const sheetDays = 14

// ContactSheet is who is on call and how people are reached, for the day when the
// directory is down. in is the register of who is on call. It is TLP:AMBER: it
// holds private numbers.
func ContactSheet(in *model.Incident, foot Foot) *Doc {
	o := in.OnCall
	now := foot.At
	to := now.AddDate(0, 0, sheetDays)
	foot.Version, foot.Head = in.Version, in.Head
	d := &Doc{Kind: "Contact sheet", ID: model.RegisterOnCall, Title: "Who is on call, and how to reach people", TLP: "amber", Foot: foot}
	d.Facts = Pairs{{Name: "printed", Value: model.Text(model.InZone(now, time.UTC))}, {Name: "print again by", Value: model.Text(to.Format("Mon 2006-01-02"))}}
	sections := []Section{sheetNow(o, now), {Title: "Escalation", Empty: "no contacts are written down", Blocks: sheetContacts(o, now)},
		sheetTrouble(o, now)}
	for _, r := range o.Active() {
		sections = append(sections, sheetRotation(o, r, now, to))
	}
	d.Sections = append(sections, Section{Title: "When all systems are down", Blocks: []Block{List{
		{Text: "Call, do not mail: mail, chat and the directory may be down, or read by others."},
		{Text: "Call in the order of this sheet; whoever does not answer in 15 minutes is passed over."},
		{Text: "Write down who was called when; it goes into the timeline later."}}}})
	return d
}

// sheetNow is who is on call now, in the order in which they are called.
func sheetNow(o *model.OnCall, now time.Time) Section {
	s := Section{Title: "Call first", Empty: "there is no rotation: nobody is on call"}
	t := Table{Ours: true, Cols: []string{"", "Rotation", "On call", "Until", "Then", "Phone", "Mail, other"}}
	for i, w := range o.Now(now) {
		until, then := "no end known", model.Text("")
		if !w.To.IsZero() {
			until, then = model.InZone(w.To, time.UTC), o.Called(w.Next)
		}
		k := o.Reach(w.Who)
		t.Rows = append(t.Rows, Row{Cells: []model.Text{model.Text(fmt.Sprint(i + 1)), w.Rotation.Called(), o.Called(w.Who), model.Text(until), then,
			sheetPhones(k), sheetOther(k)}})
	}
	if len(t.Rows) > 0 {
		s.Blocks = []Block{t}
	}
	return s
}

func sheetPhones(k model.ContactSpec) model.Text {
	var out []string
	for _, p := range k.Phones {
		out = append(out, string(p))
	}
	return model.Text(strings.Join(out, "\n"))
}

func sheetOther(k model.ContactSpec) model.Text {
	return model.Text(strings.Trim(string(k.Mail+"\n"+k.Other), "\n"))
}

func sheetContacts(o *model.OnCall, now time.Time) []Block {
	t := Table{Ours: true, Cols: []string{"", "Name", "Role", "Phone", "Mail, other", "Verified"}}
	for _, k := range o.Reachable() {
		order, verified := "", "not within 90 days"
		if k.Order > 0 {
			order = fmt.Sprint(k.Order)
		}
		if k.Verified(now) {
			verified = k.VerifiedAt.UTC().Format(time.DateOnly)
		}
		name := k.Name
		if k.User != "" {
			name += model.Text(" (@" + k.User + ")")
		}
		t.Rows = append(t.Rows, Row{Cells: []model.Text{model.Text(order), name, k.Role, sheetPhones(k.Spec()), sheetOther(k.Spec()), model.Text(verified)}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{t}
}

// sheetTrouble names the gaps until the next sheet, and who on call cannot be reached.
func sheetTrouble(o *model.OnCall, now time.Time) Section {
	s := Section{Title: "What is wrong"}
	var list List
	for _, t := range o.Trouble(nil, now, now.AddDate(0, 0, sheetDays)) {
		list = append(list, Item{Text: model.Text(model.InZone(t.From, time.UTC) + " to " + model.InZone(t.To, time.UTC) + ": " + t.Says(o))})
	}
	for _, who := range o.Unreachable(now, now.AddDate(0, 0, sheetDays)) {
		list = append(list, Item{Text: o.Called(who) + " is on call and has no contact here"})
	}
	if len(list) > 0 {
		s.Blocks = []Block{list}
	}
	return s
}

// sheetRotation is who is on call in a rotation in the next days.
func sheetRotation(o *model.OnCall, r *model.Rotation, from, to time.Time) Section {
	s := Section{Title: "Rotation " + r.ID}
	if r.Title != "" {
		s.Blocks = append(s.Blocks, Para{Text: r.Title})
	}
	t := Table{Cols: []string{"From", "To", "On call", "By"}}
	loc := r.Location()
	for _, d := range o.Schedule(r.ID, from, to) {
		if d.Who == "" && r.Partial {
			continue
		}
		t.Rows = append(t.Rows, Row{Cells: []model.Text{model.Text(model.InZone(d.From, loc)), model.Text(model.InZone(d.To, loc)), o.Called(d.Who), model.Text(d.By)}})
	}
	s.Blocks = append(s.Blocks, t)
	return s
}
