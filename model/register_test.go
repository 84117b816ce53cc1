package model

import "testing"

func TestRegisterIDs(t *testing.T) {
	for id, want := range map[string]bool{"ONCALL": true, "TRAINING": true, "PLAYBOOKS": true, "REVIEW-2026-11": true, ReviewID(2026, 1): true,
		"REVIEW-2026-13": false, "REVIEW-": false, "REVIEW-2026-1": false, "INC-2026-0001": false, "RPT-1": false, "": false} {
		if IsRegisterID(id) != want {
			t.Errorf("%q: %v", id, !want)
		}
		if want {
			if got, err := ParseStreamID(" " + id); err != nil || got != id {
				t.Errorf("%q: %q, %v", id, got, err)
			}
		}
	}
}
