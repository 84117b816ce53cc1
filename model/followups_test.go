package model

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// patch is a follow-up as people write it.
func patch() FollowUpSpec {
	return FollowUpSpec{Title: "Patch the portal within 48 h", Kind: FollowUpPrevent, Team: "web", Owner: "bob", Due: "2026-12-20", Priority: 2,
		Ticket: "https://tracker.example/SEC-42", Factor: "x1", Changes: []string{"playbook:ransomware/ransomware.con.isolate", "topic:phishing"}}
}

func with(f func(*FollowUpSpec)) AddFollowUp {
	s := patch()
	f(&s)
	return AddFollowUp{FollowUpSpec: s}
}

func TestFollowUpRefused(t *testing.T) {
	many := slices.Repeat([]string{"topic:a"}, 1)
	for i := range MaxChanges {
		many = append(many, "topic:a"+itoa(i))
	}
	for name, c := range map[string]struct {
		cmd   AddFollowUp
		field string
	}{
		"no owner":           {with(func(s *FollowUpSpec) { s.Owner = "" }), "owner"},
		"no user name":       {with(func(s *FollowUpSpec) { s.Owner = "B@D" }), "owner"},
		"no day":             {with(func(s *FollowUpSpec) { s.Due = "" }), "due"},
		"a day that is over": {with(func(s *FollowUpSpec) { s.Due = "2026-11-22" }), "due"},
		"no such day":        {with(func(s *FollowUpSpec) { s.Due = "2026-13-01" }), "due"},
		"far away":           {with(func(s *FollowUpSpec) { s.Due = "2036-01-01" }), "due"},
		"no title":           {with(func(s *FollowUpSpec) { s.Title = " \n" }), "title"},
		"a title of 1 MiB":   {with(func(s *FollowUpSpec) { s.Title = Text(strings.Repeat("x", 1<<20)) }), "title"},
		"no kind":            {with(func(s *FollowUpSpec) { s.Kind = "" }), "kind"},
		"unknown kind":       {with(func(s *FollowUpSpec) { s.Kind = "hope" }), "kind"},
		"priority":           {with(func(s *FollowUpSpec) { s.Priority = 9 }), "priority"},
		"team":               {with(func(s *FollowUpSpec) { s.Team = "web\x1b[2J" }), "team"},
		"script":             {with(func(s *FollowUpSpec) { s.Ticket = "javascript:alert(1)" }), "ticket"},
		"file":               {with(func(s *FollowUpSpec) { s.Ticket = "file:///etc/passwd" }), "ticket"},
		"password":           {with(func(s *FollowUpSpec) { s.Ticket = "https://bob:secret@tracker.example/1" }), "ticket"},
		"two lines":          {with(func(s *FollowUpSpec) { s.Ticket = "https://tracker.example/1\n2" }), "ticket"},
		"factor":             {with(func(s *FollowUpSpec) { s.Factor = "C3" }), "factor"},
		"change":             {with(func(s *FollowUpSpec) { s.Changes = []string{"the world"} }), "changes"},
		"too many changes":   {with(func(s *FollowUpSpec) { s.Changes = many }), "changes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.must(t, alice, Declare{Title: "x", Severity: 2}, AddFactor{Text: "no patch", Class: FactorTechnical})
			before := w.in
			err := w.do(bob, c.cmd)
			e, ok := AsError(err)
			if !ok || e.Field != c.field || e.Next == "" {
				t.Errorf("%v (field %q, next %q)", err, e.Field, e.Next)
			}
			if w.in != before {
				t.Error("something changed")
			}
		})
	}
}

