package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// breached is an incident of bob's in post-incident whose data was disclosed.
func breached(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	w.must(t, bob, Declare{Title: "Stolen customer list", Severity: 2}, SetDataImpact{Disclosed: ptr(AnswerYes)},
		SetCause{RootCause: ptr(Text("open bucket")), Confidence: ptr("high"), Basis: ptr(Text("access log")), Evicted: ptr("yes"), Evidence: ptr(Text("keys rotated"))},
		SetPhase{To: PhasePostIncident, Reason: "small"})
	return w
}

// written fills in all that is required.
func (w *world) written(t *testing.T, by Actor) {
	t.Helper()
	for _, s := range PostMortemSections() {
		if s.Required {
			w.must(t, by, WriteSection{Section: s.Key, Text: Text("about " + s.Key)})
		}
	}
	at := w.now
	w.must(t, by, AddFactor{Text: "the bucket was open", Class: FactorTechnical}, HoldMeeting{HeldAt: &at, Attendees: &[]Attendee{{User: "alice"}, {Name: "Dr. Stone"}}},
		NoFollowUps{Reason: "the bucket is gone"})
}

// A post-mortem is required where data was touched or customers were affected.
func TestPostMortemRequired(t *testing.T) {
	for _, tt := range []struct {
		set SetDataImpact
		why string
	}{
		{SetDataImpact{Personal: ptr(AnswerYes)}, ""},
		{SetDataImpact{Disclosed: ptr(AnswerNo), Modified: ptr(AnswerUnknown)}, ""},
		{SetDataImpact{Disclosed: ptr(AnswerYes)}, "data disclosed"},
		{SetDataImpact{Modified: ptr(AnswerYes), Destroyed: ptr(AnswerYes)}, "data modified, data destroyed"},
		{SetDataImpact{Customers: ptr(AnswerYes)}, "customers affected"},
	} {
		w := newWorld()
		w.must(t, bob, Declare{Title: "x", Severity: 3}, tt.set)
		required, why := w.in.PostMortemRequired()
		if required != (tt.why != "") || why != tt.why || w.in.PostMortemOwed() != required {
			t.Errorf("%+v: %v, %q", tt.set, required, why)
		}
		if b := w.in.Brief().PostMortem; b.Required != required || b.Owed() != required {
			t.Errorf("brief: %+v", b)
		}
	}
}

