package erp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/cmd/takt/internal/store/postgres/pgtest"
	"github.com/taktplan/takt/plan/tables"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// shop is the database of a small ERP.
const shop = `
CREATE TYPE unit AS ENUM ('pc', 'kg');
CREATE TABLE article (no char(8) PRIMARY KEY, name text, unit unit, price numeric(18,8), weight float8, phantom bool, lead smallint);
CREATE TABLE structure (parent char(8), child char(8), pos int, qty numeric(12,3), scrap float8);
CREATE TABLE sales (no int PRIMARY KEY, article char(8), qty numeric, due date, latest timestamptz, customer varchar(20));
CREATE TABLE stock (article char(8), qty numeric(18,8));
CREATE TABLE purchase (no text PRIMARY KEY, article char(8), qty int, due timestamp, start timestamp);
INSERT INTO article VALUES ('KETTLE', 'Kettle, 1.7 l', 'pc', 29.9, 1e-5, false, NULL), ('BODY', 'Body', 'pc', 4, 0.1, false, 5), ('STEEL', '', 'kg', NULL, NULL, NULL, 12);
INSERT INTO structure VALUES ('KETTLE', 'BODY', 1, 1, 0.05), ('BODY', 'STEEL', 1, 0.250, 0);
INSERT INTO sales VALUES (4711, 'KETTLE', 40, '2026-12-11', '2026-12-24 18:00+01', 'Hansen');
INSERT INTO stock VALUES ('STEEL', 12.5), ('BODY', 0);
INSERT INTO purchase VALUES ('P-1', 'STEEL', 100, '2026-12-01 00:00', '2026-11-24 06:30:15.5');`

const config = `
timeout: 1m
tables:
  settings: SELECT 'Europe/Berlin' AS time_zone, date '2026-11-23' AS start
  demands: |
    SELECT 'SO-' || no AS demand, article AS item, qty, due, latest, customer, 'order' AS kind
    FROM sales
    ORDER BY no
  items: SELECT no AS item, name AS description, unit AS uom, price, phantom, lead AS lead_days, weight AS x_weight FROM article ORDER BY no
  bom: SELECT parent, child AS component, pos AS line, qty, scrap FROM structure ORDER BY parent, pos
  stock: SELECT article AS item, qty FROM stock ORDER BY article
  receipts: SELECT no AS receipt, 'buy' AS kind, article AS item, qty, due, start FROM purchase
`

