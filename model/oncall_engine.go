package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Stint is a stretch in which one person, or nobody, is on call in a rotation:
// from From until before To.
type Stint struct {
	Rotation string
	Who      string // account name or contact (K3); "" for nobody
	From, To time.Time
	By       string // what says so: "layer 2", "override V3", "import"; "" for nobody
}

// Watch is who is on call in a rotation at a moment. From and To are zero when the
// same person was, or will be, there for longer than Horizon.
type Watch struct {
	Rotation *Rotation
	Who      string
	From, To time.Time
	By       string
	Next     string // who comes at To; "" for nobody
}

// Horizon is how far from the moment Now looks, and how far ahead gaps are errors.
const Horizon = 90 * 24 * time.Hour

// Gap is a stretch in which nobody is on call. Rotation is "" when it is a gap of
// all rotations together.
type Gap struct {
	Rotation string
	From, To time.Time
}

// Minutes is how long the gap is.
func (g Gap) Minutes() int { return int(g.To.Sub(g.From) / time.Minute) }

// Double is a stretch for which too many are booked: one person in several
// rotations, or several people by the imported shifts of one.
type Double struct {
	People    []string
	Rotations []string
	From, To  time.Time
}

// turn is whose turn it is on a wall clock in the rotation's zone, "" for nobody.
func (l *Layer) turn(at Local) string {
	if at < l.Start || l.Until != 0 && at >= l.Until || len(l.Members) == 0 || l.Days < 1 || !l.hours(at) {
		return ""
	}
	n := int64(at-l.Start) / (int64(l.Days) * dayMinutes)
	return l.Members[n%int64(len(l.Members))]
}

// hours says whether the layer is on at a time of the week. Hours over midnight
// belong to the day on which they begin.
func (l *Layer) hours(at Local) bool {
	day, c := at.day(), at.clock()
	from, to := l.window()
	switch {
	case from < to:
		return c >= from && c < to && l.begins(day)
	case c >= from:
		return l.begins(day)
	}
	return c < to && l.begins(day-1)
}

func (l *Layer) window() (from, to Clock) {
	if l.From == l.To {
		return 0, dayMinutes
	}
	return l.From, l.To
}

func (l *Layer) begins(day int64) bool {
	return len(l.Weekdays) == 0 || slices.Contains(l.Weekdays, onLocalDay(day, 0).weekday())
}

// edges are the wall clock times from a to b at which the layer may change hands.
func (l *Layer) edges(a, b Local) []Local {
	out := []Local{l.Start, l.Until}
	if l.Days < 1 {
		return nil
	}
	turn := Local(l.Days) * dayMinutes
	first := max(0, floorDiv(int64(a-l.Start), int64(turn)))
	for at := l.Start + Local(first)*turn; at <= b; at += turn {
		out = append(out, at)
	}
	if l.From != l.To || len(l.Weekdays) > 0 {
		from, to := l.window()
		for day := max(a, l.Start).day() - 1; day <= b.day(); day++ {
			out = append(out, onLocalDay(day, from), onLocalDay(day, to))
		}
	}
	return out
}

// callPlan is a rotation with what stands in for it, cut down to a stretch of time.
type callPlan struct {
	r         *Rotation
	overrides []*CallOverride // newest first
	shifts    []Shift
}

func (o *OnCall) callPlan(r *Rotation, from, to time.Time) callPlan {
	p := callPlan{r: r}
	for _, v := range o.Standing(r.ID) {
		if v.From.Before(to) && v.To.After(from) {
			p.overrides = append(p.overrides, v)
		}
	}
	for _, s := range r.Shifts {
		if s.From.Before(to) && s.To.After(from) {
			p.shifts = append(p.shifts, s)
		}
	}
	return p
}

