package jobshop

import (
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/taktplan/takt/internal/random"
	"github.com/taktplan/takt/internal/shareddata"
)

// flexibleShapes are shops where steps have up to four modes, with releases and due dates, steps
// that take no time on some machines, and machines that nothing needs.
func flexibleShapes() []*Instance {
	r := random.Source(17)
	var list []*Instance
	for _, size := range [][3]int{{6, 4, 3}, {9, 7, 5}, {15, 8, 6}, {5, 6, 12}} {
		list = append(list, randomFlexible(&r, size[0], size[1], size[2], 4, 9))
	}
	return list
}

// randomFlexible is a shop of jobs with up to steps steps of up to modes modes.
func randomFlexible(r *random.Source, jobs, steps, machines, modes, times int) *Instance {
	p := &Instance{}
	for range jobs {
		var job []Step
		for range 1 + r.Below(steps) {
			var step Step
			for range 1 + r.Below(modes) {
				m := int32(r.Below(machines))
				if _, twice := step.on(m); !twice {
					step = append(step, Mode{m, int64(r.Below(times))})
				}
			}
			job = append(job, step)
		}
		p.Jobs = append(p.Jobs, job)
		p.Release = append(p.Release, int64(r.Below(2*times)))
		p.Due = append(p.Due, int64(r.Below(4*times)-3))
		p.Weight = append(p.Weight, int64(r.Below(4)))
	}
	return p
}

// On tiny flexible shops the search finds what trying all machines and all sequences
// finds, and the bound is not above it.
func TestSmallFlexibleOptima(t *testing.T) {
	r := random.Source(4)
	for i := range 60 {
		p := randomFlexible(&r, 3, 3, 3, 3, 9)
		for _, goal := range []Objective{Makespan, Tardiness, Lateness} {
			best := int64(1 << 62)
			allModes(p, 0, 0, func(fixed *Instance) { all(fixed, goal, nil, make([]int, 3), &best) })
			got, err := p.Solve(t.Context(), Options{Objective: goal, Seed: uint64(i), Iterations: 2000, Cores: 1})
			if err != nil {
				t.Fatal(err)
			}
			if value, err := Check(p, &got.Solution, goal); err != nil || value != got.Value {
				t.Fatalf("instance %d, objective %d: %d is %d: %v", i, goal, got.Value, value, err)
			}
			if got.Value != best || got.Bound > best {
				t.Errorf("instance %d, objective %d: found %d, bound %d, the optimum is %d", i, goal, got.Value, got.Bound, best)
			}
		}
	}
}

// allModes gives the classic shops that are left when every step from one on has one of its modes.
func allModes(p *Instance, j, s int, yield func(*Instance)) {
	switch {
	case j == len(p.Jobs):
		yield(p)
		return
	case s == len(p.Jobs[j]):
		allModes(p, j+1, 0, yield)
		return
	}
	for _, mode := range p.Jobs[j][s] {
		q := *p
		q.Jobs = slices.Clone(p.Jobs)
		q.Jobs[j] = slices.Clone(p.Jobs[j])
		q.Jobs[j][s] = Step{mode}
		allModes(&q, j, s+1, yield)
	}
}

// The bound of k machines is not above what the best schedule of the tasks there needs, and reaches it when
// the work is what decides.
func TestSeveralMachines(t *testing.T) {
	r := random.Source(8)
	equal := 0
	for range 300 {
		k, n := 1+r.Below(3), 1+r.Below(5)
		tasks := make([]task, n)
		for i := range tasks {
			tasks[i] = task{tick(r.Below(8)), tick(r.Below(9)), tick(r.Below(8))}
		}
		best := tick(1 << 40)
		assign(tasks, make([]tick, k), make([]bool, n), 0, &best)
		got := severalMachines(tasks, k)
		if got > best {
			t.Fatalf("%v on %d machines: bound %d, the best schedule is %d", tasks, k, got, best)
		}
		if got == best {
			equal++
		}
	}
	if equal < 50 {
		t.Errorf("the bound was reached %d times of 300: it is hardly one", equal)
	}
}

// assign tries every order and machine of the tasks.
func assign(tasks []task, free []tick, done []bool, value tick, best *tick) {
	open := false
	for i, a := range tasks {
		if done[i] {
			continue
		}
		open, done[i] = true, true
		for k, before := range free {
			free[k] = max(before, a.head) + a.p
			assign(tasks, free, done, max(value, free[k]+a.tail), best)
			free[k] = before
		}
		done[i] = false
	}
	if !open {
		*best = min(*best, value)
	}
}

