package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/api"
)

// remoteDesk asks a service that runs.
type remoteDesk struct {
	server *url.URL
	token  string // of an admin
}

func (d *remoteDesk) create(ctx context.Context, g access.Grant) (t api.Token, err error) {
	ask := api.TokenRequest{Name: g.Name, Role: g.Role, Note: g.Note}
	if g.Expires > 0 {
		ask.Expires = g.Expires.String()
	}
	err = d.send(ctx, http.MethodPost, "", ask, &t)
	return t, err
}

func (d *remoteDesk) list(ctx context.Context) ([]api.Token, error) {
	var answer struct {
		Items []api.Token `json:"items"`
	}
	err := d.send(ctx, http.MethodGet, "", nil, &answer)
	return answer.Items, err
}

func (d *remoteDesk) revoke(ctx context.Context, name string) error {
	return d.send(ctx, http.MethodDelete, name, nil, nil)
}

// Close has nothing to close.
func (d *remoteDesk) Close() error { return nil }

// send asks for something and reads the answer.
func (d *remoteDesk) send(ctx context.Context, method, name string, body, answer any) error {
	const most, patience = 1 << 22, 30 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	where := d.server.JoinPath("v1", "tokens")
	if name != "" {
		where = where.JoinPath(url.PathEscape(name))
	}
	r, err := http.NewRequestWithContext(ctx, method, where.String(), sent)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if d.token != "" {
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(d.token))
	}
	// A redirect could lead the token elsewhere.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("the service does not answer: %w", err)
	}
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(got.Body, most))
	switch {
	case err != nil:
		return fmt.Errorf("the service's answer broke off: %w", err)
	case got.StatusCode >= http.StatusMultipleChoices:
		return remoteError(got, text, d.token)
	case answer == nil:
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s answers something else than tokens: is it takt serve?", d.server.Host)
	}
	return nil
}

// remoteError is why a service has refused.
func remoteError(got *http.Response, text []byte, token string) error {
	if got.StatusCode == http.StatusUnauthorized && token == "" {
		return errors.New("the service asks for a token: put that of an admin into the variable TAKT_TOKEN")
	}
	var p api.Problem
	if json.Unmarshal(text, &p) == nil && p.Detail != "" {
		return errors.New(printable(p.Detail))
	}
	return fmt.Errorf("the service answers %s", got.Status)
}

// printable is a text that comes from elsewhere without what would move the cursor of a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
