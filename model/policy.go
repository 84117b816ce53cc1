package model

import (
	"strings"
	"time"
)

// Access is what somebody may do in one incident.
type Access string

// The levels, each including those before it. The empty value says nothing: the
// account's server role decides.
const (
	AccessNone    Access = "none"
	AccessRead    Access = "read"
	AccessRespond Access = "respond"
	AccessLead    Access = "lead"
)

// ParseAccess reads a level.
func ParseAccess(s string) (Access, error) {
	switch a := Access(strings.ToLower(strings.TrimSpace(s))); a {
	case AccessNone, AccessRead, AccessRespond, AccessLead:
		return a, nil
	}
	return "", Usage("%q is no access level", excerpt(s)).Hint("use none, read, respond or lead").On("access")
}

// mayDeclare says whether an account with the role may open an incident.
func (r ServerRole) mayDeclare() bool {
	return r == RoleAdmin || r == RoleCommander || r == RoleResponder
}

func rank(a Access) int {
	switch a {
	case AccessRead:
		return 1
	case AccessRespond:
		return 2
	case AccessLead:
		return 3
	}
	return 0
}

// RightsIn is what an actor may do in an incident of which only these are known:
// 0 nothing, 1 read, 2 respond, 3 lead. The incident's own list comes first, the
// IC and the deputy lead, a restricted incident is closed to everybody else, and
// in the others the server role decides.
func RightsIn(by Actor, restricted bool, access map[string]Access, ic, deputy string) int {
	if a, ok := access[by.Name]; ok {
		return rank(a)
	}
	if by.Name != "" && (by.Name == ic || by.Name == deputy) {
		if by.Role == RoleObserver {
			return rank(AccessRespond)
		}
		return rank(AccessLead)
	}
	if restricted {
		return 0
	}
	switch by.Role {
	case RoleAdmin, RoleCommander:
		return rank(AccessLead)
	case RoleResponder:
		return rank(AccessRespond)
	case RoleObserver:
		return rank(AccessRead)
	}
	return 0
}

// Rights is what by may do in the incident: 0 nothing, 1 read, 2 respond, 3 lead.
func (in *Incident) Rights(by Actor) int {
	return RightsIn(by, in.Restricted, in.Access, in.Roles[RoleIC], in.Roles[RoleDeputy])
}

// CanRead says whether by may know of the incident.
func (in *Incident) CanRead(by Actor) bool { return in.Rights(by) >= rank(AccessRead) }

// May says why by may not do in the open incident what needs the level, or nil.
// Screens ask it before they offer an action; every command asks it again.
func (in *Incident) May(by Actor, need Access) error { return in.may(by, need) }

// UnknownIncident is the answer for an incident that does not exist, and the
// same one for an incident that the actor may not know of (AUTH-5).
func UnknownIncident(id string) *Error {
	return NotFound("there is no incident %s", excerpt(id)).Hint("incident list shows those you may see")
}

func (in *Incident) visible(by Actor) error {
	if in.Version == 0 || !in.CanRead(by) {
		return UnknownStream(in.ID)
	}
	return nil
}

// UnknownStream is the answer for an id of either kind that leads nowhere.
func UnknownStream(id string) *Error {
	if IsReportID(id) {
		return UnknownReport(id)
	}
	if IsRegisterID(id) {
		return NotFound("nothing is written in %s yet", id).Hint("it begins with its first entry")
	}
	return UnknownIncident(id)
}

func (in *Incident) may(by Actor, need Access) error {
	if err := in.mayLearn(by, need); err != nil {
		return err
	}
	if !in.Open() {
		return Invalid("%s is closed", in.ID).Hint("reopen it first: incident reopen %s --reason \"why\"", in.ID)
	}
	return nil
}

// MayLearn says why by may not work on what was learned, or nil; it goes on after the
// close.
func (in *Incident) MayLearn(by Actor, need Access) error { return in.mayLearn(by, need) }

// mayLearn is may in a closed incident too: what was learned is worked on until it
// is done.
func (in *Incident) mayLearn(by Actor, need Access) error {
	if err := in.visible(by); err != nil {
		return err
	}
	if err := in.notReport(); err != nil {
		return err
	}
	if in.Rights(by) < rank(need) {
		return in.forbidden(by, need)
	}
	return nil
}

func (in *Incident) forbidden(by Actor, need Access) error {
	if in.Status == StatusRegister {
		return in.mayRegister(by, in.ID, need)
	}
	switch need {
	case AccessLead:
		return Forbidden("@%s may not do this in %s: it is for the IC, the deputy and commanders", by.Name, in.ID).
			Hint("ask @%s", in.IC())
	}
	return Forbidden("@%s may only read %s", by.Name, in.ID).Hint("ask @%s for the right to respond", in.IC())
}

// onlyIC is the refusal of what nobody but the IC does.
func (in *Incident) onlyIC(does string) error {
	return Forbidden("only the IC %s", does).Hint("ask @%s, or take the role over first: role %s ic @you", in.IC(), in.ID).On("force")
}

// SetAccess gives a user rights in this incident; an empty level takes the entry
// away. Restrict, when not nil, hides the incident from all who are not listed,
// or opens it again.
type SetAccess struct {
	User     string
	Level    Access
	Restrict *bool
}

// AccessChanged is a changed access list.
type AccessChanged struct {
	User     string `json:"user,omitempty"`
	Level    Access `json:"level,omitempty"`
	Restrict *bool  `json:"restrict,omitempty"`
}

// Decide implements Command. Nobody locks out the IC, and nobody grants more
// than the lead, who alone may grant, has (AUTH-4).
func (c SetAccess) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessLead); err != nil {
		return nil, err
	}
	if c.User == "" && c.Level != "" {
		return nil, Usage("a level is for a user").Hint("name the user")
	}
	if c.User != "" {
		u, err := ParseUserName(c.User)
		if err != nil {
			return nil, err
		}
		c.User = u
		if c.Level != "" {
			if c.Level, err = ParseAccess(string(c.Level)); err != nil {
				return nil, err
			}
		}
		if u == in.IC() && rank(c.Level) < rank(AccessLead) && c.Level != "" {
			return nil, Invalid("@%s is the IC", u).Hint("hand the role over first")
		}
	}
	if c.User == "" && c.Restrict == nil {
		return nil, Usage("nothing to change").Hint("name a user and a level, or restricted / unrestricted")
	}
	same := c.User == "" || in.Access[c.User] == c.Level
	if same && (c.Restrict == nil || *c.Restrict == in.Restricted) {
		return nil, nil
	}
	evs := []Event{AccessChanged(c)}
	if c.Restrict != nil && *c.Restrict && rank(in.Access[by.Name]) < rank(AccessLead) && by.Name != in.IC() {
		evs = append([]Event{AccessChanged{User: by.Name, Level: AccessLead}}, evs...)
	}
	return evs, nil
}

// Kind implements Event.
func (AccessChanged) Kind() string { return "access.changed" }

func (e AccessChanged) apply(d *draft, m Meta) {
	if e.User != "" {
		d.setAccess(e.User, e.Level)
		level := e.Level
		if level == "" {
			level = "as the account"
		}
		d.feed(m, "", "access of @%s: %s", e.User, level)
	}
	if e.Restrict != nil {
		d.Restricted = *e.Restrict
		if d.Restricted {
			d.feed(m, "", "restricted the incident")
		} else {
			d.feed(m, "", "opened the incident to all")
		}
	}
}
