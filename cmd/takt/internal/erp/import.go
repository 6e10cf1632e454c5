package erp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/dsn"
	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// Options of an import. The zero value is a good default.
type Options struct {
	Tables tables.Options // Start and Now; its Progress is not used
	// Progress is called now and then with the rows that a table has so far, and at its end.
	Progress func(table string, rows int)
}

const tellEvery = 1 << 12 // rows between two calls of Progress

// Load reads a sql.yaml and the database that it names into a model; see Import.
func Load(ctx context.Context, path string, o Options) (*plan.Model, []tables.Note, error) {
	c, err := ReadConfig(path)
	if err != nil {
		return nil, nil, err
	}
	return Import(ctx, c, o)
}

// Import runs the queries in one transaction that only reads and sees one moment of the database. The error is a *bom.Errors of
// *QueryError with all that is wrong, a *dsn.Error, or what kept the database from answering. No error has the password.
func Import(ctx context.Context, c Config, o Options) (*plan.Model, []tables.Note, error) {
	config, err := dsn.Parse(c.Source)
	if err != nil {
		return nil, nil, err
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "takt import"
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, nil, fmt.Errorf("the database %s cannot be reached: %w", dsn.Place(config), dsn.Redact(err, config))
	}
	defer conn.Close(context.WithoutCancel(ctx))
	m, notes, err := importFrom(ctx, conn, c, o)
	return m, notes, dsn.Redact(err, config)
}

// settings are those of the session: it only reads, also should a query end the transaction, and values are written in one way.
const settings = `SELECT set_config('default_transaction_read_only', 'on', false), set_config('statement_timeout', $1, false),
	set_config('datestyle', 'ISO', false), set_config('timezone', 'UTC', false), set_config('extra_float_digits', '1', false)`

func importFrom(ctx context.Context, conn *pgx.Conn, c Config, o Options) (*plan.Model, []tables.Note, error) {
	if _, err := conn.Exec(ctx, settings, strconv.FormatInt(max(1, c.Timeout.Milliseconds()), 10)); err != nil {
		return nil, nil, fmt.Errorf("the database cannot be read: %w", err)
	}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, nil, fmt.Errorf("the database cannot be read: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it has changed nothing
	o.Tables.Progress = nil
	i := importer{c: c, o: o, conn: conn.PgConn(), tx: tx, r: tables.NewReader(o.Tables)}
	i.r.From(tables.JSON, c.File)
	prepared, err := i.prepare(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range prepared {
		if err := i.run(ctx, p); err != nil {
			return nil, nil, err
		}
	}
	m, notes, err := i.r.Model()
	return m, notes, located(c.File, err)
}

// importer runs the queries of one import.
type importer struct {
	c    Config
	o    Options
	conn *pgconn.PgConn
	tx   pgx.Tx
	r    *tables.Reader
}

// prepared is a query that the server knows, with its columns.
type prepared struct {
	Query
	statement string
	columns   []string
	types     []uint32
}

// prepare has the server read all queries before the first is run, so that all mistakes in them are told at once.
func (i *importer) prepare(ctx context.Context) ([]prepared, error) {
	var list []prepared
	var errs bom.Errors
	for _, q := range i.c.Queries {
		p, err := i.prepareOne(ctx, q)
		if err != nil && (ctx.Err() != nil || i.conn.IsClosed()) {
			return nil, errors.Join(ctx.Err(), err)
		}
		if err != nil {
			errs.Add(refused(i.c.File, q, err))
			continue
		}
		for _, err := range i.headerErrors(ctx, p) {
			errs.Add(err)
		}
		list = append(list, p)
	}
	return list, errs.Err()
}

// prepareOne prepares a query. One that is refused leaves the transaction as it was.
func (i *importer) prepareOne(ctx context.Context, q Query) (prepared, error) {
	p := prepared{Query: q, statement: "takt_" + q.Table}
	err := pgx.BeginFunc(ctx, i.tx, func(pgx.Tx) error { // a savepoint
		d, err := i.conn.Prepare(ctx, p.statement, q.SQL, nil)
		if err != nil {
			return err
		}
		if len(d.ParamOIDs) > 0 {
			return &pgconn.PgError{Message: "the query has a parameter such as $1, which nothing gives a value"}
		}
		for _, f := range d.Fields {
			p.columns = append(p.columns, f.Name)
			p.types = append(p.types, f.DataTypeOID)
		}
		return nil
	})
	return p, err
}

// headerErrors are the columns that the table does not know, needs, or cannot read.
func (i *importer) headerErrors(ctx context.Context, p prepared) (errs []error) {
	fail := func(column, value, expected string) {
		errs = append(errs, rowError(i.c.File, p.Table, column, value, expected))
	}
	known := tables.Columns(p.Table)
	names := make([]string, len(known))
	for k := range known {
		names[k] = known[k].Name
	}
	if len(p.columns) == 0 {
		fail("", "", "the query gives no columns: write a SELECT with columns such as "+names[0])
		return errs
	}
	seen := map[string]bool{}
	for at, name := range p.columns {
		k := slices.Index(names, name)
		switch {
		case seen[name]:
			fail(name, name, "the query gives the column twice: keep one")
		case k < 0 && !isOwn(name):
			fail(name, name, fmt.Sprintf("no such column in %s: %s Name it with AS; columns of your own start with x_", p.Table, strings.Replace(closest(name, names)+".", "?.", "?", 1)))
		default:
			var column *tables.Column
			if k >= 0 {
				column = &known[k]
			}
			if problem := i.typeProblem(ctx, p.types[at], column); problem != "" {
				fail(name, "", problem)
			}
		}
		seen[name] = true
	}
	for k := range known {
		if known[k].Required && !seen[known[k].Name] {
			fail("", "", fmt.Sprintf("the required column %s is missing, the query gives %s: add … AS %s", known[k].Name, join(p.columns), known[k].Name))
		}
	}
	return errs
}

// run reads the rows of a query into its table.
func (i *importer) run(ctx context.Context, p prepared) error {
	rows := i.r.Begin(p.Table, 0, p.columns)
	if rows == nil {
		return nil // the reader has noted why
	}
	result := i.conn.ExecPrepared(ctx, p.statement, nil, nil, nil) // as text
	var text []byte
	cells := make([][]byte, len(p.columns))
	n := 0
	for result.NextRow() {
		n++
		text = text[:0]
		for at, value := range result.Values() {
			from := len(text)
			if value != nil {
				text = appendCell(text, value, p.types[at], rows.Columns()[at], i.r.Zone())
			}
			cells[at] = text[from:len(text):len(text)]
		}
		rows.Add(n, cells)
		if i.o.Progress != nil && n%tellEvery == 0 {
			i.o.Progress(p.Table, n)
		}
	}
	if _, err := result.Close(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &bom.Errors{List: []error{refused(i.c.File, p.Query, err)}}
	}
	if i.o.Progress != nil {
		i.o.Progress(p.Table, n)
	}
	return nil
}