func TestFollowUpLife(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2}, AddFactor{Text: "no patch", Class: FactorTechnical})
	w.must(t, bob, AddFollowUp{FollowUpSpec: patch()})
	f := w.in.FollowUps[0]
	if f.Ref != "F1" || f.State != FollowUpOpen || f.Factor != "X1" || f.AddedBy != "bob" || f.Late(t0) || !f.Late(t0.AddDate(0, 1, 0)) {
		t.Fatalf("%+v", f)
	}
	if err := w.do(olive, MoveFollowUp{Ref: "F1", To: FollowUpDoing}); CodeOf(err) != CodeForbidden {
		t.Error(err)
	}
	w.must(t, carol, MoveFollowUp{Ref: "f1", To: FollowUpDoing})
	for _, c := range []MoveFollowUp{{Ref: "F1", To: FollowUpDone}, {Ref: "F1", To: FollowUpDone, Evidence: "  "}, {Ref: "F1", To: FollowUpDropped},
		{Ref: "F1", To: "eaten"}, {Ref: "F1", To: FollowUpOpen, Evidence: "x"}, {Ref: "F2", To: FollowUpDone, Evidence: "x"}, {Ref: "F1", To: FollowUpDoing},
		{Ref: "F1", To: FollowUpDone, Evidence: Text(strings.Repeat("x", MaxReason+1))}} {
		if err := w.do(bob, c); CodeOf(err) == "" || w.in.FollowUps[0].State != FollowUpDoing {
			t.Errorf("%+v: %v", c, err)
		}
	}
	// Closed: what was learned goes on, and so does taking it back.
	w.must(t, alice, Close{Reason: "over"})
	w.must(t, bob, MoveFollowUp{Ref: "F1", To: FollowUpDone, Evidence: "change 4711, scan of 1 December"})
	if f := w.in.FollowUps[0]; f.Open() || f.Evidence == "" || !f.SettledAt().Equal(w.now) {
		t.Errorf("%+v", f)
	}
	w.must(t, bob, Undo{})
	if f := w.in.FollowUps[0]; f.State != FollowUpDoing || f.Evidence != "" || !f.Last().Back {
		t.Errorf("%+v", f)
	}
	if err := w.do(alice, Undo{}); err == nil {
		t.Error("the close was undone")
	}
	w.must(t, bob, MoveFollowUp{Ref: "F1", To: FollowUpDone, Evidence: "done"})
	if err := w.do(bob, MoveFollowUp{Ref: "F1", To: FollowUpOpen}); CodeOf(err) != CodeInvalid {
		t.Errorf("taken up again without a reason: %v", err)
	}
	w.must(t, bob, MoveFollowUp{Ref: "F1", To: FollowUpOpen, Reason: "the scan found it again"}, with(func(s *FollowUpSpec) { s.Title = "second" }))
	if err := w.do(bob, AddNote{Text: "late"}); err == nil {
		t.Error("a closed incident took a note")
	}
	b := w.in.Brief()
	if len(b.FollowUps) != 2 || b.NextFollowUp().Ref != "F1" {
		t.Errorf("%+v", b.FollowUps)
	}
}

// CON-1: an edit that was made from something older says so, and says what is there.
func TestFollowUpStale(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2}, AddFactor{Text: "no patch", Class: FactorTechnical})
	w.must(t, bob, AddFollowUp{FollowUpSpec: patch()})
	seen := w.in.Version
	owner, due := "carol", Day("2027-01-10")
	w.must(t, bob, SetFollowUp{Ref: "F1", Owner: &owner, Seen: seen})
	err := w.do(carol, SetFollowUp{Ref: "F1", Due: &due, Seen: seen})
	if CodeOf(err) != CodeConflict || !strings.Contains(err.Error(), "@carol") {
		t.Error(err)
	}
	w.must(t, carol, SetFollowUp{Ref: "F1", Due: &due, Seen: w.in.Version})
	if f := w.in.FollowUps[0]; f.Owner != "carol" || f.Due != due {
		t.Errorf("%+v", f)
	}
	// What is late may stay so when something else is changed.
	w.now = w.now.AddDate(0, 3, 0)
	team := Text("platform")
	w.must(t, carol, SetFollowUp{Ref: "F1", Team: &team})
	if err := w.do(carol, SetFollowUp{Ref: "F1", Due: pointer(Day("2027-01-11"))}); CodeOf(err) != CodeInvalid {
		t.Errorf("a day that is over: %v", err)
	}
	none := ""
	if err := w.do(carol, SetFollowUp{Ref: "F1", Owner: &none}); CodeOf(err) != CodeInvalid {
		t.Errorf("without an owner: %v", err)
	}
}

func pointer[T any](v T) *T { return &v }

// A follow-up whose text is redacted can still be worked on.
func TestFollowUpRedacted(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2}, AddFactor{Text: "no patch", Class: FactorTechnical})
	w.must(t, bob, AddFollowUp{FollowUpSpec: patch()})
	w.must(t, alice, Redact{Record: w.recs[len(w.recs)-1], Reason: "a name"})
	if f := w.in.FollowUps[0]; strings.Contains(string(f.Title+f.Team+f.Ticket), "e") && f.Title != "[redacted by @alice]" {
		t.Errorf("%+v", f)
	}
	w.must(t, bob, SetFollowUp{Ref: "F1", Due: pointer(Day("2026-12-24"))}, MoveFollowUp{Ref: "F1", To: FollowUpDone, Evidence: "x"})
}

