// Package topic reads the data file of what people are taught: the one that comes
// with warroom, and one's own, which replaces and adds to it.
package topic

import (
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/datafile"
)

//go:embed data/topics.toml
var builtin []byte

// maxFile is how long a topics file may be, in bytes (LIM-1).
const maxFile = 1 << 20

type file struct {
	Schema   int            `toml:"schema"`
	Audience []fileAudience `toml:"audience"`
	Topic    []fileTopic    `toml:"topic"`
}

type fileAudience struct {
	ID       string   `toml:"id"`
	Title    string   `toml:"title"`
	Everyone bool     `toml:"everyone"`
	Roles    []string `toml:"roles"`
}

type fileTopic struct {
	ID       string   `toml:"id"`
	Title    string   `toml:"title"`
	Text     string   `toml:"text"`
	Course   []string `toml:"course"`
	Audience []string `toml:"audience"`
	Months   int      `toml:"months"`
	Feeds    []string `toml:"feeds"`
	Exercise bool     `toml:"exercise"`
}

var form = datafile.Form{
	Allowed: "allowed are schema; in an audience id title everyone roles; in a topic id title text course audience months feeds exercise",
	Shown:   "docs/training.md shows the format",
}

// Load reads the built-in topics and those of own ("" for none).
func Load(own string) (*model.Syllabus, error) {
	s, err := Parse("built-in topics.toml", builtin, nil)
	if err != nil || own == "" {
		return s, err
	}
	text, err := os.ReadFile(own)
	if err != nil {
		return nil, model.Invalid("the topics file %q cannot be read", own).Hint("check training.topics in the configuration").Because(err)
	}
	return Parse(own, text, s)
}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`)

// Parse reads a topics file; base holds those that it replaces and adds to, nil for
// none. The error names the file and the line.
func Parse(name string, text []byte, base *model.Syllabus) (*model.Syllabus, error) {
	if len(text) > maxFile {
		return nil, model.Invalid("%s has %d bytes, the limit is %d", name, len(text), maxFile).Hint("shorten it")
	}
	var f file
	if err := form.Decode(name, text, &f); err != nil {
		return nil, err
	}
	p := &parser{name: name, text: text, out: &model.Syllabus{}}
	if base != nil {
		p.out.Topics, p.out.Audiences = slices.Clone(base.Topics), slices.Clone(base.Audiences)
	}
	if f.Schema != 1 {
		return nil, p.bad("schema", "schema is %d", f.Schema).Hint("write schema = 1")
	}
	for _, a := range f.Audience {
		if err := p.audience(a); err != nil {
			return nil, err
		}
	}
	for _, t := range f.Topic {
		if err := p.topic(t); err != nil {
			return nil, err
		}
	}
	return p.out, nil
}

type parser struct {
	name string
	text []byte
	out  *model.Syllabus
	seen []string // kind and id of what stood in this file
}

func (p *parser) bad(find, format string, args ...any) *model.Error {
	return model.Invalid("%s:%d: %s", p.name, datafile.Line(p.text, find), fmt.Sprintf(format, args...))
}

// once refuses what has no good id, or one that stood there before.
func (p *parser) once(kind, id, title string) error {
	switch {
	case !idForm.MatchString(id):
		return p.bad(id, "%q is no id of %s", id, kind).Hint("use lower-case letters, digits, dots and dashes")
	case slices.Contains(p.seen, kind+id):
		return p.bad(id, "%s %q is there twice", kind, id).Hint("give one of them another id")
	case strings.TrimSpace(title) == "":
		return p.bad(id, "%s %q has no title", kind, id).Hint("add title = \"…\"")
	case len(title) > model.MaxTitle:
		return p.bad(id, "the title of %s %q is over %d bytes", kind, id, model.MaxTitle).Hint("shorten it")
	}
	p.seen = append(p.seen, kind+id)
	return nil
}

func (p *parser) audience(f fileAudience) error {
	if err := p.once("an audience", f.ID, f.Title); err != nil {
		return err
	}
	a := &model.Audience{ID: f.ID, Title: model.Text(f.Title), Everyone: f.Everyone}
	for _, r := range f.Roles {
		role, err := model.ParseServerRole(r)
		if err != nil {
			return p.bad(f.ID, "audience %q has the unknown role %q", f.ID, r).Hint("use admin, commander, responder or observer")
		}
		a.Roles = append(a.Roles, role)
	}
	if i := slices.IndexFunc(p.out.Audiences, func(x *model.Audience) bool { return x.ID == a.ID }); i >= 0 {
		p.out.Audiences[i] = a
	} else {
		p.out.Audiences = append(p.out.Audiences, a)
	}
	return nil
}

func (p *parser) topic(f fileTopic) error {
	if err := p.once("a topic", f.ID, f.Title); err != nil {
		return err
	}
	t := &model.Topic{ID: f.ID, Title: model.Text(f.Title), Text: model.Text(strings.TrimSpace(f.Text)), Audiences: f.Audience,
		Months: f.Months, Feeds: f.Feeds, Exercise: f.Exercise}
	for _, c := range f.Course {
		if !slices.Contains(model.Courses(), model.Course(c)) {
			return p.bad(f.ID, "topic %q is of the unknown course %q", f.ID, c).Hint("use basic, refresher or both")
		}
		t.Courses = append(t.Courses, model.Course(c))
	}
	switch {
	case f.ID == string(model.CourseBasic) || f.ID == string(model.CourseRefresher):
		return p.bad(f.ID, "a topic cannot be called %q", f.ID).Hint("that is a course; give the topic another id")
	case len(t.Courses) == 0:
		return p.bad(f.ID, "topic %q is in no course", f.ID).Hint(`add course = ["basic"], ["refresher"] or both`)
	case t.Text == "":
		return p.bad(f.ID, "topic %q has no text", f.ID).Hint("say in a paragraph what people have to know")
	case len(t.Text) > model.MaxSummary:
		return p.bad(f.ID, "the text of topic %q is over %d bytes", f.ID, model.MaxSummary).Hint("shorten it")
	case len(t.Audiences) == 0:
		return p.bad(f.ID, "topic %q is for nobody", f.ID).Hint(`add audience = ["everyone"]`)
	case f.Months < 0 || f.Months > 120 || f.Months > 0 && !t.In(model.CourseRefresher):
		return p.bad(f.ID, "months of topic %q is %d", f.ID, f.Months).Hint("a topic of the refresher takes 1 to 120 months, others none")
	}
	for _, id := range t.Audiences {
		if _, err := p.out.Audience(id); err != nil {
			return p.bad(f.ID, "topic %q is for the unknown audience %q", f.ID, id).Hint("add an [[audience]] with that id before, or use one that there is")
		}
	}
	for _, feed := range t.Feeds {
		if feed != model.FeedChanges && feed != model.FeedLessons {
			return p.bad(f.ID, "topic %q is fed by the unknown %q", f.ID, feed).Hint("use %s or %s", model.FeedChanges, model.FeedLessons)
		}
	}
	if t.In(model.CourseRefresher) && t.Months == 0 {
		t.Months = model.EveryMonths
	}
	if i := slices.IndexFunc(p.out.Topics, func(x *model.Topic) bool { return x.ID == t.ID }); i >= 0 {
		p.out.Topics[i] = t
	} else {
		p.out.Topics = append(p.out.Topics, t)
	}
	return nil
}
