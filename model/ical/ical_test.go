package ical

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"warroom/model"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func when(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse("2006-01-02T15:04Z07:00", s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func window(t testing.TB) Options {
	return Options{From: when(t, "2026-01-01T00:00Z"), To: when(t, "2027-06-01T00:00Z")}
}

// seen writes shifts down for comparing.
func seen(list []Shift) []string {
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%d %s %s", s.Event, s.From.Format("2006-01-02T15:04Z07:00"), s.To.Format("2006-01-02T15:04Z07:00")))
	}
	return out
}

func TestFiles(t *testing.T) {
	for name, c := range map[string]struct {
		shifts []string
		bad    []string // event and a word of what is wrong
		names  []string // one that each shift has
		called string
	}{
		"pagerduty.ics": {shifts: []string{"1 2026-11-02T08:00Z 2026-11-09T08:00Z", "2 2026-11-09T08:00Z 2026-11-16T08:00Z"},
			names: []string{"alice@example.org", "Bob Jones"}, called: "On Call Schedule for Security Primary"},
		// The clocks change on 25 October: the week is an hour longer.
		"opsgenie.ics": {shifts: []string{"1 2026-10-19T07:00Z 2026-10-26T08:00Z", "2 2026-10-26T08:00Z 2026-11-02T08:00Z"},
			names: []string{"alice@example.org", "bob.jones@example.org"}, called: "SOC_schedule"},
		// Every other week Monday to Wednesday; the first Tuesday is Bob's and begins later,
		// the first Wednesday is cancelled, one Tuesday is left out.
		"google.ics": {shifts: []string{"1 2026-10-19T19:00Z 2026-10-20T07:00Z", "2 2026-10-20T20:00Z 2026-10-21T07:00Z",
			"1 2026-11-02T20:00Z 2026-11-03T08:00Z", "1 2026-11-04T20:00Z 2026-11-05T08:00Z", "1 2026-11-16T20:00Z 2026-11-17T08:00Z",
			"1 2026-11-17T20:00Z 2026-11-18T08:00Z", "1 2026-11-18T20:00Z 2026-11-19T08:00Z", "1 2026-11-30T20:00Z 2026-12-01T08:00Z",
			"4 2026-12-23T23:00Z 2026-12-26T23:00Z"},
			names:  []string{"Example, Alice", "Bob Jones", "alice@example.org", "", "", "", "", "", "K3"},
			called: "Night watch"},
		// From 9 to 9 on the day of the change, too.
		"outlook.ics": {shifts: []string{"1 2026-03-28T08:00Z 2026-03-29T07:00Z", "1 2026-03-29T07:00Z 2026-03-30T07:00Z", "1 2026-03-30T07:00Z 2026-03-31T07:00Z",
			"3 2026-04-01T08:00Z 2026-04-02T08:00Z"}, bad: []string{"2 Customized Time Zone"}},
		"broken.ics": {shifts: []string{"1 2026-11-02T08:00Z 2026-11-03T08:00Z"},
			bad: []string{"2 no end", "3 not after its begin", "4 no begin", "5 BYMONTHDAY", "6 is no time", "7 begins with a day"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := window(t)
			if name == "google.ics" {
				o.Zone, _ = model.LoadZone("Europe/Berlin")
			}
			f, err := Parse(read(t, name), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := seen(f.Shifts); !slices.Equal(got, c.shifts) {
				t.Errorf("shifts:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.shifts, "\n"))
			}
			for i, n := range c.names {
				if n != "" && !slices.Contains(f.Shifts[i].Names, n) {
					t.Errorf("shift %d: %q, want %q among them", i+1, f.Shifts[i].Names, n)
				}
			}
			if f.Name != c.called {
				t.Errorf("called %q", f.Name)
			}
			if len(f.Bad) != len(c.bad) {
				t.Fatalf("bad: %+v", f.Bad)
			}
			for i, b := range f.Bad {
				n, word, _ := strings.Cut(c.bad[i], " ")
				if fmt.Sprint(b.Event) != n || !strings.Contains(b.What, word) || b.Line == 0 || b.Next == "" {
					t.Errorf("%+v, want event %s with %q", b, n, word)
				}
			}
		})
	}
}

// Lines may be broken anywhere, also within a character, and end in any way.
func TestFolding(t *testing.T) {
	text := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261102T080000Z\nDTEND:20261109T080000Z\nSUMMARY:On Call - Zoë Müller-Lüdenscheidt - Primär\nEND:VEVENT\nEND:VCALENDAR\n"
	for _, end := range []string{"\n", "\r\n", "\r"} {
		for n := 1; n < 9; n++ {
			var b strings.Builder
			for l := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
				for len(l) > n {
					b.WriteString(l[:n] + end + " ")
					l = l[n:]
				}
				b.WriteString(l + end)
			}
			f, err := Parse([]byte("\ufeff"+b.String()), window(t))
			if err != nil || len(f.Shifts) != 1 || !slices.Contains(f.Shifts[0].Names, "Zoë Müller-Lüdenscheidt") {
				t.Fatalf("%q, folded at %d: %+v, %v", end, n, f, err)
			}
		}
	}
}

func TestNoCalendar(t *testing.T) {
	event := "BEGIN:VEVENT\nDTSTART:20261102T080000Z\nDTEND:20261109T080000Z\nEND:VEVENT\n"
	for name, c := range map[string]struct{ text, says string }{
		"empty":     {"", "empty"},
		"blank":     {" \n\n", "empty"},
		"html":      {"<html><body>Sign in</body></html>", "no iCalendar"},
		"json":      {`{"a": 1}`, "BEGIN:VCALENDAR"},
		"binary":    {"\xff\xfe\x00\x01", "no iCalendar"},
		"cut off":   {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026", "ends within the VEVENT of line 2"},
		"no event":  {"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no event"},
		"ends":      {"BEGIN:VCALENDAR\n" + event + "END:VEVENT\nEND:VCALENDAR\n", "line 6"},
		"outside":   {"BEGIN:VCALENDAR\n" + event + "END:VCALENDAR\nX:1\n", "outside"},
		"no colon":  {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART\nEND:VEVENT\nEND:VCALENDAR\n", "line 3"},
		"not utf-8": {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:\xff\nEND:VEVENT\nEND:VCALENDAR\n", "line 3"},
		"deep":      {"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VALARM\n", 50), "inside each other"},
		"large":     {"BEGIN:VCALENDAR\n" + strings.Repeat("x", MaxFile), "1048576"},
		"many":      {"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\nDTSTART:20260102T080000Z\nDTEND:20260102T090000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\n", 20) + "END:VCALENDAR\n", "5000 shifts"},
	} {
		f, err := Parse([]byte(c.text), window(t))
		e, ok := model.AsError(err)
		if !ok || !strings.Contains(e.Msg, c.says) || e.Next == "" {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		if name != "many" && len(f.Shifts) > 0 {
			t.Errorf("%s: %d shifts of a file that was refused", name, len(f.Shifts))
		}
	}
}

func one(lines ...string) []byte {
	return []byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + strings.Join(lines, "\n") + "\nEND:VEVENT\nEND:VCALENDAR\n")
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  []string // days on which it begins, or a word of the refusal
	}{
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=3"}, []string{"2026-01-05", "2026-01-08", "2026-01-11"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260107T080000Z"}, []string{"2026-01-05", "2026-01-06", "2026-01-07"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260107"}, []string{"2026-01-05", "2026-01-06", "2026-01-07"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYDAY=SA,SU;COUNT=3"}, []string{"2026-01-05", "2026-01-10", "2026-01-11"}},
		{[]string{"DTSTART:20260107T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"}, []string{"2026-01-07", "2026-01-14"}},
		// The examples of RFC 5545: which day begins the week matters.
		{[]string{"DTSTART:19970805T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"}, []string{"1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"}},
		{[]string{"DTSTART:19970805T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"}, []string{"1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RDATE:20260109T080000Z,20260111T080000Z", "RDATE:20260105T080000Z"}, []string{"2026-01-05", "2026-01-09", "2026-01-11"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260106T080000Z"}, []string{"2026-01-05", "2026-01-07"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "STATUS:CANCELLED"}, nil},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY"}, []string{"!yearly"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=1MO"}, []string{"!1MO"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYSETPOS=1"}, []string{"!BYSETPOS"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0"}, []string{"!from 1 to"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY"}, []string{"!2 rules"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:1H"}, []string{"!no length"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:P1H"}, []string{"!no length"}},
		{[]string{"DTSTART:20260105T080000Z", "DURATION:-PT1H"}, []string{"!no length"}},
		{[]string{"DTSTART:20260105T080000Z", "DTEND:20280105T080000Z"}, []string{"!longer than a year"}},
		{[]string{"DTSTART:16010105T080000Z", "DTEND:16010106T080000Z", "RRULE:FREQ=DAILY"}, []string{"!year 1601"}},
		{[]string{"DTSTART;TZID=Mars/Olympus:20260105T080000", "DURATION:PT1H"}, []string{"!Mars/Olympus"}},
	} {
		f, err := Parse(one(c.lines...), Options{To: when(t, "2027-01-01T00:00Z")})
		if err != nil {
			t.Errorf("%q: %v", c.lines, err)
			continue
		}
		if len(c.want) == 1 && c.want[0][0] == '!' {
			if len(f.Bad) != 1 || !strings.Contains(f.Bad[0].What, c.want[0][1:]) {
				t.Errorf("%q: %+v, want a refusal with %q", c.lines, f.Bad, c.want[0][1:])
			}
			continue
		}
		var got []string
		for _, s := range f.Shifts {
			got = append(got, s.From.Format(time.DateOnly))
		}
		if !slices.Equal(got, c.want) || len(f.Bad) > 0 {
			t.Errorf("%q: %v %+v, want %v", c.lines, got, f.Bad, c.want)
		}
	}
}

