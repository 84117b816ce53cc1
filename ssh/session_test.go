package ssh

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
	"warroom/model/verb"
	"warroom/tui"
)

// The real console over ssh: it is drawn, who is in it is on the presence list,
// and leaving takes him off (SSH-11).
func TestConsole(t *testing.T) {
	h := open(t, nil)
	x := h.screen(h.login("lee", h.user("lee", model.RoleAdmin)), 120, 40)
	eventually(t, "lee is present", func() bool { return h.people() == 1 })
	x.shows("\x1b[?1049h")
	x.types("q")
	eventually(t, "the console asks", func() bool { return strings.Contains(x.out.String(), "Leave") || h.people() == 0 })
	x.types("y")
	if got := x.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	if h.people() != 0 || !strings.Contains(x.out.String(), "\x1b[?1049l") {
		t.Errorf("%d people, the terminal is restored: %v", h.people(), strings.Contains(x.out.String(), "\x1b[?1049l"))
	}
}

// Forwarding, unknown channels, subsystems and requests are refused (SSH-6).
func TestFirewallRefuses(t *testing.T) {
	h := open(t, withToy)
	c := h.login("lee", h.user("lee", model.RoleAdmin))
	if l, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		_ = l.Close()
		t.Error("tcpip-forward")
	}
	if l, err := c.ListenUnix(t.TempDir() + "/s"); err == nil {
		_ = l.Close()
		t.Error("streamlocal-forward")
	}
	if nc, err := c.Dial("tcp", h.addr); err == nil {
		_ = nc.Close()
		t.Error("direct-tcpip")
	}
	if nc, err := c.Dial("unix", "/tmp/x"); err == nil {
		_ = nc.Close()
		t.Error("direct-streamlocal")
	}
	if _, _, err := c.OpenChannel("x11", nil); err == nil {
		t.Error("x11 channel")
	}
	if ok, _, err := c.SendRequest("no-such-request", true, nil); ok || err != nil {
		t.Errorf("global request: %v %v", ok, err)
	}
	sess, err := c.NewSession()
	h.must(err)
	defer sess.Close()
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req", "subsystem", "signal", "break", "unknown"} {
		if ok, err := sess.SendRequest(kind, true, gossh.Marshal(struct{ S string }{"sftp"})); ok || err != nil {
			t.Errorf("%s: %v %v", kind, ok, err)
		}
	}
}

// Only what says how to draw is taken from the environment (SSH-6).
func TestFirewallEnvironment(t *testing.T) {
	w := &wire{}
	env := func(name, value string) bool {
		return w.admitEnv(gossh.Marshal(struct{ Name, Value string }{name, value}))
	}
	for _, name := range []string{"LANG", "LC_ALL", "NO_COLOR", "COLORTERM", "TERM_PROGRAM"} {
		if !env(name, "C.UTF-8") {
			t.Errorf("%s is refused", name)
		}
	}
	for _, bad := range [][2]string{{"PATH", "/"}, {"LD_PRELOAD", "x"}, {"LANG", "a\nb"}, {"LANG", "\x1b[m"}, {"LANG", strings.Repeat("x", 65)}, {"LC_\x1b", "x"}, {"TERM", "x"}} {
		if env(bad[0], bad[1]) {
			t.Errorf("%q is let in", bad)
		}
	}
	for range maxEnv {
		env("LANG", "C")
	}
	if env("LANG", "C") {
		t.Error("no end to variables")
	}
}

// Absurd terminals are clamped, and the server goes on (SSH-6, SSH-8).
func TestAbsurdTerminals(t *testing.T) {
	h := open(t, withToy)
	lee := h.user("lee", model.RoleAdmin)
	other := h.screen(h.login("lee", lee), 80, 24)
	other.shows("size 80x24")
	c := h.login("lee", lee)
	for _, z := range []struct {
		columns, rows uint32
		want          string
	}{{4294967295, 4294967295, "size 500x200"}, {0, 0, "size 80x24"}, {1, 1000, "s"}} {
		sess, err := c.NewSession()
		h.must(err)
		if _, err := sess.StdinPipe(); err != nil { // without it the input is at its end
			t.Fatal(err)
		}
		out := &buffer{}
		sess.Stdout = out
		ok, err := sess.SendRequest("pty-req", true, gossh.Marshal(ptyRequest{Term: "\x1b]0;x\x07", Columns: z.columns, Rows: z.rows, Width: 4294967295, Height: 4294967295}))
		if !ok || err != nil {
			t.Fatalf("pty-req: %v %v", ok, err)
		}
		h.must(sess.Shell())
		eventually(t, z.want, func() bool { return strings.Contains(out.String(), z.want) })
		for i := range 5000 { // LIM-3
			_, err := sess.SendRequest("window-change", false, gossh.Marshal(struct{ C, R, W, H uint32 }{uint32(i) * 1000003, uint32(i) * 7919, 0, 0}))
			h.must(err)
		}
		_, err = sess.SendRequest("window-change", false, gossh.Marshal(struct{ C, R, W, H uint32 }{77, 33, 0, 0}))
		h.must(err)
		eventually(t, "the newest size is drawn", func() bool { return strings.Contains(out.String(), "77") && strings.Contains(out.String(), "33") })
		h.must(sess.Close())
	}
	other.types("alive")
	other.shows("alive")
}

