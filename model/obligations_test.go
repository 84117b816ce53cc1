package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// testRules are regimes of every shape: a plain one, one without a fixed time, one
// with two triggers and stages, one that is off, a contract.
func testRules() *Rules {
	hours := func(n int) Period { return Period{Amount: n, Unit: UnitHours} }
	return &Rules{Calendars: map[string]*Calendar{}, Regimes: []*Regime{
		{ID: "gdpr-33", Title: "GDPR", Status: "in-force", When: AppliesWhen{Personal: true, Regions: []string{"eu"}, Roles: []string{"controller", NotSaid}},
			Stages: []RegimeStage{{ID: "authority", Title: "GDPR 33", Recipient: "authority", Trigger: TriggerAware, Period: hours(72)}}},
		{ID: "gdpr-34", Title: "GDPR", Status: "in-force", When: AppliesWhen{Personal: true, Regions: []string{"eu"}},
			Stages: []RegimeStage{{ID: "people", Title: "GDPR 34", Recipient: "people", Trigger: "high-risk"}}},
		{ID: "dora", Title: "DORA", Status: "in-force", When: AppliesWhen{Roles: []string{"financial-entity"}}, Stages: []RegimeStage{
			{ID: "initial", Title: "DORA initial", Recipient: "authority", Trigger: "classified", Period: hours(4), Backstop: Backstop{Trigger: TriggerAware, Period: hours(24)}},
			{ID: "intermediate", Title: "DORA intermediate", Recipient: "authority", From: "initial", Period: hours(72)},
			{ID: "final", Title: "DORA final", Recipient: "authority", From: "intermediate", Period: Period{Amount: 1, Unit: UnitMonths}}}},
		{ID: "circia", Title: "CIRCIA", Status: "proposed", When: AppliesWhen{Regions: []string{"us"}},
			Stages: []RegimeStage{{ID: "incident", Title: "CIRCIA", Recipient: "CISA", Trigger: "determined", Period: hours(72)}}},
		{ID: "contract", Title: "Contract", Status: "in-force", Many: true,
			Stages: []RegimeStage{{ID: "customer", Title: "Tell the customer", Recipient: "customer", Trigger: TriggerDataFound, Period: hours(48)}}},
	}}
}

func p[T any](v T) *T { return &v }

// breach is a world in which personal data of the EU was disclosed.
func breach(t testing.TB, aware time.Time) *world {
	t.Helper()
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2})
	w.now = w.now.Add(time.Hour)
	w.must(t, bob, SetDataImpact{Disclosed: p(AnswerYes), Personal: p(AnswerYes), Regions: p([]string{"EU"}), Roles: p([]string{"controller,financial-entity"}),
		Data: p[Text]("customer list"), People: p(1200), Aware: aware, Rules: testRules()})
	return w
}

func (w *world) one(t testing.TB, regime, stage string) *Obligation {
	t.Helper()
	for _, o := range w.in.Obligations {
		if o.Regime == regime && o.Stage == stage && o.Retracted == "" {
			return o
		}
	}
	t.Fatalf("there is no %s %s", regime, stage)
	return nil
}

func due(t testing.TB, o *Obligation, want time.Time) {
	t.Helper()
	if !o.DueAt.Equal(want) {
		t.Errorf("%s %s is due %v, want %v", o.Regime, o.Stage, o.DueAt, want)
	}
}

func refused(t testing.TB, err error, code Code, words string) {
	t.Helper()
	if CodeOf(err) != code || !strings.Contains(err.Error(), words) {
		t.Errorf("%v (%s), want %s with %q", err, CodeOf(err), code, words)
	}
}

