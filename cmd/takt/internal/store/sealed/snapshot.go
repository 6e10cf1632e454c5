package sealed

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// SnapshotHead tells what the chunks of a snapshot have to be. It is written after them: a snapshot without a head is none.
type SnapshotHead struct {
	Version uint64
	Size    uint64 // bytes
	Chunks  uint64
	Sum     [sha256.Size]byte // over all bytes
}

const headSize = 24 + sha256.Size

// mostAhead is how much memory is asked for at once on the word of a head.
const mostAhead = 256 << 20

// NewHead is the head of a snapshot.
func NewHead(s store.Snapshot) SnapshotHead {
	size := uint64(len(s.Data))
	return SnapshotHead{s.Version, size, (size + Chunk - 1) / Chunk, sha256.Sum256(s.Data)}
}

// Chunk is how many bytes of a snapshot are kept under one key; the last chunk has the rest.
const Chunk = 1 << 20

// Chunks are the pieces of a snapshot's data, which they share.
func Chunks(data []byte) [][]byte {
	list := make([][]byte, 0, len(data)/Chunk+1)
	for len(data) > 0 {
		n := min(Chunk, len(data))
		list = append(list, data[:n:n])
		data = data[n:]
	}
	return list
}

// Seal is the value of a head under a number.
func (h SnapshotHead) Seal(number uint64) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, headSize), h.Version)
	b = binary.BigEndian.AppendUint64(b, h.Size)
	b = binary.BigEndian.AppendUint64(b, h.Chunks)
	return Seal(Head, Key(number), append(b, h.Sum[:]...))
}

// OpenHead is the head that was sealed; the error is what is wrong with it.
func OpenHead(number uint64, value []byte) (h SnapshotHead, err error) {
	b, err := Open(Head, Key(number), value)
	if err != nil {
		return h, err
	}
	if len(b) != headSize {
		return h, errShort
	}
	h.Version, h.Size, h.Chunks = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])
	copy(h.Sum[:], b[24:])
	if h.Size > h.Chunks*Chunk || h.Chunks > 1<<30 {
		return SnapshotHead{}, errShort
	}
	return h, nil
}

// Snapshot puts a snapshot together from its head and a function that appends chunk i to what it is given. It is a
// *store.DamagedError if that is not what was written. An error of chunk that is one passes through.
func (h SnapshotHead) Snapshot(chunk func(i uint64, b []byte) ([]byte, error)) (store.Snapshot, error) {
	damaged := func(err error) (store.Snapshot, error) {
		return store.Snapshot{}, &store.DamagedError{What: fmt.Sprintf("snapshot %d", h.Version), Err: err}
	}
	var data []byte
	for i := range h.Chunks {
		before := len(data)
		if data == nil {
			data = make([]byte, 0, min(h.Size, mostAhead))
		}
		var err error
		if data, err = chunk(i, data); err != nil {
			return store.Snapshot{}, err
		}
		if len(data) == before || len(data)-before > Chunk {
			return damaged(fmt.Errorf("piece %d of %d is missing", i+1, h.Chunks))
		}
	}
	switch {
	case uint64(len(data)) != h.Size:
		return damaged(fmt.Errorf("it has %d bytes instead of %d", len(data), h.Size))
	case sha256.Sum256(data) != h.Sum:
		return damaged(errChecksum)
	}
	return store.Snapshot{Version: h.Version, Data: data}, nil
}

// Kept is a snapshot that a store has: under a number, by its head. Head is not set where Err says that it cannot be read.
type Kept struct {
	Number uint64
	Head   SnapshotHead
	Err    error
}

// Newest sorts snapshots: by version, of one version by number, the newest first.
func Newest(all []Kept) {
	slices.SortFunc(all, func(a, b Kept) int {
		return cmp.Or(cmp.Compare(b.Head.Version, a.Head.Version), cmp.Compare(b.Number, a.Number))
	})
}

// keptSnapshots is how many versions have a snapshot.
const keptSnapshots = 2

// Superfluous are the numbers of the snapshots that need not be kept, of a list that Newest has sorted.
func Superfluous(all []Kept) (numbers []uint64) {
	seen := 0
	before := uint64(0)
	for _, k := range all {
		if k.Err == nil && seen < keptSnapshots && (seen == 0 || k.Head.Version != before) {
			seen++
			before = k.Head.Version
			continue
		}
		numbers = append(numbers, k.Number)
	}
	return numbers
}

// First is the first of some snapshots that can be read, in the order of Newest; ok is false if there are none. Passed is told of
// those that cannot. If none can it is the error of the first. Errors of read that tell of no damage end the search.
func First(all []Kept, read func(Kept) (store.Snapshot, error), passed func(error)) (s store.Snapshot, ok bool, err error) {
	for _, k := range all {
		var failure error
		if k.Err != nil {
			failure = &store.DamagedError{What: fmt.Sprintf("the head of snapshot number %d", k.Number), Err: k.Err}
		} else if s, failure = read(k); failure == nil {
			return s, true, nil
		}
		if _, damaged := errors.AsType[*store.DamagedError](failure); !damaged {
			return store.Snapshot{}, false, failure
		}
		passed(failure)
		if err == nil {
			err = failure
		}
	}
	return store.Snapshot{}, false, err
}
