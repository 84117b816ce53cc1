package verb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"warroom/model"
)

const (
	watchFields    = "rotation title order who name by since until next next_name reach"
	stintFields    = "rotation who name from to by"
	troubleFields  = "kind rotations people from to minutes says"
	overrideFields = "ref rotation who name from to reason added_by added_at removed_by"
	rotationFields = "id title zone order partial layers shifts source imported_by imported_at overrides added_by added_at"
	contactFields  = "ref name user role phones mail other order verified verified_by verified_at added_by added_at removed_by"
	shiftsFields   = "rotation imported events past cut shifts bad"
)

func ics(lines ...string) string {
	return "BEGIN:VCALENDAR\nX-WR-CALNAME:Night watch\n" + strings.Join(lines, "\n") + "\nEND:VCALENDAR\n"
}

func shiftOf(from, to, summary string) string {
	return "BEGIN:VEVENT\nDTSTART:" + from + "\nDTEND:" + to + "\nSUMMARY:" + summary + "\nEND:VEVENT"
}

// onCallSteps are the happy path of the verbs of rotations and contacts. It is
// Monday 23 November 2026, 14:00Z.
func onCallSteps() []step {
	good := ics(shiftOf("20261123T080000Z", "20261130T080000Z", "On Call - bob - Night"), shiftOf("20261130T080000Z", "20261207T080000Z", "Provider"))
	return []step{
		{words: `rotation list`, text: `^$`, array: true, reads: true},
		{words: `oncall now`, text: `^$`, array: true, reads: true},
		{words: `rotation add primary --title "Security on call" --zone Europe/Berlin --members @alice,@bob --start 2026-11-23T09:00`, text: `^primary\n$`, fields: rotationFields},
		{words: `contact add Hosting provider --phone "+49 30 1234567" --role "takes hosts off the net" --order 1`, text: `^K1\n$`, fields: contactFields},
		{words: `contact add "Alice Example" --user @alice --phone "+49 170 1" --mail alice@example.org`, text: `^K2\n$`, fields: contactFields},
		{words: `contact set K2 --phone "+49 170 2" --phone "+49 170 3"`, text: `^K2\n$`, fields: contactFields},
		{words: `contact verify K1 K2`, text: `^K1 K2\n$`, fields: contactFields, array: true},
		{words: `contact list`, text: `(?s)^REF.*K1 +1 +Hosting provider +takes hosts off the net +\+49 30 1234567 +2026-11-23\nK2 +Alice Example +@alice +\+49 170 2, \+49 170 3, alice@example.org`, fields: contactFields, array: true, reads: true},
		{words: `contact list --stale`, text: `^$`, array: true, reads: true},
		{words: `rotation add night --members K1 --hours 21:00-09:00 --partial yes --order 2 --every 1d`, text: `^night\n$`, fields: rotationFields},
		{words: `rotation layer primary --members @bob --hours 09:00-17:00 --weekdays mon-fri`, text: `^primary\n$`, fields: rotationFields},
		{words: `rotation layer primary 2 --members @olga,@bob --every 2w`, text: `^primary\n$`, fields: rotationFields},
		{words: `rotation show primary`, text: `(?s)^primary  Security on call  Europe/Berlin  called as number 1  covers every hour\nlayer 1   @alice, @bob, weekly at 09:00 from 2026-11-23\nlayer 2   @olga, @bob, every 2 weeks at 09:00 from 2026-11-23, 09:00-17:00 mon-fri\n$`, fields: rotationFields, reads: true},
		{words: `oncall now`, text: `(?s)^ROTATION.*\nprimary +@olga +16:00Z +@alice +—\nnight +nobody|NOBODY`, fields: watchFields, array: true, reads: true},
		{words: `oncall at sunday 03:00`, text: `(?s)primary +@alice +Mon 2026-11-30 08:00Z +@olga +\+49 170 2`, fields: watchFields, array: true, reads: true},
		{words: `oncall at 2026-11-29 03:00 --zone Europe/Berlin`, text: `primary +@alice`, fields: watchFields, array: true, reads: true},
		{words: `rotation layer primary 2 --remove`, text: `^primary\n$`, fields: rotationFields},
		{words: `rotation set night --title "By night" --zone Europe/London`, text: `^night\n$`, fields: rotationFields},
		{words: `oncall override primary @bob --from "sunday 03:00" --for 6h --reason "alice is ill"`, text: `^V1\n$`, fields: overrideFields},
		{words: `oncall list primary --days 7`, text: `(?s)^ROTATION.*primary +@alice +Mon 2026-11-23.* +Sun 2026-11-29 03:00Z +layer 1\nprimary +@bob +Sun 2026-11-29 03:00Z +Sun 2026-11-29 09:00Z +override V1\n`, fields: stintFields, array: true, reads: true},
		{words: `oncall cancel V1 --reason "is well again"`, text: `^V1\n$`, fields: overrideFields},
		{words: `oncall undo`, text: `^undone: V1 took back the override of primary “is well again”\n$`, fields: "undone version"},
		{words: `oncall gaps`, text: `^$`, array: true, reads: true},
		{words: `oncall import duty - --dry-run --map Provider=K1 --map bob=@bob`, stdin: good, text: `(?s)^EVENT +ON CALL.*1 +@bob +Mon 2026-11-23 08:00Z +Mon 2026-11-30 08:00Z +On Call - bob - Night\n2 +Hosting provider`, fields: shiftsFields, reads: true},
		{words: `oncall import duty --map Provider=K1 --map bob=@bob`, stdin: good, text: `^duty: 2 shifts imported\n$`, fields: shiftsFields},
		{words: `oncall list duty --from 2026-11-29 --days 2`, text: `(?s)duty +@bob.*import\nduty +Hosting provider.*import`, fields: stintFields, array: true, reads: true},
		{words: `oncall import duty --good --map bob=@bob`, stdin: ics(shiftOf("20261123T080000Z", "20261130T080000Z", "bob"), shiftOf("20261130T080000Z", "20261130T080000Z", "alice")), text: `^duty: 1 shift imported\n$`, fields: shiftsFields},
		{words: `oncall sheet`, text: `(?s)^Contact sheet ONCALL  TLP:AMBER\n.*CALL FIRST.*\+49 170 2.*ESCALATION.*Hosting provider.*WHAT IS WRONG.*nobody is on call in duty`, fields: "at version head now contacts trouble", reads: true},
		{words: `oncall sheet --format md`, text: `(?s)TLP:AMBER.*## Escalation`, fields: "at version head now contacts trouble", reads: true},
		{words: `oncall sheet --format html`, text: `(?s)^<!doctype html>.*TLP:AMBER.*Hosting provider`, fields: "at version head now contacts trouble", reads: true},
		{words: `rotation layer duty --members @bob`, text: `^duty\n$`, fields: rotationFields},
		{words: `oncall clear duty`, text: `^duty\n$`, fields: rotationFields},
		{words: `rotation remove duty --reason "one is enough"`, text: `^duty\n$`, fields: rotationFields},
		{words: `contact remove K2 --reason "left"`, text: `^K2\n$`, fields: contactFields},
		{words: `rotation list`, text: `(?s)^ORDER.*1 +primary +Europe/Berlin +every hour +@alice, @bob.*2 +night +Europe/London +in part`, fields: rotationFields, array: true, reads: true},
	}
}