// A yes starts what applies, and no clock runs before its trigger is recorded.
func TestImpactStartsObligations(t *testing.T) {
	w := breach(t, time.Time{})
	if n := len(w.in.Obligations); n != 5 {
		t.Fatalf("%d obligations", n)
	}
	for _, o := range w.in.Obligations {
		due(t, o, time.Time{})
		if o.Says(w.now) != "waiting" {
			t.Errorf("%s is %s", o.Ref, o.Says(w.now))
		}
	}
	if q := w.in.Questions(); len(q) != 1 || q[0].Field != "aware" {
		t.Errorf("questions: %v", q)
	}
	if at := w.in.Triggers[TriggerDataFound].At; !at.Equal(w.now) {
		t.Errorf("data found at %v", at)
	}
	aware := t0.Add(30 * time.Minute)
	w.must(t, bob, SetTrigger{Name: TriggerAware, At: aware, Rules: testRules()})
	due(t, w.one(t, "gdpr-33", "authority"), aware.Add(72*time.Hour))
	due(t, w.one(t, "dora", "initial"), aware.Add(24*time.Hour))
	due(t, w.one(t, "gdpr-34", "people"), time.Time{})
	if d := w.in.Deadline(); d == nil || d.Regime != "dora" || w.in.Brief().Deadline.Ref != d.Ref {
		t.Errorf("next deadline: %+v", d)
	}
	// Recording the same again doubles nothing.
	v := w.in.Version
	w.must(t, carol, SetDataImpact{Disclosed: p(AnswerYes), Aware: aware, Rules: testRules()}, SetTrigger{Name: TriggerAware, At: aware, Rules: testRules()})
	if w.in.Version != v {
		t.Errorf("recording the same again made %d events", w.in.Version-v)
	}
	w.must(t, carol, SetDataImpact{Destroyed: p(AnswerYes), Rules: testRules()})
	if len(w.in.Obligations) != 5 {
		t.Errorf("a second yes made %d obligations", len(w.in.Obligations))
	}
	// A later edit of the data file changes nothing of the past.
	rules := testRules()
	rules.Regimes[0].Stages[0].Period.Amount = 1
	w.must(t, carol, SetDataImpact{Modified: p(AnswerYes), Rules: rules})
	due(t, w.one(t, "gdpr-33", "authority"), aware.Add(72*time.Hour))
}

func TestNoImpactNoObligation(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2},
		SetDataImpact{Disclosed: p(AnswerUnknown), Modified: p(AnswerNo), Personal: p(AnswerYes), Regions: p([]string{"eu"}), Rules: testRules()},
		SetTrigger{Name: TriggerAware, At: t0, Rules: testRules()})
	if len(w.in.Obligations) != 0 || len(w.in.Questions()) != 0 {
		t.Errorf("%d obligations and %v without a yes", len(w.in.Obligations), w.in.Questions())
	}
	w.must(t, alice, SetDataImpact{Modified: p(AnswerYes), Regions: p([]string{"us"}), Rules: testRules()})
	if len(w.in.Obligations) != 0 {
		t.Errorf("%s began", w.in.Obligations[0].Regime)
	}
	w.must(t, alice, SetDataImpact{Regulators: p([]string{"gdpr-33"}), Rules: testRules()})
	due(t, w.one(t, "gdpr-33", "authority"), t0.Add(72*time.Hour))
}

// DORA: four hours from the classification, at most a day from the awareness.
func TestTwoTriggers(t *testing.T) {
	for name, c := range map[string]struct{ classified, want time.Duration }{
		"classified early": {2 * time.Hour, 6 * time.Hour}, "classified late": {22 * time.Hour, 24 * time.Hour}, "later than the backstop": {30 * time.Hour, 24 * time.Hour},
	} {
		w := breach(t, t0)
		w.now = t0.Add(c.classified)
		w.must(t, bob, SetTrigger{Name: "classified", Rules: testRules()})
		o := w.one(t, "dora", "initial")
		if due(t, o, t0.Add(c.want)); !o.TriggerAt.Equal(w.now) {
			t.Errorf("%s: %v", name, o.TriggerAt)
		}
	}
}

// Each stage starts from the sending of the one before it.
func TestStages(t *testing.T) {
	w := breach(t, t0)
	first := w.one(t, "dora", "initial")
	refused(t, w.do(bob, SetTrigger{Ref: w.one(t, "dora", "final").Ref, Rules: testRules()}), CodeInvalid, "begins when intermediate")
	w.now = time.Date(2027, 1, 28, 9, 0, 0, 0, time.UTC)
	sent := w.now.Add(-time.Hour)
	w.must(t, bob, DraftNotice{Ref: first.Ref, Text: "We tell you"})
	w.must(t, carol, ApproveNotice{Ref: first.Ref})
	w.must(t, bob, MarkSent{Ref: first.Ref, At: sent, Proof: "receipt 7", Rules: testRules()})
	due(t, w.one(t, "dora", "intermediate"), sent.Add(72*time.Hour))
	due(t, w.one(t, "dora", "final"), time.Time{})
	if o := w.one(t, "dora", "initial"); o.Says(w.now) != "sent late" || !o.Late(w.now) {
		t.Errorf("sent two months late says %q", o.Says(w.now))
	}
	w.now = time.Date(2027, 1, 31, 8, 0, 0, 0, time.UTC)
	w.must(t, alice, MarkSent{Ref: w.one(t, "dora", "intermediate").Ref, Proof: "receipt 8", Reason: "nobody else is awake", Rules: testRules()})
	due(t, w.one(t, "dora", "final"), time.Date(2027, 2, 28, 8, 0, 0, 0, time.UTC))
	// Undo takes the clock back too.
	w.must(t, alice, Undo{})
	due(t, w.one(t, "dora", "final"), time.Time{})
	if o := w.one(t, "dora", "intermediate"); o.State != ObligationRunning || o.Proof != "" {
		t.Errorf("undone: %+v", o.Progress)
	}
}

