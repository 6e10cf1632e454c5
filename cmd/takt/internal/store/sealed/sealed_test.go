package sealed

import (
	"bytes"
	"errors"
	"testing"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

func TestWhatIsSealedOpensOnlyAsWhatItWasAndWhole(t *testing.T) {
	payload := []byte("a record")
	value := Seal(Record, Key(7), payload)
	if got, err := Open(Record, Key(7), value); err != nil || !bytes.Equal(got, payload) {
		t.Fatalf("%q (%v)", got, err)
	}
	if _, err := Open(Record, Key(8), value); err == nil {
		t.Error("it opens under another key")
	}
	if _, err := Open(Answer, Key(7), value); err == nil {
		t.Error("it opens as another kind")
	}
	if _, err := Open(Record, nil, value); err == nil {
		t.Error("it opens without its key")
	}
	for i := range value {
		if _, err := Open(Record, Key(7), value[:i]); err == nil {
			t.Errorf("it opens when it is cut after %d bytes", i)
		}
		for bit := range 8 {
			flipped := bytes.Clone(value)
			flipped[i] ^= 1 << bit
			if _, err := Open(Record, Key(7), flipped); err == nil {
				t.Errorf("it opens with bit %d of byte %d flipped", bit, i)
			}
		}
	}
}

func TestAHeadWithoutItsChunksIsADamagedSnapshot(t *testing.T) {
	data := bytes.Repeat([]byte("state"), 600_000)
	chunks := Chunks(data)
	head := NewHead(store.Snapshot{Version: 5, Data: data})
	read := func(change func(i uint64, chunk []byte) []byte) (store.Snapshot, error) {
		return head.Snapshot(func(i uint64, b []byte) ([]byte, error) { return append(b, change(i, chunks[i])...), nil })
	}
	if s, err := read(func(_ uint64, chunk []byte) []byte { return chunk }); err != nil || !bytes.Equal(s.Data, data) {
		t.Fatalf("a whole snapshot: %v", err)
	}
	for name, change := range map[string]func(i uint64, chunk []byte) []byte{
		"a missing chunk": func(i uint64, chunk []byte) []byte { return chunk[:len(chunk)*int(i)/3] },
		"a long chunk":    func(_ uint64, chunk []byte) []byte { return append(bytes.Clone(chunk), chunk...) },
		"a swapped chunk": func(i uint64, _ []byte) []byte { return chunks[i^i&1] },
	} {
		_, err := read(change)
		if _, ok := errors.AsType[*store.DamagedError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOpen reads any bytes as each kind of value: what opens is what is written again.
func FuzzOpen(f *testing.F) {
	token, err := SealToken(store.Token{ID: "anna", Role: "viewer"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("anna", uint64(1), token)
	f.Add("key", uint64(3), SealAnswer(store.Answer{Key: "key", Hash: []byte{1}, Version: 3, Data: []byte("yes")}))
	f.Add("", uint64(7), SealRecord(store.Record{Version: 7, Data: []byte("record")}))
	f.Add("", uint64(9), NewHead(store.Snapshot{Version: 2, Data: []byte("state")}).Seal(9))
	f.Add("", uint64(0), []byte{1, 2})
	f.Fuzz(func(t *testing.T, name string, number uint64, value []byte) {
		if r, err := OpenRecord(number, value); err == nil && !bytes.Equal(SealRecord(r), value) {
			t.Errorf("record %+v", r)
		}
		if h, err := OpenHead(number, value); err == nil && !bytes.Equal(h.Seal(number), value) {
			t.Errorf("head %+v", h)
		}
		// What follows a right seal is read as well: the fuzzer does not find checksums.
		answer := Seal(Answer, []byte(name), value)
		if a, err := OpenAnswer(name, answer); err == nil {
			if again, err := OpenAnswer(name, SealAnswer(a)); err != nil || again.Version != a.Version || !bytes.Equal(again.Data, a.Data) {
				t.Errorf("answer %+v came back as %+v (%v)", a, again, err)
			}
		}
		if s, err := OpenToken(name, Seal(Token, []byte(name), value)); err == nil && s.ID != name {
			t.Errorf("token %q came as %q", name, s.ID)
		}
		head := Seal(Head, Key(number), value)
		if h, err := OpenHead(number, head); err == nil {
			_, err := h.Snapshot(func(_ uint64, b []byte) ([]byte, error) { return b, nil })
			if err == nil && h.Size > 0 {
				t.Errorf("a snapshot of %d bytes without any", h.Size)
			}
		}
	})
}
