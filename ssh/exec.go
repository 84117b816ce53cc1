package ssh

import (
	"context"
	"errors"
	"io"
	"time"

	"warroom/model"
	"warroom/model/verb"
)

// exec runs one verb. The words are split as a shell would, and nothing else of a
// shell happens (SSH-9).
func (x *session) exec(actor model.Actor) int {
	ctx, cancel := context.WithCancel(x.w.ctx)
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go x.interrupt(cancel, done)
	std := verb.IO{In: x.sess, Out: x.sess, Err: x.sess.Stderr()}
	if pty, _, ok := x.sess.Pty(); ok {
		std.Width = pty.Window.Width
		in := x.line(cancel)
		defer in.Close()
		std.In = in
	}
	name, err := x.run(ctx, actor, std)
	status := model.ExitStatus(err)
	x.log.Info("command", "verb", name, "status", status)
	switch {
	case err == nil:
		return 0
	case x.why.Load() == reasonStopping:
		x.say("the server is stopping")
	case errors.Is(err, context.Canceled):
	default:
		x.say(err.Error())
	}
	return status
}

// run gives the verb's name too, for the log: what follows it is content.
func (x *session) run(ctx context.Context, actor model.Actor, std verb.IO) (name string, err error) {
	if x.w.commandTooLong() {
		return "", model.Usage("the command is longer than %d bytes", maxCommand).Hint("give long text on standard input: note INC -")
	}
	words, err := model.SplitWords(x.sess.RawCommand())
	if err != nil {
		return "", err
	}
	if len(words) == 0 {
		return "", model.Usage("there is no command in it").Hint("ssh HOST help lists them")
	}
	if v, _, err := verb.Find(words); err == nil && v != nil {
		name = v.Name
	}
	env := verb.Env{Hub: x.s.o.Hub, Books: x.s.o.Books, Actor: actor, Now: x.s.o.Now, NewID: x.s.o.NewID, Actions: x.s.o.Actions, Via: "ssh", Fingerprint: x.who.key, Version: x.s.o.Version}
	return name, x.s.o.RunVerb(ctx, env, words, std)
}

func (w *wire) commandTooLong() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tooLong
}

// interrupt ends a verb when the server stops; one that is about to finish gets
// the time.
func (x *session) interrupt(cancel func(), done <-chan struct{}) {
	defer x.s.rescue("end of a command")
	select {
	case <-done:
		return
	case <-x.over:
	}
	if !wait(done, time.Second) {
		cancel()
	}
}

// line is the input of a verb that has a terminal: there is nothing on this side
// that would turn the keys of a terminal into lines, an end and an interrupt.
func (x *session) line(cancel func()) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		defer x.s.rescue("input of a command")
		buf := make([]byte, 1<<10)
		queue := make(chan []byte, 64)
		go func() {
			defer x.s.rescue("input of a command")
			for b := range queue {
				if _, err := w.Write(b); err != nil {
					break
				}
			}
			_ = w.Close()
			for range queue { // the verb has gone
			}
		}()
		defer close(queue)
		for {
			n, err := x.sess.Read(buf)
			for i, c := range buf[:n] {
				switch c {
				case 0x03: // ^C
					cancel()
					return
				case 0x04: // ^D
					if i > 0 {
						queue <- append([]byte(nil), buf[:i]...)
					}
					return
				case '\r':
					buf[i] = '\n'
				}
			}
			if n > 0 {
				queue <- append([]byte(nil), buf[:n]...)
			}
			if err != nil {
				return
			}
		}
	}()
	return r
}
