package erp

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/bom"
)

func TestTheAddressOfTheEnvironmentGoesBeforeTheFiles(t *testing.T) {
	text := "source: postgres://file/db\ntimeout: 90s\ntables: {demands: SELECT 1, items: SELECT 2}"
	if c := read(t, text, ""); c.Source != "postgres://file/db" || c.Timeout != 90*time.Second || len(c.Queries) != 2 || c.Queries[0].Table != "items" {
		t.Errorf("read was %+v", c)
	}
	if c := read(t, text, "postgres://environment/db"); c.Source != "postgres://environment/db" {
		t.Errorf("read was %+v", c)
	}
}

func TestMistakesInTheFileAreToldWithTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"": "a list of queries is expected",
		"source: postgres://secret@h/db\ntables:\n\t- x": "it is no YAML",
		"tables: {items: SELECT 1, demands: SELECT 1}":   "the address of the database is missing: set TAKT_IMPORT_URL",
		"source: x": "the queries are missing",
		"source: x\ntables:\n  items: SELECT 1\n  demand: SELECT 1":              "sql.yaml:4: no such table \"demand\": did you mean \"demands\"?",
		"source: x\ntables:\n  items: SELECT 1":                                  "the query of the table demands is missing",
		"source: x\ntables:\n  items:\n  demands: SELECT 1":                      "sql.yaml:3: items: a text is expected",
		"source: x\ntables:\n  items: SELECT 1\n  items: SELECT 1":               "sql.yaml:4: the table items is there twice",
		"source: x\ntimeout: fast\ntables: {items: SELECT 1, demands: SELECT 1}": "sql.yaml:2: timeout: \"fast\": a time such as 90s",
		"source: x\nsorce: y\ntables: {items: SELECT 1, demands: SELECT 1}":      "sql.yaml:2: no such key \"sorce\": did you mean \"source\"?",
		"source: x\ntables: SELECT 1":                                            "a query for each table is expected",
	} {
		_, err := ParseConfig("sql.yaml", strings.NewReader(text), "")
		if _, ok := errors.AsType[*bom.Errors](err); !ok || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// FuzzParseConfig reads any text: it is a config with queries, or there are errors.
func FuzzParseConfig(f *testing.F) {
	f.Add(config)
	f.Add("source: x\ntables: &a {items: *a}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseConfig("sql.yaml", strings.NewReader(text), "postgres://host/db")
		if err == nil && len(c.Queries) < 2 {
			t.Errorf("read was %+v", c)
		}
	})
}

// FuzzCells makes cells of any value of any type.
func FuzzCells(f *testing.F) {
	for _, v := range []string{"12.500", "1e-7", "2026-11-21", "2026-11-21 06:00:00+01", "t", "NaN", "infinity", "0044-03-15 BC"} {
		f.Add([]byte(v), uint32(1700))
	}
	f.Fuzz(func(_ *testing.T, value []byte, oid uint32) { appendCell(nil, value, oid, nil, time.UTC) })
}
