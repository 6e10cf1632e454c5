package jobshop

import "slices"

// build is a start: an active schedule (Giffler & Thompson, Operations Research 8, 1960),
// where of the steps in conflict the one with the most work behind it goes first, give or
// take a random share of noise percent. O(ops × jobs).
func (t *search) build(noise int) []int32 {
	s := t.shop
	next := slices.Clone(s.first[:s.jobs])
	ready := slices.Clone(s.release)
	free := make([]tick, s.machines)
	rest := make([]tick, len(s.p))
	for x := s.ops; x > 0; x-- {
		rest[x] = s.p[x]
		if js := int(s.js[x]); js <= s.ops {
			rest[x] += rest[js]
		} else {
			rest[x] += s.tail[s.job[x]]
		}
	}
	order := make([]int32, 0, s.ops)
	for len(order) < s.ops {
		x := t.dispatch(next, ready, free, rest, noise)
		j := s.job[x]
		ready[j] = max(ready[j], free[s.machine[x]]) + s.p[x]
		free[s.machine[x]] = ready[j]
		next[j]++
		order = append(order, x)
	}
	return order
}

func (t *search) dispatch(next []int32, ready, free, rest []tick, noise int) int32 {
	s := t.shop
	earliest, on := tick(1<<62), int32(-1)
	for j, x := range next {
		if x == s.first[j+1] {
			continue
		}
		if end := max(ready[j], free[s.machine[x]]) + s.p[x]; end < earliest {
			earliest, on = end, s.machine[x]
		}
	}
	best, most := int32(0), tick(-1)
	for j, x := range next {
		if x == s.first[j+1] || s.machine[x] != on {
			continue
		}
		if begin := max(ready[j], free[on]); begin >= earliest && s.p[x] > 0 {
			continue
		}
		key := max(rest[x], 0)*tick(100-noise+t.random.below(2*noise+1)) + tick(t.random.below(2))
		if key > most {
			best, most = x, key
		}
	}
	return best
}