// Shops where every machine can do everything alike, where nearly nothing takes time, and large ones are
// solved without a stall, and the same by any number of cores.
func TestFlexibleExtremes(t *testing.T) {
	r := random.Source(21)
	alike := &Instance{}
	for range 10 {
		var job []Step
		for range 6 {
			time := int64(1 + r.Below(50))
			var step Step
			for m := range int32(5) {
				step = append(step, Mode{m, time})
			}
			job = append(job, step)
		}
		alike.Jobs = append(alike.Jobs, job)
	}
	for name, p := range map[string]*Instance{
		"alike":   alike,
		"instant": randomFlexible(&r, 10, 6, 4, 4, 2),
		"large":   randomFlexible(&r, 40, 20, 15, 5, 99),
		"one job": randomFlexible(&r, 1, 6, 4, 4, 9),
		"single":  {Jobs: [][]Step{{{{2, 7}, {0, 3}}}}},
	} {
		for _, goal := range []Objective{Makespan, Tardiness, Lateness} {
			o := Options{Objective: goal, Seed: 5, Iterations: 1500, Cores: 1}
			a, err := p.Solve(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if value, err := Check(p, &a.Solution, goal); err != nil || value != a.Value || a.Bound > value {
				t.Errorf("%s, objective %d: %d is %d, bound %d: %v", name, goal, a.Value, value, a.Bound, err)
			}
			o.Cores = 3
			if b, err := p.Solve(t.Context(), o); err != nil || !reflect.DeepEqual(a, b) {
				t.Errorf("%s, objective %d: one core finds %d, three find %d: %v", name, goal, a.Value, b.Value, err)
			}
		}
	}
	got, err := (&Instance{Jobs: [][]Step{{{{2, 7}, {0, 3}}}}}).Solve(t.Context(), Options{Iterations: 10})
	if err != nil || got.Value != 3 || got.StopReason != Optimal {
		t.Errorf("a single step takes its fastest machine: %d (%s), %v", got.Value, StopReasons[got.StopReason], err)
	}
}

// Brandimarte's (1993) and Kacem's (2002) shops come to their published optima in a fixed number of moves.
func TestPublishedFlexibleOptima(t *testing.T) {
	for _, c := range []struct {
		name           string
		optimum, moves int64
	}{
		{"k1", 11, 20_000}, {"k2", 11, 20_000}, {"k3", 7, 20_000}, {"k4", 11, 100_000},
		{"mk01", 40, 200_000}, {"mk03", 204, 5000}, {"mk04", 60, 200_000}, {"mk08", 523, 5000}, {"mk09", 307, 50_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sharedFlexible(t, c.name)
			for seed := uint64(1); seed < 3; seed++ {
				got, err := p.Solve(t.Context(), Options{Seed: seed, Iterations: c.moves})
				if err != nil {
					t.Fatal(err)
				}
				if value, err := Check(p, &got.Solution, Makespan); err != nil || value != c.optimum || got.Value != value || got.Bound > value {
					t.Errorf("seed %d: found %d, which is %d (%v), bound %d; published is %d", seed, got.Value, value, err, got.Bound, c.optimum)
				}
			}
		})
	}
}

// sharedFlexible is an instance of the shared data set.
func sharedFlexible(t *testing.T, name string) *Instance {
	t.Helper()
	text, err := os.ReadFile(shareddata.Path(t, "jobshop", "fjsp", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParseFlexible(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// In a shop without alternatives the search does what it did before it knew of them: values, moves and
// last orders are those of then. The tardiness tries a sample of the neighbours since: where that shows, in
// the last two shops, the values are better than they were (18,913 and 62,206).
func TestClassicSearchUnchanged(t *testing.T) {
	shops := append(shapes(), Taillard(15, 15, 840612802, 398197754), Taillard(30, 20, 4711, 815))
	for i, want := range [...]struct {
		value tick
		moves int64
		order uint64
	}{
		{461, 32, 0xd3b2b8dee91a3532}, {2852, 2085, 0x555de95196a3801b}, {461, 32, 0xd3b2b8dee91a3532},
		{1262, 1, 0xca34cd6b8a052c03}, {18354, 2874, 0x262091d5283972e5}, {1337, 1000, 0x9de8db99edf18dfb},
		{54, 1005, 0xd3b2be2ebe7d621a}, {78, 1044, 0x72a4c07546e5bc4b}, {57, 1063, 0x40820e080ce2d67b},
		{1283, 1933, 0xe2f4d0649e50fbc6}, {17643, 5618, 0xf521582aa91c7b1}, {1283, 1933, 0xe2f4d0649e50fbc6},
		{1958, 8001, 0x6ac406496a91df51}, {59592, 4933, 0xd3eef1f1e6094ee5}, {1958, 8001, 0x6ac406496a91df51},
	} {
		goal := [...]Objective{Makespan, Tardiness, Lateness}[i%3]
		search := newSearch(compile(shops[i/3], goal), 0, func() bool { return false })
		a := &attempt{seed: uint64(i / 3), cutoff: 1000, most: 10_000}
		search.attempt(a)
		order := uint64(0)
		for _, x := range search.graph.order {
			order = order*31 + uint64(x) + uint64(search.end[x])
		}
		if search.record != want.value || a.moves != want.moves || order != want.order {
			t.Errorf("shop %d, objective %d: %d after %d moves, %#x; it was %d after %d, %#x", i/3, goal, search.record, a.moves, order, want.value, want.moves, want.order)
		}
	}
}
