package model

import "testing"

func declaredWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	w.must(t, alice, Declare{Title: "x", Severity: 3})
	return w
}

func TestExportIsTheReadersAndRedactionTheLeads(t *testing.T) {
	w := declaredWorld(t)
	olga := Actor{Name: "olga", Role: RoleObserver}
	w.must(t, olga, Export{What: "situation", Format: "md", TLP: "amber+strict", Most: "amber+strict", Of: 3})
	w.refused(t, olga, Export{What: "situation", Format: "md", TLP: "green", Most: "red"}, CodeForbidden, "for the IC")
	w.refused(t, alice, Export{What: "memoir", Format: "md", TLP: "green"}, CodeUsage, "is no export")
	w.refused(t, alice, Export{What: "situation", Format: "md", TLP: "purple"}, CodeUsage, "is no TLP")
	w.must(t, alice, Export{What: "incident", Format: "json", TLP: "green", Most: "red"})
	w.must(t, alice, Close{Reason: "over"})
	w.must(t, olga, Export{What: "executive", Format: "html", TLP: "red", Most: "amber"})
}

func TestAWiderMarkingIsTheLeads(t *testing.T) {
	w := declaredWorld(t)
	if got := w.in.Marking(); got != "amber+strict" {
		t.Fatalf("nobody marked it, and it is %s", got)
	}
	w.must(t, bob, Edit{Field: FieldTLP, To: "TLP:RED"})
	w.refused(t, bob, Edit{Field: FieldTLP, To: "amber"}, CodeForbidden, "from TLP:RED to TLP:AMBER")
	w.refused(t, alice, Edit{Field: FieldTLP, To: "pink"}, CodeUsage, "is no TLP")
	w.must(t, alice, Close{Reason: "over"})
	w.must(t, alice, Edit{Field: FieldTLP, To: "clear"})
	if got := w.in.Marking(); got != "clear" {
		t.Errorf("marked %s", got)
	}
	w.refused(t, alice, Edit{Field: FieldTitle, To: "x"}, CodeInvalid, "is closed")
}

func TestACorrectionIsMarkedAsWhatItCorrects(t *testing.T) {
	w := declaredWorld(t)
	w.must(t, bob, AddNote{Text: "a partner says so", TLP: "red"})
	ref := w.in.Timeline[len(w.in.Timeline)-1].Ref
	w.must(t, bob, AddNote{Text: "a partner thinks so", Corrects: ref})
	if e := w.in.Timeline[len(w.in.Timeline)-1]; e.TLP != "red" {
		t.Errorf("the correction is marked %q", e.TLP)
	}
}

func TestTLP(t *testing.T) {
	for _, c := range []struct {
		in   []string
		want string
	}{{nil, "clear"}, {[]string{""}, "amber+strict"}, {[]string{"clear", "green"}, "green"}, {[]string{"red", "amber"}, "red"}, {[]string{"pink"}, "red"}} {
		if got := StrictestTLP(c.in...); got != c.want {
			t.Errorf("%v: %s, want %s", c.in, got, c.want)
		}
	}
	if got, err := ParseTLP(" TLP:Amber+Strict "); err != nil || got != "amber+strict" {
		t.Errorf("%s, %v", got, err)
	}
}
