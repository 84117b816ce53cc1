package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"warroom/model"
)

const (
	maxKeyFile = 1 << 18 // the largest file of public keys that is read, in bytes
	minRSA     = 2048    // bits
)

// parseKeys reads public keys as ssh-keygen writes them, one a line; blank lines
// and comments are passed over. where names the source in errors.
func parseKeys(where string, data []byte) ([]model.Key, error) {
	if bytes.Contains(data, []byte("PRIVATE KEY")) {
		return nil, model.Invalid("%s is a private key", where).Hint("give the file that ends in .pub")
	}
	var keys []model.Key
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pub, comment, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
		if err != nil {
			return nil, model.Invalid("%s, line %d, is no public key", where, i+1).Hint("it looks like: ssh-ed25519 AAAA… name").Because(err)
		}
		if len(options) > 0 {
			return nil, model.Invalid("%s, line %d, has options before the key, which are not supported", where, i+1).Hint("give the key alone")
		}
		if err := strong(pub); err != nil {
			return nil, model.Invalid("%s, line %d: %v", where, i+1, err).Hint("make one with: ssh-keygen -t ed25519")
		}
		keys = append(keys, newKey(pub, comment))
	}
	if len(keys) == 0 {
		return nil, model.Invalid("%s holds no public key", where).Hint("it looks like: ssh-ed25519 AAAA… name")
	}
	return keys, nil
}

func newKey(pub ssh.PublicKey, comment string) model.Key {
	return model.Key{Fingerprint: ssh.FingerprintSHA256(pub), Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(pub))), Comment: comment}
}

// strong refuses the kinds of key that the server would not take at login.
func strong(pub ssh.PublicKey) error {
	if _, isCert := pub.(*ssh.Certificate); isCert {
		return errors.New("a certificate is no key of an account")
	}
	if pub.Type() == ssh.InsecureKeyAlgoDSA {
		return errors.New("a DSA key is too weak")
	}
	if ck, ok := pub.(ssh.CryptoPublicKey); ok {
		if k, ok := ck.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() < minRSA {
			return fmt.Errorf("an RSA key of %d bits is too weak", k.N.BitLen())
		}
	}
	return nil
}

// callersKeys finds the public keys of whoever runs the program: ~/.ssh/*.pub,
// or those in the agent. None is no error.
func (m *Main) callersKeys() []model.Key {
	var keys []model.Key
	if h := m.home(); h != "" {
		files, _ := filepath.Glob(filepath.Join(h, ".ssh", "*.pub"))
		for _, path := range files {
			data, err := os.ReadFile(path)
			if err != nil || len(data) > maxKeyFile {
				continue
			}
			if found, err := parseKeys(path, data); err == nil {
				keys = append(keys, found...)
			}
		}
	}
	if len(keys) > 0 {
		return keys
	}
	return agentKeys(m.getenv("SSH_AUTH_SOCK"))
}

func agentKeys(socket string) []model.Key {
	const patience = 2 * time.Second
	if socket == "" {
		return nil
	}
	conn, err := net.DialTimeout("unix", socket, patience)
	if err != nil {
		return nil
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil
	}
	held, err := agent.NewClient(conn).List()
	if err != nil {
		return nil
	}
	var keys []model.Key
	for _, k := range held {
		if pub, err := ssh.ParsePublicKey(k.Blob); err == nil && strong(pub) == nil {
			keys = append(keys, newKey(pub, k.Comment))
		}
	}
	return keys
}

// clientKey makes a key pair for the caller in the data directory, for a machine
// that has none. The private half is readable by its owner only. A pair that is
// there already is used again.
func clientKey(path, name string) (model.Key, error) {
	if data, err := os.ReadFile(path + ".pub"); err == nil {
		keys, err := parseKeys(path+".pub", data)
		if err != nil {
			return model.Key{}, err
		}
		return keys[0], nil
	}
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return model.Key{}, fmt.Errorf("client key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, name+"@warroom")
	if err != nil {
		return model.Key{}, fmt.Errorf("client key: %w", err)
	}
	sshPub, err := ssh.NewPublicKey(pub)
	if err != nil {
		return model.Key{}, fmt.Errorf("client key: %w", err)
	}
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		return model.Key{}, fmt.Errorf("client key: %w", err)
	}
	key := newKey(sshPub, name+"@warroom")
	if err := os.WriteFile(path+".pub", []byte(key.Public+" "+key.Comment+"\n"), 0o644); err != nil {
		return model.Key{}, fmt.Errorf("client key: %w", err)
	}
	return key, nil
}