// onCallRefusals are calls of them that are refused.
func onCallRefusals() []refusal {
	return []refusal{
		{words: "oncall", status: 2, says: "needs one of: now, at"},
		{words: "oncall now then", status: 2, says: "too much"},
		{words: "oncall at", status: 2, says: "the time is missing"},
		{words: "oncall at someday", status: 2, says: "is no time"},
		{words: "oncall at now --zone Mars", status: 1, says: "is no time zone"},
		{words: "oncall list nowhere", status: 4, says: "there is no rotation"},
		{words: "oncall list --days 1000", status: 2, says: "--days takes a whole number"},
		{words: "oncall gaps --days none", status: 2, says: "--days takes a whole number"},
		{words: "oncall override primary", status: 2, says: "who takes over is missing"},
		{words: "oncall override primary @bob --for 6h", status: 4, says: "there is no rotation"},
		{words: "oncall cancel V1", status: 4, says: "there is no V1"},
		{words: "oncall cancel X1", status: 2, says: "is no reference to an override"},
		{words: "oncall clear nowhere", status: 4, says: "there is no rotation"},
		{words: "oncall undo", status: 1, says: "nothing of yours"},
		{words: "oncall sheet --format pdf", status: 2, says: "takes md, html or text"},
		{words: "oncall import", status: 2, says: "the rotation is missing"},
		{words: "oncall import 'My Duty'", status: 2, says: "is no id of a rotation"},
		{words: "oncall import duty /etc/passwd", status: 2, says: "standard input"},
		{words: "oncall import duty", status: 1, says: "the calendar is empty"},
		{words: "oncall import duty", stdin: "<html>", status: 1, says: "no iCalendar"},
		{words: "oncall import duty", stdin: strings.Repeat("x", 1<<20+1), status: 1, says: "standard input is over 1048576 bytes"},
		{words: "oncall import duty --map bob", status: 2, says: "--map takes NAME=@USER"},
		{words: "oncall import duty --zone Mars", status: 1, says: "is no time zone"},
		{words: "oncall import duty", stdin: ics(shiftOf("20261123T080000Z", "20261130T080000Z", "Jane Doe")), status: 1, says: `nobody here is known as "Jane Doe"`},
		{words: "oncall import duty", stdin: ics(shiftOf("20201123T080000Z", "20201130T080000Z", "bob")), status: 1, says: "no shift that is not over"},
		{by: bob, words: "oncall import duty --map bob=@bob", stdin: ics(shiftOf("20261123T080000Z", "20261130T080000Z", "bob")), status: 3, says: "commanders"},
		{words: "rotation add", status: 2, says: "the rotation is missing"},
		{words: "rotation add primary", status: 1, says: "a rotation needs somebody who is on call"},
		{words: "rotation add primary --members ,", status: 1, says: "a rotation needs somebody who is on call"},
		{words: "rotation add Primary! --members @alice", status: 2, says: "is no id of a rotation"},
		{words: "rotation add primary --members K9", status: 4, says: "there is no K9"},
		{words: "rotation add primary --members @alice --zone Mars", status: 1, says: "is no time zone"},
		{words: "rotation add primary --members @alice --every 0d", status: 2, says: "is no length of a turn"},
		{words: "rotation add primary --members @alice --start someday", status: 2, says: "--start:"},
		{words: "rotation add primary --members @alice --until 2020-01-01T00:00", status: 1, says: "before it begins"},
		{words: "rotation add primary --members @alice --hours 9-5", status: 2, says: "are no hours of the day"},
		{words: "rotation add primary --members @alice --weekdays noday", status: 2, says: "are no days of the week"},
		{words: "rotation add primary --members @alice --partial perhaps", status: 2, says: "takes yes or no"},
		{words: "rotation add primary --members @alice --order 0", status: 2, says: "--order takes a whole number"},
		{by: bob, words: "rotation add primary --members @bob", status: 3, says: "commanders"},
		{words: "rotation show primary", status: 4, says: "there is no rotation"},
		{words: "rotation set primary", status: 4, says: "there is no rotation"},
		{words: "rotation layer primary", status: 4, says: "there is no rotation"},
		{words: "rotation remove primary --reason x", status: 4, says: "there is no rotation"},
		{words: "contact add", status: 2, says: "the name is missing"},
		{words: "contact add Somebody", status: 1, says: "no way to reach it"},
		{words: "contact add Somebody --phone none", status: 1, says: "no way to reach it"},
		{words: "contact add Somebody --phone soon", status: 1, says: "is no phone number"},
		{words: "contact add Somebody --mail nowhere", status: 1, says: "is no mail address"},
		{words: "contact add Somebody --phone 1 --order -1", status: 2, says: "--order takes a whole number"},
		{by: olga, words: "contact add Somebody --phone 1", status: 3, says: "may only read"},
		{words: "contact set K1 --phone 1", status: 4, says: "there is no K1"},
		{words: "contact set K1", status: 2, says: "nothing to change"},
		{words: "contact verify", status: 2, says: "the contact is missing"},
		{words: "contact verify K1", status: 4, says: "there is no K1"},
		{words: "contact remove K1 --reason x", status: 4, says: "there is no K1"},
	}
}

