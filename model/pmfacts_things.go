package model

import (
	"maps"
	"slices"
	"time"
)

// ScopeCount counts the assets by how far the response to them is.
type ScopeCount struct {
	Assets      int `json:"assets"`
	Compromised int `json:"compromised"`
	Contained   int `json:"contained"`
	Eradicated  int `json:"eradicated"`
	Recovered   int `json:"recovered"` // and verified
}

// ScopeCount counts the assets of the incident that were not taken back.
func (in *Incident) ScopeCount() ScopeCount {
	var c ScopeCount
	for _, a := range in.Assets {
		if a.Retracted != "" {
			continue
		}
		c.Assets++
		for _, s := range []struct {
			step Step
			n    *int
		}{{StepCompromised, &c.Compromised}, {StepContained, &c.Contained}, {StepEradicated, &c.Eradicated}} {
			if a.Step(s.step) == "yes" {
				*s.n++
			}
		}
		if a.Restored() {
			c.Recovered++
		}
	}
	return c
}

// FactAction is an action with when it was proposed, approved and done.
type FactAction struct {
	Ref        string      `json:"ref"`
	Stage      Stage       `json:"stage"`
	What       Text        `json:"what"`
	State      ActionState `json:"state"`
	Owner      string      `json:"owner"`
	ProposedBy string      `json:"proposed_by"`
	ProposedAt time.Time   `json:"proposed_at"`
	ApprovedBy string      `json:"approved_by"`
	ApprovedAt time.Time   `json:"approved_at,omitzero"`
	Override   bool        `json:"override"` // the IC let his own proposal pass
	DoneAt     time.Time   `json:"done_at,omitzero"`
	InForce    bool        `json:"in_force"` // has an effect that is not taken back
	Undo       Text        `json:"undo,omitempty"`
	Result     Text        `json:"result,omitempty"`
}

func (in *Incident) factActions() []FactAction {
	out := []FactAction{}
	for _, a := range in.Actions {
		f := FactAction{Ref: a.Ref, Stage: a.Stage, What: in.ActionLine(a), State: a.State, Owner: a.Owner, ProposedBy: a.ProposedBy, ProposedAt: a.ProposedAt,
			ApprovedBy: a.ApprovedBy, ApprovedAt: a.ApprovedAt, Override: a.Override, InForce: a.InForce(), Undo: a.UndoText(), Result: a.Result}
		if a.State == ActionDone || a.State == ActionVerified || a.State == ActionRolledBack {
			for _, s := range a.Steps {
				if s.State == ActionDone {
					f.DoneAt = s.At
				}
			}
		}
		out = append(out, f)
	}
	return out
}

// ClockResult is what became of a clock.
type ClockResult string

// The results.
const (
	ClockMet     ClockResult = "met"          // sent in time
	ClockLate    ClockResult = "late"         // sent after its time
	ClockOverdue ClockResult = "overdue"      // its time is over, and nothing was sent
	ClockRuns    ClockResult = "running"      // its time is not over
	ClockSent    ClockResult = "sent"         // sent; no fixed time
	ClockOwed    ClockResult = "owed"         // not sent; no fixed time
	ClockWaits   ClockResult = "waiting"      // its trigger was never recorded
	ClockNot     ClockResult = "not-required" // with a reason
)

// ClockOutcome is an obligation with what became of its clock.
type ClockOutcome struct {
	Ref       string      `json:"ref"`
	Regime    string      `json:"regime"`
	Title     Text        `json:"title"`
	Recipient Text        `json:"recipient"`
	Result    ClockResult `json:"result"`
	StartedAt time.Time   `json:"started_at,omitzero"`
	DueAt     time.Time   `json:"due_at,omitzero"`
	SentAt    time.Time   `json:"sent_at,omitzero"`
	Proof     Text        `json:"proof,omitempty"`
	Reason    Text        `json:"reason,omitempty"`

	// Lead is how long before its time it was sent; less than nothing when it came
	// late, 0 where nothing was sent or there is no fixed time.
	Lead time.Duration `json:"lead"`
}

// ClockOutcomes lists the obligations to notify with what became of their clocks.
func (in *Incident) ClockOutcomes(now time.Time) []ClockOutcome {
	out := []ClockOutcome{}
	for _, o := range in.Obligations {
		if o.Retracted != "" {
			continue
		}
		c := ClockOutcome{Ref: o.Ref, Regime: o.Regime, Title: o.Title, Recipient: o.Recipient, StartedAt: o.TriggerAt, DueAt: o.DueAt, SentAt: o.SentAt,
			Proof: o.Proof, Reason: o.Reason}
		sent := o.State == ObligationSent
		switch {
		case o.State == ObligationNot:
			c.Result = ClockNot
		case sent && o.DueAt.IsZero():
			c.Result = ClockSent
		case sent && o.Late(now):
			c.Result = ClockLate
		case sent:
			c.Result = ClockMet
		case o.TriggerAt.IsZero():
			c.Result = ClockWaits
		case o.DueAt.IsZero():
			c.Result = ClockOwed
		case o.Late(now):
			c.Result = ClockOverdue
		default:
			c.Result = ClockRuns
		}
		if sent && !o.DueAt.IsZero() {
			c.Lead = o.DueAt.Sub(o.SentAt)
		}
		out = append(out, c)
	}
	return out
}

// FactTechnique is an ATT&CK technique with the entries that name it.
type FactTechnique struct {
	ID   string   `json:"id"`
	Refs []string `json:"refs"`
}

func (in *Incident) techniques() []FactTechnique {
	by := map[string][]string{}
	for _, e := range in.Timeline {
		if e.Retracted != "" || e.CorrectedBy != "" {
			continue
		}
		for _, t := range e.Techniques {
			if !slices.Contains(by[t], e.Ref) {
				by[t] = append(by[t], e.Ref)
			}
		}
	}
	out := []FactTechnique{}
	for _, id := range slices.Sorted(maps.Keys(by)) {
		out = append(out, FactTechnique{ID: id, Refs: by[id]})
	}
	return out
}
