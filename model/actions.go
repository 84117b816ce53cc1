package model

import (
	"slices"
	"strings"
	"time"
)

// ActionState is how far a response action is.
type ActionState string

// The states. Rejected, failed and rolled back carry a reason.
const (
	ActionWaiting    ActionState = "proposed" // waits for approval
	ActionApproved   ActionState = "approved"
	ActionRejected   ActionState = "rejected"
	ActionExecuting  ActionState = "executing"
	ActionDone       ActionState = "done"
	ActionVerified   ActionState = "verified"
	ActionFailed     ActionState = "failed"
	ActionRolledBack ActionState = "rolled-back"
)

// ActionStates lists every state, in the order of an action's life.
func ActionStates() []ActionState {
	return []ActionState{ActionWaiting, ActionApproved, ActionExecuting, ActionDone, ActionVerified, ActionRejected, ActionFailed, ActionRolledBack}
}

// Open says whether something is still to be done: waiting, approved or executing.
func (s ActionState) Open() bool {
	return s == ActionWaiting || s == ActionApproved || s == ActionExecuting
}

// Target is what an action is about: an asset or an indicator by its ref, or text.
// The text of a ref is not kept here, so that redacting the thing redacts it everywhere.
type Target struct {
	Ref  string `json:"ref,omitempty"`
	Text Text   `json:"text,omitempty"`
}

// ActionStep is one state that an action was brought to.
type ActionStep struct {
	State    ActionState `json:"state"`
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
	Reason   Text        `json:"reason,omitempty"`
	Override bool        `json:"override,omitempty"` // approved by its own proposer
	Back     bool        `json:"back,omitempty"`     // an undo
}

// Action is one response action.
type Action struct {
	Ref        string      `json:"ref"`
	Kind       string      `json:"kind"` // id in the catalogue
	Stage      Stage       `json:"stage"`
	Title      Text        `json:"title"`
	Targets    []Target    `json:"targets"`
	State      ActionState `json:"state"`
	Owner      string      `json:"owner"`
	Risk       Text        `json:"risk"`
	Rollback   Text        `json:"rollback"`
	Due        time.Time   `json:"due,omitzero"`
	Ends       time.Time   `json:"ends,omitzero"` // until when it is to run, enhanced detection
	Result     Text        `json:"result"`
	Disruptive bool        `json:"disruptive"` // needs somebody else's approval
	Undo       string      `json:"undo"`       // what the catalogue says takes it back
	Step       Step        `json:"step"`       // what its assets have reached when it is done

	ProposedBy string    `json:"proposed_by"`
	ProposedAt time.Time `json:"proposed_at"`
	approval
	Steps []ActionStep `json:"steps"`

	Seq     uint64 `json:"seq"`
	Changed uint64 `json:"-"`
}

// approval is who let an action go on. By is empty where the policy asks for nobody.
type approval struct {
	ApprovedBy     string    `json:"approved_by"`
	ApprovedAt     time.Time `json:"approved_at,omitzero"`
	Override       bool      `json:"override"` // the IC let his own proposal pass
	OverrideReason Text      `json:"override_reason,omitempty"`
}

// InForce says whether it was done and has an effect that is not taken back.
func (a *Action) InForce() bool {
	return (a.State == ActionDone || a.State == ActionVerified) && a.Undo != ""
}

// UndoText is how it is taken back: what its proposer wrote, or the catalogue's
// word; "" when there is nothing to take back.
func (a *Action) UndoText() Text {
	if a.Rollback != "" {
		return a.Rollback
	}
	return Text(a.Undo)
}

// Last is the newest step.
func (a *Action) Last() ActionStep { return a.Steps[len(a.Steps)-1] }

// Has says whether the ref is one of its targets.
func (a *Action) Has(ref string) bool {
	return slices.ContainsFunc(a.Targets, func(t Target) bool { return t.Ref == ref })
}

// Action finds an action by its ref.
func (in *Incident) Action(ref string) (*Action, error) {
	i, err := find(RefAction, ref, len(in.Actions))
	if err != nil {
		return nil, err
	}
	return in.Actions[i], nil
}

// OpenActions lists what is still to be done in a stage; "" is every stage.
func (in *Incident) OpenActions(stage Stage) []*Action {
	var out []*Action
	for _, a := range in.Actions {
		if a.State.Open() && (stage == "" || a.Stage == stage) {
			out = append(out, a)
		}
	}
	return out
}

// WaitingActions counts the actions that wait for approval.
func (in *Incident) WaitingActions() int {
	n := 0
	for _, a := range in.Actions {
		if a.State == ActionWaiting {
			n++
		}
	}
	return n
}

// InForce lists what was done and is to be taken back one day, oldest first.
func (in *Incident) InForce() []*Action {
	var out []*Action
	for _, a := range in.Actions {
		if a.InForce() {
			out = append(out, a)
		}
	}
	return out
}