// A sequence of 33 parameters, a paste of 5 MiB and the like cost at most the
// session that sends them (SSH-8, LIM-3).
func TestHostileTerminals(t *testing.T) {
	h := open(t, withToy)
	lee := h.user("lee", model.RoleAdmin)
	other := h.screen(h.login("lee", lee), 80, 24)
	for name, bytes := range map[string]string{
		"33 parameters":  "\x1b[" + strings.Repeat("1;", 32) + "1m",
		"mouse report":   "\x9bM0;;",
		"endless string": "\x1b]" + strings.Repeat("x", 1<<20),
		"paste":          "\x1b[200~" + strings.Repeat("x", 5<<20) + "\x1b[201~",
	} {
		x := h.screen(h.login("lee", lee), 80, 24)
		x.shows("toy of lee")
		x.types(bytes)
		if name == "paste" {
			x.shows("cut at 1 MiB")
		}
		x.types("\x1b\\\r")
		other.types("z")
		h.login("lee", lee)
		x.types("\x1b\x1b")
		h.must(x.sess.Close())
	}
	other.shows("zzzz")
}

// A fault ends one session with a plain message and status 1 (SSH-8).
func TestFaultInASession(t *testing.T) {
	h := open(t, func(_ *house, o *Options) {
		o.NewConsole = newToy
		o.RunVerb = func(context.Context, verb.Env, []string, verb.IO) error { panic("a fault in a verb") }
	})
	lee := h.user("lee", model.RoleAdmin)
	other := h.screen(h.login("lee", lee), 80, 24)
	other.shows("toy")
	c := h.login("lee", lee)
	x := h.screen(c, 80, 24)
	x.shows("toy")
	eventually(t, "two are here", func() bool { return h.people() == 2 })
	for i, key := range []string{"!", "#", "$"} { // in Update, View, a command
		y := x
		if i > 0 {
			y = h.screen(c, 80, 24)
			y.shows("toy")
		}
		y.types(key)
		if got := y.status(); got != 1 || !strings.Contains(y.out.String(), "warroom: this session broke") {
			t.Errorf("%s: status %d, %q", key, got, y.out.String())
		}
		if n := strings.Count(h.log.String(), "fault in a session"); n < i+1 {
			t.Errorf("%s: %d faults in the log", key, n)
		}
	}
	if log := h.log.String(); strings.Contains(log, "\x1b") || !strings.Contains(log, "a fault in the console") {
		t.Errorf("the log: %q", log)
	}
	if _, stderr, status := h.run(c, "whoami", ""); status != 1 || !strings.Contains(stderr, "warroom: this session broke") {
		t.Errorf("verb: status %d, %q", status, stderr)
	}
	eventually(t, "the broken one has left", func() bool { return h.people() == 1 })
	other.types("on")
	other.shows("on")
}

