package jobshop

import (
	"slices"
	"testing"

	"github.com/taktplan/takt/internal/random"
)

// Inversions are counted as pair by pair, and leave the list sorted.
func TestInversions(t *testing.T) {
	r := random.Source(9)
	for range 500 {
		list := make([]int32, r.Below(90))
		for i := range list {
			list[i] = int32(r.Below(60))
		}
		want := 0
		for i := range list {
			for k := range i {
				if list[k] > list[i] {
					want++
				}
			}
		}
		sorted := slices.Sorted(slices.Values(list))
		if got := inversions(list, make([]int32, len(list))); got != want || !slices.Equal(list, sorted) {
			t.Fatalf("%d inversions, not %d", got, want)
		}
	}
}
