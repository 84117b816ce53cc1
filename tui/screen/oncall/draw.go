package oncall

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Ways to reach people are drawn as they are, not defanged: somebody types them.

// headLines is how many lines stand over the list.
const headLines = 3

// Main implements screen.Screen.
func (o *OnCall) Main(w, h int) []string {
	st := o.env.Styles
	head := []string{widget.Fit(" "+o.summary(), w), widget.Fit(" "+o.switcher(), w), ""}
	if o.table().Len() == 0 {
		for _, l := range widget.Wrap(o.empty(), w-3) {
			head = append(head, "  "+st.Dim.S(l))
		}
		return widget.Block(head, w, h)
	}
	return append(widget.Block(head, w, len(head)), o.table().Draw(w, max(h-len(head), 0), st, o.cell)...)
}

// summary says in one line whether the next 90 days are covered.
func (o *OnCall) summary() string {
	st := o.env.Styles
	switch {
	case len(o.Standing.now) == 0:
		return st.Bad.S(st.Glyphs.Warn + " nobody is on call: there is no rotation")
	case len(o.trouble) == 0:
		return st.Good.S(st.Glyphs.Done) + " every hour of the next 90 days is covered"
	}
	return st.Bad.S(st.Glyphs.Warn+" "+model.TroubleCount(o.trouble)) + " in the next 90 days" + st.Dim.S(", the first "+clock(o.trouble[0].From, o.env.Now()))
}

// switcher names the lists, the one that is shown in front of all.
func (o *OnCall) switcher() string {
	st := o.env.Styles
	var out []string
	for v := now; v < views; v++ {
		name := v.name()
		switch {
		case v == wrong && len(o.trouble) > 0:
			name += " " + strconv.Itoa(len(o.trouble))
		case v == contacts && len(o.reg.Reachable()) > 0:
			name += " " + strconv.Itoa(len(o.reg.Reachable()))
		}
		if v == o.view {
			out = append(out, st.Accent.S(st.Glyphs.Cursor+name))
		} else {
			out = append(out, st.Dim.S(" "+name))
		}
	}
	line := strings.Join(out, "  ")
	if o.view == week && len(o.days) > 0 {
		line += st.Dim.S(fmt.Sprintf("    %s %s to %s %s", st.Glyphs.Left, o.days[0].begin.Format("2 Jan"), o.days[6].begin.Format("2 Jan 2006"), st.Glyphs.Right))
	}
	return line
}

// empty says what belongs here and which key makes the first one.
func (o *OnCall) empty() string {
	switch {
	case o.text != "" && o.view != now && o.view != week:
		return "Nothing matches. esc clears the filter."
	case o.view == contacts:
		return "How are people reached when the directory is down? a writes down the first contact."
	case o.view == wrong && len(o.Standing.now) > 0:
		return "No gap, no double booking, and everybody on call has an account."
	}
	return "A rotation is people who take turns, so that every hour has somebody who answers. a makes the first one; oncall import reads those of a paging tool."
}

func (o *OnCall) cell(row, col int) string {
	st := o.env.Styles
	switch o.view {
	case now:
		return o.nowCell(&o.Standing.now[row], col)
	case week:
		return o.weekCell(&o.days[row], col)
	case wrong:
		t := o.bad[row]
		switch col {
		case 0:
			return st.Bad.S(t.Kind)
		case 1:
			return model.InZone(t.From, time.UTC)
		case 2:
			return model.Long(t.To.Sub(t.From))
		}
		return st.Text.S(screen.Clip(t.Says(o.reg), 200))
	}
	k := o.names[row]
	switch col {
	case 0:
		return st.Ref.S(k.Ref)
	case 1:
		if k.Order == 0 {
			return ""
		}
		return strconv.Itoa(k.Order)
	case 2:
		return st.Text.S(screen.Clip(string(k.Name), 100))
	case 3:
		return st.Dim.S(screen.Clip(string(k.Role), 100))
	case 4:
		return model.ClipLine(ways(k.Spec()), 100).String()
	}
	return o.verified(k)
}

