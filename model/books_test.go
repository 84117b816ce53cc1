package model

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func registerWorld(id string) *world { return &world{in: &Incident{ID: id}, now: t0} }

func amend(f func(*AmendSpec)) AmendPlaybook {
	s := AmendSpec{Book: "ransomware", Item: "ransomware.con.isolate", Title: "Isolate, and pull the VPN", Incident: "inc-2026-0001", FollowUp: "f4"}
	f(&s)
	return AmendPlaybook{AmendSpec: s}
}

func TestBooks(t *testing.T) {
	w := registerWorld(RegisterPlaybooks)
	if err := w.do(bob, ReviewPlaybook{Book: "ransomware"}); CodeOf(err) != CodeForbidden {
		t.Error(err)
	}
	if w.in.Version != 0 {
		t.Fatal("a refused review made the register")
	}
	w.must(t, alice, ReviewPlaybook{Book: "ransomware", Note: "as of the drill"}, amend(func(*AmendSpec) {}))
	if r, ok := w.in.Books.Review("ransomware"); !ok || r.By != "alice" || !w.in.Books.Reviewed("ransomware", t0) || w.in.Books.Reviewed("ransomware", t0.Add(2*ReviewYear)) {
		t.Errorf("%+v", r)
	}
	yes := true
	w.must(t, alice, amend(func(s *AmendSpec) {
		s.Item, s.Add, s.Phase, s.Title, s.Required, s.Incident, s.Reason = "ransomware.con.vpn", true, PhaseContainment, "Pull the VPN", &yes, "", "drill of May"
	}))
	for name, c := range map[string]AmendPlaybook{
		"from nowhere":    amend(func(s *AmendSpec) { s.Incident = "" }),
		"no incident":     amend(func(s *AmendSpec) { s.Incident = "RPT-1" }),
		"no follow-up":    amend(func(s *AmendSpec) { s.FollowUp = "A1" }),
		"no book":         amend(func(s *AmendSpec) { s.Book = "../x" }),
		"no item":         amend(func(s *AmendSpec) { s.Item = "" }),
		"nothing":         amend(func(s *AmendSpec) { s.Title = "" }),
		"no title":        amend(func(s *AmendSpec) { s.Add, s.Title, s.Phase = true, "", PhaseRecovery }),
		"no phase":        amend(func(s *AmendSpec) { s.Add, s.Item = true, "a.b" }),
		"twice the same":  amend(func(s *AmendSpec) { s.Add, s.Item, s.Phase = true, "ransomware.con.vpn", PhaseContainment }),
		"guidance 1 MiB":  amend(func(s *AmendSpec) { s.Guidance = Text(strings.Repeat("x", 1<<20)) }),
		"made from older": {AmendSpec: amend(func(*AmendSpec) {}).AmendSpec, Seen: 1},
	} {
		before := w.in
		if err := w.do(alice, c); CodeOf(err) == "" || w.in != before {
			t.Errorf("%s: %v", name, err)
		}
	}
	got := testBook("ransomware")
	got.Items[2].Key = "ransomware.con.isolate"
	was := append([]ItemSpec(nil), got.Items...)
	items := got.Amended(w.in.Books).Items
	if !reflect.DeepEqual(got.Items, was) {
		t.Error("the book itself changed")
	}
	if len(items) != 5 || items[2].Title != "Isolate, and pull the VPN" || items[3].Key != "ransomware.con.vpn" || !items[3].Required || items[4].Phase != PhaseEradication {
		t.Errorf("%+v", items)
	}
	if other := testBook("ddos"); len(other.Amended(w.in.Books).Items) != 4 {
		t.Error("another book changed")
	}
	w.must(t, alice, WithdrawAmendment{Ref: "b2", Reason: "not ours"})
	if err := w.do(alice, WithdrawAmendment{Ref: "B2", Reason: "again"}); CodeOf(err) != CodeConflict {
		t.Error(err)
	}
	if err := w.do(alice, WithdrawAmendment{Ref: "B9", Reason: "again"}); CodeOf(err) != CodeNotFound {
		t.Error(err)
	}
	if len(got.Amended(w.in.Books).Items) != 4 {
		t.Error("what was withdrawn is laid over")
	}
}

// Whatever is asked of the register, its log gives its state, and older snapshots
// stay as they were.
func TestAnyBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := registerWorld(RegisterPlaybooks)
		type kept struct {
			in   *Incident
			text string
		}
		var snapshots []kept
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			snapshots = append(snapshots, kept{w.in, fingerprint(t, w.in)})
			book := pick(t, "book", "ransomware", "ddos", "No Book")
			var c Command
			switch rapid.IntRange(0, 3).Draw(t, "command") {
			case 0:
				c = ReviewPlaybook{Book: book, Note: anyText(t, "note")}
			case 1:
				c = WithdrawAmendment{Ref: ref(t, RefAmendment), Reason: anyText(t, "reason")}
			default:
				c = AmendPlaybook{AmendSpec: AmendSpec{Book: book, Item: pick(t, "item", "core.scribe", book+".det.scope", "a.new.one"), Add: rapid.Bool().Draw(t, "add"),
					Phase: pick(t, "phase", Phases()...), Title: anyText(t, "title"), Guidance: anyText(t, "guidance"), Required: maybe(t, "required", true),
					Incident: pick(t, "incident", "", "INC-2026-0001"), FollowUp: "F1", Reason: anyText(t, "why")}, Seen: uint64(rapid.IntRange(0, 9).Draw(t, "seen"))}
			}
			if err := w.do(pick(t, "by", alice, alice, bob, olive), c); err != nil && CodeOf(err) == "" {
				t.Fatalf("%T: %v is no refusal", c, err)
			}
			for _, b := range []string{"ransomware", "ddos"} {
				items := testBook(b).Amended(w.in.Books).Items
				seen := map[string]bool{}
				for i, it := range items {
					if seen[it.Key] || it.Title == "" || i > 0 && items[i-1].Phase.Index() > it.Phase.Index() {
						t.Fatalf("%s: %+v", b, items)
					}
					seen[it.Key] = true
				}
			}
		}
		for _, s := range snapshots {
			if fingerprint(t, s.in) != s.text {
				t.Fatal("a snapshot changed after it was handed out")
			}
		}
		if all, err := FoldAll(w.recs); len(w.recs) > 0 && (err != nil || !reflect.DeepEqual(all, w.in)) {
			t.Fatalf("the log folds to something else (%v)", err)
		}
		roundTrip(t, w.recs)
	})
}
