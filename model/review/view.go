package review

import (
	"time"

	"warroom/model"
)

// View is a review as somebody sees it: what was recorded in it, with its figures.
// It is what review --json prints.
type View struct {
	ID         string                  `json:"id"`
	Ref        string                  `json:"ref"`
	Month      string                  `json:"month"`
	State      string                  `json:"state"` // open or closed
	ClosedBy   string                  `json:"closed_by"`
	ClosedAt   *time.Time              `json:"closed_at"`
	Reason     model.Text              `json:"reason"`
	Attendees  []model.Attendee        `json:"attendees"`
	Decisions  []*model.ReviewDecision `json:"decisions"`
	Notes      []*model.ReviewNote     `json:"notes"`
	Steps      []model.ReviewStep      `json:"history"`
	Figures    model.ReviewFigures     `json:"figures"`
	Restricted int                     `json:"restricted_left_out"` // that the reader may know of
	Version    uint64                  `json:"version"`
	Head       model.Hash              `json:"head"`
}

// The states of a review.
const (
	Open   = "open"
	Closed = "closed"
)

// See is the review of a month as by sees it now. The register may be empty. A
// closed review shows the figures that were frozen, an open one those of now; of
// both it names only incidents that by may know of.
func See(reg *model.Incident, m Month, briefs []*model.Brief, by model.Actor, now time.Time) View {
	r := reg.Review
	if r == nil || r.Closed == nil {
		return SeeWith(reg, m, Agenda(briefs, m, now), briefs, by)
	}
	return SeeWith(reg, m, r.Closed.Figures, briefs, by)
}

// SeeWith is See with figures that are there already; those of a closed review
// have to be the frozen ones.
func SeeWith(reg *model.Incident, m Month, f model.ReviewFigures, briefs []*model.Brief, by model.Actor) View {
	v := View{ID: m.ID(), Ref: m.ID(), Month: m.String(), State: Open, Attendees: []model.Attendee{}, Decisions: []*model.ReviewDecision{}, Notes: []*model.ReviewNote{},
		Steps: []model.ReviewStep{}, Version: reg.Version, Head: reg.Head, Restricted: LeftOut(briefs, m, by)}
	if r := reg.Review; r != nil {
		v.Attendees, v.Decisions = append(v.Attendees, r.Attendees...), append(v.Decisions, r.Decisions...)
		v.Notes, v.Steps = append(v.Notes, r.Notes...), append(v.Steps, r.Steps...)
		if c := r.Closed; c != nil {
			at := c.At
			v.State, v.ClosedBy, v.ClosedAt, v.Reason = Closed, c.By, &at, c.Reason
		}
	}
	hidden := map[string]bool{}
	for i := range briefs {
		if b := briefs[i]; !b.CanRead(by) {
			hidden[b.ID] = true
		}
	}
	v.Figures = f.For(func(id string) bool { return !hidden[id] })
	return v
}

// Public is the view for a document, which is passed on: nothing in it names or
// counts what is restricted now, also where who takes it out may know of it.
func (v View) Public(briefs []*model.Brief) View {
	hidden := map[string]bool{}
	for i := range briefs {
		if b := briefs[i]; b.Restricted {
			hidden[b.ID] = true
		}
	}
	v.Figures, v.Restricted = v.Figures.For(func(id string) bool { return !hidden[id] }), 0
	return v
}

// Standing lists the decisions that were not taken back.
func (v *View) Standing() []*model.ReviewDecision {
	var out []*model.ReviewDecision
	for _, d := range v.Decisions {
		if d.Retracted == "" {
			out = append(out, d)
		}
	}
	return out
}

// Said lists the notes that were not taken back.
func (v *View) Said() []*model.ReviewNote {
	var out []*model.ReviewNote
	for _, n := range v.Notes {
		if n.Retracted == "" {
			out = append(out, n)
		}
	}
	return out
}
