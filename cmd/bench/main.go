// Command bench measures warroom as people meet it: over real ssh, at emulated
// terminals, with the keys that people press. docs/performance.md says what is
// measured and which figures are aimed at.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// The incident that everybody is in.
const boardTitle = "Ransomware on file servers"

// bench is one run.
type bench struct {
	bin, floor, postgres, tmp string
	only                      string
	sessions                  []int
	passes, rounds            int
	connects, starts          int
	paceFor, idleFor          time.Duration
	benchtime                 string
	large                     bool
	parts                     map[string]bool
	jsonFile                  string

	keys   []ssh.Signer
	houses []*house
	fig    *figures
	log    io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) flags(args []string, stderr io.Writer) error {
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&b.bin, "bin", "bin/warroom", "the program")
	fs.StringVar(&b.floor, "floor", "", "folder of floor programs to compare with, one Go module a folder")
	only := fs.String("only", "", "programs to measure, with commas: warroom, warroom+pg, or folders' names (default: all)")
	sessions := fs.String("sessions", "2,20,100", "sizes of the crowd")
	fs.IntVar(&b.passes, "passes", 1, "how often everything is measured, the programs in turn")
	fs.IntVar(&b.rounds, "rounds", 60, "changes made one at a time, and key strokes")
	fs.IntVar(&b.connects, "connects", 20, "connections made one at a time")
	fs.IntVar(&b.starts, "starts", 10, "cold starts")
	fs.DurationVar(&b.paceFor, "pace", 10*time.Second, "how long changes are made at a rate")
	fs.DurationVar(&b.idleFor, "idle", 5*time.Second, "how long idling is watched")
	fs.StringVar(&b.benchtime, "benchtime", "300x", "of the store's benchmark")
	fs.BoolVar(&b.large, "large", false, "also 200 and 500 sessions, 50 changes/s, 10,000 incidents, 100,000 entries")
	parts := fs.String("parts", "crowd,alone,cold,things,incidents,entries,commits", "what to measure")
	fs.StringVar(&b.jsonFile, "json", "", "file for all samples")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	b.parts = map[string]bool{}
	for p := range strings.SplitSeq(*parts, ",") {
		b.parts[p] = true
	}
	for s := range strings.SplitSeq(*sessions, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 2 || n > 1000 {
			return fmt.Errorf("-sessions: %q is no number from 2 to 1000", s)
		}
		b.sessions = append(b.sessions, n)
	}
	b.only = *only
	var err error
	b.bin, err = filepath.Abs(b.bin)
	return err
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.log, "bench: "+format+" (load %s)\n", append(args, load())...)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	b := &bench{log: stderr, postgres: os.Getenv("WARROOM_TEST_POSTGRES")}
	if err := b.flags(args, stderr); err != nil {
		return err
	}
	if _, err := os.Stat(b.bin); err != nil {
		return fmt.Errorf("%w; make build makes it", err)
	}
	if b.tmp, err = os.MkdirTemp("", "warroom-bench-"); err != nil {
		return err
	}
	defer func() {
		for _, h := range b.houses {
			err = errors.Join(err, h.drop())
		}
		err = errors.Join(err, os.RemoveAll(b.tmp))
	}()
	begun := load()
	targets, err := b.targets(ctx)
	if err != nil {
		return err
	}
	fault := b.measure(ctx, targets) // what was measured until then is printed all the same
	b.fig.note("%s/%s, %d cores; load average %s at the start, %s at the end; the driver runs on the same machine", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), begun, load())
	if err := errors.Join(fault, b.fig.print(stdout)); err != nil || b.jsonFile == "" {
		return err
	}
	f, err := os.Create(b.jsonFile)
	if err != nil {
		return err
	}
	return errors.Join(b.fig.writeJSON(f), f.Close())
}

// targets are the programs to measure, warroom last.
func (b *bench) targets(ctx context.Context) (out []target, err error) {
	people := 100
	for _, n := range b.sessions {
		people = max(people, n)
	}
	if b.large {
		people = max(people, 500)
	}
	if b.keys, err = newKeys(people); err != nil {
		return nil, err
	}
	if b.floor != "" {
		all, err := floorTargets(ctx, b.floor, b.tmp, b.keys[0], b.wanted)
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
	}
	for _, name := range b.warrooms() {
		h, err := b.house(ctx, name)
		if err != nil {
			return nil, err
		}
		if _, err := h.declare(ctx, 12, boardTitle); err != nil {
			return nil, err
		}
		out = append(out, warroomTarget(h, boardTitle))
	}
	if len(out) == 0 {
		return nil, errors.New("-only leaves no program")
	}
	var names []string
	for _, t := range out {
		names = append(names, t.name)
	}
	b.fig = newFigures(names)
	return out, nil
}

func (b *bench) wanted(name string) bool {
	return b.only == "" || slices.Contains(strings.Split(b.only, ","), name)
}

// warrooms are the names of the databases that warroom is measured on.
func (b *bench) warrooms() (out []string) {
	for _, name := range []string{onSQLite, onPostgres} {
		if b.wanted(name) && (name == onSQLite || b.postgres != "") {
			out = append(out, name)
		}
	}
	return out
}

// house is a new, empty warroom.
func (b *bench) house(ctx context.Context, name string) (*house, error) {
	server := ""
	if name == onPostgres {
		server = b.postgres
	}
	h, err := newHouse(ctx, name, b.bin, b.tmp, server, b.keys)
	if h != nil {
		b.houses = append(b.houses, h)
	}
	return h, err
}

func (b *bench) plans() (out []plan) {
	if !b.parts["crowd"] {
		return nil
	}
	for _, n := range b.sessions {
		p := plan{people: n, rounds: true}
		if n >= 20 {
			p.rates = []int{10}
		}
		if n == 100 && b.large {
			p.rates = append(p.rates, 50)
		}
		out = append(out, p)
	}
	if b.large {
		out = append(out, plan{people: 200, rates: []int{10}}, plan{people: 500, rates: []int{1}})
	}
	return out
}

func (b *bench) measure(ctx context.Context, targets []target) error {
	for range b.passes {
		for _, p := range b.plans() {
			for _, t := range targets {
				if err := b.live(ctx, t, p); err != nil {
					return err
				}
			}
		}
		if !b.parts["alone"] {
			continue
		}
		for _, t := range targets {
			if err := b.alone(ctx, t, connectAlone, aloneKey); err != nil {
				return err
			}
		}
	}
	return b.databases(ctx)
}

// databases measures what depends on the database.
func (b *bench) databases(ctx context.Context) error {
	for _, step := range []struct {
		part string
		do   func(context.Context, *house) error
		want bool
	}{{"cold", b.cold, true}, {"things", b.full, true}, {"incidents", b.big, b.large}, {"entries", b.long, b.large}} {
		if !step.want || !b.parts[step.part] {
			continue
		}
		for _, name := range b.warrooms() {
			h, err := b.house(ctx, name)
			if err != nil {
				return err
			}
			if err := step.do(ctx, h); err != nil {
				return err
			}
		}
	}
	if !b.parts["commits"] || len(b.warrooms()) == 0 {
		return nil
	}
	return b.commits(ctx)
}
