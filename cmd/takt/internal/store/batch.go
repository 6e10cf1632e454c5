package store

import "iter"

// A batch of records is what a store reads in one transaction: about as many, or as many bytes.
const (
	BatchRecords = 1024
	BatchBytes   = 4 << 20
)

// InBatches yields the records after a version that read gives, batch by batch, until one is empty. Records that come with an error are
// yielded before it. Between batches no transaction is open, so that the consumer may call the store.
func InBatches(after uint64, read func(after uint64) ([]Record, error)) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			batch, err := read(after)
			for _, r := range batch {
				if !yield(r, nil) {
					return
				}
				after = r.Version
			}
			if err != nil {
				yield(Record{}, err)
				return
			}
			if len(batch) == 0 {
				return
			}
		}
	}
}
