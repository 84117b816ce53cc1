package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"warroom/model"
	"warroom/model/room"
)

// Accounts implements room.Store: everybody, by name, with all keys.
func (s *Store) Accounts(ctx context.Context) ([]model.Account, error) {
	var users []userRow
	var keys []keyRow
	err := s.read(ctx, func(db *gorm.DB) error {
		if err := db.Order("name").Find(&users).Error; err != nil {
			return err
		}
		return db.Order("added_at, fingerprint").Find(&keys).Error
	})
	if err != nil {
		return nil, err
	}
	byUser := map[string][]model.Key{}
	for _, k := range keys {
		key := model.Key{Fingerprint: k.Fingerprint, Public: k.Public, Comment: k.Comment, AddedAt: k.AddedAt.UTC()}
		if k.RevokedAt != nil {
			key.RevokedAt = k.RevokedAt.UTC()
		}
		byUser[k.UserName] = append(byUser[k.UserName], key)
	}
	out := make([]model.Account, len(users))
	for i, u := range users {
		out[i] = model.Account{Name: u.Name, Role: model.ServerRole(u.Role), Disabled: u.Disabled, CreatedAt: u.CreatedAt.UTC(), Keys: byUser[u.Name]}
		if out[i].Keys == nil {
			out[i].Keys = []model.Key{}
		}
	}
	return out, nil
}

// admin runs a change of accounts in one transaction with its audit entry: if the
// entry cannot be committed, the change does not happen (AUTH-6).
func (s *Store) admin(ctx context.Context, actor, what, object string, f func(tx *gorm.DB) error) error {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if err := f(tx); err != nil {
			return err
		}
		if err := tx.Omit("ID").Create(&auditRow{At: model.Stamp(time.Now()), Actor: actor, What: what, Object: object}).Error; err != nil {
			return err
		}
		return s.tell(tx, "a")
	})
	if errors.Is(err, room.ErrUnknown) {
		return model.Unknown("the connection was lost while saving, and it is not known whether it was saved").
			Hint("warroom user list shows what is there").Because(err)
	}
	if err != nil && model.CodeOf(err) == "" && !errors.Is(err, errTaken) {
		return model.Unavailable("not saved: %v", err).Hint("is the database reachable? warroom doctor looks").Because(err)
	}
	return err
}

// AddAccount makes an account with its keys.
func (s *Store) AddAccount(ctx context.Context, actor string, acc model.Account) error {
	name, err := model.ParseUserName(acc.Name)
	if err != nil {
		return err
	}
	err = s.admin(ctx, actor, "user.add", name+" "+string(acc.Role), func(tx *gorm.DB) error {
		if err := tx.Create(&userRow{Name: name, Role: string(acc.Role), Disabled: acc.Disabled, CreatedAt: acc.CreatedAt}).Error; err != nil {
			return err
		}
		for _, k := range acc.Keys {
			if err := tx.Create(&keyRow{Fingerprint: k.Fingerprint, UserName: name, Public: k.Public, Comment: k.Comment, AddedAt: k.AddedAt}).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errTaken) {
		return model.Conflict("the account %s, or one of its keys, is there already", name).Hint("warroom user list shows them; user key add adds a key")
	}
	return err
}

func user(tx *gorm.DB, name string) (userRow, error) {
	var rows []userRow
	if err := tx.Where("name = ?", name).Limit(1).Find(&rows).Error; err != nil {
		return userRow{}, err
	}
	if len(rows) == 0 {
		return userRow{}, model.NotFound("there is no account %q", name).Hint("warroom user list shows them")
	}
	return rows[0], nil
}

// keepAdmin refuses what would leave no admin who can log in. It locks the admins,
// so that two who remove each other at once do not both succeed.
func keepAdmin(tx *gorm.DB, name string) error {
	var admins []userRow
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("role = ? AND disabled = ?", string(model.RoleAdmin), false).Order("name").Find(&admins).Error
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(admins, func(u userRow) bool { return u.Name != name }) {
		return model.Invalid("%s is the last admin", name).Hint("make somebody else admin first")
	}
	return nil
}

// SetRole gives an account another server role.
func (s *Store) SetRole(ctx context.Context, actor, name string, role model.ServerRole) error {
	return s.admin(ctx, actor, "user.role", name+" "+string(role), func(tx *gorm.DB) error {
		u, err := user(tx, name)
		if err != nil {
			return err
		}
		if u.Role == string(model.RoleAdmin) && role != model.RoleAdmin && !u.Disabled {
			if err := keepAdmin(tx, name); err != nil {
				return err
			}
		}
		return tx.Model(&userRow{}).Where("name = ?", name).Update("role", string(role)).Error
	})
}

// SetDisabled lets an account log in no longer, or again.
func (s *Store) SetDisabled(ctx context.Context, actor, name string, disabled bool) error {
	what := "user.enable"
	if disabled {
		what = "user.disable"
	}
	return s.admin(ctx, actor, what, name, func(tx *gorm.DB) error {
		u, err := user(tx, name)
		if err != nil {
			return err
		}
		if disabled && u.Role == string(model.RoleAdmin) && !u.Disabled {
			if err := keepAdmin(tx, name); err != nil {
				return err
			}
		}
		return tx.Model(&userRow{}).Where("name = ?", name).Update("disabled", disabled).Error
	})
}

// AddKey gives an account another key. A key belongs to one account.
func (s *Store) AddKey(ctx context.Context, actor, name string, k model.Key) error {
	err := s.admin(ctx, actor, "key.add", name+" "+k.Fingerprint, func(tx *gorm.DB) error {
		if _, err := user(tx, name); err != nil {
			return err
		}
		return tx.Create(&keyRow{Fingerprint: k.Fingerprint, UserName: name, Public: k.Public, Comment: k.Comment, AddedAt: k.AddedAt}).Error
	})
	if errors.Is(err, errTaken) {
		return model.Conflict("the key %s is there already", k.Fingerprint).Hint("a key belongs to one account; a revoked key stays revoked: make a new one")
	}
	return err
}

// RevokeKey takes a key's right to log in away, for good.
func (s *Store) RevokeKey(ctx context.Context, actor, name, fingerprint string) error {
	return s.admin(ctx, actor, "key.revoke", name+" "+fingerprint, func(tx *gorm.DB) error {
		if _, err := user(tx, name); err != nil {
			return err
		}
		res := tx.Model(&keyRow{}).Where("user_name = ? AND fingerprint = ? AND revoked_at IS NULL", name, fingerprint).Update("revoked_at", model.Stamp(time.Now()))
		if res.Error == nil && res.RowsAffected == 0 {
			return model.NotFound("%s has no such key, or it is revoked already", name).Hint("warroom user show %s lists the keys", name)
		}
		return res.Error
	})
}

// Audit lists the newest audit entries, newest first.
func (s *Store) Audit(ctx context.Context, limit int) ([]AuditEntry, error) {
	var rows []auditRow
	if err := s.read(ctx, func(db *gorm.DB) error { return db.Order("id DESC").Limit(limit).Find(&rows).Error }); err != nil {
		return nil, err
	}
	out := make([]AuditEntry, len(rows))
	for i, r := range rows {
		out[i] = AuditEntry{At: r.At.UTC(), Actor: r.Actor, What: r.What, Object: r.Object}
	}
	return out, nil
}

// AuditEntry is one administrative act.
type AuditEntry struct {
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	What   string    `json:"what"`
	Object string    `json:"object"`
}
