package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The page appears whole, in a new folder too, and is the same each time.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new", "plan.html")
	var pages [2]string
	for i := range pages {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"plan", "testdata/bike", "--finite", "--report", path}, &stdout, &stderr); code != 0 {
			t.Fatalf("exit code %d: %s", code, stderr.String())
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pages[i] = string(text)
	}
	if pages[0] != pages[1] {
		t.Error("the same plan gives another page")
	}
	for _, want := range []string{"<!DOCTYPE html>", "<h1>bike</h1>", "</html>"} {
		if !strings.Contains(pages[0], want) {
			t.Errorf("the page has no %s", want)
		}
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("the folder has %v, %v: the page alone was expected", files, err)
	}
}

func TestReportUnwritable(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ path, want string }{
		{dir, "is a folder: name a file"},
		{filepath.Join(file, "plan.html"), "file"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"plan", "testdata/bike", "--finite", "--report", test.path}, &stdout, &stderr); code != exitInput {
			t.Errorf("%s: exit code %d", test.path, code)
		}
		if !strings.Contains(stderr.String(), test.want) {
			t.Errorf("%s: %q has no %q", test.path, stderr.String(), test.want)
		}
	}
}
