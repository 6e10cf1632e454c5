package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/taktplan/takt/cmd/takt/internal/access"
	"github.com/taktplan/takt/cmd/takt/internal/api"
	"github.com/taktplan/takt/cmd/takt/internal/store"
	"github.com/taktplan/takt/cmd/takt/internal/store/bolt"
)

// tokenCmd is for the tokens of a service.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token and print its secret, once."`
	List   tokenListCmd   `cmd:"" help:"List the tokens."`
	Revoke tokenRevokeCmd `cmd:"" help:"Take a token away."`
}

// tokenPlace names where the tokens are.
type tokenPlace struct {
	Data   string `placeholder:"DIR" env:"TAKT_DATA" help:"The folder of a service that is not running."`
	Store  string `placeholder:"postgres://…" env:"TAKT_STORE" help:"The database of a service."`
	Server string `placeholder:"URL" env:"TAKT_SERVER" help:"A service that runs, such as http://127.0.0.1:8080. It takes the token of an admin from the variable TAKT_TOKEN."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// tokenCreateCmd makes a token.
type tokenCreateCmd struct {
	Name string `arg:"" help:"How it is called in lists and in the log, such as board or erp-import."`
	Role string `required:"" placeholder:"ROLE" help:"viewer: reads. planner: changes the plan. admin: loads models, makes tokens, sees who changed what."`
	tokenPlace
	Expires *time.Duration `placeholder:"720h" help:"How long it holds. Default: until it is revoked."`
	Note    string         `placeholder:"TEXT" help:"Whose it is."`
}

// tokenListCmd lists the tokens.
type tokenListCmd struct {
	tokenPlace
}

// tokenRevokeCmd takes a token away.
type tokenRevokeCmd struct {
	Name string `arg:"" help:"The token's name."`
	tokenPlace
}

// Help is the long help of the command.
func (*tokenCreateCmd) Help() string {
	return `Prints the secret, which is kept nowhere: only its hash is. Clients send it as Authorization: Bearer takt_…
In a folder that is there and is empty it makes the store of a new service; in any other there has to be one.

Examples:

    takt token create ops --role admin --data /var/lib/takt
    takt token create board --role viewer --expires 720h --note "planning board" --store postgres://takt@db/takt
    TAKT_TOKEN=takt_… takt token create erp --role planner --server http://127.0.0.1:8080`
}

// desk is where tokens are made: in a store, or by a service.
type desk interface {
	create(ctx context.Context, g access.Grant) (api.Token, error)
	list(ctx context.Context) ([]api.Token, error)
	revoke(ctx context.Context, name string) error
	Close() error
}

// desk opens the place that is named. fresh lets it make a store where there is none.
func (p *tokenPlace) desk(ctx context.Context, fresh bool) (desk, error) {
	switch {
	case p.Server != "": // before the others: they may be set in the environment
		u, err := url.Parse(p.Server)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return nil, errors.New("--server: the address of a service, such as http://127.0.0.1:8080; its token goes into the variable TAKT_TOKEN")
		}
		return &remoteDesk{server: u, token: os.Getenv("TAKT_TOKEN")}, nil
	case p.Data != "" && p.Store != "":
		return nil, errors.New("--data and --store are two places: leave one out")
	case p.Store != "" && !isPostgres(p.Store):
		return nil, errors.New("--store: begin it with postgres://, such as postgres://takt@db.example/takt; for a folder there is --data")
	case p.Store != "":
		s, err := openPostgres(ctx, p.Store, slog.New(slog.DiscardHandler))
		if err != nil {
			return nil, err
		}
		return &storeDesk{s}, nil
	case p.Data == "":
		return nil, errors.New("say where the tokens are: --data DIR, --store postgres://… or --server URL")
	}
	if err := checkFolder(p.Data, fresh); err != nil {
		return nil, err
	}
	s, err := bolt.Open(p.Data, bolt.Options{Log: slog.New(slog.DiscardHandler)})
	if _, locked := errors.AsType[*bolt.LockedError](err); locked {
		return nil, fmt.Errorf("a service has the folder %s open: ask it with --server URL and the token of an admin in TAKT_TOKEN", p.Data)
	}
	if err != nil {
		return nil, err
	}
	return &storeDesk{s}, nil
}

