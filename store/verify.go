package store

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// verifyLimit is how long reading one incident may take while verifying.
const verifyLimit = 2 * time.Minute

// Verified is what Verify found in one incident.
type Verified struct {
	Incident string      `json:"incident"`
	Version  uint64      `json:"version"` // events read
	Head     model.Hash  `json:"head"`
	Flaw     *model.Flaw `json:"flaw,omitempty"` // the first thing that does not hold
}

// Verify recomputes the hash chain of an incident ("" for all) and compares every
// table with what the log says (INT-3). It writes nothing. An error means that
// it could not be checked.
func (s *Store) Verify(ctx context.Context, incident string) ([]Verified, error) {
	var ids []string
	err := s.slow(ctx, func(db *gorm.DB) error {
		q := "SELECT id FROM incidents UNION SELECT DISTINCT incident_id FROM events ORDER BY 1"
		return db.Raw(q).Scan(&ids).Error
	})
	if err != nil {
		return nil, err
	}
	var out []Verified
	for _, id := range ids {
		if incident != "" && id != incident {
			continue
		}
		v, err := s.verifyOne(ctx, id)
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
	if incident != "" && len(out) == 0 {
		return nil, model.UnknownStream(incident)
	}
	return out, nil
}

// slow runs reads as of one moment, so that a server may go on writing, and takes
// its time.
func (s *Store) slow(ctx context.Context, f func(tx *gorm.DB) error) error {
	opts, patient := s.d.snapshot()
	return s.within(ctx, verifyLimit, func(ctx context.Context) error {
		return s.r.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			if patient != "" {
				if err := tx.Exec(patient).Error; err != nil {
					return err
				}
			}
			return f(tx)
		}, opts)
	})
}

func (s *Store) verifyOne(ctx context.Context, id string) (Verified, error) {
	v := Verified{Incident: id}
	var t tables
	if err := s.slow(ctx, func(tx *gorm.DB) error { return t.read(tx, id) }); err != nil {
		return v, err
	}
	recs := make([]model.Record, len(t.events))
	for i := range t.events {
		recs[i] = t.events[i].record()
	}
	v.Version = uint64(len(recs))
	if v.Flaw = model.VerifyChain(id, recs); v.Flaw != nil {
		return v, nil
	}
	in, err := model.FoldAll(recs)
	if err != nil {
		v.Flaw = unfit(id, recs)
		return v, nil
	}
	v.Head = in.Head
	if what := t.differs(in); what != "" {
		v.Flaw = &model.Flaw{Incident: id, Version: in.Version, Kind: "tables", What: what}
	}
	return v, nil
}

// unfit finds the first event that cannot be folded.
func unfit(id string, recs []model.Record) *model.Flaw {
	in := new(model.Incident)
	for i := range recs {
		next, err := in.Fold(recs[i : i+1])
		if err != nil {
			return &model.Flaw{Incident: id, Version: recs[i].Version, Kind: recs[i].Kind, What: err.Error()}
		}
		in = next
	}
	return nil
}

// tables is everything that is stored of one incident.
type tables struct {
	events      []eventRow
	incident    []incidentRow
	entries     []entryRow
	indicators  []indicatorRow
	assets      []assetRow
	items       []itemRow
	actions     []actionRow
	roles       []roleRow
	ratings     []ratingRow
	causes      []causeRow
	mitigation  []mitigationRow
	impacts     []impactRow
	triggers    []triggerRow
	obligations []obligationRow
	roleSteps   []roleStepRow
	postMortem  []postMortemRow
	sections    []sectionRow
	pmSteps     []postMortemStepRow
	factors     []factorRow
	questions   []questionRow
	followUps   []followUpRow
	steps       []followUpStepRow
	reviews     []bookReviewRow
	amendments  []amendmentRow
	related     []relatedRow
	times       []timesRow
	moments     []momentRow
	classes     []classRow
	reports     []reportRow
	trainees    []trainingPersonRow
	trainings   []trainingRecordRow
	monthly     []reviewRow
	attendees   []attendeeRow
	decisions   []decisionRow
	reviewNotes []reviewNoteRow
	rotations   []rotationRow
	shifts      []shiftRow
	overrides   []overrideRow
	contacts    []contactRow
	undone      int64 // events whose command is not noted as done
}

func (t *tables) read(tx *gorm.DB, id string) error {
	for _, q := range []func() error{
		func() error { return tx.Where("incident_id = ?", id).Order("version").Find(&t.events).Error },
		func() error { return tx.Where("id = ?", id).Find(&t.incident).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.entries).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.indicators).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.assets).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.items).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.actions).Error },
		func() error { return tx.Where("incident_id = ?", id).Find(&t.impacts).Error },
		func() error { return readTriggers(tx, id, &t.triggers) },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.obligations).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.followUps).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("follow_up, num").Find(&t.steps).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.reviews).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.amendments).Error },
		func() error { return tx.Where("incident_id = ?", id).Find(&t.times).Error },
		func() error { return readMoments(tx, id, &t.moments) },
		func() error { return tx.Where("incident_id = ?", id).Find(&t.classes).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("role").Find(&t.roles).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.roleSteps).Error },
		func() error { return tx.Where("incident_id = ?", id).Find(&t.postMortem).Error },
		func() error { return readSections(tx, id, &t.sections) },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.pmSteps).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.factors).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.questions).Error },
		func() error { return tx.Where("id = ?", id).Find(&t.reports).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.trainees).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.trainings).Error },
		func() error { return tx.Where("incident_id = ?", id).Find(&t.monthly).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.attendees).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.decisions).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.reviewNotes).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.rotations).Error },
		func() error { return t.readShifts(tx, id) },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.overrides).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.contacts).Error },
		func() error { return tx.Where("incident_id = ?", id).Find(&t.ratings).Error },
		func() error { return tx.Where("incident_id = ?", id).Find(&t.causes).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("num").Find(&t.mitigation).Error },
		func() error { return tx.Where("incident_id = ?", id).Order("other_id").Find(&t.related).Error },
		func() error {
			return tx.Raw(`SELECT count(*) FROM events WHERE incident_id = ? AND command_id <> '' AND NOT EXISTS
				(SELECT 1 FROM commands WHERE commands.id = events.command_id AND commands.incident_id = events.incident_id)`, id).Scan(&t.undone).Error
		},
	} {
		if err := q(); err != nil {
			return err
		}
	}
	return nil
}

