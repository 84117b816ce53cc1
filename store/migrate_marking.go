package store

// marking is how far an incident and single entries of its timeline may be
// passed on; docs/schema.md describes it.
func marking() []string {
	return []string{
		`ALTER TABLE incidents ADD COLUMN tlp text NOT NULL DEFAULT 'amber+strict'`,
		`ALTER TABLE timeline_entries ADD COLUMN tlp text NOT NULL DEFAULT ''`,
	}
}
