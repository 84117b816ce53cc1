package verb_test

import (
	"encoding/json"
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/room"
)

func postMortemRefusals() []refusal {
	return []refusal{
		{words: "postmortem show INC blame", status: 2, says: "is no section"},
		{words: "postmortem show INC summary now", status: 2, says: "too much"},
		{words: "postmortem show", status: 2, says: "the incident is missing"},
		{words: "postmortem set INC", status: 2, says: "the section is missing"},
		{words: "postmortem set INC summary", status: 2, says: "the text is missing"},
		{words: "postmortem set INC blame text", status: 2, says: `"blame" is no section`},
		{words: "postmortem set INC summary text --seen first", status: 2, says: "--seen takes a whole number"},
		{words: "postmortem set INC summary -", stdin: strings.Repeat("x", 1<<20), status: 1, says: "summary has 1048576 bytes, the limit is 65536"},
		{words: "postmortem set INC summary -", stdin: strings.Repeat("x", 1<<20+1), status: 1, says: "standard input is over"},
		{words: "postmortem set INC detection other --seen 0", status: 5, says: `@alice wrote detection at 12:00:00Z while you edited it; it is now "by an alert", yours is "other"`},
		{by: olga, words: "postmortem set INC summary text", status: 3, says: "may only read"},
		{words: "postmortem factor INC", status: 2, says: "the factor is missing"},
		{words: "postmortem factor INC text", status: 2, says: "--class is missing"},
		{words: "postmortem factor INC text --class luck", status: 2, says: "is no class"},
		{words: "postmortem factor INC text --class manual-error --because X9", status: 4, says: "there is no X9"},
		{words: "postmortem factor INC X1", status: 2, says: "nothing to change"},
		{words: "postmortem factor INC X1 --because X2", status: 1, says: "cannot explain itself"},
		{words: "postmortem factor INC X7 --retract", status: 4, says: "there is no X7"},
		{words: "postmortem question INC", status: 2, says: "the question is missing"},
		{words: "postmortem question INC why --confidence sure", status: 2, says: "confidence"},
		{words: "postmortem question INC why --answer because", status: 2, says: "need the ref"},
		{words: "postmortem question INC Q1", status: 2, says: "nothing to change"},
		{words: "postmortem question INC Q7 --answer x", status: 4, says: "there is no Q7"},
		{words: "postmortem discuss INC", status: 2, says: "nothing to record"},
		{words: "postmortem discuss INC --at 2027-01-01", status: 1, says: "in the future"},
		{words: "postmortem discuss INC points --at someday", status: 2, says: "is no time"},
		{words: "postmortem none INC", status: 1, says: "a reason is needed"},
		{words: "postmortem signoff INC", status: 1, says: "is draft"},
		{words: "postmortem close INC", status: 1, says: "summary is empty; impact is empty; neither causes nor a root cause are written"},
		{words: "postmortem back INC --reason x", status: 5, says: "is draft already"},
		{words: "postmortem waive INC --reason x", status: 1, says: "nothing to waive"},
		{words: "postmortem waive INC --withdraw --reason x", status: 5, says: "is not waived"},
		{by: bob, words: "postmortem waive INC --reason x", status: 3, says: "ask @alice"},
		{by: bob, words: "postmortem signoff INC", status: 3, says: "ask @alice"},
		{words: "postmortem submit OTHER", status: 1, says: "is not begun"},
		{words: "postmortem submit ONCALL", status: 2, says: "is no incident id"},
	}
}

const (
	postMortemFields = "incident state required required_why waiver waived lacks sections factors questions discussion no_follow_ups follow_ups submitted_by signed_by signed_at closed_at frozen_at history facts version"
	sectionFields    = "section title required text by at version"
	factorFields     = "ref text class because added_by added_at"
	questionFields   = "ref text confidence answer added_by added_at"
	discussionFields = "held_at attendees points dissent by at"
)

