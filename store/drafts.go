package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"warroom/model"
	"warroom/model/room"
)

// draftBox encrypts drafts; the draft's place is bound to its text, so that a row
// moved to another place does not open.
func (s *Store) draftBox() (cipher.AEAD, error) {
	if len(s.o.DraftKey) == 0 {
		return nil, model.Invalid("drafts are not kept: this process has no draft key")
	}
	block, err := aes.NewCipher(s.o.DraftKey)
	if err != nil {
		return nil, fmt.Errorf("draft key: %w", err)
	}
	return cipher.NewGCM(block)
}

func boundTo(user, incident, field string) []byte {
	return []byte(strconv.Quote(user) + strconv.Quote(incident) + strconv.Quote(field))
}

// SaveDraft implements room.Store. Empty text removes the draft.
func (s *Store) SaveDraft(ctx context.Context, d room.Draft) error {
	if d.Text == "" {
		return s.tx(ctx, func(tx *gorm.DB) error {
			return tx.Where("user_name = ? AND incident_id = ? AND field = ?", d.User, d.Incident, d.Field).Delete(&draftRow{}).Error
		})
	}
	box, err := s.draftBox()
	if err != nil {
		return err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	row := draftRow{UserName: d.User, IncidentID: d.Incident, Field: d.Field, SavedAt: model.Stamp(d.SavedAt),
		Body: box.Seal(nonce, nonce, []byte(d.Text), boundTo(d.User, d.Incident, d.Field))}
	return s.tx(ctx, func(tx *gorm.DB) error { return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error })
}

// Drafts implements room.Store. A draft that this key does not open is left out.
func (s *Store) Drafts(ctx context.Context, user string) ([]room.Draft, error) {
	var rows []draftRow
	if err := s.read(ctx, func(db *gorm.DB) error { return db.Where("user_name = ?", user).Order("saved_at").Find(&rows).Error }); err != nil {
		return nil, err
	}
	box, err := s.draftBox()
	if err != nil || len(rows) == 0 {
		return nil, nil
	}
	var out []room.Draft
	for _, r := range rows {
		if len(r.Body) < box.NonceSize() {
			continue
		}
		text, err := box.Open(nil, r.Body[:box.NonceSize()], r.Body[box.NonceSize():], boundTo(r.UserName, r.IncidentID, r.Field))
		if err != nil {
			s.o.Logger.Warn("A draft was made with another key", "user", r.UserName, "field", r.Field)
			continue
		}
		out = append(out, room.Draft{User: r.UserName, Incident: r.IncidentID, Field: r.Field, Text: string(text), SavedAt: r.SavedAt.UTC()})
	}
	return out, nil
}

// Beat implements room.Store.
func (s *Store) Beat(ctx context.Context, server string, people []room.Person, d time.Duration) error {
	told, err := json.Marshal(people)
	if err != nil {
		return err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM presence WHERE server_id = ? OR seen_at < "+s.d.now()+" - ?", server, d.Milliseconds()).Error; err != nil {
			return err
		}
		for some := range slices.Chunk(people, 50) {
			var args []any
			for _, p := range some {
				who, err := json.Marshal(p)
				if err != nil {
					return err
				}
				args = append(args, p.Session, server, string(who))
			}
			values := strings.Repeat(", (?, ?, ?, "+s.d.now()+")", len(some))[2:]
			if err := tx.Exec("INSERT INTO presence (session_id, server_id, person, seen_at) VALUES "+values, args...).Error; err != nil {
				return err
			}
		}
		s.mu.Lock()
		same := s.beat == string(told)
		s.mu.Unlock()
		if same {
			return nil
		}
		return s.tell(tx, "p")
	})
	if err == nil {
		s.mu.Lock()
		s.beat = string(told)
		s.mu.Unlock()
	}
	return err
}

// Presence implements room.Store.
func (s *Store) Presence(ctx context.Context, d time.Duration) ([]room.Person, error) {
	var rows []struct {
		Person string
		SeenAt int64
	}
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT person, seen_at FROM presence WHERE seen_at >= "+s.d.now()+" - ?", d.Milliseconds()).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	var out []room.Person
	for _, r := range rows {
		var p room.Person
		if json.Unmarshal([]byte(r.Person), &p) == nil {
			p.SeenAt = time.UnixMilli(r.SeenAt).UTC()
			out = append(out, p)
		}
	}
	return out, nil
}

// Watch implements room.Store.
func (s *Store) Watch(ctx context.Context, hint func(room.Hint), state func(error)) error {
	return s.d.watch(ctx, hint, state)
}
