package bolt

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/taktplan/takt/cmd/takt/internal/store"
)

// BenchmarkAppend is one writer whose records are on the disk one by one; ops/s are durable appends a second.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{300, 10_000} {
		b.Run(fmt.Sprintf("%d bytes", size), func(b *testing.B) {
			s := open(b, b.TempDir())
			if _, err := s.Lead(b.Context(), ""); err != nil {
				b.Fatal(err)
			}
			data := bytes.Repeat([]byte("x"), size)
			b.ResetTimer()
			for v := uint64(1); v <= uint64(b.N); v++ {
				err := s.Append(b.Context(), store.Record{Version: v, Data: data, Answers: []store.Answer{{Key: fmt.Sprint("anna/", v), Version: v, Hash: data[:32], Data: data[:100]}}})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}

// BenchmarkOpen is a restart with 100,000 records of 300 bytes: opening, which walks the file, and reading all.
func BenchmarkOpen(b *testing.B) {
	const records = 100_000
	folder := b.TempDir()
	s := open(b, folder)
	s.db.NoSync = true // only for making the file
	lead(b, s)
	data := bytes.Repeat([]byte("x"), 300)
	for v := uint64(1); v <= records; v++ {
		if err := s.Append(b.Context(), store.Record{Version: v, Data: data, Answers: []store.Answer{{Key: fmt.Sprint("anna/", v), Version: v}}}); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := open(b, folder)
		n := 0
		for _, err := range s.Records(b.Context(), 0) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if err := s.Close(); n != records || err != nil {
			b.Fatalf("%d records (%v)", n, err)
		}
	}
}
