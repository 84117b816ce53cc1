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
	// Incident is the room the words are typed in: they may leave the incident
	// out. Empty elsewhere.
	Incident    string
	Via         string // how the person came: "local", "console", "ssh"
	Fingerprint string // the key that logged in, "" for the local user
}

// IO is where a verb reads and prints. What it prints holds no raw foreign
// control character, with one exception: JSON strings, which escape them.
type IO struct {
	In    io.Reader
	Out   io.Writer
	Err   io.Writer
	Width int  // columns of the terminal; 0: none, tables are not cut
	JSON  bool // print one JSON value; --json among the words says the same
}

// Completion is one way to go on with a line.
type Completion struct {
	Value string // the whole word; may hold foreign text
	Help  string // may hold foreign text
}

// Run does what the words say. The error is a *model.Error with the exit status
// of cli.md, or the context's.
func Run(ctx context.Context, env Env, words []string, std IO) error {
	return model.Usage("there is no verb %q", words[0])
}

// Complete lists how the last word can go on; it is "" when a new word begins.
func Complete(env Env, words []string) []Completion { return nil }
