package main

import (
	"bytes"
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"warroom/model/room"
)

// spool keeps drafts in the data directory while the database is away (DUR-5).
// They are encrypted, and file names tell neither user nor incident.
type spool struct {
	dir  string
	key  []byte
	aead cipher.AEAD
}

const draftSuffix = ".draft"

// openSpool opens the spool in dir, which it makes when it is missing. key has
// draftKeySize bytes.
func openSpool(dir string, key []byte) (*spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	return &spool{dir: dir, key: key, aead: aead}, nil
}

const draftKeySize = 32 // AES-256

// draftKey makes the key that drafts are encrypted under from the host key, which
// all servers of one room share and which is not in the database.
func draftKey(hostKey string) ([]byte, error) {
	secret, err := os.ReadFile(hostKey)
	if err != nil {
		return nil, fmt.Errorf("host key: %w", err)
	}
	return hkdf.Key(sha256.New, bytes.TrimSpace(secret), nil, "warroom drafts 1", draftKeySize)
}

// writeTemp writes a file of mode 0600 that is whole before it gets its name.
func writeTemp(dir string, content []byte) (string, error) {
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// name is the file of a draft: one for each user, incident and field.
func (s *spool) name(user, incident, field string) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "%q %q %q", user, incident, field)
	return hex.EncodeToString(mac.Sum(nil)) + draftSuffix
}

// Put implements room.DraftSpool.
func (s *spool) Put(d room.Draft) error {
	plain, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	name := s.name(d.User, d.Incident, d.Field)
	temp, err := writeTemp(s.dir, s.aead.Seal(nil, nil, plain, []byte(name)))
	if err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	if err := os.Rename(temp, filepath.Join(s.dir, name)); err != nil {
		return errors.Join(fmt.Errorf("drafts: %w", err), os.Remove(temp))
	}
	return nil
}

// List implements room.DraftSpool: the user's drafts, oldest first. A damaged
// file does not keep the others back; it is named in the error.
func (s *spool) List(user string) ([]room.Draft, error) {
	all, err := s.all()
	own := slices.DeleteFunc(all, func(d room.Draft) bool { return d.User != user })
	slices.SortFunc(own, func(a, b room.Draft) int {
		return cmp.Or(a.SavedAt.Compare(b.SavedAt), strings.Compare(a.Field, b.Field))
	})
	return own, err
}

// Users implements room.DraftSpool.
func (s *spool) Users() ([]string, error) {
	all, err := s.all()
	var users []string
	for _, d := range all {
		users = append(users, d.User)
	}
	slices.Sort(users)
	return slices.Compact(users), err
}

func (s *spool) all() ([]room.Draft, error) {
	files, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	var out []room.Draft
	var bad error
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), draftSuffix) {
			continue
		}
		d, err := s.read(f.Name())
		switch {
		case errors.Is(err, fs.ErrNotExist): // sent meanwhile
		case err != nil:
			bad = errors.Join(bad, fmt.Errorf("drafts: %s: %w", f.Name(), err))
		default:
			out = append(out, d)
		}
	}
	return out, bad
}

func (s *spool) read(name string) (room.Draft, error) {
	var d room.Draft
	sealed, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return d, err
	}
	plain, err := s.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(plain, &d)
}

// Remove implements room.DraftSpool. A draft that is not there is removed already.
func (s *spool) Remove(user, incident, field string) error {
	err := os.Remove(filepath.Join(s.dir, s.name(user, incident, field)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("drafts: %w", err)
	}
	return nil
}
