package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func syllabus() *Syllabus {
	return &Syllabus{
		Audiences: []*Audience{{ID: "everyone", Everyone: true}, {ID: "responders", Roles: []ServerRole{RoleCommander, RoleResponder}}, {ID: "plant"}},
		Topics: []*Topic{
			{ID: "report", Title: "Report", Courses: []Course{CourseBasic, CourseRefresher}, Audiences: []string{"everyone"}, Months: 12},
			{ID: "evidence", Title: "Evidence", Courses: []Course{CourseBasic}, Audiences: []string{"everyone"}},
			{ID: "roles", Title: "Roles", Courses: []Course{CourseBasic}, Audiences: []string{"responders"}},
			{ID: "news", Title: "News", Courses: []Course{CourseRefresher}, Audiences: []string{"everyone"}, Months: 6},
			{ID: "valves", Title: "Valves", Courses: []Course{CourseBasic}, Audiences: []string{"plant"}},
		},
	}
}

func accounts() []Account {
	made := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	return []Account{{Name: "alice", Role: RoleCommander, CreatedAt: made}, {Name: "bob", Role: RoleResponder, CreatedAt: made},
		{Name: "olive", Role: RoleObserver, CreatedAt: made}, {Name: "gone", Role: RoleResponder, CreatedAt: made, Disabled: true}}
}

func newTraining() *world { return &world{in: &Incident{ID: RegisterTraining}, now: t0} }

