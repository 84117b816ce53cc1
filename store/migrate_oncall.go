package store

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"

	"warroom/model"
)

// onCallTables is the register of who is on call; docs/schema.md describes it.
func onCallTables() []string {
	return []string{
		`CREATE TABLE oncall_rotations (incident_id text NOT NULL, num integer NOT NULL, id text NOT NULL, title text NOT NULL, zone text NOT NULL, escalation integer NOT NULL,
			partial boolean NOT NULL, layers text NOT NULL, source text NOT NULL, shifts integer NOT NULL, imported_by text NOT NULL, imported_at {time},
			added_by text NOT NULL, added_at {time} NOT NULL, removed_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE oncall_shifts (incident_id text NOT NULL, rotation_id text NOT NULL, num integer NOT NULL, starts_at {time} NOT NULL, ends_at {time} NOT NULL,
			who text NOT NULL, PRIMARY KEY (incident_id, rotation_id, num))`,
		`CREATE TABLE oncall_overrides (incident_id text NOT NULL, num integer NOT NULL, ref text NOT NULL, rotation_id text NOT NULL, starts_at {time} NOT NULL,
			ends_at {time} NOT NULL, who text NOT NULL, reason text NOT NULL, added_by text NOT NULL, added_at {time} NOT NULL, removed_by text NOT NULL,
			PRIMARY KEY (incident_id, num))`,
		`CREATE TABLE contacts (incident_id text NOT NULL, num integer NOT NULL, ref text NOT NULL, name text NOT NULL, user_name text NOT NULL, role text NOT NULL,
			phones text NOT NULL, mail text NOT NULL, other text NOT NULL, escalation integer NOT NULL, added_by text NOT NULL, added_at {time} NOT NULL,
			verified_by text NOT NULL, verified_at {time}, removed_by text NOT NULL, PRIMARY KEY (incident_id, num))`,
	}
}

type rotationRow struct {
	IncidentID      string `gorm:"primaryKey"`
	Num             int    `gorm:"primaryKey;autoIncrement:false"`
	ID, Title, Zone string
	Escalation      int
	Partial         bool
	Layers, Source  string
	Shifts          int
	ImportedBy      string
	ImportedAt      *time.Time
	AddedBy         string
	AddedAt         time.Time
	RemovedBy       string
}

func (rotationRow) TableName() string { return "oncall_rotations" }

type shiftRow struct {
	IncidentID       string `gorm:"primaryKey"`
	RotationID       string `gorm:"primaryKey"`
	Num              int    `gorm:"primaryKey;autoIncrement:false"`
	StartsAt, EndsAt time.Time
	Who              string
}

func (shiftRow) TableName() string { return "oncall_shifts" }

type overrideRow struct {
	IncidentID       string `gorm:"primaryKey"`
	Num              int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, RotationID  string
	StartsAt, EndsAt time.Time
	Who, Reason      string
	AddedBy          string
	AddedAt          time.Time
	RemovedBy        string
}

func (overrideRow) TableName() string { return "oncall_overrides" }

type contactRow struct {
	IncidentID                string `gorm:"primaryKey"`
	Num                       int    `gorm:"primaryKey;autoIncrement:false"`
	Ref, Name, UserName, Role string
	Phones, Mail, Other       string
	Escalation                int
	AddedBy                   string
	AddedAt                   time.Time
	VerifiedBy                string
	VerifiedAt                *time.Time
	RemovedBy                 string
}

func (contactRow) TableName() string { return "contacts" }

// onCallOf is the register's state, an empty one where there is none.
func onCallOf(in *model.Incident) *model.OnCall {
	if in.OnCall == nil {
		return &model.OnCall{}
	}
	return in.OnCall
}

// rotationRows, overrideRows and contactRows are the rows of what differs between
// two states.
func rotationRows(before, after *model.Incident) []rotationRow {
	return changed(onCallOf(before).Rotations, onCallOf(after).Rotations, func(i int, r *model.Rotation) rotationRow {
		return rotationRow{IncidentID: after.ID, Num: i + 1, ID: r.ID, Title: column(r.Title), Zone: r.Zone, Escalation: r.Order, Partial: r.Partial,
			Layers: list(r.Layers), Source: column(r.Source), Shifts: len(r.Shifts), ImportedBy: r.ImportedBy, ImportedAt: timePtr(r.ImportedAt),
			AddedBy: r.AddedBy, AddedAt: r.AddedAt, RemovedBy: r.Removed}
	})
}

