package schedule

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

var why = map[string]int{}

func TestZZ(t *testing.T) {
	for seed := range uint64(300) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 3)), 8+int(seed%40))
		rng := rand.New(rand.NewPCG(seed, 7))
		s, err := Build(context.Background(), p, Options{Direction: Direction(seed % 2)})
		if err != nil || len(p.Jobs) < 3 {
			continue
		}
		b := NewBoard(s)
		for range 4 {
			b.Begin()
			job := rng.Int32N(int32(len(b.p.Jobs)))
			if b.dead[b.p.Jobs[job].First] {
				b.Commit()
				continue
			}
			again(b, job)
			b.RemoveJob(job)
			o := RepairOptions{Displace: rng.IntN(3) > 0, KeepSequence: rng.IntN(4) == 0, Late: seed%2 == 1}
			err := b.Repair(context.Background(), o)
			step := b.Commit()
			if err != nil {
				b.Undo(step)
			}
		}
	}
	fmt.Println(why)
}