// A file with bad events names each, previews the good ones on request, and imports
// nothing; what comes from outside moves no cursor.
func TestCalendarNamesEachBadEvent(t *testing.T) {
	broken, err := os.ReadFile(filepath.Join("..", "ical", "testdata", "broken.ics"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(broken), "SUMMARY:no end", "SUMMARY:no \x1b[2J end", 1)
	h := begun(t)
	for _, words := range [][]string{{"oncall", "import", "duty"}, {"oncall", "import", "duty", "--dry-run"}} {
		before := h.versions()
		got := h.run(h.env(alice), text, append(words, "--map", "alice=@alice")...)
		if model.ExitStatus(got.failure) != 1 || h.versions() != before {
			t.Errorf("%v: %v", words, got.failure)
		}
		for _, want := range []string{"event 2 (line 9)", "event 3 (line 14)", "event 4 (line 20)", "event 5 (line 25) monthly: it repeats by BYMONTHDAY", "event 6 (line 32)", "event 7 (line 38)"} {
			if !strings.Contains(got.err, want) {
				t.Errorf("%v: %q is not named:\n%s", words, want, got.err)
			}
		}
		if strings.Contains(got.out+got.err, "\x1b") {
			t.Error("an escape sequence came through")
		}
		if preview := strings.Contains(got.out, "1      @alice   Mon 2026-11-02 08:00Z"); preview != (len(words) > 3) {
			t.Errorf("%v printed %q", words, got.out)
		}
	}
}

// Gaps are printed, and are an error.
func TestGapsAreErrors(t *testing.T) {
	h := begun(t)
	for _, words := range [][]string{{"oncall", "gaps"}, {"oncall", "gaps", "--json"}} {
		got := h.run(h.env(olga), "", words...)
		if model.ExitStatus(got.failure) != 1 || !strings.Contains(got.failure.Error(), "1 gap in the next 90 days") || !strings.Contains(got.out, "nobody is on call in any rotation") {
			t.Errorf("%v: %v\n%s", words, got.failure, got.out)
		}
	}
	h.must(alice, "rotation", "add", "primary", "--members", "@alice")
	h.must(alice, "rotation", "add", "second", "--members", "@alice,@bob", "--order", "2")
	got := h.run(h.env(olga), "", "oncall", "gaps", "--days", "14")
	if got.failure == nil || !strings.Contains(got.failure.Error(), "2 double bookings in the next 14 days") || !strings.Contains(got.out, "@alice is in primary and second at once") {
		t.Errorf("%v\n%s", got.failure, got.out)
	}
}

// The contact sheet holds what others wrote, and runs nothing of it.
func TestSheetIsInert(t *testing.T) {
	h := begun(t)
	evil := `<script>alert(1)</script> [x](javascript:alert(1)) ![](http://evil.example/x.png)`
	h.must(alice, "contact", "add", evil, "--other", evil, "--role", "| a | b |\n# heading")
	h.must(alice, "rotation", "add", "primary", "--title", evil, "--members", "K1")
	page := h.must(alice, "oncall", "sheet", "--format", "html")
	for _, bad := range []string{"<script", "<img", "href=", "src="} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if !strings.Contains(page, "TLP:AMBER") || !strings.Contains(page, "@media print") && !strings.Contains(page, "@page") {
		t.Error("the page is not made for printing")
	}
	md := h.must(alice, "oncall", "sheet", "--format", "md")
	for l := range strings.SplitSeq(md, "\n") {
		if strings.HasPrefix(l, "# heading") || strings.Contains(l, "<script") || strings.Contains(strings.ReplaceAll(l, `\](`, ""), "](javascript") {
			t.Errorf("Markdown: %q", l)
		}
	}
}