func TestNoticeRefusals(t *testing.T) {
	w := breach(t, t0)
	n1 := w.one(t, "gdpr-33", "authority").Ref
	refused(t, w.do(carol, ApproveNotice{Ref: n1}), CodeInvalid, "no draft")
	w.must(t, bob, DraftNotice{Ref: n1, Text: "one"})
	refused(t, w.do(bob, ApproveNotice{Ref: n1}), CodeForbidden, "cannot approve")
	refused(t, w.do(bob, MarkSent{Ref: n1, Proof: "x", Rules: testRules()}), CodeInvalid, "not approved")
	refused(t, w.do(bob, MarkSent{Ref: n1, Proof: "x", Reason: "hurry", Rules: testRules()}), CodeForbidden, "IC")
	seen := w.in.Version
	w.must(t, bob, DraftNotice{Ref: n1, Text: "two"})
	refused(t, w.do(carol, ApproveNotice{Ref: n1, Seen: seen}), CodeConflict, "while you edited")
	w.must(t, carol, ApproveNotice{Ref: n1, Seen: w.in.Version})
	refused(t, w.do(alice, ApproveNotice{Ref: n1}), CodeConflict, "approved already, by @carol")
	refused(t, w.do(bob, MarkSent{Ref: n1, Rules: testRules()}), CodeInvalid, "proof")
	refused(t, w.do(bob, MarkSent{Ref: n1, Proof: "x", At: w.now.Add(time.Hour), Rules: testRules()}), CodeInvalid, "future")
	w.must(t, carol, DraftNotice{Ref: n1, Text: "three"})
	if o := w.one(t, "gdpr-33", "authority"); o.State != ObligationDrafted || o.ApprovedBy != "" || o.DraftedBy != "carol" {
		t.Errorf("a new text keeps its approval: %+v", o.Progress)
	}
	refused(t, w.do(bob, NotRequired{Ref: n1}), CodeInvalid, "reason")
	w.must(t, bob, NotRequired{Ref: n1, Reason: "the data was public"})
	refused(t, w.do(bob, DraftNotice{Ref: n1, Text: "four"}), CodeConflict, "reopen")
	refused(t, w.do(bob, NotRequired{Ref: n1, Reason: "again"}), CodeConflict, "already")
	w.must(t, bob, ReopenNotice{Ref: n1, Reason: "it was not", Rules: testRules()})
	due(t, w.one(t, "gdpr-33", "authority"), t0.Add(72*time.Hour))
	refused(t, w.do(bob, SetTrigger{Name: TriggerAware, At: w.now.Add(time.Hour)}), CodeInvalid, "future")
	refused(t, w.do(bob, SetTrigger{Name: "detected"}), CodeUsage, "trigger")
	refused(t, w.do(bob, SetTrigger{Name: TriggerAware, At: t0.Add(time.Minute)}), CodeConflict, "recorded already")
	refused(t, w.do(bob, SetDataImpact{Aware: w.now.Add(time.Hour)}), CodeInvalid, "future")
	refused(t, w.do(bob, SetDataImpact{Regions: p([]string{"eux"}), Rules: testRules()}), CodeUsage, "eux")
	refused(t, w.do(bob, SetDataImpact{Regulators: p([]string{"circia"}), Rules: testRules()}), CodeInvalid, "proposed")
	refused(t, w.do(bob, AddObligation{Regime: "circia", Rules: testRules()}), CodeInvalid, "proposed")
	refused(t, w.do(bob, AddObligation{Regime: "moon", Rules: testRules()}), CodeNotFound, "moon")
	refused(t, w.do(bob, AddObligation{Regime: "gdpr-33", Rules: testRules()}), CodeConflict, n1)
	refused(t, w.do(bob, AddObligation{Regime: "contract", Due: w.now.Add(-time.Minute), Rules: testRules()}), CodeInvalid, "over already")
	refused(t, w.do(bob, AddObligation{Regime: "dora", Due: w.now.Add(time.Hour), Rules: testRules()}), CodeInvalid, "its own")
	refused(t, w.do(olive, SetDataImpact{Disclosed: p(AnswerNo)}), CodeForbidden, "only read")
	w.must(t, bob, AddObligation{Regime: "contract", Title: "ACME", Recipient: "ACME", Due: w.now.Add(time.Hour), Rules: testRules()},
		AddObligation{Regime: "contract", Title: "Initech", Rules: testRules()})
	refused(t, w.do(bob, AddObligation{Regime: "contract", Title: "ACME", Rules: testRules()}), CodeConflict, "already")
	refused(t, w.do(alice, Close{Reason: "done"}), CodeInvalid, "post-mortem is required (data disclosed)")
	w.must(t, alice, WaivePostMortem{Reason: "a drill"}, Close{Reason: "done"})
	refused(t, w.do(bob, DraftNotice{Ref: n1, Text: "five"}), CodeInvalid, "closed")
	if b := w.in.Brief(); b.Deadline != (DeadlineBrief{}) {
		t.Errorf("a closed incident has the deadline %+v", b.Deadline)
	}
}

