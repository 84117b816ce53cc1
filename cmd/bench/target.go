package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"golang.org/x/crypto/ssh"
)

// target is a program under measurement: how it is started and how it is used.
type target struct {
	name  string
	start func(ctx context.Context) (*process, error)
	user  func(i int) (string, ssh.Signer) // the i-th person
	board string                           // on the first screen when it is painted
	enter []step                           // from there to the screen where changes are seen
	// change is the n-th change since the start, and stroke the keys one after the
	// other that show on their own screen, with what is typed before and after.
	change func(n int) change
	stroke stroke
}

// step is keys, and what shows that they have worked.
type step struct{ keys, seen string }

// change is made in two steps: what is typed before, and the key that commits.
type change struct {
	prepare step
	commit  string
	seen    string // on every other screen
	closed  string // on the own screen until it is saved; "" when there is no such thing
}

type stroke struct {
	begin step
	key   func(i int) step // nil: a change is a key stroke
	end   string
}

// A note as people write it, with a word in it that occurs once.
const noteText = " checked the mail gateway logs"

const (
	typed     = "the-proxy-shows-nothing-since-noon;fs-02-still-answers;nobody-is-logged-in" // a blank at the end would not be seen
	clearLine = "\x15"                                                                       // ctrl+u
)

// warroomTarget uses the console: enter opens the room, 2 is its timeline, n takes a note.
func warroomTarget(h *house, opens string) target {
	return target{
		name: h.name, start: h.serve, user: h.user, board: opens,
		enter: []step{{keys: "\r", seen: "1 Overview"}, {keys: "2", seen: "written  who"}},
		change: func(int) change {
			h.words++ // the room outlives its servers
			word := fmt.Sprintf("kx%06d", h.words)
			return change{prepare: step{"n" + word + noteText, "› " + word + noteText}, commit: "\r", seen: word, closed: "› " + word}
		},
		stroke: stroke{
			begin: step{"n", "note ›"},
			key: func(i int) step {
				return step{typed[i : i+1], "› " + typed[:i+1]}
			},
			end: clearLine + "\x1b",
		},
	}
}

// floorArgs are the flags of the floor programs that are not used as they come.
var floorArgs = map[string][]string{"v2o": {"-share"}}

// floorTargets builds the programs of a directory, one Go module a folder. They
// take n as a change, and number the lines that they show.
func floorTargets(ctx context.Context, dir, tmp string, key ssh.Signer, wanted func(name string) bool) ([]target, error) {
	mods, err := filepath.Glob(filepath.Join(dir, "*", "go.mod"))
	if err != nil || len(mods) == 0 {
		return nil, fmt.Errorf("there is no Go module in a folder of %s", dir)
	}
	slices.Sort(mods)
	var out []target
	for _, mod := range mods {
		name := filepath.Base(filepath.Dir(mod))
		if !wanted(name) {
			continue
		}
		bin := filepath.Join(tmp, "floor-"+name)
		build := exec.CommandContext(ctx, "go", "build", "-o", bin, ".")
		build.Dir, build.Stderr = filepath.Dir(mod), os.Stderr
		build.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("floor program %s: %w", name, err)
		}
		out = append(out, floorTarget(name, bin, tmp, key))
	}
	return out, nil
}

func floorTarget(name, bin, tmp string, key ssh.Signer) target {
	return target{
		name: name, board: "TIMELINE",
		user: func(i int) (string, ssh.Signer) { return userName(i), key },
		start: func(ctx context.Context) (*process, error) {
			addr, err := freeAddr()
			if err != nil {
				return nil, err
			}
			p, err := launch(ctx, addr, tmp, nil, bin, append([]string{"-addr", addr}, floorArgs[name]...)...)
			if err == nil {
				p.deaf = true
			}
			return p, err
		},
		change: func(n int) change { return change{commit: "n", seen: fmt.Sprintf("upd-%06d", n)} },
	}
}
