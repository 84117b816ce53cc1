// Package store keeps warroom's data in SQLite or PostgreSQL. It is the only
// package that knows GORM. What differs between the two databases stands in
// sqlite.go and postgres.go, and in the column types of migrations.go.
//
// A Store may be used by many goroutines. Every statement has a time limit. A
// database that cannot be reached answers an error that wraps room.ErrAway.
package store
