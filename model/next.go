package model

import (
	"slices"
	"strings"
	"time"
)

// NextWhy says why something is to be done next.
type NextWhy string

// The reasons, the most pressing first.
const (
	NextLate     NextWhy = "late"       // a deadline is over
	NextApproval NextWhy = "approval"   // it waits for somebody's word
	NextDue      NextWhy = "due"        // a deadline runs
	NextSay      NextWhy = "decide"     // something has to be said before duties or gates are known
	NextGate     NextWhy = "gate"       // the next phase waits for it
	NextRole     NextWhy = "role"       // nobody holds the role
	NextDoing    NextWhy = "doing"      // begun
	NextAssign   NextWhy = "unassigned" // required in this phase, and nobody has it
	NextOpen     NextWhy = "open"       // required in this phase, or an approved action
)

func nextReasons() []NextWhy {
	return []NextWhy{NextLate, NextApproval, NextDue, NextSay, NextRole, NextGate, NextDoing, NextAssign, NextOpen}
}

// NextStep is one thing that is to be done next.
type NextStep struct {
	Ref   string    `json:"ref"` // A8, N1, C12; "" for a fact or a role of the incident
	What  Text      `json:"what"`
	Owner string    `json:"owner"`
	Due   time.Time `json:"due,omitzero"`
	Why   NextWhy   `json:"why"`
}