// edges are the moments from from until before to at which the plan may change,
// from first.
func (p *callPlan) edges(from, to time.Time) []time.Time {
	out := []time.Time{from}
	add := func(t time.Time) {
		if t.After(from) && t.Before(to) {
			out = append(out, t)
		}
	}
	for _, v := range p.overrides {
		add(v.From)
		add(v.To)
	}
	for _, s := range p.shifts {
		add(s.From)
		add(s.To)
	}
	loc := p.r.Location()
	for i := range p.r.Layers {
		for _, at := range p.r.Layers[i].edges(reached(from, loc), reached(to, loc)) {
			if at != 0 {
				add(at.Instant(loc))
			}
		}
	}
	return ordered(out)
}

func ordered(times []time.Time) []time.Time {
	slices.SortFunc(times, time.Time.Compare)
	return slices.CompactFunc(times, time.Time.Equal)
}

// at is who is on call at a moment, and what says so.
func (p *callPlan) at(t time.Time) (who, by string) {
	for _, v := range p.overrides {
		if !t.Before(v.From) && t.Before(v.To) {
			return v.Who, "override " + v.Ref
		}
	}
	// Of shifts at once, the one that began last holds; Doubles names them.
	for _, s := range slices.Backward(p.shifts) {
		if !t.Before(s.From) && t.Before(s.To) {
			return s.Who, "import"
		}
	}
	if len(p.r.Layers) == 0 {
		return "", ""
	}
	local := reached(t, p.r.Location())
	for i := len(p.r.Layers) - 1; i >= 0; i-- {
		if who := p.r.Layers[i].turn(local); who != "" {
			return who, "layer " + strconv.Itoa(i+1)
		}
	}
	return "", ""
}