// verified says when somebody tried a contact.
func (o *OnCall) verified(k *model.Contact) string {
	st := o.env.Styles
	switch {
	case k.VerifiedAt.IsZero():
		return st.Warn.S(st.Glyphs.Open + " never")
	case !k.Verified(o.env.Now()):
		return st.Warn.S(st.Glyphs.Open + " " + k.VerifiedAt.UTC().Format(time.DateOnly))
	}
	return st.Good.S(st.Glyphs.Done) + " " + k.VerifiedAt.UTC().Format(time.DateOnly)
}

func (o *OnCall) nowCell(w *model.Watch, col int) string {
	st := o.env.Styles
	switch col {
	case 0:
		return strconv.Itoa(w.Rotation.Order)
	case 1:
		return st.Text.S(screen.Clip(string(w.Rotation.Called()), 60))
	case 2:
		return o.held(w.Who, w.Rotation)
	case 3:
		if w.To.IsZero() {
			return st.Faint.S("no end known")
		}
		return clock(w.To, o.env.Now())
	case 4:
		if w.To.IsZero() {
			return ""
		}
		return o.held(w.Next, w.Rotation)
	}
	if s := ways(o.reg.Reach(w.Who)); s != "" {
		return model.ClipLine(s, 60).String()
	}
	return st.Faint.S("no contact")
}

// held draws who is on call; nobody is an error only where every hour is to be covered.
func (o *OnCall) held(who string, r *model.Rotation) string {
	if who == "" && r.Partial {
		return o.env.Styles.Faint.S("nobody")
	}
	return o.who(who, o.env.Styles)
}