func TestParseChange(t *testing.T) {
	for _, s := range []string{"playbook:ransomware", "playbook:ransomware/core.scribe", "topic:phishing"} {
		if c, err := ParseChange(" " + strings.ToUpper(s)); err != nil || c.String() != s {
			t.Errorf("%q: %q, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "playbook:", "playbook:/x", "playbook:a/", "topic:", "topic:a/b", "topic:a b", "book:a", "playbook:" + strings.Repeat("a", 65)} {
		if c, err := ParseChange(s); err == nil {
			t.Errorf("%q: %+v", s, c)
		}
	}
}

func FuzzParseChange(f *testing.F) {
	for _, s := range []string{"playbook:ransomware/core.scribe", "topic:phishing", "playbook:", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseChange(s)
		if err != nil {
			return
		}
		if again, err := ParseChange(c.String()); err != nil || again != c {
			t.Fatalf("%q: %+v, then %+v, %v", s, c, again, err)
		}
	})
}

// A ticket is one word of plain characters, whatever it was made from.
func FuzzTicket(f *testing.F) {
	for _, s := range []string{"SEC-42", "org/repo#17", "https://tracker.example/SEC-42?x=1", "javascript:x", "//evil", "https://[::1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if checkTicket(Text(s)) != nil || s == "" {
			return
		}
		if strings.ContainsAny(s, " \t\r\n<>\"'`\\") || Line(s).String() != s || strings.Contains(s, ":") && !strings.HasPrefix(strings.ToLower(s), "http") {
			t.Fatalf("%q is a ticket", s)
		}
	})
}

// anyFollowUp draws a command about follow-ups.
func anyFollowUp(t *rapid.T, w *world, reason Text) Command {
	spec := FollowUpSpec{Title: anyText(t, "title"), Kind: pick(t, "kind", append(FollowUpKinds(), "hope")...), Team: anyText(t, "team"),
		Owner: pick(t, "owner", "bob", "carol", "", "B@D"), Due: pick(t, "due", DayOf(w.now).Add(9), "", "2020-01-01"), Priority: Priority(rapid.IntRange(0, 5).Draw(t, "p")),
		Ticket: pick(t, "ticket", "", "SEC-1", anyText(t, "ticket text")), Factor: pick(t, "factor", "", "X1", "nonsense"),
		Changes: pick(t, "changes", nil, []string{"topic:a", "topic:a"}, []string{"nonsense"})}
	seen := uint64(rapid.IntRange(0, 12).Draw(t, "seen"))
	switch rapid.IntRange(0, 4).Draw(t, "follow-up") {
	case 0:
		spec.Title, spec.Team, spec.Kind, spec.Owner, spec.Due, spec.Ticket, spec.Factor, spec.Changes, spec.Priority = "Patch", "web", FollowUpPrevent, "bob", DayOf(w.now).Add(9), "", "", nil, 2
		return AddFollowUp{FollowUpSpec: spec}
	case 1:
		return AddFollowUp{FollowUpSpec: spec, Overdue: rapid.Bool().Draw(t, "overdue")}
	case 2:
		return SetFollowUp{Ref: ref(t, RefFollowUp), Title: maybe(t, "t", spec.Title), Owner: maybe(t, "o", spec.Owner), Due: maybe(t, "d", spec.Due),
			Changes: maybe(t, "c", spec.Changes), Ticket: maybe(t, "ti", spec.Ticket), Seen: seen}
	}
	return MoveFollowUp{Ref: ref(t, RefFollowUp), To: pick(t, "state", append(FollowUpStates(), "eaten")...), Evidence: pick(t, "evidence", "", anyText(t, "proof")),
		Reason: pick(t, "reason too", "", reason), Seen: seen}
}

// followUpsSeen is what an undo of a change of follow-ups brings back.
func followUpsSeen(in *Incident) string {
	var b strings.Builder
	for _, f := range in.FollowUps {
		if f.State == FollowUpDropped {
			continue
		}
		b.WriteString(strings.Join([]string{f.Ref, string(f.Title), string(f.Kind), string(f.Team), f.Owner, string(f.Due), f.Priority.String(), string(f.Ticket), f.Factor,
			strings.Join(f.Changes, " "), string(f.State), string(f.Evidence), string(f.Reason)}, "\x1f") + "\n")
	}
	return b.String()
}

// followUpsHold checks what holds of the follow-ups of any history.
func followUpsHold(t *rapid.T, in *Incident) {
	for i, f := range in.FollowUps {
		if f.Ref != makeRef(RefFollowUp, i+1) || f.Owner == "" || f.Due.Time().IsZero() || f.Last().State != f.State {
			t.Fatalf("follow-up %d: %+v", i+1, f)
		}
		if f.State == FollowUpDone && f.Evidence == "" || f.State == FollowUpDropped && f.Reason == "" {
			t.Fatalf("%s is %s without a word", f.Ref, f.State)
		}
	}
}
