package model

import (
	"fmt"
	"testing"
	"time"
)

func TestFollowUpFilter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	b := []*Brief{
		{ID: "INC-2026-0001", Status: StatusOpen, FollowUps: []FollowUpBrief{
			{Ref: "F1", Title: "Patch the portal", Kind: FollowUpPrevent, Team: "Web ops", Owner: "bob", Due: "2026-11-20", Priority: 1, State: FollowUpOpen, Ticket: "SEC-1"},
			{Ref: "F2", Title: "Drill", Kind: FollowUpRespond, Owner: "carol", Due: "2026-12-01", Priority: 3, State: FollowUpDone, Settled: now, Changes: []string{"topic:phishing"}},
			{Ref: "F3", Title: "Alert", Kind: FollowUpDetect, Team: "soc", Owner: "bob", Due: "2026-11-20", Priority: 3, State: FollowUpDoing}}},
		{ID: "INC-2026-0002", Status: StatusClosed, Restricted: true, FollowUps: []FollowUpBrief{{Ref: "F1", Title: "hidden", Owner: "bob", Due: "2026-11-01", State: FollowUpOpen}}},
		{ID: "RPT-1", Status: StatusReport, FollowUps: []FollowUpBrief{{Ref: "F1", Owner: "bob"}}},
	}
	for text, want := range map[string]string{"": "F1 F3 F2 ", "late": "F1 F3 ", "!late": "F2 ", "team:web": "F1 ", "team:none": "F2 ", "owner:@bob state:open": "F1 ", "owner:bo": "", "state:unsettled kind:det": "F3 ",
		"pri:p3": "F3 F2 ", "sec-1": "F1 ", "@carol": "F2 ", "f3": "F3 ", "changes:topic": "F2 ", "0001 drill": "F2 ", "exercise:yes": "", "hidden": ""} {
		f, err := ParseFollowUpFilter(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		got := ""
		for _, l := range FollowUpLines(b, bob, f, now) {
			got += l.Ref + " "
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
	if _, err := ParseFollowUpFilter("who:me"); CodeOf(err) != CodeUsage {
		t.Error(err)
	}
}

// BenchmarkFollowUpLines is what the page does when the board has changed: 10,000
// incidents with three follow-ups each.
func BenchmarkFollowUpLines(b *testing.B) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	briefs := make([]*Brief, 10_000)
	for i := range briefs {
		briefs[i] = &Brief{ID: fmt.Sprintf("INC-2026-%04d", i), Status: StatusClosed}
		for j := range 3 {
			f := FollowUpBrief{Ref: makeRef(RefFollowUp, j+1), Owner: "bob", Team: "web", Due: DayOf(now).Add((i*7 + j*31) % 400), Priority: 3, State: FollowUpOpen}
			if (i+j)%3 > 0 {
				f.State, f.Settled = FollowUpDone, now.AddDate(0, 0, -i%300)
			}
			briefs[i].FollowUps = append(briefs[i].FollowUps, f)
		}
	}
	for name, f := range map[string]FollowUpFilter{"all": {}, "to do": Unsettled()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n := len(FollowUpLines(briefs, alice, f, now)); n < 10_000 {
					b.Fatal(n)
				}
			}
		})
	}
}
