package model

import (
	"slices"
	"strings"
	"time"
)

// StepAction brings an action to another state. Whoever proposed an action that
// needs approval does not approve it; the IC may, with Override and a reason.
type StepAction struct {
	Ref      string
	To       ActionState
	Reason   Text
	Result   Text // of a done action
	Override bool
	Move     bool // done: its assets have reached the kind's step of the scope matrix
}

// ActionStepped is an action's new state.
type ActionStepped struct {
	Ref      string      `json:"ref"`
	To       ActionState `json:"to"`
	Reason   Text        `json:"reason,omitempty"`
	Result   Text        `json:"result,omitempty"`
	Override bool        `json:"override,omitempty"`
	Back     bool        `json:"back,omitempty"` // an undo, which brings back what was:
	Was      *actionWas  `json:"was,omitempty"`
}

// actionWas is what an undo brings back beside the state.
type actionWas struct {
	approval
	Result Text `json:"result"`
}

// from lists the states from which an action comes to s.
func (s ActionState) from() []ActionState {
	switch s {
	case ActionApproved:
		return []ActionState{ActionWaiting}
	case ActionRejected:
		return []ActionState{ActionWaiting, ActionApproved}
	case ActionExecuting:
		return []ActionState{ActionApproved}
	case ActionDone:
		return []ActionState{ActionExecuting}
	case ActionVerified:
		return []ActionState{ActionDone}
	case ActionFailed:
		return []ActionState{ActionExecuting, ActionDone}
	case ActionRolledBack:
		return []ActionState{ActionDone, ActionVerified, ActionFailed}
	}
	return nil
}

// Verb is the word of the grammar that brings an action to s.
func (s ActionState) Verb() string {
	switch s {
	case ActionApproved:
		return "approve"
	case ActionRejected:
		return "reject"
	case ActionExecuting:
		return "start"
	case ActionDone:
		return "done"
	case ActionVerified:
		return "verify"
	case ActionFailed:
		return "fail"
	case ActionRolledBack:
		return "rollback"
	}
	return ""
}

// NeedsReason says whether an action comes to s only with a reason.
func (s ActionState) NeedsReason() bool {
	return s == ActionRejected || s == ActionFailed || s == ActionRolledBack
}

// Next is the state after s when all goes well, "" when there is none.
func (s ActionState) Next() ActionState {
	switch s {
	case ActionWaiting:
		return ActionApproved
	case ActionApproved:
		return ActionExecuting
	case ActionExecuting:
		return ActionDone
	case ActionDone:
		return ActionVerified
	}
	return ""
}

// Decide implements Command.
func (c StepAction) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	a, err := in.Action(c.Ref)
	if err != nil {
		return nil, err
	}
	if c.To.from() == nil {
		return nil, Usage("%q is no state to bring an action to", excerpt(string(c.To))).
			Hint("use approved, rejected, executing, done, verified, failed or rolled-back")
	}
	if !slices.Contains(c.To.from(), a.State) {
		return nil, a.outOfStep(in, c.To)
	}
	if c.To.NeedsReason() {
		if err := checkReason(c.Reason); err != nil {
			return nil, err
		}
	} else if err := checkText("reason", c.Reason, MaxReason, false); err != nil {
		return nil, err
	}
	if err := checkText("result", c.Result, MaxReason, false); err != nil {
		return nil, err
	}
	ev := ActionStepped{Ref: a.Ref, To: c.To, Reason: c.Reason}
	if c.To == ActionApproved && by.Name == a.ProposedBy {
		if err := c.mayOverride(in, a, by); err != nil {
			return nil, err
		}
		ev.Override = true
	}
	if c.To != ActionDone {
		return []Event{ev}, nil
	}
	ev.Result = c.Result
	evs := []Event{ev}
	if c.Move {
		moves, err := in.moves(a, by, now)
		if err != nil {
			return nil, err
		}
		evs = append(evs, moves...)
	}
	return evs, nil
}

// mayOverride refuses an approval of one's own proposal, but to the IC who says
// that he means it and why.
func (c StepAction) mayOverride(in *Incident, a *Action, by Actor) error {
	switch {
	case !c.Override && by.Name == in.IC():
		return Forbidden("@%s proposed %s and does not approve it", by.Name, a.Ref).
			Hint("ask somebody else, or override it as IC: action approve %s %s --override --reason \"why\"", in.ID, a.Ref).On("override")
	case !c.Override:
		return Forbidden("@%s proposed %s and does not approve it", by.Name, a.Ref).
			Hint("ask somebody else in the room to approve it: action approve %s %s", in.ID, a.Ref)
	case by.Name != in.IC():
		return Forbidden("only the IC may approve an action of his own").Hint("ask @%s to approve %s", in.IC(), a.Ref)
	case strings.TrimSpace(string(c.Reason)) == "":
		return Invalid("an override needs a reason").Hint("add --reason \"why\"; it stands out in the record").On("reason")
	}
	return nil
}