// TargetText is a target as it is called: the name of the asset, the value of the
// indicator, or the text itself.
func (in *Incident) TargetText(t Target) Text {
	switch {
	case strings.HasPrefix(t.Ref, RefAsset):
		if a, err := in.Asset(t.Ref); err == nil {
			return a.Name
		}
	case strings.HasPrefix(t.Ref, RefIndicator):
		if x, err := in.Indicator(t.Ref); err == nil {
			return x.Value
		}
	}
	return t.Text
}

// FindTarget reads what somebody calls a target: a ref, the name of an asset in
// scope, the value of an indicator, or any other text.
func (in *Incident) FindTarget(word string) Target {
	w := strings.TrimSpace(word)
	for _, kind := range []string{RefAsset, RefIndicator} {
		if ref, _, err := ParseRef(kind, w); err == nil {
			return Target{Ref: ref}
		}
	}
	for _, a := range in.Assets {
		if a.Retracted == "" && strings.EqualFold(string(a.Name), w) {
			return Target{Ref: a.Ref}
		}
	}
	for _, x := range in.Indicators {
		if x.Retracted == "" && strings.EqualFold(string(x.Value), w) {
			return Target{Ref: x.Ref}
		}
	}
	return Target{Text: Text(w)}
}

// ActionLine is an action in one line: what, and on what; of many targets the
// first few and how many more.
func (in *Incident) ActionLine(a *Action) Text {
	const most = 3
	line := a.Title
	for i, t := range a.Targets {
		if i == most {
			return line + " +" + Text(itoa(len(a.Targets)-most))
		}
		line += " " + in.TargetText(t)
	}
	return line
}

// MaxTargets is how many targets one action may have.
const MaxTargets = 1000

// ProposeAction writes down an action that is to be done. Kinds that need
// approval by the policy wait for it; the others may begin at once.
type ProposeAction struct {
	Kind     string
	Targets  []Target
	Owner    string
	Risk     Text
	Rollback Text
	Due      time.Time // zero: not said
	Ends     time.Time // enhanced detection: until when
	Policy   ActionPolicy
}

// ActionProposed is a new action. It carries what the catalogue and the policy
// said on that day, so that a later edition never changes what was agreed.
type ActionProposed struct {
	Ref        string    `json:"ref"`
	ActionKind string    `json:"kind"`
	Stage      Stage     `json:"stage"`
	Title      Text      `json:"title"`
	Targets    []Target  `json:"targets"`
	Owner      string    `json:"owner,omitempty"`
	Risk       Text      `json:"risk,omitempty"`
	Rollback   Text      `json:"rollback,omitempty"`
	Due        time.Time `json:"due,omitzero"`
	Ends       time.Time `json:"ends,omitzero"`
	Approval   bool      `json:"approval,omitempty"` // needs somebody else's approval
	Undo       string    `json:"undo,omitempty"`
	Step       Step      `json:"step,omitempty"`
}

// Decide implements Command.
func (c ProposeAction) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	kind, err := FindActionKind(c.Kind)
	if err != nil {
		return nil, err
	}
	targets, err := in.targets(c.Targets)
	if err != nil {
		return nil, err
	}
	if c.Owner != "" {
		if c.Owner, err = ParseUserName(c.Owner); err != nil {
			return nil, onField(err, "owner")
		}
	}
	if err := checkText("risk", c.Risk, MaxReason, false); err != nil {
		return nil, err
	}
	if err := checkText("rollback", c.Rollback, MaxReason, false); err != nil {
		return nil, err
	}
	if err := notOver(now, "due", c.Due); err != nil {
		return nil, err
	}
	if err := notOver(now, "ends", c.Ends); err != nil {
		return nil, err
	}
	if kind.Stage == StageDetection {
		if c.Ends.IsZero() {
			return nil, Invalid("%s needs a date at which it ends", kind.Title).Hint("add --ends +14d, or a date").On("ends")
		}
		if c.Owner == "" {
			return nil, Invalid("%s needs an owner", kind.Title).Hint("add --owner @name").On("owner")
		}
	}
	return []Event{ActionProposed{Ref: makeRef(RefAction, len(in.Actions)+1), ActionKind: kind.ID, Stage: kind.Stage, Title: Text(kind.Title),
		Targets: targets, Owner: c.Owner, Risk: c.Risk, Rollback: c.Rollback, Due: moment(c.Due), Ends: moment(c.Ends),
		Approval: c.Policy.NeedsApproval(kind), Undo: kind.Undo, Step: kind.Step}}, nil
}

