package jobshop_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/taktplan/takt/internal/shareddata"
	"github.com/taktplan/takt/schedule/jobshop"
)

// ft06 is the instance of six jobs of Fisher & Thompson (Industrial Scheduling, 1963,
// chapter 15), whose shortest makespan is 55.
const ft06 = `# Fisher & Thompson 1963
6 6
2 1  0 3  1 6  3 7  5 3  4 6
1 8  2 5  4 10 5 10 0 10 3 4
2 5  3 4  5 8  0 9  1 1  4 7
1 5  0 5  2 5  3 3  4 8  5 9
2 9  1 3  4 5  5 4  0 3  3 1
1 3  3 3  5 9  0 10 4 4  2 1
`

func parse(t testing.TB, text string) *jobshop.Instance {
	t.Helper()
	p, err := jobshop.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// solve checks what the search says of its solution.
func solve(t testing.TB, p *jobshop.Instance, o jobshop.Options) jobshop.Result {
	t.Helper()
	return solveIn(t.Context(), t, p, o)
}

func solveIn(ctx context.Context, t testing.TB, p *jobshop.Instance, o jobshop.Options) jobshop.Result {
	t.Helper()
	r, err := p.Solve(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jobshop.Check(p, &r.Solution, o.Objective)
	if err != nil {
		t.Fatal(err)
	}
	if value != r.Value || r.Bound > r.Value {
		t.Fatalf("value %d, bound %d; the solution is worth %d", r.Value, r.Bound, value)
	}
	return r
}

func TestFisherThompson(t *testing.T) {
	r := solve(t, parse(t, ft06), jobshop.Options{Iterations: 5000})
	if r.Value != 55 || r.StopReason != jobshop.Iterations && r.StopReason != jobshop.Optimal {
		t.Errorf("found %d (%s), the optimum is 55", r.Value, jobshop.StopReasons[r.StopReason])
	}
}

// shared is an instance of the shared data set.
func shared(t testing.TB, name string) *jobshop.Instance {
	t.Helper()
	return parse(t, sharedText(t, filepath.Join("jsp", name+".txt")))
}

func sharedText(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(shareddata.Path(t, "jobshop", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Published optima are reached in a fixed number of moves, with more than one seed.
func TestPublishedOptima(t *testing.T) {
	for _, c := range []struct {
		name           string
		optimum, moves int64
	}{
		{"ft10", 930, 3_000_000}, {"ft20", 1165, 500_000},
		{"la01", 666, 1000}, {"la02", 655, 200_000}, {"la03", 597, 200_000}, {"la04", 590, 200_000}, {"la05", 593, 1000},
		{"la16", 945, 2_000_000}, {"la31", 1784, 5000}, {"abz5", 1234, 2_000_000}, {"abz6", 943, 500_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := shared(t, c.name)
			for seed := uint64(1); seed < 3; seed++ {
				reaches(t, p, jobshop.Options{Seed: seed, Iterations: c.moves}, c.optimum)
			}
		})
	}
}

// Weighted tardiness of Singer & Pinedo (1998) with f = 1.3: optima and best known values.
func TestPublishedTardiness(t *testing.T) {
	for name, best := range map[string]int64{"abz5": 1403, "abz6": 436, "la16": 1169, "la19": 948} {
		t.Run(name, func(t *testing.T) {
			p := shared(t, name).WeightedTardiness(130)
			reaches(t, p, jobshop.Options{Objective: jobshop.Tardiness, Seed: 1, Iterations: 2_000_000}, best)
		})
	}
}

// reaches solves until the optimum is there, so that no time is lost where no bound proves it.
func reaches(t *testing.T, p *jobshop.Instance, o jobshop.Options, optimum int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.Improved = func(e jobshop.Event) {
		if e.Value == optimum {
			cancel()
		}
	}
	if r := solveIn(ctx, t, p, o); r.Value != optimum {
		t.Errorf("seed %d: found %d, published is %d", o.Seed, r.Value, optimum)
	}
}

// The same seed and moves give the same result, whatever was solved before and however many
// work at it; a context that ends leaves the solution of the moves made.
func TestDeterministic(t *testing.T) {
	p := jobshop.Taillard(12, 6, 4711, 815)
	for _, goal := range []jobshop.Objective{jobshop.Makespan, jobshop.Tardiness, jobshop.Lateness} {
		q := p.WeightedTardiness(130)
		o := jobshop.Options{Objective: goal, Seed: 3, Iterations: 3000}
		a, b := solve(t, q, o), solve(t, q, o)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("objective %d: two runs differ: %d and %d", goal, a.Value, b.Value)
		}
		if a.StopReason == jobshop.Optimal {
			continue
		}
		for _, cores := range []int{1, 2, 9} {
			o.Cores, o.Iterations = cores, 10_007
			if c := solve(t, q, o); c.Iterations != o.Iterations {
				t.Errorf("objective %d, %d cores: %d moves of %d", goal, cores, c.Iterations, o.Iterations)
			} else if a = c; cores > 1 && !reflect.DeepEqual(b, a) {
				t.Errorf("objective %d: %d cores give %d, fewer %d", goal, cores, a.Value, b.Value)
			}
			b = a
		}
		ctx, cancel := context.WithCancel(t.Context())
		o.Iterations, o.Improved = 0, func(e jobshop.Event) { cancel() }
		c := solveIn(ctx, t, q, o)
		if c.StopReason != jobshop.Interrupted || c.Iterations == 0 {
			t.Errorf("objective %d: interrupted after %d moves: %s", goal, c.Iterations, jobshop.StopReasons[c.StopReason])
		}
		late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
		defer cancel()
		if c = solveIn(late, t, q, o); c.StopReason != jobshop.Time {
			t.Errorf("objective %d: without time: %s", goal, jobshop.StopReasons[c.StopReason])
		}
	}
}

// Events fall, end at the result and are not below the bound.
func TestImproved(t *testing.T) {
	var events []jobshop.Event
	p := jobshop.Taillard(15, 15, 840612802, 398197754)
	r := solve(t, p, jobshop.Options{Iterations: 20_000, Improved: func(e jobshop.Event) { events = append(events, e) }})
	if len(events) < 2 || events[len(events)-1].Value != r.Value {
		t.Fatalf("%d events, and the result is %d", len(events), r.Value)
	}
	for i, e := range events {
		if e.Bound != r.Bound || i > 0 && (e.Value >= events[i-1].Value || e.Iterations < events[i-1].Iterations) {
			t.Errorf("event %d: %+v", i, e)
		}
	}
}

// trivial is the bound that Taillard (1993) printed with his seeds: of all jobs their work,
// of all machines the work with the least before and after it.
func trivial(p *jobshop.Instance) int64 {
	type load struct{ head, work, tail int64 }
	machines := map[int32]load{}
	bound := int64(0)
	for _, steps := range p.Jobs {
		sum := int64(0)
		for _, s := range steps {
			sum += s[0].Time
		}
		bound = max(bound, sum)
		before := int64(0)
		for _, s := range steps {
			l, ok := machines[s[0].Machine]
			if !ok {
				l.head, l.tail = sum, sum
			}
			machines[s[0].Machine] = load{min(l.head, before), l.work + s[0].Time, min(l.tail, sum-before-s[0].Time)}
			before += s[0].Time
		}
	}
	for _, l := range machines {
		bound = max(bound, l.head+l.work+l.tail)
	}
	return bound
}

// The first row of ta01 and the bounds of ta01–ta04 as Taillard published them.
func TestTaillard(t *testing.T) {
	for _, c := range []struct{ timeSeed, machineSeed, bound int64 }{
		{840612802, 398197754, 1005}, {1314640371, 386720536, 953}, {1227221349, 316176388, 1036}, {342269428, 1806358582, 973},
	} {
		if got := trivial(jobshop.Taillard(15, 15, c.timeSeed, c.machineSeed)); got != c.bound {
			t.Errorf("seeds %d %d: bound %d, published is %d", c.timeSeed, c.machineSeed, got, c.bound)
		}
	}
	p := jobshop.Taillard(15, 15, 840612802, 398197754)
	want := []int64{94, 66, 10, 53, 26, 15, 65, 82, 10, 27, 93, 92, 96, 70, 83}
	for i, s := range p.Jobs[0] {
		if s[0].Time != want[i] {
			t.Errorf("ta01, job 0, step %d takes %d, published is %d", i, s[0].Time, want[i])
		}
	}
	if r := solve(t, p, jobshop.Options{Iterations: 200_000}); r.Value < 1231 || r.Value > 1255 {
		t.Errorf("ta01: %d; the optimum is 1231", r.Value)
	}
}

// All 80 have the bounds that Taillard published.
func TestTaillardBounds(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(sharedText(t, "ta_seeds.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 81 {
		t.Fatalf("%d rows, not 80 instances and their head", len(rows))
	}
	for _, row := range rows[1:] {
		var n [6]int64
		for i, column := range []int{1, 2, 3, 4, 6} {
			if n[i], err = strconv.ParseInt(row[column], 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		if got := trivial(jobshop.Taillard(int(n[0]), int(n[1]), n[2], n[3])); got != n[4] {
			t.Errorf("%s: bound %d, published is %d", row[0], got, n[4])
		}
	}
}

// Check finds each kind of fault in a good solution.
func TestCheckFaults(t *testing.T) {
	p := parse(t, ft06)
	for name, spoil := range map[string]func(s *jobshop.Solution){
		"may not before": func(s *jobshop.Solution) {
			for _, list := range s.Machines { // what comes first on a machine and does not begin at once waits for its job
				s.Starts[list[0].Job][list[0].Step] = max(0, s.Starts[list[0].Job][list[0].Step]-1)
			}
		},
		"which is busy":    func(s *jobshop.Solution) { m := s.Machines[0]; m[0], m[1] = m[1], m[0] },
		"runs twice":       func(s *jobshop.Solution) { s.Machines[0][1] = s.Machines[0][0] },
		"runs on no":       func(s *jobshop.Solution) { s.Machines[5] = s.Machines[5][:5] },
		"which cannot":     func(s *jobshop.Solution) { s.Machines[0][0] = s.Machines[1][0] },
		"no such step":     func(s *jobshop.Solution) { s.Machines[0][0].Job = 6 },
		"the makespan is":  func(s *jobshop.Solution) { s.Makespan++ },
		"5 starts for 6":   func(s *jobshop.Solution) { s.Starts[2] = s.Starts[2][:5] },
		"starts of 5 jobs": func(s *jobshop.Solution) { s.Starts = s.Starts[:5] },
	} {
		r := solve(t, p, jobshop.Options{Iterations: 100})
		spoil(&r.Solution)
		if _, err := jobshop.Check(p, &r.Solution, jobshop.Makespan); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
}
