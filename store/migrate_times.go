package store

import (
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// timesTables is when things happened and what they were; docs/schema.md and
// docs/metrics.md describe it.
func (s *Store) timesTables() []string {
	return []string{
		`CREATE TABLE incident_times (incident_id text PRIMARY KEY, first_act_at {time}, spread_at {time}, detected_at {time}, acknowledged_at {time},
			determined_at {time}, command_at {time}, contained_at {time}, eradicated_at {time}, recovered_at {time}, closed_at {time}, published_at {time},
			detected_from text NOT NULL, said_detect_seconds double precision, said_contain_seconds double precision, counted_at {time}, counted_precision text NOT NULL,
			closed_once boolean NOT NULL, reopened boolean NOT NULL, required integer NOT NULL, required_done integer NOT NULL,
			source text NOT NULL, source_id text NOT NULL)`,
		`CREATE INDEX incident_times_counted ON incident_times (counted_at)`,
		`CREATE TABLE moments (incident_id text NOT NULL, name text NOT NULL, at {time}, at_precision text NOT NULL, after_name text NOT NULL, span_seconds double precision,
			not_known boolean NOT NULL, said text NOT NULL, source text NOT NULL, reason text NOT NULL, recorded_by text NOT NULL, recorded_at {time} NOT NULL,
			PRIMARY KEY (incident_id, name))`,
		`CREATE TABLE incident_classes (incident_id text NOT NULL, axis text NOT NULL, word text NOT NULL, PRIMARY KEY (incident_id, axis, word))`,
		`CREATE INDEX incident_classes_word ON incident_classes (axis, word)`,
		s.metricMoments(),
	}
}

// metricMoments is the view on which docs/metrics.md puts its formulas: the
// moments by their letters, in seconds, of what counts.
func (s *Store) metricMoments() string {
	var columns []string
	for _, c := range [][2]string{{"first_act_at", "o"}, {"spread_at", "sp"}, {"detected_at", "d"}, {"acknowledged_at", "a"}, {"determined_at", "s"},
		{"command_at", "ic"}, {"contained_at", "c"}, {"eradicated_at", "e"}, {"recovered_at", "r"}, {"closed_at", "x"}, {"published_at", "pm"}} {
		columns = append(columns, s.d.epoch("t."+c[0])+" AS "+c[1])
	}
	return `CREATE VIEW metric_moments AS SELECT t.incident_id, i.severity, i.severity_preliminary, i.type, ` + s.d.month("t.counted_at") + ` AS month, ` +
		strings.Join(columns, ", ") + `, t.detected_from, t.said_detect_seconds AS said_detect, t.said_contain_seconds AS said_contain,
		t.closed_once, t.reopened, t.required, t.required_done, t.source FROM incident_times t JOIN incidents i ON i.id = t.incident_id
		WHERE NOT i.exercise AND NOT i.restricted`
}

type timesRow struct {
	IncidentID                                                               string `gorm:"primaryKey"`
	FirstActAt, SpreadAt, DetectedAt, AcknowledgedAt, DeterminedAt           *time.Time
	CommandAt, ContainedAt, EradicatedAt, RecoveredAt, ClosedAt, PublishedAt *time.Time
	DetectedFrom                                                             string
	SaidDetectSeconds, SaidContainSeconds                                    *float64
	CountedAt                                                                *time.Time
	CountedPrecision                                                         string
	ClosedOnce, Reopened                                                     bool
	Required, RequiredDone                                                   int
	Source, SourceID                                                         string
}

func (timesRow) TableName() string { return "incident_times" }

// timesRows is the row of an incident, none for a report or a register.
func timesRows(in *model.Incident) []timesRow {
	b := in.Brief()
	if in.Version == 0 || !b.IsIncident() {
		return nil
	}
	t := &b.Times
	row := timesRow{IncidentID: in.ID, FirstActAt: timePtr(t.FirstAct), SpreadAt: timePtr(t.Spread), DetectedAt: timePtr(t.Detected), AcknowledgedAt: timePtr(t.Acknowledged),
		DeterminedAt: timePtr(t.Determined), CommandAt: timePtr(t.Command), ContainedAt: timePtr(t.Contained), EradicatedAt: timePtr(t.Eradicated),
		RecoveredAt: timePtr(t.Recovered), ClosedAt: timePtr(t.Closed), PublishedAt: timePtr(t.Published), DetectedFrom: string(t.DetectedFrom),
		SaidDetectSeconds: seconds(t.SaidDetect), SaidContainSeconds: seconds(t.SaidContain), CountedAt: timePtr(t.Counted), CountedPrecision: string(t.Precision),
		ClosedOnce: t.ClosedOnce, Reopened: t.Reopened, Required: b.Required, RequiredDone: b.RequiredDone}
	if in.Import != nil {
		row.Source, row.SourceID = in.Import.Source, column(in.Import.ID)
	}
	return []timesRow{row}
}

func seconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	s := d.Seconds()
	return &s
}

// into puts what the row knows into the line of its incident.
func (r *timesRow) into(b *model.Brief) {
	at := func(t *time.Time) time.Time {
		if t == nil {
			return time.Time{}
		}
		return t.UTC()
	}
	said := func(s *float64) *time.Duration {
		if s == nil {
			return nil
		}
		d := time.Duration(*s * float64(time.Second))
		return &d
	}
	b.Times = model.Times{FirstAct: at(r.FirstActAt), Spread: at(r.SpreadAt), Detected: at(r.DetectedAt), Acknowledged: at(r.AcknowledgedAt), Determined: at(r.DeterminedAt),
		Command: at(r.CommandAt), Contained: at(r.ContainedAt), Eradicated: at(r.EradicatedAt), Recovered: at(r.RecoveredAt), Closed: at(r.ClosedAt),
		Published: at(r.PublishedAt), DetectedFrom: model.MomentFrom(r.DetectedFrom), SaidDetect: said(r.SaidDetectSeconds), SaidContain: said(r.SaidContainSeconds),
		Counted: at(r.CountedAt), Precision: model.Precision(r.CountedPrecision), ClosedOnce: r.ClosedOnce, Reopened: r.Reopened}
	b.Required, b.RequiredDone, b.Imported = r.Required, r.RequiredDone, r.Source != ""
}