// Next lists what is to be done next, computed from everything the room knows:
// what is late, waits for approval or is due, what has to be decided, missing
// roles, what is begun, and what the phase still requires.
func (in *Incident) Next(now time.Time) []NextStep {
	if !in.Open() {
		return nil
	}
	n := nexts{in: in, now: now}
	n.actions()
	n.obligations()
	n.facts()
	n.items()
	n.followUps()
	n.gate()
	n.postMortem()
	slices.SortStableFunc(n.list, func(a, b NextStep) int {
		order := nextReasons()
		if d := slices.Index(order, a.Why) - slices.Index(order, b.Why); d != 0 {
			return d
		}
		switch {
		case a.Due.IsZero() && b.Due.IsZero():
			return 0
		case a.Due.IsZero():
			return 1
		case b.Due.IsZero():
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return n.list
}

type nexts struct {
	in   *Incident
	now  time.Time
	list []NextStep
}

// add puts a step on the list; a deadline changes why it is there.
func (n *nexts) add(ref string, what Text, owner string, due time.Time, why NextWhy) {
	switch {
	case !due.IsZero() && n.now.After(due):
		why = NextLate
	case !due.IsZero() && why != NextApproval:
		why = NextDue
	}
	n.list = append(n.list, NextStep{Ref: ref, What: what, Owner: owner, Due: due, Why: why})
}

func (n *nexts) actions() {
	for _, a := range n.in.Actions {
		line := n.in.ActionLine(a)
		switch {
		case a.State == ActionWaiting:
			n.add(a.Ref, line+": waits for approval", a.Owner, a.Due, NextApproval)
		case a.Stage == StageDetection && a.State == ActionExecuting:
			n.add(a.Ref, line+": runs until its end, then say what it found", a.Owner, a.Ends, NextDoing)
		case a.State == ActionExecuting:
			n.add(a.Ref, line+": executing", a.Owner, a.Due, NextDoing)
		case a.State == ActionApproved:
			n.add(a.Ref, line+": approved", a.Owner, a.Due, openOr(a.Owner))
		case a.State == ActionFailed:
			n.add(a.Ref, line+": failed", a.Owner, a.Due, openOr(a.Owner))
		case a.Stage == StageDetection && (a.State == ActionDone || a.State == ActionVerified) && a.Result == "" && n.now.After(a.Ends):
			n.add(a.Ref, line+": its time is over, say what it found", a.Owner, a.Ends, NextDue)
		}
	}
}

func openOr(owner string) NextWhy {
	if owner == "" {
		return NextAssign
	}
	return NextOpen
}

func (n *nexts) obligations() {
	for _, o := range n.in.OpenObligations() {
		what := o.Title
		why := NextOpen
		switch o.State {
		case ObligationDrafted:
			what, why = what+": the draft waits for approval", NextApproval
		case ObligationApproved:
			what += ": approved, to be sent"
		default:
			if o.TriggerAt.IsZero() {
				continue // its clock does not run
			}
			what += ": to be drafted"
		}
		n.add(o.Ref, what, o.Owner, o.DueAt, why)
	}
	if due := n.in.UpdateDue(); !due.IsZero() {
		n.add("", "stakeholder update", n.in.Roles[RoleLiaison], due, NextDue)
	}
}

func (n *nexts) facts() {
	for _, q := range n.in.Questions() {
		n.add("", Text(q.Ask), "", time.Time{}, NextSay)
	}
	if due := n.in.RaiseDue(); due != "" {
		n.add("", Text(due), "", time.Time{}, NextSay)
	}
	if slices.Contains(n.in.Rating.Information, "privacy-breach") && n.in.Impact.Disclosed.Is(AnswerUnknown) {
		n.add("", "a privacy breach is rated: say what happened to data, duties may run", "", time.Time{}, NextSay)
	}
	if n.in.Cause.Evicted == "yes" && n.in.Rating.Done() && n.in.Rating.Urgency != "evicted" {
		n.add("", "the adversary is out, and the priority is rated as if not: rate again", "", time.Time{}, NextSay)
	}
	if n.in.Severity > 2 {
		return
	}
	// A severe incident has a deputy and a scribe (domain: roles).
	for _, r := range []IncidentRole{RoleDeputy, RoleScribe} {
		if n.in.Roles[r] == "" {
			n.add("", "nobody is "+Text(r), "", time.Time{}, NextRole)
		}
	}
}

// followUps are what the incident left to do, once it is behind.
func (n *nexts) followUps() {
	if n.in.Phase != PhasePostIncident {
		return
	}
	for _, f := range n.in.FollowUps {
		if f.Open() {
			n.add(f.Ref, f.Title, f.Owner, f.Due.End(), NextDue)
		}
	}
}

// gate adds what else the next phase waits for.
func (n *nexts) gate() {
	to := n.in.Phase.Next()
	if to == "" {
		return
	}
	for _, b := range n.in.Blockers(to) {
		listed := slices.ContainsFunc(n.list, func(s NextStep) bool { return s.Ref != "" && s.Ref == b.Ref })
		if listed || b.Soft && strings.HasPrefix(b.Ref, RefAction) {
			continue
		}
		ref := b.Ref
		if ref == BlockCause || ref == BlockEvicted {
			ref = ""
		}
		n.add(ref, b.What, "", time.Time{}, NextGate)
	}
}

// postMortem adds what the post-mortem waits for, once the response is over.
func (n *nexts) postMortem() {
	in := n.in
	p := &in.PostMortem
	required, why := in.PostMortemRequired()
	if in.Phase != PhasePostIncident || in.PostMortemWaived() {
		return
	}
	switch p.State {
	case PostMortemReview:
		n.add("", Text("the post-mortem waits for its sign-off, submitted by @"+p.SubmittedBy), "", in.PostMortemDue(), NextApproval)
	case PostMortemReviewed:
		n.add("", "the post-mortem is reviewed: close it", "", time.Time{}, NextOpen)
	case PostMortemNone, PostMortemDraft:
		switch {
		case required:
			n.add("", Text("the post-mortem is required ("+why+"): "+p.State.Word()), "", in.PostMortemDue(), NextGate)
		case p.Begun():
			n.add("", "the post-mortem is a draft", "", in.PostMortemDue(), NextDoing)
		}
	}
}

func (n *nexts) items() {
	for _, it := range n.in.Checklist {
		if it.Phase != n.in.Phase || it.State.Settled() {
			continue
		}
		switch {
		case it.State == ItemDoing:
			n.add(it.Ref, it.Title, it.Owner, time.Time{}, NextDoing)
		case it.Required:
			n.add(it.Ref, it.Title, it.Owner, time.Time{}, openOr(it.Owner))
		}
	}
}
