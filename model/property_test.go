package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// t0 is when the tests' incidents are declared.
var t0 = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

var (
	ada   = Actor{Name: "ada", Role: RoleAdmin}
	alice = Actor{Name: "alice", Role: RoleCommander}
	bob   = Actor{Name: "bob", Role: RoleResponder}
	carol = Actor{Name: "carol", Role: RoleResponder}
	olive = Actor{Name: "olive", Role: RoleObserver}
)

const testID = "INC-2026-0001"

// world is an incident with its log, and the clock.
type world struct {
	in   *Incident
	recs []Record
	now  time.Time
	n    int
}

func newWorld() *world { return &world{in: &Incident{ID: testID}, now: t0} }

// do gives a command as the room does: decide, seal, fold.
func (w *world) do(by Actor, c Command) error {
	evs, err := c.Decide(w.in, by, w.now)
	if err != nil || len(evs) == 0 {
		return err
	}
	w.n++
	var recs []Record
	prev := w.in.Head
	for i, ev := range evs {
		m := Meta{Incident: w.in.ID, Version: w.in.Version + uint64(i) + 1, Actor: by.Name, At: w.now, CommandID: fmt.Sprintf("c%d", w.n)}
		r, err := Seal(m, ev, prev, bytes.Repeat([]byte{byte(w.n)}, 16))
		if err != nil {
			return err
		}
		prev = r.Hash
		recs = append(recs, r)
	}
	in := w.in
	if red, ok := c.(Redact); ok {
		// The past changes: all is folded anew.
		r := &w.recs[red.Record.Version-1]
		payload, err := r.RedactedPayload(by.Name)
		if err != nil {
			return err
		}
		r.Payload, r.Salt, r.Redacted = payload, nil, true
		if in, err = FoldAll(w.recs); err != nil {
			return err
		}
	}
	if w.in, err = in.Fold(recs); err != nil {
		return err
	}
	w.recs = append(w.recs, recs...)
	return nil
}

func (w *world) must(t testing.TB, by Actor, cmds ...Command) {
	t.Helper()
	for _, c := range cmds {
		if err := w.do(by, c); err != nil {
			t.Fatalf("%T by %s: %v", c, by.Name, err)
		}
	}
}

// fingerprint is all that a reader of a snapshot can see.
func fingerprint(t interface{ Fatal(...any) }, in *Incident) string {
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// visible is the state without its history: what an undo brings back.
func visible(in *Incident) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%q %q %q %v %v %v %v %v %v %v %v\n", in.Title, in.Summary, in.Type, in.Severity, in.Priority, in.Phase, in.Status,
		in.Roles, in.Access, in.Playbooks, in.Related)
	for _, e := range in.Timeline {
		if e.Retracted == "" && slices.Contains([]EntryKind{KindNote, KindDecision, KindCorrection}, e.Kind) {
			fmt.Fprintf(&b, "%s %q %v %v %v %v\n", e.Ref, e.Text, e.OccurredAt, e.Precision, e.Starred, e.CorrectedBy)
		}
	}
	for _, x := range in.Indicators {
		if x.Retracted == "" {
			fmt.Fprintf(&b, "%s %s %q %v %v %v %v %v %q %q\n", x.Ref, x.Type, x.Value, x.Verdict, x.Confidence, x.TLP, x.FirstSeen, x.LastSeen, x.Source, x.Note)
		}
	}
	for _, a := range in.Assets {
		if a.Retracted == "" {
			fmt.Fprintf(&b, "%s %q %q %q %v %q", a.Ref, a.Name, a.Team, a.Tenant, a.Criticality, a.Note)
			for _, s := range Steps() {
				fmt.Fprint(&b, " ", a.Step(s))
			}
			fmt.Fprintf(&b, " %q %v %q %s", a.LastKnownGood, a.LastKnownGoodAt, a.RestoredFrom, a.confirmed())
		}
	}
	for _, a := range in.Actions {
		if a.State != ActionRejected {
			fmt.Fprintf(&b, "%s %s %v %v %q %q %v\n", a.Ref, a.Kind, a.State, a.Owner, a.ApprovedBy, a.Result, a.Override)
		}
	}
	c, r := &in.Cause, &in.Rating
	fmt.Fprintf(&b, "%v %v %v %v %q %v %q %q %v %q\n", r.Functional, r.Information, r.Recoverability, r.Urgency, c.RootCause, c.Confidence, c.Basis, c.Vector, c.Evicted, c.Evidence)
	if in.Override != nil {
		fmt.Fprintf(&b, "%v %q\n", in.Override.Priority, in.Override.Reason)
	}
	for _, m := range in.Raises {
		fmt.Fprintln(&b, m.Fact, m.Base)
	}
	for _, m := range c.Mitigations {
		if m.State != MitigationDropped {
			fmt.Fprintf(&b, "%s %q %v %q\n", m.Ref, m.What, m.State, m.Reason)
		}
	}
	for _, it := range in.Checklist {
		fmt.Fprintf(&b, "%s %v %q %q %v\n", it.Ref, it.State, it.Reason, it.Note, it.Owner)
	}
	b.WriteString(noticesSeen(in))
	b.WriteString(momentsSeen(in))
	b.WriteString(postMortemSeen(in))
	b.WriteString(followUpsSeen(in))
	return b.String()
}

