package store_test

import (
	stdsql "database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/libtnb/sqlite"

	"warroom/model"
	"warroom/model/room"
	"warroom/store"
	"warroom/store/storetest"
)

// attacker is somebody with a line of his own to the database, who switches the
// triggers off first.
type attacker struct {
	t  testing.TB
	db *stdsql.DB
	pg bool
}

func attack(t testing.TB, url string) *attacker {
	t.Helper()
	driver, source := "pgx", url
	path, lite := strings.CutPrefix(url, "sqlite:")
	if lite {
		driver, source = sqlite.DriverName, path
	}
	db, err := stdsql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &attacker{t: t, db: db, pg: !lite}
}

func (a *attacker) unguarded() *attacker {
	a.t.Helper()
	if a.pg {
		a.exec("ALTER TABLE events DISABLE TRIGGER USER")
		a.exec("ALTER TABLE audit_entries DISABLE TRIGGER USER")
		return a
	}
	rows, err := a.db.Query("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		a.t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			a.t.Fatal(err)
		}
		names = append(names, n)
	}
	_ = rows.Close()
	for _, n := range names {
		a.exec("DROP TRIGGER " + n)
	}
	return a
}

func (a *attacker) exec(q string) {
	a.t.Helper()
	if _, err := a.db.Exec(q); err != nil {
		a.t.Fatalf("%s: %v", q, err)
	}
}

// refused runs a statement that must not pass.
func (a *attacker) refused(q, why string) {
	a.t.Helper()
	_, err := a.db.Exec(q)
	if err == nil || !strings.Contains(err.Error(), why) {
		a.t.Errorf("%s: answered %v", q, err)
	}
}