// postMortemSteps go on in an open incident whose data was touched.
func postMortemSteps() []step {
	return []step{
		{words: `postmortem show INC`, text: `(?s)not begun; required: data disclosed.*lacks +summary is empty.*SECTION +STATE.*summary +required`, fields: postMortemFields, reads: true},
		{words: `postmortem set INC summary -`, stdin: "Two servers were encrypted.\n", text: `^summary #\d+\n$`, fields: sectionFields},
		{words: `postmortem set INC imp "none but time"`, text: `^impact #\d+\n$`, fields: sectionFields},
		{words: `postmortem set INC detection "by a user"`, text: `^detection #`, fields: sectionFields},
		{words: `postmortem set INC well "backups"`, text: `^well #`, fields: sectionFields},
		{words: `postmortem set INC badly "no scribe"`, by: bob, text: `^badly #`, fields: sectionFields},
		{words: `postmortem show INC summary`, text: `^Two servers were encrypted\.\n$`, fields: sectionFields, reads: true},
		{words: `postmortem factor INC "gateway was not patched" --class technical-lapse`, text: `^X1\n$`, fields: factorFields},
		{words: `postmortem factor INC "nobody owned it" --class procedural-failure --because X1`, text: `^X2\n$`, fields: factorFields},
		{words: `postmortem factor INC x2 --class other-flaw --because none`, text: `^X2\n$`, fields: factorFields},
		{words: `postmortem question INC "was it read?" --confidence low`, text: `^Q1\n$`, fields: questionFields},
		{words: `postmortem question INC Q1 --answer no --confidence high`, text: `^Q1\n$`, fields: questionFields},
		{words: `postmortem discuss INC "patch windows" --at -1h --with @alice --with "Dr. Stone" --dissent none`, text: `discussion 2026-11-23 11:00Z with @alice, Dr\. Stone`, fields: discussionFields},
		{words: `postmortem none INC --reason "all is replaced"`, text: `draft; required`, fields: postMortemFields},
		{words: `postmortem submit INC`, by: bob, text: `in review, submitted by @bob`, fields: postMortemFields},
		{words: `postmortem back INC --reason "a word is missing"`, text: `draft; required`, fields: postMortemFields},
		{words: `postmortem submit INC`, by: bob, text: `in review, submitted by @bob`, fields: postMortemFields},
		{words: `postmortem signoff INC`, text: `reviewed, signed off by @alice`, fields: postMortemFields},
		{words: `postmortem close INC`, text: `closed, signed off by @alice, as of #\d+`, fields: postMortemFields},
		{words: `postmortem show INC moments --as-known`, text: `(?s)^HAPPENED +KNOWN +REF.*SEV2 → SEV1.*closed`, fields: "ref kind occurred_at precision recorded_at author phase text starred", array: true, reads: true},
		{words: `postmortem show INC roles`, text: `(?s)^ROLE.*ic +@alice`, fields: "role user from", array: true, reads: true},
	}
}

