package model

import (
	"slices"
	"time"
)

// ReviewFigures is the agenda of a month's review: what is computed from all
// incidents that count. Exercises never count, and neither do restricted
// incidents, whoever looks: a review is read by all, so that it shows all the
// same and tells nobody of what he may not know (AUTH-5).
type ReviewFigures struct {
	Month string    `json:"month"` // 2026-11
	AsOf  time.Time `json:"as_of"` // nothing that came later is in it

	Incidents  int           `json:"incidents"` // detected in the month
	Before     int           `json:"incidents_month_before"`
	StillOpen  int           `json:"incidents_still_open"` // of those detected in the month
	Closed     int           `json:"incidents_closed"`     // closed in the month, whenever detected
	BySeverity []ReviewCount `json:"by_severity"`          // all four, SEV1 first
	ByType     []ReviewCount `json:"by_type"`              // the most frequent first
	ByVector   []ReviewCount `json:"by_vector"`            // an incident may have several

	Completed   int                `json:"post_mortems_completed"` // in the month
	PostMortems []ReviewPostMortem `json:"post_mortems"`           // those, the oldest first
	Owed        int                `json:"post_mortems_owed"`      // required and not completed, of incidents that are over
	Missing     []ReviewPostMortem `json:"post_mortems_missing"`   // those, the longest first

	Clocks  ReviewClocks     `json:"clocks"`
	Late    int              `json:"follow_ups_overdue"` // due by the end of the month, and not settled
	ByTeam  []ReviewTeam     `json:"overdue_by_team"`    // the most first
	Overdue []ReviewFollowUp `json:"overdue"`            // the longest first
	Pending []ReviewPending  `json:"open_decisions"`     // of reviews before, the oldest first

	Metrics []ReviewMetric `json:"metrics"`
}

// ReviewCount is how many incidents are of one kind, in the month and in the one
// before.
type ReviewCount struct {
	Name   Text `json:"name"` // "" for those of which it is not said
	N      int  `json:"n"`
	Before int  `json:"month_before"`
}

// ReviewPostMortem is an incident on the agenda for its post-mortem.
type ReviewPostMortem struct {
	Incident string    `json:"incident"`
	Title    Text      `json:"title"`
	Severity Severity  `json:"severity"`
	Type     Text      `json:"type,omitempty"`
	State    string    `json:"state"`          // of the post-mortem
	At       time.Time `json:"at,omitzero"`    // when it was completed
	Since    time.Time `json:"since,omitzero"` // of one that is missing: when the incident was closed or declared
}

// ReviewClocks counts the obligations with a fixed time that were due in the month.
type ReviewClocks struct {
	Met     int `json:"met"`     // sent in time
	Missed  int `json:"missed"`  // sent late, or due and not sent
	Running int `json:"running"` // not due yet, and not sent
}

// ReviewTeam is how many follow-ups of a team are overdue.
type ReviewTeam struct {
	Team Text `json:"team"` // "" for those without one
	N    int  `json:"n"`
	Due  Day  `json:"oldest_due"`
}

// ReviewFollowUp is a follow-up that was due by the end of the month and is not done.
type ReviewFollowUp struct {
	Incident string `json:"incident"`
	Ref      string `json:"ref"`
	Title    Text   `json:"title"`
	Team     Text   `json:"team"`
	Owner    string `json:"owner"`
	Due      Day    `json:"due"`
}

// ReviewPending is a decision of an earlier review that waits to be carried out.
type ReviewPending struct {
	Month string    `json:"month"`
	Ref   string    `json:"ref"`
	Text  Text      `json:"text"`
	Owner string    `json:"owner"`
	Due   time.Time `json:"due,omitzero"`
}

// ReviewMetric is one metric of the month (docs/metrics.md) beside the months
// before it. Times are in seconds, shares from 0 to 1; nil where nothing could be
// measured.
type ReviewMetric struct {
	Key     string        `json:"key"`
	Name    string        `json:"name"`
	Formula string        `json:"formula"`
	Unit    string        `json:"unit"` // seconds or share
	N       int           `json:"n"`
	LeftOut int           `json:"left_out"`
	Median  *float64      `json:"median,omitempty"`
	P90     *float64      `json:"p90,omitempty"`
	Mean    *float64      `json:"mean,omitempty"`
	Share   *float64      `json:"share,omitempty"`
	Year    ReviewPoint   `json:"year_before"` // the twelve months before, taken together
	Trend   []ReviewPoint `json:"trend"`       // the twelve months up to this one, oldest first
}

// Value is the figure that stands for the metric: its share, or its median.
func (m *ReviewMetric) Value() *float64 {
	if m.Share != nil {
		return m.Share
	}
	return m.Median
}

// ReviewPoint is what stands for a metric in another period.
type ReviewPoint struct {
	Month string   `json:"month,omitempty"`
	N     int      `json:"n"`
	Value *float64 `json:"value"`
}

// MaxReviewRows is how many rows of one list a review freezes; the counts beside
// them are of all.
const MaxReviewRows = 1000

// check refuses figures that cannot be those of the month.
func (f *ReviewFigures) check(month string) error {
	if f.Month != month || f.AsOf.IsZero() {
		return Invalid("these figures are not those of %s", month).Hint("compute them again")
	}
	for _, n := range []int{len(f.ByType), len(f.ByVector), len(f.PostMortems), len(f.Missing), len(f.ByTeam), len(f.Overdue), len(f.Pending), len(f.Metrics)} {
		if n > MaxReviewRows {
			return Invalid("a review holds at most %d rows of each list, these figures have %d", MaxReviewRows, n).Hint("nothing was changed")
		}
	}
	return nil
}

// redacted is the figures without the texts of people.
func (f ReviewFigures) redacted(mark Text) ReviewFigures {
	f.PostMortems, f.Missing = slices.Clone(f.PostMortems), slices.Clone(f.Missing)
	for _, list := range [][]ReviewPostMortem{f.PostMortems, f.Missing} {
		for i := range list {
			list[i].Title = mark
		}
	}
	f.ByTeam, f.Overdue, f.Pending = slices.Clone(f.ByTeam), slices.Clone(f.Overdue), slices.Clone(f.Pending)
	for i := range f.ByTeam {
		f.ByTeam[i].Team = mark
	}
	for i := range f.Overdue {
		x := &f.Overdue[i]
		x.Title, x.Team = mark, mark
	}
	for i := range f.Pending {
		f.Pending[i].Text = mark
	}
	return f
}

// For is the figures as somebody may see them: rows of incidents that he may not
// know of (any more) are left out, as everywhere; the counts stay as they were.
func (f ReviewFigures) For(known func(incident string) bool) ReviewFigures {
	unknown := func(p ReviewPostMortem) bool { return !known(p.Incident) }
	f.PostMortems = slices.DeleteFunc(slices.Clone(f.PostMortems), unknown)
	f.Missing = slices.DeleteFunc(slices.Clone(f.Missing), unknown)
	f.Overdue = slices.DeleteFunc(slices.Clone(f.Overdue), func(x ReviewFollowUp) bool { return !known(x.Incident) })
	return f
}
