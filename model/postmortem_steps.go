package model

import (
	"slices"
	"time"
)

// SubmitPostMortem puts the draft up for review.
type SubmitPostMortem struct{ Seen uint64 }

// SignPostMortem says that the post-mortem was reviewed. It takes somebody who
// leads and did not submit it; Accounts are those of the house, for where there
// is nobody else, the one who submitted it signs it, and that is recorded. Seen
// is the version of the incident that was read: what is signed is what was read.
type SignPostMortem struct {
	Accounts []Account
	Seen     uint64
}

// ClosePostMortem ends a post-mortem that was signed off. It stays as it is then,
// with all that the log knew.
type ClosePostMortem struct{ Seen uint64 }

// ReturnPostMortem makes it a draft again. One that was signed off is the lead's
// to return, and not in a closed incident that needs it.
type ReturnPostMortem struct{ Reason Text }

// PostMortemStepped is a post-mortem in another state.
type PostMortemStepped struct {
	From   PostMortemState `json:"from"`
	To     PostMortemState `json:"to"`
	Reason Text            `json:"reason,omitempty"`
	Alone  bool            `json:"alone,omitempty"`
}

// step is the event that brings the post-mortem from one state to the next.
func (in *Incident) step(from, to PostMortemState, seen uint64) (PostMortemStepped, error) {
	ev := PostMortemStepped{From: from, To: to}
	p := &in.PostMortem
	if p.State != from {
		return ev, in.outOfTurn(to)
	}
	return ev, stale(in, "the post-mortem", p.Changed, seen)
}

// outOfTurn says why the post-mortem cannot come to a state now, and what comes first.
func (in *Incident) outOfTurn(to PostMortemState) error {
	p := &in.PostMortem
	if p.State == to && len(p.Steps) > 0 {
		last := p.Steps[len(p.Steps)-1]
		return Conflict("the post-mortem of %s is %s already, by @%s at %s", in.ID, p.State.Word(), last.By, last.At.Format("2006-01-02 15:04Z")).
			Hint("postmortem show %s shows it", in.ID)
	}
	e := Invalid("the post-mortem of %s is %s", in.ID, p.State.Word())
	switch p.State {
	case PostMortemNone:
		return e.Hint("write it first: postmortem set %s summary …", in.ID)
	case PostMortemDraft:
		return e.Hint("postmortem submit %s puts it up for review", in.ID)
	case PostMortemReview:
		return e.Hint("postmortem signoff %s says that it was reviewed", in.ID)
	case PostMortemReviewed:
		return e.Hint("postmortem close %s closes it, postmortem back %s makes it a draft again", in.ID, in.ID)
	}
	return e.Hint("postmortem back %s --reason \"why\" makes it a draft again, where the incident is open", in.ID)
}

// Decide implements Command. What is missing still may be written while it is
// in review.
func (c SubmitPostMortem) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessRespond); err != nil {
		return nil, err
	}
	ev, err := in.step(PostMortemDraft, PostMortemReview, c.Seen)
	if err != nil {
		return nil, err
	}
	return []Event{ev}, nil
}

// Decide implements Command.
func (c SignPostMortem) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessLead); err != nil {
		return nil, err
	}
	ev, err := in.step(PostMortemReview, PostMortemReviewed, c.Seen)
	if err != nil {
		return nil, err
	}
	if err := in.complete("signed off"); err != nil {
		return nil, err
	}
	if in.PostMortem.SubmittedBy == by.Name {
		if in.othersMaySign(by, c.Accounts) {
			return nil, Forbidden("@%s put the post-mortem up for review and cannot sign it off", by.Name).
				Hint("ask somebody else who leads to read it and sign it off")
		}
		ev.Alone = true
	}
	return []Event{ev}, nil
}

// othersMaySign says whether anybody beside by could sign the post-mortem off.
func (in *Incident) othersMaySign(by Actor, accounts []Account) bool {
	return slices.ContainsFunc(accounts, func(a Account) bool {
		return a.Name != by.Name && !a.Disabled && in.Rights(Actor{Name: a.Name, Role: a.Role}) >= rank(AccessLead)
	})
}

// complete refuses what takes a complete post-mortem, and lists them all.
func (in *Incident) complete(how string) error {
	lacks := in.PostMortemLacks()
	if len(lacks) == 0 {
		return nil
	}
	return Invalid("the post-mortem of %s cannot be %s: %s", in.ID, how, sayLacks(lacks)).
		Hint("postmortem set %s SECTION … writes a section, postmortem show %s lists them", in.ID, in.ID)
}

// Decide implements Command.
func (c ClosePostMortem) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessLead); err != nil {
		return nil, err
	}
	if in.PostMortem.State != PostMortemClosed && in.PostMortem.State != PostMortemReviewed {
		if err := in.complete("closed"); err != nil {
			return nil, err
		}
	}
	ev, err := in.step(PostMortemReviewed, PostMortemClosed, c.Seen)
	if err != nil {
		return nil, err
	}
	if err := in.complete("closed"); err != nil {
		return nil, err
	}
	return []Event{ev}, nil
}

