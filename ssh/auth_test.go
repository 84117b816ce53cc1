package ssh

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
)

// cert signs a user certificate; change makes it a bad one.
func cert(t *testing.T, ca, key gossh.Signer, change func(*gossh.Certificate)) gossh.Signer {
	t.Helper()
	c := &gossh.Certificate{Key: key.PublicKey(), Serial: 7, CertType: gossh.UserCert, KeyId: "card of lee", ValidPrincipals: []string{"lee"},
		ValidAfter: uint64(time.Now().Add(-time.Hour).Unix()), ValidBefore: uint64(time.Now().Add(time.Hour).Unix())}
	if change != nil {
		change(c)
	}
	if err := c.SignCert(rand.Reader, ca); err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewCertSigner(c, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Keys: only the account's own, by its own name; every refusal is the same
// (AUTH-1, SSH-3).
func TestKeys(t *testing.T) {
	h := open(t, withToy)
	lee, ann := h.user("lee", model.RoleAdmin), h.user("ann", model.RoleObserver)
	gone, old := h.user("gone", model.RoleResponder), newSigner(t)
	h.add("two", model.RoleResponder, old, newSigner(t))
	h.must(h.store.SetDisabled(t.Context(), "test", "gone", true))
	h.must(h.store.RevokeKey(t.Context(), "test", "two", gossh.FingerprintSHA256(old.PublicKey())))
	h.reload()
	h.login("lee", lee)
	h.login("ann", ann)
	refusals := map[string]bool{}
	for _, c := range []struct {
		name, user string
		key        gossh.Signer
	}{
		{"stranger", "lee", newSigner(t)}, {"other's name", "ann", lee}, {"unknown name", "nobody", lee}, {"empty name", "", lee}, {"at sign", "@lee", lee},
		{"upper case", "LEE", lee}, {"disabled", "gone", gone}, {"revoked", "two", old},
		{"control characters", "lee\x1b]0;x\x07", lee}, {"bidi", "l\u202eee", lee}, {"10 KiB", strings.Repeat("l", 10<<10), lee},
	} {
		_, err := h.dial(c.user, c.key)
		if err == nil {
			t.Errorf("%s: let in", c.name)
			continue
		}
		refusals[err.Error()] = true
	}
	if len(refusals) != 1 {
		t.Errorf("refusals differ: %v", refusals)
	}
	eventually(t, "the refusals are in the log", func() bool { return strings.Count(h.log.String(), "login failed") == 11 })
	for _, raw := range []string{"\x1b", "\x07", "\u202e", strings.Repeat("l", 300)} {
		if strings.Contains(h.log.String(), raw) {
			t.Errorf("the log holds %.20q (LOG-1)", raw)
		}
	}
}

// What an admin did a moment ago, on whatever server, holds for the next login
// (AUTH-3).
func TestAccountsAreFresh(t *testing.T) {
	h := open(t, withToy)
	h.user("lee", model.RoleAdmin)
	ann := newSigner(t)
	if _, err := h.dial("ann", ann); err == nil {
		t.Fatal("let in without an account")
	}
	key := model.Key{Fingerprint: gossh.FingerprintSHA256(ann.PublicKey()), Public: publicLine(ann.PublicKey()), AddedAt: model.Stamp(time.Now())}
	h.must(h.store.AddAccount(t.Context(), "test", model.Account{Name: "ann", Role: model.RoleResponder, CreatedAt: key.AddedAt, Keys: []model.Key{key}}))
	h.login("ann", ann)
	h.must(h.store.RevokeKey(t.Context(), "test", "ann", key.Fingerprint))
	if _, err := h.dial("ann", ann); err == nil {
		t.Error("let in with a key that was just revoked")
	}
}

// No method but keys (SSH-3, SSH-4).
func TestOtherMethodsAreRefused(t *testing.T) {
	h := open(t, withToy)
	h.user("lee", model.RoleAdmin)
	answer := func(string, string, []string, []bool) ([]string, error) { return nil, nil }
	for name, auth := range map[string][]gossh.AuthMethod{
		"none": nil, "password": {gossh.Password("")}, "keyboard-interactive": {gossh.KeyboardInteractive(answer)},
	} {
		_, err := gossh.Dial("tcp", h.addr, clientConfig("lee", auth...))
		if err == nil || strings.Contains(err.Error(), "attempted methods [none "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// countingSigner is a key that counts how often it signs.
type countingSigner struct {
	gossh.Signer
	signed *int
}

func (s countingSigner) Sign(r io.Reader, data []byte) (*gossh.Signature, error) {
	*s.signed++
	return s.Signer.Sign(r, data)
}

// foreignSigner offers another's public key and cannot sign for it.
type foreignSigner struct {
	gossh.Signer
	public gossh.PublicKey
}

func (s foreignSigner) PublicKey() gossh.PublicKey { return s.public }

// Offering the admin's key and signing with one's own makes nobody admin (AUTH-1).
func TestOfferedKeyIsNoIdentity(t *testing.T) {
	h := open(t, withToy)
	admin, bob := h.user("root", model.RoleAdmin), h.user("bob", model.RoleObserver)
	// The admin's key offered under the admin's name, the signature is another's.
	if _, err := h.dial("root", foreignSigner{bob, admin.PublicKey()}); err == nil {
		t.Fatal("let in with another's public key")
	}
	// First an offer that is refused, then one's own key: the session is bob's.
	signed := 0
	c, err := h.dial("bob", countingSigner{admin, &signed}, bob)
	h.must(err)
	if signed != 0 {
		t.Error("the server had a refused key sign")
	}
	h.screen(c, 80, 24).shows("toy of bob")
}

// Six failed offers, and the connection ends (SSH-3).
func TestSixOffers(t *testing.T) {
	h := open(t, withToy)
	lee := h.user("lee", model.RoleAdmin)
	keys := make([]gossh.Signer, 0, 7)
	for range 6 {
		keys = append(keys, newSigner(t))
	}
	if _, err := h.dial("lee", append(keys, lee)...); err == nil {
		t.Error("let in after six failed offers")
	}
	if _, err := h.dial("lee", append(keys[:5], lee)...); err != nil {
		t.Errorf("five failed offers: %v", err)
	}
}

// Certificates (AUTH-2).
func TestCertificates(t *testing.T) {
	ca, foreign, key := newSigner(t), newSigner(t), newSigner(t)
	h := open(t, func(h *house, o *Options) {
		write(t, h.ca, "# ours\n"+publicLine(ca.PublicKey())+" ca\n")
		write(t, h.krl, "serial: 100-110\nid: lost card\n")
		o.UserCA, o.RevokedKeys, o.NewConsole = h.ca, h.krl, newToy
	})
	h.add("lee", model.RoleResponder)
	h.add("ann", model.RoleResponder)
	h.login("lee", cert(t, ca, key, nil))
	h.login("lee", cert(t, ca, key, func(c *gossh.Certificate) { c.ValidPrincipals = []string{"other", "lee"} }))
	h.login("lee", cert(t, ca, key, func(c *gossh.Certificate) {
		c.CriticalOptions = map[string]string{"source-address": "127.0.0.0/8,::1/128"}
	}))
	for name, change := range map[string]func(*gossh.Certificate){
		"expired":         func(c *gossh.Certificate) { c.ValidBefore = uint64(time.Now().Add(-time.Minute).Unix()) },
		"not yet valid":   func(c *gossh.Certificate) { c.ValidAfter = uint64(time.Now().Add(time.Minute).Unix()) },
		"no principal":    func(c *gossh.Certificate) { c.ValidPrincipals = nil },
		"wrong principal": func(c *gossh.Certificate) { c.ValidPrincipals = []string{"ann"} },
		"host":            func(c *gossh.Certificate) { c.CertType = gossh.HostCert },
		"unknown option":  func(c *gossh.Certificate) { c.CriticalOptions = map[string]string{"moon-phase": "full"} },
		"force-command":   func(c *gossh.Certificate) { c.CriticalOptions = map[string]string{"force-command": "whoami"} },
		"foreign source":  func(c *gossh.Certificate) { c.CriticalOptions = map[string]string{"source-address": "192.0.2.0/24"} },
		"revoked serial":  func(c *gossh.Certificate) { c.Serial = 105 },
		"revoked id":      func(c *gossh.Certificate) { c.KeyId = "lost card" },
	} {
		if _, err := h.dial("lee", cert(t, ca, key, change)); err == nil {
			t.Errorf("%s: let in", name)
		}
	}
	if _, err := h.dial("lee", cert(t, foreign, key, nil)); err == nil {
		t.Error("foreign authority: let in")
	}
	if _, err := h.dial("ann", cert(t, ca, key, nil)); err == nil {
		t.Error("the certificate of lee let ann in")
	}
	if _, err := h.dial("nobody", cert(t, ca, key, func(c *gossh.Certificate) { c.ValidPrincipals = []string{"nobody"} })); err == nil {
		t.Error("no account: let in")
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak, err := gossh.NewSignerFromKey(small)
	h.must(err)
	if _, err := h.dial("lee", cert(t, ca, weak, nil)); err == nil {
		t.Error("a key of 1024 bits: let in")
	}
	if _, err := h.srv.judge("lee", sha1Cert(t, ca, key)); err == nil || !strings.Contains(err.Error(), "SHA-1") {
		t.Errorf("a signature with SHA-1: %v", err)
	}
	h.must(h.store.SetDisabled(t.Context(), "test", "lee", true))
	h.reload()
	if _, err := h.dial("lee", cert(t, ca, key, nil)); err == nil {
		t.Error("disabled account: let in")
	}
}

// sha1Cert is a certificate that says it is signed as ssh-rsa does.
func sha1Cert(t *testing.T, ca, key gossh.Signer) *gossh.Certificate {
	t.Helper()
	c := cert(t, ca, key, nil).PublicKey().(*gossh.Certificate)
	c.Signature.Format = gossh.KeyAlgoRSA
	return c
}

// A file of authorities or of revoked keys that cannot be used stops the start (SSH-4).
func TestUnusableFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty": "", "nonsense": "hello\n", "private": "-----BEGIN OPENSSH PRIVATE KEY-----\n", "binary": "SSHKRL\n\x00x"} {
		write(t, dir+"/"+name, text)
		if _, err := readAuthorities(dir + "/" + name); err == nil {
			t.Errorf("%s: taken for a file of authorities", name)
		}
		if _, err := parseRevoked([]byte(text)); err == nil && name != "empty" {
			t.Errorf("%s: taken for a list of revoked keys", name)
		}
	}
	if _, err := readAuthorities(dir + "/missing"); err == nil {
		t.Error("a missing file is no error")
	}
	if _, err := openRevoked(dir+"/missing", nil); err == nil {
		t.Error("a missing list is no error")
	}
	key := newSigner(t).PublicKey()
	for _, line := range []string{publicLine(key) + " comment", gossh.FingerprintSHA256(key), "key: " + publicLine(key), "hash: " + gossh.FingerprintSHA256(key), "sha256: " + publicLine(key)} {
		r, err := parseRevoked([]byte("# list\n\n" + line + "\n"))
		if err != nil || !r.keys[gossh.FingerprintSHA256(key)] {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// Algorithms, and a version string without a version (SSH-5).
func TestAlgorithms(t *testing.T) {
	h := open(t, withToy)
	lee := h.user("lee", model.RoleAdmin)
	for _, weak := range []gossh.Config{
		{KeyExchanges: []string{gossh.InsecureKeyExchangeDH14SHA1, gossh.KeyExchangeDH14SHA256, gossh.KeyExchangeECDHP256}},
		{Ciphers: []string{gossh.CipherAES128CTR, gossh.InsecureCipherAES128CBC}},
	} {
		c := clientConfig("lee", gossh.PublicKeys(lee))
		c.Config = weak
		if _, err := gossh.Dial("tcp", h.addr, c); err == nil {
			t.Errorf("%+v: let in", weak)
		}
	}
	nc, err := net.Dial("tcp", h.addr)
	h.must(err)
	defer nc.Close()
	h.must(nc.SetDeadline(time.Now().Add(5 * time.Second)))
	buf := make([]byte, 4<<10)
	if _, err := fmt.Fprint(nc, "SSH-2.0-test\r\n"); err != nil {
		t.Fatal(err)
	}
	var got string
	for !strings.Contains(got, "kex-strict-s-v00@openssh.com") {
		n, err := nc.Read(buf)
		got += string(buf[:n])
		if err != nil {
			t.Fatalf("%v after %q", err, got)
		}
	}
	if !strings.HasPrefix(got, "SSH-2.0-warroom\r\n") {
		t.Errorf("it says %.40q", got)
	}
	for _, old := range []string{"sha1", "cbc", "zlib", "aes128-ctr", "hmac-sha2-256,"} {
		if strings.Contains(got, old) {
			t.Errorf("it offers %s", old)
		}
	}
}
