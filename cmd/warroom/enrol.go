package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"warroom/model"
)

// clientKeyFile is the key made for a caller who has none, in the data directory.
const clientKeyFile = "client_ed25519"

// firstRun makes the first admin, while the database has no account at all: the
// caller, by his own public keys. With makeKey it makes a key pair for a caller
// who has none. Nobody becomes admin by being the first to connect (AUTH-7).
func (a *app) firstRun(ctx context.Context, h *house, makeKey bool) error {
	if h.hub.Any() {
		return nil
	}
	keys := a.callersKeys()
	if len(keys) == 0 && makeKey {
		key, err := clientKey(filepath.Join(h.data, clientKeyFile), a.localName())
		if err != nil {
			return err
		}
		keys = []model.Key{key}
	}
	if len(keys) == 0 {
		return nil
	}
	acc := model.Account{Name: a.localName(), Role: model.RoleAdmin, CreatedAt: model.Stamp(a.Now()), Keys: a.dated(keys)}
	if err := h.store.AddAccount(ctx, a.localName(), acc); err != nil && model.CodeOf(err) != model.CodeConflict {
		return err
	}
	h.log.Info("first account enrolled", "user", acc.Name, "role", acc.Role, "keys", len(keys))
	return h.hub.ReloadAccounts(ctx)
}

func (a *app) dated(keys []model.Key) []model.Key {
	for i := range keys {
		keys[i].AddedAt = model.Stamp(a.Now())
	}
	return keys
}

// errNobody refuses to serve where nobody could log in (SSH-4).
func errNobody() error {
	return model.Invalid("nobody could log in: there is no account and you have no ssh key").
		Hint("make a key with ssh-keygen -t ed25519 and start again, or: warroom user add NAME --role admin --key FILE")
}

// sshLine is what to type to get in.
func (a *app) sshLine(h *house, listening net.Addr) string {
	own := filepath.Join(h.data, clientKeyFile)
	if _, err := os.Stat(own); err != nil {
		own = ""
	}
	return sshTo(a.localName(), listening.String(), own)
}

// sshTo is the line for a user; key is a file to log in with, "" for the usual ones.
func sshTo(user, listening, key string) string {
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return listening
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		if host, err = os.Hostname(); err != nil {
			host = "HOST"
		}
	}
	var b strings.Builder
	b.WriteString("ssh")
	if key != "" {
		b.WriteString(" -i " + shellQuote(key))
	}
	if port != "22" {
		b.WriteString(" -p " + port)
	}
	fmt.Fprintf(&b, " %s@%s", user, host)
	return b.String()
}

// shellQuote writes a word so that a POSIX shell reads it as one.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@%,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// listen opens the port.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return l, nil
	}
	var oe *net.OpError
	if errors.As(err, &oe) && oe.Err != nil {
		return nil, model.Invalid("cannot listen on %s: %v", addr, oe.Err).Hint("--listen HOST:PORT chooses another address").Because(err)
	}
	return nil, model.Invalid("cannot listen on %s: %v", addr, err).Hint("--listen HOST:PORT chooses another address").Because(err)
}
