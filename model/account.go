package model

import (
	"strings"
	"time"
	"unicode/utf8"
)

// ServerRole is what an account may do on the whole server. What it may do in
// one incident follows from it and from that incident's own access list; see
// policy.go.
type ServerRole string

// The four server roles, from most to fewest rights.
const (
	RoleAdmin     ServerRole = "admin"
	RoleCommander ServerRole = "commander"
	RoleResponder ServerRole = "responder"
	RoleObserver  ServerRole = "observer"
)

// ServerRoles lists every server role, most rights first.
func ServerRoles() []ServerRole {
	return []ServerRole{RoleAdmin, RoleCommander, RoleResponder, RoleObserver}
}

// ParseServerRole reads one of the four role words.
func ParseServerRole(s string) (ServerRole, error) {
	for _, r := range ServerRoles() {
		if string(r) == s {
			return r, nil
		}
	}
	return "", Invalid("unknown role %q", s).Hint("use admin, commander, responder or observer")
}

// Account is somebody who may log in.
type Account struct {
	Name      string     `json:"name"`
	Role      ServerRole `json:"role"`
	Disabled  bool       `json:"disabled"`
	CreatedAt time.Time  `json:"created_at"`
	Keys      []Key      `json:"keys"`
}

// Key is one public key of an account.
type Key struct {
	Fingerprint string    `json:"fingerprint"` // SHA256:… as OpenSSH prints it
	Public      string    `json:"public"`      // "type base64", without comment
	Comment     string    `json:"comment"`
	AddedAt     time.Time `json:"added_at"`
	RevokedAt   time.Time `json:"revoked_at,omitzero"`
}

// Actor is the person behind a command: the account that signed the login, or
// the local user.
type Actor struct {
	Name string
	Role ServerRole
}

// MaxUserName is the longest account name, in bytes.
const MaxUserName = 32

// ParseUserName checks an account name: a lower-case letter or digit, then
// letters, digits, dot, dash and underscore, at most MaxUserName bytes. A
// leading @ is dropped. Look-alike and invisible characters cannot occur.
func ParseUserName(s string) (string, error) {
	s = strings.TrimPrefix(s, "@")
	if s == "" || len(s) > MaxUserName || !utf8.ValidString(s) {
		return "", Invalid("%q is no user name", excerpt(s)).Hint("use 1 to %d letters a-z, digits, dot, dash or underscore", MaxUserName)
	}
	for i, r := range s {
		ok := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || i > 0 && (r == '.' || r == '-' || r == '_')
		if !ok {
			return "", Invalid("%q is no user name", excerpt(s)).Hint("use 1 to %d letters a-z, digits, dot, dash or underscore", MaxUserName)
		}
	}
	return s, nil
}

// excerpt shortens foreign text for an error message.
func excerpt(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
