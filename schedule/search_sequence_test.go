package schedule

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// After random changes of the order, kept or taken back, the times are those that follow from the order alone, the cost is what
// Evaluate says, and Verify accepts the schedule. TAKT_CASES=2500 makes a million changes of it.
func TestSequencerKeepsTimes(t *testing.T) {
	seeds := 250
	if n, err := strconv.Atoi(os.Getenv("TAKT_CASES")); err == nil {
		seeds = n
	}
	const rounds, perRound = 8, 50
	made, moved, lined := 0, 0, 0
	for seed := range uint64(seeds) {
		rng := rand.New(rand.NewPCG(seed, 33))
		p := randomProblem(rng, 10+rng.IntN(60))
		if seed%2 == 0 {
			p = crowdedShop(rng)
		}
		s := built(t, p, Options{})
		c := compile(p)
		base := newBase(context.Background(), c, s, &Search{})
		q := newSequencer(c, s, base, seed, 1, 20)
		if q == nil {
			continue
		}
		broken := unexplained(s)
		for _, kind := range q.kind {
			if kind == linedNode {
				lined++
			}
		}
		for range rounds {
			q.run(context.Background(), perRound)
			made += perRound
			if len(q.touched) > 0 {
				moved++
			}
			q.keep()
			now := q.schedule()
			if text := unexplained(now); text != broken {
				t.Fatalf("seed %d: %s\nbefore: %s", seed, text, broken)
			}
			setup := int64(0)
			for node := range q.op {
				setup += q.setup[node] / second
			}
			if got := Evaluate(now, nil)[Tardiness]; got != q.cost-setup {
				t.Fatalf("seed %d: the tardiness is %d, and counted as %d", seed, got, q.cost-setup)
			}
			again := newLines(c, now)
			if again == nil {
				t.Fatalf("seed %d: the schedule is none that follows from its order", seed)
			}
			for node := range q.op {
				if q.start[node] != again.start[node] || q.end[node] != again.end[node] || q.machine[node] != again.machine[node] || q.prev[node] != again.prev[node] {
					t.Fatalf("seed %d, node %d: from %d to %d, and anew from %d to %d", seed, node, q.start[node], q.end[node], again.start[node], again.end[node])
				}
			}
		}
	}
	t.Logf("%d changes tried; %d rounds kept some; %d operations in orders", made, moved, lined)
	if moved < seeds || lined < 10*seeds {
		t.Errorf("only %d rounds kept a change, and %d operations were in orders", moved, lined)
	}
}

// crowdedShop has more work than its due dates allow, on machines of several kinds of hours, with setups and alternates.
func crowdedShop(rng *rand.Rand) *Problem {
	jobs := make([][][2]int64, 12)
	dues := make([]int64, len(jobs))
	for j := range jobs {
		for range 2 + rng.IntN(4) {
			jobs[j] = append(jobs[j], [2]int64{rng.Int64N(4), 1 + rng.Int64N(6)})
		}
		dues[j] = 4 + rng.Int64N(30)
	}
	p := chains(4, dues, jobs...)
	for i := range p.Ops {
		p.Ops[i].Family = 1 + rng.Int32N(3)
		p.Modes[i].Setup = 20 * time.Minute
	}
	return p
}