func overrideRows(before, after *model.Incident) []overrideRow {
	return changed(onCallOf(before).Overrides, onCallOf(after).Overrides, func(i int, v *model.CallOverride) overrideRow {
		return overrideRow{IncidentID: after.ID, Num: i + 1, Ref: v.Ref, RotationID: v.Rotation, StartsAt: v.From, EndsAt: v.To, Who: v.Who, Reason: column(v.Reason),
			AddedBy: v.AddedBy, AddedAt: v.AddedAt, RemovedBy: v.Removed}
	})
}

func contactRows(before, after *model.Incident) []contactRow {
	return changed(onCallOf(before).Contacts, onCallOf(after).Contacts, func(i int, k *model.Contact) contactRow {
		return contactRow{IncidentID: after.ID, Num: i + 1, Ref: k.Ref, Name: column(k.Name), UserName: k.User, Role: column(k.Role), Phones: list(k.Phones),
			Mail: column(k.Mail), Other: column(k.Other), Escalation: k.Order, AddedBy: k.AddedBy, AddedAt: k.AddedAt, VerifiedBy: k.VerifiedBy,
			VerifiedAt: timePtr(k.VerifiedAt), RemovedBy: k.Removed}
	})
}

// list is a list in a column: a JSON array.
func list[T any](things []T) string {
	b, err := json.Marshal(things)
	if err != nil || len(things) == 0 {
		return "[]"
	}
	return column(model.Text(b))
}

// shiftRows are the imported shifts of a rotation.
func shiftRows(id string, r *model.Rotation) []shiftRow {
	rows := make([]shiftRow, len(r.Shifts))
	for i, s := range r.Shifts {
		rows[i] = shiftRow{IncidentID: id, RotationID: r.ID, Num: i + 1, StartsAt: s.From, EndsAt: s.To, Who: s.Who}
	}
	return rows
}

// allShiftRows are those of all rotations, by the order in which they were made.
func allShiftRows(in *model.Incident) []shiftRow {
	var rows []shiftRow
	for _, r := range onCallOf(in).Rotations {
		rows = append(rows, shiftRows(in.ID, r)...)
	}
	return rows
}

// writeOnCall writes what changed in the register of who is on call. The shifts of
// a rotation are replaced whole, as they are imported.
func writeOnCall(tx *gorm.DB, before, after *model.Incident) error {
	if before.OnCall == after.OnCall {
		return nil
	}
	was := onCallOf(before).Rotations
	for i, r := range onCallOf(after).Rotations {
		if i < len(was) && sameShifts(was[i].Shifts, r.Shifts) || i >= len(was) && len(r.Shifts) == 0 {
			continue
		}
		if err := tx.Where("incident_id = ? AND rotation_id = ?", after.ID, r.ID).Delete(&shiftRow{}).Error; err != nil {
			return err
		}
		if err := upsert(tx, shiftRows(after.ID, r)); err != nil {
			return err
		}
	}
	if err := upsert(tx, rotationRows(before, after)); err != nil {
		return err
	}
	if err := upsert(tx, overrideRows(before, after)); err != nil {
		return err
	}
	return upsert(tx, contactRows(before, after))
}

// sameShifts says whether two snapshots share one list.
func sameShifts(a, b []model.Shift) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// readShifts reads the shifts in the order of their rotations, whatever the
// database's collation is; those of none come last.
func (t *tables) readShifts(tx *gorm.DB, id string) error {
	err := tx.Where("incident_id = ?", id).Order("num").Find(&t.shifts).Error
	place := map[string]int{}
	for _, r := range t.rotations {
		place[r.ID] = r.Num - len(t.rotations)
	}
	slices.SortStableFunc(t.shifts, func(a, b shiftRow) int {
		return cmp.Or(cmp.Compare(place[a.RotationID], place[b.RotationID]), cmp.Compare(a.Num, b.Num))
	})
	return err
}
