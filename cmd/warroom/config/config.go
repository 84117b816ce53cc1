// Package config reads the settings of warroom: from flags, the environment, a
// file and defaults, in this order of precedence. Every refusal names the place
// (file and line, variable or flag), what is wrong there and what is allowed.
package config

import "time"

// Config is every setting. The tags are the whole description of a key: its
// name, default, meaning (with the unit) and what is allowed; the example file,
// the checks and `config show` are made from them.
type Config struct {
	Database  Database            `toml:"database" help:"Where everything is kept."`
	Server    Server              `toml:"server" help:"The ssh server: warroom serve and warroom host."`
	Console   Console             `toml:"console" help:"How the console looks, here and over ssh."`
	Playbooks Playbooks           `toml:"playbooks" help:"Checklists for a type of incident."`
	Actions   Actions             `toml:"actions" help:"Response actions and their approval."`
	Notify    Notify              `toml:"notify" help:"Notification of authorities, customers and people; clocks are a help, no legal advice."`
	Training  Training            `toml:"training" help:"What people are taught, and how often."`
	Log       Log                 `toml:"log" help:"What the server writes to standard error."`
	Keys      map[string][]string `toml:"keys" help:"Other keys for an action of the console: action id = list of keys."`
}

// Database is section [database].
type Database struct {
	URL string `toml:"url" default:"" secret:"url" form:"database" help:"sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME; empty is sqlite:warroom.db in the data directory. A file with a password in it must have mode 0600"`

	AllowUnsafe bool `toml:"allow_unsafe" default:"false" help:"start although the database could lose what it acknowledged (PostgreSQL with fsync or synchronous_commit off); for tests"`
}

// Server is section [server].
type Server struct {
	Listen       string        `toml:"listen" default:"127.0.0.1:2222" form:"address" help:"address for ssh clients, HOST:PORT; 0.0.0.0:2222 is every address of this machine"`
	HostKey      string        `toml:"host_key" default:"" help:"file of the ed25519 host key, mode 0600; empty is host_ed25519 in the data directory, made when missing. Several servers of one room share one key, which has to be there"`
	UserCA       string        `toml:"user_ca" default:"" help:"file of the public keys of authorities whose user certificates let in, one a line; the certificate has to name the account; empty is none"`
	RevokedKeys  string        `toml:"revoked_keys" default:"" help:"file of keys and certificates that are let in no more: public keys, SHA256:… fingerprints, or serial:, id:, key: and hash: lines as ssh-keygen -k takes them; read again when it changes; empty is none"`
	LoginGrace   time.Duration `toml:"login_grace" default:"20s" min:"1s" max:"10m" help:"from connecting to being logged in"`
	Idle         time.Duration `toml:"idle" default:"30m" min:"1m" max:"24h" help:"a session without a key press for this long ends, and its draft is kept; after half of it the screen is hidden"`
	KeepAlive    time.Duration `toml:"keep_alive" default:"30s" min:"1s" max:"10m" help:"how often a client is asked whether it is still there; three misses end the session"`
	Drain        time.Duration `toml:"drain" default:"10s" min:"1s" max:"10s" help:"how long sessions get to end after SIGTERM"`
	MaxStarting  int           `toml:"max_starting" default:"256" min:"1" max:"65536" help:"connections that are not logged in yet, in all"`
	StartingFrom int           `toml:"max_starting_per_address" default:"40" min:"1" max:"65536" help:"connections that are not logged in yet, per source address (IPv6: per /64)"`
	PerAddress   int           `toml:"max_connections_per_address" default:"64" min:"1" max:"65536" help:"connections per source address"`
	PerUser      int           `toml:"max_connections_per_user" default:"32" min:"1" max:"65536" help:"connections per user"`
	Sessions     int           `toml:"max_sessions_per_connection" default:"8" min:"1" max:"1024" help:"sessions within one connection"`
}

// Console is section [console].
type Console struct {
	Theme  string `toml:"theme" default:"auto" help:"name of a built-in theme (auto dark light colorblind mono) or of one in the themes directory"`
	Themes string `toml:"themes" default:"" help:"directory of your own themes, NAME.toml each; empty is themes in the data directory"`
	ASCII  bool   `toml:"ascii" default:"false" help:"draw with ASCII characters only"`
}

// Playbooks is section [playbooks].
type Playbooks struct {
	Dir string `toml:"dir" default:"" help:"directory of your own playbooks, NAME.toml each, which replace built-in ones of the same name; empty is playbooks in the data directory"`
}

// Actions is section [actions]. The lists hold kinds of the catalogue.
type Actions struct {
	NeedsApproval []string `toml:"needs_approval" default:"" known:"action kinds" help:"kinds of action that wait for somebody else's approval beside the disruptive ones; action kinds lists them"`
	NoApproval    []string `toml:"no_approval" default:"" known:"action kinds" help:"disruptive kinds that may begin without approval"`
}

// Notify is section [notify].
type Notify struct {
	Regimes  string   `toml:"regimes" default:"" help:"file of your own regimes, which replace built-in ones of the same id and add to them; empty is regimes.toml in the data directory, if it is there"`
	Timezone string   `toml:"timezone" default:"UTC" help:"time zone in which days and months of regimes without a calendar of their own are counted, such as Europe/Berlin"`
	Holidays []string `toml:"holidays" default:"" help:"days that are no business days there, such as 2026-12-25"`
}

// Training is section [training].
type Training struct {
	Topics string `toml:"topics" default:"" help:"file of your own topics and audiences, which replace built-in ones of the same id and add to them; empty is topics.toml in the data directory, if it is there"`
}

// Log is section [log].
type Log struct {
	Level  string `toml:"level" default:"info" one:"debug info warn error" help:"the least level that is written"`
	Format string `toml:"format" default:"text" one:"text json" help:"one line an event, as key=value or as a JSON object"`
}
