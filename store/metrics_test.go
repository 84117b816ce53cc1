package store_test

import (
	"crypto/rand"
	stdsql "database/sql"
	"log/slog"
	"math"
	mathrand "math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/metrics"
	"warroom/model/regime"
	"warroom/model/room"
	"warroom/store/storetest"
)

// documented are the queries of docs/metrics.md for a kind of database, by the
// metric's key; "summary" is what they are put into.
func documented(t *testing.T, kind string) map[string]string {
	t.Helper()
	doc, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	key := ""
	for _, m := range regexp.MustCompile("(?ms)^### `([a-z-]+)`|^```sql ?([a-z]*)\n(.*?)```").FindAllStringSubmatch(string(doc), -1) {
		switch {
		case m[1] != "":
			key = m[1]
		case m[2] == "summary":
			out["summary"] = m[3]
		case m[2] == "" || m[2] == kind:
			out[key] = m[3]
		}
	}
	return out
}

// year fills a database with incidents of a year in which all that is measured
// happens, and much is missing. The clock of the hub ends at the present.
func year(t *testing.T, s room.Store) *room.Hub {
	t.Helper()
	rules, err := regime.Load(regime.Own{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now().AddDate(-1, 0, 0)
	clock := began
	h := room.NewHub(s, room.Options{Server: newID(), Now: func() time.Time { return clock }, Entropy: rand.Reader, NewID: newID, Logger: slog.New(slog.DiscardHandler), Rules: rules})
	if err := h.ReloadAccounts(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := mathrand.New(mathrand.NewPCG(7, 9))
	later := func() { clock = clock.Add(time.Duration(1+r.IntN(180)) * time.Minute) }
	for n := range 40 {
		clock = began.Add(time.Duration(n*8*24) * time.Hour)
		declared := model.Declare{Title: "x", Severity: model.Severity(1 + n%4), Exercise: n%13 == 5, Restricted: n%11 == 7,
			Playbooks: []model.AttachPlaybook{{ID: "p", Title: "P", Items: []model.ItemSpec{{Key: "a", Phase: model.PhaseDetection, Title: "Unplug it", Required: true}}}}}
		var id string
		if n%3 == 0 && !declared.Restricted && !declared.Exercise {
			rep := report(t, h, "")
			later()
			_, opened, err := h.Triage(t.Context(), alice, newID(), rep, model.DecideReport{State: model.ReportIncident, Severity: declared.Severity, Effects: []string{"integrity"}}, &declared)
			if err != nil {
				t.Fatal(err)
			}
			id = opened.Incident.ID
			if _, _, err := h.Triage(t.Context(), bob, newID(), report(t, h, ""), model.DecideReport{State: model.ReportFalse, Reason: "it was a test"}, nil); err != nil {
				t.Fatal(err)
			}
		} else {
			res, err := h.Declare(t.Context(), alice, newID(), declared)
			if err != nil {
				t.Fatal(err)
			}
			id = res.Incident.ID
		}
		if n%2 == 0 {
			do(t, h, id, model.SetMoment{Name: model.MomentFirstAct, At: clock.Add(-time.Duration(r.IntN(90)+3) * 24 * time.Hour)})
			do(t, h, id, model.SetMoment{Name: model.MomentSpread, At: clock.Add(time.Duration(-r.IntN(200)) * time.Minute), Reason: "logs"})
		}
		if n%5 == 1 {
			do(t, h, id, model.SetMoment{Name: model.MomentDetected, At: clock.Add(-time.Duration(r.IntN(900)) * time.Minute), Reason: "alert"})
		}
		if n%4 == 2 {
			do(t, h, id, model.SetSeverity{To: declared.Severity%4 + 1, Reason: "it is so"})
			do(t, h, id, model.SetItem{Ref: "C1", State: model.ItemDone})
			do(t, h, id, model.Classify{Parts: map[string][]string{model.AxisDiscovery: {[]string{"internal:ids", "external", "unknown", "partner:audit"}[n/4%4]}}})
		}
		if n%6 == 3 {
			aware, yes := clock.Add(-time.Hour), model.AnswerYes
			do(t, h, id, model.SetDataImpact{Disclosed: &yes, Personal: &yes, Regions: &[]string{"eu"}, Roles: &[]string{"controller"}, Aware: aware, Rules: rules})
			clock = clock.Add(time.Duration(r.IntN(120)) * time.Hour)
			do(t, h, id, model.MarkSent{Ref: "N1", Proof: "p", Reason: "r", Rules: rules})
		}
		for _, p := range model.WorkPhases()[1:][:n%5] {
			later()
			do(t, h, id, model.SetPhase{To: p, Force: true, Reason: "r"})
		}
		if n%4 != 1 {
			due := model.DayOf(clock).Add(r.IntN(20) + 1)
			do(t, h, id, model.AddFollowUp{FollowUpSpec: model.FollowUpSpec{Title: "drill", Kind: model.FollowUpRespond, Owner: "bob", Due: due}})
			if n%8 != 0 {
				clock = clock.Add(time.Duration(r.IntN(30*24)) * time.Hour)
				do(t, h, id, model.MoveFollowUp{Ref: "F1", To: model.FollowUpDone, Evidence: "done"})
			}
		}
		if n%5 >= 3 {
			later()
			if _, err := h.Do(t.Context(), alice, id, newID(), model.Close{Reason: "r"}); err == nil && n%10 == 4 {
				later()
				do(t, h, id, model.Reopen{Reason: "again"})
			}
			do(t, h, id, model.SetMoment{Name: model.MomentPublished, At: clock.Add(-time.Minute)})
		}
	}
	clock = time.Now()
	for _, id := range []model.Text{"a", "b", "c"} {
		if _, _, err := h.Import(t.Context(), alice, record(id)); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// What docs/metrics.md gives as SQL says the same as warroom, on both databases.
func TestMetricsInSQL(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		year(t, s)
		clean(t, s)
		briefs, err := s.Briefs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		a := attack(t, url)
		kind := "sqlite"
		if a.pg {
			kind = "postgresql"
		}
		queries := documented(t, kind)
		var lines []*model.Brief
		for i := range briefs {
			lines = append(lines, &briefs[i])
		}
		set := metrics.Select(lines, metrics.Filter{Public: true})
		for _, want := range metrics.Of(set, time.Now()) {
			q := queries[want.Key]
			if q == "" {
				t.Errorf("docs/metrics.md has no SQL for %s on %s", want.Key, kind)
				continue
			}
			if want.Unit == metrics.UnitShare {
				var hits, n int
				if err := a.db.QueryRow(q).Scan(&hits, &n); err != nil {
					t.Errorf("%s: %v", want.Key, err)
				} else if hits != want.Hits || n != want.N || n == 0 {
					t.Errorf("%s: SQL says %d of %d, warroom %d of %d", want.Key, hits, n, want.Hits, want.N)
				}
				continue
			}
			var n int
			var median, p90, mean stdsql.NullFloat64
			if err := a.db.QueryRow(strings.Replace(queries["summary"], "VALUES_OF_THE_METRIC", q, 1)).Scan(&n, &median, &p90, &mean); err != nil {
				t.Errorf("%s: %v", want.Key, err)
				continue
			}
			if n != want.N || n == 0 || !near(median, want.Median) || !near(p90, want.P90) || !near(mean, want.Mean) {
				t.Errorf("%s: SQL says n %d, median %v, p90 %v, mean %v; warroom %+v", want.Key, n, median, p90, mean, want)
			}
		}
		month := metrics.Groups(set, metrics.ByMonth)[0]
		var n int
		if err := a.db.QueryRow("SELECT count(*) FROM metric_moments WHERE month = '" + month.Name + "'").Scan(&n); err != nil || n != len(month.Incidents) {
			t.Errorf("%s: SQL counts %d incidents, warroom %d (%v)", month.Name, n, len(month.Incidents), err)
		}
	})
}

// near compares seconds; SQLite counts milliseconds.
func near(got stdsql.NullFloat64, want *float64) bool {
	return got.Valid && want != nil && math.Abs(got.Float64-*want) < 0.002
}