// From the first word to the freeze: each step by whom it may be, with what it takes.
func TestPostMortemSteps(t *testing.T) {
	w := breached(t)
	w.refused(t, bob, SubmitPostMortem{}, CodeInvalid, "not begun", "postmortem set")
	w.refused(t, bob, ClosePostMortem{}, CodeInvalid, "summary is empty", "impact is empty", "detection is empty", "well is empty", "badly is empty", "discussion is empty",
		"no contributing factor", "no date or no attendees", "no follow-up")
	w.refused(t, olive, WriteSection{Section: "summary", Text: "x"}, CodeForbidden)
	w.refused(t, bob, WriteSection{Section: "blame", Text: "x"}, CodeUsage, "no section", "summary")
	w.refused(t, bob, WriteSection{Section: "summary", Text: Text(strings.Repeat("x", 1<<20))}, CodeInvalid, "1048576 bytes", "65536")
	w.must(t, bob, WriteSection{Section: "summary", Text: Text(strings.Repeat("é", MaxSection/2))}, WriteSection{Section: "sum", Text: "short"})
	if w.in.PostMortem.State != PostMortemDraft || len(w.in.PostMortem.Steps) != 1 {
		t.Errorf("begun: %+v", w.in.PostMortem)
	}
	w.must(t, carol, SubmitPostMortem{})
	w.refused(t, alice, SignPostMortem{}, CodeInvalid, "impact is empty")
	if n := len(w.in.PostMortemLacks()); n != 8 {
		t.Errorf("lacks %d: %v", n, w.in.PostMortemLacks())
	}
	w.written(t, bob)
	read := w.in.Version
	w.must(t, carol, WriteSection{Section: "lucky", Text: "it was a Monday"})
	w.refused(t, alice, SignPostMortem{Seen: read}, CodeConflict, "carol")
	accounts := []Account{{Name: "alice", Role: RoleCommander}, {Name: "bob", Role: RoleResponder}, {Name: "carol", Role: RoleResponder}}
	w.refused(t, carol, SignPostMortem{Accounts: accounts}, CodeForbidden)
	w.must(t, bob, ReturnPostMortem{Reason: "one more look"}, SubmitPostMortem{})
	w.refused(t, bob, SignPostMortem{Accounts: accounts}, CodeForbidden, "put the post-mortem up", "somebody else")
	w.must(t, alice, SignPostMortem{Accounts: accounts, Seen: w.in.Version})
	p := &w.in.PostMortem
	if p.SignedBy != "alice" || p.Steps[len(p.Steps)-1].Alone || !w.in.Times().Published.Equal(w.now) {
		t.Errorf("signed: %+v", p)
	}
	w.refused(t, bob, WriteSection{Section: "well", Text: "y"}, CodeConflict, "signed off, by @alice")
	w.refused(t, bob, AddFactor{Text: "y", Class: FactorOther}, CodeConflict)
	w.refused(t, carol, ReturnPostMortem{Reason: "no"}, CodeForbidden)
	w.refused(t, carol, ClosePostMortem{}, CodeForbidden)
	w.must(t, bob, Close{})
	w.refused(t, bob, ReturnPostMortem{Reason: "a typing mistake"}, CodeInvalid, "closed and needs its post-mortem", "incident reopen")
	w.now = w.now.Add(time.Hour)
	w.must(t, bob, ClosePostMortem{})
	if p := w.in.PostMortem; p.FrozenAt != w.in.Version || !p.ClosedAt.Equal(w.now) {
		t.Errorf("closed: %+v", p)
	}
	w.refused(t, bob, ClosePostMortem{}, CodeConflict, "closed already")
	w.must(t, bob, Reopen{Reason: "he is back"})
	if p := w.in.PostMortem; p.State != PostMortemDraft || p.FrozenAt != 0 || p.SignedBy != "" || !strings.Contains(string(p.Steps[len(p.Steps)-1].Reason), "he is back") {
		t.Errorf("reopened: %+v", p)
	}
	w.refused(t, bob, Close{Reason: "really"}, CodeInvalid, "post-mortem is required (data disclosed) and draft")
}

// Whoever is alone signs his own, and the record says so.
func TestSignAlone(t *testing.T) {
	for _, tt := range []struct {
		accounts []Account
		may      bool
	}{
		{nil, true},
		{[]Account{{Name: "bob", Role: RoleAdmin}}, true},
		{[]Account{{Name: "bob", Role: RoleAdmin}, {Name: "olive", Role: RoleObserver}, {Name: "carol", Role: RoleResponder}}, true},
		{[]Account{{Name: "bob", Role: RoleAdmin}, {Name: "alice", Role: RoleCommander, Disabled: true}}, true},
		{[]Account{{Name: "bob", Role: RoleAdmin}, {Name: "alice", Role: RoleCommander}}, false},
	} {
		w := breached(t)
		w.written(t, bob)
		w.must(t, bob, SubmitPostMortem{})
		err := w.do(bob, SignPostMortem{Accounts: tt.accounts})
		if (err == nil) != tt.may {
			t.Errorf("%v: %v", tt.accounts, err)
		}
		if last := w.in.PostMortem.Steps[len(w.in.PostMortem.Steps)-1]; tt.may && !last.Alone {
			t.Errorf("%v: it is not in the record", tt.accounts)
		}
	}
}