// One incident from its first section to the freeze, by two people.
func TestPostMortemVerbs(t *testing.T) {
	h := begun(t)
	h.must(alice, "data-impact", "INC", "disclosed", "yes", "customers", "yes", "--what", "customer list")
	got := h.run(h.env(alice), "", "incident", "close", "INC", "--reason", "late")
	if model.ExitStatus(got.failure) != 1 || !strings.Contains(got.failure.Error(), "post-mortem is required (data disclosed, customers affected) and not begun") {
		t.Errorf("closed: %v", got.failure)
	}
	h.must(alice, "cause", "INC", "--root-cause", "open bucket")
	for _, s := range model.PostMortemSections() {
		if s.Required && s.Key != "causes" && s.Key != "discussion" {
			h.must(bob, "postmortem", "set", "INC", s.Key, "about "+s.Key+" \x1b[2J")
		}
	}
	if out := h.must(bob, "postmortem", "factor", "INC", "nobody looked", "--class", "procedural-failure"); out != "X1\n" {
		t.Errorf("factor: %q", out)
	}
	h.must(bob, "postmortem", "factor", "INC", "no alert", "--class", "technical-lapse", "--because", "x1")
	h.must(bob, "postmortem", "question", "INC", "was it read?")
	h.must(bob, "postmortem", "question", "INC", "Q1", "--answer", "no", "--confidence", "medium")
	h.must(bob, "postmortem", "discuss", "INC", "alerts are too many", "--at", "-1h", "--with", "@alice", "--with", "Dr. Stone", "--dissent", "bob: no")
	h.must(bob, "postmortem", "none", "INC", "--reason", "the bucket is gone")
	h.must(bob, "postmortem", "submit", "INC")
	h.must(alice, "postmortem", "signoff", "INC")
	h.must(alice, "incident", "close", "INC", "--reason", "done")
	h.must(alice, "postmortem", "close", "INC")

	out := h.must(bob, "postmortem", "show", "INC")
	for _, want := range []string{"closed, signed off by @alice", "required: data disclosed, customers affected", "X1", "why? technical-lapse: no alert", "Q1", "with @alice, Dr. Stone", "none: the bucket is gone"} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(h.must(bob, "postmortem", "show", "INC", "summary"), "\x1b") {
		t.Error("a section acts on the terminal")
	}
	var v struct {
		State    string `json:"state"`
		FrozenAt uint64 `json:"frozen_at"`
		Sections []struct {
			Section, Text string
			Version       uint64
		}
		Factors []struct {
			Ref string
			Why []struct{ Ref string }
		}
		Facts struct {
			Version uint64
			Roles   []struct{ Role, User string }
		}
	}
	if err := json.Unmarshal([]byte(h.must(olga, "postmortem", "show", "INC", "--json")), &v); err != nil {
		t.Fatal(err)
	}
	if v.State != "closed" || v.FrozenAt == 0 || v.Facts.Version != v.FrozenAt || len(v.Factors) != 1 || len(v.Factors[0].Why) != 1 || v.Sections[0].Text != "about summary \x1b[2J" || len(v.Facts.Roles) != 1 {
		t.Errorf("%+v", v)
	}
	for _, name := range []string{"moments", "times", "roles", "severities", "phases", "scope", "actions", "clocks", "indicators", "techniques"} {
		if got := h.run(h.env(olga), "", "postmortem", "show", "INC", name, "--json"); got.failure != nil || !json.Valid([]byte(got.out)) {
			t.Errorf("%s: %v %s", name, got.failure, got.out)
		}
		h.must(olga, "postmortem", "show", "INC", name)
	}
	// What comes after the freeze changes nothing in it.
	h.must(alice, "incident", "relate", "INC", "OTHER")
	if err := json.Unmarshal([]byte(h.must(olga, "postmortem", "show", "INC", "--json")), &v); err != nil || v.Facts.Version != v.FrozenAt {
		t.Errorf("facts of #%d, frozen at #%d, %v", v.Facts.Version, v.FrozenAt, err)
	}
}

// A section that somebody writes in is not written under his hands, unless one says so.
func TestClaimedSection(t *testing.T) {
	h := begun(t)
	seat := h.hub.Join(room.Person{Session: "s1", User: "bob", Incident: h.id, Typing: model.SectionField("summary")})
	got := h.run(h.env(alice), "", "postmortem", "set", "INC", "summary", "mine")
	if model.ExitStatus(got.failure) != 5 || !strings.Contains(got.failure.Error(), "@bob has the section summary") || !strings.Contains(got.failure.Error(), "--take") {
		t.Fatal(got.failure)
	}
	if out := h.must(alice, "postmortem", "show", "INC"); !strings.Contains(out, "(open: @bob)") {
		t.Errorf("it is not shown who writes:\n%s", out)
	}
	h.must(alice, "postmortem", "set", "INC", "impact", "another")
	h.must(bob, "postmortem", "set", "INC", "summary", "his own")
	h.must(alice, "postmortem", "set", "INC", "summary", "mine", "--take")
	seat.Leave()
	h.must(alice, "postmortem", "set", "INC", "summary", "mine again")
}