func testBook(id string) AttachPlaybook {
	return AttachPlaybook{ID: id, Title: Text(id), Items: []ItemSpec{
		{Key: "core.scribe", Phase: PhaseDetection, Title: "Name a scribe", Required: true},
		{Key: id + ".det.scope", Phase: PhaseDetection, Title: "Scope", Required: true},
		{Key: id + ".con.isolate", Phase: PhaseContainment, Title: "Isolate"},
		{Key: id + ".era.root", Phase: PhaseEradication, Title: "Root cause", Required: true},
	}}
}

func anyText(t *rapid.T, name string) Text {
	return Text(rapid.OneOf(
		rapid.StringN(0, 12, 40),
		rapid.SampledFrom([]string{"", "x", "seen on DC02 #lateral T1486 @bob !", "\x1b]0;x\a", "\xff\xfe\x00", "a\u202eb <&>\u2028"}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 12), func(b []byte) string { return string(b) }),
	).Draw(t, name))
}

func pick[T any](t *rapid.T, name string, from ...T) T { return rapid.SampledFrom(from).Draw(t, name) }

func maybe[T any](t *rapid.T, name string, v T) *T {
	if rapid.Bool().Draw(t, name) {
		return &v
	}
	return nil
}

func ref(t *rapid.T, kind string) string { return kind + itoa(rapid.IntRange(1, 8).Draw(t, kind)) }

