package store_test

import (
	"testing"
	"time"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/storetest"
)

// onCall fills the register of who is on call.
func onCall(t testing.TB, h *room.Hub, now time.Time) {
	t.Helper()
	start, err := model.ParseLocal("2026-03-02T09:00")
	if err != nil {
		t.Fatal(err)
	}
	layers := []model.Layer{{Members: []string{"alice", "K1"}, Start: start, Days: 7, From: 21 * 60, To: 9 * 60, Weekdays: []model.Weekday{0, 4}}}
	shift := func(n int, who string) model.Shift {
		from := now.Add(time.Duration(n) * 12 * time.Hour).Truncate(time.Minute)
		return model.Shift{From: from, To: from.Add(12 * time.Hour), Who: who}
	}
	spec := model.RotationSpec{Title: "Night \x1b[2J \xff", Zone: "Europe/Berlin", Order: 1, Layers: layers}
	for _, cmd := range []model.Command{
		model.AddContact{ContactSpec: model.ContactSpec{Name: "Provider \x00", Phones: []model.Text{"+49 30 1", "+49 30 2 \xfe"}, Order: 1}},
		model.AddContact{ContactSpec: model.ContactSpec{Name: "Erin", Mail: "erin@example.org", User: "erin"}},
		model.VerifyContact{Ref: "K1"},
		model.AddRotation{ID: "night", RotationSpec: spec},
		model.AddRotation{ID: "day", RotationSpec: model.RotationSpec{Zone: "UTC", Order: 2, Partial: true, Layers: layers}},
		model.ImportShifts{Rotation: "night", Source: "night.ics", Shifts: []model.Shift{shift(0, "bob"), shift(1, "K1"), shift(2, "alice")}},
		model.ImportShifts{Rotation: "day", Source: "day.ics", Shifts: []model.Shift{shift(3, "bob")}},
		model.ImportShifts{Rotation: "night", Source: "night.ics", Shifts: []model.Shift{shift(0, "carol"), shift(1, "K1")}},
		model.AddOverride{Rotation: "night", From: now, To: now.Add(time.Hour), Who: "K2", Reason: "swap \x00"},
		model.AddOverride{Rotation: "night", From: now, To: now.Add(2 * time.Hour), Who: "bob"},
		model.RemoveOverride{Ref: "V2"},
		model.RemoveRotation{ID: "day", Reason: "one is enough"},
		model.RemoveContact{Ref: "K2", Reason: "left"},
	} {
		if _, err := h.Do(t.Context(), alice, model.RegisterOnCall, newID(), cmd); err != nil && model.CodeOf(err) != model.CodeConflict {
			t.Fatal(err)
		}
	}
}

// The register of who is on call is kept, folded the same by another server, and
// what the tables say of it is what the log says.
func TestOnCallIsKept(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		now := time.Now()
		onCall(t, hub(t, s), now)
		clean(t, s)
		in, err := hub(t, open(t, url)).Register(t.Context(), olga, model.RegisterOnCall)
		if err != nil {
			t.Fatal(err)
		}
		o := in.OnCall
		if len(o.Rotations) != 2 || len(o.Active()) != 1 || len(o.Active()[0].Shifts) != 2 || o.Active()[0].Title != "Night \x1b[2J \xff" || o.Rotations[1].Removed != "alice" {
			t.Errorf("%+v", o.Rotations)
		}
		if w := o.Now(now.Add(time.Minute)); len(w) != 1 || w[0].Who != "K2" || w[0].Next != "carol" {
			t.Errorf("%+v", w)
		}
		if k, err := o.Contact("K1"); err != nil || k.VerifiedBy != "alice" || len(k.Phones) != 2 {
			t.Errorf("%+v, %v", k, err)
		}
	})
}

// What is changed in the tables of who is on call is found (INT-3).
func TestTamperedOnCall(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		onCall(t, hub(t, s), time.Now())
		a := attack(t, url)
		for _, c := range []struct{ do, back string }{
			{"UPDATE oncall_rotations SET zone = 'UTC' WHERE num = 1", "UPDATE oncall_rotations SET zone = 'Europe/Berlin' WHERE num = 1"},
			{"UPDATE oncall_rotations SET removed_by = '' WHERE num = 2", "UPDATE oncall_rotations SET removed_by = 'alice' WHERE num = 2"},
			{"UPDATE oncall_shifts SET who = 'mallory' WHERE rotation_id = 'night' AND num = 1", "UPDATE oncall_shifts SET who = 'carol' WHERE rotation_id = 'night' AND num = 1"},
			{"UPDATE oncall_shifts SET rotation_id = 'other' WHERE rotation_id = 'day'", "UPDATE oncall_shifts SET rotation_id = 'day' WHERE rotation_id = 'other'"},
			{"UPDATE oncall_overrides SET who = 'bob' WHERE num = 1", "UPDATE oncall_overrides SET who = 'K2' WHERE num = 1"},
			{"UPDATE contacts SET verified_at = NULL WHERE num = 1", ""},
			{"DELETE FROM oncall_overrides WHERE num = 2", ""},
		} {
			a.exec(c.do)
			if v := verify(t, s, model.RegisterOnCall); v.Flaw == nil || v.Flaw.Kind != "tables" {
				t.Errorf("%s: %v", c.do, v.Flaw)
			}
			if c.back != "" {
				a.exec(c.back)
				clean(t, s)
			}
		}
	})
}
