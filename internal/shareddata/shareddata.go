// Package shareddata finds the data sets that lie beside the repository, for tests only.
package shareddata

import (
	"os"
	"path/filepath"
	"testing"
)

// Path is a file or folder of the data sets, in TAKT_SHARED or in the folder shared beside the
// repository. Without it the test skips, loudly.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{root(t), "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("NOT TESTED: %s is not there (%v). Put the shared data beside the repository, or name its folder in TAKT_SHARED.", filepath.Join(elem...), err)
	}
	return path
}

// root is the folder of the shared data.
func root(t testing.TB) string {
	if dir := os.Getenv("TAKT_SHARED"); dir != "" {
		return dir
	}
	dir, err := os.Getwd() // of a test: its package's folder
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return filepath.Join(filepath.Dir(dir), "shared")
		}
	}
	t.Fatal("no go.mod above the test's folder")
	return ""
}
