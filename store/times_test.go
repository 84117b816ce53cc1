package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"warroom/model"
	"warroom/store/storetest"
)

func record(id model.Text) model.ImportIncident {
	return model.ImportIncident{Title: "Mail to the wrong list", Severity: 3, Origin: model.Import{Source: "veris", ID: id, Reference: "https://example.org/1"},
		Moments: []model.MomentSet{
			{Name: model.MomentFirstAct, Moment: model.Moment{At: time.Date(2017, 7, 1, 0, 0, 0, 0, time.UTC), Precision: model.PrecisionMonth, Said: "2017-07"}},
			{Name: model.MomentDetected, Moment: model.Moment{After: model.MomentFirstAct, Span: 36 * time.Hour, Said: "1.5 days"}},
			{Name: model.MomentContained, Moment: model.Moment{Unknown: true, Said: "weeks, number unknown"}}},
		Class: map[string][]string{model.AxisAction: {"error:gaffe"}, model.AxisVector: {"carelessness"}, model.AxisDiscovery: {"internal"}}}
}

// What metrics are made of comes back from the tables as it is in memory.
func TestTimesAreKept(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := declare(t, h)
		everything(t, h, id)
		res, again, err := h.Import(t.Context(), alice, record("a-1"))
		if err != nil || again {
			t.Fatal(again, err)
		}
		one := res.Incident.ID
		if res, again, err = h.Import(t.Context(), alice, record("a-1")); err != nil || !again || res.Incident.ID != one {
			t.Fatalf("imported twice: %v %v %v", res.Incident.ID, again, err)
		}
		if _, _, err := h.Import(t.Context(), bob, record("a-2")); model.CodeOf(err) != model.CodeForbidden {
			t.Errorf("by a responder: %v", err)
		}
		if was, err := h.Imported(t.Context(), "veris", "a-1"); err != nil || !was {
			t.Error(was, err)
		}
		clean(t, s)
		other := hub(t, open(t, url))
		for _, id := range []string{id, one} {
			read, _ := other.Board().Get(id)
			kept := h.Peek(id).Brief()
			got, want := measured(read), measured(&kept)
			if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("%s from the tables (-memory +tables):\n%s", id, d)
			}
		}
	})
}

// measured is the part of a brief that metrics are made of.
func measured(b *model.Brief) model.Brief {
	return model.Brief{ID: b.ID, Severity: b.Severity, Preliminary: b.Preliminary, Times: b.Times, Class: b.Class, Required: b.Required,
		RequiredDone: b.RequiredDone, Imported: b.Imported}
}

// A database of the time before has its rows made from the log.
func TestTimesOfWhatWasThere(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := declare(t, h)
		do(t, h, id, model.SetPhase{To: model.PhaseContainment, Force: true, Reason: "r"})
		do(t, h, id, model.SetPhase{To: model.PhaseEradication, Force: true, Reason: "r"})
		_ = s.Close()
		a := attack(t, url)
		for _, q := range []string{"DROP VIEW metric_moments", "DROP TABLE incident_times", "DROP TABLE moments", "DROP TABLE incident_classes", "DELETE FROM schema_migrations WHERE id = '0011-times'"} {
			a.exec(q)
		}
		s = open(t, url)
		clean(t, s)
		b, found, err := s.Brief(context.Background(), id)
		if err != nil || !found || b.Times.Contained.IsZero() || b.Times.DetectedFrom != model.FromDeclared {
			t.Errorf("%+v %v", b.Times, err)
		}
	})
}
