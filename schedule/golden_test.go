package schedule

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/internal/shareddata"
)

// chains is a job shop: each job a chain of machine and hours, a machine a work centre, always
// open. dues are in hours from the start; nil: none.
func chains(machines int32, dues []int64, jobs ...[][2]int64) *Problem {
	p := &Problem{Start: randomStart}
	for k := range machines {
		p.Centres = append(p.Centres, Centre{Machines: 1, First: k})
		p.Machines = append(p.Machines, Machine{Centre: k})
	}
	for j, steps := range jobs {
		job := Job{First: int32(len(p.Ops)), Ops: int32(len(steps))}
		if dues != nil {
			job.Due, job.Weight = p.Start+dues[j]*oneHour, 1000
		}
		p.Jobs = append(p.Jobs, job)
		for k, step := range steps {
			op := int32(len(p.Ops))
			p.Ops = append(p.Ops, Op{Job: int32(j), Number: int32(10 * (k + 1)), Quantity: oneUnit, Modes: op, NumModes: 1})
			p.Modes = append(p.Modes, Mode{Centre: int32(step[0]), Fixed: time.Duration(step[1]) * time.Hour})
			if k > 0 {
				p.Arcs = append(p.Arcs, Arc{From: op - 1, To: op})
			}
		}
	}
	return p
}

// built is what Build makes of a problem, which Verify accepts.
func built(t *testing.T, p *Problem, opts Options) *Schedule {
	t.Helper()
	s, err := Build(context.Background(), p, opts)
	if err != nil {
		t.Fatal(err)
	}
	if text := unexplained(s); text != "" {
		t.Fatalf("%+v: Verify finds %s", opts, text)
	}
	return s
}

// hoursOf is an instant in hours from the start.
func hoursOf(p *Problem, at int64) float64 { return float64(at-p.Start) / float64(oneHour) }

// Heizer & Render, Operations Management, short-term scheduling: five jobs of an architect's
// office by four rules. Their lateness counts late jobs only.
func TestHeizerRenderSequencingRules(t *testing.T) {
	p := chains(1, []int64{8, 6, 18, 15, 23}, [][2]int64{{0, 6}}, [][2]int64{{0, 2}}, [][2]int64{{0, 8}}, [][2]int64{{0, 3}}, [][2]int64{{0, 9}})
	for _, want := range []struct {
		rule                          Rule
		flow, utilisation, jobs, late float64
	}{{FCFS, 15.4, 36.4, 2.75, 2.2}, {SPT, 13.0, 43.1, 2.32, 1.8}, {EDD, 13.6, 41.2, 2.43, 1.2}, {LPT, 20.6, 27.2, 3.68, 9.6}} {
		s := built(t, p, Options{Rules: []Rule{want.rule}})
		flow, late, work := 0.0, 0.0, 28.0
		for op := range int32(5) {
			end := hoursOf(p, s.End(op))
			flow += end
			late += max(0, end-hoursOf(p, p.Jobs[op].Due))
		}
		got := [4]float64{flow / 5, 100 * work / flow, flow / work, late / 5}
		for i, v := range [4]float64{want.flow, want.utilisation, want.jobs, want.late} {
			if digits := math.Pow10([4]int{1, 1, 2, 1}[i]); math.Round(got[i]*digits) != math.Round(v*digits) {
				t.Errorf("%s: flow, utilisation, jobs and lateness are %.3f, not %v", Rules[want.rule], got, want)
			}
		}
	}
}

// Johnson, Naval Research Logistics Quarterly 1 (1954), on the numbers of Heizer & Render: the
// sequence B-E-D-C-A ends after 35 hours, and none ends earlier.
func TestJohnsonsFlowShop(t *testing.T) {
	steps := func(a, b int64) [][2]int64 { return [][2]int64{{0, a}, {1, b}} }
	p := chains(2, []int64{0, 0, 0, 0, 0}, steps(5, 2), steps(3, 6), steps(8, 4), steps(10, 7), steps(7, 12))
	for rank, job := range []int{1, 4, 3, 2, 0} {
		p.Jobs[job].Rank = int32(rank + 1)
	}
	s := built(t, p, Options{Rules: []Rule{ByRank}})
	if got := Evaluate(s, nil)[Makespan]; got != 35*oneHour {
		t.Errorf("B-E-D-C-A takes %d hours, not 35", got/oneHour)
	}
	order := []int32{0, 2, 4, 6, 8} // first operations
	slices.SortFunc(order, func(a, b int32) int { return int(s.Start(a) - s.Start(b)) })
	if !slices.Equal(order, []int32{2, 8, 6, 4, 0}) {
		t.Errorf("the first machine takes %v", order)
	}
	if best := newBruteForce(p).makespan; best != 35*oneHour {
		t.Errorf("the best of all schedules takes %d hours, not 35", best/oneHour)
	}
}

// jobShop reads an instance of the literature, an hour for each unit of time.
func jobShop(t *testing.T, name string) *Problem {
	t.Helper()
	text, err := os.ReadFile(shareddata.Path(t, "jobshop", "jsp", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	in := strings.NewReader(string(text))
	next := func() int64 {
		var v int64
		if _, err := fmt.Fscan(in, &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return v
	}
	jobs, machines := next(), next()
	var all [][][2]int64
	for range jobs {
		var steps [][2]int64
		for range machines {
			steps = append(steps, [2]int64{next(), next()})
		}
		all = append(all, steps)
	}
	return chains(int32(machines), make([]int64, jobs), all...)
}

// Fisher & Thompson (1963) and Lawrence (1984); the shortest makespans are those of
// JSPLIB and or-tools. No scheduler is below them, and Bound is not above.
func TestJobShopsOfTheLiterature(t *testing.T) {
	for _, c := range []struct {
		name string
		best int64
	}{{"ft06", 55}, {"ft10", 930}, {"la01", 666}, {"la02", 655}, {"la03", 597}, {"la04", 590}, {"la05", 593}} {
		p := jobShop(t, c.name)
		if bound, err := Bound(p); err != nil || bound[Makespan] > c.best*oneHour {
			t.Errorf("%s: the bound is %d, %v, but %d can be had", c.name, bound[Makespan]/oneHour, err, c.best)
		}
		shortest, by := int64(math.MaxInt64), ""
		for name, opts := range schedulers() {
			opts.Objective = Objective{Order: []Measure{Makespan}}
			got := Evaluate(built(t, p, opts), nil)[Makespan] / oneHour
			if got < c.best {
				t.Errorf("%s, %s: a makespan of %d is less than the optimum of %d", c.name, name, got, c.best)
			}
			if got < shortest || got == shortest && name < by {
				shortest, by = got, name
			}
		}
		forward := Evaluate(built(t, p, Options{Objective: Objective{Order: []Measure{Makespan}}}), nil)[Makespan] / oneHour
		t.Logf("%s: Build %d (%.3f of the optimum of %d); best of all schedulers %d (%s)", c.name, forward, float64(forward)/float64(c.best), c.best, shortest, by)
	}
}