func given(person, topic string, on Day, result TrainingResult) RecordTraining {
	return RecordTraining{Given: []TrainingGiven{{Person: person, Topic: topic, On: on, Result: result}}, Accounts: accounts(), Syllabus: syllabus()}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		in   Day
		n    int
		want Day
	}{{"2026-01-31", 1, "2026-02-28"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-11-23", 12, "2027-11-23"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-10-05", 3, "2027-01-05"}, {"", 3, ""}} {
		if got := c.in.AddMonths(c.n); got != c.want {
			t.Errorf("%s + %d months = %s", c.in, c.n, got)
		}
	}
	for s, want := range map[string]Day{"2026-11-23": "2026-11-23", " Today ": "2026-11-20", "yesterday": "2026-11-19", "-30d": "2026-10-21"} {
		if got, err := ParseDay(s, "2026-11-20"); err != nil || got != want {
			t.Errorf("%q: %s %v", s, got, err)
		}
	}
	for _, s := range []string{"", "2026-13-01", "23.11.2026", "11/23/2026", "1026-01-01", "--3d", "-d", "-99999d"} {
		if _, err := ParseDay(s, "2026-11-20"); CodeOf(err) != CodeUsage {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// What is due, and when, for everybody in turn.
func TestStandings(t *testing.T) {
	w := newTraining()
	for _, c := range []Command{
		SetTrainingPerson{Name: "bob", Team: ptr(Text("SOC")), Joined: ptr(Day("2025-06-01")), Accounts: accounts(), Syllabus: syllabus()},
		SetTrainingPerson{Name: "erin", Team: ptr(Text("Plant")), Joined: ptr(Day("2026-11-10")), Audiences: &[]string{"plant"}, Syllabus: syllabus()},
		SetTrainingPerson{Name: "left", Joined: ptr(Day("2020-01-01")), Left: ptr(Day("2026-11-01")), Syllabus: syllabus()},
		given("bob", "report", "2025-12-20", TrainingPassed), given("bob", "evidence", "2025-06-02", TrainingAttended), given("bob", "roles", "2025-06-02", TrainingFailed),
		given("bob", "news", "2026-01-05", TrainingPassed),
	} {
		if err := w.do(alice, c); err != nil {
			t.Fatal(err)
		}
	}
	got := ""
	list := w.in.Trainings().Standings(syllabus(), accounts(), "2026-11-23")
	for i := range list {
		p := &list[i]
		got += fmt.Sprintf("%s %s %s:", p.Name, p.State, p.Next)
		for _, s := range p.Standings {
			got += fmt.Sprintf(" %s %s %s", s.Topic.ID, s.State, s.Due)
		}
		got += "\n"
	}
	want := `alice overdue 2026-01-31: report overdue 2026-01-31 evidence overdue 2026-01-31 roles overdue 2026-01-31 news overdue 2026-07-31
bob overdue 2025-06-01: report soon 2026-12-20 evidence valid  roles overdue 2025-06-01 news overdue 2026-07-05
erin due 2026-11-10: report due 2026-11-10 evidence due 2026-11-10 news valid 2027-05-10 valves due 2026-11-10
olive overdue 2026-01-31: report overdue 2026-01-31 evidence overdue 2026-01-31 news overdue 2026-07-31
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	teams, all := CoverageOf(list)
	if len(teams) != 3 || teams[0].Team != "Plant" || teams[2].Team != "" || teams[2].People != 2 || all != (Coverage{People: 4, Overdue: 3}) {
		t.Errorf("%+v %+v", teams, all)
	}
	// The day after the grace begins.
	for today, state := range map[Day]TrainingState{"2026-10-10": TrainingValid, "2026-10-11": TrainingSoon, "2026-11-09": TrainingSoon, "2026-11-10": TrainingDue, "2026-12-09": TrainingDue, "2026-12-10": TrainingOverdue} {
		if got := stateOn("2026-11-10", today); got != state {
			t.Errorf("%s: %s", today, got)
		}
	}
}

func TestTrainingRefused(t *testing.T) {
	w := newTraining()
	s, a := syllabus(), accounts()
	for name, c := range map[string]struct {
		by   Actor
		cmd  Command
		code Code
		says string
	}{
		"an observer":             {olive, given("olive", "report", "", TrainingPassed), CodeForbidden, "only read"},
		"for somebody else":       {bob, given("alice", "report", "", TrainingPassed), CodeForbidden, "your own training"},
		"a person by responder":   {bob, SetTrainingPerson{Name: "erin", Joined: ptr(Day("2026-01-01")), Syllabus: s}, CodeForbidden, "commanders"},
		"nobody":                  {alice, given("erin", "report", "", TrainingPassed), CodeNotFound, "training person erin"},
		"no topic":                {alice, given("bob", "reprot", "", TrainingPassed), CodeNotFound, "did you mean report"},
		"the future":              {alice, given("bob", "report", "2026-11-24", TrainingPassed), CodeInvalid, "future"},
		"no day":                  {alice, given("bob", "report", "soon", TrainingPassed), CodeUsage, "no day"},
		"no result":               {alice, given("bob", "report", "", "great"), CodeUsage, "passed, attended or failed"},
		"too many":                {alice, RecordTraining{Given: make([]TrainingGiven, MaxTrainingRows+1), Accounts: a, Syllabus: s}, CodeInvalid, "limit"},
		"a long note":             {alice, RecordTraining{Given: []TrainingGiven{{Person: "bob", Topic: "report", Result: TrainingPassed, Note: Text(strings.Repeat("x", MaxReason+1))}}, Accounts: a, Syllabus: s}, CodeInvalid, "limit"},
		"no joining day":          {alice, SetTrainingPerson{Name: "erin", Syllabus: s}, CodeInvalid, "joined is missing"},
		"no name":                 {alice, SetTrainingPerson{Name: "Erin Smith", Joined: ptr(Day("2026-01-01")), Syllabus: s}, CodeInvalid, "no user name"},
		"no audience":             {alice, SetTrainingPerson{Name: "bob", Audiences: &[]string{"cats"}, Accounts: a, Syllabus: s}, CodeNotFound, "everyone, responders, plant"},
		"left before joining":     {alice, SetTrainingPerson{Name: "erin", Joined: ptr(Day("2026-02-01")), Left: ptr(Day("2026-01-01")), Syllabus: s}, CodeInvalid, "before joining"},
		"a long team":             {alice, SetTrainingPerson{Name: "bob", Team: ptr(Text(strings.Repeat("x", MaxTeam+1))), Accounts: a, Syllabus: s}, CodeInvalid, "limit"},
		"no record":               {alice, RetractTraining{Ref: "L9", Reason: "x"}, CodeNotFound, "no training record L9"},
		"a record by a wrong ref": {alice, RetractTraining{Ref: "T1", Reason: "x"}, CodeUsage, "looks like L3"},
	} {
		err := w.do(c.by, c.cmd)
		if CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w.in.Version != 0 {
		t.Errorf("%d events", w.in.Version)
	}
	if err := w.do(bob, given("bob", "report", "", TrainingPassed)); err != nil {
		t.Fatal(err)
	}
	v := w.in.Version
	if err := w.do(bob, given("bob", "report", DayOf(t0), TrainingPassed)); err != nil || w.in.Version != v {
		t.Errorf("the same again: %v, %d events more", err, w.in.Version-v)
	}
	if err := w.do(carol, RetractTraining{Ref: "L1", Reason: "x"}); CodeOf(err) != CodeForbidden {
		t.Errorf("somebody else's: %v", err)
	}
	if err := w.do(bob, RetractTraining{Ref: "l1"}); CodeOf(err) != CodeInvalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := w.do(bob, RetractTraining{Ref: "l1", Reason: "slept"}); err != nil {
		t.Error(err)
	}
	if err := w.do(bob, RetractTraining{Ref: "L1", Reason: "slept"}); CodeOf(err) != CodeConflict {
		t.Errorf("twice: %v", err)
	}
	if err := w.do(bob, given("bob", "report", "", TrainingPassed)); err != nil || len(w.in.Trainings().Records) != 2 {
		t.Errorf("again after it was taken back: %v", err)
	}
	// Two edit a person at once: the second one sees it (CON-1).
	seen := w.in.Version
	if err := w.do(alice, SetTrainingPerson{Name: "bob", Team: ptr(Text("SOC")), Accounts: a, Syllabus: s}); err != nil {
		t.Fatal(err)
	}
	if err := w.do(ada, SetTrainingPerson{Name: "bob", Team: ptr(Text("NOC")), Seen: seen, Accounts: a, Syllabus: s}); CodeOf(err) != CodeConflict || !strings.Contains(err.Error(), "SOC") {
		t.Errorf("stale: %v", err)
	}
}

// Whatever is recorded in whatever order, a topic is due when the newest record
// that counts says so, and the state follows from the day alone.
func TestStandingsFollowTheRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, s, a := newTraining(), syllabus(), accounts()
		last := map[string]Day{}
		out := map[int]bool{}
		type rec struct {
			key string
			on  Day
			ok  bool
		}
		var recs []rec
		day := rapid.Custom(func(t *rapid.T) Day { return Day("2026-11-23").Add(-rapid.IntRange(0, 800).Draw(t, "ago")) })
		for range rapid.IntRange(0, 20).Draw(rt, "records") {
			who, topic := rapid.SampledFrom([]string{"alice", "bob", "olive"}).Draw(rt, "who"), rapid.SampledFrom([]string{"report", "evidence", "roles", "news"}).Draw(rt, "topic")
			on, res := day.Draw(rt, "on"), rapid.SampledFrom(TrainingResults()).Draw(rt, "result")
			before := len(w.in.Trainings().Records)
			if err := w.do(alice, given(who, topic, on, res)); err != nil {
				rt.Fatal(err)
			}
			if len(w.in.Trainings().Records) > before {
				recs = append(recs, rec{who + " " + topic, on, res != TrainingFailed})
			}
			if n := len(recs); n > 0 && rapid.IntRange(0, 4).Draw(rt, "retract") == 0 {
				i := rapid.IntRange(0, n-1).Draw(rt, "which")
				if err := w.do(alice, RetractTraining{Ref: fmt.Sprintf("L%d", i+1), Reason: "x"}); (err != nil) != out[i] {
					rt.Fatal(err)
				}
				out[i] = true
			}
		}
		for i, r := range recs {
			if r.ok && !out[i] && r.on > last[r.key] {
				last[r.key] = r.on
			}
		}
		today := Day("2026-11-23")
		list := w.in.Trainings().Standings(s, a, today)
		for i := range list {
			p := &list[i]
			overdue, due := 0, 0
			for _, st := range p.Standings {
				on := last[p.Name+" "+st.Topic.ID]
				var want Day
				switch {
				case on != "" && st.Topic.In(CourseRefresher):
					want = on.AddMonths(st.Topic.Months)
				case on != "":
				case st.Topic.In(CourseBasic):
					want = p.Joined
				default:
					want = p.Joined.AddMonths(st.Topic.Months)
				}
				if st.Due != want || st.State != stateOn(want, today) {
					rt.Fatalf("%s %s: due %q, want %q (%s)", p.Name, st.Topic.ID, st.Due, want, st.State)
				}
				if want != "" && want <= today {
					if want.Add(TrainingGraceDays) <= today {
						overdue++
					} else {
						due++
					}
				}
			}
			if p.Overdue != overdue || p.Due != due || p.Covered() != (overdue+due == 0) {
				rt.Fatalf("%s: %d overdue, %d due; want %d, %d", p.Name, p.Overdue, p.Due, overdue, due)
			}
		}
		again, err := FoldAll(w.recs)
		if err != nil || again.Head != w.in.Head || len(again.Trainings().Records) != len(w.in.Trainings().Records) {
			rt.Fatalf("folded again: %v", err)
		}
	})
}

func TestTrainingCSV(t *testing.T) {
	w := newTraining()
	if err := w.do(alice, given("bob", "report", "2026-11-20", TrainingPassed)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		want string // rows, then bad rows; or the error
	}{
		"plain":        {"bob,evidence,2026-11-20,passed\nalice,report,2026-11-21\n", "1 bob evidence 2026-11-20 passed false|2 alice report 2026-11-21 passed false|"},
		"a header":     {"\ufeffDate;User;Topic ID;Status;Room\r\n2026-11-20;@Bob;evidence;Attended;7\r\n", "2 bob evidence 2026-11-20 attended false|"},
		"tabs, quotes": {"person\ttopic\tdate\tnote\nbob\tnews\t2026-11-20\t\"two\nlines\"\nalice\tnews\t2026-11-20\n", "2 bob news 2026-11-20 passed false|4 alice news 2026-11-20 passed false|"},
		"known":        {"bob,report,2026-11-20,passed\nbob,news,2026-11-20,passed\nbob,news,2026-11-20,passed\n", "1 bob report 2026-11-20 passed true|2 bob news 2026-11-20 passed false|3 bob news 2026-11-20 passed true|"},
		"a course":     {"bob,basic,2026-11-20,passed\n", "1 bob report 2026-11-20 passed true|1 bob evidence 2026-11-20 passed false|1 bob roles 2026-11-20 passed false|"},
		"bad rows": {"person,topic,date,result\nbob,report,20.11.2026,passed\nbob,reprot,2026-11-20,passed\nmallory,report,2026-11-20,passed\nbob,report,2026-11-20,great\nbob,,2026-11-20,passed\nbob,news,2026-12-24,passed\nbob,news,2026-11-01,passed\n",
			"8 bob news 2026-11-01 passed false|!2 date!3 topic!4 person!5 result!6 topic!7 date"},
		"empty":            {"", "no rows"},
		"a header alone":   {"person,topic,date\n", "no rows"},
		"no date column":   {"person,topic\nbob,report\n", "no column date"},
		"a column twice":   {"person,topic,date,user\nbob,report,2026-11-20,bob\n", "2 columns for person"},
		"a quote is open":  {"bob,\"report,2026-11-20\n", "line 1"},
		"no text":          {"bob,report,2026-11-20,\xff\n", "no UTF-8"},
		"too many records": {strings.Repeat("bob,report,2026-11-20,failed\n", MaxTrainingRows+1), "more than 10000"},
	} {
		f, err := ParseTrainingCSV([]byte(c.text), w.in.Trainings(), accounts(), syllabus(), "2026-11-23")
		got := ""
		if err != nil {
			if got = err.Error(); strings.Contains(got, c.want) && CodeOf(err) == CodeInvalid {
				continue
			}
		} else {
			for _, r := range f.Rows {
				got += fmt.Sprintf("%d %s %s %s %s %v|", r.Line, r.Person, r.Topic, r.On, r.Result, r.Known)
			}
			for _, b := range f.Bad {
				got += fmt.Sprintf("!%d %s", b.Line, b.Column)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// What is read from a file can be recorded, whatever the file holds.
func FuzzTrainingCSV(f *testing.F) {
	f.Add([]byte("person,topic,date,result\nbob,report,2026-11-20,passed\n"))
	f.Add([]byte("bob;basic;yesterday;failed\n\"x\ny\";;;"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w := newTraining()
		file, err := ParseTrainingCSV(data, w.in.Trainings(), accounts(), syllabus(), DayOf(t0))
		if err != nil {
			if _, ok := AsError(err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		for _, b := range file.Bad {
			if b.Line < 1 || b.What == "" {
				t.Fatalf("%+v", b)
			}
		}
		if g := file.Given(); len(g) > 0 {
			if err := w.do(alice, RecordTraining{Given: g, Accounts: accounts(), Syllabus: syllabus()}); err != nil {
				t.Fatal(err)
			}
			if len(w.in.Trainings().Records) != len(g) {
				t.Fatalf("%d of %d", len(w.in.Trainings().Records), len(g))
			}
		}
	})
}
