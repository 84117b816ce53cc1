package store_test

import (
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/storetest"
)

// playbooks makes every kind of change once in the register of playbooks.
func playbooks(t *testing.T, h *room.Hub) {
	t.Helper()
	yes, raw := true, model.Text("pull \xff\x00 it")
	for _, c := range []model.Command{
		model.ReviewPlaybook{Book: "ransomware", Note: raw},
		model.AmendPlaybook{AmendSpec: model.AmendSpec{Book: "ransomware", Item: "ransomware.con.vpn", Add: true, Phase: model.PhaseContainment, Title: "Pull the VPN \x00",
			Guidance: raw, Role: "network", Required: &yes, Incident: "INC-2026-0001", FollowUp: "F1"}},
		model.AmendPlaybook{AmendSpec: model.AmendSpec{Book: "ransomware", Item: "core.scribe", Guidance: raw, Reason: raw}},
		model.WithdrawAmendment{Ref: "B2", Reason: raw},
	} {
		do(t, h, model.RegisterPlaybooks, c)
	}
}

func TestPlaybookRegister(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		playbooks(t, h)
		clean(t, s)
		in := hub(t, open(t, url)).PeekRegister(model.RegisterPlaybooks)
		if in.Books == nil || len(in.Books.Reviews) != 1 || len(in.Books.Amendments) != 2 || in.Books.Amendments[1].Withdrawn == "" {
			t.Fatalf("%+v", in.Books)
		}
		for name, q := range map[string]string{"a review": "UPDATE playbook_reviews SET reviewed_by = 'mallory'", "an amendment": "UPDATE playbook_amendments SET withdrawn_by = '' WHERE num = 2",
			"one that is gone": "DELETE FROM playbook_amendments WHERE num = 1"} {
			a := attack(t, url)
			a.exec("CREATE TABLE kept AS SELECT * FROM playbook_amendments")
			a.exec(q)
			if flaw := verify(t, s, model.RegisterPlaybooks).Flaw; flaw == nil || flaw.Kind != "tables" {
				t.Errorf("%s: found %v", name, flaw)
			}
			a.exec("DELETE FROM playbook_amendments")
			a.exec("INSERT INTO playbook_amendments SELECT * FROM kept")
			a.exec("DROP TABLE kept")
			a.exec("UPDATE playbook_reviews SET reviewed_by = 'alice'")
		}
		clean(t, s)
	})
}

// The board of a server that has just begun knows the follow-ups as one that wrote
// them does.
func TestFollowUpsOfTheBoard(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := declare(t, h)
		everything(t, h, id)
		do(t, h, id, model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: "late \xff", Kind: model.FollowUpDetect, Owner: "bob", Due: model.DayOf(time.Now()).Add(-9)}, Overdue: true})
		want := h.Peek(id).Brief()
		b, found, err := s.Brief(t.Context(), id)
		if err != nil || !found || len(b.FollowUps) != 3 {
			t.Fatalf("%+v (%v)", b.FollowUps, err)
		}
		for i, f := range b.FollowUps {
			w := want.FollowUps[i]
			if f.Ref != w.Ref || f.Title != w.Title || f.Due != w.Due || f.State != w.State || len(f.Changes) != len(w.Changes) || !f.Settled.Equal(w.Settled) || !f.AddedAt.Equal(w.AddedAt) {
				t.Errorf("%+v, in memory %+v", f, w)
			}
		}
		if f := b.NextFollowUp(); f.Ref != "F3" || !f.Late(time.Now()) {
			t.Errorf("next is %+v", f)
		}
		hits, err := s.Search(t.Context(), "web SEC-1", 10)
		if err != nil || len(hits) != 1 || hits[0].Ref != "F1" || hits[0].Kind != "followup" {
			t.Errorf("%+v (%v)", hits, err)
		}
	})
}