// anyCommand draws one of all commands, sensible or not.
func anyCommand(t *rapid.T, w *world) Command {
	reason := anyText(t, "reason")
	if rapid.IntRange(0, 4).Draw(t, "about notices") == 0 {
		return anyNotice(t, w, reason)
	}
	if rapid.IntRange(0, 4).Draw(t, "about the post-mortem") == 0 {
		return anyPostMortem(t, w, reason)
	}
	if rapid.IntRange(0, 4).Draw(t, "actions") == 0 {
		return anyActionCommand(t, w, reason)
	}
	if rapid.IntRange(0, 4).Draw(t, "facts") == 0 {
		return anyFactCommand(t, w, reason)
	}
	if rapid.IntRange(0, 9).Draw(t, "moments") == 0 {
		return anyMoment(t, w, reason)
	}
	if rapid.IntRange(0, 5).Draw(t, "learned") == 0 {
		return anyFollowUp(t, w, reason)
	}
	switch rapid.IntRange(0, 25).Draw(t, "command") {
	case 0:
		f := pick(t, "field", append(EditFields(), "nonsense")...)
		return Edit{Field: f, To: pick(t, "to", anyText(t, "text"), "P2", "ransomware"), Was: maybe(t, "was", anyText(t, "old"))}
	case 1:
		return SetSeverity{To: Severity(rapid.IntRange(0, 5).Draw(t, "sev")), Reason: reason}
	case 2, 3:
		return SetPhase{To: pick(t, "phase", append(Phases(), "nonsense")...), Reason: reason, Force: rapid.Bool().Draw(t, "force")}
	case 4:
		return AssignRole{Role: pick(t, "role", append(IncidentRoles(), "king")...), User: pick(t, "user", "", "bob", "@carol", "olive", "B@D")}
	case 5, 6, 7:
		return AddNote{Text: anyText(t, "text"), When: When{At: w.now.Add(-time.Duration(rapid.IntRange(-10, 90).Draw(t, "ago")) * time.Minute)},
			Kind: pick(t, "kind", "", KindNote, KindDecision, KindPhase), Star: rapid.Bool().Draw(t, "star")}
	case 8:
		return AddNote{Text: anyText(t, "text"), Corrects: ref(t, RefEntry)}
	case 9:
		return RetractEntry{Ref: ref(t, RefEntry), Reason: reason}
	case 10:
		return StarEntry{Ref: ref(t, RefEntry), On: rapid.Bool().Draw(t, "on")}
	case 11, 12:
		return AddIndicators{Indicators: []NewIndicator{
			{Type: "ipv4", Value: pick[Text](t, "ip", "192.0.2.7", "192.0.2.8"), Source: anyText(t, "source")},
			{Type: pick(t, "type", "domain", "", "No Type"), Value: anyText(t, "value"), Confidence: rapid.IntRange(-1, 101).Draw(t, "conf")}}}
	case 13:
		return SetIndicator{Ref: ref(t, RefIndicator), Verdict: maybe(t, "v", VerdictMalicious), Confidence: maybe(t, "c", 70), TLP: maybe(t, "tlp", "red"),
			Note: maybe(t, "n", anyText(t, "note")), LastSeen: maybe(t, "ls", w.now.Add(-time.Hour)), Seen: uint64(rapid.IntRange(0, 9).Draw(t, "seen"))}
	case 14:
		return RetractIndicator{Ref: ref(t, RefIndicator), Reason: reason}
	case 15:
		return AddAsset{Name: anyText(t, "name"), Kind: pick(t, "kind", "", "device", "moon"), Compromised: pick(t, "comp", "", "yes", "no")}
	case 16:
		return SetAsset{Ref: ref(t, RefAsset), Name: maybe(t, "n", anyText(t, "name")), Note: maybe(t, "no", anyText(t, "note")), Criticality: maybe(t, "crit", "high"),
			Steps: map[Step]string{pick(t, "step", append(Steps(), "eaten")...): pick(t, "value", "yes", "no", "suspected")}}
	case 17:
		return RetractAsset{Ref: ref(t, RefAsset), Reason: reason}
	case 18:
		return testBook(pick(t, "book", "ransomware", "ddos"))
	case 19, 20:
		return SetItem{Ref: ref(t, RefItem), State: pick(t, "state", append(ItemStates(), "eaten")...), Reason: reason, Note: anyText(t, "note")}
	case 21:
		return AssignItem{Ref: ref(t, RefItem), Owner: pick(t, "owner", "", "bob", "@carol", "B@D")}
	case 22:
		return SetAccess{User: pick(t, "user", "", "bob", "olive", "alice"), Level: pick(t, "level", "", AccessNone, AccessRead, AccessLead, "king"),
			Restrict: maybe(t, "restrict", rapid.Bool().Draw(t, "r"))}
	case 23:
		return pick[Command](t, "life", Close{Reason: reason}, Reopen{Reason: reason}, Relate{Other: "inc-2026-0002", Reason: reason}, Relate{Other: "x"})
	case 24:
		if len(w.recs) == 0 {
			return Undo{}
		}
		return Redact{Record: w.recs[rapid.IntRange(0, len(w.recs)-1).Draw(t, "event")], Reason: reason}
	}
	return Undo{}
}

