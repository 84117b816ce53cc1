package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"github.com/charmbracelet/x/xpty"
)

// cold measures start to first frame of the console, in a terminal of its own.
func (b *bench) cold(ctx context.Context, h *house) error {
	const incidents = 1000
	b.say("%s, cold start", h.name)
	if _, err := h.declare(ctx, incidents, boardTitle); err != nil {
		return err
	}
	for i := range b.starts + 1 {
		took, err := h.start(ctx)
		if err != nil {
			return err
		}
		if i > 0 { // the first one reads the program from the disk
			b.fig.times(h.name, coldStart, []time.Duration{took})
		}
	}
	return nil
}

// start runs the console until its first screen.
func (h *house) start(ctx context.Context) (took time.Duration, err error) {
	pty, err := xpty.NewUnixPty(columns, lines)
	if err != nil {
		return 0, err
	}
	defer pty.Close()
	cmd := exec.Command(h.bin, "--data", h.dir)
	cmd.Env = append(h.env(), "TERM=xterm-256color", "LANG=C.UTF-8", "USER=bench", "PATH=/usr/bin:/bin")
	begin := time.Now()
	if err := pty.Start(cmd); err != nil {
		return 0, err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	c := &client{screen: newScreen(columns, lines, func(s string) { _, _ = pty.Write([]byte(s)) }), rows: make([]string, lines), over: make(chan struct{})}
	seen := c.expect(boardTitle)
	go c.read(pty)
	at, ok := seen.wait(begin.Add(patience))
	if !ok {
		return 0, fmt.Errorf("the console never showed %q:\n%s", boardTitle, c.look())
	}
	return at.Sub(begin), ctx.Err()
}

var benchLine = regexp.MustCompile(`^BenchmarkCommit/(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`)

// commits runs the Go benchmark of the store's commits, which compares them with
// the same statements through pgx alone.
func (b *bench) commits(ctx context.Context) error {
	b.say("commits")
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkCommit$", "-benchtime", b.benchtime, "./store")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test: %w\n%s", err, out)
	}
	names := map[string]struct{ program, figure string }{
		"postgres/Do": {onPostgres, commitDo}, "postgres/Append": {onPostgres, commitAppend}, "postgres/pgx": {onPostgres, commitPlain},
		"sqlite/Do": {onSQLite, commitDo}, "sqlite/Append": {onSQLite, commitAppend},
	}
	found := false
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		m := benchLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		ns, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return err
		}
		if x, known := names[m[1]]; known {
			b.fig.value(x.program, x.figure, "ms", 3, ns/1e6)
			found = true
		}
	}
	if !found {
		return errors.New("the store's benchmark printed no figure that is known here")
	}
	return nil
}