// Closing one of two windows of a connection ends its session, and presence with
// it (SSH-11).
func TestWindowsOfOneConnection(t *testing.T) {
	h := open(t, withToy)
	c := h.login("lee", h.user("lee", model.RoleAdmin))
	a, b := h.screen(c, 80, 24), h.screen(c, 80, 24)
	a.shows("toy")
	b.shows("toy")
	eventually(t, "two sessions are here", func() bool { return h.people() == 2 })
	h.must(a.sess.Close())
	eventually(t, "one session is here", func() bool { return h.people() == 1 })
	h.must(b.in.Close()) // the end of its input
	eventually(t, "nobody is here", func() bool { return h.people() == 0 })
	if got := b.status(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// The ninth session is refused, and the refusal names the limit (SSH-7).
func TestSessionLimit(t *testing.T) {
	h := open(t, withToy)
	c := h.login("lee", h.user("lee", model.RoleAdmin))
	var open []*screen
	for range 8 {
		open = append(open, h.screen(c, 80, 24))
	}
	if _, err := c.NewSession(); err == nil || !strings.Contains(err.Error(), "8 sessions") {
		t.Errorf("the ninth: %v", err)
	}
	h.must(open[0].sess.Close())
	eventually(t, "there is room again", func() bool {
		sess, err := c.NewSession()
		if err == nil {
			_ = sess.Close()
		}
		return err == nil
	})
}

// Commands: words as a shell splits them, exit statuses, errors as one safe line
// (SSH-9).
func TestCommands(t *testing.T) {
	h := open(t, nil)
	c := h.login("lee", h.user("lee", model.RoleAdmin))
	if out, stderr, status := h.run(c, "whoami", ""); status != 0 || !strings.Contains(out, "lee") {
		t.Errorf("whoami: %d %q %q", status, out, stderr)
	}
	id, stderr, status := h.run(c, `incident new --title "a 'b' \"c\"" --severity 2`, "")
	if status != 0 || !strings.HasPrefix(id, "INC-") {
		t.Fatalf("incident new: %d %q %q", status, id, stderr)
	}
	id = strings.TrimSpace(id)
	if _, stderr, status := h.run(c, "note "+id+" -", "from a pipe"); status != 0 {
		t.Errorf("note: %d %q", status, stderr)
	}
	if out, _, _ := h.run(c, "timeline list "+id, ""); !strings.Contains(out, "from a pipe") {
		t.Errorf("timeline: %q", out)
	}
	for command, want := range map[string]int{
		"dance": 2, "incident show INC-2020-0001": 4, "'": 2, " ": 2, "note " + id + " " + strings.Repeat("x", 5000): 2, "sh -c id": 2, "dance \x1b]0;x\x07": 2,
	} {
		out, stderr, status := h.run(c, command, "")
		if status != want || out != "" || !strings.HasPrefix(stderr, "warroom: ") || strings.Count(stderr, "\n") != 1 || strings.ContainsAny(stderr, "\x1b\x07") {
			t.Errorf("%.40q: status %d, want %d; %q %q", command, status, want, out, stderr)
		}
	}
	x, err := c.NewSession()
	h.must(err)
	var text buffer
	x.Stderr = &text
	h.must(x.Shell())
	if status := exitStatus(x.Wait()); status != 1 || !strings.Contains(text.String(), "needs a terminal") {
		t.Errorf("no terminal: %d %q", status, text.String())
	}
}

// A command ends with its client, at ^C on a terminal, and when the server stops.
func TestCommandsEnd(t *testing.T) {
	running, ended := make(chan string, 8), make(chan error, 8)
	h := open(t, func(_ *house, o *Options) {
		o.RunVerb = func(ctx context.Context, _ verb.Env, words []string, std verb.IO) error {
			if words[0] == "read" {
				b, err := io.ReadAll(std.In)
				if err == nil {
					_, err = fmt.Fprintf(std.Out, "%q %d\n", b, std.Width)
				}
				return err
			}
			running <- words[0]
			<-ctx.Done()
			ended <- ctx.Err()
			return ctx.Err()
		}
	})
	lee := h.user("lee", model.RoleAdmin)
	c := h.login("lee", lee)
	begin := func(terminal bool, command string) (*gossh.Session, io.WriteCloser, *buffer) {
		sess, err := c.NewSession()
		h.must(err)
		in, err := sess.StdinPipe()
		h.must(err)
		out := &buffer{}
		sess.Stdout, sess.Stderr = out, out
		if terminal {
			h.must(sess.RequestPty("xterm", 24, 100, gossh.TerminalModes{}))
		}
		h.must(sess.Start(command))
		if command != "read" {
			<-running
		}
		return sess, in, out
	}
	sess, _, _ := begin(false, "watch")
	h.must(sess.Close())
	<-ended
	sess, in, _ := begin(true, "watch")
	_, err := io.WriteString(in, "\x03")
	h.must(err)
	<-ended
	_ = sess.Wait()
	sess, in, out := begin(true, "read")
	_, err = io.WriteString(in, "a\rb\x04")
	h.must(err)
	h.must(sess.Wait())
	if got := out.String(); got != "\"a\\nb\" 100\r\n" {
		t.Errorf("a verb with a terminal read %q", got)
	}
	sess, _, out = begin(false, "watch")
	go func() { _ = h.srv.Shutdown(context.Background()) }()
	<-ended
	if status := exitStatus(sess.Wait()); status != 1 || !strings.Contains(out.String(), "the server is stopping") {
		t.Errorf("status %d, %q", status, out.String())
	}
}

// A client that does not show its locale gets Unicode; one that says C gets ASCII.
func TestLocale(t *testing.T) {
	for env, want := range map[string]bool{"": true, "LANG=C": false, "LC_ALL=POSIX": false, "LANG=de_DE.UTF-8": true, "LANG=C.utf8": true, "LC_ALL=C LANG=de_DE.UTF-8": false, "LC_CTYPE=UTF-8 LANG=C": true} {
		if got := unicode(strings.Fields(env)); got != want {
			t.Errorf("%q: %v", env, got)
		}
	}
}

// What a console is told about its client.
func TestConsoleDeps(t *testing.T) {
	got := make(chan tui.Deps, 1)
	h := open(t, func(_ *house, o *Options) {
		o.NewConsole = func(d tui.Deps) (Console, error) { got <- d; return newToy(d) }
	})
	lee := h.user("lee", model.RoleCommander)
	c := h.login("lee", lee)
	begin := func(env ...string) tui.Deps {
		sess, err := c.NewSession()
		h.must(err)
		for _, e := range env {
			name, value, _ := strings.Cut(e, "=")
			h.must(sess.Setenv(name, value))
		}
		if sess.Setenv("PATH", "/tmp") == nil {
			t.Error("PATH is let in (SSH-6)")
		}
		h.must(sess.RequestPty("xterm", 24, 80, gossh.TerminalModes{}))
		h.must(sess.Shell())
		return <-got
	}
	a, b := begin(), begin("NO_COLOR=yes please", "LC_ALL=C")
	if a.NoColor || a.ASCII || !b.NoColor || !b.ASCII {
		t.Errorf("colour and glyphs: %v %v, %v %v", a.NoColor, a.ASCII, b.NoColor, b.ASCII)
	}
	if a.Actor != (model.Actor{Name: "lee", Role: model.RoleCommander}) || a.Key != gossh.FingerprintSHA256(lee.PublicKey()) || a.Via != "ssh" || !a.Remote {
		t.Errorf("%+v", a)
	}
	if a.Session == b.Session || a.Session == "" {
		t.Errorf("two sessions of one connection share the id %q", a.Session)
	}
}

// Keys that would act on the server do not arrive (SSH-8).
func TestGuard(t *testing.T) {
	if _, ok := guard(nil, tea.SuspendMsg{}).(tea.ResumeMsg); !ok {
		t.Error("a session can stop the server's process")
	}
	for key, want := range map[tea.KeyPressMsg]bool{
		{Code: 'v', Mod: tea.ModCtrl}: false, {Code: 'c', Mod: tea.ModCtrl | tea.ModShift}: false, {Code: 'v', Text: "v"}: true, {Code: 'c', Mod: tea.ModCtrl}: true,
	} {
		if got := guard(nil, key) != nil; got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}

// Sources: an IPv4 address, an IPv6 /64 (SSH-2).
func TestSource(t *testing.T) {
	for in, want := range map[string]string{"192.0.2.1:5": "192.0.2.1", "[::ffff:192.0.2.1]:5": "192.0.2.1", "[2001:db8:1:2:3:4:5:6]:5": "2001:db8:1:2::/64", "[fe80::1%eth0]:5": "fe80::/64"} {
		addr, err := net.ResolveTCPAddr("tcp", in)
		if err != nil {
			t.Fatal(err)
		}
		if got := sourceOf(addr); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// A client that floods its connection with channels, variables, signals and sizes
// does not keep others from logging in (LIM-3).
func TestFloods(t *testing.T) {
	h := open(t, withToy)
	lee, ann := h.user("lee", model.RoleAdmin), h.user("ann", model.RoleResponder)
	c := h.login("lee", lee)
	var floods sync.WaitGroup
	floods.Go(func() {
		for range 1000 {
			if ch, reqs, err := c.OpenChannel("session", nil); err == nil {
				go gossh.DiscardRequests(reqs)
				defer ch.Close()
			}
		}
	})
	sess, err := h.login("lee", lee).NewSession()
	h.must(err)
	floods.Go(func() {
		for i := range 20000 {
			_, _ = sess.SendRequest("env", i%100 == 0, gossh.Marshal(struct{ Name, Value string }{"LANG", "C"}))
		}
		for range 2000 {
			_, _ = sess.SendRequest("signal", false, gossh.Marshal(struct{ S string }{"TERM"}))
		}
	})
	over := make(chan struct{})
	go func() { floods.Wait(); close(over) }()
	for logins, running := 0, true; running || logins < 3; logins++ {
		began := time.Now()
		x := h.login("ann", ann)
		h.screen(x, 80, 24).shows("toy of ann")
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("a login took %s", took)
		}
		h.must(x.Close())
		select {
		case <-over:
			running = false
		default:
		}
	}
}