// weekCell is who holds a rotation on a day, with the hand-overs.
func (o *OnCall) weekCell(d *day, col int) string {
	st := o.env.Styles
	if col == 0 {
		text := d.begin.Format("Mon 2 Jan")
		if d.begin.Equal(o.env.Now().UTC().Truncate(24 * time.Hour)) {
			return st.Bold.S(text)
		}
		return st.Text.S(text)
	}
	r := o.reg.Active()[col-1]
	var parts []string
	last := ""
	for i, s := range d.cells[col-1] {
		if i > 0 && s.Who == last {
			continue
		}
		last = s.Who
		text := o.held(s.Who, r)
		if i > 0 {
			text = st.Dim.S(s.From.Format("15:04")) + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// Side implements screen.Screen.
func (o *OnCall) Side(w, h int) []string {
	var lines []string
	switch o.view {
	case now:
		if r := o.rotation(); r != nil {
			lines = o.aboutRotation(r, w)
		}
	case week:
		if i := o.tables[week].Index(); i >= 0 && i < len(o.days) && o.table().Len() > 0 {
			lines = o.aboutDay(&o.days[i], w)
		}
	case wrong:
		if t := o.wrong(); t != nil {
			lines = o.aboutTrouble(t, w)
		}
	case contacts:
		if k := o.contact(); k != nil {
			lines = o.aboutContact(k, w)
		}
	}
	return widget.Block(lines, w, h)
}

// para wraps text of others to the pane.
func (o *OnCall) para(text string, w int) []string {
	return widget.Wrap(o.env.Styles.Text.S(screen.Clip(text, 2000)), max(w, 10))
}

func (o *OnCall) aboutRotation(r *model.Rotation, w int) []string {
	st := o.env.Styles
	covers := "covers every hour"
	if r.Partial {
		covers = "need not cover every hour"
	}
	lines := []string{st.Title.S(screen.Clip(string(r.Called()), w)), st.Dim.S(screen.Clip(fmt.Sprintf("%s  %s  called as number %d", r.ID, r.Zone, r.Order), w)), st.Dim.S(covers), ""}
	for i := range r.Layers {
		lines = append(lines, o.para(fmt.Sprintf("%d  %s", i+1, r.Layers[i].Says(o.reg)), w)...)
	}
	if n := len(r.Shifts); n > 0 {
		lines = append(lines, o.para(fmt.Sprintf("%d shifts imported from %s by @%s, until %s", n, r.Source, r.ImportedBy, model.InZone(r.Shifts[n-1].To, time.UTC)), w)...)
	}
	for _, v := range o.reg.Standing(r.ID) {
		if v.To.After(o.env.Now()) {
			text := fmt.Sprintf("%s  %s  %s to %s  %s", v.Ref, o.reg.Called(v.Who), model.InZone(v.From, time.UTC), model.InZone(v.To, time.UTC), v.Reason)
			lines = append(lines, widget.Wrap(screen.Paint(screen.Clip(text, 400), st.Text, st), max(w, 10))...)
		}
	}
	lines = append(lines, "", st.Title.S("NEXT 14 DAYS")+st.Dim.S(" in "+r.Zone))
	from := o.env.Now().UTC().Truncate(time.Minute)
	for _, s := range o.reg.Schedule(r.ID, from, from.AddDate(0, 0, 14)) {
		lines = append(lines, widget.Fit(st.Dim.S(s.From.In(r.Location()).Format("Mon 2 Jan 15:04"))+"  "+o.held(s.Who, r)+"  "+st.Faint.S(s.By), w))
	}
	return lines
}

func (o *OnCall) aboutDay(d *day, w int) []string {
	st := o.env.Styles
	lines := []string{st.Title.S(d.begin.Format("Monday 2 January 2006")), ""}
	for i, r := range o.reg.Active() {
		lines = append(lines, st.Text.S(screen.Clip(string(r.Called()), w)))
		for _, s := range d.cells[i] {
			lines = append(lines, widget.Fit("  "+st.Dim.S(s.From.Format("15:04Z"))+"  "+o.held(s.Who, r)+"  "+st.Faint.S(s.By), w))
		}
	}
	return lines
}

func (o *OnCall) aboutTrouble(t *model.OnCallTrouble, w int) []string {
	st := o.env.Styles
	lines := []string{st.Title.S(strings.ToUpper(t.Kind))}
	lines = append(lines, o.para(t.Says(o.reg), w)...)
	lines = append(lines, "", st.Dim.S("from  ")+model.InZone(t.From, time.UTC), st.Dim.S("to    ")+model.InZone(t.To, time.UTC), st.Dim.S("long  ")+model.Long(t.To.Sub(t.From)))
	for _, id := range t.Rotations {
		if r, err := o.reg.Rotation(id); err == nil && r.Zone != "UTC" {
			lines = append(lines, st.Dim.S("      "+model.InZone(t.From, r.Location())))
		}
	}
	way := map[string]string{model.TroubleGap: "o puts somebody there; rotations are changed in the first view, with e and l.",
		model.TroubleDouble:  "o puts somebody else in one of the places.",
		model.TroubleUnknown: "o puts somebody else there; warroom user add makes an account, a contact is a member too."}[t.Kind]
	lines = append(lines, "")
	for _, l := range widget.Wrap(way, max(w, 10)) {
		lines = append(lines, st.Dim.S(l))
	}
	return lines
}

func (o *OnCall) aboutContact(k *model.Contact, w int) []string {
	st := o.env.Styles
	lines := []string{st.Title.S(screen.Clip(string(k.Name), w))}
	if k.User != "" {
		lines = append(lines, screen.Person(k.User, st))
	}
	if k.Role != "" {
		lines = append(lines, o.para(string(k.Role), w)...)
	}
	lines = append(lines, "")
	for _, p := range k.Phones {
		lines = append(lines, widget.Fit(st.Dim.S("phone  ")+model.ClipLine(string(p), 64).String(), w))
	}
	for _, x := range []struct {
		name string
		text model.Text
	}{{"mail   ", k.Mail}, {"other  ", k.Other}} {
		if x.text != "" {
			lines = append(lines, widget.Fit(st.Dim.S(x.name)+model.ClipLine(string(x.text), 200).String(), w))
		}
	}
	lines = append(lines, "", st.Dim.S("verified  ")+o.verified(k))
	if k.VerifiedBy != "" {
		lines = append(lines, st.Dim.S("by        ")+screen.Person(k.VerifiedBy, st))
	}
	for _, w := range o.Standing.now {
		if w.Who == k.Ref || w.Who == k.User && k.User != "" {
			lines = append(lines, "", st.Good.S(st.Glyphs.Here)+" on call now in "+st.Text.S(model.Line(w.Rotation.ID).String()))
		}
	}
	return lines
}
