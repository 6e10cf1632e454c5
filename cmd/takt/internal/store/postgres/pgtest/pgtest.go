// Package pgtest gives tests a PostgreSQL of their own: one server for all tests of a package, started when the first asks
// for it and stopped when the tests end, whatever way they end. It syncs to the disk as a real one does.
//
// With TAKT_TEST_POSTGRES, the address of a server on which databases may be made, that one is used; tests that stop the
// server then need initdb and postgres all the same. Without either, tests are skipped, and fail where CI or TAKT_CI is set.
//
// A package that uses it has
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Password is the one of the server's user: no error and no log may have it.
const Password = "pg test/s3cret@"

var shared struct {
	sync.Mutex
	server *Server
	err    error // why there is none
}

// Main runs the tests of a package and stops the server.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		if err := shared.server.remove(); err != nil {
			fmt.Fprintln(os.Stderr, "the PostgreSQL of the tests:", err)
			code = max(code, 1)
		}
	}
	return code
}

// own is the server that this package starts, or the test is skipped.
func own(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = start()
	}
	if shared.err != nil {
		skip(t, shared.err)
	}
	return shared.server
}

// skip skips a test that has no database, or fails where that must not be.
func skip(t testing.TB, why error) {
	t.Helper()
	text := fmt.Sprintf("NO POSTGRESQL, THIS IS NOT TESTED: %v: put initdb and postgres on PATH, or set TAKT_TEST_POSTGRES to the address of a server for tests", why)
	if os.Getenv("TAKT_CI") != "" || os.Getenv("CI") == "true" {
		t.Fatal(text)
	}
	t.Skip(text)
}

var databases atomic.Int64

// Database is the address of a new and empty database, which is dropped at the end of the test.
func Database(t testing.TB) string {
	t.Helper()
	address := os.Getenv("TAKT_TEST_POSTGRES")
	if address == "" {
		address = own(t).address()
	}
	return database(t, address)
}

// Restartable is a new and empty database, and its server, which the test may stop and start.
func Restartable(t testing.TB) (string, *Server) {
	t.Helper()
	s := own(t)
	address := database(t, s.address())
	t.Cleanup(func() { s.Start(t) }) // before the database is dropped, which was registered earlier, and for the tests that follow
	return address, s
}

// database makes a database on the server of an address.
func database(t testing.TB, address string) string {
	t.Helper()
	name := fmt.Sprintf("takt_test_%d_%d", os.Getpid(), databases.Add(1))
	Exec(t, address, "CREATE DATABASE "+name)
	t.Cleanup(func() { Exec(t, address, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		t.Fatal("TAKT_TEST_POSTGRES is no address of the form postgres://USER:PASSWORD@HOST:5432/DATABASE")
	}
	u.Path = "/" + name
	return u.String()
}

// Exec runs statements on the database of an address.
func Exec(t testing.TB, address string, statements ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	for _, statement := range statements {
		if _, err := c.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", strings.TrimSpace(statement), err)
		}
	}
}