// A time that the clocks skip is taken by the offset before, one that comes twice
// is the first (RFC 5545, 3.3.5).
func TestChangeOfClocks(t *testing.T) {
	for in, want := range map[string]string{"20260329T023000": "2026-03-29T01:30Z", "20261025T023000": "2026-10-25T00:30Z", "20261025T030000": "2026-10-25T02:00Z"} {
		f, err := Parse(one("DTSTART;TZID=Europe/Berlin:"+in, "DURATION:PT30M"), Options{})
		if err != nil || len(f.Shifts) != 1 {
			t.Fatalf("%s: %v %+v", in, err, f)
		}
		if got := f.Shifts[0].From.Format("2006-01-02T15:04Z07:00"); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// Shifts that follow each other on the wall clock follow each other in time, over
// both changes of the clocks: a rotation written as repeating events has no gap and
// no double booking.
func TestImportedYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Eastern Standard Time", "UTC"}).Draw(t, "zone")
		n := rapid.IntRange(1, 4).Draw(t, "people")
		every := rapid.SampledFrom([]int{1, 7}).Draw(t, "days")
		minute := rapid.SampledFrom([]int{0, 90, 120, 150, 180, 540}).Draw(t, "hand-over")
		start := time.Date(2026, 1, 5, 0, minute, 0, 0, time.UTC)
		var b strings.Builder
		b.WriteString("BEGIN:VCALENDAR\n")
		for i := range n {
			from := start.AddDate(0, 0, i*every)
			fmt.Fprintf(&b, "BEGIN:VEVENT\nDTSTART;TZID=%s:%s\nDTEND;TZID=%s:%s\nSUMMARY:p%d\n", zone, from.Format("20060102T150405"), zone, from.AddDate(0, 0, every).Format("20060102T150405"), i)
			if every == 7 {
				fmt.Fprintf(&b, "RRULE:FREQ=WEEKLY;INTERVAL=%d\nEND:VEVENT\n", n)
			} else {
				fmt.Fprintf(&b, "RRULE:FREQ=DAILY;INTERVAL=%d\nEND:VEVENT\n", n)
			}
		}
		b.WriteString("END:VCALENDAR\n")
		f, err := Parse([]byte(b.String()), Options{From: start.AddDate(0, 0, -2), To: start.AddDate(1, 0, 0)})
		if err != nil || len(f.Bad) > 0 {
			t.Fatal(err, f.Bad)
		}
		if want := 365 / every; len(f.Shifts) < want {
			t.Fatalf("%d shifts, want %d", len(f.Shifts), want)
		}
		for i := range f.Shifts[1:] {
			a, b := f.Shifts[i], f.Shifts[i+1]
			if !a.To.Equal(b.From) {
				t.Fatalf("%s: %s ends, %s begins", zone, a.To, b.From)
			}
			if n > 1 && a.Event == b.Event {
				t.Fatalf("%s has two turns at once at %s", a.Summary, b.From)
			}
		}
	})
}

