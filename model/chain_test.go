package model

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// copied makes a log that may be changed without touching the first one.
func copied(recs []Record) []Record {
	out := slices.Clone(recs)
	for i := range out {
		out[i].Salt, out[i].Payload = slices.Clone(out[i].Salt), slices.Clone(out[i].Payload)
	}
	return out
}

// Any one change to any record is found, and at the right place (INT-2, INT-3).
func TestTamperingIsFound(t *testing.T) {
	w := staged(t)
	w.must(t, bob, AddNote{Text: "the password is hunter2"})
	w.must(t, bob, Redact{Record: w.recs[len(w.recs)-1], Reason: "a secret"})
	if flaw := VerifyChain(testID, w.recs); flaw != nil {
		t.Fatal(flaw)
	}
	changes := map[string]func(r *Record){
		"incident": func(r *Record) { r.Incident = "INC-2026-0002" }, "version": func(r *Record) { r.Version++ },
		"actor": func(r *Record) { r.Actor += "x" }, "time": func(r *Record) { r.At = r.At.Add(time.Microsecond) },
		"command": func(r *Record) { r.CommandID += "x" }, "kind": func(r *Record) { r.Kind += "x" }, "another kind": func(r *Record) { r.Kind = "timeline.retracted" },
		"payload, first byte": func(r *Record) { r.Payload[0] ^= 1 }, "payload, last byte": func(r *Record) { r.Payload[len(r.Payload)-1] ^= 1 },
		"payload, longer": func(r *Record) { r.Payload = append(r.Payload, ' ') }, "payload gone": func(r *Record) { r.Payload = nil },
		"salt": func(r *Record) { r.Salt = append(r.Salt, 1) }, "payload hash": func(r *Record) { r.PayloadHash[31] ^= 1 },
		"previous hash": func(r *Record) { r.PrevHash[0] ^= 1 }, "hash": func(r *Record) { r.Hash[5] ^= 1 }, "redacted": func(r *Record) { r.Redacted = !r.Redacted },
		"rewritten with its hashes": func(r *Record) {
			r.Actor = "mallory"
			r.Hash = r.ChainHash()
		},
	}
	for name, change := range changes {
		for i := range w.recs {
			if name == "rewritten with its hashes" && i == len(w.recs)-1 {
				continue // the head outside the log tells
			}
			recs := copied(w.recs)
			change(&recs[i])
			if flaw := VerifyChain(testID, recs); flaw == nil {
				t.Errorf("%s of #%d: not found", name, i+1)
			} else if want := uint64(i + 1); flaw.Version+1 < want || flaw.Version > want+1 || flaw.Version < want && w.recs[i].Kind != (PayloadRedacted{}).Kind() {
				// The event before a redaction is the one that it redacts.
				t.Errorf("%s of #%d: found at #%d", name, i+1, flaw.Version)
			}
		}
	}
	for i := range len(w.recs) - 1 {
		if VerifyChain(testID, slices.Delete(copied(w.recs), i, i+1)) == nil {
			t.Errorf("the deletion of #%d is not found", i+1)
		}
		swapped := copied(w.recs)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		if VerifyChain(testID, swapped) == nil {
			t.Errorf("#%d and #%d swapped: not found", i+1, i+2)
		}
		if VerifyChain(testID, slices.Insert(copied(w.recs), i, w.recs[i])) == nil {
			t.Errorf("#%d twice: not found", i+1)
		}
	}
	if VerifyChain("INC-2026-0002", w.recs) == nil {
		t.Error("a log moved to another incident is not found")
	}
	// A cut tail holds in itself: the head that is kept elsewhere tells.
	if cut := w.recs[:len(w.recs)-2]; VerifyChain(testID, cut) != nil || cut[len(cut)-1].Hash == w.in.Head {
		t.Error("the head of a cut log is that of the whole one")
	}
}

