package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// write appends records of some size and answers to a store in a new folder, and gives the file's bytes before and after the last.
func write(t testing.TB, records int) (before, after []byte) {
	t.Helper()
	folder := t.TempDir()
	s := open(t, folder)
	lead(t, s)
	for v := uint64(1); v <= uint64(records); v++ {
		before = file(t, folder)
		if err := s.Append(t.Context(), record(v)); err != nil {
			t.Fatal(err)
		}
		if v == 3 {
			if err := s.SaveSnapshot(t.Context(), store.Snapshot{Version: v, Data: bytes.Repeat([]byte("state"), 3000)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	after = file(t, folder)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return before, after
}

func record(v uint64) store.Record {
	return store.Record{
		Version: v, Data: bytes.Repeat(fmt.Appendf(nil, "record %d ", v), 200),
		Answers: []store.Answer{{Key: fmt.Sprint("key ", v), Version: v, Data: []byte("answer")}},
	}
}

func file(t testing.TB, folder string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, FileName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reopen opens a store of these bytes and reads all of it. What comes has to be what was written.
func reopen(t testing.TB, content []byte) (last uint64, err error) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, FileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(folder, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, err
	}
	defer s.Close()
	for r, err := range s.Records(t.Context(), 0) {
		if err != nil {
			return last, err
		}
		if last++; r.Version != last || !bytes.Equal(r.Data, record(last).Data) {
			t.Fatalf("record %d came with %.40q as number %d", r.Version, r.Data, last)
		}
		if a, ok, err := s.Answer(t.Context(), fmt.Sprint("key ", last)); err != nil || !ok || a.Version != last {
			return last, errors.Join(err, fmt.Errorf("record %d is without its answer: %+v", last, a))
		}
	}
	_, _, err = s.Snapshot(t.Context())
	return last, err
}

// TestATornWriteLeavesTheRecordsBeforeIt makes the files that a power cut may leave while record 12 is written: first any of the
// pages of the transaction are there and the page that makes them count is not, then that page is torn.
func TestATornWriteLeavesTheRecordsBeforeIt(t *testing.T) {
	const records, page = 12, 4096
	before, after := write(t, records)
	size := max(len(before), len(after))
	before = append(before, make([]byte, size-len(before))...)
	var changed []int
	for at := 2 * page; at < size; at += page {
		if !bytes.Equal(before[at:at+page], after[at:at+page]) {
			changed = append(changed, at)
		}
	}
	if len(changed) < 3 || len(changed) > 16 {
		t.Fatalf("a record changes %d pages", len(changed))
	}
	for subset := range 1 << len(changed) {
		torn := bytes.Clone(before)
		for i, at := range changed {
			if subset>>i&1 == 1 {
				copy(torn[at:at+page], after[at:at+page])
			}
		}
		if last, err := reopen(t, torn); last != records-1 || err != nil {
			t.Fatalf("with pages %b of the transaction the log ends at %d (%v), want %d", subset, last, err, records-1)
		}
	}
	for cut := 0; cut <= 2*page; cut += 8 { // all its pages are there, and a piece of the page that makes them count
		torn := bytes.Clone(after)
		copy(torn[cut:2*page], before[cut:2*page])
		if last, err := reopen(t, torn); err != nil || last != records-1 && last != records {
			t.Fatalf("torn %d bytes in, the log ends at %d (%v)", cut, last, err)
		}
	}
	if last, err := reopen(t, after); last != records || err != nil {
		t.Fatalf("whole, the log ends at %d (%v)", last, err)
	}
}

// TestADamagedFileIsToldOrGivesWhatWasWritten flips bits and cuts the file anywhere.
func TestADamagedFileIsToldOrGivesWhatWasWritten(t *testing.T) {
	const records = 12
	_, whole := write(t, records)
	random := rand.New(rand.NewPCG(6, 1))
	told := 0
	for range 400 {
		damaged := bytes.Clone(whole)
		switch random.IntN(3) {
		case 0:
			damaged[random.IntN(len(damaged))] ^= 1 << random.IntN(8)
		case 1:
			at := random.IntN(len(damaged))
			clear(damaged[at:min(len(damaged), at+random.IntN(9000))])
		case 2:
			damaged = damaged[:random.IntN(len(damaged))]
		}
		if _, err := reopen(t, damaged); err != nil {
			told++
			if _, ok := errors.AsType[*store.DamagedError](err); !ok {
				t.Errorf("a damaged file: %v", err)
			}
		}
	}
	if told < 100 {
		t.Errorf("only %d of 400 damages were told", told)
	}
}

func TestAFileThatIsNoStoreIsTold(t *testing.T) {
	for _, content := range [][]byte{nil, []byte("hello"), bytes.Repeat([]byte{0}, 1<<15), bytes.Repeat([]byte("not a store "), 9000)} {
		_, err := reopen(t, content)
		if _, ok := errors.AsType[*store.DamagedError](err); !ok {
			t.Errorf("a file of %d bytes %.12q: %v", len(content), content, err)
		}
	}
}
