package model

import (
	"slices"
	"strings"
	"time"
)

// IncidentRole is a duty in one incident.
type IncidentRole string

// The duties. There is exactly one IC while an incident is open.
const (
	RoleIC      IncidentRole = "ic"
	RoleDeputy  IncidentRole = "deputy"
	RoleScribe  IncidentRole = "scribe"
	RoleLiaison IncidentRole = "liaison"
	RoleSME     IncidentRole = "sme"
)

// IncidentRoles lists the duties in the order they are shown.
func IncidentRoles() []IncidentRole {
	return []IncidentRole{RoleIC, RoleDeputy, RoleScribe, RoleLiaison, RoleSME}
}

// ParseIncidentRole reads a duty in any letter case.
func ParseIncidentRole(s string) (IncidentRole, error) {
	for _, r := range IncidentRoles() {
		if strings.EqualFold(string(r), strings.TrimSpace(s)) {
			return r, nil
		}
	}
	return "", Usage("%q is no role", excerpt(s)).Hint("use ic, deputy, scribe, liaison or sme").On("role")
}

// AssignRole gives a duty to a user, or takes it away when User is "". The IC
// role is never empty: it is handed over.
type AssignRole struct {
	Role IncidentRole
	User string
	Was  *string // who held it when its author looked, nil when any (CON-1)
}

// RoleAssigned is a duty taken or handed over.
type RoleAssigned struct {
	Role IncidentRole `json:"role"`
	User string       `json:"user,omitempty"`
	Was  string       `json:"was,omitempty"`
}

// Decide implements Command. Everybody who responds may take a free duty, hand
// on his own and give one up; changing somebody else's is the lead's.
func (c AssignRole) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	role, err := ParseIncidentRole(string(c.Role))
	if err != nil {
		if e := in.visible(by); e != nil {
			return nil, e
		}
		return nil, err
	}
	c.Role, c.User = role, strings.TrimPrefix(c.User, "@")
	was := in.Roles[c.Role]
	need := AccessLead
	if was == by.Name || was == "" && c.User == by.Name {
		need = AccessRespond
	}
	if err := in.may(by, need); err != nil {
		return nil, err
	}
	if c.User != "" {
		u, err := ParseUserName(c.User)
		if err != nil {
			return nil, err
		}
		c.User = u
	}
	if c.Was != nil && *c.Was != was && c.User != was {
		ed := in.Edited["role."+string(c.Role)]
		return nil, Conflict("@%s was first, at %s: %s is %s now", ed.By, ed.At.Format("15:04:05Z"), holder(was), c.Role).
			Hint("look at it; do it again if it is to be so")
	}
	if was == c.User {
		if c.User == "" {
			return nil, Conflict("nobody is %s", c.Role).Hint("role %s shows who holds which", in.ID)
		}
		return nil, Conflict("@%s is %s already", c.User, c.Role).Hint("role %s shows who holds which", in.ID)
	}
	if c.Role == RoleIC && c.User == "" {
		return nil, Invalid("an open incident has an IC").Hint("hand the role over: role %s ic @somebody", in.ID)
	}
	if c.Role == RoleIC || c.Role == RoleDeputy {
		// The list comes before the role: without this an IC could be shut out.
		if a, listed := in.Access[c.User]; listed && rank(a) < rank(AccessLead) {
			return nil, Invalid("@%s has only the right %q in %s", c.User, a, in.ID).Hint("the lead gives the right to lead first")
		}
	}
	return []Event{RoleAssigned{Role: c.Role, User: c.User, Was: was}}, nil
}

func holder(user string) string {
	if user == "" {
		return "nobody"
	}
	return "@" + user
}

// Kind implements Event.
func (RoleAssigned) Kind() string { return "role.assigned" }

func (e RoleAssigned) inverse(*Incident) ([]Event, []string) {
	if e.Role == RoleIC && e.Was == "" {
		return nil, nil
	}
	return []Event{RoleAssigned{Role: e.Role, User: e.Was, Was: e.User}}, []string{"role." + string(e.Role)}
}

func (e RoleAssigned) apply(d *draft, m Meta) {
	d.setRole(e.Role, e.User)
	d.RoleSteps = append(slices.Clip(d.RoleSteps), RoleStep{Role: e.Role, User: e.User, By: m.Actor, At: m.At})
	d.edited("role."+string(e.Role), m)
	name := string(e.Role)
	if e.Role == RoleIC {
		name = "IC"
	}
	var text string
	switch {
	case e.User == "":
		text = "@" + e.Was + " is no longer " + name
	case e.Was == "":
		text = "@" + e.User + " is " + name
	default:
		text = name + " handed over: @" + e.Was + " → @" + e.User
	}
	d.log(m, KindRole, Text(text))
	d.feed(m, "", "%s", text)
}
