package review

import (
	"strings"
	"time"

	"warroom/model"
	"warroom/model/review"
	"warroom/tui/screen"
)

// kind is what a line of the agenda is.
type kind string

const (
	decision   kind = "decision"
	earlier    kind = "open decision"
	postMortem kind = "post-mortem"
	owed       kind = "owed"
	overdue    kind = "overdue"
	note       kind = "note"
)

// row is one line of the agenda. Its texts may come from outside.
type row struct {
	id, ref  string
	kind     kind
	what     model.Text
	who      string
	when     string
	state    state
	incident string // what enter opens, with the ref in it
	at       string
	month    string // of the review that enter opens
	item     string // D1 or R1 of this review
}

// state is how a row stands: each has a glyph, so that none is told by colour alone.
type state int

const (
	plain state = iota
	done
	waits
	late
)

// sift makes the rows that match the filter.
func (r *Review) sift() {
	words := strings.Fields(strings.ToLower(r.text))
	r.rows, r.rates = nil, nil
	for _, x := range r.all() {
		if screen.Matches(strings.ToLower(string(x.kind)+" "+x.ref+" "+string(x.what)+" "+x.who+" "+x.when), words) {
			r.rows = append(r.rows, x)
		}
	}
	f := &r.seen.Figures
	for i := range f.Metrics {
		m := &f.Metrics[i]
		if (m.N > 0 || m.Year.N > 0) && screen.Matches(strings.ToLower(m.Name+" "+m.Key), words) {
			r.rates = append(r.rates, m)
		}
	}
	r.tables[agenda].SetSource(len(r.rows), func(i int) string { return r.seen.Month + " " + r.rows[i].id })
	r.tables[figures].SetSource(len(r.rates), func(i int) string { return r.rates[i].Key })
}

// all is the whole agenda, in the order in which a meeting goes through it.
func (r *Review) all() []row {
	v, now := &r.seen, r.env.Now()
	f := &v.Figures
	var out []row
	for _, p := range f.PostMortems {
		out = append(out, row{id: "pm " + p.Incident, kind: postMortem, ref: p.Incident, what: model.Text(p.Severity.String()+" ") + p.Title, who: string(p.Type),
			when: short(p.At), state: done, incident: p.Incident, at: "postmortem"})
	}
	for _, p := range f.Missing {
		out = append(out, row{id: "owed " + p.Incident, kind: owed, ref: p.Incident, what: model.Text(p.Severity.String()+" ") + p.Title, who: string(p.Type),
			when: review.StateWord(p.State), state: late, incident: p.Incident, at: "postmortem"})
	}
	for _, p := range f.Pending {
		x := row{id: "open " + p.Month + p.Ref, kind: earlier, ref: p.Month + " " + p.Ref, what: p.Text, who: person(p.Owner), when: until(p.Due), state: waits, month: p.Month}
		if !p.Due.IsZero() && f.AsOf.After(p.Due) {
			x.state = late
		}
		out = append(out, x)
	}
	for _, d := range v.Standing() {
		x := row{id: d.Ref, kind: decision, ref: d.Ref, what: d.Text, who: person(d.Owner), when: until(d.Due), item: d.Ref}
		switch {
		case d.DoneBy != "":
			x.state, x.when = done, "done "+short(d.DoneAt)
		case d.Late(now):
			x.state = late
		case d.Open():
			x.state = waits
		}
		out = append(out, x)
	}
	for _, n := range v.Said() {
		out = append(out, row{id: n.Ref, kind: note, ref: n.Ref, what: n.Text, who: person(n.By), when: short(n.At), item: n.Ref})
	}
	for _, x := range f.Overdue {
		out = append(out, row{id: "late " + x.Incident + x.Ref, kind: overdue, ref: x.Incident + " " + x.Ref, what: "[" + review.TeamName(x.Team) + "] " + x.Title, who: person(x.Owner),
			when: "due " + short(x.Due.Time()), state: late, incident: x.Incident, at: x.Ref})
	}
	return out
}

func person(name string) string {
	if name == "" {
		return ""
	}
	return "@" + name
}

func short(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("02 Jan")
}

func until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return "due " + short(t)
}