func read(t testing.TB, text, address string) Config {
	t.Helper()
	c, err := ParseConfig("sql.yaml", strings.NewReader(text), address)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func database(t testing.TB) string {
	t.Helper()
	address := pgtest.Database(t)
	pgtest.Exec(t, address, shop)
	return address
}

func TestTheRowsOfQueriesAreTheModelThatTheSameTablesAre(t *testing.T) {
	address := database(t)
	told := map[string]int{}
	m, notes, err := Import(t.Context(), read(t, config, address), Options{Progress: func(table string, rows int) { told[table] = rows }})
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	const same = `{
"settings": [{"time_zone": "Europe/Berlin", "start": "2026-11-23"}],
"items": [{"item": "BODY", "description": "Body", "uom": "pc", "price": 4, "phantom": false, "lead_days": 5},
	{"item": "KETTLE", "description": "Kettle, 1.7 l", "uom": "pc", "price": 29.9},
	{"item": "STEEL", "uom": "kg", "lead_days": 12}],
"bom": [{"parent": "BODY", "component": "STEEL", "line": "1", "qty": 0.25}, {"parent": "KETTLE", "component": "BODY", "line": "1", "qty": 1, "scrap": 0.05}],
"stock": [{"item": "BODY", "qty": 0}, {"item": "STEEL", "qty": 12.5}],
"demands": [{"demand": "SO-4711", "item": "KETTLE", "qty": 40, "due": "2026-12-11", "latest": "2026-12-24T18:00:00+01:00", "customer": "Hansen"}],
"receipts": [{"receipt": "P-1", "kind": "buy", "item": "STEEL", "qty": 100, "due": "2026-12-01", "start": "2026-11-24T06:30:15+01:00"}]}`
	path := filepath.Join(t.TempDir(), "model.json")
	if err := os.WriteFile(path, []byte(same), 0o600); err != nil {
		t.Fatal(err)
	}
	want, _, err := tables.Load(t.Context(), path, tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got, expected bytes.Buffer
	if err := errors.Join(tables.WriteJSON(t.Context(), &got, tables.Of(m)...), tables.WriteJSON(t.Context(), &expected, tables.Of(want)...)); err != nil {
		t.Fatal(err)
	}
	// Columns of one's own are carried along; a document has none.
	plain := strings.ReplaceAll(strings.ReplaceAll(got.String(), `,"x_weight":"0.1"`, ""), `,"x_weight":"0.00001"`, "")
	if plain != expected.String() || len(plain) == got.Len() {
		t.Errorf("the model is\n%s\nwant\n%s", got.String(), expected.String())
	}
	if told["items"] != 3 || told["demands"] != 1 {
		t.Errorf("progress told %v", told)
	}
}

func TestAllMistakesInQueriesAreToldAtOnce(t *testing.T) {
	address := database(t)
	_, _, err := Import(t.Context(), read(t, `
tables:
  items: SELECT no AS itme, name AS description, name AS description, ARRAY[1] AS x_list, phantom AS price FROM article
  demands: |
    SELECT no AS demand,
      nothing AS item FROM sales
  bom: DELETE FROM structure RETURNING parent, child AS component, qty
  stock: SELECT article AS item, qty FROM stock WHERE article = $1
  receipts: "CREATE TABLE made (n int)"
  uoms: SELECT 1 AS uom, 2 AS factor; DROP TABLE stock
  sources: SELECT no AS item, unit AS source, price AS kind FROM article
`, address), Options{})
	list, ok := errors.AsType[*bom.Errors](err)
	if !ok {
		t.Fatalf("the error is %v", err)
	}
	text := list.Error()
	for _, want := range []string{
		`sql.yaml: items: column itme: "itme": no such column in items: did you mean "item"?`,
		`sql.yaml: items: column description: "description": the query gives the column twice`,
		`sql.yaml: items: column x_list: "": the query gives the type integer[], which is not read: cast it`,
		`sql.yaml: items: column price: "": the query gives the type boolean and a number is expected`,
		`sql.yaml: items: the required column item is missing, the query gives itme, description, description, x_list, price: add … AS item`,
		`sql.yaml: demands: column "nothing" does not exist (line 2 of the query)`,
		`sql.yaml: stock: the query has a parameter such as $1`,
		`sql.yaml: receipts: the query gives no columns: write a SELECT`,
		`sql.yaml: uoms: cannot insert multiple commands into a prepared statement`,
		`sql.yaml: sources: column kind: "": the query gives the type numeric and one of make, buy, transfer, subcontract is expected`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it is not told that %s; told is\n%s", want, text)
		}
	}
}

func TestAllMistakesInRowsAreToldAtOnce(t *testing.T) {
	address := database(t)
	_, _, err := Import(t.Context(), read(t, `
tables:
  settings: SELECT date '2026-11-23' AS start
  items: SELECT no AS item, 'eq' AS lot_rule, 'NaN'::float8 AS price FROM article WHERE no <> 'BODY' ORDER BY no
  demands: SELECT no AS demand, article AS item, NULL::int AS qty, 'infinity'::date AS due FROM sales
  bom: SELECT parent, child AS component, qty FROM structure ORDER BY parent
`, address), Options{})
	list, ok := errors.AsType[*bom.Errors](err)
	if !ok {
		t.Fatalf("the error is %v", err)
	}
	text := list.Error()
	for _, want := range []string{
		`sql.yaml: items, row 1: column lot_rule: "eq": one of`, `sql.yaml: items, row 2: column lot_rule: "eq": one of`,
		`sql.yaml: items, row 1: column price: "NaN": not a decimal number`,
		`sql.yaml: demands, row 1: column qty: "": a value is required`,
		`sql.yaml: demands, row 1: column due: "infinity": not a date`,
		`sql.yaml: bom, row 1: column parent: "BODY": `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it is not told that %s; told is\n%s", want, text)
		}
	}
	if row, ok := errors.AsType[*bom.RowError](list.List[0]); !ok || row.Table != "items" || row.Row != 1 {
		t.Errorf("the first error is %#v", list.List[0])
	}
}