// targets checks what an action is about and counts each thing once.
func (in *Incident) targets(list []Target) ([]Target, error) {
	var out []Target
	seen := map[string]bool{}
	for _, t := range list {
		key := ""
		switch ref := strings.ToUpper(strings.TrimSpace(t.Ref)); {
		case ref == "":
			t = Target{Text: Text(strings.TrimSpace(string(t.Text)))}
			if err := checkText("target", t.Text, MaxTitle, true); err != nil {
				return nil, err
			}
			if err := checkVisible("target", t.Text); err != nil {
				return nil, err
			}
			key = "text " + strings.ToLower(string(t.Text))
		case strings.HasPrefix(ref, RefAsset):
			a, err := in.Asset(ref)
			if err != nil {
				return nil, onField(err, "target")
			}
			if a.Retracted != "" {
				return nil, NotFound("%s is out of scope, by @%s", a.Ref, a.Retracted).Hint("add it again: scope add %s NAME", in.ID).On("target")
			}
			key, t = a.Ref, Target{Ref: a.Ref}
		default:
			x, err := in.Indicator(ref)
			if err != nil {
				return nil, onField(err, "target")
			}
			if x.Retracted != "" {
				return nil, NotFound("%s is retracted, by @%s", x.Ref, x.Retracted).Hint("add it again: ioc add %s VALUE", in.ID).On("target")
			}
			key, t = x.Ref, Target{Ref: x.Ref}
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
	}
	switch {
	case len(out) == 0:
		return nil, Invalid("the target is missing").Hint("name an asset (S3), an indicator (I7), or write what it is").On("target")
	case len(out) > MaxTargets:
		return nil, Invalid("%d targets are too many for one action; the limit is %d", len(out), MaxTargets).Hint("split it; nothing was changed").On("target")
	}
	return out, nil
}

// onField names the form field of a refusal.
func onField(err error, field string) error {
	if e, ok := AsError(err); ok {
		e.Field = field
	}
	return err
}

// notOver refuses a time that is over.
func notOver(now time.Time, field string, at time.Time) error {
	if at.IsZero() || at.After(now) {
		return nil
	}
	return Invalid("%s: %s is in the past", field, at.UTC().Format("2006-01-02 15:04Z")).Hint("give a time to come, such as +2h or 15:00").On(field)
}

// moment is a time as the log keeps it.
func moment(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return Stamp(t)
}

// Kind implements Event.
func (ActionProposed) Kind() string { return "action.proposed" }

func (e ActionProposed) redacted(mark Text) Event {
	targets := slices.Clone(e.Targets)
	for i := range targets {
		if targets[i].Text != "" {
			targets[i].Text = mark
		}
	}
	e.Targets = targets
	for _, f := range []*Text{&e.Risk, &e.Rollback} {
		if *f != "" {
			*f = mark
		}
	}
	return e
}

func (e ActionProposed) inverse(*Incident) ([]Event, []string) {
	return []Event{ActionStepped{Ref: e.Ref, To: ActionRejected, Reason: "undone", Back: true}}, []string{e.Ref}
}

func (e ActionProposed) apply(d *draft, m Meta) {
	a := &Action{Ref: makeRef(RefAction, len(d.Actions)+1), Kind: e.ActionKind, Stage: e.Stage, Title: e.Title, Targets: e.Targets, Owner: e.Owner,
		Risk: e.Risk, Rollback: e.Rollback, Due: e.Due, Ends: e.Ends, Disruptive: e.Approval, Undo: e.Undo, Step: e.Step,
		ProposedBy: m.Actor, ProposedAt: m.At, State: ActionApproved, Seq: m.Version, Changed: m.Version}
	if a.Targets == nil {
		a.Targets = []Target{}
	}
	what := "may begin: "
	if e.Approval {
		a.State, what = ActionWaiting, "proposed, waits for approval: "
	}
	a.Steps = []ActionStep{{State: a.State, By: m.Actor, At: m.At}}
	d.Actions = append(d.Actions, a)
	d.feed(m, a.Ref, "%s%s", what, d.ActionLine(a))
}

// AssignAction gives an action an owner; "" takes it away.
type AssignAction struct {
	Ref   string
	Owner string
}

// ActionAssigned is an action's new owner.
type ActionAssigned struct {
	Ref   string `json:"ref"`
	Owner string `json:"owner,omitempty"`
}

// Decide implements Command.
func (c AssignAction) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	a, err := in.Action(c.Ref)
	if err != nil {
		return nil, err
	}
	if c.Owner != "" {
		if c.Owner, err = ParseUserName(c.Owner); err != nil {
			return nil, err
		}
	}
	if a.Owner == c.Owner {
		return nil, nil
	}
	if c.Owner == "" && a.Stage == StageDetection {
		return nil, Invalid("%s needs an owner: it runs until %s", a.Ref, a.Ends.UTC().Format("2006-01-02 15:04Z")).Hint("give it to somebody else").On("owner")
	}
	return []Event{ActionAssigned{Ref: a.Ref, Owner: c.Owner}}, nil
}

// Kind implements Event.
func (ActionAssigned) Kind() string { return "action.assigned" }

func (e ActionAssigned) inverse(in *Incident) ([]Event, []string) {
	a, err := in.Action(e.Ref)
	if err != nil {
		return nil, nil
	}
	return []Event{ActionAssigned{Ref: e.Ref, Owner: a.Owner}}, []string{e.Ref}
}

func (e ActionAssigned) apply(d *draft, m Meta) {
	i, err := find(RefAction, e.Ref, len(d.Actions))
	if err != nil {
		return
	}
	a := d.action(i)
	a.Owner, a.Changed = e.Owner, m.Version
	if e.Owner == "" {
		d.feed(m, a.Ref, "unassigned: %s", d.ActionLine(a))
		return
	}
	d.feed(m, a.Ref, "assigned to @%s: %s", e.Owner, d.ActionLine(a))
}
