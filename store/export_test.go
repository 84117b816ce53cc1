package store

import (
	"context"
	"fmt"
	"testing"

	"gorm.io/gorm"
)

// LimitPages lets the SQLite file grow to n pages (0: as it is) and says to how many.
func LimitPages(t *testing.T, s *Store, n int) int {
	t.Helper()
	q := "PRAGMA page_count"
	if n > 0 {
		q = fmt.Sprintf("PRAGMA max_page_count = %d", n)
	}
	if err := s.w.Raw(q).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// FailCommit runs a transaction whose COMMIT fails and, as SQLite has it, leaves
// the transaction open.
func FailCommit(t *testing.T, s *Store) error {
	t.Helper()
	return s.tx(context.Background(), func(tx *gorm.DB) error {
		for _, q := range []string{"PRAGMA defer_foreign_keys = 1",
			"INSERT INTO user_keys (fingerprint, user_name, public, comment, added_at) VALUES ('x', 'nobody', '', '', 0)"} {
			if err := tx.Exec(q).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// NetworkFS names the network file system with a magic number.
func NetworkFS(magic int64) string { return networkFS(magic) }
