// Package storetest gives tests databases of both kinds.
package storetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/oklog/ulid/v2"
)

// Env names the server that tests make their databases on; `make test` sets it.
const Env = "WARROOM_TEST_POSTGRES"

// SQLite is the address of a new SQLite database.
func SQLite(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "warroom.db") }

// Postgres is the address of a new PostgreSQL database, which is dropped at the
// end of the test.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Env)
	if server == "" {
		t.Fatalf("%s is not set: run `make test`, or start a server with `.ci/postgres start DIR` and set it to the URL that prints", Env)
	}
	name := "t" + strings.ToLower(ulid.Make().String())
	admin(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func admin(t testing.TB, server, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("the test server cannot be reached: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", statement, err))
	}
}

// Both runs a test on each kind of database.
func Both(t *testing.T, f func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}
