// Package erp reads a planning model straight from an ERP's PostgreSQL database: a file names a query for each table, and the
// rows of the queries become the rows of the tables. It only reads, and all queries see the database at one moment.
package erp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/taktplan/takt/bom"
	"github.com/taktplan/takt/plan/tables"
)

// AddressVariable is the variable of the environment with the address of the database; it goes before the file's, so that the
// file needs no password.
const AddressVariable = "TAKT_IMPORT_URL"

// defaultTimeout is how long a query may take unless the file says otherwise.
const defaultTimeout = 5 * time.Minute

// Query is the query of a table.
type Query struct {
	Table string
	SQL   string
}

// Config is what a sql.yaml says.
type Config struct {
	File    string        // for errors
	Source  string        // address of the database, postgres://…; may hold a password
	Timeout time.Duration // of one query
	Queries []Query       // in the order in which tables are read
}

// ConfigError is a mistake in a sql.yaml.
type ConfigError struct {
	File    string
	Line    int // 0: none in particular
	Problem string
}

func (e *ConfigError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem)
	}
	return e.File + ": " + e.Problem
}

// ReadConfig reads a sql.yaml. The error is a *bom.Errors of *ConfigError.
func ReadConfig(path string) (Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return Config{}, err
	}
	defer f.Close()
	return ParseConfig(filepath.Base(path), f, os.Getenv(AddressVariable))
}

// mostConfig is the largest file that is read.
const mostConfig = 4 << 20

// ParseConfig reads what ReadConfig reads from a file. Address, if it is not empty, goes before the file's source.
func ParseConfig(file string, src io.Reader, address string) (Config, error) {
	p := parser{c: Config{File: file, Timeout: defaultTimeout}}
	text, err := io.ReadAll(io.LimitReader(src, mostConfig+1))
	if err != nil {
		return Config{}, fmt.Errorf("%s cannot be read: %w", file, err)
	}
	var root yaml.Node
	switch {
	case len(text) > mostConfig:
		p.fail(0, "the file is too large: write only source, timeout and tables")
	default:
		if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&root); err != nil && !errors.Is(err, io.EOF) {
			p.fail(0, "it is no YAML: indent with blanks, and write a query of several lines after a | ") // the error may repeat the source
		} else {
			p.document(&root)
		}
	}
	if address != "" {
		p.c.Source = address
	}
	if p.c.Source == "" && len(p.errs.List) == 0 {
		p.fail(0, "the address of the database is missing: set "+AddressVariable+", or write source: postgres://USER@HOST:5432/DATABASE")
	}
	if err := p.errs.Err(); err != nil {
		return Config{}, err
	}
	return p.c, nil
}

type parser struct {
	c    Config
	errs bom.Errors
}

func (p *parser) fail(line int, format string, values ...any) {
	p.errs.Add(&ConfigError{p.c.File, line, fmt.Sprintf(format, values...)})
}

// document reads the three keys.
func (p *parser) document(root *yaml.Node) {
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode {
		p.fail(0, "a list of queries is expected: write tables:, and below it items: and demands: with a query each")
		return
	}
	known := []string{"source", "timeout", "tables"}
	tablesSeen := false
	p.pairs(root.Content[0], "key", func(key, value *yaml.Node) {
		switch key.Value {
		case "source":
			p.c.Source = p.text(key, value)
		case "timeout":
			d, err := time.ParseDuration(value.Value)
			if err != nil || d <= 0 {
				p.fail(value.Line, "timeout: %q: a time such as 90s or 5m is expected", value.Value)
				return
			}
			p.c.Timeout = d
		case "tables":
			tablesSeen = true
			p.tables(value)
		default:
			p.fail(key.Line, "no such key %q: %s", key.Value, closest(key.Value, known))
		}
	})
	if !tablesSeen {
		p.fail(0, "the queries are missing: write tables:, and below it items: and demands: with a query each")
	}
}

// tables reads the queries and puts them in the order of reading.
func (p *parser) tables(node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		p.fail(node.Line, "tables: a query for each table is expected, such as items: SELECT …")
		return
	}
	p.pairs(node, "table", func(key, value *yaml.Node) {
		if !slices.Contains(tables.Inputs(), key.Value) {
			p.fail(key.Line, "no such table %q: %s", key.Value, closest(key.Value, tables.Inputs()))
			return
		}
		if sql := p.text(key, value); sql != "" {
			p.c.Queries = append(p.c.Queries, Query{key.Value, sql})
		}
	})
	slices.SortFunc(p.c.Queries, func(a, b Query) int {
		return slices.Index(tables.Inputs(), a.Table) - slices.Index(tables.Inputs(), b.Table)
	})
	for _, must := range []string{"items", "demands"} {
		if len(p.errs.List) == 0 && !slices.ContainsFunc(p.c.Queries, func(q Query) bool { return q.Table == must }) {
			p.fail(node.Line, "the query of the table %s is missing: write %s: SELECT … below tables:", must, must)
		}
	}
}

// pairs goes through a mapping, in which no key may come twice.
func (p *parser) pairs(node *yaml.Node, what string, do func(key, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if seen[key.Value] {
			p.fail(key.Line, "the %s %s is there twice: keep one", what, key.Value)
			continue
		}
		seen[key.Value] = true
		do(key, node.Content[i+1])
	}
}

// text is a value that has to be a text that is not empty.
func (p *parser) text(key, value *yaml.Node) string {
	text := strings.TrimSpace(value.Value)
	if value.Kind != yaml.ScalarNode || value.Tag == "!!null" || text == "" {
		p.fail(key.Line, "%s: a text is expected", key.Value)
		return ""
	}
	return text
}

func closest(name string, known []string) string {
	if c := bom.Closest(name, known); c != "" {
		return fmt.Sprintf("did you mean %q?", c)
	}
	return "known are " + strings.Join(known, ", ")
}
