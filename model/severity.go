package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Severity is how much harm an incident does: 1 (critical) to 4 (low). As text
// it is SEV1 to SEV4; the zero value is "not said".
type Severity int

// Valid says whether it is one of the four.
func (s Severity) Valid() bool { return s >= 1 && s <= 4 }

func (s Severity) String() string {
	if !s.Valid() {
		return "SEV?"
	}
	return fmt.Sprintf("SEV%d", int(s))
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(b []byte) error {
	v, err := ParseSeverity(string(b))
	if err == nil {
		*s = v
	}
	return err
}

// ParseSeverity reads 1 to 4, SEV1 to SEV4 or SEV-1 to SEV-4 in any letter case.
func ParseSeverity(s string) (Severity, error) {
	t := strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "SEV"), "-")
	if len(t) == 1 && t[0] >= '1' && t[0] <= '4' {
		return Severity(t[0] - '0'), nil
	}
	return 0, Usage("%q is no severity", excerpt(s)).Hint("give 1 (critical), 2 (high), 3 (medium) or 4 (low)").On("severity")
}

// Means is the wording that helps to choose a severity.
func (s Severity) Means() string {
	switch s {
	case 1:
		return "active theft or destruction, confirmed breach of customer or personal data, critical service down, or a legal clock surely running"
	case 2:
		return "confirmed compromise, privileged credentials abused, lateral movement; no proven data loss"
	case 3:
		return "suspicious and likely malicious; a single host or account, contained"
	case 4:
		return "policy breach with security meaning, attempted attack, near miss"
	}
	return ""
}

// Priority is the order of work: 1 to 4, as text P1 to P4.
type Priority int

func (p Priority) String() string { return fmt.Sprintf("P%d", int(p)) }

// MarshalText implements encoding.TextMarshaler.
func (p Priority) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Priority) UnmarshalText(b []byte) error {
	v, err := ParsePriority(string(b))
	if err == nil {
		*p = v
	}
	return err
}

// ParsePriority reads 1 to 4 or P1 to P4 in any letter case.
func ParsePriority(s string) (Priority, error) {
	t := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "P")
	if len(t) == 1 && t[0] >= '1' && t[0] <= '4' {
		return Priority(t[0] - '0'), nil
	}
	return 0, Usage("%q is no priority", excerpt(s)).Hint("give P1 to P4").On("priority")
}

// SeverityChange is one value that the severity had, and why.
type SeverityChange struct {
	From   Severity  `json:"from,omitzero"` // zero for the preliminary one
	To     Severity  `json:"to"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason Text      `json:"reason,omitempty"`
	Below  Severity  `json:"below,omitzero"` // what the facts asked for at least, when it stayed lower
}

// SetSeverity changes the severity. Every responder may raise it; lowering it is
// the lead's: an incident made small by mistake costs more than one made large.
// To keep it below what the facts ask for, the lead sets it to what it is.
type SetSeverity struct {
	To     Severity
	Reason Text
	Was    Severity // the value that its author saw, 0 when any (CON-1)
}

// SeverityChanged is an adjusted severity, with both values.
type SeverityChanged struct {
	From   Severity `json:"from"`
	To     Severity `json:"to"`
	Reason Text     `json:"reason"`
	Below  Severity `json:"below,omitzero"`
}

// Decide implements Command.
func (c SetSeverity) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.may(by, AccessRespond); err != nil {
		return nil, err
	}
	if !c.To.Valid() {
		return nil, Usage("that is no severity").Hint("give 1 (critical) to 4 (low)").On("severity")
	}
	if c.Was != 0 && c.Was != in.Severity && c.To != in.Severity {
		last := in.Severities[len(in.Severities)-1]
		return nil, Conflict("@%s was first, at %s: %s is %s now, you saw %s", last.By, last.At.Format("15:04:05Z"), in.ID, in.Severity, c.Was).
			Hint("look at it; do it again if it is to be %s", c.To)
	}
	keep := c.To == in.Severity && in.RaiseDue() != ""
	if c.To > in.Severity || keep {
		if err := in.may(by, AccessLead); err != nil {
			return nil, err
		}
	}
	if c.To == in.Severity && !keep {
		last := in.Severities[len(in.Severities)-1]
		return nil, Conflict("%s is %s already, by @%s at %s", in.ID, c.To, last.By, last.At.Format("15:04:05Z")).
			Hint("incident show %s tells why", in.ID)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	ev := SeverityChanged{From: in.Severity, To: c.To, Reason: c.Reason}
	if least, _ := in.LeastSeverity(); least.Valid() && c.To > least {
		ev.Below = least
	}
	return []Event{ev}, nil
}

// Kind implements Event.
func (SeverityChanged) Kind() string { return "severity.changed" }

func (e SeverityChanged) redacted(mark Text) Event {
	e.Reason = mark
	return e
}

func (e SeverityChanged) inverse(*Incident) ([]Event, []string) {
	return []Event{SeverityChanged{From: e.To, To: e.From, Reason: "undone"}}, []string{"severity"}
}

func (e SeverityChanged) apply(d *draft, m Meta) {
	d.Severity = e.To
	d.Severities = append(slices.Clip(d.Severities), SeverityChange{From: e.From, To: e.To, By: m.Actor, At: m.At, Reason: e.Reason, Below: e.Below})
	d.edited("severity", m)
	what := e.From.String() + " → " + e.To.String()
	if e.From == e.To {
		what = "kept at " + e.To.String()
	}
	if e.Below.Valid() {
		what += ", below " + e.Below.String() + " that the facts ask for"
	}
	text := withReason(what, e.Reason)
	d.log(m, KindSeverity, text)
	d.feed(m, "", "%s", text)
}
