package api

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/taktplan/takt/plan"
	"github.com/taktplan/takt/plan/tables"
)

// appliance serves the model of examples/appliance.
func appliance(t testing.TB, set ...func(*Options)) *service {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "examples", "appliance")
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	return serve(t, func() (*plan.Model, error) {
		m, _, err := tables.Load(t.Context(), folder, tables.Options{})
		return m, err
	}, append([]func(*Options){func(o *Options) { o.ModelName = "appliance" }}, set...)...)
}

// listed is a page of a list.
type listed struct {
	Version uint64
	Total   int
	Next    string
	Items   []map[string]any
}

func (r *reply) list() listed {
	r.t.Helper()
	var l listed
	if err := json.Unmarshal(r.want(200).text, &l); err != nil {
		r.t.Fatalf("%v: %s", err, r.text)
	}
	return l
}

// object is an answer as a JSON object.
func (r *reply) object() map[string]any {
	r.t.Helper()
	var o map[string]any
	if err := json.Unmarshal(r.want(200).text, &o); err != nil {
		r.t.Fatalf("%v: %s", err, r.text)
	}
	return o
}