// differs names the first row that is not what the log says, "" for none.
func (t *tables) differs(in *model.Incident) string {
	none := &model.Incident{}
	id := in.ID
	for _, d := range []string{
		compare("incidents", t.incident, []incidentRow{newIncidentRow(in)}),
		compare("timeline_entries", t.entries, changed(none.Timeline, in.Timeline, func(i int, e *model.Entry) entryRow { return newEntryRow(id, i+1, e) })),
		compare("indicators", t.indicators, changed(none.Indicators, in.Indicators, func(i int, x *model.Indicator) indicatorRow { return newIndicatorRow(id, i+1, x) })),
		compare("assets", t.assets, changed(none.Assets, in.Assets, func(i int, a *model.Asset) assetRow { return newAssetRow(id, i+1, a) })),
		compare("checklist_items", t.items, changed(none.Checklist, in.Checklist, func(i int, it *model.Item) itemRow { return newItemRow(id, i+1, it) })),
		compare("actions", t.actions, actionRows(none, in)),
		compare("data_impacts", t.impacts, impactRows(in)),
		compare("triggers", t.triggers, triggerRows(in)),
		compare("obligations", t.obligations, obligationRows(none, in)),
		compare("follow_ups", t.followUps, followUpRows(none, in)),
		compare("follow_up_steps", t.steps, followUpStepRows(none, in)),
		compare("playbook_reviews", t.reviews, bookReviewRows(in)),
		compare("playbook_amendments", t.amendments, amendmentRows(in)),
		compare("incident_times", t.times, timesRows(in)),
		compare("moments", t.moments, momentRows(in)),
		compareSet("incident_classes", t.classes, classRows(in)),
		compare("incident_roles", t.roles, roleRows(in)),
		compare("role_steps", t.roleSteps, roleStepRows(none, in)),
		compare("postmortems", t.postMortem, postMortemRows(in)),
		compare("postmortem_sections", t.sections, sectionRows(none, in)),
		compare("postmortem_steps", t.pmSteps, postMortemStepRows(none, in)),
		compare("factors", t.factors, factorRows(none, in)),
		compare("open_questions", t.questions, questionRows(none, in)),
		compare("reports", t.reports, reportRows(in)),
		compare("training_people", t.trainees, trainingPeopleRows(none, in)),
		compare("training_records", t.trainings, trainingRecordRows(none, in)),
		compare("reviews", t.monthly, reviewRows(in)),
		compare("review_attendees", t.attendees, attendeeRows(in)),
		compare("review_decisions", t.decisions, decisionRows(none, in)),
		compare("review_notes", t.reviewNotes, reviewNoteRows(none, in)),
		compare("oncall_rotations", t.rotations, rotationRows(none, in)),
		compare("oncall_shifts", t.shifts, allShiftRows(in)),
		compare("oncall_overrides", t.overrides, overrideRows(none, in)),
		compare("contacts", t.contacts, contactRows(none, in)),
		compare("incident_ratings", t.ratings, ratingRows(in)),
		compare("incident_causes", t.causes, causeRows(in)),
		compare("mitigations", t.mitigation, changed(none.Cause.Mitigations, in.Cause.Mitigations, func(i int, m *model.Mitigation) mitigationRow { return newMitigationRow(id, i+1, m) })),
		compareSet("related_incidents", t.related, relatedRows(in)),
	} {
		if d != "" {
			return d
		}
	}
	if t.undone > 0 {
		return fmt.Sprintf("commands: those of %d events are missing", t.undone)
	}
	return ""
}

// same compares two rows field by field: times as moments, and an empty text of
// bytes is none.
func same[R any](a, b R) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		p, q := x.Field(i).Interface(), y.Field(i).Interface()
		equal := false
		switch p := p.(type) {
		case time.Time:
			equal = p.Equal(q.(time.Time))
		case *time.Time:
			q := q.(*time.Time)
			equal = p == nil && q == nil || p != nil && q != nil && p.Equal(*q)
		case *float64:
			q := q.(*float64)
			equal = p == nil && q == nil || p != nil && q != nil && *p == *q
		case []byte:
			equal = bytes.Equal(p, q.([]byte))
		default:
			equal = p == q
		}
		if !equal {
			return false
		}
	}
	return true
}

func compare[R any](table string, have, want []R) string {
	for i := range max(len(have), len(want)) {
		switch {
		case i >= len(have):
			return fmt.Sprintf("%s: row %d is missing", table, i+1)
		case i >= len(want):
			return fmt.Sprintf("%s: row %d is not in the log", table, i+1)
		case !same(have[i], want[i]):
			return fmt.Sprintf("%s: row %d differs from the log", table, i+1)
		}
	}
	return ""
}

func compareSet[R comparable](table string, have, want []R) string {
	if len(have) != len(want) {
		return fmt.Sprintf("%s: %d rows, the log says %d", table, len(have), len(want))
	}
	in := map[R]bool{}
	for _, w := range want {
		in[w] = true
	}
	for i, h := range have {
		if !in[h] {
			return fmt.Sprintf("%s: row %d is not in the log", table, i+1)
		}
	}
	return ""
}
