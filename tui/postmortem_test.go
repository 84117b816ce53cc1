package tui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// learning is two people on the post-mortem of one incident.
func learning(t *testing.T) (h *room.Hub, id string, a, b *tuitest.Term) {
	t.Helper()
	h, id, a, b = pair(t)
	do(t, h, alice, id, model.AddAsset{Name: "FS-01", Compromised: "yes"})
	for _, x := range []*tuitest.Term{a, b} {
		x.Press("9")
		x.ExpectLine("STATE", "not begun")
	}
	return h, id, a, b
}

func TestTwoWriteDifferentSectionsAtOnce(t *testing.T) {
	h, id, a, b := learning(t)
	a.ExpectLine("▌", "Summary", "empty")
	a.Press("e")
	a.ExpectLine("Summary", "─")
	a.ExpectLine("ctrl+s save", "ctrl+r preview")
	b.ExpectLine("✎", "Summary", "@alice")
	b.ExpectLine("@alice", "Summary ✎") // who is here, and where
	b.Press("j", "e")
	b.ExpectLine("Impact", "─")
	a.Type("Files of **three** servers were encrypted, see S")
	b.Type("No customer data left.")
	a.Press("tab") // the only one is taken at once
	a.ExpectLine("see S1")
	b.Press("ctrl+s")
	b.ExpectLine("saved Impact", "#")
	a.ExpectLine("see S1") // undisturbed
	a.Press("ctrl+s")
	a.ExpectLine("saved Summary", "#")
	b.ExpectLine("✓", "Summary", "@alice")
	a.ExpectLine("✓", "Impact", "@bob")
	p := h.Peek(id).PostMortem
	if got := p.Section("summary").Text; got != "Files of **three** servers were encrypted, see S1" {
		t.Errorf("summary %q", got)
	}
	if got := p.Section("impact").Text; got != "No customer data left." {
		t.Errorf("impact %q", got)
	}
}

func TestASectionIsClaimedWhileItIsWritten(t *testing.T) {
	_, _, a, b := learning(t)
	a.Press("e").Type("first words of alice")
	b.ExpectLine("✎", "Summary", "@alice")
	b.Press("e")
	b.ExpectLine("Summary is being written by @alice")
	b.Press("enter") // read it
	b.Expect("esc closes")
	b.Press("esc", "e").Type("take").Press("enter")
	b.ExpectLine("@alice in it too")
	a.ExpectLine("@bob in it too")
	b.Type("bob's words").Press("ctrl+s")
	a.ExpectLine("@bob saved another text", "saving shows both")
	a.Press("ctrl+s")
	a.Expect("Two edits of Summary", "Nothing of yours was overwritten")
	a.ExpectLine("bob's words", "▪", "first words of alice")
	a.Press("b")
	a.ExpectLine("bob's words")
	a.Press("ctrl+z")
	a.ExpectNot("bob's words")
	a.ExpectLine("first words of alice")
	a.Press("ctrl+s")
	b.ExpectLine("✓", "Summary", "@alice")
	a.ExpectNot("✎")
}

func TestTheirsCanBeTakenAndTakenBack(t *testing.T) {
	h, id, a, _ := learning(t)
	a.Press("e").Type("mine")
	a.ExpectLine("mine")
	do(t, h, bob, id, model.WriteSection{Section: "summary", Text: "theirs"})
	a.ExpectLine("@bob saved another text")
	a.Press("ctrl+s")
	a.Expect("Two edits of Summary")
	a.Press("t")
	a.ExpectLine("theirs")
	a.Press("ctrl+z")
	a.ExpectLine("mine")
	a.Press("ctrl+y", "ctrl+s") // nothing to save: it is theirs
	a.ExpectNot("ctrl+r preview")
	if got := h.Peek(id).PostMortem.Section("summary"); got.Text != "theirs" || got.By != "bob" {
		t.Errorf("%+v", got)
	}
}

func TestADroppedConnectionLeavesADraftOfTheSection(t *testing.T) {
	h, id, a, _ := learning(t)
	a.Press("j", "j", "e")
	text := strings.Repeat("A long paragraph about detection, with words. ", 200)
	a.Paste(text)
	a.ExpectLine("of 65536 bytes")
	waitDraft(t, h, "A long paragraph about detection")
	a.Close()
	again := tuitest.New(t, h, alice, 80, 24)
	again.ExpectLine("Kept from last time", "the post-mortem's detection in "+id)
	again.Press("enter", "9", "j", "j", "e")
	again.ExpectLine("What you typed here before is back")
	again.ExpectLine("A long paragraph about detection")
	again.Press("ctrl+s")
	again.ExpectLine("saved Detection")
	if got := h.Peek(id).PostMortem.Section("detection").Text; string(got) != strings.TrimRight(text, " ") {
		t.Errorf("%d bytes", len(got))
	}
}