// A waiver is the lead's, for what was known when it was given.
func TestWaiver(t *testing.T) {
	w := breached(t)
	w.refused(t, bob, Close{Reason: "nobody has time"}, CodeInvalid, "post-mortem is required", "waive")
	w.refused(t, carol, WaivePostMortem{Reason: "x"}, CodeForbidden)
	w.refused(t, bob, WaivePostMortem{Reason: " "}, CodeInvalid, "reason")
	w.must(t, bob, WaivePostMortem{Reason: "test data"})
	w.refused(t, bob, WaivePostMortem{Reason: "again"}, CodeConflict, "waived already, by @bob")
	w.must(t, bob, SetDataImpact{Customers: ptr(AnswerYes)})
	w.refused(t, bob, Close{Reason: "waived"}, CodeInvalid, "customers affected")
	w.must(t, bob, WaivePostMortem{Reason: "one customer, who knows"}, WaivePostMortem{Withdraw: true, Reason: "no"})
	w.refused(t, bob, Close{Reason: "waived"}, CodeInvalid, "post-mortem")
	w.must(t, bob, WaivePostMortem{Reason: "yes"}, Close{Reason: "small"})
	w.refused(t, bob, WaivePostMortem{Withdraw: true, Reason: "no"}, CodeInvalid, "closed with this waiver")
	w.must(t, carol, WriteSection{Section: "summary", Text: "it is written all the same"})
	w.must(t, bob, Reopen{Reason: "more"})
	if w.in.PostMortem.Waiver != nil || !w.in.PostMortemOwed() {
		t.Error("a waiver outlived the reopening")
	}
	none := newWorld()
	none.must(t, bob, Declare{Title: "x", Severity: 4})
	none.refused(t, bob, WaivePostMortem{Reason: "x"}, CodeInvalid, "nothing to waive")
	none.must(t, bob, Close{Reason: "an event"})
}

// Two who write the same section: the second sees both texts.
func TestSectionConflict(t *testing.T) {
	w := breached(t)
	w.must(t, bob, WriteSection{Section: "summary", Text: "a long beginning that both texts share, and then: one", Seen: ptr(uint64(0))})
	err := w.do(carol, WriteSection{Section: "summary", Text: "a long beginning that both texts share, and then: two", Seen: ptr(uint64(0))})
	if CodeOf(err) != CodeConflict || !strings.Contains(err.Error(), "one") || !strings.Contains(err.Error(), "two") || !strings.Contains(err.Error(), "@bob wrote summary") {
		t.Fatal(err)
	}
	seen := w.in.PostMortem.Section("summary").Version
	w.must(t, bob, WriteSection{Section: "well", Text: "another section"})
	w.must(t, carol, WriteSection{Section: "summary", Text: "two", Seen: &seen})
	w.must(t, carol, Undo{})
	if s := w.in.PostMortem.Section("summary"); !strings.HasSuffix(string(s.Text), "one") {
		t.Errorf("undone: %q", s.Text)
	}
	w.must(t, bob, Undo{})
	if s := w.in.PostMortem.Section("well"); s.Text != "" {
		t.Errorf("undone: %q", s.Text)
	}
}

// Factors explain one another as a tree, never in a circle.
func TestFactorTree(t *testing.T) {
	w := breached(t)
	w.refused(t, bob, AddFactor{Text: "x", Class: "bad luck"}, CodeUsage, "no class", "technical-lapse")
	w.refused(t, bob, AddFactor{Text: " ", Class: FactorManual}, CodeInvalid, "empty")
	w.refused(t, bob, AddFactor{Text: "x", Class: FactorManual, Because: "X1"}, CodeNotFound, "X1")
	w.must(t, bob, AddFactor{Text: "bucket was open", Class: "tech"}, AddFactor{Text: "nobody checks", Class: FactorProcedural, Because: "x1"},
		AddFactor{Text: "no owner", Class: FactorOther, Because: "X2"}, AddFactor{Text: "wrong click", Class: FactorManual, Because: "X1"})
	w.refused(t, bob, SetFactor{Ref: "X1", Because: ptr("X3")}, CodeInvalid, "explain itself")
	w.refused(t, bob, SetFactor{Ref: "X2", Because: ptr("X2")}, CodeInvalid, "explain itself")
	show := func(nodes []FactorNode) string {
		var walk func([]FactorNode) string
		walk = func(nodes []FactorNode) string {
			var out []string
			for _, n := range nodes {
				out = append(out, n.Ref+walk(n.Why))
			}
			return "(" + strings.Join(out, " ") + ")"
		}
		return walk(nodes)
	}
	if got := show(w.in.PostMortem.FactorTree()); got != "(X1(X2(X3()) X4()))" {
		t.Errorf("tree %s", got)
	}
	w.must(t, carol, SetFactor{Ref: "X2", Retract: true, Reason: "they do"})
	if got := show(w.in.PostMortem.FactorTree()); got != "(X1(X4()) X3())" {
		t.Errorf("tree %s", got)
	}
	w.refused(t, carol, SetFactor{Ref: "X2", Text: ptr(Text("y"))}, CodeConflict, "taken back, by @carol")
	w.must(t, carol, Undo{})
	if got := show(w.in.PostMortem.FactorTree()); got != "(X1(X2(X3()) X4()))" {
		t.Errorf("undone: %s", got)
	}
}

