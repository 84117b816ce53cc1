package model

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func onCallWorld() *world { return &world{in: &Incident{ID: RegisterOnCall}, now: t0} }

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse("2006-01-02T15:04Z07:00", s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func local(t testing.TB, s string) Local {
	t.Helper()
	l, err := ParseLocal(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func weekly(t testing.TB, start string, who ...string) []Layer {
	return []Layer{{Members: who, Start: local(t, start), Days: 7}}
}

func TestRotation(t *testing.T) {
	w := onCallWorld()
	w.must(t, alice, AddRotation{ID: "primary", RotationSpec: RotationSpec{Title: "Security on call", Zone: "Europe/Berlin", Order: 1, Layers: weekly(t, "2026-11-16T09:00", "alice", "bob")}},
		AddRotation{ID: "second", RotationSpec: RotationSpec{Zone: "UTC", Order: 2, Layers: weekly(t, "2026-11-18T12:00", "carol", "alice")}})
	now := w.in.OnCall.Now(w.now) // 23 Nov 14:00Z
	if len(now) != 2 || now[0].Who != "bob" || now[1].Who != "carol" {
		t.Fatalf("%+v", now)
	}
	if now[0].Next != "alice" || !now[0].To.Equal(at(t, "2026-11-30T08:00Z")) || !now[0].From.Equal(at(t, "2026-11-23T08:00Z")) {
		t.Errorf("%+v", now[0])
	}
	if gaps := w.in.OnCall.Gaps(w.now, w.now.Add(Horizon)); len(gaps) != 0 {
		t.Errorf("gaps: %v", gaps)
	}
	// Both are alice from Wednesday noon until Monday, every other week.
	d := w.in.OnCall.Doubles(w.now, w.now.Add(28*24*time.Hour))
	if len(d) == 0 || d[0].People[0] != "alice" || !slices.Equal(d[0].Rotations, []string{"primary", "second"}) || !d[0].From.Equal(at(t, "2026-11-30T08:00Z")) || !d[0].To.Equal(at(t, "2026-12-02T12:00Z")) {
		t.Errorf("double bookings: %+v", d)
	}

	w.must(t, bob, AddOverride{Rotation: "primary", From: at(t, "2026-11-24T08:00Z"), To: at(t, "2026-11-25T08:00Z"), Who: "carol", Reason: "dentist"})
	if s := w.in.OnCall.Schedule("primary", at(t, "2026-11-24T07:00Z"), at(t, "2026-11-25T09:00Z")); len(s) != 3 || s[1].Who != "carol" || s[1].By != "override V1" {
		t.Errorf("%+v", s)
	}
	w.must(t, bob, RemoveOverride{Ref: "v1"})
	if s := w.in.OnCall.Schedule("primary", at(t, "2026-11-24T07:00Z"), at(t, "2026-11-25T09:00Z")); len(s) != 1 || s[0].Who != "bob" {
		t.Errorf("%+v", s)
	}
	w.must(t, bob, Undo{})
	if v, _ := w.in.OnCall.Override("V1"); v.Removed != "" {
		t.Error("the undo left the override removed")
	}
	w.must(t, alice, RemoveRotation{ID: "primary", Reason: "merged"})
	if len(w.in.OnCall.Active()) != 1 || len(w.in.OnCall.Standing("")) != 0 {
		t.Error("a removed rotation still counts")
	}
	w.must(t, alice, Undo{})
	if len(w.in.OnCall.Standing("")) != 1 {
		t.Error("the undo of the removal lost the override")
	}
	// A rotation of the same name that is made anew has nothing of the old one.
	w.must(t, alice, RemoveRotation{ID: "primary", Reason: "merged"}, AddRotation{ID: "primary", RotationSpec: RotationSpec{Zone: "UTC", Order: 1, Layers: weekly(t, "2026-11-16T09:00", "bob")}})
	if len(w.in.OnCall.Standing("")) != 0 {
		t.Error("the new rotation has an old override")
	}
}

func TestOnCallRefusals(t *testing.T) {
	w := onCallWorld()
	spec := func(change func(*RotationSpec)) AddRotation {
		s := RotationSpec{Zone: "Europe/Berlin", Order: 1, Layers: weekly(t, "2026-11-16T09:00", "alice", "bob")}
		change(&s)
		return AddRotation{ID: "primary", RotationSpec: s}
	}
	w.must(t, alice, AddRotation{ID: "there", RotationSpec: spec(func(*RotationSpec) {}).RotationSpec},
		AddContact{ContactSpec{Name: "Provider", Phones: []Text{"+49 30 1"}}}, AddContact{ContactSpec{Name: "Bob", User: "bob", Mail: "bob@example.org"}})
	for name, c := range map[string]struct {
		by   Actor
		cmd  Command
		code Code
		says string
	}{
		"no members":     {alice, spec(func(s *RotationSpec) { s.Layers[0].Members = nil }), CodeInvalid, "somebody who is on call"},
		"no layers":      {alice, spec(func(s *RotationSpec) { s.Layers = nil }), CodeInvalid, "somebody who is on call"},
		"last layer":     {alice, SetRotation{ID: "there", Layers: &[]Layer{}}, CodeInvalid, "somebody who is on call"},
		"zone":           {alice, spec(func(s *RotationSpec) { s.Zone = "Europe/Atlantis" }), CodeInvalid, "no time zone"},
		"local zone":     {alice, spec(func(s *RotationSpec) { s.Zone = "Local" }), CodeInvalid, "no time zone"},
		"path as a zone": {alice, spec(func(s *RotationSpec) { s.Zone = "../etc/passwd" }), CodeInvalid, "no time zone"},
		"turn":           {alice, spec(func(s *RotationSpec) { s.Layers[0].Days = 0 }), CodeUsage, "turn"},
		"start":          {alice, spec(func(s *RotationSpec) { s.Layers[0].Start = 0 }), CodeUsage, "first turn"},
		"end":            {alice, spec(func(s *RotationSpec) { s.Layers[0].Until = s.Layers[0].Start }), CodeInvalid, "before it begins"},
		"member":         {alice, spec(func(s *RotationSpec) { s.Layers[0].Members = []string{"B@D"} }), CodeInvalid, "no user name"},
		"contact":        {alice, spec(func(s *RotationSpec) { s.Layers[0].Members = []string{"K7"} }), CodeNotFound, "K7"},
		"order":          {alice, spec(func(s *RotationSpec) { s.Order = 0 }), CodeUsage, "escalation"},
		"id":             {alice, AddRotation{ID: "Mine!", RotationSpec: spec(func(*RotationSpec) {}).RotationSpec}, CodeUsage, "no id"},
		"same id":        {alice, AddRotation{ID: "there", RotationSpec: spec(func(*RotationSpec) {}).RotationSpec}, CodeConflict, "already"},
		"rights":         {bob, spec(func(*RotationSpec) {}), CodeForbidden, "commanders"},
		"unknown":        {alice, RemoveRotation{ID: "ther", Reason: "x"}, CodeNotFound, "did you mean there"},
		"no reason":      {alice, RemoveRotation{ID: "there"}, CodeInvalid, "reason"},
		"backwards":      {bob, AddOverride{Rotation: "there", Who: "bob", From: t0.Add(2 * time.Hour), To: t0.Add(time.Hour)}, CodeInvalid, "before it begins"},
		"over":           {bob, AddOverride{Rotation: "there", Who: "bob", From: t0.Add(-2 * time.Hour), To: t0.Add(-time.Hour)}, CodeInvalid, "over since"},
		"nobody":         {bob, AddOverride{Rotation: "there", From: t0, To: t0.Add(time.Hour)}, CodeUsage, "who takes over"},
		"observer":       {olive, AddOverride{Rotation: "there", Who: "bob", From: t0, To: t0.Add(time.Hour)}, CodeForbidden, "only read"},
		"no way":         {bob, AddContact{ContactSpec{Name: "Nobody"}}, CodeInvalid, "no way"},
		"phone":          {bob, AddContact{ContactSpec{Name: "X", Phones: []Text{"call me"}}}, CodeInvalid, "no phone number"},
		"mail":           {bob, AddContact{ContactSpec{Name: "X", Mail: "nobody"}}, CodeInvalid, "no mail address"},
		"long":           {bob, AddContact{ContactSpec{Name: "X", Other: Text(strings.Repeat("x", 1<<20))}}, CodeInvalid, "the limit is 500"},
		"second":         {bob, AddContact{ContactSpec{Name: "Bob again", User: "bob", Mail: "b@example.org"}}, CodeConflict, "K2"},
		"shift":          {alice, ImportShifts{Rotation: "there", Shifts: []Shift{{From: t0, To: t0, Who: "bob"}}}, CodeInvalid, "before it begins"},
		"many shifts":    {alice, ImportShifts{Rotation: "there", Shifts: make([]Shift, MaxShifts+1)}, CodeInvalid, "limit"},
		"import where":   {alice, ImportShifts{Rotation: "nowhere", Shifts: []Shift{{From: t0, To: t0.Add(time.Hour), Who: "bob"}}}, CodeNotFound, "nowhere"},
		"import nobody":  {alice, ImportShifts{Rotation: "fresh", New: &RotationSpec{Zone: "UTC", Order: 1}}, CodeInvalid, "somebody who is on call"},
	} {
		before := w.in
		err := w.do(c.by, c.cmd)
		if CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q (%s), want %s with %q", name, err, CodeOf(err), c.code, c.says)
		}
		if w.in != before {
			t.Errorf("%s changed the register", name)
		}
	}
	// A stale edit names who was first.
	seen := w.in.Version
	w.must(t, alice, SetRotation{ID: "there", Title: ptr[Text]("First")})
	err := w.do(alice, SetRotation{ID: "there", Title: ptr[Text]("Second"), Seen: seen})
	if CodeOf(err) != CodeConflict || !strings.Contains(err.Error(), "@alice") || !strings.Contains(err.Error(), "First") {
		t.Errorf("stale edit: %v", err)
	}
	// Who is needed cannot go.
	w.must(t, alice, SetRotation{ID: "there", Layers: &[]Layer{{Members: []string{"K1"}, Start: local(t, "2026-01-01T00:00"), Days: 7}}})
	if err := w.do(bob, RemoveContact{Ref: "K1", Reason: "gone"}); CodeOf(err) != CodeConflict || !strings.Contains(err.Error(), "there") {
		t.Errorf("removing a contact that is on call: %v", err)
	}
}

func TestContacts(t *testing.T) {
	w := onCallWorld()
	w.must(t, bob, AddContact{ContactSpec{Name: "Zoe", Phones: []Text{"+1 555 0100"}}}, AddContact{ContactSpec{Name: "Data protection officer", Mail: "dpo@example.org", Order: 2}},
		AddContact{ContactSpec{Name: "Head of IT", Phones: []Text{"+1 555 0101"}, Order: 1, User: "alice"}}, VerifyContact{Ref: "k1"})
	var names []Text
	for _, k := range w.in.OnCall.Reachable() {
		names = append(names, k.Name)
	}
	if !slices.Equal(names, []Text{"Head of IT", "Data protection officer", "Zoe"}) {
		t.Errorf("order: %q", names)
	}
	k, _ := w.in.OnCall.Contact("K1")
	if !k.Verified(w.now) || k.Verified(w.now.Add(ContactValid)) {
		t.Error("a contact is verified for 90 days")
	}
	w.must(t, carol, SetContact{Ref: "K1", Role: ptr[Text]("night desk")})
	if k, _ = w.in.OnCall.Contact("K1"); !k.Verified(w.now) {
		t.Error("another role needs no new try")
	}
	w.must(t, carol, SetContact{Ref: "K1", Phones: &[]Text{"+1 555 0199"}})
	if k, _ = w.in.OnCall.Contact("K1"); k.Verified(w.now) {
		t.Error("another number is not verified")
	}
	w.must(t, carol, Undo{})
	if k, _ = w.in.OnCall.Contact("K1"); !k.Verified(w.now) || k.VerifiedBy != "bob" {
		t.Errorf("undone: %+v", k)
	}
	if got := w.in.OnCall.Called("K1"); got != "Zoe" {
		t.Error(got)
	}
	// A redacted contact keeps its place, and the record verifies.
	w.must(t, alice, Redact{Record: w.recs[1], Reason: "erasure request"})
	if k, _ = w.in.OnCall.Contact("K2"); k.Order != 2 || strings.Contains(string(k.Name), "officer") || k.Mail != "" {
		t.Errorf("redacted: %q", k.Name)
	}
}

func TestGapOfAll(t *testing.T) {
	// Two teams share the day: Berlin by day, New York by its own. Neither covers
	// it alone, and in the two weeks between the changes of the clocks there is an
	// hour that nobody has.
	w := onCallWorld()
	w.must(t, alice, AddRotation{ID: "berlin", RotationSpec: RotationSpec{Zone: "Europe/Berlin", Order: 1, Partial: true,
		Layers: []Layer{{Members: []string{"alice"}, Start: local(t, "2026-01-01T09:00"), Days: 7, From: 9 * 60, To: 21 * 60}}}},
		AddRotation{ID: "newyork", RotationSpec: RotationSpec{Zone: "America/New_York", Order: 1, Partial: true,
			Layers: []Layer{{Members: []string{"bob"}, Start: local(t, "2026-01-01T09:00"), Days: 7, From: 15 * 60, To: 3 * 60}}}})
	gaps := w.in.OnCall.Gaps(at(t, "2026-02-01T12:00Z"), at(t, "2026-05-01T12:00Z"))
	minutes := 0
	for _, g := range gaps {
		if g.Rotation != "" {
			t.Errorf("%+v", g)
		}
		minutes += g.Minutes()
	}
	// Berlin 09-21, New York 15-03 is 21-09 in Berlin. From 8 to 29 March New York is an hour earlier.
	if minutes != 21*60 || !gaps[0].From.Equal(at(t, "2026-03-08T07:00Z")) || gaps[0].Minutes() != 60 {
		t.Errorf("%d minutes: %+v", minutes, gaps)
	}
	if got := (*OnCall)(nil).Gaps(t0, t0.Add(time.Hour)); len(got) != 1 || got[0].Minutes() != 60 {
		t.Errorf("no rotation at all: %+v", got)
	}
}

func TestLocalInstant(t *testing.T) {
	for _, c := range []struct{ zone, local, want string }{
		{"Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59Z"},
		{"Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00Z"}, // skipped: when the clocks change
		{"Europe/Berlin", "2026-03-29T02:59", "2026-03-29T01:00Z"},
		{"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00Z"},
		{"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30Z"}, // twice: the first
		{"Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00Z"},
		{"America/New_York", "2026-03-08T02:30", "2026-03-08T07:00Z"},
		{"America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z"},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z"}, // half an hour
		{"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00Z"},        // a day that was not
		{"UTC", "2026-11-23T14:00", "2026-11-23T14:00Z"},
	} {
		loc, err := LoadZone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := local(t, c.local).Instant(loc).Format("2006-01-02T15:04Z07:00"); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.zone, c.local, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for s, want := range map[string]string{"mon-fri": "mon-fri", "fri-mon": "mon,fri-sun", "sat,sun": "sat,sun", "MON": "mon", "mon,wed,fri": "mon,wed,fri", "mon-sun": ""} {
		days, err := ParseWeekdays(s)
		if got := WeekdaysText(days); err != nil || got != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for s, want := range map[string]int{"1w": 7, "2w": 14, "3d": 3, "5": 5, "daily": 1, "Weekly": 7, "0": 0, "53w": 0, "x": 0, "": 0, "-1d": 0} {
		if got, err := ParseEvery(s); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "9:00Z", "25:00", "09:00:10", "noon"} {
		if _, err := ParseClock(s); err == nil {
			t.Errorf("%q is no time of the day", s)
		}
	}
}

func TestDefaultStart(t *testing.T) {
	for now, want := range map[string]string{"2026-11-23T14:00Z": "2026-11-23T09:00", "2026-11-23T07:00Z": "2026-11-16T09:00", "2026-11-29T23:30Z": "2026-11-23T09:00", "2026-11-30T08:00Z": "2026-11-30T09:00"} {
		berlin, err := LoadZone("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		if got := DefaultStart(at(t, now), berlin).String(); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}

func anyOnCall(t *rapid.T, w *world) Command {
	id := pick(t, "rotation", "primary", "second", "Bad Id")
	who := pick(t, "who", "alice", "bob", "K1", "K2", "B@D", "")
	reason := anyText(t, "reason")
	from := w.now.Add(time.Duration(rapid.IntRange(-100, 1000).Draw(t, "from")) * time.Hour)
	to := from.Add(time.Duration(rapid.IntRange(-2, 100).Draw(t, "long")) * time.Hour)
	layers := []Layer{drawLayer(t, w.now)}
	spec := RotationSpec{Title: anyText(t, "title"), Zone: pick(t, "zone", "UTC", "Europe/Berlin", "Nowhere"), Order: rapid.IntRange(0, 3).Draw(t, "order"), Layers: layers}
	contact := ContactSpec{Name: anyText(t, "name"), User: pick(t, "user", "", "", "bob", "B@D"), Phones: []Text{"+1 555 0100"}, Mail: anyText(t, "mail")}
	switch rapid.IntRange(0, 11).Draw(t, "command") {
	case 0, 1:
		return AddRotation{ID: id, RotationSpec: spec}
	case 2:
		return SetRotation{ID: id, Title: maybe(t, "t", anyText(t, "new")), Layers: maybe(t, "l", layers), Seen: uint64(rapid.IntRange(0, 9).Draw(t, "seen"))}
	case 3:
		return RemoveRotation{ID: id, Reason: reason}
	case 4, 5:
		return AddOverride{Rotation: id, From: from, To: to, Who: who, Reason: reason}
	case 6:
		return RemoveOverride{Ref: ref(t, RefOverride), Reason: reason}
	case 7:
		return ImportShifts{Rotation: id, Source: anyText(t, "file"), New: maybe(t, "n", spec), Shifts: []Shift{{From: from, To: to, Who: who}, {From: to, To: to.Add(time.Hour), Who: "alice"}}[:rapid.IntRange(0, 2).Draw(t, "n shifts")]}
	case 8:
		return AddContact{contact}
	case 9:
		return pick[Command](t, "contact", SetContact{Ref: ref(t, RefContact), Name: &contact.Name, Mail: &contact.Mail}, VerifyContact{Ref: ref(t, RefContact)}, RemoveContact{Ref: ref(t, RefContact), Reason: reason})
	case 10:
		if len(w.recs) > 0 {
			return Redact{Record: w.recs[rapid.IntRange(0, len(w.recs)-1).Draw(t, "event")], Reason: reason}
		}
	}
	return Undo{}
}

// standing is what counts in the register, without its history.
func standing(t interface{ Fatal(...any) }, o *OnCall) string {
	type seen struct {
		Rotations []any
		Overrides []any
		Contacts  []any
	}
	var s seen
	for _, r := range o.Active() {
		s.Rotations = append(s.Rotations, r.ID, r.Spec(), r.Shifts, r.Source, r.ImportedBy, r.ImportedAt)
	}
	for _, v := range o.Standing("") {
		s.Overrides = append(s.Overrides, v)
	}
	for _, k := range o.Reachable() {
		s.Contacts = append(s.Contacts, k.Ref, k.Spec(), k.VerifiedBy, k.VerifiedAt)
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Whatever is asked of the register, the log alone gives its state, snapshots stay
// as they were, the engine answers, and an undo brings back what was.
func TestAnyOnCallHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := onCallWorld()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			w.now = w.now.Add(time.Minute)
			before, seen, was := w.in, fingerprint(t, w.in), standing(t, w.in.OnCall)
			by := pick(t, "by", alice, alice, bob, olive)
			c := anyOnCall(t, w)
			err := w.do(by, c)
			if err != nil && CodeOf(err) == "" {
				t.Fatalf("%T: %v is no refusal", c, err)
			}
			if fingerprint(t, before) != seen {
				t.Fatalf("%T changed a snapshot", c)
			}
			_, redact := c.(Redact)
			_, undo := c.(Undo)
			if w.in != before && !redact && !undo {
				after := *w
				if err := after.do(by, Undo{}); err != nil {
					t.Fatalf("%T cannot be undone: %v", c, err)
				}
				if got := standing(t, after.in.OnCall); got != was {
					t.Fatalf("undo of %#v:\n was %s\n now %s", c, was, got)
				}
			}
			w.in.OnCall.Now(w.now)
			w.in.OnCall.Doubles(w.now, w.now.Add(Horizon))
		}
		if len(w.recs) == 0 {
			return
		}
		again, err := FoldAll(w.recs)
		if err != nil {
			t.Fatal(err)
		}
		if fingerprint(t, again) != fingerprint(t, w.in) {
			t.Fatal("the log gives another state")
		}
		if flaw := VerifyChain(RegisterOnCall, w.recs); flaw != nil {
			t.Fatal(flaw)
		}
	})
}

func TestParseMoment(t *testing.T) {
	berlin, err := LoadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]struct{ utc, berlin string }{ // it is Monday 14:00Z, 15:00 in Berlin
		"now": {"2026-11-23T14:00Z", "2026-11-23T14:00Z"}, "sunday 03:00": {"2026-11-29T03:00Z", "2026-11-29T02:00Z"},
		"next Sun 3:00": {"2026-11-29T03:00Z", "2026-11-29T02:00Z"}, "monday 13:00": {"2026-11-30T13:00Z", "2026-11-30T12:00Z"},
		"mon 14:30": {"2026-11-23T14:30Z", "2026-11-30T13:30Z"}, "friday": {"2026-11-27T00:00Z", "2026-11-26T23:00Z"},
		"+8h": {"2026-11-23T22:00Z", "2026-11-23T22:00Z"}, "-2h": {"2026-11-23T12:00Z", "2026-11-23T12:00Z"},
		"2026-11-29": {"2026-11-29T00:00Z", "2026-11-28T23:00Z"}, "2026-11-29 03:00": {"2026-11-29T03:00Z", "2026-11-29T02:00Z"},
		"2026-11-29T03:00:00Z": {"2026-11-29T03:00Z", "2026-11-29T03:00Z"}, "2026-11-29T03:00:00+01:00": {"2026-11-29T02:00Z", "2026-11-29T02:00Z"},
		"tomorrow 09:00": {"2026-11-24T09:00Z", "2026-11-24T08:00Z"}, "2026-11-20 12:00": {"2026-11-20T12:00Z", "2026-11-20T11:00Z"},
		"2026-07-01 12:00": {"2026-07-01T12:00Z", "2026-07-01T10:00Z"},
		"":                 {}, "someday": {}, "su 03:00": {}, "sunday 25:00": {}, "2026-13-01": {},
	} {
		for loc, want := range map[*time.Location]string{time.UTC: want.utc, berlin: want.berlin} {
			got, err := ParseMoment(s, t0, loc)
			if want == "" {
				if CodeOf(err) != CodeUsage {
					t.Errorf("%q: %v, %v", s, got, err)
				}
				continue
			}
			if err != nil || got.UTC().Format("2006-01-02T15:04Z07:00") != want {
				t.Errorf("%q in %s: %v, %v, want %s", s, loc, got, err, want)
			}
		}
	}
}

func TestWho(t *testing.T) {
	w := onCallWorld()
	w.must(t, bob, AddContact{ContactSpec{Name: "Zoë Müller", Mail: "zoe@example.org", User: "zoe"}}, AddContact{ContactSpec{Name: "Provider", Phones: []Text{"+1 1"}}})
	accounts := []Account{{Name: "alice"}, {Name: "bob.jones"}, {Name: "gone", Disabled: true}}
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"alice@example.org", "Alice Example"}, "alice"}, {[]string{"On Call - Bob Jones - Primary", "On Call", "Bob Jones", "Primary"}, "bob.jones"},
		{[]string{"Jones, Bob"}, "bob.jones"}, {[]string{"ZOE@example.org"}, "zoe"}, {[]string{"zoë müller"}, "zoe"}, {[]string{"provider"}, "K2"}, {[]string{"K2"}, "K2"},
		{[]string{"@alice"}, "alice"}, {[]string{"gone"}, ""}, {[]string{"nobody"}, ""}, {nil, ""}, {[]string{"alice", "bob jones"}, "!"}, {[]string{"THE boss", "alice"}, "cho"},
	} {
		who, several := w.in.OnCall.Who(c.names, accounts, map[string]string{"the boss": "cho"})
		if len(several) > 0 {
			who = "!"
		}
		if who != c.want {
			t.Errorf("%q: %q, want %q", c.names, who, c.want)
		}
	}
}
