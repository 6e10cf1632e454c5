package bolt

import (
	"encoding/binary"
	"errors"

	"go.etcd.io/bbolt"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// The buckets. log: version to record. answers: key to answer. expiry: version and key, for the answers to be dropped.
// snapshots: number to a bucket of head and chunks. tokens: id to token. meta: the schema, and the version that the log begins after.
var (
	logBucket       = []byte("log")
	answersBucket   = []byte("answers")
	expiryBucket    = []byte("expiry")
	snapshotsBucket = []byte("snapshots")
	tokensBucket    = []byte("tokens")
	metaBucket      = []byte("meta")

	schemaKey = []byte("schema")
	baseKey   = []byte("base")
)

// schema is how a file came to be as it is now: step i leads from schema i to i+1.
var schema = []func(*bbolt.Tx) error{
	func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{logBucket, answersBucket, expiryBucket, snapshotsBucket, tokensBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	},
}

// migrate leads a file to the newest schema, in the transaction: whole or not at all.
func migrate(tx *bbolt.Tx, steps []func(*bbolt.Tx) error) error {
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	at, err := readNumber(meta, schemaKey)
	if err != nil {
		return err
	}
	if at > uint64(len(steps)) {
		return &store.SchemaError{Found: int(at), Known: len(steps)}
	}
	if at == uint64(len(steps)) {
		return nil
	}
	for _, step := range steps[at:] {
		if err := step(tx); err != nil {
			return err
		}
	}
	return meta.Put(schemaKey, binary.BigEndian.AppendUint64(nil, uint64(len(steps))))
}

// readNumber is a number of the meta bucket, 0 if it is not there.
func readNumber(meta *bbolt.Bucket, key []byte) (uint64, error) {
	switch v := meta.Get(key); len(v) {
	case 0:
		return 0, nil
	case 8:
		return binary.BigEndian.Uint64(v), nil
	}
	return 0, &store.DamagedError{What: "the value " + string(key) + " of the store", Err: errors.New("it is no number")}
}

// ends are the version that the log begins after, and its last one.
func ends(tx *bbolt.Tx) (base, last uint64, err error) {
	if base, err = readNumber(tx.Bucket(metaBucket), baseKey); err != nil {
		return 0, 0, err
	}
	last = base
	if k, _ := tx.Bucket(logBucket).Cursor().Last(); k != nil {
		if len(k) != 8 || binary.BigEndian.Uint64(k) <= base {
			return 0, 0, &store.DamagedError{What: "the end of the log", Err: errors.New("its key is no version")}
		}
		last = binary.BigEndian.Uint64(k)
	}
	return base, last, nil
}