// Questions are asked, answered, opened again and taken back.
func TestOpenQuestions(t *testing.T) {
	w := breached(t)
	w.refused(t, bob, AskQuestion{Text: "?", Confidence: "sure"}, CodeUsage, "sure")
	w.must(t, bob, AskQuestion{Text: "was it read?"}, SetQuestion{Ref: "q1", Answer: ptr(Text("no")), Confidence: ptr("high")})
	if q := w.in.PostMortem.Questions[0]; q.Open() || q.AnsweredBy != "bob" || q.Confidence != "high" {
		t.Errorf("%+v", q)
	}
	w.must(t, carol, SetQuestion{Ref: "Q1", Answer: ptr(Text(""))})
	if q := w.in.PostMortem.Questions[0]; !q.Open() || q.AnsweredBy != "" {
		t.Errorf("%+v", q)
	}
	w.must(t, carol, SetQuestion{Ref: "Q1", Retract: true})
	if len(w.in.PostMortem.LiveQuestions()) != 0 {
		t.Error("it stands")
	}
}

// Who held what when, how long each severity was, what became of the clocks.
func TestPostMortemFacts(t *testing.T) {
	w := newWorld()
	w.must(t, bob, Declare{Title: "x", Severity: 3})
	step := func(d time.Duration, by Actor, c ...Command) {
		t.Helper()
		w.now = w.now.Add(d)
		w.must(t, by, c...)
	}
	step(time.Hour, bob, SetSeverity{To: 1, Reason: "three servers"}, AssignRole{Role: RoleScribe, User: "carol"})
	step(time.Hour, bob, AssignRole{Role: RoleIC, User: "alice"}, AddNote{Text: "first logon !", When: When{At: t0.Add(-48 * time.Hour), Precision: PrecisionDay}},
		AddNote{Text: "T1486 seen"}, AddNote{Text: "pull the plug", Kind: KindDecision})
	step(time.Hour, alice, AssignRole{Role: RoleScribe, User: ""}, SetSeverity{To: 2, Reason: "two are fine"})
	step(time.Hour, alice, Close{Reason: "done"})
	step(time.Hour, alice, Reopen{Reason: "again"})
	f := w.in.Facts(w.now)
	var roles []string
	for _, r := range f.Roles {
		s := string(r.Role) + " " + r.User + " " + r.From.Sub(t0).String()
		if !r.To.IsZero() {
			s += " " + r.To.Sub(t0).String()
		}
		roles = append(roles, s)
	}
	if want := []string{"ic bob 0s 2h0m0s", "ic alice 2h0m0s", "scribe carol 1h0m0s 3h0m0s"}; !slices.Equal(roles, want) {
		t.Errorf("roles %q", roles)
	}
	var sev []string
	for _, s := range f.Severities {
		sev = append(sev, s.Severity.String()+" "+s.Lasted().String())
	}
	if want := []string{"SEV3 1h0m0s", "SEV1 2h0m0s", "SEV2 2h0m0s"}; !slices.Equal(sev, want) {
		t.Errorf("severities %q", sev)
	}
	words := func(list []KeyMoment) (out []string) {
		for _, m := range list {
			out = append(out, excerpt(string(m.Text)))
		}
		return out
	}
	happened, known := words(f.Moments), words(AsWeKnewIt(f.Moments))
	if happened[0] != "first logon !" || known[0] != "declared SEV3: x" || slices.Index(known, "first logon !") != 2 || happened[len(happened)-1] != "reopened “again”" {
		t.Errorf("happened %q\nknown %q", happened, known)
	}
	if slices.Contains(happened, "T1486 seen") || !slices.Contains(happened, "pull the plug") || !slices.Contains(happened, "closed “done”") {
		t.Errorf("moments %q", happened)
	}
	if len(f.Techniques) != 1 || f.Techniques[0].ID != "T1486" {
		t.Errorf("techniques %+v", f.Techniques)
	}
	if last := f.Phases[len(f.Phases)-1]; last.Phase != PhaseDetection || !last.To.IsZero() || last.Lasted() != 0 {
		t.Errorf("phases %+v", f.Phases)
	}
}

