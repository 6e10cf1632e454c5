package bolt

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// childFolder names the folder to a copy of this program that appends until it is killed.
const childFolder = "TAKT_TEST_BOLT_CHILD"

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		child(folder)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// child appends records for ever, and prints the version of each when it is acknowledged.
func child(folder string) {
	s, err := Open(folder, Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	ctx := context.Background()
	if _, err := s.Lead(ctx, ""); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for {
		last, err := s.Last(ctx)
		if err == nil {
			err = s.Append(ctx, record(last+1))
		}
		if err == nil && last%50 == 40 {
			err = s.SaveSnapshot(ctx, store.Snapshot{Version: last, Data: make([]byte, 3<<20)})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		fmt.Println(last + 1)
	}
}

// TestAKilledProcessLosesNothingAcknowledged kills a writer several times, at no particular point.
func TestAKilledProcessLosesNothingAcknowledged(t *testing.T) {
	folder := t.TempDir()
	last := uint64(0)
	for kill := range 8 {
		acknowledged := killAfter(t, folder, 30+37*kill)
		content, err := os.ReadFile(filepath.Join(folder, FileName))
		if err != nil {
			t.Fatal(err)
		}
		if last, err = reopen(t, content); err != nil {
			t.Fatalf("after kill %d: %v", kill, err)
		}
		if last < acknowledged || last > acknowledged+1 {
			t.Fatalf("after kill %d the log ends at %d, but %d was acknowledged last", kill, last, acknowledged)
		}
	}
}

// killAfter starts a writer, kills it after some acknowledgements, and gives the last that it got out.
func killAfter(t *testing.T, folder string, lines int) (last uint64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+folder)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scan := bufio.NewScanner(out)
	n := 0
	for ; scan.Scan(); n++ {
		if _, err := fmt.Sscan(scan.Text(), &last); err != nil {
			t.Fatalf("the writer said %q", scan.Text())
		}
		if n == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if n < lines {
		t.Fatalf("the writer ended by itself after %d records", n)
	}
	return last
}