// Whatever is asked in whatever order, the log alone gives the state, snapshots
// handed out earlier stay as they were, and the chain holds.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		if err := w.do(alice, Declare{Title: "Encrypted shares", Severity: 2, Type: "ransomware", Playbooks: []AttachPlaybook{testBook("ransomware")}}); err != nil {
			t.Fatal(err)
		}
		type kept struct {
			in   *Incident
			text string
		}
		var snapshots []kept
		steps := rapid.IntRange(1, 40).Draw(t, "steps")
		for range steps {
			snapshots = append(snapshots, kept{w.in, fingerprint(t, w.in)})
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 240).Draw(t, "wait")) * time.Second)
			by := pick(t, "by", ada, alice, alice, bob, carol, olive)
			c := anyCommand(t, w)
			before, version := w.in, w.in.Version
			if err := w.do(by, c); err != nil && CodeOf(err) == "" {
				t.Fatalf("%T: %v is no refusal", c, err)
			} else if err != nil && w.in != before {
				t.Fatalf("%T was refused and changed something", c)
			}
			if w.in.Version != uint64(len(w.recs)) || w.in.Version < version {
				t.Fatalf("version %d after %d events", w.in.Version, len(w.recs))
			}
			if w.in.IC() == "" {
				t.Fatalf("no IC after %#v", c)
			}
			if by == olive && w.in.Rights(olive) < rank(AccessRespond) && before.Rights(olive) < rank(AccessRespond) && w.in.Version > version {
				t.Fatalf("an observer changed something by %#v", c)
			}
		}
		for i, s := range snapshots {
			if fingerprint(t, s.in) != s.text {
				t.Fatalf("snapshot %d of version %d changed after it was handed out", i, s.in.Version)
			}
		}
		all, err := FoldAll(w.recs)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(all, w.in) {
			t.Fatalf("the log folds to\n%s\nand step by step to\n%s", fingerprint(t, all), fingerprint(t, w.in))
		}
		if flaw := VerifyChain(testID, w.recs); flaw != nil {
			t.Fatal(flaw)
		}
		dense(t, w.in)
		noticesHold(t, w.in)
		followUpsHold(t, w.in)
		roundTrip(t, w.recs)
	})
}

// dense checks that refs count from 1 without a gap.
func dense(t *rapid.T, in *Incident) {
	for i, e := range in.Timeline {
		if e.Ref != makeRef(RefEntry, i+1) {
			t.Fatalf("entry %d is %s", i+1, e.Ref)
		}
	}
	for i, x := range in.Indicators {
		if x.Ref != makeRef(RefIndicator, i+1) {
			t.Fatalf("indicator %d is %s", i+1, x.Ref)
		}
	}
}

// roundTrip checks that decoding a payload loses nothing, not one byte.
func roundTrip(t *rapid.T, recs []Record) {
	for _, r := range recs {
		ev, err := Decode(r.Kind, r.Payload)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Seal(r.Meta, ev, r.PrevHash, r.Salt)
		if err != nil || !bytes.Equal(again.Payload, r.Payload) {
			t.Fatalf("%s: %s became %s, %v", r.Kind, r.Payload, again.Payload, err)
		}
	}
}

// An undo right after a command brings back what was seen before it.
func TestAnyUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		if err := w.do(alice, Declare{Title: "x", Severity: 2, Playbooks: []AttachPlaybook{testBook("ddos")}}); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			before, version := visible(w.in), w.in.Version
			c := anyCommand(t, w)
			if err := w.do(alice, c); err != nil || w.in.Version == version {
				continue
			}
			if _, isUndo := c.(Undo); isUndo || w.do(alice, Undo{}) != nil {
				continue
			}
			if after := visible(w.in); after != before {
				t.Fatalf("%#v and undo:\n%s\nbefore:\n%s", c, after, before)
			}
		}
	})
}

// Undone one after the other, commands give back every state before them.
func TestUndoAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		if err := w.do(alice, Declare{Title: "x", Severity: 2, Playbooks: []AttachPlaybook{testBook("ddos")}}); err != nil {
			t.Fatal(err)
		}
		var states []string
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			before, version := visible(w.in), w.in.Version
			c := anyCommand(t, w)
			if _, isUndo := c.(Undo); isUndo || w.do(alice, c) != nil || w.in.Version == version {
				continue
			}
			states = append(states, before)
		}
		for i := len(states) - 1; i >= 0 && w.do(alice, Undo{}) == nil; i-- {
			if after := visible(w.in); after != states[i] {
				t.Fatalf("undo to %d:\n%s\nbefore:\n%s", i, after, states[i])
			}
		}
	})
}
