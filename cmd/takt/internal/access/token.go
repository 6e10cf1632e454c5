package access

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Tokens is where tokens are kept; every store.Store is one.
type Tokens interface {
	Tokens(ctx context.Context) ([]store.Token, error)
	SaveToken(ctx context.Context, t store.Token) error
	RemoveToken(ctx context.Context, id string) error
}

// Grant is a token to be made.
type Grant struct {
	Name    string
	Role    string
	Note    string
	Expires time.Duration // from now; 0: never
}

// NameError is a name that a token cannot have.
type NameError struct{ Name string }

func (e *NameError) Error() string {
	return fmt.Sprintf("token name %q: take 1 to 64 letters, digits, dots, dashes and underscores, such as board-2", Redact(e.Name))
}

// NoteError is a note that is too long.
type NoteError struct{ Length int }

func (e *NoteError) Error() string {
	return fmt.Sprintf("the note has %d bytes: at most %d", e.Length, mostNote)
}

// ExpiryError is a time that a token cannot live.
type ExpiryError struct{ Time time.Duration }

func (e *ExpiryError) Error() string {
	return fmt.Sprintf("expires %v: a time of a minute or more, such as 720h, or none", e.Time)
}

const mostNote = 500

var names = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Check looks at a grant alone.
func (g *Grant) Check() error {
	if _, err := ParseRole(g.Role); err != nil {
		return err
	}
	switch {
	case !names.MatchString(g.Name) || anySecret.MatchString(g.Name):
		return &NameError{Name: g.Name}
	case len(g.Note) > mostNote:
		return &NoteError{Length: len(g.Note)}
	case g.Expires != 0 && g.Expires < time.Minute:
		return &ExpiryError{Time: g.Expires}
	}
	return nil
}

// Create makes a token and gives its secret, which is kept nowhere. A name that is taken is a *store.TakenError.
func Create(ctx context.Context, where Tokens, g Grant, now time.Time) (secret string, t store.Token, err error) {
	if err := g.Check(); err != nil {
		return "", t, err
	}
	secret = NewSecret()
	t = store.Token{ID: g.Name, Hash: Hash(secret), Role: g.Role, Note: g.Note, Created: now.UTC().Truncate(time.Second)}
	if g.Expires > 0 {
		t.Expires = t.Created.Add(g.Expires)
	}
	if err := where.SaveToken(ctx, t); err != nil {
		return "", store.Token{}, err
	}
	return secret, t, nil
}

// Valid reports whether a token still holds.
func Valid(t *store.Token, now time.Time) bool { return t.Expires.IsZero() || now.Before(t.Expires) }