type momentRow struct {
	IncidentID             string `gorm:"primaryKey"`
	Name                   string `gorm:"primaryKey"`
	At                     *time.Time
	AtPrecision, AfterName string
	SpanSeconds            *float64
	NotKnown               bool
	Said, Source, Reason   string
	RecordedBy             string
	RecordedAt             time.Time
}

func (momentRow) TableName() string { return "moments" }

func momentRows(in *model.Incident) []momentRow {
	var rows []momentRow
	for _, name := range slices.Sorted(maps.Keys(in.Moments)) {
		m := in.Moments[name]
		row := momentRow{IncidentID: in.ID, Name: string(name), At: timePtr(m.At), AtPrecision: string(m.Precision), AfterName: string(m.After), NotKnown: m.Unknown,
			Said: column(m.Said), Source: m.Source, Reason: column(m.Reason), RecordedBy: m.By, RecordedAt: m.RecordedAt}
		if m.After != "" {
			row.SpanSeconds = seconds(&m.Span)
		}
		rows = append(rows, row)
	}
	return rows
}

type classRow struct {
	IncidentID string `gorm:"primaryKey"`
	Axis       string `gorm:"primaryKey"`
	Word       string `gorm:"primaryKey"`
}

func (classRow) TableName() string { return "incident_classes" }

func classRows(in *model.Incident) []classRow {
	var rows []classRow
	for _, axis := range model.ClassAxes() {
		for _, w := range in.Class.Axis(axis) {
			rows = append(rows, classRow{IncidentID: in.ID, Axis: axis, Word: w})
		}
	}
	return rows
}

// writeTimes writes moments and classification, where they changed.
func writeTimes(tx *gorm.DB, before, after *model.Incident) error {
	if err := replace(tx, after.ID, timesRows(before), timesRows(after)); err != nil {
		return err
	}
	if err := replace(tx, after.ID, momentRows(before), momentRows(after)); err != nil {
		return err
	}
	return replace(tx, after.ID, classRows(before), classRows(after))
}

// readMoments reads them by name, whatever the database's collation is.
func readMoments(tx *gorm.DB, id string, rows *[]momentRow) error {
	err := tx.Where("incident_id = ?", id).Find(rows).Error
	slices.SortFunc(*rows, func(a, b momentRow) int { return strings.Compare(a.Name, b.Name) })
	return err
}

// measured reads what metrics need of the incidents among the briefs.
func measured(db *gorm.DB, briefs []model.Brief) error {
	at := make(map[string]*model.Brief, len(briefs))
	var ids []string
	for i := range briefs {
		if briefs[i].IsIncident() {
			at[briefs[i].ID] = &briefs[i]
			ids = append(ids, briefs[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	times, words := db.Model(&timesRow{}), db.Where("axis IN ?", []string{model.AxisVector, model.AxisDiscovery})
	if len(ids) <= 500 {
		times, words = times.Where("incident_id IN ?", ids), words.Where("incident_id IN ?", ids)
	}
	var list []timesRow
	if err := times.Find(&list).Error; err != nil {
		return err
	}
	for i := range list {
		if b := at[list[i].IncidentID]; b != nil {
			list[i].into(b)
		}
	}
	var said []classRow
	if err := words.Find(&said).Error; err != nil {
		return err
	}
	classes := map[string]*model.Classification{}
	for _, w := range said {
		c := classes[w.IncidentID]
		if c == nil {
			c = &model.Classification{}
			classes[w.IncidentID] = c
		}
		if w.Axis == model.AxisVector {
			c.Vectors = append(c.Vectors, w.Word)
		} else {
			c.Discovery = append(c.Discovery, w.Word)
		}
	}
	for id, c := range classes {
		if b := at[id]; b != nil {
			slices.Sort(c.Vectors)
			slices.Sort(c.Discovery)
			b.Class = c.Brief()
		}
	}
	return nil
}

// fillTimes writes the rows of the incidents that were there before the tables.
func (s *Store) fillTimes(tx *gorm.DB) error {
	var ids []string
	if err := tx.Raw("SELECT id FROM incidents WHERE status IN ('open', 'closed') ORDER BY id").Scan(&ids).Error; err != nil {
		return err
	}
	columns := strings.Fields(`incident_id first_act_at spread_at detected_at acknowledged_at determined_at command_at contained_at eradicated_at recovered_at
		closed_at published_at detected_from said_detect_seconds said_contain_seconds counted_at counted_precision closed_once reopened required required_done source source_id`)
	for _, id := range ids {
		var rows []eventRow
		if err := tx.Where("incident_id = ?", id).Order("version").Find(&rows).Error; err != nil {
			return err
		}
		recs := make([]model.Record, len(rows))
		for i := range rows {
			recs[i] = rows[i].record()
		}
		in, err := model.FoldAll(recs)
		if err != nil {
			continue // verify names what is wrong with this log
		}
		for _, r := range timesRows(in) {
			if err := tx.Select(columns).Create(&r).Error; err != nil {
				return err
			}
		}
	}
	return nil
}
