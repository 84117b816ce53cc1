package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// After t0, in minutes.
func mins(n int) time.Time { return t0.Add(time.Duration(n) * time.Minute) }

func TestTimesFromTheLog(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2})
	if got := w.in.Times(); !got.Detected.Equal(t0) || got.DetectedFrom != FromDeclared || !got.Determined.Equal(t0) || !got.FirstAct.IsZero() || !got.Contained.IsZero() {
		t.Errorf("declared: %+v", got)
	}
	for i, p := range []Phase{PhaseContainment, PhaseEradication, PhaseContainment, PhaseRecovery, PhasePostIncident} {
		w.now = mins(10 * (i + 1))
		w.must(t, alice, SetPhase{To: p, Reason: "r", Force: true})
	}
	got := w.in.Times()
	// It went back to containment at 30: what was passed at 20 did not hold.
	if !got.Contained.Equal(mins(40)) || !got.Eradicated.Equal(mins(40)) || !got.Recovered.Equal(mins(50)) || !got.Closed.IsZero() {
		t.Errorf("phases: %+v", got)
	}
	w.now = mins(60)
	w.must(t, alice, Close{Reason: "r"})
	if got := w.in.Times(); !got.Closed.Equal(mins(60)) || !got.ClosedOnce || got.Reopened || !got.Recovered.Equal(mins(50)) {
		t.Errorf("closed: %+v", got)
	}
	w.now = mins(70)
	w.must(t, alice, Reopen{Reason: "r"})
	if got := w.in.Times(); !got.Closed.IsZero() || !got.ClosedOnce || !got.Reopened || !got.Recovered.Equal(mins(50)) {
		t.Errorf("reopened: %+v", got)
	}
}

func TestACloseAlonePassesNoPhase(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2}, Close{Reason: "false alarm"})
	if got := w.in.Times(); !got.Contained.IsZero() || !got.Recovered.IsZero() || got.Closed.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestTimesOfAReport(t *testing.T) {
	r := &world{in: &Incident{ID: "RPT-1"}, now: t0}
	r.must(t, olive, RaiseReport{Title: "odd", Severity: 3})
	r.now = mins(5)
	r.must(t, bob, AssignReport{User: "bob"})
	w := newWorld()
	w.now = mins(12)
	w.must(t, bob, TakeReport{Report: r.in, Open: &Declare{Title: "odd", Severity: 2}, Reason: "is one"})
	got := w.in.Times()
	if !got.Detected.Equal(t0) || got.DetectedFrom != FromReport || !got.Acknowledged.Equal(mins(5)) || !got.Determined.Equal(mins(12)) {
		t.Errorf("%+v", got)
	}
	if r.in.Times() != (Times{}) {
		t.Errorf("a report has times: %+v", r.in.Times())
	}
}

func TestMomentsByHand(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2})
	w.now = mins(30)
	refused := func(c SetMoment, by Actor, code Code) {
		t.Helper()
		if err := w.do(by, c); CodeOf(err) != code {
			t.Errorf("%+v by %s: %v, want %s", c, by.Name, err, code)
		}
	}
	refused(SetMoment{Name: MomentFirstAct, At: mins(-600)}, olive, CodeForbidden)
	refused(SetMoment{Name: "first", At: t0}, bob, CodeUsage)
	refused(SetMoment{Name: MomentFirstAct}, bob, CodeInvalid)
	refused(SetMoment{Name: MomentFirstAct, At: mins(50)}, bob, CodeInvalid)             // ahead
	refused(SetMoment{Name: MomentFirstAct, At: mins(10)}, bob, CodeInvalid)             // after it was detected
	refused(SetMoment{Name: MomentFirstAct, Clear: true}, bob, CodeConflict)             // nobody said it
	w.must(t, bob, SetMoment{Name: MomentFirstAct, At: mins(-600), Reason: "mail gate"}) // said
	refused(SetMoment{Name: MomentFirstAct, At: mins(-500)}, bob, CodeConflict)          // no reason
	w.must(t, bob, SetMoment{Name: MomentDetected, Unknown: true}, SetMoment{Name: MomentContained, At: mins(20)})
	got := w.in.Times()
	if !got.FirstAct.Equal(mins(-600)) || !got.Detected.IsZero() || got.DetectedFrom != FromHand || !got.Contained.Equal(mins(20)) || !got.Counted.Equal(t0) {
		t.Errorf("%+v", got)
	}
	w.must(t, bob, Undo{}, Undo{})
	if got := w.in.Times(); !got.Detected.Equal(t0) || !got.Contained.IsZero() {
		t.Errorf("undone: %+v", got)
	}
	seen := w.in.Version
	w.must(t, carol, SetMoment{Name: MomentFirstAct, At: mins(-300), Reason: "logs"})
	refused(SetMoment{Name: MomentFirstAct, At: mins(-200), Reason: "mine", Seen: seen}, bob, CodeConflict)
	w.must(t, alice, Close{Reason: "r"})
	w.must(t, bob, SetMoment{Name: MomentRecovered, At: mins(25)}) // a closed incident, too
}

func historic() ImportIncident {
	return ImportIncident{Title: "Mail to the wrong list", Severity: 3, Origin: Import{Source: "veris", ID: "a-1"},
		Moments: []MomentSet{
			{Name: MomentFirstAct, Moment: Moment{At: time.Date(2017, 7, 1, 0, 0, 0, 0, time.UTC), Precision: PrecisionMonth, Said: "2017-07"}},
			{Name: MomentDetected, Moment: Moment{After: MomentFirstAct, Span: 48 * time.Hour, Said: "2 days"}},
			{Name: MomentContained, Moment: Moment{After: MomentDetected, Span: time.Hour, Said: "1 hour"}}},
		Class: map[string][]string{AxisAction: {"error:gaffe"}, AxisDiscovery: {"internal"}}}
}