// What became of each clock, with its lead.
func TestClockOutcomes(t *testing.T) {
	w := breach(t, t0)
	w.must(t, bob, AddObligation{Regime: "contract", Title: "ACME", Recipient: "ACME", Due: w.now.Add(time.Hour), Rules: testRules()},
		AddObligation{Regime: "contract", Title: "Initech", Recipient: "Initech", Due: w.now.Add(time.Hour), Rules: testRules()})
	acme, initech := w.in.Obligations[len(w.in.Obligations)-2].Ref, w.in.Obligations[len(w.in.Obligations)-1].Ref
	at := w.now.Add(30 * time.Minute)
	w.now = w.now.Add(2 * time.Hour)
	w.must(t, alice, MarkSent{Ref: acme, At: at, Proof: "mail", Reason: "urgent", Rules: testRules()})
	got := map[string]ClockOutcome{}
	for _, o := range w.in.ClockOutcomes(w.now) {
		got[o.Ref] = o
	}
	if o := got[acme]; o.Result != ClockMet || o.Lead != 30*time.Minute {
		t.Errorf("%+v", o)
	}
	if o := got[initech]; o.Result != ClockOverdue || o.Lead != 0 {
		t.Errorf("%+v", o)
	}
	w.must(t, alice, MarkSent{Ref: initech, Proof: "mail", Reason: "late", Rules: testRules()})
	if o := w.in.ClockOutcomes(w.now)[len(w.in.Obligations)-1]; o.Result != ClockLate || o.Lead != -time.Hour {
		t.Errorf("%+v", o)
	}
}

// anyPostMortem draws one of the commands about the post-mortem.
func anyPostMortem(t *rapid.T, w *world, reason Text) Command {
	switch rapid.IntRange(0, 12).Draw(t, "post-mortem") {
	case 0, 1, 2:
		return WriteSection{Section: pick(t, "section", append(SectionKeys(), "blame")...), Text: anyText(t, "text"), Seen: maybe(t, "seen", uint64(rapid.IntRange(0, 20).Draw(t, "v")))}
	case 3:
		return HoldMeeting{HeldAt: maybe(t, "held", w.now.Add(-time.Duration(rapid.IntRange(-10, 90).Draw(t, "ago"))*time.Minute)),
			Attendees: maybe(t, "who", []Attendee{{User: pick(t, "user", "bob", "B@D")}, {Name: anyText(t, "name")}}), Dissent: maybe(t, "dissent", anyText(t, "dissent"))}
	case 4:
		return NoFollowUps{Reason: reason}
	case 5:
		return AddFactor{Text: anyText(t, "factor"), Class: pick(t, "class", append(FactorClasses(), "luck")...), Because: pick(t, "because", "", "X1", "X2", "X9")}
	case 6:
		return SetFactor{Ref: ref(t, RefFactor), Text: maybe(t, "t", anyText(t, "text")), Class: maybe(t, "c", FactorManual), Because: maybe(t, "b", pick(t, "because", "", "X1", "X2", "X3")),
			Retract: rapid.Bool().Draw(t, "retract"), Reason: reason}
	case 7:
		return AskQuestion{Text: anyText(t, "question"), Confidence: pick(t, "confidence", "", "low", "total")}
	case 8:
		return SetQuestion{Ref: ref(t, RefQuestion), Answer: maybe(t, "a", anyText(t, "answer")), Confidence: maybe(t, "c", "high"), Retract: rapid.Bool().Draw(t, "retract"), Reason: reason}
	case 9:
		return SubmitPostMortem{}
	case 10:
		return SignPostMortem{}
	case 11:
		return pick[Command](t, "end", ClosePostMortem{}, ReturnPostMortem{Reason: reason})
	}
	return WaivePostMortem{Reason: reason, Withdraw: rapid.Bool().Draw(t, "withdraw")}
}

