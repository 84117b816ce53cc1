package topic

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"warroom/model"
)

func TestBuiltin(t *testing.T) {
	s, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	basic, refresher := 0, 0
	for _, x := range s.Topics {
		if x.In(model.CourseBasic) {
			basic++
		}
		if x.In(model.CourseRefresher) {
			refresher++
			if x.Months != 12 {
				t.Errorf("%s: every %d months", x.ID, x.Months)
			}
		}
		if len(x.Text) < 250 {
			t.Errorf("%s has a text of %d bytes only", x.ID, len(x.Text))
		}
	}
	if basic < 7 || refresher < 4 {
		t.Errorf("%d topics of the basic course, %d of the refresher", basic, refresher)
	}
	for _, id := range []string{"everyone", "responders", "commanders"} {
		if _, err := s.Audience(id); err != nil {
			t.Error(err)
		}
	}
}

const own = `schema = 1
[[topic]]
id = "focus-areas"
title = "Ours"
course = ["refresher"]
months = 6
audience = ["plant"]
text = "Mind the valves."
[[audience]]
id = "plant"
title = "The plant"
`

func TestOwnReplacesAndAdds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "topics.toml")
	if err := os.WriteFile(path, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	builtin, _ := Load("")
	s, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := s.Topic("focus-areas")
	if err != nil || x.Title != "Ours" || x.Months != 6 {
		t.Errorf("%+v, %v", x, err)
	}
	if len(s.Topics) != len(builtin.Topics) || len(s.Audiences) != len(builtin.Audiences)+1 {
		t.Errorf("%d topics, %d audiences", len(s.Topics), len(s.Audiences))
	}
	if was, _ := builtin.Topic("focus-areas"); was.Title == "Ours" {
		t.Error("the built-in ones were changed")
	}
}

func TestRefused(t *testing.T) {
	topic := func(lines ...string) string {
		return "schema = 1\n[[audience]]\nid = \"all\"\ntitle = \"All\"\neveryone = true\n[[topic]]\n" + strings.Join(lines, "\n") + "\n"
	}
	const id, title, text, course, audience = `id = "x"`, `title = "X"`, `text = "words"`, `course = ["basic"]`, `audience = ["all"]`
	for name, c := range map[string]struct{ text, says string }{
		"no schema":        {"", "own.toml:1: schema is 0"},
		"no toml":          {"schema = = 1", "own.toml:1: "},
		"unknown key":      {"schema = 1\nteacher = \"x\"\n", `own.toml:2: unknown key "teacher"; allowed are`},
		"bad id":           {topic(`id = "X y"`, title, text, course, audience), `own.toml:7: "X y" is no id of a topic`},
		"course as id":     {topic(`id = "basic"`, title, text, course, audience), "cannot be called"},
		"no title":         {topic(id, text, course, audience), "has no title"},
		"no text":          {topic(id, title, course, audience), "has no text"},
		"no course":        {topic(id, title, text, audience), "is in no course"},
		"unknown course":   {topic(id, title, text, `course = ["yearly"]`, audience), `unknown course "yearly"`},
		"nobody":           {topic(id, title, text, course), "is for nobody"},
		"unknown audience": {topic(id, title, text, course, `audience = ["cats"]`), `unknown audience "cats"`},
		"months of basic":  {topic(id, title, text, course, audience, "months = 6"), "months of topic"},
		"too many months":  {topic(id, title, text, `course = ["refresher"]`, audience, "months = 1000"), "months of topic"},
		"unknown feed":     {topic(id, title, text, course, audience, `feeds = ["news"]`), `unknown "news"`},
		"twice":            {topic(id, title, text, course, audience, "[[topic]]", id, title, text, course, audience), "is there twice"},
		"unknown role":     {"schema = 1\n[[audience]]\nid = \"a\"\ntitle = \"A\"\nroles = [\"king\"]\n", `unknown role "king"`},
		"too long":         {strings.Repeat("#", maxFile+1), "the limit is"},
	} {
		_, err := Parse("own.toml", []byte(c.text), nil)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if e, ok := model.AsError(err); ok && e.Next == "" {
			t.Errorf("%s: it does not say what to do: %v", name, err)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.toml")); err == nil || !strings.Contains(err.Error(), "training.topics") {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(own))
	f.Add(builtin)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse("fuzz.toml", text, nil)
		if err != nil {
			if _, ok := model.AsError(err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		for _, x := range s.Topics {
			if x.Text == "" || len(x.Courses) == 0 || x.In(model.CourseRefresher) && x.Months < 1 {
				t.Fatalf("%+v", x)
			}
		}
	})
}