func TestEscAsksAndKeepsTheDraft(t *testing.T) {
	_, _, a, _ := learning(t)
	a.Press("e").Type("half a").Press("esc")
	a.Expect("Throw away what you typed?")
	a.Press("enter", "e")
	a.ExpectLine("half a")
	a.Press("esc", "y", "e")
	a.ExpectNot("half a")
	a.Press("esc")
	a.ExpectNot("Throw away")
}

func TestALargePasteIsWholeAndOneTooLargeIsRefused(t *testing.T) {
	h, id, a, _ := learning(t)
	text := strings.Repeat("0123456789abcde\n", 64<<10/16-1) + "0123456789abcdef"
	a.Press("e").Paste(text)
	a.ExpectLine("65536 of 65536 bytes")
	a.Type("x")
	a.ExpectLine("not taken: 65536 bytes at most")
	a.Press("ctrl+s")
	a.ExpectLine("saved Summary")
	if got := h.Peek(id).PostMortem.Section("summary").Text; string(got) != text {
		t.Errorf("%d bytes", len(got))
	}
	a.Press("j", "e").Paste(strings.Repeat("a", 1<<20))
	a.ExpectLine("not taken: 65536 bytes at most")
}

func TestThePreviewIsSafeAndRefsAreWaysToGo(t *testing.T) {
	h, id, a, _ := learning(t)
	do(t, h, bob, id, model.WriteSection{Section: "summary", Text: "# Head\n\nSee S1 and T1, [x](http://evil.example.com) \x1b[31mred"})
	a.ExpectLine("See S1 and T1")
	a.Expect("hxxp://evil[.]example[.]com", `\x1b[31mred`)
	a.Press("v")
	a.ExpectLine("Summary", "─")
	a.Press("esc", "J")
	a.ExpectLine("S1", "FS-01")
	a.Press("enter")
	a.ExpectLine("▌S1", "FS-01", "system")
	a.Press("esc")
	a.ExpectLine("▌", "Summary", "@bob")
	a.Press("e")
	a.ExpectLine("ctrl+l go to the ref")
	a.Press("ctrl+r")
	a.ExpectLine("Summary, as it will look")
	a.ExpectNot("# Head")
	a.Press("esc")
	a.ExpectLine("# Head")
	a.Press("enter").Type("and S1").Press("ctrl+l")
	a.ExpectLine("▌S1", "FS-01", "system")
	a.Press("esc")
	a.ExpectLine("and S1")
	a.Type("!").Press("ctrl+s")
	a.ExpectLine("saved Summary")
	if got := string(h.Peek(id).PostMortem.Section("summary").Text); !strings.HasSuffix(got, "\nand S1!") {
		t.Errorf("%q", got)
	}
}

func TestFactorsQuestionsFollowUpsAndTheMeeting(t *testing.T) {
	_, _, a, b := learning(t)
	a.Press("a").Type("VPN without MFA").Press("ctrl+s")
	b.ExpectLine("X1", "VPN without MFA", "tech")
	b.ExpectLine("FACTORS 1")
	pick(a, "X1")
	a.Press("w")
	a.ExpectLine("Why was X1 possible?")
	a.Type("Nobody reviews contractor accounts").Press("tab").Type("proc").Press("ctrl+s")
	b.ExpectLine("X2", "Nobody reviews", "process")
	pick(a, "X2")
	a.ExpectLine("explains", "X1")
	a.Press("X").Type("said twice").Press("enter")
	b.ExpectLine("FACTORS 1")
	pick(a, "no question yet")
	a.Press("a").Type("Was mail read?").Press("tab").Type("med").Press("ctrl+s")
	b.ExpectLine("Q1", "Was mail read?", "open")
	pick(a, "Q1")
	a.Press("x").Type("No: the logs show none").Press("ctrl+s")
	b.ExpectLine("✓", "Q1", "answered")
	pick(a, "no follow-up yet")
	a.Press("a").Type("MFA for all VPN accounts").Press("ctrl+s")
	a.ExpectLine("▲", "needed")
	a.Type("bob").Press("tab").Type("+30d").Press("ctrl+s")
	a.ExpectLine("saved follow-up")
	b.ExpectLine("F1", "MFA for all", "30d")
	pick(a, "F1")
	a.Press("x")
	b.ExpectLine("◐", "F1")
	pick(a, "Meeting")
	a.Press("e").Type("-1h").Press("enter").Type("@bob, Dr. Stone").Press("enter").Type("it was known").Press("ctrl+s")
	a.ExpectLine("saved discussion")
	pick(b, "Meeting")
	b.ExpectLine("with", "@bob, Dr. Stone")
	b.Expect("it was known")
}