// postMortemSeen is what an undo brings back of the post-mortem. A section that
// was written and emptied is one that was not written.
func postMortemSeen(in *Incident) string {
	var b strings.Builder
	p := &in.PostMortem
	for _, key := range SectionKeys() {
		b.WriteString(key + string(p.Section(key).Text))
	}
	b.WriteString(p.Meeting.HeldAt.UTC().String() + p.Meeting.Who() + string(p.Meeting.Dissent))
	if p.NoFollow != nil {
		b.WriteString(string(p.NoFollow.Reason))
	}
	for _, f := range p.LiveFactors() {
		b.WriteString("\n" + f.Ref + string(f.Text) + string(f.Class) + f.Because)
	}
	for _, q := range p.LiveQuestions() {
		b.WriteString("\n" + q.Ref + string(q.Text) + q.Confidence + string(q.Answer))
	}
	return b.String()
}

// Whatever is done in whatever order, no incident is closed that needs a
// post-mortem and has neither a signed one nor a waiver that holds, none becomes
// so after its close, no signed text changes, and no factor explains itself.
func TestNoCloseWithoutPostMortem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		start := []Command{Declare{Title: "x", Severity: 3}}
		if rapid.Bool().Draw(t, "imported") {
			start = []Command{ImportIncident{Title: "x", Severity: 3, Origin: Import{Source: "veris", ID: "1"}, Impact: &DataImpactSet{Disclosed: ptr(AnswerYes)}}}
		}
		if rapid.Bool().Draw(t, "complete") {
			for _, s := range PostMortemSections() {
				start = append(start, WriteSection{Section: s.Key, Text: "x"})
			}
			at := w.now
			start = append(start, AddFactor{Text: "x", Class: FactorOther}, HoldMeeting{HeldAt: &at, Attendees: &[]Attendee{{User: "bob"}}}, NoFollowUps{Reason: "x"})
		}
		for _, c := range start {
			if err := w.do(alice, c); err != nil {
				t.Fatal(err)
			}
			if !w.in.Open() && w.in.PostMortemOwed() {
				t.Fatalf("%#v is closed without its post-mortem", c)
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			why := pick[Text](t, "why", "", "because")
			var c Command
			switch rapid.IntRange(0, 7).Draw(t, "kind") {
			case 0, 1:
				c = Close{Reason: why}
			case 2:
				c = Reopen{Reason: why}
			case 3:
				c = SetDataImpact{Disclosed: maybe(t, "d", pick(t, "disclosed", AnswerYes, AnswerNo)), Customers: maybe(t, "c", pick(t, "customers", AnswerYes, AnswerNo))}
			case 4:
				c = Undo{}
			case 5:
				c = anyCommand(t, w)
			default:
				c = anyPostMortem(t, w, why)
			}
			before := w.in
			if w.do(pick(t, "by", alice, alice, bob, carol), c) != nil {
				continue
			}
			if !w.in.Open() && w.in.PostMortemOwed() {
				t.Fatalf("%#v left the incident closed without its post-mortem: %+v", c, w.in.PostMortem)
			}
			_, redacted := c.(Redact)
			was, is := before.PostMortem.State, w.in.PostMortem.State
			if was.Signed() && is.Signed() && !redacted && postMortemSeen(before) != postMortemSeen(w.in) {
				t.Fatalf("%#v changed what was signed", c)
			}
			if !was.Signed() && is.Signed() && len(before.PostMortemLacks()) > 0 {
				t.Fatalf("%#v signed what lacks %v", c, before.PostMortemLacks())
			}
			if (is == PostMortemClosed) != (w.in.PostMortem.FrozenAt > 0) {
				t.Fatalf("%s, frozen at #%d", is, w.in.PostMortem.FrozenAt)
			}
			n := 0
			var count func([]FactorNode)
			count = func(nodes []FactorNode) {
				n += len(nodes)
				for _, x := range nodes {
					count(x.Why)
				}
			}
			count(w.in.PostMortem.FactorTree())
			if n != len(w.in.PostMortem.LiveFactors()) {
				t.Fatalf("%d of %d factors are in the tree after %#v", n, len(w.in.PostMortem.LiveFactors()), c)
			}
		}
	})
}
