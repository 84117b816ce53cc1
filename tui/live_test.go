package tui_test

import (
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui/tuitest"
)

// pair is two people in one incident.
func pair(t *testing.T) (h *room.Hub, id string, a, b *tuitest.Term) {
	t.Helper()
	h = newHub(t)
	id = declare(t, h, "Ransomware on file servers")
	a, b = tuitest.New(t, h, alice, 140, 40), tuitest.New(t, h, bob, 140, 40)
	for _, x := range []*tuitest.Term{a, b} {
		x.ExpectLine(id, "SEV2", "Ransomware")
		x.Press("enter")
		x.ExpectLine("SEVERITY", "SEV2 preliminary")
	}
	return h, id, a, b
}

func TestDeclareIsSeenOnTheOtherBoard(t *testing.T) {
	h := newHub(t)
	a, b := tuitest.New(t, h, alice, 140, 40), tuitest.New(t, h, bob, 140, 40)
	a.Expect("No open incidents.")
	b.Expect("No open incidents.")
	a.Press("a").Type("Ransomware on file servers").Press("ctrl+s")
	a.ExpectLine("INC-", "SEV2", "Ransomware on file servers", "IC @alice")
	b.ExpectLine("INC-", "SEV2", "Ransomware on file servers", "@alice")
	b.ExpectLine("1 Open 1")
}

func TestPeopleSeeEachOther(t *testing.T) {
	_, _, a, b := pair(t)
	a.ExpectLine("@bob", "Overview")
	b.Press("5")
	a.ExpectLine("@bob", "Checklist")
	b.Press("n").Type("x")
	a.ExpectLine("@bob", "Checklist", "✎")
	b.Press("ctrl+u", "enter")
	a.Until("no pencil", func(s string) bool { return !strings.Contains(s, "✎") })
	b.Close()
	a.Until("@bob gone", func(s string) bool { return !strings.Contains(s, "● @bob") })
}

func TestNotesAreSeenByTheOther(t *testing.T) {
	_, _, a, b := pair(t)
	b.Press("2")
	a.Press("n").Type("-20m psexec from 10.1.2.3 #lateral T1021 @bob !")
	a.ExpectLine("happened", "#lateral", "T1021", "@bob", "★", "ipv4 10[.]1[.]2[.]3")
	a.Press("enter")
	a.ExpectLine("saved T3", "2 indicators in it")
	b.ExpectLine("T3", "@alice", "★ psexec from 10[.]1[.]2[.]3 #lateral T1021 @bob !")
	a.Press("i")
	a.ExpectLine("○", "ipv4", "10[.]1[.]2[.]3", "private address")
	a.Press("space", "enter")
	b.ExpectLine("3 Indicators 2")
}

func TestNoteWithAFutureTimeIsRefusedAndKept(t *testing.T) {
	_, _, a, _ := pair(t)
	a.Press("n").Type("2099-01-01 10:00 plan").Press("enter")
	a.ExpectLine("2099", "is in the future")
	a.ExpectLine("note ›", "2099-01-01 10:00 plan")
}

func TestIndicatorsArePastedPickedAndJudged(t *testing.T) {
	h, id, a, b := pair(t)
	other := declare(t, h, "An older case")
	do(t, h, alice, other, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "domain", Value: "evil.example.com"}}})
	do(t, h, alice, id, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "8.8.4.4"}}})
	b.Press("3")
	a.Press("3", "i").Paste("from 8[.]8[.]4[.]4 and hxxps://evil[.]example[.]com/x\nevil.example.com, mail bad@evil.example.org").Press("ctrl+s")
	a.ExpectLine("4 found")
	a.ExpectLine("–", "8[.]8[.]4[.]4", "here: I1")
	a.ExpectLine("✓", "domain", "evil[.]example[.]com", "seen in "+other)
	a.Press("j", "space", "enter") // not the URL
	a.ExpectLine("saved 2 indicators")
	b.ExpectLine("I2", "domain", "evil[.]example[.]com", other)
	b.ExpectLine("I3", "email", "bad[@]evil[.]example[.]org")
	b.Press("G", "e", "right", "right", "ctrl+s")
	a.ExpectLine("I3", "malicious")
	a.Press("g", "x")
	b.ExpectLine("I1", "suspicious")
	b.Press("X").Type("a resolver of ours").Press("enter")
	a.ExpectLine("I3", "⊘ retracted")
}

func TestOneIndicatorByHand(t *testing.T) {
	_, _, a, b := pair(t)
	b.Press("3")
	a.Press("3", "a").Type("no indicator at all ???").Press("ctrl+s")
	a.ExpectLine("▲")
	a.Press("shift+tab", "up", "up", "ctrl+u").Type("198[.]51[.]100[.]7").Press("ctrl+s")
	b.ExpectLine("I1", "ipv4", "198[.]51[.]100[.]7")
}

