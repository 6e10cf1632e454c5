package sparse_test

import (
	"maps"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/taktplan/takt/internal/sparse"
)

// version is an array and what it must hold.
type version struct {
	array sparse.Array[int]
	want  map[int32]int
}

func (v *version) check(t *testing.T) {
	t.Helper()
	got := map[int32]int{}
	last := int32(-1)
	v.array.Each(func(i int32, value *int) {
		if i <= last {
			t.Errorf("index %d after %d", i, last)
		}
		last = i
		got[i] = *value
	})
	if !maps.Equal(got, v.want) || v.array.Len() != len(v.want) {
		t.Errorf("holds %d values (Len %d), want %d", len(got), v.array.Len(), len(v.want))
	}
	for i, w := range v.want {
		if g := v.array.Get(i); g == nil || *g != w {
			t.Errorf("index %d: %v, want %d", i, g, w)
		}
	}
}

// Every version holds what a map would, whatever became of its copies.
func TestVersionsAreIndependent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	versions := []version{{want: map[int32]int{}}}
	for range 300 {
		from := &versions[r.IntN(len(versions))]
		next := version{want: maps.Clone(from.want)}
		e := from.array.Edit()
		limit := []int32{20, 40, 2000, 40_000, 1 << 21, 1 << 26}[r.IntN(6)]
		for range r.IntN(40) {
			i := r.Int32N(limit)
			if r.IntN(3) == 0 {
				e.Set(i, nil)
				delete(next.want, i)
			} else {
				v := r.Int()
				e.Set(i, &v)
				next.want[i] = v
			}
		}
		next.array = e.Done()
		v := 1
		e.Set(7, &v) // does not show in what was done before
		versions = append(versions, next)
	}
	for i := range versions {
		versions[i].check(t)
	}
	empty := versions[0].array
	if empty.Get(0) != nil || empty.Get(1<<30) != nil {
		t.Error("the empty array has a value")
	}
}

// Many goroutines read and edit copies of one array.
func TestCopiesAreForManyGoroutines(t *testing.T) {
	e := sparse.Array[int]{}.Edit()
	for i := range int32(5000) {
		v := int(i)
		e.Set(i*3, &v)
	}
	base := e.Done()
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			e := base.Edit()
			for i := range int32(3000) {
				v := -g
				e.Set(i*5, &v)
				if old := base.Get(i * 3); old == nil || *old != int(i) {
					t.Errorf("the base lost index %d", i*3)
					return
				}
			}
		})
	}
	group.Wait()
}
