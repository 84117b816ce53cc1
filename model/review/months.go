package review

import (
	"slices"
	"time"

	"warroom/model"
)

// Line is one month in the list of reviews.
type Line struct {
	Month     string     `json:"month"`
	ID        string     `json:"id"`
	State     string     `json:"state"` // open, closed, or "" where nothing is recorded
	ClosedBy  string     `json:"closed_by"`
	ClosedAt  *time.Time `json:"closed_at"`
	Attendees int        `json:"attendees"`
	Decisions int        `json:"decisions"`
	Open      int        `json:"open_decisions"` // that wait to be carried out
	Incidents int        `json:"incidents"`      // detected in the month; as of now
	Completed int        `json:"post_mortems"`   // completed in the month; as of now
}

// mostMonths is how far back the list goes.
const mostMonths = 1200

// Months lists the months from that of now back to the first in which anything
// was, the newest first.
func Months(briefs []*model.Brief, now time.Time) []Line {
	type sums struct{ incidents, completed int }
	by := map[time.Time]*sums{}
	at := func(t time.Time) *sums {
		m := model.MonthOf(t)
		if by[m] == nil {
			by[m] = &sums{}
		}
		return by[m]
	}
	reviews := map[string]*model.ReviewBrief{}
	first := model.MonthOf(now)
	earlier := func(t time.Time) {
		if t.Before(first) {
			first = t
		}
	}
	for i := range briefs {
		b := briefs[i]
		if _, from, ok := model.ReviewMonth(b.ID); ok && b.Review != nil {
			reviews[b.ID] = b.Review
			earlier(from)
		}
		if !real(b) || b.Restricted {
			continue
		}
		if t := b.Times.Counted; !t.IsZero() && b.Times.Precision != model.PrecisionYear {
			at(t).incidents++
			earlier(model.MonthOf(t))
		}
		if p := &b.PostMortem; p.State.Signed() {
			at(completed(p)).completed++
		}
	}
	var out []Line
	for m := Of(now); !m.From.Before(first) && len(out) < mostMonths; m = m.Before(1) {
		l := Line{Month: m.String(), ID: m.ID()}
		if s := by[m.From]; s != nil {
			l.Incidents, l.Completed = s.incidents, s.completed
		}
		if r := reviews[l.ID]; r != nil {
			l.State, l.Attendees, l.Decisions, l.Open = Open, r.Attendees, r.Decisions, len(r.Open)
			if r.ClosedBy != "" {
				closed := r.ClosedAt
				l.State, l.ClosedBy, l.ClosedAt = Closed, r.ClosedBy, &closed
			}
		}
		out = append(out, l)
	}
	return slices.Clip(out)
}
