package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A search that is interrupted ends the command as any other work does: nothing is printed or written.
func TestAnInterruptedSearchWritesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel) // whenever it comes, the outcome is the same
	out := filepath.Join(t.TempDir(), "out")
	var stdout, stderr bytes.Buffer
	args := []string{"plan", "../../examples/appliance", "--finite", "--optimise", "1h", "--out", out}
	if code := run(ctx, args, &stdout, &stderr); code != exitInterrupted {
		t.Errorf("exit code %d, expected %d: %s", code, exitInterrupted, stderr.String())
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("%s was written: %v", out, err)
	}
	if stdout.Len() > 0 {
		t.Errorf("printed %q", stdout.String())
	}
}
