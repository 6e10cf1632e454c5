// Package dsn reads the addresses of PostgreSQL databases, and keeps their passwords out of errors and logs.
package dsn

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Error is an address that cannot be read. It does not hold the address, which may have a password.
type Error struct{ Problem string }

func (e *Error) Error() string {
	return "the address of the database cannot be read: " + e.Problem + ": write postgres://USER:PASSWORD@HOST:5432/DATABASE, in USER and PASSWORD every letter that is special in addresses as % and two digits"
}

// Parse reads an address, as a URL (postgres://…) or as libpq's KEY=VALUE pairs. What it leaves open comes from the
// environment of libpq (PGPASSWORD, PGSSLMODE, …).
func Parse(address string) (*pgx.ConnConfig, error) {
	if strings.TrimSpace(address) == "" {
		return nil, &Error{"it is empty"}
	}
	scheme, _, isURL := strings.Cut(address, "://")
	if isURL && !strings.Contains(scheme, "=") && scheme != "postgres" && scheme != "postgresql" {
		return nil, &Error{"it is not one of PostgreSQL"}
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, &Error{problem(address, err)} // the text of err may have the address, or a piece of it
	}
	return config, nil
}

// problem is what can be said of an address without repeating any of it.
func problem(address string, err error) string {
	if _, ok := errors.AsType[*url.Error](err); ok {
		return "it is no URL"
	}
	if strings.Contains(address, "://") {
		return "a part of the URL is not known"
	}
	return "it is neither a URL nor a list of KEY=VALUE"
}

// Hidden stands for a password.
const Hidden = "xxxxx"

// Redact is the error without the password of a config, should its text have it. The error's type stays if its text is harmless.
func Redact(err error, config *pgx.ConnConfig) error {
	if err == nil || config.Password == "" {
		return err
	}
	text := err.Error()
	clean := text
	for _, secret := range []string{config.Password, url.QueryEscape(config.Password), url.PathEscape(config.Password)} {
		clean = strings.ReplaceAll(clean, secret, Hidden)
	}
	if clean == text {
		return err
	}
	return errors.New(clean)
}

// Place names a database for people: user, host and database, no password.
func Place(config *pgx.ConnConfig) string {
	return fmt.Sprintf("%s@%s:%d/%s", config.User, config.Host, config.Port, config.Database)
}
