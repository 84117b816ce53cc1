// Command warroom is a live war room for security incidents: the console in
// this terminal, the ssh server for the others, and every verb of the room as a
// command.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"warroom/model"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	m := Main{Args: os.Args[1:], Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now}
	return m.Run(ctx)
}

// Main is one run of the program with everything that it takes from outside.
type Main struct {
	Args    []string // without the program's name
	Environ []string // NAME=value
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Now     func() time.Time
}

// Run does what the arguments say and gives the exit status: 0 done, 1 refused
// or failed, 2 wrong usage, 3 not permitted, 4 not found, 5 conflict. A failure
// is one line on Stderr.
func (m *Main) Run(ctx context.Context) int {
	g, args, err := splitGlobals(m.Args)
	if err == nil {
		root := newRoot(&app{Main: *m, globals: g})
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
	}
	return m.report(err)
}

// status ends the program with a status that is not the one of its error's code.
type status struct {
	code int
	err  error // nil: what there is to say was said
}

func (s *status) Error() string {
	if s.err == nil {
		return ""
	}
	return s.err.Error()
}

func (s *status) Unwrap() error { return s.err }

// report tells what went wrong, in one line of safe text, and gives the exit status.
func (m *Main) report(err error) int {
	if err == nil {
		return 0
	}
	if text := err.Error(); text != "" {
		_, _ = io.WriteString(m.Stderr, "warroom: "+model.Line(text).String()+"\n")
	}
	if s, ok := asStatus(err); ok {
		return s.code
	}
	return model.ExitStatus(err)
}
