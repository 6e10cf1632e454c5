package schedule

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

func TestZZDbg(t *testing.T) {
	if os.Getenv("SEED") == "" {
		t.Skip("set SEED")
	}
	seed, _ := strconv.Atoi(os.Getenv("SEED"))
	rng := rand.New(rand.NewPCG(uint64(seed), 1))
	p := randomProblem(rng, 4+rng.IntN(57))
	s, _ := Build(context.Background(), p, schedulers()[os.Getenv("NAME")])
	t.Log("broken", s.Broken)
	c := compile(p)
	for _, u := range c.units {
		if len(u) < 2 {
			continue
		}
		t.Log("unit", u)
		for _, op := range u {
			t.Logf("  %d job %d hold %v split %d modes %d tool %d units %d: %+v", op, p.Ops[op].Job, p.Ops[op].HoldTool, p.Ops[op].SplitMax, p.Ops[op].NumModes, modeOf(p, s.Of(op)[0]).Tool, modeOf(p, s.Of(op)[0]).ToolUnits, s.Of(op))
		}
	}
	t.Log("pools", p.Pools)
	t.Log(unexplained(s))
}

func modeOf(p *Problem, a Assignment) Mode {
	if a.Mode < 0 {
		return Mode{}
	}
	return p.Modes[a.Mode]
}
