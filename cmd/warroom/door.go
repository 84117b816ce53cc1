package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	gossh "golang.org/x/crypto/ssh"

	"warroom/cmd/warroom/config"
	"warroom/model"
	"warroom/ssh"
)

// newServer makes the ssh server of a house.
func (a *app) newServer(h *house) (*ssh.Server, error) {
	key, err := hostKey(hostKeyPath(h.cfg, h.data))
	if err != nil {
		return nil, err
	}
	c := h.cfg.Server
	return ssh.New(ssh.Options{
		Hub: h.hub, Books: h.books, Themes: h.themes, ID: h.server, Version: version, Now: a.Now, NewID: a.newID, Actions: h.policy, Log: h.log,
		HostKey: key, UserCA: c.UserCA, RevokedKeys: c.RevokedKeys,
		LoginGrace: c.LoginGrace, Idle: c.Idle, KeepAlive: c.KeepAlive,
		Limits: ssh.Limits{Starting: c.MaxStarting, StartingFrom: c.StartingFrom, PerAddress: c.PerAddress, PerUser: c.PerUser, Sessions: c.Sessions},
		Theme:  h.cfg.Console.Theme, ASCII: h.cfg.Console.ASCII, Keys: h.cfg.Keys,
	})
}

// ensureHostKey makes the host key when it is missing, unless it was configured:
// then several servers share it, and a new one would be another one. A key that
// others can read is refused (SSH-4).
func ensureHostKey(cfg *config.Loaded, path string) error {
	_, err := os.Stat(path)
	switch {
	case err == nil:
		_, err = hostKey(path)
		return err
	case !errors.Is(err, fs.ErrNotExist):
		return model.Invalid("host key: %v", reason(err)).Because(err)
	case cfg.Server.HostKey != "":
		return model.Invalid("host key: there is no file %s", path).
			Hint("put the key that all servers share there, or make the first with ssh-keygen -t ed25519 -N '' -f %s", path)
	}
	return makeHostKey(path)
}

// makeHostKey writes a new key. Of two servers that start together one wins, and
// both use its key.
func makeHostKey(path string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("host key: %w", err)
	}
	block, err := gossh.MarshalPrivateKey(private, "warroom host key")
	if err != nil {
		return fmt.Errorf("host key: %w", err)
	}
	tmp, err := writeTemp(filepath.Dir(path), pem.EncodeToMemory(block))
	if err != nil {
		return model.Invalid("host key: %v", reason(err)).Because(err)
	}
	err = os.Link(tmp, path)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	} else if err != nil { // a file system without links
		err = os.Rename(tmp, path)
		tmp = ""
	}
	if tmp != "" {
		err = errors.Join(err, os.Remove(tmp))
	}
	if err != nil {
		return model.Invalid("host key: %v", reason(err)).Because(err)
	}
	return nil
}

// hostKey reads the host key, which nobody else may read.
func hostKey(path string) (gossh.Signer, error) {
	if runtime.GOOS != "windows" {
		if err := keyMode(path); err != nil {
			return nil, model.Invalid("host key: %v", err).Because(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, model.Invalid("host key: %v", reason(err)).Hint("give it to the user who runs warroom: chown USER %s", path).Because(err)
	}
	key, err := gossh.ParsePrivateKey(data)
	if err != nil {
		return nil, model.Invalid("host key: %s is no private key without a passphrase", path).
			Hint("make one with ssh-keygen -t ed25519 -N '' -f FILE").Because(err)
	}
	if key.PublicKey().Type() != gossh.KeyAlgoED25519 {
		return nil, model.Invalid("host key: %s is not an ed25519 key", path).Hint("make one with ssh-keygen -t ed25519 -N '' -f FILE")
	}
	return key, nil
}