// INT-3: each kind of tampering is found, with the first version that does not hold.
func TestTampering(t *testing.T) {
	const events = "UPDATE events SET "
	where := " WHERE incident_id = '%[1]s' AND version = "
	cases := []struct {
		name    string
		do      []string // %[1]s is the incident, %[2]s the other one
		version uint64   // 0: the newest
		kind    string   // "" for any
	}{
		{"a byte of the payload", []string{events + "payload = '{\"ref\":\"T9\",\"kind\":\"note\",\"text\":\"x\"}'" + where + "4"}, 4, ""},
		{"the author", []string{events + "actor = 'mallory'" + where + "5"}, 5, ""},
		{"the time", []string{events + "recorded_at = '2020-01-01 00:00:00+00:00'" + where + "3"}, 3, ""},
		{"the kind", []string{events + "kind = 'severity.changed'" + where + "4"}, 4, ""},
		{"the command", []string{events + "command_id = 'x'" + where + "2"}, 2, ""},
		{"the salt", []string{events + "salt = payload_hash" + where + "2"}, 2, ""},
		{"the hash", []string{events + "hash = prev_hash" + where + "6"}, 6, ""},
		{"the link", []string{events + "prev_hash = hash" + where + "6"}, 6, ""},
		{"the commitment", []string{events + "payload_hash = hash" + where + "6"}, 6, ""},
		{"content gone without a redaction", []string{events + "redacted = (1 = 1), payload = '{}'" + where + "4"}, 4, ""},
		{"deleted", []string{"DELETE FROM events" + where + "4"}, 5, ""},
		{"the first deleted", []string{"DELETE FROM events" + where + "1"}, 2, ""},
		{"the last deleted", []string{"DELETE FROM events" + where + "(SELECT max(version) FROM events WHERE incident_id = '%[1]s')"}, 0, "tables"},
		{"all deleted", []string{"DELETE FROM events WHERE incident_id = '%[1]s'"}, 0, ""},
		{"swapped", []string{events + "version = 1000" + where + "4", events + "version = 4" + where + "5", events + "version = 5" + where + "1000"}, 4, ""},
		{"inserted", []string{"INSERT INTO events SELECT incident_id, version + 1, kind, actor, recorded_at, command_id, salt, payload, redacted, payload_hash, hash, hash FROM events" +
			where + "(SELECT max(version) FROM events WHERE incident_id = '%[1]s')"}, 0, ""},
		{"moved to another incident", []string{"DELETE FROM events" + where + "4",
			"INSERT INTO events SELECT '%[1]s', version, kind, actor, recorded_at, command_id, salt, payload, redacted, payload_hash, prev_hash, hash FROM events WHERE incident_id = '%[2]s' AND version = 4"}, 4, ""},
		{"a title", []string{"UPDATE incidents SET title = 'nothing' WHERE id = '%[1]s'"}, 0, "tables"},
		{"a severity", []string{"UPDATE incidents SET severity = 4 WHERE id = '%[1]s'"}, 0, "tables"},
		{"an incident's row", []string{"UPDATE incidents SET head = %[3]s WHERE id = '%[1]s'"}, 0, "tables"},
		{"an entry", []string{"UPDATE timeline_entries SET text = 'x' WHERE incident_id = '%[1]s' AND num = 2"}, 0, "tables"},
		{"an entry's marking", []string{"UPDATE timeline_entries SET tlp = 'clear' WHERE incident_id = '%[1]s' AND num = 2"}, 0, "tables"},
		{"a marking", []string{"UPDATE incidents SET tlp = 'clear' WHERE id = '%[1]s'"}, 0, "tables"},
		{"an entry's time", []string{"UPDATE timeline_entries SET occurred_at = '2020-01-01 00:00:00+00:00' WHERE incident_id = '%[1]s' AND num = 2"}, 0, "tables"},
		{"an entry deleted", []string{"DELETE FROM timeline_entries WHERE incident_id = '%[1]s' AND num = 2"}, 0, "tables"},
		{"an indicator", []string{"UPDATE indicators SET verdict = 'benign' WHERE incident_id = '%[1]s' AND num = 1"}, 0, "tables"},
		{"an indicator more", []string{"INSERT INTO indicators SELECT incident_id, ref, 99, type, 'x', verdict, confidence, tlp, first_seen, last_seen, source, note, added_by, added_at, retracted_by FROM indicators WHERE incident_id = '%[1]s' AND num = 1"}, 0, "tables"},
		{"the restore source", []string{"UPDATE assets SET restored_from = 'elsewhere' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"a rating", []string{"UPDATE incident_ratings SET override_reason = '' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"the eviction", []string{"DELETE FROM incident_causes WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"a mitigation", []string{"UPDATE mitigations SET state = 'done' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"an asset", []string{"UPDATE assets SET contained = '' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"an item", []string{"UPDATE checklist_items SET state = 'open' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"an action", []string{"UPDATE actions SET approved_by = 'carol' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"a deadline", []string{"UPDATE obligations SET due_at = NULL WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"an obligation that is gone", []string{"DELETE FROM obligations WHERE incident_id = '%[1]s' AND num = 2"}, 0, "tables"},
		{"a follow-up's day", []string{"UPDATE follow_ups SET due = '2030-01-01' WHERE incident_id = '%[1]s' AND num = 2"}, 0, "tables"},
		{"a follow-up that is gone", []string{"DELETE FROM follow_ups WHERE incident_id = '%[1]s' AND num = 2"}, 0, "tables"},
		{"a follow-up's history", []string{"UPDATE follow_up_steps SET changed_by = 'mallory' WHERE incident_id = '%[1]s' AND follow_up = 1 AND num = 3"}, 0, "tables"},
		{"a section", []string{"UPDATE postmortem_sections SET text = 'all was well' WHERE incident_id = '%[1]s' AND section = 'badly'"}, 0, "tables"},
		{"a section that is gone", []string{"DELETE FROM postmortem_sections WHERE incident_id = '%[1]s' AND section = 'summary'"}, 0, "tables"},
		{"a section that nobody wrote", []string{"INSERT INTO postmortem_sections SELECT incident_id, 'blame', text, written_by, written_at, version FROM postmortem_sections WHERE incident_id = '%[1]s' AND section = 'badly'"}, 0, "tables"},
		{"a factor's class", []string{"UPDATE factors SET class = 'manual-error' WHERE incident_id = '%[1]s' AND num = 1"}, 0, "tables"},
		{"an answer", []string{"UPDATE open_questions SET answer = 'yes' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"who signed", []string{"UPDATE postmortem_steps SET changed_by = 'mallory' WHERE incident_id = '%[1]s' AND num = 3"}, 0, "tables"},
		{"the state of a post-mortem", []string{"UPDATE postmortems SET state = 'closed' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"what the board says of it", []string{"UPDATE incidents SET postmortem_required = (1 = 0) WHERE id = '%[1]s'"}, 0, "tables"},
		{"a waiver", []string{"UPDATE postmortems SET waiver = '' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"who was in command", []string{"UPDATE role_steps SET user_name = 'mallory' WHERE incident_id = '%[1]s' AND num = 1"}, 0, "tables"},
		{"data impact", []string{"UPDATE data_impacts SET disclosed = 'no' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"a trigger", []string{"DELETE FROM triggers WHERE incident_id = '%[1]s' AND name = 'aware'"}, 0, "tables"},
		{"the next deadline", []string{"UPDATE incidents SET deadline_at = NULL WHERE id = '%[1]s'"}, 0, "tables"},
		{"an action's targets", []string{"UPDATE actions SET targets = '[]' WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"a moment", []string{"UPDATE moments SET at = '2020-01-01 00:00:00+00:00' WHERE incident_id = '%[1]s' AND name = 'first-act'"}, 0, "tables"},
		{"what is measured", []string{"UPDATE incident_times SET detected_at = NULL WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"what is measured deleted", []string{"DELETE FROM incident_times WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"a classification", []string{"UPDATE incident_classes SET word = 'internal' WHERE incident_id = '%[1]s' AND axis = 'actor'"}, 0, "tables"},
		{"a role", []string{"DELETE FROM incident_roles WHERE incident_id = '%[1]s'"}, 0, "tables"},
		{"a command", []string{"DELETE FROM commands WHERE id = (SELECT command_id FROM events" + where + "4)"}, 0, "tables"},
		{"a relation", []string{"INSERT INTO related_incidents VALUES ('%[1]s', 'INC-2001-0001')"}, 0, "tables"},
	}
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		other := declare(t, h)
		everything(t, h, other)
		a := attack(t, url).unguarded()
		zero := "zeroblob(32)"
		if a.pg {
			zero = "decode(repeat('00', 32), 'hex')"
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				id := declare(t, h)
				everything(t, h, id)
				if v := verify(t, s, id); v.Flaw != nil {
					t.Fatal(v.Flaw)
				}
				newest := h.Peek(id).Version
				for _, q := range c.do {
					a.exec(fmt.Sprintf(q+"%[4]s", id, other, zero, ""))
				}
				flaw := verify(t, s, id).Flaw
				switch {
				case flaw == nil:
					t.Error("not found")
				case c.version > 0 && flaw.Version != c.version, c.version == 0 && flaw.Version > newest+1:
					t.Errorf("found at #%d of %d: %v", flaw.Version, newest, flaw)
				case c.kind != "" && flaw.Kind != c.kind:
					t.Errorf("found as %v", flaw)
				}
			})
		}
		if v := verify(t, s, other); v.Flaw != nil {
			t.Errorf("the incident that was left alone: %v", v.Flaw)
		}
		all, err := s.Verify(t.Context(), "")
		if err != nil || len(all) != len(cases)+1 {
			t.Errorf("%d incidents (%v)", len(all), err)
		}
	})
}

func verify(t *testing.T, s *store.Store, id string) store.Verified {
	t.Helper()
	got, err := s.Verify(t.Context(), id)
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v (%v)", got, err)
	}
	return got[0]
}

// INT-3: who rewrites the log and computes all hashes anew is found by the tables,
// or by what no event says.
func TestRewrittenLog(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r *model.Record)
		kind   string
		exact  bool // named with its version
	}{
		"another author":   {func(r *model.Record) { r.Actor = "mallory" }, "tables", false},
		"no such event":    {func(r *model.Record) { r.Kind = "nonsense" }, "nonsense", true},
		"no JSON":          {func(r *model.Record) { r.Payload = []byte("x") }, "timeline.added", true},
		"another sentence": {func(r *model.Record) { r.Payload = []byte(strings.Replace(string(r.Payload), "secret", "public", 1)) }, "tables", false},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, url string) {
				s := open(t, url)
				h := hub(t, s)
				id := declare(t, h)
				newest := do(t, h, id, model.AddNote{Text: "a secret"}).Incident.Version
				do(t, h, id, model.AddNote{Text: "and more"})
				recs, err := s.Events(t.Context(), id, 0, 0)
				if err != nil {
					t.Fatal(err)
				}
				c.change(&recs[newest-1])
				a := attack(t, url).unguarded()
				bytes := func(b []byte) string {
					if a.pg {
						return fmt.Sprintf("decode('%x', 'hex')", b)
					}
					return fmt.Sprintf("x'%x'", b)
				}
				var prev model.Hash
				for i := range recs {
					r := &recs[i]
					r.PrevHash, r.PayloadHash = prev, model.PayloadDigest(r.Salt, r.Payload)
					r.Hash = r.ChainHash()
					prev = r.Hash
					a.exec(fmt.Sprintf("UPDATE events SET kind = '%s', actor = '%s', payload = %s, payload_hash = %s, prev_hash = %s, hash = %s WHERE incident_id = '%s' AND version = %d",
						r.Kind, r.Actor, bytes(r.Payload), bytes(r.PayloadHash[:]), bytes(r.PrevHash[:]), bytes(r.Hash[:]), id, r.Version))
				}
				flaw := verify(t, s, id).Flaw
				if flaw == nil || flaw.Kind != c.kind || c.exact && flaw.Version != newest {
					t.Errorf("found %v", flaw)
				}
			})
		})
	}
}

// INT-1: the log and the audit are append-only; the one change that is let through
// is a redaction, which touches nothing that the chain covers.
func TestAppendOnly(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		id := declare(t, h)
		do(t, h, id, model.AddNote{Text: "one"})
		if err := s.AddAccount(t.Context(), "root", model.Account{Name: "alice", Role: model.RoleAdmin}); err != nil {
			t.Fatal(err)
		}
		a := attack(t, url)
		for _, q := range []string{
			"UPDATE events SET payload = '{}'", "UPDATE events SET actor = 'mallory'", "DELETE FROM events", "UPDATE events SET version = version + 100",
			"UPDATE events SET redacted = (1 = 1), actor = 'mallory'", "UPDATE events SET redacted = (1 = 1), hash = prev_hash",
			"UPDATE events SET redacted = (1 = 1), recorded_at = '2020-01-01 00:00:00+00:00'",
			"UPDATE audit_entries SET actor = 'mallory'", "DELETE FROM audit_entries",
		} {
			a.refused(q, "append-only")
		}
		if a.pg {
			a.refused("TRUNCATE events", "append-only")
			a.refused("TRUNCATE audit_entries", "append-only")
		} else {
			a.refused("INSERT OR REPLACE INTO events SELECT incident_id, version, kind, 'mallory', recorded_at, command_id, salt, payload, redacted, payload_hash, prev_hash, hash FROM events", "append-only")
			a.refused("INSERT OR REPLACE INTO audit_entries SELECT id, at, 'mallory', what, object FROM audit_entries", "append-only")
		}
		clean(t, s)
		if _, err := h.Redact(t.Context(), alice, newID(), id, h.Peek(id).Version, "a secret"); err != nil {
			t.Fatal(err)
		}
		a.refused("UPDATE events SET payload = 'x' WHERE redacted", "append-only")
		clean(t, s)
	})
}

// INT-3: verify needs no right to write, and a damaged log is no reason to write.
func TestVerifyReadsOnly(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		h := hub(t, open(t, url))
		everything(t, h, declare(t, h))
		s, err := store.Open(t.Context(), url, store.Options{ReadOnly: true, DraftKey: make([]byte, 32)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		clean(t, s)
		if err := s.SaveDraft(t.Context(), room.Draft{User: "bob", Field: "note", Text: "x"}); err == nil {
			t.Error("it can write")
		}
	})
}
