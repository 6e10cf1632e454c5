package jobshop

import (
	"cmp"
	"slices"
)

// setWork limits the sets times the steps that the bound looks at.
const setWork = 1 << 22

// boundOfSets is what the sets of machines need that a step names with its modes, and that of all
// machines, for the steps that can run nowhere else: by node in all.
func (s *shop) boundOfSets(all []task) tick {
	within := make([]bool, s.machines)
	for m := range within {
		within[m] = true
	}
	best := severalMachines(all[1:s.ops+1], s.machines)
	known := map[string]bool{}
	var list []task
	for x := 1; x <= s.ops && len(known)*s.ops < setWork; x++ {
		set := slices.Clone(s.on[s.modes[x]:s.modes[x+1]])
		slices.Sort(set)
		if len(set) == 1 || known[name(set)] {
			continue
		}
		known[name(set)] = true
		clear(within)
		for _, m := range set {
			within[m] = true
		}
		list = list[:0]
		for y := 1; y <= s.ops; y++ {
			if !slices.ContainsFunc(s.on[s.modes[y]:s.modes[y+1]], func(m int32) bool { return !within[m] }) {
				list = append(list, all[y])
			}
		}
		best = max(best, severalMachines(list, len(set)))
	}
	return best
}

// name is a key of a set of machines.
func name(set []int32) string {
	key := make([]byte, 0, 4*len(set))
	for _, m := range set {
		key = append(key, byte(m), byte(m>>8), byte(m>>16))
	}
	return string(key)
}

// severalMachines is a bound for tasks on k machines of the same speed: of every set of at least k of
// them the k least heads, the work and the k least tails, divided by k (Carlier, European
// Journal of Operational Research 29, 1987). The sets tried are those of the tasks with the
// largest heads.
func severalMachines(tasks []task, k int) tick {
	tasks = slices.Clone(tasks)
	slices.SortFunc(tasks, func(a, b task) int { return cmp.Compare(a.head, b.head) })
	var least []task // those with the least tails, the longest of them first
	best, work, heads, rest := tick(0), tick(0), tick(0), tick(0)
	for i := len(tasks) - 1; i >= 0; i-- {
		t := tasks[i]
		work, heads, rest = work+t.p, heads+t.head, rest+t.tail
		if least = push(least, t); len(least) > k {
			rest -= least[0].tail
			heads -= tasks[i+k].head
			least = pop(least)
		}
		if len(least) == k {
			best = max(best, (heads+work+rest+tick(k)-1)/tick(k))
		}
	}
	return best
}
