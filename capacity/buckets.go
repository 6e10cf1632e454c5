package capacity

import (
	"iter"
	"sort"
	"time"

	"github.com/taktplan/takt/bom"
)

// BucketSize is how long the buckets of a load profile are.
type BucketSize uint8

// Weeks begin on Monday.
const (
	Week BucketSize = iota
	Day
)

// Buckets are stretches of time that follow each other, whole weeks or days of a zone. The
// first holds the planning start. They are immutable.
type Buckets struct {
	zone    *time.Location
	start   int64
	days    []bom.Day // on which bucket i begins; one more at the end
	borders []int64   // their midnights, in seconds since 1970
}

// MaxBuckets bounds the buckets of a profile: what is later is told in one sum.
const MaxBuckets = 1200

// NewBuckets are the buckets from the one of the planning start to the one of the day last,
// at least one and at most MaxBuckets. O(buckets).
func NewBuckets(size BucketSize, zone *time.Location, start bom.When, last bom.Day) Buckets {
	first, step := start.Day, bom.Day(1)
	if size == Week {
		const days = 7
		step = days
		first -= (bom.Day(first.Weekday()) + days - bom.Day(time.Monday)) % days
	}
	b := Buckets{zone: zone, start: start.Instant(zone)}
	for d := first; ; d += step {
		b.days = append(b.days, d)
		b.borders = append(b.borders, d.Begin(zone))
		if n := len(b.days); n > 1 && d > last || n > MaxBuckets {
			return b
		}
	}
}

// Len is the number of buckets.
func (b *Buckets) Len() int { return max(len(b.borders)-1, 0) }

// Span is the time of a bucket in seconds since 1970, from midnight to midnight.
func (b *Buckets) Span(i int) Span { return Span{b.borders[i], b.borders[i+1]} }

// Days are the first and the last day of a bucket.
func (b *Buckets) Days(i int) (first, last bom.Day) { return b.days[i], b.days[i+1] - 1 }

// Start is the planning start in seconds since 1970: time before it is over.
func (b *Buckets) Start() int64 { return b.start }

// At is the bucket of an instant: the first one for what is before it, Len for what is after the last. O(log buckets).
func (b *Buckets) At(t int64) int {
	return max(sort.Search(len(b.borders), func(i int) bool { return b.borders[i] > t })-1, 0)
}

// eachDay yields the days of a bucket, from midnight to midnight.
func (b *Buckets) eachDay(bucket int) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		first, last := b.Days(bucket)
		from := b.borders[bucket]
		for d := first; d <= last; d++ {
			to := (d + 1).Begin(b.zone)
			if !yield(Span{from, to}) {
				return
			}
			from = to
		}
	}
}
