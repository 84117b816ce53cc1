package model

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// counted is a rotation as a person with a wall clock and a list would keep it,
// minute by minute: the clock never goes back, so an hour that comes twice stands
// still the second time. It shares nothing with the engine.
type counted struct {
	layers    []Layer
	shifts    []Shift
	overrides []*CallOverride
	loc       *time.Location
	furthest  int64 // wall clock minutes
	turns     []int // hand-overs of each layer so far
}

func (c *counted) who(t time.Time) string {
	local := t.In(c.loc)
	wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC).Unix() / 60
	c.furthest = max(c.furthest, wall)
	for _, v := range slices.Backward(c.overrides) {
		if v.Removed == "" && !v.From.After(t) && v.To.After(t) {
			return v.Who
		}
	}
	for _, s := range slices.Backward(c.shifts) {
		if !s.From.After(t) && s.To.After(t) {
			return s.Who
		}
	}
	now := time.Unix(c.furthest*60, 0).UTC()
	for i, l := range slices.Backward(c.layers) {
		start := time.Unix(int64(l.Start)*60, 0).UTC()
		for !start.AddDate(0, 0, l.Days*(c.turns[i]+1)).After(now) {
			c.turns[i]++
		}
		if byHand(l, now) {
			return l.Members[c.turns[i]%len(l.Members)]
		}
	}
	return ""
}

func byHand(l Layer, now time.Time) bool {
	start := time.Unix(int64(l.Start)*60, 0).UTC()
	if now.Before(start) || l.Until != 0 && !now.Before(time.Unix(int64(l.Until)*60, 0)) {
		return false
	}
	minute := now.Hour()*60 + now.Minute()
	from, to := int(l.From), int(l.To)
	if from == to {
		from, to = 0, 1440
	}
	day := now
	switch {
	case from < to && (minute < from || minute >= to):
		return false
	case from > to && minute < to:
		day = now.AddDate(0, 0, -1)
	case from > to && minute < from:
		return false
	}
	return len(l.Weekdays) == 0 || slices.Contains(l.Weekdays, Weekday((int(day.Weekday())+6)%7))
}

var onCallPeople = []string{"alice", "bob", "cho", "dana", "K1"}

func drawLayer(t *rapid.T, from time.Time) Layer {
	l := Layer{Members: rapid.SliceOfN(rapid.SampledFrom(onCallPeople), 1, 4).Draw(t, "members"), Days: rapid.SampledFrom([]int{1, 2, 7, 14, 30}).Draw(t, "days"),
		Start: LocalOf(from) + Local(rapid.IntRange(-40*1440, 20*1440).Draw(t, "start"))}
	if rapid.Bool().Draw(t, "ends") {
		l.Until = l.Start + Local(rapid.IntRange(1, 500*1440).Draw(t, "until"))
	}
	if rapid.Bool().Draw(t, "hours") {
		// Many at the hours that the clocks skip and repeat.
		l.From = Clock(rapid.SampledFrom([]int{0, 60, 90, 120, 121, 150, 180, 540, 1020, 1410}).Draw(t, "from"))
		l.To = Clock(rapid.SampledFrom([]int{60, 90, 119, 120, 150, 180, 240, 540, 1260, 1440}).Draw(t, "to"))
	}
	if rapid.Bool().Draw(t, "weekdays") {
		l.Weekdays = rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(0, 6), func(i int) Weekday { return Weekday(i) }), 1, 6, rapid.ID).Draw(t, "on")
	}
	return l
}

// drawStretch draws a stretch near a moment.
func drawStretch(t *rapid.T, from time.Time) (a, b time.Time) {
	a = from.Add(time.Duration(rapid.IntRange(-5*1440, 370*1440).Draw(t, "at")) * time.Minute)
	return a, a.Add(time.Duration(rapid.IntRange(1, 20*1440).Draw(t, "long")) * time.Minute)
}

func drawRotation(t *rapid.T, id, zone string, from time.Time, o *OnCall) *counted {
	loc, err := LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	r := &Rotation{ID: id, Zone: zone, loc: loc, Order: len(o.Rotations) + 1, Partial: rapid.Bool().Draw(t, "partial")}
	for range rapid.IntRange(0, 3).Draw(t, "layers") {
		r.Layers = append(r.Layers, drawLayer(t, from))
	}
	for range rapid.IntRange(0, 5).Draw(t, "shifts") {
		a, b := drawStretch(t, from)
		r.Shifts = append(r.Shifts, Shift{From: a, To: b, Who: rapid.SampledFrom(onCallPeople).Draw(t, "who")})
	}
	slices.SortStableFunc(r.Shifts, func(a, b Shift) int { return a.From.Compare(b.From) })
	o.Rotations = append(o.Rotations, r)
	c := &counted{layers: r.Layers, shifts: r.Shifts, loc: loc, turns: make([]int, len(r.Layers))}
	for range rapid.IntRange(0, 4).Draw(t, "overrides") {
		a, b := drawStretch(t, from)
		v := &CallOverride{Ref: makeRef(RefOverride, len(o.Overrides)+1), Rotation: id, From: a, To: b, Who: rapid.SampledFrom(onCallPeople).Draw(t, "who")}
		if rapid.IntRange(0, 4).Draw(t, "taken back") == 0 {
			v.Removed = "ada"
		}
		o.Overrides, c.overrides = append(o.Overrides, v), append(c.overrides, v)
	}
	return c
}

