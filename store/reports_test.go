package store_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/storetest"
)

var olga = model.Actor{Name: "olga", Role: model.RoleObserver}

func report(t testing.TB, h *room.Hub, ref model.Text) string {
	t.Helper()
	res, _, err := h.Raise(t.Context(), olga, newID(), model.RaiseReport{Title: "Impossible travel \x1b[2J", Severity: 2, Source: "siem", Reference: ref,
		Text: "login to FS-01 from 192.0.2.7 \xff\x00", Indicators: []model.NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}})
	if err != nil {
		t.Fatal(err)
	}
	return res.Incident.ID
}

// A report is decided with its incident, on both sides, and what the tables say
// of it is what the log says.
func TestReportsAreKept(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		one, two, three := report(t, h, "77"), report(t, h, "78"), report(t, h, "")
		if one != "RPT-1" || two != "RPT-2" || three != "RPT-3" {
			t.Fatal(one, two, three)
		}
		if again := report(t, h, "77"); again != one || h.Peek(one).Report.Again != 1 {
			t.Errorf("the same report is %s, came again %d times", again, h.Peek(one).Report.Again)
		}
		rep, opened, err := h.Triage(t.Context(), bob, newID(), one, model.DecideReport{State: model.ReportIncident, Severity: 1, Effects: []string{"confidentiality"}},
			&model.Declare{Title: "Stolen sessions", Severity: 1})
		if err != nil {
			t.Fatal(err)
		}
		id := opened.Incident.ID
		if d := rep.Incident.Report.Decision; d.Of != id || d.By != "bob" || !slices.Contains(opened.Incident.Related, one) || len(opened.Incident.Indicators) != 1 {
			t.Fatalf("%+v, related %v", d, opened.Incident.Related)
		}
		if _, _, err := h.Triage(t.Context(), bob, newID(), two, model.DecideReport{State: model.ReportDuplicate, Of: one, Reason: "the same login"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Triage(t.Context(), bob, newID(), three, model.DecideReport{State: model.ReportIncident, Of: id}, nil); err != nil {
			t.Fatal(err)
		}
		clean(t, s)
		again := hub(t, open(t, url))
		in, err := again.Incident(t.Context(), olga, one)
		if err != nil || in.Report.Text != "login to FS-01 from 192.0.2.7 \xff\x00" || in.Head != h.Peek(one).Head {
			t.Fatalf("reopened: %v", err)
		}
		b, ok := again.Board().Get(two)
		if !ok || b.Report == nil || b.Report.State != model.ReportDuplicate || b.Report.Of != one || b.Report.DecidedBy != "bob" {
			t.Errorf("brief %+v", b)
		}
		if b, _ := again.Board().Get(id); b.Report != nil {
			t.Error("an incident is taken for a report")
		}
		// Decided or not, a report is found; an incident's search does not take it for one.
		hits, err := again.Search(t.Context(), olga, "fs-01 impossible", 20)
		if err != nil || len(hits) < 3 || slices.ContainsFunc(hits, func(x room.Hit) bool { return x.Kind == "incident" }) {
			t.Errorf("search: %+v %v", hits, err)
		}
		if _, err := s.Verify(t.Context(), "RPT-99"); model.CodeOf(err) != model.CodeNotFound {
			t.Error(err)
		}
	})
}

// Any number of senders at once, on two servers, make one report of one reference.
func TestOneReportOfManyAtOnce(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		hubs := []*room.Hub{hub(t, open(t, url)), hub(t, open(t, url))}
		var wg sync.WaitGroup
		ids := make([]string, 12)
		for i := range ids {
			wg.Go(func() { ids[i] = report(t, hubs[i%2], "one") })
		}
		wg.Wait()
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) != 1 {
			t.Fatalf("reports %v", ids)
		}
		in, err := hubs[0].Newest(t.Context(), bob, ids[0])
		if err != nil || in.Report.Again != 11 {
			t.Errorf("came again %d times, %v", in.Report.Again, err)
		}
	})
}

// Two triagers at once, on two servers: one wins and opens one incident, the
// other is told by whom, and nothing of his is left behind.
func TestTwoTriagersAtOnce(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		hubs := []*room.Hub{hub(t, s), hub(t, open(t, url))}
		id := report(t, hubs[0], "x")
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				by := model.Actor{Name: []string{"ann", "ben"}[i%2], Role: model.RoleResponder}
				_, _, errs[i] = hubs[i%2].Triage(t.Context(), by, newID(), id, model.DecideReport{State: model.ReportIncident, Effects: []string{"integrity"}},
					&model.Declare{Title: "One of two", Severity: 2})
			})
		}
		wg.Wait()
		won := 0
		in, err := hubs[1].Newest(t.Context(), bob, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range errs {
			if err == nil {
				won++
			} else if model.CodeOf(err) != model.CodeConflict || !strings.Contains(err.Error(), "@"+in.Report.Decision.By+" decided "+id) {
				t.Error(err)
			}
		}
		if err := hubs[0].Freshen(t.Context()); err != nil {
			t.Fatal(err)
		}
		opened := 0
		for _, b := range hubs[0].Board().Briefs {
			if b.Report == nil {
				opened++
			}
		}
		if won != 1 || opened != 1 {
			t.Errorf("%d won, %d incidents", won, opened)
		}
		clean(t, s)
	})
}

// The same decision sent twice is one.
func TestTriageTwiceIsOnce(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		h := hub(t, open(t, url))
		id, cmd := report(t, h, "x"), newID()
		var opened []string
		for range 2 {
			_, other, err := h.Triage(t.Context(), bob, cmd, id, model.DecideReport{State: model.ReportIncident, Effects: []string{"integrity"}},
				&model.Declare{Title: "Once", Severity: 2})
			if err != nil {
				t.Fatal(err)
			}
			opened = append(opened, other.Incident.ID)
		}
		if opened[0] != opened[1] || len(h.Board().Briefs) != 2 {
			t.Errorf("opened %v", opened)
		}
	})
}

func TestSimilarSaysWhy(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		h := hub(t, open(t, url))
		a, b := declare(t, h), declare(t, h)
		do(t, h, a, model.AddIndicators{Indicators: []model.NewIndicator{{Type: "ipv4", Value: "192.0.2.7"}}})
		do(t, h, b, model.AddAsset{Name: "fs-01"})
		do(t, h, b, model.AddAsset{Name: "FS-0"})
		id := report(t, h, "x")
		list, err := h.Similar(t.Context(), bob, id)
		if err != nil || len(list) != 2 || list[0].ID != a || list[1].ID != b {
			t.Fatalf("%+v %v", list, err)
		}
		if why := strings.Join(append(list[0].Why, list[1].Why...), "; "); why != "shares the indicator 192[.]0[.]2[.]7; names the asset fs-01" {
			t.Error(why)
		}
		list, err = h.Similar(t.Context(), bob, a)
		if err != nil || len(list) != 1 || list[0].ID != id {
			t.Errorf("of the incident: %+v %v", list, err)
		}
	})
}

func TestVerifySeesAChangedReport(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := report(t, h, "x")
		attack(t, url).exec("UPDATE reports SET state = 'event' WHERE id = 'RPT-1'")
		got, err := s.Verify(t.Context(), id)
		if err != nil || got[0].Flaw == nil || !strings.Contains(got[0].Flaw.What, "reports: row 1 differs") {
			t.Errorf("%+v %v", got, err)
		}
	})
}
