package tui_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/room"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// full is an incident with something on every tab, at a clock that stands still.
func full(t *testing.T) *room.Hub {
	t.Helper()
	h := tuitest.HubAt(t, open(t), clock)
	declare(t, h, "Exposed bucket")
	id := declare(t, h, "Ransomware on file servers")
	was := model.Text("")
	do(t, h, alice, id, model.Edit{Field: model.FieldSummary, Was: &was, To: "LockBit-type encryptor on FS-01..03 since 10:11Z. Entry: VPN account of a contractor without MFA. Backups intact (verified 12:40Z). No exfil seen yet."})
	do(t, h, alice, id, model.SetSeverity{To: 1, Reason: "3 file servers down"})
	do(t, h, alice, id, model.AssignRole{Role: model.RoleScribe, User: "bob"})
	for i, line := range []string{"10:11 encryptor started on FS-01", "DC02 psexec from 10.1.2.3 by svc-bkp #lateral !", "yesterday 22:40 first login of jsmith, T1133", "@bob asks for the firewall log, see S2"} {
		w, rest, timed, err := model.LeadingTime(line, clock())
		if err != nil {
			t.Fatal(err)
		}
		n := model.AddNote{Text: model.Text(rest)}
		if timed {
			n.When = w
		}
		do(t, h, []model.Actor{alice, bob}[i%2], id, n)
	}
	do(t, h, alice, id, model.AddNote{Text: "encryptor started on FS-02", Corrects: "T5"})
	var found []model.NewIndicator
	for _, f := range indicator.Extract("185.0.2.9 http://evil.example.com/a.exe d41d8cd98f00b204e9800998ecf8427e bad@evil.example.org") {
		found = append(found, model.NewIndicator{Type: f.Type, Value: model.Text(f.Value), Source: "VPN log"})
	}
	do(t, h, bob, id, model.AddIndicators{Indicators: found})
	verdict := model.VerdictMalicious
	do(t, h, bob, id, model.SetIndicator{Ref: "I1", Verdict: &verdict})
	for _, name := range []string{"FS-01", "FS-02", "svc-bkp"} {
		do(t, h, bob, id, model.AddAsset{Name: model.Text(name), Team: "Windows", Criticality: "high", Compromised: "yes"})
	}
	do(t, h, bob, id, model.SetAsset{Ref: "S1", Steps: map[model.Step]string{model.StepContained: "yes"}})
	do(t, h, bob, id, model.SetItem{Ref: "C8", State: model.ItemDone})
	do(t, h, bob, id, model.SetItem{Ref: "C9", State: model.ItemDoing})
	do(t, h, bob, id, model.AssignItem{Ref: "C9", Owner: "bob"})
	yes, people, regions, roles := model.AnswerYes, 1200, []string{"eu"}, []string{"controller", "financial-entity"}
	do(t, h, alice, id, model.SetDataImpact{Disclosed: &yes, Personal: &yes, People: &people, Regions: &regions, Roles: &roles, Aware: clock().Add(-20 * time.Hour), Rules: h.Rules()})
	do(t, h, bob, id, model.DraftNotice{Ref: "N1", Text: "Dear authority,\nwe report a breach."})
	do(t, h, bob, id, model.AssignNotice{Ref: "N1", Owner: "bob"})
	do(t, h, alice, id, model.TellStakeholders{Text: "The file servers are off; mail works."})
	return h
}

// empty is an incident as it was declared, without a playbook.
func empty(t *testing.T) *room.Hub {
	t.Helper()
	h := tuitest.HubAt(t, open(t), clock)
	if _, err := h.Declare(t.Context(), alice, tuitest.NewID(), model.Declare{Title: "Something odd", Severity: 3}); err != nil {
		t.Fatal(err)
	}
	return h
}

// TestGolden compares every screen with what it looked like, at three sizes. The
// themes differ in paint only: their text is the same. UPDATE=1 writes the files.
func TestGolden(t *testing.T) {
	hubs := map[string]*room.Hub{"full": full(t), "empty": empty(t), "nothing": tuitest.HubAt(t, open(t), clock)}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		for what, h := range hubs {
			for _, theme := range []string{"dark", "light", "mono"} {
				t.Run(fmt.Sprintf("%s/%dx%d/%s", what, size[0], size[1], theme), func(t *testing.T) {
					x := tuitest.New(t, h, alice, size[0], size[1], func(d *tui.Deps) { d.Now, d.Theme = clock, theme })
					golden(t, x, what, "board", size)
					if what == "nothing" {
						return
					}
					x.Press("tab")
					golden(t, x, what, "kanban", size)
					x.Press("tab", "enter")
					for _, tab := range []string{"1 overview", "2 timeline", "3 indicators", "4 scope", "5 checklist", "8 notify", "9 post-mortem"} {
						key, name, _ := strings.Cut(tab, " ")
						x.Press(key)
						golden(t, x, what, name, size)
					}
					if theme == "mono" && strings.Contains(x.Painted(), "38;") {
						t.Error("the mono theme paints in colour")
					}
				})
			}
		}
	}
}

// golden waits until the screen is the one in the file.
func golden(t *testing.T, x *tuitest.Term, what, screen string, size [2]int) {
	t.Helper()
	path := filepath.Join("testdata", "golden", fmt.Sprintf("%s-%s-%dx%d.txt", what, screen, size[0], size[1]))
	if os.Getenv("UPDATE") != "" && strings.HasSuffix(t.Name(), "/dark") {
		if err := os.WriteFile(path, []byte(settled(x)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x.Until("the screen in "+path, func(s string) bool { return s+"\n" == string(want) })
}

// settled is the screen when it has not changed for a while.
func settled(x *tuitest.Term) string {
	last := ""
	for {
		<-time.After(400 * time.Millisecond)
		now := x.Screen()
		if now == last {
			return now + "\n"
		}
		last = now
	}
}