// booked are all whom the imported shifts name at a moment, sorted; none where an
// override decides.
func (p *callPlan) booked(t time.Time) []string {
	for _, v := range p.overrides {
		if !t.Before(v.From) && t.Before(v.To) {
			return nil
		}
	}
	var out []string
	for _, s := range p.shifts {
		if !t.Before(s.From) && t.Before(s.To) {
			out = append(out, s.Who)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Location is the zone of the rotation's layers; UTC for one that this machine
// does not know.
func (r *Rotation) Location() *time.Location {
	if r.loc == nil {
		return time.UTC
	}
	return r.loc
}

// Schedule is who is on call in a rotation from from until before to: stretches
// that follow each other without a hole, those with nobody among them.
func (o *OnCall) Schedule(rotation string, from, to time.Time) []Stint {
	r := o.rotation(rotation)
	if r == nil || r.Removed != "" || !from.Before(to) {
		return nil
	}
	from, to = from.UTC(), to.UTC()
	p := o.callPlan(r, from, to)
	var out []Stint
	edges := p.edges(from, to)
	for i, t := range edges {
		end := to
		if i+1 < len(edges) {
			end = edges[i+1]
		}
		who, by := p.at(t)
		if n := len(out); n > 0 && out[n-1].Who == who && out[n-1].By == by {
			out[n-1].To = end
			continue
		}
		out = append(out, Stint{Rotation: r.ID, Who: who, From: t, To: end, By: by})
	}
	return out
}

// Now is who is on call at t: one line for each rotation, in the order of
// escalation.
func (o *OnCall) Now(t time.Time) []Watch {
	var out []Watch
	for _, r := range o.Active() {
		out = append(out, o.watch(r, t))
	}
	return out
}

// watch looks around t, further and further until it sees both ends.
func (o *OnCall) watch(r *Rotation, t time.Time) Watch {
	for reach := 9 * 24 * time.Hour; ; reach = min(3*reach, Horizon) {
		w := around(o.Schedule(r.ID, t.Add(-reach), t.Add(reach)), t)
		w.Rotation = r
		if !w.From.IsZero() && !w.To.IsZero() || reach == Horizon {
			return w
		}
	}
}

// around finds the stretch of one person at t. Its ends are zero where the list
// does not show them.
func around(list []Stint, t time.Time) Watch {
	i := slices.IndexFunc(list, func(d Stint) bool { return t.Before(d.To) })
	if i < 0 {
		return Watch{}
	}
	w := Watch{Who: list[i].Who, By: list[i].By}
	first, last := i, i
	for first > 0 && list[first-1].Who == w.Who {
		first--
	}
	for last < len(list)-1 && list[last+1].Who == w.Who {
		last++
	}
	if first > 0 {
		w.From = list[first].From
	}
	if last < len(list)-1 {
		w.To, w.Next = list[last].To, list[last+1].Who
	}
	return w
}

// Gaps are the stretches from from until before to in which nobody is on call: of
// each rotation that is meant to cover every hour; of all together when none is.
func (o *OnCall) Gaps(from, to time.Time) []Gap {
	var out []Gap
	full := false
	for _, r := range o.Active() {
		if r.Partial {
			continue
		}
		full = true
		out = append(out, uncovered(r.ID, o.Schedule(r.ID, from, to))...)
	}
	if !full && from.Before(to) {
		out = append(out, o.nobody(from.UTC(), to.UTC())...)
	}
	slices.SortStableFunc(out, func(a, b Gap) int { return a.From.Compare(b.From) })
	return out
}

func uncovered(rotation string, list []Stint) []Gap {
	var out []Gap
	for _, d := range list {
		if d.Who == "" {
			out = append(out, Gap{Rotation: rotation, From: d.From, To: d.To})
		}
	}
	return out
}

// nobody are the stretches in which no rotation has anybody.
func (o *OnCall) nobody(from, to time.Time) []Gap {
	left := []Gap{{From: from, To: to}}
	for _, r := range o.Active() {
		var next []Gap
		holes := uncovered("", o.Schedule(r.ID, from, to))
		for _, a := range left {
			for _, b := range holes {
				if c := (Gap{From: later(a.From, b.From), To: earlier(a.To, b.To)}); c.From.Before(c.To) {
					next = append(next, c)
				}
			}
		}
		left = next
	}
	return left
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Doubles are the stretches from from until before to for which too many are
// booked.
func (o *OnCall) Doubles(from, to time.Time) []Double {
	from, to = from.UTC(), to.UTC()
	if !from.Before(to) {
		return nil
	}
	var (
		plans []callPlan
		edges []time.Time
		out   []Double
	)
	for _, r := range o.Active() {
		p := o.callPlan(r, from, to)
		plans, edges = append(plans, p), append(edges, p.edges(from, to)...)
	}
	edges = ordered(edges)
	for i, t := range edges {
		end := to
		if i+1 < len(edges) {
			end = edges[i+1]
		}
		for _, d := range doubled(plans, t) {
			d.From, d.To = t, end
			out = append(out, d)
		}
	}
	return joined(out)
}

func doubled(plans []callPlan, t time.Time) []Double {
	var out []Double
	in := map[string][]string{}
	var order []string
	for i := range plans {
		p := &plans[i]
		if all := p.booked(t); len(all) > 1 {
			out = append(out, Double{People: all, Rotations: []string{p.r.ID}})
		}
		if who, _ := p.at(t); who != "" {
			if len(in[who]) == 0 {
				order = append(order, who)
			}
			in[who] = append(in[who], p.r.ID)
		}
	}
	for _, who := range order {
		if len(in[who]) > 1 {
			out = append(out, Double{People: []string{who}, Rotations: in[who]})
		}
	}
	return out
}

// joined puts stretches of the same that follow each other into one.
func joined(list []Double) []Double {
	var out []Double
	last := map[string]int{}
	for _, d := range list {
		key := strings.Join(d.People, " ") + "/" + strings.Join(d.Rotations, " ")
		if i, ok := last[key]; ok && out[i].To.Equal(d.From) {
			out[i].To = d.To
			continue
		}
		last[key] = len(out)
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Double) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	return out
}
