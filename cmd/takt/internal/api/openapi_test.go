package api

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/openapi.yaml anew")

// The committed description is what clients are written against: a change of it is a change of the API, and is read.
func TestTheDescriptionIsTheCommittedOne(t *testing.T) {
	got, err := appliance(t).server.OpenAPI().YAML()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "openapi.yaml")
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("the API is not as testdata/openapi.yaml describes it: look at the difference, and run go test ./cmd/takt/internal/api -run TestTheDescription -update if it is meant")
	}
}