// pick puts the cursor on the row that holds text.
func pick(x *tuitest.Term, text string) {
	x.Press("/").Type(text).Press("enter")
	x.ExpectLine("▌", text)
	x.Press("esc")
	x.ExpectLine("▌", text)
}

func TestSignOffByTwo(t *testing.T) {
	h, id, a, _ := learning(t)
	yes := model.AnswerYes
	do(t, h, alice, id, model.SetDataImpact{Disclosed: &yes, Rules: h.Rules()})
	a.ExpectLine("9 Post-mortem", "!")
	a.ExpectLine("needed before", "data disclosed")
	a.ExpectLine("LACKS", "summary, impact")
	for _, s := range model.PostMortemSections() {
		if s.Required {
			do(t, h, bob, id, model.WriteSection{Section: s.Key, Text: "written"})
		}
	}
	held := h.Peek(id).DeclaredAt
	do(t, h, bob, id, model.HoldMeeting{HeldAt: &held, Attendees: &[]model.Attendee{{User: "bob"}}})
	do(t, h, bob, id, model.AddFactor{Text: "no MFA", Class: model.FactorTechnical})
	do(t, h, bob, id, model.NoFollowUps{Reason: "done already"})
	do(t, h, bob, id, model.SubmitPostMortem{})
	a.ExpectLine("STATE", "in review")
	pick(a, "Post-mortem in review")
	a.Press("x")
	a.Expect("Sign off the post-mortem of " + id)
	a.Press("y")
	a.ExpectLine("STATE", "reviewed")
	a.ExpectLine("SIGNED", "by @alice")
	a.Press("e")
	a.Press("g", "e")
	a.ExpectLine("write:", "was signed off")
	pick(a, "Post-mortem reviewed")
	a.Press("x", "y")
	a.ExpectLine("SIGNED", "frozen at #")
	do(t, h, bob, id, model.AddAsset{Name: "FS-02"})
	a.ExpectLine("4 Scope 2")
	pick(a, "Scope")
	a.ExpectLine("from the log, as of #")
	a.ExpectLine("▌", "Scope", "1")
	pick(a, "Post-mortem closed")
	a.Press("X")
	a.ExpectLine("a draft again?")
	a.Type("a figure was wrong").Press("enter")
	a.ExpectLine("STATE", "draft")
	a.Expect("a figure was wrong")
}

func TestWhoMayOnlyReadWritesNothing(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	e := tuitest.New(t, h, eve, 120, 40)
	e.ExpectLine(id)
	e.Press("enter", "9", "e")
	e.ExpectLine("write:", "may only read")
}

func TestTheOwnEditorIsForTheOwnComputerOnly(t *testing.T) {
	h := newHub(t)
	id := declare(t, h, "Ransomware")
	over := tuitest.New(t, h, bob, 120, 40)
	over.ExpectLine(id)
	over.Press("enter", "9", "ctrl+e")
	over.ExpectLine("own editor:", "only where the console runs")
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) {
		d.Edit = func(text string, done func(string, error) tea.Msg) tea.Cmd {
			return func() tea.Msg { return done(text+"written outside\n", nil) }
		}
	})
	a.ExpectLine(id)
	a.Press("enter", "9", "ctrl+e")
	a.ExpectLine("written outside")
	a.ExpectLine("kept as a draft")
	a.Press("ctrl+e")
	a.ExpectLine("written outsidewritten outside")
	a.Press("ctrl+z", "ctrl+s")
	a.ExpectLine("saved Summary")
	if got := h.Peek(id).PostMortem.Section("summary").Text; got != "written outside" {
		t.Errorf("%q", got)
	}
}

