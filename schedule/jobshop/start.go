package jobshop

import "slices"

// build is a start: an active schedule (Giffler & Thompson, Operations Research 8, 1960),
// where of the steps in conflict the one with the most work behind it goes first, give or
// take a random share of noise percent. A step with several modes takes the one that ends
// first, or in every second start the one that shares the work out best. O(ops × jobs × modes).
func (t *search) build(noise int) selection {
	s := t.shop
	d := dispatcher{search: t, noise: noise, next: slices.Clone(s.first[:s.jobs]), ready: slices.Clone(s.release),
		free: make([]tick, s.machines), rest: make([]tick, s.nodes), mode: make([]int32, s.nodes)}
	for x := s.ops; x > 0; x-- {
		d.rest[x] = s.shortest[x]
		if js := int(s.js[x]); js <= s.ops {
			d.rest[x] += d.rest[js]
		} else {
			d.rest[x] += s.tail[s.job[x]]
		}
	}
	if !s.flexible {
		copy(d.mode, s.modes)
	} else if d.fixed = t.random.below(2) == 0; d.fixed {
		d.share()
	}
	order := make([]int32, 0, s.ops)
	for len(order) < s.ops {
		x := d.dispatch()
		j, mode := s.job[x], d.mode[x]
		m := s.on[mode]
		d.ready[j] = max(d.ready[j], d.free[m]) + s.time[mode]
		d.free[m] = d.ready[j]
		d.next[j]++
		order = append(order, x)
	}
	return selection{order, d.mode}
}

// dispatcher is a schedule that grows step by step.
type dispatcher struct {
	*search
	noise int
	next  []int32 // by job: its next step
	ready []tick  // by job
	free  []tick  // by machine
	rest  []tick  // by node: work from it to the end of the job
	mode  []int32 // by node
	fixed bool    // the modes are
}

// dispatch chooses the step that comes next.
func (d *dispatcher) dispatch() int32 {
	s := d.shop
	earliest, on := tick(1<<62), int32(-1)
	for j, x := range d.next {
		if x == s.first[j+1] {
			continue
		}
		if s.flexible && !d.fixed {
			d.choose(x)
		}
		mode := d.mode[x]
		if end := max(d.ready[j], d.free[s.on[mode]]) + s.time[mode]; end < earliest {
			earliest, on = end, s.on[mode]
		}
	}
	best, most := int32(0), tick(-1)
	for j, x := range d.next {
		if x == s.first[j+1] || s.on[d.mode[x]] != on {
			continue
		}
		if begin := max(d.ready[j], d.free[on]); begin >= earliest && s.time[d.mode[x]] > 0 {
			continue
		}
		key := max(d.rest[x], 0)*tick(100-d.noise+d.random.below(2*d.noise+1)) + tick(d.random.below(2))
		if key > most {
			best, most = x, key
		}
	}
	return best
}

// choose takes the mode in which a step ends first, as things stand.
func (d *dispatcher) choose(x int32) {
	s, ready := d.shop, d.ready[d.job[x]]
	earliest, ties := tick(1<<62), 0
	for mode := s.modes[x]; mode < s.modes[x+1]; mode++ {
		end := max(ready, d.free[s.on[mode]]) + s.time[mode]
		if end > earliest {
			continue
		}
		if end < earliest {
			ties = 0
		}
		earliest = end
		if ties++; ties == 1 || d.random.below(ties) == 0 {
			d.mode[x] = mode
		}
	}
}

// share takes the modes one step after the other, in a random order, so that the machine
// that it comes to is the least loaded.
func (d *dispatcher) share() {
	s := d.shop
	load := make([]tick, s.machines)
	steps := make([]int32, s.ops)
	for i := range steps {
		steps[i] = int32(i + 1)
	}
	for i := len(steps) - 1; i >= 0; i-- {
		k := d.random.below(i + 1)
		steps[i], steps[k] = steps[k], steps[i]
		x := steps[i]
		least, ties := tick(1<<62), 0
		for mode := s.modes[x]; mode < s.modes[x+1]; mode++ {
			sum := load[s.on[mode]] + s.time[mode]
			if sum > least {
				continue
			}
			if sum < least {
				ties = 0
			}
			least = sum
			if ties++; ties == 1 || d.random.below(ties) == 0 {
				d.mode[x] = mode
			}
		}
		load[s.on[d.mode[x]]] = least
	}
}
