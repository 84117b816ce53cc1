package main

import (
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
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
// They are encrypted under a key beside them, so that a copy of one file, or a
// backup of the directory without the key, gives nothing away; file names tell
// neither user nor incident.
type spool struct {
	dir  string
	key  []byte
	aead cipher.AEAD
}

const (
	spoolKeySize = 32 // AES-256
	draftSuffix  = ".draft"
)

// openSpool opens the spool below the data directory and makes what is missing.
func openSpool(data string) (*spool, error) {
	dir := filepath.Join(data, "drafts")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	key, err := spoolKey(filepath.Join(data, "drafts.key"))
	if err != nil {
		return nil, err
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

// spoolKey reads the key, or makes it. Two processes that make it at once end
// with the same one: only the first can create the file.
func spoolKey(path string) ([]byte, error) {
	key := make([]byte, spoolKeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	temp, err := writeTemp(filepath.Dir(path), key)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	if key, err = os.ReadFile(path); err != nil {
		return nil, fmt.Errorf("drafts: %w", err)
	}
	if len(key) != spoolKeySize {
		return nil, fmt.Errorf("drafts: %s is damaged: %d bytes instead of %d", path, len(key), spoolKeySize)
	}
	return key, nil
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
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			bad = errors.Join(bad, fmt.Errorf("drafts: %s: %w", f.Name(), err))
		case d.User == user:
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b room.Draft) int {
		return cmp.Or(a.SavedAt.Compare(b.SavedAt), strings.Compare(a.Field, b.Field))
	})
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
