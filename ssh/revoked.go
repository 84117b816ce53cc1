package ssh

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
)

// maxListFile is the largest file of keys that is read, in bytes.
const maxListFile = 16 << 20

// readList reads a file of keys, which is not taken for empty when it is missing.
func readList(what, path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, model.Invalid("%s: %v", what, err).Because(err)
	}
	if info.Size() > maxListFile {
		return nil, model.Invalid("%s: %s is larger than %d MiB", what, path, maxListFile>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, model.Invalid("%s: %v", what, err).Because(err)
	}
	return data, nil
}

// eachLine calls f with every line that is neither blank nor a comment.
func eachLine(data []byte, f func(line string) error) error {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		s := strings.TrimSpace(string(line))
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		if err := f(s); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}

// readAuthorities reads the public keys of those whose certificates let people in.
func readAuthorities(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readList("server.user_ca", path)
	if err != nil {
		return nil, err
	}
	var keys []string
	err = eachLine(data, func(line string) error {
		key, _, options, _, err := gossh.ParseAuthorizedKey([]byte(line))
		if err != nil || len(options) > 0 {
			return fmt.Errorf("no public key")
		}
		if _, isCert := key.(*gossh.Certificate); isCert {
			return fmt.Errorf("a certificate is no authority")
		}
		keys = append(keys, publicLine(key))
		return strong(key)
	})
	if err == nil && len(keys) == 0 {
		err = fmt.Errorf("no key in it")
	}
	if err != nil {
		return nil, model.Invalid("server.user_ca: %s, %v", path, err).Hint("it holds public keys, one a line, as ssh-keygen writes them to FILE.pub").Because(err)
	}
	return keys, nil
}

// revocations is what the file of revoked keys says.
type revocations struct {
	keys    map[string]bool // fingerprints
	ids     map[string]bool // of certificates
	serials [][2]uint64     // of certificates, from and to
}

// parseRevoked reads a list of revoked keys: public keys, fingerprints, and the
// lines of a KRL specification of ssh-keygen (serial, id, key, sha256, hash).
func parseRevoked(data []byte) (*revocations, error) {
	if bytes.HasPrefix(data, []byte("SSHKRL\n\x00")) {
		return nil, fmt.Errorf("this is a compiled list; give the text that ssh-keygen -k made it from")
	}
	r := &revocations{keys: map[string]bool{}, ids: map[string]bool{}}
	return r, eachLine(data, r.add)
}

func (r *revocations) add(line string) error {
	word, value, isRule := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch {
	case strings.HasPrefix(line, "SHA256:"):
		return r.addFingerprint(line)
	case !isRule || strings.ContainsAny(word, " \t"):
		return r.addKey(line)
	}
	switch word {
	case "serial":
		return r.addSerials(value)
	case "id":
		r.ids[value] = true
		return nil
	case "key", "sha256":
		return r.addKey(value)
	case "hash":
		return r.addFingerprint(value)
	}
	return fmt.Errorf("%q is not understood; use a public key, SHA256:…, serial:, id:, key: or hash:", word)
}

func (r *revocations) addFingerprint(s string) error {
	print, _, _ := strings.Cut(s, " ")
	const digits = 43 // SHA-256 in base64 without padding
	if b64, ok := strings.CutPrefix(print, "SHA256:"); !ok || len(b64) != digits {
		return fmt.Errorf("no fingerprint of the form SHA256:…")
	}
	r.keys[print] = true
	return nil
}

func (r *revocations) addKey(s string) error {
	key, _, _, _, err := gossh.ParseAuthorizedKey([]byte(s))
	if err != nil {
		return fmt.Errorf("no public key")
	}
	if cert, ok := key.(*gossh.Certificate); ok {
		key = cert.Key
	}
	r.keys[gossh.FingerprintSHA256(key)] = true
	return nil
}

func (r *revocations) addSerials(s string) error {
	a, b, isRange := strings.Cut(s, "-")
	if !isRange {
		b = a
	}
	lo, err := strconv.ParseUint(strings.TrimSpace(a), 0, 64)
	if err != nil {
		return fmt.Errorf("no serial number")
	}
	hi, err := strconv.ParseUint(strings.TrimSpace(b), 0, 64)
	if err != nil || hi < lo {
		return fmt.Errorf("no range of serial numbers")
	}
	r.serials = append(r.serials, [2]uint64{lo, hi})
	return nil
}

// revokedFile follows a file of revoked keys while the server runs. A file that
// became unreadable does not bring back what it revoked: the last good one stays.
type revokedFile struct {
	path string
	log  *slog.Logger

	mu    sync.Mutex
	mtime time.Time
	size  int64
	list  *revocations

	broken bool // and the log says so
}

func openRevoked(path string, log *slog.Logger) (*revokedFile, error) {
	f := &revokedFile{path: path, log: log, list: &revocations{}}
	if path == "" {
		return f, nil
	}
	if err := f.load(); err != nil {
		return nil, model.Invalid("server.revoked_keys: %s: %v", path, err).Because(err)
	}
	return f, nil
}

func (f *revokedFile) load() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	data, err := readList("server.revoked_keys", f.path)
	if err != nil {
		return err
	}
	list, err := parseRevoked(data)
	if err != nil {
		return err
	}
	f.mtime, f.size, f.list = info.ModTime(), info.Size(), list
	f.broken = false
	return nil
}

// refresh reads the file again if it changed.
func (f *revokedFile) refresh() {
	if f.path == "" {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err == nil && info.ModTime().Equal(f.mtime) && info.Size() == f.size {
		return
	}
	if err == nil {
		err = f.load()
	}
	if err != nil && !f.broken {
		f.broken = true
		f.log.Error("revoked keys: the file cannot be read, the last good one stays in force", "error", safe(err.Error()))
	}
}

// has says whether a credential, or who signed it, is revoked.
func (f *revokedFile) has(id *identity) bool {
	f.refresh()
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.list
	if r.keys[id.key] {
		return true
	}
	if id.cert == nil {
		return false
	}
	if r.keys[gossh.FingerprintSHA256(id.cert.SignatureKey)] || r.ids[id.cert.KeyId] {
		return true
	}
	for _, s := range r.serials {
		if id.cert.Serial >= s[0] && id.cert.Serial <= s[1] {
			return true
		}
	}
	return false
}
