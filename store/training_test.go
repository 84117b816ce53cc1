package store_test

import (
	"testing"

	"warroom/model"
	"warroom/model/room"
	"warroom/store/storetest"
)

// trained fills the register of trainings.
func trained(t testing.TB, h *room.Hub) {
	t.Helper()
	s := &model.Syllabus{Audiences: []*model.Audience{{ID: "all", Everyone: true}}, Topics: []*model.Topic{
		{ID: "report", Title: "Report", Courses: []model.Course{model.CourseBasic, model.CourseRefresher}, Audiences: []string{"all"}, Months: 12}}}
	team, joined := model.Text("Plant \x1b[2J \xff"), model.Day("2026-01-31")
	for _, cmd := range []model.Command{
		model.SetTrainingPerson{Name: "erin", Team: &team, Joined: &joined, Audiences: &[]string{"all"}, Syllabus: s},
		model.SetTrainingPerson{Name: "finn", Joined: &joined, Syllabus: s},
		model.RecordTraining{Given: []model.TrainingGiven{{Person: "erin", Topic: "report", On: "2026-02-28", Result: model.TrainingPassed, Note: "with \x00"},
			{Person: "finn", Topic: "report", On: "2026-02-28", Result: model.TrainingFailed}}, Syllabus: s},
		model.RetractTraining{Ref: "L2", Reason: "was not there"},
	} {
		if _, err := h.Do(t.Context(), alice, model.RegisterTraining, newID(), cmd); err != nil {
			t.Fatal(err)
		}
	}
}

// The register of trainings is kept, folded the same by another server, and what
// the tables say of it is what the log says.
func TestTrainingIsKept(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		trained(t, h)
		clean(t, s)
		in, err := hub(t, open(t, url)).Register(t.Context(), olga, model.RegisterTraining)
		if err != nil {
			t.Fatal(err)
		}
		reg := in.Trainings()
		if len(reg.People) != 2 || reg.People[0].Team != "Plant \x1b[2J \xff" || len(reg.Records) != 2 || reg.Records[0].Until != "2027-02-28" || reg.Records[1].Retracted != "alice" {
			t.Errorf("%+v", reg)
		}
	})
}

// What is changed in the tables of trainings is found (INT-3).
func TestTamperedTraining(t *testing.T) {
	storetest.Both(t, func(t *testing.T, url string) {
		s := open(t, url)
		h := hub(t, s)
		trained(t, h)
		a := attack(t, url)
		for _, c := range []struct{ do, back string }{
			{"UPDATE training_people SET joined_on = '2020-01-01' WHERE num = 1", "UPDATE training_people SET joined_on = '2026-01-31' WHERE num = 1"},
			{"UPDATE training_records SET valid_until = '' WHERE num = 1", "UPDATE training_records SET valid_until = '2027-02-28' WHERE num = 1"},
			{"UPDATE training_records SET retracted_by = '' WHERE num = 2", "UPDATE training_records SET retracted_by = 'alice' WHERE num = 2"},
			{"DELETE FROM training_records WHERE num = 2", ""},
		} {
			a.exec(c.do)
			if v := verify(t, s, model.RegisterTraining); v.Flaw == nil || v.Flaw.Kind != "tables" {
				t.Errorf("%s: %v", c.do, v.Flaw)
			}
			if c.back != "" {
				a.exec(c.back)
				clean(t, s)
			}
		}
	})
}
