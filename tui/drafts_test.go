package tui_test

import (
	"strings"
	"testing"

	"warroom/model"
	"warroom/tui/tuitest"
)

func TestADraftSurvivesADroppedConnection(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine(id)
	a.Press("enter", "n").Type("half a sentence about FS-0")
	a.ExpectLine("note ›", "half a sentence")
	waitDraft(t, h, "half a sentence about FS-0")
	a.Close() // as a lost line does: nobody asked, nothing was sent

	again := tuitest.New(t, h, alice, 120, 40)
	again.ExpectLine("Kept from last time", "note in "+id)
	again.Press("enter")
	again.Expect("A note you did not send is kept")
	again.Press("n")
	again.ExpectLine("note ›", "half a sentence about FS-0")
	again.Type("1").Press("enter")
	again.ExpectLine("saved T3")
	again.Press("n")
	again.ExpectLine("note ›")
	if strings.Contains(again.Screen(), "half a sentence about FS-01 ") {
		t.Error("the saved note came back as a draft")
	}
}

func TestAFormsDraftComesBack(t *testing.T) {
	h := newHub(t)
	a := tuitest.New(t, h, alice, 120, 40)
	a.Expect("No open incidents.")
	a.Press("a").Type("Impossible travel").Press("tab", "left", "tab", "tab").Type("three admins")
	waitDraft(t, h, "three admins")
	a.Close()
	again := tuitest.New(t, h, alice, 120, 40)
	again.Expect("Kept from last time")
	again.Press("a")
	again.ExpectLine("Title", "Impossible travel")
	again.ExpectLine("Severity", "[SEV1]")
	again.ExpectLine("Summary", "three admins")
	again.Press("esc")
	again.Expect("Throw away what you typed?")
	again.Press("enter", "a") // No keeps it
	again.ExpectLine("Title", "Impossible travel")
	again.Press("esc", "y", "a")
	again.Until("an empty form", func(s string) bool {
		return strings.Contains(s, "Declare an incident") && !strings.Contains(s, "Impossible travel")
	})
}

func TestAConflictShowsBothAndKeepsWhatWasTyped(t *testing.T) {
	h, id, a, b := pair(t)
	a.Press("e")
	a.Expect("Edit " + id)
	a.Type("LockBit on FS-01, seen by alice")
	b.Press("e")
	b.Expect("Edit " + id)
	b.Type("It is Akira, says bob").Press("ctrl+s")
	b.ExpectLine("saved")
	a.Press("ctrl+s")
	a.Expect("Two edits of the summary", "It is Akira, says bob", "LockBit on FS-01, seen by alice")
	a.Press("esc")
	a.ExpectLine("Summary", "LockBit on FS-01, seen by alice")
	a.Press("ctrl+s")
	b.ExpectLine("LockBit on FS-01, seen by alice")
	in := h.Peek(id)
	if in.Summary != "LockBit on FS-01, seen by alice" {
		t.Errorf("summary %q", in.Summary)
	}
}

func TestAnOldDraftOfAnEditIsAConflictToo(t *testing.T) {
	h, id, a, _ := pair(t)
	a.Press("e").Type("typed last week")
	waitDraft(t, h, "typed last week")
	a.Close()
	was := model.Text("")
	do(t, h, bob, id, model.Edit{Field: model.FieldSummary, Was: &was, To: "what bob found since"})
	again := tuitest.New(t, h, alice, 140, 40)
	again.Expect("Kept from last time")
	again.Press("enter", "e")
	again.ExpectLine("Summary", "typed last week")
	again.Press("ctrl+s")
	again.Expect("Two edits of the summary", "what bob found since")
	if got := h.Peek(id).Summary; got != "what bob found since" {
		t.Errorf("the old draft went over it: %q", got)
	}
}

func TestTwoPeopleChangeOneAsset(t *testing.T) {
	h, id, a, _ := pair(t)
	do(t, h, alice, id, model.AddAsset{Name: "FS-01"})
	a.Press("4")
	a.ExpectLine("S1", "FS-01")
	a.Press("e", "end").Type("-old")
	a.ExpectLine("Name", "FS-01-old") // the form is open on what bob is about to change
	do(t, h, bob, id, model.SetAsset{Ref: "S1", Steps: map[model.Step]string{model.StepContained: "yes"}})
	a.Press("ctrl+s")
	a.Expect("S1 as it is now", "contained yes")
	a.Press("esc")
	a.ExpectLine("Name", "FS-01-old")
}