// A year in two zones, over both changes of the clocks: who is on call by the
// engine is who is on call by counting, in every single minute; no gap is
// invented, none is missed, and no double booking either.
func TestYearMinuteByMinute(t *testing.T) {
	checks(t, "10") // each counts a million minutes
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 600).Draw(t, "minute"), 0, 0, time.UTC)
		to := from.AddDate(1, 0, 0)
		zones := rapid.SliceOfN(rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"}), 2, 2).Draw(t, "zones")
		o := &OnCall{}
		east, west := drawRotation(t, "east", zones[0], from, o), drawRotation(t, "west", zones[1], from, o)
		hands := map[string]*counted{"east": east, "west": west}
		// The wall clocks run a while before the year begins, as everywhere.
		for _, c := range hands {
			c.who(from.Add(-2 * time.Hour))
		}
		lists := map[string][]Stint{"east": o.Schedule("east", from, to), "west": o.Schedule("west", from, to)}
		gaps, doubles := o.Gaps(from, to), o.Doubles(from, to)
		wantGaps, haveGaps := map[string]int{}, map[string]int{}
		full := map[string]bool{}
		for _, r := range o.Rotations {
			full[r.ID] = !r.Partial
		}
		wantDoubles, haveDoubles := 0, 0
		holds := map[string]string{}
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			clear(holds)
			for id, c := range hands {
				want := c.who(at)
				for !at.Before(lists[id][0].To) {
					if !lists[id][0].To.Equal(lists[id][1].From) {
						t.Fatalf("%s: hole after %v", id, lists[id][0])
					}
					lists[id] = lists[id][1:]
				}
				if got := lists[id][0].Who; got != want {
					t.Fatalf("%s at %s: engine says %q, the count %q", id, at.In(c.loc), got, want)
				}
				holds[id] = want
				if want == "" && full[id] {
					wantGaps[id]++
				}
				if n := countBooked(c, at); n > 1 {
					wantDoubles++
				}
			}
			if !full["east"] && !full["west"] && holds["east"] == "" && holds["west"] == "" {
				wantGaps[""]++
			}
			if holds["east"] != "" && holds["east"] == holds["west"] {
				wantDoubles++
			}
		}
		for _, g := range gaps {
			haveGaps[g.Rotation] += g.Minutes()
		}
		for _, d := range doubles {
			haveDoubles += int(d.To.Sub(d.From) / time.Minute)
		}
		if fmt.Sprint(haveGaps) != fmt.Sprint(wantGaps) {
			t.Fatalf("gaps: engine %v, count %v", haveGaps, wantGaps)
		}
		if haveDoubles != wantDoubles {
			t.Fatalf("double bookings: engine %d min, count %d min", haveDoubles, wantDoubles)
		}
	})
}

// checks sets how many cases rapid draws in a test.
func checks(t *testing.T, n string) {
	f := flag.Lookup("rapid.checks")
	was := f.Value.String()
	if was != f.DefValue {
		return // asked for on the command line
	}
	if err := f.Value.Set(n); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(was) })
}

func countBooked(c *counted, at time.Time) int {
	for _, v := range c.overrides {
		if v.Removed == "" && !v.From.After(at) && v.To.After(at) {
			return 0
		}
	}
	names := map[string]bool{}
	for _, s := range c.shifts {
		if !s.From.After(at) && s.To.After(at) {
			names[s.Who] = true
		}
	}
	return len(names)
}

// Now is the schedule at one moment, wherever one looks.
func TestNowIsTheSchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		o := &OnCall{}
		drawRotation(t, "east", "Europe/Berlin", from, o)
		at := from.Add(time.Duration(rapid.IntRange(0, 300*1440).Draw(t, "at")) * time.Minute)
		w := o.Now(at)[0]
		list := o.Schedule("east", at.Add(-Horizon), at.Add(Horizon))
		i := slices.IndexFunc(list, func(d Stint) bool { return at.Before(d.To) })
		if w.Who != list[i].Who || w.By != list[i].By {
			t.Fatalf("now %q by %q, schedule %q by %q", w.Who, w.By, list[i].Who, list[i].By)
		}
		for j := i; j < len(list) && (w.To.IsZero() || list[j].From.Before(w.To)); j++ {
			if list[j].Who != w.Who {
				t.Fatalf("until %s, but %v", w.To, list[j])
			}
		}
		if !w.To.IsZero() && o.Now(w.To)[0].Who != w.Next {
			t.Fatalf("next is %q, then it is %q", w.Next, o.Now(w.To)[0].Who)
		}
	})
}
