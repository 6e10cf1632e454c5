package main

import (
	"io"
	"log/slog"
	"net/url"
	"os"
	"slices"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/erp"
)

// newLog is the log of the service: JSON lines without secrets.
func newLog(w io.Writer, level string, storeURL string) *slog.Logger {
	var least slog.Level
	_ = least.UnmarshalText([]byte(level)) // the flag takes these names only
	return slog.New(access.Redacting(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least}), passwordsOf(storeURL, os.Getenv(erp.AddressVariable))...))
}

// passwordsOf are the texts of the addresses of databases that nobody may read. One that is as short as a word would take words out of the log.
func passwordsOf(addresses ...string) []string {
	const least = 6
	list := []string{os.Getenv("PGPASSWORD")}
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		password, _ := u.User.Password()
		list = append(list, u.Query().Get("password"), u.Query().Get("sslpassword"), password, url.QueryEscape(password), url.PathEscape(password))
	}
	return slices.DeleteFunc(list, func(text string) bool { return len(text) < least })
}