// outOfStep says why the action cannot come to a state: where it is, by whom and
// since when, and what to do instead.
func (a *Action) outOfStep(in *Incident, to ActionState) *Error {
	last := a.Last()
	code := Invalid
	if to == a.State {
		code = Conflict
	}
	e := code("%s is %s, by @%s at %s", a.Ref, a.State, last.By, last.At.UTC().Format("15:04:05Z"))
	if to == a.State {
		e = code("%s is %s already, by @%s at %s", a.Ref, a.State, last.By, last.At.UTC().Format("15:04:05Z"))
	}
	var next []string
	for _, s := range ActionStates() {
		if slices.Contains(s.from(), a.State) {
			next = append(next, "action "+s.Verb())
		}
	}
	if len(next) == 0 {
		return e.Hint("nothing more can be done with it; propose it anew: action add %s %s", in.ID, a.Kind)
	}
	return e.Hint("what can be done with it: %s %s %s", strings.Join(next, ", "), in.ID, a.Ref)
}

// moves are the changes of the scope matrix that come with a done action.
func (in *Incident) moves(a *Action, by Actor, now time.Time) ([]Event, error) {
	var out []Event
	if a.Step == "" {
		return nil, nil
	}
	for _, t := range a.Targets {
		x, err := in.Asset(t.Ref)
		if err != nil || x.Retracted != "" || x.Step(a.Step) == "yes" {
			continue
		}
		evs, err := SetAsset{Ref: x.Ref, Steps: map[Step]string{a.Step: "yes"}}.Decide(in, by, now)
		if err != nil {
			return nil, err
		}
		out = append(out, evs...)
	}
	return out, nil
}

// Movable lists the refs of the assets that a done action would move on.
func (in *Incident) Movable(a *Action) []string {
	var out []string
	for _, t := range a.Targets {
		if x, err := in.Asset(t.Ref); a.Step != "" && err == nil && x.Retracted == "" && x.Step(a.Step) != "yes" {
			out = append(out, x.Ref)
		}
	}
	return out
}

// Kind implements Event.
func (ActionStepped) Kind() string { return "action.stepped" }

func (e ActionStepped) redacted(mark Text) Event {
	for _, f := range []*Text{&e.Reason, &e.Result} {
		if *f != "" {
			*f = mark
		}
	}
	if e.Was != nil {
		was := *e.Was
		for _, f := range []*Text{&was.Result, &was.OverrideReason} {
			if *f != "" {
				*f = mark
			}
		}
		e.Was = &was
	}
	return e
}

func (e ActionStepped) inverse(in *Incident) ([]Event, []string) {
	a, err := in.Action(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{ActionStepped{Ref: e.Ref, To: a.State, Reason: "undone", Back: true, Was: &actionWas{a.approval, a.Result}}}, []string{e.Ref}
}

func (e ActionStepped) apply(d *draft, m Meta) {
	i, err := find(RefAction, e.Ref, len(d.Actions))
	if err != nil {
		return
	}
	a := d.action(i)
	left := a.State
	a.State, a.Changed = e.To, m.Version
	switch {
	case e.Back && e.Was != nil:
		a.approval, a.Result = e.Was.approval, e.Was.Result
	case e.To == ActionApproved:
		a.approval = approval{ApprovedBy: m.Actor, ApprovedAt: m.At, Override: e.Override}
		if e.Override {
			a.OverrideReason = e.Reason
		}
	case e.To == ActionDone:
		a.Result = e.Result
	}
	a.Steps = append(slices.Clip(a.Steps), ActionStep{State: e.To, By: m.Actor, At: m.At, Reason: e.Reason, Override: e.Override, Back: e.Back})
	why := e.Reason
	if e.Result != "" {
		why = e.Result
	}
	word := string(e.To)
	switch {
	case e.Back:
		word = "back from " + string(left) + " to " + word
	case e.Override:
		word = "OVERRIDE, approved alone by the IC"
	}
	what := withReason(word+": "+string(d.ActionLine(a)), why)
	d.feed(m, a.Ref, "%s", what)
	if e.Override || recorded(e.To) && !e.Back || e.Back && recorded(left) {
		d.logAction(m, a, what)
	}
}

// recorded says whether coming to s is what the responders did: it stands in the
// timeline.
func recorded(s ActionState) bool {
	return s == ActionDone || s == ActionVerified || s == ActionFailed || s == ActionRolledBack
}

// logAction writes a timeline entry about an action.
func (d *draft) logAction(m Meta, a *Action, what Text) {
	en := d.append(m, KindAction, Text(a.Ref)+" "+what)
	en.Refs = []string{a.Ref}
	for _, t := range a.Targets {
		if t.Ref != "" && len(en.Refs) < maxNamed {
			en.Refs = append(en.Refs, t.Ref)
		}
	}
}