// checkFolder refuses a folder that is most likely not the one that is meant: tokens in another store let nobody in, and keep nobody out.
func checkFolder(folder string, fresh bool) error {
	if _, err := os.Stat(filepath.Join(folder, bolt.FileName)); !errors.Is(err, fs.ErrNotExist) {
		return nil // it is there, or opening it tells what is wrong
	}
	list, err := os.ReadDir(folder)
	list = slices.DeleteFunc(list, func(e fs.DirEntry) bool { return e.Name() == "lost+found" }) // of a volume
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("--data %s: there is no such folder: name the one of the service; for a new one make it first, with mkdir, and then the token", folder)
	case err != nil:
		return fmt.Errorf("--data %s: %w", folder, err)
	case !fresh || len(list) > 0:
		return fmt.Errorf("--data %s: there is no store (%s) in this folder: name the one of the service; takt token create makes a new store in an empty folder only", folder, bolt.FileName)
	}
	return nil
}

// storeDesk is a store that this command has open.
type storeDesk struct{ store.Store }

func (d *storeDesk) create(ctx context.Context, g access.Grant) (api.Token, error) {
	secret, t, err := access.Create(ctx, d.Store, g, time.Now())
	doc := access.Describe(&t)
	doc.Secret = secret
	return doc, err
}

func (d *storeDesk) list(ctx context.Context) ([]api.Token, error) {
	list, err := d.Tokens(ctx)
	docs := make([]api.Token, len(list))
	for i := range list {
		docs[i] = access.Describe(&list[i])
	}
	return docs, err
}

func (d *storeDesk) revoke(ctx context.Context, name string) error { return d.RemoveToken(ctx, name) }

// Run makes a token.
func (c *tokenCreateCmd) Run(a *app) (err error) {
	g := access.Grant{Name: c.Name, Role: c.Role, Note: c.Note}
	if c.Expires != nil {
		if g.Expires = *c.Expires; g.Expires <= 0 {
			return &access.ExpiryError{Time: g.Expires}
		}
	}
	if err := g.Check(); err != nil {
		return err
	}
	d, err := c.desk(a.ctx, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	t, err := d.create(a.ctx, g)
	if err != nil {
		return err
	}
	if c.Format == formatJSON {
		return a.printJSON(t)
	}
	fmt.Fprintln(a.stdout, t.Secret)
	_ = a.stdout.Flush()
	until := "until it is revoked"
	if t.Expires != nil {
		until = "until " + t.Expires.Local().Format("2006-01-02 15:04")
	}
	fmt.Fprintf(a.stderr, "token %s, %s, holds %s; its secret is shown this once\n", t.Name, t.Role, until)
	return nil
}

// Run lists the tokens.
func (c *tokenListCmd) Run(a *app) (err error) {
	d, err := c.desk(a.ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	list, err := d.list(a.ctx)
	if err != nil {
		return err
	}
	if c.Format == formatJSON {
		return a.printJSON(map[string]any{"items": list})
	}
	printTokens(a.stdout, list, time.Now())
	return nil
}

func printTokens(w io.Writer, list []api.Token, now time.Time) {
	if len(list) == 0 {
		fmt.Fprintln(w, "no tokens")
		return
	}
	width := len("token")
	for _, t := range list {
		width = max(width, len(t.Name))
	}
	fmt.Fprintf(w, "%-*s  %-7s  %-10s  %-16s  %s\n", width, "token", "role", "made", "holds until", "note")
	for _, t := range list {
		until := ""
		if t.Expires != nil {
			if until = t.Expires.Local().Format("2006-01-02 15:04"); !now.Before(*t.Expires) {
				until = "expired"
			}
		}
		fmt.Fprintf(w, "%-*s  %-7s  %-10s  %-16s  %s\n", width, t.Name, t.Role, t.Created.Local().Format("2006-01-02"), until, printable(t.Note))
	}
}

// Run takes a token away.
func (c *tokenRevokeCmd) Run(a *app) (err error) {
	d, err := c.desk(a.ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.revoke(a.ctx, c.Name); err != nil {
		return err
	}
	if c.Format == formatJSON {
		return a.printJSON(map[string]string{"revoked": c.Name})
	}
	fmt.Fprintf(a.stdout, "token %s is revoked\n", c.Name)
	return nil
}
