package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/oklog/ulid/v2"
	"golang.org/x/crypto/ssh"

	"warroom/model"
	"warroom/model/room"
	"warroom/store"
)

// house is a warroom with a database of its own.
type house struct {
	name  string
	bin   string
	dir   string // data directory
	url   string
	keys  []ssh.Signer // one a person
	words int          // told apart so far, in notes
	drop  func() error // removes the database
}

// newHouse makes an empty database and people in it. postgres is the address of a
// server where a database may be made, or "" for SQLite.
func newHouse(ctx context.Context, name, bin, tmp, postgres string, keys []ssh.Signer) (*house, error) {
	dir, err := os.MkdirTemp(tmp, "data-")
	if err != nil {
		return nil, err
	}
	h := &house{name: name, bin: bin, dir: dir, keys: keys, url: "sqlite:" + filepath.Join(dir, "warroom.db"), drop: func() error { return nil }}
	if postgres != "" {
		if err := h.createDatabase(ctx, postgres); err != nil {
			return nil, err
		}
	}
	return h, h.withStore(ctx, h.enrol)
}

func (h *house) createDatabase(ctx context.Context, server string) error {
	cfg, err := pgx.ParseConfig(server)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	name := fmt.Sprintf("bench_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return err
	}
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	u.Path = "/" + name
	h.url = u.String()
	h.drop = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		conn, err := pgx.ConnectConfig(ctx, cfg)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		return err
	}
	return nil
}

func (h *house) withStore(ctx context.Context, f func(context.Context, *store.Store) error) error {
	s, err := store.Open(ctx, h.url, store.Options{AllowUnsafe: true})
	if err != nil {
		return err
	}
	defer s.Close()
	return f(ctx, s)
}

func userName(i int) string { return fmt.Sprintf("u%03d", i) }

func newKeys(n int) ([]ssh.Signer, error) {
	var out []ssh.Signer
	for range n {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		key, err := ssh.NewSignerFromKey(private)
		if err != nil {
			return nil, err
		}
		out = append(out, key)
	}
	return out, nil
}

// user is the i-th person.
func (h *house) user(i int) (string, ssh.Signer) { return userName(i), h.keys[i] }

// enrol makes an account for every key.
func (h *house) enrol(ctx context.Context, s *store.Store) error {
	now := model.Stamp(time.Now())
	for i, k := range h.keys {
		public := string(ssh.MarshalAuthorizedKey(k.PublicKey()))
		acc := model.Account{Name: userName(i), Role: model.RoleResponder, CreatedAt: now, Keys: []model.Key{{
			Fingerprint: ssh.FingerprintSHA256(k.PublicKey()), Public: public[:len(public)-1], AddedAt: now,
		}}}
		if err := s.AddAccount(ctx, "bench", acc); err != nil {
			return err
		}
	}
	return nil
}

var declarer = model.Actor{Name: "bench", Role: model.RoleAdmin}

func newID() string { return ulid.Make().String() }

// declare opens n incidents, each as a command would; the severest comes last and
// stands first on the board.
func (h *house) declare(ctx context.Context, n int, title string) (id string, err error) {
	err = h.withStore(ctx, func(ctx context.Context, s *store.Store) error {
		hub := room.NewHub(s, room.Options{Server: newID(), Now: time.Now, Entropy: rand.Reader, NewID: newID})
		ctx, stop := context.WithCancel(ctx)
		defer hub.Wait()
		defer stop()
		if err := hub.Start(ctx); err != nil {
			return err
		}
		for i := range n {
			d := model.Declare{Title: model.Text(fmt.Sprintf("%s %d", title, i+1)), Severity: 3}
			if i == n-1 {
				d.Title, d.Severity = model.Text(title), 1
			}
			res, err := hub.Declare(ctx, declarer, newID(), d)
			if err != nil {
				return err
			}
			id = res.Incident.ID
		}
		return nil
	})
	return id, err
}

// notes writes n notes into an incident, many in one transaction.
func (h *house) notes(ctx context.Context, id string, n int) error {
	return h.write(ctx, id, n, func(i int) model.Command {
		return model.AddNote{Text: model.Text(fmt.Sprintf("entry %06d%s, asked @u001 for 10.1.2.3", i, noteText))}
	})
}

// things writes assets and actions on them.
func (h *house) things(ctx context.Context, id string, assets, actions int) error {
	err := h.write(ctx, id, assets, func(i int) model.Command {
		return model.AddAsset{Name: model.Text(fmt.Sprintf("SRV-%04d", i)), Team: "storage", Compromised: "suspected"}
	})
	if err != nil {
		return err
	}
	return h.write(ctx, id, actions, func(i int) model.Command {
		return model.ProposeAction{Kind: "isolate-host", Targets: []model.Target{{Ref: fmt.Sprintf("S%d", i+1)}}}
	})
}

// write gives n commands to an incident, many of them in one transaction.
func (h *house) write(ctx context.Context, id string, n int, cmd func(i int) model.Command) error {
	const batch = 500
	return h.withStore(ctx, func(ctx context.Context, s *store.Store) error {
		recs, err := s.Events(ctx, id, 0, 0)
		if err != nil {
			return err
		}
		in, err := (&model.Incident{ID: id}).Fold(recs)
		if err != nil {
			return err
		}
		for done := 0; done < n; done += batch {
			if in, err = appendAll(ctx, s, in, done, min(batch, n-done), cmd); err != nil {
				return err
			}
		}
		return nil
	})
}

func appendAll(ctx context.Context, s *store.Store, in *model.Incident, from, n int, cmd func(i int) model.Command) (*model.Incident, error) {
	state := in
	var all []model.Record
	for i := range n {
		now := time.Now()
		events, err := cmd(from+i).Decide(state, declarer, now)
		if err != nil {
			return nil, err
		}
		recs := make([]model.Record, 0, len(events))
		head := state.Head
		for _, ev := range events {
			salt := make([]byte, 16)
			if _, err := rand.Read(salt); err != nil {
				return nil, err
			}
			r, err := model.Seal(model.Meta{Incident: in.ID, Version: state.Version + uint64(len(recs)) + 1, Actor: declarer.Name, At: now, CommandID: newID()}, ev, head, salt)
			if err != nil {
				return nil, err
			}
			recs, head = append(recs, r), r.Hash
		}
		if state, err = state.Fold(recs); err != nil {
			return nil, err
		}
		all = append(all, recs...)
	}
	return state, s.Append(ctx, room.Change{Before: in, After: state, Records: all})
}

// limits let everybody in from this one machine.
var limits = []string{
	"WARROOM_SERVER_MAX_STARTING=4096", "WARROOM_SERVER_MAX_STARTING_PER_ADDRESS=4096",
	"WARROOM_SERVER_MAX_CONNECTIONS_PER_ADDRESS=4096", "WARROOM_SERVER_MAX_CONNECTIONS_PER_USER=4096",
}

// env is the environment of its processes: this database, and nobody's home.
func (h *house) env() []string {
	return append([]string{"HOME=" + h.dir, "WARROOM_DATABASE_URL=" + h.url, "WARROOM_DATABASE_ALLOW_UNSAFE=true", "WARROOM_LOG_LEVEL=warn"}, limits...)
}

func (h *house) serve(ctx context.Context) (*process, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	return launch(ctx, addr, h.dir, h.env(), h.bin, "--data", h.dir, "serve", "--listen", addr)
}
