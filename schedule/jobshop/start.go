package jobshop

import "slices"

// build is a start: an active schedule (Giffler & Thompson, Operations Research 8, 1960),
// where of the steps in conflict the one with the most work behind it goes first, give or
// take a random share of noise percent. A step with several modes takes the one that ends
// first, or in every second start, and where there are many jobs, the one that shares the work out best. O(ops × steps that wait
// for a machine, a thousand at most), and with modes that end first O(ops × jobs × modes).
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
	return selection{d.run(), d.mode}
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

	lines []line  // by machine; nil if the modes are not fixed
	soon  []int32 // a tree of machines, the one whose line ends first on top; see promote
}

// manyJobs is for how many jobs a start looks for the mode that ends first, which looks at all of
// them at every step.
const manyJobs = 500

func (d *dispatcher) run() []int32 {
	s := d.shop
	next := d.nextFixed
	d.lines, d.soon = make([]line, s.machines), tree(s.machines)
	switch {
	case !s.flexible:
		copy(d.mode, s.modes)
	case d.random.Below(2) == 0 || s.jobs > manyJobs:
		d.share()
	default:
		next, d.lines = d.nextFree, nil
	}
	for _, x := range d.next {
		d.wait(x)
	}
	order := make([]int32, 0, s.ops)
	for len(order) < s.ops {
		x := next()
		j, mode := s.job[x], d.mode[x]
		m := s.on[mode]
		d.ready[j] = max(d.ready[j], d.free[m]) + s.time[mode]
		d.free[m] = d.ready[j]
		d.next[j]++
		order = append(order, x)
		d.leave(x)
		if d.next[j] < s.first[j+1] {
			d.wait(d.next[j])
		}
	}
	return order
}

// end is when a step ends if it comes next on its machine.
func (d *dispatcher) end(x int32) tick {
	mode := d.mode[x]
	return max(d.ready[d.job[x]], d.free[d.on[mode]]) + d.time[mode]
}

// nextFixed chooses the step that comes next, where each step has its mode.
func (d *dispatcher) nextFixed() int32 {
	on := d.soon[1]
	return d.fromConflict(d.lines[on].steps, on, d.lines[on].end)
}

// nextFree chooses the step that comes next, where each takes the mode in which it ends first.
func (d *dispatcher) nextFree() int32 {
	s := d.shop
	earliest, on := tick(1<<62), int32(-1)
	for j, x := range d.next {
		if x == s.first[j+1] {
			continue
		}
		d.choose(x)
		if end := d.end(x); end < earliest {
			earliest, on = end, s.on[d.mode[x]]
		}
	}
	var steps []int32
	for j, x := range d.next {
		if x != s.first[j+1] && s.on[d.mode[x]] == on {
			steps = append(steps, x)
		}
	}
	return d.fromConflict(steps, on, earliest)
}

// fromConflict chooses among the steps that could begin on a machine before the first of them can end.
func (d *dispatcher) fromConflict(steps []int32, on int32, earliest tick) int32 {
	best, most := int32(0), tick(-1)
	for _, x := range steps {
		if begin := max(d.ready[d.job[x]], d.free[on]); begin >= earliest && d.time[d.mode[x]] > 0 {
			continue
		}
		key := max(d.rest[x], 0)*tick(100-d.noise+d.random.Below(2*d.noise+1)) + tick(d.random.Below(2))
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
		if ties++; ties == 1 || d.random.Below(ties) == 0 {
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
		k := d.random.Below(i + 1)
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
			if ties++; ties == 1 || d.random.Below(ties) == 0 {
				d.mode[x] = mode
			}
		}
		load[s.on[d.mode[x]]] = least
	}
}
