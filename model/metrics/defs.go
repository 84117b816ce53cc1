package metrics

import (
	"time"

	"warroom/model"
)

// duration is a metric between two moments of an incident.
type duration struct {
	key, name, formula string
	// values is what one incident gives, in seconds, and how much of it could not be
	// measured.
	values func(*model.Brief) (values []float64, left int)
}

// between measures from a moment to a later one. What is out of order is left out.
func between(from, to model.MomentName) func(*model.Brief) ([]float64, int) {
	return func(b *model.Brief) ([]float64, int) {
		a, z := b.Times.At(from), b.Times.At(to)
		if a.IsZero() || z.Before(a) { // a zero end is before all
			return nil, 1
		}
		return []float64{z.Sub(a).Seconds()}, 0
	}
}

// saying takes what the source of an import says before the moments.
func saying(said func(*model.Times) *time.Duration, next func(*model.Brief) ([]float64, int)) func(*model.Brief) ([]float64, int) {
	return func(b *model.Brief) ([]float64, int) {
		if d := said(&b.Times); d != nil {
			return []float64{d.Seconds()}, 0
		}
		return next(b)
	}
}

// noticed leaves out what was detected by its own declaration: nothing was
// measured between one event and itself.
func noticed(next func(*model.Brief) ([]float64, int)) func(*model.Brief) ([]float64, int) {
	return func(b *model.Brief) ([]float64, int) {
		if b.Times.DetectedFrom == model.FromDeclared {
			return nil, 1
		}
		return next(b)
	}
}

// either measures between two moments of which any may be the earlier.
func either(from, to model.MomentName) func(*model.Brief) ([]float64, int) {
	return func(b *model.Brief) ([]float64, int) {
		a, z := b.Times.At(from), b.Times.At(to)
		if a.IsZero() || z.IsZero() {
			return nil, 1
		}
		return []float64{z.Sub(a).Seconds()}, 0
	}
}

// durations lists them in the order in which they are shown (domain.md 1.9).
func durations() []*duration {
	return []*duration{
		{"detect", "Time to detect", "d - o", saying(func(t *model.Times) *time.Duration { return t.SaidDetect }, between(model.MomentFirstAct, model.MomentDetected))},
		{"acknowledge", "Time to acknowledge", "a - d", noticed(between(model.MomentDetected, model.MomentAcknowledged))},
		{"determine", "Time to determine", "s - d", noticed(between(model.MomentDetected, model.MomentDetermined))},
		{"command", "Time to command", "ic - d", noticed(between(model.MomentDetected, model.MomentCommand))},
		{"contain", "Time to contain", "c - d", saying(func(t *model.Times) *time.Duration { return t.SaidContain }, between(model.MomentDetected, model.MomentContained))},
		{"contain-determined", "Determined to contained", "c - s", between(model.MomentDetermined, model.MomentContained)},
		{"eradicate", "Time to eradicate", "e - c", between(model.MomentContained, model.MomentEradicated)},
		{"recover", "Time to recover", "r - d", between(model.MomentDetected, model.MomentRecovered)},
		{"resolve", "Time to resolve", "x - d", between(model.MomentDetected, model.MomentClosed)},
		{"dwell", "Dwell time", "e - o", between(model.MomentFirstAct, model.MomentEradicated)},
		{"breakout", "Breakout time", "sp - o", between(model.MomentFirstAct, model.MomentSpread)},
		{"breakout-margin", "Breakout margin", "sp - c", either(model.MomentContained, model.MomentSpread)},
		{"notice-lead", "Notice lead", "(k + allowed) - n", noticeLead},
		{"post-mortem-lag", "Post-mortem lag", "pm - x", either(model.MomentClosed, model.MomentPublished)},
	}
}

// noticeLead is how long before its deadline each notice went out.
func noticeLead(b *model.Brief) (values []float64, left int) {
	for _, c := range b.Clocks {
		if c.Sent.IsZero() {
			left++
			continue
		}
		values = append(values, c.Due.Sub(c.Sent).Seconds())
	}
	return values, left
}

// share is a metric that counts how many of how many.
type share struct {
	key, name, formula string
	count              func(s Set, now time.Time) (hits, n, left int)
}

func shares() []*share {
	return []*share{
		{"notice-on-time", "Notices on time", "count(n <= k + allowed) / count(due)", noticesOnTime},
		{"severity-drift", "Severity drift", "count(adjusted <> preliminary) / incidents", drift(func(b *model.Brief) bool { return b.Severity != b.Preliminary })},
		{"severity-raised", "Severity raised", "count(adjusted above preliminary) / incidents", drift(func(b *model.Brief) bool { return b.Severity < b.Preliminary })},
		{"escalation-accuracy", "Escalation accuracy", "reports that were incidents / reports decided", escalation},
		{"internal-discovery", "Internal discovery", "count(discovery internal) / count(discovery known)", discovery},
		{"checklist", "Checklist completion", "required items done or waived / required items", checklist},
		{"reopen", "Reopen rate", "reopened within 90 days / closed", reopened},
		{"follow-ups-on-time", "Follow-ups on time", "done by the due day / due", followUps},
	}
}

func noticesOnTime(s Set, now time.Time) (hits, n, left int) {
	for _, b := range s.Incidents {
		for _, c := range b.Clocks {
			switch {
			case c.Sent.IsZero() && !now.After(c.Due):
				left++ // it may still be in time
			case c.Missed(now):
				n++
			default:
				hits, n = hits+1, n+1
			}
		}
	}
	return hits, n, left
}

func drift(moved func(*model.Brief) bool) func(Set, time.Time) (int, int, int) {
	return func(s Set, _ time.Time) (hits, n, left int) {
		for _, b := range s.Incidents {
			if b.Imported { // its severity was given once
				left++
				continue
			}
			n++
			if moved(b) {
				hits++
			}
		}
		return hits, n, left
	}
}

func escalation(s Set, _ time.Time) (hits, n, left int) {
	for _, b := range s.Reports {
		switch b.Report.State {
		case model.ReportIncident:
			hits, n = hits+1, n+1
		case model.ReportEvent, model.ReportFalse:
			n++
		default: // not decided, or told twice
			left++
		}
	}
	return hits, n, left
}

func discovery(s Set, _ time.Time) (hits, n, left int) {
	for _, b := range s.Incidents {
		switch b.Class.Discovery {
		case "internal":
			hits, n = hits+1, n+1
		case "external", "partner":
			n++
		default:
			left++
		}
	}
	return hits, n, left
}

func checklist(s Set, _ time.Time) (hits, n, left int) {
	for _, b := range s.Incidents {
		hits, n = hits+b.RequiredDone, n+b.Required
	}
	return hits, n, 0
}

func reopened(s Set, _ time.Time) (hits, n, left int) {
	for _, b := range s.Incidents {
		if !b.Times.ClosedOnce {
			left++
			continue
		}
		n++
		if b.Times.Reopened {
			hits++
		}
	}
	return hits, n, left
}

// followUps counts by the day: what is done on its due day is on time. Dropped
// ones were not to be done.
func followUps(s Set, now time.Time) (hits, n, left int) {
	today := model.DayOf(now)
	for _, b := range s.Incidents {
		for i := range b.FollowUps {
			f := &b.FollowUps[i]
			done := f.State == model.FollowUpDone
			switch {
			case f.State == model.FollowUpDropped, !done && today <= f.Due:
				left++
			case done && model.DayOf(f.Settled) <= f.Due:
				hits, n = hits+1, n+1
			default:
				n++
			}
		}
	}
	return hits, n, left
}