func TestTriggerMoves(t *testing.T) {
	w := breach(t, t0)
	later := t0.Add(20 * time.Minute)
	w.must(t, bob, SetTrigger{Name: TriggerAware, At: later, Reason: "the first alert was another one", Rules: testRules()})
	due(t, w.one(t, "gdpr-33", "authority"), later.Add(72*time.Hour))
	n1 := w.one(t, "gdpr-33", "authority").Ref
	w.must(t, bob, SetTrigger{Ref: strings.ToLower(n1), At: later.Add(time.Minute), Rules: testRules()})
	due(t, w.one(t, "gdpr-33", "authority"), later.Add(72*time.Hour+time.Minute))
	due(t, w.one(t, "dora", "initial"), later.Add(24*time.Hour))
	w.must(t, bob, Undo{})
	due(t, w.one(t, "gdpr-33", "authority"), later.Add(72*time.Hour))
}

// Undoing the yes takes the obligations back, and a new yes begins them anew.
func TestUndoImpact(t *testing.T) {
	w := breach(t, t0)
	w.must(t, bob, Undo{})
	if w.in.Impact.Touched() || len(w.in.OpenObligations()) != 0 || len(w.in.Triggers) != 0 {
		t.Errorf("after undo: %+v, %d open, %v", w.in.Impact, len(w.in.OpenObligations()), w.in.Triggers)
	}
	w.must(t, bob, SetDataImpact{Disclosed: p(AnswerYes), Personal: p(AnswerYes), Regions: p([]string{"eu"}), Rules: testRules()})
	if o := w.in.OpenObligations(); len(o) != 2 || o[0].Ref != "N6" {
		t.Errorf("anew: %d, first %v", len(o), o[0].Ref)
	}
	w.must(t, carol, DraftNotice{Ref: "N6", Text: "x"})
	refused(t, w.do(bob, Undo{}), CodeConflict, "N6")
}

func TestSays(t *testing.T) {
	w := breach(t, t0)
	o := w.one(t, "gdpr-33", "authority")
	for after, want := range map[time.Duration]string{time.Hour: "running", 53 * time.Hour: "running", 54*time.Hour + time.Second: "due soon", 72*time.Hour + time.Second: "late"} {
		if got := o.Says(t0.Add(after)); got != want {
			t.Errorf("after %v: %s, want %s", after, got, want)
		}
	}
}

func TestStakeholderUpdates(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2})
	if at := w.in.UpdateDue(); !at.Equal(t0.Add(time.Hour)) {
		t.Errorf("first update due %v", at)
	}
	w.now = t0.Add(20 * time.Minute)
	w.must(t, alice, TellStakeholders{Text: "we work on it"})
	if at := w.in.UpdateDue(); !at.Equal(t0.Add(80 * time.Minute)) {
		t.Errorf("next update due %v", at)
	}
	if e := w.in.Timeline[len(w.in.Timeline)-1]; e.Kind != KindUpdate || w.in.Told.Ref != e.Ref {
		t.Errorf("the update is %+v", e)
	}
	w.must(t, alice, SetSeverity{To: 1, Reason: "worse"})
	if at := w.in.UpdateDue(); !at.Equal(t0.Add(50 * time.Minute)) {
		t.Errorf("SEV1: %v", at)
	}
	w.must(t, alice, SetSeverity{To: 4, Reason: "nothing"})
	if at := w.in.UpdateDue(); !at.IsZero() {
		t.Errorf("SEV4: %v", at)
	}
	refused(t, w.do(alice, TellStakeholders{Text: " "}), CodeInvalid, "empty")
	refused(t, w.do(olive, TellStakeholders{Text: "x"}), CodeForbidden, "only read")
}

