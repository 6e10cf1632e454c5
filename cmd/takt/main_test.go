package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"takt": main})
}

// TestScripts runs the stories in testdata. Each begins in a folder with the model bike.
// UPDATE=1 rewrites the outputs that they expect.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			return os.CopyFS(filepath.Join(e.WorkDir, "bike"), os.DirFS("testdata/bike"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": exitCode},
	})
}

// exitCode is the script command `code N takt …`: it runs takt and expects an exit code.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "takt" {
		ts.Fatalf("usage: code N takt args…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, expected %s", got, args[0])
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := filepath.Join(t.TempDir(), "out")
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"plan", "testdata/bike", "--out", out}, &stdout, &stderr); code != exitInterrupted {
		t.Errorf("exit code %d, expected %d: %s", code, exitInterrupted, stderr.String())
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("%s was written: %v", out, err)
	}
	if stdout.Len() > 0 {
		t.Errorf("printed %q", stdout.String())
	}
}

// broken is a stream whose writer has a bug.
type broken struct{}

func (broken) Write([]byte) (int, error) { panic("broken stream") }

func TestPanicIsInternal(t *testing.T) {
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{"version"}, broken{}, &stderr); code != exitInternal {
		t.Errorf("exit code %d, expected %d", code, exitInternal)
	}
	for _, want := range []string{"internal error: broken stream", "Please report it"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr without %q:\n%s", want, stderr.String())
		}
	}
}

func TestProgress(t *testing.T) {
	var silent *progress
	silent.track("reading", "MB", 1)(1, 2) // shows nothing, and does not fail
	silent.end()
	var b bytes.Buffer
	p := &progress{w: &b}
	tell := p.track("planning", "parts", 1)
	tell(1, 1000)
	if b.Len() > 0 {
		t.Errorf("the bar shows at once: %q", b.String())
	}
	p.next = time.Time{}
	tell(500, 1000)
	tell(501, 1000)
	for _, want := range []string{"planning", " 50 %", "500 of 1,000 parts", strings.Repeat("━", barWidth/2) + "\x1b[2m─"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("bar without %q: %q", want, b.String())
		}
	}
	if strings.Contains(b.String(), "501") {
		t.Error("the bar is drawn again at once")
	}
	p.end()
	if !strings.HasSuffix(b.String(), "\r\x1b[K") {
		t.Errorf("the bar stays: %q", b.String())
	}
}
