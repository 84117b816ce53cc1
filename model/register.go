package model

import (
	"fmt"
	"strings"
	"time"
)

// A register is what a team keeps beside its incidents: who is on call, who was
// trained, what was learned. It is a stream in the same log, folded by the same
// Incident with one of its parts set, so it is live, audited and verified as
// incidents are. It is there from its first event on; before that it is empty.

// StatusRegister is the status of a register's stream: neither open nor closed.
const StatusRegister Status = "register"

// The ids of the registers of which there is one each.
const (
	RegisterOnCall    = "ONCALL"    // rotations and contacts
	RegisterTraining  = "TRAINING"  // people, topics, records
	RegisterPlaybooks = "PLAYBOOKS" // reviews of playbooks, and what lessons changed in them
)

// reviewPrefix begins the id of a month's review: REVIEW-2026-11.
const reviewPrefix = "REVIEW-"

// ReviewID is the id of the review of a month.
func ReviewID(year int, month time.Month) string {
	return fmt.Sprintf("%s%04d-%02d", reviewPrefix, year, int(month))
}

// Registers lists the ids of the registers of which there is one each.
func Registers() []string { return []string{RegisterOnCall, RegisterTraining, RegisterPlaybooks} }

// MonthOfReview is the month of a review's id, 2026-11; "" for another id.
func MonthOfReview(id string) string {
	month, ok := strings.CutPrefix(id, reviewPrefix)
	if !ok {
		return ""
	}
	if _, err := time.Parse("2006-01", month); err != nil {
		return ""
	}
	return month
}

// IsReviewID tells the id of a month's review.
func IsReviewID(id string) bool { return MonthOfReview(id) != "" }

// IsRegisterID tells the id of a register from that of an incident or a report.
func IsRegisterID(id string) bool {
	switch id {
	case RegisterOnCall, RegisterTraining, RegisterPlaybooks:
		return true
	}
	return IsReviewID(id)
}

// registerTitle is what a register is called on screen.
func registerTitle(id string) Text {
	switch id {
	case RegisterOnCall:
		return "On call"
	case RegisterTraining:
		return "Training"
	case RegisterPlaybooks:
		return "Playbooks"
	}
	return Text("Review of " + strings.TrimPrefix(id, reviewPrefix))
}

// begin makes a register of an empty state with its first event.
func (d *draft) begin(m Meta) {
	if m.Version == 1 && IsRegisterID(m.Incident) {
		d.Title, d.Status = registerTitle(m.Incident), StatusRegister
		d.DeclaredAt, d.DeclaredBy = m.At, m.Actor
	}
}

// mayRegister says why by may not do in the register id what needs the level, or nil.
func (in *Incident) mayRegister(by Actor, id string, need Access) error {
	if in.ID != id && in.ID != "" {
		return Invalid("%s is not the register %s", in.ID, id).Hint("nothing was changed")
	}
	if in.Rights(by) < rank(need) {
		if need == AccessLead {
			return Forbidden("@%s may not do this: it is for commanders and admins", by.Name).Hint("ask a commander")
		}
		return Forbidden("@%s may only read this", by.Name).Hint("ask a responder")
	}
	return nil
}

// IsIncident says whether the line is an incident's: no report's and no register's.
func (b *Brief) IsIncident() bool { return b.Status == StatusOpen || b.Status == StatusClosed }