func TestAssetsAndTheirSteps(t *testing.T) {
	_, _, a, b := pair(t)
	b.Press("4")
	b.Expect("Nothing is in scope yet.")
	a.Press("4", "a").Type("FS-01").Press("ctrl+s")
	b.ExpectLine("S1", "FS-01", "system")
	b.Press("x")
	a.ExpectLine("S1", "FS-01", "● yes")
	a.Press("e", "down", "down", "right", "ctrl+s")
	b.ExpectLine("S1", "● yes", "✓ yes")
	b.Press("X").Type("twice in the list").Press("enter")
	a.ExpectLine("S1", "FS-01", "out of scope")
}

func TestChecklist(t *testing.T) {
	_, _, a, b := pair(t)
	a.Press("5")
	b.Press("5")
	first := strings.Fields(a.ExpectLine("▌", "○ open"))[0]
	ref := strings.TrimPrefix(first, "▌")
	a.Press("x")
	b.ExpectLine(ref+" ", "✓ done")
	b.Press("j", "@").Type("alice").Press("enter")
	a.ExpectLine("○ open", "@alice")
	b.Press("d")
	a.ExpectLine("◐ doing", "@alice")
	b.Press("N").Type("no such system here").Press("enter")
	a.ExpectLine("– n/a", "@alice")
	a.Press("j", "j", "W").Type("no time").Press("enter")
	b.ExpectLine("⊘ waived")
	b.Press("W")
	b.ExpectLine("waive:", "for the IC")
	b.Press("e").Type("seen in the log").Press("ctrl+s")
	a.Press("k")
	a.ExpectLine("note: seen in the log")
	a.Press("a").Type("phish").Press("enter")
	b.ExpectLine("attached playbook")
}

func TestSomebodyCheckedItBefore(t *testing.T) {
	h, id, a, _ := pair(t)
	a.Press("5")
	line := a.ExpectLine("▌", "○ open")
	ref := strings.TrimPrefix(strings.Fields(line)[0], "▌")
	a.Press("N").Type("no")
	do(t, h, bob, id, model.SetItem{Ref: ref, State: model.ItemNA, Reason: "none here"})
	a.ExpectLine(ref, "– n/a")
	a.Press("enter")
	a.ExpectLine(ref, "is na already, by @bob")
	a.ExpectLine("Reason", "no")
}

// Two people give one item an owner, or write its note, at once (CON-4).
func TestItemIsGivenAndNotedByTwo(t *testing.T) {
	h, id, a, _ := pair(t)
	a.Press("5")
	ref := strings.TrimPrefix(strings.Fields(a.ExpectLine("▌", "○ open"))[0], "▌")
	a.Press("@")
	a.Expect("Assign " + ref)
	do(t, h, bob, id, model.AssignItem{Ref: ref, Owner: "bob"})
	a.ExpectLine(ref, "@bob")
	a.Type("alice").Press("enter")
	a.ExpectLine("@bob was first", ref, "assigned to @bob")
	a.ExpectLine("▌"+ref, "@bob")

	a.Press("e")
	a.Expect("Note on " + ref)
	do(t, h, bob, id, model.SetItem{Ref: ref, State: model.ItemNA, Reason: "none here", Note: "his note"})
	a.Type("my note").Press("ctrl+s")
	a.ExpectLine("note on " + ref + " as it is now")
	a.Expect("his note")
	a.Press("esc")
	a.ExpectLine("Note", "my note")
	a.Press("ctrl+s")
	a.ExpectLine("note: my note")
	a.ExpectLine("reason: none here")
}

func TestSeverityPhaseAndRole(t *testing.T) {
	_, id, a, b := pair(t)
	a.Press("s", "left", "tab").Type("three file servers down").Press("enter")
	b.ExpectLine(id, "SEV1")
	b.ExpectLine("SEVERITY", "SEV1", "@alice", "three file servers down")
	b.Press("s", "right", "right", "tab").Type("not so bad").Press("enter")
	b.ExpectLine("may not do this")
	b.Press("esc", "y")

	a.Press(">")
	a.Expect("the gate to containment is closed by ")
	a.Type("by force").Press("enter")
	a.Expect("the gate to containment is closed: ")
	a.Press("tab").Type("it spreads").Press("enter", "enter")
	a.ExpectLine("▲ the gate to containment is closed")
	a.Press("y", "enter")
	b.ExpectLine(id, "CONTAINMENT")
	b.ExpectLine("FORCED past")
	a.Press("<")
	a.Expect("Going back needs a reason.")
	a.Press("esc")

	a.Press("R").Type("scribe").Press("enter").Type("bob").Press("enter")
	b.ExpectLine("ROLES", "SCRIBE @bob")
	b.Press("R").Type("scribe").Press("enter").Type("alice").Press("enter")
	a.ExpectLine("ROLES", "SCRIBE @alice")
}

