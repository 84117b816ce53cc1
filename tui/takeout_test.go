package tui_test

import (
	"sync"
	"testing"

	"warroom/model"
	"warroom/tui"
	"warroom/tui/tuitest"
)

// desk keeps the files that a console writes.
type desk struct {
	mu    sync.Mutex
	files map[string]string
}

func (d *desk) save(name string, body []byte) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files[name] = string(body)
	return "/home/alice/" + name, nil
}

func TestAReportIsTakenOut(t *testing.T) {
	h := tuitest.Hub(t, open(t))
	id := declare(t, h, "Ransomware on file servers")
	files := &desk{files: map[string]string{}}
	a := tuitest.New(t, h, alice, 120, 40, func(d *tui.Deps) { d.Incident, d.Save, d.Version = id, files.save, "0.1.0" })
	a.ExpectLine("MARKING", "TLP:AMBER+STRICT")
	a.Press("O")
	a.Expect("Take out of "+id, "situation report, HTML", "whole incident, JSON")
	a.Press("enter")
	a.ExpectLine("/home/alice/"+id+"-situation-", ".html", "TLP:AMBER+STRICT")
	a.Expect("exported situation as")
	files.mu.Lock()
	if len(files.files) != 1 {
		t.Errorf("%d files were written", len(files.files))
	}
	files.mu.Unlock()
	// Over ssh the line to type is shown, and nothing is in the record before it is typed.
	b := tuitest.New(t, h, bob, 120, 40, func(d *tui.Deps) { d.Incident, d.Via = id, "ssh" })
	b.Press("O").Type("executive").Press("enter")
	b.Expect("ssh HOST 'export " + id + " --format html --kind executive' > " + id + "-executive-")
	b.Press("esc")
	if in := h.Peek(id); in == nil || in.Recent[len(in.Recent)-1].Actor != alice.Name {
		t.Error("what was only shown is in the record")
	}
	// A wider marking is the lead's, and what cannot be is said.
	b.Press("E").Expect("Edit " + id)
	b.Press("esc")
	if _, err := h.Do(t.Context(), bob, id, tuitest.NewID(), model.AddNote{Text: "a partner says so", TLP: "red"}); err != nil {
		t.Fatal(err)
	}
	a.Press("2")
	a.ExpectLine("TLP:RED", "a partner says so")
}