// The worst that a file may ask for takes a moment.
func TestWorstFile(t *testing.T) {
	ev := "BEGIN:VEVENT\nDTSTART;TZID=Europe/Berlin:19900101T080000\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=%d\nEND:VEVENT\n"
	for _, interval := range []int{1, 1000} {
		text := "BEGIN:VCALENDAR\n" + strings.Repeat(fmt.Sprintf(ev, interval), 9000) + "END:VCALENDAR\n"
		begin := time.Now()
		_, err := Parse([]byte(text), window(t))
		if d := time.Since(begin); d > 20*time.Second {
			t.Errorf("every %d days: %s, %v", interval, d, err)
		} else {
			t.Log(interval, d, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.ics")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(one("DTSTART;TZID=\"W. Europe Standard Time\":20260329T023000", "DURATION:P1DT2H", "RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR", "EXDATE;VALUE=DATE:20260401"))
	o := window(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Parse(data, o)
		if err != nil {
			if e, ok := model.AsError(err); !ok || e.Next == "" {
				t.Fatalf("%v is no refusal with a way on", err)
			}
			return
		}
		if len(got.Shifts) > model.MaxShifts {
			t.Fatal("too many shifts")
		}
		for i, s := range got.Shifts {
			if !s.From.Before(s.To) || !s.To.After(o.From) || !s.From.Before(o.To) || s.Event < 1 || s.Event > got.Events {
				t.Fatalf("%+v", s)
			}
			if i > 0 && s.From.Before(got.Shifts[i-1].From) {
				t.Fatal("not in order")
			}
		}
		for _, b := range got.Bad {
			if b.What == "" || b.Next == "" || b.Line < 1 {
				t.Fatalf("%+v", b)
			}
		}
	})
}