// Redaction takes the text out of log and state, says so, and can be done once.
func TestRedaction(t *testing.T) {
	const secret = "hunter2"
	w := staged(t)
	note, value, s := Text("note "+secret), Text("asset "+secret), Text("source "+secret)
	w.must(t, bob, AddNote{Text: "password " + secret + " #" + secret, Star: true}, Edit{Field: FieldTitle, To: note}, Edit{Field: FieldTitle, To: "clean"},
		SetSeverity{To: 1, Reason: note}, SetPhase{To: PhaseContainment, Force: true, Reason: note}, SetItem{Ref: "C1", State: ItemDone, Note: note, Reason: note},
		AddIndicators{Indicators: []NewIndicator{{Type: "domain", Value: secret + ".example", Note: note}}}, SetIndicator{Ref: "I1", Source: &s, Note: &note},
		RetractIndicator{Ref: "I1", Reason: note}, AddAsset{Name: value, Team: value, Tenant: value, Note: value}, SetAsset{Ref: "S1", Name: &note, Team: &value, Tenant: &value, Note: &value},
		RetractAsset{Ref: "S1", Reason: note}, RetractEntry{Ref: "T6", Reason: note}, Relate{Other: "INC-2026-0002", Reason: note}, Close{Reason: note}, Reopen{Reason: note})
	w.must(t, bob, SetAccess{User: "zoe", Level: AccessRead}) // nothing of it is free text
	for i := 8; i < len(w.recs) && w.recs[i].Kind != (PayloadRedacted{}).Kind(); i++ {
		err := w.do(bob, Redact{Record: w.recs[i], Reason: "pasted"})
		if strings.Contains(string(w.recs[i].Payload), secret) {
			t.Errorf("#%d %s still has it: %s, %v", i+1, w.recs[i].Kind, w.recs[i].Payload, err)
		}
	}
	if flaw := VerifyChain(testID, w.recs); flaw != nil {
		t.Error(flaw)
	}
	if got := fingerprint(t, w.in); strings.Contains(got, secret) {
		t.Errorf("the state still has it: %s", got)
	}
	if err := w.do(bob, Redact{Record: w.recs[8], Reason: "again"}); CodeOf(err) != CodeConflict {
		t.Errorf("twice: %v", err)
	}
}

func TestFoldRefusesGaps(t *testing.T) {
	w := staged(t)
	if _, err := FoldAll(w.recs[1:]); err == nil {
		t.Error("a log without its first event was folded")
	}
	recs := copied(w.recs)
	recs[3].Payload = []byte("{")
	if _, err := FoldAll(recs); err == nil || !strings.Contains(err.Error(), "#4") {
		t.Errorf("a broken payload: %v", err)
	}
	recs[3].Kind = "moon.landed"
	if _, err := FoldAll(recs); err == nil || !strings.Contains(err.Error(), "not known") {
		t.Errorf("an unknown kind: %v", err)
	}
}

// Every kind has a decoder that refuses what is no JSON of it, and never panics.
func FuzzDecode(f *testing.F) {
	w := newWorld()
	w.must(f, alice, Declare{Title: "x\xff", Severity: 2, Playbooks: []AttachPlaybook{testBook("b")}}, AddNote{Text: "@bob #x T1486"}, AddAsset{Name: "a"})
	for _, r := range w.recs {
		f.Add(r.Kind, r.Payload)
	}
	for _, k := range EventKinds() {
		f.Add(k, []byte(`{"ref":"T9","version":3,"reason":{"base64":"/w=="}}`))
	}
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		ev, err := Decode(kind, payload)
		if err != nil {
			return
		}
		// A log from elsewhere may hold anything: folding it must not panic.
		w := newWorld()
		w.must(t, alice, Declare{Title: "x", Severity: 2, Playbooks: []AttachPlaybook{testBook("b")}}, AddNote{Text: "n"}, AddAsset{Name: "a"})
		r, err := Seal(Meta{Incident: testID, Version: w.in.Version + 1, Actor: "bob", At: t0}, ev, w.in.Head, nil)
		if err != nil {
			return
		}
		next, err := w.in.Fold([]Record{r})
		if err != nil {
			return
		}
		_ = next.Brief()
		_, _ = Undo{}.Decide(next, bob, t0)
	})
}

// A long log folded at once gives the same newest lines as one folded bit by bit.
func TestFeedOfALongLog(t *testing.T) {
	w := staged(t)
	for i := range 3 * FeedLines {
		w.must(t, bob, AddNote{Text: Text("n" + itoa(i))}, StarEntry{Ref: "T5", On: i%2 == 0})
	}
	all, err := FoldAll(w.recs)
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Recent) != FeedLines || fingerprint(t, all) != fingerprint(t, w.in) {
		t.Errorf("%d lines; folded at once and bit by bit differ", len(all.Recent))
	}
}
