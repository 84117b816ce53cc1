package room

import (
	"context"
	"errors"
	"time"

	"warroom/model"
)

// Change is one command's effect, to be committed whole or not at all.
type Change struct {
	Before  *model.Incident // the state that was decided on; Version 0 for a new incident
	After   *model.Incident // Before with Records folded in
	Records []model.Record  // sealed, in order, versions Before.Version+1 …
	// Redact, when not nil, replaces the payload of an older event of the
	// incident in the same transaction and empties its salt.
	Redact *Redaction
	// With, when not nil, is the change of a second stream, in the same transaction.
	With *Change
}

// Redaction is the new payload of an event whose text has to go.
type Redaction struct {
	Version uint64
	Payload []byte
}

// What Append answers beside success; errors.Is finds them.
var (
	// ErrVersion: another writer appended first. Nothing was written; read and decide again.
	ErrVersion = errors.New("another writer was first")
	// ErrCommand: an event with this command id is in the log already. Nothing was written.
	ErrCommand = errors.New("command is in the log already")
	// ErrReported: another report has the same source and reference. Nothing was written.
	ErrReported = errors.New("another report has this source and reference")
	// ErrAway: the database cannot be reached or did not answer in time. Nothing was written.
	ErrAway = errors.New("database cannot be reached")
	// ErrUnknown: the connection was lost at COMMIT; ask Command.
	ErrUnknown = errors.New("it is not known whether it was committed")
)

// Hint says that something may have changed. It carries no content.
type Hint struct {
	Kind     string // one of the Hint… constants
	Incident string // for HintIncident
}

// The kinds of hint.
const (
	HintIncident = "incident" // an incident has newer events
	HintAccounts = "accounts" // users, keys or roles changed
	HintPresence = "presence" // somebody came, went or moved
	HintSweep    = "sweep"    // time to look for what a hint lost, or the feed was reconnected
)

// Person is one session in the room, on any server. It is presence: never an event.
type Person struct {
	Session  string // session id, unique over all servers
	Server   string // server id
	User     string
	Role     model.ServerRole
	Incident string    // the incident on screen, "" on the board
	Screen   string    // board, room …
	Tab      string    // overview, timeline … in a room
	Typing   string    // what is being typed in: note, summary …; "" when nothing
	ActiveAt time.Time // last key press; idle since then
	SeenAt   time.Time // last sign of life of its server, by the database's clock
}

// Draft is text that was typed and not committed.
type Draft struct {
	User     string
	Incident string // "" on the board
	Field    string // note, form:declare …
	Text     string
	SavedAt  time.Time
}

// Sighting is an indicator of one incident that another incident has too.
type Sighting struct {
	Type     string
	Value    model.Text
	Incident string
}

// AssetName is an asset that an incident has in scope.
type AssetName struct {
	Incident string
	Name     model.Text
}

// HitReview is the kind of a decision or a note of a monthly review; the incident of
// the hit is the review's id.
const HitReview = "review"

// Hit is one search result.
type Hit struct {
	Incident string     `json:"incident"`
	Ref      string     `json:"ref"`  // "" when the incident itself was hit
	Kind     string     `json:"kind"` // incident, timeline, indicator, asset, checklist, action, followup, postmortem, factor, question, report, review
	Text     model.Text `json:"text"`
	At       time.Time  `json:"at"`

	Type string `json:"type,omitempty"` // of an indicator
	Mark string `json:"mark,omitempty"` // "retracted", "corrected by T9"
}

// Store is what a room needs of a database. All methods may be called at once;
// every statement has a time limit, so none blocks for ever. A database that
// cannot be reached answers ErrAway (wrapped).
type Store interface {
	NewIncidentID(ctx context.Context, year int) (string, error)
	NewReportID(ctx context.Context) (string, error)
	// ReportOf finds the report with a model.ReportKey.
	ReportOf(ctx context.Context, key string) (report string, found bool, err error)
	// Append commits the change and tells the other servers. It returns after COMMIT.
	Append(ctx context.Context, c Change) error
	// Command says in which incident's log a command is; found is false when it
	// is in none.
	Command(ctx context.Context, commandID string) (incident string, found bool, err error)
	// Events reads records with a version over after, in order, at most limit (0: all).
	Events(ctx context.Context, incident string, after uint64, limit int) ([]model.Record, error)
	// Briefs reads the board's lines: all of them, or only those of incidents
	// written to in the last d by the database's clock.
	Briefs(ctx context.Context) ([]model.Brief, error)
	BriefsWithin(ctx context.Context, d time.Duration) ([]model.Brief, error)
	Brief(ctx context.Context, incident string) (model.Brief, bool, error)
	// Sightings lists the other incidents that share a (not retracted) indicator with this one.
	Sightings(ctx context.Context, incident string) ([]Sighting, error)
	// OpenAssets lists the assets in scope of the open incidents, the newest incidents first.
	OpenAssets(ctx context.Context) ([]AssetName, error)
	// Search looks for words in incidents, entries, indicators, assets and items, newest first.
	Search(ctx context.Context, text string, limit int) ([]Hit, error)

	Accounts(ctx context.Context) ([]model.Account, error)

	SaveDraft(ctx context.Context, d Draft) error // empty Text removes it
	Drafts(ctx context.Context, user string) ([]Draft, error)

	// Presence of all servers seen within the last d; Beat writes this server's
	// people whole and forgets those of servers not seen for d.
	Presence(ctx context.Context, d time.Duration) ([]Person, error)
	Beat(ctx context.Context, server string, people []Person, d time.Duration) error

	// Watch calls hint until ctx is done: for each change it hears of, and
	// HintSweep at least every five seconds and after each reconnect (LIVE-1,
	// LIVE-3). It returns ctx's error; a lost database is retried, and told to
	// state (nil: reachable).
	Watch(ctx context.Context, hint func(Hint), state func(error)) error
	// Ping says whether the database answers now.
	Ping(ctx context.Context) error
}
