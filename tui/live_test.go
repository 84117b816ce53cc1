package tui_test

import (
	"testing"

	"warroom/tui/tuitest"
)

func TestDeclareIsSeenOnTheOtherBoard(t *testing.T) {
	h := newHub(t)
	a, b := tuitest.New(t, h, alice, 120, 40), tuitest.New(t, h, bob, 120, 40)
	a.Expect("No open incidents.")
	b.Expect("No open incidents.")
	a.Press("n").Type("Ransomware on file servers").Press("ctrl+s")
	a.ExpectLine("INC-", "SEV2", "Ransomware on file servers", "IC @alice")
	b.ExpectLine("INC-", "SEV2", "Ransomware on file servers", "@alice")
}