func TestAnImportChangesNothing(t *testing.T) {
	address := database(t)
	pgtest.Exec(t, address, `CREATE FUNCTION loot() RETURNS text LANGUAGE plpgsql AS $$ BEGIN DELETE FROM stock; RETURN 'x'; END $$`)
	for _, query := range []string{
		"DELETE FROM stock RETURNING article AS item, qty",
		"SELECT loot() AS item, 1 AS qty",
		"WITH gone AS (DELETE FROM stock RETURNING *) SELECT article AS item, qty FROM gone",
	} {
		_, _, err := Import(t.Context(), read(t, config[:strings.Index(config, "  stock")]+"  stock: "+query, address), Options{})
		if err == nil || !strings.Contains(err.Error(), "an import only reads: write a SELECT") {
			t.Errorf("%s: %v", query, err)
		}
	}
	pgtest.Exec(t, address, `SELECT 1 / (SELECT count(*) - 1 FROM stock)`) // fails unless there are two
}

func TestAQueryThatTakesTooLongIsEnded(t *testing.T) {
	c := read(t, "tables:\n  items: SELECT pg_sleep(600)::text AS item\n  demands: SELECT no AS demand, article AS item, qty, due FROM sales", database(t))
	c.Timeout = 30 * time.Millisecond
	_, _, err := Import(t.Context(), c, Options{})
	if err == nil || !strings.Contains(err.Error(), "sql.yaml: items: ") || !strings.Contains(err.Error(), "the query takes too long") {
		t.Errorf("the error is %v", err)
	}
}

func TestAnImportEndsWithItsContext(t *testing.T) {
	c := read(t, "tables:\n  items: SELECT generate_series(1, 100000000)::text AS item\n  demands: SELECT no AS demand, article AS item, qty, due FROM sales", database(t))
	ctx, cancel := context.WithCancel(t.Context())
	_, _, err := Import(ctx, c, Options{Progress: func(string, int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestAllQueriesSeeOneMoment(t *testing.T) {
	address := database(t)
	c := read(t, config, address)
	changed := false
	m, _, err := Import(t.Context(), c, Options{Progress: func(table string, _ int) {
		if table == "settings" && !changed { // the first table is read: what comes now is not seen
			changed = true
			pgtest.Exec(t, address, `INSERT INTO stock VALUES ('KETTLE', 7)`, `DELETE FROM sales`)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	demands, stock := 0, 0
	for range m.Demands() {
		demands++
	}
	for range m.Stock() {
		stock++
	}
	if !changed || demands != 1 || stock != 2 {
		t.Errorf("%d demands and %d lots were read, want 1 and 2", demands, stock)
	}
}

func TestThePasswordIsNotTold(t *testing.T) {
	address := database(t)
	for _, bad := range []string{
		strings.Replace(address, "/takt_test", "/no_takt_test", 1), strings.Replace(address, "takt:", "nobody:", 1),
		strings.Replace(address, "@127.0.0.1:", "@127.0.0.1:port", 1), strings.Replace(address, "@127.0.0.1:", "@127.0.0.1:1", 1),
	} {
		_, _, err := Import(t.Context(), read(t, config, bad), Options{})
		if err == nil {
			t.Errorf("a wrong address is read")
			continue
		}
		if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, "s3cret") || strings.Contains(text, "pg test") || strings.Contains(text, "pg%20test") {
			t.Errorf("the password is told: %s", text)
		}
	}
}
