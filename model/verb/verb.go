// Package verb is the grammar of the room: one table of verbs, each with its
// words, help, completion and what it does. The command line, ssh, and the
// console's palette all go through Run, so the same words mean the same thing,
// with the same rights and the same record.
package verb

import (
	"context"
	"io"
	"time"

	"warroom/model"
	"warroom/model/playbook"
	"warroom/model/room"
)

// Env is who runs a verb, and where.
type Env struct {
	Hub   *room.Hub
	Books *playbook.Library
	Actor model.Actor
	Now   func() time.Time
	NewID func() string // a new command id
	// Actions says which actions need approval; the zero value is the catalogue's.
	Actions model.ActionPolicy
	// Incident is the room the words are typed in: they may leave the incident
	// out. Empty elsewhere.
	Incident    string
	Via         string // how the person came: "local", "console", "ssh"
	Fingerprint string // the key that logged in, "" for the local user
	Version     string // of the program
	// Save writes a new file of the person's own and gives its full path; nil where
	// there is none, as over ssh. It never overwrites.
	Save func(name string, body []byte) (path string, err error)
	// Invented are people who may be named although they have no account: those of
	// the examples.
	Invented []string
	// Window says that what is printed is shown in a window of the console.
	Window bool
}

// IO is where a verb reads and prints. Nothing that it prints holds a raw
// foreign control, bidirectional or invisible character; in JSON they are escaped.
type IO struct {
	In    io.Reader
	Out   io.Writer
	Err   io.Writer
	Width int // columns of the terminal; 0: none, tables are not cut
	// Open opens a file that the words name; nil where there are none: over ssh and
	// in the console.
	Open func(name string) (io.ReadCloser, error)
	JSON bool // print one JSON value; --json among the words says the same
}

// Verb is one entry of the grammar.
type Verb struct {
	Name     string // one or two words: "note", "incident new"
	Args     string // what follows, as in the help: "INC TEXT…"
	Short    string // one line
	Long     string // more of it, in whole sentences; "" when Short says it all
	Examples []string
	// Offline verbs need no room: Env may be empty.
	Offline bool

	flags []flag
	words []word // what the positional words are, for completion; the last one repeats
	run   func(*call) error
}

// flag is one --flag of a verb.
type flag struct {
	name   string
	arg    string // name of its value in the help, "" for a switch
	help   string
	values func(*hints) []Completion // nil: anything
}

// word says what one positional word is.
type word struct {
	name   string
	values func(*hints) []Completion
}

// Run does what the words say. The error is a *model.Error with the exit status
// of cli.md, or what the context or the output answered.
func Run(ctx context.Context, env Env, words []string, std IO) error {
	v, rest, err := Find(words)
	if err != nil && len(words) == 2 && (words[1] == "--help" || words[1] == "-h") {
		v, rest, err = Find([]string{"help", words[0]}) // of verbs that begin alike
	}
	if err != nil {
		return err
	}
	c := &call{ctx: ctx, env: env, std: std, v: v}
	if err := c.parse(rest); err != nil {
		return err
	}
	if c.on("help") {
		return c.explain(v)
	}
	return v.run(c)
}
