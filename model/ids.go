package model

import (
	"fmt"
	"strconv"
	"strings"
)

// IncidentID makes the public id of the n-th incident of a year: INC-2026-0042.
func IncidentID(year, n int) string { return fmt.Sprintf("INC-%d-%04d", year, n) }

// ParseIncidentID reads an incident id in any letter case; spaces around it are dropped.
func ParseIncidentID(s string) (string, error) {
	id := strings.ToUpper(strings.TrimSpace(s))
	parts := strings.Split(id, "-")
	if len(parts) == 3 && parts[0] == "INC" && len(parts[1]) == 4 && digits(parts[1]) &&
		len(parts[2]) >= 4 && len(parts[2]) <= 9 && digits(parts[2]) {
		return id, nil
	}
	if IsReportID(id) {
		return "", Usage("%s is a report, not an incident", id).Hint("report show %s shows it", id)
	}
	return "", Usage("%q is no incident id", excerpt(s)).Hint("an incident id looks like INC-2026-0042; incident list shows them")
}

// ReportID makes the public id of the n-th report: RPT-118.
func ReportID(n int) string { return "RPT-" + strconv.Itoa(n) }

// ParseReportID reads a report's id in any letter case; spaces around it are dropped.
func ParseReportID(s string) (string, error) {
	id := strings.ToUpper(strings.TrimSpace(s))
	if IsReportID(id) {
		return id, nil
	}
	if _, err := ParseIncidentID(id); err == nil {
		return "", Usage("%s is an incident, not a report", id).Hint("incident show %s shows it", id)
	}
	return "", Usage("%q is no id of a report", excerpt(s)).Hint("it looks like RPT-3; report list shows them")
}

// IsReportID tells the id of a report's stream from an incident's.
func IsReportID(id string) bool {
	n, ok := strings.CutPrefix(id, "RPT-")
	return ok && len(n) <= 9 && digits(n) && n[0] != '0'
}

// ParseStreamID reads the id of an incident, a report or a register.
func ParseStreamID(s string) (string, error) {
	if id := strings.ToUpper(strings.TrimSpace(s)); IsReportID(id) || IsRegisterID(id) {
		return id, nil
	}
	return ParseIncidentID(s)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// A ref names one thing inside an incident so that people can say it aloud:
// a letter for the kind and a number from 1.
const (
	RefEntry      = "T"
	RefIndicator  = "I"
	RefAsset      = "S"
	RefItem       = "C"
	RefObligation = "N"
	RefAction     = "A"
	RefMitigation = "M"
	RefFollowUp   = "F"
	RefAmendment  = "B"
	RefFactor     = "X"
	RefQuestion   = "Q"
	RefTraining   = "L"
	RefDecision   = "D" // of a review
	RefRemark     = "R" // of a review
	RefContact    = "K" // in the register of who is on call
	RefOverride   = "V"
)

func makeRef(kind string, n int) string { return kind + strconv.Itoa(n) }

// ParseRef reads a ref such as i3 and returns it normalised (I3) with its
// number. kind limits it to one letter.
func ParseRef(kind, s string) (ref string, n int, err error) {
	t := strings.ToUpper(strings.TrimSpace(s))
	if strings.HasPrefix(t, kind) && len(t) > 1 && len(t) < 10 && digits(t[1:]) {
		n, _ = strconv.Atoi(t[1:])
		if n > 0 {
			return makeRef(kind, n), n, nil
		}
	}
	return "", 0, Usage("%q is no reference to %s", excerpt(s), refKinds[kind]).Hint("it looks like %s3", kind)
}

var refKinds = map[string]string{
	RefEntry: "a timeline entry", RefIndicator: "an indicator", RefAsset: "an asset", RefItem: "a checklist item", RefObligation: "an obligation", RefAction: "an action", RefMitigation: "a mitigation", RefFollowUp: "a follow-up", RefAmendment: "an amendment", RefTraining: "a training record",
	RefDecision: "a decision", RefRemark: "a note of a review",
	RefContact: "a contact", RefOverride: "an override",
	RefFactor: "a factor", RefQuestion: "a question",
}

// find is the place of ref in a dense list of n things.
func find(kind, ref string, n int) (int, error) {
	norm, i, err := ParseRef(kind, ref)
	if err != nil {
		return 0, err
	}
	if i > n {
		if n == 0 {
			return 0, NotFound("there is no %s: the incident has no such thing yet", norm).Hint("add one first")
		}
		return 0, NotFound("there is no %s", norm).Hint("the last one is %s", makeRef(kind, n))
	}
	return i - 1, nil
}
