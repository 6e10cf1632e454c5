// Package rules holds tests of the project's own rules.
package rules

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/taktplan/takt/"

// below says which of the project's packages an engine package may import, beside itself and
// internal/fixed, internal/sparse and internal/random. Arrows point down only; mrp and schedule do not know each other.
var below = map[string][]string{
	"bom":              {},
	"capacity":         {"bom"},
	"mrp":              {"bom", "capacity"},
	"schedule":         {"bom", "capacity"},
	"schedule/jobshop": {},
	"plan":             {"bom", "capacity", "mrp", "schedule"},
}

// outside are the modules that engine packages may use.
var outside = []string{"gonum.org/v1/gonum/", "github.com/google/btree", "github.com/shopspring/decimal"}

// forbidden are standard packages that would bring I/O, a clock or a global
// random source into an engine. time is allowed for dates; rules about time.Now are below.
var forbidden = []string{"os", "io", "log", "log/slog", "net", "net/http", "math/rand", "math/rand/v2", "bufio", "io/ioutil", "database/sql"}

// Engine packages import downwards only, and neither the edges nor I/O.
func TestImportArrows(t *testing.T) {
	root := filepath.Join("..", "..")
	for room, allowed := range below {
		files, err := filepath.Glob(filepath.Join(root, room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, path := range importsOf(t, file) {
				if why := judge(room, allowed, path); why != "" {
					t.Errorf("%s imports %s: %s", file, path, why)
				}
			}
		}
	}
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	src, err := os.ReadFile(file) // in process, so that the test cache sees the file
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func judge(room string, allowed []string, path string) string {
	if own, ok := strings.CutPrefix(path, module); ok {
		if own == "internal/fixed" || own == "internal/sparse" || own == "internal/random" {
			return ""
		}
		for _, a := range allowed {
			if own == a {
				return ""
			}
		}
		return "arrows point down only"
	}
	if strings.Contains(path, ".") {
		for _, o := range outside {
			if strings.HasPrefix(path, o) {
				return ""
			}
		}
		return "engine packages import none of the edges"
	}
	for _, f := range forbidden {
		if path == f {
			return "no I/O, logging, clock or global random source in an engine"
		}
	}
	return ""
}

// No engine package reads the clock.
func TestNoClock(t *testing.T) {
	root := filepath.Join("..", "..")
	for room := range below {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if strings.Contains(string(src), "time.Now(") {
				t.Errorf("%s reads the clock: the planning start is an input", path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