// anyNotice draws one of the commands of data impact and notification.
func anyNotice(t *rapid.T, w *world, reason Text) Command {
	rules := testRules()
	answer := func(name string) *Answer {
		return maybe(t, name, pick(t, name+" is", AnswerYes, AnswerYes, AnswerNo, AnswerUnknown, "perhaps"))
	}
	ago := w.now.Add(-time.Duration(rapid.IntRange(-10, 90).Draw(t, "since")) * time.Minute)
	n := ref(t, RefObligation)
	switch rapid.IntRange(0, 9).Draw(t, "notice") {
	case 0, 1:
		return SetDataImpact{Disclosed: answer("disclosed"), Destroyed: answer("destroyed"), Personal: answer("personal"), Data: maybe(t, "data", anyText(t, "what")),
			People: maybe(t, "people", rapid.IntRange(-1, 5).Draw(t, "n")), Regions: maybe(t, "regions", []string{pick(t, "region", "eu", "us", "moon")}),
			Roles: maybe(t, "roles", []string{pick(t, "role", "controller", "financial-entity")}), Aware: pick(t, "aware", time.Time{}, ago), Rules: rules}
	case 2:
		return AddObligation{Regime: pick(t, "regime", "contract", "dora", "circia", "moon"), Title: anyText(t, "title"), Rules: rules,
			Due: pick(t, "due", time.Time{}, ago, w.now.Add(time.Hour))}
	case 3:
		return SetTrigger{Name: pick(t, "trigger", TriggerAware, "classified", "high-risk", "detected"), At: ago, Reason: reason, Rules: rules}
	case 4:
		return SetTrigger{Ref: n, At: ago, Reason: reason, Rules: rules}
	case 5:
		return DraftNotice{Ref: n, Text: anyText(t, "draft")}
	case 6:
		return ApproveNotice{Ref: n}
	case 7:
		return MarkSent{Ref: n, At: ago, Proof: anyText(t, "proof"), Reason: reason, Rules: rules}
	case 8:
		return pick[Command](t, "settle", NotRequired{Ref: n, Reason: reason}, ReopenNotice{Ref: n, Reason: reason, Rules: rules}, AssignNotice{Ref: n, Owner: "bob"})
	}
	return TellStakeholders{Text: anyText(t, "update")}
}

// noticesHold checks what must be true of the obligations after any history.
func noticesHold(t *rapid.T, in *Incident) {
	open := map[string]bool{}
	for i, o := range in.Obligations {
		if o.Ref != makeRef(RefObligation, i+1) {
			t.Fatalf("obligation %d is %s", i+1, o.Ref)
		}
		if o.State == ObligationApproved && (o.ApprovedBy == "" || o.ApprovedBy == o.DraftedBy) {
			t.Fatalf("%s is approved by @%s and drafted by @%s", o.Ref, o.ApprovedBy, o.DraftedBy)
		}
		if o.State == ObligationSent && (o.Proof == "" || o.ApprovedBy == "" && o.Reason == "") {
			t.Fatalf("%s is sent without proof, or without approval or reason", o.Ref)
		}
		if key := o.Regime + " " + o.Stage; o.Retracted == "" && o.Regime != "contract" {
			if open[key] {
				t.Fatalf("%s is there twice", key)
			}
			open[key] = true
		}
		if o.DueAt.IsZero() || o.Trigger == "agreed" {
			continue
		}
		if o.TriggerAt.IsZero() {
			t.Fatalf("the clock of %s runs without a trigger", o.Ref)
		}
	}
}

// noticesSeen is what an undo brings back of impact and obligations.
func noticesSeen(in *Incident) string {
	var b strings.Builder
	is := in.Impact
	for _, l := range []AnswerMark{is.Disclosed, is.Modified, is.Destroyed, is.Personal, is.Customers} {
		b.WriteString(string(l.Answer()) + " ")
	}
	b.WriteString(string(is.Data) + itoa(is.People) + strings.Join(slices.Concat(is.Regions, is.Roles, is.Regulators), " "))
	for _, name := range Triggers() {
		b.WriteString(name + in.Triggers[name].At.String())
	}
	for _, o := range in.Obligations {
		if o.Retracted == "" {
			b.WriteString("\n" + o.Ref + string(o.Draft) + string(o.Proof) + string(o.Reason) + string(o.State) + o.Owner + o.DraftedBy + o.ApprovedBy + o.TriggerAt.String() + o.DueAt.String() + o.OwnAt.String())
		}
	}
	return b.String()
}
