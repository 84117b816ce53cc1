package model

import "strings"

// Stage is which part of the response an action belongs to.
type Stage string

// The stages.
const (
	StageContainment Stage = "containment"
	StageEradication Stage = "eradication"
	StageRecovery    Stage = "recovery"
	StageDetection   Stage = "enhanced-detection"
)

// Stages lists the stages in order.
func Stages() []Stage {
	return []Stage{StageContainment, StageEradication, StageRecovery, StageDetection}
}

// ActionKind is one kind of response action of the catalogue. React holds its
// RE&CT ids (atc-react: RA, stage digit, category digit, two digits).
type ActionKind struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Stage Stage    `json:"stage"`
	React []string `json:"react"`
	// Disruptive kinds may stop work of others: they need somebody else's
	// approval, unless the configuration says otherwise.
	Disruptive bool `json:"disruptive"`
	// Undo is what takes it back; "" when there is nothing to take back. What has
	// an undo is in force until it is rolled back.
	Undo string `json:"undo,omitempty"`
	// Step is the step of the scope matrix that its assets have reached when it
	// is done, "" for none.
	Step Step `json:"step,omitempty"`
}

// ActionKinds is the catalogue, by stage.
func ActionKinds() []ActionKind {
	const (
		c = StageContainment
		e = StageEradication
		r = StageRecovery
		d = StageDetection
	)
	return []ActionKind{
		{"isolate-host", "isolate host", c, []string{"RA3101", "RA3102"}, true, "reconnect the host", StepContained},
		{"disable-account", "disable account", c, []string{"RA3601"}, true, "enable the account (RA5601)", StepContained},
		{"revoke-sessions", "revoke tokens and sessions", c, []string{"RA4601"}, false, "", StepContained},
		{"rotate-secret", "rotate secret", c, []string{"RA4601"}, true, "", StepContained},
		{"block-indicator", "block indicator", c, []string{"RA3101", "RA3103", "RA3105"}, false, "take the block away (RA5101, RA5102, RA5103)", ""},
		{"block-traffic", "block port or data transfer", c, []string{"RA3107", "RA3108", "RA3111"}, true, "open it again (RA5104)", ""},
		{"take-offline", "take service offline", c, []string{"RA3501"}, true, "bring the service back (RA5501)", StepContained},
		{"disable-service", "disable system service", c, []string{"RA3501"}, true, "enable the service (RA5501)", StepContained},
		{"segment-network", "segment network", c, []string{"RA3109", "RA3110"}, true, "join the networks again (RA5105)", StepContained},
		{"quarantine-message", "quarantine message", c, []string{"RA3203"}, false, "release the message (RA5203)", ""},
		{"block-sender", "block sender or mail domain", c, []string{"RA3201", "RA3202"}, false, "unblock the sender (RA5201, RA5202)", ""},
		{"quarantine-file", "quarantine file", c, []string{"RA3302", "RA3303"}, false, "restore the file (RA5301)", ""},
		{"block-process", "block process", c, []string{"RA3401", "RA3403"}, false, "unblock the process (RA5401)", ""},
		{"preserve-evidence", "take image before a change", c, []string{"RA2311"}, false, "", ""},
		{"contain-other", "other containment", c, nil, false, "", StepContained},

		{"remove-file", "remove file", e, []string{"RA4301"}, false, "", StepEradicated},
		{"remove-persistence", "remove persistence", e, []string{"RA4501", "RA4502"}, false, "", StepEradicated},
		{"remove-account", "remove account", e, []string{"RA4602"}, true, "", StepEradicated},
		{"revoke-credentials", "revoke credentials", e, []string{"RA4601"}, true, "", StepEradicated},
		{"remove-device", "remove rogue device", e, []string{"RA4101"}, true, "", StepEradicated},
		{"delete-message", "delete message", e, []string{"RA4201"}, false, "", ""},
		{"patch", "patch vulnerability", e, []string{"RA3001"}, true, "", ""},
		{"harden", "harden configuration", e, []string{"RA3001"}, false, "", ""},
		{"report-outside", "report to another company", e, []string{"RA4001"}, false, "", ""},
		{"eradicate-other", "other eradication", e, nil, false, "", StepEradicated},

		{"reinstall", "reinstall from golden image", r, []string{"RA5001"}, true, "", StepRecovered},
		{"restore-backup", "restore from backup", r, []string{"RA5002"}, true, "", StepRecovered},
		{"reconnect", "reconnect host or network", r, []string{"RA5104", "RA5105"}, false, "", ""},
		{"unblock", "unblock", r, []string{"RA5101", "RA5102", "RA5103"}, false, "", ""},
		{"enable-account", "enable account", r, []string{"RA5601"}, false, "", StepRecovered},
		{"enable-service", "enable service", r, []string{"RA5501"}, false, "", StepRecovered},
		{"recover-other", "other recovery", r, nil, false, "", StepRecovered},

		{"monitor", "increase monitoring", d, []string{"RA2003"}, false, "", ""},
		{"alert-vector", "alert on the attack vectors seen", d, []string{"RA2601"}, false, "", ""},
		{"watch-critical", "vigilance on a critical resource", d, []string{"RA2003"}, false, "", ""},
	}
}

// FindActionKind is the kind with this id, or the only one whose id begins so.
func FindActionKind(s string) (ActionKind, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	var hits []ActionKind
	var ids []string
	for _, k := range ActionKinds() {
		if k.ID == t {
			return k, nil
		}
		if t != "" && strings.HasPrefix(k.ID, t) {
			hits = append(hits, k)
		}
		ids = append(ids, k.ID)
	}
	if len(hits) == 1 {
		return hits[0], nil
	}
	return ActionKind{}, Usage("%q is no kind of action", excerpt(s)).Hint("use one of: %s", strings.Join(ids, ", ")).On("kind")
}