// Decide implements Command.
func (c ReturnPostMortem) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	p := &in.PostMortem
	need := AccessRespond
	if p.State.Signed() {
		need = AccessLead
	}
	if err := in.mayLearn(by, need); err != nil {
		return nil, err
	}
	if p.State == PostMortemNone || p.State == PostMortemDraft {
		return nil, in.outOfTurn(PostMortemDraft)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	required, why := in.PostMortemRequired()
	if !in.Open() && p.State.Signed() && required && !in.PostMortemWaived() {
		return nil, Invalid("%s is closed and needs its post-mortem (%s)", in.ID, why).
			Hint("incident reopen %s --reason \"why\" takes up both", in.ID)
	}
	return []Event{PostMortemStepped{From: p.State, To: PostMortemDraft, Reason: c.Reason}}, nil
}

// Kind implements Event.
func (PostMortemStepped) Kind() string { return "postmortem.stepped" }

func (e PostMortemStepped) redacted(mark Text) Event {
	if e.Reason != "" {
		e.Reason = mark
	}
	return e
}

func (e PostMortemStepped) apply(d *draft, m Meta) {
	d.stepPostMortem(m, PostMortemStep{State: e.To, Reason: e.Reason, Alone: e.Alone})
	p := &d.PostMortem
	what := "post-mortem " + e.To.Word()
	switch e.To {
	case PostMortemDraft:
		p.unsign()
		what = "post-mortem is a draft again"
	case PostMortemReview:
		p.SubmittedBy = m.Actor
	case PostMortemReviewed:
		p.SignedBy, p.SignedAt = m.Actor, m.At
		what = "post-mortem reviewed and signed off"
		if e.Alone {
			what += ", alone: nobody else could"
		}
	case PostMortemClosed:
		p.ClosedAt, p.FrozenAt = m.At, m.Version
	}
	text := withReason(what, e.Reason)
	d.log(m, KindStatus, text)
	d.feed(m, "", "%s", text)
}

// unsign makes a post-mortem one that nobody put up or signed; its history says
// who did.
func (p *PostMortem) unsign() {
	p.SubmittedBy, p.SignedBy, p.SignedAt, p.ClosedAt, p.FrozenAt = "", "", time.Time{}, time.Time{}, 0
}

// reopenPostMortem takes up what a close rested on: when an incident goes on, its
// post-mortem is a draft again, and a waiver is to be given anew.
func (d *draft) reopenPostMortem(m Meta, why Text) {
	p := &d.PostMortem
	if p.State != PostMortemNone && p.State != PostMortemDraft {
		d.stepPostMortem(m, PostMortemStep{State: PostMortemDraft, Reason: withReason("the incident was reopened", why)})
		p.unsign()
	}
	if p.Waiver != nil {
		p.Waiver, p.Changed = nil, m.Version
	}
}

// WaivePostMortem is the lead's word that a required post-mortem is not written.
// Withdraw takes it back.
type WaivePostMortem struct {
	Reason   Text
	Withdraw bool
}

// PostMortemWaived is a waiver, or one withdrawn.
type PostMortemWaived struct {
	Reason   Text     `json:"reason"`
	For      []string `json:"for,omitempty"`
	Withdraw bool     `json:"withdraw,omitempty"`
}

// Decide implements Command.
func (c WaivePostMortem) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessLead); err != nil {
		return nil, err
	}
	p := &in.PostMortem
	why := in.postMortemReasons()
	switch {
	case c.Withdraw && p.Waiver == nil:
		return nil, Conflict("the post-mortem of %s is not waived", in.ID).Hint("postmortem show %s shows it", in.ID)
	case c.Withdraw && !in.Open() && len(why) > 0 && !p.State.Signed():
		return nil, Invalid("%s was closed with this waiver", in.ID).
			Hint("sign the post-mortem off first, or take the incident up again: incident reopen %s --reason \"why\"", in.ID)
	case !c.Withdraw && len(why) == 0:
		return nil, Invalid("%s needs no post-mortem: there is nothing to waive", in.ID).
			Hint("it is required once data was disclosed, modified or destroyed, or customers were affected: data-impact %s", in.ID)
	case !c.Withdraw && p.State.Signed():
		return nil, Conflict("the post-mortem of %s is %s already", in.ID, p.State.Word()).Hint("postmortem show %s shows it", in.ID)
	case !c.Withdraw && in.PostMortemWaived():
		return nil, Conflict("the post-mortem of %s is waived already, by @%s at %s", in.ID, p.Waiver.By, p.Waiver.At.Format("2006-01-02 15:04Z")).
			Hint("postmortem waive %s --withdraw --reason \"why\" takes that back", in.ID)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	ev := PostMortemWaived{Reason: c.Reason, Withdraw: c.Withdraw}
	if !c.Withdraw {
		ev.For = why
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (PostMortemWaived) Kind() string { return "postmortem.waived" }

func (e PostMortemWaived) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e PostMortemWaived) apply(d *draft, m Meta) {
	p := &d.PostMortem
	p.Changed = m.Version
	what := "post-mortem waived"
	if e.Withdraw {
		p.Waiver = nil
		what = "waiver of the post-mortem withdrawn"
	} else {
		p.Waiver = &Waiver{Stated: Stated{Reason: e.Reason, By: m.Actor, At: m.At}, For: e.For}
	}
	text := withReason(what, e.Reason)
	d.log(m, KindStatus, text)
	d.feed(m, "", "%s", text)
}