func TestMyCursorStaysOnItsRow(t *testing.T) {
	h, id, a, _ := pair(t)
	for range 60 {
		do(t, h, bob, id, model.AddNote{Text: "one of many"})
	}
	a.Press("2", "G")
	a.ExpectLine("▌T62", "one of many")
	a.Press("k", "k")
	line := a.ExpectLine("▌T60")
	before := rowOf(a.Screen(), "T60")
	do(t, h, bob, id, model.AddNote{Text: "new one"})
	do(t, h, bob, id, model.AddNote{Text: "new two"})
	do(t, h, bob, id, model.AddNote{Text: "new three"})
	a.ExpectLine("↓ 3 new")
	if after := rowOf(a.Screen(), "T60"); after != before {
		t.Errorf("the cursor's line %q went from row %d to %d", line, before, after)
	}
	a.Press("G")
	a.ExpectLine("▌T65", "new three")
	a.ExpectNot("↓ 3 new")
	do(t, h, bob, id, model.AddNote{Text: "the newest follows"})
	a.ExpectLine("T66", "the newest follows")
	a.ExpectLine("▌T65", "new three")
}

func TestCorrectionRetractionStarAndUndo(t *testing.T) {
	h, id, a, b := pair(t)
	do(t, h, alice, id, model.AddNote{Text: "newest backup 09:00Z"})
	b.Press("2")
	a.Press("2", "G")
	a.ExpectLine("▌T3", "newest backup 09:00Z")
	a.Press("e")
	a.ExpectLine("correct T3 ›", "newest backup 09:00Z")
	a.Press("ctrl+u").Type("newest backup 08:00Z").Press("enter")
	b.ExpectLine("T3", "corrected by T4: newest backup 09:00Z")
	b.ExpectLine("T4", "corrects T3: newest backup 08:00Z")
	a.Press("*")
	b.ExpectLine("T4", "★")
	a.Press("u")
	b.Until("T4 without its star", func(s string) bool { return !strings.Contains(s, "★") })
	a.Press("X").Type("wrong host").Press("enter")
	b.ExpectLine("T4", "retracted by @alice")
	a.Press("u")
	b.Until("T4 as it was", func(s string) bool {
		at := rowOf(s, "T4")
		return at > 0 && strings.Contains(strings.Split(s, "\n")[at], "corrects T3: newest backup 08:00Z")
	})
	a.Press("n").Type("a slip").Press("enter")
	b.ExpectLine("T5", "a slip")
	a.Press("u")
	b.ExpectLine("T5", "retracted by @alice")
}

func TestTwoClocks(t *testing.T) {
	h, id, a, _ := pair(t)
	now := time.Now()
	do(t, h, bob, id, model.AddNote{Text: "second in time", When: model.When{At: now.Add(-50 * time.Hour), Precision: model.PrecisionMinute}})
	do(t, h, bob, id, model.AddNote{Text: "first in time", When: model.When{At: now.Add(-52 * time.Hour), Precision: model.PrecisionMinute}})
	a.Press("2")
	a.Expect("as we knew it")
	a.Until("as it was written", func(s string) bool { return rowOf(s, "T3") > 0 && rowOf(s, "T3") < rowOf(s, "T4") })
	a.Press("o")
	a.Expect("as it happened")
	a.Until("as it happened", func(s string) bool { return rowOf(s, "T4") > 0 && rowOf(s, "T4") < rowOf(s, "T3") })
	do(t, h, bob, id, model.AddNote{Text: "between the two", When: model.When{At: now.Add(-51 * time.Hour), Precision: model.PrecisionMinute}})
	a.Until("in its place", func(s string) bool {
		return rowOf(s, "T4") > 0 && rowOf(s, "T4") < rowOf(s, "T5") && rowOf(s, "T5") < rowOf(s, "T3")
	})
}

func TestRelateCloseAndReopen(t *testing.T) {
	h, id, a, b := pair(t)
	other := declare(t, h, "An older case")
	a.Press(":").Type("relate").Press("enter")
	a.Until("the form", func(s string) bool { return strings.Contains(s, "to another incident") })
	a.Type("older").Press("down", "enter", "enter")
	b.ExpectLine("RELATED", other)
	a.Press("E")
	a.Expect("Edit " + id)
	a.Press("esc", ":").Type("close the inc").Press("enter")
	a.Expect("Close " + id + "?")
	a.Type("handed to another team").Press("enter")
	b.ExpectLine(id, "CLOSED")
	b.Press("n")
	b.ExpectLine("note:", "is closed")
	b.Press("q", "3")
	b.ExpectLine(id, "closed")
}