// written is an incident with a post-mortem that is nearly complete.
func written(t *testing.T) (*room.Hub, string) {
	t.Helper()
	h := full(t)
	id := h.Board().Briefs[0].ID
	for _, b := range h.Board().Briefs {
		if strings.HasPrefix(string(b.Title), "Ransomware") {
			id = b.ID
		}
	}
	write := func(by model.Actor, key, text string) {
		do(t, h, by, id, model.WriteSection{Section: key, Text: model.Text(text)})
	}
	write(alice, "summary", "# What happened\n\nOn **23 November** three file servers were encrypted by a *LockBit-type* encryptor, see S1, S2 and T5. The way in was a contractor's VPN account without MFA.\n\n- 1 200 people's data\n- 4 hours without files\n\n> Backups were intact (verified by @bob).")
	write(bob, "impact", "| service | down |\n| --- | --- |\n| files | 4 h |\n| mail | no |\n\n`svc-bkp` had rights on all shares.")
	write(bob, "detection", "The EDR alert on FS-01; it should have been the login from 10.1.2.3.")
	do(t, h, alice, id, model.AddFactor{Text: "The VPN account had no second factor", Class: model.FactorTechnical})
	do(t, h, alice, id, model.AddFactor{Text: "Contractors are outside the MFA policy", Class: model.FactorProcedural, Because: "X1"})
	do(t, h, alice, id, model.AddFactor{Text: "Nobody owns the policy", Class: model.FactorOther, Because: "X2"})
	do(t, h, bob, id, model.AddFactor{Text: "The alert was closed by hand", Class: model.FactorManual})
	do(t, h, bob, id, model.AskQuestion{Text: "How did they get the password?", Confidence: "low"})
	do(t, h, alice, id, model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: "MFA for every VPN account", Kind: "prevent", Owner: "bob", Due: "2026-12-20", Priority: 1, Team: "Identity", Factor: "X1"}})
	held := clock().Add(-time.Hour)
	do(t, h, alice, id, model.HoldMeeting{HeldAt: &held, Attendees: &[]model.Attendee{{User: "alice"}, {User: "bob"}, {Name: "Dr. Stone"}}})
	return h, id
}

// TestGoldenBothTexts compares the two texts of a conflict with what they looked like.
func TestGoldenBothTexts(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d/dark", size[0], size[1]), func(t *testing.T) {
			h, id := written(t)
			x := tuitest.New(t, h, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Incident = clock, id })
			x.ExpectLine(id, "SEV1")
			x.Press("9", "j", "e")
			x.ExpectLine("Impact", "─")
			x.Type(" It took a day to see that.")
			x.ExpectLine("It took a day")
			do(t, h, bob, id, model.WriteSection{Section: "impact", Text: "| service | down |\n| --- | --- |\n| files | 5 h |\n| mail | no |\n| phone | 1 h |\n\n`svc-bkp` had rights on all shares."})
			x.Press("ctrl+s")
			golden(t, x, "learned", "both", size)
		})
	}
}

// TestGoldenPostMortem compares the tab, the editor, its preview and both texts of a
// conflict with what they looked like, at three sizes.
func TestGoldenPostMortem(t *testing.T) {
	h, id := written(t)
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		for _, theme := range []string{"dark", "light", "mono"} {
			t.Run(fmt.Sprintf("%dx%d/%s", size[0], size[1], theme), func(t *testing.T) {
				x := tuitest.New(t, h, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Theme, d.Incident = clock, theme, id })
				x.ExpectLine(id, "SEV1")
				x.Press("9")
				golden(t, x, "learned", "post-mortem", size)
				x.Press("e")
				golden(t, x, "learned", "editor", size)
				x.Press("ctrl+r")
				golden(t, x, "learned", "preview", size)
				x.Press("esc", "esc", "/").Type("X2").Press("enter", "esc") // the cursor stays
				golden(t, x, "learned", "factor", size)
				x.Press("/").Type("Times").Press("enter", "esc")
				golden(t, x, "learned", "times", size)
				if theme == "mono" && strings.Contains(x.Painted(), "38;") {
					t.Error("the mono theme paints in colour")
				}
			})
		}
	}
}

// Without the database nothing is saved and nothing typed is lost.
func TestASectionThatCannotBeSavedStaysInTheEditor(t *testing.T) {
	f := &flaky{Store: open(t)}
	h := tuitest.Hub(t, f)
	id := declare(t, h, "Ransomware")
	a := tuitest.New(t, h, alice, 120, 40)
	a.ExpectLine(id)
	a.Press("enter", "9", "e").Type("three servers")
	a.ExpectLine("three servers")
	f.down.Store(true)
	a.Press("ctrl+s")
	a.ExpectLine("what you typed is kept as a draft")
	a.ExpectLine("three servers")
	f.down.Store(false)
	a.Press("ctrl+s")
	a.ExpectLine("saved Summary")
	if got := h.Peek(id).PostMortem.Section("summary").Text; got != "three servers" {
		t.Errorf("%q", got)
	}
}

// What is added is what the cursor is on.
func TestTheCursorGoesToWhatWasAdded(t *testing.T) {
	_, _, a, _ := learning(t)
	a.Press("a").Type("no second factor").Press("ctrl+s")
	a.ExpectLine("▌", "X1", "no second factor")
	a.Press("w").Type("no policy").Press("ctrl+s")
	a.ExpectLine("▌", "X2", "no policy")
}
