package store

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// trainingTables is the register of trainings; docs/schema.md describes it.
func trainingTables() []string {
	return []string{
		`CREATE TABLE training_people (incident_id text NOT NULL, num integer NOT NULL, name text NOT NULL, team text NOT NULL, joined_on text NOT NULL,
			left_on text NOT NULL, audiences text NOT NULL, changed_by text NOT NULL, changed_at {time} NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE UNIQUE INDEX training_people_name ON training_people (name)`,
		`CREATE TABLE training_records (incident_id text NOT NULL, num integer NOT NULL, ref text NOT NULL, person text NOT NULL, topic text NOT NULL, held_on text NOT NULL,
			result text NOT NULL, valid_until text NOT NULL, note text NOT NULL, exercise_id text NOT NULL, recorded_by text NOT NULL, recorded_at {time} NOT NULL,
			retracted_by text NOT NULL, retracted_reason text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE INDEX training_records_person ON training_records (person, topic)`,
	}
}

type trainingPersonRow struct {
	IncidentID           string `gorm:"primaryKey"`
	Num                  int    `gorm:"primaryKey;autoIncrement:false"`
	Name, Team           string
	JoinedOn, LeftOn     string
	Audiences, ChangedBy string
	ChangedAt            time.Time
}

func (trainingPersonRow) TableName() string { return "training_people" }

// trainingPeopleRows are the rows of the people that differ between two states.
func trainingPeopleRows(before, after *model.Incident) []trainingPersonRow {
	return changed(before.Trainings().People, after.Trainings().People, func(i int, p *model.TrainingPerson) trainingPersonRow {
		return trainingPersonRow{IncidentID: after.ID, Num: i + 1, Name: p.Name, Team: column(p.Team), JoinedOn: string(p.Joined), LeftOn: string(p.Left),
			Audiences: strings.Join(p.Audiences, " "), ChangedBy: p.By, ChangedAt: p.At}
	})
}

type trainingRecordRow struct {
	IncidentID                 string `gorm:"primaryKey"`
	Num                        int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Person, Topic, HeldOn string
	Result, ValidUntil         string
	Note, ExerciseID           string
	RecordedBy                 string
	RecordedAt                 time.Time
	RetractedBy                string
	RetractedReason            string
}

func (trainingRecordRow) TableName() string { return "training_records" }

// trainingRecordRows are the rows of the records that differ between two states.
func trainingRecordRows(before, after *model.Incident) []trainingRecordRow {
	return changed(before.Trainings().Records, after.Trainings().Records, func(i int, r *model.TrainingRecord) trainingRecordRow {
		return trainingRecordRow{IncidentID: after.ID, Num: i + 1, Ref: r.Ref, Person: r.Person, Topic: r.Topic, HeldOn: string(r.On), Result: string(r.Result),
			ValidUntil: string(r.Until), Note: column(r.Note), ExerciseID: r.Exercise, RecordedBy: r.By, RecordedAt: r.At, RetractedBy: r.Retracted,
			RetractedReason: column(r.RetractedWhy)}
	})
}

// writeTraining writes the register's people and records, where they changed.
func writeTraining(tx *gorm.DB, before, after *model.Incident) error {
	if before.Training == after.Training {
		return nil
	}
	if err := upsert(tx, trainingPeopleRows(before, after)); err != nil {
		return err
	}
	return upsert(tx, trainingRecordRows(before, after))
}
