// Package demo holds example incidents, and fills an empty database with them
// through the same verbs that people use.
package demo

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	toml "github.com/pelletier/go-toml/v2"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/verb"
)

//go:embed data/*.toml
var files embed.FS

// story is one example incident, or what is told beside the incidents: the lines
// that make it, in the order in which they are typed.
//
// Each line is a verb with its words, without the incident. It may begin with
// who types it (@bob; @me is the local user); without that it is By. $name is
// the id of another example, $name/F1 a follow-up of it, =KEY the ref of a
// checklist item by its key in the playbook, and =PHASE the required items of a
// phase that are still open; \n in a word ends a line of it. A line that begins
// with # is a remark.
type story struct {
	Name  string
	By    string
	Lines string
}

// Made is what Fill made.
type Made struct {
	Incidents []string // ids, in the order they were declared
	Reports   []string // ids of those that wait to be decided
	Events    uint64
	People    []string // who wrote them beside the local user; none has an account
}

// people are those who act in the examples. Nobody can log in as one of them.
func people() []model.Actor {
	return []model.Actor{{Name: "alice", Role: model.RoleCommander}, {Name: "bob", Role: model.RoleCommander},
		{Name: "carol", Role: model.RoleResponder}, {Name: "dave", Role: model.RoleResponder}}
}

// Fill makes the examples as env's actor and a few invented colleagues. It
// refuses a database that holds an incident, and changes nothing then.
func Fill(ctx context.Context, env verb.Env) (Made, error) {
	if briefs := env.Hub.Board().Briefs; len(briefs) > 0 {
		incidents := 0
		for i := range briefs {
			if briefs[i].IsIncident() {
				incidents++
			}
		}
		return Made{}, model.Conflict("the database holds incidents already (%d); no examples were added", incidents).
			Hint("examples go into an empty one: name another with --data DIR or --db URL")
	}
	stories, err := load()
	if err != nil {
		return Made{}, err
	}
	// The examples name items of the built-in playbooks, whichever are in force.
	if env.Books, err = playbook.Load(""); err != nil {
		return Made{}, err
	}
	for _, p := range people() {
		env.Invented = append(env.Invented, p.Name)
	}
	t := teller{ctx: ctx, env: env, me: env.Actor, ids: map[string]string{}}
	for _, s := range stories {
		if err := t.tell(s); err != nil {
			return t.made, err
		}
	}
	board := env.Hub.Board()
	for i := range board.Briefs { // there was nothing before
		t.made.Events += board.Briefs[i].Version
	}
	for _, p := range people() {
		t.made.People = append(t.made.People, p.Name)
	}
	return t.made, nil
}

// load reads the stories in the order of their files.
func load() ([]story, error) {
	names, err := fs.Glob(files, "data/*.toml")
	if err != nil {
		return nil, err
	}
	out := make([]story, len(names))
	for i, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields()
		if err := d.Decode(&out[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

// teller types the lines.
type teller struct {
	ctx  context.Context
	env  verb.Env
	me   model.Actor
	ids  map[string]string // incidents by the name of their story
	made Made
}

func (t *teller) tell(s story) error {
	t.env.Incident = ""
	for i, line := range strings.Split(s.Lines, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := t.line(s, line); err != nil {
			return fmt.Errorf("example %s, line %d: %w", s.Name, i+1, err)
		}
	}
	return nil
}

func (t *teller) line(s story, line string) error {
	words, err := model.SplitWords(line)
	if err != nil {
		return err
	}
	by := s.By
	if strings.HasPrefix(words[0], "@") {
		by, words = words[0][1:], words[1:]
	}
	if t.env.Actor, err = t.person(by); err != nil {
		return err
	}
	if words, err = t.expand(words); err != nil {
		return err
	}
	var said strings.Builder
	if err := verb.Run(t.ctx, t.env, words, verb.IO{In: strings.NewReader(""), Out: &said, Err: io.Discard}); err != nil {
		return err
	}
	if len(words) > 1 && words[0] == "report" && words[1] == "new" {
		t.made.Reports = append(t.made.Reports, strings.TrimSpace(said.String()))
	}
	if len(words) > 1 && words[0] == "incident" && words[1] == "new" {
		id, err := model.ParseIncidentID(said.String())
		if err != nil {
			return err
		}
		t.env.Incident, t.ids[s.Name] = id, id
		t.made.Incidents = append(t.made.Incidents, id)
	}
	return nil
}

func (t *teller) person(name string) (model.Actor, error) {
	if name == "me" {
		return t.me, nil
	}
	all := people()
	i := slices.IndexFunc(all, func(a model.Actor) bool { return a.Name == name })
	if i < 0 {
		return model.Actor{}, fmt.Errorf("there is no %q in the examples", name)
	}
	return all[i], nil
}

// expand puts in ids and refs for the words that stand for them.
func (t *teller) expand(words []string) ([]string, error) {
	var out []string
	for _, w := range words {
		switch {
		case strings.HasPrefix(w, "$"):
			name, ref, _ := strings.Cut(w[1:], "/")
			id, ok := t.ids[name]
			if !ok {
				return nil, fmt.Errorf("%s was not told yet", w)
			}
			if ref != "" {
				id += "/" + ref
			}
			out = append(out, id)
		case strings.HasPrefix(w, "="):
			refs := t.refs(w[1:])
			if len(refs) == 0 {
				return nil, fmt.Errorf("%s is no open item", w)
			}
			out = append(out, refs...)
		default:
			out = append(out, strings.ReplaceAll(w, `\n`, "\n"))
		}
	}
	return out, nil
}

// refs are the checklist items that a key, or a phase, stands for.
func (t *teller) refs(what string) []string {
	in := t.env.Hub.Peek(t.env.Incident)
	if in == nil {
		return nil
	}
	var refs []string
	for _, it := range in.Checklist {
		if it.Key == what || string(it.Phase) == what && it.Required && !it.State.Settled() {
			refs = append(refs, it.Ref)
		}
	}
	return refs
}
