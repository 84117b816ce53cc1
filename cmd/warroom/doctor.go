package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	gossh "golang.org/x/crypto/ssh"

	"warroom/cmd/warroom/config"
	"warroom/model"
	"warroom/store"
)

// finding is one line of doctor.
type finding struct {
	What string `json:"what"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Look at configuration, data directory, database, accounts, keys and port; exit 1 when one is bad", GroupID: groupManage, Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	all := a.examine(ctx)
	bad := 0
	for _, f := range all {
		if !f.OK {
			bad++
		}
	}
	if a.globals.json {
		if err := a.printJSON(all); err != nil {
			return err
		}
	} else {
		for _, f := range all {
			mark := "ok  "
			if !f.OK {
				mark = "BAD "
			}
			if _, err := fmt.Fprintf(a.Stdout, "%s %-10s %s\n", mark, f.What, model.Line(f.Says)); err != nil {
				return err
			}
		}
	}
	if bad > 0 {
		return &status{code: 1}
	}
	return nil
}

// examine looks at one thing after the other; what depends on a bad thing is left out.
func (a *app) examine(ctx context.Context) []finding {
	var all []finding
	note := func(what string, err error, format string, args ...any) bool {
		f := finding{What: what, OK: err == nil, Says: fmt.Sprintf(format, args...)}
		if err != nil {
			f.Says = err.Error()
		}
		all = append(all, f)
		return f.OK
	}
	note("version", nil, "%s, %s", version, runtime.Version())
	cfg, data, err := a.settle(nil)
	if !note("config", err, "%s", orElse(fileOf(cfg), "defaults and environment")) {
		return all
	}
	if !note("data", makeData(data), "%s", data) {
		return all
	}
	note("host key", keyMode(hostKeyPath(cfg, data)), "%s%s", hostKeyPath(cfg, data), spaced(fingerprint(hostKeyPath(cfg, data))))
	says, err := port(ctx, cfg.Server.Listen)
	note("port", err, "%s%s", cfg.Server.Listen, spaced(says))
	log, err := a.toStderr(cfg, data)
	if err != nil {
		note("log", err, "")
		return all
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	url := databaseURL(cfg, data)
	st, err := store.Open(ctx, url, store.Options{Logger: log})
	if err != nil {
		note("database", databaseError(cfg, data, err), "")
		return all
	}
	start := time.Now()
	err = st.Ping(ctx)
	note("database", err, "%s answers in %s", config.Mask(url), time.Since(start).Round(time.Microsecond))
	accounts, err := st.Accounts(ctx)
	if err == nil && len(accounts) == 0 {
		err = model.Invalid("there is none, so nobody can log in over ssh").Hint("warroom user add NAME --role admin --key FILE")
	}
	note("accounts", err, "%d", len(accounts))
	if err := st.Close(); err != nil {
		note("database", err, "")
	}
	return all
}

func fileOf(cfg *config.Loaded) string {
	if cfg == nil {
		return ""
	}
	return cfg.File
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func hostKeyPath(cfg *config.Loaded, data string) string {
	if cfg.Server.HostKey != "" {
		return cfg.Server.HostKey
	}
	return filepath.Join(data, "host_ed25519")
}

// keyMode says whether others can read the host key. One that is not there yet
// is made by the first start.
func keyMode(path string) error {
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return reason(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return model.Invalid("others can read %s", path).Hint("chmod 600 %s", path)
	}
	return nil
}

// fingerprint is that of the host key in a file, "" while there is none.
func fingerprint(path string) string {
	key, err := hostKey(path)
	if err != nil {
		return ""
	}
	return gossh.FingerprintSHA256(key.PublicKey())
}

// spaced sets a word off from what stands before it.
func spaced(s string) string {
	if s == "" {
		return ""
	}
	return "  " + s
}

// port says whether the address can be listened on, or that a warroom does.
func port(ctx context.Context, addr string) (says string, err error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return "", l.Close()
	}
	if answers(ctx, addr) {
		return "a warroom is listening", nil
	}
	return "", model.Invalid("%s: %v", addr, err).Hint("it is in use, and not by a warroom; --listen chooses another")
}

// answers says whether a warroom greets at the address.
func answers(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	defer c.Close()
	deadline, _ := ctx.Deadline()
	if c.SetDeadline(deadline) != nil {
		return false
	}
	greeting, err := bufio.NewReader(io.LimitReader(c, 255)).ReadString('\n')
	return err == nil && strings.TrimSpace(greeting) == "SSH-2.0-warroom"
}
