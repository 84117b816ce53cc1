package tui_test

import (
	"strings"
	"testing"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/tuitest"
)

func raise(t *testing.T, h *room.Hub, title, text string) string {
	t.Helper()
	res, _, err := h.Raise(t.Context(), eve, tuitest.NewID(), model.RaiseReport{Title: model.Text(title), Severity: 2, Source: "siem", Text: model.Text(text),
		Indicators: []model.NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}})
	if err != nil {
		t.Fatal(err)
	}
	return res.Incident.ID
}

// Anybody reports; it is on the other boards without a key.
func TestReportIsSeenOnTheOtherBoard(t *testing.T) {
	h := newHub(t)
	a, e := tuitest.New(t, h, alice, 120, 36), tuitest.New(t, h, eve, 80, 24)
	a.Expect("No open incidents.")
	e.Expect("No open incidents.")
	e.Press("n").Type("Impossible travel for 3 admins").Press("tab", "left", "tab").Type("siem").Press("tab").Type("77").Press("tab").
		Paste("from hxxp://evil[.]example/x\nand 192.0.2.7").Press("ctrl+s")
	e.ExpectLine("saved RPT-1")
	a.Expect("INTAKE 1")
	a.ExpectLine("RPT-1", "SEV2 ?", "Impossible travel for 3 admins", "siem", "unassigned")
	e.ExpectLine("RPT-1", "SEV2 ?", "Impossible travel")
	e.Press("n").Type("Again").Press("tab", "tab").Type("SIEM").Press("tab").Type("77").Press("ctrl+s")
	e.ExpectLine("RPT-1 has this source and reference")
	a.ExpectLine("RPT-1", "+1 Impossible travel")
	// An observer reads, and does not decide.
	e.Press("t")
	e.ExpectLine("RPT-1", "not decided")
	e.Press("f")
	e.ExpectLine("false positive:", "not decide them")
	e.Press("esc")
	e.Expect("INTAKE 1")
}

func TestTriageOpensAnIncident(t *testing.T) {
	h := newHub(t)
	old := declare(t, h, "Stolen sessions of admins")
	do(t, h, alice, old, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}})
	id := raise(t, h, "Impossible travel \x1b[2Jfor admins", "login from 192.0.2.7\n\x1b]0;x\a")
	a, b := tuitest.New(t, h, alice, 120, 36), tuitest.New(t, h, bob, 80, 24)
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine(id, "unassigned")
		x.Press("t")
		x.ExpectLine(old, "Stolen sessions")
		x.Expect("shares the indicator 192[.]0[.]2[.]7", "title has admins")
	}
	a.ExpectLine("@bob", "here too")
	a.ExpectLine("login from 192[.]0[.]2[.]7")
	b.Press("a")
	a.ExpectLine("ASSIGNEE", "@bob")
	b.Press("i")
	b.ExpectLine("Security incident from " + id)
	b.ExpectLine("Not a security incident")
	b.Press("ctrl+s")
	b.ExpectLine("▲", "not a security incident: no effect on services")
	b.Press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab") // from the reason to confidentiality
	b.Until("the first effect", func(s string) bool { return strings.Contains(s, "is an effect on it confirmed?") })
	b.Press("space")
	b.ExpectLine("a security incident: a confirmed effect")
	b.Press("ctrl+s")
	b.ExpectLine("RELATED", id)
	a.ExpectLine("incident INC-", "@bob")
	a.Press("e") // too late: the footer no longer offers it
	a.ExpectLine("event:", "@bob decided")
	a.Press("enter")
	a.ExpectLine("RELATED", id)
	a.Press("2")
	a.ExpectLine(id+" by @eve, from siem", "Impossible travel")
}

// Two decide the same report at once: one wins, the other is told by whom and
// loses nothing that he typed.
func TestTwoTriageTheSameReport(t *testing.T) {
	h := newHub(t)
	id := raise(t, h, "Invoice mail", "x")
	a, b := tuitest.New(t, h, alice, 120, 36), tuitest.New(t, h, bob, 120, 36)
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine(id)
		x.Press("enter")
		x.ExpectLine(id, "not decided")
	}
	a.Press("e").Type("a newsletter")
	b.Press("f").Type("our own scanner").Press("ctrl+s")
	b.ExpectLine("false-positive", "by @bob")
	a.Press("ctrl+s")
	a.ExpectLine("@bob decided " + id)
	a.ExpectLine("a newsletter")
	a.Press("esc", "y")
	a.ExpectLine("DECIDED", "@bob", "false-positive", "our own scanner")
	a.Press("R").Type("it was not ours").Press("ctrl+s")
	b.ExpectLine(id, "not decided")
	b.Press("esc")
	b.Expect("INTAKE 1")
}

// What shares an indicator is proposed on both, and linked by hand.
func TestOverviewProposesWhatMayBelong(t *testing.T) {
	h := newHub(t)
	one, two := declare(t, h, "Fraud"), declare(t, h, "Stolen laptop")
	a := tuitest.New(t, h, alice, 120, 36)
	a.ExpectLine(one)
	a.Press("enter")
	a.Expect("SEVERITY")
	ioc := model.AddIndicators{Indicators: []model.NewIndicator{{Type: "domain", Value: "evil.example.com"}}}
	do(t, h, bob, one, ioc)
	do(t, h, bob, two, ioc)
	a.Press("q")
	a.ExpectLine("INC-", "Fraud")
	for _, id := range []string{one, two} {
		a.Press("/").Type(id).Press("enter", "enter")
		a.Expect("SEVERITY", id)
		a.ExpectLine("SIMILAR", map[string]string{one: two, two: one}[id], "shares the indicator evil[.]example[.]com")
		a.Press("q", "esc")
	}
}

func TestJoinAndDuplicate(t *testing.T) {
	h := newHub(t)
	inc := declare(t, h, "Fraud")
	two, one := raise(t, h, "Second mail", ""), raise(t, h, "First mail", "") // the newest is on top
	a := tuitest.New(t, h, alice, 80, 24)
	a.ExpectLine(one)
	a.ExpectLine(two)
	a.Press("g")
	a.ExpectLine("▌", one)
	a.Press("j", "j")
	a.ExpectLine("▌", inc)
	a.Press("k", "k", "enter")
	a.ExpectLine(one, "not decided")
	a.Press("J")
	a.Expect("Which incident does it belong to?")
	a.Type(inc).Press("enter")
	a.ExpectLine(one + " belongs to " + inc)
	a.Press("ctrl+s")
	a.ExpectLine("NEXT")
	a.Press("G") // what is next stands before the rest on a small screen
	a.ExpectLine("RELATED", one)
	a.Press("q")
	a.ExpectNot(one)
	a.Press("t", "d").Type(one).Press("enter").Type("the same mail").Press("ctrl+s")
	a.ExpectLine(two, "duplicate of "+one)
	a.Press("q", "5")
	a.ExpectLine(one, "First mail", "incident")
	a.ExpectLine(two, "Second mail", "duplicate")
}
