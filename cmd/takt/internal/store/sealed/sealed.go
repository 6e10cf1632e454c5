// Package sealed writes what a store keeps so that damage shows when it is read: every value carries a checksum over
// itself, over what kind of value it is and over the key that it was written under. A value with a flipped bit, a piece of
// one, and a value that got under another's key are all errors.
//
// A sealed value is: format (one byte, 1), CRC-32C of kind, length of the key, key and payload (four bytes, little endian), payload.
package sealed

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// Kind is what a value is.
type Kind byte

// The kinds of values. The numbers are in files: they stay.
const (
	Record Kind = 1 + iota
	Answer
	Token
	Head
)

const (
	format = 1
	prefix = 5 // format and checksum
)

var table = crc32.MakeTable(crc32.Castagnoli)

// Why a value is not what was written.
var (
	errShort    = errors.New("it is cut off")
	errFormat   = errors.New("its format is not known")
	errChecksum = errors.New("its checksum is wrong")
)

func checksum(kind Kind, key, payload []byte) uint32 {
	var start [1 + binary.MaxVarintLen64]byte
	start[0] = byte(kind)
	n := 1 + binary.PutUvarint(start[1:], uint64(len(key)))
	sum := crc32.Update(0, table, start[:n])
	sum = crc32.Update(sum, table, key)
	return crc32.Update(sum, table, payload)
}

// Seal is the payload with its seal.
func Seal(kind Kind, key, payload []byte) []byte {
	b := make([]byte, prefix, prefix+len(payload))
	b[0] = format
	binary.LittleEndian.PutUint32(b[1:], checksum(kind, key, payload))
	return append(b, payload...)
}

// Open is the payload of a sealed value, a part of it, or what is wrong with it.
func Open(kind Kind, key, value []byte) ([]byte, error) {
	switch {
	case len(value) < prefix:
		return nil, errShort
	case value[0] != format:
		return nil, errFormat
	case binary.LittleEndian.Uint32(value[1:]) != checksum(kind, key, value[prefix:]):
		return nil, errChecksum
	}
	return value[prefix:], nil
}

// Key is a version or a number as a key: eight bytes that sort as the number does.
func Key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// SealRecord is the value of a record under the key of its version.
func SealRecord(r store.Record) []byte { return Seal(Record, Key(r.Version), r.Data) }

// OpenRecord is the record that was sealed, with data of its own; a *store.DamagedError if it is not what was written.
func OpenRecord(version uint64, value []byte) (store.Record, error) {
	data, err := Open(Record, Key(version), value)
	if err != nil {
		return store.Record{}, &store.DamagedError{What: fmt.Sprintf("log record %d", version), Err: err}
	}
	return store.Record{Version: version, Data: append([]byte(nil), data...)}, nil
}

// SealAnswer is the value of an answer under its key.
func SealAnswer(a store.Answer) []byte {
	b := binary.AppendUvarint(nil, a.Version)
	b = binary.AppendUvarint(b, uint64(len(a.Hash)))
	b = append(b, a.Hash...)
	return Seal(Answer, []byte(a.Key), append(b, a.Data...))
}

// OpenAnswer is the answer that was sealed, with data of its own; a *store.DamagedError if it is not what was written.
func OpenAnswer(key string, value []byte) (store.Answer, error) {
	b, err := Open(Answer, []byte(key), value)
	if err != nil {
		return store.Answer{}, damagedAnswer(key, err)
	}
	version, n := binary.Uvarint(b)
	if n <= 0 {
		return store.Answer{}, damagedAnswer(key, errShort)
	}
	b = b[n:]
	length, n := binary.Uvarint(b)
	if n <= 0 || length > uint64(len(b)-n) {
		return store.Answer{}, damagedAnswer(key, errShort)
	}
	b = b[n:]
	return store.Answer{
		Key: key, Version: version,
		Hash: append([]byte(nil), b[:length]...), Data: append([]byte(nil), b[length:]...),
	}, nil
}

func damagedAnswer(key string, err error) error {
	return &store.DamagedError{What: fmt.Sprintf("the answer to %q", key), Err: err}
}

// SealToken is the value of a token under its ID.
func SealToken(t store.Token) ([]byte, error) {
	b, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("the token %q cannot be written: %w", t.ID, err)
	}
	return Seal(Token, []byte(t.ID), b), nil
}

// OpenToken is the token that was sealed; a *store.DamagedError if it is not what was written.
func OpenToken(id string, value []byte) (t store.Token, err error) {
	b, err := Open(Token, []byte(id), value)
	if err == nil {
		err = json.Unmarshal(b, &t)
	}
	if err == nil && t.ID != id {
		err = fmt.Errorf("it is the one of %q", t.ID)
	}
	if err != nil {
		return store.Token{}, &store.DamagedError{What: fmt.Sprintf("the token %q", id), Err: err}
	}
	return t, nil
}
