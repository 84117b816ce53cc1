package ssh

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/model"
)

// identity is who proved to be himself: the credential that signed the login.
type identity struct {
	user string
	key  string // fingerprint
	blob string // the public key as accounts keep it
	cert *gossh.Certificate
}

// identityOf is the key of the identity in the permissions of a finished login.
type identityOf struct{}

// errRefused is the one answer to every login that fails: it does not tell whether
// the name, the key or the certificate was wrong.
var errRefused = errors.New("permission denied")

// algorithms are those of SSH-5: no SHA-1, no CBC, no MAC before encryption.
func algorithms() gossh.Config {
	return gossh.Config{
		KeyExchanges: []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519},
		Ciphers:      []string{gossh.CipherChaCha20Poly1305, gossh.CipherAES256GCM, gossh.CipherAES128GCM},
		MACs:         []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM},
	}
}

func signatures() []string {
	return []string{gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521,
		gossh.KeyAlgoSKECDSA256, gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512}
}

const maxTries = 6

// login is the server's side of one login. Public keys are the only method.
func (s *Server) login(c *conn) *gossh.ServerConfig {
	return &gossh.ServerConfig{
		Config: algorithms(), PublicKeyAuthAlgorithms: signatures(), MaxAuthTries: maxTries,
		PublicKeyCallback: func(meta gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
			return s.offered(c, meta, key)
		},
		VerifiedPublicKeyCallback: func(meta gossh.ConnMetadata, key gossh.PublicKey, _ *gossh.Permissions, _ string) (*gossh.Permissions, error) {
			return s.signed(c, meta, key)
		},
		AuthLogCallback: func(meta gossh.ConnMetadata, method string, err error) { s.tried(c, meta, method, err) },
	}
}

// offered says whether a key would do. It leaves no trace but for the log: the
// client may go on to sign with another.
func (s *Server) offered(c *conn, meta gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	id, err := s.judge(meta.User(), key)
	if err != nil {
		// Maybe the account is new. One look for each connection is enough.
		s.fresh.since(s, c.accepted, false)
		id, err = s.judge(meta.User(), key)
	}
	if err != nil {
		c.refused(func(r *refusal) { r.why, r.key = safe(err.Error()), gossh.FingerprintSHA256(key) })
		return nil, errRefused
	}
	return permissions(id), nil
}

// permissions carry the identity, and the addresses a certificate is tied to,
// which the library checks.
func permissions(id *identity) *gossh.Permissions {
	p := &gossh.Permissions{ExtraData: map[any]any{identityOf{}: id}}
	if id.cert != nil {
		if from, ok := id.cert.CriticalOptions[sourceAddress]; ok {
			p.CriticalOptions = map[string]string{sourceAddress: from}
		}
	}
	return p
}

// signed is a login with a proven key. Everything is looked at again: this is the
// answer that counts.
func (s *Server) signed(c *conn, meta gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	s.fresh.since(s, time.Now(), true)
	id, err := s.judge(meta.User(), key)
	if err == nil && s.draining() {
		err = errors.New("the server is stopping")
	}
	if err != nil {
		c.refused(func(r *refusal) { r.why, r.key = safe(err.Error()), gossh.FingerprintSHA256(key) })
		return nil, errRefused
	}
	if err := s.gate.enter(c, id); err != nil {
		c.refused(func(r *refusal) { r.why, r.key = err.Error(), id.key })
		return nil, &gossh.BannerError{Err: errRefused, Message: "warroom: " + model.Line(err.Error()).String() + "\r\n"}
	}
	return permissions(id), nil
}

func (s *Server) tried(c *conn, meta gossh.ConnMetadata, method string, err error) {
	if err == nil {
		id := s.gate.owner(c)
		s.log.Info("login", "user", id.user, "key", id.key, "certificate", id.cert != nil, "from", from(c.RemoteAddr()))
		go c.watch(s.o.KeepAlive, s.o.Idle)
		return
	}
	if method == "none" {
		return
	}
	c.refused(func(r *refusal) {
		r.user = meta.User()
		r.offers++
		if method != "publickey" {
			r.why = "method " + method + " is not offered"
		}
	})
}

// judge says who would log in with this name and key, or why nobody does.
func (s *Server) judge(user string, key gossh.PublicKey) (*identity, error) {
	name, err := model.ParseUserName(user)
	if err != nil || name != user {
		return nil, errors.New("no user name")
	}
	acc, known := s.o.Hub.Account(name)
	cert, isCert := key.(*gossh.Certificate)
	plain := key
	if isCert {
		plain = cert.Key
	}
	if err := strong(plain); err != nil {
		return nil, err
	}
	id := &identity{user: name, key: gossh.FingerprintSHA256(plain), blob: publicLine(plain), cert: cert}
	if isCert {
		if err := s.checkCert(name, cert); err != nil {
			return nil, err
		}
	}
	if !known {
		return nil, errors.New("no such user")
	}
	return id, s.stands(acc, id)
}

// stands says whether an account still lets a credential in; nil is yes. It is
// asked at the login and for every live connection after a change.
func (s *Server) stands(acc model.Account, id *identity) error {
	if acc.Disabled {
		return errors.New("the account is disabled")
	}
	if s.revoked.has(id) {
		return errors.New("the key or certificate is on the list of revoked ones")
	}
	enrolled := false
	for _, k := range acc.Keys {
		if k.Public != id.blob {
			continue
		}
		if !k.RevokedAt.IsZero() {
			return errors.New("the key is revoked")
		}
		enrolled = true
	}
	if !enrolled && id.cert == nil {
		return errors.New("the key is not one of the account's")
	}
	return nil
}

func publicLine(key gossh.PublicKey) string {
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key)))
}

const (
	sourceAddress = "source-address"
	minRSA        = 2048 // bits
)

// strong refuses keys that are too weak, wherever they come from.
func strong(key gossh.PublicKey) error {
	if key.Type() == gossh.InsecureKeyAlgoDSA {
		return errors.New("a DSA key is too weak")
	}
	if ck, ok := key.(gossh.CryptoPublicKey); ok {
		if k, ok := ck.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() < minRSA {
			return fmt.Errorf("an RSA key of %d bits is too weak", k.N.BitLen())
		}
	}
	return nil
}

// checkCert looks at a certificate as AUTH-2 has it: one of ours, for a user, for
// this one by name, now, and without a condition that we would not keep.
func (s *Server) checkCert(user string, cert *gossh.Certificate) error {
	switch {
	case cert.CertType != gossh.UserCert:
		return errors.New("the certificate is not one for users")
	case !slices.Contains(s.authorities, publicLine(cert.SignatureKey)):
		return errors.New("the certificate is from an unknown authority")
	case cert.Signature == nil || cert.Signature.Format == gossh.KeyAlgoRSA:
		return errors.New("the certificate is signed with SHA-1")
	case len(cert.ValidPrincipals) == 0:
		return errors.New("the certificate names nobody")
	}
	checker := gossh.CertChecker{SupportedCriticalOptions: []string{sourceAddress}, Clock: func() time.Time { return s.o.Now() }}
	return checker.CheckCert(user, cert)
}

// from is the address of a client for the log.
func from(addr net.Addr) string { return safe(addr.String()) }