func TestImportedIncident(t *testing.T) {
	w := newWorld()
	if err := w.do(bob, historic()); CodeOf(err) != CodeForbidden {
		t.Errorf("by a responder: %v", err)
	}
	w.must(t, alice, historic())
	got := w.in.Times()
	switch {
	case w.in.Open(), w.in.Import == nil, w.in.DeclaredAt != t0:
		t.Errorf("%+v", w.in)
	case !got.FirstAct.IsZero() || !got.Detected.IsZero() || !got.Contained.IsZero() || !got.Determined.IsZero() || !got.Closed.IsZero():
		t.Errorf("the month of the first act makes no moment, the import none either: %+v", got)
	case *got.SaidDetect != 48*time.Hour || *got.SaidContain != time.Hour:
		t.Errorf("said: %v %v", got.SaidDetect, got.SaidContain)
	case got.Precision != PrecisionMonth || got.Counted != time.Date(2017, 7, 3, 0, 0, 0, 0, time.UTC) || got.ClosedOnce:
		t.Errorf("%+v", got)
	}
	// The day of the first act becomes known: what was counted from it follows.
	first := time.Date(2017, 7, 10, 8, 0, 0, 0, time.UTC)
	w.must(t, bob, SetMoment{Name: MomentFirstAct, At: first, Reason: "mail log"})
	if got := w.in.Times(); !got.Detected.Equal(first.Add(48*time.Hour)) || !got.Contained.Equal(first.Add(49*time.Hour)) {
		t.Errorf("%+v", got)
	}
	for name, change := range map[string]func(*ImportIncident){
		"no id":       func(c *ImportIncident) { c.Origin.ID = "" },
		"no moment":   func(c *ImportIncident) { c.Moments[0].Name = "x" },
		"no length":   func(c *ImportIncident) { c.Moments[1].Span = -1 },
		"from itself": func(c *ImportIncident) { c.Moments[1].After = MomentDetected },
		"ahead":       func(c *ImportIncident) { c.Moments[0].At = t0.AddDate(1, 0, 0) },
		"no action":   func(c *ImportIncident) { c.Class[AxisAction] = []string{"sorcery"} },
	} {
		c := historic()
		change(&c)
		if err := newWorld().do(alice, c); err == nil {
			t.Errorf("%s: imported", name)
		}
	}
}

func TestClassify(t *testing.T) {
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 2})
	for _, parts := range []map[string][]string{{"colour": {"red"}}, {AxisActor: {"martian"}}, {AxisActor: {"external:"}}, {AxisVector: {"e mail"}}, {AxisVector: make([]string, 40)}} {
		if err := w.do(bob, Classify{Parts: parts}); err == nil {
			t.Errorf("%v: taken", parts)
		}
	}
	w.must(t, bob, Classify{Parts: map[string][]string{AxisActor: {" External:organized-crime", "external:organized-crime"}, AxisVector: {"email-link"}, AxisDiscovery: {"internal:ids"}}})
	if c := w.in.Class; len(c.Actors) != 1 || w.in.Brief().Class.Discovery != "internal" || w.in.Brief().Class.Vectors[0] != "email-link" {
		t.Errorf("%+v", c)
	}
	w.must(t, bob, Classify{Parts: map[string][]string{AxisVector: {}}})
	w.must(t, bob, Undo{}, Undo{})
	if !w.in.Class.Empty() {
		t.Errorf("%+v", w.in.Class)
	}
	if got := ClassWord("S - Web application (v2)"); got != "s-web-application-v2" {
		t.Errorf("%q", got)
	}
}

// anyMoment draws a command about moments or classification, sensible or not.
func anyMoment(t *rapid.T, w *world, reason Text) Command {
	if rapid.Bool().Draw(t, "class") {
		axis := pick(t, "axis", append(ClassAxes(), "colour")...)
		words := pick(t, "words", []string{}, []string{"external:x", "internal"}, []string{"email-link", "vpn"}, []string{"e mail"}, ClassWords(axis))
		return Classify{Parts: map[string][]string{axis: words}, Seen: uint64(rapid.IntRange(0, 9).Draw(t, "seen"))}
	}
	return SetMoment{Name: pick(t, "name", append(MomentNames(), "never")...), At: w.now.Add(time.Duration(rapid.IntRange(-9000, 20).Draw(t, "at")) * time.Minute),
		Precision: pick(t, "precision", "", PrecisionDay), Unknown: rapid.IntRange(0, 3).Draw(t, "unknown") == 0, Clear: rapid.IntRange(0, 3).Draw(t, "clear") == 0,
		Reason: reason, Seen: uint64(rapid.IntRange(0, 9).Draw(t, "seen"))}
}

// momentsSeen is what was said of moments and classes, without who said it.
func momentsSeen(in *Incident) string {
	var b strings.Builder
	for _, n := range MomentNames() {
		if m, ok := in.Moments[n]; ok {
			fmt.Fprintln(&b, n, m.At, m.Precision, m.Unknown, m.After, m.Span)
		}
	}
	for _, a := range ClassAxes() {
		if words := in.Class.Axis(a); len(words) > 0 {
			fmt.Fprintln(&b, a, words)
		}
	}
	return b.String()
}
