package jobshop

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/taktplan/takt/internal/random"
)

// large is a shop with thousands of jobs of a few steps each, on a few machines.
func large(jobs, steps, machines, modes int) *Instance {
	r := random.Source(31)
	p := &Instance{}
	for range jobs {
		var job []Step
		for range steps {
			var step Step
			for m := r.Below(machines); len(step) < modes; m++ {
				step = append(step, Mode{int32(m % machines), int64(1 + r.Below(99))})
			}
			job = append(job, step)
		}
		p.Jobs = append(p.Jobs, job)
	}
	return p.WeightedTardiness(130)
}

// A search whose time is over when it begins gives a start and a few moves, however large the shop:
// it asks whether to end by the work that it does and not by moves.
func TestLargeShopsEndInTime(t *testing.T) {
	over, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for name, p := range map[string]*Instance{
		"classic":  large(4000, 4, 8, 1),
		"flexible": large(4000, 2, 8, 3),
		"single":   large(8000, 1, 1, 1),
	} {
		for _, goal := range []Objective{Makespan, Tardiness, Lateness} {
			r, err := p.Solve(over, Options{Objective: goal, Cores: 2})
			if err != nil {
				t.Fatal(err)
			}
			if value, err := Check(p, &r.Solution, goal); err != nil || value != r.Value || r.Bound > value {
				t.Errorf("%s, objective %d: %d is %d, bound %d: %v", name, goal, r.Value, value, r.Bound, err)
			}
			if r.StopReason != Time && r.StopReason != Optimal || r.Iterations > 20 {
				t.Errorf("%s, objective %d: %d moves after the end (%s)", name, goal, r.Iterations, StopReasons[r.StopReason])
			}
		}
	}
}

// In shops so large that neighbours are drawn by lot the result is still that of the seed and the moves.
func TestLargeShopsAreDeterministic(t *testing.T) {
	for name, p := range map[string]*Instance{"classic": large(1400, 3, 6, 1), "flexible": large(2100, 2, 6, 3)} {
		for _, goal := range []Objective{Makespan, Tardiness} {
			var values [2]int64
			for i := range values {
				r, err := p.Solve(t.Context(), Options{Objective: goal, Seed: 9, Iterations: 12, Cores: 1 + 2*i})
				if err != nil {
					t.Fatal(err)
				}
				values[i] = r.Value
			}
			if values[0] != values[1] {
				t.Errorf("%s, objective %d: one core finds %d, three find %d", name, goal, values[0], values[1])
			}
		}
	}
}

// A move that is broken off in the middle, as the time is over, leaves the graph as it was.
func TestHaltInTheMiddleOfAMove(t *testing.T) {
	for _, p := range []*Instance{large(300, 10, 6, 1), large(300, 10, 6, 3)} {
		search := begin(p, Tardiness, 3)
		search.record = 0
		asked := 0
		search.halt = func() bool { asked++; return asked == 5 }
		value, moves := search.value, 0
		for search.step() {
			value = search.value
			moves++
		}
		if !search.halted || search.value != value || moves > 5*pollWork/p.ops() {
			t.Errorf("halted: %t, after %d moves; value %d, it was %d", search.halted, moves, search.value, value)
		}
		same(t, search.graph)
		sequences(t, search.graph)
	}
}

func (p *Instance) ops() int {
	n := 0
	for _, steps := range p.Jobs {
		n += len(steps)
	}
	return n
}

// Of more steps than the front of a line holds none is lost, and those with the most work behind them
// come first.
func TestLongLine(t *testing.T) {
	p := &Instance{}
	for j := range 3 * longLine {
		p.Jobs = append(p.Jobs, []Step{On(0, 1), On(1, int64(j))})
	}
	search := newSearch(compile(p, Makespan), 0, nil)
	order := search.build(0).order
	if sorted := slices.Sorted(slices.Values(order)); len(order) != 2*len(p.Jobs) || len(slices.Compact(sorted)) != len(order) {
		t.Fatalf("%d steps in the order, and there are %d", len(order), 2*len(p.Jobs))
	}
	early, late := 0, 0
	for i, x := range order {
		if j := search.job[x]; search.first[j] == x && i < len(order)/4 {
			if int(j) >= 2*longLine {
				early++
			} else if int(j) >= longLine {
				late++
			}
		}
	}
	if early < 2*late {
		t.Errorf("of the first quarter %d steps have much work behind them and %d less", early, late)
	}
}

// The line that ends first stands on top of the tree, as a look at all of them says.
func TestTreeOfLines(t *testing.T) {
	r := random.Source(12)
	for machines := 1; machines < 40; machines++ {
		d := dispatcher{lines: make([]line, machines), soon: tree(machines)}
		for range 300 {
			m := int32(r.Below(machines))
			d.lines[m].first, d.lines[m].end = int32(r.Below(3))*(m+1), tick(r.Below(9))
			d.promote(m)
			best := int32(-1)
			for k := range int32(machines) {
				if d.sooner(k, best) {
					best = k
				}
			}
			if top := d.soon[1]; best >= 0 && top != best {
				t.Fatalf("%d machines: %d is on top, not %d", machines, top, best)
			}
		}
	}
}

// A set of moves holds what was put in since it was cleared.
func TestMoveSet(t *testing.T) {
	r := random.Source(2)
	var s moveSet
	for range 200 {
		s.clear()
		known := map[move]bool{}
		for range r.Below(400) {
			m := move{u: int32(r.Below(9)), v: int32(r.Below(9)), mode: int32(r.Below(3)), forward: r.Below(2) == 0}
			if s.add(m) == known[m] {
				t.Fatalf("%+v is in the set: %t", m, known[m])
			}
			known[m] = true
		}
	}
}
